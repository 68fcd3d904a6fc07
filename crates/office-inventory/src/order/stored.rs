//! An order as it is kept in the store.

use std::collections::BTreeMap;

use office_core::Quantity;
use office_core::subject::InvoiceId;
use serde::Deserialize;
use thiserror::Error;

use super::receive::Arrived;
use super::{OrderLine, OrderReturn, OrderStatus, OrderTerms, PurchaseOrder};
use crate::{Reference, VendorId};

/// An order as it is read from the store, before its lines are looked at.
#[derive(Deserialize)]
pub(super) struct Stored {
    number: Reference,
    vendor: VendorId,
    terms: OrderTerms,
    status: OrderStatus,
    lines: Vec<OrderLine>,
    deliveries: BTreeMap<Reference, Arrived>,
    #[serde(default)]
    returns: BTreeMap<Reference, OrderReturn>,
    bills: BTreeMap<InvoiceId, BTreeMap<u32, Quantity>>,
    #[serde(default)]
    credits: BTreeMap<InvoiceId, BTreeMap<u32, Quantity>>,
}

impl TryFrom<Stored> for PurchaseOrder {
    type Error = RestoreOrderError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { number, vendor, terms, status, lines, deliveries, returns, bills, credits } = stored;
        let broken = (1..).zip(&lines).find(|(number, line)| line.number() != *number || !line.is_sound());
        if let Some((line, _)) = broken {
            return Err(RestoreOrderError { line });
        }
        Ok(Self { number, vendor, terms, status, lines, deliveries, returns, bills, credits })
    }
}

/// A stored order does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line} of the stored order is out of its place, or its quantities cannot be")]
pub struct RestoreOrderError {
    /// The line, from 1.
    pub line: u32,
}
