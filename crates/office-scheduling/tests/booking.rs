//! The laws of rooms and bookings, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes in October 2026")]
mod law {
    use std::collections::BTreeSet;
    use std::thread;

    use chrono::{DateTime, TimeDelta, Timelike, Utc};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Command, DateRange, Decision, Entity, Interval, MemoryStore, Office, Role, StoreError, System,
        WeeklyHours, Zone, wait,
    };
    use office_scheduling::{
        BookError, BookRefusal, Booking, BookingHours, BookingRequest, BookingRequestParts, BookingSource,
        BookingTerms, Buffers, Clash, MoveBookingError, OccurrenceReport, Resource, ResourceBookingId, ResourceDetails,
        ResourceId, ResourceKind, ResourceParts, RoomUse, SeriesReport, book, bookings_of, move_booking,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;

    const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland"];

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn time(text: &str) -> Interval {
        text.parse().unwrap()
    }

    fn person() -> PersonId {
        PersonId::natural("person", "E-004")
    }

    fn room_id(room: u8) -> ResourceId {
        ResourceId::natural("room", &room.to_string())
    }

    fn booking_id(booking: &str) -> ResourceBookingId {
        ResourceBookingId::natural("booking", booking)
    }

    fn details(name: &str, zone: &str, hours: &str, buffers: Buffers) -> ResourceDetails {
        let hours = WeeklyHours::daily(hours.parse().unwrap());
        let features = ["screen".to_owned(), "video".to_owned()].into();
        let zone = zone.parse().unwrap();
        ResourceDetails::new(ResourceParts {
            name: name.to_owned(),
            capacity: 6,
            features,
            zone,
            hours,
            buffers,
            ..ResourceParts::default()
        })
        .unwrap()
    }

    /// Three rooms, numbered from 0.
    fn rooms(zone: &str, hours: &str, buffers: Buffers) -> Office {
        let office = Office::on(MemoryStore::new()).within(System::yielding());
        let command = command("rooms");
        wait(office.transact(&command, |tx| async move {
            for room in 0..3 {
                let fact = Resource::register(details(&room.to_string(), zone, hours, buffers));
                tx.create(room_id(room), fact).await?;
            }
            Ok::<(), StoreError>(())
        }))
        .unwrap();
        office
    }

    fn command(key: &str) -> Command {
        let actor = Actor::new(person(), Role::new("office_manager"));
        Command::new(key, "test", actor, at("2026-10-01T00:00:00Z")).unwrap()
    }

    fn request(time: Interval) -> BookingRequest {
        BookingRequest::new(time, person(), 2, "a talk").unwrap()
    }

    fn try_to_book(
        office: &Office,
        key: &str,
        room: u8,
        id: ResourceBookingId,
        time: Interval,
    ) -> Result<(), BookError> {
        let request = request(time);
        wait(office.transact(&command(key), |tx| {
            let request = request.clone();
            async move { book(&tx, room_id(room), id, request).await }
        }))
    }

    fn held(office: &Office, room: u8, within: Interval) -> Vec<(ResourceBookingId, Booking)> {
        wait(office.view(|view| async move { bookings_of(&view, room_id(room), within).await })).unwrap()
    }

    /// Ends a booking: called off where `cancel`, else released.
    fn end(office: &Office, key: &str, id: ResourceBookingId, cancel: bool) {
        wait(office.transact(&command(key), |tx| async move {
            let booking: Booking = tx.load(id).await?;
            let start = booking.time().start();
            let decision = if cancel {
                booking.cancel(person(), start).unwrap()
            } else {
                booking.release(person(), start, 0).unwrap()
            };
            tx.decide::<Booking>(id, decision).await
        }))
        .unwrap();
    }

    #[derive(Clone, Debug)]
    enum Step {
        Book { room: u8, time: Interval },
        Move { which: prop::sample::Index, room: u8, time: Interval },
        End { which: prop::sample::Index, cancel: bool },
    }

    /// Times around the two midnights of a day on which clocks are put back, in steps of five minutes.
    fn times() -> impl Strategy<Value = Interval> {
        let start = at("2026-10-24T12:00:00Z");
        (0_i64..600, 1_i64..60).prop_map(move |(from, length)| {
            Interval::starting(start + TimeDelta::minutes(5 * from), TimeDelta::minutes(5 * length)).unwrap()
        })
    }

    fn steps() -> impl Strategy<Value = Step> {
        let which = any::<prop::sample::Index>;
        prop_oneof![
            5 => (0_u8..2, times()).prop_map(|(room, time)| Step::Book { room, time }),
            2 => (which(), 0_u8..2, times()).prop_map(|(which, room, time)| Step::Move { which, room, time }),
            2 => (which(), any::<bool>()).prop_map(|(which, cancel)| Step::End { which, cancel }),
        ]
    }

    /// A booking as the look at every booking knows it.
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Plain {
        id: ResourceBookingId,
        room: u8,
        time: Interval,
        holds: bool,
    }

    /// Whether two times keep so far apart that the first can be cleared and the second set up, whichever is first.
    fn apart(a: Interval, b: Interval, buffers: Buffers) -> bool {
        let between = TimeDelta::seconds(i64::from(buffers.set_up_seconds) + i64::from(buffers.tear_down_seconds));
        a.end() + between <= b.start() || b.end() + between <= a.start()
    }

    fn is_free(plain: &[Plain], but: Option<ResourceBookingId>, room: u8, time: Interval, buffers: Buffers) -> bool {
        let others = plain.iter().filter(|one| one.holds && one.room == room && Some(one.id) != but);
        others.clone().all(|one| apart(one.time, time, buffers))
    }

    /// Law 16, by trying every five minutes of the day.
    fn first_of_day(
        plain: &[Plain],
        but: Option<ResourceBookingId>,
        room: u8,
        time: Interval,
        buffers: Buffers,
        zone: Zone,
    ) -> Option<Interval> {
        let day = zone.day(zone.date_of(time.start())).unwrap();
        (0..400)
            .map(|n| Interval::starting(day.start() + TimeDelta::minutes(5 * n), time.duration()).unwrap())
            .find(|one| day.encloses(one) && is_free(plain, but, room, *one, buffers))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Laws 12, 13, 15 and 16 for one writer.
        #[test]
        fn bookings_are_accepted_just_if_a_look_at_every_booking_finds_no_other(
            zone in 0_usize..4,
            (before, after) in (0_u32..7, 0_u32..7),
            steps in vec(steps(), 1..50),
        ) {
            let buffers = Buffers { set_up_seconds: 300 * before, tear_down_seconds: 300 * after };
            let office = rooms(ZONES[zone], "00:00-24:00", buffers);
            let zone: Zone = ZONES[zone].parse().unwrap();
            let mut plain: Vec<Plain> = Vec::new();
            for (number, step) in steps.into_iter().enumerate() {
                let key = format!("step:{number}");
                match step {
                    Step::Book { room, time } => {
                        let id = booking_id(&key);
                        let free = is_free(&plain, None, room, time, buffers);
                        match try_to_book(&office, &key, room, id, time) {
                            Ok(()) => {
                                prop_assert!(free);
                                plain.push(Plain { id, room, time, holds: true });
                            }
                            Err(BookError::Refused(BookRefusal::Held { by, next_free, .. })) => {
                                prop_assert!(!free);
                                let named: BTreeSet<_> = by.iter().map(|one| one.booking).collect();
                                let met = plain.iter().filter(|one| one.holds && one.room == room && !apart(one.time, time, buffers));
                                prop_assert_eq!(named, met.map(|one| one.id).collect::<BTreeSet<_>>());
                                prop_assert_eq!(next_free, first_of_day(&plain, None, room, time, buffers, zone));
                            }
                            Err(other) => prop_assert!(false, "{other}"),
                        }
                    }
                    Step::Move { which, room, time } if !plain.is_empty() => {
                        let index = which.index(plain.len());
                        let one = plain[index];
                        let free = is_free(&plain, Some(one.id), room, time, buffers);
                        let outcome = wait(office.transact(&command(&key), |tx| async move {
                            move_booking(&tx, one.id, room_id(room), time).await
                        }));
                        match outcome {
                            Ok(()) => {
                                prop_assert!(one.holds && free);
                                plain[index] = Plain { room, time, ..one };
                            }
                            Err(MoveBookingError::Booking(_)) => prop_assert!(!one.holds),
                            Err(MoveBookingError::Refused(BookRefusal::Held { next_free, .. })) => {
                                prop_assert!(!free);
                                prop_assert_eq!(next_free, first_of_day(&plain, Some(one.id), room, time, buffers, zone));
                            }
                            Err(other) => prop_assert!(false, "{other}"),
                        }
                    }
                    Step::End { which, cancel } if !plain.is_empty() => {
                        let index = which.index(plain.len());
                        if plain[index].holds {
                            end(&office, &key, plain[index].id, cancel);
                            plain[index].holds = false;
                        }
                    }
                    Step::Move { .. } | Step::End { .. } => {}
                }
            }
            for room in 0..2 {
                let all = held(&office, room, time("2026-10-20T00:00:00Z/2026-10-31T00:00:00Z"));
                for pair in all.windows(2) {
                    prop_assert!(pair[0].1.held().end() <= pair[1].1.held().start());
                }
                let mut expected: Vec<_> = plain.iter().filter(|one| one.holds && one.room == room).map(|one| (one.time, one.id)).collect();
                expected.sort_unstable();
                prop_assert_eq!(all.iter().map(|(id, one)| (one.time(), *id)).collect::<Vec<_>>(), expected);
            }
        }
    }

    /// Books what each of eight threads wants, in an order of its own, and says what was booked.
    fn by_eight(office: &Office, wanted: &[(u8, Interval)]) -> Vec<(u8, Interval)> {
        let mut booked: Vec<(u8, Interval)> = thread::scope(|scope| {
            let work = |writer: usize| {
                let turned = (0..wanted.len()).map(move |n| (n + 5 * writer) % wanted.len());
                turned.filter_map(move |n| {
                    let key = format!("{writer}-{n}");
                    let (room, time) = wanted[n];
                    loop {
                        match try_to_book(office, &key, room, booking_id(&key), time) {
                            Ok(()) => return Some((room, time)),
                            Err(BookError::Refused(BookRefusal::Held { .. })) => return None,
                            Err(BookError::Store(error)) if error.is_conflict() => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                })
            };
            let threads: Vec<_> = (0..8).map(|writer| scope.spawn(move || work(writer).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        booked.sort_unstable();
        booked
    }

    /// Law 12 for many writers: each time that all of them want is booked by one of them, as by one writer alone.
    #[test]
    fn eight_writers_at_once_book_each_time_once() {
        let buffers = Buffers { set_up_seconds: 900, tear_down_seconds: 900 };
        // Each begins as the one before has been cleared; the sixth lies across midnight.
        let first = at("2026-10-24T15:15:00Z");
        let wanted: Vec<(u8, Interval)> = (0..24)
            .map(|n| {
                let start = first + TimeDelta::minutes(90 * (n / 2));
                (u8::try_from(n % 2).unwrap(), Interval::starting(start, TimeDelta::hours(1)).unwrap())
            })
            .collect();
        let mut alone = wanted.clone();
        alone.sort_unstable();
        let office = rooms("Europe/Berlin", "00:00-24:00", buffers);
        assert_eq!(by_eight(&office, &wanted), alone);
    }

    /// Law 12 for many writers: where the times wanted overlap, those booked do not, and each refused meets one of them.
    #[test]
    fn eight_writers_at_once_never_overlap() {
        let buffers = Buffers { set_up_seconds: 600, tear_down_seconds: 300 };
        let first = at("2026-10-24T20:00:00Z");
        let wanted: Vec<(u8, Interval)> = (0_i64..24)
            .map(|n| {
                let start = first + TimeDelta::minutes(n * 37 % 500);
                (0, Interval::starting(start, TimeDelta::minutes(20 + n * 11 % 90)).unwrap())
            })
            .collect();
        let office = rooms("Europe/Berlin", "00:00-24:00", buffers);
        let booked = by_eight(&office, &wanted);
        let stored: Vec<(u8, Interval)> = held(&office, 0, time("2026-10-24T00:00:00Z/2026-10-27T00:00:00Z"))
            .iter()
            .map(|(_, one)| (0, one.time()))
            .collect();
        assert_eq!(booked, stored);
        assert!(booked.windows(2).all(|pair| apart(pair[0].1, pair[1].1, buffers)));
        for (_, time) in wanted {
            assert!(booked.iter().any(|(_, other)| !apart(time, *other, buffers)), "{time} is free");
        }
    }

    #[test]
    fn held_times_that_touch_do_not_conflict() {
        let buffers = Buffers { set_up_seconds: 900, tear_down_seconds: 300 };
        let office = rooms("Europe/Berlin", "07:00-19:00", buffers);
        let booked = |key: &str, text: &str| try_to_book(&office, key, 0, booking_id(key), time(text));
        booked("a", "2026-10-05T09:00:00Z/2026-10-05T10:00:00Z").unwrap();
        assert!(booked("b", "2026-10-05T10:19:59Z/2026-10-05T11:00:00Z").is_err());
        booked("c", "2026-10-05T10:20:00Z/2026-10-05T11:00:00Z").unwrap();
        // Asked again under another command, the same booking is recognised, and another one is not.
        let same = |key: &str, text: &str| try_to_book(&office, key, 0, booking_id("c"), time(text));
        same("c-again", "2026-10-05T10:20:00Z/2026-10-05T11:00:00Z").unwrap();
        let refused = same("c-other", "2026-10-06T10:20:00Z/2026-10-06T11:00:00Z");
        assert!(matches!(refused, Err(BookError::Refused(BookRefusal::IdReused { .. }))));
        assert_eq!(held(&office, 0, time("2026-10-05T00:00:00Z/2026-10-07T00:00:00Z")).len(), 2);
    }

    /// Law 15, at the midnights of universal time and of the room.
    #[test]
    fn a_booking_across_midnight_meets_the_bookings_of_both_days() {
        let quarter = Buffers { set_up_seconds: 900, tear_down_seconds: 900 };
        for zone in ZONES {
            for midnight in [
                at("2026-10-26T00:00:00Z"),
                zone.parse::<Zone>().unwrap().day("2026-10-26".parse().unwrap()).unwrap().start(),
            ] {
                let office = rooms(zone, "00:00-24:00", quarter);
                let around = |from: i64, to: i64| {
                    Interval::new(midnight + TimeDelta::minutes(from), midnight + TimeDelta::minutes(to)).unwrap()
                };
                try_to_book(&office, "night", 0, booking_id("night"), around(-60, 60)).unwrap();
                assert!(try_to_book(&office, "before", 0, booking_id("before"), around(-120, -31)).is_err());
                assert!(try_to_book(&office, "after", 0, booking_id("after"), around(89, 120)).is_err());
                try_to_book(&office, "early", 0, booking_id("early"), around(-120, -90)).unwrap();
                try_to_book(&office, "late", 0, booking_id("late"), around(90, 120)).unwrap();
                // Held times alone cross it here: they meet as well.
                try_to_book(&office, "to", 1, booking_id("to"), around(-30, 0)).unwrap();
                assert!(try_to_book(&office, "from", 1, booking_id("from"), around(29, 60)).is_err());
            }
        }
    }

    /// The hour that clocks show twice is two hours.
    #[test]
    fn on_the_day_of_25_hours_the_hour_shown_twice_is_booked_twice() {
        let office = rooms("Europe/Berlin", "00:00-24:00", Buffers::default());
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let day = berlin.day("2026-10-25".parse().unwrap()).unwrap();
        for hour in 0..25 {
            let key = format!("hour:{hour}");
            let slot = Interval::starting(day.start() + TimeDelta::hours(hour), TimeDelta::hours(1)).unwrap();
            try_to_book(&office, &key, 0, booking_id(&key), slot).unwrap();
        }
        let booked = held(&office, 0, day);
        let shown_at_two = booked.iter().filter(|(_, one)| berlin.local(one.time().start()).hour() == 2).count();
        assert_eq!(shown_at_two, 2);
        let refused =
            try_to_book(&office, "more", 0, booking_id("more"), time("2026-10-25T00:30:00Z/2026-10-25T01:30:00Z"));
        let Err(BookError::Refused(BookRefusal::Held { by, next_free: None, .. })) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(by.len(), 2);
        let october = DateRange::month(2026, 10).unwrap();
        let used = RoomUse::of(berlin, october, booked.iter().map(|(_, one)| one.time())).unwrap();
        assert_eq!(used.days().collect::<Vec<_>>(), [("2026-10-25".parse().unwrap(), TimeDelta::hours(25))]);
    }

    proptest! {
        /// Law 14: the hours of a room are asked of the clock on its wall, every five minutes.
        #[test]
        fn a_room_is_booked_within_its_hours_only(
            zone in 0_usize..4,
            (day, from, length) in (0_usize..4, 0_i64..576, 1_i64..200),
            (people, needs) in (0_u32..10, proptest::sample::subsequence(vec!["screen", "video", "coffee"], 0..=3)),
        ) {
            let hours = "00:00-01:30, 02:30-02:45, 03:00-12:00, 12:00-13:00, 22:00-24:00";
            let open = |instant: DateTime<Utc>| {
                let minute = { let local = ZONES[zone].parse::<Zone>().unwrap().local(instant); local.hour() * 60 + local.minute() };
                [(0, 90), (150, 165), (180, 780), (1320, 1440)].iter().any(|(start, end)| (*start..*end).contains(&minute))
            };
            // Clocks are changed in Germany, New Zealand and Canada.
            let midnight = ["2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z", "2026-04-04T00:00:00Z", "2026-03-08T00:00:00Z"][day];
            let start = at(midnight) + TimeDelta::minutes(5 * from);
            let wanted = Interval::starting(start, TimeDelta::minutes(5 * length)).unwrap();
            let within = (0..length).all(|n| open(start + TimeDelta::minutes(5 * n)));
            let room = Resource::open(&Resource::register(details("0", ZONES[zone], hours, Buffers::default()))).unwrap();
            let request = BookingRequest::new(wanted, person(), people, "a talk").unwrap().needing(needs.clone()).unwrap();
            match room.admit(&request) {
                Ok(()) => prop_assert!(people <= 6 && !needs.contains(&"coffee") && within),
                Err(BookRefusal::TooManyPeople { .. }) => prop_assert!(people > 6),
                Err(BookRefusal::Lacks { missing, .. }) => {
                    prop_assert_eq!(missing, ["coffee"]);
                    prop_assert!(people <= 6 && needs.contains(&"coffee"));
                }
                Err(BookRefusal::Closed { open, .. }) => {
                    prop_assert!(!within);
                    prop_assert!(open.iter().all(|span| !span.encloses(&wanted)));
                }
                Err(other) => prop_assert!(false, "{other}"),
            }
        }

        /// Law 17: every minute counts on the day that the clock on the wall shows.
        #[test]
        fn the_use_of_a_room_is_the_sum_of_its_parts(
            zone in 0_usize..4,
            times in vec((0_i64..6_000, 1_i64..3_000), 0..12),
        ) {
            let zone: Zone = ZONES[zone].parse().unwrap();
            let days = DateRange::inclusive("2026-10-24".parse().unwrap(), "2026-10-26".parse().unwrap()).unwrap();
            let first = at("2026-10-22T20:00:00Z");
            let times: Vec<Interval> = times
                .into_iter()
                .map(|(from, length)| Interval::starting(first + TimeDelta::minutes(from), TimeDelta::minutes(length)).unwrap())
                .collect();
            let used = RoomUse::of(zone, days, times.iter().copied()).unwrap();
            let mut total = TimeDelta::zero();
            for date in days.dates(10) {
                let minutes = times.iter().flat_map(|time| (0..time.duration().num_minutes()).map(|n| time.start() + TimeDelta::minutes(n)));
                let counted = minutes.filter(|minute| zone.date_of(*minute) == date).count();
                let counted = TimeDelta::minutes(i64::try_from(counted).unwrap());
                prop_assert_eq!(used.on(date), counted);
                total += counted;
            }
            prop_assert_eq!(used.total(), total);
        }
    }

    #[test]
    fn facts_and_states_are_stored_like_this() {
        let buffers = Buffers { set_up_seconds: 900, tear_down_seconds: 300 };
        let registered = Resource::register(details("Spree", "Europe/Berlin", "07:30-19:00", buffers));
        let mut room = Resource::open(&registered).unwrap();
        assert_eq!(
            Resource::open(&registered).map(|room| room.change(details(
                "Spree",
                "Europe/Berlin",
                "07:30-19:00",
                buffers
            ))),
            Some(Decision::AlreadyRecorded)
        );
        let changed = room.change(details("Havel", "UTC", "closed", Buffers::default())).fact().unwrap();
        room.apply(&changed);
        insta::assert_json_snapshot!((registered, changed, room));

        let request = request(time("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z")).needing(["screen"]).unwrap();
        let confirmed = Booking::confirm(room_id(0), buffers.into(), request);
        let mut booking = Booking::open(&confirmed).unwrap();
        let moved =
            booking.move_to(room_id(1), BookingTerms::default(), time("2026-10-05T11:00:00Z/2026-10-05T12:00:00Z"));
        let moved = moved.unwrap().fact().unwrap();
        booking.apply(&moved);
        let noon = at("2026-10-05T11:10:00Z");
        let (came, left, off) =
            (booking.check_in(person(), noon), booking.release(person(), noon, 600), booking.cancel(person(), noon));
        let ends = [came.unwrap(), left.unwrap(), off.unwrap()].map(|end| end.fact().unwrap());
        let states = ends.clone().map(|end| {
            let mut booking = booking.clone();
            booking.apply(&end);
            booking.status()
        });
        insta::assert_json_snapshot!((confirmed, moved, ends, states, &booking));
        // One that comes of a calendar, and what is told of a series.
        let occurrence = "2026-10-23T00:00:00".parse().unwrap();
        let source = BookingSource::Event { uid: "painting@example".to_owned(), occurrence };
        let parts = BookingRequestParts { source, hours: BookingHours::AnyTime, ..booking.request().parts().clone() };
        let by = vec![Clash { booking: booking_id("a"), occupancy: booking.occupancy(), purpose: "a talk".to_owned() }];
        let report = SeriesReport {
            occurrences: vec![OccurrenceReport {
                occurrence,
                time: booking.time(),
                booking: Booking::id_of_occurrence(room_id(0), "painting@example", occurrence),
                refused: Some(BookRefusal::Held { kind: ResourceKind::Room, by, next_free: None }),
            }],
            called_off: Vec::new(),
            limited: false,
        };
        insta::assert_json_snapshot!((BookingRequest::try_from(parts).unwrap(), report));
        let refused = booking.release(person(), noon, 601).unwrap_err();
        assert_eq!(refused.to_string(), "it is too early: release it from 2026-10-05 11:10:01 UTC on");
    }
}
