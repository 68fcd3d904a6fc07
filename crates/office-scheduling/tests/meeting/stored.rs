//! How meetings are stored.

use insta::assert_json_snapshot;
use office_core::fold;
use office_scheduling::{
    ActionRef, AgendaItem, Attendance, CarriedItem, CarryOver, Meeting, MeetingDetails, MeetingFact, MeetingParts,
    MeetingStatus, MinutesRemark, Quorum, Resolution, ResolutionFact,
};

use crate::board::{became, id, minuted, now, parts, said, series};

#[test]
#[expect(clippy::too_many_lines, reason = "the forms are long")]
fn the_stored_forms_are_these() {
    let details = MeetingDetails::new(MeetingParts {
        starts: Some(now()),
        series: Some(series()),
        event: Some(id(60)),
        join: Some("https://meet.example.org/board".to_owned()),
        quorum: Quorum::Majority,
        most_proxies: 1,
        ..parts(60)
    })
    .unwrap();
    let item =
        AgendaItem { presenter: Some(id(3)), material: vec!["plan.pdf".to_owned()], ..AgendaItem::new("rooms", 10) };
    let carried = CarryOver {
        from: id(99),
        items: [(2, CarriedItem { number: 7, item: AgendaItem::new("chairs", 0) })].into(),
        actions: [ActionRef { meeting: id(98), item: 1, place: 0 }].into(),
    };
    let facts = [
        Meeting::plan(details.clone()),
        MeetingFact::Changed { details },
        MeetingFact::ItemPut { number: 1, item },
        MeetingFact::ItemPut { number: 9, item: AgendaItem::new("walls", 0) },
        MeetingFact::ItemDropped { number: 9 },
        MeetingFact::TookOver(carried),
        MeetingFact::ItemsOrdered { order: vec![2, 1] },
        became(MeetingStatus::Held),
        MeetingFact::Attended { person: id(1), how: Attendance::Present, at: now() },
        MeetingFact::Attended { person: id(3), how: Attendance::RepresentedBy(id(1)), at: now() },
        minuted(1, said("The room is booked.", &["It is kept."], &[3])),
        minuted(2, said("", &[], &[])),
        MeetingFact::TakenBack { item: 2, by: id(2), at: now() },
        became(MeetingStatus::Circulated),
        MeetingFact::Corrected { item: 1, note: "It is kept.".to_owned(), by: id(2), at: now() },
        MeetingFact::ActionsBegun { at: now() },
        MeetingFact::Approved { by: id(1), at: now() },
        MeetingFact::Remarked(MinutesRemark { item: 1, text: "It was not.".to_owned(), by: id(4), at: now() }),
        MeetingFact::CarriedOver { to: id(101), by: id(1), at: now() },
    ];
    // What it is, is stored alike wherever it is told.
    let told = |fact: &MeetingFact, how: &str| serde_json::to_value(fact).unwrap()[how]["details"].clone();
    let details = told(&facts[0], "planned");
    assert_eq!(told(&facts[1], "changed"), details);
    let mut state = serde_json::to_value(fold::<Meeting>(&facts).unwrap()).unwrap();
    assert_eq!(state.as_object_mut().unwrap().remove("details"), Some(details));
    assert_json_snapshot!([&facts[..1], &facts[2..]].concat(), @r#"
    [
      {
        "planned": {
          "details": {
            "title": "board",
            "starts": "2026-11-02T09:00:00Z",
            "minutes": 60,
            "series": "00000000-0000-0000-0000-000000000050",
            "event": "00000000-0000-0000-0000-000000000060",
            "join": "https://meet.example.org/board",
            "chair": "00000000-0000-0000-0000-000000000001",
            "secretary": "00000000-0000-0000-0000-000000000002",
            "members": [
              "00000000-0000-0000-0000-000000000001",
              "00000000-0000-0000-0000-000000000002",
              "00000000-0000-0000-0000-000000000003",
              "00000000-0000-0000-0000-000000000004"
            ],
            "quorum": "majority",
            "most_proxies": 1
          }
        }
      },
      {
        "item_put": {
          "number": 1,
          "item": {
            "title": "rooms",
            "presenter": "00000000-0000-0000-0000-000000000003",
            "minutes": 10,
            "material": [
              "plan.pdf"
            ]
          }
        }
      },
      {
        "item_put": {
          "number": 9,
          "item": {
            "title": "walls",
            "minutes": 0
          }
        }
      },
      {
        "item_dropped": {
          "number": 9
        }
      },
      {
        "took_over": {
          "from": "00000000-0000-0000-0000-000000000099",
          "items": {
            "2": {
              "number": 7,
              "item": {
                "title": "chairs",
                "minutes": 0
              }
            }
          },
          "actions": [
            {
              "meeting": "00000000-0000-0000-0000-000000000098",
              "item": 1,
              "place": 0
            }
          ]
        }
      },
      {
        "items_ordered": {
          "order": [
            2,
            1
          ]
        }
      },
      {
        "became": {
          "status": "held",
          "by": "00000000-0000-0000-0000-000000000001",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "attended": {
          "person": "00000000-0000-0000-0000-000000000001",
          "how": "present",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "attended": {
          "person": "00000000-0000-0000-0000-000000000003",
          "how": {
            "represented_by": "00000000-0000-0000-0000-000000000001"
          },
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "minuted": {
          "item": 1,
          "minutes": {
            "note": "The room is booked.",
            "decisions": [
              "It is kept."
            ],
            "actions": [
              {
                "what": "do 3",
                "owner": "00000000-0000-0000-0000-000000000003",
                "due": "2026-11-02T09:00:00Z"
              }
            ]
          },
          "by": "00000000-0000-0000-0000-000000000002",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "minuted": {
          "item": 2,
          "minutes": {
            "note": ""
          },
          "by": "00000000-0000-0000-0000-000000000002",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "taken_back": {
          "item": 2,
          "by": "00000000-0000-0000-0000-000000000002",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "became": {
          "status": "circulated",
          "by": "00000000-0000-0000-0000-000000000001",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "corrected": {
          "item": 1,
          "note": "It is kept.",
          "by": "00000000-0000-0000-0000-000000000002",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "actions_begun": {
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "approved": {
          "by": "00000000-0000-0000-0000-000000000001",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "remarked": {
          "item": 1,
          "text": "It was not.",
          "by": "00000000-0000-0000-0000-000000000004",
          "at": "2026-11-02T09:00:00Z"
        }
      },
      {
        "carried_over": {
          "to": "00000000-0000-0000-0000-000000000101",
          "by": "00000000-0000-0000-0000-000000000001",
          "at": "2026-11-02T09:00:00Z"
        }
      }
    ]
    "#);
    assert_json_snapshot!(state, @r#"
    {
      "actions_begun": true,
      "agenda": {
        "1": {
          "material": [
            "plan.pdf"
          ],
          "minutes": 10,
          "presenter": "00000000-0000-0000-0000-000000000003",
          "title": "rooms"
        },
        "2": {
          "minutes": 0,
          "title": "chairs"
        }
      },
      "approved_by": "00000000-0000-0000-0000-000000000001",
      "attendance": {
        "00000000-0000-0000-0000-000000000001": "present",
        "00000000-0000-0000-0000-000000000003": {
          "represented_by": "00000000-0000-0000-0000-000000000001"
        }
      },
      "carried_from": {
        "2": {
          "item": 7,
          "meeting": "00000000-0000-0000-0000-000000000099"
        }
      },
      "carried_to": "00000000-0000-0000-0000-000000000101",
      "corrections": [
        {
          "at": "2026-11-02T09:00:00Z",
          "before": "The room is booked.",
          "by": "00000000-0000-0000-0000-000000000002",
          "item": 1
        }
      ],
      "inherited_actions": [
        {
          "item": 1,
          "meeting": "00000000-0000-0000-0000-000000000098",
          "place": 0
        }
      ],
      "minutes": {
        "1": {
          "actions": [
            {
              "due": "2026-11-02T09:00:00Z",
              "owner": "00000000-0000-0000-0000-000000000003",
              "what": "do 3"
            }
          ],
          "decisions": [
            "It is kept."
          ],
          "note": "It is kept."
        }
      },
      "order": [
        2,
        1
      ],
      "remarks": [
        {
          "at": "2026-11-02T09:00:00Z",
          "by": "00000000-0000-0000-0000-000000000004",
          "item": 1,
          "text": "It was not."
        }
      ],
      "status": "approved",
      "writers": [
        "00000000-0000-0000-0000-000000000002"
      ]
    }
    "#);
    let resolution = Resolution {
        series: series(),
        number: 7,
        meeting: id(100),
        item: 1,
        text: "It is kept.".to_owned(),
        at: now(),
    };
    assert_json_snapshot!(ResolutionFact::Entered(resolution), @r#"
    {
      "entered": {
        "series": "00000000-0000-0000-0000-000000000050",
        "number": 7,
        "meeting": "00000000-0000-0000-0000-000000000100",
        "item": 1,
        "text": "It is kept.",
        "at": "2026-11-02T09:00:00Z"
      }
    }
    "#);
}
