//! The best roster there is, and the proof that there is no better one.
//!
//! A roster is a choice of one row for each person. All rows are too many to list, so that only those are that are worth
//! it: linear programs over the rows listed tell what each demand is worth, and the best row of each person at those
//! prices is listed next. What the prices do not pay for is a bound: no roster costs less. Where the linear program mixes
//! rows, one choice of somebody on a day is fixed one way, then the other. This is branch and price, as in C. Barnhart and
//! others, "Branch-and-price: column generation for solving huge integer programs" (1998).

mod program;

use std::collections::BTreeMap;

use super::board::{Board, Choice, Desk, Terms, bit};
use super::row::{Effort, best_row};
use super::{GenerateRosterError, Roster, RosterPlan, RosterSearch};
use program::{Column, Prices, SCALE, prices, shares};

/// The most beginnings of a row kept, of all days: some 40,000 each of a month, so that rows are best for certain in most
/// plans of that length, and at most 100 MB.
const MOST_BEGINNINGS: usize = 1_200_000;
/// The most days of people kept of all open parts: at most 160 MB.
const MOST_OPEN: usize = 20_000_000;
/// The most rows listed, of all people.
const MOST_COLUMNS: usize = 20_000;

/// How a best roster is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RosterProof {
    /// How the roster to begin with is found.
    pub first: RosterSearch,
    /// How many parts of the problem to look at.
    pub nodes: u32,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofProgress {
    /// How many parts of the problem were looked at.
    pub nodes: u32,
    /// What the best roster so far costs.
    pub cost: u64,
    /// What every roster costs at least, as far as is known.
    pub bound: u64,
}

/// A roster found, and how good it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SolvedRoster {
    /// The roster: it keeps all hard rules and what was fixed.
    pub roster: Roster,
    /// What it costs, as [`RosterPlan::cost`] says.
    pub cost: u64,
    /// What every roster that keeps the rules and what was fixed costs at least.
    pub bound: u64,
    /// How many parts of the problem were looked at.
    pub nodes: u32,
}

impl SolvedRoster {
    /// Whether it is proven that no roster costs less.
    #[must_use]
    pub const fn is_best(&self) -> bool {
        self.cost == self.bound
    }
}

impl RosterPlan {
    /// Makes a roster that keeps every hard rule and what is fixed, and looks for the best one until it is proven that
    /// there is none better, all parts of the problem that were asked for are looked at, or `stop` says so.
    ///
    /// It begins with the roster that [`generate`](Self::generate) finds. `stop` is asked before each linear program; one
    /// takes milliseconds for ten people and two weeks, seconds for fifty and two months. The programs are solved in
    /// floats, by `microlp`, but the bound is exact: it is counted in whole numbers from whatever prices come of them.
    ///
    /// # Errors
    /// [`GenerateRosterError`], as [`generate`](Self::generate).
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_scheduling::{
    ///     CoverDemand, GenerateRosterError, Roster, RosterContract, RosterPlan, RosterPlanParts, RosterProof, RosterSearch,
    ///     ShiftType,
    /// };
    ///
    /// // Two are wanted on each of three days, but nobody works more than two of them.
    /// let days: office_core::DateRange = "2026-11-02/2026-11-05".parse()?;
    /// let demand = days.dates(3).map(|date| CoverDemand {
    ///     date, shift: "desk".parse().unwrap(), skill: None, wanted: 2, under_weight: 10, over_weight: 1,
    /// });
    /// let people = ["Ada", "Ben"].map(|name| RosterContract {
    ///     most_minutes: 960,
    ///     ..RosterContract::unlimited(Id::natural("person", name), name)
    /// });
    /// let parts = RosterPlanParts {
    ///     days,
    ///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
    ///     people: people.to_vec(),
    ///     demand: demand.collect(),
    ///     fairness: None,
    /// };
    /// let proof = RosterProof { first: RosterSearch { seed: 1, steps: 10 }, nodes: 100 };
    /// let solved = RosterPlan::new(parts.clone())?.solve(&Roster::new(), proof, |_| false)?;
    /// assert!(solved.is_best());
    /// assert_eq!((solved.cost, solved.bound), (20, 20));
    ///
    /// let mut wrong = parts;
    /// wrong.people[0].least_minutes = 960;
    /// wrong.people[0].most_consecutive_shifts = 1;
    /// wrong.people[0].days_off = ["2026-11-02".parse()?].into();
    /// let refused = RosterPlan::new(wrong)?.solve(&Roster::new(), proof, |_| false);
    /// assert!(matches!(refused, Err(GenerateRosterError::NoRow { proven: true, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn solve(
        &self,
        fixed: &Roster,
        proof: RosterProof,
        mut stop: impl FnMut(ProofProgress) -> bool,
    ) -> Result<SolvedRoster, GenerateRosterError> {
        let first = self.generate(fixed, proof.first, |_| false)?;
        let mut board = Board::new(self);
        board.fix(fixed);
        let rows = board.rows_of(&first.roster);
        let whole = Part { left: vec![vec![u64::MAX; board.days()]; board.people.len()], bound: 0 };
        let mut search = Search {
            board: &board,
            columns: vec![Vec::new(); board.people.len()],
            best: rows.clone(),
            cost: i64::try_from(first.cost).unwrap_or(i64::MAX),
            open: vec![whole],
            effort: Effort { most_beginnings: MOST_BEGINNINGS.checked_div(board.days()).unwrap_or(0), scale: SCALE },
            given_up: None,
        };
        for (place, row) in rows.into_iter().enumerate() {
            search.list(place, row);
        }
        let wide = |cost: i64| u64::try_from(cost).unwrap_or(0);
        let mut nodes = 0;
        while nodes < proof.nodes && search.bound() < search.cost {
            let Some(part) = search.open.pop() else { break };
            let (told, mut stopped) = (nodes, false);
            search.look_at(part, &mut |cost, bound| {
                stopped = stop(ProofProgress { nodes: told, cost: wide(cost), bound: wide(bound) });
                stopped
            });
            if stopped {
                break;
            }
            nodes = nodes.saturating_add(1);
        }
        let (cost, bound) = (wide(search.cost), wide(search.bound()));
        Ok(SolvedRoster { roster: board.roster_of(&search.best), cost, bound, nodes })
    }
}

/// A part of the problem.
struct Part {
    /// By person and day: the choices left, as bits.
    left: Vec<Vec<u64>>,
    /// What every roster of the part costs at least.
    bound: i64,
}

struct Search<'a> {
    board: &'a Board<'a>,
    /// The rows listed, by person.
    columns: Vec<Vec<Column>>,
    effort: Effort,
    best: Vec<Vec<Choice>>,
    cost: i64,
    /// What is still to be looked at, the last of it next.
    open: Vec<Part>,
    /// The least bound of the parts that nothing more can be told of.
    given_up: Option<i64>,
}

/// What came of asking for everybody's best row.
enum Asked {
    /// No roster of the part keeps the rules.
    None,
    /// Somebody's best row was not found, or not for certain.
    Unknown,
    /// What every roster of the part costs at least, scaled, and whether any row is new.
    Rows { bound: Option<i64>, new: bool },
}

impl Search<'_> {
    /// What every roster costs at least.
    fn bound(&self) -> i64 {
        let open = self.open.iter().map(|part| part.bound);
        open.chain(self.given_up).fold(self.cost, i64::min)
    }

    fn give_up(&mut self, bound: i64) {
        self.given_up = Some(self.given_up.map_or(bound, |least| least.min(bound)));
    }

    /// Lists a row of a person; false where it is listed already.
    fn list(&mut self, place: usize, row: Vec<Choice>) -> bool {
        let (Some(terms), Some(list)) = (self.board.people.get(place), self.columns.get_mut(place)) else {
            return false;
        };
        let new = !list.iter().any(|column| column.row == row);
        if new {
            list.push(Column::new(self.board, terms, row));
        }
        new
    }

    /// The rows listed that a part leaves, each with its person.
    fn listed(&self, part: &Part) -> Vec<(usize, &Column)> {
        let fits = |(column, left): &(&Column, &Vec<u64>)| {
            column.row.iter().zip(*left).all(|(choice, left)| left & bit(usize::from(*choice)) != 0)
        };
        let people = self.columns.iter().zip(&part.left).enumerate();
        let rows = people.flat_map(|(place, (list, left))| list.iter().map(move |column| (place, (column, left))));
        rows.filter(|(_, row)| fits(row)).map(|(place, (column, _))| (place, column)).collect()
    }

    /// Bounds a part: drops it where nothing in it is better than the best, or divides it.
    fn look_at(&mut self, mut part: Part, stop: &mut dyn FnMut(i64, i64) -> bool) {
        let mut asked = self.ask(&part, None);
        loop {
            match asked {
                Asked::None => return,
                Asked::Unknown => return self.give_up(part.bound),
                Asked::Rows { bound, new } => {
                    let bound = bound.map_or(0, |bound| {
                        bound.div_euclid(SCALE).saturating_add(i64::from(bound.rem_euclid(SCALE) > 0))
                    });
                    part.bound = part.bound.max(bound);
                    if part.bound >= self.cost {
                        return;
                    }
                    if !new {
                        break;
                    }
                }
            }
            if stop(self.cost, self.bound().min(part.bound)) {
                return self.open.push(part);
            }
            let prices = prices(self.board, &self.listed(&part));
            let few = self.columns.iter().map(Vec::len).sum::<usize>() < MOST_COLUMNS;
            let Some(prices) = prices.filter(|_| few) else { return self.give_up(part.bound) };
            asked = self.ask(&part, Some(&prices));
        }
        self.divide(&part);
    }

    /// Asks for the best row of each person at these prices; without any, of each who has none left in the part.
    fn ask(&mut self, part: &Part, prices: Option<&Prices>) -> Asked {
        let board = self.board;
        let (mut bound, mut exact, mut new) = (prices.map_or(0, |prices| prices.of_what_is_wanted(board)), true, false);
        for (place, (terms, left)) in board.people.iter().zip(&part.left).enumerate() {
            if prices.is_none() && self.listed(part).iter().any(|(listed, _)| *listed == place) {
                continue;
            }
            let found = best_row(
                board,
                terms,
                &|day| left.get(day).copied().unwrap_or(0),
                &mut |day, choice| price(board, terms, prices, day, choice),
                self.effort,
            );
            let Some(row) = found.row else { return if found.exact { Asked::None } else { Asked::Unknown } };
            let cost = found.cost.saturating_add(board.burden_cost(terms.borne).saturating_mul(SCALE));
            exact &= found.exact;
            bound = bound.saturating_add(cost);
            if prices.is_none_or(|prices| prices.would_pay(place, cost)) {
                new |= self.list(place, row);
            }
        }
        let known = exact && prices.is_some();
        Asked::Rows { bound: known.then_some(bound), new: new || prices.is_none() }
    }

    /// Takes a roster near the mix of rows that the linear program likes best, and divides the part at a choice that is
    /// mixed.
    fn divide(&mut self, part: &Part) {
        let listed = self.listed(part);
        let Some(shares) = shares(self.board, &listed) else { return self.give_up(part.bound) };
        let mixed = mixed(&listed, &shares);
        let mut rows: Vec<(i64, Vec<Choice>)> = vec![(-1, Vec::new()); self.columns.len()];
        for ((place, column), share) in listed.iter().zip(&shares) {
            if let Some(slot) = rows.get_mut(*place).filter(|(most, _)| share > most) {
                *slot = (*share, column.row.clone());
            }
        }
        self.consider(rows.into_iter().map(|(_, row)| row).collect());
        if part.bound >= self.cost {
            return;
        }
        let Some((place, day, choice)) = mixed else { return self.give_up(part.bound) };
        let days = self.board.people.len().saturating_mul(self.board.days());
        if self.open.len().saturating_mul(days) >= MOST_OPEN {
            return self.give_up(part.bound);
        }
        for keep in [!bit(choice), bit(choice)] {
            let mut left = part.left.clone();
            if let Some(slot) = left.get_mut(place).and_then(|days| days.get_mut(day)) {
                *slot &= keep;
            }
            self.open.push(Part { left, bound: part.bound });
        }
    }

    /// Keeps a roster where it is the best so far.
    fn consider(&mut self, rows: Vec<Vec<Choice>>) {
        let mut desk = Desk::empty(self.board);
        for (place, row) in rows.into_iter().enumerate() {
            desk.lay(self.board, place, row);
        }
        if desk.cost < self.cost {
            (self.cost, self.best) = (desk.cost, desk.rows);
        }
    }
}

/// What a choice costs, scaled: what its wishes cost, less what the demands pay that it counts for.
fn price(board: &Board<'_>, terms: &Terms, prices: Option<&Prices>, day: usize, choice: usize) -> i64 {
    let paid = prices.map_or(0, |prices| {
        board.demands_of(terms, day, choice).map(|demand| prices.of_demand(demand)).fold(0, i64::saturating_add)
    });
    board.wish_cost(terms, day, choice).saturating_mul(SCALE).saturating_sub(paid)
}

/// The choice of somebody on a day that is mixed most evenly; none where each is made wholly or not at all.
fn mixed(listed: &[(usize, &Column)], shares: &[i64]) -> Option<(usize, usize, usize)> {
    let mut sums = BTreeMap::new();
    for ((place, column), share) in listed.iter().zip(shares) {
        for (day, choice) in column.row.iter().enumerate() {
            let sum: &mut i64 = sums.entry((*place, day, usize::from(*choice))).or_default();
            *sum = sum.saturating_add(*share);
        }
    }
    let off_half = |sum: i64| sum.saturating_sub(SCALE / 2).saturating_abs();
    let near = SCALE / 2 - SCALE / 512;
    let open = sums.into_iter().filter(|(_, sum)| off_half(*sum) < near);
    open.min_by_key(|(at, sum)| (off_half(*sum), *at)).map(|(at, _)| at)
}
