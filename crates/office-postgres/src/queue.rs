//! Commits that would wait for each other's turn anyway, made together.
//!
//! Few commits of a store are on their way at one time. Those that come meanwhile wait, and then go together as far as they
//! have nothing to do with each other: one call, one transaction, one wait for the disk. A commit that meets nobody goes at
//! once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use office_core::{Batch, Key, StoreError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, oneshot};

use crate::database::{Database, LOCKS};

/// How many calls that commit are on their way at the most. While one waits for the disk, the server works on the other.
const AT_ONCE: usize = 2;

/// Where commits wait.
pub(crate) struct Queue {
    entrance: UnboundedSender<Waiting>,
}

/// A commit, and who wants to know what became of it.
struct Waiting {
    batch: Batch,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl Queue {
    /// A queue that is served as long as it is there. To be called on a thread of a [`crate::worker::Worker`].
    pub(crate) fn open(database: &Arc<Database>) -> Self {
        let (entrance, arriving) = unbounded_channel();
        let line = Arc::new(Mutex::new(Line { arriving, waiting: VecDeque::new() }));
        for _ in 0..AT_ONCE {
            drop(tokio::spawn(serve(Arc::clone(database), Arc::clone(&line))));
        }
        Self { entrance }
    }

    /// Has a batch committed, whether or not the answer is waited for.
    pub(crate) async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let (answer, told) = oneshot::channel();
        let ended = "the driver's thread has ended";
        let waiting = Waiting { batch: batch.clone(), answer };
        self.entrance.send(waiting).map_err(|_| StoreError::unavailable(ended))?;
        told.await.unwrap_or_else(|_| Err(StoreError::unknown(ended)))
    }
}

async fn serve(database: Arc<Database>, line: Arc<Mutex<Line>>) {
    loop {
        let group = line.lock().await.group().await;
        if group.is_empty() {
            return;
        }
        commit(&database, group).await;
    }
}

/// Commits a group: each by itself where all together were rolled back, because one of them may be the reason.
async fn commit(database: &Database, group: Vec<Waiting>) {
    let batches: Vec<&Batch> = group.iter().map(|waiting| &waiting.batch).collect();
    let answers = match database.commit_locked(&batches).await {
        Ok(answers) => answers,
        Err(error) if error.is_unknown() || group.len() == 1 => vec![Err(error); group.len()],
        Err(_) => {
            let mut answers = Vec::with_capacity(group.len());
            for batch in batches {
                let alone = database.commit_locked(&[batch]).await;
                answers.push(alone.and_then(|answers| answers.into_iter().collect()));
            }
            answers
        }
    };
    for (waiting, answer) in group.into_iter().zip(answers) {
        // Whoever asked may have gone.
        let _ = waiting.answer.send(answer);
    }
}

/// Those who wait, first come first.
struct Line {
    arriving: UnboundedReceiver<Waiting>,
    waiting: VecDeque<Waiting>,
}

impl Line {
    /// The first one, waited for, and of the others those who may go along. None where nobody will come any more.
    async fn group(&mut self) -> Vec<Waiting> {
        if self.waiting.is_empty() {
            self.waiting.extend(self.arriving.recv().await);
        }
        while let Ok(next) = self.arriving.try_recv() {
            self.waiting.push_back(next);
        }
        let mut touched = Touched::default();
        let (group, others) =
            std::mem::take(&mut self.waiting).into_iter().partition(|waiting| touched.admits(&waiting.batch));
        self.waiting = others;
        Vec::from(group)
    }
}

/// The records that commits check and write, and which of these are written.
#[derive(Default)]
struct Touched(BTreeMap<Key, bool>);

impl Touched {
    /// Whether a batch may go along: whoever goes first, and whoever neither writes what another checks or writes, nor checks
    /// what another writes. All together lock no more names than a batch may one by one.
    fn admits(&mut self, batch: &Batch) -> bool {
        let few = self.0.len().saturating_add(batch.len()) <= LOCKS;
        let apart = batch.checks().all(|(key, _)| self.0.get(key) != Some(&true))
            && batch.writes().all(|(key, _)| !self.0.contains_key(key));
        if !(self.0.is_empty() || few && apart) {
            return false;
        }
        for (key, _) in batch.checks() {
            self.0.entry(key.clone()).or_insert(false);
        }
        for (key, _) in batch.writes() {
            self.0.insert(key.clone(), true);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use office_core::{CommitId, Kind};
    use uuid::Uuid;

    use super::*;

    fn batch(checked: &[&str], written: &[&str]) -> Batch {
        let key = |id: &&str| Key::new(Kind::literal("room"), *id).unwrap();
        let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(1)));
        for id in checked {
            batch.check(key(id), None);
        }
        for id in written {
            batch.delete(key(id));
        }
        batch
    }

    #[test]
    fn those_go_together_who_have_nothing_to_do_with_each_other() {
        let mut touched = Touched::default();
        let cases = [
            (batch(&["a", "b"], &["a"]), true),
            // They check the same, and nobody writes it.
            (batch(&["b"], &["c"]), true),
            // It checks what another writes.
            (batch(&["a"], &["d"]), false),
            // It writes what another checks.
            (batch(&[], &["b"]), false),
            // It writes what another writes.
            (batch(&[], &["c"]), false),
            // Of those that were not admitted, nothing is left.
            (batch(&["d"], &["d"]), true),
        ];
        for (batch, together) in cases {
            assert_eq!(touched.admits(&batch), together, "{batch:?}");
        }
    }

    #[test]
    fn no_more_go_together_than_lock_names_one_by_one() {
        let names: Vec<String> = (0..=LOCKS).map(|number| number.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut touched = Touched::default();
        assert!(touched.admits(&batch(&names[..LOCKS - 1], &[])));
        assert!(!touched.admits(&batch(&[], &["x", "y"])) && touched.admits(&batch(&[], &["x"])));
        // One that locks all goes alone.
        assert!(Touched::default().admits(&batch(&[], &names)));
    }
}
