//! A balanced search tree of intervals, each node of which knows the latest end below it.
#![expect(
    clippy::unnecessary_box_returns,
    reason = "a node is boxed once, where it is made, and moves as a box from then on"
)]

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use office_core::Interval;

/// Intervals with names, by start.
#[derive(Clone, Debug)]
pub(super) struct Tree<B> {
    root: Link<B>,
}

type Link<B> = Option<Box<Node<B>>>;

#[derive(Clone, Debug)]
struct Node<B> {
    interval: Interval,
    name: B,
    /// The latest end in this subtree.
    latest: DateTime<Utc>,
    /// Nodes on the longest way down; siblings differ by at most one.
    height: u8,
    left: Link<B>,
    right: Link<B>,
}

impl<B: Ord> Tree<B> {
    pub(super) const fn new() -> Self {
        Self { root: None }
    }

    pub(super) fn insert(&mut self, interval: Interval, name: B) {
        self.root = Some(insert(self.root.take(), interval, name));
    }

    pub(super) fn remove(&mut self, interval: Interval, name: &B) {
        self.root = remove(self.root.take(), interval, name);
    }

    /// The names of the intervals that overlap one, by start.
    pub(super) fn overlapping(&self, wanted: Interval) -> Vec<&B> {
        let mut found = Vec::new();
        collect(self.root.as_deref(), wanted, &mut found);
        found
    }

    /// Whether any interval overlaps one.
    pub(super) fn overlaps(&self, wanted: Interval) -> bool {
        let mut at = self.root.as_deref();
        while let Some(node) = at {
            if node.interval.overlaps(&wanted) {
                return true;
            }
            // Where the left holds anything that ends late enough, either it overlaps or nothing to the right does.
            let left = node.left.as_deref().filter(|left| left.latest > wanted.start());
            at = left.or(node.right.as_deref());
        }
        false
    }
}

impl<B: Ord> Node<B> {
    fn order(&self, interval: Interval, name: &B) -> Ordering {
        (interval, name).cmp(&(self.interval, &self.name))
    }

    /// Brings height and latest end up to date with the children.
    fn refresh(&mut self) {
        let children = [self.left.as_deref(), self.right.as_deref()];
        let height = children.iter().map(|child| child.map_or(0, |child| child.height)).max();
        self.height = height.unwrap_or(0).saturating_add(1);
        let latest = children.iter().filter_map(|child| child.map(|child| child.latest)).max();
        self.latest = latest.map_or(self.interval.end(), |latest| latest.max(self.interval.end()));
    }
}

fn height<B>(node: Option<&Node<B>>) -> u8 {
    node.map_or(0, |node| node.height)
}

fn insert<B: Ord>(link: Link<B>, interval: Interval, name: B) -> Box<Node<B>> {
    let Some(mut node) = link else {
        return Box::new(Node { interval, name, latest: interval.end(), height: 1, left: None, right: None });
    };
    match node.order(interval, &name) {
        Ordering::Less => node.left = Some(insert(node.left.take(), interval, name)),
        Ordering::Greater => node.right = Some(insert(node.right.take(), interval, name)),
        Ordering::Equal => {}
    }
    balanced(node)
}

fn remove<B: Ord>(link: Link<B>, interval: Interval, name: &B) -> Link<B> {
    let mut node = link?;
    match node.order(interval, name) {
        Ordering::Less => node.left = remove(node.left.take(), interval, name),
        Ordering::Greater => node.right = remove(node.right.take(), interval, name),
        Ordering::Equal => {
            let Some(right) = node.right.take() else { return node.left.take() };
            let (rest, mut next) = without_first(right);
            next.left = node.left.take();
            next.right = rest;
            return Some(balanced(next));
        }
    }
    Some(balanced(node))
}

/// A subtree without its first node, and that node.
fn without_first<B: Ord>(mut node: Box<Node<B>>) -> (Link<B>, Box<Node<B>>) {
    let Some(left) = node.left.take() else { return (node.right.take(), node) };
    let (rest, first) = without_first(left);
    node.left = rest;
    (Some(balanced(node)), first)
}

/// The subtree with its heights within one of each other, where they were within two.
fn balanced<B: Ord>(mut node: Box<Node<B>>) -> Box<Node<B>> {
    if height(node.left.as_deref()) > height(node.right.as_deref()).saturating_add(1) {
        if node.left.as_ref().is_some_and(|left| height(left.right.as_deref()) > height(left.left.as_deref())) {
            node.left = node.left.take().map(turned_left);
        }
        node = turned_right(node);
    } else if height(node.right.as_deref()) > height(node.left.as_deref()).saturating_add(1) {
        if node.right.as_ref().is_some_and(|right| height(right.left.as_deref()) > height(right.right.as_deref())) {
            node.right = node.right.take().map(turned_right);
        }
        node = turned_left(node);
    }
    node.refresh();
    node
}

/// The right child above its parent.
fn turned_left<B: Ord>(mut node: Box<Node<B>>) -> Box<Node<B>> {
    let Some(mut top) = node.right.take() else { return node };
    node.right = top.left.take();
    node.refresh();
    top.left = Some(node);
    top.refresh();
    top
}

/// The left child above its parent.
fn turned_right<B: Ord>(mut node: Box<Node<B>>) -> Box<Node<B>> {
    let Some(mut top) = node.left.take() else { return node };
    node.left = top.right.take();
    node.refresh();
    top.right = Some(node);
    top.refresh();
    top
}

fn collect<'a, B>(link: Option<&'a Node<B>>, wanted: Interval, found: &mut Vec<&'a B>) {
    let Some(node) = link.filter(|node| node.latest > wanted.start()) else { return };
    collect(node.left.as_deref(), wanted, found);
    if node.interval.start() < wanted.end() {
        if node.interval.overlaps(&wanted) {
            found.push(&node.name);
        }
        collect(node.right.as_deref(), wanted, found);
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn depth<B>(node: Option<&Node<B>>) -> u8 {
        node.map_or(0, |node| depth(node.left.as_deref()).max(depth(node.right.as_deref())).saturating_add(1))
    }

    #[test]
    fn it_stays_flat_whatever_the_order() {
        let day = |n: i64| {
            let start = DateTime::from_timestamp(n.checked_mul(86_400).unwrap(), 0).unwrap();
            Interval::starting(start, TimeDelta::hours(1)).unwrap()
        };
        let mut tree = Tree::new();
        for n in 0..4_096 {
            tree.insert(day(n), n);
        }
        assert!(depth(tree.root.as_deref()) <= 17);
        for n in 0..4_000 {
            tree.remove(day(n), &n);
        }
        assert!(depth(tree.root.as_deref()) <= 9);
        assert_eq!(tree.overlapping(day(4_001)), [&4_001]);
    }
}
