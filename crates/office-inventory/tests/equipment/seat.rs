//! The laws of licences, day by day.

use chrono::{Days, NaiveDate};
use office_core::{Currency, DateRange, Decision, Entity, Id, Money, fold};
use office_inventory::{
    AssignSeatError, Licence, LicenceFact, NewLicence, ReclaimSeatError, Seat, SeatCostsError, SeatHolder, SeatPurchase,
};
use proptest::prelude::*;

use crate::desk::{person, text};

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number)
}

fn purchase(reference: &str, seats: u32, from: u64, to: Option<u64>) -> SeatPurchase {
    let days = DateRange::new(day(from), to.map(day)).unwrap();
    SeatPurchase { reference: text(reference), seats, days, cost: Money::from_minor(10_001, Currency::EUR) }
}

fn seat(slip: &str, holder: u8, from: u64, until: Option<u64>) -> Seat {
    let holder = SeatHolder::Person(person(&format!("E-{holder}")));
    Seat { slip: text(slip), holder, from: day(from), until: until.map(day), by: person("E-004") }
}

fn licence() -> (Licence, LicenceFact) {
    let new =
        NewLicence { number: text("LIC-1"), product: "drawing".to_owned(), vendor: Some(Id::natural("party", "V-01")) };
    let fact = Licence::list(new).unwrap().fact().unwrap();
    (Licence::open(&fact).unwrap(), fact)
}

/// A licence after these, each of which was decided.
fn with(purchases: &[SeatPurchase], seats: &[Seat]) -> Licence {
    let (mut licence, _) = licence();
    for purchase in purchases {
        licence.apply(&licence.buy(purchase.clone()).unwrap().fact().unwrap());
    }
    for seat in seats {
        licence.apply(&licence.assign(seat.clone()).unwrap().fact().unwrap());
    }
    licence
}

#[derive(Clone, Debug)]
enum Step {
    Buy { seats: u32, from: u64, length: Option<u64> },
    Assign { holder: u8, from: u64, length: Option<u64> },
    Reclaim { seat: usize, from: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let length = || proptest::option::weighted(0.7, 1_u64..20);
    prop_oneof![
        2 => (1_u32..5, 0_u64..40, length()).prop_map(|(seats, from, length)| Step::Buy { seats, from, length }),
        4 => (0_u8..8, 0_u64..50, length()).prop_map(|(holder, from, length)| Step::Assign { holder, from, length }),
        1 => (0_usize..12, 0_u64..50).prop_map(|(seat, from)| Step::Reclaim { seat, from }),
    ]
}

/// How many seats are bought for a day, and how many assigned: one by one.
fn count(licence: &Licence, on: NaiveDate) -> (u64, u64) {
    let bought = licence
        .purchases()
        .iter()
        .filter(|purchase| purchase.days.contains(on))
        .map(|purchase| u64::from(purchase.seats));
    let assigned = licence.seats().iter().filter(|seat| seat.from <= on && seat.until.is_none_or(|until| on < until));
    (bought.sum(), assigned.count().try_into().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Law 30: on no day are more seats in use than were bought; a seat is refused if and only if there is a day on which
    /// none is free; and nobody loses a seat to somebody who came later.
    #[test]
    fn no_more_seats_than_were_bought(steps in proptest::collection::vec(step(), 0..40)) {
        let (mut licence, first) = licence();
        let mut facts = vec![first];
        for (number, step) in steps.into_iter().enumerate() {
            let reference = format!("N-{number}");
            let decided = match step {
                Step::Buy { seats, from, length } => {
                    licence.buy(purchase(&reference, seats, from, length.map(|length| from + length))).ok()
                }
                Step::Assign { holder, from, length } => {
                    let wanted = seat(&reference, holder, from, length.map(|length| from + length));
                    let last = wanted.until.unwrap_or(day(80));
                    let asked = wanted.from.iter_days().take_while(|on| *on < last);
                    let full = asked.into_iter().find(|on| {
                        let (bought, assigned) = count(&licence, *on);
                        assigned >= bought && (bought > 0 || wanted.until.is_some() || *on == wanted.from)
                    });
                    let mut others = licence.seats().iter().filter(|other| other.holder == wanted.holder);
                    let seated = others.any(|other| {
                        wanted.from.iter_days().take_while(|on| *on < last).any(|on| other.covers(on))
                            || (wanted.until.is_none() && other.until.is_none())
                    });
                    let answer = licence.assign(wanted);
                    match (&answer, seated, full) {
                        (Err(AssignSeatError::Seated { .. }), true, _) | (Ok(_), false, None) => {}
                        (Err(AssignSeatError::NoneFree { on, bought }), false, Some(day)) => {
                            prop_assert_eq!((*on, *bought), (day, count(&licence, day).0));
                        }
                        other => prop_assert!(false, "{:?}", other),
                    }
                    answer.ok()
                }
                Step::Reclaim { seat, from } => {
                    let slip = licence.seats().get(seat).map(|seat| seat.slip.clone());
                    slip.and_then(|slip| licence.reclaim(slip, day(from), person("E-004")).ok())
                }
            };
            let Some(fact) = decided.and_then(Decision::fact) else { continue };
            let before = licence.clone();
            licence.apply(&fact);
            facts.push(fact.clone());
            for on in (0..80).map(day) {
                let (bought, assigned) = count(&licence, on);
                let level = licence.level_on(on);
                prop_assert_eq!((level.bought, level.assigned), (bought, assigned));
                let in_use = u64::try_from(licence.in_use_on(on).count()).unwrap();
                prop_assert_eq!(in_use, assigned.min(bought));
                prop_assert_eq!(u64::try_from(licence.without_seat_on(on).count()).unwrap(), level.short());
                if matches!(fact, LicenceFact::Assigned(_)) {
                    let kept: Vec<_> = before.in_use_on(on).collect();
                    let now: Vec<_> = licence.in_use_on(on).collect();
                    prop_assert!(now.starts_with(&kept));
                }
            }
        }
        prop_assert_eq!(fold::<Licence>(&facts), Some(licence));
    }

    /// Law 31: what the seats of a purchase cost is what was paid, on every day, whoever has them.
    #[test]
    fn seats_cost_what_was_paid(bought in proptest::collection::vec((1_u32..9, 0_u64..20, 1_u64..20), 1..4), holders in 0_u8..12) {
        let (mut licence, _) = licence();
        for (number, (seats, from, length)) in bought.iter().enumerate() {
            let purchase = purchase(&format!("P-{number}"), *seats, *from, Some(from + length));
            licence.apply(&licence.buy(purchase).unwrap().fact().unwrap());
        }
        for holder in 0..holders {
            if let Ok(Decision::Record(fact)) = licence.assign(seat(&format!("S-{holder}"), holder, 10, None)) {
                licence.apply(&fact);
            }
        }
        for on in (0..40).map(day) {
            let mut used = 0;
            for purchase in licence.purchases() {
                match licence.seat_costs(&purchase.reference, on) {
                    Ok(costs) => {
                        used += costs.used.len();
                        let parts = costs.used.iter().map(|seat| seat.cost).chain([costs.unused]);
                        prop_assert_eq!(Money::sum(parts, Currency::EUR).unwrap(), purchase.cost);
                    }
                    Err(error) => {
                        let wanted = SeatCostsError::NotThen { reference: purchase.reference.clone(), on };
                        prop_assert_eq!(error, wanted);
                        prop_assert!(!purchase.days.contains(on));
                    }
                }
            }
            prop_assert_eq!(used, licence.in_use_on(on).count());
        }
    }
}

#[test]
fn a_renewal_of_fewer_seats_is_recorded_and_the_last_are_without_one() {
    let year = purchase("P-1", 3, 0, Some(365));
    let seats = [seat("S-1", 1, 5, None), seat("S-2", 2, 5, None), seat("S-3", 3, 6, None)];
    let mut licence = with(&[year], &seats);
    let ends = licence.run_out(DateRange::from(day(0)));
    assert_eq!(ends.iter().map(|end| (end.last, end.before, end.after.bought)).collect::<Vec<_>>(), [(day(364), 3, 0)]);

    licence.apply(&licence.buy(purchase("P-2", 2, 365, Some(730))).unwrap().fact().unwrap());
    let ends = licence.run_out(DateRange::new(day(0), day(400)).unwrap());
    assert_eq!(
        ends.iter().map(|end| (end.last, end.before, end.after.short())).collect::<Vec<_>>(),
        [(day(364), 3, 1)]
    );
    assert_eq!(licence.without_seat_on(day(365)).map(|seat| seat.slip.as_str()).collect::<Vec<_>>(), ["S-3"]);

    // Taken back, one goes to the next in line; bought in addition, everybody has one.
    let reclaimed = licence.reclaim(text("S-1"), day(370), person("E-004")).unwrap().fact().unwrap();
    let mut taken_back = licence.clone();
    taken_back.apply(&reclaimed);
    assert_eq!(taken_back.without_seat_on(day(370)).count(), 0);
    assert_eq!(taken_back.in_use_on(day(370)).map(|seat| seat.slip.as_str()).collect::<Vec<_>>(), ["S-2", "S-3"]);
    licence.apply(&licence.buy(purchase("P-3", 1, 365, Some(730))).unwrap().fact().unwrap());
    assert!(licence.run_out(DateRange::new(day(0), day(400)).unwrap()).is_empty());
}

#[test]
fn what_is_asked_twice_counts_once() {
    let licence = with(&[purchase("P-1", 2, 0, None)], &[seat("S-1", 1, 5, None)]);
    assert_eq!(licence.assign(seat("S-1", 1, 5, None)), Ok(Decision::AlreadyRecorded));
    assert_eq!(licence.assign(seat("S-1", 2, 5, None)), Err(AssignSeatError::SlipReused { slip: text("S-1") }));
    assert_eq!(licence.buy(purchase("P-1", 2, 0, None)), Ok(Decision::AlreadyRecorded));
    let gone = licence.reclaim(text("S-1"), day(9), person("E-004")).unwrap().fact().unwrap();
    let mut licence = licence;
    licence.apply(&gone);
    assert_eq!(licence.reclaim(text("S-1"), day(9), person("E-004")), Ok(Decision::AlreadyRecorded));
    let free = Err(ReclaimSeatError::Free { until: day(9) });
    assert_eq!(licence.reclaim(text("S-1"), day(10), person("E-004")), free);
    assert_eq!(licence.assign(seat("S-1", 1, 5, None)), Ok(Decision::AlreadyRecorded));
    assert_eq!(licence.assign(seat("S-1", 1, 5, Some(8))), Err(AssignSeatError::SlipReused { slip: text("S-1") }));
}

#[test]
fn a_seat_taken_back_from_its_first_day_on_was_nobodys() {
    let mut licence = with(&[purchase("P-1", 1, 0, None)], &[seat("S-1", 1, 5, None)]);
    licence.apply(&licence.reclaim(text("S-1"), day(0), person("E-004")).unwrap().fact().unwrap());
    assert_eq!(licence.seats()[0].until, Some(day(5)));
    assert!(licence.assign(seat("S-2", 2, 3, None)).is_ok());
    assert!(licence.assign(seat("S-3", 1, 3, Some(9))).is_ok());
}
