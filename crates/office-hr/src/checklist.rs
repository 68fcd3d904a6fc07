//! What has to be done for one who comes or goes: planned from a template, ticked off, closed.
//!
//! ```text
//!   start ──► Open ──┬── tick ─────► Open, an item done ── untick ──► Open
//!                    ├── waive ────► Open, an item left out, for a reason
//!                    ├── replan ───► Open, due on the days of a changed employment
//!                    ├── close ────► Closed: nothing blocking is left
//!                    └── cancel ───► Cancelled: nobody comes or goes
//! ```
//!
//! Law 43 to 45 of the crate; `tests/checklist.rs` holds them.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::{
//!     Actor, AuthorityBook, Command, DateRange, Holidays, Id, MemoryStore, Office, Ratio, Role, WeeklyHours, WorkingCalendar,
//!     WorkingPlan, Zone, wait,
//! };
//! use office_hr::{
//!     Assignment, Checklist, ChecklistError, ChecklistItem, ChecklistTemplate, EmploymentDay, Hire, ItemDue, ItemOwner,
//!     close_checklist, hire, start_checklist, tick_item,
//! };
//!
//! let due = ItemDue { from: EmploymentDay::First, days: 2, working: true };
//! let item = |key: &str, after: &[&str]| ChecklistItem {
//!     key: key.into(), title: format!("the {key}"), owner: ItemOwner::Employee, due,
//!     after: after.iter().map(|key| (*key).to_owned()).collect(), evidence: false, blocking: true,
//! };
//! let template = &ChecklistTemplate::new("coming", vec![item("contract", &[]), item("badge", &["contract"])])?;
//! let valid = DateRange::year(2026)?;
//! let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse()?), Holidays::none(valid));
//! let calendar = &WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays })?;
//!
//! let office = Office::on(MemoryStore::new());
//! let (person, employment, list) = (Id::natural("person", "E-1"), Id::natural("employment", "E-1"), Id::natural("checklist", "E-1"));
//! let by = Actor::new(person, Role::new("employee"));
//! let command = |key: &str| Command::new(key, "coming", by.clone(), "2026-10-05T08:00:00Z".parse().unwrap_or_default());
//! let assignment = Assignment {
//!     role: Role::new("employee"), manager: None, cost_centre: Id::natural("cost_centre", "CC-200"),
//!     scope: "company".parse()?, weekly_hours: Ratio::from_integer(40), week: "MO|TU|WE|TH|FR".parse()?, zone: Zone::UTC,
//! };
//! let hiring = &Hire { person, term: "2026-10-02/..".parse()?, assignment };
//! wait(office.transact(&command("hire")?, |tx| async move { hire(&tx, employment, hiring).await }))?;
//! wait(office.transact(&command("start")?, |tx| async move { start_checklist(&tx, list, employment, template, calendar).await }))?;
//!
//! let (book, on) = (&AuthorityBook::default(), "2026-10-05".parse()?);
//! let tick = |key: &'static str| {
//!     let command = command(key)?;
//!     Ok::<_, office_core::CommandError>(
//!         wait(office.transact(&command, |tx| async move { tick_item(&tx, list, key, "", on, book).await })),
//!     )
//! };
//! // The badge waits for the contract, and the list for both.
//! assert!(matches!(tick("badge")?, Err(ChecklistError::Waits { .. })));
//! tick("contract")??;
//! let close = |tx: office_core::Tx| async move { close_checklist(&tx, list, on).await };
//! assert!(matches!(wait(office.transact(&command("close")?, close)), Err(ChecklistError::Blocked { .. })));
//!
//! let list: Checklist = wait(office.view(|view| async move { view.load(list).await }))?;
//! assert_eq!(list.open_items().next().map(|(item, due)| (item.key.as_str(), due)), Some(("badge", Some("2026-10-06".parse()?))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{DateRange, Decision, Entity, Entries, Id, Kind, Ordered, StoreError, WorkingTimeError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Employment;
use crate::retention::is_text;

mod flow;
mod template;

pub use flow::{
    cancel_checklist, close_checklist, replan_checklist, start_checklist, tick_item, untick_item, waive_item,
};
pub use template::{ChecklistItem, ChecklistTemplate, ChecklistTemplateError, EmploymentDay, ItemDue, ItemOwner};

/// The longest evidence and reason, in characters.
const MOST_TEXT: usize = 500;

/// What has to be done for one who comes or goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    started: StartedChecklist,
    // Done or waived.
    settled: BTreeMap<String, SettledItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<EndedChecklist>,
}

/// For whom a list was begun, and what is on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartedChecklist {
    /// Who comes or goes.
    pub person: PersonId,
    /// In which employment.
    pub employment: Id<Employment>,
    /// From when to when that is, as it was last planned.
    pub term: DateRange,
    /// What has to be done: the template as it was on that day.
    pub template: ChecklistTemplate,
    /// By when, item by item, as it was last planned.
    pub dues: BTreeMap<String, NaiveDate>,
}

/// How an item was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SettledItem {
    /// It is done.
    Done {
        /// By whom.
        by: PersonId,
        /// On which day.
        on: NaiveDate,
        /// What shows it; empty where nothing is wanted.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        evidence: String,
    },
    /// It is left out.
    Waived {
        /// By whose word.
        by: PersonId,
        /// On which day.
        on: NaiveDate,
        /// Why.
        why: String,
    },
}

/// How a list ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EndedChecklist {
    /// All that blocks is settled.
    Closed {
        /// On which day.
        on: NaiveDate,
    },
    /// Nobody comes or goes.
    Cancelled {
        /// On which day.
        on: NaiveDate,
        /// Why.
        why: String,
    },
}

/// What can happen to a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ChecklistFact {
    /// It was begun.
    Started(Box<StartedChecklist>),
    /// An item was done or left out.
    Settled {
        /// Which.
        item: String,
        /// How.
        how: SettledItem,
    },
    /// An item is to be done after all.
    Unsettled {
        /// Which.
        item: String,
        /// Why.
        why: String,
    },
    /// The employment has other days.
    Replanned {
        /// From when to when it is.
        term: DateRange,
        /// By when each item has to be done.
        dues: BTreeMap<String, NaiveDate>,
    },
    /// It ended.
    Ended(EndedChecklist),
}

/// Nothing was done to a list: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChecklistError {
    /// The id stands for another list.
    #[error("the checklist is another one: an id of its own is wanted")]
    IdReused,
    /// It is closed or cancelled.
    #[error("the checklist ended on {on}: an open one is wanted")]
    Ended {
        /// On which day.
        on: NaiveDate,
    },
    /// There is no such item.
    #[error("`{item}` is not on the checklist `{name}`")]
    NoItem {
        /// What was named.
        item: String,
        /// The list.
        name: String,
    },
    /// The item is settled already, or in another way.
    #[error("`{item}` is settled since {on}: one that is open is wanted")]
    Settled {
        /// Which.
        item: String,
        /// Since when.
        on: NaiveDate,
    },
    /// The item is not settled.
    #[error("`{item}` is open: one that is settled is wanted")]
    Open {
        /// Which.
        item: String,
    },
    /// Something has to be done before.
    #[error("`{item}` waits for `{wanted}`: that is to be settled first")]
    Waits {
        /// Which.
        item: String,
        /// What it waits for.
        wanted: String,
    },
    /// Something that was done after it needs it.
    #[error("`{by}` was done after `{item}`: that is to be opened again first")]
    Needed {
        /// Which.
        item: String,
        /// What needs it.
        by: String,
    },
    /// What shows it is not said, or too long.
    #[error("`{item}` wants evidence of 1 to 500 characters")]
    Evidence {
        /// Which.
        item: String,
    },
    /// A reason is missing or too long.
    #[error("a reason of 1 to 500 characters is wanted")]
    NoReason,
    /// Items that block are open.
    #[error("{} of the checklist are open, `{}` among them: they are to be settled first", .items.len(), .items.first().map_or("", String::as_str))]
    Blocked {
        /// Which: at least one.
        items: Vec<String>,
    },
    /// It is not for whoever wants to do it.
    #[error("`{item}` is not theirs: {wanted} is wanted")]
    NotOwner {
        /// Which.
        item: String,
        /// Whose it is.
        wanted: String,
    },
    /// Whoever wants to may not.
    #[error("the checklist is not theirs to change: {why}")]
    NotAllowed {
        /// Why not.
        why: String,
    },
    /// Working days are counted that the calendar does not tell of.
    #[error(transparent)]
    Calendar(#[from] WorkingTimeError),
    /// The store failed, or knows no such list or employment.
    #[error("the checklist cannot be stored")]
    Store(#[from] StoreError),
}

impl Checklist {
    /// Open lists by the day on which the first open item is due; those without such a day come last.
    pub const OPEN: Ordered<Self, NaiveDate> = Ordered::new("open");

    /// For whom it was begun, and what is on it.
    #[must_use]
    pub const fn started(&self) -> &StartedChecklist {
        &self.started
    }

    /// What is settled, and how.
    #[must_use]
    pub const fn settled(&self) -> &BTreeMap<String, SettledItem> {
        &self.settled
    }

    /// How it ended.
    #[must_use]
    pub const fn ended(&self) -> Option<&EndedChecklist> {
        self.ended.as_ref()
    }

    /// What is open and by when it has to be done, in the order of the list; no day where it is counted from a last day that
    /// is not known yet.
    pub fn open_items(&self) -> impl Iterator<Item = (&ChecklistItem, Option<NaiveDate>)> {
        let open = self.started.template.items().iter().filter(|item| !self.settled.contains_key(&item.key));
        open.map(|item| (item, self.started.dues.get(&item.key).copied()))
    }

    /// What is open on a day and had to be done before it.
    pub fn overdue(&self, today: NaiveDate) -> impl Iterator<Item = (&ChecklistItem, NaiveDate)> {
        let due = self.open_items().filter_map(|(item, due)| Some((item, due?)));
        due.filter(move |(_, due)| self.ended.is_none() && *due < today)
    }

    /// Does an item, once what it waits for is settled. The same again is recognised.
    ///
    /// # Errors
    /// [`ChecklistError`], in the order of its variants.
    pub fn tick(
        &self,
        key: &str,
        by: PersonId,
        evidence: &str,
        on: NaiveDate,
    ) -> Result<Decision<ChecklistFact>, ChecklistError> {
        let how = SettledItem::Done { by, on, evidence: evidence.to_owned() };
        let Some(item) = self.to_settle(key, &how)? else { return Ok(Decision::AlreadyRecorded) };
        if let Some(wanted) = item.after.iter().find(|wanted| !self.settled.contains_key(*wanted)) {
            return Err(ChecklistError::Waits { item: key.to_owned(), wanted: wanted.clone() });
        }
        let told = is_text(evidence, MOST_TEXT);
        if !told && (item.evidence || !evidence.is_empty()) {
            return Err(ChecklistError::Evidence { item: key.to_owned() });
        }
        Ok(Decision::Record(ChecklistFact::Settled { item: key.to_owned(), how }))
    }

    /// Leaves an item out, for a reason. The same again is recognised.
    ///
    /// # Errors
    /// [`ChecklistError`], in the order of its variants.
    pub fn waive(
        &self,
        key: &str,
        by: PersonId,
        why: &str,
        on: NaiveDate,
    ) -> Result<Decision<ChecklistFact>, ChecklistError> {
        let how = SettledItem::Waived { by, on, why: why.to_owned() };
        if self.to_settle(key, &how)?.is_none() {
            return Ok(Decision::AlreadyRecorded);
        }
        reason(why)?;
        Ok(Decision::Record(ChecklistFact::Settled { item: key.to_owned(), how }))
    }

    /// Opens an item again, for a reason; nothing that was done may need it.
    ///
    /// # Errors
    /// [`ChecklistError`], in the order of its variants.
    pub fn untick(&self, key: &str, why: &str) -> Result<Decision<ChecklistFact>, ChecklistError> {
        self.stands()?;
        self.item(key)?;
        if !self.settled.contains_key(key) {
            return Err(ChecklistError::Open { item: key.to_owned() });
        }
        let done = |item: &&ChecklistItem| matches!(self.settled.get(&item.key), Some(SettledItem::Done { .. }));
        let mut needing = self.started.template.items().iter().filter(|item| item.after.contains(key)).filter(done);
        if let Some(by) = needing.next() {
            return Err(ChecklistError::Needed { item: key.to_owned(), by: by.key.clone() });
        }
        reason(why)?;
        Ok(Decision::Record(ChecklistFact::Unsettled { item: key.to_owned(), why: why.to_owned() }))
    }

    /// Plans it anew for an employment that has other days.
    ///
    /// # Errors
    /// [`ChecklistError::Ended`].
    pub fn replan(
        &self,
        term: DateRange,
        dues: BTreeMap<String, NaiveDate>,
    ) -> Result<Decision<ChecklistFact>, ChecklistError> {
        self.stands()?;
        let same = self.started.term == term && self.started.dues == dues;
        Ok(if same { Decision::AlreadyRecorded } else { Decision::Record(ChecklistFact::Replanned { term, dues }) })
    }

    /// Closes it, once nothing that blocks is open. Closed already, nothing happens.
    ///
    /// # Errors
    /// [`ChecklistError::Ended`] where it was cancelled, [`ChecklistError::Blocked`].
    pub fn close(&self, on: NaiveDate) -> Result<Decision<ChecklistFact>, ChecklistError> {
        if matches!(self.ended, Some(EndedChecklist::Closed { .. })) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.stands()?;
        let blocking = self.open_items().filter(|(item, _)| item.blocking);
        let items: Vec<String> = blocking.map(|(item, _)| item.key.clone()).collect();
        if !items.is_empty() {
            return Err(ChecklistError::Blocked { items });
        }
        Ok(Decision::Record(ChecklistFact::Ended(EndedChecklist::Closed { on })))
    }

    /// Gives it up, because nobody comes or goes. Given up already, nothing happens.
    ///
    /// # Errors
    /// [`ChecklistError::Ended`] where it was closed, [`ChecklistError::NoReason`].
    pub fn cancel(&self, why: &str, on: NaiveDate) -> Result<Decision<ChecklistFact>, ChecklistError> {
        if matches!(self.ended, Some(EndedChecklist::Cancelled { .. })) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.stands()?;
        reason(why)?;
        Ok(Decision::Record(ChecklistFact::Ended(EndedChecklist::Cancelled { on, why: why.to_owned() })))
    }

    /// The item to be settled; none where it is settled so already.
    fn to_settle(&self, key: &str, how: &SettledItem) -> Result<Option<&ChecklistItem>, ChecklistError> {
        let item = self.item(key)?;
        match self.settled.get(key) {
            Some(settled) if settled == how => return Ok(None),
            Some(SettledItem::Done { on, .. } | SettledItem::Waived { on, .. }) => {
                self.stands()?;
                return Err(ChecklistError::Settled { item: key.to_owned(), on: *on });
            }
            None => {}
        }
        self.stands()?;
        Ok(Some(item))
    }

    fn item(&self, key: &str) -> Result<&ChecklistItem, ChecklistError> {
        let template = &self.started.template;
        let none =
            || ChecklistError::NoItem { item: key.chars().take(200).collect(), name: template.name().to_owned() };
        template.items().iter().find(|item| item.key == key).ok_or_else(none)
    }

    /// Refuses what has ended.
    fn stands(&self) -> Result<(), ChecklistError> {
        match &self.ended {
            None => Ok(()),
            Some(EndedChecklist::Closed { on } | EndedChecklist::Cancelled { on, .. }) => {
                Err(ChecklistError::Ended { on: *on })
            }
        }
    }
}

fn reason(why: &str) -> Result<(), ChecklistError> {
    if is_text(why, MOST_TEXT) { Ok(()) } else { Err(ChecklistError::NoReason) }
}

impl Entity for Checklist {
    const KIND: Kind = Kind::literal("checklist");
    type Fact = ChecklistFact;

    fn open(fact: &ChecklistFact) -> Option<Self> {
        match fact {
            ChecklistFact::Started(started) => {
                Some(Self { started: (**started).clone(), settled: BTreeMap::new(), ended: None })
            }
            ChecklistFact::Settled { .. }
            | ChecklistFact::Unsettled { .. }
            | ChecklistFact::Replanned { .. }
            | ChecklistFact::Ended(_) => None,
        }
    }

    fn apply(&mut self, fact: &ChecklistFact) {
        match fact {
            ChecklistFact::Started(_) => {}
            ChecklistFact::Settled { item, how } => {
                self.settled.insert(item.clone(), how.clone());
            }
            ChecklistFact::Unsettled { item, .. } => {
                self.settled.remove(item);
            }
            ChecklistFact::Replanned { term, dues } => {
                self.started.term = *term;
                self.started.dues.clone_from(dues);
            }
            ChecklistFact::Ended(ended) => self.ended = Some(ended.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.ended.is_none() {
            let first = self.open_items().filter_map(|(_, due)| due).min();
            entries.ordered(Self::OPEN, &first.unwrap_or(NaiveDate::MAX));
        }
    }
}
