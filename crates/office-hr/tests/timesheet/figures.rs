//! Figures of too much work, put together from sheets, accounts and requests.

use std::collections::{BTreeMap, BTreeSet};

use office_core::rules::{DecisionTable, PolicyBook};
use office_core::{AuthorityBook, DateRange, DayPart, Holidays, Id, Office, Ratio, wait};
use office_hr::{
    AfterHours, AnnualDay, LapsingLeave, LeaveAccount, LeavePlan, LeaveRules, LeaveTerms, OpenAccount, Opening,
    OvertimeTrend, RequestLeave, WorkLifeFigures, WorkLifeSources, WorkTime, leave_ledger, open_account, request_leave,
    short_rests, work_life_figures,
};
use office_scratch::offices;

use crate::desk::{command, date, employ, employee, employment, enter, load, manager, now, person, rules, work};

fn leave() -> LeaveRules {
    let valid = DateRange::new(date("2026-01-01"), date("2028-01-01")).unwrap();
    let plan = |name: &str, days| {
        let mut plan = LeavePlan::new(name, AnnualDay::NEW_YEAR, "none");
        let terms = LeaveTerms::new(Ratio::from_integer(days), Ratio::from_integer(5));
        plan.publish(date("2026-01-01"), terms).unwrap();
        (name.to_owned(), plan)
    };
    let mut approval = PolicyBook::new("leave");
    let allowed = DecisionTable::from_rows(&["days: number", "outcome"], [vec!["-".to_owned(), "allow".to_owned()]]);
    approval.publish(date("2026-01-01"), allowed.unwrap()).unwrap();
    LeaveRules {
        plans: BTreeMap::from([plan("annual", 28), plan("sick", 60)]),
        calendars: BTreeMap::from([("none".to_owned(), Holidays::none(valid))]),
        hours: rules().hours,
        ask: "leave.ask".parse().unwrap(),
        approval,
        teams: BTreeMap::new(),
    }
}

fn figures(office: &Office, on: &str, weeks: u8) -> WorkLifeFigures {
    let (time, leave, kind) = (&rules(), &leave(), |name: &str| BTreeSet::from([name.to_owned()]));
    let (lapsing, absence) = (&kind("annual"), &kind("sick"));
    let sources = WorkLifeSources { time, leave, lapsing, absence, weeks };
    let gather = |view| async move { work_life_figures(&view, employment(), date(on), &sources).await };
    wait(office.view(gather)).unwrap()
}

fn begin(office: &Office) {
    employ(office);
    for kind in ["annual", "sick"] {
        let opening = &OpenAccount {
            person: person("E-1"),
            kind: kind.to_owned(),
            employment: employment(),
            plan: kind.to_owned(),
            opening: Opening { on: date("2026-01-01"), carried_in: Ratio::ZERO },
            earlier: Vec::new(),
        };
        let opening = |tx| async move { open_account(&tx, opening).await };
        wait(office.transact(&command(kind, &manager(), now()), opening)).unwrap();
    }
}

fn ask(office: &Office, kind: &str, range: &str) {
    let (leave, book, by) = (&leave(), &AuthorityBook::default(), employee());
    let asked = &RequestLeave {
        person: person("E-1"),
        kind: kind.to_owned(),
        range: range.parse().unwrap(),
        part: DayPart::Whole,
        time: None,
        by: by.clone(),
        on: now().date_naive(),
        at: now(),
    };
    let (key, id) = (format!("{kind}-{range}"), Id::natural("leave", range));
    let asking = |tx| async move { request_leave(&tx, id, asked, leave, book).await };
    wait(office.transact(&command(&key.replace('/', "-"), &by, now()), asking)).unwrap();
}

#[test]
fn what_is_stored_gives_the_figures() {
    let (_places, offices) = offices();
    for office in &offices {
        begin(office);
        assert_eq!(figures(office, "2026-10-11", 1).after_hours, AfterHours::default());

        // Nine to seven by the clocks of Berlin, five days of a week.
        for number in 1..=5 {
            let start = format!("2026-10-{:02}T07:00:00Z", number + 4);
            enter(office, &start.replace(':', ""), number, work(&start, 600)).unwrap();
        }
        // And on Wednesday from half past eleven to half past one.
        enter(office, "night", 6, work("2026-10-07T21:30:00Z", 120)).unwrap();
        // Ill for two days, and for one; a weekend between Friday and Monday makes no new spell.
        for range in ["2026-09-18/2026-09-19", "2026-09-21/2026-09-22", "2026-09-30/2026-10-01"] {
            ask(office, "sick", range);
        }
        ask(office, "annual", "2026-09-28/2026-09-29");

        let found = figures(office, "2026-10-11", 1);
        let (hours, rate) = (WorkTime::hours, Ratio::from_integer);
        assert_eq!(found.overtime, OvertimeTrend { late: rate(12), before: rate(0) });
        assert!(found.overtime.rises());
        assert_eq!(found.after_hours, AfterHours { worked: hours(52), outside: hours(12) });
        assert_eq!(found.bradford, rate(2 * 2 * 3));
        let entries: Vec<_> = load(office, 0).counted().map(|(_, time)| time.clone()).collect();
        let week = DateRange::inclusive(date("2026-10-05"), date("2026-10-11")).unwrap();
        let limits = rules().limits.check(&entries, week, "Europe/Berlin".parse().unwrap()).unwrap();
        assert_eq!((found.short_rests, found.short_rests > 0), (short_rests(&limits), true));
        let (account, leave) = (LeaveAccount::id_of(person("E-1"), "annual"), &leave());
        let ledger = |view| async move { leave_ledger(&view, account, leave, date("2026-10-11")).await };
        let lots = wait(office.view(ledger)).unwrap().lots(date("2026-10-11")).unwrap();
        assert_eq!(found.leave, LapsingLeave::of(&lots));
        assert_eq!(found.leave, [LapsingLeave { from: date("2027-01-01"), days: rate(27) }]);

        // A week later it is what came before; absence is looked back on for a year.
        let later = figures(office, "2026-10-18", 1);
        assert_eq!(later.overtime, OvertimeTrend { late: rate(0), before: rate(12) });
        assert_eq!((later.short_rests, later.after_hours), (0, AfterHours::default()));
        assert_eq!(figures(office, "2026-10-18", 2).overtime.late, rate(6));
        assert_eq!(figures(office, "2026-12-31", 1).bradford, rate(12));
    }
}
