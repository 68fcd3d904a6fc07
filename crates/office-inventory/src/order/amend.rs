//! A placed order is changed. Each change makes a version, and all of them are kept.
//!
//! Law 38 of the crate; `tests/amendment.rs` holds it.

use std::collections::BTreeSet;

use office_core::{Decision, MoneyError, PriceError, Quantity};
use thiserror::Error;

use super::{
    AmendedLine, Amendment, LineChange, NewOrderLine, OrderFact, OrderLine, OrderLineError, OrderStatus, OrderVersion,
    PurchaseOrder,
};

/// An order cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AmendOrderError {
    /// Somebody else has changed it meanwhile, or there is no such version.
    #[error("version {of} is not the last one: that is version {last}")]
    Superseded {
        /// The version that was seen.
        of: u32,
        /// The last version.
        last: u32,
    },
    /// It is not placed.
    #[error("the order is {at}: only what is approved or sent is amended")]
    NotPlaced {
        /// Where it is.
        at: OrderStatus,
    },
    /// Nothing of it is expected any more.
    #[error("nothing of the order is expected any more: what else is wanted is ordered anew")]
    Closed,
    /// It was changed too often.
    #[error("{} versions are the most of one order", PurchaseOrder::MOST_VERSIONS)]
    TooManyVersions,
    /// Too much is changed at once.
    #[error("{changes} changes are too many: at most {} are accepted", PurchaseOrder::MOST_LINES)]
    TooManyChanges {
        /// How many there are.
        changes: usize,
    },
    /// No reason is given.
    #[error("a reason is wanted")]
    NoReason,
    /// There would be too many lines.
    #[error("{lines} lines are too many: at most {} are accepted", PurchaseOrder::MOST_LINES)]
    TooManyLines {
        /// How many there would be.
        lines: usize,
    },
    /// The order has no such line, or it was removed.
    #[error("the order has no line {line}, or it was removed")]
    NoLine {
        /// The line.
        line: u32,
    },
    /// Something of the line has come.
    #[error("{received} of line {line} have come: its price stays, and it is not removed")]
    HasReceipts {
        /// The line.
        line: u32,
        /// What has come.
        received: Quantity,
    },
    /// Fewer would be wanted than have come.
    #[error("{asked} on line {line} are too few: {delivered} were delivered")]
    BelowDelivered {
        /// The line.
        line: u32,
        /// What was delivered, and is not to be replaced.
        delivered: Quantity,
        /// What would be wanted.
        asked: Quantity,
    },
    /// Fewer would be wanted than are billed.
    #[error("{asked} on line {line} are too few: {billed} are billed")]
    BelowBilled {
        /// The line.
        line: u32,
        /// What is billed and not credited.
        billed: Quantity,
        /// What would be wanted.
        asked: Quantity,
    },
    /// What would be agreed on a line makes no sense.
    #[error(transparent)]
    Line(#[from] OrderLineError),
    /// Nothing would change.
    #[error("nothing would change")]
    NoChange,
    /// The lines would come to more than can be held.
    #[error("the lines would come to more than can be held")]
    Worth(#[from] PriceError),
}

impl From<MoneyError> for AmendOrderError {
    fn from(error: MoneyError) -> Self {
        Self::Worth(error.into())
    }
}

impl PurchaseOrder {
    /// The most versions of one order.
    pub const MOST_VERSIONS: usize = 100;

    /// Changes a placed order: the outcome is its next version. Whoever has not seen the last version is refused.
    ///
    /// What has come stays: a line with receipts is not removed, keeps its price, and is not brought below what was
    /// delivered or billed. Who wants the rest at another price brings the line down to what has come and adds another line.
    ///
    /// # Errors
    /// [`AmendOrderError`]: [`Superseded`](AmendOrderError::Superseded) to [`NoReason`](AmendOrderError::NoReason) in this
    /// order, then change by change, in the end what the order comes to.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    #[doc = include_str!("sent.txt")]
    /// use office_inventory::{AmendOrderError, Amendment, Delivery, LineChange};
    ///
    /// // Two of four chairs have come. Three are wanted in all.
    /// let delivery = Delivery { note: "DN-1".parse()?, on, lines: [(1, "2 chair".parse()?)].into() };
    /// order.apply(&order.receive(delivery)?.fact().ok_or("a fact")?);
    /// let amend = |of, change| {
    ///     let (by, why) = (Id::natural("person", "E-004"), "one desk fewer".to_owned());
    ///     Amendment { of, by, on, why, give_up: false, changes: vec![change] }
    /// };
    /// let three = LineChange::Quantity { line: 1, quantity: "3 chair".parse()? };
    /// order.apply(&order.amend(amend(1, three))?.fact().ok_or("a fact")?);
    /// assert_eq!((order.version(), order.worth()?.to_string()), (2, "540.00 EUR".to_owned()));
    /// let first = order.lines_of(1).ok_or("a version")?;
    /// assert_eq!(first[&1].quantity.to_string(), "4 chair");
    ///
    /// // What has come is not removed, and whoever has seen the first version only is too late.
    /// let refused = order.amend(amend(2, LineChange::Remove { line: 1 }));
    /// assert!(matches!(refused, Err(AmendOrderError::HasReceipts { line: 1, .. })));
    /// let late = order.amend(amend(1, LineChange::Due { line: 1, due: Some(on) }));
    /// assert_eq!(late, Err(AmendOrderError::Superseded { of: 1, last: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn amend(&self, amendment: Amendment) -> Result<Decision<OrderFact>, AmendOrderError> {
        let (of, last, changes) = (amendment.of, self.version(), amendment.changes.len());
        if self.versions.iter().any(|version| version.amendment == amendment) {
            return Ok(Decision::AlreadyRecorded);
        }
        if of != last {
            return Err(AmendOrderError::Superseded { of, last });
        }
        if self.status == OrderStatus::Draft {
            return Err(AmendOrderError::NotPlaced { at: self.status });
        }
        if self.is_closed() {
            return Err(AmendOrderError::Closed);
        }
        let number = last.checked_add(1).filter(|_| self.versions.len() < Self::MOST_VERSIONS);
        let number = number.ok_or(AmendOrderError::TooManyVersions)?;
        if changes > Self::MOST_LINES {
            return Err(AmendOrderError::TooManyChanges { changes });
        }
        if amendment.why.trim().is_empty() {
            return Err(AmendOrderError::NoReason);
        }
        let mut after = self.clone();
        let mut touched = BTreeSet::new();
        for change in &amendment.changes {
            touched.insert(after.admit(change)?);
            after.make(change);
        }
        touched.retain(|line| self.line(*line) != after.line(*line));
        if touched.is_empty() {
            return Err(AmendOrderError::NoChange);
        }
        after.worth()?;
        let lines = touched.into_iter().map(|line| self.amended(line, &after)).collect();
        Ok(Decision::Record(OrderFact::Amended(OrderVersion { number, amendment, lines })))
    }

    /// Which line a change is of, if it can be made.
    fn admit(&self, change: &LineChange) -> Result<u32, AmendOrderError> {
        let (number, line, mut terms) = match *change {
            LineChange::Add(terms) => return self.admit_another(&terms),
            LineChange::Quantity { line, .. }
            | LineChange::Price { line, .. }
            | LineChange::Due { line, .. }
            | LineChange::Remove { line } => {
                let known = self.line(line).and_then(|known| Some((line, *known, known.terms()?)));
                known.ok_or(AmendOrderError::NoLine { line })?
            }
        };
        let (received, delivered, billed) = (line.received(), line.delivered(), line.charged());
        let untouched =
            if received.is_zero() { Ok(()) } else { Err(AmendOrderError::HasReceipts { line: number, received }) };
        match *change {
            LineChange::Quantity { quantity: asked, .. } => {
                let known = asked.unit() == delivered.unit();
                if known && asked.amount() < delivered.amount() {
                    return Err(AmendOrderError::BelowDelivered { line: number, delivered, asked });
                }
                if known && asked.amount() < billed.amount() {
                    return Err(AmendOrderError::BelowBilled { line: number, billed, asked });
                }
                terms.quantity = asked;
            }
            LineChange::Price { price, .. } => {
                untouched?;
                terms.price = price;
            }
            LineChange::Remove { .. } => untouched?,
            LineChange::Due { .. } | LineChange::Add(_) => {}
        }
        self.terms.admit(number, &terms)?;
        Ok(number)
    }

    fn admit_another(&self, terms: &NewOrderLine) -> Result<u32, AmendOrderError> {
        let lines = self.lines.len().saturating_add(1);
        let number = u32::try_from(lines).ok().filter(|_| lines <= Self::MOST_LINES);
        let number = number.ok_or(AmendOrderError::TooManyLines { lines })?;
        self.terms.admit(number, terms)?;
        Ok(number)
    }

    /// Makes a change that was admitted.
    fn make(&mut self, change: &LineChange) {
        match *change {
            LineChange::Quantity { line, quantity } => self.want(line, quantity),
            LineChange::Price { line, price } => self.change(line, |line| line.set_price(price)),
            LineChange::Due { line, due } => self.change(line, |line| line.set_due(due)),
            LineChange::Remove { line } => {
                if let Some(known) = self.line(line) {
                    self.want(line, Quantity::zero(known.ordered().unit()));
                }
            }
            LineChange::Add(terms) => {
                if let Ok(number) = u32::try_from(self.lines.len().saturating_add(1)) {
                    self.lines.push(OrderLine::new(number, terms));
                }
            }
        }
    }

    /// Wants so many of a line in all. What was not missed of it does not matter any more, should a delivery be taken back.
    fn want(&mut self, line: u32, quantity: Quantity) {
        if self.line(line).is_none_or(|line| line.wanted() == quantity) {
            return;
        }
        self.change(line, |line| line.want(quantity));
        for arrived in self.deliveries.values_mut().filter_map(|arrived| arrived.lines.get_mut(&line)) {
            arrived.waived = None;
        }
    }

    fn amended(&self, line: u32, after: &Self) -> AmendedLine {
        let terms = |order: &Self| order.line(line).and_then(OrderLine::terms);
        AmendedLine { line, before: terms(self), after: terms(after) }
    }

    pub(super) fn apply_amended(&mut self, version: &OrderVersion) {
        for change in &version.amendment.changes {
            self.make(change);
        }
        self.versions.push(version.clone());
    }
}
