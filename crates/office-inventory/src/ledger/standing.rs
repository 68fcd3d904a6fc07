//! How a ledger stands in value: what each heap of goods is made of and worth.
//!
//! Inside the engine quantities are whole numbers of 10⁻⁹ units and values whole numbers of minor units, so that every
//! step is exact and quick. How many are where is kept by the timeline.

use office_core::{Currency, Decimal, Money, Quantity, Ratio, Rounding, UnitCode};

use super::pool::{Method, Piece, Pool, Taker, rate};
use super::pools::Pools;
use super::terms::PoolKey;
use super::{Movement, Revaluation, Revalued};
use crate::{CostMethod, LedgerTerms, NegativeStock};

/// The greatest quantity: below 10¹⁸ units, as in core.
pub(super) const MOST: i128 = 1_000_000_000_000_000_000_000_000_000;
/// One piece.
pub(super) const ONE: i128 = 1_000_000_000;
const PLACES: u32 = Quantity::PLACES;
/// Fewer minor units than this are in range in any currency.
const SURE: u128 = 1_000_000_000_000_000_000_000_000;

/// Heaps of goods, and what they are worth in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    // Invariant: quantity and value are those of the pools.
    pub(super) pools: Pools,
    pub(super) quantity: i128,
    pub(super) value: i128,
    pub(super) how: Method,
}

/// What a step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stepped {
    /// What the goods were worth.
    pub(super) value: i128,
    /// By how much the value of the stock went up beyond that.
    pub(super) variance: i128,
    /// How much more earlier movements cost, now that what they took has arrived.
    pub(super) settled: Vec<(u64, i128)>,
}

/// A value would be out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

impl Standing {
    pub(super) fn new(terms: &LedgerTerms, currency: Currency) -> Self {
        let how = Method { cost: terms.method, rate: terms.unit_cost.and_then(rate), currency };
        Self { pools: Pools::default(), quantity: 0, value: 0, how }
    }

    /// Takes one movement, which brings a value if it comes from outside, and says what it is worth. Refused whole or
    /// taken whole.
    pub(super) fn step(&mut self, movement: &Movement, brought: i128, terms: &LedgerTerms) -> Result<Stepped, TooMuch> {
        let transfer = &movement.transfer;
        let from = terms.pool(transfer.from(), transfer.lot());
        let to = terms.pool(transfer.to(), transfer.lot());
        if from == to {
            return Ok(Stepped::default());
        }
        self.go(movement, small(transfer.quantity()), brought, terms, (from, to))
    }

    /// The same for goods whose heaps are known.
    pub(super) fn go(
        &mut self,
        movement: &Movement,
        quantity: i128,
        brought: i128,
        terms: &LedgerTerms,
        (from, to): (Option<PoolKey>, Option<PoolKey>),
    ) -> Result<Stepped, TooMuch> {
        if from.is_none() {
            self.bounded(brought).ok_or(TooMuch)?;
            self.quantity.checked_add(quantity).filter(|sum| *sum < MOST).ok_or(TooMuch)?;
        }
        // What may be refused half way is tried on a copy.
        let short = from.is_some_and(|key| self.pools.get(key).is_none_or(|pool| pool.quantity < quantity));
        let gaps = to.and_then(|key| self.pools.get(key)).is_some_and(|pool| !pool.gaps.is_empty());
        if !short && !gaps && self.how.cost != CostMethod::Standard {
            return self.try_step(movement, quantity, brought, terms, (from, to)).ok_or(TooMuch);
        }
        let mut trial = self.clone();
        let valued = trial.try_step(movement, quantity, brought, terms, (from, to)).ok_or(TooMuch)?;
        *self = trial;
        Ok(valued)
    }

    fn try_step(
        &mut self,
        movement: &Movement,
        quantity: i128,
        brought: i128,
        terms: &LedgerTerms,
        ends: (Option<PoolKey>, Option<PoolKey>),
    ) -> Option<Stepped> {
        let Movement { sequence, effective, .. } = *movement;
        let mut valued = Stepped { value: brought, ..Stepped::default() };
        let piece = Piece { sequence, effective, quantity, value: brought };
        let of = movement.transfer.of();
        match ends {
            (None, Some(to)) => {
                valued.variance = self.put(to, piece, &mut valued.settled)?;
                self.value = self.value.checked_add(brought)?;
                self.quantity = self.quantity.checked_add(quantity)?;
            }
            (Some(from), None) => {
                let taker = Taker { sequence, effective, of, settled: terms.negative == NegativeStock::Settle };
                valued.value = self.pools.entry(from).take_out(quantity, self.how, taker, |_| {})?;
                self.value = self.value.checked_sub(valued.value)?;
                self.quantity = self.quantity.checked_sub(quantity)?;
            }
            (Some(from), Some(to)) => {
                let taker = Taker { sequence, effective, of, settled: false };
                let mut pieces = Vec::new();
                let pool = self.pools.entry(from);
                valued.value = pool.take_out(quantity, self.how, taker, |piece| pieces.push(piece))?;
                for piece in pieces {
                    let variance = self.put(to, piece, &mut valued.settled)?;
                    valued.variance = valued.variance.checked_add(variance)?;
                }
            }
            (None, None) => {}
        }
        if valued.variance != 0 || !valued.settled.is_empty() {
            let later = valued.settled.iter().try_fold(0_i128, |sum, (_, more)| sum.checked_add(*more))?;
            self.value = self.value.checked_add(valued.variance)?.checked_sub(later)?;
        }
        self.bounded(0)?;
        Some(valued)
    }

    fn put(&mut self, to: PoolKey, piece: Piece, settled: &mut Vec<(u64, i128)>) -> Option<i128> {
        self.pools.entry(to).take_in(piece, self.how, settled)
    }

    fn bounded(&self, more: i128) -> Option<()> {
        let value = self.value.checked_add(more)?;
        let sure = value.unsigned_abs() < SURE;
        (sure || Money::try_from_minor(value, self.how.currency).is_ok()).then_some(())
    }

    /// Values what is there anew; says by how much its value went up.
    pub(super) fn revalue(&mut self, revaluation: &Revaluation) -> Result<i128, TooMuch> {
        let mut trial = self.clone();
        let gain = trial.try_revalue(revaluation).ok_or(TooMuch)?;
        *self = trial;
        Ok(gain)
    }

    fn try_revalue(&mut self, revaluation: &Revaluation) -> Option<i128> {
        let Revaluation { sequence, effective, ref what, .. } = *revaluation;
        let mut gain = 0_i128;
        match what {
            Revalued::Cost { method, unit_cost } => {
                let given = match unit_cost {
                    Some(unit_cost) => Some(rate(*unit_cost)?),
                    None => None,
                };
                self.how.cost = *method;
                self.how.rate = given.or(self.how.rate);
                let at = if *method == CostMethod::Standard { self.how.rate } else { given };
                for pool in self.pools.values_mut() {
                    gain = gain.checked_add(pool.revalue(self.how, at, sequence, effective)?)?;
                }
            }
            Revalued::Charge { receipt, amount } => {
                let mut found = false;
                for pool in self.pools.values_mut() {
                    found = found || pool.add_to(*receipt, amount.minor(), self.how)?;
                }
                gain = found.then_some(amount.minor())?;
            }
        }
        self.value = self.value.checked_add(gain)?;
        self.bounded(0)?;
        Some(gain)
    }

    /// Whether goods that went out are to be valued again when they arrive.
    pub(super) fn is_unsettled(&self) -> bool {
        self.pools.values().flat_map(|pool| &pool.gaps).any(|gap| gap.settles.is_some())
    }

    pub(super) fn pool(&self, key: PoolKey) -> Option<&Pool> {
        self.pools.get(key)
    }
}

/// `part / whole` of a value, rounded half up to a minor unit.
pub(super) fn share(value: i128, part: i128, whole: i128, currency: Currency) -> Option<i128> {
    let short = || {
        let (value, part, whole) = (i64::try_from(value).ok()?, i64::try_from(part).ok()?, i64::try_from(whole).ok()?);
        let doubled = value.checked_mul(part)?.checked_mul(2)?.checked_add(whole)?;
        doubled.checked_div_euclid(whole.checked_mul(2)?).map(i128::from)
    };
    if let Some(share) = short() {
        return Some(share);
    }
    let doubled = value.checked_mul(part).and_then(|product| product.checked_mul(2)?.checked_add(whole));
    let quick = doubled.and_then(|doubled| doubled.checked_div_euclid(whole.checked_mul(2)?));
    let wide = || {
        let ratio = Ratio::new(part, whole).ok()?;
        Some(Money::try_from_minor(value, currency).ok()?.times_ratio(ratio, Rounding::HalfUp).ok()?.minor())
    };
    quick.or_else(wide)
}

/// Takes a part of a quantity off, with its share of the value; the last part takes what is left of it.
pub(super) fn split(value: &mut i128, quantity: &mut i128, part: i128, currency: Currency) -> Option<i128> {
    let worth = if part == *quantity { *value } else { share(*value, part, *quantity, currency)? };
    *quantity = quantity.saturating_sub(part);
    *value = value.saturating_sub(worth);
    Some(worth)
}

/// A quantity as a whole number of 10⁻⁹ units.
pub(super) fn small(quantity: Quantity) -> i128 {
    let amount = quantity.amount();
    // Invariant: below 10^27, which fits.
    if amount.scale() == 0 {
        return amount.mantissa().saturating_mul(ONE);
    }
    amount.mantissa().saturating_mul(10_i128.saturating_pow(PLACES.saturating_sub(amount.scale())))
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
