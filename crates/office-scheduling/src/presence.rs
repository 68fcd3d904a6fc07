//! Who is in the office on a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{PersonId, PlaceId};
use office_core::{CivilTimeError, Id, StoreError, View, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::booking::BookingStatus;
use crate::{Booking, Resource, WorkLocation, WorkLocationPlan};

/// Who is at a site of the office on a day: who said they would be, and who was seen.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::{SitePresence, WorkLocation};
///
/// let (hq, annex) = (Id::natural("place", "HQ"), Id::natural("place", "annex"));
/// let [anna, ben, cleo] = ["E-001", "E-002", "E-003"].map(|code| Id::natural("person", code));
/// let plans = [(anna, WorkLocation::Office { site: hq }), (ben, WorkLocation::Office { site: annex })];
/// let presence = SitePresence::of(hq, plans, [(cleo, "2026-10-06T07:10:00Z".parse()?)]);
/// assert_eq!(presence.head_count(), 2);
/// assert!(presence.is_there(cleo) && !presence.is_there(ben));
/// // Of two places none is beyond; of one, one is.
/// assert_eq!((presence.beyond(2), presence.beyond(1)), (0, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitePresence {
    /// Who planned to be there.
    pub planned: BTreeSet<PersonId>,
    /// Who was seen there, and when first.
    pub seen: BTreeMap<PersonId, DateTime<Utc>>,
}

impl SitePresence {
    /// What plans of a day and check-ins at the site come to.
    #[must_use]
    pub fn of(
        site: PlaceId,
        plans: impl IntoIterator<Item = (PersonId, WorkLocation)>,
        seen: impl IntoIterator<Item = (PersonId, DateTime<Utc>)>,
    ) -> Self {
        let there = plans.into_iter().filter(|(_, location)| *location == WorkLocation::Office { site });
        let mut presence = Self { planned: there.map(|(person, _)| person).collect(), seen: BTreeMap::new() };
        for (person, at) in seen {
            let first = presence.seen.entry(person).or_insert(at);
            *first = at.min(*first);
        }
        presence
    }

    /// Who is there: planned or seen.
    #[must_use]
    pub fn people(&self) -> BTreeSet<PersonId> {
        self.planned.iter().chain(self.seen.keys()).copied().collect()
    }

    /// Whether somebody is there.
    #[must_use]
    pub fn is_there(&self, person: PersonId) -> bool {
        self.planned.contains(&person) || self.seen.contains_key(&person)
    }

    /// How many people are there.
    #[must_use]
    pub fn head_count(&self) -> usize {
        self.people().len()
    }

    /// How many people are there for whom there is no place.
    #[must_use]
    pub fn beyond(&self, capacity: usize) -> usize {
        self.head_count().saturating_sub(capacity)
    }
}

/// How many plans and bookings are read at once.
const PAGE: usize = 1_000;

/// Who is at a site on a day of a zone, by everybody's plan and by who checked in to rooms and desks of the site that are
/// booked from that day. For reports.
///
/// # Errors
/// [`PresenceError`].
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, Zone, wait};
/// use office_scheduling::{LocationWeek, PresenceError, WorkLocation, plan_locations, presence_on};
///
/// let office = Office::on(MemoryStore::new());
/// let (anna, hq) = (Id::natural("person", "E-009"), Id::natural("place", "HQ"));
/// let by = Actor::new(anna, Role::new("employee"));
/// let command = Command::new("plan", "plan", by, "2026-10-01T08:00:00Z".parse()?)?;
/// let (from, week) = ("2026-10-01".parse()?, LocationWeek::weekdays(WorkLocation::Office { site: hq }));
/// wait(office.transact(&command, |tx| async move { plan_locations(&tx, anna, from, week).await }))?;
///
/// let who = |date| wait(office.view(|view| async move { presence_on(&view, hq, Zone::UTC, date).await }));
/// assert!(who("2026-10-05".parse()?)?.is_there(anna));
/// assert_eq!(who("2026-10-04".parse()?)?.head_count(), 0, "on a Sunday");
/// // The last day that can be written down has no end.
/// assert!(matches!(who(chrono::NaiveDate::MAX), Err(PresenceError::Day(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn presence_on(
    view: &View,
    site: PlaceId,
    zone: Zone,
    date: NaiveDate,
) -> Result<SitePresence, PresenceError> {
    let mut plans = Vec::new();
    let mut after: Option<Id<WorkLocationPlan>> = None;
    loop {
        let page = view.every::<WorkLocationPlan>(after, PAGE).await?;
        plans.extend(page.iter().filter_map(|(_, plan)| Some((plan.person(), plan.on(date)?))));
        after = page.last().map(|(id, _)| *id);
        if page.len() < PAGE {
            break;
        }
    }
    let day = zone.day(date)?;
    let mut bookings = Vec::new();
    let mut from = day.start();
    loop {
        let page: Vec<(_, Booking)> = view.page(Booking::BY_START, Some(&from), Some(&day.end()), PAGE).await?;
        let last = page.last().map(|(_, booking)| booking.time().start());
        let full = page.len() == PAGE;
        bookings.extend(page.into_iter().map(|(_, booking)| booking));
        match last.filter(|last| full && *last > from) {
            Some(last) => from = last,
            None => break,
        }
    }
    let ids: BTreeSet<_> = bookings.iter().map(Booking::resource).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let resources = view.find_each::<Resource>(&ids).await?;
    let of_site: BTreeSet<_> = ids
        .into_iter()
        .zip(resources)
        .filter(|(_, resource)| resource.as_ref().is_some_and(|one| one.details().site == Some(site)))
        .map(|(id, _)| id)
        .collect();
    let seen = bookings.iter().filter(|booking| of_site.contains(&booking.resource())).filter_map(|booking| {
        match booking.status() {
            BookingStatus::CheckedIn { by, at } => Some((by, at)),
            // When they came is no longer said; that they were there at the start is.
            BookingStatus::Ended { by, .. } => Some((by, booking.time().start())),
            BookingStatus::Requested
            | BookingStatus::Held { .. }
            | BookingStatus::Confirmed
            | BookingStatus::Released { .. }
            | BookingStatus::Cancelled { .. }
            | BookingStatus::Refused { .. }
            | BookingStatus::Expired { .. } => None,
        }
    });
    Ok(SitePresence::of(site, plans, seen))
}

/// Who is in the office cannot be told.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PresenceError {
    /// The day cannot be told in the zone.
    #[error(transparent)]
    Day(#[from] CivilTimeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
