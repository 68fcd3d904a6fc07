//! What must not be erased while a matter is open.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{AuthorityBook, Decision, Entity, Entries, Id, Kind, Partition, RecordClass, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::permission::permit;
use crate::retention::is_text;
use crate::{NotPermitted, RecordRules};

/// The most persons of one hold.
const MOST_PERSONS: usize = 1_000;
/// The longest name of a matter, and the longest reason, in characters.
const MOST_TEXT: usize = 500;

/// An order to erase nothing about some persons: a law suit, an audit, an investigation.
///
/// ```text
///   place ──► In force ── release ──► Released
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalHold {
    placed: PlaceHold,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    released: Option<HoldRelease>,
}

/// To order that nothing be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceHold {
    /// In which matter: 1 to 500 characters.
    pub matter: String,
    /// About whom: 1 to 1,000 persons.
    pub persons: BTreeSet<PersonId>,
    /// Of which classes; of all where none is named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub classes: BTreeSet<RecordClass>,
    /// On which day.
    pub on: NaiveDate,
}

/// That a matter is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldRelease {
    /// On which day.
    pub on: NaiveDate,
    /// Why.
    pub why: String,
}

/// What can happen to a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum HoldFact {
    /// It was ordered.
    Placed(PlaceHold),
    /// It was lifted.
    Released(HoldRelease),
}

/// A hold was not placed or released: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HoldError {
    /// A text is missing or too long.
    #[error("a {field} of 1 to 500 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// It is about nobody, or too many.
    #[error("the hold is about {persons} persons: 1 to 1000 are wanted")]
    Persons {
        /// How many.
        persons: usize,
    },
    /// The id stands for another hold.
    #[error("the hold is another one: an id of its own is wanted")]
    IdReused,
    /// It is released already, on another day or for another reason.
    #[error("the hold was released on {on}: one in force is wanted")]
    Released {
        /// On which day.
        on: NaiveDate,
    },
    /// Whoever wants to may not.
    #[error("a legal hold is not theirs to place or release: {why}")]
    NotAllowed {
        /// Why not.
        why: String,
    },
    /// The store failed, or knows no such hold.
    #[error("the hold cannot be stored")]
    Store(#[from] StoreError),
}

impl LegalHold {
    /// The holds in force about a person, by the day of each. May be decided upon.
    pub const ON_PERSON: Partition<Self, PersonId, NaiveDate> = Partition::new("person");

    /// What was ordered.
    #[must_use]
    pub const fn placed(&self) -> &PlaceHold {
        &self.placed
    }

    /// When and why it was lifted.
    #[must_use]
    pub const fn released(&self) -> Option<&HoldRelease> {
        self.released.as_ref()
    }

    /// Whether it keeps records of a class about a person from being erased.
    #[must_use]
    pub fn covers(&self, person: PersonId, class: &RecordClass) -> bool {
        let PlaceHold { persons, classes, .. } = &self.placed;
        self.released.is_none() && persons.contains(&person) && (classes.is_empty() || classes.contains(class))
    }

    /// Orders that nothing be erased.
    ///
    /// # Errors
    /// [`HoldError::Text`], [`HoldError::Persons`].
    pub fn place(command: &PlaceHold) -> Result<Decision<HoldFact>, HoldError> {
        if !is_text(&command.matter, MOST_TEXT) {
            return Err(HoldError::Text { field: "matter" });
        }
        let persons = command.persons.len();
        if !(1..=MOST_PERSONS).contains(&persons) {
            return Err(HoldError::Persons { persons });
        }
        Ok(Decision::Record(HoldFact::Placed(command.clone())))
    }

    /// Lifts it. The same again is recognised.
    ///
    /// # Errors
    /// [`HoldError::Text`], [`HoldError::Released`].
    pub fn release(&self, command: &HoldRelease) -> Result<Decision<HoldFact>, HoldError> {
        if !is_text(&command.why, MOST_TEXT) {
            return Err(HoldError::Text { field: "reason" });
        }
        match &self.released {
            None => Ok(Decision::Record(HoldFact::Released(command.clone()))),
            Some(released) if released == command => Ok(Decision::AlreadyRecorded),
            Some(released) => Err(HoldError::Released { on: released.on }),
        }
    }
}

impl Entity for LegalHold {
    const KIND: Kind = Kind::literal("legal_hold");
    type Fact = HoldFact;

    fn open(fact: &HoldFact) -> Option<Self> {
        match fact {
            HoldFact::Placed(placed) => Some(Self { placed: placed.clone(), released: None }),
            HoldFact::Released(_) => None,
        }
    }

    fn apply(&mut self, fact: &HoldFact) {
        match fact {
            HoldFact::Placed(_) => {}
            HoldFact::Released(release) => self.released = Some(release.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.released.is_none() {
            for person in &self.placed.persons {
                entries.partition(Self::ON_PERSON, person, &self.placed.on);
            }
        }
    }
}

/// Orders that nothing be erased about some persons, by somebody who is granted that.
///
/// # Errors
/// [`HoldError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{
///     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, wait,
/// };
/// use office_hr::{HoldError, HoldRelease, PlaceHold, RecordRules, RetentionRules, place_hold, release_hold};
///
/// let rules = &RecordRules::new(RetentionRules::default(), ["records.file", "records.hold", "records.erase"])?;
/// let (role, counsel, valid) = (Role::new("counsel"), Id::natural("person", "E-003"), DateRange::year(2026)?);
/// let mut book = AuthorityBook::default();
/// book.grants.push(Grant { role: role.clone(), action: "records.hold".parse()?, scope: Scope::anywhere(), limit: None, valid });
/// book.appointments.push(Appointment { person: counsel, role: role.clone(), scope: Scope::anywhere(), valid });
/// let (book, office) = (&book, Office::on(MemoryStore::new()));
/// let command = |key: &str, who, role: Role| {
///     Command::new(key, "hold", Actor::new(who, role), "2026-10-05T08:00:00Z".parse().unwrap_or_default())
/// };
///
/// let hold = Id::natural("legal_hold", "12 C 345/26");
/// let order = &PlaceHold {
///     matter: "12 C 345/26".into(), persons: [Id::natural("person", "E-017")].into(), classes: [].into(), on: "2026-10-05".parse()?,
/// };
/// let placing = |tx| async move { place_hold(&tx, hold, order, rules, book).await };
/// // It is not for everybody to order that.
/// let refused = wait(office.transact(&command("a", Id::natural("person", "E-009"), Role::new("assistant"))?, placing));
/// assert!(matches!(refused, Err(HoldError::NotAllowed { .. })));
/// wait(office.transact(&command("b", counsel, role.clone())?, placing))?;
///
/// let over = &HoldRelease { on: "2027-03-01".parse()?, why: "judgment is final".into() };
/// let late = wait(office.transact(&command("c", counsel, role)?, |tx| async move {
///     release_hold(&tx, hold, over, rules, book).await
/// }));
/// // The grant was for 2026.
/// assert!(matches!(late, Err(HoldError::NotAllowed { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn place_hold(
    tx: &Tx,
    id: Id<LegalHold>,
    command: &PlaceHold,
    rules: &RecordRules,
    book: &AuthorityBook,
) -> Result<(), HoldError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    let decision = LegalHold::place(command)?;
    if let Some(known) = known {
        return if known.placed() == command { Ok(()) } else { Err(HoldError::IdReused) };
    }
    allowed(tx, command.on, rules, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Lifts a hold, by somebody who is granted that: what has fallen due meanwhile may be erased.
///
/// # Errors
/// [`HoldError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{HoldError, HoldRelease, PlaceHold, RecordRules, RetentionRules, place_hold, release_hold};
///
/// let rules = &RecordRules::new(RetentionRules::default(), ["records.file", "records.hold", "records.erase"])?;
/// let (hold, book) = (Id::natural("legal_hold", "12 C 345/26"), &granted(&["records.hold"]));
/// let order = &PlaceHold { matter: "12 C 345/26".into(), persons: [anna].into(), classes: [].into(), on };
/// wait(office.transact(&command("place", bea), |tx| async move { place_hold(&tx, hold, order, rules, book).await }))?;
/// let release = |key: &str, person, why: &str| {
///     let over = &HoldRelease { on, why: why.into() };
///     wait(office.transact(&command(key, person), |tx| async move {
///         release_hold(&tx, hold, over, rules, book).await
///     }))
/// };
/// // Carl is not granted to lift it.
/// assert!(matches!(release("carl", carl, "it is over"), Err(HoldError::NotAllowed { .. })));
/// release("final", bea, "judgment is final")?;
/// // It is lifted once.
/// assert!(matches!(release("again", bea, "it is over"), Err(HoldError::Released { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn release_hold(
    tx: &Tx,
    id: Id<LegalHold>,
    command: &HoldRelease,
    rules: &RecordRules,
    book: &AuthorityBook,
) -> Result<(), HoldError> {
    // Read.
    let hold = tx.load(id).await?;

    // Decide.
    let decision = hold.release(command)?;
    allowed(tx, command.on, rules, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

fn allowed(tx: &Tx, on: NaiveDate, rules: &RecordRules, book: &AuthorityBook) -> Result<(), HoldError> {
    permit(tx, &rules.hold, None, on, book).map_err(|NotPermitted { why }| HoldError::NotAllowed { why })
}
