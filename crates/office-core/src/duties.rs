//! What one person must not do alone.
//!
//! # Laws
//! 1. Nobody does both of two incompatible actions on one case, neither in person nor through a delegate, whichever
//!    of the two comes first.
//! 2. Nobody acts on a case that they asked for or gain by, neither in person nor through a delegate, unless the
//!    office allows it for that action; then the ground says so.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::authority::{Action, Refusal, Request};
use crate::subject::PersonId;

/// Two actions that one person must not both do on the same case, in either order.
///
/// Where both are the same action, nobody may do it twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incompatible {
    /// The one action.
    pub first: Action,
    /// The other.
    pub second: Action,
    /// Why the office keeps them apart.
    pub reason: String,
}

impl Incompatible {
    /// The action that whoever does the given one must not have done.
    fn other(&self, action: &Action) -> Option<&Action> {
        if self.first == *action { Some(&self.second) } else { (self.second == *action).then_some(&self.first) }
    }
}

/// What a case is to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    /// The person asked for it.
    Requester,
    /// The person gains by it.
    Beneficiary,
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requester => "requester",
            Self::Beneficiary => "beneficiary",
        })
    }
}

/// Somebody acts on a case of their own, as the office allows for the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnCase {
    /// The person.
    pub person: PersonId,
    /// What the case is to the person.
    pub concern: Concern,
}

/// What an office keeps apart.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{
///     Actor, Appointment, AuthorityBook, CaseAct, DateRange, Grant, Id, Incompatible, Request, Role, Scope,
/// };
///
/// let day = NaiveDate::from_ymd_opt(2026, 7, 6).ok_or("a day")?;
/// let (clerk, role) = (Id::natural("person", "E-017"), Role::new("clerk"));
/// let mut book = AuthorityBook::default();
/// let (scope, valid) = (Scope::anywhere(), DateRange::from(day));
/// book.appointments.push(Appointment { person: clerk, role: role.clone(), scope: scope.clone(), valid });
/// book.grants.push(Grant { role: role.clone(), action: "payment.release".parse()?, scope, limit: None, valid });
///
/// let by = Actor::new(clerk, role);
/// let release = Request::new(by.clone(), "payment.release".parse()?, day);
/// assert!(book.decide(&release).is_allowed());
///
/// // Whoever has entered an invoice does not pay it.
/// book.duties.incompatible.push(Incompatible {
///     first: "invoice.enter".parse()?,
///     second: "payment.release".parse()?,
///     reason: "two pairs of eyes on every payment".into(),
/// });
/// let entered = CaseAct { action: "invoice.enter".parse()?, by };
/// assert!(!book.decide(&release.clone().after(entered)).is_allowed());
///
/// // Nor does anybody release a payment that they asked for, unless the office says so.
/// let own = release.requested_by(clerk);
/// assert!(!book.decide(&own).is_allowed());
/// book.duties.own_case_allowed.insert("payment.release".parse()?);
/// assert!(book.decide(&own).is_allowed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Duties {
    /// The pairs of actions that are kept apart.
    pub incompatible: Vec<Incompatible>,
    /// The actions that people may do on a case of their own.
    pub own_case_allowed: BTreeSet<Action>,
}

impl Duties {
    /// What keeps the person out of the case; in an order that does not depend on how the book was filled.
    pub(crate) fn refusals(&self, person: PersonId, request: &Request) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        if !self.own_case_allowed.contains(&request.action) {
            let own = concerns(person, request);
            refusals.extend(own.map(|concern| Refusal::SelfApproval { person, concern }));
        }
        let done: BTreeSet<&Action> =
            request.taken.iter().filter(|act| act.by_or_for(person)).map(|act| &act.action).collect();
        let sorted: BTreeSet<&Incompatible> = self.incompatible.iter().collect();
        for pair in sorted {
            if let Some(other) = pair.other(&request.action).filter(|other| done.contains(*other)) {
                let (done, asked, reason) = (other.clone(), request.action.clone(), pair.reason.clone());
                refusals.push(Refusal::SeparationOfDuties { person, done, asked, reason });
            }
        }
        refusals
    }
}

/// The exceptions of which the person makes use, where the act is allowed.
pub(crate) fn own_cases(person: PersonId, request: &Request) -> impl Iterator<Item = OwnCase> {
    concerns(person, request).map(move |concern| OwnCase { person, concern })
}

/// What the case is to the person.
fn concerns(person: PersonId, request: &Request) -> impl Iterator<Item = Concern> {
    let requester = (request.requester == Some(person)).then_some(Concern::Requester);
    let beneficiary = request.beneficiaries.contains(&person).then_some(Concern::Beneficiary);
    requester.into_iter().chain(beneficiary)
}
