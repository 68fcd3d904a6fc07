//! Laws of `authority`, `delegation` and `duties`.

use std::collections::BTreeSet;

use office_core::subject::PersonId;
use office_core::{
    Actor, Appointment, AuthorityBook, CaseAct, DateRange, Delegation, Grant, Incompatible, LONGEST_CHAIN, Lack, Money,
    Refusal, Request, Role, Scope, Verdict,
};
use proptest::prelude::*;

use crate::any;

/// Authority said plainly: every way is tried.
fn plainly(book: &AuthorityBook, request: &Request) -> bool {
    let (person, accountable) = (request.actor.person, request.actor.accountable());
    if kept_out(book, request, person) || kept_out(book, request, accountable) {
        return false;
    }
    let granted = |role: Option<&Role>| {
        book.grants.iter().any(|grant| {
            grant.action == request.action
                && role.is_none_or(|role| *role == grant.role)
                && request.role.as_ref().is_none_or(|role| *role == grant.role)
                && fits(request, &grant.scope, grant.limit, grant.valid)
                && book.appointments.iter().any(|held| {
                    held.person == accountable
                        && held.role == grant.role
                        && fits(request, &held.scope, None, held.valid)
                })
        })
    };
    if person == accountable {
        return granted(Some(&request.actor.role));
    }
    let in_office = book
        .appointments
        .iter()
        .any(|held| held.person == person && held.role == request.actor.role && held.valid.contains(request.on));
    in_office && granted(None) && leads(book, request, accountable, &mut vec![accountable])
}

fn fits(request: &Request, scope: &Scope, limit: Option<Money>, valid: DateRange) -> bool {
    let below = limit.is_none_or(|limit| request.amount.is_some_and(|amount| amount <= limit));
    valid.contains(request.on) && scope.covers(&request.scope) && below
}

fn kept_out(book: &AuthorityBook, request: &Request, person: PersonId) -> bool {
    let own = request.requester == Some(person) || request.beneficiaries.contains(&person);
    let apart = book.duties.incompatible.iter().any(|Incompatible { first, second, .. }| {
        request.taken.iter().any(|act| {
            let both = [(first, second), (second, first)].contains(&(&act.action, &request.action));
            both && (act.by.person == person || act.by.on_behalf_of == Some(person))
        })
    });
    apart || (own && !book.duties.own_case_allowed.contains(&request.action))
}

fn leads(book: &AuthorityBook, request: &Request, from: PersonId, seen: &mut Vec<PersonId>) -> bool {
    let carries = |edge: &&Delegation| {
        edge.from == from
            && edge.actions.contains(&request.action)
            && fits(request, &edge.scope, edge.limit, edge.valid)
    };
    book.delegations.iter().filter(carries).any(|edge| {
        if edge.to == request.actor.person {
            return true;
        }
        if seen.contains(&edge.to) || !edge.may_redelegate || kept_out(book, request, edge.to) {
            return false;
        }
        seen.push(edge.to);
        let found = leads(book, request, edge.to, seen);
        seen.pop();
        found
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_verdict_is_what_trying_every_way_finds((book, request) in any::office()) {
        prop_assert_eq!(book.decide(&request).is_allowed(), plainly(&book, &request));
    }

    #[test]
    fn taking_an_entry_away_never_allows_more((book, request) in any::office(), pick in any::<proptest::sample::Index>()) {
        let mut fewer = book.clone();
        match pick.index(3) {
            0 if !book.grants.is_empty() => drop(fewer.grants.remove(pick.index(book.grants.len()))),
            1 if !book.appointments.is_empty() => drop(fewer.appointments.remove(pick.index(book.appointments.len()))),
            _ if !book.delegations.is_empty() => drop(fewer.delegations.remove(pick.index(book.delegations.len()))),
            _ => fewer = AuthorityBook::default(),
        }
        prop_assert!(book.decide(&request).is_allowed() || !fewer.decide(&request).is_allowed());
    }

    #[test]
    fn a_delegate_may_nothing_that_the_delegator_may_not((book, request) in any::office()) {
        if let Verdict::Allowed(ground) = book.decide(&request) {
            let delegator = Actor::new(request.actor.accountable(), ground.grant.role);
            let asked = Request { actor: delegator, ..request };
            prop_assert!(book.decide(&asked).is_allowed());
        }
    }

    #[test]
    fn what_is_ones_own_is_done_in_person_or_handed_on_or_granted((book, request) in any::office(), whose in 0u8..4) {
        let (whose, actor) = (any::id(whose), &request.actor);
        let allowed = if actor.accountable() == whose {
            let held = book.appointment(actor.person, &actor.role, request.on).is_some();
            actor.person == whose || held && leads(&book, &request, whose, &mut vec![whose])
        } else {
            plainly(&book, &request.clone().for_benefit_of(whose))
        };
        prop_assert_eq!(book.decide_own(&request, whose).is_ok(), allowed);
    }

    #[test]
    fn a_ground_covers_the_request((book, request) in any::office()) {
        if let Verdict::Allowed(ground) = book.decide(&request) {
            prop_assert!(fits(&request, &ground.grant.scope, ground.grant.limit, ground.grant.valid));
            prop_assert!(fits(&request, &ground.appointment.scope, None, ground.appointment.valid));
            prop_assert_eq!(ground.appointment.person, request.actor.accountable());
            let mut holder = request.actor.accountable();
            for (index, edge) in ground.delegations.iter().enumerate() {
                prop_assert_eq!(edge.from, holder);
                prop_assert!(fits(&request, &edge.scope, edge.limit, edge.valid));
                prop_assert!(edge.may_redelegate || index + 1 == ground.delegations.len());
                holder = edge.to;
            }
            prop_assert_eq!(holder, request.actor.person);
        }
    }

    #[test]
    fn outside_its_period_nothing_carries_anything((book, request) in any::office(), late in 20u32..28) {
        let mut ended = book;
        let until = |valid: DateRange| valid.intersection(&DateRange::new(any::day(1), any::day(19)).unwrap()).unwrap();
        ended.grants.iter_mut().for_each(|grant| grant.valid = until(grant.valid));
        let asked = Request { on: any::day(late), ..request };
        prop_assert!(!ended.decide(&asked).is_allowed());
    }

    #[test]
    fn nobody_approves_their_own_case((book, request) in any::office(), by_role in any::<bool>()) {
        let mut strict = book;
        strict.duties.own_case_allowed.clear();
        let own = if by_role { request.actor.person } else { request.actor.accountable() };
        let refused = strict.decide(&request.clone().requested_by(own));
        prop_assert!(!refused.is_allowed());
        prop_assert!(!strict.decide(&request.clone().for_benefit_of(own)).is_allowed());
        if let Verdict::Allowed(ground) = strict.decide(&request) {
            let hands = ground.delegations.iter().flat_map(|edge| [edge.from, edge.to]);
            let hands: BTreeSet<_> = hands.chain([request.actor.person]).collect();
            prop_assert!(request.requester.is_none_or(|requester| !hands.contains(&requester)));
            prop_assert!(request.beneficiaries.is_disjoint(&hands));
        }
    }

    #[test]
    fn an_exception_for_ones_own_case_is_on_record((book, request) in any::office()) {
        let mut lenient = book;
        lenient.duties.own_case_allowed.insert(request.action.clone());
        let own = request.clone().requested_by(request.actor.person);
        if let Verdict::Allowed(ground) = lenient.decide(&own) {
            prop_assert!(ground.own_case.iter().any(|own| own.person == request.actor.person));
        }
    }

    #[test]
    fn nobody_does_both_of_two_duties((book, request) in any::office(), other in any::any_action(), by in any::actor(), swap in any::<bool>()) {
        let mut apart = book;
        let (first, second) =
            if swap { (other.clone(), request.action.clone()) } else { (request.action.clone(), other.clone()) };
        apart.duties.incompatible.push(Incompatible { first, second, reason: "two pairs of eyes".into() });
        let shared = [by.person, by.accountable()];
        let after = request.clone().after(CaseAct { action: other, by: by.clone() });
        let verdict = apart.decide(&after);
        if shared.contains(&request.actor.person) || shared.contains(&request.actor.accountable()) {
            prop_assert!(!verdict.is_allowed());
        }
    }

    #[test]
    fn the_order_of_the_book_changes_no_verdict((book, request) in any::office(), turn in 0usize..12) {
        let mut turned = book.clone();
        turned.grants.reverse();
        turned.appointments.rotate_left(turn.min(book.appointments.len()));
        turned.delegations.rotate_left(turn.min(book.delegations.len()));
        turned.delegations.reverse();
        turned.duties.incompatible.reverse();
        prop_assert_eq!(book.decide(&request), turned.decide(&request));
    }

    #[test]
    fn raising_the_amount_never_allows((book, request) in any::office(), more in 0i64..50_000) {
        let Some(amount) = request.amount else { return Ok(()) };
        let raised = amount.checked_add(Money::from_minor(more, amount.currency())).unwrap();
        let allowed = book.decide(&request).is_allowed();
        prop_assert!(allowed || !book.decide(&request.of(raised)).is_allowed());
    }

    #[test]
    fn a_refusal_names_a_reason((book, request) in any::office()) {
        let verdict = book.decide(&request);
        prop_assert!(!verdict.to_string().is_empty());
        if let Verdict::Refused(refusals) = verdict {
            prop_assert!(!refusals.is_empty());
        }
    }

    #[test]
    fn authority_passes_through_so_many_hands_and_no_more(hands in 1usize..12, breaks in 0usize..24, circle in any::<bool>()) {
        let (mut book, request) = handed_on(hands, (breaks + 1 < hands).then_some(breaks));
        if circle {
            let back = Delegation { from: any::id(1), to: any::id(0), ..book.delegations[0].clone() };
            book.delegations.push(back);
        }
        let whole = breaks + 1 >= hands && hands <= LONGEST_CHAIN;
        prop_assert_eq!(book.decide(&request).is_allowed(), whole);
    }

    #[test]
    fn a_circle_of_delegations_gives_nobody_anything(length in 2u8..10, asks in 0u8..10, names in 0u8..10) {
        let (mut book, request) = handed_on(usize::from(length), None);
        book.grants.clear();
        let close = Delegation { from: any::id(length), to: any::id(0), ..book.delegations[0].clone() };
        book.delegations.push(close);
        let actor = Actor::new(any::id(asks), Role::new("clerk")).on_behalf_of(any::id(names));
        let asked = Request { actor, ..request };
        prop_assert!(!book.decide(&asked).is_allowed());
    }
}

/// Person 0 holds the grant and hands it on to 1, who hands it on to 2, and so on; one of them may not.
fn handed_on(hands: usize, breaks: Option<usize>) -> (AuthorityBook, Request) {
    let (valid, scope) = (DateRange::from(any::day(1)), Scope::anywhere());
    let approve = any::action("purchase.approve");
    let mut book = AuthorityBook::default();
    let role = Role::new("manager");
    book.grants.push(Grant { role: role.clone(), action: approve.clone(), scope: scope.clone(), limit: None, valid });
    book.appointments.push(Appointment { person: any::id(0), role, scope: scope.clone(), valid });
    let mut last = any::id(0);
    for hand in 0..hands {
        let to = any::id(u8::try_from(hand + 1).unwrap());
        let (from, actions) = (last, [approve.clone()].into());
        let may_redelegate = breaks != Some(hand);
        book.delegations.push(Delegation {
            from,
            to,
            actions,
            scope: scope.clone(),
            limit: None,
            valid,
            may_redelegate,
        });
        last = to;
    }
    for person in 1..12 {
        let (person, role) = (any::id(person), Role::new("clerk"));
        book.appointments.push(Appointment { person, role, scope: scope.clone(), valid });
    }
    let actor = Actor::new(last, Role::new("clerk")).on_behalf_of(any::id(0));
    (book, Request::new(actor, approve, any::day(2)))
}

/// Both verdicts are common among the offices that the laws are tried on.
#[test]
fn the_offices_tried_allow_and_refuse() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut allowed, mut delegated) = (0, 0);
    for _ in 0..400 {
        let (book, request) = any::office().new_tree(&mut runner).unwrap().current();
        if let Verdict::Allowed(ground) = book.decide(&request) {
            allowed += 1;
            delegated += usize::from(!ground.delegations.is_empty());
        }
    }
    assert!((40..360).contains(&allowed) && delegated >= 5, "{allowed} allowed, {delegated} delegated");
}

/// What fails is named, of what comes nearest.
#[test]
fn each_refusal_is_named() {
    let (book, plain) = handed_on(1, None);
    let day = any::day(2);
    let manager = Actor::new(any::id(0), Role::new("manager"));
    let clerk = Actor::new(any::id(1), Role::new("clerk"));
    let direct = Request::new(manager.clone(), plain.action.clone(), day);
    let (hq, eur, usd): (Scope, Money, Money) =
        ("company/hq".parse().unwrap(), "500.00 EUR".parse().unwrap(), "500.00 USD".parse().unwrap());
    let above: Money = "640.00 EUR".parse().unwrap();
    let refusals = |change: fn(&mut AuthorityBook), request: &Request| {
        let mut book = book.clone();
        change(&mut book);
        book.decide(request).into_result().unwrap_err()
    };
    let limited: fn(&mut AuthorityBook) = |book| {
        for limit in ["400.00 EUR", "500.00 EUR"] {
            let limit = Some(limit.parse().unwrap());
            book.grants.push(Grant { limit, ..book.grants[0].clone() });
        }
        book.grants.remove(0);
    };
    let role = || Role::new("manager");
    let grant = |lacks| vec![Refusal::Grant { role: role(), lacks }];

    let cases: Vec<(Vec<Refusal>, Vec<Refusal>)> = vec![
        (refusals(limited, &direct.clone().of(above)), grant(Lack::Limit { limit: eur, amount: above })),
        (refusals(limited, &direct.clone().of(usd)), grant(Lack::Currency { limit: eur, amount: usd })),
        (refusals(limited, &direct), grant(Lack::Amount { limit: eur })),
        (
            refusals(|book| book.grants[0].scope = "company/hq".parse().unwrap(), &direct),
            grant(Lack::Scope { reaches: hq, asked: Scope::anywhere() }),
        ),
        (
            refusals(|book| book.grants[0].valid = DateRange::day(any::day(1)), &direct),
            grant(Lack::Period { valid: DateRange::day(any::day(1)), on: day }),
        ),
        (
            refusals(|book| drop(book.appointments.remove(0)), &direct),
            vec![Refusal::RoleNotHeld { person: any::id(0), role: role(), on: day }],
        ),
        (
            refusals(|_| {}, &Request { actor: clerk, ..direct.clone() }),
            vec![Refusal::NotGranted { person: any::id(1), action: plain.action.clone() }],
        ),
        (
            refusals(|_| {}, &Request { role: Some(Role::new("executive")), ..direct.clone() }),
            vec![Refusal::OtherRole { role: role(), wanted: Role::new("executive") }],
        ),
        (
            refusals(|book| book.delegations.clear(), &plain),
            vec![Refusal::NotDelegated { from: any::id(0), to: any::id(1) }],
        ),
        (
            refusals(|book| book.delegations[0].valid = DateRange::day(any::day(1)), &plain),
            vec![Refusal::Delegation {
                from: any::id(0),
                to: any::id(1),
                lacks: Lack::Period { valid: DateRange::day(any::day(1)), on: day },
            }],
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
    let (book, request) = handed_on(2, Some(0));
    let expected = vec![Refusal::NotRedelegable { from: any::id(0), to: any::id(1) }];
    assert_eq!(book.decide(&request).into_result(), Err(expected));
}
