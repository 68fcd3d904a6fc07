//! What has to be done before what, and what that makes of the time a project takes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use thiserror::Error;

/// The most activities of a network.
pub const MAX_ACTIVITIES: usize = 20_000;
/// The most dependencies of a network.
const MOST_DEPENDENCIES: usize = 200_000;

/// Something that takes working time, and what it has to wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity<K> {
    /// What it is known by.
    pub key: K,
    /// How long it takes, in minutes of working time; 0 for a milestone.
    pub minutes: u64,
    /// What has to be done before it starts.
    pub after: BTreeSet<K>,
}

/// When an activity can and must take place, in minutes of working time from the start of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityTimes {
    /// The earliest start.
    pub earliest_start: u64,
    /// The earliest finish.
    pub earliest_finish: u64,
    /// The latest start that does not delay the project.
    pub latest_start: u64,
    /// The latest finish that does not delay the project.
    pub latest_finish: u64,
    /// How much it can be late without delaying any other activity.
    pub free_slack: u64,
}

impl ActivityTimes {
    /// How much it can be late without delaying the project.
    #[must_use]
    pub const fn slack(&self) -> u64 {
        self.latest_start.saturating_sub(self.earliest_start)
    }

    /// Whether any delay of it delays the project.
    #[must_use]
    pub const fn is_critical(&self) -> bool {
        self.slack() == 0
    }
}

/// The activities of a project with their times: the critical path method, forward and backward pass.
///
/// Times are minutes of working time; [`WorkingCalendar::add`](office_core::WorkingCalendar::add) makes instants of them.
///
/// # Example
/// ```
/// use office_scheduling::{Activity, Network, NetworkError};
///
/// let activity = |key: &'static str, minutes, after: &[&'static str]| Activity {
///     key,
///     minutes,
///     after: after.iter().copied().collect(),
/// };
/// let network = Network::of([
///     activity("plan", 120, &[]),
///     activity("order", 60, &["plan"]),
///     activity("paint", 300, &["plan"]),
///     activity("furnish", 240, &["order", "paint"]),
/// ])?;
/// assert_eq!(network.minutes(), 660);
/// assert_eq!(network.critical_path(), ["plan", "paint", "furnish"]);
/// assert_eq!(network.times(&"order").map(|times| times.slack()), Some(240));
///
/// // What waits for itself is refused, by name.
/// let refused = Network::of([activity("egg", 1, &["hen"]), activity("hen", 1, &["egg"])]).unwrap_err();
/// assert_eq!(refused.to_string(), "egg waits for hen waits for egg: an order without a circle is wanted");
/// # Ok::<(), NetworkError<&str>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network<K> {
    times: BTreeMap<K, ActivityTimes>,
    critical: Vec<K>,
    minutes: u64,
}

impl<K: Ord + Clone> Network<K> {
    /// The times of these activities.
    ///
    /// # Errors
    /// [`NetworkError`], in the order of its variants.
    pub fn of(activities: impl IntoIterator<Item = Activity<K>>) -> Result<Self, NetworkError<K>> {
        let mut all: BTreeMap<K, Activity<K>> = BTreeMap::new();
        let mut dependencies = 0_usize;
        for activity in activities {
            dependencies = dependencies.saturating_add(activity.after.len());
            if all.len() >= MAX_ACTIVITIES || dependencies > MOST_DEPENDENCIES {
                return Err(NetworkError::TooLarge);
            }
            let key = activity.key.clone();
            if all.insert(key.clone(), activity).is_some() {
                return Err(NetworkError::Twice { key });
            }
        }
        for activity in all.values() {
            if let Some(missing) = activity.after.iter().find(|before| !all.contains_key(*before)) {
                return Err(NetworkError::Unknown { key: activity.key.clone(), missing: missing.clone() });
            }
        }
        let order = in_order(&all).map_err(|path| NetworkError::Circle { path })?;
        Ok(Self::passed(&all, &order))
    }

    /// Forward, then backward.
    fn passed(all: &BTreeMap<K, Activity<K>>, order: &[K]) -> Self {
        let mut times: BTreeMap<K, ActivityTimes> = BTreeMap::new();
        for activity in order.iter().filter_map(|key| all.get(key)) {
            let before = activity.after.iter().filter_map(|key| times.get(key));
            let start = before.map(|times| times.earliest_finish).max().unwrap_or(0);
            let finish = start.saturating_add(activity.minutes);
            let none = ActivityTimes {
                earliest_start: start,
                earliest_finish: finish,
                latest_start: u64::MAX,
                latest_finish: u64::MAX,
                free_slack: u64::MAX,
            };
            times.insert(activity.key.clone(), none);
        }
        let minutes = times.values().map(|times| times.earliest_finish).max().unwrap_or(0);
        for activity in order.iter().rev().filter_map(|key| all.get(key)) {
            let Some(own) = times.get_mut(&activity.key) else { continue };
            own.latest_finish = own.latest_finish.min(minutes);
            own.latest_start = own.latest_finish.saturating_sub(activity.minutes);
            own.free_slack = own.free_slack.min(minutes.saturating_sub(own.earliest_finish));
            let (starts, latest) = (own.earliest_start, own.latest_start);
            for before in &activity.after {
                if let Some(before) = times.get_mut(before) {
                    before.latest_finish = before.latest_finish.min(latest);
                    before.free_slack = before.free_slack.min(starts.saturating_sub(before.earliest_finish));
                }
            }
        }
        let critical = critical_of(all, &times, minutes);
        Self { times, critical, minutes }
    }

    /// How long the project takes, in minutes of working time.
    #[must_use]
    pub const fn minutes(&self) -> u64 {
        self.minutes
    }

    /// One chain of activities that takes as long as the project, from its start to its end; of several, the one whose
    /// last, then last but one, is first by key.
    #[must_use]
    pub fn critical_path(&self) -> &[K] {
        &self.critical
    }

    /// When an activity can and must take place.
    #[must_use]
    pub fn times(&self, key: &K) -> Option<ActivityTimes> {
        self.times.get(key).copied()
    }

    /// All activities by key, each with when it can and must take place.
    pub fn iter(&self) -> impl Iterator<Item = (&K, ActivityTimes)> {
        self.times.iter().map(|(key, times)| (key, *times))
    }
}

/// From the end of the project back to its start along what each activity waited for last.
fn critical_of<K: Ord + Clone>(
    all: &BTreeMap<K, Activity<K>>,
    times: &BTreeMap<K, ActivityTimes>,
    minutes: u64,
) -> Vec<K> {
    let mut path = Vec::new();
    let mut next = times.iter().find(|(_, times)| times.earliest_finish == minutes).map(|(key, _)| key);
    while let Some(activity) = next.and_then(|key| all.get(key)) {
        path.push(activity.key.clone());
        let start = times.get(&activity.key).map(|times| times.earliest_start);
        next = activity.after.iter().find(|before| times.get(*before).map(|times| times.earliest_finish) == start);
    }
    path.reverse();
    path
}

/// The keys so that each comes after all it waits for; or a circle of those that wait for each other.
fn in_order<K: Ord + Clone>(all: &BTreeMap<K, Activity<K>>) -> Result<Vec<K>, Vec<K>> {
    let mut waiting: BTreeMap<&K, usize> = all.iter().map(|(key, activity)| (key, activity.after.len())).collect();
    let mut followers: BTreeMap<&K, Vec<&K>> = BTreeMap::new();
    for activity in all.values() {
        for before in &activity.after {
            followers.entry(before).or_default().push(&activity.key);
        }
    }
    let mut ready: Vec<&K> = waiting.iter().filter(|(_, count)| **count == 0).map(|(key, _)| *key).collect();
    let mut order: Vec<K> = Vec::with_capacity(all.len());
    while let Some(key) = ready.pop() {
        waiting.remove(key);
        order.push(key.clone());
        for follower in followers.get(key).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(*follower) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(follower);
                }
            }
        }
    }
    let Some((first, _)) = waiting.first_key_value() else { return Ok(order) };
    Err(circle(all, &waiting, first))
}

/// Whoever still waits, waits for somebody who still waits: going on so leads round.
fn circle<K: Ord + Clone>(all: &BTreeMap<K, Activity<K>>, waiting: &BTreeMap<&K, usize>, from: &K) -> Vec<K> {
    let mut path: Vec<&K> = Vec::new();
    let mut seen: BTreeMap<&K, usize> = BTreeMap::new();
    let mut next = all.get_key_value(from).map(|(key, _)| key);
    while let Some(key) = next {
        if let Some(place) = seen.get(key) {
            let round = path.iter().skip(*place).chain(std::iter::once(&key));
            return round.map(|key| (*key).clone()).collect();
        }
        seen.insert(key, path.len());
        path.push(key);
        next = all.get(key).and_then(|one| one.after.iter().find(|before| waiting.contains_key(*before)));
    }
    Vec::new()
}

/// Activities do not make a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NetworkError<K> {
    /// There are too many activities or dependencies.
    #[error(
        "the network is too large: at most {MAX_ACTIVITIES} activities and {MOST_DEPENDENCIES} dependencies are wanted"
    )]
    TooLarge,
    /// Two activities have one key.
    #[error("{key} is there twice: a key of its own is wanted")]
    Twice {
        /// The key.
        key: K,
    },
    /// An activity waits for one that there is not.
    #[error("{key} waits for {missing}, which there is not: one of the activities is wanted")]
    Unknown {
        /// The activity.
        key: K,
        /// What it waits for.
        missing: K,
    },
    /// Activities wait for each other.
    #[error("{}: an order without a circle is wanted", chain(.path))]
    Circle {
        /// Each waits for the next; the last is the first.
        path: Vec<K>,
    },
}

/// A chain of what waits for what, in words.
pub(crate) fn chain<K: fmt::Display>(path: &[K]) -> String {
    path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" waits for ")
}
