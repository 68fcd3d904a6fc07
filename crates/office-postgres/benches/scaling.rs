//! What grows with an office: writers at one record, records in an index, readers of the feed, offices on one server.
//!
//! `cargo bench -p office-postgres --bench scaling`, with `-- --test` for a quick trial. The server does not wait for the disk,
//! so that what is shown is not the disk's mood: read the ratios. Without a server it says so and ends.

#![expect(clippy::arithmetic_side_effects, reason = "the numbers of a run are small")]
#![expect(clippy::print_stdout, reason = "the result of the run")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::DateTime;
use office_core::{
    Actor, Command, Entity, Entries, Id, Kind, Office, Partition, Role, StoreError, System, Tally, wait,
};
use office_postgres::{Isolation, PostgresStore};
use office_scratch::Scratch;
use serde::{Deserialize, Serialize};
use tokio_postgres::NoTls;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const WRITERS: u64 = 8;

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

/// An hour of a room: who books one looks at all of the same room and day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Hour {
    day: String,
    hour: u64,
}

impl Hour {
    const OF_DAY: Partition<Self, String, u64> = Partition::new("day");
}

impl Entity for Hour {
    const KIND: Kind = Kind::literal("hour");
    type Fact = Hour;
    fn open(fact: &Hour) -> Option<Self> {
        Some(fact.clone())
    }
    fn apply(&mut self, fact: &Hour) {
        *self = fact.clone();
    }
    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_DAY, &self.day, &self.hour);
    }
}

fn command(key: String) -> Result<Command, Failure> {
    let clerk = Actor::new(Id::natural("person", "E-017"), Role::new("assistant"));
    let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
    Ok(Command::new(key, "bench", clerk, at)?)
}

fn open(scratch: &Scratch, isolation: Isolation) -> Result<Office, Failure> {
    let options = scratch.options().with_connections(16).with_isolation(isolation);
    Ok(Office::on(wait(PostgresStore::connect_with(scratch.url(), options))?).within(System::sleeping()))
}

fn add(office: &Office, key: String, account: &str) -> Result<(), Failure> {
    let (command, id) = (command(key)?, Id::<Account>::natural("account", account));
    loop {
        match wait(office.transact(&command, |tx| async move { tx.record(id, Moved(1)).await })) {
            Err(error) if StoreError::is_conflict(&error) => {}
            answer => return Ok(answer?),
        }
    }
}

/// Books an hour of a room's day, unless too many are booked already.
fn book(office: &Office, key: &str, day: &str, hour: u64) -> Result<(), Failure> {
    let (command, id) = (command(key.to_owned())?, Id::<Hour>::natural("hour", key));
    loop {
        let done = wait(office.transact(&command, |tx| {
            let day = day.to_owned();
            async move {
                let booked = tx.list(Hour::OF_DAY, &day).await?;
                if booked.len() < 1_000 { tx.create(id, Hour { day, hour }).await } else { Ok(()) }
            }
        }));
        match done {
            Err(error) if StoreError::is_conflict(&error) => {}
            answer => return Ok(answer?),
        }
    }
}

/// How long all writers take who each do `work` as often as this.
#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
fn crowd(writers: u64, each: u64, work: impl Fn(u64, u64) -> Result<(), Failure> + Sync) -> Result<Duration, Failure> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            (0..writers).map(|writer| scope.spawn(move || (0..each).try_for_each(|turn| work(writer, turn)))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a writer panicked")?)
    })?;
    Ok(start.elapsed())
}

fn per_second(count: u64, time: Duration) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    count.saturating_mul(1_000_000).checked_div(micros).unwrap_or(0)
}

fn ratio(one: u64, other: u64) -> String {
    let percent = one.saturating_mul(100).checked_div(other).unwrap_or(0);
    format!("{}.{:02}", percent / 100, percent % 100)
}

/// One account that all write to, and the same account in so many lanes, of which each writer takes the next.
fn lanes(each: u64) -> Result<(), Failure> {
    println!(
        "{WRITERS} writers, one account in lanes   locks: per second   conflicts   serializable: per second   conflicts"
    );
    for lanes in [1, 2, 4, 8, 64] {
        let mut line = format!("{lanes:>5}");
        for isolation in [Isolation::Locks, Isolation::Serializable] {
            let Some(scratch) = Scratch::find() else { return Ok(()) };
            let office = open(&scratch, isolation)?;
            let time = crowd(WRITERS, each, |writer, turn| {
                add(&office, format!("{writer}.{turn}"), &((writer + turn * 7) % lanes).to_string())
            })?;
            let (Tally { conflicts, .. }, count) = (office.tally(), WRITERS * each);
            line = format!("{line} {:>24} {:>10}", per_second(count, time), ratio(conflicts, count));
        }
        println!("{line}");
    }
    Ok(())
}

/// A day that is written to at the moment, of so many; each is full some turns later.
fn day(writer: u64, turn: u64, days: u64) -> String {
    format!("{}.{}", turn / 4, (writer + turn * 7) % days)
}

/// Bookings that look at all others of their partition: one of them at a time for all writers, or several.
fn partitions(each: u64) -> Result<(), Failure> {
    println!("\n{WRITERS} writers, bookings in days   per second   conflicts per commit");
    for days in [1, 2, 8, 64] {
        let Some(scratch) = Scratch::find() else { return Ok(()) };
        let office = open(&scratch, Isolation::Locks)?;
        let time = crowd(WRITERS, each, |writer, turn| {
            book(&office, &format!("{writer}.{turn}"), &day(writer, turn, days), turn)
        })?;
        let count = WRITERS * each;
        println!("{days:>5} {:>34} {:>14}", per_second(count, time), ratio(office.tally().conflicts, count));
    }
    Ok(())
}

/// Commits and reads among so many records, which an hour of bulk loading would otherwise write.
fn growth(sizes: &[u64], each: u64) -> Result<(), Failure> {
    println!(
        "\nrecords   commits per second, {WRITERS} writers   reads per second, 1 reader   bytes of index per record"
    );
    let Some(scratch) = Scratch::find() else { return Ok(()) };
    let (office, schema) = (open(&scratch, Isolation::Locks)?, scratch.options().schema().to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (client, connection) = runtime.block_on(tokio_postgres::connect(scratch.url(), NoTls))?;
    drop(runtime.spawn(connection));
    let mut there = 0;
    for &size in sizes {
        let load = format!(
            "INSERT INTO {schema}._record SELECT 'account', md5(n::text), gen_random_uuid(),
             jsonb_build_object('rev', 1, 'at', '2026-10-01T08:00:00Z', 'by', 'E-017', 'state', repeat('x', 200))
             FROM generate_series({there}, {size} - 1) n; ANALYZE {schema}._record"
        );
        runtime.block_on(client.batch_execute(&load))?;
        there = size;
        let time = crowd(WRITERS, each, |writer, turn| {
            let place = (writer * 1_000_003 + turn + size).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            add(&office, format!("{size}.{writer}.{turn}"), &place.to_string())
        })?;
        let reads = crowd(1, each * 4, |_, turn| {
            let place = (turn + size).wrapping_mul(0x9e37_79b9_7f4a_7c15) % size;
            let id = Id::<Account>::natural("account", &place.to_string());
            let found: Result<Option<Account>, StoreError> =
                wait(office.view(|view| async move { view.find(id).await }));
            found?;
            Ok(())
        })?;
        let bytes = format!("SELECT pg_relation_size('{schema}._record_pkey') / count(*) FROM {schema}._record");
        let bytes: i64 = runtime.block_on(client.query_one(&bytes, &[]))?.try_get(0)?;
        let (commits, reads) = (per_second(WRITERS * each, time), per_second(each * 4, reads));
        println!("{size:>9} {commits:>28} {reads:>26} {bytes:>24}");
    }
    Ok(())
}

/// Writers, and readers of the feed who follow them.
fn followers(each: u64) -> Result<(), Failure> {
    println!("\nreaders of the feed   commits per second, {WRITERS} writers   facts behind at the end, at most");
    for readers in [0, 1, 4] {
        let Some(scratch) = Scratch::find() else { return Ok(()) };
        let (office, done) = (open(&scratch, Isolation::Locks)?, AtomicBool::new(false));
        let (time, reached) = std::thread::scope(|scope| {
            let (office, done) = (&office, &done);
            let readers: Vec<_> = (0..readers).map(|_| scope.spawn(move || follow(office, done))).collect();
            let time = crowd(WRITERS, each, |writer, turn| {
                add(office, format!("{writer}.{turn}"), &format!("{writer}.{turn}"))
            });
            done.store(true, Ordering::Relaxed);
            let reached: Vec<_> = readers.into_iter().map(|reader| reader.join().unwrap_or(Ok(0))).collect();
            (time, reached)
        });
        let reached = reached.into_iter().collect::<Result<Vec<_>, _>>()?;
        let behind = reached.into_iter().min().map_or(0, |least| (WRITERS * each).saturating_sub(least));
        println!("{readers:>5} {:>38} {behind:>24}", per_second(WRITERS * each, time?));
    }
    Ok(())
}

/// How far a reader has come when the writers are done.
fn follow(office: &Office, done: &AtomicBool) -> Result<u64, Failure> {
    let (feed, mut position) = (office.feed(), 0);
    while !done.load(Ordering::Relaxed) {
        match wait(feed.after(position, 500)) {
            Ok(entries) => position = entries.last().map_or(position, |entry| entry.position),
            Err(error) if error.is_transient() => {}
            Err(error) => return Err(error.into()),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(position)
}

/// The same writers at the same hot account of one office, or of an office each.
fn tenants(each: u64) -> Result<(), Failure> {
    println!("\noffices, {WRITERS} writers in all   commits per second   conflicts per commit");
    for offices in [1, 2, 8] {
        let scratches: Vec<_> = (0..offices).map_while(|_| Scratch::find()).collect();
        let all = scratches.iter().map(|scratch| open(scratch, Isolation::Locks)).collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() {
            return Ok(());
        }
        let time = crowd(WRITERS, each, |writer, turn| {
            let office = usize::try_from(writer % offices).ok().and_then(|at| all.get(at)).ok_or("no office")?;
            add(office, format!("{writer}.{turn}"), "cash")
        })?;
        let conflicts = all.iter().map(|office| office.tally().conflicts).sum();
        let count = WRITERS * each;
        println!("{offices:>5} {:>34} {:>18}", per_second(count, time), ratio(conflicts, count));
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let (each, sizes): (u64, &[u64]) = if trial { (4, &[1_000]) } else { (30, &[10_000, 100_000, 1_000_000]) };
    lanes(each)?;
    partitions(each)?;
    growth(sizes, each)?;
    followers(each)?;
    tenants(each)
}
