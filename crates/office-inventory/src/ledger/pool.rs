//! Goods that are valued together: layers that are there, and gaps that went out before they came in.

use std::collections::VecDeque;

use chrono::NaiveDate;
use office_core::{Currency, Ratio, Rounding, UnitPrice};

use super::layers::Layers;
use super::standing::{share, small, split};
use crate::CostMethod;

/// Goods that came in together and are still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) sequence: u64,
    pub(super) effective: NaiveDate,
    pub(super) quantity: i128,
    pub(super) value: i128,
}

/// Goods that went out and were not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Which movement is valued again when the goods arrive; none if the difference is one of price.
    pub(super) settles: Option<u64>,
    /// The movement they went out with, and its day.
    pub(super) sequence: u64,
    pub(super) effective: NaiveDate,
    pub(super) quantity: i128,
    pub(super) value: i128,
}

/// Goods that are valued together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pool {
    // Invariant: there are layers or gaps, not both; quantity and value are those of the layers less those of the gaps.
    // At standard cost there is at most one of either, and the value is the standard's.
    pub(super) layers: Layers,
    pub(super) gaps: VecDeque<Gap>,
    pub(super) quantity: i128,
    pub(super) value: i128,
    /// What so many were worth when they last came in or went out.
    pub(super) last: Option<(i128, i128)>,
}

/// A cost in minor units for 10⁻⁹ units.
pub(super) type Rate = Ratio;

pub(super) fn rate(cost: UnitPrice) -> Option<Rate> {
    let minor = Ratio::from_decimal(cost.amount())
        .checked_mul(Ratio::new(10_i128.checked_pow(cost.currency().digits())?, 1).ok()?)
        .ok()?;
    minor.checked_div(Ratio::new(small(cost.per()), 1).ok()?).ok()
}

/// What a quantity is worth at a cost, rounded half up to a minor unit.
pub(super) fn worth(quantity: i128, rate: Rate) -> Option<i128> {
    let exact = Ratio::new(quantity, 1).ok()?.checked_mul(rate).ok()?;
    let amount = exact.to_decimal(0, Rounding::HalfUp)?;
    Some(amount.mantissa())
}

/// By what method goods are valued just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) cost: CostMethod,
    pub(super) rate: Option<Rate>,
    pub(super) currency: Currency,
}

/// Who takes goods out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taker {
    pub(super) sequence: u64,
    pub(super) effective: NaiveDate,
    /// The receipt whose goods are to go first.
    pub(super) of: Option<u64>,
    /// Whether it is valued again when goods that were not there arrive.
    pub(super) settled: bool,
}

impl Pool {
    /// Puts goods in. Says by how much their value as stock goes above what they bring, and adds to `settled` what goods
    /// that had gone out before cost more than was thought.
    pub(super) fn take_in(&mut self, piece: Piece, how: Method, settled: &mut Vec<(u64, i128)>) -> Option<i128> {
        let quantity = self.quantity.checked_add(piece.quantity)?;
        if how.cost == CostMethod::Standard {
            let value = worth(quantity, how.rate?)?;
            let gain = value.checked_sub(self.value)?;
            self.hold(quantity, value, piece.sequence, piece.effective);
            return gain.checked_sub(piece.value);
        }
        self.last = Some((piece.value, piece.quantity));
        let mut rest = piece;
        let (mut variance, mut later) = (0_i128, 0_i128);
        while let Some(gap) = self.gaps.front_mut().filter(|_| rest.quantity > 0) {
            let filled = rest.quantity.min(gap.quantity);
            let cost = split(&mut rest.value, &mut rest.quantity, filled, how.currency)?;
            let thought = split(&mut gap.value, &mut gap.quantity, filled, how.currency)?;
            let more = cost.checked_sub(thought)?;
            match gap.settles {
                Some(_) if more == 0 => {}
                Some(sequence) => {
                    later = later.checked_add(more)?;
                    settled.push((sequence, more));
                }
                None => variance = variance.checked_sub(more)?,
            }
            if gap.quantity == 0 {
                self.gaps.pop_front();
            }
        }
        if rest.quantity > 0 {
            self.add(rest, how.cost);
        }
        self.quantity = quantity;
        self.value = self.value.checked_add(piece.value)?.checked_add(variance)?.checked_sub(later)?;
        Some(variance)
    }

    fn add(&mut self, piece: Piece, method: CostMethod) {
        match self.layers.last_mut().filter(|_| method == CostMethod::Average) {
            Some(all) => {
                all.quantity = all.quantity.saturating_add(piece.quantity);
                all.value = all.value.saturating_add(piece.value);
                (all.sequence, all.effective) = (piece.sequence, piece.effective);
            }
            None => self.layers.push(piece),
        }
    }

    /// Takes goods out, hands on the pieces they are made of, and says what they cost.
    pub(super) fn take_out(
        &mut self,
        quantity: i128,
        how: Method,
        taker: Taker,
        mut each: impl FnMut(Piece),
    ) -> Option<i128> {
        let Taker { sequence, effective, .. } = taker;
        let left = self.quantity.checked_sub(quantity)?;
        if how.cost == CostMethod::Standard {
            let value = worth(left, how.rate?)?;
            let cost = self.value.checked_sub(value)?;
            self.hold(left, value, sequence, effective);
            each(Piece { sequence, effective, quantity, value: cost });
            return Some(cost);
        }
        let (mut wanted, mut cost) = (quantity, 0_i128);
        if let Some(receipt) = taker.of.filter(|_| how.cost != CostMethod::Average)
            && let Some(at) = self.layers.place_of(receipt)
        {
            cost = cost.checked_add(self.use_up(at, &mut wanted, how.currency, &mut each)?)?;
        }
        while wanted > 0 && !self.layers.is_empty() {
            let at = if how.cost == CostMethod::Lifo { self.layers.last_place() } else { 0 };
            cost = cost.checked_add(self.use_up(at, &mut wanted, how.currency, &mut each)?)?;
        }
        if wanted > 0 {
            let thought = match (self.last, how.rate) {
                (Some((value, of)), _) => share(value, wanted, of, how.currency)?,
                (None, Some(rate)) => worth(wanted, rate)?,
                (None, None) => 0,
            };
            let settles = taker.settled.then_some(sequence);
            self.gaps.push_back(Gap { settles, sequence, effective, quantity: wanted, value: thought });
            each(Piece { sequence, effective, quantity: wanted, value: thought });
            cost = cost.checked_add(thought)?;
        }
        self.quantity = left;
        self.value = self.value.checked_sub(cost)?;
        Some(cost)
    }

    /// Takes from one layer as much as it has of what is wanted; a layer that is used up takes all of its value with it.
    fn use_up(
        &mut self,
        at: usize,
        wanted: &mut i128,
        currency: Currency,
        each: &mut impl FnMut(Piece),
    ) -> Option<i128> {
        let layer = self.layers.get_mut(at)?;
        self.last = Some((layer.value, layer.quantity));
        let used = layer.quantity.min(*wanted);
        let value = split(&mut layer.value, &mut layer.quantity, used, currency)?;
        each(Piece { quantity: used, value, ..*layer });
        *wanted = wanted.saturating_sub(used);
        if layer.quantity == 0 {
            self.layers.remove(at);
        }
        Some(value)
    }

    /// Makes everything one layer, or one gap.
    fn hold(&mut self, quantity: i128, value: i128, sequence: u64, effective: NaiveDate) {
        self.layers.clear();
        self.gaps.clear();
        (self.quantity, self.value) = (quantity, value);
        if quantity > 0 {
            self.layers.push(Piece { sequence, effective, quantity, value });
        } else if quantity < 0 {
            let (quantity, value) = (quantity.saturating_neg(), value.saturating_neg());
            self.gaps.push_back(Gap { settles: None, sequence, effective, quantity, value });
        }
    }

    /// Values everything anew, at a cost or in one heap; says by how much the value went up.
    pub(super) fn revalue(&mut self, how: Method, rate: Option<Rate>, sequence: u64, on: NaiveDate) -> Option<i128> {
        let before = self.value;
        let value = match rate {
            Some(rate) => worth(self.quantity, rate)?,
            None => before,
        };
        let heap = matches!(how.cost, CostMethod::Average | CostMethod::Standard);
        if rate.is_some() || (heap && self.quantity > 0) {
            self.hold(self.quantity, value, sequence, on);
        }
        if self.quantity != 0 {
            self.last = Some((value.saturating_abs(), self.quantity.saturating_abs()));
        }
        value.checked_sub(before)
    }

    /// Adds to the value of what is left of a receipt, or of everything where receipts are not told apart.
    pub(super) fn add_to(&mut self, receipt: u64, value: i128, how: Method) -> Option<bool> {
        let together = matches!(how.cost, CostMethod::Average);
        let Some(layer) = self.layers.iter_mut().find(|layer| together || layer.sequence == receipt) else {
            return Some(false);
        };
        layer.value = layer.value.checked_add(value).filter(|value| *value >= 0)?;
        self.value = self.value.checked_add(value)?;
        Some(true)
    }
}

/// A gap as a layer below zero, for those who look.
pub(super) fn signed(gap: &Gap) -> Piece {
    let Gap { sequence, effective, quantity, value, .. } = *gap;
    Piece { sequence, effective, quantity: quantity.saturating_neg(), value: value.saturating_neg() }
}
