#![doc = include_str!("../README.md")]

mod cluster;
mod scratch;

pub use scratch::Scratch;
