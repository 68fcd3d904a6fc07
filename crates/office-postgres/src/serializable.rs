//! Commits that the engine itself keeps apart, at SERIALIZABLE, in statements that every look-alike of PostgreSQL knows:
//! without advisory locks, which have done nothing on one of them, and without functions.

use deadpool_postgres::Object;
use office_core::{Kind, StoreError};
use tokio_postgres::Statement;

use crate::database::{Database, Parts, verdict};
use crate::fault;
use crate::statement::{self, Parameters};

/// What one commit says.
struct Said {
    check: Statement,
    put: Statement,
    delete: Statement,
}

impl Database {
    /// Checks first, and then writes and commits in one go.
    pub(crate) async fn commit_serializably(&self, parts: &Parts<'_>) -> Result<(), StoreError> {
        let (client, said) = self.ready().await?;
        let checks: &Parameters<'_> = &[&parts.check_kinds, &parts.check_ids, &parts.check_versions];
        let (begun, checked) = tokio::join!(
            biased;
            client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE"),
            client.query_one(&said.check, checks),
        );
        let holds = match (begun, checked) {
            (Ok(()), Ok(row)) => verdict(Some(&row)),
            (Err(error), _) | (_, Err(error)) => Err(fault::unchanged(&error)),
        };
        if holds.is_err() {
            // Where it cannot be ended, the connection goes, and the transaction with it.
            if client.batch_execute("ROLLBACK").await.is_err() {
                drop(Object::take(client));
            }
            return holds;
        }
        let puts: &Parameters<'_> = &[&parts.id, &parts.put_kinds, &parts.put_ids, &parts.put_bodies];
        let gone: &Parameters<'_> = &[&parts.gone_kinds, &parts.gone_ids];
        let (put, deleted, committed) = tokio::join!(
            biased;
            client.execute(&said.put, puts),
            client.execute(&said.delete, gone),
            client.batch_execute("COMMIT"),
        );
        // The first that failed says why. The commit of a failed transaction does not fail: it rolls back.
        let failed = put.err().or(deleted.err()).or(committed.err());
        let Some(error) = failed else { return Ok(()) };
        if fault::is_spent(&error) {
            drop(Object::take(client));
        }
        Err(fault::committing(&error))
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
