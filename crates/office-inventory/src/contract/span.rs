//! Lengths of time as contracts tell them.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A length of time as a contract tells it.
///
/// Months are those of the calendar: from a day to the day of the same number, or to the last day of the month where
/// there is no such day. A year is twelve months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermSpan {
    /// So many days.
    Days(u32),
    /// So many weeks.
    Weeks(u32),
    /// So many months.
    Months(u32),
}

impl TermSpan {
    /// The day so much later. Nothing if the calendar does not reach so far.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_inventory::TermSpan;
    ///
    /// let january: NaiveDate = "2028-01-31".parse()?;
    /// assert_eq!(TermSpan::Months(1).after(january), Some("2028-02-29".parse()?));
    /// assert_eq!(TermSpan::Weeks(2).after(january), Some("2028-02-14".parse()?));
    /// assert_eq!(TermSpan::Months(u32::MAX).after(january), None);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => day.checked_add_days(Days::new(days.into())),
            Self::Weeks(weeks) => day.checked_add_days(Days::new(u64::from(weeks).checked_mul(7)?)),
            Self::Months(months) => day.checked_add_months(Months::new(months)),
        }
    }

    /// The latest day so much after which is not later than `last`.
    pub(super) fn latest_before(self, last: NaiveDate) -> Option<NaiveDate> {
        let day = match self {
            Self::Days(days) => last.checked_sub_days(Days::new(days.into())),
            Self::Weeks(weeks) => last.checked_sub_days(Days::new(u64::from(weeks).checked_mul(7)?)),
            Self::Months(months) => last.checked_sub_months(Months::new(months)),
        }?;
        // A month after several days at the end of a long month is the one last day of a short month.
        let in_time = |day: &NaiveDate| self.after(*day).is_some_and(|after| after <= last);
        (0..4).rev().find_map(|later| day.checked_add_days(Days::new(later)).filter(in_time))
    }

    /// Whether it is no time at all.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        let (Self::Days(number) | Self::Weeks(number) | Self::Months(number)) = self;
        number == 0
    }

    /// Whether it is more than a hundred years.
    pub(super) const fn is_too_long(self) -> bool {
        match self {
            Self::Days(days) => days > 36_525,
            Self::Weeks(weeks) => weeks > 5_217,
            Self::Months(months) => months > 1_200,
        }
    }

    const fn times(self, times: u32) -> Option<Self> {
        match self {
            Self::Days(days) => match days.checked_mul(times) {
                Some(days) => Some(Self::Days(days)),
                None => None,
            },
            Self::Weeks(weeks) => match weeks.checked_mul(times) {
                Some(weeks) => Some(Self::Weeks(weeks)),
                None => None,
            },
            Self::Months(months) => match months.checked_mul(times) {
                Some(months) => Some(Self::Months(months)),
                None => None,
            },
        }
    }
}

/// Such as `3 months`.
impl std::fmt::Display for TermSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (number, unit) = match self {
            Self::Days(days) => (days, "day"),
            Self::Weeks(weeks) => (weeks, "week"),
            Self::Months(months) => (months, "month"),
        };
        write!(f, "{number} {unit}{}", if *number == 1 { "" } else { "s" })
    }
}

/// A day that comes again and again. All are counted from the first, so that the 31st comes back after a short month.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recurrence {
    pub(super) first: NaiveDate,
    // Invariant of those who make one: more than nothing.
    pub(super) every: TermSpan,
}

impl Recurrence {
    pub(super) fn nth(self, number: u32) -> Option<NaiveDate> {
        self.every.times(number)?.after(self.first)
    }

    /// The days from `from` on, each with its number from 0, as far as the calendar reaches.
    pub(super) fn since(self, from: NaiveDate) -> impl Iterator<Item = (u32, NaiveDate)> {
        let days = from.signed_duration_since(self.first).num_days();
        let elapsed = match self.every {
            TermSpan::Days(each) => days.checked_div(each.into()),
            TermSpan::Weeks(each) => days.checked_div(i64::from(each).saturating_mul(7)),
            TermSpan::Months(each) => {
                let month =
                    |day: NaiveDate| i64::from(day.year()).saturating_mul(12).saturating_add(day.month0().into());
                month(from).saturating_sub(month(self.first)).checked_div(each.into())
            }
        };
        // One before what has elapsed is never too late, and the next few are near.
        let start = elapsed.and_then(|elapsed| u32::try_from(elapsed.saturating_sub(1).max(0)).ok());
        let numbers = start.into_iter().flat_map(|start| start..=u32::MAX);
        numbers.map_while(move |number| Some((number, self.nth(number)?))).skip_while(move |(_, day)| *day < from)
    }
}
