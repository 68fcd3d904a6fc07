//! What somebody has spent for the office, and gets back.
//!
//! ```text
//! submit ──► the rules on lines: which are granted, which not, which somebody looks at
//!        └─► the rules on claims ──► Approved ──────────────────────► settle ──► pay
//!                                ├─► Open ──► approve (lines cut) ──┘   │
//!                                │     └────► refuse, withdraw, expiry  └─ advances are set off
//!                                └─► RefusedByPolicy
//! ```
//!
//! What is payable follows from the facts: what was granted of the lines that the claimant has paid, less advances set off and
//! what was paid.
//!
//! Law 25 of the crate; `tests/expenses.rs` of the root package holds it.

mod line;
mod paying;
mod submitting;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{PolicyBook, Ruling};
use office_core::subject::{CostCentreId, PersonId};
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, AuthorityBook, Currency, Entity, Entries, Id, Kind, Money,
    MoneyError, Ordered, Rounding, Scope, Unique, WorkingCalendar,
};
use serde::{Deserialize, Serialize};

pub use self::line::{ExpenseBasis, ExpenseLine, ExpenseLineError, ExpenseTax, PaidBy};
pub use self::paying::{ClaimPaymentError, Recharge, SettleClaimError};
pub use self::submitting::{ApproveClaim, ApproveClaimError, LineCut, SubmitClaimError};
use crate::{EntryId, TravelAdvanceId};

/// The id of a claim.
pub type ExpenseClaimId = Id<ExpenseClaim>;

/// A claim for what somebody has spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseClaim {
    claim: NewExpenseClaim,
    lines: Vec<ClaimedLine>,
    run: ApprovalRun,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled: Option<ClaimSettlement>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    paid: BTreeMap<EntryId, ClaimPayment>,
}

/// What somebody claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewExpenseClaim {
    /// Its id.
    pub id: ExpenseClaimId,
    /// Who has spent it.
    pub claimant: PersonId,
    /// On which day it is claimed.
    pub on: NaiveDate,
    /// In which currency it is paid back.
    pub currency: Currency,
    /// How foreign amounts and parts of taxes are rounded.
    pub rounding: Rounding,
    /// What for.
    pub purpose: String,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is, for asking who may approve: `company/CC-200`.
    pub scope: Scope,
    /// What was spent.
    pub lines: Vec<ExpenseLine>,
}

/// What is decided on claims by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRules {
    /// What is granted of a line. Asked with `category`, `basis` (`receipt`, `per_diem`, `mileage`), `amount`,
    /// `has_receipt: boolean`, `company_card: boolean` and `days_old: integer`. What it refuses is not granted; for what it
    /// wants approvals, the claim is flagged.
    pub lines: PolicyBook,
    /// Who has to approve a claim. Asked with `amount` (what the lines are granted), `flagged: integer`,
    /// `refused: integer` and `scope`.
    pub claims: PolicyBook,
    /// Who may do what.
    pub book: AuthorityBook,
    /// When the office works: in its hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
}

/// A line of a claim as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedLine {
    /// What it comes to in the currency of the claim.
    pub amount: Money,
    /// What the rules say of it, and why.
    pub ruling: Ruling,
    /// How much of it is granted.
    pub granted: Money,
    /// Why less is granted than the rules would, where somebody has cut it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
}

/// How a claim was booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimSettlement {
    /// The entry in the books.
    pub entry: EntryId,
    /// When.
    pub on: NaiveDate,
    /// What was set off against which advance.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub advances: BTreeMap<TravelAdvanceId, Money>,
}

/// What was paid of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimPayment {
    /// How much.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
}

/// What happens to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpenseClaimFact {
    /// It was submitted, and the rules have said what is to be done about it.
    Submitted {
        /// What is claimed.
        claim: Box<NewExpenseClaim>,
        /// What its lines come to, and what the rules say of each.
        lines: Vec<ClaimedLine>,
        /// What they say of the whole.
        ruling: Box<Ruling>,
        /// At which instant.
        at: DateTime<Utc>,
    },
    /// Somebody has approved a step, and cut some lines.
    Approved {
        /// The act.
        act: ApprovalAct,
        /// To what lines are cut, by their numbers from 1.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        cuts: BTreeMap<u32, LineCut>,
    },
    /// Somebody has refused or withdrawn it.
    Acted(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
    /// It was booked, and advances were set off against it.
    Settled(ClaimSettlement),
    /// Something of it was paid.
    Paid {
        /// The entry in the books.
        entry: EntryId,
        /// How much, and when.
        payment: ClaimPayment,
    },
}

impl ExpenseClaim {
    /// The claim that holds a receipt; each is claimed once. What was refused or withdrawn holds none.
    pub const BY_RECEIPT: Unique<Self, String> = Unique::new("receipt");
    /// Claims that are approved and not settled and paid to the end, by day.
    pub const PAYABLE: Ordered<Self, NaiveDate> = Ordered::new("payable");
    /// Claims on which approvals are missing, by day: those that the clock may change.
    pub const OPEN: Ordered<Self, NaiveDate> = Ordered::new("open");
    /// The most lines of one claim.
    pub const MOST_LINES: usize = 500;

    /// What was claimed.
    #[must_use]
    pub const fn claim(&self) -> &NewExpenseClaim {
        &self.claim
    }

    /// Each line as it stands, in order.
    #[must_use]
    pub fn lines(&self) -> &[ClaimedLine] {
        &self.lines
    }

    /// How far its approval has come.
    #[must_use]
    pub const fn run(&self) -> &ApprovalRun {
        &self.run
    }

    /// Where its approval stands.
    #[must_use]
    pub fn status(&self) -> &ApprovalStatus {
        self.run.status()
    }

    /// How it was booked, if it was.
    #[must_use]
    pub const fn settlement(&self) -> Option<&ClaimSettlement> {
        self.settled.as_ref()
    }

    /// What is granted of all lines, whoever has paid them.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn granted(&self) -> Result<Money, MoneyError> {
        self.sum(self.lines.iter().map(|line| line.granted))
    }

    /// What the office owes the claimant for it: what is granted of what they have paid themselves, less advances set off
    /// and what was paid. Nothing before it is approved.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn payable(&self) -> Result<Money, MoneyError> {
        if !self.run.is_approved() {
            return Ok(Money::zero(self.claim.currency));
        }
        let set_off = self.settled.iter().flat_map(|settled| settled.advances.values());
        let taken = set_off.chain(self.paid.values().map(|paid| &paid.amount)).copied();
        self.owed()?.checked_sub(self.sum(taken)?)
    }

    /// What is granted of what the claimant has paid.
    pub(crate) fn owed(&self) -> Result<Money, MoneyError> {
        let own = self.claim.lines.iter().zip(&self.lines).filter(|(line, _)| line.paid_by == PaidBy::Claimant);
        self.sum(own.map(|(_, line)| line.granted))
    }

    fn sum(&self, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        Money::sum(amounts, self.claim.currency)
    }
}

impl NewExpenseClaim {
    /// The receipts that it holds.
    fn receipts(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(ExpenseLine::receipt)
    }
}

impl Entity for ExpenseClaim {
    const KIND: Kind = Kind::literal("expense_claim");
    type Fact = ExpenseClaimFact;

    fn open(fact: &ExpenseClaimFact) -> Option<Self> {
        let ExpenseClaimFact::Submitted { claim, lines, ruling, at } = fact else { return None };
        let granted = Money::sum(lines.iter().map(|line| line.granted), claim.currency).ok();
        let case = ApprovalCase::new(claim.id.retag(), claim.claimant, claim.scope.clone(), granted);
        Some(Self {
            claim: NewExpenseClaim::clone(claim),
            lines: lines.clone(),
            run: ApprovalRun::start(&ruling.outcome, case, *at),
            settled: None,
            paid: BTreeMap::new(),
        })
    }

    fn apply(&mut self, fact: &ExpenseClaimFact) {
        match fact {
            ExpenseClaimFact::Submitted { .. } => {}
            ExpenseClaimFact::Approved { act, cuts } => {
                self.run.apply(act);
                for (number, LineCut { to, reason }) in cuts {
                    let place = usize::try_from(*number).ok().and_then(|number| number.checked_sub(1));
                    if let Some(line) = place.and_then(|place| self.lines.get_mut(place)) {
                        line.granted = *to;
                        line.cut = Some(reason.clone());
                    }
                }
            }
            ExpenseClaimFact::Acted(act) => self.run.apply(act),
            ExpenseClaimFact::FellDue(acts) => acts.iter().for_each(|act| self.run.apply(act)),
            ExpenseClaimFact::Settled(settled) => self.settled = Some(settled.clone()),
            ExpenseClaimFact::Paid { entry, payment } => {
                self.paid.insert(*entry, *payment);
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let turned_down = self.run.status().is_final() && !self.run.is_approved();
        if !turned_down {
            for receipt in self.claim.receipts().collect::<BTreeSet<_>>() {
                entries.unique(Self::BY_RECEIPT, &receipt.to_owned());
            }
        }
        let owes = self.payable().is_ok_and(Money::is_positive);
        if self.run.is_approved() && (self.settled.is_none() || owes) {
            entries.ordered(Self::PAYABLE, &self.claim.on);
        }
        if matches!(self.run.status(), ApprovalStatus::Open { .. }) {
            entries.ordered(Self::OPEN, &self.claim.on);
        }
    }
}
