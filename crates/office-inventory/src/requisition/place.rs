//! Lines of a requisition are ordered, and the order is changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::OrderId;
use office_core::{ApprovalStatus, Decision, Entity, Quantity, UnitCode};
use thiserror::Error;

use super::{AbandonRequisitionError, Requisition, RequisitionFact};

/// What becomes of what was asked for and is not on order any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freed<'a> {
    /// It is open again: it is to be ordered otherwise.
    Reopened,
    /// It is not wanted any more.
    Abandoned {
        /// Why.
        why: &'a str,
    },
}

/// A requisition cannot be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlaceRequisitionError {
    /// Something else of it is or was on the order.
    #[error("something else of it was ordered by this order")]
    OrderReused {
        /// The order.
        order: OrderId,
    },
    /// It is not approved.
    #[error("it is {status}: only what is approved is ordered")]
    NotApproved {
        /// Where it stands.
        status: ApprovalStatus,
    },
    /// The lines cannot be taken.
    #[error(transparent)]
    Lines(#[from] TakeLinesError),
}

/// So much cannot be taken of the lines of a requisition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TakeLinesError {
    /// Nothing is taken.
    #[error("no line is named: at least one is wanted")]
    Empty,
    /// The requisition has no such line.
    #[error("the requisition has no line {line}")]
    NoLine {
        /// The line.
        line: u32,
    },
    /// It is told in another unit than what was asked for.
    #[error("line {line} is told in `{given}`: `{asked}` is wanted")]
    OtherUnit {
        /// The line.
        line: u32,
        /// The unit of the line.
        asked: UnitCode,
        /// The unit that was given.
        given: UnitCode,
    },
    /// Nothing or less is taken, or more than is open.
    #[error("{wanted} of line {line} cannot be taken: {open} are open")]
    NotOpen {
        /// The line.
        line: u32,
        /// What is neither on order nor given up.
        open: Quantity,
        /// What is to be taken.
        wanted: Quantity,
    },
}

impl Requisition {
    /// Says how much of which lines is bought by an order. Several orders may take of one line, as long as it is open.
    ///
    /// # Errors
    /// [`PlaceRequisitionError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("chairs.txt")]
    /// use office_inventory::{PlaceRequisitionError, RequisitionStatus, TakeLinesError};
    ///
    /// // Six chairs and two desks are approved. Four chairs are ordered.
    /// let chairs = |quantity: &str| Ok::<_, office_core::ParseQuantityError>([(1, quantity.parse()?)].into());
    /// requisition.apply(&requisition.place(Id::natural("order", "1"), on, chairs("4 chair")?)?.fact().ok_or("a fact")?);
    /// assert_eq!(requisition.status(), RequisitionStatus::PartlyOrdered);
    ///
    /// // Two are left to be ordered elsewhere.
    /// let refused = requisition.place(Id::natural("order", "2"), on, chairs("3 chair")?);
    /// assert!(matches!(refused, Err(PlaceRequisitionError::Lines(TakeLinesError::NotOpen { line: 1, .. }))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn place(
        &self,
        order: OrderId,
        on: NaiveDate,
        lines: BTreeMap<u32, Quantity>,
    ) -> Result<Decision<RequisitionFact>, PlaceRequisitionError> {
        let known = self.ordered_by(order);
        if !known.is_empty() {
            let same = known == lines;
            return if same {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(PlaceRequisitionError::OrderReused { order })
            };
        }
        if !self.run.is_approved() {
            return Err(PlaceRequisitionError::NotApproved { status: self.run.status().clone() });
        }
        self.check_open(&lines)?;
        Ok(Decision::Record(RequisitionFact::Ordered { order, on, lines }))
    }

    /// Notes how much of each line an order wants after it was changed: what it was cut by is open again or given up, and of
    /// what it was raised by it has as much as is open. What an order wants beyond what was asked for is its own affair.
    ///
    /// # Errors
    /// As [`abandon`](Requisition::abandon), where something is given up.
    pub fn follow(
        &self,
        order: OrderId,
        on: NaiveDate,
        wanted: &BTreeMap<u32, Quantity>,
        freed: Freed<'_>,
    ) -> Result<Vec<RequisitionFact>, AbandonRequisitionError> {
        let known = self.ordered_by(order);
        let touched: BTreeSet<u32> = known.keys().chain(wanted.keys()).copied().collect();
        let (mut now, mut cut) = (BTreeMap::new(), BTreeMap::new());
        for line in touched.into_iter().filter_map(|number| self.line(number)) {
            let (number, none) = (line.number(), Quantity::zero(line.requested().unit()));
            let (had, wants) = (known.get(&number).unwrap_or(&none), wanted.get(&number).unwrap_or(&none));
            let Ok(most) = had.checked_add(line.open()) else { continue };
            let has = if wants.amount() > most.amount() { most } else { *wants };
            let Ok(less) = had.checked_sub(has) else { continue };
            if !less.is_zero() {
                now.insert(number, has);
            }
            if less.is_positive() {
                cut.insert(number, less);
            }
        }
        let mut facts = Vec::new();
        if !now.is_empty() {
            facts.push(RequisitionFact::Ordered { order, on, lines: now });
        }
        if let Freed::Abandoned { why } = freed
            && !cut.is_empty()
        {
            let mut after = self.clone();
            for fact in &facts {
                after.apply(fact);
            }
            facts.extend(after.abandon(on, why, cut)?.fact());
        }
        Ok(facts)
    }

    /// Whether an order may have so much of these lines in all: of what is open and of what it has.
    ///
    /// # Errors
    /// [`PlaceRequisitionError::NotApproved`], [`PlaceRequisitionError::Lines`].
    pub fn admit(&self, order: OrderId, wanted: &BTreeMap<u32, Quantity>) -> Result<(), PlaceRequisitionError> {
        if !self.run.is_approved() {
            return Err(PlaceRequisitionError::NotApproved { status: self.run.status().clone() });
        }
        let known = self.ordered_by(order);
        let more = wanted.iter().filter_map(|(line, wanted)| {
            // One that is told in another unit is told as it is, and refused for it.
            let more = known.get(line).map_or(*wanted, |had| wanted.checked_sub(*had).unwrap_or(*wanted));
            more.is_positive().then_some((*line, more))
        });
        let more: BTreeMap<_, _> = more.collect();
        if more.is_empty() { Ok(()) } else { Ok(self.check_open(&more)?) }
    }

    /// Whether so much is open of each of these lines.
    pub(super) fn check_open(&self, lines: &BTreeMap<u32, Quantity>) -> Result<(), TakeLinesError> {
        if lines.is_empty() {
            return Err(TakeLinesError::Empty);
        }
        for (&number, &wanted) in lines {
            let line = self.line(number).ok_or(TakeLinesError::NoLine { line: number })?;
            let (asked, given, open) = (line.requested().unit(), wanted.unit(), line.open());
            if asked != given {
                return Err(TakeLinesError::OtherUnit { line: number, asked, given });
            }
            if !wanted.is_positive() || wanted.amount() > open.amount() {
                return Err(TakeLinesError::NotOpen { line: number, open, wanted });
            }
        }
        Ok(())
    }
}
