//! Batches and reads of several threads at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use office_core::{AnyStore, Key, Record, Store, StoreError, wait};

use crate::crowd::{THREADS, crowd};
use crate::dice::Dice;
use crate::probe::{Draft, Probe, ROOM, number, patiently, room, told};
use crate::serial::{Call, Log};
use crate::{Chaos, Flaky, Promise, Violation};

/// How many calls each thread makes for the log.
const CALLS: u64 = 120;
/// How many records there come to be in the course of it.
const RECORDS: u64 = 40;
/// How many of them are in use at a time.
const WINDOW: u64 = 6;

fn shaken(store: &AnyStore, seed: u64) -> AnyStore {
    AnyStore::new(Chaos::new(store.clone(), seed))
}

/// All reads and commits of several threads could have happened one after another, in an order that agrees with real
/// time: no lost update, no write skew, no decision on an absence that was not, no stale read.
pub fn races_are_strictly_serialisable(store: &AnyStore) -> Result<(), Violation> {
    for seed in 1..=2 {
        log_of(&shaken(store, seed), seed)?.judge()?;
    }
    Ok(())
}

/// The same where answers to commits get lost, and commits arrive late or twice.
pub fn races_with_lost_answers_are_strictly_serialisable(store: &AnyStore) -> Result<(), Violation> {
    log_of(&AnyStore::new(Flaky::new(shaken(store, 3), 3)), 3)?.judge()
}

/// What several threads saw and did.
fn log_of(store: &AnyStore, seed: u64) -> Result<Log, Violation> {
    let clock = AtomicU64::new(0);
    let logs = crowd(THREADS, |thread, over| {
        let racer = Racer { store, clock: &clock, dice: Dice::new(seed.wrapping_mul(1000).wrapping_add(thread)), seed };
        let mut log = Log::default();
        for call in 0..CALLS {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let first = call.saturating_mul(RECORDS.saturating_sub(WINDOW)).checked_div(CALLS).unwrap_or(0);
            racer.act(first, &mut log)?;
        }
        Ok(log)
    })?;
    Ok(logs.into_iter().fold(Log::default(), |mut all, log| {
        all.add(log);
        all
    }))
}

/// One thread that makes calls and notes what it sees.
struct Racer<'a> {
    store: &'a AnyStore,
    clock: &'a AtomicU64,
    dice: Dice,
    seed: u64,
}

type Seen = Vec<(u64, Option<office_core::CommitId>)>;

impl Racer<'_> {
    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    fn key(&self, record: u64) -> Result<Key, Violation> {
        room(&format!("{}/{record:03}", self.seed))
    }

    fn act(&self, first: u64, log: &mut Log) -> Result<(), Violation> {
        match self.dice.below(8) {
            0 => self.get(&self.some(first), log).map(drop),
            1 => self.scan(first, log).map(drop),
            // Decided on two reads, which may be of two instants.
            2 => {
                let mut seen = self.scan(first, log)?;
                for (record, version) in self.get(&self.some(first), log)? {
                    seen.retain(|(other, _)| *other != record);
                    seen.push((record, version));
                }
                self.commit(seen, log)
            }
            _ => {
                let seen = self.get(&self.some(first), log)?;
                self.commit(seen, log)
            }
        }
    }

    /// Two or three records of the window.
    fn some(&self, first: u64) -> Vec<u64> {
        let mut records: Vec<u64> =
            (0..self.dice.below(2).saturating_add(2)).map(|_| first.saturating_add(self.dice.below(WINDOW))).collect();
        records.sort_unstable();
        records.dedup();
        records
    }

    fn get(&self, records: &[u64], log: &mut Log) -> Result<Seen, Violation> {
        let keys = records.iter().map(|record| self.key(*record)).collect::<Result<Vec<_>, _>>()?;
        let began = self.tick();
        let found = patiently(|| wait(self.store.get(&keys))).map_err(|error| failed("records", &error))?;
        let versions = found.iter().map(|record: &Option<Record>| record.as_ref().map(|record| record.version));
        let seen: Seen = records.iter().copied().zip(versions).collect();
        log.calls.push(Call { began, ended: Some(self.tick()), reads: seen.clone(), wrote: None });
        Ok(seen)
    }

    fn scan(&self, first: u64, log: &mut Log) -> Result<Seen, Violation> {
        let end = first.saturating_add(WINDOW);
        let (from, to) = (self.key(first)?, self.key(end)?);
        let began = self.tick();
        let found = patiently(|| wait(self.store.scan(&ROOM, from.id(), to.id(), 100)))
            .map_err(|error| failed("a range", &error))?;
        let mut seen = Seen::new();
        for record in first..end {
            let key = self.key(record)?;
            let there = found.iter().find(|(found, _)| *found == key);
            seen.push((record, there.map(|(_, record)| record.version)));
        }
        log.calls.push(Call { began, ended: Some(self.tick()), reads: seen.clone(), wrote: None });
        Ok(seen)
    }

    /// Writes one or two of the records seen, provided that all of them are as they were seen.
    fn commit(&self, seen: Seen, log: &mut Log) -> Result<(), Violation> {
        let choice = self.dice.roll();
        let count = u64::try_from(seen.len()).unwrap_or(1);
        let mut written: Vec<u64> = [choice, choice >> 32]
            .into_iter()
            .filter_map(|choice| seen.get(usize::try_from(choice.checked_rem(count)?).ok()?))
            .map(|(record, _)| *record)
            .take(if choice.is_multiple_of(8) { 2 } else { 1 })
            .collect();
        written.dedup();
        let mut draft = Draft::new();
        for (record, version) in &seen {
            draft = draft.at(&self.key(*record)?, *version);
        }
        for record in &written {
            draft = draft.put(&self.key(*record)?, *record);
        }
        let batch = draft.done();
        let began = self.tick();
        let ended = match wait(self.store.commit(&batch)) {
            Ok(()) => Some(self.tick()),
            Err(error) if error.is_unknown() => None,
            Err(error) if error.is_conflict() => {
                log.refused.insert(batch.id());
                return Ok(());
            }
            Err(error) if error.is_unavailable() => return Ok(()),
            Err(error) => return Err(failed("a commit or a conflict", &error)),
        };
        log.calls.push(Call { began, ended, reads: seen, wrote: Some((batch.id(), written)) });
        Ok(())
    }
}

fn failed(expected: &str, error: &StoreError) -> Violation {
    Violation::new(Promise::CommitIsOneInstant, expected, told(error))
}

/// Of counters that several threads raise, each stands at the number of commits that were acknowledged: none was lost,
/// and none that met a conflict has happened all the same.
pub fn counters_count_what_was_acknowledged(store: &AnyStore) -> Result<(), Violation> {
    let store = shaken(store, 11);
    let probe = Probe::new(&store, Promise::CommitIsOneInstant);
    let counters = [room("counter-1")?, room("counter-2")?];
    let acknowledged = counters.each_ref().map(|_| AtomicU64::new(0));
    crowd(THREADS, |thread, over| {
        for turn in 0..60_u64 {
            let which = usize::try_from(thread.wrapping_add(turn) & 1).unwrap_or(0);
            let (Some(counter), Some(count)) = (counters.get(which), acknowledged.get(which)) else { continue };
            if over.load(Ordering::Relaxed) {
                break;
            }
            let before = probe.one(counter)?;
            let raised = number(before.as_ref()).unwrap_or(0).saturating_add(1);
            let batch = Draft::new().at(counter, before.map(|record| record.version)).put(counter, raised).done();
            match wait(store.commit(&batch)) {
                Ok(()) => {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) if error.is_conflict() || error.is_unavailable() => {}
                Err(error) => return Err(failed("a commit or a conflict", &error)),
            }
        }
        Ok(())
    })?;
    for (counter, count) in counters.iter().zip(&acknowledged) {
        let count = Some(count.load(Ordering::Relaxed)).filter(|count| *count > 0);
        probe.stands("as many as were acknowledged", counter, count)?;
    }
    Ok(())
}

/// Records that are always written together are never seen apart, neither by one call for keys nor by one for a range.
pub fn halves_of_a_batch_are_never_seen(store: &AnyStore) -> Result<(), Violation> {
    let store = shaken(store, 12);
    let probe = Probe::new(&store, Promise::CallSeesOneInstant);
    let keys = (0..6).map(|part| room(&format!("part-{part}"))).collect::<Result<Vec<_>, _>>()?;
    let writing = AtomicU64::new(THREADS / 2);
    crowd(THREADS, |thread, over| {
        if thread.is_multiple_of(2) {
            let result = write_whole(&probe, &keys, thread, over);
            writing.fetch_sub(1, Ordering::SeqCst);
            return result;
        }
        let mut last = false;
        while !last && !over.load(Ordering::Relaxed) {
            last = writing.load(Ordering::SeqCst) == 0;
            let found = probe.get(&keys)?;
            whole(&probe, found.iter().map(Option::as_ref).collect())?;
            let found = probe.scan(&ROOM, "", Key::TOP, 100)?;
            let found = keys.iter().map(|key| found.iter().find(|(found, _)| found == key).map(|(_, record)| record));
            whole(&probe, found.collect())?;
        }
        Ok(())
    })
    .map(drop)
}

fn write_whole(probe: &Probe<'_>, keys: &[Key], thread: u64, over: &AtomicBool) -> Result<(), Violation> {
    for turn in 0..60_u64 {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let content = thread.wrapping_mul(1000).wrapping_add(turn);
        let draft = keys
            .iter()
            .fold(Draft::new(), |draft, key| if turn % 4 == 3 { draft.delete(key) } else { draft.put(key, content) });
        probe.commit("records that are written together", &draft.done())?;
    }
    Ok(())
}

fn whole(probe: &Probe<'_>, found: Vec<Option<&Record>>) -> Result<(), Violation> {
    let found: Vec<_> = found.into_iter().map(|record| (number(record), record.map(|record| record.version))).collect();
    let together = found.windows(2).all(|pair| pair.first() == pair.last());
    probe.holds(together, "records of one batch together", format!("{found:?}"))
}

/// What a batch would have written that is refused is not seen for a moment.
pub fn refused_writes_are_never_seen(store: &AnyStore) -> Result<(), Violation> {
    let store = shaken(store, 13);
    let probe = Probe::new(&store, Promise::CommitIsOneInstant);
    let (ghost, kept, last) = (room("a-ghost")?, room("m-kept")?, room("z-ghost")?);
    probe.commit("a record", &Draft::new().put(&kept, 1).done())?;
    let writing = AtomicU64::new(THREADS / 2);
    crowd(THREADS, |thread, over| {
        if thread.is_multiple_of(2) {
            let mut result = Ok(());
            for _ in 0..60 {
                let batch = Draft::new().absent(&kept).put(&ghost, 1).put(&kept, 9).put(&last, 1).done();
                result = result.and_then(|()| probe.conflict("a batch that demands what is not so", &batch));
                if over.load(Ordering::Relaxed) {
                    break;
                }
            }
            writing.fetch_sub(1, Ordering::SeqCst);
            return result;
        }
        let mut end = false;
        while !end && !over.load(Ordering::Relaxed) {
            end = writing.load(Ordering::SeqCst) == 0;
            let found = probe.get(&[ghost.clone(), kept.clone(), last.clone()])?;
            let found: Vec<_> = found.iter().map(|record| number(record.as_ref())).collect();
            probe.same("nothing of a refused batch, by key", &vec![None, Some(1), None], &found)?;
            let found = probe.ids(&ROOM, "", Key::TOP, 100)?;
            probe.same("nothing of a refused batch, by range", &vec!["m-kept".to_owned()], &found)?;
        }
        Ok(())
    })
    .map(drop)
}
