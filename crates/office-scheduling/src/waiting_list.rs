//! Who waits for a time that is taken.
//!
//! ```text
//! waiting ──promote_waiting──► offered ──accept_offer──► accepted
//!    │  │                        │  └──fall_due_bookings──► lapsed
//!    │  └──promote_waiting──► lapsed (the time has begun)
//!    └──leave_waiting_list───────┴──► left
//! ```
//!
//! What is offered is a booking under the id of the entry, which holds its place until somebody answers or the time for
//! that is over. Nothing is offered by itself: whoever has freed time asks for it.

mod error;
mod promote;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Kind, Ordered, Partition};
use serde::{Deserialize, Serialize};

pub use self::error::{AcceptOfferError, JoinWaitingListError, LeaveWaitingListError, WaitingAnswerError};
pub(crate) use self::promote::lapse;
pub use self::promote::{Offer, Promotion, accept_offer, join_waiting_list, leave_waiting_list, promote_waiting};
use crate::booking::{BookingRequest, days_of};
use crate::{ResourceBookingId, ResourceId, ResourceKind};

/// The id of somebody's place on the waiting list.
pub type WaitingListEntryId = Id<WaitingListEntry>;

/// Somebody's place on the waiting list: what they want, and when they began to wait.
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_scheduling::{BookingRequest, ResourceKind, WaitingAnswerError, WaitingListEntry, Wanted};
///
/// let person = Id::natural("person", "E-007");
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "talk")?;
/// let joined = WaitingListEntry::join(Wanted::Any { kind: ResourceKind::Room }, request, "2026-10-01T07:00:00Z".parse()?);
/// let entry = WaitingListEntry::open(&joined).ok_or("a first fact")?;
///
/// // Nothing has been offered that could be accepted.
/// let refused = entry.accept(person, "2026-10-01T08:00:00Z".parse()?);
/// assert!(matches!(refused, Err(WaitingAnswerError::NotOffered { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingListEntry {
    wanted: Wanted,
    request: BookingRequest,
    since: DateTime<Utc>,
    status: WaitingStatus,
}

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// This resource.
    This {
        /// Which.
        resource: ResourceId,
    },
    /// Whichever of a kind is large enough and has the features needed: the smallest of them.
    Any {
        /// Of which kind.
        kind: ResourceKind,
    },
}

/// How far somebody's waiting has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingStatus {
    /// They wait.
    Waiting,
    /// A place is held for them until they answer.
    Offered {
        /// Which.
        resource: ResourceId,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// They have taken what was offered.
    Accepted {
        /// When.
        at: DateTime<Utc>,
    },
    /// They no longer wait, or have declined what was offered.
    Left {
        /// When.
        at: DateTime<Utc>,
    },
    /// They did not answer in time, or the time that they waited for has begun.
    Lapsed {
        /// When.
        at: DateTime<Utc>,
    },
}

impl std::fmt::Display for WaitingStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Waiting => f.write_str("waiting"),
            Self::Offered { until, .. } => write!(f, "offered a place until {until}"),
            Self::Accepted { at } => write!(f, "accepted since {at}"),
            Self::Left { at } => write!(f, "left since {at}"),
            Self::Lapsed { at } => write!(f, "lapsed since {at}"),
        }
    }
}

/// What happens to somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WaitingListFact {
    /// They began to wait.
    Joined {
        /// For what.
        wanted: Wanted,
        /// What they would book.
        request: BookingRequest,
        /// When.
        at: DateTime<Utc>,
    },
    /// A place is held for them.
    Offered {
        /// Which.
        resource: ResourceId,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// They have taken it.
    Accepted {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// They have left the list, or declined.
    Left {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Time has passed.
    Lapsed {
        /// When.
        at: DateTime<Utc>,
    },
}

impl WaitingListEntry {
    /// Who waits for a time on a day of universal time, by when they began; may be decided upon.
    pub const WAITING: Partition<Self, NaiveDate, DateTime<Utc>> = Partition::new("waiting");
    /// Somebody's places on the list by when they began to wait, also those that have ended; for reports.
    pub const OF_PERSON: Ordered<Self, (PersonId, DateTime<Utc>)> = Ordered::new("person");

    /// The most entries that wait for one day.
    pub const MAX_OF_A_DAY: usize = 500;

    /// A new place on the list. Whether it can ever be served is for [`join_waiting_list`] to find out.
    #[must_use]
    pub const fn join(wanted: Wanted, request: BookingRequest, at: DateTime<Utc>) -> WaitingListFact {
        WaitingListFact::Joined { wanted, request, at }
    }

    /// What they wait for.
    #[must_use]
    pub const fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// What they would book.
    #[must_use]
    pub const fn request(&self) -> &BookingRequest {
        &self.request
    }

    /// Since when they wait.
    #[must_use]
    pub const fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> WaitingStatus {
        self.status
    }

    /// The booking that is offered.
    #[must_use]
    pub fn booking_of(id: WaitingListEntryId) -> ResourceBookingId {
        id.retag()
    }

    /// Takes what is offered.
    ///
    /// # Errors
    /// [`WaitingAnswerError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting_list/waiting.txt")]
    ///
    /// // Spree is held for Anna until noon.
    /// entry.apply(&WaitingListFact::Offered { resource: spree, until: at("12:00")? });
    /// let late = entry.accept(anna, at("12:00")?);
    /// assert_eq!(late, Err(WaitingAnswerError::TooLate { until: at("12:00")? }));
    /// entry.apply_decision(&entry.accept(anna, at("11:00")?)?);
    /// assert_eq!(entry.status(), WaitingStatus::Accepted { at: at("11:00")? });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<WaitingListFact>, WaitingAnswerError> {
        match self.status {
            WaitingStatus::Accepted { .. } => Ok(Decision::AlreadyRecorded),
            WaitingStatus::Offered { until, .. } if until <= at => Err(WaitingAnswerError::TooLate { until }),
            WaitingStatus::Offered { .. } => Ok(Decision::Record(WaitingListFact::Accepted { by, at })),
            status @ (WaitingStatus::Waiting | WaitingStatus::Left { .. } | WaitingStatus::Lapsed { .. }) => {
                Err(WaitingAnswerError::NotOffered { status })
            }
        }
    }

    /// Leaves the list, or declines what is offered.
    ///
    /// # Errors
    /// [`WaitingAnswerError::NotOffered`] where the waiting has ended otherwise.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting_list/waiting.txt")]
    ///
    /// let mut gone = entry.clone();
    /// gone.apply_decision(&gone.leave(anna, at("08:00")?)?);
    /// assert_eq!(gone.status(), WaitingStatus::Left { at: at("08:00")? });
    /// // A place that was taken is a booking: that is cancelled, and the list not left.
    /// entry.apply(&WaitingListFact::Accepted { by: anna, at: at("09:00")? });
    /// let refused = entry.leave(anna, at("10:00")?);
    /// assert_eq!(refused, Err(WaitingAnswerError::NotOffered { status: entry.status() }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn leave(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<WaitingListFact>, WaitingAnswerError> {
        match self.status {
            WaitingStatus::Left { .. } => Ok(Decision::AlreadyRecorded),
            WaitingStatus::Waiting | WaitingStatus::Offered { .. } => {
                Ok(Decision::Record(WaitingListFact::Left { by, at }))
            }
            status @ (WaitingStatus::Accepted { .. } | WaitingStatus::Lapsed { .. }) => {
                Err(WaitingAnswerError::NotOffered { status })
            }
        }
    }
}

impl Entity for WaitingListEntry {
    const KIND: Kind = Kind::literal("waiting_list_entry");

    type Fact = WaitingListFact;

    fn open(fact: &WaitingListFact) -> Option<Self> {
        match fact {
            WaitingListFact::Joined { wanted, request, at } => {
                Some(Self { wanted: *wanted, request: request.clone(), since: *at, status: WaitingStatus::Waiting })
            }
            WaitingListFact::Offered { .. }
            | WaitingListFact::Accepted { .. }
            | WaitingListFact::Left { .. }
            | WaitingListFact::Lapsed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &WaitingListFact) {
        self.status = match fact {
            WaitingListFact::Joined { .. } => return,
            WaitingListFact::Offered { resource, until } => {
                WaitingStatus::Offered { resource: *resource, until: *until }
            }
            WaitingListFact::Accepted { at, .. } => WaitingStatus::Accepted { at: *at },
            WaitingListFact::Left { at, .. } => WaitingStatus::Left { at: *at },
            WaitingListFact::Lapsed { at } => WaitingStatus::Lapsed { at: *at },
        };
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::OF_PERSON, &(self.request.organiser(), self.since));
        if self.status == WaitingStatus::Waiting {
            for day in days_of(self.request.time()) {
                entries.partition(Self::WAITING, &day, &self.since);
            }
        }
    }
}
