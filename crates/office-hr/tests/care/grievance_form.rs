//! The stored form of what is about grievances.

use insta::assert_json_snapshot;
use office_core::{Entity, Id, fold};
use office_hr::{DocketFact, Grievance, GrievanceDocket, GrievanceFact, GrievanceRules, NoteFact, NoteKind, TakenNote};

use crate::desk::day;
use crate::grievance::{account, act, raised, raising, rules};

#[test]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
fn stored_forms() {
    let mut grievance = raised(0);
    let mut facts = vec![Grievance::raise(&raising(0), &account("x"), &rules()).unwrap().fact().unwrap()];
    for which in [8, 0, 1, 7, 2, 3, 4] {
        let fact = act(&grievance, which, 1).unwrap().fact().unwrap();
        grievance.apply(&fact);
        facts.push(fact);
    }
    facts.push(GrievanceFact::Destroyed { on: day(9) });
    assert_json_snapshot!(facts, @r#"
    [
      {
        "raised": {
          "grievance": {
            "raised_by": "0456a273-f91e-51ba-9216-055165099824",
            "against": [
              "f4e0aa0f-5ca5-5809-ace6-239804517ea2"
            ],
            "witnesses": [
              "6660dd76-87ba-535d-86e3-0222218bf280"
            ],
            "on": "2026-01-01"
          },
          "procedure": {
            "steps": [
              {
                "kind": "acknowledge",
                "within": {
                  "days": 3,
                  "working": false
                }
              },
              {
                "kind": "investigate",
                "within": {
                  "days": 3,
                  "working": false
                }
              },
              {
                "kind": "hear",
                "within": {
                  "days": 3,
                  "working": false
                }
              },
              {
                "kind": "decide",
                "within": {
                  "days": 3,
                  "working": false
                }
              }
            ],
            "appeal_within": {
              "days": 5,
              "working": false
            },
            "appeal": [
              {
                "kind": "hear",
                "within": {
                  "days": 3,
                  "working": false
                }
              },
              {
                "kind": "decide",
                "within": {
                  "days": 3,
                  "working": false
                }
              }
            ]
          },
          "due": "2026-01-04",
          "class": "investigation"
        }
      },
      {
        "assigned": {
          "handler": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "on": "2026-01-02"
        }
      },
      {
        "stepped": {
          "step": {
            "done": {
              "kind": "acknowledge",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        }
      },
      {
        "stepped": {
          "step": {
            "done": {
              "kind": "investigate",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        }
      },
      {
        "stepped": {
          "step": {
            "witnessed": {
              "witness": "8a9ef0a6-d288-5d4d-8457-21d82fe661df",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        }
      },
      {
        "stepped": {
          "step": {
            "done": {
              "kind": "hear",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        }
      },
      {
        "stepped": {
          "step": {
            "decided": {
              "finding": "upheld",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-07"
        }
      },
      {
        "stepped": {
          "step": {
            "appealed": {
              "by": "0456a273-f91e-51ba-9216-055165099824",
              "on": "2026-01-02"
            }
          },
          "by": "f6100873-d5d4-52a3-85f9-672350dcb992",
          "due": "2026-01-05"
        }
      },
      {
        "destroyed": {
          "on": "2026-01-10"
        }
      }
    ]
    "#);
    assert_json_snapshot!(fold::<Grievance>(&facts).unwrap(), @r#"
    {
      "raised": {
        "grievance": {
          "raised_by": "0456a273-f91e-51ba-9216-055165099824",
          "against": [
            "f4e0aa0f-5ca5-5809-ace6-239804517ea2"
          ],
          "witnesses": [
            "6660dd76-87ba-535d-86e3-0222218bf280"
          ],
          "on": "2026-01-01"
        },
        "procedure": {
          "steps": [
            {
              "kind": "acknowledge",
              "within": {
                "days": 3,
                "working": false
              }
            },
            {
              "kind": "investigate",
              "within": {
                "days": 3,
                "working": false
              }
            },
            {
              "kind": "hear",
              "within": {
                "days": 3,
                "working": false
              }
            },
            {
              "kind": "decide",
              "within": {
                "days": 3,
                "working": false
              }
            }
          ],
          "appeal_within": {
            "days": 5,
            "working": false
          },
          "appeal": [
            {
              "kind": "hear",
              "within": {
                "days": 3,
                "working": false
              }
            },
            {
              "kind": "decide",
              "within": {
                "days": 3,
                "working": false
              }
            }
          ]
        },
        "due": "2026-01-04",
        "class": "investigation"
      },
      "stage": {
        "open": {
          "done": 0,
          "due": "2026-01-05"
        }
      },
      "first_handlers": [
        "9693db45-4ff8-5ad8-bed6-0082b07d5176"
      ],
      "steps": [
        {
          "step": {
            "done": {
              "kind": "acknowledge",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        },
        {
          "step": {
            "done": {
              "kind": "investigate",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        },
        {
          "step": {
            "witnessed": {
              "witness": "8a9ef0a6-d288-5d4d-8457-21d82fe661df",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        },
        {
          "step": {
            "done": {
              "kind": "hear",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-05"
        },
        {
          "step": {
            "decided": {
              "finding": "upheld",
              "on": "2026-01-02"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "due": "2026-01-07"
        },
        {
          "step": {
            "appealed": {
              "by": "0456a273-f91e-51ba-9216-055165099824",
              "on": "2026-01-02"
            }
          },
          "by": "f6100873-d5d4-52a3-85f9-672350dcb992",
          "due": "2026-01-05"
        }
      ],
      "destroyed": "2026-01-10"
    }
    "#);
    let json = serde_json::to_string(&rules()).unwrap();
    assert_eq!(serde_json::from_str::<GrievanceRules>(&json).unwrap(), rules());
    let docket = GrievanceDocket { handler: grievance.handler(), next: grievance.next() };
    let class = "investigation".parse().unwrap();
    let id = Id::natural("grievance", "a");
    let taken = TakenNote { grievance: id, kind: NoteKind::Evidence, on: day(1), class };
    assert_json_snapshot!(DocketFact::Entered(docket), @r#"
    {
      "entered": {
        "next": [
          "hear",
          "2026-01-05"
        ]
      }
    }
    "#);
    assert_json_snapshot!([NoteFact::Taken(taken), NoteFact::Destroyed { on: day(9) }], @r#"
    [
      {
        "taken": {
          "grievance": "47f17593-b93a-53af-b3cd-4b867dbffa6c",
          "kind": "evidence",
          "on": "2026-01-02",
          "class": "investigation"
        }
      },
      {
        "destroyed": {
          "on": "2026-01-10"
        }
      }
    ]
    "#);
}
