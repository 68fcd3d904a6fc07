//! Goods that are set aside for somebody.
//!
//! Law 13 of the crate; `tests/keeping.rs` holds it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::picking::{Pick, PickError, pick};
use crate::{Ledger, Location, LotId, PlaceTree, Reference};

/// Goods that are set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reservation {
    /// Which goods, and where.
    pub picks: Vec<Pick>,
    /// The last day for which they are; until they are taken if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// Goods that are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationRequest<'a> {
    /// What they are wanted for: a slip, an event.
    pub reference: Reference,
    /// How many.
    pub quantity: Quantity,
    /// The place where they are to be, or within which.
    pub within: PlaceId,
    /// The day on which they are to be fit for use.
    pub on: NaiveDate,
    /// The last day for which they are set aside, if there is one.
    pub until: Option<NaiveDate>,
    /// Which places lie within which.
    pub tree: &'a PlaceTree,
    /// When lots expire.
    pub expires: &'a BTreeMap<LotId, NaiveDate>,
}

/// What is set aside of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reservations {
    by_reference: BTreeMap<Reference, Reservation>,
}

/// Goods cannot be set aside.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReserveError {
    /// Other goods were set aside under the reference.
    #[error("other goods were set aside for `{reference}`")]
    ReferenceReused {
        /// The reference.
        reference: Reference,
    },
    /// They are told in another unit.
    #[error("{quantity} is not in `{unit}`, the stock unit")]
    OtherUnit {
        /// What is wanted.
        quantity: Quantity,
        /// The stock unit.
        unit: UnitCode,
    },
    /// There are not enough.
    #[error("not enough can be set aside")]
    Pick(#[from] PickError),
}

impl Reservations {
    /// What is set aside for a reference.
    #[must_use]
    pub fn of(&self, reference: &Reference) -> Option<&Reservation> {
        self.by_reference.get(reference)
    }

    /// Everything that is set aside.
    pub fn iter(&self) -> impl Iterator<Item = (&Reference, &Reservation)> {
        self.by_reference.iter()
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_reference.is_empty()
    }

    /// How much is set aside at a place, of a lot.
    #[must_use]
    pub fn reserved(&self, ledger: &Ledger, place: PlaceId, lot: Option<LotId>) -> Quantity {
        let picks = self.by_reference.values().flat_map(|reservation| &reservation.picks);
        let here = picks.filter(|pick| pick.place == place && pick.lot == lot).map(|pick| pick.quantity);
        // Invariant: no more is set aside than is there.
        Quantity::sum(here, ledger.unit()).unwrap_or(Quantity::zero(ledger.unit()))
    }

    /// What is on hand and not set aside, place by place and lot by lot.
    #[must_use]
    pub fn free(&self, ledger: &Ledger) -> Vec<Pick> {
        let places = ledger.balances().filter_map(|(location, _)| match location {
            Location::Storage(place) => Some(place),
            Location::Transit(_)
            | Location::Supplier(_)
            | Location::Customer(_)
            | Location::Consumption(_)
            | Location::Loss
            | Location::Opening
            | Location::Assembly => None,
        });
        let lots = places.flat_map(|place| ledger.lots_at(Location::Storage(place)).map(move |held| (place, held)));
        let free = lots.filter_map(|(place, (lot, held))| {
            let quantity = held.checked_sub(self.reserved(ledger, place, lot)).ok()?;
            Some(Pick { place, lot, quantity })
        });
        free.filter(|pick| pick.quantity.is_positive()).collect()
    }

    /// Sets goods aside: at the place asked for before those within it, and first those that expire first. All that are
    /// wanted, or none. Nothing to do where the same goods were set aside for the reference before.
    ///
    /// # Errors
    /// [`ReserveError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use office_core::{Currency, Id, Money};
    /// # use office_inventory::{Ledger, Location, Movement, Transfer};
    /// use office_inventory::{PlaceTree, Reservations, ReservationRequest, ReserveError};
    ///
    /// # let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
    /// # let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
    /// # let on = "2026-10-08".parse()?;
    /// # let transfer = Transfer::inward("10 ream".parse()?, Money::from_minor(41_00, Currency::EUR), vendor, room)?;
    /// # ledger.enter(Movement { sequence: 1, effective: on, reference: "DN-1".parse()?, transfer })?;
    /// // Ten reams are in the room.
    /// let (tree, expires) = (PlaceTree::default(), BTreeMap::new());
    /// let request = |reference: &str, quantity: &str| {
    ///     let (reference, quantity) = (reference.parse()?, quantity.parse()?);
    ///     let (tree, expires) = (&tree, &expires);
    ///     Ok::<_, Box<dyn std::error::Error>>(ReservationRequest { reference, quantity, within: room, on, until: None, tree, expires })
    /// };
    /// let mut reservations = Reservations::default();
    /// let set_aside = reservations.reserve(&ledger, &request("workshop", "7 ream")?)?.ok_or("seven reams")?;
    /// reservations.hold("workshop".parse()?, set_aside);
    /// assert_eq!(reservations.reserved(&ledger, room, None), "7 ream".parse()?);
    ///
    /// let refused = reservations.reserve(&ledger, &request("mailing", "4 ream")?);
    /// assert!(matches!(refused, Err(ReserveError::Pick(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reserve(
        &self,
        ledger: &Ledger,
        request: &ReservationRequest<'_>,
    ) -> Result<Option<Reservation>, ReserveError> {
        let ReservationRequest { reference, quantity, within, on, until, tree, expires } = request;
        if let Some(known) = self.by_reference.get(reference) {
            let sum = Quantity::sum(known.picks.iter().map(|pick| pick.quantity), ledger.unit());
            let same = sum == Ok(*quantity)
                && known.until == *until
                && known.picks.iter().all(|pick| tree.encloses(*within, pick.place));
            return if same { Ok(None) } else { Err(ReserveError::ReferenceReused { reference: reference.clone() }) };
        }
        if quantity.unit() != ledger.unit() {
            return Err(ReserveError::OtherUnit { quantity: *quantity, unit: ledger.unit() });
        }
        let picks = pick(&self.free(ledger), expires, tree, *within, *quantity, *on)?;
        Ok(Some(Reservation { picks, until: *until }))
    }

    /// How many could be set aside of what is asked for.
    ///
    /// # Errors
    /// [`ReserveError`], but for too few.
    pub fn reservable(&self, ledger: &Ledger, request: &ReservationRequest<'_>) -> Result<Quantity, ReserveError> {
        match self.reserve(ledger, request) {
            Ok(_) => Ok(request.quantity),
            Err(ReserveError::Pick(PickError::Short { usable, .. })) => Ok(usable),
            Err(error) => Err(error),
        }
    }

    /// Takes over what was set aside for a reference.
    pub fn hold(&mut self, reference: Reference, reservation: Reservation) {
        self.by_reference.insert(reference, reservation);
    }

    /// Sets nothing aside for a reference any more.
    pub fn release(&mut self, reference: &Reference) -> Option<Reservation> {
        self.by_reference.remove(reference)
    }

    /// Takes goods out of what is set aside for a reference; what is used up is set aside no more.
    pub fn take(&mut self, reference: &Reference, taken: &Pick) {
        let Some(reservation) = self.by_reference.get_mut(reference) else { return };
        for pick in &mut reservation.picks {
            if pick.place == taken.place
                && pick.lot == taken.lot
                && let Ok(left) = pick.quantity.checked_sub(taken.quantity)
            {
                pick.quantity = left;
            }
        }
        reservation.picks.retain(|pick| pick.quantity.is_positive());
        if reservation.picks.is_empty() {
            self.by_reference.remove(reference);
        }
    }

    /// The references of what was set aside for days that are past.
    pub fn past(&self, today: NaiveDate) -> impl Iterator<Item = &Reference> {
        let past = move |(_, reservation): &(_, &Reservation)| reservation.until.is_some_and(|until| until < today);
        self.by_reference.iter().filter(past).map(|(reference, _)| reference)
    }
}
