//! Ids that remember what they identify.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use uuid::Uuid;

/// The id of one thing of kind `T`: an order's id cannot be given where an invoice's is wanted.
///
/// An id is chosen by the caller, so that a command can be sent twice and mean the same thing. New things
/// usually take [`Id::from_uuid`] of a version 7 UUID; things that already have a name in the office (a SKU,
/// an account code) take [`Id::natural`], which gives the same id for the same name for ever.
///
/// Written as a hyphenated lower-case UUID, in text and in JSON.
///
/// # Example
/// ```
/// use office_core::{Id, subject::Item};
///
/// let paper: Id<Item> = Id::natural("item", "PAPER-A4");
/// assert_eq!(paper, Id::natural("item", "PAPER-A4"));
/// assert_ne!(paper, Id::natural("item", "PAPER-A3"));
/// assert_eq!(paper.to_string().parse::<Id<Item>>()?, paper);
///
/// // What is not a UUID is refused.
/// assert!("PAPER-A4".parse::<Id<Item>>().is_err());
/// # Ok::<(), office_core::ParseIdError>(())
/// ```
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

/// The space in which natural ids are made. Never changed: stored ids depend on it.
const NATURAL: Uuid = Uuid::from_u128(0x6f66_6669_6365_5f69_646e_6174_7572_616c);

impl<T> Id<T> {
    /// The id that has this UUID.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, of: PhantomData }
    }

    /// The id of the thing that the office already knows as `name` within `space` (UUID version 5).
    ///
    /// `space` says what kind of name it is, so that item `100` and account `100` differ.
    #[must_use]
    pub fn natural(space: &str, name: &str) -> Self {
        let space = Uuid::new_v5(&NATURAL, space.as_bytes());
        Self::from_uuid(Uuid::new_v5(&space, name.as_bytes()))
    }

    /// The UUID itself.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The same thing under another crate's name for it: an inventory order as the order that an invoice bills.
    #[must_use]
    pub const fn retag<U>(self) -> Id<U> {
        Id::from_uuid(self.uuid)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.uuid)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}

impl<T> FromStr for Id<T> {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uuid = Uuid::try_parse(text).map_err(|_| ParseIdError { text: text.chars().take(64).collect() })?;
        Ok(Self::from_uuid(uuid))
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// A text was not an id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not an id: a UUID such as `0197f3a4-52b1-7cc3-98a5-2f0e6d1c7b3a` is wanted")]
pub struct ParseIdError {
    text: String,
}
