//! Vendors are asked for prices, what they answer is compared, and one of them or some deliver.

#[cfg(test)]
#[path = "quotation/desk.rs"]
mod desk;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[path = "quotation/law.rs"]
mod law;
#[cfg(test)]
#[path = "quotation/refusal.rs"]
mod refusal;
#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
#[path = "quotation/stored.rs"]
mod stored;
#[cfg(test)]
#[path = "quotation/together.rs"]
mod together;
