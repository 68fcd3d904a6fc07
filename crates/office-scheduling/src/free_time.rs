//! When something is free.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::Interval;

use crate::Buffers;

/// The time within an interval that is open and that nothing holds: sorted and disjoint.
///
/// # Example
/// ```
/// use office_core::Interval;
/// use office_scheduling::free;
///
/// let day: Interval = "2026-10-05T00:00:00Z/2026-10-06T00:00:00Z".parse()?;
/// let open: Interval = "2026-10-05T08:00:00Z/2026-10-05T18:00:00Z".parse()?;
/// let held: Interval = "2026-10-05T07:45:00Z/2026-10-05T10:15:00Z".parse()?;
/// assert_eq!(free([open], [held], day), ["2026-10-05T10:15:00Z/2026-10-05T18:00:00Z".parse()?]);
/// // Where all of it is held, nothing is free.
/// assert!(free([open], [open], day).is_empty());
/// # Ok::<(), office_core::IntervalError>(())
/// ```
#[must_use]
pub fn free(
    open: impl IntoIterator<Item = Interval>,
    held: impl IntoIterator<Item = Interval>,
    within: Interval,
) -> Vec<Interval> {
    let held = Interval::union(held);
    let open = Interval::union(open.into_iter().filter_map(|span| span.intersection(&within)));
    open.into_iter()
        .flat_map(|span| {
            // Of what is sorted and disjoint only this part can meet the span.
            let first = held.partition_point(|taken| taken.end() <= span.start());
            let meeting = held.iter().skip(first).take_while(|taken| taken.start() < span.end());
            Interval::gaps(span, meeting.copied())
        })
        .collect()
}

/// The earliest time of a length, within an interval and open, that can be booked with buffers around it beside what
/// is held; none where there is none. The buffers may lie outside the open time.
///
/// # Example
/// ```
/// use chrono::TimeDelta;
/// use office_core::Interval;
/// use office_scheduling::{Buffers, first_free};
///
/// let open: Interval = "2026-10-05T08:00:00Z/2026-10-05T12:00:00Z".parse()?;
/// let held: Interval = "2026-10-05T08:45:00Z/2026-10-05T10:15:00Z".parse()?;
/// let quarter = Buffers { set_up_seconds: 900, tear_down_seconds: 900 };
/// let hour = first_free([open], [held], quarter, TimeDelta::hours(1), open);
/// assert_eq!(hour, Some("2026-10-05T10:30:00Z/2026-10-05T11:30:00Z".parse()?));
/// assert_eq!(first_free([open], [held], quarter, TimeDelta::hours(2), open), None);
/// # Ok::<(), office_core::IntervalError>(())
/// ```
#[must_use]
pub fn first_free(
    open: impl IntoIterator<Item = Interval>,
    held: impl IntoIterator<Item = Interval>,
    buffers: Buffers,
    length: TimeDelta,
    within: Interval,
) -> Option<Interval> {
    // Keeping clear of what is held with buffers of one's own is keeping clear of it with these around it.
    let mirrored = Buffers { set_up_seconds: buffers.tear_down_seconds, tear_down_seconds: buffers.set_up_seconds };
    let barred = held.into_iter().map(|taken| mirrored.around(taken));
    let gap = free(open, barred, within).into_iter().find(|gap| gap.duration() >= length)?;
    Interval::starting(gap.start(), length).ok()
}

/// The times at which more than so many of equal things are held, of what is held and how many each: sorted and disjoint.
/// Of a single thing, none of which can be spared, these are all the times at which it is held.
///
/// # Example
/// ```
/// use office_scheduling::held_beyond;
///
/// let held = [
///     ("2026-10-05T08:00:00Z/2026-10-05T10:00:00Z".parse()?, 2),
///     ("2026-10-05T09:00:00Z/2026-10-05T12:00:00Z".parse()?, 1),
/// ];
/// assert_eq!(held_beyond(held, 2), ["2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?]);
/// // Never are more than three held.
/// assert!(held_beyond(held, 3).is_empty());
/// # Ok::<(), office_core::IntervalError>(())
/// ```
#[must_use]
pub fn held_beyond(held: impl IntoIterator<Item = (Interval, u32)>, spare: u32) -> Vec<Interval> {
    let mut found = Vec::new();
    let (mut taken, mut since) = (0_i64, None);
    for (at, by) in changes(held) {
        taken = taken.saturating_add(by);
        match since {
            None if taken > i64::from(spare) => since = Some(at),
            Some(start) if taken <= i64::from(spare) => {
                found.extend(Interval::new(start, at));
                since = None;
            }
            None | Some(_) => {}
        }
    }
    found
}

/// How many of equal things are held at most at once.
pub(crate) fn most_held(held: impl IntoIterator<Item = (Interval, u32)>) -> u32 {
    let mut taken = 0_i64;
    let taken = changes(held).into_values().map(|by| {
        taken = taken.saturating_add(by);
        taken
    });
    u32::try_from(taken.max().unwrap_or(0)).unwrap_or(u32::MAX)
}

/// By how many what is held becomes more, or fewer, at each instant.
fn changes(held: impl IntoIterator<Item = (Interval, u32)>) -> BTreeMap<DateTime<Utc>, i64> {
    let mut changes: BTreeMap<DateTime<Utc>, i64> = BTreeMap::new();
    for (time, units) in held {
        let mut change = |at, by: i64| {
            let sum = changes.entry(at).or_default();
            *sum = sum.saturating_add(by);
        };
        change(time.start(), i64::from(units));
        change(time.end(), i64::from(units).saturating_neg());
    }
    changes
}
