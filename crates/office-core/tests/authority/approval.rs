//! Laws of `approval`, as numbered in the docs of the module.

use std::collections::BTreeSet;

use office_core::subject::PersonId;
use office_core::{
    Actor, ApprovalAct, ApprovalDeed, ApprovalRun, ApprovalStatus, ApproveStep, AuthorityBook, Decision, Grant, Ground,
    HandOverStep, LONGEST_CHAIN, RefuseStep, Request, ResubmitCase, ReturnCase, Role, Scope, WithdrawCase,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::any;
use crate::attempt::{self, Attempt, CALENDAR, attempts, everybody, minute, play, try_out};
use crate::naive_run::{Told, replay};

/// Those who have a hand in an act: who acts, on whose behalf, and through whom.
fn hands(by: &Actor, ground: &Ground) -> BTreeSet<PersonId> {
    ground.delegations.iter().flat_map(|edge| [edge.from, edge.to]).chain([by.person, by.accountable()]).collect()
}

/// Laws 1 and 3: as many different people as are asked for, and one state at a time.
fn enough_people(run: &ApprovalRun) -> TestCaseResult {
    let given: Vec<&Actor> = run.approvals().map(|(_, by)| by).collect();
    let mut seen = BTreeSet::new();
    for by in &given {
        let persons = BTreeSet::from([by.person, by.accountable()]);
        prop_assert!(persons.iter().all(|person| seen.insert(*person)), "somebody counts twice");
    }
    let wanted: usize = run.steps().iter().map(|step| usize::from(step.count().get())).sum();
    let missing: usize = run.open_steps().map(|(_, missing)| missing).sum();
    match run.status() {
        ApprovalStatus::Approved => prop_assert_eq!(given.len(), wanted),
        ApprovalStatus::Open { missing: told, .. } => {
            prop_assert!(given.len() < wanted && *told == missing && missing > 0);
        }
        status => prop_assert!(given.len() < wanted && missing == 0, "{}", status),
    }
    Ok(())
}

/// Laws 2 and 7: by whom and by what authority something was recorded.
fn with_authority(before: &ApprovalRun, act: &ApprovalAct, book: &AuthorityBook) -> TestCaseResult {
    let (by, step, ground) = match &act.deed {
        ApprovalDeed::Approved { by, step, ground }
        | ApprovalDeed::Refused { by, step, ground, .. }
        | ApprovalDeed::Returned { by, step, ground, .. }
        | ApprovalDeed::HandedOver { by, step, ground, .. } => (by, *step, ground),
        _ => return Ok(()),
    };
    let case = before.case();
    let hands = hands(by, ground);
    if book.duties.own_case_allowed.is_empty() {
        prop_assert!(!hands.contains(&case.requester) && hands.is_disjoint(&case.beneficiaries));
    }
    let limits = ground.delegations.iter().filter_map(|edge| edge.limit).chain(ground.grant.limit);
    for limit in limits {
        prop_assert!(case.amount.is_some_and(|amount| amount.compare(&limit).is_ok_and(std::cmp::Ordering::is_le)));
    }
    let wanted = before.steps()[step - 1];
    let escalated = before.acts().iter().any(|act| {
        matches!(&act.deed, ApprovalDeed::Escalated { step: at, role } if *at == step && *role == ground.grant.role)
    });
    prop_assert!(wanted.roles().contains(&ground.grant.role) || escalated);
    prop_assert!(wanted.is_delegable() || by.accountable() == by.person);
    // What was handed over for the case is the last hand of a chain, which ends.
    prop_assert!(ground.delegations.len() <= LONGEST_CHAIN);
    let (last, before_last) = match ground.delegations.split_last() {
        Some((last, before_last)) => (Some(last), before_last),
        None => (None, &[][..]),
    };
    prop_assert!(before_last.iter().all(|edge| book.delegations.contains(edge)));
    if let Some(last) = last.filter(|last| !book.delegations.contains(last)) {
        let handed = before.acts().iter().any(|act| {
            matches!(&act.deed, ApprovalDeed::HandedOver { by, step: at, to, .. }
                if *at == step && by.person == last.from && *to == last.to)
        });
        let handed_on = matches!(act.deed, ApprovalDeed::HandedOver { .. });
        prop_assert!(handed && !handed_on);
    }
    Ok(())
}

/// Law 4: the command of an act, given once more, whenever it is and to whatever office.
fn is_recognised(run: &ApprovalRun, act: &ApprovalAct) -> bool {
    let (on, at, none) = (act.on, act.at, AuthorityBook::default());
    let requester = run.case().requester;
    match act.deed.clone() {
        ApprovalDeed::Approved { by, step, .. } => {
            run.approve(&ApproveStep { by, step, on, at }, &none) == Ok(Decision::AlreadyRecorded)
        }
        ApprovalDeed::Refused { by, step, reason, .. } => {
            run.refuse(&RefuseStep { by, step, on, at, reason }, &none) == Ok(Decision::AlreadyRecorded)
        }
        ApprovalDeed::Returned { by, step, reason, .. } => {
            run.give_back(&ReturnCase { by, step, on, at, reason }, &none) == Ok(Decision::AlreadyRecorded)
        }
        ApprovalDeed::HandedOver { by, step, to, .. } => {
            run.hand_over(&HandOverStep { by, step, to, on, at }, &none) == Ok(Decision::AlreadyRecorded)
        }
        ApprovalDeed::Resubmitted { amount, outcome } => {
            let command = ResubmitCase { by: requester, amount, outcome: *outcome, on, at };
            run.resubmit(&command) == Ok(Decision::AlreadyRecorded)
        }
        ApprovalDeed::Withdrawn {} => {
            run.withdraw(&WithdrawCase { by: requester, on, at }) == Ok(Decision::AlreadyRecorded)
        }
        ApprovalDeed::Escalated { .. } | ApprovalDeed::Expired { .. } => {
            run.fall_due(at, &CALENDAR).unwrap().iter().all(|due| due != act)
        }
    }
}

fn told(run: &ApprovalRun) -> Told {
    Told {
        status: run.status().clone(),
        approvals: run.approvals().map(|(step, by)| (step, by.clone())).collect(),
        counted: run.acts().to_vec(),
        amount: run.case().amount,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Laws 1, 2 and 7.
    #[test]
    fn what_is_recorded_has_authority_and_counts_once(run in attempt::run(), book in attempt::office(), tried in attempts()) {
        let (end, recorded) = play(&run, &book, &tried);
        for (before, act) in &recorded {
            enough_people(before)?;
            with_authority(before, act, &book)?;
        }
        enough_people(&end)?;
    }

    /// Laws 3, 4 and 6.
    #[test]
    fn what_is_final_stays_and_what_is_recorded_is_known(run in attempt::run(), book in attempt::office(), tried in attempts()) {
        let (end, recorded) = play(&run, &book, &tried);
        prop_assert!(recorded.iter().all(|(before, _)| !before.status().is_final()));
        let acts: Vec<ApprovalAct> = recorded.iter().map(|(_, act)| act.clone()).collect();
        prop_assert_eq!(end.acts(), &acts);
        for act in &acts {
            prop_assert!(is_recognised(&end, act), "{:?}", act);
        }
        if end.status().is_final() {
            let mut again = end.clone();
            for act in &acts {
                again.apply(act);
            }
            prop_assert_eq!(&again, &end);
        } else {
            let (by, at) = (end.case().requester, minute(9_000));
            let withdrawn = end.withdraw(&WithdrawCase { by, on: at.date_naive(), at }).unwrap().fact().unwrap();
            let mut ended = end.clone();
            ended.apply(&withdrawn);
            prop_assert!(ended.status().is_final());
        }
        prop_assert_eq!(told(&end), replay(run.outcome(), run.case().amount, &acts));
        let stored = serde_json::to_string(&end).unwrap();
        prop_assert_eq!(serde_json::from_str::<ApprovalRun>(&stored).unwrap(), end);
    }

    /// Laws 1, 3 and 6, for acts that no office would have recorded.
    #[test]
    fn a_run_is_what_its_acts_come_to(run in attempt::run(), acts in vec(act_from_anywhere(), 0..24)) {
        let mut end = run.clone();
        for act in &acts {
            let before = end.clone();
            end.apply(act);
            prop_assert!(!before.status().is_final() || end == before);
            enough_people(&end)?;
        }
        prop_assert_eq!(told(&end), replay(run.outcome(), run.case().amount, &acts));
    }

    /// Law 5.
    #[test]
    fn independent_approvers_act_in_any_order(run in attempt::run(), book in attempt::office(), tried in vec((0u32..100, approval()), 0..16), keys in vec(any::<u32>(), 16)) {
        let (end, recorded) = play(&run, &book, &tried);
        // Those of one stage in another order, each as it was asked for.
        let stage_of = |before: &ApprovalRun| match before.status() {
            ApprovalStatus::Open { stage, .. } => *stage,
            status => panic!("{status}"),
        };
        let mut shuffled: Vec<_> = recorded.iter().zip(&keys).collect();
        shuffled.sort_by_key(|((before, _), key)| (stage_of(before), **key));
        let all: Vec<_> = recorded.iter().filter_map(|(_, act)| match &act.deed {
            ApprovalDeed::Approved { by, ground, .. } => Some(hands(by, ground)),
            _ => None,
        }).collect();
        let independent = all.iter().map(BTreeSet::len).sum::<usize>() == all.iter().flatten().collect::<BTreeSet<_>>().len();
        let mut other = run.clone();
        for ((_, act), _) in shuffled {
            let ApprovalDeed::Approved { by, step, .. } = &act.deed else { continue };
            let command = ApproveStep { by: by.clone(), step: *step, on: act.on, at: act.at };
            match other.approve(&command, &book) {
                Ok(Decision::Record(again)) => other.apply(&again),
                refused if independent => panic!("{refused:?}"),
                // Those who depend on one another may keep each other out.
                _ => return Ok(()),
            }
        }
        prop_assert_eq!(other.status(), end.status());
        let sorted = |run: &ApprovalRun| run.approvals().map(|(step, by)| (step, by.clone())).collect::<BTreeSet<_>>();
        prop_assert_eq!(sorted(&other), sorted(&end));
        prop_assert_eq!(other.deadlines(&CALENDAR), end.deadlines(&CALENDAR));
    }

    /// Law 8.
    #[test]
    fn the_clock_may_be_asked_often(run in attempt::run(), asked in vec(0u32..6_000, 1..6)) {
        let last = *asked.iter().max().unwrap();
        let mut often = run.clone();
        let mut sorted = asked.clone();
        sorted.sort_unstable();
        for minutes in sorted {
            let acts = often.fall_due(minute(minutes), &CALENDAR).unwrap();
            prop_assert!(acts.iter().all(|act| act.at <= minute(minutes) && act.on == act.at.date_naive()));
            for act in &acts {
                often.apply(act);
            }
            prop_assert!(often.fall_due(minute(minutes), &CALENDAR).unwrap().is_empty());
        }
        let mut once = run;
        once.fall_due(minute(last), &CALENDAR).unwrap().iter().for_each(|act| once.apply(act));
        prop_assert_eq!(once, often);
    }

    /// Law 7: against everybody there is, at every step.
    #[test]
    fn who_is_told_to_be_able_to_act_can_and_nobody_else(run in attempt::run(), book in attempt::office(), tried in attempts(), minutes in 0u32..3_000) {
        let (run, _) = play(&run, &book, &tried);
        let at = minute(5_000 + minutes);
        let on = at.date_naive();
        let told = run.who_may_act(&book, at, &CALENDAR).unwrap();
        let mut due = run.clone();
        run.fall_due(at, &CALENDAR).unwrap().iter().for_each(|act| due.apply(act));
        let mut pairs = BTreeSet::new();
        for may in &told {
            let ApprovalAct { deed, .. } =
                due.approve(&ApproveStep { by: may.by.clone(), step: may.step, on, at }, &book).unwrap().fact().unwrap();
            let same = matches!(deed, ApprovalDeed::Approved { ground, .. } if *ground == may.ground);
            prop_assert!(same);
            prop_assert!(pairs.insert((may.step, may.by.person, may.by.accountable())), "told twice");
        }
        for (step, _) in due.open_steps() {
            for by in everybody() {
                let approved = due.approve(&ApproveStep { by: by.clone(), step, on, at }, &book);
                let may = matches!(approved, Ok(Decision::Record(_)));
                prop_assert!(!may || pairs.contains(&(step, by.person, by.accountable())), "{:?} was left out", by);
            }
        }
    }
}

fn approval() -> impl Strategy<Value = Attempt> {
    attempts().prop_filter_map("approvals only", |tried| {
        tried.into_iter().map(|(_, attempt)| attempt).find(|attempt| matches!(attempt, Attempt::Approve(..)))
    })
}

/// An act of any kind, by anybody, at any step: what a store would hold that somebody has tampered with.
fn act_from_anywhere() -> impl Strategy<Value = ApprovalAct> {
    let actor = (attempt::person(), attempt::role(), option::weighted(0.2, attempt::person()));
    let actor = actor.prop_map(|(person, role, of)| Actor { person, role, on_behalf_of: of });
    let outcome = option::weighted(0.3, attempt::outcome());
    let whole =
        (0u8..24, actor, 0usize..6, attempt::person(), attempt::role(), outcome, attempt::amount(), 0u32..3_000);
    whole.prop_map(|(kind, by, step, to, role, outcome, amount, minutes)| {
        let (reason, ground) = ("so".to_owned(), Box::new(ground_for_all()));
        let deed = match kind {
            0 => ApprovalDeed::Refused { by, step, reason, ground },
            1..=3 => ApprovalDeed::Returned { by, step, reason, ground },
            4..=6 => {
                let outcome = outcome.unwrap_or_else(|| "approvals: 1 clerk purchase.approve".parse().unwrap());
                ApprovalDeed::Resubmitted { amount, outcome: Box::new(outcome) }
            }
            7 => ApprovalDeed::Withdrawn {},
            8 | 9 => ApprovalDeed::HandedOver { by, step, to, ground },
            10..=12 => ApprovalDeed::Escalated { step, role },
            13 => ApprovalDeed::Expired { step },
            _ => ApprovalDeed::Approved { by, step, ground },
        };
        let at = minute(minutes);
        ApprovalAct { on: at.date_naive(), at, deed }
    })
}

fn ground_for_all() -> Ground {
    let valid = office_core::DateRange::from(any::day(1));
    let (role, scope) = (Role::new("manager"), Scope::anywhere());
    let action = any::action("purchase.approve");
    let mut book = AuthorityBook::default();
    let (person, actor) = (any::id(0), Actor::new(any::id(0), role.clone()));
    book.appointments.push(office_core::Appointment { person, role: role.clone(), scope: scope.clone(), valid });
    book.grants.push(Grant { role, action: action.clone(), scope, limit: None, valid });
    book.decide(&Request::new(actor, action, any::day(5))).into_result().unwrap()
}

/// Among the runs tried there are enough of every ending, and acts of every kind.
#[test]
fn the_runs_tried_end_in_every_way() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut endings, mut deeds) = ([0_u32; 6], [0_u32; 8]);
    let (mut through_hands, mut kept) = (0, 0);
    for _ in 0..1_000 {
        let tree = (attempt::run(), attempt::office(), attempts()).new_tree(&mut runner).unwrap().current();
        let (end, recorded) = play(&tree.0, &tree.1, &tree.2);
        endings[match end.status() {
            ApprovalStatus::Open { .. } => 0,
            ApprovalStatus::Returned { .. } => 1,
            ApprovalStatus::Approved => 2,
            ApprovalStatus::Refused { .. } | ApprovalStatus::RefusedByPolicy { .. } => 3,
            ApprovalStatus::Withdrawn { .. } => 4,
            ApprovalStatus::Expired { .. } => 5,
        }] += 1;
        for (before, act) in recorded {
            deeds[match &act.deed {
                ApprovalDeed::Approved { ground, .. } => {
                    let handed = |edge| !tree.1.delegations.contains(edge);
                    through_hands += u32::from(ground.delegations.iter().any(handed));
                    0
                }
                ApprovalDeed::Refused { .. } => 1,
                ApprovalDeed::Returned { .. } => 2,
                ApprovalDeed::Resubmitted { .. } => {
                    let mut after = before.clone();
                    after.apply(&act);
                    kept += u32::from(after.approvals().next().is_some());
                    3
                }
                ApprovalDeed::Withdrawn {} => 4,
                ApprovalDeed::HandedOver { .. } => 5,
                ApprovalDeed::Escalated { .. } => 6,
                ApprovalDeed::Expired { .. } => 7,
            }] += 1;
        }
    }
    let enough = endings.iter().chain(&deeds).all(|count| *count >= 10) && through_hands >= 10 && kept >= 5;
    assert!(enough, "{endings:?} {deeds:?}, {through_hands} through hands, {kept} kept");
    let nobody = AuthorityBook::default();
    assert!(try_out(&ground_run(), &nobody, 0, &Attempt::Approve(everybody()[0].clone(), None)).is_empty());
}

fn ground_run() -> ApprovalRun {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    attempt::run().new_tree(&mut runner).unwrap().current()
}
