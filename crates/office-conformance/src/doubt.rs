//! Lost answers: that what is asked for happens once, whatever becomes of the answers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use office_core::{AnyStore, Batch, Key, Kind, Office, Record, Store, StoreError, wait};

use crate::account::{AccountFact, account, command, failed, open_accounts, statement, sum};
use crate::probe::Probe;
use crate::{Chaos, Flaky, Promise, Violation};

fn line(store: &AnyStore, seed: u64) -> Flaky<Chaos<AnyStore>> {
    Flaky::new(Chaos::new(store.clone(), seed), seed)
}

/// Where answers get lost and commits arrive late or twice, every command still happens once, and the sum of all
/// accounts stays.
pub fn commands_with_lost_answers_happen_once(store: &AnyStore) -> Result<(), Violation> {
    let line = line(store, 41);
    let office = Office::on(line.clone());
    crate::office::moved_money(store, &office, 12)?;
    // What is still under way must find that it comes too late.
    let accounts: Vec<_> = (0..4).map(|number| account(&format!("A-{number}"))).collect();
    let before = statement(&office, &accounts)?;
    wait(line.deliver());
    let after = statement(&office, &accounts)?;
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    probe.same("the accounts as they were before late commits arrived", &before, &after)?;
    probe.same("the sum of all accounts", &400, &sum(&after))?;
    let doubts = office.tally().unknown;
    probe.holds(doubts > 0, "answers that were lost", "none: the check has checked nothing")
}

/// Where answers get lost, the feed still has every fact once and in order.
pub fn feeds_with_lost_answers_are_complete(store: &AnyStore) -> Result<(), Violation> {
    let line = line(store, 42);
    crate::feed::written_and_read(store, &Office::on(line.clone()), 12)
}

/// A commit whose answer was lost and that the office has given up never arrives: whoever was told of a refusal after it
/// is not proved wrong later.
pub fn commits_given_up_never_arrive(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let late = Late { store: store.clone(), holding: Arc::default(), held: Arc::default() };
    let (office, runs, counter) = (Office::on(late.clone()), &AtomicU64::new(0), account("counter"));
    open_accounts(&office, &[counter])?;
    late.holding.store(true, Ordering::SeqCst);
    let answer = wait(office.transact(&command("raise-once")?, |tx| async move {
        tx.load(counter).await?;
        if runs.fetch_add(1, Ordering::SeqCst) > 0 {
            return Ok::<_, StoreError>(false);
        }
        tx.record(counter, AccountFact::Moved(1)).await?;
        Ok(true)
    }));
    probe.same("a refusal from the second run", &false, &answer.map_err(|error| failed(&error))?)?;
    let held = late.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    let held = held.ok_or_else(|| probe.violated("a commit that is late", "none"))?;
    probe.conflict("the commit that was given up", &held)?;
    let moves = statement(&office, &[counter])?.first().map(|account| account.moves);
    probe.same("nothing of the commit that was given up", &Some(0), &moves)
}

/// Keeps back the first commit after it was told to, and says that nothing is known of it.
#[derive(Clone)]
struct Late {
    store: AnyStore,
    holding: Arc<AtomicBool>,
    held: Arc<Mutex<Option<Batch>>>,
}

impl Store for Late {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        self.store.get(keys).await
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        self.store.scan(kind, from, to, limit).await
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        if !batch.is_read_only() && self.holding.swap(false, Ordering::SeqCst) {
            *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch.clone());
            return Err(StoreError::unknown("the answer was lost"));
        }
        self.store.commit(batch).await
    }
}
