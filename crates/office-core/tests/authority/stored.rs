//! The stored forms: what is written today must be readable for ever.

use insta::assert_json_snapshot;
use office_core::{
    AccessRequest, AccessTrace, Actor, Appointment, ApprovalCase, ApprovalRun, ApproveStep, AuthorityBook, CaseAct,
    Clearance, Confidential, DateRange, Delegation, Grant, Id, Incompatible, OwnRecord, RefuseStep, Request, Role,
    Scope, Verdict, WithdrawCase, decide_access,
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
    let started = || {
        let case = ApprovalCase {
            case: Id::natural("case", "PR-1"),
            requester: any::id(2),
            beneficiaries: [any::id(3)].into(),
            scope: "company/hq/cc-12".parse().unwrap(),
            amount: Some("150.00 EUR".parse().unwrap()),
            taken: Vec::new(),
        };
        ApprovalRun::start(&"approvals: 1 office_manager purchase.approve company/hq".parse().unwrap(), case)
    };
    let (by, on) = (by_assistant(), any::day(6));
    let reason = "too dear".to_owned();
    let acts = [
        started().approve(&ApproveStep { by: by.clone(), step: 1, on }, &office()).unwrap(),
        started().refuse(&RefuseStep { by, step: 1, on, reason }, &office()).unwrap(),
        started().withdraw(&WithdrawCase { by: any::id(2), on }).unwrap(),
    ];
    let runs = acts.map(|act| {
        let mut run = started();
        run.apply(&act.fact().unwrap());
        reads_back(&run);
        run
    });
    let statuses = runs.each_ref().map(|run| run.status().clone());
    assert_json_snapshot!((runs, statuses));
}
