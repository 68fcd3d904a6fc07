//! What is written down about equipment: warranties, what it cost, what it is.

use office_core::subject::PartyId;
use office_core::{Currency, DateRange, Decision, Entity, Id, Money, wait};
use office_inventory::{
    Asset, AssetCharge, AssetPurchase, ChargeAssetError, DepreciationBasisError, Describe, DisposalKind,
    DropWarrantyError, GoneError, ReserveAssetError, Warranty, WarrantyKind, ending_warranties, reserve_any,
};

use crate::desk::{
    asked, asset, date, days, dispose, gone, hour, loan, memory, new, person, record, refusal, register, run, state,
    terms, text,
};

#[test]
fn warranties_end_and_are_told_before() {
    let office = memory();
    let maker: PartyId = Id::natural("party", "V-07");
    for name in ["LT-1", "LT-2"] {
        register(&office, name, &new(name, "laptop")).unwrap();
    }
    let warranty = |number: &str, from: &str, months: u32| {
        let last = Warranty::last_of(date(from), months).unwrap();
        Warranty { number: text(number), kind: WarrantyKind::Maker, provider: maker, from: date(from), last }
    };
    let add = |key: &str, name: &str, added: Warranty| {
        record(&office, key, name, |asset| asset.add_warranty(added.clone()).unwrap());
    };
    add("w-1", "LT-1", warranty("W-1", "2024-10-15", 24));
    add("w-2", "LT-2", warranty("W-1", "2024-11-01", 24));
    add("w-3", "LT-2", warranty("W-2", "2026-11-01", 12));
    let october = DateRange::month(2026, 10).unwrap();
    let ending = wait(office.view(|view| async move { ending_warranties(&view, october, 10).await })).unwrap();
    let told: Vec<_> = ending.iter().map(|one| (one.warranty.last, one.asset, one.followed)).collect();
    assert_eq!(told, [(date("2026-10-14"), asset("LT-1"), false), (date("2026-10-31"), asset("LT-2"), true)]);
    assert_eq!(state(&office, "LT-1").in_warranty_on(date("2026-10-14")).count(), 1);
    assert_eq!(state(&office, "LT-1").in_warranty_on(date("2026-10-15")).count(), 0);
    // One that was written down wrongly is dropped, and written down anew.
    let drop = |asset: &Asset, number: &str| asset.drop_warranty(text(number), person("E-004"), hour(1));
    record(&office, "w-4", "LT-1", |asset| drop(asset, "W-1").unwrap());
    let laptop = state(&office, "LT-1");
    assert_eq!(drop(&laptop, "W-1"), Err(DropWarrantyError::NoWarranty { number: text("W-1") }));
    add("w-5", "LT-1", warranty("W-1", "2024-11-15", 24));
    let ending = wait(office.view(|view| async move { ending_warranties(&view, october, 10).await })).unwrap();
    assert_eq!(ending.len(), 1);
    assert_eq!(Warranty::last_of(date("2027-01-31"), 1), Some(date("2027-02-27")));
    assert_eq!(Warranty::last_of(date("2026-01-31"), u32::MAX), None);
}

#[test]
fn the_basis_of_depreciation_adds_up() {
    let book = terms();
    let purchase = AssetPurchase {
        vendor: Id::natural("party", "V-01"),
        order: None,
        on: date("2026-09-28"),
        cost: "1200.00 EUR".parse().unwrap(),
    };
    let mut bought = new("LT-1", "laptop");
    let given = Asset::open(&Asset::register(None, bought.clone()).unwrap().fact().unwrap()).unwrap();
    assert_eq!(given.depreciation_basis(&book), Err(DepreciationBasisError::NotBought));
    bought.purchase = Some(purchase);
    let mut asset = Asset::open(&Asset::register(None, bought).unwrap().fact().unwrap()).unwrap();
    let charge = |reference: &str, on: &str, amount: &str| AssetCharge {
        reference: text(reference),
        vendor: None,
        on: date(on),
        amount: amount.parse().unwrap(),
    };
    for charge in [
        charge("RE-1", "2026-10-02", "49.99 EUR"),
        charge("RE-3", "2027-03-01", "150.00 EUR"),
        charge("GS-1", "2026-11-05", "-20.00 EUR"),
    ] {
        asset.apply(&asset.charge(charge.clone()).unwrap().fact().unwrap());
        assert_eq!(asset.charge(charge), Ok(Decision::AlreadyRecorded));
    }
    let reused = Err(ChargeAssetError::ReferenceReused { reference: text("RE-1") });
    assert_eq!(asset.charge(charge("RE-1", "2026-10-02", "1.00 EUR")), reused);
    let negative = Err(ChargeAssetError::Negative { cost: "-620.01 EUR".parse().unwrap() });
    assert_eq!(asset.charge(charge("GS-2", "2026-11-05", "-2000.00 EUR")), negative);
    assert!(matches!(asset.charge(charge("GS-2", "2026-11-05", "1.00 USD")), Err(ChargeAssetError::Money(_))));
    asset.apply(&asset.put_in_service(date("2026-10-05")).unwrap().fact().unwrap());
    let basis = asset.depreciation_basis(&book).unwrap();
    assert_eq!(basis.cost.to_string(), "1249.99 EUR");
    assert_eq!(basis.later.iter().map(|later| later.reference.as_str()).collect::<Vec<_>>(), ["GS-1", "RE-3"]);
    let total =
        Money::sum(std::iter::once(basis.cost).chain(basis.later.iter().map(|later| later.amount)), Currency::EUR);
    assert_eq!(total.ok(), asset.cost().unwrap());
    assert!(basis.disposal.is_none());
}

#[test]
fn what_an_asset_is_can_be_said_anew() {
    let office = memory();
    register(&office, "LT-1", &new("LT-1", "laptop")).unwrap();
    let describe = |category: &str, lendable| Describe {
        category: text(category),
        model: "Two".to_owned(),
        lendable,
        by: person("E-004"),
        at: hour(1),
    };
    let reserve = |name: &str, category: &str| {
        let (category, key) = (&text(category), format!("{name}-{category}"));
        let wanted = asked("none", days(5, 7));
        run(&office, &key, |tx| async move { reserve_any(&tx, loan(name), category, wanted).await })
    };
    let none = |category: &str| ReserveAssetError::NoneFree { category: text(category), candidates: 0 };
    assert_eq!(refusal(reserve("L-1", "laptop")), none("laptop"));
    record(&office, "describe", "LT-1", |asset| asset.describe(describe("beamer", true)).unwrap());
    let beamer = state(&office, "LT-1");
    assert_eq!((beamer.category(), beamer.model()), (&text("beamer"), "Two"));
    assert_eq!(beamer.describe(describe("beamer", true)), Ok(Decision::AlreadyRecorded));
    assert_eq!(refusal(reserve("L-2", "laptop")), none("laptop"));
    assert_eq!(reserve("L-3", "BEAMER").unwrap(), asset("LT-1"));

    // The terms are those of what it is now: a beamer goes without any evidence, and is then described no more.
    record(&office, "back", "LT-1", |asset| asset.describe(describe("beamer", false)).unwrap());
    dispose(&office, "LT-1", &gone("D-1", DisposalKind::Scrapped, 24 * 30)).unwrap();
    assert_eq!(state(&office, "LT-1").describe(describe("laptop", false)), Err(GoneError));
}
