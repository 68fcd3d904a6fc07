//! The `office-hr` crate.
