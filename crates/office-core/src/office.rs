//! The office: a store, and transactions on it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use crate::document::{self, key};
use crate::environment::{Environment, System};
use crate::feed::{self, Feed};
use crate::recent::Recent;
use crate::turn::{COURTESY, PATIENCE, Precedence, Turn};
use crate::view::{State, View};
use crate::{Actor, AnyStore, Batch, Command, CommitId, Key, Kind, Store, StoreError, Tx, Write};

const COMMAND: Kind = Kind::literal("command");
const FENCE: Kind = Kind::literal("fence");

/// A store with the rules of transactions: what callers of the library hold. Cloning it gives another handle.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Entity, Id, Kind, MemoryStore, Office, Role, StoreError, wait};
/// use serde::{Deserialize, Serialize};
///
/// /// How often somebody came in.
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// struct Visits(u32);
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// struct CameIn;
/// impl Entity for Visits {
///     const KIND: Kind = Kind::literal("visits");
///     type Fact = CameIn;
///     fn open(_: &CameIn) -> Option<Self> {
///         Some(Visits(1))
///     }
///     fn apply(&mut self, _: &CameIn) {
///         self.0 = self.0.saturating_add(1);
///     }
/// }
///
/// let office = Office::on(MemoryStore::new());
/// let visits = Id::<Visits>::natural("visits", "front door");
/// let porter = Actor::new(Id::natural("person", "E-009"), Role::new("receptionist"));
/// let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
///
/// let count = |key: &str| {
///     let command = Command::new(key, "count_visit", porter.clone(), at)?;
///     let counted = wait(office.transact(&command, |tx| async move {
///         tx.record(visits, CameIn).await?;
///         Ok::<_, StoreError>(tx.load(visits).await?.0)
///     }))?;
///     Ok::<u32, Box<dyn std::error::Error>>(counted)
/// };
/// assert_eq!(count("visit-1")?, 1);
/// assert_eq!(count("visit-2")?, 2);
/// // The same command sent again is answered, and counts nothing.
/// assert_eq!(count("visit-1")?, 1);
/// assert_eq!(count("visit-3")?, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Office {
    store: AnyStore,
    environment: Arc<dyn Environment>,
    tally: Arc<Counters>,
    turn: Arc<Turn>,
    recent: Arc<Recent>,
}

#[derive(Default)]
struct Counters {
    commits: AtomicU64,
    conflicts: AtomicU64,
    unknown: AtomicU64,
}

/// What an office has been through since it was made: how often commits succeeded, met somebody else, or left in doubt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Commits that succeeded, those that only checked what was read among them.
    pub commits: u64,
    /// Runs that were repeated because somebody else was first.
    pub conflicts: u64,
    /// Commits whose answer was lost and then found out.
    pub unknown: u64,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("store", &self.store).finish_non_exhaustive()
    }
}

/// What is kept of a command: the audit trail's page for it, and the answer for whoever sends it again.
#[derive(Serialize, Deserialize)]
struct Carried {
    commit: CommitId,
    operation: String,
    by: Actor,
    at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    fingerprint: Uuid,
    facts: Vec<String>,
    result: Box<RawValue>,
}

/// How a commit ended.
enum Landing {
    Committed,
    Again,
}

impl Office {
    /// How often a closure runs at the most before its conflict is reported.
    pub const ATTEMPTS: u32 = 32;

    /// An office on this store, with the machine's clock and dice.
    pub fn on(store: impl Store) -> Self {
        Self {
            store: AnyStore::new(store),
            environment: Arc::new(System::yielding()),
            tally: Arc::default(),
            turn: Arc::default(),
            recent: Arc::default(),
        }
    }

    /// The same office with other surroundings.
    #[must_use]
    pub fn within(mut self, environment: impl Environment) -> Self {
        self.environment = Arc::new(environment);
        self
    }

    /// The store below.
    #[must_use]
    pub fn store(&self) -> &AnyStore {
        &self.store
    }

    /// All facts in one order, for projections and outboxes.
    #[must_use]
    pub fn feed(&self) -> Feed {
        Feed::new(self.clone())
    }

    /// What this office and its clones have been through.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally {
            commits: self.tally.commits.load(Ordering::Relaxed),
            conflicts: self.tally.conflicts.load(Ordering::Relaxed),
            unknown: self.tally.unknown.load(Ordering::Relaxed),
        }
    }

    /// Reads, and answers only if all that was read was true at one instant.
    ///
    /// The closure may run several times. A refusal it returns is checked like an answer, because it may have come of
    /// reads that never were true together.
    ///
    /// # Errors
    /// What the closure refuses; a [`StoreError`] where the store fails or [`Office::ATTEMPTS`] runs met conflicts.
    pub async fn view<T, E, F, Fut>(&self, mut run: F) -> Result<T, E>
    where
        F: FnMut(View) -> Fut + Send,
        Fut: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: From<StoreError> + Send,
    {
        let mut precedence = None;
        for attempt in 0..Self::ATTEMPTS {
            self.await_turn(attempt, &mut precedence).await;
            let view = View::new(self.store.clone(), None, None);
            let answer = run(view.clone()).await;
            let state = view.close();
            if let Some(answer) = self.settle(answer, &state, None).await? {
                return answer;
            }
        }
        Err(StoreError::conflict().into())
    }

    /// Carries out a command: reads, decides, and records, all or nothing.
    ///
    /// The closure gets a [`Tx`] and returns the answer. It runs again from fresh reads where somebody else changed what
    /// it had read, and must have no effects of its own. A refusal it returns stores nothing. A command whose key was
    /// carried out before is answered with the result of then, and whatever the closure returns is dropped. The same key
    /// with another operation or input is an error. A commit whose outcome was lost is found out, so that it happens once.
    ///
    /// The first run takes what this office had in use lately for what is stored, and what it creates for new, which saves
    /// reading it. That is checked like everything that was read, before the answer is given.
    ///
    /// # Errors
    /// What the closure refuses. A [`StoreError`]: [`is_key_reused`](StoreError::is_key_reused) for a key used for
    /// something else, [`is_conflict`](StoreError::is_conflict) after [`Office::ATTEMPTS`] runs,
    /// [`is_unknown`](StoreError::is_unknown) where the store stays silent (send the command again), and what else the
    /// store reports.
    pub async fn transact<T, E, F, Fut>(&self, command: &Command, mut run: F) -> Result<T, E>
    where
        F: FnMut(Tx) -> Fut + Send,
        Fut: Future<Output = Result<T, E>> + Send,
        T: Serialize + DeserializeOwned + Send,
        E: From<StoreError> + Send,
    {
        let shared = Arc::new(command.clone());
        let place = key(COMMAND, command.key().as_str())?;
        let mut precedence = None;
        for attempt in 0..Self::ATTEMPTS {
            self.await_turn(attempt, &mut precedence).await;
            // What is remembered and assumed mostly is so, and saves the way to the store.
            let recent = (attempt == 0).then(|| Arc::clone(&self.recent));
            let view = View::new(self.store.clone(), Some(place.clone()), recent);
            let answer = run(Tx::new(view.clone(), Arc::clone(&shared))).await;
            // Where this fails, the view has noted it.
            if let Ok(Some(record)) = view.carried_out().await {
                return Ok(repeat(&place, &record, command)?);
            }
            let state = view.close();
            let value = match answer {
                Ok(value) if state.failure.is_none() && !state.facts.is_empty() => value,
                // Nothing to write: an answer, a refusal or a failure.
                answer => match self.settle(answer, &state, Some(&place)).await? {
                    Some(answer) => return answer,
                    None => continue,
                },
            };
            match self.land(&state, command, &place, &value).await? {
                Landing::Committed => return Ok(value),
                Landing::Again => self.count(&self.tally.conflicts),
            }
        }
        Err(StoreError::conflict().into())
    }

    /// Decides what becomes of a run that writes nothing: `None` where it is to be repeated.
    async fn settle<T, E: From<StoreError>>(
        &self,
        answer: Result<T, E>,
        state: &State,
        command: Option<&Key>,
    ) -> Result<Option<Result<T, E>>, E> {
        match (&state.failure, answer) {
            (Some(failure), _) if failure.is_conflict() => {}
            // Whatever the closure made of it, it was the store that failed.
            (Some(failure), _) => return Err(failure.clone().into()),
            // One call to the store sees one instant: there is nothing to compare it with.
            (None, answer) if !state.assumed && (state.calls <= 1 || state.read.is_empty()) => return Ok(Some(answer)),
            (None, answer) => {
                let mut batch = Batch::new(self.commit_id(state));
                for (key, version) in state.versions() {
                    batch.check(key.clone(), version);
                }
                // Nobody carried it out meanwhile, or before where that was assumed.
                if let Some(command) = command {
                    batch.check(command.clone(), None);
                }
                match self.commit(&batch).await {
                    Ok(()) => return Ok(Some(answer)),
                    // It writes nothing, so a lost answer is as good as a conflict.
                    Err(error) if error.is_conflict() || error.is_unknown() => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        self.recent.forget(&state.read);
        self.count(&self.tally.conflicts);
        Ok(None)
    }

    /// Commits what a run has recorded.
    async fn land<T: Serialize>(
        &self,
        state: &State,
        command: &Command,
        place: &Key,
        value: &T,
    ) -> Result<Landing, StoreError> {
        let id = self.commit_id(state);
        let fence = key(FENCE, &id.to_string())?;
        let batch = assemble(id, state, command, place, &fence, value)?;
        let answer = self.commit(&batch).await;
        if answer.is_ok() {
            self.recent.keep(&state.read, &batch, place);
        } else {
            self.recent.forget(&state.read);
        }
        match answer {
            Ok(()) => Ok(Landing::Committed),
            Err(error) if error.is_conflict() => Ok(Landing::Again),
            Err(error) if error.is_unknown() => self.find_out(id, place, &fence, error).await,
            Err(error) => Err(error),
        }
    }

    /// Finds out what became of a commit whose answer was lost.
    ///
    /// First a fence is put up, whose absence the commit checks: from then on it can no longer happen. Then the command's
    /// own record tells whether it had happened before.
    async fn find_out(&self, id: CommitId, place: &Key, fence: &Key, lost: StoreError) -> Result<Landing, StoreError> {
        self.count(&self.tally.unknown);
        let transient = |error: &StoreError| error.is_unknown() || error.is_unavailable();
        for attempt in 0..Self::ATTEMPTS {
            self.pause(attempt).await;
            let mut batch = Batch::new(CommitId::after(Some(id), self.environment.millis(), self.environment.random()));
            batch.put(fence.clone(), document::body(fence, &id)?);
            match self.store.commit(&batch).await {
                Ok(()) => {}
                Err(error) if error.is_conflict() || transient(&error) => continue,
                Err(error) => return Err(error),
            }
            let found = match self.store.get(std::slice::from_ref(place)).await {
                Ok(found) => found.into_iter().next().flatten(),
                Err(error) if transient(&error) => continue,
                Err(error) => return Err(error),
            };
            let Some(record) = found else { return Ok(Landing::Again) };
            return Ok(if record.version == id { Landing::Committed } else { Landing::Again });
        }
        Err(lost)
    }

    pub(crate) async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        if batch.len() > Batch::MAX_LEN {
            let text = format!("{} records are read and written at once: at most {} are", batch.len(), Batch::MAX_LEN);
            return Err(StoreError::rejected(text));
        }
        let answer = self.store.commit(batch).await;
        if answer.is_ok() {
            self.count(&self.tally.commits);
        }
        answer
    }

    fn commit_id(&self, state: &State) -> CommitId {
        self.next_id(state.latest())
    }

    pub(crate) fn next_id(&self, latest: Option<CommitId>) -> CommitId {
        CommitId::after(latest, self.environment.millis(), self.environment.random())
    }

    #[expect(clippy::unused_self, reason = "reads as what it is")]
    fn count(&self, counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits before an attempt: the longer the more were lost, and while another goes first. Whoever has lost too often
    /// goes first, and waits no longer than it did until then.
    async fn await_turn(&self, attempt: u32, precedence: &mut Option<Precedence>) {
        if attempt >= PATIENCE && precedence.is_none() {
            *precedence = Turn::take(&self.turn);
        }
        if precedence.is_some() {
            // Another process may have one that goes first, too: they must not march in step.
            return self.pause(attempt.min(PATIENCE)).await;
        }
        self.pause(attempt).await;
        for _ in 0..COURTESY {
            if !self.turn.is_taken() {
                return;
            }
            self.environment.pause(Duration::from_millis(1)).await;
        }
    }

    /// Before the first attempt and the first repetition no pause, then up to twice as long each time, to about a second,
    /// at random: writers that all meet at one record get out of each other's way, however long their runs take.
    pub(crate) async fn pause(&self, attempt: u32) {
        if attempt < 2 {
            return;
        }
        let most = 1_u64.checked_shl(attempt.min(10)).unwrap_or(1).saturating_mul(1000);
        let about = self.environment.random().checked_rem(most).unwrap_or(0);
        self.environment.pause(Duration::from_micros(about)).await;
    }
}

/// Answers a command that was carried out before.
fn repeat<T: DeserializeOwned>(place: &Key, record: &crate::Record, command: &Command) -> Result<T, StoreError> {
    let corrupt = |error: crate::BodyError| StoreError::corrupt_record(place, error);
    let carried: Carried = record.body.read().map_err(corrupt)?;
    if carried.fingerprint != command.fingerprint() {
        return Err(StoreError::key_reused(command.key().as_str(), &carried.operation));
    }
    serde_json::from_str(carried.result.get()).map_err(|error| StoreError::corrupt_record(place, error))
}

fn assemble<T: Serialize>(
    id: CommitId,
    state: &State,
    command: &Command,
    place: &Key,
    fence: &Key,
    value: &T,
) -> Result<Batch, StoreError> {
    let mut batch = Batch::new(id);
    for (key, version) in state.versions() {
        batch.check(key.clone(), version);
    }
    batch.check(place.clone(), None);
    batch.check(fence.clone(), None);
    for (key, write) in &state.writes {
        match write {
            Write::Put(body) => batch.put(key.clone(), body.clone()),
            Write::Delete => batch.delete(key.clone()),
        }
    }
    for (key, slot) in &state.slots {
        if let Some(body) = slot.changed(key, command)? {
            batch.put(key.clone(), body);
        }
    }
    let unfit = |error: serde_json::Error| StoreError::rejected(format!("the answer of {place}: {error}"));
    let carried = Carried {
        commit: id,
        operation: command.operation().to_owned(),
        by: command.actor().clone(),
        at: command.at(),
        reason: command.reason().map(str::to_owned),
        fingerprint: command.fingerprint(),
        facts: state.facts.iter().map(|key| key.id().to_owned()).collect(),
        result: to_raw_value(value).map_err(unfit)?,
    };
    batch.put(place.clone(), document::body(place, &carried)?);
    let pending = feed::pending_key(id)?;
    batch.put(pending.clone(), document::body(&pending, &carried.facts)?);
    Ok(batch)
}
