//! The laws of finding a time, numbered as in the crate's documentation, against a model that looks at every minute.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers that a test draws are small")]

#[cfg(test)]
mod law {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};
    use office_core::subject::PersonId;
    use office_core::{Interval, Zone};
    use office_scheduling::{
        Availability, Blocker, Buffers, Calendar, Constraint, Engagement, Invitee, Length, Preferences, Reason,
        RecurrenceSet, ResourceId, RoomOption, Series, TimeQuery, TimeQueryError, TimeSearch, TravelTimes,
        available_time,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    const DAYS: i64 = 2;
    const STEP: i64 = 20;
    /// Half a day, in steps of five minutes.
    const MARGIN: i64 = 144;

    fn minute(minute: i64) -> DateTime<Utc> {
        // From the beginning of Monday, 2 March 2026, on.
        DateTime::from_timestamp(1_772_409_600 + minute * 60, 0).unwrap()
    }

    fn span() -> impl Strategy<Value = Interval> {
        (-10_i64..DAYS * 288, 1_i64..60)
            .prop_map(|(from, length)| Interval::new(minute(from * 5), minute((from + length) * 5)).unwrap())
    }

    fn place() -> impl Strategy<Value = Option<String>> {
        select(&[None, Some("north"), Some("south"), Some("moon")][..]).prop_map(|place| place.map(str::to_owned))
    }

    fn long() -> impl Strategy<Value = Interval> {
        (-10_i64..300, 60_i64..400)
            .prop_map(|(from, length)| Interval::new(minute(from * 5), minute((from + length) * 5)).unwrap())
    }

    fn invitee() -> impl Strategy<Value = Invitee> {
        let busy = vec((span(), place()).prop_map(|(time, place)| Engagement { time, place }), 0..4);
        let seldom = || vec(span(), 0..2);
        (any::<bool>(), busy, vec(long(), 1..4), seldom(), seldom(), vec(long(), 0..2)).prop_map(
            |(required, busy, working, holidays, lunch, core)| Invitee {
                person: PersonId::natural("person", ""),
                required,
                busy,
                working,
                holidays,
                lunch,
                core,
            },
        )
    }

    fn room() -> impl Strategy<Value = RoomOption> {
        (place(), 1_u32..8, vec(span(), 0..4), vec(long(), 1..3), 0_u32..4, 0_u32..3, 0_u32..5).prop_map(
            |(place, capacity, held, open, before, after, penalty)| RoomOption {
                room: ResourceId::natural("room", ""),
                place,
                capacity,
                held,
                open,
                buffers: Buffers { set_up_seconds: before * 300, tear_down_seconds: after * 300 },
                penalty,
            },
        )
    }

    fn query() -> impl Strategy<Value = TimeQuery> {
        let weights = (0_u32..4, 0_u32..20, 0_u32..20, 0_u32..20, 0_u32..9);
        (vec(invitee(), 1..5), vec(room(), 0..3), place(), 1_i64..30, weights).prop_map(
            |(people, rooms, place, length, weights)| {
                let window = Interval::new(minute(0), minute(DAYS * 1_440)).unwrap();
                let mut query =
                    TimeQuery::new(window, u32::try_from(length * 300).unwrap(), u32::try_from(STEP * 60).unwrap());
                query.people = people;
                for (n, person) in query.people.iter_mut().enumerate() {
                    person.person = PersonId::natural("person", &n.to_string());
                }
                query.rooms = rooms;
                for (n, room) in query.rooms.iter_mut().enumerate() {
                    room.room = ResourceId::natural("room", &n.to_string());
                }
                query.place = place;
                query.travel = TravelTimes::default().with("north", "south", 1_500);
                let (earliest, not_lunch, core_hours, optional_people, room) = weights;
                query.preferences = Preferences { earliest, not_lunch, core_hours, optional_people, room };
                query
            },
        )
    }

    /// Every fifth minute: whether something holds then.
    type Marks = Vec<bool>;

    /// Every fifth minute, from half a day before the window on: whether it lies in one of the times.
    fn marks<'a>(times: impl IntoIterator<Item = &'a Interval>) -> Marks {
        let mut marks = vec![false; usize::try_from(MARGIN * 2 + DAYS * 288).unwrap()];
        for time in times {
            for (n, mark) in marks.iter_mut().enumerate() {
                *mark |= time.contains(minute((i64::try_from(n).unwrap() - MARGIN) * 5));
            }
        }
        marks
    }

    fn at(marks: &[bool], from: i64, to: i64) -> &[bool] {
        &marks[usize::try_from(from / 5 + MARGIN).unwrap()..usize::try_from(to / 5 + MARGIN).unwrap()]
    }

    /// A question looked at minute by minute; all its times are multiples of five.
    struct Model<'a> {
        query: &'a TimeQuery,
        // Busy times one by one, holidays and working time of each person.
        people: Vec<(Vec<Marks>, Marks, Marks)>,
        // When each room is held, and open.
        rooms: Vec<(Marks, Marks)>,
    }

    impl<'a> Model<'a> {
        fn of(query: &'a TimeQuery) -> Self {
            let busy = |person: &Invitee| person.busy.iter().map(|one| marks([&one.time])).collect();
            Self {
                query,
                people: query.people.iter().map(|one| (busy(one), marks(&one.holidays), marks(&one.working))).collect(),
                rooms: query.rooms.iter().map(|room| (marks(&room.held), marks(&room.open))).collect(),
            }
        }

        fn end(&self, from: i64) -> i64 {
            from + i64::from(self.query.length_seconds) / 60
        }

        /// What fails of a person for a meeting at a place.
        fn fails(&self, person: usize, place: Option<&str>, from: i64) -> Vec<Reason> {
            let to = self.end(from);
            let (busy, holidays, working) = &self.people[person];
            let taken = |marks: &[bool], from: i64, to: i64| at(marks, from, to).contains(&true);
            let on_the_way = busy.iter().zip(&self.query.people[person].busy).any(|(marks, one)| {
                let way = i64::from(self.query.travel.between(one.place.as_deref(), place)) / 60;
                way > 0 && taken(marks, from - way, to + way)
            });
            let rows = [
                (busy.iter().any(|marks| taken(marks, from, to)), Reason::Busy),
                (taken(holidays, from, to), Reason::Holiday),
                (at(working, from, to).contains(&false), Reason::OutsideHours),
                (on_the_way, Reason::Travel),
            ];
            rows.into_iter().filter(|(fails, _)| *fails).map(|(_, reason)| reason).collect()
        }

        fn room_fails(&self, room: usize, from: i64) -> Vec<Reason> {
            let (to, (held, open), option) = (self.end(from), &self.rooms[room], &self.query.rooms[room]);
            let before = i64::from(option.buffers.set_up_seconds) / 60;
            let after = i64::from(option.buffers.tear_down_seconds) / 60;
            let rows = [
                (option.capacity < u32::try_from(self.query.people.len()).unwrap(), Reason::TooSmall),
                (at(held, from - before, to + after).contains(&true), Reason::Held),
                (at(open, from, to).contains(&false), Reason::Closed),
            ];
            rows.into_iter().filter(|(fails, _)| *fails).map(|(_, reason)| reason).collect()
        }

        /// Where it would be in a room, or in none.
        fn place_of(&self, room: Option<usize>) -> Option<String> {
            room.and_then(|room| self.query.rooms[room].place.clone()).or_else(|| self.query.place.clone())
        }

        /// The rooms that are to be had, with their places.
        fn places(&self, from: i64) -> Vec<(Option<ResourceId>, Option<String>)> {
            if self.rooms.is_empty() {
                return vec![(None, self.place_of(None))];
            }
            let free = (0..self.rooms.len()).filter(|room| self.room_fails(*room, from).is_empty());
            free.map(|room| (Some(self.query.rooms[room].room), self.place_of(Some(room)))).collect()
        }

        fn missing(&self, place: Option<&str>, from: i64, required: bool) -> Vec<PersonId> {
            let people = self.query.people.iter().enumerate().filter(|(_, person)| person.required == required);
            people.filter(|(n, _)| !self.fails(*n, place, from).is_empty()).map(|(_, person)| person.person).collect()
        }

        fn fits(&self, from: i64) -> Vec<(Option<ResourceId>, Option<String>)> {
            let mut found = self.places(from);
            found.retain(|(_, place)| self.missing(place.as_deref(), from, true).is_empty());
            found
        }

        fn holds(&self, constraint: &Constraint, from: i64) -> bool {
            match constraint.who {
                Blocker::Person(id) => {
                    let person = self.query.people.iter().position(|person| person.person == id).unwrap();
                    let rooms = (0..self.rooms.len()).map(Some).chain(self.rooms.is_empty().then_some(None));
                    let mut places = rooms.map(|room| self.place_of(room));
                    self.query.people[person].required
                        && places.any(|place| self.fails(person, place.as_deref(), from).contains(&constraint.fails))
                }
                Blocker::Room(id) => {
                    let room = self.query.rooms.iter().position(|room| room.room == id).unwrap();
                    self.room_fails(room, from).contains(&constraint.fails)
                }
            }
        }
    }

    fn starts(query: &TimeQuery) -> impl Iterator<Item = i64> {
        let last = DAYS * 1_440 - i64::from(query.length_seconds) / 60;
        (0..=last).step_by(usize::try_from(STEP).unwrap())
    }

    fn minute_of(at: DateTime<Utc>) -> i64 {
        (at - minute(0)).num_minutes()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        /// Law 38: the slots are just what a look at every minute finds, and whatever is not among them fails for the
        /// reason told.
        #[test]
        fn slots_satisfy_every_constraint_and_the_rest_is_told_why(query in query()) {
            let search = TimeSearch::new(query.clone()).unwrap();
            let model = Model::of(&query);
            let slots = search.slots(usize::MAX);
            let mut found: Vec<i64> = slots.iter().map(|slot| minute_of(slot.time.start())).collect();
            found.sort_unstable();
            let expected: Vec<i64> = starts(&query).filter(|from| !model.fits(*from).is_empty()).collect();
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(search.count(), expected.len());
            for slot in &slots {
                let from = minute_of(slot.time.start());
                let (_, place) = model.fits(from).into_iter().find(|(room, _)| *room == slot.room).unwrap();
                prop_assert_eq!(&slot.missing, &model.missing(place.as_deref(), from, false));
                prop_assert!(search.why_not(slot.time.start()).is_empty());
            }
            let mut told = found;
            for run in search.rejected() {
                for from in (minute_of(run.first)..=minute_of(run.last)).step_by(usize::try_from(STEP).unwrap()) {
                    prop_assert!(model.holds(&run.fails, from), "{} at {}", run.fails, from);
                    let all = search.why_not(minute(from));
                    prop_assert!(all.contains(&run.fails) && all.iter().all(|one| model.holds(one, from)));
                    told.push(from);
                }
            }
            told.sort_unstable();
            prop_assert_eq!(told, starts(&query).collect::<Vec<_>>());
        }

        /// Law 38: the more somebody required is free, the more slots there are, never fewer.
        #[test]
        fn who_is_free_takes_no_slot_away(query in query(), which in any::<prop::sample::Index>()) {
            let before = TimeSearch::new(query.clone()).unwrap().count();
            let mut freer = query;
            let index = which.index(freer.people.len());
            let window = freer.window;
            let person = &mut freer.people[index];
            (person.busy, person.holidays, person.working) = (Vec::new(), Vec::new(), vec![window]);
            prop_assert!(TimeSearch::new(freer).unwrap().count() >= before);
        }

        /// Law 39: ranking is total, and what is worse in every preference never comes first.
        #[test]
        fn what_is_worse_in_everything_never_comes_first(query in query()) {
            let slots = TimeSearch::new(query.clone()).unwrap().slots(usize::MAX);
            prop_assert!(slots.windows(2).all(|pair| (pair[0].score.total(), pair[0].time.start()) < (pair[1].score.total(), pair[1].time.start())));
            for (n, slot) in slots.iter().enumerate() {
                let better = |other: &office_scheduling::Slot| slot.score.parts.iter().zip(&other.score.parts).all(|((_, a), (_, b))| a < b);
                prop_assert!(!slots[..n].iter().any(better));
            }
            prop_assert_eq!(&TimeSearch::new(query.clone()).unwrap().slots(3)[..], &slots[..slots.len().min(3)]);
        }

        /// Law 70, minute by minute.
        #[test]
        fn the_availability_that_goes_before_all_others_counts(
            parts in vec((0_u8..10, proptest::option::of(long()), 0_u32..1_440, 1_u32..600, any::<bool>()), 0..5),
            order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let mut told = BTreeSet::new();
            let parts: Vec<Availability> = parts
                .into_iter()
                .filter(|(priority, ..)| told.insert(*priority))
                .map(|(priority, within, from, length, daily)| {
                    let set = RecurrenceSet::new(minute(i64::from(from)).naive_utc(), Some(Zone::UTC));
                    let set = if daily { set.with_rule("FREQ=DAILY".parse().unwrap()) } else { set };
                    Availability { priority, within, hours: vec![Series::new(set, Length::of(0, length * 60).unwrap(), Zone::UTC)] }
                })
                .collect();
            let window = Interval::new(minute(0), minute(DAYS * 1_440)).unwrap();
            let free = available_time(&parts, window);
            let shuffled: Vec<Availability> = order.iter().filter_map(|n| parts.get(*n).cloned()).collect();
            prop_assert_eq!(&available_time(&shuffled, window), &free);
            prop_assert_eq!(&Interval::union(free.iter().copied()), &free);
            let hours: Vec<Vec<Interval>> = parts
                .iter()
                .map(|part| part.hours[0].within(window, 100).instances.into_iter().map(|one| one.interval).collect())
                .collect();
            for at in (0..DAYS * 1_440).step_by(7) {
                let speaks = parts.iter().zip(&hours).filter(|(part, _)| part.within.is_none_or(|within| within.contains(minute(at))));
                // 1 goes before 2 and so on; 0 is last.
                let first = speaks.min_by_key(|(part, _)| part.priority.wrapping_sub(1));
                let expected = first.is_none_or(|(_, hours)| hours.iter().any(|time| time.contains(minute(at))));
                prop_assert_eq!(free.iter().any(|time| time.contains(minute(at))), expected);
            }
        }

        /// Law 39: the best of what does not fit lacks as few people as can be, and names them.
        #[test]
        fn the_next_best_lacks_fewest(query in query()) {
            let search = TimeSearch::new(query.clone()).unwrap();
            let model = Model::of(&query);
            let found = search.next_best(usize::MAX);
            let mut counts = Vec::new();
            for one in &found {
                let from = minute_of(one.slot.time.start());
                let choices = model.places(from);
                let (_, place) = choices.iter().find(|(room, _)| *room == one.slot.room).unwrap();
                prop_assert_eq!(&one.required, &model.missing(place.as_deref(), from, true));
                let least = choices.iter().map(|(_, place)| model.missing(place.as_deref(), from, true).len()).min();
                prop_assert_eq!(Some(one.required.len()), least);
                counts.push(one.required.len());
            }
            prop_assert!(counts.is_sorted() && !counts.contains(&0));
            let expected = starts(&query).filter(|from| model.fits(*from).is_empty() && !model.places(*from).is_empty());
            prop_assert_eq!(found.len(), expected.count());
        }
    }

    #[test]
    fn what_cannot_be_looked_for_is_refused() {
        let window = Interval::new(minute(0), minute(60)).unwrap();
        let refused = |length, step, people| {
            TimeSearch::new(TimeQuery { people, ..TimeQuery::new(window, length, step) }).map(|search| search.count())
        };
        let jo = || vec![Invitee::required(PersonId::natural("person", "0"), [window])];
        assert_eq!(refused(0, 60, jo()), Err(TimeQueryError::NoLength));
        assert_eq!(refused(60, 0, jo()), Err(TimeQueryError::NoStep));
        assert_eq!(refused(3_601, 60, jo()), Err(TimeQueryError::TooLong { seconds: 3_601, window }));
        assert_eq!(refused(60, 60, Vec::new()), Err(TimeQueryError::Nobody));
        assert_eq!(refused(60, 60, jo()), Ok(60));
        let years = Interval::new(minute(0), minute(60 * 24 * 365 * 5)).unwrap();
        let many = TimeSearch::new(TimeQuery { people: jo(), ..TimeQuery::new(years, 60, 60) });
        assert_eq!(many.unwrap_err(), TimeQueryError::TooManyStarts { starts: 60 * 24 * 365 * 5 });
    }

    /// An example of RFC 7953: while somebody travels, other hours hold.
    #[test]
    fn availability_is_read_from_a_file() {
        let file = include_bytes!("cases/ics/rfc_7953_3.ics");
        let parts = Calendar::read("rfc_7953_3.ics", file).unwrap().availability(Zone::UTC).unwrap();
        let shown = |day: &str| {
            let free = available_time(&parts, day.parse().unwrap());
            free.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        // Nine to five in Montreal, then for a week in Denver, then in Montreal for ever.
        assert_eq!(shown("2011-10-18T00:00:00Z/2011-10-19T00:00:00Z"), "2011-10-18T13:00:00Z/2011-10-18T21:00:00Z");
        assert_eq!(shown("2011-10-25T00:00:00Z/2011-10-26T00:00:00Z"), "2011-10-25T15:00:00Z/2011-10-25T23:00:00Z");
        assert_eq!(shown("2030-01-15T00:00:00Z/2030-01-16T00:00:00Z"), "2030-01-15T14:00:00Z/2030-01-15T22:00:00Z");
    }
}
