//! Equipment booked with a room.

use office_core::{StoreError, Tx};
use thiserror::Error;

use super::{BookError, BookRefusal, book};
use crate::booking::{BookingRequest, BookingRequestParts, BookingSource, BookingStatus, ResourceBookingId};
use crate::{Booking, ResourceId};

/// Books so many pieces of equipment with a booking that stands, for its time, by the rules of [`book`].
///
/// The buffers of the equipment are the time to bring it and to take it back. From then on it follows the booking: moved,
/// called off, released and ended with it.
///
/// # Errors
/// [`BookEquipmentError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::{DateTime, Utc};
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, WeeklyHours, wait};
/// use office_scheduling::{
///     BookEquipmentError, BookingRequest, Buffers, ResourceBookingId, ResourceDetails, ResourceId, ResourceKind,
///     ResourceParts, book, book_equipment, register_resource,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-007");
/// let at: DateTime<Utc> = "2026-10-01T09:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "test", Actor::new(person, Role::new("architect")), at);
/// let (room, projector) = (ResourceId::natural("room", "R-101"), ResourceId::natural("equipment", "projector"));
/// let parts = ResourceParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     ..ResourceParts::default()
/// };
/// let ten_minutes = Buffers { set_up_seconds: 600, tear_down_seconds: 600 };
/// let kind = ResourceKind::Equipment;
/// let movable = ResourceParts { name: "Projector".to_owned(), kind, count: 2, buffers: ten_minutes, ..parts.clone() };
/// let talk = ResourceBookingId::natural("booking", "BK-01");
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "talk")?;
/// wait(office.transact(&command("prepare")?, |tx| {
///     let (parts, movable, request) = (parts.clone(), movable.clone(), request.clone());
///     async move {
///         register_resource(&tx, room, ResourceDetails::new(parts)?).await?;
///         register_resource(&tx, projector, ResourceDetails::new(movable)?).await?;
///         book(&tx, room, talk, request).await?;
///         book_equipment(&tx, talk, projector, ResourceBookingId::natural("booking", "BK-01a"), 1).await?;
///         Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
///     }
/// }))
/// .map_err(|error| error.to_string())?;
///
/// // One of the two is left.
/// let refused = wait(office.transact(&command("two-more")?, |tx| async move {
///     book_equipment(&tx, talk, projector, ResourceBookingId::natural("booking", "BK-01b"), 2).await
/// }));
/// assert!(refused.unwrap_err().to_string().starts_with("the equipment is held by `talk`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn book_equipment(
    tx: &Tx,
    booking: ResourceBookingId,
    equipment: ResourceId,
    id: ResourceBookingId,
    units: u32,
) -> Result<(), BookEquipmentError> {
    // Read.
    let main = tx.find(booking).await?;

    // Decide.
    let main: Booking = main.ok_or(BookEquipmentError::NoSuchBooking { booking })?;
    if !matches!(main.status(), BookingStatus::Confirmed | BookingStatus::CheckedIn { .. }) {
        return Err(BookEquipmentError::NotStanding { status: main.status() });
    }
    if let BookingSource::With { booking: other } = main.request().parts().source {
        return Err(BookEquipmentError::OfEquipment { booking: other });
    }
    let request = BookingRequest::try_from(BookingRequestParts {
        units,
        needs: [].into(),
        source: BookingSource::With { booking },
        ..main.request().parts().clone()
    })
    .map_err(BookRefusal::from)?;

    // Record.
    Ok(book(tx, equipment, id, request).await?)
}

/// Equipment cannot be booked with a booking.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BookEquipmentError {
    /// There is no such booking.
    #[error("there is no booking {booking}")]
    NoSuchBooking {
        /// The id.
        booking: ResourceBookingId,
    },
    /// The booking does not stand.
    #[error("the booking is {status}: one that is confirmed or checked in is wanted")]
    NotStanding {
        /// How far it has come.
        status: BookingStatus,
    },
    /// It is itself one that goes with another.
    #[error("the booking goes with {booking}: that one is wanted")]
    OfEquipment {
        /// The other.
        booking: ResourceBookingId,
    },
    /// The equipment cannot be booked.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<BookRefusal> for BookEquipmentError {
    fn from(refusal: BookRefusal) -> Self {
        Self::Book(refusal.into())
    }
}

impl From<StoreError> for BookEquipmentError {
    fn from(error: StoreError) -> Self {
        Self::Book(error.into())
    }
}
