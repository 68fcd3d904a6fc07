//! Law 37: what was asked for is open, on orders, or given up.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod law {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::OrderId;
    use office_core::{Currency, Decimal, Decision, Entity, Id, Money, Quantity, fold};
    use office_inventory::{
        AbandonRequisitionError, Freed, NewRequisition, NewRequisitionLine, PlaceRequisitionError, Requisition,
        RequisitionFact, RequisitionLineState, RequisitionStatus, SubmitRequisitionError, TakeLinesError,
    };
    use proptest::prelude::*;

    /// What is asked for, in tenths of a box, for a hundred cents a line.
    const ASKED: [i64; 3] = [60, 45, 7];

    fn day() -> NaiveDate {
        "2026-10-05".parse().unwrap()
    }

    fn boxes(tenths: i64) -> Quantity {
        Quantity::new(Decimal::new(tenths, 1), "box".parse().unwrap()).unwrap()
    }

    fn order(number: usize) -> OrderId {
        Id::natural("order", &number.to_string())
    }

    fn request(lines: &[i64]) -> NewRequisition {
        let line = |tenths: &i64| NewRequisitionLine {
            item: Id::natural("item", &tenths.to_string()),
            quantity: boxes(*tenths),
            estimate: Money::from_minor(100, Currency::EUR),
        };
        NewRequisition {
            id: Id::natural("requisition", "RQ-1"),
            number: "RQ-1".parse().unwrap(),
            requester: Id::natural("person", "E-004"),
            on: day(),
            lines: lines.iter().map(line).collect(),
            within_budget: true,
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: "company/CC-100".parse().unwrap(),
            reason: "the shelf is empty".to_owned(),
        }
    }

    fn policy(outcome: &str) -> PolicyBook {
        let mut policy = PolicyBook::new("purchase");
        let table = DecisionTable::from_rows(&["outcome"], [vec![outcome.to_owned()]]).unwrap();
        policy.publish(day(), table).unwrap();
        policy
    }

    fn submitted(outcome: &str) -> (Requisition, Vec<RequisitionFact>) {
        let at = "2026-10-05T09:00:00Z".parse().unwrap();
        let fact = Requisition::submit(request(&ASKED), &policy(outcome), at).unwrap().fact().unwrap();
        (Requisition::open(&fact).unwrap(), vec![fact])
    }

    #[derive(Clone, Debug)]
    enum Act {
        Place {
            order: usize,
            lines: BTreeMap<u32, i64>,
        },
        /// The order is changed, and wants so much now; what it does not want any more may be given up.
        Change {
            order: usize,
            lines: BTreeMap<u32, i64>,
            give_up: bool,
        },
        Abandon {
            lines: BTreeMap<u32, i64>,
        },
        AbandonRest,
    }

    fn act() -> impl Strategy<Value = Act> {
        let lines = |least: i64| prop::collection::btree_map(1..5_u32, least..50_i64, 1..4);
        let order = || 0..4_usize;
        prop_oneof![
            4 => (order(), lines(0)).prop_map(|(order, lines)| Act::Place { order, lines }),
            4 => (order(), lines(0), any::<bool>()).prop_map(|(order, lines, give_up)| Act::Change { order, lines, give_up }),
            2 => lines(0).prop_map(|lines| Act::Abandon { lines }),
            1 => Just(Act::AbandonRest),
        ]
    }

    fn quantities(lines: &BTreeMap<u32, i64>) -> BTreeMap<u32, Quantity> {
        lines.iter().map(|(line, tenths)| (*line, boxes(*tenths))).collect()
    }

    fn decide(requisition: &Requisition, act: &Act) -> Option<Vec<RequisitionFact>> {
        let decided = match act {
            Act::Place { order: number, lines } => requisition.place(order(*number), day(), quantities(lines)).ok(),
            Act::Change { order: number, lines, give_up } => {
                let freed = if *give_up { Freed::Abandoned { why: "enough" } } else { Freed::Reopened };
                return requisition.follow(order(*number), day(), &quantities(lines), freed).ok();
            }
            Act::Abandon { lines } => requisition.abandon(day(), "enough", quantities(lines)).ok(),
            Act::AbandonRest => requisition.abandon_rest(day(), "enough").ok(),
        };
        decided.map(|decided| decided.fact().into_iter().collect())
    }

    /// Where a single tenth of a box is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Tenth {
        Open,
        On(usize),
        Gone,
    }

    /// Every tenth of a box that was asked for, one by one.
    struct Tenths {
        lines: Vec<Vec<Tenth>>,
        /// The orders that were told of each line.
        told: Vec<Vec<usize>>,
    }

    impl Tenths {
        fn of(&self, line: u32) -> Option<&Vec<Tenth>> {
            self.lines.get(usize::try_from(line).unwrap() - 1)
        }

        fn count(&self, line: u32, place: Tenth) -> i64 {
            let all = self.of(line).unwrap();
            all.iter().filter(|tenth| **tenth == place).count().try_into().unwrap()
        }

        /// Moves so many, and tells how many there were to move.
        fn shift(&mut self, line: u32, from: Tenth, to: Tenth, most: i64) -> i64 {
            let all = &mut self.lines[usize::try_from(line).unwrap() - 1];
            let moved = all.iter_mut().filter(|tenth| **tenth == from).take(most.try_into().unwrap());
            moved.map(|tenth| *tenth = to).count().try_into().unwrap()
        }

        fn are_open(&self, lines: &BTreeMap<u32, i64>) -> bool {
            let fits = |(line, tenths): (&u32, &i64)| {
                *tenths > 0 && self.of(*line).is_some() && self.count(*line, Tenth::Open) >= *tenths
            };
            lines.iter().all(fits)
        }

        fn tell(&mut self, order: usize, line: u32) {
            self.told[usize::try_from(line).unwrap() - 1].push(order);
        }

        fn has_told(&self, order: usize) -> bool {
            self.told.iter().flatten().any(|told| *told == order)
        }

        /// Does it, if it can be done, and says whether it was.
        fn take(&mut self, act: &Act) -> bool {
            match act {
                Act::Place { order, lines } => {
                    if self.has_told(*order) || !self.are_open(lines) {
                        return false;
                    }
                    for (line, tenths) in lines {
                        self.shift(*line, Tenth::Open, Tenth::On(*order), *tenths);
                        self.tell(*order, *line);
                    }
                }
                Act::Change { order, lines, give_up } => {
                    for line in 1..=u32::try_from(ASKED.len()).unwrap() {
                        let (had, wants) =
                            (self.count(line, Tenth::On(*order)), lines.get(&line).copied().unwrap_or(0));
                        let place = if *give_up { Tenth::Gone } else { Tenth::Open };
                        let back = self.shift(line, Tenth::On(*order), place, (had - wants).max(0));
                        let more = self.shift(line, Tenth::Open, Tenth::On(*order), (wants - had).max(0));
                        if back + more > 0 {
                            self.tell(*order, line);
                        }
                    }
                }
                Act::Abandon { lines } => {
                    if !self.are_open(lines) {
                        return false;
                    }
                    for (line, tenths) in lines {
                        self.shift(*line, Tenth::Open, Tenth::Gone, *tenths);
                    }
                }
                Act::AbandonRest => {
                    for line in 1..=u32::try_from(ASKED.len()).unwrap() {
                        self.shift(line, Tenth::Open, Tenth::Gone, i64::MAX);
                    }
                }
            }
            true
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// Law 37.
        #[test]
        fn what_was_asked_for_is_open_on_orders_or_given_up(acts in prop::collection::vec(act(), 0..25)) {
            let (mut requisition, mut facts) = submitted("allow");
            let lines = ASKED.map(|tenths| vec![Tenth::Open; tenths.try_into().unwrap()]).to_vec();
            let mut tenths = Tenths { lines, told: vec![Vec::new(); ASKED.len()] };
            for act in &acts {
                let decided = decide(&requisition, act);
                // To place again what is just as it was placed is done already.
                let same = decided.as_ref().is_some_and(Vec::is_empty) && matches!(act, Act::Place { .. });
                prop_assert_eq!(tenths.take(act) || same, decided.is_some(), "{:?}", act);
                for fact in decided.into_iter().flatten() {
                    requisition.apply(&fact);
                    facts.push(fact);
                }
                for line in requisition.lines() {
                    let count = |place| boxes(tenths.count(line.number(), place));
                    prop_assert_eq!(line.open(), count(Tenth::Open), "{:?}", line);
                    prop_assert_eq!(line.abandoned(), count(Tenth::Gone), "{:?}", line);
                    let ordered = (0..4).map(|order| tenths.count(line.number(), Tenth::On(order))).sum();
                    prop_assert_eq!(line.ordered(), boxes(ordered), "{:?}", line);
                    for number in 0..4 {
                        let had = requisition.ordered_by(order(number)).get(&line.number()).copied();
                        prop_assert_eq!(had.unwrap_or(boxes(0)), count(Tenth::On(number)));
                    }
                    let parts = [line.open(), line.ordered(), line.abandoned()];
                    prop_assert_eq!(Quantity::sum(parts, boxes(0).unit()).unwrap(), line.requested());
                    prop_assert_eq!(line.estimate_of(line.requested()), line.estimate());
                    prop_assert!(line.estimate_of(boxes(0)).is_zero());
                }
                prop_assert_eq!(requisition.is_pending(), tenths.lines.iter().flatten().any(|tenth| *tenth == Tenth::Open));
            }
            let json = serde_json::to_string(&requisition).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Requisition>(&json).unwrap(), &requisition);
            prop_assert_eq!(fold::<Requisition>(&facts), Some(requisition));
        }
    }

    /// From approved over ordered, cancelled and ordered otherwise to given up.
    #[test]
    fn a_requisition_and_its_lines_tell_where_they_stand() {
        let (mut requisition, _) = submitted("allow");
        let take = |requisition: &mut Requisition, decided: Decision<RequisitionFact>| {
            requisition.apply(&decided.fact().unwrap());
            (requisition.status(), requisition.line(1).unwrap().state())
        };
        let lines = |tenths: [i64; 3]| quantities(&(1..).zip(tenths).filter(|(_, tenths)| *tenths > 0).collect());
        let none = BTreeMap::new();
        let approved = RequisitionStatus::Approval(requisition.run().status().clone());
        assert_eq!(requisition.line(1).unwrap().state(), RequisitionLineState::Open);

        let placed = requisition.place(order(1), day(), lines([20, 0, 0])).unwrap();
        let parted = (RequisitionStatus::PartlyOrdered, RequisitionLineState::PartlyOrdered);
        assert_eq!(take(&mut requisition, placed), parted);
        let placed = requisition.place(order(2), day(), lines([40, 45, 7])).unwrap();
        let ordered = (RequisitionStatus::Ordered, RequisitionLineState::Ordered);
        assert_eq!(take(&mut requisition, placed), ordered);
        assert_eq!(requisition.orders(), [order(1), order(2)].into());

        let cut = |number, requisition: &Requisition| {
            let facts = requisition.follow(order(number), day(), &none, Freed::Reopened).unwrap();
            Decision::Record(facts[0].clone())
        };
        let followed = cut(1, &requisition);
        assert_eq!(take(&mut requisition, followed), parted);
        let followed = cut(2, &requisition);
        assert_eq!(take(&mut requisition, followed), (approved, RequisitionLineState::OpenAgain));
        let abandoned = requisition.abandon_rest(day(), "nobody moves in").unwrap();
        let gone = (RequisitionStatus::Abandoned, RequisitionLineState::Abandoned);
        assert_eq!(take(&mut requisition, abandoned), gone);
        assert_eq!(requisition.abandon_rest(day(), "nobody moves in"), Ok(Decision::AlreadyRecorded));
    }

    #[test]
    fn what_cannot_be_asked_for_taken_or_given_up_is_refused() {
        let at = "2026-10-05T09:00:00Z".parse().unwrap();
        let submit = |request| Requisition::submit(request, &policy("allow"), at).unwrap_err();
        let cents = |minor, currency| Money::from_minor(minor, currency);
        assert_eq!(submit(request(&[])), SubmitRequisitionError::Empty);
        assert_eq!(submit(request(&[1; 1001])), SubmitRequisitionError::TooManyLines { lines: 1001 });
        assert_eq!(submit(request(&[1, 0])), SubmitRequisitionError::Quantity { line: 2, quantity: boxes(0) });
        let mut priced = request(&[1, 1]);
        priced.lines[1].estimate = cents(-1, Currency::EUR);
        let estimate = cents(-1, Currency::EUR);
        assert_eq!(submit(priced.clone()), SubmitRequisitionError::Estimate { line: 2, estimate });
        priced.lines[1].estimate = cents(1, Currency::USD);
        assert_eq!(submit(priced), SubmitRequisitionError::Total);

        let (asked, _) = submitted("approvals: 1 manager purchase.approve");
        let one: BTreeMap<_, _> = [(1, boxes(1))].into();
        let early = asked.place(order(1), day(), one.clone());
        assert!(matches!(early, Err(PlaceRequisitionError::NotApproved { .. })), "{early:?}");
        let early = asked.abandon(day(), "enough", one.clone());
        assert!(matches!(early, Err(AbandonRequisitionError::NotApproved { .. })), "{early:?}");
        assert!(asked.abandon_rest(day(), "enough").is_err());

        let (mut approved, _) = submitted("allow");
        let place = |approved: &Requisition, line: u32, quantity: &str| {
            approved.place(order(1), day(), [(line, quantity.parse().unwrap())].into()).unwrap_err()
        };
        let nothing = approved.place(order(1), day(), BTreeMap::new());
        assert_eq!(nothing, Err(PlaceRequisitionError::Lines(TakeLinesError::Empty)));
        assert_eq!(place(&approved, 4, "1 box"), PlaceRequisitionError::Lines(TakeLinesError::NoLine { line: 4 }));
        let (asked, given) = ("box".parse().unwrap(), "ream".parse().unwrap());
        assert_eq!(
            place(&approved, 1, "1 ream"),
            PlaceRequisitionError::Lines(TakeLinesError::OtherUnit { line: 1, asked, given })
        );
        let (line, open, wanted) = (1, boxes(60), boxes(61));
        assert_eq!(
            place(&approved, 1, "6.1 box"),
            PlaceRequisitionError::Lines(TakeLinesError::NotOpen { line, open, wanted })
        );
        assert_eq!(approved.abandon(day(), " ", one.clone()), Err(AbandonRequisitionError::NoReason));
        approved.apply(&approved.place(order(1), day(), one.clone()).unwrap().fact().unwrap());
        assert_eq!(approved.place(order(1), day(), one), Ok(Decision::AlreadyRecorded));
        let other = approved.place(order(1), day(), [(1, boxes(2))].into());
        assert_eq!(other, Err(PlaceRequisitionError::OrderReused { order: order(1) }));

        // What is stored and cannot be is not read.
        let json = serde_json::to_string(&approved).unwrap();
        let broken = json.replace(r#""0.1 box"}"#, r#""6.1 box"}"#);
        assert_ne!(broken, json);
        assert!(serde_json::from_str::<Requisition>(&broken).is_err());
    }
}
