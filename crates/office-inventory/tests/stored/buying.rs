//! Orders and requisitions.

use insta::assert_json_snapshot;
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::{ItemId, OrderId};
use office_core::{
    Actor, Appointment, ApprovalAct, ApprovalDeed, ApproveStep, AuthorityBook, Currency, DateRange, Grant, Id, Percent,
    Role, Rounding, Scope,
};
use office_inventory::{
    Delivery, Leeway, NewOrder, NewOrderLine, NewRequisition, NewRequisitionLine, OrderBill, OrderFact, OrderReturn,
    OrderTerms, PurchaseOrder, ReceiptTolerance, Remedy, Requisition, RequisitionFact, RequisitionLineRef,
};

use crate::history::History;

fn item() -> ItemId {
    Id::natural("item", "PAP-A4")
}

#[test]
fn an_order() {
    let (price, centre) = ("20.5 EUR / 1 box".parse().unwrap(), Id::natural("cost_centre", "CC-100"));
    let over = Leeway::new(Percent::whole(2), None).unwrap();
    let under = Leeway::new(Percent::ZERO, Some("1 box".parse().unwrap())).unwrap();
    let line = NewOrderLine {
        requisition: Some(RequisitionLineRef { requisition: Id::natural("requisition", "RO-05-PAP-A4"), line: 1 }),
        due: Some("2026-10-07".parse().unwrap()),
        tolerance: ReceiptTolerance { over, under },
        ..NewOrderLine::new(item(), "13 box".parse().unwrap(), price, centre)
    };
    let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
    let new = NewOrder {
        number: "RO-05-PAP-A4".parse().unwrap(),
        vendor: Id::natural("party", "V-01"),
        terms,
        lines: vec![line],
    };
    let day = |day: &str| day.parse().unwrap();
    let boxes = |quantity: &str| [(1, quantity.parse().unwrap())].into();
    let delivery = Delivery { note: "DN-03".parse().unwrap(), on: day("2026-10-08"), lines: boxes("10 box") };
    let mistaken = Delivery { note: "DN-04".parse().unwrap(), on: day("2026-10-09"), lines: boxes("2 box") };
    let bill = OrderBill { invoice: Id::natural("invoice", "PB-26-4410"), lines: boxes("10 box") };
    let credit = OrderBill { invoice: Id::natural("invoice", "GS-26-17"), lines: boxes("1 box") };
    let back = OrderReturn {
        slip: "RS-01".parse().unwrap(),
        note: "DN-03".parse().unwrap(),
        on: day("2026-10-12"),
        remedy: Remedy::Credit,
        why: "wet".to_owned(),
        lines: boxes("1 box"),
    };
    let history = History::<PurchaseOrder>::begin(PurchaseOrder::draft(new).unwrap())
        .then(|order| order.approve(Some(Id::natural("person", "E-002")), day("2026-10-05")))
        .then(|order| order.send(day("2026-10-05")))
        .then(|order| order.receive(delivery))
        .then(|order| order.receive(mistaken))
        .then(|order| order.undo_receipt("DN-04".parse().unwrap(), day("2026-10-09")))
        .then(|order| order.bill(bill))
        .then(|order| order.send_back(back))
        .then(|order| order.credit(credit))
        .then(|order| Ok::<_, ()>(order.cancel_rest(day("2026-10-30"))));
    let (state, facts): (PurchaseOrder, Vec<OrderFact>) = history.end();
    assert_json_snapshot!(facts, @r#"
    [
      {
        "drafted": {
          "number": "RO-05-PAP-A4",
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "terms": {
            "currency": "EUR",
            "rounding": "half_up"
          },
          "lines": [
            {
              "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
              "quantity": "13 box",
              "price": "20.5 EUR / 1 box",
              "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
              "requisition": {
                "requisition": "b7525dbd-6e44-58ae-a11d-b5f280570912",
                "line": 1
              },
              "due": "2026-10-07",
              "tolerance": {
                "over": {
                  "percent": "2 %"
                },
                "under": {
                  "percent": "0 %",
                  "amount": "1 box"
                }
              }
            }
          ]
        }
      },
      {
        "approved": {
          "by": "8c2da134-587a-527c-815f-331dd6f3ec6c",
          "on": "2026-10-05"
        }
      },
      {
        "sent": {
          "on": "2026-10-05"
        }
      },
      {
        "received": {
          "note": "DN-03",
          "on": "2026-10-08",
          "lines": [
            {
              "line": 1,
              "quantity": "10 box",
              "value": "205.00 EUR"
            }
          ]
        }
      },
      {
        "received": {
          "note": "DN-04",
          "on": "2026-10-09",
          "lines": [
            {
              "line": 1,
              "quantity": "2 box",
              "value": "41.00 EUR",
              "waived": "1 box"
            }
          ]
        }
      },
      {
        "receipt_undone": {
          "note": "DN-04",
          "on": "2026-10-09",
          "lines": [
            {
              "line": 1,
              "quantity": "2 box",
              "value": "41.00 EUR"
            }
          ]
        }
      },
      {
        "billed": {
          "invoice": "87380679-0d28-5b86-aa3d-5403faf6589b",
          "lines": {
            "1": "10 box"
          }
        }
      },
      {
        "returned": {
          "goods": {
            "slip": "RS-01",
            "note": "DN-03",
            "on": "2026-10-12",
            "remedy": "credit",
            "why": "wet",
            "lines": {
              "1": "1 box"
            }
          },
          "worth": [
            {
              "line": 1,
              "quantity": "1 box",
              "value": "20.50 EUR"
            }
          ]
        }
      },
      {
        "credited": {
          "invoice": "bac276f4-2977-52fa-ac78-49026790ea72",
          "lines": {
            "1": "1 box"
          }
        }
      },
      {
        "rest_cancelled": {
          "on": "2026-10-30",
          "lines": {
            "1": "3 box"
          }
        }
      }
    ]
    "#);
    assert_json_snapshot!(state, @r#"
    {
      "number": "RO-05-PAP-A4",
      "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
      "terms": {
        "currency": "EUR",
        "rounding": "half_up"
      },
      "status": {
        "sent": {
          "on": "2026-10-05"
        }
      },
      "lines": [
        {
          "number": 1,
          "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
          "ordered": "13 box",
          "price": "20.5 EUR / 1 box",
          "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
          "requisition": {
            "requisition": "b7525dbd-6e44-58ae-a11d-b5f280570912",
            "line": 1
          },
          "due": "2026-10-07",
          "tolerance": {
            "over": {
              "percent": "2 %"
            },
            "under": {
              "percent": "0 %",
              "amount": "1 box"
            }
          },
          "received": "10 box",
          "returned": "1 box",
          "replaced": "0 box",
          "billed": "10 box",
          "credited": "1 box",
          "cancelled": "3 box",
          "waived": "0 box",
          "closed": true
        }
      ],
      "deliveries": {
        "DN-03": {
          "on": "2026-10-08",
          "lines": {
            "1": {
              "quantity": "10 box",
              "returned": "1 box"
            }
          }
        },
        "DN-04": {
          "on": "2026-10-09",
          "lines": {
            "1": {
              "quantity": "2 box",
              "waived": "1 box"
            }
          },
          "undone": true
        }
      },
      "returns": {
        "RS-01": {
          "slip": "RS-01",
          "note": "DN-03",
          "on": "2026-10-12",
          "remedy": "credit",
          "why": "wet",
          "lines": {
            "1": "1 box"
          }
        }
      },
      "bills": {
        "87380679-0d28-5b86-aa3d-5403faf6589b": {
          "1": "10 box"
        }
      },
      "credits": {
        "bac276f4-2977-52fa-ac78-49026790ea72": {
          "1": "1 box"
        }
      }
    }
    "#);
}

#[test]
fn a_requisition() {
    let mut policy = PolicyBook::new("purchase");
    let row = ["-", "approvals: 1 office_manager purchase.approve"].map(str::to_owned).to_vec();
    let table = DecisionTable::from_rows(&["within_budget", "outcome"], [row]).unwrap();
    policy.publish("2026-01-01".parse().unwrap(), table).unwrap();
    let (person, role, scope) = (Id::natural("person", "E-002"), Role::new("office_manager"), Scope::anywhere());
    let valid = DateRange::from("2026-01-01".parse().unwrap());
    let mut book = AuthorityBook::default();
    let action = "purchase.approve".parse().unwrap();
    book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
    book.appointments.push(Appointment { person, role: role.clone(), scope, valid });
    let on = "2026-10-05".parse().unwrap();
    let at = "2026-10-05T09:00:00Z".parse().unwrap();
    let request = NewRequisition {
        id: Id::natural("requisition", "RO-05-PAP-A4"),
        number: "RO-05-PAP-A4".parse().unwrap(),
        requester: Id::natural("person", "E-004"),
        on,
        lines: vec![NewRequisitionLine {
            item: item(),
            quantity: "13 box".parse().unwrap(),
            estimate: "266.50 EUR".parse().unwrap(),
        }],
        within_budget: true,
        cost_centre: Id::natural("cost_centre", "CC-100"),
        scope: "company/CC-100".parse().unwrap(),
        reason: "below the minimum".to_owned(),
    };
    let order: OrderId = Id::natural("order", "RO-05-PAP-A4");
    let history = History::<Requisition>::begin(Requisition::submit(request, &policy, at).unwrap())
        .then(|requisition| requisition.approve(&ApproveStep { by: Actor::new(person, role), step: 1, on, at }, &book))
        .then(|requisition| requisition.place(order, on, [(1, "9 box".parse().unwrap())].into()))
        .then(|requisition| requisition.abandon(on, "enough", [(1, "4 box".parse().unwrap())].into()));
    let (state, facts): (Requisition, Vec<RequisitionFact>) = history.end();
    assert_json_snapshot!(facts, @r#"
    [
      {
        "submitted": {
          "request": {
            "id": "b7525dbd-6e44-58ae-a11d-b5f280570912",
            "number": "RO-05-PAP-A4",
            "requester": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "on": "2026-10-05",
            "lines": [
              {
                "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
                "quantity": "13 box",
                "estimate": "266.50 EUR"
              }
            ],
            "within_budget": true,
            "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
            "scope": "company/CC-100",
            "reason": "below the minimum"
          },
          "ruling": {
            "outcome": "approvals: 1 office_manager purchase.approve",
            "explanation": {
              "version": {
                "policy": "purchase",
                "since": "2026-01-01",
                "content": "a9f2432b-0623-5b08-b08f-ff8150a09db4"
              },
              "facts": {},
              "tables": [
                {
                  "hit": "first",
                  "decided": [
                    {
                      "row": 1,
                      "cells": []
                    }
                  ]
                }
              ]
            }
          },
          "at": "2026-10-05T09:00:00Z"
        }
      },
      {
        "acted": {
          "on": "2026-10-05",
          "at": "2026-10-05T09:00:00Z",
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
                  "action": "purchase.approve",
                  "scope": "*",
                  "valid": {
                    "start": "2026-01-01"
                  }
                }
              }
            }
          }
        }
      },
      {
        "ordered": {
          "order": "8b89ce69-528b-5d2f-ab59-2bb119268090",
          "on": "2026-10-05",
          "lines": {
            "1": "9 box"
          }
        }
      },
      {
        "abandoned": {
          "on": "2026-10-05",
          "why": "enough",
          "lines": {
            "1": "4 box"
          }
        }
      }
    ]
    "#);
    assert_json_snapshot!(state, @r#"
    {
      "request": {
        "id": "b7525dbd-6e44-58ae-a11d-b5f280570912",
        "number": "RO-05-PAP-A4",
        "requester": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
        "on": "2026-10-05",
        "lines": [
          {
            "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
            "quantity": "13 box",
            "estimate": "266.50 EUR"
          }
        ],
        "within_budget": true,
        "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
        "scope": "company/CC-100",
        "reason": "below the minimum"
      },
      "run": {
        "case": {
          "case": "b7525dbd-6e44-58ae-a11d-b5f280570912",
          "requester": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "scope": "company/CC-100",
          "amount": "266.50 EUR"
        },
        "outcome": "approvals: 1 office_manager purchase.approve",
        "at": "2026-10-05T09:00:00Z",
        "acts": [
          {
            "on": "2026-10-05",
            "at": "2026-10-05T09:00:00Z",
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
                    "action": "purchase.approve",
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
      "progress": {
        "1": {
          "ordered": {
            "8b89ce69-528b-5d2f-ab59-2bb119268090": "9 box"
          },
          "abandoned": "4 box"
        }
      }
    }
    "#);
}

/// What the clock does to a requisition, and what comes after it was returned.
#[test]
fn a_requisition_as_time_passes() {
    let (on, at) = ("2026-10-12".parse().unwrap(), "2026-10-12T13:00:00Z".parse().unwrap());
    let act = |deed| ApprovalAct { on, at, deed };
    let escalated = ApprovalDeed::Escalated { step: 1, role: Role::new("executive") };
    let due = RequisitionFact::FellDue(vec![act(escalated), act(ApprovalDeed::Expired { step: 1 })]);
    assert_json_snapshot!(due, @r#"
    {
      "fell_due": [
        {
          "on": "2026-10-12",
          "at": "2026-10-12T13:00:00Z",
          "deed": {
            "escalated": {
              "step": 1,
              "role": "executive"
            }
          }
        },
        {
          "on": "2026-10-12",
          "at": "2026-10-12T13:00:00Z",
          "deed": {
            "expired": {
              "step": 1
            }
          }
        }
      ]
    }
    "#);
    let amount = Some("266.50 EUR".parse().unwrap());
    let outcome = Box::new("approvals: 1 office_manager purchase.approve".parse().unwrap());
    let again = RequisitionFact::Acted(act(ApprovalDeed::Resubmitted { amount, outcome }));
    assert_json_snapshot!(again, @r#"
    {
      "acted": {
        "on": "2026-10-12",
        "at": "2026-10-12T13:00:00Z",
        "deed": {
          "resubmitted": {
            "amount": "266.50 EUR",
            "outcome": "approvals: 1 office_manager purchase.approve"
          }
        }
      }
    }
    "#);
}
