//! What is booked at the end of a month: lines of a schedule, each posted once.
//!
//! A run posts whatever is due and not posted yet, so it can be repeated, and two at once post nothing twice.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::{Decision, Entity, Id, Ordered, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AccountCode, Chart, Dimensions, Entry, EntryError, EntryId, EntryNumber, PeriodAmount, PostError, Posting,
    UndoError, post, undo,
};

/// What a run at the end of a month is to post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostingRun {
    /// Lines that are over at the end of this day.
    pub through: NaiveDate,
    /// The first day that the books are open: what is over before it is posted on it.
    pub open_from: NaiveDate,
    /// How many entries at most, up to [`MAX_ENTRIES`](Self::MAX_ENTRIES).
    pub most: usize,
}

impl PostingRun {
    /// The most entries of one run, which is one transaction.
    pub const MAX_ENTRIES: usize = 1_000;

    /// Everything that is over at the end of a day, each line on its own last day.
    #[must_use]
    pub const fn through(through: NaiveDate) -> Self {
        Self { through, open_from: NaiveDate::MIN, most: Self::MAX_ENTRIES }
    }

    /// The same in books that are open from this day: what is over before it is posted on it.
    #[must_use]
    pub const fn open_from(mut self, day: NaiveDate) -> Self {
        self.open_from = day;
        self
    }
}

/// What a run has posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct PostedRun<T> {
    /// For each entry what it is of, its id and its number, in the order of posting.
    pub entries: Vec<(Id<T>, EntryId, EntryNumber)>,
    /// Whether there was nothing more to post; otherwise the run is to be repeated.
    pub is_complete: bool,
}

/// An entity of which something is posted from time to time.
pub(crate) trait Scheduled: Entity {
    /// By the first day on which something of it is due.
    const BY_DUE: Ordered<Self, NaiveDate>;

    /// What is to be posted of it by the run, in order.
    fn due(&self, id: Id<Self>, run: PostingRun) -> Result<Vec<Due<Self::Fact>>, EntryError>;
}

/// Something to be posted.
#[derive(Clone, Debug)]
pub(crate) struct Due<F> {
    pub(crate) id: EntryId,
    pub(crate) entry: Entry,
    /// What then has happened to the entity.
    pub(crate) fact: F,
}

/// Posts what is due, entity by entity in the order of days.
pub(crate) async fn post_due<E: Scheduled>(
    tx: &Tx,
    chart: &Chart,
    run: PostingRun,
) -> Result<PostedRun<E>, PostingRunError> {
    // Read.
    let most = run.most.min(PostingRun::MAX_ENTRIES);
    let end = run.through.checked_add_days(Days::new(1));
    let found = tx.page(E::BY_DUE, None, end.as_ref(), most.saturating_add(1)).await?;

    // Decide.
    let mut due = Vec::new();
    for (id, entity) in &found {
        due.extend(entity.due(*id, run)?.into_iter().map(|due| (*id, due)));
        if due.len() > most {
            break;
        }
    }
    let is_complete = due.len() <= most;
    due.truncate(most);

    // Record.
    let mut entries = Vec::with_capacity(due.len());
    for (id, Due { id: entry_id, entry, fact }) in due {
        let number = post(tx, chart, entry_id, entry).await?;
        tx.record(id, fact).await?;
        entries.push((id, entry_id, number));
    }
    Ok(PostedRun { entries, is_complete })
}

/// Which lines of a schedule are in the books, by their first day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PostedLines(BTreeMap<NaiveDate, PostedLine>);

/// How a line of a schedule stands in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostedLine {
    /// The entry, unless that was undone.
    entry: Option<EntryId>,
    /// How often it was posted.
    times: u32,
}

impl PostedLines {
    /// The entry that a line is posted by.
    pub(crate) fn entry(&self, first: NaiveDate) -> Option<EntryId> {
        self.0.get(&first)?.entry
    }

    /// The lines that are posted, by their first day.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (NaiveDate, EntryId)> {
        self.0.iter().filter_map(|(first, line)| Some((*first, line.entry?)))
    }

    /// The id of the next entry for a line, the same whoever asks.
    pub(crate) fn next_id<T>(&self, space: &str, id: Id<T>, first: NaiveDate) -> EntryId {
        let times = self.0.get(&first).map_or(0, |line| line.times);
        EntryId::natural(space, &format!("{id}/{first}/{times}"))
    }

    pub(crate) fn posted(&mut self, first: NaiveDate, entry: EntryId) {
        let line = self.0.entry(first).or_insert(PostedLine { entry: None, times: 0 });
        *line = PostedLine { entry: Some(entry), times: line.times.saturating_add(1) };
    }

    pub(crate) fn undone(&mut self, first: NaiveDate) {
        if let Some(line) = self.0.get_mut(&first) {
            line.entry = None;
        }
    }

    /// The lines that are not posted, but for those of nothing and those that were over before `from`.
    pub(crate) fn open<'a>(
        &'a self,
        lines: &'a [PeriodAmount],
        from: NaiveDate,
    ) -> impl Iterator<Item = (NaiveDate, &'a PeriodAmount)> {
        let open = move |line: &&PeriodAmount| !line.amount.is_zero() && self.entry(line.days.start()).is_none();
        lines
            .iter()
            .filter(open)
            .filter_map(|line| Some((line.days.last()?, line)))
            .filter(move |(last, _)| *last >= from)
    }
}

/// The entry for a line: to the debit of one account and the credit of another, each with its dimensions.
pub(crate) fn line_entry(
    line: &PeriodAmount,
    run: PostingRun,
    description: &str,
    (debit, credit): (&AccountCode, &AccountCode),
    (debited, credited): (&Dimensions, &Dimensions),
) -> Result<Entry, EntryError> {
    let on = line.days.last().unwrap_or(line.days.start()).max(run.open_from);
    let mut debit = Posting::debit(debit.clone(), line.amount);
    let mut credit = Posting::credit(credit.clone(), line.amount);
    debit.dimensions.clone_from(debited);
    credit.dimensions.clone_from(credited);
    Entry::balanced(on, description, vec![debit, credit])
}

/// Undoes the entry of a line on the day `on`, so that the line is due again.
pub(crate) async fn undo_line<E: Entity>(
    tx: &Tx,
    chart: &Chart,
    id: Id<E>,
    (entry, fact): (EntryId, E::Fact),
    on: NaiveDate,
) -> Result<EntryNumber, UndoLineError> {
    let by = EntryId::natural("undone", &entry.to_string());
    let number = undo(tx, chart, entry, by, on).await?;
    tx.decide(id, Decision::Record(fact)).await?;
    Ok(number)
}

/// A run cannot post what is due.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostingRunError {
    /// A line makes no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take an entry.
    #[error(transparent)]
    Post(#[from] PostError),
    /// The store failed.
    #[error("what is due could not be stored")]
    Store(#[from] StoreError),
}

/// A line that is posted cannot be undone.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UndoLineError {
    /// The line is not posted.
    #[error("the line from {first} is not posted: one that is, is wanted")]
    NotPosted {
        /// The first day of the line.
        first: NaiveDate,
    },
    /// The entry is not undone.
    #[error(transparent)]
    Undo(#[from] UndoError),
    /// The store failed.
    #[error("the undoing could not be stored")]
    Store(#[from] StoreError),
}
