//! The stored form of every fact and state.

#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
mod stored {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use insta::assert_json_snapshot;
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::{
        Actor, Appointment, ApprovalAct, ApprovalDeed, ApproveStep, AuthorityBook, DateRange, DayPart, Decision,
        Entity, Grant, Holidays, Id, Ratio, Role, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone,
    };
    use office_hr::{
        AnnualDay, Assignment, Basis, CancelLeave, Crediting, EarlierLeave, Employment, EmploymentFact, EndEmployment,
        Hire, LeaveAccount, LeaveAccountFact, LeaveCause, LeaveFact, LeaveHistory, LeavePlan, LeaveRequest,
        LeaveRounding, LeaveRules, LeaveStatus, LeaveTaken, LeaveTerms, Ledger, OpenAccount, Opening, PostedLedger,
        Reassign, RequestLeave, Tenure,
    };

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(days: i64) -> Ratio {
        Ratio::from_integer(days)
    }

    fn assignment(manager: Option<&str>) -> Assignment {
        Assignment {
            role: Role::new("employee"),
            manager: manager.map(|name| Id::natural("person", name)),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            scope: "company/CC-200".parse().unwrap(),
            weekly_hours: Ratio::new(77, 2).unwrap(),
            week: "MO|TU|WE|TH|FR am".parse().unwrap(),
            zone: "Europe/Berlin".parse().unwrap(),
        }
    }

    fn hired() -> EmploymentFact {
        let (person, term) = (Id::natural("person", "E-009"), "2019-11-01/..".parse().unwrap());
        EmploymentFact::Hired(Hire { person, term, assignment: assignment(Some("E-005")) })
    }

    fn account() -> OpenAccount {
        OpenAccount {
            person: Id::natural("person", "E-009"),
            kind: "annual".into(),
            employment: Id::natural("employment", "E-009"),
            plan: "LP-DE".into(),
            opening: Opening { on: date("2026-01-01"), carried_in: days(2) },
            earlier: vec![EarlierLeave { on: date("2026-09-30"), days: Ratio::new(21, 2).unwrap() }],
        }
    }

    fn plan(crediting: Crediting) -> LeavePlan {
        let terms = LeaveTerms::new(days(30), days(5))
            .with_part_years(Basis::twelfths(), LeaveRounding::HalfOrMoreUp)
            .with_carry_over(Some(days(5)), "03-31".parse().ok())
            .with_overdraft(days(1));
        let mut plan = LeavePlan::new("LP-DE", AnnualDay::NEW_YEAR, "DE-BE");
        plan.publish(date("2026-01-01"), LeaveTerms { crediting, most_days: Some(days(28)), ..terms }).unwrap();
        plan
    }

    fn rules() -> LeaveRules {
        let mut approval = PolicyBook::new("leave");
        let row = vec!["<= 10".into(), "approvals: 1 office_manager leave.approve".into()];
        let table = DecisionTable::from_rows(&["days: number", "outcome"], [row]).unwrap();
        approval.publish(date("2026-01-01"), table).unwrap();
        let (valid, exceptions) = (DateRange::year(2026).unwrap(), BTreeMap::new());
        let (holidays, week) = (Holidays::none(valid), WeeklyHours::weekdays("09:00-17:00".parse().unwrap()));
        LeaveRules {
            plans: BTreeMap::from([("LP-DE".into(), plan(Crediting::InAdvance))]),
            calendars: BTreeMap::from([("DE-BE".into(), holidays.clone())]),
            hours: WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays }).unwrap(),
            approval,
            teams: BTreeMap::new(),
            ask: "leave.ask".parse().unwrap(),
        }
    }

    fn fact<F, E>(decision: Result<Decision<F>, E>) -> F {
        decision.ok().and_then(Decision::fact).unwrap()
    }

    /// What happens to one request: asked for, approved, cancelled.
    fn request_facts() -> [LeaveFact; 3] {
        let (person, role) = (Id::natural("person", "E-009"), Role::new("office_manager"));
        let manager = Id::natural("person", "E-002");
        let by = Actor::new(person, Role::new("employee"));
        let asked = RequestLeave {
            person,
            kind: "annual".into(),
            range: "2026-10-02/2026-10-06".parse().unwrap(),
            part: DayPart::Whole,
            time: None,
            by: by.clone(),
            on: date("2026-10-01"),
            at: "2026-10-01T08:00:00Z".parse().unwrap(),
        };
        let employment = Employment::open(&hired()).unwrap();
        let opened = LeaveAccount::open(&LeaveAccountFact::Opened(account())).unwrap();
        let id = Id::natural("leave", "LR-02");
        let requested = fact(LeaveRequest::request(id, &asked, &employment, &opened, &[], &[], &rules()));
        let mut request = LeaveRequest::open(&requested).unwrap();
        let (valid, scope) = (DateRange::from(date("2026-01-01")), Scope::anywhere());
        let action = "leave.approve".parse().unwrap();
        let book = AuthorityBook {
            grants: vec![Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid }],
            appointments: vec![Appointment { person: manager, role: role.clone(), scope, valid }],
            ..AuthorityBook::default()
        };
        let step = ApproveStep { by: Actor::new(manager, role), step: 1, on: asked.on, at: asked.at };
        let approved = fact(request.approve(&step, &book));
        request.apply(&approved);
        let cancelled = fact(request.cancel(&CancelLeave { by, on: date("2026-10-01") }));
        [requested, approved, cancelled]
    }

    #[test]
    fn facts_of_an_employment() {
        assert_json_snapshot!(hired(), @r#"
        {
          "hired": {
            "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
            "term": {
              "start": "2019-11-01"
            },
            "assignment": {
              "role": "employee",
              "manager": "f4e0aa0f-5ca5-5809-ace6-239804517ea2",
              "cost_centre": "86d0af36-cf0d-5a89-a511-d456e3f08c09",
              "scope": "company/CC-200",
              "weekly_hours": "77/2",
              "week": "MO|TU|WE|TH|FR am",
              "zone": "Europe/Berlin"
            }
          }
        }
        "#);
        let reassigned = Reassign { from: date("2026-10-01"), assignment: assignment(None) };
        assert_json_snapshot!(EmploymentFact::Reassigned(reassigned), @r#"
        {
          "reassigned": {
            "from": "2026-10-01",
            "assignment": {
              "role": "employee",
              "cost_centre": "86d0af36-cf0d-5a89-a511-d456e3f08c09",
              "scope": "company/CC-200",
              "weekly_hours": "77/2",
              "week": "MO|TU|WE|TH|FR am",
              "zone": "Europe/Berlin"
            }
          }
        }
        "#);
        assert_json_snapshot!(EmploymentFact::Ended(EndEmployment { last: date("2026-10-31") }), @r#"
        {
          "ended": {
            "last": "2026-10-31"
          }
        }
        "#);
    }

    #[test]
    fn an_employment() {
        let mut employment = Employment::open(&hired()).unwrap();
        employment.apply(&EmploymentFact::Ended(EndEmployment { last: date("2026-10-31") }));
        assert_json_snapshot!(employment, @r#"
        {
          "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "term": {
            "start": "2019-11-01",
            "end": "2026-11-01"
          },
          "assignments": {
            "2019-11-01": {
              "role": "employee",
              "manager": "f4e0aa0f-5ca5-5809-ace6-239804517ea2",
              "cost_centre": "86d0af36-cf0d-5a89-a511-d456e3f08c09",
              "scope": "company/CC-200",
              "weekly_hours": "77/2",
              "week": "MO|TU|WE|TH|FR am",
              "zone": "Europe/Berlin"
            }
          }
        }
        "#);
        let text = serde_json::to_string(&employment).unwrap();
        assert_eq!(serde_json::from_str::<Employment>(&text).unwrap(), employment);
    }

    #[test]
    fn an_account_and_its_fact() {
        let opened = LeaveAccountFact::Opened(account());
        assert_json_snapshot!(opened, @r#"
        {
          "opened": {
            "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
            "kind": "annual",
            "employment": "468c750e-cd6d-53b4-9285-4956f0810768",
            "plan": "LP-DE",
            "opening": {
              "on": "2026-01-01",
              "carried_in": "2"
            },
            "earlier": [
              {
                "on": "2026-09-30",
                "days": "21/2"
              }
            ]
          }
        }
        "#);
        assert_json_snapshot!(LeaveAccount::open(&opened).unwrap(), @r#"
        {
          "opened": {
            "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
            "kind": "annual",
            "employment": "468c750e-cd6d-53b4-9285-4956f0810768",
            "plan": "LP-DE",
            "opening": {
              "on": "2026-01-01",
              "carried_in": "2"
            },
            "earlier": [
              {
                "on": "2026-09-30",
                "days": "21/2"
              }
            ]
          }
        }
        "#);
    }

    #[test]
    fn facts_of_a_request() {
        let [requested, approved, cancelled] = request_facts();
        assert_json_snapshot!(requested, @r#"
        {
          "requested": {
            "asked": {
              "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
              "kind": "annual",
              "range": {
                "start": "2026-10-02",
                "end": "2026-10-06"
              },
              "days": [
                {
                  "on": "2026-10-02",
                  "part": "morning"
                },
                {
                  "on": "2026-10-05",
                  "part": "whole"
                }
              ],
              "on": "2026-10-01",
              "ruling": {
                "version": {
                  "policy": "leave",
                  "since": "2026-01-01",
                  "content": "d8dbb926-f091-573d-85bb-0b5b387d7973"
                },
                "facts": {
                  "days": {
                    "number": "1.5"
                  }
                },
                "tables": [
                  {
                    "hit": "first",
                    "decided": [
                      {
                        "row": 1,
                        "cells": [
                          {
                            "column": "days",
                            "asks": "<= 10"
                          }
                        ]
                      }
                    ]
                  }
                ]
              }
            },
            "approval": {
              "case": {
                "case": "de5739a6-40bd-50e3-8853-ce435d5b2d76",
                "requester": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
                "beneficiaries": [
                  "9693db45-4ff8-5ad8-bed6-0082b07d5176"
                ],
                "scope": "company/CC-200"
              },
              "outcome": "approvals: 1 office_manager leave.approve",
              "at": "2026-10-01T08:00:00Z",
              "acts": []
            }
          }
        }
        "#);
        assert_json_snapshot!(approved, @r#"
        {
          "decided": {
            "on": "2026-10-01",
            "at": "2026-10-01T08:00:00Z",
            "deed": {
              "approved": {
                "by": {
                  "person": "8c2da134-587a-527c-815f-331dd6f3ec6c",
                  "role": "office_manager"
                },
                "step": 1,
                "ground": {
                  "appointment": {
                    "person": "8c2da134-587a-527c-815f-331dd6f3ec6c",
                    "role": "office_manager",
                    "scope": "*",
                    "valid": {
                      "start": "2026-01-01"
                    }
                  },
                  "grant": {
                    "role": "office_manager",
                    "action": "leave.approve",
                    "scope": "*",
                    "valid": {
                      "start": "2026-01-01"
                    }
                  }
                }
              }
            }
          }
        }
        "#);
        assert_json_snapshot!(cancelled, @r#"
        {
          "cancelled": {
            "by": {
              "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
              "role": "employee"
            },
            "on": "2026-10-01"
          }
        }
        "#);
    }

    #[test]
    fn a_request_that_has_expired() {
        let [requested, ..] = request_facts();
        let mut request = LeaveRequest::open(&requested).unwrap();
        let (on, at) = (date("2026-10-07"), "2026-10-07T15:00:00Z".parse().unwrap());
        let due = LeaveFact::FellDue(vec![ApprovalAct { on, at, deed: ApprovalDeed::Expired { step: 1 } }]);
        assert_json_snapshot!(due, @r#"
        {
          "fell_due": [
            {
              "on": "2026-10-07",
              "at": "2026-10-07T15:00:00Z",
              "deed": {
                "expired": {
                  "step": 1
                }
              }
            }
          ]
        }
        "#);
        request.apply(&due);
        // Its policy lets nothing expire: what it does not say does not happen.
        assert_json_snapshot!(request.status(), @r#"
        {
          "submitted": {
            "stage": 1
          }
        }
        "#);
        assert_json_snapshot!([LeaveStatus::Withdrawn { on }, LeaveStatus::Expired { at }], @r#"
        [
          {
            "withdrawn": {
              "on": "2026-10-07"
            }
          },
          {
            "expired": {
              "at": "2026-10-07T15:00:00Z"
            }
          }
        ]
        "#);
    }

    #[test]
    fn a_request() {
        let [requested, approved, cancelled] = request_facts();
        let mut request = LeaveRequest::open(&requested).unwrap();
        assert_json_snapshot!(request.status(), @r#"
        {
          "submitted": {
            "stage": 1
          }
        }
        "#);
        request.apply(&approved);
        assert_json_snapshot!(request.status(), @r#""approved""#);
        request.apply(&cancelled);
        assert_json_snapshot!(request.status(), @r#"
        {
          "cancelled": {
            "by": {
              "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
              "role": "employee"
            },
            "on": "2026-10-01"
          }
        }
        "#);
        assert_json_snapshot!(request, @r#"
        {
          "asked": {
            "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
            "kind": "annual",
            "range": {
              "start": "2026-10-02",
              "end": "2026-10-06"
            },
            "days": [
              {
                "on": "2026-10-02",
                "part": "morning"
              },
              {
                "on": "2026-10-05",
                "part": "whole"
              }
            ],
            "on": "2026-10-01",
            "ruling": {
              "version": {
                "policy": "leave",
                "since": "2026-01-01",
                "content": "d8dbb926-f091-573d-85bb-0b5b387d7973"
              },
              "facts": {
                "days": {
                  "number": "1.5"
                }
              },
              "tables": [
                {
                  "hit": "first",
                  "decided": [
                    {
                      "row": 1,
                      "cells": [
                        {
                          "column": "days",
                          "asks": "<= 10"
                        }
                      ]
                    }
                  ]
                }
              ]
            }
          },
          "approval": {
            "case": {
              "case": "de5739a6-40bd-50e3-8853-ce435d5b2d76",
              "requester": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
              "beneficiaries": [
                "9693db45-4ff8-5ad8-bed6-0082b07d5176"
              ],
              "scope": "company/CC-200"
            },
            "outcome": "approvals: 1 office_manager leave.approve",
            "at": "2026-10-01T08:00:00Z",
            "acts": [
              {
                "on": "2026-10-01",
                "at": "2026-10-01T08:00:00Z",
                "deed": {
                  "approved": {
                    "by": {
                      "person": "8c2da134-587a-527c-815f-331dd6f3ec6c",
                      "role": "office_manager"
                    },
                    "step": 1,
                    "ground": {
                      "appointment": {
                        "person": "8c2da134-587a-527c-815f-331dd6f3ec6c",
                        "role": "office_manager",
                        "scope": "*",
                        "valid": {
                          "start": "2026-01-01"
                        }
                      },
                      "grant": {
                        "role": "office_manager",
                        "action": "leave.approve",
                        "scope": "*",
                        "valid": {
                          "start": "2026-01-01"
                        }
                      }
                    }
                  }
                }
              }
            ]
          },
          "cancelled": {
            "by": {
              "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
              "role": "employee"
            },
            "on": "2026-10-01"
          }
        }
        "#);
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<LeaveRequest>(&text).unwrap(), request);
    }

    #[test]
    fn the_rules() {
        assert_json_snapshot!(rules(), @r#"
        {
          "plans": {
            "LP-DE": {
              "name": "LP-DE",
              "year_starts": "01-01",
              "calendar": "DE-BE",
              "versions": {
                "2026-01-01": {
                  "days_per_year": "30",
                  "full_week_days": "5",
                  "most_days": "28",
                  "whole_year": "half_or_more_up",
                  "joining": {
                    "basis": {
                      "twelfths": "dropped"
                    },
                    "rounding": "half_or_more_up"
                  },
                  "leaving": {
                    "basis": {
                      "twelfths": "dropped"
                    },
                    "rounding": "half_or_more_up"
                  },
                  "crediting": "in_advance",
                  "carry_over": {
                    "most": "5",
                    "last_day": "03-31"
                  },
                  "order": "carried_first",
                  "overdraft": "1"
                }
              }
            }
          },
          "calendars": {
            "DE-BE": {
              "range": {
                "start": "2026-01-01",
                "end": "2027-01-01"
              },
              "days": []
            }
          },
          "hours": {
            "zone": "UTC",
            "valid": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            },
            "week": {
              "mon": [
                "09:00-17:00"
              ],
              "tue": [
                "09:00-17:00"
              ],
              "wed": [
                "09:00-17:00"
              ],
              "thu": [
                "09:00-17:00"
              ],
              "fri": [
                "09:00-17:00"
              ],
              "sat": [],
              "sun": []
            },
            "exceptions": {},
            "holidays": {
              "range": {
                "start": "2026-01-01",
                "end": "2027-01-01"
              },
              "days": []
            }
          },
          "ask": "leave.ask",
          "approval": {
            "name": "leave",
            "versions": {
              "2026-01-01": {
                "dialect": "office",
                "inputs": [
                  {
                    "input": "days",
                    "kind": "number"
                  }
                ],
                "decisions": [
                  {
                    "table": {
                      "hit": "first",
                      "inputs": [
                        {
                          "input": "days",
                          "kind": "number"
                        }
                      ],
                      "outputs": [
                        {
                          "name": "outcome",
                          "kind": "outcome"
                        }
                      ],
                      "rows": [
                        {
                          "cells": [
                            "<= 10"
                          ],
                          "outputs": [
                            "approvals: 1 office_manager leave.approve"
                          ]
                        }
                      ]
                    }
                  }
                ],
                "precedence": "deny_overrides"
              }
            }
          }
        }
        "#);
        let text = serde_json::to_string(&rules()).unwrap();
        assert_eq!(serde_json::from_str::<LeaveRules>(&text).unwrap(), rules());
        // What makes no sense is not read back either.
        let wrong = text.replace(r#""full_week_days":"5""#, r#""full_week_days":"0""#);
        assert_ne!(wrong, text);
        assert!(serde_json::from_str::<LeaveRules>(&wrong).is_err());
    }

    #[test]
    fn the_lines_of_a_ledger() {
        let tenure = Tenure::new("2026-01-01/..".parse().unwrap(), days(5)).unwrap();
        let opening = Opening { on: date("2026-01-01"), carried_in: days(2) };
        let cause = LeaveCause::Request(Id::natural("leave", "LR-02"));
        let taken = [LeaveTaken { on: date("2026-01-05"), days: days(1), cause }];
        let lines = |crediting, as_of| {
            let plan = plan(crediting);
            let history = LeaveHistory::new(&plan, &tenure, opening, &taken);
            let mut posted = PostedLedger::default();
            posted.post(&Ledger::of(&history, date(as_of)).unwrap(), date(as_of));
            posted
        };
        assert_json_snapshot!(lines(Crediting::InAdvance, "2027-01-01"), @r#"
        [
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2026-01-01",
              "days": "2",
              "lot": {
                "valid": {
                  "start": "2026-01-01",
                  "end": "2026-04-01"
                },
                "kind": "carried"
              },
              "reason": {
                "carried_in": {}
              }
            }
          },
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2026-01-01",
              "days": "28",
              "lot": {
                "valid": {
                  "start": "2026-01-01",
                  "end": "2027-01-01"
                },
                "kind": "granted"
              },
              "reason": {
                "granted": {
                  "entitlement": {
                    "year": {
                      "start": "2026-01-01",
                      "end": "2027-01-01"
                    },
                    "parts": [
                      {
                        "period": {
                          "start": "2026-01-01",
                          "end": "2027-01-01"
                        },
                        "terms_since": "2026-01-01",
                        "days_per_week": "5",
                        "rate": "28",
                        "cut": "2",
                        "fraction": "1"
                      }
                    ],
                    "exact": "28",
                    "rounding": "half_or_more_up",
                    "days": "28"
                  }
                }
              }
            }
          },
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2026-01-05",
              "days": "-1",
              "lot": {
                "valid": {
                  "start": "2026-01-01",
                  "end": "2026-04-01"
                },
                "kind": "carried"
              },
              "reason": {
                "taken": {
                  "cause": {
                    "request": "de5739a6-40bd-50e3-8853-ce435d5b2d76"
                  }
                }
              }
            }
          },
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2026-04-01",
              "days": "-1",
              "lot": {
                "valid": {
                  "start": "2026-01-01",
                  "end": "2026-04-01"
                },
                "kind": "carried"
              },
              "reason": {
                "lapsed": {}
              }
            }
          },
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2027-01-01",
              "days": "-23",
              "lot": {
                "valid": {
                  "start": "2026-01-01",
                  "end": "2027-01-01"
                },
                "kind": "granted"
              },
              "reason": {
                "lost": {
                  "most": "5"
                }
              }
            }
          },
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2027-01-01",
              "days": "-5",
              "lot": {
                "valid": {
                  "start": "2026-01-01",
                  "end": "2027-01-01"
                },
                "kind": "granted"
              },
              "reason": {
                "carried_over": {
                  "most": "5"
                }
              }
            }
          },
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2027-01-01",
              "days": "5",
              "lot": {
                "valid": {
                  "start": "2027-01-01",
                  "end": "2027-04-01"
                },
                "kind": "carried"
              },
              "reason": {
                "carried_over": {
                  "most": "5"
                }
              }
            }
          },
          {
            "posted": "2027-01-01",
            "line": {
              "on": "2027-01-01",
              "days": "28",
              "lot": {
                "valid": {
                  "start": "2027-01-01",
                  "end": "2028-01-01"
                },
                "kind": "granted"
              },
              "reason": {
                "granted": {
                  "entitlement": {
                    "year": {
                      "start": "2027-01-01",
                      "end": "2028-01-01"
                    },
                    "parts": [
                      {
                        "period": {
                          "start": "2027-01-01",
                          "end": "2028-01-01"
                        },
                        "terms_since": "2026-01-01",
                        "days_per_week": "5",
                        "rate": "28",
                        "cut": "2",
                        "fraction": "1"
                      }
                    ],
                    "exact": "28",
                    "rounding": "half_or_more_up",
                    "days": "28"
                  }
                }
              }
            }
          }
        ]
        "#);
        assert_json_snapshot!(lines(Crediting::EachMonth, "2026-01-31").postings().last().unwrap(), @r#"
        {
          "posted": "2026-01-31",
          "line": {
            "on": "2026-01-31",
            "days": "7/3",
            "lot": {
              "valid": {
                "start": "2026-01-01",
                "end": "2027-01-01"
              },
              "kind": "granted"
            },
            "reason": {
              "earned": {
                "exact": "7/3",
                "rounding": "half_or_more_up",
                "credited": "0",
                "parts": [
                  {
                    "period": {
                      "start": "2026-01-01",
                      "end": "2026-02-01"
                    },
                    "terms_since": "2026-01-01",
                    "days_per_week": "5",
                    "rate": "28",
                    "cut": "2",
                    "fraction": "1/12"
                  }
                ]
              }
            }
          }
        }
        "#);
    }
}
