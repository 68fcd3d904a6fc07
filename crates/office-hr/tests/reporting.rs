//! The laws of reporting lines, by the numbers that their documentation gives them.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{DateTime, Days, NaiveDate, Utc};
    use office_core::subject::PersonId;
    use office_core::{Actor, Command, DateRange, Entity, Id, MemoryStore, Office, Ratio, Role, fold, wait};
    use office_hr::{
        Assignment, Circle, Employment, EmploymentFact, EndEmployment, Hire, HireError, Reassign, ReassignError,
        end_employment, hire, reassign,
    };
    use proptest::prelude::*;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
    }

    fn person(number: u8) -> PersonId {
        Id::natural("person", &number.to_string())
    }

    fn id(number: u8) -> Id<Employment> {
        Id::natural("employment", &number.to_string())
    }

    fn assignment(manager: Option<u8>) -> Assignment {
        Assignment {
            role: Role::new("employee"),
            manager: manager.map(person),
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: "company".parse().unwrap(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: "Europe/Berlin".parse().unwrap(),
        }
    }

    fn command(key: &str) -> Command {
        let by = Actor::new(person(0), Role::new("office_manager"));
        Command::new(key, "employ", by, DateTime::<Utc>::UNIX_EPOCH).unwrap()
    }

    fn hiring(
        office: &Office,
        key: &str,
        number: u8,
        manager: Option<u8>,
        first: u64,
        length: Option<u64>,
    ) -> Result<(), HireError> {
        let term = DateRange::new(day(first), length.map(|length| day(first + length))).unwrap();
        let asked = &Hire { person: person(number), term, assignment: assignment(manager) };
        let id = Id::natural("employment", key);
        wait(office.transact(&command(key), |tx| async move { hire(&tx, id, asked).await }))
    }

    /// Whether somebody comes back to themselves on a day, told in the plainest way.
    fn comes_back(employments: &[Employment], on: NaiveDate) -> bool {
        let managers: BTreeMap<_, _> =
            employments.iter().filter_map(|each| Some((each.person(), each.on(on)?.manager?))).collect();
        managers.keys().any(|start| {
            let mut at = *start;
            (0..managers.len()).any(|_| {
                at = managers.get(&at).copied().unwrap_or(at);
                at == *start && managers.contains_key(start)
            })
        })
    }

    #[derive(Clone, Debug)]
    enum Act {
        Hire(u8, Option<u8>, u64, Option<u64>),
        Reassign(usize, Option<u8>, u64),
    }

    fn act() -> impl Strategy<Value = Act> {
        let manager = || prop::option::weighted(0.8, 0_u8..6);
        prop_oneof![
            (0_u8..6, manager(), 0_u64..60, prop::option::of(1_u64..60))
                .prop_map(|(who, to, on, long)| Act::Hire(who, to, on, long)),
            (0_usize..8, manager(), 0_u64..120).prop_map(|(which, to, on)| Act::Reassign(which, to, on)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn laws_1_and_2_no_circle_on_any_day(acts in prop::collection::vec(act(), 1..30)) {
            let office = Office::on(MemoryStore::new());
            let mut ids: Vec<Id<Employment>> = Vec::new();
            for (number, act) in acts.into_iter().enumerate() {
                let key = number.to_string();
                let known = &ids;
                let before = wait(office.view(|view| async move { view.find_each(known).await })).unwrap();
                let mut would_be: Vec<Employment> = before.into_iter().flatten().collect();
                match &act {
                    Act::Hire(who, to, on, long) => {
                        let term = DateRange::new(day(*on), long.map(|long| day(on + long))).unwrap();
                        let asked = Hire { person: person(*who), term, assignment: assignment(*to) };
                        would_be.extend(Employment::open(&EmploymentFact::Hired(asked)));
                    }
                    Act::Reassign(which, to, on) => {
                        if let Some(employment) = would_be.get_mut(*which) {
                            let asked = Reassign { from: day(*on), assignment: assignment(*to) };
                            employment.apply(&EmploymentFact::Reassigned(asked));
                        }
                    }
                }
                let circle: Option<Circle> = match act {
                    Act::Hire(who, to, on, long) => match hiring(&office, &key, who, to, on, long) {
                        Ok(()) => {
                            ids.push(Id::natural("employment", &key));
                            None
                        }
                        Err(HireError::Circle(circle)) => Some(circle),
                        Err(HireError::AlreadyEmployed { .. }) => None,
                        Err(error) => panic!("{error}"),
                    },
                    Act::Reassign(which, to, on) => {
                        let Some(id) = ids.get(which).copied() else { continue };
                        let asked = &Reassign { from: day(on), assignment: assignment(to) };
                        let run = |tx| async move { reassign(&tx, id, asked).await };
                        match wait(office.transact(&command(&key), run)) {
                            Ok(()) | Err(ReassignError::OutsideTerm { .. }) => None,
                            Err(ReassignError::Circle(circle)) => Some(circle),
                            Err(error) => panic!("{error}"),
                        }
                    }
                };
                if let Some(circle) = circle {
                    // Each reports to the next, the last to the first.
                    let next = circle.persons.iter().cycle().skip(1);
                    prop_assert!(!circle.persons.is_empty());
                    for (who, manager) in circle.persons.iter().zip(next) {
                        let line = |each: &Employment| {
                            each.person() == *who && each.on(circle.on).is_some_and(|at| at.manager == Some(*manager))
                        };
                        prop_assert!(would_be.iter().any(line));
                    }
                }
                let stored = &ids;
                let all = wait(office.view(|view| async move { view.find_each(stored).await })).unwrap();
                let all: Vec<Employment> = all.into_iter().flatten().collect();
                for on in 0..125 {
                    prop_assert!(!comes_back(&all, day(on)), "on {}", day(on));
                }
            }
        }
    }

    #[test]
    fn a_circle_is_named() {
        let office = Office::on(MemoryStore::new());
        hiring(&office, "1", 1, None, 0, None).unwrap();
        hiring(&office, "2", 2, Some(1), 10, None).unwrap();
        hiring(&office, "3", 3, Some(2), 20, None).unwrap();
        let asked = &Reassign { from: day(15), assignment: assignment(Some(3)) };
        let run = |tx| async move { reassign(&tx, id(1), asked).await };
        let Err(ReassignError::Circle(circle)) = wait(office.transact(&command("circle"), run)) else {
            panic!("no circle")
        };
        assert_eq!(circle.on, day(20));
        assert_eq!(circle.persons.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        // Nobody is their own manager.
        assert!(matches!(hiring(&office, "4", 4, Some(4), 0, None), Err(HireError::Circle(_))));
    }

    #[test]
    fn of_two_who_would_each_report_to_the_other_at_once_one_is_changed() {
        for _ in 0..20 {
            let office = &Office::on(MemoryStore::new());
            hiring(office, "1", 1, None, 0, None).unwrap();
            hiring(office, "2", 2, None, 0, None).unwrap();
            let outcomes: Vec<_> = std::thread::scope(|scope| {
                let change = |who: u8| {
                    scope.spawn(move || {
                        let asked = &Reassign { from: day(5), assignment: assignment(Some(3 - who)) };
                        let run = |tx| async move { reassign(&tx, id(who), asked).await };
                        wait(office.transact(&command(&format!("change-{who}")), run))
                    })
                };
                let threads: Vec<_> = [1, 2].map(change).into();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        }
    }

    #[test]
    fn nobody_is_employed_twice_on_one_day() {
        let office = Office::on(MemoryStore::new());
        hiring(&office, "1", 1, None, 0, Some(10)).unwrap();
        assert!(matches!(hiring(&office, "2", 1, None, 9, None), Err(HireError::AlreadyEmployed { .. })));
        hiring(&office, "3", 1, None, 10, None).unwrap();
        // The same again changes nothing.
        let asked = &Hire { person: person(1), term: DateRange::from(day(10)), assignment: assignment(None) };
        wait(office.transact(&command("3-again"), |tx| async move { hire(&tx, id(3), asked).await })).unwrap();
        let of_one = &person(1);
        let all = wait(office.view(|view| async move { view.list(Employment::OF_PERSON, of_one).await })).unwrap();
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn the_state_is_the_fold_of_its_facts() {
        let office = Office::on(MemoryStore::new());
        hiring(&office, "1", 1, None, 0, None).unwrap();
        let asked = &Reassign { from: day(31), assignment: assignment(Some(2)) };
        wait(office.transact(&command("again"), |tx| async move { reassign(&tx, id(1), asked).await })).unwrap();
        let end = &EndEmployment { last: day(40) };
        wait(office.transact(&command("end"), |tx| async move { end_employment(&tx, id(1), end).await })).unwrap();
        let (history, state) = wait(office.view(|view| async move {
            Ok::<_, office_core::StoreError>((view.history(id(1), 0, 100).await?, view.load(id(1)).await?))
        }))
        .unwrap();
        let facts: Vec<EmploymentFact> =
            history.iter().map(|fact| fact.fact::<Employment>().unwrap().unwrap()).collect();
        assert_eq!(fold::<Employment>(&facts), Some(state.clone()));
        assert!(Employment::open(&facts[1]).is_none());
        assert_eq!((state.on(day(40)).is_some(), state.on(day(41))), (true, None));
    }
}
