//! Invoices to clients in the books, and what clients pay for them, in any currency.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{PartyId, PaymentId};
use office_core::{Currency, Money, MoneyError, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::receipt::{Received, invoices_of};
use super::{
    ClientCoding, ClientEntryError, ClientInvoice, ClientInvoiceId, PostedInvoiceError, ReceiptPart, ReceiptPartError,
    ReturnReceiptError, return_receipt,
};
use crate::{
    AccountCode, AllocatePaymentError, Chart, CurrencyError, CurrencyRules, Entry, EntryError, EntryId, EntryNumber,
    InvoiceDocument, NewPayment, OpenItem, PartWorth, Payment, PaymentPart, PaymentReturn, PostError, Posting,
    UndoError, post, undo,
};

/// What invoices to clients and their payments are booked by: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivableRules {
    /// The accounts.
    pub chart: Chart,
    /// What clients owe.
    pub receivables: AccountCode,
    /// To which account each currency is paid.
    pub banks: BTreeMap<Currency, AccountCode>,
    /// What is foreign, and by which rates it is booked; nothing where the office keeps its books without.
    pub currencies: Option<CurrencyRules>,
}

impl ReceivableRules {
    fn foreign(&self, currency: Currency) -> Option<&CurrencyRules> {
        self.currencies.as_ref().filter(|rules| rules.currency() != currency)
    }
}

/// What a client has paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientReceipt {
    /// The id of the payment, which no other has.
    pub id: PaymentId,
    /// Who has paid.
    pub client: PartyId,
    /// How much.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
    /// What for.
    pub parts: Vec<ReceiptPart>,
}

/// Brings an issued invoice or credit note into the books under the id `entry_id`. What is foreign is worth what the rate
/// of its day says; a credit note what that of its invoice said, so that taking back gains and loses nothing. An invoice in
/// a foreign currency is posted before anything goes to it, and before it is credited. The same again is recognised.
///
/// # Errors
/// [`PostClientInvoiceError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../client_invoice/billing.txt")]
/// // A draft is in no books.
/// assert!(in_books("early").is_err());
/// issue("issue", due)?;
/// assert_eq!(in_books("post")?.to_string(), "2026-00001");
/// // The same again is recognised.
/// assert_eq!(in_books("again")?.to_string(), "2026-00001");
/// # Ok::<(), Failure>(())
/// ```
pub async fn post_client_invoice(
    tx: &Tx,
    rules: &ReceivableRules,
    id: ClientInvoiceId,
    entry_id: EntryId,
    coding: &ClientCoding,
) -> Result<EntryNumber, PostClientInvoiceError> {
    // Read.
    let invoice = tx.load(id).await?;
    let credited = match invoice.credits_invoice() {
        Some(of) => Some(tx.load(of).await?),
        None => None,
    };

    // Decide.
    let mut entry = invoice.entry_of(coding)?;
    let mut worths = BTreeMap::new();
    if let Some(foreign) = invoice.document().and_then(|document| rules.foreign(document.draft().currency)) {
        entry = match &credited {
            Some(credited) => credit_entry(foreign, (id, &invoice), credited, &entry, &coding.receivables)?,
            None => foreign.book(entry)?,
        };
        if credited.is_none() {
            // Together exactly what the account has of it, each instalment its share by largest remainder.
            let items = foreign.value(invoice.items().to_vec(), &entry, &coding.receivables)?;
            worths = items.iter().filter_map(|item| Some((item.instalment(), item.booked()?))).collect();
        }
    }
    let posted = invoice.posted_at(entry_id, worths)?;

    // Record.
    let number = post(tx, &rules.chart, entry_id, entry).await?;
    tx.decide(id, posted).await?;
    Ok(number)
}

/// The entry of a credit note at the rate of its invoice: what the client owes by what the note was worth when it was
/// issued, and with what revaluations had added to what it takes back.
fn credit_entry(
    foreign: &CurrencyRules,
    (id, note): (ClientInvoiceId, &ClientInvoice),
    credited: &ClientInvoice,
    entry: &Entry,
    receivables: &AccountCode,
) -> Result<Entry, PostClientInvoiceError> {
    let mut postings = entry.postings().to_vec();
    if let Some(item) = note.items().first() {
        let booked = item.booked().ok_or(PostClientInvoiceError::NotValued)?;
        let own = postings.iter_mut().find(|posting| posting.account == *receivables);
        if let Some(posting) = own {
            *posting = posting.clone().worth(booked);
        }
    }
    let on = credited.document().map_or(entry.on(), InvoiceDocument::on);
    let mut postings = foreign.convert(postings, on)?;
    let set_off = credited.items().iter().flat_map(OpenItem::allocations).filter(|part| part.payment == id.retag());
    let revalued = set_off.filter_map(|part| Some(part.worth?.revalued));
    let revalued = Money::sum(revalued, foreign.currency())?;
    if !revalued.is_zero() {
        let currency = note.document().map_or(foreign.currency(), |document| document.draft().currency);
        postings.push(Posting::revaluing(receivables.clone(), currency, revalued.negated()));
        postings.push(Posting::revaluing(foreign.unrealised(revalued).clone(), currency, revalued));
    }
    Ok(entry.clone().with_postings(postings)?)
}

/// Books what a client has paid, and lets it go to invoices and credit notes: one entry, one payment. What is paid in a
/// foreign currency is worth what the rate of its day says, and what that is more or less than what the invoices were
/// booked at is a realised gain or loss. What is left of a payment is on account; of one in a foreign currency nothing may
/// be. The same again changes nothing.
///
/// # Errors
/// [`ReceivePaymentError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
///
/// use chrono::{DateTime, NaiveDate};
/// use office_core::{
///     Actor, Command, Currency, ExchangeRate, Id, MemoryStore, Office, Percent, Restart, Role, Rounding, Series, wait,
/// };
/// use office_finance::{
///     Account, AccountKind, Chart, ClientCoding, ClientInvoice, ClientInvoiceId, ClientReceipt, CurrencyRules, Dimensions,
///     EntryId, ExchangeRates, InvoiceDraft, InvoiceLine, InvoiceParty, JournalEntry, Period, ReceiptPart, ReceivableRules,
///     TaxClass, issue_invoice, post_client_invoice, receive_payment,
/// };
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
///
/// let (on, due, paid): (NaiveDate, NaiveDate, NaiveDate) = ("2026-10-05".parse()?, "2026-10-20".parse()?, "2026-10-19".parse()?);
/// let rate = |rate: &str, on| Ok::<_, Failure>(ExchangeRate::new(Currency::USD, Currency::EUR, rate.parse()?, on)?);
/// let currencies = CurrencyRules {
///     rates: ExchangeRates::new(Currency::EUR, [rate("0.92", on)?, rate("0.95", paid)?])?, rounding: Rounding::HalfUp,
///     realised_gain: "4840".parse()?, realised_loss: "6880".parse()?, unrealised_gain: "4841".parse()?,
///     unrealised_loss: "6881".parse()?, difference: "6969".parse()?,
/// };
/// let codes = [("1210", AccountKind::Asset), ("1810", AccountKind::Asset), ("3806", AccountKind::Liability), ("4400", AccountKind::Income), ("4840", AccountKind::Income)];
/// let accounts = codes.iter().map(|(code, kind)| Ok(Account::new(code.parse()?, *code, *kind)));
/// let rules = ReceivableRules {
///     chart: Chart::new(accounts.collect::<Result<Vec<_>, Failure>>()?)?, receivables: "1210".parse()?,
///     banks: [(Currency::USD, "1810".parse()?)].into(), currencies: Some(currencies),
/// };
/// let tax = TaxClass::standard(Percent::whole(19))?;
/// let coding = ClientCoding {
///     receivables: "1210".parse()?, revenue: vec![("4400".parse()?, Dimensions::new())], adjustments: "4400".parse()?,
///     output_tax: BTreeMap::from([(tax, "3806".parse()?)]), prepayments: "4400".parse()?, rounding: "4400".parse()?,
/// };
///
/// // An invoice over 119.00 dollars, booked at 0.92.
/// let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
/// let line = InvoiceLine::new("Plans", "1 set".parse()?, "100 USD / 1 set".parse()?, tax);
/// let draft = InvoiceDraft::new(Currency::USD, party("Office am Fluss"), party("Harbor Museum"), vec![line]);
/// let (client, id) = (Id::natural("party", "Harbor Museum"), ClientInvoiceId::natural("invoice", "1"));
/// let office = Office::on(MemoryStore::new());
/// let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// let command = |key: &str| Command::new(key, "books", clerk.clone(), DateTime::default());
/// let (rules, coding, drafted) = (&rules, &coding, &ClientInvoice::draft(client, draft)?);
/// let series = &Series::new("invoice", "INV-{year}-{number:5}", Restart::EachYear)?;
/// wait(office.transact(&command("issue")?, |tx| async move {
///     tx.create(Period::id_of(on), Period::begin(2026, 10)?).await?;
///     tx.create(id, drafted.clone()).await?;
///     issue_invoice(&tx, id, series, on, due).await?;
///     post_client_invoice(&tx, rules, id, EntryId::natural("invoice", "1"), coding).await?;
///     Ok::<_, Failure>(())
/// }))?;
///
/// let receive = |key: &str, on, part: &str| {
///     let (amount, command) = (part.parse()?, command(key)?);
///     let receipt = ClientReceipt { id: Id::natural("payment", "P-1"), client, amount, on, parts: vec![ReceiptPart::of(id, amount)] };
///     let receipt = &receipt;
///     wait(office.transact(&command, |tx| async move { Ok::<_, Failure>(receive_payment(&tx, rules, receipt).await?) }))
/// };
/// // More than is owed does not go to it, and without a rate of the day nothing is guessed.
/// assert!(receive("much", paid, "119.01 USD").is_err());
/// assert!(receive("early", "2026-10-18".parse()?, "119.00 USD").is_err());
/// receive("paid", paid, "119.00 USD")?;
/// let entry: JournalEntry = wait(office.view(|view| async move {
///     Ok::<_, Failure>(view.load(EntryId::natural("receipt", &format!("{}", Id::<()>::natural("payment", "P-1")))).await?)
/// }))?;
/// let gain = entry.entry().postings().last().ok_or("a posting")?;
/// assert_eq!((gain.account.as_str(), gain.told_in(Currency::EUR)), ("4840", Some("-3.57 EUR".parse()?)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn receive_payment(
    tx: &Tx,
    rules: &ReceivableRules,
    receipt: &ClientReceipt,
) -> Result<(), ReceivePaymentError> {
    receive_payment_as(tx, rules, receipt, EntryId::natural("receipt", &receipt.id.to_string())).await
}

/// The same, posted under the id `entry_id`.
///
/// # Errors
/// As [`receive_payment`].
///
/// # Example
/// ```
#[doc = include_str!("../client_invoice/billing.txt")]
/// use office_finance::receive_payment_as;
///
/// issue("issue", due)?;
/// in_books("post")?;
/// let (entry, paid) = (EntryId::natural("bank_line", "2026-10-22/7"), &receipt(1_190_00));
/// wait(office.transact(&command("line-7"), |tx| async move { receive_payment_as(&tx, rules, paid, entry).await }))?;
/// assert!(load()?.items()[0].outstanding(due)?.is_zero());
/// // Another amount is not the same payment.
/// assert!(receive("line-8", &receipt(1_000_00)).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn receive_payment_as(
    tx: &Tx,
    rules: &ReceivableRules,
    receipt: &ClientReceipt,
    entry_id: EntryId,
) -> Result<(), ReceivePaymentError> {
    // Read.
    let known = tx.find(Payment::key(receipt.id)).await?;
    let invoices = invoices_of(tx, &receipt.parts).await?;

    // Decide.
    let ClientReceipt { id: payment, client, amount, on, .. } = *receipt;
    if let Some(known) = known {
        let made = known.made();
        let same = (made.party, made.amount, made.on) == (client, amount, on)
            && ReceiptPart::are_told_by(&receipt.parts, known.parts())?;
        return if same { Ok(()) } else { Err(ReceivePaymentError::Reused { payment }) };
    }
    let received = Received { payment, client, on, known: &[], foreign: rules.foreign(amount.currency()) };
    let (parts, facts) = received.to_invoices(invoices, &receipt.parts)?;
    let entry = entry_of(rules, receipt, &parts)?;
    let booked = entry.as_ref().map(|_| entry_id);
    let made = NewPayment { party: client, amount, on, entry: booked };

    // Record.
    tx.create(Payment::key(payment), Payment::make(made)).await?;
    let allocated = tx.load(Payment::key(payment)).await?.allocate(parts)?;
    tx.decide(Payment::key(payment), allocated).await?;
    for (id, fact) in facts {
        tx.record(id, fact).await?;
    }
    if let Some(entry) = entry {
        post(tx, &rules.chart, entry_id, entry).await?;
    }
    Ok(())
}

/// The bank against what clients owe, and what the rate of the day has brought; nothing where documents only set each
/// other off, at one worth.
fn entry_of(
    rules: &ReceivableRules,
    receipt: &ClientReceipt,
    parts: &[PaymentPart],
) -> Result<Option<Entry>, ReceivePaymentError> {
    let currency = receipt.amount.currency();
    let given = Money::sum(parts.iter().map(|part| part.part.amount), currency)?;
    let mut owed = Posting::credit(rules.receivables.clone(), receipt.amount).with_party(receipt.client);
    let mut postings = Vec::new();
    let mut bank = None;
    if let Some(foreign) = rules.foreign(currency) {
        let left = receipt.amount.checked_sub(given)?;
        if !left.is_zero() {
            return Err(ReceivePaymentError::OnAccount { left });
        }
        let worths: Vec<PartWorth> = parts.iter().filter_map(|part| part.part.worth).collect();
        let paid = Money::sum(worths.iter().map(|worth| worth.paid), foreign.currency())?;
        let mut released = Money::zero(foreign.currency());
        for worth in &worths {
            released = released.checked_add(worth.released()?)?;
        }
        owed = owed.worth(released.negated());
        if receipt.amount.is_zero() {
            postings.push(Posting::revaluing(foreign.difference.clone(), currency, paid));
        }
        bank = Some((paid, foreign.rates.rate(currency, receipt.on).map_err(CurrencyError::from)?));
        postings.extend(foreign.gains(currency, &worths)?);
    }
    if !receipt.amount.is_zero() {
        let account = rules.banks.get(&currency).ok_or(ReceivePaymentError::NoBank { currency })?;
        let mut posting = Posting::debit(account.clone(), receipt.amount);
        posting.worth = bank.map(|(amount, rate)| crate::Worth { amount, rate: Some(rate) });
        postings.insert(0, posting);
    }
    postings.insert(postings.len().min(1), owed);
    postings.retain(|posting| !posting.is_nothing());
    if postings.is_empty() {
        return Ok(None);
    }
    Ok(Some(Entry::balanced(receipt.on, "payment of a client", postings)?))
}

/// Takes back a payment of a client that the bank has sent back: its entry is undone on that day, and what it went to is
/// open again, worth what it was worth before. The same again changes nothing.
///
/// # Errors
/// [`SendReceiptBackError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../client_invoice/billing.txt")]
/// use office_finance::send_receipt_back;
///
/// issue("issue", due)?;
/// in_books("post")?;
/// let back = &PaymentReturn { on: "2026-10-26".parse()?, reason: "account closed".into() };
/// let send_back = |key: &str| {
///     wait(office.transact(&command(key), |tx| async move { send_receipt_back(&tx, rules, payment, back.clone()).await }))
/// };
/// // What was not received does not come back.
/// assert!(send_back("nothing").is_err());
/// receive("paid", &receipt(1_190_00))?;
/// send_back("back")?;
/// assert_eq!(load()?.items()[0].outstanding(back.on)?, euro(1_190_00));
/// # Ok::<(), Failure>(())
/// ```
pub async fn send_receipt_back(
    tx: &Tx,
    rules: &ReceivableRules,
    payment: PaymentId,
    back: PaymentReturn,
) -> Result<(), SendReceiptBackError> {
    let received = tx.load(Payment::key(payment)).await?;
    let on = back.on;
    return_receipt(tx, payment, back).await?;
    if let Some(entry) = received.made().entry {
        undo(tx, &rules.chart, entry, EntryId::natural("receipt back", &payment.to_string()), on).await?;
    }
    Ok(())
}

/// An invoice to a client does not come into the books.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostClientInvoiceError {
    /// The store has failed, or knows no such invoice.
    #[error("the invoice could not be stored")]
    Store(#[from] StoreError),
    /// It makes no entry.
    #[error(transparent)]
    Entry(#[from] ClientEntryError),
    /// It is a credit note on an invoice in a foreign currency that was credited before it was posted.
    #[error("the invoice was credited before it was posted: one in a foreign currency is posted before that")]
    NotValued,
    /// It is in a foreign currency, and cannot be told in that of the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// The worth cannot be added up.
    #[error("what it is worth cannot be added up")]
    Money(#[from] MoneyError),
    /// What it is worth makes no entry.
    #[error(transparent)]
    Worth(#[from] EntryError),
    /// It is in the books already, or something went to it before.
    #[error(transparent)]
    Posted(#[from] PostedInvoiceError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
}

/// What a client has paid is not booked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReceivePaymentError {
    /// The store has failed, or knows no such invoice.
    #[error("the payment could not be stored")]
    Store(#[from] StoreError),
    /// Something else was paid under the id.
    #[error("{payment} is another payment: an id of its own is wanted")]
    Reused {
        /// The id.
        payment: PaymentId,
    },
    /// A part does not go to its invoice.
    #[error(transparent)]
    Part(#[from] ReceiptPartError),
    /// It cannot be told what the payment is worth in the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// The amounts cannot be added up.
    #[error("the parts of the payment cannot be added up")]
    Money(#[from] MoneyError),
    /// Not all of a payment in a foreign currency goes to something.
    #[error("{left} go to nothing: all of a payment in a foreign currency has to go to something")]
    OnAccount {
        /// What is left.
        left: Money,
    },
    /// Nothing is received in the currency.
    #[error("there is no account to which {currency} is paid")]
    NoBank {
        /// The currency.
        currency: Currency,
    },
    /// It makes no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The payment does not take its parts.
    #[error(transparent)]
    Parts(#[from] AllocatePaymentError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
}

/// What a client has paid is not taken back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SendReceiptBackError {
    /// The store has failed, or knows no such payment.
    #[error("the return could not be stored")]
    Store(#[from] StoreError),
    /// It came back otherwise, or too early.
    #[error(transparent)]
    Return(#[from] ReturnReceiptError),
    /// The journal does not take it.
    #[error(transparent)]
    Undo(#[from] UndoError),
}
