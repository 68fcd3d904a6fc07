//! Reporting injuries, noting what becomes known of them, and reading the log.

use chrono::NaiveDate;
use office_core::{AuthorityBook, Id, StoreError, Tx, View};
use thiserror::Error;

use super::{Injury, InjuryError, InjuryLog, InjuryNote, InjuryRules, ReportInjury};
use crate::permission::{own_or_permit, permit};
use crate::{NotInForce, RecordContent};

/// Reports an injury on a day, by who was hurt or somebody who is granted to keep the log. The same again is recognised;
/// what it says is then not written again.
///
/// # Errors
/// [`InjuryError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../injury/office.txt")]
/// // Who neither was hurt nor keeps the log cannot.
/// assert!(matches!(report("other", dora), Err(InjuryError::NotPermitted(_))));
/// report("own", anna)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn report_injury(
    tx: &Tx,
    id: Id<Injury>,
    command: &ReportInjury,
    content: &RecordContent,
    on: NaiveDate,
    rules: &InjuryRules,
    book: &AuthorityBook,
) -> Result<(), InjuryError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    let decision = Injury::report(command, content)?;
    if let Some(known) = known {
        return if known.reported() == command { Ok(()) } else { Err(InjuryError::IdReused) };
    }
    own_or_permit(tx, &rules.log, command.person, on, book)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(tx.keep_content(id, content).await?)
}

/// Says what became known of an injury, by somebody else than who was hurt who is granted to keep the log.
///
/// # Errors
/// [`InjuryError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../injury/office.txt")]
/// report("report", anna)?;
/// let away = InjuryNote::Status { from: "2026-10-06".parse()?, status: WorkStatus::Away };
/// assert!(matches!(note("own", anna, &away), Err(InjuryError::NotPermitted(_))));
/// // Nobody is away for an injury before it happened.
/// let early = InjuryNote::Status { from: "2026-10-04".parse()?, status: WorkStatus::Away };
/// assert!(matches!(note("early", bea, &early), Err(InjuryError::BeforeInjury { .. })));
/// note("away", bea, &away)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn note_injury(
    tx: &Tx,
    id: Id<Injury>,
    note: &InjuryNote,
    on: NaiveDate,
    rules: &InjuryRules,
    book: &AuthorityBook,
) -> Result<(), InjuryError> {
    // Read.
    let injury = tx.load(id).await?;

    // Decide.
    let decision = injury.note(note)?;
    permit(tx, &rules.log, Some(injury.reported().person), on, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// The log of a year could not be read.
#[derive(Debug, Error)]
pub enum InjuryLogError {
    /// No rules are for a day on which somebody was hurt.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// The store failed.
    #[error("the log of injuries cannot be read")]
    Store(#[from] StoreError),
}

/// The log of a year, by what is known on a day. It tells nothing of what happened, and names nobody in privacy cases.
///
/// # Errors
/// [`InjuryLogError`].
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../injury/office.txt")]
/// use office_hr::{InjuryLogError, injury_log};
///
/// report("report", anna)?;
/// let (treatments, conditions) = (["stitches".into()].into(), [].into());
/// let assessment = InjuryAssessment { work_related: true, new_case: true, treatments, conditions };
/// note("assess", bea, &InjuryNote::Assessed(assessment))?;
/// let log = |rules| wait(office.view(move |view| async move { injury_log(&view, 2026, rules, on).await }));
/// assert_eq!(log(injuries)?.lines()[0].person, Some(anna));
///
/// // Rules of next year tell nothing of this one.
/// let later = &InjuryRules { terms: Dated::since("2027-01-01".parse()?, InjuryTerms::osha()), ..injuries.clone() };
/// assert!(matches!(log(later), Err(InjuryLogError::NotInForce(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn injury_log(
    view: &View,
    year: i32,
    rules: &InjuryRules,
    until: NaiveDate,
) -> Result<InjuryLog, InjuryLogError> {
    let injuries = view.list(Injury::OF_YEAR, &year).await?;
    Ok(InjuryLog::of(year, injuries.iter().map(|(id, injury)| (*id, injury)), rules, until)?)
}
