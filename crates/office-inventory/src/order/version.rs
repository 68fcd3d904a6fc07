//! The versions of an order: what each has changed, and what was agreed by then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Quantity, UnitPrice};
use serde::{Deserialize, Serialize};

use super::{NewOrderLine, OrderLine, PurchaseOrder};

/// What is to be changed of a line. A line is told by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineChange {
    /// So many are wanted in all, in the place of those that were. What was cancelled or not missed before does not count
    /// any more.
    Quantity {
        /// The line.
        line: u32,
        /// How many, in the unit of the line.
        quantity: Quantity,
    },
    /// It costs this, in the same unit. Nothing of it has come yet: what has come was valued at its price.
    Price {
        /// The line.
        line: u32,
        /// The price.
        price: UnitPrice,
    },
    /// It is to come by this day, or by none.
    Due {
        /// The line.
        line: u32,
        /// The day.
        due: Option<NaiveDate>,
    },
    /// It is not wanted at all. Nothing of it has come yet.
    Remove {
        /// The line.
        line: u32,
    },
    /// Something else is wanted, on a line of its own after all others.
    Add(NewOrderLine),
}

/// How a placed order is to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// The version that whoever changes it has seen, from 1. The outcome is the next one.
    pub of: u32,
    /// Who changes it.
    pub by: PersonId,
    /// When.
    pub on: NaiveDate,
    /// Why.
    pub why: String,
    /// Whether what is cut is not wanted any more, for the same reason. Otherwise it is open again on its requisition.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub give_up: bool,
    /// What is changed, one after the other.
    pub changes: Vec<LineChange>,
}

/// A line before and after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendedLine {
    /// The line, from 1.
    pub line: u32,
    /// What was agreed before; nothing where the line is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<NewOrderLine>,
    /// What is agreed now; nothing where the line is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<NewOrderLine>,
}

/// A version of an order: how it came out of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderVersion {
    /// Its number: the order as it was placed is version 1.
    pub number: u32,
    /// Who made it, when and why.
    pub amendment: Amendment,
    /// The lines that changed. A line is the same before and after where what had been cancelled of it is wanted again.
    pub lines: Vec<AmendedLine>,
}

impl PurchaseOrder {
    /// The number of its last version: 1 as long as nothing was changed.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.versions.last().map_or(1, |version| version.number)
    }

    /// Its versions after the first, in their order.
    #[must_use]
    pub fn versions(&self) -> &[OrderVersion] {
        &self.versions
    }

    /// What a version agrees on, by line, without the lines that were removed: nothing where there is no such version. What
    /// was cancelled without another version counts as agreed.
    #[must_use]
    pub fn lines_of(&self, version: u32) -> Option<BTreeMap<u32, NewOrderLine>> {
        if version == 0 || version > self.version() {
            return None;
        }
        let agreed = |line: &OrderLine| Some((line.number(), line.terms()?));
        let mut lines: BTreeMap<_, _> = self.lines.iter().filter_map(agreed).collect();
        let later = self.versions.iter().rev().take_while(|later| later.number > version);
        for amended in later.flat_map(|later| &later.lines) {
            match amended.before {
                Some(before) => lines.insert(amended.line, before),
                None => lines.remove(&amended.line),
            };
        }
        Some(lines)
    }

    /// What changed of the agreement from one version to another, line by line: nothing where there is no such version.
    #[must_use]
    pub fn changes_between(&self, from: u32, to: u32) -> Option<Vec<AmendedLine>> {
        let (from, to) = (self.lines_of(from)?, self.lines_of(to)?);
        let lines: BTreeSet<u32> = from.keys().chain(to.keys()).copied().collect();
        let between = |line| AmendedLine { line, before: from.get(&line).copied(), after: to.get(&line).copied() };
        Some(lines.into_iter().map(between).filter(|line| line.before != line.after).collect())
    }
}
