//! Ids: that every text is an id of its own.

use office_core::{AnyStore, Key};

use crate::probe::{Draft, Probe, ROOM, room};
use crate::{Promise, Violation};

/// Ids that one engine or another takes for each other, for a pattern, or for a piece of syntax.
#[rustfmt::skip] // one per line otherwise
pub(crate) const ODD: &[&str] = &[
    "a", "A", "a ", "a  ", " a", "ａ", "\u{e1}", "a\u{301}", "\u{e0}", "\u{e4}", "\u{c4}", "ae", "æ", "ss",
    "ß", "ẞ", "SS", "i", "I", "ı", "\u{130}", "ǆ", "Ǆ", "ﬁ", "fi", "\u{c5}", "A\u{30a}", "Ω", "名", "名前",
    "имя", "ИМЯ", "שם", "اسم", "नाम", "ชื\u{e48}อ", "\u{d55c}", "🏢", "👩‍💼", "👩", "\u{200d}", "\u{200b}",
    "a\u{200b}", "\u{feff}a", "\u{ffff}", "\u{10000}", "\u{10fffd}", "\u{e000}", "\u{d7ff}", "/", "//", "a/b",
    "a/", "/a", "%", "%%", "a%", "_", "__", "a_", "a_b", "aXb", "*", "?", "[a]", "^", "$", ".", "..", "a.b",
    "\\", "\\\\", "a\\", "'", "''", "\"", "`", "a'b", "';--", "--", "#", "&", "&amp;", "<", ">", "=", "+",
    "a+b", "a b", "%20", "a%20b", "\t", "\n", "\r", "\r\n", "a\n", "\u{1}", "\u{2}", "\u{1f}", "\u{7f}",
    "\u{80}", "\u{85}", "\u{a0}", "\u{2028}", "a\t", "0", "00", "-0", "1", "01", "1.0", "1e0", "10", "2",
    "-1", "null", "NULL", "true", "undefined", "{}", "[]", ",", ";", ":", "a:b", "a,b", "(", ")", "|", "~",
    "!", "@", "aa", "aA", "Aa", "AA", "z", "Z", "\u{212b}", "\u{2126}", "\u{1112}\u{1161}\u{11ab}", "\u{f3}",
    "o\u{301}",
];

/// Ids that differ in any byte are ids of different records: accents, case, spaces, normal forms, signs of any syntax.
pub fn odd_ids_are_apart(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::IdsAreBytes);
    for (id, number) in ODD.iter().zip(0..) {
        let key = room(id)?;
        probe.stands(&format!("nothing yet under {id:?}"), &key, None)?;
        let draft = Draft::new().absent(&key).put(&key, number);
        probe.commit(&format!("a record under {id:?}"), &draft.done())?;
    }
    let mut keys = Vec::new();
    for (id, number) in ODD.iter().zip(0..) {
        let key = room(id)?;
        probe.stands(&format!("the record under {id:?}"), &key, Some(number))?;
        let version = probe.version(&key)?;
        probe.commit(&format!("a check of {id:?}"), &Draft::new().at(&key, version).done())?;
        keys.push(key);
    }
    probe.same("as many records as ids", &ODD.len(), &probe.scan(&ROOM, "", Key::TOP, 10_000)?.len())?;
    // Removing one removes no other.
    let mut left = keys.len();
    for key in &keys {
        probe.commit(&format!("the removal of {key}"), &Draft::new().delete(key).done())?;
        left = left.saturating_sub(1);
        let found = probe.scan(&ROOM, "", Key::TOP, 10_000)?.len();
        probe.same(&format!("the records that are left after the removal of {key}"), &left, &found)?;
    }
    Ok(())
}

/// Ids come back as they were written, byte by byte.
pub fn ids_come_back_unchanged(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::IdsAreBytes);
    for id in ODD {
        let key = room(id)?;
        probe.commit(&format!("a record under {id:?}"), &Draft::new().put(&key, 1).done())?;
        let found = probe.ids(&ROOM, "", Key::TOP, 10)?;
        probe.same("the id as it was written", &vec![(*id).to_owned()], &found)?;
        probe.commit(&format!("the removal of {id:?}"), &Draft::new().delete(&key).done())?;
    }
    Ok(())
}
