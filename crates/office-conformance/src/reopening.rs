//! What stays when a store is opened again, and what is there when it is opened first.

use office_core::{AnyStore, CommitId, Key};

use crate::probe::{Draft, Probe, ROOM, number, room};
use crate::{Bench, Promise, Violation};

/// Two stores that the bench opens empty are empty and have nothing to do with each other.
pub fn fresh_stores_are_empty(bench: &Bench) -> Result<(), Violation> {
    bench.two(|one, other| {
        let (one, other) = (
            Probe::new(one, Promise::InstantsAgreeWithRealTime),
            Probe::new(other, Promise::InstantsAgreeWithRealTime),
        );
        for store in [one, other] {
            store.same("nothing in a fresh store", &Vec::new(), &store.ids(&ROOM, "", Key::TOP, 10)?)?;
        }
        one.commit("a record", &Draft::new().put(&room("R-1")?, 1).done())?;
        other.stands("nothing of what another store was given", &room("R-1")?, None)
    })
}

/// A store that is opened again has everything that was committed, and nothing that was refused or removed.
///
/// A bench that keeps nothing says so by being [volatile](Bench::volatile), and is held to that: what it opens next is
/// empty.
pub fn reopened_stores_have_everything(bench: &Bench) -> Result<(), Violation> {
    bench.across_reopening(
        fill,
        |store, commits| look(store, &commits),
        |store| {
            let probe = Probe::new(store, Promise::AcknowledgedIsDurable);
            probe.same("nothing, as nothing is kept", &Vec::new(), &probe.ids(&ROOM, "", Key::TOP, 10)?)
        },
    )
}

fn fill(store: &AnyStore) -> Result<Vec<CommitId>, Violation> {
    let probe = Probe::new(store, Promise::AcknowledgedIsDurable);
    let mut commits = Vec::new();
    for number in 0..50_u64 {
        let key = room(&format!("R-{number:02}"))?;
        commits.push(probe.commit("a record", &Draft::new().absent(&key).put(&key, number).done())?);
    }
    let removed = room("R-gone")?;
    probe.commit("a record", &Draft::new().put(&removed, 1).done())?;
    probe.commit("its removal", &Draft::new().delete(&removed).done())?;
    probe.conflict("a refused batch", &Draft::new().absent(&room("R-00")?).put(&removed, 9).done())?;
    // The last thing that is acknowledged before the store is closed.
    let last = room("R-99")?;
    commits.push(probe.commit("the last record", &Draft::new().put(&last, 99).done())?);
    Ok(commits)
}

fn look(store: &AnyStore, commits: &[CommitId]) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::AcknowledgedIsDurable);
    let expected: Vec<_> = (0..50_u64)
        .chain([99])
        .zip(commits)
        .map(|(number, version)| (format!("R-{number:02}"), Some(number), *version))
        .collect();
    let found: Vec<_> = probe
        .scan(&ROOM, "", Key::TOP, 1000)?
        .into_iter()
        .map(|(key, record)| (key.id().to_owned(), number(Some(&record)), record.version))
        .collect();
    probe.same("as many records as before", &expected.len(), &found.len())?;
    probe.same("the records of before", &expected, &found)?;
    // Checks go on from where they were.
    let first = room("R-00")?;
    probe.conflict("a check of absence", &Draft::new().absent(&first).put(&first, 1).done())?;
    let version = commits.first().copied();
    probe.commit("a check of a version of before", &Draft::new().at(&first, version).put(&first, 1).done()).map(drop)
}
