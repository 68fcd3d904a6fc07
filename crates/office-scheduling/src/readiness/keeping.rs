//! Drawing checklists up, working through them, and what is open.

use office_core::{Interval, StoreError, Tx, View};
use thiserror::Error;

use super::{OpenPoint, PointError, ReadinessCheck, ReadinessTemplate, check_of};
use crate::booking::BookingStatus;
use crate::{Booking, ResourceBookingId};

/// Draws the checklist of a booking up: from the templates for its place and kind of meeting. Drawn up again, it stays as
/// it is, unless the booking has been moved or other points are wanted: nothing is done then.
///
/// # Errors
/// [`PrepareBookingError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
#[doc = include_str!("prepared.txt")]
///
/// wait(office.transact(&command("prepare", "2026-10-02T08:00:00Z"), |tx| async move {
///     prepare_booking(&tx, talk, templates, None).await
/// }))?;
/// assert_eq!(open(monday)?[0].what, "try the screen");
/// // Nobody has booked a room for the party.
/// let refused = prepare("party", id("party"));
/// assert!(matches!(refused, Err(PrepareBookingError::NoSuchBooking { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn prepare_booking(
    tx: &Tx,
    id: ResourceBookingId,
    templates: &[ReadinessTemplate],
    meeting: Option<&str>,
) -> Result<(), PrepareBookingError> {
    // Read.
    let booking: Option<Booking> = tx.find(id).await?;
    let earlier = tx.find(check_of(id)).await?;

    // Decide.
    let booking = booking.ok_or(PrepareBookingError::NoSuchBooking { booking: id })?;
    if !booking.holds_its_place() {
        return Err(PrepareBookingError::NotStanding { status: booking.status() });
    }
    let points = ReadinessTemplate::points_for(templates, booking.resource(), meeting);
    if points.len() > ReadinessCheck::MAX_POINTS {
        return Err(PrepareBookingError::TooMany { points: points.len() });
    }
    if earlier.is_some_and(|one| one.is_of(&booking) && one.points().values().map(|one| &one.point).eq(&points)) {
        return Ok(());
    }

    // Record.
    Ok(tx.record::<ReadinessCheck>(check_of(id), ReadinessCheck::draw(&booking, points)).await?)
}

/// Says that a point of a booking's checklist is done, with what shows it.
///
/// # Errors
/// [`CheckReadinessError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
#[doc = include_str!("prepared.txt")]
///
/// let check = |key: &str, at: &str| {
///     wait(office.transact(&command(key, at), |tx| async move {
///         check_point(&tx, talk, "try the screen", "it works").await
///     }))
/// };
/// // There is no checklist before somebody draws it up, and nothing to prepare once the talk is over.
/// let early = check("early", "2026-10-02T08:00:00Z");
/// assert!(matches!(early, Err(CheckReadinessError::NotPrepared { .. })));
/// prepare("prepare", talk)?;
/// let late = check("late", "2026-10-05T10:00:00Z");
/// assert!(matches!(late, Err(CheckReadinessError::Point(PointError::Over { .. }))));
/// check("check", "2026-10-05T08:20:00Z")?;
/// assert!(open(monday)?.is_empty());
/// # Ok::<(), Failure>(())
/// ```
pub async fn check_point(
    tx: &Tx,
    id: ResourceBookingId,
    what: &str,
    evidence: &str,
) -> Result<(), CheckReadinessError> {
    // Read.
    let (booking, check) = read(tx, id).await?;

    // Decide.
    let done = check.mark_done(&booking, what, tx.command().actor().person, tx.command().at(), evidence)?;

    // Record.
    Ok(tx.decide::<ReadinessCheck>(check_of(id), done).await?)
}

/// Says that something is wrong with a point of a booking's checklist.
///
/// # Errors
/// [`CheckReadinessError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
#[doc = include_str!("prepared.txt")]
///
/// prepare("prepare", talk)?;
/// let report = |key: &str, what: &'static str| {
///     wait(office.transact(&command(key, "2026-10-05T08:20:00Z"), |tx| async move {
///         report_fault(&tx, talk, what, "no picture").await
///     }))
/// };
/// report("screen", "try the screen")?;
/// assert_eq!(open(monday)?[0].fault.as_deref(), Some("no picture"));
/// // Nobody was asked for a flip chart.
/// let refused = report("chart", "flip chart");
/// assert!(matches!(refused, Err(CheckReadinessError::Point(PointError::NoSuchPoint { .. }))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn report_fault(tx: &Tx, id: ResourceBookingId, what: &str, note: &str) -> Result<(), CheckReadinessError> {
    // Read.
    let (booking, check) = read(tx, id).await?;

    // Decide.
    let found = check.find_fault(&booking, what, tx.command().actor().person, tx.command().at(), note)?;

    // Record.
    Ok(tx.decide::<ReadinessCheck>(check_of(id), found).await?)
}

async fn read(tx: &Tx, id: ResourceBookingId) -> Result<(Booking, ReadinessCheck), CheckReadinessError> {
    let booking = tx.find(id).await?.ok_or(CheckReadinessError::NoSuchBooking { booking: id })?;
    let check = tx.find(check_of(id)).await?.ok_or(CheckReadinessError::NotPrepared { booking: id })?;
    Ok((booking, check))
}

/// What is open of the checklists of bookings that start within an interval, by when it is due, at most 10,000 bookings.
/// For reports.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
#[doc = include_str!("prepared.txt")]
///
/// prepare("prepare", talk)?;
/// let within: Interval = "2026-10-05T00:00:00Z/2026-10-06T00:00:00Z".parse()?;
/// let points = wait(office.view(|view| async move { open_points_within(&view, within).await }))?;
/// assert_eq!((points[0].what.as_str(), points[0].booking), ("try the screen", Some(talk)));
/// assert_eq!(points[0].due.to_string(), "2026-10-05 08:30:00 UTC");
/// // The talk begins on Monday: of Tuesday nothing is told.
/// assert!(open("2026-10-06T00:00:00Z/2026-10-07T00:00:00Z")?.is_empty());
/// # Ok::<(), Failure>(())
/// ```
pub async fn open_points_within(view: &View, within: Interval) -> Result<Vec<OpenPoint>, StoreError> {
    const MOST: usize = 10_000;
    let bookings = view.page(Booking::BY_START, Some(&within.start()), Some(&within.end()), MOST).await?;
    let ids: Vec<_> = bookings.iter().map(|(id, _)| check_of(*id)).collect();
    let checks = view.find_each(&ids).await?;
    let mut open = Vec::new();
    for ((id, booking), check) in bookings.into_iter().zip(checks) {
        if let Some(check) = check.filter(|_| booking.holds_its_place()) {
            open.extend(check.open_points(&booking).into_iter().map(|point| OpenPoint { booking: Some(id), ..point }));
        }
    }
    open.sort_by(|one, other| (one.due, &one.what, one.booking).cmp(&(other.due, &other.what, other.booking)));
    Ok(open)
}

/// A checklist cannot be drawn up.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PrepareBookingError {
    /// There is no such booking.
    #[error("there is no booking {booking}")]
    NoSuchBooking {
        /// The id.
        booking: ResourceBookingId,
    },
    /// The booking does not stand.
    #[error("the booking is {status}: one that holds its place is wanted")]
    NotStanding {
        /// How far it has come.
        status: BookingStatus,
    },
    /// There are too many points.
    #[error("the checklist would have {points} points: at most {} are wanted", ReadinessCheck::MAX_POINTS)]
    TooMany {
        /// How many.
        points: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A point cannot be checked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckReadinessError {
    /// There is no such booking.
    #[error("there is no booking {booking}")]
    NoSuchBooking {
        /// The id.
        booking: ResourceBookingId,
    },
    /// It has no checklist.
    #[error("the booking {booking} has no checklist: prepare it first")]
    NotPrepared {
        /// The id.
        booking: ResourceBookingId,
    },
    /// The checklist does not allow it.
    #[error(transparent)]
    Point(#[from] PointError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
