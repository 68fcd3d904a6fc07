//! When the office works, and how much of that lies between two instants.

mod hours;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::hours::{DayHours, DaySpan, HoursError, WeeklyHours};
use self::timeline::{Edge, NANOS, Timeline};
use crate::{DateRange, DayPart, HolidayCalendar, Holidays, Interval, Zone};

/// What a working calendar is made of: an ordinary week, the dates that differ, and the holidays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingPlan {
    /// The zone whose clocks the hours are read by.
    pub zone: Zone,
    /// The days that the calendar speaks of, in that zone: at most a hundred years.
    pub valid: DateRange,
    /// The hours of an ordinary week.
    pub week: WeeklyHours,
    /// Dates with hours of their own, in place of the week's: special opening, closed for stocktaking.
    #[serde(default)]
    pub exceptions: BTreeMap<NaiveDate, DayHours>,
    /// The holidays, known for all the days. A holiday wins over an exception of the same date.
    pub holidays: Holidays,
}

/// When people work: the hours of the week, read by the clocks of a zone, without holidays and with exceptions.
///
/// An instant is working time just if the clock on the wall then shows a time of work. So where clocks are put
/// forward a span is shorter by what is skipped, and where they are put back it is longer by what is shown twice:
/// what is counted is elapsed time, to the nanosecond. A half holiday takes away what is before noon, or from noon
/// on.
///
/// Outside its days the calendar refuses to answer. All questions cost the same, however long the span asked about.
/// In JSON it is its [`WorkingPlan`].
///
/// # Laws
/// 1. Working time is additive: from a to b and from b to c is from a to c, in whatever order they are.
/// 2. The time from an instant to what [`add`](Self::add) makes of it is the time added.
/// 3. [`subtract`](Self::subtract) undoes `add`: between where it leads and the start lies no working time.
/// 4. Time outside hours, in breaks and on holidays adds nothing.
/// 5. Changes of clocks neither lose nor duplicate working time.
/// 6. What `add` leads to is within working time or at its end; what `subtract` leads to, within it or at its start.
///
/// # Example
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use office_core::{DateRange, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan, WorkingTimeError};
///
/// let valid = DateRange::year(2026)?;
/// let calendar = WorkingCalendar::new(WorkingPlan {
///     zone: "Europe/Berlin".parse()?,
///     valid,
///     week: WeeklyHours::weekdays("09:00-12:30, 13:00-17:30".parse()?),
///     exceptions: [("2026-10-05".parse()?, "closed".parse()?)].into(),
///     holidays: Holidays::none(valid),
/// })?;
///
/// // Reported on Friday at 16:00; eight working hours later, as Monday is closed, it is Tuesday 16:00.
/// let reported: DateTime<Utc> = "2026-10-02T14:00:00Z".parse()?;
/// let due = calendar.add(reported, TimeDelta::hours(8))?;
/// assert_eq!(due.to_rfc3339(), "2026-10-06T14:00:00+00:00");
/// assert_eq!(calendar.working_between(reported, due)?, TimeDelta::hours(8));
///
/// // Of another year it says nothing.
/// let instant = "2027-01-04T10:00:00Z".parse()?;
/// assert_eq!(calendar.is_working(instant), Err(WorkingTimeError::Outside { instant, valid }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WorkingPlan", into = "WorkingPlan")]
pub struct WorkingCalendar {
    plan: WorkingPlan,
    timeline: Timeline,
}

/// The longest range of days: a hundred years.
const MOST_DAYS: u32 = 36_525;
/// The second of the day at which morning and afternoon part.
const NOON: u32 = 43_200;

impl WorkingCalendar {
    /// The calendar of a plan.
    pub fn new(plan: WorkingPlan) -> Result<Self, WorkingCalendarError> {
        let valid = plan.valid;
        let (Some(end), Some(days)) = (valid.end(), valid.days()) else {
            return Err(WorkingCalendarError::TooLong { valid });
        };
        if days > MOST_DAYS {
            return Err(WorkingCalendarError::TooLong { valid });
        }
        if valid.start().year() < 1 || end.year() > 9999 {
            return Err(WorkingCalendarError::TooFar { valid });
        }
        if let Some(date) = plan.exceptions.keys().find(|date| !valid.contains(**date)) {
            return Err(WorkingCalendarError::ExceptionOutside { date: *date, valid });
        }
        let known = plan.holidays.range();
        if !known.encloses(&valid) {
            return Err(WorkingCalendarError::HolidaysUnknown { known, valid });
        }
        let holidays = plan.holidays.iter().map(|(date, _)| date).filter(|date| valid.contains(*date));
        let dated: BTreeSet<i64> = plan.exceptions.keys().copied().chain(holidays).map(number_of).collect();
        let ends = (number_of(valid.start()), number_of(end));
        let hours = |day| date_of(day).map_or(DayHours::closed(), |date| plan.hours(date));
        let timeline = Timeline::new(plan.zone, ends, plan.week.days(), &dated, hours);
        Ok(Self { plan, timeline })
    }

    /// What it is made of.
    #[must_use]
    pub const fn plan(&self) -> &WorkingPlan {
        &self.plan
    }

    /// The hours of a date by the clock on the wall: those of its weekday or its own, less what is holiday.
    pub fn hours(&self, date: NaiveDate) -> Result<DayHours, WorkingTimeError> {
        if self.plan.valid.contains(date) {
            Ok(self.plan.hours(date))
        } else {
            Err(WorkingTimeError::DateOutside { date, valid: self.plan.valid })
        }
    }

    /// The working time between two instants; negative where `to` is before `from`.
    ///
    /// The calendar's own end may be asked about as well.
    pub fn working_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<TimeDelta, WorkingTimeError> {
        let from = self.worked(from)?;
        let to = self.worked(to)?;
        Ok(delta(to.saturating_sub(from)))
    }

    /// The instant by which a working time has passed since an instant.
    ///
    /// It is the first such: eight hours from nine to five end at five and not at nine the next day. Adding nothing
    /// leads to the start of the next working time, but leaves an instant within working time or at its end
    /// where it is. Adding a negative time subtracts it.
    pub fn add(&self, instant: DateTime<Utc>, working: TimeDelta) -> Result<DateTime<Utc>, WorkingTimeError> {
        if working < TimeDelta::zero() {
            self.back(instant, nanos(working).saturating_neg())
        } else {
            self.forth(instant, nanos(working))
        }
    }

    /// The instant from which a working time passes until an instant.
    ///
    /// It is the last such: eight hours before five o'clock is nine of the same day and not five of the day before.
    /// Subtracting nothing leads to the end of the working time before, but leaves an instant within working time
    /// or at its end where it is. Subtracting a negative time adds it.
    pub fn subtract(&self, instant: DateTime<Utc>, working: TimeDelta) -> Result<DateTime<Utc>, WorkingTimeError> {
        if working < TimeDelta::zero() {
            self.forth(instant, nanos(working).saturating_neg())
        } else {
            self.back(instant, nanos(working))
        }
    }

    /// Whether the instant is working time. The end of a span is not.
    pub fn is_working(&self, instant: DateTime<Utc>) -> Result<bool, WorkingTimeError> {
        self.check(instant)?;
        Ok(self.timeline.is_working(instant.timestamp()))
    }

    /// The instant itself where it is working time, else the start of the next working time.
    pub fn next_working(&self, instant: DateTime<Utc>) -> Result<DateTime<Utc>, WorkingTimeError> {
        let worked = self.worked(instant)?;
        self.instant(worked, Edge::Start)
    }

    /// The working time of some days: sorted, disjoint, touching spans joined, also across midnight.
    ///
    /// There are at most 48 for each day.
    pub fn spans(&self, days: DateRange) -> Result<Vec<Interval>, WorkingTimeError> {
        let valid = self.plan.valid;
        let (true, Some(end)) = (valid.encloses(&days), days.end()) else {
            return Err(WorkingTimeError::DaysOutside { days, valid });
        };
        let interval = |(start, end)| {
            let start = DateTime::from_timestamp(start, 0)?;
            Interval::new(start, DateTime::from_timestamp(end, 0)?).ok()
        };
        let days = number_of(days.start())..number_of(end);
        Ok(Interval::union(days.flat_map(|day| self.timeline.stretches_of(day)).filter_map(interval)))
    }

    /// The working day that is so many working days after a date, or before it where `count` is negative.
    ///
    /// A working day is one with hours of work. None after a date is the date itself where it is a working day, else
    /// the next. Takes one step for each day passed.
    ///
    /// ```
    /// use office_core::{DateRange, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
    ///
    /// let valid = DateRange::year(2026)?;
    /// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    /// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
    /// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
    /// let friday = "2026-10-02".parse()?;
    /// assert_eq!(calendar.working_day(friday, 2)?.to_string(), "2026-10-06");
    /// assert!(calendar.working_day(friday, 1000).is_err()); // 2026 has no thousand working days
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn working_day(&self, date: NaiveDate, count: i32) -> Result<NaiveDate, WorkingTimeError> {
        let mut left = count.unsigned_abs();
        let mut day = date;
        loop {
            let works = match self.hours(day) {
                Ok(hours) => !hours.is_closed(),
                Err(error) if day == date => return Err(error),
                Err(_) => return Err(WorkingTimeError::Exhausted { valid: self.plan.valid }),
            };
            // The date itself is no day after itself.
            if works && (count == 0 || day != date) {
                left = left.saturating_sub(1);
                if left == 0 {
                    return Ok(day);
                }
            }
            let next = if count < 0 { day.pred_opt() } else { day.succ_opt() };
            day = next.ok_or(WorkingTimeError::Exhausted { valid: self.plan.valid })?;
        }
    }

    /// The instant at which work ends on a date; `None` where there is none.
    pub fn closing(&self, date: NaiveDate) -> Result<Option<DateTime<Utc>>, WorkingTimeError> {
        let spans = self.spans_of(date)?;
        Ok(spans.last().and_then(|(_, end)| DateTime::from_timestamp(end, 0)))
    }

    /// The instant at which work starts on a date; `None` where there is none.
    pub fn opening(&self, date: NaiveDate) -> Result<Option<DateTime<Utc>>, WorkingTimeError> {
        let mut spans = self.spans_of(date)?;
        Ok(spans.next().and_then(|(start, _)| DateTime::from_timestamp(start, 0)))
    }

    fn spans_of(&self, date: NaiveDate) -> Result<impl Iterator<Item = (i64, i64)>, WorkingTimeError> {
        if self.plan.valid.contains(date) {
            Ok(self.timeline.stretches_of(number_of(date)))
        } else {
            Err(WorkingTimeError::DateOutside { date, valid: self.plan.valid })
        }
    }

    /// Goes forth by some nanoseconds of work.
    fn forth(&self, instant: DateTime<Utc>, working: i128) -> Result<DateTime<Utc>, WorkingTimeError> {
        let worked = self.worked(instant)?;
        if working > 0 {
            return self.instant(worked.saturating_add(working), Edge::End);
        }
        if self.is_in_or_at_end(instant, worked) { Ok(instant) } else { self.instant(worked, Edge::Start) }
    }

    /// Goes back by some nanoseconds of work.
    fn back(&self, instant: DateTime<Utc>, working: i128) -> Result<DateTime<Utc>, WorkingTimeError> {
        let worked = self.worked(instant)?;
        if working > 0 {
            return self.instant(worked.saturating_sub(working), Edge::Start);
        }
        if self.is_in_or_at_end(instant, worked) { Ok(instant) } else { self.instant(worked, Edge::End) }
    }

    fn is_in_or_at_end(&self, instant: DateTime<Utc>, worked: i128) -> bool {
        self.timeline.is_working(instant.timestamp()) || self.instant(worked, Edge::End) == Ok(instant)
    }

    /// The working time from the start of the calendar to an instant, in nanoseconds.
    fn worked(&self, instant: DateTime<Utc>) -> Result<i128, WorkingTimeError> {
        self.check(instant)?;
        // A leap second counts as the end of the second before it.
        Ok(self.timeline.worked(instant.timestamp(), instant.timestamp_subsec_nanos().min(999_999_999)))
    }

    fn instant(&self, worked: i128, edge: Edge) -> Result<DateTime<Utc>, WorkingTimeError> {
        let exhausted = WorkingTimeError::Exhausted { valid: self.plan.valid };
        // Nothing is done before the first working time, nor left to do after the last.
        let there_is = match edge {
            Edge::End => 0 < worked && worked <= self.timeline.total(),
            Edge::Start => 0 <= worked && worked < self.timeline.total(),
        };
        let found = if there_is { self.timeline.instant(worked, edge) } else { None };
        found.and_then(|(second, nanos)| DateTime::from_timestamp(second, nanos)).ok_or(exhausted)
    }

    fn check(&self, instant: DateTime<Utc>) -> Result<(), WorkingTimeError> {
        let second = instant.timestamp();
        let finish = self.timeline.finish();
        let inside = self.timeline.start() <= second
            && (second < finish || (second == finish && instant.timestamp_subsec_nanos() == 0));
        if inside { Ok(()) } else { Err(WorkingTimeError::Outside { instant, valid: self.plan.valid }) }
    }
}

impl WorkingPlan {
    /// The hours of a date, whatever the days that the calendar speaks of.
    fn hours(&self, date: NaiveDate) -> DayHours {
        let ordinary = self.exceptions.get(&date).unwrap_or_else(|| self.week.hours(date.weekday()));
        match self.holidays.holiday(date).ok().flatten().map(|holiday| holiday.portion) {
            None => ordinary.clone(),
            Some(DayPart::Whole) => DayHours::closed(),
            Some(DayPart::Morning) => ordinary.within(NOON, hours::DAY),
            Some(DayPart::Afternoon) => ordinary.within(0, NOON),
        }
    }
}

/// The number of a date, 1970-01-01 being 0.
fn number_of(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

fn date_of(day: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::try_days(day)?)
}

fn nanos(length: TimeDelta) -> i128 {
    let seconds = i128::from(length.num_seconds()).saturating_mul(NANOS);
    seconds.saturating_add(i128::from(length.subsec_nanos()))
}

fn delta(nanos: i128) -> TimeDelta {
    let seconds = i64::try_from(nanos.div_euclid(NANOS)).ok();
    let nanos = u32::try_from(nanos.rem_euclid(NANOS)).ok();
    // Working time of at most a hundred years always fits.
    seconds.zip(nanos).and_then(|(seconds, nanos)| TimeDelta::new(seconds, nanos)).unwrap_or(TimeDelta::MAX)
}

impl TryFrom<WorkingPlan> for WorkingCalendar {
    type Error = WorkingCalendarError;

    fn try_from(plan: WorkingPlan) -> Result<Self, Self::Error> {
        Self::new(plan)
    }
}

impl From<WorkingCalendar> for WorkingPlan {
    fn from(calendar: WorkingCalendar) -> Self {
        calendar.plan
    }
}

/// A plan does not make a working calendar.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkingCalendarError {
    /// It has no end, or is longer than a hundred years.
    #[error("the calendar of {valid} is too long: an end within 36525 days is wanted")]
    TooLong {
        /// The days of the plan.
        valid: DateRange,
    },
    /// It goes beyond the years 1 to 9999.
    #[error("the calendar of {valid} is too far off: days of the years 1 to 9999 are wanted")]
    TooFar {
        /// The days of the plan.
        valid: DateRange,
    },
    /// An exception is for a date that the calendar does not speak of.
    #[error("the hours of {date} are outside the calendar: a date within {valid} is wanted")]
    ExceptionOutside {
        /// The date.
        date: NaiveDate,
        /// The days of the plan.
        valid: DateRange,
    },
    /// The holidays are not known for all the days.
    #[error("the holidays are known for {known} only: all those of {valid} are wanted")]
    HolidaysUnknown {
        /// The days whose holidays are known.
        known: DateRange,
        /// The days of the plan.
        valid: DateRange,
    },
}

/// A working calendar could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkingTimeError {
    /// The instant is outside the calendar.
    #[error("{instant} is outside the working calendar: an instant within {valid} is wanted")]
    Outside {
        /// The instant asked about.
        instant: DateTime<Utc>,
        /// The days that the calendar speaks of.
        valid: DateRange,
    },
    /// The date is outside the calendar.
    #[error("{date} is outside the working calendar: a date within {valid} is wanted")]
    DateOutside {
        /// The date asked about.
        date: NaiveDate,
        /// The days that the calendar speaks of.
        valid: DateRange,
    },
    /// Not all the days are in the calendar.
    #[error("{days} goes beyond the working calendar: days within {valid} are wanted")]
    DaysOutside {
        /// The days asked about.
        days: DateRange,
        /// The days that the calendar speaks of.
        valid: DateRange,
    },
    /// The calendar has not so much working time, before or after the instant.
    #[error("the working time of {valid} does not suffice: less time, or a longer calendar, is wanted")]
    Exhausted {
        /// The days that the calendar speaks of.
        valid: DateRange,
    },
}
