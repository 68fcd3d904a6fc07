//! Leave that accrues in periods, grants by hand, checkpoints; worked cases that others have published are run where
//! they are.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod case;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod law;
#[cfg(test)]
mod ledger;
