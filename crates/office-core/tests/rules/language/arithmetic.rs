//! Arithmetic against exact fractions.

use office_core::rules::{EvaluateError, Value};
use office_core::{Decimal, Money};
use proptest::prelude::*;

use super::{decided, schema, told, value};
use office_core::rules::Facts;

/// A fraction of two whole numbers, the lower one above zero.
#[derive(Clone, Copy, Debug)]
struct Fraction(i128, i128);

impl Fraction {
    fn is(self, decimal: Decimal) -> bool {
        decimal.mantissa() * self.1 == self.0 * 10_i128.pow(decimal.scale())
    }
}

/// A computation as text, and what it comes to exactly.
fn computation() -> impl Strategy<Value = (String, Fraction)> {
    let number = (-999_i64..=999, 0_u32..=2).prop_map(|(mantissa, scale)| {
        (Decimal::new(mantissa, scale).to_string(), Fraction(mantissa.into(), 10_i128.pow(scale)))
    });
    number.prop_recursive(3, 8, 2, |inner| {
        (inner.clone(), 0..3, inner).prop_map(|((one, a), sign, (two, b))| match sign {
            0 => (format!("({one} + {two})"), Fraction(a.0 * b.1 + b.0 * a.1, a.1 * b.1)),
            1 => (format!("({one} - {two})"), Fraction(a.0 * b.1 - b.0 * a.1, a.1 * b.1)),
            _ => (format!("{one} * {two}"), Fraction(a.0 * b.0, a.1 * b.1)),
        })
    })
}

fn number(text: &str) -> Decimal {
    match value(text) {
        Ok(Value::Number(number)) => number,
        other => panic!("{text} is {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn sums_differences_and_products_are_exact((text, exact) in computation()) {
        let computed = number(&text);
        prop_assert!(exact.is(computed), "{} is {}, not {:?}", text, computed, exact);
    }

    #[test]
    fn comparisons_agree_with_exact_fractions((one, a) in computation(), (two, b) in computation()) {
        let (left, right) = (a.0 * b.1, b.0 * a.1);
        for (sign, holds) in [
            ("<", left < right), ("<=", left <= right), (">", left > right), (">=", left >= right),
            ("=", left == right), ("!=", left != right),
        ] {
            prop_assert_eq!(value(&format!("{one} {sign} {two}")), Ok(Value::from(holds)));
        }
    }

    #[test]
    fn a_quotient_is_rounded_once_half_to_even(dividend in -999_999_i64..=999_999, divisor in 1_i64..=9_999) {
        let quotient = number(&format!("{dividend} / {divisor}"));
        let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
        // With all the digits that there is room for.
        let (mut mantissa, mut scale) = (quotient.mantissa(), quotient.scale());
        while scale < 28 && mantissa.abs() < 10_i128.pow(27) {
            (mantissa, scale) = (mantissa * 10, scale + 1);
        }
        let off = mantissa * divisor - dividend * 10_i128.pow(scale);
        prop_assert!(2 * off.abs() < divisor || (2 * off.abs() == divisor && mantissa % 2 == 0));
    }

    #[test]
    fn a_share_of_an_amount_compares_to_the_last_digit(fee in 0_i64..=1_000_000, share in 0_i64..=30_000, off in -1_i64..=1) {
        // `share` in hundredths of a percent, so the exact product has four digits more than cents.
        let exact = i128::from(fee) * i128::from(share);
        let amount = i64::try_from(exact / 10_000).unwrap() + off;
        let schema = schema(&["amount: money EUR", "fee: money EUR", "share: number"]);
        let euro = office_core::Currency::EUR;
        let facts = Facts::new()
            .with("amount", Money::from_minor(amount, euro))
            .with("fee", Money::from_minor(fee, euro))
            .with("share", Decimal::new(share, 4));
        for (sign, holds) in [
            (">", i128::from(amount) * 10_000 > exact), ("<=", i128::from(amount) * 10_000 <= exact),
            ("=", i128::from(amount) * 10_000 == exact),
        ] {
            prop_assert_eq!(decided(&format!("amount {sign} share * fee"), &schema, &facts), Ok(Value::from(holds)));
        }
        // Given out, it is rounded half to even to the cent.
        let Ok(Value::Money(rounded)) = decided("share * fee", &schema, &facts) else { panic!("no amount") };
        let off = rounded.minor() * 10_000 - exact;
        prop_assert!(off.abs() < 5_000 || (off.abs() == 5_000 && rounded.minor() % 2 == 0));
    }

    #[test]
    fn the_rest_of_a_division_has_the_sign_of_the_divisor(dividend in -9_999_i64..=9_999, divisor in 1_i64..=999) {
        for divisor in [divisor, -divisor] {
            let rest = number(&format!("modulo({dividend}, {divisor})"));
            let exact = (dividend % divisor + divisor) % divisor;
            prop_assert_eq!(rest, Decimal::from(exact));
        }
    }
}

#[test]
fn signs_bind_as_in_dmn_and_from_the_left() {
    for (text, told_value) in [
        ("1 + 2 * 3", "7"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 5", "2"),
        ("-3 ** 2", "9"),
        ("3 ** 4 ** 5", "3486784401"),
        ("2 ** -2", "0.25"),
        ("10 + 20 / -5 - 3", "3"),
        ("- -5", "5"),
        ("0.1 + 0.2 = 0.3", "yes"),
        ("100.0 = 100.00", "yes"),
        ("1 / 3", "0.3333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666667"),
        ("19 % of 100 EUR", "19.00 EUR"),
        ("7.5 %", "0.075"),
        ("10 EUR / 4 EUR", "2.5"),
        ("10 EUR / 3", "3.33 EUR"),
        ("10 EUR / 3 = 3.33 EUR", "no"),
        ("0.125 EUR * 4", "at character 1: an amount that EUR can pay is wanted"),
        ("2 kg * 1.5 - 1 kg", "2 kg"),
        ("7 kg / 2 kg", "3.5"),
    ] {
        let told = super::read(text).map_or_else(|misread| misread.to_string(), |_| told(text));
        assert_eq!(told, told_value, "{text}");
    }
}

#[test]
fn what_cannot_be_computed_is_an_error_with_its_place() {
    assert_eq!(value("1 / (2 - 2)"), Err(EvaluateError::DivisionByZero { position: 3 }));
    assert_eq!(value("0 ** -1"), Err(EvaluateError::DivisionByZero { position: 3 }));
    assert_eq!(value("modulo(5, 0)"), Err(EvaluateError::DivisionByZero { position: 1 }));
    assert_eq!(value("1 + 10 ** 40"), Err(EvaluateError::Overflow { position: 8 }));
    assert_eq!(value("1 < 9999999999999999999999999999 * 10"), Err(EvaluateError::Overflow { position: 34 }));
    assert_eq!(value("2 ** 0.5"), Err(EvaluateError::NotAccepted { position: 3, wanted: "a whole exponent" }));
    let schema = schema(&["fee: money", "cost: money"]);
    let facts = Facts::new()
        .with("fee", "1.00 EUR".parse::<Money>().unwrap())
        .with("cost", "1.00 USD".parse::<Money>().unwrap());
    for text in ["fee + cost", "fee < cost", "fee = cost", "fee / cost", "fee in [cost..cost]", "max(fee, cost)"] {
        let error = decided(text, &schema, &facts).unwrap_err();
        assert!(matches!(error, EvaluateError::Incomparable { .. }), "{text}: {error}");
    }
}
