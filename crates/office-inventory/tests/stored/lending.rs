//! Loans, licences and audits.

use chrono::{DateTime, Utc};
use insta::assert_json_snapshot;
use office_core::Id;
use office_core::subject::{PersonId, PlaceId};
use office_inventory::{
    AssetAudit, AuditSheet, AuditedAsset, Keeper, Licence, LicenceFact, Loan, LoanFact, LoanPeriod, NewLicence,
    NewLoan, Seat, SeatHolder, SeatPurchase,
};

use crate::history::History;

fn keeper() -> PersonId {
    Id::natural("person", "E-004")
}

fn ada() -> PersonId {
    Id::natural("person", "E-008")
}

fn store() -> PlaceId {
    Id::natural("place", "R-S1")
}

#[test]
fn a_loan() {
    let days = |last: &str| {
        let (first, last) = ("2026-10-24".parse().unwrap(), last.parse().unwrap());
        LoanPeriod::new(first, last, "Europe/Berlin".parse().unwrap()).unwrap()
    };
    let (by, at) = (keeper(), "2026-10-20T09:00:00Z".parse().unwrap());
    let asset = Id::natural("asset", "BM-1");
    let asked = NewLoan { asset, borrower: ada(), period: days("2026-10-25"), by, at };
    let (state, facts) = History::<Loan>::of(LoanFact::Reserved(asked))
        .after(LoanFact::Rescheduled { period: days("2026-10-26"), by, at })
        .after(LoanFact::HandedOut { by, at })
        .after(LoanFact::BroughtBack { by, at })
        .end();
    let cancelled = LoanFact::Cancelled { by, at };
    // The instants stay as they were agreed upon, should the rules of the zone change; others are none of these days.
    let stored = |start: &str| {
        let (time, days) =
            (format!(r#"{{"start":"{start}","end":"2026-10-25T23:00:00Z"}}"#), r#""first":"2026-10-24""#);
        let text = format!(r#"{{{days},"last":"2026-10-25","zone":"Europe/Berlin","time":{time}}}"#);
        serde_json::from_str::<LoanPeriod>(&text).map(|period| period.time().start())
    };
    assert_eq!(stored("2026-10-23T23:00:00Z").unwrap(), "2026-10-23T23:00:00Z".parse::<DateTime<Utc>>().unwrap());
    assert!(stored("2026-10-22T21:00:00Z").is_err());
    assert!(serde_json::from_str::<LoanPeriod>(r#"{"first":"2026-10-02","last":"2026-10-01","zone":"UTC"}"#).is_err());
    let ended = [LoanFact::GivenUp { by, at }, cancelled];
    assert_json_snapshot!((facts, ended, state), @r#"
    [
      [
        {
          "reserved": {
            "asset": "bbc9f90c-05ff-547b-b6b0-87428ab74e78",
            "borrower": "b27faa0b-d7c6-5fa9-8783-f45c67845a74",
            "period": {
              "first": "2026-10-24",
              "last": "2026-10-25",
              "zone": "Europe/Berlin",
              "time": {
                "start": "2026-10-23T22:00:00Z",
                "end": "2026-10-25T23:00:00Z"
              }
            },
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "at": "2026-10-20T09:00:00Z"
          }
        },
        {
          "rescheduled": {
            "period": {
              "first": "2026-10-24",
              "last": "2026-10-26",
              "zone": "Europe/Berlin",
              "time": {
                "start": "2026-10-23T22:00:00Z",
                "end": "2026-10-26T23:00:00Z"
              }
            },
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "at": "2026-10-20T09:00:00Z"
          }
        },
        {
          "handed_out": {
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "at": "2026-10-20T09:00:00Z"
          }
        },
        {
          "brought_back": {
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "at": "2026-10-20T09:00:00Z"
          }
        }
      ],
      [
        {
          "given_up": {
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "at": "2026-10-20T09:00:00Z"
          }
        },
        {
          "cancelled": {
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "at": "2026-10-20T09:00:00Z"
          }
        }
      ],
      {
        "asked": {
          "asset": "bbc9f90c-05ff-547b-b6b0-87428ab74e78",
          "borrower": "b27faa0b-d7c6-5fa9-8783-f45c67845a74",
          "period": {
            "first": "2026-10-24",
            "last": "2026-10-25",
            "zone": "Europe/Berlin",
            "time": {
              "start": "2026-10-23T22:00:00Z",
              "end": "2026-10-25T23:00:00Z"
            }
          },
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2026-10-20T09:00:00Z"
        },
        "period": {
          "first": "2026-10-24",
          "last": "2026-10-26",
          "zone": "Europe/Berlin",
          "time": {
            "start": "2026-10-23T22:00:00Z",
            "end": "2026-10-26T23:00:00Z"
          }
        },
        "status": {
          "back": {
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "at": "2026-10-20T09:00:00Z"
          }
        }
      }
    ]
    "#);
}

#[test]
fn a_licence() {
    let vendor = Some(Id::natural("party", "V-01"));
    let new = NewLicence { number: "LIC-7".parse().unwrap(), product: "drawing".to_owned(), vendor };
    let purchase = SeatPurchase {
        reference: "PO-9".parse().unwrap(),
        seats: 3,
        days: "2026-01-01/2027-01-01".parse().unwrap(),
        cost: "100.00 EUR".parse().unwrap(),
    };
    let (from, by) = ("2026-03-01".parse().unwrap(), keeper());
    let seat = |slip: &str, holder| Seat { slip: slip.parse().unwrap(), holder, from, until: None, by };
    let (state, facts): (Licence, Vec<LicenceFact>) = History::<Licence>::begin(Licence::list(new).unwrap())
        .then(|licence| licence.buy(purchase))
        .then(|licence| licence.assign(seat("S-1", SeatHolder::Person(ada()))))
        .then(|licence| licence.assign(seat("S-2", SeatHolder::Asset(Id::natural("asset", "LT-1")))))
        .then(|licence| licence.reclaim("S-1".parse().unwrap(), "2026-06-01".parse().unwrap(), keeper()))
        .end();
    assert_json_snapshot!((facts, state), @r#"
    [
      [
        {
          "listed": {
            "number": "LIC-7",
            "product": "drawing",
            "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
          }
        },
        {
          "bought": {
            "reference": "PO-9",
            "seats": 3,
            "days": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            },
            "cost": "100.00 EUR"
          }
        },
        {
          "assigned": {
            "slip": "S-1",
            "holder": {
              "person": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
            },
            "from": "2026-03-01",
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          }
        },
        {
          "assigned": {
            "slip": "S-2",
            "holder": {
              "asset": "8e623946-0add-58da-bb25-1d091365ed28"
            },
            "from": "2026-03-01",
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          }
        },
        {
          "reclaimed": {
            "slip": "S-1",
            "from": "2026-06-01",
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          }
        }
      ],
      {
        "entry": {
          "number": "LIC-7",
          "product": "drawing",
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
        },
        "bought": [
          {
            "reference": "PO-9",
            "seats": 3,
            "days": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            },
            "cost": "100.00 EUR"
          }
        ],
        "seats": [
          {
            "slip": "S-1",
            "holder": {
              "person": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
            },
            "from": "2026-03-01",
            "until": "2026-06-01",
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          },
          {
            "slip": "S-2",
            "holder": {
              "asset": "8e623946-0add-58da-bb25-1d091365ed28"
            },
            "from": "2026-03-01",
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          }
        ]
      }
    ]
    "#);
}

#[test]
fn an_audit() {
    let place = Id::natural("place", "R-204");
    let asset = |tag: &str, place: PlaceId, keeper| AuditedAsset {
        id: Id::natural("asset", tag),
        tag: tag.parse().unwrap(),
        keeper,
        place: Some(place),
    };
    let known = vec![
        asset("A-1", place, Some(Keeper::Place(place))),
        asset("A-2", place, Some(Keeper::Team(Id::natural("team", "design")))),
        asset("A-3", store(), Some(Keeper::Asset(Id::natural("asset", "A-9")))),
        asset("A-4", store(), None),
    ];
    let at = "2026-10-05T09:00:00Z".parse().unwrap();
    let sheet = AuditSheet { number: "AU-1".parse().unwrap(), place, at, known };
    let result = sheet.compare(["A-1", "a-1", "A-3", "A-4", "?"]);
    let (state, facts) = History::<AssetAudit>::begin(AssetAudit::confirm(None, result, keeper()).unwrap()).end();
    assert_eq!(serde_json::to_value(&state).unwrap(), serde_json::to_value(&facts).unwrap()[0]["confirmed"]);
    assert_json_snapshot!(facts, @r#"
    [
      {
        "confirmed": {
          "result": {
            "number": "AU-1",
            "place": "ec0033c3-9756-5ecb-a132-94de0f2202e8",
            "at": "2026-10-05T09:00:00Z",
            "here": [
              {
                "id": "5c7e7fc8-3f10-5ec2-94e5-1fba2e4ed911",
                "tag": "A-1",
                "keeper": {
                  "place": "ec0033c3-9756-5ecb-a132-94de0f2202e8"
                },
                "place": "ec0033c3-9756-5ecb-a132-94de0f2202e8"
              }
            ],
            "misplaced": [
              {
                "id": "98e6da6a-de36-59dc-912f-2527b7ffecdb",
                "tag": "A-3",
                "keeper": {
                  "asset": "f6b77309-82f6-5f96-849e-cc1a40514244"
                },
                "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              }
            ],
            "missing": [
              {
                "id": "7ff8817e-5e5e-5972-974a-f538382b5e93",
                "tag": "A-2",
                "keeper": {
                  "team": "4e831046-4da3-5e9d-895c-f3cb3050964b"
                },
                "place": "ec0033c3-9756-5ecb-a132-94de0f2202e8"
              }
            ],
            "gone": [
              {
                "id": "0235828d-2030-5570-92fe-46d4e773fc10",
                "tag": "A-4",
                "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              }
            ],
            "unknown": [
              "?"
            ],
            "repeated": {
              "a-1": 2
            }
          },
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
        }
      }
    ]
    "#);
}
