//! What can be booked: rooms.

use std::collections::BTreeSet;

use office_core::{
    DateRange, Decision, Entity, Entries, Holidays, Id, Interval, Kind, StoreError, Tx, Unique, WeeklyHours,
    WorkingCalendar, WorkingPlan, Zone,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Buffers;

/// The id of a room.
pub type RoomId = Id<Room>;

/// What a room is, as it is written down. [`RoomDetails`] are these, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomParts {
    /// What people call it, alone among the rooms: 1 to 100 characters.
    pub name: String,
    /// How many people it holds: at least 1.
    pub capacity: u32,
    /// What it has: `screen`, `video`. At most 64 words of 1 to 64 characters.
    #[serde(default)]
    pub features: BTreeSet<String>,
    /// The zone whose clocks its hours are read by.
    pub zone: Zone,
    /// When it may be booked, week by week.
    pub hours: WeeklyHours,
    /// The time it takes to set it up and to clear it: a day each at most.
    #[serde(default)]
    pub buffers: Buffers,
}

/// What a room is: its name, places, equipment, hours and buffers.
///
/// # Example
/// ```
/// use office_core::WeeklyHours;
/// use office_scheduling::{Buffers, RoomDetails, RoomDetailsError, RoomParts};
///
/// let parts = RoomParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: ["screen".to_owned()].into(),
///     zone: "Europe/Berlin".parse()?,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers { set_up_seconds: 900, tear_down_seconds: 900 },
/// };
/// assert_eq!(RoomDetails::new(parts.clone())?.parts().capacity, 12);
///
/// // A room for nobody is refused.
/// let refused = RoomDetails::new(RoomParts { capacity: 0, ..parts });
/// assert_eq!(refused, Err(RoomDetailsError::Capacity));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RoomParts", into = "RoomParts")]
pub struct RoomDetails(RoomParts);

/// The longest name of a room, in characters.
const MOST_NAME: usize = 100;
/// The most features of a room, and the longest of them in characters.
pub(crate) const MOST_FEATURES: usize = 64;
/// The longest set-up and tear-down, in seconds.
const MOST_BUFFER: u32 = 86_400;

impl RoomDetails {
    /// These parts, where they make a room.
    pub fn new(parts: RoomParts) -> Result<Self, RoomDetailsError> {
        if !is_word(&parts.name, MOST_NAME) {
            return Err(RoomDetailsError::Name { most: MOST_NAME });
        }
        if parts.capacity == 0 {
            return Err(RoomDetailsError::Capacity);
        }
        if !are_features(&parts.features) {
            return Err(RoomDetailsError::Features { most: MOST_FEATURES });
        }
        let seconds = parts.buffers.set_up_seconds.max(parts.buffers.tear_down_seconds);
        if seconds > MOST_BUFFER {
            return Err(RoomDetailsError::Buffers { seconds, most: MOST_BUFFER });
        }
        Ok(Self(parts))
    }

    /// What they say.
    #[must_use]
    pub const fn parts(&self) -> &RoomParts {
        &self.0
    }
}

/// Whether a text is one of at most so many characters, none of them a control character, and not blank.
pub(crate) fn is_word(text: &str, most: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().take(most.saturating_add(1)).count() <= most
        && !text.contains(char::is_control)
}

/// Whether these can be features of a room.
pub(crate) fn are_features(words: &BTreeSet<String>) -> bool {
    words.len() <= MOST_FEATURES && words.iter().all(|word| is_word(word, MOST_FEATURES))
}

impl TryFrom<RoomParts> for RoomDetails {
    type Error = RoomDetailsError;

    fn try_from(parts: RoomParts) -> Result<Self, RoomDetailsError> {
        Self::new(parts)
    }
}

impl From<RoomDetails> for RoomParts {
    fn from(details: RoomDetails) -> Self {
        details.0
    }
}

/// Why parts do not make a room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RoomDetailsError {
    /// The name is blank, too long or has control characters.
    #[error("the name is not one of a room: 1 to {most} characters are wanted")]
    Name {
        /// How many characters it may have.
        most: usize,
    },
    /// Nobody fits in.
    #[error("the room holds nobody: a capacity of at least 1 is wanted")]
    Capacity,
    /// A feature is blank or too long, or there are too many.
    #[error("the features are not those of a room: at most {most} words of 1 to {most} characters are wanted")]
    Features {
        /// How many there may be, and how long.
        most: usize,
    },
    /// It takes too long to set it up or to clear it.
    #[error("set-up or tear-down takes {seconds} seconds: at most {most} are wanted")]
    Buffers {
        /// The longer of both.
        seconds: u32,
        /// How long they may be.
        most: u32,
    },
}

/// A room of the office.
///
/// Its name is its alone. A change of its hours, places or buffers holds for what is booked from then on: bookings
/// that stand keep their time and the buffers they were given.
///
/// # Example
/// ```
/// use office_core::{Decision, Entity, WeeklyHours};
/// use office_scheduling::{Buffers, Room, RoomDetails, RoomParts};
///
/// let parts = RoomParts {
///     name: "Havel".to_owned(),
///     capacity: 6,
///     features: ["screen".to_owned()].into(),
///     zone: "Europe/Berlin".parse()?,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
/// };
/// let details = RoomDetails::new(parts)?;
/// let havel = Room::open(&Room::register(details.clone())).ok_or("a first fact")?;
/// assert_eq!(havel.change(details), Decision::AlreadyRecorded);
///
/// // Open all Friday; on Saturday it is not.
/// let weekend = havel.open_during("2026-10-23T00:00:00Z/2026-10-25T00:00:00Z".parse()?)?;
/// assert_eq!(weekend.len(), 1);
/// assert_eq!(weekend[0].to_string(), "2026-10-23T05:30:00Z/2026-10-23T17:00:00Z");
/// // Of all times nothing can be told.
/// assert!(havel.open_during("0001-01-01T00:00:00Z/9000-01-01T00:00:00Z".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    details: RoomDetails,
}

/// What happens to a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomFact {
    /// It can be booked from now on.
    Registered {
        /// What it is.
        details: RoomDetails,
    },
    /// It is another now: renamed, refitted, with other hours.
    Changed {
        /// What it is now.
        details: RoomDetails,
    },
}

impl Room {
    /// Rooms by their name.
    pub const BY_NAME: Unique<Self, String> = Unique::new("name");

    /// A new room.
    #[must_use]
    pub const fn register(details: RoomDetails) -> RoomFact {
        RoomFact::Registered { details }
    }

    /// The room becomes this.
    pub fn change(&self, details: RoomDetails) -> Decision<RoomFact> {
        if self.details == details {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(RoomFact::Changed { details })
        }
    }

    /// What it is.
    #[must_use]
    pub const fn details(&self) -> &RoomParts {
        self.details.parts()
    }

    /// The time within an interval at which it is open: sorted and disjoint, spans that touch joined, also across
    /// midnight.
    ///
    /// It is open just if the clock on its wall shows a time of its hours, also on days on which clocks are changed.
    ///
    /// # Errors
    /// [`OpenHoursError`] for more than a hundred years, or years outside 1 to 9999.
    pub fn open_during(&self, within: Interval) -> Result<Vec<Interval>, OpenHoursError> {
        let refused = OpenHoursError { within };
        let parts = self.details();
        let day_before = parts.zone.date_of(within.start()).pred_opt().ok_or(refused)?;
        let day_after = parts.zone.date_of(within.end()).succ_opt().ok_or(refused)?;
        let valid = DateRange::inclusive(day_before, day_after).map_err(|_| refused)?;
        let calendar = WorkingCalendar::new(WorkingPlan {
            zone: parts.zone,
            valid,
            week: parts.hours.clone(),
            exceptions: std::collections::BTreeMap::new(),
            holidays: Holidays::none(valid),
        });
        let spans = calendar.map_err(|_| refused)?.spans(valid).map_err(|_| refused)?;
        Ok(spans.into_iter().filter_map(|span| span.intersection(&within)).collect())
    }
}

impl Entity for Room {
    const KIND: Kind = Kind::literal("room");

    type Fact = RoomFact;

    fn open(fact: &RoomFact) -> Option<Self> {
        match fact {
            RoomFact::Registered { details } => Some(Self { details: details.clone() }),
            RoomFact::Changed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &RoomFact) {
        let (RoomFact::Registered { details } | RoomFact::Changed { details }) = fact;
        self.details = details.clone();
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_NAME, &self.details().name);
    }
}

/// The hours of a room cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the opening hours within {within} cannot be told: less than a hundred of the years 1 to 9999 are wanted")]
pub struct OpenHoursError {
    within: Interval,
}

/// Takes a room into the books: registers it, or changes it to these details where it is there already.
///
/// # Errors
/// [`RegisterRoomError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, WeeklyHours, Zone, wait};
/// use office_scheduling::{Buffers, RegisterRoomError, RoomDetails, RoomId, RoomParts, register_room};
///
/// let office = Office::on(MemoryStore::new());
/// let manager = Actor::new(Id::natural("person", "E-004"), Role::new("office_manager"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let details = RoomDetails::new(RoomParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: Default::default(),
///     zone: Zone::UTC,
///     hours: WeeklyHours::daily("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
/// })?;
/// let register = |room: &str| {
///     let (id, details) = (RoomId::natural("room", room), details.clone());
///     let command = Command::new(format!("room:{room}"), "register_room", manager.clone(), at)?;
///     wait(office.transact(&command, |tx| {
///         let details = details.clone();
///         async move { register_room(&tx, id, details).await }
///     }))
///     .map_err(Box::<dyn std::error::Error>::from)
/// };
/// register("R-101")?;
///
/// // Another room cannot have the same name.
/// let refused = register("R-102").unwrap_err();
/// assert!(refused.to_string().starts_with("another room is called `Spree`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn register_room(tx: &Tx, id: RoomId, details: RoomDetails) -> Result<(), RegisterRoomError> {
    // Read.
    let room = tx.find(id).await?;
    let named = tx.find_by(Room::BY_NAME, &details.parts().name).await?;

    // Decide.
    if let Some((other, _)) = named
        && other != id
    {
        return Err(RegisterRoomError::NameTaken { name: details.parts().name.clone(), room: other });
    }
    let decision = match room {
        Some(room) => room.change(details),
        None => Decision::Record(Room::register(details)),
    };

    // Record.
    Ok(tx.decide::<Room>(id, decision).await?)
}

/// A room cannot be registered or changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegisterRoomError {
    /// Another room has the name.
    #[error("another room is called `{name}`: a name of its own is wanted")]
    NameTaken {
        /// The name.
        name: String,
        /// The room that has it.
        room: RoomId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
