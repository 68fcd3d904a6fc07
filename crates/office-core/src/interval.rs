//! Stretches of time.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A stretch of time between two instants: a meeting, a booking, a shift.
///
/// Half-open: the start is in it, the end is not, so that a meeting until ten and one from ten do not conflict.
/// It is never empty. Instants are UTC, to the nanosecond. In text `2026-10-01T09:00:00Z/2026-10-01T10:00:00Z`
/// (RFC 3339, read with any offset); in JSON an object with `start` and `end`.
///
/// # Laws
/// 1. An instant is in the intersection of two intervals just if it is in both.
/// 2. Intervals that touch neither overlap nor have an intersection.
/// 3. The union of a list is sorted, disjoint and without touching parts; an instant is in it just if it is in
///    one of the list.
/// 4. Within any bounds, the gaps are exactly what the busy intervals leave.
///
/// # Example
/// ```
/// use office_core::{Interval, IntervalError};
///
/// let first: Interval = "2026-10-01T09:00:00Z/2026-10-01T10:00:00Z".parse()?;
/// let second: Interval = "2026-10-01T12:00:00+02:00/2026-10-01T13:00:00+02:00".parse()?;
/// assert!(!first.overlaps(&second)); // 10:00 to 11:00 UTC: they touch
/// assert_eq!(Interval::union([second, first]), [Interval::new(first.start(), second.end())?]);
///
/// // An interval that ends when it begins is refused.
/// let empty = Interval::new(first.start(), first.start());
/// assert_eq!(empty, Err(IntervalError::Empty { start: first.start(), end: first.start() }));
/// # Ok::<(), IntervalError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Interval {
    start: DateTime<Utc>,
    // Invariant: later than `start`.
    end: DateTime<Utc>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Interval {
    /// The time from `start` up to, not including, `end`.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self, IntervalError> {
        if end <= start { Err(IntervalError::Empty { start, end }) } else { Ok(Self { start, end }) }
    }

    /// The time of this length from `start` on.
    pub fn starting(start: DateTime<Utc>, length: TimeDelta) -> Result<Self, IntervalError> {
        let end = start.checked_add_signed(length).ok_or(IntervalError::TooLong { start, length })?;
        Self::new(start, end)
    }

    /// Its first instant.
    #[must_use]
    pub const fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// The first instant after it.
    #[must_use]
    pub const fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// How long it lasts, in elapsed time; always more than zero.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        self.end.signed_duration_since(self.start)
    }

    /// Whether the instant is in it: from its start, up to but not at its end.
    #[must_use]
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Whether all of the other interval is in this one.
    #[must_use]
    pub fn encloses(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two have an instant in common. Intervals that only touch have none.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The time that is in both; `None` where there is none.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// The time covered by at least one of the list: sorted, disjoint, touching intervals joined.
    #[must_use]
    pub fn union(list: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut sorted: Vec<Self> = list.into_iter().collect();
        sorted.sort_unstable();
        let mut union: Vec<Self> = Vec::with_capacity(sorted.len());
        for next in sorted {
            match union.last_mut() {
                Some(open) if next.start <= open.end => open.end = open.end.max(next.end),
                _ => union.push(next),
            }
        }
        union
    }

    /// The free time within bounds: what none of the busy intervals covers, sorted and disjoint.
    ///
    /// ```
    /// use office_core::Interval;
    ///
    /// let morning: Interval = "2026-10-01T08:00:00Z/2026-10-01T12:00:00Z".parse()?;
    /// let meeting: Interval = "2026-10-01T09:00:00Z/2026-10-01T10:30:00Z".parse()?;
    /// let free = Interval::gaps(morning, [meeting]);
    /// assert_eq!(free.len(), 2);
    /// assert_eq!(free[1].to_string(), "2026-10-01T10:30:00Z/2026-10-01T12:00:00Z");
    /// assert!(Interval::gaps(meeting, [morning]).is_empty());
    /// # Ok::<(), office_core::IntervalError>(())
    /// ```
    #[must_use]
    pub fn gaps(within: Self, busy: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut free = Vec::new();
        let mut from = within.start;
        for taken in Self::union(busy.into_iter().filter_map(|taken| taken.intersection(&within))) {
            free.extend(Self::new(from, taken.start));
            from = taken.end;
        }
        free.extend(Self::new(from, within.end));
        free
    }
}

impl TryFrom<Fields> for Interval {
    type Error = IntervalError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Self::new(fields.start, fields.end)
    }
}

impl From<Interval> for Fields {
    fn from(interval: Interval) -> Self {
        Self { start: interval.start, end: interval.end }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |instant: &DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        write!(f, "{}/{}", text(&self.start), text(&self.end))
    }
}

impl FromStr for Interval {
    type Err = IntervalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || IntervalError::Text { text: text.chars().take(80).collect() };
        let instant = |part: &str| DateTime::parse_from_rfc3339(part).map(|at| at.to_utc()).map_err(|_| wrong());
        let (start, end) = text.split_once('/').ok_or_else(wrong)?;
        Self::new(instant(start)?, instant(end)?)
    }
}

/// Something was not an interval.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IntervalError {
    /// The text is not of the form `start/end`.
    #[error("`{text}` is not an interval: one such as `2026-10-01T09:00:00Z/2026-10-01T10:00:00Z` is wanted")]
    Text {
        /// What was given, shortened.
        text: String,
    },
    /// The end is beyond the calendar.
    #[error("{length} from {start} is beyond the calendar: a shorter time is wanted")]
    TooLong {
        /// Where it would start.
        start: DateTime<Utc>,
        /// How long it would last.
        length: TimeDelta,
    },
    /// The interval would hold no time.
    #[error("the interval from {start} to {end} holds no time: an end after the start is wanted")]
    Empty {
        /// Its start.
        start: DateTime<Utc>,
        /// Its end.
        end: DateTime<Utc>,
    },
}
