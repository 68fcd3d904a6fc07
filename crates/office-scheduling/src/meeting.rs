//! Meetings: what is on the agenda, who came, what was said and decided, and what is to be done.
//!
//! ```text
//! planned ──hold──► held ──circulate──► circulated ──approve_minutes──► approved
//!    │               ▲                      │
//!    │               └────────recall────────┘
//!    └────cancel──► cancelled
//! ```

mod action;
mod agenda;
mod attendance;
mod carrying;
mod details;
mod error;
mod minutes;
mod resolution;
mod settling;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Interval, Kind, Ordered, Partition};
use serde::{Deserialize, Serialize};

pub use self::action::{ActionRef, BeginActionsError, begin_actions};
pub use self::agenda::{AgendaError, AgendaItem, CarriedFrom, MAX_AGENDA_ITEMS};
pub use self::attendance::{AttendError, Attendance};
pub use self::carrying::{CarriedItem, CarryOver, CarryOverError, carry_over};
pub use self::details::{MeetingDetails, MeetingDetailsError, MeetingParts};
pub use self::error::{ChangeMeetingError, MeetingError};
pub use self::minutes::{
    ActionItem, CorrectMinutesError, ItemMinutes, MAX_MINUTES_BYTES, MinuteError, MinutesCorrection, MinutesRemark,
    RecallMinutesError,
};
pub use self::resolution::{
    ApproveMinutesError, Resolution, ResolutionFact, ResolutionId, approve_minutes, find_resolutions,
};
pub use self::settling::SettleMeetingError;
use crate::{EventId, PollSheetId};

/// The id of a meeting.
pub type MeetingId = Id<Meeting>;

/// Meetings of one kind that follow each other: what they decide is numbered through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeetingSeries {}

/// The id of a series of meetings.
pub type MeetingSeriesId = Id<MeetingSeries>;

/// A meeting with its agenda and its minutes.
///
/// The chair and the secretary prepare it, hold it and write the minutes; only who approves those is somebody else
/// ([`approve_minutes`]).
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_scheduling::{
///     ActionItem, AgendaError, AgendaItem, Attendance, ItemMinutes, Meeting, MeetingDetails, MeetingParts, Quorum,
/// };
///
/// let (ada, ben) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let at = "2026-11-02T09:00:00Z".parse()?;
/// let parts = MeetingParts { quorum: Quorum::Majority, ..MeetingParts::new("team", 30, ada, [ada, ben].into()) };
/// let mut meeting = Meeting::open(&Meeting::plan(MeetingDetails::new(parts)?)).ok_or("a first fact")?;
/// meeting.apply(&meeting.put_item(ada, 1, AgendaItem::new("chairs", 20))?.fact().ok_or("a fact")?);
/// // Twenty minutes and a quarter of an hour are not half an hour.
/// let refused = meeting.put_item(ada, 2, AgendaItem::new("tables", 15));
/// assert_eq!(refused, Err(AgendaError::Excess { excess: 5, minutes: 30 }));
///
/// meeting.apply(&meeting.hold(ada, at)?.fact().ok_or("a fact")?);
/// meeting.apply(&meeting.attend(ada, ada, Attendance::Present, at)?.fact().ok_or("a fact")?);
/// let minutes = ItemMinutes {
///     note: "Four chairs are broken.".to_owned(),
///     decisions: vec!["Six chairs are bought.".to_owned()],
///     actions: vec![ActionItem { what: "order six chairs".to_owned(), owner: ben, due: at }],
/// };
/// // One of two is not more than half.
/// assert!(meeting.minute(ada, 1, minutes.clone(), at).is_err());
/// meeting.apply(&meeting.attend(ada, ben, Attendance::Present, at)?.fact().ok_or("a fact")?);
/// meeting.apply(&meeting.minute(ada, 1, minutes, at)?.fact().ok_or("a fact")?);
/// assert!(meeting.is_covered(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    details: MeetingDetails,
    status: MeetingStatus,
    agenda: BTreeMap<u32, AgendaItem>,
    // Invariant: the numbers of the agenda, each once.
    order: Vec<u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    carried_from: BTreeMap<u32, CarriedFrom>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    inherited_actions: BTreeSet<ActionRef>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    attendance: BTreeMap<PersonId, Attendance>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    minutes: BTreeMap<u32, ItemMinutes>,
    // Invariant: its items are in the minutes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settled: BTreeMap<u32, BTreeMap<PollSheetId, String>>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    writers: BTreeSet<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    corrections: Vec<MinutesCorrection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approved_by: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<MinutesRemark>,
    actions_begun: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    carried_to: Option<MeetingId>,
}

/// How far a meeting has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingStatus {
    /// It is to take place.
    Planned,
    /// It takes place, or has; its minutes are a draft.
    Held,
    /// The minutes were sent round.
    Circulated,
    /// The minutes were approved, and do not change any more.
    Approved,
    /// It was called off.
    Cancelled,
}

impl fmt::Display for MeetingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Circulated => "circulated",
            Self::Approved => "approved",
            Self::Cancelled => "cancelled",
        })
    }
}

/// What happens to a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingFact {
    /// It was planned.
    Planned {
        /// What it is.
        details: MeetingDetails,
    },
    /// It is something else, or at another time.
    Changed {
        /// What it is from now on.
        details: MeetingDetails,
    },
    /// It has come this far.
    Became {
        /// How far.
        status: MeetingStatus,
        /// Through whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// An item was put on the agenda, last, or changed.
    ItemPut {
        /// Its number.
        number: u32,
        /// The item.
        item: AgendaItem,
    },
    /// An item was taken off the agenda.
    ItemDropped {
        /// Its number.
        number: u32,
    },
    /// The items are in another order.
    ItemsOrdered {
        /// Their numbers.
        order: Vec<u32>,
    },
    /// It took over what an earlier meeting did not come to.
    TookOver(CarryOver),
    /// How somebody takes part was noted.
    Attended {
        /// Who.
        person: PersonId,
        /// How.
        how: Attendance,
        /// When.
        at: DateTime<Utc>,
    },
    /// The draft says something about an item.
    Minuted {
        /// Which.
        item: u32,
        /// What.
        minutes: ItemMinutes,
        /// Who wrote it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The draft says nothing about an item any more.
    TakenBack {
        /// Which.
        item: u32,
        /// Who took it back.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A poll decided on an item.
    Settled {
        /// Which.
        item: u32,
        /// Which poll.
        poll: PollSheetId,
        /// What it decided.
        text: String,
    },
    /// A note of the circulated minutes was put right.
    Corrected {
        /// Of which item.
        item: u32,
        /// What it says from now on.
        note: String,
        /// Who put it right.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The minutes were approved.
    Approved {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Something was found wrong with the approved minutes.
    Remarked(MinutesRemark),
    /// Its actions have become tasks.
    ActionsBegun {
        /// When.
        at: DateTime<Utc>,
    },
    /// What it did not come to was carried over.
    CarriedOver {
        /// To which meeting.
        to: MeetingId,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl Meeting {
    /// The meetings of a series by start, those without a time last; may be decided upon.
    pub const OF_SERIES: Partition<Self, MeetingSeriesId, DateTime<Utc>> = Partition::new("series");

    /// The meetings of an event of the calendar by start; may be decided upon.
    pub const OF_EVENT: Partition<Self, EventId, DateTime<Utc>> = Partition::new("event");

    /// Meetings that have a time and were not called off, by start; for reports.
    pub const BY_START: Ordered<Self, DateTime<Utc>> = Ordered::new("start");

    /// A new meeting.
    #[must_use]
    pub const fn plan(details: MeetingDetails) -> MeetingFact {
        MeetingFact::Planned { details }
    }

    /// What it is.
    #[must_use]
    pub const fn details(&self) -> &MeetingParts {
        self.details.parts()
    }

    /// When it is; none as long as no time is found.
    #[must_use]
    pub fn time(&self) -> Option<Interval> {
        self.details.time()
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> MeetingStatus {
        self.status
    }

    /// Makes it something else, or moves it: the chair or the secretary does, as long as it is planned.
    ///
    /// # Errors
    /// [`ChangeMeetingError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("meeting/team.txt")]
    /// use office_scheduling::ChangeMeetingError;
    ///
    /// let of_minutes = |minutes| MeetingDetails::new(MeetingParts { minutes, ..parts.clone() });
    /// meeting.apply_decision(&meeting.change(ada, of_minutes(45)?)?);
    /// assert_eq!(meeting.details().minutes, 45);
    /// // The chairs alone take twenty minutes.
    /// let refused = meeting.change(ada, of_minutes(15)?);
    /// let agenda = AgendaError::Excess { excess: 5, minutes: 15 };
    /// assert_eq!(refused, Err(ChangeMeetingError::Agenda(agenda)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn change(&self, by: PersonId, details: MeetingDetails) -> Result<Decision<MeetingFact>, ChangeMeetingError> {
        self.status_is(&[MeetingStatus::Planned])?;
        self.in_charge(by)?;
        if details == self.details {
            return Ok(Decision::AlreadyRecorded);
        }
        if details.parts().series != self.details().series {
            return Err(ChangeMeetingError::Series);
        }
        agenda::fit(self.agenda.values(), details.parts().minutes)?;
        Ok(Decision::Record(MeetingFact::Changed { details }))
    }

    /// Opens the meeting.
    ///
    /// # Errors
    /// [`MeetingError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("meeting/team.txt")]
    ///
    /// // Ben neither leads the meeting nor writes its minutes.
    /// assert_eq!(meeting.hold(ben, at), Err(MeetingError::NotInCharge));
    /// meeting.apply_decision(&meeting.hold(ada, at)?);
    /// assert_eq!(meeting.status(), MeetingStatus::Held);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hold(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<MeetingFact>, MeetingError> {
        self.become_status(by, &[MeetingStatus::Planned], MeetingStatus::Held, at)
    }

    /// Calls the meeting off. Its agenda may be carried over ([`carry_over`]).
    ///
    /// # Errors
    /// [`MeetingError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("meeting/team.txt")]
    ///
    /// let mut off = meeting.clone();
    /// off.apply_decision(&off.cancel(ada, at)?);
    /// assert_eq!(off.status(), MeetingStatus::Cancelled);
    /// // What has begun is not called off.
    /// meeting.apply_decision(&meeting.hold(ada, at)?);
    /// let (status, wanted) = (MeetingStatus::Held, vec![MeetingStatus::Planned]);
    /// assert_eq!(meeting.cancel(ada, at), Err(MeetingError::Status { status, wanted }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<MeetingFact>, MeetingError> {
        self.become_status(by, &[MeetingStatus::Planned], MeetingStatus::Cancelled, at)
    }

    fn become_status(
        &self,
        by: PersonId,
        from: &[MeetingStatus],
        status: MeetingStatus,
        at: DateTime<Utc>,
    ) -> Result<Decision<MeetingFact>, MeetingError> {
        if self.status == status {
            return Ok(Decision::AlreadyRecorded);
        }
        self.status_is(from)?;
        self.in_charge(by)?;
        Ok(Decision::Record(MeetingFact::Became { status, by, at }))
    }

    /// Whether its agenda may be changed, by this person.
    fn open_for(&self, by: PersonId) -> Result<(), MeetingError> {
        self.status_is(&[MeetingStatus::Planned, MeetingStatus::Held])?;
        self.in_charge(by)
    }

    fn status_is(&self, wanted: &[MeetingStatus]) -> Result<(), MeetingError> {
        if wanted.contains(&self.status) {
            return Ok(());
        }
        Err(MeetingError::Status { status: self.status, wanted: wanted.to_vec() })
    }

    fn in_charge(&self, by: PersonId) -> Result<(), MeetingError> {
        let MeetingParts { chair, secretary, .. } = self.details();
        if [chair, secretary].contains(&&by) { Ok(()) } else { Err(MeetingError::NotInCharge) }
    }
}

impl Entity for Meeting {
    const KIND: Kind = Kind::literal("meeting");

    type Fact = MeetingFact;

    fn open(fact: &MeetingFact) -> Option<Self> {
        let MeetingFact::Planned { details } = fact else { return None };
        Some(Self {
            details: details.clone(),
            status: MeetingStatus::Planned,
            agenda: BTreeMap::new(),
            order: Vec::new(),
            carried_from: BTreeMap::new(),
            inherited_actions: BTreeSet::new(),
            attendance: BTreeMap::new(),
            minutes: BTreeMap::new(),
            settled: BTreeMap::new(),
            writers: BTreeSet::new(),
            corrections: Vec::new(),
            approved_by: None,
            remarks: Vec::new(),
            actions_begun: false,
            carried_to: None,
        })
    }

    fn apply(&mut self, fact: &MeetingFact) {
        match fact {
            MeetingFact::Planned { details } | MeetingFact::Changed { details } => self.details = details.clone(),
            MeetingFact::Became { status, .. } => self.status = *status,
            MeetingFact::ItemPut { number, item } => {
                if self.agenda.insert(*number, item.clone()).is_none() {
                    self.order.push(*number);
                }
            }
            MeetingFact::ItemDropped { number } => {
                self.agenda.remove(number);
                self.order.retain(|other| other != number);
            }
            MeetingFact::ItemsOrdered { order } => self.order.clone_from(order),
            MeetingFact::TookOver(carried) => self.take_over(carried),
            MeetingFact::Attended { person, how, .. } => {
                self.attendance.insert(*person, *how);
            }
            MeetingFact::Minuted { item, minutes, by, .. } => {
                self.minutes.insert(*item, minutes.clone());
                self.writers.insert(*by);
            }
            MeetingFact::TakenBack { item, by, .. } => {
                self.minutes.remove(item);
                self.writers.insert(*by);
            }
            MeetingFact::Settled { item, poll, text } => {
                self.minutes.entry(*item).or_default();
                self.settled.entry(*item).or_default().insert(*poll, text.clone());
            }
            MeetingFact::Corrected { item, note, by, at } => self.put_right(*item, note, (*by, *at)),
            MeetingFact::Approved { by, .. } => {
                self.status = MeetingStatus::Approved;
                self.approved_by = Some(*by);
            }
            MeetingFact::Remarked(remark) => self.remarks.push(remark.clone()),
            MeetingFact::ActionsBegun { .. } => self.actions_begun = true,
            MeetingFact::CarriedOver { to, .. } => self.carried_to = Some(*to),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let MeetingParts { starts, series, event, .. } = self.details();
        let start = starts.unwrap_or(DateTime::<Utc>::MAX_UTC);
        if let Some(series) = series {
            entries.partition(Self::OF_SERIES, series, &start);
        }
        if let Some(event) = event {
            entries.partition(Self::OF_EVENT, event, &start);
        }
        if let (Some(starts), false) = (starts, self.status == MeetingStatus::Cancelled) {
            entries.ordered(Self::BY_START, starts);
        }
    }
}
