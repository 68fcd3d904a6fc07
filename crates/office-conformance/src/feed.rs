//! The feed of facts under concurrent writers and readers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use office_core::{AnyStore, Entity, FeedEntry, Id, Kind, Office, StoreError, wait};
use serde::{Deserialize, Serialize};

use crate::account::{failed, office_on, perform};
use crate::crowd::{THREADS, crowd};
use crate::dice::Dice;
use crate::probe::Probe;
use crate::{Promise, Violation};

const PAGES: u64 = 5;

/// A page that is written on by people who have read other pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Page {
    lines: u64,
}

/// A line, and how far the page was that its author had read before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrote {
    read: u64,
    lines: u64,
}

impl Entity for Page {
    const KIND: Kind = Kind::literal("page");
    type Fact = Wrote;

    fn open(_: &Wrote) -> Option<Self> {
        Some(Self { lines: 1 })
    }

    fn apply(&mut self, _: &Wrote) {
        self.lines = self.lines.saturating_add(1);
    }
}

fn page(number: u64) -> Id<Page> {
    Id::natural("page", &number.to_string())
}

/// A fact as it stands in the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    position: u64,
    page: String,
    rev: u64,
    fact: (u64, u64),
}

/// The feed has every fact once, at positions without a gap, those of one entity in their order, and none before one that
/// its commit had read; whoever reads it along sees the same as whoever reads it in the end.
pub fn feeds_are_complete_and_in_order(store: &AnyStore) -> Result<(), Violation> {
    let office = office_on(store, 31);
    written_and_read(store, &office, 20)
}

/// Has half of the threads write and the others read along, and looks at the feed in the end.
pub(crate) fn written_and_read(store: &AnyStore, office: &Office, turns: u64) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CallSeesOneInstant);
    let writing = AtomicU64::new(THREADS / 2);
    let readings = crowd(THREADS, |thread, over| {
        if thread.is_multiple_of(2) {
            let result =
                (0..turns).filter(|_| !over.load(Ordering::Relaxed)).try_for_each(|turn| write(office, thread, turn));
            writing.fetch_sub(1, Ordering::SeqCst);
            return result.map(|()| Vec::new());
        }
        let mut seen: Vec<Entry> = Vec::new();
        loop {
            let last = writing.load(Ordering::SeqCst) == 0 || over.load(Ordering::Relaxed);
            let reached = seen.last().map_or(0, |entry| entry.position);
            let entries = read(office, reached)?;
            if last && entries.is_empty() {
                return Ok(seen);
            }
            seen.extend(entries);
        }
    })?;
    let mut all = Vec::new();
    loop {
        let entries = read(office, all.last().map_or(0, |entry: &Entry| entry.position))?;
        if entries.is_empty() {
            break;
        }
        all.extend(entries);
    }
    in_order(&probe, &all)?;
    let count = usize::try_from(turns.saturating_mul(THREADS / 2)).unwrap_or(0);
    probe.same("every fact that was recorded", &count, &all.len())?;
    for seen in readings.iter().filter(|seen| !seen.is_empty()) {
        let differs = seen.iter().zip(&all).find(|(along, end)| along != end);
        probe.holds(differs.is_none(), "the same feed for whoever reads along", format!("{differs:?}"))?;
        probe.same("the whole feed for whoever reads along", &all.len(), &seen.len())?;
    }
    Ok(())
}

/// Writes a line on one page, having read another.
fn write(office: &Office, thread: u64, turn: u64) -> Result<(), Violation> {
    let dice = Dice::new(thread.wrapping_mul(1000).wrapping_add(turn));
    let read = dice.below(PAGES);
    let written = read.wrapping_add(1).wrapping_add(dice.below(PAGES.saturating_sub(1))) % PAGES;
    perform(office, &format!("write-{thread}-{turn}"), |tx| async move {
        let lines = tx.find(page(read)).await?.map_or(0, |page| page.lines);
        tx.record(page(written), Wrote { read, lines }).await
    })
    .map_err(|error| failed(&error))
}

fn read(office: &Office, after: u64) -> Result<Vec<Entry>, Violation> {
    let mut answer = Err(StoreError::conflict());
    for _ in 0..20 {
        answer = wait(office.feed().after(after, 7));
        if !answer.as_ref().is_err_and(StoreError::is_transient) {
            break;
        }
    }
    answer.and_then(|entries| entries.iter().map(entry).collect()).map_err(|error| failed(&error))
}

fn entry(entry: &FeedEntry) -> Result<Entry, StoreError> {
    let fact = entry.fact.fact::<Page>()?.ok_or_else(|| StoreError::rejected("another kind of fact"))?;
    let (page, rev) = (entry.fact.id().to_owned(), entry.fact.rev());
    Ok(Entry { position: entry.position, page, rev, fact: (fact.read, fact.lines) })
}

fn in_order(probe: &Probe<'_>, entries: &[Entry]) -> Result<(), Violation> {
    let mut seen = BTreeSet::new();
    let mut reached: BTreeMap<String, u64> = BTreeMap::new();
    for (entry, position) in entries.iter().zip(1..) {
        probe.same("positions without a gap", &position, &entry.position)?;
        let told = || format!("{entry:?}");
        probe.holds(seen.insert((entry.page.clone(), entry.rev)), "every fact once", told())?;
        let before = reached.entry(entry.page.clone()).or_default();
        probe.holds(before.saturating_add(1) == entry.rev, "the facts of an entity in order", told())?;
        *before = entry.rev;
        let (read, lines) = entry.fact;
        let there = reached.get(&page(read).to_string()).copied().unwrap_or(0);
        probe.holds(lines <= there, "a fact after those that its commit had read of", told())?;
    }
    Ok(())
}
