//! What is on file about somebody: filed, read for a purpose, kept as long as the rules say, erased.
//!
//! ```text
//!   file ──► On file ──┬── revise ─────► On file, its content another
//!                      ├── happened ───► On file, the time it is kept begins
//!                      └── erase ──────► Erased: due, and under no hold
//! ```
//!
//! That there is a record, of which class and kind, about whom and since when, is told by facts, and stays. What it says
//! is content ([`RecordContent`]): it is read by clearance and purpose alone, each reading leaves a trace, and it is
//! destroyed when the record is erased.
//!
//! Laws 40 to 42 of the crate; `tests/personnel_file.rs` holds them.
//!
//! # Example
//! ```
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, wait,
//! };
//! use office_hr::{
//!     EraseRecordError, FileRecord, RecordContent, RecordRules, RetentionRule, RetentionRules, RetentionStart, erase_record,
//!     file_record, personnel_file,
//! };
//!
//! // What is filed is kept for a year.
//! let mut retention = RetentionRules::default();
//! let (class, valid): (office_core::RecordClass, _) = ("general".parse()?, "2026-01-01/..".parse()?);
//! let keep = "1 year".parse()?;
//! let rule = RetentionRule { class: class.clone(), kind: None, from: RetentionStart::Filed, keep, basis: "office order 7".into() };
//! retention.publish("2026-01-01".parse()?, vec![rule])?;
//! let rules = &RecordRules::new(retention, ["records.file", "records.hold", "records.erase"])?;
//!
//! let (role, officer, employee) = (Role::new("personnel_officer"), Id::natural("person", "E-009"), Id::natural("person", "E-017"));
//! let mut book = AuthorityBook::default();
//! for action in ["records.file", "records.erase"] {
//!     let (role, action, scope) = (role.clone(), action.parse()?, Scope::anywhere());
//!     book.grants.push(Grant { role, action, scope, limit: None, valid });
//! }
//! book.appointments.push(Appointment { person: officer, role: role.clone(), scope: Scope::anywhere(), valid });
//! let purpose = "administration".parse()?;
//! book.clearances.granted.push(Clearance { role: role.clone(), class: class.clone(), purpose, valid });
//! let book = &book;
//!
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str, at: &str| {
//!     let at = at.parse().unwrap_or_default();
//!     Command::new(key, "records", Actor::new(officer, role.clone()), at)
//! };
//! let record = Id::natural("personnel_record", "E-017/first aid");
//! let content = RecordContent { title: "First aid certificate".into(), text: String::new(), document: None };
//! let (content, on) = (&content, "2026-02-01".parse()?);
//! let file = &FileRecord { person: employee, class, kind: "certificate".into(), employment: None, on };
//! wait(office.transact(&command("file", "2026-02-01T08:00:00Z")?, |tx| async move {
//!     file_record(&tx, record, file, content, rules, book).await
//! }))?;
//!
//! // It is read for what the officer is cleared for, and for nothing else.
//! let read = |key: &str, purpose: &str| {
//!     let (command, purpose) = (command(key, "2026-03-01T08:00:00Z")?, purpose.parse()?);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(personnel_file(&office, &command, employee, &purpose, on, book))?)
//! };
//! assert_eq!(read("read", "administration")?[0].content.as_ref(), Some(content));
//! assert!(read("pry", "curiosity")?.is_empty());
//!
//! let erase = |key: &str, on: &str| {
//!     let (command, on) = (command(key, &format!("{on}T08:00:00Z"))?, on.parse()?);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         erase_record(&tx, record, on, rules, book).await
//!     })))
//! };
//! assert!(matches!(erase("early", "2027-01-31")?, Err(EraseRecordError::NotDue { .. })));
//! erase("due", "2027-02-01")??;
//! assert_eq!(read("gone", "administration")?[0].content, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, Classified, Decision, Entity, Entries, Id, Kind, ParseActionError, Partition, RecordClass};
use serde::{Deserialize, Serialize};

use crate::retention::is_text;
use crate::{Employment, LegalHold, NoRetentionRule, RetentionDue, RetentionRule, RetentionRules, RetentionStart};

mod filing;
mod reading;

pub use filing::{EraseRecordError, FileRecordError, erase_record, file_record, note_event, revise_record};
pub use reading::{DuePage, DueRecord, FileEntry, PersonnelFileError, personnel_file, records_due};

/// The longest text of a record, in characters.
const MOST_TEXT: usize = 100_000;
/// The longest word or title, in characters.
const MOST_WORD: usize = 200;
/// The most events from which a time begins.
const MOST_EVENTS: usize = 100;

/// An office's rules of personnel files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordRules {
    /// How long what is kept.
    pub retention: RetentionRules,
    /// What somebody has to be granted to file a record, such as `records.file`.
    pub file: Action,
    /// What somebody has to be granted to place and release legal holds, such as `records.hold`.
    pub hold: Action,
    /// What somebody has to be granted to erase what is due, such as `records.erase`.
    pub erase: Action,
}

impl RecordRules {
    /// Rules with the actions to file, to hold and to erase, in that order.
    ///
    /// # Errors
    /// [`ParseActionError`] where one of them is no action.
    pub fn new(retention: RetentionRules, [file, hold, erase]: [&str; 3]) -> Result<Self, ParseActionError> {
        Ok(Self { retention, file: file.parse()?, hold: hold.parse()?, erase: erase.parse()? })
    }
}

/// Something on file about somebody. What it says is not in it: see [`RecordContent`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonnelRecord {
    filed: FileRecord,
    // The last day on which each event happened.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    happened: BTreeMap<String, NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    erased: Option<ErasedRecord>,
}

/// To file something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// About whom.
    pub person: PersonId,
    /// Of which class: `general`, `pay`, `medical`, `investigation`.
    pub class: RecordClass,
    /// What kind of document, in a word of the office: `contract`, `certificate`. It tells nothing of what it says.
    pub kind: String,
    /// To which employment it belongs, where the time it is kept may begin with its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employment: Option<Id<Employment>>,
    /// On which day.
    pub on: NaiveDate,
}

/// What a record says. Its debug text tells nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordContent {
    /// Its title: 1 to 200 characters.
    pub title: String,
    /// Its text: at most 100,000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Where its document lies, where it is kept elsewhere; it has to be destroyed there as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentPlace>,
}

impl fmt::Debug for RecordContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordContent").finish_non_exhaustive()
    }
}

/// Where a document lies that is kept elsewhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentPlace {
    /// Its place, in the words of whatever keeps it: 1 to 200 characters.
    pub place: String,
    /// The digest by which it is known to be the same, in the words of whatever made it: 1 to 200 characters.
    pub digest: String,
}

impl fmt::Debug for DocumentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentPlace").finish_non_exhaustive()
    }
}

impl RecordContent {
    /// Which text of it is not as it should be.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let place = self.document.iter().flat_map(|place| [("place", &place.place), ("digest", &place.digest)]);
        let mut words = [("title", &self.title)].into_iter().chain(place);
        let word = words.find(|(_, text)| !is_text(text, MOST_WORD)).map(|(field, _)| field);
        word.or_else(|| (!self.text.is_empty() && !is_text(&self.text, MOST_TEXT)).then_some("text"))
    }
}

/// That a record was erased, by which rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasedRecord {
    /// On which day.
    pub on: NaiveDate,
    /// Since when it was due.
    pub due: NaiveDate,
    /// By which rule.
    pub rule: RetentionRule,
}

/// What can happen to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RecordFact {
    /// It was filed.
    Filed(FileRecord),
    /// It says something else now.
    Revised,
    /// Something happened with which the time begins for which it is kept.
    Happened {
        /// What.
        event: String,
        /// On which day.
        on: NaiveDate,
    },
    /// It was erased.
    Erased(ErasedRecord),
}

impl PersonnelRecord {
    /// What is on file about a person, by the day of filing, erased records included. May be decided upon.
    pub const OF_PERSON: Partition<Self, PersonId, NaiveDate> = Partition::new("person");

    /// About whom, of which class and kind, since when.
    #[must_use]
    pub const fn filed(&self) -> &FileRecord {
        &self.filed
    }

    /// When and by which rule it was erased.
    #[must_use]
    pub const fn erased(&self) -> Option<&ErasedRecord> {
        self.erased.as_ref()
    }

    /// When it is due to be erased, by the rules of a day; `employment` is the one it belongs to.
    ///
    /// # Errors
    /// [`NoRetentionRule`] where none is for its class.
    pub fn due(
        &self,
        employment: Option<&Employment>,
        rules: &RetentionRules,
        on: NaiveDate,
    ) -> Result<RetentionDue, NoRetentionRule> {
        let happened = self.happened.iter().map(|(event, day)| (RetentionStart::Event(event.clone()), *day));
        let mut started: BTreeMap<RetentionStart, NaiveDate> = happened.collect();
        started.insert(RetentionStart::Filed, self.filed.on);
        let ends = employment.and_then(|employment| employment.term().last());
        started.extend(ends.map(|last| (RetentionStart::EmploymentEnds, last)));
        rules.due(&self.filed.class, &self.filed.kind, &started, on)
    }

    /// Says that something happened with which the time begins for which it is kept. Of several days the last counts.
    ///
    /// # Errors
    /// [`FileRecordError::Erased`], [`FileRecordError::Text`], [`FileRecordError::TooManyEvents`].
    pub fn note_event(&self, event: &str, on: NaiveDate) -> Result<Decision<RecordFact>, FileRecordError> {
        self.stands()?;
        if !is_text(event, MOST_WORD) {
            return Err(FileRecordError::Text { field: "event" });
        }
        match self.happened.get(event) {
            Some(day) if *day >= on => Ok(Decision::AlreadyRecorded),
            None if self.happened.len() >= MOST_EVENTS => Err(FileRecordError::TooManyEvents { most: MOST_EVENTS }),
            Some(_) | None => Ok(Decision::Record(RecordFact::Happened { event: event.to_owned(), on })),
        }
    }

    /// Erases it on a day on which it is due and no hold covers it. Erased before, it stays so.
    ///
    /// # Errors
    /// [`EraseRecordError::NoRule`], [`EraseRecordError::NotDue`], [`EraseRecordError::Held`].
    pub fn erase<'a>(
        &self,
        employment: Option<&Employment>,
        holds: impl IntoIterator<Item = &'a LegalHold>,
        rules: &RetentionRules,
        on: NaiveDate,
    ) -> Result<Decision<RecordFact>, EraseRecordError> {
        if self.erased.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        let found = self.due(employment, rules, on)?;
        let due = match found.on() {
            Some(due) if due <= on => due,
            due => return Err(EraseRecordError::NotDue { on: due, basis: found.rule().basis.clone() }),
        };
        let mut holds = holds.into_iter();
        if let Some(hold) = holds.find(|hold| hold.covers(self.filed.person, &self.filed.class)) {
            return Err(EraseRecordError::Held { matter: hold.placed().matter.clone() });
        }
        Ok(Decision::Record(RecordFact::Erased(ErasedRecord { on, due, rule: found.rule().clone() })))
    }

    /// Refuses what is erased.
    fn stands(&self) -> Result<(), FileRecordError> {
        self.erased.as_ref().map_or(Ok(()), |erased| Err(FileRecordError::Erased { on: erased.on }))
    }
}

impl Entity for PersonnelRecord {
    const KIND: Kind = Kind::literal("personnel_record");
    type Fact = RecordFact;

    fn open(fact: &RecordFact) -> Option<Self> {
        match fact {
            RecordFact::Filed(filed) => Some(Self { filed: filed.clone(), happened: BTreeMap::new(), erased: None }),
            RecordFact::Revised | RecordFact::Happened { .. } | RecordFact::Erased(_) => None,
        }
    }

    fn apply(&mut self, fact: &RecordFact) {
        match fact {
            RecordFact::Filed(_) | RecordFact::Revised => {}
            RecordFact::Happened { event, on } => {
                self.happened.insert(event.clone(), *on);
            }
            RecordFact::Erased(erased) => self.erased = Some(erased.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_PERSON, &self.filed.person, &self.filed.on);
    }
}

impl Classified for PersonnelRecord {
    fn class(&self) -> RecordClass {
        self.filed.class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.filed.person)
    }
}
