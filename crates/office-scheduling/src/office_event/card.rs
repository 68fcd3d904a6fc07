//! Who the guests are: read for a purpose, with a trace, and forgotten after the event.

use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    AuthorityBook, Classified, Command, CommandError, Decision, DiscloseError, Entity, Entries, Kind, Office,
    Partition, Purpose, RecordClass, StoreError, Tx,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{GuestError, GuestId, GuestKind, OfficeEvent, OfficeEventId};

/// Who a guest is: content, which is read by clearance alone and can be destroyed. Its debug text tells nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuestContact {
    /// The name, as it stands on the badge.
    pub name: String,
    /// How to reach them: an address or a number.
    pub contact: String,
    /// Who they are in the office, where they are of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The plate of their car.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<String>,
}

impl fmt::Debug for GuestContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestContact")
    }
}

/// That there is a guest of an event. Who it is, is content beside it ([`GuestContact`]), of the class `guest_contact`.
///
/// [`invite_guest`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuestCard {
    event: OfficeEventId,
    forgotten: bool,
}

/// What happens to what is known of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestCardFact {
    /// It was written down.
    Written {
        /// For which event.
        event: OfficeEventId,
    },
    /// It was destroyed.
    Forgotten,
}

impl GuestCard {
    /// The cards of an event that are not forgotten; may be decided upon.
    pub const OF_EVENT: Partition<Self, OfficeEventId, bool> = Partition::new("event");

    /// The event.
    #[must_use]
    pub const fn event(&self) -> OfficeEventId {
        self.event
    }

    /// Whether who it is has been destroyed.
    #[must_use]
    pub const fn is_forgotten(&self) -> bool {
        self.forgotten
    }
}

impl Entity for GuestCard {
    const KIND: Kind = Kind::literal("event_guest");

    type Fact = GuestCardFact;

    fn open(fact: &GuestCardFact) -> Option<Self> {
        match fact {
            GuestCardFact::Written { event } => Some(Self { event: *event, forgotten: false }),
            GuestCardFact::Forgotten => None,
        }
    }

    fn apply(&mut self, fact: &GuestCardFact) {
        match fact {
            GuestCardFact::Written { .. } => self.forgotten = false,
            GuestCardFact::Forgotten => self.forgotten = true,
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if !self.forgotten {
            entries.partition(Self::OF_EVENT, &self.event, &false);
        }
    }
}

impl Classified for GuestCard {
    fn class(&self) -> RecordClass {
        "guest_contact".parse().unwrap_or(RecordClass::Confidential)
    }

    fn subject(&self) -> Option<PersonId> {
        None
    }
}

/// Invites somebody to an event, who may bring so many others, and keeps who it is as content. Invited again with the
/// same id, who it is takes the place of what was kept.
///
/// # Errors
/// [`InviteGuestError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{
///     Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Entity, Id, MemoryStore, Office, Percent, Role,
///     Rounding, Scope, StoreError, wait,
/// };
/// use office_scheduling::{
///     GuestContact, GuestId, GuestKind, OfficeEvent, OfficeEventDetails, OfficeEventId, OfficeEventParts,
///     guest_contacts, invite_guest,
/// };
///
/// let office = &Office::on(MemoryStore::new());
/// let (host, role) = (Id::natural("person", "E-001"), Role::new("host"));
/// let (party, guest) = (OfficeEventId::natural("event", "party"), GuestId::natural("guest", "party/1"));
/// let command = |key: &str| Command::new(key, "event", Actor::new(host, role.clone()), "2026-05-04T08:00:00Z".parse().unwrap()).unwrap();
/// let planned = OfficeEvent::plan(OfficeEventDetails::new(OfficeEventParts {
///     name: "Summer party".to_owned(),
///     time: "2026-06-19T15:00:00Z/2026-06-19T21:00:00Z".parse()?,
///     place: "the yard".to_owned(),
///     bookings: Default::default(),
///     host,
///     budget: None,
///     catering_until: "2026-06-12T10:00:00Z".parse()?,
///     margin: Percent::whole(10),
///     margin_rounding: Rounding::Up,
///     parking_spaces: 4,
///     directions: Default::default(),
/// })?);
/// let eva = &GuestContact { name: "Eva Guest".to_owned(), contact: "eva@example.org".to_owned(), person: None, plate: None };
/// wait(office.transact(&command("invite"), |tx| {
///     let planned = planned.clone();
///     async move {
///         tx.create(party, planned).await?;
///         invite_guest(&tx, party, guest, (GuestKind::Outside, 1), eva).await.map_err(Box::<dyn std::error::Error + Send + Sync>::from)
///     }
/// }))
/// .map_err(|error| error.to_string())?;
///
/// // Whoever is not cleared for it is told nobody.
/// let (purpose, on) = (&"badges".parse()?, "2026-06-18".parse()?);
/// let nobody = AuthorityBook::default();
/// assert!(wait(guest_contacts(office, &command("pry"), party, purpose, on, &nobody))?.is_empty());
/// let (mut book, valid) = (AuthorityBook::default(), DateRange::from(on));
/// book.appointments.push(Appointment { person: host, role: role.clone(), scope: Scope::anywhere(), valid });
/// let (class, purpose) = ("guest_contact".parse()?, purpose.clone());
/// book.clearances.granted.push(Clearance { role: role.clone(), class, purpose: purpose.clone(), valid });
/// let told = wait(guest_contacts(office, &command("badges"), party, &purpose, on, &book))?;
/// assert_eq!(told[0].1.name, "Eva Guest");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn invite_guest(
    tx: &Tx,
    event: OfficeEventId,
    guest: GuestId,
    (kind, may_bring): (GuestKind, u32),
    contact: &GuestContact,
) -> Result<(), InviteGuestError> {
    // Read.
    let there = tx.find(event).await?.ok_or(InviteGuestError::NoSuchEvent { event })?;
    let card = tx.find(guest).await?;

    // Decide.
    if card.is_some_and(|card| card.event != event) {
        return Err(GuestError::GuestReused { guest }.into());
    }
    let decision = there.invite(guest, kind, may_bring)?;

    // Record.
    tx.decide::<OfficeEvent>(event, decision).await?;
    tx.decide::<GuestCard>(guest, Decision::Record(GuestCardFact::Written { event })).await?;
    Ok(tx.keep_content(guest, contact).await?)
}

/// Destroys who the guests of an event are, of at most 500 of them, and says of how many it was; from then on they are
/// numbers. Done until it says none, nobody is left.
///
/// # Errors
/// What the store reports.
pub async fn forget_guests(tx: &Tx, event: OfficeEventId) -> Result<usize, StoreError> {
    let cards: Vec<(GuestId, GuestCard)> = tx.list(GuestCard::OF_EVENT, &event).await?;
    let few = cards.len().min(500);
    for (guest, _) in cards.into_iter().take(few) {
        tx.record::<GuestCard>(guest, GuestCardFact::Forgotten).await?;
        tx.destroy_content(guest).await?;
    }
    Ok(few)
}

/// Who the guests of an event are, as far as whoever gives the command may read it for a purpose on a day of the office.
/// Each guest is a reading of its own, and leaves its own trace, granted or refused.
///
/// # Errors
/// [`GuestContactsError`]; the key of the command may have at most 91 characters.
pub async fn guest_contacts(
    office: &Office,
    command: &Command,
    event: OfficeEventId,
    purpose: &Purpose,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<Vec<(GuestId, GuestContact)>, GuestContactsError> {
    let cards = office.view(|view| async move { view.list(GuestCard::OF_EVENT, &event).await }).await?;
    let mut told = Vec::new();
    for (guest, _) in cards {
        let key = format!("{}/{guest}", command.key().as_str());
        let reading = Command::new(key, command.operation(), command.actor().clone(), command.at())?;
        match office.disclose(&reading, guest, purpose, on, book).await {
            Ok(disclosed) => {
                let contact = office.open_content(guest, &disclosed.granted).await?;
                told.extend(contact.map(|contact| (guest, contact)));
            }
            Err(DiscloseError::Refused(_)) => {}
            Err(DiscloseError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(told)
}

/// Somebody cannot be invited.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InviteGuestError {
    /// There is no such event.
    #[error("there is no event {event}")]
    NoSuchEvent {
        /// The id.
        event: OfficeEventId,
    },
    /// The event cannot have the guest.
    #[error(transparent)]
    Guest(#[from] GuestError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who the guests are could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GuestContactsError {
    /// The key of the command is too long to tell the readings of the guests apart.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The store failed.
    #[error("the guests cannot be read")]
    Store(#[from] StoreError),
}
