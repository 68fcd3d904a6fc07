//! What holds of any stock, whatever happened to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use office_core::{Currency, Decimal, Money, Quantity};
use office_inventory::{
    CostMethod, CostScope, EnterError, Ledger, LedgerTerms, Location, Movement, NegativeStock, PlaceTree, StockAccount,
    StockPosting, Transfer, Valuer,
};
use proptest::prelude::*;

use crate::scene::{
    Event, METHODS, any_terms, apply, by_account, centre, cost, day, entered, eur, events, holds, in_order, ledger,
    place, plain_steps, steps, terms, unit, vendor,
};

const PLACES: u8 = 6;

/// An end of a movement: a place, or beyond them the vendor and the cost centre.
fn end(number: u8) -> Location {
    match number {
        PLACES => vendor(),
        number if number > PLACES => centre(),
        number => Location::Storage(place(number)),
    }
}

fn transfer(quantity: i32, from: u8, to: u8) -> Option<Transfer> {
    let quantity = Quantity::whole(quantity, unit());
    match (end(from), end(to)) {
        (from, to) if from == to => None,
        (from, Location::Storage(to)) if !from.is_ours() => Transfer::inward(quantity, eur(100), from, to).ok(),
        (from, to) => Transfer::between(quantity, from, to).ok(),
    }
}

fn at(sequence: u64, on: u64, transfer: Transfer) -> Movement {
    Movement { sequence, effective: day(on), reference: format!("paper-{sequence}").parse().unwrap(), transfer }
}

/// What is known of the days up to one.
fn told(ledger: &Ledger, through: u64) -> Vec<(Option<Money>, Vec<Option<Quantity>>)> {
    let ends =
        [0, 1].map(place).map(|place| [Location::Storage(place), Location::Transit(place)]).into_iter().flatten();
    let ends: Vec<_> = ends.chain([vendor(), centre(), Location::Loss]).collect();
    let of = |number| {
        let held = ends.iter().map(|end| ledger.on_hand_at(*end, day(number))).collect();
        (ledger.value_at(day(number)), held)
    };
    (0..=through).map(of).collect()
}

/// Movements enough for two checkpoints: receipts of eight and issues of one to five, three of each on a day.
fn many(count: u64) -> Vec<Movement> {
    let movement = |sequence: u64| {
        let transfer = if sequence % 2 == 1 {
            let value = eur(i64::try_from(sequence * 37 % 1_000).unwrap());
            Transfer::inward(Quantity::whole(8, unit()), value, vendor(), place(0))
        } else {
            let quantity = Quantity::whole(i32::try_from(sequence % 5 + 1).unwrap(), unit());
            Transfer::outward(quantity, place(0), centre())
        };
        at(sequence, sequence / 6, transfer.unwrap())
    };
    (1..=count).map(movement).collect()
}

type Base = (LedgerTerms, Vec<Movement>, Ledger);

static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| {
    let kept = |(method, negative)| {
        let unit_cost = Some(cost(60));
        let terms = LedgerTerms { method, negative, unit_cost, ..LedgerTerms::default() };
        let (movements, mut kept) = (many(540), ledger(&terms));
        for movement in &movements {
            kept.enter(movement.clone()).unwrap();
        }
        (terms, movements, kept)
    };
    let strict = METHODS.into_iter().take(4).map(|method| (method, NegativeStock::Forbid));
    strict
        .chain([(CostMethod::Fifo, NegativeStock::Settle), (CostMethod::Average, NegativeStock::LastCost)])
        .map(kept)
        .collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Law 2: within any place of any tree, on any day; what moves within a place changes nothing there.
    #[test]
    fn what_is_within_a_place_is_the_sum_of_what_moved(
        outer in prop::array::uniform6(0..6_u8),
        moves in prop::collection::vec((1..9_u64, 1..9_i32, 0..8_u8, 0..8_u8), 1..24),
    ) {
        // Each place lies within one before it, or within none.
        let within = (0..PLACES).zip(outer).filter(|(inner, outer)| outer < inner);
        let outer: BTreeMap<u8, u8> = within.collect();
        let tree = PlaceTree::new(outer.iter().map(|(inner, outer)| (place(*inner), place(*outer)))).unwrap();
        let encloses = |place: u8, number: u8| {
            std::iter::successors(Some(number), |number| outer.get(number).copied()).any(|number| number == place)
        };
        let mut ledger = Ledger::new(unit(), Currency::EUR);
        let mut accepted = Vec::new();
        for (sequence, (on, quantity, from, to)) in (1..).zip(moves) {
            let Some(transfer) = transfer(quantity, from, to) else { continue };
            let before = ledger.clone();
            if ledger.enter(at(sequence, on, transfer)).is_ok() {
                accepted.push((on, quantity, from, to));
                for inside in (0..PLACES).filter(|inside| encloses(*inside, from) && encloses(*inside, to)) {
                    for until in (0..10).map(day).map(Some).chain([None]) {
                        let within = |ledger: &Ledger| ledger.on_hand_within(&tree, place(inside), until);
                        prop_assert_eq!(within(&ledger), within(&before));
                    }
                }
            }
        }
        for inside in 0..PLACES {
            for until in 0..10 {
                let sum: i32 = accepted.iter().filter(|(on, ..)| *on <= until).map(|(_, quantity, from, to)| {
                    quantity * (i32::from(encloses(inside, *to)) - i32::from(encloses(inside, *from)))
                }).sum();
                prop_assert!(sum >= 0);
                let held = ledger.on_hand_within(&tree, place(inside), Some(day(until)));
                prop_assert_eq!(held, Some(Quantity::whole(sum, unit())));
            }
        }
    }

    /// Law 3: a movement is taken back if nothing is short without it, and else refused whole.
    #[test]
    fn what_is_needed_later_is_not_taken_back(
        terms in terms(NegativeStock::Forbid), steps in plain_steps(), keys in prop::collection::vec(any::<u32>(), 24)
    ) {
        let (mut ledger, accepted, _) = entered(&terms, &steps);
        let mut left = accepted;
        let mut sequences: Vec<_> = keys.into_iter().zip(in_order(&left).iter().map(|movement| movement.sequence)).collect();
        sequences.sort_unstable();
        for (_, sequence) in sequences {
            let others: Vec<_> = left.iter().filter(|event| event.sequence() != sequence).cloned().collect();
            let before = ledger.clone();
            if ledger.reverse(sequence).is_ok() {
                prop_assert!(holds(&in_order(&others)));
                left = others;
            } else {
                prop_assert!(!holds(&in_order(&others)));
                prop_assert_eq!(&ledger, &before);
            }
        }
    }

    /// Law 5: what came in with its charges, less what went out and was lost, is what is there; valued by a standard, at
    /// a cost that is given or below zero, but for the price differences that were posted.
    #[test]
    fn what_came_in_less_what_went_out_is_what_is_there(terms in any_terms(), steps in steps()) {
        let (ledger, _, postings) = entered(&terms, &steps);
        let mut sum = -by_account(&postings).remove(&StockAccount::PriceDifference).unwrap_or_default();
        for (movement, value) in ledger.movements() {
            match (movement.transfer.from().is_ours(), movement.transfer.to().is_ours()) {
                (false, _) => sum += value.amount(),
                (true, false) => sum -= value.amount(),
                (true, true) => {}
            }
        }
        prop_assert_eq!(sum, ledger.value().amount());
    }

    /// Law 7: what comes late to a ledger with checkpoints leaves it as if it had come in time, and so does taking back.
    #[test]
    fn what_comes_late_is_valued_as_if_it_had_come_in_time(
        base in 0..6_usize,
        late in prop::collection::vec((0..95_u64, 1..40_i32, 0..900_i64, any::<bool>()), 1..4),
        reversed in 1..541_u64,
    ) {
        let (terms, movements, kept) = &BASES[base];
        let (mut late_one, mut all) = (kept.clone(), movements.clone());
        for (sequence, (on, quantity, cents, incoming)) in (1_000..).zip(late) {
            let quantity = Quantity::whole(quantity, unit());
            let transfer = if incoming {
                Transfer::inward(quantity, eur(cents), vendor(), place(0))
            } else {
                Transfer::outward(quantity, place(0), centre())
            };
            let movement = at(sequence, on, transfer.unwrap());
            match late_one.enter(movement.clone()) {
                Ok(_) => all.push(movement),
                Err(error) => prop_assert!(matches!(error, EnterError::Short { .. }), "{error:?}"),
            }
        }
        if late_one.reverse(reversed).is_ok() {
            all.retain(|movement| movement.sequence != reversed);
        }
        all.sort_by_key(|movement| (movement.effective, movement.sequence));
        let mut plain = Valuer::new(unit(), Currency::EUR, terms.clone()).unwrap();
        let mut values = BTreeMap::<u64, i128>::new();
        for movement in &all {
            let valued = plain.step(movement).unwrap();
            values.insert(movement.sequence, valued.value.minor());
            for (sequence, more) in valued.settled {
                *values.get_mut(&sequence).unwrap() += more.minor();
            }
        }
        let found: BTreeMap<_, _> = late_one.movements().map(|(movement, value)| (movement.sequence, value.minor())).collect();
        prop_assert_eq!(found, values);
        prop_assert_eq!((late_one.value(), late_one.on_hand(Location::Storage(place(0)))), (plain.value(), plain.quantity()));
    }

    /// Law 9: goods that move among the office's own places are worth as much as before.
    #[test]
    fn moving_goods_changes_no_value(terms in terms(NegativeStock::Forbid), steps in plain_steps()) {
        // At standard cost each heap is rounded by itself.
        prop_assume!(terms.method != CostMethod::Standard);
        let mut ledger = ledger(&terms);
        for event in events(&steps, &terms) {
            let before = ledger.value();
            let within = matches!(&event, Event::Moved(movement) if movement.transfer.from().is_ours() && movement.transfer.to().is_ours());
            let latest = ledger.movements().all(|(known, _)| known.effective <= event.effective());
            let Ok(postings) = apply(&mut ledger, &event) else { continue };
            if within && latest {
                prop_assert_eq!(ledger.value(), before);
                let ours = |posting: &StockPosting| {
                    [posting.debit, posting.credit].iter().all(|at| matches!(at, StockAccount::Stock | StockAccount::InTransit))
                };
                prop_assert!(postings.iter().all(ours));
            }
        }
    }

    /// Law 9: they go out of the next place at the costs, and in the order, in which they would have gone out of the last.
    #[test]
    fn layers_arrive_in_order_with_their_costs(
        layers in prop::collection::vec((1..20_i32, 0..300_i64), 1..6), part in 1..=100_i32, picks in prop::collection::vec(1..9_i32, 1..12)
    ) {
        let terms = LedgerTerms { scope: CostScope::Sites(BTreeMap::new()), ..LedgerTerms::default() };
        let mut here = ledger(&terms);
        for (sequence, (quantity, cents)) in (1..).zip(&layers) {
            // By whole cents a piece, so that nothing is rounded.
            let value = eur(cents * i64::from(*quantity));
            let transfer = Transfer::inward(Quantity::whole(*quantity, unit()), value, vendor(), place(0)).unwrap();
            here.enter(at(sequence, 1, transfer)).unwrap();
        }
        let held: i32 = layers.iter().map(|(quantity, _)| quantity).sum();
        let mut moved = (held * part + 99) / 100;
        let mut there = here.clone();
        there.enter(at(50, 2, Transfer::within(Quantity::whole(moved, unit()), place(0), place(1)).unwrap())).unwrap();
        prop_assert_eq!(there.value(), here.value());
        for (sequence, pick) in (51..).zip(picks) {
            let pick = pick.min(moved);
            if pick == 0 {
                break;
            }
            moved -= pick;
            let issue = |from| at(sequence, 3, Transfer::outward(Quantity::whole(pick, unit()), place(from), centre()).unwrap());
            prop_assert_eq!(there.enter(issue(1)).unwrap().value, here.enter(issue(0)).unwrap().value);
        }
    }

    /// Law 10: what goes out at an average costs no less than the cheapest goods that can be among it and no more than
    /// the dearest, but for half a cent for each time that was rounded.
    #[test]
    fn an_average_lies_between_what_was_paid(steps in plain_steps()) {
        let terms = LedgerTerms { method: CostMethod::Average, ..LedgerTerms::default() };
        let (ledger, ..) = entered(&terms, &steps);
        let (mut paid, mut held, mut rounded) = (BTreeSet::new(), Decimal::ZERO, 0_i64);
        for (movement, value) in ledger.movements() {
            let (from, to) = (movement.transfer.from(), movement.transfer.to());
            let (quantity, cents) = (movement.transfer.quantity().amount(), value.amount() * Decimal::ONE_HUNDRED);
            if from.is_ours() {
                // Goods that stay ours are rounded as well, where they leave what they were valued together with.
                rounded += 1;
                if to.is_ours() {
                    continue;
                }
                let slack = Decimal::from(rounded) / Decimal::TWO + Decimal::new(1, 9);
                prop_assert!(cents >= paid.first().unwrap() * quantity - slack, "{cents} for {quantity} of {paid:?}");
                prop_assert!(cents <= paid.last().unwrap() * quantity + slack, "{cents} for {quantity} of {paid:?}");
                held -= quantity;
            } else {
                paid.insert(cents / quantity);
                held += quantity;
            }
            if held.is_zero() {
                paid.clear();
                rounded = 0;
            }
        }
    }

    /// Law 16: whatever is accepted once a period is closed, no balance and no value of it changes.
    #[test]
    fn nothing_accepted_later_changes_a_closed_period(
        terms in any_terms(), steps in steps(), through in 1..9_u64,
        later in prop::collection::vec((steps(), 1..60_u64), 1..4),
    ) {
        let (mut ledger, ..) = entered(&terms, &steps);
        prop_assume!(ledger.close(day(through)).is_ok());
        let before = told(&ledger, through);
        for (round, (steps, sequence)) in (1..).zip(later) {
            for event in events(&steps, &terms) {
                let _ = apply(&mut ledger, &event.shifted(round * 100));
            }
            let _ = ledger.reverse(sequence);
            let _ = ledger.discharge(sequence, &format!("charge-{sequence}").parse().unwrap());
            prop_assert_eq!(&told(&ledger, through), &before);
        }
    }
}
