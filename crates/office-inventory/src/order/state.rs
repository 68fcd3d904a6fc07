//! Where an order and its lines stand: never kept, always told from what has come and was billed.

use serde::{Deserialize, Serialize};

use super::{OrderLine, OrderStatus, PurchaseOrder};

/// How far a line has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Nothing of it has come, and something is to.
    Open,
    /// Some of it has come, and more is to.
    Partial,
    /// What was to come has come, as far as it is missed.
    Complete,
    /// Nothing of it was kept, and nothing is to come any more.
    Cancelled,
}

/// How far a line is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingState {
    /// Nothing is kept, and nothing is billed.
    Nothing,
    /// Something was kept and is not billed.
    ToBill,
    /// What was kept is billed, and nothing else.
    Billed,
    /// More is billed than was kept, and the vendor has sent nothing in its place yet: others are to come.
    ToReplace,
    /// The vendor is to credit something.
    CreditDue,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// It is written down.
    Draft,
    /// It may be placed.
    Approved,
    /// The vendor has it, and nothing has come.
    Open,
    /// Some of it has come, and more is to.
    Partial,
    /// What was to come has come; a bill or a credit is missing.
    Received,
    /// What was to come has come, and all of that is billed.
    Closed,
    /// Nothing of it was kept, and nothing is to come any more.
    Cancelled,
}

impl OrderLine {
    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> LineState {
        match (self.expected().is_positive(), self.received().is_positive(), self.kept().is_positive()) {
            (true, false, _) => LineState::Open,
            (true, true, _) => LineState::Partial,
            (false, _, true) => LineState::Complete,
            (false, _, false) => LineState::Cancelled,
        }
    }

    /// How far it is billed.
    #[must_use]
    pub fn billing(&self) -> BillingState {
        if self.credit_due().is_positive() {
            BillingState::CreditDue
        } else if self.payable().is_positive() {
            BillingState::ToBill
        } else if self.charged().amount() > self.kept().amount() {
            BillingState::ToReplace
        } else if self.charged().is_positive() {
            BillingState::Billed
        } else {
            BillingState::Nothing
        }
    }
}

impl PurchaseOrder {
    /// Where it stands, by its lines.
    #[must_use]
    pub fn state(&self) -> OrderState {
        let all = |is: &dyn Fn(&OrderLine) -> bool| self.lines.iter().all(is);
        let settled = |line: &OrderLine| matches!(line.billing(), BillingState::Nothing | BillingState::Billed);
        if all(&|line| line.state() == LineState::Cancelled) {
            return if all(&settled) { OrderState::Cancelled } else { OrderState::Received };
        }
        match self.status {
            OrderStatus::Draft => OrderState::Draft,
            OrderStatus::Approved { .. } => OrderState::Approved,
            OrderStatus::Sent { .. } if self.is_closed() && all(&settled) => OrderState::Closed,
            OrderStatus::Sent { .. } if self.is_closed() => OrderState::Received,
            OrderStatus::Sent { .. } if all(&|line| !line.received().is_positive()) => OrderState::Open,
            OrderStatus::Sent { .. } => OrderState::Partial,
        }
    }
}
