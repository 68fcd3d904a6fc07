//! What is wrong with a file somebody handed in.

use std::fmt::Write as _;

use thiserror::Error;

/// A file was refused, at this line and field, because of this value.
///
/// Every importer answers with it (tables, bank statements, calendars), so that whoever sees to the file is told
/// where to look, what stands there and what would be accepted. Lines count from 1.
///
/// # Example
/// ```
/// use office_core::InputError;
///
/// let error = InputError::new("stock.csv", 7, "quantity", "1O", "a whole number such as `10`");
/// assert_eq!(
///     error.to_string(),
///     "`stock.csv`, line 7, field `quantity`: `1O` is not accepted: expected a whole number such as `10`"
/// );
/// assert_eq!(error.line(), 7);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
#[error("`{file}`, line {line}, field `{field}`: `{value}` is not accepted: expected {expected}")]
pub struct InputError {
    file: String,
    line: u64,
    field: String,
    value: String,
    expected: String,
}

/// How much of a value is shown.
const SHOWN: usize = 40;

impl InputError {
    /// The refusal of a value. Long texts are shortened, and what cannot be printed is escaped.
    #[must_use]
    pub fn new(file: &str, line: u64, field: &str, value: &str, expected: impl Into<String>) -> Self {
        Self { file: shown(file), line, field: shown(field), value: shown(value), expected: expected.into() }
    }

    /// The refusal of bytes that are not text: each byte that is not printable ASCII is shown as `\xFF`.
    #[must_use]
    pub fn of_bytes(file: &str, line: u64, field: &str, bytes: &[u8], expected: impl Into<String>) -> Self {
        let value: String = bytes.iter().take(SHOWN).map(|byte| byte.escape_ascii().to_string()).collect();
        Self { file: shown(file), line, field: shown(field), value, expected: expected.into() }
    }

    /// The name of the file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The field or element.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What stands there, shortened.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What would be accepted.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

/// The start of a text, fit to be printed on one line.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == SHOWN {
            shown.push('…');
            break;
        }
        if character.is_control() {
            // Writing to a string does not fail.
            let _ = write!(shown, "{}", character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_unprintable_values_are_made_fit_to_print() {
        let error = InputError::new("a.csv", 2, "name", &"x".repeat(50), "at most 40 characters");
        assert_eq!(error.value(), format!("{}…", "x".repeat(40)));
        let error = InputError::new("a.csv", 2, "name", "a\nb\u{0}", "text");
        assert_eq!(error.value(), "a\\nb\\u{0}");
        let error = InputError::of_bytes("a.csv", 2, "name", b"caf\xe9", "UTF-8");
        assert_eq!(error.value(), "caf\\xe9");
        assert_eq!((error.file(), error.field(), error.expected()), ("a.csv", "name", "UTF-8"));
    }
}
