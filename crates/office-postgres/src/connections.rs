//! The connections that are kept.

use std::time::Duration;

use deadpool_postgres::{Object, Pool, PoolError};
use office_core::StoreError;
use tokio_postgres::Row;

use crate::fault;
use crate::statement::Parameters;

pub(crate) struct Connections {
    pool: Pool,
    patience: Duration,
}

impl Connections {
    pub(crate) fn new(pool: Pool, patience: Duration) -> Self {
        Self { pool, patience }
    }

    /// A connection, waited for as long as there is patience: also while the server cannot be reached, and while one takes
    /// over from another.
    pub(crate) async fn client(&self) -> Result<Object, StoreError> {
        const LONGEST: Duration = Duration::from_millis(250);
        let mut last = "every connection is in use".to_owned();
        let attempts = async {
            let mut nap = Duration::from_millis(5);
            loop {
                let error = match self.pool.get().await {
                    Ok(client) => return Ok(client),
                    Err(error) => error,
                };
                last = if let PoolError::Backend(error) = &error {
                    fault::told(error).to_string()
                } else {
                    error.to_string()
                };
                if is_final(&error) {
                    return Err(StoreError::unavailable(fault::Link(last.clone())));
                }
                tokio::time::sleep(nap).await;
                nap = nap.saturating_mul(2).min(LONGEST);
            }
        };
        match tokio::time::timeout(self.patience, attempts).await {
            Ok(answer) => answer,
            Err(_) => Err(StoreError::unavailable(fault::Link(last))),
        }
    }

    /// Runs one statement that changes no record: again where a connection breaks, or others were serialised before it.
    pub(crate) async fn ask(&self, statement: &str, parameters: &Parameters<'_>) -> Result<Vec<Row>, StoreError> {
        let mut calls = 1;
        loop {
            let client = self.client().await?;
            let answer = async {
                let statement = client.prepare_cached(statement).await?;
                client.query(&statement, parameters).await
            };
            let error = match answer.await {
                Ok(rows) => return Ok(rows),
                Err(error) => error,
            };
            if !self.goes_again(client, &error, calls) {
                return Err(fault::unchanged(&error));
            }
            calls = calls.saturating_add(1);
        }
    }

    /// Whether a call that changed nothing is made again after this error, on another connection where this one is spent.
    pub(crate) fn goes_again(&self, client: Object, error: &tokio_postgres::Error, calls: usize) -> bool {
        // All of them may have broken at once, unnoticed.
        let most = self.pool.status().max_size.saturating_add(2);
        let spent = fault::is_spent(error);
        if spent {
            drop(Object::take(client));
        }
        (spent || fault::unchanged(error).is_conflict()) && calls < most
    }
}

/// Whether a server that does not let us in will not do so later either.
fn is_final(error: &PoolError) -> bool {
    let PoolError::Backend(error) = error else { return false };
    // No such role, wrong password; no such database; no permission.
    let refused = matches!(fault::code(error).and_then(|code| code.get(..2)), Some("28" | "3D" | "42"));
    refused || fault::is_untrusted(error)
}
