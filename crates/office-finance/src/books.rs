//! The books in memory: everything that was posted, with its sums kept.
//!
//! Accounts are numbered once and sums are kept for each account, currency, month and day, and for each value of a
//! dimension. So a trial balance of any date and a report by month cost as much as there are accounts and months, not as
//! much as there are entries.

mod column;
mod log;
mod report;
mod row;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::{Currency, DateRange};
use thiserror::Error;

use self::column::{Day, Sums};
use self::log::Log;
use crate::{AccountCode, Chart, Entry, EntryId, EntryKind, EntryNumber, JournalEntry, PostableError};

pub(crate) use self::report::ResultSums;
pub use self::report::{ForeignBalance, MonthlyReport, MonthlyRow};

/// The books of some months, held in memory.
///
/// Whoever keeps the entries in a store replays them here; whoever has a store of their own can take this alone. A
/// posting is checked in full before anything changes: a refusal leaves the books as they were.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, DateRange, Money};
/// use office_finance::{Account, AccountKind, Books, BooksError, Chart, Entry, EntryId, Posting};
///
/// let chart = Chart::new([
///     Account::new("1800".parse()?, "Bank", AccountKind::Asset),
///     Account::new("6310".parse()?, "Rent", AccountKind::Expense),
/// ])?;
/// let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).ok_or("a day");
/// let mut books = Books::new(chart, Currency::EUR, DateRange::new(day(1, 1)?, None)?)?;
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
/// let entry = Entry::balanced(day(10, 1)?, "rent", postings)?;
/// let id = EntryId::natural("entry", "J-01");
/// assert_eq!(books.post(id, &entry)?.to_string(), "2026-00001");
/// // Posted again, it is recognised.
/// assert_eq!(books.post(id, &entry)?.to_string(), "2026-00001");
/// assert_eq!(books.balances(day(10, 1)?)?.of(&"1800".parse()?), rent.negated());
/// assert!(books.balances(day(9, 30)?)?.of(&"1800".parse()?).is_zero());
///
/// books.close_through(day(10, 31)?);
/// let late = books.post(EntryId::natural("entry", "J-02"), &entry);
/// assert_eq!(late, Err(BooksError::Closed { on: day(10, 1)?, through: day(10, 31)? }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Books {
    chart: Chart,
    currency: Currency,
    days: DateRange,
    closed_through: Option<NaiveDate>,
    given: BTreeMap<i32, u64>,
    sums: Sums,
    log: Log,
    // Kept between postings so as not to be allocated anew.
    checked: Vec<Checked>,
}

/// A posting whose account is found and whose worth is known.
#[derive(Clone, Copy, Debug)]
struct Checked {
    account: u32,
    currency: Currency,
    amount: i128,
    worth: i128,
}

impl Books {
    /// The most months that books are kept of: a hundred years.
    pub const MAX_MONTHS: usize = 1_200;

    /// Empty books over a chart, in this currency, of these days. Days without an end go on for
    /// [`MAX_MONTHS`](Self::MAX_MONTHS).
    ///
    /// # Errors
    /// [`BooksError::TooLong`].
    pub fn new(chart: Chart, currency: Currency, days: DateRange) -> Result<Self, BooksError> {
        let sums = Sums::new(days.start(), chart.accounts().count());
        if days.last().is_some_and(|last| sums.month(last).is_none()) {
            return Err(BooksError::TooLong { days });
        }
        let log = Log::new(chart.accounts().count());
        Ok(Self { chart, currency, days, closed_through: None, given: BTreeMap::new(), sums, log, checked: Vec::new() })
    }

    /// The chart.
    #[must_use]
    pub const fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The currency that the books are kept in.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// How many entries have been posted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.log.entries()
    }

    /// Whether nothing has been posted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The years in which anything has been posted.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.given.keys().copied()
    }

    /// The number of the last entry of a year, without the year; 0 where there is none.
    #[must_use]
    pub fn last_number(&self, year: i32) -> u64 {
        self.given.get(&year).copied().unwrap_or(0)
    }

    /// Takes no more entries up to this day. What is closed stays closed.
    pub fn close_through(&mut self, day: NaiveDate) {
        self.closed_through = self.closed_through.max(Some(day));
    }

    /// Posts an entry and numbers it. The same entry again, under the same id, is recognised.
    ///
    /// # Errors
    /// [`BooksError`], in the order of its variants; nothing has changed then.
    pub fn post(&mut self, id: EntryId, entry: &Entry) -> Result<EntryNumber, BooksError> {
        if let Some(earlier) = self.log.find(id) {
            return if self.log.is(earlier, entry, &self.chart) {
                Ok(self.log.number(earlier))
            } else {
                Err(BooksError::IdReused { id })
            };
        }
        let (on, year) = (entry.on(), entry.on().year());
        let day = self.sums.day(on).filter(|_| self.days.contains(on));
        let day = day.ok_or(BooksError::OtherDays { on, days: self.days })?;
        if let Some(through) = self.closed_through.filter(|through| on <= *through) {
            return Err(BooksError::Closed { on, through });
        }
        self.check(entry, true)?;
        // From here on nothing is refused.
        let place = self.given.get(&year).copied().unwrap_or(0).saturating_add(1);
        let number = EntryNumber { year, place };
        self.record(Some(id), number, day, entry);
        Ok(number)
    }

    /// Takes an entry from the journal as it stands there, under its number. The store has recognised ids and periods
    /// when it was posted, and the account may have been given up since.
    ///
    /// # Errors
    /// [`BooksError`], in the order of its variants; nothing has changed then.
    pub fn replay(&mut self, posted: &JournalEntry) -> Result<(), BooksError> {
        let on = posted.on();
        let day = self.sums.day(on).filter(|_| self.days.contains(on));
        let day = day.ok_or(BooksError::OtherDays { on, days: self.days })?;
        self.check(posted.entry(), false)?;
        self.record(None, posted.number(), day, posted.entry());
        Ok(())
    }

    fn record(&mut self, id: Option<EntryId>, number: EntryNumber, day: Day, entry: &Entry) {
        let given = self.given.entry(number.year).or_default();
        *given = number.place.max(*given);
        let closing = entry.kind() == EntryKind::Closing;
        self.log.begin(id, number, entry);
        for (checked, posting) in self.checked.iter().zip(entry.postings()) {
            self.sums.add(*checked, self.currency, day, closing);
            if !posting.dimensions.is_empty() {
                self.sums.add_dimensions(*checked, day, &posting.dimensions);
            }
            self.log.push(*checked, posting);
        }
    }

    /// Finds the account of each posting and what it is worth, whether there is room, and for a new entry whether its
    /// accounts take it.
    fn check(&mut self, entry: &Entry, is_new: bool) -> Result<(), BooksError> {
        self.checked.clear();
        let is_closing = entry.kind() == EntryKind::Closing;
        for posting in entry.postings() {
            let unknown = || PostableError::Unknown { code: posting.account.clone() };
            let account = self.chart.number(&posting.account).ok_or_else(unknown)?;
            if is_new {
                self.chart.admit_at(account, posting, is_closing)?;
            }
            let (currency, amount) = (posting.amount.currency(), posting.amount.minor());
            self.checked.push(Checked { account, currency, amount, worth: amount });
        }
        for (checked, posting) in self.checked.iter_mut().zip(entry.postings()) {
            let (wanted, code) = (self.currency, || posting.account.clone());
            let worth = posting.told_in(wanted).ok_or_else(|| BooksError::NoWorth { code: code(), wanted })?;
            checked.worth = worth.minor();
        }
        if self.log.has_room(entry) { Ok(()) } else { Err(BooksError::Full) }
    }
}

/// The books do not take an entry, or cannot be begun.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BooksError {
    /// Too many months.
    #[error("books of {days} are too long: {} months at most are wanted", Books::MAX_MONTHS)]
    TooLong {
        /// The days.
        days: DateRange,
    },
    /// Another entry was posted under the id.
    #[error("another entry was posted under the id {id}: an entry takes an id of its own")]
    IdReused {
        /// The id.
        id: EntryId,
    },
    /// The entry is of a day that the books are not of.
    #[error("{on} is not in the books of {days}")]
    OtherDays {
        /// The day of the entry.
        on: NaiveDate,
        /// The days of the books.
        days: DateRange,
    },
    /// The day is closed.
    #[error("the books are closed through {through}: {on} takes no more entries")]
    Closed {
        /// The day of the entry.
        on: NaiveDate,
        /// The last day that is closed.
        through: NaiveDate,
    },
    /// An account does not take a posting.
    #[error(transparent)]
    Account(#[from] PostableError),
    /// A foreign posting does not say what it is worth in the currency of the books.
    #[error("the posting to account {code} does not say what it is worth in {wanted}")]
    NoWorth {
        /// The account.
        code: AccountCode,
        /// The currency of the books.
        wanted: Currency,
    },
    /// There is no room for it: four thousand million postings, or as many bytes of text.
    #[error("the books are full")]
    Full,
}
