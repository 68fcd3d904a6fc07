//! The laws of valuing by every method, among whatever goods, above and below zero.

use chrono::NaiveDate;
use office_core::{Currency, Decimal, Quantity};
use office_inventory::{
    ChargeError, CloseError, CostMethod, EnterError, Ledger, LedgerTerms, Location, Movement, NegativeStock,
    Revaluation, ReverseError, Tracking, Transfer, Valuer,
};
use proptest::prelude::*;

use crate::plain::plainly;
use crate::scene::{
    Event, Step, Way, any_terms, apply, by_account, centre, check_sums, day, economy, entered, eur, events, holds,
    in_order, in_stock, ledger, lot, place, plain_steps, steps, terms, unit, vendor, way,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

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

    /// Laws 7 and 16: also what was forgotten makes no difference to what comes later.
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

    /// Law 10: where all receipts cost the same, no method differs.
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

    /// Law 14: a piece with a serial number is in one place at any time, or nowhere.
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
