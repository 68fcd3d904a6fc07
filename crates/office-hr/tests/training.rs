//! Training: who has a seat, who waits, how it went.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::NaiveDate;
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Command, DateRange, Entity, Grant, Id, MemoryStore, Office, Role, Scope,
        Zone, wait,
    };
    use office_hr::{
        Certification, CertificationRules, CertificationTerms, Course, ExpiryDay, PlanSession, SeatPlace,
        TrainingError, TrainingFact, TrainingOutcome, TrainingResult, TrainingRules, TrainingSession, book_seat,
        cancel_session, give_up_seat, plan_session, record_result, resize_session,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn today() -> NaiveDate {
        date("2026-09-01")
    }

    fn person(number: usize) -> PersonId {
        Id::natural("person", &format!("E-{number}"))
    }

    fn trainer() -> Actor {
        Actor::new(Id::natural("person", "E-900"), Role::new("training_officer"))
    }

    fn rules() -> TrainingRules {
        let terms = CertificationTerms { months: Some(24), ends: ExpiryDay::SameDay, carries_on_days: None };
        let mut certifications = CertificationRules::default();
        certifications.publish(date("2026-01-01"), BTreeMap::from([("first aid".to_owned(), terms)])).unwrap();
        TrainingRules { arrange: "training.arrange".parse().unwrap(), certifications }
    }

    fn book() -> AuthorityBook {
        let (valid, scope) = (DateRange::year(2026).unwrap(), Scope::anywhere());
        let (Actor { person, role, .. }, action) = (trainer(), "training.arrange".parse().unwrap());
        let mut book = AuthorityBook::default();
        book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
        book.appointments.push(Appointment { person, role, scope, valid });
        book
    }

    fn plan(seats: u32, waiting: u32, time: &str) -> PlanSession {
        PlanSession {
            course: Course { name: "First aid".into(), certifies: Some("first aid".into()), asks: BTreeSet::new() },
            time: time.parse().unwrap(),
            zone: "Europe/Berlin".parse().unwrap(),
            seats,
            waiting,
            book_until: date("2026-09-30"),
            on: today(),
        }
    }

    fn first_aid(seats: u32, waiting: u32) -> PlanSession {
        plan(seats, waiting, "2026-10-05T07:00:00Z/2026-10-05T15:00:00Z")
    }

    fn session(name: &str) -> Id<TrainingSession> {
        Id::natural("training_session", name)
    }

    fn command(key: &str, by: Actor, at: &str) -> Command {
        Command::new(key, "training", by, at.parse().unwrap()).unwrap()
    }

    const EARLY: &str = "2026-09-01T08:00:00Z";
    const LATE: &str = "2026-10-05T16:00:00Z";

    fn planned(office: &Office, name: &str, plan: &PlanSession) -> Id<TrainingSession> {
        let (id, rules, book) = (session(name), &rules(), &book());
        let planning = |tx| async move { plan_session(&tx, id, plan, rules, book).await };
        wait(office.transact(&command(&format!("plan-{name}"), trainer(), EARLY), planning)).unwrap();
        id
    }

    fn own(number: usize) -> Actor {
        Actor::new(person(number), Role::new("employee"))
    }

    fn seat(office: &Office, key: &str, id: Id<TrainingSession>, number: usize) -> Result<SeatPlace, TrainingError> {
        let (rules, book) = (&rules(), &book());
        wait(office.transact(&command(key, own(number), EARLY), |tx| async move {
            book_seat(&tx, id, person(number), today(), rules, book).await
        }))
    }

    fn leave(
        office: &Office,
        key: &str,
        id: Id<TrainingSession>,
        number: usize,
    ) -> Result<Option<PersonId>, TrainingError> {
        let (rules, book) = (&rules(), &book());
        wait(office.transact(&command(key, own(number), EARLY), |tx| async move {
            give_up_seat(&tx, id, person(number), today(), rules, book).await
        }))
    }

    fn result(
        office: &Office,
        key: &str,
        (id, number): (Id<TrainingSession>, usize),
        result: &TrainingResult,
        at: &str,
    ) -> Result<(), TrainingError> {
        let (rules, book) = (&rules(), &book());
        wait(office.transact(&command(key, trainer(), at), |tx| async move {
            record_result(&tx, id, person(number), result, rules, book).await
        }))
    }

    fn load<E: Entity>(office: &Office, id: Id<E>) -> E {
        const { assert!(!E::CLASSIFIED) }
        wait(office.view(|view| async move { view.load(id).await })).unwrap()
    }

    /// At the same time; what each came to.
    fn at_once<T: Send>(one: impl FnOnce() -> T + Send, other: impl FnOnce() -> T + Send) -> [T; 2] {
        let barrier = &Barrier::new(2);
        std::thread::scope(|scope| {
            let one = scope.spawn(move || {
                barrier.wait();
                one()
            });
            let other = scope.spawn(move || {
                barrier.wait();
                other()
            });
            [one.join().unwrap(), other.join().unwrap()]
        })
    }

    #[test]
    fn of_two_who_want_the_last_seat_at_once_one_waits() {
        let (_places, offices) = offices();
        for office in &offices {
            for round in 0..4 {
                let id = planned(office, &format!("S-{round}"), &first_aid(2, 2));
                let key = |who: usize| format!("{round}-{who}");
                seat(office, &key(9), id, 10 * round + 9).unwrap();
                let places = at_once(
                    || seat(office, &key(1), id, 10 * round + 1).unwrap(),
                    || seat(office, &key(2), id, 10 * round + 2).unwrap(),
                );
                assert!(places.contains(&SeatPlace::Seated), "{places:?}");
                assert!(places.contains(&SeatPlace::Waiting { before: 0 }), "{places:?}");
                let waits = load(office, id).waiting()[0];
                assert_eq!(leave(office, &format!("{round}-leave"), id, 10 * round + 9).unwrap(), Some(waits));
                cancel(office, &format!("{round}-cancel"), id);
            }
        }
    }

    fn cancel(office: &Office, key: &str, id: Id<TrainingSession>) {
        let (rules, book) = (&rules(), &book());
        let cancelling = |tx| async move { cancel_session(&tx, id, (today(), "trainer ill"), rules, book).await };
        wait(office.transact(&command(key, trainer(), EARLY), cancelling)).unwrap();
    }

    #[test]
    fn nobody_is_in_two_sessions_at_a_time_booked_at_once_or_not() {
        let (_places, offices) = offices();
        for office in &offices {
            let morning = planned(office, "morning", &first_aid(9, 0));
            let noon = plan(9, 0, "2026-10-05T14:00:00Z/2026-10-05T16:00:00Z");
            let noon = planned(office, "noon", &noon);
            let evening = plan(9, 0, "2026-10-05T16:00:00Z/2026-10-05T17:00:00Z");
            let evening = planned(office, "evening", &evening);
            for who in 0..3 {
                let key = |name: &str| format!("{who}-{name}");
                let both =
                    at_once(|| seat(office, &key("morning"), morning, who), || seat(office, &key("noon"), noon, who));
                assert_eq!(both.iter().filter(|booked| booked.is_ok()).count(), 1);
                let refused = both.into_iter().find_map(Result::err).unwrap();
                assert!(matches!(refused, TrainingError::Overlaps { .. }), "{refused}");
                assert_eq!(seat(office, &key("evening"), evening, who).unwrap(), SeatPlace::Seated);
            }
            cancel(office, "cancel", morning);
            // Who had the morning is free again at noon.
            for who in 0..3 {
                assert_eq!(seat(office, &format!("{who}-again"), noon, who).unwrap(), SeatPlace::Seated);
            }
        }
    }

    #[test]
    fn who_passes_is_certified_at_once_and_a_second_word_needs_a_reason() {
        let office = &Office::on(MemoryStore::new());
        let id = planned(office, "S", &first_aid(1, 1));
        seat(office, "a", id, 1).unwrap();
        seat(office, "b", id, 2).unwrap();
        let passed = TrainingResult { outcome: TrainingOutcome::Passed, on: date("2026-10-05"), corrects: None };
        let early = result(office, "c", (id, 1), &passed, EARLY).unwrap_err().to_string();
        let wanted =
            "the session begins at 2026-10-05 07:00:00 UTC: from then on, and from 2026-10-05 on, results are taken";
        assert_eq!(early, wanted);
        assert!(matches!(result(office, "d", (id, 2), &passed, LATE), Err(TrainingError::NoSeat)));
        result(office, "e", (id, 1), &passed, LATE).unwrap();
        result(office, "f", (id, 1), &passed, LATE).unwrap();
        let certified = load(office, Certification::id_of(person(1), "first aid"));
        assert_eq!(certified.ends(date("2026-10-05")), Some(date("2028-10-05")));
        let absent = TrainingResult { outcome: TrainingOutcome::Absent, ..passed };
        assert!(matches!(result(office, "g", (id, 1), &absent, LATE), Err(TrainingError::Resulted { .. })));
        let absent = TrainingResult { corrects: Some("the list was of another day".into()), ..absent };
        result(office, "h", (id, 1), &absent, LATE).unwrap();
        assert_eq!(load(office, id).results()[&person(1)], absent);
        // What a course asks for has to count on its first day.
        let mut refresher = plan(9, 0, "2028-10-05T07:00:00Z/2028-10-05T15:00:00Z");
        refresher.course.asks.insert("first aid".into());
        let refresher = planned(office, "refresher", &refresher);
        let lacks = seat(office, "i", refresher, 1).unwrap_err().to_string();
        assert_eq!(lacks, "a certification of kind `first aid` that counts on 2028-10-05 is wanted");
    }

    #[test]
    fn what_cannot_be_done_is_refused_in_the_order_of_its_reasons() {
        let office = &Office::on(MemoryStore::new());
        let (rules, book) = (&rules(), &book());
        let (id, good) = (session("S"), first_aid(1, 1));
        let try_to = |key: &str, plan: &PlanSession, by: Actor| {
            let plan = plan.clone();
            wait(office.transact(&command(key, by, EARLY), |tx| {
                let plan = plan.clone();
                async move { plan_session(&tx, id, &plan, rules, book).await }
            }))
            .map_err(|error| error.to_string())
        };
        assert!(try_to("a", &good, own(1)).unwrap_err().starts_with("it is not theirs to do"));
        let unnamed = Course { name: " ".into(), ..good.course.clone() };
        assert!(try_to("b", &PlanSession { course: unnamed, ..good.clone() }, trainer()).unwrap_err().contains("name"));
        let none = PlanSession { seats: 0, ..good.clone() };
        assert!(try_to("c", &none, trainer()).unwrap_err().starts_with("0 seats and 1 who wait are not possible"));
        try_to("d", &good, trainer()).unwrap();
        try_to("e", &good, trainer()).unwrap();
        let other = try_to("f", &PlanSession { seats: 2, ..good }, trainer()).unwrap_err();
        assert_eq!(other, "the session is another one: an id of its own is wanted");

        seat(office, "g", id, 1).unwrap();
        assert_eq!(seat(office, "h", id, 1).unwrap(), SeatPlace::Seated);
        assert_eq!(seat(office, "i", id, 2).unwrap(), SeatPlace::Waiting { before: 0 });
        let full = seat(office, "j", id, 3).unwrap_err().to_string();
        assert_eq!(full, "all 1 seats are taken, and 1 wait already: another session is wanted");
        let session = load(office, id);
        let at = |text: &str| text.parse().unwrap();
        let refused = session.book(person(3), date("2026-10-01"), at(EARLY)).unwrap_err();
        assert!(matches!(refused, TrainingError::Late { .. }));
        assert!(matches!(session.book(person(3), today(), at(LATE)), Err(TrainingError::Begun { .. })));
        assert!(matches!(session.give_up(person(1), today(), at(LATE)), Err(TrainingError::Begun { .. })));
        let resizing = |tx| async move { resize_session(&tx, id, (2, today()), rules, book).await };
        wait(office.transact(&command("k", trainer(), EARLY), resizing)).unwrap();
        assert_eq!(load(office, id).place(person(2)), Some(SeatPlace::Seated));
        let smaller = load(office, id).resize(1, today(), at(EARLY)).unwrap_err().to_string();
        assert_eq!(smaller, "2 are seated: as many seats or more are wanted");
        // Somebody else books for one only by grant.
        let other = wait(office.transact(&command("l", own(2), EARLY), |tx| async move {
            give_up_seat(&tx, id, person(1), today(), rules, book).await
        }));
        assert!(matches!(other, Err(TrainingError::NotPermitted(_))));
        cancel(office, "m", id);
        assert!(matches!(seat(office, "n", id, 3), Err(TrainingError::Cancelled { .. })));
    }

    fn small(number: usize) -> u32 {
        number.try_into().unwrap()
    }

    #[derive(Clone, Debug)]
    enum Act {
        Book(usize),
        GiveUp(usize),
        Resize(usize),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            4 => (0_usize..8).prop_map(Act::Book),
            2 => (0_usize..8).prop_map(Act::GiveUp),
            1 => (0_usize..5).prop_map(Act::Resize),
        ];
        prop::collection::vec(act, 1..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Law 53, against a list of seats and a queue that moves up by hand.
        #[test]
        fn seats_are_never_overbooked_and_go_to_who_waited_longest(acts in acts(), size in 1_usize..4, waiting in 0_usize..4) {
            let at = EARLY.parse().unwrap();
            let mut size = size;
            let mut session = TrainingSession::open(&TrainingFact::Planned(Box::new(first_aid(small(size), small(waiting))))).unwrap();
            let (mut seated, mut queue): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
            for act in acts {
                let decided = match act {
                    Act::Book(who) => session.book(person(who), today(), at),
                    Act::GiveUp(who) => session.give_up(person(who), today(), at),
                    Act::Resize(seats) => session.resize(small(seats), today(), at),
                };
                let possible = match act {
                    Act::Book(who) if seated.contains(&who) || queue.contains(&who) => true,
                    Act::Book(who) if seated.len() < size => { seated.push(who); true }
                    Act::Book(who) if seated.len() + queue.len() < size + waiting => { queue.push(who); true }
                    Act::GiveUp(who) => {
                        seated.retain(|one| *one != who);
                        queue.retain(|one| *one != who);
                        true
                    }
                    Act::Resize(seats) if seats >= 1 && seats >= seated.len() => { size = seats; true }
                    Act::Book(_) | Act::Resize(_) => false,
                };
                while seated.len() < size && !queue.is_empty() {
                    seated.push(queue.remove(0));
                }
                prop_assert_eq!(decided.is_ok(), possible, "{:?}", act);
                if let Some(fact) = decided.ok().and_then(office_core::Decision::fact) {
                    session.apply(&fact);
                }
                let people = |list: &[usize]| list.iter().map(|who| person(*who)).collect::<Vec<_>>();
                prop_assert!(session.seated().len() <= size);
                prop_assert_eq!(session.seated(), people(&seated));
                prop_assert_eq!(session.waiting(), people(&queue));
            }
        }
    }

    #[test]
    fn stored_forms() {
        let mut session =
            TrainingSession::open(&TrainingFact::Planned(Box::new(PlanSession { zone: Zone::UTC, ..first_aid(2, 1) })))
                .unwrap();
        let (person, on) = (person(1), today());
        let result = TrainingResult { outcome: TrainingOutcome::Passed, on: date("2026-10-05"), corrects: None };
        let facts = [
            TrainingFact::Booked { person, on },
            TrainingFact::GaveUp { person, on },
            TrainingFact::Resized { seats: 3, on },
            TrainingFact::Resulted { person, result },
            TrainingFact::Cancelled { on, why: "trainer ill".into() },
        ];
        for fact in &facts {
            session.apply(fact);
        }
        assert_json_snapshot!(facts, @r#"
        [
          {
            "booked": {
              "person": "059e6534-1bed-5965-91ff-d308c1443876",
              "on": "2026-09-01"
            }
          },
          {
            "gave_up": {
              "person": "059e6534-1bed-5965-91ff-d308c1443876",
              "on": "2026-09-01"
            }
          },
          {
            "resized": {
              "seats": 3,
              "on": "2026-09-01"
            }
          },
          {
            "resulted": {
              "person": "059e6534-1bed-5965-91ff-d308c1443876",
              "result": {
                "outcome": "passed",
                "on": "2026-10-05"
              }
            }
          },
          {
            "cancelled": {
              "on": "2026-09-01",
              "why": "trainer ill"
            }
          }
        ]
        "#);
        assert_json_snapshot!(session, @r#"
        {
          "planned": {
            "course": {
              "name": "First aid",
              "certifies": "first aid"
            },
            "time": {
              "start": "2026-10-05T07:00:00Z",
              "end": "2026-10-05T15:00:00Z"
            },
            "zone": "UTC",
            "seats": 2,
            "waiting": 1,
            "book_until": "2026-09-30",
            "on": "2026-09-01"
          },
          "seats": 3,
          "booked": [],
          "results": {
            "059e6534-1bed-5965-91ff-d308c1443876": {
              "outcome": "passed",
              "on": "2026-10-05"
            }
          },
          "cancelled": "2026-09-01"
        }
        "#);
    }
}
