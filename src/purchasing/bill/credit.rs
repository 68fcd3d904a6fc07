//! Credit notes, and their setting off against bills.

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, PaymentId};
use office_core::{Money, MoneyError, StoreError, Tx};
use office_finance::{Bill, BillCreditError, EntryId, PayInvoiceError, Payment, VendorInvoiceId};
use thiserror::Error;

use super::{BillError, BillOutcome, PurchasingRules, bill};
use crate::payment::{Origin, PartToPay, PayVendor, PayVendorError, PaymentRules, make};

/// Takes in a credit note on a bill: together with those before it takes back no more than was billed. Besides, it is a bill
/// with quantities below nothing, and taken in as one.
///
/// # Errors
/// [`CreditBillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, invoice, office, rent, rules, take_in};
/// use office::purchasing::{CreditBillError, credit_note};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// take_in(office, rules, "a", sent)?;
/// // No more is taken back than was billed.
/// let (over, note) = (&rent("M-11", 200_01)?.credited("G-1", day(8)), &sent.credited("G-2", day(8)));
/// let credit = |id: &'static str, note: &office::finance::Bill| {
///     let note = note.clone();
///     move |tx| { let note = note.clone(); async move { credit_note(&tx, rules, invoice(id), note, invoice("a")).await } }
/// };
/// let refused = wait(office.transact(&command("over", "ann")?, credit("b", over)));
/// assert!(matches!(refused, Err(CreditBillError::Credit(_))));
/// wait(office.transact(&command("credit", "ann")?, credit("c", note)))?;
/// # Ok::<(), Failure>(())
/// ```
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
/// recorded under `as_payment` says what went where. Where the two were booked at different rates, what that has brought is
/// posted. The same again changes nothing.
///
/// # Errors
/// [`SetOffError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/paying.rs")); }
/// # use office::core::{Id, wait};
/// # use setup::{Failure, as_rent, command, day, euro, invoice, owing, paying, rent, rules, take_in};
/// use office::purchasing::{code_bill, credit_note, set_off};
///
/// // The rent of one month is taken back; that of another is still to be paid.
/// let (office, rules, paying) = (&owing()?, &rules()?, &paying()?);
/// let (note, coding) = (&rent("M-10", 200_00)?.credited("G-1", day(8)), &as_rent()?);
/// wait(office.transact(&command("credit", "ann")?, |tx| async move {
///     credit_note(&tx, rules, invoice("note"), note.clone(), invoice("a")).await?;
///     Ok::<_, Failure>(code_bill(&tx, rules, invoice("note"), coding.clone()).await?)
/// }))?;
/// take_in(office, rules, "b", &rent("M-11", 210_00)?)?;
///
/// let set = |key: &str, minor| {
///     let (payment, amount) = (Id::natural("payment", key), euro(minor));
///     wait(office.transact(&command(key, "ann").unwrap(), |tx| async move {
///         set_off(&tx, paying, payment, invoice("note"), invoice("b"), amount, day(9)).await
///     }))
/// };
/// // The credit note is over 238.00.
/// assert!(set("more", 238_01).is_err());
/// set("all", 238_00)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn set_off(
    tx: &Tx,
    rules: &PaymentRules,
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
    if let Some(known) = known {
        let of = |id: InvoiceId| {
            let parts = known.parts().iter().filter(move |part| part.document == id);
            Money::sum(parts.map(|part| part.part.amount), amount.currency())
        };
        let same = known.made().on == on && of(note)? == amount && of(against)? == amount.negated();
        return if same { Ok(()) } else { Err(SetOffError::Reused { payment: as_payment }) };
    }
    let mut parts = Vec::new();
    for (bill, invoice, amount) in [(note, &credit, amount.negated()), (against, &billed, amount)] {
        for (instalment, amount) in invoice.split(amount)? {
            parts.push(PartToPay { instalment, ..PartToPay::of(bill, amount) });
        }
    }

    // Record.
    let payment = PayVendor { id: as_payment, vendor, currency: amount.currency(), on, parts };
    let entry = EntryId::natural("payment", &as_payment.to_string());
    Ok(make(tx, rules, payment, Origin::Told, entry).await?)
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
    /// The amounts cannot be added up.
    #[error("what was set off cannot be added up")]
    Money(#[from] MoneyError),
    /// The two cannot be paid by each other.
    #[error(transparent)]
    Pay(#[from] PayVendorError),
}
