//! A balanced search tree of held times, many to a node, that knows of each part below a node the latest end.

use std::cmp::Ordering;
use std::iter::Zip;
use std::slice::Iter;

use chrono::{DateTime, Utc};
use office_core::Interval;

use super::Occupancy;

/// The most entries of a leaf, and the most parts of a branch. Two nodes side by side have more than half of it.
const MOST_ENTRIES: usize = 64;
const MOST_PARTS: usize = 128;

/// Nanoseconds since 1970: as exact as the calendar between the years 1678 and 2262. Farther away it is [`EDGE`] or less
/// than its opposite, where intervals are compared themselves.
type Moment = i64;
const EDGE: Moment = i64::MAX - 1;

fn moment(at: DateTime<Utc>) -> Moment {
    let far = if at.timestamp() < 0 { -EDGE } else { EDGE };
    at.timestamp_nanos_opt().unwrap_or(far).clamp(-EDGE, EDGE)
}

/// A stretch of time, as it is compared: from, to.
type Span = (Moment, Moment);

fn span(interval: Interval) -> Span {
    (moment(interval.start()), moment(interval.end()))
}

/// Where an entry belongs among others: by the time it holds, then by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<B> {
    start: Moment,
    /// Tells apart what begins at one moment, or too far away for the moment to tell.
    held: Interval,
    name: B,
    end: Moment,
}

impl<B> Key<B> {
    fn new(name: B, occupancy: &Occupancy) -> Self {
        let held = occupancy.held();
        let (start, end) = span(held);
        Self { start, held, name, end }
    }
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

/// Entries in order, each part of them apart, so that what is compared lies close together. Invariant: all lists are of one
/// length.
#[derive(Clone, Debug)]
struct Leaf<B> {
    starts: Vec<Moment>,
    ends: Vec<Moment>,
    names: Vec<B>,
    times: Vec<Occupancy>,
}

/// Parts in order. Invariant: all lists are of one length, at least 1.
#[derive(Clone, Debug)]
struct Branch<B> {
    /// Of each part when the earliest begins.
    begins: Vec<Moment>,
    /// What is in a part is at or after its first; the first of the first part says nothing.
    firsts: Vec<Key<B>>,
    parts: Vec<Part<B>>,
}

/// A part of a branch.
#[derive(Clone, Debug)]
struct Part<B> {
    /// The latest end in it, and in it and all parts before.
    end: Moment,
    ended: Moment,
    node: Node<B>,
}

impl<B: Ord + Clone> Tree<B> {
    pub(super) const fn new() -> Self {
        Self { root: Node::Leaf(Leaf { starts: Vec::new(), ends: Vec::new(), names: Vec::new(), times: Vec::new() }) }
    }

    /// Takes a booking in that is not there yet.
    pub(super) fn insert(&mut self, name: B, occupancy: Occupancy) {
        let Some(right) = self.root.insert(Key::new(name, &occupancy), occupancy) else { return };
        let left = std::mem::replace(self, Self::new()).root;
        let mut root = Branch { begins: Vec::new(), firsts: Vec::new(), parts: Vec::new() };
        for part in [left, right] {
            let place = root.parts.len();
            root.put(place, part);
        }
        self.root = Node::Branch(root);
    }

    /// Takes a booking out that is there for this time.
    pub(super) fn remove(&mut self, name: &B, occupancy: &Occupancy) {
        self.root.remove(&Key::new(name.clone(), occupancy));
        while let Node::Branch(branch) = &mut self.root
            && branch.parts.len() == 1
            && let Some(only) = branch.parts.pop()
        {
            self.root = only.node;
        }
    }

    /// The bookings that hold any of an interval, by the beginning of the time they hold.
    pub(super) fn overlapping(&self, wanted: Interval) -> Overlapping<'_, B> {
        let (from, to) = span(wanted);
        let far = from == -EDGE || EDGE <= from || to == -EDGE || EDGE <= to;
        let exactly = far.then_some(wanted);
        let (from, to) = if far { (from.saturating_sub(1), to.saturating_add(1)) } else { (from, to) };
        let mut found =
            Overlapping { from, to, exactly, above: Vec::new(), entries: [].iter().zip([].iter().zip(&[])) };
        found.enter(&self.root);
        found
    }
}

/// The entries that overlap a span, in order.
pub(super) struct Overlapping<'a, B> {
    from: Moment,
    to: Moment,
    /// What the entries have to overlap where moments do not tell.
    exactly: Option<Interval>,
    /// Of the branches above the leaf the parts still to be looked at.
    above: Vec<Iter<'a, Part<B>>>,
    entries: Zip<Iter<'a, Moment>, Zip<Iter<'a, B>, Iter<'a, Occupancy>>>,
}

impl<'a, B> Overlapping<'a, B> {
    /// Looks at a part of the tree next.
    ///
    /// What begins before the end is counted and not searched for: what lies far away in memory comes at one go then, while
    /// each look of a search would have to wait for the last one.
    fn enter(&mut self, node: &'a Node<B>) {
        match node {
            Node::Leaf(leaf) => {
                let before = leaf.starts.iter().filter(|start| **start < self.to).count();
                let ends = leaf.ends.get(..before).unwrap_or_default();
                self.entries = ends.iter().zip(leaf.names.iter().zip(&leaf.times));
            }
            Node::Branch(branch) => {
                let last = branch.begins.iter().filter(|start| **start < self.to).count();
                let before = branch.parts.get(..last).unwrap_or_default();
                let late = before.iter().rev().take_while(|part| part.ended > self.from).count();
                self.above.push(before.get(last.saturating_sub(late)..).unwrap_or_default().iter());
            }
        }
    }
}

impl<'a, B> Iterator for Overlapping<'a, B> {
    type Item = (&'a B, &'a Occupancy);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            for (end, (name, occupancy)) in &mut self.entries {
                if *end > self.from && self.exactly.is_none_or(|wanted| occupancy.held().overlaps(&wanted)) {
                    return Some((name, occupancy));
                }
            }
            let parts = self.above.last_mut()?;
            match parts.find(|part| part.end > self.from) {
                Some(part) => self.enter(&part.node),
                None => drop(self.above.pop()),
            }
        }
    }
}

impl<B: Ord + Clone> Node<B> {
    /// Takes an entry in; where there is no more room, the later half of the node comes back.
    fn insert(&mut self, key: Key<B>, occupancy: Occupancy) -> Option<Self> {
        let most = match self {
            Self::Leaf(leaf) => {
                let place = leaf.place(&key).unwrap_or_else(|place| place);
                leaf.starts.insert(place, key.start);
                leaf.ends.insert(place, key.end);
                leaf.names.insert(place, key.name);
                leaf.times.insert(place, occupancy);
                MOST_ENTRIES
            }
            Self::Branch(branch) => {
                let place = branch.place(&key);
                let split = branch.parts.get_mut(place)?.node.insert(key, occupancy);
                branch.refresh(place);
                if let Some(right) = split {
                    branch.put(place.saturating_add(1), right);
                }
                MOST_PARTS
            }
        };
        (self.len() > most).then(|| self.split_off(most / 2))
    }

    fn remove(&mut self, key: &Key<B>) {
        match self {
            Self::Leaf(leaf) => {
                if let Ok(place) = leaf.place(key) {
                    leaf.starts.remove(place);
                    leaf.ends.remove(place);
                    leaf.names.remove(place);
                    leaf.times.remove(place);
                }
            }
            Self::Branch(branch) => {
                let place = branch.place(key);
                if let Some(part) = branch.parts.get_mut(place) {
                    part.node.remove(key);
                }
                branch.refresh(place);
                branch.join(place);
                branch.join(place.saturating_sub(1));
            }
        }
    }

    const fn len(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.starts.len(),
            Self::Branch(branch) => branch.parts.len(),
        }
    }

    const fn most(&self) -> usize {
        match self {
            Self::Leaf(_) => MOST_ENTRIES,
            Self::Branch(_) => MOST_PARTS,
        }
    }

    fn split_off(&mut self, at: usize) -> Self {
        match self {
            Self::Leaf(leaf) => Self::Leaf(Leaf {
                starts: leaf.starts.split_off(at),
                ends: leaf.ends.split_off(at),
                names: leaf.names.split_off(at),
                times: leaf.times.split_off(at),
            }),
            Self::Branch(branch) => {
                let (begins, firsts) = (branch.begins.split_off(at), branch.firsts.split_off(at));
                let mut later = Branch { begins, firsts, parts: branch.parts.split_off(at) };
                later.count_ended(0);
                Self::Branch(later)
            }
        }
    }

    /// Puts what comes after it on; both are leaves, or both branches.
    fn append(&mut self, later: &mut Self) {
        match (self, later) {
            (Self::Leaf(leaf), Self::Leaf(later)) => {
                leaf.starts.append(&mut later.starts);
                leaf.ends.append(&mut later.ends);
                leaf.names.append(&mut later.names);
                leaf.times.append(&mut later.times);
            }
            (Self::Branch(branch), Self::Branch(later)) => {
                branch.begins.append(&mut later.begins);
                branch.firsts.append(&mut later.firsts);
                branch.parts.append(&mut later.parts);
                branch.count_ended(0);
            }
            (Self::Leaf(_), Self::Branch(_)) | (Self::Branch(_), Self::Leaf(_)) => {}
        }
    }

    /// Where it begins and the latest end; none where it is empty.
    fn reach(&self) -> Option<Span> {
        match self {
            Self::Leaf(leaf) => Some((*leaf.starts.first()?, leaf.ends.iter().copied().max()?)),
            Self::Branch(branch) => Some((*branch.begins.first()?, branch.parts.last()?.ended)),
        }
    }

    /// Its first entry.
    fn first(&self) -> Option<Key<B>> {
        match self {
            Self::Leaf(leaf) => Some(Key::new(leaf.names.first()?.clone(), leaf.times.first()?)),
            Self::Branch(branch) => branch.firsts.first().cloned(),
        }
    }
}

impl<B: Ord> Leaf<B> {
    /// Where an entry is, or belongs.
    fn place(&self, key: &Key<B>) -> Result<usize, usize> {
        let first = self.starts.partition_point(|start| *start < key.start);
        let alike = self.names.iter().zip(&self.times).skip(first);
        for ((place, start), (name, occupancy)) in self.starts.iter().enumerate().skip(first).zip(alike) {
            match start.cmp(&key.start).then_with(|| (occupancy.held(), name).cmp(&(key.held, &key.name))) {
                Ordering::Less => {}
                Ordering::Equal => return Ok(place),
                Ordering::Greater => return Err(place),
            }
        }
        Err(self.starts.len())
    }
}

impl<B: Ord + Clone> Branch<B> {
    /// The part in which an entry is, or belongs.
    fn place(&self, key: &Key<B>) -> usize {
        self.firsts.partition_point(|first| first <= key).saturating_sub(1)
    }

    fn put(&mut self, place: usize, node: Node<B>) {
        if let (Some((begin, end)), Some(first)) = (node.reach(), node.first()) {
            self.begins.insert(place, begin);
            self.firsts.insert(place, first);
            self.parts.insert(place, Part { end, ended: end, node });
            self.count_ended(place);
        }
    }

    /// Brings what is known of a part up to date, and drops it where it is empty.
    fn refresh(&mut self, place: usize) {
        let (Some(part), Some(begins)) = (self.parts.get_mut(place), self.begins.get_mut(place)) else { return };
        if let Some((begin, end)) = part.node.reach() {
            *begins = begin;
            if part.end == end {
                return;
            }
            part.end = end;
        } else {
            self.begins.remove(place);
            self.firsts.remove(place);
            self.parts.remove(place);
        }
        self.count_ended(place);
    }

    /// Brings the latest ends of parts and all before them up to date, from one on.
    fn count_ended(&mut self, place: usize) {
        let before = place.checked_sub(1).and_then(|before| self.parts.get(before));
        let mut latest = before.map_or(Moment::MIN, |part| part.ended);
        for part in self.parts.iter_mut().skip(place) {
            latest = latest.max(part.end);
            part.ended = latest;
        }
    }

    /// Joins a part and the next one, where together they fill no more than half a node.
    fn join(&mut self, place: usize) {
        let next = place.saturating_add(1);
        let (Some(part), Some(later)) = (self.parts.get(place), self.parts.get(next)) else { return };
        if part.node.len().saturating_add(later.node.len()) > part.node.most() / 2 {
            return;
        }
        let mut later = self.parts.remove(next).node;
        self.begins.remove(next);
        let first = self.firsts.remove(next);
        // What the first part of the later branch says nothing about, it does where it no longer is the first.
        if let Node::Branch(later) = &mut later
            && let Some(slot) = later.firsts.first_mut()
        {
            *slot = first;
        }
        if let Some(part) = self.parts.get_mut(place) {
            part.node.append(&mut later);
        }
        self.refresh(place);
        self.count_ended(place);
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
            Node::Branch(branch) => {
                branch.parts.iter().map(|part| depth(&part.node)).max().unwrap_or(0).saturating_add(1)
            }
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
        assert!(tree.overlapping(day(19_991)).eq([(&19_991, &held(19_991))]));
        assert_eq!(tree.overlapping(day(19_989)).next(), None);
    }
}
