//! Credit notes, and their setting off against bills.

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, PaymentId};
use office_core::{Decision, Money, StoreError, Tx};
use office_finance::{
    AllocatePaymentError, Allocation, Bill, BillCreditError, InvoiceFact, NewPayment, PayInvoiceError, Payment,
    PaymentPart, VendorInvoiceId,
};
use thiserror::Error;

use super::{BillError, BillOutcome, PurchasingRules, bill};

/// Takes in a credit note on a bill: together with those before it takes back no more than was billed. Besides, it is a bill
/// with quantities below nothing, and taken in as one.
///
/// # Errors
/// [`CreditBillError`]; nothing is recorded then.
pub async fn credit_note(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    note: Bill,
    of: InvoiceId,
) -> Result<BillOutcome, CreditBillError> {
    // Read.
    let (note_id, billed_id): (VendorInvoiceId, VendorInvoiceId) = (id.retag(), of.retag());
    let billed = tx.load(billed_id).await?;
    let mut earlier = Vec::new();
    for known in billed.credits().keys().filter(|known| **known != note_id) {
        earlier.push(tx.load(*known).await?.bill().clone());
    }

    // Decide.
    let credited = billed.credit(note_id, &note, &earlier)?;

    // Record.
    tx.decide(billed_id, credited).await?;
    Ok(bill(tx, rules, id, note).await?)
}

/// Sets a credit note off against a bill of the same vendor, as far as both are open: the payment of nothing that is
/// recorded under `as_payment` says what went where. The same again changes nothing.
///
/// # Errors
/// [`SetOffError`]; nothing is recorded then.
pub async fn set_off(
    tx: &Tx,
    as_payment: PaymentId,
    note: InvoiceId,
    against: InvoiceId,
    amount: Money,
    on: NaiveDate,
) -> Result<(), SetOffError> {
    // Read.
    let (note_id, billed_id): (VendorInvoiceId, VendorInvoiceId) = (note.retag(), against.retag());
    let (credit, billed) = (tx.load(note_id).await?, tx.load(billed_id).await?);
    let known = tx.find(Payment::key(as_payment)).await?;

    // Decide.
    let vendor = billed.bill().vendor;
    if credit.bill().vendor != vendor {
        return Err(SetOffError::OtherVendor);
    }
    // From when both are there.
    let on = on.max(credit.bill().on).max(billed.bill().on);
    if !amount.is_positive() {
        return Err(SetOffError::Nothing { amount });
    }
    let taken =
        [(note_id, credit.pay(as_payment, amount.negated(), on)?), (billed_id, billed.pay(as_payment, amount, on)?)];
    let mut parts = Vec::new();
    for (id, decision) in &taken {
        if let Decision::Record(InvoiceFact::Allocated { parts: of }) = decision {
            let part = |(instalment, part): (&u32, &Allocation)| PaymentPart {
                document: id.retag(),
                instalment: *instalment,
                part: *part,
            };
            parts.extend(of.iter().map(part));
        }
    }
    if parts.is_empty() {
        return Ok(());
    }
    if known.is_some() {
        return Err(SetOffError::Reused { payment: as_payment });
    }

    // Record.
    let amount = Money::zero(amount.currency());
    let made = Payment::make(NewPayment { party: vendor, amount, on, entry: None });
    tx.create(Payment::key(as_payment), made).await?;
    let allocated = tx.load(Payment::key(as_payment)).await?.allocate(parts)?;
    tx.decide(Payment::key(as_payment), allocated).await?;
    for (id, decision) in taken {
        tx.decide(id, decision).await?;
    }
    Ok(())
}

/// A credit note cannot be taken in.
#[derive(Debug, Error)]
pub enum CreditBillError {
    /// The store has failed, or knows no such invoice.
    #[error("the credit note could not be stored")]
    Store(#[from] StoreError),
    /// It does not fit the bill.
    #[error(transparent)]
    Credit(#[from] BillCreditError),
    /// It cannot be taken in as a bill.
    #[error(transparent)]
    Bill(#[from] BillError),
}

/// A credit note cannot be set off.
#[derive(Debug, Error)]
pub enum SetOffError {
    /// The store has failed, or knows no such invoice.
    #[error("the setting off could not be stored")]
    Store(#[from] StoreError),
    /// They are of different vendors.
    #[error("the credit note is of another vendor than the bill")]
    OtherVendor,
    /// Nothing is to be set off.
    #[error("{amount} cannot be set off: more than nothing is wanted")]
    Nothing {
        /// How much.
        amount: Money,
    },
    /// One of the two has not that much open.
    #[error(transparent)]
    Invoice(#[from] PayInvoiceError),
    /// The id is that of another payment.
    #[error("{payment} is another payment: an id of its own is wanted")]
    Reused {
        /// The id.
        payment: PaymentId,
    },
    /// The parts do not come to nothing.
    #[error(transparent)]
    Parts(#[from] AllocatePaymentError),
}
