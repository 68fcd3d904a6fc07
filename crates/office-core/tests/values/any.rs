//! Values to try the laws on.

use office_core::{Currency, Decimal, Money, Rounding};
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) const ROUNDINGS: [Rounding; 7] = [
    Rounding::HalfUp,
    Rounding::HalfEven,
    Rounding::HalfDown,
    Rounding::Up,
    Rounding::Down,
    Rounding::Ceiling,
    Rounding::Floor,
];

pub(crate) fn rounding() -> impl Strategy<Value = Rounding> {
    select(&ROUNDINGS[..])
}

/// Currencies of 0, 2, 3 and 4 digits.
pub(crate) fn currency() -> impl Strategy<Value = Currency> {
    select(&["JPY", "EUR", "HUF", "KWD", "CLF"][..]).prop_map(|code| Currency::from_code(code).unwrap())
}

/// The least number of minor units that is too many.
pub(crate) fn limit(currency: Currency) -> i128 {
    10_i128.pow(24 + currency.digits())
}

/// Amounts in one currency, everyday ones and those at the bound.
pub(crate) fn money_in(currency: Currency) -> impl Strategy<Value = Money> {
    let most = limit(currency) - 1;
    prop_oneof![-1000..=1000_i128, -1_000_000_000..=1_000_000_000_i128, -most..=most, Just(most), Just(-most)]
        .prop_map(move |minor| Money::try_from_minor(minor, currency).unwrap())
}

pub(crate) fn money() -> impl Strategy<Value = Money> {
    currency().prop_flat_map(money_in)
}

/// Several amounts in one currency.
pub(crate) fn monies() -> impl Strategy<Value = (Currency, Vec<Money>)> {
    currency().prop_flat_map(|currency| (Just(currency), prop::collection::vec(money_in(currency), 0..8)))
}

/// Any decimal that there is, at any scale.
pub(crate) fn decimal() -> impl Strategy<Value = Decimal> {
    const MOST: i128 = (1 << 96) - 1;
    let mantissa = prop_oneof![-2000..=2000_i128, -MOST..=MOST];
    (mantissa, 0..=28_u32).prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
}

/// Text that is nearly a number.
pub(crate) fn scribble() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[-+]?[0-9]{0,30}[._ ,e]?[0-9]{0,30}", "[-+0-9.]{0,6}", "-?[0-9]{1,4}(\\.[0-9]{1,3})?"]
}

/// Whether a text is a sign, digits and a point between them, 28 digits at most; told by splitting it apart.
pub(crate) fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let parts: Vec<_> = unsigned.split('.').collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() <= 2 && parts.iter().all(digits) && parts.concat().len() <= 28
}
