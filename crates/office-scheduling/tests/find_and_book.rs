//! A time is found from what is stored, and booked: what is taken meanwhile is refused, never booked twice.

#[cfg(test)]
mod find_and_book {
    use std::collections::BTreeMap;
    use std::sync::Barrier;
    use std::thread;

    use chrono::{DateTime, Weekday};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Command, DateRange, Holidays, Id, Interval, MemoryStore, Office, Role, StoreError, Tx, WeeklyHours,
        WorkingCalendar, WorkingPlan, wait,
    };
    use office_scheduling::{
        BookError, BookRefusal, BookingRequest, Buffers, Calendar, CalendarEvent, Event, GatherTimeError, LocationWeek,
        MAX_SOUGHT_DAYS, MAX_SOUGHT_PEOPLE, MAX_SOUGHT_ROOMS, Reason, ResourceBookingId, ResourceDetails, ResourceId,
        ResourceParts, Slot, TimeSearch, TimeWish, WorkLocation, book, bookings_of, gather_time_query, plan_event,
        plan_locations, register_resource,
    };
    use office_scratch::offices;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn room(name: &str) -> ResourceId {
        Id::natural("room", name)
    }

    fn time(text: &str) -> Interval {
        text.parse().unwrap()
    }

    fn command(key: &str) -> Command {
        let actor = Actor::new(person("assistant"), Role::new("assistant"));
        Command::new(key, "test", actor, DateTime::default()).unwrap()
    }

    /// From nine to five of universal time.
    fn hours() -> WorkingCalendar {
        let (valid, week) = (DateRange::year(2026).unwrap(), WeeklyHours::weekdays("09:00-17:00".parse().unwrap()));
        let (exceptions, holidays) = (BTreeMap::new(), Holidays::none(valid));
        WorkingCalendar::new(WorkingPlan { zone: "UTC".parse().unwrap(), valid, week, exceptions, holidays }).unwrap()
    }

    /// An hour for Jo, and for Al if they can, in Spree or Havel, on Monday or Tuesday.
    fn wish() -> TimeWish {
        let mut wish = TimeWish::new(time("2026-03-02T00:00:00Z/2026-03-04T00:00:00Z"), 3_600, 1_800);
        wish.required.insert(person("Jo"), hours());
        wish.optional = [(person("Al"), hours()), (person("Jo"), hours())].into();
        wish.rooms = vec![room("Spree"), room("Havel")];
        wish
    }

    /// An event that takes place once, or by a rule.
    fn event(uid: &str, start: &str, more: &str) -> CalendarEvent {
        let text = format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:{uid}\nDTSTART:{start}\nDURATION:PT1H\n{more}END:VEVENT\nEND:VCALENDAR\n"
        );
        Calendar::read("team.ics", text.as_bytes()).unwrap().events.remove(0)
    }

    async fn plan(tx: &Tx, keeper: PersonId, content: CalendarEvent) -> Result<(), Failure> {
        let id = Event::id_of(keeper, &content.uid);
        Ok(plan_event(tx, id, keeper, BTreeMap::new(), content).await?)
    }

    async fn take(tx: &Tx, key: &str, name: ResourceId, time: Interval) -> Result<(), BookError> {
        let request = BookingRequest::new(time, person("assistant"), 2, "talk").unwrap();
        book(tx, name, ResourceBookingId::natural("booking", key), request).await
    }

    /// Two rooms, each with a quarter of an hour to set it up.
    fn rooms(office: &Office) {
        for (name, capacity) in [("Spree", 12), ("Havel", 4)] {
            let details = ResourceDetails::new(ResourceParts {
                name: name.to_owned(),
                capacity,
                hours: WeeklyHours::daily("08:00-18:00".parse().unwrap()),
                buffers: Buffers { set_up_seconds: 900, tear_down_seconds: 0 },
                ..ResourceParts::default()
            });
            let details = &details.unwrap();
            wait(office.transact(&command(name), |tx| async move {
                register_resource(&tx, room(name), details.clone()).await
            }))
            .unwrap();
        }
    }

    fn search(office: &Office, wish: &TimeWish) -> Result<TimeSearch, GatherTimeError> {
        let query = wait(office.view(|view| async move { gather_time_query(&view, wish).await }))?;
        Ok(TimeSearch::new(query).unwrap())
    }

    fn first(search: &TimeSearch) -> Slot {
        search.slots(1).remove(0)
    }

    #[test]
    fn what_is_stored_of_people_and_rooms_is_in_the_question() {
        let (_places, offices) = offices();
        for office in &offices {
            rooms(office);
            wait(office.transact(&command("plan"), |tx| async move {
                plan(&tx, person("Jo"), event("1", "20260302T090000Z", "RRULE:FREQ=DAILY\n")).await?;
                plan(&tx, person("Jo"), event("2", "20260302T113000Z", "STATUS:TENTATIVE\nLOCATION:Kyiv\n")).await?;
                plan(&tx, person("Al"), event("3", "20260303T120000", "")).await?;
                let week = LocationWeek::weekdays(WorkLocation::Home).with(Weekday::Mon, WorkLocation::Away);
                plan_locations(&tx, person("Al"), "2026-01-01".parse()?, week).await?;
                take(&tx, "visit", room("Havel"), time("2026-03-02T10:00:00Z/2026-03-02T11:00:00Z")).await?;
                Ok::<_, Failure>(())
            }))
            .unwrap();
            let wish = &TimeWish { here: "Europe/Berlin".parse().unwrap(), ..wish() };
            let query = wait(office.view(|view| async move { gather_time_query(&view, wish).await }));
            let query = query.map_err(|error: GatherTimeError| error).unwrap();

            let [jo, al] = &query.people[..] else { panic!("{query:?}") };
            assert_eq!((jo.person, jo.required, al.person, al.required), (person("Jo"), true, person("Al"), false));
            // The days around are looked at for the way.
            let busy: Vec<(Interval, Option<&str>)> =
                jo.busy.iter().map(|one| (one.time, one.place.as_deref())).collect();
            assert_eq!(
                busy,
                [
                    (time("2026-03-02T09:00:00Z/2026-03-02T10:00:00Z"), None),
                    (time("2026-03-02T11:30:00Z/2026-03-02T12:30:00Z"), Some("Kyiv")),
                    (time("2026-03-03T09:00:00Z/2026-03-03T10:00:00Z"), None),
                    (time("2026-03-04T09:00:00Z/2026-03-04T10:00:00Z"), None),
                ]
            );
            assert_eq!(al.busy[0].time, time("2026-03-03T11:00:00Z/2026-03-03T12:00:00Z"));
            assert_eq!(al.holidays, [time("2026-03-02T09:00:00Z/2026-03-02T17:00:00Z")]);
            assert!(jo.holidays.is_empty());
            let havel = &query.rooms[1];
            assert_eq!((havel.room, havel.capacity, havel.penalty), (room("Havel"), 4, 4));
            assert_eq!(havel.held, [time("2026-03-02T09:45:00Z/2026-03-02T11:00:00Z")]);
            assert_eq!(havel.open[0], time("2026-03-02T08:00:00Z/2026-03-02T18:00:00Z"));

            // What is only tentative does not count where that is asked for.
            let certain = TimeWish { with_tentative: false, ..wish.clone() };
            let noon = "2026-03-02T12:00:00Z".parse().unwrap();
            let fails = |wish: &TimeWish| search(office, wish).unwrap().why_not(noon).first().map(|one| one.fails);
            assert_eq!((fails(wish), fails(&certain)), (Some(Reason::Busy), None));
        }
    }

    #[test]
    fn a_time_booked_meanwhile_is_refused_and_another_is_found() {
        let (_places, offices) = offices();
        for office in &offices {
            rooms(office);
            let found = first(&search(office, &wish()).unwrap());
            let there = found.room.unwrap();
            assert_eq!((found.time, there), (time("2026-03-02T09:00:00Z/2026-03-02T10:00:00Z"), room("Havel")));
            let booked = |key: &str, slot: &Slot| {
                let (room, time) = (slot.room.unwrap(), slot.time);
                wait(office.transact(&command(key), |tx| async move { take(&tx, key, room, time).await }))
            };
            // Others were shown the same, and book first.
            booked("theirs", &found).unwrap();
            let refused = booked("ours", &found);
            assert!(matches!(refused, Err(BookError::Refused(BookRefusal::Held { .. }))), "{refused:?}");
            let other = first(&search(office, &wish()).unwrap());
            // Half an hour later in the smaller room is better than at once in the larger one.
            let later = time("2026-03-02T10:30:00Z/2026-03-02T11:30:00Z");
            assert_eq!((other.time, other.room), (later, Some(room("Havel"))));
            booked("ours_again", &other).unwrap();
        }
    }

    #[test]
    fn found_and_booked_in_one_step_nobody_is_in_two_places() {
        const TEAMS: [&str; 3] = ["north", "south", "west"];
        let (_places, offices) = offices();
        for office in &offices {
            rooms(office);
            let start = &Barrier::new(TEAMS.len());
            let mut times: Vec<Interval> = thread::scope(|scope| {
                let teams = TEAMS.map(|team| {
                    scope.spawn(move || {
                        let wish = &wish();
                        start.wait();
                        wait(office.transact(&command(team), |tx| async move {
                            let query = gather_time_query(&tx, wish).await?;
                            let slot = first(&TimeSearch::new(query)?);
                            take(&tx, team, slot.room.ok_or("a room")?, slot.time).await?;
                            let start = slot.time.start().format("%Y%m%dT%H%M%SZ").to_string();
                            plan(&tx, person("Jo"), event(team, &start, "")).await?;
                            Ok::<_, Failure>(slot.time)
                        }))
                        .unwrap()
                    })
                });
                teams.map(|team| team.join().unwrap()).into()
            });
            // Jo is wanted by all three, who so meet at three times, one after another.
            times.sort_unstable();
            assert!(times.windows(2).all(|two| two[0].end() <= two[1].start()), "{times:?}");
            let day = time("2026-03-02T00:00:00Z/2026-03-03T00:00:00Z");
            let held = |name: &'static str| {
                let found = wait(office.view(|view| async move { bookings_of(&view, room(name), day).await }));
                found.map_err(|error: StoreError| error).unwrap().len()
            };
            assert_eq!(held("Spree") + held("Havel"), TEAMS.len());
        }
    }

    #[test]
    fn too_much_and_unknown_is_refused() {
        let office = Office::on(MemoryStore::new());
        rooms(&office);
        let refused = |wish: &TimeWish| search(&office, wish).unwrap_err().to_string();
        let many = (0..=MAX_SOUGHT_PEOPLE).map(|number| (person(&number.to_string()), hours())).collect();
        assert_eq!(
            refused(&TimeWish { required: many, optional: BTreeMap::new(), ..wish() }),
            "a time is looked for with 101 people: at most 100 are wanted"
        );
        let rooms = vec![room("Spree"); MAX_SOUGHT_ROOMS + 1];
        assert_eq!(refused(&TimeWish { rooms, ..wish() }), "a time is looked for in 101 rooms: at most 100 are wanted");
        let from = wish().window.start();
        let days = |days: i64| Interval::new(from, from + chrono::TimeDelta::days(days)).unwrap();
        assert!(search(&office, &TimeWish { window: days(MAX_SOUGHT_DAYS), ..wish() }).is_ok());
        let long = TimeWish { window: days(MAX_SOUGHT_DAYS + 1), ..wish() };
        assert!(matches!(search(&office, &long), Err(GatherTimeError::TooLong { .. })));
        let next_year = TimeWish { window: time("2027-03-02T00:00:00Z/2027-03-04T00:00:00Z"), ..wish() };
        assert!(matches!(search(&office, &next_year), Err(GatherTimeError::Hours { .. })));
        let unknown = TimeWish { rooms: vec![room("Oder")], ..wish() };
        assert!(matches!(search(&office, &unknown), Err(GatherTimeError::NoSuchRoom { .. })));
        wait(office.transact(&command("often"), |tx| async move {
            plan(&tx, person("Jo"), event("often", "20260301T000000Z", "RRULE:FREQ=SECONDLY\n")).await
        }))
        .unwrap();
        assert!(matches!(search(&office, &wish()), Err(GatherTimeError::TooBusy { .. })));
    }
}
