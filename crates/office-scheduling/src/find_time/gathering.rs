//! A question for a time put together from what is stored: who has what, who is away, which room is held.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use office_core::subject::PersonId;
use office_core::{Interval, StoreError, View, WorkingCalendar, WorkingTimeError, Zone};
use thiserror::Error;

use super::{Engagement, Invitee, RoomOption, TimeQuery};
use crate::booking::bookings_of;
use crate::core_hours::{dates_of, works_within};
use crate::event::agenda_of;
use crate::{OpenHoursError, Resource, ResourceId, WorkLocation, WorkLocationPlan, location_plan_of};

/// The most people that a time is looked for with from the store.
pub const MAX_SOUGHT_PEOPLE: usize = 100;
/// The most rooms that are looked at.
pub const MAX_SOUGHT_ROOMS: usize = 100;
/// The most days that they are looked at for.
pub const MAX_SOUGHT_DAYS: i64 = 62;

/// An event that comes more often within the time is too much to look at.
const MOST_OCCURRENCES: usize = 10_000;

/// A time that is looked for: how long, within what, with whom and in which rooms.
#[derive(Clone, Debug)]
pub struct TimeWish {
    /// The time within which all of it is to lie: at most [`MAX_SOUGHT_DAYS`] days.
    pub window: Interval,
    /// How long it lasts.
    pub length_seconds: u32,
    /// How far apart the starts are that are looked at, from the beginning of the window on.
    pub step_seconds: u32,
    /// Without whom it cannot be, and when they work.
    pub required: BTreeMap<PersonId, WorkingCalendar>,
    /// Who would be welcome, and when they work; who is required as well is required.
    pub optional: BTreeMap<PersonId, WorkingCalendar>,
    /// The rooms of which one is wanted; with none no room is.
    pub rooms: Vec<ResourceId>,
    /// The zone in which floating times of their calendars are read.
    pub here: Zone,
    /// Whether what may not take place, or was not answered, keeps somebody busy.
    pub with_tentative: bool,
}

impl TimeWish {
    /// A wish without anybody or any room yet, for whom what is tentative counts, with times that float in universal time.
    #[must_use]
    pub const fn new(window: Interval, length_seconds: u32, step_seconds: u32) -> Self {
        Self {
            window,
            length_seconds,
            step_seconds,
            required: BTreeMap::new(),
            optional: BTreeMap::new(),
            rooms: Vec::new(),
            here: Zone::UTC,
            with_tentative: true,
        }
    }

    fn check(&self) -> Result<(), GatherTimeError> {
        let people = self.required.len().saturating_add(self.optional.len());
        if people > MAX_SOUGHT_PEOPLE {
            return Err(GatherTimeError::TooManyPeople { people });
        }
        if self.rooms.len() > MAX_SOUGHT_ROOMS {
            return Err(GatherTimeError::TooManyRooms { rooms: self.rooms.len() });
        }
        if self.window.duration() > TimeDelta::days(MAX_SOUGHT_DAYS) {
            return Err(GatherTimeError::TooLong { window: self.window });
        }
        Ok(())
    }
}

/// The question that a wish is, with what is stored: what everybody has in their calendar, on the days around as well for
/// the way from and to it; on which of their working days they are away, as holidays; when the rooms are open and held.
/// Of rooms the smallest is wanted first. All is as it was at one instant.
///
/// What is wanted beyond that (places and ways, lunch, core hours, other preferences) is put into the question before
/// [`TimeSearch::new`](crate::TimeSearch::new). Nothing is held by asking: who books what was found is refused by
/// [`book`](crate::book()) where somebody else was first. Given a transaction it may be decided upon: what is planned or
/// booked meanwhile makes it run again, so that a time is found and booked in one step.
///
/// # Errors
/// [`GatherTimeError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{
///     Actor, Command, DateRange, Holidays, Id, MemoryStore, Office, Role, WeeklyHours, WorkingCalendar, WorkingPlan, wait,
/// };
/// use office_scheduling::{Calendar, Event, GatherTimeError, ResourceId, TimeSearch, TimeWish, gather_time_query, plan_event};
///
/// let office = Office::on(MemoryStore::new());
/// let jo = Id::natural("person", "E-001");
/// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART:20260302T090000Z\r\nDURATION:PT90M\r\n\
///     RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let content = Calendar::read("jo.ics", text.as_bytes())?.events.remove(0);
/// let command = Command::new("plan", "plan_event", Actor::new(jo, Role::new("architect")), Default::default())?;
/// wait(office.transact(&command, |tx| {
///     let content = content.clone();
///     async move { plan_event(&tx, Event::id_of(jo, "7"), jo, Default::default(), content).await }
/// }))?;
///
/// let (valid, week) = (DateRange::year(2026)?, WeeklyHours::weekdays("09:00-17:00".parse()?));
/// let plan = WorkingPlan { zone: "UTC".parse()?, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
/// let mut wish = TimeWish::new("2026-03-03T00:00:00Z/2026-03-04T00:00:00Z".parse()?, 3_600, 1_800);
/// wish.required.insert(jo, WorkingCalendar::new(plan)?);
/// let ask = |wish: &TimeWish| {
///     let wish = wish.clone();
///     wait(office.view(|view| { let wish = wish.clone(); async move { gather_time_query(&view, &wish).await } }))
/// };
/// let found = TimeSearch::new(ask(&wish)?)?.slots(1);
/// assert_eq!(found[0].time, "2026-03-03T10:30:00Z/2026-03-03T11:30:00Z".parse()?);
///
/// // A room that is not known cannot be had.
/// wish.rooms.push(ResourceId::natural("room", "R-404"));
/// assert!(matches!(ask(&wish), Err(GatherTimeError::NoSuchRoom { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn gather_time_query(view: &View, wish: &TimeWish) -> Result<TimeQuery, GatherTimeError> {
    wish.check()?;
    let mut query = TimeQuery::new(wish.window, wish.length_seconds, wish.step_seconds);
    let required = wish.required.iter().map(|(person, hours)| (*person, hours, true));
    let welcome = wish.optional.iter().filter(|(person, _)| !wish.required.contains_key(person));
    let welcome = welcome.map(|(person, hours)| (*person, hours, false));
    let people: Vec<(PersonId, &WorkingCalendar, bool)> = required.chain(welcome).collect();
    let plans: Vec<_> = people.iter().map(|(person, ..)| location_plan_of(*person)).collect();
    let plans = view.find_each::<WorkLocationPlan>(&plans).await?;
    for ((person, hours, required), plan) in people.into_iter().zip(plans) {
        let agenda = agenda_of(view, person, around(wish.window), wish.here, MOST_OCCURRENCES).await?;
        if agenda.limited {
            return Err(GatherTimeError::TooBusy { person });
        }
        let refused = |source| GatherTimeError::Hours { person, source };
        let working = works_within(hours, wish.window).map_err(refused)?;
        query.people.push(Invitee {
            required,
            busy: Engagement::of(&agenda.appointments, wish.with_tentative),
            holidays: plan.map_or_else(Vec::new, |plan| away(&plan, hours, wish.window, &working)),
            ..Invitee::required(person, working)
        });
    }
    let rooms = view.find_each::<Resource>(&wish.rooms).await?;
    for (id, room) in wish.rooms.iter().zip(rooms) {
        let room = room.ok_or(GatherTimeError::NoSuchRoom { room: *id })?;
        let (capacity, buffers) = (room.details().capacity, room.details().buffers);
        let bookings = bookings_of(view, *id, buffers.around(wish.window)).await?;
        query.rooms.push(RoomOption {
            room: *id,
            place: None,
            capacity,
            held: room.full(1, &bookings),
            open: room.open_during(wish.window)?,
            buffers,
            penalty: capacity,
        });
    }
    Ok(query)
}

/// The time, and a day before and after it, from which one comes and to which one goes on.
fn around(window: Interval) -> Interval {
    let day = TimeDelta::days(1);
    let start = window.start().checked_sub_signed(day).unwrap_or(window.start());
    let end = window.end().checked_add_signed(day).unwrap_or(window.end());
    Interval::new(start, end).unwrap_or(window)
}

/// The working time of days on which they said that they do not work.
fn away(plan: &WorkLocationPlan, hours: &WorkingCalendar, window: Interval, working: &[Interval]) -> Vec<Interval> {
    let zone = hours.plan().zone;
    let most = usize::try_from(MAX_SOUGHT_DAYS).unwrap_or_default().saturating_add(2);
    let dates = dates_of(zone, window).dates(most).filter(|date| plan.on(*date) == Some(WorkLocation::Away));
    let days: Vec<Interval> = dates.filter_map(|date| zone.day(date).ok()).collect();
    working.iter().flat_map(|span| days.iter().filter_map(|day| span.intersection(day))).collect()
}

/// A question for a time cannot be put together.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GatherTimeError {
    /// There are too many people.
    #[error("a time is looked for with {people} people: at most {MAX_SOUGHT_PEOPLE} are wanted")]
    TooManyPeople {
        /// How many.
        people: usize,
    },
    /// There are too many rooms.
    #[error("a time is looked for in {rooms} rooms: at most {MAX_SOUGHT_ROOMS} are wanted")]
    TooManyRooms {
        /// How many.
        rooms: usize,
    },
    /// The time within which it is to lie is too long.
    #[error("a time is looked for within {window}: at most {MAX_SOUGHT_DAYS} days are wanted")]
    TooLong {
        /// That time.
        window: Interval,
    },
    /// Somebody has an event that comes too often to look at.
    #[error("an event of {person} takes place more than {MOST_OCCURRENCES} times: a shorter window is wanted")]
    TooBusy {
        /// Who.
        person: PersonId,
    },
    /// The working hours of somebody are not known for the time.
    #[error("the working hours of {person} do not reach so far")]
    Hours {
        /// Whose.
        person: PersonId,
        /// Why not.
        source: WorkingTimeError,
    },
    /// There is no such room.
    #[error("there is no room {room}")]
    NoSuchRoom {
        /// The id.
        room: ResourceId,
    },
    /// The opening hours of a room cannot be told.
    #[error(transparent)]
    OpenHours(#[from] OpenHoursError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
