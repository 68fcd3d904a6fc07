//! What goes together, found when an expression is read.

use office_core::rules::{Cell, Dialect, EvaluateError, Expression, Kind, Schema, Value};
use office_core::{Currency, Decimal, Money};
use proptest::prelude::*;

use super::schema;

fn inputs() -> Schema {
    schema(&[
        "amount: money EUR",
        "price: money USD",
        "fee: money",
        "people: integer",
        "rate: number",
        "kind: text",
        "due: date",
        "begins: date-time",
        "clock: time",
        "at: instant",
        "wait: duration",
        "term: months",
        "load: quantity kg",
        "boxes: quantity box",
        "open: boolean",
        "part: scope",
        "case: record (total: money EUR)",
        "lines: list of money EUR",
    ])
}

#[test]
fn what_does_not_go_together_is_refused_with_its_place() {
    for (text, position) in [
        ("amount + price", 8),
        ("amount < price", 8),
        ("amount = 5 USD", 8),
        ("amount + 5", 8),
        ("amount * fee", 8),
        ("load + boxes", 6),
        ("load = 5 g", 6),
        ("due < begins", 5),
        ("begins = at", 8),
        ("at + term", 4),
        ("clock + term", 7),
        ("due + wait + kind", 12),
        ("due + due", 5),
        ("wait + term", 6),
        ("wait < term", 6),
        ("kind + 1", 6),
        ("kind - \"a\"", 6),
        ("kind = yes", 6),
        ("open < 5", 6),
        ("not(people)", 5),
        ("open and people", 6),
        ("part < part", 6),
        ("-kind", 1),
        ("if people then 1 else 2", 4),
        ("if open then 1 else \"one\"", 21),
        ("[1, \"one\"]", 1),
        ("[people, \"one\"]", 10),
        ("people in (1, \"two\")", 15),
        ("people in [1..\"two\"]", 15),
        ("people in < 2 EUR", 13),
        ("amount between 1 EUR and 2 USD", 26),
        ("case.sum", 6),
        ("people.year", 8),
        ("due.hour", 5),
        ("substring(5, 1)", 11),
        ("sum(kind)", 5),
        ("sum([amount, price])", 14),
        ("max(lines, 5 EUR)", 12),
        ("list contains(lines, 5)", 22),
        ("round half up(amount, kind)", 23),
        ("count(people)", 7),
        ("day of week(clock)", 13),
        ("peopel + 1", 1),
        ("kind = IT", 8),
        ("? > 5", 1),
        ("[1..2]", 1),
        ("count(1, 2)", 1),
        ("substring(text: \"a\", start position: 1)", 1),
        ("money(\"five\")", 7),
        ("rate ** open", 6),
    ] {
        match Expression::parse(text, &inputs(), Dialect::Office) {
            Ok(expression) => panic!("{text} is of kind {}", expression.kind()),
            Err(misread) => assert_eq!(misread.position, position, "{text}: {misread}"),
        }
        // In DMN kinds are looked at when it is evaluated.
        let unread = text.contains("USD") || text.contains("EUR") || text.contains(" g") || text.contains("yes");
        let names = ["peopel", "IT", "money(", "count(1", "text:"].iter().any(|name| text.contains(name));
        assert!(unread || names || Expression::parse(text, &inputs(), Dialect::Dmn).is_ok(), "{text}");
    }
}

#[test]
fn what_goes_together_is_of_a_known_kind() {
    for (text, kind) in [
        ("amount * 1.5 + 10 % of amount", "money EUR"),
        ("amount + fee", "money"),
        ("amount / 2 EUR", "number"),
        ("people * 2 + 1", "integer"),
        ("people / 2", "number"),
        ("load * rate", "quantity kg"),
        ("due + wait + term", "date"),
        ("due - due", "duration"),
        ("begins - begins + wait", "duration"),
        ("clock + wait", "time"),
        ("at + wait", "instant"),
        ("term * 2", "months"),
        ("wait / wait", "number"),
        ("if open then amount else null", "money EUR"),
        ("if open then 1 else rate", "number"),
        ("case.total", "money EUR"),
        ("sum(lines)", "money EUR"),
        ("mean([1, 2])", "number"),
        ("lines", "list of money EUR"),
        ("append(lines, amount)", "list of money EUR"),
        ("part in scope(\"company/hq\")", "boolean"),
        ("{total: amount, part: part}", "record (part: scope, total: money EUR)"),
        ("due.year", "integer"),
        ("duration(kind)", "any"),
        ("string length(kind)", "integer"),
        ("amount in (lines, 5 EUR, > 10 EUR)", "boolean"),
    ] {
        let expression = Expression::parse(text, &inputs(), Dialect::Office).map_err(|misread| misread.to_string());
        assert_eq!(expression.map(|expression| expression.kind().to_string()), Ok(kind.to_owned()), "{text}");
    }
}

#[test]
fn a_computed_cell_is_checked_against_its_column() {
    let read = |text: &str, kind: &str| {
        let cell = Cell::parse(text, &kind.parse::<Kind>().unwrap(), &inputs(), Dialect::Office);
        cell.map(|cell| cell.is_constant()).map_err(|misread| misread.position)
    };
    assert_eq!(read("<= fee * 2", "money EUR"), Ok(false));
    assert_eq!(read("<= amount * 2, > 500 EUR", "money EUR"), Ok(false));
    assert_eq!(read("<= price", "money EUR"), Err(4));
    assert_eq!(read("> people", "money EUR"), Err(3));
    assert_eq!(read("people", "number"), Ok(false));
    assert_eq!(read("kind", "text"), Ok(false));
    assert_eq!(read("kind, other", "text"), Ok(false));
    assert_eq!(read("kinds", "text"), Ok(true));
    assert_eq!(read("? = upper case(kind)", "text"), Ok(false));
    assert_eq!(read("? = people", "text"), Err(3));
    assert_eq!(read("[due..due + P1M]", "date"), Ok(false));
    assert_eq!(read("[due..due + wait * 2)", "date"), Ok(false));
    assert_eq!(read("[due..people]", "date"), Err(7));
    assert_eq!(read("2 * 3", "number"), Ok(true));
    assert_eq!(read("< date(\"2026-10-01\") + P1D", "date"), Ok(true));
    assert_eq!(read("[1, 2]", "number"), Ok(true));
    assert_eq!(read("? + 1", "number"), Err(3));
}

/// A well-formed expression of a kind, as text.
#[expect(clippy::too_many_lines, reason = "one line for each way to make a kind")]
fn of(kind: &'static str, depth: u32) -> BoxedStrategy<String> {
    let leaf = match kind {
        "money EUR" => prop::sample::select(&["amount", "5 EUR", "case.total", "sum(lines)", "0.01 EUR"][..]),
        "number" => prop::sample::select(&["people", "rate", "2", "-0.5", "3", "0"][..]),
        "text" => prop::sample::select(&["kind", "\"IT\"", "\"\""][..]),
        "date" => prop::sample::select(&["due", "2026-02-28", "date(begins)"][..]),
        "duration" => prop::sample::select(&["wait", "P1D", "PT0S", "due - 2026-01-01"][..]),
        "months" => prop::sample::select(&["term", "P1Y6M"][..]),
        _ => prop::sample::select(&["open", "yes", "null"][..]),
    };
    let leaf = leaf.prop_map(str::to_owned).boxed();
    if depth == 0 {
        return leaf;
    }
    let inner = |kind: &'static str| of(kind, depth - 1);
    let choice =
        (inner("boolean"), inner(kind), inner(kind)).prop_map(|(a, b, c)| format!("(if {a} then {b} else {c})"));
    let pairs = |left: &'static str, signs: &'static [&'static str], right: &'static str| {
        (inner(left), prop::sample::select(signs), inner(right))
            .prop_map(|(a, sign, b)| format!("(({a}) {sign} ({b}))"))
    };
    match kind {
        "money EUR" => prop_oneof![
            leaf,
            choice,
            pairs("money EUR", &["+", "-"], "money EUR"),
            pairs("money EUR", &["*", "/"], "number"),
            inner("money EUR").prop_map(|a| format!("round half up({a}, 1)")),
            (inner("money EUR"), inner("money EUR")).prop_map(|(a, b)| format!("max({a}, {b})")),
        ]
        .boxed(),
        "number" => prop_oneof![
            leaf,
            choice,
            pairs("number", &["+", "-", "*", "/", "**"], "number"),
            pairs("money EUR", &["/"], "money EUR"),
            pairs("duration", &["/"], "duration"),
            (inner("number"), inner("number")).prop_map(|(a, b)| format!("modulo({a}, {b})")),
            inner("text").prop_map(|a| format!("string length({a})")),
            inner("date").prop_map(|a| format!("({a}).year")),
        ]
        .boxed(),
        "text" => prop_oneof![
            leaf,
            choice,
            pairs("text", &["+"], "text"),
            (inner("text"), inner("number")).prop_map(|(a, b)| format!("substring({a}, {b})")),
            inner("date").prop_map(|a| format!("day of week({a})")),
        ]
        .boxed(),
        "date" => {
            prop_oneof![leaf, choice, pairs("date", &["+", "-"], "duration"), pairs("date", &["+", "-"], "months")]
                .boxed()
        }
        "duration" => {
            prop_oneof![leaf, choice, pairs("date", &["-"], "date"), pairs("duration", &["*", "/"], "number")].boxed()
        }
        "months" => {
            prop_oneof![leaf, choice, pairs("months", &["+", "-"], "months"), pairs("months", &["*"], "number")].boxed()
        }
        _ => prop_oneof![
            leaf,
            choice,
            pairs("boolean", &["and", "or"], "boolean"),
            pairs("money EUR", &["<", ">=", "=", "!="], "money EUR"),
            pairs("text", &["<", "="], "text"),
            pairs("number", &["<=", ">", "!="], "number"),
            pairs("date", &["<", "="], "date"),
            (inner("number"), inner("number"), inner("number"))
                .prop_map(|(a, b, c)| format!("(({a}) in (< {b}, [0..{c}]))")),
            (inner("boolean")).prop_map(|a| format!("not({a})")),
        ]
        .boxed(),
    }
}

fn facts() -> impl Strategy<Value = Vec<Value>> {
    let or_null = |value: BoxedStrategy<Value>| prop_oneof![6 => value, 1 => Just(Value::Null)];
    let minor = -100_000_i64..=100_000;
    let money = minor.clone().prop_map(|minor| Value::from(Money::from_minor(minor, Currency::EUR))).boxed();
    (
        or_null(money.clone()),
        or_null((-50_i32..=50).prop_map(Value::from).boxed()),
        or_null(minor.prop_map(|rate| Value::from(Decimal::new(rate, 3))).boxed()),
        or_null(prop::sample::select(&["IT", "travel", ""][..]).prop_map(Value::from).boxed()),
        or_null(
            (0_i32..3_000)
                .prop_map(|off| {
                    Value::Date(
                        "2024-01-01".parse::<chrono::NaiveDate>().unwrap() + chrono::TimeDelta::days(off.into()),
                    )
                })
                .boxed(),
        ),
        or_null(any::<bool>().prop_map(Value::from).boxed()),
        prop::collection::vec(money, 0..3),
    )
        .prop_map(|(amount, people, rate, kind, due, open, lines)| {
            let total = amount.clone();
            let case = Value::Record([("total".to_owned(), total)].into());
            let wait = Value::Duration(chrono::TimeDelta::hours(36));
            let mut facts = vec![Value::Null; inputs().inputs().len()];
            let mut set = |name: &str, value: Value| facts[inputs().place(name).unwrap()] = value;
            set("amount", amount);
            set("people", people);
            set("rate", rate);
            set("kind", kind);
            set("due", due);
            set("begins", Value::DateTime("2026-05-05T10:00:00".parse().unwrap()));
            set("wait", wait);
            set("term", Value::Months(7));
            set("open", open);
            set("case", case);
            set("lines", Value::List(lines));
            facts
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_the_check_lets_pass_raises_only_errors_of_size(
        (kind, text) in prop::sample::select(&["money EUR", "number", "text", "date", "duration", "months", "boolean"][..])
            .prop_flat_map(|kind| (Just(kind), of(kind, 2))),
        facts in facts(),
    ) {
        let schema = inputs();
        let expression = Expression::parse(&text, &schema, Dialect::Office)
            .map_err(|misread| TestCaseError::fail(format!("{text}: {misread}")))?;
        match expression.evaluate(&|place| Some(facts[place].as_ref())) {
            Ok(value) if value != Value::Null => {
                prop_assert!(expression.kind().admits(value.as_ref()), "{} is {}: {}", text, expression.kind(), value);
                prop_assert!(kind.parse::<Kind>().unwrap().admits(value.as_ref()), "{} is {}", text, value);
            }
            Ok(_) | Err(EvaluateError::Overflow { .. } | EvaluateError::DivisionByZero { .. } | EvaluateError::NotAccepted { .. }) => {}
            Err(other) => prop_assert!(false, "{}: {}", text, other),
        }
        let written = expression.to_string();
        if written.chars().count() <= 1_000 {
            prop_assert_eq!(&Expression::parse(&written, &schema, Dialect::Office).unwrap(), &expression);
        }
        if let Ok(written) = expression.written(Dialect::Dmn) && written.chars().count() <= 1_000 {
            let again = Expression::parse(&written, &schema, Dialect::Dmn).unwrap();
            prop_assert_eq!(&again, &expression);
        }
    }
}
