//! The database read with plain SQL, as its owner would.

use std::time::Duration;

use office_core::{Batch, BlockingStore, Body, CommitId, Key, Kind, StoreError, Waiting, wait};
use office_postgres::PostgresStore;
use office_scratch::Scratch;
use tokio_postgres::{NoTls, SimpleQueryMessage};
use uuid::Uuid;

pub(crate) fn batch(number: u128, records: &[(&'static str, &str, &str)]) -> Batch {
    let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(number)));
    for (kind, id, json) in records {
        batch.put(Key::new(Kind::literal(kind), *id).unwrap(), Body::from_json(*json).unwrap());
    }
    batch
}

/// What the server answers to the statements, run by somebody whose search path is the scratch, while `meanwhile` goes on.
fn during<T>(scratch: &Scratch, statements: &str, meanwhile: impl FnOnce() -> T) -> (Vec<String>, T) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (client, connection) = runtime.block_on(tokio_postgres::connect(scratch.url(), NoTls)).unwrap();
    drop(runtime.spawn(connection));
    let all = format!("SET search_path = {}, public; {statements}", scratch.options().schema());
    let answer = runtime.block_on(client.simple_query(&all)).unwrap();
    let rows = answer.iter().filter_map(|message| {
        let SimpleQueryMessage::Row(row) = message else { return None };
        let columns: Vec<_> = (0..row.len()).map(|column| row.get(column).unwrap_or("NULL")).collect();
        Some(columns.join("|"))
    });
    let rows = rows.collect();
    (rows, meanwhile())
}

pub(crate) fn ask(scratch: &Scratch, statements: &str) -> Vec<String> {
    during(scratch, statements, || ()).0
}

#[test]
fn every_kind_is_a_view_with_id_version_and_body() {
    let Some(scratch) = Scratch::find() else { return };
    let store = Waiting(scratch.store());
    let records = [
        ("order", "PO-1", r#"{"rev":1,"state":{"supplier":"Paper & Co","net":"10.00"}}"#),
        ("order", "PO-2", r#"{"rev":1,"state":{"supplier":"Ink AG","net":"99.90"}}"#),
        ("select", "1", r#"{"state":{}}"#),
        ("pg_class", "1", r#"{"state":{}}"#),
        ("record", "1", r#"{"state":{}}"#),
    ];
    store.commit(&batch(7, &records)).unwrap();
    // Another handle finds the views that are there.
    Waiting(scratch.store()).commit(&batch(8, &[("order", "PO-3", "{}"), ("meta", "1", "{}")])).unwrap();

    let found = ask(&scratch, r#"SELECT id, version FROM "order" WHERE body->'state'->>'supplier' = 'Ink AG'"#);
    assert_eq!(found, ["PO-2|00000000-0000-0000-0000-000000000007"]);
    let views = ask(&scratch, "SELECT viewname FROM pg_views WHERE schemaname = current_schema() ORDER BY 1");
    assert_eq!(views, ["meta", "order", "pg_class", "record", "select"]);
    assert_eq!(ask(&scratch, "SELECT count(*) FROM record UNION ALL SELECT count(*) FROM _record"), ["1", "7"]);
}

#[test]
fn indexes_of_the_owner_are_used_through_the_views_and_a_unique_one_is_respected() {
    let Some(scratch) = Scratch::find() else { return };
    let store = Waiting(scratch.store());
    store.commit(&batch(1, &[("asset", "a", r#"{"state":{"tag":"T-1"}}"#)])).unwrap();
    ask(
        &scratch,
        "CREATE UNIQUE INDEX asset_tag ON _record ((body->'state'->>'tag')) WHERE kind = 'asset';
         CREATE VIEW tags AS SELECT id, body->'state'->>'tag' AS tag FROM asset",
    );
    let taken = store.commit(&batch(2, &[("asset", "b", r#"{"state":{"tag":"T-1"}}"#)])).unwrap_err();
    assert!(taken.is_fatal() && taken.to_string().contains("asset_tag"), "{taken}");
    store.commit(&batch(3, &[("asset", "b", r#"{"state":{"tag":"T-2"}}"#)])).unwrap();
    assert_eq!(ask(&scratch, "SELECT count(DISTINCT tag) FROM tags"), ["2"]);
    let plan = ask(&scratch, "SET enable_seqscan = off; EXPLAIN SELECT id FROM tags WHERE tag = 'T-2'").join("\n");
    assert!(plan.contains("asset_tag"), "{plan}");
}

#[test]
fn what_json_of_the_server_cannot_hold_is_refused_and_the_connection_goes_on() {
    let Some(scratch) = Scratch::find() else { return };
    let store = Waiting(scratch.store());
    for body in [r#""\ud800""#, "1e200000"] {
        let refused = store.commit(&batch(1, &[("room", "a", "1"), ("room", "b", body)])).unwrap_err();
        assert!(refused.is_fatal(), "{refused:?}");
        assert!(!format!("{refused:?}").contains("d800"), "{refused:?}");
    }
    store.commit(&batch(2, &[("room", "c", "1")])).unwrap();
    assert_eq!(store.scan(&Kind::literal("room"), "", Key::TOP, 9).unwrap().len(), 1);
}

#[test]
fn what_the_server_refuses_takes_nothing_with_it_that_was_sent_along() {
    let Some(scratch) = Scratch::find() else { return };
    let store = Waiting(scratch.store());
    store.commit(&batch(1, &[("room", "taken", "1")])).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8_u128 {
            let store = &store;
            scope.spawn(move || {
                for turn in 0..12 {
                    let number = 100 * (writer + 1) + turn;
                    let id = number.to_string();
                    match writer {
                        0 => assert!(
                            store.commit(&batch(number, &[("room", &id, r#""\ud800""#)])).unwrap_err().is_fatal()
                        ),
                        1 => {
                            let mut stale = batch(number, &[("room", &id, "1")]);
                            stale.check(Key::new(Kind::literal("room"), "taken").unwrap(), None);
                            assert!(store.commit(&stale).unwrap_err().is_conflict());
                        }
                        _ => store.commit(&batch(number, &[("room", &id, "1")])).unwrap(),
                    }
                }
            });
        }
    });
    let found = store.scan(&Kind::literal("room"), "", Key::TOP, 200).unwrap();
    assert_eq!(found.len(), 1 + 6 * 12);
    assert!(
        found.iter().all(|(key, record)| {
            key.id() == "taken" || record.version == batch(key.id().parse().unwrap(), &[]).id()
        })
    );
}

#[test]
fn whoever_waits_too_long_is_told_so_and_has_changed_nothing() {
    let Some(scratch) = Scratch::find() else { return };
    let store = Waiting(scratch.store());
    store.commit(&batch(1, &[("room", "a", "1")])).unwrap();
    let options = scratch.options().with_patience(Duration::from_millis(500));
    let open = || wait(PostgresStore::connect_with(scratch.url(), options.clone())).ok();
    let hasty = Waiting(std::iter::repeat_with(open).flatten().next().unwrap());
    let (_, error): (_, StoreError) = during(&scratch, "BEGIN; LOCK TABLE _record IN EXCLUSIVE MODE", || {
        // Readers go on.
        assert!(hasty.get(&[Key::new(Kind::literal("room"), "a").unwrap()]).unwrap()[0].is_some());
        hasty.commit(&batch(2, &[("room", "a", "2")])).unwrap_err()
    });
    assert!(error.is_unavailable() && error.is_transient(), "{error}");
    let found = store.get(&[Key::new(Kind::literal("room"), "a").unwrap()]).unwrap().remove(0).unwrap();
    assert_eq!(found.version, batch(1, &[]).id());
    store.commit(&batch(3, &[("room", "a", "3")])).unwrap();
}
