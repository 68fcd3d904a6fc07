//! The company card: its statement is read as it came, proved, compared with the receipts, and signed off.

use std::fmt::Write;

use office::journal::post_and_spend;
use office_core::sheet::Sheet;
use office_core::{Currency, Money, Percent, Tx};
use office_finance::{
    AccountCode, CardBill, CardException, CardImport, CardLine, CardLineKind, CardReceipt, CardResolution,
    CardStatement, CardStatementId, Entry, EntryId, Posting, TableLayout, read_table,
};

use super::control::Totals;
use super::desk::{BOOKKEEPER, Desk, Failure, HEAD, person, studio};

const STATEMENT: &str = include_str!("card.csv");
const LAYOUT: &str = include_str!("card_layout.json");
const RECEIPTS: &str = include_str!("receipts.csv");

/// A receipt with what the books want to know of it.
struct Receipt {
    card: CardReceipt,
    tax: (Percent, Money),
    account: AccountCode,
}

pub(crate) fn tell(desk: &Desk, totals: &mut Totals, told: &mut String) -> Result<(), Failure> {
    let layout: TableLayout = serde_json::from_str(LAYOUT)?;
    let table = read_table("card.csv", STATEMENT.as_bytes(), &layout, "4711")?;
    let company = CardImport {
        holders: [("4711-5".to_owned(), person("E-005")), ("4711-6".to_owned(), person("E-006"))].into(),
        payments: vec!["Lastschrift".to_owned()],
        // The table does not tell them; they stand on the paper that comes with it.
        opening: Some("412.30 EUR".parse()?),
        closing: Some("340.40 EUR".parse()?),
    };
    let bill = CardBill::of_statement(&table, &company)?;
    let proof = bill.proof()?;
    writeln!(told, "The card statement has {} lines: {proof}.", bill.lines.len())?;
    totals.note("card statement closing", proof.closing);
    totals.note("card statement gap", proof.gap);

    let receipts = receipts()?;
    let id = CardStatementId::natural("card_statement", "2026-10");
    let checked = check(desk, id, &bill, &receipts)?;
    for line in &bill.lines {
        let found = match (checked.receipts().get(&line.reference), checked.exceptions().get(&line.reference)) {
            (_, Some(CardException::Personal { receipt })) => format!("private, says {receipt}: to be paid back"),
            (_, Some(exception)) => format!("{}: asked for, and kept apart until then", in_words(exception)),
            (Some(receipt), None) => receipt.clone(),
            (None, None) => "paid by direct debit".to_owned(),
        };
        writeln!(
            told,
            "  {} {} {:<20} {:>12}  {found}",
            line.reference,
            line.on,
            line.merchant,
            line.owed().to_string()
        )?;
    }
    book(desk, &bill, &checked, &receipts)?;
    sign_off(desk, id, told)
}

fn receipts() -> Result<Vec<Receipt>, Failure> {
    let columns = ["number", "on", "holder", "merchant", "gross", "tax_rate", "tax", "account", "personal"];
    let sheet = Sheet::read("receipts.csv", RECEIPTS.as_bytes(), &columns)?;
    let mut receipts = Vec::new();
    for row in sheet.rows() {
        let card = CardReceipt {
            number: row.text("number")?.to_owned(),
            on: row.parse("on", "a day such as `2026-10-05`")?,
            holder: person(row.text("holder")?),
            merchant: row.text("merchant")?.to_owned(),
            amount: Money::parse(row.text("gross")?, Currency::EUR)?,
            personal: row.one_of("personal", &[("yes", true), ("no", false)])?,
            claim: None,
        };
        let rate = Percent::whole(row.parse("tax_rate", "whole percent such as `19`")?);
        let tax = (rate, Money::parse(row.text("tax")?, Currency::EUR)?);
        receipts.push(Receipt { card, tax, account: row.parse("account", "a code such as `6650`")? });
    }
    Ok(receipts)
}

/// Takes the statement in, compares it with the receipts, and says what is to become of what does not agree.
fn check(desk: &Desk, id: CardStatementId, bill: &CardBill, receipts: &[Receipt]) -> Result<CardStatement, Failure> {
    let receipts: &Vec<_> = &receipts.iter().map(|receipt| receipt.card.clone()).collect();
    desk.act("card statement", BOOKKEEPER, "2026-10-31", |tx| async move {
        tx.create(id, CardStatement::receive(bill.clone())?).await?;
        let checked = tx.load(id).await?.check(receipts, 10)?;
        tx.decide(id, checked).await?;
        let found = tx.load(id).await?;
        for (reference, exception) in found.open_exceptions() {
            let holder = bill.lines.iter().find(|line| line.reference == reference).and_then(|line| line.holder);
            let resolution = match (exception, holder) {
                (CardException::Personal { .. }, Some(person)) => CardResolution::ChargedTo { person },
                _ => CardResolution::ToBeClarified { note: "asked for the receipt".to_owned() },
            };
            let resolved = tx.load(id).await?.resolve(reference, resolution)?;
            tx.decide(id, resolved).await?;
        }
        Ok(tx.load(id).await?)
    })
}

fn in_words(exception: &CardException) -> &'static str {
    match exception {
        CardException::MissingReceipt => "no receipt",
        CardException::Personal { .. } => "private",
        CardException::Claimed { .. } => "claimed besides",
        CardException::Ambiguous { .. } => "several receipts",
    }
}

/// Books each line: by its receipt, on what staff owe, or apart until it is clear what it was.
fn book(desk: &Desk, bill: &CardBill, checked: &CardStatement, receipts: &[Receipt]) -> Result<(), Failure> {
    desk.act("card lines", BOOKKEEPER, "2026-10-31", |tx| async move {
        for line in &bill.lines {
            let number = checked.receipts().get(&line.reference);
            let receipt = receipts.iter().find(|receipt| Some(&receipt.card.number) == number);
            // The payment comes with the bank, and what is private in an entry of its own.
            let is_private = checked.charged().any(|(_, charged)| charged.reference == line.reference);
            if line.kind != CardLineKind::Payment && !is_private {
                book_line(&tx, desk, line, receipt).await?;
            }
        }
        let personal = checked.personal_entry("2026-10-31".parse()?, &"1340".parse()?, &"3610".parse()?)?;
        if let Some(entry) = personal {
            post_and_spend(&tx, desk.chart(), EntryId::natural("card", "private 2026-10"), entry).await?;
        }
        Ok(())
    })
}

async fn book_line(tx: &Tx, desk: &Desk, line: &CardLine, receipt: Option<&Receipt>) -> Result<(), Failure> {
    let mut postings = vec![Posting::credit("3610".parse()?, line.owed())];
    match receipt {
        Some(Receipt { tax: (rate, tax), account, .. }) => {
            postings.push(Posting::debit(account.clone(), line.owed().checked_sub(*tax)?).borne_by(studio()));
            postings.push(Posting::debit(desk.purchasing.accounts.input_tax_at(*rate)?.clone(), *tax));
        }
        None => postings.push(Posting::debit("1370".parse()?, line.owed())),
    }
    let entry = Entry::balanced(line.on, format!("card, {}", line.merchant), postings)?.resting_on(&line.reference)?;
    post_and_spend(tx, desk.chart(), EntryId::natural("card", &line.reference), entry).await?;
    Ok(())
}

/// Each holder stands for their own lines, and then the head for all.
fn sign_off(desk: &Desk, id: CardStatementId, told: &mut String) -> Result<(), Failure> {
    for holder in ["E-005", "E-006"] {
        desk.act(&format!("card confirmed by {holder}"), holder, "2026-11-02", |tx| async move {
            let confirmed = tx.load(id).await?.confirm(person(holder), tx.command().at())?;
            tx.decide(id, confirmed).await?;
            Ok(())
        })?;
    }
    desk.act("card signed off", HEAD, "2026-11-02", |tx| async move {
        let signed = tx.load(id).await?.sign_off(person(HEAD), tx.command().at())?;
        tx.decide(id, signed).await?;
        Ok(())
    })?;
    writeln!(told, "Both holders stand for their lines, and the head has signed the statement off.\n")?;
    Ok(())
}
