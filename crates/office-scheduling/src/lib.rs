//! The `office-scheduling` crate.
