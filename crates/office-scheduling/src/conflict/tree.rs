//! A balanced search tree of held times, many to a node, that knows of each part below a node the latest end.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use office_core::Interval;

use super::Occupancy;

/// The most entries of a leaf, and the most parts of a branch. Two nodes side by side have more than half of it.
const MOST: usize = 32;

/// Nanoseconds since 1970: as exact as the calendar, and quick to compare.
type Moment = i128;

fn moment(at: DateTime<Utc>) -> Moment {
    let seconds = i128::from(at.timestamp()).saturating_mul(1_000_000_000);
    seconds.saturating_add(i128::from(at.timestamp_subsec_nanos()))
}

/// A stretch of time, as it is compared: from, to.
type Span = (Moment, Moment);

fn span(interval: Interval) -> Span {
    (moment(interval.start()), moment(interval.end()))
}

/// Bookings by the time they hold.
#[derive(Clone, Debug)]
pub(super) struct Tree<B> {
    root: Node<B>,
}

#[derive(Clone, Debug)]
enum Node<B> {
    Leaf(Leaf<B>),
    Branch(Branch<B>),
}

/// Entries in order. Invariant: both lists are of one length.
#[derive(Clone, Debug)]
struct Leaf<B> {
    /// Apart from the rest, so that what is compared lies close together.
    spans: Vec<Span>,
    held: Vec<(B, Occupancy)>,
}

/// Parts in order. Invariant: all lists are of one length, at least 1.
#[derive(Clone, Debug)]
struct Branch<B> {
    /// Of each part where it begins at the earliest, and the latest end.
    reach: Vec<Span>,
    /// What is in a part is at or after its first; the first of the first part says nothing.
    firsts: Vec<(Span, B)>,
    parts: Vec<Node<B>>,
}

impl<B: Ord + Clone> Tree<B> {
    pub(super) const fn new() -> Self {
        Self { root: Node::Leaf(Leaf { spans: Vec::new(), held: Vec::new() }) }
    }

    /// Takes a booking in that is not there yet.
    pub(super) fn insert(&mut self, name: B, occupancy: Occupancy) {
        let Some(right) = self.root.insert(span(occupancy.held()), name, occupancy) else { return };
        let left = std::mem::replace(self, Self::new()).root;
        let mut root = Branch { reach: Vec::new(), firsts: Vec::new(), parts: Vec::new() };
        for part in [left, right] {
            let place = root.parts.len();
            root.put(place, part);
        }
        self.root = Node::Branch(root);
    }

    /// Takes a booking out that is there for this time.
    pub(super) fn remove(&mut self, name: &B, occupancy: &Occupancy) {
        self.root.remove(span(occupancy.held()), name);
        while let Node::Branch(branch) = &mut self.root
            && branch.parts.len() == 1
            && let Some(only) = branch.parts.pop()
        {
            self.root = only;
        }
    }

    /// The bookings that hold any of an interval, by the beginning of the time they hold.
    pub(super) fn overlapping(&self, wanted: Interval) -> Vec<&(B, Occupancy)> {
        let mut found = Vec::new();
        self.root.visit(span(wanted), &mut |held| {
            found.push(held);
            true
        });
        found
    }

    /// Whether any booking holds any of an interval.
    pub(super) fn overlaps(&self, wanted: Interval) -> bool {
        !self.root.visit(span(wanted), &mut |_| false)
    }
}

impl<B: Ord + Clone> Node<B> {
    /// Takes an entry in; where there is no more room, the later half of the node comes back.
    fn insert(&mut self, span: Span, name: B, occupancy: Occupancy) -> Option<Self> {
        match self {
            Self::Leaf(leaf) => {
                let place = leaf.place(span, &name).unwrap_or_else(|place| place);
                leaf.spans.insert(place, span);
                leaf.held.insert(place, (name, occupancy));
            }
            Self::Branch(branch) => {
                let place = branch.place(span, &name);
                let split = branch.parts.get_mut(place)?.insert(span, name, occupancy);
                branch.refresh(place);
                if let Some(right) = split {
                    branch.put(place.saturating_add(1), right);
                }
            }
        }
        (self.len() > MOST).then(|| self.split_off(MOST / 2))
    }

    fn remove(&mut self, span: Span, name: &B) {
        match self {
            Self::Leaf(leaf) => {
                if let Ok(place) = leaf.place(span, name) {
                    leaf.spans.remove(place);
                    leaf.held.remove(place);
                }
            }
            Self::Branch(branch) => {
                let place = branch.place(span, name);
                if let Some(part) = branch.parts.get_mut(place) {
                    part.remove(span, name);
                }
                branch.refresh(place);
                branch.join(place);
                branch.join(place.saturating_sub(1));
            }
        }
    }

    /// Shows the entries that overlap a span, in order, for as long as the visitor says so; returns whether it did.
    fn visit<'a>(&'a self, (from, to): Span, visitor: &mut dyn FnMut(&'a (B, Occupancy)) -> bool) -> bool {
        match self {
            Self::Leaf(leaf) => {
                let mut entries = leaf.spans.iter().zip(&leaf.held).take_while(|((start, _), _)| *start < to);
                entries.all(|((_, end), held)| *end <= from || visitor(held))
            }
            Self::Branch(branch) => {
                let mut parts = branch.reach.iter().zip(&branch.parts).take_while(|((start, _), _)| *start < to);
                parts.all(|((_, latest), part)| *latest <= from || part.visit((from, to), visitor))
            }
        }
    }

    const fn len(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.spans.len(),
            Self::Branch(branch) => branch.parts.len(),
        }
    }

    fn split_off(&mut self, at: usize) -> Self {
        match self {
            Self::Leaf(leaf) => Self::Leaf(Leaf { spans: leaf.spans.split_off(at), held: leaf.held.split_off(at) }),
            Self::Branch(branch) => Self::Branch(Branch {
                reach: branch.reach.split_off(at),
                firsts: branch.firsts.split_off(at),
                parts: branch.parts.split_off(at),
            }),
        }
    }

    /// Puts what comes after it on; both are leaves, or both branches.
    fn append(&mut self, later: &mut Self) {
        match (self, later) {
            (Self::Leaf(leaf), Self::Leaf(later)) => {
                leaf.spans.append(&mut later.spans);
                leaf.held.append(&mut later.held);
            }
            (Self::Branch(branch), Self::Branch(later)) => {
                branch.reach.append(&mut later.reach);
                branch.firsts.append(&mut later.firsts);
                branch.parts.append(&mut later.parts);
            }
            (Self::Leaf(_), Self::Branch(_)) | (Self::Branch(_), Self::Leaf(_)) => {}
        }
    }

    /// Where it begins and the latest end; none where it is empty.
    fn reach(&self) -> Option<Span> {
        let list = match self {
            Self::Leaf(leaf) => &leaf.spans,
            Self::Branch(branch) => &branch.reach,
        };
        let (start, _) = list.first()?;
        Some((*start, list.iter().map(|(_, end)| *end).max()?))
    }

    /// Its first entry.
    fn first(&self) -> Option<(Span, B)> {
        match self {
            Self::Leaf(leaf) => Some((*leaf.spans.first()?, leaf.held.first()?.0.clone())),
            Self::Branch(branch) => branch.firsts.first().cloned(),
        }
    }
}

impl<B: Ord> Leaf<B> {
    /// Where an entry is, or belongs.
    fn place(&self, span: Span, name: &B) -> Result<usize, usize> {
        let start = self.spans.partition_point(|one| *one < span);
        let alike = self.spans.iter().zip(&self.held).skip(start);
        for (place, (one, (other, _))) in (start..).zip(alike) {
            match (one, other).cmp(&(&span, name)) {
                Ordering::Less => {}
                Ordering::Equal => return Ok(place),
                Ordering::Greater => return Err(place),
            }
        }
        Err(self.spans.len())
    }
}

impl<B: Ord + Clone> Branch<B> {
    /// The part in which an entry is, or belongs.
    fn place(&self, span: Span, name: &B) -> usize {
        let after = self.firsts.partition_point(|(first, other)| (first, other) <= (&span, name));
        after.saturating_sub(1)
    }

    fn put(&mut self, place: usize, part: Node<B>) {
        if let (Some(reach), Some(first)) = (part.reach(), part.first()) {
            self.reach.insert(place, reach);
            self.firsts.insert(place, first);
            self.parts.insert(place, part);
        }
    }

    /// Brings what is known of a part up to date, and drops it where it is empty.
    fn refresh(&mut self, place: usize) {
        let Some(part) = self.parts.get(place) else { return };
        if let (Some(now), Some(reach)) = (part.reach(), self.reach.get_mut(place)) {
            *reach = now;
        } else {
            self.reach.remove(place);
            self.firsts.remove(place);
            self.parts.remove(place);
        }
    }

    /// Joins a part and the next one, where together they fill no more than half a node.
    fn join(&mut self, place: usize) {
        let next = place.saturating_add(1);
        let (Some(part), Some(later)) = (self.parts.get(place), self.parts.get(next)) else { return };
        if part.len().saturating_add(later.len()) > MOST / 2 {
            return;
        }
        let mut later = self.parts.remove(next);
        self.reach.remove(next);
        let first = self.firsts.remove(next);
        // What the first part of the later branch says nothing about, it does where it no longer is the first.
        if let Node::Branch(Branch { firsts, .. }) = &mut later
            && let Some(slot) = firsts.first_mut()
        {
            *slot = first;
        }
        if let Some(part) = self.parts.get_mut(place) {
            part.append(&mut later);
        }
        self.refresh(place);
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::Buffers;
    use super::*;

    fn depth<B>(node: &Node<B>) -> usize {
        match node {
            Node::Leaf(_) => 1,
            Node::Branch(branch) => branch.parts.iter().map(depth).max().unwrap_or(0).saturating_add(1),
        }
    }

    #[test]
    fn it_stays_flat_whatever_the_order() {
        let day = |n: i64| {
            let start = DateTime::from_timestamp(n.checked_mul(86_400).unwrap(), 0).unwrap();
            Interval::starting(start, TimeDelta::hours(1)).unwrap()
        };
        let held = |n: i64| Occupancy { booked: day(n), buffers: Buffers::default() };
        let mut tree = Tree::new();
        for n in 0..20_000 {
            tree.insert(n, held(n));
        }
        assert!(depth(&tree.root) <= 4);
        for n in 0..19_990 {
            tree.remove(&n, &held(n));
        }
        assert_eq!(depth(&tree.root), 1);
        assert_eq!(tree.overlapping(day(19_991)), [&(19_991, held(19_991))]);
        assert!(!tree.overlaps(day(19_989)));
    }
}
