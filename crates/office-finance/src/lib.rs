//! The `office-finance` crate.
