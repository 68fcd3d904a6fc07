//! Laws of `rules::Outcome` and of what it is made of.

use std::num::NonZeroU8;

use insta::assert_json_snapshot;
use office_core::rules::{Approvals, Delay, Obligations, Outcome, ParseOutcomeError, Reasons, Remark, Step};
use office_core::{Action, Role, Scope};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn words() -> impl Strategy<Value = String> {
    let odd = ["", "-", "allow", "\"", "a; b", "f(", "f(x: 1)", "in", "no", "finance", "head_of:CC-200", "r&d", "a b"];
    let of_signs = vec(select("abc;:,()\"& |-".chars().collect::<Vec<_>>()), 0..6).prop_map(String::from_iter);
    let of_any = vec(any::<char>(), 0..8).prop_map(String::from_iter);
    prop_oneof![3 => select(odd.to_vec()).prop_map(str::to_owned), 1 => of_signs, 1 => of_any]
}

fn remark() -> impl Strategy<Value = Remark> {
    let coded = (select(vec!["over_budget", "quotes"]), btree_map(select(vec!["a", "b"]), words(), 0..3));
    prop_oneof![
        words().prop_map(Remark::from),
        select(vec!["over_budget", "quotes", "ask the landlord"]).prop_map(|text| text.parse().unwrap()),
        coded.prop_map(|(code, parameters)| {
            let parameters = parameters.iter().map(|(name, value)| (*name, value.as_str()));
            Remark::coded(code, parameters).unwrap()
        }),
    ]
}

fn reasons() -> impl Strategy<Value = Reasons> {
    btree_set(remark(), 1..4).prop_map(|reasons| Reasons::try_from(reasons).unwrap())
}

fn obligations() -> impl Strategy<Value = Obligations> {
    vec(remark(), 0..4).prop_map(|remarks| remarks.into_iter().collect())
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![4 => select(vec!["it", "finance", "executive"]).prop_map(str::to_owned), 1 => words()]
        .prop_map(Role::new)
}

fn delay() -> impl Strategy<Value = Delay> {
    prop_oneof![select(vec![30, 60, 90, 480]), 1u32..600_001].prop_map(|minutes| Delay::minutes(minutes).unwrap())
}

fn step() -> impl Strategy<Value = Step> {
    let who = (1u8..4, role(), option::weighted(0.3, role()));
    let action = select(vec!["purchase.approve", "budget.approve"]);
    let scope = option::weighted(0.3, select(vec!["*", "company", "in", "no", "escalate", "company/hq"]));
    let terms = (vec((role(), delay()), 0..3), option::weighted(0.3, delay()), any::<bool>(), any::<bool>());
    (who, action, scope, terms).prop_map(|((count, role, or), action, scope, (escalations, expiry, alone, kept))| {
        let mut step = Step::new(NonZeroU8::new(count).unwrap(), role, action.parse::<Action>().unwrap());
        step = or.into_iter().fold(step, Step::or);
        step = scope.into_iter().fold(step, |step, scope| step.within(scope.parse::<Scope>().unwrap()));
        step = escalations.into_iter().fold(step, |step, (role, after)| step.escalating_to(role, after));
        step = expiry.into_iter().fold(step, Step::expiring_after);
        step = if alone { step.without_delegation() } else { step };
        if kept { step.kept_when_returned() } else { step }
    })
}

fn approvals() -> impl Strategy<Value = Approvals> {
    (step(), vec((step(), any::<bool>()), 0..3)).prop_map(|(first, others)| {
        let add = |all: Approvals, (step, next)| if next { all.then(step) } else { all.and(step) };
        others.into_iter().fold(Approvals::of(first), add)
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        1 => Just(Outcome::Allow),
        6 => approvals().prop_map(Outcome::Approvals),
        2 => reasons().prop_map(Outcome::Refuse),
    ]
}

/// Texts of the pieces that outcomes are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = "allow|refuse:|approvals:|1|2 |finance|it|\"|purchase.approve| in |company|&|;| escalate to | after |8h|\
                  1h30m| expire after | no delegation| keep when returned|quotes(|count: 3|)|,|-| |é| finance b.c|approvals: 1 it a.b";
    vec(select(pieces.split('|').chain(["|"]).collect::<Vec<_>>()), 0..14).prop_map(|pieces| pieces.concat())
}

/// Nothing is read beyond the text, and the place that cannot be read is within it or at its end.
fn is_placed(text: &str, error: ParseOutcomeError) -> bool {
    (1..=text.chars().count() + 1).contains(&error.position) && !error.expected.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn joining_outcomes_is_a_semilattice((a, b, c) in (outcome(), outcome(), outcome())) {
        let join = |one: &Outcome, two: &Outcome| one.clone().join(two.clone());
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        prop_assert_eq!(join(&a, &a), a.clone());
        prop_assert_eq!(join(&a, &Outcome::Allow), a.clone());
        let all = join(&join(&a, &b), &c);
        prop_assert!([&a, &b, &c].into_iter().all(|part| all.is_as_strict_as(part)));
    }

    #[test]
    fn a_join_asks_for_all_that_its_parts_ask_for(a in approvals(), b in approvals()) {
        let both = a.clone().join(b.clone());
        for (stage, step) in a.steps().chain(b.steps()) {
            let joined = both.steps().find(|(at, joined)| *at == stage && joined.asks_as(step)).unwrap().1;
            prop_assert!(joined.count() >= step.count());
            prop_assert!(step.expiry().is_none_or(|delay| joined.expiry().is_some_and(|joined| joined <= delay)));
            prop_assert!(step.escalations().iter().all(|(role, after)| joined.escalations()[role] <= *after));
            prop_assert!(step.is_delegable() || !joined.is_delegable());
            prop_assert!(step.is_kept_when_returned() || !joined.is_kept_when_returned());
        }
        for (stage, step) in both.steps() {
            prop_assert!(a.steps().chain(b.steps()).any(|(at, part)| at == stage && part.asks_as(step)));
        }
    }

    #[test]
    fn joining_obligations_and_reasons_is_a_union((a, b, c) in (obligations(), obligations(), obligations()), (r, s) in (reasons(), reasons())) {
        let join = |one: &Obligations, two: &Obligations| one.clone().join(two.clone());
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        prop_assert_eq!(join(&a, &a), a.clone());
        prop_assert_eq!(join(&a, &Obligations::none()), a.clone());
        prop_assert!(a.iter().all(|one| join(&a, &b).iter().any(|kept| kept == one)));
        let both = r.clone().join(s.clone());
        prop_assert_eq!(&both, &s.clone().join(r.clone()));
        prop_assert!(r.iter().chain(s.iter()).all(|one| both.iter().any(|kept| kept == one)));
        prop_assert!(both.iter().all(|one| r.iter().chain(s.iter()).any(|part| part == one)));
    }

    #[test]
    fn what_is_written_reads_back(outcome in outcome(), obligations in obligations(), delay in delay()) {
        let text = outcome.to_string();
        prop_assert_eq!(text.parse(), Ok(outcome.clone()), "{}", text);
        prop_assert_eq!(obligations.to_string().parse(), Ok(obligations.clone()), "{}", obligations);
        prop_assert_eq!(delay.to_string().parse(), Ok(delay));
        let stored = serde_json::to_string(&(&outcome, &obligations)).unwrap();
        prop_assert_eq!(serde_json::from_str::<(Outcome, Obligations)>(&stored).unwrap(), (outcome, obligations));
    }

    #[test]
    fn any_text_reads_or_has_a_place_that_does_not(text in prop_oneof![1 => ".*", 4 => pieces()]) {
        match text.parse::<Outcome>() {
            Ok(outcome) => prop_assert_eq!(outcome.to_string().parse(), Ok(outcome)),
            Err(error) => prop_assert!(is_placed(&text, error), "{:?}", error),
        }
        match text.parse::<Obligations>() {
            Ok(obligations) => prop_assert_eq!(obligations.to_string().parse(), Ok(obligations)),
            Err(error) => prop_assert!(is_placed(&text, error), "{:?}", error),
        }
        if let Ok(delay) = text.parse::<Delay>() {
            prop_assert_eq!(delay.to_string().parse(), Ok(delay));
        }
    }
}

/// A good part of the texts tried does read: the laws about them are not about nothing.
#[test]
fn the_texts_tried_are_outcomes_now_and_then() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let read = (0..4_000).filter(|_| pieces().new_tree(&mut runner).unwrap().current().parse::<Outcome>().is_ok());
    assert!(read.count() > 40);
}

#[test]
fn each_text_is_written_in_one_form() {
    let forms = [
        (" allow ", "allow"),
        ("refuse:  the budget is spent ", "refuse: the budget is spent"),
        ("refuse: b; a;; a", "refuse: a; b"),
        ("refuse: over_budget( limit : 500 EUR ); see me", "refuse: over_budget(limit: 500 EUR); see me"),
        (
            "approvals: 1 office_manager purchase.approve; 2 finance purchase.approve company",
            "approvals: 1 office_manager purchase.approve; 2 finance purchase.approve in company",
        ),
        (
            "approvals:1 it a.b&2 finance | executive a.b in company&1 it a.b",
            "approvals: 2 executive|finance a.b in company & 1 it a.b",
        ),
        (
            "approvals: 1 it a.b keep when returned no delegation expire after 40h escalate to x after 90m escalate to x after 2h",
            "approvals: 1 it a.b escalate to x after 1h30m expire after 40h no delegation keep when returned",
        ),
        (
            "approvals: 1 \"head of \"\"IT\"\"\" a.b in escalate escalate to \"\" after 10000h",
            "approvals: 1 \"head of \"\"IT\"\"\" a.b in escalate escalate to \"\" after 10000h",
        ),
    ];
    for (text, form) in forms {
        assert_eq!(text.parse::<Outcome>().map(|outcome| outcome.to_string()), Ok(form.to_owned()), "{text}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let steps = "`escalate to`, `expire after`, `no delegation`, `keep when returned`, `&`, `;` or the end";
    let delay = "a delay in working time such as `8h` or `1h30m`, of at most 10000h";
    let cases = [
        ("", 1, "`allow`, `refuse: the reason` or `approvals: the steps`"),
        ("allow it", 1, "`allow`, `refuse: the reason` or `approvals: the steps`"),
        ("refuse: ", 9, "a reason"),
        ("refuse: \"so", 12, "a closing quote"),
        ("refuse: \"so\" so", 14, "`;` or the end"),
        ("refuse: q(count)", 16, "`:` and the value of the parameter"),
        ("refuse: q(count: )", 18, "the value of the parameter"),
        ("refuse: q(Count: 1)", 11, "the name of a parameter, such as `count`"),
        ("refuse: q(a: 1, a: 2)", 17, "the name of a parameter, such as `count`"),
        ("refuse: q(a: \"1\" 2)", 18, "`,` or `)`"),
        ("approvals: 0 it a.b", 12, "how many people, from 1 to 255"),
        ("approvals: 256 it a.b", 12, "how many people, from 1 to 255"),
        ("approvals: 1", 13, "a role such as `office_manager`"),
        ("approvals: 1 it|", 17, "a role such as `office_manager`"),
        ("approvals: 1 it A.b", 17, "an action such as `purchase.approve`"),
        ("approvals: 1 it a.b in", 23, "a scope such as `company/hq`"),
        ("approvals: 1 it a.b c//d", 21, "a scope such as `company/hq`"),
        ("approvals: 1 it a.b c now", 23, steps),
        ("approvals: 1 it a.b no c", 24, "`delegation`"),
        ("approvals: 1 it a.b escalate it", 30, "`to` and a role"),
        ("approvals: 1 it a.b escalate to it 8h", 36, "`after` and a delay in working time such as `8h`"),
        ("approvals: 1 it a.b escalate to it after 8", 42, delay),
        ("approvals: 1 it a.b expire after 10001h", 34, delay),
        ("approvals: 1 it a.b keep when asked", 31, "`returned`"),
        ("approvals: 1 it a.b &", 22, "how many people, from 1 to 255"),
    ];
    for (text, position, expected) in cases {
        assert_eq!(text.parse::<Outcome>(), Err(ParseOutcomeError { position, expected }), "{text}");
    }
    assert!(Remark::coded("Not a code", []).is_err() && Remark::coded("code", [("two words", "1")]).is_err());
    assert!("a; b".parse::<Remark>().is_err());
    for none in ["0m", "h", "m", "1h0", "-1h", "+1h", "1m1h", "4294967296m", "71582789h", "1 h", "1h 30m"] {
        assert!(none.parse::<Delay>().is_err(), "{none}");
    }
}

/// A text of any length is read in one pass: a thousand times as much takes no more than its share.
#[test]
fn a_long_text_is_read() {
    let steps = vec!["1 it a.b escalate to x after 8h"; 5_000].join("; ");
    let Ok(Outcome::Approvals(approvals)) = format!("approvals: {steps}").parse() else { panic!("not read") };
    assert_eq!(approvals.steps().count(), 5_000);
    let reason = "(".repeat(1_000_000);
    assert_eq!(format!("refuse: {reason}").parse(), Ok(Outcome::refuse(reason)));
}

#[test]
fn the_stored_form() {
    let outcomes = [
        "allow",
        "refuse: over_budget(limit: 500 EUR); ask the landlord first",
        "approvals: 1 it|finance purchase.approve in company escalate to executive after 8h & 2 it budget.approve; \
         1 executive purchase.approve expire after 40h no delegation keep when returned",
    ]
    .map(|text| text.parse::<Outcome>().unwrap());
    let obligations: Obligations = "attach_quotes(count: 3); tell the landlord; \"a; b\"".parse().unwrap();
    assert_json_snapshot!((outcomes, obligations), @r#"
    [
      [
        "allow",
        "refuse: over_budget(limit: 500 EUR); ask the landlord first",
        "approvals: 1 finance|it purchase.approve in company escalate to executive after 8h & 2 it budget.approve; 1 executive purchase.approve expire after 40h no delegation keep when returned"
      ],
      [
        "attach_quotes(count: 3)",
        "\"a; b\"",
        "tell the landlord"
      ]
    ]
    "#);
}
