//! Which servers and schemas are opened, and what is left alone.

use std::time::Duration;

use office_core::{BlockingStore, Key, Kind, Waiting, wait};
use office_postgres::{Isolation, OpenError, Options, PostgresStore};
use office_scratch::Scratch;

use crate::sql::{ask, batch};

fn open(scratch: &Scratch) -> Result<PostgresStore, OpenError> {
    wait(PostgresStore::connect_with(scratch.url(), scratch.options()))
}

#[test]
fn threads_that_open_one_new_schema_at_once_all_get_the_same_store() {
    let Some(scratch) = Scratch::find() else { return };
    std::thread::scope(|scope| {
        for number in 1..=8 {
            let scratch = &scratch;
            // They also give the same kind its view at once.
            scope.spawn(move || Waiting(open(scratch).unwrap()).commit(&batch(number, &[("room", "a", "1")])).unwrap());
        }
    });
    let found = Waiting(open(&scratch).unwrap()).scan(&Kind::literal("room"), "", Key::TOP, 9).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(ask(&scratch, "SELECT value FROM _meta WHERE name = 'format'"), ["1.0"]);
}

#[test]
fn a_store_keeps_the_isolation_that_it_was_made_with_and_takes_no_commits_with_locks() {
    let Some(scratch) = Scratch::find() else { return };
    let options = |isolation| scratch.options().with_isolation(isolation);
    let open = |isolation| wait(PostgresStore::connect_with(scratch.url(), options(isolation))).unwrap();
    std::thread::scope(|scope| {
        for number in 1..=8 {
            let open = &open;
            scope.spawn(move || {
                let store = open(Isolation::Serializable);
                while let Err(error) = Waiting(store.clone()).commit(&batch(number, &[("room", "a", "1")])) {
                    assert!(error.is_conflict(), "{error}");
                }
            });
        }
    });
    for wanted in [Isolation::Locks, Isolation::Serializable] {
        assert_eq!(open(wanted).isolation(), Isolation::Serializable);
    }
    assert_eq!(ask(&scratch, "SELECT count(*) FROM room"), ["1"]);
    let functions = "SELECT count(*) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace";
    assert_eq!(ask(&scratch, functions), ["0"]);

    let Some(scratch) = Scratch::find() else { return };
    assert_eq!(scratch.store().isolation(), Isolation::Locks);
    let options = scratch.options().with_isolation(Isolation::Serializable);
    assert_eq!(wait(PostgresStore::connect_with(scratch.url(), options)).unwrap().isolation(), Isolation::Locks);
}

#[test]
fn a_schema_of_somebody_else_is_refused_and_left_as_it_is() {
    let Some(scratch) = Scratch::find() else { return };
    let schema = scratch.options().schema().to_owned();
    ask(&scratch, &format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.recipe (name text)"));
    assert!(matches!(open(&scratch), Err(OpenError::Foreign { .. })));
    let tables = ask(&scratch, "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace");
    assert_eq!(tables, ["recipe"]);
    ask(&scratch, "DROP TABLE recipe");
    assert!(open(&scratch).is_ok(), "an empty schema becomes a store");
}

#[test]
fn a_newer_format_is_refused_and_a_newer_minor_revision_is_not() {
    let Some(scratch) = Scratch::find() else { return };
    drop(open(&scratch).unwrap());
    for (format, opens) in [("1.7", true), ("2.0", false), ("9.1", false), ("one", false), ("1.0", true)] {
        ask(&scratch, &format!("UPDATE _meta SET value = '{format}'"));
        match open(&scratch) {
            Ok(_) => assert!(opens, "{format}"),
            Err(refusal) => {
                assert!(matches!(&refusal, OpenError::Format { found, newest: 1 } if found == format), "{refusal}");
                assert!(!opens, "{format}");
            }
        }
    }
}

#[test]
fn a_user_who_may_only_read_and_write_opens_what_is_up_to_date() {
    let Some(scratch) = Scratch::find() else { return };
    Waiting(open(&scratch).unwrap()).commit(&batch(1, &[("room", "a", "1")])).unwrap();
    let (schema, clerk) =
        (scratch.options().schema().to_owned(), scratch.options().schema().replace("scratch", "clerk"));
    ask(
        &scratch,
        &format!(
            "CREATE ROLE {clerk} LOGIN PASSWORD 's3cret'; GRANT USAGE ON SCHEMA {schema} TO {clerk};
             GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}._record TO {clerk};
             GRANT SELECT ON {schema}._meta TO {clerk}"
        ),
    );
    let url = scratch.url().replace("office@", &format!("{clerk}:s3cret@"));
    let store = Waiting(wait(PostgresStore::connect_with(&url, scratch.options())).unwrap());
    store.commit(&batch(2, &[("room", "a", "2")])).unwrap();
    assert!(!format!("{store:?}").contains("s3cret"));
    // Only a new kind needs a view, and with it the permission to create one.
    let refused = store.commit(&batch(3, &[("desk", "a", "1")])).unwrap_err();
    assert!(refused.is_fatal() && refused.to_string().contains("permission"), "{refused}");
    drop(store);
    ask(&scratch, &format!("DROP OWNED BY {clerk}; DROP ROLE {clerk}"));
}

#[test]
fn a_server_that_is_not_there_is_waited_for_no_longer_than_there_is_patience() {
    let options = Options::default().with_patience(Duration::from_millis(100));
    // Nobody listens at a port that was just free.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let url = format!("postgres://clerk:s3cret@127.0.0.1:{port}/office");
    let refusal = wait(PostgresStore::connect_with(&url, options)).unwrap_err();
    assert!(matches!(refusal, OpenError::Server { .. }));
    assert!(!format!("{refusal:?}").contains("s3cret"), "{refusal:?}");
    let unfit = wait(PostgresStore::connect_with(&url, Options::default().with_schema("Not Fit")));
    assert!(matches!(unfit, Err(OpenError::Schema { name }) if name == "Not Fit"));
}

#[test]
fn a_database_that_does_not_exist_is_not_waited_for() {
    let Some(scratch) = Scratch::find() else { return };
    let (server, _) = scratch.url().rsplit_once('/').unwrap();
    let options = Options::default().with_patience(Duration::from_hours(1));
    let refusal = wait(PostgresStore::connect_with(&format!("{server}/nowhere"), options)).unwrap_err();
    assert!(matches!(refusal, OpenError::Server { .. }), "{refusal}");
}
