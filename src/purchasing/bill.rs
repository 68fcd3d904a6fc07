//! The vendor bills: matched three ways, approved, posted, paid.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{DecideError, Facts};
use office_core::subject::{InvoiceId, OrderId, PaymentId};
use office_core::{
    Actor, ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStepError, Decision, Money, MoneyError, PriceError,
    Quantity, QuantityError, RecordedFact, StoreError, Tx, WorkingTimeError,
};
use office_finance::{
    AssessError, Bill, Entry, EntryError, EntryId, EntryNumber, HoldReason, InvoiceFact, InvoiceStatus,
    InvoiceStepError, LineMatch, MatchError, OrderLineRef, OrderedLine, PayInvoiceError, PostError, Posting,
    ReceiveInvoiceError, Variance, VendorInvoice, VendorInvoiceId, match_line, post, receive_invoice,
};
use office_inventory::{BillOrderError, CreditOrderError, MatchLine, OrderBill, PurchaseOrder};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;
use crate::approval::approve_now;
use crate::journal::{PostAndSpendError, post_and_spend};

/// How many facts of a bill are read at once.
const FACTS_AT_ONCE: usize = 500;

/// What became of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillOutcome {
    /// It agrees, nobody needs to approve it, and it is in the books under this number.
    Posted {
        /// The number of the journal entry.
        entry: EntryNumber,
        /// Which rule allowed it.
        why: String,
    },
    /// It agrees, and somebody has to approve it.
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

/// Takes a vendor's bill in, matches it line by line with order and receipts, and posts it if the rules ask for nobody.
///
/// A bill that does not agree is held with its reasons; the same bill taken in again is matched again, so one that was
/// held for goods not yet there passes once they are. A number that the vendor has used before is refused.
///
/// Where somebody has to approve it, the time for that begins with the command by which it was found to agree. One whose
/// time is over is approved by nobody: it is sent back, and taken in anew.
///
/// # Errors
/// [`BillError`]; nothing is recorded then.
pub async fn bill(tx: &Tx, rules: &PurchasingRules, id: InvoiceId, bill: Bill) -> Result<BillOutcome, BillError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    receive_invoice(tx, invoice_id, bill).await?;
    let invoice = tx.load(invoice_id).await?;
    let orders = orders_of(tx, invoice.bill()).await?;
    let mut taken = how_taken(tx, invoice_id).await?;

    // Decide.
    if !matches!(invoice.status(), InvoiceStatus::Received | InvoiceStatus::Held { .. } | InvoiceStatus::Matched { .. })
    {
        return Ok(BillOutcome::Decided { status: invoice.status().name().to_owned() });
    }
    let assessed = invoice.assess(matches_of(invoice.bill(), &orders, rules)?, rules.terms.rounding)?;
    if assessed != Decision::AlreadyRecorded {
        taken.agreed = tx.command().at();
    }

    // Record.
    tx.decide(invoice_id, assessed).await?;
    match tx.load(invoice_id).await?.status() {
        InvoiceStatus::Held { reasons } => return Ok(BillOutcome::Held { reasons: reasons.clone() }),
        InvoiceStatus::Matched { .. } => {}
        other @ (InvoiceStatus::Received
        | InvoiceStatus::Approved { .. }
        | InvoiceStatus::Posted { .. }
        | InvoiceStatus::Paid { .. }
        | InvoiceStatus::Rejected { .. }) => return Ok(BillOutcome::Decided { status: other.name().to_owned() }),
    }
    let (run, why) = run_of::<BillError>(tx, rules, id, &taken, invoice.bill())?;
    match run.status() {
        ApprovalStatus::Approved => {
            tx.because(why.clone())?;
            let entry = settle(tx, rules, id).await?;
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

/// Approves a matched bill by whoever gives the command, and posts it. Whoever took the bill in does not approve it, and
/// nobody does when its time is over.
///
/// # Errors
/// [`ApproveBillError`]; nothing is recorded then.
pub async fn approve_bill(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    on: NaiveDate,
) -> Result<EntryNumber, ApproveBillError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;
    let taken = how_taken(tx, invoice_id).await?;

    // Decide.
    let InvoiceStatus::Matched { .. } = invoice.status() else {
        return Err(InvoiceStepError { status: invoice.status().name(), wanted: "matched" }.into());
    };
    let (run, why) = run_of::<ApproveBillError>(tx, rules, id, &taken, invoice.bill())?;
    let run = approve_now(tx, run, &rules.book, on)?;
    if !run.is_approved() {
        return Err(ApproveBillError::NotEnough { status: run.status().clone() });
    }

    // Record.
    tx.because(why)?;
    Ok(settle(tx, rules, id).await?)
}

/// Pays a posted bill, or a part of it, from the bank.
///
/// # Errors
/// [`PayBillError`]; nothing is recorded then.
pub async fn pay(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    payment: PaymentId,
    amount: Money,
    on: NaiveDate,
) -> Result<(), PayBillError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;

    // Decide.
    let Decision::Record(paid) = invoice.pay(payment, amount, on)? else { return Ok(()) };
    let number = &invoice.bill().number;
    let (payables, bank) = (rules.accounts.payables.clone(), rules.accounts.bank.clone());
    let postings = vec![Posting::debit(payables, amount), Posting::credit(bank, amount)];
    let entry = Entry::balanced(on, format!("payment of {number}"), postings)?.resting_on(number.clone())?;

    // Record.
    tx.record(invoice_id, paid).await?;
    post(tx, &rules.chart, EntryId::natural("payment", &format!("{id}/{payment}")), entry).await?;
    Ok(())
}

/// The orders that a bill names, of the vendor who sends it: nobody bills what others have delivered.
async fn orders_of(tx: &Tx, bill: &Bill) -> Result<BTreeMap<OrderId, PurchaseOrder>, StoreError> {
    let named: BTreeSet<OrderId> = bill.lines.iter().filter_map(|line| Some(line.order?.order)).collect();
    let mut orders = BTreeMap::new();
    for order in named {
        let placed = tx.find(PurchaseOrder::key(order)).await?;
        if let Some(placed) = placed.filter(|placed| placed.vendor() == bill.vendor) {
            orders.insert(order, placed);
        }
    }
    Ok(orders)
}

/// Each line of the bill against the line of the order that it names; nothing where there is no such line.
///
/// Lines of one bill that name the same line are matched one after the other: what the first bills is billed for the
/// next. What has not come is not tolerated, however little it is: an order is billed for what it has received.
fn matches_of(
    bill: &Bill,
    orders: &BTreeMap<OrderId, PurchaseOrder>,
    rules: &PurchasingRules,
) -> Result<Vec<Option<LineMatch>>, MatchError> {
    let mut billed: BTreeMap<OrderLineRef, Quantity> = BTreeMap::new();
    let mut credited: BTreeMap<OrderLineRef, Quantity> = BTreeMap::new();
    let mut all = Vec::with_capacity(bill.lines.len());
    for line in &bill.lines {
        let Some((at, ordered)) = line.order.and_then(|at| Some((at, ordered_line(orders, at)?))) else {
            all.push(None);
            continue;
        };
        let (mut ordered, mut due) = ordered?;
        let before = billed.entry(at).or_insert(ordered.billed_before);
        ordered.billed_before = *before;
        *before = before.checked_add(line.billed.quantity)?;
        if line.billed.quantity.is_negative() {
            let left = credited.entry(at).or_insert(due);
            due = *left;
            *left = left.checked_add(line.billed.quantity)?;
        }
        let mut matched = match_line(&line.billed, &ordered, &rules.tolerances, rules.terms.rounding)?;
        for variance in &mut matched.variances {
            if let Variance::NotReceived { tolerated, .. } = variance {
                *tolerated = false;
            }
        }
        matched.variances.extend(not_due(line.billed.quantity, due)?);
        all.push(Some(matched));
    }
    Ok(all)
}

/// An order line in the words of finance, and how much of it the vendor is to credit: what was sent back has not come,
/// and what was credited was not billed.
fn ordered_line(
    orders: &BTreeMap<OrderId, PurchaseOrder>,
    at: OrderLineRef,
) -> Option<Result<(OrderedLine, Quantity), QuantityError>> {
    let lines = orders.get(&at.order)?.match_lines();
    let line = lines.into_iter().find(|line| line.line == at.line)?;
    let MatchLine { ordered, price, received, returned, billed, credited, credit_due, .. } = line;
    let told = || {
        let (received, billed_before) = (received.checked_sub(returned)?, billed.checked_sub(credited)?);
        Ok((OrderedLine { ordered, price, received, billed_before }, credit_due))
    };
    Some(told())
}

/// What is credited and is not due, as a variance that is never tolerated.
fn not_due(quantity: Quantity, due: Quantity) -> Result<Option<Variance>, QuantityError> {
    let over = quantity.is_negative() && quantity.checked_add(due)?.is_negative();
    let (payable, tolerance) = (due.negated(), Quantity::zero(due.unit()));
    Ok(over.then_some(Variance::NotReceived { payable, billed: quantity, tolerance, tolerated: false }))
}

/// How a bill was taken in.
struct Taken {
    by: Actor,
    /// When it was found to agree.
    agreed: DateTime<Utc>,
}

/// As what is recorded tells; where nothing is yet, by this command.
async fn how_taken(tx: &Tx, invoice: VendorInvoiceId) -> Result<Taken, StoreError> {
    let mut facts = Vec::new();
    loop {
        let page = tx.history(invoice, facts.last().map_or(0, RecordedFact::rev), FACTS_AT_ONCE).await?;
        let through = page.len() < FACTS_AT_ONCE;
        facts.extend(page);
        if through {
            break;
        }
    }
    let by = facts.first().map_or_else(|| tx.command().actor(), RecordedFact::by).clone();
    let matched = |fact: &&RecordedFact| matches!(fact.fact::<VendorInvoice>(), Ok(Some(InvoiceFact::Matched { .. })));
    let agreed = facts.iter().rev().find(matched).map_or_else(|| tx.command().at(), RecordedFact::at);
    Ok(Taken { by, agreed })
}

/// Whom the rules ask to approve a bill, as it stands now that time has passed. Whoever took it in counts as the one who
/// asks.
fn run_of<E: From<DecideError> + From<WorkingTimeError>>(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    taken: &Taken,
    bill: &Bill,
) -> Result<(ApprovalRun, String), E> {
    let facts = Facts::new().with("kind", "matched").with("amount", bill.gross);
    let ruling = rules.invoice_policy.decide(&facts, bill.on)?;
    let case = ApprovalCase {
        case: id.retag(),
        requester: taken.by.person,
        beneficiaries: BTreeSet::new(),
        scope: rules.scope.clone(),
        amount: Some(bill.gross),
        taken: Vec::new(),
    };
    let mut run = ApprovalRun::start(&ruling.outcome, case, taken.agreed);
    let now = tx.command().at();
    if now > taken.agreed {
        run.fall_due(now, &rules.hours)?.iter().for_each(|act| run.apply(act));
    }
    Ok((run, ruling.explanation.to_string()))
}

/// Approves and posts a bill that agrees: goods received and input tax against payables.
///
/// Goods received are relieved by what these goods were worth when they came, to the cent. What is billed beside that,
/// within tolerance, is a difference of price at the expense of whom the goods are for.
async fn settle(tx: &Tx, rules: &PurchasingRules, id: InvoiceId) -> Result<EntryNumber, SettleError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;
    let bill = invoice.bill();
    let orders = orders_of(tx, bill).await?;

    // Decide.
    let accounts = &rules.accounts;
    let (mut postings, billed) = charged(rules, &invoice, &orders)?;
    for tax in &bill.taxes {
        postings.push(Posting::debit(accounts.input_tax_at(tax.rate)?.clone(), tax.tax));
    }
    postings.push(Posting::credit(accounts.payables.clone(), bill.gross));
    postings.retain(|posting| !posting.amount.is_zero());
    let entry = Entry::balanced(bill.on, format!("invoice {}", bill.number), postings)?;
    let entry = entry.resting_on(bill.number.clone())?;
    let approved = invoice.approve(tx.command().actor().person, tx.command().at())?;

    // Record.
    let entry_id = EntryId::natural("invoice", &id.to_string());
    tx.decide(invoice_id, approved).await?;
    for (order, (bill, credit)) in billed {
        for (lines, credits) in [(bill, false), (credit, true)].into_iter().filter(|(lines, _)| !lines.is_empty()) {
            let placed = tx.load(PurchaseOrder::key(order)).await?;
            let of_order = OrderBill { invoice: id, lines };
            let decided = if credits { placed.credit(of_order)? } else { placed.bill(of_order)? };
            tx.decide(PurchaseOrder::key(order), decided).await?;
        }
    }
    let number = post_and_spend(tx, &rules.chart, entry_id, entry).await?;
    let posted = tx.load(invoice_id).await?.posted(entry_id)?;
    tx.decide(invoice_id, posted).await?;
    Ok(number)
}

/// How much of each line of an order is billed, and how much is credited.
type Charged = BTreeMap<OrderId, (BTreeMap<u32, Quantity>, BTreeMap<u32, Quantity>)>;

/// What the lines of a bill come to in the books, and in the orders that they bill or credit.
fn charged(
    rules: &PurchasingRules,
    invoice: &VendorInvoice,
    orders: &BTreeMap<OrderId, PurchaseOrder>,
) -> Result<(Vec<Posting>, Charged), SettleError> {
    let mut postings = Vec::new();
    let mut charged = Charged::new();
    for line in &invoice.bill().lines {
        let ordered = line.order.and_then(|at| Some((at, orders.get(&at.order)?.line(at.line)?)));
        // A line without an order is held, and so never gets here.
        let (at, ordered) =
            ordered.ok_or(InvoiceStepError { status: invoice.status().name(), wanted: "matched with an order" })?;
        let quantity = line.billed.quantity;
        let (bills, credits) = charged.entry(at.order).or_default();
        let (lines, earlier) =
            if quantity.is_negative() { (credits, ordered.credited()) } else { (bills, ordered.billed()) };
        let by_this = lines.entry(at.line).or_insert(Quantity::zero(quantity.unit()));
        let before = earlier.checked_add(*by_this)?;
        *by_this = by_this.checked_add(quantity.abs())?;
        let after = before.checked_add(quantity.abs())?;
        let rounding = rules.terms.rounding;
        let worth = ordered.worth(after, rounding)?.checked_sub(ordered.worth(before, rounding)?)?;
        let worth = if quantity.is_negative() { worth.negated() } else { worth };
        let difference = line.billed.net.checked_sub(worth)?;
        postings.push(Posting::debit(rules.accounts.goods_received.clone(), worth));
        let posting = Posting::debit(rules.accounts.price_difference.clone(), difference);
        postings.push(posting.borne_by(ordered.cost_centre()));
    }
    Ok((postings, charged))
}

/// A bill that agrees cannot be put into the books.
#[derive(Debug, Error)]
pub enum SettleError {
    /// The store has failed.
    #[error("the invoice could not be stored")]
    Store(#[from] StoreError),
    /// It is at another point.
    #[error(transparent)]
    Step(#[from] InvoiceStepError),
    /// Its quantities cannot be added up.
    #[error("the quantities of the invoice cannot be added up")]
    Quantity(#[from] QuantityError),
    /// What was ordered cannot be valued.
    #[error("what was ordered cannot be valued")]
    Price(#[from] PriceError),
    /// Its amounts cannot be added up.
    #[error("the amounts of the invoice cannot be added up")]
    Money(#[from] MoneyError),
    /// There is no account for something on it.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The order does not take it.
    #[error(transparent)]
    Order(#[from] BillOrderError),
    /// The order does not take what is credited.
    #[error(transparent)]
    Credit(#[from] CreditOrderError),
    /// The journal or the budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}

/// A bill cannot be taken in.
#[derive(Debug, Error)]
pub enum BillError {
    /// The store has failed.
    #[error("the invoice could not be stored")]
    Store(#[from] StoreError),
    /// It is no proper bill, or was sent before.
    #[error(transparent)]
    Receive(#[from] ReceiveInvoiceError),
    /// It cannot be matched with the order.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// It cannot be assessed.
    #[error(transparent)]
    Assess(#[from] AssessError),
    /// The rules cannot be asked.
    #[error(transparent)]
    Rules(#[from] DecideError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// It agrees, and cannot be put into the books.
    #[error(transparent)]
    Settle(#[from] SettleError),
}

/// A bill cannot be approved.
#[derive(Debug, Error)]
pub enum ApproveBillError {
    /// The store has failed, or knows no such invoice.
    #[error("the approval could not be stored")]
    Store(#[from] StoreError),
    /// It is at another point.
    #[error(transparent)]
    Step(#[from] InvoiceStepError),
    /// The rules cannot be asked.
    #[error(transparent)]
    Rules(#[from] DecideError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// Whoever gives the command may not approve it.
    #[error(transparent)]
    Refused(#[from] ApproveStepError),
    /// The rules ask for more than one approval, or refuse.
    #[error("the approval is not complete: it is {status}")]
    NotEnough {
        /// Where it stands.
        status: ApprovalStatus,
    },
    /// It cannot be put into the books.
    #[error(transparent)]
    Settle(#[from] SettleError),
}

/// A bill cannot be paid.
#[derive(Debug, Error)]
pub enum PayBillError {
    /// The store has failed, or knows no such invoice.
    #[error("the payment could not be stored")]
    Store(#[from] StoreError),
    /// The invoice does not take it.
    #[error(transparent)]
    Invoice(#[from] PayInvoiceError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
}
