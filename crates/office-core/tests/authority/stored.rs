//! The stored forms: what is written today must be readable for ever.

use chrono::{DateTime, Utc};
use insta::assert_json_snapshot;
use office_core::rules::Outcome;
use office_core::{
    AccessRequest, AccessTrace, Actor, Appointment, ApprovalAct, ApprovalCase, ApprovalDeed, ApprovalRun, ApproveStep,
    AuthorityBook, CaseAct, Clearance, Confidential, DateRange, Delegation, Grant, HandOverStep, Id, Incompatible,
    OwnRecord, RefuseStep, Request, ResubmitCase, ReturnCase, Role, Scope, Verdict, WithdrawCase, decide_access,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::any;

fn office() -> AuthorityBook {
    let (role, scope) = (Role::new("office_manager"), "company/hq".parse::<Scope>().unwrap());
    let valid = DateRange::from(any::day(1));
    let approve = any::action("purchase.approve");
    let mut book = AuthorityBook::default();
    for (person, role) in [(0, role.clone()), (1, Role::new("assistant"))] {
        let (person, scope) = (any::id(person), Scope::anywhere());
        book.appointments.push(Appointment { person, role, scope, valid });
    }
    let limit = Some("500.00 EUR".parse().unwrap());
    book.grants.push(Grant { role: role.clone(), action: approve.clone(), scope, limit, valid });
    book.delegations.push(Delegation {
        from: any::id(0),
        to: any::id(1),
        actions: [approve.clone()].into(),
        scope: Scope::anywhere(),
        limit: Some("200.00 EUR".parse().unwrap()),
        valid: DateRange::inclusive(any::day(6), any::day(17)).unwrap(),
        may_redelegate: false,
    });
    let reason = "two pairs of eyes".to_owned();
    book.duties.incompatible.push(Incompatible { first: approve, second: any::action("invoice.enter"), reason });
    book.duties.own_case_allowed.insert(any::action("supplies.take"));
    let (class, purpose) = ("pay".parse().unwrap(), "payroll".parse().unwrap());
    book.clearances.granted.push(Clearance { role, class, purpose, valid });
    book.clearances.own_record.insert("investigation".parse().unwrap(), OwnRecord::Never);
    book
}

fn reads_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let stored = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&stored).unwrap(), *value);
    let unknown = stored.replacen('{', "{\"unknown\":1,", 1);
    assert!(serde_json::from_str::<T>(&unknown).is_err(), "a field that is not known is refused");
}

fn by_assistant() -> Actor {
    Actor::new(any::id(1), Role::new("assistant")).on_behalf_of(any::id(0))
}

fn request() -> Request {
    Request::new(by_assistant(), any::action("purchase.approve"), any::day(6))
        .within("company/hq/cc-12".parse().unwrap())
        .of("150.00 EUR".parse().unwrap())
        .requested_by(any::id(2))
}

#[test]
fn a_book() {
    reads_back(&office());
    assert_json_snapshot!(office());
}

#[test]
fn verdicts() {
    let entered = CaseAct { action: any::action("invoice.enter"), by: by_assistant() };
    let refused =
        request().of("640.00 EUR".parse().unwrap()).within(Scope::anywhere()).for_benefit_of(any::id(0)).after(entered);
    let verdicts: Vec<Verdict> = [&request(), &refused].map(|request| office().decide(request)).into();
    verdicts.iter().for_each(reads_back);
    let texts: Vec<String> = verdicts.iter().map(ToString::to_string).collect();
    assert_json_snapshot!((request(), verdicts, texts));
}

#[test]
fn a_reading() {
    let read = |purpose: &str| AccessRequest {
        actor: Actor::new(any::id(0), Role::new("office_manager")),
        class: "pay".parse().unwrap(),
        purpose: purpose.parse().unwrap(),
        subject: Some(any::id(2)),
        on: any::day(6),
        at: "2026-07-06T08:30:00Z".parse().unwrap(),
    };
    let traces: Vec<AccessTrace> =
        ["payroll", "curiosity"].map(|purpose| decide_access(&office(), read(purpose)).into_parts().1).into();
    traces.iter().for_each(reads_back);
    let secret = Confidential::new("pay".parse().unwrap(), Some(any::id(2)), "3100.00 EUR");
    assert_json_snapshot!((traces, secret));
}

#[test]
fn a_run() {
    let asked =
        "approvals: 1 office_manager purchase.approve in company/hq escalate to director after 8h expire after 40h";
    let outcome: Outcome = asked.parse().unwrap();
    let (on, at): (_, DateTime<Utc>) = (any::day(6), "2026-07-06T08:30:00Z".parse().unwrap());
    let started = || {
        let case = ApprovalCase {
            case: Id::natural("case", "PR-1"),
            requester: any::id(2),
            beneficiaries: [any::id(3)].into(),
            scope: "company/hq/cc-12".parse().unwrap(),
            amount: Some("150.00 EUR".parse().unwrap()),
            taken: Vec::new(),
        };
        ApprovalRun::start(&outcome, case, at)
    };
    let (by, reason, book) = (by_assistant(), "too dear".to_owned(), office());
    let manager = Actor::new(any::id(0), Role::new("office_manager"));
    let acted = |mut run: ApprovalRun, act: Option<ApprovalAct>| {
        run.apply(&act.unwrap());
        reads_back(&run);
        run
    };
    let approve = ApproveStep { by: by.clone(), step: 1, on, at };
    let refuse = RefuseStep { by, step: 1, on, at, reason: reason.clone() };
    let give_back = ReturnCase { by: manager.clone(), step: 1, on, at, reason };
    let amount = Some("75.00 EUR".parse().unwrap());
    let resubmit = ResubmitCase { by: any::id(2), amount, outcome: outcome.clone(), on, at };
    let hand_over = HandOverStep { by: manager, step: 1, to: any::id(1), on, at };
    let approved = acted(started(), started().approve(&approve, &book).unwrap().fact());
    let refused = acted(started(), started().refuse(&refuse, &book).unwrap().fact());
    let withdrawn = acted(started(), started().withdraw(&WithdrawCase { by: any::id(2), on, at }).unwrap().fact());
    let returned = acted(started(), started().give_back(&give_back, &book).unwrap().fact());
    let again = acted(returned.clone(), returned.resubmit(&resubmit).unwrap().fact());
    let handed = acted(again.clone(), again.hand_over(&hand_over, &book).unwrap().fact());
    let due = |run: &ApprovalRun, deed| Some(ApprovalAct { on, at: run.acts().last().map_or(at, |act| act.at), deed });
    let escalated =
        acted(handed.clone(), due(&handed, ApprovalDeed::Escalated { step: 1, role: Role::new("director") }));
    let expired = acted(escalated.clone(), due(&escalated, ApprovalDeed::Expired { step: 1 }));
    let statuses = [&approved, &refused, &withdrawn, &returned, &escalated, &expired].map(|run| run.status().clone());
    assert_json_snapshot!((approved, refused, withdrawn, expired, statuses));
}
