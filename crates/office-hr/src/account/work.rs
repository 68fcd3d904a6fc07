//! The work by which the leave of an account accrues.

use chrono::NaiveDate;
use office_core::{DateRange, Decision, Id, StoreError, Tx};
use thiserror::Error;

use crate::{LeaveAccount, LeaveAccountFact, WorkRecord, WorkTime, WorkedDay};

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
