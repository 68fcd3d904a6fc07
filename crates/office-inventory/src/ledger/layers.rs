//! The layers of a heap of goods, in the order in which they came.

use std::collections::VecDeque;

use super::pool::Piece;

/// Layers, the first of them within reach: where goods go out first in, first out, or are averaged, it alone is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layers {
    // Invariant: where there is no first, there are none.
    first: Option<Piece>,
    later: VecDeque<Piece>,
}

impl Layers {
    pub(super) const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(super) fn push(&mut self, piece: Piece) {
        if self.first.is_some() {
            self.later.push_back(piece);
        } else {
            self.first = Some(piece);
        }
    }

    /// Where the last one is; 0 if there is none.
    pub(super) fn last_place(&self) -> usize {
        self.later.len()
    }

    pub(super) fn last(&self) -> Option<&Piece> {
        self.later.back().or(self.first.as_ref())
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Piece> {
        self.later.back_mut().or(self.first.as_mut())
    }

    /// Where the layer is by which a receipt came.
    pub(super) fn place_of(&self, receipt: u64) -> Option<usize> {
        self.iter().position(|layer| layer.sequence == receipt)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Piece> {
        match place.checked_sub(1) {
            None => self.first.as_mut(),
            Some(place) => self.later.get_mut(place),
        }
    }

    pub(super) fn remove(&mut self, place: usize) {
        match place.checked_sub(1) {
            None => self.first = self.later.pop_front(),
            Some(place) => drop(self.later.remove(place)),
        }
    }

    pub(super) fn clear(&mut self) {
        self.first = None;
        self.later.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Piece> {
        self.first.iter().chain(&self.later)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Piece> {
        self.first.iter_mut().chain(&mut self.later)
    }
}
