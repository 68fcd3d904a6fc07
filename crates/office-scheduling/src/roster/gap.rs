//! Why a demand is not met.

use office_core::subject::PersonId;
use thiserror::Error;

use super::{CoverDemand, Roster, RosterContract, RosterPlan, RuleBroken, ShiftName};

/// A demand that is not met, and what stands against each who could fill it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterGap {
    /// The demand.
    pub demand: CoverDemand,
    /// How many are missing: at least 1.
    pub missing: u32,
    /// Everybody of the roster who does not work the shift that day.
    pub candidates: Vec<Candidate>,
}

/// Somebody who does not fill a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// What the roster calls them.
    pub name: String,
    /// What stands against it: never empty.
    pub against: Vec<Obstacle>,
}

/// What stands against somebody filling a gap.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// They cannot do what is wanted.
    #[error("cannot do {skill}")]
    LacksSkill {
        /// What is wanted.
        skill: String,
    },
    /// They work another shift that day, which they would have to leave.
    #[error("works `{shift}` that day")]
    Busy {
        /// The shift.
        shift: ShiftName,
    },
    /// With the shift a rule would be broken that is not broken now.
    #[error("{0}")]
    Rule(RuleBroken),
    /// No rule stands against it, but the roster would cost no less.
    #[error("the roster would cost {more} more")]
    NoGain {
        /// How much more.
        more: u64,
    },
    /// Nothing stands against it: the roster would be better with it.
    #[error("nothing: the roster would cost {less} less")]
    Nothing {
        /// How much less.
        less: u64,
    },
}

impl RosterPlan {
    /// Every demand that a roster does not meet, and for each person who does not work that shift what stands against
    /// it: a skill, another shift, the rules that the change would break, or what it would cost.
    ///
    /// Who works another shift that day is looked at as though they left it.
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
    ///     people: vec![RosterContract { days_off: [monday].into(), ..RosterContract::unlimited(ada, "Ada") }],
    ///     demand: vec![CoverDemand {
    ///         date: monday, shift: "desk".parse()?, skill: None, wanted: 1, under_weight: 100, over_weight: 1,
    ///     }],
    ///     fairness: None,
    /// })?;
    /// let gaps = plan.gaps(&Roster::new());
    /// let ada = &gaps[0].candidates[0];
    /// assert_eq!(format!("{} {}", ada.name, ada.against[0]), "Ada works `desk` on 2026-11-02, a day off");
    /// // A date that is none is refused before anything is asked.
    /// assert!("2026-11-31".parse::<chrono::NaiveDate>().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn gaps(&self, roster: &Roster) -> Vec<RosterGap> {
        let open = self.parts().demand.iter().filter_map(|demand| {
            let missing = demand.wanted.saturating_sub(self.given(roster, demand));
            (missing > 0).then_some((demand, missing))
        });
        open.map(|(demand, missing)| RosterGap {
            demand: demand.clone(),
            missing,
            candidates: self.candidates(roster, demand),
        })
        .collect()
    }

    fn candidates(&self, roster: &Roster, demand: &CoverDemand) -> Vec<Candidate> {
        let idle = self
            .parts()
            .people
            .iter()
            .filter(|contract| roster.shift(contract.person, demand.date) != Some(&demand.shift));
        idle.map(|contract| Candidate {
            person: contract.person,
            name: contract.name.clone(),
            against: self.obstacles(roster, demand, contract),
        })
        .collect()
    }

    fn obstacles(&self, roster: &Roster, demand: &CoverDemand, contract: &RosterContract) -> Vec<Obstacle> {
        let mut against = Vec::new();
        if let Some(skill) = demand.skill.as_ref().filter(|skill| !contract.skills.contains(*skill)) {
            against.push(Obstacle::LacksSkill { skill: skill.clone() });
        }
        if let Some(shift) = roster.shift(contract.person, demand.date) {
            against.push(Obstacle::Busy { shift: shift.clone() });
        }
        let with = roster.clone().with(contract.person, demand.date, Some(demand.shift.clone()));
        let broken_now = self.check_row(contract, roster);
        let broken = self.check_row(contract, &with).into_iter().filter(|rule| !broken_now.contains(rule));
        against.extend(broken.map(Obstacle::Rule));
        if against.is_empty() {
            let (now, then) = (self.cost_of_day(roster, contract, demand), self.cost_of_day(&with, contract, demand));
            against.push(match now.checked_sub(then) {
                Some(less) if less > 0 => Obstacle::Nothing { less },
                _ => Obstacle::NoGain { more: then.saturating_sub(now) },
            });
        }
        against
    }

    /// What of the cost depends on what a person does on the day of a demand.
    fn cost_of_day(&self, roster: &Roster, contract: &RosterContract, demand: &CoverDemand) -> u64 {
        let date = demand.date;
        let wishes =
            contract.wishes.iter().filter(|wish| wish.date == date).filter_map(|wish| wish.missed(contract, roster));
        let demands = self.parts().demand.iter().filter(|demand| demand.date == date);
        let demands = demands.filter_map(|demand| self.missed(roster, demand));
        wishes.chain(demands).chain(self.burden(roster, contract)).fold(0, |sum, line| sum.saturating_add(line.penalty))
    }
}
