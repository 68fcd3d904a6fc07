//! To what times of work are rounded.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use office_core::Zone;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::WorkTime;

/// To which multiple of minutes a time is rounded, and which way.
///
/// # Example
/// ```
/// use office_hr::{TimeStep, TimeStepMode};
///
/// let quarter = TimeStep::new(15, TimeStepMode::Nearest)?;
/// assert_eq!(quarter.round("0:07:30".parse()?), "0:15".parse()?);
/// assert_eq!(quarter.round("0:07:29".parse()?), "0:00".parse()?);
///
/// // Steps of no minutes are none.
/// assert!(TimeStep::new(0, TimeStepMode::Up).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "StepFields", into = "StepFields")]
pub struct TimeStep {
    // Invariant: 1 to 1440.
    minutes: u16,
    mode: TimeStepMode,
}

/// Which way a time between two steps goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeStepMode {
    /// To the step before.
    Down,
    /// To the step after.
    Up,
    /// To the nearer one; from the middle, to the one after.
    Nearest,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFields {
    minutes: u16,
    mode: TimeStepMode,
}

impl TimeStep {
    /// Steps of so many minutes, 1 to 1440.
    ///
    /// # Errors
    /// [`TimeStepError`].
    pub const fn new(minutes: u16, mode: TimeStepMode) -> Result<Self, TimeStepError> {
        if minutes == 0 || minutes > 1_440 { Err(TimeStepError { minutes }) } else { Ok(Self { minutes, mode }) }
    }

    /// A length, or a time since midnight, rounded to the step.
    #[must_use]
    pub fn round(self, time: WorkTime) -> WorkTime {
        let step = i64::from(self.minutes).saturating_mul(60);
        let rest = time.seconds().checked_rem_euclid(step).unwrap_or(0);
        let up = match self.mode {
            TimeStepMode::Down => false,
            TimeStepMode::Up => rest > 0,
            TimeStepMode::Nearest => rest.saturating_mul(2) >= step,
        };
        let down = time.seconds().saturating_sub(rest);
        WorkTime::of_seconds(if up { down.saturating_add(step) } else { down })
    }
}

impl TryFrom<StepFields> for TimeStep {
    type Error = TimeStepError;

    fn try_from(fields: StepFields) -> Result<Self, Self::Error> {
        Self::new(fields.minutes, fields.mode)
    }
}

impl From<TimeStep> for StepFields {
    fn from(step: TimeStep) -> Self {
        Self { minutes: step.minutes, mode: step.mode }
    }
}

/// Minutes that no step has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{minutes} minutes are no step: 1 to 1440 are wanted")]
pub struct TimeStepError {
    minutes: u16,
}

/// How an office rounds the times of work: coming, going, and then the length.
///
/// Coming and going are rounded as the clock on the wall shows them, then the length is taken between them, breaks left
/// out, and rounded. What is not named is not rounded. Where rounding puts going before coming, nothing was worked.
///
/// # Example
/// ```
/// use office_core::Zone;
/// use office_hr::{TimeRounding, TimeStep, TimeStepMode, WorkTime};
///
/// let rounding = TimeRounding {
///     begin: Some(TimeStep::new(15, TimeStepMode::Down)?),
///     end: Some(TimeStep::new(15, TimeStepMode::Up)?),
///     length: None,
/// };
/// let (from, to) = ("2026-10-05T12:17:35Z".parse()?, "2026-10-05T13:32:52Z".parse()?);
/// let rounded = rounding.round(from, to, WorkTime::ZERO, Zone::UTC)?;
/// assert_eq!(rounded.length, "1:30".parse()?);
///
/// // Going before coming is refused, not rounded.
/// assert!(rounding.round(to, from, WorkTime::ZERO, Zone::UTC).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeRounding {
    /// How coming is rounded.
    #[serde(default)]
    pub begin: Option<TimeStep>,
    /// How going is rounded.
    #[serde(default)]
    pub end: Option<TimeStep>,
    /// How the length is rounded.
    #[serde(default)]
    pub length: Option<TimeStep>,
}

/// A time of work as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundedTime {
    /// Coming.
    pub begin: DateTime<Utc>,
    /// Going.
    pub end: DateTime<Utc>,
    /// How long was worked.
    pub length: WorkTime,
}

impl TimeRounding {
    /// What a time of work counts as, breaks of that length left out.
    ///
    /// # Errors
    /// [`RoundTimeError`] where going is before coming.
    pub fn round(
        &self,
        begin: DateTime<Utc>,
        end: DateTime<Utc>,
        breaks: WorkTime,
        zone: Zone,
    ) -> Result<RoundedTime, RoundTimeError> {
        if end < begin {
            return Err(RoundTimeError { begin, end });
        }
        let (begin, end) = (on_the_wall(self.begin, begin, zone), on_the_wall(self.end, end, zone));
        let elapsed = WorkTime::of_seconds(end.signed_duration_since(begin).num_seconds());
        let worked = elapsed.minus(breaks).max(WorkTime::ZERO);
        Ok(RoundedTime { begin, end, length: self.length.map_or(worked, |step| step.round(worked)) })
    }
}

/// An instant moved to where the clock on the wall shows a multiple of the step since midnight.
pub(crate) fn on_the_wall(step: Option<TimeStep>, instant: DateTime<Utc>, zone: Zone) -> DateTime<Utc> {
    let Some(step) = step else { return instant };
    let shown = WorkTime::of_seconds(zone.local(instant).time().num_seconds_from_midnight().into());
    let moved = TimeDelta::seconds(step.round(shown).minus(shown).seconds());
    instant.checked_add_signed(moved).unwrap_or(instant)
}

/// Going is before coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("work from {begin} to {end} ends before it begins: an end that is not before is wanted")]
pub struct RoundTimeError {
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
}
