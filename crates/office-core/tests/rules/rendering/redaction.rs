//! Law 4: what is redacted contains no value that may not be read, and does not depend on it.

use std::collections::{BTreeMap, BTreeSet};

use office_core::Money;
use office_core::rules::{
    ChangedCase, DecisionTable, Dialect, Effort, Explanation, Facts, Finding, Input, Kind, NearestChange, Outcome,
    Policy, Schema, TableText, Value, WITHHELD,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::languages;
use super::marked::{Marked, NAMES, marked};
use crate::generator::{Generated, any_hit, fact, generated, value};

fn hidden() -> impl Strategy<Value = BTreeSet<&'static str>> {
    subsequence(NAMES.to_vec(), 0..=NAMES.len()).prop_map(|hidden| hidden.into_iter().collect())
}

/// Tables that ask for something.
fn asking() -> impl Strategy<Value = Generated> {
    generated(any_hit(), 6, 2).prop_filter("asks for nothing", |generated| !generated.schema.inputs().is_empty())
}

/// All that is sent out, in every form.
fn sent(explanation: &Explanation) -> Vec<String> {
    let told = languages().map(|phrases| explanation.told(phrases));
    told.into_iter().chain([explanation.to_string(), serde_json::to_string(explanation).unwrap()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_text_of_a_hidden_value_never_appears_and_that_of_others_stays(
        Marked { explanation, values } in marked(), hidden in hidden(),
    ) {
        let redacted = explanation.redacted(|name| !hidden.contains(name));
        let sent = sent(&redacted);
        for (value, of) in &values {
            if of.is_disjoint(&hidden) {
                prop_assert!(sent[4].contains(value), "{value} of {of:?} is lost without {hidden:?}: {}", sent[4]);
            } else {
                for text in &sent {
                    prop_assert!(!text.contains(value), "{value} of {of:?} without {hidden:?}: {text}");
                }
            }
        }
        // What may be sent is data like any other.
        prop_assert_eq!(&serde_json::from_str::<Explanation>(&sent[4]).unwrap(), &redacted);
        prop_assert_eq!(redacted == explanation, values.values().all(|of| of.is_disjoint(&hidden)));
    }

    #[test]
    fn redacting_twice_is_redacting_for_whoever_may_read_what_both_allow(
        Marked { explanation, .. } in marked(), one in hidden(), two in hidden(),
    ) {
        let redacted = explanation.redacted(|name| !one.contains(name));
        prop_assert_eq!(&redacted.redacted(|name| !one.contains(name)), &redacted);
        let both = explanation.redacted(|name| !one.contains(name) && !two.contains(name));
        prop_assert_eq!(redacted.redacted(|name| !two.contains(name)), both);
    }

    #[test]
    fn whoever_may_read_only_what_is_named_reads_nothing_else(
        Marked { explanation, values } in marked(), allowed in select(vec!["amount", "kind", "amounts"]),
    ) {
        let json = serde_json::to_string(&explanation.redacted(|name| name == allowed)).unwrap();
        for (value, of) in values {
            let others = of.iter().any(|name| *name != allowed);
            prop_assert!(!others || !json.contains(&value), "{value} of {of:?}");
        }
    }

    #[test]
    fn what_is_told_of_a_decided_case_does_not_depend_on_hidden_facts(
        (generated, facts) in asking().prop_flat_map(|generated| {
            let inputs = generated.schema.inputs().iter();
            let kinds = inputs.map(|input| crate::generator::Column { kind: input.kind().clone(), optional: false });
            let facts: Vec<_> = kinds.map(|column| fact(&column)).collect();
            (Just(generated), facts)
        }),
        hidden in any::<prop::sample::Index>(),
    ) {
        let table = DecisionTable::new(generated.text.clone(), &generated.schema, Dialect::Office).unwrap();
        let policy = Policy::of(table);
        let names: Vec<&str> = generated.schema.inputs().iter().map(Input::name).collect();
        let name = names[hidden.index(names.len())];
        for case in &generated.cases {
            let Ok(ruling) = policy.decide(case) else { continue };
            let redacted = ruling.redacted(|read| read != name);
            // What no column asks for is not known to the explanation.
            if ruling.explanation.seen(name).is_none() {
                continue;
            }
            prop_assert_eq!(redacted.explanation.seen(name), Some(&Value::from(WITHHELD)));
            prop_assert_eq!(&redacted.outcome, &ruling.outcome);
            // Another value of the fact, and other cells that ask of it.
            let mut other = ruling.clone();
            let place = names.iter().position(|known| *known == name).unwrap();
            other.explanation.facts = other.explanation.facts.with(name, facts[place].clone());
            for table in &mut other.explanation.tables {
                let rows = table.decided.iter_mut().chain(&mut table.outranked).chain(&mut table.failed);
                for cell in rows.flat_map(|row| &mut row.cells).filter(|cell| cell.column == name) {
                    cell.asks = format!("= {}", facts[place]);
                }
            }
            prop_assert_eq!(other.redacted(|read| read != name), redacted);
        }
    }

    #[test]
    fn changes_and_changed_cases_tell_no_hidden_value(
        kind in select(vec!["money EUR", "number", "date", "quantity kg"]), ticks in [0..9_i64, 0..9_i64],
        hidden in any::<bool>(),
    ) {
        // Of so many digits that they occur nowhere else.
        let [from, to] = ticks.map(|tick| value(&kind.parse().unwrap(), 70_001 + tick));
        let texts = [from.to_string(), to.to_string()];
        let outcome = Outcome::refuse("too much");
        let change = NearestChange { input: "a".into(), from: from.clone(), to, outcome: outcome.clone(), least: true };
        let case = ChangedCase {
            case: "PR-1".into(),
            facts: Facts::new().with("a", from.clone()).with("2 * a", from),
            before: None,
            after: None,
        };
        let change = change.redacted(|name| !hidden || name != "a");
        let case = case.redacted(|name| !hidden || name != "a");
        let json = serde_json::to_string(&change).unwrap();
        let sent = languages().map(|phrases| change.told(phrases)).into_iter().chain([change.to_string(), json]);
        for text in sent {
            for value in &texts {
                prop_assert_eq!(!text.contains(value), hidden, "{}", text);
            }
        }
        prop_assert_eq!(!serde_json::to_string(&case).unwrap().contains(&texts[0]), hidden);
        prop_assert_eq!(case.facts.get("2 * a") == Some(&Value::from(WITHHELD)), hidden);
        prop_assert_eq!(&change.outcome, &outcome);
    }

    #[test]
    fn a_refusal_tells_no_value_of_the_case(mark in 10_000_000..99_999_999_i64, way in 0..8_usize) {
        let (head, cell, output) = [
            // Of the schema, of a column that is computed, of what is said.
            ("days", "> 5", "allow"),
            ("salary + 1: integer in [0..9]", "> 5", "allow"),
            ("salary", "-", "salary"),
            ("word", "-", "word"),
            // Of another kind, without a value, too great to be held.
            ("salary", "> 5", "allow"),
            ("1 / (salary - salary)", "> 5", "allow"),
            ("date(word)", "> date(\"2026-01-01\")", "allow"),
            ("salary * 9999999999999999999999 * 9999999999", "> 5", "allow"),
        ][way];
        let head_of_output = ["outcome", "=> n: integer in 1, 2", "=> grade: text in good, poor"];
        let head_of_output = head_of_output[match way { 2 => 1, 3 => 2, _ => 0 }];
        let text = TableText::from_rows(&[head, head_of_output], [vec![cell.to_owned(), output.to_owned()]]).unwrap();
        let days = Input::new("days", Kind::Integer).allowing("[0..366]", Dialect::Office).unwrap();
        let schema = Schema::new([days, Input::new("salary", Kind::Integer), Input::new("word", Kind::Text)]).unwrap();
        let table = DecisionTable::new(text, &schema, Dialect::Office).unwrap();
        let word = Value::from(format!("x{mark}"));
        let salary = if way == 4 { word.clone() } else { mark.into() };
        let facts = Facts::new().with("days", mark).with("salary", salary).with("word", word);
        let refused = Policy::of(table).decide(&facts).unwrap_err();
        let mut story = format!("{refused:?}");
        let mut told: Option<&dyn std::error::Error> = Some(&refused);
        while let Some(error) = told {
            story.push_str(&error.to_string());
            told = error.source();
        }
        prop_assert!(!story.contains(&mark.to_string()), "{story}");
    }

    #[test]
    fn findings_tell_no_hidden_value(mark in 10_000_000..99_999_999_i64, hidden in any::<bool>()) {
        let cells: BTreeMap<String, String> =
            [("salary".into(), format!("> {mark} EUR")), ("kind".into(), "IT".into())].into();
        let witness = Facts::new().with("kind", "IT").with("salary", Money::from_minor(mark * 100, office_core::Currency::EUR));
        let findings = [
            Finding::Gap { cells: cells.clone(), witness: witness.clone() },
            Finding::Conflict { rows: (1, 2), cells, witness },
            Finding::Unused { output: "salary".into(), value: mark.to_string() },
            Finding::Mergeable { rows: (1, 2), input: "salary".into(), cell: format!("< {mark} EUR") },
            Finding::Mergeable { rows: (1, 2), input: "salary / 12".into(), cell: format!("< {mark} EUR") },
        ];
        for (place, finding) in findings.into_iter().enumerate() {
            let redacted = finding.redacted(|name| !(hidden && name.contains("salary")));
            let json = serde_json::to_string(&redacted).unwrap();
            let told = languages().map(|phrases| redacted.told(phrases));
            for text in told.into_iter().chain([redacted.to_string(), json]) {
                prop_assert_eq!(!text.contains(&mark.to_string()), hidden, "{}", text);
                prop_assert!(place > 1 || text.contains("IT"));
            }
        }
    }
}

#[test]
fn what_is_found_in_a_table_is_redacted_with_its_witness() {
    let rows = [["< 61000 EUR", "allow"], ["> 62000 EUR", "allow"]].map(|row| row.map(ToOwned::to_owned).to_vec());
    let table = DecisionTable::from_rows(&["salary: money EUR", "outcome"], rows).unwrap();
    let analysis = table.analyse(Effort::default());
    let gap = analysis.findings.iter().find(|finding| matches!(finding, Finding::Gap { .. })).unwrap();
    let redacted = gap.redacted(|name| name != "salary");
    assert_eq!(redacted.to_string(), "no row matches where salary is ***");
    assert!(!serde_json::to_string(&redacted).unwrap().contains('6'));
    assert_eq!(redacted.redacted(|_| true), redacted);
}

#[test]
fn records_are_redacted_by_field_and_no_deeper_than_they_can_be_looked_into() {
    let mut value = Value::from("secret");
    for _ in 0..200 {
        value = Value::Record([("a".to_owned(), value)].into());
    }
    let explanation = Explanation { version: None, facts: Facts::new().with("a", value), tables: Vec::new() };
    let redacted = explanation.redacted(|_| true);
    assert!(!serde_json::to_string(&redacted).unwrap().contains("secret"));
    // A name that is no name, and a part of nothing, are asked for like any other.
    let odd = Facts::new().with("", "one").with(".", "two").with("a..b", "three");
    let odd = Explanation { version: None, facts: odd, tables: Vec::new() };
    assert_eq!(odd.redacted(|_| true), odd);
    assert!(odd.redacted(|_| false).facts.iter().all(|(_, value)| *value == Value::from(WITHHELD)));
}
