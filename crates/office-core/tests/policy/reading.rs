//! The reader of cells and outcomes, on texts of any kind.

use office_core::{DecisionTable, TableError};
use proptest::prelude::*;

const KINDS: [&str; 7] = ["text", "money", "integer", "number", "boolean", "date", "scope"];

fn read(kind: &str, cell: &str) -> Result<DecisionTable, TableError> {
    let header = format!("asked: {kind}");
    DecisionTable::from_rows(&[&header, "outcome"], [vec![cell.to_owned(), "allow".to_owned()]])
}

/// Texts of the pieces that cells are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("-"),
        Just("<"),
        Just(">="),
        Just("["),
        Just("("),
        Just(".."),
        Just("]"),
        Just(")"),
        Just(","),
        Just("not("),
        Just("100.00 EUR"),
        Just("5 USD"),
        Just("30"),
        Just("4.5"),
        Just("yes"),
        Just("2026-10-01"),
        Just("company/hq"),
        Just("\""),
        Just("IT"),
        Just(" "),
        Just("é"),
        Just("allow"),
        Just("approvals:"),
        Just("1 finance purchase.approve"),
        Just(";"),
        Just("refuse:"),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_a_cell_or_has_a_place_that_is_none(text in prop_oneof![".*", pieces()], kind in 0usize..7) {
        match read(KINDS[kind], &text) {
            Ok(table) => prop_assert_eq!(&table.rows()[0][0], &text),
            Err(error) => {
                prop_assert_eq!((error.row, error.column.as_str()), (1, "asked"));
                prop_assert!((1..=text.chars().count() + 1).contains(&error.position));
                prop_assert!(!error.expected.is_empty());
            }
        }
    }

    #[test]
    fn any_header_and_rows_are_a_table_or_an_error(header in proptest::collection::vec(".{0,8}|outcome|amount|kind: date", 0..4), row in proptest::collection::vec(pieces(), 0..4)) {
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        if let Ok(table) = DecisionTable::from_rows(&header, [row.clone()]) {
            prop_assert!(header.contains(&"outcome") || header.iter().any(|name| name.trim() == "outcome"));
            prop_assert_eq!(table.rows(), &[row]);
        }
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let cases = [
        ("money", "", 1, "an amount such as `100.00 EUR`"),
        ("money", "< 100", 3, "an amount such as `100.00 EUR`"),
        ("money", "[1 EUR, 2 EUR]", 7, "`..` between the ends of an interval"),
        ("money", "[1 EUR..2 USD]", 9, "an end that is after the start, in the same currency"),
        ("money", "(1 EUR..1 EUR]", 9, "an end that is after the start, in the same currency"),
        ("integer", "[1..2", 6, "`]` or `)` at the end of an interval"),
        ("integer", "[1..2] 3", 8, "`,` or the end of the cell"),
        ("integer", "4.5", 1, "a whole number such as `30`"),
        ("number", "<= four", 4, "a number such as `4.5`"),
        ("number", "> 1e3", 3, "a number such as `4.5`"),
        ("number", "[2.50..2.5)", 8, "an end that is after the start, in the same currency"),
        ("boolean", "perhaps", 1, "`yes`, `no` or `-`"),
        ("date", "1 May", 1, "a day such as `2026-10-01`"),
        ("scope", "a//b", 1, "a scope such as `company/hq`"),
        ("text", "not(IT", 7, "`,` or `)`"),
        ("text", "IT,,HR", 4, "a word, `not(..)` or `-`"),
        ("text", "\"IT", 4, "a closing quote"),
    ];
    for (kind, cell, position, expected) in cases {
        let error = read(kind, cell).unwrap_err();
        assert_eq!((error.position, error.expected), (position, expected), "{kind} `{cell}`");
    }
    let long = read("text", &"x".repeat(1_001)).unwrap_err();
    assert_eq!((long.position, long.cell.chars().count()), (1_001, 64));
    let error = |header: &[&str]| DecisionTable::from_rows(header, []).unwrap_err().expected;
    assert_eq!(error(&["kind"]), "a column `outcome`");
    assert_eq!(error(&["kind", "kind", "outcome"]), "a name that no other column has");
    assert_eq!(
        error(&["kind: colour", "outcome"]),
        "`text`, `money`, `integer`, `number`, `boolean`, `date` or `scope`"
    );
    let short = DecisionTable::from_rows(&["kind", "outcome"], [vec!["-".to_owned()]]).unwrap_err();
    assert_eq!((short.row, short.expected), (1, "as many cells as the header has"));
}
