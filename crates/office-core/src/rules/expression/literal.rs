//! Values written out: reading and writing them, in both dialects.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use thiserror::Error;

use super::cursor::{Cursor, is_word};
use super::moment;
use crate::rules::value::{duration_text, months_text, parse_duration, parse_months};
use crate::rules::{Dialect, Kind, Misread, Value};
use crate::{Currency, Decimal, Money, Quantity, UnitCode, parse_decimal};

/// Words that go on with an expression after a number, and so are no units.
const GOING_ON: [&str; 9] = ["and", "or", "in", "between", "then", "else", "of", "satisfies", "return"];

/// A value cannot be written out in a dialect: DMN knows no money.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a value of kind {kind} cannot be written out as {dialect:?} text")]
pub struct NoLiteral {
    /// The kind of the value.
    pub kind: Kind,
    /// How it was to be written.
    pub dialect: Dialect,
}

/// A value written out, if one comes next; a sign before it is not part of it.
pub(super) fn literal(cursor: &mut Cursor) -> Result<Option<Value>, Misread> {
    let word = |cursor: &mut Cursor| {
        let words = match cursor.dialect {
            Dialect::Office => [("yes", Value::Boolean(true)), ("no", Value::Boolean(false))].as_slice(),
            Dialect::Dmn => &[],
        };
        let common = [("true", Value::Boolean(true)), ("false", Value::Boolean(false)), ("null", Value::Null)];
        words.iter().chain(&common).find(|(word, _)| cursor.take_word(word)).map(|(_, value)| value.clone())
    };
    match (cursor.peek(), cursor.dialect) {
        (Some('"'), _) => string(cursor).map(|text| Some(Value::Text(text))),
        (Some(c), Dialect::Office) if c.is_ascii_digit() => match day_or_time(cursor)? {
            Some(moment) => Ok(Some(moment)),
            None => amount(cursor).map(Some),
        },
        (Some(c), Dialect::Dmn)
            if c.is_ascii_digit() || (c == '.' && cursor.ahead(1).is_some_and(|c| c.is_ascii_digit())) =>
        {
            number(cursor).map(|number| Some(Value::Number(number)))
        }
        (Some('@'), Dialect::Dmn) if cursor.ahead(1) == Some('"') => {
            let place = cursor.place();
            cursor.next();
            let text = string(cursor)?;
            let value = moment::parse_any(&text).map(|value| Some(value.to_value()));
            value.ok_or_else(|| cursor.wanted(place, "a day, a time or a length of time such as `@\"2026-10-01\"`"))
        }
        (Some('P'), Dialect::Office) => Ok(length_of_time(cursor).or_else(|| word(cursor))),
        _ => Ok(word(cursor)),
    }
}

/// A text in quotes: in the office a quote within is doubled, in DMN it is `\"`.
pub(super) fn string(cursor: &mut Cursor) -> Result<String, Misread> {
    let mut text = String::new();
    cursor.next();
    loop {
        let place = cursor.place();
        match (cursor.next(), cursor.dialect) {
            (None, _) => return Err(cursor.wanted(place, "a closing quote")),
            (Some('"'), Dialect::Office) if cursor.take("\"") => text.push('"'),
            (Some('"'), _) => return Ok(text),
            (Some('\\'), Dialect::Dmn) => match escaped(cursor) {
                Some(c) => text.push(c),
                None => return Err(cursor.wanted(place, "an escape such as `\\n`, `\\\"` or `\\u00E4`")),
            },
            (Some(c), _) => text.push(c),
        }
    }
}

/// What follows a backslash.
fn escaped(cursor: &mut Cursor) -> Option<char> {
    match cursor.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        c @ ('"' | '\'' | '\\') => Some(c),
        'U' => char::from_u32(hexadecimal(cursor, 6)?),
        'u' => {
            let first = u16::try_from(hexadecimal(cursor, 4)?).ok()?;
            if !(0xD800..0xDC00).contains(&first) {
                return char::from_u32(u32::from(first));
            }
            let second = if cursor.take("\\u") { u16::try_from(hexadecimal(cursor, 4)?).ok()? } else { return None };
            char::decode_utf16([first, second]).next()?.ok()
        }
        _ => None,
    }
}

fn hexadecimal(cursor: &mut Cursor, digits: usize) -> Option<u32> {
    (0..digits).try_fold(0_u32, |number, _| number.checked_mul(16)?.checked_add(cursor.next()?.to_digit(16)?))
}

/// A number without its sign.
fn number(cursor: &mut Cursor) -> Result<Decimal, Misread> {
    let place = cursor.place();
    cursor.skip_while(|c| c.is_ascii_digit());
    if cursor.peek() == Some('.') && cursor.ahead(1).is_some_and(|c| c.is_ascii_digit()) {
        cursor.next();
        cursor.skip_while(|c| c.is_ascii_digit());
    } else if cursor.dialect == Dialect::Office && is_grouped(cursor) {
        return Err(cursor.wants("a number without grouping, or a space after the comma"));
    }
    let text = cursor.since(place);
    let text = if text.starts_with('.') { format!("0{text}") } else { text };
    parse_decimal(&text).map_err(|_| cursor.wanted(place, "a number of at most 28 digits"))
}

/// Whether a comma and three digits follow, as in `5,000`.
fn is_grouped(cursor: &Cursor) -> bool {
    let digit = |count| cursor.ahead(count).is_some_and(|c| c.is_ascii_digit());
    cursor.peek() == Some(',') && digit(1) && digit(2) && digit(3) && !digit(4)
}

/// A number, and what it is a number of: `30`, `10 %`, `5000 EUR`, `5 kg`.
fn amount(cursor: &mut Cursor) -> Result<Value, Misread> {
    let start = cursor.place();
    let number = number(cursor)?;
    if cursor.take_sign("%") {
        let hundredth = Decimal::new(1, 2);
        let share =
            number.checked_mul(hundredth).filter(|share| share.checked_mul(Decimal::ONE_HUNDRED) == Some(number));
        return share.map(Value::Number).ok_or_else(|| cursor.wanted(start, "a percentage of fewer digits"));
    }
    let end = cursor.place();
    cursor.skip_space();
    let place = cursor.place();
    if cursor.peek().is_some_and(char::is_alphabetic) {
        cursor.skip_while(is_word);
    }
    let word = cursor.since(place);
    if word.is_empty() || GOING_ON.contains(&word.as_str()) {
        cursor.go(end);
        return Ok(Value::Number(number));
    }
    if let Ok(currency) = Currency::from_code(&word) {
        let money = Money::new(number, currency);
        return money.map(Value::Money).map_err(|_| cursor.wanted(start, format!("an amount that {currency} can pay")));
    }
    match word.parse::<UnitCode>().map(|unit| Quantity::new(number, unit)) {
        Ok(Ok(quantity)) => Ok(Value::Quantity(quantity)),
        Ok(Err(_)) => Err(cursor.wanted(start, "an amount of at most 18 digits before the point and 9 after it")),
        Err(_) => Err(cursor.wanted(place, "a currency or a unit")),
    }
}

/// `2026-10-01`, `2026-10-01T09:30`, `2026-10-01T07:30Z`, `09:30`.
fn day_or_time(cursor: &mut Cursor) -> Result<Option<Value>, Misread> {
    let start = cursor.place();
    let clock_wanted = "a time of the day such as `09:30`";
    if let Some(text) = clock(cursor) {
        let time = moment::parse_time(&text).ok_or_else(|| cursor.wanted(start, clock_wanted))?;
        return Ok(Some(Value::Time(time)));
    }
    let Some(text) = shaped(cursor, "0000-00-00") else { return Ok(None) };
    let day =
        moment::parse_date(&text).ok_or_else(|| cursor.wanted(start, "a day of the calendar such as `2026-10-01`"))?;
    if !cursor.take("T") {
        return Ok(Some(Value::Date(day)));
    }
    let place = cursor.place();
    let time = clock(cursor).and_then(|text| moment::parse_time(&text));
    let at = day.and_time(time.ok_or_else(|| cursor.wanted(place, clock_wanted))?);
    Ok(Some(if cursor.take("Z") { Value::Instant(at.and_utc()) } else { Value::DateTime(at) }))
}

/// A time of the day with its seconds, which may be left out in the text.
fn clock(cursor: &mut Cursor) -> Option<String> {
    let mut text = shaped(cursor, "00:00")?;
    let Some(seconds) = shaped(cursor, ":00") else { return Some(text + ":00") };
    text.push_str(&seconds);
    let place = cursor.place();
    if cursor.peek() == Some('.') && cursor.ahead(1).is_some_and(|c| c.is_ascii_digit()) {
        cursor.next();
        cursor.skip_while(|c| c.is_ascii_digit());
    }
    Some(text + &cursor.since(place))
}

/// Text of a shape, where a zero stands for any digit.
fn shaped(cursor: &mut Cursor, shape: &str) -> Option<String> {
    let fits = |(index, wanted): (usize, char)| {
        cursor.ahead(index).is_some_and(|c| c == wanted || (wanted == '0' && c.is_ascii_digit()))
    };
    if !shape.chars().enumerate().all(fits) {
        return None;
    }
    let place = cursor.place();
    cursor.go(place.saturating_add(shape.chars().count()));
    Some(cursor.since(place))
}

/// `P3D`, `PT8H`, `P1Y6M`; the word is left where it is none.
fn length_of_time(cursor: &mut Cursor) -> Option<Value> {
    let place = cursor.place();
    let goes_on = |cursor: &Cursor| match cursor.peek() {
        Some('.') => cursor.ahead(1).is_some_and(|c| c.is_ascii_digit()),
        next => next.is_some_and(is_word),
    };
    while goes_on(cursor) {
        cursor.next();
    }
    let text = cursor.since(place);
    let length = parse_duration(&text).map(Value::Duration).or_else(|| parse_months(&text).map(Value::Months));
    if length.is_none() {
        cursor.go(place);
    }
    length
}

impl Value {
    /// The value written out, as it reads in a cell or an expression of the dialect: `5000.00 EUR`, `"IT"`,
    /// `date("2026-10-01")`.
    ///
    /// # Errors
    /// [`NoLiteral`]: in DMN there are no amounts of money, quantities and parts of the office, and nowhere a length
    /// of time of more than 9,999,999 days or a leap second.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Dialect, Value};
    ///
    /// let day = Value::from("2026-10-01".parse::<chrono::NaiveDate>()?);
    /// assert_eq!(day.literal(Dialect::Office)?, "2026-10-01");
    /// assert_eq!(day.literal(Dialect::Dmn)?, r#"date("2026-10-01")"#);
    ///
    /// let fee = Value::from("12.50 EUR".parse::<office_core::Money>()?);
    /// assert_eq!(fee.literal(Dialect::Office)?, "12.50 EUR");
    /// assert!(fee.literal(Dialect::Dmn).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn literal(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        let none = || NoLiteral { kind: self.kind(), dialect };
        let office = dialect == Dialect::Office;
        let written = |plain: bool, function: &str, text: String| {
            if office && plain { text } else { format!("{function}(\"{text}\")") }
        };
        Ok(match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(yes) if office => if *yes { "yes" } else { "no" }.to_owned(),
            Self::Boolean(yes) => yes.to_string(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Money(money) if office => money.to_string(),
            Self::Quantity(quantity) if office => {
                let unit = quantity.unit();
                written(is_plain_unit(unit.as_str()), "quantity", quantity.to_string())
            }
            Self::Scope(scope) if office => written(false, "scope", scope.to_string()),
            Self::Money(_) | Self::Quantity(_) | Self::Scope(_) => return Err(none()),
            Self::Text(text) => text_literal(text, dialect),
            Self::Date(day) => written(is_plain_day(*day), "date", day_text(*day)),
            Self::Time(time) => written(true, "time", time_text(*time).ok_or_else(none)?),
            Self::DateTime(at) => {
                let text = format!("{}T{}", day_text(at.date()), time_text(at.time()).ok_or_else(none)?);
                written(is_plain_day(at.date()), "date and time", text)
            }
            Self::Instant(at) => {
                let text = format!("{}T{}Z", day_text(at.date_naive()), time_text(at.time()).ok_or_else(none)?);
                written(is_plain_day(at.date_naive()), "date and time", text)
            }
            Self::Duration(length) => {
                let text = duration_text(*length);
                parse_duration(&text).filter(|read| read == length).ok_or_else(none)?;
                written(true, "duration", text)
            }
            Self::Months(months) => {
                let text = months_text(*months);
                parse_months(&text).filter(|read| read == months).ok_or_else(none)?;
                written(true, "duration", text)
            }
            Self::List(values) => {
                let parts: Result<Vec<_>, _> = values.iter().map(|value| value.literal(dialect)).collect();
                format!("[{}]", parts?.join(", "))
            }
            Self::Record(fields) => {
                let part = |(name, value): (&String, &Self)| {
                    Ok(format!("{}: {}", key_literal(name, dialect), value.literal(dialect)?))
                };
                let parts: Result<Vec<_>, _> = fields.iter().map(part).collect();
                format!("{{{}}}", parts?.join(", "))
            }
        })
    }
}

/// A text in quotes.
pub(super) fn text_literal(text: &str, dialect: Dialect) -> String {
    let mut literal = String::from('"');
    for c in text.chars() {
        match (c, dialect) {
            ('"', Dialect::Office) => literal.push_str("\"\""),
            ('"', Dialect::Dmn) => literal.push_str("\\\""),
            ('\\', Dialect::Dmn) => literal.push_str("\\\\"),
            ('\n', Dialect::Dmn) => literal.push_str("\\n"),
            ('\r', Dialect::Dmn) => literal.push_str("\\r"),
            ('\t', Dialect::Dmn) => literal.push_str("\\t"),
            (c, _) => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// The name of a field, in quotes where it is not one word.
pub(super) fn key_literal(name: &str, dialect: Dialect) -> String {
    let plain = name.chars().all(is_word) && name.starts_with(|c: char| is_word(c) && !c.is_numeric());
    if plain { name.to_owned() } else { text_literal(name, dialect) }
}

/// Whether a unit is read as one after a number.
fn is_plain_unit(unit: &str) -> bool {
    let word = unit.chars().all(is_word) && unit.starts_with(char::is_alphabetic);
    word && !GOING_ON.contains(&unit) && Currency::from_code(unit).is_err()
}

/// Whether the year has four digits.
fn is_plain_day(day: NaiveDate) -> bool {
    (0..=9_999).contains(&day.year())
}

/// A day as ISO 8601 writes it: `2026-10-01`, `-0044-03-15`.
pub(super) fn day_text(day: NaiveDate) -> String {
    let sign = if day.year() < 0 { "-" } else { "" };
    format!("{sign}{:04}-{:02}-{:02}", day.year().unsigned_abs(), day.month(), day.day())
}

/// A time of the day: `09:30:00`, `09:30:15.5`; nothing for a leap second.
pub(super) fn time_text(time: NaiveTime) -> Option<String> {
    let nanosecond = time.nanosecond();
    if nanosecond >= 1_000_000_000 {
        return None;
    }
    let mut text = format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    if nanosecond != 0 {
        let fraction = format!("{nanosecond:09}");
        text.push('.');
        text.push_str(fraction.trim_end_matches('0'));
    }
    Some(text)
}
