//! Tables of any kinds against the reference.

use office_core::rules::{DecideError, DecisionTable, Dialect, Facts, HitPolicy, TableRuling};
use proptest::prelude::*;

use crate::generator::{Generated, any_hit, generated};
use crate::reference::{self, Undecided};

fn table(generated: &Generated) -> DecisionTable {
    DecisionTable::new(generated.text.clone(), &generated.schema, Dialect::Office).unwrap()
}

fn decided(table: &DecisionTable, facts: &Facts) -> Result<TableRuling, Undecided> {
    table.decide(facts).map_err(|error| match error {
        DecideError::Fact(_) => Undecided::Fact,
        DecideError::TwoMatch { .. } => Undecided::TwoMatch,
        DecideError::Disagree { .. } => Undecided::Disagree,
        other => panic!("{other}"),
    })
}

proptest! {
    // 625 tables of 16 cases each.
    #![proptest_config(ProptestConfig::with_cases(625))]

    #[test]
    fn a_table_decides_as_the_reference_does(generated in generated(any_hit(), 8, 16)) {
        let table = table(&generated);
        for facts in &generated.cases {
            prop_assert_eq!(decided(&table, facts), reference::decide(&generated.text, &generated.schema, facts));
        }
    }

    #[test]
    fn a_hit_policy_that_promises_it_decides_the_same_in_any_order_of_the_rows(
        (generated, text) in generated(any_hit(), 6, 16).prop_flat_map(|generated| {
            let rows = Just(generated.text.rows.clone()).prop_shuffle();
            (Just(generated), rows).prop_map(|(generated, rows)| {
                let text = office_core::rules::TableText { rows, ..generated.text.clone() };
                (generated, text)
            })
        })
    ) {
        let shuffled = table(&Generated { text, ..generated.clone() });
        if !generated.text.hit.depends_on_order() {
            let table = table(&generated);
            for facts in &generated.cases {
                let (one, two) = (decided(&table, facts), decided(&shuffled, facts));
                match (one, two) {
                    (Ok(one), Ok(two)) => {
                        prop_assert_eq!(one.rows.len(), two.rows.len());
                        prop_assert_eq!((one.outcome, one.obligations, one.reasons), (two.outcome, two.obligations, two.reasons));
                        // A list has the same values in another order.
                        prop_assert_eq!(sorted(&one.value), sorted(&two.value));
                    }
                    (one, two) => prop_assert_eq!(one, two),
                }
            }
        }
    }
}

fn sorted(value: &office_core::rules::Value) -> Vec<String> {
    let office_core::rules::Value::List(values) = value else { return vec![value.to_string()] };
    let mut texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    texts.sort_unstable();
    texts
}

/// The generator reaches what its tests are about: without it they would say little.
#[test]
fn every_hit_policy_is_seen_to_decide_and_to_refuse() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..600 {
        let generated = generated(any_hit(), 8, 16).new_tree(&mut runner).unwrap();
        let generated = proptest::strategy::ValueTree::current(&generated);
        let table = table(&generated);
        for facts in &generated.cases {
            let found = match decided(&table, facts) {
                Ok(ruling) if ruling.rows.is_empty() => "nothing".to_owned(),
                Ok(ruling) => {
                    format!("{} by {}", generated.text.hit, if ruling.rows.len() > 1 { "several" } else { "one" })
                }
                Err(error) => format!("{error:?}"),
            };
            *seen.entry(found).or_default() += 1;
        }
    }
    for hit in HitPolicy::all() {
        assert!(seen.contains_key(&format!("{hit} by one")), "{hit}: {seen:?}");
        let several = !matches!(hit, HitPolicy::Unique | HitPolicy::First);
        assert_eq!(seen.contains_key(&format!("{hit} by several")), several, "{hit}: {seen:?}");
    }
    for refused in ["TwoMatch", "Disagree", "nothing"] {
        assert!(seen.get(refused).is_some_and(|count| *count > 20), "{refused}: {seen:?}");
    }
}
