//! The store answers as the store in memory does, whatever it is asked.

use office_core::{Batch, BlockingStore, Body, CommitId, Key, Kind, MemoryStore, Waiting, wait};
use office_postgres::{Isolation, PostgresStore};
use office_scratch::Scratch;
use proptest::prelude::*;
use uuid::Uuid;

const KINDS: [Kind; 2] = [Kind::literal("order"), Kind::literal("order_line")];

/// A record's place, which commit a check of it names (0: none), and what is written (none: it is deleted).
type Part = (usize, String, Option<u128>, Option<Option<i64>>);

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let id = proptest::sample::select(vec!["a", "a ", "A", "b/1", "é", "\u{1}", "zz"]).prop_map(str::to_owned);
    let part = (0..2_usize, id, proptest::option::of(0..6_u128), proptest::option::of(any::<Option<i64>>()));
    proptest::collection::vec(part, 1..4)
}

fn commit_id(number: u128) -> CommitId {
    CommitId::from_uuid(Uuid::from_u128(number))
}

fn batch(number: u128, parts: &[Part]) -> Batch {
    let mut batch = Batch::new(commit_id(number));
    for (kind, id, check, write) in parts {
        let key = Key::new(KINDS[*kind].clone(), id.as_str()).unwrap();
        if let Some(version) = check {
            batch.check(key.clone(), (*version > 0).then(|| commit_id(*version)));
        }
        match write {
            Some(Some(value)) => batch.put(key, Body::of(value).unwrap()),
            Some(None) => batch.delete(key),
            None => {}
        }
    }
    batch
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn commits_and_ranges_are_those_of_the_model(
        batches in proptest::collection::vec(parts(), 1..12),
        from in "[ aAbz\u{e9}]{0,2}", to in "[ aAbz\u{e9}]{0,2}", limit in 0..9_usize,
        serializable in any::<bool>(),
    ) {
        let Some(scratch) = Scratch::find() else { return Ok(()) };
        let isolation = if serializable { Isolation::Serializable } else { Isolation::Locks };
        let options = scratch.options().with_isolation(isolation);
        let store = Waiting(wait(PostgresStore::connect_with(scratch.url(), options)).unwrap());
        let model = MemoryStore::new();
        for (number, parts) in (1..).zip(&batches) {
            let batch = batch(number, parts);
            let answer = |answer: Result<(), office_core::StoreError>| answer.map_err(|error| error.to_string());
            prop_assert_eq!(answer(store.commit(&batch)), answer(BlockingStore::commit(&model, &batch)));
        }
        for kind in &KINDS {
            for (from, to, limit) in [(from.as_str(), to.as_str(), limit), ("", Key::TOP, usize::MAX)] {
                let found = store.scan(kind, from, to, limit).unwrap();
                prop_assert_eq!(&found, &BlockingStore::scan(&model, kind, from, to, limit).unwrap());
                let keys: Vec<Key> = found.into_iter().map(|(key, _)| key).collect();
                prop_assert_eq!(store.get(&keys).unwrap(), BlockingStore::get(&model, &keys).unwrap());
            }
        }
    }
}
