//! The plan of a line changes: it is revised, something is moved to another line or carried into the next year.
//!
//! Each change makes a version. What a version says is never changed afterwards: what is planned now is what was planned
//! at first and all changes since.

use chrono::{Datelike, NaiveDate};
use office_core::subject::PersonId;
use office_core::{Decision, Money, MoneyError, Percent, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{BudgetFact, BudgetId, BudgetLine, BudgetPlan};
use crate::BudgetTransferId;

/// A change of what is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanChange {
    /// Why.
    pub reason: PlanChangeReason,
    /// On which day.
    pub on: NaiveDate,
    /// What is planned more in each month, January to December; below zero where it is less.
    pub months: [Money; 12],
}

/// Why a plan was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PlanChangeReason {
    /// It was planned anew.
    Revised {
        /// By whom.
        by: PersonId,
        /// Why.
        why: String,
    },
    /// Something was moved to another line, or from it.
    Transferred {
        /// By which transfer.
        transfer: BudgetTransferId,
        /// The other line.
        other: BudgetId,
    },
    /// What was left was carried into the next year, or from the year before.
    CarriedForward {
        /// The line of the other year.
        other: BudgetId,
    },
}

/// To plan a line anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetRevision {
    /// The version that is revised: the last one, as the author has seen it.
    pub version: u32,
    /// What may be spent from now on, January to December; what was moved is in it.
    pub months: [Money; 12],
    /// Who plans.
    pub by: PersonId,
    /// Why.
    pub why: String,
    /// On which day.
    pub on: NaiveDate,
}

/// A line is not planned anew.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReviseBudgetError {
    /// Somebody else has changed the plan since.
    #[error("version {asked} is not the last one any more, but {last}: look at that first")]
    Stale {
        /// Which version was revised.
        asked: u32,
        /// The last one.
        last: u32,
    },
    /// No reason is given.
    #[error("a reason is wanted")]
    NoReason,
    /// Nothing would change.
    #[error("the months are planned so already")]
    Nothing,
    /// The months are in another currency, or cannot be added up.
    #[error("the months cannot be planned")]
    Money(#[from] MoneyError),
}

/// How much of what is left at the end of a year may be carried into the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryForwardRule {
    /// Which share of what is left; rounded down.
    pub share: Percent,
    /// At the most so much of one line; any amount if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Money>,
}

/// What is left of a year is not carried into the next.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CarryForwardError {
    /// The lines are not of the same account and bearer in two years that follow each other.
    #[error("the lines are not of one account and bearer in one year and the next")]
    OtherLine,
    /// The year is not over.
    #[error("{year} is not over on {on}: nothing is carried before the next year")]
    NotOver {
        /// The year.
        year: i32,
        /// The day.
        on: NaiveDate,
    },
    /// The rule gives less than nothing, or more than all.
    #[error("{share} of what is left cannot be carried: a share from 0 % to 100 % is wanted")]
    Share {
        /// The share.
        share: Percent,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
}

impl BudgetLine {
    /// The last version of the plan, from 1.
    #[must_use]
    pub fn version(&self) -> u32 {
        u32::try_from(self.changes.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// How the plan was changed, in order: the first change made version 2.
    #[must_use]
    pub fn changes(&self) -> &[PlanChange] {
        &self.changes
    }

    /// The plan as a version of it said.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Entity, Id, Money};
    /// use office_finance::{BudgetLine, BudgetPlan, BudgetRevision, ReviseBudgetError};
    ///
    /// let euro = |minor| Money::from_minor(minor, Currency::EUR);
    /// let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-300"), "6845".parse()?, 2026, euro(1200_00))?;
    /// let mut line = BudgetLine::open(&BudgetLine::plan(plan.clone())?).ok_or("a line")?;
    /// let (by, on) = (Id::natural("person", "E-002"), "2026-07-01".parse()?);
    /// let revision = BudgetRevision { version: 1, months: [euro(150_00); 12], by, why: "two more desks".into(), on };
    /// line.apply(&line.revise(&revision)?.fact().ok_or("a fact")?);
    /// assert_eq!((line.version(), line.available()?), (2, euro(1800_00)));
    /// assert_eq!(line.plan_at(1), Some(plan));
    /// assert_eq!(line.plan_at(3), None);
    ///
    /// // Who has not seen the last version does not overwrite it.
    /// let late = BudgetRevision { months: [euro(90_00); 12], ..revision };
    /// assert_eq!(line.revise(&late), Err(ReviseBudgetError::Stale { asked: 1, last: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn plan_at(&self, version: u32) -> Option<BudgetPlan> {
        let kept = usize::try_from(version).ok()?.checked_sub(1)?;
        let mut plan = self.plan.clone();
        for change in self.changes.get(kept..)? {
            plan.months = added(&plan.months, &change.months.map(Money::negated)).ok()?;
        }
        Some(plan)
    }

    /// Plans the months anew: even below what is taken by now, which then shows as overspent.
    ///
    /// # Errors
    /// [`ReviseBudgetError`], in the order of its variants.
    pub fn revise(&self, revision: &BudgetRevision) -> Result<Decision<BudgetFact>, ReviseBudgetError> {
        let BudgetRevision { version, months, by, why, on } = revision;
        let difference = |from: &BudgetPlan| added(months, &from.months.map(Money::negated));
        let reason = PlanChangeReason::Revised { by: *by, why: why.clone() };
        let last = self.version();
        if *version != last {
            let before = self
                .plan_at(*version)
                .zip(self.changes.get(usize::try_from(*version).unwrap_or_default().saturating_sub(1)));
            return match before {
                Some((plan, change))
                    if change.reason == reason
                        && change.on == *on
                        && difference(&plan).as_ref() == Ok(&change.months) =>
                {
                    Ok(Decision::AlreadyRecorded)
                }
                Some(_) | None => Err(ReviseBudgetError::Stale { asked: *version, last }),
            };
        }
        if why.trim().is_empty() {
            return Err(ReviseBudgetError::NoReason);
        }
        let more = difference(&self.plan)?;
        if more.iter().all(|month| month.is_zero()) {
            return Err(ReviseBudgetError::Nothing);
        }
        BudgetPlan { months: *months, ..self.plan.clone() }.total()?;
        Ok(Decision::Record(BudgetFact::Replanned(Box::new(PlanChange { reason, on: *on, months: more }))))
    }

    /// Carries what is left of a year into the next, as far as a rule lets it: what is neither reserved, committed nor
    /// spent. It is taken from the last months that have something and may be spent from January on.
    ///
    /// Gives what happens to this line and to that of the next year; nothing to either where nothing is left. Once more
    /// carries what has become free since, within the rule: at most a share of all that was left.
    ///
    /// # Errors
    /// [`CarryForwardError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Entity, Id, Money, Percent};
    /// use office_finance::{BudgetLine, BudgetPlan, CarryForwardError, CarryForwardRule};
    ///
    /// let euro = |minor| Money::from_minor(minor, Currency::EUR);
    /// let line = |year| {
    ///     let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-300"), "6845".parse()?, year, euro(600_00))?;
    ///     Ok::<_, Box<dyn std::error::Error>>(BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a line")?)
    /// };
    /// let (mut old, mut new) = (line(2026)?, line(2027)?);
    /// let rule = CarryForwardRule { share: Percent::whole(50), most: Some(euro(250_00)) };
    /// let early = old.carry_forward(&new, rule, "2026-12-31".parse()?);
    /// assert!(matches!(early, Err(CarryForwardError::NotOver { .. })));
    ///
    /// if let Some([out, into]) = old.carry_forward(&new, rule, "2027-01-04".parse()?)? {
    ///     old.apply(&out);
    ///     new.apply(&into);
    /// }
    /// assert_eq!((old.available()?, new.available()?), (euro(350_00), euro(850_00)));
    /// assert_eq!(old.carry_forward(&new, rule, "2027-01-05".parse()?)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn carry_forward(
        &self,
        next: &Self,
        rule: CarryForwardRule,
        on: NaiveDate,
    ) -> Result<Option<[BudgetFact; 2]>, CarryForwardError> {
        let CarryForwardRule { share, most } = rule;
        let year = self.plan.year;
        if (&next.plan.bearer, &next.plan.account, Some(next.plan.year))
            != (&self.plan.bearer, &self.plan.account, year.checked_add(1))
        {
            return Err(CarryForwardError::OtherLine);
        }
        if on.year() <= year {
            return Err(CarryForwardError::NotOver { year, on });
        }
        if share.is_negative() || share > Percent::whole(100) {
            return Err(CarryForwardError::Share { share });
        }
        let (before, available) = (self.carried_out(&next.plan)?, self.available()?);
        let mut amount = before.checked_add(available)?.share(share, Rounding::Down)?;
        if let Some(most) = most {
            amount = amount.lesser(most)?;
        }
        amount = amount.checked_sub(before)?.lesser(available)?;
        if !amount.is_positive() {
            return Ok(None);
        }
        let out = taken_from_the_end(&self.plan.months, amount)?;
        let mut into = next.plan.months.map(|month| Money::zero(month.currency()));
        if let Some(january) = into.first_mut() {
            *january = january.checked_add(amount)?;
        }
        added(&next.plan.months, &into)?;
        let carried = |other: &BudgetPlan, months| {
            let reason = PlanChangeReason::CarriedForward { other: other.id() };
            BudgetFact::Replanned(Box::new(PlanChange { reason, on, months }))
        };
        Ok(Some([carried(&next.plan, out), carried(&self.plan, into)]))
    }

    /// What was carried into another year so far.
    fn carried_out(&self, next: &BudgetPlan) -> Result<Money, MoneyError> {
        let carried = PlanChangeReason::CarriedForward { other: next.id() };
        let months = self.changes.iter().filter(|change| change.reason == carried).flat_map(|change| change.months);
        Ok(self.sum(months)?.negated())
    }

    /// How the plan changes by a transfer, if it has not changed so.
    pub(crate) fn transferred(
        &self,
        transfer: BudgetTransferId,
        other: BudgetId,
        months: [Money; 12],
        on: NaiveDate,
    ) -> Result<Decision<BudgetFact>, MoneyError> {
        let reason = PlanChangeReason::Transferred { transfer, other };
        if self.changes.iter().any(|change| change.reason == reason) {
            return Ok(Decision::AlreadyRecorded);
        }
        let plan = BudgetPlan { months: added(&self.plan.months, &months)?, ..self.plan.clone() };
        plan.total()?;
        Ok(Decision::Record(BudgetFact::Replanned(Box::new(PlanChange { reason, on, months }))))
    }

    pub(super) fn replan(&mut self, change: &PlanChange) {
        // It was added up when it was decided upon.
        self.plan.months = added(&self.plan.months, &change.months).unwrap_or(self.plan.months);
        self.changes.push(change.clone());
    }
}

/// What is taken from each month so that it comes to an amount: from the last month that has something back to the first,
/// and what is not found there from December. The parts are below zero.
fn taken_from_the_end(months: &[Money; 12], amount: Money) -> Result<[Money; 12], MoneyError> {
    let mut left = amount;
    let mut parts = months.map(|month| Money::zero(month.currency()));
    for (month, part) in months.iter().zip(&mut parts).rev() {
        if left.is_positive() && month.is_positive() {
            let taken = left.lesser(*month)?;
            *part = taken.negated();
            left = left.checked_sub(taken)?;
        }
    }
    if let Some(december) = parts.last_mut() {
        *december = december.checked_sub(left)?;
    }
    Ok(parts)
}

/// Month by month, the one and the other.
pub(crate) fn added(one: &[Money; 12], other: &[Money; 12]) -> Result<[Money; 12], MoneyError> {
    let mut sums = *one;
    for (sum, more) in sums.iter_mut().zip(other) {
        *sum = sum.checked_add(*more)?;
    }
    Ok(sums)
}
