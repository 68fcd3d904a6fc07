//! Reading what is stored, so that everything read was true at one instant.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use crate::document::{self, FACT, RecordedFact, state_key};
use crate::index::{ORDERED, PARTITION};
use crate::recent::Recent;
use crate::{
    AnyStore, CommitId, Entity, Id, IndexValue, Key, Kind, Ordered, Partition, Record, Store, StoreError, Unique, Write,
};

/// The most entities that one list returns.
const LIST_LIMIT: usize = 10_000;

/// What is stored, read within [`Office::view`](crate::Office::view) or as part of a transaction ([`Tx`](crate::Tx)).
///
/// It remembers everything that was read, and before the closure's answer is given out it is checked that all of it was
/// true at one instant; if not, the closure runs again. Reading the same entity twice gives the same state. A view is a
/// handle: clones are cheap and share what was read, and none of them can be used once the closure has returned.
#[derive(Clone, Debug)]
pub struct View {
    session: Arc<Session>,
}

#[derive(Debug)]
struct Session {
    store: AnyStore,
    /// Where the command is kept that this is part of: read along with whatever is read first, in the same call.
    command: Option<Key>,
    /// What may be taken for what is stored, on the first run of a command.
    recent: Option<Arc<Recent>>,
    state: Mutex<State>,
}

/// What one run of the closure has read and is about to write.
#[derive(Debug, Default)]
pub(crate) struct State {
    closed: bool,
    pub(crate) failure: Option<StoreError>,
    /// Whether something in `read` was not read but assumed, so that it has to be checked.
    pub(crate) assumed: bool,
    /// How often the store was asked. What one call returns is of one instant by itself.
    pub(crate) calls: u32,
    pub(crate) read: BTreeMap<Key, Option<Record>>,
    pub(crate) slots: BTreeMap<Key, Box<dyn Slot>>,
    pub(crate) writes: BTreeMap<Key, Write>,
    pub(crate) facts: Vec<Key>,
    pub(crate) why: Option<String>,
}

/// An entity in the hands of a transaction.
pub(crate) trait Slot: Any + Send + Sync + std::fmt::Debug {
    /// The document to store, where the entity was changed.
    fn changed(&self, key: &Key, at: &crate::Command) -> Result<Option<crate::Body>, StoreError>;
}

/// How an entity stands: how many facts made it, and the state, if it exists.
pub(crate) struct Held<E> {
    pub(crate) rev: u64,
    pub(crate) state: Option<E>,
    pub(crate) changed: bool,
}

impl<E: Entity> std::fmt::Debug for Held<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The state may be classified: it is not printed.
        f.debug_struct("Held").field("kind", &E::KIND).field("rev", &self.rev).finish_non_exhaustive()
    }
}

impl<E: Entity> Slot for Held<E> {
    fn changed(&self, key: &Key, command: &crate::Command) -> Result<Option<crate::Body>, StoreError> {
        let Some(state) = self.state.as_ref().filter(|_| self.changed) else { return Ok(None) };
        let document = document::StateOut {
            schema: crate::entity::schema(E::UPGRADES),
            rev: self.rev,
            at: command.at(),
            by: command.actor(),
            state,
        };
        document::body(key, &document).map(Some)
    }
}

/// The record of an index that leads to one entity.
#[derive(Deserialize)]
struct Pointer {
    id: Option<String>,
}

impl View {
    pub(crate) fn new(store: AnyStore, command: Option<Key>, recent: Option<Arc<Recent>>) -> Self {
        Self { session: Arc::new(Session { store, command, recent, state: Mutex::default() }) }
    }

    /// What is kept of the command, where it was carried out before; looked up where nothing was read so far, unless it is
    /// assumed to be a new one.
    pub(crate) async fn carried_out(&self) -> Result<Option<Record>, StoreError> {
        let Some(command) = &self.session.command else { return Ok(None) };
        let look = {
            let state = self.state()?;
            state.failure.is_none() && !state.assumed
        };
        if look {
            self.fetch(std::slice::from_ref(command)).await?;
        }
        Ok(self.state()?.read.get(command).cloned().flatten())
    }

    /// The entity with this id.
    ///
    /// # Errors
    /// [`StoreError::is_not_found`] where there is none.
    pub async fn load<E: Entity>(&self, id: Id<E>) -> Result<E, StoreError> {
        const { assert!(!E::CLASSIFIED, "a classified entity is disclosed for a purpose, not loaded") }
        self.classified(id).await
    }

    /// The entity with this id, if there is one.
    pub async fn find<E: Entity>(&self, id: Id<E>) -> Result<Option<E>, StoreError> {
        const { assert!(!E::CLASSIFIED, "a classified entity is disclosed for a purpose, not loaded") }
        self.held(id, |held| held.state.clone()).await
    }

    /// An entity whatever its class: not for callers outside, who must leave a trace.
    pub(crate) async fn classified<E: Entity>(&self, id: Id<E>) -> Result<E, StoreError> {
        match self.held(id, |held| held.state.clone()).await? {
            Some(state) => Ok(state),
            None => Err(StoreError::not_found(&state_key(id)?)),
        }
    }

    /// The entities with these ids, in that order, each `None` where there is none. One call to the store.
    pub async fn find_each<E: Entity>(&self, ids: &[Id<E>]) -> Result<Vec<Option<E>>, StoreError> {
        let keys = ids.iter().map(|id| state_key(*id)).collect::<Result<Vec<_>, _>>()?;
        self.read(&keys).await?;
        let mut states = Vec::with_capacity(ids.len());
        for id in ids {
            states.push(self.find(*id).await?);
        }
        Ok(states)
    }

    /// Fetches two entities that will be asked for, in one call to the store.
    pub async fn fetch_both<A: Entity, B: Entity>(&self, one: Id<A>, other: Id<B>) -> Result<(), StoreError> {
        self.read(&[state_key(one)?, state_key(other)?]).await
    }

    /// The one entity that has `value` in a unique index.
    pub async fn find_by<E: Entity, V: IndexValue>(
        &self,
        index: Unique<E, V>,
        value: &V,
    ) -> Result<Option<(Id<E>, E)>, StoreError> {
        let Some(id) = self.owner(&index.key(value)?).await? else { return Ok(None) };
        match self.find(id).await? {
            Some(state) => Ok(Some((id, state))),
            None => Err(self.torn()),
        }
    }

    /// Which entity a record of a unique index leads to.
    pub(crate) async fn owner<E: Entity>(&self, key: &Key) -> Result<Option<Id<E>>, StoreError> {
        let corrupt = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::corrupt_record(key, error);
        self.read(std::slice::from_ref(key)).await?;
        let body = {
            let state = self.state()?;
            match (state.writes.get(key), state.read.get(key)) {
                (Some(Write::Put(body)), _) => Some(body.clone()),
                (None, Some(Some(record))) => Some(record.body.clone()),
                _ => None,
            }
        };
        let Some(body) = body else { return Ok(None) };
        let pointer: Pointer = body.read().map_err(|error| corrupt(Box::new(error)))?;
        pointer.id.map(|id| id.parse().map_err(|error| corrupt(Box::new(error)))).transpose()
    }

    /// All entities of one partition, in its order.
    ///
    /// May be decided upon: whoever puts an entity into the partition, takes one out or moves one meanwhile makes the
    /// transaction run again, also where the partition was empty.
    ///
    /// # Errors
    /// A fatal [`StoreError`] where the partition has more than 10 000 entities; choose smaller partitions.
    pub async fn list<E: Entity, P: IndexValue, O: IndexValue>(
        &self,
        index: Partition<E, P, O>,
        partition: &P,
    ) -> Result<Vec<(Id<E>, E)>, StoreError> {
        // The guard is read first: what changes after that is noticed by its version.
        self.read(&[index.guard(partition)?]).await?;
        let (from, to) = index.range(partition);
        let ids = self.entries(&PARTITION, &from, &to, LIST_LIMIT.saturating_add(1), false).await?;
        if ids.len() > LIST_LIMIT {
            return Err(StoreError::rejected(format!("a partition of {} has over {LIST_LIMIT} entities", E::KIND)));
        }
        self.load_each(ids).await
    }

    /// Entities in the order of an index, from `from` up to, not including, `to`, at most `limit` (and at most 10 000).
    ///
    /// For looking things up and for reports: what somebody else adds meanwhile goes unnoticed.
    pub async fn page<E: Entity, V: IndexValue>(
        &self,
        index: Ordered<E, V>,
        from: Option<&V>,
        to: Option<&V>,
        limit: usize,
    ) -> Result<Vec<(Id<E>, E)>, StoreError> {
        let (from, to) = index.range(from, to);
        let mut ids = self.entries(&ORDERED, &from, &to, limit.min(LIST_LIMIT), true).await?;
        ids.truncate(limit);
        self.load_each(ids).await
    }

    /// Entities of one kind in the order of their ids, after `after`, at most `limit` (and at most 10 000), leaving out
    /// those that this transaction has begun.
    ///
    /// For reports and for walking over everything: what somebody else adds meanwhile goes unnoticed.
    pub async fn every<E: Entity>(&self, after: Option<Id<E>>, limit: usize) -> Result<Vec<(Id<E>, E)>, StoreError> {
        let from = after.map(|id| format!("{id}\u{1}")).unwrap_or_default();
        let found = self.scan(&E::KIND, &from, Key::TOP, limit.min(LIST_LIMIT)).await?;
        let mut ids = Vec::with_capacity(found.len());
        for (key, record) in found {
            let id = key.id().parse().map_err(|error| StoreError::corrupt_record(&key, error))?;
            self.remember(key, Some(record))?;
            ids.push(id);
        }
        self.load_each(ids).await
    }

    /// What happened to an entity, first to last, from its `after`-th fact on, at most `limit` facts.
    pub async fn history<E: Entity>(
        &self,
        id: Id<E>,
        after: u64,
        limit: usize,
    ) -> Result<Vec<RecordedFact>, StoreError> {
        const { assert!(!E::CLASSIFIED, "a classified entity is disclosed for a purpose, not loaded") }
        // Facts come with a new version of the state, which tells of facts that come after this.
        self.read(&[state_key(id)?]).await?;
        let from = document::fact_key(id, after.saturating_add(1))?;
        let to = format!("{}/{id}/\u{7f}", E::KIND);
        let found = self.scan(&FACT, from.id(), &to, limit).await?;
        found.iter().map(|(key, record)| RecordedFact::read(key, record)).collect()
    }

    async fn load_each<E: Entity>(&self, ids: Vec<Id<E>>) -> Result<Vec<(Id<E>, E)>, StoreError> {
        let states = self.find_each(&ids).await?;
        ids.into_iter()
            .zip(states)
            .map(|(id, state)| state.map(|state| (id, state)).ok_or_else(|| self.torn()))
            .collect()
    }

    /// The ids at the ends of index records, what this transaction has changed included.
    async fn entries<E>(
        &self,
        kind: &Kind,
        from: &str,
        to: &str,
        limit: usize,
        remember: bool,
    ) -> Result<Vec<Id<E>>, StoreError> {
        // What this transaction has taken out still stands in the store, and must not use up the limit.
        let inside = |key: &Key| key.kind() == kind && key.id() >= from && key.id() < to;
        let removed = {
            let state = self.state()?;
            state.writes.iter().filter(|(key, write)| inside(key) && matches!(write, Write::Delete)).count()
        };
        let mut keys = BTreeSet::new();
        for (key, record) in self.scan(kind, from, to, limit.saturating_add(removed)).await? {
            if remember {
                self.remember(key.clone(), Some(record))?;
            }
            keys.insert(key);
        }
        {
            let state = self.state()?;
            let own = state.writes.iter().filter(|(key, _)| inside(key));
            for (key, write) in own {
                match write {
                    Write::Put(_) => keys.insert(key.clone()),
                    Write::Delete => keys.remove(key),
                };
            }
        }
        let id = |key: &Key| {
            let text = key.id().rsplit('\u{1}').next().unwrap_or_default();
            text.parse().map_err(|error| StoreError::corrupt_record(key, error))
        };
        keys.iter().map(id).collect()
    }

    /// Looks at an entity, reading it where it was not read before.
    pub(crate) async fn held<E: Entity, T>(
        &self,
        id: Id<E>,
        look: impl FnOnce(&mut Held<E>) -> T,
    ) -> Result<T, StoreError> {
        let key = state_key(id)?;
        self.read(std::slice::from_ref(&key)).await?;
        let mut state = self.state()?;
        if !state.slots.contains_key(&key) {
            let held = match state.read.get(&key) {
                Some(Some(record)) => {
                    let (rev, entity) = document::read_state::<E>(&key, record)?;
                    Held { rev, state: Some(entity), changed: false }
                }
                _ => Held { rev: 0, state: None, changed: false },
            };
            state.slots.insert(key.clone(), Box::new(held));
        }
        let slot: Option<&mut dyn Any> = state.slots.get_mut(&key).map(|slot| {
            let slot: &mut dyn Any = slot.as_mut();
            slot
        });
        match slot.and_then(|slot| slot.downcast_mut::<Held<E>>()) {
            Some(held) => Ok(look(held)),
            None => Err(StoreError::rejected(format!("two types of entity share the kind `{}`", E::KIND))),
        }
    }

    /// Reads records that were not read before, in one call.
    ///
    /// # Errors
    /// As after a conflict where the command was carried out before: there is nothing to decide any more.
    pub(crate) async fn read(&self, keys: &[Key]) -> Result<(), StoreError> {
        self.fetch(keys).await?;
        let state = self.state()?;
        let carried_out = self.session.command.as_ref().and_then(|command| state.read.get(command));
        if carried_out.is_some_and(Option::is_some) { Err(StoreError::conflict()) } else { Ok(()) }
    }

    async fn fetch(&self, keys: &[Key]) -> Result<(), StoreError> {
        let missing: Vec<Key> = {
            let mut state = self.state()?;
            let mut missing: Vec<Key> = keys.iter().filter(|key| !state.read.contains_key(*key)).cloned().collect();
            if missing.is_empty() {
                return Ok(());
            }
            if let Some(found) = self.session.recent.as_ref().and_then(|recent| recent.recall(&missing)) {
                state.assumed = true;
                state.read.extend(missing.into_iter().zip(found.into_iter().map(Some)));
                return Ok(());
            }
            let command = self.session.command.iter().filter(|command| !state.read.contains_key(*command));
            missing.extend(command.filter(|command| !keys.contains(command)).cloned());
            missing
        };
        self.count_call()?;
        let found = self.noted(self.session.store.get(&missing).await)?;
        for (key, record) in missing.into_iter().zip(found) {
            self.remember(key, record)?;
        }
        Ok(())
    }

    /// Takes it that there is no record under this key, on the first run of a command, unless something else is known.
    pub(crate) fn assume_absent(&self, key: &Key) -> Result<(), StoreError> {
        let Some(recent) = &self.session.recent else { return Ok(()) };
        let mut state = self.state()?;
        if !state.read.contains_key(key) && !recent.has(key) {
            state.assumed = true;
            state.read.insert(key.clone(), None);
        }
        Ok(())
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        self.read(self.session.command.as_slice()).await?;
        self.count_call()?;
        self.noted(self.session.store.scan(kind, from, to, limit).await)
    }

    fn count_call(&self) -> Result<(), StoreError> {
        let mut state = self.state()?;
        state.calls = state.calls.saturating_add(1);
        Ok(())
    }

    /// Puts a record into the read set. Seeing another version than before means that the reads are of two instants.
    fn remember(&self, key: Key, record: Option<Record>) -> Result<(), StoreError> {
        let version = |record: &Option<Record>| record.as_ref().map(|record| record.version);
        let changed = {
            let mut state = self.state()?;
            if let Some(before) = state.read.get(&key) {
                version(before) != version(&record)
            } else {
                state.read.insert(key, record);
                false
            }
        };
        if changed { Err(self.torn()) } else { Ok(()) }
    }

    /// The reads do not fit together: they are of two instants, and the closure is to run again.
    fn torn(&self) -> StoreError {
        let error = StoreError::conflict();
        self.note(&error);
        error
    }

    /// Remembers a failure of the store, whatever the closure makes of it.
    fn note(&self, error: &StoreError) {
        let mut state = self.session.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failure.get_or_insert_with(|| error.clone());
    }

    fn noted<T>(&self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &answer {
            self.note(error);
        }
        answer
    }

    pub(crate) fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.session.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            Err(StoreError::rejected("a transaction was used after its closure had returned"))
        } else {
            Ok(state)
        }
    }

    /// Ends the use of all handles and hands over what was read and is to be written.
    pub(crate) fn close(&self) -> State {
        let mut state = self.session.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *state, State { closed: true, ..State::default() })
    }
}

impl State {
    /// What was read, as the checks of a batch.
    pub(crate) fn versions(&self) -> impl Iterator<Item = (&Key, Option<CommitId>)> {
        self.read.iter().map(|(key, record)| (key, record.as_ref().map(|record| record.version)))
    }

    /// The youngest commit whose records were read.
    pub(crate) fn latest(&self) -> Option<CommitId> {
        self.versions().filter_map(|(_, version)| version).max()
    }
}
