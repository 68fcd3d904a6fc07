//! What holds a bill is waived, its payment is kept back, or it goes back to the vendor.

use chrono::NaiveDate;
use office_core::subject::InvoiceId;
use office_core::{ParseActionError, Refusal, Request, StoreError, Tx};
use office_finance::{
    HoldReason, LiftHoldError, PutOnHoldError, RejectInvoiceError, ReleaseHoldError, ReleasedHold, VendorInvoiceId,
};
use thiserror::Error;

use super::coding::give_back;
use super::{BillError, BillOutcome, PurchasingRules, look_at, taken_in_by};

/// The action that whoever waives a hold needs authority for.
const RELEASE: &str = "invoice.release";

/// Waives something that a bill is held for, by whoever gives the command and has authority for `invoice.release` of the
/// amount; not by whoever took it in. Then it is looked at again: held for what is left, or found to agree.
///
/// What does not add up, was not ordered or has not come is not waived but put right.
///
/// # Errors
/// [`HoldBillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, invoice, office, rent, rules};
/// use office::finance::HoldReason;
/// use office::purchasing::{BillOutcome, HoldBillError, bill, release_bill};
///
/// let (office, rules) = (&office()?, &rules()?);
/// let take_in = |key: &str, number: &str| {
///     let (id, sent) = (invoice(key), &rent(number, 200_00).unwrap());
///     wait(office.transact(&command(key, "ann").unwrap(), |tx| async move { bill(&tx, rules, id, sent.clone()).await }))
/// };
/// take_in("a", "RE-2026-0118")?;
/// // It may be the same, read badly.
/// let BillOutcome::Held { reasons } = take_in("b", "RE-2O26-O118")? else { return Err("it is held".into()) };
/// let is_duplicate = |reason: &&HoldReason| matches!(reason, HoldReason::PossibleDuplicate(_));
/// let reason = reasons.iter().find(is_duplicate).ok_or("for that")?;
/// let release = |key: &str, by: &str| {
///     wait(office.transact(&command(key, by).unwrap(), |tx| async move {
///         release_bill(&tx, rules, invoice("b"), reason.clone(), "it is the garage's", day(6)).await
///     }))
/// };
/// // Not by whoever took it in.
/// assert!(matches!(release("own", "ann"), Err(HoldBillError::NotAuthorised(_))));
/// release("release", "boss")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn release_bill(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    reason: HoldReason,
    why: &str,
    on: NaiveDate,
) -> Result<BillOutcome, HoldBillError<ReleaseHoldError>> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;
    let taken_in_by = taken_in_by(tx, invoice_id).await?;

    // Decide.
    let (by, at) = (tx.command().actor().clone(), tx.command().at());
    let released = ReleasedHold { reason, by: by.person, at, why: why.to_owned() };
    let released = invoice.release(released).map_err(HoldBillError::Refused)?;
    let request = Request::new(by, RELEASE.parse()?, on).within(rules.scope.clone());
    let request = request.of(invoice.bill().gross.abs()).requested_by(taken_in_by.person);
    rules.book.decide(&request).into_result().map_err(HoldBillError::NotAuthorised)?;

    // Record.
    tx.decide(invoice_id, released).await?;
    Ok(look_at(tx, rules, id).await.map_err(Box::new)?)
}

/// Keeps the payment of a bill back, by whoever gives the command, for a reason. It is approved and posted all the same.
///
/// # Errors
/// [`HoldPaymentError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, invoice, office, rent, rules, take_in};
/// use office::purchasing::{HoldPaymentError, hold_payment};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// take_in(office, rules, "a", sent)?;
/// let hold = |reason| move |tx| async move { hold_payment(&tx, invoice("a"), reason).await };
/// // A reason is wanted.
/// let refused = wait(office.transact(&command("silent", "ann")?, hold(" ")));
/// assert!(matches!(refused, Err(HoldPaymentError::Refused(_))));
/// wait(office.transact(&command("hold", "ann")?, hold("the heating is broken")))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn hold_payment(tx: &Tx, id: InvoiceId, reason: &str) -> Result<(), HoldPaymentError<PutOnHoldError>> {
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;
    let (by, at) = (tx.command().actor().person, tx.command().at());
    let held = invoice.put_on_hold(reason, by, at).map_err(HoldPaymentError::Refused)?;
    tx.decide(invoice_id, held).await?;
    Ok(())
}

/// Lets a bill be paid whose payment was kept back, by whoever gives the command and has authority for `invoice.release`
/// of the amount.
///
/// # Errors
/// [`HoldBillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, invoice, office, rent, rules, take_in};
/// use office::purchasing::{HoldBillError, hold_payment, lift_payment_hold};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// take_in(office, rules, "a", sent)?;
/// wait(office.transact(&command("hold", "ann")?, |tx| async move { hold_payment(&tx, invoice("a"), "no heating").await }))?;
/// let lift = |tx| async move { lift_payment_hold(&tx, rules, invoice("a"), day(6)).await };
/// // Not without authority.
/// let refused = wait(office.transact(&command("own", "ann")?, lift));
/// assert!(matches!(refused, Err(HoldBillError::NotAuthorised(_))));
/// wait(office.transact(&command("lift", "boss")?, lift))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn lift_payment_hold(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    on: NaiveDate,
) -> Result<(), HoldBillError<LiftHoldError>> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;

    // Decide.
    let (by, at) = (tx.command().actor().clone(), tx.command().at());
    let lifted = invoice.lift_hold(by.person, at).map_err(HoldBillError::Refused)?;
    let request = Request::new(by, RELEASE.parse()?, on).within(rules.scope.clone()).of(invoice.bill().gross.abs());
    rules.book.decide(&request).into_result().map_err(HoldBillError::NotAuthorised)?;

    // Record.
    tx.decide(invoice_id, lifted).await?;
    Ok(())
}

/// Sends a bill back to the vendor that is not approved, for a reason. Its number is free then for a bill put right.
///
/// # Errors
/// [`HoldPaymentError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, invoice, office, rent, rules};
/// use office::purchasing::{HoldPaymentError, bill, reject_bill};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// wait(office.transact(&command("a", "ann")?, |tx| async move { bill(&tx, rules, invoice("a"), sent.clone()).await }))?;
/// let reject = |reason| move |tx| async move { reject_bill(&tx, invoice("a"), reason).await };
/// let refused = wait(office.transact(&command("silent", "ann")?, reject("")));
/// assert!(matches!(refused, Err(HoldPaymentError::Refused(_))));
/// wait(office.transact(&command("reject", "ann")?, reject("not ours")))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn reject_bill(tx: &Tx, id: InvoiceId, reason: &str) -> Result<(), HoldPaymentError<RejectInvoiceError>> {
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;
    let rejected = invoice.reject(reason).map_err(HoldPaymentError::Refused)?;
    give_back(tx, invoice_id).await?;
    tx.decide(invoice_id, rejected).await?;
    Ok(())
}

/// A hold is not waived or lifted.
#[derive(Debug, Error)]
pub enum HoldBillError<E> {
    /// The store has failed, or knows no such invoice.
    #[error("the release could not be stored")]
    Store(#[from] StoreError),
    /// It cannot be done, or not now.
    #[error(transparent)]
    Refused(E),
    /// The name of the action is none.
    #[error(transparent)]
    Action(#[from] ParseActionError),
    /// Whoever gives the command has no authority for it.
    #[error("the release is refused: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NotAuthorised(Vec<Refusal>),
    /// It is waived, and the bill cannot go on.
    #[error(transparent)]
    GoOn(#[from] Box<BillError>),
}

/// A payment is not kept back, or a bill not sent back.
#[derive(Debug, Error)]
pub enum HoldPaymentError<E> {
    /// The store has failed, or knows no such invoice.
    #[error("the hold could not be stored")]
    Store(#[from] StoreError),
    /// It cannot be done, or not now.
    #[error(transparent)]
    Refused(E),
}
