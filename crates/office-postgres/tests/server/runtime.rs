//! Callers with a runtime of their own, and without.

use office_core::{BlockingStore, Key, Kind, Store, Waiting, wait};
use office_postgres::PostgresStore;
use office_scratch::Scratch;
use tokio::runtime::Builder;

use crate::sql::batch;

async fn use_it(store: PostgresStore, number: u128) {
    store.commit(&batch(number, &[("room", "a", "1")])).await.unwrap();
    let found = store.get(&[Key::new(Kind::literal("room"), "a").unwrap()]).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().version, batch(number, &[]).id());
}

#[test]
fn one_store_serves_threads_without_a_runtime_and_any_runtime() {
    let Some(scratch) = Scratch::find() else { return };
    let store = scratch.store();
    wait(use_it(store.clone(), 1));
    Builder::new_current_thread().build().unwrap().block_on(use_it(store.clone(), 2));
    let runtime = Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(runtime.spawn(use_it(store.clone(), 3))).unwrap();
    // Opened and closed on a runtime that has no timer and no sockets of its own.
    runtime.block_on(async {
        let store = PostgresStore::connect_with(scratch.url(), scratch.options()).await.unwrap();
        use_it(store, 4).await;
    });
    runtime.block_on(async move { drop(store) });
}

#[test]
fn what_nobody_waits_for_any_more_comes_to_its_end() {
    let Some(scratch) = Scratch::find() else { return };
    let store = scratch.store();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    for number in 1..=20 {
        // Given up at a moment that differs from time to time.
        let commit = batch(number, &[("room", "a", "1")]);
        let patience = std::time::Duration::from_micros(u64::try_from(number).unwrap() * 100);
        let _ = runtime.block_on(async { tokio::time::timeout(patience, store.commit(&commit)).await });
    }
    let plain = Waiting(store);
    plain.commit(&batch(21, &[("room", "b", "1")])).unwrap();
    assert_eq!(plain.scan(&Kind::literal("room"), "", Key::TOP, 9).unwrap().last().unwrap().0.id(), "b");
}
