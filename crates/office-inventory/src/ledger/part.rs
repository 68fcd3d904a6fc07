//! What single places have of the whole: their part of its value, and what goes into them and out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{DateRange, Money, Quantity};
use serde::{Deserialize, Serialize};

use super::entry::{Entry, What};
use super::standing::{Standing, money, quantity, share};
use super::terms::PoolKey;
use super::{Ledger, Movement};
use crate::{Location, LotId, Reference};

/// What there is at one of the office's own locations, and its part of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockPart {
    /// Where: in storage, or on the way.
    pub location: Location,
    /// How much.
    pub quantity: Quantity,
    /// Its part of the value of all that is valued together, by quantity.
    pub value: Money,
}

/// What an entry does to a group of locations.
pub(crate) struct Flow<'a> {
    pub(crate) sequence: u64,
    pub(crate) effective: NaiveDate,
    pub(crate) reference: &'a Reference,
    /// None where what is there is valued anew.
    pub(crate) movement: Option<&'a Movement>,
    /// Whether goods come in; none if as much is there as before.
    pub(crate) inward: Option<bool>,
    /// By how much what is there is worth more.
    pub(crate) change: Money,
}

impl Ledger {
    /// What there is at each of the office's own locations and its part of the value: at the end of a day, or after all
    /// movements. Nothing is known of days before the last forgotten one.
    ///
    /// Goods that are valued together are worth as much each, and what cannot be split evenly goes to the later
    /// locations; the values add up to [`Ledger::value_at`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Id, Money};
    /// use office_inventory::{Ledger, Location, Movement, Transfer};
    ///
    /// let [room, shelf] = ["R-S1", "R-S1-2"].map(|name| Id::natural("place", name));
    /// let vendor = Location::Supplier(Id::natural("party", "V-01"));
    /// let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
    /// let value = Money::from_minor(10_00, Currency::EUR);
    /// let (effective, reference) = ("2026-10-08".parse()?, "DN-1".parse()?);
    /// let transfer = Transfer::inward("3 ream".parse()?, value, vendor, room)?;
    /// ledger.enter(Movement { sequence: 1, effective, reference, transfer })?;
    /// let transfer = Transfer::within("1 ream".parse()?, room, shelf)?;
    /// ledger.enter(Movement { sequence: 2, effective, reference: "slip 1".parse()?, transfer })?;
    ///
    /// let parts = ledger.parts_at(Some(effective)).ok_or("nothing is forgotten")?;
    /// let mut values: Vec<String> = parts.iter().map(|part| part.value.to_string()).collect();
    /// values.sort();
    /// assert_eq!(values, ["3.33 EUR", "6.67 EUR"]);
    ///
    /// ledger.close(effective)?;
    /// ledger.forget(effective)?;
    /// assert_eq!(ledger.parts_at(effective.pred_opt()), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn parts_at(&self, day: Option<NaiveDate>) -> Option<Vec<StockPart>> {
        let (standing, worth) = match day {
            Some(day) => (self.standing_before(self.after(day)), self.value_at(day)?.minor()),
            None => (self.standing.clone(), self.standing.value),
        };
        let mut heaps: BTreeMap<PoolKey, Vec<(Location, i128)>> = BTreeMap::new();
        for ((location, lot), track) in self.timeline.shelves() {
            let Some(key) = self.terms.pool(location, lot) else { continue };
            let held = day.map_or(track.now(), |day| track.at(day));
            if held != 0 {
                heaps.entry(key).or_default().push((location, held));
            }
        }
        // What went out before it came in is worth what is known of it now, which is more than what was known then.
        let mut known_since = worth.saturating_sub(standing.value);
        let mut parts: BTreeMap<Location, (i128, i128)> = BTreeMap::new();
        for (key, held) in heaps {
            let pool = standing.pool(key);
            let mut value = pool.map_or(0, |pool| pool.value);
            if pool.is_some_and(|pool| pool.gaps.iter().any(|gap| gap.settles.is_some())) {
                value = value.saturating_add(std::mem::take(&mut known_since));
            }
            for ((location, held), value) in held.iter().zip(self.share_out(value, &held)) {
                let part = parts.entry(*location).or_default();
                *part = (part.0.saturating_add(*held), part.1.saturating_add(value));
            }
        }
        let told = parts.into_iter().filter(|(_, part)| *part != (0, 0));
        let told = told.map(|(location, (held, value))| StockPart {
            location,
            quantity: quantity(held, self.unit),
            value: money(value, self.currency),
        });
        Some(told.collect())
    }

    /// A value by the quantities at several places; the last takes what is left.
    fn share_out(&self, value: i128, held: &[(Location, i128)]) -> Vec<i128> {
        let whole = held.iter().fold(0_i128, |sum, (_, held)| sum.saturating_add(*held));
        let (mut through, mut given) = (0_i128, 0_i128);
        let mut shares = Vec::with_capacity(held.len());
        for (place, (_, held)) in held.iter().enumerate() {
            through = through.saturating_add(*held);
            let is_last = place.saturating_add(1) == shares.capacity();
            let upto = match whole.signum() {
                _ if is_last => Some(value),
                0 => None,
                sign => share(value, through.saturating_mul(sign), whole.saturating_mul(sign), self.currency),
            };
            let upto = upto.unwrap_or(given);
            shares.push(upto.saturating_sub(given));
            given = upto;
        }
        shares
    }

    /// Whether nothing is valued together with goods at these locations and was ever elsewhere, as far as is known.
    pub(crate) fn is_apart(&self, inside: impl Fn(Location) -> bool) -> bool {
        let (mut here, mut elsewhere) = (BTreeSet::new(), BTreeSet::new());
        for ((location, lot), _) in self.timeline.shelves() {
            if let Some(key) = self.terms.pool(location, lot) {
                if inside(location) {
                    here.insert(key)
                } else {
                    elsewhere.insert(key)
                };
            }
        }
        here.is_disjoint(&elsewhere)
    }

    /// What the entries of a period do to a group of locations, as they happened. What changes nothing there, such as
    /// goods that go from one of them to another, is left out.
    pub(crate) fn flows<'a>(
        &'a self,
        period: DateRange,
        inside: impl Fn(Location) -> bool + 'a,
    ) -> impl Iterator<Item = Flow<'a>> {
        let first = period.start().pred_opt().map_or(0, |before| self.after(before));
        let entries = self.entries.iter().enumerate().skip(first).filter(|(_, entry)| !entry.reversed);
        let within = entries.take_while(move |(_, entry)| period.contains(entry.at().0));
        within.filter_map(move |(position, entry)| {
            let (inward, change) = match &*entry.what {
                What::Moved(movement) => moved(entry, movement, &inside)?,
                What::Revalued(_) => (None, self.revalued(position, entry, &inside)),
            };
            let (effective, sequence) = entry.at();
            let (reference, movement) = (entry.what.reference(), entry.movement());
            let change = money(change, self.currency);
            let flow = Flow { sequence, effective, reference, movement, inward, change };
            (inward.is_some() || !flow.change.is_zero()).then_some(flow)
        })
    }

    /// By how much valuing everything anew makes what is at these locations worth more.
    fn revalued(&self, position: usize, entry: &Entry, inside: &impl Fn(Location) -> bool) -> i128 {
        let mut shelves = self.timeline.shelves().filter(|((location, _), _)| location.is_ours());
        if shelves.all(|((location, _), _)| inside(location)) {
            return entry.variance();
        }
        let worth = |standing: &Standing| {
            let keys: BTreeSet<PoolKey> = self.pools_at(inside).collect();
            keys.iter().filter_map(|key| standing.pool(*key)).fold(0_i128, |sum, pool| sum.saturating_add(pool.value))
        };
        let after = worth(&self.standing_before(position.saturating_add(1)));
        after.saturating_sub(worth(&self.standing_before(position)))
    }

    fn pools_at(&self, inside: &impl Fn(Location) -> bool) -> impl Iterator<Item = PoolKey> {
        let shelves = self.timeline.shelves().filter(|((location, _), _)| inside(*location));
        shelves.filter_map(|((location, lot), _): ((Location, Option<LotId>), _)| self.terms.pool(location, lot))
    }

    /// How many entries happened until the end of a day.
    fn after(&self, day: NaiveDate) -> usize {
        self.entries.partition_point(|entry| entry.at().0 <= day)
    }
}

/// Whether goods come in, and by how much what is there is worth more.
fn moved(entry: &Entry, movement: &Movement, inside: &impl Fn(Location) -> bool) -> Option<(Option<bool>, i128)> {
    let (from, to) = (movement.transfer.from(), movement.transfer.to());
    let here = |location: Location| location.is_ours() && inside(location);
    let value = entry.value();
    match (here(from), here(to)) {
        // Charges and price differences are of the goods that come in.
        (false, true) => Some((Some(true), value.saturating_add(entry.charged()).saturating_add(entry.variance()))),
        (true, false) if to.is_ours() => Some((Some(false), value.saturating_neg())),
        (true, false) => Some((Some(false), entry.change())),
        (true, true) => Some((None, entry.variance())),
        (false, false) => None,
    }
}
