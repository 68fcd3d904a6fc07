//! A store that takes its time, differently each time.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use office_core::{Batch, Key, Kind, Record, Store, StoreError};

use crate::dice::Dice;

/// Puts yields and short sleeps around every call, so that calls of several threads meet in many orders.
///
/// A race in a fast store may not show in a thousand runs; behind this wrapper it shows soon. The pauses follow from the
/// seed and the order of calls. They block the thread: for tests on plain threads.
///
/// # Example
/// ```
/// use office_conformance::Chaos;
/// use office_core::{Key, Kind, MemoryStore, Store, wait};
///
/// let store = Chaos::new(MemoryStore::new(), 7);
/// let key = Key::new(Kind::literal("room"), "R-101")?;
/// assert_eq!(wait(store.get(&[key]))?, [None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Chaos<S> {
    store: S,
    dice: Dice,
}

impl<S: Store> Chaos<S> {
    /// The same store with pauses that follow from `seed`.
    pub const fn new(store: S, seed: u64) -> Self {
        Self { store, dice: Dice::new(seed) }
    }

    async fn pause(&self) {
        let roll = self.dice.roll();
        let mut yields = roll & 3;
        poll_fn(|context| {
            if yields == 0 {
                return Poll::Ready(());
            }
            yields = yields.saturating_sub(1);
            std::thread::yield_now();
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        if (roll >> 8).is_multiple_of(16) {
            std::thread::sleep(Duration::from_micros((roll >> 16) & 127));
        }
    }
}

impl<S: Store> Store for Chaos<S> {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        self.pause().await;
        let answer = self.store.get(keys).await;
        self.pause().await;
        answer
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        self.pause().await;
        let answer = self.store.scan(kind, from, to, limit).await;
        self.pause().await;
        answer
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        self.pause().await;
        let answer = self.store.commit(batch).await;
        self.pause().await;
        answer
    }
}
