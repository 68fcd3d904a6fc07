//! That somebody has read a policy: of exactly one version, and so to be said again of the next.
//!
//! # Example
//! ```
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Ratio, Role, Scope, Zone, wait,
//! };
//! use office_hr::{
//!     AcknowledgeError, AcknowledgementStanding, Assignment, Audience, Hire, PolicyDigest, PolicyVersion, PublishPolicy,
//!     acknowledge_policy, hire, open_acknowledgements, publish_policy,
//! };
//!
//! let valid = DateRange::year(2026)?;
//! let (role, officer, employee) = (Role::new("personnel_officer"), Id::natural("person", "E-009"), Id::natural("person", "E-017"));
//! let mut book = AuthorityBook::default();
//! let (action, scope) = ("policy.publish".parse()?, Scope::anywhere());
//! let grant = Grant { role: role.clone(), action: "policy.publish".parse()?, scope: scope.clone(), limit: None, valid };
//! book.grants.push(grant);
//! book.appointments.push(Appointment { person: officer, role: role.clone(), scope, valid });
//!
//! let (office, book, action) = (Office::on(MemoryStore::new()), &book, &action);
//! let command = |key: &str, who| {
//!     let at = "2026-10-01T08:00:00Z".parse().unwrap_or_default();
//!     Command::new(key, "policy", Actor::new(who, role.clone()), at)
//! };
//! let assignment = Assignment {
//!     role: Role::new("clerk"), manager: None, cost_centre: Id::natural("cost_centre", "CC-200"), scope: "company".parse()?,
//!     weekly_hours: Ratio::from_integer(40), week: "MO|TU|WE|TH|FR".parse()?, zone: Zone::UTC,
//! };
//! let (employment, hiring) = (Id::natural("employment", "E-017"), &Hire { person: employee, term: "2026-03-01/..".parse()?, assignment });
//! wait(office.transact(&command("hire", officer)?, |tx| async move { hire(&tx, employment, hiring).await }))?;
//!
//! let policy = Id::natural("policy_document", "clear desks");
//! let publish = |text: &str, from: &str| {
//!     let (command, on) = (command(from, officer)?, "2026-10-01".parse()?);
//!     let digest = PolicyDigest::of(text.as_bytes());
//!     let version = PolicyVersion { digest, place: "intranet/desks".into(), audience: Audience::default(), days: 14, remind_days: 3 };
//!     let publishing = &PublishPolicy { title: "Clear desks".into(), from: from.parse()?, version };
//!     wait(office.transact(&command, |tx| async move { publish_policy(&tx, policy, publishing, on, action, book).await }))?;
//!     Ok::<_, Box<dyn std::error::Error>>(digest)
//! };
//! let first = publish("Desks are cleared at night.", "2026-10-01")?;
//! let second = publish("Desks and boards are cleared at night.", "2026-11-01")?;
//!
//! let acknowledge = |key: &str, digest, on: &str| {
//!     let (command, on) = (command(key, employee)?, on.parse()?);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         acknowledge_policy(&tx, policy, digest, on).await
//!     })))
//! };
//! acknowledge("first", first, "2026-10-05")??;
//! let open = |today: &str| {
//!     let today = today.parse()?;
//!     let page = wait(office.view(|view| async move { open_acknowledgements(&view, policy, today, None, 100).await }))?;
//!     Ok::<_, Box<dyn std::error::Error>>(page.open.iter().map(|open| open.standing).collect::<Vec<_>>())
//! };
//! assert!(open("2026-10-31")?.is_empty());
//! // The new version is open again, and the old text no longer counts.
//! assert_eq!(open("2026-11-16")?, [AcknowledgementStanding::Overdue { days: 1 }]);
//! assert!(matches!(acknowledge("old", first, "2026-11-16")?, Err(AcknowledgeError::OtherText { wanted }) if wanted == second));
//! acknowledge("second", second, "2026-11-16")??;
//! assert!(open("2026-11-16")?.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Id, Kind, StoreError, Tx, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Employment, PolicyDigest, PolicyDocument, PolicyVersion};

/// The versions of one policy that one person has acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    document: Id<PolicyDocument>,
    person: PersonId,
    // By the day from which each version is in force.
    given: BTreeMap<NaiveDate, GivenAcknowledgement>,
}

/// That a version was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenAcknowledgement {
    /// The digest of the text that was read.
    pub digest: PolicyDigest,
    /// On which day.
    pub on: NaiveDate,
}

/// What can happen to an acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AcknowledgementFact {
    /// It was given.
    Given {
        /// Of which policy.
        document: Id<PolicyDocument>,
        /// By whom.
        person: PersonId,
        /// Of the version in force from this day on.
        from: NaiveDate,
        /// Of which text, on which day.
        given: GivenAcknowledgement,
    },
}

/// Nothing was acknowledged: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AcknowledgeError {
    /// Somebody acts for another.
    #[error("nobody acknowledges for another: who has read it is wanted")]
    NotOwn,
    /// No version is in force, nor is one to come.
    #[error("no version of the policy is in force on {on}")]
    NotInForce {
        /// On which day.
        on: NaiveDate,
    },
    /// The text is not that of the version in force, nor of one to come.
    #[error("the text is not the one in force: the one with the digest {wanted} is to be read")]
    OtherText {
        /// The digest of the one in force, or else of the next.
        wanted: PolicyDigest,
    },
    /// The store failed, or knows no such policy.
    #[error("the acknowledgement cannot be stored")]
    Store(#[from] StoreError),
}

impl Acknowledgement {
    /// The id of somebody's acknowledgement of a policy.
    #[must_use]
    pub fn id_of(document: Id<PolicyDocument>, person: PersonId) -> Id<Self> {
        Id::natural("acknowledgement", &format!("{document} {person}"))
    }

    /// Whether it counts for a version: only where the text that was read is that of the version.
    #[must_use]
    pub fn counts(&self, from: NaiveDate, version: &PolicyVersion) -> Option<&GivenAcknowledgement> {
        self.given.get(&from).filter(|given| given.digest == version.digest)
    }

    /// Acknowledges a text on a day: that of the version in force, or of one to come. The same again is recognised.
    ///
    /// # Errors
    /// [`AcknowledgeError::NotInForce`], [`AcknowledgeError::OtherText`].
    pub fn give(
        known: Option<&Self>,
        (id, document): (Id<PolicyDocument>, &PolicyDocument),
        (person, digest): (PersonId, PolicyDigest),
        on: NaiveDate,
    ) -> Result<Decision<AcknowledgementFact>, AcknowledgeError> {
        let open = || document.on(on).into_iter().chain(document.after(on));
        let (_, first) = open().next().ok_or(AcknowledgeError::NotInForce { on })?;
        let other = AcknowledgeError::OtherText { wanted: first.digest };
        let (from, version) = open().find(|(_, version)| version.digest == digest).ok_or(other)?;
        if known.is_some_and(|known| known.counts(from, version).is_some()) {
            return Ok(Decision::AlreadyRecorded);
        }
        let given = GivenAcknowledgement { digest, on };
        Ok(Decision::Record(AcknowledgementFact::Given { document: id, person, from, given }))
    }
}

impl Entity for Acknowledgement {
    const KIND: Kind = Kind::literal("acknowledgement");
    type Fact = AcknowledgementFact;

    fn open(fact: &AcknowledgementFact) -> Option<Self> {
        let AcknowledgementFact::Given { document, person, from, given } = fact;
        Some(Self { document: *document, person: *person, given: BTreeMap::from([(*from, *given)]) })
    }

    fn apply(&mut self, fact: &AcknowledgementFact) {
        let AcknowledgementFact::Given { from, given, .. } = fact;
        self.given.insert(*from, *given);
    }
}

/// Acknowledges a policy on a day, by who has read the text with this digest.
///
/// Whoever publishes another version at the same time comes first or too late: what counts is always of the version that it
/// was given for.
///
/// # Errors
/// [`AcknowledgeError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("permission/office.txt")]
#[doc = include_str!("policy_document/office.txt")]
/// publish("Clear your desk.", "2026-10-12", bea)?;
/// // Another text than the one in force has not been read.
/// assert!(matches!(acknowledge("other", "Clear all."), Err(AcknowledgeError::OtherText { .. })));
/// acknowledge("own", "Clear your desk.")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn acknowledge_policy(
    tx: &Tx,
    document_id: Id<PolicyDocument>,
    digest: PolicyDigest,
    on: NaiveDate,
) -> Result<(), AcknowledgeError> {
    // Read.
    let actor = tx.command().actor();
    let person = actor.person;
    let id = Acknowledgement::id_of(document_id, person);
    let document = tx.load(document_id).await?;
    let known = tx.find(id).await?;

    // Decide.
    if !actor.is_personally(person) {
        return Err(AcknowledgeError::NotOwn);
    }
    let decision = Acknowledgement::give(known.as_ref(), (document_id, &document), (person, digest), on)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// How urgent it is that somebody acknowledges a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcknowledgementStanding {
    /// There is time.
    Open,
    /// They are to be reminded.
    Remind {
        /// How many days are left, the last included.
        days: u32,
    },
    /// It is too late.
    Overdue {
        /// By how many days.
        days: u32,
    },
}

/// That somebody has to acknowledge the version in force and has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAcknowledgement {
    /// Who.
    pub person: PersonId,
    /// From which day on the version is in force.
    pub from: NaiveDate,
    /// The digest of its text.
    pub digest: PolicyDigest,
    /// The last day on which they can acknowledge it in time.
    pub due: NaiveDate,
    /// How urgent that is.
    pub standing: AcknowledgementStanding,
}

impl OpenAcknowledgement {
    /// What somebody has to acknowledge on a day: nothing where it does not concern them, or is done.
    ///
    /// The days are counted from when the version came into force, or from when in this employment it first concerned them.
    #[must_use]
    pub fn of(
        document: &PolicyDocument,
        employment: &Employment,
        given: Option<&Acknowledgement>,
        today: NaiveDate,
    ) -> Option<Self> {
        let (from, version) = document.on(today)?;
        let concerns = |day: NaiveDate| employment.on(day).is_some_and(|place| version.audience.includes(place));
        if !concerns(today) || given.is_some_and(|given| given.counts(from, version).is_some()) {
            return None;
        }
        let begins = employment.assignments().map(|(since, _)| since.max(from)).filter(|day| *day <= today);
        let since = begins.filter(|day| concerns(*day)).min()?;
        let due = since.checked_add_days(Days::new(version.days.into())).unwrap_or(NaiveDate::MAX);
        let left = due.signed_duration_since(today).num_days();
        let days = u32::try_from(left.unsigned_abs()).unwrap_or(u32::MAX);
        let standing = if left < 0 {
            AcknowledgementStanding::Overdue { days }
        } else if days <= version.remind_days {
            AcknowledgementStanding::Remind { days }
        } else {
            AcknowledgementStanding::Open
        };
        Some(Self { person: employment.person(), from, digest: version.digest, due, standing })
    }
}

/// What of a part of all employments is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcknowledgementPage {
    /// Who has not acknowledged.
    pub open: Vec<OpenAcknowledgement>,
    /// After which employment to look on; none where this was the last part.
    pub next: Option<Id<Employment>>,
}

/// Who has to acknowledge a policy on a day and has not, among up to `limit` employments (at most 1,000) after one.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("permission/office.txt")]
#[doc = include_str!("policy_document/office.txt")]
/// publish("Clear your desk.", "2026-10-12", bea)?;
/// let open = |today: &str| {
///     let today = today.parse().unwrap();
///     wait(office.view(|view| async move { open_acknowledgements(&view, policy, today, None, 100).await }))
/// };
/// assert_eq!(open("2026-10-28")?.open[0].standing, AcknowledgementStanding::Overdue { days: 2 });
/// assert!(acknowledge("other", "Clear all.").is_err());
/// acknowledge("own", "Clear your desk.")?;
/// assert!(open("2026-10-28")?.open.is_empty());
/// # Ok::<(), Failure>(())
/// ```
pub async fn open_acknowledgements(
    view: &View,
    document_id: Id<PolicyDocument>,
    today: NaiveDate,
    after: Option<Id<Employment>>,
    limit: usize,
) -> Result<AcknowledgementPage, StoreError> {
    let limit = limit.clamp(1, 1_000);
    let document = view.load(document_id).await?;
    let page: Vec<(Id<Employment>, Employment)> = view.every(after, limit).await?;
    let next = page.last().map(|(id, _)| *id).filter(|_| page.len() >= limit);
    let ids: Vec<_> = page.iter().map(|(_, each)| Acknowledgement::id_of(document_id, each.person())).collect();
    let given = view.find_each(&ids).await?;
    let open = page.iter().zip(&given);
    let open =
        open.filter_map(|((_, each), given)| OpenAcknowledgement::of(&document, each, given.as_ref(), today)).collect();
    Ok(AcknowledgementPage { open, next })
}
