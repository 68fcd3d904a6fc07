//! What hiring stores.

use std::collections::BTreeSet;

use insta::assert_json_snapshot;
use office_core::{Entity, Id, MemoryStore, Office};
use office_hr::{
    Application, ApplicationFact, ApplicationOutcome, ClosedVacancy, EndedOffer, JobPosting, OfferFact,
    ReceivedApplication, Scorecard, Vacancy, VacancyFact,
};

use crate::world::{apply, ask, load, offer, pay, person, rules, today, vacancy, wanted};

#[test]
fn stored_forms() {
    let (rules, id) = (rules(), vacancy());
    let asked = Vacancy::request(id, &wanted(1), person("E-009"), "2026-10-05T08:00:00Z".parse().unwrap(), &rules);
    let application = Application::id_of(id, person("A-1"));
    let facts = [
        asked.unwrap(),
        VacancyFact::Posted(JobPosting { place: "website".into(), from: today(), last: None }),
        VacancyFact::Promised(application),
        VacancyFact::Freed(application),
        VacancyFact::Filled { application, employment: Id::natural("employment", "E-25") },
        VacancyFact::Closed(ClosedVacancy { on: today(), why: "filled".into() }),
    ];
    assert_json_snapshot!(facts[1..], @r#"
    [
      {
        "posted": {
          "place": "website",
          "from": "2026-10-05"
        }
      },
      {
        "promised": "44b238f8-2740-5691-abd7-4c04cc15d64a"
      },
      {
        "freed": "44b238f8-2740-5691-abd7-4c04cc15d64a"
      },
      {
        "filled": {
          "application": "44b238f8-2740-5691-abd7-4c04cc15d64a",
          "employment": "3c505ee5-8321-5685-972a-5c1f43dc6ad8"
        }
      },
      {
        "closed": {
          "on": "2026-10-05",
          "why": "filled"
        }
      }
    ]
    "#);
    assert_json_snapshot!(office_core::fold::<Vacancy>(&facts).unwrap(), @r#"
    {
      "asked": {
        "request": {
          "title": "reception",
          "role": "receptionist",
          "scope": "*",
          "seats": 1,
          "yearly": "38000.00 EUR",
          "stages": [
            "letter",
            "talk",
            "offer"
          ],
          "criteria": {
            "friendly": 3,
            "languages": 1
          },
          "on": "2026-10-05"
        },
        "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
        "ruling": {
          "version": {
            "policy": "vacancies",
            "since": "2026-01-01",
            "content": "94e49bf0-f8bd-501f-9cff-1edb4dc50754"
          },
          "facts": {
            "seats": {
              "number": "1"
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
                      "column": "seats",
                      "asks": "<= 2"
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
          "case": "6f9cb8b5-c174-5e4d-b5c1-1bb610a40aed",
          "requester": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "scope": "*",
          "amount": "38000.00 EUR"
        },
        "outcome": "allow",
        "at": "2026-10-05T08:00:00Z",
        "acts": []
      },
      "postings": [
        {
          "place": "website",
          "from": "2026-10-05"
        }
      ],
      "promised": [],
      "filled": {
        "44b238f8-2740-5691-abd7-4c04cc15d64a": "3c505ee5-8321-5685-972a-5c1f43dc6ad8"
      },
      "closed": {
        "on": "2026-10-05",
        "why": "filled"
      }
    }
    "#);
    let (person, source) = (person("A-1"), "website".to_owned());
    let received = ReceivedApplication { vacancy: id, person, source, stage: "letter".into(), on: today() };
    let panel = BTreeSet::from([Id::natural("person", "E-004")]);
    let time = "2026-10-07T08:00:00Z/2026-10-07T09:00:00Z".parse().unwrap();
    let card = Scorecard { scores: [("friendly".to_owned(), 5)].into(), recommends: true, note: "yes".into() };
    let by = Id::natural("person", "E-004");
    let facts = [
        ApplicationFact::Received(received),
        ApplicationFact::Advanced { stage: "talk".into(), on: today() },
        ApplicationFact::Interviewing { time, panel },
        ApplicationFact::Scored { interview: 1, by, card },
        ApplicationFact::Offered { number: 1 },
        ApplicationFact::Decided(ApplicationOutcome::Rejected { on: today(), why: "another".into() }),
    ];
    assert_json_snapshot!(facts, @r#"
    [
      {
        "received": {
          "vacancy": "6f9cb8b5-c174-5e4d-b5c1-1bb610a40aed",
          "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
          "source": "website",
          "stage": "letter",
          "on": "2026-10-05"
        }
      },
      {
        "advanced": {
          "stage": "talk",
          "on": "2026-10-05"
        }
      },
      {
        "interviewing": {
          "time": {
            "start": "2026-10-07T08:00:00Z",
            "end": "2026-10-07T09:00:00Z"
          },
          "panel": [
            "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          ]
        }
      },
      {
        "scored": {
          "interview": 1,
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "card": {
            "scores": {
              "friendly": 5
            },
            "recommends": true,
            "note": "yes"
          }
        }
      },
      {
        "offered": {
          "number": 1
        }
      },
      {
        "decided": {
          "rejected": {
            "on": "2026-10-05",
            "why": "another"
          }
        }
      }
    ]
    "#);
    assert_json_snapshot!(office_core::fold::<Application>(&facts).unwrap(), @r#"
    {
      "received": {
        "vacancy": "6f9cb8b5-c174-5e4d-b5c1-1bb610a40aed",
        "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
        "source": "website",
        "stage": "letter",
        "on": "2026-10-05"
      },
      "stage": "talk",
      "interviews": [
        {
          "time": {
            "start": "2026-10-07T08:00:00Z",
            "end": "2026-10-07T09:00:00Z"
          },
          "panel": [
            "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          ],
          "scorecards": {
            "86f4d0bf-aa08-584b-a8e4-61e4881cb11b": {
              "scores": {
                "friendly": 5
              },
              "recommends": true,
              "note": "yes"
            }
          }
        }
      ],
      "offers": 1,
      "outcome": {
        "rejected": {
          "on": "2026-10-05",
          "why": "another"
        }
      }
    }
    "#);
    let office = Office::on(MemoryStore::new());
    ask(&office, 1);
    let offer = offer(&office, "offer", apply(&office, "A-1")).unwrap();
    let mut made = load(&office, offer);
    assert_json_snapshot!(OfferFact::Made(Box::new(made.made().clone())), @r#"
    {
      "made": {
        "application": "44b238f8-2740-5691-abd7-4c04cc15d64a",
        "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
        "number": 1,
        "terms": {
          "term": {
            "start": "2026-11-01"
          },
          "assignment": {
            "role": "receptionist",
            "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
            "scope": "*",
            "weekly_hours": "40",
            "week": "MO|TU|WE|TH|FR",
            "zone": "Europe/Berlin"
          },
          "open_until": "2026-10-16"
        },
        "pay_class": "pay",
        "currency": "EUR",
        "on": "2026-10-05"
      }
    }
    "#);
    let ended = made.end(&EndedOffer::Declined { on: today(), why: "too far".into() }).unwrap().fact().unwrap();
    made.apply(&ended);
    assert_json_snapshot!(made, @r#"
    {
      "made": {
        "application": "44b238f8-2740-5691-abd7-4c04cc15d64a",
        "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
        "number": 1,
        "terms": {
          "term": {
            "start": "2026-11-01"
          },
          "assignment": {
            "role": "receptionist",
            "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
            "scope": "*",
            "weekly_hours": "40",
            "week": "MO|TU|WE|TH|FR",
            "zone": "Europe/Berlin"
          },
          "open_until": "2026-10-16"
        },
        "pay_class": "pay",
        "currency": "EUR",
        "on": "2026-10-05"
      },
      "ended": {
        "declined": {
          "on": "2026-10-05",
          "why": "too far"
        }
      }
    }
    "#);
    assert_json_snapshot!(pay("38000.00 EUR"), @r#"
    {
      "yearly": "38000.00 EUR",
      "besides": "a ticket for the tram"
    }
    "#);
}
