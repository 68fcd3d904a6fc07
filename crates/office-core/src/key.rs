//! Where a record lies: its kind and its id.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

/// What sort of record it is, which is also the name of its table: `order`, `booking`.
///
/// Lower-case ASCII letters, digits and `_`, starting with a letter, at most 48 bytes.
///
/// # Example
/// ```
/// use office_core::Kind;
///
/// const ORDER: Kind = Kind::literal("order"); // a bad name would not compile
/// assert_eq!(ORDER.as_str(), "order");
/// assert!(Kind::new("Purchase Order").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(Cow<'static, str>);

impl Kind {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 48;

    /// The kind of this name, checked when the program is compiled.
    ///
    /// # Panics
    /// Where the name is not one; in a constant that is a compile error and never happens at run time. For names that
    /// are not known when compiling there is [`Kind::new`].
    #[must_use]
    pub const fn literal(name: &'static str) -> Self {
        assert!(is_kind_name(name.as_bytes()), "a kind is 1 to 48 lower-case letters, digits, `_`, a letter first");
        Self(Cow::Borrowed(name))
    }

    /// The kind of this name.
    ///
    /// # Errors
    /// [`KeyError::Kind`] for anything but lower-case letters, digits and `_`, or too long.
    pub fn new(name: impl Into<String>) -> Result<Self, KeyError> {
        let name = name.into();
        if is_kind_name(name.as_bytes()) {
            Ok(Self(Cow::Owned(name)))
        } else {
            Err(KeyError::Kind { name: name.chars().take(64).collect() })
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a const fn cannot iterate; `at` < length"
)]
const fn is_kind_name(name: &[u8]) -> bool {
    if name.is_empty() || name.len() > Kind::MAX_BYTES || !name[0].is_ascii_lowercase() {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        let byte = name[at];
        if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return false;
        }
        at += 1;
    }
    true
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The address of one record.
///
/// Ids are compared byte by byte: `a` and `a ` and `A` are three records, and ranges follow the bytes of UTF-8.
///
/// # Example
/// ```
/// use office_core::{Key, KeyError, Kind};
///
/// let key = Key::new(Kind::literal("order"), "PO-2026-00017")?;
/// assert_eq!(key.to_string(), "order/PO-2026-00017");
/// assert_eq!(Key::new(Kind::literal("order"), ""), Err(KeyError::EmptyId));
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    kind: Kind,
    id: Arc<str>,
}

impl Key {
    /// The longest id, in bytes of UTF-8.
    pub const MAX_ID_BYTES: usize = 512;
    /// Above every id: the end of a range that has no other end.
    pub const TOP: &'static str = "\u{10FFFF}";

    /// The address of the record of this kind with this id.
    ///
    /// # Errors
    /// [`KeyError`] where the id is empty, too long, holds NUL (which some engines cannot store) or starts with
    /// U+10FFFF (which is no character and marks the end of ranges).
    pub fn new(kind: Kind, id: impl Into<Arc<str>>) -> Result<Self, KeyError> {
        let id = id.into();
        if id.is_empty() {
            return Err(KeyError::EmptyId);
        }
        if id.len() > Self::MAX_ID_BYTES {
            return Err(KeyError::LongId { bytes: id.len() });
        }
        if id.contains('\0') || id.starts_with(Self::TOP) {
            return Err(KeyError::Character);
        }
        Ok(Self { kind, id })
    }

    /// The kind of record.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The id within the kind.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id.escape_debug())
    }
}

/// A text was not fit to address a record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The kind's name has other characters than those allowed, or is empty or too long.
    #[error("`{name}` is not a kind: 1 to 48 lower-case letters, digits and `_`, starting with a letter, are wanted")]
    Kind {
        /// The name as it was given, shortened.
        name: String,
    },
    /// The id is empty.
    #[error("the id is empty: 1 to 512 bytes are wanted")]
    EmptyId,
    /// The id is too long.
    #[error("the id has {bytes} bytes: 1 to 512 are wanted")]
    LongId {
        /// How long it is.
        bytes: usize,
    },
    /// The id holds NUL or starts with U+10FFFF.
    #[error("the id holds NUL or starts with U+10FFFF, which not every engine can store")]
    Character,
}
