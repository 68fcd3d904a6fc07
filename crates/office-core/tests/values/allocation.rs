use std::collections::BTreeSet;

use office_core::{AllocateError, Currency, Decimal, Leftover, Money};
use proptest::prelude::*;
use proptest::sample::select;

use crate::any::{decimal, money};

fn leftover() -> impl Strategy<Value = Leftover> {
    select(&[Leftover::Largest, Leftover::Leftmost][..])
}

/// Weights with two digits after the point, in hundredths; at least one is not zero.
fn hundredths() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(prop_oneof![Just(0), 1..10_i64, 1..100_000_i64], 1..8)
        .prop_filter("some weight", |weights| weights.iter().any(|weight| *weight > 0))
}

fn decimals(hundredths: &[i64]) -> Vec<Decimal> {
    hundredths.iter().map(|weight| Decimal::new(*weight, 2)).collect()
}

fn minors(parts: Vec<Money>) -> Vec<i128> {
    parts.into_iter().map(Money::minor).collect()
}

#[test]
fn ties_go_to_the_earlier_part_and_by_name_to_the_left() {
    let minors_of = |minor, weights: &[i64], leftover| {
        minors(Money::from_minor(minor, Currency::EUR).allocate_by(&decimals(weights), leftover).unwrap())
    };
    assert_eq!(minors_of(5, &[1, 1, 1], Leftover::Largest), [2, 2, 1]);
    assert_eq!(minors_of(-5, &[1, 1, 1], Leftover::Largest), [-2, -2, -1]);
    assert_eq!(minors_of(10, &[0, 1, 6], Leftover::Largest), [0, 1, 9]);
    assert_eq!(minors_of(10, &[0, 1, 6], Leftover::Leftmost), [0, 2, 8]);
    // A year's budget over twelve months.
    let months = Money::from_minor(10_000, Currency::EUR).split(12).unwrap();
    assert_eq!(Money::sum(months, Currency::EUR).unwrap().to_string(), "100.00 EUR");
}

#[test]
fn each_refusal_has_its_cause() {
    let amount = Money::zero(Currency::EUR);
    let weights = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Decimal>>();
    let table = [
        (weights(&["1", "-1"]), AllocateError::Negative { at: 1 }),
        (weights(&["1000000000000000000000000000", "0.0000000000000000000000000001"]), AllocateError::TooFine),
        (weights(&["0", "0.00"]), AllocateError::NoWeight),
        (weights(&[]), AllocateError::NoWeight),
    ];
    for (weights, expected) in table {
        assert_eq!(amount.allocate(&weights), Err(expected));
    }
}

proptest! {
    #[test]
    fn laws_1_to_5(whole in money(), hundredths in hundredths(), leftover in leftover()) {
        let weights = decimals(&hundredths);
        let parts = whole.allocate_by(&weights, leftover).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(Money::sum(parts.iter().copied(), whole.currency()), Ok(whole), "law 1");

        let total: i128 = hundredths.iter().copied().map(i128::from).sum();
        for (part, weight) in parts.iter().zip(&hundredths) {
            let off = (part.minor() * total - whole.minor() * i128::from(*weight)).abs();
            prop_assert!(off <= total, "law 2");
            prop_assert!(leftover == Leftover::Leftmost || off < total, "law 2");
            prop_assert!(*weight > 0 || part.is_zero(), "law 3");
        }
        for (at, (part, weight)) in parts.iter().zip(&hundredths).enumerate() {
            for (later, _) in parts.iter().zip(&hundredths).skip(at).filter(|(_, other)| *other == weight) {
                let less = part.minor().abs() - later.minor().abs();
                prop_assert!(less == 0 || less == 1, "law 4");
            }
        }
        let opposite: Vec<_> = parts.iter().map(|part| part.negated()).collect();
        prop_assert_eq!(whole.negated().allocate_by(&weights, leftover).unwrap(), opposite, "law 5");
    }

    #[test]
    fn law_6_the_order_of_weights_does_not_matter(
        minor in -1_000_000_000..1_000_000_000_i64, hundredths in hundredths(), turn in 0..8_usize,
    ) {
        let total: i64 = hundredths.iter().sum();
        let rests: BTreeSet<_> =
            hundredths.iter().map(|weight| i128::from(minor) * i128::from(*weight) % i128::from(total)).collect();
        prop_assume!(rests.len() == hundredths.len());
        let whole = Money::from_minor(minor, Currency::EUR);
        let mut parts = whole.allocate(&decimals(&hundredths)).unwrap();
        let mut turned = hundredths;
        let turn = turn % turned.len();
        turned.rotate_left(turn);
        parts.rotate_left(turn);
        prop_assert_eq!(&whole.allocate(&decimals(&turned)).unwrap(), &parts);
        turned.reverse();
        parts.reverse();
        prop_assert_eq!(whole.allocate(&decimals(&turned)).unwrap(), parts);
    }

    #[test]
    fn law_7_only_the_proportion_of_weights_matters(
        whole in money(), hundredths in hundredths(), times in 1..1000_i64, leftover in leftover(),
    ) {
        let larger: Vec<_> = hundredths.iter().map(|weight| weight * times).collect();
        prop_assert_eq!(
            whole.allocate_by(&decimals(&larger), leftover),
            whole.allocate_by(&decimals(&hundredths), leftover)
        );
    }

    #[test]
    fn any_weights_at_all_lose_nothing_or_are_refused(
        whole in money(), weights in prop::collection::vec(decimal(), 0..5), leftover in leftover(),
    ) {
        let weights: Vec<_> = weights.iter().map(Decimal::abs).collect();
        match whole.allocate_by(&weights, leftover) {
            Ok(parts) => prop_assert_eq!(Money::sum(parts, whole.currency()), Ok(whole)),
            Err(AllocateError::NoWeight) => prop_assert!(weights.iter().all(Decimal::is_zero)),
            Err(AllocateError::TooFine) => prop_assert!(weights.iter().any(|weight| weight.normalize().scale() > 0)),
            Err(AllocateError::Negative { .. }) => prop_assert!(false),
        }
    }
}
