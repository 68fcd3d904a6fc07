//! What is open in foreign currencies, brought to the rates of the end of a month: once for a day, by one entry.
//!
//! A run revalues each open bill and invoice by itself and each account of foreign money as a whole, so that every control
//! account is worth what its items are at the rates of the day. Each item remembers by what it was changed, and the run
//! what it was changed from; so every cent of the entry is traced to its item.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{
    Currency, Entity, Entries, ExchangeRate, Id, Kind, Money, MoneyError, NumberLine, Ordered, SeriesError, StoreError,
    Tx,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::posting::journal_series;
use crate::{
    AccountCode, Books, ClientInvoice, ClientInvoiceFact, ClientInvoiceId, CurrencyError, CurrencyRules, Entry,
    EntryError, EntryId, InvoiceFact, ItemRevaluation, NoRateError, OpenItem, PostError, Posting, VendorInvoice,
    VendorInvoiceId, post,
};

/// What is to be revalued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevaluationRun {
    /// The day at whose end everything is to be worth what the rates of the day say; as a rule the last of a month.
    pub on: NaiveDate,
    /// What becomes of it on the next day.
    pub method: RevaluationMethod,
    /// Debts to vendors.
    pub payables: AccountCode,
    /// What clients owe.
    pub receivables: AccountCode,
    /// The accounts of foreign money: at the bank, in the box.
    pub money: BTreeSet<AccountCode>,
}

/// What becomes of a revaluation after its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevaluationMethod {
    /// It is taken back on the next day: everything is worth again what it was booked at.
    TakenBack,
    /// It stays, and the next one adds what rates have changed since. What is paid takes its share back. An item to which
    /// something went already after the day is taken back on the next day, as its payment knew nothing of it.
    Cumulative,
}

/// A revaluation as it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revaluation {
    /// What was asked for.
    pub run: RevaluationRun,
    /// What was open, and by what it was changed.
    pub lines: Vec<RevaluedLine>,
    /// The entry; none where everything was worth that already.
    pub entry: Option<EntryId>,
    /// The entry by which something was taken back on the next day.
    pub taken_back: Option<EntryId>,
}

/// Something that was revalued, or was worth that already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevaluedLine {
    /// What.
    pub of: Revalued,
    /// The account that it is on.
    pub account: AccountCode,
    /// How much is open of it, or stands on the account, in the foreign currency.
    pub amount: Money,
    /// What that was worth by the books.
    pub before: Money,
    /// What it is worth by the rate of the day.
    pub after: Money,
    /// The rate; none where nothing is open.
    pub rate: Option<ExchangeRate>,
    /// Whether it was taken back on the next day.
    pub taken_back: bool,
}

/// What can be revalued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revalued {
    /// An instalment of a vendor's bill.
    Bill {
        /// The bill.
        bill: VendorInvoiceId,
        /// Which instalment.
        instalment: u32,
    },
    /// An instalment of an invoice to a client.
    Invoice {
        /// The invoice.
        invoice: ClientInvoiceId,
        /// Which instalment.
        instalment: u32,
    },
    /// Foreign money on an account.
    Money,
}

/// What happens to a revaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevaluationFact {
    /// It was made.
    Made(Revaluation),
}

impl RevaluedLine {
    /// By what it was changed: a gain above zero, a loss below.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn change(&self) -> Result<Money, MoneyError> {
        self.after.checked_sub(self.before)
    }
}

impl Revaluation {
    /// The most bills and invoices of one run.
    pub const MAX_DOCUMENTS: usize = 2_000;
    /// Revaluations by day.
    pub const BY_DAY: Ordered<Self, NaiveDate> = Ordered::new("day");

    /// The id of the one revaluation of a day.
    #[must_use]
    pub fn id_of(on: NaiveDate) -> Id<Self> {
        Id::natural("revaluation", &on.to_string())
    }
}

impl Entity for Revaluation {
    const KIND: Kind = Kind::literal("revaluation");
    type Fact = RevaluationFact;

    fn open(fact: &RevaluationFact) -> Option<Self> {
        let RevaluationFact::Made(revaluation) = fact;
        Some(revaluation.clone())
    }

    fn apply(&mut self, _: &RevaluationFact) {}

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_DAY, &self.run.on);
    }
}

/// Revalues what is open in foreign currencies at the end of a day: one entry on that day, and one on the next for what is
/// taken back. Gains and losses go to the accounts for what is not realised. The same run again is answered by what was
/// done; so is the second of two at once.
///
/// `books` are the books as they stand, from which the accounts are known; where something was posted since, they are
/// refused as stale. Every control account has to be what its items are, in the foreign currency and in worth, before it is
/// revalued; so it is after it.
///
/// # Errors
/// [`RunRevaluationError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use office_core::{Actor, Command, Currency, DateRange, ExchangeRate, Id, MemoryStore, Office, Role, Rounding, wait};
/// use office_finance::{
///     Account, AccountKind, Books, Chart, CurrencyRules, Entry, EntryId, ExchangeRates, Period, Posting,
///     RevaluationMethod, RevaluationRun, RunRevaluationError, entries_of, post, run_revaluation,
/// };
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
///
/// let day = |text: &str| text.parse::<NaiveDate>();
/// let codes = [("1810", AccountKind::Asset), ("2970", AccountKind::Equity), ("4841", AccountKind::Income)];
/// let chart = Chart::new(codes.map(|(code, kind)| Account::new(code.parse().unwrap_or_else(|_| unreachable!()), code, kind)))?;
/// let rate = |rate: &str, on| Ok::<_, Failure>(ExchangeRate::new(Currency::USD, Currency::EUR, rate.parse()?, day(on)?)?);
/// let rates = ExchangeRates::new(Currency::EUR, [rate("0.92", "2026-10-05")?, rate("0.95", "2026-10-31")?])?;
/// let rules = CurrencyRules {
///     rates, rounding: Rounding::HalfUp, realised_gain: "4841".parse()?, realised_loss: "4841".parse()?,
///     unrealised_gain: "4841".parse()?, unrealised_loss: "4841".parse()?, difference: "4841".parse()?,
/// };
/// let office = Office::on(MemoryStore::new());
/// let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// let command = |key: &str| Command::new(key, "books", clerk.clone(), DateTime::default());
///
/// // 100 dollars on a bank account, put there at 0.92.
/// let dollars = "100.00 USD".parse()?;
/// let paid_in = vec![Posting::debit("1810".parse()?, dollars), Posting::credit("2970".parse()?, dollars)];
/// let paid_in = rules.book(Entry::balanced(day("2026-10-05")?, "paid in", paid_in)?)?;
/// let (posted, in_chart) = (&paid_in, &chart);
/// wait(office.transact(&command("paid-in")?, |tx| async move {
///     for month in [10, 11] {
///         let first = NaiveDate::from_ymd_opt(2026, month, 1).ok_or("a day")?;
///         tx.create(Period::id_of(first), Period::begin(2026, month)?).await?;
///     }
///     Ok::<_, Failure>(post(&tx, in_chart, EntryId::natural("entry", "1"), posted.clone()).await?)
/// }))?;
///
/// let year = DateRange::year(2026)?;
/// let mut books = Books::new(chart.clone(), Currency::EUR, year)?;
/// let run = |on, method| Ok::<_, Failure>(RevaluationRun {
///     on, method, payables: "3300".parse()?, receivables: "1210".parse()?, money: ["1810".parse()?].into(),
/// });
/// let revalue = |key: &str, books: &Books, run: RevaluationRun| {
///     let (rules, run, command) = (&rules, &run, command(key)?);
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move { run_revaluation(&tx, rules, books, run).await })))
/// };
/// let october = run(day("2026-10-31")?, RevaluationMethod::TakenBack)?;
/// // The books do not know what was posted.
/// assert!(matches!(revalue("early", &books, october.clone())?, Err(RunRevaluationError::Stale { .. })));
/// for entry in wait(office.view(|view| async move { entries_of(&view, year).await }))? {
///     books.replay(&entry)?;
/// }
/// // There is no rate for the day before.
/// let before = run(day("2026-10-30")?, RevaluationMethod::TakenBack)?;
/// let refused = revalue("friday", &books, before)?.err().ok_or("a refusal")?;
/// assert_eq!(refused.to_string(), "there is no rate for USD on 2026-10-30");
///
/// let done = revalue("october", &books, october.clone())??;
/// assert_eq!((done.lines[0].before, done.lines[0].after), ("92.00 EUR".parse()?, "95.00 EUR".parse()?));
/// assert_eq!(revalue("again", &books, october)??, done);
/// # Ok::<(), Failure>(())
/// ```
pub async fn run_revaluation(
    tx: &Tx,
    rules: &CurrencyRules,
    books: &Books,
    run: &RevaluationRun,
) -> Result<Revaluation, RunRevaluationError> {
    // Read.
    let id = Revaluation::id_of(run.on);
    if let Some(made) = tx.find(id).await? {
        return if made.run == *run { Ok(made) } else { Err(RunRevaluationError::MadeOtherwise { on: run.on }) };
    }
    let next = run.on.succ_opt().ok_or(RunRevaluationError::Calendar { on: run.on })?;
    if let Some((_, later)) = tx.page(Revaluation::BY_DAY, Some(&next), None, 1).await?.first() {
        return Err(RunRevaluationError::Later { on: run.on, later: later.run.on });
    }
    are_fresh(tx, books, run.on).await?;
    let most = Revaluation::MAX_DOCUMENTS.saturating_add(1);
    let bills = tx.page(VendorInvoice::VALUED, Some(&next), None, most).await?;
    let invoices = tx.page(ClientInvoice::VALUED, Some(&next), None, most).await?;
    if bills.len().saturating_add(invoices.len()) > Revaluation::MAX_DOCUMENTS {
        return Err(RunRevaluationError::TooMany);
    }

    // Decide.
    if books.currency() != rules.currency() {
        return Err(RunRevaluationError::Currency { books: books.currency(), rates: rules.currency() });
    }
    let mut lines = Vec::new();
    for (bill, invoice) in &bills {
        for item in invoice.items() {
            let of = Revalued::Bill { bill: *bill, instalment: item.instalment() };
            lines.extend(line_of(rules, run, of, &run.payables, item)?);
        }
    }
    for (id, invoice) in &invoices {
        for item in invoice.items() {
            let of = Revalued::Invoice { invoice: *id, instalment: item.instalment() };
            lines.extend(line_of(rules, run, of, &run.receivables, item)?);
        }
    }
    are_the_accounts(books, run, &lines)?;
    for balance in books.foreign_balances(run.on)? {
        if run.money.contains(&balance.account) {
            let taken_back = run.method == RevaluationMethod::TakenBack;
            let (account, worth) = (&balance.account, balance.worth);
            lines.push(revalued(rules, run.on, Revalued::Money, account, (balance.amount, worth), taken_back)?);
        }
    }
    let entry = entry_of(rules, &lines, run.on, false)?;
    let back = entry_of(rules, &lines, next, true)?;
    let entry_id = EntryId::natural("revaluation", &run.on.to_string());
    let back_id = EntryId::natural("revaluation taken back", &run.on.to_string());

    // Record.
    for (id, entry) in [(entry_id, &entry), (back_id, &back)] {
        if let Some(entry) = entry {
            post(tx, books.chart(), id, entry.clone()).await?;
        }
    }
    record_changes(tx, &lines, (run.on, entry_id), (next, back_id)).await?;
    let (entry, taken_back) = (entry.map(|_| entry_id), back.map(|_| back_id));
    let made = Revaluation { run: run.clone(), lines, entry, taken_back };
    tx.create(id, RevaluationFact::Made(made.clone())).await?;
    Ok(made)
}

/// That the books know everything that was posted, in their years and in those of the entries to come.
async fn are_fresh(tx: &Tx, books: &Books, on: NaiveDate) -> Result<(), RunRevaluationError> {
    use chrono::Datelike;
    let numbers = tx.find(NumberLine::id_of(&journal_series()?)).await?;
    let years = books.years().chain([on.year(), on.year().saturating_add(1)]);
    for year in years.collect::<BTreeSet<_>>() {
        let (posted, known) = (numbers.as_ref().map_or(0, |line| line.last(year)), books.last_number(year));
        if posted != known {
            return Err(RunRevaluationError::Stale { year, posted, known });
        }
    }
    Ok(())
}

/// What of an item is open at the end of the day, and worth; nothing of one that is not there yet or settled by then.
fn line_of(
    rules: &CurrencyRules,
    run: &RevaluationRun,
    of: Revalued,
    account: &AccountCode,
    item: &OpenItem,
) -> Result<Option<RevaluedLine>, RunRevaluationError> {
    let (amount, Some(worth)) = (item.outstanding(run.on)?, item.worth(run.on)?) else { return Ok(None) };
    if amount.is_zero() && worth.is_zero() {
        return Ok(None);
    }
    let settled_since = item.allocations().iter().any(|part| part.on > run.on);
    let taken_back = run.method == RevaluationMethod::TakenBack || settled_since;
    Ok(Some(revalued(rules, run.on, of, account, (amount, worth), taken_back)?))
}

fn revalued(
    rules: &CurrencyRules,
    on: NaiveDate,
    of: Revalued,
    account: &AccountCode,
    (amount, before): (Money, Money),
    taken_back: bool,
) -> Result<RevaluedLine, RunRevaluationError> {
    let (after, rate) = if amount.is_zero() {
        (Money::zero(before.currency()), None)
    } else {
        (rules.worth(amount, on)?, Some(rules.rates.rate(amount.currency(), on)?))
    };
    Ok(RevaluedLine { of, account: account.clone(), amount, before, after, rate, taken_back })
}

/// That the items of each control account are what stands on it, in each foreign currency and in worth.
fn are_the_accounts(books: &Books, run: &RevaluationRun, lines: &[RevaluedLine]) -> Result<(), RunRevaluationError> {
    let mut items: BTreeMap<(AccountCode, Currency), (Money, Money)> = BTreeMap::new();
    let nothing = |currency| (Money::zero(currency), Money::zero(books.currency()));
    for line in lines {
        let currency = line.amount.currency();
        let (amount, worth) = items.entry((line.account.clone(), currency)).or_insert(nothing(currency));
        (*amount, *worth) = (amount.checked_add(line.amount)?, worth.checked_add(line.before)?);
    }
    let mut accounts: BTreeMap<(AccountCode, Currency), (Money, Money)> = BTreeMap::new();
    for balance in books.foreign_balances(run.on)? {
        if balance.account == run.payables || balance.account == run.receivables {
            accounts.insert((balance.account, balance.amount.currency()), (balance.amount, balance.worth));
        }
    }
    let known: BTreeSet<_> = items.keys().chain(accounts.keys()).cloned().collect();
    for (account, currency) in known {
        let key = (account, currency);
        let of = |sums: &BTreeMap<_, _>| sums.get(&key).copied().unwrap_or(nothing(currency));
        let ((items, items_worth), (stands, worth)) = (of(&items), of(&accounts));
        if (items, items_worth) != (stands, worth) {
            let account = key.0;
            return Err(RunRevaluationError::Control { account, stands, worth, items, items_worth });
        }
    }
    Ok(())
}

/// The entry that changes what lines are worth, or takes that back: one posting for each account and currency, against
/// what is gained and what is lost.
fn entry_of(
    rules: &CurrencyRules,
    lines: &[RevaluedLine],
    on: NaiveDate,
    back: bool,
) -> Result<Option<Entry>, RunRevaluationError> {
    let mut sums: BTreeMap<(AccountCode, Currency), Money> = BTreeMap::new();
    for line in lines.iter().filter(|line| !back || line.taken_back) {
        let change = line.change()?;
        let against = rules.unrealised(change).clone();
        for (account, amount) in [(line.account.clone(), change), (against, change.negated())] {
            let amount = if back { amount.negated() } else { amount };
            let sum = sums.entry((account, line.amount.currency())).or_insert(Money::zero(amount.currency()));
            *sum = sum.checked_add(amount)?;
        }
    }
    sums.retain(|_, sum| !sum.is_zero());
    if sums.is_empty() {
        return Ok(None);
    }
    let postings = sums.into_iter().map(|((account, currency), sum)| Posting::revaluing(account, currency, sum));
    let text = if back { "foreign items as they were booked" } else { "foreign items at the rates of the day" };
    Ok(Some(Entry::balanced(on, text, postings.collect())?.revaluation()))
}

/// Tells each item by what it was changed, and what of that was taken back.
async fn record_changes(
    tx: &Tx,
    lines: &[RevaluedLine],
    (on, entry): (NaiveDate, EntryId),
    (next, back): (NaiveDate, EntryId),
) -> Result<(), RunRevaluationError> {
    let mut bills: BTreeMap<VendorInvoiceId, BTreeMap<u32, Vec<ItemRevaluation>>> = BTreeMap::new();
    let mut invoices: BTreeMap<ClientInvoiceId, BTreeMap<u32, Vec<ItemRevaluation>>> = BTreeMap::new();
    for line in lines {
        let change = line.change()?;
        if change.is_zero() {
            continue;
        }
        let mut changes = vec![ItemRevaluation { on, change, entry }];
        if line.taken_back {
            changes.push(ItemRevaluation { on: next, change: change.negated(), entry: back });
        }
        match line.of {
            Revalued::Bill { bill, instalment } => drop(bills.entry(bill).or_default().insert(instalment, changes)),
            Revalued::Invoice { invoice, instalment } => {
                drop(invoices.entry(invoice).or_default().insert(instalment, changes));
            }
            Revalued::Money => {}
        }
    }
    for (bill, items) in bills {
        tx.record(bill, InvoiceFact::Revalued { items }).await?;
    }
    for (invoice, items) in invoices {
        tx.record(invoice, ClientInvoiceFact::Revalued { items }).await?;
    }
    Ok(())
}

/// Foreign items are not revalued.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunRevaluationError {
    /// The store has failed.
    #[error("the revaluation could not be stored")]
    Store(#[from] StoreError),
    /// The day was revalued, and something else was asked for then.
    #[error("{on} was revalued otherwise")]
    MadeOtherwise {
        /// The day.
        on: NaiveDate,
    },
    /// The day has no next.
    #[error("{on} is the end of the calendar")]
    Calendar {
        /// The day.
        on: NaiveDate,
    },
    /// A later day was revalued already.
    #[error("{later} was revalued already: a day after it is wanted, and {on} is not")]
    Later {
        /// The day.
        on: NaiveDate,
        /// The later one.
        later: NaiveDate,
    },
    /// The series that entries are numbered by cannot be made.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// The books do not know what was posted, or know something else.
    #[error("{posted} entries were posted in {year}, and the books know {known}: books as they stand are wanted")]
    Stale {
        /// The year.
        year: i32,
        /// How many were posted.
        posted: u64,
        /// How many the books know.
        known: u64,
    },
    /// Too many bills and invoices are open.
    #[error("more than {} bills and invoices are open in foreign currencies", Revaluation::MAX_DOCUMENTS)]
    TooMany,
    /// The rates are for books in another currency.
    #[error("the books are kept in {books}, and the rates lead to {rates}")]
    Currency {
        /// The currency of the books.
        books: Currency,
        /// Where the rates lead.
        rates: Currency,
    },
    /// There is no rate for the day.
    #[error(transparent)]
    NoRate(#[from] NoRateError),
    /// What something is worth cannot be told.
    #[error(transparent)]
    Worth(#[from] CurrencyError),
    /// The amounts cannot be held.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// A control account is not what its items are.
    #[error(
        "{stands}, worth {worth}, stand on account {account}, and its items are {items}, worth {items_worth}: the same \
         is wanted"
    )]
    Control {
        /// The account.
        account: AccountCode,
        /// What stands on it in the foreign currency.
        stands: Money,
        /// What that is worth by the books.
        worth: Money,
        /// What its items are.
        items: Money,
        /// What they are worth.
        items_worth: Money,
    },
    /// The changes make no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it: the period of the day or of the next one is closed, say.
    #[error(transparent)]
    Post(#[from] PostError),
}

#[cfg(test)]
mod tests {
    use office_core::{Currency, Rate};

    use super::*;

    fn made() -> Revaluation {
        let on = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
        let euro = |minor| Money::from_minor(minor, Currency::EUR);
        let line = |of| RevaluedLine {
            of,
            account: "3300".parse().unwrap(),
            amount: Money::from_minor(-10_000, Currency::USD),
            before: euro(-9_200),
            after: euro(-9_300),
            rate: Some(ExchangeRate::new(Currency::USD, Currency::EUR, "0.93".parse::<Rate>().unwrap(), on).unwrap()),
            taken_back: true,
        };
        let bill = Revalued::Bill { bill: Id::natural("invoice", "V-1"), instalment: 1 };
        let invoice = Revalued::Invoice { invoice: Id::natural("client_invoice", "CI-081"), instalment: 1 };
        let of = [bill, invoice, Revalued::Money];
        Revaluation {
            run: RevaluationRun {
                on,
                method: RevaluationMethod::TakenBack,
                payables: "3300".parse().unwrap(),
                receivables: "1200".parse().unwrap(),
                money: ["1810".parse().unwrap()].into(),
            },
            lines: of.map(line).into(),
            entry: Some(EntryId::natural("entry", "1")),
            taken_back: None,
        }
    }

    #[test]
    fn stored_forms() {
        let fact = RevaluationFact::Made(made());
        let state: Revaluation = office_core::fold([&fact]).unwrap();
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Revaluation>(&json).unwrap(), state);
        insta::assert_json_snapshot!(&fact);
    }
}
