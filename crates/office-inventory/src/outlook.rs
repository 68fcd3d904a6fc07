//! What will be there: what is on hand, what is spoken for, and what is to come.

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Quantity, QuantityError};

use crate::{Ledger, Location, PlaceTree, Reservations};

/// Goods that are to come or to go, and have not moved yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedMove {
    /// How many.
    pub quantity: Quantity,
    /// Where they come from.
    pub from: Location,
    /// Where they go.
    pub to: Location,
    /// The day on which they are to move.
    pub on: NaiveDate,
}

/// How a place and all within it stands, now and on a later day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// What is there now.
    pub on_hand: Quantity,
    /// What of it is set aside.
    pub reserved: Quantity,
    /// What may still be promised: what is there, less what is set aside and all that is to go. What is to come is not
    /// counted on.
    pub available: Quantity,
    /// What is to come until the day.
    pub incoming: Quantity,
    /// What is to go until the day.
    pub outgoing: Quantity,
    /// What will be there on the day, if everything goes as planned.
    pub forecast: Quantity,
}

/// How a place and all within it stands, with what is planned until the end of a day. What moves within it changes nothing.
///
/// # Errors
/// [`QuantityError`] for what is planned in another unit, or out of range.
///
/// # Example
/// ```
/// use office_core::{Currency, Id};
/// use office_inventory::{Ledger, Location, PlaceTree, PlannedMove, Reservations, outlook};
///
/// let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
/// let (ledger, none) = (Ledger::new("ream".parse()?, Currency::EUR), Reservations::default());
/// let delivery = PlannedMove {
///     quantity: "10 ream".parse()?,
///     from: vendor,
///     to: Location::Storage(room),
///     on: "2026-10-12".parse()?,
/// };
/// let tree = PlaceTree::default();
/// let standing = outlook(&ledger, &none, &[delivery], &tree, room, "2026-10-12".parse()?)?;
/// assert_eq!((standing.available.to_string(), standing.forecast.to_string()), ("0 ream".into(), "10 ream".into()));
///
/// let boxes = PlannedMove { quantity: "2 box".parse()?, ..delivery };
/// assert!(outlook(&ledger, &none, &[boxes], &tree, room, "2026-10-12".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn outlook(
    ledger: &Ledger,
    reservations: &Reservations,
    planned: &[PlannedMove],
    tree: &PlaceTree,
    place: PlaceId,
    until: NaiveDate,
) -> Result<Outlook, QuantityError> {
    let zero = Quantity::zero(ledger.unit());
    let inside = |location: Location| matches!(location, Location::Storage(here) if tree.encloses(place, here));
    let on_hand = ledger.on_hand_within(tree, place, None).unwrap_or(zero);
    let picks = reservations.iter().flat_map(|(_, reservation)| &reservation.picks);
    let reserved = picks.filter(|pick| tree.encloses(place, pick.place)).map(|pick| pick.quantity);
    let reserved = Quantity::sum(reserved, ledger.unit())?;
    let (mut incoming, mut outgoing, mut committed) = (zero, zero, zero);
    for plan in planned {
        let in_time = plan.on <= until;
        match (inside(plan.from), inside(plan.to)) {
            (false, true) if in_time => incoming = incoming.checked_add(plan.quantity)?,
            (true, false) => {
                committed = committed.checked_add(plan.quantity)?;
                if in_time {
                    outgoing = outgoing.checked_add(plan.quantity)?;
                }
            }
            (false, true | false) | (true, true) => {}
        }
    }
    let available = on_hand.checked_sub(reserved)?.checked_sub(committed)?;
    let forecast = on_hand.checked_add(incoming)?.checked_sub(outgoing)?;
    Ok(Outlook { on_hand, reserved, available, incoming, outgoing, forecast })
}
