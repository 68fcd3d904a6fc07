//! What is entered in a ledger, and what it came to.

use std::sync::Arc;

use chrono::NaiveDate;
use office_core::{Money, UnitPrice};
use serde::{Deserialize, Serialize};

use super::Movement;
use super::timeline::Instant;
use crate::{CostMethod, Reference};

/// What is there is valued otherwise from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revaluation {
    /// Its number in the order of recording, shared with movements.
    pub sequence: u64,
    /// The day on which it takes effect.
    pub effective: NaiveDate,
    /// The paper it was decided by.
    pub reference: Reference,
    /// What is valued otherwise.
    pub what: Revalued,
}

/// What is valued otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revalued {
    /// Everything, by a method from now on; what is there at a cost if one is given, and else at what it is worth.
    Cost {
        /// The method from now on.
        method: CostMethod,
        /// What each unit is worth from now on; with a standard, the standard.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_cost: Option<UnitPrice>,
    },
    /// What is left of one receipt, by an amount: a charge that came when the receipt's period was closed.
    Charge {
        /// The receipt.
        receipt: u64,
        /// By how much its value goes up.
        amount: Money,
    },
}

/// Something that stands in the ledger.
///
/// What is entered stays as it is and is shared by all copies of a ledger; what it came to is at hand, as valuing again
/// goes over many entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    // Invariant: the place in time is that of what is entered.
    pub(super) at: Instant,
    pub(super) what: Arc<What>,
    pub(super) reversed: bool,
    /// What the goods were worth when they moved, without charges, in minor units; nothing where it is reversed.
    pub(super) own: i128,
    /// What the stock was worth after it, as far as is known now.
    pub(super) worth: i128,
    pub(super) extra: Option<Box<Extra>>,
}

/// What few entries have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Extra {
    /// Charges on top of what the goods cost.
    pub(super) charges: Vec<(Reference, i128)>,
    /// How much more the goods cost, as goods that were not there have arrived since.
    pub(super) settlement: i128,
    /// By how much the value of the stock went up beyond what the goods brought.
    pub(super) variance: i128,
    /// How much more earlier movements cost, now that these goods have arrived.
    pub(super) settled: Vec<(u64, i128)>,
    /// Whether the movement that says what the goods bring is forgotten, so that what they bring is final.
    pub(super) is_final: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Moved(Movement),
    Revalued(Revaluation),
}

impl What {
    pub(super) fn at(&self) -> Instant {
        match self {
            Self::Moved(movement) => (movement.effective, movement.sequence),
            Self::Revalued(revaluation) => (revaluation.effective, revaluation.sequence),
        }
    }

    pub(super) fn reference(&self) -> &Reference {
        match self {
            Self::Moved(movement) => &movement.reference,
            Self::Revalued(revaluation) => &revaluation.reference,
        }
    }
}

impl Entry {
    pub(super) fn new(what: What) -> Self {
        Self { at: what.at(), what: Arc::new(what), reversed: false, own: 0, worth: 0, extra: None }
    }

    pub(super) fn at(&self) -> Instant {
        self.at
    }

    pub(super) fn movement(&self) -> Option<&Movement> {
        match &*self.what {
            What::Moved(movement) => Some(movement),
            What::Revalued(_) => None,
        }
    }

    pub(super) fn charged(&self) -> i128 {
        let charges = self.extra.iter().flat_map(|extra| &extra.charges);
        charges.fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
    }

    pub(super) fn is_final(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.is_final)
    }

    pub(super) fn settlement(&self) -> i128 {
        self.extra.as_ref().map_or(0, |extra| extra.settlement)
    }

    pub(super) fn variance(&self) -> i128 {
        self.extra.as_ref().map_or(0, |extra| extra.variance)
    }

    /// What the goods are worth, without charges.
    pub(super) fn value(&self) -> i128 {
        self.own.saturating_add(self.settlement())
    }

    /// By how much it makes the stock worth more.
    pub(super) fn change(&self) -> i128 {
        if self.reversed {
            return 0;
        }
        let ends =
            self.movement().map(|movement| (movement.transfer.from().is_ours(), movement.transfer.to().is_ours()));
        let moved = match ends {
            Some((false, true)) => self.value().saturating_add(self.charged()),
            Some((true, false)) => self.value().saturating_neg(),
            Some(_) | None => 0,
        };
        moved.saturating_add(self.variance())
    }

    /// Changes what few entries have, so that an entry that has none of it holds none.
    pub(super) fn adjust(&mut self, change: impl FnOnce(&mut Extra)) {
        let extra = self.extra.get_or_insert_default();
        change(extra);
        if **extra == Extra::default() {
            self.extra = None;
        }
    }

    /// Costs more than was thought, now that what it took has arrived.
    pub(super) fn settle(&mut self, more: i128) {
        self.adjust(|extra| extra.settlement = extra.settlement.saturating_add(more));
    }

    /// Takes over what a step came to; says what has changed: the value and the variance.
    pub(super) fn take(
        &mut self,
        own: i128,
        settlement: i128,
        variance: i128,
        settled: Vec<(u64, i128)>,
    ) -> (i128, i128) {
        let (value, before) = (self.value(), self.variance());
        self.own = own;
        if self.extra.is_some() || settlement != 0 || variance != 0 || !settled.is_empty() {
            self.adjust(|extra| (extra.settlement, extra.variance, extra.settled) = (settlement, variance, settled));
        }
        (self.value().saturating_sub(value), variance.saturating_sub(before))
    }
}
