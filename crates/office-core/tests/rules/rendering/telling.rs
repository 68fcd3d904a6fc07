//! Laws 2 and 3: which codes are told does not depend on the language, and everything can be told.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use office_core::rules::{
    CellExplanation, Explanation, Facts, HitPolicy, Outcome, Phrases, RowExplanation, Ruling, TableExplanation, Value,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use super::languages;
use super::marked::{Marked, marked};

/// Phrases that tell codes and parameters instead of words, with the forms of words of a language.
fn coded(plurals: &Json, language: &str) -> Phrases {
    let text = |(code, parameters): (&str, &[&str])| {
        let parameters: Vec<String> = parameters.iter().map(|name| format!(" {name}={{{name}}}")).collect();
        (code.to_owned(), json!(format!("<{code}{}>", parameters.concat())))
    };
    let messages: serde_json::Map<String, Json> = Phrases::codes().map(text).collect();
    json!({"language": language, "plurals": plurals, "messages": messages}).to_string().parse().unwrap()
}

static CODED: LazyLock<[Phrases; 3]> = LazyLock::new(|| {
    let russian = json!([{"form": "one", "ends": ["1"], "but": ["11"]}, {"form": "few", "ends": ["2", "3", "4"]}, {"form": "many"}]);
    let english = json!([{"form": "one", "is": ["1"]}, {"form": "other"}]);
    [coded(&english, "en"), coded(&russian, "ru"), coded(&json!([{"form": "other"}]), "zh")]
});

/// Any text, without reading a pattern for each.
fn any_text() -> BoxedStrategy<String> {
    vec(any::<char>(), 0..12).prop_map(String::from_iter).boxed()
}

fn any_value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
        select(vec!["\n", "a\nDecision: allowed", "***", "", "{row}", "\u{2028}"]).prop_map(Value::from),
    ];
    plain.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::List),
            btree_map(any_text(), inner, 0..3).prop_map(Value::Record),
        ]
    })
}

fn any_explanation() -> impl Strategy<Value = Explanation> {
    let name = || prop_oneof![select(vec!["a", "b", "c\nd"]).prop_map(ToOwned::to_owned), any_text()];
    let cell = (name(), any_text()).prop_map(|(column, asks)| CellExplanation { column, asks });
    let row = (any::<usize>(), vec(cell, 0..3)).prop_map(|(row, cells)| RowExplanation { row, cells });
    let rows = move || vec(row.clone(), 0..3);
    let hit = select(HitPolicy::all().collect::<Vec<_>>());
    let table = (name(), hit, rows(), rows(), rows(), any::<usize>()).prop_map(
        |(table, hit, decided, outranked, failed, untold)| TableExplanation {
            table,
            hit,
            decided,
            outranked,
            failed,
            untold,
        },
    );
    (btree_map(name(), any_value(), 0..4), vec(table, 0..3)).prop_map(|(facts, tables): (BTreeMap<_, _>, _)| {
        let facts = facts.into_iter().fold(Facts::new(), |facts, (name, value)| facts.with(name, value));
        Explanation { version: None, facts, tables }
    })
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let texts = vec![
        "allow",
        "refuse: over_budget(limit: 500 EUR); ask the landlord",
        "approvals: 1 finance purchase.approve escalate to executive after 90m expire after 40h",
        "approvals: 2 finance|executive purchase.approve in company & 1 it purchase.approve no delegation; \
         11 \"the board; all of it\" purchase.approve keep when returned",
    ];
    select(texts).prop_map(|text| text.parse().unwrap())
}

/// How many statements an explanation makes.
fn statements(explanation: &Explanation) -> usize {
    let of_table = |table: &TableExplanation| {
        usize::from(!table.table.is_empty())
            + table.decided.len().max(1)
            + table.outranked.len()
            + table.failed.len()
            + usize::from(table.untold > 0)
    };
    explanation.tables.iter().map(of_table).sum::<usize>().max(1) + usize::from(explanation.version.is_some())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn codes_and_values_do_not_depend_on_the_language(
        explanation in any_explanation(), outcome in any_outcome(), obligations in select(vec!["-", "file_it; tell finance"]),
    ) {
        let obligations = obligations.parse().unwrap();
        let ruling = Ruling { outcome, obligations, reasons: ["late".into()].into(), explanation };
        let [english, russian, chinese] = CODED.each_ref().map(|phrases| ruling.told(phrases));
        prop_assert_eq!(&english, &russian);
        prop_assert_eq!(&english, &chinese);
    }

    #[test]
    fn every_value_is_told_as_it_is_written_in_every_language(Marked { explanation, .. } in marked()) {
        for phrases in languages() {
            let told = explanation.told(phrases);
            for table in &explanation.tables {
                let cells = table.decided.iter().chain(&table.outranked).chain(&table.failed).flat_map(|row| &row.cells);
                for CellExplanation { column, asks } in cells {
                    let seen = explanation.seen(column).unwrap().to_string();
                    prop_assert!(told.contains(column) && told.contains(asks) && told.contains(&seen), "{told}");
                }
            }
        }
    }

    #[test]
    fn everything_is_told_one_line_for_each_statement(explanation in any_explanation(), marked in marked()) {
        for phrases in languages() {
            for explanation in [&explanation, &marked.explanation] {
                let told = explanation.told(phrases);
                let breaks = told.chars().filter(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
                prop_assert_eq!(breaks.count(), statements(explanation) - 1, "{:?}", told);
                prop_assert!(told.split('\n').all(|line| !line.trim().is_empty()));
            }
        }
    }

    #[test]
    fn whatever_was_stored_is_told_and_always_alike(
        explanation in any_explanation(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut json = serde_json::to_vec(&explanation).unwrap();
        let stored: Explanation = serde_json::from_slice(&json).unwrap();
        for phrases in languages() {
            let told = explanation.told(phrases);
            prop_assert_eq!(&stored.told(phrases), &told);
            prop_assert_eq!(stored.told(&phrases.clone()), told);
        }
        // Damaged, it is refused when it is read, or told.
        let at = at.index(json.len());
        json[at] = byte;
        if let Ok(damaged) = serde_json::from_slice::<Explanation>(&json) {
            prop_assert!(!damaged.told(languages()[0]).is_empty());
        }
    }
}
