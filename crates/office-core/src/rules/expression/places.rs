//! Which facts an expression, or a cell, looks at.

use std::collections::BTreeSet;

use super::node::{Form, Node};
use crate::rules::cell::Test;
use crate::rules::{Cell, Expression};

impl Expression {
    /// The places of the facts that it looks at.
    pub(crate) fn places(&self) -> BTreeSet<usize> {
        let mut places = BTreeSet::new();
        self.root.add_places(&mut places);
        places
    }
}

impl Cell {
    /// The places of the facts that it looks at besides its input.
    pub(crate) fn places(&self) -> BTreeSet<usize> {
        let mut places = BTreeSet::new();
        match self.test() {
            Test::Any | Test::OneOf(_) | Test::NoneOf(_) => {}
            Test::Holds(node) => node.add_places(&mut places),
        }
        places
    }
}

impl Node {
    // No deeper than expressions are read.
    fn add_places(&self, places: &mut BTreeSet<usize>) {
        if let Form::Name(place, _) = &self.form {
            places.insert(*place);
        }
        self.parts().into_iter().for_each(|part| part.add_places(places));
    }
}
