//! The file read with plain SQL, as its owner would.

#[cfg(test)]
mod sql {
    use office_core::{Batch, BlockingStore, Body, CommitId, Key, Kind};
    use office_sqlite::SqliteStore;
    use rusqlite::Connection;
    use uuid::Uuid;

    fn batch(number: u128, records: &[(&'static str, &str, &str)]) -> Batch {
        let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(number)));
        for (kind, id, json) in records {
            batch.put(Key::new(Kind::literal(kind), *id).unwrap(), Body::from_json(*json).unwrap());
        }
        batch
    }

    #[test]
    fn every_kind_is_a_table_with_id_version_and_body() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        let store = SqliteStore::open(&path).unwrap();
        let records = [
            ("order", "PO-1", r#"{"rev":1,"state":{"supplier":"Paper & Co","net":"10.00"}}"#),
            ("order", "PO-2", r#"{"rev":1,"state":{"supplier":"Ink AG","net":"99.90"}}"#),
            ("select", "1", r#"{"state":{}}"#),
            ("sqlite_master", "1", r#"{"state":{}}"#),
            ("meta", "1", r#"{"state":{}}"#),
        ];
        store.commit(&batch(7, &records)).unwrap();

        let reader = Connection::open(&path).unwrap();
        let found: (String, String) = reader
            .query_row(
                r#"SELECT id, version FROM "order" WHERE json_extract(body, '$.state.supplier') = 'Ink AG'"#,
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(found, ("PO-2".to_owned(), "00000000-0000-0000-0000-000000000007".to_owned()));
        for table in ["select", "_sqlite_master", "meta"] {
            let rows: u32 =
                reader.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0)).unwrap();
            assert_eq!(rows, 1, "{table}");
        }
        for (kind, id, json) in records {
            let key = Key::new(Kind::literal(kind), id).unwrap();
            let found = store.get(&[key]).unwrap().remove(0).unwrap();
            assert_eq!(found.body, Body::from_json(json).unwrap());
        }
    }

    #[test]
    fn indexes_and_views_of_the_owner_are_kept_and_a_unique_one_is_respected() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        let store = SqliteStore::open(&path).unwrap();
        store.commit(&batch(1, &[("asset", "a", r#"{"state":{"tag":"T-1"}}"#)])).unwrap();

        let owner = Connection::open(&path).unwrap();
        owner
            .execute_batch(
                "CREATE VIEW tags AS SELECT id, json_extract(body, '$.state.tag') AS tag FROM asset;
                 CREATE UNIQUE INDEX asset_tag ON asset (json_extract(body, '$.state.tag'));",
            )
            .unwrap();
        let taken = store.commit(&batch(2, &[("asset", "b", r#"{"state":{"tag":"T-1"}}"#)]));
        assert!(taken.is_err_and(|error| error.is_fatal()));
        store.commit(&batch(3, &[("asset", "b", r#"{"state":{"tag":"T-2"}}"#)])).unwrap();
        drop(store);
        drop(SqliteStore::open(&path).unwrap());
        let tags: u32 = owner.query_row("SELECT count(DISTINCT tag) FROM tags", [], |row| row.get(0)).unwrap();
        assert_eq!(tags, 2);
    }
}
