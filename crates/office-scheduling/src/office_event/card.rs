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
#[doc = include_str!("planned.txt")]
///
/// let invite = |key: &str, party, may_bring| {
///     wait(office.transact(&command(key), |tx| async move {
///         invite_guest(&tx, party, guest, (GuestKind::Outside, may_bring), eva).await
///     }))
/// };
/// invite("eva", party, 1)?;
/// // Who she is, is read by whoever is cleared for it.
/// let told = wait(guest_contacts(office, &command("badges"), party, badges, on, book))?;
/// assert_eq!(told[0].1.name, "Eva Guest");
/// // How many she may bring was said before.
/// let refused = invite("more", party, 5);
/// assert!(matches!(refused, Err(InviteGuestError::Guest(GuestError::GuestReused { .. }))));
/// # Ok::<(), Failure>(())
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
///
/// # Example
/// ```
#[doc = include_str!("planned.txt")]
#[doc = include_str!("invited.txt")]
///
/// let forget = |key: &str| wait(office.transact(&command(key), |tx| async move { forget_guests(&tx, party).await }));
/// assert_eq!(forget("forget")?, 1);
/// assert_eq!(forget("again")?, 0);
/// // Not even who may read it is told who Eva was any more.
/// assert!(wait(guest_contacts(office, &command("badges"), party, badges, on, book))?.is_empty());
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("planned.txt")]
#[doc = include_str!("invited.txt")]
///
/// let told = wait(guest_contacts(office, &command("badges"), party, badges, on, book))?;
/// assert_eq!(told[0].1.name, "Eva Guest");
/// // For another purpose nobody is cleared, and told nobody.
/// let mailing = &"newsletter".parse()?;
/// assert!(wait(guest_contacts(office, &command("mailing"), party, mailing, on, book))?.is_empty());
/// // The reading of each guest has a key of its own, longer than that of the command.
/// let refused = wait(guest_contacts(office, &command(&"x".repeat(92)), party, badges, on, book));
/// assert!(matches!(refused, Err(GuestContactsError::Command(_))));
/// # Ok::<(), Failure>(())
/// ```
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
