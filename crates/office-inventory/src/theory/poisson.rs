//! The Poisson distribution.

use super::TheoryError;

/// Chances of so many, from 0 on, until what is left does not matter.
#[derive(Clone, Debug)]
pub(super) struct Poisson {
    mean: f64,
    chances: Vec<f64>,
    at_most: Vec<f64>,
}

impl Poisson {
    /// The largest mean whose chances are listed.
    const MOST: f64 = 10_000.0;

    pub(super) fn new(mean: f64) -> Result<Self, TheoryError> {
        if mean > Self::MOST {
            return Err(TheoryError::OutOfRange);
        }
        let log_mean = libm::log(mean);
        let end = mean + 12.0 * libm::sqrt(mean) + 40.0;
        let (mut chances, mut at_most, mut total, mut number) = (Vec::new(), Vec::new(), 0.0, 0.0);
        while number < end {
            let chance = libm::exp(number * log_mean - mean - libm::lgamma(number + 1.0));
            total += chance;
            chances.push(chance);
            at_most.push(f64::min(total, 1.0));
            number += 1.0;
        }
        Ok(Self { mean, chances, at_most })
    }

    pub(super) const fn mean(&self) -> f64 {
        self.mean
    }

    /// The chance of exactly so many.
    pub(super) fn chance(&self, number: i32) -> f64 {
        usize::try_from(number).ok().and_then(|at| self.chances.get(at)).copied().unwrap_or(0.0)
    }

    /// The chance of so many or fewer.
    pub(super) fn at_most(&self, number: i32) -> f64 {
        usize::try_from(number).map_or(0.0, |at| self.at_most.get(at).copied().unwrap_or(1.0))
    }

    /// By how much `level` is exceeded in the mean.
    pub(super) fn loss(&self, level: f64, whole_level: i32) -> f64 {
        let more = 1.0 - self.at_most(whole_level);
        let as_many = 1.0 - self.at_most(whole_level.saturating_sub(1));
        self.mean * as_many - level * more
    }

    /// The least number that is not exceeded with a chance.
    pub(super) fn quantile(&self, chance: f64) -> i32 {
        i32::try_from(self.at_most.partition_point(|below| *below < chance)).unwrap_or(i32::MAX)
    }
}
