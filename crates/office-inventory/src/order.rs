//! An order placed with a vendor.
//!
//! ```text
//!   draft ──► Draft ──► approve ──► Approved ──► send ──► Sent ──► receive, in parts or at once
//!                                                         │  └───► bill, in parts or at once
//!                └───────────────────┴────────────────────┴──────► cancel_rest: what has not come is not expected any more
//! ```
//!
//! Whether an order is closed follows from its lines: nothing is expected on any of them.
//!
//! Laws 19, 25 and 26 of the crate; `tests/order.rs` holds them.

mod bill;
mod line;
mod receive;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, ItemId, OrderId, PersonId, RequisitionId};
use office_core::{
    Currency, Decision, Entity, Entries, Id, Kind, Partition, Percent, Quantity, Rounding, Unique, UnitPrice,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::bill::{BillOrderError, OrderBill};
pub use self::line::{MatchLine, NewOrderLine, OrderLine};
pub use self::receive::{Delivery, ReceiveOrderError, ReceivedLine};
use crate::{Reference, VendorId};

/// An order placed with a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct PurchaseOrder {
    number: Reference,
    vendor: VendorId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requisition: Option<RequisitionId>,
    terms: OrderTerms,
    status: OrderStatus,
    // Invariant: numbered 1, 2, 3 in this order.
    lines: Vec<OrderLine>,
    deliveries: BTreeMap<Reference, Arrived>,
    bills: BTreeMap<InvoiceId, BTreeMap<u32, Quantity>>,
}

/// An order as it is read from the store, before its lines are looked at.
#[derive(Deserialize)]
struct Stored {
    number: Reference,
    vendor: VendorId,
    #[serde(default)]
    requisition: Option<RequisitionId>,
    terms: OrderTerms,
    status: OrderStatus,
    lines: Vec<OrderLine>,
    deliveries: BTreeMap<Reference, Arrived>,
    bills: BTreeMap<InvoiceId, BTreeMap<u32, Quantity>>,
}

impl TryFrom<Stored> for PurchaseOrder {
    type Error = RestoreOrderError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { number, vendor, requisition, terms, status, lines, deliveries, bills } = stored;
        let broken = (1..).zip(&lines).find(|(number, line)| line.number() != *number || !line.is_sound());
        if let Some((line, _)) = broken {
            return Err(RestoreOrderError { line });
        }
        Ok(Self { number, vendor, requisition, terms, status, lines, deliveries, bills })
    }
}

/// A stored order does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line} of the stored order is out of its place, or its quantities cannot be")]
pub struct RestoreOrderError {
    /// The line, from 1.
    pub line: u32,
}

/// A delivery as it was received, to know it when it comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Arrived {
    on: NaiveDate,
    lines: BTreeMap<u32, Quantity>,
}

/// How deliveries of an order are judged and valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTerms {
    /// The currency of all prices.
    pub currency: Currency,
    /// How much more than ordered is accepted.
    pub over_tolerance: Percent,
    /// How values are rounded.
    pub rounding: Rounding,
}

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// It is written down.
    Draft,
    /// It may be placed.
    Approved {
        /// By whom; nobody where the rules ask for nobody.
        by: Option<PersonId>,
        /// When.
        on: NaiveDate,
    },
    /// The vendor has it.
    Sent {
        /// When it was sent.
        on: NaiveDate,
    },
}

/// An order that is to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// Its number, which no other order has.
    pub number: Reference,
    /// Who is to deliver.
    pub vendor: VendorId,
    /// What it was asked for by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requisition: Option<RequisitionId>,
    /// How deliveries are judged and valued.
    pub terms: OrderTerms,
    /// What is ordered.
    pub lines: Vec<NewOrderLine>,
}

/// What happens to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderFact {
    /// It was written down.
    Drafted(NewOrder),
    /// It was approved.
    Approved {
        /// By whom; nobody where the rules ask for nobody.
        by: Option<PersonId>,
        /// When.
        on: NaiveDate,
    },
    /// It was sent to the vendor.
    Sent {
        /// When.
        on: NaiveDate,
    },
    /// Goods arrived.
    Received {
        /// The delivery note.
        note: Reference,
        /// When.
        on: NaiveDate,
        /// What arrived, by line.
        lines: Vec<ReceivedLine>,
    },
    /// The vendor has billed.
    Billed(OrderBill),
    /// What had not come is not expected any more.
    RestCancelled {
        /// When.
        on: NaiveDate,
        /// How much, by line.
        lines: BTreeMap<u32, Quantity>,
    },
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
    /// The tolerance is negative.
    #[error("a tolerance of {tolerance} makes no sense: nothing or more is wanted")]
    Tolerance {
        /// The tolerance.
        tolerance: Percent,
    },
    /// A line orders nothing or less.
    #[error("line {line} orders {quantity}: more than nothing is wanted")]
    Quantity {
        /// The line, from 1.
        line: usize,
        /// What it orders.
        quantity: Quantity,
    },
    /// A price is in another unit than the quantity.
    #[error("line {line} is ordered by another unit than `{}`, that of its price", price.per().unit())]
    PriceUnit {
        /// The line, from 1.
        line: usize,
        /// The price.
        price: UnitPrice,
    },
    /// A price is in another currency than the order, or negative.
    #[error("{price} on line {line} is negative or in another currency than {currency}")]
    Price {
        /// The line, from 1.
        line: usize,
        /// The price.
        price: UnitPrice,
        /// The currency of the order.
        currency: Currency,
    },
}

/// An order cannot be approved or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AdvanceOrderError {
    /// It is at another point.
    #[error("the order is {at:?}: it is approved once it is drafted, and sent once it is approved")]
    Status {
        /// Where it is.
        at: OrderStatus,
    },
    /// Nothing is expected any more.
    #[error("nothing of the order is expected any more")]
    Closed,
}

impl PurchaseOrder {
    /// The order of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The orders that an item is expected by, in the order of their numbers.
    pub const EXPECTED: Partition<Self, ItemId, String> = Partition::new("expected");
    /// The most lines of one order.
    pub const MOST_LINES: usize = 1000;

    /// The id under which the order that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: OrderId) -> Id<Self> {
        id.retag()
    }

    /// Writes an order down.
    ///
    /// # Errors
    /// [`DraftOrderError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use office_core::{Currency, Decision, Entity, Id, Percent, Rounding};
    /// use office_inventory::{
    ///     Delivery, DraftOrderError, NewOrder, NewOrderLine, OrderTerms, PurchaseOrder, ReceiveOrderError,
    /// };
    ///
    /// let terms = OrderTerms {
    ///     currency: Currency::EUR,
    ///     over_tolerance: Percent::ZERO,
    ///     rounding: Rounding::HalfUp,
    /// };
    /// let line = NewOrderLine {
    ///     item: Id::natural("item", "FOL-A4"),
    ///     quantity: "7 box".parse()?,
    ///     price: "17 EUR / 1 box".parse()?,
    ///     cost_centre: Id::natural("cost_centre", "CC-200"),
    /// };
    /// let (number, vendor) = ("RQ-04".parse()?, Id::natural("party", "V-03"));
    /// let new = NewOrder { number, vendor, requisition: None, terms, lines: vec![line] };
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
        let OrderTerms { currency, over_tolerance: tolerance, .. } = order.terms;
        if tolerance.is_negative() {
            return Err(DraftOrderError::Tolerance { tolerance });
        }
        for (line, NewOrderLine { quantity, price, .. }) in (1..).zip(&order.lines) {
            let (quantity, price) = (*quantity, *price);
            if !quantity.is_positive() {
                return Err(DraftOrderError::Quantity { line, quantity });
            }
            if price.per().unit() != quantity.unit() {
                return Err(DraftOrderError::PriceUnit { line, price });
            }
            if price.currency() != currency || price.amount().mantissa() < 0 {
                return Err(DraftOrderError::Price { line, price, currency });
            }
        }
        Ok(Decision::Record(OrderFact::Drafted(order)))
    }

    /// Says that it may be placed.
    ///
    /// # Errors
    /// [`AdvanceOrderError`], in the order of its variants.
    pub fn approve(&self, by: Option<PersonId>, on: NaiveDate) -> Result<Decision<OrderFact>, AdvanceOrderError> {
        match self.status {
            OrderStatus::Approved { by: known, on: then } if known == by && then == on => Ok(Decision::AlreadyRecorded),
            OrderStatus::Draft if self.is_closed() => Err(AdvanceOrderError::Closed),
            OrderStatus::Draft => Ok(Decision::Record(OrderFact::Approved { by, on })),
            at @ (OrderStatus::Approved { .. } | OrderStatus::Sent { .. }) => Err(AdvanceOrderError::Status { at }),
        }
    }

    /// Says that the vendor has it.
    ///
    /// # Errors
    /// [`AdvanceOrderError`], in the order of its variants.
    pub fn send(&self, on: NaiveDate) -> Result<Decision<OrderFact>, AdvanceOrderError> {
        match self.status {
            OrderStatus::Sent { on: then } if then == on => Ok(Decision::AlreadyRecorded),
            OrderStatus::Approved { .. } if self.is_closed() => Err(AdvanceOrderError::Closed),
            OrderStatus::Approved { .. } => Ok(Decision::Record(OrderFact::Sent { on })),
            at @ (OrderStatus::Draft | OrderStatus::Sent { .. }) => Err(AdvanceOrderError::Status { at }),
        }
    }

    /// Says that what has not come is not expected any more. Before the order is sent, that is all of it.
    pub fn cancel_rest(&self, on: NaiveDate) -> Decision<OrderFact> {
        let open = self.lines.iter().filter(|line| line.expected().is_positive());
        let lines: BTreeMap<_, _> = open.map(|line| (line.number(), line.expected())).collect();
        if lines.is_empty() {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(OrderFact::RestCancelled { on, lines })
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> &Reference {
        &self.number
    }

    /// Who is to deliver.
    #[must_use]
    pub const fn vendor(&self) -> VendorId {
        self.vendor
    }

    /// What it was asked for by.
    #[must_use]
    pub const fn requisition(&self) -> Option<RequisitionId> {
        self.requisition
    }

    /// How deliveries are judged and valued.
    #[must_use]
    pub const fn terms(&self) -> OrderTerms {
        self.terms
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> OrderStatus {
        self.status
    }

    /// Its lines, in their order.
    #[must_use]
    pub fn lines(&self) -> &[OrderLine] {
        &self.lines
    }

    /// The line of a number.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&OrderLine> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.lines.get(at)
    }

    /// Whether nothing is expected on any line.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.lines.iter().all(|line| !line.expected().is_positive())
    }

    /// What was ordered, received and billed on each line: what an invoice is matched with.
    #[must_use]
    pub fn match_lines(&self) -> Vec<MatchLine> {
        self.lines.iter().map(|line| line.to_match(self.terms.rounding)).collect()
    }

    /// What came on a line, and when, in the order of the notes.
    pub(crate) fn arrivals(&self, line: u32) -> impl Iterator<Item = (NaiveDate, Quantity)> {
        self.deliveries.values().filter_map(move |arrived| Some((arrived.on, *arrived.lines.get(&line)?)))
    }

    fn change(&mut self, number: u32, change: impl FnOnce(&mut OrderLine)) {
        let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        if let Some(line) = at.and_then(|at| self.lines.get_mut(at)) {
            change(line);
        }
    }
}

impl Entity for PurchaseOrder {
    const KIND: Kind = Kind::literal("purchase_order");
    type Fact = OrderFact;

    fn open(fact: &OrderFact) -> Option<Self> {
        let OrderFact::Drafted(NewOrder { number, vendor, requisition, terms, lines }) = fact else { return None };
        Some(Self {
            number: number.clone(),
            vendor: *vendor,
            requisition: *requisition,
            terms: *terms,
            status: OrderStatus::Draft,
            lines: (1..).zip(lines).map(|(number, line)| OrderLine::new(number, *line)).collect(),
            deliveries: BTreeMap::new(),
            bills: BTreeMap::new(),
        })
    }

    fn apply(&mut self, fact: &OrderFact) {
        match fact {
            OrderFact::Drafted(_) => {}
            OrderFact::Approved { by, on } => self.status = OrderStatus::Approved { by: *by, on: *on },
            OrderFact::Sent { on } => self.status = OrderStatus::Sent { on: *on },
            OrderFact::Received { note, on, lines } => {
                for received in lines {
                    self.change(received.line, |line| line.receive(received.quantity));
                }
                let lines = lines.iter().map(|received| (received.line, received.quantity)).collect();
                self.deliveries.insert(note.clone(), Arrived { on: *on, lines });
            }
            OrderFact::Billed(OrderBill { invoice, lines }) => {
                for (number, quantity) in lines {
                    self.change(*number, |line| line.bill(*quantity));
                }
                self.bills.insert(*invoice, lines.clone());
            }
            OrderFact::RestCancelled { lines, .. } => {
                for (number, quantity) in lines {
                    self.change(*number, |line| line.cancel(*quantity));
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let number = self.number.as_str().to_owned();
        entries.unique(Self::BY_NUMBER, &number);
        for line in self.lines.iter().filter(|line| line.expected().is_positive()) {
            entries.partition(Self::EXPECTED, &line.item(), &number);
        }
    }
}
