//! The fields of a message, with their lines.

use chrono::{Datelike, Days, Months, NaiveDate};
use office_core::{Currency, InputError, Money, parse_decimal};

/// The fields that banks write. What looks like another one is text.
const TAGS: [&str; 19] = [
    "20", "21", "25", "28", "28C", "60F", "60M", "61", "62F", "62M", "64", "65", "86", "13", "13D", "34F", "90C",
    "90D", "NS",
];
/// The most fields of a file.
const MOST_FIELDS: usize = 500_000;

/// A field of a message.
#[derive(Debug)]
pub(super) struct Field<'a> {
    file: &'a str,
    pub(super) tag: &'static str,
    pub(super) line: u64,
    /// Its lines, without what ends them.
    pub(super) text: String,
}

impl Field<'_> {
    /// Its first line, without what surrounds it.
    pub(super) fn one_line(&self) -> &str {
        self.text.split('\n').next().unwrap_or_default().trim()
    }

    /// What it says is not accepted.
    pub(super) fn wrong(&self, value: &str, expected: impl Into<String>) -> InputError {
        InputError::new(self.file, self.line, &format!(":{}:", self.tag), value, expected)
    }
}

/// The fields of a file, in order.
pub(super) fn fields<'a>(file: &'a str, text: &str) -> Result<Vec<Field<'a>>, InputError> {
    let mut fields: Vec<Field<'a>> = Vec::new();
    // A line that only has the colon of the field on the next one.
    let mut torn = false;
    for (row, line) in text.split('\n').zip(1_u64..) {
        let row = row.trim_end_matches('\r');
        let joined = if torn { format!(":{row}") } else { String::new() };
        let row = if torn { joined.as_str() } else { row };
        torn = row == ":";
        if torn || is_frame(row) {
            continue;
        }
        if let Some((tag, rest)) = tag_of(row) {
            if fields.len() >= MOST_FIELDS {
                return Err(InputError::new(file, line, "file", row, format!("at most {MOST_FIELDS} fields")));
            }
            fields.push(Field { file, tag, line, text: rest.to_owned() });
        } else if let Some(last) = fields.last_mut() {
            last.text.push('\n');
            last.text.push_str(row);
        } else if !row.trim().is_empty() {
            return Err(InputError::new(file, line, "file", row, "a field such as `:20:`"));
        }
    }
    Ok(fields)
}

/// What stands around messages: the dash at their end, and the blocks of the network.
fn is_frame(row: &str) -> bool {
    let row = row.trim();
    matches!(row, "-" | "-}") || (row.starts_with("{1:") && row.ends_with(['}', ':']))
}

fn tag_of(row: &str) -> Option<(&'static str, &str)> {
    let (name, rest) = row.strip_prefix(':')?.split_once(':')?;
    // With who holds the account, in a line of its own.
    let name = if name == "25P" { "25" } else { name };
    TAGS.iter().find(|tag| **tag == name).map(|tag| (*tag, rest))
}

/// A day in six digits.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let (year, month_day) = text.split_at_checked(2)?;
    if !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: i32 = year.parse().ok()?;
    let century = if year < 70 { 2000 } else { 1900 };
    clamped(year.saturating_add(century), month_day)
}

/// A month and day of a year; a day up to the 31st that the month does not have is its last.
pub(super) fn clamped(year: i32, month_day: &str) -> Option<NaiveDate> {
    if month_day.len() != 4 || !month_day.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (month, day) = month_day.split_at_checked(2)?;
    let (month, day): (u32, u32) = (month.parse().ok()?, day.parse().ok()?);
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let last = first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))?;
    if day > 31 { None } else { first.with_day(day.min(last.day())) }
}

/// An amount without sign: digits, and a comma before what is below the unit.
pub(super) fn amount(field: &Field<'_>, text: &str, currency: Currency) -> Result<Money, InputError> {
    let wrong = |why: String| field.wrong(text, why);
    let plain = text.trim();
    let whole = plain.strip_suffix([',', '.']).unwrap_or(plain);
    if !whole.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(wrong("an amount such as `14,90`".to_owned()));
    }
    let decimal = parse_decimal(&whole.replacen(',', ".", 1)).map_err(|error| wrong(format!("an amount ({error})")))?;
    Money::new(decimal, currency).map_err(|error| wrong(format!("an amount ({error})")))
}
