//! The values of a column, cut where its tests change their answer.

mod asking;
mod line;
mod tree;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use self::line::{Line, Scale};
use self::tree::Tree;
use self::words::Words;
use crate::rules::cell::{Test, Unary};
use crate::rules::number_set::NumberSet;
use crate::rules::{Kind, Value, ValueRef};
use crate::{Currency, Decimal, Money, Quantity, UnitCode};

/// The values of a column, cut into atoms where its tests change their answer: on all values of an atom every test gives
/// one answer, so that a test is a set of atoms, and one value of each stands for all.
///
/// Atoms are counted from 0, in the order of their values. Where tests only name words, all others are the last atom;
/// a part of the office comes before those below it. Where the value may be nothing, that is the last atom of all.
/// There is no atom without a value: between `<= 3` and `>= 4` lies a number and no whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    cut: Cut,
    /// Of each piece of the cut, and of its end, how many pieces before it are atoms; none where every piece is one.
    ranks: Option<Box<[u32]>>,
    /// How many atoms there are of values that are something.
    named: usize,
    optional: bool,
}

/// How the values of a kind are cut into pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cut {
    /// Not at all.
    Whole(Kind),
    Line(Line),
    Words(Words),
    Tree(Tree),
}

impl Axis {
    /// The axis of a column of this kind. What is not allowed has no atom. None where a test cannot be told by atoms:
    /// because it is not constant, names a value that the kind's do not compare with, or one that is too long or too
    /// fine to count with.
    pub(crate) fn of<'a>(
        kind: &Kind,
        optional: bool,
        allowed: &'a Test,
        tests: impl Iterator<Item = &'a Test>,
    ) -> Option<Self> {
        Self::within(kind, optional, &[allowed], tests)
    }

    /// The same, where what is allowed has to pass several tests.
    pub(crate) fn within<'a>(
        kind: &Kind,
        optional: bool,
        allowed: &[&'a Test],
        tests: impl Iterator<Item = &'a Test>,
    ) -> Option<Self> {
        let tests: Vec<&Test> = tests.chain(allowed.iter().copied()).collect();
        if !tests.iter().all(|test| test.is_constant()) {
            return None;
        }
        let unaries: Vec<&Unary> = tests.into_iter().flat_map(unaries).filter(|one| !is_null(one)).collect();
        let cut = Cut::of(kind, &unaries)?;
        let pieces = cut.pieces();
        let mut axis = Self { cut, ranks: None, named: pieces, optional };
        let mut kept: Vec<bool> = (0..pieces).map(|piece| axis.cut.is_some(piece)).collect();
        for test in allowed {
            let within = axis.set(test)?;
            kept.iter_mut().enumerate().for_each(|(piece, kept)| *kept &= within.contains(piece));
        }
        if kept.contains(&false) {
            let mut ranks = Vec::with_capacity(pieces.saturating_add(1));
            let mut rank = 0_u32;
            ranks.push(rank);
            for kept in kept {
                rank = rank.checked_add(u32::from(kept))?;
                ranks.push(rank);
            }
            axis.named = usize::try_from(rank).ok()?;
            axis.ranks = Some(ranks.into());
        }
        Some(axis)
    }

    /// How many atoms there are.
    pub(crate) fn len(&self) -> usize {
        self.named.saturating_add(usize::from(self.optional))
    }

    /// The atom of the value; none if it is not of the column's kind, or not allowed. In logarithmic time, without
    /// allocation.
    #[inline]
    pub(crate) fn locate(&self, value: ValueRef<'_>) -> Option<usize> {
        if value == ValueRef::Null {
            return self.optional.then_some(self.named);
        }
        self.cut.piece(value).and_then(|piece| self.atom(piece))
    }

    /// The same of a word.
    #[inline]
    pub(crate) fn locate_text(&self, text: &str) -> Option<usize> {
        match &self.cut {
            Cut::Words(words) => self.atom(words.piece(text)),
            Cut::Whole(_) | Cut::Line(_) | Cut::Tree(_) => self.locate_other(ValueRef::Text(text)),
        }
    }

    /// The same of a whole number.
    #[inline]
    pub(crate) fn locate_integer(&self, number: i64) -> Option<usize> {
        match self.line().and_then(|line| line.piece_of_step(Scale::Integer, number)) {
            Some(piece) => self.atom(piece),
            None => self.locate_integer_otherwise(number),
        }
    }

    /// Of a whole number where numbers may have places.
    #[cold]
    fn locate_integer_otherwise(&self, number: i64) -> Option<usize> {
        self.locate(ValueRef::Number(number.into()))
    }

    /// The same of a number.
    #[inline]
    pub(crate) fn locate_number(&self, number: Decimal) -> Option<usize> {
        match self.line().and_then(|line| line.piece_of_number(number)) {
            Some(piece) => self.atom(piece),
            None => self.locate_other(ValueRef::Number(number)),
        }
    }

    /// The same of an amount of money.
    #[inline]
    pub(crate) fn locate_money(&self, money: Money) -> Option<usize> {
        match self.line() {
            Some(line) => line.piece_of_money(money).and_then(|piece| self.atom(piece)),
            None => self.locate_other(ValueRef::Money(money)),
        }
    }

    /// The same of a yes or no.
    #[inline]
    pub(crate) fn locate_boolean(&self, yes: bool) -> Option<usize> {
        match self.line().and_then(|line| line.piece_of_step(Scale::Boolean, i64::from(yes))) {
            Some(piece) => self.atom(piece),
            None => self.locate_other(ValueRef::Boolean(yes)),
        }
    }

    /// Of what the axis is not for, as a rule.
    #[cold]
    fn locate_other(&self, value: ValueRef<'_>) -> Option<usize> {
        self.locate(value)
    }

    fn line(&self) -> Option<&Line> {
        let Cut::Line(line) = &self.cut else { return None };
        Some(line)
    }

    /// The atom that a piece is; none if what is in it is not allowed.
    #[inline]
    fn atom(&self, piece: usize) -> Option<usize> {
        if self.ranks.is_none() { Some(piece) } else { self.atom_among(piece) }
    }

    /// The atom of a piece where some are none.
    fn atom_among(&self, piece: usize) -> Option<usize> {
        let ranks = self.ranks.as_ref()?;
        let (rank, next) = (*ranks.get(piece)?, *ranks.get(piece.saturating_add(1))?);
        (rank != next).then(|| usize::try_from(rank).ok())?
    }

    /// The atoms on which the test passes for certain, as ranges in order, with room between each two. The test has to
    /// be one that the axis was made for; none of one that could not be.
    pub(crate) fn ranges(&self, test: &Test) -> Option<Vec<Range<usize>>> {
        let mut found = Vec::new();
        for one in unaries(test).iter().filter(|one| !is_null(one)) {
            let range = self.cut.range(one)?;
            found.push(self.rank(range.start)..self.rank(range.end));
        }
        found.retain(|range| !range.is_empty());
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let mut ranges = match test {
            Test::Any => between(&[], self.named),
            Test::OneOf(_) => joined(found),
            Test::NoneOf(_) => between(&joined(found), self.named),
            Test::Holds(_) => return None,
        };
        if self.optional && test.holds(ValueRef::Null) == Ok(Some(true)) {
            ranges.push(self.named..self.len());
        }
        Some(joined(ranges))
    }

    /// The atoms on which the test passes for certain, as [`Axis::ranges`] tells them.
    pub(crate) fn set(&self, test: &Test) -> Option<NumberSet> {
        let mut set = NumberSet::none(self.len());
        self.ranges(test)?.into_iter().flatten().for_each(|atom| set.insert(atom));
        Some(set)
    }

    /// A value of the atom, as plain as there is: whole rather than with digits after the point, and near to none. None
    /// beyond the last atom.
    pub(crate) fn witness(&self, atom: usize) -> Option<Value> {
        if atom >= self.named {
            return (self.optional && atom == self.named).then_some(Value::Null);
        }
        self.cut.witness(self.piece_of(atom)?)
    }

    /// How many atoms there are before a piece.
    fn rank(&self, piece: usize) -> usize {
        let Some(ranks) = &self.ranks else { return piece };
        ranks.get(piece).and_then(|rank| usize::try_from(*rank).ok()).unwrap_or(self.named)
    }
}

/// The alternatives of a test.
fn unaries(test: &Test) -> &[Unary] {
    match test {
        Test::Any | Test::Holds(_) => &[],
        Test::OneOf(tests) | Test::NoneOf(tests) => tests,
    }
}

/// Whether it asks for nothing, which cuts no values.
fn is_null(unary: &Unary) -> bool {
    matches!(unary, Unary::Equal(Value::Null))
}

/// The ranges, sorted by their starts, with those made one that touch.
fn joined(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ if range.is_empty() => {}
            _ => joined.push(range),
        }
    }
    joined
}

/// What lies before, between and after the ranges, up to the end.
fn between(ranges: &[Range<usize>], end: usize) -> Vec<Range<usize>> {
    let starts = std::iter::once(0).chain(ranges.iter().map(|range| range.end));
    let ends = ranges.iter().map(|range| range.start).chain([end]);
    starts.zip(ends).map(|(start, end)| start..end).filter(|range| !range.is_empty()).collect()
}

impl Cut {
    fn of(kind: &Kind, tests: &[&Unary]) -> Option<Self> {
        if *kind == Kind::Text {
            return Words::of(tests).map(Self::Words);
        }
        if *kind == Kind::Scope {
            return Tree::of(tests).map(Self::Tree);
        }
        match Scale::of(kind, tests) {
            Some(scale) => Line::of(scale, tests).map(Self::Line),
            None => tests.is_empty().then(|| Self::Whole(kind.clone())),
        }
    }

    fn pieces(&self) -> usize {
        match self {
            Self::Whole(_) => 1,
            Self::Line(line) => line.pieces(),
            Self::Words(words) => words.pieces(),
            Self::Tree(tree) => tree.pieces(),
        }
    }

    #[inline]
    fn piece(&self, value: ValueRef<'_>) -> Option<usize> {
        match (self, value) {
            (Self::Words(words), ValueRef::Text(text)) => Some(words.piece(text)),
            (Self::Line(line), value) => line.piece(value),
            (Self::Tree(tree), ValueRef::Scope(scope)) => Some(tree.piece(scope)),
            (Self::Whole(kind), value) => kind.admits(value).then_some(0),
            _ => None,
        }
    }

    fn range(&self, test: &Unary) -> Option<Range<usize>> {
        match self {
            Self::Whole(_) => None,
            Self::Line(line) => line.range(test),
            Self::Words(words) => words.range(test),
            Self::Tree(tree) => tree.range(test),
        }
    }

    fn witness(&self, piece: usize) -> Option<Value> {
        match self {
            Self::Whole(kind) => some(kind),
            Self::Line(line) => line.witness(piece),
            Self::Words(words) => words.witness(piece).map(Value::Text),
            Self::Tree(tree) => tree.witness(piece).map(Value::Scope),
        }
    }

    /// Whether there is a value in the piece.
    fn is_some(&self, piece: usize) -> bool {
        match self {
            Self::Line(line) => line.is_some(piece),
            // Invariant: words and trees are not cut where there is nothing between.
            Self::Whole(_) | Self::Words(_) | Self::Tree(_) => true,
        }
    }
}

/// A value of a kind that is not cut.
fn some(kind: &Kind) -> Option<Value> {
    Some(match kind {
        Kind::Money(currency) => Value::Money(Money::zero(currency.unwrap_or(Currency::EUR))),
        Kind::Quantity(unit) => Value::Quantity(Quantity::zero(unit.unwrap_or(UnitCode::EACH))),
        Kind::List(_) => Value::List(Vec::new()),
        Kind::Record(kinds) => {
            let field = |(name, kind): (&String, &Kind)| Some((name.clone(), some(kind)?));
            Value::Record(kinds.iter().map(field).collect::<Option<BTreeMap<_, _>>>()?)
        }
        Kind::Any => Value::Number(Decimal::ZERO),
        Kind::Boolean
        | Kind::Number
        | Kind::Integer
        | Kind::Text
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Instant
        | Kind::Duration
        | Kind::Months
        | Kind::Scope => Cut::of(kind, &[])?.witness(0)?,
    })
}

#[cfg(test)]
mod tests;
