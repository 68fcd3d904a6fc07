//! Sums of fractions that are brought to lowest terms only where somebody sees them.

use office_core::{Ratio, RatioError};

/// An exact amount to which many are added, and which is seldom looked at.
#[derive(Clone, Debug)]
pub(super) enum Amount {
    /// So many parts, of which so many are a whole; as good as any fraction that is the same. The bottom is positive.
    Parts { top: i64, bottom: i64 },
    /// What does not fit that. Apart, so that the rest is small.
    Wide(Box<Ratio>),
}

impl Amount {
    pub(super) const ZERO: Self = Self::Parts { top: 0, bottom: 1 };

    pub(super) fn ratio(&self) -> Ratio {
        match self {
            // Invariant: the bottom is positive, and terms of 64 bits fit.
            Self::Parts { top, bottom } => Ratio::new((*top).into(), (*bottom).into()).unwrap_or(Ratio::ZERO),
            Self::Wide(ratio) => **ratio,
        }
    }

    #[inline]
    pub(super) fn is_positive(&self) -> bool {
        match self {
            Self::Parts { top, .. } => *top > 0,
            Self::Wide(ratio) => ratio.is_positive(),
        }
    }

    #[inline]
    pub(super) fn is_negative(&self) -> bool {
        match self {
            Self::Parts { top, .. } => *top < 0,
            Self::Wide(ratio) => ratio.is_negative(),
        }
    }

    /// Whether it is at least so much.
    #[inline]
    pub(super) fn covers(&self, days: Ratio) -> bool {
        match (self, Self::from(days)) {
            (Self::Parts { top, bottom }, Self::Parts { top: wanted, bottom: of }) => {
                // Never wraps: the product of two 64-bit numbers fits 128 bits.
                let cross = |one: i64, two: i64| i128::from(one).wrapping_mul(i128::from(two));
                cross(*top, of) >= cross(wanted, *bottom)
            }
            _ => self.ratio() >= days,
        }
    }

    #[inline]
    pub(super) fn add(&mut self, days: Ratio) -> Result<(), RatioError> {
        self.plus(&days.into())
    }

    #[inline]
    pub(super) fn plus(&mut self, other: &Self) -> Result<(), RatioError> {
        if let (Self::Parts { top, bottom }, Self::Parts { top: more, bottom: of }) = (&*self, other)
            && let Some((top, bottom)) = sum((*top, *bottom), (*more, *of))
        {
            *self = Self::Parts { top, bottom };
            return Ok(());
        }
        *self = self.ratio().checked_add(other.ratio())?.into();
        Ok(())
    }

    /// The same with the other sign.
    #[inline]
    fn negated(&self) -> Self {
        match self {
            Self::Parts { top, bottom } if *top != i64::MIN => {
                Self::Parts { top: top.saturating_neg(), bottom: *bottom }
            }
            Self::Parts { .. } | Self::Wide(_) => self.ratio().negated().into(),
        }
    }

    #[inline]
    pub(super) fn minus(&mut self, other: &Self) -> Result<(), RatioError> {
        self.plus(&other.negated())
    }
}

/// The sum of two fractions over the first bottom that both can have; `None` where it does not fit.
#[inline]
fn sum((top, bottom): (i64, i64), (more, of): (i64, i64)) -> Option<(i64, i64)> {
    if bottom == of {
        return Some((top.checked_add(more)?, bottom));
    }
    let times = bottom.checked_div(of)?;
    if times.checked_mul(of)? == bottom {
        return Some((top.checked_add(more.checked_mul(times)?)?, bottom));
    }
    sum_over_both((top, bottom), (more, of))
}

fn sum_over_both((top, bottom): (i64, i64), (more, of): (i64, i64)) -> Option<(i64, i64)> {
    // What the other bottom lacks of being a multiple of this one.
    let lacking = i64::try_from(Ratio::new(bottom.into(), of.into()).ok()?.denominator()).ok()?;
    let both = bottom.checked_mul(lacking)?;
    Some((top.checked_mul(lacking)?.checked_add(more.checked_mul(both.checked_div(of)?)?)?, both))
}

impl From<Ratio> for Amount {
    #[inline]
    fn from(ratio: Ratio) -> Self {
        match (i64::try_from(ratio.numerator()), i64::try_from(ratio.denominator())) {
            (Ok(top), Ok(bottom)) => Self::Parts { top, bottom },
            _ => Self::Wide(Box::new(ratio)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Fractions of everyday size, at the limits of 64 bits, and beyond them.
    fn ratio() -> impl Strategy<Value = Ratio> {
        let limit = prop_oneof![Just(i64::MIN), Just(i64::MAX), any::<i64>()];
        let term = prop_oneof![
            4 => -400..=400_i128,
            2 => limit.prop_map(i128::from),
            1 => any::<i128>().prop_map(|term| term / 1_000_000_007),
        ];
        (term.clone(), term).prop_filter_map("a denominator", |(top, bottom)| Ratio::new(top, bottom).ok())
    }

    proptest! {
        #[test]
        fn an_amount_comes_to_what_fractions_of_any_size_come_to(all in prop::collection::vec((ratio(), any::<bool>()), 1..8)) {
            let (mut amount, mut sum) = (Amount::ZERO, Ok(Ratio::ZERO));
            for (days, adds) in all {
                prop_assert_eq!(sum.map(|sum: Ratio| sum >= days), Ok(amount.covers(days)));
                let done = if adds { amount.add(days) } else { amount.minus(&days.into()) };
                sum = sum.and_then(|sum| if adds { sum.checked_add(days) } else { sum.checked_sub(days) });
                prop_assert_eq!(done.map(|()| amount.ratio()), sum);
                let Ok(sum) = sum else { break };
                prop_assert_eq!((amount.is_positive(), amount.is_negative()), (sum.is_positive(), sum.is_negative()));
            }
        }
    }
}
