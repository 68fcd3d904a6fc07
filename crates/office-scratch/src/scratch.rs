//! One empty store for one test.

use std::io::{self, Write};
use std::sync::OnceLock;

use office_core::wait;
use office_postgres::{Options, PostgresStore};
use uuid::Uuid;

use crate::cluster::{Cluster, Durability};

/// A schema of its own on a server, for one test.
///
/// # Example
/// ```
/// use office_scratch::Scratch;
///
/// if let (Some(one), Some(other)) = (Scratch::find(), Scratch::find()) {
///     assert_ne!(one.options().schema(), other.options().schema());
/// }
/// ```
#[derive(Debug)]
pub struct Scratch {
    server: &'static Server,
    schema: String,
}

#[derive(Debug)]
enum Server {
    /// Somebody else's, to be left as it was.
    Lent(String),
    /// Ours; it stops when this program does.
    Started(Cluster),
}

static QUICK: OnceLock<Option<Server>> = OnceLock::new();
static CRASHABLE: OnceLock<Option<Server>> = OnceLock::new();
static DURABLE: OnceLock<Option<Server>> = OnceLock::new();

impl Scratch {
    /// An empty schema; none where there is no server, which is said on standard error once.
    ///
    /// # Panics
    /// Where there is no server although `OFFICE_POSTGRES_REQUIRED` is set.
    #[must_use]
    pub fn find() -> Option<Self> {
        Self::on(&QUICK, Durability::None)
    }

    /// The same on a server that waits for the disk at every commit.
    ///
    /// # Panics
    /// As [`Scratch::find`].
    #[must_use]
    pub fn durable() -> Option<Self> {
        Self::on(&DURABLE, Durability::Full)
    }

    /// The same on a server that no other test has, and whose commits survive the end of its processes: to be crashed. None
    /// where the server is somebody else's, too.
    ///
    /// # Panics
    /// As [`Scratch::find`].
    #[must_use]
    pub fn crashable() -> Option<Self> {
        Self::on(&CRASHABLE, Durability::Processes)?.ours()
    }

    /// The same, if its server was started for this program; otherwise none, which is said on standard error: what is
    /// somebody else's is neither crashed nor configured.
    #[must_use]
    pub fn ours(self) -> Option<Self> {
        let ours = matches!(self.server, Server::Started(_));
        if !ours {
            say("LEFT OUT: tests that crash the server or configure it, because it is somebody else's");
        }
        ours.then_some(self)
    }

    fn on(server: &'static OnceLock<Option<Server>>, durability: Durability) -> Option<Self> {
        let server = server.get_or_init(|| find(durability)).as_ref()?;
        #[expect(clippy::disallowed_methods, reason = "tests of several programs at once share a server")]
        let unique = Uuid::new_v4();
        Some(Self { server, schema: format!("scratch_{}", unique.simple()) })
    }

    /// Where the server is.
    #[must_use]
    pub fn url(&self) -> &str {
        match self.server {
            Server::Lent(url) => url,
            Server::Started(cluster) => cluster.url(),
        }
    }

    /// This schema, and few connections: many tests share a server.
    #[must_use]
    pub fn options(&self) -> Options {
        Options::default().with_schema(self.schema.as_str()).with_connections(8)
    }

    /// The store in this schema, the first time and again.
    ///
    /// # Panics
    /// Where the server cannot be reached any more.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test that has a server and cannot use it has failed")]
    pub fn store(&self) -> PostgresStore {
        wait(PostgresStore::connect_with(self.url(), self.options())).expect("the server that was found")
    }
}

fn find(durability: Durability) -> Option<Server> {
    if let Ok(url) = std::env::var("OFFICE_POSTGRES_URL") {
        return Some(Server::Lent(url));
    }
    match Cluster::start(durability) {
        Ok(cluster) => Some(Server::Started(cluster)),
        Err(why) => {
            assert!(std::env::var_os("OFFICE_POSTGRES_REQUIRED").is_none(), "no PostgreSQL for the tests: {why}");
            say(&format!("LEFT OUT: every test on PostgreSQL in this program, because {why}"));
            None
        }
    }
}

/// To standard error itself, which the test harness does not hide as it does what is printed.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Server::Lent(url) = self.server else { return };
        if let Err(error) = remove(url, &self.schema) {
            say(&format!("the schema {} stays: {error}", self.schema));
        }
    }
}

fn remove(url: &str, schema: &str) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        let link = tokio::spawn(connection);
        client.batch_execute(&format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE")).await?;
        drop(client);
        link.await??;
        Ok(())
    })
}
