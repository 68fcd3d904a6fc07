//! The stores that the laws are held on.

use office_core::{MemoryStore, Office};
use office_sqlite::{Durability, Options, SqliteStore};
use tempfile::TempDir;

/// A fresh office on a store, whose name tells which. The folder goes when this does.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) name: &'static str,
    pub(crate) office: Office,
    _folder: Option<TempDir>,
}

pub(crate) fn backends() -> [Backend; 2] {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::default().with_durability(Durability::Normal);
    let file = SqliteStore::open_with(folder.path().join("office.db"), options).unwrap();
    [
        Backend { name: "memory", office: Office::on(MemoryStore::new()), _folder: None },
        Backend { name: "sqlite", office: Office::on(file), _folder: Some(folder) },
    ]
}
