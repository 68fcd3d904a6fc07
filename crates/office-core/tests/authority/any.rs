//! Offices small enough that grants, appointments and delegations often meet.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    Action, Actor, Appointment, AuthorityBook, CaseAct, Currency, DateRange, Delegation, Duties, Grant, Id,
    Incompatible, Money, Request, Role, Scope,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 7, day).unwrap()
}

pub(crate) fn id(number: u8) -> PersonId {
    Id::natural("person", &number.to_string())
}

pub(crate) fn action(name: &str) -> Action {
    name.parse().unwrap()
}

pub(crate) fn person() -> impl Strategy<Value = PersonId> + Clone {
    (0u8..5).prop_map(id)
}

pub(crate) fn role() -> impl Strategy<Value = Role> + Clone {
    select(vec!["manager", "clerk"]).prop_map(Role::new)
}

pub(crate) fn any_action() -> impl Strategy<Value = Action> + Clone {
    select(vec!["purchase.approve", "purchase.approve", "invoice.enter"]).prop_map(action)
}

pub(crate) fn scope() -> impl Strategy<Value = Scope> + Clone {
    select(vec!["*", "*", "company", "company/hq", "company/hq/cc-12", "company/hq-annex"])
        .prop_map(|text| text.parse().unwrap())
}

pub(crate) fn money() -> impl Strategy<Value = Money> + Clone {
    let currency = select(vec![Currency::EUR, Currency::EUR, Currency::EUR, Currency::USD]);
    (0i64..6, currency).prop_map(|(hundreds, currency)| Money::from_minor(hundreds * 10_000, currency))
}

pub(crate) fn limit() -> impl Strategy<Value = Option<Money>> + Clone {
    option::weighted(0.5, money())
}

pub(crate) fn valid() -> impl Strategy<Value = DateRange> + Clone {
    (1u32..10, option::weighted(0.5, 1u32..10))
        .prop_map(|(start, days)| DateRange::new(day(start), days.map(|days| day(start + days))).unwrap())
}

pub(crate) fn grant() -> impl Strategy<Value = Grant> {
    (role(), any_action(), scope(), limit(), valid()).prop_map(|(role, action, scope, limit, valid)| Grant {
        role,
        action,
        scope,
        limit,
        valid,
    })
}

pub(crate) fn appointment() -> impl Strategy<Value = Appointment> {
    (person(), role(), scope(), valid()).prop_map(|(person, role, scope, valid)| Appointment {
        person,
        role,
        scope,
        valid,
    })
}

pub(crate) fn delegation() -> impl Strategy<Value = Delegation> {
    let actions = vec(any_action(), 1..3).prop_map(|actions| actions.into_iter().collect());
    (person(), person(), actions, scope(), limit(), valid(), any::<bool>()).prop_map(
        |(from, to, actions, scope, limit, valid, may_redelegate)| Delegation {
            from,
            to,
            actions,
            scope,
            limit,
            valid,
            may_redelegate,
        },
    )
}

pub(crate) fn duties() -> impl Strategy<Value = Duties> {
    let pair = (any_action(), any_action()).prop_map(|(first, second)| Incompatible {
        first,
        second,
        reason: "two pairs of eyes".into(),
    });
    (vec(pair, 0..2), option::weighted(0.2, any_action()))
        .prop_map(|(incompatible, own)| Duties { incompatible, own_case_allowed: own.into_iter().collect() })
}

pub(crate) fn book() -> impl Strategy<Value = AuthorityBook> {
    (vec(grant(), 0..6), vec(appointment(), 0..12), vec(delegation(), 0..12), duties()).prop_map(
        |(grants, appointments, delegations, duties)| AuthorityBook {
            grants,
            appointments,
            delegations,
            duties,
            ..AuthorityBook::default()
        },
    )
}

pub(crate) fn actor() -> impl Strategy<Value = Actor> + Clone {
    (person(), role(), option::weighted(0.6, person())).prop_map(|(person, role, on_behalf_of)| Actor {
        person,
        role,
        on_behalf_of,
    })
}

pub(crate) fn request() -> impl Strategy<Value = Request> {
    let taken = vec((any_action(), actor()).prop_map(|(action, by)| CaseAct { action, by }), 0..2);
    let concerned = (option::weighted(0.5, person()), option::weighted(0.2, person()));
    let role = option::weighted(0.2, role());
    (actor(), any_action(), scope(), limit(), concerned, 1u32..14, role, taken).prop_map(
        |(actor, action, scope, amount, (requester, beneficiary), on, role, taken)| Request {
            actor,
            action,
            scope,
            amount,
            role,
            requester,
            beneficiaries: beneficiary.into_iter().collect::<BTreeSet<_>>(),
            on: day(on),
            taken,
        },
    )
}

/// An office and a question that some entries of it are likely to answer: most often they are added to it.
pub(crate) fn office() -> impl Strategy<Value = (AuthorityBook, Request)> {
    let luck = (0u8..4, option::weighted(0.4, person()), option::weighted(0.8, Just(())));
    (book(), request(), grant(), luck).prop_map(|(mut book, mut request, mut grant, (luck, through, alone))| {
        if luck == 0 {
            return (book, request);
        }
        let (whole, scope) = (DateRange::from(day(1)), Scope::anywhere());
        grant.action = request.action.clone();
        if luck > 1 {
            (grant.scope, grant.valid, grant.limit) = (scope.clone(), whole, request.amount);
        }
        if alone.is_some() {
            (request.requester, request.role) = (None, None);
            request.beneficiaries.clear();
        }
        let (person, accountable) = (request.actor.person, request.actor.accountable());
        let appoint = |person, role| Appointment { person, role, scope: scope.clone(), valid: whole };
        if person == accountable {
            request.actor.role = grant.role.clone();
        }
        book.appointments.push(appoint(accountable, grant.role.clone()));
        book.appointments.push(appoint(person, request.actor.role.clone()));
        let mut hands = vec![accountable];
        hands.extend(through);
        hands.push(person);
        for pair in hands.windows(2) {
            let (actions, scope, limit) = ([request.action.clone()].into(), scope.clone(), grant.limit);
            let (from, to) = (pair[0], pair[1]);
            book.delegations.push(Delegation { from, to, actions, scope, limit, valid: whole, may_redelegate: true });
        }
        book.grants.push(grant);
        (book, request)
    })
}
