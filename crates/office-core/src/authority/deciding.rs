//! Finding what carries a request, or what comes nearest to carrying it.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use crate::authority::{Appointment, AuthorityBook, Grant, Ground, Lack, Refusal, Request, Scope, Verdict};
use crate::delegation::{Chain, Delegation, nearest_chain};
use crate::duties::own_cases;
use crate::subject::PersonId;
use crate::{DateRange, Money, Role};

/// Whether the request is allowed by the book, with these delegations besides.
pub(super) fn decide(book: &AuthorityBook, besides: &[Delegation], request: &Request) -> Verdict {
    let accountable = request.actor.accountable();
    let delegated = accountable != request.actor.person;

    let mut refusals = Vec::new();
    if delegated {
        refusals.extend(role_of_delegate(book, request));
    }
    let held = holding(book, request, accountable, delegated);
    let (carrier, lacking) = match held {
        Some(Candidate { appointment, grant, refusals }) => (Some((appointment, grant)), refusals),
        None => (None, vec![nothing_held(book, request, accountable, delegated)]),
    };
    refusals.extend(lacking);

    let mut chain = Vec::new();
    if delegated {
        let Chain { delegations, refusals: lacking } = handed_on(book, besides, request);
        chain = delegations;
        refusals.extend(lacking);
    }

    // Those between the two ends have been asked while the chain was sought.
    for person in BTreeSet::from([request.actor.person, accountable]) {
        refusals.extend(book.duties.refusals(person, request));
    }
    match carrier {
        Some((appointment, grant)) if refusals.is_empty() => {
            let persons: BTreeSet<_> =
                chain.iter().flat_map(|edge| [edge.from, edge.to]).chain([request.actor.person]).collect();
            let own_case = persons.iter().flat_map(|person| own_cases(*person, request)).collect();
            Verdict::Allowed(Ground {
                appointment: appointment.clone(),
                grant: grant.clone(),
                delegations: chain.into_iter().cloned().collect(),
                own_case,
            })
        }
        _ => Verdict::Refused(refusals),
    }
}

/// What keeps somebody from acting on behalf of another in what is the other's own to do.
pub(super) fn against_deputy(book: &AuthorityBook, request: &Request) -> Vec<Refusal> {
    let role = role_of_delegate(book, request);
    role.into_iter().chain(handed_on(book, &[], request).refusals).collect()
}

/// The delegations from the accountable person to the one who acts that come nearest to carrying the request.
fn handed_on<'a>(book: &'a AuthorityBook, besides: &'a [Delegation], request: &Request) -> Chain<'a> {
    let (from, to) = (request.actor.accountable(), request.actor.person);
    let of_edge = |edge: &Delegation| edge_refusals(book, request, edge, from);
    let nobody = || Chain { delegations: Vec::new(), refusals: vec![Refusal::NotDelegated { from, to }] };
    nearest_chain(book.delegations.iter().chain(besides), from, to, of_edge).unwrap_or_else(nobody)
}

/// An appointment and a grant that may carry the request, and what they lack.
struct Candidate<'a> {
    appointment: &'a Appointment,
    grant: &'a Grant,
    refusals: Vec<Refusal>,
}

impl Candidate<'_> {
    fn distance(&self) -> u32 {
        self.refusals.iter().fold(0, |sum, refusal| sum.saturating_add(refusal.distance()))
    }

    /// Nearest first, then in an order that does not depend on how the book was filled.
    fn order(&self, other: &Self) -> Ordering {
        self.distance()
            .cmp(&other.distance())
            .then_with(|| grant_order(self.grant, other.grant))
            .then_with(|| self.appointment.cmp(other.appointment))
    }
}

fn grant_order(one: &Grant, two: &Grant) -> Ordering {
    let key = |grant: &Grant| (grant.role.clone(), grant.scope.clone(), limit_key(grant.limit), grant.valid);
    key(one).cmp(&key(two))
}

/// No limit before limits, limits by currency, higher limits before lower ones.
pub(crate) fn limit_key(limit: Option<Money>) -> impl Ord + use<> {
    limit.map(|limit| (limit.currency().code(), Reverse(limit.amount())))
}

/// The appointment and grant that carry the request by the person's own roles, or come nearest to it.
fn holding<'a>(book: &'a AuthorityBook, request: &Request, person: PersonId, delegated: bool) -> Option<Candidate<'a>> {
    let appointments: Vec<_> = book.appointments.iter().filter(|held| held.person == person).collect();
    let grants = book.grants.iter().filter(|grant| grant.action == request.action);
    let mut nearest: Option<Candidate<'a>> = None;
    for grant in grants.filter(|grant| delegated || grant.role == request.actor.role) {
        for appointment in appointments.iter().filter(|held| held.role == grant.role) {
            let candidate = Candidate { appointment, grant, refusals: weigh(request, appointment, grant) };
            if nearest.as_ref().is_none_or(|best| candidate.order(best).is_lt()) {
                nearest = Some(candidate);
            }
        }
    }
    nearest
}

fn weigh(request: &Request, appointment: &Appointment, grant: &Grant) -> Vec<Refusal> {
    let role = || grant.role.clone();
    let mut refusals = Vec::new();
    if let Some(wanted) = request.role.as_ref().filter(|wanted| **wanted != grant.role) {
        refusals.push(Refusal::OtherRole { role: role(), wanted: wanted.clone() });
    }
    for lacks in lacks(&appointment.scope, None, appointment.valid, request) {
        refusals.push(Refusal::Appointment { person: appointment.person, role: role(), lacks });
    }
    for lacks in lacks(&grant.scope, grant.limit, grant.valid, request) {
        refusals.push(Refusal::Grant { role: role(), lacks });
    }
    refusals
}

fn lacks(scope: &Scope, limit: Option<Money>, valid: DateRange, request: &Request) -> Vec<Lack> {
    let mut lacks = Vec::new();
    if !valid.contains(request.on) {
        lacks.push(Lack::Period { valid, on: request.on });
    }
    if !scope.covers(&request.scope) {
        lacks.push(Lack::Scope { reaches: scope.clone(), asked: request.scope.clone() });
    }
    lacks.extend(limit.and_then(|limit| beyond_limit(limit, request.amount)));
    lacks
}

fn beyond_limit(limit: Money, amount: Option<Money>) -> Option<Lack> {
    let Some(amount) = amount else {
        return Some(Lack::Amount { limit });
    };
    match amount.compare(&limit) {
        Ok(Ordering::Less | Ordering::Equal) => None,
        Ok(Ordering::Greater) => Some(Lack::Limit { limit, amount }),
        Err(_) => Some(Lack::Currency { limit, amount }),
    }
}

/// Somebody who acts for another still acts in a role of their own, which they must hold.
fn role_of_delegate(book: &AuthorityBook, request: &Request) -> Option<Refusal> {
    let (person, role) = (request.actor.person, &request.actor.role);
    let held = book.appointment(person, role, request.on).is_some();
    (!held).then(|| Refusal::RoleNotHeld { person, role: role.clone(), on: request.on })
}

/// Why no grant and appointment even came into question.
fn nothing_held(book: &AuthorityBook, request: &Request, person: PersonId, delegated: bool) -> Refusal {
    let role: &Role = &request.actor.role;
    if !delegated && book.appointment(person, role, request.on).is_none() {
        return Refusal::RoleNotHeld { person, role: role.clone(), on: request.on };
    }
    Refusal::NotGranted { person, action: request.action.clone() }
}

fn edge_refusals(book: &AuthorityBook, request: &Request, edge: &Delegation, root: PersonId) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let refused = |lacks| Refusal::Delegation { from: edge.from, to: edge.to, lacks };
    if !edge.actions.contains(&request.action) {
        refusals.push(refused(Lack::Action(request.action.clone())));
    }
    refusals.extend(lacks(&edge.scope, edge.limit, edge.valid, request).into_iter().map(refused));
    if edge.from != root {
        refusals.extend(book.duties.refusals(edge.from, request));
    }
    refusals
}
