//! In which parts a client owes an invoice, and how receipts go to them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{PartyId, PaymentId};
use office_core::{Decision, Money};
use serde::{Deserialize, Serialize};

use super::{ClientInvoice, ClientInvoiceFact, IssueInvoiceError};
use crate::open_item::{admit_parts, split_over, undo_parts};
use crate::{Allocation, AllocationError, DiscountOffer, InvoiceDocument, OpenItem, PaymentTerms, UndoAllocationError};

/// A part of what a client owes by an invoice; one that is paid as a whole has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceInstalment {
    /// When it is to be paid.
    pub due: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What may be taken off for paying early.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<DiscountOffer>,
}

impl InvoiceInstalment {
    /// The most of one invoice.
    pub const MAX: usize = PaymentTerms::MAX_INSTALMENTS;

    /// All of what is owed on one day; none where nothing is.
    pub(super) fn whole(due: NaiveDate, amount: Money) -> Vec<Self> {
        if amount.is_zero() { Vec::new() } else { vec![Self { due, amount, discounts: Vec::new() }] }
    }

    /// Whether they make what is owed by a document: none due before the one before, the last on the day it names.
    pub(super) fn check(parts: &[Self], document: &InvoiceDocument) -> Result<(), IssueInvoiceError> {
        let owed = document.owed();
        let sum = Money::sum(parts.iter().map(|part| part.amount), owed.currency())?;
        let days: Vec<NaiveDate> = parts.iter().map(|part| part.due).collect();
        let first = days.first().is_none_or(|first| *first >= document.on());
        let last = days.last().is_none_or(|last| *last == document.due());
        let later = first && last && days.is_sorted();
        let against = |part: &Self| part.amount.is_zero() || part.amount.is_negative() != owed.is_negative();
        if sum != owed || parts.len() > Self::MAX || !later || parts.iter().any(against) {
            return Err(IssueInvoiceError::Instalments { sum, owed });
        }
        Ok(())
    }

    pub(super) fn items(client: PartyId, document: &InvoiceDocument, parts: &[Self]) -> Vec<OpenItem> {
        let (number, on) = (document.number().to_string(), document.on());
        let item = |(at, part): (u32, &Self)| {
            let item = OpenItem::new(client, number.clone(), on, part.due, part.amount);
            item.instalment_of(at).offering(part.discounts.clone())
        };
        (1..).zip(parts).map(item).collect()
    }
}

impl ClientInvoice {
    /// Whether it is owed in these parts.
    pub(super) fn is_owed_in(&self, parts: &[InvoiceInstalment]) -> bool {
        let told = self.items.iter().map(|item| (item.due(), item.amount(), item.discounts()));
        told.eq(parts.iter().map(|part| (part.due, part.amount, part.discounts.as_slice())))
    }

    /// How an amount goes to the instalments, counted from 1: to the one that is due first, then to the next. Amounts are
    /// below zero for a credit note.
    ///
    /// # Errors
    /// [`AllocationError`]: it is more than is outstanding, or nothing. Nothing is by what was not issued.
    pub fn split(&self, amount: Money) -> Result<BTreeMap<u32, Money>, AllocationError> {
        split_over(&self.items, amount)
    }

    /// Lets parts of a payment go to instalments, all of them or none. The same again changes nothing.
    ///
    /// # Errors
    /// [`AllocationError`], in the order of its variants.
    pub fn allocate(&self, parts: &BTreeMap<u32, Allocation>) -> Result<Decision<ClientInvoiceFact>, AllocationError> {
        let parts = admit_parts(&self.items, parts)?;
        Ok(if parts.is_empty() {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(ClientInvoiceFact::Allocated { parts })
        })
    }

    /// Takes a payment off it that has come back on a day.
    ///
    /// # Errors
    /// [`UndoAllocationError`]; nothing went to what was not issued.
    pub fn undo(&self, payment: PaymentId, on: NaiveDate) -> Result<Decision<ClientInvoiceFact>, UndoAllocationError> {
        let parts = undo_parts(&self.items, payment, on)?;
        Ok(if parts.is_empty() {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(ClientInvoiceFact::Returned { parts })
        })
    }
}
