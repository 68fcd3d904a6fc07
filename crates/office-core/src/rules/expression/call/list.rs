//! Functions of lists.

use std::cmp::Ordering;

use super::{Arguments, Case};
use crate::Decimal;
use crate::rules::expression::function::Function;
use crate::rules::expression::node::Operator;
use crate::rules::expression::number::{Problem, arithmetic, minus};
use crate::rules::expression::part::{Part, View};
use crate::rules::{EvaluateError, Value, ValueRef};

impl<'a> Case<'a, '_> {
    pub(super) fn list(&mut self, function: Function, arguments: &Arguments<'a>) -> Result<Part<'a>, EvaluateError> {
        let made = |values: Vec<Value>| Ok(Part::Made(Value::List(values)));
        let position = arguments.position;
        match function {
            Function::Sum | Function::Min | Function::Max | Function::Mean | Function::All | Function::Any => {
                return self.folded(function, arguments);
            }
            Function::Concatenate | Function::Union => {
                let mut values = Vec::new();
                for index in 0..arguments.count() {
                    self.step(arguments.list(index)?.len(), position)?;
                    values.extend_from_slice(arguments.list(index)?);
                }
                return made(if function == Function::Union { self.distinct(&values, position)? } else { values });
            }
            _ => {}
        }
        let list = arguments.list(0)?;
        self.step(list.len(), position)?;
        let element = || arguments.view(1).to_value().ok_or(EvaluateError::Overflow { position });
        match function {
            Function::Count => Ok(Part::number(Decimal::from(list.len()))),
            Function::Reverse => made(list.iter().rev().cloned().collect()),
            Function::DistinctValues => made(self.distinct(list, position)?),
            Function::ListContains => Ok(Part::truth(Some(list.contains(&element()?)))),
            Function::IndexOf => {
                let element = element()?;
                let places = (1_i64..).zip(list).filter(|(_, value)| **value == element);
                made(places.map(|(place, _)| Value::from(place)).collect())
            }
            Function::Append => {
                let mut values = list.to_vec();
                for part in arguments.parts.iter().skip(1) {
                    values.push(part.view().to_value().ok_or(EvaluateError::Overflow { position })?);
                }
                made(values)
            }
            _ => sublist(list, arguments).and_then(made),
        }
    }

    /// The values without those that were there before.
    fn distinct(&mut self, values: &[Value], position: usize) -> Result<Vec<Value>, EvaluateError> {
        let mut distinct: Vec<Value> = Vec::new();
        for value in values {
            self.step(distinct.len(), position)?;
            if !distinct.contains(value) {
                distinct.push(value.clone());
            }
        }
        Ok(distinct)
    }

    /// What all values come to together: those of a list, or those that are given one by one.
    fn folded(&mut self, function: Function, arguments: &Arguments<'a>) -> Result<Part<'a>, EvaluateError> {
        let position = arguments.position;
        let views: Vec<View<'_>> = match (arguments.count(), arguments.view(0)) {
            (1, View::Value(ValueRef::List(values))) => values.iter().map(|value| View::of(value.as_ref())).collect(),
            (1, View::Value(ValueRef::Null)) => return Ok(Part::NULL),
            _ => arguments.parts.iter().map(Part::view).collect(),
        };
        self.step(views.len(), position)?;
        if matches!(function, Function::All | Function::Any) {
            return all_or_any(function == Function::Any, &views, arguments).map(Part::truth);
        }
        let Some((first, rest)) = views.split_first() else { return Ok(Part::NULL) };
        if views.iter().any(|view| view.is_null()) {
            return Ok(Part::NULL);
        }
        let unlike = |one: View<'_>, two: View<'_>| EvaluateError::Incomparable {
            position,
            left: one.kind(),
            right: two.kind(),
        };
        let combined = |operator, one: View<'_>, two: View<'_>| {
            arithmetic(operator, one, two).map_err(|problem| match problem {
                Problem::Kinds => unlike(one, two),
                problem => arguments.problem(problem),
            })
        };
        let chosen = match function {
            Function::Min => Ordering::Less,
            Function::Max => Ordering::Greater,
            _ => {
                // Of one value too it has to be something that adds up.
                let less = minus(*first).map_err(|_| unlike(*first, *first))?;
                let nothing = combined(Operator::Plus, less, *first)?;
                let sum = views.iter().try_fold(nothing, |sum, view| combined(Operator::Plus, sum, *view))?;
                if function == Function::Sum {
                    return Ok(Part::View(sum));
                }
                let count = View::Value(ValueRef::Number(Decimal::from(views.len())));
                return combined(Operator::Over, sum, count).map(Part::View);
            }
        };
        let best = rest.iter().try_fold(*first, |best, view| {
            let order = view.order(best).ok_or_else(|| unlike(best, *view))?;
            Ok(if order == chosen { *view } else { best })
        })?;
        best.order(best).ok_or_else(|| unlike(best, best))?;
        own(best).ok_or(EvaluateError::Overflow { position })
    }
}

/// A value of its own.
fn own<'a>(view: View<'_>) -> Option<Part<'a>> {
    match view {
        View::Amount(amount, currency) => Some(Part::View(View::Amount(amount, currency))),
        View::Measure(amount, unit) => Some(Part::View(View::Measure(amount, unit))),
        view @ View::Value(_) => view.to_value().map(Part::Made),
    }
}

/// One certain `no` decides `all`, one certain `yes` decides `any`.
fn all_or_any(deciding: bool, views: &[View<'_>], arguments: &Arguments<'_>) -> Result<Option<bool>, EvaluateError> {
    let mut answer = Ok(Some(!deciding));
    for view in views {
        match super::as_truth(*view, arguments.position) {
            Ok(Some(truth)) if truth == deciding => return Ok(Some(deciding)),
            Ok(Some(_)) => {}
            Ok(None) => answer = answer.and(Ok(None)),
            Err(error) => answer = answer.and(Err(error)),
        }
    }
    answer
}

/// So many values from a place on, which is counted from 1; from the end, where it is negative.
fn sublist(list: &[Value], arguments: &Arguments<'_>) -> Result<Vec<Value>, EvaluateError> {
    let start = arguments.whole(1)?;
    let distance = usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX);
    let within = || arguments.refused(1, "a place within the list");
    let skipped = if start > 0 { distance.checked_sub(1) } else { list.len().checked_sub(distance) };
    let rest = skipped.and_then(|skipped| list.get(skipped..)).filter(|rest| start != 0 && !rest.is_empty());
    let rest = rest.ok_or_else(within)?;
    if arguments.count() < 3 {
        return Ok(rest.to_vec());
    }
    let length = usize::try_from(arguments.whole(2)?).ok().and_then(|length| rest.get(..length));
    length.map(<[Value]>::to_vec).ok_or_else(|| arguments.refused(2, "a length within the list"))
}
