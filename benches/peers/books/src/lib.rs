//! One journal, made up by a seed, and what is done with it: by hand, and by the books.

pub mod hand;
pub mod ours;
pub mod raw;

/// Anything that goes wrong ends the run.
pub type Failure = Box<dyn std::error::Error>;
