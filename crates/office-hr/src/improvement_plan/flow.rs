//! Beginning and leading a plan.

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Granted, Id, Tx};

use super::{
    BeginImprovementPlan, EndedImprovementPlan, ImprovementCheckIn, ImprovementError, ImprovementFact, ImprovementPlan,
    MOST_OBJECTIVES, MOST_TEXT,
};
use crate::permission::permit;
use crate::retention::is_text;

/// What is done to a running plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImprovementStep {
    /// It is talked over.
    CheckIn(ImprovementCheckIn),
    /// It is given more time.
    Extend {
        /// Until which day.
        last: NaiveDate,
        /// Why.
        why: String,
        /// On which day.
        on: NaiveDate,
    },
    /// It is ended.
    End(EndedImprovementPlan),
}

/// Begins a plan for somebody else, by somebody who is granted that.
///
/// # Errors
/// [`ImprovementError`]; nothing is recorded then.
pub async fn begin_improvement_plan(
    tx: &Tx,
    id: Id<ImprovementPlan>,
    begin: &BeginImprovementPlan,
    lead: &Action,
    book: &AuthorityBook,
) -> Result<(), ImprovementError> {
    // Decide.
    permit(tx, lead, Some(begin.person), begin.first, book)?;
    let mut texts = begin.objectives.iter().flat_map(|(key, what)| [key, what]);
    if !texts.all(|text| is_text(text, MOST_TEXT)) {
        return Err(ImprovementError::Text { field: "key and objective" });
    }
    let term = begin.first < begin.last;
    let objectives = (1..=MOST_OBJECTIVES).contains(&begin.objectives.len());
    if !term || !objectives || !(1..=366).contains(&begin.every_days) {
        return Err(ImprovementError::Terms);
    }

    // Record.
    Ok(tx.create::<ImprovementPlan>(id, ImprovementFact::Begun(Box::new(begin.clone()))).await?)
}

/// Talks a plan over, extends it or ends it, with the leave to read it that its disclosure gave, by somebody else who is
/// granted that.
///
/// # Errors
/// [`ImprovementError`]; nothing is recorded then.
pub async fn lead_improvement_plan(
    tx: &Tx,
    (id, granted): (Id<ImprovementPlan>, &Granted),
    step: &ImprovementStep,
    lead: &Action,
    book: &AuthorityBook,
) -> Result<(), ImprovementError> {
    // Read.
    let plan = tx.reveal(id, granted).await?;

    // Decide.
    let (on, decision) = match step {
        ImprovementStep::CheckIn(talk) => (talk.on, plan.check_in(talk)),
        ImprovementStep::Extend { last, why, on } => (*on, plan.extend(*last, why, *on)),
        ImprovementStep::End(end) => (end.on, plan.end(end)),
    };
    permit(tx, lead, Some(plan.begun.person), on, book)?;

    // Record.
    Ok(tx.decide(id, decision?).await?)
}
