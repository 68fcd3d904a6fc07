//! Connecting to a server: can it be reached, is it one that keeps the contract, is the schema ours.

use std::error::Error;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use thiserror::Error;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Config, NoTls};

use crate::fault;
use crate::format;
use crate::options::Options;
use crate::statement::{Schema, greeting};

/// A server could not be used as an office's store. Nothing was changed on it.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The address is not one. It is not repeated here, because it may hold a password.
    #[error("the address cannot be read: one like `postgres://user:password@host:5432/database` is wanted")]
    Address,
    /// The schema's name is not one that is used without quotes.
    #[error(
        "`{name}` is no name for a schema: 1 to 48 lower-case letters, digits and `_`, starting with a letter, not `pg_`, are wanted"
    )]
    Schema {
        /// The name as it was given.
        name: String,
    },
    /// The server speaks the protocol of PostgreSQL and is something else, whose locks and isolation may differ.
    #[error("the server is `{found}`: PostgreSQL itself is wanted")]
    Engine {
        /// What the server says it is.
        found: String,
    },
    /// The server is too old.
    #[error("the server has version {found}: 14 or newer is wanted")]
    Version {
        /// The server's version, as PostgreSQL counts them: 130021 is 13.21.
        found: i32,
    },
    /// The database cannot hold every text.
    #[error("the database is encoded in {found}: UTF8 is wanted")]
    Encoding {
        /// How it is encoded.
        found: String,
    },
    /// There is a schema of this name, but it is something else.
    #[error(
        "the schema `{schema}` is not an office's: a missing or empty one, or one made by office-postgres, is wanted"
    )]
    Foreign {
        /// The schema's name.
        schema: String,
    },
    /// The schema was written by a younger program than this.
    #[error("the schema has format {found}: this program reads up to format {newest}")]
    Format {
        /// The schema's format.
        found: String,
        /// The newest format that this program knows.
        newest: u32,
    },
    /// The server cannot be reached, does not let us in, or refused a statement.
    #[error("the server cannot be used")]
    Server {
        /// What the system or the server says, without secrets.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server { source: fault::told(&error) }
    }
}

/// Where the store is, and how it is spoken to.
#[derive(Clone)]
pub(crate) struct Address {
    config: Config,
    options: Options,
    pub(crate) schema: Schema,
}

impl Address {
    pub(crate) fn parse(url: &str, options: &Options) -> Result<Self, OpenError> {
        // What is wrong with it is not told: the parser quotes parts of it, and its password may be among them.
        let mut config: Config = url.parse().map_err(|_| OpenError::Address)?;
        // Replicas lag behind, and a store must see what it wrote.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_application_name().is_none() {
            config.application_name("office");
        }
        // A server that was switched off does not say goodbye.
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(3));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(10));
        }
        config.keepalives_idle(Duration::from_secs(10));
        let unfit = || OpenError::Schema { name: options.schema().to_owned() };
        let schema = Schema::new(options.schema()).ok_or_else(unfit)?;
        Ok(Self { config, options: options.clone(), schema })
    }

    pub(crate) fn database(&self) -> Option<&str> {
        self.config.get_dbname()
    }

    /// Connections that are greeted as they are made. They must be asked for on a thread of a [`crate::worker::Worker`].
    pub(crate) fn pool(&self) -> Result<Pool, OpenError> {
        let greeting = greeting(self.options.patience());
        let greet = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
            let greeting = greeting.clone();
            Box::pin(async move { client.batch_execute(&greeting).await.map_err(HookError::Backend) })
        });
        let method = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        Pool::builder(Manager::from_config(self.config.clone(), NoTls, method))
            .max_size(self.options.connections())
            .runtime(Runtime::Tokio1)
            .post_create(greet)
            .build()
            .map_err(|error| OpenError::Server { source: Box::new(fault::Link(error.to_string())) })
    }
}

/// Looks at the server, and at the schema, which is created or brought up to date where needed.
pub(crate) async fn prepare(client: &mut Object, schema: &Schema) -> Result<(), OpenError> {
    let ask = "SELECT version(), current_setting('server_version_num')::int, current_setting('server_encoding')";
    let server = client.query_one(ask, &[]).await?;
    let (engine, version, encoding) = (server.try_get(0)?, server.try_get(1)?, server.try_get::<_, String>(2)?);
    check_engine(engine, version)?;
    if encoding != "UTF8" {
        return Err(OpenError::Encoding { found: encoding });
    }
    format::bring_up_to_date(client, schema, format::STEPS).await?;
    Ok(())
}

/// Others who speak the protocol have had locks that did nothing, or weaker isolation under the same name.
fn check_engine(engine: &str, version: i32) -> Result<(), OpenError> {
    let known = engine.starts_with("PostgreSQL ") && !engine.contains("-YB-");
    if !known {
        return Err(OpenError::Engine { found: engine.to_owned() });
    }
    if version < 140_000 { Err(OpenError::Version { found: version }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_and_old_servers_are_refused() {
        let ours = "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu";
        assert!(check_engine(ours, 150_018).is_ok());
        assert!(matches!(check_engine("PostgreSQL 13.21 on x86_64", 130_021), Err(OpenError::Version { .. })));
        for other in ["CockroachDB CCL v24.3.1 (x86_64)", "PostgreSQL 15.2-YB-2.25.0.0-b0 on x86_64"] {
            assert!(matches!(check_engine(other, 150_000), Err(OpenError::Engine { .. })), "{other}");
        }
    }

    #[test]
    fn no_error_and_no_debug_text_repeats_the_password() {
        let options = Options::default();
        for url in
            ["postgres://clerk:s3cret@host:port/db", "postgres://clerk:s3cret", "password=s3cret s3cret", "s3cret"]
        {
            let Err(refusal) = Address::parse(url, &options) else { panic!("{url} is an address") };
            let text = format!("{refusal} {refusal:?}");
            assert!(matches!(refusal, OpenError::Address) && !text.contains("s3cret"), "{text}");
        }
        let address = Address::parse("postgres://clerk:s3cret@localhost/db", &options).unwrap();
        let text = format!("{:?} {:?}", address.config, address.pool().unwrap());
        assert!(!text.contains("s3cret"), "{text}");
    }
}
