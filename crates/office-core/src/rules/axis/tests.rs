use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::rules::cell::Bound;
use crate::rules::number_set::NumberSet;

/// The kinds of columns, each with values of which neighbours differ by as little as they can.
const KINDS: [(&str, &[&str]); 14] = [
    ("boolean", &["no", "yes"]),
    ("integer", &["-79228162514264337593543950335", "-1", "0", "1.00", "2", "3", "9223372036854775807"]),
    ("number", &["-79228162514264337593543950335", "-0.1", "0", "0.0000000000000000000000000001", "0.1", "0.10000001"]),
    ("number", &["-1.5", "4999.99", "5000", "5000.00", "5000.004", "5000.01", "7922816251426433759354395033.5"]),
    (
        "money EUR",
        &["-0.01 EUR", "0.00 EUR", "99.99 EUR", "100.00 EUR", "100.01 EUR", "999999999999999999999999.99 EUR"],
    ),
    ("quantity kg", &["0 kg", "0.000000001 kg", "1 kg", "1.5 kg", "-999999999999999999 kg"]),
    ("date", &["2026-02-28", "2026-03-01", "2026-03-02", "-262143-01-01", "+262142-12-31"]),
    ("time", &["00:00:00", "09:29:59", "09:30:00", "09:30:00.000000001", "23:59:60.999999999"]),
    ("date-time", &["2026-03-01T00:00:00", "2026-02-28T23:59:59.999999999", "2026-02-28T23:59:60"]),
    ("instant", &["2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000000001Z", "1969-12-31T23:59:59Z"]),
    ("duration", &["-1", "0", "1", "28800000000000", "9223372036854775807"]),
    ("months", &["-2147483648", "-1", "0", "11", "12", "2147483647"]),
    ("text", &["", "IT", "IT\0", "HR", "department of A and so on", "department of B and so on", "é"]),
    ("scope", &["*", "company", "company/hq", "company/hq/a", "company/hq-annex", "depot", "depot/a/b"]),
];

fn kinds() -> Vec<(Kind, Vec<Value>)> {
    let read = |kind: &str| kind.parse::<Kind>().unwrap();
    let columns = KINDS.iter().map(|(kind, texts)| (read(kind), texts));
    columns.map(|(kind, texts)| (kind.clone(), texts.iter().map(|text| value(&kind, text)).collect())).collect()
}

fn value(kind: &Kind, text: &str) -> Value {
    match kind {
        Kind::Boolean => Value::Boolean(text == "yes"),
        Kind::Integer | Kind::Number => Value::Number(text.parse().unwrap()),
        Kind::Money(_) => Value::Money(text.parse().unwrap()),
        Kind::Quantity(_) => Value::Quantity(text.parse().unwrap()),
        Kind::Date => Value::Date(text.parse().unwrap()),
        Kind::Time => Value::Time(text.parse().unwrap()),
        Kind::DateTime => Value::DateTime(text.parse().unwrap()),
        Kind::Instant => Value::Instant(text.parse().unwrap()),
        Kind::Duration => Value::Duration(TimeDelta::nanoseconds(text.parse().unwrap())),
        Kind::Months => Value::Months(text.parse().unwrap()),
        Kind::Scope => Value::Scope(text.parse().unwrap()),
        Kind::Any | Kind::Text | Kind::List(_) | Kind::Record(_) => text.into(),
    }
}

/// The values just below and just above.
fn neighbours(value: &Value) -> Vec<Value> {
    let nano = TimeDelta::nanoseconds(1);
    let all = |values: &[Option<Value>]| values.iter().flatten().cloned().collect();
    match value {
        Value::Number(number) => {
            let ulps = (0..=Decimal::MAX_SCALE).map(|places| Decimal::try_from_i128_with_scale(1, places).unwrap());
            let beside = ulps.flat_map(|ulp| [number.checked_add(ulp), number.checked_sub(ulp)]);
            beside.flatten().map(Value::Number).collect()
        }
        Value::Money(money) => {
            let minor = Money::from_minor(1, money.currency());
            all(&[money.checked_add(minor), money.checked_sub(minor)].map(|beside| beside.ok().map(Value::Money)))
        }
        Value::Quantity(quantity) => {
            let least = Quantity::new("0.000000001".parse().unwrap(), quantity.unit()).unwrap();
            let beside = [quantity.checked_add(least), quantity.checked_sub(least)];
            all(&beside.map(|beside| beside.ok().map(Value::Quantity)))
        }
        Value::Date(date) => all(&[date.pred_opt(), date.succ_opt()].map(|beside| beside.map(Value::Date))),
        Value::Time(time) => {
            [time.overflowing_add_signed(nano), time.overflowing_sub_signed(nano)].map(|(at, _)| Value::Time(at)).into()
        }
        Value::DateTime(at) => {
            all(&[at.checked_add_signed(nano), at.checked_sub_signed(nano)].map(|beside| beside.map(Value::DateTime)))
        }
        Value::Instant(at) => {
            all(&[at.checked_add_signed(nano), at.checked_sub_signed(nano)].map(|beside| beside.map(Value::Instant)))
        }
        Value::Duration(length) => {
            all(&[length.checked_add(&nano), length.checked_sub(&nano)].map(|beside| beside.map(Value::Duration)))
        }
        Value::Months(months) => {
            all(&[months.checked_add(1), months.checked_sub(1)].map(|beside| beside.map(Value::Months)))
        }
        Value::Text(text) => ["\0", "a"].map(|more| format!("{text}{more}").into()).into_iter().collect(),
        Value::Scope(scope) => all(&["part", "a", "hq"].map(|name| scope.part(name).map(Value::Scope))),
        Value::Null | Value::Boolean(_) | Value::List(_) | Value::Record(_) => Vec::new(),
    }
}

fn unary(kind: &Kind, values: &[Value]) -> BoxedStrategy<Unary> {
    let value = proptest::sample::select(values.to_vec());
    let bound = (value.clone(), any::<bool>()).prop_map(|(value, included)| Bound { value, included });
    if *kind == Kind::Scope {
        let within = value.clone().prop_map(|value| Unary::Within(value.to_string().parse().unwrap()));
        return prop_oneof![4 => within, 4 => value.prop_map(Unary::Equal), 1 => Just(Unary::Equal(Value::Null))]
            .boxed();
    }
    prop_oneof![
        4 => value.prop_map(Unary::Equal),
        1 => Just(Unary::Equal(Value::Null)),
        2 => bound.clone().prop_map(Unary::Below),
        2 => bound.clone().prop_map(Unary::Above),
        2 => (bound.clone(), bound).prop_map(|(low, high)| Unary::Between(low, high)),
    ]
    .boxed()
}

fn test(kind: &Kind, values: &[Value]) -> BoxedStrategy<Test> {
    let tests = proptest::collection::vec(unary(kind, values), 1..4);
    prop_oneof![
        1 => Just(Test::Any),
        4 => tests.clone().prop_map(Test::OneOf),
        2 => tests.prop_map(Test::NoneOf),
    ]
    .boxed()
}

#[derive(Clone, Debug)]
struct Column {
    kind: Kind,
    optional: bool,
    allowed: Test,
    tests: Vec<Test>,
    probes: Vec<Value>,
}

fn columns() -> impl Strategy<Value = Column> {
    proptest::sample::select(kinds()).prop_flat_map(|(kind, values)| {
        let only_named = kind == Kind::Text;
        let one = test(&kind, &values);
        let named = proptest::sample::subsequence(values.clone(), 0..=values.len())
            .prop_map(|words| Test::OneOf(words.into_iter().map(Unary::Equal).collect()));
        let tests = if only_named {
            prop_oneof![proptest::collection::vec(one.clone(), 0..4), proptest::collection::vec(named, 0..4)].boxed()
        } else {
            proptest::collection::vec(one.clone(), 0..6).boxed()
        };
        let probes: Vec<Value> =
            values.iter().flat_map(|value| [vec![value.clone()], neighbours(value)].concat()).collect();
        let allowed = prop_oneof![3 => Just(Test::Any), 1 => one];
        (Just(kind), any::<bool>(), allowed, tests, Just(probes))
            .prop_map(|(kind, optional, allowed, tests, probes)| Column { kind, optional, allowed, tests, probes })
    })
}

fn passes(test: &Test, value: &Value) -> bool {
    test.holds(value.as_ref()) == Ok(Some(true))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_test_passes_on_a_value_exactly_if_on_its_atom(column in columns()) {
        let Column { kind, optional, allowed, tests, mut probes } = column;
        let axis = Axis::of(&kind, optional, &allowed, tests.iter());
        if axis.is_none() {
            // A number that is too long for the places of another.
            prop_assert_eq!(kind, Kind::Number);
            return Ok(());
        }
        let axis = axis.unwrap();
        for atom in 0..axis.len() {
            let witness = axis.witness(atom).unwrap();
            prop_assert!(kind.admits(witness.as_ref()) || (optional && witness == Value::Null));
            prop_assert_eq!(axis.locate(witness.as_ref()), Some(atom), "{}", witness);
            probes.push(witness);
        }
        prop_assert_eq!(axis.witness(axis.len()), None);
        probes.push(Value::Null);
        let atoms: Vec<NumberSet> = tests.iter().map(|test| axis.set(test).unwrap()).collect();
        for probe in &probes {
            let admitted = if *probe == Value::Null { optional } else { kind.admits(probe.as_ref()) && passes(&allowed, probe) };
            let found = axis.locate(probe.as_ref());
            prop_assert_eq!(found.is_some(), admitted, "{}", probe);
            let Some(atom) = found else { continue };
            for (test, atoms) in tests.iter().zip(&atoms) {
                prop_assert_eq!(atoms.contains(atom), passes(test, probe), "{} of {:?}", probe, test);
            }
        }
    }

    #[test]
    fn what_asks_for_atoms_passes_on_just_these(column in columns(), chosen in any::<u64>()) {
        let Column { kind, optional, allowed, tests, mut probes } = column;
        let Some(axis) = Axis::of(&kind, optional, &allowed, tests.iter()) else { return Ok(()) };
        let wanted = NumberSet::those(axis.len(), |atom| chosen >> (atom % 64) & 1 == 1);
        let Some(asked) = axis.asking(&wanted) else {
            prop_assert_eq!(kind, Kind::Scope);
            return Ok(());
        };
        probes.extend((0..axis.len()).map(|atom| axis.witness(atom).unwrap()));
        for probe in &probes {
            let Some(atom) = axis.locate(probe.as_ref()) else { continue };
            prop_assert_eq!(passes(&asked, probe), wanted.contains(atom), "{} of {:?}", probe, asked);
        }
        // One row that asks for all that another asks for is found again.
        for test in &tests {
            let set = axis.set(test).unwrap();
            prop_assert!(axis.asking(&set).is_some() || kind == Kind::Scope, "{:?}", test);
        }
    }

    #[test]
    fn atoms_are_in_the_order_of_their_values(column in columns()) {
        let Some(axis) = Axis::of(&column.kind, false, &column.allowed, column.tests.iter()) else { return Ok(()) };
        let witnesses: Vec<Value> = (0..axis.len()).map(|atom| axis.witness(atom).unwrap()).collect();
        let named = matches!(&axis.cut, Cut::Words(Words::Named(_)) | Cut::Tree(_));
        for pair in witnesses.windows(2).filter(|_| !named) {
            prop_assert!(pair[0].as_ref().compare(pair[1].as_ref()).unwrap().is_lt());
        }
    }
}

fn at_least(number: &str) -> Test {
    Test::OneOf(vec![Unary::Above(Bound { value: Value::Number(number.parse().unwrap()), included: true })])
}

fn at_most(number: &str) -> Test {
    Test::OneOf(vec![Unary::Below(Bound { value: Value::Number(number.parse().unwrap()), included: true })])
}

#[test]
fn between_three_and_four_lies_a_number_and_no_whole_number() {
    let tests = [at_most("3"), at_least("4")];
    let witnesses = |kind| {
        let axis = Axis::of(&kind, false, &Test::Any, tests.iter()).unwrap();
        (0..axis.len()).map(|atom| axis.witness(atom).unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(witnesses(Kind::Number), ["0", "3.1", "4"]);
    assert_eq!(witnesses(Kind::Integer), ["0", "4"]);
}

#[test]
fn between_two_decimals_with_all_their_digits_lies_none() {
    let tests = [at_most("7.9228162514264337593543950334"), at_least("7.9228162514264337593543950335")];
    let axis = Axis::of(&Kind::Number, false, &Test::Any, tests.iter()).unwrap();
    assert_eq!(axis.len(), 2);
}

#[test]
fn words_that_differ_only_in_their_middles_are_told_apart() {
    let words: Vec<String> = (0..500).map(|number| format!("department {number:05} of the company")).collect();
    let tests: Vec<Test> = words.iter().map(|word| Test::OneOf(vec![Unary::Equal(word.as_str().into())])).collect();
    let axis = Axis::of(&Kind::Text, false, &Test::Any, tests.iter()).unwrap();
    for (place, word) in words.iter().enumerate() {
        assert_eq!(axis.locate(ValueRef::Text(word)), Some(place));
    }
    assert_eq!(axis.locate(ValueRef::Text("department 00500 of the company")), Some(words.len()));
}

#[test]
fn what_has_no_order_is_not_cut_and_what_another_kind_is_asked_of_has_no_axis() {
    let list = Axis::of(&Kind::List(Box::new(Kind::Text)), true, &Test::Any, [Test::Any].iter()).unwrap();
    assert_eq!((list.len(), list.locate(ValueRef::Number(1.into()))), (2, None));
    assert_eq!(list.witness(0), Some(Value::List(Vec::new())));

    let dollars = Test::OneOf(vec![Unary::Equal(Value::Money("1.00 USD".parse().unwrap()))]);
    for kind in ["money EUR", "money", "text", "scope", "list of money USD"] {
        assert_eq!(Axis::of(&kind.parse().unwrap(), false, &Test::Any, [&dollars].into_iter()), None, "{kind}");
    }
}

#[test]
fn a_part_as_long_as_parts_may_be_has_nothing_below_it() {
    let longest: crate::Scope = "a".repeat(crate::Scope::LONGEST).parse().unwrap();
    let test = Test::OneOf(vec![Unary::Equal(Value::Scope(longest))]);
    let axis = Axis::of(&Kind::Scope, false, &Test::Any, [&test].into_iter()).unwrap();
    assert_eq!((axis.len(), axis.set(&test)), (2, Some(NumberSet::those(2, |atom| atom == 1))));
}
