//! Opening a file: is it ours, is it of a format that is known, and with which settings.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error;

use crate::format::{self, APPLICATION_ID, STEPS};
use crate::options::{Durability, Options};
use crate::{fault, table};

/// A file could not be opened as an office's store. It is left as it was.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is a file, but it is something else.
    #[error("`{}` is not the file of an office: a missing or empty file, or one made by office-sqlite, is wanted", path.display())]
    Foreign {
        /// Where it lies.
        path: PathBuf,
    },
    /// The file was written by a younger program than this.
    #[error("the file has format {found}: this program reads up to format {newest}")]
    Format {
        /// The file's format.
        found: String,
        /// The newest format that this program knows.
        newest: u32,
    },
    /// The file system cannot share memory between processes, which the write-ahead log needs.
    #[error("the file system keeps journal mode `{found}`: one on a local disk, which takes `wal`, is wanted")]
    Journal {
        /// The journal mode that the file stayed in.
        found: String,
    },
    /// The file cannot be opened, read or written, or another process kept it busy.
    #[error("the file cannot be opened")]
    File {
        /// What the system or SQLite says.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::File { source: Box::new(error) }
    }
}

impl OpenError {
    fn is_busy(&self) -> bool {
        match self {
            Self::File { source } => source.downcast_ref().is_some_and(fault::is_busy),
            Self::Foreign { .. } | Self::Format { .. } | Self::Journal { .. } => false,
        }
    }
}

/// The place of the file. Absolute, so that it stays the same file when the program changes directory, and so that
/// `:memory:` is a name like any other.
pub(crate) fn locate(path: &Path) -> Result<PathBuf, OpenError> {
    std::path::absolute(path).map_err(|error| OpenError::File { source: Box::new(error) })
}

/// Opens the connection that writes, creating the file or bringing it up to date where needed.
pub(crate) fn open_writer(path: &Path, options: &Options) -> Result<Connection, OpenError> {
    refuse_foreign(path)?;
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    // Waiting is done by `fault::patiently`.
    connection.busy_timeout(std::time::Duration::ZERO)?;
    // Until the file has its write-ahead log, whoever writes keeps even readers out: anything may find it busy.
    fault::patiently(options.busy_timeout(), OpenError::is_busy, || prepare(&connection, path, options))?;
    Ok(connection)
}

fn prepare(connection: &Connection, path: &Path, options: &Options) -> Result<(), OpenError> {
    let foreign = || OpenError::Foreign { path: path.to_owned() };
    match format::is_ours_or_empty(connection) {
        Ok(true) => {}
        Ok(false) => return Err(foreign()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => return Err(foreign()),
        Err(error) => return Err(error.into()),
    }
    set_up(connection, options)?;
    // In a new file this happens before the write-ahead log is begun, so that the mark is in the file itself.
    format::bring_up_to_date(connection, STEPS)?;
    let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
    if mode == "wal" { Ok(()) } else { Err(OpenError::Journal { found: mode }) }
}

/// Opens another connection, for reading only.
pub(crate) fn open_reader(path: &Path, options: &Options) -> Result<Connection, rusqlite::Error> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(options.busy_timeout())?;
    set_up(&connection, options)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(table::STATEMENTS);
    Ok(connection)
}

fn set_up(connection: &Connection, options: &Options) -> Result<(), rusqlite::Error> {
    let synchronous = match options.durability() {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // Where a plain sync leaves the data in the disk's cache (macOS), the disk is told to empty it. Elsewhere no difference.
    connection.pragma_update(None, "fullfsync", options.durability() == Durability::Full)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)
}

/// Looks at the head of the file without taking locks or touching a log that somebody else left there.
fn refuse_foreign(path: &Path) -> Result<(), OpenError> {
    match std::fs::metadata(path) {
        Ok(found) if found.len() > 0 => {}
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(OpenError::File { source: Box::new(error) }),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(immutable(path), flags)?;
    match connection.query_row("PRAGMA application_id", [], |row| row.get::<_, i32>(0)) {
        Ok(APPLICATION_ID) => Ok(()),
        Ok(_) => Err(OpenError::Foreign { path: path.to_owned() }),
        // Somebody is at it, or was killed in the middle of a change, and part of it lies in a log yet. Whoever opens the
        // file puts that right; then it is looked at again.
        Err(error) if is_malformed(&error) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn is_malformed(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The URI under which SQLite opens a file as one that nobody changes.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file://");
    if !path.has_root() {
        uri.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'.' | b'-' | b'_' | b':' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => uri.push(char::from(*byte)),
            other => {
                // Writing to a String cannot fail.
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri.push_str("?immutable=1");
    uri
}
