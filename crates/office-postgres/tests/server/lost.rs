//! Connections that break at any moment, servers that crash, and what becomes of the commands that were on their way.

#![expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command as Program;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use chrono::DateTime;
use office_core::{Actor, Command, Entity, Id, Kind, Office, Role, StoreError, System, fold, wait};
use office_postgres::{Isolation, PostgresStore};
use office_scratch::Scratch;
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;
use tokio_postgres::NoTls;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account(i64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Moved(i64);

impl Entity for Account {
    const KIND: Kind = Kind::literal("account");
    type Fact = Moved;
    fn open(fact: &Moved) -> Option<Self> {
        Some(Self(fact.0))
    }
    fn apply(&mut self, fact: &Moved) {
        self.0 = self.0.saturating_add(fact.0);
    }
}

fn account(number: u64) -> Id<Account> {
    Id::natural("account", &number.to_string())
}

/// Every how many answers of the server one is lost, and its connection with it; 0 for none.
static EVERY: AtomicU64 = AtomicU64::new(0);
static ANSWERS: AtomicU64 = AtomicU64::new(0);

/// Listens in the place of the server, and passes on what is said until it cuts the line instead.
fn bad_line(server: String) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(&server) else { continue };
            let (ours, theirs) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || pass_on(client, server, false));
            std::thread::spawn(move || pass_on(theirs, ours, true));
        }
    });
    port
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, answers: bool) {
    let mut said = vec![0; 1 << 16];
    while let Ok(length) = from.read(&mut said) {
        let every = EVERY.load(Ordering::Relaxed);
        let cut = answers && every > 0 && ANSWERS.fetch_add(1, Ordering::Relaxed).is_multiple_of(every);
        if length == 0 || cut || to.write_all(&said[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Moves an amount from account to account `times` times; how often a command had to be sent again by us.
fn work(office: &Office, thread: u64, times: u64) -> u64 {
    let clerk = Actor::new(Id::natural("person", "E-001"), Role::new("clerk"));
    let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let mut again = 0;
    for number in 0..times {
        let command = Command::new(format!("{thread}.{number}"), "move", clerk.clone(), at).unwrap();
        let (from, to) = (account(number % 3), account(3 + (thread % 3)));
        loop {
            let done = wait(office.transact(&command, |tx| async move {
                tx.record(from, Moved(-1)).await?;
                tx.record(to, Moved(1)).await
            }));
            match done {
                Ok(()) => break,
                Err(error) => assert!(error.is_transient(), "{error:?}"),
            }
            again += 1;
        }
    }
    again
}

#[test]
fn lost_answers_neither_lose_nor_repeat_a_command() {
    const THREADS: u64 = 4;
    let Some(scratch) = Scratch::find() else { return };
    let (before, address) = scratch.url().split_once("127.0.0.1:").unwrap_or_default();
    if address.is_empty() {
        eprintln!("a server elsewhere has no bad line");
        return;
    }
    let (port, after) = address.split_once('/').unwrap();
    let line = bad_line(format!("127.0.0.1:{port}"));
    let url = format!("{before}127.0.0.1:{line}/{after}");
    let store = wait(PostgresStore::connect_with(&url, scratch.options())).unwrap();
    let office = Office::on(store).within(System::sleeping());

    // Until enough answers to commits were among those that got lost: most calls are reads.
    EVERY.store(23, Ordering::Relaxed);
    let (mut rounds, mut again) = (0, 0);
    while office.tally().unknown < 5 {
        assert!(rounds < 200, "no answer to a commit gets lost");
        let round = rounds;
        let sent: Vec<_> = std::thread::scope(|scope| {
            let threads = (0..THREADS).map(|thread| {
                let office = &office;
                scope.spawn(move || work(office, round * THREADS + thread, 10))
            });
            let threads: Vec<_> = threads.collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        again += sent.iter().sum::<u64>();
        rounds += 1;
    }
    EVERY.store(0, Ordering::Relaxed);

    let commands = rounds * THREADS * 10;
    println!("{commands} commands, {again} sent again: {:?}", office.tally());
    assert_eq!(recorded(&office), (0, commands * 2), "each command was carried out once");
}

/// The sum of all accounts, and how often they were moved.
fn recorded(office: &Office) -> (i64, u64) {
    let (mut total, mut facts) = (0, 0);
    for number in 0..6 {
        let read = wait(office.view(|view| async move {
            let state = view.find(account(number)).await?;
            Ok::<_, StoreError>((state, view.history(account(number), 0, usize::MAX).await?))
        }));
        let (state, history) = read.unwrap();
        let history: Vec<Moved> = history.iter().map(|fact| fact.fact::<Account>().unwrap().unwrap()).collect();
        assert_eq!(state, fold::<Account>(&history));
        total += history.iter().map(|moved| moved.0).sum::<i64>();
        facts += u64::try_from(history.len()).unwrap();
    }
    (total, facts)
}

/// Kills one of the server's processes, upon which it ends all others, and recovers from its log. Whether it could.
fn crash(scratch: &Scratch) -> bool {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let process = runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(scratch.url(), NoTls).await.ok()?;
        drop(tokio::spawn(connection));
        client.query_one("SELECT pg_backend_pid()", &[]).await.ok()?.try_get::<_, i32>(0).ok()
    });
    process.is_some_and(|process| {
        let killed = Program::new("kill").args(["-KILL", &process.to_string()]).status();
        killed.is_ok_and(|status| status.success())
    })
}

#[test]
fn a_server_that_crashes_loses_nothing_that_was_acknowledged() {
    crashing(Isolation::Locks);
}

#[test]
fn nor_does_one_that_keeps_commits_apart_by_itself() {
    crashing(Isolation::Serializable);
}

/// Three times, or as often as `OFFICE_CRASHES` says.
fn crashing(isolation: Isolation) {
    const THREADS: u64 = 4;
    let wanted = std::env::var("OFFICE_CRASHES").map_or(3, |text| text.parse::<u32>().unwrap());
    let Some(scratch) = Scratch::crashable() else { return };
    let options = scratch.options().with_isolation(isolation);
    let open = || wait(PostgresStore::connect_with(scratch.url(), options.clone())).ok();
    let store = std::iter::repeat_with(open).flatten().next().unwrap();
    assert_eq!(store.isolation(), isolation);
    let office = Office::on(store).within(System::sleeping());
    let crashed = AtomicU32::new(0);
    let rounds = std::thread::scope(|scope| {
        let threads = (0..THREADS).map(|thread| {
            let (office, crashed) = (&office, &crashed);
            scope.spawn(move || {
                let mut rounds = 0;
                while crashed.load(Ordering::Relaxed) < wanted {
                    work(office, rounds * THREADS + thread, 10);
                    rounds += 1;
                }
                rounds
            })
        });
        let threads: Vec<_> = threads.collect();
        while crashed.load(Ordering::Relaxed) < wanted {
            std::thread::sleep(Duration::from_millis(200));
            // While it recovers it cannot be crashed again.
            if crash(&scratch) {
                crashed.fetch_add(1, Ordering::Relaxed);
            }
        }
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u64>()
    });
    println!("{wanted} crashes, {} commands: {:?}", rounds * 10, office.tally());
    assert_eq!(recorded(&office), (0, rounds * 10 * 2), "each command was carried out once");
}
