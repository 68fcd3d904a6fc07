//! Who is invited, what they answered, and who came. Guests are known here by number alone.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use office_core::{Decision, Id};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{GuestCard, OfficeEvent, OfficeEventError, OfficeEventFact};

/// The id of a guest, under which [`GuestCard`] keeps who it is.
pub type GuestId = Id<GuestCard>;

/// The most guests of one event.
pub const MAX_GUESTS: usize = 2_000;
/// The most people whom one guest may bring.
const MOST_BROUGHT: u32 = 20;

/// What kind of guest somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestKind {
    /// From the office.
    Internal,
    /// From outside.
    Outside,
}

/// What somebody eats, in words of the office: `vegan`, `gluten_free+halal`; `any` for everything.
///
/// Each word has small letters and `_`, at most 30; there are at most 8, in the order of the alphabet, each once.
///
/// # Example
/// ```
/// use office_scheduling::{Diet, ParseDietError};
///
/// assert_eq!("vegan+gluten_free".parse::<Diet>()?.to_string(), "gluten_free+vegan");
/// assert!("No nuts!".parse::<Diet>().is_err());
/// # Ok::<(), ParseDietError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Diet(String);

impl Diet {
    /// Everything.
    #[must_use]
    pub fn any() -> Self {
        Self("any".to_owned())
    }
}

impl FromStr for Diet {
    type Err = ParseDietError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words: Vec<&str> = text.split('+').take(9).collect();
        let is_word = |word: &&str| {
            (1..=30).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if words.len() > 8 || !words.iter().all(is_word) {
            return Err(ParseDietError);
        }
        words.sort_unstable();
        words.dedup();
        Ok(Self(words.join("+")))
    }
}

impl TryFrom<String> for Diet {
    type Error = ParseDietError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Diet> for String {
    fn from(diet: Diet) -> Self {
        diet.0
    }
}

impl fmt::Display for Diet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Diet {
    /// What somebody eats may tell their faith or their health: it is not printed by the way.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Diet")
    }
}

/// A text was not a diet. It does not tell the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the text is not a diet: 1 to 8 words in small letters joined by `+`, such as `gluten_free+vegan`, are wanted")]
pub struct ParseDietError;

/// What a guest answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestReply {
    /// They come.
    Accepted {
        /// What the guest eats, then what each of those eats whom they bring.
        diets: Vec<Diet>,
        /// Whether they come by car and want to park.
        parking: bool,
    },
    /// They do not come.
    Declined,
}

/// Somebody who is invited, and what they answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    kind: GuestKind,
    may_bring: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<GuestReply>,
    late: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arrived: Option<DateTime<Utc>>,
}

impl Guest {
    pub(super) const fn invited(kind: GuestKind, may_bring: u32) -> Self {
        Self { kind, may_bring, reply: None, late: false, arrived: None }
    }

    /// Takes a reply, which is late from the deadline of the caterer on.
    pub(super) fn answer(&mut self, reply: &GuestReply, late: bool) {
        self.reply = Some(reply.clone());
        self.late = late;
    }

    pub(super) const fn arrive(&mut self, at: DateTime<Utc>) {
        self.arrived = Some(at);
    }

    /// What kind of guest it is.
    #[must_use]
    pub const fn kind(&self) -> GuestKind {
        self.kind
    }

    /// What they answered last, if they have.
    #[must_use]
    pub const fn reply(&self) -> Option<&GuestReply> {
        self.reply.as_ref()
    }

    /// Whether they answered last after the caterer took changes.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        self.late
    }

    /// When they came.
    #[must_use]
    pub const fn arrived(&self) -> Option<DateTime<Utc>> {
        self.arrived
    }

    /// What is eaten, by the guest and by each of those whom they bring; nothing where they do not come.
    #[must_use]
    pub fn diets(&self) -> &[Diet] {
        match &self.reply {
            Some(GuestReply::Accepted { diets, .. }) => diets,
            Some(GuestReply::Declined) | None => &[],
        }
    }

    /// Whether they come and want to park.
    #[must_use]
    pub const fn wants_parking(&self) -> bool {
        matches!(self.reply, Some(GuestReply::Accepted { parking: true, .. }))
    }
}

impl OfficeEvent {
    /// All who are invited.
    pub fn guests(&self) -> impl Iterator<Item = (GuestId, &Guest)> {
        self.guests.iter().map(|(id, guest)| (*id, guest))
    }

    /// Somebody who is invited.
    #[must_use]
    pub fn guest(&self, guest: GuestId) -> Option<&Guest> {
        self.guests.get(&guest)
    }

    /// How a guest finds the way.
    #[must_use]
    pub fn directions(&self, kind: GuestKind) -> Option<&str> {
        self.details().directions.get(&kind).map(String::as_str)
    }

    /// Whose badges are printed, each with how many people there are: those who come.
    pub fn badges(&self) -> impl Iterator<Item = (GuestId, usize)> {
        self.guests().map(|(id, guest)| (id, guest.diets().len())).filter(|(_, people)| *people > 0)
    }

    /// Those whose last answer came too late for the caterer.
    pub fn late_replies(&self) -> impl Iterator<Item = GuestId> {
        self.guests().filter(|(_, guest)| guest.late).map(|(id, _)| id)
    }

    /// Invites somebody, who may bring so many others ([`invite_guest`](crate::invite_guest) keeps who it is).
    pub(super) fn invite(
        &self,
        guest: GuestId,
        kind: GuestKind,
        may_bring: u32,
    ) -> Result<Decision<OfficeEventFact>, GuestError> {
        self.is_planned()?;
        if self.guests.get(&guest).is_some_and(|there| (there.kind, there.may_bring) == (kind, may_bring)) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.guests.contains_key(&guest) {
            return Err(GuestError::GuestReused { guest });
        }
        if may_bring > MOST_BROUGHT || self.guests.len() >= MAX_GUESTS {
            return Err(GuestError::TooMany);
        }
        Ok(Decision::Record(OfficeEventFact::Invited { guest, kind, may_bring }))
    }

    /// Notes what a guest answers, in place of what they answered before. Who declines gives up the permit to park, which
    /// goes to the next who waits.
    ///
    /// # Errors
    /// [`GuestError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("party.txt")]
    ///
    /// party.apply_decision(&party.reply(eva, comes(&[&vegan]), at)?);
    /// party.apply_decision(&party.reply(max, comes(&[&Diet::any()]), at)?);
    /// // There is one place to park, which Max has once Eva stays away.
    /// assert_eq!(party.permits().collect::<Vec<_>>(), [eva]);
    /// party.apply_decision(&party.reply(eva, GuestReply::Declined, at)?);
    /// assert_eq!(party.permits().collect::<Vec<_>>(), [max]);
    /// // Max may bring one, not two.
    /// let refused = party.reply(max, comes(&[&vegan, &vegan, &vegan]), at);
    /// assert_eq!(refused, Err(GuestError::People { people: 3, most: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reply(
        &self,
        guest: GuestId,
        reply: GuestReply,
        at: DateTime<Utc>,
    ) -> Result<Decision<OfficeEventFact>, GuestError> {
        self.is_planned()?;
        let there = self.guests.get(&guest).ok_or(GuestError::NotInvited)?;
        if there.reply.as_ref() == Some(&reply) {
            return Ok(Decision::AlreadyRecorded);
        }
        if there.arrived.is_some() {
            return Err(GuestError::Arrived);
        }
        if let GuestReply::Accepted { diets, .. } = &reply {
            let most = there.may_bring.saturating_add(1);
            if u32::try_from(diets.len()).map_or(true, |people| !(1..=most).contains(&people)) {
                return Err(GuestError::People { people: diets.len(), most });
            }
        }
        Ok(Decision::Record(OfficeEventFact::Replied { guest, reply, at }))
    }

    /// Notes that a guest who comes is at the door.
    ///
    /// # Errors
    /// [`GuestError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("party.txt")]
    ///
    /// party.apply_decision(&party.reply(eva, comes(&[&vegan]), at)?);
    /// let evening = "2026-06-19T15:10:00Z".parse()?;
    /// party.apply_decision(&party.check_in(eva, evening)?);
    /// assert_eq!(party.guest(eva).and_then(|guest| guest.arrived()), Some(evening));
    /// // Max has not said that he comes, and Tom was not asked.
    /// assert_eq!(party.check_in(max, evening), Err(GuestError::NotAccepted));
    /// assert_eq!(party.check_in(tom, evening), Err(GuestError::NotInvited));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_in(&self, guest: GuestId, at: DateTime<Utc>) -> Result<Decision<OfficeEventFact>, GuestError> {
        self.is_planned()?;
        let there = self.guests.get(&guest).ok_or(GuestError::NotInvited)?;
        if there.arrived.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        if there.diets().is_empty() {
            return Err(GuestError::NotAccepted);
        }
        Ok(Decision::Record(OfficeEventFact::CheckedIn { guest, at }))
    }
}

/// Somebody cannot be invited, answer or come in like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GuestError {
    /// The event is called off.
    #[error(transparent)]
    Event(#[from] OfficeEventError),
    /// The guest is invited otherwise already.
    #[error("guest {guest} is invited otherwise already: an id of its own is wanted")]
    GuestReused {
        /// Who.
        guest: GuestId,
    },
    /// There would be too many guests.
    #[error(
        "there would be too many people: at most {MAX_GUESTS} guests who bring at most {MOST_BROUGHT} each are wanted"
    )]
    TooMany,
    /// They are not invited.
    #[error("the person is not on the list: somebody who is invited is wanted")]
    NotInvited,
    /// They are there already.
    #[error("the guest is there already: an answer before is wanted")]
    Arrived,
    /// They bring more than they may, or do not say what the guest eats.
    #[error("diets of {people} people are told: 1 to {most} are wanted")]
    People {
        /// Of how many.
        people: usize,
        /// How many they may be.
        most: u32,
    },
    /// They have not accepted.
    #[error("the guest has not accepted: an acceptance is wanted first")]
    NotAccepted,
}
