//! Who is acting.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::subject::PersonId;

/// A role somebody acts in: `office_manager`, `assistant`, `secretary`, `employee`.
///
/// Roles are names in the office's own data. What a role may do is told by the grants that name it; no role is
/// known to the code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Role(Cow<'static, str>);

impl Role {
    /// The role of this name.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who is acting, in which role, and on whose behalf.
///
/// # Example
/// ```
/// use office_core::{Actor, Id, Role};
///
/// let clerk = Id::natural("person", "E-017");
/// let manager = Id::natural("person", "E-002");
/// let actor = Actor::new(clerk, Role::new("assistant")).on_behalf_of(manager);
/// assert_eq!(actor.person, clerk);
/// assert_eq!(actor.accountable(), manager);
/// assert!(!actor.is_personally(clerk) && !actor.is_personally(manager));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The person who acts.
    pub person: PersonId,
    /// The role in which the person acts.
    pub role: Role,
    /// Whose authority is used, where it is not the person's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
}

impl Actor {
    /// A person acting for themselves.
    #[must_use]
    pub const fn new(person: PersonId, role: Role) -> Self {
        Self { person, role, on_behalf_of: None }
    }

    /// The same person acting with somebody else's authority.
    #[must_use]
    pub const fn on_behalf_of(mut self, other: PersonId) -> Self {
        self.on_behalf_of = Some(other);
        self
    }

    /// Whose authority is used: the delegator's where there is one, else the person's own.
    #[must_use]
    pub fn accountable(&self) -> PersonId {
        self.on_behalf_of.unwrap_or(self.person)
    }

    /// Whether it is this person who acts, in person and not by somebody else.
    #[must_use]
    pub fn is_personally(&self, person: PersonId) -> bool {
        self.person == person && self.accountable() == person
    }
}
