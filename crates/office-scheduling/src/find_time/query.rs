//! What is asked for when a time is looked for.

use std::collections::{BTreeMap, BTreeSet};

use office_core::Interval;
use office_core::subject::PersonId;

use crate::{Appointment, Buffers, BusyKind, ResourceId};

/// A question for a time: when can these people meet?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeQuery {
    /// The time within which all of it is to lie.
    pub window: Interval,
    /// How long it lasts.
    pub length_seconds: u32,
    /// How far apart the starts are that are looked at, from the beginning of the window on.
    pub step_seconds: u32,
    /// Who is to come.
    pub people: Vec<Invitee>,
    /// The rooms of which one is wanted; with none no room is.
    pub rooms: Vec<RoomOption>,
    /// Where it takes place, where no room says otherwise.
    pub place: Option<String>,
    /// How long the way is from place to place.
    pub travel: TravelTimes,
    /// What is better than something else.
    pub preferences: Preferences,
}

impl TimeQuery {
    /// A question without anybody or any room yet.
    #[must_use]
    pub fn new(window: Interval, length_seconds: u32, step_seconds: u32) -> Self {
        Self {
            window,
            length_seconds,
            step_seconds,
            people: Vec::new(),
            rooms: Vec::new(),
            place: None,
            travel: TravelTimes::default(),
            preferences: Preferences::default(),
        }
    }

    /// Where it may take place, each once; just one place where no room is wanted.
    pub(super) fn places(&self) -> Vec<Option<String>> {
        let rooms: BTreeSet<Option<String>> = self.rooms.iter().map(|room| self.place_of(room)).collect();
        if rooms.is_empty() { vec![self.place.clone()] } else { rooms.into_iter().collect() }
    }

    pub(super) fn place_of(&self, room: &RoomOption) -> Option<String> {
        room.place.clone().or_else(|| self.place.clone())
    }

    /// How many seats are wanted.
    pub(super) fn head_count(&self) -> usize {
        self.people.len()
    }
}

/// Somebody who is to come.
///
/// Times are those of universal time: hours and holidays as a [`WorkingCalendar`](office_core::WorkingCalendar) of their
/// own zone and country tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    /// Who.
    pub person: PersonId,
    /// Whether it cannot be without them.
    pub required: bool,
    /// When they have something else, and where.
    pub busy: Vec<Engagement>,
    /// When they work: all of the meeting has to lie within. Spans that overlap or touch are one.
    pub working: Vec<Interval>,
    /// Public holidays and leave, told apart from other time off.
    pub holidays: Vec<Interval>,
    /// When they would rather eat.
    pub lunch: Vec<Interval>,
    /// When they would rather meet; any time where there is none.
    pub core: Vec<Interval>,
}

impl Invitee {
    /// Somebody without whom it cannot be, who works at these times.
    #[must_use]
    pub fn required(person: PersonId, working: impl IntoIterator<Item = Interval>) -> Self {
        Self {
            person,
            required: true,
            busy: Vec::new(),
            working: working.into_iter().collect(),
            holidays: Vec::new(),
            lunch: Vec::new(),
            core: Vec::new(),
        }
    }

    /// Somebody who would be welcome, who works at these times.
    #[must_use]
    pub fn optional(person: PersonId, working: impl IntoIterator<Item = Interval>) -> Self {
        Self { required: false, ..Self::required(person, working) }
    }
}

/// Something that somebody has at a time already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// When.
    pub time: Interval,
    /// Where, as [`TravelTimes`] names it; none where no way is to be reckoned with.
    pub place: Option<String>,
}

impl Engagement {
    /// What takes somebody's time of their appointments, where each of them is; with tentative ones where they count.
    #[must_use]
    pub fn of(appointments: &[Appointment], with_tentative: bool) -> Vec<Self> {
        let least = if with_tentative { BusyKind::Tentative } else { BusyKind::Busy };
        let taken = appointments.iter().filter(|one| one.shown_as >= least);
        taken.map(|one| Self { time: one.time, place: one.location.clone() }).collect()
    }
}

/// A room that may be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomOption {
    /// Which.
    pub room: ResourceId,
    /// Where it is.
    pub place: Option<String>,
    /// How many people fit in.
    pub capacity: u32,
    /// When others hold it, their buffers included.
    pub held: Vec<Interval>,
    /// When it is open.
    pub open: Vec<Interval>,
    /// The time to set it up before and clear it after the meeting, which may lie outside its hours.
    pub buffers: Buffers,
    /// How much less it is wanted than others: far away, too large.
    pub penalty: u32,
}

/// How long the way is between places, in both directions. Between places that are not told it takes no time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TravelTimes {
    seconds: BTreeMap<(String, String), u32>,
}

impl TravelTimes {
    /// The same with the way between two places.
    #[must_use]
    pub fn with(mut self, one: &str, other: &str, seconds: u32) -> Self {
        self.seconds.insert(pair(one, other), seconds);
        self
    }

    /// How long the way is; no time where a place is not known, or they are the same.
    #[must_use]
    pub fn between(&self, one: Option<&str>, other: Option<&str>) -> u32 {
        let (Some(one), Some(other)) = (one, other) else { return 0 };
        if one == other { 0 } else { self.seconds.get(&pair(one, other)).copied().unwrap_or_default() }
    }
}

fn pair(one: &str, other: &str) -> (String, String) {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    (first.to_owned(), second.to_owned())
}

/// How much each thing that is not as one would like weighs, in points; nothing weighs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// For each whole hour that passes before it starts.
    pub earliest: u32,
    /// For each person who comes at the time of their lunch.
    pub not_lunch: u32,
    /// For each person who comes outside their core hours.
    pub core_hours: u32,
    /// For each person who would be welcome and cannot come.
    pub optional_people: u32,
    /// For each point of the room's penalty.
    pub room: u32,
}

impl Default for Preferences {
    /// A person missing weighs as much as two working days of waiting, a lunch as half of one, an hour outside core hours a
    /// little less.
    fn default() -> Self {
        Self { earliest: 1, not_lunch: 12, core_hours: 8, optional_people: 48, room: 1 }
    }
}
