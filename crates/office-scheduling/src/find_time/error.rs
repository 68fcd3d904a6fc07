//! Why a question for a time cannot be answered.

use office_core::Interval;
use thiserror::Error;

use super::MAX_STARTS;

/// A question for a time cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TimeQueryError {
    /// It lasts no time.
    #[error("a meeting of no time: at least a second is wanted")]
    NoLength,
    /// Starts follow one another without a step.
    #[error("starts follow one another without a step: at least a second is wanted")]
    NoStep,
    /// It is longer than the window.
    #[error("a meeting of {seconds} seconds is longer than {window}: a longer window is wanted")]
    TooLong {
        /// How long it is.
        seconds: u32,
        /// The window.
        window: Interval,
    },
    /// There are more starts than can be looked at.
    #[error(
        "{starts} starts are too many to look at: at most {MAX_STARTS} are wanted, by a shorter window or a longer step"
    )]
    TooManyStarts {
        /// How many there are.
        starts: u64,
    },
    /// Nobody is asked.
    #[error("nobody is to come: at least one person is wanted")]
    Nobody,
}
