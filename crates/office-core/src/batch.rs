//! What is committed: checks and writes, all or nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::Key;

/// The id of one commit, and thereby the version of every record that the commit wrote.
///
/// Compared for equality by stores. The ids that [`Office`](crate::Office) makes also grow along cause and effect: a
/// commit's id is above that of every commit whose records it read, which is what puts the feed of facts in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommitId(Uuid);

impl CommitId {
    /// The commit id that has this UUID.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID itself.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// An id above `latest`, near the time `millis` (milliseconds since 1970), told apart from others by `random`.
    ///
    /// A UUID of version 7 whose counter carries on from `latest` where the clock has not moved past it: a hybrid
    /// logical clock (Kulkarni et al., 2014).
    #[must_use]
    pub fn after(latest: Option<Self>, millis: u64, random: u64) -> Self {
        const COUNTER: u64 = 0x0fff;
        const TIME: u64 = (1 << 48) - 1;
        let now = (millis & TIME, 0);
        let (time, counter) = match latest {
            None => now,
            Some(latest) => {
                let (high, _) = latest.0.as_u64_pair();
                let (time, counter) = (high >> 16, high & COUNTER);
                if now.0 > time {
                    now
                } else if counter < COUNTER {
                    (time, counter.saturating_add(1))
                } else {
                    (time.saturating_add(1) & TIME, 0)
                }
            }
        };
        let high = (time << 16) | 0x7000 | counter;
        let low = (random & (u64::MAX >> 2)) | (1 << 63);
        Self(Uuid::from_u64_pair(high, low))
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The content of a record: one JSON text.
///
/// At most 1 MiB, without the escaped NUL that some engines refuse. Engines may give the text back with other white
/// space and key order, so two bodies are equal when their JSON values are.
///
/// # Example
/// ```
/// use office_core::{Body, BodyError};
///
/// let body = Body::from_json(r#"{"sku": "PAPER-A4", "price": "4.20"}"#)?;
/// assert_eq!(body, Body::from_json(r#"{"price":"4.20","sku":"PAPER-A4"}"#)?);
/// assert!(matches!(Body::from_json("{"), Err(BodyError::Json { .. })));
/// # Ok::<(), BodyError>(())
/// ```
///
/// Its debug text tells its length only, because what it holds may be classified.
#[derive(Clone)]
pub struct Body(Arc<str>);

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

impl Body {
    /// The longest text, in bytes.
    pub const MAX_BYTES: usize = 1 << 20;

    /// The body with this JSON text.
    ///
    /// # Errors
    /// [`BodyError`] where the text is too long, holds an escaped NUL, or is not JSON.
    pub fn from_json(text: impl Into<Arc<str>>) -> Result<Self, BodyError> {
        let text = text.into();
        check(&text)?;
        let _: &serde_json::value::RawValue = serde_json::from_str(&text)?;
        Ok(Self(text))
    }

    /// The body that holds `value`.
    ///
    /// # Errors
    /// [`BodyError`] as for [`Body::from_json`], and where the value cannot be written as JSON.
    pub fn of(value: &impl Serialize) -> Result<Self, BodyError> {
        let text: Arc<str> = serde_json::to_string(value)?.into();
        check(&text)?;
        Ok(Self(text))
    }

    /// A body that a store gives back. It was checked when it was stored and is not checked again.
    pub fn stored(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value it holds.
    ///
    /// # Errors
    /// [`BodyError::Json`] where the text does not hold such a value.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, BodyError> {
        Ok(serde_json::from_str(&self.0)?)
    }
}

fn check(text: &str) -> Result<(), BodyError> {
    if text.len() > Body::MAX_BYTES {
        return Err(BodyError::TooLong { bytes: text.len() });
    }
    // Few texts hold any escapes, and one character is looked for quicker than several.
    let escaped_nul = text.contains('\\')
        && text.match_indices(r"\u0000").any(|(at, _)| {
            let before = text.as_bytes().get(..at).unwrap_or_default();
            before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
        });
    if escaped_nul { Err(BodyError::Nul) } else { Ok(()) }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        fn value(body: &Body) -> Option<serde_json::Value> {
            serde_json::from_str(&body.0).ok()
        }
        self.0 == other.0 || value(self).is_some_and(|mine| value(other) == Some(mine))
    }
}

/// A value could not be a record's body, or a body did not hold the value asked for.
#[derive(Debug, Error)]
pub enum BodyError {
    /// It is longer than a record may be.
    #[error("the body has {bytes} bytes: at most 1048576 are stored")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// It holds an escaped NUL, which some engines refuse.
    #[error(r"the body holds the character U+0000, which not every engine can store")]
    Nul,
    /// It is not JSON, or not JSON of that shape.
    #[error("the body cannot be read or written as JSON")]
    Json {
        /// What is wrong with it, and where.
        #[from]
        source: serde_json::Error,
    },
}

/// What a store holds under a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The commit that wrote it.
    pub version: CommitId,
    /// What it wrote.
    pub body: Body,
}

/// What a batch does to one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Create or replace it.
    Put(Body),
    /// Remove it; it is no error if there is none.
    Delete,
}

/// Checks and writes that take effect together, or not at all.
///
/// At most one check and one write per key, and both in the order of keys, so that engines which lock rows lock them
/// in one order.
///
/// # Example
/// ```
/// use office_core::{Batch, Body, CommitId, Key, Kind};
/// use uuid::Uuid;
///
/// let key = Key::new(Kind::literal("room"), "R-101")?;
/// let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(1)));
/// batch.check(key.clone(), None); // must not exist yet
/// batch.put(key, Body::from_json(r#"{"seats": 8}"#)?);
/// assert_eq!(batch.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    id: CommitId,
    checks: BTreeMap<Key, Option<CommitId>>,
    writes: BTreeMap<Key, Write>,
}

impl Batch {
    /// The most checks and writes together that every store accepts.
    pub const MAX_LEN: usize = 20_000;

    /// An empty batch, to be committed under this id. An id is used once.
    #[must_use]
    pub const fn new(id: CommitId) -> Self {
        Self { id, checks: BTreeMap::new(), writes: BTreeMap::new() }
    }

    /// Demands that the record carry `version` at the instant of commit; `None` demands that there be none.
    pub fn check(&mut self, key: Key, version: Option<CommitId>) {
        self.checks.insert(key, version);
    }

    /// Creates or replaces the record.
    pub fn put(&mut self, key: Key, body: Body) {
        self.writes.insert(key, Write::Put(body));
    }

    /// Removes the record, if there is one.
    pub fn delete(&mut self, key: Key) {
        self.writes.insert(key, Write::Delete);
    }

    /// The id of the commit, which becomes the version of what it writes.
    #[must_use]
    pub const fn id(&self) -> CommitId {
        self.id
    }

    /// What must hold, in the order of keys.
    pub fn checks(&self) -> impl Iterator<Item = (&Key, Option<CommitId>)> {
        self.checks.iter().map(|(key, version)| (key, *version))
    }

    /// What is written, in the order of keys.
    pub fn writes(&self) -> impl Iterator<Item = (&Key, &Write)> {
        self.writes.iter()
    }

    /// What is done to this record, if anything.
    pub(crate) fn write(&self, key: &Key) -> Option<&Write> {
        self.writes.get(key)
    }

    /// How many checks and writes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.checks.len().saturating_add(self.writes.len())
    }

    /// Whether it neither checks nor writes anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.writes.is_empty()
    }

    /// Whether it writes nothing.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.writes.is_empty()
    }
}
