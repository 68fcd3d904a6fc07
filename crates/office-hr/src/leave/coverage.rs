//! Who else is away.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};

use crate::{LeaveDay, LeaveRequest};

/// People who stand in for each other, and how many of them may be away at one time of a day. Leave for minutes counts as
/// leave for the part of the day that they are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveTeam {
    /// Who.
    pub people: BTreeSet<PersonId>,
    /// How many of them.
    pub most_away: usize,
}

/// Who of a team is away on which of these days, as far as leave is asked for or approved: days on which nobody else
/// is away are left out. Somebody who is away for one half of a day does not meet leave in the other half.
///
/// # Example
/// ```
/// use std::collections::BTreeSet;
/// use office_core::{DayPart, Id};
/// use office_hr::{LeaveDay, LeaveRequest, away_with};
///
/// let team = BTreeSet::from([Id::natural("person", "E-005"), Id::natural("person", "E-009")]);
/// let days = [LeaveDay::new("2026-10-19".parse()?, DayPart::Whole)];
/// let requests: Vec<LeaveRequest> = Vec::new();
/// assert!(away_with(&days, &team, &requests).is_empty());
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[must_use]
pub fn away_with<'a>(
    days: &[LeaveDay],
    team: &BTreeSet<PersonId>,
    requests: impl IntoIterator<Item = &'a LeaveRequest>,
) -> BTreeMap<NaiveDate, BTreeSet<PersonId>> {
    let mut away: BTreeMap<NaiveDate, BTreeSet<PersonId>> = BTreeMap::new();
    for request in requests.into_iter().filter(|request| request.is_active() && team.contains(&request.person())) {
        for day in days {
            if crate::overlap(&[*day], request.days()).is_some() {
                away.entry(day.on).or_default().insert(request.person());
            }
        }
    }
    away
}

/// On which of these days too few of a team would be left: somebody's leave would bring those away to more than `most`,
/// whoever asks included. For each such day, who else is away.
///
/// # Example
/// ```
/// use std::collections::BTreeSet;
/// use office_core::{DayPart, Id};
/// use office_hr::{LeaveDay, LeaveRequest, uncovered};
///
/// let team = BTreeSet::from([Id::natural("person", "E-005"), Id::natural("person", "E-009")]);
/// let days = [LeaveDay::new("2026-10-19".parse()?, DayPart::Whole)];
/// let requests: Vec<LeaveRequest> = Vec::new();
/// assert!(uncovered(&days, &team, &requests, 1).is_empty());
/// // Where nobody may be away, one is too many.
/// assert_eq!(uncovered(&days, &team, &requests, 0).len(), 1);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[must_use]
pub fn uncovered<'a>(
    days: &[LeaveDay],
    team: &BTreeSet<PersonId>,
    requests: impl IntoIterator<Item = &'a LeaveRequest>,
    most: usize,
) -> BTreeMap<NaiveDate, BTreeSet<PersonId>> {
    let mut away = away_with(days, team, requests);
    let others =
        |on: &NaiveDate, away: &mut BTreeMap<NaiveDate, BTreeSet<PersonId>>| away.remove(on).unwrap_or_default();
    let days: BTreeSet<NaiveDate> = days.iter().map(|day| day.on).collect();
    let all = days.into_iter().map(|on| (on, others(&on, &mut away)));
    all.filter(|(_, others)| others.len() >= most).collect()
}
