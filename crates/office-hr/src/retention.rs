//! How long what is on file is kept, and on whose word.
//!
//! # Example
//! ```
//! use office_hr::{RetentionDue, RetentionRule, RetentionRules, RetentionStart};
//!
//! let rule = |class: &str, from, keep: &str, basis: &str| {
//!     Ok::<_, Box<dyn std::error::Error>>(RetentionRule {
//!         class: class.parse()?, kind: None, from, keep: keep.parse()?, basis: basis.to_owned(),
//!     })
//! };
//! let mut rules = RetentionRules::default();
//! rules.publish("2026-01-01".parse()?, vec![
//!     rule("general", RetentionStart::EmploymentEnds, "3 years", "claims from an employment lapse")?,
//!     rule("application", RetentionStart::Event("decided".into()), "6 months", "claims of those who were not chosen")?,
//! ])?;
//!
//! let on = "2026-10-05".parse()?;
//! let ends = |last: &str| Ok::<_, chrono::ParseError>([(RetentionStart::EmploymentEnds, last.parse()?)].into());
//! let due = rules.due(&"general".parse()?, "contract", &ends("2024-02-29")?, on)?;
//! assert_eq!(due.on(), Some("2027-02-28".parse()?));
//! // Nobody has decided yet: the time has not begun.
//! let due = rules.due(&"application".parse()?, "letter", &ends("2024-02-29")?, on)?;
//! assert!(matches!(due, RetentionDue::NotRunning(_)));
//!
//! // What no rule tells of is not erased by guess.
//! assert!(rules.due(&"medical".parse()?, "note", &ends("2024-02-29")?, on).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use office_core::RecordClass;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most rules of one version, and the longest text of one, in characters.
const MOST_RULES: usize = 1_000;
const MOST_TEXT: usize = 200;

/// How long records of a class are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// Of which class.
    pub class: RecordClass,
    /// Of which kind of document alone, where not of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// From when on.
    pub from: RetentionStart,
    /// How long.
    pub keep: RetentionPeriod,
    /// By which law, contract or purpose: 1 to 200 characters.
    pub basis: String,
}

/// With what the time begins for which a record is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionStart {
    /// With the day on which it was filed.
    Filed,
    /// With the last day of the employment it belongs to.
    EmploymentEnds,
    /// With the last day on which this happened: `case closed`, `decided`.
    Event(String),
}

/// How long something is kept: `6 months`, `10 years`, `28 days`, `for ever`.
///
/// Months and years end on the day of that number, or the last of a month that has none.
///
/// # Example
/// ```
/// use office_hr::RetentionPeriod;
///
/// let half: RetentionPeriod = "6 months".parse()?;
/// assert_eq!(half.after("2026-08-31".parse()?), Some("2027-02-28".parse()?));
/// assert!("6 moons".parse::<RetentionPeriod>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RetentionPeriod {
    /// So many days.
    Days(u32),
    /// So many months.
    Months(u32),
    /// Without end.
    ForEver,
}

impl RetentionPeriod {
    /// The first day on which it is over; none where it never is, or beyond the calendar.
    #[must_use]
    pub fn after(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => start.checked_add_days(Days::new(days.into())),
            Self::Months(months) => start.checked_add_months(Months::new(months)),
            Self::ForEver => None,
        }
    }
}

impl fmt::Display for RetentionPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Self::ForEver => return f.write_str("for ever"),
            Self::Days(days) => (*days, "day"),
            Self::Months(months) if *months >= 12 && months.is_multiple_of(12) => (months / 12, "year"),
            Self::Months(months) => (*months, "month"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

impl FromStr for RetentionPeriod {
    type Err = ParseRetentionPeriodError;

    fn from_str(text: &str) -> Result<Self, ParseRetentionPeriodError> {
        /// A century and more, so that no sum leaves the calendar of somebody alive.
        const MOST: u32 = 3_000;
        let refused = || ParseRetentionPeriodError { text: text.chars().take(64).collect() };
        if text == "for ever" {
            return Ok(Self::ForEver);
        }
        let (count, unit) = text.split_once(' ').ok_or_else(refused)?;
        let count = count.parse::<u32>().ok().filter(|count| *count <= MOST * 12).ok_or_else(refused)?;
        match unit {
            "day" | "days" => Ok(Self::Days(count)),
            "month" | "months" => Ok(Self::Months(count)),
            "year" | "years" => count.checked_mul(12).map(Self::Months).ok_or_else(refused),
            _ => Err(refused()),
        }
    }
}

impl TryFrom<String> for RetentionPeriod {
    type Error = ParseRetentionPeriodError;

    fn try_from(text: String) -> Result<Self, ParseRetentionPeriodError> {
        text.parse()
    }
}

impl From<RetentionPeriod> for String {
    fn from(period: RetentionPeriod) -> Self {
        period.to_string()
    }
}

/// A text does not say how long something is kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` says no time: `for ever` or up to 36000 `days`, `months` or `years`, such as `6 months`, is wanted")]
pub struct ParseRetentionPeriodError {
    text: String,
}

/// The rules of an office by which records are kept, each set in force from a day on, also for what is on file then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RetentionVersions", into = "RetentionVersions")]
pub struct RetentionRules {
    versions: RetentionVersions,
}

type RetentionVersions = BTreeMap<NaiveDate, Vec<RetentionRule>>;

impl TryFrom<RetentionVersions> for RetentionRules {
    type Error = PublishRetentionError;

    fn try_from(versions: RetentionVersions) -> Result<Self, PublishRetentionError> {
        let mut rules = Self::default();
        versions.into_iter().try_for_each(|(from, version)| rules.publish(from, version))?;
        Ok(rules)
    }
}

impl From<RetentionRules> for RetentionVersions {
    fn from(rules: RetentionRules) -> Self {
        rules.versions
    }
}

/// When a record is due to be erased, by which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetentionDue {
    /// From this day on.
    On(NaiveDate, RetentionRule),
    /// The time has not begun: what it begins with has not happened.
    NotRunning(RetentionRule),
    /// Never.
    Never(RetentionRule),
}

impl RetentionDue {
    /// The first day on which it is to be erased, where that can be told.
    #[must_use]
    pub const fn on(&self) -> Option<NaiveDate> {
        match self {
            Self::On(day, _) => Some(*day),
            Self::NotRunning(_) | Self::Never(_) => None,
        }
    }

    /// The rule that says so.
    #[must_use]
    pub const fn rule(&self) -> &RetentionRule {
        let (Self::On(_, rule) | Self::NotRunning(rule) | Self::Never(rule)) = self;
        rule
    }

    /// Never is later than a time that has not begun, and that is later than any day.
    fn order(&self) -> (u8, Option<NaiveDate>) {
        match self {
            Self::On(day, _) => (0, Some(*day)),
            Self::NotRunning(_) => (1, None),
            Self::Never(_) => (2, None),
        }
    }
}

/// Rules cannot be those of an office.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PublishRetentionError {
    /// There are too many.
    #[error("{rules} rules are too many: at most {most} are wanted")]
    TooMany {
        /// How many.
        rules: usize,
        /// How many there may be.
        most: usize,
    },
    /// A text of one is missing or too long.
    #[error("the {field} of rule {row} is no text of 1 to {most} characters")]
    Text {
        /// Which rule, counted from 1.
        row: usize,
        /// Which text of it.
        field: &'static str,
        /// How many characters it may have.
        most: usize,
    },
}

/// No rule says how long a record is kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("on {on} no rule says how long {class} records of kind `{kind}` are kept: one for the class is wanted")]
pub struct NoRetentionRule {
    /// On which day there is none.
    pub on: NaiveDate,
    /// Of which class.
    pub class: RecordClass,
    /// Of which kind.
    pub kind: String,
}

impl RetentionRules {
    /// Puts rules in force from a day on, in place of all earlier ones.
    ///
    /// # Errors
    /// [`PublishRetentionError`], in the order of its variants.
    pub fn publish(&mut self, from: NaiveDate, rules: Vec<RetentionRule>) -> Result<(), PublishRetentionError> {
        if rules.len() > MOST_RULES {
            return Err(PublishRetentionError::TooMany { rules: rules.len(), most: MOST_RULES });
        }
        for (row, rule) in (1..).zip(&rules) {
            let event = match &rule.from {
                RetentionStart::Event(event) => Some(event),
                RetentionStart::Filed | RetentionStart::EmploymentEnds => None,
            };
            for (field, text) in [("kind", rule.kind.as_ref()), ("event", event), ("basis", Some(&rule.basis))] {
                if text.is_some_and(|text| !is_text(text, MOST_TEXT)) {
                    return Err(PublishRetentionError::Text { row, field, most: MOST_TEXT });
                }
            }
        }
        self.versions.insert(from, rules);
        Ok(())
    }

    /// When a record is due to be erased by the rules of a day, given the last day on which each thing happened with
    /// which a time begins.
    ///
    /// Rules for the kind of document go before those for all of its class; of several the longest time counts.
    ///
    /// # Errors
    /// [`NoRetentionRule`] where none is for the class.
    pub fn due(
        &self,
        class: &RecordClass,
        kind: &str,
        started: &BTreeMap<RetentionStart, NaiveDate>,
        on: NaiveDate,
    ) -> Result<RetentionDue, NoRetentionRule> {
        let none = || NoRetentionRule { on, class: class.clone(), kind: kind.to_owned() };
        let (_, rules) = self.versions.range(..=on).next_back().ok_or_else(none)?;
        let of_class = || rules.iter().filter(|rule| rule.class == *class);
        let of_kind = of_class().filter(|rule| rule.kind.as_deref() == Some(kind));
        let general = of_class().filter(|rule| rule.kind.is_none());
        let due = |rule: &RetentionRule| {
            let rule = rule.clone();
            match started.get(&rule.from) {
                _ if rule.keep == RetentionPeriod::ForEver => RetentionDue::Never(rule),
                None => RetentionDue::NotRunning(rule),
                // A day beyond the calendar never comes.
                Some(start) => match rule.keep.after(*start) {
                    Some(day) => RetentionDue::On(day, rule),
                    None => RetentionDue::Never(rule),
                },
            }
        };
        let longest = of_kind.map(due).max_by_key(RetentionDue::order);
        longest.or_else(|| general.map(due).max_by_key(RetentionDue::order)).ok_or_else(none)
    }
}

/// Whether a text is one of at most so many characters and not blank.
pub(crate) fn is_text(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().take(most.saturating_add(1)).count() <= most
}
