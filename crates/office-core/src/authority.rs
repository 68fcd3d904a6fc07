//! Who may do what, where, up to which amount, and since when.
//!
//! An office keeps its authority as data in one [`AuthorityBook`]: appointments say who holds which role, grants say
//! what a role may do, delegations hand a part of one person's authority to another, [`Duties`] keep apart what one
//! person must not do alone, and clearances say who may read what. A [`Request`] asks one question of the book; the
//! [`Verdict`] answers with the [`Ground`] or with every [`Refusal`], as data.
//!
//! What is not granted is refused. Amounts are held against limits of the same currency only.
//!
//! # Laws
//! 1. Taking a grant, an appointment or a delegation away never allows more.
//! 2. Nobody may as a delegate what the delegator may not.
//! 3. Outside its period no grant, appointment or delegation carries anything.
//! 4. Nobody approves a case of their own through any delegations whatever, unless the book says so.
//! 5. The order in which the book was filled changes no verdict.
//! 6. Raising the amount never turns a refusal into an allowance.
//! 7. A verdict of refusal names at least one reason; a ground always covers the request.
//! 8. What is a person's own to do is done by them in person, by whom they have handed it to, or by whoever is granted it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::confidential::Clearances;
use crate::delegation::Delegation;
use crate::duties::Duties;
use crate::subject::PersonId;
use crate::{Actor, DateRange, Money, Role};

mod action;
mod deciding;
mod scope;
mod verdict;

pub(crate) use action::is_segment;
pub use action::{Action, ParseActionError};
pub(crate) use deciding::limit_key;
pub use scope::{ParseScopeError, Scope};
pub(crate) use verdict::Listed;
pub use verdict::{Ground, Lack, Refusal, Verdict};

/// What a role may do: one action, in one scope, up to one limit, for one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// What it may do.
    pub action: Action,
    /// Where, with everything below.
    #[serde(default)]
    pub scope: Scope,
    /// Up to and including which amount; without a limit where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Money>,
    /// When.
    pub valid: DateRange,
}

/// Who holds a role, where and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    /// The person.
    pub person: PersonId,
    /// The role.
    pub role: Role,
    /// Where the person holds it, with everything below.
    #[serde(default)]
    pub scope: Scope,
    /// When.
    pub valid: DateRange,
}

/// Something that was done on a case, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseAct {
    /// What was done.
    pub action: Action,
    /// Who did it, and on whose behalf.
    pub by: Actor,
}

impl CaseAct {
    /// Whether the person did it, or somebody else did on the person's behalf.
    #[must_use]
    pub fn by_or_for(&self, person: PersonId) -> bool {
        self.by.person == person || self.by.on_behalf_of == Some(person)
    }
}

/// A question of authority: may this actor do this, here, for this amount, on this day?
///
/// The scope is the part of the office that the act concerns; left out it is the whole, which only authority over
/// the whole covers. A request that names no amount is refused by a grant that has a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who would act, in which role, on whose behalf.
    pub actor: Actor,
    /// What the actor would do.
    pub action: Action,
    /// What part of the office it concerns.
    #[serde(default)]
    pub scope: Scope,
    /// For which amount, where money is at stake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// By the authority of which role, where it has to be a certain one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Who asked for the case, where somebody did: this person must not approve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<PersonId>,
    /// Who gains by it: these persons must not approve it either.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub beneficiaries: BTreeSet<PersonId>,
    /// On which day.
    pub on: NaiveDate,
    /// What was done on the same case before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<CaseAct>,
}

impl Request {
    /// May the actor do this on that day? As yet for the whole office, for no amount, on nobody's case.
    #[must_use]
    pub const fn new(actor: Actor, action: Action, on: NaiveDate) -> Self {
        Self {
            actor,
            action,
            scope: Scope::anywhere(),
            amount: None,
            role: None,
            requester: None,
            beneficiaries: BTreeSet::new(),
            on,
            taken: Vec::new(),
        }
    }

    /// The same within a part of the office.
    #[must_use]
    pub fn within(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// The same for an amount.
    #[must_use]
    pub fn of(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }

    /// The same on a case that this person asked for.
    #[must_use]
    pub fn requested_by(mut self, person: PersonId) -> Self {
        self.requester = Some(person);
        self
    }

    /// The same on a case by which this person gains.
    #[must_use]
    pub fn for_benefit_of(mut self, person: PersonId) -> Self {
        self.beneficiaries.insert(person);
        self
    }

    /// The same on a case on which this was done before.
    #[must_use]
    pub fn after(mut self, act: CaseAct) -> Self {
        self.taken.push(act);
        self
    }
}

/// An office's authority as data.
///
/// The order of its entries means nothing.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{
///     Actor, Appointment, AuthorityBook, DateRange, Delegation, Grant, Id, Request, Role, Scope, Verdict,
/// };
///
/// let day = |day| NaiveDate::from_ymd_opt(2026, 7, day).ok_or("a day");
/// let (manager, assistant) = (Id::natural("person", "E-002"), Id::natural("person", "E-017"));
/// let office_manager = Role::new("office_manager");
///
/// let mut book = AuthorityBook::default();
/// for (person, role) in [(manager, office_manager.clone()), (assistant, Role::new("assistant"))] {
///     let valid = DateRange::from(day(1)?);
///     book.appointments.push(Appointment { person, role, scope: Scope::anywhere(), valid });
/// }
/// book.grants.push(Grant {
///     role: office_manager.clone(),
///     action: "purchase.approve".parse()?,
///     scope: "company/hq".parse()?,
///     limit: Some("500.00 EUR".parse()?),
///     valid: DateRange::from(day(1)?),
/// });
///
/// let ask = |actor: Actor, amount: &str, on| {
///     let request = Request::new(actor, "purchase.approve".parse()?, on);
///     Ok::<_, Box<dyn std::error::Error>>(request.within("company/hq/cc-12".parse()?).of(amount.parse()?))
/// };
/// let by_manager = Actor::new(manager, office_manager);
/// assert!(book.decide(&ask(by_manager.clone(), "500.00 EUR", day(6)?)?).is_allowed());
/// let refused = book.decide(&ask(by_manager, "640.00 EUR", day(6)?)?);
/// assert_eq!(
///     refused.to_string(),
///     "refused: the grant to office_manager has a limit of 500.00 EUR, below 640.00 EUR",
/// );
///
/// // The assistant may while the manager is away, and no longer.
/// book.delegations.push(Delegation {
///     from: manager,
///     to: assistant,
///     actions: ["purchase.approve".parse()?].into(),
///     scope: Scope::anywhere(),
///     limit: Some("200.00 EUR".parse()?),
///     valid: DateRange::inclusive(day(6)?, day(17)?)?,
///     may_redelegate: false,
/// });
/// let by_assistant = Actor::new(assistant, Role::new("assistant")).on_behalf_of(manager);
/// assert!(book.decide(&ask(by_assistant.clone(), "150.00 EUR", day(17)?)?).is_allowed());
/// assert!(!book.decide(&ask(by_assistant, "150.00 EUR", day(18)?)?).is_allowed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorityBook {
    /// What each role may do.
    pub grants: Vec<Grant>,
    /// Who holds which role.
    pub appointments: Vec<Appointment>,
    /// Who has handed authority to whom.
    pub delegations: Vec<Delegation>,
    /// What one person must not do alone.
    pub duties: Duties,
    /// Who may read what.
    pub clearances: Clearances,
}

impl AuthorityBook {
    /// Whether the request is allowed, and why.
    ///
    /// Somebody who acts for themselves must hold the role they act in, and it must be granted the action. Somebody
    /// who acts on behalf of another must hold the role they act in, whatever it is granted; the other must be
    /// granted the action by a role of their own; and delegations must lead from the other to the one who acts, each
    /// covering the request.
    ///
    /// Refused, the verdict names what fails of the appointment, grant and delegations that come nearest.
    pub fn decide(&self, request: &Request) -> Verdict {
        deciding::decide(self, &[], request)
    }

    /// Whether somebody may do what is a person's own to do, such as asking for their leave; else every reason why not.
    ///
    /// The person may, without any grant. Somebody who acts on their behalf must hold the role they act in, and delegations
    /// must lead to them from the person, each covering the request. Of anybody else it is asked as of an act for the
    /// person's benefit ([`AuthorityBook::decide`]).
    ///
    /// # Errors
    /// The reasons, at least one.
    ///
    /// # Example
    /// ```
    /// use office_core::{Actor, Appointment, AuthorityBook, DateRange, Delegation, Id, Request, Role, Scope};
    ///
    /// let valid: DateRange = "2026-07-01/2026-07-31".parse()?;
    /// let (manager, assistant) = (Id::natural("person", "E-002"), Id::natural("person", "E-017"));
    /// let (role, scope) = (Role::new("assistant"), Scope::anywhere());
    /// let mut book = AuthorityBook::default();
    /// book.appointments.push(Appointment { person: assistant, role: role.clone(), scope: scope.clone(), valid });
    ///
    /// let ask_leave = |actor| Ok::<_, Box<dyn std::error::Error>>(Request::new(actor, "leave.ask".parse()?, valid.start()));
    /// let in_person = ask_leave(Actor::new(manager, Role::new("manager")))?;
    /// assert!(book.decide_own(&in_person, manager).is_ok());
    ///
    /// // That somebody says whose behalf it is on is not enough.
    /// let on_behalf = ask_leave(Actor::new(assistant, role).on_behalf_of(manager))?;
    /// let refused = book.decide_own(&on_behalf, manager).unwrap_err();
    /// assert_eq!(refused[0].to_string(), format!("{manager} has not delegated to {assistant}"));
    /// let actions = [on_behalf.action.clone()].into();
    /// let (from, to, limit) = (manager, assistant, None);
    /// book.delegations.push(Delegation { from, to, actions, scope, limit, valid, may_redelegate: false });
    /// assert!(book.decide_own(&on_behalf, manager).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_own(&self, request: &Request, whose: PersonId) -> Result<(), Vec<Refusal>> {
        if request.actor.is_personally(whose) {
            return Ok(());
        }
        if request.actor.accountable() == whose {
            let refusals = deciding::against_deputy(self, request);
            return if refusals.is_empty() { Ok(()) } else { Err(refusals) };
        }
        self.decide(&request.clone().for_benefit_of(whose)).into_result().map(drop)
    }

    /// Whether the request is allowed, as if the book had these delegations as well.
    pub(crate) fn decide_with(&self, besides: &[Delegation], request: &Request) -> Verdict {
        deciding::decide(self, besides, request)
    }

    /// The appointment by which the person holds the role on a day, anywhere in the office.
    #[must_use]
    pub fn appointment(&self, person: PersonId, role: &Role, on: NaiveDate) -> Option<&Appointment> {
        let held = self.appointments.iter().filter(|held| held.person == person && held.role == *role);
        held.filter(|held| held.valid.contains(on)).min()
    }
}
