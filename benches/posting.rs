//! What posting one stock movement, or one journal entry, costs through an office on SQLite, side by side with bare
//! `rusqlite` doing the same writes.
//!
//! Run with `cargo bench --bench posting`, or as the program of that name in `benches/peers/books`. Each movement is taken in
//! or given out with its valuation: the stock, the fact with its postings, the answer to the command and its place in the
//! feed are stored in one commit. Each entry of three lines is admitted by the chart and its period and gets the next number
//! of its year: entry and number with their facts, the places of the entry in two indexes, and the same of the command.
//!
//! The bare side starts with a copy of the file and is given every row of each commit as a finished text, one turn later.
//! In one transaction it asks whether the command was carried out before and reads the rows that it is to replace, as
//! whoever posts has to; it does not look at them, decides nothing, and makes no text. Both sides take turns, because disks
//! have moods. The table compares medians of the time that passed, and the whole time of the processor, in which the
//! movements that are filed away and the checkpoints of the log count as well.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Days, NaiveDate};
use cpu_time::ThreadTime;
use office_core::{
    Actor, Batch, BlockingStore, Command, Currency, Id, Inline, Key, Kind, Money, Office, Quantity, Record, Role,
    StoreError, System, UnitCode, Write, wait,
};
use office_finance::{Account, AccountKind, Chart, Entry, EntryId, Period, Posting, post};
use office_inventory::{
    CostMethod, HandleGoodsError, IssueGoodsError, Item, ItemKind, NewItem, NewStock, ReceiveStockError, Stock,
    StockIssue, StockReceipt, handle_goods, issue_goods,
};
use office_sqlite::{Durability, Options, SqliteStore};
use rusqlite::Connection;

type Failure = Box<dyn std::error::Error>;

const ITEMS: u64 = 20;
/// How many movements an item has when the turns begin: more than its stock is to hold, so that some are filed away.
const MOVED: u64 = 300;

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

/// An office whose store is recorded, and its clerk.
struct Desk {
    office: Office,
    recorded: Recorded,
    clerk: Actor,
    first: NaiveDate,
}

impl Desk {
    fn new(path: &Path, durability: Durability) -> Result<Self, Failure> {
        let store = SqliteStore::open_with(path, Options::default().with_durability(durability))?;
        let recorded = Recorded { store, last: Arc::default() };
        let office = Office::on(Inline(recorded.clone())).within(System::sleeping());
        let clerk = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).ok_or("no such day")?;
        Ok(Self { office, recorded, clerk, first })
    }

    fn command(&self, key: &str, operation: &str) -> Result<Command, Failure> {
        let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
        Ok(Command::new(key, operation, self.clerk.clone(), at)?)
    }

    /// The day after so many days.
    fn day(&self, days: u64) -> Result<NaiveDate, Failure> {
        Ok(self.first.checked_add_days(Days::new(days)).ok_or("no such day")?)
    }

    fn last(&self) -> Option<Batch> {
        self.recorded.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What is posted, turn by turn.
trait Posted {
    const NAME: &'static str;
    /// How many turns there were before those that are measured.
    const BEFORE: u64;

    fn open(desk: Desk) -> Result<Self, Failure>
    where
        Self: Sized;
    fn desk(&self) -> &Desk;
    fn post(&self, turn: u64) -> Result<(), Failure>;
}

/// The journal of some years.
struct Journal {
    desk: Desk,
    chart: Chart,
}

impl Posted for Journal {
    const NAME: &'static str = "entry";
    const BEFORE: u64 = 2_000;

    fn open(desk: Desk) -> Result<Self, Failure> {
        let chart = Chart::new([
            Account::new("1400".parse()?, "Input tax", AccountKind::Asset),
            Account::new("1600".parse()?, "Payables", AccountKind::Liability),
            Account::new("6640".parse()?, "Entertaining", AccountKind::Expense),
        ])?;
        let command = desk.command("open-periods", "open_period")?;
        let months = (2020..2023).flat_map(|year| (1..=12).map(move |month| (year, month)));
        let begun = |(year, month)| {
            let day = NaiveDate::from_ymd_opt(year, month, 1).ok_or("no such day")?;
            Ok::<_, Failure>((Period::id_of(day), Period::begin(year, month)?))
        };
        let begun = months.map(begun).collect::<Result<Vec<_>, _>>()?;
        wait(desk.office.transact(&command, |tx| {
            let begun = begun.clone();
            async move {
                for (id, opening) in begun {
                    tx.create(id, opening).await?;
                }
                Ok::<_, StoreError>(())
            }
        }))?;
        Ok(Self { desk, chart })
    }

    fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Twenty entries a day.
    fn post(&self, turn: u64) -> Result<(), Failure> {
        let key = format!("turn-{turn}");
        let command = self.desk.command(&key, "post")?;
        let net = Money::from_minor(i64::try_from(turn % 700)?.saturating_add(30_00), Currency::EUR);
        let tax = Money::from_minor(net.minor().try_into().map(|net: i64| net / 5)?, Currency::EUR);
        let postings = vec![
            Posting::debit("6640".parse()?, net),
            Posting::debit("1400".parse()?, tax),
            Posting::credit("1600".parse()?, net.checked_add(tax)?),
        ];
        let entry = Entry::balanced(self.desk.day(turn / 20)?, "Cake for the office", postings)?;
        let (id, year) = (EntryId::natural("entry", &key), entry.on().year());
        let number = wait(self.desk.office.transact(&command, |tx| {
            let (entry, chart) = (entry.clone(), &self.chart);
            async move { post(&tx, chart, id, entry).await }
        }))?;
        if number.year == year { Ok(()) } else { Err("numbered in another year".into()) }
    }
}

/// The stock of some items.
struct Stocks {
    desk: Desk,
    unit: UnitCode,
}

impl Posted for Stocks {
    const NAME: &'static str = "movement";
    const BEFORE: u64 = MOVED * ITEMS;

    fn open(desk: Desk) -> Result<Self, Failure> {
        let stocks = Self { desk, unit: "ream".parse()? };
        for number in 0..ITEMS {
            stocks.list(number)?;
        }
        Ok(stocks)
    }

    fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Receipts of eight and issues of three, three and two, four on a day, item by item.
    fn post(&self, turn: u64) -> Result<(), Failure> {
        let item = Id::natural("item", &(turn % ITEMS).to_string());
        let of_item = turn.checked_div(ITEMS).unwrap_or(0);
        let on = self.desk.day(of_item / 4)?;
        let key = format!("turn-{turn}");
        match of_item % 4 {
            0 => self.receive(item, on, turn, &key),
            3 => self.issue(item, on, 2, &key),
            _ => self.issue(item, on, 3, &key),
        }
    }
}

impl Stocks {
    fn list(&self, number: u64) -> Result<(), Failure> {
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
        let command = self.desk.command(&format!("open-{number}"), "open_stock")?;
        wait(self.desk.office.transact(&command, |tx| {
            let (listed, opened) = (listed.clone(), opened.clone());
            async move {
                tx.create(Item::key(item), listed).await?;
                tx.create(Stock::key(item), opened).await
            }
        }))
        .map_err(|error: StoreError| error.into())
    }

    fn receive(&self, item: office_core::subject::ItemId, on: NaiveDate, turn: u64, key: &str) -> Result<(), Failure> {
        let note = StockReceipt {
            quantity: Quantity::whole(8, self.unit),
            value: Money::from_minor(i64::try_from(turn % 700)?.saturating_add(30_00), Currency::EUR),
            from: Id::natural("party", "V-01"),
            to: Id::natural("place", "R-S1"),
            on,
            reference: key.parse()?,
        };
        let command = self.desk.command(key, "receive_goods")?;
        let received = wait(self.desk.office.transact(&command, |tx| {
            let note = note.clone();
            async move {
                let paper = note.reference.clone();
                let fact = handle_goods(&tx, item, Some(&paper), on, |stock| stock.receive(note)).await?;
                Ok::<_, HandleGoodsError<ReceiveStockError>>(fact.and_then(|fact| fact.entered()))
            }
        }))?;
        received.map(drop).ok_or_else(|| "received before".into())
    }

    fn issue(&self, item: office_core::subject::ItemId, on: NaiveDate, count: i32, key: &str) -> Result<(), Failure> {
        let slip = StockIssue {
            quantity: Quantity::whole(count, self.unit),
            from: Id::natural("place", "R-S1"),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            issued_to: None,
            on,
            reference: key.parse()?,
        };
        let command = self.desk.command(key, "issue_goods")?;
        let issued = wait(self.desk.office.transact(&command, |tx| {
            let slip = slip.clone();
            async move { issue_goods(&tx, item, slip).await }
        }));
        issued.map(drop).map_err(|error: IssueGoodsError| error.into())
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

    /// The statements for a commit, told beforehand: what is to be read, and what is to be written.
    fn prepare(batch: &Batch) -> Statements {
        let version = batch.id().to_string();
        let checks: BTreeMap<&Key, bool> = batch.checks().map(|(key, before)| (key, before.is_some())).collect();
        let mut statements = Statements::default();
        for (key, write) in batch.writes() {
            let (table, id) = (key.kind().as_str(), key.id().to_owned());
            let Write::Put(body) = write else {
                statements.writes.push((format!("DELETE FROM \"{table}\" WHERE id = ?1"), vec![id]));
                continue;
            };
            let before = checks.get(key);
            if before.is_some() {
                let select = format!("SELECT version, body FROM \"{table}\" WHERE id = ?1");
                statements.reads.push((select, id.clone()));
            }
            let put = if before == Some(&true) {
                format!("UPDATE \"{table}\" SET version = ?2, body = ?3 WHERE id = ?1")
            } else {
                format!(
                    "INSERT INTO \"{table}\" (id, version, body) VALUES (?1, ?2, ?3) \
                     ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body"
                )
            };
            statements.writes.push((put, vec![id, version.clone(), body.as_str().to_owned()]));
        }
        statements
    }

    fn commit(&self, statements: &Statements) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for (statement, id) in &statements.reads {
            let mut statement = self.connection.prepare_cached(statement)?;
            let mut rows = statement.query([id])?;
            while let Some(row) = rows.next()? {
                black_box((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
            }
        }
        for (statement, values) in &statements.writes {
            self.connection.prepare_cached(statement)?.execute(rusqlite::params_from_iter(values))?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

/// What the bare side does in a turn.
#[derive(Default)]
struct Statements {
    reads: Vec<(String, String)>,
    writes: Vec<(String, Vec<String>)>,
}

impl Statements {
    fn bytes(&self) -> usize {
        self.writes.iter().flat_map(|(_, values)| values).map(String::len).sum()
    }
}

/// What one side took, turn by turn, and of the processor in all.
#[derive(Default)]
struct Times {
    turns: Vec<Duration>,
    processor: Duration,
}

impl Times {
    #[expect(clippy::disallowed_methods, reason = "time is what is measured")]
    fn time(&mut self, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
        let (start, processor) = (Instant::now(), ThreadTime::now());
        work()?;
        self.processor = self.processor.saturating_add(processor.elapsed());
        self.turns.push(start.elapsed());
        Ok(())
    }

    /// The time in the middle, those below which a tenth and nine tenths lie, and the processor's for a turn.
    fn middle(&mut self) -> [Duration; 4] {
        self.turns.sort_unstable();
        let at = |tenths: usize| self.turns.get(self.turns.len().saturating_mul(tenths) / 10).copied();
        let [middle, low, high] = [5, 1, 9].map(|tenths| at(tenths).unwrap_or_default());
        let turns = u32::try_from(self.turns.len()).unwrap_or(u32::MAX);
        [middle, low, high, self.processor.checked_div(turns).unwrap_or_default()]
    }
}

/// Bare posting, as a part of ours: 1.00 is the same rate, 0.50 half of it.
fn rate(our: Duration, their: Duration) -> String {
    let percent = their.as_nanos().saturating_mul(100).checked_div(our.as_nanos()).unwrap_or(0);
    format!("{}.{:02}", percent / 100, percent % 100)
}

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn compare<P: Posted>(folder: &Path, durability: Durability, before: u64, turns: u64) -> Result<(), Failure> {
    let name = |side: &str| -> PathBuf { folder.join(format!("{}-{side}-{durability:?}.db", P::NAME)) };
    // What is there before is not what is measured.
    let filled = P::open(Desk::new(&name("office"), Durability::Normal)?)?;
    for turn in 0..before {
        filled.post(turn)?;
    }
    drop(filled);
    let kept = P::open(Desk::new(&name("office"), durability)?)?;
    let bare = Bare::copy(&name("office"), &name("bare"), durability)?;
    let (mut ours, mut theirs, mut bytes) = (Times::default(), Times::default(), 0_usize);
    let mut earlier = None::<Statements>;
    for turn in before..before.saturating_add(turns) {
        let due = earlier.take();
        let mut write = || due.as_ref().map_or(Ok(()), |due| theirs.time(|| Ok(bare.commit(due)?)));
        if turn % 2 == 0 {
            ours.time(|| kept.post(turn))?;
            write()?;
        } else {
            write()?;
            ours.time(|| kept.post(turn))?;
        }
        let due = Bare::prepare(&kept.desk().last().ok_or("a commit")?);
        bytes = bytes.saturating_add(due.bytes());
        earlier = Some(due);
    }
    let bytes = bytes.checked_div(ours.turns.len()).unwrap_or(0);
    let [our, our_low, our_high, our_processor] = ours.middle();
    let [their, their_low, their_high, their_processor] = theirs.middle();
    let (rate, of_processor) = (rate(our, their), rate(our_processor, their_processor));
    let name = format!("{}, {durability:?}, {bytes} bytes", P::NAME);
    println!(
        "{name:<32}{our:>8.0?} ({our_low:.0?}–{our_high:.0?}){their:>10.0?} ({their_low:.0?}–{their_high:.0?}){rate:>7}\
         {our_processor:>12.0?}{their_processor:>8.0?}{of_processor:>7}"
    );
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let counts = |before| if trial { (ITEMS, 40) } else { (before, 2_000) };
    let folder = tempfile::tempdir()?;
    println!("one posting: office, bare (medians; 10–90 %), rate; of the processor: office, bare, rate");
    for durability in [Durability::Full, Durability::Normal] {
        let (before, turns) = counts(Stocks::BEFORE);
        compare::<Stocks>(folder.path(), durability, before, turns)?;
        let (before, turns) = counts(Journal::BEFORE);
        compare::<Journal>(folder.path(), durability, before, turns)?;
    }
    Ok(())
}
