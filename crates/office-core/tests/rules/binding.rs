//! Facts that are read where they are are decided as facts that are handed over.

use chrono::NaiveDate;
use office_core::rules::{
    BindError, Binding, Cell, DecideError, DecisionTable, Dialect, Facts, HitPolicy, Input, Kind, Policy, Schema,
    TableText, Value, ValueRef,
};
use office_core::{Currency, Decimal, Money, Scope};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

#[derive(Clone, Debug)]
struct Case {
    role: String,
    amount: Money,
    days: i64,
    hours: Decimal,
    on: NaiveDate,
    scope: Scope,
    urgent: bool,
    manager: Option<String>,
}

const HEADER: [&str; 10] = [
    "role",
    "amount: money EUR",
    "days: integer",
    "hours: number",
    "on: date",
    "scope",
    "urgent: boolean",
    "manager: text or nothing",
    "=> n: integer in 1, 2, 3, 4 else 4",
    "outcome",
];

const CELLS: [&[&str]; 8] = [
    &["-", "clerk", "head, clerk", "not(clerk)"],
    &["-", "< 100 EUR", "[100 EUR..500 EUR)", "> 499.99 EUR", "= 100 EUR"],
    &["-", "0", "[1..3]", "> 3", "not(2, 4)"],
    &["-", "<= 7.5", "> 7.5", "7.5"],
    &["-", "< 2026-12-01", "[2026-12-01..2026-12-31]"],
    &["-", "company", "company/hq", "not(company/hq)"],
    &["-", "yes", "no"],
    &["-", "null", "not(null)", "eve"],
];

fn schema(text: &TableText) -> Schema {
    let inputs = text.schema(Dialect::Office).unwrap().inputs().to_vec();
    let optional =
        |input: Input| if input.name() == "manager" { Input::new("manager", Kind::Text).or_nothing() } else { input };
    Schema::new(inputs.into_iter().map(optional)).unwrap()
}

fn table(hit: HitPolicy, rows: &[Vec<String>]) -> DecisionTable {
    let header = HEADER.map(|head| head.trim_end_matches(" or nothing"));
    let text = TableText { name: "trips".into(), hit, ..TableText::from_rows(&header, rows.iter().cloned()).unwrap() };
    DecisionTable::new(text.clone(), &schema(&text), Dialect::Office).unwrap()
}

fn binding(schema: &Schema) -> Binding<Case> {
    Binding::<Case>::new(schema)
        .text("role", |case| &case.role)
        .money("amount", |case| case.amount)
        .integer("days", |case| case.days)
        .number("hours", |case| case.hours)
        .date("on", |case| case.on)
        .scope("scope", |case| &case.scope)
        .boolean("urgent", |case| case.urgent)
        .value("manager", Kind::Text, |case| case.manager.as_deref().map_or(ValueRef::Null, ValueRef::Text))
        .build()
        .unwrap()
}

fn facts(case: &Case) -> Facts {
    Facts::new()
        .with("role", case.role.clone())
        .with("amount", case.amount)
        .with("days", case.days)
        .with("hours", case.hours)
        .with("on", case.on)
        .with("scope", case.scope.clone())
        .with("urgent", case.urgent)
        .with("manager", case.manager.clone().map_or(Value::Null, Value::from))
}

fn row() -> impl Strategy<Value = Vec<String>> {
    let cells: Vec<_> =
        CELLS.iter().map(|cells| prop_oneof![2 => Just("-"), 1 => proptest::sample::select(*cells)]).collect();
    let says = (
        proptest::sample::select(&["1", "2", "3", "4"][..]),
        proptest::sample::select(&["allow", "refuse: no", "approvals: 1 finance travel.approve"][..]),
    );
    (cells, says).prop_map(|(cells, (n, outcome))| {
        cells.into_iter().map(ToOwned::to_owned).chain([n.to_owned(), outcome.to_owned()]).collect()
    })
}

fn case() -> impl Strategy<Value = Case> {
    let day = |day: &str| day.parse::<NaiveDate>().unwrap();
    let days = [day("2026-11-30"), day("2026-12-01"), day("2026-12-31"), day("2027-01-01")];
    (
        proptest::sample::select(&["clerk", "head", "guest"][..]),
        proptest::sample::select(&[9_999, 10_000, 10_001, 49_999, 50_000, 0][..]),
        // Two of a hundred do not fit.
        prop_oneof![49 => Just(Currency::EUR), 1 => Just(Currency::USD)],
        0..5_i64,
        proptest::sample::select(&["7.4", "7.5", "7.50", "7.5001", "8"][..]),
        proptest::sample::select(days.to_vec()),
        proptest::sample::select(&["*", "company", "company/hq", "company/hq/a", "depot"][..]),
        any::<bool>(),
        proptest::option::of(proptest::sample::select(&["eve", "ann"][..])),
    )
        .prop_map(|(role, cents, currency, days, hours, on, scope, urgent, manager)| Case {
            role: role.to_owned(),
            amount: Money::from_minor(cents, currency),
            days,
            hours: hours.parse().unwrap(),
            on,
            scope: scope.parse().unwrap(),
            urgent,
            manager: manager.map(ToOwned::to_owned),
        })
}

/// The first cell of each row that does not pass, counted from 1; none where all do.
fn failing(rows: &[Vec<String>], table: &DecisionTable, facts: &Facts) -> Vec<Option<usize>> {
    let passes = |(input, text): (&Input, &String)| {
        let cell = Cell::parse(text, input.kind(), table.schema(), Dialect::Office).unwrap();
        cell.holds(facts.get(input.name()).unwrap().as_ref(), &|_| None) == Ok(Some(true))
    };
    let failing = |row: &Vec<String>| table.schema().inputs().iter().zip(row).position(|cell| !passes(cell));
    rows.iter().map(|row| failing(row).map(|place| place + 1)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    // Law: the index decides as one cell after the other does, for every hit policy.
    #[test]
    fn a_bound_case_is_decided_as_its_facts_are(
        rows in proptest::collection::vec(row(), 0..5),
        cases in proptest::collection::vec(case(), 1..3),
        hit in proptest::sample::select(HitPolicy::all().filter(|hit| !hit.is_aggregate()).collect::<Vec<_>>()),
    ) {
        let table = table(hit, &rows);
        let binding = binding(table.schema());
        for case in cases {
            let facts = facts(&case);
            let handed_over = table.decide(&facts);
            let bound = table.decide_bound(&binding, &case);
            let Ok(bound) = bound else {
                prop_assert_eq!(bound.map(|_| ()), handed_over.map(|_| ()));
                continue;
            };
            let handed_over = handed_over.unwrap();
            prop_assert_eq!(bound.rows().collect::<Vec<_>>(), &handed_over.rows[..]);
            prop_assert_eq!(bound.ruling().unwrap(), handed_over.clone());
            let policy = Policy::of(table.clone()).decide(&facts).unwrap();
            let explanation = bound.why().unwrap().explanation();
            prop_assert_eq!(&explanation.tables, &policy.explanation.tables);
            prop_assert!(explanation.facts.iter().all(|(name, seen)| policy.explanation.seen(name) == Some(seen)));

            let failing = failing(&rows, &table, &facts);
            let mut failures: Vec<_> = bound.why().unwrap().failures().map(|failure| (failure.row, failure.column)).collect();
            failures.sort_unstable();
            failures.dedup_by_key(|(row, _)| *row);
            let told = if hit == HitPolicy::First { failing.iter().take_while(|failing| failing.is_some()).count() } else { rows.len() };
            let naive: Vec<_> = (1..).zip(&failing[..told]).filter_map(|(row, failing)| failing.map(|column| (row, column))).collect();
            prop_assert_eq!(failures, naive);
            let mut matching: Vec<usize> = (1..).zip(&failing).filter(|(_, failing)| failing.is_none()).map(|(row, _)| row).collect();
            match hit {
                HitPolicy::First => matching.truncate(1),
                HitPolicy::RuleOrder | HitPolicy::Collect => {}
                _ => continue,
            }
            prop_assert_eq!(handed_over.rows, matching);
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_when_it_is_bound() {
    let schema = Schema::new([
        Input::new("role", Kind::Text),
        Input::new("amount", "money EUR".parse().unwrap()),
        Input::new("manager", Kind::Text).or_nothing(),
    ])
    .unwrap();
    let new = || Binding::<Case>::new(&schema).text("role", |case| &case.role);
    let refused =
        |name: &str, found| BindError::OtherKind { name: name.into(), wanted: "money EUR".parse().unwrap(), found };
    let error = |binding: Result<Binding<Case>, BindError>| binding.map(|_| ()).unwrap_err();
    assert_eq!(error(new().integer("age", |_| 1).build()), BindError::NotAsked { name: "age".into() });
    assert_eq!(error(new().integer("amount", |_| 1).build()), refused("amount", Kind::Integer));
    assert_eq!(error(new().text("role", |_| "x").build()), BindError::Twice { name: "role".into() });
    let missing = BindError::Missing { name: "amount".into(), wanted: "money EUR".parse().unwrap() };
    assert_eq!(missing.to_string(), "`amount` is not bound: a fact of kind money EUR is wanted");
    assert_eq!(error(new().build()), missing);
    // The first is told.
    assert_eq!(
        error(new().integer("age", |_| 1).text("role", |_| "x").build()),
        BindError::NotAsked { name: "age".into() }
    );
    // What may be nothing and is not bound is nothing.
    assert!(new().money("amount", |case| case.amount).build().is_ok());
}

#[test]
fn a_binding_of_another_schema_is_refused() {
    let decide = |head: &str, case: &Case| {
        let table = DecisionTable::from_rows(&[head, "outcome"], [vec!["-".into(), "allow".into()]]).unwrap();
        let schema = Schema::new([Input::new("days", Kind::Integer)]).unwrap();
        let binding = Binding::<Case>::new(&schema).integer("days", |case| case.days).build().unwrap();
        table.decide_bound(&binding, case).map(|ruling| ruling.rows().collect::<Vec<_>>())
    };
    let case = case().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    assert_eq!(decide("days: integer", &case), Ok(vec![1]));
    for other in ["days: number", "nights: integer"] {
        assert_eq!(decide(other, &case), Err(DecideError::OtherSchema { table: String::new() }));
    }
}

#[test]
fn more_rows_than_fit_in_one_word_are_decided_alike() {
    let rows: Vec<Vec<String>> = (0..200).map(|row| vec![format!("[{row}..{}]", row + 49), "allow".into()]).collect();
    let mut text = TableText::from_rows(&["days: integer", "outcome"], rows).unwrap();
    text.hit = HitPolicy::RuleOrder;
    let table = DecisionTable::new(text.clone(), &text.schema(Dialect::Office).unwrap(), Dialect::Office).unwrap();
    let binding = Binding::<i64>::new(table.schema()).integer("days", |days| *days).build().unwrap();
    for days in [-1, 0, 49, 63, 64, 128, 199, 248, 249] {
        let bound: Vec<usize> = table.decide_bound(&binding, &days).unwrap().rows().collect();
        let expected: Vec<usize> = (0..200)
            .filter(|row| (*row..=row + 49).contains(&days))
            .map(|row| usize::try_from(row).unwrap() + 1)
            .collect();
        assert_eq!(bound, expected, "{days}");
        assert_eq!(table.decide(&Facts::new().with("days", days)).unwrap().rows, expected, "{days}");
    }
}
