//! The stores that the laws are held on.

pub(crate) use office_scratch::backends;
