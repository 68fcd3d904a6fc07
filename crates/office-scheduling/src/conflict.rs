//! Who holds which resource when: finding what a booking would collide with.

mod tree;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::Interval;
use serde::{Deserialize, Serialize};

use tree::{Overlapping, Tree};

/// Time that a resource is taken beyond the booking itself: to set a room up and to clear it again.
///
/// # Example
/// ```
/// use office_core::Interval;
/// use office_scheduling::Buffers;
///
/// let meeting: Interval = "2026-10-01T09:00:00Z/2026-10-01T10:00:00Z".parse()?;
/// let held = Buffers { set_up_seconds: 900, tear_down_seconds: 300 }.around(meeting);
/// assert_eq!(held.to_string(), "2026-10-01T08:45:00Z/2026-10-01T10:05:00Z");
/// # Ok::<(), office_core::IntervalError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buffers {
    /// Seconds before the booking.
    #[serde(default)]
    pub set_up_seconds: u32,
    /// Seconds after it.
    #[serde(default)]
    pub tear_down_seconds: u32,
}

impl Buffers {
    /// The time that a booking holds its resource, cut off where the calendar ends.
    #[must_use]
    pub fn around(self, booked: Interval) -> Interval {
        let before = TimeDelta::seconds(i64::from(self.set_up_seconds));
        let after = TimeDelta::seconds(i64::from(self.tear_down_seconds));
        let start = booked.start().checked_sub_signed(before).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let end = booked.end().checked_add_signed(after).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Interval::new(start, end).unwrap_or(booked)
    }
}

/// The time for which a resource is taken by a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Occupancy {
    /// The booking itself.
    pub booked: Interval,
    /// What is needed around it.
    #[serde(default)]
    pub buffers: Buffers,
}

impl Occupancy {
    /// The time that the resource is held: the booking with its buffers.
    #[must_use]
    pub fn held(&self) -> Interval {
        self.buffers.around(self.booked)
    }
}

/// An index of what is booked, by resource, that finds collisions without looking at every booking.
///
/// Two bookings of a resource conflict where the times they hold it overlap, buffers included; held times that
/// touch do not conflict. `R` names resources and `B` bookings (or one instance of a recurring one); a booking may
/// hold several resources. The index allows conflicts, and finds them: whether they are allowed is for its user to
/// say. Each operation takes time logarithmic in the bookings of the resource, a search that for each conflict
/// found, and for each booking that ends or begins within four seconds of its interval; before October 1697 and after
/// March 2242 it looks at them one by one.
///
/// # Example
/// ```
/// use office_core::Interval;
/// use office_scheduling::{Buffers, ConflictIndex, Occupancy};
///
/// let quarter = Buffers { set_up_seconds: 900, tear_down_seconds: 0 };
/// let at = |text: &str| text.parse::<Interval>().map(|booked| Occupancy { booked, buffers: quarter });
/// let mut index = ConflictIndex::new();
/// index.insert("aquarium", 1, at("2026-10-01T09:00:00Z/2026-10-01T10:00:00Z")?);
///
/// // Ten o'clock is too early: the room has to be set up.
/// let ten = at("2026-10-01T10:00:00Z/2026-10-01T11:00:00Z")?;
/// assert_eq!(index.conflicts(&"aquarium", ten.held()).next(), Some((&1, at("2026-10-01T09:00:00Z/2026-10-01T10:00:00Z")?)));
/// let later = at("2026-10-01T10:15:00Z/2026-10-01T11:00:00Z")?;
/// assert_eq!(index.conflicts(&"aquarium", later.held()).next(), None);
/// # Ok::<(), office_core::IntervalError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConflictIndex<R, B> {
    resources: BTreeMap<R, Calendar<B>>,
}

/// The bookings of one resource.
#[derive(Clone, Debug)]
struct Calendar<B> {
    // Invariant: both hold the same bookings, the tree by the times they hold.
    bookings: BTreeMap<B, Occupancy>,
    tree: Tree<B>,
}

impl<R: Ord, B: Ord + Clone> ConflictIndex<R, B> {
    /// An index of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { resources: BTreeMap::new() }
    }

    /// Takes a booking of a resource in. One of the same name is moved; the time it had is returned.
    pub fn insert(&mut self, resource: R, booking: B, occupancy: Occupancy) -> Option<Occupancy> {
        let calendar =
            self.resources.entry(resource).or_insert_with(|| Calendar { bookings: BTreeMap::new(), tree: Tree::new() });
        let before = calendar.bookings.insert(booking.clone(), occupancy);
        if let Some(before) = before {
            calendar.tree.remove(&booking, &before);
        }
        calendar.tree.insert(booking, occupancy);
        before
    }

    /// Takes a booking out, and returns the time it had; none where the resource has no such booking.
    pub fn remove(&mut self, resource: &R, booking: &B) -> Option<Occupancy> {
        let calendar = self.resources.get_mut(resource)?;
        let before = calendar.bookings.remove(booking)?;
        calendar.tree.remove(booking, &before);
        if calendar.bookings.is_empty() {
            self.resources.remove(resource);
        }
        Some(before)
    }

    /// The time for which a booking has a resource.
    #[must_use]
    pub fn get(&self, resource: &R, booking: &B) -> Option<Occupancy> {
        self.resources.get(resource)?.bookings.get(booking).copied()
    }

    /// How many bookings a resource has.
    #[must_use]
    pub fn count(&self, resource: &R) -> usize {
        self.resources.get(resource).map_or(0, |calendar| calendar.bookings.len())
    }

    /// The bookings that hold a resource at any time of an interval, by the beginning of the time they hold it.
    ///
    /// Give the [held](Occupancy::held) time of what is to be booked.
    pub fn conflicts(&self, resource: &R, held: Interval) -> impl Iterator<Item = (&B, Occupancy)> {
        self.overlapping(resource, held).map(|(booking, occupancy)| (booking, *occupancy))
    }

    /// Whether a resource is held by nobody in an interval.
    #[must_use]
    pub fn is_free(&self, resource: &R, held: Interval) -> bool {
        self.overlapping(resource, held).next().is_none()
    }

    fn overlapping(&self, resource: &R, held: Interval) -> Overlapping<'_, B> {
        Overlapping::new(self.resources.get(resource).map(|calendar| &calendar.tree), held)
    }
}

impl<R: Ord, B: Ord + Clone> Default for ConflictIndex<R, B> {
    fn default() -> Self {
        Self::new()
    }
}
