//! Bills come in, are put right, and are compared with those that came before.

use std::collections::BTreeMap;

use chrono::Datelike;
use office_core::{Decision, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{HoldReason, InvoiceFact, InvoiceStatus, VendorInvoice, VendorInvoiceId};
use crate::{Bill, BillError, DuplicatePolicy, DuplicateScore, DuplicateTraits, DuplicateVerdict, duplicate_keys};

/// A bill that a bill may be, sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PossibleDuplicate {
    /// The other.
    pub of: VendorInvoiceId,
    /// Its number, as the vendor writes it.
    pub number: String,
    /// How much alike they are, and in what.
    pub score: DuplicateScore,
}

/// The stored bills that a bill may be, sent again, as far as the policy looks at them: the most alike first. They are
/// looked up by what makes bills alike, and whoever takes in another one meanwhile decides again. One that is itself held
/// for being like this one, or was found not to be, is passed over.
///
/// # Errors
/// [`StoreError`].
///
/// # Example
/// ```
#[doc = include_str!("../invoice/bill.txt")]
/// use office_finance::{DuplicatePolicy, DuplicateVerdict, ReceiveInvoiceError, duplicates_of};
///
/// take_in("1", &bill)?;
/// // Written alike, it may be the same; with the same number it is.
/// let alike = &numbered("BS-9O871");
/// let found = wait(office.transact(&command("compare"), |tx| {
///     let (other, alike) = (id("2"), alike.clone());
///     async move { duplicates_of(&tx, other, &alike, DuplicatePolicy::default()).await }
/// }))?;
/// assert_eq!((found[0].0, found[0].1.of), (DuplicateVerdict::Held, id("1")));
/// assert!(matches!(take_in("2", &numbered("bs 90871")), Err(ReceiveInvoiceError::Duplicate { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn duplicates_of(
    tx: &Tx,
    id: VendorInvoiceId,
    bill: &Bill,
    policy: DuplicatePolicy,
) -> Result<Vec<(DuplicateVerdict, PossibleDuplicate)>, StoreError> {
    let of = DuplicateTraits::of(bill);
    let mut others = BTreeMap::new();
    for key in duplicate_keys(&of) {
        others.extend(tx.list(VendorInvoice::ALIKE, &key).await?);
    }
    others.remove(&id);
    let mut found = Vec::new();
    for (other, invoice) in others {
        if invoice.was_compared_with(id) {
            continue;
        }
        let score = DuplicateScore::between(&of, &DuplicateTraits::of(&invoice.bill));
        let verdict = policy.verdict(&score);
        if verdict > DuplicateVerdict::Different {
            let number = invoice.bill.number.clone();
            found.push((verdict, PossibleDuplicate { of: other, number, score }));
        }
    }
    found.sort_by_key(|(_, duplicate)| (std::cmp::Reverse(duplicate.score.points()), duplicate.of));
    Ok(found)
}

impl VendorInvoice {
    /// Whether it was held for being like another one.
    fn was_compared_with(&self, other: VendorInvoiceId) -> bool {
        let held = match &self.status {
            InvoiceStatus::Held { reasons } => reasons.as_slice(),
            InvoiceStatus::Received
            | InvoiceStatus::Matched { .. }
            | InvoiceStatus::Approved { .. }
            | InvoiceStatus::Posted { .. }
            | InvoiceStatus::Paid { .. }
            | InvoiceStatus::Rejected { .. } => &[],
        };
        let waived = self.released.iter().map(|released| &released.reason);
        held.iter().chain(waived).any(|reason| matches!(reason, HoldReason::PossibleDuplicate(of) if of.of == other))
    }

    /// Puts right what it says, before it is decided upon. Whatever was found or waived is of no account any more.
    ///
    /// # Errors
    /// [`CorrectInvoiceError`], in the order of its variants.
    fn correct(&self, bill: Bill) -> Result<Decision<InvoiceFact>, CorrectInvoiceError> {
        if self.bill == bill {
            return Ok(Decision::AlreadyRecorded);
        }
        if !self.is_undecided() {
            return Err(CorrectInvoiceError::Status { status: self.status.name() });
        }
        bill.validate()?;
        Ok(Decision::Record(InvoiceFact::Corrected { bill }))
    }
}

/// Takes in a vendor's bill. A second one with the vendor's number in the same year, however it is written, is refused.
///
/// # Errors
/// [`ReceiveInvoiceError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../invoice/bill.txt")]
/// use office_finance::ReceiveInvoiceError;
///
/// take_in("1", &bill)?;
/// // The number was used before in that year, however it is written.
/// assert!(matches!(take_in("2", &numbered("bs-90871")), Err(ReceiveInvoiceError::Duplicate { first, .. }) if first == id("1")));
/// take_in("2", &Bill { on: "2027-01-04".parse()?, due: "2027-01-18".parse()?, ..bill.clone() })?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn receive_invoice(tx: &Tx, id: VendorInvoiceId, bill: Bill) -> Result<(), ReceiveInvoiceError> {
    // Read.
    let earlier = tx.find(id).await?;
    let same_number = same_number(tx, id, &bill).await?;

    // Decide.
    match earlier {
        Some(earlier) if earlier.bill == bill => return Ok(()),
        Some(_) => return Err(ReceiveInvoiceError::IdReused { id }),
        None => {}
    }
    bill.validate()?;
    if let Some(first) = same_number {
        return Err(ReceiveInvoiceError::Duplicate { number: bill.number, first });
    }

    // Record.
    tx.create(id, InvoiceFact::Received { bill }).await?;
    Ok(())
}

/// Puts right what a bill was taken in to say: it is as if it had come in like that, and is to be assessed again. A number
/// that the vendor has used in that year is refused here too.
///
/// # Errors
/// [`CorrectInvoiceError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../invoice/bill.txt")]
/// use office_finance::{CorrectInvoiceError, correct_invoice};
///
/// take_in("1", &bill)?;
/// take_in("2", &numbered("BS-90872"))?;
/// let correct = |key: &str, bill: Bill| {
///     let id = id("2");
///     wait(office.transact(&command(key), |tx| { let bill = bill.clone(); async move { correct_invoice(&tx, id, bill).await } }))
/// };
/// correct("misread", numbered("BS-90873"))?;
/// // Not to a number that another has.
/// assert!(matches!(correct("taken", numbered("BS-90871")), Err(CorrectInvoiceError::Duplicate { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn correct_invoice(tx: &Tx, id: VendorInvoiceId, bill: Bill) -> Result<(), CorrectInvoiceError> {
    // Read.
    let invoice = tx.load(id).await?;
    let same_number = same_number(tx, id, &bill).await?;

    // Decide.
    let number = bill.number.clone();
    let corrected = invoice.correct(bill)?;
    if let Some(first) = same_number {
        return Err(CorrectInvoiceError::Duplicate { number, first });
    }

    // Record.
    tx.decide(id, corrected).await?;
    Ok(())
}

/// Another invoice that has the number.
async fn same_number(tx: &Tx, id: VendorInvoiceId, bill: &Bill) -> Result<Option<VendorInvoiceId>, StoreError> {
    if bill.validate().is_err() {
        return Ok(None);
    }
    let number = (bill.vendor, Bill::normalised(&bill.number), bill.on.year());
    let found = tx.find_by(VendorInvoice::BY_NUMBER, &number).await?;
    Ok(found.map(|(first, _)| first).filter(|first| *first != id))
}

/// A bill cannot be taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReceiveInvoiceError {
    /// Another bill was taken in under the id.
    #[error("another bill was taken in under the id {id}: a bill takes an id of its own")]
    IdReused {
        /// The id.
        id: VendorInvoiceId,
    },
    /// The bill cannot be looked at.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// The vendor has sent a bill of this number before.
    #[error("the vendor has sent a bill {number} before: it is invoice {first}")]
    Duplicate {
        /// The number.
        number: String,
        /// The invoice that has it.
        first: VendorInvoiceId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A bill cannot be put right.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CorrectInvoiceError {
    /// It is past that.
    #[error("the invoice is {status}: only one that is received, held or matched is put right")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// What it would say cannot be looked at.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// The vendor has sent a bill of this number before.
    #[error("the vendor has sent a bill {number} before: it is invoice {first}")]
    Duplicate {
        /// The number.
        number: String,
        /// The invoice that has it.
        first: VendorInvoiceId,
    },
    /// The store failed, or knows no such invoice.
    #[error(transparent)]
    Store(#[from] StoreError),
}
