//! The log of a year's injuries, and what it comes to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use office_core::Id;
use office_core::subject::PersonId;

use super::{Injury, InjuryClass, InjuryDays, InjuryKind, InjuryRules, RecordingCriterion};
use crate::NotInForce;

/// An injury as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedInjury {
    /// Which.
    pub id: Id<Injury>,
    /// Who was hurt; nobody is named in a privacy case.
    pub person: Option<PersonId>,
    /// What they work as.
    pub job: String,
    /// On which day it happened.
    pub on: NaiveDate,
    /// Where.
    pub place: String,
    /// Of which kind it is.
    pub kind: InjuryKind,
    /// The worst that came of it.
    pub class: InjuryClass,
    /// The days that count.
    pub days: InjuryDays,
    /// Why it had to be recorded: at least one.
    pub criteria: BTreeSet<RecordingCriterion>,
}

/// The recorded injuries of a year, by the day on which each happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InjuryLog {
    year: i32,
    lines: Vec<LoggedInjury>,
}

/// What a year's injuries come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InjurySummary {
    /// How many cases of each class.
    pub cases: BTreeMap<InjuryClass, u32>,
    /// The days of all cases.
    pub days: InjuryDays,
    /// How many cases of each kind.
    pub kinds: BTreeMap<InjuryKind, u32>,
}

impl InjuryLog {
    /// The log of a year, by what is known on a day: what was not work-related, not new or only first aid is not in it.
    ///
    /// # Errors
    /// [`NotInForce`] where no rules are for a day on which somebody was hurt.
    pub fn of<'a>(
        year: i32,
        injuries: impl IntoIterator<Item = (Id<Injury>, &'a Injury)>,
        rules: &InjuryRules,
        until: NaiveDate,
    ) -> Result<Self, NotInForce> {
        let mut lines = Vec::new();
        for (id, injury) in injuries {
            let reported = injury.reported();
            let on = reported.on();
            if on.year() != year {
                continue;
            }
            let terms = rules.terms.on(on)?;
            let Some(class) = injury.class_in_log(terms, until) else { continue };
            lines.push(LoggedInjury {
                id,
                person: (!injury.is_privacy_case(terms)).then_some(reported.person),
                job: reported.job.clone(),
                on,
                place: reported.place.clone(),
                kind: reported.kind,
                class,
                days: injury.days(terms, until),
                criteria: injury.criteria(terms, until),
            });
        }
        lines.sort_by_key(|line| (line.on, line.id));
        Ok(Self { year, lines })
    }

    /// Of which year.
    #[must_use]
    pub const fn year(&self) -> i32 {
        self.year
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[LoggedInjury] {
        &self.lines
    }

    /// What its lines come to.
    #[must_use]
    pub fn summary(&self) -> InjurySummary {
        let mut summary = InjurySummary::default();
        for line in &self.lines {
            summary.days = summary.days.plus(line.days);
            let cases = summary.cases.entry(line.class).or_default();
            *cases = cases.saturating_add(1);
            let kind = summary.kinds.entry(line.kind).or_default();
            *kind = kind.saturating_add(1);
        }
        summary
    }
}

impl InjurySummary {
    /// How many cases there were: what the rate of all recorded cases is of.
    #[must_use]
    pub fn all_cases(&self) -> u32 {
        self.cases.values().fold(0, |sum, cases| sum.saturating_add(*cases))
    }

    /// How many cases had days away, restricted or in another job: what the rate of these is of.
    #[must_use]
    pub fn cases_with_days(&self) -> u32 {
        let of = |class| self.cases.get(&class).copied().unwrap_or_default();
        of(InjuryClass::DaysAway).saturating_add(of(InjuryClass::Restricted))
    }
}
