//! Each refusal of a run of approvals, in the order of the checks, and what comes of returning and handing over.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{
    Actor, Appointment, ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError,
    AuthorityBook, CaseAct, Concern, DateRange, Decision, Grant, HandOverStep, HandOverStepError, Id, Incompatible,
    Lack, Money, Refusal, RefuseStep, RefuseStepError, ResubmitCase, ResubmitCaseError, ReturnCase, ReturnCaseError,
    Role, Scope, WithdrawCase, WithdrawCaseError,
};

use crate::any;
use crate::attempt::{CALENDAR, minute};

const MANAGER: u8 = 0;
const OTHER_MANAGER: u8 = 1;
const EXECUTIVE: u8 = 2;
const ASSISTANT: u8 = 3;
const CLERK: u8 = 4;

fn on() -> NaiveDate {
    any::day(6)
}

fn at() -> DateTime<Utc> {
    minute(0)
}

fn office() -> AuthorityBook {
    let (scope, valid) = (Scope::anywhere(), DateRange::from(any::day(1)));
    let held = [
        (MANAGER, "manager"),
        (OTHER_MANAGER, "manager"),
        (EXECUTIVE, "executive"),
        (ASSISTANT, "assistant"),
        (CLERK, "clerk"),
    ];
    let mut book = AuthorityBook::default();
    for (person, role) in held {
        let (person, role) = (any::id(person), Role::new(role));
        book.appointments.push(Appointment { person, role, scope: scope.clone(), valid });
    }
    for (role, limit) in [("manager", Some("500.00 EUR")), ("executive", None)] {
        let (role, action) = (Role::new(role), any::action("purchase.approve"));
        let limit = limit.map(|limit| limit.parse::<Money>().unwrap());
        book.grants.push(Grant { role, action, scope: scope.clone(), limit, valid });
    }
    book
}

fn start(outcome: &str, amount: &str) -> ApprovalRun {
    let case = ApprovalCase {
        case: Id::natural("case", "PR-1"),
        requester: any::id(CLERK),
        beneficiaries: [].into(),
        scope: "company/hq".parse().unwrap(),
        amount: Some(amount.parse().unwrap()),
        taken: Vec::new(),
    };
    ApprovalRun::start(&outcome.parse().unwrap(), case, at())
}

fn manager(number: u8) -> Actor {
    Actor::new(any::id(number), Role::new("manager"))
}

fn approve(by: Actor, step: usize) -> ApproveStep {
    ApproveStep { by, step, on: on(), at: at() }
}

fn hand(by: Actor, step: usize, to: u8) -> HandOverStep {
    HandOverStep { by, step, to: any::id(to), on: on(), at: at() }
}

fn give_back(by: Actor, reason: &str) -> ReturnCase {
    ReturnCase { by, step: 1, on: on(), at: at(), reason: reason.to_owned() }
}

fn after<E: std::fmt::Debug>(mut run: ApprovalRun, decision: Result<Decision<ApprovalAct>, E>) -> ApprovalRun {
    run.apply(&decision.unwrap().fact().unwrap());
    run
}

#[test]
fn an_approval_is_refused_with_the_reason() {
    let book = office();
    let run = start("approvals: 2 manager purchase.approve; 1 executive purchase.approve", "400.00 EUR");
    let executive = Actor::new(any::id(EXECUTIVE), Role::new("executive"));
    let second = approve(executive.clone(), 2);
    assert_eq!(run.approve(&second, &book), Err(ApproveStepError::OtherStep { asked: 2, open: vec![1] }));
    let run = after(run.clone(), run.approve(&approve(manager(MANAGER), 1), &book));
    assert_eq!(run.approve(&approve(manager(MANAGER), 1), &book), Ok(Decision::AlreadyRecorded));
    let twice = approve(manager(OTHER_MANAGER).on_behalf_of(any::id(MANAGER)), 1);
    let counted = Err(ApproveStepError::AlreadyCounted { person: any::id(MANAGER), step: 1 });
    assert_eq!(run.approve(&twice, &book), counted);
    let refusals = |by| match run.approve(&approve(by, 1), &book) {
        Err(ApproveStepError::NotAuthorised(refusals)) => refusals,
        other => panic!("{other:?}"),
    };
    let (role, wanted) = (Role::new("executive"), Role::new("manager"));
    assert_eq!(refusals(executive.clone()), [Refusal::OtherRole { role, wanted }]);
    let (person, concern) = (any::id(CLERK), Concern::Requester);
    assert!(refusals(manager(CLERK)).contains(&Refusal::SelfApproval { person, concern }));
    let run = after(run.clone(), run.approve(&approve(manager(OTHER_MANAGER), 1), &book));
    assert_eq!(*run.status(), ApprovalStatus::Open { stage: 2, missing: 1 });
    let run = after(run.clone(), run.approve(&second, &book));
    let closed = run.approve(&approve(manager(MANAGER), 2), &book);
    assert_eq!(closed, Err(ApproveStepError::NotOpen(ApprovalStatus::Approved)));
    assert_eq!(closed.unwrap_err().to_string(), "nothing is to be approved: the case is approved");
}

#[test]
fn a_limit_holds_for_whichever_role() {
    let book = office();
    let run = start("approvals: 1 executive|manager purchase.approve", "640.00 EUR");
    let (limit, amount) = ("500.00 EUR".parse().unwrap(), "640.00 EUR".parse().unwrap());
    let refused = Err(ApproveStepError::NotAuthorised(vec![Refusal::Grant {
        role: Role::new("manager"),
        lacks: Lack::Limit { limit, amount },
    }]));
    assert_eq!(run.approve(&approve(manager(MANAGER), 1), &book), refused);
    // Handing it to somebody does not raise it.
    let handed = run.hand_over(&hand(manager(MANAGER), 1, ASSISTANT), &book);
    assert!(matches!(handed, Err(HandOverStepError::NotAuthorised(_))));
    let executive = Actor::new(any::id(EXECUTIVE), Role::new("executive"));
    assert!(after(run.clone(), run.approve(&approve(executive, 1), &book)).is_approved());
}

#[test]
fn a_step_in_person_is_nobody_elses() {
    let mut book = office();
    let run = start("approvals: 1 manager purchase.approve no delegation", "100.00 EUR");
    let handed = run.hand_over(&hand(manager(MANAGER), 1, ASSISTANT), &book);
    assert_eq!(handed, Err(HandOverStepError::NotDelegable { step: 1 }));
    book.delegations.push(office_core::Delegation {
        from: any::id(MANAGER),
        to: any::id(ASSISTANT),
        actions: [any::action("purchase.approve")].into(),
        scope: Scope::anywhere(),
        limit: None,
        valid: DateRange::from(any::day(1)),
        may_redelegate: false,
    });
    let assistant = Actor::new(any::id(ASSISTANT), Role::new("assistant")).on_behalf_of(any::id(MANAGER));
    let refused = vec![Refusal::OnBehalf { person: any::id(ASSISTANT), of: any::id(MANAGER) }];
    assert_eq!(run.approve(&approve(assistant.clone(), 1), &book), Err(ApproveStepError::NotAuthorised(refused)));
    let open = start("approvals: 1 manager purchase.approve", "100.00 EUR");
    assert!(open.approve(&approve(assistant, 1), &book).is_ok());
}

#[test]
fn a_step_is_handed_to_those_who_may_take_it() {
    let mut book = office();
    let run = start("approvals: 2 manager purchase.approve", "100.00 EUR");
    let to = |to| run.hand_over(&hand(manager(MANAGER), 1, to), &book);
    assert_eq!(to(MANAGER), Err(HandOverStepError::SamePerson { person: any::id(MANAGER) }));
    let refused = |to| move |refusals| Err(HandOverStepError::ReceiverNotAuthorised { to: any::id(to), refusals });
    let (person, concern) = (any::id(CLERK), Concern::Requester);
    assert_eq!(to(CLERK), refused(CLERK)(vec![Refusal::SelfApproval { person, concern }]));
    // Nobody without a role in the office.
    let stranger: PersonId = any::id(6);
    assert!(matches!(to(6), Err(HandOverStepError::ReceiverNotAuthorised { to, .. }) if to == stranger));
    let handed = after(run.clone(), to(ASSISTANT));
    assert_eq!(handed.hand_over(&hand(manager(MANAGER), 1, ASSISTANT), &book), Ok(Decision::AlreadyRecorded));
    // The one who has received it does not hand it on, but approves it; then the manager has approved.
    let assistant = Actor::new(any::id(ASSISTANT), Role::new("assistant")).on_behalf_of(any::id(MANAGER));
    let on = handed.hand_over(&hand(assistant.clone(), 1, EXECUTIVE), &book);
    assert!(matches!(on, Err(HandOverStepError::ReceiverNotAuthorised { .. })));
    let done = after(handed.clone(), handed.approve(&approve(assistant, 1), &book));
    let again = done.approve(&approve(manager(MANAGER), 1), &book);
    assert_eq!(again, Err(ApproveStepError::AlreadyCounted { person: any::id(MANAGER), step: 1 }));
    let taken = done.hand_over(&hand(manager(OTHER_MANAGER), 1, ASSISTANT), &book);
    assert_eq!(taken, Err(HandOverStepError::AlreadyCounted { person: any::id(ASSISTANT), step: 1 }));
    // Whoever has entered it does not take it either.
    let reason = "two pairs of eyes".to_owned();
    let (first, second) = (any::action("purchase.approve"), any::action("invoice.enter"));
    book.duties.incompatible.push(Incompatible { first, second: second.clone(), reason });
    let mut case = run.case().clone();
    case.taken.push(CaseAct { action: second, by: Actor::new(any::id(ASSISTANT), Role::new("assistant")) });
    let entered = ApprovalRun::start(run.outcome(), case, at());
    let handed = entered.hand_over(&hand(manager(MANAGER), 1, ASSISTANT), &book);
    assert!(matches!(handed, Err(HandOverStepError::ReceiverNotAuthorised { refusals, .. })
        if matches!(refusals[..], [Refusal::SeparationOfDuties { .. }])));
}

#[test]
fn a_case_is_returned_and_comes_back() {
    let book = office();
    let text = "approvals: 1 manager purchase.approve keep when returned & 1 executive purchase.approve; 1 manager purchase.approve";
    let run = start(text, "400.00 EUR");
    let executive = Actor::new(any::id(EXECUTIVE), Role::new("executive"));
    // Step 1 is the executive's: the steps of a stage are in the order of their roles.
    let run = after(run.clone(), run.approve(&approve(executive.clone(), 1), &book));
    let run = after(run.clone(), run.approve(&approve(manager(MANAGER), 2), &book));
    assert_eq!(*run.status(), ApprovalStatus::Open { stage: 2, missing: 1 });
    let unasked = ReturnCase { step: 3, ..give_back(manager(OTHER_MANAGER), " ") };
    assert_eq!(run.give_back(&unasked, &book), Err(ReturnCaseError::NoReason));
    let other = give_back(manager(OTHER_MANAGER), "one will do");
    assert_eq!(run.give_back(&other, &book), Err(ReturnCaseError::OtherStep { asked: 1, open: vec![3] }));
    let back = ReturnCase { step: 3, ..other };
    let stranger = ReturnCase { by: Actor::new(any::id(CLERK), Role::new("clerk")), ..back.clone() };
    assert!(matches!(run.give_back(&stranger, &book), Err(ReturnCaseError::NotAuthorised(_))));
    let returned = after(run.clone(), run.give_back(&back, &book));
    assert_eq!(returned.give_back(&back, &book), Ok(Decision::AlreadyRecorded));
    let late = returned.approve(&approve(manager(OTHER_MANAGER), 3), &book);
    assert!(matches!(late, Err(ApproveStepError::NotOpen(ApprovalStatus::Returned { .. }))));
    assert!(matches!(returned.give_back(&stranger, &book), Err(ReturnCaseError::NotOpen(_))));

    let (amount, outcome) = (run.case().amount, run.outcome().clone());
    let again = ResubmitCase { by: any::id(CLERK), amount, outcome, on: on(), at: at() };
    assert!(matches!(run.resubmit(&again), Err(ResubmitCaseError::NotReturned(_))));
    let wrong = ResubmitCase { by: any::id(MANAGER), ..again.clone() };
    let (by, requester) = (any::id(MANAGER), any::id(CLERK));
    assert_eq!(returned.resubmit(&wrong), Err(ResubmitCaseError::NotRequester { by, requester }));
    // The manager's approval stays, the executive's is void; of another amount neither stays.
    let same = after(returned.clone(), returned.resubmit(&again));
    assert_eq!(same.resubmit(&again), Ok(Decision::AlreadyRecorded));
    assert_eq!(same.approvals().collect::<Vec<_>>(), [(2, &manager(MANAGER))]);
    assert_eq!(*same.status(), ApprovalStatus::Open { stage: 1, missing: 1 });
    let less = ResubmitCase { amount: Some("200.00 EUR".parse().unwrap()), ..again.clone() };
    assert_eq!(after(returned.clone(), returned.resubmit(&less)).approvals().count(), 0);
    let allowed = ResubmitCase { outcome: "allow".parse().unwrap(), ..again.clone() };
    assert!(after(returned.clone(), returned.resubmit(&allowed)).is_approved());
    let refused = ResubmitCase { outcome: "refuse: spent".parse().unwrap(), ..again };
    let status = after(returned.clone(), returned.resubmit(&refused)).status().to_string();
    assert_eq!(status, "refused by policy: \"spent\"".replace('"', ""));
    // A new approval of what was void is no retry of the old one.
    assert!(matches!(
        same.approve(&ApproveStep { at: minute(90), ..approve(executive, 1) }, &book),
        Ok(Decision::Record(_))
    ));
}

#[test]
fn refusing_and_withdrawing_end_it() {
    let book = office();
    let run = start("approvals: 1 manager purchase.approve", "400.00 EUR");
    let refuse = |by, step, reason: &str| RefuseStep { by, step, on: on(), at: at(), reason: reason.to_owned() };
    assert_eq!(run.refuse(&refuse(manager(MANAGER), 2, ""), &book), Err(RefuseStepError::NoReason));
    let other = run.refuse(&refuse(manager(MANAGER), 2, "no"), &book);
    assert_eq!(other, Err(RefuseStepError::OtherStep { asked: 2, open: vec![1] }));
    let own = run.refuse(&refuse(Actor::new(any::id(CLERK), Role::new("clerk")), 1, "no"), &book);
    assert!(matches!(own, Err(RefuseStepError::NotAuthorised(_))));
    let withdraw = |by| WithdrawCase { by: any::id(by), on: on(), at: at() };
    let (by, requester) = (any::id(MANAGER), any::id(CLERK));
    assert_eq!(run.withdraw(&withdraw(MANAGER)), Err(WithdrawCaseError::NotRequester { by, requester }));
    let refused = after(run.clone(), run.refuse(&refuse(manager(MANAGER), 1, "no"), &book));
    assert!(matches!(
        refused.refuse(&refuse(manager(OTHER_MANAGER), 1, "no"), &book),
        Err(RefuseStepError::NotOpen(_))
    ));
    assert!(matches!(refused.withdraw(&withdraw(CLERK)), Err(WithdrawCaseError::Closed(_))));
    let withdrawn = after(run.clone(), run.withdraw(&withdraw(CLERK)));
    assert_eq!(withdrawn.withdraw(&withdraw(CLERK)), Ok(Decision::AlreadyRecorded));
}

#[test]
fn each_stage_has_its_own_time() {
    let book = office();
    let text = "approvals: 1 manager purchase.approve escalate to executive after 2h expire after 8h; \
                1 executive purchase.approve expire after 1h30m";
    let run = start(text, "400.00 EUR");
    let told = |run: &ApprovalRun| run.deadlines(&CALENDAR).unwrap().iter().map(|due| due.at).collect::<Vec<_>>();
    assert_eq!(told(&run), [minute(120), minute(480)]);
    // Approved at half past four: the hour and a half of the next stage end on the next morning.
    let late = ApproveStep { at: minute(450), ..approve(manager(MANAGER), 1) };
    let run = after(run.clone(), run.approve(&late, &book));
    assert_eq!(told(&run), [minute(24 * 60 + 60)]);
    let acts = run.fall_due(minute(24 * 60 + 60), &CALENDAR).unwrap();
    assert_eq!((acts.len(), acts[0].on), (1, any::day(7)));
    let mut expired = run;
    expired.apply(&acts[0]);
    assert_eq!(expired.status().to_string(), "expired at step 2 on 2026-07-07 10:00 UTC");
    assert!(expired.who_may_act(&book, minute(1), &CALENDAR).unwrap().is_empty());
}
