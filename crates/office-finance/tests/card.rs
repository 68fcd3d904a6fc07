//! Card statements through the public API: their laws as properties.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "tests may overflow and panic")]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::{Currency, Entity, Id, Money};
use office_finance::{CardBill, CardException, CardLine, CardLineKind, CardReceipt, CardStatement};
use proptest::prelude::*;

const KINDS: [CardLineKind; 3] = [CardLineKind::Charge, CardLineKind::Credit, CardLineKind::Payment];

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn lines(drafts: &[(usize, i64, u8)]) -> Vec<CardLine> {
    let line = |(at, (kind, minor, who)): (usize, &(usize, i64, u8))| CardLine {
        reference: format!("CS-{at}"),
        kind: KINDS[kind % 3],
        on: NaiveDate::default(),
        holder: Some(Id::natural("person", &who.to_string())),
        merchant: "Bahn".to_owned(),
        amount: euro(*minor),
        category: None,
    };
    drafts.iter().enumerate().map(line).collect()
}

proptest! {
    /// Law 1.
    #[test]
    fn a_statement_adds_up_or_tells_its_gap(
        opening in -5_000..5_000_i64, drafts in prop::collection::vec((0..3_usize, 0..5_000_i64, 0..3_u8), 0..12), off in -9..9_i64,
    ) {
        let of = |wanted: CardLineKind| {
            drafts.iter().filter(|(kind, ..)| KINDS[*kind] == wanted).map(|(_, minor, _)| minor).sum::<i64>()
        };
        let closing = opening + of(CardLineKind::Charge) - of(CardLineKind::Credit) - of(CardLineKind::Payment);
        let bill = CardBill { opening: euro(opening), lines: lines(&drafts), closing: euro(closing + off) };
        prop_assert_eq!(bill.gap().unwrap(), euro(off));
    }

    /// Law 2.
    #[test]
    fn each_line_has_a_receipt_or_is_an_exception(
        drafts in prop::collection::vec((0..3_usize, 1..4_i64, 0..2_u8), 0..10),
        handed_in in prop::collection::vec((-3..4_i64, 0..2_u8, any::<bool>()), 0..10),
    ) {
        let bill = CardBill { opening: euro(0), lines: lines(&drafts), closing: euro(0) };
        let receipt = |(at, (minor, who, personal)): (usize, &(i64, u8, bool))| CardReceipt {
            number: format!("CR-{at}"),
            on: NaiveDate::default(),
            holder: Id::natural("person", &who.to_string()),
            merchant: "BAHN".to_owned(),
            amount: euro(*minor),
            personal: *personal,
        };
        let receipts: Vec<CardReceipt> = handed_in.iter().enumerate().map(receipt).collect();
        let mut statement = CardStatement::open(&CardStatement::receive(bill.clone()).unwrap()).unwrap();
        let fact = statement.check(&receipts, 0).unwrap().fact().unwrap();
        statement.apply(&fact);
        let used: BTreeSet<&String> = statement.receipts().values().collect();
        prop_assert_eq!(used.len(), statement.receipts().len());
        for line in &bill.lines {
            let (matched, exception) =
                (statement.receipts().get(&line.reference), statement.exceptions().get(&line.reference));
            let fits = receipts.iter().any(|one| Some(one.holder) == line.holder && one.amount == line.owed());
            match (matched, exception) {
                (None, None) => prop_assert_eq!(line.kind, CardLineKind::Payment),
                (None, Some(CardException::MissingReceipt)) => prop_assert!(!fits),
                (None, Some(CardException::Ambiguous { .. })) => prop_assert!(fits),
                (Some(number), Some(CardException::Personal { receipt })) => prop_assert_eq!(number, receipt),
                (Some(_), None) => prop_assert!(fits),
                _ => prop_assert!(false, "{:?} {:?}", matched, exception),
            }
        }
    }
}
