//! Law: the index decides as the reference does, for every hit policy, and tells the same cells that fail; cases that are
//! bound as facts that are handed over.

use office_core::rules::{
    Binding, Cell, DecideError, DecisionTable, Dialect, Expression, Facts, Failure, HitPolicy, Policy, Schema,
    TableText, ValueRef,
};
use proptest::prelude::*;

use crate::generator::{Generated, any_hit, generated, with_expressions};
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
        DecideError::NoValue { .. } => Undecided::NoValue,
        other => panic!("{other}"),
    }
}

/// The cells that fail, one after the other.
fn failing(text: &TableText, schema: &Schema, facts: &Facts) -> Vec<Failure> {
    let lookup = |place: usize| Some(facts.get(schema.inputs()[place].name())?.as_ref());
    let mut failing = Vec::new();
    for (column, head) in (1..).zip(&text.inputs) {
        let expression = Expression::parse(&head.expression, schema, Dialect::Office).unwrap();
        let kind = schema.place(&head.expression).map_or(expression.kind(), |place| schema.inputs()[place].kind());
        for (row, text) in (1..).zip(&text.rows) {
            let cell = Cell::parse(&text.cells[column - 1], kind, schema, Dialect::Office).unwrap();
            let asks = text.cells[column - 1] != "-";
            let holds = || cell.holds(expression.evaluate(&lookup).unwrap().as_ref(), &lookup);
            if asks && matches!(holds(), Ok(Some(false) | None)) {
                failing.push(Failure { row, column });
            }
        }
    }
    failing
}

fn agrees(Generated { text, schema, cases }: &Generated) -> Result<(), TestCaseError> {
    let table = DecisionTable::new(text.clone(), schema, Dialect::Office).unwrap();
    let policy = Policy::of(table.clone());
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
            let why = bound.why().unwrap();
            let decides = expected.rows.first().copied();
            let end = decides.filter(|_| text.hit == HitPolicy::First).unwrap_or(text.rows.len() + 1);
            let failing: Vec<_> =
                failing(text, schema, facts).into_iter().filter(|failure| failure.row < end).collect();
            let matching =
                (1..=text.rows.len().min(end)).filter(|row| failing.iter().all(|failure| failure.row != *row));
            prop_assert_eq!(why.matching().collect::<Vec<_>>(), matching.collect::<Vec<_>>());
            prop_assert_eq!(why.failures().collect::<Vec<_>>(), failing);
            let (told, by_policy) = (why.explanation(), policy.decide(facts).unwrap().explanation);
            // A policy says besides what the table decides.
            let seen = by_policy.facts.iter().filter(|(name, _)| *name != text.name);
            prop_assert!(told.facts.iter().eq(seen), "{told}, and by the policy {by_policy}");
            prop_assert_eq!(&told.tables, &by_policy.tables);
            prop_assert_eq!(serde_json::to_value(&why).unwrap(), serde_json::to_value(told).unwrap());
            prop_assert_eq!(bound.ruling().unwrap(), expected);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn few_rows_are_decided_as_the_reference_does(generated in generated(any_hit(), 8, 2)) {
        agrees(&generated)?;
    }

    #[test]
    fn few_rows_of_expressions_are_decided_as_the_reference_does(generated in with_expressions(any_hit(), 8, 2)) {
        agrees(&generated)?;
    }
}

proptest! {
    // Of great tables fewer.
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn more_rows_than_a_word_has_bits_are_decided_as_the_reference_does(
        generated in prop_oneof![generated(any_hit(), 8, 4), with_expressions(any_hit(), 8, 4)],
        times in 33..70_usize,
    ) {
        // Each row several times, so that rows beyond the first 64 match as well.
        let rows = generated.text.rows.iter().cycle().take(generated.text.rows.len() * times).cloned().collect();
        agrees(&Generated { text: TableText { rows, ..generated.text.clone() }, ..generated })?;
    }
}
