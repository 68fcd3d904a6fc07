//! Random batches and reads against a model that is too simple to be wrong.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use office_core::{AnyStore, CommitId, Key, Kind};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::probe::{Draft, Probe, key, number};
use crate::{Promise, Violation};

/// What the histories follow from: the same seed gives the same histories.
pub const SEED: u64 = 0x6f66_6669_6365;
/// How many histories are tried.
const HISTORIES: u32 = 64;

const KINDS: [Kind; 2] = [Kind::literal("asset"), Kind::literal("assets")];
const IDS: [&str; 8] = ["a", "A", "a ", "a/b", "b", "é", "\u{1}", "zz"];
/// Ends of ranges: the ids, what lies between them, and both ends.
const ENDS: [&str; 12] = ["", "a", "A", "a ", "a/b", "b", "é", "\u{1}", "zz", "a!", "B", "\u{10FFFE}"];

/// Which version a check demands.
#[derive(Clone, Debug)]
enum Demand {
    Present,
    Absent,
    /// One of the versions that the record ever had.
    Past(u8),
}

#[derive(Clone, Debug)]
enum Step {
    Commit { checks: Vec<(usize, Demand)>, writes: Vec<(usize, Option<u8>)> },
    Get(Vec<usize>),
    Scan { kind: usize, from: usize, to: usize, limit: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let record = || 0..KINDS.len().saturating_mul(IDS.len());
    let demand =
        prop_oneof![4 => Just(Demand::Present), 1 => Just(Demand::Absent), 1 => any::<u8>().prop_map(Demand::Past)];
    let write = prop_oneof![3 => any::<u8>().prop_map(Some), 1 => Just(None)];
    let commit = (vec((record(), demand), 0..4), vec((record(), write), 0..6))
        .prop_map(|(checks, writes)| Step::Commit { checks, writes });
    let scan = (0..KINDS.len(), 0..ENDS.len(), 0..ENDS.len(), 0_usize..12)
        .prop_map(|(kind, from, to, limit)| Step::Scan { kind, from, to, limit });
    vec(prop_oneof![3 => commit, 1 => vec(record(), 0..6).prop_map(Step::Get), 1 => scan], 1..40)
}

/// Random histories of batches, reads and ranges give what a plain table gives.
pub fn random_histories_follow_the_model(store: &AnyStore) -> Result<(), Violation> {
    let mut seed = [0; 32];
    for (place, byte) in seed.iter_mut().zip(SEED.to_le_bytes().into_iter().cycle()) {
        *place = byte;
    }
    let config = Config { cases: HISTORIES, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let histories = AtomicU64::new(0);
    let answer = runner.run(&steps(), |steps| {
        let number = histories.fetch_add(1, Ordering::Relaxed);
        let mut model = Model { prefix: format!("{number:06}/"), table: BTreeMap::new(), past: BTreeMap::new() };
        let probe = Probe::new(store, Promise::CommitIsOneInstant);
        steps
            .iter()
            .try_for_each(|step| model.step(&probe, step))
            .map_err(|error| TestCaseError::fail(error.to_string()))
    });
    answer.map_err(|error| {
        let found = match error {
            TestError::Fail(reason, steps) => format!("{reason}, after the steps {steps:?} of seed {SEED}"),
            TestError::Abort(reason) => reason.to_string(),
        };
        Violation::new(Promise::CommitIsOneInstant, "what a plain table does", found)
    })
}

struct Model {
    /// What the ids of this history begin with.
    prefix: String,
    table: BTreeMap<Key, (CommitId, u64)>,
    past: BTreeMap<Key, Vec<CommitId>>,
}

impl Model {
    fn key(&self, record: usize) -> Result<Key, Violation> {
        let [first, second] = KINDS;
        let kind = if record < IDS.len() { first } else { second };
        let id = record.checked_rem(IDS.len()).and_then(|at| IDS.get(at)).unwrap_or(&"a");
        key(kind, format!("{}{id}", self.prefix))
    }

    fn step(&mut self, probe: &Probe<'_>, step: &Step) -> Result<(), Violation> {
        match step {
            Step::Commit { checks, writes } => self.commit(probe, checks, writes),
            Step::Get(records) => {
                let keys = records.iter().map(|record| self.key(*record)).collect::<Result<Vec<_>, _>>()?;
                let expected: Vec<_> = keys.iter().map(|key| self.table.get(key).copied()).collect();
                let found = probe.get(&keys)?.into_iter();
                let found =
                    found.map(|record| record.map(|record| (record.version, number(Some(&record)).unwrap_or(999))));
                probe.same("the records", &expected, &found.collect())
            }
            Step::Scan { kind, from, to, limit } => {
                let end = |at: &usize| format!("{}{}", self.prefix, ENDS.get(*at).unwrap_or(&""));
                let (from, to, [first, second]) = (end(from), end(to), KINDS);
                let kind = if *kind == 0 { first } else { second };
                let inside = |key: &Key| *key.kind() == kind && key.id() >= from.as_str() && key.id() < to.as_str();
                let all = self.table.iter().filter(|(key, _)| inside(key));
                let expected: Vec<_> =
                    all.take(*limit).map(|(key, (version, n))| (key.clone(), *version, *n)).collect();
                let found = probe.scan(&kind, &from, &to, *limit)?.into_iter();
                let found = found.map(|(key, record)| (key, record.version, number(Some(&record)).unwrap_or(999)));
                probe.same("the range", &expected, &found.collect())
            }
        }
    }

    fn commit(
        &mut self,
        probe: &Probe<'_>,
        checks: &[(usize, Demand)],
        writes: &[(usize, Option<u8>)],
    ) -> Result<(), Violation> {
        let mut draft = Draft::new();
        for (record, demand) in checks {
            let key = self.key(*record)?;
            let version = match demand {
                Demand::Present => self.table.get(&key).map(|(version, _)| *version),
                Demand::Absent => None,
                Demand::Past(which) => {
                    let past = self.past.get(&key).map_or(&[][..], Vec::as_slice);
                    usize::from(*which).checked_rem(past.len()).and_then(|at| past.get(at)).copied()
                }
            };
            draft = draft.at(&key, version);
        }
        for (record, write) in writes {
            let key = self.key(*record)?;
            draft = match write {
                Some(content) => draft.put(&key, u64::from(*content)),
                None => draft.delete(&key),
            };
        }
        let batch = draft.done();
        let holds = batch.checks().all(|(key, version)| self.table.get(key).map(|(version, _)| *version) == version);
        if !holds {
            return probe.conflict("a batch with a check that does not hold", &batch);
        }
        probe.commit("a batch whose checks hold", &batch)?;
        for (key, write) in batch.writes() {
            match write {
                office_core::Write::Put(body) => {
                    let record = office_core::Record { version: batch.id(), body: body.clone() };
                    self.table.insert(key.clone(), (batch.id(), number(Some(&record)).unwrap_or(999)));
                    self.past.entry(key.clone()).or_default().push(batch.id());
                }
                office_core::Write::Delete => {
                    self.table.remove(key);
                }
            }
        }
        Ok(())
    }
}
