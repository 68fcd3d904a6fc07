//! The `office` facade.
