//! Durable commits per second: the office beside bare SQL that makes the same writes.
//!
//! The server waits for the disk at every commit. Both sides write rows of the same kinds, with ids of the same form and the
//! same documents, into tables of the same shape, and take turns, because disks have moods. The bare side is given finished
//! documents, checks nothing, and is measured twice: one statement after the other, as most programs are written, and all of
//! a transaction sent at once.
//!
//! `cargo bench -p office-postgres --bench commits`, with `-- --test` for a quick trial. Without a server it says so and ends.

#![expect(clippy::print_stdout, reason = "the result of the run")]

use std::sync::atomic::{AtomicU64, Ordering};

use office_core::{Entity, Id, Kind, Office};
use office_scratch::Scratch;
use serde::{Deserialize, Serialize};
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

mod measure;

use measure::{Failure, by_turns, carry_out, crowd, hundredths, load, open, per_second, shown};

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

/// A number that nothing has yet, and an id that is nowhere near the last.
fn fresh() -> (u64, Uuid) {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    (number, Uuid::from_u64_pair(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15), number))
}

fn create(office: &Office) -> Result<(), Failure> {
    let (number, id) = fresh();
    let id = Id::<Article>::from_uuid(id);
    carry_out(office, format!("create-{number}"), |tx| async move { tx.create(id, article(number)).await })
}

/// A connection that writes by plain SQL into the table of a store.
struct Bare {
    runtime: tokio::runtime::Runtime,
    client: Client,
    begin: Statement,
    insert: Statement,
    commit: Statement,
    /// What the office stores for an article.
    documents: Documents,
}

/// Those of kind `article`, `fact`, `command` and `pending`.
type Documents = [String; 4];

impl Bare {
    fn connect(scratch: &Scratch) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(scratch.url(), NoTls))?;
        drop(runtime.spawn(connection));
        let table = format!("{}._record", scratch.options().schema());
        let insert = format!("INSERT INTO {table} (kind, id, version, body) VALUES ($1, $2, $3, $4::text::jsonb)");
        let prepare = async {
            Ok::<_, tokio_postgres::Error>((
                client.prepare("BEGIN").await?,
                client.prepare(&insert).await?,
                client.prepare("COMMIT").await?,
                stored(&client, &table).await?,
            ))
        };
        let (begin, insert, commit, documents) = runtime.block_on(prepare)?;
        Ok(Self { runtime, client, begin, insert, commit, documents })
    }

    /// The rows that the office would write.
    fn create(&self, at_once: bool) -> Result<(), Failure> {
        let (number, id) = fresh();
        let (version, [article, fact, command, pending]) =
            (Uuid::from_u64_pair(0x0190_0000_0000_7000, number), &self.documents);
        let rows = [
            ("article", id.to_string(), article),
            ("fact", format!("article/{id}/0000000001"), fact),
            ("command", format!("create-{number}"), command),
            ("pending", version.to_string(), pending),
        ];
        let insert = |(kind, id, body): &(&'static str, String, &String)| {
            let (client, insert, kind, id, body) = (&self.client, &self.insert, *kind, id.clone(), (*body).clone());
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

/// The documents that are there of each kind.
async fn stored(client: &Client, table: &str) -> Result<Documents, tokio_postgres::Error> {
    let ask = format!("SELECT body::text FROM {table} WHERE kind = $1 ORDER BY id LIMIT 1");
    let ask = client.prepare(&ask).await?;
    let of = |kind: &'static str| {
        let ask = ask.clone();
        async move { client.query_one(&ask, &[&kind]).await?.try_get::<_, String>(0) }
    };
    Ok([of("article").await?, of("fact").await?, of("command").await?, of("pending").await?])
}

/// So many writers, on either side.
struct Sides {
    writers: u64,
    office: Office,
    bare: Vec<Bare>,
}

impl Sides {
    fn new(writers: u64, ours: &Scratch, theirs: &Scratch) -> Result<Self, Failure> {
        // One for the bare side to copy.
        create(&open(theirs.url(), theirs.options())?)?;
        let bare = (0..writers).map(|_| Bare::connect(theirs)).collect::<Result<_, _>>()?;
        Ok(Self { writers, office: open(ours.url(), ours.options())?, bare })
    }

    /// Commits per second: the office, bare SQL by turns and at once.
    fn measure(&self, commits: u64) -> Result<[u64; 3], Failure> {
        let each = commits.checked_div(self.writers).unwrap_or(1);
        let count = each.saturating_mul(self.writers);
        let bare = |writer: u64| usize::try_from(writer).ok().and_then(|at| self.bare.get(at)).ok_or("no connection");
        let ours = crowd(self.writers, each, |_, _| create(&self.office))?;
        let turns = crowd(self.writers, each, |writer, _| bare(writer)?.create(false))?;
        let at_once = crowd(self.writers, each, |writer, _| bare(writer)?.create(true))?;
        Ok([ours, turns, at_once].map(|time| per_second(count, time)))
    }
}

fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let (rounds, commits) = if trial { (1, 32) } else { (9, 800) };
    let (Some(office), Some(bare)) = (Scratch::durable(), Scratch::durable()) else { return Ok(()) };
    let sides = [1, 4, 16].map(|writers| Sides::new(writers, &office, &bare));
    let sides = sides.into_iter().collect::<Result<Vec<_>, _>>()?;
    println!("durable commits per second     office   by turns  ratio    at once  ratio");
    let rates = by_turns(rounds, &sides, |sides, _| sides.measure(commits))?;
    for (Sides { writers, .. }, [ours, turns, at_once]) in sides.iter().zip(rates) {
        let (beside_turns, beside_at_once) = (shown(hundredths(ours, turns)), shown(hundredths(ours, at_once)));
        println!("{writers:>2} writers {ours:>26} {turns:>10} {beside_turns:>6} {at_once:>10} {beside_at_once:>6}");
    }
    println!("load at the end: {}", load());
    Ok(())
}
