//! Tables of any kinds against the reference.

use office_core::rules::{
    DecideError, DecisionTable, Dialect, FactError, Facts, HitPolicy, Policy, RowExplanation, RowText, TableRuling,
    TableText, Value,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::generator::{Generated, any_hit, generated, with_expressions};
use crate::reference::{self, Undecided};

fn table(generated: &Generated) -> DecisionTable {
    DecisionTable::new(generated.text.clone(), &generated.schema, Dialect::Office).unwrap()
}

fn decided(table: &DecisionTable, facts: &Facts) -> Result<TableRuling, Undecided> {
    table.decide(facts).map_err(|error| match error {
        DecideError::Fact(_) => Undecided::Fact,
        DecideError::TwoMatch { .. } => Undecided::TwoMatch,
        DecideError::Disagree { .. } => Undecided::Disagree,
        DecideError::NoValue { .. } => Undecided::NoValue,
        other => panic!("{other}"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_table_decides_as_the_reference_does(generated in generated(any_hit(), 8, 2)) {
        let table = table(&generated);
        for facts in &generated.cases {
            prop_assert_eq!(decided(&table, facts), reference::decide(&generated.text, &generated.schema, facts));
        }
    }

    #[test]
    fn a_table_of_expressions_decides_as_the_reference_does(generated in with_expressions(any_hit(), 6, 2)) {
        let table = table(&generated);
        for facts in &generated.cases {
            prop_assert_eq!(decided(&table, facts), reference::decide(&generated.text, &generated.schema, facts));
        }
    }

    #[test]
    fn a_hit_policy_that_promises_it_decides_the_same_in_any_order_of_the_rows(
        (generated, text) in generated(any_hit(), 6, 2).prop_flat_map(|generated| {
            let rows = Just(generated.text.rows.clone()).prop_shuffle();
            (Just(generated), rows).prop_map(|(generated, rows)| {
                let text = TableText { rows, ..generated.text.clone() };
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

fn sorted(value: &Value) -> Vec<String> {
    let Value::List(values) = value else { return vec![value.to_string()] };
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
        let generated = with_expressions(any_hit(), 8, 16).new_tree(&mut runner).unwrap();
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
    for refused in ["TwoMatch", "Disagree", "NoValue", "nothing"] {
        assert!(seen.get(refused).is_some_and(|count| *count > 20), "{refused}: {seen:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_order_of_rows_of_which_one_matches_changes_nothing(
        (generated, rows) in generated(Just(HitPolicy::First), 6, 2).prop_flat_map(|generated| {
            let rows = Just(generated.text.rows.clone()).prop_shuffle();
            (Just(generated), rows)
        })
    ) {
        let with = |text: TableText| DecisionTable::new(text, &generated.schema, Dialect::Office).unwrap();
        let first = with(generated.text.clone());
        let shuffled = with(TableText { rows, ..generated.text.clone() });
        let unique = with(TableText { hit: HitPolicy::Unique, ..generated.text.clone() });
        for facts in &generated.cases {
            let Ok(ruling) = unique.decide(facts) else { continue };
            prop_assert_eq!(&first.decide(facts).unwrap(), &ruling);
            let other = shuffled.decide(facts).unwrap();
            prop_assert_eq!(TableRuling { rows: ruling.rows.clone(), ..other }, ruling);
        }
    }

    #[test]
    fn a_row_that_is_repeated_changes_nothing_but_lists_sums_and_counts(
        generated in generated(any_hit(), 6, 2),
        repeated in vec(any::<Index>(), 1..3),
    ) {
        let hit = generated.text.hit;
        let mut text = generated.text.clone();
        for row in repeated {
            if !text.rows.is_empty() {
                text.rows.push(text.rows[row.index(text.rows.len())].clone());
            }
        }
        let (once, twice) = (table(&generated), table(&Generated { text, ..generated.clone() }));
        for facts in &generated.cases {
            match (once.decide(facts), twice.decide(facts)) {
                // Of a unique table it contradicts itself.
                (Ok(one), Err(_)) => prop_assert_eq!((hit, one.rows.len()), (HitPolicy::Unique, 1)),
                (Ok(one), Ok(two)) => {
                    let votes = |ruling: &TableRuling| (ruling.outcome.clone(), ruling.obligations.clone(), ruling.reasons.clone());
                    prop_assert_eq!(votes(&one), votes(&two));
                    let adds = hit.is_list() || matches!(hit, HitPolicy::CollectSum | HitPolicy::CollectCount);
                    prop_assert!(adds || one.value == two.value);
                }
                (Err(_), two) => prop_assert!(two.is_err()),
            }
        }
    }

    #[test]
    fn the_rows_that_decide_come_to_the_same_alone(generated in generated(any_hit(), 8, 2)) {
        let table = table(&generated);
        for facts in &generated.cases {
            let Ok(ruling) = table.decide(facts) else { continue };
            let kept = |(index, row): (usize, &RowText)| ruling.rows.contains(&(index + 1)).then(|| row.clone());
            let rows: Vec<_> = generated.text.rows.iter().enumerate().filter_map(kept).collect();
            let alone = TableText { rows, ..generated.text.clone() };
            let alone = DecisionTable::new(alone, &generated.schema, Dialect::Office).unwrap().decide(facts).unwrap();
            prop_assert_eq!(TableRuling { rows: ruling.rows.clone(), ..alone }, ruling);
        }
    }

    #[test]
    fn facts_that_do_not_fit_are_refused_whatever_the_rows_say(
        generated in generated(any_hit(), 8, 2),
        place in any::<Index>(),
    ) {
        let table = table(&generated);
        let inputs = generated.schema.inputs();
        for facts in generated.cases.iter().filter(|_| !inputs.is_empty()) {
            let place = place.index(inputs.len());
            let (path, wanted) = (inputs[place].name().to_owned(), inputs[place].kind().clone());
            let asked = generated.text.rows.iter().any(|row| row.cells[place] != "-");
            // No column is of this kind.
            let other = Value::List(vec![Value::from("of no column")]);
            let found = other.kind();
            let rest = facts.iter().filter(|(name, _)| *name != path);
            let rest = rest.fold(Facts::new(), |rest, (name, fact)| rest.with(name, fact.clone()));
            let misfit = table.decide(&facts.clone().with(path.clone(), other));
            let missing = table.decide(&rest);
            if asked {
                let other = FactError::OtherKind { path: path.clone(), wanted: wanted.clone(), found };
                prop_assert_eq!(misfit, Err(DecideError::Fact(other)));
                prop_assert_eq!(missing, Err(DecideError::Fact(FactError::Missing { path, wanted })));
            } else {
                // What nobody asks for changes nothing.
                prop_assert_eq!(&misfit, &table.decide(facts));
                prop_assert_eq!(missing, misfit);
            }
        }
    }

    #[test]
    fn the_cells_that_are_cited_are_those_that_hold_or_keep_a_row_from_matching(
        generated in generated(any_hit(), 8, 2)
    ) {
        let table = table(&generated);
        let policy = Policy::of(table.clone());
        for facts in &generated.cases {
            let Ok(ruling) = policy.decide(facts) else { continue };
            let why = &ruling.explanation.tables[0];
            let rows = |rows: &[RowExplanation]| rows.iter().map(|row| row.row).collect::<Vec<_>>();
            prop_assert_eq!(rows(&why.decided), table.decide(facts).unwrap().rows);
            let mut told = [rows(&why.decided), rows(&why.outranked), rows(&why.failed)].concat();
            told.sort_unstable();
            let first = generated.text.hit == HitPolicy::First;
            let last = why.decided.first().filter(|_| first).map_or(generated.text.rows.len(), |row| row.row);
            prop_assert_eq!(told, (1..=last).collect::<Vec<_>>());
            let matching = why.decided.iter().chain(&why.outranked).map(|row| (row, true));
            for (row, matches) in matching.chain(why.failed.iter().map(|row| (row, false))) {
                let cells = &generated.text.rows[row.row - 1].cells;
                let expected: Vec<_> = (0..cells.len()).filter(|place| {
                    let holds = reference::holds(&generated.schema, &generated.text, facts, *place, &cells[*place]);
                    cells[*place] != "-" && holds == matches
                }).collect();
                let cited: Vec<_> = row.cells.iter().map(|cell| {
                    (0..cells.len()).find(|place| generated.text.inputs[*place].expression == cell.column).unwrap()
                }).collect();
                prop_assert_eq!(&cited, &expected);
                for (cell, place) in row.cells.iter().zip(cited) {
                    prop_assert_eq!(&cell.asks, &cells[place]);
                    prop_assert_eq!(ruling.explanation.seen(&cell.column), facts.get(&cell.column));
                }
                prop_assert!(matches || !row.cells.is_empty());
            }
        }
    }
}
