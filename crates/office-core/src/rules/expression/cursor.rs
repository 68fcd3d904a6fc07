//! A text, and how far it has been read.

use std::borrow::Cow;

use crate::rules::{Dialect, Misread};

/// The most characters of a cell or an expression.
pub(crate) const LONGEST: usize = 1_000;

/// A text, and how far it has been read: no step goes beyond its end.
#[derive(Debug)]
pub(in crate::rules) struct Cursor {
    chars: Vec<char>,
    at: usize,
    pub(in crate::rules) dialect: Dialect,
}

impl Cursor {
    pub(in crate::rules) fn new(text: &str, dialect: Dialect) -> Result<Self, Misread> {
        let chars: Vec<char> = text.chars().take(LONGEST.saturating_add(1)).collect();
        if chars.len() > LONGEST {
            return Err(Misread { position: chars.len(), expected: "a text of at most 1000 characters".into() });
        }
        Ok(Self { chars, at: 0, dialect })
    }

    /// How many characters have been read.
    pub(in crate::rules) const fn place(&self) -> usize {
        self.at
    }

    /// Goes on from another place.
    pub(in crate::rules) const fn go(&mut self, place: usize) {
        self.at = place;
    }

    /// That something else is wanted here.
    pub(in crate::rules) fn wants(&self, expected: impl Into<Cow<'static, str>>) -> Misread {
        self.wanted(self.at, expected)
    }

    /// That something else is wanted at a place before.
    #[expect(clippy::unused_self, reason = "places are those of the text")]
    pub(in crate::rules) fn wanted(&self, place: usize, expected: impl Into<Cow<'static, str>>) -> Misread {
        Misread { position: place.saturating_add(1), expected: expected.into() }
    }

    /// The character so many after the next one.
    pub(in crate::rules) fn ahead(&self, count: usize) -> Option<char> {
        self.chars.get(self.at.saturating_add(count)).copied()
    }

    /// The next character.
    pub(in crate::rules) fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    /// Reads the next character.
    pub(in crate::rules) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(next)
    }

    /// The text from a place up to here.
    pub(in crate::rules) fn since(&self, place: usize) -> String {
        self.chars.get(place..self.at).map_or_else(String::new, |chars| chars.iter().collect())
    }

    /// Whether nothing but space is left.
    pub(in crate::rules) fn at_end(&mut self) -> bool {
        self.skip_space();
        self.peek().is_none()
    }

    /// Reads on over white space, and in DMN over comments.
    pub(in crate::rules) fn skip_space(&mut self) {
        loop {
            self.skip_while(char::is_whitespace);
            match (self.dialect, self.peek(), self.ahead(1)) {
                (Dialect::Dmn, Some('/'), Some('/')) => self.skip_while(|c| c != '\n'),
                (Dialect::Dmn, Some('/'), Some('*')) => {
                    self.at = self.at.saturating_add(2);
                    while self.peek().is_some() && !self.take("*/") {
                        self.next();
                    }
                }
                _ => return,
            }
        }
    }

    /// Reads on over characters of a kind.
    pub(in crate::rules) fn skip_while(&mut self, of_kind: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&of_kind) {
            self.at = self.at.saturating_add(1);
        }
    }

    /// Whether these characters come next.
    pub(in crate::rules) fn sees(&self, sign: &str) -> bool {
        sign.chars().enumerate().all(|(index, c)| self.ahead(index) == Some(c))
    }

    /// Reads these characters, where they come next.
    pub(in crate::rules) fn take(&mut self, sign: &str) -> bool {
        let sees = self.sees(sign);
        if sees {
            self.at = self.at.saturating_add(sign.chars().count());
        }
        sees
    }

    /// Reads on over space, and these characters where they come then.
    pub(in crate::rules) fn take_sign(&mut self, sign: &str) -> bool {
        self.skip_space();
        self.take(sign)
    }

    /// Where a word would end that comes next: white space in it may be of any length. The word ends where no letter
    /// or digit goes on.
    pub(in crate::rules) fn end_of(&self, word: &str) -> Option<usize> {
        let mut place = self.at;
        let (mut last, mut wanted) = (None, word.chars().peekable());
        while let Some(c) = wanted.next() {
            if c.is_whitespace() {
                let start = place;
                while self.chars.get(place).is_some_and(|c| c.is_whitespace()) {
                    place = place.saturating_add(1);
                }
                if place == start {
                    return None;
                }
                while wanted.next_if(|c| c.is_whitespace()).is_some() {}
                continue;
            }
            if self.chars.get(place) != Some(&c) {
                return None;
            }
            (last, place) = (Some(c), place.saturating_add(1));
        }
        let goes_on = self.chars.get(place).is_some_and(|next| is_word(*next)) && last.is_some_and(is_word);
        (!goes_on).then_some(place)
    }

    /// Reads on over space, and the word where it comes then.
    pub(in crate::rules) fn take_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let end = self.end_of(word);
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }
}

/// Whether a character is part of a word.
pub(in crate::rules) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
