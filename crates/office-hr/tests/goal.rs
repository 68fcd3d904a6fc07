//! Goals: how far they are, and that none goes towards itself.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
mod laws {
    use std::collections::BTreeMap;
    use std::sync::Barrier;

    use chrono::{Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::{
        Actor, AuthorityBook, Command, Decimal, Decision, Entity, Id, MemoryStore, Office, Ratio, Role, wait,
    };
    use office_hr::{
        ClosedGoal, Goal, GoalError, GoalFact, GoalOutcome, KeyResult, Measurement, SetGoal, align_goal, close_goal,
        measure_goal, set_goal,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn day(number: u64) -> NaiveDate {
        "2026-01-01".parse::<NaiveDate>().unwrap() + Days::new(number)
    }

    fn owner() -> Actor {
        Actor::new(Id::natural("person", "E-017"), Role::new("employee"))
    }

    fn goal(number: usize) -> Id<Goal> {
        Id::natural("goal", &format!("G-{number}"))
    }

    fn result(start: i64, target: i64, weight: u32) -> KeyResult {
        KeyResult { what: "calls answered".into(), start: start.into(), target: target.into(), weight }
    }

    fn setting(results: &[KeyResult], parent: Option<Id<Goal>>) -> SetGoal {
        let named = results.iter().enumerate().map(|(number, result)| (format!("k{number}"), result.clone()));
        SetGoal {
            owner: owner().person,
            title: "A friendlier reception".into(),
            term: "2026-01-01/2027-01-01".parse().unwrap(),
            key_results: named.collect(),
            parent,
            on: day(0),
        }
    }

    fn measured(number: usize, value: i64, on: u64) -> Measurement {
        Measurement { key_result: format!("k{number}"), value: value.into(), on: day(on), note: String::new() }
    }

    fn command(key: &str, by: Actor) -> Command {
        Command::new(key, "goals", by, "2026-03-31T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn set(office: &Office, key: &str, id: Id<Goal>, set: &SetGoal) -> Result<(), GoalError> {
        let (action, book) = (&"goals.set".parse().unwrap(), &AuthorityBook::default());
        wait(office.transact(&command(key, owner()), |tx| async move { set_goal(&tx, id, set, action, book).await }))
    }

    fn align(office: &Office, key: &str, id: usize, parent: Option<usize>) -> Result<(), GoalError> {
        let (action, book) = (&"goals.set".parse().unwrap(), &AuthorityBook::default());
        let parent = parent.map(goal);
        wait(office.transact(&command(key, owner()), |tx| async move {
            align_goal(&tx, goal(id), (parent, day(1)), action, book).await
        }))
    }

    #[test]
    fn of_two_goals_aligned_with_each_other_at_once_one_is() {
        let (_places, offices) = offices();
        for office in &offices {
            for round in 0..3 {
                let (one, other) = (2 * round, 2 * round + 1);
                for number in [one, other] {
                    set(office, &format!("set-{number}"), goal(number), &setting(&[result(0, 9, 1)], None)).unwrap();
                }
                let barrier = &Barrier::new(2);
                let both = std::thread::scope(|scope| {
                    let threads = [(one, other), (other, one)].map(|(from, to)| {
                        scope.spawn(move || {
                            barrier.wait();
                            align(office, &format!("align-{from}"), from, Some(to))
                        })
                    });
                    threads.map(|thread| thread.join().unwrap())
                });
                assert_eq!(both.iter().filter(|aligned| aligned.is_ok()).count(), 1);
                let refused = both.into_iter().find_map(Result::err).unwrap();
                assert!(matches!(refused, GoalError::Circle { .. }), "{refused}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        /// Law 59, against whole numbers: each part over its own denominator, brought to a common one.
        #[test]
        fn progress_is_the_mean_by_weight_of_what_was_measured_last(
            results in prop::collection::vec((-50_i64..50, -50_i64..50, 1_u32..10), 1..5),
            words in prop::collection::vec((0_usize..5, -80_i64..80, 0_u64..20), 0..20),
            on in 0_u64..25,
        ) {
            let results: Vec<_> = results.into_iter().map(|(start, target, weight)| (start, if target == start { target + 1 } else { target }, weight)).collect();
            let key_results: Vec<KeyResult> = results.iter().map(|(start, target, weight)| result(*start, *target, *weight)).collect();
            let mut goal = Goal::open(&GoalFact::Set(Box::new(setting(&key_results, None)))).unwrap();
            for (number, value, when) in &words {
                match goal.measure(&measured(*number, *value, *when)) {
                    Ok(Decision::Record(fact)) => goal.apply(&fact),
                    Ok(Decision::AlreadyRecorded) => {}
                    Err(_) => prop_assert!(*number >= results.len()),
                }
            }
            let common: i128 = results.iter().map(|(start, target, _)| i128::from((target - start).abs())).product();
            let (mut sum, mut weights) = (0_i128, 0_i128);
            for (number, (start, target, weight)) in results.iter().enumerate() {
                let said = words.iter().enumerate().filter(|(_, word)| word.0 == number && word.2 <= on);
                let value = said.max_by_key(|(place, word)| (word.2, *place)).map_or(*start, |(_, word)| word.1);
                let (way, done) = ((target - start).abs(), if target > start { value - start } else { start - value });
                sum += i128::from(*weight) * i128::from(done.clamp(0, way)) * (common / i128::from(way));
                weights += i128::from(*weight);
            }
            prop_assert_eq!(goal.progress(day(on)).unwrap(), Ratio::new(sum, weights * common).unwrap());
        }

        /// Law 59 on: a goal is aligned just if that makes no circle.
        #[test]
        fn goals_never_go_in_a_circle(acts in prop::collection::vec((0_usize..5, prop::option::weighted(0.9, 0_usize..5)), 1..15)) {
            let office = &Office::on(MemoryStore::new());
            let mut towards: BTreeMap<usize, usize> = BTreeMap::new();
            for number in 0..5 {
                set(office, &format!("set-{number}"), goal(number), &setting(&[result(0, 9, 1)], None)).unwrap();
            }
            for (turn, (from, to)) in acts.into_iter().enumerate() {
                let aligned = align(office, &format!("align-{turn}"), from, to);
                let mut above = to;
                for _ in 0..5 {
                    above = above.filter(|above| *above != from).map_or(above, |above| towards.get(&above).copied());
                }
                prop_assert_eq!(aligned.is_err(), above == Some(from), "{} to {:?}", from, to);
                match (aligned, to) {
                    (Ok(()), Some(to)) => { towards.insert(from, to); }
                    (Ok(()), None) => { towards.remove(&from); }
                    (Err(why), _) => prop_assert!(matches!(why, GoalError::Circle { .. }), "{}", why),
                }
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let office = &Office::on(MemoryStore::new());
        let good = setting(&[result(0, 9, 1)], None);
        let refused = |key: &str, goal_: &SetGoal| set(office, key, goal(0), goal_).unwrap_err().to_string();
        assert_eq!(
            refused("a", &SetGoal { title: " ".into(), ..good.clone() }),
            "a title of 1 to 500 characters is wanted"
        );
        assert!(refused("b", &setting(&[], None)).starts_with("1 to 20 key results"));
        assert!(refused("c", &setting(&[result(0, 9, 0)], None)).starts_with("1 to 20 key results"));
        assert!(refused("d", &setting(&[result(9, 9, 1)], None)).starts_with("`k0` cannot be measured so"));
        let fine = KeyResult { target: Decimal::new(1, 7), ..result(0, 9, 1) };
        assert!(refused("e", &setting(&[fine], None)).starts_with("`k0` cannot be measured so"));
        assert!(
            refused("f", &setting(&[result(0, 9, 1)], Some(goal(0))))
                .ends_with("a goal that does not go towards it is wanted")
        );
        set(office, "g", goal(0), &good).unwrap();
        set(office, "h", goal(0), &good).unwrap();
        assert!(refused("i", &setting(&[result(0, 8, 1)], None)).starts_with("the goal is another one"));
        // Goals are at most so deep.
        for number in 1..20 {
            set(office, &format!("deep-{number}"), goal(number), &setting(&[result(0, 9, 1)], Some(goal(number - 1))))
                .unwrap();
        }
        let deep = set(office, "deep-20", goal(20), &setting(&[result(0, 9, 1)], Some(goal(19))));
        assert!(matches!(deep, Err(GoalError::TooDeep)), "{deep:?}");

        let (action, book) = (&"goals.set".parse().unwrap(), &AuthorityBook::default());
        let other = Actor::new(Id::natural("person", "E-018"), Role::new("employee"));
        let measuring = |tx| async move { measure_goal(&tx, goal(0), &measured(0, 3, 4), action, book).await };
        assert!(matches!(wait(office.transact(&command("j", other), measuring)), Err(GoalError::NotPermitted(_))));
        let closing = &ClosedGoal { outcome: GoalOutcome::Achieved, on: day(90), why: "by asking guests".into() };
        let close = |tx| async move { close_goal(&tx, goal(0), closing, action, book).await };
        wait(office.transact(&command("k", owner()), close)).unwrap();
        assert!(matches!(wait(office.transact(&command("l", owner()), measuring)), Err(GoalError::Closed { .. })));
    }

    #[test]
    fn stored_forms() {
        let set = GoalFact::Set(Box::new(setting(&[result(0, 9, 1)], Some(goal(1)))));
        let mut goal = Goal::open(&set).unwrap();
        let facts = [
            GoalFact::Aligned { parent: None, on: day(1) },
            GoalFact::Measured(measured(0, 3, 4)),
            GoalFact::Closed(ClosedGoal {
                outcome: GoalOutcome::Achieved,
                on: day(90),
                why: "by asking guests".into(),
            }),
        ];
        for fact in &facts {
            goal.apply(fact);
        }
        assert_json_snapshot!(facts, @r#"
        [
          {
            "aligned": {
              "parent": null,
              "on": "2026-01-02"
            }
          },
          {
            "measured": {
              "key_result": "k0",
              "value": "3",
              "on": "2026-01-05"
            }
          },
          {
            "closed": {
              "outcome": "achieved",
              "on": "2026-04-01",
              "why": "by asking guests"
            }
          }
        ]
        "#);
        assert_json_snapshot!(goal, @r#"
        {
          "set": {
            "owner": "0456a273-f91e-51ba-9216-055165099824",
            "title": "A friendlier reception",
            "term": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            },
            "key_results": {
              "k0": {
                "what": "calls answered",
                "start": "0",
                "target": "9",
                "weight": 1
              }
            },
            "parent": "a3b9092f-9b8b-567b-b95e-c8031a1c3de7",
            "on": "2026-01-01"
          },
          "measured": {
            "k0": {
              "2026-01-05": {
                "key_result": "k0",
                "value": "3",
                "on": "2026-01-05"
              }
            }
          },
          "closed": {
            "outcome": "achieved",
            "on": "2026-04-01",
            "why": "by asking guests"
          }
        }
        "#);
    }
}
