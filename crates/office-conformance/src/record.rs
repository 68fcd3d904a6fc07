//! Single records: reading, creating, replacing, removing.

use office_core::{AnyStore, Key, Kind};

use crate::probe::{Draft, Probe, ROOM, key, number, room};
use crate::{Promise, Violation};

/// What was never written is not there, by key and by range.
pub fn missing_records_are_none(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CallSeesOneInstant);
    let keys = [room("R-1")?, room("R-2")?];
    probe.same("nothing in an empty store", &vec![None, None], &probe.get(&keys)?)?;
    probe.same("no answers to no keys", &Vec::new(), &probe.get(&[])?)?;
    probe.same("an empty range of an empty store", &Vec::new(), &probe.scan(&ROOM, "", Key::TOP, 10)?)?;
    probe.commit("a room", &Draft::new().put(&room("R-3")?, 1).done())?;
    probe.same("nothing beside another record", &vec![None, None], &probe.get(&keys)?)
}

/// What was created is there, as it was written.
pub fn created_records_are_there(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let key = room("R-1")?;
    probe.commit("a first record", &Draft::new().absent(&key).put(&key, 7).done())?;
    probe.stands("what was created", &key, Some(7))?;
    let found = probe.scan(&ROOM, "", Key::TOP, 10)?;
    let numbers: Vec<_> = found.iter().map(|(_, record)| number(Some(record))).collect();
    probe.same("what was created, in a range", &vec![Some(7)], &numbers)
}

/// What was replaced is there as it was written last.
pub fn replaced_records_change(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let key = room("R-1")?;
    let first = probe.commit("a first record", &Draft::new().put(&key, 1).done())?;
    probe.commit("a checked replacement", &Draft::new().at(&key, Some(first)).put(&key, 2).done())?;
    probe.stands("the replacement", &key, Some(2))?;
    probe.commit("an unchecked replacement", &Draft::new().put(&key, 3).done())?;
    probe.stands("the second replacement", &key, Some(3))
}

/// What was removed is gone, by key and by range.
pub fn deleted_records_are_gone(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let (kept, gone) = (room("R-1")?, room("R-2")?);
    probe.commit("two records", &Draft::new().put(&kept, 1).put(&gone, 2).done())?;
    probe.commit("a removal", &Draft::new().delete(&gone).done())?;
    probe.stands("nothing after the removal", &gone, None)?;
    probe.same("the other record in the range", &vec!["R-1".to_owned()], &probe.ids(&ROOM, "", Key::TOP, 10)?)?;
    probe.commit("a check that it is gone", &Draft::new().absent(&gone).done()).map(drop)
}

/// Removing what is not there is no error.
pub fn deleting_the_absent_is_fine(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let (absent, other) = (room("R-1")?, room("R-2")?);
    probe.commit("a removal of nothing", &Draft::new().delete(&absent).done())?;
    probe.commit("a removal of nothing beside a write", &Draft::new().delete(&absent).put(&other, 2).done())?;
    probe.stands("the write beside the removal", &other, Some(2))?;
    probe.commit("a checked removal of nothing", &Draft::new().absent(&absent).delete(&absent).done()).map(drop)
}

/// What was removed can be created again.
pub fn deleted_records_can_return(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let key = room("R-1")?;
    probe.commit("a record", &Draft::new().absent(&key).put(&key, 1).done())?;
    probe.commit("its removal", &Draft::new().delete(&key).done())?;
    probe.commit("its return", &Draft::new().absent(&key).put(&key, 2).done())?;
    probe.stands("the record that returned", &key, Some(2))?;
    probe.same("one record in the range", &vec!["R-1".to_owned()], &probe.ids(&ROOM, "", Key::TOP, 10)?)
}

/// A record's version is the id of the commit that wrote it, by key and by range, and of no other.
pub fn versions_are_commit_ids(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::VersionsNameTheirWriter);
    let keys = [room("R-1")?, room("R-2")?, room("R-3")?];
    let [one, two, three] = &keys;
    let first = probe.commit("three records", &Draft::new().put(one, 1).put(two, 1).put(three, 1).done())?;
    let second = probe.commit("a replacement of one", &Draft::new().at(one, Some(first)).put(two, 2).done())?;
    let third = probe.commit("the same content again", &Draft::new().put(three, 1).done())?;
    let expected = vec![Some(first), Some(second), Some(third)];
    let found = probe.get(&keys)?.into_iter().map(|record| record.map(|record| record.version)).collect();
    probe.same("the writers by key", &expected, &found)?;
    let found = probe.scan(&ROOM, "", Key::TOP, 10)?.into_iter().map(|(_, record)| Some(record.version)).collect();
    probe.same("the writers by range", &expected, &found)
}

/// Every commit is seen by the calls that follow its answer.
pub fn own_writes_are_seen_at_once(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::InstantsAgreeWithRealTime);
    let key = room("R-1")?;
    for number in 1..=100 {
        let id = probe.commit("a write", &Draft::new().put(&key, number).done())?;
        probe.stands("the write just made, by key", &key, Some(number))?;
        let seen: Vec<_> = probe.scan(&ROOM, "", Key::TOP, 10)?.into_iter().map(|(_, record)| record.version).collect();
        probe.same("the write just made, by range", &vec![id], &seen)?;
    }
    Ok(())
}

/// The answers of one call stand in the order of the keys.
pub fn answers_follow_the_keys(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CallSeesOneInstant);
    let (a, b, c, none) = (room("a")?, room("b")?, key(Kind::literal("asset"), "c")?, room("none")?);
    probe.commit("three records", &Draft::new().put(&a, 1).put(&b, 2).put(&c, 3).done())?;
    let found = probe.get(&[b.clone(), none, a.clone(), c.clone()])?;
    let found: Vec<_> = found.iter().map(|record| number(record.as_ref())).collect();
    probe.same("answers in the order of the keys", &vec![Some(2), None, Some(1), Some(3)], &found)?;
    let found: Vec<_> = probe.get(&[c, b, a])?.iter().map(|record| number(record.as_ref())).collect();
    probe.same("answers in the other order", &vec![Some(3), Some(2), Some(1)], &found)
}

/// A key that is asked for twice is answered twice.
pub fn repeated_keys_are_answered_each_time(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CallSeesOneInstant);
    let (a, b, none) = (room("a")?, room("b")?, room("none")?);
    probe.commit("two records", &Draft::new().put(&a, 1).put(&b, 2).done())?;
    let found = probe.get(&[a.clone(), none.clone(), a.clone(), b, none, a])?;
    let found: Vec<_> = found.iter().map(|record| number(record.as_ref())).collect();
    probe.same("an answer to each", &vec![Some(1), None, Some(1), Some(2), None, Some(1)], &found)
}

/// Kinds are apart, also where one name begins another and where the ids are the same.
pub fn kinds_are_apart(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::IdsAreBytes);
    let names = ["item", "item_", "item_a", "item0", "itema", "items", "ite"];
    let kinds = names.map(|name| Kind::new(name).map_err(|error| probe.violated("a kind", error.to_string())));
    let mut draft = Draft::new();
    let mut keys = Vec::new();
    for (kind, content) in kinds.into_iter().zip(1..) {
        let kind = kind?;
        for id in ["_s", "a/1", "as", "s"] {
            draft = draft.put(&key(kind.clone(), id)?, content);
        }
        keys.push((key(kind, "s")?, content));
    }
    probe.commit("the same ids in several kinds", &draft.done())?;
    for (key, content) in &keys {
        probe.stands(&format!("the record {key}"), key, Some(*content))?;
        let found = probe.scan(key.kind(), "", Key::TOP, 100)?;
        let found: Vec<_> = found.iter().map(|(key, record)| (key.to_string(), number(Some(record)))).collect();
        let name = key.kind();
        let expected = ["_s", "a/1", "as", "s"].map(|id| (format!("{name}/{id}"), Some(*content))).to_vec();
        probe.same("the records of one kind", &expected, &found)?;
    }
    Ok(())
}
