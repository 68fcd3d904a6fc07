//! Where a vendor's invoice is on its way, and what happens to it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::Ruling;
use office_core::subject::PersonId;
use office_core::{ApprovalAct, ApprovalCase, ApprovalRun, Money};
use serde::{Deserialize, Serialize};

use super::{HoldReason, PaymentHold, ReleasedHold, VendorInvoiceId};
use crate::{Allocation, Bill, BudgetId, CodedLine, EntryId, ItemRevaluation, LineMatch, OpenItem};

/// The approval of an invoice that agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceApproval {
    /// How far it has come.
    pub run: ApprovalRun,
    /// Which rule asks for it, and why not another.
    pub why: String,
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
        /// What is to be pointed at, and does not hold it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        noted: Vec<HoldReason>,
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

/// What happens to an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceFact {
    /// It came in.
    Received {
        /// What it says.
        bill: Bill,
    },
    /// It was put right, and is to be looked at anew.
    Corrected {
        /// What it says now.
        bill: Bill,
    },
    /// It was found to charge what it may.
    Matched {
        /// What came of each line.
        lines: Vec<LineMatch>,
        /// What is to be pointed at, and does not hold it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        noted: Vec<HoldReason>,
    },
    /// It was put aside for somebody to look at.
    Held {
        /// Why.
        reasons: Vec<HoldReason>,
    },
    /// Something that it is held for was waived.
    Released(ReleasedHold),
    /// It was said how lines are booked that were not ordered, by their places from 0.
    Coded(BTreeMap<usize, CodedLine>),
    /// It is to be said anew how a line is booked.
    Uncoded {
        /// Its place, from 0.
        line: usize,
    },
    /// So much is set aside in budgets for it from now on.
    SetAside {
        /// How much in each.
        budgets: BTreeMap<BudgetId, Money>,
    },
    /// Its approval has begun.
    ApprovalBegun {
        /// What is to be approved.
        case: Box<ApprovalCase>,
        /// What the rules say, and why.
        ruling: Box<Ruling>,
        /// At which instant.
        at: DateTime<Utc>,
    },
    /// Somebody has approved or refused a step, or handed it over.
    Acted(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
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
        /// What is owed, by instalment.
        items: Vec<OpenItem>,
    },
    /// Parts of a payment went to it, or came back.
    Allocated {
        /// Which, by instalment.
        parts: BTreeMap<u32, Allocation>,
    },
    /// It is not to be paid for now.
    PutOnHold(PaymentHold),
    /// It may be paid again.
    HoldLifted {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// What its instalments are worth in the books was changed, because rates have changed.
    Revalued {
        /// By what, by instalment.
        items: BTreeMap<u32, Vec<ItemRevaluation>>,
    },
    /// A credit note takes a part of it back.
    Credited {
        /// The credit note.
        note: VendorInvoiceId,
        /// How much, gross, below zero.
        gross: Money,
    },
    /// It went back to the vendor.
    Rejected {
        /// Why.
        reason: String,
    },
}
