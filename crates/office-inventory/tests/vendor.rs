//! The laws of measured lead times, of scorecards and of standings.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;
    use std::path::Path;

    use chrono::{Days, NaiveDate};
    use office_core::{
        Currency, DateRange, Decimal, Entity, Holidays, Id, Money, Percent, Quantity, Ratio, Rounding, WeeklyHours,
        WorkingCalendar, WorkingPlan, Zone,
    };
    use office_inventory::{
        Arrival, BilledLine, Delivery, DrawScorecardError, Fading, Fulfilment, FulfilmentError, Measure, Measured,
        NewOrder, NewOrderLine, OrderEffect, OrderTerms, PurchaseOrder, Scorecard, ScorecardTerms, Standing,
        StandingBook, StandingError, StandingRules, Threshold, VendorSchedule, measure_lead_time,
    };
    use proptest::prelude::*;
    use serde_json::Value;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number)
    }

    fn boxes(number: u32) -> Quantity {
        Quantity::new(number.into(), "box".parse().unwrap()).unwrap()
    }

    fn calendar() -> WorkingCalendar {
        let valid = DateRange::year(2026).unwrap();
        let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
        let (exceptions, holidays) = (BTreeMap::default(), Holidays::none(valid));
        WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays }).unwrap()
    }

    /// Ordered, due so many days later, so many wanted; each part so many days later, so many, so many rejected.
    type Sketch = (u64, u64, u32, Vec<(u64, u32, u32)>);

    fn sketch() -> impl Strategy<Value = Sketch> {
        let part = (0_u64..30, 1_u32..8, 0_u32..3);
        (0_u64..60, 0_u64..20, 0_u32..12, prop::collection::vec(part, 0..4))
    }

    fn line(at: usize, (ordered, due, wanted, parts): &Sketch) -> Fulfilment {
        let arrival = |&(later, number, rejected): &(u64, u32, u32)| Arrival {
            on: day(ordered + later),
            quantity: boxes(number),
            rejected: boxes(rejected.min(number)),
        };
        Fulfilment {
            order: format!("PO-{at}").parse().unwrap(),
            line: 1,
            ordered: day(*ordered),
            due: day(ordered + due),
            wanted: boxes(*wanted),
            price: "3.333 EUR / 1 box".parse().unwrap(),
            arrivals: parts.iter().map(arrival).collect(),
        }
    }

    fn lines(sketches: &[Sketch]) -> Vec<Fulfilment> {
        sketches.iter().enumerate().map(|(at, sketch)| line(at, sketch)).collect()
    }

    fn close(left: Decimal, right: Decimal) -> bool {
        (left - right).abs() <= Decimal::new(2, 9)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Law 1 of lead times: with nothing open, plain figures; kept or not in the order of the parts.
        #[test]
        fn what_has_come_is_measured_plainly(taken in prop::collection::vec((0_u64..50, 0_u64..200), 1..30)) {
            let sketches: Vec<Sketch> =
                taken.iter().map(|(ordered, days)| (*ordered, 5, 4, vec![(*days, 1, 0), (*days, 3, 0)])).collect();
            let last = measure_lead_time(&lines(&sketches), day(300), None).unwrap().last;
            let spread = last.days.unwrap();
            let number = Decimal::from(taken.len());
            let sum: Decimal = taken.iter().map(|(_, days)| Decimal::from(*days)).sum();
            let squares: Decimal = taken.iter().map(|(_, days)| Decimal::from(days * days)).sum();
            prop_assert!(close(spread.mean, sum / number));
            let variance = squares / number - (sum / number) * (sum / number);
            // Within what nine digits of the deviation can tell of its square.
            let told = spread.deviation * spread.deviation;
            prop_assert!((told - variance).abs() <= Decimal::new(2, 9) * (spread.deviation + Decimal::ONE));
            prop_assert_eq!(u64::from(spread.least), taken.iter().map(|(_, days)| *days).min().unwrap());
            prop_assert_eq!(u64::from(spread.most), taken.iter().map(|(_, days)| *days).max().unwrap());
            prop_assert!(!spread.at_least);
            prop_assert_eq!((usize::try_from(last.came).unwrap(), last.open), (taken.len(), 0));
        }

        /// Law 2 of lead times; and the weights by Kaplan and Meier against sharing line by line.
        #[test]
        fn an_open_order_never_shortens_the_mean(
            came in prop::collection::vec(0_u64..40, 1..12), open in prop::collection::vec(0_u64..60, 1..6),
        ) {
            let today = 100_u64;
            let closed = came.iter().map(|days| (today - 60, 5, 1, vec![(*days, 1, 0)]));
            let still = open.iter().map(|days| (today - days, 5, 1, vec![]));
            let all: Vec<Sketch> = closed.clone().chain(still).collect();
            let mut before = Decimal::ZERO;
            for upto in came.len()..=all.len() {
                let figures = measure_lead_time(&lines(&all[..upto]), day(today), None).unwrap().last;
                let mean = figures.days.unwrap().mean;
                prop_assert!(mean >= before - Decimal::new(1, 9));
                before = mean;
            }
            // Line by line: each has a weight of one; an open one hands its weight to those that took longer.
            let mut taken: Vec<(u64, bool)> =
                came.iter().map(|days| (*days, false)).chain(open.iter().map(|days| (*days, true))).collect();
            taken.sort_unstable();
            let mut weights = vec![Decimal::ONE; taken.len()];
            for at in 0..taken.len() {
                let longer: Vec<_> = (at + 1..taken.len()).collect();
                if taken[at].1 && !longer.is_empty() {
                    let each = weights[at] / Decimal::from(longer.len());
                    for later in longer {
                        weights[later] += each;
                    }
                    weights[at] = Decimal::ZERO;
                }
            }
            let sum: Decimal = taken.iter().zip(&weights).map(|((days, _), weight)| Decimal::from(*days) * weight).sum();
            prop_assert!(close(before, sum / Decimal::from(taken.len())));
        }

        /// Law 3 of lead times: the measured working days lead the schedule to the day on which it came.
        #[test]
        fn working_days_agree_with_the_schedule(ordered in 0_u64..200, later in 0_u64..100) {
            let came = calendar().working_day(day(ordered + later), 0).unwrap();
            let later = u64::try_from((came - day(ordered)).num_days()).unwrap();
            let lines = lines(&[(ordered, 5, 1, vec![(later, 1, 0)])]);
            let measured = measure_lead_time(&lines, day(360), Some(&calendar())).unwrap();
            let took = measured.first.working_days.unwrap().most;
            let schedule = VendorSchedule { calendar: Some(calendar()), ..VendorSchedule::default() };
            prop_assert!(took > 0 || later == 0);
            prop_assert_eq!(schedule.arrival(day(ordered), took).unwrap(), came);
        }

        /// Law 1 of scorecards: each line in the one class that a plain reading says; shares of the whole.
        #[test]
        fn classes_add_up(sketches in prop::collection::vec(sketch(), 0..12), grace in 0_u32..4, short in 0_i32..40) {
            let (period, as_of) = (DateRange::month(2026, 2).unwrap(), day(70));
            let terms = terms(grace, short);
            let lines = lines(&sketches);
            let card = Scorecard::draw(terms, period, as_of, &lines, &[]).unwrap();
            let (mut classes, mut came) = ([0_u32; 5], Money::zero(Currency::EUR));
            for line in &lines {
                let last = line.due + Days::new(grace.into());
                for part in line.arrivals.iter().filter(|part| part.on <= as_of && period.contains(part.on)) {
                    let worth = line.price.extend(&part.quantity, Rounding::HalfUp).unwrap();
                    came = came.checked_add(worth).unwrap();
                }
                if !line.wanted.is_positive() || !period.contains(line.due) || last > as_of {
                    continue;
                }
                let by = |limit: NaiveDate| -> Decimal {
                    let parts = line.arrivals.iter().filter(|part| part.on <= limit && part.on <= as_of);
                    parts.map(|part| part.quantity.amount() * Decimal::ONE_HUNDRED).sum()
                };
                let least = line.wanted.amount() * Decimal::from(100 - short);
                let class = match (by(last) >= least, by(as_of) >= least, by(as_of).is_zero(), by(last) == by(as_of)) {
                    (true, ..) => 0,
                    (_, true, ..) => 1,
                    (_, _, true, _) => 4,
                    (.., true) => 2,
                    (.., false) => 3,
                };
                classes[class] += 1;
            }
            let told = card.deliveries;
            let found = [told.on_time_in_full, told.late_in_full, told.short_on_time, told.short_late, told.missing];
            prop_assert_eq!(found, classes);
            prop_assert_eq!(card.quality.accepted.checked_add(card.quality.rejected).unwrap(), came);
            let measures = card.measures();
            prop_assert_eq!(measures.contains_key(&Measure::OnTimeInFull), told.lines() > 0);
            if let (Some(both), Some(on_time)) = (measures.get(&Measure::OnTimeInFull), measures.get(&Measure::OnTime)) {
                prop_assert!(both.share <= on_time.share && both.share <= measures[&Measure::InFull].share);
                prop_assert!(on_time.share <= Ratio::ONE);
            }
        }

        /// Law 2 of scorecards.
        #[test]
        fn what_comes_later_changes_nothing(sketches in prop::collection::vec(sketch(), 0..12), as_of in 0_u64..90) {
            let period = DateRange::month(2026, 2).unwrap();
            let (whole, as_of) = (lines(&sketches), day(as_of));
            let known: Vec<_> = whole.iter().cloned().map(|mut line| {
                line.arrivals.retain(|part| part.on <= as_of);
                line
            }).collect();
            let draw = |lines: &[Fulfilment]| Scorecard::draw(terms(1, 0), period, as_of, lines, &[]).unwrap();
            prop_assert_eq!(draw(&whole), draw(&known));
        }

        /// Laws 1 and 2 of standings.
        #[test]
        fn doing_better_never_stands_worse(
            shares in prop::collection::vec(0_i64..=100, 5), better in prop::collection::vec(0_i64..=30, 5),
            limits in prop::collection::vec((0_i32..=100, 0_i32..=100), 5),
        ) {
            let thresholds: BTreeMap<_, _> = MEASURES.into_iter().zip(&limits).map(|(measure, (one, other))| {
                let (low, high) = (Percent::whole(*one.min(other)), Percent::whole(*one.max(other)));
                let (watch, blocked) = if measure.more_is_better() { (high, low) } else { (low, high) };
                (measure, Threshold { watch, blocked, least: 1 })
            }).collect();
            let mut book = StandingBook::default();
            book.publish(day(0), StandingRules { thresholds: thresholds.clone(), ..no_rules() }).unwrap();
            let measured = |better: &[i64]| -> BTreeMap<Measure, Measured> {
                let at = MEASURES.into_iter().zip(shares.iter().zip(better));
                at.map(|(measure, (share, better))| {
                    let share = if measure.more_is_better() { share + better } else { share - better };
                    (measure, Measured { share: Ratio::new(share.into(), 100).unwrap(), of: 1 })
                }).collect()
            };
            let before = book.judge(day(1), &measured(&[0; 5])).unwrap();
            let after = book.judge(day(1), &measured(&better)).unwrap();
            prop_assert!(after.standing <= before.standing && after.effect <= before.effect);
            prop_assert_eq!(before.reasons.is_empty(), before.standing == Standing::Good);
            for reason in &before.reasons {
                let (share, limit) = (reason.measured.share, reason.limit.fraction());
                let crossed = if reason.measure.more_is_better() { share < limit } else { share > limit };
                prop_assert!(crossed);
            }
            let held = |standing| before.reasons.iter().filter(|reason| reason.standing == standing).count();
            let beyond = |limit: fn(&Threshold) -> Percent| {
                measured(&[0; 5]).into_iter().filter(|(measure, measured)| {
                    let limit = limit(&thresholds[measure]).fraction();
                    if measure.more_is_better() { measured.share < limit } else { measured.share > limit }
                }).count()
            };
            prop_assert_eq!(held(Standing::Blocked), beyond(|threshold| threshold.blocked));
            prop_assert_eq!(before.reasons.len(), beyond(|threshold| threshold.watch));
        }
    }

    const MEASURES: [Measure; 5] =
        [Measure::OnTime, Measure::InFull, Measure::OnTimeInFull, Measure::PriceDrift, Measure::Rejected];

    fn no_rules() -> StandingRules {
        let (when_watched, when_blocked) = (OrderEffect::Warn, OrderEffect::Block);
        StandingRules { thresholds: BTreeMap::new(), when_watched, when_blocked }
    }

    fn terms(grace_days: u32, short: i32) -> ScorecardTerms {
        let short_tolerance = Percent::whole(short);
        ScorecardTerms { currency: Currency::EUR, rounding: Rounding::HalfUp, grace_days, short_tolerance }
    }

    #[test]
    fn a_stored_order_is_measured() {
        let (paper, centre) = (Id::natural("item", "PAP-A4"), Id::natural("cost_centre", "CC-100"));
        let line = NewOrderLine::new(paper, boxes(10), "20 EUR / 1 box".parse().unwrap(), centre);
        let (currency, rounding) = (Currency::EUR, Rounding::HalfUp);
        let draft = PurchaseOrder::draft(NewOrder {
            number: "PO-1".parse().unwrap(),
            vendor: Id::natural("party", "V-01"),
            terms: OrderTerms { currency, rounding },
            lines: vec![line],
        });
        let mut order = PurchaseOrder::open(&draft.unwrap().fact().unwrap()).unwrap();
        assert!(order.fulfilments(day(9)).is_empty(), "the vendor does not have it");
        order.apply(&order.approve(None, day(1)).unwrap().fact().unwrap());
        order.apply(&order.send(day(2)).unwrap().fact().unwrap());
        for (note, on, number) in [("DN-2", 9, 3), ("DN-1", 6, 5)] {
            let lines = BTreeMap::from([(1, boxes(number))]);
            let delivery = Delivery { note: note.parse().unwrap(), on: day(on), lines };
            order.apply(&order.receive(delivery).unwrap().fact().unwrap());
        }
        let measure = |order: &PurchaseOrder| measure_lead_time(&order.fulfilments(day(9)), day(12), None).unwrap();
        assert_eq!(measure(&order).first.days.unwrap().mean, Decimal::from(4));
        assert_eq!((measure(&order).last.open, measure(&order).last.days), (1, None));
        // What is cancelled is not waited for.
        order.apply(&order.cancel_rest(day(11)).fact().unwrap());
        assert_eq!(measure(&order).last.days.unwrap().mean, Decimal::from(7));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |sketch: Sketch, change: fn(&mut Fulfilment)| {
            let mut line = line(1, &sketch);
            change(&mut line);
            let period = DateRange::month(2026, 2).unwrap();
            match Scorecard::draw(terms(0, 0), period, day(50), &[line], &[]) {
                Err(DrawScorecardError::Fulfilment(error)) => error,
                other => panic!("{other:?}"),
            }
        };
        let part = || (1, 5, 5, vec![(1, 1, 0)]);
        let unit = refused(part(), |line| line.wanted = "1 kg".parse().unwrap());
        assert!(matches!(unit, FulfilmentError::Unit { .. }));
        let wanted = refused(part(), |line| line.wanted = "-1 box".parse().unwrap());
        assert!(matches!(wanted, FulfilmentError::Wanted { .. }));
        let nothing = refused(part(), |line| line.arrivals[0].quantity = boxes(0));
        assert!(matches!(nothing, FulfilmentError::Quantity { .. }));
        let rejected = refused(part(), |line| line.arrivals[0].rejected = boxes(2));
        assert!(matches!(rejected, FulfilmentError::Quantity { .. }));
        let early = refused(part(), |line| line.arrivals[0].on = day(0));
        assert!(matches!(early, FulfilmentError::BeforeOrder { .. }));
        let tolerance = Scorecard::draw(terms(0, 101), DateRange::month(2026, 2).unwrap(), day(50), &[], &[]);
        assert!(matches!(tolerance, Err(DrawScorecardError::Tolerance { .. })));

        let effects = StandingRules { when_watched: OrderEffect::Block, when_blocked: OrderEffect::Warn, ..no_rules() };
        assert!(matches!(StandingBook::default().publish(day(0), effects), Err(StandingError::Effect { .. })));
        let stored = r#"{"2026-01-01":{"thresholds":{},"when_watched":"block","when_blocked":"allow"}}"#;
        assert!(serde_json::from_str::<StandingBook>(stored).is_err());
    }

    #[test]
    fn bills_drift_up_and_down() {
        let eur = |cents| Money::from_minor(cents, Currency::EUR);
        let bill = |on, agreed, billed| BilledLine {
            invoice: "R-1".parse().unwrap(),
            on: day(on),
            agreed: eur(agreed),
            billed: eur(billed),
        };
        let drift = |bills: &[BilledLine]| {
            let card = Scorecard::draw(terms(0, 0), DateRange::month(2026, 2).unwrap(), day(50), &[], bills).unwrap();
            card.measures().get(&Measure::PriceDrift).map(|measured| (measured.share, measured.of))
        };
        // Neither January's nor what is billed after the day counts.
        let bills = [bill(30, 100, 900), bill(31, 10_000, 10_300), bill(40, 10_000, 9_800), bill(51, 100, 900)];
        assert_eq!(drift(&bills), Some((Ratio::new(1, 200).unwrap(), 2)));
        assert_eq!(drift(&[bill(40, 10_000, 9_000)]), Some((Ratio::new(-1, 10).unwrap(), 1)));
        assert_eq!(drift(&[bill(40, 0, 500)]), None);
    }

    /// The published cases, where they lie beside the project.
    #[test]
    fn published_cases_come_out() {
        let mut beside =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/inventory"));
        let Some(folder) = beside.find(|folder| folder.is_dir()) else {
            println!("vendor: all left out, as there are no cases beside this checkout");
            return;
        };
        let text = std::fs::read_to_string(folder.join("vendor.json")).unwrap();
        let cases: Value = serde_json::from_str(&text).unwrap();
        let cases = cases["cases"].as_array().unwrap();
        for case in cases {
            let (given, wanted) = (&case["inputs"], &case["expected"]);
            if let Some(orders) = given["orders"].as_array() {
                for (vendor, mean) in wanted["average_lead_time_days"].as_object().unwrap() {
                    let of = orders.iter().filter(|order| order["supplier"].as_u64() == vendor.parse().ok());
                    // They come on the day of the question.
                    let ages = of.map(|order| order["age_days"].as_u64().unwrap());
                    let sketches: Vec<Sketch> = ages.map(|age| (100 - age, 0, 1, vec![(age, 1, 0)])).collect();
                    let measured = measure_lead_time(&lines(&sketches), day(100), None).unwrap();
                    assert_eq!(measured.last.days.unwrap().mean.to_string(), mean.to_string(), "{}", case["id"]);
                }
            } else {
                let fading = Fading { periods: 12.try_into().unwrap() };
                let total = Ratio::from_integer(given["total_score"].as_i64().unwrap());
                let ago = given["period_numbers"].as_array().unwrap();
                let weigh = |ago: &Value| fading.weight(u32::try_from(ago.as_u64().unwrap()).unwrap());
                let weighted = ago.iter().map(|ago| weigh(ago).checked_mul(total).unwrap().to_string());
                let expected = wanted["weighted"].as_array().unwrap().iter().map(ToString::to_string);
                assert!(weighted.eq(expected), "{}", case["id"]);
            }
        }
        println!("vendor: {} passed, 0 failed, 0 left out", cases.len());
        assert!(!cases.is_empty());
    }
}
