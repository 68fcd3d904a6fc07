//! The laws of trips, numbered as in the crate's documentation, and what else is held of them.

#[cfg(test)]
#[path = "trip/deciding.rs"]
mod deciding;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of hours and coins")]
#[path = "trip/law.rs"]
mod law;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of hours and coins")]
#[path = "trip/office.rs"]
mod office;
#[cfg(test)]
#[path = "trip/stored.rs"]
mod stored;
