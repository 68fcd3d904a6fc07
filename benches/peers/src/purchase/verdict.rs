//! What an engine answers.

use std::fmt;

/// The decision, and the rules that it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the purchase may be approved.
    pub decision: Decision,
    /// Every rule that forbids, if any does; else every rule that permits.
    pub rules: Rules,
}

/// Whether a purchase may be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Nothing forbids it, and some rule permits it.
    Allowed,
    /// Some rule forbids it.
    Forbidden,
    /// Nothing forbids it, and nothing permits it.
    NotPermitted,
}

impl Verdict {
    /// The verdict on these matching rules: who forbids wins, and without a permit nothing is allowed.
    #[must_use]
    pub const fn of(forbids: Rules, permits: Rules) -> Self {
        if !forbids.is_empty() {
            Self { decision: Decision::Forbidden, rules: forbids }
        } else if permits.is_empty() {
            Self { decision: Decision::NotPermitted, rules: permits }
        } else {
            Self { decision: Decision::Allowed, rules: permits }
        }
    }

    /// The same decision, resting on the first of its rules alone.
    #[must_use]
    pub fn first_reason(&self) -> Self {
        Self { decision: self.decision, rules: self.rules.numbers().next().map_or(Rules::none(), Rules::one) }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} by {:?}", self.decision, self.rules.numbers().collect::<Vec<_>>())
    }
}

/// Rules that match, as an engine names them that leaves it to its caller what follows.
#[derive(Clone, Copy, Debug)]
pub struct Matching {
    last_forbid: u16,
    forbids: Rules,
    permits: Rules,
}

impl Matching {
    /// None yet, of rules of which those up to this one forbid and the others permit.
    #[must_use]
    pub const fn of(last_forbid: u16) -> Self {
        Self { last_forbid, forbids: Rules::none(), permits: Rules::none() }
    }

    /// Adds a rule whose number is higher than those before.
    pub fn add(&mut self, number: u16) {
        if number <= self.last_forbid {
            self.forbids.add(number);
        } else {
            self.permits.add(number);
        }
    }

    /// What follows.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        Verdict::of(self.forbids, self.permits)
    }
}

/// How many rules a set holds.
const ROOM: usize = 7;

/// A set of rules by their numbers, which count from one. It holds seven, as many as can ever match at once here, and
/// allocates nothing.
///
/// Rules are added in rising order, so that equal sets are equal values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    numbers: [u16; ROOM],
    /// Counts what did not fit as well: such a set equals none that fits.
    count: u16,
}

impl Rules {
    /// No rule.
    #[must_use]
    pub const fn none() -> Self {
        Self { numbers: [0; ROOM], count: 0 }
    }

    /// One rule.
    #[must_use]
    pub fn one(number: u16) -> Self {
        let mut rules = Self::none();
        rules.add(number);
        rules
    }

    /// Adds a rule whose number is higher than those before.
    pub fn add(&mut self, number: u16) {
        if let Some(place) = self.numbers.get_mut(usize::from(self.count)) {
            *place = number;
        }
        self.count = self.count.saturating_add(1);
    }

    /// Adds rules in whatever order an engine names them.
    #[must_use]
    pub fn sorted(numbers: impl IntoIterator<Item = u16>) -> Self {
        let mut rules = Self::none();
        numbers.into_iter().for_each(|number| rules.add(number));
        if let Some(filled) = rules.numbers.get_mut(..usize::from(rules.count)) {
            filled.sort_unstable();
        }
        rules
    }

    /// Whether no rule is in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The numbers, rising.
    pub fn numbers(&self) -> impl Iterator<Item = u16> + '_ {
        self.numbers.iter().copied().take(usize::from(self.count))
    }
}
