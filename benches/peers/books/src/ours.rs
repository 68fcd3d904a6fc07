//! By the books of this workspace.

use office_core::{Currency, DateRange, Money};
use office_finance::{Account, AccountCode, AccountKind, Books, Chart, Entry, EntryId, Posting};

use crate::Failure;
use crate::raw::{self, Raw};

/// The codes of all accounts.
///
/// # Errors
/// Where one is none.
pub fn codes() -> Result<Vec<AccountCode>, Failure> {
    let mut codes = Vec::new();
    for number in 0..usize::try_from(raw::ACCOUNTS)? {
        codes.push(AccountCode::new(raw::code(number))?);
    }
    Ok(codes)
}

/// Empty books over all accounts.
///
/// # Errors
/// Where they cannot be begun.
pub fn empty() -> Result<Books, Failure> {
    let kinds = [AccountKind::Asset, AccountKind::Liability, AccountKind::Income, AccountKind::Expense];
    let account =
        |(code, kind): (AccountCode, &AccountKind)| Account::new(code.clone(), format!("Account {code}"), *kind);
    let chart = Chart::new(codes()?.into_iter().zip(kinds.iter().cycle()).map(account))?;
    Ok(Books::new(chart, Currency::EUR, DateRange::new(raw::first(), None)?)?)
}

/// Posts the transactions with every check: the entry balances, its day is in the books and open, each account takes its
/// posting, the id is new; numbers and sums are kept.
///
/// # Errors
/// Where one is refused.
pub fn post_all(transactions: &[Raw], codes: &[AccountCode]) -> Result<Books, Failure> {
    let mut books = empty()?;
    for raw in transactions {
        let posting = |(account, minor): &(usize, i64)| {
            Posting::debit(codes[*account].clone(), Money::from_minor(*minor, Currency::EUR))
        };
        let entry = Entry::balanced(raw.on, raw.text.clone(), raw.lines.iter().map(posting).collect())?;
        books.post(EntryId::from_uuid(raw.id), &entry)?;
    }
    Ok(books)
}
