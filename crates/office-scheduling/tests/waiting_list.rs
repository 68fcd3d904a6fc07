//! The laws of shared places: pools, waiting, offers and release, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes in October 2026")]
#[path = "waiting_list/house.rs"]
mod house;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes in October 2026")]
#[path = "waiting_list/law.rs"]
mod law;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes in October 2026")]
#[path = "waiting_list/model.rs"]
mod model;
#[cfg(test)]
#[path = "waiting_list/story.rs"]
mod story;
