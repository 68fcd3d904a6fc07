//! Laws of timesheets, by the numbers of the README.

use std::collections::BTreeMap;
use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use insta::assert_json_snapshot;
use office_core::{Actor, Interval, MemoryStore, Office, Role, WithdrawCase, fold, wait};
use office_hr::{
    EnterTime, ReopenTimesheetError, SubmitTimesheetError, TimeEntry, Timesheet, TimesheetError, TimesheetFact,
    TimesheetRules, TimesheetStatus, WorkTime, WriteTimesheetError, enter_time, fall_due_timesheet, withdraw_timesheet,
};
use office_scratch::offices;
use proptest::prelude::*;

use crate::desk::{
    approve, book, command, employ, employee, employment, enter, enter_at, facts, give_back, load, manager, monday,
    now, person, reopen, rules, sheet, strike, submit, work,
};

#[test]
fn a_week_is_written_corrected_approved_and_opened_again() {
    let (_places, offices) = offices();
    for office in &offices {
        employ(office);
        assert_eq!(enter(office, "a", 1, work("2026-10-05T07:00:00Z", 302)).unwrap(), sheet(0));
        assert!(enter(office, "a-again", 1, work("2026-10-05T07:00:00Z", 302)).is_ok(), "the same again");
        enter(office, "b", 2, work("2026-10-06T07:00:00Z", 600)).unwrap();
        strike(office, "c", 2, "the day off").unwrap();
        enter(office, "d", 3, work("2026-10-07T07:00:00Z", 241)).unwrap();
        // Going is rounded down to five minutes: five hours and four.
        let kept = load(office, 0);
        assert_eq!(WorkTime::sum(kept.days(&rules()).unwrap().into_values()), WorkTime::hours(9));
        assert_eq!(submit(office, "e").unwrap(), TimesheetStatus::Submitted { stage: 1 });
        let late = enter(office, "f", 4, work("2026-10-08T07:00:00Z", 60));
        assert!(matches!(late, Err(TimesheetError::Write(WriteTimesheetError::NotDraft { .. }))));

        // Nobody approves their own, as office manager neither.
        let own = Actor::new(person("E-1"), Role::new("office_manager"));
        assert_eq!(approve(office, "g", &own), None);
        let returned = TimesheetStatus::Draft { returned: Some("Tuesday is missing".into()) };
        assert_eq!(give_back(office, "h"), Some(returned));
        enter(office, "i", 4, work("2026-10-06T07:00:00Z", 60)).unwrap();
        submit(office, "j").unwrap();
        assert_eq!(approve(office, "k", &manager()), Some(TimesheetStatus::Approved));
        assert!(matches!(
            strike(office, "l", 4, "no"),
            Err(TimesheetError::Write(WriteTimesheetError::NotDraft { .. }))
        ));

        assert!(matches!(reopen(office, "m", &own, "mine"), Err(ReopenTimesheetError::NotAllowed { .. })));
        assert!(matches!(reopen(office, "n", &manager(), " "), Err(ReopenTimesheetError::NoReason)));
        let reopened = reopen(office, "o", &manager(), "Monday was shorter").unwrap();
        assert_eq!(reopened.to_string(), "a draft again: Monday was shorter");
        strike(office, "p", 1, "two hours only").unwrap();
        enter(office, "q", 5, work("2026-10-05T07:00:00Z", 120)).unwrap();
        // Seven hours need nobody.
        assert_eq!(submit(office, "r").unwrap(), TimesheetStatus::Approved);
        assert_eq!(load(office, 0).submitted().unwrap().days.len(), 3);
        assert_eq!(fold::<Timesheet>(&facts(office)), Some(load(office, 0)));
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let office = &Office::on(MemoryStore::new());
    employ(office);
    let refused = |key: &str, number, time: TimeEntry| match enter(office, key, number, time) {
        Err(TimesheetError::Write(why)) => why,
        other => panic!("{other:?}"),
    };
    enter(office, "a", 1, work("2026-10-05T07:00:00Z", 60)).unwrap();
    enter(office, "night", 2, work("2026-10-11T21:00:00Z", 300)).unwrap();
    let before = load(office, 0);
    let number = refused("b", 1, work("2026-10-05T09:00:00Z", 60));
    assert_eq!(number, WriteTimesheetError::NumberUsed { number: 1, next: 3 });
    let number = refused("c", 4, work("2026-10-05T09:00:00Z", 60));
    assert_eq!(number, WriteTimesheetError::Number { number: 4, next: 3 });
    let overlap = refused("d", 3, work("2026-10-05T07:30:00Z", 60));
    assert!(matches!(overlap, WriteTimesheetError::Overlap { number: 1, .. }));
    // The night into the next week is in the way there as well.
    let overlap = refused("e", 1, work("2026-10-12T00:00:00Z", 60));
    assert!(matches!(overlap, WriteTimesheetError::Overlap { number: 2, starts, .. } if starts == monday(0)));
    let future = refused("f", 3, work("2026-10-19T07:30:00Z", 60));
    assert!(matches!(future, WriteTimesheetError::Number { .. }), "it is of another week");
    let future = refused("g", 1, work("2026-10-19T07:30:00Z", 60));
    assert!(matches!(future, WriteTimesheetError::NotOver { .. }));
    let seconds = TimeEntry::new("2026-10-08T07:00:30Z/2026-10-08T08:00:00Z".parse().unwrap()).unwrap();
    assert!(matches!(refused("h", 3, seconds), WriteTimesheetError::PartOfMinute { .. }));
    let locked = enter_at(office, "i", (1, work("2026-09-28T07:00:00Z", 60)), &employee(), now());
    assert!(matches!(locked, Err(TimesheetError::Write(WriteTimesheetError::Locked { .. }))));
    let in_time = "2026-10-10T12:00:00Z".parse().unwrap();
    assert!(enter_at(office, "j", (1, work("2026-09-28T07:00:00Z", 60)), &employee(), in_time).is_ok());
    let other = enter_at(office, "k", (3, work("2026-10-08T07:00:00Z", 60)), &manager(), now());
    assert!(matches!(other, Err(TimesheetError::NotPermitted(_))));
    let stranger = manager().on_behalf_of(person("E-1"));
    let other = enter_at(office, "k-behalf", (3, work("2026-10-08T07:00:00Z", 60)), &stranger, now());
    assert!(matches!(other, Err(TimesheetError::NotPermitted(_))));
    let early = enter_at(office, "l", (1, work("2025-10-08T07:00:00Z", 60)), &employee(), now());
    assert!(matches!(early, Err(TimesheetError::NotEmployed { .. })));
    assert!(matches!(strike(office, "m", 9, "why"), Err(TimesheetError::Write(WriteTimesheetError::NoEntry { .. }))));
    assert!(matches!(strike(office, "n", 1, ""), Err(TimesheetError::Write(WriteTimesheetError::NoReason))));
    assert_eq!(load(office, 0), before);
    strike(office, "o", 1, "none").unwrap();
    strike(office, "p", 2, "none").unwrap();
    assert!(matches!(submit(office, "q"), Err(TimesheetError::Submit(SubmitTimesheetError::Empty))));
    for day in 0..3 {
        let morning = work("2026-10-05T00:00:00Z", 1_380).work().start() + TimeDelta::days(day);
        let long = TimeEntry::new(Interval::new(morning, morning + TimeDelta::hours(23)).unwrap()).unwrap();
        enter(office, &format!("day-{day}"), 3 + u32::try_from(day).unwrap(), long).unwrap();
    }
    assert!(matches!(submit(office, "r"), Err(TimesheetError::Submit(SubmitTimesheetError::RefusedByPolicy { .. }))));
}

#[test]
fn a_sheet_that_nobody_approves_comes_back() {
    let (_places, offices) = offices();
    for office in &offices {
        employ(office);
        enter(office, "a", 1, work("2026-10-05T07:00:00Z", 600)).unwrap();
        submit(office, "b").unwrap();
        let rules = &rules();
        let open = |tx: office_core::View| async move { tx.page(Timesheet::OPEN, None, None, 10).await };
        assert_eq!(wait(office.view(open)).unwrap().len(), 1);
        let fall_due = |key: &str, at: &str| {
            let command = command(key, &manager(), at.parse().unwrap());
            wait(office.transact(&command, |tx| async move { fall_due_timesheet(&tx, sheet(0), rules).await })).unwrap()
        };
        assert_eq!(fall_due("c", "2026-10-20T08:00:00Z"), TimesheetStatus::Submitted { stage: 1 });
        let expired = fall_due("d", "2026-10-22T08:00:00Z");
        assert_eq!(expired.to_string(), "a draft again: not approved by 2026-10-21 08:00 UTC");
        assert!(wait(office.view(open)).unwrap().is_empty());
        submit(office, "e").unwrap();
        let withdraw = &WithdrawCase { by: person("E-1"), on: now().date_naive(), at: now() };
        let withdrawn = wait(office.transact(&command("f", &employee(), now()), |tx| async move {
            withdraw_timesheet(&tx, sheet(0), withdraw, rules).await
        }));
        assert_eq!(withdrawn.unwrap().to_string(), "a draft again: withdrawn on 2026-10-19");
    }
}

/// Law 30.
#[test]
fn of_two_entries_that_overlap_and_are_made_at_once_one_is_kept() {
    let (_places, offices) = offices();
    let open = &TimesheetRules { lock: None, ..rules() };
    for office in &offices {
        employ(office);
        for round in 0..12 {
            // One begins on Sunday night, the other two hours later on Monday: they are on two sheets.
            let sunday = "2026-01-11T22:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::weeks(round * 3);
            let barrier = &Barrier::new(2);
            let enter = |hours: i64| {
                let start = sunday + TimeDelta::hours(hours);
                let time = TimeEntry::new(Interval::new(start, start + TimeDelta::hours(5)).unwrap()).unwrap();
                let entry = &EnterTime { employment: employment(), number: 1, time, note: String::new() };
                let command = command(&format!("{round}-{hours}"), &employee(), now());
                barrier.wait();
                wait(office.transact(&command, |tx| async move { enter_time(&tx, entry, open, &book()).await })).is_ok()
            };
            let enter = &enter;
            let made = std::thread::scope(|scope| {
                let both = [0, 2].map(|hours| scope.spawn(move || enter(hours)));
                both.map(|thread| thread.join().unwrap())
            });
            assert_eq!(made.into_iter().filter(|made| *made).count(), 1, "round {round}");
        }
    }
}

#[derive(Clone, Debug)]
enum Act {
    Enter(i64, i64),
    Strike(u32),
    Submit,
    Approve,
    GiveBack,
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => (0..1_900_i64, 1..120_i64).prop_map(|(from, steps)| Act::Enter(from, steps)),
        2 => (1..9_u32).prop_map(Act::Strike),
        2 => Just(Act::Submit),
        2 => Just(Act::Approve),
        1 => Just(Act::GiveBack),
        1 => Just(Act::Reopen),
    ];
    prop::collection::vec(act, 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Laws 31 and 32, against a list of what counts.
    #[test]
    fn what_is_submitted_stays_and_days_add_up(acts in acts()) {
        let office = Office::on(MemoryStore::new());
        employ(&office);
        let mut entries: BTreeMap<u32, (Interval, bool)> = BTreeMap::new();
        let mut status = "draft";
        for (at, act) in acts.into_iter().enumerate() {
            let key = format!("act-{at}");
            match act {
                Act::Enter(from, steps) => {
                    // Five minutes a step, from Monday midnight in Berlin.
                    let start = "2026-10-04T22:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(from * 5);
                    let time = Interval::new(start, start + TimeDelta::minutes(steps * 5)).unwrap();
                    let number = u32::try_from(entries.len()).unwrap() + 1;
                    let free = entries.values().all(|(other, counts)| !counts || !other.overlaps(&time));
                    let done = enter(&office, &key, number, TimeEntry::new(time).unwrap()).is_ok();
                    prop_assert_eq!(done, status == "draft" && free);
                    if done {
                        entries.insert(number, (time, true));
                    }
                }
                Act::Strike(number) => {
                    let done = strike(&office, &key, number, "wrong").is_ok();
                    let entry = entries.get_mut(&number);
                    let known = entry.as_ref().map(|entry| entry.1);
                    prop_assert_eq!(done, known == Some(false) || known == Some(true) && status == "draft");
                    if let (Some(entry), true) = (entry, done) {
                        entry.1 = false;
                    }
                }
                Act::Submit => {
                    let worked: TimeDelta = entries.values().filter(|entry| entry.1).map(|entry| entry.0.duration()).sum();
                    let whole = entries.values().any(|entry| entry.1);
                    match submit(&office, &key) {
                        Ok(TimesheetStatus::Approved) => {
                            prop_assert!(status == "draft" && whole && worked <= TimeDelta::hours(8));
                            status = "approved";
                        }
                        Ok(TimesheetStatus::Submitted { .. }) => {
                            prop_assert!(status == "draft" && worked > TimeDelta::hours(8));
                            status = "submitted";
                        }
                        Ok(TimesheetStatus::Draft { .. }) => prop_assert!(false, "submitted, and a draft"),
                        Err(_) => prop_assert!(status != "draft" || !whole || worked > TimeDelta::hours(60)),
                    }
                }
                Act::Approve => {
                    let done = approve(&office, &key, &manager()).is_some();
                    prop_assert!(done == (status == "submitted") || done && status == "approved");
                    if done {
                        status = "approved";
                    }
                }
                Act::GiveBack => {
                    let done = give_back(&office, &key).is_some();
                    prop_assert!(!done || status != "approved");
                    if done {
                        status = "draft";
                    }
                }
                Act::Reopen => {
                    let done = reopen(&office, &key, &manager(), "to correct it").is_ok();
                    prop_assert_eq!(done, status == "approved");
                    if done {
                        status = "draft";
                    }
                }
            }
            let Ok(kept) = wait(office.view(|view| async move { view.load(sheet(0)).await })) else { continue };
            let counted: Vec<Interval> = kept.counted().map(|(_, entry)| entry.work()).collect();
            let expected: Vec<Interval> = entries.values().filter(|entry| entry.1).map(|entry| entry.0).collect();
            prop_assert_eq!(&counted, &expected);
            let all: TimeDelta = expected.iter().map(Interval::duration).sum();
            let days = kept.days(&rules()).unwrap();
            prop_assert_eq!(WorkTime::sum(days.values().copied()).seconds(), all.num_seconds());
            if status != "draft" {
                prop_assert_eq!(&kept.submitted().unwrap().days, &days);
            }
            prop_assert_eq!(fold::<Timesheet>(&facts(&office)), Some(kept.clone()));
            let text = serde_json::to_string(&kept).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timesheet>(&text).unwrap(), kept);
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
fn what_is_stored_of_it() {
    let office = &Office::on(MemoryStore::new());
    employ(office);
    enter(office, "a", 1, work("2026-10-05T07:00:00Z", 60)).unwrap();
    strike(office, "b", 1, "the day off").unwrap();
    enter(office, "c", 2, work("2026-10-06T07:00:00Z", 60)).unwrap();
    submit(office, "d").unwrap();
    reopen(office, "e", &manager(), "Monday").unwrap();
    let mut facts = facts(office);
    let submitted = facts.remove(4);
    assert_json_snapshot!(facts, @r#"
    [
      {
        "opened": {
          "employment": "0ecef38a-332a-57df-bf5a-a7bfaec18edb",
          "person": "059e6534-1bed-5965-91ff-d308c1443876",
          "starts": "2026-10-05",
          "zone": "Europe/Berlin"
        }
      },
      {
        "entered": {
          "number": 1,
          "time": {
            "work": {
              "start": "2026-10-05T07:00:00Z",
              "end": "2026-10-05T08:00:00Z"
            }
          },
          "note": "desk"
        }
      },
      {
        "struck": {
          "number": 1,
          "why": "the day off"
        }
      },
      {
        "entered": {
          "number": 2,
          "time": {
            "work": {
              "start": "2026-10-06T07:00:00Z",
              "end": "2026-10-06T08:00:00Z"
            }
          },
          "note": "desk"
        }
      },
      {
        "reopened": {
          "why": "Monday"
        }
      }
    ]
    "#);
    let TimesheetFact::Submitted(submitted) = submitted else { panic!("{submitted:?}") };
    assert_json_snapshot!((submitted.days, submitted.approval), @r#"
    [
      {
        "2026-10-06": "1:00"
      },
      {
        "case": {
          "case": "2f873b93-c476-568b-8c66-94d306f3e661",
          "requester": "059e6534-1bed-5965-91ff-d308c1443876",
          "beneficiaries": [
            "059e6534-1bed-5965-91ff-d308c1443876"
          ],
          "scope": "company/CC-200"
        },
        "outcome": "allow",
        "at": "2026-10-19T08:00:00Z",
        "acts": []
      }
    ]
    "#);
    assert_json_snapshot!(load(office, 0), @r#"
    {
      "opened": {
        "employment": "0ecef38a-332a-57df-bf5a-a7bfaec18edb",
        "person": "059e6534-1bed-5965-91ff-d308c1443876",
        "starts": "2026-10-05",
        "zone": "Europe/Berlin"
      },
      "entries": {
        "1": {
          "time": {
            "work": {
              "start": "2026-10-05T07:00:00Z",
              "end": "2026-10-05T08:00:00Z"
            }
          },
          "note": "desk",
          "struck": "the day off"
        },
        "2": {
          "time": {
            "work": {
              "start": "2026-10-06T07:00:00Z",
              "end": "2026-10-06T08:00:00Z"
            }
          },
          "note": "desk"
        }
      },
      "returned": "Monday"
    }
    "#);
}
