#![doc = include_str!("../README.md")]

// How a backend is handed in, and what comes out.
mod bench;
mod check;
mod violation;

// The checks, by what they are about.
pub mod commit;
pub mod identity;
pub mod limit;
pub mod range;
pub mod record;
pub mod reopening;

mod probe;

pub use bench::Bench;
#[doc(hidden)]
pub use check::run;
pub use check::{Check, checks};
pub use violation::{Promise, Violation};
