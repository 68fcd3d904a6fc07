//! Shifts that nobody likes, evened out among people.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};

use super::check::saturday_of;
use super::{Penalty, PenaltyLine, Roster, RosterContract, RosterPlan, ShiftName};

/// Which shifts nobody likes, by points, and what it costs to give them to the same people again and again.
///
/// Everybody's burden is the points of their shifts and what they [bore before](RosterContract::borne), counted from the
/// least that anybody bore before. The measure is the sum of the squares of the burdens: of two rosters with as many
/// points the one on which they are spread more evenly costs less. People count alike, however much they work.
///
/// # Example
/// ```
/// use office_core::{DateRange, Id};
/// use office_scheduling::{
///     CoverDemand, Fairness, Roster, RosterContract, RosterPlan, RosterPlanError, RosterPlanParts, RosterSearch, ShiftType,
/// };
///
/// // One at the desk on Saturday and Sunday. Ada has borne two weekend days already.
/// let (ada, ben) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let days: DateRange = "2026-11-07/2026-11-09".parse()?;
/// let demand = days.dates(2).map(|date| CoverDemand {
///     date, shift: "desk".parse().unwrap(), skill: None, wanted: 1, under_weight: 100, over_weight: 100,
/// });
/// let parts = RosterPlanParts {
///     days,
///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
///     people: vec![
///         RosterContract { borne: 2, ..RosterContract::unlimited(ada, "Ada") },
///         RosterContract::unlimited(ben, "Ben"),
///     ],
///     demand: demand.collect(),
///     fairness: Some(Fairness { weekend: 1, ..Fairness::of_weight(3) }),
/// };
/// let plan = RosterPlan::new(parts.clone())?;
/// let found = plan.generate(&Roster::new(), RosterSearch { seed: 1, steps: 20 }, |_| false)?;
/// let burdens = plan.burdens(&found.roster);
/// assert_eq!(burdens.iter().map(|one| (one.borne, one.points)).collect::<Vec<_>>(), [(2, 0), (0, 2)]);
/// assert_eq!(found.cost, 3 * (2 * 2 + 2 * 2));
///
/// let mut wrong = parts;
/// wrong.fairness = Some(Fairness { weekend: 500, ..Fairness::of_weight(3) });
/// let refused = RosterPlan::new(wrong).unwrap_err();
/// assert_eq!(refused.to_string(), "500 points for a shift are too many: at most 100 are wanted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fairness {
    /// Points of a type of shift: nights, for one. At most 100, as all points here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_shift: BTreeMap<ShiftName, u32>,
    /// Points of any shift that starts on a Saturday or Sunday.
    #[serde(default)]
    pub weekend: u32,
    /// Points of any shift that starts on a day: holidays, for one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_date: BTreeMap<NaiveDate, u32>,
    /// What the square of a burden of one point costs: 1 to 10,000.
    pub weight: u32,
}

impl Fairness {
    /// No points yet.
    #[must_use]
    pub const fn of_weight(weight: u32) -> Self {
        Self { by_shift: BTreeMap::new(), weekend: 0, by_date: BTreeMap::new(), weight }
    }

    /// The points of a shift on a day.
    #[must_use]
    pub fn points(&self, date: NaiveDate, shift: &ShiftName) -> u32 {
        let of_shift = self.by_shift.get(shift).copied().unwrap_or(0);
        let of_weekend = saturday_of(date).map_or(0, |_| self.weekend);
        let of_date = self.by_date.get(&date).copied().unwrap_or(0);
        of_shift.saturating_add(of_weekend).saturating_add(of_date)
    }
}

/// What somebody bears of the shifts that nobody likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burden {
    /// Who.
    pub person: PersonId,
    /// What the roster calls them.
    pub name: String,
    /// The points of rosters before.
    pub borne: u32,
    /// The points of this one.
    pub points: u32,
}

impl Burden {
    /// What is carried to the next roster.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.borne.saturating_add(self.points)
    }
}

impl RosterPlan {
    /// What each person bears of the shifts that nobody likes, in the order of the plan; none where the plan does not
    /// say which they are.
    #[must_use]
    pub fn burdens(&self, roster: &Roster) -> Vec<Burden> {
        let Some(fairness) = &self.parts().fairness else { return Vec::new() };
        let people = self.parts().people.iter();
        people
            .map(|contract| Burden {
                person: contract.person,
                name: contract.name.clone(),
                borne: contract.borne,
                points: points_of(fairness, roster, contract),
            })
            .collect()
    }

    /// What a person's burden costs.
    pub(super) fn burden(&self, roster: &Roster, contract: &RosterContract) -> Option<PenaltyLine> {
        let fairness = self.parts().fairness.as_ref()?;
        let burden = self.borne_beyond(contract).saturating_add(points_of(fairness, roster, contract));
        let penalty = u64::from(burden).saturating_pow(2).saturating_mul(u64::from(fairness.weight));
        let what = Penalty::Burden { person: contract.person, name: contract.name.clone(), burden };
        (penalty > 0).then_some(PenaltyLine { penalty, what })
    }

    /// What somebody bore before, beyond the least that anybody did.
    pub(super) fn borne_beyond(&self, contract: &RosterContract) -> u32 {
        let least = self.parts().people.iter().map(|contract| contract.borne).min();
        contract.borne.saturating_sub(least.unwrap_or(0))
    }
}

fn points_of(fairness: &Fairness, roster: &Roster, contract: &RosterContract) -> u32 {
    let points = roster.row(contract.person).map(|(date, shift)| fairness.points(date, shift));
    points.fold(0, u32::saturating_add)
}
