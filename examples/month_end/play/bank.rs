//! The statement of the bank: imported, matched, booked.

use office::banking::{LinePart, book_line};
use office_core::{Money, StoreError};
use office_finance::{
    BankLine, BankLineId, EntryId, MatchCandidate, MatchRules, StatementLine, VendorInvoice, VendorInvoiceId,
    import_statement, match_statement,
};

use super::begin::cash_box;
use super::bills::first_id_of;
use super::{Failure, World};
use crate::diary::{Told, take};
use crate::files::purchasing::Billed;
use crate::files::spending::CashKind;

/// What a candidate stands for.
#[derive(Clone, Debug)]
enum Expected {
    /// A bill that is posted and not paid.
    Bill(VendorInvoiceId),
    /// A bill from before the month, in the opening balance.
    BroughtForward,
    /// An invoice to a client.
    Client,
    /// A top-up of the petty cash, in the books already.
    Booked(EntryId),
}

/// Imports the statements, matches each line with what is expected, and books it.
pub(crate) async fn statement(world: World<'_>) -> Result<(), Failure> {
    let day = world.files.company.month.last().unwrap_or(world.files.company.month.start());
    let keeper = world.bookkeeper();
    let statement = &world.files.bank_statement;
    take(world.office, &world.step(day, "bank", &statement.number, &keeper), |tx| async move {
        let import = import_statement(&tx, statement).await?;
        let gap = import.gap.unwrap_or(Money::zero(crate::files::cell::EUR));
        let told = format!("{} lines, {} of them new, gap {gap}", import.lines.len(), import.added);
        Ok::<_, office_finance::ImportStatementError>(Told::accepted(told))
    })
    .await?;
    let lines = open_lines(world).await?;
    let (candidates, meanings) = candidates(world).await?;
    let told: Vec<StatementLine> = lines.iter().map(|(_, line)| line.line().clone()).collect();
    let found = match_statement(&told, &candidates, &MatchRules::within(5))?;
    for matched in &found.matches {
        let mut parts: Vec<(usize, Vec<LinePart>, Option<EntryId>)> = Vec::new();
        for part in &matched.parts {
            let Some(meaning) = meanings.get(part.candidate) else { continue };
            let settings = world.settings;
            let account = |account: &office_finance::AccountCode| LinePart::Account {
                account: account.clone(),
                cost_centre: None,
                amount: part.amount,
            };
            let (part_of_line, booked) = match meaning {
                Expected::Bill(id) => (LinePart::Invoice { invoice: id.retag(), amount: part.amount }, None),
                Expected::BroughtForward => (account(&settings.purchasing.accounts.payables), None),
                Expected::Client => (account(&settings.receivables), None),
                Expected::Booked(entry) => (account(&settings.purchasing.accounts.petty_cash), Some(*entry)),
            };
            match parts.iter_mut().find(|(line, _, _)| *line == part.line) {
                Some((_, of_line, _)) => of_line.push(part_of_line),
                None => parts.push((part.line, vec![part_of_line], booked)),
            }
        }
        for (at, parts, booked) in parts {
            if let Some((id, line)) = lines.get(at) {
                book(world, *id, line, parts, booked).await?;
            }
        }
    }
    for at in &found.open_lines {
        if let Some((id, line)) = lines.get(*at) {
            by_code(world, *id, line).await?;
        }
    }
    Ok(())
}

/// The lines of all statements that are not in the books.
async fn open_lines(world: World<'_>) -> Result<Vec<(BankLineId, BankLine)>, StoreError> {
    let lines = world.office.view(|view| async move { view.every::<BankLine>(None, 10_000).await }).await?;
    let imported = office_finance::BankLineStatus::Imported;
    let mut open: Vec<_> = lines.into_iter().filter(|(_, line)| line.status() == imported).collect();
    open.sort_by_key(|(id, line)| (line.line().on, *id));
    Ok(open)
}

/// What the office expects to see on the statement, and what each of it stands for.
async fn candidates(world: World<'_>) -> Result<(Vec<MatchCandidate>, Vec<Expected>), Failure> {
    let files = world.files;
    let mut all: Vec<(MatchCandidate, Expected)> = Vec::new();
    for invoice in &files.client_invoices {
        let candidate = MatchCandidate {
            references: vec![invoice.number.as_str().to_owned()],
            party: Some(invoice.client.clone()),
            party_account: None,
            amount: invoice.gross,
            on: invoice.date,
        };
        all.push((candidate, Expected::Client));
    }
    for row in &files.vendor_invoices {
        let vendor = files.vendors.iter().find(|vendor| vendor.code == row.vendor);
        let candidate = |amount: Money| MatchCandidate {
            references: vec![row.number.as_str().to_owned()],
            party: vendor.map(|vendor| vendor.name.clone()),
            party_account: vendor.map(|vendor| vendor.iban.clone()),
            amount: amount.negated(),
            on: row.date,
        };
        if row.billed == Billed::BroughtForward {
            all.push((candidate(row.gross), Expected::BroughtForward));
            continue;
        }
        let id: VendorInvoiceId = first_id_of(row).retag();
        let known = all.iter().any(|(_, meaning)| matches!(meaning, Expected::Bill(other) if *other == id));
        let bill: Option<VendorInvoice> = world.office.view(|view| async move { view.find(id).await }).await?;
        let Some(bill) = bill.filter(|_| !known) else { continue };
        if matches!(bill.status(), office_finance::InvoiceStatus::Posted { .. }) {
            all.push((candidate(bill.outstanding()?), Expected::Bill(id)));
        }
    }
    for line in files.petty_cash.iter().filter(|line| line.kind == CashKind::TopUp) {
        let candidate = MatchCandidate {
            references: vec![line.voucher.clone()],
            party: None,
            party_account: None,
            amount: line.amount.negated(),
            on: line.date,
        };
        let entry = EntryId::natural("cash_top_up", &format!("{}/{}", cash_box(), line.voucher));
        all.push((candidate, Expected::Booked(entry)));
    }
    Ok(all.into_iter().unzip())
}

async fn book(
    world: World<'_>,
    id: BankLineId,
    line: &BankLine,
    parts: Vec<LinePart>,
    booked: Option<EntryId>,
) -> Result<(), Failure> {
    let told = line.line();
    let reference = told.bank_reference.clone().unwrap_or_else(|| id.to_string());
    let keeper = world.bookkeeper();
    let rules = &world.settings.payment;
    let step = world.step(told.on, "bank", &reference, &keeper);
    let parts = &parts;
    take(world.office, &step, |tx| async move {
        match booked {
            Some(entry) => {
                let decision = tx.load(id).await?.book(entry)?;
                tx.decide(id, decision).await?;
            }
            None => {
                book_line(&tx, rules, id, parts.clone()).await?;
            }
        }
        Ok::<_, office::banking::BookBankLineError>(Told::accepted(format!("{}, {}", told.amount, told.text)))
    })
    .await?;
    Ok(())
}

/// Books a line that matches nothing by the code that the bank gives it.
async fn by_code(world: World<'_>, id: BankLineId, line: &BankLine) -> Result<(), Failure> {
    let account = world.files.accounts.iter().find(|row| row.bank_code.is_some() && row.bank_code == line.line().code);
    let Some(row) = account else { return Ok(()) };
    let part = LinePart::Account { account: row.account.code.clone(), cost_centre: None, amount: line.line().amount };
    book(world, id, line, vec![part], None).await
}
