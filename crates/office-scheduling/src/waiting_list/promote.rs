//! Waiting, being offered what is free, and answering.

use chrono::{DateTime, TimeDelta, Utc};
use office_core::{Decision, Interval, StoreError, Tx};
use serde::{Deserialize, Serialize};

use super::{
    AcceptOfferError, JoinWaitingListError, LeaveWaitingListError, WaitingListEntry, WaitingListEntryId,
    WaitingListFact, WaitingStatus, Wanted,
};
use crate::book::{ask, in_the_way};
use crate::booking::{BookingFact, BookingRequest, days_of, few_days_of};
use crate::{Asking, BookRefusal, Booking, Resource, ResourceBookingId, ResourceId};

/// Somebody begins to wait for a time, from the instant of the command on. The same asked for again under the same id is
/// recognised, whatever has become of it.
///
/// # Errors
/// [`JoinWaitingListError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
/// use office_scheduling::{JoinWaitingListError, WaitingListEntryId, Wanted, join_waiting_list};
///
/// let join = |key: &str, time: &str| {
///     let request = &BookingRequest::new(time.parse().unwrap(), anna, 8, "talk").unwrap();
///     let (entry, wanted) = (WaitingListEntryId::natural("booking", key), Wanted::This { resource: spree });
///     wait(office.transact(&command(key, "2026-10-05T08:00:00Z"), |tx| async move {
///         join_waiting_list(&tx, entry, wanted, request.clone()).await
///     }))
/// };
/// join("wait", "2026-10-05T09:00:00Z/2026-10-05T10:00:00Z")?;
///
/// // Nobody waits for what has begun.
/// let late = join("late", "2026-10-05T08:00:00Z/2026-10-05T09:00:00Z");
/// assert!(matches!(late, Err(JoinWaitingListError::Begun { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn join_waiting_list(
    tx: &Tx,
    id: WaitingListEntryId,
    wanted: Wanted,
    request: BookingRequest,
) -> Result<(), JoinWaitingListError> {
    // Read.
    let (earlier, at) = (tx.find(id).await?, tx.command().at());
    let resources = candidates(tx, wanted).await?;

    // Decide.
    if let Some(earlier) = earlier {
        let same = earlier.wanted == wanted && earlier.request == request;
        return if same { Ok(()) } else { Err(JoinWaitingListError::IdReused { entry: id }) };
    }
    let start = request.time().start();
    if start <= at {
        return Err(JoinWaitingListError::Begun { start });
    }
    match wanted {
        Wanted::This { resource: named } => match resources.first() {
            Some((_, resource)) => resource.admit(&request)?,
            None => return Err(BookRefusal::NoSuchResource { resource: named }.into()),
        },
        Wanted::Any { kind } => {
            if !resources.iter().any(|(_, resource)| resource.admit(&request).is_ok()) {
                return Err(JoinWaitingListError::NoneFits { kind });
            }
        }
    }
    for day in days_of(request.time()) {
        if tx.list(WaitingListEntry::WAITING, &day).await?.len() >= WaitingListEntry::MAX_OF_A_DAY {
            return Err(JoinWaitingListError::Full { day });
        }
    }

    // Record.
    Ok(tx.create::<WaitingListEntry>(id, WaitingListEntry::join(wanted, request, at)).await?)
}

/// What was offered to those who wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    /// To whom, in the order in which they waited.
    pub offered: Vec<Offer>,
    /// Whose time has begun meanwhile: they wait no longer.
    pub lapsed: Vec<WaitingListEntryId>,
}

/// A place held for somebody who waited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Who waited.
    pub entry: WaitingListEntryId,
    /// Which place.
    pub resource: ResourceId,
    /// Until when they may answer.
    pub until: DateTime<Utc>,
}

/// Offers what is free to those who wait for a time on the days of an interval, such as the time of a booking that was
/// cancelled, moved or released.
///
/// In the order in which they began to wait, and of one instant in that of their ids, each is offered the place they
/// wait for if it is free now; of several the smallest, then the first by name. It is held for them for so many seconds,
/// but not beyond its start. Who waits for something that is not free goes on waiting, and stands in nobody's way.
///
/// # Errors
/// What the store reports; a fatal error where the interval touches more than 400 days. Nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::{DateTime, Utc};
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, WeeklyHours, wait};
/// use office_scheduling::{
///     BookingRequest, ResourceBookingId, ResourceDetails, ResourceId, ResourceParts, WaitingListEntryId, Wanted,
///     accept_offer, book, cancel_booking, join_waiting_list, promote_waiting, register_resource,
/// };
///
/// type Failure = Box<dyn std::error::Error + Send + Sync>;
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-007");
/// let command = |key: &str, at: &str| {
///     Command::new(key, "test", Actor::new(person, Role::new("architect")), at.parse().unwrap_or_default())
/// };
/// let (room, talk) = (ResourceId::natural("room", "R-101"), ResourceBookingId::natural("booking", "BK-01"));
/// let parts = ResourceParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     ..ResourceParts::default()
/// };
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "talk")?;
/// let entry = WaitingListEntryId::natural("waiting", "W-01");
/// wait(office.transact(&command("prepare", "2026-10-01T09:00:00Z")?, |tx| {
///     let (parts, request) = (parts.clone(), request.clone());
///     async move {
///         register_resource(&tx, room, ResourceDetails::new(parts)?).await?;
///         book(&tx, room, talk, request.clone()).await?;
///         join_waiting_list(&tx, entry, Wanted::This { resource: room }, request.clone()).await?;
///         // As long as the room is taken nothing is offered.
///         assert!(promote_waiting(&tx, request.time(), 3_600).await?.offered.is_empty());
///         cancel_booking(&tx, talk).await?;
///         assert_eq!(promote_waiting(&tx, request.time(), 3_600).await?.offered[0].entry, entry);
///         Ok::<_, Failure>(())
///     }
/// }))
/// .map_err(|error| error.to_string())?;
///
/// let accept = |key: &str, at: &str| {
///     wait(office.transact(&command(key, at).unwrap(), |tx| async move { accept_offer(&tx, entry, None).await }))
/// };
/// // An hour later it is too late.
/// assert!(accept("late", "2026-10-01T10:00:00Z").is_err());
/// accept("in-time", "2026-10-01T09:59:59Z")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn promote_waiting(tx: &Tx, freed: Interval, offer_seconds: u32) -> Result<Promotion, StoreError> {
    let now = tx.command().at();
    let mut waiting = Vec::new();
    for day in few_days_of(freed)? {
        waiting.extend(tx.list(WaitingListEntry::WAITING, &day).await?);
    }
    waiting.sort_by_key(|(id, entry)| (entry.since, *id));
    waiting.dedup_by_key(|(id, _)| *id);

    let mut promotion = Promotion::default();
    for (id, entry) in waiting {
        let start = entry.request.time().start();
        if start <= now {
            tx.record::<WaitingListEntry>(id, WaitingListFact::Lapsed { at: start }).await?;
            promotion.lapsed.push(id);
            continue;
        }
        let Some((resource_id, resource)) = first_place(tx, id, &entry).await? else { continue };
        let seconds = TimeDelta::seconds(i64::from(offer_seconds));
        let until = now.checked_add_signed(seconds).map_or(start, |until| until.min(start));
        let (terms, request) = (resource.details().into(), entry.request.clone());
        let held = BookingFact::Held { resource: resource_id, terms, request, until };
        tx.create::<Booking>(WaitingListEntry::booking_of(id), held).await?;
        tx.record::<WaitingListEntry>(id, WaitingListFact::Offered { resource: resource_id, until }).await?;
        promotion.offered.push(Offer { entry: id, resource: resource_id, until });
    }
    Ok(promotion)
}

/// The first of what somebody waits for that is fit and free now.
async fn first_place(
    tx: &Tx,
    id: WaitingListEntryId,
    entry: &WaitingListEntry,
) -> Result<Option<(ResourceId, Resource)>, StoreError> {
    let booking = WaitingListEntry::booking_of(id);
    for (resource_id, resource) in candidates(tx, entry.wanted).await? {
        if resource.admit(&entry.request).is_ok()
            && in_the_way(tx, (resource_id, &resource), booking, &entry.request).await?.is_none()
        {
            return Ok(Some((resource_id, resource)));
        }
    }
    Ok(None)
}

/// What somebody waits for, the smallest first.
async fn candidates(tx: &Tx, wanted: Wanted) -> Result<Vec<(ResourceId, Resource)>, StoreError> {
    match wanted {
        Wanted::This { resource } => Ok(tx.find(resource).await?.map(|found| (resource, found)).into_iter().collect()),
        Wanted::Any { kind } => {
            let mut all = tx.list(Resource::OF_KIND, &kind).await?;
            all.sort_by(|(_, one), (_, other)| {
                let rank = |resource: &Resource| (resource.details().capacity, resource.details().name.clone());
                rank(one).cmp(&rank(other))
            });
            Ok(all)
        }
    }
}

/// Takes what is offered: the booking under the id of the entry is confirmed, or, where somebody asks by the rules of the
/// office, it goes on as [`request_booking`](crate::request_booking) says and may have to be approved.
///
/// # Errors
/// [`AcceptOfferError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
/// use office_scheduling::{WaitingListEntryId, Wanted, accept_offer, join_waiting_list, promote_waiting};
///
/// let day: Interval = "2026-10-05T00:00:00Z/2026-10-06T00:00:00Z".parse()?;
/// let (talk, entry) = ("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z", WaitingListEntryId::natural("booking", "wait"));
/// let request = &BookingRequest::new(talk.parse()?, anna, 8, "talk")?;
/// let accept = |key: &str| {
///     wait(office.transact(&command(key, "2026-10-01T10:00:00Z"), |tx| async move { accept_offer(&tx, entry, None).await }))
/// };
/// wait(office.transact(&command("join", "2026-10-01T09:00:00Z"), |tx| async move {
///     join_waiting_list(&tx, entry, Wanted::This { resource: spree }, request.clone()).await
/// }))?;
/// // Nothing is offered yet.
/// assert!(accept("early").is_err());
/// wait(office.transact(&command("promote", "2026-10-01T09:30:00Z"), |tx| async move {
///     promote_waiting(&tx, day, 7_200).await
/// }))
/// .map_err(|error: StoreError| error)?;
/// accept("offered")?;
/// // The place is taken.
/// assert!(ask("other", talk).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn accept_offer(tx: &Tx, id: WaitingListEntryId, asking: Option<Asking<'_>>) -> Result<(), AcceptOfferError> {
    // Read.
    let entry: Option<WaitingListEntry> = tx.find(id).await?;
    let (by, at) = (tx.command().actor().person, tx.command().at());
    let booking = WaitingListEntry::booking_of(id);

    // Decide.
    let entry = entry.ok_or(LeaveWaitingListError::NoSuchEntry { entry: id })?;
    let Decision::Record(accepted) = entry.accept(by, at).map_err(LeaveWaitingListError::from)? else { return Ok(()) };
    let fact = match (asking, entry.status) {
        (Some(asking), WaitingStatus::Offered { resource: resource_id, .. }) => {
            let resource: Resource = tx.load(resource_id).await?;
            ask(tx, (resource_id, &resource), booking, entry.request.clone(), asking)?
        }
        (Some(_) | None, _) => BookingFact::Accepted { by, at },
    };

    // Record.
    tx.record::<WaitingListEntry>(id, accepted).await?;
    Ok(tx.record::<Booking>(booking, fact).await?)
}

/// Leaves the waiting list, or declines what is offered: the place is free again then.
///
/// # Errors
/// [`LeaveWaitingListError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
/// use office_scheduling::{LeaveWaitingListError, WaitingListEntryId, Wanted, join_waiting_list, leave_waiting_list};
///
/// let entry = WaitingListEntryId::natural("booking", "wait");
/// let request = &BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, anna, 8, "talk")?;
/// let leave = |key: &str| {
///     wait(office.transact(&command(key, "2026-10-01T10:00:00Z"), |tx| async move { leave_waiting_list(&tx, entry).await }))
/// };
/// // Who does not wait cannot leave.
/// assert!(matches!(leave("nobody"), Err(LeaveWaitingListError::NoSuchEntry { .. })));
/// wait(office.transact(&command("join", "2026-10-01T09:00:00Z"), |tx| async move {
///     join_waiting_list(&tx, entry, Wanted::This { resource: spree }, request.clone()).await
/// }))?;
/// leave("leave")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn leave_waiting_list(tx: &Tx, id: WaitingListEntryId) -> Result<(), LeaveWaitingListError> {
    // Read.
    let entry: Option<WaitingListEntry> = tx.find(id).await?;
    let (by, at) = (tx.command().actor().person, tx.command().at());

    // Decide.
    let entry = entry.ok_or(LeaveWaitingListError::NoSuchEntry { entry: id })?;
    let decision = entry.leave(by, at)?;

    // Record.
    tx.decide::<WaitingListEntry>(id, decision).await?;
    if matches!(entry.status, WaitingStatus::Offered { .. }) {
        tx.record::<Booking>(WaitingListEntry::booking_of(id), BookingFact::Cancelled { by, at }).await?;
    }
    Ok(())
}

/// Says that an offer has lapsed whose booking holds its place no longer.
pub(crate) async fn lapse(tx: &Tx, booking: ResourceBookingId) -> Result<(), StoreError> {
    let id: WaitingListEntryId = booking.retag();
    match tx.find(id).await?.map(|entry: WaitingListEntry| entry.status) {
        Some(WaitingStatus::Offered { until, .. }) => {
            tx.record::<WaitingListEntry>(id, WaitingListFact::Lapsed { at: until }).await
        }
        Some(_) | None => Ok(()),
    }
}
