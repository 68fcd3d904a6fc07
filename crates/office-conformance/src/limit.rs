//! What the contract's limits allow is stored, whole and unchanged.

use std::collections::BTreeMap;

use office_core::{AnyStore, Batch, Body, Key, Kind};
use serde_json::value::RawValue;

use crate::probe::{Draft, Probe, ROOM, key, next_id, numbered, room};
use crate::{Promise, Violation};

/// Ids of the greatest length are stored whole, and told apart by their last byte.
pub fn longest_ids_are_stored(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::WhatFitsIsStored);
    let kind = Kind::new("k".repeat(Kind::MAX_BYTES)).map_err(|error| probe.violated("a kind", error.to_string()))?;
    let stem = "x".repeat(Key::MAX_ID_BYTES.saturating_sub(1));
    let wide = "é".repeat(Key::MAX_ID_BYTES / 2);
    let ids = [stem.clone(), format!("{stem}a"), format!("{stem}b"), wide];
    for (id, number) in ids.iter().zip(1..) {
        let key = key(kind.clone(), id.as_str())?;
        probe.commit("a record with a long id", &Draft::new().absent(&key).put(&key, number).done())?;
    }
    for (id, number) in ids.iter().zip(1..) {
        probe.stands("the record with a long id", &key(kind.clone(), id.as_str())?, Some(number))?;
    }
    probe.same("the long ids in a range", &ids.to_vec(), &probe.ids(&kind, "", Key::TOP, 10)?)
}

/// A body of the greatest length is stored whole.
pub fn longest_bodies_are_stored(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::WhatFitsIsStored);
    // The text and the two quotes around it; half of the second text's bytes are halves of characters.
    let room_for = Body::MAX_BYTES.saturating_sub(2);
    for text in ["x".repeat(room_for), "é".repeat(room_for / 2), "x".repeat(80_000)] {
        let body = Body::of(&text).map_err(|error| probe.violated("a body", error.to_string()))?;
        let key = room("R-1")?;
        let mut batch = Batch::new(next_id());
        batch.put(key.clone(), body);
        probe.commit("a record with a long body", &batch)?;
        let by_range = probe.scan(&ROOM, "", Key::TOP, 10)?.into_iter().next().map(|(_, record)| record);
        for record in [probe.one(&key)?, by_range] {
            let found: Option<String> = record.and_then(|record| record.body.read().ok());
            let expected = format!("a text of {} bytes", text.len());
            let length = found.as_ref().map_or(0, String::len);
            probe.holds(found.as_ref() == Some(&text), &expected, format!("another one, of {length} bytes"))?;
        }
    }
    Ok(())
}

/// A batch of the greatest length is committed as a whole, or refused as a whole.
pub fn longest_batches_are_committed(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::WhatFitsIsStored);
    let half = Batch::MAX_LEN / 2;
    let keys = (0..half).map(|number| room(&format!("R-{number:05}"))).collect::<Result<Vec<_>, _>>()?;
    let full = |checked: bool| {
        keys.iter().zip(0..).fold(Batch::new(next_id()), |mut batch, (key, number)| {
            if checked {
                batch.check(key.clone(), None);
            }
            batch.put(key.clone(), numbered(number));
            batch
        })
    };
    let created = full(true);
    probe.same("the length of the batch", &Batch::MAX_LEN, &created.len())?;
    probe.commit("a batch of the greatest length", &created)?;
    let found = probe.scan(&ROOM, "", Key::TOP, Batch::MAX_LEN)?;
    probe.same("as many records as were written", &half, &found.len())?;
    let whole = found.iter().all(|(_, record)| record.version == created.id());
    probe.holds(whole, "all records written by that one batch", "another writer")?;
    // The last check fails: nothing of all the rest may stay.
    let mut refused = full(false);
    if let Some(last) = keys.last() {
        refused.check(last.clone(), None);
    }
    probe.conflict("a long batch whose last check fails", &refused)?;
    let found = probe.scan(&ROOM, "", Key::TOP, Batch::MAX_LEN)?;
    let untouched = found.len() == half && found.iter().all(|(_, record)| record.version == created.id());
    probe.holds(untouched, "the records as they were before the refused batch", "records that it wrote")?;
    // One call may ask for as many keys as a batch has room for.
    let found = probe.get(&keys)?;
    let all = found.iter().flatten().filter(|record| record.version == created.id()).count();
    probe.same("the records of one long call", &half, &all)
}

const BODIES: &[&str] = &[
    r#"{"price":"1.10","rate":"0.1000000000000000000000000001","total":"79228162514264337593543950335"}"#,
    r#"{"n":1234567890123456.789,"m":1.10,"k":12345678901234567890123456789,"z":0.30}"#,
    r#"{"max":18446744073709551615,"min":-9223372036854775808,"odd":9007199254740993}"#,
    r#"{"a":{"b":{"c":[{"d":[]},{},[[[]]],null,true,false,0,-1,""]}}}"#,
    r#"{"text":"Grüße, 名前, 🏢, e\u0301, \ud83c\udfe2, \"quoted\", \\, \/, \b\f\n\r\t, \u001f, %, ', ; --"}"#,
    r#"{"":1," ":2,"a":3,"A":4,"a ":5,"é":6,"e\u0301":7,"\u00e9x":8,"$x":9,"a.b":10,"0":11}"#,
    "[]",
    "{}",
    "null",
    "true",
    "0",
    r#""""#,
    r#""NULL""#,
    r#"["1.10",1,null,{"a":[]}]"#,
    r#"  { "white" : [ 1 , 2 ] }  "#,
    r#"{"backslash":"\\u0000"}"#,
];

/// Bodies come back as the same JSON value: nested as they were, texts unchanged, numbers digit by digit.
pub fn bodies_keep_their_value(store: &AnyStore) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::WhatFitsIsStored);
    for (text, number) in BODIES.iter().zip(0..) {
        let body = Body::from_json(*text).map_err(|error| probe.violated("a body", error.to_string()))?;
        let key = room(&format!("R-{number:02}"))?;
        let mut batch = Batch::new(next_id());
        batch.put(key.clone(), body);
        probe.commit("a record", &batch)?;
        let found = probe.one(&key)?.map_or_else(String::new, |record| record.body.as_str().to_owned());
        probe.holds(same_value(text, &found), text, found)?;
    }
    let found = probe.scan(&ROOM, "", Key::TOP, 100)?;
    probe.same("as many records as bodies", &BODIES.len(), &found.len())?;
    for (text, (_, record)) in BODIES.iter().zip(found) {
        probe.holds(same_value(text, record.body.as_str()), text, record.body.as_str())?;
    }
    Ok(())
}

/// Whether two JSON texts hold the same value, numbers being compared digit by digit.
fn same_value(one: &str, other: &str) -> bool {
    fn parsed<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Option<T> {
        serde_json::from_str(text).ok()
    }
    let (one, other) = (one.trim(), other.trim());
    match (one.chars().next(), other.chars().next()) {
        (Some('{'), Some('{')) => {
            let fields = |text| parsed::<BTreeMap<String, Box<RawValue>>>(text);
            let (Some(one), Some(other)) = (fields(one), fields(other)) else { return false };
            one.len() == other.len()
                && one
                    .iter()
                    .zip(&other)
                    .all(|((name, one), (other_name, other))| name == other_name && same_value(one.get(), other.get()))
        }
        (Some('['), Some('[')) => {
            let items = |text| parsed::<Vec<Box<RawValue>>>(text);
            let (Some(one), Some(other)) = (items(one), items(other)) else { return false };
            one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| same_value(one.get(), other.get()))
        }
        (Some('"'), Some('"')) => parsed::<String>(one).is_some_and(|one| parsed(other) == Some(one)),
        _ => one == other,
    }
}
