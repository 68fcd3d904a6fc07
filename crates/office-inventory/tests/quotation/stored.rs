//! The stored form of a request for quotation and of its facts. What is written here is promised to be read for ever.

use insta::assert_json_snapshot;
use office_core::{Entity, Id, fold};
use office_inventory::{QuotationRequest, QuotationRequestFact, QuotedLine, RequisitionLineRef, Sealing};

use crate::desk::{award, boxes, day, decide, line, new, noon, quotation, rules, vendor};

fn facts() -> Vec<QuotationRequestFact> {
    let mut new = new(Sealing::Sealed);
    new.lines.truncate(1);
    new.lines[0].wanted_by = Some(day(20));
    new.lines[0].requisition = Some(RequisitionLineRef { requisition: Id::natural("requisition", "RQ-1"), line: 2 });
    let first = QuotationRequest::ask(new, noon(1)).unwrap().fact().unwrap();
    let mut request = QuotationRequest::open(&first).unwrap();
    let mut facts = vec![first];
    let mut record = |request: &mut QuotationRequest, fact: QuotationRequestFact| {
        request.apply(&fact);
        facts.push(fact);
    };
    let invited = request.invite(vendor(3), noon(2)).unwrap().fact().unwrap();
    record(&mut request, invited);
    let left_out = request.withdraw_invitation(vendor(3), "out of business", noon(3)).unwrap().fact().unwrap();
    record(&mut request, left_out);
    let packs = QuotedLine { multiple: Some(boxes(5)), ..line(20_00) };
    let answered = request.answer(vendor(1), quotation("A-1", 5_00, [(1, packs)]), noon(4)).unwrap().fact().unwrap();
    record(&mut request, answered);
    let declined = request.decline(vendor(2), noon(5)).unwrap().fact().unwrap();
    record(&mut request, declined);
    let closed = request.close(noon(6)).unwrap().fact().unwrap();
    record(&mut request, closed);
    let wanted = award(&[(1, 1, 10)], Some("nobody else wants to"));
    let awarded = decide(&request, &wanted, &rules()).unwrap().fact().unwrap();
    record(&mut request, awarded);
    facts
}

#[test]
fn facts_and_state() {
    let facts = facts();
    assert_json_snapshot!(facts, @r#"
    [
      {
        "asked": {
          "number": "RFQ-1",
          "terms": {
            "currency": "EUR",
            "rounding": "half_up"
          },
          "lines": [
            {
              "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
              "quantity": "10 box",
              "wanted_by": "2026-10-20",
              "requisition": {
                "requisition": "c3ab8427-e9b0-5c27-91e3-40d31fc8f8a9",
                "line": 2
              }
            }
          ],
          "vendors": [
            "6023c249-6707-5a2a-b2b1-14dc5aff498c",
            "6fb71d98-2acf-5fe6-b96d-73736d6bf7b7"
          ],
          "deadline": "2026-10-10T12:00:00Z",
          "sealing": "sealed",
          "policy": {
            "least": 2,
            "fewer": "with_reason"
          }
        }
      },
      {
        "invited": {
          "vendor": "51f3a36a-cd04-54c9-828b-f04387057690",
          "at": "2026-10-02T12:00:00Z"
        }
      },
      {
        "invitation_withdrawn": {
          "vendor": "51f3a36a-cd04-54c9-828b-f04387057690",
          "withdrawn": {
            "reason": "out of business",
            "at": "2026-10-03T12:00:00Z"
          }
        }
      },
      {
        "answered": {
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "quotation": {
            "paper": "A-1",
            "valid_until": "2026-10-31",
            "delivery": "5.00 EUR",
            "lines": {
              "1": {
                "prices": [
                  {
                    "from": "1 box",
                    "price": "20 EUR / 1 box"
                  }
                ],
                "multiple": "5 box",
                "lead_days": 2
              }
            }
          },
          "at": "2026-10-04T12:00:00Z"
        }
      },
      {
        "declined": {
          "vendor": "6fb71d98-2acf-5fe6-b96d-73736d6bf7b7",
          "at": "2026-10-05T12:00:00Z"
        }
      },
      {
        "closed": {
          "at": "2026-10-06T12:00:00Z"
        }
      },
      {
        "awarded": {
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "on": "2026-10-12",
          "at": "2026-10-12T12:00:00Z",
          "reason": "nobody else wants to",
          "shares": [
            {
              "wanted": "10 box",
              "offer": {
                "line": 1,
                "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
                "quantity": "10 box",
                "price": "20 EUR / 1 box",
                "billed": "200.00 EUR",
                "cost": "200.00 EUR",
                "delivery": "5.00 EUR",
                "total": "205.00 EUR",
                "arrives": "2026-10-14",
                "on_time": true
              }
            }
          ],
          "total": "205.00 EUR"
        }
      }
    ]
    "#);
    let request = fold::<QuotationRequest>(&facts).unwrap();
    assert_json_snapshot!(request, @r#"
    {
      "asked": {
        "number": "RFQ-1",
        "terms": {
          "currency": "EUR",
          "rounding": "half_up"
        },
        "lines": [
          {
            "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
            "quantity": "10 box",
            "wanted_by": "2026-10-20",
            "requisition": {
              "requisition": "c3ab8427-e9b0-5c27-91e3-40d31fc8f8a9",
              "line": 2
            }
          }
        ],
        "vendors": [
          "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "6fb71d98-2acf-5fe6-b96d-73736d6bf7b7"
        ],
        "deadline": "2026-10-10T12:00:00Z",
        "sealing": "sealed",
        "policy": {
          "least": 2,
          "fewer": "with_reason"
        }
      },
      "invitations": [
        {
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "responses": [
            {
              "at": "2026-10-04T12:00:00Z",
              "quotation": {
                "paper": "A-1",
                "valid_until": "2026-10-31",
                "delivery": "5.00 EUR",
                "lines": {
                  "1": {
                    "prices": [
                      {
                        "from": "1 box",
                        "price": "20 EUR / 1 box"
                      }
                    ],
                    "multiple": "5 box",
                    "lead_days": 2
                  }
                }
              }
            }
          ]
        },
        {
          "vendor": "6fb71d98-2acf-5fe6-b96d-73736d6bf7b7",
          "responses": [
            {
              "at": "2026-10-05T12:00:00Z"
            }
          ]
        },
        {
          "vendor": "51f3a36a-cd04-54c9-828b-f04387057690",
          "withdrawn": {
            "reason": "out of business",
            "at": "2026-10-03T12:00:00Z"
          }
        }
      ],
      "status": {
        "awarded": {
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "on": "2026-10-12",
          "at": "2026-10-12T12:00:00Z",
          "reason": "nobody else wants to",
          "shares": [
            {
              "wanted": "10 box",
              "offer": {
                "line": 1,
                "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
                "quantity": "10 box",
                "price": "20 EUR / 1 box",
                "billed": "200.00 EUR",
                "cost": "200.00 EUR",
                "delivery": "5.00 EUR",
                "total": "205.00 EUR",
                "arrives": "2026-10-14",
                "on_time": true
              }
            }
          ],
          "total": "205.00 EUR"
        }
      }
    }
    "#);
    let cancelled = QuotationRequestFact::Cancelled { reason: "the money is gone".to_owned(), at: noon(7) };
    assert_json_snapshot!(cancelled, @r#"
    {
      "cancelled": {
        "reason": "the money is gone",
        "at": "2026-10-07T12:00:00Z"
      }
    }
    "#);

    let text = serde_json::to_string(&(&request, &facts)).unwrap();
    let (again, history): (QuotationRequest, Vec<QuotationRequestFact>) = serde_json::from_str(&text).unwrap();
    assert_eq!((&again, &history), (&request, &facts));
}

#[test]
fn what_makes_no_sense_is_not_read() {
    let request = fold::<QuotationRequest>(&facts()).unwrap();
    let text = serde_json::to_string(&request).unwrap();
    let read = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from} is there");
        serde_json::from_str::<QuotationRequest>(&changed).map_err(|error| error.to_string()).unwrap_err()
    };
    assert!(read("\"quantity\":\"10 box\"", "\"quantity\":\"0 box\"").starts_with("line 1 asks for 0 box"));
    let other = |number: usize| format!("{{\"vendor\":\"{}\"", vendor(number));
    assert!(read(&other(2), &other(1)).ends_with("is asked twice"));
    // What is wrong with an answer is not told.
    let wrong = read("\"from\":\"1 box\"", "\"from\":\"1 each\"");
    assert!(wrong.starts_with(&format!("an answer of {} makes no sense", vendor(1))), "{wrong}");
    assert!(read("\"asked\":", "\"wished\":").contains("unknown field"));
}
