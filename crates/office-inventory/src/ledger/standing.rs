//! How a shelf stands: quantities by location, and the layers that make up its value.
//!
//! Inside the engine quantities are whole numbers of 10⁻⁹ units and values whole numbers of minor units, so that every
//! step is exact and quick.

use std::collections::{BTreeMap, VecDeque};

use chrono::NaiveDate;
use office_core::{Currency, Decimal, Money, Quantity, Ratio, Rounding, UnitCode};

use crate::{Location, Movement};

/// The greatest quantity: below 10¹⁸ units, as in core.
pub(super) const MOST: i128 = 1_000_000_000_000_000_000_000_000_000;
const PLACES: u32 = Quantity::PLACES;

/// Goods that came in together and are still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lot {
    pub(super) sequence: u64,
    pub(super) effective: NaiveDate,
    pub(super) quantity: i128,
    pub(super) value: i128,
}

/// Quantities by location, and layers in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    // Invariant: storage is never below zero; no balance is zero; the layers' quantities add up to what is in storage,
    // which is `on_hand`, and their values to `value`; no layer is empty.
    pub(super) balances: BTreeMap<Location, i128>,
    pub(super) layers: VecDeque<Lot>,
    pub(super) on_hand: i128,
    pub(super) value: i128,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepError {
    Short { location: Location, on_hand: i128 },
    TooMuch,
}

impl Standing {
    /// Takes one movement, and says what it is worth in minor units. Refused whole or taken whole.
    pub(super) fn step(&mut self, movement: &Movement, currency: Currency) -> Result<i128, StepError> {
        let transfer = &movement.transfer;
        let (from, to) = (transfer.from(), transfer.to());
        let quantity = small(transfer.quantity());
        let (left, arrived) = (self.balance(from).saturating_sub(quantity), self.balance(to).saturating_add(quantity));
        if from.is_storage() && left < 0 {
            return Err(StepError::Short { location: from, on_hand: self.balance(from) });
        }
        if left <= -MOST || arrived >= MOST {
            return Err(StepError::TooMuch);
        }
        let value = match (transfer.value(), to.is_storage()) {
            (Some(value), _) => self.take_in(movement, quantity, value.minor(), currency)?,
            // Within storage, nothing changes but the place.
            (None, true) => 0,
            (None, false) => self.take_out(quantity, currency),
        };
        self.set_balance(from, left);
        self.set_balance(to, arrived);
        Ok(value)
    }

    fn take_in(
        &mut self,
        movement: &Movement,
        quantity: i128,
        value: i128,
        currency: Currency,
    ) -> Result<i128, StepError> {
        let total = self.value.checked_add(value).ok_or(StepError::TooMuch)?;
        Money::try_from_minor(total, currency).map_err(|_| StepError::TooMuch)?;
        let on_hand = self.on_hand.saturating_add(quantity);
        if on_hand >= MOST {
            return Err(StepError::TooMuch);
        }
        self.on_hand = on_hand;
        self.value = total;
        let Movement { sequence, effective, .. } = *movement;
        self.layers.push_back(Lot { sequence, effective, quantity, value });
        Ok(value)
    }

    /// The oldest goods go first; a layer that is used up takes all of its value with it.
    fn take_out(&mut self, quantity: i128, currency: Currency) -> i128 {
        let mut wanted = quantity;
        let mut cost = 0_i128;
        while wanted > 0 {
            let Some(first) = self.layers.front_mut() else { break };
            if first.quantity <= wanted {
                wanted = wanted.saturating_sub(first.quantity);
                cost = cost.saturating_add(first.value);
                self.layers.pop_front();
            } else {
                let part = share(first.value, wanted, first.quantity, currency);
                first.quantity = first.quantity.saturating_sub(wanted);
                first.value = first.value.saturating_sub(part);
                cost = cost.saturating_add(part);
                wanted = 0;
            }
        }
        self.on_hand = self.on_hand.saturating_sub(quantity);
        self.value = self.value.saturating_sub(cost);
        cost
    }

    pub(super) fn balance(&self, location: Location) -> i128 {
        self.balances.get(&location).copied().unwrap_or(0)
    }

    fn set_balance(&mut self, location: Location, balance: i128) {
        if balance == 0 {
            self.balances.remove(&location);
        } else {
            self.balances.insert(location, balance);
        }
    }
}

/// `part / whole` of a value, rounded half up to a minor unit.
pub(super) fn share(value: i128, part: i128, whole: i128, currency: Currency) -> i128 {
    let doubled = value.checked_mul(part).and_then(|product| product.checked_mul(2)?.checked_add(whole));
    let quick = doubled.and_then(|doubled| doubled.checked_div(whole.checked_mul(2)?));
    let wide = || {
        let ratio = Ratio::new(part, whole).ok()?;
        Some(Money::try_from_minor(value, currency).ok()?.times_ratio(ratio, Rounding::HalfUp).ok()?.minor())
    };
    // Invariant: a share of a value that can be held can be held.
    quick.or_else(wide).unwrap_or(0)
}

/// A quantity as a whole number of 10⁻⁹ units.
pub(super) fn small(quantity: Quantity) -> i128 {
    let amount = quantity.amount();
    let places = PLACES.saturating_sub(amount.scale());
    // Invariant: below 10^27, which fits.
    amount.mantissa().saturating_mul(10_i128.saturating_pow(places))
}

/// The quantity of so many 10⁻⁹ units.
pub(super) fn quantity(small: i128, unit: UnitCode) -> Quantity {
    // Invariant: balances are bounded as quantities are.
    let amount = Decimal::try_from_i128_with_scale(small, PLACES).unwrap_or_default();
    Quantity::new(amount, unit).unwrap_or(Quantity::zero(unit))
}

/// So many minor units.
pub(super) fn money(minor: i128, currency: Currency) -> Money {
    // Invariant: values are bounded as money is.
    Money::try_from_minor(minor, currency).unwrap_or(Money::zero(currency))
}
