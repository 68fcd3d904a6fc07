//! Functions of texts. Characters are counted, not bytes.

use super::Arguments;
use crate::Decimal;
use crate::rules::expression::function::Function;
use crate::rules::expression::part::{Part, View};
use crate::rules::{EvaluateError, Value, ValueRef};

pub(super) fn call<'a>(function: Function, arguments: &Arguments<'a>) -> Result<Part<'a>, EvaluateError> {
    let made = |text: String| Ok(Part::Made(Value::Text(text)));
    if function == Function::StringJoin {
        return join(arguments).map(|text| text.map_or(Part::NULL, |text| Part::Made(Value::Text(text))));
    }
    let text = arguments.text(0)?;
    match function {
        Function::StringLength => Ok(Part::number(Decimal::from(text.chars().count()))),
        Function::UpperCase => made(text.to_uppercase()),
        Function::LowerCase => made(text.to_lowercase()),
        Function::Contains => Ok(Part::truth(Some(text.contains(arguments.text(1)?)))),
        Function::StartsWith => Ok(Part::truth(Some(text.starts_with(arguments.text(1)?)))),
        Function::EndsWith => Ok(Part::truth(Some(text.ends_with(arguments.text(1)?)))),
        Function::SubstringBefore => {
            made(text.split_once(arguments.text(1)?).map_or("", |(before, _)| before).to_owned())
        }
        Function::SubstringAfter => made(text.split_once(arguments.text(1)?).map_or("", |(_, after)| after).to_owned()),
        Function::Split => {
            let delimiter = arguments.text(1)?;
            if delimiter.is_empty() {
                return Err(arguments.refused(1, "a delimiter of at least one character"));
            }
            Ok(Part::Made(Value::List(text.split(delimiter).map(Value::from).collect())))
        }
        _ => substring(text, arguments).map(|text| Part::Made(Value::Text(text))),
    }
}

/// So many characters from a place on, which is counted from 1; from the end, where it is negative.
fn substring(text: &str, arguments: &Arguments<'_>) -> Result<String, EvaluateError> {
    let start = arguments.whole(1)?;
    let distance = usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX);
    let count = text.chars().count();
    let skipped = match start {
        0 => return Err(arguments.refused(1, "a place counted from 1")),
        1.. => distance.saturating_sub(1),
        _ => count.checked_sub(distance).ok_or_else(|| arguments.refused(1, "a place within the text"))?,
    };
    let length = if arguments.count() > 2 {
        let length = arguments.whole(2)?;
        usize::try_from(length).map_err(|_| arguments.refused(2, "a length of at least 0"))?
    } else {
        count
    };
    Ok(text.chars().skip(skipped).take(length).collect())
}

/// The texts of a list, one after the other; nothing is left out.
fn join(arguments: &Arguments<'_>) -> Result<Option<String>, EvaluateError> {
    let delimiter = match arguments.view(1) {
        View::Value(ValueRef::Null) => "",
        _ => arguments.text(1)?,
    };
    let single;
    let values = match arguments.view(0) {
        View::Value(ValueRef::Null) => return Ok(None),
        View::Value(ValueRef::Text(text)) => {
            single = [Value::from(text)];
            &single
        }
        _ => arguments.list(0)?,
    };
    let texts = values.iter().filter(|value| **value != Value::Null).map(|value| match value {
        Value::Text(text) => Ok(text.as_str()),
        _ => Err(arguments.refused(0, "a list of texts")),
    });
    Ok(Some(texts.collect::<Result<Vec<_>, _>>()?.join(delimiter)))
}
