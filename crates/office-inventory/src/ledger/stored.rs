//! A ledger as it is stored: what came of what is forgotten, and what happened since.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Currency, Money, Quantity, Ratio, UnitCode};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use super::entry::{Entry, Extra, Revaluation, What};
use super::pool::{Gap, Method, Piece, Pool};
use super::replay::Own;
use super::standing::{MOST, ONE, Standing, money, quantity, small};
use super::terms::PoolKey;
use super::timeline::Track;
use super::{EnterError, Layer, Ledger, LedgerTerms, LedgerTermsError, Movement, PostingCause, Transfer};
use crate::{CostMethod, Location, LotId, Reference, Tracking};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    unit: UnitCode,
    currency: Currency,
    #[serde(default, skip_serializing_if = "is_usual")]
    terms: LedgerTerms,
    next_sequence: u64,
    /// What the ledger amounts to. For those who read the document; not read back, so that it cannot disagree.
    #[serde(default, skip_deserializing)]
    on_hand: Option<Quantity>,
    #[serde(default, skip_deserializing)]
    value: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Before>,
    movements: Vec<StoredMovement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    revaluations: Vec<StoredRevaluation>,
}

/// What came of what is forgotten.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Before {
    through: NaiveDate,
    method: CostMethod,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate: Option<Ratio>,
    balances: Vec<StoredShelf>,
    heaps: Vec<StoredPool>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredShelf {
    location: Location,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lot: Option<LotId>,
    quantity: Quantity,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredPool {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transit: Option<PlaceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site: Option<PlaceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lot: Option<LotId>,
    layers: Vec<Layer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<Layer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<(Money, Quantity)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredMovement {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reversed: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    charges: Vec<(Reference, Money)>,
    /// What goods bring that come back, where the movement by which they went is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brought: Option<Money>,
    // The movement, field by field: reading a flattened one would go by way of a tree.
    sequence: u64,
    effective: NaiveDate,
    reference: Reference,
    transfer: Transfer,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredRevaluation {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reversed: bool,
    #[serde(flatten)]
    revaluation: Revaluation,
}

fn is_usual(terms: &LedgerTerms) -> bool {
    *terms == LedgerTerms::default()
}

impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored::from(self).serialize(serializer)
    }
}

impl From<&Ledger> for Stored {
    fn from(ledger: &Ledger) -> Self {
        let (on_hand, value, before) = (ledger.total_on_hand(), ledger.value(), before(ledger));
        let (mut movements, mut revaluations) = (Vec::with_capacity(ledger.entries.len()), Vec::new());
        let currency = ledger.currency;
        for entry in &ledger.entries {
            let reversed = entry.reversed;
            match &*entry.what {
                What::Moved(movement) => {
                    let brought = entry.is_final().then(|| money(entry.own, currency));
                    let charges = entry.extra.iter().flat_map(|extra| &extra.charges);
                    let charges = charges.map(|(paper, amount)| (paper.clone(), money(*amount, currency))).collect();
                    let Movement { sequence, effective, ref reference, transfer } = *movement;
                    let reference = reference.clone();
                    movements.push(StoredMovement {
                        reversed,
                        charges,
                        brought,
                        sequence,
                        effective,
                        reference,
                        transfer,
                    });
                }
                What::Revalued(revaluation) => {
                    revaluations.push(StoredRevaluation { reversed, revaluation: revaluation.clone() });
                }
            }
        }
        Self {
            unit: ledger.unit,
            currency,
            terms: ledger.terms.clone(),
            next_sequence: ledger.next,
            on_hand: Some(on_hand),
            value: Some(value),
            closed: ledger.closed,
            before,
            movements,
            revaluations,
        }
    }
}

fn before(ledger: &Ledger) -> Option<Before> {
    let (unit, currency) = (ledger.unit, ledger.currency);
    let layer = |piece: Piece| Layer {
        sequence: piece.sequence,
        effective: piece.effective,
        quantity: quantity(piece.quantity, unit),
        value: money(piece.value, currency),
    };
    let gap = |gap: &Gap| {
        let Gap { sequence, effective, quantity, value, .. } = *gap;
        layer(Piece { sequence, effective, quantity, value })
    };
    let pool = |(key, pool): (PoolKey, &Pool)| StoredPool {
        transit: key.transit,
        site: key.site,
        lot: key.lot,
        layers: pool.layers.iter().copied().map(layer).collect(),
        gaps: pool.gaps.iter().map(gap).collect(),
        last: pool.last.map(|(value, of)| (money(value, currency), quantity(of, unit))),
    };
    let shelf = |((location, lot), balance)| StoredShelf { location, lot, quantity: quantity(balance, unit) };
    ledger.forgotten.map(|through| Before {
        through,
        method: ledger.base.how.cost,
        rate: ledger.base.how.rate,
        balances: ledger.timeline.bases().map(shelf).collect(),
        heaps: ledger.base.pools.iter().map(pool).collect(),
    })
}

impl TryFrom<Stored> for Ledger {
    type Error = RestoreLedgerError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let mut ledger = Self::on_terms(stored.unit, stored.currency, stored.terms)?;
        if let Some(before) = &stored.before {
            ledger.restore(before)?;
        }
        let mut entries = Vec::with_capacity(stored.movements.len().saturating_add(stored.revaluations.len()));
        for movement in stored.movements {
            entries.push(movement.restore(ledger.currency)?);
        }
        let revalued = stored.revaluations.into_iter();
        entries.extend(revalued.map(|StoredRevaluation { reversed, revaluation }| Entry {
            reversed,
            ..Entry::new(What::Revalued(revaluation))
        }));
        entries.sort_by_key(Entry::at);
        ledger.take_over(entries)?;
        ledger.next = ledger.next.max(stored.next_sequence);
        ledger.closed = stored.closed;
        Ok(ledger)
    }
}

impl Ledger {
    /// What happened up to and including a day, as a ledger of its own.
    pub(super) fn part_until(&self, through: NaiveDate) -> Option<Self> {
        let mut stored = Stored::from(self);
        stored.movements.retain(|entry| entry.effective <= through);
        stored.revaluations.retain(|entry| entry.revaluation.effective <= through);
        Self::try_from(stored).ok()
    }

    /// Puts what was taken out back before what happened since.
    pub(crate) fn put_back(&mut self, part: &Self) {
        let (mut stored, since) = (Stored::from(part), Stored::from(&*self));
        let known: BTreeSet<u64> = part.numbers.iter().map(|(number, _)| *number).collect();
        stored.movements.extend(since.movements.into_iter().map(|mut entry| {
            // What goods bring that come back is known again.
            if entry.transfer.of().is_some_and(|of| known.contains(&of)) {
                entry.brought = None;
            }
            entry
        }));
        stored.revaluations.extend(since.revaluations);
        stored.next_sequence = stored.next_sequence.max(since.next_sequence);
        stored.closed = stored.closed.max(since.closed);
        // Invariant: what was taken out was possible with what happened since.
        if let Ok(whole) = Self::try_from(stored) {
            *self = whole;
        }
    }

    /// Takes over entries in the order of time, checked as if they were entered.
    fn take_over(&mut self, entries: Vec<Entry>) -> Result<(), RestoreLedgerError> {
        for entry in entries {
            let at = entry.at();
            if let Some(movement) = entry.movement() {
                let transfer = movement.transfer;
                self.admit(movement)?;
                if !entry.reversed {
                    self.spaces(&transfer, at)?;
                    self.shelve(&transfer, at);
                }
            } else {
                self.timely(at.0, at.1)?;
            }
            self.numbers.push((at.1, at.0));
            self.next = self.next.max(at.1.saturating_add(1));
            self.entries.push(entry);
        }
        self.numbers.sort_unstable();
        if let Some([(sequence, _), _]) = self.numbers.array_windows().find(|[one, other]| one.0 == other.0) {
            return Err(EnterError::SequenceTaken { sequence: *sequence }.into());
        }
        let replayed = self.replay(0)?;
        let _ = self.accept(replayed, Own { sequence: 0, cause: PostingCause::Moved });
        Ok(())
    }

    fn restore(&mut self, before: &Before) -> Result<(), RestoreLedgerError> {
        let (mut all, mut ours) = (0_i128, 0_i128);
        for StoredShelf { location, lot, quantity } in &before.balances {
            let balance = small(*quantity);
            let known = self.timeline.track((*location, *lot)).is_some();
            if known || quantity.unit() != self.unit || balance == 0 {
                return Err(RestoreLedgerError::Balances);
            }
            self.timeline.start((*location, *lot), balance);
            all = all.checked_add(balance).ok_or(RestoreLedgerError::Balances)?;
            if location.is_ours() {
                ours = ours.checked_add(balance).ok_or(RestoreLedgerError::Balances)?;
                if let Some(lot) = lot.filter(|_| self.terms.tracking == Tracking::Serial) {
                    self.pieces.insert(lot, Track::starting(ONE));
                }
            }
        }
        let mut base = Standing::new(&self.terms, self.currency);
        base.how = Method { cost: before.method, rate: before.rate, currency: self.currency };
        let mut known = BTreeSet::new();
        for heap in &before.heaps {
            let pool = heap.restore(self.unit, self.currency)?;
            base.quantity = base.quantity.checked_add(pool.quantity).ok_or(RestoreLedgerError::Layers)?;
            base.value = base.value.checked_add(pool.value).ok_or(RestoreLedgerError::Layers)?;
            let key = PoolKey { transit: heap.transit, site: heap.site, lot: heap.lot };
            if !known.insert(key) {
                return Err(RestoreLedgerError::Layers);
            }
            *base.pools.entry(key) = pool;
        }
        if all != 0 || ours != base.quantity {
            return Err(RestoreLedgerError::Balances);
        }
        if base.quantity >= MOST || Money::try_from_minor(base.value, self.currency).is_err() {
            return Err(RestoreLedgerError::Layers);
        }
        self.standing = base.clone();
        (self.base, self.forgotten) = (base, Some(before.through));
        Ok(())
    }
}

impl StoredMovement {
    fn restore(self, currency: Currency) -> Result<Entry, RestoreLedgerError> {
        let Self { reversed, charges, brought, sequence, effective, reference, transfer } = self;
        let amounts = charges.iter().map(|(_, amount)| *amount).chain(brought);
        if amounts.into_iter().any(|amount| amount.currency() != currency) {
            return Err(RestoreLedgerError::Charges);
        }
        let own = brought.map_or(0, Money::minor);
        let mut entry =
            Entry { reversed, own, ..Entry::new(What::Moved(Movement { sequence, effective, reference, transfer })) };
        let charges = charges.into_iter().map(|(paper, amount)| (paper, amount.minor())).collect();
        entry.adjust(|extra| *extra = Extra { charges, is_final: brought.is_some(), ..Extra::default() });
        Ok(entry)
    }
}

impl StoredPool {
    fn restore(&self, unit: UnitCode, currency: Currency) -> Result<Pool, RestoreLedgerError> {
        let piece = |layer: &Layer| {
            let (held, value) = (small(layer.quantity), layer.value.minor());
            let sound = layer.quantity.unit() == unit && layer.value.currency() == currency && held > 0 && value >= 0;
            let Layer { sequence, effective, .. } = *layer;
            sound.then_some(Piece { sequence, effective, quantity: held, value }).ok_or(RestoreLedgerError::Layers)
        };
        if !self.layers.is_empty() && !self.gaps.is_empty() {
            return Err(RestoreLedgerError::Layers);
        }
        let mut pool = Pool::default();
        let add = |sum: i128, more: i128| sum.checked_add(more).ok_or(RestoreLedgerError::Layers);
        for layer in &self.layers {
            let piece = piece(layer)?;
            (pool.quantity, pool.value) = (add(pool.quantity, piece.quantity)?, add(pool.value, piece.value)?);
            pool.layers.push(piece);
        }
        for gap in &self.gaps {
            let Piece { sequence, effective, quantity, value } = piece(gap)?;
            pool.quantity = add(pool.quantity, quantity.saturating_neg())?;
            pool.value = add(pool.value, value.saturating_neg())?;
            pool.gaps.push_back(Gap { settles: None, sequence, effective, quantity, value });
        }
        pool.last = self.last.map(|(value, of)| (value.minor(), small(of))).filter(|(_, of)| *of > 0);
        Ok(pool)
    }
}

/// A stored ledger does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RestoreLedgerError {
    /// Its terms cannot be.
    #[error("the terms of the ledger cannot be")]
    Terms(#[from] LedgerTermsError),
    /// The balances of what is forgotten do not add up.
    #[error("the balances of what is forgotten do not add up to nothing, or not to the layers")]
    Balances,
    /// The layers of what is forgotten cannot be.
    #[error("the layers of what is forgotten cannot be")]
    Layers,
    /// A charge is in another currency.
    #[error("a charge is in another currency than the ledger")]
    Charges,
    /// A movement that is still known cannot be.
    #[error("a movement that is still known cannot be")]
    Movement(#[from] EnterError),
}
