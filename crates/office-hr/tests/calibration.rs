//! Ratings calibrated: what was moved, from what, by whom and why.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;
    use std::sync::Barrier;

    use chrono::NaiveDate;
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Decision, Entity, Grant, Granted, Id, Office,
        Percent, Ratio, Role, Scope, wait,
    };
    use office_hr::{
        Calibration, CalibrationError, CalibrationFact, ClosedCalibration, GuideShare, MoveRating, MovedRating,
        OpenCalibration, close_calibration, move_rating, open_calibration,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn today() -> NaiveDate {
        "2026-12-10".parse().unwrap()
    }

    fn person(number: usize) -> PersonId {
        Id::natural("person", &format!("E-{number}"))
    }

    fn lead() -> Actor {
        Actor::new(person(900), Role::new("personnel_lead"))
    }

    fn guide(least: i32, most: i32) -> GuideShare {
        GuideShare { least: Percent::whole(least), most: Percent::whole(most) }
    }

    fn opening(ratings: &[u8]) -> OpenCalibration {
        let ratings = ratings.iter().enumerate().map(|(number, rating)| (person(number), *rating)).collect();
        let guide = BTreeMap::from([(1, guide(0, 10)), (5, guide(10, 25))]);
        let cycle = Id::natural("review_cycle", "2026");
        OpenCalibration { cycle, class: "ratings".parse().unwrap(), highest: 5, guide, ratings, on: today() }
    }

    fn moving(number: usize, from: u8, to: u8) -> MoveRating {
        MoveRating { person: person(number), from, to, why: "seen beside the others".into(), on: today() }
    }

    fn book() -> AuthorityBook {
        let (Actor { person, role, .. }, valid) = (lead(), DateRange::year(2026).unwrap());
        let (action, class) = ("ratings.calibrate".parse().unwrap(), "ratings".parse().unwrap());
        let purpose = "calibration".parse().unwrap();
        let mut book = AuthorityBook::default();
        book.grants.push(Grant { role: role.clone(), action, scope: Scope::anywhere(), limit: None, valid });
        book.appointments.push(Appointment { person, role: role.clone(), scope: Scope::anywhere(), valid });
        book.clearances.granted.push(Clearance { role, class, purpose, valid });
        book
    }

    fn command(key: &str) -> Command {
        Command::new(key, "calibration", lead(), "2026-12-10T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn try_to_move(office: &Office, key: &str, granted: &Granted, rating: &MoveRating) -> Result<(), CalibrationError> {
        let (book, calibrate) = (&book(), &"ratings.calibrate".parse().unwrap());
        let id = Id::<Calibration>::natural("calibration", "2026");
        wait(office.transact(&command(key), |tx| async move {
            move_rating(&tx, (id, granted), rating, calibrate, book).await
        }))
    }

    #[test]
    fn of_two_who_move_one_rating_at_once_one_is_told_what_it_is_by_then() {
        let (_places, offices) = offices();
        for office in &offices {
            let (book, calibrate, opening) = (&book(), &"ratings.calibrate".parse().unwrap(), &opening(&[3, 3, 5, 4]));
            let id = Id::<Calibration>::natural("calibration", "2026");
            let open = |key: &str, opening: &OpenCalibration| {
                wait(office.transact(&command(key), |tx| async move {
                    open_calibration(&tx, id, opening, calibrate, book).await
                }))
            };
            // Whoever is rated in it does not lead it.
            let mut own = opening.clone();
            own.ratings.insert(lead().person, 5);
            assert!(matches!(open("own", &own), Err(CalibrationError::NotPermitted(_))));
            open("open", opening).unwrap();
            let purpose = "calibration".parse().unwrap();
            let disclosed = wait(office.disclose(&command("read"), id, &purpose, today(), book)).unwrap();
            let granted = &disclosed.granted;
            for (who, from) in [(0, 3), (1, 3), (2, 5)] {
                let barrier = &Barrier::new(2);
                let try_to = |to: u8| {
                    barrier.wait();
                    try_to_move(office, &format!("{who}-{to}"), granted, &moving(who, from, to))
                };
                let both = std::thread::scope(|scope| {
                    [scope.spawn(|| try_to(2)), scope.spawn(|| try_to(4))].map(|thread| thread.join().unwrap())
                });
                assert_eq!(both.iter().filter(|moved| moved.is_ok()).count(), 1);
                let refused = both.into_iter().find_map(Result::err).unwrap();
                assert!(matches!(refused, CalibrationError::Rating { now: 2 | 4, .. }), "{refused}");
            }
            let closing = &ClosedCalibration { on: today(), why: Some("a small team".into()) };
            wait(office.transact(&command("close"), |tx| async move {
                close_calibration(&tx, (id, granted), closing, calibrate, book).await
            }))
            .unwrap();
            let closed = try_to_move(office, "late", granted, &moving(3, 4, 5)).unwrap_err();
            assert!(matches!(closed, CalibrationError::Closed { .. }));
            let traces = wait(office.readings(id)).unwrap();
            assert_eq!(traces.len(), 1);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Law 58 on ratings, against a plain list.
        #[test]
        fn a_rating_that_is_moved_keeps_what_it_was(
            ratings in prop::collection::vec(1_u8..=5, 1..12),
            moves in prop::collection::vec((0_usize..12, 1_u8..=6, 0_u8..=6, any::<bool>()), 0..20),
        ) {
            let mut session = Calibration::open(&CalibrationFact::Opened(Box::new(opening(&ratings)))).unwrap();
            let mut now = ratings.clone();
            let mut history: Vec<(usize, u8, u8)> = Vec::new();
            for (who, from, to, knows) in moves {
                let from = if knows { now.get(who).copied().unwrap_or(from) } else { from };
                let possible = now.get(who).is_some_and(|rating| *rating == from) && from != to && (1..=5).contains(&to);
                let again = history.contains(&(who, from, to)) && now[who] == to;
                match session.move_rating(&moving(who, from, to), person(900)) {
                    Ok(Decision::Record(fact)) => {
                        prop_assert!(possible);
                        session.apply(&fact);
                        history.push((who, from, to));
                        now[who] = to;
                    }
                    Ok(Decision::AlreadyRecorded) => prop_assert!(again),
                    Err(_) => prop_assert!(!possible && !again),
                }
            }
            prop_assert_eq!(&session.opened().ratings, &opening(&ratings).ratings);
            let told: Vec<_> = session.moves().iter().map(|moved| (moved.rating.person, moved.rating.from, moved.rating.to)).collect();
            prop_assert_eq!(told, history.iter().map(|(who, from, to)| (person(*who), *from, *to)).collect::<Vec<_>>());
            let all = i128::try_from(now.len()).unwrap();
            let lines = session.distribution();
            for line in &lines {
                let people: usize = now.iter().map(|rating| usize::from(*rating == line.rating)).sum();
                prop_assert_eq!((line.people, line.share), (people, Ratio::new(i128::try_from(people).unwrap(), all).unwrap()));
                // 1: at most one in ten; 5: from one in ten to one in four.
                let (people, all) = (people * 20, now.len());
                let fits = match line.rating { 1 => people <= 2 * all, 5 => people >= 2 * all && people <= 5 * all, _ => true };
                prop_assert_eq!(line.fits, fits);
            }
            prop_assert_eq!(lines.iter().map(|line| line.people).sum::<usize>(), now.len());
            let closed = session.close(&ClosedCalibration { on: today(), why: None });
            prop_assert_eq!(closed.is_ok(), lines.iter().all(|line| line.fits));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let session = Calibration::open(&CalibrationFact::Opened(Box::new(opening(&[3, 4])))).unwrap();
        let refused = |rating: &MoveRating| session.move_rating(rating, person(900)).unwrap_err().to_string();
        assert_eq!(
            refused(&MoveRating { why: " ".into(), ..moving(0, 3, 4) }),
            "a reason of 1 to 500 characters is wanted"
        );
        assert!(refused(&moving(7, 3, 4)).starts_with("the person is not in the session"));
        let stale = "the rating is 3, and cannot be moved from 2 to 4: from 3 to another of 1 to 5 is wanted";
        assert_eq!(refused(&moving(0, 2, 4)), stale);
        assert!(refused(&moving(0, 3, 6)).starts_with("the rating is 3"));
    }

    #[test]
    fn stored_forms() {
        let mut session = Calibration::open(&CalibrationFact::Opened(Box::new(opening(&[3])))).unwrap();
        let facts = [
            CalibrationFact::Moved(MovedRating { rating: moving(0, 3, 4), by: person(900) }),
            CalibrationFact::Closed(ClosedCalibration { on: today(), why: Some("a small team".into()) }),
        ];
        for fact in &facts {
            session.apply(fact);
        }
        assert_json_snapshot!(facts, @r#"
        [
          {
            "moved": {
              "rating": {
                "person": "940e1bea-96ae-5f63-96ba-3a556b53b99b",
                "from": 3,
                "to": 4,
                "why": "seen beside the others",
                "on": "2026-12-10"
              },
              "by": "b821ff25-6684-55c0-8f70-e5236fa59ceb"
            }
          },
          {
            "closed": {
              "on": "2026-12-10",
              "why": "a small team"
            }
          }
        ]
        "#);
        assert_json_snapshot!(session, @r#"
        {
          "opened": {
            "cycle": "9dc06223-d452-520b-8d7c-1c87db579567",
            "class": "ratings",
            "highest": 5,
            "guide": {
              "1": {
                "least": "0 %",
                "most": "10 %"
              },
              "5": {
                "least": "10 %",
                "most": "25 %"
              }
            },
            "ratings": {
              "940e1bea-96ae-5f63-96ba-3a556b53b99b": 3
            },
            "on": "2026-12-10"
          },
          "moves": [
            {
              "rating": {
                "person": "940e1bea-96ae-5f63-96ba-3a556b53b99b",
                "from": 3,
                "to": 4,
                "why": "seen beside the others",
                "on": "2026-12-10"
              },
              "by": "b821ff25-6684-55c0-8f70-e5236fa59ceb"
            }
          ],
          "closed": {
            "on": "2026-12-10",
            "why": "a small team"
          }
        }
        "#);
    }
}
