//! How long somebody works, to the second.

use std::fmt;
use std::str::FromStr;

use office_core::{ParseDecimalError, Ratio, parse_decimal};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A length of work, in whole seconds; below zero where time is owed.
///
/// In text hours and minutes, `7:30`, with seconds where there are any, `7:30:15`. It is also read as decimal hours
/// (`7.5`) and with units (`7h 30m`); decimal hours are read exactly and must come to whole seconds. Lengths are added
/// and subtracted without loss; no sum of lengths that can be written down leaves the range.
///
/// # Example
/// ```
/// use office_hr::WorkTime;
///
/// let written: WorkTime = "7:30".parse()?;
/// assert_eq!("7.5".parse(), Ok(written));
/// assert_eq!("6h 90m".parse(), Ok(written));
/// assert_eq!(written.plus(WorkTime::hours(2)).to_string(), "9:30");
/// // 8.95 hours are 8 hours, 57 minutes: no second is lost on the way.
/// assert_eq!("8.95".parse::<WorkTime>()?.seconds(), 32_220);
///
/// // A third of an hour is not written with two digits.
/// assert!("0.3333".parse::<WorkTime>().is_err());
/// assert!("7:75".parse::<WorkTime>().is_err());
/// # Ok::<(), office_hr::ParseWorkTimeError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkTime {
    seconds: i64,
}

/// The longest length that is written or read: ten million hours.
const LONGEST: i64 = 10_000_000 * 3_600;

impl WorkTime {
    /// No time at all.
    pub const ZERO: Self = Self { seconds: 0 };

    /// So many whole hours.
    #[must_use]
    pub fn hours(hours: i32) -> Self {
        Self { seconds: i64::from(hours).saturating_mul(3_600) }
    }

    /// So many minutes.
    #[must_use]
    pub fn minutes(minutes: i32) -> Self {
        Self { seconds: i64::from(minutes).saturating_mul(60) }
    }

    pub(crate) const fn of_seconds(seconds: i64) -> Self {
        Self { seconds }
    }

    /// How many seconds it is.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// How many hours it is, exactly: 20 minutes are a third.
    #[must_use]
    pub fn in_hours(self) -> Ratio {
        Ratio::new(self.seconds.into(), 3_600).unwrap_or(Ratio::ZERO)
    }

    /// Whether it is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.seconds == 0
    }

    /// Whether time is owed.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.seconds < 0
    }

    /// Whether it is whole minutes.
    #[must_use]
    pub const fn is_whole_minutes(self) -> bool {
        self.seconds.rem_euclid(60) == 0
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { seconds: self.seconds.saturating_add(other.seconds) }
    }

    /// What is left of it without the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self { seconds: self.seconds.saturating_sub(other.seconds) }
    }

    /// Half of it, less an odd second.
    #[must_use]
    pub const fn halved(self) -> Self {
        Self { seconds: self.seconds.div_euclid(2) }
    }

    /// All of them together.
    #[must_use]
    pub fn sum(lengths: impl IntoIterator<Item = Self>) -> Self {
        lengths.into_iter().fold(Self::ZERO, Self::plus)
    }
}

impl fmt::Debug for WorkTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WorkTime({self})")
    }
}

impl fmt::Display for WorkTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let all = self.seconds.unsigned_abs();
        let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
        write!(f, "{sign}{hours}:{minutes:02}")?;
        if seconds > 0 { write!(f, ":{seconds:02}") } else { Ok(()) }
    }
}

impl FromStr for WorkTime {
    type Err = ParseWorkTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseWorkTimeError::Form { text: text.chars().take(64).collect() };
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        if !rest.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(wrong());
        }
        let seconds = if rest.contains(':') {
            clock(rest).ok_or_else(wrong)?
        } else if rest.ends_with(['h', 'm', 's']) {
            units(rest).ok_or_else(wrong)?
        } else {
            decimal(rest)?
        };
        if seconds > LONGEST {
            return Err(ParseWorkTimeError::TooLong);
        }
        Ok(Self { seconds: if negative { seconds.saturating_neg() } else { seconds } })
    }
}

/// `7:30` and `7:30:15`.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours = number(parts.next()?)?;
    let below_sixty = |text: &str| number(text).filter(|_| text.len() == 2).filter(|number| *number < 60);
    let minutes = below_sixty(parts.next()?)?;
    let seconds = parts.next().map_or(Some(0), below_sixty)?;
    if parts.next().is_some() {
        return None;
    }
    hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)
}

/// `7h 30m`: hours before minutes before seconds, each at most once.
fn units(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut sum = 0_i64;
    for (unit, seconds) in [('h', 3_600), ('m', 60), ('s', 1)] {
        if let Some((count, after)) = rest.split_once(unit) {
            sum = sum.checked_add(number(count)?.checked_mul(seconds)?)?;
            rest = after.trim_start_matches(' ');
        }
    }
    rest.is_empty().then_some(sum)
}

/// `7.5`.
fn decimal(text: &str) -> Result<i64, ParseWorkTimeError> {
    let hours = parse_decimal(text).map_err(|why| ParseWorkTimeError::Decimal { text: text.into(), why })?;
    let seconds = Ratio::from_decimal(hours).checked_mul(Ratio::from_integer(3_600));
    let seconds = seconds.map_err(|_| ParseWorkTimeError::TooLong)?;
    if !seconds.is_whole() {
        return Err(ParseWorkTimeError::NotWholeSeconds { text: text.into() });
    }
    i64::try_from(seconds.numerator()).map_err(|_| ParseWorkTimeError::TooLong)
}

fn number(digits: &str) -> Option<i64> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits { digits.parse().ok() } else { None }
}

impl TryFrom<String> for WorkTime {
    type Error = ParseWorkTimeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<WorkTime> for String {
    fn from(time: WorkTime) -> Self {
        time.to_string()
    }
}

/// A text was not a length of work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseWorkTimeError {
    /// It has another form.
    #[error("`{text}` is not a length of work: `7:30`, `7.5` or `7h 30m` is wanted")]
    Form {
        /// What was given, shortened.
        text: String,
    },
    /// It is no decimal number of hours.
    #[error("`{text}` is not a number of hours: {why}")]
    Decimal {
        /// What was given.
        text: String,
        /// In what it is wrong.
        why: ParseDecimalError,
    },
    /// The decimal hours leave a part of a second.
    #[error("`{text}` hours are no whole seconds: hours and minutes, such as `0:20`, are wanted")]
    NotWholeSeconds {
        /// What was given.
        text: String,
    },
    /// It is longer than ten million hours.
    #[error("at most ten million hours are wanted")]
    TooLong,
}
