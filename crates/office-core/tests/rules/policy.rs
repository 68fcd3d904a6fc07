//! Policies: how votes become one outcome, what changes of the rules may do, and what is foreseen.

use std::collections::BTreeSet;

use office_core::Money;
use office_core::rules::{
    DecideError, DecisionTable, DecisionText, Dialect, ExpressionText, FactError, Facts, Foresight, HitPolicy, Input,
    InputText, Kind, Outcome, OutputText, Policy, PolicyBook, PolicyError, PolicyText, Precedence, RowText, Ruling,
    Schema, TableText, Value,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;

use crate::generator::{self, GeneratedPolicy};

/// Hit policies by which several rows vote together.
const JOINED: [HitPolicy; 3] = [HitPolicy::Collect, HitPolicy::RuleOrder, HitPolicy::OutputOrder];
/// Those that decide whatever the rows say.
const CERTAIN: [HitPolicy; 5] =
    [HitPolicy::First, HitPolicy::Priority, HitPolicy::Collect, HitPolicy::RuleOrder, HitPolicy::OutputOrder];
const ALL: [HitPolicy; 7] = [
    HitPolicy::Unique,
    HitPolicy::Any,
    HitPolicy::First,
    HitPolicy::Priority,
    HitPolicy::Collect,
    HitPolicy::RuleOrder,
    HitPolicy::OutputOrder,
];
const PRECEDENCES: [Precedence; 4] =
    [Precedence::DenyOverrides, Precedence::PermitOverrides, Precedence::Unanimous, Precedence::FirstVote];

fn outcome() -> impl Strategy<Value = Outcome> {
    let texts = [
        "allow",
        "refuse: over budget",
        "refuse: blocked",
        "refuse: blocked; over budget",
        "approvals: 1 finance purchase.approve",
        "approvals: 2 finance purchase.approve",
        "approvals: 1 executive purchase.approve; 1 finance purchase.approve",
    ];
    select(texts.map(|text| text.parse::<Outcome>().unwrap()).to_vec())
}

fn looseness(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Refuse(_) => 0,
        Outcome::Approvals(_) => 1,
        Outcome::Allow => 2,
    }
}

fn policy(text: &PolicyText) -> Policy {
    Policy::new(text.clone()).unwrap()
}

fn tables(text: &mut PolicyText) -> impl Iterator<Item = &mut TableText> {
    text.decisions.iter_mut().filter_map(|decision| match decision {
        DecisionText::Table(table) if table.name != "grade" => Some(table),
        _ => None,
    })
}

fn under(precedence: Precedence, generated: &GeneratedPolicy) -> PolicyText {
    PolicyText { precedence, ..generated.text.clone() }
}

/// The facts without those whose place is in the mask.
fn hidden(facts: &Facts, mask: u8) -> Facts {
    let known = facts.iter().enumerate().filter(|(place, _)| mask & (1 << place) == 0);
    known.fold(Facts::new(), |facts, (_, (name, fact))| facts.with(name, fact.clone()))
}

/// Of the first case; the others say what else may be.
fn foresight_holds(policy: &Policy, cases: &[Facts], mask: u8) -> Result<(), TestCaseError> {
    for facts in cases.iter().take(1) {
        let partial = hidden(facts, mask);
        let Ok(foreseen) = policy.foresee(&partial) else {
            // Then it is an error for all completions.
            prop_assert!(policy.decide(facts).is_err());
            continue;
        };
        // Other cases say what else the missing facts may be.
        for other in cases {
            let all = other.iter().filter(|(name, _)| partial.get(name).is_none());
            let all = all.fold(partial.clone(), |all, (name, fact)| all.with(name, fact.clone()));
            match &foreseen {
                Foresight::Decided(outcome) => {
                    prop_assert_eq!(policy.decide(&all).map(|ruling| ruling.outcome), Ok(outcome.clone()));
                }
                // With what is needed it is decided, whatever else is missing.
                Foresight::Needs(needed) => {
                    let enough = all.iter().filter(|(name, _)| needed.contains(*name));
                    let enough = enough.fold(partial.clone(), |enough, (name, fact)| enough.with(name, fact.clone()));
                    let still_needs = matches!(policy.foresee(&enough), Ok(Foresight::Needs(_)));
                    prop_assert!(!still_needs);
                }
            }
        }
    }
    Ok(())
}

fn no_match() -> Outcome {
    Outcome::refuse("no row of the policy matches")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn combining_is_associative_and_independent_of_the_order(
        votes in vec(outcome(), 0..6).prop_flat_map(|votes| (Just(votes.clone()), Just(votes).prop_shuffle())),
        cut in any::<Index>(),
        precedence in select(PRECEDENCES.to_vec()),
    ) {
        let (votes, shuffled) = votes;
        let whole = precedence.combine(votes.clone());
        let (left, right) = votes.split_at(cut.index(votes.len() + 1));
        let parts = [left, right].map(|part| precedence.combine(part.to_vec()));
        prop_assert_eq!(precedence.combine(parts.into_iter().flatten()), whole.clone());
        if precedence != Precedence::FirstVote {
            prop_assert_eq!(precedence.combine(shuffled), whole.clone());
        }
        let twice = votes.iter().chain(&votes).cloned();
        prop_assert_eq!(precedence.combine(twice), whole);
    }

    #[test]
    fn the_order_in_which_decisions_are_listed_changes_nothing(
        (generated, decisions) in generator::policy(&ALL, 2).prop_flat_map(|generated| {
            let decisions = Just(generated.text.decisions.clone()).prop_shuffle();
            (Just(generated), decisions)
        }),
        precedence in select(vec![Precedence::DenyOverrides, Precedence::PermitOverrides, Precedence::Unanimous]),
    ) {
        let one = policy(&under(precedence, &generated));
        let two = policy(&PolicyText { precedence, decisions, ..generated.text.clone() });
        for facts in &generated.cases {
            let said = |policy: &Policy| policy.decide(facts).map(|ruling| (ruling.outcome, ruling.obligations, ruling.reasons));
            match (said(&one), said(&two)) {
                // Which error is told first is all that the order may change.
                (Err(_), Err(_)) => {}
                (one, two) => prop_assert_eq!(one, two),
            }
        }
    }

    #[test]
    fn a_refusal_that_is_added_never_loosens_and_leave_that_is_removed_never_does(
        generated in generator::policy(&CERTAIN, 2),
        table in any::<Index>(),
        row in any::<Index>(),
        cells in vec(any::<Index>(), 4),
    ) {
        let before = under(Precedence::DenyOverrides, &generated);
        let mut with_refusal = before.clone();
        let count = tables(&mut with_refusal).count();
        let target = tables(&mut with_refusal).nth(table.index(count)).unwrap();
        // It asks what other rows ask, so that it matches now and then.
        let asked: Vec<Vec<String>> = target.rows.iter().map(|row| row.cells.clone()).collect();
        let cell = |place: usize| match asked.len() {
            0 => "-".to_owned(),
            rows => asked[cells[place].index(rows)][place].clone(),
        };
        let refusal = RowText {
            cells: (0..target.inputs.len()).map(cell).collect(),
            outputs: vec!["refuse: blocked".into(), "-".into()],
            note: None,
        };
        target.rows.insert(row.index(target.rows.len() + 1), refusal);
        let mut without_leave = before.clone();
        for table in tables(&mut without_leave) {
            let leaves: Vec<usize> =
                (0..table.rows.len()).filter(|row| table.rows[*row].outputs[0] == "allow").collect();
            if !leaves.is_empty() {
                table.rows.remove(leaves[row.index(leaves.len())]);
            }
        }
        let [before, with_refusal, without_leave] = [before, with_refusal, without_leave].map(|text| policy(&text));
        for facts in &generated.cases {
            let decide = |policy: &Policy| policy.decide(facts).map(|ruling| ruling.outcome).ok();
            let (Some(before), Some(after)) = (decide(&before), decide(&with_refusal)) else { continue };
            prop_assert!(after == before || matches!(after, Outcome::Refuse(_)), "{before} became {after}");
            let after = decide(&without_leave).unwrap();
            prop_assert!(looseness(&after) <= looseness(&before), "{before} became {after}");
        }
    }

    #[test]
    fn more_rows_that_match_never_remove_an_obligation_and_outcomes_only_get_stricter(
        generated in generator::policy(&JOINED, 2),
        removed in vec(any::<Index>(), 3),
    ) {
        let more = under(Precedence::DenyOverrides, &generated);
        let mut fewer = more.clone();
        for (table, removed) in tables(&mut fewer).zip(removed) {
            if !table.rows.is_empty() {
                table.rows.remove(removed.index(table.rows.len()));
            }
        }
        let (more, fewer) = (policy(&more), policy(&fewer));
        for facts in &generated.cases {
            let (more, fewer) = (more.decide(facts).unwrap(), fewer.decide(facts).unwrap());
            prop_assert_eq!(more.obligations.clone().join(fewer.obligations), more.obligations);
            // Where nobody voted before, there was no outcome but the default.
            if fewer.outcome != no_match() {
                prop_assert!(more.outcome.is_as_strict_as(&fewer.outcome));
            }
        }
    }

    #[test]
    fn what_no_row_matches_is_refused(generated in generator::policy(&CERTAIN, 2)) {
        let policy = policy(&generated.text);
        for facts in &generated.cases {
            let ruling = policy.decide(facts).unwrap();
            let voted = |table: &office_core::rules::TableExplanation| table.table != "grade" && !table.decided.is_empty();
            if !ruling.explanation.tables.iter().any(voted) {
                prop_assert_eq!(ruling.outcome, no_match());
            }
        }
    }

    #[test]
    fn a_missing_fact_is_an_error_and_never_looser(generated in generator::policy(&CERTAIN, 2), place in 0usize..3) {
        let policy = policy(&generated.text);
        for facts in &generated.cases {
            let decided = policy.decide(facts).unwrap();
            let name = format!("c{place}");
            let fewer = hidden(facts, 1 << place);
            match policy.decide(&fewer) {
                Err(DecideError::Fact(FactError::Missing { path, .. })) => prop_assert_eq!(path, name),
                // Nobody asked for it.
                Ok(other) => prop_assert_eq!(other, decided),
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }

    #[test]
    fn what_is_foreseen_holds_for_every_completion(generated in generator::policy(&ALL, 3), mask in 1u8..8) {
        foresight_holds(&policy(&generated.text), &generated.cases, mask)?;
    }

    #[test]
    fn what_is_foreseen_of_expressions_holds_for_every_completion(
        generated in generator::with_expressions(select(ALL.to_vec()), 6, 3),
        mask in 1u8..8,
    ) {
        let decisions = vec![DecisionText::Table(generated.text.clone())];
        let text = PolicyText { inputs: generated.schema.texts(), decisions, ..PolicyText::default() };
        foresight_holds(&policy(&text), &generated.cases, mask)?;
    }

    #[test]
    fn the_same_policy_and_facts_give_the_same_bytes(generated in generator::policy(&ALL, 2)) {
        let one = policy(&generated.text);
        let stored = serde_json::to_string(&one).unwrap();
        let two: Policy = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!((&one, one.content()), (&two, two.content()));
        let decide = |policy: &Policy| -> Vec<String> {
            let decided = generated.cases.iter().map(|facts| policy.decide(facts).map_err(|error| error.to_string()));
            decided.map(|ruling| serde_json::to_string(&ruling).unwrap()).collect()
        };
        let here = decide(&one);
        prop_assert_eq!(&here, &std::thread::scope(|scope| scope.spawn(|| decide(&two)).join().unwrap()));
        for text in &here {
            let Ok(ruling) = serde_json::from_str::<Result<Ruling, String>>(text).unwrap() else { continue };
            prop_assert_eq!(&serde_json::to_string(&Ok::<_, String>(ruling)).unwrap(), text);
        }
    }

    /// A law of round trips.
    #[test]
    fn a_policy_of_one_table_reads_again_whatever_it_is_called(
        generated in generator::generated(generator::any_hit(), 6, 2),
        name in select(vec!["", " ", "generated", "c0", "c1 ", "n", "1 + 1", "not(c0)"]),
    ) {
        let text = TableText { name: name.into(), ..generated.text.clone() };
        let table = DecisionTable::new(text, &generated.schema, Dialect::Office).unwrap();
        let policy = Policy::of(table);
        let read: Policy = serde_json::from_str(&serde_json::to_string(&policy).unwrap()).unwrap();
        prop_assert_eq!((&read, read.content()), (&policy, policy.content()));
        let mut book = PolicyBook::new("grades");
        let day = "2026-01-01".parse().unwrap();
        book.publish(day, policy.clone()).unwrap();
        for facts in &generated.cases {
            prop_assert_eq!(read.decide(facts), policy.decide(facts));
            prop_assert_eq!(read.value(name, facts), policy.value(name, facts));
            // What was seen is enough to decide it again, though the table is called like a fact.
            if let Ok(ruling) = book.decide(facts, day) {
                prop_assert_eq!(book.replay(&ruling), Ok(()));
            }
        }
    }

    #[test]
    fn a_table_decides_as_its_rows_do_one_by_one(
        generated in (generator::column(), generator::column()).prop_flat_map(|(one, two)| {
            generator::of(HitPolicy::Collect, vec![one, two], generator::votes(), 6, 2)
        })
    ) {
        let text = |decisions| PolicyText { inputs: generated.schema.texts(), decisions, ..PolicyText::default() };
        let whole = policy(&text(vec![DecisionText::Table(generated.text.clone())]));
        let rows = generated.text.rows.iter().enumerate().map(|(number, row)| {
            let name = format!("row {number}");
            DecisionText::Table(TableText { name, rows: vec![row.clone()], ..generated.text.clone() })
        });
        let rows = policy(&text(rows.collect()));
        for facts in &generated.cases {
            let said = |policy: &Policy| policy.decide(facts).map(|ruling| (ruling.outcome, ruling.obligations));
            prop_assert_eq!(said(&whole), said(&rows));
        }
    }
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn table(name: &str, header: &[&str], rows: &[&[&str]]) -> TableText {
    let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
    TableText { name: name.into(), ..TableText::from_rows(header, rows).unwrap() }
}

fn input(text: &str) -> InputText {
    text.parse().unwrap()
}

#[test]
fn decisions_ask_for_each_others_values_by_name_and_in_any_order() {
    let text = PolicyText {
        inputs: vec![input("kind"), input("days: integer")],
        decisions: vec![
            DecisionText::Table(table("approval", &["queue", "outcome"], &[&["urgent", "allow"]])),
            DecisionText::Table(table(
                "queue",
                &["risk", "days", "=> queue: text else normal"],
                &[&["high", "< 3", "urgent"]],
            )),
            DecisionText::Table(table("risk", &["kind", "=> risk: text else low"], &[&["IT", "high"]])),
        ],
        ..PolicyText::default()
    };
    let policy = policy(&text);
    assert_eq!(policy.tables().map(DecisionTable::name).collect::<Vec<_>>(), ["risk", "queue", "approval"]);
    let facts = Facts::new().with("kind", "IT").with("days", 2);
    let ruling = policy.decide(&facts).unwrap();
    assert_eq!((ruling.outcome.clone(), ruling.value("queue")), (Outcome::Allow, Some(&Value::from("urgent"))));
    assert_eq!(ruling.explanation.to_string(), "risk: row 1 decides; queue: row 1 decides; approval: row 1 decides",);
    // One value alone asks only for what it needs.
    assert_eq!(policy.value("risk", &Facts::new().with("kind", "paper")).unwrap(), Some(Value::from("low")));
    assert_eq!(policy.value("approval", &facts).unwrap(), None);
    assert!(matches!(policy.value("queue", &Facts::new().with("kind", "IT")), Err(DecideError::Fact(_))));
}

#[test]
fn decisions_that_ask_for_each_other_are_refused_and_named() {
    let value = |name: &str, asks: &str| {
        let output = format!("=> {name}: text");
        DecisionText::Table(table(name, &[asks, &output], &[&["x", "y"]]))
    };
    let cycle = |decisions| Policy::new(PolicyText { inputs: vec![input("kind")], decisions, ..PolicyText::default() });
    let names = |names: &[&str]| Err(PolicyError::Cycle { names: names.iter().map(ToString::to_string).collect() });
    assert_eq!(cycle(vec![value("a", "a"), value("b", "kind")]), names(&["a"]));
    // What only waits for those in the cycle is not named.
    let round = vec![value("outside", "a"), value("a", "b"), value("b", "c"), value("c", "a"), value("d", "kind")];
    assert_eq!(cycle(round), names(&["a", "b", "c"]));
    assert!(cycle(vec![value("a", "b"), value("b", "kind")]).is_ok());
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let vote = || DecisionText::Table(table("vote", &["kind", "outcome"], &[]));
    let new = |inputs: &[&str], decisions| {
        let inputs = inputs.iter().map(|text| input(text)).collect();
        Policy::new(PolicyText { inputs, decisions, ..PolicyText::default() }).unwrap_err().to_string()
    };
    assert_eq!(new(&["kind"], vec![vote(), vote()]), "two decisions are named `vote`");
    assert_eq!(new(&["kind", "kind"], vec![vote()]), "two inputs are named `kind`");
    let same = DecisionText::Table(table("kind", &["kind", "=> kind: text"], &[]));
    assert_eq!(new(&["kind"], vec![same, vote()]), "two inputs are named `kind`");
    let unknown = DecisionText::Table(table("vote", &["colour", "outcome"], &[]));
    assert!(new(&["kind"], vec![unknown]).starts_with("table `vote`, row 0, column `colour`, character 1"));
    let number = DecisionText::Expression(ExpressionText { name: "n".into(), kind: None, expression: "1 +".into() });
    assert_eq!(new(&[], vec![number]), "the expression of `n` cannot be read");
    let default = PolicyText { decisions: Vec::new(), default: Some("perhaps".into()), ..PolicyText::default() };
    assert_eq!(Policy::new(default).unwrap_err().to_string(), "the default cannot be read");
    let many: Vec<InputText> = (0..65).map(|number| input(&format!("c{number}"))).collect();
    let many = PolicyText { inputs: many, ..PolicyText::default() };
    assert_eq!(Policy::new(many).unwrap_err().to_string(), "at most 64 inputs are wanted");
}

#[test]
fn a_table_that_contradicts_itself_decides_nothing_whatever_others_say() {
    let contradicting = TableText {
        hit: HitPolicy::Unique,
        ..table("twice", &["kind", "outcome"], &[&["-", "allow"], &["IT", "allow"]])
    };
    let refusing = table("never", &["kind", "outcome"], &[&["-", "refuse: never"]]);
    for precedence in PRECEDENCES {
        let decisions = [&refusing, &contradicting].map(|table| DecisionText::Table(table.clone())).to_vec();
        let policy =
            policy(&PolicyText { inputs: vec![input("kind")], decisions, precedence, ..PolicyText::default() });
        let decide = |kind: &str| policy.decide(&Facts::new().with("kind", kind));
        assert_eq!(decide("IT"), Err(DecideError::TwoMatch { table: "twice".into(), rows: (1, 2) }));
        assert!(decide("paper").is_ok());
    }
}

#[test]
fn tables_without_votes_grade_route_and_tolerate() {
    let rows: [&[&str]; 3] = [&["< 100 EUR", "5 %"], &["[100 EUR..1000 EUR)", "2 %"], &["-", "0 %"]];
    let tolerance = Policy::of({
        let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
        DecisionTable::from_rows(&["amount", "=> tolerance: number"], rows).unwrap()
    });
    let facts = |amount: &str| Facts::new().with("amount", money(amount));
    let ruling = tolerance.decide(&facts("99.99 EUR")).unwrap();
    assert_eq!(ruling.outcome, no_match());
    let table = tolerance.tables().next().unwrap();
    let found = |amount: &str| table.decide(&facts(amount)).unwrap().value.to_string();
    assert_eq!(["99.99 EUR", "100 EUR", "1000 EUR"].map(found), ["0.05", "0.02", "0"]);
}

#[test]
fn nothing_is_none_of_what_an_order_asks_for() {
    let schema = Schema::new([Input::new("days", Kind::Integer).or_nothing()]).unwrap();
    let matches = |cell: &str| {
        let output =
            OutputText { name: "outcome".into(), kind: "outcome".parse().unwrap(), allowed: Vec::new(), default: None };
        let text = TableText {
            inputs: vec![InputText { expression: "days".into(), ..InputText::default() }],
            outputs: vec![output],
            rows: vec![RowText { cells: vec![cell.into()], outputs: vec!["allow".into()], note: None }],
            ..TableText::default()
        };
        let table = DecisionTable::new(text, &schema, Dialect::Office).unwrap();
        !table.decide(&Facts::new().with("days", Value::Null)).unwrap().rows.is_empty()
    };
    for cell in ["< 5", "<= 5", "> 5", ">= 5", "[1..5]", "not(< 5)", "not([1..5])", "not(> 5, < 3)", "5", "not(null)"] {
        assert!(!matches(cell), "{cell}");
    }
    for cell in ["null", "-", "not(5)", "null, > 5"] {
        assert!(matches(cell), "{cell}");
    }
}

/// Without it the law above would hold of a policy that foresees nothing.
#[test]
fn much_is_foreseen() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut decided, mut needs) = (0, 0);
    for _ in 0..50 {
        let generated = generator::policy(&ALL, 32).new_tree(&mut runner).unwrap().current();
        let policy = policy(&generated.text);
        for facts in &generated.cases {
            match policy.foresee(&hidden(facts, 1)) {
                Ok(Foresight::Decided(_)) => decided += 1,
                Ok(Foresight::Needs(_)) => needs += 1,
                Err(_) => {}
            }
        }
    }
    assert!(decided > 300 && needs > 300, "{decided} decided, {needs} not");
}

#[test]
fn what_is_foreseen_names_the_facts_that_matter() {
    let rows: [&[&str]; 3] = [
        &["yes", "-", "-", "refuse: blocked"],
        &["-", "IT", "> 900 EUR", "refuse: too much"],
        &["-", "-", "-", "allow"],
    ];
    let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
    let policy =
        Policy::of(DecisionTable::from_rows(&["blocked: boolean", "kind", "amount", "outcome"], rows).unwrap());
    let names = |names: &[&str]| Foresight::Needs(names.iter().map(ToString::to_string).collect::<BTreeSet<_>>());
    let none = Facts::new();
    assert_eq!(policy.foresee(&none).unwrap(), names(&["amount", "blocked", "kind"]));
    let open = none.clone().with("blocked", false);
    assert_eq!(policy.foresee(&open).unwrap(), names(&["amount", "kind"]));
    // Of paper nobody asks what it costs.
    assert_eq!(policy.foresee(&open.clone().with("kind", "paper")).unwrap(), Foresight::Decided(Outcome::Allow));
    assert_eq!(policy.foresee(&open.with("kind", "IT")).unwrap(), names(&["amount"]));
    let wrong = none.with("blocked", "perhaps");
    assert!(matches!(policy.foresee(&wrong), Err(DecideError::Fact(FactError::OtherKind { .. }))));
}

#[test]
fn what_has_no_answer_decides_nothing_whichever_way() {
    for rows in
        [[["< 1 / quotes", "refuse: too few"], ["-", "allow"]], [["< 1 / quotes", "allow"], ["-", "refuse: too few"]]]
    {
        let rows = rows.each_ref().map(<[&str; 2]>::as_slice);
        for hit in CERTAIN {
            let vote = TableText { hit, ..table("vote", &["share: number", "outcome"], &rows) };
            let inputs = vec![input("share: number"), input("quotes: number")];
            let allow = DecisionText::Table(table("allow", &["outcome"], &[&["allow"]]));
            let decisions = vec![allow, DecisionText::Table(vote)];
            for precedence in PRECEDENCES {
                let text = PolicyText {
                    inputs: inputs.clone(),
                    decisions: decisions.clone(),
                    precedence,
                    ..PolicyText::default()
                };
                let decide = |quotes: i64| policy(&text).decide(&Facts::new().with("share", 9).with("quotes", quotes));
                let error = decide(0).unwrap_err();
                assert!(matches!(&error, DecideError::NoValue { table, row: 1, .. } if table == "vote"), "{error}");
                assert!(decide(2).is_ok());
            }
        }
    }
}

#[test]
fn expressions_are_decisions_that_others_ask_for() {
    let expression = |name: &str, kind: Option<&str>, text: &str| {
        let kind = kind.map(|kind| kind.parse().unwrap());
        DecisionText::Expression(ExpressionText { name: name.into(), kind, expression: text.into() })
    };
    let text = PolicyText {
        inputs: vec![input("price: money EUR"), input("count: integer"), input("limit: money EUR")],
        decisions: vec![
            DecisionText::Table(table("vote", &["total", "outcome"], &[&["<= limit", "allow"]])),
            expression("total", Some("money EUR"), "price * count"),
        ],
        ..PolicyText::default()
    };
    let facts = |price: &str, count: i64| Facts::new().with("price", money(price)).with("count", count);
    let decide = |facts: Facts| policy(&text).decide(&facts.with("limit", money("100 EUR")));
    let ruling = decide(facts("33.33 EUR", 3)).unwrap();
    assert_eq!((ruling.outcome.clone(), ruling.value("total")), (Outcome::Allow, Some(&money("99.99 EUR").into())));
    assert_eq!(decide(facts("33.34 EUR", 3)).unwrap().outcome, no_match());
    // What it is computed of is what is needed.
    let foreseen = policy(&text).foresee(&Facts::new().with("price", money("1 EUR"))).unwrap();
    assert_eq!(foreseen, Foresight::Needs(["count".to_owned(), "limit".to_owned()].into()));
    // A value of another kind than is said is refused.
    let wrong = PolicyText {
        inputs: vec![input("n: number")],
        decisions: vec![expression("total", Some("integer"), "n / 2")],
        ..PolicyText::default()
    };
    let decide = |n: i64| policy(&wrong).decide(&Facts::new().with("n", n)).map(|_| ());
    assert_eq!(decide(4), Ok(()));
    assert!(matches!(decide(3), Err(DecideError::OtherValue { .. })));
    let round = PolicyText {
        decisions: vec![expression("a", None, "b + 1"), expression("b", None, "a + 1")],
        ..PolicyText::default()
    };
    assert_eq!(Policy::new(round), Err(PolicyError::Cycle { names: vec!["a".into(), "b".into()] }));
}
