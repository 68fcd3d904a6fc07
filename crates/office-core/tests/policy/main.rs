//! The laws of policies, as numbered in the docs of `policy`.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed, and says so by panicking")]

#[cfg(test)]
mod deciding;
#[cfg(test)]
mod reading;
