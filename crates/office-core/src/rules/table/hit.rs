//! What the rows that match decide together.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, DecideError, DecisionTable, Output, OutputKind, Says};
use crate::rules::combination::looseness;
use crate::rules::{Cell, HitPolicy, Kind, Obligations, Outcome, Remark, Value, ValueRef};

/// The facts of a case by their place in a schema.
pub(crate) type Known<'k, 'v> = &'k dyn Fn(usize) -> Option<ValueRef<'v>>;

/// What a table decides, and which rows do, by their places counted from 0.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    pub(crate) rows: Vec<usize>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) obligations: Obligations,
    pub(crate) reasons: BTreeSet<Remark>,
    pub(crate) value: Value,
}

/// A row that matches, and the values that it says.
struct Hit<'t> {
    row: usize,
    says: &'t Says,
    values: Vec<Value>,
    /// Where the outputs are ranked: the lower goes first, by the columns from the left.
    rank: Vec<usize>,
}

impl Hit<'_> {
    fn says_the_same(&self, other: &Self) -> bool {
        self.values == other.values
            && self.says.outcome == other.says.outcome
            && self.says.obligations == other.says.obligations
            && self.says.reason == other.says.reason
    }

    /// The row, counted from 1.
    const fn number(&self) -> usize {
        self.row.saturating_add(1)
    }
}

impl DecisionTable {
    /// What the rows that match decide, given their places from the top. Of a table whose first row decides, the first
    /// is enough.
    pub(crate) fn decided<'a>(&'a self, matching: &[usize], known: Known<'_, 'a>) -> Result<Decided, DecideError> {
        if matching.is_empty() {
            return self.otherwise(known);
        }
        let matching = if self.text.hit == HitPolicy::First { matching.get(..1).unwrap_or_default() } else { matching };
        let hits = matching.iter().filter_map(|row| Some((*row, &self.rows.get(*row)?.says)));
        let hits = hits.map(|(row, says)| self.hit(row, says, known));
        let mut hits = hits.collect::<Result<Vec<_>, DecideError>>()?;
        match self.text.hit {
            HitPolicy::Unique => self.refuse_two(&hits)?,
            HitPolicy::Any => self.refuse_others(&hits, Hit::says_the_same)?,
            HitPolicy::Priority => {
                let best = hits.iter().map(|hit| hit.rank.clone()).min().unwrap_or_default();
                hits.retain(|hit| hit.rank == best);
                // Rows of one rank vote together, but have to say one value.
                self.refuse_others(&hits, |one, two| one.values == two.values)?;
            }
            HitPolicy::OutputOrder => hits.sort_by(|one, two| one.rank.cmp(&two.rank)),
            HitPolicy::CollectMin | HitPolicy::CollectMax => self.keep_extreme(&mut hits)?,
            HitPolicy::First
            | HitPolicy::RuleOrder
            | HitPolicy::Collect
            | HitPolicy::CollectSum
            | HitPolicy::CollectCount => {}
        }
        self.together(&hits)
    }

    fn hit<'a>(&'a self, row: usize, says: &'a Says, known: Known<'_, 'a>) -> Result<Hit<'a>, DecideError> {
        let values = self.values(row.saturating_add(1), says, known)?;
        let rank = if self.text.hit.is_ranked() { self.rank(says, &values) } else { Vec::new() };
        Ok(Hit { row, says, values, rank })
    }

    /// Outcomes rank by their strictness, values by what is allowed of them.
    fn rank(&self, says: &Says, values: &[Value]) -> Vec<usize> {
        let mut values = values.iter();
        let rank = |output: &Output| match &output.kind {
            OutputKind::Outcome => says.outcome.as_ref().map_or(usize::MAX, looseness),
            OutputKind::Obligations | OutputKind::Reason => 0,
            OutputKind::Value(_) => match values.next() {
                Some(value) if !output.allowed.is_empty() => output.rank(value.as_ref()).unwrap_or(usize::MAX),
                _ => 0,
            },
        };
        self.outputs.iter().map(rank).collect()
    }

    /// Where a row goes among those that match, if the outputs are ranked and none of its values has to be computed.
    pub(crate) fn rank_of(&self, row: usize) -> Option<Vec<usize>> {
        let says = &self.rows.get(row)?.says;
        let constant = |answer: &Answer| match answer {
            Answer::Constant(value) => Some(value.clone()),
            Answer::Computed(_) => None,
        };
        let values = says.values.iter().map(constant).collect::<Option<Vec<_>>>()?;
        self.text.hit.is_ranked().then(|| self.rank(says, &values))
    }

    fn refuse_two(&self, hits: &[Hit<'_>]) -> Result<(), DecideError> {
        match hits {
            [one, two, ..] => Err(DecideError::TwoMatch { table: self.text.name.clone(), rows: numbers(one, two) }),
            _ => Ok(()),
        }
    }

    fn refuse_others<'t>(
        &self,
        hits: &[Hit<'t>],
        same: impl Fn(&Hit<'t>, &Hit<'t>) -> bool,
    ) -> Result<(), DecideError> {
        let Some((first, others)) = hits.split_first() else { return Ok(()) };
        let other = others.iter().find(|other| !same(first, other));
        let disagree = |other| DecideError::Disagree { table: self.text.name.clone(), rows: numbers(first, other) };
        other.map_or(Ok(()), |other| Err(disagree(other)))
    }

    fn no_total(&self, hit: &Hit<'_>, found: Kind, other: Kind) -> DecideError {
        DecideError::NoTotal { table: self.text.name.clone(), row: hit.number(), found, other }
    }

    /// Keeps the rows that say the least, or the greatest, value.
    fn keep_extreme(&self, hits: &mut Vec<Hit<'_>>) -> Result<(), DecideError> {
        let wanted = if self.text.hit == HitPolicy::CollectMin { Ordering::Less } else { Ordering::Greater };
        let mut best: Option<Value> = None;
        for hit in hits.iter() {
            let Some(value) = hit.values.first() else { continue };
            let against = best.as_ref().unwrap_or(value);
            let order = value.as_ref().compare(against.as_ref());
            let order = order.map_err(|error| self.no_total(hit, error.left, error.right))?;
            if best.is_none() || order == wanted {
                best = Some(value.clone());
            }
        }
        hits.retain(|hit| hit.values.first() == best.as_ref());
        Ok(())
    }

    /// What these rows decide, all of them.
    fn together(&self, hits: &[Hit<'_>]) -> Result<Decided, DecideError> {
        let (mut outcome, mut obligations, mut reasons) = (None::<Outcome>, Obligations::none(), BTreeSet::new());
        for says in hits.iter().map(|hit| hit.says) {
            outcome = match (outcome, says.outcome.clone()) {
                (Some(one), Some(two)) => Some(one.join(two)),
                (one, two) => one.or(two),
            };
            obligations = obligations.join(says.obligations.clone());
            reasons.extend(says.reason.clone());
        }
        let mut values = hits.iter().map(|hit| self.row_value(&hit.values));
        let value = match self.text.hit {
            HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Collect if self.kind().is_some() => {
                Value::List(values.collect())
            }
            HitPolicy::CollectCount => Value::Number(hits.len().into()),
            HitPolicy::CollectSum => self.sum(hits)?,
            HitPolicy::Unique
            | HitPolicy::Any
            | HitPolicy::First
            | HitPolicy::Priority
            | HitPolicy::RuleOrder
            | HitPolicy::OutputOrder
            | HitPolicy::Collect
            | HitPolicy::CollectMin
            | HitPolicy::CollectMax => values.next().unwrap_or(Value::Null),
        };
        Ok(Decided { rows: hits.iter().map(|hit| hit.row).collect(), outcome, obligations, reasons, value })
    }

    /// The sum of what the rows say, from the least on, so that it is the same in any order of the rows.
    fn sum(&self, hits: &[Hit<'_>]) -> Result<Value, DecideError> {
        let mut said: Vec<_> = hits.iter().filter_map(|hit| Some((hit.values.first()?, hit))).collect();
        said.sort_by(|(one, _), (two, _)| one.as_ref().compare(two.as_ref()).unwrap_or(Ordering::Equal));
        let mut sum = None::<Value>;
        for (value, hit) in said {
            let against = sum.as_ref().map_or(Value::Null, Clone::clone);
            let next = if sum.is_none() { amount(value) } else { added(against.as_ref(), value.as_ref()) };
            sum = Some(next.ok_or_else(|| self.no_total(hit, value.kind(), against.kind()))?);
        }
        Ok(sum.unwrap_or(Value::Null))
    }

    /// What is decided where no row matches.
    fn otherwise<'a>(&'a self, known: Known<'_, 'a>) -> Result<Decided, DecideError> {
        let says = &self.otherwise;
        let values = self.values(0, says, known)?;
        let defaulted = values.iter().any(|value| *value != Value::Null);
        let value = match (defaulted, self.text.hit) {
            (true, hit) if hit.is_list() => Value::List(vec![self.row_value(&values)]),
            (true, _) => self.row_value(&values),
            (false, HitPolicy::CollectCount) => Value::from(0),
            (false, _) => Value::Null,
        };
        Ok(Decided {
            rows: Vec::new(),
            outcome: says.outcome.clone(),
            obligations: says.obligations.clone(),
            reasons: says.reason.iter().cloned().collect(),
            value,
        })
    }

    /// The value of a row: of several columns a record.
    fn row_value(&self, values: &[Value]) -> Value {
        let names = self.outputs.iter().filter(|output| matches!(output.kind, OutputKind::Value(_)));
        match values {
            [] => Value::Null,
            [value] => value.clone(),
            _ => Value::Record(
                names.map(|output| output.name.clone()).zip(values.iter().cloned()).collect::<BTreeMap<_, _>>(),
            ),
        }
    }

    /// The values that a row says; the number is the row's, counted from 1, or 0 for the defaults.
    fn values<'a>(&'a self, row: usize, says: &'a Says, known: Known<'_, 'a>) -> Result<Vec<Value>, DecideError> {
        let columns = self.outputs.iter().filter_map(|output| match &output.kind {
            OutputKind::Value(kind) => Some((output, kind)),
            OutputKind::Outcome | OutputKind::Obligations | OutputKind::Reason => None,
        });
        let value = |((output, kind), answer): ((&'a Output, &'a Kind), &'a Answer)| {
            let expression = match answer {
                Answer::Constant(value) => return Ok(value.clone()),
                Answer::Computed(expression) => expression,
            };
            let (table, column) = (|| self.text.name.clone(), || output.name.clone());
            let no_value = |why| DecideError::NoValue { table: table(), row, column: column(), why: Box::new(why) };
            let value = expression.evaluate(known).map_err(no_value)?;
            let other =
                |wanted, found| DecideError::OtherValue { table: table(), row, column: column(), wanted, found };
            if value != Value::Null && !kind.admits(value.as_ref()) {
                return Err(other(kind.to_string(), value.kind().to_string()));
            }
            if !output.allows(value.as_ref()) {
                let allowed: Vec<&str> = output.allowed.iter().map(Cell::text).collect();
                return Err(other(allowed.join(", "), format!("another {}", value.kind())));
            }
            Ok(value)
        };
        columns.zip(&says.values).map(value).collect()
    }
}

fn numbers(one: &Hit<'_>, two: &Hit<'_>) -> (usize, usize) {
    (one.number(), two.number())
}

/// The value, if it is one that is added.
fn amount(value: &Value) -> Option<Value> {
    let amount = matches!(
        value,
        Value::Number(_) | Value::Money(_) | Value::Quantity(_) | Value::Duration(_) | Value::Months(_)
    );
    amount.then(|| value.clone())
}

/// The exact sum; none of values that do not add, or whose sum is too great.
fn added(one: ValueRef<'_>, two: ValueRef<'_>) -> Option<Value> {
    match (one, two) {
        (ValueRef::Number(one), ValueRef::Number(two)) => {
            // A sum that is rounded does not lead back.
            let sum = one.checked_add(two)?;
            (sum.checked_sub(two)? == one && sum.checked_sub(one)? == two).then_some(Value::Number(sum))
        }
        (ValueRef::Money(one), ValueRef::Money(two)) => one.checked_add(two).ok().map(Value::Money),
        (ValueRef::Quantity(one), ValueRef::Quantity(two)) => one.checked_add(two).ok().map(Value::Quantity),
        (ValueRef::Duration(one), ValueRef::Duration(two)) => one.checked_add(&two).map(Value::Duration),
        (ValueRef::Months(one), ValueRef::Months(two)) => one.checked_add(two).map(Value::Months),
        _ => None,
    }
}
