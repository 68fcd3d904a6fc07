//! Who else is away.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;

use crate::{LeaveDay, LeaveRequest};

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
/// let days = [LeaveDay { on: "2026-10-19".parse()?, part: DayPart::Whole }];
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
