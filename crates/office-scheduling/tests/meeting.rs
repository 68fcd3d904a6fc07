//! The laws of meetings, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of items, minutes and meetings")]
#[path = "meeting/board.rs"]
mod board;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of items, minutes and meetings")]
#[path = "meeting/law.rs"]
mod law;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of items, minutes and meetings")]
#[path = "meeting/series.rs"]
mod series;
#[cfg(test)]
#[path = "meeting/stored.rs"]
mod stored;
