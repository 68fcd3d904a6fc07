//! The general ledger, account by account.

use chrono::NaiveDate;
use office_core::{Currency, DateRange, Money, MoneyError};

use crate::{AccountCode, Dimensions, EntryNumber, JournalEntry};

/// One account's page of the general ledger: what stood on it, each posting with the balance after it, and what stands
/// on it in the end.
///
/// Debits are above zero, credits below.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, DateRange, Money};
/// use office_finance::{AccountLedger, Entry, EntryNumber, JournalEntry, Posting};
///
/// let posted = |place, day, minor| {
///     let on = NaiveDate::from_ymd_opt(2026, 10, day).ok_or("a day")?;
///     let amount = Money::from_minor(minor, Currency::EUR);
///     let postings = vec![Posting::debit("6310".parse()?, amount), Posting::credit("1800".parse()?, amount)];
///     let entry = Entry::balanced(on, "rent", postings)?;
///     Ok::<_, Box<dyn std::error::Error>>(JournalEntry::new(EntryNumber { year: 2026, place }, entry))
/// };
/// let entries = [posted(1, 1, 100)?, posted(2, 5, 200)?, posted(3, 9, 400)?];
/// let days: DateRange = "2026-10-05/2026-10-09".parse()?;
/// let page = AccountLedger::of(&entries, &"1800".parse()?, days, Currency::EUR)?;
/// assert_eq!((page.opening.minor(), page.closing.minor(), page.lines.len()), (-100, -300, 1));
/// assert_eq!(page.lines[0].balance.minor(), -300);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLedger {
    /// The account.
    pub account: AccountCode,
    /// What stood on it before the first day.
    pub opening: Money,
    /// Its postings, by day and number.
    pub lines: Vec<LedgerLine>,
    /// What stands on it after the last day.
    pub closing: Money,
}

/// A posting, with the balance after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    /// The number of the entry.
    pub number: EntryNumber,
    /// Its day.
    pub on: NaiveDate,
    /// What it says.
    pub description: String,
    /// The document it rests on.
    pub document: Option<String>,
    /// Who bears it, what it is for, with whom.
    pub dimensions: Dimensions,
    /// How much, in the currency of the page.
    pub amount: Money,
    /// How much in the currency of the transaction, where that is another.
    pub foreign: Option<Money>,
    /// What stands on the account after it.
    pub balance: Money,
}

impl AccountLedger {
    /// The page of `account` for these days, told in `currency`. The entries may come in any order.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn of<'a>(
        entries: impl IntoIterator<Item = &'a JournalEntry>,
        account: &AccountCode,
        days: DateRange,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let mut entries: Vec<&JournalEntry> = entries.into_iter().collect();
        entries.sort_by_key(|entry| (entry.on(), entry.number()));
        let mut opening = Money::zero(currency);
        let mut balance = opening;
        let mut lines = Vec::new();
        for entry in entries {
            for posting in entry.entry().postings().iter().filter(|posting| posting.account == *account) {
                let Some(amount) = posting.told_in(currency) else { continue };
                if entry.on() < days.start() {
                    opening = opening.checked_add(amount)?;
                    balance = opening;
                } else if days.contains(entry.on()) {
                    balance = balance.checked_add(amount)?;
                    lines.push(LedgerLine {
                        number: entry.number(),
                        on: entry.on(),
                        description: entry.entry().description().to_owned(),
                        document: entry.entry().document().map(str::to_owned),
                        dimensions: posting.dimensions.clone(),
                        amount,
                        foreign: Some(posting.amount).filter(|foreign| foreign.currency() != currency),
                        balance,
                    });
                }
            }
        }
        Ok(Self { account: account.clone(), opening, lines, closing: balance })
    }
}
