//! Orders are changed after they were placed: by the rules, within the budget, and as far as what has come allows.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
mod change {
    use std::sync::Barrier;
    use std::thread;

    use chrono::NaiveDate;
    use office::purchasing::{
        AmendError, ChangeOrderError, OrderAmended, OrderError, PurchasingRules, Wanted, WantedAmendment, WantedLine,
        amend, approve_amendment, fall_due_amendments, order, receive, refuse_amendment, request, withdraw_amendment,
    };
    use office_core::subject::OrderId;
    use office_core::{Actor, ApprovalStatus, Command, Id, Money, Office, Role, StoreError, Tx, wait};
    use office_finance::BudgetLine;
    use office_inventory::{
        AmendOrderError, DeliveredGoods, GoodsDelivery, LineChange, PurchaseOrder, Reference, Requisition,
        RequisitionLineState,
    };

    use crate::backend::backends;
    use crate::small_office::{
        COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, policy, rules, set_up, shelf,
    };

    fn on() -> NaiveDate {
        day("2026-10-05")
    }

    /// Four boxes of paper at 20.50, asked for and ordered.
    fn placed(office: &Office, rules: &PurchasingRules, number: &str) -> OrderId {
        let wanted = &Wanted {
            number: number.parse().unwrap(),
            requester: person("anybody"),
            on: on(),
            lines: vec![WantedLine { item: item(ITEMS[0].0), quantity: "4 box".parse().unwrap() }],
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
            reason: "wanted".to_owned(),
        };
        wait(office.transact(&command(format!("buy-{number}"), "manager"), |tx| async move {
            let requested = request(&tx, rules, wanted.clone()).await.unwrap();
            Ok::<_, StoreError>(order(&tx, rules, requested.requisition, on()).await.unwrap()[0])
        }))
        .unwrap()
    }

    fn wanted(number: &str, order: OrderId, of: u32, change: LineChange) -> WantedAmendment {
        let (number, why) = (number.parse().unwrap(), "other people".to_owned());
        WantedAmendment { number, order, of, on: on(), why, give_up: false, changes: vec![change] }
    }

    fn boxes(boxes: i32) -> LineChange {
        LineChange::Quantity { line: 1, quantity: format!("{boxes} box").parse().unwrap() }
    }

    fn change(office: &Office, rules: &PurchasingRules, wanted: &WantedAmendment) -> Result<OrderAmended, AmendError> {
        let key = command(format!("amend-{}-{}", wanted.number, facts(office)), "assistant");
        wait(office.transact(&key, |tx| async move { amend(&tx, rules, wanted.clone()).await }))
    }

    fn arrive(office: &Office, rules: &PurchasingRules, order: OrderId, note: &str, boxes: &str) -> bool {
        let goods = DeliveredGoods { quantity: boxes.parse().unwrap(), to: shelf(), lot: None };
        let delivery = &GoodsDelivery { note: note.parse().unwrap(), on: on(), lines: [(1, goods)].into() };
        wait(office.transact(&command(format!("receive-{note}"), "assistant"), |tx| async move {
            receive(&tx, rules, order, delivery.clone()).await.map(|booked| booked.len())
        }))
        .is_ok()
    }

    fn facts(office: &Office) -> usize {
        wait(office.feed().after(0, 5_000)).unwrap().len()
    }

    /// What is reserved and on order for paper.
    fn budget(office: &Office, rules: &PurchasingRules) -> [Money; 2] {
        let account = rules.accounts.expense_of("office").unwrap();
        let id = BudgetLine::id_of(cost_centre(COST_CENTRES[0]), account, 2026);
        let line = wait(office.view(|view| async move { view.load(id).await })).unwrap();
        [line.reserved().unwrap(), line.committed().unwrap()]
    }

    fn order_now(office: &Office, id: OrderId) -> PurchaseOrder {
        wait(office.view(|view| async move { view.load(PurchaseOrder::key(id)).await })).unwrap()
    }

    #[test]
    fn a_change_is_made_once_it_is_approved_and_as_things_stand_then() {
        let rules = &rules();
        for backend in backends() {
            println!("on {}", backend.name);
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            let id = placed(office, rules, "RQ-1");
            assert_eq!(budget(office, rules), [euro(0), euro(8_200)]);

            // Above a hundred euros somebody has to approve it: the order goes on unchanged.
            let six = wanted("A-1", id, 1, boxes(6));
            let waits = change(office, rules, &six).unwrap();
            assert!(matches!(waits.status, ApprovalStatus::Open { .. }), "{waits:?}");
            assert_eq!((waits.version, waits.worth), (1, euro(12_300)));
            assert_eq!(budget(office, rules), [euro(0), euro(8_200)]);
            assert_eq!(change(office, rules, &six).unwrap(), waits, "asked for anew");
            let other = change(office, rules, &wanted("A-1", id, 1, boxes(5)));
            assert!(matches!(other, Err(AmendError::NumberReused)), "{other:?}");

            // Meanwhile some of it comes, and somebody else makes a change that nobody has to approve.
            assert!(arrive(office, rules, id, "DN-1", "3 box"));
            let due = wanted("A-2", id, 1, LineChange::Due { line: 1, due: Some(day("2026-10-20")) });
            assert_eq!(change(office, rules, &due).unwrap().version, 2);
            let known = facts(office);
            let approve = |key: &str, by: &str, number: &'static str| {
                wait(office.transact(&command(key, by), |tx| async move {
                    approve_amendment(&tx, rules, &number.parse().unwrap(), on()).await
                }))
                .map_err(|error| error.to_string())
            };
            let late = approve("approve-1", "manager", "A-1").unwrap_err();
            assert_eq!(late, AmendOrderError::Superseded { of: 1, last: 2 }.to_string());
            assert_eq!(facts(office), known, "nothing is recorded, the approval neither");
            let withdraw = |tx: Tx| async move { withdraw_amendment(&tx, rules, &"A-1".parse().unwrap(), on()).await };
            let withdrawn = wait(office.transact(&command("withdraw", "assistant"), withdraw)).unwrap();
            assert!(matches!(withdrawn.status, ApprovalStatus::Withdrawn { .. }));

            // Seen as it is now it is made, and the budget bears just the difference.
            assert!(matches!(
                change(office, rules, &wanted("A-3", id, 2, boxes(6))).unwrap().status,
                ApprovalStatus::Open { .. }
            ));
            assert!(approve("approve-2", "assistant", "A-3").is_err(), "not by who has proposed it");
            assert_eq!(approve("approve-3", "manager", "A-3").unwrap().version, 3);
            assert_eq!(budget(office, rules), [euro(0), euro(3 * 2_050)]);
            assert_eq!(order_now(office, id).versions().len(), 2);

            // What the budget has not is refused, what is refused by somebody is not made either.
            let dear = change(office, rules, &wanted("A-4", id, 3, boxes(500))).unwrap();
            assert!(matches!(dear.status, ApprovalStatus::RefusedByPolicy { .. }), "{dear:?}");
            change(office, rules, &wanted("A-5", id, 3, boxes(7))).unwrap();
            let refused = wait(office.transact(&command("refuse", "manager"), |tx| async move {
                refuse_amendment(&tx, rules, &"A-5".parse().unwrap(), "six are enough", on()).await
            }));
            assert!(matches!(refused.unwrap().status, ApprovalStatus::Refused { .. }));
            assert_eq!((order_now(office, id).version(), budget(office, rules)), (3, [euro(0), euro(6_150)]));

            // Once all of it has come there is nothing to change.
            change(office, rules, &wanted("A-6", id, 3, boxes(7))).unwrap();
            assert!(arrive(office, rules, id, "DN-2", "3 box"));
            assert_eq!(approve("approve-4", "manager", "A-6").unwrap_err(), AmendOrderError::Closed.to_string());
        }
    }

    /// What is cut is open again, with its budget reserved, and is ordered otherwise.
    #[test]
    fn what_is_cut_is_open_again_or_given_up() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            let id = placed(office, rules, "RQ-1");
            assert_eq!(change(office, rules, &wanted("A-1", id, 1, boxes(3))).unwrap().version, 2);
            assert_eq!(budget(office, rules), [euro(2_050), euro(6_150)], "on {}", backend.name);
            let requisition = Id::natural("requisition", "RQ-1");
            let again = wait(office.transact(&command("again", "manager"), |tx| async move {
                let placed = order(&tx, rules, requisition, on()).await?;
                Ok::<_, OrderError>(placed)
            }));
            assert_eq!(again.unwrap().len(), 1);
            assert_eq!(budget(office, rules), [euro(0), euro(8_200)]);
            let gone = WantedAmendment { give_up: true, ..wanted("A-2", id, 2, LineChange::Remove { line: 1 }) };
            change(office, rules, &gone).unwrap();
            assert_eq!(budget(office, rules), [euro(0), euro(2_050)]);
            let asked = wait(office.view(|view| async move { view.load(Requisition::key(requisition.retag())).await }));
            assert_eq!(asked.unwrap().line(1).unwrap().state(), RequisitionLineState::Ordered);
        }
    }

    /// Two do something at the same time, and both decide by what both have read.
    fn both<T: Send>(one: impl Fn(&Barrier) -> T + Send, other: impl Fn(&Barrier) -> T + Send) -> [T; 2] {
        let together = &Barrier::new(2);
        thread::scope(|scope| {
            let first = scope.spawn(move || one(together));
            [other(together), first.join().unwrap()]
        })
    }

    #[test]
    fn goods_that_come_while_they_are_struck_out_come_or_are_struck_out() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            for round in 0..10 {
                let id = placed(office, rules, &format!("RQ-{round}"));
                let cut = &wanted(&format!("A-{round}"), id, 1, boxes(2));
                let goods = DeliveredGoods { quantity: "4 box".parse().unwrap(), to: shelf(), lot: None };
                let note = format!("DN-{round}").parse().unwrap();
                let delivery = &GoodsDelivery { note, on: on(), lines: [(1, goods)].into() };
                let struck_out = |together: &Barrier| {
                    let mut first = true;
                    let key = command(format!("cut-{round}"), "assistant");
                    let done = wait(office.transact(&key, |tx| {
                        let now = std::mem::take(&mut first);
                        async move {
                            let cut = amend(&tx, rules, cut.clone()).await;
                            if now {
                                together.wait();
                            }
                            cut.map(|_| ())
                        }
                    }));
                    match done {
                        Ok(()) => true,
                        Err(AmendError::Change(ChangeOrderError::Order(_))) => false,
                        Err(other) => panic!("{other:?}"),
                    }
                };
                let come = |together: &Barrier| {
                    let mut first = true;
                    let key = command(format!("come-{round}"), "assistant");
                    wait(office.transact(&key, |tx| {
                        let now = std::mem::take(&mut first);
                        async move {
                            let booked = receive(&tx, rules, id, delivery.clone()).await;
                            if now {
                                together.wait();
                            }
                            booked.map(|_| ())
                        }
                    }))
                    .is_ok()
                };
                let done = both(struck_out, come);
                assert_eq!(done.iter().filter(|done| **done).count(), 1, "on {}: {done:?}", backend.name);
                let line = order_now(office, id).lines()[0];
                assert!(line.delivered().amount() <= line.wanted().amount(), "{line:?}");
            }
        }
    }

    #[test]
    fn what_two_order_at_once_is_ordered_once() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            for round in 0..10 {
                let number = &format!("RQ-{round}");
                let requisition = Id::natural("requisition", number);
                let wanted = &Wanted {
                    number: number.parse().unwrap(),
                    requester: person("anybody"),
                    on: on(),
                    lines: vec![WantedLine { item: item(ITEMS[0].0), quantity: "1 box".parse().unwrap() }],
                    cost_centre: cost_centre(COST_CENTRES[0]),
                    scope: "company/CC-100".parse().unwrap(),
                    reason: "wanted".to_owned(),
                };
                wait(office.transact(&command(format!("ask-{round}"), "anybody"), |tx| async move {
                    request(&tx, rules, wanted.clone()).await.map(|_| ())
                }))
                .unwrap();
                let place = |who: &'static str| {
                    move |together: &Barrier| {
                        let mut first = true;
                        let key = command(format!("order-{round}-{who}"), who);
                        wait(office.transact(&key, |tx| {
                            let now = std::mem::take(&mut first);
                            async move {
                                let placed = order(&tx, rules, requisition, on()).await;
                                if now {
                                    together.wait();
                                }
                                placed
                            }
                        }))
                        .is_ok()
                    }
                };
                let done = both(place("manager"), place("assistant"));
                assert_eq!(done.iter().filter(|done| **done).count(), 1, "on {}: {done:?}", backend.name);
            }
            assert_eq!(budget(office, rules), [euro(0), euro(20_500)]);
        }
    }

    /// Nobody has to look at a change for it to expire: whoever keeps the clock sees to it, page by page.
    #[test]
    fn what_waits_too_long_expires_by_the_clock() {
        let mut rules = rules();
        let outcome = "approvals: 1 manager purchase.approve expire after 40h";
        rules.purchase_policy =
            policy("purchase", &["amount", "outcome"], &[&["< 100 EUR", "allow"], &[">= 100 EUR", outcome]]);
        let rules = &rules;
        for backend in backends() {
            println!("on {}", backend.name);
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            let id = placed(office, rules, "RQ-1");
            for number in ["A-1", "A-2", "A-3"] {
                change(office, rules, &wanted(number, id, 1, boxes(6))).unwrap();
            }
            let sweep = |key: &str, at: &str, from: Option<&Reference>| {
                let clock = Actor::new(person("clock"), Role::new("clock"));
                let command = Command::new(key.to_owned(), "clock", clock, at.parse().unwrap()).unwrap();
                wait(office.transact(&command, |tx| async move { fall_due_amendments(&tx, rules, from, 2).await }))
                    .unwrap()
            };
            // A working week of forty hours after the first is over on the eighth.
            assert_eq!(sweep("early", "2026-10-07T12:00:00Z", None).changed, [].into());
            let first = sweep("first", "2026-10-08T18:00:00Z", None);
            let expired = |status: &ApprovalStatus| matches!(status, ApprovalStatus::Expired { .. });
            assert!(first.changed.len() == 2 && first.changed.values().all(expired), "{first:?}");
            assert_eq!((first.left, &first.next), ([].into(), &Some("A-3".parse().unwrap())));
            let second = sweep("second", "2026-10-08T18:00:00Z", first.next.as_ref());
            assert!(second.changed.len() == 1 && second.changed.values().all(expired), "{second:?}");
            assert_eq!(sweep("again", "2026-10-09T18:00:00Z", None).changed, [].into());
            // Nobody approves it any more, and the order is as it was.
            let late = wait(office.transact(&command("late", "manager"), |tx| async move {
                approve_amendment(&tx, rules, &"A-1".parse().unwrap(), on()).await
            }));
            assert!(late.is_err());
            assert_eq!(order_now(office, id).version(), 1);
        }
    }
}
