//! Who has had an asset, and since when.
//!
//! From the day on which it comes to the day on which it is disposed of, an asset is with exactly one keeper at any
//! instant. A chain of spans says so: each begins at the instant at which the one before ends.

mod hand_over;

use std::fmt;

use chrono::{DateTime, Utc};
use office_core::subject::{PartyId, PersonId, PlaceId};
use office_core::{Id, IndexValue};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::hand_over::{AcceptError, AcceptHandOver, DeclineError, DeclineHandOver, HandOver, HandOverError};
use crate::{AssetFact, AssetId, LoanId, Reference};

/// People who have things together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Team {}

/// The id of one [`Team`].
pub type TeamId = Id<Team>;

/// Who or what has an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeper {
    /// Nobody: it lies at a place, for whoever needs it.
    Stock(PlaceId),
    /// A person.
    Person(PersonId),
    /// Several people together.
    Team(TeamId),
    /// A room, for whoever works there.
    Place(PlaceId),
    /// Another asset, of which it is a part or to which it belongs.
    Asset(AssetId),
    /// Somebody who mends it.
    Repairer(PartyId),
    /// Nobody knows.
    Missing,
}

impl Keeper {
    /// Whether it is in use there: not in stock, in repair or missing.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_inventory::Keeper;
    ///
    /// assert!(Keeper::Person(Id::natural("person", "E-008")).is_user());
    /// assert!(!Keeper::Missing.is_user());
    /// ```
    #[must_use]
    pub const fn is_user(&self) -> bool {
        match self {
            Self::Person(_) | Self::Team(_) | Self::Place(_) | Self::Asset(_) => true,
            Self::Stock(_) | Self::Repairer(_) | Self::Missing => false,
        }
    }
}

impl fmt::Display for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stock(place) => write!(f, "stock at {place}"),
            Self::Person(person) => write!(f, "person {person}"),
            Self::Team(team) => write!(f, "team {team}"),
            Self::Place(place) => write!(f, "place {place}"),
            Self::Asset(asset) => write!(f, "asset {asset}"),
            Self::Repairer(party) => write!(f, "repairer {party}"),
            Self::Missing => f.write_str("nobody knows"),
        }
    }
}

impl IndexValue for Keeper {
    fn encode(&self, id: &mut String) {
        let mut of = |name: &str, uuid: String| (name, uuid).encode(id);
        match self {
            Self::Stock(place) => of("stock", place.to_string()),
            Self::Person(person) => of("person", person.to_string()),
            Self::Team(team) => of("team", team.to_string()),
            Self::Place(place) => of("place", place.to_string()),
            Self::Asset(asset) => of("asset", asset.to_string()),
            Self::Repairer(party) => of("repairer", party.to_string()),
            Self::Missing => of("missing", String::new()),
        }
    }
}

/// Whether whoever was given an asset has said that they have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// Nobody has to say so.
    NotNeeded,
    /// Somebody has yet to say so.
    Pending {
        /// Who: nobody else can.
        by: PersonId,
    },
    /// It was accepted.
    Accepted {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was declined.
    Declined {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
    },
}

impl Acceptance {
    /// Who has to accept it, or had to.
    #[must_use]
    pub const fn receiver(&self) -> Option<PersonId> {
        match self {
            Self::NotNeeded => None,
            Self::Pending { by } | Self::Accepted { by, .. } | Self::Declined { by, .. } => Some(*by),
        }
    }
}

/// A time for which an asset is with one keeper at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodySpan {
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when: at this instant it is elsewhere already. Nothing while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Who has it.
    pub keeper: Keeper,
    /// Where the person or team uses it, if that was said. What else keeps it says where it is by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<PlaceId>,
    /// Whether the receiver has said so.
    pub acceptance: Acceptance,
    /// For which loan, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loan: Option<LoanId>,
    /// Who gave it, or found out.
    pub by: PersonId,
    /// The number of the paper on which that is written.
    pub slip: Reference,
}

impl CustodySpan {
    /// Where it is, as far as it says so: a part is where its whole is.
    #[must_use]
    pub const fn place(&self) -> Option<PlaceId> {
        match self.keeper {
            Keeper::Stock(place) | Keeper::Place(place) => Some(place),
            Keeper::Person(_) | Keeper::Team(_) => self.desk,
            Keeper::Asset(_) | Keeper::Repairer(_) | Keeper::Missing => None,
        }
    }

    /// Whether it covers an instant.
    #[must_use]
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.from <= instant && self.until.is_none_or(|until| instant < until)
    }
}

/// The spans of an asset, each beginning at the instant at which the one before ends.
///
/// An [`Asset`](crate::Asset) carries the last [`CustodyChain::KEPT`] of them; all of them are told by
/// [`custody_of`](crate::custody_of).
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_inventory::{Acceptance, CustodyChain, CustodyChainError, CustodySpan, Keeper};
///
/// let (person, store) = (Id::natural("person", "E-008"), Id::natural("place", "R-S1"));
/// let stocked = CustodySpan {
///     from: "2026-10-01T08:00:00Z".parse()?,
///     until: Some("2026-10-05T09:00:00Z".parse()?),
///     keeper: Keeper::Stock(store),
///     desk: None,
///     acceptance: Acceptance::NotNeeded,
///     loan: None,
///     by: Id::natural("person", "E-004"),
///     slip: "DN-03".parse()?,
/// };
/// let keeper = Keeper::Person(person);
/// let handed = CustodySpan { from: "2026-10-05T09:00:00Z".parse()?, until: None, keeper, ..stocked.clone() };
/// let chain = CustodyChain::try_from(vec![stocked.clone(), handed.clone()])?;
/// assert_eq!(chain.at("2026-10-05T08:59:59Z".parse()?), Some(&stocked));
/// assert_eq!(chain.at("2026-10-05T09:00:00Z".parse()?), Some(&handed));
/// assert_eq!(chain.at("2026-09-30T09:00:00Z".parse()?), None);
///
/// // Nobody can have it before the other has given it up.
/// let early = CustodySpan { from: "2026-10-05T08:30:00Z".parse()?, ..handed };
/// assert_eq!(CustodyChain::try_from(vec![stocked, early]), Err(CustodyChainError::Apart { at: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<CustodySpan>", into = "Vec<CustodySpan>")]
pub struct CustodyChain {
    // Invariant: each ends where the next begins, and none ends before it begins; only the last may have no end.
    spans: Vec<CustodySpan>,
}

/// Spans are not a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CustodyChainError {
    /// A span ends before it begins.
    #[error("span {at} ends before it begins")]
    Backwards {
        /// Which, counted from 0.
        at: usize,
    },
    /// A span does not begin where the one before ends.
    #[error("span {at} does not begin when the one before ends")]
    Apart {
        /// Which, counted from 0.
        at: usize,
    },
}

impl CustodyChain {
    /// How many spans an asset carries with it: the last ones.
    pub const KEPT: usize = 64;

    pub(crate) fn begin(first: CustodySpan) -> Self {
        Self { spans: vec![first] }
    }

    /// The spans, first to last.
    #[must_use]
    pub fn spans(&self) -> &[CustodySpan] {
        &self.spans
    }

    /// Who had it at an instant. Nothing before the first span, nor after the asset was disposed of.
    #[must_use]
    pub fn at(&self, instant: DateTime<Utc>) -> Option<&CustodySpan> {
        // Spans that are over as they begin cover nothing, so that the ends are in order and at most one covers it.
        let over = self.spans.partition_point(|span| span.until.is_some_and(|until| until <= instant));
        self.spans.get(over).filter(|span| span.contains(instant))
    }

    /// Who has it. Nothing once the asset was disposed of.
    #[must_use]
    pub fn current(&self) -> Option<&CustodySpan> {
        self.spans.last().filter(|span| span.until.is_none())
    }

    /// The last instant of which it says something: nothing that comes later may be said to have been before.
    #[must_use]
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        let last = self.spans.last()?;
        let said = match &last.acceptance {
            Acceptance::Accepted { at, .. } | Acceptance::Declined { at, .. } => Some(*at),
            Acceptance::NotNeeded | Acceptance::Pending { .. } => None,
        };
        // What a declined asset goes back to was accepted before.
        Some(last.from.max(said.unwrap_or(last.from)).max(last.until.unwrap_or(last.from)))
    }

    /// When its last use ended that is known of: what is on it may have changed until then.
    pub(crate) fn last_use(&self) -> Option<DateTime<Utc>> {
        let used = self.spans.iter().rev().find(|span| span.keeper.is_user());
        let ended = used.and_then(|span| span.until.or(Some(span.from)));
        ended.or_else(|| self.spans.first().map(|span| span.from))
    }

    /// Takes in a fact of its asset.
    pub(crate) fn apply(&mut self, fact: &AssetFact) {
        match fact {
            AssetFact::Passed { span, .. } => self.pass(span.clone()),
            AssetFact::Accepted { by, at } => {
                if let Some(last) = self.spans.last_mut() {
                    last.acceptance = Acceptance::Accepted { by: *by, at: *at };
                }
            }
            AssetFact::Declined { by, at, reason } => self.decline(*by, *at, reason),
            AssetFact::Disposed(disposal) => {
                if let Some(last) = self.spans.last_mut() {
                    last.until = Some(disposal.at);
                }
            }
            AssetFact::DisposalReversed { .. } => {
                if let Some(last) = self.spans.last_mut() {
                    last.until = None;
                }
            }
            AssetFact::Registered(_)
            | AssetFact::Retagged { .. }
            | AssetFact::SerialCorrected { .. }
            | AssetFact::Inspected { .. }
            | AssetFact::PutInService { .. }
            | AssetFact::Warranted(_)
            | AssetFact::WarrantyDropped { .. }
            | AssetFact::Described(_)
            | AssetFact::Charged(_)
            | AssetFact::Audited(_) => {}
        }
    }

    fn pass(&mut self, next: CustodySpan) {
        if let Some(last) = self.spans.last_mut() {
            last.until = Some(next.from);
        }
        self.spans.push(next);
    }

    /// What was declined stays with, or goes back to, whoever had it before.
    fn decline(&mut self, by: PersonId, at: DateTime<Utc>, reason: &str) {
        let before = self.spans.iter().rev().nth(1).cloned();
        if let Some(last) = self.spans.last_mut() {
            last.acceptance = Acceptance::Declined { by, at, reason: reason.to_owned() };
        }
        if let Some(before) = before {
            self.pass(CustodySpan { from: at, until: None, by, ..before });
        }
    }

    /// Forgets the first spans beyond those that are kept.
    pub(crate) fn trim(&mut self) {
        let beyond = self.spans.len().saturating_sub(Self::KEPT);
        self.spans.drain(..beyond);
    }
}

impl TryFrom<Vec<CustodySpan>> for CustodyChain {
    type Error = CustodyChainError;

    fn try_from(spans: Vec<CustodySpan>) -> Result<Self, Self::Error> {
        let ends = std::iter::once(None).chain(spans.iter().map(|span| Some(span.until)));
        for (at, (span, before)) in spans.iter().zip(ends).enumerate() {
            if span.until.is_some_and(|until| until < span.from) {
                return Err(CustodyChainError::Backwards { at });
            }
            if before.is_some_and(|until| until != Some(span.from)) {
                return Err(CustodyChainError::Apart { at });
            }
        }
        Ok(Self { spans })
    }
}

impl From<CustodyChain> for Vec<CustodySpan> {
    fn from(chain: CustodyChain) -> Self {
        chain.spans
    }
}
