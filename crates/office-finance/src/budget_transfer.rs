//! Money is moved from one line of a budget to another.
//!
//! ```text
//! request ──► the rules allow ───────────────► Approved: both plans change at once, by the same months
//!         ├──► the rules ask for approvals ──► Open ──► approve … ──► Approved
//!         │                                     ├─────► refuse, withdraw, the clock
//!         └──► the rules refuse
//! ```
//!
//! While it is open nothing is moved and nothing is set aside: what the one line has left is looked at when it is asked
//! for and again when it is approved.
//!
//! Law 23 of the crate; `tests/budget.rs` holds it.

mod deciding;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{DecideError, Facts, PolicyBook, Ruling};
use office_core::subject::PersonId;
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, AuthorityBook, Entity, Entries, Id, Kind, Money,
    MoneyError, Ordered, Scope, StoreError, WorkingCalendar,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::deciding::{
    DecideTransferError, approve_budget_transfer, fall_due_budget_transfer, refuse_budget_transfer,
    request_budget_transfer, withdraw_budget_transfer,
};
use crate::{BudgetId, BudgetLine};

/// The id of a transfer.
pub type BudgetTransferId = Id<BudgetTransfer>;

/// A transfer between two lines of a budget, asked for and decided upon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetTransfer {
    request: NewBudgetTransfer,
    run: ApprovalRun,
}

/// What is to be moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBudgetTransfer {
    /// Its id.
    pub id: BudgetTransferId,
    /// From which line.
    pub from: BudgetId,
    /// To which line, of the same year.
    pub to: BudgetId,
    /// How much in each month, January to December; none of them below zero.
    pub months: [Money; 12],
    /// Who asks.
    pub requester: PersonId,
    /// What part of the office it is for, for asking who may approve: `company/CC-200`.
    pub scope: Scope,
    /// Why.
    pub reason: String,
    /// On which day.
    pub on: NaiveDate,
}

/// What is decided on transfers by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRules {
    /// Who has to approve. Asked with `amount`, `same_account: boolean`, `same_bearer: boolean` and `scope`.
    pub policy: PolicyBook,
    /// Who may do what.
    pub book: AuthorityBook,
    /// When the office works: in its hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
}

/// What happens to a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetTransferFact {
    /// It was asked for, and the rules have said what is to be done about it.
    Requested {
        /// What is to be moved.
        request: Box<NewBudgetTransfer>,
        /// How much that is in all.
        amount: Money,
        /// What the rules say, and why.
        ruling: Box<Ruling>,
        /// At which instant.
        at: DateTime<Utc>,
    },
    /// Somebody has approved, refused or withdrawn it.
    Acted(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
}

/// A transfer makes no sense, or cannot be made now.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MoveBudgetError {
    /// It would go from a line to itself.
    #[error("a line gives nothing to itself")]
    SameLine,
    /// The lines are of different years.
    #[error("from {from} to {to} nothing is transferred: what is left at the end of a year is carried forward")]
    OtherYear {
        /// The year of the one.
        from: i32,
        /// The year of the other.
        to: i32,
    },
    /// A month would give less than nothing, or all of them nothing.
    #[error("{amount} in month {month} cannot be moved: nothing below zero is, and more than nothing in all")]
    Amount {
        /// The month, from 1; 0 for all of them.
        month: u32,
        /// How much.
        amount: Money,
    },
    /// More is to be given in a month than is planned for it.
    #[error("{wanted} is more than the {planned} planned for month {month}")]
    Month {
        /// The month, from 1.
        month: u32,
        /// How much is to be given.
        wanted: Money,
        /// How much is planned.
        planned: Money,
    },
    /// The line that gives has not so much left.
    #[error("{wanted} is more than the {available} that is left")]
    Over {
        /// How much is to be given.
        wanted: Money,
        /// What is left.
        available: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
}

/// A transfer cannot be asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestTransferError {
    /// The store has failed, or knows no such line.
    #[error("the transfer could not be stored")]
    Store(#[from] StoreError),
    /// Another transfer was asked for under the id.
    #[error("another transfer was asked for under this id")]
    Reused,
    /// It makes no sense, or cannot be made.
    #[error(transparent)]
    Move(#[from] MoveBudgetError),
    /// The rules cannot be asked.
    #[error("the rules cannot be asked")]
    Rules(#[from] DecideError),
}

impl BudgetTransfer {
    /// The transfers on which approvals are missing, in the order of their days: those that the clock may change.
    pub const OPEN: Ordered<Self, NaiveDate> = Ordered::new("open");

    /// What is to be moved.
    #[must_use]
    pub const fn request(&self) -> &NewBudgetTransfer {
        &self.request
    }

    /// How far its approval has come; what is approved is moved.
    #[must_use]
    pub const fn run(&self) -> &ApprovalRun {
        &self.run
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> &ApprovalStatus {
        self.run.status()
    }
}

impl NewBudgetTransfer {
    /// How much is moved, if it can be: the lines are two of one year, and the one has so much left.
    ///
    /// # Errors
    /// [`MoveBudgetError`], in the order of its variants.
    pub fn check(&self, from: &BudgetLine, to: &BudgetLine) -> Result<Money, MoveBudgetError> {
        if self.from == self.to {
            return Err(MoveBudgetError::SameLine);
        }
        let (given, taken) = (from.planned(), to.planned());
        if given.year != taken.year {
            return Err(MoveBudgetError::OtherYear { from: given.year, to: taken.year });
        }
        let [first, ..] = self.months;
        let amount = Money::sum(self.months, first.currency())?;
        for (month, wanted) in (1..).zip(self.months) {
            if wanted.is_negative() {
                return Err(MoveBudgetError::Amount { month, amount: wanted });
            }
        }
        if amount.is_zero() {
            return Err(MoveBudgetError::Amount { month: 0, amount });
        }
        for ((month, wanted), planned) in (1..).zip(self.months).zip(given.months) {
            if wanted.is_positive() && planned.compare(&wanted)?.is_lt() {
                return Err(MoveBudgetError::Month { month, wanted, planned });
            }
        }
        let available = from.available()?;
        if available.compare(&amount)?.is_lt() {
            return Err(MoveBudgetError::Over { wanted: amount, available });
        }
        Ok(amount)
    }

    fn facts(&self, amount: Money, from: &BudgetLine, to: &BudgetLine) -> Facts {
        let (given, taken) = (from.planned(), to.planned());
        Facts::new()
            .with("amount", amount)
            .with("same_account", given.account == taken.account)
            .with("same_bearer", given.bearer == taken.bearer)
            .with("scope", self.scope.clone())
    }
}

impl Entity for BudgetTransfer {
    const KIND: Kind = Kind::literal("budget_transfer");
    type Fact = BudgetTransferFact;

    fn open(fact: &BudgetTransferFact) -> Option<Self> {
        let BudgetTransferFact::Requested { request, amount, ruling, at } = fact else { return None };
        let case = ApprovalCase::new(request.id.retag(), request.requester, request.scope.clone(), Some(*amount));
        Some(Self { request: NewBudgetTransfer::clone(request), run: ApprovalRun::start(&ruling.outcome, case, *at) })
    }

    fn apply(&mut self, fact: &BudgetTransferFact) {
        match fact {
            BudgetTransferFact::Requested { .. } => {}
            BudgetTransferFact::Acted(act) => self.run.apply(act),
            BudgetTransferFact::FellDue(acts) => acts.iter().for_each(|act| self.run.apply(act)),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if matches!(self.run.status(), ApprovalStatus::Open { .. }) {
            entries.ordered(Self::OPEN, &self.request.on);
        }
    }
}
