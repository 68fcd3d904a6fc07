//! Entries that recur: the rent, a subscription.

use chrono::NaiveDate;
use office_core::{DateRange, Decision, Entity, Entries, Id, Kind, Ordered, Tx};
use serde::{Deserialize, Serialize};

use crate::posting_run::{Due, PostedLines, Scheduled, post_due, undo_line};
use crate::{
    Chart, Entry, EntryError, EntryId, EntryNumber, PostedRun, PostingRun, PostingRunError, RecurringEntry,
    UndoLineError,
};

/// The id of a standing entry.
pub type StandingEntryId = Id<StandingEntry>;

/// An entry that recurs, posted each time it comes, until it ends.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Money};
/// use office_finance::{EntryError, Posting, RecurringEntry, StandingEntry};
///
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
/// let monthly = RecurringEntry { first: "2026-01-31".parse()?, every_months: 1, description: "rent".into(), postings };
/// let mut standing = StandingEntry::open(&StandingEntry::begin(monthly.clone())?).ok_or("a first fact")?;
/// let due: Vec<_> = standing.due("2026-03-01".parse()?).collect();
/// assert_eq!(due, ["2026-01-31".parse()?, "2026-02-28".parse()?]);
/// standing.apply(&standing.end("2026-02-01".parse()?).fact().ok_or("a fact")?);
/// assert_eq!(standing.due("2026-12-31".parse()?).count(), 1);
///
/// // What does not balance does not recur.
/// let half = RecurringEntry { postings: monthly.postings[..1].to_vec(), ..monthly };
/// assert_eq!(StandingEntry::begin(half), Err(EntryError::Postings { found: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingEntry {
    recurring: RecurringEntry,
    posted: PostedLines,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<NaiveDate>,
}

/// What happens to a standing entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandingEntryFact {
    /// It was begun.
    Begun {
        /// What recurs.
        recurring: RecurringEntry,
    },
    /// It was posted.
    Posted {
        /// For this day.
        on: NaiveDate,
        /// By this entry.
        entry: EntryId,
    },
    /// The entry of a day was undone.
    Undone {
        /// The day.
        on: NaiveDate,
    },
    /// It comes no more.
    Ended {
        /// From this day on.
        from: NaiveDate,
    },
}

impl StandingEntry {
    /// Standing entries by the first day on which they are not posted.
    pub const BY_DUE: Ordered<Self, NaiveDate> = Ordered::new("due");

    /// The first fact of a standing entry.
    ///
    /// # Errors
    /// [`EntryError`]: what recurs makes no entry.
    pub fn begin(recurring: RecurringEntry) -> Result<StandingEntryFact, EntryError> {
        Entry::balanced(recurring.first, recurring.description.clone(), recurring.postings.clone())?;
        Ok(StandingEntryFact::Begun { recurring })
    }

    /// What recurs.
    #[must_use]
    pub const fn recurring(&self) -> &RecurringEntry {
        &self.recurring
    }

    /// The day from which it comes no more.
    #[must_use]
    pub const fn ended(&self) -> Option<NaiveDate> {
        self.end
    }

    /// The days for which it is posted, with their entries.
    pub fn posted(&self) -> impl Iterator<Item = (NaiveDate, EntryId)> {
        self.posted.iter()
    }

    /// The days up to `through` for which it is not posted.
    pub fn due(&self, through: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        self.not_posted().take_while(move |on| *on <= through)
    }

    /// The days for which it is not posted, of the first hundred years of months.
    fn not_posted(&self) -> impl Iterator<Item = NaiveDate> {
        let days = DateRange::new(self.recurring.first, self.end).ok();
        let days = days.into_iter().flat_map(|days| self.recurring.days(days));
        days.filter(|on| self.posted.entry(*on).is_none())
    }

    /// Ends it: it comes no more from a day on. What is posted stays.
    pub fn end(&self, from: NaiveDate) -> Decision<StandingEntryFact> {
        if self.end == Some(from) {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(StandingEntryFact::Ended { from })
        }
    }
}

impl Entity for StandingEntry {
    const KIND: Kind = Kind::literal("standing_entry");
    type Fact = StandingEntryFact;

    fn open(fact: &StandingEntryFact) -> Option<Self> {
        match fact {
            StandingEntryFact::Begun { recurring } => {
                Some(Self { recurring: recurring.clone(), posted: PostedLines::default(), end: None })
            }
            StandingEntryFact::Posted { .. } | StandingEntryFact::Undone { .. } | StandingEntryFact::Ended { .. } => {
                None
            }
        }
    }

    fn apply(&mut self, fact: &StandingEntryFact) {
        match fact {
            StandingEntryFact::Begun { .. } => {}
            StandingEntryFact::Posted { on, entry } => self.posted.posted(*on, *entry),
            StandingEntryFact::Undone { on } => self.posted.undone(*on),
            StandingEntryFact::Ended { from } => self.end = Some(*from),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if let Some(on) = self.not_posted().next() {
            entries.ordered(Self::BY_DUE, &on);
        }
    }
}

impl Scheduled for StandingEntry {
    const BY_DUE: Ordered<Self, NaiveDate> = Self::BY_DUE;

    fn due(&self, id: StandingEntryId, run: PostingRun) -> Result<Vec<Due<StandingEntryFact>>, EntryError> {
        let RecurringEntry { description, postings, .. } = &self.recurring;
        let due = |on: NaiveDate| {
            let entry_id = self.posted.next_id("standing_entry", id, on);
            let entry = Entry::balanced(on.max(run.open_from), description.clone(), postings.clone())?;
            Ok(Due { id: entry_id, entry, fact: StandingEntryFact::Posted { on, entry: entry_id } })
        };
        self.due(run.through).map(due).collect()
    }
}

/// Posts the standing entries that are due, each for each day once.
///
/// # Errors
/// [`PostingRunError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../posting/books.txt")]
/// use office_core::StoreError;
/// use office_finance::{RecurringEntry, StandingEntry, StandingEntryId, run_standing_entries};
///
/// let monthly = RecurringEntry { first: on, every_months: 1, description: "rent".into(), postings: rent.postings().to_vec() };
/// let (id, begun) = (StandingEntryId::natural("standing_entry", "rent"), &StandingEntry::begin(monthly)?);
/// wait(office.transact(&command("begin"), |tx| async move { tx.create(id, begun.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// let run = |key: &str, through: &str| {
///     let run = PostingRun::through(through.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { run_standing_entries(&tx, chart, run).await }))
/// };
/// assert_eq!(run("october", "2026-10-31")?.entries.len(), 1);
/// // Once more there is nothing to post; and November has no period yet.
/// assert!(run("again", "2026-10-31")?.entries.is_empty());
/// assert!(run("november", "2026-11-30").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn run_standing_entries(
    tx: &Tx,
    chart: &Chart,
    run: PostingRun,
) -> Result<PostedRun<StandingEntry>, PostingRunError> {
    post_due(tx, chart, run).await
}

/// Undoes a standing entry as it was posted for the day `first`, by an entry on the day `on`. It is due again then, unless
/// it ends before.
///
/// # Errors
/// [`UndoLineError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../posting/books.txt")]
/// use office_core::StoreError;
/// use office_finance::{RecurringEntry, StandingEntry, StandingEntryId, run_standing_entries, undo_standing_entry, UndoLineError};
///
/// let monthly = RecurringEntry { first: on, every_months: 1, description: "rent".into(), postings: rent.postings().to_vec() };
/// let (id, begun) = (StandingEntryId::natural("standing_entry", "rent"), &StandingEntry::begin(monthly)?);
/// wait(office.transact(&command("begin"), |tx| async move { tx.create(id, begun.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// let run = |key: &str, through: &str| {
///     let run = PostingRun::through(through.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { run_standing_entries(&tx, chart, run).await }))
/// };
/// let take_back = |key: &str| {
///     let last = "2026-10-31".parse().unwrap();
///     wait(office.transact(&command(key), |tx| async move { undo_standing_entry(&tx, chart, id, on, last).await }))
/// };
/// assert!(matches!(take_back("nothing"), Err(UndoLineError::NotPosted { .. })));
/// run("october", "2026-10-31")?;
/// take_back("undo")?;
/// // It is due again.
/// assert_eq!(run("again", "2026-10-31")?.entries.len(), 1);
/// # Ok::<(), Failure>(())
/// ```
pub async fn undo_standing_entry(
    tx: &Tx,
    chart: &Chart,
    id: StandingEntryId,
    first: NaiveDate,
    on: NaiveDate,
) -> Result<EntryNumber, UndoLineError> {
    let standing = tx.load(id).await?;
    let entry = standing.posted.entry(first).ok_or(UndoLineError::NotPosted { first })?;
    undo_line(tx, chart, id, (entry, StandingEntryFact::Undone { on: first }), on).await
}
