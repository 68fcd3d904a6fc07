//! Requests for leave.
//!
//! ```text
//!                         ┌── approve (the last approval) ──► Approved ──┐
//!   request ──► Submitted ┼── refuse ──► Refused                         │
//!               │  ▲      ├── withdraw ──► Withdrawn ◄── withdraw ──┐    │
//!               │  │      ├── fall_due ──► Expired                  │    │
//!               │  │      └── give_back ──► Returned ───────────────┤    ├── cancel ──► Cancelled
//!               │  └─────────────────────────────────── resubmit ───┘    │
//!               └────────────────────────────────────────────────────────┘
//! ```
//!
//! Approved leave can be shortened to one of its days as long as the days given back are still to come.
//!
//! What is returned keeps its days and is submitted again as it was, so that the policy says the same of it. Who wants
//! other days withdraws it and asks anew.
//!
//! Leave is asked for by whole days, by halves, or for so many minutes of each day, which cost their part of the work that is
//! planned. What each day costs is fixed when leave is asked for, so that a calendar changed later changes no request. A request
//! that overlaps another of the same person, or exceeds what is left, is not recorded at all. Who has to approve it is
//! decided by the office's policy; nobody approves their own, in person or through a delegation.
//!
//! # Laws
//! Held by `tests/leave.rs`.
//!
//! 1. After a request is recorded the balance never falls below the plan's overdraft; one that is refused changes
//!    nothing.
//! 2. Nobody has two active requests for one part of one date, however many are made at once.
//! 3. A request that is cancelled, refused, withdrawn or expired gives back exactly the days and lots that it took; it
//!    is cancelled once. One that is shortened leaves what the days that are kept would have taken.
//! 4. Asking in two parts costs what asking at once does.
//! 5. Only what the drawing above shows happens; what is refused, withdrawn, expired or cancelled stays so.
//! 6. Each approval is by somebody with authority on that day, never by the one whose leave it is or who asked for it.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::rules::{DecisionTable, PolicyBook};
//! use office_core::{
//!     Actor, AuthorityBook, Command, DateRange, DayPart, Holidays, Id, MemoryStore, Office, Ratio, Role, WeeklyHours,
//!     WorkingCalendar, WorkingPlan, Zone, wait,
//! };
//! use office_hr::{
//!     AnnualDay, Assignment, Hire, LeavePlan, LeaveRules, LeaveStatus, LeaveTerms, OpenAccount, Opening, RequestLeave,
//!     RequestLeaveError, hire, open_account, request_leave,
//! };
//!
//! let (days, day) = (Ratio::from_integer, "2026-01-01".parse()?);
//! let mut plan = LeavePlan::new("LP-DE", AnnualDay::NEW_YEAR, "DE-BE");
//! plan.publish(day, LeaveTerms::new(days(30), days(5)))?;
//! let mut approval = PolicyBook::new("leave");
//! let row = vec!["<= 10".into(), "approvals: 1 office_manager leave.approve".into()];
//! approval.publish(day, DecisionTable::from_rows(&["days: number", "outcome"], [row])?)?;
//! let (valid, exceptions) = (DateRange::year(2026)?, BTreeMap::new());
//! let (holidays, week) = (Holidays::none(valid), WeeklyHours::weekdays("09:00-17:00".parse()?));
//! let rules = &LeaveRules {
//!     ask: "leave.ask".parse()?,
//!     plans: BTreeMap::from([("LP-DE".into(), plan)]),
//!     calendars: BTreeMap::from([("DE-BE".into(), holidays.clone())]),
//!     hours: WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?,
//!     approval,
//!     teams: BTreeMap::new(),
//! };
//!
//! // Their own leave people ask for without any grant.
//! let (office, book) = (Office::on(MemoryStore::new()), &AuthorityBook::default());
//! let (person, employment) = (Id::natural("person", "E-009"), Id::natural("employment", "E-009"));
//! let by = Actor::new(person, Role::new("employee"));
//! let at = chrono::DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
//! let assignment = Assignment {
//!     role: Role::new("employee"),
//!     manager: None,
//!     cost_centre: Id::natural("cost_centre", "CC-200"),
//!     scope: "company/CC-200".parse()?,
//!     weekly_hours: days(40),
//!     week: "MO|TU|WE|TH|FR".parse()?,
//!     zone: "Europe/Berlin".parse()?,
//! };
//! let hiring = &Hire { person, term: "2019-11-01/..".parse()?, assignment };
//! let opening = Opening { on: day, carried_in: days(0) };
//! let opening = &OpenAccount {
//!     person, kind: "annual".into(), employment, plan: "LP-DE".into(), opening, earlier: Vec::new(),
//! };
//! let command = Command::new("hire:E-009", "hire", by.clone(), at)?;
//! wait(office.transact(&command, |tx| async move {
//!     hire(&tx, employment, hiring).await?;
//!     open_account(&tx, opening).await?;
//!     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
//! })).map_err(|error| error.to_string())?;
//!
//! let ask = |key: &str, range: &str| {
//!     let (part, time, on) = (DayPart::Whole, None, "2026-10-01".parse()?);
//!     let asked =
//!         RequestLeave { person, kind: "annual".into(), range: range.parse()?, part, time, by: by.clone(), on, at };
//!     let command = Command::new(key, "request_leave", by.clone(), at)?;
//!     let (id, asked) = (Id::natural("leave", key), &asked);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(
//!         office.transact(&command, |tx| async move { request_leave(&tx, id, asked, rules, book).await }),
//!     ))
//! };
//! assert_eq!(ask("LR-02", "2026-10-05/2026-10-10")??, LeaveStatus::Submitted { stage: 1 });
//! assert!(matches!(ask("LR-03", "2026-10-08/2026-10-13")?, Err(RequestLeaveError::Overlap { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::Explanation;
use office_core::subject::{CaseId, PersonId};
use office_core::{
    Actor, ApprovalAct, ApprovalRun, ApprovalStatus, AuthorityBook, DateRange, DayPart, Decision, Entity, Entries, Id,
    Kind, Ordered, Partition, Ratio, StoreError, Tx, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::permission::own_or_granted;
use crate::{NotPermitted, WorkTime, shared_part, value_of};

mod coverage;
mod curtail;
mod days;
mod deciding;
mod hours;
mod request;

pub use coverage::{LeaveTeam, away_with, uncovered};
pub use curtail::{CurtailLeave, CurtailLeaveError, Curtailed, curtail_leave};
pub use days::{leave_days, working_days};
pub use deciding::{
    DecideLeaveError, LeaveFallenDue, ResubmitLeave, ResubmitLeaveError, approve_leave, fall_due_leave,
    give_back_leave, hand_over_leave, refuse_leave, resubmit_leave, withdraw_leave,
};
pub use hours::LeaveTime;
pub(crate) use hours::planned_on;
pub use request::{LeaveRules, RequestLeave, RequestLeaveError, request_leave};

/// A day of leave, or a part of one, that would have been worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveDay {
    /// The date.
    pub on: NaiveDate,
    /// The part of it.
    pub part: DayPart,
    /// How long within that part, where not all of it is leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<LeaveTime>,
    /// How much work was planned in it when it was asked for, where the account is kept in hours: what it is charged for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged: Option<WorkTime>,
}

impl LeaveDay {
    /// All of a part of a date.
    #[must_use]
    pub const fn new(on: NaiveDate, part: DayPart) -> Self {
        Self { on, part, time: None, charged: None }
    }

    /// What it costs: hours where the account is kept in hours, else its value in days.
    #[must_use]
    pub fn cost(&self) -> Ratio {
        self.charged.map_or_else(|| self.value(), WorkTime::in_hours)
    }

    /// What it is in days: one day or a half; the fraction of it where leave is for a time.
    #[must_use]
    pub fn value(&self) -> Ratio {
        let (whole, fraction) = (value_of(self.part), self.time.map_or(Ratio::ONE, LeaveTime::fraction));
        whole.checked_mul(fraction).unwrap_or(whole)
    }
}

/// The first date of which both have the same part.
#[must_use]
pub fn overlap(one: &[LeaveDay], two: &[LeaveDay]) -> Option<NaiveDate> {
    let shares =
        |day: &&LeaveDay| two.iter().any(|other| other.on == day.on && shared_part(day.part, other.part).is_some());
    one.iter().filter(shares).map(|day| day.on).min()
}

/// A request for leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveRequest {
    asked: AskedLeave,
    approval: ApprovalRun,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    curtailed: Option<Curtailed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancelled: Option<Cancelled>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedLeave {
    /// Whose leave.
    pub person: PersonId,
    /// Which kind of leave, such as `annual`.
    pub kind: String,
    /// From the first day to the last, whether worked or not.
    pub range: DateRange,
    /// The days in it that would have been worked, in order, as they stood when it was asked for.
    pub days: Vec<LeaveDay>,
    /// When it was asked for.
    pub on: NaiveDate,
    /// Why the policy asks for the approvals that it asks for.
    pub ruling: Explanation,
}

/// Who cancelled a request, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancelled {
    /// Who.
    pub by: Actor,
    /// When.
    pub on: NaiveDate,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LeaveStatus {
    /// It awaits approval.
    Submitted {
        /// The stage of approval, counted from 1.
        stage: usize,
    },
    /// It is with whoever asked for it, to be changed.
    Returned {
        /// What is to be changed.
        reason: String,
    },
    /// It may be taken.
    Approved,
    /// It may not.
    Refused {
        /// Why.
        reason: String,
    },
    /// Whoever asked for it has withdrawn it before it was decided.
    Withdrawn {
        /// When.
        on: NaiveDate,
    },
    /// It was not decided in time.
    Expired {
        /// When its time was over.
        at: DateTime<Utc>,
    },
    /// It was given up.
    Cancelled(Cancelled),
}

impl std::fmt::Display for LeaveStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Submitted { stage } => write!(f, "submitted, at stage {stage}"),
            Self::Returned { reason } => write!(f, "returned: {reason}"),
            Self::Approved => f.write_str("approved"),
            Self::Refused { reason } => write!(f, "refused: {reason}"),
            Self::Withdrawn { on } => write!(f, "withdrawn on {on}"),
            Self::Expired { at } => write!(f, "expired on {}", at.format("%Y-%m-%d %H:%M UTC")),
            Self::Cancelled(Cancelled { on, .. }) => write!(f, "cancelled on {on}"),
        }
    }
}

/// To cancel a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelLeave {
    /// Who cancels it: as who asks for it.
    pub by: Actor,
    /// When.
    pub on: NaiveDate,
}

/// What can happen to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LeaveFact {
    /// Leave was asked for.
    Requested {
        /// What.
        asked: Box<AskedLeave>,
        /// Who has to approve it.
        approval: Box<ApprovalRun>,
    },
    /// Somebody approved, refused, returned, resubmitted or withdrew it, or handed a step over.
    Decided(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
    /// It was shortened.
    Curtailed(Curtailed),
    /// It was given up.
    Cancelled(Cancelled),
}

/// A request was not cancelled.
#[derive(Debug, Error)]
pub enum CancelLeaveError {
    /// It is refused or cancelled already.
    #[error("the request is {0}: one that is submitted or approved is wanted")]
    NotActive(LeaveStatus),
    /// The leave has begun.
    #[error("the leave has begun on {first}: a day before that is wanted, not {on}")]
    Begun {
        /// Its first day.
        first: NaiveDate,
        /// The day on which it was to be cancelled.
        on: NaiveDate,
    },
    /// It is somebody else's leave, who has not handed it to them, and they are not granted to cancel it.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed.
    #[error("the cancellation cannot be stored")]
    Store(#[from] StoreError),
}

impl LeaveRequest {
    /// The requests of a person, by their first days. May be decided upon.
    pub const OF_PERSON: Partition<Self, PersonId, NaiveDate> = Partition::new("person");
    /// All requests by their first days, for reports.
    pub const BY_FIRST_DAY: Ordered<Self, NaiveDate> = Ordered::new("first_day");
    /// The requests on which approvals are missing, by their cases: those that the clock may change.
    pub const OPEN: Ordered<Self, CaseId> = Ordered::new("open");

    /// Whose leave it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.asked.person
    }

    /// Which kind of leave.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.asked.kind
    }

    /// What was asked for.
    #[must_use]
    pub const fn asked(&self) -> &AskedLeave {
        &self.asked
    }

    /// From the first day to the last, as it stands after it was shortened.
    #[must_use]
    pub fn range(&self) -> DateRange {
        let last = self.curtailed.as_ref().map(|curtailed| curtailed.last);
        let range = last.and_then(|last| DateRange::inclusive(self.asked.range.start(), last).ok());
        range.unwrap_or(self.asked.range)
    }

    /// The days that it is charged for, as it stands after it was shortened.
    #[must_use]
    pub fn days(&self) -> &[LeaveDay] {
        let range = self.range();
        let kept = self.asked.days.partition_point(|day| range.contains(day.on));
        self.asked.days.get(..kept).unwrap_or(&self.asked.days)
    }

    /// What it costs in the unit of its account: the sum of its days.
    #[must_use]
    pub fn cost(&self) -> Ratio {
        sum(self.days(), LeaveDay::cost)
    }

    /// How far its approval has come.
    #[must_use]
    pub const fn approval(&self) -> &ApprovalRun {
        &self.approval
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> LeaveStatus {
        if let Some(cancelled) = &self.cancelled {
            return LeaveStatus::Cancelled(cancelled.clone());
        }
        match self.approval.status() {
            ApprovalStatus::Open { stage, .. } => LeaveStatus::Submitted { stage: *stage },
            ApprovalStatus::Returned { reason, .. } => LeaveStatus::Returned { reason: reason.clone() },
            ApprovalStatus::Approved => LeaveStatus::Approved,
            ApprovalStatus::RefusedByPolicy { reasons } => LeaveStatus::Refused { reason: reasons.to_string() },
            ApprovalStatus::Refused { reason, .. } => LeaveStatus::Refused { reason: reason.clone() },
            ApprovalStatus::Withdrawn { on } => LeaveStatus::Withdrawn { on: *on },
            ApprovalStatus::Expired { at, .. } => LeaveStatus::Expired { at: *at },
        }
    }

    /// Whether its days are set apart or taken.
    #[must_use]
    pub fn is_active(&self) -> bool {
        match self.status() {
            LeaveStatus::Submitted { .. } | LeaveStatus::Returned { .. } | LeaveStatus::Approved => true,
            LeaveStatus::Refused { .. }
            | LeaveStatus::Withdrawn { .. }
            | LeaveStatus::Expired { .. }
            | LeaveStatus::Cancelled(_) => false,
        }
    }

    /// Gives it up before it begins. The days go back to the lots they came from.
    pub fn cancel(&self, command: &CancelLeave) -> Result<Decision<LeaveFact>, CancelLeaveError> {
        let CancelLeave { by, on } = command;
        if !self.is_active() {
            return Err(CancelLeaveError::NotActive(self.status()));
        }
        let first = self.asked.range.start();
        if *on >= first {
            return Err(CancelLeaveError::Begun { first, on: *on });
        }
        Ok(Decision::Record(LeaveFact::Cancelled(Cancelled { by: by.clone(), on: *on })))
    }

    /// Refuses who has nothing to do with the leave of this person.
    fn own(&self, by: &Actor, on: NaiveDate, rules: &LeaveRules, book: &AuthorityBook) -> Result<(), NotPermitted> {
        own_or_granted(by, &rules.ask, (self.person(), &self.approval.case().scope), on, book)
    }
}

/// The sum of what each day is.
pub(crate) fn sum(days: &[LeaveDay], of: impl Fn(&LeaveDay) -> Ratio) -> Ratio {
    // A request has at most 366 days: their sum fits.
    days.iter().fold(Ratio::ZERO, |sum, day| sum.checked_add(of(day)).unwrap_or(sum))
}

impl Entity for LeaveRequest {
    const KIND: Kind = Kind::literal("leave_request");
    type Fact = LeaveFact;

    fn open(fact: &LeaveFact) -> Option<Self> {
        match fact {
            LeaveFact::Requested { asked, approval } => {
                let (asked, approval) = (asked.as_ref().clone(), approval.as_ref().clone());
                Some(Self { asked, approval, curtailed: None, cancelled: None })
            }
            LeaveFact::Decided(_) | LeaveFact::FellDue(_) | LeaveFact::Curtailed(_) | LeaveFact::Cancelled(_) => None,
        }
    }

    fn apply(&mut self, fact: &LeaveFact) {
        match fact {
            LeaveFact::Requested { .. } => {}
            LeaveFact::Decided(act) => self.approval.apply(act),
            LeaveFact::FellDue(acts) => acts.iter().for_each(|act| self.approval.apply(act)),
            LeaveFact::Curtailed(curtailed) => self.curtailed = Some(curtailed.clone()),
            LeaveFact::Cancelled(cancelled) => self.cancelled = Some(cancelled.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_PERSON, &self.person(), &self.asked.range.start());
        entries.ordered(Self::BY_FIRST_DAY, &self.asked.range.start());
        if matches!(self.status(), LeaveStatus::Submitted { .. }) {
            entries.ordered(Self::OPEN, &self.approval.case().case);
        }
    }
}

/// Cancels a request, unless it has expired by the instant of the command.
///
/// # Errors
/// [`CancelLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("leave/office.txt")]
/// use office_hr::{CancelLeave, cancel_leave};
///
/// approve("approve", bea)?;
/// let cancel = |key: &str, person| {
///     let cancel = CancelLeave { by: by(person), on };
///     wait(office.transact(&command(key, person), |tx| {
///         let cancel = cancel.clone();
///         async move { cancel_leave(&tx, leave, &cancel, rules, book).await }
///     }))
/// };
/// // By whose leave it is.
/// assert!(cancel("other", carl).is_err());
/// assert!(matches!(cancel("cancel", anna)?, LeaveStatus::Cancelled { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn cancel_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &CancelLeave,
    rules: &LeaveRules,
    book: &AuthorityBook,
) -> Result<LeaveStatus, CancelLeaveError> {
    // Read.
    let (request, due) = tx.load(id).await?.brought_to(tx.command().at(), rules)?;

    // Decide.
    let decision = request.cancel(command)?;
    request.own(&command.by, command.on, rules, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decision]).await?.status())
}
