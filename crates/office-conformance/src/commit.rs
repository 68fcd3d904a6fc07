//! Batches: their checks, and that they happen as a whole or not at all.

use office_core::{AnyStore, Key};

use crate::probe::{Draft, Probe, ROOM, number, room};
use crate::{Promise, Violation};

/// What must not exist and does is a conflict.
pub fn creating_over_a_record_conflicts(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let key = room("R-1")?;
    probe.commit("a record", &Draft::new().absent(&key).put(&key, 1).done())?;
    probe.conflict("creating it again", &Draft::new().absent(&key).put(&key, 2).done())?;
    probe.stands("the first record", &key, Some(1))
}

/// A check of a version that has been replaced is a conflict.
pub fn stale_checks_conflict(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let key = room("R-1")?;
    let first = probe.commit("a record", &Draft::new().put(&key, 1).done())?;
    let second = probe.commit("its replacement", &Draft::new().at(&key, Some(first)).put(&key, 2).done())?;
    probe.conflict("replacing the first version again", &Draft::new().at(&key, Some(first)).put(&key, 3).done())?;
    probe.conflict("removing the first version", &Draft::new().at(&key, Some(first)).delete(&key).done())?;
    probe.stands("the second version", &key, Some(2))?;
    probe.same("its version", &Some(second), &probe.version(&key)?)
}

/// A check of a version where there is no record is a conflict.
pub fn checks_of_missing_records_conflict(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let (gone, never) = (room("R-1")?, room("R-2")?);
    let first = probe.commit("a record", &Draft::new().put(&gone, 1).done())?;
    probe.commit("its removal", &Draft::new().at(&gone, Some(first)).delete(&gone).done())?;
    for key in [&gone, &never] {
        probe.conflict("replacing what is not there", &Draft::new().at(key, Some(first)).put(key, 2).done())?;
        probe.conflict("removing what is not there", &Draft::new().at(key, Some(first)).delete(key).done())?;
        probe.stands("still nothing", key, None)?;
    }
    Ok(())
}

/// A stale check is a conflict also where the batch writes another record.
pub fn checks_hold_for_records_not_written(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let (read, low, high) = (room("R-2")?, room("R-1")?, room("R-3")?);
    let first = probe.commit("a record", &Draft::new().put(&read, 1).done())?;
    let second = probe.commit("its replacement", &Draft::new().put(&read, 2).done())?;
    for other in [&low, &high] {
        let stale = Draft::new().at(&read, Some(first)).put(other, 1).done();
        probe.conflict("a write decided on a replaced record", &stale)?;
        probe.stands("nothing of the refused write", other, None)?;
        let good = Draft::new().at(&read, Some(second)).put(other, 2).done();
        probe.commit("a write decided on the present record", &good)?;
        probe.stands("the write", other, Some(2))?;
    }
    probe.same("the version that was only checked", &Some(second), &probe.version(&read)?)
}

/// A check of absence is a conflict also where the batch writes another record.
pub fn absence_holds_for_records_not_written(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let (there, low, high, never) = (room("R-2")?, room("R-1")?, room("R-3")?, room("R-4")?);
    probe.commit("a record", &Draft::new().put(&there, 1).done())?;
    for other in [&low, &high] {
        let wrong = Draft::new().absent(&there).put(other, 1).done();
        probe.conflict("a write decided on the absence of a record", &wrong)?;
        probe.stands("nothing of the refused write", other, None)?;
        probe.commit("a write decided on a true absence", &Draft::new().absent(&never).put(other, 2).done())?;
        probe.stands("the write", other, Some(2))?;
    }
    probe.stands("nothing where absence was checked", &never, None)
}

/// A batch that is refused leaves nothing behind, wherever in it the failing check stands.
pub fn refused_batches_leave_nothing(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let [new_low, old_low, checked, old_high, new_high] = [room("a")?, room("b")?, room("m")?, room("y")?, room("z")?];
    let old =
        probe.commit("three records", &Draft::new().put(&old_low, 1).put(&checked, 1).put(&old_high, 1).done())?;
    let present = probe.commit("a replacement", &Draft::new().put(&checked, 2).done())?;
    let before = probe.scan(&ROOM, "", Key::TOP, 100)?;
    // Writes and passing checks on both sides of each check that fails.
    for failing in [&old_low, &checked, &old_high] {
        let wrong = if failing == &checked { Some(old) } else { Some(present) };
        let base = || Draft::new().at(failing, wrong).absent(&new_low).absent(&new_high);
        let batches = [
            base().put(&new_low, 9).delete(&old_low).put(&checked, 9).delete(&old_high).put(&new_high, 9),
            base().delete(&old_low).put(&new_high, 9).put(&new_low, 9),
            base().put(&old_low, 9).put(&old_high, 9),
        ];
        for batch in batches {
            probe.conflict("a batch with one failing check", &batch.done())?;
            probe.same("the records as they were", &before, &probe.scan(&ROOM, "", Key::TOP, 100)?)?;
        }
    }
    let wrong = Draft::new().absent(&old_high).put(&new_low, 9).put(&new_high, 9).done();
    probe.conflict("a batch with one failing check of absence", &wrong)?;
    probe.same("the records as they were", &before, &probe.scan(&ROOM, "", Key::TOP, 100)?)
}

/// All writes of a batch are made, of several kinds, creating, replacing and removing.
pub fn batches_are_written_whole(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let kept = room("kept")?;
    let keys = (0..50).map(|number| room(&format!("R-{number:02}"))).collect::<Result<Vec<_>, _>>()?;
    let draft = keys.iter().zip(0..).fold(Draft::new(), |draft, (key, number)| draft.put(key, number));
    let first = probe.commit("fifty records", &draft.put(&kept, 1000).done())?;
    let draft = keys.iter().zip(0_u64..).fold(Draft::new(), |draft, (key, number)| match number.checked_rem(3) {
        Some(0) => draft.at(key, Some(first)).put(key, number.saturating_add(100)),
        Some(1) => draft.delete(key),
        _ => draft.at(key, Some(first)),
    });
    probe.commit("replacements, removals and checks together", &draft.done())?;
    for (key, number) in keys.iter().zip(0_u64..) {
        let expected = match number.checked_rem(3) {
            Some(0) => Some(number.saturating_add(100)),
            Some(1) => None,
            _ => Some(number),
        };
        probe.stands("what the batch made of a record", key, expected)?;
    }
    probe.stands("what the batch did not touch", &kept, Some(1000))
}

/// A batch without writes tells whether its checks hold, and changes nothing.
pub fn checks_alone_are_answered(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let (there, gone) = (room("R-1")?, room("R-2")?);
    let first = probe.commit("a record", &Draft::new().put(&there, 1).done())?;
    let second = probe.commit("its replacement", &Draft::new().put(&there, 2).done())?;
    let before = probe.scan(&ROOM, "", Key::TOP, 100)?;
    probe.commit("checks that hold", &Draft::new().at(&there, Some(second)).absent(&gone).done())?;
    probe.conflict("a stale check alone", &Draft::new().at(&there, Some(first)).done())?;
    probe.conflict("a stale check beside a good one", &Draft::new().at(&there, Some(first)).absent(&gone).done())?;
    probe.conflict("a wrong check of absence", &Draft::new().absent(&there).done())?;
    probe.conflict("a check of a missing record", &Draft::new().at(&gone, Some(first)).done())?;
    probe.same("the records as they were", &before, &probe.scan(&ROOM, "", Key::TOP, 100)?)?;
    probe.commit("nothing at all", &Draft::new().done()).map(drop)
}

/// A record that was removed and created again, even with the same content, is another one.
pub fn old_checks_fail_after_recreation(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::VersionsNameTheirWriter);
    let (key, other) = (room("R-1")?, room("R-2")?);
    probe.commit("a record", &Draft::new().absent(&key).put(&key, 1).done())?;
    let read = probe.version(&key)?;
    probe.commit("its removal", &Draft::new().at(&key, read).delete(&key).done())?;
    probe.commit("its return", &Draft::new().absent(&key).put(&key, 1).done())?;
    probe.conflict("replacing the record of before", &Draft::new().at(&key, read).put(&key, 3).done())?;
    probe.conflict("deciding on the record of before", &Draft::new().at(&key, read).put(&other, 3).done())?;
    probe.conflict("checking the record of before", &Draft::new().at(&key, read).done())?;
    probe.same("the record that returned", &Some(1), &number(probe.one(&key)?.as_ref()))
}
