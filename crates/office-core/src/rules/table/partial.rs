//! What a table decides of a case of which not everything is known.

use std::collections::BTreeSet;

use super::hit::{Decided, Known};
use super::{Answer, Column, DecideError, DecisionTable, Row, Source};
use crate::rules::cell::Test;
use crate::rules::{EvaluateError, HitPolicy, Kind, Outcome, Value, ValueRef};

/// What is known of what a table decides, whatever the facts are that are not known.
pub(crate) struct Foreseen {
    /// Of all that the table may vote, none twice; none where it may also decide nothing.
    pub(crate) votes: Option<Vec<Option<Outcome>>>,
    /// Its value, where it is one in any case.
    pub(crate) value: Option<Value>,
    /// The places of the facts on which the rest depends.
    pub(crate) needed: BTreeSet<usize>,
}

/// The rows by what is known of whether they match.
#[derive(Default)]
struct Matching {
    certain: Vec<usize>,
    possible: Vec<usize>,
    /// The places on which those that are possible depend.
    needed: BTreeSet<usize>,
    /// Whether the facts that are missing may make it impossible to decide.
    may_fail: bool,
}

/// What is known of a row.
struct State<'a> {
    /// A cell fails for certain.
    fails: bool,
    /// The places on which other cells depend.
    needed: BTreeSet<usize>,
    /// A cell has no answer.
    unanswered: Option<(&'a Column, EvaluateError)>,
    /// A cell may have no answer.
    may_fail: bool,
}

impl DecisionTable {
    /// What the table decides whatever the facts are that are not known; `unknown` has their places.
    ///
    /// # Errors
    /// As [`DecisionTable::decide`], where what is known is enough for the error.
    pub(crate) fn foresee<'a>(
        &'a self,
        known: Known<'_, 'a>,
        unknown: &BTreeSet<usize>,
    ) -> Result<Foreseen, DecideError> {
        let open = |column: &Column| column.places().any(|place| unknown.contains(&place));
        let open: Vec<bool> = self.columns.iter().map(open).collect();
        let computed = self.computed_but(&open, known)?;
        // What is computed lives here, and no longer.
        let known = |place| known(place);
        let seen = self.seen_but(&open, &computed, &known)?;
        let matching = self.three_valued(&seen, &known, unknown)?;
        if matching.possible.is_empty() && !matching.may_fail {
            return self.settled(&matching, &known, unknown);
        }
        Ok(self.unsettled(matching, &known))
    }

    /// It is known which rows match; what they say may still depend on what is not.
    fn settled<'a>(
        &'a self,
        matching: &Matching,
        known: Known<'_, 'a>,
        unknown: &BTreeSet<usize>,
    ) -> Result<Foreseen, DecideError> {
        let said = matching.certain.iter().filter_map(|row| self.rows.get(*row)).map(|row| &row.says);
        let said: Vec<_> = if matching.certain.is_empty() { vec![&self.otherwise] } else { said.collect() };
        let places = said.iter().flat_map(|says| &says.values).flat_map(Answer::places);
        let needed: BTreeSet<usize> = places.filter(|place| unknown.contains(place)).collect();
        if !needed.is_empty() {
            return Ok(Foreseen { votes: None, value: None, needed });
        }
        let Decided { outcome, value, .. } = self.decided(&matching.certain, known)?;
        Ok(Foreseen { votes: Some(vec![outcome]), value: Some(value), needed })
    }

    /// Rows that may match may change what is decided. What none of them changes alone, nor all of them together, is
    /// settled; but for lists, counts and sums, which any row may change.
    fn unsettled<'a>(&'a self, matching: Matching, known: Known<'_, 'a>) -> Foreseen {
        let Matching { certain, possible, needed, may_fail } = matching;
        let with = |more: &[usize]| {
            let mut rows: Vec<usize> = certain.iter().chain(more).copied().collect();
            rows.sort_unstable();
            self.decided(&rows, known)
        };
        let mut decided = vec![with(&[]), with(&possible)];
        decided.extend(possible.iter().map(|row| with(&[*row])));
        let Ok(decided) = decided.into_iter().collect::<Result<Vec<_>, _>>() else {
            return Foreseen { votes: None, value: None, needed };
        };
        let mut votes: Vec<Option<Outcome>> = Vec::new();
        for Decided { outcome, .. } in &decided {
            if !votes.contains(outcome) {
                votes.push(outcome.clone());
            }
        }
        let any_row_counts =
            matches!(self.text.hit, HitPolicy::CollectSum | HitPolicy::CollectCount) || self.text.hit.is_list();
        let first = decided.first().map(|first| &first.value);
        let value = first.filter(|value| !any_row_counts && decided.iter().all(|other| other.value == **value));
        let value = value.filter(|_| !may_fail).cloned();
        Foreseen { votes: (!may_fail).then_some(votes), value, needed }
    }

    /// The rows by what is known of them.
    fn three_valued<'a>(
        &'a self,
        seen: &[Option<ValueRef<'a>>],
        known: Known<'_, 'a>,
        unknown: &BTreeSet<usize>,
    ) -> Result<Matching, DecideError> {
        let mut matching = Matching::default();
        for (column, seen) in self.columns.iter().zip(seen) {
            let plain = matches!(column.source, Source::Place(_)) && *column.allowed.test() == Test::Any;
            if column.asked && seen.is_none() && !plain {
                matching.may_fail = true;
                matching.needed.extend(column.places().filter(|place| unknown.contains(place)));
            }
        }
        for (index, row) in self.rows.iter().enumerate() {
            let state = self.state(row, seen, known, unknown);
            if state.fails {
                continue;
            }
            let all_known = state.needed.is_empty();
            matching.needed.extend(state.needed);
            match state.unanswered {
                // A row above may yet go before it.
                Some(_) if !all_known || self.first_of(&matching.possible) => matching.may_fail = true,
                Some((column, why)) => return Err(self.no_value(index.saturating_add(1), column, why)),
                None if all_known => matching.certain.push(index),
                None => {
                    matching.may_fail |= state.may_fail;
                    matching.possible.push(index);
                }
            }
            if self.first_of(&matching.certain) {
                break;
            }
        }
        Ok(matching)
    }

    /// Whether one of the rows goes before all below.
    fn first_of(&self, rows: &[usize]) -> bool {
        self.text.hit == HitPolicy::First && !rows.is_empty()
    }

    fn state<'a>(
        &'a self,
        row: &'a Row,
        seen: &[Option<ValueRef<'a>>],
        known: Known<'_, 'a>,
        unknown: &BTreeSet<usize>,
    ) -> State<'a> {
        let mut state = State { fails: false, needed: BTreeSet::new(), unanswered: None, may_fail: false };
        for ((column, seen), cell) in self.columns.iter().zip(seen).zip(&row.cells) {
            if *cell.test() == Test::Any {
                continue;
            }
            let places = cell.places().into_iter().chain(column.places().filter(|_| seen.is_none()));
            let places: BTreeSet<usize> = places.filter(|place| unknown.contains(place)).collect();
            match seen {
                Some(value) if places.is_empty() => match cell.holds(*value, known) {
                    Ok(Some(true)) => {}
                    Ok(Some(false) | None) => state.fails = true,
                    Err(why) => state.unanswered = state.unanswered.take().or(Some((column, why))),
                },
                _ => state.may_fail |= !cell.is_constant() || is_vague(&column.kind),
            }
            state.needed.extend(places);
        }
        state
    }

    /// The values of the columns that are computed of what is known.
    fn computed_but<'a>(&'a self, open: &[bool], known: Known<'_, 'a>) -> Result<Vec<Option<Value>>, DecideError> {
        let value = |(column, open): (&'a Column, &bool)| match &column.source {
            Source::Computed(expression) if column.asked && !open => {
                expression.evaluate(known).map(Some).map_err(|why| self.no_value(0, column, why))
            }
            Source::Computed(_) | Source::Place(_) => Ok(None),
        };
        self.columns.iter().zip(open).map(value).collect()
    }

    /// What each column sees; none where that is not known, or no row asks for it.
    fn seen_but<'a>(
        &'a self,
        open: &[bool],
        computed: &'a [Option<Value>],
        known: Known<'_, 'a>,
    ) -> Result<Vec<Option<ValueRef<'a>>>, DecideError> {
        let seen = |((column, open), computed): ((&'a Column, &bool), &'a Option<Value>)| {
            if *open || !column.asked {
                return Ok(None);
            }
            let value = match &column.source {
                Source::Computed(_) => computed.as_ref().map(Value::as_ref),
                Source::Place(place) => known(*place),
            };
            value.map_or(Ok(None), |value| self.check(column, value).map(|()| Some(value)))
        };
        self.columns.iter().zip(open).zip(computed).map(seen).collect()
    }
}

impl Column {
    /// The places of the facts from which its value comes.
    fn places(&self) -> impl Iterator<Item = usize> {
        let places = match &self.source {
            Source::Place(place) => BTreeSet::from([*place]),
            Source::Computed(expression) => expression.places(),
        };
        places.into_iter()
    }
}

impl Answer {
    /// The places of the facts from which it comes.
    fn places(&self) -> BTreeSet<usize> {
        match self {
            Self::Constant(_) => BTreeSet::new(),
            Self::Computed(expression) => expression.places(),
        }
    }
}

/// Whether values of the kind need not compare with each other.
const fn is_vague(kind: &Kind) -> bool {
    matches!(kind, Kind::Any | Kind::Money(None) | Kind::Quantity(None) | Kind::List(_) | Kind::Record(_))
}
