//! Readings of the wall clock as numbers and as instants.

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use office_core::{FoldRule, GapRule, Zone};

/// The seconds of the wall clock since 1970 began on it.
pub(super) const fn seconds(at: NaiveDateTime) -> i64 {
    at.and_utc().timestamp()
}

/// The reading of the wall clock at a second.
pub(super) fn reading(second: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(second, 0).map(|at| at.naive_utc())
}

/// The reading without fractions of a second.
pub(super) fn whole(at: NaiveDateTime) -> NaiveDateTime {
    at.with_nanosecond(0).unwrap_or(at)
}

/// The instant of a reading by the rules of RFC 5545, section 3.3.5: forward by the gap, the first of a fold.
/// None only beyond the calendar.
pub(crate) fn instant(local: NaiveDateTime, zone: Zone) -> Option<DateTime<Utc>> {
    zone.at(local).instant(GapRule::Forward, FoldRule::First).ok()
}
