//! Approved work, noted for the leave that accrues by it.

use std::collections::BTreeMap;

use office_core::rules::PolicyBook;
use office_core::{DateRange, DayPart, Holiday, Holidays, Office, Ratio, wait};
use office_hr::{
    AnnualDay, LeaveAccount, LeavePlan, LeaveRules, LeaveTerms, NoteTimesheetError, OpenAccount, Opening,
    TimesheetStatus, WorkTime, WorkedDay, note_timesheet, open_account, submit_timesheet,
};
use office_scratch::offices;

use crate::desk::{
    book, command, date, employ, employee, employment, enter, manager, now, person, reopen, rules, sheet, strike, work,
};

/// Submits the sheet of a week with little on it, so that it is approved at once, and notes its work.
fn note(office: &Office, key: &str, week: u64) -> Result<(), NoteTimesheetError> {
    let (rules, book) = (&rules(), &book());
    let submitting = |tx| async move { submit_timesheet(&tx, sheet(week), rules, book).await };
    let submitted = wait(office.transact(&command(&format!("{key}-submit"), &employee(), now()), submitting));
    assert_eq!(submitted.unwrap(), TimesheetStatus::Approved);
    note_work(office, key, week)
}

fn note_work(office: &Office, key: &str, week: u64) -> Result<(), NoteTimesheetError> {
    let (account, leave) = (LeaveAccount::id_of(person("E-1"), "annual"), &leave());
    let noting = |tx| async move { note_timesheet(&tx, account, sheet(week), leave).await };
    wait(office.transact(&command(key, &manager(), now()), noting))
}

/// Leave by a plan whose calendar has a holiday on Thursday 8 October.
fn leave() -> LeaveRules {
    let mut plan = LeavePlan::new("hourly", AnnualDay::NEW_YEAR, "DE");
    plan.publish(date("2026-01-01"), LeaveTerms::new(Ratio::from_integer(28), Ratio::from_integer(5))).unwrap();
    let fair = Holiday { name: "town fair".into(), portion: DayPart::Whole };
    let holidays = Holidays::new(DateRange::year(2026).unwrap(), [(date("2026-10-08"), fair)]).unwrap();
    LeaveRules {
        plans: BTreeMap::from([("hourly".to_owned(), plan)]),
        calendars: BTreeMap::from([("DE".to_owned(), holidays)]),
        hours: rules().hours,
        ask: "leave.ask".parse().unwrap(),
        approval: PolicyBook::new("leave"),
        teams: BTreeMap::new(),
    }
}

#[test]
fn approved_work_is_noted_once_for_each_day_also_across_the_midnight_of_a_week() {
    let (_places, offices) = offices();
    for office in &offices {
        employ(office);
        let opening = &OpenAccount {
            person: person("E-1"),
            kind: "annual".to_owned(),
            employment: employment(),
            plan: "hourly".to_owned(),
            opening: Opening { on: date("2026-01-01"), carried_in: Ratio::ZERO },
            earlier: Vec::new(),
        };
        let opening = |tx| async move { open_account(&tx, opening).await };
        let account = wait(office.transact(&command("open", &manager(), now()), opening)).unwrap();
        let noted = |on: &str| {
            let WorkedDay { planned, worked } =
                wait(office.view(|view| async move { view.load(account).await })).unwrap().work().on(date(on));
            (planned, worked)
        };
        let hours = |planned, worked| (WorkTime::hours(planned), WorkTime::hours(worked));

        // From ten on Sunday to two on Monday.
        enter(office, "a", 1, work("2026-10-11T20:00:00Z", 240)).unwrap();
        assert!(matches!(note_work(office, "early", 0), Err(NoteTimesheetError::NotApproved { .. })));
        note(office, "b", 0).unwrap();
        assert_eq!(["2026-10-07", "2026-10-08", "2026-10-11"].map(noted), [hours(8, 0), hours(0, 0), hours(0, 2)]);
        assert_eq!(noted("2026-10-12"), hours(8, 2));
        enter(office, "c", 1, work("2026-10-12T07:00:00Z", 180)).unwrap();
        note(office, "d", 1).unwrap();
        assert_eq!(noted("2026-10-12"), hours(8, 5));
        // In whatever order they are noted, and however often.
        note_work(office, "e", 0).unwrap();
        assert_eq!(["2026-10-11", "2026-10-12"].map(noted), [hours(0, 2), hours(8, 5)]);

        // It was on another day: what was noted is replaced.
        reopen(office, "f", &manager(), "it was Saturday").unwrap();
        strike(office, "g", 1, "it was Saturday").unwrap();
        enter(office, "h", 2, work("2026-10-10T10:00:00Z", 60)).unwrap();
        note(office, "i", 0).unwrap();
        let after = ["2026-10-10", "2026-10-11", "2026-10-12"].map(noted);
        assert_eq!(after, [hours(0, 1), hours(0, 0), hours(8, 3)]);

        let none = LeaveRules { calendars: BTreeMap::new(), ..leave() };
        let none = &none;
        let noting = |tx| async move { note_timesheet(&tx, account, sheet(0), none).await };
        let refused = wait(office.transact(&command("none", &manager(), now()), noting));
        assert!(matches!(refused, Err(NoteTimesheetError::NoSuchPlan { .. })));
    }
}
