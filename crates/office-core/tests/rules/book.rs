//! Policies in time: which version decides a day, and rulings decided again.

use chrono::NaiveDate;
use office_core::Money;
use office_core::rules::{
    DecideError, DecisionTable, DecisionText, Facts, HitPolicy, Outcome, Policy, PolicyBook, PolicyText, PublishError,
    ReplayError, Ruling, TableText,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::generator;

const HITS: [HitPolicy; 3] = [HitPolicy::First, HitPolicy::Collect, HitPolicy::Priority];

fn day(ordinal: u32) -> NaiveDate {
    NaiveDate::from_yo_opt(2026, ordinal).unwrap()
}

/// A table that refuses, and says which version it is.
fn version(number: u32) -> DecisionTable {
    DecisionTable::from_rows(&["outcome"], [vec![format!("refuse: version {number}")]]).unwrap()
}

fn none_in_force(on: u32) -> DecideError {
    DecideError::NoneInForce { policy: "purchase".into(), on: day(on) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn each_day_is_decided_by_the_version_in_force_whatever_is_published_later(
        days in vec(1u32..300, 1..4),
        asked in vec(1u32..300, 2),
        later in 301u32..360,
    ) {
        let mut book = PolicyBook::new("purchase");
        for since in &days {
            book.publish(day(*since), version(*since)).unwrap();
        }
        let decided: Vec<_> = asked.iter().map(|on| book.decide(&Facts::new(), day(*on))).collect();
        for (on, decided) in asked.iter().zip(&decided) {
            let since = days.iter().filter(|since| *since <= on).max();
            prop_assert_eq!(book.in_force(day(*on)).map(|(since, _)| since), since.map(|since| day(*since)));
            let expected = since.map(|since| Outcome::refuse(format!("version {since}"))).ok_or(none_in_force(*on));
            prop_assert_eq!(decided.clone().map(|ruling| ruling.outcome), expected);
        }
        book.publish(day(later), version(later)).unwrap();
        // The same again changes nothing; another version of the same day is refused, and changes nothing either.
        let before = book.clone();
        book.publish(day(days[0]), version(days[0])).unwrap();
        let changed = book.publish(day(days[0]), version(later));
        prop_assert_eq!(changed, Err(PublishError::AlreadyPublished { since: day(days[0]) }));
        prop_assert_eq!(&book, &before);
        let again: Vec<_> = asked.iter().map(|on| book.decide(&Facts::new(), day(*on))).collect();
        prop_assert_eq!(again, decided);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_stored_ruling_comes_out_again_to_the_byte(generated in generator::policy(&HITS, 2)) {
        let mut book = PolicyBook::new("purchase");
        book.publish(day(1), Policy::new(generated.text.clone()).unwrap()).unwrap();
        let stored = serde_json::to_string(&book).unwrap();
        let mut read: PolicyBook = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(&read, &book);
        // What is published for later changes nothing.
        read.publish(day(200), version(200)).unwrap();
        let [ruling, foreign] = [0, 1].map(|case| book.decide(&generated.cases[case], day(100)).unwrap());
        let text = serde_json::to_string(&ruling).unwrap();
        let stored: Ruling = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.replay(&stored), Ok(()));
        let again = read.decide(&stored.explanation.facts, day(100)).unwrap();
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), text);
        // A ruling that was changed afterwards is found out.
        let forged = Ruling { outcome: foreign.outcome.clone(), ..stored.clone() };
        prop_assert_eq!(read.replay(&forged).is_ok(), forged == stored);
        let forged = Ruling { explanation: foreign.explanation.clone(), ..stored };
        let found = read.replay(&forged);
        let refused = matches!(found, Ok(()) | Err(ReplayError::OtherRuling { .. }));
        prop_assert!(refused);
        let said = |ruling: &Ruling| (ruling.outcome.clone(), ruling.obligations.clone(), ruling.reasons.clone());
        prop_assert_eq!(found.is_ok(), said(&forged) == said(&foreign));
    }
}

#[test]
fn what_cannot_be_decided_again_says_why() {
    let mut book = PolicyBook::new("purchase");
    book.publish(day(1), version(1)).unwrap();
    let ruling = book.decide(&Facts::new(), day(9)).unwrap();
    assert_eq!(book.replay(&ruling), Ok(()));
    let mut bare = ruling.clone();
    bare.explanation.version = None;
    assert_eq!(book.replay(&bare), Err(ReplayError::NoVersion));
    let mut other = PolicyBook::new("leave");
    assert_eq!(other.replay(&ruling), Err(ReplayError::OtherPolicy { policy: "purchase".into() }));
    other = PolicyBook::new("purchase");
    assert_eq!(other.replay(&ruling), Err(ReplayError::NoSuchVersion { since: day(1) }));
    other.publish(day(1), version(2)).unwrap();
    let recorded = Policy::of(version(1)).content();
    let found = Policy::of(version(2)).content();
    assert_eq!(other.replay(&ruling), Err(ReplayError::OtherContent { since: day(1), recorded, found }));
}

/// The facts that a ruling carries may be changed as well.
#[test]
fn facts_that_were_changed_do_not_decide_the_same() {
    let rows = [["< 5", "allow"], ["-", "refuse: too long"]].map(|row| row.map(ToOwned::to_owned).to_vec());
    let mut book = PolicyBook::new("leave");
    book.publish(day(1), DecisionTable::from_rows(&["days: number", "outcome"], rows).unwrap()).unwrap();
    let mut ruling = book.decide(&Facts::new().with("days", 9), day(2)).unwrap();
    ruling.explanation.facts = Facts::new().with("days", 1);
    assert_eq!(
        book.replay(&ruling).unwrap_err().to_string(),
        "the ruling says refuse: too long, and comes out as allow, or for other reasons",
    );
    ruling.explanation.facts = Facts::new();
    assert!(matches!(book.replay(&ruling), Err(ReplayError::Undecided(DecideError::Fact(_)))));
}

/// What is stored of rulings stays readable: this form is never changed, only added to.
#[test]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
fn a_book_and_a_ruling_are_stored_like_this() {
    let rows = [
        ["IT, HR", "[100 EUR..500 EUR)", "-", "approvals: 1 office_manager purchase.approve", "-"],
        ["-", "-", "high", "refuse: no_rule", "tell the requester; file_it"],
    ];
    let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
    let header = ["kind", "amount: money EUR", "risk", "outcome", "obligations"];
    let table = |name: &str, header: &[&str], rows: Vec<Vec<String>>| {
        let text = TableText::from_rows(header, rows).unwrap();
        DecisionText::Table(TableText { name: name.into(), ..text })
    };
    let text = PolicyText {
        inputs: ["kind: text in IT, HR, other", "amount: money EUR"].map(|text| text.parse().unwrap()).to_vec(),
        decisions: vec![
            table("approval", &header, rows.to_vec()),
            table("risk", &["kind", "=> risk: text in high, low else high"], vec![vec!["IT".into(), "low".into()]]),
        ],
        ..PolicyText::default()
    };
    let mut book = PolicyBook::new("purchase");
    book.publish(day(1), Policy::new(text).unwrap()).unwrap();
    let known = Facts::new().with("kind", "other").with("amount", "150 EUR".parse::<Money>().unwrap());
    let ruling = book.decide(&known, day(9)).unwrap();
    assert_eq!(
        ruling.explanation.to_string(),
        "purchase of 2026-01-01: risk: no row matches; row 1: kind is other, not IT; \
         approval: row 2 decides; row 1: kind is other, not IT, HR",
    );
    insta::assert_json_snapshot!((book, ruling), @r#"
    [
      {
        "name": "purchase",
        "versions": {
          "2026-01-01": {
            "dialect": "office",
            "inputs": [
              {
                "input": "kind",
                "kind": "text",
                "allowed": "IT, HR, other"
              },
              {
                "input": "amount",
                "kind": "money EUR"
              }
            ],
            "decisions": [
              {
                "table": {
                  "name": "approval",
                  "hit": "first",
                  "inputs": [
                    {
                      "input": "kind"
                    },
                    {
                      "input": "amount",
                      "kind": "money EUR"
                    },
                    {
                      "input": "risk"
                    }
                  ],
                  "outputs": [
                    {
                      "name": "outcome",
                      "kind": "outcome"
                    },
                    {
                      "name": "obligations",
                      "kind": "obligations"
                    }
                  ],
                  "rows": [
                    {
                      "cells": [
                        "IT, HR",
                        "[100 EUR..500 EUR)",
                        "-"
                      ],
                      "outputs": [
                        "approvals: 1 office_manager purchase.approve",
                        "-"
                      ]
                    },
                    {
                      "cells": [
                        "-",
                        "-",
                        "high"
                      ],
                      "outputs": [
                        "refuse: no_rule",
                        "tell the requester; file_it"
                      ]
                    }
                  ]
                }
              },
              {
                "table": {
                  "name": "risk",
                  "hit": "first",
                  "inputs": [
                    {
                      "input": "kind"
                    }
                  ],
                  "outputs": [
                    {
                      "name": "risk",
                      "kind": "text",
                      "allowed": [
                        "high",
                        "low"
                      ],
                      "default": "high"
                    }
                  ],
                  "rows": [
                    {
                      "cells": [
                        "IT"
                      ],
                      "outputs": [
                        "low"
                      ]
                    }
                  ]
                }
              }
            ],
            "precedence": "deny_overrides"
          }
        }
      },
      {
        "outcome": "refuse: no_rule",
        "obligations": [
          "file_it",
          "tell the requester"
        ],
        "explanation": {
          "version": {
            "policy": "purchase",
            "since": "2026-01-01",
            "content": "aa538a8f-c330-59ba-b98a-4416319a9387"
          },
          "facts": {
            "amount": {
              "money": "150.00 EUR"
            },
            "kind": {
              "text": "other"
            },
            "risk": {
              "text": "high"
            }
          },
          "tables": [
            {
              "table": "risk",
              "hit": "first",
              "failed": [
                {
                  "row": 1,
                  "cells": [
                    {
                      "column": "kind",
                      "asks": "IT"
                    }
                  ]
                }
              ]
            },
            {
              "table": "approval",
              "hit": "first",
              "decided": [
                {
                  "row": 2,
                  "cells": [
                    {
                      "column": "risk",
                      "asks": "high"
                    }
                  ]
                }
              ],
              "failed": [
                {
                  "row": 1,
                  "cells": [
                    {
                      "column": "kind",
                      "asks": "IT, HR"
                    }
                  ]
                }
              ]
            }
          ]
        }
      }
    ]
    "#);
}
