//! Vendors' invoices.
//!
//! ```text
//! received ──assess──► matched ──approve──► approved ──post──► posted ──pay──► paid
//!     │  └───assess──► held ──assess──► matched
//!     └──reject──► rejected ◄──reject── held, matched
//! ```
//!
//! A held invoice says why, and is assessed again when more has arrived or the order was changed. Part payments leave
//! it posted until nothing is outstanding.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{CostCentreId, PartyId, PaymentId, PersonId};
use office_core::{
    Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, Percent, PriceError, Rounding, StoreError, Tx,
    Unique,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AccountCode, Bill, BillError, BillFinding, Entry, EntryError, EntryId, LineMatch, Posting, Variance, Verdict,
};

/// The id of a vendor's invoice.
pub type VendorInvoiceId = Id<VendorInvoice>;

/// A vendor's invoice on its way through the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorInvoice {
    bill: Bill,
    status: InvoiceStatus,
    payments: BTreeMap<PaymentId, InvoicePayment>,
}

/// A part of a payment that goes to an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicePayment {
    /// How much.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
}

/// Where an invoice is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// It came in.
    Received,
    /// It charges what it may.
    Matched {
        /// What came of each line.
        lines: Vec<LineMatch>,
    },
    /// Somebody has to look at it.
    Held {
        /// Why.
        reasons: Vec<HoldReason>,
    },
    /// It may be paid.
    Approved {
        /// Who approved it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is in the books.
    Posted {
        /// As this entry.
        entry: EntryId,
    },
    /// Nothing is outstanding.
    Paid {
        /// The entry by which it is in the books.
        entry: EntryId,
        /// Since when nothing is.
        on: NaiveDate,
    },
    /// It went back to the vendor.
    Rejected {
        /// Why.
        reason: String,
    },
}

impl InvoiceStatus {
    /// Its name, for refusals and lists.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Matched { .. } => "matched",
            Self::Held { .. } => "held",
            Self::Approved { .. } => "approved",
            Self::Posted { .. } => "posted",
            Self::Paid { .. } => "paid",
            Self::Rejected { .. } => "rejected",
        }
    }
}

/// Why an invoice is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The bill does not add up.
    Arithmetic(BillFinding),
    /// A line charges more than it may.
    Line {
        /// Its place, from 0.
        line: usize,
        /// What it charges too much.
        variance: Variance,
    },
    /// A line bills nothing that was ordered.
    WithoutOrder {
        /// Its place, from 0.
        line: usize,
    },
}

impl std::fmt::Display for HoldReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Arithmetic(finding) => finding.fmt(f),
            Self::Line { line, variance } => write!(f, "line {}: {variance}", line.saturating_add(1)),
            Self::WithoutOrder { line } => write!(f, "line {} names no line of an order", line.saturating_add(1)),
        }
    }
}

/// What happens to an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceFact {
    /// It came in.
    Received {
        /// What it says.
        bill: Bill,
    },
    /// It was found to charge what it may.
    Matched {
        /// What came of each line.
        lines: Vec<LineMatch>,
    },
    /// It was put aside for somebody to look at.
    Held {
        /// Why.
        reasons: Vec<HoldReason>,
    },
    /// It was approved.
    Approved {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was entered in the books.
    Posted {
        /// As this entry.
        entry: EntryId,
    },
    /// A payment, or a part of one, went to it.
    PaymentAllocated {
        /// The payment.
        payment: PaymentId,
        /// How much of it, and when.
        part: InvoicePayment,
    },
    /// It went back to the vendor.
    Rejected {
        /// Why.
        reason: String,
    },
}

/// Which accounts an invoice is posted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceCoding {
    /// For each line of the bill: the account, and who bears it.
    pub lines: Vec<(AccountCode, Option<CostCentreId>)>,
    /// Where tax that is got back is debited, by its rate.
    pub input_tax: BTreeMap<Percent, AccountCode>,
    /// Where debts to vendors stand.
    pub payables: AccountCode,
}

impl VendorInvoice {
    /// The invoice of a vendor and a normalised number, unless it went back: that there is only one is the check for
    /// duplicates.
    pub const BY_NUMBER: Unique<Self, (PartyId, String)> = Unique::new("number");
    /// Invoices by the day they are due.
    pub const BY_DUE: Ordered<Self, NaiveDate> = Ordered::new("due");

    /// What the bill says.
    #[must_use]
    pub const fn bill(&self) -> &Bill {
        &self.bill
    }

    /// Where it is on its way.
    #[must_use]
    pub const fn status(&self) -> &InvoiceStatus {
        &self.status
    }

    /// What went to it, by payment.
    #[must_use]
    pub const fn payments(&self) -> &BTreeMap<PaymentId, InvoicePayment> {
        &self.payments
    }

    /// What is still to be paid.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn outstanding(&self) -> Result<Money, MoneyError> {
        let paid = Money::sum(self.payments.values().map(|part| part.amount), self.bill.currency())?;
        self.bill.gross.checked_sub(paid)
    }

    /// Decides whether it charges what it may: it adds up by `rounding`, and every line is matched or tolerated.
    ///
    /// `lines` are what [`match_line`](crate::match_line) gave for each line, `None` where no order is known.
    ///
    /// # Errors
    /// [`AssessError`], in the order of its variants.
    pub fn assess(
        &self,
        lines: Vec<Option<LineMatch>>,
        rounding: Rounding,
    ) -> Result<Decision<InvoiceFact>, AssessError> {
        if !self.is_undecided() {
            return Err(AssessError::Status { status: self.status.name() });
        }
        if lines.len() != self.bill.lines.len() {
            return Err(AssessError::Lines { given: lines.len(), wanted: self.bill.lines.len() });
        }
        let findings = self.bill.check(rounding)?;
        let mut reasons: Vec<HoldReason> = findings.into_iter().map(HoldReason::Arithmetic).collect();
        for (at, line) in lines.iter().enumerate() {
            match line {
                None => reasons.push(HoldReason::WithoutOrder { line: at }),
                Some(line) if line.verdict() == Verdict::Held => {
                    let held = line.variances.iter().filter(|variance| !variance.is_tolerated());
                    reasons.extend(held.map(|variance| HoldReason::Line { line: at, variance: variance.clone() }));
                }
                Some(_) => {}
            }
        }
        if !reasons.is_empty() {
            let same = matches!(&self.status, InvoiceStatus::Held { reasons: earlier } if *earlier == reasons);
            return Ok(if same { Decision::AlreadyRecorded } else { Decision::Record(InvoiceFact::Held { reasons }) });
        }
        let lines: Vec<LineMatch> = lines.into_iter().flatten().collect();
        let same = matches!(&self.status, InvoiceStatus::Matched { lines: earlier } if *earlier == lines);
        Ok(if same { Decision::AlreadyRecorded } else { Decision::Record(InvoiceFact::Matched { lines }) })
    }

    /// Approves a matched invoice for payment. Whether `by` may do so is for the caller's rules of authority.
    ///
    /// # Errors
    /// [`InvoiceStepError`] where it is not matched.
    pub fn approve(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<InvoiceFact>, InvoiceStepError> {
        if matches!(self.status, InvoiceStatus::Approved { by: earlier, .. } if earlier == by) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status, InvoiceStatus::Matched { .. }) {
            return Err(InvoiceStepError { status: self.status.name(), wanted: "matched" });
        }
        Ok(Decision::Record(InvoiceFact::Approved { by, at }))
    }

    /// The entry that brings the bill into the books: each line to its account, the tax, and the debt to the vendor.
    ///
    /// # Errors
    /// [`InvoiceEntryError`], in the order of its variants.
    pub fn entry(&self, on: NaiveDate, coding: &InvoiceCoding) -> Result<Entry, InvoiceEntryError> {
        if coding.lines.len() != self.bill.lines.len() {
            return Err(InvoiceEntryError::Lines { given: coding.lines.len(), wanted: self.bill.lines.len() });
        }
        let mut postings = Vec::new();
        for (line, (account, cost_centre)) in self.bill.lines.iter().zip(&coding.lines) {
            let posting = Posting::debit(account.clone(), line.billed.net);
            postings.push(match cost_centre {
                Some(cost_centre) => posting.borne_by(*cost_centre),
                None => posting,
            });
        }
        for tax in &self.bill.taxes {
            let account = coding.input_tax.get(&tax.rate).ok_or(InvoiceEntryError::TaxAccount { rate: tax.rate })?;
            postings.push(Posting::debit(account.clone(), tax.tax));
        }
        postings.push(Posting::credit(coding.payables.clone(), self.bill.gross));
        postings.retain(|posting| !posting.amount.is_zero());
        let description = format!("invoice {}", self.bill.number);
        Ok(Entry::balanced(on, description, postings)?.resting_on(self.bill.number.clone())?)
    }

    /// Notes the entry by which an approved invoice came into the books.
    ///
    /// # Errors
    /// [`InvoiceStepError`] where it is not approved.
    pub fn posted(&self, entry: EntryId) -> Result<Decision<InvoiceFact>, InvoiceStepError> {
        if let InvoiceStatus::Posted { entry: earlier } | InvoiceStatus::Paid { entry: earlier, .. } = &self.status
            && *earlier == entry
        {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status, InvoiceStatus::Approved { .. }) {
            return Err(InvoiceStepError { status: self.status.name(), wanted: "approved" });
        }
        Ok(Decision::Record(InvoiceFact::Posted { entry }))
    }

    /// Lets a payment, or a part of one, go to the invoice.
    ///
    /// # Errors
    /// [`PayInvoiceError`], in the order of its variants.
    pub fn pay(
        &self,
        payment: PaymentId,
        amount: Money,
        on: NaiveDate,
    ) -> Result<Decision<InvoiceFact>, PayInvoiceError> {
        let part = InvoicePayment { amount, on };
        match self.payments.get(&payment) {
            Some(earlier) if *earlier == part => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(PayInvoiceError::PaymentReused { payment, earlier: earlier.amount }),
            None => {}
        }
        if !matches!(self.status, InvoiceStatus::Posted { .. }) {
            return Err(PayInvoiceError::Status { status: self.status.name() });
        }
        let outstanding = self.outstanding()?;
        let rest = outstanding.checked_sub(amount)?;
        // Neither more than is outstanding, nor the other way round.
        if amount.is_zero() || amount.is_negative() != outstanding.is_negative() || turned(rest, outstanding) {
            return Err(PayInvoiceError::Amount { amount, outstanding });
        }
        Ok(Decision::Record(InvoiceFact::PaymentAllocated { payment, part }))
    }

    /// Sends it back to the vendor, for a reason.
    ///
    /// # Errors
    /// [`RejectInvoiceError`], in the order of its variants.
    pub fn reject(&self, reason: impl Into<String>) -> Result<Decision<InvoiceFact>, RejectInvoiceError> {
        let reason = reason.into();
        if matches!(&self.status, InvoiceStatus::Rejected { reason: earlier } if *earlier == reason) {
            return Ok(Decision::AlreadyRecorded);
        }
        if reason.trim().is_empty() {
            return Err(RejectInvoiceError::NoReason);
        }
        if !self.is_undecided() {
            return Err(RejectInvoiceError::Status { status: self.status.name() });
        }
        Ok(Decision::Record(InvoiceFact::Rejected { reason }))
    }

    /// Whether it may still be assessed or sent back.
    fn is_undecided(&self) -> bool {
        matches!(self.status, InvoiceStatus::Received | InvoiceStatus::Held { .. } | InvoiceStatus::Matched { .. })
    }
}

fn turned(rest: Money, outstanding: Money) -> bool {
    !rest.is_zero() && rest.is_negative() != outstanding.is_negative()
}

/// Takes in a vendor's bill. A second one with the vendor's number, however it is written, is refused.
///
/// # Errors
/// [`ReceiveInvoiceError`], in the order of its variants; nothing is recorded then.
pub async fn receive_invoice(tx: &Tx, id: VendorInvoiceId, bill: Bill) -> Result<(), ReceiveInvoiceError> {
    // Read.
    let earlier = tx.find(id).await?;
    let number = (bill.vendor, Bill::normalised(&bill.number));
    let same_number = match bill.validate() {
        Ok(()) => tx.find_by(VendorInvoice::BY_NUMBER, &number).await?,
        Err(_) => None,
    };

    // Decide.
    match earlier {
        Some(earlier) if earlier.bill == bill => return Ok(()),
        Some(_) => return Err(ReceiveInvoiceError::IdReused { id }),
        None => {}
    }
    bill.validate()?;
    if let Some((first, _)) = same_number {
        return Err(ReceiveInvoiceError::Duplicate { number: bill.number, first });
    }

    // Record.
    tx.create(id, InvoiceFact::Received { bill }).await?;
    Ok(())
}

/// A bill cannot be taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReceiveInvoiceError {
    /// Another bill was taken in under the id.
    #[error("another bill was taken in under the id {id}: a bill takes an id of its own")]
    IdReused {
        /// The id.
        id: VendorInvoiceId,
    },
    /// The bill cannot be looked at.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// The vendor has sent a bill of this number before.
    #[error("the vendor has sent a bill {number} before: it is invoice {first}")]
    Duplicate {
        /// The number.
        number: String,
        /// The invoice that has it.
        first: VendorInvoiceId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An invoice cannot be assessed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AssessError {
    /// It is past that, or rejected.
    #[error("the invoice is {status}: only one that is received, held or matched is assessed")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// There is not one result for each line.
    #[error("{given} lines were matched: the bill has {wanted}")]
    Lines {
        /// How many results there are.
        given: usize,
        /// How many lines.
        wanted: usize,
    },
    /// The bill cannot be checked.
    #[error("the bill cannot be checked")]
    Price(#[from] PriceError),
}

/// An invoice is not where this step begins.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the invoice is {status}: one that is {wanted} is wanted")]
pub struct InvoiceStepError {
    /// Where it is.
    pub status: &'static str,
    /// Where it would have to be.
    pub wanted: &'static str,
}

/// An invoice cannot be made an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvoiceEntryError {
    /// There is not one account for each line.
    #[error("{given} lines have accounts: the bill has {wanted}")]
    Lines {
        /// How many accounts there are.
        given: usize,
        /// How many lines.
        wanted: usize,
    },
    /// There is no account for tax at a rate of the bill.
    #[error("there is no account for input tax at {rate}")]
    TaxAccount {
        /// The rate.
        rate: Percent,
    },
    /// The postings make no entry: the bill does not add up.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

/// A payment cannot go to an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PayInvoiceError {
    /// Another part of the payment went to it.
    #[error("{earlier} of payment {payment} went to the invoice already")]
    PaymentReused {
        /// The payment.
        payment: PaymentId,
        /// How much went to it.
        earlier: Money,
    },
    /// It is not in the books, or nothing is outstanding.
    #[error("the invoice is {status}: one that is posted is wanted")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// It is more than is outstanding, or nothing.
    #[error("{amount} cannot go to the invoice: up to {outstanding} is wanted")]
    Amount {
        /// What was to go to it.
        amount: Money,
        /// What is outstanding.
        outstanding: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
}

/// An invoice cannot be sent back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RejectInvoiceError {
    /// Nobody said why.
    #[error("a reason is wanted to send an invoice back")]
    NoReason,
    /// It is past that.
    #[error("the invoice is {status}: only one that is received, held or matched is sent back")]
    Status {
        /// Where it is.
        status: &'static str,
    },
}

impl Entity for VendorInvoice {
    const KIND: Kind = Kind::literal("vendor_invoice");
    type Fact = InvoiceFact;

    fn open(fact: &InvoiceFact) -> Option<Self> {
        match fact {
            InvoiceFact::Received { bill } => {
                Some(Self { bill: bill.clone(), status: InvoiceStatus::Received, payments: BTreeMap::new() })
            }
            InvoiceFact::Matched { .. }
            | InvoiceFact::Held { .. }
            | InvoiceFact::Approved { .. }
            | InvoiceFact::Posted { .. }
            | InvoiceFact::PaymentAllocated { .. }
            | InvoiceFact::Rejected { .. } => None,
        }
    }

    fn apply(&mut self, fact: &InvoiceFact) {
        match fact {
            InvoiceFact::Received { .. } => {}
            InvoiceFact::Matched { lines } => self.status = InvoiceStatus::Matched { lines: lines.clone() },
            InvoiceFact::Held { reasons } => self.status = InvoiceStatus::Held { reasons: reasons.clone() },
            InvoiceFact::Approved { by, at } => self.status = InvoiceStatus::Approved { by: *by, at: *at },
            InvoiceFact::Posted { entry } => self.status = InvoiceStatus::Posted { entry: *entry },
            InvoiceFact::Rejected { reason } => self.status = InvoiceStatus::Rejected { reason: reason.clone() },
            InvoiceFact::PaymentAllocated { payment, part } => {
                self.payments.insert(*payment, *part);
                let settled = self.outstanding().is_ok_and(Money::is_zero);
                if let (true, InvoiceStatus::Posted { entry }) = (settled, &self.status) {
                    self.status = InvoiceStatus::Paid { entry: *entry, on: part.on };
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        // What went back may be sent again, put right, under the same number.
        if !matches!(self.status, InvoiceStatus::Rejected { .. }) {
            entries.unique(Self::BY_NUMBER, &(self.bill.vendor, Bill::normalised(&self.bill.number)));
        }
        entries.ordered(Self::BY_DUE, &self.bill.due);
    }
}

#[cfg(test)]
mod tests;
