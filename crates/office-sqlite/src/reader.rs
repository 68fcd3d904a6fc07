//! Connections for reading, each used by one call at a time.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use office_core::StoreError;
use rusqlite::Connection;

use crate::fault;
use crate::file;
use crate::options::Options;

/// How many idle connections are kept.
const IDLE: usize = 16;

/// The connections that nobody is reading with. More are opened when all are in use.
pub(crate) struct Readers {
    path: PathBuf,
    options: Options,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, options: Options) -> Self {
        Self { path, options, idle: Mutex::default() }
    }

    /// Runs one statement, which by itself sees one instant.
    pub(crate) fn ask<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.with(work)
    }

    /// Runs several statements, all of which see the same instant.
    pub(crate) fn at_one_instant<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with(|connection| {
            run(connection, "BEGIN")?;
            let answer = work(connection);
            run(connection, "ROLLBACK")?;
            answer
        })
    }

    /// A connection that is in the middle of something afterwards is closed, not kept: also where `work` panics.
    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => file::open_reader(&self.path, &self.options).map_err(fault::unchanged)?,
        };
        let answer = work(&connection);
        if connection.is_autocommit() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE {
                idle.push(connection);
            }
        }
        answer
    }
}

pub(crate) fn run(connection: &Connection, statement: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(statement)
        .and_then(|mut prepared| prepared.execute([]))
        .map_err(fault::unchanged)
        .map(drop)
}
