//! Where an invoice to a client is on its way, and what happens to it.

use std::collections::BTreeMap;

use office_core::subject::PartyId;
use office_core::{Money, Quantity};
use serde::{Deserialize, Serialize};

use super::{ClientInvoiceId, InvoiceInstalment, LateCharge};
use crate::{Allocation, EntryId, InvoiceDocument, InvoiceDraft, ItemRevaluation, Reminder};

/// Where an invoice to a client is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientInvoiceStatus {
    /// It may be changed.
    Draft(Box<InvoiceDraft>),
    /// It was sent, and is not changed any more.
    Issued(Box<InvoiceDocument>),
    /// It came to nothing before it had a number.
    Discarded,
}

impl ClientInvoiceStatus {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Draft(_) => "a draft",
            Self::Issued(_) => "issued",
            Self::Discarded => "discarded",
        }
    }
}

/// What a credit note took back of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceCredit {
    /// The credit note.
    pub note: ClientInvoiceId,
    /// The quantities, by the places of lines from 0.
    pub quantities: BTreeMap<usize, Quantity>,
    /// What is due by the credit note.
    pub amount: Money,
    /// What of that was set off against the invoice, by instalment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set_off: BTreeMap<u32, Allocation>,
}

/// What happens to an invoice to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientInvoiceFact {
    /// It was drafted.
    Drafted {
        /// For whom.
        client: PartyId,
        /// What it is to say.
        draft: Box<InvoiceDraft>,
    },
    /// It is to say something else.
    Redrafted {
        /// What it is to say.
        draft: Box<InvoiceDraft>,
    },
    /// It came to nothing.
    Discarded,
    /// It was sent.
    Issued {
        /// What it says.
        document: Box<InvoiceDocument>,
        /// In which parts it is to be paid; none where nothing is due.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instalments: Vec<InvoiceInstalment>,
    },
    /// An invoice over what a reminder costs was sent.
    LateChargeIssued {
        /// To whom.
        client: PartyId,
        /// What it says.
        document: Box<InvoiceDocument>,
        /// The invoice that the client was reminded of.
        invoice: ClientInvoiceId,
    },
    /// A credit note was sent.
    CreditNoteIssued {
        /// To whom.
        client: PartyId,
        /// What it says.
        document: Box<InvoiceDocument>,
        /// The invoice that it takes back, as a whole or in part.
        invoice: ClientInvoiceId,
        /// What was set off against the invoice.
        set_off: Option<Allocation>,
        /// What it takes back was worth in the books, where the invoice is in a foreign currency.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worth: Option<Money>,
    },
    /// A credit note took it back, as a whole or in part.
    Credited(InvoiceCredit),
    /// It came into the books.
    Posted {
        /// The entry.
        entry: EntryId,
        /// What it was worth there, by instalment, where it is in a foreign currency.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        worths: BTreeMap<u32, Money>,
    },
    /// What its instalments are worth in the books was changed, because rates have changed.
    Revalued {
        /// By what, by instalment.
        items: BTreeMap<u32, Vec<ItemRevaluation>>,
    },
    /// Parts of a payment went to it.
    Allocated {
        /// How much, and when, by instalment.
        parts: BTreeMap<u32, Allocation>,
    },
    /// A payment that went to it came back.
    Returned {
        /// What it takes off it, the other way round, by instalment.
        parts: BTreeMap<u32, Allocation>,
    },
    /// The client was reminded of it.
    Reminded(Reminder),
    /// What a reminder costs was charged.
    ReminderCharged(LateCharge),
}
