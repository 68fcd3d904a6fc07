use office_core::{Decimal, Ratio, Rounding, parse_decimal};
use proptest::prelude::*;
use rust_decimal::RoundingStrategy;

use crate::any::{decimal, is_decimal, rounding, scribble};

/// The same policy by the name that the decimal crate has for it.
fn peer(rounding: Rounding) -> RoundingStrategy {
    match rounding {
        Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
        Rounding::HalfDown => RoundingStrategy::MidpointTowardZero,
        Rounding::Up => RoundingStrategy::AwayFromZero,
        Rounding::Down => RoundingStrategy::ToZero,
        Rounding::Ceiling => RoundingStrategy::ToPositiveInfinity,
        Rounding::Floor => RoundingStrategy::ToNegativeInfinity,
    }
}

fn mirrored(rounding: Rounding) -> Rounding {
    match rounding {
        Rounding::Ceiling => Rounding::Floor,
        Rounding::Floor => Rounding::Ceiling,
        same @ (Rounding::HalfUp | Rounding::HalfEven | Rounding::HalfDown | Rounding::Up | Rounding::Down) => same,
    }
}

#[test]
fn each_policy_does_what_its_name_says() {
    // Rows: the amount, then its whole number by each policy in turn.
    let table = [
        ("2.5", [3, 2, 2, 3, 2, 3, 2]),
        ("3.5", [4, 4, 3, 4, 3, 4, 3]),
        ("-2.5", [-3, -2, -2, -3, -2, -2, -3]),
        ("2.51", [3, 3, 3, 3, 2, 3, 2]),
        ("2.49", [2, 2, 2, 3, 2, 3, 2]),
        ("-0.1", [0, 0, 0, -1, 0, 0, -1]),
        ("7", [7, 7, 7, 7, 7, 7, 7]),
    ];
    for (amount, expected) in table {
        let amount = parse_decimal(amount).unwrap();
        let got = crate::any::ROUNDINGS.map(|rounding| rounding.round(amount, 0));
        assert_eq!(got, expected.map(Decimal::from), "{amount}");
        assert!(got.iter().all(|rounded| rounded.to_string() != "-0"), "{amount}");
    }
}

proptest! {
    #[test]
    fn law_1_rounding_what_is_rounded_changes_nothing(amount in decimal(), digits in 0..30_u32, rounding in rounding()) {
        let once = rounding.round(amount, digits);
        prop_assert!(once.scale() <= digits);
        prop_assert_eq!(rounding.round(once, digits), once);
    }

    #[test]
    fn law_2_a_greater_amount_never_rounds_to_less(
        left in decimal(), right in decimal(), near in 0..3000_i64, digits in 0..30_u32, rounding in rounding(),
    ) {
        let nearby = left.checked_add(Decimal::new(near, left.scale())).unwrap_or(left);
        for right in [right, nearby] {
            let (less, more) = if left <= right { (left, right) } else { (right, left) };
            prop_assert!(rounding.round(less, digits) <= rounding.round(more, digits));
        }
    }

    #[test]
    fn law_3_the_sign_is_mirrored(amount in decimal(), digits in 0..30_u32, rounding in rounding()) {
        prop_assert_eq!(mirrored(rounding).round(-amount, digits), -rounding.round(amount, digits));
    }

    #[test]
    fn law_4_rounding_moves_by_less_than_a_unit(amount in decimal(), digits in 0..28_u32, rounding in rounding()) {
        let moved = Ratio::from(rounding.round(amount, digits)).checked_sub(amount.into()).unwrap().abs();
        let unit = 10_i128.pow(digits);
        prop_assert!(moved < Ratio::new(1, unit).unwrap());
        if matches!(rounding, Rounding::HalfUp | Rounding::HalfEven | Rounding::HalfDown) {
            prop_assert!(moved <= Ratio::new(1, 2 * unit).unwrap());
        }
    }

    #[test]
    fn an_independent_implementation_agrees(
        amount in decimal(), digits in 0..28_u32, whole in -1_000_000..1_000_000_i64, rounding in rounding(),
    ) {
        let half = Decimal::new(whole * 10 + 5, digits + 1);
        for amount in [amount, half, half + Decimal::new(1, 28), half - Decimal::new(1, 28)] {
            prop_assert_eq!(rounding.round(amount, digits), amount.round_dp_with_strategy(digits, peer(rounding)));
        }
    }

    #[test]
    fn a_decimal_is_read_exactly_or_refused(text in scribble()) {
        match parse_decimal(&text) {
            Ok(read) => {
                prop_assert!(is_decimal(&text), "{text} was accepted");
                prop_assert_eq!(read, Decimal::from_str_exact(&text).unwrap());
                let places = text.split_once('.').map_or(0, |(_, places)| places.len());
                prop_assert_eq!(usize::try_from(read.scale()).unwrap(), places);
                prop_assert!(!(read.is_zero() && read.is_sign_negative()));
            }
            Err(error) => prop_assert!(!is_decimal(&text), "{text} was refused: {error}"),
        }
    }
}
