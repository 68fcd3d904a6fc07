//! Which files are opened, and what is left alone.

#[cfg(test)]
mod file {
    use std::fs;
    use std::path::Path;

    use office_core::{Batch, BlockingStore, Body, CommitId, Key, Kind};
    use office_sqlite::{OpenError, SqliteStore};
    use rusqlite::Connection;
    use uuid::Uuid;

    const OFFICE: i32 = 0x4f46_4643;

    fn key() -> Key {
        Key::new(Kind::literal("room"), "R-1").unwrap()
    }

    fn put(store: &SqliteStore, number: u128) {
        let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(number)));
        batch.put(key(), Body::from_json(number.to_string()).unwrap());
        store.commit(&batch).unwrap();
    }

    /// Opening is refused and changes nothing; the refusal.
    fn refused(path: &Path) -> OpenError {
        let before = fs::read(path).unwrap();
        let refusal = SqliteStore::open(path).unwrap_err();
        assert_eq!(fs::read(path).unwrap(), before);
        let beside: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(beside, [path], "nothing else was left there");
        refusal
    }

    #[test]
    fn what_was_stored_is_there_when_the_file_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("with space, 100% ?#.db");
        for number in 1..4 {
            let store = SqliteStore::open(&path).unwrap();
            if number > 1 {
                let found = store.get(&[key()]).unwrap().remove(0).unwrap();
                assert_eq!(found.version.uuid(), Uuid::from_u128(number - 1));
            }
            put(&store, number);
        }
        let plain = Connection::open(&path).unwrap();
        let pragma = |name: &str| plain.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, String>(0));
        assert_eq!(pragma("journal_mode").unwrap(), "wal");
        assert_eq!(pragma("integrity_check").unwrap(), "ok");
        let id: i32 = plain.query_row("PRAGMA application_id", [], |row| row.get(0)).unwrap();
        assert_eq!(id, OFFICE);
    }

    #[test]
    fn a_file_whose_log_was_half_carried_over_is_opened_with_all_that_is_in_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let (path, log) = (folder.path().join("office.db"), folder.path().join("office.db-wal"));
        let store = SqliteStore::open(&path).unwrap();
        let room = |number: u128| Key::new(Kind::literal("room"), format!("R-{number}")).unwrap();
        for number in 1..=100 {
            let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(number)));
            batch.put(room(number), Body::from_json(format!("\"{}\"", "x".repeat(2000))).unwrap());
            store.commit(&batch).unwrap();
        }
        let (logged, before) = (fs::read(&log).unwrap(), fs::metadata(&path).unwrap().len());
        // The last connection carries all of the log over.
        drop(store);
        let whole = fs::read(&path).unwrap();
        assert!(!log.exists() && whole.len() > 100 * 2000);

        // As if it had been killed before the file grew, but after its first page, which counts all pages.
        fs::write(&path, &whole[..usize::try_from(before).unwrap()]).unwrap();
        fs::write(&log, logged).unwrap();
        let store = SqliteStore::open(&path).unwrap();
        let found = store.get(&(1..=100).map(room).collect::<Vec<_>>()).unwrap();
        assert!(found.iter().all(Option::is_some));
    }

    #[test]
    fn an_empty_file_becomes_a_store_and_a_folder_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.db");
        fs::write(&path, "").unwrap();
        put(&SqliteStore::open(&path).unwrap(), 1);
        assert!(matches!(SqliteStore::open(folder.path()), Err(OpenError::File { .. } | OpenError::Foreign { .. })));
        assert!(matches!(SqliteStore::open(folder.path().join("no/such/folder.db")), Err(OpenError::File { .. })));
        assert!(matches!(SqliteStore::open(""), Err(OpenError::File { .. })));
    }

    #[test]
    fn files_that_are_not_an_offices_are_refused_and_left_as_they_are() {
        for content in ["x".to_owned(), "Dear Sir or Madam,\n".repeat(400)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("letter.txt");
            fs::write(&path, content).unwrap();
            assert!(matches!(refused(&path), OpenError::Foreign { .. }));
        }
        for journal in ["delete", "wal"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("someone.db");
            let other = Connection::open(&path).unwrap();
            other.query_row(&format!("PRAGMA journal_mode = {journal}"), [], |_| Ok(())).unwrap();
            other.execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
            drop(other);
            assert!(matches!(refused(&path), OpenError::Foreign { .. }));
        }
    }

    #[test]
    fn a_newer_format_is_refused_and_a_newer_minor_revision_is_not() {
        for (format, opens) in [("1.0", true), ("1.7", true), ("2.0", false), ("9.1", false), ("one", false)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("office.db");
            put(&SqliteStore::open(&path).unwrap(), 1);
            let plain = Connection::open(&path).unwrap();
            plain.execute("UPDATE _meta SET value = ?1 WHERE name = 'format'", [format]).unwrap();
            drop(plain);
            if opens {
                put(&SqliteStore::open(&path).unwrap(), 2);
            } else {
                let refusal = refused(&path);
                assert!(matches!(&refusal, OpenError::Format { found, newest: 1 } if found == format), "{refusal}");
            }
        }
    }

    #[test]
    fn a_file_of_format_0_is_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        let plain = Connection::open(&path).unwrap();
        plain.pragma_update(None, "application_id", OFFICE).unwrap();
        drop(plain);
        put(&SqliteStore::open(&path).unwrap(), 1);
        let plain = Connection::open(&path).unwrap();
        let format: String =
            plain.query_row("SELECT value FROM _meta WHERE name = 'format'", [], |row| row.get(0)).unwrap();
        assert_eq!(format, "1.0");
    }

    #[test]
    fn threads_that_open_one_new_file_at_once_all_get_the_same_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        std::thread::scope(|scope| {
            for number in 1..=8 {
                let path = &path;
                scope.spawn(move || put(&SqliteStore::open(path).unwrap(), number));
            }
        });
        assert!(SqliteStore::open(&path).unwrap().get(&[key()]).unwrap()[0].is_some());
    }
}
