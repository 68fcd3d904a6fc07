//! A row of a table, and what its fields say.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use csv::StringRecord;
use office_core::{Currency, InputError, Money, parse_decimal};

use super::{AmountColumns, DateOrder, DecimalMark, TableLayout};
use crate::{StatementBalance, StatementLine};

/// A row of a table.
pub(super) struct Row<'a> {
    pub(super) file: &'a str,
    pub(super) line: u64,
    pub(super) columns: &'a BTreeMap<String, usize>,
    pub(super) fields: &'a StringRecord,
    pub(super) layout: &'a TableLayout,
}

impl Row<'_> {
    /// The line that it tells, and what is on the account after it.
    pub(super) fn read(&self) -> Result<(StatementLine, Option<StatementBalance>), InputError> {
        let columns = &self.layout.columns;
        let currency = match &columns.currency {
            Some(name) if !self.text(name).is_empty() => Currency::from_code(self.text(name))
                .map_err(|error| self.wrong(name, format!("a currency ({error})")))?,
            _ => self.layout.currency,
        };
        let on = self.day(&columns.on)?;
        let given = |name: &Option<String>| {
            name.as_deref().map(|name| self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let value = columns.value.as_ref().filter(|name| !self.text(name).is_empty());
        let texts = columns.text.iter().map(|name| self.text(name)).filter(|text| !text.is_empty());
        let references = columns.references.iter().map(|name| self.text(name)).filter(|text| !text.is_empty());
        let line = StatementLine {
            on,
            value: value.map(|name| self.day(name)).transpose()?,
            amount: self.amount(currency)?,
            references: references.map(str::to_owned).collect(),
            party: given(&columns.party),
            party_account: given(&columns.party_account),
            text: texts.collect::<Vec<_>>().join(" "),
            bank_reference: given(&columns.bank_reference),
            code: given(&columns.code),
        };
        let balance = columns.balance.as_ref().filter(|name| !self.text(name).is_empty());
        let balance = balance.map(|name| self.money(name, currency)).transpose()?;
        Ok((line, balance.map(|amount| StatementBalance { amount, on })))
    }

    fn text(&self, column: &str) -> &str {
        let field = self.columns.get(column).and_then(|at| self.fields.get(*at));
        field.unwrap_or_default().trim()
    }

    fn wrong(&self, column: &str, expected: impl Into<String>) -> InputError {
        InputError::new(self.file, self.line, column, self.text(column), expected)
    }

    fn amount(&self, currency: Currency) -> Result<Money, InputError> {
        match &self.layout.columns.amount {
            AmountColumns::Signed { column } => self.money(column, currency),
            AmountColumns::Reversed { column } => Ok(self.money(column, currency)?.negated()),
            AmountColumns::DebitCredit { debit, credit } => {
                let of = |name: &str| match self.text(name) {
                    "" => Ok(Money::zero(currency)),
                    _ => self.money(name, currency),
                };
                let (out, back) = (of(debit)?, of(credit)?);
                match (out.is_zero(), back.is_zero()) {
                    // Some banks write what goes out below zero in its own column.
                    (false, true) => Ok(out.abs().negated()),
                    (true, false) if !back.is_negative() => Ok(back),
                    (true, false) => Err(self.wrong(credit, "an amount above zero")),
                    (true, true) => Ok(Money::zero(currency)),
                    (false, false) => Err(self.wrong(credit, format!("nothing, as `{debit}` has an amount"))),
                }
            }
            AmountColumns::Marked { column, mark, debit, credit } => {
                let amount = self.money(column, currency)?;
                match self.text(mark) {
                    found if found == debit => Ok(amount.negated()),
                    found if found == credit => Ok(amount),
                    _ => Err(self.wrong(mark, format!("`{debit}` or `{credit}`"))),
                }
            }
        }
    }

    fn money(&self, column: &str, currency: Currency) -> Result<Money, InputError> {
        let (mark, group) = match self.layout.decimals {
            DecimalMark::Point => ('.', ','),
            DecimalMark::Comma => (',', '.'),
        };
        let text = self.text(column);
        let told = |why: String| self.wrong(column, why);
        let (whole, fraction) = text.rsplit_once(mark).map_or((text, None), |(whole, rest)| (whole, Some(rest)));
        let sign = whole.starts_with(['-', '\u{2212}']);
        let digits = whole.trim_start_matches(['-', '+', '\u{2212}']);
        if !is_grouped(digits, group) {
            return Err(told(format!("an amount such as `1{group}234{mark}50`")));
        }
        let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
        let plain = format!("{}{digits}", if sign { "-" } else { "" });
        let plain = fraction.map_or(plain.clone(), |fraction| format!("{plain}.{fraction}"));
        let decimal = parse_decimal(&plain).map_err(|error| told(format!("an amount ({error})")))?;
        Money::new(decimal, currency).map_err(|error| told(format!("an amount ({error})")))
    }

    fn day(&self, column: &str) -> Result<NaiveDate, InputError> {
        let order = self.layout.dates;
        let example = match order {
            DateOrder::YearMonthDay => "2026-10-31",
            DateOrder::DayMonthYear => "31.10.2026",
            DateOrder::MonthDayYear => "10/31/2026",
        };
        day(self.text(column), order).ok_or_else(|| self.wrong(column, format!("a day such as `{example}`")))
    }
}

/// Whether digits stand alone or in groups of three, all with one separator.
fn is_grouped(digits: &str, group: char) -> bool {
    let Some(separator) = digits.chars().find(|c| !c.is_ascii_digit()) else { return !digits.is_empty() };
    if separator != group && !matches!(separator, ' ' | '\'' | '\u{a0}' | '\u{202f}' | '\u{2019}') {
        return false;
    }
    let mut groups = digits.split(separator);
    let first = groups.next().unwrap_or_default();
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len()) && is_digits(first) && groups.all(|group| group.len() == 3 && is_digits(group))
}

fn day(text: &str, order: DateOrder) -> Option<NaiveDate> {
    let text = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = text.split(['.', '-', '/']).collect();
    let (first, second, third) = match parts.as_slice() {
        [first, second, third] => (*first, *second, *third),
        [whole] if whole.len() == 8 && order == DateOrder::YearMonthDay => {
            (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?)
        }
        [whole] if whole.len() == 8 => (whole.get(..2)?, whole.get(2..4)?, whole.get(4..)?),
        _ => return None,
    };
    let (year, month, day) = match order {
        DateOrder::YearMonthDay => (first, second, third),
        DateOrder::DayMonthYear => (third, second, first),
        DateOrder::MonthDayYear => (third, first, second),
    };
    let number = |text: &str, most: usize| -> Option<u32> {
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if fits { text.parse().ok() } else { None }
    };
    let years = number(year, 4)?;
    let century = match (year.len(), years) {
        (4, _) => 0,
        (2, 0..70) => 2000,
        (2, _) => 1900,
        _ => return None,
    };
    let year = i32::try_from(years.checked_add(century)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
}
