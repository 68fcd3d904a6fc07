//! Leave: the accounts of the year, and who was away in the month.

use chrono::{Datelike, NaiveDate};
use office_core::{DateRange, Decimal, Ratio, RatioError};
use office_hr::{LeaveAccount, LeaveRequest, LeaveStatus, Ledger, LineReason, leave_ledger};

use super::{ALL, Source};
use crate::files::staff::Employee;
use crate::play::Failure;
use crate::report::{Absence, Leave, LeaveRow};

/// The kind of leave that is granted by the year.
const ANNUAL: &str = "annual";

/// The figures, and the days that were approved in the month, whether they were given back later or not.
pub(super) struct Days {
    pub(super) figures: Leave,
    pub(super) approved: Decimal,
}

/// The accounts in the order of the file, and absences by their first day.
pub(super) async fn read(source: Source<'_>) -> Result<Days, Failure> {
    let mut rows = Vec::new();
    for employee in &source.world.files.staff {
        rows.push(row(source, employee).await?);
    }
    let requests = source.view.every::<LeaveRequest>(None, ALL).await?;
    let mut approved = Ratio::ZERO;
    let mut absences = Vec::new();
    for (_, request) in &requests {
        if request.approval().is_approved() {
            approved = approved.checked_add(request.cost())?;
        }
        absences.extend(absence(source, request)?);
    }
    absences.sort_by(|one, two| (one.first, &one.employee).cmp(&(two.first, &two.employee)));
    Ok(Days { figures: Leave { rows, absences }, approved: days(source, approved)? })
}

async fn row(source: Source<'_>, employee: &Employee) -> Result<LeaveRow, Failure> {
    let year = source.last_day().year();
    let year = DateRange::year(year)?;
    let last = year.last().unwrap_or(source.last_day());
    let account = LeaveAccount::id_of(employee.code.id(), ANNUAL);
    let ledger = leave_ledger(source.view, account, &source.world.settings.leave, last).await?;
    let statement = ledger.statement(year)?;
    let entitled = [statement.carried, statement.credited, statement.lost];
    let entitled = entitled.into_iter().try_fold(statement.opening, Ratio::checked_add)?;
    let gone = days_of(&ledger, |on| year.contains(on) && on <= source.last_day())?;
    let requested = days_of(&ledger, |on| year.contains(on) && on > source.last_day())?;
    Ok(LeaveRow {
        employee: employee.code.as_str().to_owned(),
        name: employee.name.clone(),
        entitled: days(source, entitled)?,
        taken: days(source, gone)?,
        requested: days(source, requested)?,
        left: days(source, statement.closing)?,
    })
}

/// The days that were taken, or are going to be.
fn days_of(ledger: &Ledger, counts: impl Fn(NaiveDate) -> bool) -> Result<Ratio, RatioError> {
    let lines = ledger.lines().iter().filter(|line| matches!(line.reason, LineReason::Taken { .. }));
    lines.filter(|line| counts(line.on)).try_fold(Ratio::ZERO, |sum, line| sum.checked_sub(line.days))
}

/// The part of a request that falls into the month, if somebody is away for it.
fn absence(source: Source<'_>, request: &LeaveRequest) -> Result<Option<Absence>, Failure> {
    if request.status() != LeaveStatus::Approved {
        return Ok(None);
    }
    let Some(range) = request.asked().range.intersection(&source.month()) else { return Ok(None) };
    let within = request.days().iter().filter(|day| range.contains(day.on));
    let away = within.map(office_hr::LeaveDay::value).try_fold(Ratio::ZERO, Ratio::checked_add)?;
    let employee = source.world.code_of(request.person());
    Ok(Some(Absence {
        employee: employee.to_owned(),
        name: source.name_of(employee),
        kind: request.kind().to_owned(),
        first: range.start(),
        last: range.last().unwrap_or(range.start()),
        days: days(source, away)?,
    }))
}

/// Days as a number. Plans round to whole days and halves, so nothing is lost.
fn days(source: Source<'_>, days: Ratio) -> Result<Decimal, Failure> {
    let exact = days.to_decimal(2, source.world.files.company.rounding);
    Ok(exact.ok_or_else(|| format!("{days} days are too many to tell"))?.normalize())
}
