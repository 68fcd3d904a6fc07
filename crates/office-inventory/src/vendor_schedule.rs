//! On which days a vendor takes orders, and when what is ordered arrives.
//!
//! Laws, held by `tests/reorder_run.rs`:
//!
//! 1. Orders are taken on a day on which the vendor works and that is one of its order days, and on none before it.
//! 2. What is ordered on the latest day arrives in time; what is ordered on the order day after it does not.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use office_core::{Decimal, WorkingCalendar, WorkingTimeError, decimal_text};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How a vendor works: its days, the weekdays on which it takes orders, and how far its lead time varies.
///
/// # Example
/// ```
/// use chrono::{NaiveDate, Weekday};
/// use office_core::{DateRange, Decimal, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
/// use office_inventory::{VendorSchedule, VendorScheduleError};
///
/// let valid = DateRange::year(2026)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
/// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
/// let order_days = vec![Weekday::Tue];
/// let vendor = VendorSchedule { calendar: Some(calendar), order_days, lead_deviation: Decimal::ZERO };
///
/// let day = |text: &str| text.parse::<NaiveDate>();
/// assert_eq!(vendor.order_day(day("2026-10-01")?)?, day("2026-10-06")?);
/// assert_eq!(vendor.arrival(day("2026-10-06")?, 4)?, day("2026-10-12")?); // working days
/// assert_eq!(vendor.latest_order(day("2026-10-12")?, 4)?, day("2026-10-06")?);
///
/// assert!(matches!(vendor.order_day(day("2027-01-05")?), Err(VendorScheduleError::Calendar(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorSchedule {
    /// The days on which it works, in which its lead days are counted. Without, every day is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<WorkingCalendar>,
    /// The weekdays on which it takes orders: all if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_days: Vec<Weekday>,
    /// The standard deviation of its lead time, in days of the calendar on the wall.
    #[serde(with = "decimal_text")]
    pub lead_deviation: Decimal,
}

/// It cannot be said when a vendor takes an order or delivers it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VendorScheduleError {
    /// The vendor's calendar does not reach so far.
    #[error("the vendor's calendar cannot tell")]
    Calendar(#[from] WorkingTimeError),
    /// It works on none of its order days within a year.
    #[error("no order is taken within a year from {from}: an order day on which the vendor works is wanted")]
    NoOrderDay {
        /// The first day looked at.
        from: NaiveDate,
    },
    /// There is no such day.
    #[error("there is no day {days} days from {from}")]
    NoDay {
        /// The day counted from.
        from: NaiveDate,
        /// How many days were to be counted.
        days: u32,
    },
}

/// How far ahead an order day is looked for.
const YEAR: u64 = 366;

/// Works every day, takes orders every day, is always in time.
impl Default for VendorSchedule {
    fn default() -> Self {
        Self { calendar: None, order_days: Vec::new(), lead_deviation: Decimal::ZERO }
    }
}

impl VendorSchedule {
    /// The first day from `on` on which it takes orders.
    ///
    /// # Errors
    /// [`VendorScheduleError`].
    pub fn order_day(&self, on: NaiveDate) -> Result<NaiveDate, VendorScheduleError> {
        let days = (0..YEAR).map(|ahead| on.checked_add_days(Days::new(ahead)));
        self.first_order_day(on, days)
    }

    /// When what is ordered on a day arrives: after so many working days.
    ///
    /// # Errors
    /// [`VendorScheduleError`].
    pub fn arrival(&self, ordered: NaiveDate, lead_days: u32) -> Result<NaiveDate, VendorScheduleError> {
        let no_day = VendorScheduleError::NoDay { from: ordered, days: lead_days };
        match &self.calendar {
            // What needs no time arrives on the day itself.
            Some(calendar) if lead_days > 0 => {
                let days = i32::try_from(lead_days).map_err(|_| no_day)?;
                Ok(calendar.working_day(ordered, days)?)
            }
            Some(_) | None => ordered.checked_add_days(Days::new(lead_days.into())).ok_or(no_day),
        }
    }

    /// The latest day on which an order still arrives by `needed`.
    ///
    /// # Errors
    /// [`VendorScheduleError`].
    pub fn latest_order(&self, needed: NaiveDate, lead_days: u32) -> Result<NaiveDate, VendorScheduleError> {
        let no_day = VendorScheduleError::NoDay { from: needed, days: lead_days };
        let latest = match &self.calendar {
            Some(calendar) if lead_days > 0 => {
                // The last working day by then, and so many before it.
                let last = if calendar.hours(needed)?.is_closed() { calendar.working_day(needed, -1)? } else { needed };
                let days = i32::try_from(lead_days).map_err(|_| no_day)?;
                calendar.working_day(last, days.saturating_neg())?
            }
            Some(_) | None => needed.checked_sub_days(Days::new(lead_days.into())).ok_or(no_day)?,
        };
        // Ordering on a day off is as ordering on the working day before, so only order days count.
        let days = (0..YEAR).map(|back| latest.checked_sub_days(Days::new(back)));
        self.first_order_day(latest, days)
    }

    fn first_order_day(
        &self,
        from: NaiveDate,
        mut days: impl Iterator<Item = Option<NaiveDate>>,
    ) -> Result<NaiveDate, VendorScheduleError> {
        let taken = |day: &NaiveDate| self.order_days.is_empty() || self.order_days.contains(&day.weekday());
        days.find_map(|day| {
            let day = day.filter(taken)?;
            match self.calendar.as_ref().map(|calendar| calendar.hours(day)) {
                Some(Err(error)) => Some(Err(error.into())),
                Some(Ok(hours)) if hours.is_closed() => None,
                Some(Ok(_)) | None => Some(Ok(day)),
            }
        })
        .unwrap_or(Err(VendorScheduleError::NoOrderDay { from }))
    }
}
