//! Readings of the wall clock as numbers and as instants.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use office_core::{ClockSetting, FoldRule, GapRule, Zone};

use super::gregorian::DAY;

/// The seconds of the wall clock since 1970 began on it.
pub(super) const fn seconds(at: NaiveDateTime) -> i64 {
    at.and_utc().timestamp()
}

/// The first whole second at or after a reading.
pub(super) fn whole_seconds(at: NaiveDateTime) -> i64 {
    seconds(at).saturating_add(i64::from(at.nanosecond() > 0))
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

/// The readings of seconds that come close together: a date is worked out from the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Calendar {
    // Invariant: the second at which the date begins.
    midnight: i64,
    date: NaiveDate,
}

impl Calendar {
    /// The reading at a second; none only beyond the calendar.
    #[inline]
    pub(super) fn reading(&mut self, second: i64) -> Option<NaiveDateTime> {
        let within = second.saturating_sub(self.midnight);
        if let Some(time) = time(within) {
            return Some(self.date.and_time(time));
        }
        self.date = match u64::try_from(within.div_euclid(DAY)) {
            Ok(later @ ..=31) => self.date.checked_add_days(Days::new(later))?,
            Ok(_) | Err(_) => NaiveDate::from_epoch_days(i32::try_from(second.div_euclid(DAY)).ok()?)?,
        };
        let within = within.rem_euclid(DAY);
        self.midnight = second.saturating_sub(within);
        Some(self.date.and_time(time(within)?))
    }
}

/// The time of day at a second of it; none beyond the day.
fn time(within: i64) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(within).ok()?, 0)
}

/// The instants of readings of one zone by the rules of [`instant`], all in seconds.
///
/// It knows how the clocks are set around the last reading, and looks for another setting only beyond that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    settings: &'static [ClockSetting],
    /// The readings that come before the end of this setting, and of no earlier one.
    from: i64,
    until: i64,
    /// Those before this one are skipped by the change that begins the setting.
    shown_from: i64,
    ahead: i64,
    /// How far ahead the clocks were before that.
    ahead_before: i64,
}

/// The instant of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClockInstant {
    pub(super) at: i64,
    /// Whether the clocks skip the reading, which therefore is later.
    pub(super) skipped: bool,
}

impl Clock {
    pub(super) fn new(zone: Zone) -> Self {
        // No reading is known to begin with.
        Self { settings: zone.settings(), from: 0, until: 0, shown_from: 0, ahead: 0, ahead_before: 0 }
    }

    /// The instant of a reading.
    #[inline]
    pub(super) fn instant(&mut self, second: i64) -> ClockInstant {
        if second < self.from || self.until <= second {
            self.find(second);
        }
        let skipped = second < self.shown_from;
        let ahead = if skipped { self.ahead_before } else { self.ahead };
        ClockInstant { at: second.saturating_sub(ahead), skipped }
    }

    fn find(&mut self, second: i64) {
        let place = self.settings.partition_point(|one| one.shown_until() <= second);
        let before = place.checked_sub(1).and_then(|before| self.settings.get(before));
        if let Some(setting) = self.settings.get(place) {
            self.from = before.map_or(i64::MIN, ClockSetting::shown_until);
            self.until = setting.shown_until();
            self.shown_from = setting.shown_from();
            self.ahead = setting.ahead;
            self.ahead_before = before.map_or(setting.ahead, |before| before.ahead);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZONES: [&str; 12] = [
        "UTC",
        "Europe/Berlin",
        "Europe/Dublin",
        "Europe/London",
        "America/New_York",
        "America/Recife",
        "Asia/Kolkata",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "Asia/Gaza",
    ];

    fn naive(second: i64, zone: Zone) -> Option<ClockInstant> {
        let local = reading(second)?;
        let at = instant(local, zone)?;
        Some(ClockInstant { at: at.timestamp(), skipped: zone.local(at) != local })
    }

    proptest! {
        /// Law 18, of whatever readings one after another: each change of clocks of a zone, with readings around it.
        #[test]
        fn a_clock_tells_what_the_zone_tells_of_each_reading(
            name in proptest::sample::select(ZONES.to_vec()),
            first in any::<proptest::sample::Index>(),
            steps in proptest::collection::vec((0_usize..3, -100_000_i64..100_000), 1..20),
            back in any::<bool>(),
        ) {
            let zone: Zone = name.parse().unwrap();
            let changes: Vec<i64> = zone.settings().iter().map(ClockSetting::shown_until).filter(|at| *at < i64::MAX).collect();
            let (mut clock, mut place) = (Clock::new(zone), first.index(changes.len().max(1)));
            for (further, off) in steps {
                place = if back { place.saturating_sub(further) } else { place.saturating_add(further) };
                let change = changes.get(place).copied().unwrap_or(0);
                for second in [change.saturating_add(off), change.saturating_sub(1), change] {
                    prop_assert_eq!(Some(clock.instant(second)), naive(second, zone), "{} in {}", second, zone);
                }
            }
        }

        #[test]
        fn a_calendar_reads_any_second(seconds in proptest::collection::vec(-300_000_i64..300_000, 1..20), far in any::<i64>()) {
            let mut calendar = Calendar::default();
            for second in seconds.into_iter().chain([far]) {
                prop_assert_eq!(calendar.reading(second), reading(second));
            }
        }
    }

    #[test]
    fn a_clock_walks_through_years_as_the_zone_does() {
        for zone in ZONES.map(|zone| zone.parse::<Zone>().unwrap()) {
            for (start, step, times) in [
                ("2000-08-01T00:10:00", 3_000, 2_000),
                ("2011-12-20T00:00:00", 420, 3_000),
                ("2026-01-01T02:30:00", 43_200, 1_500),
            ] {
                let start = seconds(start.parse().unwrap());
                let mut clock = Clock::new(zone);
                for second in (start..).step_by(step).take(times) {
                    assert_eq!(Some(clock.instant(second)), naive(second, zone), "{second} in {zone}");
                }
            }
        }
    }
}
