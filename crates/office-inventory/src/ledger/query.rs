//! What a ledger knows.

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Currency, Money, Quantity, UnitCode};

use super::entry::{Entry, What};
use super::pool::{Piece, Pool, signed};
use super::standing::{money, quantity, share, small};
use super::timeline::Track;
use super::{Layer, Ledger, LedgerTerms, Movement, Revaluation};
use crate::{CostMethod, Location, LotId, PlaceTree, Reference};

impl Ledger {
    /// The unit in which quantities are told.
    #[must_use]
    pub const fn unit(&self) -> UnitCode {
        self.unit
    }

    /// The currency in which values are told.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// How the ledger was agreed to be kept when it was opened.
    #[must_use]
    pub const fn terms(&self) -> &LedgerTerms {
        &self.terms
    }

    /// By what method goods are valued now.
    #[must_use]
    pub const fn method(&self) -> CostMethod {
        self.standing.how.cost
    }

    /// The last day of the closed period, if one is closed.
    #[must_use]
    pub const fn closed_through(&self) -> Option<NaiveDate> {
        self.closed
    }

    /// The last day of which only the outcome is known, if there is one.
    #[must_use]
    pub const fn forgotten_through(&self) -> Option<NaiveDate> {
        self.forgotten
    }

    /// The sequence for the next movement to be recorded: above all that were ever entered.
    #[must_use]
    pub const fn next_sequence(&self) -> u64 {
        self.next
    }

    /// What is on hand at a location after all movements; below zero for where goods come from.
    #[must_use]
    pub fn on_hand(&self, location: Location) -> Quantity {
        let shelves = self.timeline.at_location(location);
        quantity(shelves.fold(0, |sum, (_, track)| sum.saturating_add(track.now())), self.unit)
    }

    /// What was on hand at a location at the end of a day; nothing is known of days before the last forgotten one.
    ///
    /// Takes time in proportion to the logarithm of the movements, for each lot there.
    #[must_use]
    pub fn on_hand_at(&self, location: Location, day: NaiveDate) -> Option<Quantity> {
        self.known(day)?;
        let shelves = self.timeline.at_location(location);
        Some(quantity(shelves.fold(0, |sum, (_, track)| sum.saturating_add(track.at(day))), self.unit))
    }

    /// What is on hand of one lot at a location, after all movements.
    #[must_use]
    pub fn on_hand_of(&self, location: Location, lot: Option<LotId>) -> Quantity {
        quantity(self.timeline.track((location, lot)).map_or(0, Track::now), self.unit)
    }

    /// What was on hand of one lot at a location at the end of a day; nothing is known of days before the last forgotten
    /// one.
    #[must_use]
    pub fn on_hand_of_at(&self, location: Location, lot: Option<LotId>, day: NaiveDate) -> Option<Quantity> {
        self.known(day)?;
        Some(quantity(self.timeline.track((location, lot)).map_or(0, |track| track.at(day)), self.unit))
    }

    /// What is on hand at a place and all places within it: at the end of a day, or after all movements.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Id, Money};
    /// use office_inventory::{Ledger, Location, Movement, PlaceTree, Transfer};
    ///
    /// let [site, room, shelf] = ["Berlin", "R-S1", "R-S1-2"].map(|name| Id::natural("place", name));
    /// let tree = PlaceTree::new([(room, site), (shelf, room)])?;
    /// let vendor = Location::Supplier(Id::natural("party", "V-01"));
    /// let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
    /// let value = Money::from_minor(42_00, Currency::EUR);
    /// let transfer = Transfer::inward("10 ream".parse()?, value, vendor, shelf)?;
    /// let (effective, reference) = ("2026-10-08".parse()?, "DN-1".parse()?);
    /// ledger.enter(Movement { sequence: 1, effective, reference, transfer })?;
    /// assert_eq!(ledger.on_hand_within(&tree, site, Some(effective)), Some("10 ream".parse()?));
    /// assert_eq!(ledger.on_hand_within(&tree, site, Some("2026-10-07".parse()?)), Some("0 ream".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn on_hand_within(&self, tree: &PlaceTree, place: PlaceId, day: Option<NaiveDate>) -> Option<Quantity> {
        if let Some(day) = day {
            self.known(day)?;
        }
        let mut sum = 0_i128;
        for ((location, _), track) in self.timeline.shelves() {
            let Location::Storage(here) = location else { continue };
            if tree.encloses(place, here) {
                sum = sum.saturating_add(day.map_or(track.now(), |day| track.at(day)));
            }
        }
        Some(quantity(sum, self.unit))
    }

    /// What is on hand in all storage together.
    #[must_use]
    pub fn total_on_hand(&self) -> Quantity {
        let stored = self.timeline.shelves().filter(|((location, _), _)| location.is_storage());
        quantity(stored.fold(0, |sum, (_, track)| sum.saturating_add(track.now())), self.unit)
    }

    /// All locations that hold or owe anything, and how much.
    pub fn balances(&self) -> impl Iterator<Item = (Location, Quantity)> {
        let mut sums = Vec::<(Location, i128)>::new();
        for ((location, _), track) in self.timeline.shelves() {
            match sums.last_mut().filter(|(last, _)| *last == location) {
                Some((_, sum)) => *sum = sum.saturating_add(track.now()),
                None => sums.push((location, track.now())),
            }
        }
        let unit = self.unit;
        sums.into_iter().filter(|(_, sum)| *sum != 0).map(move |(location, sum)| (location, quantity(sum, unit)))
    }

    /// The lots of which anything is at a location, and how much; goods of no lot among them.
    pub fn lots_at(&self, location: Location) -> impl Iterator<Item = (Option<LotId>, Quantity)> {
        let held = self.timeline.at_location(location).map(|(lot, track)| (lot, track.now()));
        held.filter(|(_, held)| *held != 0).map(|(lot, held)| (lot, quantity(held, self.unit)))
    }

    /// Where the piece with a serial number is; nowhere if it is not the office's now.
    #[must_use]
    pub fn place_of(&self, piece: LotId) -> Option<Location> {
        let mut shelves = self.timeline.shelves();
        shelves
            .find(|((here, lot), track)| here.is_ours() && *lot == Some(piece) && track.now() > 0)
            .map(|((here, _), _)| here)
    }

    /// What the stock is worth after all movements, with what is on the way.
    #[must_use]
    pub fn value(&self) -> Money {
        money(self.standing.value, self.currency)
    }

    /// What the stock was worth at the end of a day, with what is on the way and as known now; nothing is known of days
    /// before the last forgotten one.
    #[must_use]
    pub fn value_at(&self, day: NaiveDate) -> Option<Money> {
        self.known(day)?;
        let until = self.entries.partition_point(|entry| entry.at().0 <= day);
        let last = until.checked_sub(1).and_then(|last| self.entries.get(last));
        Some(money(last.map_or(self.base.value, |entry| entry.worth), self.currency))
    }

    /// How many there are of what is valued together with goods at a location, and what they are worth.
    #[must_use]
    pub fn worth_of(&self, location: Location, lot: Option<LotId>) -> (Quantity, Money) {
        let pool = self.terms.pool(location, lot).and_then(|key| self.standing.pool(key));
        let (held, value) = pool.map_or((0, 0), |pool| (pool.quantity, pool.value));
        (quantity(held, self.unit), money(value, self.currency))
    }

    /// What the stock is made of, in the order in which it came into each heap that is valued together; what went out and
    /// was not there, below zero.
    pub fn layers(&self) -> impl Iterator<Item = Layer> {
        let pieces = |pool: &Pool| {
            let gaps = pool.gaps.iter().map(signed);
            pool.layers.iter().copied().chain(gaps).collect::<Vec<_>>()
        };
        self.standing.pools.values().flat_map(pieces).map(|Piece { sequence, effective, quantity: held, value }| {
            Layer { sequence, effective, quantity: quantity(held, self.unit), value: money(value, self.currency) }
        })
    }

    /// The movements that are still known and stand, as they happened, and what each is worth.
    pub fn movements(&self) -> impl Iterator<Item = (&Movement, Money)> {
        let standing = self.entries.iter().filter(|entry| !entry.reversed);
        let moved = standing.filter_map(|entry| Some((entry.movement()?, entry)));
        moved.map(|(movement, entry)| (movement, money(entry.value().saturating_add(entry.charged()), self.currency)))
    }

    /// The movement that was booked by this paper and is still known, even if it was reversed since.
    #[must_use]
    pub fn by_reference(&self, reference: &Reference) -> Option<&Movement> {
        self.entries.iter().find(|entry| entry.what.reference() == reference)?.movement()
    }

    /// What was valued otherwise, as far as it is still known and stands, as it happened.
    pub fn revaluations(&self) -> impl Iterator<Item = &Revaluation> {
        self.entries.iter().filter(|entry| !entry.reversed).filter_map(|entry| match &*entry.what {
            What::Revalued(revaluation) => Some(revaluation),
            What::Moved(_) => None,
        })
    }

    /// What the newest goods on hand would give as the value of so many more; none if nothing is on hand.
    #[must_use]
    pub fn newest_value(&self, amount: Quantity) -> Option<Money> {
        let layers = self.standing.pools.values().filter_map(|pool| pool.layers.last());
        let newest = layers.max_by_key(|layer| (layer.effective, layer.sequence));
        let newest = newest.filter(|_| amount.unit() == self.unit && !amount.is_negative())?;
        let minor = share(newest.value, small(amount), newest.quantity, self.currency)?;
        Money::try_from_minor(minor, self.currency).ok()
    }

    /// The papers by which everything still known was booked, reversed or not.
    pub(crate) fn papers(&self) -> impl Iterator<Item = &Reference> {
        self.entries.iter().map(|entry| entry.what.reference())
    }

    /// How many entries are known one by one.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The day of the entry at a position.
    pub(crate) fn day_of(&self, position: usize) -> Option<NaiveDate> {
        self.entries.get(position).map(|entry| entry.at().0)
    }

    /// Nothing is told of days before what is still known.
    fn known(&self, day: NaiveDate) -> Option<()> {
        self.forgotten.is_none_or(|forgotten| day >= forgotten).then_some(())
    }

    /// Where the entry with a sequence is.
    pub(super) fn position(&self, sequence: u64) -> Option<usize> {
        let found = self.numbers.binary_search_by_key(&sequence, |(number, _)| *number).ok()?;
        let (_, day) = self.numbers.get(found)?;
        self.entries.binary_search_by_key(&(*day, sequence), Entry::at).ok()
    }
}
