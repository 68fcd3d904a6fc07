//! Somebody else writes, and takes long.

#[cfg(test)]
mod busy {
    use std::time::Duration;

    use office_core::{Batch, BlockingStore, Body, CommitId, Key, Kind};
    use office_sqlite::{Durability, Options, SqliteStore};
    use rusqlite::Connection;
    use uuid::Uuid;

    fn batch(number: u128) -> Batch {
        let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(number)));
        batch.put(room(), Body::of(&number).unwrap());
        batch
    }

    fn room() -> Key {
        Key::new(Kind::literal("room"), "R-1").unwrap()
    }

    #[test]
    fn whoever_waits_too_long_is_told_so_and_has_changed_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        let options =
            Options::default().with_durability(Durability::Normal).with_busy_timeout(Duration::from_millis(20));
        let store = SqliteStore::open_with(&path, options).unwrap();
        store.commit(&batch(1)).unwrap();

        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let error = store.commit(&batch(2)).unwrap_err();
        assert!(error.is_unavailable() && error.is_transient(), "{error}");
        // Readers and other handles go on meanwhile.
        let mut check = Batch::new(CommitId::from_uuid(Uuid::from_u128(3)));
        check.check(room(), Some(batch(1).id()));
        store.commit(&check).unwrap();
        assert_eq!(
            SqliteStore::open_with(&path, options).unwrap().get(&[room()]).unwrap()[0].as_ref().unwrap().version,
            batch(1).id()
        );

        other.execute_batch("ROLLBACK").unwrap();
        store.commit(&batch(4)).unwrap();
        assert_eq!(store.get(&[room()]).unwrap()[0].as_ref().unwrap().version, batch(4).id());
    }

    #[test]
    fn whoever_waits_long_enough_gets_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        let store = SqliteStore::open(&path).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        std::thread::scope(|scope| {
            let commit = scope.spawn(|| store.commit(&batch(1)));
            std::thread::sleep(Duration::from_millis(50));
            assert!(!commit.is_finished());
            other.execute_batch("ROLLBACK").unwrap();
            commit.join().unwrap().unwrap();
        });
    }

    #[test]
    fn a_row_spoilt_by_hand_is_told_from_a_missing_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        let store = SqliteStore::open(&path).unwrap();
        store.commit(&batch(1)).unwrap();
        Connection::open(&path).unwrap().execute("UPDATE room SET version = 'mine'", []).unwrap();
        assert!(store.get(&[room()]).unwrap_err().is_fatal());
        assert!(store.scan(&Kind::literal("room"), "", Key::TOP, 9).unwrap_err().is_fatal());
    }
}
