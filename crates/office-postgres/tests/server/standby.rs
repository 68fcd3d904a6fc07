//! Commits that wait for a standby, and somebody who does not let them: PostgreSQL has committed by then, on one machine, and
//! answers as if it were on two.

#![expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::DateTime;
use office_core::{Actor, Command, Entity, Id, Key, Kind, Office, Role, Store, StoreError, System, wait};
use office_postgres::{Isolation, Options, PostgresStore};
use office_scratch::Scratch;
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};

use crate::sql::batch;

/// As long as this lives, the server has a standby to wait for, which never comes. Only who asks for it waits: the other tests
/// on the server do not.
struct Absent {
    runtime: Runtime,
    admin: Client,
    _turn: MutexGuard<'static, ()>,
}

impl Absent {
    fn from(scratch: &Scratch) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (admin, connection) = runtime.block_on(tokio_postgres::connect(scratch.url(), NoTls)).unwrap();
        drop(runtime.spawn(connection));
        let absent = Self { runtime, admin, _turn: turn };
        absent.configure("SET synchronous_standby_names = 'nobody'");
        absent
    }

    fn configure(&self, what: &str) {
        for statement in [format!("ALTER SYSTEM {what}"), "SELECT pg_reload_conf()".to_owned()] {
            self.runtime.block_on(self.admin.batch_execute(&statement)).unwrap();
        }
    }

    /// Does this to whoever waits for the standby: whether anybody did.
    fn interrupt(&self, how: &str) -> bool {
        let ask = format!("SELECT {how}(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        !self.runtime.block_on(self.admin.query(&ask, &[])).unwrap().is_empty()
    }
}

impl Drop for Absent {
    fn drop(&mut self) {
        self.configure("RESET synchronous_standby_names");
    }
}

/// A store that waits for nothing, and the same store over connections that wait for the standby.
fn stores(scratch: &Scratch, isolation: Isolation) -> (PostgresStore, PostgresStore) {
    let options: Options = scratch.options().with_isolation(isolation);
    let waiting = format!("{}?options=-c%20synchronous_commit%3Don", scratch.url());
    let connect = |url: &str| wait(PostgresStore::connect_with(url, options.clone())).unwrap();
    (connect(scratch.url()), connect(&waiting))
}

/// Acts until it fails or was interrupted, and is interrupted wherever it waits for the standby. The server may take a moment
/// to learn that it has one, so that the first times may not wait.
fn interrupted<T: Send>(
    absent: &Absent,
    how: &str,
    first: impl Fn(),
    act: impl Fn() -> Result<T, StoreError> + Sync,
) -> Result<T, StoreError> {
    let met = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (act, met) = (&act, &met);
        let acting = scope.spawn(move || {
            loop {
                let answer = act();
                if answer.is_err() || met.load(Ordering::SeqCst) {
                    return answer;
                }
            }
        });
        while !acting.is_finished() {
            if absent.interrupt(how) && !met.swap(true, Ordering::SeqCst) {
                first();
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        acting.join().unwrap()
    })
}

#[test]
fn a_commit_that_no_standby_confirmed_is_not_reported_as_done() {
    for isolation in [Isolation::Locks, Isolation::Serializable] {
        let Some(scratch) = Scratch::find().and_then(Scratch::ours) else { return };
        let (local, waiting) = stores(&scratch, isolation);
        wait(local.commit(&batch(1, &[("room", "1", "1")]))).unwrap();
        for (round, how) in [(1_u64, "pg_cancel_backend"), (2, "pg_terminate_backend")] {
            let absent = Absent::from(&scratch);
            let last = AtomicU64::new(round * 1_000_000);
            let answer = interrupted(
                &absent,
                how,
                || {},
                || {
                    let number = last.fetch_add(1, Ordering::SeqCst) + 1;
                    wait(waiting.commit(&batch(number.into(), &[("room", &number.to_string(), "1")])))
                },
            );
            assert!(answer.as_ref().is_err_and(StoreError::is_unknown), "{isolation:?}, {how}: {answer:?}");
            let room = Key::new(Kind::literal("room"), last.into_inner().to_string()).unwrap();
            assert!(wait(local.get(&[room])).unwrap()[0].is_some(), "it is on this machine all the same");
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account(i64);

impl Entity for Account {
    const KIND: Kind = Kind::literal("account");
    type Fact = Account;
    fn open(fact: &Account) -> Option<Self> {
        Some(fact.clone())
    }
    fn apply(&mut self, fact: &Account) {
        self.0 += fact.0;
    }
}

#[test]
fn a_command_whose_wait_was_cancelled_is_found_out_once_the_standby_has_it() {
    let Some(scratch) = Scratch::find().and_then(Scratch::ours) else { return };
    let (local, waiting) = stores(&scratch, Isolation::Locks);
    let (local, office) = (Office::on(local), Office::on(waiting).within(System::sleeping()));
    let (account, sent) = (Id::<Account>::natural("account", "cash"), AtomicU64::new(0));
    let add = |office: &Office| {
        let key = format!("add-{}", sent.fetch_add(1, Ordering::SeqCst));
        let clerk = Actor::new(Id::natural("person", "E-001"), Role::new("clerk"));
        let command = Command::new(key, "add", clerk, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap();
        wait(office.transact(&command, |tx| async move { tx.record(account, Account(1)).await }))
    };
    add(&local).unwrap();
    let absent = Absent::from(&scratch);
    let confirm = || absent.configure("RESET synchronous_standby_names");
    interrupted(&absent, "pg_cancel_backend", confirm, || add(&office)).unwrap();
    assert_eq!(office.tally().unknown, 1);
    let found: Result<Account, StoreError> = wait(local.view(|view| async move { view.load(account).await }));
    assert_eq!(found.unwrap(), Account(i64::try_from(sent.into_inner()).unwrap()), "each was carried out once");
}
