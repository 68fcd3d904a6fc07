//! A store whose answers to commits get lost.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use office_core::{Batch, Key, Kind, Record, Store, StoreError};

use crate::dice::Dice;

/// A store at the end of a bad line: commits get lost before they arrive, their answers get lost, they arrive late, long
/// after the caller was told that nothing is known, or they arrive twice.
///
/// Three commits in ten meet one of these. Reads are answered. Cloning it gives another handle to the same line.
///
/// # Example
/// ```
/// use office_conformance::Flaky;
/// use office_core::{Batch, CommitId, MemoryStore, Store, wait};
///
/// let line = Flaky::new(MemoryStore::new(), 7);
/// let answers = (1..100).map(|number| {
///     let batch = Batch::new(CommitId::after(None, number, number));
///     wait(line.commit(&batch))
/// });
/// assert!(answers.filter_map(Result::err).any(|error| error.is_unknown()));
/// wait(line.deliver());
/// ```
#[derive(Debug)]
pub struct Flaky<S> {
    line: Arc<Line<S>>,
}

impl<S> Clone for Flaky<S> {
    fn clone(&self) -> Self {
        Self { line: Arc::clone(&self.line) }
    }
}

#[derive(Debug)]
struct Line<S> {
    store: S,
    dice: Dice,
    late: Mutex<Vec<Late>>,
}

/// A commit that is still under way.
#[derive(Debug)]
struct Late {
    batch: Batch,
    /// How many commits overtake it yet.
    after: u64,
}

impl<S: Store> Flaky<S> {
    /// The same store at the end of a line whose troubles follow from `seed`.
    pub fn new(store: S, seed: u64) -> Self {
        Self { line: Arc::new(Line { store, dice: Dice::new(seed), late: Mutex::default() }) }
    }

    /// Delivers every commit that is still under way.
    pub async fn deliver(&self) {
        let late = std::mem::take(&mut *self.late());
        for Late { batch, .. } in late {
            let _lost = self.line.store.commit(&batch).await;
        }
    }

    fn late(&self) -> MutexGuard<'_, Vec<Late>> {
        self.line.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The commits that arrive now.
    fn due(&self) -> Vec<Batch> {
        let mut late = self.late();
        let mut due = Vec::new();
        late.retain_mut(|Late { batch, after }| {
            *after = after.saturating_sub(1);
            if *after == 0 {
                due.push(batch.clone());
            }
            *after != 0
        });
        due
    }
}

fn lost() -> StoreError {
    StoreError::unknown("the answer was lost")
}

impl<S: Store> Store for Flaky<S> {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        self.line.store.get(keys).await
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        self.line.store.scan(kind, from, to, limit).await
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        for batch in self.due() {
            let _lost = self.line.store.commit(&batch).await;
        }
        match self.line.dice.below(40) {
            // Never arrives.
            0..3 => Err(lost()),
            // Arrives; the answer does not.
            3..6 => {
                let _lost = self.line.store.commit(batch).await;
                Err(lost())
            }
            // Arrives when nobody expects it any more.
            6..9 => {
                let after = self.line.dice.below(20).saturating_add(1);
                self.late().push(Late { batch: batch.clone(), after });
                Err(lost())
            }
            // Arrives twice; the first answer comes back.
            9..12 => {
                let answer = self.line.store.commit(batch).await;
                let _second = self.line.store.commit(batch).await;
                answer
            }
            _ => self.line.store.commit(batch).await,
        }
    }
}
