//! The laws of authority, delegation, duties, confidentiality and approvals, as numbered in the docs of their modules.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed, and says so by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names what it is about")]

#[cfg(test)]
mod access;
#[cfg(test)]
mod any;
#[cfg(test)]
mod approval;
#[cfg(test)]
mod approval_refused;
#[cfg(test)]
mod attempt;
#[cfg(test)]
mod deciding;
#[cfg(test)]
mod naive_run;
#[cfg(test)]
mod stored;
