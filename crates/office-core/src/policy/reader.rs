//! Reading the text of one cell from left to right.

/// The most characters that a cell may have.
const LONGEST: usize = 1_000;

/// The text of a cell could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misread {
    /// At which character, counted from 1.
    pub(super) position: usize,
    /// What was wanted there.
    pub(super) expected: &'static str,
}

/// The text of a cell, and how far it has been read.
pub(super) struct Reader<'a> {
    rest: &'a str,
    read: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, Misread> {
        if text.chars().nth(LONGEST).is_some() {
            let position = LONGEST.saturating_add(1);
            return Err(Misread { position, expected: "a cell of at most 1000 characters" });
        }
        Ok(Self { rest: text, read: 0 })
    }

    pub(super) const fn rest(&self) -> &'a str {
        self.rest
    }

    /// That something else is wanted here.
    pub(super) const fn wants(&self, expected: &'static str) -> Misread {
        Misread { position: self.read.saturating_add(1), expected }
    }

    pub(super) fn skip_space(&mut self) {
        self.until(|rest| !rest.starts_with(char::is_whitespace));
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

    /// Reads on until what is left satisfies the condition, or nothing is left.
    pub(super) fn until(&mut self, stop: impl Fn(&str) -> bool) -> &'a str {
        let whole = self.rest;
        let mut chars = whole.chars();
        while !chars.as_str().is_empty() && !stop(chars.as_str()) {
            chars.next();
            self.read = self.read.saturating_add(1);
        }
        self.rest = chars.as_str();
        whole.strip_suffix(self.rest).unwrap_or(whole)
    }
}
