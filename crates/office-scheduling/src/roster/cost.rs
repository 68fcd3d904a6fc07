//! What a roster costs, line by line.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use thiserror::Error;

use super::check::count_of;
use super::{CoverDemand, Roster, RosterContract, RosterPlan, ShiftName, ShiftWish, Wish};

/// What a roster costs, and what for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterCost {
    lines: Vec<PenaltyLine>,
}

impl RosterCost {
    /// The sum of its lines.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.lines.iter().fold(0, |sum, line| sum.saturating_add(line.penalty))
    }

    /// What it is made up of: wishes by person, demands as they stand in the plan, burdens by person. No line is 0.
    #[must_use]
    pub fn lines(&self) -> &[PenaltyLine] {
        &self.lines
    }
}

/// One reason why a roster costs something.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{penalty}: {what}")]
pub struct PenaltyLine {
    /// How much.
    pub penalty: u64,
    /// What for.
    pub what: Penalty,
}

/// What is missed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Penalty {
    /// Somebody does not work a shift that they wanted.
    #[error("{name} would like `{shift}` on {date}")]
    Wanted {
        /// Who.
        person: PersonId,
        /// What the roster calls them.
        name: String,
        /// The day.
        date: NaiveDate,
        /// The shift.
        shift: ShiftName,
    },
    /// Somebody works a shift that they did not want.
    #[error("{name} would rather not work `{shift}` on {date}")]
    Unwanted {
        /// Who.
        person: PersonId,
        /// What the roster calls them.
        name: String,
        /// The day.
        date: NaiveDate,
        /// The shift.
        shift: ShiftName,
    },
    /// There are too few.
    #[error("{given} of {} on `{}` of {}{}", .demand.wanted, .demand.shift, .demand.date, skill_of(.demand))]
    TooFew {
        /// What is wanted.
        demand: CoverDemand,
        /// How many there are.
        given: u32,
    },
    /// Somebody bears shifts that nobody likes.
    #[error("{name} bears {burden} points of what nobody likes")]
    Burden {
        /// Who.
        person: PersonId,
        /// What the roster calls them.
        name: String,
        /// How many points, with those of rosters before, beyond the least that anybody bore before.
        burden: u32,
    },
    /// There are too many.
    #[error("{given} instead of {} on `{}` of {}{}", .demand.wanted, .demand.shift, .demand.date, skill_of(.demand))]
    TooMany {
        /// What is wanted.
        demand: CoverDemand,
        /// How many there are.
        given: u32,
    },
}

fn skill_of(demand: &CoverDemand) -> String {
    demand.skill.as_ref().map(|skill| format!(" who can do {skill}")).unwrap_or_default()
}

impl RosterPlan {
    /// What a roster costs: for each wish not followed its weight, for each person missing or too many at a demand
    /// the weight of that, and for the burden of each person its square, where the plan asks for
    /// [fairness](super::Fairness). Whether the roster keeps the hard rules is another question ([`check`](Self::check)).
    ///
    /// Without fairness this is the objective of the benchmark of Curtois and Qu.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_scheduling::{CoverDemand, Roster, RosterContract, RosterPlan, RosterPlanParts, ShiftType};
    ///
    /// let ada = Id::natural("person", "E-001");
    /// let monday = "2026-11-02".parse()?;
    /// let plan = RosterPlan::new(RosterPlanParts {
    ///     days: "2026-11-02/2026-11-09".parse()?,
    ///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
    ///     people: vec![RosterContract::unlimited(ada, "Ada")],
    ///     demand: vec![CoverDemand {
    ///         date: monday, shift: "desk".parse()?, skill: None, wanted: 2, under_weight: 100, over_weight: 1,
    ///     }],
    ///     fairness: None,
    /// })?;
    /// let roster = Roster::new().with(ada, monday, Some("desk".parse()?));
    /// assert_eq!(plan.cost(&roster).lines()[0].to_string(), "100: 1 of 2 on `desk` of 2026-11-02");
    /// // A plan with more than it can count is refused: there is no cost without a plan.
    /// assert!(RosterPlan::new(RosterPlanParts { shifts: vec![], ..plan.parts().clone() }).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn cost(&self, roster: &Roster) -> RosterCost {
        let people = self.parts().people.iter();
        let wishes =
            people.flat_map(|contract| contract.wishes.iter().filter_map(|wish| wish.missed(contract, roster)));
        let demands = self.parts().demand.iter().filter_map(|demand| self.missed(roster, demand));
        let burdens = self.parts().people.iter().filter_map(|contract| self.burden(roster, contract));
        RosterCost { lines: wishes.chain(demands).chain(burdens).collect() }
    }

    /// What a demand costs that is not met as it is wanted.
    pub(super) fn missed(&self, roster: &Roster, demand: &CoverDemand) -> Option<PenaltyLine> {
        let (wanted, given) = (demand.wanted, self.given(roster, demand));
        let (weight, what) = if given < wanted {
            (demand.under_weight, Penalty::TooFew { demand: demand.clone(), given })
        } else {
            (demand.over_weight, Penalty::TooMany { demand: demand.clone(), given })
        };
        let penalty = u64::from(wanted.abs_diff(given)).saturating_mul(u64::from(weight));
        (penalty > 0).then_some(PenaltyLine { penalty, what })
    }

    /// How many people of a roster count for a demand.
    #[must_use]
    pub fn given(&self, roster: &Roster, demand: &CoverDemand) -> u32 {
        count_of(self.parts().people.iter().filter(|contract| {
            demand.skill.as_ref().is_none_or(|skill| contract.skills.contains(skill))
                && roster.shift(contract.person, demand.date) == Some(&demand.shift)
        }))
    }
}

impl ShiftWish {
    /// What the wish costs where a roster does not follow it.
    pub(super) fn missed(&self, contract: &RosterContract, roster: &Roster) -> Option<PenaltyLine> {
        let worked = roster.shift(contract.person, self.date) == Some(&self.shift);
        let (person, name, date, shift) = (contract.person, contract.name.clone(), self.date, self.shift.clone());
        let what = match (self.wish, worked) {
            (Wish::On, false) => Penalty::Wanted { person, name, date, shift },
            (Wish::Off, true) => Penalty::Unwanted { person, name, date, shift },
            (Wish::On, true) | (Wish::Off, false) => return None,
        };
        (self.weight > 0).then_some(PenaltyLine { penalty: u64::from(self.weight), what })
    }
}
