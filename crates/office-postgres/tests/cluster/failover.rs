//! Writers who go on while the server that writes is killed again and again.

#![expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
#![expect(clippy::disallowed_methods, reason = "nothing waits for ever")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::DateTime;
use office_core::{Actor, Command, Entity, Id, Kind, Office, Role, StoreError, System, fold, wait};
use office_postgres::{Options, PostgresStore};
use office_scratch::Replicated;
use serde::{Deserialize, Serialize};

const WRITERS: u64 = 4;
const ACCOUNTS: u64 = 6;

/// A machine that is busy with other things is slow; a cluster that does not recover at all has failed.
const LONGEST: Duration = Duration::from_mins(5);

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

/// An hour of a room, and whose command booked it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Hour(String);

impl Entity for Hour {
    const KIND: Kind = Kind::literal("hour");
    type Fact = Hour;
    fn open(fact: &Hour) -> Option<Self> {
        Some(fact.clone())
    }
    fn apply(&mut self, fact: &Hour) {
        *self = fact.clone();
    }
}

fn account(number: u64) -> Id<Account> {
    Id::natural("account", &number.to_string())
}

fn hour(number: u64) -> Id<Hour> {
    Id::natural("hour", &number.to_string())
}

fn key(writer: u64, number: u64) -> String {
    format!("{writer}.{number}")
}

/// Moves an amount, and books the hour of this number unless somebody else has: whether it did. Again until it is known.
fn act(office: &Office, writer: u64, number: u64) -> bool {
    let clerk = Actor::new(Id::natural("person", "E-001"), Role::new("clerk"));
    let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let command = Command::new(key(writer, number), "move_and_book", clerk, at).unwrap();
    let (from, to) = (account(number % 3), account(3 + (writer % 3)));
    let start = Instant::now();
    loop {
        let done = wait(office.transact(&command, |tx| async move {
            tx.record(from, Moved(-1)).await?;
            tx.record(to, Moved(1)).await?;
            if tx.find(hour(number)).await?.is_some() {
                return Ok(false);
            }
            tx.create(hour(number), Hour(key(writer, number))).await?;
            Ok::<_, StoreError>(true)
        }));
        match done {
            Ok(booked) => return booked,
            Err(error) => assert!(error.is_transient() && start.elapsed() < LONGEST, "{error:?}"),
        }
    }
}

/// Waits until this many more commands are acknowledged; how long that took.
fn progress(acknowledged: &AtomicU64, more: u64) -> Duration {
    let (before, start) = (acknowledged.load(Ordering::Relaxed), Instant::now());
    while acknowledged.load(Ordering::Relaxed) < before + more {
        assert!(start.elapsed() < LONGEST, "nobody gets on");
        std::thread::sleep(Duration::from_millis(20));
    }
    start.elapsed()
}

/// Kills the server that writes: by turns with all of its machine, and alone. How long it took until all got on.
fn fail_over(cluster: &Replicated, acknowledged: &AtomicU64, turn: u32) -> Duration {
    let (action, start) = (if turn.is_multiple_of(2) { "kill-primary" } else { "kill-postgres" }, Instant::now());
    // While one takes over, none is there to be killed.
    while let Err(why) = cluster.run(action) {
        assert!(start.elapsed() < LONGEST, "{why}");
    }
    let outage = progress(acknowledged, 5 * WRITERS);
    cluster.run("up").unwrap();
    progress(acknowledged, 5 * WRITERS);
    outage
}

#[test]
fn servers_that_take_over_lose_nothing_that_was_acknowledged() {
    let Some((cluster, _turn)) = crate::cluster() else { return };
    let options = Options::default().with_schema("failover").with_connections(8).with_patience(Duration::from_mins(1));
    let open = || Office::on(wait(PostgresStore::connect_with(cluster.url(), options.clone())).unwrap());
    let office = open().within(System::sleeping());
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));

    let (answers, outages) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (office, stop, acknowledged) = (&office, &stop, &acknowledged);
                scope.spawn(move || {
                    let mut answers = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        answers.push(act(office, writer, u64::try_from(answers.len()).unwrap()));
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    answers
                })
            })
            .collect();
        let killed = std::panic::catch_unwind(|| -> Vec<Duration> {
            (0..cluster.failovers()).map(|turn| fail_over(cluster, &acknowledged, turn)).collect()
        });
        // Also where it panicked: else the writers would go on for ever.
        stop.store(true, Ordering::Relaxed);
        let answers: Vec<Vec<bool>> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        (answers, killed.unwrap())
    });

    let commands: usize = answers.iter().map(Vec::len).sum();
    println!("{} kills, {commands} commands: {:?}", outages.len(), office.tally());
    println!("until {} more were acknowledged: {outages:?}", 5 * WRITERS);
    // By a program that knows nothing of before.
    let fresh = open().within(System::sleeping());
    assert_eq!(recorded(&fresh), (0, commands * 2), "the books balance, and each command was carried out once");
    no_hour_is_booked_twice(&fresh, &answers);
    for (writer, answers) in (0..).zip(&answers) {
        for (number, answer) in (0..).zip(answers) {
            assert_eq!(act(&fresh, writer, number), *answer, "{writer}.{number} has one answer");
        }
    }
    assert_eq!(recorded(&fresh), (0, commands * 2), "and sent again, none is carried out again");
}

fn no_hour_is_booked_twice(office: &Office, answers: &[Vec<bool>]) {
    let mut booked = BTreeMap::new();
    for (writer, answers) in (0..).zip(answers) {
        for (number, _) in (0..).zip(answers).filter(|(_, answer)| **answer) {
            assert_eq!(booked.insert(number, key(writer, number)), None, "hour {number} is booked twice");
        }
    }
    let longest = answers.iter().map(Vec::len).max().unwrap();
    assert_eq!(booked.len(), longest, "somebody has each hour that was asked for");
    for (number, whose) in booked {
        let found: Result<_, StoreError> = wait(office.view(|view| async move { view.find(hour(number)).await }));
        assert_eq!(found.unwrap(), Some(Hour(whose)));
    }
}

/// The sum of all accounts, and how often they were moved.
fn recorded(office: &Office) -> (i64, usize) {
    let (mut total, mut facts) = (0, 0);
    for number in 0..ACCOUNTS {
        let read = wait(office.view(|view| async move {
            let state = view.find(account(number)).await?;
            Ok::<_, StoreError>((state, view.history(account(number), 0, usize::MAX).await?))
        }));
        let (state, history) = read.unwrap();
        let history: Vec<Moved> = history.iter().map(|fact| fact.fact::<Account>().unwrap().unwrap()).collect();
        assert_eq!(state, fold::<Account>(&history));
        total += history.iter().map(|moved| moved.0).sum::<i64>();
        facts += history.len();
    }
    (total, facts)
}
