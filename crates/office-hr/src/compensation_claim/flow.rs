//! Filing claims and taking them from step to step.

use office_core::{AuthorityBook, Id, Tx};

use super::{
    ClaimError, ClaimFact, ClaimRules, ClaimStatus, ClaimStep, ClaimedWage, CompensationClaim, FileClaim, FiledClaim,
    MOST_TEXT,
};
use crate::NotPermitted;
use crate::permission::{own_or_permit, permit};
use crate::retention::is_text;

/// Files a claim for an injury, by who was hurt or somebody who is granted to decide on claims. There is one claim for an
/// injury, unless it was withdrawn, however many file at once. The same again is recognised.
///
/// # Errors
/// [`ClaimError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../injury/office.txt")]
#[doc = include_str!("../compensation_claim/office.txt")]
/// assert!(matches!(file("WC-0", dora, "750.00 USD"), Err(ClaimError::NotPermitted(_))));
/// file("WC-1", anna, "750.00 USD")?;
/// // There is one claim for an injury.
/// assert!(matches!(file("WC-2", bea, "750.00 USD"), Err(ClaimError::Claimed { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn file_claim(
    tx: &Tx,
    id: Id<CompensationClaim>,
    command: &FileClaim,
    wage: &ClaimedWage,
    rules: &ClaimRules,
    book: &AuthorityBook,
) -> Result<(), ClaimError> {
    // Read.
    let known = tx.find(id).await?;
    let reported = tx.load(command.injury).await?.reported().clone();
    let claims = tx.list(CompensationClaim::OF_INJURY, &command.injury).await?;

    // Decide.
    if !is_text(&command.number, MOST_TEXT) {
        return Err(ClaimError::Text { field: "number" });
    }
    let (injured, amount) = (reported.on(), wage.weekly);
    let most = rules.terms.on(injured)?.most;
    if !amount.is_positive() || amount.currency() != most.currency() {
        return Err(ClaimError::Amount { amount });
    }
    if let Some(known) = known {
        return if known.filed().claim == *command { Ok(()) } else { Err(ClaimError::IdReused) };
    }
    let mut stands = claims.iter().filter(|(_, claim)| !matches!(claim.status(), ClaimStatus::Withdrawn { .. }));
    if let Some((_, claim)) = stands.next() {
        return Err(ClaimError::Claimed { number: claim.filed().claim.number.clone() });
    }
    own_or_permit(tx, &rules.decide, reported.person, command.on, book)?;
    let filed = FiledClaim { claim: command.clone(), person: reported.person, injured, pay_class: rules.pay.clone() };

    // Record.
    tx.create::<CompensationClaim>(id, ClaimFact::Filed(Box::new(filed))).await?;
    Ok(tx.keep_content(id, wage).await?)
}

/// Takes a step with a claim: withdrawn by who was hurt, anything else by somebody else who is granted to decide on claims.
///
/// # Errors
/// [`ClaimError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../injury/office.txt")]
#[doc = include_str!("../compensation_claim/office.txt")]
/// file("WC-1", anna, "750.00 USD")?;
/// assert!(matches!(step("own", anna, ClaimStep::Accept { on }), Err(ClaimError::NotPermitted(_))));
/// step("deny", bea, ClaimStep::Deny { on, why: "not at work".into() })?;
/// // What is denied has to be taken up again before it can be accepted.
/// assert!(matches!(step("accept", bea, ClaimStep::Accept { on }), Err(ClaimError::Status { .. })));
/// step("reopen", bea, ClaimStep::Reopen { on, why: "a witness was found".into() })?;
/// step("accept-now", bea, ClaimStep::Accept { on })?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn take_claim_step(
    tx: &Tx,
    id: Id<CompensationClaim>,
    step: &ClaimStep,
    rules: &ClaimRules,
    book: &AuthorityBook,
) -> Result<(), ClaimError> {
    // Read.
    let claim = tx.load(id).await?;

    // Decide.
    let decision = claim.step(step)?;
    let person = claim.filed().person;
    if !matches!(step, ClaimStep::Withdraw { .. }) {
        permit(tx, &rules.decide, Some(person), step.on(), book)?;
    } else if !tx.command().actor().is_personally(person) {
        return Err(NotPermitted { why: "who was hurt is wanted, as it is theirs to take back".to_owned() }.into());
    }

    // Record.
    Ok(tx.decide(id, decision).await?)
}
