//! Policies that those they concern have to acknowledge, version by version.
//!
//! ```text
//!   publish ──► In force, from a day on ──┬── publish ──► the next version, from a later day on
//!                                         └── retire ───► no longer in force, from a day on
//! ```
//!
//! Law 64 of the crate; `tests/care/acknowledgement.rs` holds it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Decision, Entity, Id, Kind, Role, Scope, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::permission::permit;
use crate::retention::is_text;
use crate::{Assignment, NotPermitted};

mod digest;

pub use digest::{ParsePolicyDigestError, PolicyDigest};

/// The longest text, in characters, and the most days.
const MOST_TEXT: usize = 500;
const MOST_DAYS: u32 = 3_650;
/// The most versions and roles.
const MOST: usize = 1_000;

/// A policy, such as that of clear desks, and all its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    title: String,
    versions: BTreeMap<NaiveDate, PolicyVersion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired: Option<NaiveDate>,
}

/// One version of a policy. Its text lies elsewhere and is known by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyVersion {
    /// The digest of its text.
    pub digest: PolicyDigest,
    /// Where the text lies: 1 to 500 characters.
    pub place: String,
    /// Who has to acknowledge it.
    pub audience: Audience,
    /// Within how many days from when it concerns them: at most 3,650.
    pub days: u32,
    /// How many days before the last they are reminded.
    pub remind_days: u32,
}

/// Whom something concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// In which part of the office.
    #[serde(default)]
    pub scope: Scope,
    /// Who works as one of these; everybody where none is named: at most 1,000.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Role>,
}

impl Audience {
    /// Whether it concerns who has a place in the office.
    #[must_use]
    pub fn includes(&self, place: &Assignment) -> bool {
        self.scope.covers(&place.scope) && (self.roles.is_empty() || self.roles.contains(&place.role))
    }
}

/// To publish a version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishPolicy {
    /// What the policy is called, in all its versions: 1 to 500 characters.
    pub title: String,
    /// From which day on it is in force.
    pub from: NaiveDate,
    /// What it says, to whom.
    pub version: PolicyVersion,
}

/// What can happen to a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PolicyFact {
    /// A version was published.
    Published(PublishPolicy),
    /// It is no longer in force.
    Retired {
        /// From which day on.
        from: NaiveDate,
    },
}

/// A policy was not published or retired: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PublishPolicyError {
    /// A text is missing or too long, or is not that of the policy.
    #[error("a {field} of 1 to 500 characters is wanted, the title that of the earlier versions")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// There is too much time, or there are too many roles or versions.
    #[error("at most 3650 days, and at most 1000 roles and versions are wanted")]
    TooMany,
    /// It would have been in force before it was published.
    #[error("{from} is over on {on}: that day or a later one is wanted")]
    Past {
        /// From which day on.
        from: NaiveDate,
        /// The day of publishing.
        on: NaiveDate,
    },
    /// It says what the version before says.
    #[error("the text is that of the version of {from}: another one is wanted")]
    SameText {
        /// From when on that is in force.
        from: NaiveDate,
    },
    /// It is no longer in force then.
    #[error("the policy is retired from {from} on: a policy of its own is wanted")]
    Retired {
        /// From when on.
        from: NaiveDate,
    },
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed, or knows no such policy.
    #[error("the policy cannot be stored")]
    Store(#[from] StoreError),
}

impl PolicyDocument {
    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The version in force on a day, and since when it is.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<(NaiveDate, &PolicyVersion)> {
        let (from, version) = self.versions.range(..=day).next_back()?;
        let retired = self.retired.is_some_and(|retired| retired <= day);
        (!retired).then_some((*from, version))
    }

    /// The versions that are published and come into force after a day.
    pub fn after(&self, day: NaiveDate) -> impl Iterator<Item = (NaiveDate, &PolicyVersion)> {
        let coming = self.versions.iter().map(|(from, version)| (*from, version));
        coming.filter(move |(from, _)| *from > day && self.retired.is_none_or(|retired| retired > *from))
    }

    /// Publishes a version on a day: the first of a policy, or another. What is in force stays as it is; what is only to
    /// come into force can be replaced. The same again is recognised.
    ///
    /// # Errors
    /// [`PublishPolicyError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::Entity;
    /// use office_hr::{Audience, PolicyDigest, PolicyDocument, PolicyVersion, PublishPolicy, PublishPolicyError};
    ///
    /// let publishing = |text: &str, from: &str| {
    ///     let (digest, place) = (PolicyDigest::of(text.as_bytes()), "intranet/desks".into());
    ///     let version = PolicyVersion { digest, place, audience: Audience::default(), days: 14, remind_days: 3 };
    ///     Ok::<_, chrono::ParseError>(PublishPolicy { title: "Clear desks".into(), from: from.parse()?, version })
    /// };
    /// let on = "2026-10-01".parse()?;
    /// let first = PolicyDocument::publish(None, &publishing("Clear your desk.", "2026-10-01")?, on)?;
    /// let document = first.fact().and_then(|fact| PolicyDocument::open(&fact)).ok_or("a first fact")?;
    ///
    /// // What is in force is not changed afterwards, and the same text is no new version.
    /// let late = PolicyDocument::publish(Some(&document), &publishing("Clear all.", "2026-09-30")?, on);
    /// assert!(matches!(late, Err(PublishPolicyError::Past { .. })));
    /// let same = PolicyDocument::publish(Some(&document), &publishing("Clear your desk.", "2026-11-01")?, on);
    /// assert!(matches!(same, Err(PublishPolicyError::SameText { .. })));
    /// assert!(document.retire("2026-12-31".parse()?, on).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn publish(
        known: Option<&Self>,
        command: &PublishPolicy,
        on: NaiveDate,
    ) -> Result<Decision<PolicyFact>, PublishPolicyError> {
        let PublishPolicy { title, from, version } = command;
        if known.is_some_and(|known| known.title == *title && known.versions.get(from) == Some(version)) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !is_text(title, MOST_TEXT) || known.is_some_and(|known| known.title != *title) {
            return Err(PublishPolicyError::Text { field: "title" });
        }
        if !is_text(&version.place, MOST_TEXT) {
            return Err(PublishPolicyError::Text { field: "place" });
        }
        let versions = known.map_or(0, |known| known.versions.len());
        if version.days.max(version.remind_days) > MOST_DAYS || version.audience.roles.len().max(versions) > MOST {
            return Err(PublishPolicyError::TooMany);
        }
        if *from < on {
            return Err(PublishPolicyError::Past { from: *from, on });
        }
        let before = known.and_then(|known| known.versions.range(..from).next_back());
        let after = known.and_then(|known| known.versions.range(from..).find(|(other, _)| *other > from));
        if let Some((from, _)) = before.into_iter().chain(after).find(|(_, other)| other.digest == version.digest) {
            return Err(PublishPolicyError::SameText { from: *from });
        }
        if let Some(retired) = known.and_then(|known| known.retired).filter(|retired| retired <= from) {
            return Err(PublishPolicyError::Retired { from: retired });
        }
        Ok(Decision::Record(PolicyFact::Published(command.clone())))
    }

    /// Takes it out of force from a day on. The same again is recognised.
    ///
    /// # Errors
    /// [`PublishPolicyError::Past`], [`PublishPolicyError::Retired`].
    pub fn retire(&self, from: NaiveDate, on: NaiveDate) -> Result<Decision<PolicyFact>, PublishPolicyError> {
        match self.retired {
            Some(retired) if retired == from => return Ok(Decision::AlreadyRecorded),
            Some(retired) if retired <= on => return Err(PublishPolicyError::Retired { from: retired }),
            Some(_) | None => {}
        }
        if from < on {
            return Err(PublishPolicyError::Past { from, on });
        }
        Ok(Decision::Record(PolicyFact::Retired { from }))
    }
}

impl Entity for PolicyDocument {
    const KIND: Kind = Kind::literal("policy_document");
    type Fact = PolicyFact;

    fn open(fact: &PolicyFact) -> Option<Self> {
        match fact {
            PolicyFact::Published(PublishPolicy { title, from, version }) => {
                let versions = BTreeMap::from([(*from, version.clone())]);
                Some(Self { title: title.clone(), versions, retired: None })
            }
            PolicyFact::Retired { .. } => None,
        }
    }

    fn apply(&mut self, fact: &PolicyFact) {
        match fact {
            PolicyFact::Published(published) => {
                self.versions.insert(published.from, published.version.clone());
            }
            PolicyFact::Retired { from } => self.retired = Some(*from),
        }
    }
}

/// Publishes a version of a policy on a day, by somebody who is granted an action such as `policy.publish`.
///
/// # Errors
/// [`PublishPolicyError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("permission/office.txt")]
#[doc = include_str!("policy_document/office.txt")]
/// assert!(matches!(publish("Clear your desk.", "2026-10-12", anna), Err(PublishPolicyError::NotPermitted(_))));
/// publish("Clear your desk.", "2026-10-12", bea)?;
/// // What is past stays as it was.
/// assert!(matches!(publish("Clear all.", "2026-10-01", bea), Err(PublishPolicyError::Past { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn publish_policy(
    tx: &Tx,
    id: Id<PolicyDocument>,
    command: &PublishPolicy,
    on: NaiveDate,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PublishPolicyError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    let decision = PolicyDocument::publish(known.as_ref(), command, on)?;
    permit(tx, action, None, on, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Takes a policy out of force from a day on, by somebody who is granted an action such as `policy.publish`.
///
/// # Errors
/// [`PublishPolicyError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("permission/office.txt")]
#[doc = include_str!("policy_document/office.txt")]
/// publish("Clear your desk.", "2026-10-12", bea)?;
/// let retire = |key: &str, from: &str| {
///     let from = from.parse().unwrap();
///     wait(office.transact(&command(key, bea), |tx| async move { retire_policy(&tx, policy, from, on, action, book).await }))
/// };
/// assert!(matches!(retire("past", "2026-10-01"), Err(PublishPolicyError::Past { .. })));
/// retire("retire", "2026-11-01")?;
/// assert!(matches!(publish("Clear all.", "2026-12-01", bea), Err(PublishPolicyError::Retired { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn retire_policy(
    tx: &Tx,
    id: Id<PolicyDocument>,
    from: NaiveDate,
    on: NaiveDate,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PublishPolicyError> {
    // Read.
    let document = tx.load(id).await?;

    // Decide.
    let decision = document.retire(from, on)?;
    permit(tx, action, None, on, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}
