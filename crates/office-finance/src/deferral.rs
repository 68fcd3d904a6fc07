//! What was paid or received ahead, and what recurs: booked month by month.
//!
//! ```text
//! begun ──run_deferrals──► a line posted ──undo_deferral──► due again
//!   └──────────end──────────► the rest is one line
//! ```

mod standing;

use chrono::NaiveDate;
use office_core::{Decision, Entity, Entries, Id, Kind, Ordered, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::posting_run::{Due, PostedLines, Scheduled, line_entry, post_due, undo_line};
use crate::{
    AccountCode, Chart, DeferralSchedule, Dimensions, EntryError, EntryId, EntryNumber, PeriodAmount, PostedRun,
    PostingRun, PostingRunError, SpreadError, UndoLineError,
};

pub use self::standing::{
    StandingEntry, StandingEntryFact, StandingEntryId, run_standing_entries, undo_standing_entry,
};

/// The id of a deferral.
pub type DeferralId = Id<Deferral>;

/// An amount paid or received ahead, of which the books take each month its part.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Money, Rounding};
/// use office_finance::{Deferral, DeferralPlan, DeferralSchedule, DeferralSide, Dimensions, EndDeferralError, SpreadBy};
///
/// let insurance = Money::from_minor(1_200_00, Currency::EUR);
/// let year = "2026-10-01/2027-10-01".parse()?;
/// let side = |account: &str| Ok::<_, Box<dyn std::error::Error>>(DeferralSide { account: account.parse()?, dimensions: Dimensions::new() });
/// let plan = DeferralPlan {
///     name: "insurance of the office".to_owned(),
///     schedule: DeferralSchedule::spread(insurance, year, SpreadBy::Months, Rounding::HalfUp)?,
///     debit: side("6400")?,
///     credit: side("1900")?,
///     posted_from: "2026-10-01".parse()?,
/// };
/// let mut deferral = Deferral::open(&Deferral::begin(plan)).ok_or("a first fact")?;
/// assert_eq!(deferral.due("2026-11-30".parse()?).count(), 2);
/// // It is given notice of: what is left is one line.
/// deferral.apply(&deferral.end("2026-12-15".parse()?)?.fact().ok_or("a fact")?);
/// let last = deferral.plan().schedule.lines().last().ok_or("a line")?;
/// assert_eq!(last.amount, Money::from_minor(1_000_00, Currency::EUR));
/// let again = deferral.end("2026-12-31".parse()?);
/// assert_eq!(again, Err(EndDeferralError::Ended { on: "2026-12-15".parse()? }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deferral {
    plan: DeferralPlan,
    posted: PostedLines,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<NaiveDate>,
}

/// What is deferred, and between which accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeferralPlan {
    /// What its entries say.
    pub name: String,
    /// How it is spread.
    pub schedule: DeferralSchedule,
    /// What is debited each month: the expense of what was paid ahead, the debt of what was received ahead.
    pub debit: DeferralSide,
    /// What is credited: what was paid ahead, the income of what was received ahead.
    pub credit: DeferralSide,
    /// The first day from which it is posted here. What was over before it was booked elsewhere.
    pub posted_from: NaiveDate,
}

/// An account, and the dimensions of its postings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeferralSide {
    /// The account.
    pub account: AccountCode,
    /// Who bears it, what for.
    #[serde(default, skip_serializing_if = "Dimensions::is_empty")]
    pub dimensions: Dimensions,
}

/// What happens to a deferral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeferralFact {
    /// It was begun.
    Begun {
        /// What is deferred.
        plan: DeferralPlan,
    },
    /// A line was posted.
    LinePosted {
        /// The first day of the line.
        first: NaiveDate,
        /// By this entry.
        entry: EntryId,
    },
    /// The entry of a line was undone.
    LineUndone {
        /// The first day of the line.
        first: NaiveDate,
    },
    /// It was ended.
    Ended {
        /// When.
        on: NaiveDate,
        /// How it is spread since.
        schedule: DeferralSchedule,
    },
}

impl Deferral {
    /// Deferrals by the last day of the first line that is not posted.
    pub const BY_DUE: Ordered<Self, NaiveDate> = Ordered::new("due");

    /// The first fact of a deferral.
    #[must_use]
    pub const fn begin(plan: DeferralPlan) -> DeferralFact {
        DeferralFact::Begun { plan }
    }

    /// What is deferred, and how it is spread now.
    #[must_use]
    pub const fn plan(&self) -> &DeferralPlan {
        &self.plan
    }

    /// The lines that are posted, by their first day, with their entries.
    pub fn posted(&self) -> impl Iterator<Item = (NaiveDate, EntryId)> {
        self.posted.iter()
    }

    /// The lines that are over at the end of a day, belong to these books and are not posted.
    pub fn due(&self, through: NaiveDate) -> impl Iterator<Item = &PeriodAmount> {
        let open = self.posted.open(self.plan.schedule.lines(), self.plan.posted_from);
        open.filter(move |(last, _)| *last <= through).map(|(_, line)| line)
    }

    /// Ends it: what belongs to days that are not over before `on` is one line on that day.
    ///
    /// # Errors
    /// [`EndDeferralError`], in the order of its variants.
    pub fn end(&self, on: NaiveDate) -> Result<Decision<DeferralFact>, EndDeferralError> {
        match self.ended {
            Some(ended) if ended == on => return Ok(Decision::AlreadyRecorded),
            Some(ended) => return Err(EndDeferralError::Ended { on: ended }),
            None => {}
        }
        let late = self.plan.schedule.lines().iter().filter(|line| line.days.last().is_none_or(|last| last >= on));
        let mut late = late.map(|line| line.days.start());
        if let Some(first) = late.find(|first| self.posted.entry(*first).is_some()) {
            return Err(EndDeferralError::Posted { first });
        }
        Ok(Decision::Record(DeferralFact::Ended { on, schedule: self.plan.schedule.ended(on)? }))
    }
}

impl Entity for Deferral {
    const KIND: Kind = Kind::literal("deferral");
    type Fact = DeferralFact;

    fn open(fact: &DeferralFact) -> Option<Self> {
        match fact {
            DeferralFact::Begun { plan } => {
                Some(Self { plan: plan.clone(), posted: PostedLines::default(), ended: None })
            }
            DeferralFact::LinePosted { .. } | DeferralFact::LineUndone { .. } | DeferralFact::Ended { .. } => None,
        }
    }

    fn apply(&mut self, fact: &DeferralFact) {
        match fact {
            DeferralFact::Begun { .. } => {}
            DeferralFact::LinePosted { first, entry } => self.posted.posted(*first, *entry),
            DeferralFact::LineUndone { first } => self.posted.undone(*first),
            DeferralFact::Ended { on, schedule } => {
                self.plan.schedule.clone_from(schedule);
                self.ended = Some(*on);
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if let Some((last, _)) = self.posted.open(self.plan.schedule.lines(), self.plan.posted_from).next() {
            entries.ordered(Self::BY_DUE, &last);
        }
    }
}

impl Scheduled for Deferral {
    const BY_DUE: Ordered<Self, NaiveDate> = Self::BY_DUE;

    fn due(&self, id: DeferralId, run: PostingRun) -> Result<Vec<Due<DeferralFact>>, EntryError> {
        let DeferralPlan { name, debit, credit, .. } = &self.plan;
        let due = |line: &PeriodAmount| {
            let first = line.days.start();
            let entry_id = self.posted.next_id("deferral", id, first);
            let (accounts, dimensions) = ((&debit.account, &credit.account), (&debit.dimensions, &credit.dimensions));
            let entry = line_entry(line, run, name, accounts, dimensions)?;
            Ok(Due { id: entry_id, entry, fact: DeferralFact::LinePosted { first, entry: entry_id } })
        };
        self.due(run.through).map(due).collect()
    }
}

/// Posts what is due of deferrals: for each line an entry, each line once.
///
/// # Errors
/// [`PostingRunError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("posting/books.txt")]
/// use office_core::{Rounding, StoreError};
/// use office_finance::{Deferral, DeferralId, DeferralPlan, DeferralSchedule, DeferralSide, Dimensions, SpreadBy, run_deferrals};
///
/// // Insurance for a year, paid ahead.
/// let side = |account: &str| DeferralSide { account: account.parse().unwrap(), dimensions: Dimensions::new() };
/// let plan = DeferralPlan {
///     name: "insurance".into(), debit: side("6400"), credit: side("1900"), posted_from: on,
///     schedule: DeferralSchedule::spread(euro(1_200_00), "2026-10-01/2027-10-01".parse()?, SpreadBy::Months, Rounding::HalfUp)?,
/// };
/// let (id, begun) = (DeferralId::natural("deferral", "D-1"), &Deferral::begin(plan));
/// wait(office.transact(&command("begin"), |tx| async move { tx.create(id, begun.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// let run = |key: &str, through: &str| {
///     let run = PostingRun::through(through.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { run_deferrals(&tx, chart, run).await }))
/// };
/// assert_eq!(run("october", "2026-10-31")?.entries.len(), 1);
/// // Once more there is nothing to post; and November has no period yet.
/// assert!(run("again", "2026-10-31")?.entries.is_empty());
/// assert!(run("november", "2026-11-30").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn run_deferrals(tx: &Tx, chart: &Chart, run: PostingRun) -> Result<PostedRun<Deferral>, PostingRunError> {
    post_due(tx, chart, run).await
}

/// Undoes the line of a deferral that begins on `first`, by an entry on the day `on`. The line is due again then.
///
/// # Errors
/// [`UndoLineError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("posting/books.txt")]
/// use office_core::{Rounding, StoreError};
/// use office_finance::{Deferral, DeferralId, DeferralPlan, DeferralSchedule, DeferralSide, Dimensions, SpreadBy, run_deferrals, undo_deferral, UndoLineError};
///
/// // Insurance for a year, paid ahead.
/// let side = |account: &str| DeferralSide { account: account.parse().unwrap(), dimensions: Dimensions::new() };
/// let plan = DeferralPlan {
///     name: "insurance".into(), debit: side("6400"), credit: side("1900"), posted_from: on,
///     schedule: DeferralSchedule::spread(euro(1_200_00), "2026-10-01/2027-10-01".parse()?, SpreadBy::Months, Rounding::HalfUp)?,
/// };
/// let (id, begun) = (DeferralId::natural("deferral", "D-1"), &Deferral::begin(plan));
/// wait(office.transact(&command("begin"), |tx| async move { tx.create(id, begun.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// let run = |key: &str, through: &str| {
///     let run = PostingRun::through(through.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { run_deferrals(&tx, chart, run).await }))
/// };
/// let take_back = |key: &str| {
///     let last = "2026-10-31".parse().unwrap();
///     wait(office.transact(&command(key), |tx| async move { undo_deferral(&tx, chart, id, on, last).await }))
/// };
/// assert!(matches!(take_back("nothing"), Err(UndoLineError::NotPosted { .. })));
/// run("october", "2026-10-31")?;
/// take_back("undo")?;
/// // It is due again.
/// assert_eq!(run("again", "2026-10-31")?.entries.len(), 1);
/// # Ok::<(), Failure>(())
/// ```
pub async fn undo_deferral(
    tx: &Tx,
    chart: &Chart,
    id: DeferralId,
    first: NaiveDate,
    on: NaiveDate,
) -> Result<EntryNumber, UndoLineError> {
    let deferral = tx.load(id).await?;
    let entry = deferral.posted.entry(first).ok_or(UndoLineError::NotPosted { first })?;
    undo_line(tx, chart, id, (entry, DeferralFact::LineUndone { first }), on).await
}

/// A deferral does not end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EndDeferralError {
    /// It has ended before.
    #[error("it has ended on {on} already")]
    Ended {
        /// When.
        on: NaiveDate,
    },
    /// A line of that day or later is posted.
    #[error("the line from {first} is posted: it ends after that, or the line is undone first")]
    Posted {
        /// The first day of the line.
        first: NaiveDate,
    },
    /// The rest cannot be held.
    #[error(transparent)]
    Spread(#[from] SpreadError),
}
