#![doc = include_str!("../README.md")]

mod backend;
mod cluster;
mod replicated;
mod scratch;

pub use backend::{Backend, Place, backends, embedded, offices};
pub use replicated::Replicated;
pub use scratch::Scratch;
