//! Operations on stored entities: what they refuse, what they recognise, and what two people may do at once.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod stored {
    use std::collections::BTreeMap;
    use std::sync::Barrier;

    use chrono::{DateTime, NaiveDate, Utc};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::{ItemId, OrderId, RequisitionId};
    use office_core::{
        Actor, Appointment, ApproveStep, AuthorityBook, Command, Currency, DateRange, Decision, Entity, Grant, Id,
        MemoryStore, Money, Office, Quantity, Ratio, Role, Rounding, Scope, StoreError, WithdrawCase, fold, wait,
    };
    use office_inventory::{
        CostMethod, CountGoodsError, CountStockError, DeliveredGoods, Entered, GoodsDelivery, IssueGoodsError,
        IssueStockError, Item, ItemKind, ItemUnitError, NewItem, NewOrder, NewOrderLine, NewRequisition,
        NewRequisitionLine, NewStock, OpeningStock, OrderFact, OrderTerms, PlaceOrderError, PlaceRequisitionError,
        Purchase, PurchaseLine, PurchaseOrder, ReceiveDeliveryError, ReceiveOrderError, Requisition, RequisitionStatus,
        Stock, StockCount, StockFact, StockIssue, VendorSchedule, count_goods, issue_goods, measured_lead_times,
        place_order, position, receive_delivery,
    };
    use proptest::prelude::*;

    fn item() -> ItemId {
        Id::natural("item", "PAP-A4")
    }

    fn order() -> OrderId {
        Id::natural("order", "PO-1")
    }

    fn requisition() -> RequisitionId {
        Id::natural("requisition", "PO-1")
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
    }

    fn at(on: u32) -> DateTime<Utc> {
        day(on).and_hms_opt(9, 0, 0).unwrap().and_utc()
    }

    fn reams(number: i32) -> Quantity {
        Quantity::whole(number, "ream".parse().unwrap())
    }

    fn command(key: &str) -> Command {
        let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        Command::new(key, "test", keeper, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    /// Ten reams of paper on the shelf, worth 42.00.
    fn office() -> Office {
        let office = Office::on(MemoryStore::new());
        let listed = Item::list(NewItem {
            sku: "PAP-A4".parse().unwrap(),
            name: "Copy paper".to_owned(),
            category: "office".to_owned(),
            kind: ItemKind::Consumable,
            unit: "ream".parse().unwrap(),
            packs: [("box".parse().unwrap(), Ratio::from_integer(5))].into(),
            vendor: None,
            reorder: None,
            cost_method: CostMethod::Fifo,
        });
        let opening = OpeningStock {
            quantity: reams(10),
            value: Money::from_minor(4_200, Currency::EUR),
            at: Id::natural("place", "R-S1"),
            on: day(1),
            reference: "inventory".parse().unwrap(),
        };
        let unit = "ream".parse().unwrap();
        let opened = Stock::begin(NewStock { item: item(), unit, currency: Currency::EUR, opening: Some(opening) });
        let (listed, opened) = (listed.unwrap().fact().unwrap(), opened.unwrap().fact().unwrap());
        wait(office.transact(&command("open"), |tx| {
            let (listed, opened) = (listed.clone(), opened.clone());
            async move {
                tx.create(Item::key(item()), listed).await?;
                tx.create(Stock::key(item()), opened).await
            }
        }))
        .unwrap();
        office
    }

    fn stock(office: &Office) -> Stock {
        wait(office.view(|view| async move { view.load(Stock::key(item())).await })).unwrap()
    }

    fn slip(reference: &str, quantity: &str, on: u32) -> StockIssue {
        StockIssue {
            quantity: quantity.parse().unwrap(),
            from: Id::natural("place", "R-S1"),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            issued_to: None,
            on: day(on),
            reference: reference.parse().unwrap(),
        }
    }

    fn issue(office: &Office, key: &str, slip: &StockIssue) -> Result<Entered, IssueGoodsError> {
        wait(office.transact(&command(key), |tx| {
            let slip = slip.clone();
            async move { issue_goods(&tx, item(), slip).await }
        }))
    }

    #[test]
    fn two_people_never_take_the_last_ones_twice() {
        for round in 0..20 {
            let office = office();
            let start = Barrier::new(2);
            let taken: Vec<_> = std::thread::scope(|scope| {
                let take = |who: &'static str| {
                    let (office, start) = (office.clone(), &start);
                    scope.spawn(move || {
                        start.wait();
                        issue(&office, who, &slip(who, "7 ream", 2))
                    })
                };
                [take("one"), take("other")].map(|thread| thread.join().unwrap()).into()
            });
            let refused: Vec<_> = taken.iter().filter_map(|taken| taken.as_ref().err()).collect();
            assert_eq!(refused.len(), 1, "round {round}: {taken:?}");
            let short = matches!(refused[0], IssueGoodsError::Stock(IssueStockError::Insufficient { on_hand, .. }) if *on_hand == reams(3));
            assert!(short, "{refused:?}");
            assert_eq!(stock(&office).on_hand(), reams(3));
        }
    }

    #[test]
    fn the_same_slip_counts_once_by_whatever_command() {
        let office = office();
        let first = issue(&office, "a", &slip("slip 1", "1 box", 2)).unwrap();
        assert_eq!((first.value.to_string().as_str(), first.postings.len()), ("21.00 EUR", 1));
        let again = issue(&office, "b", &slip("slip 1", "1 box", 2)).unwrap();
        assert_eq!((again.value, again.postings.len()), (first.value, 0));
        assert_eq!(stock(&office).on_hand(), reams(5));
        let other = issue(&office, "c", &slip("slip 1", "2 ream", 2));
        assert!(matches!(other, Err(IssueGoodsError::Stock(IssueStockError::ReferenceReused { .. }))), "{other:?}");
        let kilos = issue(&office, "d", &slip("slip 2", "2 kg", 2));
        assert!(matches!(kilos, Err(IssueGoodsError::Unit(ItemUnitError::NotTraded { .. }))), "{kilos:?}");
        let history: Vec<StockFact> =
            wait(office.view(|view| async move { view.history(Stock::key(item()), 0, 100).await }))
                .unwrap()
                .into_iter()
                .filter_map(|recorded| recorded.fact::<Stock>().unwrap())
                .collect();
        assert_eq!(fold::<Stock>(&history), Some(stock(&office)), "the state is the fold of its facts");
    }

    #[test]
    fn a_count_makes_the_books_agree_once() {
        let office = office();
        let count = |key: &str, counted: &str, reference: &str| {
            let count = StockCount {
                counted: counted.parse().unwrap(),
                at: Id::natural("place", "R-S1"),
                on: day(3),
                reference: reference.parse().unwrap(),
                surplus_value: None,
            };
            wait(office.transact(&command(key), |tx| {
                let count = count.clone();
                async move { count_goods(&tx, item(), count).await }
            }))
        };
        assert_eq!(count("a", "9 ream", "sheet 1").unwrap().value.to_string(), "4.20 EUR");
        issue(&office, "b", &slip("slip 1", "2 ream", 3)).unwrap();
        assert!(count("c", "9 ream", "sheet 1").unwrap().postings.is_empty(), "known for the one before");
        assert_eq!(stock(&office).on_hand(), reams(7));
        assert_eq!(count("d", "2 box", "sheet 2").unwrap().value.to_string(), "12.60 EUR");
        assert_eq!(stock(&office).on_hand(), reams(10));
        assert_eq!(count("e", "0 ream", "sheet 3").unwrap().value, Money::from_minor(4_200, Currency::EUR));
        assert!(stock(&office).value().is_zero());
        let nothing = count("f", "1 ream", "sheet 4");
        assert!(matches!(nothing, Err(CountGoodsError::Stock(CountStockError::NoValue { .. }))), "{nothing:?}");
    }

    #[test]
    fn a_closed_month_stays_as_it_is() {
        let office = office();
        issue(&office, "a", &slip("slip 1", "2 ream", 2)).unwrap();
        wait(office.transact(&command("close"), |tx| async move {
            let stock = tx.load(Stock::key(item())).await?;
            let closed = stock.close(day(31)).map_err(|error| StoreError::rejected(error.to_string()))?;
            tx.decide(Stock::key(item()), closed).await
        }))
        .unwrap();
        let before = stock(&office);
        assert_eq!(before.ledger().movements().count(), 0, "what is closed is folded");
        let late = issue(&office, "b", &slip("slip 2", "1 ream", 30));
        assert!(matches!(late, Err(IssueGoodsError::Stock(IssueStockError::Ledger(_)))), "{late:?}");
        let again = issue(&office, "c", &slip("slip 1", "2 ream", 2));
        assert!(again.is_err(), "a paper of the closed month is not booked again: {again:?}");
        assert_eq!(stock(&office), before);
    }

    fn policy(outcome: &str) -> PolicyBook {
        let mut policy = PolicyBook::new("purchase");
        let table = DecisionTable::from_rows(&["outcome"], [vec![outcome.to_owned()]]).unwrap();
        policy.publish(day(1), table).unwrap();
        policy
    }

    fn request() -> NewRequisition {
        NewRequisition {
            id: requisition(),
            number: "PO-1".parse().unwrap(),
            requester: Id::natural("person", "E-004"),
            on: day(5),
            lines: vec![NewRequisitionLine {
                item: item(),
                quantity: "4 box".parse().unwrap(),
                estimate: "86.00 EUR".parse().unwrap(),
            }],
            within_budget: true,
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: "company/CC-100".parse().unwrap(),
            reason: "the shelf is empty".to_owned(),
        }
    }

    fn submit(office: &Office, outcome: &str) {
        let fact = Requisition::submit(request(), &policy(outcome), at(5)).unwrap().fact().unwrap();
        wait(office.transact(&command("submit"), |tx| {
            let fact = fact.clone();
            async move { tx.create(Requisition::key(requisition()), fact).await }
        }))
        .unwrap();
    }

    fn buy(office: &Office, key: &str) -> Result<(), PlaceOrderError> {
        let purchase = Purchase {
            order: order(),
            number: "PO-1".parse().unwrap(),
            vendor: Id::natural("party", "V-01"),
            lines: vec![PurchaseLine::new(1, "4 box".parse().unwrap(), "21.5 EUR / 1 box".parse().unwrap())],
            terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
            on: day(5),
        };
        wait(office.transact(&command(key), |tx| {
            let purchase = purchase.clone();
            async move { place_order(&tx, requisition(), purchase).await }
        }))
    }

    fn arrive(office: &Office, key: &str, note: &str, quantity: &str) -> Result<usize, ReceiveDeliveryError> {
        let goods = DeliveredGoods { quantity: quantity.parse().unwrap(), to: Id::natural("place", "R-S1"), lot: None };
        let delivery = GoodsDelivery { note: note.parse().unwrap(), on: day(8), lines: [(1, goods)].into() };
        wait(office.transact(&command(key), |tx| {
            let delivery = delivery.clone();
            async move { Ok(receive_delivery(&tx, order(), delivery).await?.len()) }
        }))
    }

    fn coming(office: &Office) -> [String; 3] {
        let now = wait(office.view(|view| async move { position(&view, item()).await })).unwrap();
        [now.on_hand, now.on_order, now.requested].map(|quantity| quantity.to_string())
    }

    #[test]
    fn what_is_asked_for_becomes_what_is_on_the_shelf() {
        let office = office();
        submit(&office, "allow");
        assert_eq!(coming(&office), ["10 ream", "0 ream", "20 ream"]);
        buy(&office, "buy").unwrap();
        buy(&office, "buy-again").unwrap();
        assert_eq!(coming(&office), ["10 ream", "20 ream", "0 ream"]);
        assert_eq!(arrive(&office, "a", "DN-1", "15 ream").unwrap(), 1);
        assert_eq!(arrive(&office, "b", "DN-1", "15 ream").unwrap(), 0, "the same note");
        assert_eq!(coming(&office), ["25 ream", "5 ream", "0 ream"]);
        assert_eq!(stock(&office).value().to_string(), "106.50 EUR");
    }

    #[test]
    fn a_delivery_that_is_refused_leaves_order_and_shelf_alone() {
        let office = office();
        submit(&office, "allow");
        buy(&office, "buy").unwrap();
        let too_many = arrive(&office, "a", "DN-1", "5 box");
        assert!(matches!(too_many, Err(ReceiveDeliveryError::Order(ReceiveOrderError::TooMany(_)))), "{too_many:?}");
        let kilos = arrive(&office, "b", "DN-1", "5 kg");
        assert!(matches!(kilos, Err(ReceiveDeliveryError::Unit(_))), "{kilos:?}");
        assert_eq!(coming(&office), ["10 ream", "20 ream", "0 ream"]);
        let unknown: Result<PurchaseOrder, _> =
            wait(office.view(|view| async move { view.load(PurchaseOrder::key(Id::natural("order", "PO-2"))).await }));
        assert!(unknown.unwrap_err().is_not_found());
    }

    #[test]
    fn what_is_refused_is_not_ordered() {
        let office = office();
        submit(&office, "refuse: nothing is bought in October");
        let refused = buy(&office, "buy");
        let expected = matches!(refused, Err(PlaceOrderError::Requisition(PlaceRequisitionError::NotApproved { .. })));
        assert!(expected, "{refused:?}");
        assert_eq!(coming(&office), ["10 ream", "0 ream", "0 ream"]);
    }

    #[derive(Clone, Copy, Debug)]
    enum Act {
        Approve(u8),
        Withdraw,
        Place(u8),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![(0..4_u8).prop_map(Act::Approve), Just(Act::Withdraw), (0..3_u8).prop_map(Act::Place)]
    }

    proptest! {
        /// Law 20.
        #[test]
        fn nothing_is_ordered_that_was_not_approved_and_nothing_twice(acts in prop::collection::vec(act(), 0..12)) {
            let (role, scope, valid) = (Role::new("office_manager"), Scope::anywhere(), DateRange::from(day(1)));
            let mut book = AuthorityBook::default();
            let action = "purchase.approve".parse().unwrap();
            book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
            let person = |number: u8| Id::natural("person", &format!("E-00{number}"));
            for number in 0..3 {
                book.appointments.push(Appointment { person: person(number), role: role.clone(), scope: scope.clone(), valid });
            }
            let policy = policy("approvals: 2 office_manager purchase.approve");
            let fact = Requisition::submit(request(), &policy, at(5)).unwrap().fact().unwrap();
            let mut requisition = Requisition::open(&fact).unwrap();
            let mut facts = vec![fact];
            let (mut approvals, mut placed) = (0, None);
            for act in acts {
                let decision = match act {
                    Act::Approve(number) => {
                        let step = ApproveStep { by: Actor::new(person(number), role.clone()), step: 1, on: day(5), at: at(5) };
                        requisition.approve(&step, &book).ok()
                    }
                    Act::Withdraw => requisition.withdraw(&WithdrawCase { by: person(4), on: day(6), at: at(6) }).ok(),
                    Act::Place(number) => {
                        let all = [(1, "4 box".parse().unwrap())].into();
                        requisition.place(Id::natural("order", &number.to_string()), day(7), all).ok()
                    }
                };
                let Some(Decision::Record(fact)) = decision else { continue };
                match act {
                    Act::Approve(_) => approvals += 1,
                    Act::Withdraw => prop_assert!(approvals < 2),
                    Act::Place(number) => {
                        prop_assert_eq!((approvals, placed.replace(number)), (2, None));
                    }
                }
                requisition.apply(&fact);
                facts.push(fact);
            }
            prop_assert_eq!(requisition.status() == RequisitionStatus::Ordered, placed.is_some());
            prop_assert_eq!(fold::<Requisition>(&facts), Some(requisition));
        }
    }

    #[test]
    fn lead_times_are_measured_of_all_that_a_vendor_was_sent_and_of_nothing_else() {
        // More than are read at a time, and sent on days that are not in the order of their numbers.
        const MANY: u32 = 503;
        let office = Office::on(MemoryStore::new());
        let vendor = |number: u32| Id::natural("party", &format!("V-{number}"));
        let sent = |at: u32| {
            let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
            let (price, centre) = ("4.2 EUR / 1 ream".parse().unwrap(), Id::natural("cost_centre", "CC-100"));
            let lines = vec![NewOrderLine::new(item(), reams(1), price, centre)];
            let number = format!("PO-{at}").parse().unwrap();
            let new = NewOrder { number, vendor: vendor(u32::from(at >= MANY)), terms, lines };
            (OrderId::natural("order", &format!("PO-{at}")), PurchaseOrder::draft(new).unwrap().fact().unwrap())
        };
        for hundred in 0..6_u32 {
            wait(office.transact(&command(&format!("orders-{hundred}")), |tx| async move {
                for at in (hundred * 100)..(hundred * 100 + 100).min(MANY + 7) {
                    let (id, drafted) = sent(at);
                    tx.create(PurchaseOrder::key(id), drafted).await?;
                    // The very last is with nobody.
                    if at != MANY + 6 {
                        tx.record(PurchaseOrder::key(id), OrderFact::Sent { on: day(1 + at * 7 % 20) }).await?;
                    }
                }
                Ok::<_, StoreError>(())
            }))
            .unwrap();
        }
        let vendors = &[0, 1, 2].map(|number| (vendor(number), VendorSchedule::default())).into();
        let measured =
            |on| wait(office.view(|view| async move { measured_lead_times(&view, vendors, on).await })).unwrap();
        let open = |on| measured(on).into_iter().map(|(of, told)| (of, told.last.open)).collect::<BTreeMap<_, _>>();
        assert_eq!(open(day(20)), [(vendor(0), MANY), (vendor(1), 6)].into());
        let early = (0..MANY).filter(|at| at * 7 % 20 < 10).count();
        assert_eq!(open(day(10)).get(&vendor(0)).copied(), u32::try_from(early).ok());
    }
}
