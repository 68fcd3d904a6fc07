//! How figures are written: grouped by thousands, with a real minus sign, exact to the last digit.

use chrono::{Days, Months, NaiveDate};
use office_core::{Decimal, Money, Quantity, parse_decimal};

/// An amount without its currency, which the head of the column names: `−1,234.50`.
pub(crate) fn amount(money: Money) -> String {
    grouped(&money.amount().to_string())
}

/// A number as it is, without trailing zeros.
pub(crate) fn number(decimal: Decimal) -> String {
    grouped(&decimal.normalize().to_string())
}

/// A quantity and its unit: `1,250 piece`.
pub(crate) fn quantity(quantity: Quantity) -> String {
    format!("{} {}", number(quantity.amount()), quantity.unit())
}

/// A day of the month, told short: `05 Oct`.
pub(crate) fn day(date: NaiveDate) -> String {
    date.format("%d %b").to_string()
}

/// The month and its year: `October 2026`.
pub(crate) fn month(date: NaiveDate) -> String {
    date.format("%B %Y").to_string()
}

/// The days of the month that begins on `first`.
pub(crate) fn days_of(first: NaiveDate) -> Vec<NaiveDate> {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    first.iter_days().take_while(|day| *day < next).take(31).collect()
}

/// The last day of the month that begins on `first`.
pub(crate) fn last_of(first: NaiveDate) -> NaiveDate {
    let next = first.checked_add_months(Months::new(1)).and_then(|next| next.checked_sub_days(Days::new(1)));
    next.unwrap_or(first)
}

/// A sum of a column, or nothing where it cannot be told (another currency, or too large).
pub(crate) fn sum(amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
    let mut amounts = amounts.into_iter();
    let first = amounts.next()?;
    amounts.try_fold(first, |total, next| total.checked_add(next).ok())
}

/// The text cut to so many characters, with an ellipsis where something is missing, and without control characters.
pub(crate) fn short(text: &str, most: usize) -> String {
    let mut clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut kept: String = clean.by_ref().take(most).collect();
    if clean.next().is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

/// Puts commas between thousands and a minus sign where a hyphen stood.
fn grouped(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::from(sign);
    let mut left = whole.chars().count();
    for digit in whole.chars() {
        text.push(digit);
        left = left.saturating_sub(1);
        if left > 0 && left.is_multiple_of(3) {
            text.push(',');
        }
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A number with at least so many digits after the point, so that a column lines up.
pub(crate) fn aligned(decimal: Decimal, places: u32) -> String {
    let mut exact = decimal.normalize();
    if exact.scale() < places {
        exact.rescale(places);
    }
    grouped(&exact.to_string())
}

/// Digits after the point that the longest of these has.
pub(crate) fn places(decimals: impl IntoIterator<Item = Decimal>) -> u32 {
    decimals.into_iter().map(|decimal| decimal.normalize().scale()).max().unwrap_or_default()
}

/// A text that may be a number, written as numbers are.
pub(crate) fn figure(text: &str) -> String {
    if parse_decimal(text).is_ok() { grouped(text) } else { text.to_owned() }
}
