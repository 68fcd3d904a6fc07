//! The bank account: its statement is read, proved, taken in twice without harm, matched with what is expected, booked, and
//! reconciled with the books.

use std::fmt::Write;

use chrono::NaiveDate;
use office::banking::{LinePart, book_line};
use office_core::Money;
use office_core::subject::InvoiceId;
use office_finance::{
    BankLineId, BankReconciliation, BankStatement, MatchCandidate, MatchReason, MatchRules, ReconcilingItem,
    StatementMatch, TextEncoding, import_statement, match_statement, read_mt940,
};

use super::bills::{CHAIRS, PAPER};
use super::control::Totals;
use super::desk::{BOOKKEEPER, Desk, Failure, october, studio};
use super::statements::books;

const STATEMENT: &str = include_str!("bank.sta");

/// Where what the bank tells of goes.
enum Goes {
    /// To the bill of this number, which it pays.
    Bill(&'static str),
    /// To an account.
    To(&'static str),
    /// To an account, at the expense of the studio.
    Spent(&'static str),
    /// It is in the books already.
    Nowhere,
}

/// What the office expects to see: by what it is known, who it is of, how much, when about, and where it goes.
const EXPECTED: [(&str, &str, &str, &str, Goes); 7] = [
    ("RENT-2026-10", "Hausverwaltung Mitte GmbH", "-2400.00 EUR", "2026-10-01", Goes::Spent("6310")),
    ("POL-7788", "Spree Versicherung AG", "-1200.00 EUR", "2026-10-01", Goes::To("1900")),
    ("CARD-2026-09", "Kartenservice Nord", "-412.30 EUR", "2026-10-07", Goes::To("3610")),
    ("CI-071", "Museum am Ufer", "5950.00 EUR", "2026-10-10", Goes::To("1200")),
    ("CI-072", "Stadtwerke Spree AG", "7140.00 EUR", "2026-11-04", Goes::To("1200")),
    (PAPER, "Papierhaus Berlin GmbH", "-243.95 EUR", "2026-10-22", Goes::Bill(PAPER)),
    (CHAIRS, "Möbelwerk Süd", "-928.20 EUR", "2026-10-30", Goes::Nowhere),
];

pub(crate) fn tell(desk: &Desk, totals: &mut Totals, told: &mut String) -> Result<(), Failure> {
    let statements = read_mt940("bank.sta", STATEMENT.as_bytes(), TextEncoding::UTF_8)?;
    let statement = statements.first().ok_or("a statement")?;
    let proof = statement.proof()?.ok_or("both balances")?;
    writeln!(told, "The bank statement has {} lines: {proof}.", statement.lines.len())?;
    totals.note("bank statement closing", proof.closing);

    let import = |key: &str| {
        desk.act(key, BOOKKEEPER, "2026-11-02", |tx| async move { Ok(import_statement(&tx, statement).await?) })
    };
    let imported = import("bank statement")?;
    let again = import("bank statement again")?;
    let lines = again.lines.len();
    writeln!(told, "The statement imported again brings nothing new: {} of {lines} lines.", again.added)?;
    let open = matched(desk, statement, &imported.lines, told)?;
    reconcile(desk, statement, open, totals, told)
}

/// Matches the lines with what is expected and books them. Answers what is expected and has not come.
fn matched(
    desk: &Desk,
    statement: &BankStatement,
    lines: &[BankLineId],
    told: &mut String,
) -> Result<Vec<ReconcilingItem>, Failure> {
    let candidates = EXPECTED.iter().map(|(reference, party, amount, on, _)| {
        Ok(MatchCandidate {
            references: vec![(*reference).to_owned()],
            party: Some((*party).to_owned()),
            party_account: None,
            amount: amount.parse()?,
            on: on.parse()?,
        })
    });
    let candidates = candidates.collect::<Result<Vec<_>, Failure>>()?;
    let result = match_statement(&statement.lines, &candidates, &MatchRules::within(5))?;
    for found in &result.matches {
        for part in &found.parts {
            let (line, expected) = (statement.lines.get(part.line), EXPECTED.get(part.candidate));
            let (Some(line), Some((reference, .., goes))) = (line, expected) else { continue };
            writeln!(told, "  {} {:>13}  {reference:<12}  {}", line.on, line.amount.to_string(), in_words(found))?;
            let id = *lines.get(part.line).ok_or("a line")?;
            book(desk, id, line.on, goes, part.amount)?;
        }
    }
    // Nobody has billed the charges of the bank: that they are charges, the bookkeeper sees.
    for at in &result.open_lines {
        let line = statement.lines.get(*at).ok_or("a line")?;
        writeln!(told, "  {} {:>13}  nothing expected: {}", line.on, line.amount.to_string(), line.text)?;
        book(desk, *lines.get(*at).ok_or("a line")?, line.on, &Goes::Spent("6855"), line.amount)?;
    }
    let open = result.open_candidates.iter().filter_map(|at| Some((EXPECTED.get(*at)?, candidates.get(*at)?)));
    Ok(open
        .map(|((reference, party, ..), candidate)| ReconcilingItem {
            what: format!("{party}, {reference}, transferred {}", candidate.on),
            amount: candidate.amount,
        })
        .collect())
}

fn in_words(found: &StatementMatch) -> String {
    let reasons = found.reasons.iter().map(|reason| match reason {
        MatchReason::Reference => "reference",
        MatchReason::Amount => "amount",
        MatchReason::Party => "party",
        MatchReason::Day => "day",
    });
    format!("by {} ({} of 100)", reasons.collect::<Vec<_>>().join(", "), found.score)
}

fn book(desk: &Desk, line: BankLineId, on: NaiveDate, goes: &Goes, amount: Money) -> Result<(), Failure> {
    let part = match goes {
        Goes::Bill(number) => LinePart::Invoice { invoice: InvoiceId::natural("invoice", number), amount },
        Goes::To(account) => LinePart::Account { account: account.parse()?, cost_centre: None, amount },
        Goes::Spent(account) => LinePart::Account { account: account.parse()?, cost_centre: Some(studio()), amount },
        Goes::Nowhere => return Ok(()),
    };
    let rules = &desk.payments;
    desk.act(&format!("bank line of {on}"), BOOKKEEPER, "2026-11-02", |tx| {
        let part = part.clone();
        async move {
            book_line(&tx, rules, line, vec![part]).await?;
            Ok(())
        }
    })
}

/// Proves that bank and books agree but for what is on its way.
fn reconcile(
    desk: &Desk,
    statement: &BankStatement,
    open: Vec<ReconcilingItem>,
    totals: &mut Totals,
    told: &mut String,
) -> Result<(), Failure> {
    let last = october()?.last().ok_or("a last day")?;
    let book = books(desk)?.balances(last)?.of(&"1800".parse()?);
    let proof = BankReconciliation::of_statement(statement, book, open, Vec::new())?;
    for line in proof.to_string().lines() {
        writeln!(told, "  {line}")?;
    }
    totals.note("bank by the books", book);
    totals.note("bank unexplained", proof.unexplained);
    writeln!(told)?;
    Ok(())
}
