//! The laws of the stock ledger, against a plain FIFO queue.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use office_core::subject::PlaceId;
    use office_core::{Currency, Decimal, Id, Money, Quantity, UnitCode};
    use office_inventory::{
        CloseError, EnterError, ForgetError, Ledger, Location, Movement, ReverseError, StockAccount, StockPosting,
        Transfer,
    };
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug)]
    enum Way {
        In { cents: i64, place: u8 },
        Out { place: u8, centre: u8 },
        Found { cents: i64, place: u8 },
        Lost { place: u8 },
        Within { place: u8 },
    }

    #[derive(Clone, Copy, Debug)]
    struct Step {
        day: u64,
        /// In quarters of a unit, so that layers do not divide evenly.
        quarters: i64,
        way: Way,
    }

    fn way() -> impl Strategy<Value = Way> {
        prop_oneof![
            4 => (0..9_999_i64, 0..2_u8).prop_map(|(cents, place)| Way::In { cents, place }),
            4 => (0..2_u8, 0..3_u8).prop_map(|(place, centre)| Way::Out { place, centre }),
            1 => (0..999_i64, 0..2_u8).prop_map(|(cents, place)| Way::Found { cents, place }),
            1 => (0..2_u8).prop_map(|place| Way::Lost { place }),
            2 => (0..2_u8).prop_map(|place| Way::Within { place }),
        ]
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = (1..9_u64, 1..60_i64, way()).prop_map(|(day, quarters, way)| Step { day, quarters, way });
        prop::collection::vec(step, 1..24)
    }

    fn unit() -> UnitCode {
        "ream".parse().unwrap()
    }

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
    }

    fn place(number: u8) -> PlaceId {
        Id::natural("place", &number.to_string())
    }

    fn movement(sequence: u64, step: Step) -> Movement {
        let quantity = Quantity::new(Decimal::new(step.quarters * 25, 2), unit()).unwrap();
        let vendor = Location::Supplier(Id::natural("party", "V-01"));
        let eur = |cents| Money::from_minor(cents, Currency::EUR);
        let transfer = match step.way {
            Way::In { cents, place: to } => Transfer::inward(quantity, eur(cents), vendor, place(to)),
            Way::Found { cents, place: to } => Transfer::inward(quantity, eur(cents), Location::Loss, place(to)),
            Way::Out { place: from, centre } => {
                let centre = Id::natural("cost_centre", &centre.to_string());
                Transfer::outward(quantity, place(from), Location::Consumption(centre))
            }
            Way::Lost { place: from } => Transfer::outward(quantity, place(from), Location::Loss),
            Way::Within { place: from } => Transfer::within(quantity, place(from), place(1 - from)),
        };
        let reference = format!("paper-{sequence}").parse().unwrap();
        Movement { sequence, effective: day(step.day), reference, transfer: transfer.unwrap() }
    }

    /// Everything entered that is accepted, in the order given, with the postings that came of it.
    fn entered(steps: &[Step]) -> (Ledger, Vec<Movement>, Vec<StockPosting>) {
        let mut ledger = Ledger::new(unit(), Currency::EUR);
        let (mut accepted, mut postings) = (Vec::new(), Vec::new());
        for (sequence, step) in (1..).zip(steps) {
            let movement = movement(sequence, *step);
            let before = ledger.clone();
            match ledger.enter(movement.clone()) {
                Ok(entered) => {
                    accepted.push(movement);
                    postings.extend(entered.postings);
                }
                Err(_) => assert_eq!(ledger, before, "a refusal changes nothing"),
            }
        }
        accepted.sort_by_key(|movement| (movement.effective, movement.sequence));
        (ledger, accepted, postings)
    }

    /// A plain FIFO queue over movements in the order in which they happened.
    #[derive(Default)]
    struct Plain {
        balances: BTreeMap<Location, Decimal>,
        queue: Vec<(Decimal, Decimal)>,
        values: Vec<Decimal>,
    }

    impl Plain {
        fn replay<'a>(movements: impl IntoIterator<Item = &'a Movement>) -> Self {
            let mut plain = Self::default();
            for movement in movements {
                plain.step(&movement.transfer);
            }
            plain
        }

        fn step(&mut self, transfer: &Transfer) {
            let quantity = transfer.quantity().amount();
            *self.balances.entry(transfer.from()).or_default() -= quantity;
            *self.balances.entry(transfer.to()).or_default() += quantity;
            let negative = self.balances.iter().any(|(place, held)| place.is_storage() && held.is_sign_negative());
            assert!(
                !negative || self.balances.iter().all(|(place, held)| !place.is_storage() || *held >= Decimal::ZERO)
            );
            if let Some(value) = transfer.value() {
                self.queue.push((quantity, value.amount()));
                self.values.push(value.amount());
            } else if transfer.to().is_storage() {
                self.values.push(Decimal::ZERO);
            } else {
                let cost = self.take(quantity);
                self.values.push(cost);
            }
        }

        fn take(&mut self, mut wanted: Decimal) -> Decimal {
            let mut cost = Decimal::ZERO;
            while wanted > Decimal::ZERO {
                let (held, value) = self.queue.remove(0);
                let used = wanted.min(held);
                let share = (value * used / held)
                    .round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
                let share = if used == held { value } else { share };
                cost += share;
                wanted -= used;
                if used < held {
                    self.queue.insert(0, (held - used, value - share));
                }
            }
            cost
        }

        fn value(&self) -> Decimal {
            self.queue.iter().map(|(_, value)| *value).sum()
        }
    }

    fn by_account(postings: &[StockPosting]) -> BTreeMap<StockAccount, Decimal> {
        let mut totals = BTreeMap::<_, Decimal>::new();
        for posting in postings {
            assert!(posting.amount.is_positive());
            *totals.entry(posting.debit).or_default() += posting.amount.amount();
            *totals.entry(posting.credit).or_default() -= posting.amount.amount();
        }
        totals.retain(|_, total| !total.is_zero());
        totals
    }

    type Amounts = (Vec<(Location, Quantity)>, Vec<(NaiveDate, Quantity, Money)>, Money);

    fn economy(ledger: &Ledger) -> Amounts {
        let layers = ledger.layers().map(|layer| (layer.effective, layer.quantity, layer.value));
        (ledger.balances().collect(), layers.collect(), ledger.value())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Laws 1, 3, 4, 5 and 9.
        #[test]
        fn the_ledger_is_a_plain_fifo_queue(steps in steps()) {
            let (ledger, movements, _) = entered(&steps);
            let plain = Plain::replay(&movements);
            let sum: Decimal = ledger.balances().map(|(_, held)| held.amount()).sum();
            prop_assert_eq!(sum, Decimal::ZERO);
            let held: BTreeMap<_, _> = ledger.balances().map(|(place, held)| (place, held.amount())).collect();
            let plainly: BTreeMap<_, _> = plain.balances.iter().filter(|(_, held)| !held.is_zero()).map(|(place, held)| (*place, *held)).collect();
            prop_assert_eq!(held, plainly);
            let layers: Vec<_> = ledger.layers().map(|layer| (layer.quantity.amount(), layer.value.amount())).collect();
            prop_assert_eq!(layers, plain.queue.clone());
            prop_assert_eq!(ledger.value().amount(), plain.value());
            let values: Vec<_> = ledger.movements().map(|(_, value)| value.amount()).collect();
            prop_assert_eq!(values, plain.values);
            let in_storage: Decimal = ledger.balances().filter(|(place, _)| place.is_storage()).map(|(_, held)| held.amount()).sum();
            prop_assert_eq!(ledger.total_on_hand().amount(), in_storage);
            prop_assert!(!ledger.total_on_hand().is_zero() || ledger.value().is_zero());
        }

        /// Law 2, and the value of a day.
        #[test]
        fn a_day_is_the_sum_of_what_happened_until_then(steps in steps(), on in 0..10_u64) {
            let (ledger, movements, _) = entered(&steps);
            let plain = Plain::replay(movements.iter().filter(|movement| movement.effective <= day(on)));
            for (location, held) in &plain.balances {
                prop_assert_eq!(ledger.on_hand_at(*location, day(on)).unwrap().amount(), *held);
                prop_assert!(!location.is_storage() || !held.is_sign_negative());
            }
            prop_assert_eq!(ledger.value_at(day(on)).unwrap().amount(), plain.value());
        }

        /// Law 6, also after everything that can be is reversed.
        #[test]
        fn the_postings_add_up_to_the_value(steps in steps()) {
            let (mut ledger, movements, mut postings) = entered(&steps);
            let stock = |postings: &[StockPosting]| by_account(postings).remove(&StockAccount::Stock).unwrap_or_default();
            prop_assert_eq!(stock(&postings), ledger.value().amount());
            for movement in movements {
                if let Ok(reversed) = ledger.reverse(movement.sequence) {
                    postings.extend(reversed.postings);
                    prop_assert_eq!(stock(&postings), ledger.value().amount());
                }
            }
        }

        /// Law 7. Without movements within storage, of which two may each need the other to have happened.
        #[test]
        fn the_order_of_entering_does_not_matter(steps in steps(), keys in prop::collection::vec(any::<u32>(), 24)) {
            let steps: Vec<_> = steps.into_iter().filter(|step| !matches!(step.way, Way::Within { .. })).collect();
            let (_, movements, _) = entered(&steps);
            let mut in_order = Ledger::new(unit(), Currency::EUR);
            let mut plainly = Vec::new();
            for movement in &movements {
                plainly.extend(in_order.enter(movement.clone()).unwrap().postings);
            }
            let mut pending: Vec<_> = keys.into_iter().zip(movements).collect();
            pending.sort_by_key(|(key, _)| *key);
            let mut shuffled = Ledger::new(unit(), Currency::EUR);
            let mut postings = Vec::new();
            while !pending.is_empty() {
                let waiting = pending.len();
                pending.retain(|(_, movement)| match shuffled.enter(movement.clone()) {
                    Ok(entered) => {
                        postings.extend(entered.postings);
                        false
                    }
                    Err(_) => true,
                });
                prop_assert!(pending.len() < waiting, "what is possible in one order is possible in the other");
            }
            prop_assert_eq!(&shuffled, &in_order);
            prop_assert_eq!(by_account(&postings), by_account(&plainly));
        }

        /// Laws 7 and 16.
        #[test]
        fn closing_a_period_changes_nothing_and_keeps_it(steps in steps(), through in 1..9_u64) {
            let (open, movements, _) = entered(&steps);
            let mut ledger = Ledger::new(unit(), Currency::EUR);
            let (early, late): (Vec<_>, Vec<_>) = movements.into_iter().partition(|movement| movement.effective <= day(through));
            for movement in &early {
                ledger.enter(movement.clone()).unwrap();
            }
            ledger.close(day(through)).unwrap();
            prop_assert_eq!(ledger.close(day(through)), Err(CloseError::AlreadyClosed { closed: day(through) }));
            for movement in late {
                ledger.enter(movement).unwrap();
            }
            prop_assert_eq!(economy(&ledger), economy(&open));
            prop_assert_eq!(ledger.value_at(day(through)), open.value_at(day(through)));
            prop_assert_eq!(ledger.value_at(day(through - 1)), open.value_at(day(through - 1)));
            prop_assert_eq!(ledger.forget(day(through + 1)), Err(ForgetError::Open { through: day(through + 1) }));
            ledger.forget(day(through)).unwrap();
            prop_assert_eq!(economy(&ledger), economy(&open));
            prop_assert_eq!(ledger.value_at(day(through)), open.value_at(day(through)));
            prop_assert_eq!(ledger.value_at(day(through - 1)), None);
            let before = ledger.clone();
            for movement in early {
                let sequence = movement.sequence;
                let refused = ledger.enter(movement);
                prop_assert!(matches!(refused, Err(EnterError::PeriodClosed { .. })), "{:?}", refused);
                prop_assert_eq!(ledger.reverse(sequence), Err(ReverseError::NotOpen { sequence }));
            }
            prop_assert_eq!(&ledger, &before);
        }

        /// Law 8.
        #[test]
        fn what_is_entered_and_reversed_has_not_happened(steps in steps(), late in (1..9_u64, 1..60_i64, way())) {
            let (mut ledger, _, _) = entered(&steps);
            let before = economy(&ledger);
            let (day, quarters, way) = late;
            let sequence = ledger.next_sequence();
            if let Ok(entered) = ledger.enter(movement(sequence, Step { day, quarters, way })) {
                let reversed = ledger.reverse(sequence).unwrap();
                prop_assert_eq!(economy(&ledger), before);
                let both: Vec<_> = entered.postings.into_iter().chain(reversed.postings).collect();
                prop_assert!(by_account(&both).is_empty());
            }
        }

        /// What is stored comes back, with closed periods and reversed movements.
        #[test]
        fn what_is_written_reads_back(steps in steps(), through in 0..9_u64, reversed in 0..24_u64) {
            let (mut ledger, _, _) = entered(&steps);
            let _ = ledger.reverse(reversed);
            ledger.close(day(through)).unwrap();
            if reversed % 2 == 0 {
                ledger.forget(day(through)).unwrap();
            }
            let text = serde_json::to_string(&ledger).unwrap();
            prop_assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), ledger);
        }
    }

    #[test]
    fn a_backdated_receipt_makes_later_issues_cost_something_else() {
        let step = |day, quarters, way| Step { day, quarters, way };
        let mut ledger = Ledger::new(unit(), Currency::EUR);
        ledger.enter(movement(1, step(2, 40, Way::In { cents: 10_00, place: 0 }))).unwrap();
        ledger.enter(movement(2, step(5, 20, Way::Out { place: 0, centre: 0 }))).unwrap();
        let late = ledger.enter(movement(3, step(1, 8, Way::In { cents: 5_00, place: 0 }))).unwrap();
        // Of the five issued, two are now those at 2.50 and three those at 1.00: 8.00 instead of 5.00.
        let texts: Vec<_> =
            late.postings.iter().map(|posting| (posting.sequence, posting.amount.to_string())).collect();
        assert_eq!(texts, [(3, "5.00 EUR".to_owned()), (2, "3.00 EUR".to_owned())]);
        assert_eq!(ledger.value().to_string(), "7.00 EUR");
    }

    #[test]
    fn a_backdated_issue_is_refused_where_a_later_one_would_fall_short() {
        let step = |day, quarters, way| Step { day, quarters, way };
        let mut ledger = Ledger::new(unit(), Currency::EUR);
        ledger.enter(movement(1, step(2, 40, Way::In { cents: 10_00, place: 0 }))).unwrap();
        ledger.enter(movement(2, step(5, 40, Way::Out { place: 0, centre: 0 }))).unwrap();
        let late = ledger.enter(movement(3, step(3, 4, Way::Out { place: 0, centre: 0 })));
        let Err(EnterError::Short { effective, on_hand, wanted, .. }) = late else { panic!("{late:?}") };
        assert_eq!((effective, on_hand.to_string(), wanted.to_string()), (day(5), "9 ream".into(), "10 ream".into()));
        assert!(matches!(ledger.reverse(1), Err(ReverseError::Needed(EnterError::Short { .. }))));
    }

    #[test]
    fn amounts_at_the_bounds_are_exact_or_refused() {
        let most = "999999999999999999 ream".parse::<Quantity>().unwrap();
        let vendor = Location::Supplier(Id::natural("party", "V-01"));
        let value = Money::parse("900000000000000000000000.00", Currency::EUR).unwrap();
        let whole = Transfer::inward(most, value, vendor, place(0)).unwrap();
        let at =
            |sequence, transfer| Movement { sequence, effective: day(1), reference: "x".parse().unwrap(), transfer };
        let mut ledger = Ledger::new(unit(), Currency::EUR);
        ledger.enter(at(1, whole)).unwrap();
        assert_eq!(ledger.enter(at(2, whole)), Err(EnterError::TooMuch));
        let third = Quantity::new(most.amount() / Decimal::from(3), unit()).unwrap();
        let out = ledger.enter(at(2, Transfer::outward(third, place(0), Location::Loss).unwrap())).unwrap();
        assert_eq!(out.value.to_string(), "300000000000000000000000.00 EUR");
    }
}
