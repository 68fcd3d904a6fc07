//! What people keep for themselves, plan for themselves, and thank each other for.

#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
mod laws {
    use std::collections::BTreeSet;

    use chrono::NaiveDate;
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        AccessTrace, Actor, AuthorityBook, Command, Decision, DiscloseError, Entity, Id, Key, Kind, MemoryStore,
        Office, Ratio, Role, Scope, Store, Zone, wait,
    };
    use office_hr::{
        Assignment, CheckIn, CheckInError, CheckInFact, CheckInNote, Dated, DevelopmentAction, DevelopmentError,
        DevelopmentPlan, DevelopmentStep, GiveRecognition, Hire, LearnedBy, Recognition, RecognitionAudience,
        RecognitionError, RecognitionFact, SkillProfile, Towards, destroy_check_in, give_recognition, hire,
        keep_check_in, read_check_in, share_check_in, step_development, unshare_check_in, withdraw_recognition,
    };
    use office_scratch::offices;

    const SECRET: &str = "the new telephone is a riddle to me";

    fn today() -> NaiveDate {
        "2026-10-05".parse().unwrap()
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn by(name: &str) -> Actor {
        Actor::new(person(name), Role::new("employee"))
    }

    fn command(key: &str, by: Actor) -> Command {
        Command::new(key, "growth", by, "2026-10-05T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn id() -> Id<CheckIn> {
        Id::natural("check_in", "anna/2026-10-05")
    }

    /// Anna reports to Ben, and Ben to nobody.
    fn begin(office: &Office) {
        for (name, manager) in [("anna", Some("ben")), ("ben", None)] {
            let assignment = Assignment {
                role: Role::new("employee"),
                manager: manager.map(person),
                cost_centre: Id::natural("cost_centre", "CC-100"),
                scope: Scope::anywhere(),
                weekly_hours: Ratio::from_integer(40),
                week: "MO|TU|WE|TH|FR".parse().unwrap(),
                zone: Zone::UTC,
            };
            let hiring = &Hire { person: person(name), term: "2026-01-01/..".parse().unwrap(), assignment };
            let employment = Id::natural("employment", name);
            let hiring = |tx| async move { hire(&tx, employment, hiring).await };
            wait(office.transact(&command(&format!("hire-{name}"), by("ben")), hiring)).unwrap();
        }
    }

    fn keep(office: &Office, key: &str, actor: Actor, text: &str) -> Result<(), CheckInError> {
        let note = &CheckInNote { text: text.to_owned(), mood: Some(3) };
        wait(office.transact(&command(key, actor), |tx| async move { keep_check_in(&tx, id(), note, today()).await }))
    }

    fn share(office: &Office, key: &str, actor: Actor) -> Result<PersonId, CheckInError> {
        wait(office.transact(&command(key, actor), |tx| async move { share_check_in(&tx, id(), today()).await }))
    }

    /// Whether somebody reads the note; none where there is nothing left to read.
    fn reads(office: &Office, key: &str, name: &str) -> Option<bool> {
        let (command, purpose) = (command(key, by(name)), "talk".parse().unwrap());
        match wait(read_check_in(office, &command, id(), &purpose, today())) {
            Ok(note) => note.map(|note| note.text == SECRET),
            Err(CheckInError::Disclose(DiscloseError::Refused(_))) => Some(false),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_note_is_private_until_it_is_shared_and_every_reading_is_traced() {
        let (_places, offices) = offices();
        for office in &offices {
            begin(office);
            keep(office, "keep", by("anna"), SECRET).unwrap();
            let seen =
                |round: &str| ["anna", "ben", "carl"].map(|name| reads(office, &format!("{round}-{name}"), name));
            assert_eq!(seen("private"), [Some(true), Some(false), Some(false)]);
            assert!(matches!(share(office, "a", by("ben")), Err(CheckInError::NotOwn)));
            assert!(matches!(share(office, "b", by("carl").on_behalf_of(person("anna"))), Err(CheckInError::NotOwn)));
            assert_eq!(share(office, "c", by("anna")).unwrap(), person("ben"));
            assert_eq!(seen("shared"), [Some(true), Some(true), Some(false)]);
            let private = |tx| async move { unshare_check_in(&tx, id(), today()).await };
            wait(office.transact(&command("d", by("anna")), private)).unwrap();
            assert_eq!(seen("again"), [Some(true), Some(false), Some(false)]);
            let traces = wait(office.readings(id())).unwrap();
            let granted: Vec<bool> = traces.iter().map(AccessTrace::granted).collect();
            assert_eq!(granted, [true, false, false, true, true, false, true, false, false]);

            let destroy = |tx| async move { destroy_check_in(&tx, id(), today()).await };
            wait(office.transact(&command("e", by("anna")), destroy)).unwrap();
            assert_eq!(reads(office, "gone", "anna"), None);
            for kind in ["content", "fact", "check_in"] {
                let kind_of = Kind::literal(kind);
                for (key, record) in wait(office.store().scan(&kind_of, "", Key::TOP, 1_000)).unwrap() {
                    assert!(!record.body.as_str().contains(SECRET), "{key} tells what was said");
                }
            }
            assert!(matches!(share(office, "f", by("anna")), Err(CheckInError::Destroyed { .. })));
        }
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let office = &Office::on(MemoryStore::new());
        begin(office);
        assert!(matches!(keep(office, "a", by("ben"), " "), Err(CheckInError::Note)));
        let for_anna = by("ben").on_behalf_of(person("anna"));
        assert!(matches!(keep(office, "b", for_anna, SECRET), Err(CheckInError::NotOwn)));
        keep(office, "c", by("ben"), SECRET).unwrap();
        assert!(matches!(keep(office, "d", by("anna"), SECRET), Err(CheckInError::IdReused)));
        assert!(matches!(share(office, "e", by("ben")), Err(CheckInError::NoManager { .. })));
        assert!(!format!("{:?}", CheckInNote { text: SECRET.into(), mood: None }).contains(SECRET));
    }

    fn action(due: &str) -> DevelopmentAction {
        DevelopmentAction {
            what: "French in the evening".into(),
            by: LearnedBy::Practice,
            towards: Some(Towards::Skill { skill: "French".into(), level: 3 }),
            due: due.parse().unwrap(),
        }
    }

    #[test]
    fn what_is_planned_is_moved_settled_once_and_overdue_until_then() {
        let (anna, known) = (person("anna"), None::<DevelopmentPlan>);
        let step = |known: Option<&DevelopmentPlan>, key: &str, step: &DevelopmentStep| {
            DevelopmentPlan::step(known, anna, (key, step), today()).map_err(|why| why.to_string())
        };
        let planned = DevelopmentStep::Plan(action("2026-11-30"));
        let done = DevelopmentStep::Done { evidence: "speaks with guests".into() };
        assert_eq!(
            step(known.as_ref(), "French", &done),
            Err("`French` is not planned: its planning is wanted".into())
        );
        let past = DevelopmentStep::Plan(action("2026-10-04"));
        assert!(step(None, "French", &past).unwrap_err().ends_with("2026-10-05 or a later day is wanted"));
        let fact = step(None, "French", &planned).unwrap().fact().unwrap();
        let mut plan = DevelopmentPlan::open(&fact).unwrap();
        assert_eq!(step(Some(&plan), "French", &planned), Ok(Decision::AlreadyRecorded));
        let moved = DevelopmentStep::Move { due: "2027-01-31".parse().unwrap(), why: "the course is full".into() };
        plan.apply(&step(Some(&plan), "French", &moved).unwrap().fact().unwrap());
        assert_eq!(plan.overdue("2027-01-31".parse().unwrap()).count(), 0);
        assert_eq!(plan.overdue("2027-02-01".parse().unwrap()).count(), 1);
        plan.apply(&step(Some(&plan), "French", &done).unwrap().fact().unwrap());
        assert_eq!(plan.overdue("2027-02-01".parse().unwrap()).count(), 0);
        assert_eq!(step(Some(&plan), "French", &done), Ok(Decision::AlreadyRecorded));
        let dropped = DevelopmentStep::Drop { why: "moved away".into() };
        assert!(step(Some(&plan), "French", &dropped).unwrap_err().starts_with("it was settled on 2026-10-05"));
        // Whether it is reached is told by others, not by the plan.
        assert!(!action("2026-11-30").towards.unwrap().is_reached(None::<&SkillProfile>, &[], today()));

        let office = &Office::on(MemoryStore::new());
        let (grant, book) = (&"development.plan".parse().unwrap(), &AuthorityBook::default());
        let other = wait(office.transact(&command("other", by("ben")), |tx| async move {
            step_development(
                &tx,
                person("anna"),
                "French",
                &DevelopmentStep::Plan(action("2026-11-30")),
                today(),
                grant,
                book,
            )
            .await
        }));
        assert!(matches!(other, Err(DevelopmentError::NotPermitted(_))));
        assert_json_snapshot!(fact, @r#"
        {
          "stepped": {
            "person": "c51369a6-9c80-5d6c-9b16-3a7062b0eaab",
            "key": "French",
            "step": {
              "plan": {
                "what": "French in the evening",
                "by": "practice",
                "towards": {
                  "skill": {
                    "skill": "French",
                    "level": 3
                  }
                },
                "due": "2026-11-30"
              }
            },
            "on": "2026-10-05"
          }
        }
        "#);
        assert_json_snapshot!(plan, @r#"
        {
          "person": "c51369a6-9c80-5d6c-9b16-3a7062b0eaab",
          "actions": {
            "French": {
              "action": {
                "what": "French in the evening",
                "by": "practice",
                "towards": {
                  "skill": {
                    "skill": "French",
                    "level": 3
                  }
                },
                "due": "2027-01-31"
              },
              "since": "2026-10-05",
              "settled": [
                "2026-10-05",
                {
                  "done": {
                    "evidence": "speaks with guests"
                  }
                }
              ]
            }
          }
        }
        "#);
    }

    fn thanks(audience: RecognitionAudience) -> GiveRecognition {
        GiveRecognition {
            to: BTreeSet::from([person("anna")]),
            values: BTreeSet::from(["care".to_owned()]),
            text: "For looking after the guests".into(),
            audience,
            on: today(),
        }
    }

    #[test]
    fn thanks_are_seen_by_whom_they_are_for_and_counted_once() {
        let (_places, offices) = offices();
        for office in &offices {
            let values = &Dated::since(today(), BTreeSet::from(["care".to_owned()]));
            let give = |key: &str, thanks: &GiveRecognition| {
                let id = Id::<Recognition>::natural("recognition", key);
                let given = wait(office.transact(&command(key, by("ben")), |tx| async move {
                    give_recognition(&tx, id, thanks, values).await
                }));
                given.map(|()| id)
            };
            let all = give("all", &thanks(RecognitionAudience::Everybody)).unwrap();
            give("quiet", &thanks(RecognitionAudience::ThoseThanked)).unwrap();
            let early = GiveRecognition { on: "2026-10-04".parse().unwrap(), ..thanks(RecognitionAudience::Everybody) };
            assert!(matches!(give("early", &early), Err(RecognitionError::NotInForce(_))));
            let nobody = GiveRecognition { to: BTreeSet::new(), ..thanks(RecognitionAudience::Everybody) };
            assert!(matches!(give("nobody", &nobody), Err(RecognitionError::Words)));
            let anna = person("anna");
            let counted = |reader: &str| {
                let listed =
                    wait(office.view(|view| async move { view.list(Recognition::OF_PERSON, &anna).await })).unwrap();
                let tally = Recognition::tally(
                    listed.iter().map(|(_, thanks)| thanks),
                    "2026-10-01/..".parse().unwrap(),
                    person(reader),
                );
                tally.get(&anna).and_then(|values| values.get("care")).copied().unwrap_or_default()
            };
            assert_eq!([counted("anna"), counted("ben"), counted("carl")], [2, 2, 1]);
            let withdraw = |key: &str, name: &str| {
                let withdrawing = |tx| async move { withdraw_recognition(&tx, all, today()).await };
                wait(office.transact(&command(key, by(name)), withdrawing))
            };
            assert!(matches!(withdraw("carl", "carl"), Err(RecognitionError::NotTheirs)));
            withdraw("ben", "ben").unwrap();
            withdraw("ben-again", "ben").unwrap();
            assert_eq!([counted("anna"), counted("carl")], [1, 0]);
        }
    }

    #[test]
    fn stored_forms() {
        let kept = CheckInFact::Kept { person: person("anna"), on: today() };
        let mut note = CheckIn::open(&kept).unwrap();
        let shared = CheckInFact::Shared { with: person("ben"), on: today() };
        note.apply(&shared);
        let facts = [kept, shared, CheckInFact::Unshared { on: today() }, CheckInFact::Destroyed { on: today() }];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "kept": {
              "person": "c51369a6-9c80-5d6c-9b16-3a7062b0eaab",
              "on": "2026-10-05"
            }
          },
          {
            "shared": {
              "with": "db687a2d-a9b5-5661-9d7b-c0fedb6cc421",
              "on": "2026-10-05"
            }
          },
          {
            "unshared": {
              "on": "2026-10-05"
            }
          },
          {
            "destroyed": {
              "on": "2026-10-05"
            }
          }
        ]
        "#);
        assert_json_snapshot!(note, @r#"
        {
          "person": "c51369a6-9c80-5d6c-9b16-3a7062b0eaab",
          "on": "2026-10-05",
          "shared": [
            "db687a2d-a9b5-5661-9d7b-c0fedb6cc421"
          ]
        }
        "#);
        let given = thanks(RecognitionAudience::Everybody);
        let given = RecognitionFact::Given { by: person("ben"), given: Box::new(given) };
        let thanks = Recognition::open(&given).unwrap();
        assert_json_snapshot!([given, RecognitionFact::Withdrawn { on: today() }], @r#"
        [
          {
            "given": {
              "by": "db687a2d-a9b5-5661-9d7b-c0fedb6cc421",
              "given": {
                "to": [
                  "c51369a6-9c80-5d6c-9b16-3a7062b0eaab"
                ],
                "values": [
                  "care"
                ],
                "text": "For looking after the guests",
                "audience": "everybody",
                "on": "2026-10-05"
              }
            }
          },
          {
            "withdrawn": {
              "on": "2026-10-05"
            }
          }
        ]
        "#);
        assert_json_snapshot!(thanks, @r#"
        {
          "by": "db687a2d-a9b5-5661-9d7b-c0fedb6cc421",
          "given": {
            "to": [
              "c51369a6-9c80-5d6c-9b16-3a7062b0eaab"
            ],
            "values": [
              "care"
            ],
            "text": "For looking after the guests",
            "audience": "everybody",
            "on": "2026-10-05"
          }
        }
        "#);
    }
}
