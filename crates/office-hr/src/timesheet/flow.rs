//! Writing on sheets, and submitting them.

use chrono::Days;
use office_core::subject::PersonId;
use office_core::{AuthorityBook, Id, Scope, StoreError, Tx, Zone};
use thiserror::Error;

use super::{SubmitTimesheetError, Timesheet, TimesheetRules, TimesheetStatus, WriteTimesheetError};
use crate::permission::own_or_granted;
use crate::{Employment, NotPermitted, TimeEntry};

/// To enter time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnterTime {
    /// In which employment.
    pub employment: Id<Employment>,
    /// The number of the entry within the sheet of its week, from 1 on.
    pub number: u32,
    /// From when to when.
    pub time: TimeEntry,
    /// What it was for.
    pub note: String,
}

/// A sheet was not written on or submitted: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TimesheetError {
    /// It is somebody else's, who has not handed it to them, and they are not granted to enter it.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// Nobody was employed there on that day.
    #[error("nobody is employed there on {on}: a day of the employment is wanted")]
    NotEmployed {
        /// The day on which the work begins.
        on: chrono::NaiveDate,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] WriteTimesheetError),
    /// It cannot be submitted.
    #[error(transparent)]
    Submit(#[from] SubmitTimesheetError),
    /// The store failed, or knows no such employment or sheet.
    #[error("the sheet cannot be stored")]
    Store(#[from] StoreError),
}

/// Enters time on the sheet of its week, which begins with its first entry.
///
/// Done by the employee, by whom the employee has handed it to, or by somebody who is granted to enter the time of others.
/// The same entry under the same number again is the same. Of two entries that overlap and are made at once one is refused.
///
/// # Errors
/// [`TimesheetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// // Time is entered by whose it is, once.
/// assert!(enter("for-her", bea, 2, "2026-10-06T07:00:00Z/2026-10-06T15:00:00Z").is_err());
/// assert!(enter("twice", anna, 2, "2026-10-05T14:00:00Z/2026-10-05T16:00:00Z").is_err());
/// enter("tuesday", anna, 2, "2026-10-06T07:00:00Z/2026-10-06T15:00:00Z")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn enter_time(
    tx: &Tx,
    command: &EnterTime,
    rules: &TimesheetRules,
    book: &AuthorityBook,
) -> Result<Id<Timesheet>, TimesheetError> {
    // Read.
    let employment = tx.load(command.employment).await?;
    let begins = command.time.work().start();
    let utc = begins.date_naive();
    let zone = employment.on(utc).map(|assignment| assignment.zone).ok_or(TimesheetError::NotEmployed { on: utc })?;
    let starts = rules.week_of(zone.date_of(begins));
    let week = |day| Timesheet::id_of(command.employment, day);
    let id = week(starts);
    let around = [starts.checked_sub_days(Days::new(7)), starts.checked_add_days(Days::new(7))];
    let around: Vec<Id<Timesheet>> = around.into_iter().flatten().map(week).collect();
    let known = tx.find(id).await?;
    let beside: Vec<Timesheet> = tx.find_each(&around).await?.into_iter().flatten().collect();

    // Decide.
    let person = employment.person();
    let on = zone.date_of(begins);
    if employment.on(on).is_none() {
        return Err(TimesheetError::NotEmployed { on });
    }
    own(tx, (person, &employment.scope()), zone, rules, book)?;
    let begun = Timesheet::begun(command.employment, person, starts, zone);
    let sheet = match &known {
        Some(sheet) => sheet.clone(),
        None => office_core::fold::<Timesheet>([&begun]).ok_or(TimesheetError::NotEmployed { on })?,
    };
    let entry = (command.number, &command.time, command.note.as_str());
    let decision = sheet.enter(entry, &beside, rules, tx.command().at())?;

    // Record.
    if known.is_none() {
        tx.create(id, begun).await?;
    }
    tx.decide(id, decision).await?;
    Ok(id)
}

/// Strikes an entry out, for a reason.
///
/// # Errors
/// [`TimesheetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::strike_time;
///
/// let strike = |key: &str, why: &'static str| {
///     wait(office.transact(&command(key, anna), |tx| async move { strike_time(&tx, sheet, 1, why, rules, book).await }))
/// };
/// // A reason is wanted.
/// assert!(strike("silent", "").is_err());
/// strike("wrong-day", "it was on Tuesday")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn strike_time(
    tx: &Tx,
    id: Id<Timesheet>,
    number: u32,
    why: &str,
    rules: &TimesheetRules,
    book: &AuthorityBook,
) -> Result<(), TimesheetError> {
    // Read.
    let sheet = tx.load(id).await?;
    let employment = tx.load(sheet.opened().employment).await?;

    // Decide.
    own(tx, (employment.person(), &employment.scope()), sheet.opened().zone, rules, book)?;
    let decision = sheet.strike(number, why, rules, tx.command().at())?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(())
}

/// Submits a sheet: by the policy it is approved at once, or awaits approval.
///
/// # Errors
/// [`TimesheetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// // By whose time it is: who approves it is not granted to enter it.
/// assert!(submit("for-her", bea).is_err());
/// assert_eq!(submit("submit", anna)?, TimesheetStatus::Submitted { stage: 1 });
/// # Ok::<(), Failure>(())
/// ```
pub async fn submit_timesheet(
    tx: &Tx,
    id: Id<Timesheet>,
    rules: &TimesheetRules,
    book: &AuthorityBook,
) -> Result<TimesheetStatus, TimesheetError> {
    // Read.
    let sheet = tx.load(id).await?;
    let employment = tx.load(sheet.opened().employment).await?;

    // Decide.
    own(tx, (employment.person(), &employment.scope()), sheet.opened().zone, rules, book)?;
    let starts = sheet.opened().starts;
    let days = (0..7).filter_map(|day| starts.checked_add_days(Days::new(day)));
    let assignment =
        days.filter_map(|day| employment.on(day)).next_back().ok_or(TimesheetError::NotEmployed { on: starts })?;
    let command = tx.command();
    let decision = sheet.submit(id, command.actor().person, &assignment.scope, rules, command.at())?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(tx.load(id).await?.status())
}

/// Refuses who has nothing to do with the time of a person.
fn own(
    tx: &Tx,
    whose: (PersonId, &Scope),
    zone: Zone,
    rules: &TimesheetRules,
    book: &AuthorityBook,
) -> Result<(), NotPermitted> {
    let command = tx.command();
    own_or_granted(command.actor(), &rules.enter, whose, zone.date_of(command.at()), book)
}
