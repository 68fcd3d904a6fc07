//! The items of one document: how payments go to its instalments, come back from them, and what rates do to them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PaymentId;
use office_core::{Decision, Money, MoneyError};

use super::{Allocation, AllocationError, ItemRevaluation, OpenItem, UndoAllocationError, split_payment};

/// How an amount goes to instalments: to the one that is due first, then to the next; and what is left when all of them
/// are settled.
pub(crate) fn spread_over(items: &[OpenItem], amount: Money) -> Result<(BTreeMap<u32, Money>, Money), MoneyError> {
    let mut by_due: Vec<&OpenItem> = items.iter().collect();
    by_due.sort_by_key(|item| (item.due(), item.instalment()));
    let owed = by_due.iter().map(|item| item.outstanding_ever()).collect::<Result<Vec<_>, _>>()?;
    let split = split_payment(amount, &owed)?;
    let parts = by_due.into_iter().map(OpenItem::instalment).zip(split.parts);
    Ok((parts.filter(|(_, part)| !part.is_zero()).collect(), split.left_over))
}

/// How an amount goes to instalments, of which nothing may be left.
pub(crate) fn split_over(items: &[OpenItem], amount: Money) -> Result<BTreeMap<u32, Money>, AllocationError> {
    let (parts, left_over) = spread_over(items, amount)?;
    if amount.is_zero() || !left_over.is_zero() {
        let owed = items.iter().map(OpenItem::outstanding_ever).collect::<Result<Vec<_>, _>>()?;
        return Err(AllocationError::Amount { amount, outstanding: Money::sum(owed, amount.currency())? });
    }
    Ok(parts)
}

/// Which parts of a payment instalments take in that they do not have yet: all of them, or none is taken.
pub(crate) fn admit_parts(
    items: &[OpenItem],
    parts: &BTreeMap<u32, Allocation>,
) -> Result<BTreeMap<u32, Allocation>, AllocationError> {
    let mut fresh = BTreeMap::new();
    for (instalment, part) in parts {
        let item = items.iter().find(|item| item.instalment() == *instalment);
        let item = item.ok_or(AllocationError::NoInstalment { instalment: *instalment })?;
        if let Decision::Record(part) = item.admit(part)? {
            fresh.insert(*instalment, part);
        }
    }
    Ok(fresh)
}

/// What takes a payment off instalments that has come back; nothing where it did already.
pub(crate) fn undo_parts(
    items: &[OpenItem],
    payment: PaymentId,
    on: NaiveDate,
) -> Result<BTreeMap<u32, Allocation>, UndoAllocationError> {
    let paid = |item: &&OpenItem| item.allocations().iter().any(|part| part.payment == payment);
    let (mut parts, mut known) = (BTreeMap::new(), false);
    for item in items.iter().filter(paid) {
        known = true;
        if let Decision::Record(part) = item.undo(payment, on)? {
            parts.insert(item.instalment(), part);
        }
    }
    if known { Ok(parts) } else { Err(UndoAllocationError::NotHere { payment }) }
}

/// Takes in parts that were admitted, or that came back.
pub(crate) fn take_parts(items: &mut [OpenItem], parts: &BTreeMap<u32, Allocation>) {
    for item in items {
        if let Some(part) = parts.get(&item.instalment()) {
            item.take(part);
        }
    }
}

/// Takes in changes of what instalments are worth.
pub(crate) fn take_revaluations(items: &mut [OpenItem], changes: &BTreeMap<u32, Vec<ItemRevaluation>>) {
    for item in items {
        for change in changes.get(&item.instalment()).into_iter().flatten() {
            item.revalue(*change);
        }
    }
}
