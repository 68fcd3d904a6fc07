//! Filing, revising and erasing records.

use chrono::NaiveDate;
use office_core::{AuthorityBook, Id, StoreError, Tx};
use thiserror::Error;

use super::{FileRecord, MOST_WORD, PersonnelRecord, RecordContent, RecordFact, RecordRules};
use crate::permission::permit;
use crate::retention::is_text;
use crate::{Employment, LegalHold, NoRetentionRule, NotPermitted, RetentionRule, RetentionStart};

/// A record was not filed or changed: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileRecordError {
    /// A text is missing or too long.
    #[error("the {field} is missing or too long: 1 to 200 characters are wanted, and at most 100000 of text")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// The id stands for another record.
    #[error("the record is another one: an id of its own is wanted")]
    IdReused,
    /// No rule says how long it is kept.
    #[error(transparent)]
    NoRule(#[from] NoRetentionRule),
    /// The time it is kept begins with the end of an employment, and it belongs to none.
    #[error("by `{basis}` it is kept from the end of an employment on: the employment it belongs to is wanted")]
    NoEmployment {
        /// By which rule.
        basis: String,
    },
    /// The employment is somebody else's.
    #[error("the employment is not one of the person the record is about")]
    OtherEmployment,
    /// It is erased.
    #[error("the record was erased on {on}: one on file is wanted")]
    Erased {
        /// On which day.
        on: NaiveDate,
    },
    /// Too many different things have happened.
    #[error("a record knows {most} events at most")]
    TooManyEvents {
        /// How many.
        most: usize,
    },
    /// Whoever wants to may not.
    #[error("the record is not theirs to file: {why}")]
    NotAllowed {
        /// Why not.
        why: String,
    },
    /// The store failed, or knows no such record or employment.
    #[error("the record cannot be stored")]
    Store(#[from] StoreError),
}

/// A record was not erased: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EraseRecordError {
    /// No rule says how long it is kept.
    #[error(transparent)]
    NoRule(#[from] NoRetentionRule),
    /// It has to be kept longer.
    #[error("by `{basis}` the record is to be kept{}", .on.map_or_else(|| ", with no end yet".to_owned(), |on| format!(": {on} or a later day is wanted")))]
    NotDue {
        /// Until which day; none where that cannot be told yet.
        on: Option<NaiveDate>,
        /// By which rule.
        basis: String,
    },
    /// A legal hold covers it.
    #[error("the record is held in the matter `{matter}`: its release is wanted")]
    Held {
        /// In which matter.
        matter: String,
    },
    /// Whoever wants to may not.
    #[error("the record is not theirs to erase: {why}")]
    NotAllowed {
        /// Why not.
        why: String,
    },
    /// The store failed, or knows no such record.
    #[error("the record cannot be erased")]
    Store(#[from] StoreError),
}

/// Files something about somebody, by somebody else who is granted that. The same again is recognised; what it says is
/// then not written again.
///
/// # Errors
/// [`FileRecordError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../personnel_record/office.txt")]
/// // Nobody files about themselves, or what no rule says how long to keep.
/// assert!(matches!(file("own", anna, "certificate"), Err(FileRecordError::NotAllowed { .. })));
/// assert!(file("gossip", bea, "gossip").is_err());
/// file("file", bea, "certificate")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn file_record(
    tx: &Tx,
    id: Id<PersonnelRecord>,
    command: &FileRecord,
    content: &RecordContent,
    rules: &RecordRules,
    book: &AuthorityBook,
) -> Result<(), FileRecordError> {
    // Read.
    let known = tx.find(id).await?;
    let employment = match command.employment {
        Some(employment) => Some(tx.load(employment).await?),
        None => None,
    };

    // Decide.
    if !is_text(&command.kind, MOST_WORD) {
        return Err(FileRecordError::Text { field: "kind" });
    }
    if let Some(field) = content.fault() {
        return Err(FileRecordError::Text { field });
    }
    if let Some(known) = known {
        return if known.filed() == command { Ok(()) } else { Err(FileRecordError::IdReused) };
    }
    if employment.as_ref().is_some_and(|employment| employment.person() != command.person) {
        return Err(FileRecordError::OtherEmployment);
    }
    let started = [(RetentionStart::Filed, command.on)].into();
    let due = rules.retention.due(&command.class, &command.kind, &started, command.on)?;
    let RetentionRule { from, basis, .. } = due.rule();
    if *from == RetentionStart::EmploymentEnds && employment.is_none() {
        return Err(FileRecordError::NoEmployment { basis: basis.clone() });
    }
    may_file(tx, command, command.on, rules, book)?;

    // Record.
    tx.create::<PersonnelRecord>(id, RecordFact::Filed(command.clone())).await?;
    Ok(tx.keep_content(id, content).await?)
}

/// Puts other content in the place of what a record says, by somebody else who is granted to file.
///
/// # Errors
/// [`FileRecordError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../personnel_record/office.txt")]
/// use office_hr::revise_record;
///
/// file("file", bea, "certificate")?;
/// let revise = |key: &str, person| {
///     let content = &says("course of 3 October");
///     wait(office.transact(&command(key, person), |tx| async move { revise_record(&tx, record, content, on, rules, book).await }))
/// };
/// assert!(matches!(revise("own", anna), Err(FileRecordError::NotAllowed { .. })));
/// revise("revise", bea)?;
/// assert_eq!(read("read", "administration")?[0].content, Some(says("course of 3 October")));
/// # Ok::<(), Failure>(())
/// ```
pub async fn revise_record(
    tx: &Tx,
    id: Id<PersonnelRecord>,
    content: &RecordContent,
    on: NaiveDate,
    rules: &RecordRules,
    book: &AuthorityBook,
) -> Result<(), FileRecordError> {
    // Read.
    let record = tx.load(id).await?;

    // Decide.
    if let Some(field) = content.fault() {
        return Err(FileRecordError::Text { field });
    }
    record.stands()?;
    may_file(tx, record.filed(), on, rules, book)?;

    // Record.
    tx.record(id, RecordFact::Revised).await?;
    Ok(tx.keep_content(id, content).await?)
}

/// Says that something happened with which the time begins for which a record is kept, by somebody else who is granted to
/// file: a case is closed, an application decided.
///
/// # Errors
/// [`FileRecordError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../personnel_record/office.txt")]
/// use office_hr::note_event;
///
/// file("file", bea, "warning")?;
/// let erase = |key: &str, day: &str| {
///     let day = day.parse().unwrap();
///     wait(office.transact(&command(key, bea), |tx| async move { erase_record(&tx, record, day, rules, book).await }))
/// };
/// let close = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move { note_event(&tx, record, "closed", on, rules, book).await }))
/// };
/// // As long as the matter is open nobody can tell how long it is kept.
/// assert!(matches!(erase("open", "2026-12-31"), Err(EraseRecordError::NotDue { .. })));
/// assert!(matches!(close("own", anna), Err(FileRecordError::NotAllowed { .. })));
/// close("close", bea)?;
/// erase("due", "2026-12-12")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn note_event(
    tx: &Tx,
    id: Id<PersonnelRecord>,
    event: &str,
    on: NaiveDate,
    rules: &RecordRules,
    book: &AuthorityBook,
) -> Result<(), FileRecordError> {
    // Read.
    let record = tx.load(id).await?;

    // Decide.
    let decision = record.note_event(event, on)?;
    may_file(tx, record.filed(), on, rules, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Erases a record that is due and that no hold covers, by somebody else who is granted that: what it says is destroyed,
/// that there was a record stays.
///
/// A hold that is placed at the same time comes first or too late; there is nothing in between.
///
/// # Errors
/// [`EraseRecordError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../personnel_record/office.txt")]
/// file("file", bea, "certificate")?;
/// let erase = |key: &str, day: &str| {
///     let day = day.parse().unwrap();
///     wait(office.transact(&command(key, bea), |tx| async move { erase_record(&tx, record, day, rules, book).await }))
/// };
/// // It is kept for a year.
/// assert!(matches!(erase("early", "2026-12-31"), Err(EraseRecordError::NotDue { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn erase_record(
    tx: &Tx,
    id: Id<PersonnelRecord>,
    on: NaiveDate,
    rules: &RecordRules,
    book: &AuthorityBook,
) -> Result<(), EraseRecordError> {
    // Read.
    let record = tx.load(id).await?;
    let employment: Option<Employment> = match record.filed().employment {
        Some(employment) => Some(tx.load(employment).await?),
        None => None,
    };
    let holds = tx.list(LegalHold::ON_PERSON, &record.filed().person).await?;

    // Decide.
    let decision = record.erase(employment.as_ref(), holds.iter().map(|(_, hold)| hold), &rules.retention, on)?;
    let Some(fact) = decision.fact() else { return Ok(()) };
    permit(tx, &rules.erase, Some(record.filed().person), on, book)
        .map_err(|NotPermitted { why }| EraseRecordError::NotAllowed { why })?;

    // Record.
    tx.record(id, fact).await?;
    Ok(tx.destroy_content(id).await?)
}

fn may_file(
    tx: &Tx,
    filed: &FileRecord,
    on: NaiveDate,
    rules: &RecordRules,
    book: &AuthorityBook,
) -> Result<(), FileRecordError> {
    permit(tx, &rules.file, Some(filed.person), on, book)
        .map_err(|NotPermitted { why }| FileRecordError::NotAllowed { why })
}
