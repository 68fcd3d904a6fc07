//! Checklists: what is done by whom, after what, and when a list may be closed.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "stories and stored forms are long")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::NaiveDate;
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Holidays, Id, MemoryStore, Office, Ratio, Role,
        Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
    };
    use office_hr::{
        Assignment, Checklist, ChecklistError, ChecklistFact, ChecklistItem, ChecklistTemplate, ChecklistTemplateError,
        EmploymentDay, EndEmployment, EndedChecklist, Hire, ItemDue, ItemOwner, SettledItem, StartedChecklist,
        cancel_checklist, close_checklist, end_employment, hire, replan_checklist, start_checklist, tick_item,
        untick_item, waive_item,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn today() -> NaiveDate {
        date("2026-10-05")
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn actor(name: &str, role: &'static str) -> Actor {
        Actor::new(person(name), Role::new(role))
    }

    fn command(key: &str, by: Actor) -> Command {
        Command::new(key, "checklist", by, "2026-10-05T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn list() -> Id<Checklist> {
        Id::natural("checklist", "E-1")
    }

    fn item(key: &str, owner: ItemOwner, days: i32, after: &[&str]) -> ChecklistItem {
        ChecklistItem {
            key: key.to_owned(),
            title: format!("see to the {key}"),
            owner,
            due: ItemDue { from: EmploymentDay::First, days, working: true },
            after: after.iter().map(|key| (*key).to_owned()).collect(),
            evidence: false,
            blocking: true,
        }
    }

    fn it() -> ItemOwner {
        ItemOwner::Role(Role::new("it"))
    }

    /// Contract, account, then laptop with its number, a talk with the manager; a leaving talk; lunch, which blocks nothing.
    fn template() -> ChecklistTemplate {
        let last = ItemDue { from: EmploymentDay::Last, days: -3, working: false };
        let items = vec![
            item("contract", ItemOwner::Employee, 0, &[]),
            item("account", it(), -2, &[]),
            ChecklistItem { evidence: true, ..item("laptop", it(), 0, &["account", "contract"]) },
            item("talk", ItemOwner::Manager, 5, &["laptop"]),
            ChecklistItem { due: last, ..item("farewell", ItemOwner::Manager, 0, &[]) },
            ChecklistItem { blocking: false, ..item("lunch", ItemOwner::Manager, 1, &[]) },
        ];
        ChecklistTemplate::new("coming", items).unwrap()
    }

    fn calendar() -> WorkingCalendar {
        let valid = DateRange::year(2026).unwrap();
        let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse().unwrap()), Holidays::none(valid));
        WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays })
            .unwrap()
    }

    /// Two of the IT staff; the manager may waive and cancel.
    fn book() -> AuthorityBook {
        let (valid, scope) = (DateRange::year(2026).unwrap(), Scope::anywhere());
        let mut book = AuthorityBook::default();
        for (name, role) in [("E-7", "it"), ("E-8", "it"), ("E-2", "office_manager"), ("E-1", "office_manager")] {
            let appointment = Appointment { person: person(name), role: Role::new(role), scope: scope.clone(), valid };
            book.appointments.push(appointment);
        }
        let (role, action) = (Role::new("office_manager"), "checklist.waive".parse().unwrap());
        book.grants.push(Grant { role, action, scope, limit: None, valid });
        book
    }

    fn begin(office: &Office) {
        let assignment = Assignment {
            role: Role::new("employee"),
            manager: Some(person("E-2")),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            scope: Scope::anywhere(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: Zone::UTC,
        };
        let employment = Id::natural("employment", "E-1");
        let hiring = &Hire { person: person("E-1"), term: "2026-10-01/..".parse().unwrap(), assignment };
        let (template, calendar) = (&template(), &calendar());
        wait(office.transact(&command("begin", actor("E-2", "office_manager")), |tx| async move {
            hire(&tx, employment, hiring).await.unwrap();
            start_checklist(&tx, list(), employment, template, calendar).await
        }))
        .unwrap();
    }

    fn load(office: &Office) -> Checklist {
        wait(office.view(|view| async move { view.load(list()).await })).unwrap()
    }

    fn tick(office: &Office, key: &str, item: &str, by: Actor, evidence: &str) -> Result<(), String> {
        let book = &book();
        wait(office.transact(&command(key, by), |tx| async move {
            tick_item(&tx, list(), item, evidence, today(), book).await
        }))
        .map_err(|error: ChecklistError| error.to_string())
    }

    fn waive(office: &Office, key: &str, item: &str, by: Actor, why: &str) -> Result<(), String> {
        let (book, action) = (&book(), &"checklist.waive".parse().unwrap());
        wait(office.transact(&command(key, by), |tx| async move {
            waive_item(&tx, list(), (item, why), today(), action, book).await
        }))
        .map_err(|error: ChecklistError| error.to_string())
    }

    fn close(office: &Office, key: &str) -> Result<(), String> {
        let command = command(key, actor("E-2", "office_manager"));
        wait(office.transact(&command, |tx| async move { close_checklist(&tx, list(), today()).await }))
            .map_err(|error: ChecklistError| error.to_string())
    }

    #[test]
    fn a_list_is_worked_off_and_closed() {
        let (_places, offices) = offices();
        for office in &offices {
            begin(office);
            let dues: Vec<_> = load(office).open_items().map(|(item, due)| (item.key.clone(), due)).collect();
            let due = |key: &str, day: &str| (key.to_owned(), Some(date(day)));
            let first = [due("contract", "2026-10-01"), due("account", "2026-09-29"), due("laptop", "2026-10-01")];
            assert_eq!(dues[..3], first);
            assert_eq!(dues[4], ("farewell".to_owned(), None));
            assert_eq!(
                load(office).overdue(today()).map(|(item, _)| item.key.as_str()).collect::<Vec<_>>(),
                ["contract", "account", "laptop", "lunch"]
            );

            let (employee, it, manager) =
                (actor("E-1", "employee"), actor("E-7", "it"), actor("E-2", "office_manager"));
            let refused = tick(office, "a", "laptop", it.clone(), "SN-1").unwrap_err();
            assert_eq!(refused, "`laptop` waits for `account`: that is to be settled first");
            let refused = tick(office, "b", "account", employee.clone(), "").unwrap_err();
            assert_eq!(refused, "`account` is not theirs: somebody who holds the role it is wanted");
            // The role is held, not only claimed.
            assert!(tick(office, "c", "account", actor("E-9", "it"), "").is_err());
            tick(office, "d", "account", it.clone(), "").unwrap();
            assert!(
                tick(office, "e", "contract", manager.clone(), "").unwrap_err().ends_with("the employee is wanted")
            );
            tick(office, "f", "contract", employee.clone().on_behalf_of(person("E-1")), "").unwrap();
            assert!(
                tick(office, "g", "laptop", it.clone(), "").unwrap_err().ends_with("evidence of 1 to 500 characters")
            );
            tick(office, "h", "laptop", it.clone(), "SN-1").unwrap();
            tick(office, "h-again", "laptop", it.clone(), "SN-1").unwrap();
            assert!(
                tick(office, "i", "laptop", it.clone(), "SN-2").unwrap_err().starts_with("`laptop` is settled since")
            );

            // What was built upon is not opened again.
            let book = &book();
            let untick = |key: &str, item: &'static str, by: Actor| {
                wait(office.transact(&command(key, by), |tx| async move {
                    untick_item(&tx, list(), item, "a wrong one", today(), book).await
                }))
                .map_err(|error: ChecklistError| error.to_string())
            };
            assert!(untick("j", "account", it.clone()).unwrap_err().starts_with("`laptop` was done after `account`"));
            untick("k", "laptop", it.clone()).unwrap();
            untick("l", "account", it.clone()).unwrap();
            assert!(untick("m", "account", it.clone()).unwrap_err().ends_with("one that is settled is wanted"));
            tick(office, "n", "account", it.clone(), "").unwrap();
            tick(office, "o", "laptop", it, "SN-3").unwrap();

            assert!(close(office, "p").unwrap_err().starts_with("2 of the checklist are open, `talk` among them"));
            tick(office, "q", "talk", manager.clone(), "").unwrap();
            assert!(waive(office, "r", "farewell", manager.clone(), "").is_err());
            // Nobody is let off by themselves.
            assert!(waive(office, "s", "farewell", actor("E-1", "office_manager"), "shy").is_err());
            waive(office, "t", "farewell", manager.clone(), "stays").unwrap();
            close(office, "u").unwrap();
            close(office, "v").unwrap();
            assert!(tick(office, "w", "lunch", manager, "").unwrap_err().starts_with("the checklist ended on"));
            assert_eq!(load(office).overdue(today()).count(), 0);
            let open =
                wait(office.view(|view| async move { view.page(Checklist::OPEN, None, None, 10).await })).unwrap();
            assert!(open.is_empty());
        }
    }

    #[test]
    fn of_two_who_do_an_item_at_once_one_has_done_it() {
        let (_places, offices) = offices();
        for office in &offices {
            begin(office);
            for round in 0..8 {
                let barrier = &Barrier::new(2);
                let done = std::thread::scope(|scope| {
                    let both = ["E-7", "E-8"].map(|name| {
                        scope.spawn(move || {
                            barrier.wait();
                            tick(office, &format!("{round}-{name}"), "account", actor(name, "it"), "")
                        })
                    });
                    both.map(|thread| thread.join().unwrap().is_ok())
                });
                assert_eq!(done.iter().filter(|done| **done).count(), 1, "round {round}");
                let book = &book();
                wait(office.transact(&command(&format!("{round}-un"), actor("E-7", "it")), |tx| async move {
                    untick_item(&tx, list(), "account", "another try", today(), book).await
                }))
                .unwrap();
            }
        }
    }

    #[test]
    fn days_follow_the_employment_and_what_is_done_stays_done() {
        let office = Office::on(MemoryStore::new());
        begin(&office);
        tick(&office, "a", "account", actor("E-7", "it"), "").unwrap();
        let (employment, end) = (Id::natural("employment", "E-1"), &EndEmployment { last: date("2026-11-30") });
        let manager = || actor("E-2", "office_manager");
        let ending = |tx| async move { end_employment(&tx, employment, end).await };
        wait(office.transact(&command("end", manager()), ending)).unwrap();
        let calendar = &calendar();
        let replan =
            |key: &str| {
                wait(office.transact(&command(key, manager()), |tx| async move {
                    replan_checklist(&tx, list(), calendar).await
                }))
            };
        replan("b").unwrap();
        replan("c").unwrap();
        let list_now = load(&office);
        assert_eq!(list_now.started().dues.get("farewell"), Some(&date("2026-11-27")));
        assert!(list_now.settled().contains_key("account"));
        let action = &"checklist.waive".parse().unwrap();
        let cancel = |key: &str, by: Actor| {
            let book = &book();
            wait(office.transact(&command(key, by), |tx| async move {
                cancel_checklist(&tx, list(), "did not come", today(), action, book).await
            }))
        };
        assert!(matches!(cancel("d", actor("E-7", "it")), Err(ChecklistError::NotAllowed { .. })));
        cancel("e", manager()).unwrap();
        assert!(matches!(replan("f"), Err(ChecklistError::Ended { .. })));
        assert!(close(&office, "g").is_err());
    }

    #[test]
    fn what_is_no_checklist_is_refused() {
        let new = |items: Vec<ChecklistItem>| ChecklistTemplate::new("coming", items).unwrap_err();
        assert_eq!(new(Vec::new()), ChecklistTemplateError::Count { items: 0 });
        let twice = vec![item("a", it(), 0, &[]), item("a", it(), 0, &[])];
        assert_eq!(new(twice), ChecklistTemplateError::KeyTaken { row: 2, key: "a".into() });
        let unknown = vec![item("a", it(), 0, &["b"])];
        assert_eq!(new(unknown), ChecklistTemplateError::Unknown { key: "a".into(), wanted: "b".into() });
        let far = vec![item("a", it(), i32::MIN, &[])];
        assert_eq!(new(far), ChecklistTemplateError::Days { key: "a".into(), days: i32::MIN });
        let itself = vec![item("a", it(), 0, &["a"])];
        assert_eq!(new(itself), ChecklistTemplateError::Circle { key: "a".into(), wanted: "a".into() });
        assert!(matches!(new(vec![item(" ", it(), 0, &[])]), ChecklistTemplateError::Text { field: "key", row: 1 }));
        let json = serde_json::to_string(&template()).unwrap();
        assert_eq!(serde_json::from_str::<ChecklistTemplate>(&json).unwrap(), template());
        assert!(
            serde_json::from_str::<ChecklistTemplate>(&json.replace("\"account\",\"contract\"", "\"no\"")).is_err()
        );
    }

    /// A list of six items, each waiting for some of those before it, and which of them block.
    fn lists() -> impl Strategy<Value = Vec<(BTreeSet<usize>, bool)>> {
        let item = |number: usize| (prop::collection::btree_set(0..number.max(1), 0..=number.min(2)), any::<bool>());
        (item(0), item(1), item(2), item(3), item(4), item(5)).prop_map(|all| {
            let mut all = vec![all.0, all.1, all.2, all.3, all.4, all.5];
            all[0].0.clear();
            all
        })
    }

    #[derive(Clone, Copy, Debug)]
    enum Act {
        Tick(usize),
        Waive(usize),
        Untick(usize),
        Close,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            5 => (0_usize..6).prop_map(Act::Tick),
            1 => (0_usize..6).prop_map(Act::Waive),
            1 => (0_usize..6).prop_map(Act::Untick),
            1 => Just(Act::Close),
        ];
        prop::collection::vec(act, 1..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn nothing_is_done_before_what_it_waits_for_and_nothing_is_closed_over_what_blocks(items in lists(), acts in acts()) {
            let key = |number: usize| number.to_string();
            let made = (0..).zip(&items).map(|(number, (after, blocking))| ChecklistItem {
                after: after.iter().map(|number| key(*number)).collect(),
                blocking: *blocking,
                ..item(&key(number), ItemOwner::Employee, 0, &[])
            });
            let template = ChecklistTemplate::new("coming", made.collect()).unwrap();
            let (person, employment) = (person("E-1"), Id::natural("employment", "E-1"));
            let term = "2026-10-01/..".parse().unwrap();
            let started = StartedChecklist { person, employment, term, template, dues: BTreeMap::new() };
            let mut history = vec![ChecklistFact::Started(Box::new(started))];
            // What a plain list knows: what is done, what is left out, whether it is closed.
            let (mut done, mut waived, mut closed) = (BTreeSet::new(), BTreeSet::new(), false);
            for (act, on) in acts.into_iter().zip(today().iter_days()) {
                let list = office_core::fold::<Checklist>(&history).unwrap();
                let settled = |number: &usize| done.contains(number) || waived.contains(number);
                let (decision, expected) = match act {
                    Act::Tick(number) => {
                        let may = !closed && !settled(&number) && items[number].0.iter().all(settled);
                        (list.tick(&key(number), person, "", on), may)
                    }
                    Act::Waive(number) => (list.waive(&key(number), person, "not here", on), !closed && !settled(&number)),
                    Act::Untick(number) => {
                        let needed = (0..).zip(&items).any(|(other, (after, _))| done.contains(&other) && after.contains(&number));
                        (list.untick(&key(number), "wrong"), !closed && settled(&number) && !needed)
                    }
                    Act::Close => {
                        let blocked = (0..).zip(&items).any(|(number, (_, blocking))| *blocking && !settled(&number));
                        (list.close(on), closed || !blocked)
                    }
                };
                prop_assert_eq!(decision.is_ok(), expected, "{:?}: {:?}", act, decision);
                let Ok(decision) = decision else { continue };
                history.extend(decision.fact());
                match act {
                    Act::Tick(number) => drop(done.insert(number)),
                    Act::Waive(number) => drop(waived.insert(number)),
                    Act::Untick(number) => {
                        done.remove(&number);
                        waived.remove(&number);
                    }
                    Act::Close => closed = true,
                }
            }
            let list = office_core::fold::<Checklist>(&history).unwrap();
            prop_assert_eq!(list.ended().is_some(), closed);
            prop_assert_eq!(list.settled().len(), done.len() + waived.len());
            let json = serde_json::to_string(&list).unwrap();
            prop_assert_eq!(serde_json::from_str::<Checklist>(&json).unwrap(), list);
        }
    }

    #[test]
    fn stored_forms() {
        let office = Office::on(MemoryStore::new());
        begin(&office);
        let list = load(&office);
        let (by, on) = (person("E-7"), today());
        let facts = [
            ChecklistFact::Settled {
                item: "laptop".into(),
                how: SettledItem::Done { by, on, evidence: "SN-1".into() },
            },
            ChecklistFact::Settled { item: "talk".into(), how: SettledItem::Waived { by, on, why: "stays".into() } },
            ChecklistFact::Unsettled { item: "laptop".into(), why: "a wrong one".into() },
            ChecklistFact::Replanned { term: "2026-10-01/2026-11-30".parse().unwrap(), dues: BTreeMap::new() },
            ChecklistFact::Ended(EndedChecklist::Closed { on }),
            ChecklistFact::Ended(EndedChecklist::Cancelled { on, why: "did not come".into() }),
        ];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "settled": {
              "item": "laptop",
              "how": {
                "done": {
                  "by": "d0a7385d-aba6-5394-8376-5126bd0a939f",
                  "on": "2026-10-05",
                  "evidence": "SN-1"
                }
              }
            }
          },
          {
            "settled": {
              "item": "talk",
              "how": {
                "waived": {
                  "by": "d0a7385d-aba6-5394-8376-5126bd0a939f",
                  "on": "2026-10-05",
                  "why": "stays"
                }
              }
            }
          },
          {
            "unsettled": {
              "item": "laptop",
              "why": "a wrong one"
            }
          },
          {
            "replanned": {
              "term": {
                "start": "2026-10-01",
                "end": "2026-11-30"
              },
              "dues": {}
            }
          },
          {
            "ended": {
              "closed": {
                "on": "2026-10-05"
              }
            }
          },
          {
            "ended": {
              "cancelled": {
                "on": "2026-10-05",
                "why": "did not come"
              }
            }
          }
        ]
        "#);
        let short = ChecklistTemplate::new(
            "coming",
            template().items()[2..3]
                .iter()
                .cloned()
                .map(|mut item| {
                    item.after.clear();
                    item
                })
                .collect(),
        )
        .unwrap();
        let started = StartedChecklist { template: short, ..list.started().clone() };
        let begun = ChecklistFact::Started(Box::new(started));
        let list = office_core::fold::<Checklist>([&begun, &facts[0], &facts[4]]).unwrap();
        assert_json_snapshot!(begun, @r#"
        {
          "started": {
            "person": "059e6534-1bed-5965-91ff-d308c1443876",
            "employment": "0ecef38a-332a-57df-bf5a-a7bfaec18edb",
            "term": {
              "start": "2026-10-01"
            },
            "template": {
              "name": "coming",
              "items": [
                {
                  "key": "laptop",
                  "title": "see to the laptop",
                  "owner": {
                    "role": "it"
                  },
                  "due": {
                    "from": "first",
                    "days": 0,
                    "working": true
                  },
                  "evidence": true,
                  "blocking": true
                }
              ]
            },
            "dues": {
              "account": "2026-09-29",
              "contract": "2026-10-01",
              "laptop": "2026-10-01",
              "lunch": "2026-10-02",
              "talk": "2026-10-08"
            }
          }
        }
        "#);
        assert_json_snapshot!(list, @r#"
        {
          "started": {
            "person": "059e6534-1bed-5965-91ff-d308c1443876",
            "employment": "0ecef38a-332a-57df-bf5a-a7bfaec18edb",
            "term": {
              "start": "2026-10-01"
            },
            "template": {
              "name": "coming",
              "items": [
                {
                  "key": "laptop",
                  "title": "see to the laptop",
                  "owner": {
                    "role": "it"
                  },
                  "due": {
                    "from": "first",
                    "days": 0,
                    "working": true
                  },
                  "evidence": true,
                  "blocking": true
                }
              ]
            },
            "dues": {
              "account": "2026-09-29",
              "contract": "2026-10-01",
              "laptop": "2026-10-01",
              "lunch": "2026-10-02",
              "talk": "2026-10-08"
            }
          },
          "settled": {
            "laptop": {
              "done": {
                "by": "d0a7385d-aba6-5394-8376-5126bd0a939f",
                "on": "2026-10-05",
                "evidence": "SN-1"
              }
            }
          },
          "ended": {
            "closed": {
              "on": "2026-10-05"
            }
          }
        }
        "#);
    }
}
