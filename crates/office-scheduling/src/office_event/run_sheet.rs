//! What happens at an event, by whom, and after what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Interval};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::details::is_whole_minute;
use super::{OfficeEvent, OfficeEventError, OfficeEventFact};
use crate::resource::is_word;
use crate::{Activity, Network, NetworkError};

/// The most items of a run sheet.
pub const MAX_RUN_ITEMS: usize = 300;
/// The longest item, in minutes: a week.
const MOST_MINUTES: u32 = 10_080;

/// One thing that happens at an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunItem {
    /// When it can begin at the earliest, on a whole minute; none where it begins as soon as what it waits for is over,
    /// or with the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<DateTime<Utc>>,
    /// How long it takes, in minutes: 1 to 10,080.
    pub minutes: u32,
    /// Who sees to it.
    pub owner: PersonId,
    /// What has to be over before, by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub after: BTreeSet<String>,
}

/// An item that begins later than planned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunSlip {
    /// Its name.
    pub name: String,
    /// When it was to be.
    pub planned: Interval,
    /// When it is, as it stands.
    pub now: Interval,
}

/// A point of the network: before an item may begin, and the item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    May(String),
    Item(String),
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::May(name) | Self::Item(name) => f.write_str(name),
        }
    }
}

impl OfficeEvent {
    /// What happens, by name.
    pub fn run_items(&self) -> impl Iterator<Item = (&str, &RunItem)> {
        self.run_sheet.iter().map(|(name, item)| (name.as_str(), item))
    }

    /// When each item is, by start: as early as its own time and what it waits for allow.
    #[must_use]
    pub fn run_times(&self) -> Vec<(&str, Interval)> {
        let times = times(&self.run_sheet, self.details().time.start());
        let mut told: Vec<(&str, Interval)> =
            self.run_sheet.keys().filter_map(|name| Some((name.as_str(), *times.get(name)?))).collect();
        told.sort_by_key(|(name, time)| (*time, *name));
        told
    }

    /// What begins later where an item takes so many minutes more than planned, by its new start; the item itself is not
    /// among it.
    #[must_use]
    pub fn slips(&self, late: &str, minutes: u32) -> Vec<RunSlip> {
        let start = self.details().time.start();
        let before = times(&self.run_sheet, start);
        let mut sheet = self.run_sheet.clone();
        if let Some(item) = sheet.get_mut(late) {
            item.minutes = item.minutes.saturating_add(minutes.min(MOST_MINUTES));
        }
        let after = times(&sheet, start);
        let slip = |(name, now): (String, Interval)| {
            let planned = *before.get(&name)?;
            (now.start() > planned.start()).then_some(RunSlip { name, planned, now })
        };
        let mut slips: Vec<RunSlip> = after.into_iter().filter_map(slip).collect();
        slips.sort_by_key(|slip| (slip.now, slip.name.clone()));
        slips
    }

    /// Puts an item on the run sheet, or changes the one of that name: the host does.
    ///
    /// # Errors
    /// [`RunSheetError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("party.txt")]
    ///
    /// party.apply_decision(&party.put_run_item(host, "speech", item(15, &[]))?);
    /// party.apply_decision(&party.put_run_item(host, "buffet", item(60, &["speech"]))?);
    /// assert_eq!(party.run_times()[1].1.to_string(), "2026-06-19T15:15:00Z/2026-06-19T16:15:00Z");
    /// // The speech cannot wait for the buffet that waits for the speech.
    /// let refused = party.put_run_item(host, "speech", item(15, &["buffet"]));
    /// assert!(matches!(refused, Err(RunSheetError::Order(NetworkError::Circle { .. }))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn put_run_item(
        &self,
        by: PersonId,
        name: &str,
        item: RunItem,
    ) -> Result<Decision<OfficeEventFact>, RunSheetError> {
        self.is_planned()?;
        self.is_host(by)?;
        if self.run_sheet.get(name) == Some(&item) {
            return Ok(Decision::AlreadyRecorded);
        }
        let starts_well = item.starts.is_none_or(|starts| is_whole_minute(starts) && self.is_near(starts));
        if !is_word(name, 200) || !(1..=MOST_MINUTES).contains(&item.minutes) || !starts_well {
            return Err(RunSheetError::Item);
        }
        let mut sheet = self.run_sheet.clone();
        sheet.insert(name.to_owned(), item.clone());
        if sheet.len() > MAX_RUN_ITEMS {
            return Err(RunSheetError::TooMany);
        }
        check(&sheet)?;
        Ok(Decision::Record(OfficeEventFact::RunItemPut { name: name.to_owned(), item }))
    }

    /// Takes an item off the run sheet that no other waits for: the host does.
    ///
    /// # Errors
    /// [`RunSheetError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("party.txt")]
    ///
    /// party.apply_decision(&party.put_run_item(host, "speech", item(15, &[]))?);
    /// party.apply_decision(&party.put_run_item(host, "buffet", item(60, &["speech"]))?);
    /// // The buffet waits for the speech.
    /// let refused = party.drop_run_item(host, "speech");
    /// let (key, missing) = ("buffet".to_owned(), "speech".to_owned());
    /// assert_eq!(refused, Err(RunSheetError::Order(NetworkError::Unknown { key, missing })));
    ///
    /// party.apply_decision(&party.drop_run_item(host, "buffet")?);
    /// party.apply_decision(&party.drop_run_item(host, "speech")?);
    /// assert_eq!(party.run_items().count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drop_run_item(&self, by: PersonId, name: &str) -> Result<Decision<OfficeEventFact>, RunSheetError> {
        self.is_planned()?;
        self.is_host(by)?;
        let mut sheet = self.run_sheet.clone();
        if sheet.remove(name).is_none() {
            return Ok(Decision::AlreadyRecorded);
        }
        check(&sheet)?;
        Ok(Decision::Record(OfficeEventFact::RunItemDropped { name: name.to_owned() }))
    }

    /// Whether an instant is within a year of the event.
    fn is_near(&self, at: DateTime<Utc>) -> bool {
        at.signed_duration_since(self.details().time.start()).abs() <= TimeDelta::days(366)
    }
}

/// Refuses what waits for itself, or for what is not there.
fn check(sheet: &BTreeMap<String, RunItem>) -> Result<(), NetworkError<String>> {
    let activity = |(name, item): (&String, &RunItem)| Activity {
        key: name.clone(),
        minutes: u64::from(item.minutes),
        after: item.after.clone(),
    };
    Network::of(sheet.iter().map(activity)).map(drop)
}

/// The earliest times of all items, in a network in which each waits for its own time as well.
fn times(sheet: &BTreeMap<String, RunItem>, event: DateTime<Utc>) -> BTreeMap<String, Interval> {
    let base = sheet.values().filter_map(|item| item.starts).fold(event, DateTime::min);
    let may_start = |item: &RunItem| match item.starts {
        Some(starts) => starts,
        None if item.after.is_empty() => event,
        None => base,
    };
    let activities = sheet.iter().flat_map(|(name, item)| {
        let wait = may_start(item).signed_duration_since(base).num_minutes();
        let may = Activity { key: Point::May(name.clone()), minutes: wait.unsigned_abs(), after: BTreeSet::new() };
        let before = item.after.iter().cloned().map(Point::Item).chain([may.key.clone()]).collect();
        [may, Activity { key: Point::Item(name.clone()), minutes: u64::from(item.minutes), after: before }]
    });
    // A sheet was checked item by item before it was kept.
    let Ok(network) = Network::of(activities) else { return BTreeMap::new() };
    let time = |(point, times): (&Point, crate::ActivityTimes)| {
        let Point::Item(name) = point else { return None };
        let at = |minutes| base.checked_add_signed(TimeDelta::try_minutes(i64::try_from(minutes).ok()?)?);
        let time = Interval::new(at(times.earliest_start)?, at(times.earliest_finish)?).ok()?;
        Some((name.clone(), time))
    };
    network.iter().filter_map(time).collect()
}

/// The run sheet cannot be like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RunSheetError {
    /// The event is called off, or somebody else's.
    #[error(transparent)]
    Event(#[from] OfficeEventError),
    /// The item has no name or length, or begins between two minutes or a year away.
    #[error(
        "the item is not one: a name of 1 to 200 characters, 1 to {MOST_MINUTES} minutes and a start on a whole minute within a year of the event are wanted"
    )]
    Item,
    /// There are too many items.
    #[error("the run sheet is full: at most {MAX_RUN_ITEMS} items are wanted")]
    TooMany,
    /// An item waits for itself, or for one that is not there.
    #[error(transparent)]
    Order(#[from] NetworkError<String>),
}
