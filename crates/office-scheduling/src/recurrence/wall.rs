//! Readings of the wall clock as numbers and as instants.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Timelike, Utc};
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

/// The instants of readings of one zone, one after another, by the rules of [`instant`].
///
/// Where readings lie close together, the zone is asked for some of them only. The clocks of no zone were ever changed
/// twice within a week (Recife in October 2000 comes closest, by 6 days and 23 hours), so that clocks that are as far
/// from universal time six days later as now are so on all days between.
#[derive(Debug)]
pub(super) struct Clock {
    zone: Zone,
    /// From this reading to that one the clocks are so far ahead of universal time. None of them was shown before: then
    /// the first would have been, and its earlier instant found.
    even: Option<(NaiveDateTime, NaiveDateTime, TimeDelta)>,
    last: Option<NaiveDateTime>,
}

const EVEN: TimeDelta = TimeDelta::days(6);
/// Readings as close as this make it worth while to ask ahead.
const CLOSE: TimeDelta = TimeDelta::days(3);

impl Clock {
    pub(super) const fn new(zone: Zone) -> Self {
        Self { zone, even: None, last: None }
    }

    /// The instant of a reading; none only beyond the calendar.
    pub(super) fn instant(&mut self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        if let Some((from, to, ahead)) = self.even
            && from <= local
            && local <= to
        {
            return Some(local.checked_sub_signed(ahead)?.and_utc());
        }
        let found = instant(local, self.zone)?;
        // What comes a week later is not asked for ahead.
        let close = self.last.is_some_and(|last| local.signed_duration_since(last).abs() < CLOSE);
        self.last = Some(local);
        if close {
            let ahead = |at: DateTime<Utc>| self.zone.local(at).signed_duration_since(at.naive_utc());
            let later = found.checked_add_signed(EVEN)?;
            let shown = self.zone.local(found) == local;
            self.even = (shown && ahead(found) == ahead(later)).then(|| (local, self.zone.local(later), ahead(found)));
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    #[test]
    fn what_is_known_of_days_ahead_is_so() {
        let zones =
            ["Europe/Berlin", "America/Recife", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"];
        for zone in zones.map(|zone| zone.parse::<Zone>().unwrap()) {
            for (start, minutes) in
                [("2000-08-01T00:10:00", 50), ("2011-12-20T00:00:00", 7), ("2026-01-01T02:30:00", 720)]
            {
                let start: NaiveDateTime = start.parse().unwrap();
                let end = start.checked_add_days(Days::new(if minutes > 60 { 700 } else { 100 })).unwrap();
                let mut clock = Clock::new(zone);
                let mut at = start;
                while at < end {
                    assert_eq!(clock.instant(at), instant(at, zone), "{at} in {zone}");
                    at = at.checked_add_signed(TimeDelta::minutes(minutes)).unwrap();
                }
            }
        }
    }
}
