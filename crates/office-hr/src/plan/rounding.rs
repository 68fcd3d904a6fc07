//! How days of leave are rounded.

use std::fmt;
use std::str::FromStr;

use office_core::{Ratio, RatioError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How an entitlement that is no whole number of days, or hours, is rounded. Named by the plan; there is no default.
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::LeaveRounding;
///
/// let keep = LeaveRounding::HalfOrMoreUp;
/// assert_eq!(keep.round(Ratio::new(35, 3)?)?, Ratio::from_integer(12));
/// assert_eq!(keep.round(Ratio::new(3496, 1000)?)?, Ratio::new(3496, 1000)?);
/// assert_eq!("up_to_half".parse(), Ok(LeaveRounding::UpToHalf));
/// assert!("bankers".parse::<LeaveRounding>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveRounding {
    /// Not at all.
    Exact,
    /// Half a day or more becomes a whole one; less is kept as it is, not dropped (`BUrlG` section 5 paragraph 2).
    HalfOrMoreUp,
    /// Up to the next half day.
    UpToHalf,
    /// Up to the next tenth of a day.
    UpToTenth,
    /// Up to the next hundredth of a day.
    UpToHundredth,
    /// To the nearest half day, from a quarter on up.
    NearestHalf,
    /// To the nearest whole day, from a half on up.
    NearestWhole,
}

impl LeaveRounding {
    /// The rounded number of days.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where it does not fit.
    pub fn round(self, days: Ratio) -> Result<Ratio, RatioError> {
        match self {
            Self::Exact => Ok(days),
            Self::HalfOrMoreUp => {
                let rest = days.checked_sub(Ratio::new(days.floor(), 1)?)?;
                if rest >= Ratio::new(1, 2)? { Ratio::new(days.ceiling(), 1) } else { Ok(days) }
            }
            Self::UpToHalf => up_to(days, 2),
            Self::UpToTenth => up_to(days, 10),
            Self::UpToHundredth => up_to(days, 100),
            Self::NearestHalf => nearest(days, 2),
            Self::NearestWhole => nearest(days, 1),
        }
    }

    /// All rules.
    pub const ALL: [Self; 7] = [
        Self::Exact,
        Self::HalfOrMoreUp,
        Self::UpToHalf,
        Self::UpToTenth,
        Self::UpToHundredth,
        Self::NearestHalf,
        Self::NearestWhole,
    ];

    /// Its name, as data files give it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::HalfOrMoreUp => "half_or_more_up",
            Self::UpToHalf => "up_to_half",
            Self::UpToTenth => "up_to_tenth",
            Self::UpToHundredth => "up_to_hundredth",
            Self::NearestHalf => "nearest_half",
            Self::NearestWhole => "nearest_whole",
        }
    }
}

fn up_to(days: Ratio, parts: i64) -> Result<Ratio, RatioError> {
    let counted = days.checked_mul(Ratio::from_integer(parts))?.ceiling();
    Ratio::new(counted, i128::from(parts))
}

fn nearest(days: Ratio, parts: i64) -> Result<Ratio, RatioError> {
    let half = Ratio::new(1, 2)?;
    let counted = days.checked_mul(Ratio::from_integer(parts))?.checked_add(half)?.floor();
    Ratio::new(counted, i128::from(parts))
}

impl fmt::Display for LeaveRounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for LeaveRounding {
    type Err = ParseLeaveRoundingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|rule| rule.name() == text);
        found.ok_or_else(|| ParseLeaveRoundingError { text: text.chars().take(64).collect() })
    }
}

/// A text did not name a rule of rounding.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{text}` is not a rule of rounding: `exact`, `half_or_more_up`, `up_to_half`, `up_to_tenth`, `up_to_hundredth`, `nearest_half` or `nearest_whole` is wanted"
)]
pub struct ParseLeaveRoundingError {
    text: String,
}
