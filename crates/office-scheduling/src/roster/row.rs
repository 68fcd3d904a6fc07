//! The best row of one person beside what the others do.
//!
//! A row is built day by day. Of all beginnings that leave the same to be done (what was worked last, for how long, how
//! many minutes, weekends and shifts of limited types) only the cheapest is kept, so the row found is the best there is
//! unless there were too many beginnings to keep.

use super::board::{Board, Choice, Terms, bit, narrow};

/// How a row is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// The most beginnings kept from one day to the next.
    pub(super) most_beginnings: usize,
    /// What prices are multiplied by.
    pub(super) scale: i64,
}

impl Effort {
    /// Quick enough to be made thousands of times.
    pub(super) const QUICK: Self = Self { most_beginnings: 400, scale: 1 };
}

/// How many counters of limited shifts fit into one number, and how many bits each has: days are fewer than 512.
const COUNTERS_EACH: u32 = 7;
const COUNTER_BITS: u32 = 9;

/// The best row, if there is any.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) row: Option<Vec<Choice>>,
    /// What it costs by the prices given, and more for its burden than for that of before.
    #[cfg_attr(not(feature = "solver"), expect(dead_code, reason = "the solver bounds by it"))]
    pub(super) cost: i64,
    /// Whether no beginning was dropped: then there is no better row, and none at all where none was found.
    pub(super) exact: bool,
}

/// What a beginning of a row leaves to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    minutes: u32,
    weekends: u32,
    last: Choice,
    /// How many days of work in a row; for days off only until they are enough.
    run: u32,
    /// Whether the run is long enough to end.
    settled: bool,
    /// Points of what nobody likes, where fairness is asked for.
    burden: u32,
    counters: [u64; 5],
}

#[derive(Clone, Copy, Debug)]
struct Beginning {
    state: State,
    cost: i64,
    /// The place, among those of the day before, of what it goes on from.
    from: usize,
}

impl State {
    /// Where nothing is known of before: days off enough.
    pub(super) const START: Self = Self::after(0, 0, true);

    /// Where a choice was made on so many days up to the first, enough of them or not.
    pub(super) const fn after(last: Choice, run: u32, settled: bool) -> Self {
        Self { minutes: 0, weekends: 0, last, run, settled, burden: 0, counters: [0; 5] }
    }

    /// The state after a day on which a choice is made; none where a rule stands against it.
    fn then(mut self, board: &Board<'_>, terms: &Terms, day: usize, choice: usize) -> Option<Self> {
        let worked_before = self.last != 0;
        if choice == 0 {
            if worked_before && !self.settled {
                return None;
            }
            self.run = if worked_before { 1 } else { self.run.saturating_add(1).min(terms.least_off) };
            self.settled = self.run >= terms.least_off || (!worked_before && self.settled);
        } else {
            let barred = board.barred_after.get(usize::from(self.last)).copied().unwrap_or(0);
            let run = if worked_before { self.run.saturating_add(1) } else { 1 };
            let rested = worked_before || self.settled;
            if !rested || run > terms.most_row || barred & bit(choice) != 0 {
                return None;
            }
            self.settled = run >= terms.least_row || (worked_before && self.settled) || (day == 0 && terms.begins_anew);
            self.run = run;
            self.count_work(board, terms, day, choice)?;
        }
        self.burden = self.burden.saturating_add(board.points(day, choice));
        self.last = narrow(choice);
        Some(self)
    }

    fn count_work(&mut self, board: &Board<'_>, terms: &Terms, day: usize, choice: usize) -> Option<()> {
        self.minutes = self.minutes.saturating_add(board.minutes.get(choice).copied().unwrap_or(0));
        if self.minutes > terms.most_minutes {
            return None;
        }
        let weekend = board.weekends.get(day).copied().flatten();
        let day_before = day.checked_sub(1).and_then(|before| board.weekends.get(before).copied().flatten());
        let counted = self.last != 0 && weekend == day_before;
        if weekend.is_some() && !counted {
            self.weekends = self.weekends.saturating_add(1);
            if self.weekends > terms.most_weekends {
                return None;
            }
        }
        if let Some((most, counter)) = terms.limits.get(choice).copied().flatten() {
            let slot = self.counters.get_mut(usize::try_from(counter / COUNTERS_EACH).ok()?)?;
            let shift = (counter % COUNTERS_EACH).saturating_mul(COUNTER_BITS);
            let worked = (*slot >> shift) & 0x1ff;
            if worked >= u64::from(most) {
                return None;
            }
            *slot = slot.saturating_add(1 << shift);
        }
        Some(())
    }
}

/// The cheapest row of a person, by a price for each day and choice and what its burden costs; `allowed` tells the bits of
/// the choices of a day that may be made, of those that the terms allow.
pub(super) fn best_row(
    board: &Board<'_>,
    terms: &Terms,
    allowed: &dyn Fn(usize) -> u64,
    price: &mut dyn FnMut(usize, usize) -> i64,
    effort: Effort,
) -> Found {
    let burden_of = |state: State| board.burden_cost(terms.borne.saturating_add(state.burden));
    let longest = board.minutes.iter().copied().max().unwrap_or(0);
    let mut exact = true;
    let mut layers: Vec<Vec<Beginning>> = vec![vec![Beginning { state: terms.start, cost: 0, from: 0 }]];
    for day in 0..board.days() {
        let allowed = terms.allowed.get(day).copied().unwrap_or(0) & allowed(day);
        let choices = (0..board.choices()).filter(|choice| allowed & bit(*choice) != 0);
        let prices: Vec<(usize, i64)> = choices.map(|choice| (choice, price(day, choice))).collect();
        let left = board.days().saturating_sub(day).saturating_sub(1);
        let could_still = most_work(terms, left).saturating_mul(longest);
        let mut next = Vec::new();
        for (from, beginning) in layers.last().into_iter().flatten().enumerate() {
            for (choice, price) in &prices {
                let Some(state) = beginning.state.then(board, terms, day, *choice) else { continue };
                if state.minutes.saturating_add(could_still) >= terms.least_minutes {
                    let more = burden_of(state).saturating_sub(burden_of(beginning.state)).saturating_mul(effort.scale);
                    next.push(Beginning {
                        state,
                        cost: beginning.cost.saturating_add(*price).saturating_add(more),
                        from,
                    });
                }
            }
        }
        exact &= thin_out(&mut next, effort.most_beginnings);
        layers.push(next);
    }
    let end = layers.last().into_iter().flatten().min_by_key(|one| (one.cost, one.state)).copied();
    Found { row: end.and_then(|end| traced(&layers, end)), cost: end.map_or(0, |end| end.cost), exact }
}

/// An upper bound of the days of work among so many days: as many as may be in a row, then as few off as may be.
fn most_work(terms: &Terms, days: usize) -> u32 {
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    let cycle = terms.most_row.saturating_add(terms.least_off.max(1));
    let (cycles, rest) = (days.checked_div(cycle).unwrap_or(0), days.checked_rem(cycle).unwrap_or(0));
    cycles.saturating_mul(terms.most_row).saturating_add(rest.min(terms.most_row))
}

/// Keeps the cheapest of each state, and of too many those that are cheap among the ones with as much work; returns
/// whether all states were kept.
fn thin_out(beginnings: &mut Vec<Beginning>, most: usize) -> bool {
    beginnings.sort_unstable_by_key(|one| (one.state, one.cost, one.from));
    beginnings.dedup_by_key(|one| one.state);
    if beginnings.len() <= most {
        return true;
    }
    let group = |one: &Beginning| (one.state.minutes, one.state.weekends);
    beginnings.sort_unstable_by_key(|one| (group(one), one.cost, one.state));
    let mut ranked: Vec<(usize, Beginning)> = Vec::with_capacity(beginnings.len());
    for alike in beginnings.chunk_by(|one, other| group(one) == group(other)) {
        ranked.extend(alike.iter().copied().enumerate());
    }
    ranked.sort_unstable_by_key(|(rank, one)| (*rank, one.cost, one.state));
    *beginnings = ranked.into_iter().take(most).map(|(_, one)| one).collect();
    false
}

/// The row that ends as this one of the last day.
fn traced(layers: &[Vec<Beginning>], mut end: Beginning) -> Option<Vec<Choice>> {
    let mut row = Vec::with_capacity(layers.len());
    // The first layer is that before the first day.
    for earlier in layers.iter().rev().skip(1) {
        row.push(end.state.last);
        end = earlier.get(end.from).copied()?;
    }
    row.reverse();
    Some(row)
}
