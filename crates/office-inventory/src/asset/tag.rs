//! What is written on an asset: the office's tag and the maker's serial number.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{ParseReferenceError, Reference};

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident, $error:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(try_from = "String", into = "String")]
            pub struct $name(Reference);

            impl $name {
                /// It as it is written.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    self.0.as_str()
                }

                /// It in small letters: by this it is found, and by this no two are the same.
                #[must_use]
                pub fn folded(&self) -> String {
                    self.0.as_str().to_lowercase()
                }
            }

            impl TryFrom<String> for $name {
                type Error = $error;

                fn try_from(text: String) -> Result<Self, Self::Error> {
                    text.parse()
                }
            }

            impl From<$name> for String {
                fn from(label: $name) -> Self {
                    label.0.into()
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }
        )*
    };
}

labels! {
    /// The tag by which the office knows an asset: `LT-0042`.
    ///
    /// Made as a [`Reference`] is. Scanners and people do not agree on capitals, so `lt-0042` is the same tag.
    ///
    /// # Example
    /// ```
    /// use office_inventory::{AssetTag, ParseReferenceError};
    ///
    /// let tag: AssetTag = "LT-0042".parse()?;
    /// assert_eq!(tag.to_string(), "LT-0042");
    /// assert_eq!(tag.folded(), "lt-0042");
    /// assert_eq!("LT-0042 ".parse::<AssetTag>(), Err(ParseReferenceError::Space));
    /// # Ok::<(), ParseReferenceError>(())
    /// ```
    AssetTag, ParseReferenceError;
    /// The serial number that a maker gave a piece. Made as a [`Reference`] is; capitals do not tell two apart.
    ///
    /// What machines and people write where there is none (`N/A`, `To be filled by O.E.M.`) is not one.
    ///
    /// # Example
    /// ```
    /// use office_inventory::{ParseSerialNumberError, SerialNumber};
    ///
    /// let serial: SerialNumber = "PF-3XK1Z7".parse()?;
    /// assert_eq!(serial.folded(), "pf-3xk1z7");
    /// assert!(matches!("n/a".parse::<SerialNumber>(), Err(ParseSerialNumberError::Placeholder { .. })));
    /// # Ok::<(), ParseSerialNumberError>(())
    /// ```
    SerialNumber, ParseSerialNumberError;
}

/// What is found in the place of a serial number, in small letters.
const PLACEHOLDERS: [&str; 12] = [
    "-",
    "chassis serial number",
    "default string",
    "n/a",
    "na",
    "none",
    "not available",
    "not specified",
    "system serial number",
    "to be filled by o.e.m.",
    "unknown",
    "void",
];

impl FromStr for AssetTag {
    type Err = ParseReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl FromStr for SerialNumber {
    type Err = ParseSerialNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let serial = Self(text.parse()?);
        if PLACEHOLDERS.contains(&serial.folded().as_str()) {
            return Err(ParseSerialNumberError::Placeholder { text: text.to_owned() });
        }
        Ok(serial)
    }
}

/// A text cannot be a serial number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParseSerialNumberError {
    /// It is not fit to be written down.
    #[error(transparent)]
    Text(#[from] ParseReferenceError),
    /// It says that there is none.
    #[error("`{text}` says that there is no serial number: leave it out")]
    Placeholder {
        /// The text.
        text: String,
    },
}
