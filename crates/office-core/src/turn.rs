//! Letting those go first who have lost too often.
//!
//! Optimistic transactions are unfair: a long one that meets many short ones at one record loses again and again. One
//! of those that have lost [`PATIENCE`] times goes first, and the others of the same office hold their next attempt
//! back for a moment. That only ever delays: who goes first decides nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How often a transaction loses before it asks to go first.
pub(crate) const PATIENCE: u32 = 4;

/// How long the others hold back at the most, in milliseconds: longer than a commit takes, and no reason to hang.
pub(crate) const COURTESY: u32 = 100;

/// Whether somebody goes first. Shared by an office and its clones.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    taken: AtomicBool,
}

/// The right to go first, until it is dropped.
#[derive(Debug)]
pub(crate) struct Precedence(Arc<Turn>);

impl Turn {
    /// The right to go first, if nobody has it.
    pub(crate) fn take(turn: &Arc<Self>) -> Option<Precedence> {
        let free = turn.taken.compare_exchange(false, true, Ordering::AcqRel, Ordering::Relaxed);
        free.is_ok().then(|| Precedence(Arc::clone(turn)))
    }

    /// Whether somebody goes first.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }
}

impl Drop for Precedence {
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_first_and_hands_the_right_back() {
        let turn = Arc::new(Turn::default());
        let first = Turn::take(&turn);
        assert!(first.is_some() && turn.is_taken() && Turn::take(&turn).is_none());
        drop(first);
        assert!(!turn.is_taken() && Turn::take(&turn).is_some());
    }
}
