//! What posting one stock movement costs through an office on SQLite, side by side with bare `rusqlite` doing the same
//! writes.
//!
//! Run with `cargo bench --bench posting`. Each movement is taken in or given out with its valuation: the stock, the fact
//! with its postings, the answer to the command and its place in the feed are stored in one commit. The bare side starts
//! with a copy of the file and is given every row of each commit as a finished text, one turn later; it reads nothing and
//! decides nothing. Both sides take turns, because disks have moods; the table compares medians.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate};
use office::core::{
    Actor, Batch, BlockingStore, Command, Currency, Id, Inline, Key, Kind, Money, Office, Quantity, Record, Role,
    StoreError, System, UnitCode, Write, wait,
};
use office::inventory::{
    CostMethod, HandleGoodsError, IssueGoodsError, Item, ItemKind, NewItem, NewStock, ReceiveStockError, Stock,
    StockIssue, StockReceipt, handle_goods, issue_goods,
};
use office_sqlite::{Durability, Options, SqliteStore};
use rusqlite::Connection;

type Failure = Box<dyn std::error::Error>;

const ITEMS: u64 = 20;
/// How many movements an item has when the turns begin: more than its stock is to hold, so that some are filed away.
const BEFORE: u64 = 300;

/// The store, with the last commit kept for the other side.
#[derive(Clone)]
struct Recorded {
    store: SqliteStore,
    last: Arc<Mutex<Option<Batch>>>,
}

impl BlockingStore for Recorded {
    fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        BlockingStore::get(&self.store, keys)
    }

    fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        BlockingStore::scan(&self.store, kind, from, to, limit)
    }

    fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch.clone());
        BlockingStore::commit(&self.store, batch)
    }
}

/// An office that keeps the stock of some items.
struct Kept {
    office: Office,
    recorded: Recorded,
    clerk: Actor,
    unit: UnitCode,
    first: NaiveDate,
}

impl Kept {
    fn new(path: &Path, durability: Durability) -> Result<Self, Failure> {
        let store = SqliteStore::open_with(path, Options::default().with_durability(durability))?;
        let recorded = Recorded { store, last: Arc::default() };
        let office = Office::on(Inline(recorded.clone())).within(System::sleeping());
        let clerk = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).ok_or("no such day")?;
        let kept = Self { office, recorded, clerk, unit: "ream".parse()?, first };
        for number in 0..ITEMS {
            kept.open(number)?;
        }
        Ok(kept)
    }

    fn command(&self, key: &str, operation: &str) -> Result<Command, Failure> {
        let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
        Ok(Command::new(key, operation, self.clerk.clone(), at)?)
    }

    fn open(&self, number: u64) -> Result<(), Failure> {
        let item = Id::natural("item", &number.to_string());
        let listed = Item::list(NewItem {
            sku: format!("SKU-{number}").parse()?,
            name: "Copy paper A4, 80 g, white, 500 sheets".to_owned(),
            category: "paper".to_owned(),
            kind: ItemKind::Consumable,
            unit: self.unit,
            packs: [].into(),
            vendor: None,
            reorder: None,
            cost_method: CostMethod::Fifo,
        })?;
        let listed = listed.fact().ok_or("a fact")?;
        let opened = Stock::begin(NewStock { item, unit: self.unit, currency: Currency::EUR, opening: None })?;
        let opened = opened.fact().ok_or("a fact")?;
        let command = self.command(&format!("open-{number}"), "open_stock")?;
        wait(self.office.transact(&command, |tx| {
            let (listed, opened) = (listed.clone(), opened.clone());
            async move {
                tx.create(Item::key(item), listed).await?;
                tx.create(Stock::key(item), opened).await
            }
        }))
        .map_err(|error: StoreError| error.into())
    }

    /// The movement of a turn: receipts of eight and issues of three, three and two, four on a day, item by item.
    fn post(&self, turn: u64) -> Result<(), Failure> {
        let item = Id::natural("item", &(turn % ITEMS).to_string());
        let of_item = turn.checked_div(ITEMS).unwrap_or(0);
        let on = self.first.checked_add_days(Days::new(of_item / 4)).ok_or("no such day")?;
        let key = format!("turn-{turn}");
        match of_item % 4 {
            0 => self.receive(item, on, turn, &key),
            3 => self.issue(item, on, 2, &key),
            _ => self.issue(item, on, 3, &key),
        }
    }

    fn receive(&self, item: office::core::subject::ItemId, on: NaiveDate, turn: u64, key: &str) -> Result<(), Failure> {
        let note = StockReceipt {
            quantity: Quantity::whole(8, self.unit),
            value: Money::from_minor(i64::try_from(turn % 700)?.saturating_add(30_00), Currency::EUR),
            from: Id::natural("party", "V-01"),
            to: Id::natural("place", "R-S1"),
            on,
            reference: key.parse()?,
        };
        let command = self.command(key, "receive_goods")?;
        let received = wait(self.office.transact(&command, |tx| {
            let note = note.clone();
            async move {
                let paper = note.reference.clone();
                let fact = handle_goods(&tx, item, Some(&paper), on, |stock| stock.receive(note)).await?;
                Ok::<_, HandleGoodsError<ReceiveStockError>>(fact.and_then(|fact| fact.entered()))
            }
        }))?;
        received.map(drop).ok_or_else(|| "received before".into())
    }

    fn issue(&self, item: office::core::subject::ItemId, on: NaiveDate, count: i32, key: &str) -> Result<(), Failure> {
        let slip = StockIssue {
            quantity: Quantity::whole(count, self.unit),
            from: Id::natural("place", "R-S1"),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            issued_to: None,
            on,
            reference: key.parse()?,
        };
        let command = self.command(key, "issue_goods")?;
        let issued = wait(self.office.transact(&command, |tx| {
            let slip = slip.clone();
            async move { issue_goods(&tx, item, slip).await }
        }));
        issued.map(drop).map_err(|error: IssueGoodsError| error.into())
    }

    fn last(&self) -> Option<Batch> {
        self.recorded.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Bare SQLite with a copy of the file and the settings of the store.
struct Bare {
    connection: Connection,
}

impl Bare {
    fn copy(from: &Path, to: &Path, durability: Durability) -> Result<Self, Failure> {
        Connection::open(from)?.execute("VACUUM INTO ?1", [to.to_str().ok_or("a path in Unicode")?])?;
        let connection = Connection::open(to)?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        let synchronous = if durability == Durability::Full { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.set_prepared_statement_cache_capacity(100);
        Ok(Self { connection })
    }

    /// The statements for a commit, told beforehand.
    fn prepare(batch: &Batch) -> Vec<(String, Vec<String>)> {
        let version = batch.id().to_string();
        let statement = |(key, write): (&Key, &Write)| {
            let (table, id) = (key.kind().as_str(), key.id().to_owned());
            match write {
                Write::Put(body) => (
                    format!(
                        "INSERT INTO \"{table}\" (id, version, body) VALUES (?1, ?2, ?3) \
                         ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body"
                    ),
                    vec![id, version.clone(), body.as_str().to_owned()],
                ),
                Write::Delete => (format!("DELETE FROM \"{table}\" WHERE id = ?1"), vec![id]),
            }
        };
        batch.writes().map(statement).collect()
    }

    fn commit(&self, writes: &[(String, Vec<String>)]) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for (statement, values) in writes {
            self.connection.prepare_cached(statement)?.execute(rusqlite::params_from_iter(values))?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
fn time(work: impl FnOnce() -> Result<(), Failure>) -> Result<Duration, Failure> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// The time in the middle, and those below which a tenth and nine tenths lie.
fn middle(mut times: Vec<Duration>) -> [Duration; 3] {
    times.sort_unstable();
    let at = |tenths: usize| times.get(times.len().saturating_mul(tenths) / 10).copied().unwrap_or_default();
    [at(5), at(1), at(9)]
}

/// Bare posting, as a part of ours: 1.00 is the same rate, 0.50 half of it.
#[expect(clippy::print_stdout, reason = "the result of the run")]
fn compare(folder: &Path, durability: Durability, before: u64, turns: u64) -> Result<(), Failure> {
    let name = |side: &str| -> PathBuf { folder.join(format!("{side}-{durability:?}.db")) };
    // What is there before is not what is measured.
    let filled = Kept::new(&name("office"), Durability::Normal)?;
    for turn in 0..before {
        filled.post(turn)?;
    }
    drop(filled);
    let kept = Kept::new(&name("office"), durability)?;
    let bare = Bare::copy(&name("office"), &name("bare"), durability)?;
    let (mut ours, mut theirs, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
    let mut earlier = None::<Vec<(String, Vec<String>)>>;
    for turn in before..before.saturating_add(turns) {
        let post = || time(|| kept.post(turn));
        let write = |writes: Option<Vec<_>>| writes.map(|writes| time(|| Ok(bare.commit(&writes)?))).transpose();
        let (our, their) = if turn % 2 == 0 {
            let our = post()?;
            (our, write(earlier.take())?)
        } else {
            let their = write(earlier.take())?;
            (post()?, their)
        };
        ours.push(our);
        theirs.extend(their);
        let writes = Bare::prepare(&kept.last().ok_or("a commit")?);
        bytes = bytes.saturating_add(writes.iter().flat_map(|(_, values)| values).map(String::len).sum());
        earlier = Some(writes);
    }
    let bytes = bytes.checked_div(ours.len()).unwrap_or(0);
    let ([our, our_low, our_high], [their, their_low, their_high]) = (middle(ours), middle(theirs));
    let percent = their.as_nanos().saturating_mul(100).checked_div(our.as_nanos()).unwrap_or(0);
    let rate = format!("{}.{:02}", percent / 100, percent % 100);
    let name = format!("{durability:?}, {bytes} bytes a posting");
    println!(
        "{name:<34}{our:>10.1?} ({our_low:.0?}–{our_high:.0?}){their:>12.1?} ({their_low:.0?}–{their_high:.0?}){rate:>8}"
    );
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let (before, turns) = if trial { (ITEMS, 40) } else { (BEFORE.saturating_mul(ITEMS), 2_000) };
    let folder = tempfile::tempdir()?;
    println!("{:<34}{:>10} (10–90 %){:>22} (10–90 %){:>12}", "one stock movement", "office", "bare", "rate");
    for durability in [Durability::Full, Durability::Normal] {
        compare(folder.path(), durability, before, turns)?;
    }
    Ok(())
}
