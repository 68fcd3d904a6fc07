//! What the books say as files, for spreadsheets and whoever audits them.

use office_core::sheet::Separator;
use office_core::{Currency, MoneyError};
use office_finance::sheet::CsvReport;
use office_finance::{AccountLedger, JournalEntry, SpendBy, SpendSpan, SpendTable, spend_lines};

use super::desk::{Desk, Failure, october};
use super::statements::{books, entries};

/// Each file by its name: the statements, the general ledger account by account, and what was spent.
pub(crate) fn tables(desk: &Desk) -> Result<Vec<(&'static str, String)>, Failure> {
    let (books, days, comma) = (books(desk)?, october()?, Separator::Comma);
    let last = days.last().ok_or("a last day")?;
    let pages = desk.chart().accounts().map(|account| books.ledger(&account.code, days));
    let pages: Vec<AccountLedger> = pages.collect::<Result<_, MoneyError>>()?;
    let entries = entries(desk)?;
    let of_month = entries.iter().map(JournalEntry::entry).filter(|entry| days.contains(entry.on()));
    let (spent, _) = spend_lines(desk.chart(), of_month, Currency::EUR);
    let by_account = SpendTable::of(&spent, SpendBy::Account, SpendSpan::Month, Currency::EUR)?;
    Ok(vec![
        ("trial_balance.csv", books.trial_balance(last)?.to_csv(comma)),
        ("income_statement.csv", books.income_statement(days)?.to_csv(comma)),
        ("balance_sheet.csv", books.balance_sheet(last)?.to_csv(comma)),
        ("cash_flow.csv", books.cash_flow(days)?.to_csv(comma)),
        ("general_ledger.csv", pages.to_csv(comma)),
        ("spending.csv", by_account.to_csv(comma)),
    ])
}
