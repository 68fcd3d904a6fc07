//! The work by which the leave of an account accrues.

use chrono::{Days, NaiveDate};
use office_core::{DateRange, Decision, Id, OutsideCalendar, StoreError, Tx};
use thiserror::Error;

use crate::leave::planned_on;
use crate::{
    Employment, LeaveAccount, LeaveAccountFact, LeaveRules, Timesheet, TimesheetStatus, WorkRecord, WorkTime, WorkedDay,
};

/// The most days of work that are noted at once.
const MOST: usize = 366;
/// The longest day there is: that on which clocks go back.
const LONGEST: i32 = 25;

/// Work was not noted: nothing is recorded.
#[derive(Debug, Error)]
pub enum NoteWorkError {
    /// There are none, or too many at once.
    #[error("work of {days} days is given: that of 1 to 366 is wanted")]
    Days {
        /// How many.
        days: usize,
    },
    /// No day has so much.
    #[error("{time} of work on {on} are not possible: 0:00 to 25:00 are wanted")]
    Time {
        /// The day.
        on: NaiveDate,
        /// How much would be planned or worked.
        time: WorkTime,
    },
    /// The store failed, or knows no such account.
    #[error("the work cannot be stored")]
    Store(#[from] StoreError),
}

impl LeaveAccount {
    /// What was planned and worked, as far as it was noted. Leave accrues by it where the plan says so.
    #[must_use]
    pub const fn work(&self) -> &WorkRecord {
        &self.work
    }

    /// Notes what was planned and worked on some days, in place of what was noted for them before.
    ///
    /// # Errors
    /// [`NoteWorkError`], in the order of its variants.
    pub fn note_work(&self, work: &WorkRecord) -> Result<Decision<LeaveAccountFact>, NoteWorkError> {
        let days = || all(work);
        if !(1..=MOST).contains(&days().count()) {
            return Err(NoteWorkError::Days { days: days().count() });
        }
        for (on, WorkedDay { planned, worked }) in days() {
            let wrong = |time: &WorkTime| time.is_negative() || *time > WorkTime::hours(LONGEST);
            if let Some(time) = [planned, worked].into_iter().find(wrong) {
                return Err(NoteWorkError::Time { on, time });
            }
        }
        if days().all(|(on, day)| self.work.on(on) == day) {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(LeaveAccountFact::Worked(work.clone())))
    }

    pub(super) fn take_over(&mut self, work: &WorkRecord) {
        for (on, day) in all(work) {
            self.work.set(on, day);
        }
    }
}

/// All days of a record.
fn all(work: &WorkRecord) -> impl Iterator<Item = (NaiveDate, WorkedDay)> {
    work.days(DateRange::from(NaiveDate::MIN))
}

/// Notes what was planned and worked on some days, such as those of an approved timesheet, for an account whose leave accrues
/// by it. What was noted for a day before is replaced; the balances that follow from it change with it, also those of days
/// that are past.
///
/// # Errors
/// [`NoteWorkError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Ratio, Role, wait};
/// use office_hr::{NoteWorkError, OpenAccount, Opening, WorkRecord, WorkTime, WorkedDay, note_work, open_account};
///
/// let office = Office::on(MemoryStore::new());
/// let (person, employment) = (Id::natural("person", "E-1"), Id::natural("employment", "E-1"));
/// let by = Actor::new(person, Role::new("payroll"));
/// let opening = Opening { on: "2026-01-01".parse()?, carried_in: Ratio::ZERO };
/// let opening = &OpenAccount {
///     person, kind: "annual".into(), employment, plan: "casual".into(), opening, earlier: Vec::new(),
/// };
/// let command = |key: &str| Command::new(key, "leave", by.clone(), "2026-10-05T08:00:00Z".parse().unwrap_or_default());
/// let account = wait(office.transact(&command("open")?, |tx| async move { open_account(&tx, opening).await }))?;
///
/// let note = |key: &str, worked: WorkTime| {
///     let mut work = WorkRecord::default();
///     work.set("2026-10-02".parse()?, WorkedDay { planned: WorkTime::hours(8), worked });
///     let work = &work;
///     let command = command(key)?;
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
///         note_work(&tx, account, work).await
///     })))
/// };
/// note("a", WorkTime::hours(9))??;
/// assert!(matches!(note("b", WorkTime::hours(26))?, Err(NoteWorkError::Time { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn note_work(tx: &Tx, id: Id<LeaveAccount>, work: &WorkRecord) -> Result<(), NoteWorkError> {
    // Read.
    let account = tx.load(id).await?;

    // Decide.
    let decision = account.note_work(work)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// The work of a sheet was not noted: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NoteTimesheetError {
    /// The account is of another employment.
    #[error("the account is of {account}: a sheet of that employment is wanted")]
    OtherEmployment {
        /// The employment of the account.
        account: Id<Employment>,
    },
    /// The sheet may still change.
    #[error("the sheet is {status}: an approved one is wanted")]
    NotApproved {
        /// Where it stands.
        status: TimesheetStatus,
    },
    /// The rules have no such plan, or not its calendar.
    #[error("the rules do not have the leave plan `{plan}` and its calendar")]
    NoSuchPlan {
        /// The plan of the account.
        plan: String,
    },
    /// The holidays of the week are not known.
    #[error("it cannot be told what was planned")]
    Holidays(#[from] OutsideCalendar),
    /// It cannot be noted.
    #[error(transparent)]
    Note(#[from] NoteWorkError),
    /// The store failed, or knows no such account or sheet.
    #[error("the work cannot be stored")]
    Store(#[from] StoreError),
}

/// Notes the work of an approved sheet for an account whose leave accrues by it, beside what was planned by the hours of
/// the employment and the calendar of the account's plan. Noted again after it was corrected, the new work counts.
///
/// What goes on past the last midnight of a week is summed with the work that the sheet of the next week has of that day.
///
/// # Errors
/// [`NoteTimesheetError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::{
///     AnnualDay, LeavePlan, LeaveRules, LeaveTerms, NoteTimesheetError, OpenAccount, Opening, WorkTime, approve_timesheet,
///     note_timesheet, open_account,
/// };
///
/// let day = "2026-01-01".parse()?;
/// let mut plan = LeavePlan::new("hourly", AnnualDay::NEW_YEAR, "none");
/// plan.publish(day, LeaveTerms::new(days(28), days(5)))?;
/// let leave = &LeaveRules {
///     plans: [("hourly".into(), plan)].into(), calendars: [("none".into(), Holidays::none(valid))].into(),
///     hours: hours.clone(), ask: "leave.ask".parse()?, approval: PolicyBook::new("leave"), teams: BTreeMap::new(),
/// };
/// let opening = Opening { on: day, carried_in: Ratio::ZERO };
/// let (kind, plan, earlier) = ("annual".into(), "hourly".into(), Vec::new());
/// let opening = &OpenAccount { person: anna, kind, employment, plan, opening, earlier };
/// let account = wait(office.transact(&command("open", bea), |tx| async move { open_account(&tx, opening).await }))?;
///
/// let note = |key: &str| {
///     wait(office.transact(&command(key, bea), |tx| async move { note_timesheet(&tx, account, sheet, leave).await }))
/// };
/// // What may still change is not noted.
/// assert!(matches!(note("early"), Err(NoteTimesheetError::NotApproved { .. })));
/// submit("submit", anna)?;
/// let step = &ApproveStep { by: by(bea), step: 1, on, at };
/// let approve = |tx| async move { approve_timesheet(&tx, sheet, step, book, rules).await };
/// wait(office.transact(&command("approve", bea), approve))?;
/// note("note")?;
/// let noted = wait(office.view(|view| async move { view.load(account).await }))?;
/// let week = noted.work().sum("2026-10-05/2026-10-12".parse()?);
/// assert_eq!((week.planned, week.worked), (WorkTime::hours(40), WorkTime::hours(8)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn note_timesheet(
    tx: &Tx,
    id: Id<LeaveAccount>,
    sheet: Id<Timesheet>,
    rules: &LeaveRules,
) -> Result<(), NoteTimesheetError> {
    // Read.
    let account = tx.load(id).await?;
    let sheet = tx.load(sheet).await?;
    let (of, starts) = (sheet.opened().employment, sheet.opened().starts);
    let employment = tx.load(of).await?;
    let week = Days::new(7);
    let beside = [starts.checked_sub_days(week), starts.checked_add_days(week)].into_iter().flatten();
    let beside: Vec<_> = beside.map(|starts| Timesheet::id_of(of, starts)).collect();
    let beside: Vec<_> = tx.find_each(&beside).await?.into_iter().flatten().collect();

    // Decide.
    if account.opened().employment != of {
        return Err(NoteTimesheetError::OtherEmployment { account: account.opened().employment });
    }
    let status = sheet.status();
    if status != TimesheetStatus::Approved {
        return Err(NoteTimesheetError::NotApproved { status });
    }
    let plan = &account.opened().plan;
    let calendar = rules.plans.get(plan).and_then(|plan| rules.calendars.get(plan.calendar()));
    let calendar = calendar.ok_or_else(|| NoteTimesheetError::NoSuchPlan { plan: plan.clone() })?;
    let approved = || beside.iter().chain([&sheet]).filter(|sheet| sheet.status() == TimesheetStatus::Approved);
    let worked = |on| {
        let submitted = approved().filter_map(Timesheet::submitted);
        WorkTime::sum(submitted.filter_map(|submitted| submitted.days.get(&on)).copied())
    };
    let mut work = WorkRecord::default();
    for on in sheet.opened().week().dates(7) {
        work.set(on, WorkedDay { planned: planned_on(&employment, on, calendar)?, worked: worked(on) });
    }
    // The day after the week, where work goes on into it, or has done before it was corrected.
    if let Some(on) = sheet.opened().week().end() {
        let (worked, before) = (worked(on), account.work().on(on));
        let on_its_sheet = approved().any(|sheet| sheet.opened().starts == on);
        if !worked.is_zero() || on_its_sheet {
            work.set(on, WorkedDay { planned: planned_on(&employment, on, calendar)?, worked });
        } else if before != WorkedDay::default() {
            work.set(on, WorkedDay::default());
        }
    }
    let decision = account.note_work(&work)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}
