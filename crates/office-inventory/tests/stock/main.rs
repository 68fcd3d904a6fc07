//! Stock with a store: what is filed away, counted, put into kits and charged, on each store.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod count_session;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod filing;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod kit;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::inconsistent_digit_grouping, reason = "euros and cents")]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod landed_cost;
#[cfg(test)]
mod room;
