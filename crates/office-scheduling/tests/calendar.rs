//! Calendars read and written, and the laws of it, numbered as in the crate's documentation.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers that a test draws are small")]

#[cfg(test)]
mod law {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
    use office_core::{InputError, Zone};
    use office_scheduling::{
        Calendar, CalendarEvent, EventDetails, EventEnd, EventTime, Length, MAX_CALENDAR_BYTES, RawProperty, Rule,
    };
    use proptest::collection::{btree_set, vec};
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    const FILE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nX-WR-CALNAME:Büro\r\n\
        BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
        BEGIN:VEVENT\r\nUID:standup@example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260302T090000\r\n\
        DTEND;TZID=Europe/Berlin:20260302T091500\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261231T225959Z\r\n\
        EXDATE;TZID=Europe/Berlin:20260305T090000,20260309T090000\r\nRDATE:20260303T080000Z\r\n\
        SUMMARY:Stand-up\\, short\\; sharp\\nand on time\r\nLOCATION:Aquarium\r\n\
        ORGANIZER;CN=\"Doe; Jo\":mailto:jo@example.org\r\nATTENDEE;ROLE=CHAIR;X-LIST=a,b;MEMBER=\"mailto:x@example.org\",\"mailto:y@example.\r\n \
        org\":mailto:al@example.org\r\nX-ODD;X-Q=\"\":1\\,2,3\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:standup@example.org\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260312T090000\r\n\
        DTSTART;TZID=Europe/Berlin:20260312T140000\r\nDURATION:PT30M\r\nSUMMARY:Stand-up\\, late\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:holiday\r\nDTSTART;VALUE=DATE:20260403\r\nSUMMARY:Closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn read(text: &str) -> Result<Calendar, InputError> {
        Calendar::read("team.ics", text.as_bytes())
    }

    #[test]
    fn a_calendar_is_read() {
        let calendar = read(FILE).unwrap();
        let [standup, holiday] = &calendar.events[..] else { panic!("{calendar:?}") };
        assert_eq!(standup.details.summary.as_deref(), Some("Stand-up, short; sharp\nand on time"));
        let organiser = standup.details.organiser.as_ref().unwrap();
        assert_eq!((organiser.parameter("cn"), organiser.value()), (Some("Doe; Jo"), "mailto:jo@example.org"));
        let member = standup.details.attendees[0].parameter("MEMBER");
        assert_eq!(member, Some("\"mailto:x@example.org\",\"mailto:y@example.org\""));
        let series = standup.series(Zone::UTC).unwrap();
        let march = "2026-03-01T00:00:00Z/2026-03-17T00:00:00Z".parse().unwrap();
        let found: Vec<String> =
            series.within(march, 10).instances.iter().map(|one| one.interval.to_string()).collect();
        assert_eq!(
            found,
            [
                "2026-03-02T08:00:00Z/2026-03-02T08:15:00Z",
                "2026-03-03T08:00:00Z/2026-03-03T08:15:00Z",
                "2026-03-12T13:00:00Z/2026-03-12T13:30:00Z",
                "2026-03-16T08:00:00Z/2026-03-16T08:15:00Z",
            ]
        );
        let day = holiday.series("Europe/Berlin".parse().unwrap()).unwrap();
        let april = "2026-04-01T00:00:00Z/2026-05-01T00:00:00Z".parse().unwrap();
        assert_eq!(
            day.within(april, 10).instances[0].interval.to_string(),
            "2026-04-02T22:00:00Z/2026-04-03T22:00:00Z"
        );
        assert_eq!(calendar.components.len(), 6);
        assert_eq!(standup.details.components.len(), 4);
    }

    #[test]
    fn what_is_written_reads_back_and_is_folded() {
        let calendar = read(FILE).unwrap();
        let text = calendar.write().unwrap();
        assert_eq!(read(&text).unwrap(), calendar);
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
        assert!(text.contains("X-ODD;X-Q=\"\":1\\,2,3\r\n"));
    }

    #[test]
    fn another_program_reads_what_is_written() {
        let text = read(FILE).unwrap().write().unwrap();
        let other: icalendar::Calendar = text.parse().unwrap();
        let events: Vec<_> = other.iter().filter_map(icalendar::CalendarComponent::as_event).collect();
        assert_eq!(events.len(), 3);
        let summary = icalendar::Component::get_summary(events[0]);
        assert_eq!(summary, Some("Stand-up, short; sharp\nand on time"));
        assert_eq!(icalendar::Component::get_uid(events[2]), Some("holiday"));
    }

    #[test]
    fn errors_name_line_and_property() {
        let rows = [
            ("TZID=Europe/Berlin:20260302T090000", "TZID=CEST:20260302T090000", 14, "DTSTART", "CEST"),
            ("DTEND;TZID=Europe/Berlin:20260302T091500", "DTEND:20260302T091500", 15, "DTEND", "20260302T091500"),
            ("20260302T091500", "20260302T081500", 15, "DTEND", "20260302T081500"),
            ("BYDAY=MO,TH", "BYDAY=MO,XX", 16, "RRULE", "FREQ=WEEKLY;BYDAY=MO,XX;UNTIL=20261231T2"),
            ("20260309T090000", "2026030", 17, "EXDATE", "2026030"),
            ("PT30M", "PT30", 34, "DURATION", "PT30"),
            ("UID:holiday", "UID;holiday", 38, "UID", "UID;holiday"),
            ("UID:holiday", "UID:standup@example.org", 37, "UID", "standup@example.org"),
            ("VERSION:2.0", "VERSION:1.0", 2, "VERSION", "1.0"),
            ("END:VALARM", "END:VTODO", 28, "END", "VTODO"),
            ("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDPRIOR;", 32, "RECURRENCE-ID", "20260312T090000"),
            ("LOCATION:Aquarium", "LOCATION:A\rq", 20, "LOCATION", "\\rq"),
        ];
        for (from, to, line, field, value) in rows {
            let error = read(&FILE.replacen(from, to, 1)).unwrap_err();
            assert_eq!((error.line(), error.field(), error.file()), (line, field, "team.ics"), "{error}");
            assert!(error.value().starts_with(value), "{error}");
        }
        assert_eq!(read("").unwrap_err().field(), "BEGIN");
        assert_eq!(read("BEGIN:VCALENDAR\r\n").unwrap_err().line(), 1);
        let many = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", "X:1\n".repeat(20_000));
        assert_eq!(read(&many).unwrap_err().expected(), "at most 20000 lines");
        let long = format!("BEGIN:VCALENDAR\nX-LONG:{}\nEND:VCALENDAR\n", "x".repeat(70_000));
        assert_eq!(
            (read(&long).unwrap_err().line(), read(&long).unwrap_err().field().to_owned()),
            (2, "X-LONG".to_owned())
        );
        assert_eq!(Calendar::read("big.ics", &vec![b'x'; MAX_CALENDAR_BYTES + 1]).unwrap_err().field(), "file");
        let rules = FILE.replacen("LOCATION", &format!("{}LOCATION", "RRULE:FREQ=DAILY\r\n".repeat(64)), 1);
        assert_eq!(read(&rules).unwrap_err().expected(), "at most 64 rules in an event");
        let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:X\n".repeat(10_000));
        assert_eq!(read(&deep).unwrap_err().expected(), "at most 16 components in one another");
    }

    #[test]
    fn what_would_read_as_something_else_is_not_written() {
        let mut calendar = read(FILE).unwrap();
        calendar.events[1].details.summary = Some("bell\u{7}".to_owned());
        assert_eq!(calendar.write().unwrap_err().uid(), Some("holiday"));
        calendar.events[1].details.summary = None;
        calendar.events[1].details.other.push(RawProperty::of("UID", [], "2").unwrap());
        assert_eq!(calendar.write().unwrap_err().uid(), Some("holiday"));
        calendar.events.truncate(1);
        calendar.components.truncate(3);
        assert_eq!(calendar.write().unwrap_err().uid(), None);
    }

    fn text() -> impl Strategy<Value = String> {
        "[\\PC\n\t;:,\"\\\\]{0,60}"
    }

    fn raw(name: &'static str) -> impl Strategy<Value = RawProperty> {
        let parameter = (select(&["CN", "X-A", "ROLE"][..]), "[^\"\\pC]{0,30}");
        (vec(parameter, 0..3), "[\\PC\t]{0,120}").prop_map(move |(parameters, value)| {
            let parameters = parameters.iter().map(|(key, value)| (*key, value.as_str()));
            RawProperty::of(name, parameters, &value).unwrap()
        })
    }

    fn local() -> impl Strategy<Value = NaiveDateTime> {
        (0_i64..20_000_000).prop_map(|minutes| {
            NaiveDate::from_ymd_opt(1990, 1, 1).unwrap().and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes)
        })
    }

    fn start() -> impl Strategy<Value = EventTime> {
        let zone = select(&["Europe/Berlin", "UTC", "Asia/Kolkata", "America/St_Johns"][..]);
        prop_oneof![
            (local(), zone).prop_map(|(local, zone)| EventTime::Zoned(zone.parse::<Zone>().unwrap().at(local))),
            local().prop_map(EventTime::Floating),
            local().prop_map(|local| EventTime::AllDay(local.date())),
        ]
    }

    fn like(start: EventTime, at: NaiveDateTime) -> EventTime {
        match start {
            EventTime::Zoned(time) => EventTime::Zoned(time.zone.at(at)),
            EventTime::Floating(_) => EventTime::Floating(at),
            EventTime::AllDay(_) => EventTime::AllDay(at.date()),
        }
    }

    fn details() -> impl Strategy<Value = EventDetails> {
        let end = prop_oneof![
            (0_u32..50, 1_u32..200_000).prop_map(|(days, seconds)| (0, Some(Length::of(days, seconds).unwrap()))),
            (1_i64..100).prop_map(|days| (days, None)),
        ];
        let people = (option::of(raw("ORGANIZER")), vec(raw("ATTENDEE"), 0..3));
        let rest = (vec(raw("X-THING"), 0..3), option::of(raw("DESCRIPTION")));
        (option::of(text()), option::of(text()), start(), option::of(end), people, rest).prop_map(
            |(summary, location, start, end, (organiser, attendees), (things, inner))| {
                let end = end.map(|(days, length)| match length {
                    Some(length) => EventEnd::After(length),
                    None => EventEnd::At(like(start, start.local() + TimeDelta::days(days))),
                });
                let line = |name| RawProperty::of(name, [], "VALARM").unwrap();
                let components = inner.map_or(Vec::new(), |inner| vec![line("BEGIN"), inner, line("END")]);
                EventDetails { summary, location, start, end, organiser, attendees, other: things, components }
            },
        )
    }

    fn event() -> impl Strategy<Value = CalendarEvent> {
        let rules = vec(
            select(
                &[
                    "FREQ=DAILY;COUNT=4",
                    "FREQ=WEEKLY;BYDAY=MO,WE",
                    "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2",
                    "FREQ=YEARLY;UNTIL=20401231T000000Z",
                ][..],
            ),
            0..3,
        );
        let moved = vec((local(), details()), 0..3);
        (text(), details(), rules, btree_set(local(), 0..3), btree_set(local(), 0..3), moved).prop_map(
            |(uid, details, rules, dates, exceptions, moved)| {
                let start = details.start;
                let fit = |at: NaiveDateTime| like(start, at).local();
                CalendarEvent {
                    instance: None,
                    uid,
                    rules: rules.iter().map(|rule| rule.parse::<Rule>().unwrap()).collect(),
                    excluding: Vec::new(),
                    dates: dates.into_iter().map(fit).collect(),
                    exceptions: exceptions.into_iter().map(fit).collect(),
                    overrides: moved.into_iter().map(|(at, details)| (fit(at), details)).collect::<BTreeMap<_, _>>(),
                    details,
                }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Law 10: what is written reads back as it was, unknown properties and components with it.
        #[test]
        fn import_of_what_is_exported_is_equal(mut events in vec(event(), 0..4), other in vec(raw("X-WR-CALNAME"), 0..2)) {
            for (index, event) in events.iter_mut().enumerate() {
                event.uid = format!("{index}{}", event.uid);
            }
            let calendar = Calendar { events, other, components: Vec::new() };
            let text = calendar.write().unwrap();
            prop_assert!(text.split("\r\n").all(|line| line.len() <= 75));
            prop_assert_eq!(read(&text).unwrap(), calendar);
        }

        /// Law 11: one bad byte is told by its line and a property.
        #[test]
        fn a_bad_byte_is_told_by_line_and_property(at in 0..FILE.len(), bad in select(&[0xFF_u8, 0x00][..])) {
            let mut bytes = FILE.as_bytes().to_vec();
            let line = (1_u64..).zip(FILE.split_inclusive('\n').scan(0, |end, line| { *end += line.len(); Some(*end) })).find(|(_, end)| at < *end).unwrap().0;
            bytes[at] = bad;
            let error = Calendar::read("team.ics", &bytes).unwrap_err();
            prop_assert_eq!(error.line(), line);
            prop_assert!(!error.field().is_empty());
        }

        /// Law 11: anything is read or refused.
        #[test]
        fn any_bytes_are_read_or_refused(
            bytes in vec(any::<u8>(), 0..200),
            lines in vec(select(FILE.split("\r\n").collect::<Vec<_>>()), 0..40),
            cut in 0..FILE.len(),
            piece in "[-;:,=\"\\PC\n]{0,10}",
        ) {
            let _ = Calendar::read("x.ics", &bytes);
            let _ = read(&lines.join("\r\n"));
            let mut text = FILE.as_bytes()[..cut].to_vec();
            text.extend_from_slice(piece.as_bytes());
            text.extend_from_slice(&FILE.as_bytes()[cut..]);
            if let Ok(calendar) = Calendar::read("x.ics", &text) {
                let again = calendar.write().unwrap();
                prop_assert_eq!(read(&again).unwrap(), calendar);
            }
        }
    }

    #[test]
    fn a_room_is_wanted_for_the_instances_that_take_place_there() {
        let event =
            |more: &str| format!("BEGIN:VEVENT\r\nUID:7\r\nSUMMARY:Call\r\n{more}\r\nDURATION:PT30M\r\nEND:VEVENT\r\n");
        let change = |at: &str, more: &str| {
            event(&format!("RECURRENCE-ID:202610{at}T090000Z\r\nDTSTART:202610{at}T110000Z\r\n{more}"))
        };
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\n{}{}{}{}END:VCALENDAR\r\n",
            event("DTSTART:20261001T090000Z\r\nRRULE:FREQ=DAILY;COUNT=4\r\nLOCATION:Spree"),
            change("02", "STATUS:CANCELLED"),
            change("03", "LOCATION:Havel"),
            change("04", "LOCATION:Spree"),
        );
        let calendar = Calendar::read("a.ics", text.as_bytes()).unwrap();
        let person = office_core::Id::natural("person", "E-001");
        let wanted = |place: &str| calendar.events[0].room_wanted(place, Zone::UTC, person).unwrap();
        let window = "2026-10-01T00:00:00Z/2026-10-10T00:00:00Z".parse().unwrap();
        let times: Vec<String> = wanted("Spree")
            .unwrap()
            .series
            .within(window, 9)
            .instances
            .iter()
            .map(|one| one.interval.to_string())
            .collect();
        assert_eq!(times, ["2026-10-01T09:00:00Z/2026-10-01T09:30:00Z", "2026-10-04T11:00:00Z/2026-10-04T11:30:00Z"]);
        assert_eq!(wanted("Havel"), None);
        let all_off =
            Calendar::read("b.ics", text.replace("COUNT=4", "COUNT=4\r\nSTATUS:CANCELLED").as_bytes()).unwrap();
        assert_eq!(all_off.events[0].room_wanted("Spree", Zone::UTC, person), Ok(None));
    }

    /// The files of the corpus under `tests/cases/ics`, by name.
    fn corpus() -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/ics")).unwrap();
        let paths =
            files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "ics"));
        paths.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect()
    }

    /// Law 10 on files of other programs.
    #[test]
    fn files_of_other_programs_are_read_and_written() {
        let (mut read, mut refused) = (Vec::new(), Vec::new());
        for (name, bytes) in corpus() {
            match Calendar::read(&name, &bytes) {
                Ok(calendar) => {
                    let text = calendar.write().unwrap();
                    assert_eq!(Calendar::read(&name, text.as_bytes()).unwrap(), calendar, "{name}");
                    let complete = calendar.complete("2026-01-01T00:00:00Z".parse().unwrap());
                    let text = complete.write().unwrap();
                    assert_eq!(Calendar::read(&name, text.as_bytes()).unwrap(), complete, "{name}");
                    read.extend(calendar.events.iter().map(|event| {
                        let zone = event.details.start.zone().map_or("floats", Zone::name);
                        let count = event.recurrence().occurrences().take(100).count();
                        format!("{name}: {} {zone} {count}", event.details.start.local())
                    }));
                }
                Err(error) => refused.push(error.to_string()),
            }
        }
        insta::assert_snapshot!(read.join("\n"), @r#"
        alarm_etar_future.ics: 2024-10-05 13:00:00 Europe/London 1
        alarm_thunderbird_future.ics: 2024-10-23 15:00:00 Europe/London 1
        america_new_york.ics: 2014-08-29 08:00:00 America/New_York 1
        issue_1050_all_components.ics: 2025-01-15 10:00:00 America/New_York 1
        issue_1426.ics: 1996-12-30 02:00:00 UTC 3
        issue_313_globally_unique_tzid.ics: 2020-04-26 14:00:00 Europe/Berlin 1
        issue_313_globally_unique_tzid.ics: 2020-04-26 14:00:00 America/New_York 1
        issue_313_globally_unique_tzid.ics: 2020-04-26 14:00:00 America/Argentina/Buenos_Aires 1
        issue_321_assert_dst_offset_is_not_false.ics: 2020-04-03 10:20:00 Europe/Berlin 1
        issue_466_convert_tzid_with_slash.ics: 2022-10-21 20:00:00 Europe/Stockholm 100
        issue_466_respect_unique_timezone.ics: 2022-10-21 20:00:00 Europe/Berlin 100
        issue_836_do_not_quote_tzid.ics: 2024-10-28 17:00:00 America/New_York 1
        period_with_timezone.ics: 2023-09-20 12:00:00 America/Vancouver 9
        rfc_7265_appendix_example_2_ical.ics: 2006-01-02 12:00:00 US/Eastern 6
        timezone_same_start.ics: 2017-02-24 12:00:00 America/Los_Angeles 1
        timezoned.ics: 2012-02-13 10:00:00 Europe/Vienna 1
        x_location.ics: 2016-10-28 14:00:00 Europe/Zurich 100
        "#);
        insta::assert_snapshot!(refused.join("\n"), @r#"
        `broken_ical.ics`, line 4, field `DTSTART`: `DTSTART;;VALUE=DATE-TIME:20140409T093000` is not accepted: expected NAME;PARAMETER=value:value
        `fuzz_testcase_0_char_in_component_name.i…`, line 1, field `BeGIN`: `\x00` is not accepted: expected text without control characters
        `invalid_duration.ics`, line 8, field `DURATION`: `P999999999999999999W` is not accepted: expected a length such as PT1H30M or P1D, of at most 3660 days
        `issue_104_broken_calendar.ics`, line 13, field `X`: `X` is not accepted: expected NAME;PARAMETER=value:value
        `issue_722_timezone_transition_ambiguity.…`, line 22, field `DTSTART`: `MyTimezone` is not accepted: expected a TZID of the IANA database such as Europe/Berlin, or a VTIMEZONE that is like one of its zones
        `rfc_7529.ics`, line 8, field `RRULE`: `RSCALE=CHINESE;FREQ=YEARLY` is not accepted: expected a recurrence rule: RSCALE is `CHINESE`: GREGORIAN is wanted
        "#);
    }

    /// Law 26: a zone is known by its name, by its name in Windows, by a name within a path, or by its clocks.
    #[test]
    fn zones_are_known_by_names_and_clocks() {
        let zone_of = |name: &str, definition: &str| {
            let text = format!(
                "BEGIN:VCALENDAR\n{definition}BEGIN:VEVENT\nUID:1\nDTSTART;TZID=\"{name}\":20260302T090000\nEND:VEVENT\nEND:VCALENDAR\n"
            );
            Ok::<_, InputError>(read(&text)?.events[0].details.start.zone().unwrap().name())
        };
        for (name, zone) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("Aleutian Standard Time", "America/Adak"),
            ("Yukon Standard Time", "America/Whitehorse"),
            ("/mozilla.org/20070129_1/America/Argentina/Salta", "America/Argentina/Salta"),
        ] {
            assert_eq!(zone_of(name, "").unwrap(), zone);
        }
        let refused = zone_of("Berlin Time", "").unwrap_err();
        assert_eq!((refused.line(), refused.field(), refused.value()), (4, "DTSTART", "Berlin Time"));
        // What is told of the clocks of any zone is known as one whose clocks show the same.
        for name in [
            "Europe/Berlin",
            "Europe/Dublin",
            "America/St_Johns",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Tehran",
            "Etc/GMT+7",
        ] {
            let text = format!(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID={name}:20220302T090000\nEND:VEVENT\nEND:VCALENDAR\n"
            );
            let complete = read(&text).unwrap().complete("2026-01-01T00:00:00Z".parse().unwrap()).write().unwrap();
            let alias: Zone = zone_of_first(&complete.replace(name, "Our Time"));
            let zone: Zone = name.parse().unwrap();
            let noon: chrono::DateTime<chrono::Utc> = "2020-01-01T12:00:00Z".parse().unwrap();
            assert!(
                (0..3_650)
                    .all(|day| alias.local(noon + TimeDelta::days(day)) == zone.local(noon + TimeDelta::days(day))),
                "{name} {alias}"
            );
        }
    }

    fn zone_of_first(text: &str) -> Zone {
        read(text).unwrap().events[0].details.start.zone().unwrap()
    }

    /// Law 27: programs of others find the same instances in what is written.
    #[test]
    fn other_programs_find_the_same_instances() {
        let rows = [
            ("TZID=Europe/Berlin:20260301T090000", "RRULE:FREQ=DAILY;COUNT=60"),
            (
                "TZID=Europe/Berlin:20260302T090000",
                "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261231T225959Z\nEXDATE;TZID=Europe/Berlin:20260305T090000",
            ),
            ("TZID=America/New_York:20260130T170000", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=30"),
            (
                "TZID=Australia/Lord_Howe:20260331T120000",
                "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=20\nRDATE;TZID=Australia/Lord_Howe:20260415T120000",
            ),
            ("TZID=Asia/Kolkata:20240229T080000", "RRULE:FREQ=YEARLY;COUNT=4"),
            ("TZID=UTC:20260105T100000", "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO;COUNT=25"),
            (
                "TZID=Europe/London:20260511T060000",
                "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=5\nRDATE;TZID=Europe/London:20260201T060000\nEXDATE;TZID=Europe/London:20270517T060000",
            ),
            ("TZID=Europe/Berlin:20260301T093000", "RRULE:FREQ=HOURLY;INTERVAL=5;COUNT=50;BYHOUR=9,14,19"),
        ];
        for (start, lines) in rows {
            let text = format!(
                "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nDTSTART;{start}\nDURATION:PT1H\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
            );
            let calendar = read(&text).unwrap();
            let written = calendar.complete("2026-01-01T00:00:00Z".parse().unwrap()).write().unwrap();
            let unfolded = icalendar::parser::unfold(&written);
            let other = icalendar::parser::read_calendar(&unfolded).unwrap();
            let event = other.components.iter().find(|one| one.name == "VEVENT").unwrap();
            let wanted = event
                .properties
                .iter()
                .filter(|one| ["DTSTART", "RRULE", "RDATE", "EXDATE"].contains(&one.name.as_str()));
            let mut lines: Vec<String> = wanted
                .map(|one| {
                    let zone = one.params.iter().find(|one| one.key == "TZID").and_then(|one| one.val.as_ref());
                    let zone = zone.map_or_else(String::new, |zone| format!(";TZID={}", zone.as_str()));
                    format!("{}{zone}:{}", one.name.as_str(), one.val.as_str())
                })
                .collect();
            lines.sort_by_key(|line| !line.starts_with("DTSTART"));
            let theirs: rrule::RRuleSet = lines.join("\n").parse().unwrap_or_else(|error| panic!("{error} {lines:?}"));
            let theirs: Vec<_> = theirs.all(200).dates.into_iter().map(|at| at.to_utc()).collect();
            let ever = "2020-01-01T00:00:00Z/2080-01-01T00:00:00Z".parse().unwrap();
            let ours: Vec<_> = calendar.events[0]
                .series(Zone::UTC)
                .unwrap()
                .within(ever, 200)
                .instances
                .into_iter()
                .map(|one| one.interval.start())
                .collect();
            assert_eq!(theirs, ours, "{lines:?}");
        }
    }

    /// Law 28: an instance whose event is elsewhere is read and written as such.
    #[test]
    fn an_instance_stands_alone() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260302T090000Z\nDTSTART:20260302T100000Z\nEND:VEVENT\nEND:VCALENDAR\n";
        let mut calendar = read(text).unwrap();
        assert_eq!(calendar.events[0].instance.map(EventTime::local), Some("2026-03-02T09:00:00".parse().unwrap()));
        assert_eq!(read(&calendar.write().unwrap()).unwrap(), calendar);
        assert_eq!(
            read(&text.replace(
                "END:VEVENT",
                "END:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260302T090000Z\nDTSTART:20260302T110000Z\nEND:VEVENT"
            ))
            .unwrap_err()
            .field(),
            "RECURRENCE-ID"
        );
        calendar.events[0].rules.push("FREQ=DAILY".parse().unwrap());
        assert_eq!(calendar.write().unwrap_err().uid(), Some("1"));
        let period = read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20260303T090000Z/PT5H\nEND:VEVENT\nEND:VCALENDAR\n").unwrap();
        let march = "2026-03-01T00:00:00Z/2026-04-01T00:00:00Z".parse().unwrap();
        let found = period.events[0].series(Zone::UTC).unwrap().within(march, 5).instances;
        assert_eq!(found.iter().map(|one| one.interval.duration().num_hours()).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(read(&period.write().unwrap()).unwrap(), period);
    }
}
