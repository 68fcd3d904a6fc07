//! Laws of `approval`.

use std::collections::BTreeSet;
use std::num::NonZeroU8;

use office_core::rules::{Approvals, Outcome, Step};
use office_core::{
    Action, Actor, ApprovalAct, ApprovalCase, ApprovalDeed, ApprovalRun, ApprovalStatus, ApproveStep, AuthorityBook,
    Decision, Grant, Ground, Id, RefuseStep, WithdrawCase,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::any;

fn approvals() -> impl Strategy<Value = Approvals> {
    let step = (any::role(), 1u8..3)
        .prop_map(|(role, count)| Step::new(NonZeroU8::new(count).unwrap(), role, any::action("purchase.approve")));
    (step.clone(), vec(step, 0..2))
        .prop_map(|(first, others)| others.into_iter().fold(Approvals::of(first), Approvals::then))
}

fn run() -> impl Strategy<Value = ApprovalRun> {
    (approvals(), any::person(), any::scope(), any::limit()).prop_map(|(approvals, requester, scope, amount)| {
        let case = ApprovalCase {
            case: Id::natural("case", "PR-1"),
            requester,
            beneficiaries: BTreeSet::new(),
            scope,
            amount,
            taken: Vec::new(),
        };
        ApprovalRun::start(&Outcome::Approvals(approvals), case)
    })
}

/// An office where most people may approve.
fn office() -> impl Strategy<Value = AuthorityBook> {
    (any::book(), vec((any::person(), any::role()), 6..16)).prop_map(|(mut book, people)| {
        let valid = office_core::DateRange::from(any::day(1));
        for (person, role) in people {
            let scope = office_core::Scope::anywhere();
            let action: Action = any::action("purchase.approve");
            book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
            book.appointments.push(office_core::Appointment { person, role, scope, valid });
        }
        book
    })
}

#[derive(Clone, Debug)]
enum Attempt {
    Approve(Actor),
    Refuse(Actor),
    Withdraw(u8),
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let attempt = prop_oneof![
        20 => any::actor().prop_map(Attempt::Approve),
        1 => any::actor().prop_map(Attempt::Refuse),
        1 => (0u8..5).prop_map(Attempt::Withdraw),
    ];
    vec(attempt, 0..40)
}

fn attempt(run: &ApprovalRun, book: &AuthorityBook, attempt: &Attempt) -> Option<ApprovalAct> {
    let step = if let ApprovalStatus::Open { step, .. } = run.status() { *step } else { 1 };
    let on = any::day(5);
    let decision = match attempt.clone() {
        Attempt::Approve(by) => run.approve(&ApproveStep { by, step, on }, book).ok(),
        Attempt::Refuse(by) => run.refuse(&RefuseStep { by, step, on, reason: "too dear".into() }, book).ok(),
        Attempt::Withdraw(by) => run.withdraw(&WithdrawCase { by: any::id(by), on }).ok(),
    };
    decision.and_then(Decision::fact)
}

fn wanted(run: &ApprovalRun) -> usize {
    run.steps().iter().map(|step| usize::from(step.count().get())).sum()
}

fn approvers(run: &ApprovalRun) -> Vec<(&Actor, usize, &Ground)> {
    let of_act = |act| match act {
        &ApprovalAct { deed: ApprovalDeed::Approved { ref by, step, ref ground }, .. } => Some((by, step, &**ground)),
        _ => None,
    };
    run.acts().iter().filter_map(of_act).collect()
}

proptest! {
    #[test]
    fn a_run_is_not_approved_by_fewer_people_than_it_asks_for(run in run(), book in office(), tried in attempts()) {
        let mut run = run;
        for one in &tried {
            if let Some(act) = attempt(&run, &book, one) {
                run.apply(&act);
            }
            let people: BTreeSet<_> = approvers(&run).iter().map(|(by, ..)| by.person).collect();
            prop_assert_eq!(people.len(), approvers(&run).len());
            prop_assert_eq!(run.is_approved(), people.len() == wanted(&run));
        }
    }

    #[test]
    fn acts_from_anywhere_approve_no_sooner(run in run(), actors in vec((any::actor(), 0usize..4), 0..40)) {
        let mut run = run;
        let (book, request) = ground_for_all();
        let ground = Box::new(book.decide(&request).into_result().unwrap());
        for (by, step) in actors {
            let deed = ApprovalDeed::Approved { by, step, ground: ground.clone() };
            run.apply(&ApprovalAct { on: any::day(5), deed });
        }
        let people: BTreeSet<_> = approvers(&run).iter().map(|(by, ..)| by.person).collect();
        prop_assert_eq!(run.is_approved(), people.len() == wanted(&run));
    }

    #[test]
    fn the_requester_is_in_no_approval(run in run(), book in office(), tried in attempts()) {
        let (mut run, mut book) = (run, book);
        book.duties.own_case_allowed.clear();
        for one in &tried {
            if let Some(act) = attempt(&run, &book, one) {
                run.apply(&act);
            }
        }
        let requester = run.case().requester;
        for (by, step, ground) in approvers(&run) {
            prop_assert!(by.person != requester && by.accountable() != requester);
            prop_assert!(ground.delegations.iter().all(|edge| edge.from != requester && edge.to != requester));
            prop_assert!(run.steps()[step - 1].roles().contains(&ground.grant.role));
        }
    }

    #[test]
    fn a_closed_run_stays_and_knows_what_it_has_recorded(run in run(), book in office(), tried in attempts()) {
        let mut run = run;
        let mut closed: Option<ApprovalRun> = None;
        let mut recorded: Vec<(Actor, usize)> = Vec::new();
        for one in &tried {
            if let Some(act) = attempt(&run, &book, one) {
                prop_assert!(closed.is_none());
                run.apply(&act);
                if let ApprovalDeed::Approved { by, step, .. } = &act.deed {
                    recorded.push((by.clone(), *step));
                }
                run.apply(&act);
            }
            if !matches!(run.status(), ApprovalStatus::Open { .. }) {
                prop_assert_eq!(&run, closed.get_or_insert_with(|| run.clone()));
            }
        }
        prop_assert_eq!(recorded.len(), approvers(&run).len());
        for (by, step) in recorded {
            let again = run.approve(&ApproveStep { by, step, on: any::day(9) }, &AuthorityBook::default());
            prop_assert_eq!(again, Ok(Decision::AlreadyRecorded));
        }
        let stored = serde_json::to_string(&run).unwrap();
        prop_assert_eq!(serde_json::from_str::<ApprovalRun>(&stored).unwrap(), run);
    }
}

fn ground_for_all() -> (AuthorityBook, office_core::Request) {
    let valid = office_core::DateRange::from(any::day(1));
    let (role, scope) = (office_core::Role::new("manager"), office_core::Scope::anywhere());
    let action = any::action("purchase.approve");
    let mut book = AuthorityBook::default();
    let (person, actor) = (any::id(0), Actor::new(any::id(0), role.clone()));
    book.appointments.push(office_core::Appointment { person, role: role.clone(), scope: scope.clone(), valid });
    book.grants.push(Grant { role, action: action.clone(), scope, limit: None, valid });
    (book, office_core::Request::new(actor, action, any::day(5)))
}

/// Runs do get approved among those that the laws are tried on.
#[test]
fn the_runs_tried_are_approved_now_and_then() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut approved = 0;
    for _ in 0..200 {
        let (mut run, book, tried) = (run(), office(), attempts()).new_tree(&mut runner).unwrap().current();
        for one in &tried {
            if let Some(act) = attempt(&run, &book, one) {
                run.apply(&act);
            }
        }
        approved += usize::from(run.is_approved());
    }
    assert!((20..190).contains(&approved), "{approved} of 200 runs approved");
}
