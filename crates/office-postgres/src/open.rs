//! Connecting to a server: can it be reached, is it one that keeps the contract, is the schema ours.

use std::error::Error;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, QueueMode, RecyclingMethod, Runtime,
};
use office_core::StoreError;
use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::TargetSessionAttrs;

use crate::connections::Connections;
use crate::database::Database;
use crate::engine::Engine;
use crate::fault;
use crate::format;
use crate::link::Link;
use crate::options::{Isolation, Options};
use crate::statement::Schema;

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
    /// The authority that was given is none.
    #[cfg(feature = "tls")]
    #[error("the authority cannot be read: one or more certificates in PEM are wanted")]
    Authority,
    /// The server speaks the protocol of PostgreSQL and is something else, of whose isolation nothing is known here.
    #[error("the server is `{found}`: PostgreSQL, CockroachDB or YugabyteDB is wanted")]
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
        #[cfg(feature = "tls")]
        if options.authority().is_some() {
            config.ssl_mode(tokio_postgres::config::SslMode::Require);
        }
        config.keepalives_idle(Duration::from_secs(10)).keepalives_interval(Duration::from_secs(3));
        let unfit = || OpenError::Schema { name: options.schema().to_owned() };
        let schema = Schema::new(options.schema()).ok_or_else(unfit)?;
        Ok(Self { config, options: options.clone(), schema })
    }

    pub(crate) fn database(&self) -> Option<&str> {
        self.config.get_dbname()
    }

    /// Connections that are greeted as they are made. They must be asked for on a thread of a [`crate::worker::Worker`].
    pub(crate) fn pool(&self, isolation: Isolation) -> Result<Pool, OpenError> {
        let patience = self.options.patience();
        let greet = Hook::async_fn(move |client: &mut ClientWrapper, _| {
            Box::pin(async move { greet(client, isolation, patience).await.map_err(HookError::Backend) })
        });
        let method = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        #[cfg(feature = "tls")]
        let tls = crate::tls::connector(self.options.authority())?;
        #[cfg(not(feature = "tls"))]
        let tls = tokio_postgres::NoTls;
        Pool::builder(Manager::from_connect(self.config.clone(), Link { tls }, method))
            .max_size(self.options.connections())
            // The one used last: its process on the server has everything at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .post_create(greet)
            .build()
            .map_err(|error| OpenError::Server { source: Box::new(fault::Link(error.to_string())) })
    }

    /// Looks at the server, and at the schema, which is created or brought up to date where needed.
    pub(crate) async fn prepare(&self) -> Result<Database, OpenError> {
        let (wanted, patience) = (self.options.isolation(), self.options.patience());
        let server = |error: StoreError| OpenError::Server { source: Box::new(error) };
        let connections = Connections::new(self.pool(wanted)?, patience);
        let mut client = connections.client().await.map_err(server)?;
        let engine = look_at(&client).await?;
        let isolation = format::settle(&mut client, engine, &self.schema, wanted).await?;
        // Those that were greeted for another isolation are of no use.
        let same = isolation == wanted;
        drop(client);
        let connections = if same { connections } else { Connections::new(self.pool(isolation)?, patience) };
        let database = Database::new(connections, self.schema.clone(), isolation);
        database.look_around().await.map_err(server)?;
        Ok(database)
    }
}

async fn greet(
    client: &mut ClientWrapper,
    isolation: Isolation,
    patience: Duration,
) -> Result<(), tokio_postgres::Error> {
    let version: String = client.query_one("SELECT version()", &[]).await?.try_get(0)?;
    // One that is not known is refused before it is used.
    let engine = Engine::recognise(&version).unwrap_or(Engine::Postgres);
    client.batch_execute(&engine.greeting(isolation, patience)).await
}

async fn look_at(client: &Object) -> Result<Engine, OpenError> {
    let ask = "SELECT version(), current_setting('server_version_num')::int, current_setting('server_encoding')";
    let server = client.query_one(ask, &[]).await?;
    let (version, number, encoding) = (server.try_get(0)?, server.try_get(1)?, server.try_get::<_, String>(2)?);
    let engine = check_engine(version, number)?;
    if encoding != "UTF8" {
        return Err(OpenError::Encoding { found: encoding });
    }
    Ok(engine)
}

fn check_engine(version: &str, number: i32) -> Result<Engine, OpenError> {
    let engine = Engine::recognise(version).ok_or_else(|| OpenError::Engine { found: version.to_owned() })?;
    // The others say which version they would like to be.
    if engine == Engine::Postgres && number < 140_000 {
        return Err(OpenError::Version { found: number });
    }
    Ok(engine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_and_old_servers_are_refused() {
        let ours = "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu";
        assert!(check_engine(ours, 150_018).is_ok());
        assert!(matches!(check_engine("PostgreSQL 13.21 on x86_64", 130_021), Err(OpenError::Version { .. })));
        assert!(matches!(check_engine("Materialize v0.130", 150_000), Err(OpenError::Engine { .. })));
        // It counts its versions as if it were an older PostgreSQL.
        assert_eq!(check_engine("CockroachDB CCL v24.3.1 (x86_64)", 130_000).unwrap(), Engine::Cockroach);
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
        let text = format!("{:?} {:?}", address.config, address.pool(Isolation::Locks).unwrap());
        assert!(!text.contains("s3cret"), "{text}");
    }
}
