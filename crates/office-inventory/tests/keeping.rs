//! The laws of charges, picking, setting aside and counting.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use office_core::subject::PlaceId;
    use office_core::{Currency, Decimal, Id, Money, Percent, Quantity, Ratio, UnitCode, UnitPrice};
    use office_inventory::{
        ChargeBasis, ChargedLine, ConfirmCountError, CostMethod, CountLine, CountProgramme, CountSheet, CountTolerance,
        Counted, Ledger, LedgerTerms, Location, LotId, Movement, PickError, PlaceTree, PlannedMove, Reference,
        ReservationRequest, Reservations, ReserveError, ShareChargeError, Tracking, Transfer, outlook, share_charge,
    };
    use proptest::prelude::*;

    fn unit() -> UnitCode {
        UnitCode::EACH
    }

    fn pieces(number: i32) -> Quantity {
        Quantity::whole(number, unit())
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

    /// Places 1 and 2 lie within 0, and 3 within 2.
    fn tree() -> PlaceTree {
        PlaceTree::new([(place(1), place(0)), (place(2), place(0)), (place(3), place(2))]).unwrap()
    }

    /// So many pieces of each lot at each place.
    fn stocked(held: &[(u8, u8, i32)]) -> Ledger {
        let terms = LedgerTerms { method: CostMethod::Specific, tracking: Tracking::Expiry, ..LedgerTerms::default() };
        let mut ledger = Ledger::on_terms(unit(), Currency::EUR, terms).unwrap();
        let vendor = Location::Supplier(Id::natural("party", "V-01"));
        for (sequence, (at, of, number)) in (1..).zip(held) {
            let value = Money::from_minor(100, Currency::EUR);
            let transfer = Transfer::inward(pieces(*number), value, vendor, place(*at)).unwrap().of_lot(lot(*of));
            let reference = format!("paper-{sequence}").parse().unwrap();
            ledger.enter(Movement { sequence, effective: day(1), reference, transfer }).unwrap();
        }
        ledger
    }

    fn held() -> impl Strategy<Value = Vec<(u8, u8, i32)>> {
        prop::collection::vec((0..4_u8, 0..4_u8, 1..20_i32), 0..10)
    }

    /// Lot 0 never expires, the others on days 1, 2 and 3.
    fn expires() -> BTreeMap<LotId, NaiveDate> {
        (1..4_u8).map(|number| (lot(number), day(u64::from(number)))).collect()
    }

    fn charged(charge: i64, lines: &[(i64, i64, i64)]) -> (Money, Vec<ChargedLine>) {
        let line = |(value, quantity, grams): &(i64, i64, i64)| ChargedLine {
            value: Money::from_minor(*value, Currency::EUR),
            quantity: Decimal::from(*quantity),
            weight: Decimal::new(*grams, 3),
        };
        (Money::from_minor(charge, Currency::EUR), lines.iter().map(line).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Law 11.
        #[test]
        fn shares_of_a_charge_add_up(
            charge in 0..999_999_i64,
            lines in prop::collection::vec((-500..9_999_i64, 0..99_i64, 0..9_999_i64), 1..12),
            basis in 0..3_usize,
        ) {
            let (charge, lines) = charged(charge, &lines);
            let basis = [ChargeBasis::Value, ChargeBasis::Quantity, ChargeBasis::Weight][basis];
            let part = |line: &ChargedLine| match basis {
                ChargeBasis::Quantity => line.quantity,
                ChargeBasis::Weight => line.weight,
                ChargeBasis::Value => line.value.amount(),
            };
            let total: Decimal = lines.iter().map(part).sum();
            match share_charge(charge, &lines, basis) {
                Ok(shares) => {
                    prop_assert_eq!(Money::sum(shares.iter().copied(), Currency::EUR), Ok(charge));
                    for (share, line) in shares.iter().zip(&lines) {
                        let exact = Ratio::from_decimal(charge.amount() * part(line))
                            .checked_div(Ratio::from_decimal(total)).unwrap();
                        let off = Ratio::from_decimal(share.amount()).checked_sub(exact).unwrap();
                        prop_assert!(off.abs() < Ratio::new(2, 100).unwrap(), "{share} for {}", part(line));
                        prop_assert!(!share.is_negative() || part(line).is_sign_negative());
                        prop_assert!(!part(line).is_zero() || share.is_zero());
                    }
                }
                Err(error) => {
                    prop_assert_eq!(error, ShareChargeError::NoTotal);
                    prop_assert!(total <= Decimal::ZERO);
                }
            }
        }

        /// Laws 13 and 22.
        #[test]
        fn no_more_is_set_aside_than_is_there(
            held in held(),
            requests in prop::collection::vec((0..4_u8, 1..25_i32, 0..5_u64, any::<bool>()), 1..8),
        ) {
            let (ledger, tree, expires) = (stocked(&held), tree(), expires());
            let mut reservations = Reservations::default();
            for (number, (within, wanted, on, keep)) in requests.into_iter().enumerate() {
                let reference: Reference = format!("request-{number}").parse().unwrap();
                let request = ReservationRequest {
                    reference: reference.clone(),
                    quantity: pieces(wanted),
                    within: place(within),
                    on: day(on),
                    until: None,
                    tree: &tree,
                    expires: &expires,
                };
                let free = reservations.free(&ledger);
                let usable = |place: PlaceId, lot: Option<LotId>| {
                    let last = lot.and_then(|lot| expires.get(&lot));
                    tree.encloses(request.within, place) && last.is_none_or(|last| day(on) <= *last)
                };
                let fit: Decimal = free.iter().filter(|pick| usable(pick.place, pick.lot)).map(|pick| pick.quantity.amount()).sum();
                match reservations.reserve(&ledger, &request) {
                    Ok(Some(reservation)) => {
                        let sum: Decimal = reservation.picks.iter().map(|pick| pick.quantity.amount()).sum();
                        prop_assert_eq!(sum, Decimal::from(wanted));
                        prop_assert!(reservation.picks.iter().all(|pick| usable(pick.place, pick.lot)));
                        // Whatever is left behind at the place itself expires no earlier than what is taken there.
                        let key = |lot: Option<LotId>| lot.and_then(|lot| expires.get(&lot)).copied().unwrap_or(NaiveDate::MAX);
                        let taken = |place, lot| {
                            let same = reservation.picks.iter().filter(|pick| pick.place == place && pick.lot == lot);
                            same.map(|pick| pick.quantity.amount()).sum::<Decimal>()
                        };
                        let latest = reservation.picks.iter().filter(|pick| pick.place == request.within).map(|pick| key(pick.lot)).max();
                        for pick in free.iter().filter(|pick| pick.place == request.within && usable(pick.place, pick.lot)) {
                            let left = pick.quantity.amount() > taken(pick.place, pick.lot);
                            prop_assert!(!left || latest.is_none_or(|latest| key(pick.lot) >= latest));
                            prop_assert!(!left || reservation.picks.iter().all(|other| other.place == request.within));
                        }
                        reservations.hold(reference.clone(), reservation);
                        prop_assert_eq!(reservations.reserve(&ledger, &request), Ok(None), "again");
                    }
                    Ok(None) => prop_assert!(false, "nothing was set aside before"),
                    Err(ReserveError::Pick(PickError::Short { .. })) => {
                        prop_assert!(fit < Decimal::from(wanted));
                        prop_assert_eq!(reservations.reservable(&ledger, &request).unwrap().amount(), fit);
                    }
                    Err(error) => prop_assert!(false, "{error}"),
                }
                if !keep {
                    reservations.release(&reference);
                }
                // What is set aside and what is free are what is there, and neither is below zero.
                for (location, _) in ledger.balances() {
                    let Location::Storage(place) = location else { continue };
                    for (lot, held) in ledger.lots_at(location) {
                        let reserved = reservations.reserved(&ledger, place, lot);
                        let free = reservations.free(&ledger).into_iter().find(|pick| (pick.place, pick.lot) == (place, lot));
                        let free = free.map_or(Quantity::zero(unit()), |pick| pick.quantity);
                        prop_assert!(!reserved.is_negative() && !free.is_negative());
                        prop_assert_eq!(reserved.checked_add(free), Ok(held));
                    }
                }
            }
        }

        /// A forecast is what is there, with what is planned done.
        #[test]
        fn a_forecast_is_what_comes_of_the_plan(held in held(), plans in prop::collection::vec((0..5_u8, 0..5_u8, 1..9_i32, 0..6_u64), 0..8), until in 0..6_u64) {
            let (mut ledger, tree) = (stocked(&held), tree());
            let end = |number: u8| if number == 4 { Location::Loss } else { Location::Storage(place(number)) };
            let planned: Vec<_> = plans.iter().filter(|(from, to, ..)| from != to).map(|(from, to, number, on)| PlannedMove {
                quantity: pieces(*number), from: end(*from), to: end(*to), on: day(10 + on),
            }).collect();
            let none = Reservations::default();
            let outlook = outlook(&ledger, &none, &planned, &tree, place(0), day(10 + until)).unwrap();
            let terms = LedgerTerms { negative: office_inventory::NegativeStock::LastCost, ..LedgerTerms::default() };
            let before = ledger.on_hand_within(&tree, place(0), None).unwrap();
            ledger = Ledger::on_terms(unit(), Currency::EUR, terms).unwrap();
            for plan in planned.iter().filter(|plan| plan.on <= day(10 + until)) {
                let nothing = Money::zero(Currency::EUR);
                let transfer = match (plan.from.is_ours(), plan.to) {
                    (false, Location::Storage(to)) => Transfer::inward(plan.quantity, nothing, plan.from, to),
                    (_, to) => Transfer::between(plan.quantity, plan.from, to),
                };
                let (sequence, reference) = (ledger.next_sequence(), "plan".parse().unwrap());
                ledger.enter(Movement { sequence, effective: plan.on, reference, transfer: transfer.unwrap() }).unwrap();
            }
            let moved = ledger.on_hand_within(&tree, place(0), None).unwrap();
            prop_assert_eq!(outlook.forecast, before.checked_add(moved).unwrap());
            prop_assert_eq!(outlook.on_hand, before);
        }

        /// Law 15.
        #[test]
        fn a_sheet_is_confirmed_within_tolerance_or_by_somebody(
            lines in prop::collection::vec((0..40_i32, prop::option::of(-2..40_i32), 0..900_i64), 1..8), most in 1..50_i32, worth in 1..9_000_i64
        ) {
            let tolerance = CountTolerance { ratio: Some(Percent::whole(most)), value: Some(Money::from_minor(worth, Currency::EUR)) };
            let sheet = CountSheet {
                lines: lines.iter().map(|(expected, counted, cost)| CountLine {
                    item: Id::natural("item", "X"),
                    place: place(0),
                    lot: None,
                    expected: pieces(*expected),
                    counted: counted.map(pieces),
                    unit_cost: UnitPrice::per_unit(Decimal::new(*cost, 2), Currency::EUR, unit()).unwrap(),
                }).collect(),
                tolerance,
            };
            let off: Vec<_> = lines.iter().enumerate().filter_map(|(at, (expected, counted, _))| {
                counted.filter(|counted| counted != expected).map(|counted| (at, counted - expected))
            }).collect();
            let over = lines.iter().any(|(expected, counted, cost)| counted.is_some_and(|counted| {
                let off = (counted - expected).abs();
                off * 100 > most * expected || i64::from(off) * cost > worth
            }));
            for confirmed in [false, true] {
                match sheet.confirm(confirmed) {
                    Ok(found) => {
                        prop_assert!(confirmed || !over);
                        let found: Vec<_> = found.into_iter().map(|(at, variance)| (at, variance.difference)).collect();
                        let wanted: Vec<_> = off.iter().map(|(at, off)| (*at, pieces(*off))).collect();
                        prop_assert_eq!(found, wanted);
                    }
                    Err(ConfirmCountError::NotCounted { line }) => prop_assert_eq!(lines[line].1, None),
                    Err(ConfirmCountError::Negative { line, .. }) => prop_assert!(lines[line].1 < Some(0)),
                    Err(ConfirmCountError::OverTolerance { lines }) => prop_assert!(over && !confirmed && !lines.is_empty()),
                    Err(ConfirmCountError::Compare { .. }) => prop_assert!(false),
                }
            }
        }

        /// Law 15: once the differences are booked, what was counted is there, and counting it again finds nothing.
        #[test]
        fn what_was_counted_is_there_once_it_is_booked(
            held in held(), counted in prop::collection::vec(0..40_i32, 16), later in prop::option::of(1..20_i32)
        ) {
            let mut ledger = stocked(&held);
            let shelves: Vec<_> = (0..4_u8).flat_map(|at| (0..4_u8).map(move |of| (place(at), lot(of)))).collect();
            let sheet = |ledger: &Ledger| CountSheet {
                lines: shelves.iter().zip(&counted).map(|((place, lot), counted)| CountLine {
                    item: Id::natural("item", "X"),
                    place: *place,
                    lot: Some(*lot),
                    expected: ledger.on_hand_of(Location::Storage(*place), Some(*lot)),
                    counted: Some(pieces(*counted)),
                    unit_cost: UnitPrice::per_unit(Decimal::ONE, Currency::EUR, unit()).unwrap(),
                }).collect(),
                tolerance: CountTolerance::default(),
            };
            let enter = |ledger: &mut Ledger, on, transfer| {
                let (sequence, reference) = (ledger.next_sequence(), "sheet 1".parse().unwrap());
                ledger.enter(Movement { sequence, effective: day(on), reference, transfer })
            };
            for (at, variance) in sheet(&ledger).confirm(true).unwrap() {
                let (place, lot) = shelves[at];
                let off = variance.difference.abs();
                let found = Money::from_minor(100, Currency::EUR);
                let transfer = if variance.difference.is_negative() {
                    Transfer::outward(off, place, Location::Loss)
                } else {
                    Transfer::inward(off, found, Location::Loss, place)
                };
                enter(&mut ledger, 5, transfer.unwrap().of_lot(lot)).unwrap();
            }
            for ((place, lot), counted) in shelves.iter().zip(&counted) {
                prop_assert_eq!(ledger.on_hand_of(Location::Storage(*place), Some(*lot)), pieces(*counted));
            }
            let total: i32 = counted.iter().sum();
            let on_hand = |ledger: &Ledger| (0..4_u8).map(|at| {
                ledger.on_hand_at(Location::Storage(place(at)), day(5)).unwrap().amount()
            }).sum::<Decimal>();
            prop_assert_eq!(on_hand(&ledger), Decimal::from(total));
            prop_assert_eq!(sheet(&ledger).confirm(false), Ok(Vec::new()), "counted again");
            // Goods that go out later are not what was counted.
            if let Some(taken) = later {
                let transfer = Transfer::outward(pieces(taken), place(0), Location::Loss).unwrap().of_lot(lot(0));
                let _ = enter(&mut ledger, 6, transfer);
                prop_assert_eq!(on_hand(&ledger), Decimal::from(total));
            }
        }

        /// Law 23.
        #[test]
        fn what_is_counted_is_not_due_again_before_its_interval(last in prop::collection::vec((0..3_u8, prop::option::of(0..200_u64)), 1..12), today in 200..300_u64) {
            let intervals = [(0_u8, 30_u32), (1, 90)];
            let programme = CountProgramme::new(intervals).unwrap();
            let items: Vec<_> = last.iter().enumerate().map(|(number, (class, last))| Counted {
                item: Id::natural("item", &number.to_string()), class: *class, last: last.map(day),
            }).collect();
            let due = programme.due(&items, day(today), 100);
            for (counted, (class, last)) in items.iter().zip(&last) {
                let interval = intervals.iter().find(|(known, _)| known == class).map(|(_, days)| u64::from(*days));
                let wanted = interval.is_some_and(|days| last.is_none_or(|last| last + days <= today));
                prop_assert_eq!(due.iter().any(|due| due.item == counted.item), wanted);
            }
            prop_assert!(due.is_sorted_by_key(|due| due.since));
            prop_assert_eq!(programme.due(&items, day(today), 2).len(), due.len().min(2));
            // Once all that is due is counted, nothing is.
            let done: Vec<_> = items.iter().map(|item| Counted {
                last: if due.iter().any(|due| due.item == item.item) { Some(day(today)) } else { item.last }, ..*item
            }).collect();
            prop_assert!(programme.due(&done, day(today), 100).is_empty());
        }
    }
}
