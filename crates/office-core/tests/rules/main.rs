//! The laws of rules, as numbered in the docs of their modules.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed, and says so by panicking")]

#[cfg(test)]
mod format;
#[cfg(test)]
mod language;
#[cfg(test)]
mod outcome;
#[cfg(test)]
mod table;
