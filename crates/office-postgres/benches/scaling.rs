//! What grows with an office: writers at one record, records in an index, readers of the feed, offices on one server.
//!
//! `cargo bench -p office-postgres --bench scaling`, with `-- --test` for a quick trial. The rows of each table take turns, and
//! the medians are shown: read the ratios. Where writers meet, the server waits for the disk, as it does in earnest; elsewhere
//! it does not, so that what is shown is not the disk's mood. Without a server it says so and ends.

#![expect(clippy::arithmetic_side_effects, reason = "the numbers of a run are small")]
#![expect(clippy::print_stdout, reason = "the result of the run")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use office_core::{Entity, Entries, Id, Kind, Office, Partition, StoreError, wait};
use office_postgres::Isolation;
use office_scratch::Scratch;
use serde::{Deserialize, Serialize};
use tokio_postgres::NoTls;

mod accounts;
mod measure;

use accounts::{Account, account, add};
use measure::{Failure, by_turns, carry_out, crowd, hundredths, load, per_second, shown};

const WRITERS: u64 = 8;

/// How much is done for a figure.
#[derive(Clone, Copy)]
struct Effort {
    rounds: u64,
    /// Commands of each writer.
    each: u64,
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

/// Books an hour of a room's day, unless too many are booked already.
fn book(office: &Office, key: String, day: &str, hour: u64) -> Result<(), Failure> {
    let id = Id::<Hour>::natural("hour", &key);
    carry_out(office, key, |tx| {
        let day = day.to_owned();
        async move {
            let booked = tx.list(Hour::OF_DAY, &day).await?;
            if booked.len() < 1_000 { tx.create(id, Hour { day, hour }).await } else { Ok(()) }
        }
    })
}

/// A key that no command had yet.
fn fresh() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed).to_string()
}

/// A number far from that of the next turn.
fn scattered(writer: u64, turn: u64) -> u64 {
    (writer * 1_000_003 + turn + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24
}

fn open(scratch: &Scratch, isolation: Isolation) -> Result<Office, Failure> {
    measure::open(scratch.url(), scratch.options().with_isolation(isolation))
}

/// An office of its own on a server that waits for the disk. It is there as long as the schema that it is in.
fn durable(isolation: Isolation) -> Result<Option<(Scratch, Office)>, Failure> {
    let Some(scratch) = Scratch::durable() else { return Ok(None) };
    let office = open(&scratch, isolation)?;
    Ok(Some((scratch, office)))
}

/// Commits per second, and conflicts for each in hundredths.
fn met(
    office: &Office,
    writers: u64,
    each: u64,
    work: impl Fn(u64, u64) -> Result<(), Failure> + Sync,
) -> Result<[u64; 2], Failure> {
    let before = office.tally().conflicts;
    let time = crowd(writers, each, work)?;
    let (conflicts, count) = (office.tally().conflicts.saturating_sub(before), writers * each);
    Ok([per_second(count, time), hundredths(conflicts, count)])
}

/// More and more writers at one account, and at one each.
fn writers(Effort { rounds, each }: Effort) -> Result<(), Failure> {
    let Some((_schema, office)) = durable(Isolation::Locks)? else { return Ok(()) };
    println!("writers   at one account: per second   conflicts   at one each: per second   first beside second");
    let rows = [1, 2, 4, 8, 16];
    let rates = by_turns(rounds, &rows, |writers, round| {
        let [one, conflicts] =
            met(&office, *writers, each, |_, _| add(&office, fresh(), &format!("{writers}/{round}")))?;
        let [own, _] =
            met(&office, *writers, each, |writer, _| add(&office, fresh(), &format!("{writers}/{round}/{writer}")))?;
        Ok([one, conflicts, own])
    })?;
    for (writers, [one, conflicts, own]) in rows.iter().zip(rates) {
        println!("{writers:>7} {one:>28} {:>11} {own:>25} {:>21}", shown(conflicts), shown(hundredths(one, own)));
    }
    Ok(())
}

/// Sixteen writers on so many accounts, one at each commit.
fn few_accounts(Effort { rounds, each }: Effort) -> Result<(), Failure> {
    let Some((_schema, office)) = durable(Isolation::Locks)? else { return Ok(()) };
    println!("\n16 writers on so many accounts   commits per second   conflicts per commit");
    let rows = [1, 4, 16, 64, 1024];
    let rates = by_turns(rounds, &rows, |accounts, round| {
        met(&office, 16, each, |writer, turn| {
            add(&office, fresh(), &format!("{accounts}/{round}/{}", scattered(writer, turn) % accounts))
        })
    })?;
    for (accounts, [rate, conflicts]) in rows.iter().zip(rates) {
        println!("{accounts:>4} {rate:>42} {:>22}", shown(conflicts));
    }
    Ok(())
}

/// One account that all write to, and the same account in so many lanes, of which each writer takes the next.
fn lanes(Effort { rounds, each }: Effort) -> Result<(), Failure> {
    let (locks, serializable) = (durable(Isolation::Locks)?, durable(Isolation::Serializable)?);
    let (Some((_one, locks)), Some((_other, serializable))) = (locks, serializable) else { return Ok(()) };
    println!(
        "\n{WRITERS} writers, one account in lanes   locks: per second   conflicts   serializable: per second   conflicts"
    );
    let rows = [1, 2, 4, 8, 64];
    let rates = by_turns(rounds, &rows, |lanes, round| {
        let lane = |writer: u64, turn: u64| format!("{lanes}/{round}/{}", (writer + turn * 7) % lanes);
        let by = |office: &Office| met(office, WRITERS, each, |writer, turn| add(office, fresh(), &lane(writer, turn)));
        let ([fast, few], [slow, many]) = (by(&locks)?, by(&serializable)?);
        Ok([fast, few, slow, many])
    })?;
    for (lanes, [fast, few, slow, many]) in rows.iter().zip(rates) {
        println!("{lanes:>5} {fast:>47} {:>11} {slow:>26} {:>11}", shown(few), shown(many));
    }
    Ok(())
}

/// Bookings that look at all others of their partition: one of them at a time for all writers, or several. Each is full some
/// turns later.
fn partitions(Effort { rounds, each }: Effort) -> Result<(), Failure> {
    let Some((_schema, office)) = durable(Isolation::Locks)? else { return Ok(()) };
    println!("\n{WRITERS} writers, bookings in days   per second   conflicts per commit");
    let rows = [1, 2, 8, 64];
    let rates = by_turns(rounds, &rows, |days, round| {
        met(&office, WRITERS, each, |writer, turn| {
            let day = format!("{days}.{round}.{}.{}", turn / 4, (writer + turn * 7) % days);
            book(&office, fresh(), &day, turn)
        })
    })?;
    for (days, [rate, conflicts]) in rows.iter().zip(rates) {
        println!("{days:>5} {rate:>37} {:>22}", shown(conflicts));
    }
    Ok(())
}

/// An office among so many records, which an hour of bulk loading would otherwise write.
struct Grown {
    office: Office,
    size: u64,
    /// Of index, for each record.
    bytes: i64,
}

impl Grown {
    fn load(scratch: &Scratch, size: u64) -> Result<Self, Failure> {
        let (office, table) = (open(scratch, Isolation::Locks)?, format!("{}._record", scratch.options().schema()));
        let load = format!(
            "INSERT INTO {table} SELECT 'account', md5(n::text), gen_random_uuid(),
             jsonb_build_object('rev', 1, 'at', '2026-10-01T08:00:00Z', 'by', 'E-017', 'state', repeat('x', 200))
             FROM generate_series(1, {size}) n"
        );
        let bytes = format!("SELECT pg_relation_size('{table}_pkey') / count(*) FROM {table}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let bytes = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(scratch.url(), NoTls).await?;
            drop(tokio::spawn(connection));
            // As it is after a while: looked through, and on the disk.
            for statement in [load, format!("VACUUM ANALYZE {table}"), "CHECKPOINT".to_owned()] {
                client.batch_execute(&statement).await?;
            }
            client.query_one(&bytes, &[]).await?.try_get(0)
        })?;
        Ok(Self { office, size, bytes })
    }

    /// Commits per second, and reads per second of one reader.
    fn measure(&self, each: u64, round: u64) -> Result<[u64; 2], Failure> {
        let place = |writer: u64, turn: u64| format!("{round}.{}", scattered(writer, turn));
        let commits = crowd(WRITERS, each, |writer, turn| add(&self.office, fresh(), &place(writer, turn)))?;
        let reads = crowd(1, each * 8, |_, turn| {
            let id = account(&place(turn % WRITERS, turn / WRITERS));
            let found = wait(self.office.view(|view| async move { view.find(id).await }));
            let found: Result<Option<Account>, StoreError> = found;
            found?.ok_or("no account").map(drop).map_err(Failure::from)
        })?;
        Ok([per_second(WRITERS * each, commits), per_second(each * 8, reads)])
    }
}

/// Commits and reads among more and more records.
fn growth(Effort { rounds, each }: Effort, sizes: &[u64]) -> Result<(), Failure> {
    let scratches: Vec<_> = sizes.iter().map_while(|_| Scratch::find()).collect();
    let grown = scratches.iter().zip(sizes).map(|(scratch, size)| Grown::load(scratch, *size));
    let grown = grown.collect::<Result<Vec<_>, _>>()?;
    println!(
        "\n  records   commits per second, {WRITERS} writers   reads per second, 1 reader   bytes of index per record"
    );
    let rates = by_turns(rounds, &grown, |grown, round| grown.measure(each, round))?;
    for (Grown { size, bytes, .. }, [commits, reads]) in grown.iter().zip(rates) {
        println!("{size:>9} {commits:>30} {reads:>28} {bytes:>27}");
    }
    Ok(())
}

/// Writers, and readers of the feed who follow them.
fn followers(Effort { rounds, each }: Effort) -> Result<(), Failure> {
    println!("\nreaders of the feed   commits per second, {WRITERS} writers   facts behind at the end, at most");
    let rows = [0, 1, 4];
    let rates = by_turns(rounds, &rows, |readers, _| {
        let Some(scratch) = Scratch::find() else { return Ok([0, 0]) };
        let (office, done) = (open(&scratch, Isolation::Locks)?, AtomicBool::new(false));
        let (time, reached) = std::thread::scope(|scope| {
            let (office, done) = (&office, &done);
            let readers: Vec<_> = (0..*readers).map(|_| scope.spawn(move || follow(office, done))).collect();
            let time = crowd(WRITERS, each, |_, _| add(office, fresh(), &fresh()));
            done.store(true, Ordering::Relaxed);
            let reached: Vec<_> = readers.into_iter().map(|reader| reader.join().unwrap_or(Ok(0))).collect();
            (time, reached)
        });
        let least = reached.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().min();
        let behind = least.map_or(0, |least| (WRITERS * each).saturating_sub(least));
        Ok([per_second(WRITERS * each, time?), behind])
    })?;
    for (readers, [rate, behind]) in rows.iter().zip(rates) {
        println!("{readers:>19} {rate:>30} {behind:>34}");
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
fn tenants(Effort { rounds, each }: Effort) -> Result<(), Failure> {
    let offices = (0..8).map_while(|_| durable(Isolation::Locks).transpose()).collect::<Result<Vec<_>, _>>()?;
    if offices.is_empty() {
        return Ok(());
    }
    println!("\noffices, {WRITERS} writers in all   commits per second   conflicts per commit");
    let rows = [1, 2, 8];
    let rates = by_turns(rounds, &rows, |number, round| {
        let before: u64 = offices.iter().map(|(_, office)| office.tally().conflicts).sum();
        let time = crowd(WRITERS, each, |writer, _| {
            let (_, office) =
                usize::try_from(writer % number).ok().and_then(|at| offices.get(at)).ok_or("no office")?;
            add(office, fresh(), &format!("{number}/{round}"))
        })?;
        let after: u64 = offices.iter().map(|(_, office)| office.tally().conflicts).sum();
        Ok([per_second(WRITERS * each, time), hundredths(after - before, WRITERS * each)])
    })?;
    for (number, [rate, conflicts]) in rows.iter().zip(rates) {
        println!("{number:>7} {rate:>42} {:>22}", shown(conflicts));
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let (rounds, each, sizes): (u64, u64, &[u64]) =
        if trial { (1, 4, &[1_000]) } else { (7, 40, &[10_000, 100_000, 1_000_000]) };
    let effort = Effort { rounds, each };
    writers(effort)?;
    few_accounts(effort)?;
    lanes(effort)?;
    partitions(effort)?;
    growth(effort, sizes)?;
    followers(effort)?;
    tenants(effort)?;
    println!("\nload at the end: {}", load());
    Ok(())
}
