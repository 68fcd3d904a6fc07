//! Invoices and credit notes to clients, from draft to payment.
//!
//! ```text
//! draft ──issue──► issued ──(posted, reminded, paid, credited)
//!   └──discard──► discarded
//! ```
//!
//! A draft may be changed. What is issued has its number, which has no gap, and is never changed: it is taken back by a
//! credit note, as a whole or in part, and never by more than it charged.
//!
//! Laws, held by `tests/client_invoice.rs`:
//!
//! 1. The numbers of a series are 1, 2, 3, … of what was issued, whoever issues at the same time.
//! 2. Credit notes never take back more than was charged; those that take back every quantity take back all of it.
//! 3. What is open of an invoice is what is due by it less what was paid and credited.

mod booking;
mod coding;
mod error;
mod fact;
mod flow;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, PartyId, PaymentId};
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, Partition, Quantity, Unique};
use serde::{Deserialize, Serialize};

pub use self::booking::{
    ClientReceipt, PostClientInvoiceError, ReceivableRules, ReceivePaymentError, SendReceiptBackError,
    post_client_invoice, receive_payment, send_receipt_back,
};
pub use self::coding::{ClientCoding, ClientEntryError};
pub use self::error::{
    AllocateReceiptError, CreditInvoiceError, DraftInvoiceError, IssueInvoiceError, PostedInvoiceError,
    ReturnReceiptError,
};
pub use self::fact::{ClientInvoiceFact, ClientInvoiceStatus, InvoiceCredit};
pub use self::flow::{allocate_receipt, credit_invoice, issue_invoice, return_receipt};
use crate::{
    Allocation, AllocationError, EntryId, InvoiceDocument, InvoiceDraft, InvoiceKind, OpenItem, Reminder,
    UndoAllocationError,
};

/// The id of an invoice or credit note to a client.
pub type ClientInvoiceId = Id<ClientInvoice>;

/// An invoice or a credit note to a client.
///
/// # Example
/// ```
/// use office_core::{Currency, Decision, Entity, Id, Percent};
/// use office_finance::{
///     ClientInvoice, DraftInvoiceError, InvoiceDocument, InvoiceDraft, InvoiceLine, InvoiceParty, TaxClass,
/// };
///
/// let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
/// let tax = TaxClass::standard(Percent::whole(19))?;
/// let line = InvoiceLine::new("Meeting room", "3 h".parse()?, "45 EUR / 1 h".parse()?, tax);
/// let draft = InvoiceDraft::new(Currency::EUR, party("Office am Fluss"), party("Museum am Ufer"), vec![line]);
/// let client = Id::natural("party", "Museum am Ufer");
///
/// let nameless = InvoiceDraft { buyer: InvoiceParty::default(), ..draft.clone() };
/// assert!(matches!(ClientInvoice::draft(client, nameless), Err(DraftInvoiceError::Document(_))));
///
/// let mut invoice = ClientInvoice::open(&ClientInvoice::draft(client, draft.clone())?).ok_or("an invoice")?;
/// assert_eq!(invoice.outstanding("2026-10-08".parse()?)?, None);
/// let document = InvoiceDocument::new("INV-2026-00001".parse()?, "2026-10-08".parse()?, "2026-10-22".parse()?, draft.clone())?;
/// if let Decision::Record(fact) = invoice.issue(document)? {
///     invoice.apply(&fact);
/// }
/// assert_eq!(invoice.outstanding("2026-10-08".parse()?)?, Some("160.65 EUR".parse()?));
/// // What is issued is not changed.
/// assert!(matches!(invoice.redraft(draft), Err(DraftInvoiceError::Status { status: "issued" })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientInvoice {
    client: PartyId,
    status: ClientInvoiceStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credits_invoice: Option<ClientInvoiceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    item: Option<OpenItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry: Option<EntryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    credits: Vec<InvoiceCredit>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reminders: Vec<Reminder>,
}

impl ClientInvoice {
    /// By the number it was issued under: there is one of each.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// What is issued and not settled, by client, in the order it is due.
    pub const OPEN: Partition<Self, PartyId, NaiveDate> = Partition::new("open");
    /// All that was issued to a client, by day.
    pub const BY_CLIENT: Partition<Self, PartyId, NaiveDate> = Partition::new("client");
    /// Invoices in the books in foreign currencies, by the day from which nothing is outstanding any more; while something
    /// is, the last day of the year 9999.
    pub const VALUED: Ordered<Self, NaiveDate> = Ordered::new("valued");
    /// By the day it was issued.
    pub const BY_DAY: Ordered<Self, NaiveDate> = Ordered::new("day");

    /// The id under which the invoice that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: InvoiceId) -> ClientInvoiceId {
        id.retag()
    }

    /// What begins an invoice.
    ///
    /// # Errors
    /// [`DraftInvoiceError::Document`] where no document could be made of the draft.
    pub fn draft(client: PartyId, draft: InvoiceDraft) -> Result<ClientInvoiceFact, DraftInvoiceError> {
        draft.check()?;
        Ok(ClientInvoiceFact::Drafted { client, draft: Box::new(draft) })
    }

    /// Lets a draft say something else.
    ///
    /// # Errors
    /// [`DraftInvoiceError`], in the order of its variants.
    pub fn redraft(&self, draft: InvoiceDraft) -> Result<Decision<ClientInvoiceFact>, DraftInvoiceError> {
        match &self.status {
            ClientInvoiceStatus::Draft(earlier) if **earlier == draft => return Ok(Decision::AlreadyRecorded),
            ClientInvoiceStatus::Draft(_) => {}
            ClientInvoiceStatus::Issued(_) | ClientInvoiceStatus::Discarded => {
                return Err(DraftInvoiceError::Status { status: self.status.name() });
            }
        }
        draft.check()?;
        Ok(Decision::Record(ClientInvoiceFact::Redrafted { draft: Box::new(draft) }))
    }

    /// Gives a draft up.
    ///
    /// # Errors
    /// [`DraftInvoiceError::Status`] where it was issued: a credit note takes it back then.
    pub const fn discard(&self) -> Result<Decision<ClientInvoiceFact>, DraftInvoiceError> {
        match &self.status {
            ClientInvoiceStatus::Draft(_) => Ok(Decision::Record(ClientInvoiceFact::Discarded)),
            ClientInvoiceStatus::Discarded => Ok(Decision::AlreadyRecorded),
            ClientInvoiceStatus::Issued(_) => Err(DraftInvoiceError::Status { status: self.status.name() }),
        }
    }

    /// Issues a draft as a document. [`issue_invoice`] draws the number for it.
    ///
    /// # Errors
    /// [`IssueInvoiceError`], in the order of its variants.
    pub fn issue(&self, document: InvoiceDocument) -> Result<Decision<ClientInvoiceFact>, IssueInvoiceError> {
        match &self.status {
            ClientInvoiceStatus::Issued(earlier) if **earlier == document => Ok(Decision::AlreadyRecorded),
            ClientInvoiceStatus::Draft(draft) if **draft == *document.draft() => {
                Ok(Decision::Record(ClientInvoiceFact::Issued { document: Box::new(document) }))
            }
            ClientInvoiceStatus::Draft(_) => Err(IssueInvoiceError::OtherDraft),
            ClientInvoiceStatus::Issued(_) | ClientInvoiceStatus::Discarded => {
                Err(IssueInvoiceError::Status { status: self.status.name() })
            }
        }
    }

    /// Who is charged.
    #[must_use]
    pub const fn client(&self) -> PartyId {
        self.client
    }

    /// Where it is on its way.
    #[must_use]
    pub const fn status(&self) -> &ClientInvoiceStatus {
        &self.status
    }

    /// What was issued, once it was.
    #[must_use]
    pub fn document(&self) -> Option<&InvoiceDocument> {
        match &self.status {
            ClientInvoiceStatus::Issued(document) => Some(document),
            ClientInvoiceStatus::Draft(_) | ClientInvoiceStatus::Discarded => None,
        }
    }

    /// The invoice that a credit note takes back.
    #[must_use]
    pub const fn credits_invoice(&self) -> Option<ClientInvoiceId> {
        self.credits_invoice
    }

    /// What is to be paid, once it was issued and where anything is due; below zero for a credit note.
    #[must_use]
    pub const fn item(&self) -> Option<&OpenItem> {
        self.item.as_ref()
    }

    /// The entry by which it is in the books.
    #[must_use]
    pub const fn entry(&self) -> Option<EntryId> {
        self.entry
    }

    /// What credit notes took back of it.
    #[must_use]
    pub fn credits(&self) -> &[InvoiceCredit] {
        &self.credits
    }

    /// Of what the client was reminded.
    #[must_use]
    pub fn reminders(&self) -> &[Reminder] {
        &self.reminders
    }

    /// What is open at the end of the day `on`; nothing of what was not issued.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn outstanding(&self, on: NaiveDate) -> Result<Option<Money>, MoneyError> {
        self.item.as_ref().map(|item| item.outstanding(on)).transpose()
    }

    /// Notes the entry by which it came into the books.
    ///
    /// # Errors
    /// [`PostedInvoiceError`], in the order of its variants.
    pub fn posted(&self, entry: EntryId) -> Result<Decision<ClientInvoiceFact>, PostedInvoiceError> {
        self.posted_at(entry, None)
    }

    /// Notes the entry by which it came into the books, and what it was worth there, where it is in a foreign currency:
    /// before anything goes to it.
    ///
    /// # Errors
    /// [`PostedInvoiceError`], in the order of its variants.
    pub fn posted_at(
        &self,
        entry: EntryId,
        worth: Option<Money>,
    ) -> Result<Decision<ClientInvoiceFact>, PostedInvoiceError> {
        match self.entry {
            Some(earlier) if earlier == entry => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(PostedInvoiceError::Posted { entry: earlier }),
            None => {}
        }
        if self.document().is_none() {
            return Err(PostedInvoiceError::Status { status: self.status.name() });
        }
        if let (Some(worth), Some(item)) = (worth, &self.item) {
            if !item.allocations().is_empty() {
                return Err(PostedInvoiceError::Settled);
            }
            item.clone().booked_at(worth)?;
        }
        Ok(Decision::Record(ClientInvoiceFact::Posted { entry, worth }))
    }

    /// Lets a part of a payment go to it.
    ///
    /// # Errors
    /// [`AllocationError`]; nothing is due by what was not issued.
    pub fn allocate(&self, part: Allocation) -> Result<Decision<ClientInvoiceFact>, AllocationError> {
        let Some(item) = &self.item else {
            let outstanding = Money::zero(part.amount.currency());
            return Err(AllocationError::Amount { amount: part.amount, outstanding });
        };
        Ok(item.admit(&part)?.map(|part| ClientInvoiceFact::Allocated { part }))
    }

    /// Takes a payment off it that has come back on a day.
    ///
    /// # Errors
    /// [`UndoAllocationError`]; nothing went to what was not issued.
    pub fn undo(&self, payment: PaymentId, on: NaiveDate) -> Result<Decision<ClientInvoiceFact>, UndoAllocationError> {
        let item = self.item.as_ref().ok_or(UndoAllocationError::NotHere { payment })?;
        Ok(item.undo(payment, on)?.map(|part| ClientInvoiceFact::Returned { part }))
    }

    /// What of each line has not been taken back yet, by its place from 0; lines of which nothing is left are left out.
    ///
    /// # Errors
    /// None where the quantities of a line are all in its unit, as they are.
    fn not_credited(
        &self,
        document: &InvoiceDocument,
    ) -> Result<BTreeMap<usize, Quantity>, office_core::QuantityError> {
        let mut rest = BTreeMap::new();
        for (at, line) in document.draft().lines.iter().enumerate() {
            let taken = self.credits.iter().filter_map(|credit| credit.quantities.get(&at).copied());
            let left = line.quantity.checked_sub(Quantity::sum(taken, line.quantity.unit())?)?;
            if !left.is_zero() {
                rest.insert(at, left);
            }
        }
        Ok(rest)
    }

    fn issued(client: PartyId, document: &InvoiceDocument, credits_invoice: Option<ClientInvoiceId>) -> Self {
        let owed = document.owed();
        let item = || {
            OpenItem::new(client, document.number().to_string(), document.on(), document.due(), owed).instalment_of(1)
        };
        Self {
            client,
            status: ClientInvoiceStatus::Issued(Box::new(document.clone())),
            credits_invoice,
            item: (!owed.is_zero()).then(item),
            entry: None,
            credits: Vec::new(),
            reminders: Vec::new(),
        }
    }
}

impl Entity for ClientInvoice {
    const KIND: Kind = Kind::literal("client_invoice");
    type Fact = ClientInvoiceFact;

    fn open(fact: &ClientInvoiceFact) -> Option<Self> {
        match fact {
            ClientInvoiceFact::Drafted { client, draft } => Some(Self {
                client: *client,
                status: ClientInvoiceStatus::Draft(draft.clone()),
                credits_invoice: None,
                item: None,
                entry: None,
                credits: Vec::new(),
                reminders: Vec::new(),
            }),
            ClientInvoiceFact::CreditNoteIssued { client, document, invoice, set_off, worth } => {
                let mut note = Self::issued(*client, document, Some(*invoice));
                if let (Some(worth), Some(item)) = (worth, &mut note.item) {
                    *item = item.clone().booked_at(worth.negated()).unwrap_or_else(|_| item.clone());
                }
                if let (Some(item), Some(part)) = (&mut note.item, set_off) {
                    // What revaluations have added was added to the invoice.
                    item.take(&part.undone(part.on).without_revaluations());
                }
                Some(note)
            }
            ClientInvoiceFact::Redrafted { .. }
            | ClientInvoiceFact::Discarded
            | ClientInvoiceFact::Issued { .. }
            | ClientInvoiceFact::Credited(_)
            | ClientInvoiceFact::Posted { .. }
            | ClientInvoiceFact::Revalued { .. }
            | ClientInvoiceFact::Allocated { .. }
            | ClientInvoiceFact::Returned { .. }
            | ClientInvoiceFact::Reminded(_) => None,
        }
    }

    fn apply(&mut self, fact: &ClientInvoiceFact) {
        match fact {
            ClientInvoiceFact::Drafted { .. } | ClientInvoiceFact::CreditNoteIssued { .. } => {}
            ClientInvoiceFact::Redrafted { draft } => self.status = ClientInvoiceStatus::Draft(draft.clone()),
            ClientInvoiceFact::Discarded => self.status = ClientInvoiceStatus::Discarded,
            ClientInvoiceFact::Issued { document } => *self = Self::issued(self.client, document, None),
            ClientInvoiceFact::Posted { entry, worth } => {
                self.entry = Some(*entry);
                if let (Some(worth), Some(item)) = (worth, &mut self.item) {
                    *item = item.clone().booked_at(*worth).unwrap_or_else(|_| item.clone());
                }
            }
            ClientInvoiceFact::Revalued { changes } => {
                if let Some(item) = &mut self.item {
                    for change in changes {
                        item.revalue(*change);
                    }
                }
            }
            ClientInvoiceFact::Reminded(reminder) => self.reminders.push(*reminder),
            ClientInvoiceFact::Credited(credit) => {
                if let (Some(item), Some(part)) = (&mut self.item, &credit.set_off) {
                    item.take(part);
                }
                self.credits.push(credit.clone());
            }
            ClientInvoiceFact::Allocated { part } | ClientInvoiceFact::Returned { part } => {
                if let Some(item) = &mut self.item {
                    item.take(part);
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let Some(document) = self.document() else { return };
        entries.unique(Self::BY_NUMBER, &document.number().to_string());
        entries.ordered(Self::BY_DAY, &document.on());
        entries.partition(Self::BY_CLIENT, &self.client, &document.on());
        if let Some(item) = self.item.as_ref().filter(|item| item.booked().is_some()) {
            entries.ordered(Self::VALUED, &item.valued_until());
        }
        let open = self.item.as_ref().and_then(|item| item.outstanding_ever().ok());
        if open.is_some_and(|open| !open.is_zero()) {
            entries.partition(Self::OPEN, &self.client, &document.due());
        }
    }
}

/// A document of this kind is wanted.
fn is(document: &InvoiceDocument, kind: InvoiceKind) -> bool {
    document.draft().kind == kind
}
