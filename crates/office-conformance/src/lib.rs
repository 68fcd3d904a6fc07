//! The `office-conformance` crate.
