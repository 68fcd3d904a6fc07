//! The laws of what to order, from whom, how much and when.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Datelike, Duration, NaiveDate, Weekday};
    use office_core::subject::{ItemId, PartyId};
    use office_core::{
        Currency, DateRange, Decimal, Holiday, Holidays, Id, Money, Percent, Quantity, Ratio, UnitCode, UnitPrice,
        WeeklyHours, WorkingCalendar, WorkingPlan, Zone,
    };
    use office_inventory::theory::{ForecastRule, ServiceTarget};
    use office_inventory::{
        AbcClass, AbcCuts, CostMethod, DemandHistory, Item, ItemKind, NewItem, Position, PriceList, PriceRow,
        QuantityGround, ReorderAdvice, ReorderCase, ReorderPolicy, ReorderProposal, ReorderRun, ReorderRunError,
        ReorderTerms, ReorderTermsBook, ReorderTermsError, StockProjection, VendorChoice, VendorPassedOver,
        VendorSchedule, VendorScheduleError, classify_by_value,
    };
    use proptest::prelude::*;

    fn day(offset: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 5).unwrap() + Duration::days(offset)
    }

    fn vendor(number: u8) -> PartyId {
        Id::natural("party", &format!("V-{number}"))
    }

    fn id() -> ItemId {
        Id::natural("item", "X")
    }

    fn unit(name: &str) -> UnitCode {
        name.parse().unwrap()
    }

    fn pieces(tenths: i64) -> Quantity {
        Quantity::new(Decimal::new(tenths, 1), unit("piece")).unwrap()
    }

    fn listed(content: i64) -> Item {
        Item::try_from(NewItem {
            sku: "X".parse().unwrap(),
            name: "Something".to_owned(),
            category: "office".to_owned(),
            kind: ItemKind::Consumable,
            unit: unit("piece"),
            packs: [(unit("box"), Ratio::new(content.into(), 4).unwrap())].into(),
            vendor: Some(vendor(1)),
            reorder: None,
            cost_method: CostMethod::Fifo,
        })
        .unwrap()
    }

    /// The vendor, the price in cents, the pack, from how many on, the lead days.
    type Row = (u8, i64, &'static str, i32, u32);

    fn price_list(rows: &[Row]) -> PriceList {
        let row = |(number, cents, pack, min, lead_days): &Row| PriceRow {
            vendor: vendor(*number),
            item: id(),
            vendor_sku: None,
            price: UnitPrice::per_unit(Decimal::new(*cents, 2), Currency::EUR, unit(pack)).unwrap(),
            min_quantity: Quantity::whole(*min, unit(pack)),
            lead_days: *lead_days,
            valid: DateRange::year(2026).unwrap(),
        };
        PriceList::new(Currency::EUR, rows.iter().map(row)).unwrap()
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let row = (1..4_u8, 1..5_000_i64, prop_oneof![Just("box"), Just("piece")], 0..60_i32, 0..15_u32);
        prop::collection::vec(row, 1..8)
    }

    fn terms() -> ReorderTerms {
        ReorderTerms {
            policy: ReorderPolicy::OrderPoint,
            service: ServiceTarget::Cycle(Percent::whole(95)),
            vendor: VendorChoice::LeastCost,
            order_cost: Money::from_minor(15_00, Currency::EUR),
            holding_rate: Percent::whole(20),
            least: pieces(0),
            multiple: pieces(10),
            step: pieces(10),
            forecast: ForecastRule::default(),
        }
    }

    fn policies() -> impl Strategy<Value = ReorderPolicy> {
        prop_oneof![
            (0..300_i64, 0..300_i64)
                .prop_map(|(min, more)| ReorderPolicy::MinMax { min: pieces(min), max: pieces(min + more) }),
            Just(ReorderPolicy::OrderPoint),
            Just(ReorderPolicy::OrderUpTo),
            (1..8_u32).prop_map(|every_days| ReorderPolicy::Periodic { every_days }),
        ]
    }

    fn any_terms() -> impl Strategy<Value = ReorderTerms> {
        let quantities = (0..300_i64, 1..60_i64, 1..30_i64);
        (policies(), any::<bool>(), 50..100_i64, 1..9_000_i64, 1..60_i32, quantities).prop_map(
            |(policy, fill, level, order, rate, (least, multiple, step))| {
                let level = Percent::new(Decimal::new(level * 10 - 1, 1)).unwrap();
                ReorderTerms {
                    policy,
                    service: if fill { ServiceTarget::Fill(level) } else { ServiceTarget::Cycle(level) },
                    order_cost: Money::from_minor(order, Currency::EUR),
                    holding_rate: Percent::whole(rate),
                    least: pieces(least),
                    multiple: pieces(multiple),
                    step: pieces(step),
                    ..terms()
                }
            },
        )
    }

    fn history() -> impl Strategy<Value = DemandHistory> {
        let demand = prop::collection::vec(prop_oneof![1 => Just(0_i64), 2 => 0..200_i64], 1..20);
        (demand, 1..40_u32).prop_map(|(demand, days)| {
            DemandHistory::new(unit("piece"), days, demand.into_iter().map(pieces).collect()).unwrap()
        })
    }

    fn position() -> impl Strategy<Value = Position> {
        prop::array::uniform4(0..400_i64).prop_map(|quantities| {
            let [on_hand, on_order, requested, committed] = quantities.map(pieces);
            Position { on_hand, on_order, requested, committed }
        })
    }

    /// Monday to Friday, two holidays, all of two years.
    fn working_days() -> WorkingCalendar {
        let valid = DateRange::inclusive(day(-300), day(450)).unwrap();
        let holiday =
            |offset| (day(offset), Holiday { name: "a holiday".to_owned(), portion: office_core::DayPart::Whole });
        let holidays = Holidays::new(valid, [holiday(4), holiday(8)]).unwrap();
        let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
        WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays })
            .unwrap()
    }

    fn schedules() -> BTreeMap<PartyId, VendorSchedule> {
        let calendar = Some(working_days());
        let order_days = vec![Weekday::Tue, Weekday::Thu];
        BTreeMap::from([
            (vendor(1), VendorSchedule::default()),
            (
                vendor(2),
                VendorSchedule {
                    calendar: calendar.clone(),
                    lead_deviation: Decimal::TWO,
                    ..VendorSchedule::default()
                },
            ),
            (vendor(3), VendorSchedule { calendar, order_days, lead_deviation: Decimal::ONE }),
        ])
    }

    /// What is needed to ask for advice.
    struct Office {
        listed: Item,
        prices: PriceList,
        schedules: BTreeMap<PartyId, VendorSchedule>,
        history: DemandHistory,
        terms: ReorderTermsBook,
    }

    impl Office {
        fn new(content: i64, rows: &[Row], history: DemandHistory, terms: &ReorderTerms) -> Self {
            let mut book = ReorderTermsBook::default();
            book.publish(day(-7), *terms).unwrap();
            Self { listed: listed(content), prices: price_list(rows), schedules: schedules(), history, terms: book }
        }

        fn advise(&self, position: Position) -> Result<ReorderAdvice, ReorderRunError> {
            let Self { listed, history, terms, .. } = self;
            let run = ReorderRun::new(day(0), &self.prices, &self.schedules);
            run.advise(&ReorderCase { item: id(), listed, history, position, terms })
        }
    }

    fn weeks(amounts: &[i64]) -> DemandHistory {
        DemandHistory::new(unit("piece"), 7, amounts.iter().map(|amount| pieces(amount * 10)).collect()).unwrap()
    }

    fn on_hand(number: i64) -> Position {
        let none = pieces(0);
        Position { on_hand: pieces(number * 10), on_order: none, requested: none, committed: none }
    }

    fn order(advice: ReorderAdvice) -> ReorderProposal {
        let ReorderAdvice::Order(proposal) = advice else { panic!("{advice}") };
        *proposal
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Laws 1 to 3.
        #[test]
        fn what_is_proposed_fills_the_shelf_once(rows in rows(), content in 1..60_i64, history in history(), terms in any_terms(), position in position()) {
            let office = Office::new(content, &rows, history, &terms);
            let total = position.total().unwrap();
            match office.advise(position).unwrap() {
                ReorderAdvice::Order(proposal) => {
                    let ReorderProposal { quantity, in_stock_unit, price, reasons, wanted, .. } = proposal.as_ref();
                    prop_assert!(total < reasons.point && reasons.point <= reasons.level);
                    let after = total.checked_add(*in_stock_unit).unwrap();
                    prop_assert!(after >= reasons.level);
                    prop_assert!(in_stock_unit >= wanted && *in_stock_unit >= reasons.lot && *in_stock_unit >= terms.least);
                    let pack = office.listed.content(quantity.unit()).unwrap();
                    let exact = |amount| Ratio::from_decimal(amount);
                    prop_assert!(quantity.amount().is_integer());
                    prop_assert_eq!(exact(quantity.amount()).checked_mul(pack).unwrap(), exact(in_stock_unit.amount()));
                    prop_assert!(exact(in_stock_unit.amount()).checked_div(exact(terms.multiple.amount())).unwrap().is_whole());
                    prop_assert!(quantity.amount() >= price.min_quantity.amount());
                    prop_assert_eq!((price.vendor, price.price.per().unit()), (reasons.source.vendor, quantity.unit()));
                    if !matches!(terms.policy, ReorderPolicy::MinMax { .. }) {
                        prop_assert!((reasons.point.amount() % terms.step.amount()).is_zero());
                    }
                    let ordered = Position { on_order: position.on_order.checked_add(*in_stock_unit).unwrap(), ..position };
                    let again = office.advise(ordered).unwrap();
                    prop_assert!(matches!(again, ReorderAdvice::Enough(_)), "{again}");
                    // Asked for is as good as ordered.
                    let asked = Position { requested: position.requested.checked_add(*in_stock_unit).unwrap(), ..position };
                    prop_assert!(matches!(office.advise(asked).unwrap(), ReorderAdvice::Enough(_)));
                    prop_assert!(!proposal.to_string().is_empty());
                }
                ReorderAdvice::Enough(reasons) => prop_assert!(total >= reasons.point),
                ReorderAdvice::NotDue { next } => prop_assert!(next > day(0) && next <= day(7)),
                ReorderAdvice::NoTerms | ReorderAdvice::NoVendor { .. } => prop_assert!(false, "there are both"),
            }
        }

        /// Law 4: told by the point, which is not below what is expected either.
        #[test]
        fn the_surer_the_higher_the_point(history in history(), level in 50..98_i32, lead_days in 0..30_u32) {
            let point = |level| {
                let terms = ReorderTerms { service: ServiceTarget::Cycle(Percent::whole(level)), step: pieces(1), ..terms() };
                let office = Office::new(4, &[(1, 100, "piece", 1, lead_days)], history.clone(), &terms);
                let ReorderAdvice::Enough(reasons) = office.advise(on_hand(1_000_000)).unwrap() else { panic!("enough") };
                (reasons.point, reasons.until_delivery.mean)
            };
            let ((lower, mean), (higher, same_mean)) = (point(level), point(level + 1));
            prop_assert!(lower <= higher);
            prop_assert!(lower.amount() >= mean);
            prop_assert_eq!(mean, same_mean);
        }

        /// Laws 5 and 6.
        #[test]
        fn the_vendor_that_is_asked_costs_least(rows in rows(), history in history(), terms in any_terms(), position in position()) {
            let office = Office::new(4, &rows, history.clone(), &terms);
            let reasons = |office: &Office| match office.advise(position).unwrap() {
                ReorderAdvice::Order(proposal) => Some(proposal.reasons),
                ReorderAdvice::Enough(reasons) => Some(*reasons),
                ReorderAdvice::NotDue { .. } | ReorderAdvice::NoTerms | ReorderAdvice::NoVendor { .. } => None,
            };
            let Some(found) = reasons(&office) else { return Ok(()) };
            for (_, passed_over) in &found.source.passed_over {
                let VendorPassedOver::Dearer { yearly_cost } = passed_over else { panic!("{passed_over}") };
                prop_assert!(found.source.yearly_cost <= *yearly_cost);
            }
            // Without the others it is asked as well, and nothing else changes.
            let alone: Vec<_> = rows.iter().copied().filter(|row| vendor(row.0) == found.source.vendor).collect();
            let alone = reasons(&Office::new(4, &alone, history.clone(), &terms)).unwrap();
            prop_assert_eq!((alone.point, alone.level, alone.source.yearly_cost), (found.point, found.level, found.source.yearly_cost));
            let turned: Vec<_> = rows.iter().rev().copied().collect();
            let turned = reasons(&Office::new(4, &turned, history, &terms)).unwrap();
            prop_assert_eq!((turned.source.vendor, turned.source.yearly_cost), (found.source.vendor, found.source.yearly_cost));
        }

        /// The laws of schedules.
        #[test]
        fn what_is_ordered_on_the_latest_day_is_in_time(offset in -100..100_i64, lead_days in 0..40_u32, weekdays in prop::collection::vec(0..5_u8, 0..3), calendar in any::<bool>()) {
            let order_days: Vec<_> = weekdays.iter().map(|day| Weekday::try_from(*day).unwrap()).collect();
            let calendar = calendar.then(working_days);
            let schedule = VendorSchedule { calendar, order_days: order_days.clone(), lead_deviation: Decimal::ZERO };
            let takes = |on: NaiveDate| {
                let works = schedule.calendar.as_ref().is_none_or(|calendar| !calendar.hours(on).unwrap().is_closed());
                works && (order_days.is_empty() || order_days.contains(&on.weekday()))
            };
            let first = schedule.order_day(day(offset)).unwrap();
            prop_assert!(takes(first) && first >= day(offset));
            prop_assert!((0..(first - day(offset)).num_days()).all(|ahead| !takes(day(offset + ahead))));
            let latest = schedule.latest_order(day(offset), lead_days).unwrap();
            prop_assert!(takes(latest));
            prop_assert!(schedule.arrival(latest, lead_days).unwrap() <= day(offset));
            let next = schedule.order_day(latest + Duration::days(1)).unwrap();
            prop_assert!(schedule.arrival(next, lead_days).unwrap() > day(offset));
        }

        /// The laws of projections.
        #[test]
        fn what_is_needed_is_enough(start in -50..100_i64, changes in prop::collection::btree_map(-3..40_i64, -60..40_i64, 0..12), min in -20..40_i64, more in 0..60_i64, cover in 0..30_u32) {
            let changes: BTreeMap<_, _> = changes.iter().map(|(offset, change)| (day(*offset), pieces(*change))).collect();
            let expected = StockProjection { on: day(0), on_hand: pieces(start), changes };
            let (min, max) = (pieces(min), pieces(min + more));
            let needed = expected.needed(min, max, cover).unwrap();
            let enough = expected.levels().unwrap().values().all(|level| *level >= min);
            prop_assert_eq!(needed.is_empty(), enough);
            let mut delivered = expected;
            for delivery in needed {
                prop_assert!(delivery.quantity.is_positive());
                let change = delivered.changes.entry(delivery.by).or_insert(pieces(0));
                *change = change.checked_add(delivery.quantity).unwrap();
            }
            prop_assert!(delivered.levels().unwrap().values().all(|level| *level >= min));
            prop_assert_eq!(delivered.needed(min, max, cover).unwrap(), []);
        }

        /// The laws of classes.
        #[test]
        fn classes_part_the_items(values in prop::collection::vec(0..100_000_i64, 0..40), a in 0..=100_i32, more in 0..=100_i32) {
            let cuts = AbcCuts { a: Percent::whole(a), b: Percent::whole((a + more).min(100)) };
            let item = |at: usize| Id::natural("item", &at.to_string());
            let money = |cents| Money::from_minor(cents, Currency::EUR);
            let items: BTreeMap<ItemId, Money> = values.iter().enumerate().map(|(at, cents)| (item(at), money(*cents))).collect();
            let classes = classify_by_value(items.clone(), cuts).unwrap();
            prop_assert!(classes.keys().eq(items.keys()));
            let total: i64 = values.iter().sum();
            let worst_of = |up_to: AbcClass| {
                let within: Vec<i64> = values.iter().enumerate().filter(|(at, _)| classes[&item(*at)] <= up_to).map(|(_, cents)| *cents).collect();
                (within.iter().sum::<i64>(), within.iter().min().copied())
            };
            for (class, cut) in [(AbcClass::A, cuts.a), (AbcClass::B, cuts.b)] {
                let (sum, least) = worst_of(class);
                let wanted = Decimal::from(total) * cut.value();
                prop_assert!(Decimal::from(sum) * Decimal::ONE_HUNDRED >= wanted);
                prop_assert!(least.is_none_or(|least| Decimal::from(sum - least) * Decimal::ONE_HUNDRED < wanted));
            }
            for (at, cents) in values.iter().enumerate() {
                let better = values.iter().enumerate().filter(|(_, other)| *other > cents);
                prop_assert!(better.into_iter().all(|(other, _)| classes[&item(other)] <= classes[&item(at)]));
            }
        }

        /// A history adds up to what was issued in its days, whatever the order.
        #[test]
        fn a_history_holds_what_was_issued(issues in prop::collection::vec((-20..100_i64, 0..50_i64), 0..30), days in 1..15_u32, periods in 1..10_usize) {
            let issue = |(offset, tenths): &(i64, i64)| (day(*offset), pieces(*tenths));
            let history = DemandHistory::of_issues(unit("piece"), day(0), days, periods, issues.iter().map(issue)).unwrap();
            let turned = DemandHistory::of_issues(unit("piece"), day(0), days, periods, issues.iter().rev().map(issue)).unwrap();
            prop_assert_eq!(&history, &turned);
            let end = i64::from(days) * i64::try_from(periods).unwrap();
            let within: i64 = issues.iter().filter(|(offset, _)| (0..end).contains(offset)).map(|(_, tenths)| tenths).sum();
            prop_assert_eq!(Quantity::sum(history.demand().iter().copied(), unit("piece")).unwrap(), pieces(within));
        }
    }

    #[test]
    fn an_order_says_why() {
        // Ten a week and hardly more, three days to deliver; ten in a box (40 / 4), cheaper from 32 boxes on.
        let rows = [(1, 1000, "box", 1, 3), (1, 930, "box", 32, 3), (2, 980, "box", 1, 40)];
        let office = Office::new(40, &rows, weeks(&[10, 11, 9, 10, 10, 9, 11, 10]), &terms());
        let proposal = order(office.advise(on_hand(4)).unwrap());
        assert_eq!(proposal.quantity_ground, QuantityGround::PriceBreak);
        assert_eq!(
            proposal.to_string().replace(&vendor(1).to_string(), "V-1"),
            "order 32 box (320 piece) for 297.60 EUR on 2026-10-05 from V-1, to arrive on 2026-10-08: 4 piece there or \
             coming, 6 piece needed until 2026-10-08: 4.29 expected by simple exponential smoothing, as demand is smooth, \
             and 0.9 for the unforeseen; 291 piece wanted, and 9.3 EUR / 1 box from 32 box on saves more than keeping \
             costs"
        );
        assert!(
            matches!(proposal.reasons.source.passed_over.as_slice(), [(other, VendorPassedOver::Dearer { .. })] if *other == vendor(2))
        );
    }

    #[test]
    fn each_policy_asks_for_its_own_quantity() {
        let wanted = |policy| {
            let office =
                Office::new(4, &[(1, 100, "piece", 1, 7)], weeks(&[10; 8]), &ReorderTerms { policy, ..terms() });
            let proposal = order(office.advise(on_hand(4)).unwrap());
            (proposal.reasons.point, proposal.reasons.level, proposal.wanted)
        };
        // √(2 · 521.43 · 15 / 0.2) is 279.67 at a time; ten a week never vary.
        let piece = |number: i64| pieces(number * 10);
        assert_eq!(wanted(ReorderPolicy::OrderPoint), (piece(10), piece(10), piece(280)));
        assert_eq!(wanted(ReorderPolicy::OrderUpTo), (piece(10), piece(290), piece(286)));
        assert_eq!(wanted(ReorderPolicy::Periodic { every_days: 7 }), (piece(20), piece(20), piece(16)));
        let fixed = ReorderPolicy::MinMax { min: piece(5), max: piece(50) };
        assert_eq!(wanted(fixed), (piece(5), piece(50), piece(46)));
    }

    #[test]
    fn minima_are_met_and_named() {
        let ground = |min, least| {
            let policy = ReorderPolicy::MinMax { min: pieces(50), max: pieces(100) };
            let terms = ReorderTerms { policy, least: pieces(least), ..terms() };
            let office = Office::new(4, &[(1, 100, "piece", min, 7)], weeks(&[1; 8]), &terms);
            let proposal = order(office.advise(on_hand(4)).unwrap());
            (proposal.in_stock_unit, proposal.quantity_ground)
        };
        assert_eq!(ground(1, 0), (pieces(60), QuantityGround::Wanted));
        assert_eq!(ground(1, 200), (pieces(200), QuantityGround::Least));
        assert_eq!(ground(30, 200), (pieces(300), QuantityGround::VendorMinimum));
    }

    #[test]
    fn who_is_not_asked_is_told_with_the_reason() {
        let rows = [(1, 100, "box", 1, 7), (2, 100, "piece", 1, 7), (3, 100, "piece", 1, 4000), (4, 1, "piece", 1, 7)];
        let mut office = Office::new(4, &rows, weeks(&[10; 8]), &terms());
        let passed_over = |office: &Office| order(office.advise(on_hand(0)).unwrap()).reasons.source.passed_over;
        let reasons: BTreeMap<_, _> = passed_over(&office).into_iter().collect();
        assert_eq!(reasons[&vendor(3)], VendorPassedOver::NoDelivery);
        assert_eq!(reasons[&vendor(4)], VendorPassedOver::NotAsked);
        assert_eq!(reasons.len(), 3);
        office.terms.publish(day(0), ReorderTerms { vendor: VendorChoice::Usual, ..terms() }).unwrap();
        assert!(passed_over(&office).iter().all(|(_, reason)| *reason == VendorPassedOver::NotUsual));
        office.schedules.remove(&vendor(1));
        let advice = office.advise(on_hand(0)).unwrap();
        assert!(matches!(&advice, ReorderAdvice::NoVendor { passed_over } if passed_over.len() == 4), "{advice}");
    }

    #[test]
    fn terms_count_from_their_day_and_are_looked_at_on_theirs() {
        let mut office = Office::new(4, &[(1, 100, "piece", 1, 7)], weeks(&[10; 8]), &terms());
        let periodic = |every_days| ReorderTerms { policy: ReorderPolicy::Periodic { every_days }, ..terms() };
        office.terms.publish(day(-3), periodic(7)).unwrap();
        assert_eq!(office.advise(on_hand(0)).unwrap(), ReorderAdvice::NotDue { next: day(4) });
        office.terms.publish(day(-3), periodic(3)).unwrap();
        assert!(matches!(office.advise(on_hand(0)).unwrap(), ReorderAdvice::Order(_)));
        office.terms = ReorderTermsBook::default();
        office.terms.publish(day(1), terms()).unwrap();
        assert_eq!(office.advise(on_hand(0)).unwrap(), ReorderAdvice::NoTerms);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let mut office = Office::new(4, &[(1, 100, "piece", 1, 7)], weeks(&[10; 8]), &terms());
        office.history = DemandHistory::new(unit("ream"), 7, vec![Quantity::whole(1, unit("ream"))]).unwrap();
        let refused = office.advise(on_hand(0));
        assert_eq!(refused, Err(ReorderRunError::Unit { name: "history", given: unit("ream"), unit: unit("piece") }));
        let dollars = ReorderTerms { order_cost: Money::from_minor(1, Currency::USD), ..terms() };
        office.history = weeks(&[1]);
        office.terms.publish(day(0), dollars).unwrap();
        let refused = office.advise(on_hand(0));
        assert_eq!(refused, Err(ReorderRunError::Currency { given: Currency::USD, currency: Currency::EUR }));
        let mut book = ReorderTermsBook::default();
        let policy = ReorderPolicy::Periodic { every_days: 0 };
        assert_eq!(book.publish(day(0), ReorderTerms { policy, ..terms() }), Err(ReorderTermsError::NoPeriod));
        let multiple = pieces(0);
        let refused = book.publish(day(0), ReorderTerms { multiple, ..terms() });
        assert_eq!(refused, Err(ReorderTermsError::Multiple { given: multiple }));
        let schedule = VendorSchedule {
            calendar: Some(working_days()),
            order_days: vec![Weekday::Sun],
            ..VendorSchedule::default()
        };
        assert_eq!(schedule.order_day(day(0)), Err(VendorScheduleError::NoOrderDay { from: day(0) }));
    }

    #[test]
    fn terms_and_proposals_are_stored_and_read_back() {
        let office = Office::new(40, &[(1, 1000, "box", 1, 3)], weeks(&[10, 0, 0, 30, 0, 0]), &terms());
        let advice = office.advise(on_hand(0)).unwrap();
        let text = serde_json::to_string(&(&office.terms, &office.schedules, &office.history, &advice)).unwrap();
        let read: (ReorderTermsBook, BTreeMap<PartyId, VendorSchedule>, DemandHistory, ReorderAdvice) =
            serde_json::from_str(&text).unwrap();
        assert_eq!(read, (office.terms, office.schedules, office.history, advice));
        let broken = text.replace("\"every_days\"", "\"days\"").replacen(
            "\"multiple\":\"1 piece\"",
            "\"multiple\":\"0 piece\"",
            1,
        );
        assert!(serde_json::from_str::<(ReorderTermsBook, BTreeMap<PartyId, VendorSchedule>, DemandHistory, ReorderAdvice)>(&broken).is_err());
    }
}
