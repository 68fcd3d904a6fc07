//! Functions, and days and times.

use office_core::rules::{Dialect, EvaluateError, Expression, Facts, Kind, Schema, Value};

use super::{decided, read, schema, told, value};

fn all(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        let read = read(text).map_err(|misread| misread.to_string());
        let found = read.map_or_else(|misread| misread, |_| told(text));
        assert_eq!(&found, wanted, "{text}");
    }
}

#[test]
fn texts() {
    all(&[
        ("\"a \"\"b\"\"\" + \"c\"", "a \"b\"c"),
        ("string length(\"横綱\")", "2"),
        ("substring(\"foobar\", 3)", "obar"),
        ("substring(\"foobar\", -2, 1)", "a"),
        ("substring(string: \"foobar\", start position: 3, length: 2)", "ob"),
        ("substring(\"foobar\", 0)", "at character 21: a place counted from 1 is wanted"),
        ("substring before(\"foobar\", \"bar\")", "foo"),
        ("substring after(\"foobar\", \"x\")", ""),
        ("upper case(\"aß\") + lower case(\"B\")", "ASSb"),
        ("contains(\"foobar\", \"ob\") and starts with(\"foo\", \"f\") and not(ends with(\"foo\", \"f\"))", "yes"),
        ("split(\"a;b;;c\", \";\")", "a, b, , c"),
        ("split(\"a\", \"\")", "at character 12: a delimiter of at least one character is wanted"),
        ("string join([\"a\", null, \"b\"], \"-\")", "a-b"),
        ("string(1.50) + string(date(\"2026-01-01\")) + string(yes)", "1.52026-01-01true"),
        ("number(\"1 000,5\", \" \", \",\")", "1000.5"),
        ("number(\"one\")", "at character 8: a number of at most 28 digits is wanted"),
    ]);
}

#[test]
fn numbers() {
    all(&[
        ("abs(-2.5) + abs(-1)", "3.5"),
        ("floor(-1.5)", "-2"),
        ("ceiling(1.05, 1)", "1.1"),
        ("round up(1.121, 2)", "1.13"),
        ("round down(-1.129, 2)", "-1.12"),
        ("round half up(-2.5, 0)", "-3"),
        ("round half down(2.5, 0)", "2"),
        ("round half even(2.5, 0)", "2"),
        ("decimal(1/3, 2)", "0.33"),
        ("round up(1234, -2)", "1300"),
        ("round up(12.31 EUR, 0)", "13.00 EUR"),
        ("round half up(7.5 % of 9.99 EUR, 2)", "0.75 EUR"),
        ("modulo(-12, 5)", "3"),
        ("even(4) and odd(-3) and not(even(2.5))", "yes"),
    ]);
}

#[test]
fn lists() {
    all(&[
        ("count([])", "0"),
        ("sum([])", "nothing"),
        ("sum(1, 2.5, 3)", "6.5"),
        ("sum([1.10 EUR, 2 EUR])", "3.10 EUR"),
        ("mean([1, 2, 4.5])", "2.5"),
        ("min(date(\"2026-02-01\"), date(\"2026-01-01\"))", "2026-01-01"),
        ("max([\"a\", \"c\", \"b\"])", "c"),
        ("list contains([1.0, 2], 1)", "yes"),
        ("index of([1, 2, 1], 1)", "1, 3"),
        ("append([1], 2, 3)", "1, 2, 3"),
        ("concatenate([1], [2, 1])", "1, 2, 1"),
        ("union([1], [2, 1])", "1, 2"),
        ("distinct values([1, 1.0, 2])", "1, 2"),
        ("reverse([1, 2, 3])", "3, 2, 1"),
        ("sublist([1, 2, 3], -2)", "2, 3"),
        ("sublist([1, 2, 3], 2, 1)", "2"),
        ("sublist([1, 2, 3], 3, 2)", "at character 23: a length within the list is wanted"),
        ("[1, 2] = [1.0, 2]", "yes"),
        ("2 in [1, 2]", "yes"),
        ("2 in ([1, 3], 5, [2..4])", "yes"),
        ("{a: 1, \"b c\": {d: 2}}.a", "1"),
    ]);
    let schema = schema(&["lines: list of record (net price: money EUR, count: integer)"]);
    let line = |price: &str, count: i32| {
        let price = Value::Money(price.parse().unwrap());
        Value::Record([("net price".to_owned(), price), ("count".to_owned(), Value::from(count))].into())
    };
    let facts = Facts::new().with("lines", vec![line("1.50 EUR", 2), line("2.00 EUR", 1)]);
    assert_eq!(decided("sum(lines.net price)", &schema, &facts).unwrap().to_string(), "3.50 EUR");
    assert_eq!(decided("max(lines.count)", &schema, &facts), Ok(Value::from(2)));
}

#[test]
fn days_and_times() {
    all(&[
        ("2026-01-31 + P1M", "2026-02-28"),
        ("2024-02-29 + P1Y", "2025-02-28"),
        ("2026-03-01 - P1D", "2026-02-28"),
        ("P2D + 2026-02-28", "2026-03-02"),
        ("2026-01-01 + PT36H", "2026-01-02"),
        ("2026-03-01 - 2026-02-01", "P28D"),
        ("2026-02-28T23:30 + PT1H", "2026-03-01T00:30:00"),
        ("2026-02-28T23:30Z + PT30M", "2026-03-01T00:00:00Z"),
        ("23:30 + PT1H", "00:30:00"),
        ("09:30 - 09:00", "PT30M"),
        ("P1D * 1.5", "P1DT12H"),
        ("PT1H / 3", "PT20M"),
        ("P1D / PT6H", "4"),
        ("P1Y6M * 2 - P1M", "P2Y11M"),
        ("P1Y / 5", "P2M"),
        ("-P1D < PT0S", "yes"),
        ("date(2026, 2, 29)", "at character 6: a day of the calendar such as `2026-10-01` is wanted"),
        ("date(\"2026-02-29\")", "at character 6: a day of the calendar such as `2026-10-01` is wanted"),
        ("date and time(2026-02-28, 09:30)", "2026-02-28T09:30:00"),
        ("date and time(\"2026-02-28T09:30:00+02:00\")", "2026-02-28T07:30:00Z"),
        ("time(9, 30, 15)", "09:30:15"),
        ("duration(\"P1Y\")", "P1Y"),
        ("years and months duration(2026-01-31, 2027-03-30)", "P1Y1M"),
        ("years and months duration(2027-03-30, 2026-01-31)", "-P1Y1M"),
        ("2026-02-28.year * 100 + 2026-02-28.month", "202602"),
        ("2026-11-22.weekday", "7"),
        ("day of week(2026-11-22)", "Sunday"),
        ("month of year(2026-11-22)", "November"),
        ("day of year(2026-02-01)", "32"),
        ("week of year(2027-01-01)", "53"),
        ("P1DT4H30M.hours + 09:30.minute", "34"),
        ("2026-10-01 in [2026-10-01..2026-11-01)", "yes"),
    ]);
    assert_eq!(value("9999-12-31 + P9999999D * 30"), Err(EvaluateError::Overflow { position: 12 }));
}

#[test]
fn values_read_back_from_their_literals() {
    let record = [("plain".to_owned(), Value::from(1)), ("of two".to_owned(), Value::Null)];
    let values = [
        Value::Null,
        Value::from(true),
        Value::from(-5),
        Value::Money("-0.50 EUR".parse().unwrap()),
        Value::Quantity("5 kg".parse().unwrap()),
        // An inch reads like the word `in`, and a unit may be named like a currency.
        Value::Quantity("5 in".parse().unwrap()),
        Value::Quantity("5 EUR".parse().unwrap()),
        Value::Quantity("5 m-2".parse().unwrap()),
        Value::from("a \"b\"\n\\ ü"),
        Value::Date("2026-10-01".parse().unwrap()),
        Value::Date("-0044-03-15".parse().unwrap()),
        Value::Date("+12026-03-15".parse().unwrap()),
        Value::Time("09:30:15.25".parse().unwrap()),
        Value::DateTime("2026-10-01T09:30:00".parse().unwrap()),
        Value::Instant("2026-10-01T07:30:00.000000001Z".parse().unwrap()),
        Value::Duration(chrono::TimeDelta::milliseconds(-90_061_500)),
        Value::Months(-18),
        Value::Scope("company/hq".parse().unwrap()),
        Value::Scope("*".parse().unwrap()),
        Value::List(vec![Value::List(vec![Value::from(1)]), Value::List(Vec::new())]),
        Value::Record(record.into()),
    ];
    for value in values {
        for dialect in [Dialect::Office, Dialect::Dmn] {
            let Ok(literal) = value.literal(dialect) else {
                assert!(matches!(value.kind(), Kind::Money(_) | Kind::Quantity(_) | Kind::Scope), "{value}");
                continue;
            };
            let expression = Expression::parse(&literal, &Schema::default(), dialect).unwrap();
            assert_eq!(expression.evaluate(&|_| None).unwrap(), value, "{literal}");
        }
    }
    // A leap second has no literal.
    let leap = chrono::NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
    assert!(Value::Time(leap).literal(Dialect::Office).is_err());
}

#[test]
fn the_dialect_of_dmn_reads_its_own_literals() {
    let told = |text: &str| {
        let expression = Expression::parse(text, &Schema::default(), Dialect::Dmn).unwrap();
        expression.evaluate(&|_| None).unwrap().to_string()
    };
    assert_eq!(told(".872 + 1 // a comment\n /* and another */ + 1"), "2.872");
    assert_eq!(told("\"\\u6A2A\\n\\\"\\uD83D\\uDC0E\""), "横\n\"🐎");
    assert_eq!(told("@\"P1D\" + @\"2026-02-28\""), "2026-03-01");
    let refused = |text: &str| Expression::parse(text, &Schema::default(), Dialect::Dmn).is_err();
    assert!(refused("5 EUR") && refused("2026-02-28T") && refused("yes") && refused("\"\\x\"") && refused("10 %"));
}
