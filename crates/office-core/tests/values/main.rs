//! The laws of the numeric values, as they are numbered in the docs of their modules.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed, and says so by panicking")]

#[cfg(test)]
mod allocation;
#[cfg(test)]
mod any;
#[cfg(test)]
mod money;
#[cfg(test)]
mod percent;
#[cfg(test)]
mod quantity;
#[cfg(test)]
mod ratio;
#[cfg(test)]
mod rounding;
