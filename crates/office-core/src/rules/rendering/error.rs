//! What is wrong with the phrases of a language.

use thiserror::Error;

/// A text is not the phrases of a language.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhrasesError {
    /// It is too long.
    #[error("the phrases of a language have at most {most} bytes")]
    TooLong {
        /// The most that is read.
        most: usize,
    },
    /// It is not the JSON of phrases.
    #[error("line {line}, character {character}: {expected}")]
    Json {
        /// The line, counted from 1.
        line: usize,
        /// The character in it, counted from 1.
        character: usize,
        /// What is wrong there.
        expected: String,
    },
    /// The last form of words does not go with all numbers that are left, or there is none, or an earlier one does.
    #[error("the last of the forms of words, and no other, is wanted to go with all numbers that are left")]
    Plurals,
    /// Nothing is said for a code.
    #[error("a text for `{code}` is wanted")]
    MissingCode {
        /// The code.
        code: &'static str,
    },
    /// There is no such code.
    #[error("`{code}` is no code: one of those that the English phrases have is wanted")]
    UnknownCode {
        /// The code.
        code: String,
    },
    /// A text does not name a parameter of its code.
    #[error("the text for `{code}` is wanted to have `{{{parameter}}}`")]
    MissingParameter {
        /// The code.
        code: &'static str,
        /// The parameter.
        parameter: &'static str,
    },
    /// A text names a parameter that its code does not have.
    #[error("the text for `{code}` has `{{{parameter}}}`: of {} is wanted", known.join(", "))]
    UnknownParameter {
        /// The code.
        code: &'static str,
        /// The parameter.
        parameter: String,
        /// Those that the code has.
        known: &'static [&'static str],
    },
    /// A text has not one form of words for each kind of number.
    #[error("the text for `{code}` has {found} forms of words for `{parameter}`: {wanted} are wanted")]
    Forms {
        /// The code.
        code: String,
        /// The parameter.
        parameter: String,
        /// How many there are.
        found: usize,
        /// How many kinds of numbers the language has.
        wanted: usize,
    },
    /// A text is no template.
    #[error("the text for `{code}`, character {position}: {expected} is wanted")]
    Template {
        /// The code.
        code: String,
        /// At which character, counted from 1.
        position: usize,
        /// What is wanted there.
        expected: &'static str,
    },
}
