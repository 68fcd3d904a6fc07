//! The vendor bills: compared with what came before, matched, held or approved, posted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::rules::{DecideError, Facts};
use office_core::subject::{InvoiceId, ItemId, PartyId};
use office_core::{
    Actor, ApprovalCase, ApprovalStatus, Money, Percent, RecordedFact, Rounding, StoreError, Tx, WorkingTimeError,
};
use office_finance::{
    AssessError, Bill, BillCodingRules, CorrectInvoiceError, CurrencyError, CurrencyRules, DuplicatePolicy,
    EntryNumber, HoldReason, InvoiceStatus, InvoiceStepError, PaymentTerms, ReceiveInvoiceError, VendorInvoice,
    VendorInvoiceId, correct_invoice, receive_invoice,
};
use office_inventory::{Allowance, IndexBook, PriceTolerance};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PurchasingRules;

mod approve;
mod check;
mod coding;
mod credit;
#[cfg(feature = "ubl")]
mod e_invoice;
mod hold;
mod settle;

pub use approve::{BillsFallenDue, DecideBillError, approve_bill, fall_due_bills, refuse_bill};
pub use check::CheckBillError;
pub use coding::{BillBudgetError, CodeBillError, code_bill, suggest_coding, uncode_bill};
pub use credit::{CreditBillError, SetOffError, credit_note, set_off};
#[cfg(feature = "ubl")]
pub use e_invoice::{EInvoiceIntake, EInvoiceTaken, TakeEInvoiceError, take_in_e_invoice};
pub use hold::{HoldBillError, HoldPaymentError, hold_payment, lift_payment_hold, reject_bill, release_bill};
pub use settle::SettleError;

/// By what the office judges bills: its own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillRules {
    /// How much alike two bills have to be to be looked at twice.
    pub duplicates: DuplicatePolicy,
    /// How far a line may be above the price of a contract in force; what is below is not minded here.
    pub contract_prices: PriceTolerance,
    /// The indexes by which contracts change their prices.
    pub index: IndexBook,
    /// The categories of items whose bills are matched with the order alone: services that nobody notes when they are
    /// rendered. What is billed of them, and agrees, has come by that.
    pub without_receipt: BTreeSet<String>,
    /// The service as which an awarded order carries what the vendor asks for its delivery, so that the bill is expected to
    /// charge it. Where there is none, a delivery is on no order, and billed on its own.
    pub delivery: Option<ItemId>,
    /// The terms of payment that were agreed with a vendor; of any other vendor, a bill is due on the day that it names.
    pub terms: BTreeMap<PartyId, PaymentTerms>,
    /// How what is billed without an order is booked, where nobody says otherwise, and the tax codes for it.
    pub coding: BillCodingRules,
    /// What is foreign, and by which rates it is booked; nothing where the office keeps its books without.
    pub currencies: Option<CurrencyRules>,
}

impl Default for BillRules {
    /// Prices of contracts are not exceeded, everything is received, and nothing is agreed on payment.
    fn default() -> Self {
        let (over, under) = (Percent::ZERO, Percent::HUNDRED);
        let allowance = |percent| Allowance { percent, amount: None };
        Self {
            duplicates: DuplicatePolicy::default(),
            contract_prices: PriceTolerance {
                over: allowance(over),
                under: allowance(under),
                rounding: Rounding::HalfUp,
            },
            index: IndexBook::new(),
            without_receipt: BTreeSet::new(),
            delivery: None,
            terms: BTreeMap::new(),
            coding: BillCodingRules::default(),
            currencies: None,
        }
    }
}

impl BillRules {
    /// What an amount of a bill is in the currency of the books, in which policies, limits and budgets are.
    fn in_books(&self, amount: Money, on: NaiveDate) -> Result<Money, CurrencyError> {
        self.currencies.as_ref().map_or(Ok(amount), |currencies| currencies.worth(amount, on))
    }
}

/// What became of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillOutcome {
    /// It agrees, nobody else needs to approve it, and it is in the books under this number.
    Posted {
        /// The number of the journal entry.
        entry: EntryNumber,
        /// Which rule allowed it.
        why: String,
    },
    /// It agrees, and somebody has to approve it, or somebody else besides.
    ToApprove {
        /// Which rule says so.
        why: String,
    },
    /// It does not agree.
    Held {
        /// In what.
        reasons: Vec<HoldReason>,
    },
    /// The rules refuse it.
    Refused {
        /// Why.
        why: String,
    },
    /// It was decided before, or its time for approval is over.
    Decided {
        /// Where it stands.
        status: String,
    },
}

/// Takes a vendor's bill in, compares it with those that came before, matches it line by line with orders, receipts and
/// contracts, and posts it if the rules ask for nobody.
///
/// A bill that does not agree is held with its reasons; the same bill taken in again is looked at again, so one that was
/// held for goods not yet there passes once they are. A line that names no order is coded by the office's rules for the
/// vendor or by somebody ([`code_bill`]), and held until it is. A number that the vendor has used before in that year is refused; a
/// bill that is like another one in other ways is held until somebody says that it is not ([`release_bill`]).
///
/// Where somebody has to approve it, the time for that begins with the command by which it was found to agree. One whose
/// time is over is approved by nobody: it is sent back, and taken in anew.
///
/// # Errors
/// [`BillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, invoice, office, rent, rules};
/// use office::purchasing::{BillError, BillOutcome, bill};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// let take_in = |id| move |tx| async move { bill(&tx, rules, id, sent.clone()).await };
/// // It names no order, and nobody has said how it is booked.
/// let outcome = wait(office.transact(&command("a", "ann")?, take_in(invoice("a"))))?;
/// assert!(matches!(outcome, BillOutcome::Held { .. }));
/// // The number comes once.
/// let refused = wait(office.transact(&command("b", "ann")?, take_in(invoice("b"))));
/// assert!(matches!(refused, Err(BillError::Receive(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn bill(tx: &Tx, rules: &PurchasingRules, id: InvoiceId, bill: Bill) -> Result<BillOutcome, BillError> {
    receive_invoice(tx, id.retag(), bill).await?;
    look_at(tx, rules, id).await
}

/// Puts right what a bill was taken in to say, before it is approved: it is looked at as if it had come in like that, and
/// nothing that was waived or approved of it counts any more.
///
/// # Errors
/// [`BillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, invoice, office, rent, rules};
/// use office::purchasing::{BillError, bill, correct_bill};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// wait(office.transact(&command("a", "ann")?, |tx| async move { bill(&tx, rules, invoice("a"), sent.clone()).await }))?;
///
/// let right = &rent("M-10", 210_00)?;
/// wait(office.transact(&command("right", "ann")?, |tx| async move {
///     correct_bill(&tx, rules, invoice("a"), right.clone()).await
/// }))?;
/// // Without lines it is no bill.
/// let mut empty = rent("M-10", 210_00)?;
/// empty.lines.clear();
/// let empty = &empty;
/// let refused = wait(office.transact(&command("empty", "ann")?, |tx| async move {
///     correct_bill(&tx, rules, invoice("a"), empty.clone()).await
/// }));
/// assert!(matches!(refused, Err(BillError::Correct(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn correct_bill(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    bill: Bill,
) -> Result<BillOutcome, BillError> {
    correct_invoice(tx, id.retag(), bill).await?;
    look_at(tx, rules, id).await
}

/// Decides what is to become of a bill, as everything stands now.
async fn look_at(tx: &Tx, rules: &PurchasingRules, id: InvoiceId) -> Result<BillOutcome, BillError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;
    if !matches!(invoice.status(), InvoiceStatus::Received | InvoiceStatus::Held { .. } | InvoiceStatus::Matched { .. })
    {
        return Ok(BillOutcome::Decided { status: invoice.status().name().to_owned() });
    }
    let found = check::assessment(tx, rules, invoice_id, invoice.bill()).await?;
    coding::code_by_rules(tx, rules, invoice_id, &invoice).await?;
    let invoice = tx.load(invoice_id).await?;

    // Decide and record whether it agrees.
    tx.decide(invoice_id, invoice.assess(found, rules.terms.rounding)?).await?;
    let invoice = tx.load(invoice_id).await?;
    if invoice.approval().is_some() {
        return go_on(tx, rules, id).await;
    }
    coding::give_back(tx, invoice_id).await?;
    if let InvoiceStatus::Held { reasons } = invoice.status() {
        return Ok(BillOutcome::Held { reasons: reasons.clone() });
    }
    let wanted = coding::wanted_of_budgets(tx, rules, &invoice).await?;
    begin_approval(tx, rules, id, &invoice, wanted.within_budget).await?;
    let outcome = go_on(tx, rules, id).await?;
    if wanted.within_budget && matches!(outcome, BillOutcome::ToApprove { .. }) {
        coding::set_aside(tx, invoice_id, wanted.budgets).await?;
    }
    Ok(outcome)
}

/// Decides and records who has to approve a bill that agrees.
async fn begin_approval(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    invoice: &VendorInvoice,
    within_budget: bool,
) -> Result<(), BillError> {
    let invoice_id: VendorInvoiceId = id.retag();
    let by = taken_in_by(tx, invoice_id).await?;
    let bill = invoice.bill();
    let kind = if invoice.coding().is_empty() { "matched" } else { "coded" };
    let amount = rules.bills.in_books(bill.gross, bill.on)?;
    let facts = Facts::new().with("kind", kind).with("amount", amount).with("within_budget", within_budget);
    let ruling = rules.invoice_policy.decide(&facts, bill.on)?;
    let case = ApprovalCase::new(id.retag(), by.person, rules.scope.clone(), Some(amount));
    let begun = invoice.begin_approval(case, ruling, tx.command().at())?;
    tx.decide(invoice_id, begun).await?;
    Ok(())
}

/// Goes on with a bill that agrees, as far as its approval has come.
async fn go_on(tx: &Tx, rules: &PurchasingRules, id: InvoiceId) -> Result<BillOutcome, BillError> {
    let invoice_id: VendorInvoiceId = id.retag();
    let due = tx.load(invoice_id).await?.fall_due(tx.command().at(), &rules.hours)?;
    tx.decide(invoice_id, due).await?;
    let invoice = tx.load(invoice_id).await?;
    let matched = matches!(invoice.status(), InvoiceStatus::Matched { .. });
    if !matched {
        return Ok(BillOutcome::Decided { status: invoice.status().name().to_owned() });
    }
    let step = InvoiceStepError { status: invoice.status().name(), wanted: "matched" };
    let approval = invoice.approval().ok_or(SettleError::Step(step))?;
    let why = approval.why.clone();
    match approval.run.status() {
        ApprovalStatus::Approved => {
            tx.because(why.clone())?;
            let entry = settle::settle(tx, rules, id).await?;
            Ok(BillOutcome::Posted { entry, why })
        }
        ApprovalStatus::RefusedByPolicy { .. } => Ok(BillOutcome::Refused { why }),
        ApprovalStatus::Open { .. } => Ok(BillOutcome::ToApprove { why }),
        ended @ (ApprovalStatus::Returned { .. }
        | ApprovalStatus::Refused { .. }
        | ApprovalStatus::Withdrawn { .. }
        | ApprovalStatus::Expired { .. }) => Ok(BillOutcome::Decided { status: ended.to_string() }),
    }
}

/// Who took a bill in; where nothing is recorded yet, whoever gives this command.
async fn taken_in_by(tx: &Tx, invoice: VendorInvoiceId) -> Result<Actor, StoreError> {
    let first = tx.history(invoice, 0, 1).await?;
    Ok(first.first().map_or_else(|| tx.command().actor(), RecordedFact::by).clone())
}

/// A bill cannot be taken in, or not be looked at.
#[derive(Debug, Error)]
pub enum BillError {
    /// The store has failed.
    #[error("the invoice could not be stored")]
    Store(#[from] StoreError),
    /// It is no proper bill, or was sent before.
    #[error(transparent)]
    Receive(#[from] ReceiveInvoiceError),
    /// It cannot be put right like that.
    #[error(transparent)]
    Correct(#[from] CorrectInvoiceError),
    /// It cannot be compared with order, contract or other bills.
    #[error(transparent)]
    Check(#[from] CheckBillError),
    /// It cannot be assessed.
    #[error(transparent)]
    Assess(#[from] AssessError),
    /// It cannot be told what it takes of the budgets.
    #[error(transparent)]
    Budget(#[from] BillBudgetError),
    /// It is at another point.
    #[error(transparent)]
    Step(#[from] InvoiceStepError),
    /// The rules cannot be asked.
    #[error(transparent)]
    Rules(#[from] DecideError),
    /// It is in a foreign currency, and cannot be told in that of the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// It agrees, and cannot be put into the books.
    #[error(transparent)]
    Settle(#[from] SettleError),
}
