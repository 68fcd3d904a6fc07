//! Notes to oneself: how it goes, what one thinks of it. Private, until one shares them with one's manager.
//!
//! ```text
//!   keep ──► Private ──┬── share ────► Shared with one's manager
//!                      ├── unshare ──► Private: what was read was read
//!                      └── destroy ──► Destroyed
//! ```
//!
//! What a note says is content, read by whose it is and by whom it is shared with, and by nobody else, whatever clearance
//! they have; each reading leaves a trace.
//!
//! Law 58 of the crate; `tests/check_in.rs` holds it.
//!
//! # Example
//! ```
//! use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
//! use office_hr::{CheckIn, CheckInError, CheckInNote, destroy_check_in, keep_check_in, read_check_in, share_check_in, unshare_check_in};
//!
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str, name: &str| {
//!     let actor = Actor::new(Id::natural("person", name), Role::new("employee"));
//!     Command::new(key, "check-in", actor, "2026-10-05T08:00:00Z".parse().unwrap_or_default())
//! };
//! let (id, on) = (Id::<CheckIn>::natural("check_in", "E-017/2026-10-05"), "2026-10-05".parse()?);
//! let note = &CheckInNote { text: "The new telephone is a riddle to me".into(), mood: Some(3) };
//! wait(office.transact(&command("keep", "E-017")?, |tx| async move { keep_check_in(&tx, id, note, on).await }))?;
//!
//! let read = |key: &str, name: &str| {
//!     let (command, purpose) = (command(key, name)?, "talk".parse()?);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(read_check_in(&office, &command, id, &purpose, on)))
//! };
//! assert_eq!(read("own", "E-017")??.as_ref(), Some(note));
//! assert!(matches!(read("other", "E-005")?, Err(CheckInError::Disclose(_))));
//! assert_eq!(wait(office.readings(id))?.len(), 2);
//!
//! // Who reports to nobody has nobody to share it with; nothing is shared that could be made private again.
//! let sharing = |tx| async move { share_check_in(&tx, id, on).await };
//! assert!(matches!(wait(office.transact(&command("share", "E-017")?, sharing)), Err(CheckInError::NoManager { .. })));
//! wait(office.transact(&command("unshare", "E-017")?, |tx| async move { unshare_check_in(&tx, id, on).await }))?;
//! wait(office.transact(&command("destroy", "E-017")?, |tx| async move { destroy_check_in(&tx, id, on).await }))?;
//! assert_eq!(read("gone", "E-017")??, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    Appointment, AuthorityBook, Classified, Clearance, Command, DateRange, Decision, DiscloseError, Entity, Entries,
    Id, Kind, Office, OwnRecord, Partition, Purpose, RecordClass, Scope, StoreError, Tx,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Employment;
use crate::retention::is_text;

/// The longest note, in characters.
const MOST_TEXT: usize = 20_000;

/// A note that somebody keeps. What it says is not in it: see [`CheckInNote`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    person: PersonId,
    on: NaiveDate,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    shared: BTreeSet<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destroyed: Option<NaiveDate>,
}

/// What a note says. Its debug text tells nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckInNote {
    /// How it goes, what one has learned, what one needs: 1 to 20,000 characters.
    pub text: String,
    /// How one feels about work, 1 (badly) to 5 (very well), for those who like to say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mood: Option<u8>,
}

impl fmt::Debug for CheckInNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckInNote").finish_non_exhaustive()
    }
}

/// What can happen to a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CheckInFact {
    /// It was kept.
    Kept {
        /// By whom.
        person: PersonId,
        /// On which day.
        on: NaiveDate,
    },
    /// It was shared.
    Shared {
        /// With whom.
        with: PersonId,
        /// On which day.
        on: NaiveDate,
    },
    /// It is private again.
    Unshared {
        /// On which day.
        on: NaiveDate,
    },
    /// What it says was destroyed.
    Destroyed {
        /// On which day.
        on: NaiveDate,
    },
}

/// Nothing was done to a note, or it is not shown: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckInError {
    /// It is somebody else's.
    #[error("the note is somebody else's: whoever keeps it is wanted, and nobody for them")]
    NotOwn,
    /// The id stands for another note.
    #[error("the note is another one: an id of its own is wanted")]
    IdReused,
    /// What it says is missing or too long.
    #[error("a text of 1 to 20000 characters, and a mood of 1 to 5 where one is said, are wanted")]
    Note,
    /// It is destroyed.
    #[error("the note was destroyed on {on}: one that is kept is wanted")]
    Destroyed {
        /// On which day.
        on: NaiveDate,
    },
    /// There is nobody to share it with.
    #[error("on {on} they report to nobody: a day on which they do is wanted")]
    NoManager {
        /// The day.
        on: NaiveDate,
    },
    /// The reader may not, or the store failed.
    #[error(transparent)]
    Disclose(#[from] DiscloseError),
    /// The store failed, or knows no such note.
    #[error("the note cannot be stored or read")]
    Store(#[from] StoreError),
}

impl CheckIn {
    /// The notes of a person, by day. May be decided upon.
    pub const OF_PERSON: Partition<Self, PersonId, NaiveDate> = Partition::new("person");

    /// Whose it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Of which day.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// With whom it is shared.
    #[must_use]
    pub const fn shared(&self) -> &BTreeSet<PersonId> {
        &self.shared
    }

    fn kept_by(&self, tx: &Tx) -> Result<(), CheckInError> {
        own(tx, self.person)?;
        self.destroyed.map_or(Ok(()), |on| Err(CheckInError::Destroyed { on }))
    }
}

/// Refuses everybody but whose a note is, also those who act for them.
fn own(tx: &Tx, person: PersonId) -> Result<(), CheckInError> {
    let actor = tx.command().actor();
    if actor.is_personally(person) { Ok(()) } else { Err(CheckInError::NotOwn) }
}

impl Entity for CheckIn {
    const KIND: Kind = Kind::literal("check_in");
    type Fact = CheckInFact;

    fn open(fact: &CheckInFact) -> Option<Self> {
        match fact {
            CheckInFact::Kept { person, on } => {
                Some(Self { person: *person, on: *on, shared: BTreeSet::new(), destroyed: None })
            }
            CheckInFact::Shared { .. } | CheckInFact::Unshared { .. } | CheckInFact::Destroyed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &CheckInFact) {
        match fact {
            CheckInFact::Kept { .. } => {}
            CheckInFact::Shared { with, .. } => {
                self.shared.insert(*with);
            }
            CheckInFact::Unshared { .. } => self.shared.clear(),
            CheckInFact::Destroyed { on } => self.destroyed = Some(*on),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_PERSON, &self.person, &self.on);
    }
}

impl Classified for CheckIn {
    fn class(&self) -> RecordClass {
        RecordClass::Confidential
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.person)
    }
}

/// Keeps a note of a day. The same id again keeps nothing anew.
///
/// # Errors
/// [`CheckInError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("check_in/note.txt")]
///
/// let keep = |key: &str, note: &CheckInNote| {
///     wait(office.transact(&command(key, anna), |tx| {
///         let note = note.clone();
///         async move { keep_check_in(&tx, id, &note, on).await }
///     }))
/// };
/// // Moods go from 1 to 5.
/// let refused = keep("bright", &CheckInNote { mood: Some(6), ..note.clone() });
/// assert!(matches!(refused, Err(CheckInError::Note)));
/// keep("note", note)?;
/// assert_eq!(read("read", anna)?.as_ref(), Some(note));
/// # Ok::<(), Failure>(())
/// ```
pub async fn keep_check_in(tx: &Tx, id: Id<CheckIn>, note: &CheckInNote, on: NaiveDate) -> Result<(), CheckInError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    let person = tx.command().actor().person;
    own(tx, person)?;
    if !is_text(&note.text, MOST_TEXT) || note.mood.is_some_and(|mood| !(1..=5).contains(&mood)) {
        return Err(CheckInError::Note);
    }
    if let Some(known) = known {
        return if known.person == person && known.on == on { Ok(()) } else { Err(CheckInError::IdReused) };
    }

    // Record.
    tx.create::<CheckIn>(id, CheckInFact::Kept { person, on }).await?;
    Ok(tx.keep_content(id, note).await?)
}

/// Shares a note with one's manager of a day, by whose it is.
///
/// # Errors
/// [`CheckInError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("check_in/note.txt")]
///
/// let share = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move { share_check_in(&tx, id, on).await }))
/// };
/// keep("note", anna, note)?;
/// // Bea cannot share with herself what is Anna's.
/// assert!(matches!(share("pry", bea), Err(CheckInError::NotOwn)));
/// assert_eq!(share("share", anna)?, bea);
/// assert_eq!(read("read", bea)?.as_ref(), Some(note));
/// # Ok::<(), Failure>(())
/// ```
pub async fn share_check_in(tx: &Tx, id: Id<CheckIn>, on: NaiveDate) -> Result<PersonId, CheckInError> {
    // Read.
    let note = tx.load(id).await?;
    let employments = tx.list(Employment::OF_PERSON, &note.person).await?;

    // Decide.
    note.kept_by(tx)?;
    let manager = employments.iter().find_map(|(_, employment)| employment.on(on)?.manager);
    let with = manager.ok_or(CheckInError::NoManager { on })?;
    let shared = CheckInFact::Shared { with, on };
    let decision = if note.shared.contains(&with) { Decision::AlreadyRecorded } else { Decision::Record(shared) };

    // Record.
    tx.decide(id, decision).await?;
    Ok(with)
}

/// Makes a note private again, by whose it is.
///
/// # Errors
/// [`CheckInError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("check_in/note.txt")]
///
/// keep("note", anna, note)?;
/// share("share", anna)?;
/// assert_eq!(read("shared", bea)?.as_ref(), Some(note));
/// wait(office.transact(&command("private", anna), |tx| async move { unshare_check_in(&tx, id, on).await }))?;
/// // From now on it is Anna's alone.
/// assert!(matches!(read("private-again", bea), Err(CheckInError::Disclose(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn unshare_check_in(tx: &Tx, id: Id<CheckIn>, on: NaiveDate) -> Result<(), CheckInError> {
    // Read.
    let note = tx.load(id).await?;

    // Decide.
    note.kept_by(tx)?;
    let private = CheckInFact::Unshared { on };
    let decision = if note.shared.is_empty() { Decision::AlreadyRecorded } else { Decision::Record(private) };

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Destroys what a note says, by whose it is. Destroyed before, it stays so.
///
/// # Errors
/// [`CheckInError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("check_in/note.txt")]
///
/// let destroy = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move { destroy_check_in(&tx, id, on).await }))
/// };
/// keep("note", anna, note)?;
/// // Nobody else destroys it.
/// assert!(matches!(destroy("bea", bea), Err(CheckInError::NotOwn)));
/// destroy("anna", anna)?;
/// assert_eq!(read("gone", anna)?, None);
/// # Ok::<(), Failure>(())
/// ```
pub async fn destroy_check_in(tx: &Tx, id: Id<CheckIn>, on: NaiveDate) -> Result<(), CheckInError> {
    // Read.
    let note = tx.load(id).await?;

    // Decide.
    own(tx, note.person)?;
    if note.destroyed.is_some() {
        return Ok(());
    }

    // Record.
    tx.record(id, CheckInFact::Destroyed { on }).await?;
    Ok(tx.destroy_content(id).await?)
}

/// Reads a note: one's own, or one that is shared with oneself; none where it is destroyed.
///
/// The reading leaves a trace, granted or refused.
///
/// # Errors
/// [`CheckInError::Disclose`] where it is neither.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("check_in/note.txt")]
///
/// let read = |key: &str, person| wait(read_check_in(office, &command(key, person), id, talk, on));
/// keep("note", anna, note)?;
/// assert_eq!(read("own", anna)?.as_ref(), Some(note));
/// // It is not shared: Bea is refused, and that she tried is known.
/// assert!(matches!(read("pry", bea), Err(CheckInError::Disclose(_))));
/// assert_eq!(wait(office.readings(id))?.len(), 2);
/// # Ok::<(), Failure>(())
/// ```
pub async fn read_check_in(
    office: &Office,
    command: &Command,
    id: Id<CheckIn>,
    purpose: &Purpose,
    on: NaiveDate,
) -> Result<Option<CheckInNote>, CheckInError> {
    let note = office.view(|view| async move { view.load(id).await }).await?;
    // Who may read is what sharing says, and nothing else.
    let (actor, class, valid) = (command.actor(), note.class(), DateRange::day(on));
    let mut book = AuthorityBook::default();
    book.clearances.own_record.insert(class.clone(), OwnRecord::Always);
    if note.shared.contains(&actor.person) && actor.accountable() == actor.person {
        let (person, role) = (actor.person, actor.role.clone());
        book.appointments.push(Appointment { person, role: role.clone(), scope: Scope::anywhere(), valid });
        book.clearances.granted.push(Clearance { role, class, purpose: purpose.clone(), valid });
    }
    let disclosed = office.disclose(command, id, purpose, on, &book).await?;
    Ok(office.open_content(id, &disclosed.granted).await?)
}
