//! Lines of bank statements with the books: each is booked once, and pays what it is for.
//!
//! What is open of bills and of invoices to clients is [`expected`], to be matched with the lines of a statement
//! ([`match_statement`](office_finance::match_statement)); what was found is booked by [`book_line`].

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, InvoiceId, PartyId, PaymentId};
use office_core::{Currency, Decision, Money, MoneyError, StoreError, Tx};
use office_finance::{
    AccountCode, BankLine, BankLineId, BookLineError, ClientInvoiceId, ClientReceipt, CurrencyError, Entry, EntryError,
    EntryId, PayInvoiceError, Posting, ReceiptPart, ReceivePaymentError, VendorInvoice, VendorInvoiceId,
    receive_payment_as,
};
use thiserror::Error;

use crate::journal::{PostAndSpendError, post_and_spend};
use crate::payment::{Origin, PartToPay, PayVendor, PayVendorError, PaymentRules, make};

mod expected;

pub use expected::{Counterparty, Expected, expected};

/// What a part of a bank line is for. Amounts have the sign of the line: out of the account is below zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// A vendor's invoice, which it pays.
    Invoice {
        /// The invoice.
        invoice: InvoiceId,
        /// How much of the line.
        amount: Money,
    },
    /// An invoice to a client, which the client pays, or a credit note, by which something is given back.
    Receipt(ReceiptPart),
    /// What a client has paid for nothing that is known yet. It is on account until
    /// [`allocate_receipt`](office_finance::allocate_receipt) says what for; so is what came before the day of its invoice.
    OnAccount {
        /// The client.
        client: PartyId,
        /// How much of the line.
        amount: Money,
    },
    /// Something else, which goes to an account.
    Account {
        /// The account.
        account: AccountCode,
        /// Who bears it, where somebody does.
        cost_centre: Option<CostCentreId>,
        /// How much of the line.
        amount: Money,
    },
}

impl LinePart {
    /// How much of the line.
    #[must_use]
    pub const fn amount(&self) -> Money {
        match self {
            Self::Invoice { amount, .. }
            | Self::Receipt(ReceiptPart { amount, .. })
            | Self::OnAccount { amount, .. }
            | Self::Account { amount, .. } => *amount,
        }
    }
}

/// Books a line of a bank statement on its day: the bills that it pays are paid, vendor by vendor, as
/// [`pay`](crate::payment::pay) does, what clients pay by it is received, client by client, as
/// [`receive_payment`](office_finance::receive_payment) does, and what else it is for is one journal entry. What the bank
/// has paid is booked also where a bill was to be kept back.
///
/// The parts must make the line, exactly. A line that is booked already is left as it is. A line in a foreign currency is
/// worth what the rate of its day says.
///
/// # Errors
/// [`BookBankLineError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office::banking::{LinePart, book_line};
/// use office::finance::{BankStatement, StatementBalance, StatementFormat, StatementLine, import_statement};
/// # use office::core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// # use office::finance::{Account, AccountKind, Chart, Entry, EntryId, Period, Posting};
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let on: chrono::NaiveDate = "2026-10-01".parse()?;
/// # let account = |name: &str, kind| Ok::<_, Failure>(Account::new(name.parse()?, name, kind));
/// # let chart = Chart::new([
/// #     account("1406", AccountKind::Asset)?, account("1600", AccountKind::Asset)?, account("1800", AccountKind::Asset)?,
/// #     account("3300", AccountKind::Liability)?, account("6643", AccountKind::Expense)?, account("6855", AccountKind::Expense)?,
/// # ])?;
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
/// # let command = |key: &str| Command::new(key, "books", clerk.clone(), on.and_hms_opt(9, 0, 0).unwrap_or_default().and_utc());
/// # let code = |name: &str| name.parse();
/// # let valid = office::core::DateRange::year(2026)?;
/// # let plan = office::core::WorkingPlan {
/// #     zone: office::core::Zone::UTC, valid, week: office::core::WeeklyHours::weekdays("09:00-17:00".parse()?),
/// #     exceptions: [].into(), holidays: office::core::Holidays::none(valid),
/// # };
/// # let rules = office::payment::PaymentRules {
/// #     policy: office::core::rules::PolicyBook::new("payment"), book: office::core::AuthorityBook::default(),
/// #     hours: office::core::WorkingCalendar::new(plan)?, scope: office::core::Scope::anywhere(), chart,
/// #     payables: code("3300")?, receivables: code("1210")?, banks: [(Currency::EUR, code("1800")?)].into(), discounts: code("6855")?,
/// #     discount_tax: office::finance::DiscountTaxRule::TaxFollows, input_tax: [].into(), write_offs: code("6855")?,
/// #     blocked: [].into(), currencies: None,
/// # };
/// # wait(office.transact(&command("open")?, |tx| async move {
/// #     tx.create(Period::id_of(on), Period::begin(2026, 10)?).await?;
/// #     Ok::<_, Failure>(())
/// # }))?;
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let fee = StatementLine {
///     on, value: None, amount: euro(-14_90), references: vec![], party: None, party_account: None,
///     text: "account fee".into(), bank_reference: None, code: None,
/// };
/// let balance = |amount| Some(StatementBalance { amount, on });
/// let statement = BankStatement {
///     format: StatementFormat::Other, account: "DE83".into(), number: "10".into(), opening: balance(euro(100_00)),
///     closing: balance(euro(85_10)), lines: vec![fee], pending: vec![],
/// };
/// let (rules, statement) = (&rules, &statement);
/// let line = wait(office.transact(&command("import")?, |tx| async move {
///     Ok::<_, Failure>(import_statement(&tx, statement).await?.lines)
/// }))?.pop().ok_or("a line")?;
/// let book = |key: &str, amount| wait(office.transact(&command(key).map_err(Failure::from)?, |tx| async move {
///     let part = LinePart::Account { account: "6855".parse()?, cost_centre: None, amount };
///     Ok::<_, Failure>(book_line(&tx, rules, line, vec![part]).await?)
/// }));
/// // Parts that do not make the line are refused.
/// assert!(book("wrong", euro(-14_00)).is_err());
/// book("right", euro(-14_90))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn book_line(
    tx: &Tx,
    rules: &PaymentRules,
    line_id: BankLineId,
    parts: Vec<LinePart>,
) -> Result<EntryId, BookBankLineError> {
    // Read.
    let line = tx.load(line_id).await?;
    let (mut bills, mut clients) = (BTreeMap::new(), BTreeMap::new());
    for part in &parts {
        match part {
            LinePart::Invoice { invoice, .. } => {
                let id: VendorInvoiceId = invoice.retag();
                bills.insert(*invoice, tx.load(id).await?);
            }
            LinePart::Receipt(part) => drop(clients.insert(part.invoice, tx.load(part.invoice).await?.client())),
            LinePart::OnAccount { .. } | LinePart::Account { .. } => {}
        }
    }

    // Decide.
    let entry_id = EntryId::natural("bank_line", &line_id.to_string());
    let Decision::Record(booked) = line.book(entry_id)? else { return Ok(entry_id) };
    let (on, amount) = (line.line().on, line.line().amount);
    let currency = amount.currency();
    let divided = Divided::of((line_id, &line), parts, &clients)?;
    let payments = payments_of(line_id, on, currency, &bills, &divided.paid)?;
    if !divided.left.is_zero() || amount.is_zero() {
        return Err(BookBankLineError::Parts { line: amount, left: divided.left });
    }
    let bank = rules.banks.get(&currency).ok_or(PayVendorError::NoBank { currency })?;
    let entry = entry_of(rules, bank, &line, divided.others)?;

    // Record.
    tx.record(line_id, booked).await?;
    // The line is booked by the entry of what it is for besides, or by that of the first payment that moves anything.
    let mut id_of_line = Some(entry_id);
    let mut next_id = |moved: bool, own: EntryId| id_of_line.take_if(|_| moved).unwrap_or(own);
    if let Some(entry) = entry {
        post_and_spend(tx, &rules.chart, next_id(true, entry_id), entry).await?;
    }
    for payment in payments {
        let moved = Money::sum(payment.parts.iter().map(|part| part.amount), currency)?;
        let own = EntryId::natural("payment", &payment.id.to_string());
        make(tx, rules, payment, Origin::Told, next_id(!moved.is_zero(), own)).await?;
    }
    if !divided.receipts.is_empty() {
        let rules = rules.of_clients();
        for receipt in divided.receipts.values() {
            let own = EntryId::natural("receipt", &receipt.id.to_string());
            receive_payment_as(tx, &rules, receipt, next_id(!receipt.amount.is_zero(), own)).await?;
        }
    }
    Ok(entry_id)
}

/// What the parts of a line come to.
struct Divided {
    /// What is left of the line.
    left: Money,
    /// What bills are paid, above zero.
    paid: BTreeMap<InvoiceId, Money>,
    /// What clients have paid.
    receipts: BTreeMap<PartyId, ClientReceipt>,
    /// What else it is for.
    others: Vec<Posting>,
}

impl Divided {
    fn of(
        (id, line): (BankLineId, &BankLine),
        parts: Vec<LinePart>,
        clients: &BTreeMap<ClientInvoiceId, PartyId>,
    ) -> Result<Self, MoneyError> {
        let (on, left) = (line.line().on, line.line().amount);
        let nothing = Money::zero(left.currency());
        let mut divided = Self { left, paid: BTreeMap::new(), receipts: BTreeMap::new(), others: Vec::new() };
        let receipt = |client: PartyId| ClientReceipt {
            id: PaymentId::natural("bank_line_receipt", &format!("{id}/{client}")),
            client,
            amount: nothing,
            on,
            parts: Vec::new(),
        };
        for part in parts {
            divided.left = divided.left.checked_sub(part.amount())?;
            match part {
                LinePart::Invoice { invoice, amount } => {
                    // Several parts for one bill are one payment.
                    let so_far = divided.paid.entry(invoice).or_insert(nothing);
                    *so_far = so_far.checked_sub(amount)?;
                }
                LinePart::Receipt(part) => {
                    let Some(client) = clients.get(&part.invoice) else { continue };
                    let received = divided.receipts.entry(*client).or_insert_with(|| receipt(*client));
                    received.amount = received.amount.checked_add(part.amount)?;
                    received.parts.push(part);
                }
                LinePart::OnAccount { client, amount } => {
                    let received = divided.receipts.entry(client).or_insert_with(|| receipt(client));
                    received.amount = received.amount.checked_add(amount)?;
                }
                LinePart::Account { account, cost_centre, amount } => {
                    let posting = Posting::credit(account, amount);
                    divided.others.push(match cost_centre {
                        Some(cost_centre) => posting.borne_by(cost_centre),
                        None => posting,
                    });
                }
            }
        }
        Ok(divided)
    }
}

/// What a line pays, vendor by vendor: of each bill the instalment that is due first, then the next.
fn payments_of(
    line: BankLineId,
    on: NaiveDate,
    currency: Currency,
    invoices: &BTreeMap<InvoiceId, VendorInvoice>,
    paid: &BTreeMap<InvoiceId, Money>,
) -> Result<Vec<PayVendor>, PayInvoiceError> {
    let mut by_vendor: BTreeMap<PartyId, Vec<PartToPay>> = BTreeMap::new();
    for (bill, amount) in paid {
        let Some(invoice) = invoices.get(bill) else { continue };
        let parts = by_vendor.entry(invoice.bill().vendor).or_default();
        for (instalment, amount) in invoice.split(*amount)? {
            parts.push(PartToPay { instalment, ..PartToPay::of(*bill, amount) });
        }
    }
    let payment = |(vendor, parts)| {
        let id = PaymentId::natural("bank_line", &format!("{line}/{vendor}"));
        PayVendor { id, vendor, currency, on, parts }
    };
    Ok(by_vendor.into_iter().map(payment).collect())
}

/// The entry of what a line is for besides bills and receipts: the bank against the accounts of its parts.
fn entry_of(
    rules: &PaymentRules,
    bank: &AccountCode,
    line: &BankLine,
    others: Vec<Posting>,
) -> Result<Option<Entry>, BookBankLineError> {
    if others.is_empty() {
        return Ok(None);
    }
    let currency = line.line().amount.currency();
    let amount = Money::sum(others.iter().map(|posting| posting.amount), currency)?.negated();
    let mut postings = vec![Posting::debit(bank.clone(), amount)];
    postings.extend(others);
    postings.retain(|posting| !posting.amount.is_zero());
    let entry = Entry::balanced(line.line().on, text_of(line), postings)?;
    Ok(Some(match &rules.currencies {
        Some(currencies) => currencies.book(entry)?,
        None => entry,
    }))
}

/// What the entry says: who and what for, as the bank tells it.
fn text_of(line: &BankLine) -> String {
    let told = line.line();
    let text = match &told.party {
        Some(party) => format!("{party}: {}", told.text),
        None => told.text.clone(),
    };
    text.chars().take(200).collect()
}

/// A bank line cannot be booked.
#[derive(Debug, Error)]
pub enum BookBankLineError {
    /// The store has failed, or knows no such line or invoice.
    #[error("the line could not be stored")]
    Store(#[from] StoreError),
    /// It is booked by another entry.
    #[error(transparent)]
    Booked(#[from] BookLineError),
    /// The amounts cannot be added up.
    #[error("the parts of the line cannot be added up")]
    Money(#[from] MoneyError),
    /// An invoice does not take the payment.
    #[error(transparent)]
    Invoice(#[from] PayInvoiceError),
    /// The parts do not make the line, or it is of nothing.
    #[error("the parts leave {left} of a line of {line}: parts that make a line of more than nothing are wanted")]
    Parts {
        /// What the line comes to.
        line: Money,
        /// What the parts leave of it.
        left: Money,
    },
    /// The bills cannot be paid.
    #[error(transparent)]
    Pay(#[from] PayVendorError),
    /// What clients have paid cannot be received.
    #[error(transparent)]
    Receive(#[from] ReceivePaymentError),
    /// What else the line is for makes no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// It cannot be told what the line is worth in the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}
