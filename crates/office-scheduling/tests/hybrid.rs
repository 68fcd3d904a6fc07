//! The laws of where people work, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of days in October 2026")]
mod law {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
    use office_core::subject::{PersonId, PlaceId};
    use office_core::{
        Actor, Command, DateRange, Entity, Holidays, Interval, MemoryStore, Office, Role, StoreError, WeeklyHours,
        WorkingCalendar, WorkingPlan, Zone, wait,
    };
    use office_scheduling::{
        BookDeskError, Booking, BookingRequest, DeskWish, DeviateError, Deviation, LocationFinding, LocationPolicy,
        LocationWeek, ResourceBookingId, ResourceDetails, ResourceId, ResourceKind, ResourceParts, SitePresence,
        WorkLocation, WorkLocationFact, WorkLocationPlan, book_desk, core_hours, location_plan_of, neighbourhood_use,
        plan_locations, presence_on, register_resource,
    };
    use office_scratch::offices;
    use proptest::collection::vec;
    use proptest::prelude::*;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    const DAYS: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

    fn site(number: u8) -> PlaceId {
        PlaceId::natural("place", &number.to_string())
    }

    fn person(number: usize) -> PersonId {
        PersonId::natural("person", &number.to_string())
    }

    /// A Monday, and the days after it.
    fn day(number: u64) -> NaiveDate {
        "2026-10-05".parse::<NaiveDate>().unwrap() + Days::new(number)
    }

    fn at(minute: i64) -> DateTime<Utc> {
        "2026-10-05T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
    }

    fn command(key: &str, by: PersonId, at: DateTime<Utc>) -> Command {
        Command::new(key, "test", Actor::new(by, Role::new("employee")), at).unwrap()
    }

    fn location() -> impl Strategy<Value = WorkLocation> {
        prop_oneof![
            2 => (0_u8..2).prop_map(|number| WorkLocation::Office { site: site(number) }),
            2 => Just(WorkLocation::Home),
            1 => Just(WorkLocation::Elsewhere),
            1 => Just(WorkLocation::Away),
        ]
    }

    fn week() -> impl Strategy<Value = LocationWeek> {
        vec(location(), 7).prop_map(|days| LocationWeek::new(days.try_into().unwrap()))
    }

    fn is_office(location: WorkLocation) -> bool {
        matches!(location, WorkLocation::Office { .. })
    }

    /// How many days are missing in the office in the week of a day, and the anchor days that are missed, by counting.
    fn missing(plan: &[Option<WorkLocation>], number: u64, policy: &LocationPolicy) -> (usize, Vec<NaiveDate>) {
        let monday = number / 7 * 7;
        let (mut worked, mut there, mut missed) = (0, 0, Vec::new());
        for number in monday..monday + 7 {
            match plan[usize::try_from(number).unwrap()] {
                None | Some(WorkLocation::Away) => {}
                Some(location) => {
                    worked += 1;
                    there += usize::from(is_office(location));
                    if !is_office(location) && policy.anchor_days.contains(&day(number).weekday()) {
                        missed.push(day(number));
                    }
                }
            }
        }
        (usize::from(policy.min_office_days).min(worked).saturating_sub(there), missed)
    }

    proptest! {
        /// Law 97.
        #[test]
        fn a_plan_is_its_weeks_and_its_days_and_keeps_to_the_policy(
            weeks in vec((0_u64..28, week()), 1..4),
            wishes in vec((0_u64..28, location(), prop::bool::weighted(0.2)), 0..20),
            min_office_days in 0_u8..6,
            anchor in proptest::sample::subsequence(DAYS.to_vec(), 0..3),
        ) {
            let policy = LocationPolicy { min_office_days, anchor_days: anchor };
            let (first, rest) = weeks.split_first().unwrap();
            let mut plan = WorkLocationPlan::open(&WorkLocationPlan::plan(person(1), day(first.0), first.1)).unwrap();
            for (from, week) in rest {
                if let Some(fact) = plan.replan(day(*from), *week).fact() {
                    plan.apply(&fact);
                }
            }
            // Day by day, in force is the week that begins last, and of those that begin on one day the last told.
            let mut plain: Vec<Option<WorkLocation>> = (0..28).map(|number| {
                let begun = weeks.iter().filter(|(from, _)| *from <= number);
                begun.max_by_key(|(from, _)| *from).map(|(_, week)| week.on(day(number).weekday()))
            }).collect();
            for (number, location, granted) in wishes {
                let granted_by = granted.then(|| person(2));
                let wish = Deviation { location, reason: "plumber".to_owned(), by: person(1), granted_by, at: at(0) };
                let index = usize::try_from(number).unwrap();
                let mut after = plain.clone();
                after[index] = Some(location);
                let (before, now) = (missing(&plain, number, &policy), missing(&after, number, &policy));
                let worse = now.0 > before.0 || now.1.iter().any(|on| !before.1.contains(on));
                match plan.deviate(day(number), &wish, &policy) {
                    Ok(decision) => {
                        prop_assert!(plain[index].is_some() && (granted || !worse));
                        if let Some(fact) = decision.fact() {
                            plan.apply(&fact);
                        }
                        plain = after;
                    }
                    Err(DeviateError::NotPlanned { .. }) => prop_assert!(plain[index].is_none()),
                    Err(DeviateError::Breaks { findings }) => {
                        prop_assert!(worse && !granted);
                        let few = findings.iter().any(|one| matches!(one, LocationFinding::TooFewOfficeDays { .. }));
                        prop_assert_eq!(few, now.0 > before.0);
                    }
                    Err(other) => prop_assert!(false, "{other}"),
                }
            }
            let told: Vec<_> = (0..28).map(|number| plan.on(day(number))).collect();
            prop_assert_eq!(told, plain);
        }
    }

    fn desk(number: usize) -> ResourceId {
        ResourceId::natural("desk", &number.to_string())
    }

    fn furnish(office: &Office, desks: &[(u8, Option<String>, Option<PersonId>)]) {
        wait(office.transact(&command("desks", person(0), at(0)), |tx| async move {
            for (number, (at_site, neighbourhood, kept_for)) in desks.iter().enumerate() {
                let details = ResourceDetails::new(ResourceParts {
                    name: format!("desk {number}"),
                    kind: ResourceKind::Desk,
                    site: Some(site(*at_site)),
                    neighbourhood: neighbourhood.clone(),
                    kept_for: *kept_for,
                    hours: WeeklyHours::daily("00:00-24:00".parse()?),
                    ..ResourceParts::default()
                })?;
                register_resource(&tx, desk(number), details).await?;
            }
            Ok::<_, Failure>(())
        }))
        .unwrap();
    }

    fn sit(
        office: &Office,
        key: &str,
        who: PersonId,
        time: Interval,
        wish: &DeskWish,
    ) -> Result<ResourceId, BookDeskError> {
        let request = BookingRequest::new(time, who, 1, "work").unwrap();
        wait(office.transact(&command(key, who, at(0)), |tx| {
            let request = request.clone();
            async move { book_desk(&tx, ResourceBookingId::natural("booking", key), request, wish).await }
        }))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Law 98: which desk, and how many of a neighbourhood are taken.
        #[test]
        fn a_desk_is_ones_own_or_near_or_the_first(
            desks in vec((0_u8..2, 0_u8..3, proptest::option::weighted(0.3, 0_usize..4)), 1..8),
            wishes in vec((0_usize..4, 0_u8..2, 0_u8..3, 0_i64..5, 1_i64..4), 1..12),
        ) {
            let name = |number: u8| (number > 0).then(|| format!("team {number}"));
            let office = Office::on(MemoryStore::new());
            let known: Vec<_> = desks.iter().map(|(at, near, kept)| (*at, name(*near), kept.map(person))).collect();
            furnish(&office, &known);
            let mut taken: Vec<(usize, i64, i64)> = Vec::new();
            let free = |taken: &[(usize, i64, i64)], number: usize, from: i64, to: i64| {
                taken.iter().all(|(desk, start, end)| *desk != number || *end <= from || to <= *start)
            };
            for (index, (who, at_site, near, from, length)) in wishes.into_iter().enumerate() {
                let time = Interval::new(at(60 * from), at(60 * (from + length))).unwrap();
                let wish = DeskWish { site: site(at_site), neighbourhood: name(near) };
                let fit: Vec<usize> = (0..known.len()).filter(|number| {
                    let (place, _, kept) = &known[*number];
                    *place == at_site && kept.is_none_or(|kept| kept == person(who)) && free(&taken, *number, from, from + length)
                }).collect();
                let own = fit.iter().find(|number| known[**number].2.is_some());
                let close = fit.iter().find(|number| near > 0 && known[**number].1 == wish.neighbourhood);
                // Of their own desks one that is near comes first.
                let own_close = fit.iter().find(|number| known[**number].2.is_some() && near > 0 && known[**number].1 == wish.neighbourhood);
                let expected = own_close.or(own).or(close).or(fit.first()).copied();
                match sit(&office, &format!("sit:{index}"), person(who), time, &wish) {
                    Ok(chosen) => {
                        prop_assert_eq!(Some(chosen), expected.map(desk));
                        taken.push((expected.unwrap(), from, from + length));
                    }
                    Err(BookDeskError::NoneFree { .. }) => prop_assert_eq!(expected, None),
                    Err(other) => prop_assert!(false, "{other}"),
                }
                let wish = &wish;
                let figures = wait(office.view(|view| async move { neighbourhood_use(&view, wish, time).await })).unwrap();
                let of_it: Vec<usize> = (0..known.len()).filter(|number| known[*number].0 == at_site && known[*number].1 == wish.neighbourhood).collect();
                prop_assert_eq!(usize::try_from(figures.desks).unwrap(), of_it.len());
                let busy = of_it.iter().filter(|number| !free(&taken, **number, from, from + length)).count();
                prop_assert_eq!(usize::try_from(figures.taken).unwrap(), busy);
            }
        }
    }

    /// Law 98: who is there, on each store.
    #[test]
    fn who_is_in_the_office_is_planned_or_seen_there() {
        let (_places, offices) = offices();
        let here = WorkLocation::Office { site: site(0) };
        for office in &offices {
            furnish(office, &[(0, None, None), (1, None, None)]);
            wait(office.transact(&command("plans", person(0), at(0)), |tx| async move {
                plan_locations(&tx, person(1), day(0), LocationWeek::weekdays(here)).await?;
                plan_locations(&tx, person(2), day(0), LocationWeek::weekdays(WorkLocation::Home)).await?;
                plan_locations(&tx, person(3), day(1), LocationWeek::weekdays(here)).await?;
                Ok::<_, Failure>(())
            }))
            .unwrap();
            let berlin: Zone = "Europe/Berlin".parse().unwrap();
            let morning = Interval::new(at(420), at(900)).unwrap();
            for (key, who, at_site) in [("two", 2, 0), ("four", 4, 1)] {
                let wish = DeskWish { site: site(at_site), neighbourhood: None };
                sit(office, key, person(who), morning, &wish).unwrap();
                wait(office.transact(&command(&format!("in:{key}"), person(who), at(430)), |tx| async move {
                    let id = ResourceBookingId::natural("booking", key);
                    let found: Booking = tx.load(id).await?;
                    let came = found.check_in(person(who), tx.command().at())?;
                    tx.decide::<Booking>(id, came).await?;
                    Ok::<_, Failure>(())
                }))
                .unwrap();
            }
            let presence = |date: NaiveDate| {
                wait(office.view(|view| async move { presence_on(&view, site(0), berlin, date).await })).unwrap()
            };
            let monday = presence(day(0));
            assert_eq!(monday.planned, BTreeSet::from([person(1)]));
            assert_eq!(monday.seen, BTreeMap::from([(person(2), at(430))]));
            assert_eq!((monday.head_count(), monday.beyond(1)), (2, 1));
            assert_eq!(presence(day(1)), SitePresence::of(site(0), [(person(1), here), (person(3), here)], []));
            assert_eq!(presence(day(5)).head_count(), 0);
            let plan = wait(office.view(|view| async move { view.load(location_plan_of(person(3))).await }))
                .map_err(|error: StoreError| error);
            assert_eq!(plan.unwrap().on(day(0)), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Law 99: at each quarter of an hour everybody is asked, around changes of clocks.
        #[test]
        fn core_hours_are_when_everybody_works(
            team in vec((0_usize..5, 0_usize..4), 0..4),
            shown in 0_usize..5,
            first in 0_usize..3,
        ) {
            const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Asia/Kolkata"];
            const HOURS: [&str; 4] = ["09:00-12:30, 13:00-17:30", "00:00-24:00", "06:15-22:00", "20:00-24:00"];
            let valid = DateRange::year(2026).unwrap();
            let calendars: Vec<WorkingCalendar> = team.iter().map(|(zone, hours)| {
                let (zone, week) = (ZONES[*zone].parse().unwrap(), WeeklyHours::daily(HOURS[*hours].parse().unwrap()));
                let plan = WorkingPlan { zone, valid, week, exceptions: BTreeMap::new(), holidays: Holidays::none(valid) };
                WorkingCalendar::new(plan).unwrap()
            }).collect();
            let zone: Zone = ZONES[shown].parse().unwrap();
            let first: NaiveDate = ["2026-10-24", "2026-03-28", "2026-04-04"][first].parse().unwrap();
            let days = DateRange::inclusive(first, first + Days::new(2)).unwrap();
            let core = core_hours(zone, days, &calendars).unwrap();
            for date in days.dates(3) {
                let there = zone.day(date).unwrap();
                let mut instant = there.start();
                while instant < there.end() {
                    let all = !calendars.is_empty() && calendars.iter().all(|one| one.is_working(instant).unwrap());
                    let told = core.get(&date).is_some_and(|spans| spans.iter().any(|span| span.contains(instant)));
                    prop_assert_eq!(told, all, "{} {}", date, instant);
                    instant += TimeDelta::minutes(15);
                }
                for span in core.get(&date).into_iter().flatten() {
                    prop_assert!(there.encloses(span));
                }
            }
        }
    }

    #[test]
    fn facts_and_states_are_stored_like_this() {
        let week =
            LocationWeek::weekdays(WorkLocation::Home).with(Weekday::Tue, WorkLocation::Office { site: site(0) });
        let planned = WorkLocationPlan::plan(person(1), day(0), week);
        let mut plan = WorkLocationPlan::open(&planned).unwrap();
        let deviation = Deviation {
            location: WorkLocation::Elsewhere,
            reason: "at a client's".to_owned(),
            by: person(1),
            granted_by: Some(person(2)),
            at: at(0),
        };
        let own = Deviation { granted_by: Some(person(1)), ..deviation.clone() };
        let policy = LocationPolicy { min_office_days: 1, anchor_days: vec![Weekday::Tue] };
        assert_eq!(plan.deviate(day(1), &own, &policy), Err(DeviateError::OwnGrant { person: person(1) }));
        let deviated = plan.deviate(day(1), &deviation, &policy).unwrap().fact().unwrap();
        plan.apply(&deviated);
        let found = policy.findings(&plan, day(3));
        insta::assert_json_snapshot!((
            planned,
            deviated,
            WorkLocationFact::Restored { on: day(1) },
            plan,
            policy,
            found
        ));
    }
}
