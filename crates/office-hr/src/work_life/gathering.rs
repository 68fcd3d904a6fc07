//! The figures of somebody, put together from what is stored.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use office_core::{DateRange, Id, Ratio, RatioError, StoreError, View, WorkingTimeError};
use thiserror::Error;

use super::{LapsingLeave, WorkLifeFigures, after_hours, overtime_trend, short_rests};
use crate::{
    Absence, Employment, LeaveAccount, LeaveLedgerError, LeaveRequest, LeaveRules, LeaveStatus, LimitError,
    OvertimeError, TimeEntry, Timesheet, TimesheetHoursError, TimesheetRules, WorkTime, bradford, leave_ledger, spells,
};

/// Over how many days absence is looked back on: 52 weeks.
const ABSENCE_DAYS: u64 = 364;

/// By what somebody's figures are reckoned.
#[derive(Clone, Copy, Debug)]
pub struct WorkLifeSources<'a> {
    /// What is overtime and how long a rest has to be; outside of its hours work is after hours.
    pub time: &'a TimesheetRules,
    /// The plans of leave.
    pub leave: &'a LeaveRules,
    /// The kinds of leave of which may lapse what is not taken, such as `annual`.
    pub lapsing: &'a BTreeSet<String>,
    /// The kinds of leave that count as absence, such as `sick`.
    pub absence: &'a BTreeSet<String>,
    /// Over how many weeks overtime, rests and work after hours are looked at, the week of the day among them: 1 to 52.
    pub weeks: u8,
}

/// The figures of somebody cannot be put together.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GatherWorkLifeError {
    /// A sheet does not add up by these rules.
    #[error(transparent)]
    Hours(#[from] TimesheetHoursError),
    /// Its days are no week of the rules.
    #[error(transparent)]
    Overtime(#[from] OvertimeError),
    /// The rests cannot be judged.
    #[error(transparent)]
    Limits(#[from] LimitError),
    /// The hours of the office are not known for these weeks.
    #[error(transparent)]
    Calendar(#[from] WorkingTimeError),
    /// An account of leave cannot be drawn up.
    #[error(transparent)]
    Leave(#[from] LeaveLedgerError),
    /// A figure does not fit.
    #[error(transparent)]
    Figure(#[from] RatioError),
    /// The store failed, or knows no such employment.
    #[error("the figures cannot be read")]
    Store(#[from] StoreError),
}

/// The figures of somebody on a day, from their sheets as they stand on that day, approved or not, their accounts of leave,
/// and the approved absences of the last 52 weeks.
///
/// Who may see them is for the caller to ask: sheets and leave are the office's own records, and what follows from them is
/// about one person. What does not exist (a sheet, an account) counts as nothing.
///
/// # Errors
/// [`GatherWorkLifeError`].
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::{GatherWorkLifeError, LeaveRules, WorkLifeSources, work_life_figures};
///
/// let leave = &LeaveRules {
///     plans: BTreeMap::new(), calendars: BTreeMap::new(), hours: hours.clone(), ask: "leave.ask".parse()?,
///     approval: PolicyBook::new("leave"), teams: BTreeMap::new(),
/// };
/// let (lapsing, absence) = (&["annual".to_owned()].into(), &["sick".to_owned()].into());
/// let sources = WorkLifeSources { time: rules, leave, lapsing, absence, weeks: 1 };
/// let figures = |employment| {
///     wait(office.view(move |view| async move {
///         work_life_figures(&view, employment, "2026-10-05".parse().unwrap_or_default(), &sources).await
///     }))
/// };
/// // Two of the eight hours on Monday were before nine.
/// let load = figures(employment)?.after_hours;
/// assert_eq!((load.worked.to_string(), load.outside.to_string()), ("8:00".into(), "2:00".into()));
/// // Of nobody there are no figures.
/// assert!(matches!(figures(Id::natural("employment", "nobody")), Err(GatherWorkLifeError::Store(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn work_life_figures(
    view: &View,
    employment: Id<Employment>,
    on: NaiveDate,
    sources: &WorkLifeSources<'_>,
) -> Result<WorkLifeFigures, GatherWorkLifeError> {
    let WorkLifeSources { time, leave, lapsing, absence, .. } = *sources;
    let weeks = sources.weeks.clamp(1, 52);
    let last = time.week_of(on);
    // One more than twice as many: work may go on from the last day of the week before.
    let back = (0..=u64::from(weeks).saturating_mul(2))
        .map_while(|week| last.checked_sub_days(Days::new(week.saturating_mul(7))));
    let ids: Vec<_> = back.map(|starts| Timesheet::id_of(employment, starts)).collect();
    let sheets: Vec<Timesheet> = view.find_each(&ids).await?.into_iter().flatten().collect();
    let employed = view.load(employment).await?;
    let mut left = Vec::new();
    for kind in lapsing {
        let account = LeaveAccount::id_of(employed.person(), kind);
        if view.find(account).await?.is_some() {
            left.extend(LapsingLeave::of(&leave_ledger(view, account, leave, on).await?.lots(on)?));
        }
    }
    let requests = view.list(LeaveRequest::OF_PERSON, &employed.person()).await?;
    let absent = requests.iter().map(|(_, request)| request);
    let absent = absent.filter(|request| absence.contains(request.kind()) && request.status() == LeaveStatus::Approved);

    let first = last.checked_sub_days(Days::new(u64::from(weeks).saturating_sub(1).saturating_mul(7)));
    let late = DateRange::inclusive(first.unwrap_or(last), on).unwrap_or(DateRange::day(on));
    let entries: Vec<TimeEntry> =
        sheets.iter().flat_map(|sheet| sheet.counted().map(|(_, time)| time.clone())).collect();
    let zone = employed.on(on).map_or(time.hours.plan().zone, |place| place.zone);
    Ok(WorkLifeFigures {
        overtime: overtime_trend(&overtime_by_week(&sheets, time)?, on, weeks)?,
        leave: left,
        short_rests: short_rests(&time.limits.check(&entries, late, zone)?),
        after_hours: after_hours(&entries, late, &time.hours)?,
        bradford: absence_factor(absent, &employed, on)?,
    })
}

/// How long each week was overtime, by its first day.
fn overtime_by_week(
    sheets: &[Timesheet],
    rules: &TimesheetRules,
) -> Result<BTreeMap<NaiveDate, WorkTime>, GatherWorkLifeError> {
    let mut weeks: BTreeMap<NaiveDate, BTreeMap<NaiveDate, WorkTime>> = BTreeMap::new();
    for sheet in sheets {
        for (day, length) in sheet.days(rules)? {
            let worked = weeks.entry(rules.week_of(day)).or_default().entry(day).or_insert(WorkTime::ZERO);
            *worked = worked.plus(length);
        }
    }
    let mut overtime = BTreeMap::new();
    for (starts, worked) in weeks {
        let week = rules.overtime.week(starts, &worked)?;
        overtime.insert(starts, week.worked().minus(week.straight()));
    }
    Ok(overtime)
}

/// The Bradford factor of the absences up to a day.
fn absence_factor<'a>(
    absent: impl Iterator<Item = &'a LeaveRequest>,
    employed: &Employment,
    on: NaiveDate,
) -> Result<Ratio, RatioError> {
    let days = absent.flat_map(LeaveRequest::days).map(|day| Absence { on: day.on, days: day.value() });
    let days: Vec<Absence> = days.collect();
    let first = on.checked_sub_days(Days::new(ABSENCE_DAYS.saturating_sub(1))).unwrap_or(on);
    let range = DateRange::inclusive(first, on).unwrap_or(DateRange::day(on));
    let schedule = employed.schedule();
    let works = |day: NaiveDate| schedule.week(day).is_some_and(|week| week.part(day.weekday()).is_some());
    let spells = spells(&days, range, works);
    let lost = spells.iter().try_fold(Ratio::ZERO, |sum, (_, days)| sum.checked_add(*days))?;
    bradford(u32::try_from(spells.len()).unwrap_or(u32::MAX), lost)
}
