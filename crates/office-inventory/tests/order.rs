//! The laws of orders.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::NaiveDate;
    use office_core::{Currency, Decimal, Decision, Entity, Id, Percent, Quantity, Rounding, fold};
    use office_inventory::{
        AdvanceOrderError, BillOrderError, CancelLinesError, CreditOrderError, Delivery, DraftOrderError, Leeway,
        LineState, NewOrder, NewOrderLine, OrderBill, OrderFact, OrderLine, OrderLineError, OrderReturn, OrderState,
        OrderTerms, PurchaseOrder, ReceiptTolerance, ReceiveOrderError, Remedy, SendBackError, UndoReceiptError,
    };
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        "2026-10-05".parse().unwrap()
    }

    fn boxes(tenths: i64) -> Quantity {
        Quantity::new(Decimal::new(tenths, 1), "box".parse().unwrap()).unwrap()
    }

    /// In the hundred, and so many tenths of a box.
    fn leeway(percent: i32, tenths: i64) -> Leeway {
        Leeway::new(Percent::whole(percent), Some(boxes(tenths))).unwrap()
    }

    fn new(lines: &[i64], tolerance: ReceiptTolerance) -> NewOrder {
        let line = |tenths: &i64| {
            let (item, centre) = (Id::natural("item", &tenths.to_string()), Id::natural("cost_centre", "CC-100"));
            let line = NewOrderLine::new(item, boxes(*tenths), "3.333 EUR / 1 box".parse().unwrap(), centre);
            NewOrderLine { tolerance, ..line }
        };
        NewOrder {
            number: "PO-1".parse().unwrap(),
            vendor: Id::natural("party", "V-01"),
            terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
            lines: lines.iter().map(line).collect(),
        }
    }

    fn sent(lines: &[i64], tolerance: ReceiptTolerance) -> (PurchaseOrder, Vec<OrderFact>) {
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
        Receive { note: usize, lines: BTreeMap<u32, i64> },
        Undo { note: usize },
        Back { slip: usize, note: usize, replace: bool, lines: BTreeMap<u32, i64> },
        Bill { invoice: usize, lines: BTreeMap<u32, i64> },
        Credit { invoice: usize, lines: BTreeMap<u32, i64> },
        Cancel { lines: BTreeMap<u32, i64> },
        CancelRest,
    }

    fn act() -> impl Strategy<Value = Act> {
        // Often so few that the amount of a tolerance covers them.
        let few = || prop_oneof![2 => 1..60_i64, 1 => 1..5_i64];
        let lines = move || prop::collection::btree_map(1..4_u32, few(), 1..3);
        let (number, note) = (|| 0..12_usize, || 0..5_usize);
        prop_oneof![
            8 => (number(), lines()).prop_map(|(note, lines)| Act::Receive { note, lines }),
            2 => note().prop_map(|note| Act::Undo { note }),
            5 => (number(), note(), any::<bool>(), lines())
                .prop_map(|(slip, note, replace, lines)| Act::Back { slip, note, replace, lines }),
            4 => (number(), lines()).prop_map(|(invoice, lines)| Act::Bill { invoice, lines }),
            3 => (number(), lines()).prop_map(|(invoice, lines)| Act::Credit { invoice, lines }),
            2 => lines().prop_map(|lines| Act::Cancel { lines }),
            1 => Just(Act::CancelRest),
        ]
    }

    fn quantities(lines: &BTreeMap<u32, i64>) -> BTreeMap<u32, Quantity> {
        lines.iter().map(|(line, tenths)| (*line, boxes(*tenths))).collect()
    }

    fn numbered<T: std::str::FromStr<Err: std::fmt::Debug>>(what: &str, number: usize) -> T {
        format!("{what}-{number}").parse().unwrap()
    }

    fn decide(order: &PurchaseOrder, act: &Act) -> Option<Decision<OrderFact>> {
        match act {
            Act::Receive { note, lines } => {
                order.receive(Delivery { note: numbered("DN", *note), on: day(), lines: quantities(lines) }).ok()
            }
            Act::Undo { note } => order.undo_receipt(numbered("DN", *note), day()).ok(),
            Act::Back { slip, note, replace, lines } => {
                let remedy = if *replace { Remedy::Replacement } else { Remedy::Credit };
                let (slip, note) = (numbered("RS", *slip), numbered("DN", *note));
                let why = "broken".to_owned();
                order.send_back(OrderReturn { slip, note, on: day(), remedy, why, lines: quantities(lines) }).ok()
            }
            Act::Bill { invoice, lines } => {
                let invoice = Id::natural("invoice", &invoice.to_string());
                order.bill(OrderBill { invoice, lines: quantities(lines) }).ok()
            }
            Act::Credit { invoice, lines } => {
                let invoice = Id::natural("invoice", &format!("credit {invoice}"));
                order.credit(OrderBill { invoice, lines: quantities(lines) }).ok()
            }
            Act::Cancel { lines } => order.cancel_lines(day(), quantities(lines)).ok(),
            Act::CancelRest => Some(order.cancel_rest(day())),
        }
    }

    /// By line how many came, and how many were not missed then.
    type Came = BTreeMap<u32, (i64, i64)>;

    /// The papers of one order as a clerk files them, in tenths; every figure is added up from them anew.
    #[derive(Default)]
    struct Folder {
        ordered: Vec<i64>,
        over: (i64, i64),
        under: (i64, i64),
        /// By note. Nothing where it was taken back.
        notes: BTreeMap<usize, Option<Came>>,
        slips: BTreeMap<usize, (usize, bool, BTreeMap<u32, i64>)>,
        bills: BTreeMap<usize, BTreeMap<u32, i64>>,
        credits: BTreeMap<usize, BTreeMap<u32, i64>>,
        cancelled: Vec<BTreeMap<u32, i64>>,
        /// The lines whose rest was cancelled.
        cut: BTreeSet<u32>,
    }

    fn on_line<'a>(papers: impl IntoIterator<Item = &'a BTreeMap<u32, i64>>, line: u32) -> i64 {
        papers.into_iter().filter_map(|lines| lines.get(&line)).sum()
    }

    impl Folder {
        fn lines(&self) -> std::ops::RangeInclusive<u32> {
            1..=u32::try_from(self.ordered.len()).unwrap()
        }

        fn wanted(&self, line: u32) -> i64 {
            self.ordered[usize::try_from(line).unwrap() - 1] - on_line(&self.cancelled, line)
        }

        fn received(&self, line: u32) -> i64 {
            self.notes.values().flatten().filter_map(|lines| lines.get(&line)).map(|(came, _)| came).sum()
        }

        fn waived(&self, line: u32) -> i64 {
            self.notes.values().flatten().filter_map(|lines| lines.get(&line)).map(|(_, waived)| waived).sum()
        }

        fn returned(&self, line: u32, replace: &[bool]) -> i64 {
            let slips = self.slips.values().filter(|(_, replaced, _)| replace.contains(replaced));
            on_line(slips.map(|(_, _, lines)| lines), line)
        }

        fn delivered(&self, line: u32) -> i64 {
            self.received(line) - self.returned(line, &[true])
        }

        fn kept(&self, line: u32) -> i64 {
            self.received(line) - self.returned(line, &[true, false])
        }

        fn charged(&self, line: u32) -> i64 {
            on_line(self.bills.values(), line) - on_line(self.credits.values(), line)
        }

        fn expected(&self, line: u32) -> i64 {
            (self.wanted(line) - self.waived(line) - self.delivered(line)).max(0)
        }

        fn due(&self, line: u32) -> i64 {
            let to_come = self.returned(line, &[true]).min(self.expected(line));
            (self.charged(line) - self.kept(line) - to_come).max(0)
        }

        /// Whether so many are tolerated: of a line that was cancelled none are.
        fn within(off: i64, of: i64, (percent, tenths): (i64, i64)) -> bool {
            of > 0 && (off * 100 <= of * percent || off <= tenths)
        }

        fn cancel(&mut self, lines: BTreeMap<u32, i64>) {
            self.cancelled.push(lines.clone());
            let cut: Vec<_> = lines.into_keys().filter(|line| self.expected(*line) == 0).collect();
            self.cut.extend(cut);
        }

        /// Files a paper, if it is in order.
        fn file(&mut self, act: &Act) -> bool {
            let known = |lines: &BTreeMap<u32, i64>| lines.keys().all(|line| self.lines().contains(line));
            match act {
                Act::Receive { note, lines } => {
                    let fits = |(&line, &came): (&u32, &i64)| {
                        let above = self.delivered(line) + came - self.wanted(line);
                        above <= 0 || !self.cut.contains(&line) && Self::within(above, self.wanted(line), self.over)
                    };
                    if self.notes.contains_key(note) || !known(lines) || !lines.iter().all(fits) {
                        return false;
                    }
                    let waived = |line: u32, came: i64| {
                        let left = self.wanted(line) - self.waived(line) - self.delivered(line) - came;
                        if left > 0 && Self::within(left, self.wanted(line), self.under) { left } else { 0 }
                    };
                    let lines = lines.iter().map(|(&line, &came)| (line, (came, waived(line, came)))).collect();
                    self.notes.insert(*note, Some(lines));
                }
                Act::Undo { note } => {
                    let Some(Some(lines)) = self.notes.get(note) else { return false };
                    let gone = self.slips.values().any(|(of, ..)| of == note);
                    if gone || lines.iter().any(|(&line, (came, _))| self.kept(line) - came < self.charged(line)) {
                        return false;
                    }
                    self.notes.insert(*note, None);
                }
                Act::Back { slip, note, replace, lines } => {
                    let Some(Some(came)) = self.notes.get(note) else { return false };
                    let before =
                        |line| on_line(self.slips.values().filter(|(of, ..)| of == note).map(|(_, _, l)| l), line);
                    let fits = |(&line, &back): (&u32, &i64)| {
                        came.get(&line).is_some_and(|(came, _)| before(line) + back <= *came)
                    };
                    if self.slips.contains_key(slip) || !lines.iter().all(fits) {
                        return false;
                    }
                    self.slips.insert(*slip, (*note, *replace, lines.clone()));
                }
                Act::Bill { invoice, lines } => {
                    let fits = |(&line, &asked): (&u32, &i64)| self.charged(line) + asked <= self.kept(line);
                    if self.bills.contains_key(invoice) || !known(lines) || !lines.iter().all(fits) {
                        return false;
                    }
                    self.bills.insert(*invoice, lines.clone());
                }
                Act::Credit { invoice, lines } => {
                    let fits = |(&line, &asked): (&u32, &i64)| asked <= self.due(line);
                    if self.credits.contains_key(invoice) || !known(lines) || !lines.iter().all(fits) {
                        return false;
                    }
                    self.credits.insert(*invoice, lines.clone());
                }
                Act::Cancel { lines } => {
                    let fits = |(&line, &asked): (&u32, &i64)| asked <= self.expected(line);
                    if !known(lines) || !lines.iter().all(fits) {
                        return false;
                    }
                    self.cancel(lines.clone());
                }
                Act::CancelRest => {
                    let rest: BTreeMap<_, _> = self.lines().map(|line| (line, self.expected(line))).collect();
                    if rest.values().all(|rest| *rest == 0) {
                        return false;
                    }
                    self.cancel(rest.into_iter().filter(|(_, rest)| *rest > 0).collect());
                }
            }
            true
        }

        fn figures(&self, line: u32) -> [i64; 10] {
            [
                self.wanted(line),
                self.received(line),
                self.waived(line),
                self.returned(line, &[true, false]),
                self.returned(line, &[true]),
                on_line(self.bills.values(), line),
                on_line(self.credits.values(), line),
                self.expected(line),
                self.due(line),
                (self.kept(line) - self.charged(line)).max(0),
            ]
        }
    }

    fn figures(line: &OrderLine) -> [Quantity; 10] {
        [
            line.wanted(),
            line.received(),
            line.waived(),
            line.returned(),
            line.replaced(),
            line.billed(),
            line.credited(),
            line.expected(),
            line.credit_due(),
            line.payable(),
        ]
    }

    /// By how much a fact changes what has come and what went back of each line, at the agreed price.
    fn values_of(fact: &OrderFact) -> Vec<(u32, Decimal, Decimal)> {
        match fact {
            OrderFact::Received { lines, .. } => {
                lines.iter().map(|line| (line.line, line.value.amount(), Decimal::ZERO)).collect()
            }
            OrderFact::ReceiptUndone { lines, .. } => {
                lines.iter().map(|line| (line.line, -line.value.amount(), Decimal::ZERO)).collect()
            }
            OrderFact::Returned { worth, .. } => {
                worth.iter().map(|line| (line.line, Decimal::ZERO, line.value.amount())).collect()
            }
            OrderFact::Drafted(_)
            | OrderFact::Approved { .. }
            | OrderFact::Sent { .. }
            | OrderFact::Amended(_)
            | OrderFact::Billed(_)
            | OrderFact::Credited(_)
            | OrderFact::RestCancelled { .. } => Vec::new(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        /// Laws 19, 25 and 26: whatever comes, goes back, is billed, credited, cancelled and taken back, the order takes exactly
        /// what a clerk with a folder of papers takes, and comes to the same figures; its state is the fold of its facts.
        #[test]
        fn counters_stay_within_what_was_agreed(
            ordered in prop::collection::vec(prop_oneof![2 => 1..100_i64, 1 => 1..5_i64], 1..4),
            over in (0..30_i32, 0..10_i64),
            under in (0..10_i32, 0..5_i64),
            acts in prop::collection::vec(act(), 0..40),
        ) {
            let tolerance = ReceiptTolerance { over: leeway(over.0, over.1), under: leeway(under.0, under.1) };
            let (mut order, mut facts) = sent(&ordered, tolerance);
            let (over, under) = ((over.0.into(), over.1), (under.0.into(), under.1));
            let mut folder = Folder { ordered, over, under, ..Folder::default() };
            let mut values = BTreeMap::<u32, (Decimal, Decimal)>::new();
            for act in acts {
                let Some(Decision::Record(fact)) = decide(&order, &act) else {
                    prop_assert!(!folder.file(&act), "the order does not take {act:?}");
                    continue;
                };
                prop_assert!(folder.file(&act), "the order takes {act:?}");
                for (line, came, back) in values_of(&fact) {
                    let value = values.entry(line).or_default();
                    *value = (value.0 + came, value.1 + back);
                }
                order.apply(&fact);
                facts.push(fact);
                let again = decide(&order, &act);
                prop_assert!(matches!(act, Act::Cancel { .. }) || again == Some(Decision::AlreadyRecorded), "{again:?}");
                for line in order.lines() {
                    prop_assert_eq!(figures(line), folder.figures(line.number()).map(boxes), "line {} after {:?}", line.number(), act);
                }
            }
            for line in order.lines() {
                prop_assert!(line.delivered().amount() <= line.allowed().amount());
                prop_assert!(line.billed().amount() <= line.received().amount());
                let worth = |quantity| line.worth(quantity, Rounding::HalfUp).unwrap().amount();
                let value = values.get(&line.number()).copied().unwrap_or_default();
                prop_assert_eq!(value, (worth(line.received()), worth(line.returned())));
            }
            prop_assert_eq!(order.is_closed(), order.lines().iter().all(|line| line.expected().is_zero()));
            let text = serde_json::to_string(&order).unwrap();
            prop_assert_eq!(&serde_json::from_str::<PurchaseOrder>(&text).unwrap(), &order);
            prop_assert_eq!(fold::<PurchaseOrder>(&facts), Some(order));
        }
    }

    fn delivery(note: &str, lines: &[(u32, &str)]) -> Delivery {
        let lines = lines.iter().map(|(line, quantity)| (*line, quantity.parse().unwrap())).collect();
        Delivery { note: note.parse().unwrap(), on: day(), lines }
    }

    #[test]
    fn a_draft_is_neither_received_nor_billed() {
        let order =
            PurchaseOrder::open(&PurchaseOrder::draft(new(&[40], ReceiptTolerance::NONE)).unwrap().fact().unwrap())
                .unwrap();
        let refused = order.receive(delivery("DN-1", &[(1, "4 box")]));
        assert!(matches!(refused, Err(ReceiveOrderError::NotSent { .. })), "{refused:?}");
        let bill = OrderBill { invoice: Id::natural("invoice", "1"), lines: [(1, boxes(40))].into() };
        assert!(matches!(order.bill(bill), Err(BillOrderError::NotSent { .. })));
        assert!(matches!(order.send(day()), Err(AdvanceOrderError::Status { .. })));
    }

    #[test]
    fn each_refusal_of_a_delivery_says_what_is_wrong() {
        let (mut order, _) = sent(&[40], ReceiptTolerance::NONE);
        order.apply(&order.receive(delivery("DN-1", &[(1, "3 box")])).unwrap().fact().unwrap());
        let refused = |note: &str, lines: &[(u32, &str)]| order.receive(delivery(note, lines)).unwrap_err().to_string();
        assert_eq!(refused("DN-1", &[(1, "1 box")]), "something else was received by `DN-1`");
        assert_eq!(refused("DN-2", &[]), "the delivery has no lines");
        assert_eq!(refused("DN-2", &[(2, "1 box")]), "the order has no line 2");
        assert_eq!(refused("DN-2", &[(1, "1 ream")]), "line 1 is told in `ream`: `box` is wanted");
        assert_eq!(refused("DN-2", &[(1, "0 box")]), "0 box on line 1 cannot arrive: more than nothing is wanted");
        assert_eq!(
            refused("DN-2", &[(1, "1.002 box")]),
            "1.002 box on line 1 are too many: 3 box of 4 box had come, 4 box are allowed in all"
        );
        assert!(order.receive(delivery("DN-2", &[(1, "1 box")])).is_ok());
    }

    #[test]
    fn more_than_came_is_not_billed() {
        let (mut order, _) = sent(&[40], ReceiptTolerance::NONE);
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
            let mut order = new(&[40], ReceiptTolerance::NONE);
            change(&mut order);
            PurchaseOrder::draft(order).unwrap_err()
        };
        assert_eq!(refused(&|order| order.lines.clear()), DraftOrderError::Empty);
        let many = refused(&|order| order.lines = vec![order.lines[0]; 1001]);
        assert_eq!(many, DraftOrderError::TooManyLines { lines: 1001 });
        let nothing = refused(&|order| order.lines[0].quantity = boxes(0));
        assert_eq!(nothing, DraftOrderError::Line(OrderLineError::Quantity { line: 1, quantity: boxes(0) }));
        let price = "1 EUR / 1 ream".parse().unwrap();
        assert_eq!(
            refused(&|order| order.lines[0].price = price),
            DraftOrderError::Line(OrderLineError::PriceUnit { line: 1, price })
        );
        let price = "1 USD / 1 box".parse().unwrap();
        let foreign = refused(&|order| order.lines[0].price = price);
        assert_eq!(foreign, DraftOrderError::Line(OrderLineError::Price { line: 1, price, currency: Currency::EUR }));
    }

    #[test]
    fn a_stored_order_that_cannot_be_is_not_read() {
        let (order, _) = sent(&[40, 50], ReceiptTolerance::NONE);
        let text = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<PurchaseOrder>(&text).unwrap(), order);
        for (from, to) in [(r#""number":2"#, r#""number":3"#), (r#""billed":"0 box""#, r#""billed":"1 box""#)] {
            let broken = text.replacen(from, to, 1);
            assert_ne!(broken, text);
            let error = serde_json::from_str::<PurchaseOrder>(&broken).unwrap_err();
            assert!(error.to_string().contains("of the stored order"), "{error}");
        }
    }

    /// What was cancelled does not come, whatever amount is tolerated above what is wanted.
    #[test]
    fn nothing_comes_on_a_line_that_was_cancelled() {
        let tolerance = ReceiptTolerance { over: leeway(10, 10), under: Leeway::NONE };
        let (mut order, _) = sent(&[40, 50], tolerance);
        order.apply(&order.cancel_lines(day(), [(1, boxes(40))].into()).unwrap().fact().unwrap());
        let line = order.lines()[0];
        assert_eq!((line.wanted(), line.allowed(), line.state()), (boxes(0), boxes(0), LineState::Cancelled));
        let refused = order.receive(delivery("DN-1", &[(1, "0.1 box")])).unwrap_err().to_string();
        assert_eq!(refused, "0.1 box on line 1 are too many: 0 box of 0 box had come, 0 box are allowed in all");
        assert!(order.receive(delivery("DN-1", &[(2, "6 box")])).is_ok(), "the other line is as before");
    }

    fn back(slip: &str, remedy: Remedy, quantity: &str) -> OrderReturn {
        let (slip, note) = (slip.parse().unwrap(), "DN-1".parse().unwrap());
        let lines = [(1, quantity.parse().unwrap())].into();
        OrderReturn { slip, note, on: day(), remedy, why: "broken".to_owned(), lines }
    }

    /// However little comes above, it is refused where nothing is tolerated; at the limit it is taken.
    #[test]
    fn a_tolerance_is_exact() {
        let (order, _) = sent(&[1_000], ReceiptTolerance::NONE);
        let refused = order.receive(delivery("DN-1", &[(1, "100.002 box")])).unwrap_err();
        assert!(matches!(&refused, ReceiveOrderError::TooMany(many) if many.allowed == boxes(1_000)), "{refused:?}");
        let over = Leeway::new(Percent::new("0.002".parse().unwrap()).unwrap(), None).unwrap();
        let (mut order, _) = sent(&[1_000], ReceiptTolerance { over, under: over });
        assert!(order.receive(delivery("DN-1", &[(1, "100.002000001 box")])).is_err());
        assert!(order.receive(delivery("DN-1", &[(1, "100.002 box")])).is_ok());
        let short = order.receive(delivery("DN-1", &[(1, "99.998 box")])).unwrap().fact().unwrap();
        order.apply(&short);
        assert!(order.is_closed());
        assert_eq!(order.state(), OrderState::Received);
        // What was not missed is taken if it comes.
        order.apply(&order.receive(delivery("DN-2", &[(1, "0.002 box")])).unwrap().fact().unwrap());
        assert_eq!(order.lines()[0].received(), boxes(1_000));
        // As if the first had never been.
        order.apply(&order.undo_receipt("DN-1".parse().unwrap(), day()).unwrap().fact().unwrap());
        assert_eq!(order.lines()[0].expected().to_string(), "99.998 box");
    }

    #[test]
    fn each_refusal_of_what_goes_back_says_what_is_wrong() {
        let (mut order, _) = sent(&[40], ReceiptTolerance::NONE);
        order.apply(&order.receive(delivery("DN-1", &[(1, "3 box")])).unwrap().fact().unwrap());
        let (replace, credit) = (Remedy::Replacement, Remedy::Credit);
        order.apply(&order.send_back(back("RS-1", replace, "1 box")).unwrap().fact().unwrap());
        let refused = |goods: OrderReturn| order.send_back(goods).unwrap_err().to_string();
        assert_eq!(refused(back("RS-1", credit, "1 box")), "something else went back by `RS-1`");
        assert_eq!(refused(OrderReturn { lines: [].into(), ..back("RS-2", credit, "1 box") }), "the slip has no lines");
        let unknown = OrderReturn { note: "DN-9".parse().unwrap(), ..back("RS-2", credit, "1 box") };
        assert_eq!(refused(unknown), "nothing is there that was received by `DN-9`");
        let other = OrderReturn { lines: [(2, boxes(1))].into(), ..back("RS-2", credit, "1 box") };
        assert_eq!(refused(other), "nothing of line 2 was received by `DN-1`");
        assert_eq!(refused(back("RS-2", credit, "1 ream")), "line 1 is told in `ream`: `box` is wanted");
        let nothing = "0 box on line 1 cannot go back: more than nothing is wanted";
        assert_eq!(refused(back("RS-2", credit, "0 box")), nothing);
        let many = "2.5 box on line 1 are too many: 3 box came by the note and 1 box went back before";
        assert_eq!(refused(back("RS-2", credit, "2.5 box")), many);
        let taken_back = order.undo_receipt("DN-1".parse().unwrap(), day());
        assert_eq!(taken_back, Err(UndoReceiptError::Returned { line: 1, returned: boxes(10) }));
        let unknown = order.undo_receipt("DN-9".parse().unwrap(), day());
        assert_eq!(unknown, Err(UndoReceiptError::NoDelivery { note: "DN-9".parse().unwrap() }));
        assert!(matches!(order.send_back(back("RS-2", credit, "4 box")), Err(SendBackError::TooMany { .. })));
    }

    /// What is billed and goes back is credited, or comes again.
    #[test]
    fn after_the_bill_a_credit_is_due() {
        let (mut order, _) = sent(&[40], ReceiptTolerance::NONE);
        let bill = |invoice: &str, tenths| OrderBill {
            invoice: Id::natural("invoice", invoice),
            lines: [(1, boxes(tenths))].into(),
        };
        order.apply(&order.receive(delivery("DN-1", &[(1, "4 box")])).unwrap().fact().unwrap());
        order.apply(&order.bill(bill("B-1", 40)).unwrap().fact().unwrap());
        assert_eq!(order.state(), OrderState::Closed);
        let billed = order.undo_receipt("DN-1".parse().unwrap(), day());
        assert_eq!(billed, Err(UndoReceiptError::Billed { line: 1, billed: boxes(40), left: boxes(0) }));

        order.apply(&order.send_back(back("RS-1", Remedy::Credit, "1 box")).unwrap().fact().unwrap());
        order.apply(&order.send_back(back("RS-2", Remedy::Replacement, "2 box")).unwrap().fact().unwrap());
        let line = &order.match_lines()[0];
        assert_eq!((line.credit_due, line.payable, line.returned), (boxes(10), boxes(0), boxes(30)));
        assert_eq!((order.lines()[0].expected(), order.lines()[0].state()), (boxes(20), LineState::Partial));
        let more = order.credit(bill("C-1", 20));
        assert_eq!(more, Err(CreditOrderError::NotDue { line: 1, due: boxes(10), asked: boxes(20) }));

        // The vendor does not send others after all, and credits them, too.
        let asked = [(1, boxes(21))].into();
        let refused = Err(CancelLinesError::NotExpected { line: 1, expected: boxes(20), asked: boxes(21) });
        assert_eq!(order.cancel_lines(day(), asked), refused);
        order.apply(&order.cancel_rest(day()).fact().unwrap());
        assert_eq!(order.lines()[0].credit_due(), boxes(30));
        order.apply(&order.credit(bill("C-1", 30)).unwrap().fact().unwrap());
        assert!(matches!(order.credit(bill("C-1", 10)), Err(CreditOrderError::NoteReused { .. })));
        assert_eq!(order.state(), OrderState::Closed);
    }
}
