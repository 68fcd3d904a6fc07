//! What is to be talked about, in what order and for how long.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use office_core::subject::PersonId;
use office_core::{Decision, Interval};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Meeting, MeetingError, MeetingFact, MeetingId};
use crate::resource::is_word;

/// The most items of one agenda.
pub const MAX_AGENDA_ITEMS: usize = 100;
/// The highest number of an item that is put on an agenda.
const MAX_AGENDA_NUMBER: u32 = 10_000;
/// The most pieces of material of one item.
const MOST_MATERIAL: usize = 20;

/// One thing to talk about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItem {
    /// What: 1 to 200 characters.
    pub title: String,
    /// Who presents it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presenter: Option<PersonId>,
    /// Its time box, in minutes; 0 as long as it has none.
    #[serde(default)]
    pub minutes: u32,
    /// What is to be read before, titles or links: at most 20 of 1 to 1,000 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<String>,
}

impl AgendaItem {
    /// An item with a time box and nothing else.
    #[must_use]
    pub fn new(title: impl Into<String>, minutes: u32) -> Self {
        Self { title: title.into(), presenter: None, minutes, material: Vec::new() }
    }
}

/// Where an item comes from that an earlier meeting did not come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedFrom {
    /// From which meeting.
    pub meeting: MeetingId,
    /// Its number there.
    pub item: u32,
}

impl Meeting {
    /// The items of the agenda in their order, each by its number.
    pub fn agenda(&self) -> impl Iterator<Item = (u32, &AgendaItem)> {
        self.order.iter().filter_map(|number| Some((*number, self.agenda.get(number)?)))
    }

    /// Where an item was carried over from.
    #[must_use]
    pub fn carried_from(&self, item: u32) -> Option<CarriedFrom> {
        self.carried_from.get(&item).copied()
    }

    /// When each item is to be talked about, one after the other from the start; nothing as long as no time is found.
    /// Items without a time box are left out.
    #[must_use]
    pub fn agenda_times(&self) -> Vec<(u32, Interval)> {
        let mut times = Vec::new();
        let mut next = self.details().starts;
        for (number, item) in self.agenda() {
            let Some(time) = next.and_then(|start| Interval::starting(start, box_of(item)).ok()) else { continue };
            times.push((number, time));
            next = Some(time.end());
        }
        times
    }

    /// Puts an item on the agenda under a number of the caller's choice, last, or changes the one that has the number.
    ///
    /// # Errors
    /// [`AgendaError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    ///
    /// meeting.apply_decision(&meeting.put_item(ada, 2, AgendaItem::new("plants", 5))?);
    /// assert_eq!(order(&meeting), [1, 2]);
    /// // Twenty minutes for the chairs and a quarter of an hour for the plants are more than half an hour.
    /// let refused = meeting.put_item(ada, 2, AgendaItem::new("plants", 15));
    /// assert_eq!(refused, Err(AgendaError::Excess { excess: 5, minutes: 30 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn put_item(&self, by: PersonId, number: u32, item: AgendaItem) -> Result<Decision<MeetingFact>, AgendaError> {
        self.agenda_is_open(by, number)?;
        if self.agenda.get(&number) == Some(&item) {
            return Ok(Decision::AlreadyRecorded);
        }
        let material = item.material.len() <= MOST_MATERIAL && item.material.iter().all(|one| is_word(one, 1_000));
        if !is_word(&item.title, 200) || !material {
            return Err(AgendaError::Item);
        }
        if !(1..=MAX_AGENDA_NUMBER).contains(&number) {
            return Err(AgendaError::Number { number, most: MAX_AGENDA_NUMBER });
        }
        if self.agenda.len() >= MAX_AGENDA_ITEMS && !self.agenda.contains_key(&number) {
            return Err(AgendaError::TooMany);
        }
        let others = self.agenda.iter().filter(|(other, _)| **other != number).map(|(_, other)| other);
        fit(others.chain([&item]), self.details().minutes)?;
        Ok(Decision::Record(MeetingFact::ItemPut { number, item }))
    }

    /// Takes an item off the agenda. One that was carried over stays, so that nothing is lost: it is to be minuted.
    ///
    /// # Errors
    /// [`AgendaError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    ///
    /// meeting.apply_decision(&meeting.drop_item(ada, 1)?);
    /// assert!(order(&meeting).is_empty());
    /// // The plants were never on the agenda.
    /// assert_eq!(meeting.drop_item(ada, 2), Err(AgendaError::NoSuchItem { item: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drop_item(&self, by: PersonId, number: u32) -> Result<Decision<MeetingFact>, AgendaError> {
        self.agenda_is_open(by, number)?;
        if !self.agenda.contains_key(&number) {
            return Err(AgendaError::NoSuchItem { item: number });
        }
        if self.carried_from.contains_key(&number) {
            return Err(AgendaError::Carried { item: number });
        }
        Ok(Decision::Record(MeetingFact::ItemDropped { number }))
    }

    /// Puts the items into another order: all of them, by number.
    ///
    /// # Errors
    /// [`AgendaError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    ///
    /// meeting.apply_decision(&meeting.put_item(ada, 2, AgendaItem::new("plants", 5))?);
    /// meeting.apply_decision(&meeting.order_items(ada, vec![2, 1])?);
    /// assert_eq!(order(&meeting), [2, 1]);
    /// // The chairs cannot be left out like this.
    /// assert_eq!(meeting.order_items(ada, vec![2]), Err(AgendaError::Order));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn order_items(&self, by: PersonId, order: Vec<u32>) -> Result<Decision<MeetingFact>, AgendaError> {
        self.open_for(by)?;
        if order == self.order {
            return Ok(Decision::AlreadyRecorded);
        }
        let all: BTreeSet<&u32> = order.iter().collect();
        if order.len() != self.agenda.len() || !all.into_iter().eq(self.agenda.keys()) {
            return Err(AgendaError::Order);
        }
        Ok(Decision::Record(MeetingFact::ItemsOrdered { order }))
    }

    fn agenda_is_open(&self, by: PersonId, item: u32) -> Result<(), AgendaError> {
        self.open_for(by)?;
        if self.is_covered(item) { Err(AgendaError::Covered { item }) } else { Ok(()) }
    }
}

fn box_of(item: &AgendaItem) -> TimeDelta {
    TimeDelta::minutes(i64::from(item.minutes))
}

/// Refuses time boxes that are longer together than the meeting.
pub(super) fn fit<'a>(items: impl Iterator<Item = &'a AgendaItem>, minutes: u32) -> Result<(), AgendaError> {
    let boxes = items.fold(0_u32, |sum, item| sum.saturating_add(item.minutes));
    match boxes.checked_sub(minutes) {
        Some(excess) if excess > 0 => Err(AgendaError::Excess { excess, minutes }),
        _ => Ok(()),
    }
}

/// An agenda cannot be changed like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AgendaError {
    /// The meeting is over or called off, or somebody else's to lead.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// The minutes say what was said on the item.
    #[error("item {item} is in the minutes: one that is not is wanted")]
    Covered {
        /// Which.
        item: u32,
    },
    /// The item has no title, or too much material.
    #[error(
        "the item is not one: a title of 1 to 200 characters and at most {MOST_MATERIAL} pieces of material of 1 to 1000 are wanted"
    )]
    Item,
    /// The item has no such number.
    #[error("the number is {number}: 1 to {most} are wanted")]
    Number {
        /// Which.
        number: u32,
        /// How high it may be.
        most: u32,
    },
    /// There are too many items.
    #[error("the agenda is full: at most {MAX_AGENDA_ITEMS} items are wanted")]
    TooMany,
    /// The time boxes are longer together than the meeting.
    #[error("the time boxes are {excess} minutes longer than the meeting: at most its {minutes} are wanted")]
    Excess {
        /// By how many minutes.
        excess: u32,
        /// How long the meeting is, in minutes.
        minutes: u32,
    },
    /// There is no such item.
    #[error("there is no item {item}: one of the agenda is wanted")]
    NoSuchItem {
        /// Which.
        item: u32,
    },
    /// The item comes from an earlier meeting.
    #[error("item {item} was carried over: a word on it in the minutes is wanted")]
    Carried {
        /// Which.
        item: u32,
    },
    /// An item is missing from the order, twice in it or unknown.
    #[error("the order is not one of the agenda: each of its items once is wanted")]
    Order,
}
