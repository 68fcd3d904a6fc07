//! The `office-inventory` crate.
