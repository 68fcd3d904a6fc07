//! A month of an office: its calendar takes the rooms, then come the bookings, one after another.

#[cfg(test)]
mod month {
    use std::collections::BTreeMap;

    use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
    use office_core::sheet::Sheet;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Command, DateRange, DayHours, DaySpan, FoldRule, GapRule, Interval, MemoryStore, Office, Role,
        WeeklyHours, Zone, wait,
    };
    use office_scheduling::{
        BookError, BookRefusal, BookingRequest, Buffers, Calendar, OccurrenceReport, ResourceBookingId,
        ResourceDetails, ResourceId, ResourceParts, RoomUse, book, book_series, bookings_of, register_resource,
    };

    fn file(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/../../examples/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn person(id: &str) -> PersonId {
        PersonId::natural("person", id)
    }

    fn room_id(room: &str) -> ResourceId {
        ResourceId::natural("room", room)
    }

    fn command(key: &str) -> Command {
        let actor = Actor::new(person("E-004"), Role::new("office_manager"));
        let at: DateTime<Utc> = "2026-10-01T06:00:00Z".parse().unwrap();
        Command::new(key, "test", actor, at).unwrap()
    }

    fn berlin() -> Zone {
        "Europe/Berlin".parse().unwrap()
    }

    fn october() -> Interval {
        let day = |date: &str| berlin().day(date.parse().unwrap()).unwrap();
        Interval::new(day("2026-10-01").start(), day("2026-10-31").end()).unwrap()
    }

    /// Registers the rooms of the file.
    fn rooms(office: &Office) -> Vec<(String, ResourceDetails)> {
        let columns =
            ["room", "name", "capacity", "features", "zone", "open", "close", "setup_minutes", "teardown_minutes"];
        let sheet = Sheet::read("rooms.csv", &file("rooms.csv"), &columns).unwrap();
        let rooms: Vec<(String, ResourceDetails)> = sheet
            .rows()
            .map(|row| {
                let number = |column: &str| row.parse::<u32>(column, "a whole number").unwrap();
                let clock = |column: &str| row.parse::<NaiveTime>(column, "a time of day").unwrap();
                let span = DaySpan::new(clock("open"), clock("close")).unwrap();
                let parts = ResourceParts {
                    name: row.text("name").unwrap().to_owned(),
                    capacity: number("capacity"),
                    features: row.text("features").unwrap().split('|').map(str::to_owned).collect(),
                    zone: row.parse("zone", "a zone").unwrap(),
                    hours: WeeklyHours::weekdays(DayHours::new([span]).unwrap()),
                    buffers: Buffers {
                        set_up_seconds: number("setup_minutes").saturating_mul(60),
                        tear_down_seconds: number("teardown_minutes").saturating_mul(60),
                    },
                    ..ResourceParts::default()
                };
                (row.text("room").unwrap().to_owned(), ResourceDetails::new(parts).unwrap())
            })
            .collect();
        for (room, details) in &rooms {
            wait(office.transact(&command(&format!("room:{room}")), |tx| async move {
                register_resource(&tx, room_id(room), details.clone()).await
            }))
            .unwrap();
        }
        rooms
    }

    /// Books the rooms for what the calendar says, and tells what became of each occurrence, by event.
    fn play_calendar(
        office: &Office,
        rooms: &[(String, ResourceDetails)],
        time: &str,
    ) -> BTreeMap<String, Vec<OccurrenceReport>> {
        let calendar = Calendar::read("calendar.ics", &file("calendar.ics")).unwrap();
        let mut reports = BTreeMap::new();
        for event in &calendar.events {
            for (room, details) in rooms {
                let wanted = event.room_wanted(&details.parts().name, berlin(), person("E-004")).unwrap();
                let Some(wanted) = wanted else { continue };
                let report = wait(office.transact(&command(&format!("{time}:{}", event.uid)), |tx| {
                    let wanted = &wanted;
                    async move { book_series(&tx, room_id(room), wanted, october()).await }
                }))
                .unwrap();
                assert!(!report.limited);
                reports.insert(event.uid.split('@').next().unwrap().to_owned(), report.occurrences);
            }
        }
        reports
    }

    /// Plays the bookings of the file, and tells what became of each.
    fn play_bookings(office: &Office, rooms: &[(String, ResourceDetails)]) -> BTreeMap<String, Result<(), BookError>> {
        let columns = ["booking", "date", "start", "end", "room", "organiser", "people", "purpose"];
        let sheet = Sheet::read("bookings.csv", &file("bookings.csv"), &columns).unwrap();
        sheet
            .rows()
            .map(|row| {
                let name = row.text("booking").unwrap();
                let room = row.text("room").unwrap();
                let zone = rooms.iter().find(|(known, _)| known == room).unwrap().1.parts().zone;
                let date: NaiveDate = row.parse("date", "a date").unwrap();
                let instant = |column: &str| {
                    let reading = date.and_time(row.parse(column, "a time of day").unwrap());
                    zone.at(reading).instant(GapRule::Refuse, FoldRule::Refuse).unwrap()
                };
                let people = row.parse("people", "a whole number").unwrap();
                let time = Interval::new(instant("start"), instant("end")).unwrap();
                let organiser = person(row.text("organiser").unwrap());
                let request = BookingRequest::new(time, organiser, people, row.text("purpose").unwrap()).unwrap();
                let id = ResourceBookingId::natural("booking", name);
                let outcome = wait(office.transact(&command(name), |tx| {
                    let request = request.clone();
                    async move { book(&tx, room_id(room), id, request).await }
                }));
                (name.to_owned(), outcome)
            })
            .collect()
    }

    /// A refusal in short: what stands in the way, and what is offered instead, as Berlin's clocks show it.
    fn short(outcome: &Result<(), BookError>) -> String {
        let clock = |time: &Interval| {
            let show = |instant| berlin().local(instant).format("%H:%M").to_string();
            format!("{}-{}", show(time.start()), show(time.end()))
        };
        match outcome {
            Ok(()) => "booked".to_owned(),
            Err(BookError::Refused(BookRefusal::Held { by, next_free, .. })) => {
                let by: Vec<String> =
                    by.iter().map(|one| format!("{} {}", one.purpose, clock(&one.occupancy.booked))).collect();
                let free = next_free.as_ref().map_or("nothing".to_owned(), clock);
                format!("{}; {free} is free", by.join(", "))
            }
            Err(BookError::Refused(BookRefusal::Closed { open, .. })) => {
                format!("open {}", open.iter().map(clock).collect::<Vec<_>>().join(", "))
            }
            Err(BookError::Refused(BookRefusal::TooManyPeople { people, capacity, .. })) => {
                format!("{people} people, {capacity} places")
            }
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn october_is_booked_as_the_story_tells() {
        let office = Office::on(MemoryStore::new());
        let rooms = rooms(&office);
        let calendar = play_calendar(&office, &rooms, "first");
        let count = |uid: &str| calendar.get(uid).map_or(0, Vec::len);
        let counts = [
            "team-weekly",
            "design-review",
            "site-standup",
            "project-review",
            "london-call",
            "painting",
            "health-check",
            "museum",
        ]
        .map(count);
        assert_eq!(counts, [4, 2, 3, 1, 4, 1, 1, 0]);
        for report in calendar.values().flatten() {
            assert_eq!(report.refused, None);
        }
        // The same file read again books nothing twice.
        assert_eq!(play_calendar(&office, &rooms, "second"), calendar);

        let outcomes = play_bookings(&office, &rooms);
        let told: Vec<(&str, String)> =
            outcomes.iter().map(|(name, outcome)| (name.as_str(), short(outcome))).collect();
        let expected = [
            ("BK-01", "booked"),
            ("BK-02", "booked"),
            ("BK-03", "Team meeting (moved) 10:00-11:00; 07:30-08:00 is free"),
            ("BK-04", "booked"),
            ("BK-05", "open 07:30-19:00"),
            ("BK-06", "Team meeting 09:30-10:30; 07:30-08:30 is free"),
            ("BK-07", "9 people, 6 places"),
            ("BK-08", "booked"),
            ("BK-09", "lecture rehearsal 10:00-12:00; 07:30-08:30 is free"),
            ("BK-10", "booked"),
            ("BK-11", "Painting 00:00-00:00; nothing is free"),
            ("BK-12", "booked"),
            ("BK-13", "Team meeting 09:30-10:30; 11:00-11:30 is free"),
            ("BK-14", "booked"),
            ("BK-15", "Workplace inspection 09:00-10:00; 07:30-08:00 is free"),
        ];
        assert_eq!(told, expected.map(|(name, outcome)| (name, outcome.to_owned())));

        // Four team meetings, the project review and four bookings, an hour each.
        let spree =
            wait(office.view(|view| async move { bookings_of(&view, room_id("R-101"), october()).await })).unwrap();
        let used = RoomUse::of(berlin(), DateRange::month(2026, 10).unwrap(), spree.iter().map(|(_, one)| one.time()));
        let used = used.unwrap();
        assert_eq!(used.total(), TimeDelta::hours(9));
        assert_eq!(used.on("2026-10-26".parse().unwrap()), TimeDelta::hours(2));
    }
}
