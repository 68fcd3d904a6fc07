//! All facts in one order, for projections and outboxes.

use serde::{Deserialize, Serialize};

use crate::document::{self, FACT, RecordedFact, key};
use crate::{Batch, BodyError, CommitId, Key, Kind, Office, Record, Store, StoreError};

const PENDING: Kind = Kind::literal("pending");
const FEED: Kind = Kind::literal("feed");
const HEAD: Kind = Kind::literal("feed_head");
const CURSOR: Kind = Kind::literal("cursor");

/// How many commits get their positions at once.
const STEP: usize = 500;

/// The feed of facts: every fact that was ever recorded, once, at a position of its own.
///
/// Positions count from 1 without a gap. The facts of one entity stand in the order in which they happened, the facts of
/// one commit together, and no fact stands before one that its commit had read of. A fact gets its position when the feed
/// is first read after it, not when it is recorded: so writers never queue for the next position, and readers
/// never see a position filled in behind them.
///
/// What counts as read are entities and what indexes led to. Whoever only notices that an entity has left a partition
/// may, between machines whose clocks disagree, stand before the fact by which it left.
///
/// # Example
/// ```
/// use office_core::{MemoryStore, Office, wait};
///
/// let office = Office::on(MemoryStore::new());
/// let feed = office.feed();
/// let reached = wait(feed.position("send-mail"))?;
/// for entry in wait(feed.after(reached, 100))? {
///     // Do what is due for `entry.fact`, then note how far you are.
///     wait(feed.reach("send-mail", entry.position - 1, entry.position))?;
/// }
/// // Somebody who is not where the reader is cannot move it.
/// assert!(wait(feed.reach("send-mail", 17, 18)).is_err_and(|error| error.is_conflict()));
/// # Ok::<(), office_core::StoreError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Feed {
    office: Office,
}

/// A fact and its position in the feed.
#[derive(Debug)]
pub struct FeedEntry {
    /// Its place in the order of all facts, counted from 1.
    pub position: u64,
    /// The commit that recorded it.
    pub commit: CommitId,
    /// What happened.
    pub fact: RecordedFact,
}

/// How far something has come.
#[derive(Default, Serialize, Deserialize)]
struct Reached {
    position: u64,
}

/// The key of the note that a commit's facts have no position yet.
pub(crate) fn pending_key(id: CommitId) -> Result<Key, StoreError> {
    key(PENDING, &id.to_string())
}

fn position_key(position: u64) -> Result<Key, StoreError> {
    key(FEED, &format!("{position:020}"))
}

impl Feed {
    pub(crate) fn new(office: Office) -> Self {
        Self { office }
    }

    /// Up to `limit` facts that follow position `after`, in order. 0 is before the first.
    pub async fn after(&self, after: u64, limit: usize) -> Result<Vec<FeedEntry>, StoreError> {
        self.bring_up_to_date().await?;
        let store = self.office.store();
        let from = position_key(after.saturating_add(1))?;
        let places = store.scan(&FEED, from.id(), Key::TOP, limit).await?;
        let mut keys = Vec::with_capacity(places.len());
        for (place, record) in &places {
            let id: String = read(place, record)?;
            keys.push(key(FACT, &id)?);
        }
        let facts = store.get(&keys).await?;
        let mut entries = Vec::with_capacity(keys.len());
        for (((place, _), key), fact) in places.iter().zip(&keys).zip(facts) {
            let position = place.id().parse().map_err(|error| StoreError::corrupt_record(place, error))?;
            let record = fact.ok_or_else(|| StoreError::corrupt_record(place, "its fact is missing"))?;
            entries.push(FeedEntry { position, commit: record.version, fact: RecordedFact::read(key, &record)? });
        }
        Ok(entries)
    }

    /// How far the reader of this name has come; 0 at first.
    pub async fn position(&self, reader: &str) -> Result<u64, StoreError> {
        let cursor = key(CURSOR, reader)?;
        Ok(self.reached(&cursor).await?.1)
    }

    /// Notes that the reader of this name, which was at `from`, has come to `to`.
    ///
    /// A reader that does its work before it notes so sees every fact at least once.
    ///
    /// # Errors
    /// [`StoreError::is_conflict`] where the reader is not at `from`: another process reads under the same name.
    /// [`StoreError::is_unknown`] where the answer was lost: ask for the [`Feed::position`] again.
    pub async fn reach(&self, reader: &str, from: u64, to: u64) -> Result<(), StoreError> {
        let cursor = key(CURSOR, reader)?;
        let (version, position) = self.reached(&cursor).await?;
        if position != from {
            return Err(StoreError::conflict());
        }
        let mut batch = Batch::new(self.office.next_id(version));
        batch.check(cursor.clone(), version);
        batch.put(cursor.clone(), document::body(&cursor, &Reached { position: to })?);
        self.office.commit(&batch).await
    }

    /// Gives positions to the facts that have none yet. Reading the feed does so by itself.
    ///
    /// Commit ids grow along cause and effect and one scan sees one instant, so taking the lowest ids first never puts
    /// a fact before one that it followed from.
    pub async fn bring_up_to_date(&self) -> Result<(), StoreError> {
        let mut attempt = 0;
        loop {
            self.office.pause(attempt).await;
            match self.step().await {
                Ok(true) => attempt = 0,
                Ok(false) => return Ok(()),
                // Another reader was first, or it is not known: what stands there now tells.
                Err(error) if (error.is_conflict() || error.is_unknown()) && attempt < Office::ATTEMPTS => {
                    attempt = attempt.saturating_add(1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives positions to the facts of some commits. Whether there may be more.
    async fn step(&self) -> Result<bool, StoreError> {
        let head = key(HEAD, "all")?;
        let (version, mut position) = self.reached(&head).await?;
        let pending = self.office.store().scan(&PENDING, "", Key::TOP, STEP).await?;
        let Some((_, last)) = pending.last() else { return Ok(false) };
        // What is recorded from here on is not waited for, or a reader would never overtake busy writers.
        let mut more = pending.len() >= STEP;
        let mut batch = Batch::new(self.office.next_id(version.max(Some(last.version))));
        batch.check(head.clone(), version);
        for (note, record) in &pending {
            let facts: Vec<String> = read(note, record)?;
            // Besides the facts: the note's check and removal, and the new head.
            if batch.len().saturating_add(facts.len()).saturating_add(3) > Batch::MAX_LEN {
                more = true;
                break;
            }
            for fact in facts {
                position = position.saturating_add(1);
                let place = position_key(position)?;
                batch.put(place.clone(), document::body(&place, &fact)?);
            }
            batch.check(note.clone(), Some(record.version));
            batch.delete(note.clone());
        }
        batch.put(head.clone(), document::body(&head, &Reached { position })?);
        self.office.commit(&batch).await?;
        Ok(more)
    }

    async fn reached(&self, key: &Key) -> Result<(Option<CommitId>, u64), StoreError> {
        match self.office.store().get(std::slice::from_ref(key)).await?.into_iter().next().flatten() {
            Some(record) => {
                let reached: Reached = read(key, &record)?;
                Ok((Some(record.version), reached.position))
            }
            None => Ok((None, 0)),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(key: &Key, record: &Record) -> Result<T, StoreError> {
    record.body.read().map_err(|error: BodyError| StoreError::corrupt_record(key, error))
}
