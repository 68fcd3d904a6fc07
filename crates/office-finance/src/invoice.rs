//! Vendors' invoices.
//!
//! ```text
//!  received ──assess──► matched ──approve──► approved ──post──► posted ──pay──► paid
//!     │  └───assess──► held ──assess──► matched                   ▲    ◄──undo──┘
//!     │                 ▲ │ release: a reason is waived           │
//!     └── correct ──────┘ └──reject──► rejected ◄──reject── received, matched
//! ```
//!
//! A held invoice says why, and is assessed again when more has arrived, the order was changed, or somebody with authority
//! has waived a reason. The approval of one that agrees is a run of its own. In the books it becomes open items, one for
//! each instalment; part payments leave it posted until nothing is outstanding, and a payment that comes back opens it
//! again. A payment hold keeps money back whatever has been approved.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, PartyId};
use office_core::{
    ApprovalRun, ApprovalStatus, Decision, Entity, Entries, Id, Kind, Money, Ordered, Partition, Percent, Rounding,
    Unique,
};
use serde::{Deserialize, Serialize};

use crate::open_item::take_revaluations;
use crate::{
    AccountCode, Bill, BudgetId, CodedLine, DuplicateTraits, Entry, EntryId, LineMatch, OpenItem, Posting, Verdict,
    duplicate_keys,
};

mod approve;
mod coding;
mod credit;
mod error;
mod fact;
mod hold;
mod pay;
mod receive;

pub use approve::{ApproveInvoiceError, RefuseInvoiceError};
pub use coding::{CodeInvoiceError, CodedPostings, CodedPostingsError, NotCodedError};
pub use credit::BillCreditError;
pub use error::{AssessError, InvoiceEntryError, InvoiceStepError, RejectInvoiceError};
pub use fact::{InvoiceApproval, InvoiceFact, InvoiceStatus};
pub use hold::{
    ContractPriceHold, HoldReason, LiftHoldError, PaymentHold, PutOnHoldError, ReleaseHoldError, ReleasedHold,
};
pub use pay::PayInvoiceError;
pub use receive::{
    CorrectInvoiceError, PossibleDuplicate, ReceiveInvoiceError, correct_invoice, duplicates_of, receive_invoice,
};

/// The id of a vendor's invoice.
pub type VendorInvoiceId = Id<VendorInvoice>;

/// A vendor's invoice on its way through the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorInvoice {
    bill: Bill,
    status: InvoiceStatus,
    /// What was waived of what it is held for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    released: Vec<ReleasedHold>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval: Option<InvoiceApproval>,
    /// What is owed, by instalment, once it is in the books.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    items: Vec<OpenItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    payment_holds: Vec<PaymentHold>,
    /// What credit notes take back of it, gross, below zero.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    credits: BTreeMap<VendorInvoiceId, Money>,
    /// How its lines are booked that were not ordered, by their places from 0.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    coding: BTreeMap<usize, CodedLine>,
    /// What is set aside in budgets for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    set_aside: BTreeMap<BudgetId, Money>,
}

/// What was found out about an invoice, to decide what is to become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// What [`match_line`](crate::match_line) gave for each line, `None` where no order is known.
    pub lines: Vec<Option<LineMatch>>,
    /// What holds it besides: possible duplicates, prices above a contract.
    pub found: Vec<HoldReason>,
    /// What is to be pointed at.
    pub noted: Vec<HoldReason>,
}

impl From<Vec<Option<LineMatch>>> for Assessment {
    fn from(lines: Vec<Option<LineMatch>>) -> Self {
        Self { lines, found: Vec::new(), noted: Vec::new() }
    }
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
    /// The invoice of a vendor, a normalised number and the year of its day, unless it went back: that there is only one is
    /// the first check for duplicates. Vendors begin their numbers anew each year.
    pub const BY_NUMBER: Unique<Self, (PartyId, String, i32)> = Unique::new("number");
    /// Invoices by what makes them alike ([`duplicate_keys`]), unless they went back, by day.
    pub const ALIKE: Partition<Self, String, NaiveDate> = Partition::new("alike");
    /// Invoices by the days on which something is to be paid; before they are in the books, by that of the bill.
    pub const BY_DUE: Ordered<Self, NaiveDate> = Ordered::new("due");
    /// Invoices in the books of which something is outstanding, by the last days to pay it in time, or for less.
    pub const PAYABLE: Ordered<Self, NaiveDate> = Ordered::new("payable");
    /// Approved invoices with lines that were coded, by vendor and day.
    pub const CODED: Ordered<Self, (PartyId, NaiveDate)> = Ordered::new("coded");
    /// Invoices in the books in foreign currencies, by the day from which nothing is outstanding any more; while something
    /// is, the last day of the year 9999.
    pub const VALUED: Ordered<Self, NaiveDate> = Ordered::new("valued");
    /// Invoices on which approvals are missing, by day: those that the clock may change.
    pub const OPEN: Ordered<Self, NaiveDate> = Ordered::new("open");

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

    /// How far its approval has come; nothing where it does not agree.
    #[must_use]
    pub const fn approval(&self) -> Option<&InvoiceApproval> {
        self.approval.as_ref()
    }

    /// What is owed, by instalment: amounts below zero, as the money goes out. Nothing before it is in the books.
    #[must_use]
    pub fn items(&self) -> &[OpenItem] {
        &self.items
    }

    /// What was waived of what it was held for.
    #[must_use]
    pub fn released(&self) -> &[ReleasedHold] {
        &self.released
    }

    /// What credit notes take back of it, gross, below zero.
    #[must_use]
    pub const fn credits(&self) -> &BTreeMap<VendorInvoiceId, Money> {
        &self.credits
    }

    /// Decides whether it charges what it may: it adds up by `rounding`, every line is matched or tolerated, or is coded,
    /// and nothing else holds it that was not waived.
    ///
    /// # Errors
    /// [`AssessError`], in the order of its variants.
    pub fn assess(
        &self,
        found: impl Into<Assessment>,
        rounding: Rounding,
    ) -> Result<Decision<InvoiceFact>, AssessError> {
        let Assessment { lines, found, noted } = found.into();
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
                None if self.coding.contains_key(&at) => {}
                None => reasons.push(HoldReason::WithoutOrder { line: at }),
                Some(line) if line.verdict() == Verdict::Held => {
                    let held = line.variances.iter().filter(|variance| !variance.is_tolerated());
                    reasons.extend(held.map(|variance| HoldReason::Line { line: at, variance: variance.clone() }));
                }
                Some(_) => {}
            }
        }
        reasons.extend(found);
        reasons.retain(|reason| self.released.iter().all(|released| released.reason != *reason));
        if !reasons.is_empty() {
            let same = matches!(&self.status, InvoiceStatus::Held { reasons: earlier } if *earlier == reasons);
            return Ok(if same { Decision::AlreadyRecorded } else { Decision::Record(InvoiceFact::Held { reasons }) });
        }
        let lines: Vec<LineMatch> = lines.into_iter().flatten().collect();
        // What is pointed at may change with every bill that comes in, and is no reason to approve anew.
        let same = matches!(&self.status, InvoiceStatus::Matched { lines: earlier, .. } if *earlier == lines);
        Ok(if same { Decision::AlreadyRecorded } else { Decision::Record(InvoiceFact::Matched { lines, noted }) })
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

    /// Notes the entry by which an approved invoice came into the books, and what is owed by when.
    ///
    /// # Errors
    /// [`InvoiceStepError`] where it is not approved.
    pub fn posted(&self, entry: EntryId, items: Vec<OpenItem>) -> Result<Decision<InvoiceFact>, InvoiceStepError> {
        if let InvoiceStatus::Posted { entry: earlier } | InvoiceStatus::Paid { entry: earlier, .. } = &self.status
            && *earlier == entry
        {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status, InvoiceStatus::Approved { .. }) {
            return Err(InvoiceStepError { status: self.status.name(), wanted: "approved" });
        }
        Ok(Decision::Record(InvoiceFact::Posted { entry, items }))
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

impl Entity for VendorInvoice {
    const KIND: Kind = Kind::literal("vendor_invoice");
    type Fact = InvoiceFact;

    fn open(fact: &InvoiceFact) -> Option<Self> {
        let InvoiceFact::Received { bill } = fact else { return None };
        Some(Self {
            bill: bill.clone(),
            status: InvoiceStatus::Received,
            released: Vec::new(),
            approval: None,
            items: Vec::new(),
            payment_holds: Vec::new(),
            credits: BTreeMap::new(),
            coding: BTreeMap::new(),
            set_aside: BTreeMap::new(),
        })
    }

    fn apply(&mut self, fact: &InvoiceFact) {
        match fact {
            InvoiceFact::Received { .. } => {}
            InvoiceFact::Corrected { bill } => {
                (self.bill, self.status) = (bill.clone(), InvoiceStatus::Received);
                (self.released, self.approval) = (Vec::new(), None);
                self.coding.clear();
            }
            InvoiceFact::Matched { lines, noted } => {
                self.status = InvoiceStatus::Matched { lines: lines.clone(), noted: noted.clone() };
                self.approval = None;
            }
            InvoiceFact::Held { reasons } => {
                self.status = InvoiceStatus::Held { reasons: reasons.clone() };
                self.approval = None;
            }
            InvoiceFact::Released(released) => self.released.push(released.clone()),
            InvoiceFact::Coded(lines) => {
                self.coding.extend(lines.clone());
                (self.status, self.approval) = (InvoiceStatus::Received, None);
            }
            InvoiceFact::Uncoded { line } => {
                self.coding.remove(line);
                (self.status, self.approval) = (InvoiceStatus::Received, None);
            }
            InvoiceFact::SetAside { budgets } => self.set_aside.clone_from(budgets),
            InvoiceFact::ApprovalBegun { case, ruling, at } => {
                let run = ApprovalRun::start(&ruling.outcome, (**case).clone(), *at);
                self.approval = Some(InvoiceApproval { run, why: ruling.explanation.to_string() });
            }
            InvoiceFact::Acted(act) => self.act(std::slice::from_ref(act)),
            InvoiceFact::FellDue(acts) => self.act(acts),
            InvoiceFact::Approved { by, at } => self.status = InvoiceStatus::Approved { by: *by, at: *at },
            InvoiceFact::Posted { entry, items } => {
                self.items.clone_from(items);
                self.status = InvoiceStatus::Posted { entry: *entry };
                self.settle(self.bill.on);
            }
            InvoiceFact::Rejected { reason } => self.status = InvoiceStatus::Rejected { reason: reason.clone() },
            InvoiceFact::Allocated { parts } => self.take_parts(parts),
            InvoiceFact::Revalued { items } => take_revaluations(&mut self.items, items),
            InvoiceFact::PutOnHold(hold) => self.payment_holds.push(hold.clone()),
            InvoiceFact::HoldLifted { by, at } => {
                if let Some(hold) = self.payment_holds.last_mut() {
                    hold.lifted = Some((*by, *at));
                }
            }
            InvoiceFact::Credited { note, gross } => drop(self.credits.insert(*note, *gross)),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        use chrono::Datelike;
        // What went back may be sent again, put right, under the same number.
        if !matches!(self.status, InvoiceStatus::Rejected { .. }) {
            let number = Bill::normalised(&self.bill.number);
            entries.unique(Self::BY_NUMBER, &(self.bill.vendor, number, self.bill.on.year()));
            for key in duplicate_keys(&DuplicateTraits::of(&self.bill)) {
                entries.partition(Self::ALIKE, &key, &self.bill.on);
            }
        }
        if self.items.is_empty() {
            entries.ordered(Self::BY_DUE, &self.bill.due);
        }
        for item in &self.items {
            entries.ordered(Self::BY_DUE, &item.due());
            if item.outstanding_ever().is_ok_and(|left| !left.is_zero()) {
                for day in [Some(item.due()), item.discount_until()].into_iter().flatten() {
                    entries.ordered(Self::PAYABLE, &day);
                }
            }
        }
        let approved = matches!(
            self.status,
            InvoiceStatus::Approved { .. } | InvoiceStatus::Posted { .. } | InvoiceStatus::Paid { .. }
        );
        if approved && !self.coding.is_empty() {
            entries.ordered(Self::CODED, &(self.bill.vendor, self.bill.on));
        }
        if self.items.iter().any(|item| item.booked().is_some()) {
            let last = self.items.iter().map(OpenItem::valued_until).max();
            entries.ordered(Self::VALUED, &last.unwrap_or(self.bill.on));
        }
        let run = self.approval.as_ref().map(|approval| approval.run.status());
        let open = matches!(run, Some(ApprovalStatus::Open { .. }));
        if open && self.is_undecided() {
            entries.ordered(Self::OPEN, &self.bill.on);
        }
    }
}

#[cfg(test)]
mod tests;
