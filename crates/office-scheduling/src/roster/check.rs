//! Which rules a roster breaks.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use office_core::subject::PersonId;
use thiserror::Error;

use super::{Roster, RosterContract, RosterPlan, ShiftName, WorkBefore};

/// A rule broken by what a roster gives one person.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name}: {broken}")]
pub struct RosterViolation {
    /// Who.
    pub person: PersonId,
    /// What the roster calls them.
    pub name: String,
    /// The rule, and where it is broken.
    pub broken: RuleBroken,
}

/// A hard rule of a roster, broken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RuleBroken {
    /// The person has no contract.
    #[error("is not one of the people of the roster")]
    NotOnRoster,
    /// The day is not one of the roster.
    #[error("works on {date}, which is not a day of the roster")]
    OutsideDays {
        /// The day.
        date: NaiveDate,
    },
    /// The shift is not one of the roster.
    #[error("works `{shift}` on {date}, which is not a shift of the roster")]
    UnknownShift {
        /// The day.
        date: NaiveDate,
        /// The shift.
        shift: ShiftName,
    },
    /// The person must not work on the day.
    #[error("works `{shift}` on {date}, a day off")]
    DayOff {
        /// The day.
        date: NaiveDate,
        /// The shift.
        shift: ShiftName,
    },
    /// A shift follows one that it must not follow.
    #[error("works `{second}` on {date}, the day after `{first}`")]
    Sequence {
        /// The day of the second shift.
        date: NaiveDate,
        /// The shift of the day before.
        first: ShiftName,
        /// The shift of the day.
        second: ShiftName,
    },
    /// A shift is worked too often.
    #[error("works `{shift}` {count} times: at most {most} are allowed")]
    MostOfShift {
        /// The shift.
        shift: ShiftName,
        /// How often.
        count: u32,
        /// How often it may be.
        most: u32,
    },
    /// There is too little work.
    #[error("works {minutes} minutes: at least {least} are owed")]
    TooFewMinutes {
        /// How much.
        minutes: u32,
        /// How much it has to be.
        least: u32,
    },
    /// There is too much work.
    #[error("works {minutes} minutes: at most {most} are allowed")]
    TooManyMinutes {
        /// How much.
        minutes: u32,
        /// How much it may be.
        most: u32,
    },
    /// A run of work is too long.
    #[error("works {count} days in a row from {from}: at most {most} are allowed")]
    TooManyInARow {
        /// The first day.
        from: NaiveDate,
        /// How many days.
        count: u32,
        /// How many it may be.
        most: u32,
    },
    /// A run of work is too short.
    #[error("works only {count} days in a row from {from}: at least {least} are wanted")]
    TooFewInARow {
        /// The first day.
        from: NaiveDate,
        /// How many days.
        count: u32,
        /// How many it has to be.
        least: u32,
    },
    /// A run of days off is too short.
    #[error("has only {count} days off from {from}: at least {least} are owed")]
    TooFewDaysOff {
        /// The first day.
        from: NaiveDate,
        /// How many days.
        count: u32,
        /// How many it has to be.
        least: u32,
    },
    /// Too many weekends have work.
    #[error("works on {count} weekends: at most {most} are allowed")]
    TooManyWeekends {
        /// How many.
        count: u32,
        /// How many it may be.
        most: u32,
    },
}

impl RosterPlan {
    /// Every hard rule that a roster breaks, person by person; none where it may be worked as it is.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_scheduling::{Roster, RosterContract, RosterPlan, RosterPlanParts, ShiftType};
    ///
    /// let ada = Id::natural("person", "E-001");
    /// let plan = RosterPlan::new(RosterPlanParts {
    ///     days: "2026-11-02/2026-11-09".parse()?,
    ///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
    ///     people: vec![RosterContract { least_minutes: 960, ..RosterContract::unlimited(ada, "Ada") }],
    ///     demand: vec![],
    ///     fairness: None,
    /// })?;
    /// let roster = Roster::new().with(ada, "2026-11-02".parse()?, Some("desk".parse()?));
    /// assert_eq!(plan.check(&roster)[0].to_string(), "Ada: works 480 minutes: at least 960 are owed");
    /// assert!(plan.check(&roster.with(ada, "2026-11-05".parse()?, Some("desk".parse()?))).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn check(&self, roster: &Roster) -> Vec<RosterViolation> {
        let people: BTreeSet<PersonId> = self.parts().people.iter().map(|contract| contract.person).collect();
        let strangers: BTreeSet<PersonId> =
            roster.iter().map(|(person, _, _)| person).filter(|person| !people.contains(person)).collect();
        let mut found: Vec<RosterViolation> = strangers
            .into_iter()
            .map(|person| RosterViolation { person, name: person.to_string(), broken: RuleBroken::NotOnRoster })
            .collect();
        for contract in &self.parts().people {
            let name = || contract.name.clone();
            let violation = |broken| RosterViolation { person: contract.person, name: name(), broken };
            found.extend(self.check_row(contract, roster).into_iter().map(violation));
        }
        found
    }

    /// The rules that the shifts of one person break.
    pub(super) fn check_row(&self, contract: &RosterContract, roster: &Roster) -> Vec<RuleBroken> {
        let mut broken = Vec::new();
        for (date, shift) in roster.row(contract.person) {
            if !self.parts().days.contains(date) {
                broken.push(RuleBroken::OutsideDays { date });
            }
            if self.shift(shift).is_none() {
                broken.push(RuleBroken::UnknownShift { date, shift: shift.clone() });
            }
            if contract.days_off.contains(&date) {
                broken.push(RuleBroken::DayOff { date, shift: shift.clone() });
            }
            let first = date == self.parts().days.start();
            let worked = contract.before.as_ref().filter(|_| first).and_then(|before| before.shift.as_ref());
            let before = worked.or_else(|| roster.shift(contract.person, date.pred_opt()?));
            let barred =
                before.and_then(|before| self.shift(before)).filter(|first| first.not_followed_by.contains(shift));
            if let Some(first) = barred {
                broken.push(RuleBroken::Sequence { date, first: first.name.clone(), second: shift.clone() });
            }
        }
        self.check_sums(contract, roster, &mut broken);
        self.check_runs(contract, roster, &mut broken);
        broken
    }

    fn check_sums(&self, contract: &RosterContract, roster: &Roster, broken: &mut Vec<RuleBroken>) {
        let mut minutes: u32 = 0;
        for shift in &self.parts().shifts {
            let count = count_of(roster.row(contract.person).filter(|(_, worked)| **worked == shift.name));
            minutes = minutes.saturating_add(shift.minutes.saturating_mul(count));
            let most = contract.most_of(&shift.name);
            if count > most {
                broken.push(RuleBroken::MostOfShift { shift: shift.name.clone(), count, most });
            }
        }
        if minutes < contract.least_minutes {
            broken.push(RuleBroken::TooFewMinutes { minutes, least: contract.least_minutes });
        }
        if minutes > contract.most_minutes {
            broken.push(RuleBroken::TooManyMinutes { minutes, most: contract.most_minutes });
        }
        let weekends: BTreeSet<NaiveDate> =
            roster.row(contract.person).filter_map(|(date, _)| saturday_of(date)).collect();
        let (count, most) = (count_of(weekends.iter()), contract.most_weekends);
        if count > most {
            broken.push(RuleBroken::TooManyWeekends { count, most });
        }
    }

    fn check_runs(&self, contract: &RosterContract, roster: &Roster, broken: &mut Vec<RuleBroken>) {
        let dates: Vec<NaiveDate> = self.dates().collect();
        let works = |date: &NaiveDate| roster.shift(contract.person, *date).is_some();
        for days in dates.chunk_by(|one, next| works(one) == works(next)) {
            let (Some(first), Some(end)) = (days.first(), days.last()) else { continue };
            let mut run = Run { from: *first, count: count_of(days.iter()), work: works(first) };
            let mut at_an_end = dates.last() == Some(end);
            if dates.first() == Some(first) {
                match contract.before.as_ref().map(|before| Run::before(before, *first)) {
                    None => at_an_end = true,
                    Some(before) if before.work == run.work => {
                        run = Run { from: before.from, count: before.count.saturating_add(run.count), ..run };
                    }
                    // It ended with the roster before.
                    Some(before) => broken.extend(before.too_short(contract)),
                }
            }
            let most = contract.most_consecutive_shifts;
            if run.work && run.count > most {
                broken.push(RuleBroken::TooManyInARow { from: run.from, count: run.count, most });
            }
            if !at_an_end {
                broken.extend(run.too_short(contract));
            }
        }
    }
}

/// Days in a row, of work or off.
struct Run {
    from: NaiveDate,
    count: u32,
    work: bool,
}

impl Run {
    /// What somebody did up to the day before the first of a roster.
    fn before(before: &WorkBefore, first: NaiveDate) -> Self {
        let from = first.checked_sub_days(Days::new(u64::from(before.days))).unwrap_or(first);
        Self { from, count: before.days, work: before.shift.is_some() }
    }

    /// The rule that it breaks where it is over.
    fn too_short(&self, contract: &RosterContract) -> Option<RuleBroken> {
        let (from, count) = (self.from, self.count);
        if self.work {
            let least = contract.least_consecutive_shifts;
            (count < least).then_some(RuleBroken::TooFewInARow { from, count, least })
        } else {
            let least = contract.least_consecutive_days_off;
            (count < least).then_some(RuleBroken::TooFewDaysOff { from, count, least })
        }
    }
}

/// How many there are.
pub(super) fn count_of<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// The Saturday of the weekend that a day belongs to; none for a day of the working week.
pub(super) fn saturday_of(date: NaiveDate) -> Option<NaiveDate> {
    match date.weekday() {
        Weekday::Sat => Some(date),
        Weekday::Sun => Some(date.checked_sub_days(Days::new(1)).unwrap_or(date)),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => None,
    }
}
