//! The numbers and names that papers and items carry.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// The longest name, in characters.
const MOST: usize = 128;

/// A text as it stands in what is read.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Arc<str>);

            impl $name {
                /// The longest one, in characters.
                pub const MAX_LEN: usize = MOST;

                /// It as text.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl TryFrom<String> for $name {
                type Error = ParseReferenceError;

                fn try_from(text: String) -> Result<Self, Self::Error> {
                    check(&text)?;
                    Ok(Self(text.into()))
                }
            }

            impl FromStr for $name {
                type Err = ParseReferenceError;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    check(text)?;
                    Ok(Self(text.into()))
                }
            }

            impl From<$name> for String {
                fn from(name: $name) -> Self {
                    name.as_str().to_owned()
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(&self.0)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Text::deserialize(deserializer)?.0.parse().map_err(D::Error::custom)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.pad(&self.0)
                }
            }
        )*
    };
}

names! {
    /// The number or name by which the office knows a paper: `DN-4711`, `RO-05-PAP-A4`.
    ///
    /// What is booked twice under one reference is booked once. 1 to 128 characters, none of them a control character,
    /// no space at either end. Capitals are told apart.
    ///
    /// # Example
    /// ```
    /// use office_inventory::{ParseReferenceError, Reference};
    ///
    /// let note: Reference = "DN-4711".parse()?;
    /// assert_eq!(note.as_str(), "DN-4711");
    /// assert_eq!("".parse::<Reference>(), Err(ParseReferenceError::Length { characters: 0 }));
    /// # Ok::<(), ParseReferenceError>(())
    /// ```
    Reference;
    /// The short name by which the office knows an item: `PAP-A4`. Made as a [`Reference`] is.
    ///
    /// # Example
    /// ```
    /// use office_inventory::Sku;
    ///
    /// let paper: Sku = "PAP-A4".parse()?;
    /// assert_eq!(paper.to_string(), "PAP-A4");
    /// assert!(" PAP-A4".parse::<Sku>().is_err());
    /// # Ok::<(), office_inventory::ParseReferenceError>(())
    /// ```
    Sku;
}

fn check(text: &str) -> Result<(), ParseReferenceError> {
    let characters = text.chars().take(MOST.saturating_add(1)).count();
    if !(1..=MOST).contains(&characters) {
        return Err(ParseReferenceError::Length { characters });
    }
    if let Some(at) = text.chars().position(char::is_control) {
        return Err(ParseReferenceError::Control { at });
    }
    if text.trim().len() == text.len() { Ok(()) } else { Err(ParseReferenceError::Space) }
}

/// A text cannot be a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseReferenceError {
    /// It is empty or too long.
    #[error("1 to {MOST} characters are wanted")]
    Length {
        /// How many characters it has, counted no further than one too many.
        characters: usize,
    },
    /// It has a control character, such as a line break.
    #[error("the character at {at} is a control character")]
    Control {
        /// Its place, in characters from 0.
        at: usize,
    },
    /// It begins or ends with a space.
    #[error("a space at the beginning or the end is not accepted")]
    Space,
}
