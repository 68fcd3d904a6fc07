//! Handing a part of one's authority to somebody else for a time.
//!
//! # Laws
//! 1. What a delegate may, the delegator may on that day: authority is the intersection of all that it came through.
//! 2. A delegation carries nothing outside its period, its actions, its scope and its limit.
//! 3. A delegation is handed on only where it says so, through at most [`LONGEST_CHAIN`] hands.
//! 4. Delegations that lead in a circle give nobody anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::authority::{Action, Refusal, Scope};
use crate::subject::PersonId;
use crate::{DateRange, Money};

/// Through how many hands authority may pass at most.
pub const LONGEST_CHAIN: usize = 8;

/// A part of one person's authority, handed to another for a period.
///
/// It gives no more than the delegator holds on the day: what the delegator loses, the delegate loses too. The one
/// who acts on it names the person whose authority it is in [`Actor::on_behalf_of`](crate::Actor); where it was
/// handed on, that is the person at the beginning of the chain.
///
/// [`AuthorityBook`](crate::AuthorityBook) has an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// Whose authority it is.
    pub from: PersonId,
    /// Who may use it.
    pub to: PersonId,
    /// For which actions.
    pub actions: BTreeSet<Action>,
    /// Where, with everything below.
    #[serde(default)]
    pub scope: Scope,
    /// Up to and including which amount; the delegator's own limit holds besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Money>,
    /// When.
    pub valid: DateRange,
    /// Whether the delegate may hand it on.
    #[serde(default)]
    pub may_redelegate: bool,
}

impl Delegation {
    fn key(&self) -> impl Ord + use<'_> {
        let limit = crate::authority::limit_key(self.limit);
        (self.from, self.to, self.valid, &self.scope, &self.actions, limit, !self.may_redelegate)
    }
}

/// The delegations that lead from one person to another, and what keeps them from carrying the request.
pub(crate) struct Chain<'a> {
    pub(crate) delegations: Vec<&'a Delegation>,
    pub(crate) refusals: Vec<Refusal>,
}

/// A way to a person: its distance, and the places of its delegations in the sorted list.
type Way = (u32, Vec<usize>);

/// The chain with the least against it; nothing is against it just if one exists that carries the request.
pub(crate) fn nearest_chain<'a>(
    delegations: impl Iterator<Item = &'a Delegation>,
    root: PersonId,
    to: PersonId,
    refusals: impl Fn(&Delegation) -> Vec<Refusal>,
) -> Option<Chain<'a>> {
    let mut edges: Vec<(&Delegation, Vec<Refusal>)> = delegations.map(|edge| (edge, refusals(edge))).collect();
    edges.sort_by(|(one, _), (two, _)| one.key().cmp(&two.key()));

    // The best way of exactly so many hands to each person. A way in a circle is never better than the same way
    // without the circle, which was found at fewer hands.
    let mut ends: BTreeMap<PersonId, Way> = BTreeMap::from([(root, (0, Vec::new()))]);
    let mut nearest: Option<Way> = None;
    for _ in 0..LONGEST_CHAIN {
        let mut extended: BTreeMap<PersonId, Way> = BTreeMap::new();
        for (place, (edge, against)) in edges.iter().enumerate() {
            let Some((distance, way)) = ends.get(&edge.from) else { continue };
            let longer: Way = (distance.saturating_add(sum(against)), [way.as_slice(), &[place]].concat());
            if edge.to == to && nearest.as_ref().is_none_or(|best| longer.0 < best.0) {
                nearest = Some(longer.clone());
            }
            let handed_on = (longer.0.saturating_add(sum(&handing_on(edge))), longer.1);
            match extended.get(&edge.to) {
                Some(best) if *best <= handed_on => {}
                _ => drop(extended.insert(edge.to, handed_on)),
            }
        }
        ends = extended;
    }

    let (_, way) = nearest?;
    let taken: Vec<_> = way.iter().filter_map(|place| edges.get(*place)).collect();
    let mut refusals: Vec<Refusal> = taken.iter().flat_map(|(_, against)| against.iter().cloned()).collect();
    let last = taken.len().saturating_sub(1);
    refusals.extend(taken.iter().take(last).filter_map(|(edge, _)| handing_on(edge)));
    Some(Chain { delegations: taken.iter().map(|(edge, _)| *edge).collect(), refusals })
}

fn handing_on(edge: &Delegation) -> Option<Refusal> {
    (!edge.may_redelegate).then_some(Refusal::NotRedelegable { from: edge.from, to: edge.to })
}

fn sum<'a>(refusals: impl IntoIterator<Item = &'a Refusal>) -> u32 {
    refusals.into_iter().fold(0, |sum, refusal| sum.saturating_add(refusal.distance()))
}
