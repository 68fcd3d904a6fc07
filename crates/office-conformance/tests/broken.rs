//! Every check of the kit catches a store that breaks what the check is about.
//!
//! Each row of the table is a store that is right but for one fault. All checks that need no luck are run on it, and those
//! that find the fault must be exactly those of the row. Checks that race are run where the row names them.

#[cfg(test)]
#[path = "broken/store.rs"]
mod store;

#[cfg(test)]
#[path = "broken/table.rs"]
mod table;
