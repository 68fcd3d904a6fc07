//! Open items through the public API: their laws as properties.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]

use chrono::{Days, NaiveDate};
use office_core::{Currency, Id, Money};
use office_finance::{Ageing, AllocationError, OpenItem, split_payment};
use proptest::prelude::*;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default() + Days::new(offset)
}

fn item(on: u64, term: u64, minor: i64) -> OpenItem {
    OpenItem::new(Id::natural("party", "M"), "CI-1", day(on), day(on + term), euro(minor))
}

proptest! {
    /// Laws 1 and 2.
    #[test]
    fn a_payment_is_split_exactly(payment in -9_000..9_000_i64, items in prop::collection::vec(-3_000..3_000_i64, 0..8)) {
        let outstanding: Vec<Money> = items.iter().copied().map(euro).collect();
        let split = split_payment(euro(payment), &outstanding).unwrap();
        let given = Money::sum(split.parts.iter().copied(), Currency::EUR).unwrap();
        prop_assert_eq!(given.checked_add(split.left_over).unwrap(), euro(payment));
        prop_assert_eq!(split.parts.len(), items.len());
        for (part, item) in split.parts.iter().zip(&items) {
            prop_assert!(part.minor().abs() <= i128::from(item.abs()));
            prop_assert!(part.is_zero() || (part.is_negative() == (*item < 0) && part.is_negative() == (payment < 0)));
        }
        // Nothing is left over while an item of its direction could take it.
        let open = split.parts.iter().zip(&items).any(|(part, item)| {
            (*item < 0) == (payment < 0) && *item != 0 && part.minor() != i128::from(*item)
        });
        prop_assert!(split.left_over.is_zero() || !open);
    }

    /// Law 3.
    #[test]
    fn an_ageing_adds_up_and_stays(
        drafts in prop::collection::vec((0..60_u64, 0..60_u64, 1..5_000_i64, 0..90_u64, 1..6_000_i64), 0..10),
        at in 0..150_u64, limits in prop::collection::vec(0..100_u32, 0..5),
    ) {
        let mut items = Vec::new();
        let mut later = Vec::new();
        for (on, term, minor, pays, amount) in &drafts {
            let mut item = item(*on, *term, *minor);
            let paid = item.allocate(Id::natural("payment", "1"), euro(*amount), day(on + pays));
            prop_assert_eq!(paid.is_ok(), amount <= minor);
            items.push(item.clone());
            // A payment after the day of the report.
            if let Ok(rest) = item.outstanding(day(1_000)) {
                let _ = item.allocate(Id::natural("payment", "2"), rest, day(at + on + 1));
            }
            later.push(item);
        }
        let ageing = Ageing::as_of(&items, day(at), &limits, Currency::EUR).unwrap();
        let buckets = ageing.overdue.iter().map(|bucket| bucket.amount).chain([ageing.not_due]);
        prop_assert_eq!(Money::sum(buckets, Currency::EUR).unwrap(), ageing.total);
        let outstanding = items.iter().map(|item| item.outstanding(day(at)).unwrap());
        prop_assert_eq!(Money::sum(outstanding, Currency::EUR).unwrap(), ageing.total);
        prop_assert_eq!(Ageing::as_of(&later, day(at), &limits, Currency::EUR).unwrap(), ageing);
    }
}

#[test]
fn refuses_in_order() {
    let mut item = item(10, 30, 1_000);
    let payment = Id::natural("payment", "1");
    let early = item.allocate(payment, euro(1), day(9));
    assert_eq!(early, Err(AllocationError::TooEarly { on: day(9), document: day(10) }));
    let foreign = item.allocate(payment, Money::from_minor(1, Currency::USD), day(10));
    assert!(matches!(foreign, Err(AllocationError::Money(_))));
    for wrong in [1_001, 0, -1] {
        let refused = item.allocate(payment, euro(wrong), day(10));
        assert_eq!(refused, Err(AllocationError::Amount { amount: euro(wrong), outstanding: euro(1_000) }));
    }
    assert_eq!(item.allocate(payment, euro(1_000), day(10)), Ok(()));
    let more = item.allocate(payment, euro(1), day(10));
    assert_eq!(more, Err(AllocationError::Amount { amount: euro(1), outstanding: euro(0) }));
    // The last day of a bucket is in it.
    let fresh = OpenItem::new(Id::natural("party", "M"), "CI-2", day(0), day(0), euro(7));
    let amounts = |at| {
        let ageing = Ageing::as_of([&fresh], day(at), &[60, 30, 30], Currency::EUR).unwrap();
        let overdue = ageing.overdue.iter().map(|bucket| bucket.amount.minor());
        std::iter::once(ageing.not_due.minor()).chain(overdue).collect::<Vec<_>>()
    };
    assert_eq!([amounts(0), amounts(1), amounts(30)], [[7, 0, 0, 0], [0, 7, 0, 0], [0, 7, 0, 0]]);
    assert_eq!([amounts(31), amounts(60), amounts(61)], [[0, 0, 7, 0], [0, 0, 7, 0], [0, 0, 0, 7]]);
}
