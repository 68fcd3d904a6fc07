//! This and all future ones: a set cut in two.

use chrono::{Datelike, NaiveDateTime, TimeDelta};
use office_core::Zone;
use thiserror::Error;

use super::occurrence::Matches;
use super::rule::{Frequency, Rule, RuleEnd, RuleParts, Skip, Until};
use super::set::{FirstInstance, RecurrenceSet};
use super::wall::seconds;

impl RecurrenceSet {
    /// The set cut in two: its instances before one, and that one with all that follow it.
    ///
    /// Both parts are ordinary sets. The first ends by `COUNT` where the rule counts, else by an `UNTIL` on the wall
    /// clock one second before the cut. The second starts at the cut, which is why every rule that goes on has to
    /// yield it: a rule is counted from a start.
    ///
    /// # Errors
    /// [`SplitError`], checked in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_scheduling::{RecurrenceSet, SplitError};
    ///
    /// let at = |text: &str| text.parse().unwrap();
    /// let set = RecurrenceSet::new(at("2026-01-05T09:00:00"), None).with_rule("FREQ=WEEKLY;COUNT=5".parse()?);
    /// let (before, after) = set.split_at(at("2026-01-19T09:00:00"))?;
    /// assert_eq!(before.rules()[0].to_string(), "FREQ=WEEKLY;COUNT=2");
    /// assert_eq!(after.rules()[0].to_string(), "FREQ=WEEKLY;COUNT=3");
    ///
    /// let tuesday = at("2026-01-20T09:00:00");
    /// assert_eq!(set.split_at(tuesday), Err(SplitError::NotAnInstance { at: tuesday }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn split_at(&self, at: NaiveDateTime) -> Result<(Self, Self), SplitError> {
        if !self.contains(at) {
            return Err(SplitError::NotAnInstance { at });
        }
        if self.occurrences().next() == Some(at) {
            return Err(SplitError::NothingBefore { at });
        }
        if !self.excluding_rules().is_empty() {
            return Err(SplitError::ExcludingRule);
        }
        let mut before = Self::new(self.start(), self.zone()).with_first(self.first());
        let mut after = Self::new(at, self.zone()).with_first(self.first());
        for rule in self.rules() {
            let (early, late) = self.split_rule(&self.spelt_out(rule), at)?;
            before = early.into_iter().fold(before, Self::with_rule);
            after = late.into_iter().fold(after, Self::with_rule);
        }
        for date in self.dates() {
            if date < at {
                before = before.with_date(date);
            } else {
                after = after.with_date(date);
            }
        }
        for exception in self.exceptions() {
            if exception < at {
                before = before.with_exception(exception);
            } else {
                after = after.with_exception(exception);
            }
        }
        Ok((before, after))
    }

    /// A rule that moves days, with the day that it takes from its start, which is not the day of every instance.
    fn spelt_out(&self, rule: &Rule) -> Rule {
        let mut parts: RuleParts = rule.parts().clone();
        let unsaid = parts.by_month_day.is_empty() && parts.by_year_day.is_empty() && parts.by_day.is_empty();
        let by_start = match parts.frequency {
            Frequency::Monthly => unsaid,
            Frequency::Yearly => unsaid && parts.by_week.is_empty(),
            Frequency::Weekly | Frequency::Daily | Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => {
                false
            }
        };
        if parts.skip == Skip::Omit || !by_start {
            return rule.clone();
        }
        parts.by_month_day = i16::try_from(self.start().day()).into_iter().collect();
        if parts.frequency == Frequency::Yearly && parts.by_month.is_empty() {
            parts.by_month = u8::try_from(self.start().month()).into_iter().collect();
        }
        Rule::try_from(parts).unwrap_or_else(|_| rule.clone())
    }

    /// A rule up to the cut and from it on; none where it yields nothing on that side.
    fn split_rule(&self, rule: &Rule, at: NaiveDateTime) -> Result<(Option<Rule>, Option<Rule>), SplitError> {
        let mut matches = self.matches(rule);
        let off = || SplitError::OffRule { rule: rule.to_string(), at };
        if matches.clone().any_at(seconds(at)) && moved_into_another_period(rule, at, self.zone()) {
            return Err(off());
        }
        match rule.parts().end {
            RuleEnd::Count(count) => {
                let start = seconds(self.start());
                let own = Matches::new(rule, start, self.zone()).peek() == Some(start);
                let mut counted = u32::from(self.first() == FirstInstance::Always && !own);
                while matches.peek().is_some_and(|next| next < seconds(at)) {
                    matches.next();
                    counted = counted.saturating_add(1);
                }
                let left = count.saturating_sub(counted);
                match matches.peek() {
                    Some(next) if next != seconds(at) => return Err(off()),
                    Some(_) => {}
                    None => return Ok((Some(rule.clone()), None)),
                }
                // A count of 0 is no rule.
                Ok((rule.ending(RuleEnd::Count(counted)).ok(), rule.ending(RuleEnd::Count(left)).ok()))
            }
            RuleEnd::Never | RuleEnd::Until(_) => {
                let begun = matches.peek().is_some_and(|first| first < seconds(at));
                matches.seek(seconds(at));
                match matches.peek() {
                    Some(next) if next != seconds(at) => return Err(off()),
                    Some(_) => {}
                    None => return Ok((Some(rule.clone()), None)),
                }
                let cut = at.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(at);
                let early = rule.ending(RuleEnd::Until(Until::Local(cut))).ok().filter(|_| begun);
                Ok((early, Some(rule.clone())))
            }
        }
    }
}

/// Whether an instance may belong to the period before or after the one in which it lies, so that a rule which starts
/// there would count other periods.
fn moved_into_another_period(rule: &Rule, at: NaiveDateTime, zone: Option<Zone>) -> bool {
    let parts = rule.parts();
    let from_there = rule.ending(RuleEnd::Never).map(|rule| Matches::new(&rule, seconds(at), zone).peek());
    let edge = match parts.skip {
        Skip::Omit => return false,
        Skip::Forward => at.day() == 1,
        Skip::Backward => parts.by_month_day.iter().chain(&parts.by_year_day).any(|n| *n < 0),
    };
    from_there != Ok(Some(seconds(at))) || (parts.interval > 1 && edge)
}

/// Why a set could not be cut in two.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SplitError {
    /// The set has no instance there.
    #[error("there is no instance at {at}: a time at which it takes place is wanted")]
    NotAnInstance {
        /// The reading given.
        at: NaiveDateTime,
    },
    /// It is the first instance: the whole set is this and all future ones.
    #[error("nothing comes before {at}: an instance after the first is wanted")]
    NothingBefore {
        /// The reading given.
        at: NaiveDateTime,
    },
    /// The set has a rule that excludes, which cannot be counted from another start.
    #[error("the series has an excluding rule: single exceptions are wanted")]
    ExcludingRule,
    /// A rule that goes on after the cut does not yield it, so it cannot be counted from there.
    #[error("`{rule}` goes on after {at} and does not yield it: an instance that every rule yields is wanted")]
    OffRule {
        /// The rule.
        rule: String,
        /// The reading given.
        at: NaiveDateTime,
    },
}
