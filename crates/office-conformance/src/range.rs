//! Ranges: their order, their ends and their limits.

use office_core::{AnyStore, Key};

use crate::identity::ODD;
use crate::probe::{Draft, Probe, ROOM, room};
use crate::{Promise, Violation};

/// A range comes in the order of the bytes of its ids, whatever order they were written in.
pub fn ranges_follow_bytes(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::IdsAreBytes);
    let mut expected: Vec<String> = ODD.iter().map(|id| (*id).to_owned()).collect();
    expected.sort_unstable();
    // Written from both ends to the middle, in several commits.
    for (at, id) in expected.iter().enumerate() {
        let id = if at % 2 == 0 { Some(id) } else { expected.iter().rev().nth(at) };
        if let Some(id) = id {
            probe.commit("a record", &Draft::new().put(&room(id)?, 1).done())?;
        }
    }
    for id in expected.iter().rev() {
        probe.commit("a record", &Draft::new().put(&room(id)?, 2).done())?;
    }
    probe.same("ids in the order of their bytes", &expected, &probe.ids(&ROOM, "", Key::TOP, 10_000)?)
}

/// A range begins with its lower end and stops before its upper one.
pub fn ranges_are_half_open(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::IdsAreBytes);
    let mut ids = vec!["a", "a ", "a/1", "a/2", "aa", "b", "b\u{1}", "B", "é", "e\u{301}", "\u{10FFFD}"];
    ids.sort_unstable();
    let draft = ids.iter().try_fold(Draft::new(), |draft, id| Ok::<_, Violation>(draft.put(&room(id)?, 1)))?;
    probe.commit("the records", &draft.done())?;
    let ends = ids.iter().copied().chain(["", "A", "a!", "a/", "a0", "c", Key::TOP]);
    let ends: Vec<&str> = ends.collect();
    for from in &ends {
        for to in &ends {
            let expected: Vec<String> =
                ids.iter().filter(|id| *from <= **id && **id < *to).map(ToString::to_string).collect();
            let found = probe.ids(&ROOM, from, to, 100)?;
            probe.same(&format!("the range from {from:?} up to, not including, {to:?}"), &expected, &found)?;
        }
    }
    Ok(())
}

/// A range whose upper end is not above its lower one holds nothing and is no error.
pub fn inverted_ranges_are_empty(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::IdsAreBytes);
    let draft = Draft::new().put(&room("a")?, 1).put(&room("b")?, 2).put(&room("c")?, 3);
    probe.commit("three records", &draft.done())?;
    for (from, to) in [("c", "a"), ("b", "b"), ("", ""), (Key::TOP, ""), (Key::TOP, Key::TOP), ("z", "b"), ("b", "")] {
        probe.same(&format!("nothing from {from:?} to {to:?}"), &Vec::new(), &probe.ids(&ROOM, from, to, 100)?)?;
    }
    Ok(())
}

/// A range is cut off at its limit, and what is left out is the end.
pub fn ranges_stop_at_their_limit(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CallSeesOneInstant);
    let ids: Vec<String> = (0..2000).map(|number| format!("R-{number:04}")).collect();
    let draft = ids.iter().try_fold(Draft::new(), |draft, id| Ok::<_, Violation>(draft.put(&room(id)?, 1)))?;
    probe.commit("two thousand records", &draft.done())?;
    for limit in [0, 1, 2, 999, 1000, 1001, 1999, 2000, 2001, usize::MAX] {
        let expected: Vec<String> = ids.iter().take(limit).cloned().collect();
        let found = probe.ids(&ROOM, "", Key::TOP, limit)?;
        probe.same(&format!("the first {limit} records"), &expected, &found)?;
    }
    let expected: Vec<String> = ids.iter().skip(1500).take(3).cloned().collect();
    probe.same("three records from the middle", &expected, &probe.ids(&ROOM, "R-1500", "R-1900", 3)?)
}

/// The empty text is below every id and [`Key::TOP`] above every id.
pub fn ranges_reach_both_ends(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::IdsAreBytes);
    let ids = ["\u{1}", " ", "a", "\u{7f}", "\u{ffff}", "\u{10000}", "\u{10FFFD}", "\u{10FFFE}\u{10FFFF}"];
    let draft = ids.iter().try_fold(Draft::new(), |draft, id| Ok::<_, Violation>(draft.put(&room(id)?, 1)))?;
    probe.commit("the records", &draft.done())?;
    let expected: Vec<String> = ids.iter().map(ToString::to_string).collect();
    probe.same("every id there is", &expected, &probe.ids(&ROOM, "", Key::TOP, 100)?)
}
