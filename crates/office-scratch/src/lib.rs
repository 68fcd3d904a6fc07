#![doc = include_str!("../README.md")]

mod backend;
mod cluster;
mod scratch;

pub use backend::{Backend, Place, backends, embedded, offices};
pub use scratch::Scratch;
