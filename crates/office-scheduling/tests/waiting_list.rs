//! The laws of shared places: pools, waiting, offers and release, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes in October 2026")]
mod law {
    use std::collections::BTreeMap;
    use std::sync::Barrier;
    use std::thread;

    use chrono::{DateTime, TimeDelta, Utc};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Command, DateRange, Entity, Holidays, Id, Interval, MemoryStore, Office, Role, StoreError, Tx,
        WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
    };
    use office_scheduling::{
        BookEquipmentError, BookError, BookRefusal, Booking, BookingRequest, BookingRequestParts, BookingSource,
        BookingStatus, Buffers, CancelBookingFlowError, JoinWaitingListError, MoveBookingError, ResourceBookingId,
        ResourceDetails, ResourceId, ResourceKind, ResourceParts, WaitingListEntry, WaitingListEntryId,
        WaitingListFact, WaitingStatus, Wanted, accept_offer, attendance_of, book, book_equipment, bookings_of,
        cancel_booking, end_booking, fall_due_bookings, join_waiting_list, leave_waiting_list, move_booking,
        promote_waiting, register_resource,
    };
    use office_scratch::offices;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    /// How long an offer stands, in minutes.
    const OFFER: i64 = 20;
    /// How many minutes people may be late for what asks them to check in.
    const GRACE: i64 = 15;

    fn origin() -> DateTime<Utc> {
        "2026-10-24T22:00:00Z".parse().unwrap()
    }

    fn at(minute: i64) -> DateTime<Utc> {
        origin() + TimeDelta::minutes(minute)
    }

    fn time(from: i64, length: i64) -> Interval {
        Interval::starting(at(from), TimeDelta::minutes(length)).unwrap()
    }

    fn whole() -> Interval {
        time(-600, 2_000)
    }

    fn person() -> PersonId {
        PersonId::natural("person", "E-004")
    }

    fn command(key: &str, minute: i64) -> Command {
        Command::new(key, "test", Actor::new(person(), Role::new("office_manager")), at(minute)).unwrap()
    }

    fn resource(number: usize) -> ResourceId {
        ResourceId::natural("resource", &number.to_string())
    }

    fn booking(key: &str) -> ResourceBookingId {
        ResourceBookingId::natural("booking", key)
    }

    fn request(time: Interval, people: u32, units: u32) -> BookingRequest {
        BookingRequest::new(time, person(), people, "a talk").unwrap().of_units(units).unwrap()
    }

    /// The office always works.
    fn hours() -> WorkingCalendar {
        let valid = DateRange::year(2026).unwrap();
        let (week, holidays) = (WeeklyHours::daily("00:00-24:00".parse().unwrap()), Holidays::none(valid));
        let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
        WorkingCalendar::new(plan).unwrap()
    }

    /// A small room that asks people to check in, a large one, and three projectors; buffers in minutes.
    struct Thing {
        kind: ResourceKind,
        capacity: u32,
        count: u32,
        before: i64,
        after: i64,
        check_in: bool,
    }

    const THINGS: [Thing; 3] = [
        Thing { kind: ResourceKind::Room, capacity: 4, count: 1, before: 5, after: 10, check_in: true },
        Thing { kind: ResourceKind::Room, capacity: 8, count: 1, before: 0, after: 0, check_in: false },
        Thing { kind: ResourceKind::Equipment, capacity: 1, count: 3, before: 10, after: 5, check_in: true },
    ];

    fn prepare(office: &Office) {
        let seconds = |minutes: i64| u32::try_from(60 * minutes).unwrap();
        wait(office.transact(&command("prepare", -600), |tx| async move {
            for (number, one) in THINGS.iter().enumerate() {
                let details = ResourceDetails::new(ResourceParts {
                    name: number.to_string(),
                    kind: one.kind,
                    capacity: one.capacity,
                    count: one.count,
                    hours: WeeklyHours::daily("00:00-24:00".parse()?),
                    buffers: Buffers { set_up_seconds: seconds(one.before), tear_down_seconds: seconds(one.after) },
                    check_in_seconds: one.check_in.then_some(seconds(GRACE)),
                    ..ResourceParts::default()
                })?;
                register_resource(&tx, resource(number), details).await?;
            }
            Ok::<_, Failure>(())
        }))
        .unwrap();
    }

    #[derive(Clone, Debug)]
    enum Step {
        Book { of: usize, from: i64, length: i64, units: u32 },
        Equip { which: Index, units: u32 },
        Move { which: Index, of: usize, from: i64 },
        Cancel { which: Index },
        CheckIn { which: Index },
        End { which: Index },
        Wait { of: Option<usize>, from: i64, length: i64, people: u32 },
        Promote,
        Accept { which: Index },
        Leave { which: Index },
        FallDue { most: usize },
        Pass { minutes: i64 },
    }

    fn steps() -> impl Strategy<Value = Step> {
        let which = any::<Index>;
        let from = || (0_i64..40).prop_map(|n| 5 * n);
        let length = || (1_i64..12).prop_map(|n| 5 * n);
        prop_oneof![
            6 => (0_usize..3, from(), length(), 1_u32..4)
                .prop_map(|(of, from, length, units)| Step::Book { of, from, length, units }),
            2 => (which(), 1_u32..4).prop_map(|(which, units)| Step::Equip { which, units }),
            2 => (which(), 0_usize..3, from()).prop_map(|(which, of, from)| Step::Move { which, of, from }),
            3 => which().prop_map(|which| Step::Cancel { which }),
            2 => which().prop_map(|which| Step::CheckIn { which }),
            2 => which().prop_map(|which| Step::End { which }),
            4 => (proptest::option::of(0_usize..3), from(), length(), 1_u32..10)
                .prop_map(|(of, from, length, people)| Step::Wait { of, from, length, people }),
            4 => Just(Step::Promote),
            2 => which().prop_map(|which| Step::Accept { which }),
            1 => which().prop_map(|which| Step::Leave { which }),
            3 => (1_usize..4).prop_map(|most| Step::FallDue { most }),
            3 => (1_i64..5).prop_map(|n| Step::Pass { minutes: 5 * n }),
        ]
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Stands {
        Held(i64),
        Confirmed,
        Came,
        Left,
        Missed,
        Gone,
    }

    /// A booking as a look at every minute knows it.
    #[derive(Clone, Copy, Debug)]
    struct Plain {
        id: ResourceBookingId,
        of: usize,
        from: i64,
        to: i64,
        people: u32,
        units: u32,
        with: Option<usize>,
        stands: Stands,
    }

    impl Plain {
        fn holds(&self) -> bool {
            matches!(self.stands, Stands::Held(_) | Stands::Confirmed | Stands::Came | Stands::Left)
        }

        fn due(&self) -> Option<i64> {
            match self.stands {
                Stands::Held(until) => Some(until),
                Stands::Confirmed if THINGS[self.of].check_in && self.with.is_none() => Some(self.from + GRACE),
                Stands::Confirmed | Stands::Came | Stands::Left | Stands::Missed | Stands::Gone => None,
            }
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Waits {
        Waiting,
        Offered,
        Over,
    }

    #[derive(Clone, Copy, Debug)]
    struct Waiter {
        id: WaitingListEntryId,
        of: Option<usize>,
        from: i64,
        to: i64,
        people: u32,
        since: i64,
        waits: Waits,
    }

    #[derive(Default)]
    struct Model {
        now: i64,
        bookings: Vec<Plain>,
        waiters: Vec<Waiter>,
    }

    impl Model {
        /// Laws 90 and 94, minute by minute.
        fn is_free(&self, but: Option<ResourceBookingId>, of: usize, (from, to): (i64, i64), units: u32) -> bool {
            let kind = &THINGS[of];
            (from - kind.before..to + kind.after).step_by(5).all(|minute| {
                let there = self.bookings.iter().filter(|one| one.holds() && one.of == of && Some(one.id) != but);
                let taken = there.filter(|one| (one.from - kind.before..one.to + kind.after).contains(&minute));
                taken.map(|one| one.units).sum::<u32>() + units <= kind.count
            })
        }

        /// Ends what goes with a booking.
        fn follow(&mut self, main: usize, stands: Stands, to: Option<i64>) {
            for one in self.bookings.iter_mut().filter(|one| one.with == Some(main) && one.holds()) {
                one.stands = stands;
                one.to = to.unwrap_or(one.to);
            }
        }

        /// Law 91: a walk through the list.
        fn promote(&mut self) -> Vec<WaitingListEntryId> {
            let mut order: Vec<usize> = (0..self.waiters.len()).collect();
            order.sort_by_key(|index| (self.waiters[*index].since, self.waiters[*index].id));
            let mut offered = Vec::new();
            for index in order {
                let one = self.waiters[index];
                if one.waits != Waits::Waiting {
                    continue;
                }
                if one.from <= self.now {
                    self.waiters[index].waits = Waits::Over;
                    continue;
                }
                let places = one.of.map_or_else(|| vec![0, 1], |of| vec![of]);
                let fit =
                    |of: &usize| THINGS[*of].kind == ResourceKind::Equipment || one.people <= THINGS[*of].capacity;
                let free = places.into_iter().filter(fit).find(|of| self.is_free(None, *of, (one.from, one.to), 1));
                if let Some(of) = free {
                    let stands = Stands::Held((self.now + OFFER).min(one.from));
                    let id = WaitingListEntry::booking_of(one.id);
                    self.bookings.push(Plain {
                        id,
                        of,
                        from: one.from,
                        to: one.to,
                        people: one.people,
                        units: 1,
                        with: None,
                        stands,
                    });
                    self.waiters[index].waits = Waits::Offered;
                    offered.push(one.id);
                }
            }
            offered
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each thing that is done")]
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is left has nothing to be done to")]
    /// Carries a step out in both; whether it is done is the same.
    fn take(office: &Office, model: &mut Model, key: &str, step: &Step) -> Result<(), TestCaseError> {
        let now = model.now;
        let (bookings, waiters) = (model.bookings.len(), model.waiters.len());
        let command = command(key, now);
        match *step {
            Step::Book { of, from, length, units } => {
                let wanted = request(time(from, length), 1, units);
                let done = wait(office.transact(&command, |tx| {
                    let wanted = wanted.clone();
                    async move { book(&tx, resource(of), booking(key), wanted).await }
                }));
                let free = units <= THINGS[of].count && model.is_free(None, of, (from, from + length), units);
                prop_assert_eq!(done.is_ok(), free, "{:?}", done);
                if free {
                    let (id, stands) = (booking(key), Stands::Confirmed);
                    model.bookings.push(Plain {
                        id,
                        of,
                        from,
                        to: from + length,
                        people: 1,
                        units,
                        with: None,
                        stands,
                    });
                }
            }
            Step::Equip { which, units } if bookings > 0 => {
                let main = which.index(bookings);
                let one = model.bookings[main];
                let done = wait(office.transact(&command, |tx| async move {
                    book_equipment(&tx, one.id, resource(2), booking(key), units).await
                }));
                let stands = matches!(one.stands, Stands::Confirmed | Stands::Came) && one.with.is_none();
                let free = stands && model.is_free(None, 2, (one.from, one.to), units);
                prop_assert_eq!(done.is_ok(), free, "{:?}", done);
                if free {
                    let (id, stands) = (booking(key), Stands::Confirmed);
                    model.bookings.push(Plain { id, of: 2, units, with: Some(main), stands, ..one });
                }
            }
            Step::Move { which, of, from } if bookings > 0 => move_in_both(office, model, &command, (which, of, from))?,
            Step::Cancel { which } if bookings > 0 => {
                let index = which.index(bookings);
                let one = model.bookings[index];
                let done = wait(office.transact(&command, |tx| async move { cancel_booking(&tx, one.id).await }));
                let can = one.stands == Stands::Confirmed && now < one.to;
                // What was called off before is recognised.
                prop_assert!(done.is_ok() == can || one.stands == Stands::Gone, "{:?}", done);
                if can {
                    model.bookings[index].stands = Stands::Gone;
                    model.follow(index, Stands::Gone, None);
                }
            }
            Step::CheckIn { which } if bookings > 0 => {
                let index = which.index(bookings);
                let one = model.bookings[index];
                let done = wait(office.transact(&command, |tx| async move {
                    let found: Booking = tx.load(one.id).await?;
                    let decision = found.check_in(person(), tx.command().at())?;
                    tx.decide::<Booking>(one.id, decision).await?;
                    Ok::<_, Failure>(())
                }));
                let can = one.stands == Stands::Confirmed && one.from - THINGS[one.of].before <= now && now < one.to;
                prop_assert_eq!(done.is_ok(), can || one.stands == Stands::Came, "{:?}", done);
                if can {
                    model.bookings[index].stands = Stands::Came;
                }
            }
            Step::End { which } if bookings > 0 => {
                let index = which.index(bookings);
                let one = model.bookings[index];
                let done = wait(office.transact(&command, |tx| async move { end_booking(&tx, one.id).await }));
                let can = one.stands == Stands::Came && one.from < now && now < one.to;
                prop_assert_eq!(done.is_ok(), can || one.stands == Stands::Left, "{:?}", done);
                if can {
                    model.bookings[index].stands = Stands::Left;
                    model.bookings[index].to = now;
                    model.follow(index, Stands::Left, Some(now));
                }
            }
            Step::Wait { of, from, length, people } => {
                let id = WaitingListEntryId::natural("waiting", key);
                let wanted =
                    of.map_or(Wanted::Any { kind: ResourceKind::Room }, |of| Wanted::This { resource: resource(of) });
                let asked = request(time(from, length), people, 1);
                let done = wait(office.transact(&command, |tx| {
                    let asked = asked.clone();
                    async move { join_waiting_list(&tx, id, wanted, asked).await }
                }));
                let fits = match of {
                    Some(2) => true,
                    Some(of) => people <= THINGS[of].capacity,
                    None => people <= 8,
                };
                prop_assert_eq!(done.is_ok(), fits && now < from, "{:?}", done);
                if done.is_ok() {
                    let to = from + length;
                    model.waiters.push(Waiter { id, of, from, to, people, since: now, waits: Waits::Waiting });
                }
            }
            Step::Promote => {
                let offer = u32::try_from(60 * OFFER).unwrap();
                let promotion =
                    wait(office.transact(&command, |tx| async move { promote_waiting(&tx, whole(), offer).await }));
                let offered: Vec<_> = promotion.unwrap().offered.iter().map(|one| one.entry).collect();
                prop_assert_eq!(offered, model.promote());
            }
            Step::Accept { which } if waiters > 0 => {
                let index = which.index(waiters);
                let one = model.waiters[index];
                let held = model.bookings.iter().position(|other| other.id == WaitingListEntry::booking_of(one.id));
                let done = wait(office.transact(&command, |tx| async move { accept_offer(&tx, one.id, None).await }));
                let open =
                    held.filter(|held| matches!(model.bookings[*held].stands, Stands::Held(until) if now < until));
                if let Some(held) = open {
                    prop_assert!(done.is_ok(), "{:?}", done);
                    model.bookings[held].stands = Stands::Confirmed;
                    model.waiters[index].waits = Waits::Over;
                } else if one.waits != Waits::Over {
                    prop_assert!(done.is_err());
                }
            }
            Step::Leave { which } if waiters > 0 => {
                let index = which.index(waiters);
                let one = model.waiters[index];
                let done = wait(office.transact(&command, |tx| async move { leave_waiting_list(&tx, one.id).await }));
                prop_assert!(done.is_ok() || one.waits == Waits::Over, "{:?}", done);
                if one.waits == Waits::Offered {
                    let id = WaitingListEntry::booking_of(one.id);
                    model
                        .bookings
                        .iter_mut()
                        .filter(|other| other.id == id)
                        .for_each(|held| held.stands = Stands::Gone);
                }
                model.waiters[index].waits = Waits::Over;
            }
            Step::FallDue { most } => fall_due_in_both(office, model, &command, most)?,
            Step::Pass { minutes } => model.now += minutes,
            // There is nothing to do it to.
            _ => {}
        }
        Ok(())
    }

    fn move_in_both(
        office: &Office,
        model: &mut Model,
        command: &Command,
        (which, of, from): (Index, usize, i64),
    ) -> Result<(), TestCaseError> {
        let index = which.index(model.bookings.len());
        let one = model.bookings[index];
        let to = from + one.to - one.from;
        let wanted = time(from, one.to - one.from);
        let done =
            wait(office.transact(command, |tx| async move { move_booking(&tx, one.id, resource(of), wanted).await }));
        let same = (one.of, one.from) == (of, from);
        let fits = |of: usize, one: &Plain| {
            let kind = &THINGS[of];
            one.units <= kind.count && (kind.kind == ResourceKind::Equipment || one.people <= kind.capacity)
        };
        let mut can = one.stands == Stands::Confirmed;
        can = can && (same || fits(of, &one) && model.is_free(Some(one.id), of, (from, to), one.units));
        let with: Vec<Plain> =
            model.bookings.iter().filter(|other| other.with == Some(index) && other.holds()).copied().collect();
        // Each is looked at beside all others as they are, those that move with it included.
        can = can && with.iter().all(|other| same || model.is_free(Some(other.id), 2, (from, to), other.units));
        prop_assert_eq!(done.is_ok(), can, "{:?}", done);
        if can {
            for other in
                model.bookings.iter_mut().filter(|other| other.id == one.id || with.iter().any(|w| w.id == other.id))
            {
                (other.from, other.to) = (from, to);
            }
            model.bookings[index].of = of;
        }
        Ok(())
    }

    /// Law 93: what nobody checked into in time is released, what nobody answered expires, the earliest first.
    fn fall_due_in_both(
        office: &Office,
        model: &mut Model,
        command: &Command,
        most: usize,
    ) -> Result<(), TestCaseError> {
        let (now, hours) = (model.now, &hours());
        let fallen =
            wait(office.transact(command, |tx| async move { fall_due_bookings(&tx, hours, most).await })).unwrap();
        let mut due: Vec<(i64, String, usize)> = model
            .bookings
            .iter()
            .enumerate()
            .filter_map(|(index, one)| Some((one.due().filter(|due| *due <= now)?, one.id.to_string(), index)))
            .collect();
        due.sort();
        prop_assert_eq!(fallen.more, due.len() > most);
        prop_assert_eq!(fallen.changed.len(), due.len().min(most));
        for (_, _, index) in due.into_iter().take(most) {
            let one = model.bookings[index];
            prop_assert!(fallen.changed.contains_key(&one.id));
            if matches!(one.stands, Stands::Held(_)) {
                model.bookings[index].stands = Stands::Gone;
                let entry = one.id.retag();
                model.waiters.iter_mut().filter(|other| other.id == entry).for_each(|other| other.waits = Waits::Over);
            } else {
                model.bookings[index].stands = Stands::Missed;
                model.follow(index, Stands::Gone, None);
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// Laws 90 to 94 for one writer.
        #[test]
        fn a_history_goes_as_a_look_at_every_minute_says(steps in vec(steps(), 1..60)) {
            let office = Office::on(MemoryStore::new());
            prepare(&office);
            let mut model = Model { now: -30, ..Model::default() };
            for (number, step) in steps.iter().enumerate() {
                take(&office, &mut model, &format!("step:{number}"), step)?;
            }
            for of in 0..3 {
                let held = wait(office.view(|view| async move { bookings_of(&view, resource(of), whole()).await }));
                let mut found: Vec<_> = held.unwrap().iter().map(|(id, one)| (*id, one.time(), one.request().units())).collect();
                let there = model.bookings.iter().filter(|one| one.holds() && one.of == of);
                let mut expected: Vec<_> = there.map(|one| (one.id, time(one.from, one.to - one.from), one.units)).collect();
                found.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(found, expected);
            }
            let figures = wait(office.view(|view| async move { attendance_of(&view, person(), whole()).await })).unwrap();
            let count = |stands: &[Stands]| {
                let counted = model.bookings.iter().filter(|one| one.with.is_none() && stands.contains(&one.stands)).count();
                u32::try_from(counted).unwrap()
            };
            let missed = count(&[Stands::Missed]);
            prop_assert_eq!((figures.missed, figures.limited), (missed, false));
            prop_assert_eq!(figures.kept, count(&[Stands::Came, Stands::Left]));
            for waiter in &model.waiters {
                let entry = wait(office.view(|view| async move { view.load::<WaitingListEntry>(waiter.id).await })).unwrap();
                let waits = match entry.status() {
                    WaitingStatus::Waiting => Waits::Waiting,
                    WaitingStatus::Offered { .. } => Waits::Offered,
                    WaitingStatus::Accepted { .. } | WaitingStatus::Left { .. } | WaitingStatus::Lapsed { .. } => Waits::Over,
                };
                prop_assert_eq!(waits, waiter.waits);
            }
        }
    }

    /// Whether another writer was in the way.
    fn is_conflict(error: &Failure) -> bool {
        let of_book = |error: &BookError| matches!(error, BookError::Store(error) if error.is_conflict());
        let of_cancel = |error: &CancelBookingFlowError| matches!(error, CancelBookingFlowError::Store(error) if error.is_conflict());
        error.downcast_ref::<StoreError>().is_some_and(StoreError::is_conflict)
            || error.downcast_ref().is_some_and(of_book)
            || error.downcast_ref().is_some_and(of_cancel)
    }

    /// Does something until no other writer was in the way.
    fn insist<T, F, Fut>(office: &Office, key: &str, run: F) -> Result<T, Failure>
    where
        F: Fn(Tx) -> Fut + Sync,
        Fut: Future<Output = Result<T, Failure>> + Send,
        T: serde::Serialize + serde::de::DeserializeOwned + Send,
    {
        loop {
            match wait(office.transact(&command(key, -60), &run)) {
                Err(error) if is_conflict(&error) => {}
                other => return other,
            }
        }
    }

    /// Laws 90 to 92 for many writers: in each round two call their bookings off and ask for promotion, two wait for
    /// either time, and somebody who has not waited asks for it as well.
    #[test]
    fn two_at_once_never_have_one_place() {
        let (_places, offices) = offices();
        for office in &offices {
            prepare(office);
            for round in 0..4 {
                let (day, name) = (round * 180, |what: &str| format!("{what}:{round}"));
                let wanted = move |from: i64, length: i64| request(time(day + from, length), 2, 1);
                insist(office, &name("begin"), |tx| async move {
                    book(&tx, resource(1), booking(&format!("first:{round}")), wanted(0, 30)).await?;
                    book(&tx, resource(1), booking(&format!("second:{round}")), wanted(30, 30)).await?;
                    for (entry, from, length) in [("a", 0, 60), ("b", 15, 15), ("c", 30, 30)] {
                        let id = Id::natural("waiting", &format!("{entry}:{round}"));
                        join_waiting_list(&tx, id, Wanted::This { resource: resource(1) }, wanted(from, length))
                            .await?;
                    }
                    Ok(())
                })
                .unwrap();
                let barrier = &Barrier::new(3);
                thread::scope(|scope| {
                    for which in ["first", "second"] {
                        scope.spawn(move || {
                            barrier.wait();
                            insist(office, &format!("cancel:{which}:{round}"), |tx| async move {
                                cancel_booking(&tx, booking(&format!("{which}:{round}"))).await?;
                                Ok(())
                            })
                            .unwrap();
                            insist(office, &format!("promote:{which}:{round}"), |tx| async move {
                                Ok(promote_waiting(&tx, time(day, 60), 3_600).await?)
                            })
                            .unwrap();
                        });
                    }
                    scope.spawn(move || {
                        barrier.wait();
                        let outcome = insist(office, &format!("book:{round}"), |tx| async move {
                            book(&tx, resource(1), booking(&format!("other:{round}")), wanted(10, 30))
                                .await
                                .map_err(Failure::from)
                        });
                        if let Err(refused) = outcome {
                            assert!(matches!(
                                refused.downcast_ref(),
                                Some(BookError::Refused(BookRefusal::Held { .. }))
                            ));
                        }
                    });
                });
                let held =
                    wait(office.view(|view| async move { bookings_of(&view, resource(1), time(day, 60)).await }))
                        .unwrap();
                assert!(held.windows(2).all(|pair| pair[0].1.held().end() <= pair[1].1.held().start()), "{held:?}");
                // Whoever came last has found the place or left it to somebody: it is not empty.
                assert!(!held.is_empty());
                assert!(held.iter().all(|(_, one)| one.status().holds()));
            }
        }
    }

    /// Law 92: what nobody takes goes to the next, in the order of waiting.
    #[test]
    fn an_offer_that_is_not_taken_goes_to_the_next() {
        let (_places, offices) = offices();
        for office in &offices {
            prepare(office);
            let [first, second] = ["first", "second"].map(|name| WaitingListEntryId::natural("waiting", name));
            let act = |key: &str, minute: i64| command(key, minute);
            for (minute, entry) in [(-59, second), (-60, first)] {
                let asked = request(time(60, 30), 2, 1);
                wait(office.transact(&act(&format!("join:{minute}"), minute), |tx| {
                    let asked = asked.clone();
                    async move { join_waiting_list(&tx, entry, Wanted::Any { kind: ResourceKind::Room }, asked).await }
                }))
                .unwrap();
            }
            let block = request(time(0, 200), 2, 1);
            wait(office.transact(&act("block", -58), |tx| {
                let block = block.clone();
                async move { book(&tx, resource(1), booking("block"), block).await }
            }))
            .unwrap();
            let promote = |key: &str, minute: i64| {
                let freed = time(0, 100);
                let promotion = wait(
                    office.transact(&act(key, minute), |tx| async move { promote_waiting(&tx, freed, 600).await }),
                );
                promotion.unwrap().offered.iter().map(|offer| (offer.entry, offer.resource)).collect::<Vec<_>>()
            };
            assert_eq!(promote("promote", -50), [(first, resource(0))]);
            assert!(promote("again", -45).is_empty());
            let hours = &hours();
            let due = |key: &str, minute: i64| {
                wait(office.transact(&act(key, minute), |tx| async move { fall_due_bookings(&tx, hours, 10).await }))
                    .unwrap()
            };
            assert!(due("early", -41).changed.is_empty());
            assert!(matches!(due("due", -40).changed.values().next(), Some(BookingStatus::Expired { .. })));
            assert_eq!(promote("next", -40), [(second, resource(0))]);
            let accepted = |key: &str, entry: WaitingListEntryId| {
                wait(office.transact(&act(key, -39), |tx| async move { accept_offer(&tx, entry, None).await }))
            };
            assert!(accepted("too-late", first).is_err());
            accepted("in-time", second).unwrap();
            let status = wait(office.view(|view| async move {
                let found: Booking = view.load(WaitingListEntry::booking_of(second)).await?;
                Ok::<_, StoreError>(found.status())
            }));
            assert_eq!(status.unwrap(), BookingStatus::Confirmed);
        }
    }

    #[test]
    fn who_can_never_be_served_does_not_wait() {
        let office = Office::on(MemoryStore::new());
        prepare(&office);
        let join = |key: &str, wanted: Wanted, people: u32, minute: i64| {
            let asked = request(time(60, 30), people, 1);
            let id = WaitingListEntryId::natural("waiting", key);
            wait(office.transact(&command(key, minute), |tx| {
                let asked = asked.clone();
                async move { join_waiting_list(&tx, id, wanted, asked).await }
            }))
        };
        let rooms = Wanted::Any { kind: ResourceKind::Room };
        assert!(matches!(join("many", rooms, 9, 0), Err(JoinWaitingListError::NoneFits { .. })));
        assert!(matches!(join("late", rooms, 2, 60), Err(JoinWaitingListError::Begun { .. })));
        let small = Wanted::This { resource: resource(0) };
        let refused = join("small", small, 5, 0).unwrap_err();
        assert_eq!(refused.to_string(), "5 people are too many for the room: at most 4 are wanted");
        let nowhere = Wanted::This { resource: resource(9) };
        assert!(matches!(
            join("nowhere", nowhere, 1, 0),
            Err(JoinWaitingListError::Never(BookRefusal::NoSuchResource { .. }))
        ));
    }

    #[test]
    fn equipment_goes_with_a_booking_that_stands() {
        let office = Office::on(MemoryStore::new());
        prepare(&office);
        let equip = |key: &str, main: &str| {
            let main = booking(main);
            wait(office.transact(&command(key, -60), |tx| async move {
                book_equipment(&tx, main, resource(2), booking(key), 2).await
            }))
        };
        assert!(matches!(equip("early", "talk"), Err(BookEquipmentError::NoSuchBooking { .. })));
        let talk = request(time(60, 60), 2, 1);
        let book_talk = |key: &str| {
            wait(office.transact(&command(key, -60), |tx| {
                let talk = talk.clone();
                async move { book(&tx, resource(1), booking("talk"), talk).await }
            }))
        };
        book_talk("talk").unwrap();
        equip("two", "talk").unwrap();
        assert!(matches!(equip("of-two", "two"), Err(BookEquipmentError::OfEquipment { .. })));
        assert!(matches!(
            equip("two-more", "talk"),
            Err(BookEquipmentError::Book(BookError::Refused(BookRefusal::Held { .. })))
        ));
        // Another talk has the rest of the projectors later: the first cannot move there, though the room is free.
        let other = request(time(150, 30), 1, 2);
        wait(office.transact(&command("other", -60), |tx| {
            let other = other.clone();
            async move { book(&tx, resource(2), booking("other"), other).await }
        }))
        .unwrap();
        let moved = wait(office.transact(&command("move", -60), |tx| async move {
            move_booking(&tx, booking("talk"), resource(1), time(120, 60)).await
        }));
        assert!(matches!(moved, Err(MoveBookingError::Refused(BookRefusal::Held { .. }))));
    }

    #[test]
    fn facts_and_states_are_stored_like_this() {
        let source = BookingSource::With { booking: booking("talk") };
        let asked = request(time(60, 30), 2, 3);
        let asked = BookingRequest::try_from(BookingRequestParts { source, ..asked.parts().clone() }).unwrap();
        let joined = WaitingListEntry::join(Wanted::This { resource: resource(0) }, asked, at(0));
        let mut entry = WaitingListEntry::open(&joined).unwrap();
        let offered = WaitingListFact::Offered { resource: resource(0), until: at(20) };
        entry.apply(&offered);
        let accepted = entry.accept(person(), at(10)).unwrap().fact().unwrap();
        let left = entry.leave(person(), at(10)).unwrap().fact().unwrap();
        insta::assert_json_snapshot!((joined, offered, accepted, left, WaitingListFact::Lapsed { at: at(20) }, entry));
    }
}
