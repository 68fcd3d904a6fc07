//! Commits that the engine itself keeps apart, at SERIALIZABLE, in statements that every look-alike of PostgreSQL knows:
//! without advisory locks, which have done nothing on one of them, and without functions.

use std::time::Duration;

use deadpool_postgres::Object;
use office_core::{Kind, StoreError};
use tokio_postgres::Statement;
use uuid::Uuid;

use crate::database::{Database, Parts, verdict};
use crate::fault;
use crate::statement::{self, Parameters};

/// What one commit says.
struct Said {
    check: Statement,
    put: Statement,
    delete: Statement,
}

/// Why one attempt at a commit did not come to its end.
enum Failed {
    /// Others were serialised before it, whether or not they changed what it checks; it was rolled back.
    Serialised,
    /// For good.
    Ended(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Ended(error)
    }
}

impl Database {
    /// Commits, again where others were serialised before: a conflict is told only where a check fails, so that what met one
    /// never comes to be, however late and however often it arrives.
    pub(crate) async fn commit_serializably(&self, version: Uuid, parts: &Parts<'_>) -> Result<(), StoreError> {
        const MOST: u64 = 50;
        for attempt in 1..=MOST {
            match self.attempt(version, parts).await {
                Ok(()) => return Ok(()),
                Err(Failed::Ended(error)) => return Err(error),
                Err(Failed::Serialised) => tokio::time::sleep(Duration::from_millis(attempt)).await,
            }
        }
        Err(StoreError::unavailable(fault::Link("others were serialised before it again and again".to_owned())))
    }

    /// Checks first, and then writes and commits in one go.
    async fn attempt(&self, version: Uuid, parts: &Parts<'_>) -> Result<(), Failed> {
        let failed = |error: StoreError| if error.is_conflict() { Failed::Serialised } else { Failed::Ended(error) };
        let (client, said) = self.ready().await.map_err(failed)?;
        let checks: &Parameters<'_> = &[&parts.check_kinds, &parts.check_ids, &parts.check_versions];
        let (begun, checked) = tokio::join!(
            biased;
            client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE"),
            client.query_one(&said.check, checks),
        );
        let holds = match (begun, checked) {
            (Ok(()), Ok(row)) => verdict(Some(&row)).map_err(Failed::Ended),
            (Err(error), _) | (_, Err(error)) => Err(failed(fault::unchanged(&error))),
        };
        if holds.is_err() {
            // Where it cannot be ended, the connection goes, and the transaction with it.
            if client.batch_execute("ROLLBACK").await.is_err() {
                drop(Object::take(client));
            }
            return holds;
        }
        let puts: &Parameters<'_> = &[&version, &parts.put_kinds, &parts.put_ids, &parts.put_bodies];
        let gone: &Parameters<'_> = &[&parts.gone_kinds, &parts.gone_ids];
        let (put, deleted, committed) = tokio::join!(
            biased;
            client.execute(&said.put, puts),
            client.execute(&said.delete, gone),
            client.batch_execute("COMMIT"),
        );
        // The first that failed says why. The commit of a failed transaction does not fail: it rolls back.
        let why = put.err().or(deleted.err()).or(committed.err());
        let Some(error) = why else { return Ok(()) };
        if fault::is_spent(&error) {
            drop(Object::take(client));
        }
        Err(failed(fault::committing(&error)))
    }

    /// A connection that knows the statements.
    async fn ready(&self) -> Result<(Object, Said), StoreError> {
        let mut calls = 1;
        loop {
            let client = self.connections.client().await?;
            let prepared = async {
                let check = client.prepare_cached(&self.statements.check).await?;
                let put = client.prepare_cached(&self.statements.put).await?;
                let delete = client.prepare_cached(&self.statements.delete).await?;
                Ok(Said { check, put, delete })
            };
            let error: tokio_postgres::Error = match prepared.await {
                Ok(said) => return Ok((client, said)),
                Err(error) => error,
            };
            if !self.connections.goes_again(client, &error, calls) {
                return Err(fault::unchanged(&error));
            }
            calls = calls.saturating_add(1);
        }
    }

    /// Gives a kind its view, unless the name is taken: by a view that somebody else just made, or by something of the owner's.
    pub(crate) async fn show_plainly(&self, kind: &Kind) -> Result<(), StoreError> {
        let client = self.connections.client().await?;
        let made = client.batch_execute(&statement::view(&self.schema, kind)).await;
        match made {
            Err(error) if !fault::is_taken(&error) => Err(fault::unchanged(&error)),
            _ => Ok(()),
        }
    }
}
