//! How events with guests are stored.

use insta::assert_json_snapshot;
use office_core::{Percent, fold};
use office_scheduling::{
    CateringOrder, GuestCardFact, GuestId, GuestKind, GuestReply, OfficeEvent, OfficeEventFact, OfficeEventParts,
    RunItem,
};

use crate::party::{at, comes, details, diet, early, id, item, parts};

#[test]
#[expect(clippy::too_many_lines, reason = "the forms are long")]
fn the_stored_forms_are_these() {
    let guest: GuestId = id(100);
    let starts = Some(at("2026-06-19T14:00:00Z"));
    let facts = [
        OfficeEvent::plan(details(parts())),
        OfficeEventFact::Changed { details: details(OfficeEventParts { margin: Percent::whole(5), ..parts() }) },
        OfficeEventFact::Invited { guest, kind: GuestKind::Outside, may_bring: 1 },
        OfficeEventFact::Replied { guest, reply: comes(&["vegan", "any"], true), at: early() },
        OfficeEventFact::Invited { guest: id(101), kind: GuestKind::Internal, may_bring: 0 },
        OfficeEventFact::Replied { guest: id(101), reply: GuestReply::Declined, at: early() },
        OfficeEventFact::CateringOrdered(CateringOrder {
            version: 1,
            portions: [(diet("vegan"), 2)].into(),
            by: id(1),
            at: early(),
        }),
        OfficeEventFact::RunItemPut { name: "doors".to_owned(), item: RunItem { starts, ..item(&[]) } },
        OfficeEventFact::RunItemPut { name: "speech".to_owned(), item: item(&["doors"]) },
        OfficeEventFact::RunItemPut { name: "dance".to_owned(), item: item(&["speech"]) },
        OfficeEventFact::RunItemDropped { name: "dance".to_owned() },
        OfficeEventFact::CheckedIn { guest, at: at("2026-06-19T15:05:00Z") },
        OfficeEventFact::Cancelled { by: id(1), at: early() },
    ];
    // What it is, is stored alike wherever it is told.
    let told = |fact: &OfficeEventFact, how: &str| serde_json::to_value(fact).unwrap()[how]["details"].clone();
    let mut details = told(&facts[0], "planned");
    details["margin"] = "5 %".into();
    assert_eq!(told(&facts[1], "changed"), details);
    let mut state = serde_json::to_value(fold::<OfficeEvent>(&facts).unwrap()).unwrap();
    assert_eq!(state.as_object_mut().unwrap().remove("details"), Some(details));
    assert_json_snapshot!([&facts[..1], &facts[2..]].concat(), @r#"
    [
      {
        "planned": {
          "details": {
            "name": "Summer party",
            "time": {
              "start": "2026-06-19T15:00:00Z",
              "end": "2026-06-19T21:00:00Z"
            },
            "place": "the yard",
            "bookings": [
              "00000000-0000-0000-0000-000000000070"
            ],
            "host": "00000000-0000-0000-0000-000000000001",
            "budget": "00000000-0000-0000-0000-000000000080",
            "catering_until": "2026-06-12T10:00:00Z",
            "margin": "10 %",
            "margin_rounding": "up",
            "parking_spaces": 2,
            "directions": {
              "outside": "Second gate.\nRing twice."
            }
          }
        }
      },
      {
        "invited": {
          "guest": "00000000-0000-0000-0000-000000000100",
          "kind": "outside",
          "may_bring": 1
        }
      },
      {
        "replied": {
          "guest": "00000000-0000-0000-0000-000000000100",
          "reply": {
            "accepted": {
              "diets": [
                "vegan",
                "any"
              ],
              "parking": true
            }
          },
          "at": "2026-06-01T08:00:00Z"
        }
      },
      {
        "invited": {
          "guest": "00000000-0000-0000-0000-000000000101",
          "kind": "internal",
          "may_bring": 0
        }
      },
      {
        "replied": {
          "guest": "00000000-0000-0000-0000-000000000101",
          "reply": "declined",
          "at": "2026-06-01T08:00:00Z"
        }
      },
      {
        "catering_ordered": {
          "version": 1,
          "portions": {
            "vegan": 2
          },
          "by": "00000000-0000-0000-0000-000000000001",
          "at": "2026-06-01T08:00:00Z"
        }
      },
      {
        "run_item_put": {
          "name": "doors",
          "item": {
            "starts": "2026-06-19T14:00:00Z",
            "minutes": 30,
            "owner": "00000000-0000-0000-0000-000000000002"
          }
        }
      },
      {
        "run_item_put": {
          "name": "speech",
          "item": {
            "minutes": 30,
            "owner": "00000000-0000-0000-0000-000000000002",
            "after": [
              "doors"
            ]
          }
        }
      },
      {
        "run_item_put": {
          "name": "dance",
          "item": {
            "minutes": 30,
            "owner": "00000000-0000-0000-0000-000000000002",
            "after": [
              "speech"
            ]
          }
        }
      },
      {
        "run_item_dropped": {
          "name": "dance"
        }
      },
      {
        "checked_in": {
          "guest": "00000000-0000-0000-0000-000000000100",
          "at": "2026-06-19T15:05:00Z"
        }
      },
      {
        "cancelled": {
          "by": "00000000-0000-0000-0000-000000000001",
          "at": "2026-06-01T08:00:00Z"
        }
      }
    ]
    "#);
    assert_json_snapshot!(state, @r#"
    {
      "cancelled": true,
      "guests": {
        "00000000-0000-0000-0000-000000000100": {
          "arrived": "2026-06-19T15:05:00Z",
          "kind": "outside",
          "late": false,
          "may_bring": 1,
          "reply": {
            "accepted": {
              "diets": [
                "vegan",
                "any"
              ],
              "parking": true
            }
          }
        },
        "00000000-0000-0000-0000-000000000101": {
          "kind": "internal",
          "late": false,
          "may_bring": 0,
          "reply": "declined"
        }
      },
      "orders": [
        {
          "at": "2026-06-01T08:00:00Z",
          "by": "00000000-0000-0000-0000-000000000001",
          "portions": {
            "vegan": 2
          },
          "version": 1
        }
      ],
      "parking": [
        "00000000-0000-0000-0000-000000000100"
      ],
      "run_sheet": {
        "doors": {
          "minutes": 30,
          "owner": "00000000-0000-0000-0000-000000000002",
          "starts": "2026-06-19T14:00:00Z"
        },
        "speech": {
          "after": [
            "doors"
          ],
          "minutes": 30,
          "owner": "00000000-0000-0000-0000-000000000002"
        }
      }
    }
    "#);
    let card = [GuestCardFact::Written { event: id(50) }, GuestCardFact::Forgotten];
    assert_json_snapshot!(card, @r#"
    [
      {
        "written": {
          "event": "00000000-0000-0000-0000-000000000050"
        }
      },
      "forgotten"
    ]
    "#);
    assert_json_snapshot!(fold::<office_scheduling::GuestCard>(&card).unwrap(), @r#"
    {
      "event": "00000000-0000-0000-0000-000000000050",
      "forgotten": true
    }
    "#);
}
