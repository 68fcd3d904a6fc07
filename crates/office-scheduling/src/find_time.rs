//! Finding a time at which everybody can come.

mod error;
mod gathering;
mod query;
mod slot;
mod starts;

use chrono::{DateTime, Utc};

pub use self::error::TimeQueryError;
pub use self::gathering::{
    GatherTimeError, MAX_SOUGHT_DAYS, MAX_SOUGHT_PEOPLE, MAX_SOUGHT_ROOMS, TimeWish, gather_time_query,
};
pub use self::query::{Engagement, Invitee, Preferences, RoomOption, TimeQuery, TravelTimes};
pub use self::slot::{Blocker, Constraint, NextBest, Preference, Reason, RejectedTime, Score, Slot};
use self::starts::{Grid, Starts};

/// The most starts that are looked at.
pub const MAX_STARTS: usize = 100_000;

/// A question for a time, prepared: when everybody and a room is free, and why not where they are not.
///
/// Starts are looked at step by step from the beginning of the window. Each person and each room has the starts that they
/// rule out as a set of bits, so that who is in the way is known for every start at once.
///
/// # Example
/// ```
/// use office_core::{Id, Interval};
/// use office_scheduling::{Constraint, Engagement, Invitee, Blocker, TimeQuery, TimeQueryError, TimeSearch};
///
/// let day: Interval = "2026-03-02T08:00:00Z/2026-03-02T12:00:00Z".parse()?;
/// let (jo, al) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let busy = |time: &str| time.parse().map(|time| vec![Engagement { time, place: None }]);
/// let query = TimeQuery {
///     people: vec![
///         Invitee { busy: busy("2026-03-02T08:00:00Z/2026-03-02T09:30:00Z")?, ..Invitee::required(jo, [day]) },
///         Invitee { busy: busy("2026-03-02T10:00:00Z/2026-03-02T12:00:00Z")?, ..Invitee::optional(al, [day]) },
///     ],
///     ..TimeQuery::new(day, 3_600, 1_800)
/// };
/// let search = TimeSearch::new(query.clone())?;
/// let best = &search.slots(3)[0];
/// assert_eq!(best.time, "2026-03-02T09:30:00Z/2026-03-02T10:30:00Z".parse()?);
/// assert_eq!(best.missing, [al]);
/// // Why not at eight?
/// assert_eq!(search.why_not(day.start()), [Constraint { who: Blocker::Person(jo), fails: office_scheduling::Reason::Busy }]);
///
/// let never = TimeSearch::new(TimeQuery { length_seconds: 0, ..query });
/// assert_eq!(never.unwrap_err(), TimeQueryError::NoLength);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TimeSearch {
    query: TimeQuery,
    grid: Grid,
    people: Vec<PersonMasks>,
    rooms: Vec<RoomMasks>,
    /// The places at which it may be, each with the starts that somebody required rules out there.
    places: Vec<(Option<String>, Starts)>,
    /// The place of each room, or of all where no room is wanted.
    place_of_room: Vec<usize>,
    feasible: Starts,
}

/// The starts that a person rules out.
#[derive(Clone, Debug)]
struct PersonMasks {
    busy: Starts,
    outside: Starts,
    holiday: Starts,
    /// All that they rule out at each of the places, with the way to and from it.
    at: Vec<Starts>,
    lunch: Starts,
    within_core: Starts,
}

/// The starts that a room rules out.
#[derive(Clone, Debug)]
struct RoomMasks {
    held: Starts,
    closed: Starts,
    all: Starts,
}

impl TimeSearch {
    /// Prepares a question.
    ///
    /// # Errors
    /// [`TimeQueryError`], in the order of its variants.
    pub fn new(query: TimeQuery) -> Result<Self, TimeQueryError> {
        let grid = Grid::of(&query)?;
        let places = query.places();
        let people: Vec<PersonMasks> =
            query.people.iter().map(|person| PersonMasks::of(person, &grid, &places, &query.travel)).collect();
        let rooms: Vec<RoomMasks> =
            query.rooms.iter().map(|room| RoomMasks::of(room, &grid, query.head_count())).collect();
        let ruled_out = |place: usize| {
            let mut all = grid.none();
            let required = people.iter().zip(&query.people).filter(|(_, person)| person.required);
            required.filter_map(|(masks, _)| masks.at.get(place)).for_each(|mask| all.add(mask));
            all
        };
        let masks: Vec<Starts> = (0..places.len()).map(ruled_out).collect();
        let place_of_room = query.rooms.iter().map(|room| query.place_of(room));
        let place_of_room = place_of_room.map(|place| places.iter().position(|one| *one == place).unwrap_or_default());
        let mut search = Self {
            feasible: grid.none(),
            place_of_room: place_of_room.collect(),
            places: places.into_iter().zip(masks).collect(),
            query,
            grid,
            people,
            rooms,
        };
        search.feasible = search.open_with(|place| search.places.get(place).map(|(_, mask)| mask));
        Ok(search)
    }

    /// The starts at which a room is free, or none is wanted, and nothing rules its place out.
    fn open_with<'a>(&'a self, ruled_out: impl Fn(usize) -> Option<&'a Starts>) -> Starts {
        let mut open = self.grid.none();
        let mut add_all_but = |masks: &[&Starts]| {
            let mut rest = self.grid.every();
            for mask in masks {
                rest.remove(mask);
            }
            open.add(&rest);
        };
        if self.rooms.is_empty()
            && let Some(mask) = ruled_out(0)
        {
            add_all_but(&[mask]);
        }
        for (index, room) in self.rooms.iter().enumerate() {
            if let Some(mask) = ruled_out(self.place_of(Some(index))) {
                add_all_but(&[mask, &room.all]);
            }
        }
        open
    }

    /// Which of the places it is in a room, or without one.
    fn place_of(&self, room: Option<usize>) -> usize {
        room.and_then(|room| self.place_of_room.get(room)).copied().unwrap_or_default()
    }

    /// The best times, ranked: by points, then by start, then by room. Each satisfies every constraint.
    #[must_use]
    pub fn slots(&self, limit: usize) -> Vec<Slot> {
        let mut ranked: Vec<(u64, usize, Option<usize>)> = Vec::new();
        for start in self.feasible.iter() {
            let best = self.choices(start).map(|room| (self.total(start, room), start, room)).min();
            ranked.extend(best);
        }
        ranked.sort_unstable();
        ranked.truncate(limit);
        ranked.into_iter().filter_map(|(_, start, room)| self.slot(start, room)).collect()
    }

    /// How many starts satisfy every constraint.
    #[must_use]
    pub fn count(&self) -> usize {
        self.feasible.iter().count()
    }

    /// The rooms that can be had at a start, by place in the query; none once where no room is wanted.
    fn choices(&self, start: usize) -> impl Iterator<Item = Option<usize>> + '_ {
        let without = self.rooms.is_empty() && self.feasible.has(start);
        let with = self.rooms.iter().enumerate().filter(move |(index, room)| {
            let place = self.places.get(self.place_of(Some(*index)));
            !room.all.has(start) && place.is_some_and(|(_, ruled_out)| !ruled_out.has(start))
        });
        without.then_some(None).into_iter().chain(with.map(|(index, _)| Some(index)))
    }

    /// Who cannot come to a place at a start.
    fn missing(&self, start: usize, place: usize) -> impl Iterator<Item = &Invitee> {
        let people = self.people.iter().zip(&self.query.people);
        let missing = people.filter(move |(masks, _)| masks.at.get(place).is_none_or(|mask| mask.has(start)));
        missing.map(|(_, person)| person)
    }

    /// The points of a start, each preference by itself, in the order of [`Preference`]; fewer are better.
    fn points(&self, start: usize, room: Option<usize>) -> [u64; 5] {
        let weights = &self.query.preferences;
        let place = self.place_of(room);
        let (mut missing, mut lunch, mut outside) = (0_u32, 0_u32, 0_u32);
        for (masks, person) in self.people.iter().zip(&self.query.people) {
            if masks.at.get(place).is_none_or(|mask| mask.has(start)) {
                missing = missing.saturating_add(u32::from(!person.required));
            } else {
                lunch = lunch.saturating_add(u32::from(masks.lunch.has(start)));
                outside = outside.saturating_add(u32::from(!masks.within_core.has(start)));
            }
        }
        let penalty = room.and_then(|room| self.query.rooms.get(room)).map_or(0, |room| room.penalty);
        let times = |count: u32, weight: u32| u64::from(count).saturating_mul(u64::from(weight));
        [
            times(self.grid.hours_to(start), weights.earliest),
            times(lunch, weights.not_lunch),
            times(outside, weights.core_hours),
            times(missing, weights.optional_people),
            times(penalty, weights.room),
        ]
    }

    fn total(&self, start: usize, room: Option<usize>) -> u64 {
        self.points(start, room).into_iter().fold(0, u64::saturating_add)
    }

    fn slot(&self, start: usize, room: Option<usize>) -> Option<Slot> {
        let missing = self.missing(start, self.place_of(room)).filter(|person| !person.required);
        Some(Slot {
            time: self.grid.time(start)?,
            room: room.and_then(|room| self.query.rooms.get(room)).map(|room| room.room),
            missing: missing.map(|person| person.person).collect(),
            score: Score { parts: Preference::ALL.into_iter().zip(self.points(start, room)).collect() },
        })
    }

    /// Everything that fails at a start, person by person and room by room; nothing where the time is one of the slots, or
    /// no start that is looked at.
    #[must_use]
    pub fn why_not(&self, start: DateTime<Utc>) -> Vec<Constraint> {
        match self.grid.index_of(start) {
            Some(start) if !self.feasible.has(start) => self.fails(start).collect(),
            Some(_) | None => Vec::new(),
        }
    }

    fn fails(&self, start: usize) -> impl Iterator<Item = Constraint> + '_ {
        let people = self.people.iter().zip(&self.query.people).filter(|(_, person)| person.required);
        let of_people = people.filter_map(move |(masks, person)| {
            Some(Constraint { who: Blocker::Person(person.person), fails: masks.fails(start)? })
        });
        let of_rooms = self.rooms.iter().zip(&self.query.rooms).filter_map(move |(masks, room)| {
            let fails = masks.fails(start, room, self.query.head_count())?;
            Some(Constraint { who: Blocker::Room(room.room), fails })
        });
        of_people.chain(of_rooms)
    }

    /// All that is not among the slots, as runs of starts with the first thing that fails at each of them.
    #[must_use]
    pub fn rejected(&self) -> Vec<RejectedTime> {
        let mut runs: Vec<(usize, usize, Constraint)> = Vec::new();
        for start in self.grid.all().filter(|start| !self.feasible.has(*start)) {
            let Some(fails) = self.fails(start).next() else { continue };
            match runs.last_mut() {
                Some((_, last, same)) if last.checked_add(1) == Some(start) && *same == fails => *last = start,
                Some(_) | None => runs.push((start, start, fails)),
            }
        }
        let shown = |(first, last, fails)| {
            Some(RejectedTime { first: self.grid.time(first)?.start(), last: self.grid.time(last)?.start(), fails })
        };
        runs.into_iter().filter_map(shown).collect()
    }

    /// The times at which fewest of those required would be missing, with who they are: the best of what does not fit.
    /// A room is still wanted.
    #[must_use]
    pub fn next_best(&self, limit: usize) -> Vec<NextBest> {
        let nothing = self.grid.none();
        let open = self.open_with(|_| Some(&nothing));
        let mut ranked: Vec<(usize, u64, usize, Option<usize>)> = Vec::new();
        for start in open.iter().filter(|start| !self.feasible.has(*start)) {
            let rooms =
                (0..self.rooms.len()).filter(|room| self.rooms.get(*room).is_some_and(|room| !room.all.has(start)));
            let without = self.rooms.is_empty().then_some(None);
            let best = without.into_iter().chain(rooms.map(Some)).map(|room| {
                let missing = self.missing(start, self.place_of(room)).filter(|person| person.required).count();
                (missing, self.total(start, room), start, room)
            });
            ranked.extend(best.min());
        }
        ranked.sort_unstable();
        ranked.truncate(limit);
        let shown = |(_, _, start, room): (usize, u64, usize, Option<usize>)| {
            let required = self.missing(start, self.place_of(room)).filter(|person| person.required);
            Some(NextBest { slot: self.slot(start, room)?, required: required.map(|person| person.person).collect() })
        };
        ranked.into_iter().filter_map(shown).collect()
    }
}

impl PersonMasks {
    fn of(person: &Invitee, grid: &Grid, places: &[Option<String>], travel: &TravelTimes) -> Self {
        let mut busy = grid.none();
        person.busy.iter().for_each(|one| grid.rule_out(&mut busy, one.time, 0, 0));
        let mut holiday = grid.none();
        person.holidays.iter().for_each(|time| grid.rule_out(&mut holiday, *time, 0, 0));
        let mut outside = grid.every();
        outside.remove(&grid.within(&person.working));
        let mut at = Vec::with_capacity(places.len());
        for place in places {
            let mut all = grid.none();
            for mask in [&busy, &holiday, &outside] {
                all.add(mask);
            }
            for one in &person.busy {
                let way = travel.between(one.place.as_deref(), place.as_deref());
                if way > 0 {
                    grid.rule_out(&mut all, one.time, way, way);
                }
            }
            at.push(all);
        }
        let mut lunch = grid.none();
        person.lunch.iter().for_each(|time| grid.rule_out(&mut lunch, *time, 0, 0));
        let within_core = if person.core.is_empty() { grid.every() } else { grid.within(&person.core) };
        Self { busy, outside, holiday, at, lunch, within_core }
    }

    /// What fails of a person at a start: at every place, or on the way to some.
    fn fails(&self, start: usize) -> Option<Reason> {
        if self.busy.has(start) {
            Some(Reason::Busy)
        } else if self.holiday.has(start) {
            Some(Reason::Holiday)
        } else if self.outside.has(start) {
            Some(Reason::OutsideHours)
        } else if self.at.iter().any(|mask| mask.has(start)) {
            Some(Reason::Travel)
        } else {
            None
        }
    }
}

impl RoomMasks {
    fn of(room: &RoomOption, grid: &Grid, people: usize) -> Self {
        let mut held = grid.none();
        let (before, after) = (room.buffers.tear_down_seconds, room.buffers.set_up_seconds);
        room.held.iter().for_each(|time| grid.rule_out(&mut held, *time, before, after));
        let mut closed = grid.every();
        closed.remove(&grid.within(&room.open));
        let mut all = if room.seats(people) { grid.none() } else { grid.every() };
        all.add(&held);
        all.add(&closed);
        Self { held, closed, all }
    }

    fn fails(&self, start: usize, room: &RoomOption, people: usize) -> Option<Reason> {
        if !room.seats(people) {
            Some(Reason::TooSmall)
        } else if self.held.has(start) {
            Some(Reason::Held)
        } else if self.closed.has(start) {
            Some(Reason::Closed)
        } else {
            None
        }
    }
}

impl RoomOption {
    fn seats(&self, people: usize) -> bool {
        usize::try_from(self.capacity).is_ok_and(|capacity| capacity >= people)
    }
}
