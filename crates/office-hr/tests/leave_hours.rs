//! Leave by the minute, teams that stay covered, and leave that accrues by hours worked, by the numbers of the README's laws.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, Days, NaiveDate, Utc};
    use insta::assert_json_snapshot;
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, AuthorityBook, Command, DateRange, DayPart, Holiday, Holidays, Id, MemoryStore, Office, Ratio, Role,
        WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
    };
    use office_hr::{
        AccrualLevel, AccrualPeriod, AccrualPlan, AccrualRate, AnnualDay, Assignment, Hire, LeaveAccount,
        LeaveAccountFact, LeaveDay, LeaveHistory, LeavePlan, LeaveRequest, LeaveRules, LeaveStatus, LeaveTeam,
        LeaveTerms, LeaveTime, Ledger, NoteWorkError, OpenAccount, Opening, RequestLeave, RequestLeaveError,
        ServiceLength, Tenure, WorkRecord, WorkTime, WorkedDay, hire, leave_ledger, note_work, open_account,
        request_leave, shared_part,
    };
    use proptest::prelude::*;
    use proptest::sample::select;

    const PEOPLE: [&str; 3] = ["E-1", "E-2", "E-3"];

    /// From a Monday on.
    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).unwrap() + Days::new(offset)
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn actor(name: &str) -> Actor {
        Actor::new(person(name), Role::new("employee"))
    }

    /// What leave there is: thirty days a year, as many hours as these have, or 12.07 % of the hours that are worked.
    #[derive(Clone, Copy, Debug)]
    enum Kept {
        InDays,
        InHours,
        ByWork,
    }

    fn plan(kept: Kept) -> LeavePlan {
        let days = Ratio::from_integer;
        let rate = AccrualRate::HourWorked(Ratio::new(1207, 10_000).unwrap());
        let level =
            AccrualLevel::new(ServiceLength::Days(0), Ratio::ZERO, AccrualPeriod::Weeks { weeks: 1, from: day(0) });
        let accruing = LeaveTerms::accruing(AccrualPlan::of_levels([AccrualLevel { rate, ..level }]));
        let plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE");
        let (mut plan, terms) = match kept {
            Kept::InDays => (plan, LeaveTerms::new(days(30), days(5))),
            Kept::InHours => (plan.in_hours(), LeaveTerms::new(days(240), days(5))),
            Kept::ByWork => (plan.in_hours(), accruing),
        };
        plan.publish("2026-01-01".parse().unwrap(), terms).unwrap();
        plan
    }

    fn rules(kept: Kept, most_away: usize) -> LeaveRules {
        let valid = DateRange::year(2026).unwrap();
        // Half of the first Wednesday is off.
        let half = Holiday { name: "town fair".into(), portion: DayPart::Afternoon };
        let mut approval = PolicyBook::new("leave");
        let table = DecisionTable::from_rows(&["days: number", "outcome"], [vec!["-".to_owned(), "allow".to_owned()]]);
        approval.publish(valid.start(), table.unwrap()).unwrap();
        let (week, exceptions) = (WeeklyHours::weekdays("09:00-17:00".parse().unwrap()), BTreeMap::new());
        let hours = WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays: Holidays::none(valid) };
        let team = LeaveTeam { people: PEOPLE.map(person).into(), most_away };
        LeaveRules {
            plans: BTreeMap::from([("LP".to_owned(), plan(kept))]),
            calendars: BTreeMap::from([("DE".to_owned(), Holidays::new(valid, [(day(2), half)]).unwrap())]),
            hours: WorkingCalendar::new(hours).unwrap(),
            approval,
            teams: BTreeMap::from([("front desk".to_owned(), team)]),
            ask: "leave.ask".parse().unwrap(),
        }
    }

    struct World {
        office: Office,
        rules: LeaveRules,
    }

    impl World {
        fn new(kept: Kept, most_away: usize) -> Self {
            let world = Self { office: Office::on(MemoryStore::new()), rules: rules(kept, most_away) };
            for name in PEOPLE {
                let employment = Id::natural("employment", name);
                let assignment = Assignment {
                    role: Role::new("employee"),
                    manager: None,
                    cost_centre: Id::natural("cost_centre", "CC-100"),
                    scope: "company".parse().unwrap(),
                    weekly_hours: Ratio::from_integer(40),
                    week: "MO|TU|WE|TH|FR".parse().unwrap(),
                    zone: Zone::UTC,
                };
                let hiring = &Hire { person: person(name), term: "2026-01-01/..".parse().unwrap(), assignment };
                let opening = &OpenAccount {
                    person: person(name),
                    kind: "annual".to_owned(),
                    employment,
                    plan: "LP".to_owned(),
                    opening: Opening { on: "2026-01-01".parse().unwrap(), carried_in: Ratio::ZERO },
                    earlier: Vec::new(),
                };
                let asked = command(name, name);
                let begun = world.office.transact(&asked, |tx| async move {
                    hire(&tx, employment, hiring).await.unwrap();
                    open_account(&tx, opening).await.unwrap();
                    Ok::<_, office_core::StoreError>(())
                });
                wait(begun).unwrap();
            }
            world
        }

        fn ask(&self, key: &str, asked: &Asked) -> Result<LeaveStatus, RequestLeaveError> {
            let Asked { name, first, length, part, minutes } = *asked;
            let asked = &RequestLeave {
                person: person(name),
                kind: "annual".to_owned(),
                range: DateRange::new(day(first), day(first + length)).unwrap(),
                part,
                time: minutes.map(WorkTime::minutes),
                by: actor(name),
                on: day(0),
                at: DateTime::<Utc>::UNIX_EPOCH,
            };
            let (id, rules) = (Id::<LeaveRequest>::natural("leave", key), &self.rules);
            let asking = |tx| async move { request_leave(&tx, id, asked, rules, &AuthorityBook::default()).await };
            wait(self.office.transact(&command(key, name), asking))
        }

        fn requests(&self, name: &str) -> Vec<LeaveRequest> {
            let of = &person(name);
            let found = self.office.view(|view| async move { view.list(LeaveRequest::OF_PERSON, of).await });
            wait(found).unwrap().into_iter().map(|(_, request)| request).collect()
        }

        fn balance(&self, name: &str, on: NaiveDate) -> Ratio {
            let (account, rules) = (LeaveAccount::id_of(person(name), "annual"), &self.rules);
            let ledger = self.office.view(|view| async move { leave_ledger(&view, account, rules, on).await });
            wait(ledger).unwrap().balance(on).unwrap()
        }

        fn note(&self, key: &str, work: &WorkRecord) -> Result<(), NoteWorkError> {
            let account = LeaveAccount::id_of(person("E-1"), "annual");
            let noting = |tx| async move { note_work(&tx, account, work).await };
            wait(self.office.transact(&command(key, "payroll"), noting))
        }
    }

    fn command(key: &str, by: &str) -> Command {
        Command::new(key, "leave", actor(by), DateTime::<Utc>::UNIX_EPOCH).unwrap()
    }

    #[derive(Clone, Copy, Debug)]
    struct Asked {
        name: &'static str,
        first: u64,
        length: u64,
        part: DayPart,
        minutes: Option<i32>,
    }

    fn asked() -> impl Strategy<Value = Asked> {
        let part = select(vec![DayPart::Whole, DayPart::Whole, DayPart::Morning, DayPart::Afternoon]);
        let minutes = prop::option::weighted(0.7, 1_i32..490);
        (select(PEOPLE.to_vec()), 0_u64..7, 1_u64..4, part, minutes)
            .prop_map(|(name, first, length, part, minutes)| Asked { name, first, length, part, minutes })
    }

    fn sum<'a>(days: impl Iterator<Item = &'a LeaveDay>) -> Ratio {
        days.fold(Ratio::ZERO, |sum, day| sum.checked_add(day.value()).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn laws_69_and_71_no_day_is_exceeded_and_no_team_left(all in prop::collection::vec(asked(), 1..14), most_away in 1_usize..3) {
            let world = World::new(Kept::InDays, most_away);
            for (number, asked) in all.iter().enumerate() {
                let before = world.requests(asked.name);
                if world.ask(&format!("LR-{number}"), asked).is_err() {
                    prop_assert_eq!(world.requests(asked.name), before);
                }
            }
            // Who is away in the morning, and in the afternoon.
            let mut away: BTreeMap<(NaiveDate, DayPart), BTreeSet<&str>> = BTreeMap::new();
            for name in PEOPLE {
                let days: Vec<LeaveDay> = world.requests(name).iter().flat_map(|request| request.days().to_vec()).collect();
                for LeaveDay { on, part, .. } in days.iter().copied() {
                    for half in [DayPart::Morning, DayPart::Afternoon].into_iter().filter(|half| shared_part(*half, part).is_some()) {
                        away.entry((on, half)).or_default().insert(name);
                    }
                    let of_date = || days.iter().filter(|day| day.on == on);
                    let half = Ratio::new(1, 2).unwrap();
                    let worked = if on == day(2) { half } else { Ratio::ONE };
                    prop_assert!(sum(of_date()) <= worked);
                    for part in [DayPart::Morning, DayPart::Afternoon] {
                        prop_assert!(sum(of_date().filter(|day| day.part == part)) <= half);
                    }
                }
            }
            prop_assert!(away.values().all(|people| people.len() <= most_away), "{away:?}");
        }

        #[test]
        fn law_70_time_costs_its_part_of_the_day(first in 0_u64..5, minutes in 1_i32..241, more in 1_i32..241, part in select(vec![DayPart::Whole, DayPart::Morning])) {
            let ask = |minutes: &[Option<i32>]| {
                let world = World::new(Kept::InDays, 3);
                for (number, minutes) in minutes.iter().enumerate() {
                    let asked = Asked { name: "E-1", first, length: 1, part, minutes: *minutes };
                    world.ask(&format!("LR-{number}"), &asked)?;
                }
                Ok::<_, RequestLeaveError>(world.balance("E-1", day(100)))
            };
            let all = ask(&[]).unwrap();
            // A day has eight hours, and half a day four, also where the other half is off.
            let cost = Ratio::new(minutes.into(), 480).unwrap();
            prop_assert_eq!(ask(&[Some(minutes)]).unwrap(), all.checked_sub(cost).unwrap());
            let whole = if part == DayPart::Whole && first != 2 { 480 } else { 240 };
            prop_assert_eq!(ask(&[Some(whole)]).unwrap(), ask(&[None]).unwrap());
            // In two parts it costs the same, and both fit as long as the sum does.
            match ask(&[Some(minutes), Some(more)]) {
                Ok(balance) => prop_assert_eq!(balance, ask(&[Some(minutes + more)]).unwrap()),
                Err(RequestLeaveError::TimeNotPlanned { left, .. }) => {
                    prop_assert!(minutes + more > whole);
                    prop_assert_eq!(left, WorkTime::minutes(whole - minutes));
                }
                // Nothing is left of it.
                Err(RequestLeaveError::Overlap { .. }) => prop_assert_eq!(minutes, whole),
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            }
        }

        #[test]
        fn law_76_leave_in_hours_costs_what_is_planned(all in prop::collection::vec(asked(), 1..10)) {
            let [days, hours] = [Kept::InDays, Kept::InHours].map(|kept| World::new(kept, 3));
            let eight = Ratio::from_integer(8);
            for (number, asked) in all.iter().enumerate() {
                let key = format!("LR-{number}");
                let [in_days, in_hours] = [&days, &hours].map(|world| world.ask(&key, asked).map_err(|error| error.to_string()));
                prop_assert_eq!(in_days, in_hours);
                let [of_days, of_hours] = [&days, &hours].map(|world| world.balance(asked.name, day(100)));
                prop_assert_eq!(of_hours, of_days.checked_mul(eight).unwrap());
            }
            for name in PEOPLE {
                let costs = |world: &World| world.requests(name).iter().map(LeaveRequest::cost).collect::<Vec<_>>();
                let expected: Vec<_> = costs(&days).into_iter().map(|cost| cost.checked_mul(eight).unwrap()).collect();
                prop_assert_eq!(costs(&hours), expected);
            }
        }

        #[test]
        fn law_72_what_is_worked_earns_leave_also_late(days in prop::collection::vec((0_u64..28, 0_i32..12), 0..12)) {
            let world = World::new(Kept::ByWork, 3);
            let mut all = WorkRecord::default();
            for (number, (on, hours)) in days.iter().enumerate() {
                let worked = WorkedDay { planned: WorkTime::hours(8), worked: WorkTime::hours(*hours) };
                let mut work = WorkRecord::default();
                work.set(day(*on), worked);
                all.set(day(*on), worked);
                world.note(&format!("note-{number}"), &work).unwrap();
                // From all that is known by then it comes to the same.
                let (plan, opening) = (plan(Kept::ByWork), Opening { on: "2026-01-01".parse().unwrap(), carried_in: Ratio::ZERO });
                let tenure = Tenure::new("2026-01-01/..".parse().unwrap(), Ratio::from_integer(5)).unwrap();
                let history = LeaveHistory { work: Some(&all), ..LeaveHistory::new(&plan, &tenure, opening, &[]) };
                let expected = Ledger::of(&history, day(40)).unwrap().balance(day(40)).unwrap();
                prop_assert_eq!(world.balance("E-1", day(40)), expected);
            }
        }
    }

    #[test]
    fn law_72_leave_is_had_once_it_is_worked_for() {
        let world = World::new(Kept::ByWork, 3);
        let asked = |minutes| Asked { name: "E-1", first: 9, length: 1, part: DayPart::Whole, minutes };
        let refused = world.ask("early", &asked(Some(1))).unwrap_err();
        assert!(matches!(refused, RequestLeaveError::BalanceTooSmall { .. }), "{refused:?}");
        let mut work = WorkRecord::default();
        // Ten hours earn 1.207 hours, which are credited when the week is over.
        work.set(day(1), WorkedDay { planned: WorkTime::hours(8), worked: WorkTime::hours(10) });
        world.note("worked", &work).unwrap();
        let refused = world.ask("day", &asked(None)).unwrap_err();
        assert_eq!(refused.to_string(), "8 hours are asked for, 1207/1000 are left");
        assert!(world.ask("too-much", &asked(Some(73))).is_err());
        world.ask("late", &asked(Some(72))).unwrap();
        work.set(day(2), WorkedDay { planned: WorkTime::hours(8), worked: WorkTime::hours(26) });
        let refused = world.note("impossible", &work).unwrap_err();
        assert_eq!(refused.to_string(), "26:00 of work on 2026-03-04 are not possible: 0:00 to 25:00 are wanted");
        assert!(matches!(world.note("nothing", &WorkRecord::default()), Err(NoteWorkError::Days { days: 0 })));
    }

    #[test]
    fn what_is_stored_keeps_its_form() {
        let time = LeaveTime { asked: WorkTime::minutes(90), planned: WorkTime::hours(8) };
        let part = LeaveDay { time: Some(time), ..LeaveDay::new(day(0), DayPart::Whole) };
        assert_eq!(part.value(), Ratio::new(3, 16).unwrap());
        assert_json_snapshot!(part, @r#"
        {
          "on": "2026-03-02",
          "part": "whole",
          "time": {
            "asked": "1:30",
            "planned": "8:00"
          }
        }
        "#);
        let hours = LeaveDay { charged: Some(WorkTime::minutes(450)), ..LeaveDay::new(day(0), DayPart::Whole) };
        assert_eq!((hours.value(), hours.cost()), (Ratio::ONE, Ratio::new(15, 2).unwrap()));
        assert_json_snapshot!(hours, @r#"
        {
          "on": "2026-03-02",
          "part": "whole",
          "charged": "7:30"
        }
        "#);
        let mut work = WorkRecord::default();
        work.set(day(1), WorkedDay { planned: WorkTime::hours(8), worked: WorkTime::hours(10) });
        assert_json_snapshot!(LeaveAccountFact::Worked(work), @r#"
        {
          "worked": {
            "2026-03-03": {
              "planned": "8:00",
              "worked": "10:00"
            }
          }
        }
        "#);
    }

    #[test]
    fn law_71_of_two_of_a_team_who_ask_at_once_one_is_recorded() {
        for _ in 0..20 {
            let world = &World::new(Kept::InDays, 1);
            let outcomes: Vec<_> = std::thread::scope(|scope| {
                let ask = |name: &'static str| {
                    let asked = Asked { name, first: 1, length: 2, part: DayPart::Whole, minutes: Some(60) };
                    scope.spawn(move || world.ask(&format!("LR-{name}"), &asked))
                };
                let threads: Vec<_> = ["E-1", "E-2"].map(ask).into();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
            let refused = outcomes.into_iter().find_map(Result::err).unwrap();
            let told = "1 of `front desk` are away on 2026-03-03 already: at most 1 may be";
            assert_eq!(refused.to_string(), told);
        }
    }
}
