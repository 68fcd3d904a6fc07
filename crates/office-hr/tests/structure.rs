//! The structure of an office: units, positions, who holds them, and names, each from a day on.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;
    use std::sync::Barrier;

    use chrono::{DateTime, Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::{
        Action, Actor, Appointment, AuthorityBook, Command, DateRange, Entity, Grant, Id, MemoryStore, Office, Ratio,
        Role, Scope, Zone, fold, wait,
    };
    use office_hr::{
        Assignment, Employment, EndEmployment, Hire, Holding, OrgUnit, OrgUnitError, OrgUnitFact, Person, PersonError,
        PersonFact, PersonName, Position, PositionError, PositionFact, PositionStanding, UnitStanding, change_position,
        change_unit, close_position, close_unit, end_employment, fill_position, found_unit, hire, name_person,
        open_position, vacancies, vacate_position,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    const DAYS: u64 = 40;

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(after)
    }

    fn days(from: u64, length: Option<u64>) -> DateRange {
        DateRange::new(day(from), length.map(|length| day(from + length))).unwrap()
    }

    fn unit(number: u8) -> Id<OrgUnit> {
        Id::natural("org_unit", &number.to_string())
    }

    fn position(number: u8) -> Id<Position> {
        Id::natural("position", &number.to_string())
    }

    fn employment(number: u8) -> Id<Employment> {
        Id::natural("employment", &number.to_string())
    }

    fn action() -> Action {
        "structure.change".parse().unwrap()
    }

    fn book() -> AuthorityBook {
        let (valid, scope, role) = (DateRange::from(day(0)), Scope::anywhere(), Role::new("manager"));
        let mut book = AuthorityBook::default();
        let person = Id::natural("person", "manager");
        book.appointments.push(Appointment { person, role: role.clone(), scope: scope.clone(), valid });
        book.grants.push(Grant { role, action: action(), scope, limit: None, valid });
        book
    }

    fn command(key: &str) -> Command {
        let by = Actor::new(Id::natural("person", "manager"), Role::new("manager"));
        Command::new(key, "structure", by, DateTime::default()).unwrap()
    }

    fn unit_standing(parent: Option<u8>) -> UnitStanding {
        UnitStanding { name: "unit".into(), parent: parent.map(unit), head: None }
    }

    fn position_standing(of: u8, above: Option<u8>, halves: i64) -> PositionStanding {
        PositionStanding {
            title: "reception".into(),
            role: Role::new("receptionist"),
            unit: unit(of),
            reports_to: above.map(position),
            seats: Ratio::new(halves.into(), 2).unwrap(),
        }
    }

    fn employ(office: &Office, number: u8) {
        let assignment = Assignment {
            role: Role::new("employee"),
            manager: None,
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: Scope::anywhere(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: Zone::UTC,
        };
        let person = Id::natural("person", &number.to_string());
        let hiring = &Hire { person, term: DateRange::from(day(0)), assignment };
        let key = command(&format!("hire-{number}"));
        wait(office.transact(&key, |tx| async move { hire(&tx, employment(number), hiring).await })).unwrap();
    }

    #[derive(Clone, Debug)]
    enum Act {
        Found(u8, Option<u8>, u64, Option<u64>),
        ChangeUnit(u8, Option<u8>, u64),
        CloseUnit(u8, u64),
        Open(u8, (u8, Option<u8>, i64), u64, Option<u64>),
        ChangePosition(u8, (u8, Option<u8>, i64), u64),
        Fill(u8, u8, u64, Option<u64>, i64),
        Vacate(u8, u8, u64),
        ClosePosition(u8, u64),
        EndEmployment(u8, u64),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let (number, from) = (|| 0_u8..3, || 0..DAYS);
        let (above, length) = (|| prop::option::of(0_u8..3), || prop::option::weighted(0.2, 1..DAYS));
        let standing = move || (number(), above(), 1_i64..4);
        let act = prop_oneof![
            2 => (number(), above(), from(), length()).prop_map(|(a, b, c, d)| Act::Found(a, b, c / 4, d)),
            2 => (number(), above(), from()).prop_map(|(a, b, c)| Act::ChangeUnit(a, b, c)),
            1 => (number(), from()).prop_map(|(a, b)| Act::CloseUnit(a, b)),
            2 => (number(), standing(), from(), length()).prop_map(|(a, b, c, d)| Act::Open(a, b, c / 2, d)),
            2 => (number(), standing(), from()).prop_map(|(a, b, c)| Act::ChangePosition(a, b, c)),
            5 => (number(), number(), from(), length(), 1_i64..3).prop_map(|(a, b, c, d, e)| Act::Fill(a, b, c, d, e)),
            1 => (number(), number(), from()).prop_map(|(a, b, c)| Act::Vacate(a, b, c)),
            1 => (number(), from()).prop_map(|(a, b)| Act::ClosePosition(a, b)),
            1 => (number(), from()).prop_map(|(a, b)| Act::EndEmployment(a, b)),
        ];
        // Something to act on comes first.
        let begin = (0..3_u8)
            .flat_map(|number| [Act::Found(number, None, 0, None), Act::Open(number, (number, None, 2), 0, None)]);
        let begin: Vec<Act> = begin.collect();
        prop::collection::vec(act, 4..18).prop_map(move |acts| begin.iter().cloned().chain(acts).collect())
    }

    /// Does it; from which day on something may be otherwise, where it was done.
    fn act(office: &Office, key: &str, act: &Act) -> Option<NaiveDate> {
        let (action, book, command) = (&action(), &book(), command(key));
        match act.clone() {
            Act::Found(id, parent, from, length) => {
                let (term, standing) = (days(from, length), &unit_standing(parent));
                let found = |tx| async move { found_unit(&tx, unit(id), (term, standing), action, book).await };
                wait(office.transact(&command, found)).map(|()| day(from)).ok()
            }
            Act::ChangeUnit(id, parent, from) => {
                let standing = &unit_standing(parent);
                let change = |tx| async move { change_unit(&tx, unit(id), (day(from), standing), action, book).await };
                wait(office.transact(&command, change)).map(|()| day(from)).ok()
            }
            Act::CloseUnit(id, last) => {
                let close = |tx| async move { close_unit(&tx, unit(id), day(last), action, book).await };
                wait(office.transact(&command, close)).map(|()| day(last + 1)).ok()
            }
            Act::Open(id, (of, above, halves), from, length) => {
                let (term, standing) = (days(from, length), &position_standing(of, above, halves));
                let open = |tx| async move { open_position(&tx, position(id), (term, standing), action, book).await };
                wait(office.transact(&command, open)).map(|()| day(from)).ok()
            }
            Act::ChangePosition(id, (of, above, halves), from) => {
                let standing = &position_standing(of, above, halves);
                let change =
                    |tx| async move { change_position(&tx, position(id), (day(from), standing), action, book).await };
                wait(office.transact(&command, change)).map(|()| day(from)).ok()
            }
            Act::Fill(id, who, from, length, halves) => {
                let (employment, share) = (employment(who), Ratio::new(halves.into(), 2).unwrap());
                let holding = &Holding { employment, days: days(from, length), share };
                let fill = |tx| async move { fill_position(&tx, position(id), holding, action, book).await };
                wait(office.transact(&command, fill)).map(|()| day(from)).ok()
            }
            Act::Vacate(id, who, last) => {
                let from = (employment(who), day(last));
                let vacate = |tx| async move { vacate_position(&tx, position(id), from, action, book).await };
                wait(office.transact(&command, vacate)).map(|()| day(last + 1)).ok()
            }
            Act::ClosePosition(id, last) => {
                let close = |tx| async move { close_position(&tx, position(id), day(last), action, book).await };
                wait(office.transact(&command, close)).map(|()| day(last + 1)).ok()
            }
            Act::EndEmployment(id, last) => {
                let end = &EndEmployment { last: day(last) };
                let end = |tx| async move { end_employment(&tx, employment(id), end).await };
                // Who was employed longer before is so no more, or again.
                wait(office.transact(&command, end)).map(|()| day(0)).ok()
            }
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    struct Kept {
        units: BTreeMap<Id<OrgUnit>, OrgUnit>,
        positions: BTreeMap<Id<Position>, Position>,
        employments: BTreeMap<Id<Employment>, Employment>,
    }

    fn kept(office: &Office) -> Kept {
        wait(office.view(|view| async move {
            Ok::<_, office_core::StoreError>(Kept {
                units: view.every(None, 100).await?.into_iter().collect(),
                positions: view.every(None, 100).await?.into_iter().collect(),
                employments: view.every(None, 100).await?.into_iter().collect(),
            })
        }))
        .unwrap()
    }

    /// Whether something comes back to itself, told in the plainest way.
    fn comes_back<K: Copy + Ord>(above: &BTreeMap<K, K>) -> bool {
        above.keys().any(|start| {
            let mut at = Some(*start);
            (0..above.len()).any(|_| {
                at = at.and_then(|at| above.get(&at).copied());
                at == Some(*start)
            })
        })
    }

    fn holds(kept: &Kept) -> Result<(), TestCaseError> {
        for on in (0..DAYS * 2).map(day) {
            let parents = kept.units.iter().filter_map(|(id, unit)| Some((*id, unit.on(on)?.parent?)));
            let parents: BTreeMap<_, _> = parents.collect();
            prop_assert!(!comes_back(&parents), "units on {on}");
            for parent in parents.values() {
                prop_assert!(kept.units[parent].on(on).is_some(), "the parent is there on {on}");
            }
            let above = kept.positions.iter().filter_map(|(id, each)| Some((*id, each.on(on)?.reports_to?)));
            let above: BTreeMap<_, _> = above.collect();
            prop_assert!(!comes_back(&above), "positions on {on}");
            for superior in above.values() {
                prop_assert!(kept.positions[superior].on(on).is_some(), "the superior is there on {on}");
            }
            let mut taken: BTreeMap<Id<Employment>, Ratio> = BTreeMap::new();
            for each in kept.positions.values() {
                let held = each.held_on(on, &kept.employments);
                let Some(standing) = each.on(on) else {
                    prop_assert!(held.is_empty(), "held on {on} where there is none");
                    continue;
                };
                prop_assert!(kept.units[&standing.unit].on(on).is_some(), "the unit is there on {on}");
                let mut all = Ratio::ZERO;
                for Holding { employment, share, .. } in held {
                    prop_assert!(kept.employments[&employment].on(on).is_some());
                    all = all.checked_add(share).unwrap();
                    let own = taken.entry(employment).or_insert(Ratio::ZERO);
                    *own = own.checked_add(share).unwrap();
                }
                prop_assert!(all <= standing.seats, "{all} of {} on {on}", standing.seats);
            }
            prop_assert!(taken.values().all(|own| *own <= Ratio::from_integer(1)), "{taken:?} on {on}");
        }
        Ok(())
    }

    /// Law 75 of one act: earlier days stay, and what is refused changes nothing.
    fn stays(before: &Kept, after: &Kept, from: Option<NaiveDate>) -> Result<(), TestCaseError> {
        let Some(from) = from else {
            prop_assert_eq!(before, after);
            return Ok(());
        };
        for on in (0..DAYS).map(day).take_while(|on| *on < from) {
            for (id, unit) in &before.units {
                prop_assert_eq!(unit.on(on), after.units[id].on(on));
            }
            for (id, each) in &before.positions {
                prop_assert_eq!(each.on(on), after.positions[id].on(on));
                let held = |kept: &Kept| -> BTreeMap<_, _> {
                    let held = kept.positions[id].held_on(on, &kept.employments);
                    held.into_iter().map(|held| (held.employment, held.share)).collect()
                };
                prop_assert_eq!(held(before), held(after), "held on {}", on);
            }
        }
        Ok(())
    }

    fn replays<E: Entity + PartialEq + std::fmt::Debug>(office: &Office, all: &BTreeMap<Id<E>, E>) {
        for (id, state) in all {
            let history = wait(office.view(|view| async move { view.history(*id, 0, 1_000).await })).unwrap();
            let facts: Vec<E::Fact> = history.iter().map(|fact| fact.fact::<E>().unwrap().unwrap()).collect();
            assert_eq!(fold::<E>(&facts).as_ref(), Some(state));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

        #[test]
        fn the_structure_holds_on_every_day(acts in acts()) {
            let office = Office::on(MemoryStore::new());
            (0..3).for_each(|number| employ(&office, number));
            for (number, each) in acts.iter().enumerate() {
                let before = kept(&office);
                let from = act(&office, &format!("act-{number}"), each);
                let after = kept(&office);
                stays(&before, &after, from)?;
                holds(&after)?;
            }
            let kept = kept(&office);
            replays(&office, &kept.units);
            replays(&office, &kept.positions);
        }
    }

    /// Of two who do something at once that does not go together, one does.
    fn one_of_two<E: Send + std::fmt::Debug>(run: impl Fn(usize) -> Result<(), E> + Sync) {
        let barrier = Barrier::new(2);
        let ends = std::thread::scope(|scope| {
            let (run, barrier) = (&run, &barrier);
            let begin = move |who| {
                scope.spawn(move || {
                    barrier.wait();
                    run(who)
                })
            };
            [0, 1].map(begin).map(|thread| thread.join().unwrap())
        });
        assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1, "{ends:?}");
    }

    #[test]
    fn the_last_seat_is_filled_once_and_units_do_not_cross() {
        let (_places, offices) = offices();
        for office in &offices {
            (0..2).for_each(|number| employ(office, number));
            let (action, book) = (&action(), &book());
            for begin in
                [Act::Found(0, None, 0, None), Act::Found(1, None, 0, None), Act::Open(0, (0, None, 2), 0, None)]
            {
                act(office, &format!("begin {begin:?}").replace(' ', "-"), &begin).unwrap();
            }
            one_of_two(|who| {
                let who = u8::try_from(who).unwrap();
                let holding =
                    &Holding { employment: employment(who), days: days(0, None), share: Ratio::from_integer(1) };
                let fill = |tx| async move { fill_position(&tx, position(0), holding, action, book).await };
                wait(office.transact(&command(&format!("fill-{who}")), fill))
            });
            let free = wait(office.view(|view| async move { vacancies(&view, unit(0), day(3)).await })).unwrap();
            assert!(free.is_empty(), "{free:?}");
            one_of_two(|who| {
                let (own, other) = if who == 0 { (0, 1) } else { (1, 0) };
                let standing = &unit_standing(Some(other));
                let change = |tx| async move { change_unit(&tx, unit(own), (day(5), standing), action, book).await };
                wait(office.transact(&command(&format!("cross-{who}")), change))
            });
        }
    }

    #[test]
    fn refusals_say_what_would_be_accepted() {
        let office = &Office::on(MemoryStore::new());
        employ(office, 0);
        let (action, book) = (&action(), &book());
        act(office, "unit", &Act::Found(0, None, 0, Some(20))).unwrap();
        act(office, "position", &Act::Open(0, (0, None, 1), 0, Some(20))).unwrap();
        let fill = |key: &str, from, length, halves: i64| {
            let share = Ratio::new(halves.into(), 2).unwrap();
            let holding = &Holding { employment: employment(0), days: days(from, length), share };
            let fill = |tx| async move { fill_position(&tx, position(0), holding, action, book).await };
            wait(office.transact(&command(key), fill)).unwrap_err().to_string()
        };
        assert_eq!(fill("much", 0, Some(5), 2), "on 2026-01-01 only 1/2 of it is free: up to that is wanted");
        assert_eq!(fill("more", 0, Some(5), 3), "a share of 3/2 is not possible: more than 0, up to 1, is wanted");
        assert!(fill("long", 0, None, 1).contains("is not within the term 2026-01-01/2026-01-21 of the position"));
        let below = &unit_standing(Some(0));
        let late = |tx| async move { found_unit(&tx, unit(1), (days(0, None), below), action, book).await };
        assert!(matches!(wait(office.transact(&command("late"), late)), Err(OrgUnitError::ParentGone { .. })));
        let reused = |tx| async move { found_unit(&tx, unit(0), (days(0, None), below), action, book).await };
        assert!(matches!(
            wait(office.transact(&command("reused"), reused)),
            Err(OrgUnitError::ParentGone { .. } | OrgUnitError::IdReused { .. })
        ));
        let standing = &position_standing(0, None, 0);
        let none =
            |tx| async move { open_position(&tx, position(1), (days(0, Some(5)), standing), action, book).await };
        assert!(matches!(wait(office.transact(&command("none"), none)), Err(PositionError::Seats { .. })));
        let name = &PersonName { given: "Anna".into(), family: String::new() };
        let anna = Id::natural("person", "anna");
        let named = |tx| async move { name_person(&tx, anna, (name, day(0)), action, book).await };
        assert!(matches!(wait(office.transact(&command("nameless"), named)), Err(PersonError::Name)));
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "stored forms are long")]
    fn stored_forms() {
        let founded = OrgUnitFact::Founded { term: days(0, None), standing: unit_standing(Some(1)) };
        assert_json_snapshot!(founded, @r#"
        {
          "founded": {
            "term": {
              "start": "2026-01-01"
            },
            "standing": {
              "name": "unit",
              "parent": "9c0904bd-5353-5380-8158-ce02d50dc76c"
            }
          }
        }
        "#);
        assert_json_snapshot!(OrgUnit::open(&founded), @r#"
        {
          "term": {
            "start": "2026-01-01"
          },
          "standings": {
            "2026-01-01": {
              "name": "unit",
              "parent": "9c0904bd-5353-5380-8158-ce02d50dc76c"
            }
          }
        }
        "#);
        let opened = PositionFact::Opened { term: days(0, None), standing: position_standing(0, None, 3) };
        let holding = Holding { employment: employment(0), days: days(0, Some(7)), share: Ratio::new(1, 2).unwrap() };
        let mut stored = Position::open(&opened).unwrap();
        stored.apply(&PositionFact::Filled(holding));
        assert_json_snapshot!(PositionFact::Vacated { employment: employment(0), last: day(3) }, @r#"
        {
          "vacated": {
            "employment": "50c406e3-a4eb-56a8-b000-91a0408584df",
            "last": "2026-01-04"
          }
        }
        "#);
        assert_json_snapshot!(stored, @r#"
        {
          "term": {
            "start": "2026-01-01"
          },
          "standings": {
            "2026-01-01": {
              "title": "reception",
              "role": "receptionist",
              "unit": "a57d1bff-be55-5cc2-ab95-d00d641ec930",
              "seats": "3/2"
            }
          },
          "holdings": [
            {
              "employment": "50c406e3-a4eb-56a8-b000-91a0408584df",
              "days": {
                "start": "2026-01-01",
                "end": "2026-01-08"
              },
              "share": "1/2"
            }
          ]
        }
        "#);
        let name = PersonName { given: "Anna".into(), family: "Weber".into() };
        let named = PersonFact::Named { name, from: day(0) };
        assert_json_snapshot!(named, @r#"
        {
          "named": {
            "name": {
              "given": "Anna",
              "family": "Weber"
            },
            "from": "2026-01-01"
          }
        }
        "#);
        assert_json_snapshot!(Person::open(&named), @r#"
        {
          "names": {
            "2026-01-01": {
              "given": "Anna",
              "family": "Weber"
            }
          }
        }
        "#);
    }
}
