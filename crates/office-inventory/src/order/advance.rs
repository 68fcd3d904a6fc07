//! An order is approved and sent.

use chrono::NaiveDate;
use office_core::Decision;
use office_core::subject::PersonId;
use thiserror::Error;

use super::{OrderFact, OrderStatus, PurchaseOrder};

/// An order cannot be approved or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AdvanceOrderError {
    /// It is at another point.
    #[error("the order is {at}: it is approved once it is drafted, and sent once it is approved")]
    Status {
        /// Where it is.
        at: OrderStatus,
    },
    /// Nothing is expected any more.
    #[error("nothing of the order is expected any more")]
    Closed,
}

impl PurchaseOrder {
    /// Says that it may be placed.
    ///
    /// # Errors
    /// [`AdvanceOrderError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    /// use office_inventory::{AdvanceOrderError, OrderStatus};
    ///
    /// let boss = Some(Id::natural("person", "E-002"));
    /// order.apply_decision(&order.approve(boss, on)?);
    /// assert_eq!(order.status(), OrderStatus::Approved { by: boss, on });
    /// // It is approved once.
    /// let refused = order.approve(None, on);
    /// assert_eq!(refused, Err(AdvanceOrderError::Status { at: OrderStatus::Approved { by: boss, on } }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    /// use office_inventory::{AdvanceOrderError, OrderStatus};
    ///
    /// // What nobody has approved does not leave the office.
    /// assert_eq!(order.send(on), Err(AdvanceOrderError::Status { at: OrderStatus::Draft }));
    /// order.apply_decision(&order.approve(None, on)?);
    /// order.apply_decision(&order.send(on)?);
    /// assert_eq!(order.status(), OrderStatus::Sent { on });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&self, on: NaiveDate) -> Result<Decision<OrderFact>, AdvanceOrderError> {
        match self.status {
            OrderStatus::Sent { on: then } if then == on => Ok(Decision::AlreadyRecorded),
            OrderStatus::Approved { .. } if self.is_closed() => Err(AdvanceOrderError::Closed),
            OrderStatus::Approved { .. } => Ok(Decision::Record(OrderFact::Sent { on })),
            at @ (OrderStatus::Draft | OrderStatus::Sent { .. }) => Err(AdvanceOrderError::Status { at }),
        }
    }
}
