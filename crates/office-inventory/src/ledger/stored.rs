//! A ledger as it is stored: what it was when the period was closed, and what happened since.

use chrono::NaiveDate;
use office_core::{Currency, Money, Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::standing::{Lot, MOST, Standing, money, quantity, small};
use super::{EnterError, Entry, Layer, Ledger, Movement};
use crate::Location;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    unit: UnitCode,
    currency: Currency,
    next_sequence: u64,
    /// What the ledger amounts to. For those who read the document; not read back, so that it cannot disagree.
    #[serde(default, skip_deserializing)]
    on_hand: Option<Quantity>,
    #[serde(default, skip_deserializing)]
    value: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<Closed>,
    movements: Vec<StoredEntry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Closed {
    through: NaiveDate,
    balances: Vec<(Location, Quantity)>,
    layers: Vec<Layer>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredEntry {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reversed: bool,
    #[serde(flatten)]
    movement: Movement,
}

impl From<Ledger> for Stored {
    fn from(ledger: Ledger) -> Self {
        let (unit, currency) = (ledger.unit, ledger.currency);
        let layer = |lot: &Lot| Layer {
            sequence: lot.sequence,
            effective: lot.effective,
            quantity: quantity(lot.quantity, unit),
            value: money(lot.value, currency),
        };
        let closed = ledger.closed.map(|through| Closed {
            through,
            balances: ledger.base.balances.iter().map(|(place, balance)| (*place, quantity(*balance, unit))).collect(),
            layers: ledger.base.layers.iter().map(layer).collect(),
        });
        Self {
            unit,
            currency,
            next_sequence: ledger.next,
            on_hand: Some(ledger.total_on_hand()),
            value: Some(ledger.value()),
            closed,
            movements: ledger
                .entries
                .into_iter()
                .map(|Entry { movement, reversed, .. }| StoredEntry { reversed, movement })
                .collect(),
        }
    }
}

impl TryFrom<Stored> for Ledger {
    type Error = RestoreLedgerError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let mut ledger = Self::new(stored.unit, stored.currency);
        if let Some(closed) = stored.closed {
            ledger.closed = Some(closed.through);
            ledger.base = base(&closed, stored.unit, stored.currency)?;
            ledger.standing = ledger.base.clone();
        }
        // What was reversed is not part of the story, and not to be replayed on the way.
        let (reversed, standing): (Vec<_>, Vec<_>) = stored.movements.into_iter().partition(|entry| entry.reversed);
        let mut standing: Vec<_> = standing.into_iter().map(|entry| entry.movement).collect();
        standing.sort_by_key(Movement::place);
        for movement in standing {
            ledger.enter(movement)?;
        }
        for StoredEntry { movement, .. } in reversed {
            ledger.admit(&movement)?;
            ledger.next = ledger.next.max(movement.sequence.saturating_add(1));
            let at = ledger.entries.partition_point(|entry| entry.movement.place() < movement.place());
            ledger.entries.insert(at, Entry { movement, reversed: true, value: 0 });
        }
        ledger.next = ledger.next.max(stored.next_sequence);
        Ok(ledger)
    }
}

fn base(closed: &Closed, unit: UnitCode, currency: Currency) -> Result<Standing, RestoreLedgerError> {
    let mut base = Standing::default();
    for (location, balance) in &closed.balances {
        let known = base.balances.insert(*location, small(*balance));
        let sound = balance.unit() == unit && !(location.is_storage() && balance.is_negative());
        if known.is_some() || !sound || balance.is_zero() {
            return Err(RestoreLedgerError::Balances);
        }
    }
    for layer in &closed.layers {
        let (quantity, value) = (small(layer.quantity), layer.value.minor());
        let sound = layer.quantity.unit() == unit && layer.value.currency() == currency;
        if !sound || quantity <= 0 || value < 0 {
            return Err(RestoreLedgerError::Layers);
        }
        base.layers.push_back(Lot { sequence: layer.sequence, effective: layer.effective, quantity, value });
        base.on_hand = base.on_hand.checked_add(quantity).ok_or(RestoreLedgerError::Layers)?;
        base.value = base.value.checked_add(value).ok_or(RestoreLedgerError::Layers)?;
    }
    let total = base.balances.iter().try_fold((0_i128, 0_i128), |(all, stored), (location, balance)| {
        let here = if location.is_storage() { *balance } else { 0 };
        Some((all.checked_add(*balance)?, stored.checked_add(here)?))
    });
    if total != Some((0, base.on_hand)) {
        return Err(RestoreLedgerError::Balances);
    }
    if base.on_hand >= MOST || Money::try_from_minor(base.value, currency).is_err() {
        return Err(RestoreLedgerError::Layers);
    }
    Ok(base)
}

/// A stored ledger does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RestoreLedgerError {
    /// The balances of the closed period do not add up.
    #[error("the balances of the closed period do not add up to nothing, or not to the layers")]
    Balances,
    /// The layers of the closed period cannot be.
    #[error("the layers of the closed period cannot be")]
    Layers,
    /// A movement of the open period cannot be.
    #[error("a movement of the open period cannot be")]
    Movement(#[from] EnterError),
}
