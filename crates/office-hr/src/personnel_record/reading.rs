//! Reading somebody's file, and finding what is due to be erased.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{AuthorityBook, Command, CommandError, DiscloseError, Id, Office, Purpose, StoreError, View};
use thiserror::Error;

use super::{PersonnelRecord, RecordContent};
use crate::{LegalHold, NoRetentionRule, RetentionDue, RetentionRules};

/// A record in somebody's file, as it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its id.
    pub id: Id<PersonnelRecord>,
    /// What, since when, and whether it is erased.
    pub record: PersonnelRecord,
    /// What it says; none where it is erased.
    pub content: Option<RecordContent>,
}

/// Somebody's file could not be read.
#[derive(Debug, Error)]
pub enum PersonnelFileError {
    /// The key of the command is too long to tell the readings of the records apart.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The store failed.
    #[error("the file cannot be read")]
    Store(#[from] StoreError),
}

/// What is on file about somebody, as far as whoever gives the command may read it for a purpose on a day of the office,
/// by the day of filing.
///
/// Each record is a reading of its own and leaves its own trace, granted or refused. A record that the reader may not see
/// is not listed: that it is there is told to nobody. Fewer clearances never show more.
///
/// # Errors
/// [`PersonnelFileError`]; its key may have at most 91 characters.
///
/// # Example
/// ```
#[doc = include_str!("../personnel_record/office.txt")]
/// file("file", bea, "certificate")?;
/// assert_eq!(read("read", "administration")?.len(), 1);
/// // For another purpose nothing is shown.
/// assert!(read("pry", "curiosity")?.is_empty());
/// # Ok::<(), Failure>(())
/// ```
pub async fn personnel_file(
    office: &Office,
    command: &Command,
    person: PersonId,
    purpose: &Purpose,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<Vec<FileEntry>, PersonnelFileError> {
    let listed = office.view(|view| async move { view.list(PersonnelRecord::OF_PERSON, &person).await }).await?;
    let mut entries: Vec<FileEntry> = Vec::new();
    for (id, _) in listed {
        let key = format!("{}/{id}", command.key().as_str());
        let reading = Command::new(key, command.operation(), command.actor().clone(), command.at())?;
        match office.disclose(&reading, id, purpose, on, book).await {
            Ok(disclosed) => {
                let content = office.open_content(id, &disclosed.granted).await?;
                entries.push(FileEntry { id, record: disclosed.entity, content });
            }
            Err(DiscloseError::Refused(_)) => {}
            Err(DiscloseError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(entries)
}

/// A record whose time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRecord {
    /// Its id.
    pub id: Id<PersonnelRecord>,
    /// Since when and by which rule; or that there is no rule for it.
    pub due: Result<RetentionDue, NoRetentionRule>,
    /// The matters in which it is held. It is erased once all of these are over.
    pub held_in: Vec<String>,
}

/// What of a part of all records is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePage {
    /// What is due, and what no rule tells of.
    pub due: Vec<DueRecord>,
    /// After which record to look on; none where this was the last part.
    pub next: Option<Id<PersonnelRecord>>,
}

/// What is to be erased on a day, and what holds it, among up to `limit` records (at most 1,000) after one.
///
/// It tells nothing of what the records say.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("../personnel_record/office.txt")]
/// use office_hr::records_due;
///
/// file("file", bea, "certificate")?;
/// let due = |day: &str| {
///     let day = day.parse().unwrap();
///     wait(office.view(|view| async move { records_due(&view, &rules.retention, day, None, 100).await }))
/// };
/// assert!(due("2027-10-11")?.due.is_empty());
/// assert_eq!(due("2027-10-12")?.due[0].id, record);
/// # Ok::<(), Failure>(())
/// ```
pub async fn records_due(
    view: &View,
    rules: &RetentionRules,
    on: NaiveDate,
    after: Option<Id<PersonnelRecord>>,
    limit: usize,
) -> Result<DuePage, StoreError> {
    let limit = limit.clamp(1, 1_000);
    let page: Vec<(Id<PersonnelRecord>, PersonnelRecord)> = view.every(after, limit).await?;
    let next = page.last().map(|(id, _)| *id).filter(|_| page.len() >= limit);
    let mut due = Vec::new();
    for (id, record) in page.into_iter().filter(|(_, record)| record.erased().is_none()) {
        let employment = match record.filed().employment {
            Some(employment) => view.find(employment).await?,
            None => None,
        };
        let found = record.due(employment.as_ref(), rules, on);
        if found.as_ref().is_ok_and(|found| found.on().is_none_or(|day| day > on)) {
            continue;
        }
        let (person, class) = (record.filed().person, &record.filed().class);
        let holds = view.list(LegalHold::ON_PERSON, &person).await?;
        let covering = holds.into_iter().filter(|(_, hold)| hold.covers(person, class));
        let held_in = covering.map(|(_, hold)| hold.placed().matter.clone()).collect();
        due.push(DueRecord { id, due: found, held_in });
    }
    Ok(DuePage { due, next })
}
