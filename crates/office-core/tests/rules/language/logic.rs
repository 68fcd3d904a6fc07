//! Three-valued logic.

use office_core::rules::{Cell, Dialect, EvaluateError, Facts, Kind, Value};

use super::{decided, schema, told, value};

#[test]
fn and_or_and_not_follow_the_tables() {
    // Rows and columns: yes, no, nothing.
    let words = ["yes", "no", "null"];
    let and = [["yes", "no", "nothing"], ["no", "no", "no"], ["nothing", "no", "nothing"]];
    let or = [["yes", "yes", "yes"], ["yes", "no", "nothing"], ["yes", "nothing", "nothing"]];
    for (row, left) in words.iter().enumerate() {
        for (column, right) in words.iter().enumerate() {
            assert_eq!(told(&format!("{left} and {right}")), and[row][column], "{left} and {right}");
            assert_eq!(told(&format!("{left} or {right}")), or[row][column], "{left} or {right}");
            assert_eq!(told(&format!("all({left}, {right})")), and[row][column], "all({left}, {right})");
            assert_eq!(told(&format!("any([{left}, {right}])")), or[row][column], "any([{left}, {right}])");
        }
        assert_eq!(told(&format!("not({left})")), ["no", "yes", "nothing"][row]);
        assert_eq!(told(&format!("not {left}")), ["no", "yes", "nothing"][row]);
    }
}

#[test]
fn nothing_has_no_order_and_comes_to_nothing() {
    for text in [
        "null < 5",
        "5 >= null",
        "null between 1 and 2",
        "2 between null and 3",
        "null in (< 5)",
        "5 in [null..9]",
        "null + 1",
        "1 - null",
        "null * 2",
        "1 / null",
        "-null",
        "null ** 2",
        "not(null < 5)",
        "sum([1, null])",
        "substring(null, 1)",
        "abs(null)",
        "null in [1..2]",
    ] {
        assert_eq!(value(text), Ok(Value::Null), "{text}");
    }
    for (text, answer) in [
        ("null = null", true),
        ("null = 5", false),
        ("null != 5", true),
        ("4 between 5 and null", false),
        ("4 in (5, null)", false),
        ("null in (5, null)", true),
        ("list contains([1, null], null)", true),
    ] {
        assert_eq!(value(text), Ok(Value::from(answer)), "{text}");
    }
    // What is not certain is not so.
    assert_eq!(value("if null < 5 then 1 else 2"), Ok(Value::from(2)));
    assert_eq!(value("null < 5 or 1 < 2"), Ok(Value::from(true)));
}

#[test]
fn one_certain_answer_decides_whatever_the_rest() {
    let schema = schema(&["known: boolean", "other: boolean"]);
    let facts = [Value::from(false)];
    let evaluate = |text: &str| {
        let expression = office_core::rules::Expression::parse(text, &schema, Dialect::Office).unwrap();
        expression.evaluate(&|place| facts.get(place).map(Value::as_ref))
    };
    let unknown = |position| Err(EvaluateError::Unknown { position, name: "other".to_owned() });
    assert_eq!(evaluate("other and known"), Ok(Value::from(false)));
    assert_eq!(evaluate("known and other"), Ok(Value::from(false)));
    assert_eq!(evaluate("other or not known"), Ok(Value::from(true)));
    assert_eq!(evaluate("other or known"), unknown(1));
    assert_eq!(evaluate("known or other"), unknown(10));
    assert_eq!(evaluate("1 / 0 > 1 and known"), Ok(Value::from(false)));
    assert_eq!(evaluate("other in (yes, known)"), unknown(1));
    assert_eq!(evaluate("known in (other, no)"), Ok(Value::from(true)));
}

#[test]
fn a_computed_cell_passes_only_for_certain() {
    let schema = schema(&["limit: number", "open: boolean"]);
    let holds = |text: &str, input: Value, limit: Value| {
        let cell = Cell::parse(text, &Kind::Number, &schema, Dialect::Office).unwrap();
        let facts = [limit, Value::from(true)];
        cell.holds(input.as_ref(), &|place| Some(facts[place].as_ref())).unwrap()
    };
    for (text, input, limit, answer) in [
        ("<= limit * 2", Value::from(10), Value::from(5), Some(true)),
        ("<= limit * 2", Value::from(11), Value::from(5), Some(false)),
        ("<= limit * 2", Value::from(11), Value::Null, None),
        ("not(<= limit * 2)", Value::from(11), Value::Null, None),
        ("<= limit * 2", Value::Null, Value::from(5), None),
        ("limit", Value::from(5), Value::from(5), Some(true)),
        ("limit", Value::from(5), Value::Null, Some(false)),
        ("!= limit", Value::from(5), Value::from(6), Some(true)),
        ("1, limit, > 100", Value::from(101), Value::Null, Some(true)),
        ("not(1, limit)", Value::from(1), Value::from(9), Some(false)),
        ("? > limit and ? < 10", Value::from(9), Value::from(5), Some(true)),
        ("5, ? > limit", Value::from(5), Value::Null, Some(true)),
        ("open and limit > 3", Value::from(0), Value::from(4), Some(true)),
        ("not(? > limit) and open", Value::from(5), Value::from(5), Some(true)),
        ("[limit..limit + 1]", Value::from(6), Value::from(5), Some(true)),
        ("(limit..limit + 1)", Value::from(6), Value::from(5), Some(false)),
    ] {
        assert_eq!(holds(text, input, limit), answer, "{text}");
    }
}

#[test]
fn nothing_and_unknown_are_two_things() {
    let schema = schema(&["days: integer"]);
    assert_eq!(decided("days < 5", &schema, &Facts::new().with("days", Value::Null)), Ok(Value::Null));
    let expression = office_core::rules::Expression::parse("days < 5", &schema, Dialect::Office).unwrap();
    let unknown = EvaluateError::Unknown { position: 1, name: "days".to_owned() };
    assert_eq!(expression.evaluate(&|_| None), Err(unknown));
}
