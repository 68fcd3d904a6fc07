//! Classes of records, and what they may be read for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::authority::is_segment;

/// How closely a record is kept.
///
/// Three classes are known everywhere; the office names further ones (`pay`, `medical`, `investigation`), each of
/// which needs a clearance of its own. In text the name: a letter `a` to `z`, then letters, digits, `_` and `-`, at
/// most 100.
///
/// # Example
/// ```
/// use office_core::{ParseClassError, RecordClass};
///
/// assert_eq!("internal".parse::<RecordClass>()?, RecordClass::Internal);
/// assert_eq!("pay".parse::<RecordClass>()?.to_string(), "pay");
///
/// // A name with spaces is refused.
/// assert!("top secret".parse::<RecordClass>().is_err());
/// # Ok::<(), ParseClassError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RecordClass {
    /// For everybody.
    Public,
    /// For everybody who holds a role in the office.
    Internal,
    /// For those who are cleared for it.
    Confidential,
    /// A class that the office itself has named, for those who are cleared for it.
    Named(ClassName),
}

/// The name of a class that an office has made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassName(String);

impl RecordClass {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Named(ClassName(name)) => name,
        }
    }
}

impl FromStr for RecordClass {
    type Err = ParseClassError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "public" => Ok(Self::Public),
            "internal" => Ok(Self::Internal),
            "confidential" => Ok(Self::Confidential),
            name if is_segment(name) => Ok(Self::Named(ClassName(name.to_owned()))),
            _ => Err(ParseClassError { text: text.chars().take(64).collect() }),
        }
    }
}

impl TryFrom<String> for RecordClass {
    type Error = ParseClassError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RecordClass> for String {
    fn from(class: RecordClass) -> Self {
        class.name().to_owned()
    }
}

impl fmt::Display for RecordClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text was not a class of records.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a class of records: a name in small letters such as `internal` or `medical` is wanted")]
pub struct ParseClassError {
    text: String,
}

/// What a record may be read for: `payroll`, `audit`, `first_aid`.
///
/// In text the name: a letter `a` to `z`, then letters, digits, `_` and `-`, at most 100.
///
/// # Example
/// ```
/// use office_core::{ParsePurposeError, Purpose};
///
/// assert_eq!("payroll".parse::<Purpose>()?.name(), "payroll");
///
/// // A purpose has to be named.
/// assert!("".parse::<Purpose>().is_err());
/// # Ok::<(), ParsePurposeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Purpose(String);

impl Purpose {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Purpose {
    type Error = ParsePurposeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if is_segment(&text) {
            Ok(Self(text))
        } else {
            Err(ParsePurposeError { text: text.chars().take(64).collect() })
        }
    }
}

impl FromStr for Purpose {
    type Err = ParsePurposeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<Purpose> for String {
    fn from(purpose: Purpose) -> Self {
        purpose.0
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text was not a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a purpose: a name in small letters such as `payroll` is wanted")]
pub struct ParsePurposeError {
    text: String,
}
