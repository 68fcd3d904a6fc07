//! Payments to vendors: the one way on which money goes to bills.
//!
//! A payment goes to any number of bills, each in full or in part, less what may be taken off for paying early; credit notes
//! of the vendor take part with amounts below nothing. It is posted once, and remembered with its parts; one that the bank
//! sends back is taken out of the books again, and what it has paid is open as before. What the bank statement brings
//! without having been paid here goes the same way ([`book_line`](crate::banking::book_line)).
//!
//! What is paid in a foreign currency is worth what the rate of the day says. The bill takes its share of what it was
//! booked at off the debts, the last payment all that is left, and the difference is a realised gain or loss; so are the
//! debts and the bills the same to the cent, in both currencies, on every day.
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
    AccountCode, AllocatePaymentError, Allocation, Chart, CurrencyError, CurrencyRules, DiscountTaxRule, EntryError,
    EntryId, InvoiceFact, NewPayment, OpenItem, PayInvoiceError, Payment, PaymentPart, PaymentReturn, PostError,
    ReceivableRules, ReturnPaymentError, SettleError, UndoAllocationError, UndoError, VendorInvoice, VendorInvoiceId,
    post, undo,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

mod entry;
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
    /// What clients owe.
    pub receivables: AccountCode,
    /// From which account each currency is paid, and to which.
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
    /// What is foreign, and by which rates it is paid; nothing where the office keeps its books without.
    pub currencies: Option<CurrencyRules>,
}

impl PaymentRules {
    /// By what payments of clients are booked.
    pub(crate) fn of_clients(&self) -> ReceivableRules {
        ReceivableRules {
            chart: self.chart.clone(),
            receivables: self.receivables.clone(),
            banks: self.banks.clone(),
            currencies: self.currencies.clone(),
        }
    }

    /// By what a payment in a currency is told in that of the books, where it is foreign.
    fn foreign(&self, currency: Currency) -> Option<&CurrencyRules> {
        self.currencies.as_ref().filter(|rules| rules.currency() != currency)
    }
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

/// Whether somebody asks for a payment, or it is told of one that has taken place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Somebody asks for it: bills that are kept back are not paid.
    Asked,
    /// It has taken place, whatever was said of the bill. What was paid before the day of a bill counts from that day.
    Told,
}

/// Pays a vendor: one entry, one payment, and each bill has its part. The same again changes nothing.
///
/// What is paid in a foreign currency is posted at what it is worth by the rate of the day; what that is more or less than
/// what the bills were booked at goes to the accounts for realised gains and losses.
///
/// # Errors
/// [`PayVendorError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office::core::{Currency, ExchangeRate, Id, Rounding, wait};
/// use office::finance::{Bill, CurrencyRules, EntryId, ExchangeRates, InvoiceCoding, InvoiceFact, JournalEntry, VendorInvoice, post};
/// use office::payment::{PartToPay, PayVendor, PaymentRules, pay};
/// # use chrono::NaiveDate;
/// # use office::core::{Actor, AuthorityBook, Command, DateRange, Holidays, MemoryStore, Money, Office, Percent, Role, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
/// # use office::finance::{Account, AccountKind, BillLine, BilledLine, Chart, DiscountTaxRule, Period};
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let code = |name: &str| name.parse();
/// # let kinds = [("1810", AccountKind::Asset), ("3300", AccountKind::Liability), ("6837", AccountKind::Expense), ("6880", AccountKind::Expense)];
/// # let accounts = kinds.iter().map(|(name, kind)| Ok(Account::new(name.parse()?, *name, *kind))).collect::<Result<Vec<_>, Failure>>()?;
/// # let valid = DateRange::year(2026)?;
/// # let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// # let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
/// # let (vendor, id) = (Id::natural("party", "V-03"), Id::natural("invoice", "NR-1"));
/// let (on, later): (NaiveDate, NaiveDate) = ("2026-10-05".parse()?, "2026-10-20".parse()?);
/// let rate = |rate: &str, on| Ok::<_, Failure>(ExchangeRate::new(Currency::USD, Currency::EUR, rate.parse()?, on)?);
/// let currencies = CurrencyRules {
///     rates: ExchangeRates::new(Currency::EUR, [rate("0.92", on)?, rate("0.95", later)?])?, rounding: Rounding::HalfUp,
///     realised_gain: code("6880")?, realised_loss: code("6880")?, unrealised_gain: code("6880")?,
///     unrealised_loss: code("6880")?, difference: code("6880")?,
/// };
/// # let rules = PaymentRules {
/// #     policy: office::core::rules::PolicyBook::new("payment"), book: AuthorityBook::default(),
/// #     hours: WorkingCalendar::new(plan)?, scope: Scope::anywhere(), chart: Chart::new(accounts)?, payables: code("3300")?, receivables: code("1210")?,
/// #     banks: [(Currency::USD, code("1810")?)].into(), discounts: code("6837")?, discount_tax: DiscountTaxRule::TaxFollows,
/// #     input_tax: [].into(), write_offs: code("6837")?, blocked: [].into(), currencies: Some(currencies.clone()),
/// # };
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// # let command = |key: &str| Command::new(key, "books", clerk.clone(), on.and_hms_opt(9, 0, 0).unwrap_or_default().and_utc());
/// # let billed = BilledLine { quantity: "1 piece".parse()?, price: "100 USD / 1 piece".parse()?, net: "100.00 USD".parse()? };
/// # let bill = Bill {
/// #     vendor, number: "NR-1".into(), on, due: later, taxes: vec![], gross: billed.net,
/// #     lines: vec![BillLine { description: "licence".into(), item: None, order: None, billed, tax_rate: Percent::ZERO }],
/// # };
/// // A bill over 100.00 dollars, booked at 0.92.
/// let coding = InvoiceCoding { lines: vec![(code("6837")?, None)], input_tax: [].into(), payables: code("3300")? };
/// let (rules, currencies, bill, coding) = (&rules, &currencies, &bill, &coding);
/// wait(office.transact(&command("bill")?, |tx| async move {
///     tx.create(Period::id_of(on), Period::begin(2026, 10)?).await?;
///     let (invoice_id, entry_id) = (id.retag::<VendorInvoice>(), EntryId::natural("invoice", "NR-1"));
///     tx.create(invoice_id, InvoiceFact::Received { bill: bill.clone() }).await?;
///     tx.record(invoice_id, InvoiceFact::Approved { by: tx.command().actor().person, at: tx.command().at() }).await?;
///     let invoice = tx.load(invoice_id).await?;
///     let entry = currencies.book(invoice.entry(on, coding)?)?;
///     let items = currencies.value(invoice.owed(None, Rounding::HalfUp)?, &entry, &coding.payables)?;
///     post(&tx, &rules.chart, entry_id, entry).await?;
///     tx.decide(invoice_id, invoice.posted(entry_id, items)?).await?;
///     Ok::<_, Failure>(())
/// }))?;
///
/// let pay_on = |key: &str, on| {
///     let command = command(key).map_err(Failure::from)?;
///     let parts = vec![PartToPay::of(id, Money::from_minor(100_00, Currency::USD))];
///     let payment = &PayVendor { id: Id::natural("payment", "P-1"), vendor, currency: Currency::USD, on, parts };
///     wait(office.transact(&command, |tx| async move { Ok::<_, Failure>(pay(&tx, rules, payment.clone()).await?) }))
/// };
/// // Of the day before there is no rate.
/// assert!(pay_on("early", "2026-10-19".parse()?).is_err());
/// pay_on("paid", later)?;
/// let entry: JournalEntry = wait(office.view(|view| async move {
///     let payment: office::core::subject::PaymentId = Id::natural("payment", "P-1");
///     Ok::<_, Failure>(view.load(EntryId::natural("payment", &payment.to_string())).await?)
/// }))?;
/// let loss = entry.entry().postings().last().ok_or("a posting")?;
/// assert_eq!((loss.account.as_str(), loss.told_in(Currency::EUR)), ("6880", Some("3.00 EUR".parse()?)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn pay(tx: &Tx, rules: &PaymentRules, payment: PayVendor) -> Result<(), PayVendorError> {
    let entry = EntryId::natural("payment", &payment.id.to_string());
    make(tx, rules, payment, Origin::Asked, entry).await
}

/// Makes a payment, which is posted under the id `entry`.
pub(crate) async fn make(
    tx: &Tx,
    rules: &PaymentRules,
    payment: PayVendor,
    origin: Origin,
    entry_id: EntryId,
) -> Result<(), PayVendorError> {
    // Read.
    let known = tx.find(Payment::key(payment.id)).await?;
    let mut bills = BTreeMap::new();
    for part in &payment.parts {
        let id: VendorInvoiceId = part.bill.retag();
        bills.insert(part.bill, tx.load(id).await?);
    }

    // Decide.
    let mut parts = parts_of(&payment)?;
    if let Some(known) = known {
        let same = known.made().party == payment.vendor && known.made().on == payment.on && asks(known.parts(), &parts);
        return if same { Ok(()) } else { Err(PayVendorError::Reused { payment: payment.id }) };
    }
    for part in &mut parts {
        let Some(invoice) = bills.get(&part.document) else { continue };
        part.part = valued(rules, &payment, invoice, *part, origin)?;
    }
    let mut decisions = Vec::new();
    for (bill, invoice) in &bills {
        decisions.push((*bill, to_bill(&payment, *bill, invoice, &parts, origin)?));
    }
    let entry = entry::of(rules, &payment, &bills, &parts)?;
    let amount = Money::sum(parts.iter().map(|part| part.part.amount), payment.currency)?;
    if amount.is_positive() && origin == Origin::Asked {
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

/// Whether parts that were paid are those that are asked for, whatever they are worth and count from.
fn asks(known: &[PaymentPart], asked: &[PaymentPart]) -> bool {
    let said = |part: &PaymentPart| {
        let Allocation { amount, discount, write_off, .. } = part.part;
        (part.document, part.instalment, amount, discount, write_off)
    };
    known.iter().map(said).eq(asked.iter().map(said))
}

/// A part with the day from which it counts, and with what it is worth in the books where it is foreign.
fn valued(
    rules: &PaymentRules,
    payment: &PayVendor,
    invoice: &VendorInvoice,
    PaymentPart { document: bill, instalment, part }: PaymentPart,
    origin: Origin,
) -> Result<Allocation, PayVendorError> {
    let on = if origin == Origin::Told { part.on.max(invoice.bill().on) } else { part.on };
    let part = Allocation { on, ..part };
    let item = invoice.items().iter().find(|item| item.instalment() == instalment);
    // Of what there is not, or not that much, the bill says so itself.
    let (Some(item), Some(foreign)) = (item, rules.foreign(payment.currency)) else { return Ok(part) };
    let paid = foreign.worth(part.amount, payment.on)?;
    match item.settle(part, paid, foreign.rounding) {
        Err(SettleError::Amount { .. }) => Ok(part),
        settled => settled.map_err(|source| PayVendorError::Worth { bill, source }),
    }
}

/// What a bill makes of its parts.
fn to_bill(
    payment: &PayVendor,
    bill: InvoiceId,
    invoice: &VendorInvoice,
    parts: &[PaymentPart],
    origin: Origin,
) -> Result<Decision<InvoiceFact>, PayVendorError> {
    if invoice.bill().vendor != payment.vendor {
        return Err(PayVendorError::OtherVendor { bill });
    }
    if let Some(hold) = invoice.payment_hold().filter(|_| origin == Origin::Asked) {
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

/// Takes a payment back that the bank has sent back: its entry is undone on the day `on`, and what it has paid is open
/// again from that day on. The same again changes nothing.
///
/// # Errors
/// [`SendBackPaymentError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/paying.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, euro, owing, paid, paying};
/// use office::payment::{payables, send_payment_back};
///
/// let (office, rules) = (&owing()?, &paying()?);
/// let payment = paid(office, rules, "P-1", 238_00)?;
/// let back = |reason, on| move |tx| async move { send_payment_back(&tx, rules, payment, reason, on).await };
/// // Not before it was made.
/// assert!(wait(office.transact(&command("early", "ann")?, back("account closed", day(11)))).is_err());
/// wait(office.transact(&command("back", "ann")?, back("account closed", day(14))))?;
/// let open = wait(office.view(|view| async move { payables(&view, None, None, 100).await }))?;
/// assert_eq!(open[0].outstanding(day(14))?, euro(-238_00));
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/paying.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, day, euro, owing, paid, paying};
/// use office::payment::payables;
///
/// let (office, rules) = (&owing()?, &paying()?);
/// paid(office, rules, "P-1", 38_00)?;
/// let open = wait(office.view(|view| async move { payables(&view, None, None, 100).await }))?;
/// assert_eq!((open.len(), open[0].outstanding(day(12))?), (1, euro(-200_00)));
/// // More than is outstanding is not paid.
/// assert!(paid(office, rules, "P-2", 200_01).is_err());
/// # Ok::<(), Failure>(())
/// ```
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
    /// It cannot be told what the payment is worth in the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// It cannot be told what of the worth of a bill goes with its part.
    #[error("bill {bill}: {source}")]
    Worth {
        /// The bill.
        bill: InvoiceId,
        /// Why.
        source: SettleError,
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
