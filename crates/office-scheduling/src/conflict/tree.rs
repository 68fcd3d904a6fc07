//! A balanced search tree of held times, many to a node, that knows of each part below a node the last moment.
//!
//! A question mostly waits for memory. So what is compared is short and lies close together: the leaves of a branch side by
//! side in one list, in them times in 32 bits with the names, and the times to the nanosecond elsewhere.

mod search;

use std::cmp::Ordering;

use arrayvec::ArrayVec;
use office_core::Interval;

use super::Occupancy;

pub(super) use search::Overlapping;

/// A node of so many entries or parts is split. Two nodes side by side have more than half of it.
const MOST: usize = 96;

/// Fours of seconds since 1970, which every whole minute is a number of. Before October 1697 and after March 2242 it is the
/// least or the greatest there is.
type Moment = i32;

fn moment(seconds: i64) -> Moment {
    let fours = seconds.div_euclid(4);
    Moment::try_from(fours).unwrap_or(if fours < 0 { Moment::MIN } else { Moment::MAX })
}

/// A stretch of time, as it is looked for: the first and the last moment that it touches.
///
/// Intervals without a moment in common do not overlap; where each begins before the last moment of the other, they do.
/// Where they share but such a last moment, or lie too far away, the intervals themselves are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: Moment,
    last: Moment,
}

impl Span {
    fn of(interval: Interval) -> Self {
        let whole = interval.end().timestamp_subsec_nanos() == 0;
        let last = interval.end().timestamp().saturating_sub(i64::from(whole));
        Self { first: moment(interval.start().timestamp()), last: moment(last) }
    }
}

/// Where an entry belongs among others: by the time it holds, then by name.
type Key<'a, B> = (Interval, &'a B);

/// Bookings by the time they hold.
#[derive(Clone, Debug)]
pub(super) struct Tree<B> {
    root: Branch<B>,
}

/// Parts in order. Invariant: all lists are of one length, and no part is empty.
#[derive(Clone, Debug)]
struct Branch<B> {
    /// Of each part the first moment, and the last.
    begins: Vec<Moment>,
    ends: Vec<Moment>,
    parts: Vec<Node<B>>,
}

/// A part of a branch: not boxed, so that leaves lie side by side.
#[derive(Clone, Debug)]
enum Node<B> {
    Leaf(Leaf<B>),
    Branch(Branch<B>),
}

/// Entries in order. Invariant: both lists are of one length.
#[derive(Clone, Debug)]
struct Leaf<B> {
    entries: ArrayVec<Entry<B>, MOST>,
    /// Apart from what is compared, which lies the closer together.
    times: Vec<Occupancy>,
}

#[derive(Clone, Debug)]
struct Entry<B> {
    span: Span,
    name: B,
}

impl<B: Ord> Tree<B> {
    pub(super) const fn new() -> Self {
        Self { root: Branch::new() }
    }

    /// Takes a booking in that is not there yet.
    pub(super) fn insert(&mut self, name: B, occupancy: Occupancy) {
        self.root.insert(name, occupancy);
        if self.root.parts.len() >= MOST {
            let right = self.root.split_off();
            let left = std::mem::replace(&mut self.root, Branch::new());
            self.root.put(0, Node::Branch(left));
            self.root.put(1, Node::Branch(right));
        }
    }

    /// Takes a booking out that is there for this time.
    pub(super) fn remove(&mut self, name: &B, occupancy: &Occupancy) {
        self.root.remove((occupancy.held(), name));
        while let [Node::Branch(only)] = self.root.parts.as_mut_slice() {
            self.root = std::mem::replace(only, Branch::new());
        }
    }
}

impl<B: Ord> Branch<B> {
    const fn new() -> Self {
        Self { begins: Vec::new(), ends: Vec::new(), parts: Vec::new() }
    }

    /// The part in which an entry is, or belongs: the last that does not begin after it.
    fn place(&self, key: Key<'_, B>) -> usize {
        let moment = Span::of(key.0).first;
        let earlier = self.begins.partition_point(|first| *first < moment);
        let alike = self.begins.iter().skip(earlier).take_while(|first| **first == moment).count();
        let alike = self.parts.iter().skip(earlier).take(alike);
        let before = alike.take_while(|part| part.first().is_some_and(|first| first <= key)).count();
        earlier.saturating_add(before).saturating_sub(1)
    }

    fn insert(&mut self, name: B, occupancy: Occupancy) {
        if self.parts.is_empty() {
            let mut leaf = Leaf { entries: ArrayVec::new(), times: Vec::new() };
            leaf.insert(name, occupancy);
            self.put(0, Node::Leaf(leaf));
            return;
        }
        let place = self.place((occupancy.held(), &name));
        let Some(part) = self.parts.get_mut(place) else { return };
        match part {
            Node::Leaf(leaf) => leaf.insert(name, occupancy),
            Node::Branch(branch) => branch.insert(name, occupancy),
        }
        let later = (part.len() >= MOST).then(|| part.split_off());
        self.refresh(place);
        if let Some(later) = later {
            self.put(place.saturating_add(1), later);
        }
    }

    fn remove(&mut self, key: Key<'_, B>) {
        let place = self.place(key);
        match self.parts.get_mut(place) {
            Some(Node::Leaf(leaf)) => leaf.remove(key),
            Some(Node::Branch(branch)) => branch.remove(key),
            None => return,
        }
        self.refresh(place);
        self.join(place);
        self.join(place.saturating_sub(1));
    }

    fn put(&mut self, place: usize, part: Node<B>) {
        if let Some(span) = part.span() {
            self.begins.insert(place, span.first);
            self.ends.insert(place, span.last);
            self.parts.insert(place, part);
        }
    }

    /// Brings what is known of a part up to date, and drops it where it is empty.
    fn refresh(&mut self, place: usize) {
        let lists = (self.begins.get_mut(place), self.ends.get_mut(place), self.parts.get(place));
        let (Some(begin), Some(end), Some(part)) = lists else { return };
        if let Some(span) = part.span() {
            (*begin, *end) = (span.first, span.last);
        } else {
            self.take(place);
        }
    }

    fn take(&mut self, place: usize) -> Node<B> {
        self.begins.remove(place);
        self.ends.remove(place);
        self.parts.remove(place)
    }

    /// Joins a part and the next one, where together they fill no more than half a node.
    fn join(&mut self, place: usize) {
        let next = place.saturating_add(1);
        let (Some(part), Some(later)) = (self.parts.get(place), self.parts.get(next)) else { return };
        if part.len().saturating_add(later.len()) > MOST / 2 {
            return;
        }
        let later = self.take(next);
        if let Some(part) = self.parts.get_mut(place) {
            part.append(later);
        }
        self.refresh(place);
    }

    /// The later half.
    fn split_off(&mut self) -> Self {
        let half = self.parts.len() / 2;
        Self { begins: self.begins.split_off(half), ends: self.ends.split_off(half), parts: self.parts.split_off(half) }
    }
}

impl<B: Ord> Leaf<B> {
    /// Where an entry is, or belongs.
    fn place(&self, key: Key<'_, B>) -> Result<usize, usize> {
        let moment = Span::of(key.0).first;
        let earlier = self.entries.partition_point(|entry| entry.span.first < moment);
        for (place, (entry, occupancy)) in self.entries.iter().zip(&self.times).enumerate().skip(earlier) {
            let order = entry.span.first.cmp(&moment);
            match order.then_with(|| (occupancy.held(), &entry.name).cmp(&key)) {
                Ordering::Less => {}
                Ordering::Equal => return Ok(place),
                Ordering::Greater => return Err(place),
            }
        }
        Err(self.entries.len())
    }

    /// Takes an entry in; the leaf must not be full.
    fn insert(&mut self, name: B, occupancy: Occupancy) {
        let held = occupancy.held();
        let place = self.place((held, &name)).unwrap_or_else(|place| place);
        self.entries.insert(place, Entry { span: Span::of(held), name });
        self.times.insert(place, occupancy);
    }

    fn remove(&mut self, key: Key<'_, B>) {
        if let Ok(place) = self.place(key) {
            self.entries.remove(place);
            self.times.remove(place);
        }
    }
}

impl<B: Ord> Node<B> {
    /// The first and the last moment of it; none where it is empty.
    fn span(&self) -> Option<Span> {
        let (first, last) = match self {
            Self::Leaf(leaf) => {
                (leaf.entries.first()?.span.first, leaf.entries.iter().map(|entry| entry.span.last).max()?)
            }
            Self::Branch(branch) => (*branch.begins.first()?, *branch.ends.iter().max()?),
        };
        Some(Span { first, last })
    }

    /// Its first entry.
    fn first(&self) -> Option<Key<'_, B>> {
        match self {
            Self::Leaf(leaf) => Some((leaf.times.first()?.held(), &leaf.entries.first()?.name)),
            Self::Branch(branch) => branch.parts.first()?.first(),
        }
    }

    const fn len(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.entries.len(),
            Self::Branch(branch) => branch.parts.len(),
        }
    }

    /// The later half.
    fn split_off(&mut self) -> Self {
        match self {
            Self::Leaf(leaf) => {
                let half = leaf.entries.len() / 2;
                let (entries, times) = (leaf.entries.drain(half..).collect(), leaf.times.split_off(half));
                Self::Leaf(Leaf { entries, times })
            }
            Self::Branch(branch) => Self::Branch(branch.split_off()),
        }
    }

    /// Puts what comes after it on; both are leaves, or both branches, with room for both.
    fn append(&mut self, later: Self) {
        match (self, later) {
            (Self::Leaf(leaf), Self::Leaf(later)) => {
                leaf.entries.extend(later.entries);
                leaf.times.extend(later.times);
            }
            (Self::Branch(branch), Self::Branch(later)) => {
                branch.begins.extend(later.begins);
                branch.ends.extend(later.ends);
                branch.parts.extend(later.parts);
            }
            (Self::Leaf(_), Self::Branch(_)) | (Self::Branch(_), Self::Leaf(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::super::Buffers;
    use super::*;

    fn depth<B>(branch: &Branch<B>) -> usize {
        let below = |part: &Node<B>| if let Node::Branch(branch) = part { depth(branch) } else { 1 };
        branch.parts.iter().map(below).max().unwrap_or(0).saturating_add(1)
    }

    #[test]
    fn it_stays_flat_and_finds_all_whatever_the_order() {
        // An hour a day, and every seventh a month.
        let held = |n: i64| {
            let start = DateTime::from_timestamp(n.checked_mul(86_400).unwrap(), 0).unwrap();
            let length = if n % 7 == 0 { TimeDelta::days(30) } else { TimeDelta::hours(1) };
            Occupancy { booked: Interval::starting(start, length).unwrap(), buffers: Buffers::default() }
        };
        let finds_all = |tree: &Tree<i64>, left: &[i64]| {
            for day in [0, 31, 4_500, 9_999] {
                let wanted = held(day).held();
                let mut scanned: Vec<i64> =
                    left.iter().copied().filter(|n| held(*n).held().overlaps(&wanted)).collect();
                scanned.sort_unstable();
                assert!(Overlapping::new(Some(tree), wanted).map(|(name, _)| *name).eq(scanned));
            }
        };
        for step in [1, 7_919, 9_999] {
            let order: Vec<i64> = (0_i64..10_000).map(|n| n.checked_mul(step).unwrap() % 10_000).collect();
            let mut tree = Tree::new();
            for n in &order {
                tree.insert(*n, held(*n));
            }
            assert!(depth(&tree.root) <= 4);
            finds_all(&tree, &order);
            let (early, late) = order.split_at(7_500);
            for n in early {
                tree.remove(n, &held(*n));
            }
            finds_all(&tree, late);
            let (early, late) = late.split_at(2_490);
            for n in early {
                tree.remove(n, &held(*n));
            }
            assert_eq!(depth(&tree.root), 2);
            finds_all(&tree, late);
        }
    }
}
