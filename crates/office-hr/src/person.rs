//! Who somebody is: under which name, from which day on.
//!
//! Where they live and whom to call is private: it is on file ([`file_record`](crate::file_record)), in a class of its own,
//! and read by clearance. Where they work is told by their [employments](crate::Employment).
//!
//! Law 75 of the crate; `tests/structure.rs` holds it.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, Decision, Entity, Id, Kind, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::permission::permit;
use crate::retention::is_text;
use crate::{Dated, NotPermitted};

/// The longest part of a name, in characters.
const MOST_TEXT: usize = 200;
/// The most names of one person.
const MOST_NAMES: usize = 100;

/// What somebody is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonName {
    /// Given names: up to 200 characters, empty where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub given: String,
    /// The family name, or the only one: 1 to 200 characters.
    pub family: String,
}

/// A person whom the office knows by name.
///
/// # Example
/// ```
/// use office_core::{Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, wait};
/// use office_hr::{Person, PersonError, PersonName, name_person};
///
/// let (role, officer, valid) = (Role::new("personnel_officer"), Id::natural("person", "E-009"), DateRange::year(2026)?);
/// let (action, scope) = ("persons.name".parse()?, Scope::anywhere());
/// let mut book = AuthorityBook::default();
/// book.grants.push(Grant { role: role.clone(), action: "persons.name".parse()?, scope: scope.clone(), limit: None, valid });
/// book.appointments.push(Appointment { person: officer, role: role.clone(), scope, valid });
/// let (office, book, action) = (Office::on(MemoryStore::new()), &book, &action);
/// let anna = Id::natural("person", "E-017");
/// let name = |key: &str, by, family: &str, from: &str| {
///     let command = Command::new(key, "persons", Actor::new(by, role.clone()), "2026-10-05T08:00:00Z".parse()?)?;
///     let name = PersonName { given: "Anna".into(), family: family.into() };
///     let from = from.parse()?;
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
///         let name = name.clone();
///         async move { name_person(&tx, anna, (&name, from), action, book).await }
///     })))
/// };
/// name("known", officer, "Weber", "2026-01-01")??;
/// // She marries in June. Nobody else says what she is called.
/// assert!(matches!(name("stranger", anna, "Kaya", "2026-06-13")?, Err(PersonError::NotPermitted(_))));
/// name("married", officer, "Kaya", "2026-06-13")??;
/// let person = wait(office.view(|view| async move { view.load(Person::key(anna)).await }))?;
/// let family = |day: &str| Ok::<_, chrono::ParseError>(person.name(day.parse()?).map(|name| name.family.clone()));
/// assert_eq!((family("2026-06-12")?, family("2026-06-13")?), (Some("Weber".into()), Some("Kaya".into())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    names: Dated<PersonName>,
}

/// What can happen to a person's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PersonFact {
    /// They are called so, from a day on.
    Named {
        /// How.
        name: PersonName,
        /// From which day on.
        from: NaiveDate,
    },
}

/// Nothing was noted of a person: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PersonError {
    /// It is no name.
    #[error("a family name of 1 to {MOST_TEXT} characters is wanted, and given names of up to {MOST_TEXT}")]
    Name,
    /// They have had too many.
    #[error("the person has had {MOST_NAMES} names: no more are kept")]
    TooMany,
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed.
    #[error("the person cannot be stored")]
    Store(#[from] StoreError),
}

impl Person {
    /// Under which id somebody's name is kept.
    #[must_use]
    pub fn key(person: PersonId) -> Id<Self> {
        person.retag()
    }

    /// What they are called on a day; nothing before the first that is known.
    #[must_use]
    pub fn name(&self, on: NaiveDate) -> Option<&PersonName> {
        self.names.on(on).ok()
    }
}

impl Entity for Person {
    const KIND: Kind = Kind::literal("person");
    type Fact = PersonFact;

    fn open(fact: &PersonFact) -> Option<Self> {
        let PersonFact::Named { name, from } = fact;
        Some(Self { names: Dated::since(*from, name.clone()) })
    }

    fn apply(&mut self, fact: &PersonFact) {
        let PersonFact::Named { name, from } = fact;
        self.names.publish(*from, name.clone());
    }
}

/// Says what somebody is called from a day on, by somebody else who is granted that. What they were called before stays, and
/// so does what is known of later days. The same again is recognised.
///
/// # Errors
/// [`PersonError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{Person, PersonError, PersonName, name_person};
///
/// let (action, book) = (&"persons.name".parse()?, &granted(&["persons.name"]));
/// let name = |key: &str, by, family: &str, from: &str| {
///     let (name, from) = (&PersonName { given: "Anna".into(), family: family.into() }, from.parse().unwrap());
///     wait(office.transact(&command(key, by), |tx| async move {
///         name_person(&tx, anna, (name, from), action, book).await
///     }))
/// };
/// name("known", bea, "Weber", "2026-01-01")?;
/// // She marries in June.
/// name("married", bea, "Kaya", "2026-06-13")?;
/// let person = wait(office.view(|view| async move { view.load(Person::key(anna)).await }))?;
/// assert_eq!(person.name("2026-06-12".parse()?).map(|name| name.family.as_str()), Some("Weber"));
/// // Nobody says themselves what they are called.
/// assert!(matches!(name("own", anna, "Smith", "2026-07-01"), Err(PersonError::NotPermitted(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn name_person(
    tx: &Tx,
    person: PersonId,
    (name, from): (&PersonName, NaiveDate),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PersonError> {
    // Read.
    let id = Person::key(person);
    let known = tx.find(id).await?;

    // Decide.
    if !is_text(&name.family, MOST_TEXT) || name.given.chars().count() > MOST_TEXT {
        return Err(PersonError::Name);
    }
    if known.as_ref().is_some_and(|known| known.names.len() >= MOST_NAMES) {
        return Err(PersonError::TooMany);
    }
    permit(tx, action, Some(person), from, book)?;
    let same = known.as_ref().is_some_and(|known| known.names.starting(from) == Some(name));
    let named = PersonFact::Named { name: name.clone(), from };

    // Record.
    match known {
        Some(_) => Ok(tx.decide(id, if same { Decision::AlreadyRecorded } else { Decision::Record(named) }).await?),
        None => Ok(tx.create(id, named).await?),
    }
}
