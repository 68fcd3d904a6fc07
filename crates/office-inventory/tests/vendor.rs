//! The laws of measured lead times, of scorecards and of standings, and of contacts with vendors.

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

/// What was spoken with vendors, kept in memory and in SQLite.
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod contacts {
    use std::collections::BTreeMap;

    use chrono::{DateTime, Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::{
        Actor, Command, DateRange, Decision, Entity, Id, MemoryStore, Office, Percent, Role, StoreError, wait,
    };
    use office_inventory::{
        ContactKind, ContactStepError, FinishedStep, KeepContactError, NewVendor, NewVendorContact, NoteContactError,
        PromisedBy, PromisedStep, Vendor, VendorContact, VendorContactFact, VendorId, contacts_with, due_contacts,
        note_contact,
    };
    use office_scratch::embedded;
    use proptest::prelude::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
    }

    fn vendor(number: usize) -> VendorId {
        Id::natural("party", &format!("V-{number}"))
    }

    fn contact(number: usize, of: usize, on: u64, due: Option<u64>) -> NewVendorContact {
        let step = |due| PromisedStep { by: PromisedBy::Vendor, what: "send two boxes".to_owned(), due: day(due) };
        NewVendorContact {
            number: format!("C-{number}").parse().unwrap(),
            vendor: vendor(of),
            on: day(on),
            kind: ContactKind::Call,
            by: Id::natural("person", "E-004"),
            with: "Ms Weber".to_owned(),
            subject: "short delivery".to_owned(),
            said: String::new(),
            paper: None,
            step: due.map(step),
        }
    }

    fn finished(on: u64, outcome: &str) -> FinishedStep {
        FinishedStep { by: Id::natural("person", "E-004"), on: day(on), outcome: outcome.to_owned() }
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        Command::new(key, "contacts", clerk, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn with_vendors(office: &Office) {
        for number in 0..2 {
            let name = format!("V-{number}");
            let new = NewVendor {
                number: name.parse().unwrap(),
                name: name.clone(),
                terms_days: 14,
                tax_rate: Percent::whole(19),
            };
            let registered = &Vendor::register(new).unwrap().fact().unwrap();
            wait(office.transact(&command(&name), |tx| async move {
                tx.create(Vendor::key(vendor(number)), registered.clone()).await
            }))
            .unwrap();
        }
    }

    fn note(office: &Office, key: &str, new: &NewVendorContact) -> Result<(), KeepContactError> {
        wait(office.transact(&command(key), |tx| async move { note_contact(&tx, new.clone()).await.map(drop) }))
    }

    /// Whether what is decided on a contact is recorded.
    fn act(
        office: &Office,
        key: &str,
        number: usize,
        decide: impl Fn(&VendorContact) -> Result<Decision<VendorContactFact>, ContactStepError> + Sync,
    ) -> bool {
        let (id, decide) = (VendorContact::id_of(&format!("C-{number}").parse().unwrap()), &decide);
        wait(office.transact(&command(key), |tx| async move {
            let Ok(Decision::Record(fact)) = decide(&tx.load(id).await?) else { return Ok(false) };
            tx.record(id, fact).await?;
            Ok::<_, StoreError>(true)
        }))
        .unwrap()
    }

    /// A contact with a vendor on a day, due so much later if something was promised; then so often another day or the end.
    type Sketch = (usize, u64, Option<u64>, Vec<(bool, u64)>);

    /// Plays contacts, and what is open of each by then: its vendor, its day, and when it is due.
    fn play(office: &Office, sketches: &[Sketch]) -> BTreeMap<String, (usize, u64, Option<u64>)> {
        let mut known = BTreeMap::new();
        for (number, (of, on, later, acts)) in sketches.iter().enumerate() {
            let mut due = later.map(|later| on + later);
            let new = contact(number, *of, *on, due);
            note(office, &format!("note-{number}"), &new).unwrap();
            for (at, (ends, on_day)) in acts.iter().enumerate() {
                let goes = due.is_some_and(|due| on_day >= on && (*ends || due != *on_day));
                let key = format!("act-{number}-{at}");
                let went = act(office, &key, number, |contact| match ends {
                    true => contact.finish(finished(*on_day, "done")),
                    false => contact.reschedule(day(*on_day), "the lorry has broken down"),
                });
                assert_eq!(went, goes, "{key}");
                if goes {
                    due = (!ends).then_some(*on_day);
                }
            }
            // Whatever became of it, the same contact is known.
            note(office, &format!("again-{number}"), &new).unwrap();
            known.insert(format!("C-{number}"), (*of, *on, due));
        }
        known
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Law 39: what was promised is due from its day until it has come to an end, and each contact is found with its
        /// vendor, by day.
        #[test]
        fn what_was_promised_is_due_until_it_is_done(
            sketches in prop::collection::vec(
                (0..2_usize, 0..20_u64, prop::option::of(0..10_u64), prop::collection::vec((any::<bool>(), 0..30_u64), 0..4)),
                0..8,
            ),
            by in 0..35_u64, (from, length) in (0..20_u64, 1..20_u64),
        ) {
            for office in &embedded().1 {
                with_vendors(office);
                let known = play(office, &sketches);
                let number = |contact: &VendorContact| contact.noted().number.to_string();
                let told = wait(office.view(|view| async move { due_contacts(&view, day(by), 100).await })).unwrap();
                let days: Vec<_> = told.iter().map(|contact| contact.due().unwrap()).collect();
                prop_assert!(days.is_sorted());
                let mut told: Vec<_> = told.iter().map(number).collect();
                told.sort();
                let due = known.iter().filter(|(_, (_, _, due))| due.is_some_and(|due| due <= by));
                prop_assert_eq!(told, due.map(|(number, _)| number.clone()).collect::<Vec<_>>());
                let within = DateRange::new(day(from), Some(day(from + length))).unwrap();
                let with = wait(office.view(|view| async move { contacts_with(&view, vendor(1), within, 100).await }));
                let mut theirs: Vec<_> = known
                    .iter()
                    .filter(|(_, (of, on, _))| *of == 1 && within.contains(day(*on)))
                    .map(|(number, (_, on, _))| (*on, number.clone()))
                    .collect();
                theirs.sort();
                let theirs: Vec<_> = theirs.into_iter().map(|(_, number)| number).collect();
                prop_assert_eq!(with.unwrap().iter().map(number).collect::<Vec<_>>(), theirs);
            }
        }
    }

    #[test]
    fn refusals_come_in_order() {
        let note = |change: &dyn Fn(&mut NewVendorContact)| {
            let mut new = contact(1, 1, 5, Some(7));
            change(&mut new);
            VendorContact::note(new)
        };
        let missing = |what| Err(NoteContactError::Missing { what });
        let wordless = |new: &mut NewVendorContact| new.step.iter_mut().for_each(|step| step.what = "\t".to_owned());
        assert_eq!(note(&|new| (new.with, new.subject) = (" ".to_owned(), String::new())), missing("person"));
        assert_eq!(note(&|new| (new.subject, new.on) = (String::new(), day(8))), missing("subject"));
        assert_eq!(note(&wordless), missing("promised step"));
        assert_eq!(note(&|new| new.on = day(8)), Err(NoteContactError::DueBefore { on: day(8), due: day(7) }));

        let open =
            |due| VendorContact::open(&VendorContact::note(contact(1, 1, 5, due)).unwrap().fact().unwrap()).unwrap();
        assert_eq!(open(None).finish(finished(4, " ")), Err(ContactStepError::NoStep));
        assert_eq!(open(None).reschedule(day(4), " "), Err(ContactStepError::NoStep));
        let mut promised = open(Some(7));
        let before = ContactStepError::Before { on: day(5), day: day(4) };
        assert_eq!(promised.finish(finished(4, " ")), Err(before));
        assert_eq!(promised.reschedule(day(4), " "), Err(before));
        assert_eq!(promised.reschedule(day(9), " "), Err(ContactStepError::Silent));
        promised.apply(&promised.finish(finished(6, "came")).unwrap().fact().unwrap());
        assert_eq!(promised.reschedule(day(4), " "), Err(ContactStepError::Finished { on: day(6) }));
        // Its day does not make it due again.
        assert_eq!(promised.reschedule(day(7), "why"), Err(ContactStepError::Finished { on: day(6) }));

        let office = Office::on(MemoryStore::new());
        with_vendors(&office);
        let unknown = self::note(&office, "unknown", &contact(1, 9, 5, None));
        assert!(matches!(unknown, Err(KeepContactError::UnknownVendor { vendor: told }) if told == vendor(9)));
        self::note(&office, "first", &contact(1, 1, 5, None)).unwrap();
        let other = self::note(&office, "other", &contact(1, 0, 5, None));
        assert!(matches!(other, Err(KeepContactError::NumberReused { .. })));
        let due =
            wait(office.view(|view| async move { contacts_with(&view, vendor(0), DateRange::from(day(0)), 9).await }));
        assert_eq!(due.unwrap(), []);
    }

    /// A contact whose step was put off and is done, and what has happened to it.
    fn done() -> ([VendorContactFact; 3], VendorContact) {
        let new = NewVendorContact {
            said: "two of thirteen are missing".to_owned(),
            paper: Some("PO-1".parse().unwrap()),
            ..contact(1, 1, 5, Some(7))
        };
        let noted = VendorContact::note(new).unwrap().fact().unwrap();
        let mut contact = VendorContact::open(&noted).unwrap();
        let later = contact.reschedule(day(9), "the lorry has broken down").unwrap().fact().unwrap();
        contact.apply(&later);
        let ended = contact.finish(finished(9, "both boxes are there")).unwrap().fact().unwrap();
        contact.apply(&ended);
        ([noted, later, ended], contact)
    }

    /// What is written here is promised to be read for ever.
    #[test]
    fn stored_facts() {
        assert_json_snapshot!(done().0, @r#"
        [
          {
            "noted": {
              "number": "C-1",
              "vendor": "5146ac59-5c6a-5369-bfb9-ef7b192ff37b",
              "on": "2026-10-06",
              "kind": "call",
              "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
              "with": "Ms Weber",
              "subject": "short delivery",
              "said": "two of thirteen are missing",
              "paper": "PO-1",
              "step": {
                "by": "vendor",
                "what": "send two boxes",
                "due": "2026-10-08"
              }
            }
          },
          {
            "rescheduled": {
              "due": "2026-10-10",
              "why": "the lorry has broken down"
            }
          },
          {
            "finished": {
              "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
              "on": "2026-10-10",
              "outcome": "both boxes are there"
            }
          }
        ]
        "#);
    }

    #[test]
    fn stored_forms() {
        let (_, contact) = done();
        assert_json_snapshot!(contact, @r#"
        {
          "noted": {
            "number": "C-1",
            "vendor": "5146ac59-5c6a-5369-bfb9-ef7b192ff37b",
            "on": "2026-10-06",
            "kind": "call",
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "with": "Ms Weber",
            "subject": "short delivery",
            "said": "two of thirteen are missing",
            "paper": "PO-1",
            "step": {
              "by": "vendor",
              "what": "send two boxes",
              "due": "2026-10-10"
            }
          },
          "finished": {
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "on": "2026-10-10",
            "outcome": "both boxes are there"
          }
        }
        "#);
        let json = serde_json::to_value(&contact).unwrap();
        assert_eq!(serde_json::from_value::<VendorContact>(json.clone()).unwrap(), contact);
        let mut never = json;
        never["noted"].as_object_mut().unwrap().remove("step");
        assert!(serde_json::from_value::<VendorContact>(never).is_err());
    }
}
