//! Searching for the best way to put lines and candidates together, with a limit to the steps.

use office_core::Money;

/// Which of several ways is the best.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Best<T> {
    /// This one, ahead of any other by the margin for each of its lines.
    Clear(T),
    /// Several are as good, or nearly.
    Tied,
    /// There is none.
    None,
    /// The steps were used up before that was known.
    CutShort,
}

/// An edge that may be chosen: line, candidate, points.
pub(super) type Edge = (usize, usize, u32);

/// The assignment of lines to candidates with the most points, each used once at most.
pub(super) fn assign(edges: &[Edge], margin: u32, steps: u32) -> Best<Vec<(usize, usize)>> {
    let mut by_line: Vec<(usize, Vec<Edge>)> = Vec::new();
    for edge in edges {
        match by_line.iter_mut().find(|(line, _)| *line == edge.0) {
            Some((_, of_line)) => of_line.push(*edge),
            None => by_line.push((edge.0, vec![*edge])),
        }
    }
    // The best first, so that little else has to be tried.
    for (_, of_line) in &mut by_line {
        of_line.sort_by_key(|edge| std::cmp::Reverse(edge.2));
    }
    let most = |of_line: &[Edge]| of_line.first().map_or(0, |edge| edge.2);
    // What the lines from each one on can bring at most.
    let mut bounds = vec![0_u32];
    for (_, of_line) in by_line.iter().rev() {
        bounds.push(bounds.last().copied().unwrap_or_default().saturating_add(most(of_line)));
    }
    bounds.reverse();
    let mut search = Assignment { by_line, bounds, steps, chosen: Vec::new(), best: (0, Vec::new()), second: None };
    search.from(0, 0);
    if search.steps == 0 {
        return Best::CutShort;
    }
    let (points, chosen) = search.best;
    if chosen.is_empty() {
        return Best::None;
    }
    let lines = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    let ahead = margin.max(1).saturating_mul(lines);
    let is_clear = search.second.is_none_or(|second| points.saturating_sub(second) >= ahead);
    if is_clear { Best::Clear(chosen) } else { Best::Tied }
}

struct Assignment {
    by_line: Vec<(usize, Vec<Edge>)>,
    bounds: Vec<u32>,
    steps: u32,
    chosen: Vec<(usize, usize)>,
    best: (u32, Vec<(usize, usize)>),
    /// The points of the best of all other ways.
    second: Option<u32>,
}

impl Assignment {
    /// Tries the lines from this one on. As deep as there are lines: the caller hands over few.
    fn from(&mut self, at: usize, points: u32) {
        self.steps = self.steps.saturating_sub(1);
        let bound = points.saturating_add(self.bounds.get(at).copied().unwrap_or_default());
        if self.steps == 0 || self.second.is_some_and(|second| bound <= second) {
            return;
        }
        let Some((_, edges)) = self.by_line.get(at) else {
            self.keep(points);
            return;
        };
        let edges = edges.clone();
        let next = at.saturating_add(1);
        for (line, candidate, worth) in edges {
            if self.chosen.iter().all(|(_, used)| *used != candidate) {
                self.chosen.push((line, candidate));
                self.from(next, points.saturating_add(worth));
                self.chosen.pop();
            }
        }
        self.from(next, points);
    }

    fn keep(&mut self, points: u32) {
        if self.chosen.is_empty() {
            return;
        }
        let mut other = points;
        if points > self.best.0 || self.best.1.is_empty() {
            let (before, chosen) = std::mem::replace(&mut self.best, (points, self.chosen.clone()));
            if chosen.is_empty() {
                return;
            }
            other = before;
        }
        self.second = Some(self.second.map_or(other, |known| known.max(other)));
    }
}

/// The one set of two amounts or more that makes the sum. All amounts have its sign.
pub(super) fn subset(amounts: &[(usize, Money)], sum: Money, steps: &mut u32) -> Best<Vec<usize>> {
    let mut amounts: Vec<(usize, u128)> = amounts.iter().map(|(at, one)| (*at, one.minor().unsigned_abs())).collect();
    // The largest first: what is too large for what is left is found out early.
    amounts.sort_by_key(|(at, one)| (std::cmp::Reverse(*one), *at));
    let mut rests = vec![0_u128];
    for (_, one) in amounts.iter().rev() {
        rests.push(rests.last().copied().unwrap_or_default().saturating_add(*one));
    }
    rests.reverse();
    let mut search = Subset { amounts, rests, steps, chosen: Vec::new(), found: Vec::new() };
    search.from(0, sum.minor().unsigned_abs());
    if *search.steps == 0 {
        return Best::CutShort;
    }
    match search.found.len() {
        0 => Best::None,
        1 => search.found.pop().map_or(Best::None, Best::Clear),
        _ => Best::Tied,
    }
}

struct Subset<'a> {
    amounts: Vec<(usize, u128)>,
    /// What the amounts from each one on come to.
    rests: Vec<u128>,
    steps: &'a mut u32,
    chosen: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Subset<'_> {
    /// Tries the amounts from this one on. As deep as there are amounts: the caller hands over few.
    fn from(&mut self, at: usize, left: u128) {
        *self.steps = self.steps.saturating_sub(1);
        if *self.steps == 0 || self.found.len() > 1 {
            return;
        }
        if left == 0 {
            if self.chosen.len() > 1 {
                self.found.push(self.chosen.clone());
            }
            return;
        }
        let Some((place, amount)) = self.amounts.get(at).copied() else { return };
        if self.rests.get(at).is_none_or(|rest| *rest < left) {
            return;
        }
        let next = at.saturating_add(1);
        if let Some(after) = left.checked_sub(amount) {
            self.chosen.push(place);
            self.from(next, after);
            self.chosen.pop();
        }
        self.from(next, left);
    }
}

#[cfg(test)]
mod tests {
    use office_core::Currency;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_best_assignment_is_ahead_or_none() {
        // Each line alone would take the first candidate; together they take one each.
        let edges = [(0, 0, 50), (0, 1, 45), (1, 0, 50)];
        assert_eq!(assign(&edges, 10, 1_000), Best::Clear(vec![(0, 1), (1, 0)]));
        assert_eq!(assign(&[(0, 0, 50), (1, 0, 50)], 0, 1_000), Best::Tied);
        assert_eq!(assign(&[(0, 0, 50), (1, 0, 47)], 4, 1_000), Best::Tied);
        assert_eq!(assign(&[(0, 0, 50), (1, 0, 47)], 3, 1_000), Best::Clear(vec![(0, 0)]));
        assert_eq!(assign(&[], 1, 1_000), Best::None);
        assert_eq!(assign(&edges, 10, 3), Best::CutShort);
    }

    proptest! {
        /// Against all subsets, tried one by one.
        #[test]
        fn subsets_are_those_that_trying_all_finds(minors in prop::collection::vec(1..30_i64, 0..9), sum in 1..90_i64) {
            let money = |minor| Money::from_minor(minor, Currency::EUR);
            let amounts: Vec<_> = minors.iter().map(|minor| money(*minor)).enumerate().collect();
            let mut all = Vec::new();
            for mask in 0_u32..(1 << minors.len()) {
                let set: Vec<usize> = (0..minors.len()).filter(|at| mask & (1 << at) != 0).collect();
                if set.len() > 1 && set.iter().map(|at| minors[*at]).sum::<i64>() == sum {
                    all.push(set);
                }
            }
            let found = match subset(&amounts, money(sum), &mut 100_000) {
                Best::Clear(mut set) => {
                    set.sort_unstable();
                    Best::Clear(set)
                }
                other @ (Best::Tied | Best::None | Best::CutShort) => other,
            };
            prop_assert_eq!(found, match all.len() { 0 => Best::None, 1 => Best::Clear(all.remove(0)), _ => Best::Tied });
        }
    }
}
