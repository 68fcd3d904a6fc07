//! A plan as numbers, and a roster on it whose cost is kept up to date.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;

use super::check::saturday_of;
use super::row::State;
use super::{Roster, RosterContract, RosterPlan, ShiftName, Wish};

/// What somebody does on a day: 0 is a day off, 1 the first type of shift.
pub(super) type Choice = u8;

/// A plan as numbers: days, shifts and people by their place.
#[derive(Debug)]
pub(super) struct Board<'a> {
    plan: &'a RosterPlan,
    dates: Vec<NaiveDate>,
    /// The weekend that each day belongs to.
    pub(super) weekends: Vec<Option<u16>>,
    /// By choice.
    pub(super) minutes: Vec<u32>,
    /// By choice: a bit for each choice that must not come the day after.
    pub(super) barred_after: Vec<u64>,
    pub(super) people: Vec<Terms>,
    /// By day and choice: the points of what nobody likes.
    points: Vec<u32>,
    /// What the square of a burden of one point costs; 0 where no fairness is asked for.
    pub(super) fairness: i64,
    pub(super) demands: Vec<Demand>,
    /// By day and choice: the demands that who works it may count for.
    demands_at: Vec<Vec<usize>>,
}

/// What binds a person.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) person: PersonId,
    pub(super) least_minutes: u32,
    pub(super) most_minutes: u32,
    pub(super) most_row: u32,
    pub(super) least_row: u32,
    pub(super) least_off: u32,
    pub(super) most_weekends: u32,
    /// By day: a bit for each choice that is allowed.
    pub(super) allowed: Vec<u64>,
    /// By choice: how often it may be made, and which of the counters counts it; only where that binds.
    pub(super) limits: Vec<Option<(u32, u32)>>,
    /// By day and choice: what the wishes of the day cost.
    wish_cost: Vec<i64>,
    /// By demand: whether the person counts.
    counts: Vec<bool>,
    /// What goes before the first day.
    pub(super) start: State,
    /// Whether a run of work from the first day on may be short, since what went before is not known.
    pub(super) begins_anew: bool,
    /// The burden of rosters before.
    pub(super) borne: u32,
}

#[derive(Debug)]
pub(super) struct Demand {
    pub(super) wanted: u32,
    pub(super) under: i64,
    pub(super) over: i64,
}

impl<'a> Board<'a> {
    pub(super) fn new(plan: &'a RosterPlan) -> Self {
        let dates: Vec<NaiveDate> = plan.dates().collect();
        let parts = plan.parts();
        let choices = parts.shifts.len().saturating_add(1);
        let mut demands_at = vec![Vec::new(); dates.len().saturating_mul(choices)];
        let mut demands = Vec::new();
        for demand in &parts.demand {
            let choice =
                parts.shifts.iter().position(|shift| shift.name == demand.shift).map(|place| place.saturating_add(1));
            let day = dates.binary_search(&demand.date).ok();
            let at = day.zip(choice).map(|(day, choice)| day.saturating_mul(choices).saturating_add(choice));
            if let Some(list) = at.and_then(|at| demands_at.get_mut(at)) {
                list.push(demands.len());
            }
            let (under, over) = (i64::from(demand.under_weight), i64::from(demand.over_weight));
            demands.push(Demand { wanted: demand.wanted, under, over });
        }
        let barred = parts.shifts.iter().map(|shift| {
            let after = parts.shifts.iter().enumerate().filter(|(_, next)| shift.not_followed_by.contains(&next.name));
            after.fold(0, |bits, (place, _)| bits | bit(place.saturating_add(1)))
        });
        let mut board = Self {
            plan,
            weekends: weekends_of(&dates),
            minutes: std::iter::once(0).chain(parts.shifts.iter().map(|shift| shift.minutes)).collect(),
            barred_after: std::iter::once(0).chain(barred).collect(),
            people: Vec::new(),
            points: points_of(plan, &dates),
            fairness: parts.fairness.as_ref().map_or(0, |fairness| i64::from(fairness.weight)),
            demands,
            demands_at,
            dates,
        };
        board.people = (0..parts.people.len()).filter_map(|place| board.terms(place)).collect();
        board
    }

    pub(super) const fn days(&self) -> usize {
        self.dates.len()
    }

    pub(super) const fn choices(&self) -> usize {
        self.minutes.len()
    }

    /// What one person missing costs where that is dearest.
    pub(super) fn dearest(&self) -> u64 {
        self.demands.iter().map(|demand| demand.under.unsigned_abs()).max().unwrap_or(0)
    }

    /// The points of a choice.
    pub(super) fn points(&self, day: usize, choice: usize) -> u32 {
        self.points.get(self.at(day, choice)).copied().unwrap_or(0)
    }

    /// The demands for which a person counts by a choice.
    pub(super) fn demands_of<'b>(
        &'b self,
        terms: &'b Terms,
        day: usize,
        choice: usize,
    ) -> impl Iterator<Item = usize> + 'b {
        let all = self.demands_at.get(self.at(day, choice)).into_iter().flatten().copied();
        all.filter(|demand| terms.counts.get(*demand).copied().unwrap_or(false))
    }

    /// What the wishes of a person cost for a choice.
    pub(super) fn wish_cost(&self, terms: &Terms, day: usize, choice: usize) -> i64 {
        terms.wish_cost.get(self.at(day, choice)).copied().unwrap_or(0)
    }

    /// What a burden costs.
    pub(super) fn burden_cost(&self, burden: u32) -> i64 {
        let burden = i64::from(burden);
        burden.saturating_mul(burden).saturating_mul(self.fairness)
    }

    /// What the burden of a row costs, with that of rosters before.
    pub(super) fn row_burden(&self, terms: &Terms, row: &[Choice]) -> i64 {
        let points = row.iter().enumerate().map(|(day, choice)| self.points(day, usize::from(*choice)));
        self.burden_cost(points.fold(terms.borne, u32::saturating_add))
    }

    fn at(&self, day: usize, choice: usize) -> usize {
        day.saturating_mul(self.choices()).saturating_add(choice)
    }

    fn choice_of(&self, name: &ShiftName) -> Option<usize> {
        let place = self.plan.parts().shifts.iter().position(|shift| shift.name == *name)?;
        place.checked_add(1)
    }

    fn terms(&self, place: usize) -> Option<Terms> {
        let contract = self.plan.parts().people.get(place)?;
        let days = self.days();
        let (mut limits, mut counter, mut everyday) = (vec![None], 0_u32, bit(0));
        for (shift, choice) in self.plan.parts().shifts.iter().zip(1..) {
            let most = contract.most_of(&shift.name);
            let binds = usize::try_from(most).is_ok_and(|most| most < days);
            if most > 0 {
                everyday |= bit(choice);
            }
            limits.push((most > 0 && binds).then_some((most, counter)));
            counter = counter.saturating_add(u32::from(most > 0 && binds));
        }
        let allowed = self.dates.iter().map(|date| if contract.days_off.contains(date) { bit(0) } else { everyday });
        let mut wish_cost = vec![0_i64; days.saturating_mul(self.choices())];
        for wish in &contract.wishes {
            let (Ok(day), Some(wanted)) = (self.dates.binary_search(&wish.date), self.choice_of(&wish.shift)) else {
                continue;
            };
            for choice in 0..self.choices() {
                let missed = match wish.wish {
                    Wish::On => choice != wanted,
                    Wish::Off => choice == wanted,
                };
                if let Some(cost) = wish_cost.get_mut(self.at(day, choice)).filter(|_| missed) {
                    *cost = cost.saturating_add(i64::from(wish.weight));
                }
            }
        }
        let demands = self.plan.parts().demand.iter();
        Some(Terms {
            person: contract.person,
            least_minutes: contract.least_minutes,
            most_minutes: contract.most_minutes,
            most_row: contract.most_consecutive_shifts,
            least_row: contract.least_consecutive_shifts,
            least_off: contract.least_consecutive_days_off,
            most_weekends: contract.most_weekends,
            allowed: allowed.collect(),
            limits,
            wish_cost,
            start: self.start(contract),
            begins_anew: contract.before.is_none(),
            borne: self.plan.borne_beyond(contract),
            counts: demands.map(|one| one.skill.as_ref().is_none_or(|skill| contract.skills.contains(skill))).collect(),
        })
    }

    fn start(&self, contract: &RosterContract) -> State {
        let Some(before) = &contract.before else { return State::START };
        let worked = before.shift.as_ref().and_then(|shift| self.choice_of(shift));
        if let Some(choice) = worked {
            return State::after(narrow(choice), before.days, before.days >= contract.least_consecutive_shifts);
        }
        let least = contract.least_consecutive_days_off;
        State::after(0, before.days.min(least), before.days >= least)
    }

    /// Only these choices are allowed to each person: what a roster fixes.
    pub(super) fn fix(&mut self, fixed: &Roster) {
        let places: BTreeMap<PersonId, usize> =
            self.people.iter().enumerate().map(|(place, terms)| (terms.person, place)).collect();
        for (person, date, shift) in fixed.iter() {
            let choice = self.choice_of(shift).map_or(0, bit);
            let Ok(day) = self.dates.binary_search(&date) else { continue };
            let terms = places.get(&person).and_then(|place| self.people.get_mut(*place));
            if let Some(allowed) = terms.and_then(|terms| terms.allowed.get_mut(day)) {
                *allowed &= choice;
            }
        }
    }

    /// Everybody's row of a roster.
    #[cfg(feature = "solver")]
    pub(super) fn rows_of(&self, roster: &Roster) -> Vec<Vec<Choice>> {
        let choice = |person, date| roster.shift(person, date).and_then(|shift| self.choice_of(shift)).unwrap_or(0);
        let row = |person| self.dates.iter().map(|date| narrow(choice(person, *date))).collect();
        self.people.iter().map(|terms| row(terms.person)).collect()
    }

    pub(super) fn roster_of(&self, rows: &[Vec<Choice>]) -> Roster {
        let mut roster = Roster::new();
        for (terms, row) in self.people.iter().zip(rows) {
            for (date, choice) in self.dates.iter().zip(row) {
                let place = usize::from(*choice).checked_sub(1);
                if let Some(shift) = place.and_then(|place| self.plan.parts().shifts.get(place)) {
                    roster.assign(terms.person, *date, shift.name.clone());
                }
            }
        }
        roster
    }
}

/// A roster on a board: who does what, how many that makes for each demand, and what it costs.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    /// By person; empty where the person's row is lifted off.
    pub(super) rows: Vec<Vec<Choice>>,
    given: Vec<u32>,
    pub(super) cost: i64,
}

impl Desk {
    /// Nobody is on it yet, not even with days off.
    pub(super) fn empty(board: &Board<'_>) -> Self {
        let missing = board.demands.iter().map(|demand| i64::from(demand.wanted).saturating_mul(demand.under));
        Self {
            rows: vec![Vec::new(); board.people.len()],
            given: vec![0; board.demands.len()],
            cost: missing.fold(0, i64::saturating_add),
        }
    }

    /// What a choice of a person on a day costs beside what the others do, but for the burden.
    pub(super) fn price(&self, board: &Board<'_>, terms: &Terms, day: usize, choice: usize) -> i64 {
        let mut price = board.wish_cost(terms, day, choice);
        for demand in board.demands_of(terms, day, choice) {
            if let (Some(one), Some(given)) = (board.demands.get(demand), self.given.get(demand)) {
                price = price.saturating_add(if *given < one.wanted { one.under.saturating_neg() } else { one.over });
            }
        }
        price
    }

    /// Puts the row of a person on, who has none.
    pub(super) fn lay(&mut self, board: &Board<'_>, place: usize, row: Vec<Choice>) {
        let Some(terms) = board.people.get(place) else { return };
        for (day, choice) in row.iter().enumerate() {
            self.cost = self.cost.saturating_add(self.price(board, terms, day, usize::from(*choice)));
            self.count(board, terms, day, usize::from(*choice), |given| given.saturating_add(1));
        }
        self.cost = self.cost.saturating_add(board.row_burden(terms, &row));
        if let Some(slot) = self.rows.get_mut(place) {
            *slot = row;
        }
    }

    /// Takes the row of a person off.
    pub(super) fn lift(&mut self, board: &Board<'_>, place: usize) -> Vec<Choice> {
        let row = self.rows.get_mut(place).map(std::mem::take).unwrap_or_default();
        let Some(terms) = board.people.get(place) else { return row };
        for (day, choice) in row.iter().enumerate() {
            self.count(board, terms, day, usize::from(*choice), |given| given.saturating_sub(1));
            self.cost = self.cost.saturating_sub(self.price(board, terms, day, usize::from(*choice)));
        }
        self.cost = self.cost.saturating_sub(board.row_burden(terms, &row));
        row
    }

    fn count(&mut self, board: &Board<'_>, terms: &Terms, day: usize, choice: usize, change: impl Fn(u32) -> u32) {
        for demand in board.demands_of(terms, day, choice) {
            if let Some(given) = self.given.get_mut(demand) {
                *given = change(*given);
            }
        }
    }

    pub(super) fn roster(&self, board: &Board<'_>) -> Roster {
        board.roster_of(&self.rows)
    }
}

/// The points of each choice of each day.
fn points_of(plan: &RosterPlan, dates: &[NaiveDate]) -> Vec<u32> {
    let Some(fairness) = &plan.parts().fairness else { return Vec::new() };
    let shifts = &plan.parts().shifts;
    let of_day = |date: &NaiveDate| {
        let date = *date;
        std::iter::once(0).chain(shifts.iter().map(move |shift| fairness.points(date, &shift.name)))
    };
    dates.iter().flat_map(of_day).collect()
}

fn weekends_of(dates: &[NaiveDate]) -> Vec<Option<u16>> {
    let first = dates.first().copied().unwrap_or_default();
    // Seven days apart, each weekend has a number of its own; a Sunday before any Saturday has one as well.
    let number = |saturday: NaiveDate| saturday.signed_duration_since(first).num_days().saturating_add(7) / 7;
    dates.iter().map(|date| saturday_of(*date).and_then(|saturday| u16::try_from(number(saturday)).ok())).collect()
}

/// The bit of a choice.
pub(super) fn bit(choice: usize) -> u64 {
    u32::try_from(choice).ok().and_then(|choice| 1_u64.checked_shl(choice)).unwrap_or(0)
}

/// A choice as it is kept: there are at most 32 shifts.
pub(super) fn narrow(choice: usize) -> Choice {
    Choice::try_from(choice).unwrap_or(0)
}
