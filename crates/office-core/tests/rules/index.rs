//! Law: the index decides as the reference does, for every hit policy; cases that are bound as facts that are handed
//! over.

use office_core::rules::{Binding, DecideError, DecisionTable, Dialect, Facts, Schema, TableText, ValueRef};
use proptest::prelude::*;

use crate::generator::{Generated, any_hit, generated};
use crate::reference::{self, Undecided};

fn binding(schema: &Schema) -> Binding<Facts> {
    let inputs = schema.inputs().iter();
    let binder = inputs.fold(Binding::<Facts>::new(schema), |binder, input| {
        let name = input.name().to_owned();
        binder.value(input.name(), input.kind().clone(), move |facts| {
            facts.get(&name).map_or(ValueRef::Null, |fact| fact.as_ref())
        })
    });
    binder.build().unwrap()
}

fn undecided(error: DecideError) -> Undecided {
    match error {
        DecideError::Fact(_) => Undecided::Fact,
        DecideError::TwoMatch { .. } => Undecided::TwoMatch,
        DecideError::Disagree { .. } => Undecided::Disagree,
        other => panic!("{other}"),
    }
}

fn agrees(Generated { text, schema, cases }: &Generated) -> Result<(), TestCaseError> {
    let table = DecisionTable::new(text.clone(), schema, Dialect::Office).unwrap();
    let binding = binding(schema);
    for facts in cases {
        let expected = reference::decide(text, schema, facts);
        prop_assert_eq!(table.decide(facts).map_err(undecided), expected.clone());
        let bound = table.decide_bound(&binding, facts).map_err(undecided);
        let rows = bound.as_ref().map(|bound| bound.rows().collect::<Vec<_>>());
        prop_assert_eq!(
            rows.map_err(|error| *error),
            expected.as_ref().map(|ruling| ruling.rows.clone()).map_err(|error| *error)
        );
        if let (Ok(bound), Ok(expected)) = (bound, expected) {
            prop_assert_eq!(bound.ruling().unwrap(), expected);
        }
    }
    Ok(())
}

proptest! {
    // 625 tables of 16 cases each.
    #![proptest_config(ProptestConfig::with_cases(625))]

    #[test]
    fn few_rows_are_decided_as_the_reference_does(generated in generated(any_hit(), 8, 16)) {
        agrees(&generated)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn more_rows_than_a_word_has_bits_are_decided_as_the_reference_does(
        generated in generated(any_hit(), 8, 4),
        times in 9..20_usize,
    ) {
        // Each row several times, so that rows beyond the first 64 match as well.
        let rows = generated.text.rows.iter().cycle().take(generated.text.rows.len() * times).cloned().collect();
        agrees(&Generated { text: TableText { rows, ..generated.text.clone() }, ..generated })?;
    }
}
