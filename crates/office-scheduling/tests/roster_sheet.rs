//! The laws of rosters that are kept, and of swaps, numbered as in the crate's documentation.

#[cfg(test)]
mod stored {
    use std::collections::BTreeSet;

    use chrono::{DateTime, NaiveDate, Utc};
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{Actor, Command, Decision, Entity, Id, Office, Role, StoreError, fold, wait};
    use office_scheduling::{
        AmendRosterError, ApproveSwapError, CoverDemand, RedraftRosterError, Roster, RosterAmendment, RosterContract,
        RosterPlan, RosterPlanParts, RosterSearch, RosterSheet, RosterSheetFact, RosterSheetId, ShiftChange, ShiftType,
        SwapError, SwapFact, SwapRequest, SwapRequestId, SwapStatus, SwapStepError, SwapTerms, approve_swap,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn at() -> DateTime<Utc> {
        "2026-10-20T09:00:00Z".parse().unwrap()
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    /// An id by a short number, so that a stored form can be read.
    fn id<T>(number: u32) -> Id<T> {
        format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
    }

    fn person(number: u32) -> PersonId {
        id(number)
    }

    const MANAGER: u32 = 9;

    /// Two people at a desk for a week; each owes two shifts and works at most three in a row.
    fn plan() -> RosterPlan {
        let contract = |number, name: &str| RosterContract {
            least_minutes: 960,
            most_consecutive_shifts: 3,
            ..RosterContract::unlimited(person(number), name)
        };
        let demand = (2..9).map(|date| CoverDemand {
            date: day(date),
            shift: "desk".parse().unwrap(),
            skill: None,
            wanted: 1,
            under_weight: 100,
            over_weight: 1,
        });
        RosterPlan::new(RosterPlanParts {
            days: "2026-11-02/2026-11-09".parse().unwrap(),
            shifts: vec![ShiftType::new("desk".parse().unwrap(), 480)],
            people: vec![contract(1, "Ada"), contract(2, "Ben")],
            demand: demand.collect(),
            fairness: None,
        })
        .unwrap()
    }

    fn roster(days: [&[u32]; 2]) -> Roster {
        let mut roster = Roster::new();
        for (number, days) in [1, 2].into_iter().zip(days) {
            for date in days {
                roster.assign(person(number), day(*date), "desk".parse().unwrap());
            }
        }
        roster
    }

    fn published(roster: Roster) -> RosterSheet {
        let mut sheet = RosterSheet::open(&RosterSheet::draft(plan(), roster)).unwrap();
        sheet.apply(&sheet.publish(person(MANAGER), at()).unwrap().fact().unwrap());
        sheet
    }

    fn change(number: u32, date: u32, works: bool) -> ShiftChange {
        let desk = |there: bool| there.then(|| "desk".parse().unwrap());
        ShiftChange { person: person(number), date: day(date), before: desk(!works), after: desk(works) }
    }

    fn amendment(changes: Vec<ShiftChange>) -> RosterAmendment {
        let why = "a visit to the dentist".to_owned();
        RosterAmendment { changes, contracts: vec![], why, by: person(MANAGER), at: at() }
    }

    /// Law 37.
    #[test]
    fn a_published_roster_changes_only_by_amendments() {
        let draft = RosterSheet::open(&RosterSheet::draft(plan(), roster([&[2], &[5, 6, 7, 8]]))).unwrap();
        assert_eq!(draft.version(), 0);
        assert_eq!(draft.amend(amendment(vec![change(1, 4, true)])), Err(AmendRosterError::NotPublished));
        let refused = draft.publish(person(MANAGER), at()).unwrap_err().to_string();
        let text = "the roster breaks a rule: Ada: works 480 minutes: at least 960 are owed (and 1 more): one that keeps all of them is wanted";
        assert_eq!(refused, text);

        let sheet = published(roster([&[2, 3, 4], &[5, 6, 7]]));
        assert_eq!(sheet.publish(person(MANAGER), at()), Ok(Decision::AlreadyRecorded));
        assert_eq!(sheet.redraft(plan(), Roster::new()), Err(RedraftRosterError::Published { at: at() }));
        let free = sheet.amend(amendment(vec![change(1, 8, false)])).unwrap_err().to_string();
        assert_eq!(free, "on 2026-11-08 the roster has a day off: a change of that is wanted");
        assert!(matches!(sheet.amend(amendment(vec![change(1, 5, true)])), Err(AmendRosterError::Breaks(_))));
        assert_eq!(sheet.amend(amendment(vec![])), Err(AmendRosterError::Changes { count: 0 }));

        let mut later = sheet.clone();
        let moved = amendment(vec![change(1, 4, false), change(1, 8, true)]);
        later.apply(&later.amend(moved.clone()).unwrap().fact().unwrap());
        assert_eq!((later.version(), later.amendments()), (2, &[moved.clone()][..]));
        assert_eq!(later.amend(moved), Ok(Decision::AlreadyRecorded));
        assert_eq!(later.roster(), &roster([&[2, 3, 8], &[5, 6, 7]]));
    }

    /// Law 37: who falls ill owes less, and is off; the contract changes with the shifts.
    #[test]
    fn an_illness_changes_the_contract_as_well() {
        let mut sheet = published(roster([&[2, 3], &[5, 6]]));
        let ill = RosterContract {
            days_off: [day(2), day(3)].into(),
            least_minutes: 0,
            ..sheet.plan().contract(person(1)).unwrap().clone()
        };
        let off = RosterAmendment { contracts: vec![ill], ..amendment(vec![change(1, 2, false), change(1, 3, false)]) };
        sheet.apply(&sheet.amend(off).unwrap().fact().unwrap());
        assert_eq!(sheet.plan().contract(person(1)).unwrap().least_minutes, 0);
        assert_eq!(sheet.roster(), &roster([&[], &[5, 6]]));
        assert!(matches!(sheet.amend(amendment(vec![change(1, 2, true)])), Err(AmendRosterError::Breaks(_))));
    }

    fn command(key: &str) -> Command {
        Command::new(key, "roster", Actor::new(person(MANAGER), Role::new("office_manager")), at()).unwrap()
    }

    fn terms(dates: &[u32]) -> SwapTerms {
        let dates: BTreeSet<NaiveDate> = dates.iter().map(|date| day(*date)).collect();
        SwapTerms { roster: RosterSheetId::natural("roster", "2026-11"), asker: person(1), other: person(2), dates }
    }

    /// Law 36, for a roster and a swap that are stored: in memory, in a file, on a server.
    #[test]
    fn a_swap_is_approved_after_the_other_accepted() {
        let (_places, offices) = offices();
        for office in &offices {
            swap_in(office);
        }
    }

    fn swap_in(office: &Office) {
        let (sheet, swap) = (terms(&[2]).roster, SwapRequestId::natural("roster_swap", "S-1"));
        let store = wait(office.transact(&command("draft"), |tx| async move {
            tx.create(sheet, RosterSheet::draft(plan(), roster([&[2, 3, 4], &[5, 6, 7]]))).await?;
            let draft = tx.load(sheet).await?;
            tx.decide(sheet, draft.publish(person(MANAGER), at()).unwrap()).await?;
            tx.create(swap, SwapRequest::ask(terms(&[4, 5, 8])).unwrap()).await?;
            let open = tx.list(SwapRequest::OPEN, &sheet).await?;
            Ok::<_, StoreError>(open.len())
        }));
        assert_eq!(store.unwrap(), 1);
        let approve = |key: &str, by| {
            wait(office.transact(&command(key), |tx| async move { approve_swap(&tx, swap, person(by)).await }))
        };
        let asked = SwapStepError::Status { status: SwapStatus::Asked };
        assert!(matches!(approve("early", MANAGER), Err(ApproveSwapError::Step(error)) if error == asked));
        let answer = wait(office.transact(&command("accept"), |tx| async move {
            let asked = tx.load(swap).await?;
            assert_eq!(asked.accept(person(1), at()), Err(SwapStepError::NotYours));
            tx.decide(swap, asked.accept(person(2), at()).unwrap()).await
        }));
        answer.map_err(|error: StoreError| error).unwrap();
        let own = approve("own", 1);
        assert!(matches!(own, Err(ApproveSwapError::Step(SwapStepError::NotYours))), "{own:?}");
        approve("approve", MANAGER).unwrap();
        approve("again", MANAGER).unwrap();
        let (sheet, swap, open) = wait(office.view(|view| async move {
            let open = view.list(SwapRequest::OPEN, &sheet).await?;
            Ok::<_, StoreError>((view.load(sheet).await?, view.load(swap).await?, open.len()))
        }))
        .unwrap();
        assert_eq!(sheet.roster(), &roster([&[2, 3, 5], &[4, 6, 7]]));
        assert_eq!((sheet.version(), open), (2, 0));
        assert_eq!(swap.status(), SwapStatus::Approved { by: person(MANAGER), at: at() });
        assert!(matches!(swap.withdraw(person(1), at()), Err(SwapStepError::Status { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        /// Law 36: a swap exchanges just the days it names, keeps every rule, and swapped again is undone.
        #[test]
        fn a_swap_keeps_the_rules(seed in 0_u64..50, dates in proptest::collection::btree_set(2_u32..9, 1..4)) {
            let plan = plan();
            let now = plan.generate(&Roster::new(), RosterSearch { seed, steps: 1 }, |_| false).unwrap().roster;
            let dates: BTreeSet<NaiveDate> = dates.into_iter().map(day).collect();
            let mut then = now.clone();
            for date in &dates {
                let (one, other) = (now.shift(person(1), *date).cloned(), now.shift(person(2), *date).cloned());
                then = then.with(person(1), *date, other).with(person(2), *date, one);
            }
            match plan.swap(&now, person(1), person(2), &dates) {
                Err(SwapError::Nothing) => prop_assert_eq!(then, now),
                Err(_) => prop_assert!(!plan.check(&then).is_empty()),
                Ok(changes) => {
                    let mut sheet = published(now.clone());
                    sheet.apply(&sheet.amend(amendment(changes)).unwrap().fact().unwrap());
                    prop_assert_eq!(sheet.roster(), &then);
                    prop_assert_eq!(plan.check(&then), vec![]);
                    let back = plan.swap(&then, person(1), person(2), &dates).unwrap();
                    sheet.apply(&sheet.amend(RosterAmendment { why: "back".to_owned(), ..amendment(back) }).unwrap().fact().unwrap());
                    prop_assert_eq!(sheet.roster(), &now);
                }
            }
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "the forms are long")]
    fn the_stored_forms_are_these() {
        let shift = |name: &str, minutes| ShiftType::new(name.parse().unwrap(), minutes);
        let mut late = shift("late", 420);
        late.starts = Some("14:00:00".parse().unwrap());
        late.not_followed_by.insert("desk".parse().unwrap());
        let ada = RosterContract { days_off: [day(3)].into(), ..RosterContract::unlimited(person(1), "Ada") };
        let plan = RosterPlan::new(RosterPlanParts {
            days: "2026-11-02/2026-11-04".parse().unwrap(),
            shifts: vec![shift("desk", 480), late],
            people: vec![ada],
            demand: plan().parts().demand[..1].to_vec(),
            fairness: None,
        })
        .unwrap();
        let facts = [
            RosterSheet::draft(plan, Roster::new().with(person(1), day(2), Some("desk".parse().unwrap()))),
            published(roster([&[2, 3], &[5, 6]])).published().map(RosterSheetFact::Published).unwrap(),
            RosterSheetFact::Amended(amendment(vec![change(1, 2, false)])),
        ];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "drafted": {
              "plan": {
                "days": {
                  "start": "2026-11-02",
                  "end": "2026-11-04"
                },
                "shifts": [
                  {
                    "name": "desk",
                    "minutes": 480
                  },
                  {
                    "name": "late",
                    "minutes": 420,
                    "starts": "14:00:00",
                    "not_followed_by": [
                      "desk"
                    ]
                  }
                ],
                "people": [
                  {
                    "person": "00000000-0000-0000-0000-000000000001",
                    "name": "Ada",
                    "least_minutes": 0,
                    "least_consecutive_shifts": 0,
                    "least_consecutive_days_off": 0,
                    "days_off": [
                      "2026-11-03"
                    ]
                  }
                ],
                "demand": [
                  {
                    "date": "2026-11-02",
                    "shift": "desk",
                    "wanted": 1,
                    "under_weight": 100,
                    "over_weight": 1
                  }
                ]
              },
              "roster": {
                "00000000-0000-0000-0000-000000000001": {
                  "2026-11-02": "desk"
                }
              }
            }
          },
          {
            "published": {
              "by": "00000000-0000-0000-0000-000000000009",
              "at": "2026-10-20T09:00:00Z"
            }
          },
          {
            "amended": {
              "changes": [
                {
                  "person": "00000000-0000-0000-0000-000000000001",
                  "date": "2026-11-02",
                  "before": "desk",
                  "after": null
                }
              ],
              "why": "a visit to the dentist",
              "by": "00000000-0000-0000-0000-000000000009",
              "at": "2026-10-20T09:00:00Z"
            }
          }
        ]
        "#);
        // The plan is stored as it was drafted.
        let mut state = serde_json::to_value(fold::<RosterSheet>(&facts).unwrap()).unwrap();
        let drafted = serde_json::to_value(&facts[0]).unwrap()["drafted"]["plan"].clone();
        assert_eq!(state.as_object_mut().unwrap().remove("plan"), Some(drafted));
        assert_json_snapshot!(state, @r#"
        {
          "amendments": [
            {
              "at": "2026-10-20T09:00:00Z",
              "by": "00000000-0000-0000-0000-000000000009",
              "changes": [
                {
                  "after": null,
                  "before": "desk",
                  "date": "2026-11-02",
                  "person": "00000000-0000-0000-0000-000000000001"
                }
              ],
              "why": "a visit to the dentist"
            }
          ],
          "published": {
            "at": "2026-10-20T09:00:00Z",
            "by": "00000000-0000-0000-0000-000000000009"
          },
          "roster": {}
        }
        "#);
        let roster = id(11);
        let asked = SwapRequest::ask(SwapTerms { roster, ..terms(&[4]) }).unwrap();
        let approved = SwapStatus::Approved { by: person(MANAGER), at: at() };
        let facts = [asked, SwapFact::Became { status: approved, by: person(MANAGER), at: at() }];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "asked": {
              "terms": {
                "roster": "00000000-0000-0000-0000-000000000011",
                "asker": "00000000-0000-0000-0000-000000000001",
                "other": "00000000-0000-0000-0000-000000000002",
                "dates": [
                  "2026-11-04"
                ]
              }
            }
          },
          {
            "became": {
              "status": {
                "approved": {
                  "by": "00000000-0000-0000-0000-000000000009",
                  "at": "2026-10-20T09:00:00Z"
                }
              },
              "by": "00000000-0000-0000-0000-000000000009",
              "at": "2026-10-20T09:00:00Z"
            }
          }
        ]
        "#);
        assert_json_snapshot!(fold::<SwapRequest>(&facts).unwrap(), @r#"
        {
          "terms": {
            "roster": "00000000-0000-0000-0000-000000000011",
            "asker": "00000000-0000-0000-0000-000000000001",
            "other": "00000000-0000-0000-0000-000000000002",
            "dates": [
              "2026-11-04"
            ]
          },
          "status": {
            "approved": {
              "by": "00000000-0000-0000-0000-000000000009",
              "at": "2026-10-20T09:00:00Z"
            }
          }
        }
        "#);
    }
}
