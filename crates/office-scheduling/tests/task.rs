//! The laws of tasks and projects, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of tasks, minutes and days")]
mod law {
    use std::collections::{BTreeMap, BTreeSet};
    use std::thread;

    use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Command, DateRange, Decision, Entity, Holidays, Id, MemoryStore, Office, Role, StoreError, System,
        WeeklyHours, WorkingCalendar, WorkingPlan, fold, wait,
    };
    use office_scheduling::{
        Activity, CompleteTaskError, Milestone, Network, NetworkError, Project, ProjectFact, ProjectForecast,
        RecurrenceSet, RemainingWork, Task, TaskDetails, TaskFact, TaskId, TaskOutlook, TaskParts, TaskStatus,
        WaitForTaskError, Workload, complete_task, late_tasks, wait_for_task,
    };
    use office_scratch::{embedded, offices};
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    fn activity<K: Ord + Clone>(key: K, minutes: u64, after: &[K]) -> Activity<K> {
        Activity { key, minutes, after: after.iter().cloned().collect() }
    }

    /// The longest chain that ends with an activity, in minutes, by trying all of them.
    fn longest_to(all: &[Activity<usize>], key: usize) -> u64 {
        let before = all[key].after.iter().map(|before| longest_to(all, *before));
        all[key].minutes + before.max().unwrap_or(0)
    }

    fn longest(all: &[Activity<usize>]) -> u64 {
        (0..all.len()).map(|key| longest_to(all, key)).max().unwrap_or(0)
    }

    /// Activities of which each waits for some with a lower number.
    fn orders() -> impl Strategy<Value = Vec<Activity<usize>>> {
        vec((0_u64..20, vec(any::<prop::sample::Index>(), 0..4)), 1..9).prop_map(|list| {
            let activity = |(key, (minutes, after)): (usize, (u64, Vec<prop::sample::Index>))| Activity {
                key,
                minutes,
                after: if key == 0 { BTreeSet::new() } else { after.iter().map(|one| one.index(key)).collect() },
            };
            list.into_iter().enumerate().map(activity).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Law 40: length and slack, by looking for the longest chain anew.
        #[test]
        fn a_project_takes_as_long_as_its_longest_chain(all in orders(), late in any::<prop::sample::Index>()) {
            let network = Network::of(all.clone()).unwrap();
            prop_assert_eq!(network.minutes(), longest(&all));
            for (key, times) in network.iter() {
                prop_assert_eq!(times.earliest_finish, longest_to(&all, *key));
                prop_assert_eq!(times.earliest_finish - times.earliest_start, all[*key].minutes);
                prop_assert_eq!(times.latest_finish - times.latest_start, all[*key].minutes);
                prop_assert!(times.earliest_start <= times.latest_start && times.free_slack <= times.slack());
            }
            let path = network.critical_path();
            prop_assert_eq!(path.iter().map(|key| all[*key].minutes).sum::<u64>(), network.minutes());
            prop_assert!(path.windows(2).all(|pair| all[pair[1]].after.contains(&pair[0])));
            prop_assert!(path.iter().all(|key| network.times(key).unwrap().is_critical()));

            let late = late.index(all.len());
            let delayed = |by: u64| {
                let mut delayed = all.clone();
                delayed[late].minutes += by;
                delayed
            };
            let times = network.times(&late).unwrap();
            prop_assert_eq!(longest(&delayed(times.slack())), network.minutes());
            prop_assert_eq!(longest(&delayed(times.slack() + 1)), network.minutes() + 1);
            // Late by its free slack it holds up nobody.
            let held_up = Network::of(delayed(times.free_slack)).unwrap();
            let starts = |network: &Network<usize>| network.iter().map(|(_, times)| times.earliest_start).collect::<Vec<_>>();
            prop_assert_eq!(starts(&held_up), starts(&network));
        }

        /// Law 40: a circle is refused where there is one, and the one named is one.
        #[test]
        fn a_circle_is_refused_by_name(all in vec(btree_set(0_usize..7, 0..3), 7)) {
            let list: Vec<Activity<usize>> =
                all.iter().cloned().enumerate().map(|(key, after)| Activity { key, minutes: 1, after }).collect();
            // Whoever waits for nobody left goes, until nobody does.
            let mut left: BTreeSet<usize> = (0..7).collect();
            while let Some(free) = left.iter().copied().find(|key| all[*key].is_disjoint(&left)) {
                left.remove(&free);
            }
            match Network::of(list) {
                Ok(_) => prop_assert!(left.is_empty()),
                Err(NetworkError::Circle { path }) => {
                    prop_assert!(!left.is_empty() && path.len() > 1 && path.first() == path.last());
                    prop_assert!(path.windows(2).all(|pair| all[pair[0]].contains(&pair[1])), "{:?}", path);
                }
                Err(other) => panic!("{other}"),
            }
        }
    }

    /// The Reliable Construction Co. of F. Hillier and G. Lieberman, "Introduction to Operations Research": fourteen
    /// activities, in weeks.
    #[test]
    fn the_plant_is_built_in_forty_four_weeks() {
        let network = Network::of([
            activity("A", 2, &[]),
            activity("B", 4, &["A"]),
            activity("C", 10, &["B"]),
            activity("D", 6, &["C"]),
            activity("E", 4, &["C"]),
            activity("F", 5, &["E"]),
            activity("G", 7, &["D"]),
            activity("H", 9, &["E", "G"]),
            activity("I", 7, &["C"]),
            activity("J", 8, &["F", "I"]),
            activity("K", 4, &["J"]),
            activity("L", 5, &["J"]),
            activity("M", 2, &["H"]),
            activity("N", 6, &["K", "L"]),
        ])
        .unwrap();
        assert_eq!(network.minutes(), 44);
        assert_eq!(network.critical_path(), ["A", "B", "C", "E", "F", "J", "L", "N"]);
        let slack: BTreeMap<&str, u64> = network
            .iter()
            .filter(|(_, times)| !times.is_critical())
            .map(|(key, times)| (*key, times.slack()))
            .collect();
        assert_eq!(slack, [("D", 4), ("G", 4), ("H", 4), ("I", 2), ("K", 1), ("M", 4)].into());
        let wallboard = network.times(&"J").unwrap();
        assert_eq!((wallboard.earliest_start, wallboard.latest_finish), (25, 33));
        let twice = Network::of([activity("A", 1, &[]), activity("A", 2, &[])]);
        assert_eq!(twice.unwrap_err().to_string(), "A is there twice: a key of its own is wanted");
        let unknown = Network::of([activity("A", 1, &["Z"])]).unwrap_err().to_string();
        assert_eq!(unknown, "A waits for Z, which there is not: one of the activities is wanted");
    }

    fn calendar() -> WorkingCalendar {
        let valid = DateRange::year(2026).unwrap();
        // Fridays are short, and the second Monday of November is off.
        let week = WeeklyHours::weekdays("09:00-12:00, 13:00-17:00".parse().unwrap());
        let week = week.on(chrono::Weekday::Fri, "09:00-13:20".parse().unwrap());
        let exceptions = [(NaiveDate::from_ymd_opt(2026, 11, 9).unwrap(), "closed".parse().unwrap())].into();
        let zone = "Europe/Berlin".parse().unwrap();
        WorkingCalendar::new(WorkingPlan { zone, valid, week, exceptions, holidays: Holidays::none(valid) }).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn id<T>(number: u32) -> Id<T> {
        format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
    }

    proptest! {
        /// Law 41: alone, the weeks of one task are those that a look at each day finds, to the minute.
        #[test]
        fn work_is_spread_exactly(minutes in 0_u32..10_000, due in prop::option::of(0_i64..40), second in 0_u32..5_000) {
            let calendar = calendar();
            let period: DateRange = "2026-11-02/2026-12-01".parse().unwrap();
            let due = due.map(|days| at("2026-10-30T12:00:00Z") + TimeDelta::days(days));
            let (ada, ben): (PersonId, PersonId) = (id(1), id(2));
            let work = [
                RemainingWork { person: ada, minutes, due },
                RemainingWork { person: ben, minutes: second, due: None },
                RemainingWork { person: ben, minutes, due },
            ];
            let load = Workload::of(&calendar, period, work).unwrap();
            let sum = |person| load.weeks(person).map(|(_, week)| week.minutes).sum::<u64>();
            prop_assert_eq!((sum(ada), sum(ben)), (u64::from(minutes), u64::from(minutes + second)));

            let hours = |date: NaiveDate| u64::from(calendar.hours(date).unwrap().seconds());
            let working: Vec<NaiveDate> = period.dates(99).filter(|date| hours(*date) > 0).collect();
            let in_time = |date: &&NaiveDate| due.is_none_or(|due| **date <= due.date_naive());
            let mut window: Vec<NaiveDate> = working.iter().filter(in_time).copied().collect();
            if window.is_empty() {
                window = vec![working[0]];
            }
            let total: u64 = window.iter().map(|date| hours(*date)).sum();
            for (monday, week) in load.weeks(ada) {
                let days: Vec<NaiveDate> = window.iter().copied().filter(|date| date.iso_week() == monday.iso_week()).collect();
                let share = days.iter().map(|date| hours(*date)).sum::<u64>() * u64::from(minutes);
                let days = u64::try_from(days.len()).unwrap();
                prop_assert!(week.minutes * total + days * total >= share && week.minutes * total <= share + days * total);
                prop_assert!(days > 0 || week.minutes == 0);
                prop_assert_eq!(week.over(), week.minutes.saturating_sub(week.capacity));
            }
            prop_assert!(load.overloads().is_sorted_by(|one, next| one.2.over() >= next.2.over()));
        }
    }

    fn task(title: &str, effort_minutes: u32, due: Option<DateTime<Utc>>) -> Task {
        let parts = TaskParts { effort_minutes, due, ..TaskParts::new(title, id(1)) };
        Task::open(&Task::begin(TaskDetails::new(parts).unwrap())).unwrap()
    }

    #[test]
    fn late_tasks_come_first() {
        let now = at("2026-11-05T08:00:00Z"); // nine o'clock on a Thursday
        let due = |text: &str| Some(at(text));
        let tasks = [
            (id(1), task("in time", 420, due("2026-11-05T16:00:00Z"))),
            (id(2), task("too much", 421, due("2026-11-05T16:00:00Z"))),
            (id(3), task("a day late", 10, due("2026-11-04T08:00:00Z"))),
            (id(4), task("two days late", 10, due("2026-11-03T08:00:00Z"))),
            (id(5), task("some day", 10, None)),
        ];
        let late = late_tasks(&calendar(), now, &tasks).unwrap();
        let hours = TimeDelta::hours;
        let overdue = |late| TaskOutlook::Overdue { late };
        let short = TaskOutlook::AtRisk { short: TimeDelta::minutes(1) };
        assert_eq!(late, [(id(4), overdue(hours(14))), (id(3), overdue(hours(7))), (id(2), short)]);
    }

    proptest! {
        /// Law 42, by any acts of three people.
        #[test]
        fn a_task_has_one_owner(acts in vec((1_u32..4, 1_u32..4, 0_u8..3), 0..20)) {
            let (mut owner, mut offered) = (1, None);
            let mut task = task("move the shelves", 60, None);
            let now = at("2026-11-05T08:00:00Z");
            for (by, to, act) in acts {
                let decision = match act {
                    0 => task.delegate(id(by), id(to), now).ok(),
                    one => task.answer(id(by), one == 1, now).ok(),
                };
                let goes = match act {
                    0 => by == owner && (to != by || offered == Some(to)),
                    _ => offered == Some(by),
                };
                prop_assert_eq!(decision.is_some(), goes);
                if let Some(Decision::Record(fact)) = decision {
                    task.apply(&fact);
                    match act {
                        0 => offered = Some(to),
                        one => {
                            offered = None;
                            owner = if one == 1 { by } else { owner };
                        }
                    }
                }
                prop_assert_eq!((task.owner(), task.offered_to()), (id(owner), offered.map(id)));
            }
        }
    }

    fn command(key: &str) -> Command {
        let actor = Actor::new(id(1), Role::new("office_manager"));
        Command::new(key, "task", actor, at("2026-11-05T08:00:00Z")).unwrap()
    }

    /// Tasks from 10 on, all of one person.
    fn begun(office: Office, tasks: u32) -> Office {
        wait(office.transact(&command("begin"), |tx| async move {
            for number in 0..tasks {
                let details = TaskDetails::new(TaskParts::new(format!("t{number}"), id(1))).unwrap();
                tx.create::<Task>(id(10 + number), Task::begin(details)).await?;
            }
            Ok::<_, StoreError>(())
        }))
        .unwrap();
        office
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        /// Law 43: waiting that would go round is refused, all other is not; and what waits is done later.
        #[test]
        fn tasks_are_done_in_order(waits in vec((0_u32..5, 0_u32..5), 0..12), order in Just((0_u32..5).collect::<Vec<_>>()).prop_shuffle()) {
            let office = begun(Office::on(MemoryStore::new()), 5);
            let mut edges: BTreeSet<(u32, u32)> = BTreeSet::new();
            for (number, (task, on)) in waits.into_iter().enumerate() {
                let result = wait(office.transact(&command(&format!("wait:{number}")), |tx| async move {
                    wait_for_task(&tx, id(10 + task), id(10 + on)).await
                }));
                let mut reached: BTreeSet<u32> = [on].into();
                for _ in 0..5 {
                    reached.extend(edges.iter().filter(|(from, _)| reached.contains(from)).map(|(_, to)| *to).collect::<Vec<_>>());
                }
                match result {
                    Ok(()) => {
                        prop_assert!(!reached.contains(&task));
                        edges.insert((task, on));
                    }
                    Err(WaitForTaskError::Circle { path }) => {
                        let path: Vec<u32> = path.split(" waits for ").map(|title| title.trim_start_matches(char::is_alphabetic).parse().unwrap()).collect();
                        prop_assert_eq!((path.first(), path.last()), (Some(&task), Some(&task)));
                        edges.insert((task, on));
                        prop_assert!(path.windows(2).all(|pair| edges.contains(&(pair[0], pair[1]))), "{:?}", path);
                        edges.remove(&(task, on));
                    }
                    Err(other) => panic!("{other}"),
                }
            }
            let mut done: BTreeSet<u32> = BTreeSet::new();
            for round in 0..5 {
                for number in &order {
                    let task: TaskId = id(10 + number);
                    let key = command(&format!("done:{round}:{number}"));
                    let result = wait(office.transact(&key, |tx| async move { complete_task(&tx, task, id(1)).await }));
                    let free = edges.iter().all(|(from, on)| from != number || done.contains(on));
                    prop_assert_eq!(result.is_ok(), free || done.contains(number));
                    if result.is_ok() {
                        done.insert(*number);
                    }
                }
            }
            prop_assert_eq!(done.len(), 5);
        }
    }

    /// Law 43: of two that would make a circle together, at the same time, one is refused.
    #[test]
    fn two_tasks_do_not_come_to_wait_for_each_other_at_once() {
        let (_places, offices) = embedded();
        for office in offices {
            let office = begun(office.within(System::yielding()), 2);
            for round in 0..20_u32 {
                let wait_for = |task: u32, on: u32| {
                    let key = command(&format!("wait:{round}:{task}"));
                    let waited = wait(
                        office.transact(&key, |tx| async move { wait_for_task(&tx, id(10 + task), id(10 + on)).await }),
                    );
                    match waited {
                        Ok(()) => 1,
                        Err(WaitForTaskError::Circle { .. }) => 0,
                        Err(other) => panic!("{other}"),
                    }
                };
                let both = thread::scope(|scope| {
                    let one = scope.spawn(|| wait_for(0, 1));
                    wait_for(1, 0) + one.join().unwrap()
                });
                assert_eq!(both, 1);
                for (task, on) in [(0, 1), (1, 0)] {
                    wait(office.transact(&command(&format!("stop:{round}:{task}")), |tx| async move {
                        let waiting: Task = tx.load(id(10 + task)).await?;
                        tx.decide::<Task>(id(10 + task), waiting.stop_waiting(id(10 + on))).await
                    }))
                    .map_err(|error: StoreError| error)
                    .unwrap();
                }
            }
        }
    }

    /// Law 44, and what stands against being done: in memory, in a file, on a server.
    #[test]
    fn a_task_that_recurs_is_begun_again() {
        let (_places, offices) = offices();
        for office in &offices {
            recurs_in(office);
        }
    }

    fn recurs_in(office: &Office) {
        // The last Friday of the month at four; in zones with summer time the hour is that of the clock on the wall.
        let set = RecurrenceSet::new("2026-09-25T16:00:00".parse().unwrap(), Some("Europe/Berlin".parse().unwrap()))
            .with_rule("FREQ=MONTHLY;BYDAY=-1FR".parse().unwrap());
        let parts = TaskParts {
            due: Some(at("2026-09-25T14:00:00Z")),
            recurs: Some(set),
            checklist: vec!["copy".to_owned(), "label".to_owned()],
            ..TaskParts::new("back up", id(1))
        };
        let details = TaskDetails::new(parts).unwrap();
        let first: TaskId = id(10);
        wait(office.transact(&command("begin"), |tx| {
            let details = details.clone();
            async move { tx.create(first, Task::begin(details)).await }
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
        let complete = |key: &str, task, by| {
            wait(office.transact(&command(key), |tx| async move { complete_task(&tx, task, id(by)).await }))
        };
        let tick = |key: &str, task| {
            let now = at("2026-11-05T08:00:00Z");
            wait(office.transact(&command(key), |tx| async move {
                let mut one: Task = tx.load(task).await?;
                for item in 0..2 {
                    let decision = one.tick(id(1), item, true, now).unwrap();
                    one.apply(&decision.clone().fact().unwrap());
                    tx.decide::<Task>(task, decision).await?;
                }
                Ok::<_, StoreError>(())
            }))
            .unwrap();
        };
        assert!(matches!(complete("1", first, 1), Err(CompleteTaskError::Unticked { item }) if item == "copy"));
        tick("2", first);
        assert!(matches!(complete("3", first, 2), Err(CompleteTaskError::Task(_))));
        let second = complete("4", first, 1).unwrap().unwrap();
        assert_eq!(complete("5", first, 1).unwrap(), Some(second));
        tick("6", second);
        let third = complete("7", second, 1).unwrap().unwrap();
        let open = wait(office.view(|view| async move { view.list(Task::OPEN_OF, &id(1)).await })).unwrap();
        assert_eq!(
            open.iter().map(|(id, task)| (*id, task.due().unwrap())).collect::<Vec<_>>(),
            [(third, at("2026-11-27T15:00:00Z"))]
        );
        assert!(open[0].1.checklist().all(|(_, done)| !done));
    }

    /// A forecast is the network of what is left, on the calendar; milestones are told from it.
    #[test]
    fn a_forecast_says_which_milestones_are_late() {
        let now = at("2026-11-05T08:00:00Z");
        let mut project = Project::open(&Project::begin("move", id(1)).unwrap()).unwrap();
        let milestone =
            |due: &str, tasks: &[u32]| Milestone { due: at(due), tasks: tasks.iter().map(|task| id(*task)).collect() };
        for (name, one) in [
            ("packed", milestone("2026-11-05T16:00:00Z", &[10])),
            ("moved", milestone("2026-11-06T16:00:00Z", &[10, 11])),
            ("asked", milestone("2026-11-01T16:00:00Z", &[12])),
        ] {
            project.apply(&project.set_milestone(id(1), name, one).unwrap().fact().unwrap());
        }
        let (pack, mut carry, mut ask) = (task("pack", 420, None), task("carry", 500, None), task("ask", 60, None));
        carry.apply(&TaskFact::Waits { on: id(10), waits: true });
        ask.apply(&TaskFact::Completed { by: id(1), at: now });
        let tasks = [(id(10), pack), (id(11), carry), (id(12), ask)];
        let forecast = ProjectForecast::of(&project, &tasks, &calendar(), now).unwrap();
        // Seven hours on Thursday; 4:20 on Friday; Monday is closed; four hours on Tuesday end after the break at two.
        assert_eq!(forecast.finish, at("2026-11-10T13:00:00Z"));
        let told: Vec<(&str, bool, bool)> =
            forecast.milestones.iter().map(|one| (one.name.as_str(), one.reached, one.is_late())).collect();
        assert_eq!(told, [("asked", true, false), ("moved", false, true), ("packed", false, false)]);
        assert_eq!(forecast.network.critical_path(), [id(10), id(11)]);
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "the forms are long")]
    fn the_stored_forms_are_these() {
        let now = at("2026-11-05T08:00:00Z");
        let parts = TaskParts {
            project: Some(id(3)),
            due: Some(now),
            effort_minutes: 90,
            checklist: vec!["measure".to_owned()],
            ..TaskParts::new("order a desk", id(1))
        };
        let facts = [
            Task::begin(TaskDetails::new(parts).unwrap()),
            TaskFact::Offered { to: id(2), by: id(1), at: now },
            TaskFact::Answered { by: id(2), accepted: true, at: now },
            TaskFact::Reported { remaining_minutes: 30, by: id(2), at: now },
            TaskFact::Ticked { item: 0, done: true, by: id(2), at: now },
            TaskFact::Rescheduled { due: None, by: id(2), at: now },
            TaskFact::Watched { person: id(1), watches: true },
            TaskFact::Waits { on: id(11), waits: true },
            TaskFact::Completed { by: id(2), at: now },
            TaskFact::Cancelled { by: id(2), at: now },
        ];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "begun": {
              "details": {
                "title": "order a desk",
                "owner": "00000000-0000-0000-0000-000000000001",
                "project": "00000000-0000-0000-0000-000000000003",
                "due": "2026-11-05T08:00:00Z",
                "effort_minutes": 90,
                "checklist": [
                  "measure"
                ]
              }
            }
          },
          {
            "offered": {
              "to": "00000000-0000-0000-0000-000000000002",
              "by": "00000000-0000-0000-0000-000000000001",
              "at": "2026-11-05T08:00:00Z"
            }
          },
          {
            "answered": {
              "by": "00000000-0000-0000-0000-000000000002",
              "accepted": true,
              "at": "2026-11-05T08:00:00Z"
            }
          },
          {
            "reported": {
              "remaining_minutes": 30,
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-05T08:00:00Z"
            }
          },
          {
            "ticked": {
              "item": 0,
              "done": true,
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-05T08:00:00Z"
            }
          },
          {
            "rescheduled": {
              "due": null,
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-05T08:00:00Z"
            }
          },
          {
            "watched": {
              "person": "00000000-0000-0000-0000-000000000001",
              "watches": true
            }
          },
          {
            "waits": {
              "on": "00000000-0000-0000-0000-000000000011",
              "waits": true
            }
          },
          {
            "completed": {
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-05T08:00:00Z"
            }
          },
          {
            "cancelled": {
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-05T08:00:00Z"
            }
          }
        ]
        "#);
        let state = fold::<Task>(&facts[..9]).unwrap();
        assert_eq!(state.status(), TaskStatus::Done { by: id(2), at: now });
        assert_json_snapshot!(state, @r#"
        {
          "details": {
            "title": "order a desk",
            "owner": "00000000-0000-0000-0000-000000000001",
            "project": "00000000-0000-0000-0000-000000000003",
            "due": "2026-11-05T08:00:00Z",
            "effort_minutes": 90,
            "checklist": [
              "measure"
            ]
          },
          "owner": "00000000-0000-0000-0000-000000000002",
          "offered_to": null,
          "due": null,
          "remaining_minutes": 30,
          "watchers": [
            "00000000-0000-0000-0000-000000000001"
          ],
          "ticked": [
            0
          ],
          "waits_for": [
            "00000000-0000-0000-0000-000000000011"
          ],
          "status": {
            "done": {
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-05T08:00:00Z"
            }
          }
        }
        "#);
        let mut project = Project::open(&Project::begin("move", id(1)).unwrap()).unwrap();
        let milestone = Milestone { due: now, tasks: [id(10)].into() };
        let facts = [
            Project::begin("move", id(1)).unwrap(),
            project.set_milestone(id(1), "packed", milestone).unwrap().fact().unwrap(),
            project.hand_over(id(1), id(2)).unwrap().fact().unwrap(),
            ProjectFact::MilestoneDropped { name: "packed".to_owned() },
            ProjectFact::Closed { at: now },
        ];
        for fact in &facts[..3] {
            project.apply(fact);
        }
        assert_json_snapshot!(facts, @r#"
        [
          {
            "begun": {
              "name": "move",
              "lead": "00000000-0000-0000-0000-000000000001"
            }
          },
          {
            "milestone_set": {
              "name": "packed",
              "milestone": {
                "due": "2026-11-05T08:00:00Z",
                "tasks": [
                  "00000000-0000-0000-0000-000000000010"
                ]
              }
            }
          },
          {
            "handed_over": {
              "lead": "00000000-0000-0000-0000-000000000002"
            }
          },
          {
            "milestone_dropped": {
              "name": "packed"
            }
          },
          {
            "closed": {
              "at": "2026-11-05T08:00:00Z"
            }
          }
        ]
        "#);
        assert_json_snapshot!(project, @r#"
        {
          "name": "move",
          "lead": "00000000-0000-0000-0000-000000000002",
          "milestones": {
            "packed": {
              "due": "2026-11-05T08:00:00Z",
              "tasks": [
                "00000000-0000-0000-0000-000000000010"
              ]
            }
          },
          "closed": null
        }
        "#);
    }
}
