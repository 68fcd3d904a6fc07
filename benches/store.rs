//! What the typed layer and the contract cost on top of SQLite, measured side by side with bare `rusqlite`.
//!
//! The bare side inserts the same rows into the same tables with the same settings in the same folder, and is given the
//! documents as finished texts. Both sides take turns, because disks have moods; the table at the end compares medians.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::DateTime;
use criterion::Criterion;
use office_core::{
    Actor, BlockingStore, Command, Entity, Id, Key, Kind, MemoryStore, Office, Role, StoreError, System, wait,
};
use office_sqlite::{Durability, Options, SqliteStore};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

type Failure = Box<dyn std::error::Error>;

const TABLES: [&str; 4] = ["article", "fact", "command", "pending"];
const ARTICLES: u64 = 20_000;

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

/// An article as it is stored.
#[derive(Deserialize)]
struct Stored {
    rev: u64,
    state: Article,
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

fn id(number: u64) -> Id<Article> {
    Id::from_uuid(Uuid::from_u64_pair(number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number))
}

fn create(office: &Office, clerk: &Actor, number: u64) -> Result<(), Failure> {
    let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
    let command = Command::new(format!("create-{number}"), "create_article", clerk.clone(), at)?;
    wait(office.transact(&command, |tx| async move { tx.create(id(number), article(number)).await }))?;
    Ok(())
}

/// Bare SQLite with the store's tables and settings.
struct Bare {
    connection: Connection,
    /// Version and body of a row of each table, as the store wrote them.
    rows: Vec<(String, String)>,
}

impl Bare {
    /// Takes over the tables of the store at `model`, and one row of each.
    fn like(model: &Path, path: &Path, durability: Durability) -> Result<Self, Failure> {
        let store = Connection::open(model)?;
        let connection = Connection::open(path)?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        let synchronous = if durability == Durability::Full { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.set_prepared_statement_cache_capacity(100);
        let mut rows = Vec::new();
        for table in TABLES {
            let sql: String =
                store.query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))?;
            connection.execute_batch(&sql)?;
            rows.push(
                store.query_row(&format!("SELECT version, body FROM {table}"), [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?,
            );
        }
        Ok(Self { connection, rows })
    }

    fn create(&self, number: u64) -> Result<(), rusqlite::Error> {
        let article = id(number);
        // Ids of the same shape and order as the store's.
        let ids = [
            article.to_string(),
            format!("article/{article}/0000000001"),
            format!("create-{number}"),
            Uuid::from_u64_pair(0x0190_0000_0000_7000, number).to_string(),
        ];
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for ((table, id), (version, body)) in TABLES.iter().zip(&ids).zip(&self.rows) {
            self.connection
                .prepare_cached(&format!("INSERT INTO {table} (id, version, body) VALUES (?1, ?2, ?3)"))?
                .execute(params![id, version, body])?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn load(connection: &Connection, number: u64) -> Result<Stored, Failure> {
        let mut statement = connection.prepare_cached("SELECT body FROM article WHERE id = ?1")?;
        let body: String = statement.query_row([id(number).to_string()], |row| row.get(0))?;
        Ok(serde_json::from_str(&body)?)
    }
}

/// The median times of two things that take turns.
fn compare(
    turns: u64,
    mut one: impl FnMut(u64) -> Result<(), Failure>,
    mut other: impl FnMut(u64) -> Result<(), Failure>,
) -> Result<(Duration, Duration), Failure> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for turn in 0..turns {
        if turn % 2 == 0 {
            ones.push(time(|| one(turn))?);
            others.push(time(|| other(turn))?);
        } else {
            others.push(time(|| other(turn))?);
            ones.push(time(|| one(turn))?);
        }
    }
    Ok((median(ones), median(others)))
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
fn time(work: impl FnOnce() -> Result<(), Failure>) -> Result<Duration, Failure> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A line of the table: what bare SQLite takes, as a part of what the store takes.
#[expect(clippy::print_stdout, reason = "the result of the run")]
fn line(what: &str, (store, bare): (Duration, Duration)) {
    let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let percent = nanos(bare).saturating_mul(100).checked_div(nanos(store)).unwrap_or(0);
    println!("{what:<44} {store:>12.1?} {bare:>12.1?} {:>6}.{:02}", percent / 100, percent % 100);
}

fn clerk() -> Actor {
    Actor::new(Id::natural("person", "E-017"), Role::new("assistant"))
}

fn commits(folder: &Path, durability: Durability, turns: u64) -> Result<(Duration, Duration), Failure> {
    let name = |side: &str| folder.join(format!("{side}-{durability:?}.db"));
    let store = SqliteStore::open_with(name("office"), Options::default().with_durability(durability))?;
    let office = Office::on(store).within(System::sleeping());
    let clerk = clerk();
    create(&office, &clerk, u64::MAX)?;
    let bare = Bare::like(&name("office"), &name("bare"), durability)?;
    compare(turns, |turn| create(&office, &clerk, turn), |turn| Ok(bare.create(turn)?))
}

/// An office with articles, and the same file opened bare.
struct Filled {
    office: Office,
    store: SqliteStore,
    bare: Connection,
}

impl Filled {
    fn new(folder: &Path, articles: u64) -> Result<Self, Failure> {
        let path = folder.join("filled.db");
        let store = SqliteStore::open_with(&path, Options::default().with_durability(Durability::Normal))?;
        let office = Office::on(store.clone()).within(System::sleeping());
        for number in 0..articles {
            create(&office, &clerk(), number)?;
        }
        Ok(Self { office, store, bare: Connection::open(&path)? })
    }

    fn load(&self, number: u64) -> Result<(), Failure> {
        let found = wait(self.office.view(|view| async move { view.load(id(number)).await }));
        black_box(found.map(drop).map_err(|error: StoreError| error.into()))
    }

    fn get(&self, number: u64) -> Result<(), Failure> {
        let key = Key::new(Article::KIND, id(number).to_string())?;
        let found = self.store.get(&[key])?.into_iter().next().flatten().ok_or("no such article")?;
        let stored: Stored = found.body.read()?;
        black_box((stored.rev, stored.state));
        Ok(())
    }

    fn bare(&self, number: u64) -> Result<(), Failure> {
        let stored = Bare::load(&self.bare, number)?;
        black_box((stored.rev, stored.state));
        Ok(())
    }
}

/// Scattered over all articles, each turn another one.
fn scattered(turn: u64, articles: u64) -> u64 {
    turn.wrapping_mul(0x9e37_79b9).checked_rem(articles).unwrap_or(0)
}

fn in_memory(criterion: &mut Criterion) -> Result<(), Failure> {
    let office = Office::on(MemoryStore::new());
    let clerk = clerk();
    let mut number = 0_u64;
    create(&office, &clerk, u64::MAX)?;
    criterion.bench_function("memory/commit", |bencher| {
        bencher.iter(|| {
            number = number.saturating_add(1);
            create(&office, &clerk, number).is_ok()
        });
    });
    criterion.bench_function("memory/load", |bencher| {
        bencher.iter(|| wait(office.view(|view| async move { view.load(id(u64::MAX)).await })).is_ok());
    });
    Ok(())
}

fn on_disk(criterion: &mut Criterion, filled: &Filled, articles: u64) {
    let mut turn = 0_u64;
    let mut next = || {
        turn = turn.saturating_add(1);
        scattered(turn, articles)
    };
    criterion.bench_function("sqlite/load", |bencher| bencher.iter(|| filled.load(next()).is_ok()));
    criterion.bench_function("sqlite/get", |bencher| bencher.iter(|| filled.get(next()).is_ok()));
    criterion.bench_function("bare/select", |bencher| bencher.iter(|| filled.bare(next()).is_ok()));
}

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let (articles, turns, loads) = if trial { (100, 20, 100) } else { (ARTICLES, 4_000, 20_000) };
    let mut criterion = Criterion::default().configure_from_args();
    let folder = tempfile::tempdir()?;
    let filled = Filled::new(folder.path(), articles)?;
    in_memory(&mut criterion)?;
    on_disk(&mut criterion, &filled, articles);
    criterion.final_summary();

    println!("\n{:<44} {:>12} {:>12} {:>9}", "", "office", "bare", "ratio");
    let commit = "commit of one entity with one fact";
    line(&format!("{commit}, full"), commits(folder.path(), Durability::Full, turns)?);
    line(&format!("{commit}, normal"), commits(folder.path(), Durability::Normal, turns)?);
    let any = |turn| scattered(turn, articles);
    let load = compare(loads, |turn| filled.load(any(turn)), |turn| filled.bare(any(turn)))?;
    line("load through a view", load);
    line("get from the store", compare(loads, |turn| filled.get(any(turn)), |turn| filled.bare(any(turn)))?);
    Ok(())
}
