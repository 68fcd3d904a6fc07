//! What clients have paid, and how it goes to what they owe.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{PartyId, PaymentId};
use office_core::{Decision, Entity, Money, MoneyError, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{AllocateReceiptError, ClientInvoice, ClientInvoiceFact, ClientInvoiceId, ReturnReceiptError};
use crate::{
    Allocation, AllocationError, CurrencyError, CurrencyRules, OpenItem, Payment, PaymentPart, PaymentReturn,
    SettleError, split_payment,
};

/// What of a payment goes to an invoice: to the instalment that is named, or else to the one that is due first, then to the
/// next. It is below zero for a credit note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPart {
    /// The invoice or credit note.
    pub invoice: ClientInvoiceId,
    /// Which instalment of it, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalment: Option<u32>,
    /// How much.
    pub amount: Money,
}

impl ReceiptPart {
    /// So much to an invoice, to what of it is due first.
    #[must_use]
    pub const fn of(invoice: ClientInvoiceId, amount: Money) -> Self {
        Self { invoice, instalment: None, amount }
    }

    /// The same to one instalment, counted from 1.
    #[must_use]
    pub const fn to_instalment(self, instalment: u32) -> Self {
        Self { instalment: Some(instalment), ..self }
    }

    /// Whether a part of a payment went where this one is to go.
    fn names(&self, part: &PaymentPart) -> bool {
        ClientInvoice::key(part.document) == self.invoice
            && self.instalment.is_none_or(|named| named == part.instalment)
    }

    /// Whether this is what of a payment went there by then.
    fn is_told_by(&self, parts: &[PaymentPart]) -> Result<bool, MoneyError> {
        let went = parts.iter().filter(|part| self.names(part)).map(|part| part.part.amount);
        Ok(Money::sum(went, self.amount.currency())? == self.amount)
    }

    /// Whether what went is just what was asked for.
    pub(super) fn are_told_by(asked: &[Self], parts: &[PaymentPart]) -> Result<bool, MoneyError> {
        for part in asked {
            if !part.is_told_by(parts)? {
                return Ok(false);
            }
        }
        Ok(parts.iter().all(|part| asked.iter().any(|asked| asked.names(part))))
    }
}

/// A payment of a client, of which parts are to go to invoices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received<'a> {
    pub(super) payment: PaymentId,
    pub(super) client: PartyId,
    pub(super) on: NaiveDate,
    /// What of it went to something before.
    pub(super) known: &'a [PaymentPart],
    /// By what it is told in the currency of the books, where it is foreign.
    pub(super) foreign: Option<&'a CurrencyRules>,
}

/// What parts of a payment come to by instalment, and what that makes of the invoices.
type Allocated = (Vec<PaymentPart>, Vec<(ClientInvoiceId, ClientInvoiceFact)>);

/// Reads the invoices that parts go to.
pub(super) async fn invoices_of(
    tx: &Tx,
    parts: &[ReceiptPart],
) -> Result<BTreeMap<ClientInvoiceId, ClientInvoice>, StoreError> {
    let mut invoices = BTreeMap::new();
    for part in parts {
        invoices.insert(part.invoice, tx.load(part.invoice).await?);
    }
    Ok(invoices)
}

impl Received<'_> {
    /// Lets parts of it go to invoices. Parts that went there before are passed over.
    pub(super) fn to_invoices(
        self,
        mut invoices: BTreeMap<ClientInvoiceId, ClientInvoice>,
        parts: &[ReceiptPart],
    ) -> Result<Allocated, ReceiptPartError> {
        let (mut told, mut facts) = (Vec::new(), Vec::new());
        for (at, asked) in parts.iter().enumerate() {
            let id = asked.invoice;
            let same = |earlier: &ReceiptPart| {
                let both = earlier.instalment.zip(asked.instalment);
                earlier.invoice == id && both.is_none_or(|(earlier, asked)| earlier == asked)
            };
            if parts.iter().take(at).any(same) {
                return Err(ReceiptPartError::Twice { invoice: id });
            }
            let Some(invoice) = invoices.get_mut(&id) else { continue };
            if invoice.client() != self.client {
                return Err(ReceiptPartError::OtherClient { invoice: id });
            }
            if self.went_before(asked)? {
                continue;
            }
            let fresh = self.parts_of(asked, invoice)?;
            let Decision::Record(fact) = invoice.allocate(&fresh)? else { continue };
            // The next part finds the invoice as this one leaves it.
            invoice.apply(&fact);
            let part = |(instalment, part)| PaymentPart { document: id.retag(), instalment, part };
            told.extend(fresh.into_iter().map(part));
            facts.push((id, fact));
        }
        Ok((told, facts))
    }

    /// Whether a part went there before, just as it is asked for.
    fn went_before(&self, asked: &ReceiptPart) -> Result<bool, ReceiptPartError> {
        let mut known = self.known.iter().filter(|part| asked.names(part)).peekable();
        let Some(first) = known.peek().copied() else { return Ok(false) };
        let earlier = Money::sum(known.map(|part| part.part.amount), asked.amount.currency())?;
        if earlier == asked.amount && first.part.on == self.on {
            return Ok(true);
        }
        Err(AllocationError::Reused { payment: self.payment, earlier }.into())
    }

    /// What a part comes to by instalment, with what it is worth in the books where it is foreign.
    fn parts_of(
        &self,
        asked: &ReceiptPart,
        invoice: &ClientInvoice,
    ) -> Result<BTreeMap<u32, Allocation>, ReceiptPartError> {
        let amounts = match asked.instalment {
            Some(instalment) => [(instalment, asked.amount)].into(),
            None => invoice.split(asked.amount)?,
        };
        let mut parts = BTreeMap::new();
        for (instalment, amount) in amounts {
            let part = Allocation::new(self.payment, amount, self.on);
            let item = invoice.items().iter().find(|item| item.instalment() == instalment);
            parts.insert(instalment, self.valued(asked.invoice, item, part)?);
        }
        Ok(parts)
    }

    fn valued(
        &self,
        invoice: ClientInvoiceId,
        item: Option<&OpenItem>,
        part: Allocation,
    ) -> Result<Allocation, ReceiptPartError> {
        // Of what is not owed, or not that much, the invoice says so itself.
        let (Some(foreign), Some(item)) = (self.foreign, item) else { return Ok(part) };
        let paid = foreign.worth(part.amount, self.on)?;
        match item.settle(part, paid, foreign.rounding) {
            Err(SettleError::Amount { .. }) => Ok(part),
            settled => settled.map_err(|source| ReceiptPartError::Worth { invoice, source }),
        }
    }
}

/// Lets parts of a payment of a client go to invoices and credit notes in the currency of the books. The same again changes
/// nothing.
///
/// # Errors
/// [`AllocateReceiptError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../client_invoice/billing.txt")]
/// use office_finance::allocate_receipt;
///
/// // Paid on account before there is an invoice.
/// issue("issue", due)?;
/// let ahead = &NewPayment { party: client, amount: euro(500_00), on, entry: None };
/// wait(office.transact(&command("ahead"), |tx| async move {
///     tx.create(Payment::key(payment), Payment::make(ahead.clone())).await
/// }))
/// .map_err(|error: office_core::StoreError| error)?;
/// let allocate = |key: &str, minor| {
///     let part = ReceiptPart::of(id, euro(minor));
///     wait(office.transact(&command(key), |tx| async move { allocate_receipt(&tx, payment, &[part], on).await }))
/// };
/// // No more than was paid.
/// assert!(allocate("more", 500_01).is_err());
/// allocate("all", 500_00)?;
/// assert_eq!(load()?.items()[0].outstanding(on)?, euro(690_00));
/// # Ok::<(), Failure>(())
/// ```
pub async fn allocate_receipt(
    tx: &Tx,
    payment: PaymentId,
    parts: &[ReceiptPart],
    on: NaiveDate,
) -> Result<(), AllocateReceiptError> {
    // Read.
    let received = tx.load(Payment::key(payment)).await?;
    let invoices = invoices_of(tx, parts).await?;

    // Decide.
    let (client, known) = (received.made().party, received.parts());
    let (told, facts) = Received { payment, client, on, known, foreign: None }.to_invoices(invoices, parts)?;
    let allocated = received.allocate(told)?;

    // Record.
    tx.decide(Payment::key(payment), allocated).await?;
    for (id, fact) in facts {
        tx.record(id, fact).await?;
    }
    Ok(())
}

/// Lets what is left of a payment of a client go to what they owe: to what is due first, of one day in the order of numbers,
/// and tells what stays on account. Once more changes nothing where nothing is owed.
///
/// # Errors
/// [`AllocateReceiptError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_finance::{
///     DueRule, Instalment, NewPayment, Payment, PaymentTerms, ReceiptPart, allocate_receipt,
///     allocate_receipt_oldest_first, issue_invoice_by_terms,
/// };
/// # use chrono::DateTime;
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Percent, Restart, Role, Rounding, Series, wait};
/// # use office_finance::{ClientInvoice, ClientInvoiceId, InvoiceDraft, InvoiceLine, InvoiceParty, TaxClass};
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let office = &Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// # let command = |key: &str| Command::new(key, "billing", clerk.clone(), DateTime::default());
/// # let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
/// # let line = InvoiceLine::new("Meeting room", "10 h".parse()?, "100 EUR / 1 h".parse()?, TaxClass::standard(Percent::whole(19))?);
/// # let draft = InvoiceDraft::new(Currency::EUR, party("Office am Fluss"), party("Museum am Ufer"), vec![line]);
/// # let drafted = &ClientInvoice::draft(Id::natural("party", "Museum am Ufer"), draft)?;
/// # let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let id: ClientInvoiceId = Id::natural("client_invoice", "1");
/// let (on, series) = ("2026-10-08".parse()?, &Series::new("invoices", "INV-{year}-{number:5}", Restart::EachYear)?);
/// let half = |days| Instalment { share: Percent::whole(50), due: DueRule::net(days) };
/// let terms = &PaymentTerms::new(vec![half(14), half(44)])?;
/// wait(office.transact(&command("issue")?, |tx| async move {
///     tx.create(id, drafted.clone()).await?;
///     issue_invoice_by_terms(&tx, id, series, on, terms, Rounding::HalfUp).await?;
///     Ok::<_, Failure>(())
/// }))?;
///
/// let payment = Id::natural("payment", "P-1");
/// let paid = &NewPayment { party: Id::natural("party", "Museum am Ufer"), amount: euro(600_00), on, entry: None };
/// wait(office.transact(&command("paid")?, |tx| async move {
///     Ok::<_, Failure>(tx.create(Payment::key(payment), Payment::make(paid.clone())).await?)
/// }))?;
/// // No more goes to an instalment than is open of it.
/// let refused = wait(office.transact(&command("named")?, |tx| async move {
///     let second = ReceiptPart::of(id, Money::from_minor(600_00, Currency::EUR)).to_instalment(2);
///     allocate_receipt(&tx, payment, &[second], on).await
/// }));
/// assert!(refused.is_err_and(|refused| refused.to_string() == "600.00 EUR cannot go to the item: up to 595.00 EUR is wanted"));
///
/// let left = wait(office.transact(&command("oldest")?, |tx| async move {
///     allocate_receipt_oldest_first(&tx, payment, on).await
/// }))?;
/// let invoice = wait(office.view(|view| async move { Ok::<_, Failure>(view.load(id).await?) }))?;
/// let open: Vec<Money> = invoice.items().iter().map(|item| item.outstanding(on)).collect::<Result<_, _>>()?;
/// assert_eq!((left, open), (euro(0), vec![euro(0), euro(590_00)]));
/// # Ok::<(), Failure>(())
/// ```
pub async fn allocate_receipt_oldest_first(
    tx: &Tx,
    payment: PaymentId,
    on: NaiveDate,
) -> Result<Money, AllocateReceiptError> {
    // Read.
    let received = tx.load(Payment::key(payment)).await?;
    let owed = tx.list(ClientInvoice::OPEN, &received.made().party).await?;

    // Decide.
    let left = received.on_account(on)?;
    let mut items: Vec<(ClientInvoiceId, &OpenItem, Money)> = Vec::new();
    for (id, invoice) in &owed {
        for item in invoice.items().iter().filter(|item| item.on() <= on && item.amount().currency() == left.currency())
        {
            let part_of = item.allocations().iter().any(|part| part.payment == payment);
            items.extend(Some((*id, item, item.outstanding_ever()?)).filter(|_| !part_of));
        }
    }
    items.sort_by_key(|(_, item, _)| (item.due(), item.document().to_owned(), item.instalment()));
    let open: Vec<Money> = items.iter().map(|(.., open)| *open).collect();
    let split = split_payment(left, &open)?;
    let named = items.iter().zip(split.parts).filter(|(_, part)| !part.is_zero());
    let part = |((id, item, _), part): (&(ClientInvoiceId, &OpenItem, Money), Money)| {
        ReceiptPart::of(*id, part).to_instalment(item.instalment())
    };
    let parts: Vec<_> = named.map(part).collect();

    // Record.
    allocate_receipt(tx, payment, &parts, on).await?;
    Ok(split.left_over)
}

/// Takes back a payment of a client that the bank has sent back: what it went to is open again from that day on. The same
/// again changes nothing.
///
/// # Errors
/// [`ReturnReceiptError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../client_invoice/billing.txt")]
/// use office_finance::return_receipt;
///
/// issue("issue", due)?;
/// in_books("post")?;
/// receive("paid", &receipt(1_190_00))?;
/// let come_back = |key: &str, day: &str| {
///     let back = PaymentReturn { on: day.parse().unwrap(), reason: "account closed".into() };
///     wait(office.transact(&command(key), |tx| {
///         let back = back.clone();
///         async move { return_receipt(&tx, payment, back).await }
///     }))
/// };
/// // Not before it came.
/// assert!(come_back("early", "2026-10-21").is_err());
/// come_back("back", "2026-10-26")?;
/// assert_eq!(load()?.items()[0].outstanding("2026-10-26".parse()?)?, euro(1_190_00));
/// # Ok::<(), Failure>(())
/// ```
pub async fn return_receipt(tx: &Tx, payment: PaymentId, back: PaymentReturn) -> Result<(), ReturnReceiptError> {
    // Read.
    let received = tx.load(Payment::key(payment)).await?;
    let mut invoices: BTreeMap<ClientInvoiceId, ClientInvoice> = BTreeMap::new();
    for part in received.parts() {
        let id = ClientInvoice::key(part.document);
        invoices.insert(id, tx.load(id).await?);
    }

    // Decide.
    let on = back.on;
    let returned = received.send_back(back)?;
    let undone: Vec<_> = invoices
        .iter()
        .map(|(id, invoice)| Ok((*id, invoice.undo(payment, on)?)))
        .collect::<Result<_, ReturnReceiptError>>()?;

    // Record.
    tx.decide(Payment::key(payment), returned).await?;
    for (id, decision) in undone {
        tx.decide(id, decision).await?;
    }
    Ok(())
}

/// A part of a payment does not go to an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReceiptPartError {
    /// An invoice is named twice, or an instalment of it.
    #[error("invoice {invoice} is named twice: once is wanted, or each instalment once")]
    Twice {
        /// The invoice.
        invoice: ClientInvoiceId,
    },
    /// An invoice is another client's.
    #[error("invoice {invoice} is not of the client who paid")]
    OtherClient {
        /// The invoice.
        invoice: ClientInvoiceId,
    },
    /// The amounts cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// It cannot be told what the payment is worth in the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// It cannot be told what of the worth of an invoice goes with its part.
    #[error("invoice {invoice}: {source}")]
    Worth {
        /// The invoice.
        invoice: ClientInvoiceId,
        /// Why.
        source: SettleError,
    },
    /// An invoice does not take its part.
    #[error(transparent)]
    Item(#[from] AllocationError),
}
