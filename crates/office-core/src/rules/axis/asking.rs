//! From atoms back to what a cell asks: the test that passes on just these.

use std::ops::Range;

use super::line::Line;
use super::{Axis, Cut};
use crate::rules::Value;
use crate::rules::cell::{Test, Unary};
use crate::rules::number_set::NumberSet;

impl Axis {
    /// How many atoms there are of values that are something.
    pub(crate) const fn named(&self) -> usize {
        self.named
    }

    /// Whether the value may be nothing.
    pub(crate) const fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether the values have an order, and the atoms are in it.
    pub(crate) const fn is_ordered(&self) -> bool {
        matches!(self.cut, Cut::Line(_))
    }

    /// The least value of an atom; where there is none because numbers lie as close as one likes, one as close as is
    /// told apart.
    pub(crate) fn first(&self, atom: usize) -> Option<Value> {
        self.end(atom, Line::first)
    }

    /// The greatest value of an atom, likewise.
    pub(crate) fn last(&self, atom: usize) -> Option<Value> {
        self.end(atom, Line::last)
    }

    fn end(&self, atom: usize, end: impl Fn(&Line, usize) -> Option<Value>) -> Option<Value> {
        match &self.cut {
            Cut::Line(line) if atom < self.named => end(line, self.piece_of(atom)?),
            Cut::Line(_) | Cut::Whole(_) | Cut::Words(_) | Cut::Tree(_) => self.witness(atom),
        }
    }

    /// A test that passes on just these atoms, written as a person would. None where no cell can say it: of what is below
    /// a part of the office and not in certain parts of it.
    ///
    /// What is not allowed is neither asked for nor excluded.
    pub(crate) fn asking(&self, atoms: &NumberSet) -> Option<Test> {
        let null = self.optional && atoms.contains(self.named);
        let nothing = Unary::Equal(Value::Null);
        let named: Vec<usize> = atoms.iter().filter(|atom| *atom < self.named).collect();
        if named.len() == self.named {
            return Some(if null == self.optional { Test::Any } else { Test::NoneOf(vec![nothing]) });
        }
        let pieces = |atoms: &[usize]| -> Vec<usize> { atoms.iter().filter_map(|atom| self.piece_of(*atom)).collect() };
        let left_out: Vec<usize> = (0..self.named).filter(|atom| !atoms.contains(*atom)).collect();
        let tests = match &self.cut {
            Cut::Whole(_) => Some(Vec::new()),
            Cut::Line(line) => self.runs(&named).into_iter().map(|run| line.asking(run)).collect(),
            Cut::Words(words) => match words.naming(&pieces(&left_out)) {
                // All words but some: nothing is among them, unless it is named.
                Some(mut others) if words.are_all_others(&pieces(&named)) => {
                    others.extend((self.optional && !null).then_some(nothing));
                    return Some(Test::NoneOf(others));
                }
                _ => words
                    .naming(&pieces(&named))
                    .or_else(|| self.runs(&named).into_iter().map(|run| words.asking(run)).collect()),
            },
            Cut::Tree(tree) => match tree.asking(&pieces(&named)) {
                None => {
                    let mut others = tree.asking(&pieces(&left_out))?;
                    others.extend((self.optional && !null).then_some(nothing));
                    // Of nothing it is unknown whether it is within a part.
                    let passes_nothing = !others.iter().any(|test| matches!(test, Unary::Within(_)));
                    return (!null || passes_nothing).then_some(Test::NoneOf(others));
                }
                tests => tests,
            },
        };
        let mut tests = tests?;
        tests.extend(null.then_some(nothing));
        Some(Test::OneOf(tests))
    }

    /// The piece that is the atom.
    pub(super) fn piece_of(&self, atom: usize) -> Option<usize> {
        let Some(ranks) = &self.ranks else { return Some(atom) };
        let wanted = u32::try_from(atom).ok()?;
        // The last piece before which there are so many atoms is the one that is an atom.
        ranks.partition_point(|rank| *rank <= wanted).checked_sub(1)
    }

    /// The pieces of atoms that follow one another, up to the next atom that is not among them.
    fn runs(&self, atoms: &[usize]) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for atom in atoms {
            match runs.last_mut() {
                Some(run) if run.end == *atom => run.end = atom.saturating_add(1),
                _ => runs.push(*atom..atom.saturating_add(1)),
            }
        }
        let piece = |atom: usize| self.piece_of(atom).filter(|_| atom < self.named).unwrap_or(self.cut.pieces());
        let from = |atom: usize| if atom == 0 { 0 } else { piece(atom) };
        runs.into_iter().map(|run| from(run.start)..piece(run.end)).collect()
    }
}
