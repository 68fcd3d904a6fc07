//! Timesheets: what is written, submitted, approved, locked, opened again and noted for leave.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod desk;
#[cfg(test)]
mod figures;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod law;
#[cfg(test)]
mod noted;
