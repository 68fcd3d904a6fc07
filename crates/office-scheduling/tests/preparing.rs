//! The laws of bookings that are approved and made ready, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes in October 2026")]
mod law {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta, Utc};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, ApproveStep, AuthorityBook, Command, DateRange, Entity, Grant, Holidays, Interval,
        MemoryStore, Office, RefuseStep, Role, Scope, StoreError, WeeklyHours, WorkingCalendar, WorkingPlan, Zone,
        wait,
    };
    use office_scheduling::{
        AcceptOfferError, Asking, Booking, BookingFact, BookingRequest, BookingRequestParts, BookingRules,
        BookingStatus, BookingTerms, LeaveWaitingListError, PointError, PointState, ReadinessCheck, ReadinessFact,
        ReadinessPoint, ReadinessTemplate, RequestBookingError, RequestMoveError, ResourceBookingId, ResourceDetails,
        ResourceId, ResourceParts, WaitingListEntry, WaitingListEntryId, Wanted, accept_offer, approve_booking, book,
        bookings_of, cancel_booking, check_point, fall_due_bookings, join_waiting_list, move_booking,
        open_points_within, prepare_booking, promote_waiting, refuse_booking, register_resource, report_fault,
        request_booking, request_move,
    };
    use office_scratch::offices;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    fn at(minute: i64) -> DateTime<Utc> {
        "2026-10-05T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
    }

    fn time(from: i64, length: i64) -> Interval {
        Interval::starting(at(from), TimeDelta::minutes(length)).unwrap()
    }

    fn person(name: &str) -> PersonId {
        PersonId::natural("person", name)
    }

    fn manager() -> Actor {
        Actor::new(person("manager"), Role::new("office_manager"))
    }

    fn command(key: &str, minute: i64) -> Command {
        Command::new(key, "test", Actor::new(person("anna"), Role::new("architect")), at(minute)).unwrap()
    }

    fn room() -> ResourceId {
        ResourceId::natural("room", "R-101")
    }

    fn booking(key: &str) -> ResourceBookingId {
        ResourceBookingId::natural("booking", key)
    }

    fn request(time: Interval, people: u32, external: bool) -> BookingRequest {
        let plain = BookingRequest::new(time, person("anna"), people, "a talk").unwrap();
        BookingRequest::try_from(BookingRequestParts { external, ..plain.parts().clone() }).unwrap()
    }

    /// More than ten people are refused, an hour is allowed, and what is longer or has guests is approved within two hours.
    fn rules() -> BookingRules {
        let rows = [
            ["> 10", "-", "-", "refuse: too many"],
            ["-", "<= 60", "no", "allow"],
            ["-", "-", "-", "approvals: 1 office_manager booking.approve expire after 2h"],
        ];
        let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
        let columns = ["people: number", "minutes: number", "external: boolean", "outcome"];
        let mut approval = PolicyBook::new("booking");
        approval.publish("2026-01-01".parse().unwrap(), DecisionTable::from_rows(&columns, rows).unwrap()).unwrap();
        let valid = DateRange::year(2026).unwrap();
        let plan = WorkingPlan {
            zone: Zone::UTC,
            valid,
            week: WeeklyHours::daily("00:00-24:00".parse().unwrap()),
            exceptions: BTreeMap::new(),
            holidays: Holidays::none(valid),
        };
        BookingRules { approval, hours: WorkingCalendar::new(plan).unwrap() }
    }

    fn authorities() -> AuthorityBook {
        let valid = DateRange::from("2026-01-01".parse().unwrap());
        let (role, scope) = (Role::new("office_manager"), Scope::anywhere());
        let mut book = AuthorityBook::default();
        for person in [manager().person, person("anna")] {
            book.appointments.push(Appointment { person, role: role.clone(), scope: scope.clone(), valid });
        }
        book.grants.push(Grant { role, action: "booking.approve".parse().unwrap(), scope, limit: None, valid });
        book
    }

    fn approve_by(by: Actor, minute: i64) -> ApproveStep {
        ApproveStep { by, step: 1, on: at(minute).date_naive(), at: at(minute) }
    }

    fn prepare(office: &Office) {
        wait(office.transact(&command("prepare", -600), |tx| async move {
            let details = ResourceDetails::new(ResourceParts {
                name: "Spree".to_owned(),
                capacity: 20,
                hours: WeeklyHours::daily("00:00-24:00".parse()?),
                ..ResourceParts::default()
            })?;
            register_resource(&tx, room(), details).await?;
            Ok::<_, Failure>(())
        }))
        .unwrap();
    }

    #[derive(Clone, Debug)]
    enum Step {
        Ask { from: i64, length: i64, people: u32, external: bool },
        Approve { which: Index, own: bool },
        Refuse { which: Index },
        Cancel { which: Index },
        FallDue,
        Pass { minutes: i64 },
    }

    fn steps() -> impl Strategy<Value = Step> {
        let which = any::<Index>;
        prop_oneof![
            5 => (0_i64..60, 1_i64..16, 1_u32..13, any::<bool>())
                .prop_map(|(from, length, people, external)| Step::Ask { from: 10 * from, length: 10 * length, people, external }),
            3 => (which(), prop::bool::weighted(0.2)).prop_map(|(which, own)| Step::Approve { which, own }),
            1 => which().prop_map(|which| Step::Refuse { which }),
            1 => which().prop_map(|which| Step::Cancel { which }),
            2 => Just(Step::FallDue),
            3 => (1_i64..10).prop_map(|n| Step::Pass { minutes: 10 * n }),
        ]
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Stands {
        Requested,
        Confirmed,
        Gone,
    }

    struct Plain {
        id: ResourceBookingId,
        from: i64,
        to: i64,
        /// When it expires, undecided.
        until: i64,
        stands: Stands,
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Law 95.
        #[test]
        fn what_is_asked_for_holds_its_place_until_it_is_decided(steps in vec(steps(), 1..40)) {
            let office = Office::on(MemoryStore::new());
            prepare(&office);
            let (rules, book, scope) = (&rules(), &authorities(), &Scope::anywhere());
            let (mut now, mut plain) = (-120_i64, Vec::<Plain>::new());
            for (number, step) in steps.into_iter().enumerate() {
                let key = format!("step:{number}");
                let command = command(&key, now);
                match step {
                    Step::Ask { from, length, people, external } => {
                        let id = booking(&key);
                        let wanted = request(time(from, length), people, external);
                        let outcome = wait(office.transact(&command, |tx| {
                            let wanted = wanted.clone();
                            async move { request_booking(&tx, room(), id, wanted, Asking { rules, scope }).await }
                        }));
                        let to = from + length;
                        let free = plain.iter().all(|one| one.stands == Stands::Gone || one.to <= from || to <= one.from);
                        match outcome {
                            Ok(status) => {
                                prop_assert!(free && people <= 10);
                                let stands = if length <= 60 && !external { Stands::Confirmed } else { Stands::Requested };
                                prop_assert_eq!(status == BookingStatus::Confirmed, stands == Stands::Confirmed);
                                prop_assert_eq!(status == BookingStatus::Requested, stands == Stands::Requested);
                                plain.push(Plain { id, from, to, until: from.min(now + 120), stands });
                            }
                            Err(RequestBookingError::Refused(_)) => prop_assert!(!free),
                            Err(RequestBookingError::RefusedByPolicy { .. }) => prop_assert!(free && people > 10),
                            Err(other) => prop_assert!(false, "{other}"),
                        }
                    }
                    Step::Approve { which, own } if !plain.is_empty() => {
                        let index = which.index(plain.len());
                        let id = plain[index].id;
                        // Who has asked cannot approve, though the role would do.
                        let by = if own { Actor::new(person("anna"), Role::new("office_manager")) } else { manager() };
                        let step = approve_by(by, now);
                        let outcome = wait(office.transact(&command, |tx| {
                            let step = step.clone();
                            async move { approve_booking(&tx, id, &step, book, &rules.hours).await }
                        }));
                        let open = plain[index].stands == Stands::Requested && now < plain[index].until && !own;
                        prop_assert!(!open || outcome.is_ok(), "{:?}", outcome);
                        if open {
                            plain[index].stands = Stands::Confirmed;
                        } else if plain[index].stands == Stands::Requested {
                            prop_assert!(outcome.is_err());
                        }
                    }
                    Step::Refuse { which } if !plain.is_empty() => {
                        let index = which.index(plain.len());
                        let id = plain[index].id;
                        let (on, reason) = (at(now).date_naive(), "no room for that".to_owned());
                        let step = RefuseStep { by: manager(), step: 1, on, at: at(now), reason };
                        let outcome = wait(office.transact(&command, |tx| {
                            let step = step.clone();
                            async move { refuse_booking(&tx, id, &step, book, &rules.hours).await }
                        }));
                        if plain[index].stands == Stands::Requested && now < plain[index].until {
                            prop_assert!(outcome.is_ok(), "{:?}", outcome);
                            plain[index].stands = Stands::Gone;
                        } else if plain[index].stands != Stands::Gone {
                            prop_assert!(outcome.is_err());
                        }
                    }
                    Step::Cancel { which } if !plain.is_empty() => {
                        let index = which.index(plain.len());
                        let id = plain[index].id;
                        let outcome = wait(office.transact(&command, |tx| async move { cancel_booking(&tx, id).await }));
                        if plain[index].stands != Stands::Gone {
                            prop_assert_eq!(outcome.is_ok(), now < plain[index].to);
                            if outcome.is_ok() {
                                plain[index].stands = Stands::Gone;
                            }
                        }
                    }
                    Step::FallDue => {
                        let hours = &rules.hours;
                        let fallen = wait(office.transact(&command, |tx| async move { fall_due_bookings(&tx, hours, 500).await }));
                        let due = plain.iter_mut().filter(|one| one.stands == Stands::Requested && one.until <= now);
                        let changed: Vec<_> = due.map(|one| { one.stands = Stands::Gone; one.id }).collect();
                        let mut fallen: Vec<_> = fallen.unwrap().changed.into_keys().collect();
                        let mut expected = changed;
                        fallen.sort_unstable();
                        expected.sort_unstable();
                        prop_assert_eq!(fallen, expected);
                    }
                    Step::Pass { minutes } => now += minutes,
                    Step::Approve { .. } | Step::Refuse { .. } | Step::Cancel { .. } => {}
                }
            }
            let held = wait(office.view(|view| async move { bookings_of(&view, room(), time(-600, 4_000)).await })).unwrap();
            let mut found: Vec<_> = held.iter().map(|(id, one)| (*id, one.status() == BookingStatus::Confirmed)).collect();
            let there = plain.iter().filter(|one| one.stands != Stands::Gone);
            let mut expected: Vec<_> = there.map(|one| (one.id, one.stands == Stands::Confirmed)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    /// Law 95, where something waits or moves.
    #[test]
    fn nobody_gets_round_the_approval() {
        let (_places, offices) = offices();
        let (rules, scope) = (&rules(), &Scope::anywhere());
        for office in &offices {
            prepare(office);
            let asking = Asking { rules, scope };
            let entry = WaitingListEntryId::natural("waiting", "W-1");
            let [talk, long] = [request(time(0, 60), 2, false), request(time(0, 90), 2, false)];
            wait(office.transact(&command("begin", -300), |tx| {
                let (talk, long) = (talk.clone(), long.clone());
                async move {
                    book(&tx, room(), booking("talk"), talk.clone()).await?;
                    join_waiting_list(&tx, entry, Wanted::This { resource: room() }, long).await?;
                    // Moved to where the policy wants an approval, it stays; by the room's rules alone it may go.
                    let moved = request_move(&tx, booking("talk"), room(), time(200, 90), rules).await;
                    assert!(matches!(moved, Err(RequestMoveError::NotAllowed { .. })));
                    request_move(&tx, booking("talk"), room(), time(200, 60), rules).await?;
                    move_booking(&tx, booking("talk"), room(), time(300, 60)).await?;
                    assert_eq!(promote_waiting(&tx, time(0, 90), 3_600).await?.offered.len(), 1);
                    accept_offer(&tx, entry, Some(asking)).await?;
                    Ok::<_, Failure>(())
                }
            }))
            .unwrap();
            let status = |id: ResourceBookingId| {
                wait(office.view(|view| async move { Ok::<_, StoreError>(view.load::<Booking>(id).await?.status()) }))
                    .unwrap()
            };
            let waited = WaitingListEntry::booking_of(entry);
            assert_eq!(status(waited), BookingStatus::Requested);
            let book = &authorities();
            let step = approve_by(manager(), -290);
            wait(office.transact(&command("approve", -290), |tx| {
                let step = step.clone();
                async move { approve_booking(&tx, waited, &step, book, &rules.hours).await }
            }))
            .unwrap();
            assert_eq!(status(waited), BookingStatus::Confirmed);
            let nobody = WaitingListEntryId::natural("waiting", "W-2");
            let refused = wait(
                office.transact(&command("nobody", -290), |tx| async move { accept_offer(&tx, nobody, None).await }),
            );
            assert!(matches!(refused, Err(AcceptOfferError::Entry(LeaveWaitingListError::NoSuchEntry { .. }))));
        }
    }

    fn points() -> impl Strategy<Value = Vec<ReadinessPoint>> {
        vec((0_u8..6, 0_u32..10, any::<bool>()), 0..6).prop_map(|points| {
            let point = |(name, before, blocking): (u8, u32, bool)| {
                ReadinessPoint::new(format!("point {name}"), Role::new("secretary"), 600 * before, blocking).unwrap()
            };
            points.into_iter().map(point).collect()
        })
    }

    proptest! {
        /// Law 96.
        #[test]
        fn ready_is_what_has_no_blocking_point_open(
            (here, meeting, everywhere) in (points(), points(), points()),
            board in any::<bool>(),
            acts in vec((0_u8..6, any::<bool>()), 0..12),
            moved in any::<bool>(),
        ) {
            let templates = [
                ReadinessTemplate { resource: Some(room()), meeting: None, points: here.clone() },
                ReadinessTemplate { resource: None, meeting: Some("board".to_owned()), points: meeting.clone() },
                ReadinessTemplate { resource: None, meeting: None, points: everywhere.clone() },
            ];
            let wanted: Vec<_> = here.into_iter().chain(if board { meeting } else { Vec::new() }).chain(everywhere).collect();
            let points = ReadinessTemplate::points_for(&templates, room(), board.then_some("board"));
            let mut talk = Booking::open(&Booking::confirm(room(), BookingTerms::default(), request(time(600, 60), 2, false))).unwrap();
            let mut check = ReadinessCheck::open(&ReadinessCheck::draw(&talk, points)).unwrap();
            // By name: whether it is blocking, minutes before the start, and how it stands: done, at fault or neither.
            let mut plain: BTreeMap<String, (bool, i64, Option<bool>)> = BTreeMap::new();
            for one in wanted {
                let known = plain.entry(one.what().to_owned()).or_default();
                let before = i64::from(one.seconds_before() / 60);
                *known = (known.0 || one.is_blocking(), known.1.max(before), None);
            }
            for (name, done) in acts {
                let what = format!("point {name}");
                let outcome = if done {
                    check.mark_done(&talk, &what, person("anna"), at(500), "")
                } else {
                    check.find_fault(&talk, &what, person("anna"), at(500), "broken")
                };
                let Some(known) = plain.get_mut(&what) else {
                    prop_assert_eq!(outcome, Err(PointError::NoSuchPoint { what }));
                    continue;
                };
                known.2 = Some(done);
                if let Some(fact) = outcome.unwrap().fact() {
                    check.apply(&fact);
                }
            }
            if moved {
                talk.apply(&talk.move_to(room(), BookingTerms::default(), time(700, 60)).unwrap().fact().unwrap());
                for known in plain.values_mut() {
                    known.2 = None;
                }
            }
            let start = if moved { 700 } else { 600 };
            let open: Vec<_> = plain.iter().filter(|(_, (_, _, done))| *done != Some(true)).collect();
            let mut expected: Vec<_> = open.iter().map(|(what, (blocking, before, done))| {
                (at(start - before), (*what).clone(), *blocking, done.is_some())
            }).collect();
            expected.sort();
            let found: Vec<_> = check.open_points(&talk).into_iter().map(|one| (one.due, one.what, one.blocking, one.fault.is_some())).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(check.is_ready(&talk), open.iter().all(|(_, (blocking, _, _))| !blocking));
        }
    }

    /// Law 96 on each store.
    #[test]
    fn what_is_open_before_the_start_is_told() {
        let (_places, offices) = offices();
        let point =
            |what: &str, minutes: u32| ReadinessPoint::new(what, Role::new("secretary"), 60 * minutes, true).unwrap();
        let templates =
            &[ReadinessTemplate { points: vec![point("seats", 30), point("video", 60)], ..Default::default() }];
        for office in &offices {
            prepare(office);
            let open = || {
                let open =
                    wait(office.view(|view| async move { open_points_within(&view, time(0, 1_000)).await })).unwrap();
                open.into_iter().map(|one| (one.what, one.due, one.fault)).collect::<Vec<_>>()
            };
            let talk = request(time(600, 60), 2, false);
            wait(office.transact(&command("begin", 0), |tx| {
                let talk = talk.clone();
                async move {
                    book(&tx, room(), booking("talk"), talk).await?;
                    prepare_booking(&tx, booking("talk"), templates, None).await?;
                    check_point(&tx, booking("talk"), "seats", "twelve").await?;
                    report_fault(&tx, booking("talk"), "video", "no sound").await?;
                    prepare_booking(&tx, booking("talk"), templates, None).await?;
                    Ok::<_, Failure>(())
                }
            }))
            .unwrap();
            assert_eq!(open(), [("video".to_owned(), at(540), Some("no sound".to_owned()))]);
            wait(office.transact(&command("move", 0), |tx| async move {
                move_booking(&tx, booking("talk"), room(), time(700, 60)).await
            }))
            .unwrap();
            assert_eq!(open(), [("video".to_owned(), at(640), None), ("seats".to_owned(), at(670), None)]);
            wait(
                office.transact(&command("cancel", 0), |tx| async move { cancel_booking(&tx, booking("talk")).await }),
            )
            .unwrap();
            assert!(open().is_empty());
        }
    }

    #[test]
    fn facts_and_states_are_stored_like_this() {
        let office = Office::on(MemoryStore::new());
        prepare(&office);
        let (rules, scope) = (&rules(), &Scope::anywhere());
        let wanted = request(time(600, 90), 2, true);
        wait(office.transact(&command("ask", 0), |tx| {
            let wanted = wanted.clone();
            async move { request_booking(&tx, room(), booking("talk"), wanted, Asking { rules, scope }).await }
        }))
        .unwrap();
        let asked: Booking = wait(office.view(|view| async move { view.load(booking("talk")).await }))
            .map_err(|error: StoreError| error)
            .unwrap();
        let approved = asked.approve(&approve_by(manager(), 10), &authorities(), &rules.hours).unwrap().fact().unwrap();
        let later = asked.fall_due(person("anna"), at(120), &rules.hours).unwrap().fact().unwrap();
        assert!(matches!(&later, BookingFact::FellDue { acts, .. } if acts.len() == 1));
        let point = ReadinessPoint::new("test video", Role::new("secretary"), 1_800, true).unwrap();
        let drawn = ReadinessCheck::draw(&asked, vec![point]);
        let mut check = ReadinessCheck::open(&drawn).unwrap();
        let state = PointState::Faulty { by: person("anna"), at: at(590), note: "no sound".to_owned() };
        check.apply(&ReadinessFact::Checked { what: "test video".to_owned(), state });
        let done = check.mark_done(&asked, "test video", person("anna"), at(595), "sound").unwrap().fact().unwrap();
        insta::assert_json_snapshot!((asked, approved, drawn, done, check));
    }
}
