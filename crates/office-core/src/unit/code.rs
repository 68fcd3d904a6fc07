//! The short names of units.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::text::as_text;

/// How many bytes a code may have.
const LENGTH: usize = 16;

/// The short name of a unit of measure: `each`, `kg`, `box`, `m²`.
///
/// Letters and digits of any script and `_ - .`; 16 bytes of UTF-8 at most. Capitals are told apart. Small enough to
/// be copied.
///
/// # Example
/// ```
/// use office_core::{ParseUnitCodeError, UnitCode};
///
/// let unit: UnitCode = "box".parse()?;
/// assert_eq!(unit.as_str(), "box");
/// assert_eq!("big box".parse::<UnitCode>(), Err(ParseUnitCodeError::Unexpected { found: ' ', at: 3 }));
/// # Ok::<(), ParseUnitCodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode {
    // Invariant: UTF-8 without a zero byte, padded with zero bytes; so it compares as the text does.
    bytes: [u8; LENGTH],
}

impl UnitCode {
    /// Single things.
    pub const EACH: Self = Self::fixed(*b"each\0\0\0\0\0\0\0\0\0\0\0\0");
    /// Hours.
    pub const HOUR: Self = Self::fixed(*b"h\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

    const fn fixed(bytes: [u8; LENGTH]) -> Self {
        Self { bytes }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Debug for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitCode({})", self.as_str())
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for UnitCode {
    type Err = ParseUnitCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(ParseUnitCodeError::Empty);
        }
        let named = |found: char| found.is_alphanumeric() || matches!(found, '_' | '-' | '.');
        if let Some((at, found)) = text.chars().enumerate().take(LENGTH).find(|(_, found)| !named(*found)) {
            return Err(ParseUnitCodeError::Unexpected { found, at });
        }
        let mut bytes = [0; LENGTH];
        bytes.get_mut(..text.len()).ok_or(ParseUnitCodeError::TooLong)?.copy_from_slice(text.as_bytes());
        Ok(Self { bytes })
    }
}

as_text!(UnitCode, "the code of a unit in quotes, such as \"kg\"");

/// A text was not the code of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseUnitCodeError {
    /// There is no text.
    #[error("a code such as `kg` is wanted")]
    Empty,
    /// Something other than a letter, a digit or `_ - .`.
    #[error("`{found}` at character {at}: letters, digits and `_ - .` are accepted")]
    Unexpected {
        /// What is there.
        found: char,
        /// Its place, in characters from 0.
        at: usize,
    },
    /// It is too long.
    #[error("the code is longer than {LENGTH} bytes")]
    TooLong,
}
