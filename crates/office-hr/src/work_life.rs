//! Signs that somebody works too much or rests too little: figures with stated methods, held against thresholds that are
//! in force by date, told for each person, and for a unit only where nobody can be told apart in it.
//!
//! | sign | method |
//! |---|---|
//! | overtime | hours a week on average over some weeks, and over as many before them |
//! | leave that lapses | days of leave left whose last day is near |
//! | too little rest | times that a daily or weekly rest was too short ([`LimitFinding`](crate::LimitFinding)) |
//! | work after hours | the part of all work that lies outside the hours of a calendar |
//! | absence | the Bradford factor ([`bradford`](crate::bradford)) of the last 52 weeks |
//!
//! Everything here is a pure value, and [`work_life_figures`] puts the figures together from the store: whoever asks has to be
//! allowed to see what they are computed from. A sign says that somebody should be talked to, and not why it is so.
//!
//! Law 68 of the crate; `tests/care/work_life.rs` holds it.
//!
//! # Example
//! ```
//! use office_core::{Id, Percent, Ratio};
//! use office_hr::{Dated, WorkLifeFigures, WorkLifeKind, WorkLifeReport, WorkLifeTerms};
//!
//! let terms = WorkLifeTerms {
//!     overtime: Some(Ratio::from_integer(5)), lapsing_leave: Some(Ratio::from_integer(3)), lapse_days: 60, short_rests: Some(0),
//!     after_hours: Some(Percent::whole(10)), absence: Some(Ratio::from_integer(200)), least_group: 4,
//! };
//! let versions = Dated::since("2026-01-01".parse()?, terms);
//! let on = "2026-10-05".parse()?;
//! let mut report = WorkLifeReport::new(on, *versions.on(on)?);
//! for (name, short_rests) in [("E-1", 2), ("E-2", 0), ("E-3", 0), ("E-4", 0)] {
//!     let figures = WorkLifeFigures { short_rests, ..WorkLifeFigures::default() };
//!     report.add(Id::natural("person", name), "company/it".parse()?, &figures);
//! }
//! let signs = report.person(Id::natural("person", "E-1")).ok_or("a person")?;
//! assert_eq!(signs[0].to_string(), "rest was too short 2 times, and at most 0 is wanted");
//!
//! // One of four is told by nobody's figures, and of fewer than four nothing is told.
//! let unit = report.unit(&"company/it".parse()?).ok_or("a unit")?;
//! assert_eq!((unit.people, unit.with.get(&WorkLifeKind::ShortRest)), (4, None));
//! assert_eq!(report.unit(&"company/it/desk".parse()?), None);
//! // Of days before the first thresholds nothing is told either.
//! assert!(versions.on("2025-12-31".parse()?).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Percent, Ratio, Scope};
use serde::{Deserialize, Serialize};

mod figure;
mod gathering;

pub use figure::{AfterHours, LapsingLeave, OvertimeTrend, WorkLifeFigures, after_hours, overtime_trend, short_rests};
pub use gathering::{GatherWorkLifeError, WorkLifeSources, work_life_figures};

/// From when on something is a sign. What is not named is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkLifeTerms {
    /// More hours of overtime a week than this, on average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overtime: Option<Ratio>,
    /// More days of leave that lapse than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsing_leave: Option<Ratio>,
    /// Within how many days they lapse.
    pub lapse_days: u32,
    /// More rests that were too short than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_rests: Option<u32>,
    /// A greater part of work after hours than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_hours: Option<Percent>,
    /// A greater Bradford factor than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence: Option<Ratio>,
    /// How many people a figure about several has to be of at the least; fewer than two are taken as two.
    pub least_group: u32,
}

/// Of what kind a sign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkLifeKind {
    /// Overtime.
    Overtime,
    /// Leave that lapses.
    LapsingLeave,
    /// Too little rest.
    ShortRest,
    /// Work after hours.
    AfterHours,
    /// Absence.
    Absence,
}

/// A sign, with the figure and the threshold that it is above. Its text explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WorkLifeSign {
    /// Overtime.
    Overtime {
        /// Of late, and before that.
        trend: OvertimeTrend,
        /// The threshold.
        most: Ratio,
    },
    /// Leave that lapses.
    LapsingLeave {
        /// How many days.
        days: Ratio,
        /// The first day on which some of them can no longer be taken.
        from: NaiveDate,
        /// The threshold.
        most: Ratio,
    },
    /// Too little rest.
    ShortRest {
        /// How many times.
        times: u32,
        /// The threshold.
        most: u32,
    },
    /// Work after hours.
    AfterHours {
        /// How much of how much.
        load: AfterHours,
        /// The threshold.
        most: Percent,
    },
    /// Absence.
    Absence {
        /// The Bradford factor.
        factor: Ratio,
        /// The threshold.
        most: Ratio,
    },
}

impl WorkLifeSign {
    /// Of what kind it is.
    #[must_use]
    pub const fn kind(&self) -> WorkLifeKind {
        match self {
            Self::Overtime { .. } => WorkLifeKind::Overtime,
            Self::LapsingLeave { .. } => WorkLifeKind::LapsingLeave,
            Self::ShortRest { .. } => WorkLifeKind::ShortRest,
            Self::AfterHours { .. } => WorkLifeKind::AfterHours,
            Self::Absence { .. } => WorkLifeKind::Absence,
        }
    }
}

impl fmt::Display for WorkLifeSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overtime { trend: OvertimeTrend { late, before }, most } => {
                write!(f, "overtime is {late} hours a week, after {before} before, and at most {most} are wanted")
            }
            Self::LapsingLeave { days, from, most } => {
                write!(f, "{days} days of leave lapse from {from} on, and at most {most} are wanted")
            }
            Self::ShortRest { times, most } => {
                write!(f, "rest was too short {times} times, and at most {most} is wanted")
            }
            Self::AfterHours { load: AfterHours { worked, outside }, most } => {
                write!(f, "{outside} of {worked} hours were worked after hours, and at most {most} is wanted")
            }
            Self::Absence { factor, most } => {
                write!(f, "the Bradford factor of absence is {factor}, and at most {most} is wanted")
            }
        }
    }
}

impl WorkLifeTerms {
    /// What of somebody's figures on a day is above its threshold, in the order of the kinds.
    #[must_use]
    pub fn signs(&self, figures: &WorkLifeFigures, on: NaiveDate) -> Vec<WorkLifeSign> {
        let WorkLifeFigures { overtime, leave, short_rests, after_hours, bradford } = figures;
        let trend = *overtime;
        let overtime = self.overtime.filter(|most| trend.late > *most);
        let near = LapsingLeave::within(leave, on, self.lapse_days);
        let lapsing = self.lapsing_leave.zip(near).filter(|(most, (days, _))| days > most);
        let rests = self.short_rests.filter(|most| short_rests > most);
        let load = *after_hours;
        let late = self.after_hours.filter(|most| load.part() > most.fraction());
        let absence = self.absence.filter(|most| bradford > most);
        let signs = [
            overtime.map(|most| WorkLifeSign::Overtime { trend, most }),
            lapsing.map(|(most, (days, from))| WorkLifeSign::LapsingLeave { days, from, most }),
            rests.map(|most| WorkLifeSign::ShortRest { times: *short_rests, most }),
            late.map(|most| WorkLifeSign::AfterHours { load, most }),
            absence.map(|most| WorkLifeSign::Absence { factor: *bradford, most }),
        ];
        signs.into_iter().flatten().collect()
    }
}

/// The signs of many people on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkLifeReport {
    on: NaiveDate,
    terms: WorkLifeTerms,
    people: BTreeMap<PersonId, (Scope, Vec<WorkLifeSign>)>,
}

/// How many people of a unit there are signs of. It tells of nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitSigns {
    /// How many people are in it.
    pub people: u32,
    /// Of how many there is a sign of each kind. A kind that fewer have than the least group is not told, and neither is one
    /// that fewer than that do without.
    pub with: BTreeMap<WorkLifeKind, u32>,
}

impl WorkLifeReport {
    /// A report for a day, by the thresholds of that day, of nobody yet.
    #[must_use]
    pub const fn new(on: NaiveDate, terms: WorkLifeTerms) -> Self {
        Self { on, terms, people: BTreeMap::new() }
    }

    /// Adds somebody in a part of the office. Added again, the last counts.
    pub fn add(&mut self, person: PersonId, scope: Scope, figures: &WorkLifeFigures) {
        self.people.insert(person, (scope, self.terms.signs(figures, self.on)));
    }

    /// The signs of a person; none where they were not added.
    #[must_use]
    pub fn person(&self, person: PersonId) -> Option<&[WorkLifeSign]> {
        self.people.get(&person).map(|(_, signs)| signs.as_slice())
    }

    /// The signs of a part of the office and all below it; nothing where fewer are in it than the least group.
    ///
    /// Who compares two parts that differ by fewer people than that can still learn of these: offer parts that do not
    /// overlap.
    #[must_use]
    pub fn unit(&self, unit: &Scope) -> Option<UnitSigns> {
        let least = self.terms.least_group.max(2);
        let mut people = 0_u32;
        let mut with: BTreeMap<WorkLifeKind, u32> = BTreeMap::new();
        for (_, signs) in self.people.values().filter(|(scope, _)| unit.covers(scope)) {
            people = people.saturating_add(1);
            for sign in signs {
                let count = with.entry(sign.kind()).or_default();
                *count = count.saturating_add(1);
            }
        }
        // Where all have a sign, or all but a few, each of them is known to.
        with.retain(|_, count| *count >= least && people.saturating_sub(*count) >= least);
        (people >= least).then_some(UnitSigns { people, with })
    }
}
