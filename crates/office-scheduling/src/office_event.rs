//! Events of the office with guests: who comes, what they eat, where they park, and what happens when.
//!
//! ```text
//! planned: guests are invited, answer and come ──cancel──► cancelled
//! ```

mod card;
mod catering;
mod details;
mod guest;
mod parking;
mod run_sheet;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::subject::{BookingId, PersonId};
use office_core::{Decision, Entity, Entries, Id, Kind, Ordered};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::card::{
    GuestCard, GuestCardFact, GuestContact, GuestContactsError, InviteGuestError, forget_guests, guest_contacts,
    invite_guest,
};
pub use self::catering::{CateringCost, CateringError, CateringOrder};
pub use self::details::{OfficeEventDetails, OfficeEventDetailsError, OfficeEventParts};
pub use self::guest::{Diet, Guest, GuestError, GuestId, GuestKind, GuestReply, MAX_GUESTS, ParseDietError};
pub use self::run_sheet::{MAX_RUN_ITEMS, RunItem, RunSheetError, RunSlip};

/// The id of an event with guests.
pub type OfficeEventId = Id<OfficeEvent>;

/// An event with guests.
///
/// It knows its guests by number alone: who they are is kept beside it, by [`invite_guest`], for those who are cleared to
/// read it, and destroyed by [`forget_guests`]. What a guest eats stands at the number; the caterer is given counts.
///
/// # Example
/// ```
/// use office_core::{Entity, Id, Percent, Rounding};
/// use office_scheduling::{
///     Diet, GuestId, GuestKind, GuestReply, OfficeEvent, OfficeEventDetails, OfficeEventFact, OfficeEventParts,
/// };
///
/// let host = Id::natural("person", "E-001");
/// let (eva, max) = (GuestId::natural("guest", "party/1"), GuestId::natural("guest", "party/2"));
/// let at = "2026-06-01T08:00:00Z".parse()?;
/// let mut party = OfficeEvent::open(&OfficeEvent::plan(OfficeEventDetails::new(OfficeEventParts {
///     name: "Summer party".to_owned(),
///     time: "2026-06-19T15:00:00Z/2026-06-19T21:00:00Z".parse()?,
///     place: "the yard".to_owned(),
///     bookings: Default::default(),
///     host,
///     budget: None,
///     catering_until: "2026-06-12T10:00:00Z".parse()?,
///     margin: Percent::whole(10),
///     margin_rounding: Rounding::Up,
///     parking_spaces: 1,
///     directions: Default::default(),
/// })?)).ok_or("a first fact")?;
/// for guest in [eva, max] {
///     party.apply(&OfficeEventFact::Invited { guest, kind: GuestKind::Outside, may_bring: 1 });
/// }
/// let comes = |diets: Vec<Diet>| GuestReply::Accepted { diets, parking: true };
/// let vegan: Diet = "vegan".parse()?;
/// party.apply(&party.reply(eva, comes(vec![vegan.clone(), vegan.clone()]), at)?.fact().ok_or("a fact")?);
/// party.apply(&party.reply(max, comes(vec![Diet::any()]), at)?.fact().ok_or("a fact")?);
/// // Two vegans and a tenth of them are three portions.
/// assert_eq!(party.portions(), [(Diet::any(), 2), (vegan.clone(), 3)].into());
/// assert_eq!((party.permits().collect::<Vec<_>>(), party.waiting_for_permit().collect::<Vec<_>>()), (vec![eva], vec![max]));
/// // Eva may bring one.
/// assert!(party.reply(eva, comes(vec![vegan.clone(), vegan.clone(), vegan]), at).is_err());
/// party.apply(&party.reply(eva, GuestReply::Declined, at)?.fact().ok_or("a fact")?);
/// assert_eq!(party.permits().collect::<Vec<_>>(), [max]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeEvent {
    details: OfficeEventDetails,
    guests: BTreeMap<GuestId, Guest>,
    // Who wants to park, in the order in which they asked.
    parking: Vec<GuestId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    orders: Vec<CateringOrder>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    run_sheet: BTreeMap<String, RunItem>,
    cancelled: bool,
}

/// What happens to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeEventFact {
    /// It was planned.
    Planned {
        /// What it is.
        details: OfficeEventDetails,
    },
    /// It is something else, or at another time or place.
    Changed {
        /// What it is from now on.
        details: OfficeEventDetails,
    },
    /// Somebody was invited.
    Invited {
        /// Who.
        guest: GuestId,
        /// From where.
        kind: GuestKind,
        /// How many others they may bring.
        may_bring: u32,
    },
    /// A guest answered.
    Replied {
        /// Who.
        guest: GuestId,
        /// What.
        reply: GuestReply,
        /// When.
        at: DateTime<Utc>,
    },
    /// A guest came.
    CheckedIn {
        /// Who.
        guest: GuestId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Catering was ordered, in place of what was ordered before.
    CateringOrdered(CateringOrder),
    /// An item was put on the run sheet, or changed.
    RunItemPut {
        /// Its name.
        name: String,
        /// The item.
        item: RunItem,
    },
    /// An item was taken off the run sheet.
    RunItemDropped {
        /// Its name.
        name: String,
    },
    /// It was called off.
    Cancelled {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// Who and what has to be told that an event is called off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancellationNotice {
    /// The guests who have not declined.
    pub guests: Vec<GuestId>,
    /// Those who see to something on the run sheet.
    pub people: BTreeSet<PersonId>,
    /// The catering that was ordered.
    pub catering: Option<CateringOrder>,
    /// The bookings of rooms.
    pub bookings: BTreeSet<BookingId>,
}

impl OfficeEvent {
    /// Events that are not called off by start, for reports.
    pub const BY_START: Ordered<Self, DateTime<Utc>> = Ordered::new("start");

    /// A new event.
    #[must_use]
    pub const fn plan(details: OfficeEventDetails) -> OfficeEventFact {
        OfficeEventFact::Planned { details }
    }

    /// What it is.
    #[must_use]
    pub const fn details(&self) -> &OfficeEventParts {
        self.details.parts()
    }

    /// Whether it is called off.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// Makes it something else, or moves it: the host does. With fewer spaces to park, those who asked last wait again.
    ///
    /// # Errors
    /// [`OfficeEventError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("office_event/party.txt")]
    ///
    /// let inside = OfficeEventParts { place: "the hall".to_owned(), ..party.details().clone() };
    /// let inside = OfficeEventDetails::new(inside)?;
    /// party.apply_decision(&party.change(host, inside.clone())?);
    /// assert_eq!(party.details().place, "the hall");
    /// // It is not the clerk's party.
    /// assert_eq!(party.change(clerk, inside), Err(OfficeEventError::NotHost));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn change(
        &self,
        by: PersonId,
        details: OfficeEventDetails,
    ) -> Result<Decision<OfficeEventFact>, OfficeEventError> {
        self.is_planned()?;
        self.is_host(by)?;
        if details == self.details {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(OfficeEventFact::Changed { details }))
    }

    /// Calls it off: the host does. [`OfficeEvent::to_notify`] says who has to be told.
    ///
    /// # Errors
    /// [`OfficeEventError::NotHost`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("office_event/party.txt")]
    ///
    /// // It is not the clerk's party.
    /// assert_eq!(party.cancel(clerk, at), Err(OfficeEventError::NotHost));
    /// party.apply_decision(&party.reply(max, GuestReply::Declined, at)?);
    /// party.apply_decision(&party.cancel(host, at)?);
    /// // Max knows that he need not come.
    /// assert_eq!(party.to_notify().guests, [eva]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<OfficeEventFact>, OfficeEventError> {
        if self.cancelled {
            return Ok(Decision::AlreadyRecorded);
        }
        self.is_host(by)?;
        Ok(Decision::Record(OfficeEventFact::Cancelled { by, at }))
    }

    /// Who has to be told where it is called off.
    #[must_use]
    pub fn to_notify(&self) -> CancellationNotice {
        let asked = |(_, guest): &(GuestId, &Guest)| !matches!(guest.reply(), Some(GuestReply::Declined));
        CancellationNotice {
            guests: self.guests().filter(asked).map(|(guest, _)| guest).collect(),
            people: self.run_sheet.values().map(|item| item.owner).collect(),
            catering: self.orders.last().cloned(),
            bookings: self.details().bookings.clone(),
        }
    }

    const fn is_planned(&self) -> Result<(), OfficeEventError> {
        if self.cancelled { Err(OfficeEventError::Cancelled) } else { Ok(()) }
    }

    fn is_host(&self, by: PersonId) -> Result<(), OfficeEventError> {
        if by == self.details().host { Ok(()) } else { Err(OfficeEventError::NotHost) }
    }
}

impl Entity for OfficeEvent {
    const KIND: Kind = Kind::literal("office_event");

    type Fact = OfficeEventFact;

    fn open(fact: &OfficeEventFact) -> Option<Self> {
        let OfficeEventFact::Planned { details } = fact else { return None };
        Some(Self {
            details: details.clone(),
            guests: BTreeMap::new(),
            parking: Vec::new(),
            orders: Vec::new(),
            run_sheet: BTreeMap::new(),
            cancelled: false,
        })
    }

    fn apply(&mut self, fact: &OfficeEventFact) {
        match fact {
            OfficeEventFact::Planned { details } | OfficeEventFact::Changed { details } => {
                self.details = details.clone();
            }
            OfficeEventFact::Invited { guest, kind, may_bring } => {
                self.guests.entry(*guest).or_insert_with(|| Guest::invited(*kind, *may_bring));
            }
            OfficeEventFact::Replied { guest, reply, at } => {
                let late = *at >= self.details().catering_until;
                if let Some(there) = self.guests.get_mut(guest) {
                    there.answer(reply, late);
                    let wants = there.wants_parking();
                    self.queue(*guest, wants);
                }
            }
            OfficeEventFact::CheckedIn { guest, at } => {
                if let Some(there) = self.guests.get_mut(guest) {
                    there.arrive(*at);
                }
            }
            OfficeEventFact::CateringOrdered(order) => self.orders.push(order.clone()),
            OfficeEventFact::RunItemPut { name, item } => {
                self.run_sheet.insert(name.clone(), item.clone());
            }
            OfficeEventFact::RunItemDropped { name } => {
                self.run_sheet.remove(name);
            }
            OfficeEventFact::Cancelled { .. } => self.cancelled = true,
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if !self.cancelled {
            entries.ordered(Self::BY_START, &self.details().time.start());
        }
    }
}

/// An event is called off, or somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OfficeEventError {
    /// It is called off.
    #[error("the event is called off: one that is planned is wanted")]
    Cancelled,
    /// Somebody else gives it.
    #[error("the event is somebody else's: its host is wanted")]
    NotHost,
}
