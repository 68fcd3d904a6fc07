//! An empty office on each kind of store.

use office_core::{MemoryStore, Office, System};
use office_sqlite::{Durability, Options, SqliteStore};
use tempfile::TempDir;

use crate::Scratch;

/// An empty office on one kind of store. What it is kept in goes when this does.
#[derive(Debug)]
pub struct Backend {
    /// Which kind: `memory`, `sqlite` or `postgres`.
    pub name: &'static str,
    /// The office.
    pub office: Office,
    place: Place,
}

/// What an office is kept in, until this is dropped.
#[derive(Debug)]
pub enum Place {
    /// Nowhere.
    Memory,
    /// The folder of a file.
    Folder(TempDir),
    /// A schema on a server.
    Server(Scratch),
}

/// An empty office in memory, one in a file, and one on PostgreSQL where there is a server: the laws hold on each.
///
/// # Panics
/// Where the file cannot be made, or the server that was found cannot be used.
#[must_use]
pub fn backends() -> Vec<Backend> {
    let mut all: Vec<Backend> = [in_memory(), in_a_file()].into();
    if let Some(scratch) = Scratch::find() {
        let office = Office::on(scratch.store()).within(System::sleeping());
        all.push(Backend { name: "postgres", office, place: Place::Server(scratch) });
    }
    all
}

/// The offices of [`backends`], and apart from them the places, which are to be kept as long.
///
/// # Panics
/// As [`backends`].
#[must_use]
pub fn offices() -> (Vec<Place>, Vec<Office>) {
    backends().into_iter().map(|backend| (backend.place, backend.office)).unzip()
}

/// The first two of [`offices`], for tests of so many cases that a server would take too long.
///
/// # Panics
/// As [`backends`].
#[must_use]
pub fn embedded() -> ([Place; 2], [Office; 2]) {
    let (memory, file) = (in_memory(), in_a_file());
    ([memory.place, file.place], [memory.office, file.office])
}

fn in_memory() -> Backend {
    Backend { name: "memory", office: Office::on(MemoryStore::new()), place: Place::Memory }
}

#[expect(clippy::expect_used, reason = "a test that cannot write a file has failed")]
fn in_a_file() -> Backend {
    let folder = tempfile::tempdir().expect("a folder");
    // No test of these pulls the plug.
    let options = Options::default().with_durability(Durability::Normal);
    let file = SqliteStore::open_with(folder.path().join("office.sqlite"), options).expect("a file in it");
    let office = Office::on(file).within(System::sleeping());
    Backend { name: "sqlite", office, place: Place::Folder(folder) }
}
