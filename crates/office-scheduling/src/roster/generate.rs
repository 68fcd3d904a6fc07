//! Making a roster: one row after another, then taking some off and making them anew.

use office_core::subject::PersonId;
use thiserror::Error;

use super::board::{Board, Choice, Desk, bit};
use super::row::{Effort, best_row};
use super::{Roster, RosterPlan, RosterViolation, RuleBroken};

/// How a roster is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RosterSearch {
    /// Where chance begins: the same seed and steps find the same roster.
    pub seed: u64,
    /// How often to try something better.
    pub steps: u32,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchProgress {
    /// How many steps were taken.
    pub steps: u32,
    /// What the best roster so far costs.
    pub cost: u64,
}

/// A roster found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedRoster {
    /// The roster: it keeps all hard rules and what was fixed.
    pub roster: Roster,
    /// What it costs, as [`RosterPlan::cost`] says.
    pub cost: u64,
    /// How many steps were taken: fewer than asked for where the search was stopped, or nothing was left to gain.
    pub steps: u32,
}

impl RosterPlan {
    /// Makes a roster that keeps every hard rule and what is fixed, and costs as little as can be found.
    ///
    /// Each person in turn gets the best row beside those there already. Then, step by step, the rows of some people, or
    /// some weeks of them, are taken off and made anew. What comes of it is kept where it costs less, or a little more:
    /// at first as much as one person missing may cost, in the end nothing. The search ends after its steps, when `stop`
    /// says so (it is asked before each step, and may look at a clock), or when nothing is left to gain.
    ///
    /// The roster found is good, not proven to be best.
    ///
    /// # Errors
    /// [`GenerateRosterError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_scheduling::{
    ///     GenerateRosterError, Roster, RosterContract, RosterPlan, RosterPlanParts, RosterSearch, ShiftType,
    /// };
    ///
    /// let ada = Id::natural("person", "E-001");
    /// let parts = RosterPlanParts {
    ///     days: "2026-11-02/2026-11-09".parse()?,
    ///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
    ///     people: vec![RosterContract { least_minutes: 960, ..RosterContract::unlimited(ada, "Ada") }],
    ///     demand: vec![],
    ///     fairness: None,
    /// };
    /// let search = RosterSearch { seed: 1, steps: 10 };
    /// let found = RosterPlan::new(parts.clone())?.generate(&Roster::new(), search, |_| false)?;
    /// assert!(found.roster.len() >= 2);
    ///
    /// // Nobody works eight days of a week.
    /// let mut wrong = parts;
    /// wrong.people[0].least_minutes = 8 * 480;
    /// let refused = RosterPlan::new(wrong)?.generate(&Roster::new(), search, |_| false);
    /// assert!(matches!(refused, Err(GenerateRosterError::NoRow { proven: true, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn generate(
        &self,
        fixed: &Roster,
        search: RosterSearch,
        mut stop: impl FnMut(SearchProgress) -> bool,
    ) -> Result<GeneratedRoster, GenerateRosterError> {
        if let Some(violation) = self.check(fixed).into_iter().find(|violation| cannot_be_fixed(&violation.broken)) {
            return Err(GenerateRosterError::Fixed(violation));
        }
        let mut board = Board::new(self);
        board.fix(fixed);
        let mut chance = Chance(search.seed);
        let mut desk = self.first(&board, &mut chance)?;
        let mut best = desk.clone();
        let mut steps = 0;
        while steps < search.steps && best.cost > 0 && !stop(progress(steps, &best)) {
            let before = desk.cost;
            let removed = step(&board, &mut desk, &mut chance);
            let loss = chance.below(heat(&board, search.steps, steps).saturating_add(1));
            if desk.cost > before.saturating_add(i64::try_from(loss).unwrap_or(0)) {
                for (place, row) in removed {
                    desk.lift(&board, place);
                    desk.lay(&board, place, row);
                }
            }
            if desk.cost < best.cost {
                best = desk.clone();
            }
            steps = steps.saturating_add(1);
        }
        Ok(GeneratedRoster { roster: best.roster(&board), cost: progress(steps, &best).cost, steps })
    }

    /// Everybody's first row, in an order of chance.
    fn first(&self, board: &Board<'_>, chance: &mut Chance) -> Result<Desk, GenerateRosterError> {
        let mut desk = Desk::empty(board);
        let mut order: Vec<usize> = (0..board.people.len()).collect();
        chance.shuffle(&mut order);
        for place in order {
            let (Some(terms), Some(contract)) = (board.people.get(place), self.parts().people.get(place)) else {
                continue;
            };
            let mut price = |day, choice| desk.price(board, terms, day, choice);
            let found = best_row(board, terms, &|_| u64::MAX, &mut price, Effort::QUICK);
            let row = found.row.ok_or_else(|| GenerateRosterError::NoRow {
                person: contract.person,
                name: contract.name.clone(),
                proven: found.exact,
            })?;
            desk.lay(board, place, row);
        }
        Ok(desk)
    }
}

const fn cannot_be_fixed(broken: &RuleBroken) -> bool {
    matches!(
        broken,
        RuleBroken::NotOnRoster
            | RuleBroken::OutsideDays { .. }
            | RuleBroken::UnknownShift { .. }
            | RuleBroken::DayOff { .. }
            | RuleBroken::Sequence { .. }
            | RuleBroken::MostOfShift { .. }
            | RuleBroken::TooManyMinutes { .. }
            | RuleBroken::TooManyInARow { .. }
            | RuleBroken::TooManyWeekends { .. }
    )
}

fn progress(steps: u32, best: &Desk) -> SearchProgress {
    SearchProgress { steps, cost: u64::try_from(best.cost).unwrap_or(0) }
}

/// What a step may cost at most: less and less, from what one person missing costs where that is dearest.
fn heat(board: &Board<'_>, steps: u32, taken: u32) -> usize {
    let left = u64::from(steps.saturating_sub(taken));
    let heat = board.dearest().saturating_mul(left).checked_div(u64::from(steps)).unwrap_or(0);
    usize::try_from(heat).unwrap_or(0)
}

/// Takes the rows of some people off and makes them anew, all days of them or some; returns what was there.
fn step(board: &Board<'_>, desk: &mut Desk, chance: &mut Chance) -> Vec<(usize, Vec<Choice>)> {
    let days = board.days();
    let whole = days <= 14 && chance.below(2) == 0;
    let length = if whole { days } else { chance.below(15).saturating_add(4).min(days) };
    let start = chance.below(days.saturating_sub(length).saturating_add(1));
    let window = start..start.saturating_add(length);
    let mut places: Vec<usize> = (0..board.people.len()).collect();
    chance.shuffle(&mut places);
    places.truncate(chance.below(4).saturating_add(if whole { 1 } else { 2 }));
    // Now and then a choice seems dearer than it is, so that ties and near ties fall another way.
    let noise = [0, 3, 30, 100].get(chance.below(4)).copied().unwrap_or(0);

    let removed: Vec<(usize, Vec<Choice>)> = places.iter().map(|place| (*place, desk.lift(board, *place))).collect();
    for (place, old) in &removed {
        let Some(terms) = board.people.get(*place) else { continue };
        let pinned = |day: usize| old.get(day).map_or(u64::MAX, |choice| bit(usize::from(*choice)));
        let allowed = |day: usize| if window.contains(&day) { u64::MAX } else { pinned(day) };
        let mut price = |day, choice| {
            let surcharge = i64::try_from(chance.below(noise.max(1))).unwrap_or(0);
            desk.price(board, terms, day, choice).saturating_add(surcharge)
        };
        let found = best_row(board, terms, &allowed, &mut price, Effort::QUICK);
        desk.lay(board, *place, found.row.unwrap_or_else(|| old.clone()));
    }
    removed
}

/// Numbers that look like chance, the same for the same seed: the generator `SplitMix64` of G. Steele, D. Lea and
/// C. Flood, "Fast splittable pseudorandom number generators" (2014).
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0, below a limit; 0 where there is none.
    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(1);
        self.next().checked_rem(limit).and_then(|rest| usize::try_from(rest).ok()).unwrap_or(0)
    }

    fn shuffle(&mut self, list: &mut [usize]) {
        for last in (1..list.len()).rev() {
            let other = self.below(last.saturating_add(1));
            list.swap(last, other);
        }
    }
}

/// No roster can be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GenerateRosterError {
    /// What is fixed breaks a rule that no further shift could mend.
    #[error("what is fixed cannot stay: {0}: shifts that keep the rules are wanted")]
    Fixed(RosterViolation),
    /// Nothing that somebody could work keeps the rules.
    #[error(
        "no row that keeps the rules {} for {name}: limits that leave one are wanted",
        if *.proven { "exists" } else { "was found" }
    )]
    NoRow {
        /// Who.
        person: PersonId,
        /// What the roster calls them.
        name: String,
        /// Whether it is certain that there is none.
        proven: bool,
    },
}
