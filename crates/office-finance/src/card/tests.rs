use std::collections::BTreeMap;

use chrono::DateTime;
use office_core::{Currency, Decision, Entity, Id};

use super::*;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
}

fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

fn line(reference: &str, kind: CardLineKind, on: u32, who: &str, merchant: &str, minor: i64) -> CardLine {
    CardLine {
        reference: reference.to_owned(),
        kind,
        on: day(on),
        holder: (!who.is_empty()).then(|| person(who)),
        merchant: merchant.to_owned(),
        amount: euro(minor),
        category: None,
    }
}

fn receipt(number: &str, on: u32, who: &str, merchant: &str, minor: i64, personal: bool) -> CardReceipt {
    let (number, merchant) = (number.to_owned(), merchant.to_owned());
    CardReceipt { number, on: day(on), holder: person(who), merchant, amount: euro(minor), personal, claim: None }
}

/// October, shortened.
fn bill() -> CardBill {
    use CardLineKind::{Charge, Credit, Payment};
    let lines = vec![
        line("CS-101", Charge, 2, "E-001", "Deutsche Bahn", 17_840),
        line("CS-102", Payment, 6, "", "direct debit", 128_460),
        line("CS-106", Charge, 15, "E-005", "Copyshop am Ufer", 5_950),
        line("CS-107", Charge, 21, "E-019", "Headphone World", 4_990),
        line("CS-109", Credit, 27, "E-005", "PlanSoft", 2_380),
    ];
    CardBill { opening: euro(128_460), lines, closing: euro(26_400) }
}

fn receipts() -> Vec<CardReceipt> {
    vec![
        receipt("CR-01", 1, "E-001", "DEUTSCHE BAHN", 17_840, false),
        receipt("CR-05", 21, "E-019", "Headphone World", 4_990, true),
        receipt("CR-07", 27, "E-005", "PlanSoft", -2_380, false),
        // Another person's, and another day's.
        receipt("CR-08", 15, "E-006", "Copyshop am Ufer", 5_950, false),
        receipt("CR-09", 25, "E-005", "Copyshop am Ufer", 5_950, false),
    ]
}

fn after(statement: &CardStatement, decision: Decision<CardFact>) -> CardStatement {
    let mut next = statement.clone();
    next.apply(&decision.fact().unwrap());
    next
}

fn received(bill: CardBill) -> CardStatement {
    CardStatement::open(&CardStatement::receive(bill).unwrap()).unwrap()
}

#[test]
fn is_signed_off_when_all_is_decided() {
    let (by, at) = (person("E-002"), DateTime::from_timestamp(1_793_000_000, 0).unwrap());
    let statement = received(bill());
    assert_eq!(statement.sign_off(by, at), Err(SignOffError::NotChecked));
    let checked = after(&statement, statement.check(&receipts(), 3).unwrap());
    assert_eq!(checked.check(&receipts(), 3), Ok(Decision::AlreadyRecorded));
    let missing = CardException::MissingReceipt;
    let personal = CardException::Personal { receipt: "CR-05".to_owned() };
    assert_eq!(checked.open_exceptions().collect::<Vec<_>>(), [("CS-106", &missing), ("CS-107", &personal)]);
    let open = SignOffError::Exceptions { references: vec!["CS-106".to_owned(), "CS-107".to_owned()] };
    assert_eq!(checked.sign_off(by, at), Err(open));

    let charged = CardResolution::ChargedTo { person: person("E-019") };
    let unknown = checked.resolve("CS-101", charged.clone());
    assert_eq!(unknown, Err(ResolveCardError::NoException { reference: "CS-101".to_owned() }));
    let used = checked.resolve("CS-106", CardResolution::Receipt { number: "CR-01".to_owned() });
    let line = "CS-101".to_owned();
    assert_eq!(used, Err(ResolveCardError::ReceiptUsed { number: "CR-01".to_owned(), line }));
    let half = after(&checked, checked.resolve("CS-107", charged.clone()).unwrap());
    assert_eq!(half.resolve("CS-107", charged.clone()), Ok(Decision::AlreadyRecorded));
    let found = CardResolution::Receipt { number: "CR-09".to_owned() };
    let resolved = after(&half, half.resolve("CS-106", found).unwrap());

    // First each holder for their own lines, then somebody else for all.
    let holders = ["E-001", "E-005", "E-019"].map(person);
    assert_eq!(
        half.confirm(holders[1], at),
        Err(ConfirmCardError::Exceptions { references: vec!["CS-106".to_owned()] })
    );
    assert_eq!(resolved.confirm(by, at), Err(ConfirmCardError::NoLines { by }));
    let Err(SignOffError::Unconfirmed { holders: unconfirmed }) = resolved.sign_off(by, at) else { panic!() };
    assert_eq!(unconfirmed.len(), 3);
    let mut confirmed = resolved.clone();
    for holder in holders {
        confirmed = after(&confirmed, confirmed.confirm(holder, at).unwrap());
        assert_eq!(confirmed.confirm(holder, at), Ok(Decision::AlreadyRecorded));
    }
    assert_eq!(confirmed.sign_off(holders[0], at), Err(SignOffError::Own { by: holders[0] }));
    // What is decided anew, its holder has to stand for anew.
    let anew = CardResolution::ToBeClarified { note: "which of the two?".to_owned() };
    let again = after(&confirmed, confirmed.resolve("CS-106", anew).unwrap());
    assert_eq!(again.sign_off(by, at), Err(SignOffError::Unconfirmed { holders: vec![holders[1]] }));

    let signed = after(&confirmed, confirmed.sign_off(by, at).unwrap());
    assert_eq!(signed.sign_off(by, at), Ok(Decision::AlreadyRecorded));
    assert_eq!(signed.sign_off(person("E-001"), at), Err(SignOffError::SignedOff { by, at }));
    assert_eq!(signed.check(&[], 3), Err(CheckCardError { by, at }));
    let late = signed.resolve("CS-107", CardResolution::ToBeClarified { note: String::new() });
    assert_eq!(late, Err(ResolveCardError::SignedOff { by, at }));
    assert_eq!(signed.confirm(holders[0], at), Err(ConfirmCardError::SignedOff { by, at }));
    assert_eq!(statement.confirm(holders[0], at), Err(ConfirmCardError::NotChecked));

    // What was charged to somebody is owed until it is settled, also after all is signed.
    assert_eq!(signed.owed_by_people(), Ok([(holders[2], euro(4_990))].into()));
    let deducted = PersonalSettlement::Deducted { pay_run: "2026-11".to_owned(), on: day(30) };
    let settled = after(&signed, signed.settle_personal("CS-107", deducted.clone()).unwrap());
    assert_eq!(settled.owed_by_people(), Ok([].into()));
    assert_eq!(settled.settle_personal("CS-107", deducted), Ok(Decision::AlreadyRecorded));
    let repaid = || PersonalSettlement::Repaid { payment: Id::natural("payment", "1"), on: day(31) };
    let twice = SettlePersonalError::Settled { reference: "CS-107".to_owned() };
    assert_eq!(settled.settle_personal("CS-107", repaid()), Err(twice));
    let nobody = SettlePersonalError::NotCharged { reference: "CS-101".to_owned() };
    assert_eq!(settled.settle_personal("CS-101", repaid()), Err(nobody));
    let entry = settled.personal_entry(day(31), &"1340".parse().unwrap(), &"1730".parse().unwrap()).unwrap().unwrap();
    assert_eq!(entry.postings().iter().map(|posting| posting.amount).collect::<Vec<_>>(), [euro(4_990), euro(-4_990)]);
    assert_eq!(statement.personal_entry(day(31), &"1340".parse().unwrap(), &"1730".parse().unwrap()), Ok(None));
}

#[test]
fn what_a_claim_asks_for_as_well_is_not_in_order() {
    let mut handed_in = receipts();
    handed_in[0].claim = Some("EC-014".to_owned());
    let statement = received(bill());
    let checked = after(&statement, statement.check(&handed_in, 3).unwrap());
    let claimed = CardException::Claimed { receipt: "CR-01".to_owned(), claim: "EC-014".to_owned() };
    assert_eq!(checked.exceptions().get("CS-101"), Some(&claimed));
    let struck = CardResolution::Unclaimed { claim: "EC-014".to_owned() };
    let resolved = after(&checked, checked.resolve("CS-101", struck).unwrap());
    assert!(resolved.open_exceptions().all(|(reference, _)| reference != "CS-101"));
}

#[test]
fn what_cannot_be_read_is_refused_in_order() {
    let with = |lines: Vec<CardLine>| CardStatement::receive(CardBill { lines, ..bill() });
    let one = || line("CS-1", CardLineKind::Charge, 1, "", "x", 1);
    assert_eq!(with(vec![one(); 2_001]), Err(ReceiveCardError::Lines { found: 2_001 }));
    assert_eq!(with(vec![one(), one()]), Err(ReceiveCardError::Repeated { reference: "CS-1".to_owned() }));
    let negative = CardLine { amount: euro(-1), ..one() };
    let refused = ReceiveCardError::Negative { reference: "CS-1".to_owned(), amount: euro(-1) };
    assert_eq!(with(vec![negative]), Err(refused));
    let foreign = CardLine { amount: Money::from_minor(1, Currency::USD), ..one() };
    assert!(matches!(with(vec![foreign]), Err(ReceiveCardError::Money(_))));
}

#[test]
fn a_statement_that_does_not_add_up_is_not_signed_off() {
    let statement = received(CardBill { closing: euro(26_401), ..bill() });
    let checked = after(&statement, statement.check(&receipts(), 3).unwrap());
    let refused = checked.sign_off(person("E-002"), DateTime::default());
    assert_eq!(refused, Err(SignOffError::Gap { gap: euro(1) }));
}

#[test]
fn equal_charges_are_not_decided_silently() {
    let twice = |reference| line(reference, CardLineKind::Charge, 2, "E-001", "Deutsche Bahn", 17_840);
    let bill = CardBill { opening: euro(0), lines: vec![twice("A"), twice("B")], closing: euro(35_680) };
    let statement = received(bill);
    let checked = after(&statement, statement.check(&receipts(), 3).unwrap());
    let both = CardException::Ambiguous { receipts: vec!["CR-01".to_owned()] };
    assert_eq!(checked.open_exceptions().collect::<Vec<_>>(), [("A", &both), ("B", &both)]);
}

#[test]
fn stored_forms() {
    let (by, at) = (person("E-002"), DateTime::from_timestamp(1_793_000_000, 0).unwrap());
    let checked = received(bill()).check(&receipts(), 3).unwrap().fact().unwrap();
    let resolved = |resolution| CardFact::Resolved { reference: "CS-106".to_owned(), resolution };
    let ambiguous = CardException::Ambiguous { receipts: vec!["CR-1".to_owned()] };
    let facts = [
        CardFact::Received { bill: bill() },
        CardFact::Checked { receipts: BTreeMap::new(), exceptions: [("CS-106".to_owned(), ambiguous)].into() },
        checked,
        resolved(CardResolution::Receipt { number: "CR-09".to_owned() }),
        resolved(CardResolution::ChargedTo { person: by }),
        resolved(CardResolution::ToBeClarified { note: "asked".to_owned() }),
        resolved(CardResolution::Unclaimed { claim: "EC-014".to_owned() }),
        CardFact::Confirmed { by, at },
        CardFact::Settled {
            reference: "CS-106".to_owned(),
            settlement: PersonalSettlement::Deducted { pay_run: "2026-11".to_owned(), on: day(30) },
        },
        CardFact::SignedOff { by, at },
    ];
    let open: CardStatement = office_core::fold(&facts[..1]).unwrap();
    let state: CardStatement = office_core::fold(&facts).unwrap();
    insta::assert_json_snapshot!((&facts, open.status(), &state));
    let json = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<CardStatement>(&json).unwrap(), state);
}
