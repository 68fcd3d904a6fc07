//! Hours of work as people write them: by the clock on the wall, day by day.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The second at which a day ends.
pub(super) const DAY: u32 = 86_400;

/// A stretch of one day by the clock on the wall, such as `09:00-17:30`.
///
/// Half-open, to whole seconds, never empty, and within one day: it may end at `24:00` but not go beyond. A night shift
/// is two spans, `22:00-24:00` of one day and `00:00-06:00` of the next. In text and in JSON `09:00-17:30`, with
/// seconds only where there are any.
///
/// # Example
/// ```
/// use office_core::DaySpan;
///
/// let morning: DaySpan = "09:00-12:30".parse()?;
/// assert_eq!(morning.seconds(), 12_600);
/// assert_eq!("22:00-24:00".parse::<DaySpan>()?.to_string(), "22:00-24:00");
///
/// // A span across midnight is refused.
/// assert!("22:00-06:00".parse::<DaySpan>().is_err());
/// # Ok::<(), office_core::HoursError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DaySpan {
    // Invariant: start < end <= DAY, in seconds of the day.
    start: u32,
    end: u32,
}

impl DaySpan {
    /// The whole day, midnight to midnight.
    pub const WHOLE_DAY: Self = Self { start: 0, end: DAY };

    /// The time from one reading of the clock up to another on the same day.
    pub fn new(start: NaiveTime, end: NaiveTime) -> Result<Self, HoursError> {
        Self::seconds_of_day(whole_second(start)?, whole_second(end)?)
    }

    /// The time from a reading of the clock up to the end of the day.
    pub fn to_midnight(start: NaiveTime) -> Result<Self, HoursError> {
        Self::seconds_of_day(whole_second(start)?, DAY)
    }

    fn seconds_of_day(start: u32, end: u32) -> Result<Self, HoursError> {
        if start < end && end <= DAY { Ok(Self { start, end }) } else { Err(HoursError::Empty { start, end }) }
    }

    /// When it starts, in seconds of the day.
    #[must_use]
    pub const fn start(self) -> u32 {
        self.start
    }

    /// When it ends, in seconds of the day; 86400 at the end of the day.
    #[must_use]
    pub const fn end(self) -> u32 {
        self.end
    }

    /// How long it is by the clock on the wall, in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the clock is within it at this reading.
    #[must_use]
    pub fn contains(self, reading: NaiveTime) -> bool {
        let second = reading.num_seconds_from_midnight();
        self.start <= second && second < self.end
    }

    /// The part of it from `start` up to `end`, in seconds of the day.
    pub(super) fn within(self, start: u32, end: u32) -> Option<Self> {
        Self::seconds_of_day(self.start.max(start), self.end.min(end)).ok()
    }
}

fn whole_second(reading: NaiveTime) -> Result<u32, HoursError> {
    if reading.nanosecond() == 0 {
        Ok(reading.num_seconds_from_midnight())
    } else {
        Err(HoursError::Fraction { reading })
    }
}

impl fmt::Display for DaySpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (second, after) in [(self.start, "-"), (self.end, "")] {
            let (hour, minute, second) = (second.div_euclid(3600), second.div_euclid(60) % 60, second % 60);
            write!(f, "{hour:02}:{minute:02}")?;
            if second != 0 {
                write!(f, ":{second:02}")?;
            }
            f.write_str(after)?;
        }
        Ok(())
    }
}

impl FromStr for DaySpan {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || HoursError::Text { text: text.chars().take(64).collect() };
        let (start, end) = text.split_once('-').ok_or_else(wrong)?;
        Self::seconds_of_day(second_of_day(start).ok_or_else(wrong)?, second_of_day(end).ok_or_else(wrong)?)
    }
}

/// Reads `09:00`, `09:00:30` or `24:00`.
fn second_of_day(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let mut two_digits = |most: u32| {
        let part = parts.next()?;
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|number| digits && *number <= most)
    };
    let (hour, minute) = (two_digits(24)?, two_digits(59)?);
    let second = if text.len() > 5 { two_digits(59)? } else { 0 };
    let total = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
    (parts.next().is_none() && total <= DAY).then_some(total)
}

impl TryFrom<String> for DaySpan {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DaySpan> for String {
    fn from(span: DaySpan) -> Self {
        span.to_string()
    }
}

/// The hours of work of one day: spans that do not overlap, in order. The breaks are what lies between them.
///
/// A day without spans is closed. In text `09:00-12:30, 13:00-17:30`, or `closed`; in JSON a list of spans.
///
/// # Example
/// ```
/// use office_core::{DayHours, HoursError};
///
/// let hours: DayHours = "09:00-12:30, 13:00-17:30".parse()?;
/// assert_eq!(hours.spans().len(), 2);
/// assert_eq!(hours.except("10:00-10:15".parse()?).to_string(), "09:00-10:00, 10:15-12:30, 13:00-17:30");
///
/// // Spans that overlap are refused.
/// let (one, two) = ("09:00-13:00".parse()?, "12:30-17:30".parse()?);
/// assert_eq!(DayHours::new([one, two]), Err(HoursError::Overlap { one, two }));
/// # Ok::<(), HoursError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<DaySpan>", into = "Vec<DaySpan>")]
pub struct DayHours(Vec<DaySpan>);

/// More spans in a day than anybody works.
const MOST_SPANS: usize = 48;

impl DayHours {
    /// A day on which nobody works.
    #[must_use]
    pub const fn closed() -> Self {
        Self(Vec::new())
    }

    /// The hours given, in any order. Spans may touch but not overlap; there are at most 48.
    pub fn new(spans: impl IntoIterator<Item = DaySpan>) -> Result<Self, HoursError> {
        let mut spans: Vec<DaySpan> = spans.into_iter().take(MOST_SPANS.saturating_add(1)).collect();
        if spans.len() > MOST_SPANS {
            return Err(HoursError::TooMany { most: MOST_SPANS });
        }
        spans.sort_unstable();
        for pair in spans.windows(2) {
            if let [one, two] = *pair
                && two.start < one.end
            {
                return Err(HoursError::Overlap { one, two });
            }
        }
        Ok(Self(spans))
    }

    /// Its spans in order.
    #[must_use]
    pub fn spans(&self) -> &[DaySpan] {
        &self.0
    }

    /// Whether nobody works.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    /// How much work there is by the clock on the wall, in seconds.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.0.iter().fold(0, |sum, span| sum.saturating_add(span.seconds()))
    }

    /// The same hours without a break.
    #[must_use]
    pub fn except(&self, pause: DaySpan) -> Self {
        let parts = |span: &DaySpan| [span.within(0, pause.start), span.within(pause.end, DAY)];
        Self(self.0.iter().flat_map(parts).flatten().collect())
    }

    /// The part of the hours from `start` up to `end`, in seconds of the day.
    pub(super) fn within(&self, start: u32, end: u32) -> Self {
        Self(self.0.iter().filter_map(|span| span.within(start, end)).collect())
    }
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_closed() {
            return f.write_str("closed");
        }
        let spans: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&spans.join(", "))
    }
}

impl FromStr for DayHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "closed" {
            return Ok(Self::closed());
        }
        let spans: Vec<DaySpan> = text
            .split(',')
            .take(MOST_SPANS.saturating_add(1))
            .map(|span| span.trim().parse())
            .collect::<Result<_, _>>()?;
        Self::new(spans)
    }
}

impl TryFrom<Vec<DaySpan>> for DayHours {
    type Error = HoursError;

    fn try_from(spans: Vec<DaySpan>) -> Result<Self, Self::Error> {
        Self::new(spans)
    }
}

impl From<DayHours> for Vec<DaySpan> {
    fn from(hours: DayHours) -> Self {
        hours.0
    }
}

/// The hours of work of an ordinary week. A weekday that is not named is closed.
///
/// # Example
/// ```
/// use chrono::Weekday;
/// use office_core::WeeklyHours;
///
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?).on(Weekday::Fri, "09:00-13:00".parse()?);
/// assert_eq!(week.seconds(), 36 * 3600);
/// assert!(week.hours(Weekday::Sun).is_closed());
///
/// // What is not a weekday is refused.
/// assert!(serde_json::from_str::<WeeklyHours>(r#"{"monday": ["09:00-17:00"]}"#).is_err());
/// # Ok::<(), office_core::HoursError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WeeklyHours {
    mon: DayHours,
    tue: DayHours,
    wed: DayHours,
    thu: DayHours,
    fri: DayHours,
    sat: DayHours,
    sun: DayHours,
}

impl WeeklyHours {
    /// A week in which nobody works.
    #[must_use]
    pub fn closed() -> Self {
        Self::default()
    }

    /// The same hours Monday to Friday.
    #[must_use]
    pub fn weekdays(hours: DayHours) -> Self {
        let [mon, tue, wed, thu] = [(); 4].map(|()| hours.clone());
        Self { mon, tue, wed, thu, fri: hours, ..Self::default() }
    }

    /// The same hours on each of the seven days.
    #[must_use]
    pub fn daily(hours: DayHours) -> Self {
        Self { sat: hours.clone(), sun: hours.clone(), ..Self::weekdays(hours) }
    }

    /// The same week with these hours on one weekday.
    #[must_use]
    pub fn on(mut self, weekday: Weekday, hours: DayHours) -> Self {
        let day = match weekday {
            Weekday::Mon => &mut self.mon,
            Weekday::Tue => &mut self.tue,
            Weekday::Wed => &mut self.wed,
            Weekday::Thu => &mut self.thu,
            Weekday::Fri => &mut self.fri,
            Weekday::Sat => &mut self.sat,
            Weekday::Sun => &mut self.sun,
        };
        *day = hours;
        self
    }

    /// The hours of one weekday.
    #[must_use]
    pub const fn hours(&self, weekday: Weekday) -> &DayHours {
        match weekday {
            Weekday::Mon => &self.mon,
            Weekday::Tue => &self.tue,
            Weekday::Wed => &self.wed,
            Weekday::Thu => &self.thu,
            Weekday::Fri => &self.fri,
            Weekday::Sat => &self.sat,
            Weekday::Sun => &self.sun,
        }
    }

    /// How much work there is in the week by the clock on the wall, in seconds.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.days().iter().fold(0, |sum, day| sum.saturating_add(day.seconds()))
    }

    /// Monday to Sunday.
    pub(super) const fn days(&self) -> [&DayHours; 7] {
        [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun]
    }
}

/// Hours of work were refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HoursError {
    /// The text is not of the form `start-end`.
    #[error("`{text}` is not a span of a day: one such as `09:00-17:30` is wanted")]
    Text {
        /// What was given, shortened.
        text: String,
    },
    /// A reading has a fraction of a second.
    #[error("{reading} has a fraction of a second: a whole second is wanted")]
    Fraction {
        /// The reading.
        reading: NaiveTime,
    },
    /// The span holds no time, or goes beyond the day.
    #[error(
        "the span from second {start} to {end} of the day holds no time: an end after the start, by 24:00, is wanted"
    )]
    Empty {
        /// Its start, in seconds of the day.
        start: u32,
        /// Its end, in seconds of the day.
        end: u32,
    },
    /// There are too many spans.
    #[error("there are too many spans in a day: at most {most} are wanted")]
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// Two spans overlap.
    #[error("{one} and {two} overlap: spans that at most touch are wanted")]
    Overlap {
        /// The earlier span.
        one: DaySpan,
        /// The later span.
        two: DaySpan,
    },
}
