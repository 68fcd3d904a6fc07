//! The laws of valuing by every method, among whatever goods, above and below zero, against a plain model.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use office_core::subject::PlaceId;
    use office_core::{Currency, Decimal, Id, Money, Quantity, UnitCode};
    use office_inventory::{
        ChargeError, CloseError, CostMethod, CostScope, EnterError, Ledger, LedgerTerms, Location, LotId, Movement,
        NegativeStock, Revaluation, Revalued, ReverseError, StockAccount, StockPosting, Tracking, Transfer, Valuer,
    };
    use proptest::prelude::*;

    const METHODS: [CostMethod; 5] =
        [CostMethod::Fifo, CostMethod::Lifo, CostMethod::Average, CostMethod::Standard, CostMethod::Specific];

    fn unit() -> UnitCode {
        "ream".parse().unwrap()
    }

    fn eur(cents: i64) -> Money {
        Money::from_minor(cents, Currency::EUR)
    }

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
    }

    fn place(number: u8) -> PlaceId {
        Id::natural("place", &number.to_string())
    }

    fn lot(number: u8) -> LotId {
        Id::natural("lot", &number.to_string())
    }

    fn vendor() -> Location {
        Location::Supplier(Id::natural("party", "V-01"))
    }

    fn centre() -> Location {
        Location::Consumption(Id::natural("cost_centre", "CC-200"))
    }

    /// What happens, with numbers that are made to fit what is there.
    #[derive(Clone, Copy, Debug)]
    enum Way {
        In {
            cents: i64,
        },
        Out,
        Lost,
        Within,
        Away,
        Arrive,
        /// Some of an earlier step's goods come back.
        Back {
            of: usize,
        },
        Cost {
            method: usize,
            cents: Option<i64>,
        },
        Charge {
            of: usize,
            cents: i64,
        },
    }

    #[derive(Clone, Copy, Debug)]
    struct Step {
        day: u64,
        quarters: i64,
        place: u8,
        lot: u8,
        way: Way,
    }

    fn way() -> impl Strategy<Value = Way> {
        prop_oneof![
            6 => (0..9_999_i64).prop_map(|cents| Way::In { cents }),
            5 => Just(Way::Out),
            1 => Just(Way::Lost),
            2 => Just(Way::Within),
            1 => Just(Way::Away),
            1 => Just(Way::Arrive),
            2 => (0..24_usize).prop_map(|of| Way::Back { of }),
            1 => (0..4_usize, prop::option::of(0..400_i64)).prop_map(|(method, cents)| Way::Cost { method, cents }),
            2 => (0..24_usize, 0..500_i64).prop_map(|(of, cents)| Way::Charge { of, cents }),
        ]
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = (1..9_u64, 1..60_i64, 0..2_u8, 0..2_u8, way()).prop_map(|(day, quarters, place, lot, way)| Step {
            day,
            quarters,
            place,
            lot,
            way,
        });
        prop::collection::vec(step, 1..24)
    }

    fn terms(negative: NegativeStock) -> impl Strategy<Value = LedgerTerms> {
        (0..5_usize, 0..3_usize, prop::option::of(1..400_i64)).prop_map(move |(method, scope, cents)| {
            let method = METHODS[method];
            let scope = [CostScope::Company, CostScope::Sites(BTreeMap::new()), CostScope::Lots][scope].clone();
            let apart = method == CostMethod::Specific || scope == CostScope::Lots;
            let cents = if method == CostMethod::Standard { cents.or(Some(100)) } else { cents };
            LedgerTerms {
                method,
                scope,
                negative,
                tracking: if apart { Tracking::Lot } else { Tracking::None },
                unit_cost: cents.map(cost),
            }
        })
    }

    fn any_terms() -> impl Strategy<Value = LedgerTerms> {
        prop_oneof![terms(NegativeStock::Forbid), terms(NegativeStock::LastCost), terms(NegativeStock::Settle)]
    }

    fn cost(cents: i64) -> office_core::UnitPrice {
        office_core::UnitPrice::per_unit(Decimal::new(cents, 2), Currency::EUR, unit()).unwrap()
    }

    fn ledger(terms: &LedgerTerms) -> Ledger {
        Ledger::on_terms(unit(), Currency::EUR, terms.clone()).unwrap()
    }

    #[derive(Clone, Debug)]
    enum Event {
        Moved(Movement),
        Revalued(Revaluation),
        Charged { receipt: u64, paper: String, amount: Money },
    }

    /// The steps as what is entered, each with the sequence of its place in the list, from 1.
    fn events(steps: &[Step], terms: &LedgerTerms) -> Vec<Event> {
        let made = |(sequence, step): (u64, &Step)| {
            let quantity = Quantity::new(Decimal::new(step.quarters * 25, 2), unit()).unwrap();
            let (here, there) = (place(step.place), place(1 - step.place));
            let reference = format!("paper-{sequence}").parse().unwrap();
            let transfer = match step.way {
                Way::In { cents } => Transfer::inward(quantity, eur(cents), vendor(), here),
                Way::Out => Transfer::outward(quantity, here, centre()),
                Way::Lost => Transfer::outward(quantity, here, Location::Loss),
                Way::Within => Transfer::within(quantity, here, there),
                Way::Away => Transfer::outward(quantity, here, Location::Transit(there)),
                Way::Arrive => Transfer::between(quantity, Location::Transit(here), Location::Storage(here)),
                Way::Back { of } => Transfer::back(quantity, u64::try_from(of).unwrap() + 1, centre(), here),
                Way::Cost { method, cents } => {
                    let what = Revalued::Cost { method: METHODS[method], unit_cost: cents.map(cost) };
                    return Event::Revalued(Revaluation { sequence, effective: day(step.day), reference, what });
                }
                Way::Charge { of, cents } => {
                    let receipt = u64::try_from(of).unwrap() + 1;
                    return Event::Charged { receipt, paper: format!("charge-{sequence}"), amount: eur(cents) };
                }
            };
            let transfer = transfer.unwrap();
            let transfer = if terms.tracking == Tracking::None { transfer } else { transfer.of_lot(lot(step.lot)) };
            Event::Moved(Movement { sequence, effective: day(step.day), reference, transfer })
        };
        (1..).zip(steps).map(made).collect()
    }

    fn apply(ledger: &mut Ledger, event: &Event) -> Result<Vec<StockPosting>, String> {
        match event.clone() {
            Event::Moved(movement) => ledger.enter(movement).map(|entered| entered.postings).map_err(|e| e.to_string()),
            Event::Revalued(revaluation) => ledger.revalue(revaluation).map_err(|e| e.to_string()),
            Event::Charged { receipt, paper, amount } => {
                ledger.charge(receipt, paper.parse().unwrap(), amount).map_err(|e| e.to_string())
            }
        }
    }

    /// What is accepted, in the order given, with the postings that came of it.
    fn entered(terms: &LedgerTerms, steps: &[Step]) -> (Ledger, Vec<Event>, Vec<StockPosting>) {
        let mut ledger = ledger(terms);
        let (mut accepted, mut postings) = (Vec::new(), Vec::new());
        for event in events(steps, terms) {
            let before = ledger.clone();
            match apply(&mut ledger, &event) {
                Ok(more) => {
                    accepted.push(event);
                    postings.extend(more);
                }
                Err(_) => assert_eq!(ledger, before, "a refusal changes nothing"),
            }
            check_sums(&ledger, &postings);
        }
        (ledger, accepted, postings)
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

    fn in_stock(postings: &[StockPosting]) -> Decimal {
        let mut accounts = by_account(postings);
        [StockAccount::Stock, StockAccount::InTransit].iter().filter_map(|account| accounts.remove(account)).sum()
    }

    /// Laws 1, 4, 5 and 6, at any moment.
    fn check_sums(ledger: &Ledger, postings: &[StockPosting]) {
        let sum: Decimal = ledger.balances().map(|(_, held)| held.amount()).sum();
        assert_eq!(sum, Decimal::ZERO);
        let ours: Decimal = ledger.balances().filter(|(at, _)| at.is_ours()).map(|(_, held)| held.amount()).sum();
        let layers: Decimal = ledger.layers().map(|layer| layer.quantity.amount()).sum();
        let worth: Decimal = ledger.layers().map(|layer| layer.value.amount()).sum();
        assert_eq!((ours, ledger.value().amount()), (layers, worth));
        assert_eq!(in_stock(postings), ledger.value().amount());
        for number in 0..10 {
            let until: Vec<_> = postings.iter().filter(|posting| posting.effective <= day(number)).copied().collect();
            assert_eq!(in_stock(&until), ledger.value_at(day(number)).unwrap().amount(), "at the end of day {number}");
        }
    }

    type Economy = (Vec<(Location, Quantity)>, Vec<(NaiveDate, Quantity, Money)>, Money);

    fn economy(ledger: &Ledger) -> Economy {
        let layers = ledger.layers().map(|layer| (layer.effective, layer.quantity, layer.value));
        (ledger.balances().collect(), layers.collect(), ledger.value())
    }

    /// Goods in quarters and cents, valued step by step with nothing but vectors.
    #[derive(Clone, Debug, Default)]
    struct Heap {
        layers: Vec<(i64, i64)>,
    }

    fn share(value: i64, part: i64, whole: i64) -> i64 {
        (2 * value * part + whole) / (2 * whole)
    }

    impl Heap {
        fn held(&self) -> i64 {
            self.layers.iter().map(|(held, _)| held).sum()
        }

        fn worth(&self) -> i64 {
            self.layers.iter().map(|(_, worth)| worth).sum()
        }

        fn put(&mut self, method: CostMethod, standard: i64, quantity: i64, value: i64) {
            let all = (self.held() + quantity, self.worth() + value);
            match method {
                CostMethod::Average => self.layers = vec![all],
                CostMethod::Standard => self.layers = vec![(all.0, share(standard, all.0, 4))],
                CostMethod::Fifo | CostMethod::Lifo | CostMethod::Specific => self.layers.push((quantity, value)),
            }
        }

        fn take(&mut self, method: CostMethod, standard: i64, mut wanted: i64) -> Vec<(i64, i64)> {
            if method == CostMethod::Standard {
                let left = self.held() - wanted;
                let cost = self.worth() - share(standard, left, 4);
                self.layers = vec![(left, share(standard, left, 4))];
                return vec![(wanted, cost)];
            }
            let mut taken = Vec::new();
            while wanted > 0 {
                let at = if method == CostMethod::Lifo { self.layers.len() - 1 } else { 0 };
                let (held, value) = self.layers.remove(at);
                let used = wanted.min(held);
                let cost = if used == held { value } else { share(value, used, held) };
                taken.push((used, cost));
                wanted -= used;
                if used < held {
                    self.layers.insert(at, (held - used, value - cost));
                }
            }
            taken
        }
    }

    type HeapKey = (bool, Option<PlaceId>, Option<LotId>);

    fn heap_key(terms: &LedgerTerms, location: Location, lot: Option<LotId>) -> Option<HeapKey> {
        let apart = terms.method == CostMethod::Specific || terms.scope == CostScope::Lots;
        let lot = lot.filter(|_| apart);
        match location {
            Location::Storage(place) => {
                Some((false, Some(place).filter(|_| matches!(terms.scope, CostScope::Sites(_))), lot))
            }
            Location::Transit(place) => Some((true, Some(place), lot)),
            Location::Supplier(_)
            | Location::Customer(_)
            | Location::Consumption(_)
            | Location::Loss
            | Location::Opening => None,
        }
    }

    fn whole(amount: Decimal) -> i64 {
        // What is whole has no digits after the point once it is cut there.
        amount.trunc().mantissa().try_into().unwrap()
    }

    fn quarters(quantity: Quantity) -> i64 {
        whole(quantity.amount() * Decimal::from(4))
    }

    /// The value of each movement in the order in which they happened, and of what is left.
    fn plainly(terms: &LedgerTerms, movements: &[&Movement]) -> (Vec<i64>, i64) {
        let standard = terms.unit_cost.map_or(0, |cost| whole(cost.amount() * Decimal::from(100)));
        let mut heaps = BTreeMap::<HeapKey, Heap>::new();
        let mut values = Vec::new();
        for movement in movements {
            let transfer = &movement.transfer;
            let quantity = quarters(transfer.quantity());
            let [from, to] = [transfer.from(), transfer.to()].map(|at| heap_key(terms, at, transfer.lot()));
            if from == to {
                values.push(0);
                continue;
            }
            let taken = match from {
                Some(from) => heaps.get_mut(&from).unwrap().take(terms.method, standard, quantity),
                None => vec![(quantity, i64::try_from(transfer.value().unwrap().minor()).unwrap())],
            };
            values.push(taken.iter().map(|(_, cost)| cost).sum());
            if let Some(to) = to {
                for (quantity, value) in taken {
                    heaps.entry(to).or_default().put(terms.method, standard, quantity, value);
                }
            }
        }
        (values, heaps.values().map(Heap::worth).sum())
    }

    fn in_order(events: &[Event]) -> Vec<&Movement> {
        let mut movements: Vec<_> = events
            .iter()
            .filter_map(|event| if let Event::Moved(movement) = event { Some(movement) } else { None })
            .collect();
        movements.sort_by_key(|movement| (movement.effective, movement.sequence));
        movements
    }

    /// Whether nothing is ever below zero, of any lot at any place.
    fn holds(movements: &[&Movement]) -> bool {
        let mut held = BTreeMap::<(Location, Option<LotId>), Decimal>::new();
        movements.iter().all(|movement| {
            let (transfer, quantity) = (&movement.transfer, movement.transfer.quantity().amount());
            *held.entry((transfer.to(), transfer.lot())).or_default() += quantity;
            let left = held.entry((transfer.from(), transfer.lot())).or_default();
            *left -= quantity;
            !transfer.from().is_ours() || *left >= Decimal::ZERO
        })
    }

    fn plain_steps() -> impl Strategy<Value = Vec<Step>> {
        let moved = |step: &Step| !matches!(step.way, Way::Back { .. } | Way::Cost { .. } | Way::Charge { .. });
        steps().prop_map(move |steps| steps.into_iter().filter(moved).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        /// Laws 3 and 9, by every method and among whatever goods.
        #[test]
        fn what_is_above_zero_is_valued_as_plainly(terms in terms(NegativeStock::Forbid), steps in plain_steps()) {
            let mut ledger = ledger(&terms);
            let mut accepted = Vec::new();
            for event in events(&steps, &terms) {
                let trial: Vec<_> = accepted.iter().cloned().chain([event.clone()]).collect();
                let possible = holds(&in_order(&trial));
                let answer = apply(&mut ledger, &event);
                prop_assert_eq!(answer.is_ok(), possible, "{:?}", answer);
                if possible {
                    accepted.push(event);
                }
            }
            let (values, left) = plainly(&terms, &in_order(&accepted));
            let found: Vec<_> = ledger.movements().map(|(_, value)| i64::try_from(value.minor()).unwrap()).collect();
            prop_assert_eq!(found, values);
            prop_assert_eq!(ledger.value(), eur(left));
            let mut valuer = Valuer::new(unit(), Currency::EUR, terms.clone()).unwrap();
            let valued = in_order(&accepted).into_iter().map(|movement| valuer.step(movement).unwrap().value);
            prop_assert!(valued.eq(ledger.movements().map(|(_, value)| value)));
            prop_assert_eq!((valuer.value(), valuer.quantity().amount()), (ledger.value(), ledger.layers().map(|layer| layer.quantity.amount()).sum()));
            prop_assert!(!ledger.layers().map(|layer| layer.quantity.amount()).sum::<Decimal>().is_zero() || ledger.value().is_zero());
        }

        /// Laws 1, 4, 5 and 6, whatever is entered on whatever terms: held by `entered` after each step.
        #[test]
        fn the_postings_add_up_to_the_value_on_every_day(terms in any_terms(), steps in steps()) {
            let (mut ledger, accepted, mut postings) = entered(&terms, &steps);
            for movement in in_order(&accepted) {
                if let Ok(reversed) = ledger.reverse(movement.sequence) {
                    postings.extend(reversed.postings);
                    check_sums(&ledger, &postings);
                }
            }
        }

        /// Law 7: also with returns, charges, other methods on the way, and below zero.
        #[test]
        fn the_order_of_entering_does_not_matter(
            terms in any_terms(), steps in steps(), keys in prop::collection::vec(any::<u32>(), 24)
        ) {
            let (_, accepted, _) = entered(&terms, &steps);
            let enter = |mut pending: Vec<Event>| {
                let mut ledger = ledger(&terms);
                let mut postings = Vec::new();
                while !pending.is_empty() {
                    let waiting = pending.len();
                    pending.retain(|event| match apply(&mut ledger, event) {
                        Ok(more) => {
                            postings.extend(more);
                            false
                        }
                        Err(_) => true,
                    });
                    if pending.len() == waiting {
                        break;
                    }
                }
                (pending.len(), ledger, by_account(&postings))
            };
            let mut ordered = accepted.clone();
            ordered.sort_by_key(|event| match event {
                Event::Moved(movement) => (movement.effective, movement.sequence),
                Event::Revalued(revaluation) => (revaluation.effective, revaluation.sequence),
                Event::Charged { .. } => (NaiveDate::MAX, 0),
            });
            let mut shuffled: Vec<_> = keys.into_iter().zip(accepted).collect();
            shuffled.sort_by_key(|(key, _)| *key);
            let (left, one, accounts) = enter(ordered);
            let (also_left, other, others) = enter(shuffled.into_iter().map(|(_, event)| event).collect());
            // Movements within storage may each need the other to have happened: then neither order gets on.
            prop_assume!(left == 0 && also_left == 0);
            // Charges are kept in the order in which they came.
            prop_assert_eq!(economy(&one), economy(&other));
            prop_assert_eq!(accounts, others);
        }

        /// Law 8, and a charge that is taken back.
        #[test]
        fn what_is_entered_and_taken_back_has_not_happened(terms in any_terms(), steps in steps(), late in (1..9_u64, 1..60_i64, 0..2_u8, 0..2_u8, way())) {
            let (mut ledger, ..) = entered(&terms, &steps);
            let before = economy(&ledger);
            let (day, quarters, place, lot, way) = late;
            let number = steps.len();
            let mut more = steps.clone();
            more.push(Step { day, quarters, place, lot, way });
            let event = events(&more, &terms).remove(number);
            if let Ok(entered) = apply(&mut ledger, &event) {
                let undone = match event {
                    Event::Charged { receipt, paper, .. } => ledger.discharge(receipt, &paper.parse().unwrap()).unwrap(),
                    Event::Moved(Movement { sequence, .. }) | Event::Revalued(Revaluation { sequence, .. }) => {
                        ledger.reverse(sequence).unwrap().postings
                    }
                };
                prop_assert_eq!(economy(&ledger), before);
                prop_assert!(by_account(&entered.into_iter().chain(undone).collect::<Vec<_>>()).is_empty());
            }
        }

        /// Laws 7 and 10: also what was forgotten makes no difference to what comes later.
        #[test]
        fn closing_and_forgetting_change_nothing(terms in any_terms(), steps in steps(), through in 1..9_u64) {
            let (open, accepted, _) = entered(&terms, &steps);
            let mut closed = open.clone();
            match closed.close(day(through)) {
                Err(CloseError::Unsettled { .. }) => {
                    prop_assert_eq!(terms.negative, NegativeStock::Settle);
                    prop_assert_eq!(&closed, &open);
                    return Ok(());
                }
                answer => prop_assert_eq!(answer, Ok(())),
            }
            let mut forgotten = closed.clone();
            forgotten.forget(day(through)).unwrap();
            prop_assert_eq!(economy(&forgotten), economy(&open));
            for movement in in_order(&accepted).into_iter().filter(|movement| movement.effective <= day(through)) {
                let sequence = movement.sequence;
                prop_assert_eq!(closed.reverse(sequence), Err(ReverseError::NotOpen { sequence }));
                let charged = closed.charge(sequence, "late".parse().unwrap(), eur(100));
                prop_assert_eq!(charged, Err(ChargeError::NotOpen { receipt: sequence }));
                let again = Movement { sequence: 99, ..movement.clone() };
                let refused = matches!(closed.enter(again), Err(EnterError::PeriodClosed { .. }));
                prop_assert!(refused);
            }
            let later = |ledger: &mut Ledger, way| {
                let step = Step { day: through + 1, quarters: 7, place: 0, lot: 0, way };
                let mut event = events(&[step], &terms).remove(0);
                if let Event::Moved(movement) = &mut event {
                    movement.sequence = 50;
                }
                (apply(ledger, &event), economy(ledger))
            };
            for way in [Way::In { cents: 333 }, Way::Out] {
                prop_assert_eq!(later(&mut forgotten.clone(), way), later(&mut closed.clone(), way));
            }
            let text = serde_json::to_string(&forgotten).unwrap();
            prop_assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), forgotten);
        }

        /// What is stored comes back, on whatever terms.
        #[test]
        fn what_is_written_reads_back(terms in any_terms(), steps in steps(), reversed in 0..24_u64) {
            let (mut ledger, ..) = entered(&terms, &steps);
            let _ = ledger.reverse(reversed);
            let text = serde_json::to_string(&ledger).unwrap();
            prop_assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), ledger);
        }

        /// Law 21: where all receipts cost the same, no method differs; the average lies between what was paid.
        #[test]
        fn methods_agree_where_costs_do(steps in plain_steps(), cents in 1..400_i64) {
            // A whole number of units, so that nothing is rounded.
            let same: Vec<_> = steps.iter().map(|step| {
                let incoming = matches!(step.way, Way::In { .. });
                let way = if incoming { Way::In { cents: cents * step.quarters } } else { step.way };
                Step { quarters: step.quarters * 4, way, ..*step }
            }).collect();
            let value = |method| {
                let terms = LedgerTerms { method, ..LedgerTerms::default() };
                let (ledger, ..) = entered(&terms, &same);
                (ledger.value(), ledger.total_on_hand())
            };
            let fifo = value(CostMethod::Fifo);
            prop_assert_eq!(value(CostMethod::Lifo), fifo);
            prop_assert_eq!(value(CostMethod::Average), fifo);
        }

        /// Law 22: a piece with a serial number is in one place at any time, or nowhere.
        #[test]
        fn a_piece_is_in_one_place(steps in prop::collection::vec((1..9_u64, 0..3_u8, 0..3_u8, 0..3_u8), 1..24)) {
            let terms = LedgerTerms { tracking: Tracking::Serial, method: CostMethod::Specific, ..LedgerTerms::default() };
            let mut ledger = ledger(&terms);
            let mut accepted: Vec<(u64, u64, u8, u8, u8)> = Vec::new();
            for (sequence, (on, piece, from, to)) in (1..).zip(steps) {
                let one = Quantity::whole(1, unit());
                let transfer = match (from, to) {
                    (2, 2) => continue,
                    (2, _) => Transfer::inward(one, eur(100), vendor(), place(to)),
                    (_, 2) => Transfer::outward(one, place(from), centre()),
                    _ if from == to => continue,
                    _ => Transfer::within(one, place(from), place(to)),
                };
                let transfer = transfer.unwrap().of_lot(lot(piece));
                let mut trial = accepted.clone();
                trial.push((on, sequence, piece, from, to));
                trial.sort_unstable();
                let mut at = [2_u8; 3];
                let possible = trial.iter().all(|(_, _, piece, from, to)| {
                    std::mem::replace(&mut at[usize::from(*piece)], *to) == *from
                });
                let reference = format!("paper-{sequence}").parse().unwrap();
                let answer = ledger.enter(Movement { sequence, effective: day(on), reference, transfer });
                prop_assert_eq!(answer.is_ok(), possible, "{:?}", answer);
                if possible {
                    accepted = trial;
                    for (piece, at) in (0..).zip(at) {
                        let found = (at < 2).then(|| Location::Storage(place(at)));
                        prop_assert_eq!(ledger.place_of(lot(piece)), found);
                    }
                }
            }
            let text = serde_json::to_string(&ledger).unwrap();
            prop_assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), ledger);
        }
    }

    #[test]
    fn checkpoints_make_no_difference() {
        // Enough movements for checkpoints to be kept and thinned out, entered in order and from both ends.
        let terms = LedgerTerms { negative: NegativeStock::Settle, ..LedgerTerms::default() };
        let movement = |sequence: u64| {
            let quantity = Quantity::whole(i32::try_from(sequence % 7 + 1).unwrap(), unit());
            let transfer = if sequence.is_multiple_of(2) {
                Transfer::outward(quantity, place(0), centre())
            } else {
                Transfer::inward(quantity, eur(i64::try_from(sequence * 37 % 1_000).unwrap()), vendor(), place(0))
            };
            let reference = format!("paper-{sequence}").parse().unwrap();
            Movement { sequence, effective: day(sequence / 3), reference, transfer: transfer.unwrap() }
        };
        let mut ordered = ledger(&terms);
        let mut late = ledger(&terms);
        let mut postings = Vec::new();
        for sequence in 1..=3_000 {
            ordered.enter(movement(sequence)).unwrap();
        }
        let held_back = [2_999, 2_700, 2_100, 1_024, 700, 256, 255, 3];
        for sequence in (1..=3_000).filter(|sequence| !held_back.contains(sequence)) {
            postings.extend(late.enter(movement(sequence)).unwrap().postings);
        }
        for sequence in held_back {
            postings.extend(late.enter(movement(sequence)).unwrap().postings);
            let text = serde_json::to_string(&late).unwrap();
            assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), late, "from scratch");
        }
        assert_eq!(late, ordered);
        assert_eq!(in_stock(&postings), ordered.value().amount());
    }
}
