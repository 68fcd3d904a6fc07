//! Reading the text of an outcome from left to right.

use thiserror::Error;

/// A text was not an outcome, or not a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("at character {position} of the outcome {expected} is wanted")]
pub struct ParseOutcomeError {
    /// At which character, counted from 1.
    pub position: usize,
    /// What is wanted there.
    pub expected: &'static str,
}

/// The text, and how far it has been read.
pub(super) struct Reader<'a> {
    rest: &'a str,
    read: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text, read: 0 }
    }

    pub(super) const fn rest(&self) -> &'a str {
        self.rest
    }

    /// That something else is wanted here.
    pub(super) const fn wants(&self, expected: &'static str) -> ParseOutcomeError {
        ParseOutcomeError { position: self.read.saturating_add(1), expected }
    }

    pub(super) fn skip_space(&mut self) {
        self.until(|c| !c.is_whitespace());
    }

    /// Whether only white space is left.
    pub(super) fn at_end(&self) -> bool {
        self.rest.trim_start().is_empty()
    }

    /// Reads the sign, where it comes next.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(sign) else { return false };
        self.rest = rest;
        self.read = self.read.saturating_add(sign.chars().count());
        true
    }

    /// Reads the word and the white space around it, where it comes next as a whole word.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let taken = self.is_at_word(word) && self.take(word);
        if taken {
            self.skip_space();
        }
        taken
    }

    /// Whether the word comes next as a whole word.
    pub(super) fn is_at_word(&self, word: &str) -> bool {
        self.rest.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(is_word_end))
    }

    /// Reads on until such a character, or until nothing is left.
    pub(super) fn until(&mut self, stop: impl Fn(char) -> bool) -> &'a str {
        let whole = self.rest;
        let (found, rest) = whole.find(stop).and_then(|at| whole.split_at_checked(at)).unwrap_or((whole, ""));
        self.rest = rest;
        self.read = self.read.saturating_add(found.chars().count());
        found
    }

    /// Reads a word, and the white space around it.
    pub(super) fn word<T>(
        &mut self,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ParseOutcomeError> {
        self.skip_space();
        let missing = self.wants(expected);
        let value = read(self.until(is_word_end)).ok_or(missing)?;
        self.skip_space();
        Ok(value)
    }

    /// Reads what stands in quotes, where quotes come next. A quote within is written twice.
    pub(super) fn quoted(&mut self) -> Result<Option<String>, ParseOutcomeError> {
        if !self.take("\"") {
            return Ok(None);
        }
        let mut text = String::new();
        loop {
            text.push_str(self.until(|c| c == '"'));
            if !self.take("\"") {
                return Err(self.wants("a closing quote"));
            }
            if !self.take("\"") {
                return Ok(Some(text));
            }
            text.push('"');
        }
    }
}

/// What ends an action, a scope or a delay.
fn is_word_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, ';' | '&')
}

/// The text in quotes, as [`Reader::quoted`] reads it.
pub(super) fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
