//! Durable commits per second: the office beside bare SQL that makes the same writes, and writers who meet at few accounts.
//!
//! The server waits for the disk at every commit. Both sides write rows of the same size into tables of the same shape, and
//! take turns, because disks have moods. The bare side is given finished documents, checks nothing, and is measured twice:
//! one statement after the other, as most programs are written, and all of a transaction sent at once.
//!
//! `cargo bench -p office-postgres`, with `-- --test` for a quick trial. Without a server it says so and ends.

#![expect(clippy::arithmetic_side_effects, reason = "the numbers of a run are small")]

use std::time::{Duration, Instant};

use chrono::DateTime;
use office_core::{Actor, Command, Entity, Id, Kind, Office, Role, StoreError, System, Tally, wait};
use office_postgres::PostgresStore;
use office_scratch::Scratch;
use serde::{Deserialize, Serialize};
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The kinds of the records that the creation of one article writes, and about what they hold.
const ROWS: [(&str, usize); 4] = [("article", 330), ("fact", 480), ("command", 360), ("pending", 60)];

/// An article in stock: about 300 bytes of JSON with what is stored around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Article {
    sku: String,
    name: String,
    unit: String,
    quantity: String,
    location: String,
    tags: Vec<String>,
}

impl Entity for Article {
    const KIND: Kind = Kind::literal("article");
    type Fact = Article;
    fn open(fact: &Article) -> Option<Self> {
        Some(fact.clone())
    }
    fn apply(&mut self, fact: &Article) {
        *self = fact.clone();
    }
}

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

fn article(number: u64) -> Article {
    Article {
        sku: format!("SKU-{number:08}"),
        name: "Copy paper A4, 80 g, white, 500 sheets".to_owned(),
        unit: "ream".to_owned(),
        quantity: "125.5".to_owned(),
        location: "store-room/shelf-4/row-2".to_owned(),
        tags: vec!["paper".to_owned(), "reorder".to_owned()],
    }
}

fn command(key: String) -> Result<Command, Failure> {
    let clerk = Actor::new(Id::natural("person", "E-017"), Role::new("assistant"));
    let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
    Ok(Command::new(key, "bench", clerk, at)?)
}

fn create(office: &Office, number: u64) -> Result<(), Failure> {
    let id = Id::<Article>::from_uuid(Uuid::from_u64_pair(number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number));
    let command = command(format!("create-{number}"))?;
    Ok(wait(office.transact(&command, |tx| async move { tx.create(id, article(number)).await }))?)
}

/// A connection that writes by plain SQL into the table of a store.
struct Bare {
    runtime: tokio::runtime::Runtime,
    client: Client,
    begin: Statement,
    insert: Statement,
    commit: Statement,
}

impl Bare {
    fn connect(scratch: &Scratch) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(scratch.url(), NoTls))?;
        drop(runtime.spawn(connection));
        let schema = scratch.options().schema().to_owned();
        let insert =
            format!("INSERT INTO {schema}._record (kind, id, version, body) VALUES ($1, $2, $3, $4::text::jsonb)");
        let prepare = async {
            Ok::<_, tokio_postgres::Error>((
                client.prepare("BEGIN").await?,
                client.prepare(&insert).await?,
                client.prepare("COMMIT").await?,
            ))
        };
        let (begin, insert, commit) = runtime.block_on(prepare)?;
        Ok(Self { runtime, client, begin, insert, commit })
    }

    /// The rows that the office would write, with finished documents.
    fn create(&self, number: u64, at_once: bool) -> Result<(), Failure> {
        let version = Uuid::from_u64_pair(0x0190_0000_0000_7000, number);
        let rows = ROWS.map(|(kind, length)| (kind, format!("{number:020}"), document(length)));
        let insert = |(kind, id, body): &(&'static str, String, String)| {
            let (client, insert, kind, id, body) = (&self.client, &self.insert, *kind, id.clone(), body.clone());
            async move { client.execute(insert, &[&kind, &id, &version, &body]).await }
        };
        let [first, second, third, fourth] = &rows;
        self.runtime.block_on(async {
            if at_once {
                tokio::try_join!(
                    self.client.execute(&self.begin, &[]),
                    insert(first),
                    insert(second),
                    insert(third),
                    insert(fourth),
                    self.client.execute(&self.commit, &[]),
                )?;
            } else {
                self.client.execute(&self.begin, &[]).await?;
                for row in &rows {
                    insert(row).await?;
                }
                self.client.execute(&self.commit, &[]).await?;
            }
            Ok(())
        })
    }
}

/// A document of about this length.
fn document(length: usize) -> String {
    format!(r#"{{"rev":1,"state":{{"text":"{}"}}}}"#, "x".repeat(length.saturating_sub(32)))
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

/// The middle one of the rates.
fn median(mut rates: Vec<u64>) -> u64 {
    rates.sort_unstable();
    rates.get(rates.len() / 2).copied().unwrap_or(0)
}

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn beside_bare(scratch: &Scratch, bare: &Scratch, rounds: u64, commits: u64) -> Result<(), Failure> {
    println!("durable commits per second     office   by turns  ratio    at once  ratio");
    for writers in [1, 4, 16] {
        let options = scratch.options().with_connections(16);
        let office = Office::on(wait(PostgresStore::connect_with(scratch.url(), options))?).within(System::sleeping());
        drop(bare.store());
        let clients = (0..writers).map(|_| Bare::connect(bare)).collect::<Result<Vec<_>, _>>()?;
        let each = commits / writers;
        let (mut ours, mut turns, mut together) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..rounds {
            let number = |side: u64, writer: u64, turn: u64| {
                [writers, round, side, writer].iter().fold(0_u64, |all, part| (all << 8) | part) << 24 | turn
            };
            let client = |writer: u64| usize::try_from(writer).ok().and_then(|at| clients.get(at)).ok_or("no client");
            let count = each.saturating_mul(writers);
            let rate = |time: Duration| per_second(count, time);
            ours.push(rate(crowd(writers, each, |writer, turn| create(&office, number(0, writer, turn)))?));
            let by_turns = |writer, turn| client(writer)?.create(number(1, writer, turn), false);
            turns.push(rate(crowd(writers, each, by_turns)?));
            let at_once = |writer, turn| client(writer)?.create(number(2, writer, turn), true);
            together.push(rate(crowd(writers, each, at_once)?));
        }
        let (ours, turns, together) = (median(ours), median(turns), median(together));
        println!(
            "{writers:>2} writers {ours:>26} {turns:>10} {:>6} {together:>10} {:>6}",
            ratio(ours, turns),
            ratio(ours, together)
        );
    }
    Ok(())
}

/// Sixteen writers move amounts on few accounts: one each, of all that there are.
#[expect(clippy::print_stdout, reason = "the result of the run")]
fn on_few_accounts(scratch: &Scratch, commits: u64) -> Result<(), Failure> {
    const WRITERS: u64 = 16;
    println!("\n16 writers on so many accounts   commits per second   conflicts per commit");
    for accounts in [1, 4, 16, 64, 1024] {
        let options = scratch.options().with_connections(16);
        let office = Office::on(wait(PostgresStore::connect_with(scratch.url(), options))?).within(System::sleeping());
        let each = commits / WRITERS;
        let time = crowd(WRITERS, each, |writer, turn| {
            let spread = (writer * 1_000_003 + turn + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            let account = Id::<Account>::natural("account", &format!("{accounts}/{}", spread % accounts));
            let command = command(format!("move-{accounts}-{writer}-{turn}"))?;
            loop {
                let moved = wait(office.transact(&command, |tx| async move { tx.record(account, Moved(1)).await }));
                match moved {
                    Err(error) if StoreError::is_conflict(&error) => {}
                    answer => return Ok(answer?),
                }
            }
        })?;
        let Tally { conflicts, .. } = office.tally();
        let count = each.saturating_mul(WRITERS);
        println!("{accounts:>4} {:>42} {:>22}", per_second(count, time), ratio(conflicts, count));
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let (rounds, commits) = if trial { (1, 32) } else { (5, 800) };
    let (Some(office), Some(bare)) = (Scratch::durable(), Scratch::durable()) else { return Ok(()) };
    beside_bare(&office, &bare, rounds, commits)?;
    on_few_accounts(&office, commits)
}
