//! A desk for a day, near the team.

use office_core::subject::PlaceId;
use office_core::{Interval, StoreError, Tx, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{BookError, BookRefusal, book, in_the_way};
use crate::booking::{BookingRequest, ResourceBookingId, bookings_of};
use crate::free_time::most_held;
use crate::{Resource, ResourceId, ResourceKind};

/// Where a desk is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskWish {
    /// At which site.
    pub site: PlaceId,
    /// In which neighbourhood, where there is a free one in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbourhood: Option<String>,
}

/// Books a desk for whoever is to sit at it, the organiser of the request, and says which: their own, where one is kept for
/// them; else one of the neighbourhood; else another of the site; each time the first by name that is fit and free.
///
/// The same asked for again under the same id is recognised.
///
/// # Errors
/// [`BookDeskError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, WeeklyHours, wait};
/// use office_scheduling::{
///     BookDeskError, BookingRequest, DeskWish, ResourceBookingId, ResourceDetails, ResourceId, ResourceKind,
///     ResourceParts, book_desk, register_resource,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let (anna, site) = (Id::natural("person", "E-001"), Id::natural("place", "HQ"));
/// let command = |key: &str| {
///     Command::new(key, "test", Actor::new(anna, Role::new("architect")), "2026-10-01T08:00:00Z".parse().unwrap_or_default())
/// };
/// let [window, door] = ["D-1", "D-2"].map(|code| ResourceId::natural("desk", code));
/// wait(office.transact(&command("desks")?, |tx| async move {
///     for (id, name, neighbourhood) in [(window, "window", "sales"), (door, "door", "design")] {
///         let details = ResourceDetails::new(ResourceParts {
///             name: name.to_owned(),
///             kind: ResourceKind::Desk,
///             site: Some(site),
///             neighbourhood: Some(neighbourhood.to_owned()),
///             hours: WeeklyHours::daily("06:00-22:00".parse()?),
///             ..ResourceParts::default()
///         })?;
///         register_resource(&tx, id, details).await?;
///     }
///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
/// }))
/// .map_err(|error| error.to_string())?;
///
/// let sit = |key: &str| {
///     let day = "2026-10-05T08:00:00Z/2026-10-05T16:00:00Z".parse().unwrap();
///     let request = BookingRequest::new(day, anna, 1, "work").unwrap();
///     let wish = DeskWish { site, neighbourhood: Some("sales".to_owned()) };
///     wait(office.transact(&command(key).unwrap(), |tx| {
///         let (request, wish) = (request.clone(), wish.clone());
///         async move { book_desk(&tx, ResourceBookingId::natural("booking", key), request, &wish).await }
///     }))
/// };
/// assert_eq!(sit("first")?, window);
/// // The neighbourhood is full: the next best.
/// assert_eq!(sit("second")?, door);
/// assert!(matches!(sit("third"), Err(BookDeskError::NoneFree { desks: 2 })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn book_desk(
    tx: &Tx,
    id: ResourceBookingId,
    request: BookingRequest,
    wish: &DeskWish,
) -> Result<ResourceId, BookDeskError> {
    // Read.
    if let Some(earlier) = tx.find::<crate::Booking>(id).await? {
        let same = *earlier.request() == request;
        return if same { Ok(earlier.resource()) } else { Err(BookRefusal::IdReused { booking: id }.into()) };
    }
    let mut desks = tx.list(Resource::OF_KIND, &ResourceKind::Desk).await?;
    desks.retain(|(_, desk)| desk.details().site == Some(wish.site));

    // Decide.
    desks.sort_by_key(|(_, desk)| {
        let parts = desk.details();
        let near = wish.neighbourhood.is_some() && parts.neighbourhood == wish.neighbourhood;
        // Their own comes first, then what is near.
        (parts.kept_for != Some(request.organiser()), !near, parts.name.clone())
    });
    let mut chosen = None;
    for (desk_id, desk) in &desks {
        if desk.admit(&request).is_ok() && in_the_way(tx, (*desk_id, desk), id, &request).await?.is_none() {
            chosen = Some(*desk_id);
            break;
        }
    }
    let chosen = chosen.ok_or(BookDeskError::NoneFree { desks: desks.len() })?;

    // Record.
    book(tx, chosen, id, request).await?;
    Ok(chosen)
}

/// How many desks of a neighbourhood are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighbourhoodUse {
    /// How many desks there are.
    pub desks: u32,
    /// How many of them are taken at some time of the interval.
    pub taken: u32,
}

/// How many desks of a neighbourhood there are at a site, and how many are taken at some time of an interval, buffers
/// included.
///
/// # Errors
/// What the store reports; a fatal error where the interval touches more than 400 days.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_scheduling::{DeskWish, ResourceKind, book_desk, neighbourhood_use};
///
/// let wish = &DeskWish { site: Id::natural("place", "HQ"), neighbourhood: Some("sales".to_owned()) };
/// wait(office.transact(&command("desks", "2026-10-01T08:00:00Z"), |tx| async move {
///     for name in ["window", "door"] {
///         let parts = ResourceParts {
///             name: name.to_owned(),
///             kind: ResourceKind::Desk,
///             site: Some(wish.site),
///             neighbourhood: wish.neighbourhood.clone(),
///             hours: WeeklyHours::daily("06:00-22:00".parse()?),
///             ..ResourceParts::default()
///         };
///         register_resource(&tx, ResourceId::natural("desk", name), ResourceDetails::new(parts)?).await?;
///     }
///     let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T17:00:00Z".parse()?, anna, 1, "work")?;
///     book_desk(&tx, ResourceBookingId::natural("booking", "desk"), request, wish).await?;
///     Ok::<_, Failure>(())
/// }))?;
/// let used = |within: &str| {
///     let within = within.parse().unwrap();
///     wait(office.view(|view| async move { neighbourhood_use(&view, wish, within).await }))
///         .map_err(|error: StoreError| error)
/// };
/// let monday = used("2026-10-05T00:00:00Z/2026-10-06T00:00:00Z")?;
/// assert_eq!((monday.desks, monday.taken), (2, 1));
///
/// // Two years are more than is looked through.
/// assert!(used("2026-01-01T00:00:00Z/2028-01-01T00:00:00Z").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn neighbourhood_use(view: &View, wish: &DeskWish, within: Interval) -> Result<NeighbourhoodUse, StoreError> {
    let mut figures = NeighbourhoodUse::default();
    for (id, desk) in view.list(Resource::OF_KIND, &ResourceKind::Desk).await? {
        let parts = desk.details();
        if parts.site != Some(wish.site) || parts.neighbourhood != wish.neighbourhood {
            continue;
        }
        figures.desks = figures.desks.saturating_add(parts.count);
        let held = bookings_of(view, id, within).await?;
        let held = held.iter().filter_map(|(_, one)| Some((one.held().intersection(&within)?, one.request().units())));
        figures.taken = figures.taken.saturating_add(most_held(held));
    }
    Ok(figures)
}

/// No desk is booked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BookDeskError {
    /// None is fit and free.
    #[error("none of the {desks} desks of the site is free and fit: another time or site is wanted")]
    NoneFree {
        /// How many desks the site has.
        desks: usize,
    },
    /// It cannot be booked.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<BookRefusal> for BookDeskError {
    fn from(refusal: BookRefusal) -> Self {
        Self::Book(refusal.into())
    }
}

impl From<StoreError> for BookDeskError {
    fn from(error: StoreError) -> Self {
        Self::Book(error.into())
    }
}
