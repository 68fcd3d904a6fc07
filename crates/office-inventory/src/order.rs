//! An order placed with a vendor.
//!
//! ```text
//!   draft ──► Draft ──► approve ──► Approved ──► send ──► Sent ──► receive, in parts or at once ──► send_back, undo_receipt
//!                                                         │  └───► bill, in parts or at once ─────► credit
//!                └───────────────────┴────────────────────┴──────► cancel_lines, cancel_rest: what has not come is not
//!                                                                  expected any more
//! ```
//!
//! A placed order is changed by [`PurchaseOrder::amend`]; each change makes a version ([`PurchaseOrder::versions`]).
//!
//! How far an order has come follows from its lines ([`PurchaseOrder::state`]): it is closed once nothing is expected on
//! any of them.
//!
//! Laws 19, 25, 26 and 38 of the crate; `tests/order.rs` and `tests/amendment.rs` hold them.

mod advance;
mod amend;
mod bill;
mod cancel;
mod draft;
mod line;
mod match_line;
mod receive;
mod send_back;
mod state;
mod stored;
mod undo_receipt;
mod version;

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, ItemId, OrderId, PersonId};
use office_core::{
    Currency, Entity, Entries, Id, Kind, Money, Ordered, Partition, PriceError, Quantity, Rounding, Unique,
};
use serde::{Deserialize, Serialize};

pub use self::advance::AdvanceOrderError;
pub use self::amend::AmendOrderError;
pub use self::bill::{BillOrderError, CreditOrderError, OrderBill};
pub use self::cancel::CancelLinesError;
pub use self::draft::{DraftOrderError, NewOrder, OrderLineError};
pub use self::line::{NewOrderLine, OrderLine};
pub use self::match_line::MatchLine;
use self::receive::Arrived;
pub use self::receive::{Delivery, ReceiveOrderError, ReceivedLine, TooManyArrived};
pub use self::send_back::{OrderReturn, Remedy, ReturnedLine, SendBackError};
pub use self::state::{BillingState, LineState, OrderState};
pub use self::stored::RestoreOrderError;
use self::stored::Stored;
pub use self::undo_receipt::{UndoReceiptError, UndoneLine};
pub use self::version::{AmendedLine, Amendment, LineChange, OrderVersion};
use crate::{Reference, RequisitionLineRef, VendorId};

/// An order placed with a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct PurchaseOrder {
    number: Reference,
    vendor: VendorId,
    terms: OrderTerms,
    status: OrderStatus,
    // Invariant: numbered 1, 2, 3 in this order.
    lines: Vec<OrderLine>,
    // Invariant: numbered 2, 3, 4 in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    versions: Vec<OrderVersion>,
    deliveries: BTreeMap<Reference, Arrived>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    returns: BTreeMap<Reference, OrderReturn>,
    bills: BTreeMap<InvoiceId, BTreeMap<u32, Quantity>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    credits: BTreeMap<InvoiceId, BTreeMap<u32, Quantity>>,
}

/// How an order is valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTerms {
    /// The currency of all prices.
    pub currency: Currency,
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

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draft => f.write_str("a draft"),
            Self::Approved { on, .. } => write!(f, "approved since {on}"),
            Self::Sent { on } => write!(f, "sent since {on}"),
        }
    }
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
    /// It was changed after it was placed.
    Amended(OrderVersion),
    /// Goods arrived.
    Received {
        /// The delivery note.
        note: Reference,
        /// When.
        on: NaiveDate,
        /// What arrived, by line.
        lines: Vec<ReceivedLine>,
    },
    /// A delivery that was received by mistake was taken back.
    ReceiptUndone {
        /// The delivery note.
        note: Reference,
        /// When.
        on: NaiveDate,
        /// What it was, by line.
        lines: Vec<UndoneLine>,
    },
    /// Goods went back to the vendor.
    Returned {
        /// Which, and why.
        goods: OrderReturn,
        /// What they are worth, by line.
        worth: Vec<ReturnedLine>,
    },
    /// The vendor has billed.
    Billed(OrderBill),
    /// The vendor has credited goods that went back.
    Credited(OrderBill),
    /// What had not come is not expected any more.
    RestCancelled {
        /// When.
        on: NaiveDate,
        /// How much, by line.
        lines: BTreeMap<u32, Quantity>,
    },
}

impl PurchaseOrder {
    /// The order of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The orders that an item is expected by, in the order of their numbers.
    pub const EXPECTED: Partition<Self, ItemId, String> = Partition::new("expected");
    /// The orders that a vendor was sent, in the order of their days and numbers.
    pub const SENT_TO: Ordered<Self, (VendorId, NaiveDate, String)> = Ordered::new("sent_to");
    /// The most lines of one order.
    pub const MOST_LINES: usize = 1000;

    /// The id under which the order that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: OrderId) -> Id<Self> {
        id.retag()
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

    /// How it is valued.
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

    /// What is ordered and not cancelled comes to.
    ///
    /// # Errors
    /// [`PriceError`] where it cannot be held.
    pub fn worth(&self) -> Result<Money, PriceError> {
        let worth = self.lines.iter().map(|line| line.worth(line.wanted(), self.terms.rounding));
        Ok(Money::sum(worth.collect::<Result<Vec<_>, _>>()?, self.terms.currency)?)
    }

    /// How many it wants of each line of a requisition that it buys: nothing of those it wanted before.
    #[must_use]
    pub fn requested(&self) -> BTreeMap<RequisitionLineRef, Quantity> {
        let mut all = BTreeMap::new();
        for (at, wanted) in self.lines.iter().filter_map(|line| Some((line.requisition()?, line.wanted()))) {
            all.entry(at)
                .and_modify(|sum: &mut Quantity| *sum = sum.checked_add(wanted).unwrap_or(*sum))
                .or_insert(wanted);
        }
        all
    }

    /// The day on which a delivery was received, if it was.
    #[must_use]
    pub fn received_on(&self, note: &Reference) -> Option<NaiveDate> {
        self.deliveries.get(note).map(|arrived| arrived.on)
    }

    /// What came on a line, when, and how many of it went back, in the order of the notes.
    pub(crate) fn arrivals(&self, line: u32) -> impl Iterator<Item = (NaiveDate, Quantity, Quantity)> {
        self.deliveries.values().filter(|arrived| !arrived.undone).filter_map(move |arrived| {
            let goods = arrived.lines.get(&line)?;
            Some((arrived.on, goods.quantity, goods.returned.unwrap_or(Quantity::zero(goods.quantity.unit()))))
        })
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
        let OrderFact::Drafted(NewOrder { number, vendor, terms, lines }) = fact else { return None };
        Some(Self {
            number: number.clone(),
            vendor: *vendor,
            terms: *terms,
            status: OrderStatus::Draft,
            lines: (1..).zip(lines).map(|(number, line)| OrderLine::new(number, *line)).collect(),
            versions: Vec::new(),
            deliveries: BTreeMap::new(),
            returns: BTreeMap::new(),
            bills: BTreeMap::new(),
            credits: BTreeMap::new(),
        })
    }

    fn apply(&mut self, fact: &OrderFact) {
        match fact {
            OrderFact::Drafted(_) => {}
            OrderFact::Approved { by, on } => self.status = OrderStatus::Approved { by: *by, on: *on },
            OrderFact::Sent { on } => self.status = OrderStatus::Sent { on: *on },
            OrderFact::Amended(version) => self.apply_amended(version),
            OrderFact::Received { note, on, lines } => self.apply_received(note, *on, lines),
            OrderFact::ReceiptUndone { note, .. } => self.apply_undone(note),
            OrderFact::Returned { goods, .. } => self.apply_returned(goods),
            OrderFact::Billed(OrderBill { invoice, lines }) => {
                for (number, quantity) in lines {
                    self.change(*number, |line| line.bill(*quantity));
                }
                self.bills.insert(*invoice, lines.clone());
            }
            OrderFact::Credited(OrderBill { invoice, lines }) => {
                for (number, quantity) in lines {
                    self.change(*number, |line| line.credit(*quantity));
                }
                self.credits.insert(*invoice, lines.clone());
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
        if let OrderStatus::Sent { on } = self.status {
            entries.ordered(Self::SENT_TO, &(self.vendor, on, number.clone()));
        }
        for line in self.lines.iter().filter(|line| line.expected().is_positive()) {
            entries.partition(Self::EXPECTED, &line.item(), &number);
        }
    }
}
