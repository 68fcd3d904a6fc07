//! Vendors are asked for prices of what requisitions want, and what is awarded is ordered and committed in the budget.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
mod flow {
    use std::num::NonZeroU32;

    use chrono::{DateTime, Utc};
    use office::purchasing::{
        AwardError, BillOutcome, PurchasingRules, Wanted, WantedLine, approve, award, bill, order, receive, request,
        request_quotations,
    };
    use office_core::subject::{OrderId, RequisitionId};
    use office_core::{
        Actor, Command, Currency, Id, MemoryStore, Money, Office, Percent, Quantity, Role, Rounding, StoreError,
        UnitPrice, wait,
    };
    use office_finance::{Bill, BillLine, BillTax, BilledLine, BudgetLine, OrderLineRef};
    use office_inventory::{
        AskVendors, AwardQuotations, AwardQuotationsError, ComparisonRules, CostMethod, DeliveredGoods, GoodsDelivery,
        Item, ItemKind, LateOffers, NewItem, PlaceAwardError, PriceBreak, PurchaseOrder, Quotation, QuotationPolicy,
        QuotationRequest, QuotationRequestId, QuotedLine, RequestQuotationsError, Requisition, RequisitionLineRef,
        RequisitionStatus, Sealing, TooFewQuotations, VendorId, WhyLost,
    };

    use crate::small_office::{account, command, cost_centre, day, euro, item, person, rules, set_up, shelf};

    fn vendor(number: u32) -> VendorId {
        Id::natural("party", &format!("V-{number:02}"))
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// By the manager, at an instant.
    fn later(key: &str, instant: &str) -> Command {
        let manager = Actor::new(person("manager"), Role::new("manager"));
        Command::new(key, "work", manager, at(instant)).unwrap()
    }

    fn office() -> (Office, PurchasingRules) {
        let (office, rules) = (Office::on(MemoryStore::new()), rules());
        set_up(&office, &rules, euro(300_000), 1);
        (office, rules)
    }

    /// Six boxes of paper and two chairs are wanted by one, four boxes of paper by another.
    fn wanted(number: &str, lines: &[(&str, &str)], centre: &str) -> Wanted {
        let line =
            |(code, quantity): &(&str, &str)| WantedLine { item: item(code), quantity: quantity.parse().unwrap() };
        Wanted {
            number: number.parse().unwrap(),
            requester: person("anybody"),
            on: day("2026-10-01"),
            lines: lines.iter().map(line).collect(),
            cost_centre: cost_centre(centre),
            scope: "company".parse().unwrap(),
            reason: "little is left".to_owned(),
        }
    }

    fn ask(office: &Office, rules: &PurchasingRules, approved: bool, wanted: &Wanted) -> RequisitionId {
        let number = wanted.number.as_str();
        let asked = wait(office.transact(&command(number, "anybody"), |tx| async move {
            Ok::<_, StoreError>(request(&tx, rules, wanted.clone()).await.unwrap().requisition)
        }));
        let asked = asked.unwrap();
        if approved {
            let decided = wait(office.transact(&command(format!("approve-{number}"), "manager"), |tx| async move {
                approve(&tx, rules, asked, day("2026-10-01")).await
            }));
            decided.unwrap();
        }
        asked
    }

    fn vendors(
        office: &Office,
        rules: &PurchasingRules,
        number: &str,
        lines: &[(RequisitionId, u32)],
    ) -> Result<QuotationRequestId, RequestQuotationsError> {
        let asked = &AskVendors {
            number: number.parse().unwrap(),
            lines: lines
                .iter()
                .map(|(requisition, line)| RequisitionLineRef { requisition: *requisition, line: *line })
                .collect(),
            wanted_by: None,
            vendors: vec![vendor(1), vendor(2)],
            deadline: at("2026-10-08T12:00:00Z"),
            sealing: Sealing::Sealed,
            policy: QuotationPolicy { least: 2, fewer: TooFewQuotations::Refuse },
        };
        let key = format!("{number}-{}", serde_json::to_string(lines).unwrap().len());
        wait(office.transact(&command(key, "manager"), |tx| async move {
            request_quotations(&tx, rules, asked.clone()).await
        }))
    }

    fn answer(office: &Office, id: QuotationRequestId, from: u32, delivery: &str, prices: &[(u32, &str, &str)]) {
        let of = |least: &str, price: &str| {
            let prices = vec![PriceBreak { from: least.parse().unwrap(), price: price.parse().unwrap() }];
            QuotedLine { prices, multiple: None, lead_days: 4 }
        };
        let answer = &Quotation {
            paper: "Q-1".parse().unwrap(),
            valid_until: day("2026-10-31"),
            delivery: delivery.parse().unwrap(),
            lines: prices.iter().map(|(line, least, price)| (*line, of(least, price))).collect(),
        };
        wait(office.transact(&command(format!("answer-{id}-{from}"), "manager"), |tx| async move {
            let answered = tx.load(id).await?.answer(vendor(from), answer.clone(), tx.command().at()).unwrap();
            tx.decide(id, answered).await
        }))
        .unwrap();
    }

    fn give(
        office: &Office,
        rules: &PurchasingRules,
        key: &str,
        id: QuotationRequestId,
        shares: &[(u32, u32, &str)],
    ) -> Result<Vec<OrderId>, AwardError> {
        let mut said = AwardQuotations { lines: [].into(), reason: Some("agreed".to_owned()) };
        for (line, number, quantity) in shares {
            said.lines.entry(*line).or_default().insert(vendor(*number), quantity.parse().unwrap());
        }
        let (said, compared) = (&said, &compared("2026-10-09"));
        wait(office.transact(&later(key, "2026-10-09T08:00:00Z"), |tx| async move {
            award(&tx, rules, id, said, compared).await
        }))
    }

    fn compared(on: &str) -> ComparisonRules {
        ComparisonRules {
            on: day(on),
            rates: [(Currency::USD, "0.9".parse().unwrap())].into(),
            standings: [].into(),
            preferred: None,
            late: LateOffers::Admit,
            most_vendors: NonZeroU32::MIN,
        }
    }

    /// What of the year is reserved and on order for an expense.
    fn budget(office: &Office, centre: &str, code: &str) -> (Money, Money) {
        let id = BudgetLine::id_of(cost_centre(centre), &account(code), 2026);
        let line = wait(office.view(|view| async move { view.load(id).await })).unwrap();
        (line.reserved().unwrap(), line.committed().unwrap())
    }

    fn orders(office: &Office, ids: &[OrderId]) -> Vec<PurchaseOrder> {
        let load = |id: &OrderId| {
            let id = PurchaseOrder::key(*id);
            wait(office.view(|view| async move { view.load(id).await })).unwrap()
        };
        ids.iter().map(load).collect()
    }

    #[test]
    fn what_is_awarded_is_ordered_and_committed() {
        let (office, rules) = office();
        let first = ask(&office, &rules, true, &wanted("RQ-1", &[("PAP-A4", "6 box"), ("CHAIR", "2 box")], "CC-100"));
        let second = ask(&office, &rules, false, &wanted("RQ-2", &[("PAP-A4", "4 box")], "CC-200"));
        assert_eq!(budget(&office, "CC-100", "6815"), (euro(12_300), euro(0)));
        assert_eq!(budget(&office, "CC-100", "6845"), (euro(36_000), euro(0)));
        let id = vendors(&office, &rules, "RFQ-1", &[(first, 1), (first, 2), (second, 1)]).unwrap();
        answer(&office, id, 1, "12.00 EUR", &[(1, "1 box", "20 EUR / 1 box"), (3, "5 box", "20 EUR / 1 box")]);
        answer(&office, id, 2, "0.00 EUR", &[(1, "1 box", "19 EUR / 1 box"), (2, "1 box", "150 EUR / 1 box")]);

        // Paper is shared; of the second paper no fewer than five are sold.
        let shares = [(1, 1, "2 box"), (1, 2, "4 box"), (2, 2, "2 box"), (3, 1, "4 box")];
        let placed = give(&office, &rules, "award", id, &shares).unwrap();
        let [one, two] = &orders(&office, &placed)[..] else { panic!("two orders") };
        assert_eq!((one.number().as_str(), one.vendor(), one.worth()), ("RFQ-1", vendor(1), Ok(euro(14_000))));
        assert_eq!((two.number().as_str(), two.vendor(), two.worth()), ("RFQ-1-2", vendor(2), Ok(euro(37_600))));
        assert_eq!(one.lines()[1].ordered().to_string(), "5 box");
        assert_eq!(one.lines()[1].due(), Some(day("2026-10-13")));
        for requisition in [first, second] {
            let requisition = Requisition::key(requisition);
            let requested = wait(office.view(|view| async move { view.load(requisition).await })).unwrap();
            assert_eq!(requested.status(), RequisitionStatus::Ordered);
        }
        // What was reserved is on order, at whose expense it was asked for: two and four boxes, two chairs, five boxes.
        assert_eq!(budget(&office, "CC-100", "6815"), (euro(0), euro(2 * 20_00 + 4 * 19_00)));
        assert_eq!(budget(&office, "CC-100", "6845"), (euro(0), euro(30_000)));
        assert_eq!(budget(&office, "CC-200", "6815"), (euro(0), euro(10_000)));

        // The same once more places nothing, and something else is refused.
        assert_eq!(give(&office, &rules, "again", id, &shares).unwrap(), placed);
        assert_eq!(budget(&office, "CC-100", "6815"), (euro(0), euro(11_600)));
        let other = give(&office, &rules, "other", id, &shares[..3]);
        let why = AwardQuotationsError::AlreadyAwarded { at: at("2026-10-09T08:00:00Z") };
        assert!(matches!(other, Err(AwardError::Place(PlaceAwardError::Award(found))) if found == why));
    }

    #[test]
    fn only_what_is_approved_and_open_is_asked_for() {
        let (office, rules) = office();
        let asked = ask(&office, &rules, false, &wanted("RQ-1", &[("CHAIR", "2 box")], "CC-100"));
        let early = vendors(&office, &rules, "RFQ-1", &[(asked, 1)]);
        assert!(matches!(early, Err(RequestQuotationsError::NotApproved { .. })), "{early:?}");
        let small = ask(&office, &rules, false, &wanted("RQ-2", &[("PAP-A4", "4 box")], "CC-100"));
        let twice = vendors(&office, &rules, "RFQ-1", &[(small, 1), (small, 1)]);
        assert!(matches!(twice, Err(RequestQuotationsError::Twice { .. })), "{twice:?}");
        let id = vendors(&office, &rules, "RFQ-1", &[(small, 1)]).unwrap();
        let reused = vendors(&office, &rules, "RFQ-1", &[(small, 1), (small, 2)]);
        assert!(matches!(reused, Err(RequestQuotationsError::NumberReused { .. })), "{reused:?}");

        // Who orders it otherwise meanwhile leaves nothing to be awarded, or to be asked for again.
        for from in [1, 2] {
            answer(&office, id, from, "0.00 EUR", &[(1, "1 box", "20 EUR / 1 box")]);
        }
        let on = day("2026-10-02");
        wait(office.transact(&command("order", "manager"), |tx| {
            let rules = &rules;
            async move { order(&tx, rules, small, on).await }
        }))
        .unwrap();
        let before = budget(&office, "CC-100", "6815");
        let late = give(&office, &rules, "award", id, &[(1, 1, "4 box")]);
        assert!(matches!(late, Err(AwardError::Place(PlaceAwardError::Requisition(_)))), "{late:?}");
        let again = vendors(&office, &rules, "RFQ-2", &[(small, 1)]);
        assert!(matches!(again, Err(RequestQuotationsError::NothingOpen { .. })), "{again:?}");
        // Nothing is recorded of what is refused.
        assert_eq!(budget(&office, "CC-100", "6815"), before);
        let request = wait(office.view(|view| async move { view.load::<QuotationRequest>(id).await })).unwrap();
        assert_eq!(request.awarded(), None);
    }

    #[test]
    fn what_the_budget_or_the_day_does_not_allow_is_not_awarded() {
        let (office, rules) = office();
        let asked = ask(&office, &rules, true, &wanted("RQ-1", &[("CHAIR", "2 box")], "CC-100"));
        let id = vendors(&office, &rules, "RFQ-1", &[(asked, 1)]).unwrap();
        answer(&office, id, 1, "0.00 EUR", &[(1, "1 box", "1600 EUR / 1 box")]);
        answer(&office, id, 2, "0.00 USD", &[(1, "1 box", "180 USD / 1 box")]);
        let dear = give(&office, &rules, "dear", id, &[(1, 1, "2 box")]);
        assert!(matches!(dear, Err(AwardError::Budget(_))), "{dear:?}");
        let foreign = give(&office, &rules, "foreign", id, &[(1, 2, "2 box")]);
        let dollars = Currency::USD;
        assert!(
            matches!(foreign, Err(AwardError::OtherCurrency { currency, .. }) if currency == dollars),
            "{foreign:?}"
        );

        // In November neither is valid any more.
        let said =
            &AwardQuotations { lines: [(1, [(vendor(2), "2 box".parse().unwrap())].into())].into(), reason: None };
        let (rules, compared) = (&rules, &compared("2026-11-01"));
        let late = wait(office.transact(&later("late", "2026-11-01T08:00:00Z"), |tx| async move {
            award(&tx, rules, id, said, compared).await
        }));
        let expired = WhyLost::Expired { valid_until: day("2026-10-31") };
        let why = AwardQuotationsError::Lost { line: 1, vendor: vendor(2), why: expired };
        assert!(matches!(late, Err(AwardError::Place(PlaceAwardError::Award(found))) if found == why));
    }

    /// A bill of lines of an order: their numbers, how much, and at which price.
    fn billed(number: &str, order: OrderId, lines: &[(u32, &str, &str)]) -> Bill {
        let rate = Percent::whole(19);
        let line = |&(at, quantity, price): &(u32, &str, &str)| {
            let (quantity, price): (Quantity, UnitPrice) = (quantity.parse().unwrap(), price.parse().unwrap());
            let net = price.extend(&quantity, Rounding::HalfUp).unwrap();
            let order = Some(OrderLineRef { order, line: at });
            let billed = BilledLine { quantity, price, net };
            BillLine { description: "as awarded".to_owned(), item: None, order, billed, tax_rate: rate }
        };
        let lines: Vec<_> = lines.iter().map(line).collect();
        let net = Money::sum(lines.iter().map(|line| line.billed.net), Currency::EUR).unwrap();
        let tax = net.share(rate, Rounding::HalfUp).unwrap();
        let (on, gross) = (day("2026-10-15"), net.checked_add(tax).unwrap());
        Bill {
            vendor: vendor(1),
            number: number.to_owned(),
            on,
            due: on,
            lines,
            taxes: vec![BillTax { rate, tax }],
            gross,
        }
    }

    /// Awards six boxes to a vendor that asks 12.00 for the delivery, ordered as a service, and receives them.
    fn delivered(office: &Office, rules: &PurchasingRules) -> OrderId {
        let asked = ask(office, rules, false, &wanted("RQ-1", &[("PAP-A4", "4 box")], "CC-100"));
        let id = vendors(office, rules, "RFQ-1", &[(asked, 1)]).unwrap();
        answer(office, id, 1, "12.00 EUR", &[(1, "1 box", "20 EUR / 1 box")]);
        answer(office, id, 2, "0.00 EUR", &[(1, "1 box", "25 EUR / 1 box")]);
        let placed = give(office, rules, "award", id, &[(1, 1, "4 box")]).unwrap()[0];
        let goods = DeliveredGoods { quantity: "4 box".parse().unwrap(), to: shelf(), lot: None };
        let delivery =
            &GoodsDelivery { note: "DN-1".parse().unwrap(), on: day("2026-10-13"), lines: [(1, goods)].into() };
        wait(office.transact(&command("receive", "manager"), |tx| async move {
            receive(&tx, rules, placed, delivery.clone()).await.map(drop)
        }))
        .unwrap();
        placed
    }

    /// With a service as which deliveries are ordered.
    fn office_with_deliveries(kind: ItemKind) -> (Office, PurchasingRules) {
        let (office, mut rules) = office();
        rules.bills.delivery = Some(item("DELIVERY"));
        let listed = &Item::list(NewItem {
            sku: "DELIVERY".parse().unwrap(),
            name: "Delivery".to_owned(),
            category: "office".to_owned(),
            kind,
            unit: "each".parse().unwrap(),
            packs: [].into(),
            vendor: None,
            reorder: None,
            cost_method: CostMethod::Fifo,
        })
        .unwrap();
        wait(office.transact(&command("deliveries", "manager"), |tx| async move {
            tx.decide(Item::key(item("DELIVERY")), listed.clone()).await
        }))
        .unwrap();
        (office, rules)
    }

    #[test]
    fn what_a_delivery_costs_is_ordered_expected_and_billed() {
        let bill_of = |office: &Office, rules: &PurchasingRules, id: &str, sent: &Bill| {
            let invoice = Id::natural("invoice", id);
            wait(office.transact(&command(format!("bill-{id}"), "assistant"), |tx| async move {
                bill(&tx, rules, invoice, sent.clone()).await
            }))
            .unwrap()
        };
        let (office, rules) = office_with_deliveries(ItemKind::Service);
        let placed = delivered(&office, &rules);
        let order = orders(&office, &[placed]).remove(0);
        let charge = order.lines()[1];
        assert_eq!(
            (charge.is_charge(), charge.item(), charge.cost_centre()),
            (true, item("DELIVERY"), cost_centre("CC-100"))
        );
        assert_eq!((order.worth(), order.is_closed()), (Ok(euro(92_00)), false));
        // The goods have come, and what bringing them costs is still on order.
        assert_eq!(budget(&office, "CC-100", "6815"), (euro(0), euro(12_00)));
        // It says nothing of how the vendor delivers.
        assert_eq!(order.fulfilments(day("2026-10-13")).len(), 1);

        // More than was asked for it is held, and so is a second delivery.
        for (number, each) in [("B-1", "1 each"), ("B-2", "2 each")] {
            let price = if number == "B-1" { "15 EUR / 1 each" } else { "12 EUR / 1 each" };
            let sent = billed(number, placed, &[(1, "4 box", "20 EUR / 1 box"), (2, each, price)]);
            let held = bill_of(&office, &rules, number, &sent);
            assert!(matches!(held, BillOutcome::Held { .. }), "{held:?}");
        }
        // As it was asked for, it is in the books without anybody having received it.
        let sent = billed("B-3", placed, &[(1, "4 box", "20 EUR / 1 box"), (2, "1 each", "12 EUR / 1 each")]);
        let posted = bill_of(&office, &rules, "B-3", &sent);
        assert!(matches!(posted, BillOutcome::Posted { .. }), "{posted:?}");
        assert!(orders(&office, &[placed])[0].is_closed());
        assert_eq!(budget(&office, "CC-100", "6815"), (euro(0), euro(0)));
    }

    #[test]
    fn deliveries_are_ordered_as_services_alone() {
        let (office, rules) = office_with_deliveries(ItemKind::Consumable);
        let asked = ask(&office, &rules, false, &wanted("RQ-1", &[("PAP-A4", "4 box")], "CC-100"));
        let id = vendors(&office, &rules, "RFQ-1", &[(asked, 1)]).unwrap();
        for from in [1, 2] {
            answer(&office, id, from, "12.00 EUR", &[(1, "1 box", "20 EUR / 1 box")]);
        }
        let refused = give(&office, &rules, "award", id, &[(1, 1, "4 box")]);
        assert!(matches!(refused, Err(AwardError::Place(PlaceAwardError::NotAService { .. }))), "{refused:?}");
    }
}
