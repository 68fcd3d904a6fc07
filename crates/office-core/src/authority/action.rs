//! The names of what may be done.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most characters that a name may have.
const LONGEST: usize = 100;

/// Something that needs authority, by its dotted name: `purchase.approve`, `leave.refuse`.
///
/// One or more segments joined by full stops; a segment begins with a letter `a` to `z` and goes on with letters,
/// digits, `_` and `-`. At most 100 characters. A grant of `purchase` is not a grant of `purchase.approve`: each
/// action is granted by its whole name.
///
/// # Example
/// ```
/// use office_core::{Action, ParseActionError};
///
/// let approve: Action = "purchase.approve".parse()?;
/// assert_eq!(approve.name(), "purchase.approve");
///
/// // A name with capitals, spaces or empty segments is refused.
/// assert!("Purchase Approve".parse::<Action>().is_err());
/// assert!("purchase..approve".parse::<Action>().is_err());
/// # Ok::<(), ParseActionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Action(String);

impl Action {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Whether the text is one segment of a name.
pub(crate) fn is_segment(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

impl TryFrom<String> for Action {
    type Error = ParseActionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() <= LONGEST && text.split('.').all(is_segment) {
            Ok(Self(text))
        } else {
            Err(ParseActionError { text: text.chars().take(64).collect() })
        }
    }
}

impl FromStr for Action {
    type Err = ParseActionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.0
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text was not the name of an action.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not an action: a dotted name in small letters such as `purchase.approve` is wanted")]
pub struct ParseActionError {
    text: String,
}
