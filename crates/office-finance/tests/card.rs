//! Card statements through the public API: their laws as properties.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "tests may overflow and panic")]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::{Currency, Entity, Id, Money};
use office_finance::{
    BankStatement, CardBill, CardException, CardImport, CardImportError, CardLine, CardLineKind, CardReceipt,
    CardResolution, CardStatement, ChaseRules, ChaseStep, PersonalSettlement, StatementBalance, StatementFormat,
    StatementLine, chase_receipts,
};
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
        let proof = bill.proof().unwrap();
        prop_assert_eq!(proof.charges, euro(of(CardLineKind::Charge)));
        prop_assert_eq!(proof.to_string().ends_with(&format!("off by {}", euro(off))), off != 0);
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
            claim: None,
        };
        let receipts: Vec<CardReceipt> = handed_in.iter().enumerate().map(receipt).collect();
        let mut statement = CardStatement::open(&CardStatement::receive(bill.clone()).unwrap()).unwrap();
        let fact = statement.check(&receipts, 0).unwrap().fact().unwrap();
        statement.apply(&fact);
        let used: BTreeSet<&String> = statement.receipts().values().collect();
        prop_assert_eq!(used.len(), statement.receipts().len());
        // What is matched, what is listed and what was paid come to the difference of the balances less the gap.
        let is_listed = |line: &&CardLine| statement.exceptions().contains_key(&line.reference);
        let sum = |wanted: &dyn Fn(&&CardLine) -> bool| {
            bill.lines.iter().filter(wanted).map(|line| line.owed().minor()).sum::<i128>()
        };
        let matched = sum(&|line| !is_listed(line) && statement.receipts().contains_key(&line.reference));
        let paid = sum(&|line| line.kind == CardLineKind::Payment);
        let difference = bill.closing.minor() - bill.opening.minor() - bill.gap().unwrap().minor();
        prop_assert_eq!(matched + sum(&is_listed) + paid, difference);
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

proptest! {
    /// Law 3, with the law of asking for receipts: as days pass, nobody is asked who comes before.
    #[test]
    fn asking_goes_on_and_debts_are_what_was_charged(
        drafts in prop::collection::vec((0..2_usize, 1..900_i64, 0..3_u8), 0..8), settle in prop::collection::vec(any::<bool>(), 8),
        steps in prop::collection::vec(0..40_u32, 0..4), days in 0..60_u64, more in 0..60_u64,
    ) {
        let bill = CardBill { opening: euro(0), lines: lines(&drafts), closing: euro(0) };
        let mut statement = CardStatement::open(&CardStatement::receive(bill.clone()).unwrap()).unwrap();
        statement.apply(&statement.check(&[], 0).unwrap().fact().unwrap());
        let ask = |(at, after_days): (usize, &u32)| ChaseStep { after_days: *after_days, ask: at.to_string() };
        let rules = ChaseRules { steps: steps.iter().enumerate().map(ask).collect() };
        let after = |days| chase_receipts(&statement, NaiveDate::default() + chrono::Days::new(days), &rules);
        let taken = |ask: &Option<String>| ask.as_ref().map(|at| steps[at.parse::<usize>().unwrap()]);
        for (now, later) in after(days).iter().zip(after(days + more)) {
            prop_assert!(taken(&now.ask) <= taken(&later.ask) && taken(&now.ask).is_none_or(|step| step <= now.days));
        }
        prop_assert_eq!(after(days).len(), bill.lines.len());

        let mut owed = 0;
        for (line, settle) in bill.lines.iter().zip(settle) {
            let charged = CardResolution::ChargedTo { person: line.holder.unwrap() };
            statement.apply(&statement.resolve(&line.reference, charged).unwrap().fact().unwrap());
            if settle {
                let paid = PersonalSettlement::Deducted { pay_run: "1".to_owned(), on: line.on };
                statement.apply(&statement.settle_personal(&line.reference, paid).unwrap().fact().unwrap());
            } else {
                owed += line.owed().minor();
            }
        }
        prop_assert_eq!(statement.owed_by_people().unwrap().values().map(|sum| sum.minor()).sum::<i128>(), owed);
        prop_assert!(chase_receipts(&statement, NaiveDate::MAX, &rules).is_empty());
    }
}

#[test]
fn a_statement_of_a_card_company_is_read_as_data() {
    let line = |minor: i64, party: &str, reference: Option<&str>, card: &str| StatementLine {
        on: NaiveDate::default(),
        value: None,
        amount: euro(minor),
        references: vec![],
        party: Some(party.to_owned()),
        party_account: Some(card.to_owned()),
        text: String::new(),
        bank_reference: reference.map(str::to_owned),
        code: Some("travel".to_owned()),
    };
    let balance = |minor| Some(StatementBalance { amount: euro(minor), on: NaiveDate::default() });
    let statement = BankStatement {
        format: StatementFormat::Csv,
        account: "4711".to_owned(),
        number: String::new(),
        opening: balance(-100),
        closing: balance(-50),
        lines: vec![
            line(-70, "Bahn", Some("7"), "**01"),
            line(20, "Bahn", Some("7"), "**01"),
            line(100, "Thank you, Direct Debit", None, "**00"),
        ],
        pending: vec![],
    };
    let rules: CardImport = serde_json::from_value(serde_json::json!({
        "holders": {"**01": Id::<office_core::subject::Person>::natural("person", "E-001")}, "payments": ["direct debit"],
    }))
    .unwrap();
    let bill = CardBill::of_statement(&statement, &rules).unwrap();
    let told: Vec<_> =
        bill.lines.iter().map(|line| (line.reference.as_str(), line.kind, line.amount.minor())).collect();
    assert_eq!(
        told,
        [
            ("7", CardLineKind::Charge, 70),
            ("1970-01-01 #1", CardLineKind::Credit, 20),
            ("1970-01-01 #2", CardLineKind::Payment, 100),
        ]
    );
    assert_eq!(bill.lines[0].holder, Some(Id::natural("person", "E-001")));
    assert_eq!((bill.gap().unwrap(), bill.lines[2].holder), (euro(0), None));
    assert!(CardStatement::receive(bill).is_ok());
    let unknown = BankStatement { closing: None, ..statement };
    assert_eq!(CardBill::of_statement(&unknown, &rules), Err(CardImportError::Closing));
}
