//! Finding what overlaps an interval.

use std::iter::Zip;
use std::slice::Iter;

use office_core::Interval;

use super::{Branch, Entry, Moment, Node, Occupancy, Span, Tree};

/// The entries that overlap an interval, in order.
pub(in crate::conflict) struct Overlapping<'a, B> {
    wanted: Interval,
    span: Span,
    /// What is still to be looked at: the entries of a leaf, the parts of the branch it is in, those of the branches above.
    entries: Zip<Iter<'a, Entry<B>>, Iter<'a, Occupancy>>,
    parts: Parts<'a, B>,
    above: Vec<Parts<'a, B>>,
}

type Parts<'a, B> = Zip<Iter<'a, Moment>, Iter<'a, Node<B>>>;

impl<'a, B> Overlapping<'a, B> {
    /// Looks for bookings that hold any of an interval, by the beginning of the time they hold.
    #[inline]
    pub(in crate::conflict) fn new(tree: Option<&'a Tree<B>>, wanted: Interval) -> Self {
        let (entries, parts) = ([].iter().zip(&[]), [].iter().zip(&[]));
        let mut found = Self { wanted, span: Span::of(wanted), entries, parts, above: Vec::new() };
        if let Some(tree) = tree {
            found.enter(&tree.root);
        }
        found
    }

    /// Looks at the parts of a branch next.
    ///
    /// What begins in time is counted and not searched for, as no count has to wait for the one before it.
    fn enter(&mut self, branch: &'a Branch<B>) {
        let begun = branch.begins.iter().filter(|first| **first <= self.span.last).count();
        let over = branch.ends.iter().take_while(|last| **last < self.span.first).count();
        let ends = branch.ends.get(over..begun).unwrap_or_default();
        let parts = branch.parts.get(over..begun).unwrap_or_default();
        let rest = std::mem::replace(&mut self.parts, ends.iter().zip(parts));
        if rest.len() > 0 {
            self.above.push(rest);
        }
    }

    /// Looks at the next leaf; false where there is none.
    fn advance(&mut self) -> bool {
        loop {
            match self.parts.find(|(last, _)| **last >= self.span.first) {
                Some((_, Node::Leaf(leaf))) => {
                    self.entries = leaf.entries.iter().zip(&leaf.times);
                    return true;
                }
                Some((_, Node::Branch(branch))) => self.enter(branch),
                None => match self.above.pop() {
                    Some(parts) => self.parts = parts,
                    None => return false,
                },
            }
        }
    }
}

impl<'a, B> Iterator for Overlapping<'a, B> {
    type Item = (&'a B, &'a Occupancy);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            for (entry, occupancy) in &mut self.entries {
                if entry.span.first > self.span.last {
                    break;
                }
                let surely = entry.span.first < self.span.last && self.span.first < entry.span.last;
                if surely || entry.span.last >= self.span.first && occupancy.held().overlaps(&self.wanted) {
                    return Some((&entry.name, occupancy));
                }
            }
            if !self.advance() {
                return None;
            }
        }
    }
}
