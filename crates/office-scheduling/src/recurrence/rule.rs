//! One recurrence rule: the value of an `RRULE`.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::error::{Part, RuleError};

/// The greatest `COUNT` a rule may carry.
///
/// Counting is the one thing that has to be done from the beginning, so it is bounded.
pub const MAX_COUNT: u32 = 1_000_000;

/// How often a rule's periods come: the unit that [`RuleParts::interval`] counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// Every so many seconds.
    Secondly,
    /// Every so many minutes.
    Minutely,
    /// Every so many hours.
    Hourly,
    /// Every so many days.
    Daily,
    /// Every so many weeks, which begin on [`RuleParts::week_start`].
    Weekly,
    /// Every so many months.
    Monthly,
    /// Every so many years.
    Yearly,
}

/// What becomes of a day that its month or year lacks (`SKIP` of RFC 7529): 31 June, or 29 February of most years.
///
/// It is about the days that a monthly or yearly rule names by `BYMONTHDAY` or `BYYEARDAY`, or takes from its start.
///
/// # Example
/// ```
/// use office_scheduling::{RecurrenceSet, Rule, RuleError};
///
/// let rent: Rule = "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=3".parse()?;
/// let due = RecurrenceSet::new("2026-01-31T00:00:00".parse().unwrap(), None).with_rule(rent);
/// let days: Vec<String> = due.occurrences().map(|at| at.date().to_string()).collect();
/// assert_eq!(days, ["2026-01-31", "2026-02-28", "2026-03-31"]);
///
/// // RFC 7529 has no SKIP without RSCALE.
/// let refused = "FREQ=MONTHLY;SKIP=BACKWARD".parse::<Rule>();
/// assert_eq!(refused, Err(RuleError::SkipAlone));
/// # Ok::<(), RuleError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// It is left out.
    #[default]
    Omit,
    /// The last day before it is meant.
    Backward,
    /// The first day after it is meant.
    Forward,
}

/// A weekday in a rule: every one of the period, or only the nth (from the end where negative).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleDay {
    /// Which of them: 1 is the first, −1 the last of the month or year; `None` every one.
    pub nth: Option<i16>,
    /// Days from Monday, which orders the days of a rule.
    from_monday: u8,
}

impl RuleDay {
    /// Every such weekday.
    #[must_use]
    pub const fn every(weekday: Weekday) -> Self {
        Self { nth: None, from_monday: Self::index(weekday) }
    }

    /// The nth such weekday, from the end where `nth` is negative.
    #[must_use]
    pub const fn nth(nth: i16, weekday: Weekday) -> Self {
        Self { nth: Some(nth), from_monday: Self::index(weekday) }
    }

    /// The weekday.
    #[must_use]
    pub const fn weekday(self) -> Weekday {
        match self.from_monday {
            0 => Weekday::Mon,
            1 => Weekday::Tue,
            2 => Weekday::Wed,
            3 => Weekday::Thu,
            4 => Weekday::Fri,
            5 => Weekday::Sat,
            _ => Weekday::Sun,
        }
    }

    const fn index(weekday: Weekday) -> u8 {
        match weekday {
            Weekday::Mon => 0,
            Weekday::Tue => 1,
            Weekday::Wed => 2,
            Weekday::Thu => 3,
            Weekday::Fri => 4,
            Weekday::Sat => 5,
            Weekday::Sun => 6,
        }
    }
}

/// The last moment at which a rule may have an instance, itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Until {
    /// A date: every instance on that day still counts. For series of whole days.
    Date(NaiveDate),
    /// A reading of the wall clock. For floating series.
    Local(NaiveDateTime),
    /// An instant. What RFC 5545 asks for where the series has a zone; a floating series reads it as wall clock.
    Utc(DateTime<Utc>),
}

/// When a rule ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleEnd {
    /// Not before the year 9999 is over.
    #[default]
    Never,
    /// After so many instances, at most [`MAX_COUNT`].
    Count(u32),
    /// At a moment.
    Until(Until),
}

/// What a rule is made of, by name. [`Rule::try_from`] checks it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuleParts {
    /// The length of a period (`FREQ`).
    pub frequency: Frequency,
    /// Every how many periods (`INTERVAL`), at least 1.
    pub interval: u32,
    /// When it ends (`COUNT` or `UNTIL`).
    pub end: RuleEnd,
    /// Months, 1 to 12 (`BYMONTH`).
    pub by_month: Vec<u8>,
    /// Weeks of the year, ±1 to 53 (`BYWEEKNO`).
    pub by_week: Vec<i16>,
    /// Days of the year, ±1 to 366 (`BYYEARDAY`).
    pub by_year_day: Vec<i16>,
    /// Days of the month, ±1 to 31 (`BYMONTHDAY`).
    pub by_month_day: Vec<i16>,
    /// Weekdays (`BYDAY`).
    pub by_day: Vec<RuleDay>,
    /// Hours, 0 to 23 (`BYHOUR`).
    pub by_hour: Vec<u8>,
    /// Minutes, 0 to 59 (`BYMINUTE`).
    pub by_minute: Vec<u8>,
    /// Seconds, 0 to 60 (`BYSECOND`); 60, a leap second, never comes.
    pub by_second: Vec<u8>,
    /// Which of a period's instances, ±1 to 366 (`BYSETPOS`).
    pub by_position: Vec<i16>,
    /// The day on which weeks begin (`WKST`).
    pub week_start: Weekday,
    /// What becomes of days that a month or year lacks (`SKIP`).
    pub skip: Skip,
}

impl RuleParts {
    /// Every period of this length, without end or limits, weeks beginning on Monday.
    #[must_use]
    pub const fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            end: RuleEnd::Never,
            by_month: Vec::new(),
            by_week: Vec::new(),
            by_year_day: Vec::new(),
            by_month_day: Vec::new(),
            by_day: Vec::new(),
            by_hour: Vec::new(),
            by_minute: Vec::new(),
            by_second: Vec::new(),
            by_position: Vec::new(),
            week_start: Weekday::Mon,
            skip: Skip::Omit,
        }
    }

    fn normal(mut self) -> Self {
        fn tidy<T: Ord>(list: &mut Vec<T>) {
            list.sort_unstable();
            list.dedup();
        }
        tidy(&mut self.by_month);
        tidy(&mut self.by_week);
        tidy(&mut self.by_year_day);
        tidy(&mut self.by_month_day);
        tidy(&mut self.by_day);
        tidy(&mut self.by_hour);
        tidy(&mut self.by_minute);
        tidy(&mut self.by_second);
        tidy(&mut self.by_position);
        self.end = match self.end {
            RuleEnd::Until(Until::Local(at)) => RuleEnd::Until(Until::Local(at.with_nanosecond(0).unwrap_or(at))),
            RuleEnd::Until(Until::Utc(at)) => RuleEnd::Until(Until::Utc(at.with_nanosecond(0).unwrap_or(at))),
            end @ (RuleEnd::Never | RuleEnd::Count(_) | RuleEnd::Until(Until::Date(_))) => end,
        };
        self
    }
}

/// A recurrence rule as RFC 5545 defines it, checked.
///
/// Which parts expand a period and which limit it follows the table of section 3.3.10. What that section forbids
/// is refused: week numbers in anything but a yearly rule, the nth weekday in anything but a monthly or yearly one,
/// positions without anything to take positions of, an end told twice.
///
/// Written, and stored, as the text of an `RRULE`, in one canonical order.
///
/// # Example
/// ```
/// use office_scheduling::{Frequency, Rule, RuleDay, RuleError, RuleParts};
/// use chrono::Weekday;
///
/// let rule: Rule = "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9,16".parse()?;
/// assert_eq!(rule.to_string(), "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9,16");
/// let same = RuleParts {
///     by_day: vec![RuleDay::nth(-1, Weekday::Fri)],
///     by_hour: vec![16, 9],
///     ..RuleParts::every(Frequency::Monthly)
/// };
/// assert_eq!(Rule::try_from(same)?, rule);
///
/// // What is wrong is told by part and value.
/// let refused = "FREQ=MONTHLY;BYMONTHDAY=32".parse::<Rule>().unwrap_err();
/// assert_eq!(refused.to_string(), "BYMONTHDAY is `32`: -31 to -1 or 1 to 31 is wanted");
/// # Ok::<(), RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    // Invariant: within the limits that `try_from` checks, lists sorted and without duplicates.
    parts: RuleParts,
}

impl Rule {
    /// What it is made of, lists in ascending order.
    #[must_use]
    pub const fn parts(&self) -> &RuleParts {
        &self.parts
    }

    /// The same rule with another end.
    ///
    /// # Errors
    /// [`RuleError::Value`] where a count is 0 or above [`MAX_COUNT`], or a moment outside years 0 to 9999.
    pub fn ending(&self, end: RuleEnd) -> Result<Self, RuleError> {
        Self::try_from(RuleParts { end, ..self.parts.clone() })
    }
}

impl TryFrom<RuleParts> for Rule {
    type Error = RuleError;

    fn try_from(parts: RuleParts) -> Result<Self, RuleError> {
        let parts = parts.normal();
        ranges(&parts)?;
        combinations(&parts)?;
        Ok(Self { parts })
    }
}

/// Every value lies in the range of its part.
fn ranges(parts: &RuleParts) -> Result<(), RuleError> {
    fn signed(part: Part, list: &[i16], most: i16) -> Result<(), RuleError> {
        list.iter()
            .find(|n| **n == 0 || n.unsigned_abs() > most.unsigned_abs())
            .map_or(Ok(()), |n| Err(RuleError::value(part, n.to_string())))
    }
    fn plain(part: Part, list: &[u8], least: u8, most: u8) -> Result<(), RuleError> {
        list.iter()
            .find(|n| !(least..=most).contains(*n))
            .map_or(Ok(()), |n| Err(RuleError::value(part, n.to_string())))
    }
    if parts.interval == 0 {
        return Err(RuleError::value(Part::Interval, "0"));
    }
    match parts.end {
        RuleEnd::Count(count) if count == 0 || count > MAX_COUNT => {
            return Err(RuleError::value(Part::Count, count.to_string()));
        }
        RuleEnd::Until(until) => {
            let year = match until {
                Until::Date(date) => date.year(),
                Until::Local(at) => at.year(),
                Until::Utc(at) => at.year(),
            };
            if !(0..=9_999).contains(&year) {
                return Err(RuleError::value(Part::Until, format!("year {year}")));
            }
        }
        RuleEnd::Never | RuleEnd::Count(_) => {}
    }
    plain(Part::ByMonth, &parts.by_month, 1, 12)?;
    signed(Part::ByWeekNo, &parts.by_week, 53)?;
    signed(Part::ByYearDay, &parts.by_year_day, 366)?;
    signed(Part::ByMonthDay, &parts.by_month_day, 31)?;
    let nths: Vec<i16> = parts.by_day.iter().filter_map(|day| day.nth).collect();
    signed(Part::ByDay, &nths, 53)?;
    plain(Part::ByHour, &parts.by_hour, 0, 23)?;
    plain(Part::ByMinute, &parts.by_minute, 0, 59)?;
    plain(Part::BySecond, &parts.by_second, 0, 60)?;
    signed(Part::BySetPos, &parts.by_position, 366)
}

/// No part stands where section 3.3.10 says it must not.
fn combinations(parts: &RuleParts) -> Result<(), RuleError> {
    use Frequency::{Daily, Monthly, Weekly, Yearly};
    let frequency = parts.frequency;
    let refuse = |part| Err(RuleError::Frequency { part, frequency });
    if !parts.by_week.is_empty() && frequency != Yearly {
        return refuse(Part::ByWeekNo);
    }
    if !parts.by_year_day.is_empty() && matches!(frequency, Daily | Weekly | Monthly) {
        return refuse(Part::ByYearDay);
    }
    if !parts.by_month_day.is_empty() && frequency == Weekly {
        return refuse(Part::ByMonthDay);
    }
    if parts.by_day.iter().any(|day| day.nth.is_some()) {
        if !matches!(frequency, Monthly | Yearly) {
            return refuse(Part::ByDay);
        }
        if !parts.by_week.is_empty() {
            return Err(RuleError::Together { part: Part::ByDay, other: Part::ByWeekNo });
        }
    }
    let limited = !(parts.by_month.is_empty()
        && parts.by_week.is_empty()
        && parts.by_year_day.is_empty()
        && parts.by_month_day.is_empty()
        && parts.by_day.is_empty()
        && parts.by_hour.is_empty()
        && parts.by_minute.is_empty()
        && parts.by_second.is_empty());
    if !parts.by_position.is_empty() && !limited {
        return Err(RuleError::PositionAlone);
    }
    Ok(())
}
