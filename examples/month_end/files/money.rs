//! The books: accounts, entries known from the start, the budget, and what clients are billed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::sheet::Row;
use office_core::subject::{CostCentre, Invoice};
use office_core::{InputError, Money, Percent};
use office_finance::{Account, AccountCode};

use super::cell::{self, Code, EUR};
use super::table::{FileRow, Table};

/// An account, and what stands in it when the month begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountRow {
    pub(crate) account: Account,
    /// Of the supplies and card purchases that are booked there.
    pub(crate) category: Option<String>,
    /// Of the bank's lines that are booked there.
    pub(crate) bank_code: Option<String>,
    /// Debit is positive.
    pub(crate) opening: Money,
}

pub(crate) fn account(row: Row<'_>, column: &str) -> Result<AccountCode, InputError> {
    let number = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let code = row.optional(column)?.filter(|text| number(text)).and_then(|text| AccountCode::new(text).ok());
    code.ok_or_else(|| row.refuse(column, "an account of four digits such as `6815`"))
}

fn bank_code(row: Row<'_>, column: &str) -> Result<String, InputError> {
    let text = row.text(column)?;
    let letters = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let fits = text.split('-').count() == 3 && text.split('-').all(letters);
    if fits { Ok(text.to_owned()) } else { Err(row.refuse(column, "a code such as `PMNT-ICDT-ESCT`")) }
}

impl FileRow for AccountRow {
    const FILE: &'static str = "accounts.csv";
    const COLUMNS: &'static [&'static str] = &["account", "name", "kind", "category", "bank_code", "opening"];
    const KEY: &'static [&'static str] = &["account"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let kinds = "`asset`, `liability`, `equity`, `income` or `expense`";
        let code = account(row, "account")?;
        Ok(Self {
            account: Account::new(code, cell::text(row, "name")?, row.parse("kind", kinds)?),
            category: cell::unless_empty(row, "category", cell::word)?,
            bank_code: cell::unless_empty(row, "bank_code", bank_code)?,
            opening: cell::money(row, "opening")?,
        })
    }

    /// Each category and each code leads to one account, and the opening balances cancel out.
    fn agree(table: &Table<Self>) -> Result<(), InputError> {
        for column in ["category", "bank_code"] {
            let mut seen = Vec::new();
            for row in table.sheet.rows() {
                let found = row.optional(column)?;
                if found.is_some() && seen.contains(&found) {
                    return Err(row.refuse(column, "what no other account has"));
                }
                seen.push(found);
            }
        }
        let openings = table.rows.iter().map(|row| row.opening);
        cancel_out(table.sheet.rows().last(), "opening", openings)
    }
}

/// Amounts that must sum to nothing, and the row to blame where they do not.
fn cancel_out(blamed: Option<Row<'_>>, column: &str, amounts: impl Iterator<Item = Money>) -> Result<(), InputError> {
    let Some(row) = blamed else { return Ok(()) };
    match Money::sum(amounts, EUR) {
        Ok(sum) if sum.is_zero() => Ok(()),
        Ok(sum) => Err(row.refuse(column, &format!("amounts that sum to nothing: {sum} is left"))),
        Err(_) => Err(row.refuse(column, "smaller amounts")),
    }
}

/// A line of an entry that is known from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JournalLine {
    pub(crate) date: NaiveDate,
    pub(crate) entry: String,
    pub(crate) account: AccountCode,
    pub(crate) cost_centre: Option<Code<CostCentre>>,
    /// Debit is positive.
    pub(crate) amount: Money,
    pub(crate) text: String,
}

impl FileRow for JournalLine {
    const FILE: &'static str = "journal.csv";
    const COLUMNS: &'static [&'static str] = &["date", "entry", "account", "cost_centre", "debit", "credit", "text"];
    const KEY: &'static [&'static str] = &["entry", "account", "cost_centre"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let debit = cell::unless_empty(row, "debit", cell::some_money)?;
        let credit = cell::unless_empty(row, "credit", cell::some_money)?;
        let amount = match (debit, credit) {
            (Some(debit), None) => debit,
            (None, Some(credit)) => credit.negated(),
            (Some(_), Some(_)) => return Err(row.refuse("credit", "nothing beside a debit")),
            (None, None) => return Err(row.refuse("debit", "an amount here or in `credit`")),
        };
        Ok(Self {
            date: cell::date(row, "date")?,
            entry: cell::plain_code(row, "entry")?,
            account: account(row, "account")?,
            cost_centre: cell::unless_empty(row, "cost_centre", cell::code)?,
            amount,
            text: cell::text(row, "text")?,
        })
    }

    /// Each entry is of one day and balances.
    fn agree(table: &Table<Self>) -> Result<(), InputError> {
        let mut entries: BTreeMap<&str, Vec<(Row<'_>, &Self)>> = BTreeMap::new();
        for (row, line) in table.both() {
            entries.entry(&line.entry).or_default().push((row, line));
        }
        for lines in entries.values() {
            let day = lines.first().map(|(_, line)| line.date);
            if let Some((row, _)) = lines.iter().find(|(_, line)| Some(line.date) != day) {
                return Err(row.refuse("date", "the day of the first line of the entry"));
            }
            let last = lines.last().map(|(row, _)| *row);
            let column =
                if lines.last().is_some_and(|(_, line)| line.amount.is_positive()) { "debit" } else { "credit" };
            cancel_out(last, column, lines.iter().map(|(_, line)| line.amount))?;
        }
        Ok(())
    }
}

/// What a cost centre may spend in the year, and what it has spent from January to September.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BudgetRow {
    pub(crate) cost_centre: Code<CostCentre>,
    pub(crate) account: AccountCode,
    pub(crate) annual: Money,
    /// By the first day of the month.
    pub(crate) spent: BTreeMap<NaiveDate, Money>,
}

const MONTHS: [&str; 9] =
    ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"];

impl FileRow for BudgetRow {
    const FILE: &'static str = "budget.csv";
    const COLUMNS: &'static [&'static str] = &[
        "cost_centre",
        "account",
        "annual",
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-04",
        "2026-05",
        "2026-06",
        "2026-07",
        "2026-08",
        "2026-09",
    ];
    const KEY: &'static [&'static str] = &["cost_centre", "account"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let mut spent = BTreeMap::new();
        for month in MONTHS {
            let first = cell::day(&format!("{month}-01")).ok_or_else(|| row.refuse(month, "a month"))?;
            spent.insert(first, cell::amount(row, month)?);
        }
        Ok(Self {
            cost_centre: cell::code(row, "cost_centre")?,
            account: account(row, "account")?,
            annual: cell::amount(row, "annual")?,
            spent,
        })
    }
}

/// An invoice to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientInvoice {
    pub(crate) number: Code<Invoice>,
    pub(crate) client: String,
    pub(crate) date: NaiveDate,
    pub(crate) net: Money,
    pub(crate) tax_rate: Percent,
    pub(crate) tax: Money,
    pub(crate) gross: Money,
    pub(crate) due: NaiveDate,
}

impl FileRow for ClientInvoice {
    const FILE: &'static str = "client_invoices.csv";
    const COLUMNS: &'static [&'static str] = &["invoice", "client", "date", "net", "tax_rate", "tax", "gross", "due"];
    const KEY: &'static [&'static str] = &["invoice"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let (date, due) = (cell::date(row, "date")?, cell::date(row, "due")?);
        if due < date {
            return Err(row.refuse("due", &format!("a day from {date} on")));
        }
        let (net, tax) = (cell::some_money(row, "net")?, cell::amount(row, "tax")?);
        let gross = cell::some_money(row, "gross")?;
        if net.checked_add(tax) != Ok(gross) {
            return Err(row.refuse("gross", "the sum of net and tax"));
        }
        Ok(Self {
            number: cell::code(row, "invoice")?,
            client: cell::text(row, "client")?,
            date,
            net,
            tax_rate: cell::percent(row, "tax_rate")?,
            tax,
            gross,
            due,
        })
    }
}
