//! The laws of events with guests, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of guests, portions and minutes")]
#[path = "office_event/kept.rs"]
mod kept;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of guests, portions and minutes")]
#[path = "office_event/law.rs"]
mod law;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of guests, portions and minutes")]
#[path = "office_event/party.rs"]
mod party;
#[cfg(test)]
#[path = "office_event/stored.rs"]
mod stored;
