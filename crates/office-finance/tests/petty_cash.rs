//! Petty cash through the public API: its laws as properties, and October of the office.

use chrono::NaiveDate;
use office_core::{Currency, Entity, Id, Money};
use office_finance::{PettyCashFund, SpendCashError, Voucher};
use proptest::prelude::*;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn voucher(number: usize, minor: i64) -> Voucher {
    Voucher {
        number: format!("PC-{number:02}"),
        on: NaiveDate::default(),
        person: Id::natural("person", "E-006"),
        amount: euro(minor),
        tax: euro(0),
        account: None,
        cost_centre: None,
        description: String::new(),
    }
}

proptest! {
    /// Law 1: cash, vouchers and what is missing make the float. Law 2: a top-up makes the cash the float.
    #[test]
    fn the_float_never_changes(float in 1..50_000_i64, steps in prop::collection::vec((0..4_u8, 1..20_000_i64), 0..25)) {
        let opening = PettyCashFund::set_up(euro(float), Id::natural("person", "E-003")).unwrap();
        let mut fund = PettyCashFund::open(&opening).unwrap();
        for (at, (kind, minor)) in steps.into_iter().enumerate() {
            let before = fund.clone();
            let fact = match kind {
                0 | 1 => fund.spend(voucher(at, minor)).ok(),
                2 => fund.count(NaiveDate::default(), euro(minor)).ok(),
                _ => fund.top_up_due().ok().and_then(|due| fund.top_up(format!("PT-{at}"), NaiveDate::default(), due).ok()),
            };
            let Some(fact) = fact.and_then(office_core::Decision::fact) else { continue };
            fund.apply(&fact);
            let vouchers = Money::sum(fund.vouchers().map(|voucher| voucher.amount), Currency::EUR).unwrap();
            let parts = [fund.cash().unwrap(), vouchers, fund.missing()];
            prop_assert_eq!(Money::sum(parts, Currency::EUR).unwrap(), euro(float));
            match kind {
                0 | 1 => prop_assert_eq!(before.cash().unwrap().checked_sub(fund.cash().unwrap()).unwrap(), euro(minor)),
                2 => prop_assert_eq!(fund.cash().unwrap(), euro(minor)),
                _ => prop_assert_eq!(fund.cash().unwrap(), euro(float)),
            }
        }
    }
}

#[test]
fn october_ends_fifty_cents_short() {
    let opening = PettyCashFund::set_up(euro(20_000), Id::natural("person", "E-003")).unwrap();
    let mut fund = PettyCashFund::open(&opening).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 10, 30).unwrap();
    for (number, minor) in [(1, 890), (2, 2_550), (3, 1_840), (4, 6_200), (5, 1_475), (7, 1_190)] {
        fund.apply(&fund.spend(voucher(number, minor)).unwrap().fact().unwrap());
    }
    assert!(matches!(fund.spend(voucher(6, 18_900)), Err(SpendCashError::NotEnough { .. })));
    fund.apply(&fund.top_up("PT-01", day, euro(14_145)).unwrap().fact().unwrap());
    for (number, minor) in [(8, 1_635), (9, 3_420), (10, 1_299), (11, 945), (12, 2_380)] {
        fund.apply(&fund.spend(voucher(number, minor)).unwrap().fact().unwrap());
    }
    fund.apply(&fund.count(day, euro(10_271)).unwrap().fact().unwrap());
    assert_eq!(fund.missing(), euro(50));
    fund.apply(&fund.top_up("PT-02", day, euro(9_729)).unwrap().fact().unwrap());
    assert_eq!(fund.cash().unwrap(), euro(20_000));
}
