//! Purchasing from a request to the payment: whatever is done in whatever order, stock, books and budget agree.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
#[path = "purchasing/kept.rs"]
mod kept;
#[cfg(test)]
#[path = "small_office/paying.rs"]
mod paying;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not named is as usual")]
#[path = "purchasing/run.rs"]
mod run;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
#[path = "purchasing/step.rs"]
mod step;

#[cfg(test)]
mod law {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;
    use std::sync::Barrier;
    use std::thread;

    use office::purchasing::{BillOutcome, RequestError, Wanted, WantedLine, bill, order, receive, request};
    use office_core::subject::RequisitionId;
    use office_core::{Currency, Id, StoreError, UnitPrice, wait};
    use office_finance::BudgetLine;
    use office_inventory::{
        CostMethod, DeliveredGoods, GoodsDelivery, Item, ItemKind, NewItem, PriceList, PriceRow, Remedy,
    };
    use proptest::test_runner::{Config, TestCaseError, TestRunner};

    use crate::backend::backends;
    use crate::kept::{Kept, books_agree, budgets_agree, find, kept, order_of};
    use crate::run::{bill_of, play};
    use crate::small_office::{
        COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, rules, set_up, shelf,
    };
    use crate::step::{Charge, Step, steps};

    #[test]
    fn whatever_is_done_stock_books_and_budget_agree() {
        let done = RefCell::new(BTreeMap::<String, u32>::new());
        let config = Config { cases: 4, max_shrink_iters: 100, failure_persistence: None, ..Config::default() };
        // A server, asked again and again, takes its time: it plays the first case.
        let stores = Cell::new(3);
        let held = TestRunner::new(config).run(&steps(), |steps| {
            for backend in backends().into_iter().take(stores.replace(2)) {
                let of_run = play(&backend.office, &steps);
                let of_run = of_run.map_err(|error| TestCaseError::fail(format!("on {}: {error}", backend.name)))?;
                for (what, often) in of_run {
                    *done.borrow_mut().entry(what).or_default() += often;
                }
            }
            Ok(())
        });
        println!("{:?}", done.into_inner());
        held.unwrap();
    }

    /// What the law is about does happen.
    #[test]
    fn a_purchase_goes_all_the_way() {
        let (which, by) = (0, "manager");
        let steps = [
            Step::Ask { item: 2, boxes: 2, more: None, centre: 0, by: "anybody" },
            Step::Approve { which, by },
            Step::Order { which },
            Step::Receive { which, percent: 100 },
            Step::Issue { item: 2, quantity: 1, centre: 1, late: 0 },
            Step::Bill { which, charge: Charge::All },
            Step::ApproveBill { which, by },
            Step::Pay { which, percent: 100 },
            Step::Back { which, note: 0, percent: 30, remedy: Remedy::Credit },
            Step::Bill { which, charge: Charge::Credit },
        ];
        let all = [
            "approve",
            "approve bill",
            "ask",
            "bill All",
            "bill Credit",
            "issue",
            "order",
            "pay",
            "receive",
            "send back for Credit",
        ];
        for backend in backends() {
            let done = play(&backend.office, &steps).unwrap();
            assert_eq!(done, all.map(|what| (format!("{what} done"), 1)).into(), "on {}", backend.name);
        }
    }

    /// A service is not kept: what is received is spent, and the account of goods received is even once it is billed.
    #[test]
    fn a_service_is_an_expense_when_it_is_rendered() {
        let mut rules = rules();
        let (on, cleaning, vendor) = (day("2026-10-05"), item("CLEANING"), Id::natural("party", "V-01"));
        let price: UnitPrice = "25 EUR / 1 hour".parse().unwrap();
        let offer = PriceRow {
            vendor,
            item: cleaning,
            vendor_sku: None,
            price,
            min_quantity: "0 hour".parse().unwrap(),
            lead_days: 2,
            valid: "2026-01-01/..".parse().unwrap(),
        };
        rules.prices = PriceList::new(Currency::EUR, [offer]).unwrap();
        let rules = &rules;
        for backend in backends() {
            println!("on {}", backend.name);
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            let (three, two) = ("3 hour".parse().unwrap(), "2 hour".parse().unwrap());
            let wanted = &Wanted {
                number: "RQ-1".parse().unwrap(),
                requester: person("anybody"),
                on,
                lines: vec![WantedLine { item: cleaning, quantity: three }],
                cost_centre: cost_centre(COST_CENTRES[0]),
                scope: "company/CC-100".parse().unwrap(),
                reason: "wanted".to_owned(),
            };
            let placed = wait(office.transact(&command("buy", "manager"), |tx| async move {
                let listed = Item::list(NewItem {
                    sku: "CLEANING".parse().unwrap(),
                    name: "cleaning".to_owned(),
                    category: "office".to_owned(),
                    kind: ItemKind::Service,
                    unit: "hour".parse().unwrap(),
                    packs: BTreeMap::new(),
                    vendor: Some(vendor),
                    reorder: None,
                    cost_method: CostMethod::Fifo,
                });
                tx.decide(Item::key(cleaning), listed.unwrap()).await?;
                request(&tx, rules, wanted.clone()).await.unwrap();
                let placed = order(&tx, rules, Id::natural("requisition", "RQ-1"), on).await.unwrap()[0];
                let goods = DeliveredGoods { quantity: two, to: shelf(), lot: None };
                let delivery = GoodsDelivery { note: "DN-1".parse().unwrap(), on, lines: [(1, goods)].into() };
                receive(&tx, rules, placed, delivery).await.unwrap();
                Ok::<_, StoreError>(placed)
            }))
            .unwrap();
            let line = |kept: &Kept| {
                let expense = rules.accounts.expense_of("office").unwrap();
                let id = BudgetLine::id_of(cost_centre(COST_CENTRES[0]), expense, 2026);
                let line = find(&kept.budgets, id).unwrap();
                (line.reserved().unwrap(), line.committed().unwrap(), line.actual().unwrap())
            };
            let received = kept(office);
            books_agree(&received, rules).unwrap();
            assert_eq!(line(&received), (euro(0), euro(2_500), euro(5_000)));

            let sent = &bill_of((vendor, "B-1".to_owned()), on, placed, price, &[two]);
            let outcome = wait(office.transact(&command("bill", "assistant"), |tx| async move {
                bill(&tx, rules, Id::natural("invoice", "B-1"), sent.clone()).await
            }));
            assert!(matches!(outcome.unwrap(), BillOutcome::Posted { .. }));
            let billed = kept(office);
            books_agree(&billed, rules).unwrap();
            assert_eq!(line(&billed), line(&received), "spent once");
        }
    }

    /// Under its number a request is recognised, though the vendor's price has changed, or there is none any more.
    #[test]
    fn a_request_is_recognised_whatever_the_price_is_by_now() {
        let (rules, mut later) = (&rules(), rules());
        later.prices = PriceList::new(Currency::EUR, []).unwrap();
        let later = &later;
        let wanted = |reason: &str| Wanted {
            number: "RQ-1".parse().unwrap(),
            requester: person("anybody"),
            on: day("2026-10-05"),
            lines: vec![WantedLine { item: item(ITEMS[2].0), quantity: "2 box".parse().unwrap() }],
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
            reason: reason.to_owned(),
        };
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            let ask = |key: &str, rules, wanted: Wanted| {
                wait(office.transact(&command(key, "manager"), |tx| {
                    let wanted = wanted.clone();
                    async move { request(&tx, rules, wanted).await }
                }))
            };
            let asked = ask("first", rules, wanted("plans")).unwrap();
            assert!(asked.explanation.contains("row"), "{}", asked.explanation);
            assert_eq!(ask("anew", later, wanted("plans")).unwrap(), asked, "on {}", backend.name);
            assert!(matches!(ask("other", later, wanted("other plans")), Err(RequestError::NumberReused)));
        }
    }

    /// Two people receive the last boxes of an order at the same time: both decide by what both have read, one of them decides
    /// again and is told that they have come.
    #[test]
    fn the_last_boxes_are_received_once() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            for round in 0..12 {
                let wanted = &Wanted {
                    number: format!("RQ-{round}").parse().unwrap(),
                    requester: person("anybody"),
                    on: day("2026-10-05"),
                    lines: vec![WantedLine { item: item(ITEMS[0].0), quantity: "4 box".parse().unwrap() }],
                    cost_centre: cost_centre(COST_CENTRES[0]),
                    scope: "company/CC-100".parse().unwrap(),
                    reason: "wanted".to_owned(),
                };
                let placed = wait(office.transact(&command(format!("buy-{round}"), "manager"), |tx| async move {
                    let requested = request(&tx, rules, wanted.clone()).await.unwrap();
                    Ok::<_, StoreError>(order(&tx, rules, requested.requisition, wanted.on).await.unwrap()[0])
                }))
                .unwrap();
                let together = &Barrier::new(2);
                let arrive = |note: &'static str| {
                    let goods = DeliveredGoods { quantity: "4 box".parse().unwrap(), to: shelf(), lot: None };
                    let (note, on) = (note.parse().unwrap(), day("2026-10-06"));
                    let delivery = &GoodsDelivery { note, on, lines: [(1, goods)].into() };
                    let mut tries = 0_u32;
                    let key = command(format!("{}-{round}", delivery.note), "assistant");
                    let told = wait(office.transact(&key, |tx| {
                        tries += 1;
                        let first = tries == 1;
                        async move {
                            let booked = receive(&tx, rules, placed, delivery.clone()).await;
                            // Nobody records before both have decided.
                            if first {
                                together.wait();
                            }
                            booked.map(|booked| booked.len())
                        }
                    }));
                    (told.is_ok(), tries)
                };
                let told = thread::scope(|scope| {
                    let other = scope.spawn(|| arrive("DN-A"));
                    [arrive("DN-B"), other.join().unwrap()]
                });
                let (taken, tries): (Vec<_>, Vec<_>) = told.into_iter().unzip();
                assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{told:?}");
                assert!(tries.iter().any(|tries| *tries > 1), "they have met: {told:?}");
                let known = kept(office);
                let (_, now) = order_of(RequisitionId::natural("requisition", &format!("RQ-{round}")), &known).unwrap();
                assert_eq!(now.lines()[0].received().to_string(), "4 box");
                books_agree(&known, rules).unwrap();
                budgets_agree(&known, rules).unwrap();
            }
        }
    }
}
