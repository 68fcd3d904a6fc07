//! What an office asks of where people work.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::{WorkLocation, WorkLocationPlan};

/// What an office, or a team, asks of where people work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocationPolicy {
    /// On how many days from Monday to Sunday people are in the office, at whichever site; fewer where they work on fewer.
    #[serde(default)]
    pub min_office_days: u8,
    /// The days on which the team is in the office together. Who is away is excused.
    #[serde(default)]
    pub anchor_days: Vec<Weekday>,
}

/// What a policy finds in a week of somebody's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LocationFinding {
    /// Too few days in the office.
    TooFewOfficeDays {
        /// The first day of the week.
        monday: NaiveDate,
        /// On how many days they are there.
        days: u8,
        /// On how many they should be.
        wanted: u8,
    },
    /// On a day on which the team is in the office they work, but not there.
    NotAtAnchorDay {
        /// Which day.
        on: NaiveDate,
        /// Where they work.
        location: WorkLocation,
    },
}

impl LocationFinding {
    /// Whether another finding is none that is worse.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::TooFewOfficeDays { days, wanted, .. }, Self::TooFewOfficeDays { days: now, wanted: by_now, .. }) => {
                wanted.saturating_sub(*days) >= by_now.saturating_sub(*now)
            }
            (Self::NotAtAnchorDay { on, .. }, Self::NotAtAnchorDay { on: other, .. }) => on == other,
            (Self::TooFewOfficeDays { .. } | Self::NotAtAnchorDay { .. }, _) => false,
        }
    }
}

impl fmt::Display for LocationFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewOfficeDays { monday, days, wanted } => {
                write!(f, "{days} days in the office in the week of {monday}: {wanted} are wanted")
            }
            Self::NotAtAnchorDay { on, location } => {
                write!(f, "{location} on {on}, a day on which the team is in the office")
            }
        }
    }
}

impl LocationPolicy {
    /// What is found in the week of a day, from Monday to Sunday; of days that are not planned nothing is.
    #[must_use]
    pub fn findings(&self, plan: &WorkLocationPlan, day: NaiveDate) -> Vec<LocationFinding> {
        let since_monday = u64::from(day.weekday().num_days_from_monday());
        let monday = day.checked_sub_days(Days::new(since_monday)).unwrap_or(day);
        let week = monday.iter_days().take(7).filter_map(|on| Some((on, plan.on(on)?)));
        let worked: Vec<_> = week.filter(|(_, location)| *location != WorkLocation::Away).collect();
        let is_office = |location: &WorkLocation| matches!(location, WorkLocation::Office { .. });
        let count = |days: usize| u8::try_from(days).unwrap_or(u8::MAX);
        let days = count(worked.iter().filter(|(_, location)| is_office(location)).count());
        let wanted = self.min_office_days.min(count(worked.len()));
        let few = (days < wanted).then_some(LocationFinding::TooFewOfficeDays { monday, days, wanted });
        let anchored = worked.into_iter().filter(|(on, _)| self.anchor_days.contains(&on.weekday()));
        let missed = anchored.filter(|(_, location)| !is_office(location));
        few.into_iter().chain(missed.map(|(on, location)| LocationFinding::NotAtAnchorDay { on, location })).collect()
    }
}
