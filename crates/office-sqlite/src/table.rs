//! One table per kind of record.

use office_core::{CommitId, Key, Kind, Record, StoreError};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, Row};
use uuid::Uuid;

use crate::fault;

/// How many prepared statements a connection keeps: six for each of a hundred kinds.
pub(crate) const STATEMENTS: usize = 600;

/// The table's name in quotes. A kind holds nothing that would need escaping, but it may be a word of SQL, or start with
/// the `sqlite_` that SQLite keeps for itself; no other kind starts with `_`.
fn name(kind: &Kind) -> String {
    let kind = kind.as_str();
    let reserved = if kind.starts_with("sqlite_") { "_" } else { "" };
    format!("\"{reserved}{kind}\"")
}

/// Creates the table of a kind where there is none.
///
/// An ordinary table with an index on the ids, not one that lies in the order of the ids (`WITHOUT ROWID`): new bodies go
/// to the end instead of splitting full pages, and bodies over a kilobyte stay on the page of their row.
pub(crate) fn create(connection: &Connection, kind: &Kind) -> Result<(), rusqlite::Error> {
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {} (
    id TEXT NOT NULL COLLATE BINARY PRIMARY KEY,
    version TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT",
        name(kind)
    ))
}

pub(crate) fn put(connection: &Connection, key: &Key, version: &str, body: &str) -> Result<(), rusqlite::Error> {
    let table = name(key.kind());
    // Not REPLACE, which would delete other rows where somebody added a unique index.
    let mut statement = connection.prepare_cached(&format!(
        "INSERT INTO {table} (id, version, body) VALUES (?1, ?2, ?3) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body"
    ))?;
    statement.execute([key.id(), version, body]).map(drop)
}

/// Creates the record if there is none: whether there was none.
pub(crate) fn add(connection: &Connection, key: &Key, version: &str, body: &str) -> Result<bool, rusqlite::Error> {
    let table = name(key.kind());
    let mut statement = connection.prepare_cached(&format!(
        "INSERT INTO {table} (id, version, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING"
    ))?;
    Ok(statement.execute([key.id(), version, body])? == 1)
}

/// Replaces the record if it carries a version: whether it did.
pub(crate) fn replace(
    connection: &Connection,
    key: &Key,
    before: CommitId,
    version: &str,
    body: &str,
) -> Result<bool, rusqlite::Error> {
    let table = name(key.kind());
    let mut statement = connection
        .prepare_cached(&format!("UPDATE {table} SET version = ?3, body = ?4 WHERE id = ?1 AND version = ?2"))?;
    Ok(statement.execute([key.id(), &before.to_string(), version, body])? == 1)
}

pub(crate) fn delete(connection: &Connection, key: &Key) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", name(key.kind())))?;
    statement.execute([key.id()]).map(drop)
}

/// Which commit wrote the record, if there is one.
pub(crate) fn version(connection: &Connection, key: &Key) -> Result<Option<CommitId>, StoreError> {
    let Some(mut statement) = find(connection, key.kind(), "SELECT version FROM", "WHERE id = ?1")? else {
        return Ok(None);
    };
    let mut rows = statement.query([key.id()]).map_err(fault::unchanged)?;
    match rows.next().map_err(fault::unchanged)? {
        Some(row) => commit_id(row, 0).map(Some),
        None => Ok(None),
    }
}

pub(crate) fn get(connection: &Connection, key: &Key) -> Result<Option<Record>, StoreError> {
    let Some(mut statement) = find(connection, key.kind(), "SELECT version, body FROM", "WHERE id = ?1")? else {
        return Ok(None);
    };
    let mut rows = statement.query([key.id()]).map_err(fault::unchanged)?;
    match rows.next().map_err(fault::unchanged)? {
        Some(row) => record(row, 0, 1).map(Some),
        None => Ok(None),
    }
}

pub(crate) fn scan(
    connection: &Connection,
    kind: &Kind,
    from: &str,
    to: &str,
    limit: usize,
) -> Result<Vec<(Key, Record)>, StoreError> {
    let range = "WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3";
    let Some(mut statement) = find(connection, kind, "SELECT id, version, body FROM", range)? else {
        return Ok(Vec::new());
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query((from, to, limit)).map_err(fault::unchanged)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(fault::unchanged)? {
        let key = Key::new(kind.clone(), text(row, 0)?).map_err(StoreError::corrupt)?;
        found.push((key, record(row, 1, 2)?));
    }
    Ok(found)
}

/// The prepared statement on the kind's table; `None` where there is no such table and so no such record.
fn find<'c>(
    connection: &'c Connection,
    kind: &Kind,
    select: &str,
    rest: &str,
) -> Result<Option<CachedStatement<'c>>, StoreError> {
    let table = name(kind);
    let statement = format!("{select} {table} {rest}");
    loop {
        match connection.prepare_cached(&statement) {
            Ok(statement) => return Ok(Some(statement)),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
                // Most likely there is no such table. Asking for it by a statement makes the answer part of the instant
                // that the transaction sees; where it was created since, it is there at that instant.
                if !exists(connection, table.trim_matches('"')).map_err(fault::unchanged)? {
                    return Ok(None);
                }
                if connection.prepare(&statement).is_err() {
                    return Err(StoreError::corrupt(error));
                }
            }
            Err(error) => return Err(fault::unchanged(error)),
        }
    }
}

pub(crate) fn exists(connection: &Connection, table: &str) -> Result<bool, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?;
    Ok(statement.query_row([table], |_| Ok(())).optional()?.is_some())
}

fn record(row: &Row<'_>, version: usize, body: usize) -> Result<Record, StoreError> {
    Ok(Record { version: commit_id(row, version)?, body: office_core::Body::stored(text(row, body)?) })
}

fn commit_id(row: &Row<'_>, column: usize) -> Result<CommitId, StoreError> {
    Uuid::try_parse(text(row, column)?).map(CommitId::from_uuid).map_err(StoreError::corrupt)
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, StoreError> {
    let value: ValueRef<'r> = row.get_ref(column).map_err(fault::unchanged)?;
    value.as_str().map_err(StoreError::corrupt)
}
