//! The storage contract: what a backend implements.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::{Batch, Key, Kind, Record};

/// Where records are kept. This is all that a backend implements: three methods and no knowledge of the office.
///
/// # The contract
/// 1. **Commit is one instant.** [`Store::commit`] succeeds only if, at one instant between its call and its return,
///    every checked record carries the stated version (or is absent, where the check says so), and all its writes take
///    effect at that same instant. Otherwise it fails with a conflict and nothing has changed. Checks hold for records
///    that the batch does not write, and for records that do not exist.
/// 2. **Instants agree with real time.** What was committed before a call began is seen by that call, and a call sees
///    at least what an earlier call through the same handle saw.
/// 3. **A call sees one instant.** All records that one `get` or one `scan` returns existed together. Two calls may
///    see different instants: the checks of a commit tell.
/// 4. **Versions name their writer.** A record's version is the id of the commit that wrote it, so a record that was
///    deleted and created again does not pass an old check.
/// 5. **Ids are bytes.** Ids are told apart and ordered by the bytes of their UTF-8, without folding, trimming or
///    collation.
/// 6. **What fits the limits is stored.** Ids up to [`Key::MAX_ID_BYTES`], bodies up to
///    [`Body::MAX_BYTES`](crate::Body::MAX_BYTES), batches up to [`Batch::MAX_LEN`]. Bodies come back as the same JSON
///    value, decimals digit by digit.
/// 7. **Acknowledged is durable**, as far as the backend's own documentation promises, and seen after reopening.
/// 8. **Doubt is said.** A commit whose outcome is not known fails with [`StoreError::unknown`], never with a conflict.
///    A conflict may be reported although there was none; it then still has changed nothing.
///
/// The kit in `office-conformance` checks all of this on any backend.
///
/// A backend that only has blocking calls implements [`BlockingStore`] instead. The trait cannot be a `dyn`; where the
/// backend is chosen at run time, [`AnyStore`](crate::AnyStore) holds any of them.
pub trait Store: Send + Sync + 'static {
    /// The records under `keys`, in that order; `None` where there is none. A key may be asked for twice.
    fn get(&self, keys: &[Key]) -> impl Future<Output = Result<Vec<Option<Record>>, StoreError>> + Send;

    /// The records of `kind` with `from` <= id < `to`, in ascending order, at most `limit` of them.
    ///
    /// Nothing where `to` is not above `from`. [`Key::TOP`] is above every id, the empty text below.
    fn scan(
        &self,
        kind: &Kind,
        from: &str,
        to: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(Key, Record)>, StoreError>> + Send;

    /// Checks and writes, all or nothing.
    fn commit(&self, batch: &Batch) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// The same contract as [`Store`], without `async`: for engines that answer on the calling thread.
///
/// [`Inline`](crate::Inline) makes it a [`Store`] that answers at once, `Pooled` (feature `tokio`) one that runs on a
/// pool of threads.
pub trait BlockingStore: Send + Sync + 'static {
    /// As [`Store::get`].
    fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError>;

    /// As [`Store::scan`].
    fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError>;

    /// As [`Store::commit`].
    fn commit(&self, batch: &Batch) -> Result<(), StoreError>;
}

/// Why storage did not do what was asked. Ask its predicates what to do about it.
///
/// # Example
/// ```
/// use office_core::StoreError;
///
/// let error = StoreError::conflict();
/// assert!(error.is_conflict() && error.is_transient());
/// assert!(!StoreError::rejected("the id is empty").is_transient());
/// ```
#[derive(Clone, Debug)]
pub struct StoreError {
    reason: Reason,
    detail: Option<Arc<str>>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Conflict,
    Unknown,
    Unavailable,
    Rejected,
    Corrupt,
    NotFound,
    Taken,
    KeyReused,
}

impl StoreError {
    /// A check did not hold, or could not be held together with somebody else's commit. Nothing has changed.
    #[must_use]
    pub const fn conflict() -> Self {
        Self { reason: Reason::Conflict, detail: None, source: None }
    }

    /// The commit may have happened or not, or may yet happen: the answer was lost.
    pub fn unknown(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::caused(Reason::Unknown, source)
    }

    /// The engine cannot be reached or is too busy. Nothing has changed.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::caused(Reason::Unavailable, source)
    }

    /// What was asked is outside the contract's limits. Asking again does not help.
    pub fn rejected(detail: impl Into<String>) -> Self {
        Self::detailed(Reason::Rejected, detail)
    }

    /// What is stored cannot be understood, or the engine is broken. Asking again does not help.
    pub fn corrupt(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::caused(Reason::Corrupt, source)
    }

    pub(crate) fn corrupt_record(key: &Key, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { detail: Some(key.to_string().into()), ..Self::corrupt(source) }
    }

    pub(crate) fn not_found(key: &Key) -> Self {
        Self::detailed(Reason::NotFound, key.to_string())
    }

    pub(crate) fn taken(index: &str, value: &str) -> Self {
        Self::detailed(Reason::Taken, format!("{index} `{value}`"))
    }

    pub(crate) fn key_reused(key: &str, operation: &str) -> Self {
        Self::detailed(Reason::KeyReused, format!("`{key}` was used for another input of `{operation}`"))
    }

    fn caused(reason: Reason, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { reason, detail: None, source: Some(Arc::from(source.into())) }
    }

    fn detailed(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: Some(detail.into().into()), source: None }
    }

    /// Somebody else was first. Decide again from fresh reads; [`Office`](crate::Office) does so by itself.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.reason == Reason::Conflict
    }

    /// It is not known whether the commit happened. Send the same command again: its key makes that safe.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.reason == Reason::Unknown
    }

    /// The engine could not be reached. Nothing has changed.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.reason == Reason::Unavailable
    }

    /// There is no such entity.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.reason == Reason::NotFound
    }

    /// A value that must be unique belongs to another entity already.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.reason == Reason::Taken
    }

    /// The command's key was used before, for something else.
    #[must_use]
    pub fn is_key_reused(&self) -> bool {
        self.reason == Reason::KeyReused
    }

    /// What was asked, or what is stored, is unfit; asking again does not help.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self.reason, Reason::Rejected | Reason::Corrupt)
    }

    /// Whether the same call can succeed later without anything being put right first.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.reason, Reason::Conflict | Reason::Unknown | Reason::Unavailable)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.reason {
            Reason::Conflict => "somebody else changed what this was decided on",
            Reason::Unknown => "it is not known whether the commit happened",
            Reason::Unavailable => "the store cannot be reached",
            Reason::Rejected => "the store cannot take this",
            Reason::Corrupt => "a stored record cannot be understood",
            Reason::NotFound => "there is no such record",
            Reason::Taken => "the value is taken",
            Reason::KeyReused => "the idempotency key was used for something else",
        })?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| -> &(dyn Error + 'static) { source })
    }
}
