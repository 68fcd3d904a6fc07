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
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("calls.txt")]
///
/// let begin = |key: &str, plan: &BeginImprovementPlan| {
///     wait(office.transact(&command(key, bea), |tx| {
///         let plan = plan.clone();
///         async move { begin_improvement_plan(&tx, id, &plan, lead, book).await }
///     }))
/// };
/// // Nobody leads a plan for themselves.
/// let own = BeginImprovementPlan { person: bea, ..calls.clone() };
/// assert!(matches!(begin("own", &own), Err(ImprovementError::NotPermitted(_))));
/// begin("begin", &calls)?;
/// let read = wait(office.disclose(&command("read", bea), id, purpose, on, book))?;
/// assert_eq!(read.entity.next_talk(), Some("2026-10-26".parse()?));
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("calls.txt")]
///
/// begin("begin", &calls)?;
/// let granted = &wait(office.disclose(&command("read", bea), id, purpose, on, book))?.granted;
/// let step = |key: &str, step: ImprovementStep| {
///     wait(office.transact(&command(key, bea), |tx| {
///         let step = step.clone();
///         async move { lead_improvement_plan(&tx, (id, granted), &step, lead, book).await }
///     }))
/// };
/// // Until its last day nobody has failed.
/// let early = step("early", end(ImprovementOutcome::NotMet, "2026-12-11"));
/// assert!(matches!(early, Err(ImprovementError::Early { .. })));
/// let (on, met, note) = ("2026-10-26".parse()?, ["calls".to_owned()].into(), "All of them".to_owned());
/// step("talk", ImprovementStep::CheckIn(ImprovementCheckIn { on, met, note }))?;
/// step("met", end(ImprovementOutcome::Met, "2026-10-26"))?;
/// # Ok::<(), Failure>(())
/// ```
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
