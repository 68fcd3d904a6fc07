//! Where an account stood at the end of a day, to go on from there.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::Ratio;
use serde::{Deserialize, Serialize};

use crate::accrual::run::Run;
use crate::{AccrueError, LeaveHistory, LedgerLine, Lot};

/// How far the credits have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreditMark {
    /// The next month of the leave year, counted from 0.
    pub(super) month: u32,
    /// The first day that is not credited yet, where leave accrues in periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<NaiveDate>,
    /// What was earned, exactly: in the leave year, or in all where leave accrues in periods.
    pub(super) exact: Ratio,
    /// What was credited in the leave year.
    pub(super) credited: Ratio,
}

impl Default for CreditMark {
    fn default() -> Self {
        Self { month: 0, from: None, exact: Ratio::ZERO, credited: Ratio::ZERO }
    }
}

/// Where an account of leave stood at the end of a day: from there a later balance is found without going through all
/// that was before.
///
/// It holds as long as nothing changes that is dated on its day or before, or within its leave year where that changes what
/// the year is worth; [`Checkpoints`] drop what no longer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    pub(super) on: NaiveDate,
    pub(super) lots: Vec<(Lot, Ratio)>,
    pub(super) mark: CreditMark,
}

impl Checkpoint {
    /// Where the account of a history stands at the end of a day.
    ///
    /// # Errors
    /// [`AccrueError`], as for the whole ledger.
    pub fn of(history: &LeaveHistory<'_>, on: NaiveDate) -> Result<Self, AccrueError> {
        history.check(on)?;
        let Some(mut run) = Run::new(history, super::fold::Account::default()) else {
            return Ok(Self { on, lots: Vec::new(), mark: CreditMark::default() });
        };
        run.advance(on)?;
        Ok(run.checkpoint(on))
    }

    /// The end of which day it is.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// The lines after it, up to and on a day, and where the account stands then. Of leave and of grants only those
    /// after its day are asked.
    ///
    /// # Errors
    /// [`AccrueError`], as for the whole ledger.
    pub fn advance(&self, history: &LeaveHistory<'_>, to: NaiveDate) -> Result<(Vec<LedgerLine>, Self), AccrueError> {
        history.check(to)?;
        let Some(mut run) = Run::resume(history, self) else { return Ok((Vec::new(), self.clone())) };
        run.advance(to)?;
        let next = run.checkpoint(to.max(self.on));
        Ok((run.account.lines, next))
    }

    /// The balance at the end of its day or of a later one.
    ///
    /// # Errors
    /// [`AccrueError`], as for the whole ledger.
    pub fn balance(&self, history: &LeaveHistory<'_>, on: NaiveDate) -> Result<Ratio, AccrueError> {
        history.check(on)?;
        let mut run = Run::resume(history, self);
        let Some(run) = &mut run else { return Ok(Ratio::ZERO) };
        run.advance(on)?;
        Ok(run.account.balance()?.ratio())
    }
}

/// The checkpoints of one account, by their days.
///
/// Whoever learns of something late says so with [`Checkpoints::learned`]: leave, a grant, other terms, a change of
/// employment. What stood on that day or later no longer holds and is dropped. Terms, weeks and the end of an employment
/// change what their leave year is worth: of these it is told the first day of that year.
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::{
///     AnnualDay, Checkpoints, LeaveCause, LeaveHistory, LeavePlan, LeaveTaken, LeaveTerms, Opening, Tenure,
/// };
///
/// let days = Ratio::from_integer;
/// let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE-BE");
/// plan.publish("2026-01-01".parse()?, LeaveTerms::new(days(30), days(5)))?;
/// let tenure = Tenure::new("2020-01-01/..".parse()?, days(5))?;
/// let opening = Opening { on: "2026-01-01".parse()?, carried_in: days(0) };
/// let history = LeaveHistory::new(&plan, &tenure, opening, &[]);
///
/// let mut checkpoints = Checkpoints::default();
/// checkpoints.keep(&history, "2026-03-31".parse()?)?;
/// checkpoints.keep(&history, "2026-06-30".parse()?)?;
/// assert_eq!(checkpoints.balance(&history, "2026-07-10".parse()?)?, days(30));
///
/// // Leave in May becomes known: what stood at the end of June does not hold any more.
/// let taken = [LeaveTaken { on: "2026-05-04".parse()?, days: days(2), cause: LeaveCause::Earlier }];
/// checkpoints.learned("2026-05-04".parse()?);
/// assert_eq!(checkpoints.latest("2026-07-10".parse()?).map(|at| at.on()), Some("2026-03-31".parse()?));
/// let history = LeaveHistory::new(&plan, &tenure, opening, &taken);
/// assert_eq!(checkpoints.balance(&history, "2026-07-10".parse()?)?, days(28));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoints {
    kept: BTreeMap<NaiveDate, Checkpoint>,
}

impl Checkpoints {
    /// Keeps where the account stands at the end of a day, found from the one before it.
    ///
    /// # Errors
    /// [`AccrueError`], as for the whole ledger; nothing is kept then.
    pub fn keep(&mut self, history: &LeaveHistory<'_>, on: NaiveDate) -> Result<(), AccrueError> {
        let now = match self.latest(on) {
            Some(last) => last.advance(history, on)?.1,
            None => Checkpoint::of(history, on)?,
        };
        self.kept.insert(on, now);
        Ok(())
    }

    /// Drops what no longer holds as something has become known, or has changed, that is dated on that day.
    pub fn learned(&mut self, on: NaiveDate) {
        self.kept.retain(|kept, _| *kept < on);
    }

    /// The last one that is not after a day.
    #[must_use]
    pub fn latest(&self, on: NaiveDate) -> Option<&Checkpoint> {
        self.kept.range(..=on).next_back().map(|(_, kept)| kept)
    }

    /// The balance at the end of a day, from the last checkpoint before it or from the beginning.
    ///
    /// # Errors
    /// [`AccrueError`], as for the whole ledger.
    pub fn balance(&self, history: &LeaveHistory<'_>, on: NaiveDate) -> Result<Ratio, AccrueError> {
        match self.latest(on) {
            Some(last) => last.balance(history, on),
            None => Checkpoint::of(history, on)?.balance(history, on),
        }
    }
}
