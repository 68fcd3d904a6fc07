//! Calling functions.

mod convert;
mod list;
mod text;

use super::case::{Case, as_truth, one_error};
use super::function::Function;
use super::node::Node;
use super::number::{self, Problem};
use super::part::{Part, View};
use crate::rules::{EvaluateError, Value, ValueRef};
use crate::{Decimal, Rounding};

/// What a function is called with, and where each is written.
struct Arguments<'a> {
    parts: Vec<Part<'a>>,
    positions: Vec<usize>,
    /// Where the call is written.
    position: usize,
}

impl<'a> Case<'a, '_> {
    /// What a function gives.
    pub(super) fn call(
        &mut self,
        function: Function,
        nodes: &'a [Node],
        position: usize,
    ) -> Result<Part<'a>, EvaluateError> {
        let parts: Vec<Part<'a>> = nodes.iter().map(|node| self.part(node)).collect::<Result<_, _>>()?;
        let arguments = Arguments { parts, positions: nodes.iter().map(|node| node.position).collect(), position };
        if arguments.parts.iter().take(function.strict()).any(Part::is_null) {
            return Ok(Part::NULL);
        }
        match function {
            Function::Not => Ok(Part::truth(arguments.truth(0)?.map(|truth| !truth))),
            Function::StringLength
            | Function::Substring
            | Function::SubstringBefore
            | Function::SubstringAfter
            | Function::UpperCase
            | Function::LowerCase
            | Function::Contains
            | Function::StartsWith
            | Function::EndsWith
            | Function::Split
            | Function::StringJoin => text::call(function, &arguments),
            Function::Abs
            | Function::Floor
            | Function::Ceiling
            | Function::RoundUp
            | Function::RoundDown
            | Function::RoundHalfUp
            | Function::RoundHalfDown
            | Function::RoundHalfEven
            | Function::Modulo
            | Function::Even
            | Function::Odd => of_number(function, &arguments),
            Function::Count
            | Function::Sum
            | Function::Min
            | Function::Max
            | Function::Mean
            | Function::All
            | Function::Any
            | Function::ListContains
            | Function::IndexOf
            | Function::Append
            | Function::Concatenate
            | Function::Union
            | Function::DistinctValues
            | Function::Reverse
            | Function::Sublist => self.list(function, &arguments),
            Function::Date
            | Function::Time
            | Function::DateAndTime
            | Function::Duration
            | Function::YearsAndMonths
            | Function::DayOfWeek
            | Function::DayOfYear
            | Function::MonthOfYear
            | Function::WeekOfYear
            | Function::Number
            | Function::String
            | Function::Money
            | Function::Quantity
            | Function::Scope => convert::call(function, &arguments),
        }
    }
}

impl Arguments<'_> {
    fn count(&self) -> usize {
        self.parts.len()
    }

    fn view(&self, index: usize) -> View<'_> {
        self.parts.get(index).map_or(View::Value(ValueRef::Null), Part::view)
    }

    /// Where an argument is written.
    fn place(&self, index: usize) -> usize {
        self.positions.get(index).copied().unwrap_or(self.position)
    }

    fn other_kind(&self, index: usize, wanted: &'static str) -> EvaluateError {
        EvaluateError::OtherKind { position: self.place(index), wanted, found: self.view(index).kind() }
    }

    fn refused(&self, index: usize, wanted: &'static str) -> EvaluateError {
        EvaluateError::NotAccepted { position: self.place(index), wanted }
    }

    fn truth(&self, index: usize) -> Result<Option<bool>, EvaluateError> {
        as_truth(self.view(index), self.place(index))
    }

    fn text(&self, index: usize) -> Result<&str, EvaluateError> {
        match self.view(index) {
            View::Value(ValueRef::Text(text)) => Ok(text),
            _ => Err(self.other_kind(index, "a text")),
        }
    }

    fn number(&self, index: usize) -> Result<Decimal, EvaluateError> {
        match self.view(index) {
            View::Value(ValueRef::Number(number)) => Ok(number),
            _ => Err(self.other_kind(index, "a number")),
        }
    }

    /// A number without what is after its point.
    fn whole(&self, index: usize) -> Result<i64, EvaluateError> {
        number::whole(self.number(index)?.trunc()).ok_or_else(|| self.refused(index, "a smaller number"))
    }

    /// The values of a list; of a single value that one.
    fn list(&self, index: usize) -> Result<&[Value], EvaluateError> {
        match self.view(index) {
            View::Value(ValueRef::List(values)) => Ok(values),
            _ => Err(self.other_kind(index, "a list")),
        }
    }

    fn problem(&self, problem: Problem) -> EvaluateError {
        one_error(problem, self.position, self.view(0))
    }
}

fn of_number<'a>(function: Function, arguments: &Arguments<'a>) -> Result<Part<'a>, EvaluateError> {
    let rounding = match function {
        Function::Floor => Rounding::Floor,
        Function::Ceiling => Rounding::Ceiling,
        Function::RoundUp => Rounding::Up,
        Function::RoundDown => Rounding::Down,
        Function::RoundHalfUp => Rounding::HalfUp,
        Function::RoundHalfDown => Rounding::HalfDown,
        Function::Abs => return abs(arguments),
        Function::Modulo => {
            let rest = number::modulo(arguments.number(0)?, arguments.number(1)?);
            return rest.map(Part::number).map_err(|problem| arguments.problem(problem));
        }
        Function::Even | Function::Odd => {
            let number = arguments.number(0)?;
            let rest = number::modulo(number, Decimal::TWO).map_err(|problem| arguments.problem(problem))?;
            return Ok(Part::truth(Some(rest == if function == Function::Odd { Decimal::ONE } else { Decimal::ZERO })));
        }
        _ => Rounding::HalfEven,
    };
    let scale = if arguments.count() > 1 { arguments.whole(1)? } else { 0 };
    let rounded =
        |amount: Decimal| number::rounded(amount, scale, rounding).map_err(|problem| arguments.problem(problem));
    match arguments.view(0) {
        View::Value(ValueRef::Number(number)) => rounded(number).map(Part::number),
        View::Amount(amount, currency) => Ok(Part::View(View::Amount(rounded(amount)?, currency))),
        View::Measure(amount, unit) => Ok(Part::View(View::Measure(rounded(amount)?, unit))),
        View::Value(_) => Err(arguments.other_kind(0, "a number or an amount")),
    }
}

fn abs<'a>(arguments: &Arguments<'a>) -> Result<Part<'a>, EvaluateError> {
    let negative = match arguments.view(0) {
        View::Value(ValueRef::Number(number)) => number.is_sign_negative(),
        View::Amount(amount, _) | View::Measure(amount, _) => amount.is_sign_negative(),
        View::Value(ValueRef::Duration(length)) => length < chrono::TimeDelta::zero(),
        View::Value(ValueRef::Months(months)) => months < 0,
        View::Value(_) => return Err(arguments.other_kind(0, "a number, an amount or a length of time")),
    };
    let minus = || number::minus(arguments.view(0)).map_err(|problem| arguments.problem(problem));
    let plus = || number::minus(minus()?).map_err(|problem| arguments.problem(problem));
    if negative { minus() } else { plus() }.map(Part::View)
}
