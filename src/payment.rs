//! Payments to vendors: the one way on which money goes to bills.
//!
//! A payment goes to any number of bills, each in full or in part, less what may be taken off for paying early; credit notes
//! of the vendor take part with amounts below nothing. It is posted once, and remembered with its parts; one that the bank
//! sends back is taken out of the books again, and what it has paid is open as before. What the bank statement brings
//! without having been paid here is [booked there](crate::banking).
//!
//! A run pays what is due or may be had for less: it is proposed within an amount, approved, and carried out payment by
//! payment.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::rules::PolicyBook;
use office_core::subject::{InvoiceId, PartyId, PaymentId};
use office_core::{
    AllocateError, AuthorityBook, Currency, Decision, Money, MoneyError, Percent, Scope, StoreError, Tx,
    WorkingCalendar,
};
use office_finance::{
    AccountCode, AllocatePaymentError, Allocation, Chart, DiscountTaxRule, Entry, EntryError, EntryId, InvoiceFact,
    NewPayment, OpenItem, PayInvoiceError, Payment, PaymentPart, PaymentReturn, PostError, Posting, ReturnPaymentError,
    UndoAllocationError, UndoError, VendorInvoice, VendorInvoiceId, post, undo,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

mod run;

pub use run::{
    CarryOutRunError, DecideRunError, ProposeRunError, RunCarriedOut, RunProposed, RunRequest, approve_run, cancel_run,
    carry_out_run, propose_run,
};

/// What payments are decided and booked by: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRules {
    /// Who has to approve a run of payments. Asked with `amount` (all of it) and `payments` (how many).
    pub policy: PolicyBook,
    /// Who may do what.
    pub book: AuthorityBook,
    /// When the office works: in its hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
    /// The part of the office that pays: who approves must have authority there.
    pub scope: Scope,
    /// The accounts.
    pub chart: Chart,
    /// Debts to vendors.
    pub payables: AccountCode,
    /// From which account each currency is paid.
    pub banks: BTreeMap<Currency, AccountCode>,
    /// What was taken off for paying early, without tax.
    pub discounts: AccountCode,
    /// What taking it off does to the tax.
    pub discount_tax: DiscountTaxRule,
    /// Tax that is got back, by its rate.
    pub input_tax: BTreeMap<Percent, AccountCode>,
    /// What neither side asks for any more.
    pub write_offs: AccountCode,
    /// Vendors who are not paid now, and why.
    pub blocked: BTreeMap<PartyId, String>,
}

/// To pay a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayVendor {
    /// The id of the payment, which no other has.
    pub id: PaymentId,
    /// Whom.
    pub vendor: PartyId,
    /// In which currency.
    pub currency: Currency,
    /// When.
    pub on: NaiveDate,
    /// What for.
    pub parts: Vec<PartToPay>,
}

/// What of a payment goes to an instalment of a bill. Amounts are as on the bill: below nothing for a credit note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartToPay {
    /// The bill.
    pub bill: InvoiceId,
    /// Which instalment of it, counted from 1.
    pub instalment: u32,
    /// How much is paid.
    pub amount: Money,
    /// What is taken off for paying early: not more than the terms allow on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// What neither side asks for any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_off: Option<Money>,
}

impl PartToPay {
    /// So much to the first instalment of a bill, and nothing besides.
    #[must_use]
    pub const fn of(bill: InvoiceId, amount: Money) -> Self {
        Self { bill, instalment: 1, amount, discount: None, write_off: None }
    }

    fn allocation(&self, payment: PaymentId, on: NaiveDate) -> Allocation {
        Allocation {
            discount: self.discount.map(Money::negated),
            write_off: self.write_off.map(Money::negated),
            ..Allocation::new(payment, self.amount.negated(), on)
        }
    }
}

/// Pays a vendor: one entry, one payment, and each bill has its part. The same again changes nothing.
///
/// # Errors
/// [`PayVendorError`]; nothing is recorded then.
pub async fn pay(tx: &Tx, rules: &PaymentRules, payment: PayVendor) -> Result<(), PayVendorError> {
    // Read.
    let known = tx.find(Payment::key(payment.id)).await?;
    let mut bills = BTreeMap::new();
    for part in &payment.parts {
        let id: VendorInvoiceId = part.bill.retag();
        bills.insert(part.bill, tx.load(id).await?);
    }

    // Decide.
    let parts = parts_of(&payment)?;
    if let Some(known) = known {
        let same = known.made().party == payment.vendor && known.made().on == payment.on && known.parts() == parts;
        return if same { Ok(()) } else { Err(PayVendorError::Reused { payment: payment.id }) };
    }
    let mut decisions = Vec::new();
    for (bill, invoice) in &bills {
        decisions.push((*bill, to_bill(&payment, *bill, invoice, &parts)?));
    }
    let entry_id = EntryId::natural("payment", &payment.id.to_string());
    let entry = entry_of(rules, &payment, &bills, &parts)?;
    let amount = Money::sum(parts.iter().map(|part| part.part.amount), payment.currency)?;
    if amount.is_positive() {
        return Err(PayVendorError::NothingToPay { amount: amount.negated() });
    }
    let booked = entry.as_ref().map(|_| entry_id);
    let made = NewPayment { party: payment.vendor, amount, on: payment.on, entry: booked };

    // Record.
    tx.create(Payment::key(payment.id), Payment::make(made)).await?;
    let allocated = tx.load(Payment::key(payment.id)).await?.allocate(parts)?;
    tx.decide(Payment::key(payment.id), allocated).await?;
    for (bill, decision) in decisions {
        let id: VendorInvoiceId = bill.retag();
        tx.decide(id, decision).await?;
    }
    if let Some(entry) = entry {
        post(tx, &rules.chart, entry_id, entry).await?;
    }
    Ok(())
}

/// The parts in the words of finance: what goes out is below zero.
fn parts_of(payment: &PayVendor) -> Result<Vec<PaymentPart>, PayVendorError> {
    let mut parts: Vec<PaymentPart> = Vec::with_capacity(payment.parts.len());
    for part in &payment.parts {
        let (document, instalment) = (part.bill, part.instalment);
        if parts.iter().any(|other| (other.document, other.instalment) == (document, instalment)) {
            return Err(PayVendorError::Twice { bill: document, instalment });
        }
        parts.push(PaymentPart { document, instalment, part: part.allocation(payment.id, payment.on) });
    }
    if parts.is_empty() {
        return Err(PayVendorError::NothingToPay { amount: Money::zero(payment.currency) });
    }
    Ok(parts)
}

/// What a bill makes of its parts.
fn to_bill(
    payment: &PayVendor,
    bill: InvoiceId,
    invoice: &VendorInvoice,
    parts: &[PaymentPart],
) -> Result<Decision<InvoiceFact>, PayVendorError> {
    if invoice.bill().vendor != payment.vendor {
        return Err(PayVendorError::OtherVendor { bill });
    }
    if let Some(hold) = invoice.payment_hold() {
        return Err(PayVendorError::KeptBack { bill, reason: hold.reason.clone() });
    }
    let of_bill: BTreeMap<u32, Allocation> =
        parts.iter().filter(|part| part.document == bill).map(|part| (part.instalment, part.part)).collect();
    for (instalment, part) in &of_bill {
        let item = invoice.items().iter().find(|item| item.instalment() == *instalment);
        let offered = item.map_or(Money::zero(payment.currency), |item| item.discount(payment.on));
        let taken = part.discount.unwrap_or(Money::zero(payment.currency));
        if taken.abs().compare(&offered.abs())?.is_gt() {
            return Err(PayVendorError::Discount { bill, taken: taken.negated(), offered: offered.negated() });
        }
    }
    Ok(invoice.allocate(&of_bill)?)
}

/// Payables against bank, discount, tax and what is written off; nothing where documents only set each other off.
fn entry_of(
    rules: &PaymentRules,
    payment: &PayVendor,
    bills: &BTreeMap<InvoiceId, VendorInvoice>,
    parts: &[PaymentPart],
) -> Result<Option<Entry>, PayVendorError> {
    let mut postings = Vec::new();
    let nothing = Money::zero(payment.currency);
    let (mut settled, mut paid, mut written_off) = (nothing, nothing, nothing);
    for PaymentPart { document, part, .. } in parts {
        settled = settled.checked_sub(part.settles()?)?;
        paid = paid.checked_add(part.amount)?;
        written_off = written_off.checked_add(part.write_off.unwrap_or(nothing))?;
        let (Some(discount), Some(invoice)) = (part.discount, bills.get(document)) else { continue };
        let bill = invoice.bill();
        let mut taxes = BTreeMap::new();
        for tax in &bill.taxes {
            let sum = taxes.entry(tax.rate).or_insert(nothing);
            *sum = tax.tax.checked_add(*sum)?;
        }
        let off = rules.discount_tax.divide(discount, bill.net()?, &taxes)?;
        postings.push(Posting::debit(rules.discounts.clone(), off.net));
        for (rate, tax) in off.taxes {
            let account = rules.input_tax.get(&rate).ok_or(PayVendorError::NoTaxAccount { rate })?;
            postings.push(Posting::debit(account.clone(), tax));
        }
    }
    let currency = payment.currency;
    let bank = rules.banks.get(&currency).ok_or(PayVendorError::NoBank { currency })?;
    postings.insert(0, Posting::debit(rules.payables.clone(), settled));
    postings.push(Posting::debit(bank.clone(), paid));
    postings.push(Posting::debit(rules.write_offs.clone(), written_off));
    postings.retain(|posting| !posting.amount.is_zero());
    if postings.is_empty() {
        return Ok(None);
    }
    let numbers: Vec<&str> = bills.values().map(|invoice| invoice.bill().number.as_str()).collect();
    let text: String = format!("payment of {}", numbers.join(", ")).chars().take(200).collect();
    let entry = Entry::balanced(payment.on, text, postings)?;
    let first = numbers.first().map_or(String::new(), |number| (*number).to_owned());
    Ok(Some(entry.resting_on(first)?))
}

/// Takes a payment back that the bank has sent back: its entry is undone on the day `on`, and what it has paid is open
/// again from that day on. The same again changes nothing.
///
/// # Errors
/// [`SendBackPaymentError`]; nothing is recorded then.
pub async fn send_payment_back(
    tx: &Tx,
    rules: &PaymentRules,
    payment: PaymentId,
    reason: &str,
    on: NaiveDate,
) -> Result<(), SendBackPaymentError> {
    // Read.
    let paid = tx.load(Payment::key(payment)).await?;
    let mut bills = BTreeMap::new();
    for part in paid.parts() {
        let id: VendorInvoiceId = part.document.retag();
        bills.insert(id, tx.load(id).await?);
    }

    // Decide.
    let Decision::Record(back) = paid.send_back(PaymentReturn { on, reason: reason.to_owned() })? else {
        return Ok(());
    };
    let undone = bills.into_iter().map(|(id, invoice)| Ok((id, invoice.undo_payment(payment, on)?)));
    let undone = undone.collect::<Result<Vec<_>, UndoAllocationError>>()?;

    // Record.
    tx.record(Payment::key(payment), back).await?;
    for (id, decision) in undone {
        tx.decide(id, decision).await?;
    }
    if let Some(entry) = paid.made().entry {
        undo(tx, &rules.chart, entry, EntryId::natural("payment back", &payment.to_string()), on).await?;
    }
    Ok(())
}

/// What is owed to vendors and what they owe, each instalment with the parts of payments that went to it: what an ageing
/// is drawn up from, as of any day. At most so many bills of which something is due from `from` up to, not including, `to`.
///
/// # Errors
/// [`StoreError`].
pub async fn payables(
    view: &office_core::View,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    most: usize,
) -> Result<Vec<OpenItem>, StoreError> {
    let mut items = BTreeMap::new();
    for (id, invoice) in view.page(VendorInvoice::BY_DUE, from.as_ref(), to.as_ref(), most).await? {
        for item in invoice.items() {
            items.insert((id, item.instalment()), item.clone());
        }
    }
    Ok(items.into_values().collect())
}

/// A vendor is not paid.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PayVendorError {
    /// The store has failed, or knows no such bill.
    #[error("the payment could not be stored")]
    Store(#[from] StoreError),
    /// An instalment is named twice.
    #[error("instalment {instalment} of bill {bill} is named twice: once is wanted")]
    Twice {
        /// The bill.
        bill: InvoiceId,
        /// The instalment.
        instalment: u32,
    },
    /// It goes to nothing, or the vendor would have to pay.
    #[error("{amount} cannot be paid to a vendor: nothing or more is wanted, and something that it is for")]
    NothingToPay {
        /// What would be paid.
        amount: Money,
    },
    /// Something else was paid under the id.
    #[error("{payment} is another payment: an id of its own is wanted")]
    Reused {
        /// The id.
        payment: PaymentId,
    },
    /// A bill is of another vendor.
    #[error("bill {bill} is of another vendor")]
    OtherVendor {
        /// The bill.
        bill: InvoiceId,
    },
    /// The payment of a bill is kept back.
    #[error("the payment of bill {bill} is kept back: {reason}")]
    KeptBack {
        /// The bill.
        bill: InvoiceId,
        /// Why.
        reason: String,
    },
    /// More is taken off than the terms allow on the day.
    #[error("{taken} are taken off bill {bill} for paying early: up to {offered} is wanted on that day")]
    Discount {
        /// The bill.
        bill: InvoiceId,
        /// What is taken off.
        taken: Money,
        /// What may be.
        offered: Money,
    },
    /// The amounts cannot be added up.
    #[error("the parts of the payment cannot be added up")]
    Money(#[from] MoneyError),
    /// A bill does not take its part.
    #[error(transparent)]
    Bill(#[from] PayInvoiceError),
    /// What is taken off cannot be divided over net and tax.
    #[error("what is taken off cannot be divided over net and tax")]
    Divide(#[from] AllocateError),
    /// A rate of tax has no account.
    #[error("there is no account for input tax at {rate}")]
    NoTaxAccount {
        /// The rate.
        rate: Percent,
    },
    /// Nothing is paid in the currency.
    #[error("there is no account to pay {currency} from")]
    NoBank {
        /// The currency.
        currency: Currency,
    },
    /// The payment does not take its parts.
    #[error(transparent)]
    Parts(#[from] AllocatePaymentError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
}

/// A payment cannot have come back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SendBackPaymentError {
    /// The store has failed, or knows no such payment.
    #[error("the return could not be stored")]
    Store(#[from] StoreError),
    /// It came back otherwise, or too early.
    #[error(transparent)]
    Payment(#[from] ReturnPaymentError),
    /// A bill does not give it back.
    #[error(transparent)]
    Bill(#[from] UndoAllocationError),
    /// The journal does not take it.
    #[error(transparent)]
    Undo(#[from] UndoError),
}
