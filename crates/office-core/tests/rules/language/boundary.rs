//! At a threshold, one step below it and one above.

use chrono::{NaiveDate, TimeDelta};
use office_core::rules::{Cell, Dialect, Kind, Value};
use office_core::{Currency, Decimal, Money, Quantity};
use proptest::prelude::*;

use super::schema;

const KINDS: [&str; 7] = ["integer", "number", "money EUR", "quantity kg", "date", "duration", "months"];

/// A value of a kind, so many of its smallest steps from zero.
fn step(kind: &str, count: i32) -> Value {
    match kind {
        "integer" => Value::from(count),
        "number" => Value::from(Decimal::new(count.into(), 4)),
        "money EUR" => Value::from(Money::from_minor(count.into(), Currency::EUR)),
        "quantity kg" => Value::from(Quantity::new(Decimal::new(count.into(), 3), "kg".parse().unwrap()).unwrap()),
        "date" => {
            Value::from("2026-01-01".parse::<NaiveDate>().unwrap() + TimeDelta::days(count.div_euclid(1_000).into()))
        }
        "duration" => Value::from(TimeDelta::seconds(count.into())),
        _ => Value::Months(count),
    }
}

/// How far apart two values of the kind are that follow each other.
fn width(kind: &str) -> i32 {
    if kind == "date" { 1_000 } else { 1 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn each_sign_answers_as_stated(
        kind in prop::sample::select(&KINDS[..]), count in -9_999_i32..=9_999, dialect in prop::bool::ANY,
    ) {
        let dialect = if dialect { Dialect::Office } else { Dialect::Dmn };
        let schema = schema(&[&format!("limit: {kind}")]);
        let parsed = kind.parse::<Kind>().unwrap();
        let limit = step(kind, count);
        let facts = |_| Some(limit.as_ref());
        // Below, at and above.
        for (sign, answers) in [
            ("<", [true, false, false]),
            ("<=", [true, true, false]),
            (">", [false, false, true]),
            (">=", [false, true, true]),
            ("=", [false, true, false]),
            ("!=", [true, false, true]),
        ] {
            // Money and quantities have no literals in DMN.
            let constant = limit.literal(dialect).ok().map(|literal| format!("{sign} {literal}"));
            for text in constant.into_iter().chain([format!("{sign} limit"), format!("? {sign} limit")]) {
                let cell = Cell::parse(&text, &parsed, &schema, dialect).unwrap();
                prop_assert_eq!(cell.is_constant(), !text.contains("limit"));
                for (off, answer) in [-1, 0, 1].into_iter().zip(answers) {
                    let input = step(kind, count + off * width(kind));
                    prop_assert_eq!(cell.holds(input.as_ref(), &facts), Ok(Some(answer)), "{} {}", input, text);
                }
            }
        }
    }
}

#[test]
fn intervals_hold_their_ends_where_they_say() {
    let schema = schema(&["low: number", "high: number"]);
    let ends = [Value::from(2), Value::from(4)];
    let facts = |place: usize| Some(ends[place].as_ref());
    for (text, answers) in [
        ("[2..4]", [false, true, true, true, false]),
        ("(2..4]", [false, false, true, true, false]),
        ("[2..4)", [false, true, true, false, false]),
        ("]2..4[", [false, false, true, false, false]),
        ("not([2..4])", [true, false, false, false, true]),
        ("? between 2 and 4", [false, true, true, true, false]),
        ("5, [2..3)", [false, true, false, false, true]),
    ] {
        let computed = text.replace('2', "low").replace('4', "high");
        for text in [text, &computed] {
            let cell = Cell::parse(text, &Kind::Number, &schema, Dialect::Office).unwrap();
            let told = [1, 2, 3, 4, 5].map(|input| cell.holds(Value::from(input).as_ref(), &facts));
            assert_eq!(told, answers.map(|answer| Ok(Some(answer))), "{text}");
        }
    }
}
