//! The laws of orders.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use office_core::{Currency, Decimal, Decision, Entity, Id, Percent, Quantity, Rounding, fold};
    use office_inventory::{
        AdvanceOrderError, BillOrderError, Delivery, DraftOrderError, NewOrder, NewOrderLine, OrderBill, OrderFact,
        OrderTerms, PurchaseOrder, ReceiveOrderError,
    };
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        "2026-10-05".parse().unwrap()
    }

    fn boxes(tenths: i64) -> Quantity {
        Quantity::new(Decimal::new(tenths, 1), "box".parse().unwrap()).unwrap()
    }

    fn new(lines: &[i64], tolerance: i32) -> NewOrder {
        let line = |tenths: &i64| NewOrderLine {
            item: Id::natural("item", &tenths.to_string()),
            quantity: boxes(*tenths),
            price: "3.333 EUR / 1 box".parse().unwrap(),
            cost_centre: Id::natural("cost_centre", "CC-100"),
        };
        let over_tolerance = Percent::whole(tolerance);
        NewOrder {
            number: "PO-1".parse().unwrap(),
            vendor: Id::natural("party", "V-01"),
            requisition: None,
            terms: OrderTerms { currency: Currency::EUR, over_tolerance, rounding: Rounding::HalfUp },
            lines: lines.iter().map(line).collect(),
        }
    }

    fn sent(lines: &[i64], tolerance: i32) -> (PurchaseOrder, Vec<OrderFact>) {
        let draft = PurchaseOrder::draft(new(lines, tolerance)).unwrap().fact().unwrap();
        let mut order = PurchaseOrder::open(&draft).unwrap();
        let mut facts = vec![draft];
        for decide in [|order: &PurchaseOrder| order.approve(None, day()), |order: &PurchaseOrder| order.send(day())] {
            let fact = decide(&order).unwrap().fact().unwrap();
            order.apply(&fact);
            facts.push(fact);
        }
        (order, facts)
    }

    #[derive(Clone, Debug)]
    enum Act {
        Receive { note: u8, lines: BTreeMap<u32, i64> },
        Bill { invoice: u8, lines: BTreeMap<u32, i64> },
        Cancel,
    }

    fn act() -> impl Strategy<Value = Act> {
        let lines = || prop::collection::btree_map(1..5_u32, 1..80_i64, 1..3);
        prop_oneof![
            6 => (any::<u8>(), lines()).prop_map(|(note, lines)| Act::Receive { note, lines }),
            4 => (any::<u8>(), lines()).prop_map(|(invoice, lines)| Act::Bill { invoice, lines }),
            1 => Just(Act::Cancel),
        ]
    }

    fn quantities(lines: BTreeMap<u32, i64>) -> BTreeMap<u32, Quantity> {
        lines.into_iter().map(|(line, tenths)| (line, boxes(tenths))).collect()
    }

    fn decide(order: &PurchaseOrder, act: Act) -> Option<Decision<OrderFact>> {
        match act {
            Act::Receive { note, lines } => {
                let note = format!("DN-{note}").parse().unwrap();
                order.receive(Delivery { note, on: day(), lines: quantities(lines) }).ok()
            }
            Act::Bill { invoice, lines } => {
                let invoice = Id::natural("invoice", &invoice.to_string());
                order.bill(OrderBill { invoice, lines: quantities(lines) }).ok()
            }
            Act::Cancel => Some(order.cancel_rest(day())),
        }
    }

    proptest! {
        /// Laws 19, 25 and 26, and that the state is the fold of its facts.
        #[test]
        fn counters_stay_within_what_was_agreed(
            lines in prop::collection::vec(1..100_i64, 1..5),
            tolerance in 0..30_i32,
            acts in prop::collection::vec(act(), 0..24),
        ) {
            let (mut order, mut facts) = sent(&lines, tolerance);
            let mut values = BTreeMap::<u32, Decimal>::new();
            for act in acts {
                let Some(Decision::Record(fact)) = decide(&order, act.clone()) else { continue };
                if let OrderFact::Received { lines, .. } = &fact {
                    for line in lines {
                        *values.entry(line.line).or_default() += line.value.amount();
                    }
                }
                order.apply(&fact);
                facts.push(fact);
                prop_assert_eq!(decide(&order, act), Some(Decision::AlreadyRecorded), "once is enough");
            }
            for line in order.lines() {
                let [ordered, received, billed, cancelled, expected] =
                    [line.ordered(), line.received(), line.billed(), line.cancelled(), line.expected()].map(Quantity::amount);
                let most = ordered * Decimal::from(100 + tolerance) / Decimal::ONE_HUNDRED;
                prop_assert!(received <= most);
                prop_assert!(billed <= received);
                prop_assert_eq!(expected, (ordered - cancelled - received).max(Decimal::ZERO));
                let value = values.get(&line.number()).copied().unwrap_or_default();
                prop_assert_eq!(value, line.worth(line.received(), Rounding::HalfUp).unwrap().amount());
            }
            prop_assert_eq!(order.is_closed(), order.lines().iter().all(|line| line.expected().is_zero()));
            prop_assert_eq!(fold::<PurchaseOrder>(&facts), Some(order));
        }
    }

    fn delivery(note: &str, lines: &[(u32, &str)]) -> Delivery {
        let lines = lines.iter().map(|(line, quantity)| (*line, quantity.parse().unwrap())).collect();
        Delivery { note: note.parse().unwrap(), on: day(), lines }
    }

    #[test]
    fn a_draft_is_neither_received_nor_billed() {
        let order = PurchaseOrder::open(&PurchaseOrder::draft(new(&[40], 0)).unwrap().fact().unwrap()).unwrap();
        let refused = order.receive(delivery("DN-1", &[(1, "4 box")]));
        assert!(matches!(refused, Err(ReceiveOrderError::NotSent { .. })), "{refused:?}");
        let bill = OrderBill { invoice: Id::natural("invoice", "1"), lines: [(1, boxes(40))].into() };
        assert!(matches!(order.bill(bill), Err(BillOrderError::NotSent { .. })));
        assert!(matches!(order.send(day()), Err(AdvanceOrderError::Status { .. })));
    }

    #[test]
    fn each_refusal_of_a_delivery_says_what_is_wrong() {
        let (mut order, _) = sent(&[40], 0);
        order.apply(&order.receive(delivery("DN-1", &[(1, "3 box")])).unwrap().fact().unwrap());
        let refused = |note: &str, lines: &[(u32, &str)]| order.receive(delivery(note, lines)).unwrap_err().to_string();
        assert_eq!(refused("DN-1", &[(1, "1 box")]), "something else was received by `DN-1`");
        assert_eq!(refused("DN-2", &[]), "the delivery has no lines");
        assert_eq!(refused("DN-2", &[(2, "1 box")]), "the order has no line 2");
        assert_eq!(refused("DN-2", &[(1, "1 ream")]), "line 1 is told in `ream`: `box` is wanted");
        assert_eq!(refused("DN-2", &[(1, "0 box")]), "0 box on line 1 cannot arrive: more than nothing is wanted");
        assert_eq!(refused("DN-2", &[(1, "1.002 box")]), "1.002 box on line 1 are too many: 3 box of 4 box had come");
        assert!(order.receive(delivery("DN-2", &[(1, "1 box")])).is_ok());
    }

    #[test]
    fn more_than_came_is_not_billed() {
        let (mut order, _) = sent(&[40], 0);
        order.apply(&order.receive(delivery("DN-1", &[(1, "3 box")])).unwrap().fact().unwrap());
        let bill = |invoice: &str, tenths| OrderBill {
            invoice: Id::natural("invoice", invoice),
            lines: [(1, boxes(tenths))].into(),
        };
        assert!(matches!(order.bill(bill("RN-1187", 40)), Err(BillOrderError::MoreThanReceived { .. })));
        order.apply(&order.bill(bill("RN-1188", 30)).unwrap().fact().unwrap());
        assert!(matches!(order.bill(bill("RN-1188", 10)), Err(BillOrderError::InvoiceReused { .. })));
        let line = &order.match_lines()[0];
        assert_eq!(line.received_value, line.billed_value);
        assert_eq!((line.ordered, line.received, line.billed), (boxes(40), boxes(30), boxes(30)));
    }

    #[test]
    fn each_refusal_of_a_draft_says_what_is_wrong() {
        let refused = |change: &dyn Fn(&mut NewOrder)| {
            let mut order = new(&[40], 0);
            change(&mut order);
            PurchaseOrder::draft(order).unwrap_err()
        };
        assert_eq!(refused(&|order| order.lines.clear()), DraftOrderError::Empty);
        let many = refused(&|order| order.lines = vec![order.lines[0]; 1001]);
        assert_eq!(many, DraftOrderError::TooManyLines { lines: 1001 });
        let tolerance = Percent::whole(-1);
        let negative = refused(&|order| order.terms.over_tolerance = tolerance);
        assert_eq!(negative, DraftOrderError::Tolerance { tolerance });
        let nothing = refused(&|order| order.lines[0].quantity = boxes(0));
        assert_eq!(nothing, DraftOrderError::Quantity { line: 1, quantity: boxes(0) });
        let price = "1 EUR / 1 ream".parse().unwrap();
        assert_eq!(refused(&|order| order.lines[0].price = price), DraftOrderError::PriceUnit { line: 1, price });
        let price = "1 USD / 1 box".parse().unwrap();
        let foreign = refused(&|order| order.lines[0].price = price);
        assert_eq!(foreign, DraftOrderError::Price { line: 1, price, currency: Currency::EUR });
    }

    #[test]
    fn a_stored_order_that_cannot_be_is_not_read() {
        let (order, _) = sent(&[40, 50], 0);
        let text = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<PurchaseOrder>(&text).unwrap(), order);
        for (from, to) in [(r#""number":2"#, r#""number":3"#), (r#""billed":"0 box""#, r#""billed":"1 box""#)] {
            let broken = text.replacen(from, to, 1);
            assert_ne!(broken, text);
            let error = serde_json::from_str::<PurchaseOrder>(&broken).unwrap_err();
            assert!(error.to_string().contains("of the stored order"), "{error}");
        }
    }
}
