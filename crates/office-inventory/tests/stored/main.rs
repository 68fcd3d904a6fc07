//! The stored form of every state and fact. What is written here is promised to be read for ever.

#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod asset;
#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod buying;
#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod contract;
#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod goods;
#[cfg(test)]
mod history;
#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod lending;
