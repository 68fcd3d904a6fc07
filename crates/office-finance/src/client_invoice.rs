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
//! 4. The instalments of an invoice make what is due by it; each is paid, aged and reminded of on its own.
//! 5. What a reminder costs is charged once, by an invoice of its own that bears nothing unless the rules say so.

mod booking;
mod coding;
mod error;
mod fact;
mod flow;
mod instalment;
mod late_charge;
mod receipt;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, PartyId};
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, Partition, Quantity, Unique};
use serde::{Deserialize, Serialize};

pub use self::booking::{
    ClientReceipt, PostClientInvoiceError, ReceivableRules, ReceivePaymentError, SendReceiptBackError,
    post_client_invoice, receive_payment, receive_payment_as, send_receipt_back,
};
pub use self::coding::{ClientCoding, ClientEntryError};
pub use self::error::{
    AllocateReceiptError, CreditInvoiceError, DraftInvoiceError, IssueInvoiceError, PostedInvoiceError,
    ReturnReceiptError,
};
pub use self::fact::{ClientInvoiceFact, ClientInvoiceStatus, InvoiceCredit};
pub use self::flow::{credit_invoice, issue_invoice, issue_invoice_by_terms};
pub use self::instalment::InvoiceInstalment;
pub use self::late_charge::{
    ChargeReminderError, LateCharge, LateChargeRules, WaiveLateChargeError, charge_reminder, waive_late_charge,
};
pub use self::receipt::{
    ReceiptPart, ReceiptPartError, allocate_receipt, allocate_receipt_oldest_first, return_receipt,
};
use crate::open_item::{take_parts, take_revaluations};
use crate::{EntryId, InvoiceDocument, InvoiceDraft, InvoiceKind, OpenItem, Reminder};

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
    // What the client owes by it, by instalment; nothing where nothing is due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    items: Vec<OpenItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry: Option<EntryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    credits: Vec<InvoiceCredit>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reminders: Vec<Reminder>,
    // What of its reminders was charged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    late_charges: Vec<LateCharge>,
    // The invoice of whose reminder it charges the cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    charges_late: Option<ClientInvoiceId>,
}

impl ClientInvoice {
    /// By the number it was issued under: there is one of each.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// What is issued and not settled, by client, in the order it is due.
    pub const OPEN: Partition<Self, PartyId, NaiveDate> = Partition::new("open");
    /// What is issued and not settled, by the days on which its instalments are due.
    pub const DUE: Ordered<Self, NaiveDate> = Ordered::new("due");
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

    /// Issues a draft as a document that is to be paid as a whole. [`issue_invoice`] draws the number for it.
    ///
    /// # Errors
    /// [`IssueInvoiceError`], in the order of its variants.
    pub fn issue(&self, document: InvoiceDocument) -> Result<Decision<ClientInvoiceFact>, IssueInvoiceError> {
        let whole = InvoiceInstalment::whole(document.due(), document.owed());
        self.issue_in_parts(document, whole)
    }

    /// Issues a draft as a document that is to be paid in these parts. [`issue_invoice_by_terms`] draws the number for it.
    ///
    /// # Errors
    /// [`IssueInvoiceError`], in the order of its variants.
    pub fn issue_in_parts(
        &self,
        document: InvoiceDocument,
        instalments: Vec<InvoiceInstalment>,
    ) -> Result<Decision<ClientInvoiceFact>, IssueInvoiceError> {
        match &self.status {
            ClientInvoiceStatus::Issued(earlier) if **earlier == document && self.is_owed_in(&instalments) => {
                Ok(Decision::AlreadyRecorded)
            }
            ClientInvoiceStatus::Draft(draft) if **draft == *document.draft() => {
                InvoiceInstalment::check(&instalments, &document)?;
                Ok(Decision::Record(ClientInvoiceFact::Issued { document: Box::new(document), instalments }))
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

    /// What is to be paid by instalment, once it was issued and where anything is due; below zero for a credit note.
    #[must_use]
    pub fn items(&self) -> &[OpenItem] {
        &self.items
    }

    /// What of its reminders was charged.
    #[must_use]
    pub fn late_charges(&self) -> &[LateCharge] {
        &self.late_charges
    }

    /// The invoice of whose reminder it charges the cost.
    #[must_use]
    pub const fn charges_late(&self) -> Option<ClientInvoiceId> {
        self.charges_late
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
        let Some(currency) = self.items.first().map(|item| item.amount().currency()) else { return Ok(None) };
        let open = self.items.iter().map(|item| item.outstanding(on)).collect::<Result<Vec<_>, _>>()?;
        Money::sum(open, currency).map(Some)
    }

    /// Notes the entry by which it came into the books.
    ///
    /// # Errors
    /// [`PostedInvoiceError`], in the order of its variants.
    pub fn posted(&self, entry: EntryId) -> Result<Decision<ClientInvoiceFact>, PostedInvoiceError> {
        self.posted_at(entry, BTreeMap::new())
    }

    /// Notes the entry by which it came into the books, and what each of its instalments was worth there, where it is in a
    /// foreign currency: before anything goes to it.
    ///
    /// # Errors
    /// [`PostedInvoiceError`], in the order of its variants.
    pub fn posted_at(
        &self,
        entry: EntryId,
        worths: BTreeMap<u32, Money>,
    ) -> Result<Decision<ClientInvoiceFact>, PostedInvoiceError> {
        match self.entry {
            Some(earlier) if earlier == entry => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(PostedInvoiceError::Posted { entry: earlier }),
            None => {}
        }
        if self.document().is_none() {
            return Err(PostedInvoiceError::Status { status: self.status.name() });
        }
        if !worths.is_empty() && !worths.keys().copied().eq(self.items.iter().map(OpenItem::instalment)) {
            return Err(PostedInvoiceError::Instalments { given: worths.len(), wanted: self.items.len() });
        }
        for (item, worth) in self.items.iter().zip(worths.values()) {
            if !item.allocations().is_empty() {
                return Err(PostedInvoiceError::Settled);
            }
            item.clone().booked_at(*worth)?;
        }
        Ok(Decision::Record(ClientInvoiceFact::Posted { entry, worths }))
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

    fn issued_whole(client: PartyId, document: &InvoiceDocument) -> Self {
        Self::issued(client, document, &InvoiceInstalment::whole(document.due(), document.owed()))
    }

    fn issued(client: PartyId, document: &InvoiceDocument, instalments: &[InvoiceInstalment]) -> Self {
        Self {
            client,
            status: ClientInvoiceStatus::Issued(Box::new(document.clone())),
            credits_invoice: None,
            items: InvoiceInstalment::items(client, document, instalments),
            entry: None,
            credits: Vec::new(),
            reminders: Vec::new(),
            late_charges: Vec::new(),
            charges_late: None,
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
                items: Vec::new(),
                entry: None,
                credits: Vec::new(),
                reminders: Vec::new(),
                late_charges: Vec::new(),
                charges_late: None,
            }),
            ClientInvoiceFact::CreditNoteIssued { client, document, invoice, set_off, worth } => {
                let mut note = Self { credits_invoice: Some(*invoice), ..Self::issued_whole(*client, document) };
                if let Some(item) = note.items.first_mut() {
                    if let Some(worth) = worth {
                        *item = item.clone().booked_at(worth.negated()).unwrap_or_else(|_| item.clone());
                    }
                    if let Some(part) = set_off {
                        // What revaluations have added was added to the invoice.
                        item.take(&part.undone(part.on).without_revaluations());
                    }
                }
                Some(note)
            }
            ClientInvoiceFact::LateChargeIssued { client, document, invoice } => {
                Some(Self { charges_late: Some(*invoice), ..Self::issued_whole(*client, document) })
            }
            ClientInvoiceFact::Redrafted { .. }
            | ClientInvoiceFact::Discarded
            | ClientInvoiceFact::Issued { .. }
            | ClientInvoiceFact::Credited(_)
            | ClientInvoiceFact::Posted { .. }
            | ClientInvoiceFact::Revalued { .. }
            | ClientInvoiceFact::Allocated { .. }
            | ClientInvoiceFact::Returned { .. }
            | ClientInvoiceFact::Reminded(_)
            | ClientInvoiceFact::ReminderCharged(_) => None,
        }
    }

    fn apply(&mut self, fact: &ClientInvoiceFact) {
        match fact {
            ClientInvoiceFact::Drafted { .. }
            | ClientInvoiceFact::CreditNoteIssued { .. }
            | ClientInvoiceFact::LateChargeIssued { .. } => {}
            ClientInvoiceFact::Redrafted { draft } => self.status = ClientInvoiceStatus::Draft(draft.clone()),
            ClientInvoiceFact::Discarded => self.status = ClientInvoiceStatus::Discarded,
            ClientInvoiceFact::Issued { document, instalments } => {
                *self = Self::issued(self.client, document, instalments);
            }
            ClientInvoiceFact::Posted { entry, worths } => {
                self.entry = Some(*entry);
                for item in &mut self.items {
                    if let Some(worth) = worths.get(&item.instalment()) {
                        *item = item.clone().booked_at(*worth).unwrap_or_else(|_| item.clone());
                    }
                }
            }
            ClientInvoiceFact::Revalued { items } => take_revaluations(&mut self.items, items),
            ClientInvoiceFact::Reminded(reminder) => self.reminders.push(*reminder),
            ClientInvoiceFact::ReminderCharged(charge) => self.late_charges.push(*charge),
            ClientInvoiceFact::Credited(credit) => {
                take_parts(&mut self.items, &credit.set_off);
                self.credits.push(credit.clone());
            }
            ClientInvoiceFact::Allocated { parts } | ClientInvoiceFact::Returned { parts } => {
                take_parts(&mut self.items, parts);
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let Some(document) = self.document() else { return };
        entries.unique(Self::BY_NUMBER, &document.number().to_string());
        entries.ordered(Self::BY_DAY, &document.on());
        entries.partition(Self::BY_CLIENT, &self.client, &document.on());
        let valued = self.items.iter().filter(|item| item.booked().is_some()).map(OpenItem::valued_until);
        if let Some(until) = valued.max() {
            entries.ordered(Self::VALUED, &until);
        }
        let open = self.items.iter().filter(|item| item.outstanding_ever().is_ok_and(|open| !open.is_zero()));
        let days: Vec<NaiveDate> = open.map(OpenItem::due).collect();
        for day in &days {
            entries.ordered(Self::DUE, day);
        }
        if let Some(first) = days.iter().min() {
            entries.partition(Self::OPEN, &self.client, first);
        }
    }
}

/// A document of this kind is wanted.
fn is(document: &InvoiceDocument, kind: InvoiceKind) -> bool {
    document.draft().kind == kind
}
