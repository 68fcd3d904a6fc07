//! Which form of a word goes with a number.

use serde::Deserialize;

/// A form of words, and the numbers with which it goes, by how they are written: those named, those that end in
/// certain digits, or all where nothing is named; but not those that end in certain others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plural {
    /// What it is called, for whoever reads the file.
    #[serde(rename = "form")]
    _form: String,
    #[serde(default)]
    is: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    but: Vec<String>,
}

impl Plural {
    /// Whether it goes with all numbers.
    pub(super) const fn is_general(&self) -> bool {
        self.is.is_empty() && self.ends.is_empty() && self.but.is_empty()
    }

    fn goes_with(&self, number: &str) -> bool {
        let ends = |endings: &[String]| endings.iter().any(|ending| number.ends_with(ending.as_str()));
        let named = self.is.iter().any(|is| is == number) || ends(&self.ends);
        (named || (self.is.is_empty() && self.ends.is_empty())) && !ends(&self.but)
    }
}

/// Which of the forms goes with a number; the last with what is no whole number.
pub(super) fn form(plurals: &[Plural], number: &str) -> usize {
    let last = plurals.len().saturating_sub(1);
    let is_whole = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let goes = || plurals.iter().position(|plural| plural.goes_with(number));
    is_whole.then(goes).flatten().unwrap_or(last)
}
