//! The linear programs over the rows listed, solved by `microlp`.
#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::float_arithmetic,
    reason = "programs are solved in floats; what comes of them is advice, and bounds are counted from it in whole numbers"
)]

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::super::board::{Board, Choice, Terms};

/// Prices and shares are whole numbers of this part.
pub(super) const SCALE: i64 = 1 << 12;

/// A row of a person, listed.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) row: Vec<Choice>,
    /// What it costs beside the demands: wishes and burden.
    cost: i64,
    /// The demands that it counts for.
    demands: Vec<usize>,
}

impl Column {
    pub(super) fn new(board: &Board<'_>, terms: &Terms, row: Vec<Choice>) -> Self {
        let days = || row.iter().map(|choice| usize::from(*choice)).enumerate();
        let wishes = days().map(|(day, choice)| board.wish_cost(terms, day, choice));
        let cost = wishes.fold(board.row_burden(terms, &row), i64::saturating_add);
        let demands = days().flat_map(|(day, choice)| board.demands_of(terms, day, choice)).collect();
        Self { row, cost, demands }
    }
}

/// What one more at each demand is worth, and what each person may cost, scaled.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    demands: Vec<i64>,
    people: Vec<i64>,
}

impl Prices {
    pub(super) fn of_demand(&self, demand: usize) -> i64 {
        self.demands.get(demand).copied().unwrap_or(0)
    }

    /// What all that is wanted is worth.
    pub(super) fn of_what_is_wanted(&self, board: &Board<'_>) -> i64 {
        let worth = board.demands.iter().zip(&self.demands);
        let worth = worth.map(|(demand, price)| i64::from(demand.wanted).saturating_mul(*price));
        worth.fold(0, i64::saturating_add)
    }

    /// Whether a row of a person that costs so much is better than those listed, by more than what rounding does.
    pub(super) fn would_pay(&self, place: usize, cost: i64) -> bool {
        self.people.get(place).is_some_and(|most| cost < most.saturating_sub(2))
    }
}

/// The prices by which the rows listed cost least where they may be mixed: the dual of that linear program, whose demands
/// are worth no more than what missing them costs, and no less than what too many cost.
pub(super) fn prices(board: &Board<'_>, listed: &[(usize, &Column)]) -> Option<Prices> {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let demands: Vec<Variable> = board
        .demands
        .iter()
        .map(|one| problem.add_var(f64::from(one.wanted), (-(one.over as f64), one.under as f64)))
        .collect();
    let people: Vec<Variable> =
        board.people.iter().map(|_| problem.add_var(1.0, (f64::NEG_INFINITY, f64::INFINITY))).collect();
    for (place, column) in listed {
        let person = people.get(*place).map(|person| (*person, 1.0));
        let counted = column.demands.iter().filter_map(|demand| demands.get(*demand)).map(|demand| (*demand, 1.0));
        problem.add_constraint(person.into_iter().chain(counted), ComparisonOp::Le, column.cost as f64);
    }
    let solved = problem.solve().ok()?;
    let solution = solved.solution()?;
    let value = |variable: &Variable| (solution.var_value(*variable) * SCALE as f64).round() as i64;
    let bounded = demands
        .iter()
        .zip(&board.demands)
        .map(|(variable, one)| value(variable).clamp(one.over.saturating_mul(-SCALE), one.under.saturating_mul(SCALE)));
    Some(Prices { demands: bounded.collect(), people: people.iter().map(value).collect() })
}

/// How much of each row listed is in the mix that costs least, scaled.
pub(super) fn shares(board: &Board<'_>, listed: &[(usize, &Column)]) -> Option<Vec<i64>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let rows: Vec<Variable> =
        listed.iter().map(|(_, column)| problem.add_var(column.cost as f64, (0.0, f64::INFINITY))).collect();
    for (place, _) in board.people.iter().enumerate() {
        let own = listed.iter().zip(&rows).filter(|((of, _), _)| *of == place).map(|(_, row)| (*row, 1.0));
        problem.add_constraint(own, ComparisonOp::Eq, 1.0);
    }
    let mut given: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); board.demands.len()];
    for ((_, column), row) in listed.iter().zip(&rows) {
        for demand in &column.demands {
            if let Some(list) = given.get_mut(*demand) {
                list.push((*row, 1.0));
            }
        }
    }
    for (mut given, one) in given.into_iter().zip(&board.demands) {
        given.push((problem.add_var(one.under as f64, (0.0, f64::INFINITY)), 1.0));
        given.push((problem.add_var(one.over as f64, (0.0, f64::INFINITY)), -1.0));
        problem.add_constraint(given, ComparisonOp::Eq, f64::from(one.wanted));
    }
    let solved = problem.solve().ok()?;
    let solution = solved.solution()?;
    Some(rows.iter().map(|row| (solution.var_value(*row) * SCALE as f64).round() as i64).collect())
}
