//! Tables against the same rules said plainly.

use chrono::NaiveDate;
use office_core::rules::Outcome;
use office_core::{
    ApprovalPolicy, Currency, DecideError, Decimal, DecisionTable, FactKind, Facts, Money, PublishError, Scope,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A rule as a structure, from which the texts of a row are written.
#[derive(Clone, Debug)]
struct Rule {
    kind: Option<(bool, Vec<&'static str>)>,
    amount: Option<(i64, i64, u8)>,
    scope: Option<&'static str>,
    within_budget: Option<bool>,
    days: Option<(i64, u8)>,
    outcome: &'static str,
}

#[derive(Clone, Debug)]
struct Case {
    kind: &'static str,
    amount: i64,
    scope: &'static str,
    within_budget: bool,
    days: i64,
}

const KINDS: [&str; 3] = ["IT", "catering", "paper, ink"];
const SCOPES: [&str; 4] = ["*", "company", "company/hq", "company/hq-annex"];
const OUTCOMES: [&str; 3] = ["allow", "refuse: spent", "approvals: 2 finance purchase.approve"];
const HEADER: [&str; 6] = ["kind", "amount", "scope", "within_budget", "days: number", "outcome"];

fn euro(hundreds: i64) -> Money {
    Money::from_minor(hundreds * 100, Currency::EUR)
}

/// Days are told in halves.
fn halves(count: i64) -> Decimal {
    Decimal::new(count * 5, 1)
}

fn rule() -> impl Strategy<Value = Rule> {
    let kind = option::weighted(0.5, (any::<bool>(), vec(select(KINDS.to_vec()), 1..3)));
    let amount = option::weighted(0.6, (0i64..6, 0i64..6, 0u8..9));
    let scope = option::weighted(0.4, select(SCOPES.to_vec()));
    let days = option::weighted(0.4, (0i64..4, 0u8..5));
    (kind, amount, scope, option::weighted(0.4, any::<bool>()), days, select(OUTCOMES.to_vec())).prop_map(
        |(kind, amount, scope, within_budget, days, outcome)| Rule {
            kind,
            amount: amount.map(|(one, two, form)| (one.min(two), one.max(two), form)),
            scope,
            within_budget,
            days,
            outcome,
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    (select(KINDS.to_vec()), 0i64..7, select(SCOPES.to_vec()), any::<bool>(), 0i64..5)
        .prop_map(|(kind, amount, scope, within_budget, days)| Case { kind, amount, scope, within_budget, days })
}

const SIGNS: [&str; 5] = ["<", "<=", ">", ">=", ""];

fn compared(value: i64, sign: u8, bound: i64) -> bool {
    match sign {
        0 => value < bound,
        1 => value <= bound,
        2 => value > bound,
        3 => value >= bound,
        _ => value == bound,
    }
}

impl Rule {
    fn texts(&self) -> Vec<String> {
        let any = || "-".to_owned();
        let kind = self.kind.as_ref().map_or_else(any, |(not, kinds)| {
            let quoted: Vec<_> = kinds.iter().map(|kind| format!("\"{kind}\"")).collect();
            if *not { format!("not({})", quoted.join(", ")) } else { quoted.join(",") }
        });
        let amount = self.amount.map_or_else(any, |(low, high, form)| {
            let (low, high) = (euro(low), euro(high));
            match form {
                5 => format!("[{low}..{high}]"),
                6 => format!("< {low}, > {high}"),
                7 => format!("not({low}, {high})"),
                8 => format!("({low} .. {}]", high.checked_add(euro(1)).unwrap()),
                sign => format!("{} {low}", SIGNS[usize::from(sign)]),
            }
        });
        let yes = |yes: bool| if yes { "yes".to_owned() } else { "no".to_owned() };
        let days = self.days.map_or_else(any, |(bound, sign)| format!("{}{}", SIGNS[usize::from(sign)], halves(bound)));
        let scope = self.scope.map_or_else(any, ToOwned::to_owned);
        vec![kind, amount, scope, self.within_budget.map_or_else(any, yes), days, self.outcome.to_owned()]
    }

    /// The first column that does not hold.
    fn fails(&self, case: &Case) -> Option<&'static str> {
        let kind = self.kind.as_ref().is_none_or(|(not, kinds)| kinds.contains(&case.kind) != *not);
        let amount = self.amount.is_none_or(|(low, high, form)| match form {
            5 => (low..=high).contains(&case.amount),
            6 => case.amount < low || case.amount > high,
            7 => case.amount != low && case.amount != high,
            8 => case.amount > low && case.amount <= high + 1,
            sign => compared(case.amount, sign, low),
        });
        let inside = |scope: &str| scope == "*" || case.scope == scope || case.scope.starts_with(&format!("{scope}/"));
        let held = [
            ("kind", kind),
            ("amount", amount),
            ("scope", self.scope.is_none_or(inside)),
            ("within_budget", self.within_budget.is_none_or(|yes| yes == case.within_budget)),
            ("days", self.days.is_none_or(|(bound, sign)| compared(case.days, sign, bound))),
        ];
        held.iter().find(|(_, holds)| !holds).map(|(column, _)| *column)
    }
}

fn table(rules: &[Rule]) -> DecisionTable {
    DecisionTable::from_rows(&HEADER, rules.iter().map(Rule::texts)).unwrap()
}

fn facts(case: &Case) -> Facts {
    Facts::new()
        .with("kind", case.kind)
        .with("amount", euro(case.amount))
        .with("scope", case.scope.parse::<Scope>().unwrap())
        .with("within_budget", case.within_budget)
        .with("days", halves(case.days))
}

fn day(ordinal: u32) -> NaiveDate {
    NaiveDate::from_yo_opt(2026, ordinal).unwrap()
}

proptest! {
    #[test]
    fn the_first_row_that_matches_decides_and_the_others_say_why_not(rules in vec(rule(), 0..8), case in case()) {
        let ruling = table(&rules).decide(&facts(&case)).unwrap();
        let matched = rules.iter().position(|rule| rule.fails(&case).is_none());
        prop_assert_eq!(ruling.explanation.matched, matched.map(|index| index + 1));
        let above = &rules[..matched.unwrap_or(rules.len())];
        let expected: Vec<_> = above.iter().filter_map(|rule| rule.fails(&case)).collect();
        let found: Vec<_> = ruling.explanation.passed_over.iter().map(|miss| miss.column.as_str()).collect();
        prop_assert_eq!(found, expected);
        let facts = facts(&case);
        for miss in &ruling.explanation.passed_over {
            prop_assert_eq!(facts.get(&miss.column), Some(&miss.actual));
        }
        match matched {
            Some(index) => prop_assert_eq!(ruling.outcome.to_string(), rules[index].outcome),
            None => prop_assert!(matches!(ruling.outcome, Outcome::Refuse(_))),
        }
    }

    #[test]
    fn what_is_stored_reads_back_and_decides_the_same(rules in vec(rule(), 0..6), case in case()) {
        let table = table(&rules);
        let stored = serde_json::to_string(&table).unwrap();
        let read: DecisionTable = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(&read, &table);
        let ruling = table.decide(&facts(&case)).unwrap();
        prop_assert_eq!(read.decide(&facts(&case)), Ok(ruling.clone()));
        let stored = serde_json::to_string(&ruling).unwrap();
        prop_assert_eq!(serde_json::from_str::<office_core::Ruling>(&stored).unwrap(), ruling);
    }

    #[test]
    fn facts_that_no_row_asks_for_change_nothing(rules in vec(rule(), 1..6), case in case(), column in 0usize..5) {
        let free: Vec<Vec<String>> = rules.iter().map(|rule| {
            let mut texts = rule.texts();
            texts[column] = "-".into();
            texts
        }).collect();
        let table = DecisionTable::from_rows(&HEADER, free).unwrap();
        let name = HEADER[column].trim_end_matches(": number");
        let other_kind = facts(&case).with(name, day(1)).with("unheard_of", true);
        prop_assert_eq!(table.decide(&facts(&case)), table.decide(&other_kind));
    }

    #[test]
    fn what_is_not_known_is_never_allowed(rules in vec(rule(), 1..6), case in case(), column in 0usize..5) {
        let asked = rules.iter().any(|rule| rule.texts()[column] != "-");
        let name = HEADER[column].trim_end_matches(": number");
        let (mut rest, wrong) = (Facts::new(), facts(&case).with(name, day(1)));
        for (known, fact) in facts(&case).iter().filter(|(known, _)| *known != name) {
            rest = rest.with(known, fact.clone());
        }
        let kind = facts(&case).get(name).unwrap().kind();
        if asked {
            let missing = DecideError::MissingFact { column: name.into(), wanted: kind };
            prop_assert_eq!(table(&rules).decide(&rest), Err(missing));
            let other = DecideError::OtherKind { column: name.into(), wanted: kind, found: FactKind::Date };
            prop_assert_eq!(table(&rules).decide(&wrong), Err(other));
        } else {
            prop_assert!(table(&rules).decide(&rest).is_ok());
        }
    }

    #[test]
    fn another_currency_is_an_error_where_it_could_decide(rules in vec(rule(), 1..6), case in case()) {
        let dollars = Money::from_minor(case.amount * 100, Currency::USD);
        let found = table(&rules).decide(&facts(&case).with("amount", dollars));
        let could = |rule: &&Rule| Rule { amount: None, ..(*rule).clone() }.fails(&case).is_none();
        match rules.iter().find(could) {
            Some(rule) if rule.amount.is_some() => {
                let refused = matches!(found, Err(DecideError::OtherCurrency { .. }));
                prop_assert!(refused);
            }
            Some(rule) => prop_assert_eq!(found.unwrap().outcome.to_string(), rule.outcome),
            None => prop_assert_eq!(found.unwrap().explanation.matched, None),
        }
    }

    #[test]
    fn each_day_is_decided_by_the_version_in_force(days in vec(1u32..300, 1..6), on in 1u32..300, later in 301u32..360) {
        let mut policy = ApprovalPolicy::new("purchasing");
        let version = |since: u32| DecisionTable::from_rows(&["outcome"], [vec![format!("refuse: {since}")]]).unwrap();
        for since in &days {
            policy.publish(day(*since), version(*since)).unwrap();
        }
        let decided = policy.decide(&Facts::new(), day(on));
        let none = DecideError::NoneInForce { policy: "purchasing".into(), on: day(on) };
        let in_force = days.iter().filter(|since| **since <= on).max().ok_or(none);
        let expected = in_force.map(|since| Outcome::refuse(since.to_string()));
        prop_assert_eq!(decided.clone().map(|ruling| ruling.outcome), expected);
        policy.publish(day(later), version(later)).unwrap();
        prop_assert_eq!(policy.decide(&Facts::new(), day(on)), decided);
        let changed = policy.publish(day(days[0]), version(later));
        prop_assert_eq!(changed, Err(PublishError::AlreadyPublished { since: day(days[0]) }));
    }
}

#[test]
fn whole_numbers_and_exact_ones_are_two_kinds() {
    let table = |kind: &str| {
        let rows = [["<= 10", "allow"], ["(10..12]", "refuse: long"]].map(|row| row.map(ToOwned::to_owned).to_vec());
        DecisionTable::from_rows(&[&format!("days: {kind}"), "outcome"], rows).unwrap()
    };
    let matched = |kind: &str, facts: Facts| table(kind).decide(&facts).map(|ruling| ruling.explanation.matched);
    let number = |tenths: i64| Facts::new().with("days", Decimal::new(tenths, 1));
    assert_eq!(matched("number", number(100)), Ok(Some(1)));
    assert_eq!(matched("number", number(105)), Ok(Some(2)));
    assert_eq!(matched("number", number(125)), Ok(None));
    assert_eq!(matched("integer", Facts::new().with("days", 11_i64)), Ok(Some(2)));
    let other = |wanted, found| Err(DecideError::OtherKind { column: "days".into(), wanted, found });
    assert_eq!(matched("integer", number(100)), other(FactKind::Integer, FactKind::Number));
    assert_eq!(matched("number", Facts::new().with("days", 10_i64)), other(FactKind::Number, FactKind::Integer));
    let stored = serde_json::to_string(&number(105)).unwrap();
    assert_eq!(stored, r#"{"days":{"number":"10.5"}}"#);
    assert_eq!(serde_json::from_str::<Facts>(&stored).unwrap(), number(105));
}

#[test]
fn a_policy_is_stored_like_this() {
    let rows = [
        ["IT, HR", "[100 EUR..500 EUR)", "yes", "approvals: 1 office_manager purchase.approve company/hq", "-"],
        ["-", "-", "-", "refuse: no rule", "tell the requester; file it"],
    ];
    let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
    let header = ["kind", "amount", "within_budget", "outcome", "obligations"];
    let mut policy = ApprovalPolicy::new("purchasing");
    policy.publish(day(1), DecisionTable::from_rows(&header, rows).unwrap()).unwrap();
    let known = Facts::new().with("kind", "IT").with("amount", euro(150)).with("within_budget", true);
    let rulings = [known.clone().with("amount", euro(1)), known].map(|facts| policy.decide(&facts, day(9)).unwrap());
    let texts = rulings.each_ref().map(|ruling| ruling.explanation.to_string());
    insta::assert_json_snapshot!((policy, rulings, texts));
}
