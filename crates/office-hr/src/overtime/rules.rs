//! The rules of overtime, as data.

use chrono::Weekday;
use office_core::{Decimal, Rate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::WorkTime;

/// From which length of work on how many times straight time is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OvertimeTier {
    /// After so much work.
    pub after: WorkTime,
    /// So many times.
    pub times: Rate,
}

/// Which hours count towards the week's tiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeeklyCount {
    /// Those that are paid straight time by the day: what is overtime already is not counted again (no pyramiding).
    StraightTime,
    /// All of them; each is paid at the higher of the two multiples.
    AllTime,
}

/// Which hours are overtime: an office's data, made from JSON as well.
///
/// Tiers of the day apply to each day of their own, tiers of the seventh day to the last day of a week on each day of
/// which there was work, those of the week to the week. Where several apply to an hour it is paid at the highest, once.
///
/// # Example
/// ```
/// use office_hr::{OvertimeRules, OvertimeRulesError};
///
/// let rules: OvertimeRules = serde_json::from_str(r#"{
///     "week_starts": "Mon",
///     "daily": [{ "after": "10:00", "times": "1.25" }],
///     "weekly": [{ "after": "48:00", "times": "1.25" }],
///     "weekly_counts": "straight_time"
/// }"#)?;
/// assert_eq!(rules.daily()[0].after.to_string(), "10:00");
///
/// // A tier that pays less than straight time is refused.
/// let text = r#"{ "week_starts": "Mon", "weekly": [{ "after": "40:00", "times": "0.5" }], "weekly_counts": "all_time" }"#;
/// assert!(serde_json::from_str::<OvertimeRules>(text).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct OvertimeRules {
    week_starts: Weekday,
    // Invariants: tiers ascend in both, and pay more than straight time; where the week counts straight time alone, none of
    // its tiers pays more than the first of the seventh day. So longer work is never paid less.
    daily: Vec<OvertimeTier>,
    seventh_day: Vec<OvertimeTier>,
    weekly: Vec<OvertimeTier>,
    weekly_counts: WeeklyCount,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    week_starts: Weekday,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    daily: Vec<OvertimeTier>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seventh_day: Vec<OvertimeTier>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    weekly: Vec<OvertimeTier>,
    weekly_counts: WeeklyCount,
}

impl OvertimeRules {
    /// The most tiers of each kind.
    pub const MOST_TIERS: usize = 16;

    /// Federal law of the United States: one and a half times after 40 hours of a workweek (29 U.S.C. 207(a)(1)).
    ///
    /// The workweek begins on Sunday; an employer may fix another day (29 CFR 778.105).
    #[must_use]
    pub fn flsa() -> Self {
        let weekly = vec![tier(40, 15)];
        Self {
            week_starts: Weekday::Sun,
            daily: Vec::new(),
            seventh_day: Vec::new(),
            weekly,
            weekly_counts: WeeklyCount::AllTime,
        }
    }

    /// California: one and a half times after 8 hours of a day, for the first 8 hours of the seventh day in a row, and after
    /// 40 hours of straight time in a workweek; twice after 12 hours of a day and after 8 of the seventh (Labor Code
    /// section 510).
    #[must_use]
    pub fn california() -> Self {
        Self {
            week_starts: Weekday::Sun,
            daily: vec![tier(8, 15), tier(12, 20)],
            seventh_day: vec![tier(0, 15), tier(8, 20)],
            weekly: vec![tier(40, 15)],
            weekly_counts: WeeklyCount::StraightTime,
        }
    }

    /// Overtime by the week alone.
    ///
    /// # Errors
    /// [`OvertimeRulesError`].
    pub fn new(
        week_starts: Weekday,
        weekly: Vec<OvertimeTier>,
        weekly_counts: WeeklyCount,
    ) -> Result<Self, OvertimeRulesError> {
        let none = Vec::new;
        Self { week_starts, daily: none(), seventh_day: none(), weekly, weekly_counts }.checked()
    }

    /// The same, with tiers of the day and of the seventh day in a row.
    ///
    /// # Errors
    /// [`OvertimeRulesError`].
    pub fn with_days(
        self,
        daily: Vec<OvertimeTier>,
        seventh_day: Vec<OvertimeTier>,
    ) -> Result<Self, OvertimeRulesError> {
        Self { daily, seventh_day, ..self }.checked()
    }

    /// The same, with weeks that begin on another day.
    #[must_use]
    pub fn starting(self, week_starts: Weekday) -> Self {
        Self { week_starts, ..self }
    }

    fn checked(self) -> Result<Self, OvertimeRulesError> {
        for tiers in [&self.daily, &self.seventh_day, &self.weekly] {
            if tiers.len() > Self::MOST_TIERS {
                return Err(OvertimeRulesError::TooMany { found: tiers.len() });
            }
            let mut before = OvertimeTier { after: WorkTime::of_seconds(-1), times: Rate::ONE };
            for tier in tiers {
                if tier.after <= before.after || tier.times <= before.times {
                    return Err(OvertimeRulesError::NotAscending { after: tier.after, times: tier.times });
                }
                before = *tier;
            }
        }
        let (seventh, week) = (self.seventh_day.first(), self.weekly.last());
        if let (Some(seventh), Some(week), WeeklyCount::StraightTime) = (seventh, week, self.weekly_counts)
            && week.times > seventh.times
        {
            return Err(OvertimeRulesError::WeekAboveSeventhDay { week: week.times, seventh: seventh.times });
        }
        Ok(self)
    }

    /// On which day a week begins.
    #[must_use]
    pub const fn week_starts(&self) -> Weekday {
        self.week_starts
    }

    /// The tiers of each day.
    #[must_use]
    pub fn daily(&self) -> &[OvertimeTier] {
        &self.daily
    }

    /// The tiers of the seventh day worked in a row in one week.
    #[must_use]
    pub fn seventh_day(&self) -> &[OvertimeTier] {
        &self.seventh_day
    }

    /// The tiers of the week.
    #[must_use]
    pub fn weekly(&self) -> &[OvertimeTier] {
        &self.weekly
    }

    /// Which hours count towards the week's tiers.
    #[must_use]
    pub const fn weekly_counts(&self) -> WeeklyCount {
        self.weekly_counts
    }
}

/// After so many hours, so many tenths of straight time.
fn tier(hours: i32, tenths: i64) -> OvertimeTier {
    OvertimeTier { after: WorkTime::hours(hours), times: Rate::new(Decimal::new(tenths, 1)).unwrap_or(Rate::ONE) }
}

impl TryFrom<Fields> for OvertimeRules {
    type Error = OvertimeRulesError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields { week_starts, daily, seventh_day, weekly, weekly_counts } = fields;
        Self { week_starts, daily, seventh_day, weekly, weekly_counts }.checked()
    }
}

impl From<OvertimeRules> for Fields {
    fn from(rules: OvertimeRules) -> Self {
        let OvertimeRules { week_starts, daily, seventh_day, weekly, weekly_counts } = rules;
        Self { week_starts, daily, seventh_day, weekly, weekly_counts }
    }
}

/// Rules of overtime make no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OvertimeRulesError {
    /// There are more tiers than an office has.
    #[error("{found} tiers are too many: at most 16 of a kind are wanted")]
    TooMany {
        /// How many.
        found: usize,
    },
    /// A tier is not above the one before, or not above straight time.
    #[error(
        "{times} times after {after} is not more, and later, than the tier before: ascending tiers above 1 are wanted"
    )]
    NotAscending {
        /// After how much work.
        after: WorkTime,
        /// How many times straight time.
        times: Rate,
    },
    /// Somebody who works on the seventh day as well would be paid less.
    #[error("the week pays {week} times, the seventh day {seventh}: at least as much on the seventh day is wanted")]
    WeekAboveSeventhDay {
        /// The highest tier of the week.
        week: Rate,
        /// The first tier of the seventh day.
        seventh: Rate,
    },
}
