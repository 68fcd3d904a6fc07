//! Equipment: who has what, what is lent, how many seats there are, what is found, and what goes.

#[cfg(test)]
#[path = "equipment/desk.rs"]
mod desk;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts say nothing of custody")]
#[path = "equipment/law.rs"]
mod law;
#[cfg(test)]
#[path = "equipment/record.rs"]
mod record;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[path = "equipment/seat.rs"]
mod seat;
#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "a story is told whole")]
#[path = "equipment/story.rs"]
mod story;
#[cfg(test)]
#[path = "equipment/together.rs"]
mod together;
