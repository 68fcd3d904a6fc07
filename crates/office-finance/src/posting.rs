//! Posting entries to the journal, and reading them back.

use chrono::{Datelike, NaiveDate};
use office_core::{
    DateRange, DrawNumberError, NumberLine, Restart, Series, SeriesError, StoreError, Tx, View, draw_number,
};
use thiserror::Error;

use crate::period::AdmitError;
use crate::{
    Chart, Entry, EntryFact, EntryId, EntryNumber, JournalEntry, Period, PeriodId, PostableError, ReverseError,
};

/// Posts an entry: checks it against the chart and its period, numbers it, and records it under `id`.
///
/// The person of the command has to be admitted by the period. The same entry posted again under the same id is
/// recognised and keeps its number.
///
/// # Errors
/// [`PostError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, StoreError, wait};
/// use office_finance::{Account, AccountKind, Chart, Entry, EntryId, Period, PostError, Posting, post};
///
/// let chart = Chart::new([
///     Account::new("1800".parse()?, "Bank", AccountKind::Asset),
///     Account::new("6310".parse()?, "Rent", AccountKind::Expense),
/// ])?;
/// let office = Office::on(MemoryStore::new());
/// let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
/// let entry = Entry::balanced(on, "office rent", postings)?;
/// let id = EntryId::natural("entry", "J-01");
///
/// // There is no period yet.
/// let command = Command::new("J-01", "post", clerk.clone(), at)?;
/// let refused = wait(office.transact(&command, |tx| {
///     let (entry, chart) = (entry.clone(), &chart);
///     async move { post(&tx, chart, id, entry).await }
/// }));
/// assert!(matches!(refused, Err(PostError::NoPeriod { .. })));
///
/// let opening = Period::begin(2026, 10)?;
/// let open = Command::new("open-2026-10", "open_period", clerk, at)?;
/// wait(office.transact(&open, |tx| {
///     let opening = opening.clone();
///     async move { tx.create(Period::id_of(on), opening).await }
/// }))
/// .map_err(|error: StoreError| error)?;
/// let number = wait(office.transact(&command, |tx| {
///     let (entry, chart) = (entry.clone(), &chart);
///     async move { post(&tx, chart, id, entry).await }
/// }))?;
/// assert_eq!(number.to_string(), "2026-00001");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn post(tx: &Tx, chart: &Chart, id: EntryId, entry: Entry) -> Result<EntryNumber, PostError> {
    // Read.
    let on = entry.on();
    let earlier = tx.find(id).await?;
    let period = tx.find(Period::id_of(on)).await?;

    // Decide.
    if let Some(earlier) = earlier {
        return if *earlier.entry() == entry { Ok(earlier.number()) } else { Err(PostError::IdReused { id }) };
    }
    chart.admit_entry(&entry)?;
    let period = period.ok_or_else(|| PostError::NoPeriod { on, period: Period::id_of(on) })?;
    period.admit(on, tx.command().actor().person, tx.command().at())?;

    // Record.
    let drawn = draw_number(tx, &journal_series()?, on.year()).await?;
    let number = EntryNumber { year: on.year(), place: drawn.place };
    tx.create(id, EntryFact::Posted { number, entry }).await?;
    Ok(number)
}

/// The series by which journal entries are numbered, anew each year.
pub(crate) fn journal_series() -> Result<Series, SeriesError> {
    Series::new("journal", "{year}-{number:5}", Restart::EachYear)
}

/// How many entries have been posted in a year, as far as the view sees: whoever posts another meanwhile is noticed.
///
/// # Errors
/// What the store reports.
pub(crate) async fn posted_in(view: &View, year: i32) -> Result<u64, StoreError> {
    let series = journal_series().map_err(|error| StoreError::rejected(error.to_string()))?;
    let line = view.find(NumberLine::id_of(&series)).await?;
    Ok(line.map_or(0, |line| line.last(year)))
}

/// Undoes a posted entry by one the other way round, posted on the day `on` under the id `by`.
///
/// # Errors
/// [`UndoError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("posting/books.txt")]
/// use office_finance::{UndoError, undo};
///
/// post_rent("J-01")?;
/// let (id, by) = (EntryId::natural("entry", "J-01"), EntryId::natural("entry", "J-02"));
/// let take_back = |key: &str, day: &str| {
///     let day = day.parse().unwrap();
///     wait(office.transact(&command(key), |tx| async move { undo(&tx, chart, id, by, day).await }))
/// };
/// // Not before it was posted, and only once.
/// assert!(matches!(take_back("early", "2026-09-30"), Err(UndoError::Reverse(_))));
/// assert_eq!(take_back("undo", "2026-10-02")?.to_string(), "2026-00002");
/// assert!(take_back("again", "2026-10-03").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn undo(tx: &Tx, chart: &Chart, id: EntryId, by: EntryId, on: NaiveDate) -> Result<EntryNumber, UndoError> {
    // Read.
    let posted = tx.find(id).await?;

    // Decide.
    let posted = posted.ok_or(UndoError::NoSuchEntry { id })?;
    let (undoing, reversed) = posted.reverse(id, by, on)?;

    // Record.
    let number = post(tx, chart, by, undoing).await?;
    tx.decide::<JournalEntry>(id, reversed).await?;
    Ok(number)
}

/// The entries of these days, by day and number: all of them as they were at one instant.
///
/// Whoever posts meanwhile makes the view run again, because the numbers given are part of what was read.
///
/// Reads two records for each entry, of which a view holds [`Batch::MAX_LEN`](office_core::Batch::MAX_LEN): ten
/// thousand entries at a time.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("posting/books.txt")]
/// use office_finance::entries_of;
///
/// post_rent("J-01")?;
/// let of = |days: DateRange| wait(office.view(|view| async move { entries_of(&view, days).await }));
/// assert_eq!(of(DateRange::month(2026, 10)?)?.len(), 1);
/// assert!(of(DateRange::month(2026, 11)?)?.is_empty());
/// // Days that end before they begin are not asked for.
/// assert!("2026-11-01/2026-10-01".parse::<DateRange>().is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn entries_of(view: &View, days: DateRange) -> Result<Vec<JournalEntry>, StoreError> {
    const PAGE: usize = 1_000;
    posted_in(view, days.start().year()).await?;
    let to = days.end().map(|end| (end, 0));
    let mut from = (days.start(), 0);
    let mut entries = Vec::new();
    loop {
        let page = view.page(JournalEntry::BY_DAY, Some(&from), to.as_ref(), PAGE).await?;
        let full = page.len() == PAGE;
        entries.extend(page.into_iter().map(|(_, entry)| entry));
        match entries.last() {
            Some(last) if full => from = (last.on(), last.number().place.saturating_add(1)),
            Some(_) | None => return Ok(entries),
        }
    }
}

/// An entry cannot be posted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostError {
    /// Another entry was posted under the id.
    #[error("another entry was posted under the id {id}: an entry takes an id of its own")]
    IdReused {
        /// The id.
        id: EntryId,
    },
    /// An account takes no entries.
    #[error(transparent)]
    Account(#[from] PostableError),
    /// There is no period for the day.
    #[error("there is no accounting period for {on}: open one first")]
    NoPeriod {
        /// The day of the entry.
        on: NaiveDate,
        /// The id that its period would have.
        period: PeriodId,
    },
    /// The period does not take the entry.
    #[error(transparent)]
    Period(#[from] AdmitError),
    /// There is no number for it.
    #[error(transparent)]
    Number(#[from] DrawNumberError),
    /// The series that entries are numbered by cannot be made.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An entry cannot be undone.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UndoError {
    /// There is no such entry.
    #[error("there is no journal entry {id}")]
    NoSuchEntry {
        /// The id.
        id: EntryId,
    },
    /// The entry does not allow it.
    #[error(transparent)]
    Reverse(#[from] ReverseError),
    /// The entry that undoes it cannot be posted.
    #[error(transparent)]
    Post(#[from] PostError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
