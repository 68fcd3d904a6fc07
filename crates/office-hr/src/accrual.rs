//! Leave as a ledger: one pure fold over everything that is dated.
//!
//! Credits, days carried in or over, their lapse, leave taken and changes of employment are merged into one list in
//! the order of their dates and folded once. The [`Ledger`] that comes of it has one line for each cause, which says
//! as data why it is there. Nothing is added up anywhere else, so a balance, a forecast and a statement never disagree.
//!
//! On one date the order is: days carried in, lapse, the end of a leave year with its carry-over, credit in advance,
//! leave taken, and the credit of a month that ends. So carry-over comes before the new year's credit, and the first
//! day of a leave year can be taken from it.
//!
//! Days are kept in lots: those granted for a leave year, and those carried into it. Leave draws on the lots in the
//! order that the plan declares, only while they can be used; what exceeds them overdraws the year's grant, and the
//! next credit or carry-over makes up for it.
//!
//! # Laws
//! Held by `tests/accrual.rs` and `tests/posting.rs`.
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

use chrono::NaiveDate;
use office_core::subject::LeaveId;
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{LeavePlan, Tenure};

mod fold;
mod line;
mod posting;
mod timeline;

pub use line::{LedgerLine, LineReason, Lot, LotKind};
pub use posting::{PostedLedger, Posting};

/// The longest time that is folded, in days: a hundred years.
const LONGEST: i64 = 36_525;

/// What an account of leave begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// From which day on it is kept. What is granted for the leave year of that day is granted in full.
    pub on: NaiveDate,
    /// How many days were carried into that leave year.
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
/// let history = LeaveHistory { plan: &plan, tenure: &tenure, opening, taken: &taken };
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
        let opening = history.opening;
        if as_of.signed_duration_since(opening.on).num_days() > LONGEST {
            return Err(AccrueError::TooLong { on: as_of, opened: opening.on });
        }
        if opening.carried_in.is_negative() {
            return Err(AccrueError::Negative { on: opening.on, days: opening.carried_in });
        }
        for LeaveTaken { on, days, .. } in history.taken {
            if days.is_negative() {
                return Err(AccrueError::Negative { on: *on, days: *days });
            }
            if *on < opening.on {
                return Err(AccrueError::BeforeOpening { on: *on, opened: opening.on });
            }
        }
        let events = timeline::events(history, as_of)?;
        Ok(Self { lines: fold::fold(events)? })
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
                LineReason::Granted { .. } | LineReason::Earned { .. } => &mut statement.credited,
                LineReason::CarriedIn {} | LineReason::CarriedOver { .. } => &mut statement.carried,
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
    /// What lapsed or was lost, below zero.
    pub lost: Ratio,
    /// The balance after the last day.
    pub closing: Ratio,
}

impl Default for Statement {
    fn default() -> Self {
        let none = Ratio::ZERO;
        Self { opening: none, carried: none, credited: none, taken: none, lost: none, closing: none }
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
