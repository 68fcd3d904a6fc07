//! Booking what somebody has to approve first.

use chrono::TimeDelta;
use office_core::rules::{DecideError, Facts, Outcome, PolicyBook, Ruling};
use office_core::{
    ApprovalCase, ApprovalRun, ApproveStep, ApproveStepError, AuthorityBook, Decimal, Decision, Entity, Interval,
    RefuseStep, RefuseStepError, Scope, StoreError, Tx, WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ending::settle;
use super::{BookRefusal, FreeError, MoveBookingError, find_free, move_booking};
use crate::booking::{
    BookingApproval, BookingDecisionError, BookingFact, BookingRequest, BookingSource, BookingStatus, ResourceBookingId,
};
use crate::{Booking, Resource, ResourceId, ResourceParts};

/// An office's rules of booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingRules {
    /// Who approves bookings. The policy is asked with the facts `kind` (`room`, `desk` or `equipment`), `name` (of the
    /// resource), `capacity`, `people`, `units` and `minutes` (numbers; a minute that has begun counts), `external`
    /// (whether guests come) and `recurring` (whether it is for an event of a calendar).
    pub approval: PolicyBook,
    /// When the office works: in its hours the policy counts when an approval escalates and expires, and its zone says
    /// which day it is.
    pub hours: WorkingCalendar,
}

/// By which rules somebody asks, and for what part of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking<'a> {
    /// The rules.
    pub rules: &'a BookingRules,
    /// The part of the office within which approvers have their authority.
    pub scope: &'a Scope,
}

impl BookingRules {
    /// What the policy says of a booking on the day of an instant.
    fn ruling(&self, tx: &Tx, resource: &ResourceParts, request: &BookingRequest) -> Result<Ruling, DecideError> {
        let parts = request.parts();
        let length = parts.time.duration();
        let begun = length.checked_add(&TimeDelta::seconds(59)).unwrap_or(length).num_minutes();
        let facts = Facts::new()
            .with("kind", resource.kind.to_string())
            .with("name", resource.name.as_str())
            .with("capacity", Decimal::from(resource.capacity))
            .with("people", Decimal::from(parts.people))
            .with("units", Decimal::from(parts.units))
            .with("minutes", Decimal::from(begun))
            .with("external", parts.external)
            .with("recurring", matches!(parts.source, BookingSource::Event { .. }));
        self.approval.decide(&facts, self.hours.plan().zone.date_of(tx.command().at()))
    }
}

/// Asks for a booking by the rules of the office: what the policy allows is confirmed, what it wants approved holds its
/// place until that is decided, refused or expired, and at the latest until it begins.
///
/// Who asks is whoever gives the command. Otherwise it goes as [`book`](crate::book()) does.
///
/// # Errors
/// [`RequestBookingError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::rules::{DecisionTable, PolicyBook};
/// use office_core::{
///     Actor, Command, DateRange, Holidays, Id, MemoryStore, Office, Role, Scope, WeeklyHours, WorkingCalendar, WorkingPlan,
///     Zone, wait,
/// };
/// use office_scheduling::{
///     Asking, BookingRequest, BookingRules, BookingStatus, ResourceBookingId, ResourceDetails, ResourceId, ResourceParts,
///     register_resource, request_booking,
/// };
///
/// // Half a day and more is for the office manager to approve, within 16 working hours.
/// let rows = [["<= 240", "allow"], ["-", "approvals: 1 office_manager booking.approve expire after 16h"]];
/// let rows = rows.map(|row| row.map(String::from).to_vec());
/// let mut approval = PolicyBook::new("booking");
/// approval.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["minutes: number", "outcome"], rows)?)?;
/// let valid = DateRange::year(2026)?;
/// let week = WeeklyHours::weekdays("07:30-19:00".parse()?);
/// let plan = WorkingPlan {
///     zone: Zone::UTC, valid, week: week.clone(), exceptions: [].into(), holidays: Holidays::none(valid),
/// };
/// let rules = &BookingRules { approval, hours: WorkingCalendar::new(plan)? };
///
/// let office = Office::on(MemoryStore::new());
/// let (person, room, scope) = (Id::natural("person", "E-007"), ResourceId::natural("room", "R-101"), &Scope::anywhere());
/// let command = |key: &str| {
///     let at = "2026-10-01T08:00:00Z".parse().unwrap_or_default();
///     Command::new(key, "test", Actor::new(person, Role::new("architect")), at)
/// };
/// let spree = ResourceParts { name: "Spree".to_owned(), capacity: 12, hours: week, ..ResourceParts::default() };
/// wait(office.transact(&command("room")?, |tx| {
///     let spree = spree.clone();
///     async move {
///         register_resource(&tx, room, ResourceDetails::new(spree)?).await?;
///         Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
///     }
/// }))
/// .map_err(|error| error.to_string())?;
///
/// let ask = |key: &str, time: &str| {
///     let request = BookingRequest::new(time.parse().unwrap(), person, 8, "workshop").unwrap();
///     wait(office.transact(&command(key).unwrap(), |tx| {
///         let (request, id) = (request.clone(), ResourceBookingId::natural("booking", key));
///         async move { request_booking(&tx, room, id, request, Asking { rules, scope }).await }
///     }))
/// };
/// assert_eq!(ask("day", "2026-10-05T08:00:00Z/2026-10-05T16:00:00Z")?, BookingStatus::Requested);
/// // As long as that is not decided, its place is held.
/// assert!(ask("hour", "2026-10-05T09:00:00Z/2026-10-05T10:00:00Z").is_err());
/// assert_eq!(ask("evening", "2026-10-05T16:00:00Z/2026-10-05T18:00:00Z")?, BookingStatus::Confirmed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn request_booking(
    tx: &Tx,
    resource_id: ResourceId,
    booking_id: ResourceBookingId,
    request: BookingRequest,
    asking: Asking<'_>,
) -> Result<BookingStatus, RequestBookingError> {
    // Read.
    let earlier = tx.find(booking_id).await?;
    let resource = tx.find(resource_id).await?;

    // Decide.
    if let Some(earlier) = earlier {
        let same = earlier.resource() == resource_id && *earlier.request() == request;
        return if same { Ok(earlier.status()) } else { Err(BookRefusal::IdReused { booking: booking_id }.into()) };
    }
    let resource = resource.ok_or(BookRefusal::NoSuchResource { resource: resource_id })?;
    resource.admit(&request)?;
    find_free(tx, (resource_id, &resource), booking_id, &request).await?;
    let fact = ask(tx, (resource_id, &resource), booking_id, request, asking)?;

    // Record.
    tx.create::<Booking>(booking_id, fact).await?;
    Ok(tx.load(booking_id).await?.status())
}

/// What is recorded where a booking is asked for by rules.
pub(crate) fn ask(
    tx: &Tx,
    (resource_id, resource): (ResourceId, &Resource),
    booking_id: ResourceBookingId,
    request: BookingRequest,
    Asking { rules, scope }: Asking<'_>,
) -> Result<BookingFact, RequestBookingError> {
    let ruling = rules.ruling(tx, resource.details(), &request)?;
    if let Outcome::Refuse(reasons) = ruling.outcome {
        return Err(RequestBookingError::RefusedByPolicy { reason: reasons.to_string() });
    }
    let by = tx.command().actor().person;
    let mut case = ApprovalCase::new(booking_id.retag(), by, scope.clone(), None);
    case.beneficiaries = [request.organiser()].into();
    let run = ApprovalRun::start(&ruling.outcome, case, tx.command().at());
    let approval = BookingApproval { ruling: ruling.explanation, run };
    let due = approval.next_due(request.time().start(), &rules.hours)?;
    let (terms, approval) = (resource.details().into(), Box::new(approval));
    Ok(BookingFact::Requested { resource: resource_id, terms, request, approval, due })
}

/// Moves a booking as [`move_booking`] does, where the policy allows it there without asking anybody.
///
/// # Errors
/// [`RequestMoveError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_scheduling::{RequestMoveError, request_move};
///
/// ask("hour", "2026-10-05T09:00:00Z/2026-10-05T10:00:00Z")?;
/// let move_to = |key: &str, time: &str| {
///     let (booking, time): (_, Interval) = (id("hour"), time.parse().unwrap());
///     wait(office.transact(&command(key, "2026-10-01T10:00:00Z"), |tx| async move {
///         request_move(&tx, booking, spree, time, rules).await
///     }))
/// };
/// move_to("later", "2026-10-05T14:00:00Z/2026-10-05T15:00:00Z")?;
///
/// // What is longer would have to be approved.
/// let refused = move_to("longer", "2026-10-05T14:00:00Z/2026-10-05T17:00:00Z");
/// assert!(matches!(refused, Err(RequestMoveError::NotAllowed { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn request_move(
    tx: &Tx,
    booking_id: ResourceBookingId,
    resource_id: ResourceId,
    time: Interval,
    rules: &BookingRules,
) -> Result<(), RequestMoveError> {
    // Read.
    let booking: Option<Booking> = tx.find(booking_id).await?;
    let resource: Option<Resource> = tx.find(resource_id).await?;

    // Decide.
    if let (Some(booking), Some(resource)) = (booking, resource)
        && let Ok(request) = booking.request().at(time)
        && (booking.resource() != resource_id || booking.time() != time)
    {
        let ruling = rules.ruling(tx, resource.details(), &request)?;
        match ruling.outcome {
            Outcome::Allow => {}
            outcome @ (Outcome::Refuse(_) | Outcome::Approvals(_)) => {
                return Err(RequestMoveError::NotAllowed { outcome: outcome.to_string() });
            }
        }
    }

    // Record.
    Ok(move_booking(tx, booking_id, resource_id, time).await?)
}

/// Approves a step of a booking; what has fallen due before is recorded first.
///
/// # Errors
/// [`DecideBookingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_scheduling::approve_booking;
///
/// // Three hours are approved by the office manager.
/// assert_eq!(ask("workshop", "2026-10-05T09:00:00Z/2026-10-05T12:00:00Z")?, BookingStatus::Requested);
/// let approve = |key: &str, person| {
///     let (booking, step) = (id("workshop"), &ApproveStep { by: by(person), step: 1, on: decided.date_naive(), at: decided });
///     wait(office.transact(&command(key, "2026-10-01T10:00:00Z"), |tx| async move {
///         approve_booking(&tx, booking, step, book, &rules.hours).await
///     }))
/// };
/// // Nobody approves what is for themselves.
/// assert!(approve("own", anna).is_err());
/// assert_eq!(approve("manager", manager)?, BookingStatus::Confirmed);
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_booking(
    tx: &Tx,
    id: ResourceBookingId,
    command: &ApproveStep,
    book: &AuthorityBook,
    hours: &WorkingCalendar,
) -> Result<BookingStatus, DecideBookingError<ApproveStepError>> {
    // Read.
    let (booking, due) = read(tx, id, hours).await?;

    // Decide.
    let decided = booking.approve(command, book, hours)?;

    // Record.
    Ok(record(tx, id, [due, decided]).await?)
}

/// Refuses a booking; what has fallen due before is recorded first.
///
/// # Errors
/// [`DecideBookingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_scheduling::refuse_booking;
///
/// ask("workshop", "2026-10-05T09:00:00Z/2026-10-05T12:00:00Z")?;
/// let refuse = |key: &str, reason: &str| {
///     let (by, reason, on) = (by(manager), reason.to_owned(), decided.date_naive());
///     let (booking, step) = (id("workshop"), &RefuseStep { by, step: 1, on, at: decided, reason });
///     wait(office.transact(&command(key, "2026-10-01T10:00:00Z"), |tx| async move {
///         refuse_booking(&tx, booking, step, book, &rules.hours).await
///     }))
/// };
/// // A reason is wanted.
/// assert!(refuse("silent", "").is_err());
/// assert_eq!(refuse("told", "the fair needs it")?, BookingStatus::Refused { on: decided.date_naive() });
/// // Its time is free again.
/// assert_eq!(ask("hour", "2026-10-05T09:00:00Z/2026-10-05T10:00:00Z")?, BookingStatus::Confirmed);
/// # Ok::<(), Failure>(())
/// ```
pub async fn refuse_booking(
    tx: &Tx,
    id: ResourceBookingId,
    command: &RefuseStep,
    book: &AuthorityBook,
    hours: &WorkingCalendar,
) -> Result<BookingStatus, DecideBookingError<RefuseStepError>> {
    // Read.
    let (booking, due) = read(tx, id, hours).await?;

    // Decide.
    let decided = booking.refuse(command, book, hours)?;

    // Record.
    Ok(record(tx, id, [due, decided]).await?)
}

/// A booking as it stands now that time has passed, and what of that is not recorded yet.
async fn read<E>(
    tx: &Tx,
    id: ResourceBookingId,
    hours: &WorkingCalendar,
) -> Result<(Booking, Decision<BookingFact>), DecideBookingError<E>> {
    let mut booking: Booking = tx.find(id).await?.ok_or(DecideBookingError::NoSuchBooking { booking: id })?;
    let due = if booking.status() == BookingStatus::Requested {
        let (by, now) = (tx.command().actor().person, tx.command().at());
        booking.fall_due(by, now, hours).map_err(BookingDecisionError::Clock)?
    } else {
        Decision::AlreadyRecorded
    };
    booking.apply_decision(&due);
    Ok((booking, due))
}

async fn record(
    tx: &Tx,
    id: ResourceBookingId,
    facts: [Decision<BookingFact>; 2],
) -> Result<BookingStatus, StoreError> {
    for fact in facts {
        settle(tx, id, fact).await?;
    }
    Ok(tx.load(id).await?.status())
}

/// A booking is not asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestBookingError {
    /// The resource refuses it.
    #[error(transparent)]
    Refused(#[from] BookRefusal),
    /// The policy cannot decide.
    #[error("the policy cannot decide on the booking: {0}")]
    Policy(#[from] DecideError),
    /// The policy refuses it.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// What falls due cannot be told.
    #[error("what falls due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FreeError> for RequestBookingError {
    fn from(error: FreeError) -> Self {
        match error {
            FreeError::Refused(refusal) => Self::Refused(refusal),
            FreeError::Store(error) => Self::Store(error),
        }
    }
}

/// A booking is not moved by the rules.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestMoveError {
    /// The policy cannot decide.
    #[error("the policy cannot decide on the booking: {0}")]
    Policy(#[from] DecideError),
    /// The policy refuses it there, or wants it approved.
    #[error("the policy does not allow it there ({outcome}): a booking of its own is wanted")]
    NotAllowed {
        /// What the policy says.
        outcome: String,
    },
    /// It cannot be moved.
    #[error(transparent)]
    Move(#[from] MoveBookingError),
}

impl From<StoreError> for RequestMoveError {
    fn from(error: StoreError) -> Self {
        Self::Move(error.into())
    }
}

/// Nothing is decided on a booking.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecideBookingError<E> {
    /// There is no such booking.
    #[error("there is no booking {booking}")]
    NoSuchBooking {
        /// The id.
        booking: ResourceBookingId,
    },
    /// The booking does not allow it.
    #[error(transparent)]
    Booking(#[from] BookingDecisionError<E>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
