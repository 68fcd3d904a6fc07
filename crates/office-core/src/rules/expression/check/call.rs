//! What kind a function gives.

use super::{adds_up, either, is_number};
use crate::rules::Kind;
use crate::rules::expression::function::Function;

/// The argument that does not fit, counted from 0, and what would.
type Unfit = (usize, &'static str);

/// The kind of what a function gives for arguments of these kinds.
pub(super) fn gives(function: Function, kinds: &[Kind]) -> Result<Kind, Unfit> {
    match function {
        Function::Not => all(kinds, is_boolean, "yes or no").map(|()| Kind::Boolean),
        Function::StringLength => texts(kinds).map(|()| Kind::Integer),
        Function::SubstringBefore | Function::SubstringAfter | Function::UpperCase | Function::LowerCase => {
            texts(kinds).map(|()| Kind::Text)
        }
        Function::Contains | Function::StartsWith | Function::EndsWith => texts(kinds).map(|()| Kind::Boolean),
        Function::Split => texts(kinds).map(|()| list_of(Kind::Text)),
        Function::Substring => {
            texts(kinds.get(..1).unwrap_or_default())?;
            numbers_from(1, kinds).map(|()| Kind::Text)
        }
        Function::StringJoin => {
            let (list, delimiter) = (at(kinds, 0), at(kinds, 1));
            let joins = is_text(&list) || members(&list).is_some_and(|member| is_text(&member));
            if !joins {
                return Err((0, "a list of texts"));
            }
            if is_text(&delimiter) { Ok(Kind::Text) } else { Err((1, "a text")) }
        }
        Function::Abs
        | Function::Floor
        | Function::Ceiling
        | Function::RoundUp
        | Function::RoundDown
        | Function::RoundHalfUp
        | Function::RoundHalfDown
        | Function::RoundHalfEven => rounded(function, kinds),
        Function::Modulo => {
            all(kinds, is_number, "a number")?;
            Ok(if kinds.iter().all(|kind| *kind == Kind::Integer) { Kind::Integer } else { Kind::Number })
        }
        Function::Even | Function::Odd => all(kinds, is_number, "a number").map(|()| Kind::Boolean),
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
        | Function::Sublist => of_list(function, kinds),
        Function::Date | Function::Time | Function::DateAndTime | Function::Duration | Function::YearsAndMonths => {
            made(function, kinds)
        }
        Function::DayOfWeek | Function::MonthOfYear => all(kinds, is_day, "a day").map(|()| Kind::Text),
        Function::DayOfYear | Function::WeekOfYear => all(kinds, is_day, "a day").map(|()| Kind::Integer),
        Function::Number => texts(kinds).map(|()| Kind::Number),
        Function::String => Ok(Kind::Text),
        Function::Money => texts(kinds).map(|()| Kind::Money(None)),
        Function::Quantity => texts(kinds).map(|()| Kind::Quantity(None)),
        Function::Scope => texts(kinds).map(|()| Kind::Scope),
    }
}

fn rounded(function: Function, kinds: &[Kind]) -> Result<Kind, Unfit> {
    let kind = at(kinds, 0);
    let of_length = function == Function::Abs && adds_up(&kind);
    if !of_length && !is_number(&kind) && !matches!(kind, Kind::Money(_) | Kind::Quantity(_)) {
        return Err((0, "a number or an amount"));
    }
    numbers_from(1, kinds).map(|()| kind)
}

fn of_list(function: Function, kinds: &[Kind]) -> Result<Kind, Unfit> {
    let list = at(kinds, 0);
    let several = matches!(
        function,
        Function::Sum | Function::Min | Function::Max | Function::Mean | Function::All | Function::Any
    );
    let member = match members(&list) {
        Some(member) if kinds.len() == 1 || !several => member,
        None if !several => return Err((0, "a list")),
        // Several values in place of a list.
        Some(_) | None => one_kind(kinds)?,
    };
    match function {
        Function::Count => Ok(Kind::Integer),
        Function::Sum if adds_up(&member) => Ok(member),
        Function::Mean if adds_up(&member) => Ok(if member == Kind::Integer { Kind::Number } else { member }),
        Function::Sum | Function::Mean => Err((0, "numbers or amounts")),
        Function::Min | Function::Max => match member {
            Kind::Scope | Kind::List(_) | Kind::Record(_) => Err((0, "values that have an order")),
            member => Ok(member),
        },
        Function::All | Function::Any if is_boolean(&member) => Ok(Kind::Boolean),
        Function::All | Function::Any => Err((0, "yes or no")),
        Function::ListContains | Function::IndexOf => match either(&member, &at(kinds, 1)) {
            Some(_) if function == Function::ListContains => Ok(Kind::Boolean),
            Some(_) => Ok(list_of(Kind::Integer)),
            None => Err((1, "a value of the kind of the list's")),
        },
        Function::Append => {
            let mut items = kinds.iter().enumerate().skip(1);
            let kind = items.try_fold(member, |kind, (index, item)| {
                either(&kind, item).ok_or((index, "a value of the kind of the list's"))
            });
            kind.map(list_of)
        }
        Function::Concatenate | Function::Union => {
            let lists = one_kind(kinds)?;
            if members(&lists).is_some() { Ok(lists) } else { Err((0, "lists")) }
        }
        Function::Sublist => numbers_from(1, kinds).map(|()| list_of(member)),
        _ => Ok(list_of(member)),
    }
}

fn made(function: Function, kinds: &[Kind]) -> Result<Kind, Unfit> {
    let first = at(kinds, 0);
    match function {
        Function::Duration => {
            texts(kinds)?;
            // Of days or of months: that is known of a text alone that is written out.
            Ok(Kind::Any)
        }
        Function::YearsAndMonths => all(kinds, is_day, "a day").map(|()| Kind::Months),
        Function::DateAndTime if kinds.len() == 2 => {
            all(kinds.get(..1).unwrap_or_default(), is_day, "a day")?;
            if matches!(at(kinds, 1), Kind::Time | Kind::Any) {
                Ok(Kind::DateTime)
            } else {
                Err((1, "a time of the day"))
            }
        }
        Function::DateAndTime if is_text(&first) => Ok(Kind::Any),
        Function::DateAndTime => match first {
            Kind::Date | Kind::DateTime => Ok(Kind::DateTime),
            Kind::Instant => Ok(Kind::Instant),
            _ => Err((0, "a text")),
        },
        _ => {
            let kind = if function == Function::Date { Kind::Date } else { Kind::Time };
            if kinds.len() == 3 {
                return numbers_from(0, kinds).map(|()| kind);
            }
            let fits = is_text(&first) || is_day(&first) || (function == Function::Time && first == Kind::Time);
            if fits { Ok(kind) } else { Err((0, "a text or a day")) }
        }
    }
}

fn at(kinds: &[Kind], index: usize) -> Kind {
    kinds.get(index).cloned().unwrap_or(Kind::Any)
}

fn list_of(kind: Kind) -> Kind {
    Kind::List(Box::new(kind))
}

/// The kind of the values of a list.
fn members(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::List(member) => Some((**member).clone()),
        Kind::Any => Some(Kind::Any),
        _ => None,
    }
}

const fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Any)
}

const fn is_boolean(kind: &Kind) -> bool {
    matches!(kind, Kind::Boolean | Kind::Any)
}

const fn is_day(kind: &Kind) -> bool {
    matches!(kind, Kind::Date | Kind::DateTime | Kind::Instant | Kind::Any)
}

fn all(kinds: &[Kind], fits: impl Fn(&Kind) -> bool, wanted: &'static str) -> Result<(), Unfit> {
    kinds.iter().position(|kind| !fits(kind)).map_or(Ok(()), |index| Err((index, wanted)))
}

fn texts(kinds: &[Kind]) -> Result<(), Unfit> {
    all(kinds, is_text, "a text")
}

fn numbers_from(first: usize, kinds: &[Kind]) -> Result<(), Unfit> {
    let wrong = kinds.iter().enumerate().skip(first).find(|(_, kind)| !is_number(kind));
    wrong.map_or(Ok(()), |(index, _)| Err((index, "a number")))
}

fn one_kind(kinds: &[Kind]) -> Result<Kind, Unfit> {
    kinds
        .iter()
        .enumerate()
        .try_fold(Kind::Any, |one, (index, kind)| either(&one, kind).ok_or((index, "values of one kind")))
}
