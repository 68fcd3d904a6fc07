//! How the clocks of a zone are set, from one change to the next.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use chrono::DateTime;
use chrono_tz::TZ_VARIANTS;

use super::Zone;

/// A time during which the clocks of a zone are ahead of universal time by the same number of seconds.
///
/// Instants are told in seconds since 1970 began in universal time, readings in seconds since it began on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockSetting {
    /// The instant at which it begins; `i64::MIN` where it always was so.
    pub from: i64,
    /// The instant at which the clocks are changed; `i64::MAX` where no change is known.
    pub until: i64,
    /// How many seconds the clocks are ahead; negative where they are behind.
    pub ahead: i64,
}

impl ClockSetting {
    /// What the clocks show as it begins.
    #[must_use]
    pub const fn shown_from(&self) -> i64 {
        if self.from == i64::MIN { i64::MIN } else { self.from.saturating_add(self.ahead) }
    }

    /// What the clocks would show next as it ends.
    #[must_use]
    pub const fn shown_until(&self) -> i64 {
        if self.until == i64::MAX { i64::MAX } else { self.until.saturating_add(self.ahead) }
    }
}

/// The settings of each zone by its name, worked out when they are first asked for.
static SETTINGS: LazyLock<BTreeMap<&str, OnceLock<Vec<ClockSetting>>>> =
    LazyLock::new(|| TZ_VARIANTS.iter().map(|zone| (zone.name(), OnceLock::new())).collect());

/// 1840, before clocks were first changed by law (Manila, 1844), and 2100, when the last known change is over.
const KNOWN: (i64, i64) = (-4_102_444_800, 4_102_444_800);

/// Six days. No clocks were ever changed twice within seven but for an hour (Recife, October 2000), nor are they known to
/// be, so that between two looks there is one change at most.
const STEP: usize = 518_400;

impl Zone {
    /// How its clocks are set, one time after another, from always on and for good.
    ///
    /// A reading is shown by the first setting that it is before the end of, or skipped by the change that begins it. Later
    /// settings end at later readings.
    ///
    /// # Example
    /// ```
    /// use office_core::Zone;
    ///
    /// let berlin: Zone = "Europe/Berlin".parse()?;
    /// let change = "2026-03-29T01:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp();
    /// let summer = berlin.settings().iter().find(|one| one.from == change).unwrap();
    /// assert_eq!((summer.ahead, summer.until - summer.from), (7_200, 30 * 7 * 86_400));
    /// // Nobody changes the clocks at any other time of that spring.
    /// assert!(!berlin.settings().iter().any(|one| (change + 1..summer.until).contains(&one.from)));
    /// # Ok::<(), office_core::ParseZoneError>(())
    /// ```
    #[must_use]
    pub fn settings(self) -> &'static [ClockSetting] {
        SETTINGS.get(self.name()).map_or(&[], |settings| settings.get_or_init(|| self.find_settings()))
    }

    fn find_settings(self) -> Vec<ClockSetting> {
        let ahead =
            |second: i64| DateTime::from_timestamp(second, 0).map_or(0, |at| i64::from(self.offset_seconds(at)));
        let (first, last) = KNOWN;
        let mut settings = Vec::new();
        let mut open = ClockSetting { from: i64::MIN, until: i64::MAX, ahead: ahead(first) };
        let mut before = first;
        for at in (first..=last).step_by(STEP) {
            if ahead(at) != open.ahead {
                let (mut low, mut high) = (before, at);
                while high.saturating_sub(low) > 1 {
                    let middle = low.midpoint(high);
                    if ahead(middle) == open.ahead { low = middle } else { high = middle }
                }
                settings.push(ClockSetting { until: high, ..open });
                open = ClockSetting { from: high, until: i64::MAX, ahead: ahead(high) };
            }
            before = at;
        }
        settings.push(open);
        settings
    }
}
