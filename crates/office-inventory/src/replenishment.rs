//! How a kept item is ordered again: its terms by date, and what was last asked for by them.
//!
//! ```text
//!   begin ──► Begun ──► publish ──► Published ──► …
//!                  └──► ask ──► Asked: a requisition was submitted, and why
//! ```

use chrono::NaiveDate;
use office_core::subject::{ItemId, RequisitionId};
use office_core::{Decision, Entity, Id, Kind, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{ReorderProposal, ReorderTerms, ReorderTermsBook, ReorderTermsError};

/// How an item is ordered again.
///
/// # Example
/// ```
/// # use office_core::{Entity, Id, Percent};
/// # use office_inventory::theory::{ForecastRule, ServiceTarget};
/// # use office_inventory::{ReorderPolicy, ReorderTerms, VendorChoice};
/// use office_inventory::{PublishTermsError, Replenishment};
///
/// # let terms = ReorderTerms {
/// #     policy: ReorderPolicy::OrderPoint,
/// #     service: ServiceTarget::Cycle(Percent::whole(95)),
/// #     vendor: VendorChoice::LeastCost,
/// #     order_cost: "15.00 EUR".parse()?,
/// #     holding_rate: Percent::whole(20),
/// #     least: "0 ream".parse()?,
/// #     multiple: "5 ream".parse()?,
/// #     step: "1 ream".parse()?,
/// #     forecast: ForecastRule::default(),
/// # };
/// let paper = Id::natural("item", "PAP-A4");
/// let begun = Replenishment::begin(paper, "ream".parse()?, "2026-01-01".parse()?, terms)?;
/// let mut replenishment = Replenishment::open(&begun.fact().ok_or("a fact")?).ok_or("terms")?;
/// let surer = ReorderTerms { service: ServiceTarget::Cycle(Percent::whole(98)), ..terms };
/// let published = replenishment.publish("2026-07-01".parse()?, surer)?;
/// replenishment.apply(&published.fact().ok_or("a fact")?);
/// assert_eq!(replenishment.terms().in_force("2026-06-30".parse()?).map(|(_, terms)| *terms), Some(terms));
///
/// let boxes = ReorderTerms { least: "0 box".parse()?, multiple: "1 box".parse()?, step: "1 box".parse()?, ..terms };
/// let refused = replenishment.publish("2027-01-01".parse()?, boxes);
/// assert!(matches!(refused, Err(PublishTermsError::Unit { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replenishment {
    item: ItemId,
    unit: UnitCode,
    terms: ReorderTermsBook,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Asked>,
}

/// What was asked for, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// By which requisition.
    pub requisition: RequisitionId,
    /// On which day.
    pub on: NaiveDate,
    /// How much, from whom, and why.
    pub proposal: Box<ReorderProposal>,
}

/// What happens to the way in which an item is ordered again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplenishmentFact {
    /// It is ordered by terms from now on.
    Begun {
        /// The item.
        item: ItemId,
        /// Its stock unit.
        unit: UnitCode,
        /// From which day on.
        from: NaiveDate,
        /// By which terms.
        terms: ReorderTerms,
    },
    /// Other terms are in force from a day on.
    Published {
        /// From which day on.
        from: NaiveDate,
        /// Which terms.
        terms: ReorderTerms,
    },
    /// It was asked for by a requisition.
    Asked(Asked),
}

/// Terms cannot be put in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PublishTermsError {
    /// They speak of another unit than the stock unit.
    #[error("the terms are in `{given}`: the stock unit `{unit}` is wanted")]
    Unit {
        /// The stock unit.
        unit: UnitCode,
        /// The unit of the terms.
        given: UnitCode,
    },
    /// They make no sense.
    #[error("the terms make no sense")]
    Terms(#[from] ReorderTermsError),
}

impl Replenishment {
    /// The id of how an item is ordered again.
    #[must_use]
    pub const fn key(item: ItemId) -> Id<Self> {
        item.retag()
    }

    /// Has an item ordered by terms, from a day on.
    ///
    /// # Errors
    /// [`PublishTermsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("replenishment/paper.txt")]
    ///
    /// let from = "2026-01-01".parse()?;
    /// let begun = Replenishment::begin(paper, "ream".parse()?, from, terms)?.fact().ok_or("a fact")?;
    /// let replenishment = Replenishment::open(&begun).ok_or("terms")?;
    /// assert_eq!(replenishment.terms().in_force(from), Some((from, &terms)));
    /// // An order has its price, else every single ream would be ordered apart.
    /// let free = ReorderTerms { order_cost: "0.00 EUR".parse()?, ..terms };
    /// let refused = Replenishment::begin(paper, "ream".parse()?, from, free);
    /// assert!(matches!(refused, Err(PublishTermsError::Terms(ReorderTermsError::OrderCost { .. }))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin(
        item: ItemId,
        unit: UnitCode,
        from: NaiveDate,
        terms: ReorderTerms,
    ) -> Result<Decision<ReplenishmentFact>, PublishTermsError> {
        check(unit, from, &terms)?;
        Ok(Decision::Record(ReplenishmentFact::Begun { item, unit, from, terms }))
    }

    /// Puts other terms in force from a day on, in the place of those from the same day.
    ///
    /// # Errors
    /// [`PublishTermsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("replenishment/paper.txt")]
    ///
    /// let begun = Replenishment::begin(paper, "ream".parse()?, "2026-01-01".parse()?, terms)?;
    /// let mut replenishment = Replenishment::open(&begun.fact().ok_or("a fact")?).ok_or("terms")?;
    /// let surer = ReorderTerms { service: ServiceTarget::Cycle(Percent::whole(98)), ..terms };
    /// replenishment.apply_decision(&replenishment.publish("2026-07-01".parse()?, surer)?);
    /// assert_eq!(replenishment.terms().in_force("2026-06-30".parse()?).map(|(_, terms)| *terms), Some(terms));
    /// // Paper is kept in reams.
    /// let (unit, given) = ("ream".parse()?, "box".parse()?);
    /// let (least, multiple, step) = ("0 box".parse()?, "1 box".parse()?, "1 box".parse()?);
    /// let refused = replenishment.publish("2027-01-01".parse()?, ReorderTerms { least, multiple, step, ..terms });
    /// assert_eq!(refused, Err(PublishTermsError::Unit { unit, given }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn publish(
        &self,
        from: NaiveDate,
        terms: ReorderTerms,
    ) -> Result<Decision<ReplenishmentFact>, PublishTermsError> {
        if self.terms.in_force(from) == Some((from, &terms)) {
            return Ok(Decision::AlreadyRecorded);
        }
        check(self.unit, from, &terms)?;
        Ok(Decision::Record(ReplenishmentFact::Published { from, terms }))
    }

    /// The item.
    #[must_use]
    pub const fn item(&self) -> ItemId {
        self.item
    }

    /// The terms, each in force from its day on.
    #[must_use]
    pub const fn terms(&self) -> &ReorderTermsBook {
        &self.terms
    }

    /// What was last asked for, and why; the requisition says what became of it.
    #[must_use]
    pub const fn asked(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }
}

fn check(unit: UnitCode, from: NaiveDate, terms: &ReorderTerms) -> Result<(), PublishTermsError> {
    if terms.unit() != unit {
        return Err(PublishTermsError::Unit { unit, given: terms.unit() });
    }
    Ok(ReorderTermsBook::default().publish(from, *terms)?)
}

impl Entity for Replenishment {
    const KIND: Kind = Kind::literal("replenishment");
    type Fact = ReplenishmentFact;

    fn open(fact: &ReplenishmentFact) -> Option<Self> {
        match fact {
            ReplenishmentFact::Begun { item, unit, from, terms } => {
                let mut book = ReorderTermsBook::default();
                book.publish(*from, *terms).ok()?;
                Some(Self { item: *item, unit: *unit, terms: book, asked: None })
            }
            ReplenishmentFact::Published { .. } | ReplenishmentFact::Asked(_) => None,
        }
    }

    fn apply(&mut self, fact: &ReplenishmentFact) {
        match fact {
            ReplenishmentFact::Begun { .. } => {}
            ReplenishmentFact::Published { from, terms } => {
                // Invariant: they were checked when it was decided.
                let _ = self.terms.publish(*from, *terms);
            }
            ReplenishmentFact::Asked(asked) => self.asked = Some(asked.clone()),
        }
    }
}
