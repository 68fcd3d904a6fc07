//! Goods are set aside.

use office_core::{Decision, Quantity};
use thiserror::Error;

use super::{Stock, StockFact};
use crate::{Location, Pick, Reference, ReservationRequest, Reservations, ReserveError, Transfer};

/// Goods that are set aside would no longer be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{on_hand} are on hand and {reserved} are set aside: {wanted} cannot go")]
pub struct SetAside {
    /// What is on hand there.
    pub on_hand: Quantity,
    /// What of it is set aside for others.
    pub reserved: Quantity,
    /// What would go.
    pub wanted: Quantity,
}

impl Stock {
    /// What is set aside.
    #[must_use]
    pub const fn reservations(&self) -> &Reservations {
        &self.reservations
    }

    /// Sets goods aside, so that nobody else takes them.
    ///
    /// # Errors
    /// [`ReserveError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    #[doc = include_str!("workshop.txt")]
    /// use office_inventory::{PickError, ReserveError};
    ///
    /// stock.apply_decision(&stock.reserve(&for_workshop)?);
    /// assert_eq!(stock.reservations().reserved(stock.ledger(), store, None), "20 piece".parse()?);
    /// // Six of 26 are left for others.
    /// let for_party = ReservationRequest { reference: "party".parse()?, ..for_workshop };
    /// let refused = stock.reserve(&for_party);
    /// assert!(matches!(refused, Err(ReserveError::Pick(PickError::Short { .. }))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reserve(&self, request: &ReservationRequest<'_>) -> Result<Decision<StockFact>, ReserveError> {
        let reserved = self.reservations.reserve(&self.ledger, request)?;
        let reference = request.reference.clone();
        Ok(reserved.map_or(Decision::AlreadyRecorded, |reservation| {
            Decision::Record(StockFact::Reserved { reference, reservation })
        }))
    }

    /// Sets nothing aside for a reference any more; nothing to do where nothing is.
    pub fn release(&self, reference: &Reference) -> Decision<StockFact> {
        match self.reservations.of(reference) {
            Some(_) => Decision::Record(StockFact::Released { reference: reference.clone() }),
            None => Decision::AlreadyRecorded,
        }
    }

    /// Whether goods may go, but for what is set aside for others than `for_whom`.
    pub(super) fn spares(&self, transfer: &Transfer, for_whom: Option<&Reference>) -> Result<(), SetAside> {
        let Location::Storage(place) = transfer.from() else { return Ok(()) };
        let (lot, wanted) = (transfer.lot(), transfer.quantity());
        let own = for_whom.and_then(|reference| self.reservations.of(reference));
        let own = own.into_iter().flat_map(|reservation| &reservation.picks);
        let own = own.filter(|pick| pick.place == place && pick.lot == lot).map(|pick| pick.quantity);
        let all = self.reservations.reserved(&self.ledger, place, lot);
        let own = Quantity::sum(own, self.ledger.unit()).unwrap_or(Quantity::zero(self.ledger.unit()));
        let reserved = all.checked_sub(own).unwrap_or(all);
        let on_hand = self.ledger.on_hand_of(transfer.from(), lot);
        let left = on_hand.checked_sub(wanted).and_then(|left| left.checked_sub(reserved));
        let short = !reserved.is_zero() && left.is_ok_and(Quantity::is_negative);
        if short { Err(SetAside { on_hand, reserved, wanted }) } else { Ok(()) }
    }

    /// What was taken, as part of what was set aside.
    pub(super) fn taken(transfer: &Transfer) -> Option<Pick> {
        let Location::Storage(place) = transfer.from() else { return None };
        Some(Pick { place, lot: transfer.lot(), quantity: transfer.quantity() })
    }
}
