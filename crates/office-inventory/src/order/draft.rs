//! An order is written down.

use office_core::{Currency, Decision, Money, MoneyError, PriceError, Quantity, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{NewOrderLine, OrderFact, OrderTerms, PurchaseOrder};
use crate::{Reference, VendorId};

/// An order that is to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// Its number, which no other order has.
    pub number: Reference,
    /// Who is to deliver.
    pub vendor: VendorId,
    /// How it is valued.
    pub terms: OrderTerms,
    /// What is ordered.
    pub lines: Vec<NewOrderLine>,
}

/// An order cannot be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DraftOrderError {
    /// Nothing is ordered.
    #[error("an order without lines cannot be written down")]
    Empty,
    /// There are too many lines.
    #[error("{lines} lines are too many: at most {} are accepted", PurchaseOrder::MOST_LINES)]
    TooManyLines {
        /// How many there are.
        lines: usize,
    },
    /// A line makes no sense.
    #[error(transparent)]
    Line(#[from] OrderLineError),
    /// The lines come to more than can be held.
    #[error("the lines come to more than can be held")]
    Total(#[from] MoneyError),
}

/// What is to be agreed on a line makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OrderLineError {
    /// It orders nothing or less.
    #[error("line {line} orders {quantity}: more than nothing is wanted")]
    Quantity {
        /// The line, from 1.
        line: u32,
        /// What it orders.
        quantity: Quantity,
    },
    /// Its price is in another unit than the quantity.
    #[error("line {line} is ordered by another unit than `{}`, that of its price", price.per().unit())]
    PriceUnit {
        /// The line, from 1.
        line: u32,
        /// The price.
        price: UnitPrice,
    },
    /// Its price is in another currency than the order, or negative.
    #[error("{price} on line {line} is negative or in another currency than {currency}")]
    Price {
        /// The line, from 1.
        line: u32,
        /// The price.
        price: UnitPrice,
        /// The currency of the order.
        currency: Currency,
    },
    /// What it comes to cannot be held.
    #[error("what line {line} comes to cannot be held")]
    Worth {
        /// The line, from 1.
        line: u32,
        /// Why.
        source: PriceError,
    },
}

impl OrderTerms {
    /// What a line comes to, if it makes sense.
    pub(super) fn admit(self, line: u32, terms: &NewOrderLine) -> Result<Money, OrderLineError> {
        let &NewOrderLine { quantity, price, .. } = terms;
        let currency = self.currency;
        if !quantity.is_positive() {
            return Err(OrderLineError::Quantity { line, quantity });
        }
        if price.per().unit() != quantity.unit() {
            return Err(OrderLineError::PriceUnit { line, price });
        }
        if price.currency() != currency || price.amount().mantissa() < 0 {
            return Err(OrderLineError::Price { line, price, currency });
        }
        price.extend(&quantity, self.rounding).map_err(|source| OrderLineError::Worth { line, source })
    }
}

impl PurchaseOrder {
    /// Writes an order down.
    ///
    /// # Errors
    /// [`DraftOrderError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use office_core::{Currency, Decision, Entity, Id, Rounding};
    /// use office_inventory::{
    ///     Delivery, DraftOrderError, NewOrder, NewOrderLine, OrderTerms, PurchaseOrder, ReceiveOrderError,
    /// };
    ///
    /// let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
    /// let (item, design) = (Id::natural("item", "FOL-A4"), Id::natural("cost_centre", "CC-200"));
    /// let line = NewOrderLine::new(item, "7 box".parse()?, "17 EUR / 1 box".parse()?, design);
    /// let (number, vendor) = ("RQ-04".parse()?, Id::natural("party", "V-03"));
    /// let new = NewOrder { number, vendor, terms, lines: vec![line] };
    /// let mut order = PurchaseOrder::open(&PurchaseOrder::draft(new.clone())?.fact().ok_or("a fact")?).ok_or("")?;
    ///
    /// // What the vendor has not been sent cannot arrive.
    /// let lines = BTreeMap::from([(1, "5 box".parse()?)]);
    /// let delivery = Delivery { note: "DN-07".parse()?, on: "2026-10-14".parse()?, lines };
    /// assert!(matches!(order.receive(delivery.clone()), Err(ReceiveOrderError::NotSent { .. })));
    ///
    /// for fact in [order.approve(None, "2026-10-08".parse()?)?.fact()].into_iter().flatten() {
    ///     order.apply(&fact);
    /// }
    /// order.apply(&order.send("2026-10-08".parse()?)?.fact().ok_or("a fact")?);
    /// order.apply(&order.receive(delivery.clone())?.fact().ok_or("a fact")?);
    /// assert_eq!(order.lines()[0].expected().to_string(), "2 box");
    /// assert!(!order.is_closed());
    /// assert_eq!(order.receive(delivery)?, Decision::AlreadyRecorded);
    ///
    /// assert_eq!(PurchaseOrder::draft(NewOrder { lines: Vec::new(), ..new }), Err(DraftOrderError::Empty));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn draft(order: NewOrder) -> Result<Decision<OrderFact>, DraftOrderError> {
        if order.lines.is_empty() {
            return Err(DraftOrderError::Empty);
        }
        if order.lines.len() > Self::MOST_LINES {
            return Err(DraftOrderError::TooManyLines { lines: order.lines.len() });
        }
        let worth = (1..).zip(&order.lines).map(|(number, line)| order.terms.admit(number, line));
        Money::sum(worth.collect::<Result<Vec<_>, _>>()?, order.terms.currency)?;
        Ok(Decision::Record(OrderFact::Drafted(order)))
    }
}
