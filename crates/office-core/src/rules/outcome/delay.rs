//! How long is waited for an approval.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use chrono::TimeDelta;

use crate::rules::ParseOutcomeError;
use crate::text::as_text;

/// The longest delay: 10,000 hours, about five years of work.
const MOST_MINUTES: u32 = 600_000;
pub(super) const DELAY: &str = "a delay in working time such as `8h` or `1h30m`, of at most 10000h";

/// A length of working time, from one minute to 10,000 hours: `8h`, `30m`, `1h30m`.
///
/// A [`WorkingCalendar`](crate::WorkingCalendar) tells when it is over.
///
/// # Example
/// ```
/// use office_core::rules::{Delay, ParseOutcomeError};
///
/// let delay: Delay = "90m".parse()?;
/// assert_eq!(delay.to_string(), "1h30m");
/// assert!(delay < "8h".parse()?);
///
/// // No delay at all is none, and days of work are told in hours.
/// assert!("0h".parse::<Delay>().is_err());
/// assert!("1d".parse::<Delay>().is_err());
/// # Ok::<(), ParseOutcomeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Delay {
    minutes: NonZeroU32,
}

impl Delay {
    /// So many minutes of work; none for 0 and for more than 10,000 hours.
    #[must_use]
    pub fn minutes(minutes: u32) -> Option<Self> {
        let minutes = NonZeroU32::new(minutes).filter(|minutes| minutes.get() <= MOST_MINUTES)?;
        Some(Self { minutes })
    }

    /// As a length of time, for a calendar to add.
    #[must_use]
    pub fn working(self) -> TimeDelta {
        TimeDelta::minutes(self.minutes.get().into())
    }

    /// Reads `8h`, `30m` or `1h30m`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once('h').map_or((None, text), |(hours, rest)| (Some(hours), rest));
        let minutes = match (hours, minutes) {
            (Some(_), "") => None,
            (_, minutes) => Some(minutes.strip_suffix('m')?),
        };
        let number = |digits: Option<&str>| match digits {
            None => Some(0),
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse::<u32>().ok(),
            Some(_) => None,
        };
        Self::minutes(number(hours)?.checked_mul(60)?.checked_add(number(minutes)?)?)
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.minutes.get() / 60, self.minutes.get() % 60) {
            (0, minutes) => write!(f, "{minutes}m"),
            (hours, 0) => write!(f, "{hours}h"),
            (hours, minutes) => write!(f, "{hours}h{minutes}m"),
        }
    }
}

impl FromStr for Delay {
    type Err = ParseOutcomeError;

    fn from_str(text: &str) -> Result<Self, ParseOutcomeError> {
        Self::read(text).ok_or(ParseOutcomeError { position: 1, expected: DELAY })
    }
}

as_text!(Delay, "a delay in working time such as `8h`");
