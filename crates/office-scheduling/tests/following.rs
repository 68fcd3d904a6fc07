//! An instance and all that follow it as a file tells them (`RANGE=THISANDFUTURE`), and the law of it, numbered as in the
//! crate's documentation.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers that a test draws are small")]

#[cfg(test)]
mod law {
    use std::collections::BTreeMap;

    use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
    use office_core::{
        Actor, Command, FoldRule, GapRule, Id, InputError, Interval, MemoryStore, Office, Role, Zone, wait,
    };
    use office_scheduling::{Calendar, CalendarEvent, ImportOutcome, agenda_of, import_calendar};
    use proptest::collection::btree_set;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    const WINDOW: &str = "2026-01-01T00:00:00Z/2027-07-01T00:00:00Z";

    fn read(text: &str) -> Result<Calendar, InputError> {
        Calendar::read("team.ics", text.as_bytes())
    }

    /// A calendar of these components, each told by its lines.
    fn calendar(components: &[String]) -> String {
        let events = components.iter().map(|lines| format!("BEGIN:VEVENT\nUID:7\n{lines}\nEND:VEVENT\n"));
        format!("BEGIN:VCALENDAR\nVERSION:2.0\n{}END:VCALENDAR\n", events.collect::<String>())
    }

    /// What takes place: when, and as what.
    fn found(events: &[CalendarEvent]) -> Vec<(Interval, String)> {
        let mut found = Vec::new();
        for event in events {
            let series = event.series(Zone::UTC).unwrap();
            for one in series.within(WINDOW.parse().unwrap(), 1_000).instances {
                let details = event.overrides.get(&one.occurrence).unwrap_or(&event.details);
                found.push((one.interval, details.summary.clone().unwrap_or_default()));
            }
        }
        found.sort();
        found
    }

    /// The same as text: the month, day and hour of the start, the minutes of the length, and the summary.
    fn shown(events: &[CalendarEvent]) -> String {
        let line = |(time, summary): (Interval, String)| {
            format!("{} {} {summary}", time.start().format("%m-%d %H:%M"), time.duration().num_minutes())
        };
        found(events).into_iter().map(line).collect::<Vec<_>>().join(", ")
    }

    /// Every Monday at nine, six times.
    fn mondays() -> String {
        "DTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=6\nSUMMARY:old".to_owned()
    }

    /// What is said of an instance, and of all that follow it where there is a range.
    fn from(day: &str, range: &str, start: &str, more: &str) -> String {
        format!("RECURRENCE-ID{range}:2026{day}T090000Z\nDTSTART:2026{start}Z\n{more}")
    }

    const RANGE: &str = ";RANGE=THISANDFUTURE";

    #[test]
    fn all_that_follow_are_what_the_instance_is() {
        let new = |day: &str, start: &str| from(day, RANGE, start, "DURATION:PT1H\nSUMMARY:new");
        let rows: [(&str, Vec<String>, &str); 7] = [
            (
                "only in words",
                vec![new("0316", "0316T090000")],
                "03-02 09:00 60 old, 03-09 09:00 60 old, 03-16 09:00 60 new, \
                 03-23 09:00 60 new, 03-30 09:00 60 new, 04-06 09:00 60 new",
            ),
            (
                "two hours later, for half an hour",
                vec![from("0323", ";range=\"ThisAndFuture\"", "0323T110000", "DTEND:20260323T113000Z")],
                "03-02 09:00 60 old, 03-09 09:00 60 old, 03-16 09:00 60 old, \
                 03-23 11:00 30 , 03-30 11:00 30 , 04-06 11:00 30 ",
            ),
            (
                "to Tuesdays, and in the afternoon after that",
                vec![new("0309", "0310T090000"), from("0330", RANGE, "0330T150000", "DURATION:PT2H\nSUMMARY:last")],
                "03-02 09:00 60 old, 03-10 09:00 60 new, 03-17 09:00 60 new, \
                 03-24 09:00 60 new, 03-30 15:00 120 last, 04-06 15:00 120 last",
            ),
            (
                "with one before and one after that are otherwise",
                vec![
                    from("0330", "", "0331T120000", "DURATION:PT5M\nSUMMARY:one"),
                    new("0316", "0316T100000"),
                    from("0309", "", "0309T080000", "DURATION:PT5M\nSUMMARY:two"),
                    from("0406", "", "0406T090000", "STATUS:CANCELLED"),
                ],
                "03-02 09:00 60 old, 03-09 08:00 5 two, 03-16 10:00 60 new, \
                 03-23 10:00 60 new, 03-31 12:00 5 one",
            ),
            (
                "from the first on",
                vec![new("0302", "0302T083000")],
                "03-02 08:30 60 new, 03-09 08:30 60 new, 03-16 08:30 60 new, \
                 03-23 08:30 60 new, 03-30 08:30 60 new, 04-06 08:30 60 new",
            ),
            (
                "from one on that another zone tells",
                vec![format!(
                    "RECURRENCE-ID{RANGE};TZID=Europe/Berlin:20260330T110000\n\
                    DTSTART;TZID=Europe/Berlin:20260330T120000\nDTEND;TZID=Europe/Berlin:20260330T130000\nSUMMARY:new"
                )],
                "03-02 09:00 60 old, 03-09 09:00 60 old, 03-16 09:00 60 old, \
                 03-23 09:00 60 old, 03-30 10:00 60 new, 04-06 10:00 60 new",
            ),
            (
                "called off",
                vec![from("0316", RANGE, "0316T090000", "DURATION:PT1H\nSTATUS:CANCELLED\nSUMMARY:off")],
                "03-02 09:00 60 old, 03-09 09:00 60 old, 03-16 09:00 60 off, \
                 03-23 09:00 60 off, 03-30 09:00 60 off, 04-06 09:00 60 off",
            ),
        ];
        for (what, changes, wanted) in rows {
            let read = read(&calendar(&[vec![mondays()], changes].concat())).unwrap();
            assert_eq!(shown(&read.events), wanted, "{what}");
            assert_eq!(read.events.iter().any(|event| event.details.is_cancelled()), what == "called off");
        }
    }

    #[test]
    fn each_part_has_a_name_and_the_rest_of_the_rule() {
        let new = |day: &str, start: &str| from(day, RANGE, start, "DURATION:PT1H");
        // Where it is moved to Tuesdays, weeks begin a day later as well.
        let twice = [mondays(), new("0309", "0310T090000"), new("0323", "0323T100000")];
        let told = read(&calendar(&twice)).unwrap();
        let told: Vec<String> = told.events.iter().map(|one| format!("{} {}", one.uid, one.rules[0])).collect();
        assert_eq!(
            told,
            [
                "7 FREQ=WEEKLY;COUNT=1;BYDAY=MO",
                "7/20260309T090000 FREQ=WEEKLY;COUNT=2;BYDAY=TU;WKST=TU",
                "7/20260323T090000 FREQ=WEEKLY;COUNT=3;BYDAY=MO",
            ]
        );
    }

    #[test]
    fn what_cannot_be_told_from_there_on_is_refused() {
        let new = |day: &str, start: &str| from(day, RANGE, start, "DURATION:PT1H");
        let alone = |rule: &str| mondays().replace("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=6", rule);
        let monthly = alone("RRULE:FREQ=MONTHLY;BYDAY=1MO");
        let excluding = alone("RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY;BYDAY=SU");
        let period = format!("{}\nRDATE;VALUE=PERIOD:20260303T090000Z/PT5H", mondays());
        let rules = "a change that the rules of the event can tell, or at most 400 instances that follow";
        let rows: [(Vec<String>, u64, &str); 13] = [
            (
                vec![mondays(), from("0316", ";RANGE=THISANDPRIOR", "0316T090000", "")],
                12,
                "RANGE=THISANDFUTURE, or no RANGE",
            ),
            (vec![new("0316", "0316T090000")], 5, "RANGE beside the event itself, in the same file"),
            (vec![mondays(), new("0317", "0317T090000")], 12, "the time of an instance of its event"),
            (
                vec![mondays(), new("0316", "0316T090000"), new("0316", "0316T100000")],
                18,
                "one event for each instance",
            ),
            (
                vec![mondays(), new("0316", "0316T090000"), from("0316", "", "0316T100000", "")],
                12,
                "one event for each instance",
            ),
            (vec![monthly, new("0406", "0407T090000")], 12, rules),
            (vec![excluding, new("0316", "0316T090000")], 13, rules),
            (vec![alone("RRULE:FREQ=DAILY;BYHOUR=9,10"), new("0316", "0316T093000")], 12, rules),
            (
                vec![alone("RRULE:FREQ=DAILY;COUNT=20000"), new("0316", "0316T093000")],
                12,
                "RANGE in an event whose rules count at most 10000 instances",
            ),
            (vec![period, new("0316", "0316T090000")], 13, "RANGE in an event without periods (RDATE;VALUE=PERIOD)"),
            (
                vec![mondays(), format!("RECURRENCE-ID{RANGE}:20260316T090000Z\nDTSTART;VALUE=DATE:20260316")],
                12,
                "an instance moved to a time of the kind of its event's: zoned, floating or a whole day",
            ),
            (
                vec![
                    mondays(),
                    format!("RECURRENCE-ID{RANGE}:20260316T090000Z\nDTSTART:99991230T090000Z"),
                    from("0323", "", "0323T100000", ""),
                ],
                12,
                "instances within years 0 to 9999",
            ),
            (
                vec![
                    mondays(),
                    from("0316", RANGE, "0316T090000", "STATUS:CANCELLED"),
                    from("0323", "", "0323T100000", ""),
                ],
                12,
                "no instance of its own after all that follow were called off",
            ),
        ];
        for (components, line, wanted) in rows {
            let text = calendar(&components);
            let error = read(&text).unwrap_err();
            assert_eq!((error.line(), error.field(), error.expected()), (line, "RECURRENCE-ID", wanted), "{text}");
        }
        let other = "BEGIN:VEVENT\nUID:7/20260316T090000\nDTSTART:20260302T090000Z\nEND:VEVENT\nEND:VCALENDAR";
        let text = calendar(&[mondays(), new("0316", "0316T090000")]).replace("END:VCALENDAR", other);
        let wanted = "an event whose UID, with / and the instance, is that of no other";
        assert_eq!(read(&text).unwrap_err().expected(), wanted);
    }

    #[test]
    fn a_calendar_is_cut_at_most_256_times() {
        let master = mondays().replace("FREQ=WEEKLY;BYDAY=MO;COUNT=6", "FREQ=DAILY;COUNT=300");
        let many: Vec<String> = (0..257)
            .map(|day| {
                let at = "2026-03-03".parse::<chrono::NaiveDate>().unwrap() + TimeDelta::days(day);
                let at = at.format("%Y%m%dT090000Z");
                format!("RECURRENCE-ID{RANGE}:{at}\nDTSTART:{at}")
            })
            .collect();
        let text = |many: &[String]| calendar(&[vec![master.clone()], many.to_vec()].concat());
        assert_eq!(read(&text(&many[1..])).unwrap().events.len(), 257);
        assert_eq!(read(&text(&many)).unwrap_err().expected(), "RANGE at most 256 times in a calendar");
    }

    #[test]
    fn a_calendar_read_again_changes_nothing_and_agendas_have_what_follows() {
        let office = Office::on(MemoryStore::new());
        let keeper = Id::natural("person", "E-001");
        let import = |key: &str, components: &[String]| {
            let calendar = read(&calendar(components)).unwrap();
            let actor = Actor::new(keeper, Role::new("assistant"));
            let command = Command::new(key, "import_calendar", actor, DateTime::default()).unwrap();
            let report = wait(office.transact(&command, |tx| {
                let calendar = calendar.clone();
                async move { import_calendar(&tx, keeper, &BTreeMap::new(), &calendar).await }
            }));
            report.unwrap().events.into_iter().map(|one| one.outcome).collect::<Vec<_>>()
        };
        let later = from("0316", RANGE, "0316T100000", "DURATION:PT1H\nSEQUENCE:1");
        assert_eq!(import("first", &[mondays()]), [ImportOutcome::Planned]);
        let cut = [mondays(), later];
        assert_eq!(import("cut", &cut), [ImportOutcome::Changed, ImportOutcome::Planned]);
        assert_eq!(import("again", &cut), [ImportOutcome::Unchanged, ImportOutcome::Unchanged]);
        // An older file does not undo it.
        assert_eq!(import("old", &[mondays()]), [ImportOutcome::Outdated]);
        let days = "2026-03-08T00:00:00Z/2026-03-24T00:00:00Z".parse().unwrap();
        let agenda =
            wait(office.view(|view| async move { agenda_of(&view, keeper, days, Zone::UTC, 100).await })).unwrap();
        let starts: Vec<String> =
            agenda.appointments.iter().map(|one| one.time.start().format("%m-%d %H").to_string()).collect();
        assert_eq!(starts, ["03-09 09", "03-16 10", "03-23 10"]);
    }

    /// How the start of an event tells its time.
    #[derive(Clone, Copy, Debug)]
    enum Kind {
        Berlin,
        Utc,
        Floating,
        AllDay,
    }

    impl Kind {
        fn line(self, name: &str, at: NaiveDateTime) -> String {
            let local = at.format("%Y%m%dT%H%M%S");
            match self {
                Self::Berlin => format!("{name};TZID=Europe/Berlin:{local}"),
                Self::Utc => format!("{name}:{local}Z"),
                Self::Floating => format!("{name}:{local}"),
                Self::AllDay => format!("{name};VALUE=DATE:{}", at.format("%Y%m%d")),
            }
        }

        fn instant(self, at: NaiveDateTime) -> DateTime<Utc> {
            let zone = if matches!(self, Self::Berlin) { "Europe/Berlin".parse().unwrap() } else { Zone::UTC };
            zone.at(at).instant(GapRule::Forward, FoldRule::First).unwrap()
        }

        fn length(self) -> (&'static str, TimeDelta) {
            if matches!(self, Self::AllDay) { ("P1D", TimeDelta::days(1)) } else { ("PT90M", TimeDelta::minutes(90)) }
        }
    }

    /// Rules that go on for ever, and rules that end: the former are moved by days where weeks and days are all they tell.
    const RULES: [&str; 9] = [
        "RRULE:FREQ=DAILY;INTERVAL=3",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260630T215959Z",
        "RRULE:FREQ=DAILY;COUNT=40",
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=11",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=7",
        "RRULE:FREQ=WEEKLY;COUNT=30;BYDAY=MO,TU,WE;WKST=WE\nEXRULE:FREQ=MONTHLY;BYMONTHDAY=10,11,12,13,14",
        "RRULE:FREQ=DAILY;COUNT=50;BYDAY=MO,TU,FR",
        "RRULE:FREQ=WEEKLY;COUNT=9\nRRULE:FREQ=MONTHLY;COUNT=5;BYMONTHDAY=1,15",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        /// Law 105: read with changes of instances and all that follow them, an event takes place when it did before, later
        /// by as much as the last change before says; single changes and exceptions hold where they are. What is written
        /// says the same.
        #[test]
        fn what_follows_is_later_by_as_much(
            kind in select(&[Kind::Berlin, Kind::Berlin, Kind::Utc, Kind::Floating, Kind::AllDay][..]),
            rule in select(&RULES[..]),
            cuts in btree_set(0_usize..12, 1..4),
            minutes in proptest::collection::vec(option::of(-6_000_i64..6_000), 3),
            single in btree_set(0_usize..12, 0..3),
            excepted in btree_set(1_usize..12, 0..3),
        ) {
            let first: NaiveDateTime = "2026-03-02T00:30:00".parse().unwrap();
            let first = if matches!(kind, Kind::AllDay) { first.date().into() } else { first };
            let (duration, length) = kind.length();
            let master = format!("{}\nDURATION:{duration}\n{rule}\nSUMMARY:0", kind.line("DTSTART", first));
            let master = if matches!(kind, Kind::AllDay) { master.replace("20260630T215959Z", "20260630") } else { master };
            let whole = read(&calendar(std::slice::from_ref(&master))).unwrap().events.remove(0);
            let all: Vec<NaiveDateTime> = whole.recurrence().occurrences().take(400).collect();
            let mut components = vec![String::new()];
            let excluded = excepted.iter().filter_map(|index| all.get(*index));
            let lines: Vec<String> = [master].into_iter().chain(excluded.map(|at| kind.line("EXDATE", *at))).collect();
            components[0] = lines.join("\n");
            let there = |index: &usize| *index < all.len() && !excepted.contains(index);
            let mut shifts = BTreeMap::new();
            for (number, (index, minutes)) in cuts.iter().filter(|index| there(index)).zip(minutes).enumerate() {
                let minutes = minutes.unwrap_or_default();
                let minutes = if matches!(kind, Kind::AllDay) { minutes / 1_440 * 1_440 } else { minutes };
                let shift = TimeDelta::minutes(minutes);
                shifts.insert(*index, (shift, number + 1));
                components.push(format!("{}\n{}\nDURATION:{duration}\nSUMMARY:{}",
                    kind.line(&format!("RECURRENCE-ID{RANGE}"), all[*index]), kind.line("DTSTART", all[*index] + shift), number + 1));
            }
            let single: Vec<usize> = single.into_iter().filter(|one| there(one) && !shifts.contains_key(one)).collect();
            for index in &single {
                components.insert(1, format!("{}\n{}\nDURATION:{duration}\nSUMMARY:one",
                    kind.line("RECURRENCE-ID", all[*index]), kind.line("DTSTART", all[*index])));
            }
            let read_back = read(&calendar(&components)).unwrap();
            let mut wanted = Vec::new();
            for (index, at) in all.iter().enumerate().filter(|(index, _)| !excepted.contains(index)) {
                let (shift, number) = shifts.range(..=index).next_back().map_or((TimeDelta::zero(), 0), |(_, last)| *last);
                let own = single.contains(&index);
                let start = kind.instant(if own { *at } else { *at + shift });
                let time = Interval::new(start, start + length).unwrap();
                wanted.push((time, if own { "one".to_owned() } else { number.to_string() }));
            }
            wanted.sort();
            // Of what goes on for ever, the last within the window are beyond those looked at.
            let until: DateTime<Utc> = "2027-06-01T00:00:00Z".parse().unwrap();
            wanted.retain(|(time, _)| time.start() < until);
            let mut ours = found(&read_back.events);
            ours.retain(|(time, _)| time.start() < until);
            prop_assert_eq!(&ours, &wanted);
            let again = read(&read_back.write().unwrap()).unwrap();
            prop_assert_eq!(again, read_back);
        }
    }

    #[test]
    fn another_program_finds_what_follows_in_what_is_written() {
        let new = from("0316", RANGE, "0318T103000", "DURATION:PT1H");
        for rule in ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=20", "FREQ=DAILY;UNTIL=20260501T000000Z"] {
            let master = mondays().replace("FREQ=WEEKLY;BYDAY=MO;COUNT=6", rule);
            let read = read(&calendar(&[master, new.clone()])).unwrap();
            let written = read.write().unwrap();
            let mut theirs = Vec::new();
            for event in icalendar::parser::read_calendar(&icalendar::parser::unfold(&written)).unwrap().components {
                let line = |name: &str| {
                    let found = event.properties.iter().find(|one| one.name == name);
                    found.map_or(String::new(), |one| format!("{name}:{}\n", one.val.as_str()))
                };
                let set: rrule::RRuleSet = format!("{}{}", line("DTSTART"), line("RRULE")).trim().parse().unwrap();
                theirs.extend(set.all(500).dates.into_iter().map(|at| at.to_utc()));
            }
            theirs.sort_unstable();
            let ours: Vec<DateTime<Utc>> = found(&read.events).into_iter().map(|(time, _)| time.start()).collect();
            assert!(ours.len() >= 20);
            assert_eq!(ours, theirs, "{rule}");
        }
    }
}
