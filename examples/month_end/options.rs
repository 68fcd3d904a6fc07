//! What the program is told on its command line.

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lexopt::prelude::{Long, Short, ValueExt};
use office_core::{MemoryStore, Office, System, wait};
use office_postgres::PostgresStore;
use office_sqlite::SqliteStore;

pub(crate) const HELP: &str = "\
Plays the month of an office and reports.

  --store memory|sqlite:PATH|postgres:URL   where everything is kept (sqlite:month_end.sqlite)
  --data FOLDER                             the files of the office (examples/data)
  --report FILE                             where the report is written (report.html)";

/// Where everything is kept.
pub(crate) enum StoreChoice {
    Memory,
    Sqlite(PathBuf),
    Postgres(String),
}

impl StoreChoice {
    /// The office on that store. This is the one line that knows which it is.
    pub(crate) fn open(&self) -> Result<Office, Box<dyn Error + Send + Sync>> {
        Ok(match self {
            Self::Memory => Office::on(MemoryStore::new()),
            Self::Sqlite(path) => Office::on(SqliteStore::open(path)?).within(System::sleeping()),
            Self::Postgres(url) => Office::on(wait(PostgresStore::connect(url))?).within(System::sleeping()),
        })
    }
}

pub(crate) struct Options {
    pub(crate) store: StoreChoice,
    pub(crate) data: PathBuf,
    pub(crate) report: PathBuf,
}

impl Options {
    /// The options; none where only help was asked for.
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Option<Self>, Box<dyn Error + Send + Sync>> {
        let mut options = Self {
            store: StoreChoice::Sqlite("month_end.sqlite".into()),
            data: Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data"),
            report: "report.html".into(),
        };
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("store") => options.store = store(&parser.value()?.string()?)?,
                Long("data") => options.data = parser.value()?.into(),
                Long("report") => options.report = parser.value()?.into(),
                Long("help") | Short('h') => return Ok(None),
                Short(_) | Long(_) | lexopt::Arg::Value(_) => return Err(argument.unexpected().into()),
            }
        }
        Ok(Some(options))
    }
}

fn store(text: &str) -> Result<StoreChoice, String> {
    let wanted = "`memory`, `sqlite:PATH` or `postgres:postgres://USER:PASSWORD@HOST/DATABASE` is wanted";
    match text.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => Ok(StoreChoice::Sqlite(path.into())),
        Some(("postgres", url)) if !url.is_empty() => Ok(StoreChoice::Postgres(url.into())),
        None if text == "memory" => Ok(StoreChoice::Memory),
        // What follows the name may hold a password.
        Some((name, _)) => Err(format!("`{name}:...` is no store: {wanted}")),
        None => Err(format!("`{text}` is no store: {wanted}")),
    }
}
