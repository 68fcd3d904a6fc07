//! Parts of the office: those that tests name, each without the named parts of it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::Scope;
use crate::rules::Value;
use crate::rules::cell::Unary;

/// Parts of the office as tests tell them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree {
    /// The whole office and the parts that are named, each followed by those below it.
    nodes: Box<[Node]>,
    pieces: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    scope: Scope,
    /// The piece it begins with: itself alone where a test asks for it alone, or else itself and what is below it.
    first: usize,
    /// The piece of what is below it and in no named part.
    below: usize,
    /// The end of its pieces and of those of the parts below it.
    end: usize,
    /// The node it is below; of the whole office itself.
    parent: usize,
}

impl Tree {
    /// None where a test names something else than a part of the office, or so many that nothing is left to name.
    pub(super) fn of(tests: &[&Unary]) -> Option<Self> {
        // Whether it is asked for alone.
        let mut named = BTreeMap::from([(Ordered(Scope::anywhere()), false)]);
        for test in tests {
            match test {
                Unary::Within(scope) => named.entry(Ordered(scope.clone())).or_insert(false),
                Unary::Equal(Value::Scope(scope)) => {
                    let alone = named.entry(Ordered(scope.clone())).or_insert(true);
                    *alone = true;
                    alone
                }
                Unary::Equal(_) | Unary::Below(_) | Unary::Above(_) | Unary::Between(..) => return None,
            };
        }
        let mut tree = Self { nodes: Box::default(), pieces: 0 };
        let mut nodes: Vec<Node> = Vec::with_capacity(named.len());
        for (Ordered(scope), alone) in named {
            let mut parent = nodes.len().saturating_sub(1);
            while let Some(node) = nodes.get_mut(parent).filter(|node| !node.scope.covers(&scope)) {
                node.end = tree.pieces;
                parent = node.parent;
            }
            let first = tree.pieces;
            // Of a scope that is as long as scopes may be there is nothing below.
            let below = first.saturating_add(usize::from(alone && scope.len() < Scope::LONGEST.saturating_sub(1)));
            tree.pieces = below.saturating_add(1);
            nodes.push(Node { scope, first, below, end: 0, parent });
        }
        for node in nodes.iter_mut().filter(|node| node.end == 0) {
            node.end = tree.pieces;
        }
        tree.nodes = nodes.into();
        let all = (0..tree.pieces).all(|piece| tree.witness(piece).is_some());
        all.then_some(tree)
    }

    pub(super) fn pieces(&self) -> usize {
        self.pieces
    }

    pub(super) fn piece(&self, scope: &Scope) -> usize {
        let after = self.nodes.partition_point(|node| order(&node.scope, scope).is_le());
        // Invariant: the whole office is the first and covers all, so the search ends there.
        let mut at = after.saturating_sub(1);
        loop {
            match self.nodes.get(at) {
                Some(node) if node.scope == *scope => return node.first,
                Some(node) if at == 0 || node.scope.covers(scope) => return node.below,
                Some(node) => at = node.parent,
                None => return 0,
            }
        }
    }

    pub(super) fn range(&self, test: &Unary) -> Option<Range<usize>> {
        let node = |scope: &Scope| {
            let at = self.nodes.binary_search_by(|node| order(&node.scope, scope)).ok()?;
            self.nodes.get(at)
        };
        match test {
            Unary::Within(scope) => node(scope).map(|node| node.first..node.end),
            Unary::Equal(Value::Scope(scope)) => node(scope).map(|node| node.first..node.first.saturating_add(1)),
            Unary::Equal(_) | Unary::Below(_) | Unary::Above(_) | Unary::Between(..) => None,
        }
    }

    /// What asks for just these pieces, ascending; none where a part is wanted without some of those below it.
    pub(super) fn asking(&self, pieces: &[usize]) -> Option<Vec<Unary>> {
        let is_in = |piece: usize| pieces.binary_search(&piece).is_ok();
        let (mut tests, mut done) = (Vec::new(), 0);
        for node in self.nodes.iter().filter(|node| is_in(node.first)) {
            if node.first < done {
                continue;
            }
            if (node.first..node.end).all(is_in) {
                tests.push(Unary::Within(node.scope.clone()));
                done = node.end;
            } else if node.below > node.first {
                tests.push(Unary::Equal(Value::Scope(node.scope.clone())));
                done = node.below;
            } else {
                return None;
            }
        }
        let named = |piece: &usize| {
            let within = |node: &Node| node.first <= *piece && *piece < node.end;
            self.nodes.iter().any(|node| within(node) && (node.first..node.end).all(is_in))
                || self.nodes.iter().any(|node| node.first == *piece && node.below > node.first)
        };
        pieces.iter().all(named).then_some(tests)
    }

    pub(super) fn witness(&self, piece: usize) -> Option<Scope> {
        // Invariant: nodes begin in the order of their pieces.
        let at = self.nodes.partition_point(|node| node.first <= piece).checked_sub(1)?;
        let node = self.nodes.get(at)?;
        if piece == node.first {
            return Some(node.scope.clone());
        }
        let names = ["other".to_owned()].into_iter().chain((2..).map(|number| format!("other-{number}")));
        let short = ('a'..='z').chain('A'..='Z').chain('0'..='9').map(String::from);
        let names = names.take(self.nodes.len()).chain(short);
        names.filter_map(|name| node.scope.part(&name)).find(|part| self.piece(part) == piece)
    }
}

/// A scope, ordered so that those below it follow it.
#[derive(PartialEq, Eq)]
struct Ordered(Scope);

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        order(&self.0, &other.0)
    }
}

fn order(one: &Scope, other: &Scope) -> Ordering {
    one.segments().cmp(other.segments())
}
