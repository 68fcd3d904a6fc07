//! Laws of the language that rules are written in.

mod cell;
