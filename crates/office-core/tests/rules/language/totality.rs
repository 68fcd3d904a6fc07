//! Any text is read or refused, and what is read has one form.

use office_core::rules::{Cell, Dialect, EvaluateError, Expression, Kind, Misread, Schema, Value};
use proptest::prelude::*;
use proptest::sample::select;

use super::schema;

const PIECES: [&str; 98] = [
    "amount",
    "fee",
    "people",
    "monthly rate",
    "kind",
    "due",
    "case",
    "case.total",
    "part",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "..",
    "+",
    "-",
    "*",
    "/",
    "**",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "not",
    "not(",
    "in",
    "between",
    "if",
    "then",
    "else",
    "of",
    "null",
    "yes",
    "no",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2.50",
    "0.1",
    "5 %",
    "5 EUR",
    "-0.01 EUR",
    "3 USD",
    "2 kg",
    "99999999999999999999999999",
    "5,000",
    "2026-02-28",
    "2026-02-30",
    "09:30",
    "2026-02-28T09:30",
    "2026-02-28T09:30Z",
    "P1D",
    "-PT1H",
    "P1Y6M",
    "P1X",
    "\"IT\"",
    "\"",
    "\\",
    "\"a \"\" b\"",
    "IT",
    "company/hq",
    "count(",
    "sum(",
    "min(",
    "substring(",
    "string length(",
    "date(",
    "date(\"2026-02-28\")",
    "duration(",
    "round half up(",
    "decimal(",
    "list contains(",
    "distinct values(",
    "modulo(",
    "day of week(",
    "string(",
    "number(",
    "@\"P1D\"",
    "//",
    "/*",
    "*/",
    "ß",
    "横綱",
    "\u{0}",
    "\u{1F600}",
    "€",
];

const KINDS: [&str; 12] = [
    "any",
    "boolean",
    "number",
    "integer",
    "money EUR",
    "quantity kg",
    "text",
    "date",
    "duration",
    "months",
    "scope",
    "list of text",
];

fn inputs() -> Schema {
    schema(&[
        "amount: money EUR",
        "fee: money",
        "people: integer",
        "monthly rate: number",
        "kind: text",
        "due: date",
        "case: record (lines: list of number, total: number)",
        "part: scope",
    ])
}

/// Pieces of the language in any order.
fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec((select(&PIECES[..]), select(&[" ", "", "  "][..])), 0..16)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, space)| [piece, space]).collect())
}

/// Texts that are read, with some characters of theirs left out, doubled or put elsewhere.
fn mutated() -> impl Strategy<Value = String> {
    let valid = [
        "if amount > 2 * fee then \"yes\" else kind + \"!\"",
        "due + P1M - P2D between 2026-01-01 and 2026-12-31 and people in (1, 5, [10..20), > 100)",
        "not(substring(upper case(kind), 2, 3) = \"IT\" or list contains([\"a\", \"b\"], kind))",
        "sum([1, 2.5, monthly rate * -3 ** 2]) / count(case.lines) != case.total",
        "{a: [1, {b: 2}], \"c d\": date(year: 2026, month: 2, day: people)}.a",
        "[100 EUR..500 EUR), > 1000 EUR, not(null)",
        "round half up(10 % of amount, 0) <= abs(fee - amount) and part in company/hq",
    ];
    let edits = prop::collection::vec((0_usize..4, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..4);
    (select(valid.to_vec()), edits).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (edit, one, two) in edits {
            let (one, two) = (one.index(chars.len().max(1)), two.index(chars.len().max(1)));
            match edit {
                0 if !chars.is_empty() => drop(chars.remove(one)),
                1 if !chars.is_empty() => chars.insert(two, chars[one]),
                2 if !chars.is_empty() => chars.swap(one, two),
                _ => chars.truncate(one),
            }
        }
        chars.into_iter().collect()
    })
}

fn dialect() -> impl Strategy<Value = Dialect> {
    select(&[Dialect::Office, Dialect::Dmn][..])
}

fn position(error: &EvaluateError) -> usize {
    match error {
        EvaluateError::Unknown { position, .. }
        | EvaluateError::Incomparable { position, .. }
        | EvaluateError::OtherKind { position, .. }
        | EvaluateError::NoField { position, .. }
        | EvaluateError::DivisionByZero { position }
        | EvaluateError::Overflow { position }
        | EvaluateError::NotAccepted { position, .. }
        | EvaluateError::TooManySteps { position, .. } => *position,
    }
}

fn facts() -> Vec<Option<Value>> {
    let record = [("total".to_owned(), Value::from(5)), ("lines".to_owned(), Value::from(vec![Value::from(2)]))];
    vec![
        Some(Value::Money("120.00 EUR".parse().unwrap())),
        Some(Value::Money("60.00 USD".parse().unwrap())),
        Some(Value::from(12)),
        Some(Value::Null),
        Some(Value::from("IT")),
        Some(Value::Date("2026-01-31".parse().unwrap())),
        Some(Value::Record(record.into_iter().collect())),
        None,
    ]
}

fn refused_within(misread: &Misread, text: &str) -> Result<(), TestCaseError> {
    prop_assert!((1..=text.chars().count() + 1).contains(&misread.position), "{misread} in {text:?}");
    prop_assert!(!misread.expected.is_empty());
    Ok(())
}

fn expressions_are_total(text: &str, dialect: Dialect) -> Result<(), TestCaseError> {
    let (schema, facts) = (inputs(), facts());
    let expression = match Expression::parse(text, &schema, dialect) {
        Ok(expression) => expression,
        Err(misread) => return refused_within(&misread, text),
    };
    let lookups = std::cell::Cell::new(0);
    let evaluated = expression.evaluate(&|place| {
        lookups.set(lookups.get() + 1);
        facts[place].as_ref().map(Value::as_ref)
    });
    prop_assert!(lookups.get() <= expression.most_steps());
    if let Err(error) = evaluated {
        prop_assert!((1..=text.chars().count()).contains(&position(&error)), "{error} in {text:?}");
    }
    for form in [Dialect::Office, Dialect::Dmn] {
        let Ok(written) = expression.written(form) else { continue };
        if form != dialect && form == Dialect::Office {
            // Not all that DMN lets pass goes together in the office.
            continue;
        }
        let again = Expression::parse(&written, &schema, form)
            .map_err(|misread| TestCaseError::fail(format!("{text:?} was written {written:?}: {misread}")))?;
        prop_assert_eq!(&again, &expression, "{:?} was written {:?}", text, written);
        prop_assert_eq!(again.written(form).unwrap(), written);
    }
    Ok(())
}

fn cells_are_total(text: &str, kind: &str, dialect: Dialect) -> Result<(), TestCaseError> {
    let (schema, facts, kind) = (inputs(), facts(), kind.parse::<Kind>().unwrap());
    let cell = match Cell::parse(text, &kind, &schema, dialect) {
        Ok(cell) => cell,
        Err(misread) => return refused_within(&misread, text),
    };
    for input in facts.iter().flatten() {
        if let Err(error) = cell.holds(input.as_ref(), &|place| facts[place].as_ref().map(Value::as_ref)) {
            prop_assert!((1..=text.chars().count()).contains(&position(&error)), "{error} in {text:?}");
        }
    }
    let written = cell.to_string();
    let again = Cell::parse(&written, &kind, &schema, dialect)
        .map_err(|misread| TestCaseError::fail(format!("{text:?} was written {written:?}: {misread}")))?;
    prop_assert_eq!(&again, &cell, "{:?} was written {:?}", text, written);
    prop_assert_eq!(again.to_string(), written);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_pieces_are_an_expression_or_refused(text in pieces(), dialect in dialect()) {
        expressions_are_total(&text, dialect)?;
    }

    #[test]
    fn any_mutation_is_an_expression_or_refused(text in mutated(), dialect in dialect()) {
        expressions_are_total(&text, dialect)?;
    }

    #[test]
    fn any_pieces_are_a_cell_or_refused(text in pieces(), kind in select(&KINDS[..]), dialect in dialect()) {
        cells_are_total(&text, kind, dialect)?;
    }

    #[test]
    fn any_mutation_is_a_cell_or_refused(text in mutated(), kind in select(&KINDS[..]), dialect in dialect()) {
        cells_are_total(&text, kind, dialect)?;
    }

    #[test]
    fn any_characters_are_read_or_refused(text in "\\PC{0,40}", kind in select(&KINDS[..]), dialect in dialect()) {
        expressions_are_total(&text, dialect)?;
        cells_are_total(&text, kind, dialect)?;
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let longest = "1".to_owned() + &" ".repeat(999);
    for dialect in [Dialect::Office, Dialect::Dmn] {
        let refused = |text: &str| {
            let misread = Expression::parse(text, &Schema::default(), dialect).unwrap_err();
            (misread.position, misread.expected.into_owned())
        };
        assert!(Expression::parse(&longest, &Schema::default(), dialect).is_ok());
        assert_eq!(refused(&(longest.clone() + " ")), (1_001, "a text of at most 1000 characters".to_owned()));
        for (piece, end) in
            [("(", ")"), ("[", "]"), ("-", ""), ("not(", ")"), ("1 + (", ")"), ("if ", ""), ("abs(", ")")]
        {
            for count in [60, 120, 200, 900 / piece.len()] {
                let text = piece.repeat(count) + "1" + &end.repeat(count);
                let read = Expression::parse(&text, &Schema::default(), dialect);
                assert!(count < 190 || read.is_err(), "{text}");
            }
        }
        assert!(refused(&"1+".repeat(490)).1.contains("operands"));
        assert!(refused(&"1 and ".repeat(150)).1.contains("operands"));
        assert!(refused(&format!("[{}1]", "1,".repeat(101))).1.contains("100"));
        assert!(refused(&format!("1{}", ".a".repeat(400))).1.contains("within each other"));
    }
    // What has just room enough has it in its one form too, with the parentheses that needs.
    for (piece, last) in [("1 + if yes then 2 else ", "3"), ("2 * (1 + ", "1"), ("-(-(null) + ", "1"), ("[", "1 + 1")] {
        let read = |count: usize| {
            let closing = if piece.contains('(') {
                ")"
            } else if piece == "[" {
                "]"
            } else {
                ""
            };
            Expression::parse(
                &(piece.repeat(count) + last + &closing.repeat(count)),
                &Schema::default(),
                Dialect::Office,
            )
        };
        let deepest = (1..70).rev().find_map(|count| read(count).ok()).unwrap();
        assert!(read(69).is_err());
        let form = deepest.to_string();
        assert_eq!(Expression::parse(&form, &Schema::default(), Dialect::Office), Ok(deepest), "{form}");
    }
    let cell = "1, ".repeat(100) + "1";
    let misread = Cell::parse(&cell, &Kind::Number, &Schema::default(), Dialect::Office).unwrap_err();
    assert_eq!(misread.expected, "at most 100 alternatives");
}

#[test]
fn long_lists_are_worked_through_up_to_the_stated_number_of_steps() {
    let schema = schema(&["numbers: list of number"]);
    let many: Vec<Value> = (0..60_000).map(Value::from).collect();
    let many = Value::from(many);
    let evaluate = |text: &str| {
        let expression = Expression::parse(text, &schema, Dialect::Office).unwrap();
        expression.evaluate(&|_| Some(many.as_ref()))
    };
    assert_eq!(evaluate("count(numbers)"), Ok(Value::from(60_000)));
    assert_eq!(evaluate("max(numbers)"), Ok(Value::from(59_999)));
    for text in ["distinct values(numbers)", "count(numbers) + count(numbers)", "union(numbers, numbers)"] {
        assert!(matches!(evaluate(text), Err(EvaluateError::TooManySteps { most: 100_000, .. })), "{text}");
    }
}
