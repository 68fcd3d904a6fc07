//! Improvement plans: nobody fails before their time, and nobody who has met everything.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeSet;

    use chrono::{Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::{
        Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Entity, Grant, Id, Office, Role, Scope, wait,
    };
    use office_hr::{
        BeginImprovementPlan, EndedImprovementPlan, ImprovementCheckIn, ImprovementError, ImprovementFact,
        ImprovementOutcome, ImprovementPlan, ImprovementStep, begin_improvement_plan, lead_improvement_plan,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    const OBJECTIVES: [&str; 2] = ["calls", "letters"];

    fn day(number: u64) -> NaiveDate {
        "2026-03-01".parse::<NaiveDate>().unwrap() + Days::new(number)
    }

    fn begin() -> BeginImprovementPlan {
        BeginImprovementPlan {
            person: Id::natural("person", "E-017"),
            class: "improvement".parse().unwrap(),
            objectives: OBJECTIVES.map(|key| (key.to_owned(), format!("better {key}"))).into(),
            first: day(0),
            last: day(20),
            every_days: 7,
        }
    }

    fn plan() -> ImprovementPlan {
        ImprovementPlan::open(&ImprovementFact::Begun(Box::new(begin()))).unwrap()
    }

    fn talk(on: u64, met: &[&str]) -> ImprovementCheckIn {
        ImprovementCheckIn {
            on: day(on),
            met: met.iter().map(|key| (*key).to_owned()).collect(),
            note: "talked".into(),
        }
    }

    fn end(outcome: ImprovementOutcome, on: u64) -> EndedImprovementPlan {
        EndedImprovementPlan { outcome, on: day(on), why: "as the figures show".into() }
    }

    #[test]
    fn it_is_led_by_leave_to_read_it_and_by_grant() {
        let (_places, offices) = offices();
        for office in &offices {
            let (role, manager) = (Role::new("manager"), Id::natural("person", "E-005"));
            let (valid, scope) = (DateRange::year(2026).unwrap(), Scope::anywhere());
            let (lead, purpose) = (&"improvement.lead".parse().unwrap(), "talk".parse().unwrap());
            let mut book = AuthorityBook::default();
            let grant =
                Grant { role: role.clone(), action: Clone::clone(lead), scope: scope.clone(), limit: None, valid };
            book.grants.push(grant);
            for name in ["E-005", "E-017"] {
                let person = Id::natural("person", name);
                book.appointments.push(Appointment { person, role: role.clone(), scope: scope.clone(), valid });
            }
            let class = begin().class;
            book.clearances.granted.push(Clearance {
                role: role.clone(),
                class,
                purpose: Clone::clone(&purpose),
                valid,
            });
            let (book, id) = (&book, Id::<ImprovementPlan>::natural("improvement_plan", "E-017"));
            let command = |key: &str, by| {
                Command::new(key, "improvement", Actor::new(by, role.clone()), "2026-03-01T08:00:00Z".parse().unwrap())
                    .unwrap()
            };
            let start = |office: &Office, key: &str, by| {
                wait(office.transact(&command(key, by), |tx| async move {
                    begin_improvement_plan(&tx, id, &begin(), lead, book).await
                }))
            };
            // Nobody begins their own, whatever they are granted.
            assert!(matches!(start(office, "own", begin().person), Err(ImprovementError::NotPermitted(_))));
            start(office, "begin", manager).unwrap();
            let granted =
                &wait(office.disclose(&command("read", manager), id, &purpose, day(0), book)).unwrap().granted;
            let step = |key: &str, by, step: &ImprovementStep| {
                wait(office.transact(&command(key, by), |tx| async move {
                    lead_improvement_plan(&tx, (id, granted), step, lead, book).await
                }))
            };
            step("a", manager, &ImprovementStep::CheckIn(talk(7, &["calls"]))).unwrap();
            let more = ImprovementStep::Extend { last: day(40), why: "was ill".into(), on: day(19) };
            assert!(matches!(step("b", begin().person, &more), Err(ImprovementError::NotPermitted(_))));
            step("c", manager, &more).unwrap();
            let early = step("d", manager, &ImprovementStep::End(end(ImprovementOutcome::NotMet, 40))).unwrap_err();
            assert_eq!(early.to_string(), "there is time until 2026-04-10: a later day is wanted");
            step("e", manager, &ImprovementStep::End(end(ImprovementOutcome::NotMet, 41))).unwrap();
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Law 58 on plans, against what the last talk said and how much time there is.
        #[test]
        fn the_outcome_is_what_the_last_talk_and_the_time_say(
            steps in prop::collection::vec((0_u8..6, 0_u64..60, 0_usize..4), 0..12),
        ) {
            let mut plan = plan();
            let (mut met, mut last, mut talked, mut over) = (0_usize, 20, 0, false);
            for (what, on, mask) in steps {
                let keys: Vec<&str> = (0..2).filter(|bit| mask & (1 << bit) != 0).map(|bit| OBJECTIVES[bit]).collect();
                let before = plan.clone();
                let (decided, possible) = match what {
                    0 | 1 => (plan.check_in(&talk(on, &keys)), !over && on >= talked),
                    2 => (plan.extend(day(on), "was ill", day(5)), !over && on > last),
                    3 => (plan.end(&end(ImprovementOutcome::Met, on)), !over && met == 3),
                    4 => (plan.end(&end(ImprovementOutcome::NotMet, on)), !over && met != 3 && on > last),
                    _ => (plan.end(&end(ImprovementOutcome::Dropped, on)), !over),
                };
                let ended = |outcome| before.ended() == Some(&end(outcome, on));
                let again = match what {
                    0 | 1 => before.check_ins().contains(&talk(on, &keys)),
                    2 => on == last,
                    3 => ended(ImprovementOutcome::Met),
                    4 => ended(ImprovementOutcome::NotMet),
                    _ => ended(ImprovementOutcome::Dropped),
                };
                prop_assert_eq!(decided.is_ok(), possible || again, "{} on {}", what, on);
                let Some(fact) = decided.ok().and_then(office_core::Decision::fact) else { continue };
                plan.apply(&fact);
                match what {
                    0 | 1 => (met, talked) = (mask, on),
                    2 => last = on,
                    _ => over = true,
                }
                prop_assert_eq!(plan.last(), day(last));
                prop_assert_eq!(plan.open_objectives().len(), 2 - usize::try_from(met.count_ones()).unwrap());
                let next = day((talked + 7).min(last).max(talked));
                prop_assert_eq!(plan.next_talk(), (!over).then_some(next));
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let plan = plan();
        let other = plan.check_in(&talk(7, &["emails"])).unwrap_err().to_string();
        assert_eq!(other, "`emails` is no objective of the plan: calls, letters are wanted");
        assert!(matches!(plan.extend(day(10), "less", day(0)), Err(ImprovementError::Order { .. })));
        let open = plan.end(&end(ImprovementOutcome::Met, 30)).unwrap_err().to_string();
        assert_eq!(open, "not all is met by the last talk: one by which calls and letters is met is wanted");
        let silent = ImprovementCheckIn { note: String::new(), met: BTreeSet::new(), on: day(7) };
        assert!(matches!(plan.check_in(&silent), Err(ImprovementError::Text { field: "note" })));
    }

    #[test]
    fn stored_forms() {
        let mut plan = plan();
        let facts = [
            ImprovementFact::CheckedIn(talk(7, &["calls"])),
            ImprovementFact::Extended { last: day(40), why: "was ill".into(), on: day(19) },
            ImprovementFact::Ended(end(ImprovementOutcome::NotMet, 41)),
        ];
        for fact in &facts {
            plan.apply(fact);
        }
        assert_json_snapshot!(facts, @r#"
        [
          {
            "checked_in": {
              "on": "2026-03-08",
              "met": [
                "calls"
              ],
              "note": "talked"
            }
          },
          {
            "extended": {
              "last": "2026-04-10",
              "why": "was ill",
              "on": "2026-03-20"
            }
          },
          {
            "ended": {
              "outcome": "not_met",
              "on": "2026-04-11",
              "why": "as the figures show"
            }
          }
        ]
        "#);
        assert_json_snapshot!(plan, @r#"
        {
          "begun": {
            "person": "0456a273-f91e-51ba-9216-055165099824",
            "class": "improvement",
            "objectives": {
              "calls": "better calls",
              "letters": "better letters"
            },
            "first": "2026-03-01",
            "last": "2026-03-21",
            "every_days": 7
          },
          "last": "2026-04-10",
          "check_ins": [
            {
              "on": "2026-03-08",
              "met": [
                "calls"
              ],
              "note": "talked"
            }
          ],
          "ended": {
            "outcome": "not_met",
            "on": "2026-04-11",
            "why": "as the figures show"
          }
        }
        "#);
    }
}
