//! Where authority reaches.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A part of the office, as a path from the whole to the part: `company/hq/cc-12`.
///
/// Authority over a part reaches everything below it: `company/hq` covers `company/hq/cc-12`, and not
/// `company/hq-annex`. [`Scope::anywhere`] is the whole and covers every scope; in text it is `*`. Segments are
/// letters and digits of any language, `-`, `_` and `.`; the text has at most 200 bytes.
///
/// # Example
/// ```
/// use office_core::{ParseScopeError, Scope};
///
/// let hq: Scope = "company/hq".parse()?;
/// let centre: Scope = "company/hq/cc-12".parse()?;
/// assert!(hq.covers(&centre) && !centre.covers(&hq));
/// assert!(Scope::anywhere().covers(&hq));
///
/// // A path with an empty segment is refused.
/// assert!("company//hq".parse::<Scope>().is_err());
/// # Ok::<(), ParseScopeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope {
    // Invariant: empty, or segments joined by `/`.
    path: String,
}

impl Scope {
    /// The most bytes that a scope may have.
    pub(crate) const LONGEST: usize = 200;

    /// The whole office.
    #[must_use]
    pub const fn anywhere() -> Self {
        Self { path: String::new() }
    }

    /// Whether it is the whole office.
    #[must_use]
    pub fn is_anywhere(&self) -> bool {
        self.path.is_empty()
    }

    /// Whether the other scope is this one or a part of it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let rest = other.path.strip_prefix(&self.path);
        self.is_anywhere() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The part of this name directly in it; none where the name does not go into a scope, or makes it too long.
    pub(crate) fn part(&self, name: &str) -> Option<Self> {
        let path = if self.is_anywhere() { name.to_owned() } else { format!("{}/{name}", self.path) };
        Self::try_from(path).ok()
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.path.len()
    }

    /// Its segments from the whole to the part; none for the whole office.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter(|segment| !segment.is_empty())
    }
}

fn is_segment(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

impl TryFrom<String> for Scope {
    type Error = ParseScopeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "*" {
            Ok(Self::anywhere())
        } else if text.len() <= Self::LONGEST && text.split('/').all(is_segment) {
            Ok(Self { path: text })
        } else {
            Err(ParseScopeError { text: text.chars().take(64).collect() })
        }
    }
}

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        if scope.is_anywhere() { "*".to_owned() } else { scope.path }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_anywhere() { "*" } else { &self.path })
    }
}

/// A text was not a scope.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a scope: a path such as `company/hq/cc-12`, or `*` for the whole office, is wanted")]
pub struct ParseScopeError {
    text: String,
}
