//! Runs of payments: what is due to vendors is proposed, approved and paid.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::rules::{DecideError, Facts};
use office_core::subject::PaymentId;
use office_core::{
    ApprovalCase, ApprovalStatus, ApproveStepError, Entity, Money, MoneyError, StoreError, Tx, WorkingTimeError,
};
use office_finance::{
    CurrencyError, LeftOut, PayableItem, PaymentPriority, PaymentProposal, PaymentRequest, PaymentRun, PaymentRunError,
    PaymentRunFact, PaymentRunId, VendorInvoice, propose_payments,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{PartToPay, PayVendor, PayVendorError, PaymentRules, pay};
use crate::approval::approval;

/// The most bills that a run looks at, and the most payments that one command makes.
const MOST: usize = 500;

/// What a run is to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRequest {
    /// The day of the payments.
    pub on: NaiveDate,
    /// What is due by this day is paid, and what may be had for less by then.
    pub through: NaiveDate,
    /// How much there is; a run pays in one currency.
    pub available: Money,
    /// Which items come first, where there is not enough for all.
    pub priority: PaymentPriority,
}

/// What became of the request for a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunProposed {
    /// What is to be paid, and what is left out and why.
    pub proposal: PaymentProposal,
    /// Whether it may be paid, or who has to approve it. Nothing where there is nothing to pay, and so no run.
    pub status: Option<ApprovalStatus>,
}

/// Proposes a run: of at most 500 bills what is due first, or may be had for less, grouped by vendor. What it is going to
/// pay is in no other run until it is paid, dropped or the run cancelled. A run that was proposed before is left as it is.
///
/// # Errors
/// [`ProposeRunError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/paying.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, due, owing, paying};
/// use office::core::ApprovalStatus;
/// use office::finance::PaymentRunId;
/// use office::payment::propose_run;
///
/// let (office, rules) = (&owing()?, &paying()?);
/// let propose = |name| {
///     let id = PaymentRunId::natural("run", name);
///     move |tx| async move { propose_run(&tx, rules, id, due()).await }
/// };
/// let run = wait(office.transact(&command("one", "ann")?, propose("R-1")))?;
/// assert!(matches!(run.status, Some(ApprovalStatus::Open { .. })));
/// // What one run is going to pay is in no other, and an id is of one run.
/// assert_eq!(wait(office.transact(&command("two", "ann")?, propose("R-2")))?.status, None);
/// assert!(wait(office.transact(&command("again", "ann")?, propose("R-1"))).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn propose_run(
    tx: &Tx,
    rules: &PaymentRules,
    id: PaymentRunId,
    request: RunRequest,
) -> Result<RunProposed, ProposeRunError> {
    // Read.
    if tx.find(id).await?.is_some() {
        return Err(ProposeRunError::Reused { id });
    }
    let RunRequest { on, through, available, priority } = request;
    let currency = available.currency();
    let mut items = BTreeMap::new();
    for (bill, invoice) in tx.page(VendorInvoice::PAYABLE, None, through.succ_opt().as_ref(), MOST).await? {
        for item in invoice.items().iter().filter(|item| item.amount().currency() == currency) {
            let holds = tx.find_by(PaymentRun::HOLDS, &(bill.retag(), item.instalment())).await?;
            let hold = invoice.payment_hold().map(|hold| LeftOut::KeptBack { reason: hold.reason.clone() });
            let kept_back = hold.or(holds.map(|_| LeftOut::InRun));
            let payable = PayableItem { document: bill.retag(), item: item.clone(), kept_back };
            items.insert((bill, item.instalment()), payable);
        }
    }

    // Decide.
    let items: Vec<PayableItem> = items.into_values().collect();
    let (available, blocked) = ([(currency, available)].into(), rules.blocked.clone());
    let proposal = propose_payments(&items, &PaymentRequest { on, through, available, priority, blocked })?;
    if proposal.payments.is_empty() {
        return Ok(RunProposed { proposal, status: None });
    }
    let mut amount = Money::sum(proposal.payments.iter().map(|payment| payment.amount), currency)?;
    // Policies and limits are in the currency of the books.
    if let Some(foreign) = rules.foreign(currency) {
        amount = foreign.worth(amount, on)?;
    }
    let number = i64::try_from(proposal.payments.len()).unwrap_or(i64::MAX);
    let ruling = rules.policy.decide(&Facts::new().with("amount", amount).with("payments", number), on)?;
    let case = ApprovalCase::new(id.retag(), tx.command().actor().person, rules.scope.clone(), Some(amount));
    let payments = proposal.payments.clone();
    let (case, ruling, at) = (Box::new(case), Box::new(ruling), tx.command().at());

    // Record.
    tx.create(id, PaymentRunFact::Proposed { id, on, payments, case, ruling, at }).await?;
    let status = tx.load(id).await?.approval().status().clone();
    Ok(RunProposed { proposal, status: Some(status) })
}

/// Approves a step of a run, by whoever gives the command; not by whoever proposed it.
///
/// # Errors
/// [`DecideRunError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/paying.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, owing, paying, proposed};
/// use office::core::ApprovalStatus;
/// use office::payment::approve_run;
///
/// let (office, rules) = (&owing()?, &paying()?);
/// let run = proposed(office, rules)?;
/// let approve = |tx| async move { approve_run(&tx, rules, run, day(12)).await };
/// // Not by whoever proposed it.
/// assert!(wait(office.transact(&command("own", "ann")?, approve)).is_err());
/// assert_eq!(wait(office.transact(&command("approve", "boss")?, approve))?, ApprovalStatus::Approved);
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_run(
    tx: &Tx,
    rules: &PaymentRules,
    id: PaymentRunId,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideRunError> {
    // Read.
    let mut now = tx.load(id).await?;
    let due = now.fall_due(tx.command().at(), &rules.hours)?;
    now.apply_decision(&due);

    // Decide.
    if let Some(reason) = now.cancelled() {
        return Err(PaymentRunError::Cancelled { reason: reason.to_owned() }.into());
    }
    let approved = now.approve(&approval(tx, now.approval(), &rules.book, on), &rules.book)?;

    // Record.
    Ok(tx.decide_each(id, [due, approved]).await?.approval().status().clone())
}

/// What was done of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunCarriedOut {
    /// What was paid, each to a vendor.
    pub paid: BTreeMap<PaymentId, Money>,
    /// What could not be paid any more, and why.
    pub dropped: BTreeMap<PaymentId, String>,
    /// How many payments are still to be made.
    pub left: usize,
}

/// Makes the payments of an approved run, at most so many, and at most 500: each is posted once, however often and by how
/// many this is asked for. One whose bills have changed meanwhile, or are kept back now, is dropped as a whole, and what it
/// was for may be proposed again.
///
/// # Errors
/// [`CarryOutRunError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/paying.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, owing, paying, proposed};
/// use office::payment::{approve_run, carry_out_run};
///
/// let (office, rules) = (&owing()?, &paying()?);
/// let run = proposed(office, rules)?;
/// let carry_out = |tx| async move { carry_out_run(&tx, rules, run, 100).await };
/// // Nobody has approved it yet.
/// assert!(wait(office.transact(&command("early", "ann")?, carry_out)).is_err());
/// let approve = |tx| async move { approve_run(&tx, rules, run, day(12)).await };
/// wait(office.transact(&command("approve", "boss")?, approve))?;
/// let made = wait(office.transact(&command("pay", "ann")?, carry_out))?;
/// assert_eq!((made.paid.len(), made.dropped.len(), made.left), (1, 0, 0));
/// # Ok::<(), Failure>(())
/// ```
pub async fn carry_out_run(
    tx: &Tx,
    rules: &PaymentRules,
    id: PaymentRunId,
    most: usize,
) -> Result<RunCarriedOut, CarryOutRunError> {
    let run = tx.load(id).await?;
    run.may_be_paid()?;
    let mut told = RunCarriedOut { paid: BTreeMap::new(), dropped: BTreeMap::new(), left: 0 };
    for (at, (payment, planned)) in run.planned().enumerate() {
        if at >= most.clamp(1, MOST) {
            told.left = told.left.saturating_add(1);
            continue;
        }
        let part = |part: &office_finance::ProposedPart| PartToPay {
            discount: part.discount,
            instalment: part.instalment,
            ..PartToPay::of(part.document, part.amount)
        };
        let made = PayVendor {
            id: payment,
            vendor: planned.vendor,
            currency: planned.amount.currency(),
            on: run.on(),
            parts: planned.parts.iter().map(part).collect(),
        };
        let blocked = rules.blocked.get(&planned.vendor);
        let outcome = match blocked {
            Some(reason) => Err(format!("the vendor is not paid now: {reason}")),
            None => match pay(tx, rules, made).await {
                Ok(()) => Ok(()),
                // Found out before anything was recorded.
                Err(
                    why @ (PayVendorError::Bill(_) | PayVendorError::KeptBack { .. } | PayVendorError::Discount { .. }),
                ) => Err(why.to_string()),
                Err(error) => return Err(error.into()),
            },
        };
        match &outcome {
            Ok(()) => drop(told.paid.insert(payment, planned.amount)),
            Err(why) => drop(told.dropped.insert(payment, why.clone())),
        }
        tx.decide(id, run.done(payment, outcome)?).await?;
    }
    Ok(told)
}

/// Gives up what is not paid of a run, for a reason: it may be proposed again.
///
/// # Errors
/// [`DecideRunError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/paying.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, owing, paying, proposed};
/// use office::payment::{cancel_run, propose_run};
///
/// let (office, rules) = (&owing()?, &paying()?);
/// let run = proposed(office, rules)?;
/// let cancel = |reason| move |tx| async move { cancel_run(&tx, run, reason).await };
/// // A reason is wanted.
/// assert!(wait(office.transact(&command("silent", "ann")?, cancel(" "))).is_err());
/// wait(office.transact(&command("cancel", "ann")?, cancel("the bank is closed")))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn cancel_run(tx: &Tx, id: PaymentRunId, reason: &str) -> Result<(), DecideRunError> {
    let cancelled = tx.load(id).await?.cancel(reason)?;
    tx.decide(id, cancelled).await?;
    Ok(())
}

/// A run cannot be proposed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProposeRunError {
    /// The store has failed.
    #[error("the run could not be stored")]
    Store(#[from] StoreError),
    /// A run was proposed under the id.
    #[error("a run was proposed under the id {id}: a run takes an id of its own")]
    Reused {
        /// The id.
        id: PaymentRunId,
    },
    /// The amounts cannot be added up.
    #[error("the payments cannot be added up")]
    Money(#[from] MoneyError),
    /// The payments are in a foreign currency, and cannot be told in that of the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// The rules cannot be asked.
    #[error(transparent)]
    Rules(#[from] DecideError),
}

/// Nothing was decided on a run: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecideRunError {
    /// The store has failed, or knows no such run.
    #[error("the decision could not be stored")]
    Store(#[from] StoreError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// It is at another point.
    #[error(transparent)]
    Run(#[from] PaymentRunError),
    /// Whoever gives the command may not approve it, or not now.
    #[error(transparent)]
    Refused(#[from] ApproveStepError),
}

/// A run is not carried out.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CarryOutRunError {
    /// The store has failed, or knows no such run.
    #[error("the payments could not be stored")]
    Store(#[from] StoreError),
    /// It is not approved, or cancelled.
    #[error(transparent)]
    Run(#[from] PaymentRunError),
    /// A payment cannot be posted.
    #[error(transparent)]
    Pay(#[from] PayVendorError),
}
