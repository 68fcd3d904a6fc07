//! The answer to a question of authority, and why.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::authority::{Action, Appointment, Grant, Scope};
use crate::delegation::Delegation;
use crate::duties::{Concern, OwnCase};
use crate::subject::PersonId;
use crate::{DateRange, Money, Role};

/// Whether somebody may do something, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[must_use = "a verdict that nobody reads protects nothing"]
pub enum Verdict {
    /// It is allowed, on this ground.
    Allowed(Ground),
    /// It is refused, for every one of these reasons; there is at least one.
    Refused(Vec<Refusal>),
}

impl Verdict {
    /// Whether it is allowed.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }

    /// The ground where it is allowed, the reasons where it is refused.
    pub fn into_result(self) -> Result<Ground, Vec<Refusal>> {
        match self {
            Self::Allowed(ground) => Ok(ground),
            Self::Refused(refusals) => Err(refusals),
        }
    }

    /// Goes on where it is allowed; an error of the operation's own, made of the reasons as text, where it is refused.
    pub fn allowed_or<E>(&self, refused: impl FnOnce(String) -> E) -> Result<(), E> {
        if self.is_allowed() { Ok(()) } else { Err(refused(self.to_string())) }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed(ground) => write!(f, "allowed: {ground}"),
            Self::Refused(refusals) => write!(f, "refused: {}", Listed(refusals)),
        }
    }
}

/// Reasons as one line of text.
pub(crate) struct Listed<'a, T>(pub(crate) &'a [T]);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.iter().enumerate() {
            write!(f, "{}{item}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

/// What carries an act that is allowed: whose appointment, by which grant, handed on how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// The appointment by which the accountable person holds the role.
    pub appointment: Appointment,
    /// The grant to that role.
    pub grant: Grant,
    /// The delegations from the accountable person to the acting one, in order; none where it is the same person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Delegation>,
    /// Persons who act on a case of their own, which the office allows for this action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_case: Vec<OwnCase>,
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Grant { role, action, scope, limit, .. } = &self.grant;
        write!(f, "{} as {role} may {action} in {scope}", self.appointment.person)?;
        if let Some(limit) = limit {
            write!(f, " up to {limit}")?;
        }
        for delegation in &self.delegations {
            write!(f, ", delegated by {} to {} for {}", delegation.from, delegation.to, delegation.valid)?;
        }
        for own in &self.own_case {
            write!(f, ", on their own case as {}", own.concern)?;
        }
        Ok(())
    }
}

/// What an appointment, a grant or a delegation lacks for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Lack {
    /// It does not name the action.
    Action(Action),
    /// It reaches only part of the office.
    Scope {
        /// Where it reaches.
        reaches: Scope,
        /// Where it would have to reach.
        asked: Scope,
    },
    /// It is not in force on the day.
    Period {
        /// When it is in force.
        valid: DateRange,
        /// The day asked for.
        on: NaiveDate,
    },
    /// Its limit is below the amount.
    Limit {
        /// The limit, inclusive.
        limit: Money,
        /// The amount asked for.
        amount: Money,
    },
    /// Its limit is in another currency than the amount. Nothing is converted.
    Currency {
        /// The limit.
        limit: Money,
        /// The amount asked for.
        amount: Money,
    },
    /// It has a limit, and no amount was named that could be held against it.
    Amount {
        /// The limit.
        limit: Money,
    },
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(action) => write!(f, "does not name {action}"),
            Self::Scope { reaches, asked } => write!(f, "reaches {reaches}, not {asked}"),
            Self::Period { valid, on } => write!(f, "is in force {valid}, not on {on}"),
            Self::Limit { limit, amount } => write!(f, "has a limit of {limit}, below {amount}"),
            Self::Currency { limit, amount } => {
                write!(f, "has a limit of {limit}, in another currency than {amount}")
            }
            Self::Amount { limit } => write!(f, "has a limit of {limit}, and no amount is named"),
        }
    }
}

/// One reason why an act is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Refusal {
    /// The person does not hold the role on that day.
    RoleNotHeld {
        /// The person.
        person: PersonId,
        /// The role.
        role: Role,
        /// The day.
        on: NaiveDate,
    },
    /// The act has to be done by the authority of another role.
    OtherRole {
        /// The role in which the person acts.
        role: Role,
        /// The role that is wanted.
        wanted: Role,
    },
    /// Nothing grants the action to a role that the person was ever given.
    NotGranted {
        /// The person whose authority is asked for.
        person: PersonId,
        /// The action.
        action: Action,
    },
    /// The appointment that comes nearest does not suffice.
    Appointment {
        /// The person.
        person: PersonId,
        /// The role.
        role: Role,
        /// What it lacks.
        lacks: Lack,
    },
    /// The grant that comes nearest does not suffice.
    Grant {
        /// The role it is made to.
        role: Role,
        /// What it lacks.
        lacks: Lack,
    },
    /// Nobody has handed the authority of one person to the other.
    NotDelegated {
        /// Whose authority it is.
        from: PersonId,
        /// Who wants to use it.
        to: PersonId,
    },
    /// The delegation that comes nearest does not suffice.
    Delegation {
        /// Who delegates.
        from: PersonId,
        /// To whom.
        to: PersonId,
        /// What it lacks.
        lacks: Lack,
    },
    /// The delegation may not be handed on.
    NotRedelegable {
        /// Who delegates.
        from: PersonId,
        /// Who has handed it on.
        to: PersonId,
    },
    /// The act has to be done in person, on nobody's behalf.
    OnBehalf {
        /// Who would act.
        person: PersonId,
        /// On whose behalf.
        of: PersonId,
    },
    /// A person would act on a case of their own.
    SelfApproval {
        /// The person: who acts, or whose authority is used or was handed on.
        person: PersonId,
        /// What the case is to the person.
        concern: Concern,
    },
    /// A person has already done what must be done by somebody else.
    SeparationOfDuties {
        /// The person: who acts, or whose authority is used or was handed on.
        person: PersonId,
        /// What the person, or somebody on the person's behalf, has done on the case.
        done: Action,
        /// What is asked for.
        asked: Action,
        /// Why the office keeps the two apart.
        reason: String,
    },
}

impl Refusal {
    /// How far away it is from being allowed: the nearest grant is the one with the smallest sum.
    pub(crate) const fn distance(&self) -> u32 {
        match self {
            Self::Grant { lacks, .. } | Self::Delegation { lacks, .. } | Self::Appointment { lacks, .. } => match lacks
            {
                Lack::Limit { .. } | Lack::Amount { .. } => 1,
                Lack::Currency { .. } => 2,
                Lack::Period { .. } => 4,
                Lack::Scope { .. } => 8,
                Lack::Action(_) => 16,
            },
            Self::NotRedelegable { .. } => 4,
            Self::OnBehalf { .. } | Self::SelfApproval { .. } | Self::SeparationOfDuties { .. } => 16,
            Self::RoleNotHeld { .. } | Self::OtherRole { .. } => 64,
            Self::NotGranted { .. } | Self::NotDelegated { .. } => 256,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RoleNotHeld { person, role, on } => write!(f, "{person} does not hold the role {role} on {on}"),
            Self::OtherRole { role, wanted } => write!(f, "the role {wanted} is wanted, not {role}"),
            Self::NotGranted { person, action } => write!(f, "no role of {person} is granted {action}"),
            Self::Appointment { person, role, lacks } => write!(f, "the appointment of {person} as {role} {lacks}"),
            Self::Grant { role, lacks } => write!(f, "the grant to {role} {lacks}"),
            Self::NotDelegated { from, to } => write!(f, "{from} has not delegated to {to}"),
            Self::Delegation { from, to, lacks } => write!(f, "the delegation from {from} to {to} {lacks}"),
            Self::NotRedelegable { from, to } => {
                write!(f, "the delegation from {from} to {to} may not be handed on")
            }
            Self::OnBehalf { person, of } => {
                write!(f, "{person} would act on behalf of {of}, and it is to be done in person")
            }
            Self::SelfApproval { person, concern } => write!(f, "{person} is the {concern} of the case"),
            Self::SeparationOfDuties { person, done, asked, reason } => {
                write!(f, "{person} has done {done} on the case and may not do {asked}: {reason}")
            }
        }
    }
}
