//! Things that the books keep and write off.
//!
//! ```text
//! taken up ──run_depreciation──► a line posted ──undo_depreciation──► due again
//!    └─estimate_anew─┘                └──dispose_fixed_asset──► disposed
//! ```
//!
//! A fixed asset has a [`DepreciationBook`], whose lines are posted month by month, each once. What it is and who has it
//! is not told here: that is the equipment register's business.

mod booking;

use chrono::NaiveDate;
use office_core::{Decision, Entity, Entries, Id, Kind, Money, Ordered};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::posting_run::{Due, PostedLines, Scheduled, line_entry};
use crate::{
    AccountCode, DepreciationBook, DepreciationError, DepreciationTerms, Dimensions, Entry, EntryError, EntryId,
    PeriodAmount, Posting, PostingRun,
};

pub use self::booking::{DisposeFixedAssetError, dispose_fixed_asset, run_depreciation, undo_depreciation};

/// The id of a fixed asset.
pub type FixedAssetId = Id<FixedAsset>;

/// A thing that the books keep and write off.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Currency, DateRange, Entity, Id, MemoryStore, Money, Office, Role, Rounding, wait};
/// use office_finance::{
///     Account, AccountKind, Chart, DepreciationMethod, DepreciationStart, DepreciationTerms, Dimensions, FixedAsset,
///     FixedAssetAccounts, FixedAssetId, FixedAssetPlan, Period, PostingRun, RoundingRest, run_depreciation,
/// };
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// # let command = |key: &str| Command::new(key, "books", clerk.clone(), DateTime::default());
/// # let asset = |code: &str| Ok::<_, Failure>(Account::new(code.parse()?, code, AccountKind::Asset));
/// # let expense = |code: &str| Ok::<_, Failure>(Account::new(code.parse()?, code, AccountKind::Expense));
/// # let chart = Chart::new([asset("0650")?, asset("0659")?, expense("6220")?, expense("4849")?, expense("6889")?])?;
/// let plan = FixedAssetPlan {
///     name: "desk D-014".to_owned(),
///     terms: DepreciationTerms {
///         cost: Money::from_minor(1_300_00, Currency::EUR),
///         residual: Money::from_minor(0, Currency::EUR),
///         in_service: "2026-10-14".parse()?,
///         life_months: 156,
///         method: DepreciationMethod::StraightLine,
///         start: DepreciationStart::FullMonth,
///         rounding: Rounding::HalfUp,
///         rest: RoundingRest::EachLine,
///     },
///     accounts: FixedAssetAccounts {
///         cost: "0650".parse()?,
///         accumulated: "0659".parse()?,
///         expense: "6220".parse()?,
///         gain: "4849".parse()?,
///         loss: "6889".parse()?,
///     },
///     dimensions: Dimensions::new(),
///     posted_from: "2026-10-01".parse()?,
/// };
/// let (id, chart) = (FixedAssetId::natural("fixed_asset", "D-014"), &chart);
/// let taken_up = FixedAsset::take_up(plan.clone())?;
/// let run = PostingRun::through("2026-10-31".parse()?);
/// wait(office.transact(&command("D-014")?, |tx| {
///     let taken_up = taken_up.clone();
///     async move {
///         tx.create(Period::id_of("2026-10-14".parse()?), Period::begin(2026, 10)?).await?;
///         tx.create(id, taken_up).await?;
///         Ok::<_, Failure>(())
///     }
/// }))?;
/// let posted = wait(office.transact(&command("October")?, |tx| async move { run_depreciation(&tx, chart, run).await }))?;
/// assert_eq!((posted.entries.len(), posted.is_complete), (1, true));
/// // Run again there is nothing to post.
/// let again = wait(office.transact(&command("again")?, |tx| async move { run_depreciation(&tx, chart, run).await }))?;
/// assert!(again.entries.is_empty());
///
/// // What cannot be written off is not taken up.
/// let endless = DepreciationTerms { life_months: 0, ..plan.terms.clone() };
/// assert!(FixedAsset::take_up(FixedAssetPlan { terms: endless, ..plan }).is_err());
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedAsset {
    plan: FixedAssetPlan,
    book: DepreciationBook,
    posted: PostedLines,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disposed_by: Option<EntryId>,
}

/// What a fixed asset is taken up with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedAssetPlan {
    /// What its entries say.
    pub name: String,
    /// How it is depreciated.
    pub terms: DepreciationTerms,
    /// Which accounts it is booked on.
    pub accounts: FixedAssetAccounts,
    /// Who bears the expense, what for.
    #[serde(default, skip_serializing_if = "Dimensions::is_empty")]
    pub dimensions: Dimensions,
    /// The first day from which its depreciation is posted here. What was over before it was booked elsewhere.
    pub posted_from: NaiveDate,
}

/// The accounts of a fixed asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedAssetAccounts {
    /// Where its cost stands.
    pub cost: AccountCode,
    /// Where what is written off so far stands against it; the same account, where it is written off directly.
    pub accumulated: AccountCode,
    /// What depreciation is charged to.
    pub expense: AccountCode,
    /// What it brings above its worth, when it is sold.
    pub gain: AccountCode,
    /// What it brings below its worth.
    pub loss: AccountCode,
}

/// A fixed asset sold, given away or thrown away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedAssetSale {
    /// When.
    pub on: NaiveDate,
    /// What it brought; zero, where it was thrown away.
    pub proceeds: Money,
    /// Where that is debited: the bank, what the buyer owes.
    pub proceeds_to: AccountCode,
}

/// What happens to a fixed asset.
///
/// Facts hold the lines as they were drawn up, so that a history says the same for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixedAssetFact {
    /// It was taken up.
    TakenUp {
        /// With what.
        plan: FixedAssetPlan,
        /// Its lines.
        book: DepreciationBook,
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
    /// What is left is depreciated on new terms.
    EstimatedAnew {
        /// The terms.
        terms: DepreciationTerms,
        /// Its lines.
        book: DepreciationBook,
    },
    /// It was given away.
    Disposed {
        /// Its lines, the last of them before it went, and what became of it.
        book: DepreciationBook,
        /// The entry that takes it out of the books.
        entry: EntryId,
    },
}

impl FixedAsset {
    /// Fixed assets by the last day of the first line that is not posted.
    pub const BY_DUE: Ordered<Self, NaiveDate> = Ordered::new("due");

    /// The first fact of a fixed asset.
    ///
    /// # Errors
    /// [`DepreciationError`].
    pub fn take_up(plan: FixedAssetPlan) -> Result<FixedAssetFact, DepreciationError> {
        let book = DepreciationBook::begun(&plan.terms)?;
        Ok(FixedAssetFact::TakenUp { plan, book })
    }

    /// What it was taken up with, and the terms it is depreciated on now.
    #[must_use]
    pub const fn plan(&self) -> &FixedAssetPlan {
        &self.plan
    }

    /// Its lines, what it is worth on any day by them, and what became of it.
    #[must_use]
    pub const fn book(&self) -> &DepreciationBook {
        &self.book
    }

    /// The lines that are posted, by their first day, with their entries.
    pub fn posted(&self) -> impl Iterator<Item = (NaiveDate, EntryId)> {
        self.posted.iter()
    }

    /// The entry that took it out of the books.
    #[must_use]
    pub const fn disposed_by(&self) -> Option<EntryId> {
        self.disposed_by
    }

    /// The lines that are over at the end of a day, belong to these books and are not posted.
    pub fn due(&self, through: NaiveDate) -> impl Iterator<Item = &PeriodAmount> {
        let open = self.posted.open(self.book.lines(), self.plan.posted_from);
        open.filter(move |(last, _)| *last <= through).map(|(_, line)| line)
    }

    /// What is left is depreciated on new terms from the day that they name as that of service, as
    /// [`DepreciationBook::estimated_anew`] says.
    ///
    /// # Errors
    /// [`EstimateError`], in the order of its variants.
    pub fn estimate_anew(&self, terms: &DepreciationTerms) -> Result<Decision<FixedAssetFact>, EstimateError> {
        if *terms == self.plan.terms {
            return Ok(Decision::AlreadyRecorded);
        }
        if let Some(disposal) = self.book.disposal() {
            return Err(EstimateError::Disposed { on: disposal.on });
        }
        let from = terms.in_service;
        if let Some(first) = self.posted_after(|last| last >= from) {
            return Err(EstimateError::Posted { first });
        }
        let book = self.book.estimated_anew(terms)?;
        Ok(Decision::Record(FixedAssetFact::EstimatedAnew { terms: terms.clone(), book }))
    }

    /// Takes it out of the books: the entry that does so, for posting under `entry`, and the decision. Its lines up to
    /// that day have to be posted.
    ///
    /// # Errors
    /// [`DisposeFixedAssetError`] without those of the journal, in the order of its variants.
    pub(crate) fn dispose(
        &self,
        sale: &FixedAssetSale,
        entry: EntryId,
    ) -> Result<(Entry, FixedAssetFact), DisposeFixedAssetError> {
        if let Some(first) = self.posted_after(|last| last > sale.on) {
            return Err(DisposeFixedAssetError::Posted { first });
        }
        let (book, disposal) = self.book.disposed(sale.on, sale.proceeds)?;
        let FixedAssetAccounts { cost, accumulated, gain, loss, .. } = &self.plan.accounts;
        let result = if disposal.gain.is_negative() { loss } else { gain };
        let mut result = Posting::credit(result.clone(), disposal.gain);
        result.dimensions.clone_from(&self.plan.dimensions);
        let mut postings = vec![
            Posting::debit(accumulated.clone(), disposal.accumulated),
            Posting::debit(sale.proceeds_to.clone(), sale.proceeds),
            Posting::credit(cost.clone(), disposal.cost),
            result,
        ];
        postings.retain(|posting| !posting.amount.is_zero());
        let taken_out = Entry::balanced(sale.on, self.plan.name.clone(), postings)?;
        Ok((taken_out, FixedAssetFact::Disposed { book, entry }))
    }

    /// The first day of the first posted line whose last day is so.
    fn posted_after(&self, is_late: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
        let is_late = |line: &&PeriodAmount| line.days.last().is_none_or(&is_late);
        let firsts = self.book.lines().iter().filter(is_late).map(|line| line.days.start());
        firsts.into_iter().find(|first| self.posted.entry(*first).is_some())
    }
}

impl Entity for FixedAsset {
    const KIND: Kind = Kind::literal("fixed_asset");
    type Fact = FixedAssetFact;

    fn open(fact: &FixedAssetFact) -> Option<Self> {
        match fact {
            FixedAssetFact::TakenUp { plan, book } => {
                Some(Self { plan: plan.clone(), book: book.clone(), posted: PostedLines::default(), disposed_by: None })
            }
            FixedAssetFact::LinePosted { .. }
            | FixedAssetFact::LineUndone { .. }
            | FixedAssetFact::EstimatedAnew { .. }
            | FixedAssetFact::Disposed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &FixedAssetFact) {
        match fact {
            FixedAssetFact::TakenUp { .. } => {}
            FixedAssetFact::LinePosted { first, entry } => self.posted.posted(*first, *entry),
            FixedAssetFact::LineUndone { first } => self.posted.undone(*first),
            FixedAssetFact::EstimatedAnew { terms, book } => {
                self.plan.terms.clone_from(terms);
                self.book.clone_from(book);
            }
            FixedAssetFact::Disposed { book, entry } => {
                self.book.clone_from(book);
                self.disposed_by = Some(*entry);
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if let Some((last, _)) = self.posted.open(self.book.lines(), self.plan.posted_from).next() {
            entries.ordered(Self::BY_DUE, &last);
        }
    }
}

impl Scheduled for FixedAsset {
    const BY_DUE: Ordered<Self, NaiveDate> = Self::BY_DUE;

    fn due(&self, id: FixedAssetId, run: PostingRun) -> Result<Vec<Due<FixedAssetFact>>, EntryError> {
        let (accounts, none) = (&self.plan.accounts, Dimensions::new());
        let due = |line: &PeriodAmount| {
            let first = line.days.start();
            let entry_id = self.posted.next_id("depreciation", id, first);
            let (from, dimensions) = ((&accounts.expense, &accounts.accumulated), (&self.plan.dimensions, &none));
            let entry = line_entry(line, run, &self.plan.name, from, dimensions)?;
            Ok(Due { id: entry_id, entry, fact: FixedAssetFact::LinePosted { first, entry: entry_id } })
        };
        self.due(run.through).map(due).collect()
    }
}

/// A fixed asset is not estimated anew.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EstimateError {
    /// It was given away.
    #[error("it was given away on {on}: there is nothing left to estimate")]
    Disposed {
        /// When.
        on: NaiveDate,
    },
    /// A line that would change is posted.
    #[error("the line from {first} is posted: new terms begin after it, or it is undone first")]
    Posted {
        /// The first day of the line.
        first: NaiveDate,
    },
    /// The new terms cannot be followed.
    #[error(transparent)]
    Terms(#[from] DepreciationError),
}
