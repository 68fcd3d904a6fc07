//! Runs of approvals, and what people try to do in them.

use std::num::NonZeroU8;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::rules::{Approvals, Delay, Outcome, Step};
use office_core::subject::PersonId;
use office_core::{
    Actor, Appointment, ApprovalAct, ApprovalCase, ApprovalRun, ApproveStep, AuthorityBook, DateRange, Decision,
    Delegation, Grant, HandOverStep, Holidays, Id, Money, RefuseStep, ResubmitCase, ReturnCase, Role, Rounding, Scope,
    WeeklyHours, WithdrawCase, WorkingCalendar, WorkingPlan, Zone,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::any;

/// Working days from nine to five, in UTC.
pub(crate) static CALENDAR: LazyLock<WorkingCalendar> = LazyLock::new(|| {
    let valid = DateRange::year(2026).unwrap();
    let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
    let holidays = Holidays::none(valid);
    WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays }).unwrap()
});

/// So many minutes after the morning of Monday, 6 July 2026.
pub(crate) fn minute(minutes: u32) -> DateTime<Utc> {
    "2026-07-06T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes.into())
}

pub(crate) fn person() -> impl Strategy<Value = PersonId> + Clone {
    (0u8..7).prop_map(any::id)
}

pub(crate) fn role() -> impl Strategy<Value = Role> + Clone {
    select(vec!["clerk", "manager", "executive"]).prop_map(Role::new)
}

pub(crate) fn step() -> impl Strategy<Value = Step> + Clone {
    let delay = || select(vec![30, 240, 960]).prop_map(|minutes| Delay::minutes(minutes).unwrap());
    let terms = (option::weighted(0.3, (role(), delay())), option::weighted(0.2, delay()));
    let who = (select(vec![1u8, 1, 1, 2]), role(), option::weighted(0.4, role()));
    (who, terms, prop::bool::weighted(0.8), prop::bool::weighted(0.2)).prop_map(
        |((count, role, or), (escalation, expiry), kept, alone)| {
            let mut step = Step::new(NonZeroU8::new(count).unwrap(), role, any::action("purchase.approve"));
            step = or.into_iter().fold(step, Step::or);
            step = escalation.into_iter().fold(step, |step, (role, after)| step.escalating_to(role, after));
            step = expiry.into_iter().fold(step, Step::expiring_after);
            step = if kept { step.kept_when_returned() } else { step };
            if alone { step.without_delegation() } else { step }
        },
    )
}

pub(crate) fn outcome() -> impl Strategy<Value = Outcome> + Clone {
    (step(), vec((step(), any::<bool>()), 0..3)).prop_map(|(first, others)| {
        let add = |all: Approvals, (step, next)| if next { all.then(step) } else { all.and(step) };
        Outcome::Approvals(others.into_iter().fold(Approvals::of(first), add))
    })
}

pub(crate) fn amount() -> impl Strategy<Value = Option<Money>> + Clone {
    option::weighted(0.7, any::money())
}

pub(crate) fn run() -> impl Strategy<Value = ApprovalRun> {
    let concerned = (person(), option::weighted(0.2, person()));
    (outcome(), concerned, any::scope(), amount()).prop_map(|(outcome, (requester, beneficiary), scope, amount)| {
        let case = ApprovalCase {
            case: Id::natural("case", "PR-1"),
            requester,
            beneficiaries: beneficiary.into_iter().collect(),
            scope,
            amount,
            taken: Vec::new(),
        };
        ApprovalRun::start(&outcome, case, minute(0))
    })
}

/// An office where many may approve, up to limits, and some through others.
pub(crate) fn office() -> impl Strategy<Value = AuthorityBook> {
    let held = vec((person(), role(), any::limit()), 5..14);
    let delegated = vec((person(), person(), any::limit(), any::<bool>()), 0..8);
    (held, delegated, any::duties()).prop_map(|(held, delegated, duties)| {
        let (valid, scope) = (DateRange::from(any::day(1)), Scope::anywhere());
        let mut book = AuthorityBook { duties, ..AuthorityBook::default() };
        for (person, role, limit) in held {
            book.appointments.push(Appointment { person, role: role.clone(), scope: scope.clone(), valid });
            let action = any::action("purchase.approve");
            book.grants.push(Grant { role, action, scope: scope.clone(), limit, valid });
        }
        for person in 0..7 {
            let (person, role) = (any::id(person), Role::new("assistant"));
            book.appointments.push(Appointment { person, role, scope: scope.clone(), valid });
        }
        for (from, to, limit, may_redelegate) in delegated {
            let actions = [any::action("purchase.approve")].into();
            book.delegations.push(Delegation { from, to, actions, scope: scope.clone(), limit, valid, may_redelegate });
        }
        book
    })
}

/// What somebody tries to do.
#[derive(Clone, Debug)]
pub(crate) enum Attempt {
    Approve(Actor, Option<usize>),
    Refuse(Actor),
    Return(Actor),
    HandOver(Actor, PersonId),
    Withdraw(PersonId),
    /// For so many times the amount: once for the same case.
    Resubmit(u8),
    /// Time passes, and what is due is recorded.
    Wait,
}

fn actor() -> impl Strategy<Value = Actor> + Clone {
    (person(), role(), option::weighted(0.3, person())).prop_map(|(person, role, of)| match of {
        Some(of) => Actor::new(person, Role::new("assistant")).on_behalf_of(of),
        None => Actor::new(person, role),
    })
}

/// Attempts, each some minutes after the one before. Often whoever is handed a step approves it
/// next, and what is returned comes back as it was.
pub(crate) fn attempts() -> impl Strategy<Value = Vec<(u32, Attempt)>> {
    let attempt = prop_oneof![
        30 => (actor(), option::weighted(0.2, 1usize..6)).prop_map(|(by, step)| Attempt::Approve(by, step)),
        2 => actor().prop_map(Attempt::Refuse),
        4 => actor().prop_map(Attempt::Return),
        12 => (actor(), person()).prop_map(|(by, to)| Attempt::HandOver(by, to)),
        1 => person().prop_map(Attempt::Withdraw),
        6 => (1u8..3).prop_map(Attempt::Resubmit),
        4 => Just(Attempt::Wait),
    ];
    vec((0u32..200, attempt, any::<bool>()), 0..16).prop_map(|tried| {
        let with_next = tried.into_iter().flat_map(|(minutes, attempt, goes_on)| {
            let next = match &attempt {
                Attempt::HandOver(by, to) if goes_on => {
                    let by = Actor::new(*to, Role::new("assistant")).on_behalf_of(by.accountable());
                    Some((1, Attempt::Approve(by, None)))
                }
                Attempt::Return(_) if goes_on => Some((1, Attempt::Resubmit(1))),
                _ => None,
            };
            [(minutes, attempt)].into_iter().chain(next)
        });
        with_next.collect()
    })
}

/// What a run records of an attempt, if it takes it.
pub(crate) fn try_out(run: &ApprovalRun, book: &AuthorityBook, minutes: u32, attempt: &Attempt) -> Vec<ApprovalAct> {
    let at = minute(minutes);
    let on = at.date_naive();
    // In a role that will do, where they have one.
    let fitting = |by: Actor| {
        let roles = by.on_behalf_of.is_none().then_some(["clerk", "manager", "executive"]).into_iter().flatten();
        let mut actors = roles.map(|role| Actor::new(by.person, Role::new(role)));
        actors.find(|by| run.step_for(by, on, book).is_some()).unwrap_or(by)
    };
    let step = |by: &Actor| run.step_for(by, on, book).or(run.open_steps().next().map(|(step, _)| step)).unwrap_or(1);
    let decided = match attempt.clone() {
        Attempt::Approve(by, given) => {
            let by = fitting(by);
            let step = given.unwrap_or_else(|| step(&by));
            run.approve(&ApproveStep { by, step, on, at }, book).ok()
        }
        Attempt::Refuse(by) => {
            let by = fitting(by);
            run.refuse(&RefuseStep { step: step(&by), by, on, at, reason: "too dear".into() }, book).ok()
        }
        Attempt::Return(by) => {
            let by = fitting(by);
            run.give_back(&ReturnCase { step: step(&by), by, on, at, reason: "one will do".into() }, book).ok()
        }
        Attempt::HandOver(by, to) => {
            let by = fitting(by);
            run.hand_over(&HandOverStep { step: step(&by), by, to, on, at }, book).ok()
        }
        Attempt::Withdraw(by) => run.withdraw(&WithdrawCase { by, on, at }).ok(),
        Attempt::Resubmit(times) => {
            let (by, outcome) = (run.case().requester, run.outcome().clone());
            let amount = run.case().amount.map(|amount| amount.times(times.into(), Rounding::HalfUp).unwrap());
            run.resubmit(&ResubmitCase { by, amount, outcome, on, at }).ok()
        }
        Attempt::Wait => return run.fall_due(at, &CALENDAR).unwrap(),
    };
    decided.and_then(Decision::fact).into_iter().collect()
}

/// The run after the attempts, and what was recorded of each with the state before it.
pub(crate) fn play(
    run: &ApprovalRun,
    book: &AuthorityBook,
    tried: &[(u32, Attempt)],
) -> (ApprovalRun, Vec<(ApprovalRun, ApprovalAct)>) {
    let (mut run, mut recorded, mut now) = (run.clone(), Vec::new(), 0);
    for (minutes, attempt) in tried {
        now += minutes;
        for act in try_out(&run, book, now, attempt) {
            recorded.push((run.clone(), act.clone()));
            run.apply(&act);
        }
    }
    (run, recorded)
}

/// All who could try anything. On behalf of others in one role only: in which does not matter, as long as it is held.
pub(crate) fn everybody() -> Vec<Actor> {
    let mut all = Vec::new();
    for person in (0..7).map(any::id) {
        all.extend(["clerk", "manager", "executive", "assistant"].map(|role| Actor::new(person, Role::new(role))));
        let assistant = Actor::new(person, Role::new("assistant"));
        all.extend((0..7).map(any::id).filter(|of| *of != person).map(|of| assistant.clone().on_behalf_of(of)));
    }
    all
}
