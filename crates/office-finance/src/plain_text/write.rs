//! Writing journals.

use std::fmt::{self, Write};

use office_core::{Currency, Money};

use crate::{AccountCode, AccountKind, Chart, JournalEntry, Posting};

/// The entries as a journal that `hledger` reads, with the accounts and what they are declared first.
///
/// Accounts are written by their code below the name of their kind: `assets:1800`. What a foreign amount is worth is
/// written as its total price, so that the journal balances there as here; a change of worth alone is written as one in
/// the currency of the books.
///
/// # Errors
/// What `out` reports.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{
///     Account, AccountKind, Chart, Entry, EntryNumber, JournalEntry, Posting, read_journal, write_hledger,
/// };
///
/// let chart = Chart::new([
///     Account::new("1800".parse()?, "Bank", AccountKind::Asset),
///     Account::new("6310".parse()?, "Rent", AccountKind::Expense),
/// ])?;
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
/// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, Entry::balanced(on, "rent", postings)?);
/// let mut text = String::new();
/// write_hledger(&mut text, &chart, [&posted])?;
/// assert!(text.ends_with("2026-10-01 (2026-00001) rent\n    expenses:6310  7400.00 EUR\n    assets:1800  -7400.00 EUR\n"));
/// let read = read_journal(&text)?;
/// assert_eq!((read[0].on, read[0].postings[0].amount), (on, rent));
/// // What does not balance is refused, with its line.
/// assert_eq!(read_journal("2026-10-01 x\n  a  1 EUR\n  b  -2 EUR\n").map_err(|error| error.line), Err(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_hledger<'a>(
    out: &mut impl Write,
    chart: &Chart,
    entries: impl IntoIterator<Item = &'a JournalEntry>,
) -> fmt::Result {
    let name = |code: &AccountCode| hledger_name(chart, code);
    for account in chart.accounts() {
        writeln!(out, "account {}  ; type: {}, {}", name(&account.code), letter(account.kind), plain(&account.name))?;
    }
    for posted in entries {
        let entry = posted.entry();
        let description = plain(entry.description());
        writeln!(out, "\n{} ({}) {}", entry.on(), posted.number(), description.trim_start())?;
        for posting in entry.postings() {
            write_posting(out, "    ", &name(&posting.account), posting)?;
        }
    }
    Ok(())
}

/// The entries as a journal that Beancount reads: the accounts are opened on the day of the first entry, and a foreign
/// amount that is worth something is written with that as its total price. Beancount knows no postings of a worth alone;
/// they are written in the currency of the books, as they are for `hledger`.
///
/// # Errors
/// What `out` reports.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{Account, AccountKind, Chart, Entry, EntryNumber, JournalEntry, Posting, write_beancount};
///
/// let chart = Chart::new([
///     Account::new("1800".parse()?, "Bank", AccountKind::Asset),
///     Account::new("6310".parse()?, "Rent", AccountKind::Expense),
/// ])?;
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
/// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, Entry::balanced(on, "rent", postings)?);
/// let mut text = String::new();
/// write_beancount(&mut text, &chart, &[posted], Currency::EUR)?;
/// assert!(text.contains("2026-10-01 open Expenses:6310\n"));
/// assert!(text.contains("2026-10-01 * \"rent\" ^2026-00001\n  Expenses:6310  7400.00 EUR\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_beancount(out: &mut impl Write, chart: &Chart, entries: &[JournalEntry], books: Currency) -> fmt::Result {
    writeln!(out, "option \"operating_currency\" \"{books}\"")?;
    let name = |code: &AccountCode| beancount_name(chart, code);
    if let Some(first) = entries.iter().map(JournalEntry::on).min() {
        for account in chart.accounts() {
            writeln!(out, "{first} open {}", name(&account.code))?;
        }
    }
    for posted in entries {
        let entry = posted.entry();
        let description = plain(entry.description()).replace('\\', "\\\\").replace('"', "\\\"");
        writeln!(out, "\n{} * \"{description}\" ^{}", entry.on(), posted.number())?;
        for posting in entry.postings() {
            write_posting(out, "  ", &name(&posting.account), posting)?;
        }
    }
    Ok(())
}

/// One line for a posting, or two where no total price tells its worth: the amount for nothing, and the worth by itself.
fn write_posting(out: &mut impl Write, indent: &str, name: &str, posting: &Posting) -> fmt::Result {
    let amount = posting.amount;
    match posting.worth.map(|worth| worth.amount) {
        None => writeln!(out, "{indent}{name}  {amount}"),
        // A total price carries no sign of its own.
        Some(worth) if is_priced(amount, worth) => writeln!(out, "{indent}{name}  {amount} @@ {}", worth.abs()),
        Some(worth) => {
            if !amount.is_zero() {
                writeln!(out, "{indent}{name}  {amount} @@ {}", Money::zero(worth.currency()))?;
            }
            if worth.is_zero() { Ok(()) } else { writeln!(out, "{indent}{name}  {worth}") }
        }
    }
}

/// Whether a total price says it: both on the same side, and neither nothing.
fn is_priced(amount: Money, worth: Money) -> bool {
    !amount.is_zero() && !worth.is_zero() && amount.is_negative() == worth.is_negative()
}

fn hledger_name(chart: &Chart, code: &AccountCode) -> String {
    let root = match chart.get(code).map(|account| account.kind) {
        Some(AccountKind::Asset) => "assets",
        Some(AccountKind::Liability) => "liabilities",
        Some(AccountKind::Equity) => "equity",
        Some(AccountKind::Income) => "income",
        Some(AccountKind::Expense) => "expenses",
        None => "unknown",
    };
    format!("{root}:{code}")
}

/// Beancount's parts of a name begin with a capital or a digit and have no points.
fn beancount_name(chart: &Chart, code: &AccountCode) -> String {
    let root = match chart.get(code).map(|account| account.kind) {
        Some(AccountKind::Asset) => "Assets",
        Some(AccountKind::Liability) => "Liabilities",
        Some(AccountKind::Income) => "Income",
        Some(AccountKind::Expense) => "Expenses",
        Some(AccountKind::Equity) | None => "Equity",
    };
    let code = code.as_str().replace('.', "-");
    let capital = code.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit());
    if capital { format!("{root}:{code}") } else { format!("{root}:X{code}") }
}

const fn letter(kind: AccountKind) -> char {
    match kind {
        AccountKind::Asset => 'A',
        AccountKind::Liability => 'L',
        AccountKind::Equity => 'E',
        AccountKind::Income => 'R',
        AccountKind::Expense => 'X',
    }
}

/// The text on one line, without what would begin a comment.
fn plain(text: &str) -> String {
    text.chars().map(|found| if found.is_control() || matches!(found, ';' | '|') { ' ' } else { found }).collect()
}
