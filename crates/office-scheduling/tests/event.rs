//! The laws of events that are kept, numbered as in the crate's documentation.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers that a test draws are small")]

#[cfg(test)]
mod law {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Command, Decision, Entity, Interval, MemoryStore, Office, Role, StoreError, WeeklyHours, Zone, wait,
    };
    use office_scheduling::{
        Address, Attendee, AttendeeRole, Booking, BookingStatus, Buffers, BusyKind, Calendar, CalendarEvent,
        CancelOccurrenceError, ChangeOccurrenceError, Event, EventChange, EventEnd, EventFact, EventReply, EventTime,
        ImportOutcome, InviteError, Length, OccurrenceChange, Proposal, Reply, ReplyError, Resource, ResourceDetails,
        ResourceId, ResourceParts, SplitEventError, agenda_of, book_series, bookings_of, busy_time, cancel_series,
        import_calendar, plan_event,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    const ZONES: [&str; 4] = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn person(name: &str) -> PersonId {
        PersonId::natural("person", name)
    }

    fn address(name: &str) -> Address {
        format!("{name}@example.org").parse().unwrap()
    }

    /// An event of half an hour with these lines.
    fn content(uid: &str, lines: &str) -> CalendarEvent {
        let text = format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:{uid}\nDURATION:PT30M\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        Calendar::read("test.ics", text.as_bytes()).unwrap().events.remove(0)
    }

    fn daily(zone: &str, count: u32) -> CalendarEvent {
        content(
            "daily",
            &format!(
                "DTSTART;TZID={zone}:20260320T023000\nRRULE:FREQ=DAILY;COUNT={count}\nSUMMARY:Stand-up\n\
                 ORGANIZER:mailto:jo@example.org\nATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:jo@example.org\n\
                 ATTENDEE:mailto:al@example.org\nATTENDEE:mailto:sam@example.org"
            ),
        )
    }

    fn planned(content: CalendarEvent) -> Event {
        let people = ["jo", "al"].map(|name| (address(name), person(name))).into();
        Event::open(&Event::plan(person("jo"), people, content).unwrap()).unwrap()
    }

    fn take(event: &mut Event, decision: Decision<EventFact>) {
        if let Some(fact) = decision.fact() {
            event.apply(&fact);
        }
    }

    fn starts(event: &Event) -> BTreeMap<NaiveDateTime, NaiveDateTime> {
        let series = event.series(Zone::UTC).unwrap();
        let ever = Interval::new(at("2020-01-01T00:00:00Z"), at("2035-01-01T00:00:00Z")).unwrap();
        let found = series.within(ever, 1_000).instances;
        found.into_iter().map(|one| (one.occurrence, series.zone().local(one.interval.start()))).collect()
    }

    fn command(key: &str) -> Command {
        Command::new(key, "test", Actor::new(person("jo"), Role::new("assistant")), at("2026-01-01T00:00:00Z")).unwrap()
    }

    #[derive(Clone, Debug)]
    enum Act {
        Move(Index, i64),
        Cancel(Index),
        Reply(Index, Reply),
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Law 19: what is done to an occurrence is done to that one only.
        #[test]
        fn an_occurrence_is_changed_alone(
            zone in select(&["UTC", "Asia/Kolkata"][..]),
            acts in vec(prop_oneof![
                (any::<Index>(), -5_000_i64..5_000).prop_map(|(which, shift)| Act::Move(which, shift)),
                any::<Index>().prop_map(Act::Cancel),
                (any::<Index>(), select(&[Reply::Accepted, Reply::Declined][..])).prop_map(|(which, reply)| Act::Reply(which, reply)),
            ], 1..12),
        ) {
            let mut event = planned(daily(zone, 20));
            let mut expected = starts(&event);
            let all: Vec<NaiveDateTime> = expected.keys().copied().collect();
            for (n, act) in acts.into_iter().enumerate() {
                let now = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(i64::try_from(n).unwrap());
                let before = event.clone();
                match act {
                    Act::Move(which, minutes) => {
                        let which = *which.get(&all);
                        let start = which + TimeDelta::minutes(minutes);
                        let zone: Zone = zone.parse().unwrap();
                        let change = OccurrenceChange { start: Some(EventTime::Zoned(zone.at(start))), ..OccurrenceChange::default() };
                        let decision = event.change_occurrence(which, &change, now).unwrap();
                        let sequence = event.sequence(Some(which));
                        let moved = expected.insert(which, start) != Some(start);
                        take(&mut event, decision);
                        prop_assert_eq!(event.sequence(Some(which)), sequence + u32::from(moved));
                    }
                    Act::Cancel(which) => {
                        let which = *which.get(&all);
                        let decision = event.cancel_occurrence(which, now).unwrap();
                        prop_assert_eq!(decision == Decision::AlreadyRecorded, expected.remove(&which).is_none());
                        take(&mut event, decision);
                    }
                    Act::Reply(which, answer) => {
                        let which = *which.get(&all);
                        let occurrence = Some(which);
                        let sequence = event.sequence(occurrence);
                        let reply = EventReply { from: address("al"), occurrence, sequence, at: now, answer, delegate: None };
                        match event.reply(&reply) {
                            Ok(decision) => {
                                take(&mut event, decision);
                                prop_assert_eq!(event.details(occurrence).reply_of(&reply.from), Some(answer));
                                prop_assert_eq!(event.details(None), before.details(None));
                            }
                            Err(refused) => prop_assert_eq!(
                                (refused, expected.contains_key(&which)),
                                (ReplyError::Cancelled, false)
                            ),
                        }
                    }
                }
                prop_assert_eq!(starts(&event), expected.clone());
                // Ready to be written, and what is stored is what it is.
                let calendar = Calendar { events: vec![event.content().clone()], ..Calendar::default() };
                prop_assert_eq!(Calendar::read("again.ics", calendar.write().unwrap().as_bytes()).unwrap(), calendar);
                let json = serde_json::to_string(&event).unwrap();
                prop_assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event.clone());
            }
        }

        /// Law 20: changed from an occurrence on, it is before it what it was and from there on what was asked.
        #[test]
        fn this_and_all_that_follow_are_changed(
            zone in select(&ZONES[..]),
            cut in 1_usize..15,
            moved in 0_usize..16,
            called_off in 0_usize..16,
            shift in -600_i64..600,
        ) {
            let zone_name = zone;
            let zone: Zone = zone.parse().unwrap();
            let mut event = planned(daily(zone_name, 16));
            let all: Vec<NaiveDateTime> = event.content().recurrence().occurrences().collect();
            let now = at("2026-01-01T00:00:00Z");
            let change = OccurrenceChange { start: Some(EventTime::Zoned(zone.at(all[moved] + TimeDelta::minutes(100)))), ..OccurrenceChange::default() };
            let decision = event.change_occurrence(all[moved], &change, now).unwrap();
            take(&mut event, decision);
            let decision = event.cancel_occurrence(all[called_off], now).unwrap();
            take(&mut event, decision);
            let original = starts(&event);

            let start = all[cut] + TimeDelta::minutes(shift);
            let later = OccurrenceChange { start: Some(EventTime::Zoned(zone.at(start))), ..OccurrenceChange::default() };
            let split = event.split_at(all[cut], "later", &later, now).unwrap();
            take(&mut event, split.before);
            let after = planned(split.after);
            let before: BTreeMap<_, _> = original.range(..all[cut]).map(|(at, start)| (*at, *start)).collect();
            prop_assert_eq!(starts(&event), before);
            let shown = |local: NaiveDateTime| {
                let instant = zone.at(local).instant(office_core::GapRule::Forward, office_core::FoldRule::First);
                zone.local(instant.unwrap())
            };
            let expected: BTreeMap<_, _> = original
                .range(all[cut]..)
                .map(|(at, start)| {
                    let later = *at + TimeDelta::minutes(shift);
                    // What was moved to a time of its own stays there.
                    (later, if *at == all[moved] { *start } else { shown(later) })
                })
                .collect();
            prop_assert_eq!(starts(&after), expected);
            let first = event.split_at(all[0], "first", &later, now);
            prop_assert!(matches!(first, Err(SplitEventError::Split(_))));
        }

        /// Law 21: replies to one revision may come in any order, and the one written last counts.
        #[test]
        fn the_reply_written_last_counts(
            answers in vec(select(&[Reply::Accepted, Reply::Declined, Reply::Tentative][..]), 1..6),
            order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let mut event = planned(daily("UTC", 5));
            let ten = EventTime::Zoned(Zone::UTC.at("2026-03-20T10:00:00".parse().unwrap()));
            let moved = event.move_to(ten, event.content().details.end, at("2026-01-01T00:00:00Z")).unwrap();
            take(&mut event, moved);
            let mut last = None;
            for n in order.into_iter().filter(|n| *n < answers.len()) {
                let at = at("2026-01-02T00:00:00Z") + TimeDelta::hours(i64::try_from(n).unwrap());
                let reply = EventReply { from: address("al"), occurrence: None, sequence: 1, at, answer: answers[n], delegate: None };
                let old = EventReply { sequence: 0, ..reply.clone() };
                prop_assert_eq!(event.reply(&old), Err(ReplyError::OldSequence { answered: 0, current: 1 }));
                match event.reply(&reply) {
                    Ok(decision) => {
                        prop_assert!(last.is_none_or(|last| last < n));
                        last = Some(n);
                        take(&mut event, decision);
                        prop_assert_eq!(event.reply(&reply), Ok(Decision::AlreadyRecorded));
                    }
                    Err(refused) => {
                        prop_assert_eq!(refused, ReplyError::Superseded { address: address("al") });
                        prop_assert!(last.is_some_and(|last| last > n));
                    }
                }
            }
            prop_assert_eq!(event.details(None).reply_of(&address("al")), answers.last().copied());
            prop_assert_eq!(event.details(None).reply_of(&address("sam")), Some(Reply::Waiting));
        }

        /// Law 22: reminders go off once, whatever the windows that are asked about in turn, across changes of clocks.
        #[test]
        fn reminders_go_off_once(
            zone in select(&ZONES[..]),
            trigger in select(&["-PT15M", "PT0S", "-P1D", "-P1DT2H", "PT10M", "-P1W", "P2D"][..]),
            at_end: bool,
            repeat in proptest::option::of(1_u32..4),
            moved in proptest::option::of((0_usize..20, -3_000_i64..3_000)),
            cuts in vec(0_i64..30 * 1_440, 0..12),
        ) {
            let again = repeat.map_or_else(String::new, |count| format!("\nREPEAT:{count}\nDURATION:PT7M"));
            let related = if at_end { ";RELATED=END" } else { "" };
            let lines = format!("DTSTART;TZID={zone}:20260320T023000\nRRULE:FREQ=DAILY;COUNT=20\nBEGIN:VALARM\nACTION:DISPLAY\n\
                TRIGGER{related}:{trigger}{again}\nEND:VALARM");
            let mut event = planned(content("alarm", &lines));
            if let Some((index, minutes)) = moved {
                let occurrence = event.content().recurrence().occurrences().nth(index).unwrap();
                let zone: Zone = zone.parse().unwrap();
                let start = Some(EventTime::Zoned(zone.at(occurrence + TimeDelta::minutes(minutes))));
                let change = OccurrenceChange { start, ..OccurrenceChange::default() };
                let decision = event.change_occurrence(occurrence, &change, at("2026-01-01T00:00:00Z")).unwrap();
                take(&mut event, decision);
            }
            let first = at("2026-03-01T00:00:00Z");
            let whole = Interval::new(first, at("2026-05-01T00:00:00Z")).unwrap();
            let all = event.reminders_due(whole, Zone::UTC).unwrap().due;
            prop_assert_eq!(all.len(), 20 * usize::try_from(repeat.unwrap_or(0) + 1).unwrap());
            let mut edges: BTreeSet<DateTime<Utc>> = cuts.iter().map(|cut| first + TimeDelta::days(10) + TimeDelta::minutes(*cut)).collect();
            edges.extend([whole.start(), whole.end()]);
            let edges: Vec<_> = edges.into_iter().collect();
            let parts: Vec<_> = edges
                .windows(2)
                .flat_map(|pair| event.reminders_due(Interval::new(pair[0], pair[1]).unwrap(), Zone::UTC).unwrap().due)
                .collect();
            prop_assert_eq!(parts, all);
        }

        /// Law 23: calendars may be read in any order and again, and the latest form of each event is kept.
        #[test]
        fn the_latest_form_is_kept(order in vec(0_usize..5, 1..12)) {
            let mut forms = vec![planned(daily("Europe/Berlin", 10))];
            let occurrence: NaiveDateTime = "2026-03-22T02:30:00".parse().unwrap();
            for n in 1_i64..5 {
                let mut next = forms.last().unwrap().clone();
                let now = at("2026-01-01T00:00:00Z") + TimeDelta::hours(n);
                let start = next.content().recurrence().occurrences().nth(2).unwrap();
                let decision = if n % 2 == 0 {
                    let zone: Zone = "Europe/Berlin".parse().unwrap();
                    let ten = zone.at("2026-03-20T10:00:00".parse::<NaiveDateTime>().unwrap() + TimeDelta::minutes(n));
                    next.move_to(EventTime::Zoned(ten), next.content().details.end, now).unwrap()
                } else {
                    let change = OccurrenceChange { summary: Some(format!("{n}")), end: Some(EventEnd::After(Length::of(0, 60).unwrap())), ..OccurrenceChange::default() };
                    next.change_occurrence(start, &change, now).unwrap()
                };
                take(&mut next, decision);
                forms.push(next);
            }
            prop_assert!(forms[0].content().overrides.is_empty() && forms[1].content().overrides.contains_key(&occurrence));
            let mut event = forms[order[0]].clone();
            let mut latest = order[0];
            for n in order {
                let decision = event.import(forms[n].content()).unwrap();
                prop_assert_eq!(decision != Decision::AlreadyRecorded, n > latest);
                take(&mut event, decision);
                latest = latest.max(n);
                prop_assert_eq!(event.content(), forms[latest].content());
            }
        }

        /// Law 24: somebody's agenda is what all events have for them within the window.
        #[test]
        fn an_agenda_has_what_all_events_have(
            events in vec((0_i64..60, 0_i64..48, proptest::option::of(select(&["DAILY", "WEEKLY", "MONTHLY;COUNT=2"][..])), any::<bool>(), 0_u8..4), 1..10),
            from in 0_i64..60 * 24,
            hours in 1_i64..24 * 20,
            here in select(&ZONES[..]),
        ) {
            let office = Office::on(MemoryStore::new());
            let here: Zone = here.parse().unwrap();
            let mut all = Vec::new();
            for (n, (day, half, rule, invited, kind)) in events.into_iter().enumerate() {
                let start: NaiveDateTime = "2026-02-20T00:00:00".parse::<NaiveDateTime>().unwrap() + TimeDelta::days(day) + TimeDelta::minutes(half * 30);
                let start = start.format("%Y%m%dT%H%M%S").to_string();
                let start = match kind {
                    0 => format!("DTSTART;VALUE=DATE:{}", start.split('T').next().unwrap()),
                    1 => format!("DTSTART:{start}"),
                    2 => format!("DTSTART:{start}Z"),
                    _ => format!("DTSTART;TZID=Pacific/Auckland:{start}"),
                };
                let rule = rule.map_or_else(String::new, |rule| format!("\nRRULE:FREQ={rule}"));
                let guest = if invited { "\nATTENDEE;PARTSTAT=ACCEPTED:mailto:al@example.org" } else { "" };
                let uid = format!("{n}");
                let text = format!("{start}{rule}{guest}");
                let content = content(&uid, &text);
                let people: BTreeMap<Address, PersonId> = [(address("al"), person("al"))].into();
                let event = Event::open(&Event::plan(person("jo"), people.clone(), content.clone()).unwrap()).unwrap();
                let id = Event::id_of(person("jo"), &uid);
                wait(office.transact(&command(&uid), |tx| {
                    let (content, people) = (content.clone(), people.clone());
                    async move { plan_event(&tx, id, person("jo"), people, content).await }
                })).unwrap();
                all.push((id, event, invited));
            }
            let start = at("2026-02-20T00:00:00Z") + TimeDelta::hours(from);
            let window = Interval::starting(start, TimeDelta::hours(hours)).unwrap();
            for name in ["jo", "al"] {
                let mut expected: Vec<_> = all
                    .iter()
                    .filter(|(_, _, invited)| name == "jo" || *invited)
                    .flat_map(|(id, event, _)| event.series(here).unwrap().within(window, 1_000).instances.into_iter().map(|one| (one.interval, *id)))
                    .collect();
                expected.sort_unstable();
                let agenda = wait(office.view(|view| async move { agenda_of(&view, person(name), window, here, 1_000).await })).unwrap();
                let found: Vec<_> = agenda.appointments.iter().map(|one| (one.time, one.event)).collect();
                prop_assert_eq!(&found, &expected);
                prop_assert_eq!(busy_time(&agenda.appointments, false), Interval::union(expected.into_iter().map(|(time, _)| time)));
            }
        }
    }

    /// Law 29: an invitation is sent, read, answered and read again, in whatever zone it is answered.
    #[test]
    fn answers_come_back_as_they_were_meant() {
        let mut event = planned(daily("Europe/Berlin", 5));
        let decision =
            event.cancel_occurrence("2026-03-21T02:30:00".parse().unwrap(), at("2026-01-01T00:00:00Z")).unwrap();
        take(&mut event, decision);
        let sent = event.message().complete(at("2026-01-01T00:00:00Z")).write().unwrap();
        let read = Calendar::read("request.ics", sent.as_bytes()).unwrap();
        assert_eq!(read.events[0].overrides.len(), 1);
        let answer = |method: &str, lines: &str| {
            let text = format!(
                "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\nUID:daily\nDTSTAMP:20260102T000000Z\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
            );
            Calendar::read("answer.ics", text.as_bytes()).unwrap()
        };
        let second = "RECURRENCE-ID:20260322T013000Z\nDTSTART:20260322T013000Z";
        let delegated = answer(
            "REPLY",
            &format!(
                "{second}\nATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:kim@example.org\":mailto:al@example.org"
            ),
        );
        let replies = event.replies_in(&delegated);
        assert_eq!(replies[0].occurrence, Some("2026-03-22T02:30:00".parse().unwrap()));
        let decision = event.reply(&replies[0]).unwrap();
        take(&mut event, decision);
        assert_eq!(event.details(replies[0].occurrence).reply_of(&address("kim")), Some(Reply::Waiting));
        assert_eq!(event.details(None).reply_of(&address("kim")), None);
        // What was called off cannot be answered to.
        let first = answer(
            "REPLY",
            "RECURRENCE-ID:20260321T013000Z\nSEQUENCE:1\nDTSTART:20260321T013000Z\nATTENDEE;PARTSTAT=ACCEPTED:mailto:al@example.org",
        );
        assert_eq!(event.reply(&event.replies_in(&first)[0]), Err(ReplyError::Cancelled));
        let counter = answer(
            "COUNTER",
            "DTSTART;TZID=Europe/Berlin:20260320T110000\nDURATION:PT30M\nCOMMENT:later\\, please\nATTENDEE;PARTSTAT=TENTATIVE:mailto:sam@example.org",
        );
        let proposal = event.proposals_in(&counter).remove(0);
        assert_eq!((proposal.comment.as_deref(), event.replies_in(&counter).len()), (Some("later, please"), 0));
        let decision = event.propose(&proposal).unwrap();
        take(&mut event, decision);
        let decision = event.accept_proposal(&address("sam"), None, at("2026-01-03T00:00:00Z")).unwrap();
        take(&mut event, decision);
        assert_eq!((event.sequence(None), event.details(None).start), (2, proposal.start));
        let decision = event.cancel(at("2026-01-04T00:00:00Z"));
        take(&mut event, decision);
        assert_eq!(event.message().other[0].value(), "CANCEL");
    }

    #[test]
    fn a_delegate_is_asked_in_place_of_who_sends_them() {
        let mut event = planned(daily("UTC", 5));
        let reply = EventReply {
            from: address("al"),
            occurrence: None,
            sequence: 0,
            at: at("2026-01-02T00:00:00Z"),
            answer: Reply::Delegated,
            delegate: Some(Attendee::new(address("kim"), AttendeeRole::Required)),
        };
        let nobody = EventReply { delegate: None, ..reply.clone() };
        assert_eq!(event.reply(&nobody), Err(ReplyError::Delegate { named: None }));
        let stranger = EventReply { from: address("kim"), ..nobody };
        assert_eq!(event.reply(&stranger), Err(ReplyError::NotInvited { address: address("kim") }));
        let decision = event.reply(&reply).unwrap();
        take(&mut event, decision);
        let invited = event.details(None).invited();
        assert_eq!((invited[1].reply, invited[1].delegated_to.as_ref()), (Reply::Delegated, Some(&address("kim"))));
        assert_eq!((invited[3].reply, invited[3].delegated_from.as_ref()), (Reply::Waiting, Some(&address("al"))));
        // Another meeting of the same people is told by its own replies.
        let again = Attendee::new(address("sam"), AttendeeRole::Optional);
        assert_eq!(event.invite(&again, None), Err(InviteError::Invited { address: address("sam") }));
        let decision = event.uninvite(&address("sam"));
        take(&mut event, decision);
        let decision = event.invite(&again, Some(person("sam"))).unwrap();
        take(&mut event, decision);
        assert_eq!(event.people().get(&address("sam")), Some(&person("sam")));
    }

    #[test]
    fn who_declines_an_occurrence_has_it_not_in_their_agenda() {
        let office = Office::on(MemoryStore::new());
        let mut event = planned(daily("UTC", 3));
        let id = Event::id_of(person("jo"), "daily");
        let all: Vec<NaiveDateTime> = event.content().recurrence().occurrences().collect();
        for (occurrence, answer) in [(all[0], Reply::Accepted), (all[1], Reply::Declined)] {
            let at = at("2026-01-02T00:00:00Z");
            let reply = EventReply {
                from: address("al"),
                occurrence: Some(occurrence),
                sequence: 0,
                at,
                answer,
                delegate: None,
            };
            let decision = event.reply(&reply).unwrap();
            take(&mut event, decision);
        }
        let fact = Event::plan(person("jo"), event.people().clone(), event.content().clone()).unwrap();
        wait(office.transact(&command("plan"), |tx| {
            let fact = fact.clone();
            async move { tx.create(id, fact).await }
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
        let march = Interval::new(at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z")).unwrap();
        let agenda = |name| {
            let agenda =
                wait(office.view(|view| async move { agenda_of(&view, person(name), march, Zone::UTC, 100).await }));
            agenda.unwrap().appointments.into_iter().map(|one| (one.occurrence, one.shown_as)).collect::<Vec<_>>()
        };
        assert_eq!(agenda("al"), [(all[0], BusyKind::Busy), (all[2], BusyKind::Tentative)]);
        assert_eq!(agenda("jo").len(), 3);
        assert_eq!(agenda("sam"), []);
    }

    #[test]
    fn who_is_invited_later_has_it_in_their_agenda() {
        let office = Office::on(MemoryStore::new());
        let march = Interval::new(at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z")).unwrap();
        let mut seen = Vec::new();
        for (key, guest) in [("first", ""), ("later", "\nATTENDEE:mailto:al@example.org")] {
            let events = vec![content("7", &format!("DTSTART:20260302T090000Z{guest}"))];
            let calendar = Calendar { events, ..Calendar::default() };
            let people: BTreeMap<Address, PersonId> = [(address("al"), person("al"))].into();
            wait(office.transact(&command(key), |tx| {
                let (calendar, people) = (calendar.clone(), people.clone());
                async move { import_calendar(&tx, person("jo"), &people, &calendar).await }
            }))
            .unwrap();
            let agenda =
                wait(office.view(|view| async move { agenda_of(&view, person("al"), march, Zone::UTC, 9).await }));
            seen.push(agenda.unwrap().appointments.len());
        }
        assert_eq!(seen, [0, 1]);
    }

    #[test]
    fn what_there_is_not_is_not_changed() {
        let mut event = planned(daily("UTC", 3));
        let (now, noon) = (at("2026-01-01T00:00:00Z"), "2026-03-20T12:00:00".parse().unwrap());
        let refused = event.change_occurrence(noon, &OccurrenceChange::default(), now);
        assert_eq!(refused, Err(ChangeOccurrenceError::NoSuchOccurrence { occurrence: noon }));
        assert_eq!(
            event.cancel_occurrence(noon, now),
            Err(CancelOccurrenceError::NoSuchOccurrence { occurrence: noon })
        );
        let decision = event.cancel(now);
        take(&mut event, decision);
        assert_eq!(event.cancel(now), Decision::AlreadyRecorded);
        assert_eq!(
            event.change_occurrence(noon, &OccurrenceChange::default(), now),
            Err(ChangeOccurrenceError::Cancelled)
        );
        let answer = EventReply {
            from: address("al"),
            occurrence: None,
            sequence: 1,
            at: now,
            answer: Reply::Accepted,
            delegate: None,
        };
        assert_eq!(event.reply(&answer), Err(ReplyError::Cancelled));
    }

    /// Law 25: the rooms booked for an event follow it.
    #[test]
    fn bookings_follow_the_calendar() {
        let office = Office::on(MemoryStore::new());
        let spree = ResourceId::natural("room", "R-101");
        let room = Resource::register(
            ResourceDetails::new(ResourceParts {
                name: "Spree".to_owned(),
                capacity: 12,
                features: BTreeSet::new(),
                zone: Zone::UTC,
                hours: WeeklyHours::daily("00:00-24:00".parse().unwrap()),
                buffers: Buffers::default(),
                ..ResourceParts::default()
            })
            .unwrap(),
        );
        wait(office.transact(&command("room"), |tx| {
            let room = room.clone();
            async move { tx.create(spree, room).await }
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
        let march: Interval = "2026-03-01T00:00:00Z/2026-04-01T00:00:00Z".parse().unwrap();
        let read = |key: &str, lines: &str| {
            let event = content("talks", &format!("LOCATION:Spree\nSUMMARY:Talk\n{lines}"));
            let calendar = Calendar { events: vec![event.clone()], ..Calendar::default() };
            let report = wait(office.transact(&command(key), |tx| {
                let (event, calendar) = (event.clone(), calendar.clone());
                async move {
                    let outcome =
                        import_calendar(&tx, person("jo"), &BTreeMap::new(), &calendar).await?.events.remove(0).outcome;
                    let wanted = event.room_wanted("Spree", Zone::UTC, person("jo")).unwrap().unwrap();
                    Ok::<_, StoreError>((outcome, book_series(&tx, spree, &wanted, march).await?))
                }
            }))
            .unwrap();
            let refused = report.1.occurrences.iter().filter(|one| one.refused.is_some()).count();
            let held = wait(office.view(|view| async move { bookings_of(&view, spree, march).await })).unwrap();
            let mut starts: Vec<String> =
                held.iter().map(|(_, booking)| booking.time().start().format("%m-%dT%H").to_string()).collect();
            starts.dedup();
            (report.0, report.1.called_off.len(), refused, starts.join(" "))
        };
        let weekly = "DTSTART:20260302T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3";
        assert_eq!(read("first", weekly), (ImportOutcome::Planned, 0, 0, "03-02T09 03-09T09 03-16T09".to_owned()));
        assert_eq!(read("again", weekly), (ImportOutcome::Unchanged, 0, 0, "03-02T09 03-09T09 03-16T09".to_owned()));
        // One instance at another time, then all of them, overlapping what they held before.
        let moved = format!(
            "{weekly}\nEND:VEVENT\nBEGIN:VEVENT\nUID:talks\nDURATION:PT45M\nRECURRENCE-ID:20260309T090000Z\nDTSTART:20260310T110000Z"
        );
        assert_eq!(read("moved", &moved), (ImportOutcome::Changed, 0, 0, "03-02T09 03-10T11 03-16T09".to_owned()));
        let later = weekly.replace("T0900", "T0915").replace("COUNT=3", "COUNT=2");
        assert_eq!(read("later", &later), (ImportOutcome::Changed, 3, 0, "03-02T09 03-09T09".to_owned()));
        let off = wait(
            office
                .transact(&command("off"), |tx| async move { cancel_series(&tx, spree, "talks", person("jo")).await }),
        )
        .map_err(|error: StoreError| error)
        .unwrap();
        assert_eq!(off.len(), 2);
        let first = off[0];
        let booking = wait(office.view(|view| async move { view.load::<Booking>(first).await })).unwrap();
        assert!(matches!(booking.status(), BookingStatus::Cancelled { .. }));
    }

    #[test]
    fn facts_and_states_are_stored_like_this() {
        let mut event = planned(content(
            "7",
            "DTSTART;TZID=Europe/Berlin:20260302T090000\nRRULE:FREQ=WEEKLY\nSUMMARY:Stand-up\nATTENDEE:mailto:al@example.org\nX-COLOUR:red",
        ));
        let now = at("2026-01-01T00:00:00Z");
        let mut facts = vec![Event::plan(event.keeper(), event.people().clone(), event.content().clone()).unwrap()];
        let second = "2026-03-09T09:00:00".parse().unwrap();
        let occurrence = Some(second);
        let reply = EventReply {
            from: address("al"),
            occurrence,
            sequence: 0,
            at: now,
            answer: Reply::Tentative,
            delegate: None,
        };
        facts.push(event.reply(&reply).unwrap().fact().unwrap());
        event.apply(facts.last().unwrap());
        let start = EventTime::AllDay("2026-03-10".parse().unwrap());
        let end = Some(EventEnd::After(Length::of(1, 0).unwrap()));
        let proposal = Proposal {
            from: address("al"),
            occurrence: None,
            sequence: 0,
            at: now,
            start,
            end,
            comment: Some("better".to_owned()),
        };
        facts.push(event.propose(&proposal).unwrap().fact().unwrap());
        event.apply(facts.last().unwrap());
        let state = event.clone();
        facts.push(event.decline_proposal(&address("al"), None).fact().unwrap());
        event.apply(facts.last().unwrap());
        facts.push(event.cancel(now).fact().unwrap());
        event.apply(facts.last().unwrap());
        assert!(event.proposals().is_empty());
        insta::assert_json_snapshot!((facts, state));
        let changes = [
            EventChange::Moved,
            EventChange::Recurs,
            EventChange::OccurrenceChanged(second),
            EventChange::OccurrenceCancelled(second),
            EventChange::EndedBefore(second),
            EventChange::Invited(address("al")),
            EventChange::Uninvited(address("al")),
            EventChange::Imported,
        ];
        insta::assert_json_snapshot!(changes);
    }
}
