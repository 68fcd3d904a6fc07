#![doc = include_str!("../README.md")]

// How a backend is handed in, and what comes out.
mod bench;
mod check;
mod violation;

// The checks, by what they are about.
pub mod commit;
pub mod doubt;
pub mod feed;
pub mod history;
pub mod identity;
pub mod limit;
pub mod office;
pub mod race;
pub mod range;
pub mod record;
pub mod reopening;

// What the checks are made of.
mod account;
mod chaos;
mod crowd;
mod dice;
mod flaky;
mod probe;
mod serial;

pub use bench::Bench;
pub use chaos::Chaos;
#[doc(hidden)]
pub use check::run;
pub use check::{Check, checks};
pub use flaky::Flaky;
pub use violation::{Promise, Violation};
