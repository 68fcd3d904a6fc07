//! Which items are due to be counted: those that matter more, more often.
//!
//! Law 23 of the crate; `tests/keeping.rs` holds it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::subject::ItemId;
use thiserror::Error;

/// How often items of each class are counted.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_inventory::{CountProgramme, CountProgrammeError, Counted};
///
/// // Every 30, 90 and 180 days.
/// let programme = CountProgramme::new([('A', 30), ('B', 90), ('C', 180)])?;
/// let [toner, pens] = ["TON-1", "PEN"].map(|sku| Id::natural("item", sku));
/// let last = |item, class, day: Option<&str>| {
///     Ok::<_, chrono::ParseError>(Counted { item, class, last: day.map(str::parse).transpose()? })
/// };
/// let items = [last(pens, 'C', Some("2026-08-01"))?, last(toner, 'A', Some("2026-08-01"))?];
/// let due: Vec<_> = programme.due(&items, "2026-10-08".parse()?, 10).into_iter().map(|due| due.item).collect();
/// assert_eq!(due, [toner]);
/// assert_eq!(CountProgramme::new([('A', 0)]), Err(CountProgrammeError::NoDays));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountProgramme<C> {
    // Invariant: every interval is a day or more.
    intervals: BTreeMap<C, u32>,
}

/// When an item was counted last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted<C> {
    /// The item.
    pub item: ItemId,
    /// Its class.
    pub class: C,
    /// The day; never yet if there is none.
    pub last: Option<NaiveDate>,
}

/// An item that is due to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueCount<C> {
    /// The item.
    pub item: ItemId,
    /// Its class.
    pub class: C,
    /// Since when it is due; it was never counted if there is none.
    pub since: Option<NaiveDate>,
}

/// A programme cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CountProgrammeError {
    /// Something would be counted more than once a day.
    #[error("an interval of one day or more is wanted")]
    NoDays,
}

impl<C: Copy + Ord> CountProgramme<C> {
    /// The programme by which items of each class are counted every so many days. Other items never are.
    ///
    /// # Errors
    /// [`CountProgrammeError`].
    pub fn new(intervals: impl IntoIterator<Item = (C, u32)>) -> Result<Self, CountProgrammeError> {
        let intervals: BTreeMap<C, u32> = intervals.into_iter().collect();
        if intervals.values().any(|days| *days == 0) {
            return Err(CountProgrammeError::NoDays);
        }
        Ok(Self { intervals })
    }

    /// The items that are due on a day, at most so many: those first that were never counted, then those that have been
    /// due longest, and of those the first class first.
    #[must_use]
    pub fn due(&self, items: &[Counted<C>], today: NaiveDate, most: usize) -> Vec<DueCount<C>> {
        let due = items.iter().filter_map(|Counted { item, class, last }| {
            let days = Days::new(u64::from(*self.intervals.get(class)?));
            let since = match last {
                Some(last) => Some(last.checked_add_days(days)?),
                None => None,
            };
            let late = since.is_none_or(|since| since <= today);
            late.then_some(DueCount { item: *item, class: *class, since })
        });
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|due| (due.since, due.class, due.item));
        due.truncate(most);
        due
    }
}
