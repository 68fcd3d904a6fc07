//! Leave as a ledger: one pure fold over everything that is dated.
//!
//! Credits, days carried in or over, their lapse, leave taken and changes of employment are merged into one list in
//! the order of their dates and folded once. The [`Ledger`] that comes of it has one line for each cause, which says
//! as data why it is there. Nothing is added up anywhere else, so a balance, a forecast and a statement never disagree.
//!
//! On one date the order is: days carried in, lapse, the end of a leave year with its carry-over, what is granted by
//! hand, credit in advance, leave taken, and the credit of a month that ends. So carry-over comes before the new year's
//! credit, and the first day of a leave year can be taken from it. Leave that accrues in periods has an order of its
//! own, which its [`AccrualPlan`] names.
//!
//! Days are kept in lots: those granted for a leave year, those carried into it, and those granted by hand. Leave draws on the lots in the
//! order that the plan declares, only while they can be used; what exceeds them overdraws the year's grant, and the
//! next credit or carry-over makes up for it.
//!
//! # Laws
//! Held by `tests/accrual.rs`, `tests/posting.rs` and `tests/accruing`.
//!
//! 1. The balance on a day is the sum of all lines up to it, and the sum of its lots.
//! 2. What is posted never changes: a line and its reversal add up to nothing.
//! 3. The same history gives the same lines, and posting them again posts nothing.
//! 4. The as-of day only cuts: the lines up to a day are the same whatever later day was asked for.
//! 5. The order in which leave became known changes no line.
//! 6. Saying again on any day what was so before changes no credit.
//! 7. There is no credit before employment or after it, nor before the plan has terms.
//! 8. What is carried over and what is lost add up to what was left; no more is carried over than the plan allows.
//! 9. What lapses is what was carried less what was used of it, at most once, and never below nothing.
//! 10. Leave draws on lots in the declared order and on none outside its time.
//! 11. A forecast for a day is the balance of that day, if nothing else happens.
//! 12. The credits of a year add up to its entitlement, in advance or month by month.
//! 13. Leave taken costs the sum of its days, however it is split.
//! 14. Going on from checkpoint to checkpoint, daily or yearly, gives the lines of going through all at once.
//! 15. What becomes known late, in any order, gives the balances of going through all from the beginning.
//! 16. Cutting a period of accrual at any day inside a level leaves the sum of its credits as it is.
//! 17. After a credit no balance is above its ceiling, and no leave year is credited with more than its own.
//! 18. What accrues in periods accrues for days of employment alone; by work, for days of work alone.
//! 19. Where there is no ceiling, twice the rate is twice the credit, and no rate none.

use chrono::{Datelike, NaiveDate};
use office_core::subject::LeaveId;
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccrualPlan, LeavePlan, Tenure, WorkRecord};

mod amount;
mod annual;
mod checkpoint;
mod fold;
mod levels;
mod line;
mod posting;
mod run;

use amount::Amount;
use checkpoint::CreditMark;
pub use checkpoint::{Checkpoint, Checkpoints};
pub use line::{Accrued, LedgerLine, LineReason, Lot, LotKind};
pub use posting::{PostedLedger, Posting};

/// The longest time that is folded, in days: a hundred years.
const LONGEST: i64 = 36_525;

/// What an account of leave begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// From which day on it is kept. What is granted for the leave year of that day is granted in full.
    pub on: NaiveDate,
    /// How many days were carried into that leave year; where leave accrues in periods, the balance of that day before
    /// its own credit.
    pub carried_in: Ratio,
}

/// Why leave was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveCause {
    /// It was taken before requests were kept here.
    Earlier,
    /// It was asked for.
    Request(LeaveId),
    /// It was paid out instead.
    PaidOut,
}

/// Leave that is taken or set apart, on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveTaken {
    /// The day.
    pub on: NaiveDate,
    /// How many days it costs: one or a half, or a sum brought from elsewhere.
    pub days: Ratio,
    /// Why.
    pub cause: LeaveCause,
}

/// Leave that somebody grants by hand: for a move, for work on a holiday, as a correction.
///
/// Where its time ends within a leave year, what is left lapses then; where it ends with one, it takes part in the
/// carry-over. Of the kind [`LotKind::Carried`] it is what was carried over and does not lapse with the rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveGrant {
    /// The days on which it can be used.
    pub valid: DateRange,
    /// How many days.
    pub days: Ratio,
    /// As what it counts when leave is drawn.
    pub kind: LotKind,
    /// What for.
    pub note: String,
}

/// All that an account of leave follows from.
#[derive(Clone, Copy, Debug)]
pub struct LeaveHistory<'a> {
    /// The plan.
    pub plan: &'a LeavePlan,
    /// From when to when somebody is employed, and how many days a week.
    pub tenure: &'a Tenure,
    /// What the account began with.
    pub opening: Opening,
    /// The leave, in any order.
    pub taken: &'a [LeaveTaken],
    /// What was granted by hand, in any order.
    pub grants: &'a [LeaveGrant],
    /// The work, where leave accrues by it.
    pub work: Option<&'a WorkRecord>,
}

impl<'a> LeaveHistory<'a> {
    /// With nothing granted by hand, and no work known.
    #[must_use]
    pub const fn new(plan: &'a LeavePlan, tenure: &'a Tenure, opening: Opening, taken: &'a [LeaveTaken]) -> Self {
        Self { plan, tenure, opening, taken, grants: &[], work: None }
    }

    /// The lowest balance from the first of these days of leave on, if they were taken too: to the end of the leave
    /// year of the last leave there is. Below zero, less what may be overdrawn, they cannot be had.
    ///
    /// # Example
    /// ```
    /// use office_core::Ratio;
    /// use office_hr::{AnnualDay, LeaveCause, LeaveHistory, LeavePlan, LeaveTaken, LeaveTerms, Opening, Tenure};
    ///
    /// let days = Ratio::from_integer;
    /// let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE-BE");
    /// plan.publish("2026-01-01".parse()?, LeaveTerms::new(days(2), days(5)))?;
    /// let tenure = Tenure::new("2026-01-01/..".parse()?, days(5))?;
    /// let opening = Opening { on: "2026-01-01".parse()?, carried_in: days(0) };
    /// let history = LeaveHistory::new(&plan, &tenure, opening, &[]);
    ///
    /// let leave = [LeaveTaken { on: "2026-10-05".parse()?, days: days(3), cause: LeaveCause::Earlier }];
    /// assert_eq!(history.lowest_with(&leave)?, days(-1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`AccrueError`], as for the ledger.
    pub fn lowest_with(&self, more: &[LeaveTaken]) -> Result<Ratio, AccrueError> {
        let mut taken = self.taken.to_vec();
        taken.extend_from_slice(more);
        let first = more.iter().map(|leave| leave.on).min();
        let (Some(first), Some(last)) = (first, taken.iter().map(|leave| leave.on).max()) else {
            return Ok(Ratio::ZERO);
        };
        let as_of = self.plan.year_with(last).and_then(|year| year.last()).unwrap_or(last);
        Ok(Ledger::of(&LeaveHistory { taken: &taken, ..*self }, as_of)?.lowest_from(first)?)
    }

    /// How leave accrues in periods, where it does: by all terms of a plan or by none.
    fn accrual(&self) -> Option<&'a AccrualPlan> {
        self.plan.first_terms().and_then(|(_, terms)| terms.accrual.as_ref())
    }

    fn check(&self, as_of: NaiveDate) -> Result<(), AccrueError> {
        let opening = self.opening;
        // Ninety-nine calendar years are never too long: to count the days takes longer than many an answer does.
        let years = as_of.year().saturating_sub(opening.on.year());
        if years > 99 && as_of.signed_duration_since(opening.on).num_days() > LONGEST {
            return Err(AccrueError::TooLong { on: as_of, opened: opening.on });
        }
        if opening.carried_in.is_negative() {
            return Err(AccrueError::Negative { on: opening.on, days: opening.carried_in });
        }
        for LeaveTaken { on, days, .. } in self.taken {
            if days.is_negative() {
                return Err(AccrueError::Negative { on: *on, days: *days });
            }
            if *on < opening.on {
                return Err(AccrueError::BeforeOpening { on: *on, opened: opening.on });
            }
        }
        match self.grants.iter().find(|grant| grant.days.is_negative()) {
            Some(grant) => Err(AccrueError::Negative { on: grant.valid.start(), days: grant.days }),
            None => Ok(()),
        }
    }
}

/// The lines of an account of leave, in order.
///
/// # Example
/// ```
/// use office_core::{Ratio, Rounding};
/// use office_hr::{
///     AccrueError, AnnualDay, LeaveCause, LeaveHistory, LeavePlan, LeaveTaken, LeaveTerms, Ledger, Opening, Tenure,
/// };
///
/// let days = Ratio::from_integer;
/// let mut plan = LeavePlan::new("LP-DE", AnnualDay::NEW_YEAR, "DE-BE");
/// let terms = LeaveTerms::new(days(30), days(5)).with_carry_over(Some(days(5)), Some("03-31".parse()?));
/// plan.publish("2026-01-01".parse()?, terms)?;
/// let tenure = Tenure::new("2019-11-01/..".parse()?, days(5))?;
/// let opening = Opening { on: "2026-01-01".parse()?, carried_in: days(5) };
/// let taken = [LeaveTaken { on: "2026-02-02".parse()?, days: days(2), cause: LeaveCause::Earlier }];
/// let history = LeaveHistory::new(&plan, &tenure, opening, &taken);
///
/// // Carried days are used first, and those left lapse after 31 March.
/// let ledger = Ledger::of(&history, "2026-12-31".parse()?)?;
/// assert_eq!(ledger.balance("2026-03-31".parse()?)?, days(33));
/// assert_eq!(ledger.balance("2026-04-01".parse()?)?, days(30));
///
/// // Leave before the account was opened is refused.
/// let taken = [LeaveTaken { on: "2025-12-31".parse()?, ..taken[0] }];
/// let refused = Ledger::of(&LeaveHistory { taken: &taken, ..history }, "2026-12-31".parse()?);
/// assert!(matches!(refused, Err(AccrueError::BeforeOpening { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ledger {
    // Invariant: in the order of the fold, so by date.
    lines: Vec<LedgerLine>,
}

impl Ledger {
    /// The ledger of a history, with all lines up to and on a day.
    pub fn of(history: &LeaveHistory<'_>, as_of: NaiveDate) -> Result<Self, AccrueError> {
        let mut ledger = Self { lines: Vec::new() };
        ledger.draw(history, as_of, &mut Vec::new())?;
        Ok(ledger)
    }

    /// The ledgers of many people, one after the other, each given to `each` with its place among the histories.
    ///
    /// They are drawn up in the same memory, so that those of a whole office take little more than one. Nothing is
    /// shared with others: to use several threads, give a part of the people to each.
    ///
    /// # Example
    /// ```
    /// use office_core::Ratio;
    /// use office_hr::{AnnualDay, LeaveHistory, LeavePlan, LeaveTerms, Ledger, Opening, Tenure};
    ///
    /// let days = Ratio::from_integer;
    /// let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE-BE");
    /// plan.publish("2026-01-01".parse()?, LeaveTerms::new(days(30), days(5)))?;
    /// let weeks = [5, 4, 3].map(|week| Tenure::new("2026-01-01/..".parse().unwrap(), days(week)).unwrap());
    /// let opening = Opening { on: "2026-01-01".parse()?, carried_in: days(0) };
    ///
    /// let (on, mut balances) = ("2026-06-30".parse()?, Vec::new());
    /// Ledger::for_each(weeks.iter().map(|tenure| LeaveHistory::new(&plan, tenure, opening, &[])), on, |_, ledger| {
    ///     balances.push(ledger.map(|ledger| ledger.balance(on)));
    /// });
    /// assert_eq!(balances, [30, 24, 18].map(|all| Ok(Ok(days(all)))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_each<'a>(
        histories: impl IntoIterator<Item = LeaveHistory<'a>>,
        as_of: NaiveDate,
        mut each: impl FnMut(usize, Result<&Self, AccrueError>),
    ) {
        let (mut ledger, mut lots) = (Self { lines: Vec::new() }, Vec::new());
        for (place, history) in histories.into_iter().enumerate() {
            let drawn = ledger.draw(&history, as_of, &mut lots);
            each(place, drawn.map(|()| &ledger));
        }
    }

    /// Draws the ledger of another history up in its place.
    fn draw(
        &mut self,
        history: &LeaveHistory<'_>,
        as_of: NaiveDate,
        lots: &mut Vec<(Lot, Amount)>,
    ) -> Result<(), AccrueError> {
        history.check(as_of)?;
        let account = fold::Account { lots: std::mem::take(lots), lines: std::mem::take(&mut self.lines) };
        let Some(mut run) = run::Run::new(history, account) else { return Ok(()) };
        let done = run.advance(as_of);
        (*lots, self.lines) = (run.account.lots, run.account.lines);
        done
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[LedgerLine] {
        &self.lines
    }

    /// The balance at the end of a day: the sum of all lines up to and on it.
    ///
    /// Of a day to come it is the forecast, if nothing else happens.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where it does not fit.
    pub fn balance(&self, on: NaiveDate) -> Result<Ratio, RatioError> {
        self.until(on).try_fold(Ratio::ZERO, |sum, line| sum.checked_add(line.days))
    }

    /// The lots that hold something at the end of a day, or are overdrawn, in the order of their years.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where a sum does not fit.
    pub fn lots(&self, on: NaiveDate) -> Result<Vec<(Lot, Ratio)>, RatioError> {
        let mut lots = std::collections::BTreeMap::new();
        for line in self.until(on) {
            let sum = lots.entry(line.lot).or_insert(Ratio::ZERO);
            *sum = sum.checked_add(line.days)?;
        }
        Ok(lots.into_iter().filter(|(_, sum)| !sum.is_zero()).collect())
    }

    /// The lowest that the balance is from the end of a day on, as far as the ledger goes.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where a sum does not fit.
    pub fn lowest_from(&self, on: NaiveDate) -> Result<Ratio, RatioError> {
        let mut lowest = self.balance(on)?;
        let mut balance = lowest;
        // Lines of one date stand together, as the end of a year takes from one lot what it gives to another.
        let mut later = self.lines.iter().filter(|line| line.on > on).peekable();
        while let Some(line) = later.next() {
            balance = balance.checked_add(line.days)?;
            if later.peek().is_none_or(|next| next.on != line.on) {
                lowest = lowest.min(balance);
            }
        }
        Ok(lowest)
    }

    /// What happened in a stretch of days, by kind.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where a sum does not fit.
    pub fn statement(&self, days: DateRange) -> Result<Statement, RatioError> {
        let mut statement = Statement::default();
        for line in &self.lines {
            if line.on < days.start() {
                statement.opening = statement.opening.checked_add(line.days)?;
            }
            if days.end().is_none_or(|end| line.on < end) {
                statement.closing = statement.closing.checked_add(line.days)?;
            }
            if !days.contains(line.on) {
                continue;
            }
            let sum = match line.reason {
                LineReason::Granted { .. }
                | LineReason::Earned { .. }
                | LineReason::Accrued(_)
                | LineReason::Extra { .. } => &mut statement.credited,
                LineReason::CarriedIn {} | LineReason::CarriedOver { .. } => &mut statement.carried,
                LineReason::Taken { cause: LeaveCause::PaidOut } => &mut statement.paid_out,
                LineReason::Taken { .. } => &mut statement.taken,
                LineReason::Lapsed {} | LineReason::Lost { .. } => &mut statement.lost,
            };
            *sum = sum.checked_add(line.days)?;
        }
        Ok(statement)
    }

    fn until(&self, on: NaiveDate) -> impl Iterator<Item = &LedgerLine> {
        self.lines.iter().filter(move |line| line.on <= on)
    }
}

/// What happened to leave in a stretch of days. Opening and all that happened add up to closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The balance before the first day.
    pub opening: Ratio,
    /// What was carried in; what goes over from one year to the next within the stretch cancels out.
    pub carried: Ratio,
    /// What was granted or earned.
    pub credited: Ratio,
    /// What was taken, below zero.
    pub taken: Ratio,
    /// What was paid out instead, below zero.
    pub paid_out: Ratio,
    /// What lapsed or was lost, below zero.
    pub lost: Ratio,
    /// The balance after the last day.
    pub closing: Ratio,
}

impl Default for Statement {
    fn default() -> Self {
        let none = Ratio::ZERO;
        Self { opening: none, carried: none, credited: none, taken: none, paid_out: none, lost: none, closing: none }
    }
}

/// An account of leave could not be drawn up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AccrueError {
    /// The day is too far from the opening of the account.
    #[error("{on} is over a hundred years after {opened}: an earlier day is wanted")]
    TooLong {
        /// The day.
        on: NaiveDate,
        /// When the account was opened.
        opened: NaiveDate,
    },
    /// Days carried in or taken are below zero.
    #[error("{days} days on {on} are below zero: zero or more are wanted")]
    Negative {
        /// The day.
        on: NaiveDate,
        /// How many.
        days: Ratio,
    },
    /// Leave was taken before the account was opened.
    #[error("leave on {on} is before the account was opened on {opened}: that day or a later one is wanted")]
    BeforeOpening {
        /// The day of the leave.
        on: NaiveDate,
        /// When the account was opened.
        opened: NaiveDate,
    },
    /// The exact figures do not fit.
    #[error("the exact figures do not fit")]
    Figures(#[from] RatioError),
}
