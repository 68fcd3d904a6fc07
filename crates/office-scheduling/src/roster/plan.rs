//! What a roster is to fulfil.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveTime, Timelike};
use office_core::DateRange;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Fairness, RosterContract};
use crate::resource::{MOST_FEATURES, are_features, is_word};

/// The most days of a roster.
pub const MAX_ROSTER_DAYS: u32 = 400;
/// The most types of shifts of a roster.
pub const MAX_ROSTER_SHIFTS: usize = 32;
/// The most people of a roster.
pub const MAX_ROSTER_PEOPLE: usize = 1_000;
/// The most choices of a roster: people times days times types of shifts, a day off being one.
const MOST_CHOICES: u64 = 4_000_000;
/// The longest shift, in minutes.
const MOST_SHIFT_MINUTES: u32 = 2_880;
/// The highest weight of a wish or demand.
const MOST_WEIGHT: u32 = 1_000_000;
/// The most people that a demand may want.
const MOST_WANTED: u32 = 10_000;
/// The most wishes of one person.
const MOST_WISHES: usize = 20_000;
/// The most days worked or off that count before a roster.
const MOST_BEFORE: u32 = 1_000;
/// The most points of a shift that nobody likes.
const MOST_POINTS: u32 = 100;
/// The most points of rosters before.
const MOST_BORNE: u32 = 100_000;
/// The highest weight of the square of a point.
const MOST_FAIRNESS: u32 = 10_000;
/// The most demands of a roster.
const MOST_DEMANDS: usize = 100_000;

/// The name of a type of shift: 1 to 20 letters, digits, `-`, `_` or `.`, such as `early` or `N`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShiftName(String);

impl ShiftName {
    const MOST: usize = 20;

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShiftName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for ShiftName {
    type Err = ShiftNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let short = (1..=Self::MOST).contains(&text.chars().take(Self::MOST.saturating_add(1)).count());
        if short && text.chars().all(|one| one.is_alphanumeric() || "-_.".contains(one)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ShiftNameError { text: text.chars().take(40).collect() })
        }
    }
}

impl TryFrom<String> for ShiftName {
    type Error = ShiftNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ShiftName> for String {
    fn from(name: ShiftName) -> Self {
        name.0
    }
}

/// A text does not name a shift.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` does not name a shift: 1 to 20 letters, digits, `-`, `_` or `.` are wanted")]
pub struct ShiftNameError {
    text: String,
}

/// A type of shift: how long it is, and what may not be worked on the day after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftType {
    /// What it is called.
    pub name: ShiftName,
    /// How long it is, in minutes: 1 to 2,880.
    pub minutes: u32,
    /// When it starts, by the clock on the wall, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<NaiveTime>,
    /// What may not be worked on the day after it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub not_followed_by: BTreeSet<ShiftName>,
}

impl ShiftType {
    /// A shift that any shift may follow.
    #[must_use]
    pub const fn new(name: ShiftName, minutes: u32) -> Self {
        Self { name, minutes, starts: None, not_followed_by: BTreeSet::new() }
    }

    /// Forbids all sequences of shifts that leave less than so many minutes of rest from the end of one to the start
    /// of the next day's; times are those of the clock on the wall, shifts without a start are left as they are.
    ///
    /// ```
    /// use office_scheduling::ShiftType;
    ///
    /// let mut early = ShiftType::new("early".parse()?, 480);
    /// let mut late = ShiftType::new("late".parse()?, 480);
    /// (early.starts, late.starts) = (Some("06:00:00".parse()?), Some("14:00:00".parse()?));
    /// let mut shifts = [early, late];
    /// ShiftType::forbid_short_rest(&mut shifts, 11 * 60);
    /// // From ten in the evening to six are eight hours.
    /// assert_eq!(shifts[1].not_followed_by, ["early".parse()?].into());
    /// assert!(shifts[0].not_followed_by.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn forbid_short_rest(shifts: &mut [Self], least_minutes: u32) {
        let minute = |starts: NaiveTime| starts.num_seconds_from_midnight() / 60;
        let starts: Vec<(ShiftName, u32)> =
            shifts.iter().filter_map(|next| Some((next.name.clone(), minute(next.starts?)))).collect();
        for shift in shifts {
            let Some(start) = shift.starts else { continue };
            let rested = minute(start).saturating_add(shift.minutes).saturating_add(least_minutes);
            let barred = starts.iter().filter(|(_, next)| next.saturating_add(24 * 60) < rested);
            shift.not_followed_by.extend(barred.map(|(name, _)| name.clone()));
        }
    }
}

/// How many people a shift of a day wants, and what it costs to miss that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverDemand {
    /// The day on which the shift starts.
    pub date: NaiveDate,
    /// The shift.
    pub shift: ShiftName,
    /// What those who count have to be able to do; everybody counts where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// How many are wanted: at most 10,000.
    pub wanted: u32,
    /// What each one too few costs: at most 1,000,000.
    pub under_weight: u32,
    /// What each one too many costs: at most 1,000,000.
    pub over_weight: u32,
}

/// What a roster is to fulfil, as it is written down. A [`RosterPlan`] is this, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterPlanParts {
    /// The days: 1 to 400.
    pub days: DateRange,
    /// The types of shifts: at most 32.
    pub shifts: Vec<ShiftType>,
    /// The people and what binds them: at most 1,000.
    pub people: Vec<RosterContract>,
    /// What is wanted: at most 100,000 demands, one for each day, shift and skill.
    pub demand: Vec<CoverDemand>,
    /// Which shifts nobody likes, and what it costs to spread them unevenly; without it that costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fairness: Option<Fairness>,
}

/// What a roster is to fulfil: the days, the shifts, the people and how many of them are wanted when.
///
/// # Example
/// ```
/// use office_core::{DateRange, Id};
/// use office_scheduling::{
///     CoverDemand, Roster, RosterContract, RosterPlan, RosterPlanError, RosterPlanParts, RosterSearch, ShiftType,
/// };
///
/// // One at the reception each day of a week; nobody works more than three days in a row.
/// let days: DateRange = "2026-11-02/2026-11-09".parse()?;
/// let demand = days.dates(7).map(|date| CoverDemand {
///     date,
///     shift: "desk".parse().unwrap(),
///     skill: None,
///     wanted: 1,
///     under_weight: 100,
///     over_weight: 1,
/// });
/// let people = ["Ada", "Ben"].map(|name| RosterContract {
///     most_consecutive_shifts: 3,
///     ..RosterContract::unlimited(Id::natural("person", name), name)
/// });
/// let parts = RosterPlanParts {
///     days,
///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
///     people: people.to_vec(),
///     demand: demand.collect(),
///     fairness: None,
/// };
/// let plan = RosterPlan::new(parts.clone())?;
///
/// let found = plan.generate(&Roster::new(), RosterSearch { seed: 1, steps: 20 }, |_| false)?;
/// assert_eq!(found.cost, 0);
/// assert!(plan.check(&found.roster).is_empty());
///
/// // A shift that nobody has heard of is refused.
/// let mut wrong = parts;
/// wrong.demand[6].shift = "night".parse()?;
/// let refused = RosterPlan::new(wrong).unwrap_err();
/// assert_eq!(refused.to_string(), "`night` of the demand of 2026-11-08 is not a shift of the roster: one of its shifts is wanted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RosterPlanParts", into = "RosterPlanParts")]
pub struct RosterPlan(RosterPlanParts);

impl RosterPlan {
    /// These parts, where they make a plan.
    ///
    /// # Errors
    /// [`RosterPlanError`], in the order of its variants.
    pub fn new(parts: RosterPlanParts) -> Result<Self, RosterPlanError> {
        if parts.days.days().is_none_or(|days| days > MAX_ROSTER_DAYS) {
            return Err(RosterPlanError::Days { days: parts.days });
        }
        check_shifts(&parts)?;
        check_people(&parts)?;
        check_demand(&parts)?;
        check_fairness(&parts)?;
        Ok(Self(parts))
    }

    /// What it is made of.
    #[must_use]
    pub const fn parts(&self) -> &RosterPlanParts {
        &self.0
    }

    /// Its days, in order.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        self.0.days.dates(usize::try_from(MAX_ROSTER_DAYS).unwrap_or(usize::MAX))
    }

    /// What binds a person.
    #[must_use]
    pub fn contract(&self, person: PersonId) -> Option<&RosterContract> {
        self.0.people.iter().find(|contract| contract.person == person)
    }

    /// One of its types of shifts.
    #[must_use]
    pub fn shift(&self, name: &ShiftName) -> Option<&ShiftType> {
        self.0.shifts.iter().find(|shift| shift.name == *name)
    }
}

fn known<'a>(
    parts: &RosterPlanParts,
    mut names: impl Iterator<Item = &'a ShiftName>,
    at: impl FnOnce() -> String,
) -> Result<(), RosterPlanError> {
    match names.find(|name| !parts.shifts.iter().any(|shift| shift.name == **name)) {
        Some(shift) => Err(RosterPlanError::UnknownShift { shift: shift.clone(), at: at() }),
        None => Ok(()),
    }
}

fn check_shifts(parts: &RosterPlanParts) -> Result<(), RosterPlanError> {
    if !(1..=MAX_ROSTER_SHIFTS).contains(&parts.shifts.len()) {
        return Err(RosterPlanError::Shifts { count: parts.shifts.len() });
    }
    let mut names = BTreeSet::new();
    for shift in &parts.shifts {
        if !names.insert(&shift.name) {
            return Err(RosterPlanError::ShiftTwice { shift: shift.name.clone() });
        }
        if !(1..=MOST_SHIFT_MINUTES).contains(&shift.minutes) {
            return Err(RosterPlanError::ShiftMinutes { shift: shift.name.clone(), minutes: shift.minutes });
        }
        known(parts, shift.not_followed_by.iter(), || format!("what may not follow `{}`", shift.name))?;
    }
    Ok(())
}

fn check_people(parts: &RosterPlanParts) -> Result<(), RosterPlanError> {
    if !(1..=MAX_ROSTER_PEOPLE).contains(&parts.people.len()) {
        return Err(RosterPlanError::People { count: parts.people.len() });
    }
    let wide = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let days = u64::from(parts.days.days().unwrap_or(u32::MAX));
    let choices =
        wide(parts.people.len()).saturating_mul(days).saturating_mul(wide(parts.shifts.len()).saturating_add(1));
    if choices > MOST_CHOICES {
        return Err(RosterPlanError::TooLarge { choices });
    }
    let mut seen = BTreeSet::new();
    for contract in &parts.people {
        if !is_word(&contract.name, 100) {
            return Err(RosterPlanError::Name { person: contract.person });
        }
        if !seen.insert(contract.person) {
            return Err(RosterPlanError::PersonTwice { name: contract.name.clone() });
        }
        check_contract(parts, contract)?;
    }
    Ok(())
}

fn check_contract(parts: &RosterPlanParts, contract: &RosterContract) -> Result<(), RosterPlanError> {
    let name = || contract.name.clone();
    if !are_features(&contract.skills) {
        return Err(RosterPlanError::Skills { name: name() });
    }
    let bounds = [
        ("minutes", contract.least_minutes, contract.most_minutes),
        ("shifts in a row", contract.least_consecutive_shifts, contract.most_consecutive_shifts),
    ];
    for (what, least, most) in bounds {
        if least > most {
            return Err(RosterPlanError::LeastOverMost { name: name(), what, least, most });
        }
    }
    known(parts, contract.most_of_shift.keys(), || format!("the limits of {}", contract.name))?;
    if let Some(before) = &contract.before {
        known(parts, before.shift.iter(), || format!("what {} worked before", contract.name))?;
        if !(1..=MOST_BEFORE).contains(&before.days) {
            return Err(RosterPlanError::Before { name: name(), days: before.days });
        }
    }
    if contract.borne > MOST_BORNE {
        return Err(RosterPlanError::Borne { name: name(), points: contract.borne });
    }
    known(parts, contract.wishes.iter().map(|wish| &wish.shift), || format!("the wishes of {}", contract.name))?;
    let dates = contract.days_off.iter().chain(contract.wishes.iter().map(|wish| &wish.date));
    if let Some(date) = dates.copied().find(|date| !parts.days.contains(*date)) {
        return Err(RosterPlanError::OutsideDays { at: contract.name.clone(), date, days: parts.days });
    }
    if contract.wishes.len() > MOST_WISHES {
        return Err(RosterPlanError::TooMuch { what: "wishes of a person", most: MOST_WISHES });
    }
    if let Some(wish) = contract.wishes.iter().find(|wish| wish.weight > MOST_WEIGHT) {
        return Err(RosterPlanError::Weight { date: wish.date, weight: wish.weight });
    }
    Ok(())
}

fn check_demand(parts: &RosterPlanParts) -> Result<(), RosterPlanError> {
    if parts.demand.len() > MOST_DEMANDS {
        return Err(RosterPlanError::TooMuch { what: "demands", most: MOST_DEMANDS });
    }
    let mut seen: BTreeMap<NaiveDate, BTreeSet<(&ShiftName, Option<&str>)>> = BTreeMap::new();
    let mut skills = BTreeSet::new();
    for demand in &parts.demand {
        let date = demand.date;
        known(parts, std::iter::once(&demand.shift), || format!("the demand of {date}"))?;
        if !parts.days.contains(date) {
            return Err(RosterPlanError::OutsideDays { at: "the demand".to_owned(), date, days: parts.days });
        }
        if demand.wanted > MOST_WANTED {
            return Err(RosterPlanError::Wanted { date, wanted: demand.wanted });
        }
        let weight = demand.under_weight.max(demand.over_weight);
        if weight > MOST_WEIGHT {
            return Err(RosterPlanError::Weight { date, weight });
        }
        if !seen.entry(date).or_default().insert((&demand.shift, demand.skill.as_deref())) {
            return Err(RosterPlanError::DemandTwice { date, shift: demand.shift.clone() });
        }
        skills.extend(demand.skill.clone());
    }
    // The words are those of contracts: what nobody could have is a slip of the pen.
    if are_features(&skills) { Ok(()) } else { Err(RosterPlanError::DemandedSkills { most: MOST_FEATURES }) }
}

fn check_fairness(parts: &RosterPlanParts) -> Result<(), RosterPlanError> {
    let Some(fairness) = &parts.fairness else { return Ok(()) };
    known(parts, fairness.by_shift.keys(), || "the shifts that nobody likes".to_owned())?;
    if let Some(date) = fairness.by_date.keys().copied().find(|date| !parts.days.contains(*date)) {
        return Err(RosterPlanError::OutsideDays { at: "fairness".to_owned(), date, days: parts.days });
    }
    let all = fairness.by_shift.values().chain(fairness.by_date.values()).chain([&fairness.weekend]);
    if let Some(points) = all.copied().find(|points| *points > MOST_POINTS) {
        return Err(RosterPlanError::Points { points });
    }
    if !(1..=MOST_FAIRNESS).contains(&fairness.weight) {
        return Err(RosterPlanError::FairnessWeight { weight: fairness.weight });
    }
    Ok(())
}

impl TryFrom<RosterPlanParts> for RosterPlan {
    type Error = RosterPlanError;

    fn try_from(parts: RosterPlanParts) -> Result<Self, Self::Error> {
        Self::new(parts)
    }
}

impl From<RosterPlan> for RosterPlanParts {
    fn from(plan: RosterPlan) -> Self {
        plan.0
    }
}

/// Parts do not make a plan of a roster.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RosterPlanError {
    /// There are too many days.
    #[error("the roster is for {days}: at most {MAX_ROSTER_DAYS} days with an end are wanted")]
    Days {
        /// The days.
        days: DateRange,
    },
    /// There is no type of shift, or there are too many.
    #[error("there are {count} types of shifts: 1 to {MAX_ROSTER_SHIFTS} are wanted")]
    Shifts {
        /// How many.
        count: usize,
    },
    /// Two types of shifts have one name.
    #[error("there are two shifts `{shift}`: a name of its own is wanted")]
    ShiftTwice {
        /// The name.
        shift: ShiftName,
    },
    /// A shift is too long, or has no length.
    #[error("shift `{shift}` takes {minutes} minutes: 1 to {MOST_SHIFT_MINUTES} are wanted")]
    ShiftMinutes {
        /// The shift.
        shift: ShiftName,
        /// How long it is.
        minutes: u32,
    },
    /// A shift is named that there is not.
    #[error("`{shift}` of {at} is not a shift of the roster: one of its shifts is wanted")]
    UnknownShift {
        /// The name.
        shift: ShiftName,
        /// Where it stands.
        at: String,
    },
    /// There is nobody, or there are too many.
    #[error("there are {count} people: 1 to {MAX_ROSTER_PEOPLE} are wanted")]
    People {
        /// How many.
        count: usize,
    },
    /// People, days and shifts are too many taken together.
    #[error("people times days times shifts are {choices}: at most {MOST_CHOICES} are wanted")]
    TooLarge {
        /// Their product, a day off being one more shift.
        choices: u64,
    },
    /// A name is blank, too long or has control characters.
    #[error("the name of person {person} is not one: 1 to 100 characters are wanted")]
    Name {
        /// Whose.
        person: PersonId,
    },
    /// Somebody is there twice.
    #[error("{name} is a person who is on the roster already: each person once is wanted")]
    PersonTwice {
        /// The name given the second time.
        name: String,
    },
    /// Somebody's skills are blank, too long or too many.
    #[error("the skills of {name} are not such: at most 64 words of 1 to 64 characters are wanted")]
    Skills {
        /// Whose.
        name: String,
    },
    /// A lower limit is above the upper one.
    #[error("at least {least} and at most {most} {what} cannot be had by {name}: a range is wanted")]
    LeastOverMost {
        /// Whose limit.
        name: String,
        /// Of what.
        what: &'static str,
        /// The lower limit.
        least: u32,
        /// The upper limit.
        most: u32,
    },
    /// Too many days, or none, are said to have been worked or off before.
    #[error("{name} is said to have worked or been off for {days} days before: 1 to {MOST_BEFORE} are wanted")]
    Before {
        /// Who.
        name: String,
        /// How many days.
        days: u32,
    },
    /// Somebody is said to have borne too much.
    #[error("{points} points borne before by {name} are too many: at most {MOST_BORNE} are wanted")]
    Borne {
        /// Who.
        name: String,
        /// How many points.
        points: u32,
    },
    /// A day is not one of the roster.
    #[error("{date}, named for {at}, is not a day of the roster: one within {days} is wanted")]
    OutsideDays {
        /// Whose day it is.
        at: String,
        /// The day.
        date: NaiveDate,
        /// The days of the roster.
        days: DateRange,
    },
    /// There are too many of something.
    #[error("there are too many {what}: at most {most} are wanted")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// A weight is too high.
    #[error("the weight {weight} on {date} is too high: at most {MOST_WEIGHT} is wanted")]
    Weight {
        /// The day.
        date: NaiveDate,
        /// The weight.
        weight: u32,
    },
    /// A demand wants too many.
    #[error("{wanted} people on {date} are too many: at most {MOST_WANTED} are wanted")]
    Wanted {
        /// The day.
        date: NaiveDate,
        /// How many.
        wanted: u32,
    },
    /// A demand is there twice.
    #[error("the demand for `{shift}` of {date} is there twice: one for each day, shift and skill is wanted")]
    DemandTwice {
        /// The day.
        date: NaiveDate,
        /// The shift.
        shift: ShiftName,
    },
    /// A shift that nobody likes has too many points.
    #[error("{points} points for a shift are too many: at most {MOST_POINTS} are wanted")]
    Points {
        /// How many.
        points: u32,
    },
    /// Unfairness costs too much, or nothing.
    #[error("the weight of fairness is {weight}: 1 to {MOST_FAIRNESS} is wanted")]
    FairnessWeight {
        /// The weight.
        weight: u32,
    },
    /// The skills demanded are blank, too long or too many.
    #[error("the skills demanded are not such: at most {most} words of 1 to {most} characters are wanted")]
    DemandedSkills {
        /// How many there may be, and how long.
        most: usize,
    },
}
