//! The format of the file, and how files of older formats are brought up to date.

use rusqlite::{Connection, OptionalExtension};

use crate::file::OpenError;
use crate::table;

/// Marks a file as an office's: `OFFC`, in the header that `file` and `sqlite3` show.
pub(crate) const APPLICATION_ID: i32 = 0x4f46_4643;

/// Turns a file of one format into the next.
pub(crate) type Step = fn(&Connection) -> Result<(), rusqlite::Error>;

/// Format 0 is an empty file.
pub(crate) const STEPS: &[Step] = &[
    // Format 1: one table per kind with `id`, `version` and `body`, made when it is first written to.
    |connection| {
        connection.execute_batch(
            "CREATE TABLE _meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID",
        )?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)
    },
];

/// Whether the file is marked as an office's, or has nothing in it yet.
pub(crate) fn is_ours_or_empty(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if id == APPLICATION_ID {
        return Ok(true);
    }
    let empty = connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(id == 0 && empty)
}

/// The newest format that `steps` lead to.
pub(crate) fn newest(steps: &[Step]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// The format of the file, and its minor revision: `1.0`.
///
/// A program reads and writes files of a newer minor revision, and refuses those of a newer format.
pub(crate) fn read(connection: &Connection) -> Result<Option<String>, rusqlite::Error> {
    if !table::exists(connection, "_meta")? {
        return Ok(None);
    }
    connection.query_row("SELECT value FROM _meta WHERE name = 'format'", [], |row| row.get(0)).optional()
}

fn parse(text: &str) -> Option<u32> {
    let (major, minor) = text.split_once('.')?;
    minor.parse::<u32>().ok()?;
    major.parse().ok()
}

/// Takes the steps that a file has not taken, in one transaction. Whether there were any.
pub(crate) fn bring_up_to_date(connection: &Connection, steps: &[Step]) -> Result<bool, OpenError> {
    if pending(connection, steps)?.is_empty() {
        return Ok(false);
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    match take(connection, steps) {
        Ok(taken) => {
            connection.execute_batch("COMMIT").inspect_err(|_| roll_back(connection))?;
            Ok(taken)
        }
        Err(error) => {
            roll_back(connection);
            Err(error)
        }
    }
}

fn take(connection: &Connection, steps: &[Step]) -> Result<bool, OpenError> {
    // Asked again: meanwhile another process may have taken them.
    let pending = pending(connection, steps)?;
    for step in pending {
        step(connection)?;
    }
    if !pending.is_empty() {
        let format = format!("{}.0", newest(steps));
        connection.execute("REPLACE INTO _meta (name, value) VALUES ('format', ?1)", [format])?;
    }
    Ok(!pending.is_empty())
}

fn pending<'s>(connection: &Connection, steps: &'s [Step]) -> Result<&'s [Step], OpenError> {
    let Some(text) = read(connection)? else { return Ok(steps) };
    let taken = parse(&text).and_then(|major| usize::try_from(major).ok());
    match taken.and_then(|taken| steps.get(taken..)) {
        Some(pending) => Ok(pending),
        None => Err(OpenError::Format { found: text, newest: newest(steps) }),
    }
}

/// The error that led here is what is reported. Should this fail as well, the connection is closed, which rolls back.
fn roll_back(connection: &Connection) {
    let _ = connection.execute_batch("ROLLBACK");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(connection: &Connection) -> u32 {
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap()
    }

    const LATER: &[Step] = &[
        STEPS[0],
        |connection| connection.execute_batch("CREATE TABLE first (id TEXT)"),
        |connection| connection.execute_batch("CREATE TABLE second (id TEXT)"),
    ];

    #[test]
    fn steps_that_were_not_taken_are_taken_once() {
        let connection = Connection::open_in_memory().unwrap();
        assert!(bring_up_to_date(&connection, STEPS).unwrap());
        assert_eq!(read(&connection).unwrap().as_deref(), Some("1.0"));
        assert!(bring_up_to_date(&connection, LATER).unwrap());
        assert_eq!(read(&connection).unwrap().as_deref(), Some("3.0"));
        assert!(!bring_up_to_date(&connection, LATER).unwrap());
        assert_eq!(tables(&connection), 3);
        let refusal = bring_up_to_date(&connection, STEPS);
        assert!(matches!(refusal, Err(OpenError::Format { newest: 1, .. })));
    }

    #[test]
    fn where_one_step_fails_none_is_taken() {
        const BROKEN: &[Step] = &[LATER[0], LATER[1], |connection| connection.execute_batch("CREATE TABLE first (x)")];
        let connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&connection, STEPS).unwrap();
        assert!(bring_up_to_date(&connection, BROKEN).is_err());
        assert!(connection.is_autocommit());
        assert_eq!(read(&connection).unwrap().as_deref(), Some("1.0"));
        assert_eq!(tables(&connection), 1);
        assert!(bring_up_to_date(&connection, LATER).unwrap());
    }
}
