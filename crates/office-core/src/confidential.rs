//! Who may read what, for which purpose, and the trace that every reading leaves.
//!
//! Records have a [`RecordClass`], readers a [`Clearance`] by role, class and purpose. [`decide_access`] answers with
//! an [`AccessDecision`], which is taken apart into two things at once: leave to read or the reasons against it, and
//! the [`AccessTrace`] that is to be stored. Content that must not leak is kept in a [`Confidential`], which only
//! leave to read opens.
//!
//! # Laws
//! 1. Taking a clearance or an appointment away never shows more.
//! 2. Every decision, granted or refused, comes with exactly one trace, and the trace agrees with it.
//! 3. No debug or display text of a [`Confidential`] tells anything of its content.
//! 4. Leave to read opens only content of the class and about the person it was given for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::authority::{AuthorityBook, Listed};
use crate::subject::PersonId;
use crate::{Actor, DateRange, Role};

mod class;
mod secret;

pub use class::{ClassName, ParseClassError, ParsePurposeError, Purpose, RecordClass};
pub use secret::{Confidential, OpenError};

/// Leave for a role to read records of one class for one purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clearance {
    /// The role.
    pub role: Role,
    /// The class of the records.
    pub class: RecordClass,
    /// What they may be read for.
    pub purpose: Purpose,
    /// When.
    pub valid: DateRange,
}

/// Whether people may read records about themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnRecord {
    /// As they may read records about others.
    #[default]
    AsOthers,
    /// Always, for any purpose.
    Always,
    /// Never, whatever clearance they have: nobody follows an investigation into themselves.
    Never,
}

/// Who may read which classes of records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clearances {
    /// What each role may read.
    pub granted: Vec<Clearance>,
    /// What people may read about themselves; as about others where the class is not named.
    pub own_record: BTreeMap<RecordClass, OwnRecord>,
}

/// Somebody wants to read a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRequest {
    /// Who reads, in which role. Need to know is one's own: acting on somebody's behalf gives no clearance.
    pub actor: Actor,
    /// The class of the record.
    pub class: RecordClass,
    /// What for.
    pub purpose: Purpose,
    /// The person whom the record is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<PersonId>,
    /// On which day of the office.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// Why somebody may read a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessGround {
    /// Everybody may read it.
    Public,
    /// Everybody who holds a role in the office may read it, and the reader does.
    Internal(Role),
    /// The record is about the reader, who may read it for that.
    OwnRecord,
    /// The reader's role is cleared for it.
    Clearance(Clearance),
}

impl fmt::Display for AccessGround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("everybody may read it"),
            Self::Internal(role) => write!(f, "everybody in the office may read it, and so may {role}"),
            Self::OwnRecord => f.write_str("it is about the reader"),
            Self::Clearance(Clearance { role, class, purpose, valid }) => {
                write!(f, "{role} is cleared for {class} records for {purpose}, {valid}")
            }
        }
    }
}

/// Why somebody may not read a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AccessRefusal {
    /// The reader does not hold the role on that day.
    RoleNotHeld {
        /// The role.
        role: Role,
        /// The day.
        on: NaiveDate,
    },
    /// The record is about the reader, who must not read it for that.
    OwnRecord(RecordClass),
    /// The role is not cleared for the class, whatever the purpose.
    NotCleared {
        /// The role.
        role: Role,
        /// The class.
        class: RecordClass,
    },
    /// The role is cleared for the class, but not for this purpose.
    OtherPurpose {
        /// What the record would be read for.
        asked: Purpose,
        /// What the role is cleared for.
        cleared: BTreeSet<Purpose>,
    },
    /// The role is cleared for the class and the purpose, but not on this day.
    OutsidePeriod {
        /// When it is cleared: the latest period, where there are several.
        valid: DateRange,
        /// The day.
        on: NaiveDate,
    },
}

impl fmt::Display for AccessRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RoleNotHeld { role, on } => write!(f, "the reader does not hold the role {role} on {on}"),
            Self::OwnRecord(class) => write!(f, "nobody may read {class} records about themselves"),
            Self::NotCleared { role, class } => write!(f, "{role} is not cleared for {class} records"),
            Self::OtherPurpose { asked, cleared } => {
                let cleared: Vec<_> = cleared.iter().collect();
                write!(f, "the clearance is for {}, not for {asked}", Listed(&cleared))
            }
            Self::OutsidePeriod { valid, on } => write!(f, "the clearance is in force {valid}, not on {on}"),
        }
    }
}

/// How a reading was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessOutcome {
    /// It was granted, on this ground.
    Granted(AccessGround),
    /// It was refused, for these reasons; there is at least one.
    Refused(Vec<AccessRefusal>),
}

impl fmt::Display for AccessOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted(ground) => write!(f, "granted: {ground}"),
            Self::Refused(refusals) => write!(f, "refused: {}", Listed(refusals)),
        }
    }
}

/// The record of one reading, granted or refused: who, what, why, when.
///
/// It holds nothing of what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessTrace {
    /// What was asked.
    pub request: AccessRequest,
    /// How it was decided, and why.
    pub outcome: AccessOutcome,
}

impl AccessTrace {
    /// Whether it was granted.
    #[must_use]
    pub const fn granted(&self) -> bool {
        matches!(self.outcome, AccessOutcome::Granted(_))
    }
}

/// Leave to read records of one class, about one person where they are about one.
///
/// Only [`AccessDecision::into_parts`] hands it out, and a trace with it. It is neither copied nor stored.
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    class: RecordClass,
    subject: Option<PersonId>,
}

impl Granted {
    /// The class of the records.
    #[must_use]
    pub const fn class(&self) -> &RecordClass {
        &self.class
    }

    /// The person whom they are about.
    #[must_use]
    pub const fn subject(&self) -> Option<PersonId> {
        self.subject
    }
}

/// A record may not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("reading is refused: {}", Listed(reasons))]
pub struct AccessRefused {
    /// Why; there is at least one reason.
    pub reasons: Vec<AccessRefusal>,
}

/// How a reading is decided, together with its trace.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the trace of the reading is in it"]
pub struct AccessDecision {
    trace: AccessTrace,
}

impl AccessDecision {
    /// The trace, which is to be stored.
    #[must_use]
    pub const fn trace(&self) -> &AccessTrace {
        &self.trace
    }

    /// Leave to read or the reasons against it, and the trace that is to be stored either way.
    pub fn into_parts(self) -> (Result<Granted, AccessRefused>, AccessTrace) {
        let leave = match &self.trace.outcome {
            AccessOutcome::Granted(_) => {
                let AccessRequest { class, subject, .. } = &self.trace.request;
                Ok(Granted { class: class.clone(), subject: *subject })
            }
            AccessOutcome::Refused(reasons) => Err(AccessRefused { reasons: reasons.clone() }),
        };
        (leave, self.trace)
    }
}

/// Whether somebody may read a record, and why.
///
/// Public records are for everybody; internal ones for whoever holds the role they act in on that day; all others
/// need a clearance of that role for the class and the purpose. Whether people may read about themselves is told
/// class by class. The record's class, not its place, is what counts.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use office_core::{
///     AccessRequest, Actor, Appointment, AuthorityBook, Clearance, Confidential, DateRange, Id, RecordClass, Role,
///     Scope, decide_access,
/// };
///
/// let on = NaiveDate::from_ymd_opt(2026, 7, 6).ok_or("a day")?;
/// let (officer, employee) = (Id::natural("person", "E-009"), Id::natural("person", "E-017"));
/// let role = Role::new("personnel_officer");
/// let mut book = AuthorityBook::default();
/// let valid = DateRange::from(on);
/// book.appointments.push(Appointment { person: officer, role: role.clone(), scope: Scope::anywhere(), valid });
/// let (class, purpose): (RecordClass, _) = ("pay".parse()?, "payroll".parse()?);
/// book.clearances.granted.push(Clearance { role: role.clone(), class: class.clone(), purpose, valid });
///
/// let salary = Confidential::new(class.clone(), Some(employee), "3,100.00 EUR a month");
/// assert_eq!(format!("{salary:?}"), "Confidential(pay)");
///
/// let read_for = |purpose: &str| {
///     let at: DateTime<chrono::Utc> = "2026-07-06T08:30:00Z".parse()?;
///     let actor = Actor::new(officer, role.clone());
///     let request =
///         AccessRequest { actor, class: class.clone(), purpose: purpose.parse()?, subject: Some(employee), on, at };
///     Ok::<_, Box<dyn std::error::Error>>(decide_access(&book, request))
/// };
/// let (leave, trace) = read_for("payroll")?.into_parts();
/// assert_eq!(*salary.open(&leave?)?, "3,100.00 EUR a month");
/// assert!(trace.granted());
///
/// // Curiosity is no purpose; the attempt is on record all the same.
/// let (leave, trace) = read_for("curiosity")?.into_parts();
/// assert!(leave.is_err());
/// assert_eq!(trace.outcome.to_string(), "refused: the clearance is for payroll, not for curiosity");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide_access(book: &AuthorityBook, request: AccessRequest) -> AccessDecision {
    let outcome = match ground(book, &request) {
        Ok(ground) => AccessOutcome::Granted(ground),
        Err(refusal) => AccessOutcome::Refused(vec![refusal]),
    };
    AccessDecision { trace: AccessTrace { request, outcome } }
}

fn ground(book: &AuthorityBook, request: &AccessRequest) -> Result<AccessGround, AccessRefusal> {
    let AccessRequest { actor, class, purpose, subject, on, .. } = request;
    let role = &actor.role;
    let own = match subject {
        Some(subject) if *subject == actor.person || *subject == actor.accountable() => {
            book.clearances.own_record.get(class).copied().unwrap_or_default()
        }
        _ => OwnRecord::AsOthers,
    };
    match own {
        OwnRecord::Never => return Err(AccessRefusal::OwnRecord(class.clone())),
        OwnRecord::Always if *subject == Some(actor.person) => return Ok(AccessGround::OwnRecord),
        OwnRecord::Always | OwnRecord::AsOthers => {}
    }
    if *class == RecordClass::Public {
        return Ok(AccessGround::Public);
    }
    if book.appointment(actor.person, role, *on).is_none() {
        return Err(AccessRefusal::RoleNotHeld { role: role.clone(), on: *on });
    }
    if *class == RecordClass::Internal {
        return Ok(AccessGround::Internal(role.clone()));
    }

    let of_class: Vec<_> =
        book.clearances.granted.iter().filter(|cleared| cleared.role == *role && cleared.class == *class).collect();
    let for_purpose: Vec<_> = of_class.iter().filter(|cleared| cleared.purpose == *purpose).collect();
    if let Some(cleared) = for_purpose.iter().filter(|cleared| cleared.valid.contains(*on)).min() {
        return Ok(AccessGround::Clearance((**cleared).clone()));
    }
    if let Some(valid) = for_purpose.iter().map(|cleared| cleared.valid).max() {
        return Err(AccessRefusal::OutsidePeriod { valid, on: *on });
    }
    if of_class.is_empty() {
        return Err(AccessRefusal::NotCleared { role: role.clone(), class: class.clone() });
    }
    let cleared = of_class.iter().map(|cleared| cleared.purpose.clone()).collect();
    Err(AccessRefusal::OtherPurpose { asked: purpose.clone(), cleared })
}
