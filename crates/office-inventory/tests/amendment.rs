//! Law 38: a placed order is what its amendments have made of it, and each of its versions stays what it was.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod law {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::{
        Currency, Decimal, Decision, Entity, Id, Percent, Quantity, Rounding, UnitPrice, WithdrawCase, fold,
    };
    use office_inventory::{
        AmendOrderError, Amendment, Delivery, Leeway, LineChange, LineState, NewOrder, NewOrderAmendment, NewOrderLine,
        OrderAmendment, OrderBill, OrderFact, OrderLine, OrderReturn, OrderTerms, PurchaseOrder, ReceiptTolerance,
        ReceiveOrderError, Remedy,
    };
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        "2026-10-05".parse().unwrap()
    }

    fn boxes(tenths: i64) -> Quantity {
        Quantity::new(Decimal::new(tenths, 1), "box".parse().unwrap()).unwrap()
    }

    fn price(cents: i64) -> UnitPrice {
        format!("{} EUR / 1 box", Decimal::new(cents, 2)).parse().unwrap()
    }

    fn line_of(tenths: i64, cents: i64) -> NewOrderLine {
        NewOrderLine::new(
            Id::natural("item", "PAP-A4"),
            boxes(tenths),
            price(cents),
            Id::natural("cost_centre", "CC-100"),
        )
    }

    fn sent(lines: Vec<NewOrderLine>) -> (PurchaseOrder, Vec<OrderFact>) {
        let new = NewOrder {
            number: "PO-1".parse().unwrap(),
            vendor: Id::natural("party", "V-01"),
            terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
            lines,
        };
        let draft = PurchaseOrder::draft(new).unwrap().fact().unwrap();
        let mut order = PurchaseOrder::open(&draft).unwrap();
        let mut facts = vec![draft];
        take(order.approve(None, day()).unwrap(), &mut order, &mut facts);
        take(order.send(day()).unwrap(), &mut order, &mut facts);
        (order, facts)
    }

    fn take(decided: Decision<OrderFact>, order: &mut PurchaseOrder, facts: &mut Vec<OrderFact>) {
        if let Some(fact) = decided.fact() {
            order.apply(&fact);
            facts.push(fact);
        }
    }

    fn amendment(of: u32, why: &str, changes: Vec<LineChange>) -> Amendment {
        Amendment { of, by: Id::natural("person", "E-004"), on: day(), why: why.to_owned(), give_up: false, changes }
    }

    /// A change as somebody writes it on the paper.
    #[derive(Clone, Copy, Debug)]
    enum Change {
        Quantity { line: u32, tenths: i64 },
        Price { line: u32, cents: i64 },
        Due { line: u32, days: u64 },
        Remove { line: u32 },
        Add { tenths: i64, cents: i64 },
    }

    impl Change {
        fn told(self) -> LineChange {
            match self {
                Self::Quantity { line, tenths } => LineChange::Quantity { line, quantity: boxes(tenths) },
                Self::Price { line, cents } => LineChange::Price { line, price: price(cents) },
                Self::Due { line, days } => LineChange::Due { line, due: Some(day() + Days::new(days)) },
                Self::Remove { line } => LineChange::Remove { line },
                Self::Add { tenths, cents } => LineChange::Add(line_of(tenths, cents)),
            }
        }
    }

    #[derive(Clone, Debug)]
    enum Act {
        Amend { late: u32, changes: Vec<Change> },
        Receive { line: u32, tenths: i64 },
        Back { replace: bool, tenths: i64 },
        Bill { line: u32, tenths: i64 },
        Cancel { line: u32, tenths: i64 },
    }

    fn act() -> impl Strategy<Value = Act> {
        let number = || 1..5_u32;
        let change = prop_oneof![
            4 => (number(), 0..60_i64).prop_map(|(line, tenths)| Change::Quantity { line, tenths }),
            2 => (number(), 0..500_i64).prop_map(|(line, cents)| Change::Price { line, cents }),
            1 => (number(), 0..3_u64).prop_map(|(line, days)| Change::Due { line, days }),
            1 => number().prop_map(|line| Change::Remove { line }),
            1 => (0..40_i64, 0..500_i64).prop_map(|(tenths, cents)| Change::Add { tenths, cents }),
        ];
        let late = prop_oneof![5 => Just(0_u32), 1 => Just(1_u32)];
        prop_oneof![
            6 => (late, prop::collection::vec(change, 0..3)).prop_map(|(late, changes)| Act::Amend { late, changes }),
            4 => (number(), 1..30_i64).prop_map(|(line, tenths)| Act::Receive { line, tenths }),
            1 => (any::<bool>(), 1..20_i64).prop_map(|(replace, tenths)| Act::Back { replace, tenths }),
            2 => (number(), 1..20_i64).prop_map(|(line, tenths)| Act::Bill { line, tenths }),
            1 => (number(), 1..20_i64).prop_map(|(line, tenths)| Act::Cancel { line, tenths }),
        ]
    }

    /// What is agreed on each line, as a clerk writes it on the paper of the order; nothing where it was struck out.
    type Paper = Vec<Option<NewOrderLine>>;

    /// Writes a change that was accepted on the paper. `wanted` says how many are wanted of each line by then.
    fn write(paper: &mut Paper, wanted: &mut Vec<Quantity>, change: Change) {
        let at = |line: u32| usize::try_from(line).unwrap() - 1;
        match change.told() {
            LineChange::Quantity { line, quantity } => {
                if wanted[at(line)] != quantity {
                    paper[at(line)].as_mut().unwrap().quantity = quantity;
                    wanted[at(line)] = quantity;
                }
            }
            LineChange::Price { line, price } => paper[at(line)].as_mut().unwrap().price = price,
            LineChange::Due { line, due } => paper[at(line)].as_mut().unwrap().due = due,
            LineChange::Remove { line } => {
                paper[at(line)] = None;
                wanted[at(line)] = boxes(0);
            }
            LineChange::Add(line) => {
                paper.push(Some(line));
                wanted.push(line.quantity);
            }
        }
    }

    fn agreed(paper: &Paper) -> BTreeMap<u32, NewOrderLine> {
        (1..).zip(paper).filter_map(|(number, line)| Some((number, (*line)?))).collect()
    }

    fn decide(order: &PurchaseOrder, at: usize, act: &Act) -> Option<Decision<OrderFact>> {
        let one = |line: &u32, tenths: &i64| [(*line, boxes(*tenths))].into();
        match act {
            Act::Amend { late, changes } => {
                let changes = changes.iter().map(|change| change.told()).collect();
                order.amend(amendment(order.version() - late.min(&(order.version() - 1)), "as agreed", changes)).ok()
            }
            Act::Receive { line, tenths } => {
                let note = format!("DN-{at}").parse().unwrap();
                order.receive(Delivery { note, on: day(), lines: one(line, tenths) }).ok()
            }
            Act::Back { replace, tenths } => {
                let remedy = if *replace { Remedy::Replacement } else { Remedy::Credit };
                let notes = (0..at).map(|at| format!("DN-{at}").parse().unwrap());
                let mut notes = notes.filter(|note| order.received_on(note).is_some());
                let (note, slip) = (notes.next()?, format!("RS-{at}").parse().unwrap());
                let lines = order.lines().iter().find(|line| line.kept().is_positive())?.number();
                let (lines, why) = ([(lines, boxes(*tenths))].into(), "broken".to_owned());
                order.send_back(OrderReturn { slip, note, on: day(), remedy, why, lines }).ok()
            }
            Act::Bill { line, tenths } => {
                let invoice = Id::natural("invoice", &at.to_string());
                order.bill(OrderBill { invoice, lines: one(line, tenths) }).ok()
            }
            Act::Cancel { line, tenths } => order.cancel_lines(day(), one(line, tenths)).ok(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Law 38.
        #[test]
        fn each_version_stays_what_it_was(acts in prop::collection::vec(act(), 0..30)) {
            let first = vec![line_of(40, 333), line_of(25, 100)];
            let (mut order, mut facts) = sent(first.clone());
            let mut paper: Paper = first.into_iter().map(Some).collect();
            let mut versions = vec![agreed(&paper)];
            for (at, act) in acts.iter().enumerate() {
                let before = order.clone();
                let Some(decided) = decide(&order, at, act) else { continue };
                if matches!((act, &decided), (Act::Amend { .. }, Decision::AlreadyRecorded)) {
                    // The last change, sent again by somebody who has not heard that it was made.
                    continue;
                }
                take(decided, &mut order, &mut facts);
                if let Act::Amend { changes, late } = act {
                    prop_assert!(*late == 0 || before.version() == 1, "whoever has not seen the last version is refused");
                    let mut wanted: Vec<_> = before.lines().iter().map(OrderLine::wanted).collect();
                    for change in changes {
                        write(&mut paper, &mut wanted, *change);
                    }
                    versions.push(agreed(&paper));
                    let now: Vec<_> = order.lines().iter().map(OrderLine::wanted).collect();
                    prop_assert_eq!(now, wanted);
                }
                for (line, earlier) in order.lines().iter().zip(before.lines()) {
                    prop_assert!(line.wanted().amount() >= line.delivered().amount(), "{:?}", line);
                    prop_assert!(line.price() == earlier.price() || earlier.received().is_zero(), "{:?}", line);
                }
                prop_assert_eq!(usize::try_from(order.version()).unwrap(), versions.len());
                for (number, version) in (1..).zip(&versions) {
                    let known = order.lines_of(number);
                    prop_assert_eq!(known.as_ref(), Some(version), "version {}", number);
                    // What has changed since, made to it, is the last version.
                    let mut after = version.clone();
                    for change in order.changes_between(number, order.version()).unwrap() {
                        prop_assert_eq!(version.get(&change.line).copied(), change.before);
                        match change.after {
                            Some(terms) => drop(after.insert(change.line, terms)),
                            None => drop(after.remove(&change.line)),
                        }
                    }
                    prop_assert_eq!(Some(&after), versions.last());
                }
            }
            prop_assert_eq!(order.lines_of(0), None);
            prop_assert_eq!(order.lines_of(order.version() + 1), None);
            let json = serde_json::to_string(&order).unwrap();
            prop_assert_eq!(&serde_json::from_str::<PurchaseOrder>(&json).unwrap(), &order);
            prop_assert_eq!(fold::<PurchaseOrder>(&facts), Some(order));
        }
    }

    #[test]
    fn refusals_come_in_order_and_change_nothing() {
        let (mut order, mut facts) = sent(vec![line_of(40, 333), line_of(50, 333)]);
        let amend = |order: &PurchaseOrder, change| order.amend(amendment(order.version(), "as agreed", vec![change]));
        let (second, stale) = (LineChange::Remove { line: 1 }, amendment(1, "too late", Vec::new()));
        let given = amendment(1, "as agreed", vec![second, Change::Price { line: 2, cents: 400 }.told()]);
        take(order.amend(given.clone()).unwrap(), &mut order, &mut facts);
        assert_eq!(order.amend(given), Ok(Decision::AlreadyRecorded), "sent again");
        assert_eq!((order.version(), order.worth().unwrap().to_string()), (2, "20.00 EUR".to_owned()));
        assert_eq!(order.line(1).unwrap().state(), LineState::Cancelled);
        assert!(
            order
                .receive(Delivery { note: "DN-1".parse().unwrap(), on: day(), lines: [(1, boxes(1))].into() })
                .is_err()
        );

        let received =
            order.receive(Delivery { note: "DN-1".parse().unwrap(), on: day(), lines: [(2, boxes(30))].into() });
        take(received.unwrap(), &mut order, &mut facts);
        let bill = OrderBill { invoice: Id::natural("invoice", "1"), lines: [(2, boxes(30))].into() };
        take(order.bill(bill).unwrap(), &mut order, &mut facts);
        let back = OrderReturn {
            slip: "RS-1".parse().unwrap(),
            note: "DN-1".parse().unwrap(),
            on: day(),
            remedy: Remedy::Replacement,
            why: "broken".to_owned(),
            lines: [(2, boxes(10))].into(),
        };
        take(order.send_back(back).unwrap(), &mut order, &mut facts);

        let (line, received) = (2, boxes(30));
        assert_eq!(order.amend(stale), Err(AmendOrderError::Superseded { of: 1, last: 2 }));
        assert_eq!(order.amend(amendment(2, " ", vec![second])), Err(AmendOrderError::NoReason));
        let many = amendment(2, "as agreed", vec![LineChange::Due { line, due: None }; 1001]);
        assert_eq!(order.amend(many), Err(AmendOrderError::TooManyChanges { changes: 1001 }));
        assert_eq!(amend(&order, second), Err(AmendOrderError::NoLine { line: 1 }));
        assert_eq!(amend(&order, LineChange::Remove { line }), Err(AmendOrderError::HasReceipts { line, received }));
        let dearer = LineChange::Price { line, price: price(500) };
        assert_eq!(amend(&order, dearer), Err(AmendOrderError::HasReceipts { line, received }));
        let want = |tenths| LineChange::Quantity { line, quantity: boxes(tenths) };
        let few = AmendOrderError::BelowDelivered { line, delivered: boxes(20), asked: boxes(19) };
        assert_eq!(amend(&order, want(19)), Err(few));
        let few = AmendOrderError::BelowBilled { line, billed: boxes(30), asked: boxes(29) };
        assert_eq!(amend(&order, want(29)), Err(few));
        assert!(matches!(amend(&order, Change::Add { tenths: 0, cents: 1 }.told()), Err(AmendOrderError::Line(_))));
        assert_eq!(amend(&order, want(50)), Err(AmendOrderError::NoChange));
        assert_eq!(amend(&order, LineChange::Due { line, due: None }), Err(AmendOrderError::NoChange));
        // What was cancelled is wanted again, if somebody says so.
        take(order.cancel_lines(day(), [(2, boxes(10))].into()).unwrap(), &mut order, &mut facts);
        let again = amend(&order, want(50)).unwrap();
        take(again, &mut order, &mut facts);
        assert_eq!((order.version(), order.line(2).unwrap().expected()), (3, boxes(30)));
        take(order.cancel_rest(day()), &mut order, &mut facts);
        assert_eq!(amend(&order, want(50)), Err(AmendOrderError::Closed));
        assert_eq!(fold::<PurchaseOrder>(&facts), Some(order));
        insta::assert_json_snapshot!(&facts[3], @r#"
        {
          "amended": {
            "number": 2,
            "amendment": {
              "of": 1,
              "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
              "on": "2026-10-05",
              "why": "as agreed",
              "changes": [
                {
                  "remove": {
                    "line": 1
                  }
                },
                {
                  "price": {
                    "line": 2,
                    "price": "4 EUR / 1 box"
                  }
                }
              ]
            },
            "lines": [
              {
                "line": 1,
                "before": {
                  "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
                  "quantity": "4 box",
                  "price": "3.33 EUR / 1 box",
                  "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26"
                }
              },
              {
                "line": 2,
                "before": {
                  "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
                  "quantity": "5 box",
                  "price": "3.33 EUR / 1 box",
                  "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26"
                },
                "after": {
                  "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
                  "quantity": "5 box",
                  "price": "4 EUR / 1 box",
                  "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26"
                }
              }
            ]
          }
        }
        "#);

        let new = NewOrder {
            number: "PO-2".parse().unwrap(),
            vendor: Id::natural("party", "V-01"),
            terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
            lines: vec![line_of(1, 1)],
        };
        let draft = PurchaseOrder::open(&PurchaseOrder::draft(new).unwrap().fact().unwrap()).unwrap();
        assert!(matches!(amend(&draft, LineChange::Remove { line: 1 }), Err(AmendOrderError::NotPlaced { .. })));
    }

    #[test]
    fn a_change_that_waits_as_it_is_stored() {
        let mut policy = PolicyBook::new("purchase");
        let rows = [vec!["approvals: 1 manager purchase.approve expire after 8h".to_owned()]];
        policy.publish(day(), DecisionTable::from_rows(&["outcome"], rows).unwrap()).unwrap();
        let proposal = NewOrderAmendment {
            number: "PO-1/2".parse().unwrap(),
            order: Id::natural("order", "PO-1"),
            amendment: Amendment {
                give_up: true,
                ..amendment(1, "fewer people", vec![LineChange::Remove { line: 1 }])
            },
            worth: "20.00 EUR".parse().unwrap(),
            within_budget: true,
            scope: "company".parse().unwrap(),
        };
        let at = "2026-10-05T09:00:00Z".parse().unwrap();
        let proposed = OrderAmendment::propose(proposal, &policy, at).unwrap();
        let mut waits = OrderAmendment::open(&proposed).unwrap();
        let by = Id::natural("person", "E-004");
        let withdrawn = waits.withdraw(&WithdrawCase { by, on: day(), at }).unwrap().fact().unwrap();
        waits.apply(&withdrawn);
        let facts = [proposed, withdrawn];
        assert_eq!(fold::<OrderAmendment>(&facts).as_ref(), Some(&waits));
        let json = serde_json::to_string(&waits).unwrap();
        assert_eq!(serde_json::from_str::<OrderAmendment>(&json).unwrap(), waits);
        insta::assert_json_snapshot!((facts, waits), @r#"
        [
          [
            {
              "proposed": {
                "proposal": {
                  "number": "PO-1/2",
                  "order": "d942f1a9-2b4d-578a-a429-c37b3327ef9e",
                  "amendment": {
                    "of": 1,
                    "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
                    "on": "2026-10-05",
                    "why": "fewer people",
                    "give_up": true,
                    "changes": [
                      {
                        "remove": {
                          "line": 1
                        }
                      }
                    ]
                  },
                  "worth": "20.00 EUR",
                  "within_budget": true,
                  "scope": "company"
                },
                "ruling": {
                  "outcome": "approvals: 1 manager purchase.approve expire after 8h",
                  "explanation": {
                    "version": {
                      "policy": "purchase",
                      "since": "2026-10-05",
                      "content": "145cb49a-fe67-546b-811d-fdc54c668c3c"
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
                  "withdrawn": {}
                }
              }
            }
          ],
          {
            "proposal": {
              "number": "PO-1/2",
              "order": "d942f1a9-2b4d-578a-a429-c37b3327ef9e",
              "amendment": {
                "of": 1,
                "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
                "on": "2026-10-05",
                "why": "fewer people",
                "give_up": true,
                "changes": [
                  {
                    "remove": {
                      "line": 1
                    }
                  }
                ]
              },
              "worth": "20.00 EUR",
              "within_budget": true,
              "scope": "company"
            },
            "run": {
              "case": {
                "case": "1e8c59e8-fe4d-58d8-ae2e-f48027f1e839",
                "requester": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
                "scope": "company",
                "amount": "20.00 EUR"
              },
              "outcome": "approvals: 1 manager purchase.approve expire after 8h",
              "at": "2026-10-05T09:00:00Z",
              "acts": [
                {
                  "on": "2026-10-05",
                  "at": "2026-10-05T09:00:00Z",
                  "deed": {
                    "withdrawn": {}
                  }
                }
              ]
            }
          }
        ]
        "#);
    }

    /// Nothing above what is wanted comes on a line whose rest was cancelled, until more is wanted again.
    #[test]
    fn a_line_that_was_cut_short_takes_no_more_than_is_wanted() {
        let over = Leeway::new(Percent::ZERO, Some(boxes(10))).unwrap();
        let tolerance = ReceiptTolerance { over, under: Leeway::NONE };
        let (mut order, mut facts) = sent(vec![NewOrderLine { tolerance, ..line_of(100, 100) }, line_of(1, 1)]);
        let arrive = |order: &PurchaseOrder, note: &str, tenths| {
            order.receive(Delivery { note: note.parse().unwrap(), on: day(), lines: [(1, boxes(tenths))].into() })
        };
        take(arrive(&order, "DN-1", 40).unwrap(), &mut order, &mut facts);
        // Of a part that is cancelled the rest may still be a little more.
        take(order.cancel_lines(day(), [(1, boxes(30))].into()).unwrap(), &mut order, &mut facts);
        assert_eq!(order.line(1).unwrap().allowed(), boxes(80));
        take(order.cancel_lines(day(), [(1, boxes(30))].into()).unwrap(), &mut order, &mut facts);
        assert_eq!(order.line(1).unwrap().allowed(), boxes(40));
        assert!(matches!(arrive(&order, "DN-2", 1), Err(ReceiveOrderError::TooMany(_))));

        let more = LineChange::Quantity { line: 1, quantity: boxes(50) };
        take(order.amend(amendment(1, "they came after all", vec![more])).unwrap(), &mut order, &mut facts);
        take(arrive(&order, "DN-2", 20).unwrap(), &mut order, &mut facts);
        assert!(matches!(arrive(&order, "DN-3", 1), Err(ReceiveOrderError::TooMany(_))));
        assert_eq!(fold::<PurchaseOrder>(&facts), Some(order));
    }
}
