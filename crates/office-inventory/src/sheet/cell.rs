//! What stands in one cell.

use std::str::FromStr;

use office_core::sheet::Row;
use office_core::{Currency, Decimal, Id, InputError, Money, Quantity, UnitCode, parse_decimal};

use super::Codes;

/// A name or a number of a paper.
pub(super) fn name<T: FromStr>(row: &Row<'_>, column: &str) -> Result<T, InputError> {
    named(row, column, "1 to 128 characters, without a space at either end")
}

pub(super) fn unit(row: &Row<'_>, column: &str) -> Result<UnitCode, InputError> {
    named(row, column, "a unit such as `box`: at most 16 letters, digits and `_ - .`")
}

fn named<T: FromStr>(row: &Row<'_>, column: &str, expected: &str) -> Result<T, InputError> {
    row.plain(column)?.parse().map_err(|_| row.refuse(column, expected))
}

pub(super) fn currency(row: &Row<'_>, column: &str) -> Result<Currency, InputError> {
    row.parse(column, "a currency such as `EUR`")
}

pub(super) fn coded<T>(row: &Row<'_>, column: &str, codes: &Codes<T>, what: &str) -> Result<Id<T>, InputError> {
    codes.id(row.plain(column)?).ok_or_else(|| row.refuse(column, what))
}

pub(super) fn decimal(row: &Row<'_>, column: &str) -> Result<Decimal, InputError> {
    parse_decimal(row.text(column)?).map_err(|_| row.refuse(column, "a number such as `12.5`"))
}

/// A quantity, of which the unit is known.
pub(super) fn quantity(row: &Row<'_>, column: &str, unit: UnitCode) -> Result<Quantity, InputError> {
    Quantity::new(decimal(row, column)?, unit)
        .map_err(|_| row.refuse(column, "a number below 10^18 with at most 9 digits after the point"))
}

/// The same, more than nothing.
pub(super) fn some_quantity(row: &Row<'_>, column: &str, unit: UnitCode) -> Result<Quantity, InputError> {
    let quantity = quantity(row, column, unit)?;
    if quantity.is_positive() { Ok(quantity) } else { Err(row.refuse(column, "a number above zero such as `12.5`")) }
}

/// An amount, nothing or more, of which the currency is known.
pub(super) fn value(row: &Row<'_>, column: &str, currency: Currency) -> Result<Money, InputError> {
    let expected = || {
        let digits = currency.digits();
        row.refuse(
            column,
            &format!("an amount in {currency}, nothing or more, with at most {digits} digits after the point"),
        )
    };
    let value = Money::parse(row.text(column)?, currency).map_err(|_| expected())?;
    if value.is_negative() { Err(expected()) } else { Ok(value) }
}
