//! Employment: who works for the office, from when to when, in which place of it.
//!
//! ```text
//!   hire ──► Hired ──┬── reassign ──► Reassigned, from a day on
//!                    ├── end ───────► Ended, with a last day
//!                    └── leave ─────► Leaving: ended for a reason, by notice where one is wanted
//! ```
//!
//! What can change (role, manager, cost centre, week, zone) is an [`Assignment`] in force from a day on; what was so
//! before stays. Nobody is employed twice on one day, and nobody reports to themselves through others on any day; both
//! are checked when somebody is hired or reassigned.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, PersonId};
use office_core::{DateRange, Decision, Entity, Entries, Kind, Partition, Ratio, Role, Scope, StoreError, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::reporting::Circle;
use crate::{NoticeBy, NoticeRules, NoticeTooShort, Tenure, WorkSchedule, WorkWeek};

/// Somebody's place in the office, in force from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// What they work as.
    pub role: Role,
    /// To whom they report; nobody at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<PersonId>,
    /// Where their cost goes.
    pub cost_centre: CostCentreId,
    /// To what part of the office they belong, as authority over them is measured.
    #[serde(default)]
    pub scope: Scope,
    /// How many hours a week they work.
    pub weekly_hours: Ratio,
    /// On which days.
    pub week: WorkWeek,
    /// In which zone their days begin and end.
    pub zone: Zone,
}

/// One engagement of a person, from the first day to the last.
///
/// # Example
/// ```
/// use office_core::{Decision, Entity, Id, Ratio, Role};
/// use office_hr::{Assignment, Employment, EndEmployment, EndEmploymentError, Hire};
///
/// let assignment = Assignment {
///     role: Role::new("receptionist"),
///     manager: Some(Id::natural("person", "E-002")),
///     cost_centre: Id::natural("cost_centre", "CC-100"),
///     scope: "company/CC-100".parse()?,
///     weekly_hours: Ratio::from_integer(40),
///     week: "MO|TU|WE|TH|FR".parse()?,
///     zone: "Europe/Berlin".parse()?,
/// };
/// let hire = Hire { person: Id::natural("person", "E-006"), term: "2023-03-01/..".parse()?, assignment };
/// let Decision::Record(fact) = Employment::hire(&hire)? else { return Ok(()) };
/// let employment = Employment::open(&fact).ok_or("a first fact")?;
/// assert_eq!(employment.on("2026-10-01".parse()?).map(|place| place.role.name()), Some("receptionist"));
///
/// // It cannot end before it has begun.
/// let end = EndEmployment { last: "2023-02-28".parse()? };
/// assert!(matches!(employment.end(&end), Err(EndEmploymentError::BeforeStart { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employment {
    person: PersonId,
    term: DateRange,
    // The first is in force from the first day of the term.
    assignments: BTreeMap<NaiveDate, Assignment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leaving: Option<Leaving>,
}

/// To employ somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hire {
    /// Whom.
    pub person: PersonId,
    /// From the first day to the last; without a last one until further notice.
    pub term: DateRange,
    /// As what, from the first day on.
    pub assignment: Assignment,
}

/// To change somebody's place in the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// From which day on, until the next change that is known.
    pub from: NaiveDate,
    /// To what.
    pub assignment: Assignment,
}

/// To end an employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndEmployment {
    /// Its last day.
    pub last: NaiveDate,
}

/// How somebody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// Why.
    pub ground: LeavingGround,
    /// When the other side was told: received the notice, agreed.
    pub told: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

/// Why an employment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeavingGround {
    /// The employee gave notice.
    Resignation,
    /// The office gave notice.
    Dismissal,
    /// The office ended it for good cause, without notice.
    Cause,
    /// Both agreed.
    Agreement,
    /// It was for a term, or retirement was reached.
    Term,
    /// The employee has died.
    Death,
}

impl LeavingGround {
    /// Who has to keep to the time of notice, where somebody has.
    #[must_use]
    pub const fn notice_by(self) -> Option<NoticeBy> {
        match self {
            Self::Resignation => Some(NoticeBy::Employee),
            Self::Dismissal => Some(NoticeBy::Employer),
            Self::Cause | Self::Agreement | Self::Term | Self::Death => None,
        }
    }
}

/// What can happen to an employment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EmploymentFact {
    /// Somebody was employed.
    Hired(Hire),
    /// Their place changed.
    Reassigned(Reassign),
    /// It was given an end.
    Ended(EndEmployment),
    /// Somebody leaves.
    Left(Leaving),
}

/// Somebody was not employed.
#[derive(Debug, Error)]
pub enum HireError {
    /// More hours than a week has, or fewer than none.
    #[error("{hours} hours a week are not possible: 0 to 168 are wanted")]
    Hours {
        /// The hours.
        hours: Ratio,
    },
    /// The person is employed at that time already.
    #[error("the person is employed already in {term}: a term outside it is wanted")]
    AlreadyEmployed {
        /// The other term.
        term: DateRange,
    },
    /// Somebody would report to themselves.
    #[error(transparent)]
    Circle(#[from] Circle),
    /// The store failed.
    #[error("the employment cannot be stored")]
    Store(#[from] StoreError),
}

/// Somebody's place was not changed.
#[derive(Debug, Error)]
pub enum ReassignError {
    /// The day is outside the term of the employment.
    #[error("{from} is not in the term {term}: a day within it is wanted")]
    OutsideTerm {
        /// The day.
        from: NaiveDate,
        /// The term.
        term: DateRange,
    },
    /// More hours than a week has, or fewer than none.
    #[error("{hours} hours a week are not possible: 0 to 168 are wanted")]
    Hours {
        /// The hours.
        hours: Ratio,
    },
    /// Somebody would report to themselves.
    #[error(transparent)]
    Circle(#[from] Circle),
    /// The store failed.
    #[error("the employment cannot be stored")]
    Store(#[from] StoreError),
}

/// An employment was not ended.
#[derive(Debug, Error)]
pub enum EndEmploymentError {
    /// It has not begun by then.
    #[error("the last day {last} is before the first, {start}: that day or a later one is wanted")]
    BeforeStart {
        /// The last day that was given.
        last: NaiveDate,
        /// The first day.
        start: NaiveDate,
    },
    /// It lasts no longer than that anyway. Who stays on is employed anew, and not twice on one day.
    #[error("the employment ends on {term_ends} anyway: an earlier last day is wanted")]
    EndsBefore {
        /// Its last day.
        term_ends: NaiveDate,
    },
    /// The store failed.
    #[error("the employment cannot be stored")]
    Store(#[from] StoreError),
}

/// Nobody leaves: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LeaveOfficeError {
    /// They leave already, in another way.
    #[error("the employment ends on {} already, told on {}: the first is to be taken back", .leaving.last, .leaving.told)]
    Leaving {
        /// How.
        leaving: Leaving,
    },
    /// It has not begun by then, or would end before the other side is told.
    #[error("{last} cannot be the last day: {earliest} or a later one is wanted")]
    Last {
        /// The day.
        last: NaiveDate,
        /// The earliest.
        earliest: NaiveDate,
    },
    /// It lasts no longer than that anyway.
    #[error("the employment ends on {term_ends} anyway: an earlier last day is wanted")]
    EndsBefore {
        /// Its last day.
        term_ends: NaiveDate,
    },
    /// The notice is too short.
    #[error(transparent)]
    Notice(#[from] NoticeTooShort),
    /// It is not for whoever wants to do it.
    #[error("the employment is not theirs to end: {why}")]
    NotAllowed {
        /// Why not.
        why: String,
    },
    /// The store failed, or knows no such employment.
    #[error("the employment cannot be stored")]
    Store(#[from] StoreError),
}

impl Employment {
    /// The employments of a person, by their first days. May be decided upon.
    pub const OF_PERSON: Partition<Self, PersonId, NaiveDate> = Partition::new("person");

    /// Who is employed.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// From the first day to the last.
    #[must_use]
    pub const fn term(&self) -> DateRange {
        self.term
    }

    /// The assignments by the day from which each is in force.
    pub fn assignments(&self) -> impl Iterator<Item = (NaiveDate, &Assignment)> {
        self.assignments.iter().map(|(from, assignment)| (*from, assignment))
    }

    /// The part of the office that it is in by its last assignment.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.assignments.values().next_back().map_or_else(Scope::anywhere, |last| last.scope.clone())
    }

    /// The assignment in force on a day; `None` outside the term.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&Assignment> {
        let found = || self.assignments.range(..=day).next_back().map(|(_, assignment)| assignment);
        if self.term.contains(day) { found() } else { None }
    }

    /// The weeks that are worked.
    #[must_use]
    pub fn schedule(&self) -> WorkSchedule {
        let first = WorkSchedule::new(self.term, WorkWeek::default());
        self.assignments().fold(first, |schedule, (from, assignment)| schedule.changed(from, assignment.week))
    }

    /// How long and how many days a week, as leave accrues by it.
    #[must_use]
    pub fn tenure(&self) -> Tenure {
        self.schedule().tenure()
    }

    /// Employs somebody. Whether they are employed already, and to whom they report, is checked by
    /// [`hire`](crate::hire).
    pub fn hire(command: &Hire) -> Result<Decision<EmploymentFact>, HireError> {
        let hours = command.assignment.weekly_hours;
        if !is_week(hours) {
            return Err(HireError::Hours { hours });
        }
        Ok(Decision::Record(EmploymentFact::Hired(command.clone())))
    }

    /// Changes somebody's place from a day on. To whom they report is checked by [`reassign`](crate::reassign).
    pub fn reassign(&self, command: &Reassign) -> Result<Decision<EmploymentFact>, ReassignError> {
        let Reassign { from, assignment } = command;
        if self.assignments.get(from) == Some(assignment) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !self.term.contains(*from) {
            return Err(ReassignError::OutsideTerm { from: *from, term: self.term });
        }
        let hours = assignment.weekly_hours;
        if !is_week(hours) {
            return Err(ReassignError::Hours { hours });
        }
        Ok(Decision::Record(EmploymentFact::Reassigned(command.clone())))
    }

    /// Gives the employment a last day, earlier than the one it had; the same one again changes nothing.
    pub fn end(&self, command: &EndEmployment) -> Result<Decision<EmploymentFact>, EndEmploymentError> {
        let last = command.last;
        if self.term.last() == Some(last) {
            return Ok(Decision::AlreadyRecorded);
        }
        if last < self.term.start() {
            return Err(EndEmploymentError::BeforeStart { last, start: self.term.start() });
        }
        if let Some(term_ends) = self.term.last().filter(|term_ends| *term_ends < last) {
            return Err(EndEmploymentError::EndsBefore { term_ends });
        }
        Ok(Decision::Record(EmploymentFact::Ended(*command)))
    }

    /// How the employee leaves, where they do.
    #[must_use]
    pub const fn leaving(&self) -> Option<&Leaving> {
        self.leaving.as_ref()
    }

    /// Ends the employment for a reason, with the notice that the rules want. The same again is recognised.
    ///
    /// # Errors
    /// [`LeaveOfficeError`], in the order of its variants.
    pub fn leave(&self, command: &Leaving, rules: &NoticeRules) -> Result<Decision<EmploymentFact>, LeaveOfficeError> {
        match &self.leaving {
            Some(leaving) if leaving == command => return Ok(Decision::AlreadyRecorded),
            Some(leaving) => return Err(LeaveOfficeError::Leaving { leaving: *leaving }),
            None => {}
        }
        let (last, start) = (command.last, self.term.start());
        // The dead are not told.
        let earliest = if command.ground == LeavingGround::Death { start } else { start.max(command.told) };
        if last < earliest {
            return Err(LeaveOfficeError::Last { last, earliest });
        }
        if let Some(term_ends) = self.term.last().filter(|term_ends| *term_ends < last) {
            return Err(LeaveOfficeError::EndsBefore { term_ends });
        }
        if let Some(by) = command.ground.notice_by() {
            rules.check(by, (start, command.told), last)?;
        }
        Ok(Decision::Record(EmploymentFact::Left(*command)))
    }
}

fn is_week(hours: Ratio) -> bool {
    !hours.is_negative() && hours <= Ratio::from_integer(168)
}

impl Entity for Employment {
    const KIND: Kind = Kind::literal("employment");
    type Fact = EmploymentFact;

    fn open(fact: &EmploymentFact) -> Option<Self> {
        match fact {
            EmploymentFact::Hired(Hire { person, term, assignment }) => {
                let assignments = BTreeMap::from([(term.start(), assignment.clone())]);
                Some(Self { person: *person, term: *term, assignments, leaving: None })
            }
            EmploymentFact::Reassigned(_) | EmploymentFact::Ended(_) | EmploymentFact::Left(_) => None,
        }
    }

    fn apply(&mut self, fact: &EmploymentFact) {
        match fact {
            EmploymentFact::Hired(_) => {}
            EmploymentFact::Reassigned(Reassign { from, assignment }) => {
                self.assignments.insert(*from, assignment.clone());
            }
            EmploymentFact::Ended(EndEmployment { last }) => {
                self.term = DateRange::inclusive(self.term.start(), *last).unwrap_or(self.term);
            }
            EmploymentFact::Left(leaving) => {
                self.term = DateRange::inclusive(self.term.start(), leaving.last).unwrap_or(self.term);
                self.leaving = Some(*leaving);
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_PERSON, &self.person, &self.term.start());
    }
}
