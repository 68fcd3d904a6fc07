//! The laws of rules, as numbered in the docs of their modules.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed, and says so by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test says what it looks at, and nothing of the rest")]

#[cfg(test)]
mod analysis;
#[cfg(test)]
mod binding;
#[cfg(test)]
mod book;
#[cfg(test)]
mod deciding;
#[cfg(test)]
mod drawing;
#[cfg(test)]
mod format;
#[cfg(test)]
mod generator;
#[cfg(test)]
mod index;
#[cfg(test)]
mod language;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod outcome;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod rendering;
#[cfg(test)]
mod table;
