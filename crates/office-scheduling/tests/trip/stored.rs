//! How trips are stored.

use insta::assert_json_snapshot;
use office_core::{Decision, Entity, Id};
use office_scheduling::{Trip, TripFact};

use crate::office::{NOW, OCTOBER, actor, at, request, rules, there_and_back};

type Act<'a> = &'a dyn Fn(&Trip) -> Decision<TripFact>;

/// What happens to a trip from the request to the claim, and what it comes to.
fn taken() -> (Vec<TripFact>, Trip) {
    let by = actor("anna");
    let requested = Trip::request_for(request("T-1", OCTOBER, 40_000), &by, &[], rules(), at(NOW)).unwrap();
    let mut facts = vec![requested.fact().unwrap()];
    let mut trip = Trip::open(&facts[0]).unwrap();
    let itinerary = there_and_back(OCTOBER, 20_000, 10_000);
    let steps: [Act<'_>; 4] = [
        &|trip| trip.book(&itinerary, &by, &[], rules(), at(NOW)).unwrap(),
        &|trip| trip.fall_due(at("2026-10-12T08:00:00Z"), rules()).unwrap(),
        &|trip| trip.complete(at("2026-10-14T18:00:00Z")).unwrap(),
        &|trip| trip.claim_by(Id::natural("case", "EC-1")).unwrap(),
    ];
    for step in steps {
        let fact = step(&trip).fact().unwrap();
        trip.apply(&fact);
        facts.push(fact);
    }
    (facts, trip)
}

#[test]
fn stored_forms_of_a_request_and_of_what_falls_due() {
    let (facts, _) = taken();
    assert_json_snapshot!(serde_json::to_value(&facts[0]).unwrap()["requested"]["request"], @r#"
    {
      "away": {
        "end": "2026-10-14T18:00:00Z",
        "start": "2026-10-12T08:00:00Z"
      },
      "cost_centre": "86d0af36-cf0d-5a89-a511-d456e3f08c09",
      "destination": "GB/London",
      "estimate": "400.00 EUR",
      "id": "99de6582-6f96-513b-baf8-d7f835662136",
      "purpose": "fair",
      "scope": "*",
      "traveller": "c51369a6-9c80-5d6c-9b16-3a7062b0eaab"
    }
    "#);
    assert_json_snapshot!(facts[2], @r#"
    {
      "fell_due": [
        {
          "cancel_by": {
            "reference": "OUT",
            "until": "2026-10-01T00:00:00Z",
            "fee": "0.00 EUR",
            "price": "200.00 EUR"
          }
        },
        {
          "cancel_by": {
            "reference": "BACK",
            "until": "2026-10-01T00:00:00Z",
            "fee": "0.00 GBP",
            "price": "100.00 GBP"
          }
        },
        {
          "departed": {
            "at": "2026-10-12T08:00:00Z"
          }
        }
      ]
    }
    "#);
}

#[test]
fn stored_forms_of_an_end_and_of_the_state() {
    let (facts, trip) = taken();
    let mut state = serde_json::to_value(&trip).unwrap();
    for long in ["request", "approval", "booked"] {
        assert!(state.as_object_mut().unwrap().remove(long).is_some());
    }
    assert_json_snapshot!((&facts[3], &facts[4], state), @r#"
    [
      {
        "completed": {
          "at": "2026-10-14T18:00:00Z"
        }
      },
      {
        "claimed": {
          "claim": "411d4af9-811e-5f9a-857b-0bd97c62ca8e"
        }
      },
      {
        "approved": "400.00 EUR",
        "claim": "411d4af9-811e-5f9a-857b-0bd97c62ca8e",
        "departed": "2026-10-12T08:00:00Z",
        "end": {
          "completed": {
            "at": "2026-10-14T18:00:00Z"
          }
        },
        "told": [
          [
            "2026-10-01T00:00:00Z",
            "BACK"
          ],
          [
            "2026-10-01T00:00:00Z",
            "OUT"
          ]
        ]
      }
    ]
    "#);
    let stored = serde_json::to_string(&trip).unwrap();
    assert_eq!(serde_json::from_str::<Trip>(&stored).unwrap(), trip);
}

#[test]
fn stored_facts_read_back() {
    let by = actor("anna");
    let requested = Trip::request_for(request("T-1", OCTOBER, 40_000), &by, &[], rules(), at(NOW)).unwrap();
    let requested = requested.fact().unwrap();
    let itinerary = there_and_back(OCTOBER, 20_000, 10_000);
    let booked = Trip::open(&requested).unwrap().book(&itinerary, &by, &[], rules(), at(NOW)).unwrap().fact().unwrap();
    let dear = there_and_back(OCTOBER, 60_000, 10_000);
    let change = Trip::open(&requested).unwrap().book(&dear, &by, &[], rules(), at(NOW)).unwrap().fact().unwrap();
    let cancelled = Trip::open(&requested).unwrap().cancel(&by, at(NOW)).unwrap().fact().unwrap();
    assert_json_snapshot!(cancelled, @r#"
    {
      "cancelled": {
        "by": {
          "person": "c51369a6-9c80-5d6c-9b16-3a7062b0eaab",
          "role": "employee"
        },
        "at": "2026-09-07T09:00:00Z",
        "due": []
      }
    }
    "#);
    for fact in [requested, booked, change, cancelled] {
        let stored = serde_json::to_string(&fact).unwrap();
        assert_eq!(serde_json::from_str::<TripFact>(&stored).unwrap(), fact);
    }
}
