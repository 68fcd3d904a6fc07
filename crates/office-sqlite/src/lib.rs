//! The `office-sqlite` crate.
