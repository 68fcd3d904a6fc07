//! An order as it is kept in the store.

use std::collections::BTreeMap;

use office_core::Quantity;
use office_core::subject::InvoiceId;
use serde::Deserialize;
use thiserror::Error;

use super::receive::Arrived;
use super::{OrderLine, OrderReturn, OrderStatus, OrderTerms, OrderVersion, PurchaseOrder};
use crate::{Reference, VendorId};

/// An order as it is read from the store, before its lines are looked at.
#[derive(Deserialize)]
pub(super) struct Stored {
    number: Reference,
    vendor: VendorId,
    terms: OrderTerms,
    status: OrderStatus,
    lines: Vec<OrderLine>,
    #[serde(default)]
    versions: Vec<OrderVersion>,
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
        let Stored { number, vendor, terms, status, lines, versions, deliveries, returns, bills, credits } = stored;
        let broken = (1..).zip(&lines).find(|(number, line)| line.number() != *number || !line.is_sound());
        if let Some((line, _)) = broken {
            return Err(RestoreOrderError::Line { line });
        }
        if let Some((version, _)) = (2..).zip(&versions).find(|(number, version)| version.number != *number) {
            return Err(RestoreOrderError::Version { version });
        }
        Ok(Self { number, vendor, terms, status, lines, versions, deliveries, returns, bills, credits })
    }
}

/// A stored order does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RestoreOrderError {
    /// A line is out of its place, or its quantities cannot be.
    #[error("line {line} of the stored order is out of its place, or its quantities cannot be")]
    Line {
        /// The line, from 1.
        line: u32,
    },
    /// A version is out of its place.
    #[error("version {version} of the stored order is out of its place")]
    Version {
        /// The version that is wanted there.
        version: u32,
    },
}
