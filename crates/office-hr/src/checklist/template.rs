//! What has to be done when somebody comes or goes, written down once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use office_core::{DateRange, Role, WorkingCalendar, WorkingTimeError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;

/// The most items of a checklist.
const MOST_ITEMS: usize = 500;
/// The longest key, name and title, in characters.
const MOST_TEXT: usize = 200;
/// How far from an end of the employment something may be due, in days.
const MOST_DAYS: i32 = 3_660;

/// Something that has to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// What it is known by within the list: `laptop`.
    pub key: String,
    /// What is to be done.
    pub title: String,
    /// By whom.
    pub owner: ItemOwner,
    /// By when.
    pub due: ItemDue,
    /// What has to be done before.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub after: BTreeSet<String>,
    /// Whether whoever does it has to say what shows it: the number of a receipt, a record on file.
    #[serde(default)]
    pub evidence: bool,
    /// Whether the list cannot be closed without it.
    #[serde(default)]
    pub blocking: bool,
}

/// By whom something has to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemOwner {
    /// By whoever comes or goes.
    Employee,
    /// By whom they report to, on the day on which it is done.
    Manager,
    /// By somebody who holds this role on the day on which it is done.
    Role(Role),
}

/// By when something has to be done: so many days after the first or the last day of the employment, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemDue {
    /// From which day on it is counted.
    pub from: EmploymentDay,
    /// How many days after it; before it where less than none.
    pub days: i32,
    /// Whether only working days of the office count.
    #[serde(default)]
    pub working: bool,
}

/// A day of an employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentDay {
    /// Its first.
    First,
    /// Its last.
    Last,
}

/// What has to be done when somebody comes or goes.
///
/// # Example
/// ```
/// use office_core::Role;
/// use office_hr::{ChecklistItem, ChecklistTemplate, ChecklistTemplateError, EmploymentDay, ItemDue, ItemOwner};
///
/// let item = |key: &str, days, after: &[&str]| ChecklistItem {
///     key: key.to_owned(),
///     title: format!("see to the {key}"),
///     owner: ItemOwner::Role(Role::new("it")),
///     due: ItemDue { from: EmploymentDay::First, days, working: true },
///     after: after.iter().map(|key| (*key).to_owned()).collect(),
///     evidence: false,
///     blocking: true,
/// };
/// let items = vec![item("account", -5, &[]), item("laptop", -1, &["account"])];
/// let coming = ChecklistTemplate::new("coming", items)?;
/// assert_eq!(coming.items().len(), 2);
///
/// // What waits for itself is never done.
/// let refused = ChecklistTemplate::new("going", vec![item("egg", 0, &["hen"]), item("hen", 0, &["egg"])]).unwrap_err();
/// assert_eq!(refused.to_string(), "`egg` waits for `hen`, and that for it: an order without a circle is wanted");
/// # Ok::<(), ChecklistTemplateError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ChecklistTemplateParts")]
pub struct ChecklistTemplate {
    name: String,
    items: Vec<ChecklistItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecklistTemplateParts {
    name: String,
    items: Vec<ChecklistItem>,
}

impl TryFrom<ChecklistTemplateParts> for ChecklistTemplate {
    type Error = ChecklistTemplateError;

    fn try_from(parts: ChecklistTemplateParts) -> Result<Self, ChecklistTemplateError> {
        Self::new(parts.name, parts.items)
    }
}

/// Items do not make a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChecklistTemplateError {
    /// There are none, or too many.
    #[error("{items} items are no checklist: 1 to 500 are wanted")]
    Count {
        /// How many.
        items: usize,
    },
    /// A text is missing or too long.
    #[error("the {field} of item {row} is no text of 1 to 200 characters")]
    Text {
        /// Which text; the name is that of the list.
        field: &'static str,
        /// Which item, counted from 1; 0 for the list itself.
        row: usize,
    },
    /// Two items have one key.
    #[error("item {row} is called `{key}` as an earlier one: a key of its own is wanted")]
    KeyTaken {
        /// Which item, counted from 1.
        row: usize,
        /// The key.
        key: String,
    },
    /// It is due too far away.
    #[error("`{key}` is due {days} days from the employment: -3660 to 3660 are wanted")]
    Days {
        /// The item.
        key: String,
        /// How many days.
        days: i32,
    },
    /// An item waits for one that is not there.
    #[error("`{key}` waits for `{wanted}`, which is not on the list")]
    Unknown {
        /// The item.
        key: String,
        /// What it waits for.
        wanted: String,
    },
    /// An item waits for itself, through others or not.
    #[error("`{key}` waits for `{wanted}`, and that for it: an order without a circle is wanted")]
    Circle {
        /// The item.
        key: String,
        /// One of those that it waits for.
        wanted: String,
    },
}

impl ChecklistTemplate {
    /// A list of these items, in this order.
    ///
    /// # Errors
    /// [`ChecklistTemplateError`], in the order of its variants.
    pub fn new(name: impl Into<String>, items: Vec<ChecklistItem>) -> Result<Self, ChecklistTemplateError> {
        let name = name.into();
        if !(1..=MOST_ITEMS).contains(&items.len()) {
            return Err(ChecklistTemplateError::Count { items: items.len() });
        }
        if !is_text(&name, MOST_TEXT) {
            return Err(ChecklistTemplateError::Text { field: "name", row: 0 });
        }
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        for (row, item) in (1..).zip(&items) {
            for (field, text) in [("key", &item.key), ("title", &item.title)] {
                if !is_text(text, MOST_TEXT) {
                    return Err(ChecklistTemplateError::Text { field, row });
                }
            }
            if !keys.insert(&item.key) {
                return Err(ChecklistTemplateError::KeyTaken { row, key: item.key.clone() });
            }
            if item.due.days.unsigned_abs() > MOST_DAYS.unsigned_abs() {
                return Err(ChecklistTemplateError::Days { key: item.key.clone(), days: item.due.days });
            }
        }
        for item in &items {
            if let Some(wanted) = item.after.iter().find(|key| !keys.contains(key.as_str())) {
                return Err(ChecklistTemplateError::Unknown { key: item.key.clone(), wanted: wanted.clone() });
            }
        }
        if let Some((key, wanted)) = circle(&items) {
            return Err(ChecklistTemplateError::Circle { key, wanted });
        }
        Ok(Self { name, items })
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What has to be done.
    #[must_use]
    pub fn items(&self) -> &[ChecklistItem] {
        &self.items
    }

    /// By when each item has to be done in an employment of this term; nothing for what is counted from a last day that it
    /// does not have.
    ///
    /// # Errors
    /// [`WorkingTimeError`] where working days are counted that the calendar does not tell of.
    pub fn dues(
        &self,
        term: DateRange,
        calendar: &WorkingCalendar,
    ) -> Result<BTreeMap<String, NaiveDate>, WorkingTimeError> {
        let mut dues = BTreeMap::new();
        for item in &self.items {
            if let Some(due) = item.due.on(term, calendar)? {
                dues.insert(item.key.clone(), due);
            }
        }
        Ok(dues)
    }
}

impl ItemDue {
    /// The day, in an employment of this term.
    fn on(self, term: DateRange, calendar: &WorkingCalendar) -> Result<Option<NaiveDate>, WorkingTimeError> {
        let from = match self.from {
            EmploymentDay::First => Some(term.start()),
            EmploymentDay::Last => term.last(),
        };
        let Some(from) = from else { return Ok(None) };
        if self.working {
            return calendar.working_day(from, self.days).map(Some);
        }
        let days = Days::new(u64::from(self.days.unsigned_abs()));
        Ok(if self.days < 0 { from.checked_sub_days(days) } else { from.checked_add_days(days) })
    }
}

/// An item of a circle and one that it waits for: what is left when everything that can be done is.
fn circle(items: &[ChecklistItem]) -> Option<(String, String)> {
    let mut left: Vec<&ChecklistItem> = items.iter().collect();
    loop {
        let undone: BTreeSet<&str> = left.iter().map(|item| item.key.as_str()).collect();
        let before = left.len();
        left.retain(|item| item.after.iter().any(|key| undone.contains(key.as_str())));
        if left.len() == before {
            let first = left.first()?;
            let wanted = first.after.iter().find(|key| undone.contains(key.as_str()))?;
            return Some((first.key.clone(), wanted.clone()));
        }
    }
}
