//! Bank and card statements as tables of comma-separated values, by a layout that is data.

mod cell;

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use office_core::{Currency, InputError};
use serde::{Deserialize, Serialize};

use self::cell::Row;
use crate::iban::sound_account;
use crate::text_encoding::TextEncoding;
use crate::{BankStatement, StatementBalance, StatementFormat, StatementLine};

/// The most rows of a table.
const MOST_ROWS: usize = 200_000;

/// How the table of a bank or card company is laid out. It is data: one file in JSON for each bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableLayout {
    /// The encoding of the text.
    pub encoding: TextEncoding,
    /// What stands between two fields of a row.
    pub separator: TableSeparator,
    /// How many lines stand before the one with the names of the columns.
    #[serde(default)]
    pub lines_before: u32,
    /// How days are written.
    pub dates: DateOrder,
    /// What stands before what is below the unit; the other of the two, spaces and apostrophes may group thousands.
    pub decimals: DecimalMark,
    /// Which row comes first.
    pub order: RowOrder,
    /// The currency of amounts, where no column tells it.
    pub currency: Currency,
    /// Which columns tell what, by their names.
    pub columns: TableColumns,
}

/// Which columns tell what, by their names in the table. Columns that are not named are passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableColumns {
    /// When it was booked.
    pub on: String,
    /// From when it counts for interest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How much.
    pub amount: AmountColumns,
    /// The code of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What is on the account after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<String>,
    /// References that the payer gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Who paid, or was paid; for a card, the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The account of the other side; for a card, the number of the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_account: Option<String>,
    /// What is written on it; what several columns say is put together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
    /// The bank's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_reference: Option<String>,
    /// What kind of transaction it is; for a card, the merchant's line of business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Where amounts stand, and what tells their direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AmountColumns {
    /// One column with a sign: what goes out is below zero.
    Signed {
        /// Its name.
        column: String,
    },
    /// One column with a sign, the other way round: what goes out is above zero, as card companies write it.
    Reversed {
        /// Its name.
        column: String,
    },
    /// A column for what goes out and one for what comes in; one of the two is empty or nothing.
    DebitCredit {
        /// The column for what goes out.
        debit: String,
        /// The column for what comes in.
        credit: String,
    },
    /// A column with amounts and one that tells their direction.
    Marked {
        /// The column with the amounts.
        column: String,
        /// The column with the direction.
        mark: String,
        /// What it says where money goes out.
        debit: String,
        /// What it says where money comes in.
        credit: String,
    },
}

/// What stands between two fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableSeparator {
    /// A comma.
    Comma,
    /// A semicolon.
    Semicolon,
    /// A tab.
    Tab,
}

/// In which order day, month and year are written: with points, dashes or slashes between them, or eight digits. Two
/// digits of a year are of 1970 to 2069.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 2026-10-31.
    YearMonthDay,
    /// 31.10.2026.
    DayMonthYear,
    /// 10/31/2026.
    MonthDayYear,
}

/// What stands before what is below the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// A point: 1,234.50.
    Point,
    /// A comma: 1.234,50.
    Comma,
}

/// Which row comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOrder {
    /// The oldest.
    OldestFirst,
    /// The newest.
    NewestFirst,
}

/// Reads a statement from a table, by the layout of its bank or card company.
///
/// A table does not say whose it is: the account is the caller's to name. Where a column tells what is on the account
/// after each row, the first and the last of them become the balances, so that a row that is missing is told as a gap;
/// elsewhere there are none. Lines come oldest first. Empty rows are passed over.
///
/// # Errors
/// [`InputError`] names line and column: text that does not fit the encoding, a column that is missing or there twice, a row
/// with more fields than columns, a day, amount, direction or currency that cannot be read, an account number whose
/// check digits are wrong. Files have 32 MiB and 200,000 rows at most.
///
/// # Example
/// ```
/// use office_finance::{TableLayout, read_table};
///
/// let layout: TableLayout = serde_json::from_str(
///     r#"{"encoding": "windows-1252", "separator": "semicolon", "dates": "day_month_year", "decimals": "comma",
///         "order": "newest_first", "currency": "EUR", "columns": {"on": "Buchungstag", "amount": {"signed":
///         {"column": "Betrag"}}, "balance": "Saldo", "party": "Name", "text": ["Verwendungszweck"]}}"#,
/// )?;
/// let file = "Buchungstag;Name;Verwendungszweck;Betrag;Saldo\n30.10.2026;Nordbank;Entgelt;-14,90;1.085,10\n\
///     08.10.2026;Stadtwerke;CI-081;1.000,00;1.100,00\n";
/// let statement = read_table("october.csv", file.as_bytes(), &layout, "DE83100990010004711200")?;
/// assert_eq!(statement.lines[1].amount.to_string(), "-14.90 EUR");
/// assert_eq!(
///     statement.proof()?.ok_or("balances")?.to_string(),
///     "opening 100.00 EUR, in 1000.00 EUR, out -14.90 EUR, closing 1085.10 EUR"
/// );
///
/// let error = read_table("october.csv", file.replace("30.10.", "30.13.").as_bytes(), &layout, "4711").unwrap_err();
/// assert_eq!((error.line(), error.field(), error.value()), (2, "Buchungstag", "30.13.2026"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_table(file: &str, bytes: &[u8], layout: &TableLayout, account: &str) -> Result<BankStatement, InputError> {
    let account = sound_account(account)
        .map_err(|error| InputError::new(file, 1, "account", account, format!("an account number ({error})")))?;
    let text = layout.encoding.text(file, bytes)?;
    let (before, table) = without_lines(&text, layout.lines_before);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(layout.separator.byte())
        .from_reader(table.as_bytes());
    let mut columns: Option<BTreeMap<String, usize>> = None;
    let mut rows: Vec<(StatementLine, Option<StatementBalance>)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| InputError::new(file, 1, "file", &error.to_string(), "a table"))?;
        let line = record.position().map_or(1, csv::Position::line).saturating_add(before);
        let Some(columns) = &columns else {
            columns = Some(header(file, line, &record, layout)?);
            continue;
        };
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if rows.len() >= MOST_ROWS {
            return Err(InputError::new(file, line, "file", "", format!("at most {MOST_ROWS} rows")));
        }
        if record.len() > columns.len() {
            let value = record.get(columns.len()).unwrap_or_default();
            return Err(InputError::new(file, line, "file", value, format!("{} fields", columns.len())));
        }
        rows.push(Row { file, line, columns, fields: &record, layout }.read()?);
    }
    if columns.is_none() {
        return Err(InputError::new(
            file,
            before.saturating_add(1),
            "file",
            "",
            "a line with the names of the columns",
        ));
    }
    if layout.order == RowOrder::NewestFirst {
        rows.reverse();
    }
    statement(file, &account, rows)
}

fn statement(
    file: &str,
    account: &str,
    rows: Vec<(StatementLine, Option<StatementBalance>)>,
) -> Result<BankStatement, InputError> {
    let balance_before = |(line, balance): &(StatementLine, Option<StatementBalance>)| {
        let after = (*balance)?;
        Some(after.amount.checked_sub(line.amount).map(|amount| StatementBalance { amount, on: line.on }))
    };
    let opening = rows.first().and_then(balance_before).transpose();
    let opening = opening.map_err(|error| InputError::new(file, 1, "balance", "", format!("an amount ({error})")))?;
    Ok(BankStatement {
        format: StatementFormat::Csv,
        account: account.to_owned(),
        number: String::new(),
        opening,
        closing: rows.last().and_then(|(_, balance)| *balance),
        lines: rows.into_iter().map(|(line, _)| line).collect(),
        pending: Vec::new(),
    })
}

/// The text after so many lines, and how many there were.
fn without_lines(text: &str, lines: u32) -> (u64, &str) {
    let (mut rest, mut before) = (text, 0_u64);
    for _ in 0..lines {
        let Some((_, after)) = rest.split_once('\n') else { return (before, "") };
        (rest, before) = (after, before.saturating_add(1));
    }
    (before, rest)
}

/// The place of each column by its name.
fn header(
    file: &str,
    line: u64,
    record: &StringRecord,
    layout: &TableLayout,
) -> Result<BTreeMap<String, usize>, InputError> {
    let mut columns = BTreeMap::new();
    let wanted = layout.columns.names();
    for (at, name) in record.iter().enumerate() {
        let name = name.trim().to_owned();
        if wanted.contains(&name.as_str()) && columns.contains_key(&name) {
            return Err(InputError::new(file, line, &name, &name, "one column of this name"));
        }
        // Columns that nobody asks for may have any names; each has a place all the same.
        let key = if columns.contains_key(&name) { format!("{name}\u{1f}{at}") } else { name };
        columns.insert(key, at);
    }
    for name in wanted {
        if !columns.contains_key(name) {
            let found = record.iter().collect::<Vec<_>>().join(" | ");
            return Err(InputError::new(file, line, name, &found, "a column of this name"));
        }
    }
    Ok(columns)
}

impl TableColumns {
    fn names(&self) -> Vec<&str> {
        let amounts: Vec<&String> = match &self.amount {
            AmountColumns::Signed { column } | AmountColumns::Reversed { column } => vec![column],
            AmountColumns::DebitCredit { debit, credit } => vec![debit, credit],
            AmountColumns::Marked { column, mark, .. } => vec![column, mark],
        };
        let single = [&self.value, &self.currency, &self.balance, &self.party, &self.party_account];
        let single = single.into_iter().chain([&self.bank_reference, &self.code]).flatten();
        let several = self.references.iter().chain(&self.text);
        let all = [&self.on].into_iter().chain(amounts).chain(single).chain(several);
        all.map(String::as_str).collect()
    }
}

impl TableSeparator {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}
