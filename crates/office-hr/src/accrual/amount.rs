//! Sums of fractions that are brought to lowest terms only where somebody sees them.

use office_core::{Ratio, RatioError};
use serde::{Deserialize, Serialize};

/// An exact amount to which many are added, and which is seldom looked at.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(from = "Ratio", into = "Ratio")]
pub(super) enum Amount {
    /// In lowest terms.
    Lowest(Ratio),
    /// So many parts, of which so many are a whole; as good as any fraction that is the same.
    Parts { top: i64, bottom: i64 },
}

impl Amount {
    pub(super) const ZERO: Self = Self::Lowest(Ratio::ZERO);

    pub(super) fn ratio(self) -> Ratio {
        match self {
            Self::Lowest(ratio) => ratio,
            // Invariant: the bottom is positive, and terms of 64 bits fit.
            Self::Parts { top, bottom } => Ratio::new(top.into(), bottom.into()).unwrap_or(Ratio::ZERO),
        }
    }

    pub(super) const fn is_positive(self) -> bool {
        match self {
            Self::Lowest(ratio) => ratio.is_positive(),
            Self::Parts { top, .. } => top > 0,
        }
    }

    pub(super) fn is_negative(self) -> bool {
        match self {
            Self::Lowest(ratio) => ratio.is_negative(),
            Self::Parts { top, .. } => top < 0,
        }
    }

    /// Whether it is at least so much.
    pub(super) fn covers(self, days: Ratio) -> bool {
        match (self.parts(), Self::Lowest(days).parts()) {
            // Never wraps: the product of two 64-bit numbers fits 128 bits.
            (Some((top, bottom)), Some((wanted, of))) => {
                let cross = |one: i64, two: i64| i128::from(one).wrapping_mul(i128::from(two));
                cross(top, of) >= cross(wanted, bottom)
            }
            _ => self.ratio() >= days,
        }
    }

    pub(super) fn add(&mut self, days: Ratio) -> Result<(), RatioError> {
        self.plus(Self::Lowest(days))
    }

    pub(super) fn plus(&mut self, other: Self) -> Result<(), RatioError> {
        let sum = self.parts().zip(other.parts()).and_then(|(one, two)| sum(one, two));
        *self = match sum {
            Some((top, bottom)) => Self::Parts { top, bottom },
            None => Self::Lowest(self.ratio().checked_add(other.ratio())?),
        };
        Ok(())
    }

    /// The same with the other sign.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Parts { top, bottom } if top != i64::MIN => Self::Parts { top: top.saturating_neg(), bottom },
            Self::Lowest(_) | Self::Parts { .. } => Self::Lowest(self.ratio().negated()),
        }
    }

    fn parts(self) -> Option<(i64, i64)> {
        match self {
            Self::Parts { top, bottom } => Some((top, bottom)),
            Self::Lowest(ratio) => {
                Some((i64::try_from(ratio.numerator()).ok()?, i64::try_from(ratio.denominator()).ok()?))
            }
        }
    }
}

/// The sum of two fractions over the first bottom that both can have; `None` where it does not fit.
fn sum((top, bottom): (i64, i64), (more, of): (i64, i64)) -> Option<(i64, i64)> {
    if bottom == of {
        return Some((top.checked_add(more)?, bottom));
    }
    if bottom.checked_rem(of)? == 0 {
        return Some((top.checked_add(more.checked_mul(bottom.checked_div(of)?)?)?, bottom));
    }
    // What the other bottom lacks of being a multiple of this one.
    let lacking = i64::try_from(Ratio::new(bottom.into(), of.into()).ok()?.denominator()).ok()?;
    let both = bottom.checked_mul(lacking)?;
    Some((top.checked_mul(lacking)?.checked_add(more.checked_mul(both.checked_div(of)?)?)?, both))
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.ratio() == other.ratio()
    }
}

impl Eq for Amount {}

impl From<Ratio> for Amount {
    fn from(ratio: Ratio) -> Self {
        Self::Lowest(ratio)
    }
}

impl From<Amount> for Ratio {
    fn from(amount: Amount) -> Self {
        amount.ratio()
    }
}
