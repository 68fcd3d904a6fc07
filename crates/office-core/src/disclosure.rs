//! Reading classified entities: for a purpose, by authority, with a trace.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::subject::PersonId;
use crate::{
    AccessRefused, AccessRequest, AccessTrace, AuthorityBook, Command, Entity, Granted, Id, Kind, Office, Purpose,
    RecordClass, StoreError, Tx, decide_access,
};

/// An entity that not everybody may read: a salary, a grievance.
///
/// It says so to the storage layer with [`Entity::CLASSIFIED`], which makes it impossible to load: it is
/// disclosed by [`Office::disclose`], and changed with the leave that this gave, by [`Tx::reveal`].
///
/// # Example
/// ```
/// use office_core::{
///     Actor, Appointment, AuthorityBook, Classified, Clearance, Command, DateRange, DiscloseError, Disclosure,
///     Entity, Id, Kind, MemoryStore, Office, RecordClass, Role, Scope, StoreError, subject::PersonId, wait,
/// };
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// struct Salary { of: PersonId, monthly: String }
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// struct Agreed { of: PersonId, monthly: String }
/// impl Entity for Salary {
///     const KIND: Kind = Kind::literal("salary");
///     const CLASSIFIED: bool = true;
///     type Fact = Agreed;
///     fn open(fact: &Agreed) -> Option<Self> {
///         Some(Salary { of: fact.of, monthly: fact.monthly.clone() })
///     }
///     fn apply(&mut self, fact: &Agreed) {
///         self.monthly.clone_from(&fact.monthly);
///     }
/// }
/// impl Classified for Salary {
///     fn class(&self) -> RecordClass {
///         "pay".parse().unwrap_or(RecordClass::Confidential)
///     }
///     fn subject(&self) -> Option<PersonId> {
///         Some(self.of)
///     }
/// }
///
/// let on = "2026-07-06".parse()?;
/// let (officer, employee) = (Id::natural("person", "E-009"), Id::natural("person", "E-017"));
/// let role = Role::new("personnel_officer");
/// let mut book = AuthorityBook::default();
/// let valid = DateRange::from(on);
/// book.appointments.push(Appointment { person: officer, role: role.clone(), scope: Scope::anywhere(), valid });
/// let (class, purpose) = ("pay".parse()?, "payroll".parse()?);
/// book.clearances.granted.push(Clearance { role: role.clone(), class, purpose, valid });
///
/// let office = Office::on(MemoryStore::new());
/// let salary = Id::<Salary>::natural("salary", "E-017");
/// let command = |key: &str| Command::new(key, "payroll", Actor::new(officer, role.clone()), "2026-07-06T08:30:00Z".parse().unwrap_or_default());
/// wait(office.transact(&command("agree")?, |tx| async move {
///     tx.record(salary, Agreed { of: employee, monthly: "3,100.00 EUR".into() }).await
/// }))?;
///
/// let Disclosure { entity, .. } = wait(office.disclose(&command("read-1")?, salary, &"payroll".parse()?, on, &book))?;
/// assert_eq!(entity.monthly, "3,100.00 EUR");
///
/// // Curiosity is no purpose, and the attempt is on record all the same.
/// let refused = wait(office.disclose(&command("read-2")?, salary, &"curiosity".parse()?, on, &book));
/// assert!(matches!(refused, Err(DiscloseError::Refused(_))));
/// let granted: Vec<bool> = wait(office.readings(salary))?.iter().map(|trace| trace.granted()).collect();
/// assert_eq!(granted, [true, false]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Classified: Entity {
    /// Its class.
    fn class(&self) -> RecordClass;

    /// The person it is about, where it is about one.
    fn subject(&self) -> Option<PersonId>;
}

/// A classified entity that was disclosed, and the leave to read it that was given.
///
/// Its debug text tells the leave only.
pub struct Disclosure<E> {
    /// The entity as it was when it was disclosed.
    pub entity: E,
    /// Leave to read this class of records about this person: what [`Tx::reveal`] asks for.
    pub granted: Granted,
}

impl<E> std::fmt::Debug for Disclosure<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disclosure").field("granted", &self.granted).finish_non_exhaustive()
    }
}

/// A classified entity was not disclosed.
#[derive(Debug, Error)]
pub enum DiscloseError {
    /// Who asked may not read it, or not for that purpose. The attempt is on record.
    #[error(transparent)]
    Refused(#[from] AccessRefused),
    /// There is no such entity, or the store failed. Nothing was disclosed.
    #[error("the record could not be disclosed")]
    Store(#[from] StoreError),
}

/// Who has read one classified entity, and who has tried: one trace a reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct AccessLog {
    granted: u64,
    refused: u64,
}

impl AccessLog {
    fn of<E: Entity>(id: Id<E>) -> Id<Self> {
        Id::natural("access_log", &format!("{}/{id}", E::KIND))
    }
}

impl Entity for AccessLog {
    const KIND: Kind = Kind::literal("access_log");
    type Fact = AccessTrace;

    fn open(fact: &AccessTrace) -> Option<Self> {
        let mut log = Self::default();
        log.apply(fact);
        Some(log)
    }

    fn apply(&mut self, fact: &AccessTrace) {
        let counted = if fact.granted() { &mut self.granted } else { &mut self.refused };
        *counted = counted.saturating_add(1);
    }
}

impl Office {
    /// Discloses a classified entity to whoever gives the command, if the book allows it for that purpose on that day.
    ///
    /// The trace of the reading is stored before anything is given out, and stored as well where it is refused. A
    /// command sent again is a second reading only if it has another key; its key is bound to the entity, the purpose and
    /// the day, and is refused for others.
    ///
    /// # Errors
    /// [`DiscloseError::Refused`] with the reasons; [`DiscloseError::Store`] where there is no such entity or the store
    /// fails.
    pub async fn disclose<E: Classified>(
        &self,
        command: &Command,
        id: Id<E>,
        purpose: &Purpose,
        on: NaiveDate,
        book: &AuthorityBook,
    ) -> Result<Disclosure<E>, DiscloseError> {
        let kind = E::KIND;
        let bound = command.clone().with_input(&(kind.as_str(), id, purpose, on));
        let command = bound.map_err(|error| StoreError::rejected(error.to_string()))?;
        let trace: AccessTrace = self
            .transact(&command, |tx| async move {
                let entity = tx.classified(id).await?;
                let request = AccessRequest {
                    actor: tx.command().actor().clone(),
                    class: entity.class(),
                    purpose: purpose.clone(),
                    subject: entity.subject(),
                    on,
                    at: tx.command().at(),
                };
                let (_, trace) = decide_access(book, request).into_parts();
                tx.record(AccessLog::of(id), trace.clone()).await?;
                Ok::<_, StoreError>(trace)
            })
            .await?;
        // The decision is a pure function of the stored request, so it is the one that the trace tells of.
        let (leave, decided) = decide_access(book, trace.request.clone()).into_parts();
        if decided != trace {
            return Err(StoreError::conflict().into());
        }
        let granted = leave?;
        let entity = self.view(|view| async move { view.classified(id).await }).await?;
        if entity.class() != *granted.class() || entity.subject() != granted.subject() {
            return Err(StoreError::conflict().into());
        }
        Ok(Disclosure { entity, granted })
    }

    /// Who has read a classified entity and who has tried, first to last, at most 1 000 of them.
    pub async fn readings<E: Entity>(&self, id: Id<E>) -> Result<Vec<AccessTrace>, StoreError> {
        let log = AccessLog::of(id);
        let facts = self.view(|view| async move { view.history(log, 0, 1_000).await }).await?;
        let traces = facts.iter().filter_map(|fact| fact.fact::<AccessLog>().transpose());
        traces.collect()
    }
}

impl Tx {
    /// A classified entity, with the leave that [`Office::disclose`] gave: for deciding what becomes of it.
    ///
    /// # Errors
    /// [`StoreError::is_not_found`] where there is none; a fatal error where the leave is for another class, or for
    /// records about somebody else.
    pub async fn reveal<E: Classified>(&self, id: Id<E>, granted: &Granted) -> Result<E, StoreError> {
        let entity = self.classified(id).await?;
        if entity.class() == *granted.class() && entity.subject() == granted.subject() {
            Ok(entity)
        } else {
            Err(StoreError::rejected(format!("the leave to read {} records is not for this one", granted.class())))
        }
    }
}
