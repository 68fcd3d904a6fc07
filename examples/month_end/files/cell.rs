//! What stands in one cell of a table, read strictly.

use std::marker::PhantomData;

use chrono::{NaiveDate, NaiveTime};
use office_core::sheet::Row;
use office_core::subject::{
    Booking, CostCentre, Invoice, Item, Leave, Order, Party, Person, Place, Receipt, Requisition,
};
use office_core::{Currency, DateRange, Decimal, Id, InputError, Money, Percent, Quantity, UnitCode, parse_decimal};

/// The currency of all plain amounts.
pub(crate) const EUR: Currency = Currency::EUR;

/// Something by the code that the files have for it; its id is made of the code and is the same for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Code<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

/// In which space the codes of a subject are unique.
pub(crate) trait Coded {
    const SPACE: &'static str;
}

macro_rules! coded {
    ($($subject:ty: $space:literal;)*) => {
        $(impl Coded for $subject {
            const SPACE: &'static str = $space;
        })*
    };
}

coded! {
    Person: "person";
    CostCentre: "cost_centre";
    Item: "item";
    Party: "party";
    Place: "place";
    Requisition: "requisition";
    Order: "order";
    Receipt: "receipt";
    Invoice: "invoice";
    Booking: "booking";
    Leave: "leave";
}

impl<T: Coded> Code<T> {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), of: PhantomData }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn id(&self) -> Id<T> {
        Id::natural(T::SPACE, &self.text)
    }
}

/// Whether the text is a code: 1 to 24 capital letters, digits and hyphens.
pub(crate) fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=24).contains(&text.len()) && text.bytes().all(fits)
}

/// Whether the text is a word: 1 to 40 small letters and underscores.
pub(crate) fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The value of a cell that must not be empty, if the test accepts it.
fn accepted<T>(row: Row<'_>, column: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, InputError> {
    let text = row.optional(column)?.unwrap_or("");
    read(text).ok_or_else(|| row.refuse(column, expected))
}

/// The same; none where the cell is empty.
pub(crate) fn unless_empty<T>(
    row: Row<'_>,
    column: &str,
    read: impl FnOnce(Row<'_>, &str) -> Result<T, InputError>,
) -> Result<Option<T>, InputError> {
    row.optional(column)?.map(|_| read(row, column)).transpose()
}

pub(crate) fn plain_code(row: Row<'_>, column: &str) -> Result<String, InputError> {
    let read = |text: &str| is_code(text).then(|| text.to_owned());
    accepted(row, column, "1 to 24 capital letters, digits and `-`, such as `PAP-A4`", read)
}

pub(crate) fn code<T: Coded>(row: Row<'_>, column: &str) -> Result<Code<T>, InputError> {
    plain_code(row, column).map(|text| Code::new(&text))
}

pub(crate) fn word(row: Row<'_>, column: &str) -> Result<String, InputError> {
    let read = |text: &str| is_word(text).then(|| text.to_owned());
    accepted(row, column, "small letters and `_`, such as `office`", read)
}

/// Free text, which must not be empty.
pub(crate) fn text(row: Row<'_>, column: &str) -> Result<String, InputError> {
    row.text(column).map(ToOwned::to_owned)
}

/// The parts of a list, each accepted by the test.
pub(crate) fn list<T>(
    row: Row<'_>,
    column: &str,
    expected: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, InputError> {
    accepted(row, column, expected, |text| text.split('|').map(&read).collect())
}

pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    text.parse::<NaiveDate>().ok().filter(|day| day.to_string() == text)
}

pub(crate) fn date(row: Row<'_>, column: &str) -> Result<NaiveDate, InputError> {
    accepted(row, column, "a day such as `2026-10-01`", day)
}

/// The days from a first to a last, both of which belong to it; without end where the last is empty.
pub(crate) fn period(row: Row<'_>, first: &str, last: &str) -> Result<DateRange, InputError> {
    let start = date(row, first)?;
    match unless_empty(row, last, date)? {
        None => Ok(DateRange::from(start)),
        Some(end) => DateRange::inclusive(start, end).map_err(|_| row.refuse(last, &format!("a day from {start} on"))),
    }
}

pub(crate) fn time(row: Row<'_>, column: &str) -> Result<NaiveTime, InputError> {
    let read = |text: &str| {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
        (time.format("%H:%M").to_string() == text).then_some(time)
    };
    accepted(row, column, "a time of day such as `09:30`", read)
}

/// Two times of day, the second later than the first.
pub(crate) fn times(row: Row<'_>, first: &str, last: &str) -> Result<(NaiveTime, NaiveTime), InputError> {
    let (start, end) = (time(row, first)?, time(row, last)?);
    if start < end {
        Ok((start, end))
    } else {
        Err(row.refuse(last, &format!("a time after {}", start.format("%H:%M"))))
    }
}

/// An amount of any sign.
pub(crate) fn money(row: Row<'_>, column: &str) -> Result<Money, InputError> {
    accepted(row, column, "an amount such as `12.50`", |text| Money::parse(text, EUR).ok())
}

/// An amount that is not negative.
pub(crate) fn amount(row: Row<'_>, column: &str) -> Result<Money, InputError> {
    let read = |text: &str| Money::parse(text, EUR).ok().filter(|money| !money.is_negative());
    accepted(row, column, "an amount such as `12.50`, not below nothing", read)
}

/// An amount above nothing.
pub(crate) fn some_money(row: Row<'_>, column: &str) -> Result<Money, InputError> {
    let read = |text: &str| Money::parse(text, EUR).ok().filter(|money| money.is_positive());
    accepted(row, column, "an amount such as `12.50`, above nothing", read)
}

/// An amount with its currency.
pub(crate) fn limit(row: Row<'_>, column: &str) -> Result<Money, InputError> {
    let read = |text: &str| text.parse::<Money>().ok().filter(|money| money.is_positive() && money.currency() == EUR);
    accepted(row, column, "an amount such as `1000.00 EUR`, above nothing", read)
}

/// A rate from 0 to 100 in the hundred, written without a sign.
pub(crate) fn percent(row: Row<'_>, column: &str) -> Result<Percent, InputError> {
    accepted(row, column, "a number from 0 to 100 such as `19`", in_the_hundred)
}

pub(crate) fn in_the_hundred(text: &str) -> Option<Percent> {
    let value = Percent::new(parse_decimal(text).ok()?).ok()?;
    (Percent::ZERO..=Percent::HUNDRED).contains(&value).then_some(value)
}

/// A number that is not negative.
pub(crate) fn number(row: Row<'_>, column: &str) -> Result<Decimal, InputError> {
    let read = |text: &str| parse_decimal(text).ok().filter(|number| *number >= Decimal::ZERO);
    accepted(row, column, "a number such as `4.5`, not below nothing", read)
}

/// A number of either sign.
pub(crate) fn decimal(row: Row<'_>, column: &str) -> Result<Decimal, InputError> {
    accepted(row, column, "a number such as `-4.5`", |text| parse_decimal(text).ok())
}

/// A whole number.
pub(crate) fn whole(row: Row<'_>, column: &str) -> Result<u32, InputError> {
    let read = |text: &str| text.parse::<u32>().ok().filter(|number| number.to_string() == text);
    accepted(row, column, "a whole number such as `30`", read)
}

/// So much of a unit, not below nothing.
pub(crate) fn stock(row: Row<'_>, column: &str, unit: UnitCode) -> Result<Quantity, InputError> {
    let amount = number(row, column)?;
    Quantity::new(amount, unit).map_err(|_| row.refuse(column, "a quantity with fewer digits"))
}

/// So much of a unit, above nothing.
pub(crate) fn quantity(row: Row<'_>, column: &str, unit: UnitCode) -> Result<Quantity, InputError> {
    let quantity = stock(row, column, unit)?;
    if quantity.is_positive() { Ok(quantity) } else { Err(row.refuse(column, "a quantity such as `4`, above nothing")) }
}

pub(crate) fn unit(row: Row<'_>, column: &str) -> Result<UnitCode, InputError> {
    row.parse(column, "a unit such as `box`")
}

/// Whether the text is the number of a bank account (ISO 13616), with its check digits right.
pub(crate) fn is_iban(text: &str) -> bool {
    let (country, rest) = text.split_at_checked(4).unwrap_or(("", ""));
    let mut moved = rest.chars().chain(country.chars());
    let remainder = moved.try_fold(0_u32, |sum, character| {
        let value = character.to_digit(36).filter(|_| !character.is_ascii_lowercase())?;
        let shift = if value < 10 { 10 } else { 100 };
        sum.checked_mul(shift)?.checked_add(value)?.checked_rem(97)
    });
    (15..=34).contains(&text.len()) && country.starts_with(|c: char| c.is_ascii_uppercase()) && remainder == Some(1)
}

pub(crate) fn iban(row: Row<'_>, column: &str) -> Result<String, InputError> {
    let read = |text: &str| is_iban(text).then(|| text.to_owned());
    accepted(row, column, "an IBAN whose check digits are right, such as `DE83100990010004711200`", read)
}
