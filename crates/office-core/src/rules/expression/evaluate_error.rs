//! Why an expression has no value.

use thiserror::Error;

use crate::rules::Kind;

/// An expression has no value. The position is that of the part that has none: the character, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvaluateError {
    /// A fact that it asks for is not known.
    #[error("at character {position}: `{name}` is not known of the case")]
    Unknown {
        /// At which character.
        position: usize,
        /// Which fact.
        name: String,
    },
    /// Two values do not compare, add or divide: a number with a text, euros with dollars, kilograms with boxes.
    #[error("at character {position}: a value of kind {left} does not go with one of kind {right}")]
    Incomparable {
        /// At which character.
        position: usize,
        /// The kind of the one.
        left: Kind,
        /// The kind of the other.
        right: Kind,
    },
    /// A value is of another kind than is wanted.
    #[error("at character {position}: {wanted} is wanted, not a value of kind {found}")]
    OtherKind {
        /// At which character.
        position: usize,
        /// What is wanted.
        wanted: &'static str,
        /// The kind that was found.
        found: Kind,
    },
    /// A record has no field of the name.
    #[error("at character {position}: there is no `{name}`")]
    NoField {
        /// At which character.
        position: usize,
        /// The name.
        name: String,
    },
    /// Something was divided by zero.
    #[error("at character {position}: division by zero")]
    DivisionByZero {
        /// At which character.
        position: usize,
    },
    /// A number, an amount, a length of time or a date is too great to be held.
    #[error("at character {position}: the result is too great to be held")]
    Overflow {
        /// At which character.
        position: usize,
    },
    /// A value is of the right kind, and still not one that is accepted.
    #[error("at character {position}: {wanted} is wanted")]
    NotAccepted {
        /// At which character.
        position: usize,
        /// What is wanted.
        wanted: &'static str,
    },
    /// The texts or lists to work through are too long.
    #[error("at character {position}: more than {most} steps")]
    TooManySteps {
        /// At which character.
        position: usize,
        /// How many are made at most.
        most: usize,
    },
}
