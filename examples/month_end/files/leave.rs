//! Holidays, plans of leave, and what of it is asked for.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::sheet::Row;
use office_core::subject::{Leave, Person};
use office_core::{DateRange, DayPart, Decimal, Holiday, Holidays, InputError, Ratio};
use office_hr::{AnnualDay, Basis, LeavePlan, LeaveRounding, LeaveTerms};

use super::cell::{self, Code};
use super::table::{FileRow, Table};

/// A day on which those of a calendar do not work, or not in the afternoon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HolidayRow {
    pub(crate) calendar: String,
    pub(crate) date: NaiveDate,
    pub(crate) holiday: Holiday,
}

impl FileRow for HolidayRow {
    const FILE: &'static str = "holidays.csv";
    const COLUMNS: &'static [&'static str] = &["calendar", "date", "name", "portion"];
    const KEY: &'static [&'static str] = &["calendar", "date"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let portion = row.one_of("portion", &[("1.0", DayPart::Whole), ("0.5", DayPart::Afternoon)])?;
        Ok(Self {
            calendar: cell::plain_code(row, "calendar")?,
            date: cell::date(row, "date")?,
            holiday: Holiday { name: cell::text(row, "name")?, portion },
        })
    }
}

/// The holidays of each calendar; those outside the range are refused.
pub(crate) fn calendars(table: &Table<HolidayRow>, range: DateRange) -> Result<BTreeMap<String, Holidays>, InputError> {
    let mut days: BTreeMap<&str, Vec<(NaiveDate, Holiday)>> = BTreeMap::new();
    for (row, HolidayRow { calendar, date, holiday }) in table.both() {
        if !range.contains(*date) {
            return Err(row.refuse("date", &format!("a day within {range}, as company.csv says")));
        }
        days.entry(calendar).or_default().push((*date, holiday.clone()));
    }
    let mut calendars = BTreeMap::new();
    for (calendar, days) in days {
        // Invariant: days are within the range and told once, which is all that could be refused.
        let holidays = Holidays::new(range, days).map_err(|error| {
            InputError::new(HolidayRow::FILE, 1, "date", calendar, format!("other holidays: {error}"))
        })?;
        calendars.insert(calendar.to_owned(), holidays);
    }
    Ok(calendars)
}

/// A plan of leave, its terms in force from the first of January of the year in which carried days lapse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeavePlanRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) plan: LeavePlan,
}

impl FileRow for LeavePlanRow {
    const FILE: &'static str = "leave_plans.csv";
    const COLUMNS: &'static [&'static str] = &[
        "plan",
        "name",
        "days_per_year",
        "full_week_days",
        "basis",
        "rounding",
        "carry_over_max",
        "carry_over_expires",
        "calendar",
    ];
    const KEY: &'static [&'static str] = &["plan"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let rounding: LeaveRounding = row.parse("rounding", "`half_or_more_up`, `up_to_half` or `exact`")?;
        let basis = row.one_of("basis", &[("twelfths", Basis::twelfths()), ("days", Basis::Days)])?;
        let expires = cell::date(row, "carry_over_expires")?;
        let terms = LeaveTerms::new(days(row, "days_per_year")?, days(row, "full_week_days")?)
            .with_part_years(basis, rounding)
            .with_carry_over(Some(days(row, "carry_over_max")?), Some(AnnualDay::of(expires)));
        let code = cell::plain_code(row, "plan")?;
        let mut plan = LeavePlan::new(code.clone(), AnnualDay::NEW_YEAR, cell::plain_code(row, "calendar")?);
        let since = NaiveDate::from_ymd_opt(expires.year(), 1, 1).unwrap_or(expires);
        plan.publish(since, terms).map_err(|error| row.refuse("full_week_days", &error.to_string()))?;
        Ok(Self { code, name: cell::text(row, "name")?, plan })
    }
}

/// A number of days, not below nothing.
fn days(row: Row<'_>, column: &str) -> Result<Ratio, InputError> {
    let days = cell::number(row, column)?;
    if days.trunc().mantissa() > 366 {
        return Err(row.refuse(column, "at most 366 days"));
    }
    Ok(Ratio::from_decimal(days))
}

/// Whole days or halves.
fn half_days(row: Row<'_>, column: &str) -> Result<Ratio, InputError> {
    let doubled = cell::number(row, column)?.checked_mul(Decimal::TWO);
    let halves = doubled.is_some_and(|halves| halves.is_integer());
    if halves { days(row, column) } else { Err(row.refuse(column, "whole days or halves such as `4.5`")) }
}

/// What somebody has of leave when the month begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeaveOpening {
    pub(crate) employee: Code<Person>,
    pub(crate) carried_in: Ratio,
    pub(crate) taken_to_march: Ratio,
    pub(crate) taken_april_to_september: Ratio,
}

impl FileRow for LeaveOpening {
    const FILE: &'static str = "leave_opening.csv";
    const COLUMNS: &'static [&'static str] = &["employee", "carried_in", "taken_to_march", "taken_april_to_september"];
    const KEY: &'static [&'static str] = &["employee"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        Ok(Self {
            employee: cell::code(row, "employee")?,
            carried_in: half_days(row, "carried_in")?,
            taken_to_march: half_days(row, "taken_to_march")?,
            taken_april_to_september: half_days(row, "taken_april_to_september")?,
        })
    }
}

/// Somebody asks for leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeaveRequest {
    pub(crate) code: Code<Leave>,
    pub(crate) employee: Code<Person>,
    pub(crate) days: DateRange,
    /// The part that is asked for of each of the days.
    pub(crate) part: DayPart,
    pub(crate) submitted: NaiveDate,
    pub(crate) cancelled: Option<NaiveDate>,
}

impl FileRow for LeaveRequest {
    const FILE: &'static str = "leave_requests.csv";
    const COLUMNS: &'static [&'static str] =
        &["request", "employee", "type", "first", "last", "day_part", "submitted", "cancelled"];
    const KEY: &'static [&'static str] = &["request"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        const PARTS: [(&str, DayPart); 3] =
            [("full", DayPart::Whole), ("morning", DayPart::Morning), ("afternoon", DayPart::Afternoon)];
        row.one_of("type", &[("annual", ())])?;
        let last = cell::date(row, "last")?;
        let days = cell::period(row, "first", "last")?;
        let part = row.one_of("day_part", &PARTS)?;
        if part.is_half() && days.start() != last {
            return Err(row.refuse("day_part", "`full` where there are several days"));
        }
        let submitted = cell::date(row, "submitted")?;
        let cancelled = cell::unless_empty(row, "cancelled", cell::date)?;
        if cancelled.is_some_and(|day| day < submitted) {
            return Err(row.refuse("cancelled", &format!("a day from {submitted} on")));
        }
        let (code, employee) = (cell::code(row, "request")?, cell::code(row, "employee")?);
        Ok(Self { code, employee, days, part, submitted, cancelled })
    }
}
