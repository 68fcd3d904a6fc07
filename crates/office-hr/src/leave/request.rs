//! Asking for leave.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{DecideError, Facts, Outcome, PolicyBook};
use office_core::subject::{LeaveId, PersonId};
use office_core::{
    Actor, ApprovalCase, ApprovalRun, DateRange, DayPart, Decimal, Decision, HolidayCalendar, Holidays, Id,
    OutsideCalendar, Ratio, Rounding, StoreError, Tx, WorkingCalendar,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::leave::cost;
use crate::{
    AccrueError, AskedLeave, Employment, LeaveAccount, LeaveCause, LeaveDay, LeaveFact, LeaveHistory, LeavePlan,
    LeaveRequest, LeaveTaken, NonWorkingDays, WorkSchedule, overlap, shared_part,
};

/// The longest leave that is asked for at once, in days.
const LONGEST: u32 = 366;

/// An office's rules of leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveRules {
    /// Its leave plans by name.
    pub plans: BTreeMap<String, LeavePlan>,
    /// Its calendars of holidays by name.
    pub calendars: BTreeMap<String, Holidays>,
    /// When the office works: in its hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
    /// Who approves leave. The policy is asked with the facts `kind` (text), `role` (of whoever asks, text), `days` (a
    /// number, halves as they are), `within_budget` (whether the balance stays at zero or above) and `scope`.
    pub approval: PolicyBook,
}

/// To ask for leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestLeave {
    /// Whose leave.
    pub person: PersonId,
    /// Which kind of leave: the person has an account of it.
    pub kind: String,
    /// From the first day to the last, at most 366 days.
    pub range: DateRange,
    /// Which part of each day.
    pub part: DayPart,
    /// Who asks: the person, or somebody on the person's behalf.
    pub by: Actor,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// Leave was not asked for: nothing is recorded.
#[derive(Debug, Error)]
pub enum RequestLeaveError {
    /// Somebody asks for another's leave, and not on their behalf.
    #[error("{by} cannot ask for the leave of {person} but on their behalf")]
    NotOwn {
        /// Who asks.
        by: PersonId,
        /// Whose leave it would be.
        person: PersonId,
    },
    /// The range has no end or is too long.
    #[error("the range {range} is too long: at most 366 days are wanted")]
    TooLong {
        /// The range.
        range: DateRange,
    },
    /// The person is not employed in all of the range.
    #[error("the person is employed in {term}: a range within it is wanted, not {range}")]
    NotEmployed {
        /// The range.
        range: DateRange,
        /// When the person is employed.
        term: DateRange,
    },
    /// The rules have no plan of the account's name.
    #[error("the rules have no leave plan `{plan}`")]
    NoSuchPlan {
        /// The plan.
        plan: String,
    },
    /// The rules have no calendar of the plan's name.
    #[error("the rules have no calendar `{calendar}`")]
    NoSuchCalendar {
        /// The calendar.
        calendar: String,
    },
    /// The holidays of the range are not known.
    #[error("the working days cannot be told")]
    Holidays(#[from] OutsideCalendar),
    /// The plan allows fewer days in a row.
    #[error("at most {most} days in a row may be asked for")]
    TooManyInARow {
        /// How many.
        most: u32,
    },
    /// Nothing in the range would be worked.
    #[error("no day of {range} would be worked: a range with a working day is wanted")]
    NoWorkingDay {
        /// The range.
        range: DateRange,
    },
    /// The person has asked for leave on one of the days before.
    #[error("the leave overlaps {with} on {on}")]
    Overlap {
        /// The other request.
        with: LeaveId,
        /// The first day of both.
        on: NaiveDate,
    },
    /// The account does not add up.
    #[error("the account cannot be drawn up")]
    Accrue(#[from] AccrueError),
    /// There is not as much left.
    #[error("{asked} days are asked for, {left} are left")]
    BalanceTooSmall {
        /// How many days the leave costs.
        asked: Ratio,
        /// How many could be had on these days, leave already asked for and overdraft considered.
        left: Ratio,
    },
    /// The policy cannot decide.
    #[error("the policy cannot decide the request")]
    Policy(#[from] DecideError),
    /// The policy refuses.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// The store failed.
    #[error("the request cannot be stored")]
    Store(#[from] StoreError),
}

/// The days of a range, or these parts of them, that would be worked.
///
/// # Example
/// ```
/// use office_core::{DateRange, DayPart, Holidays};
/// use office_hr::{WorkSchedule, working_days};
///
/// let schedule = WorkSchedule::new("2026-01-01/..".parse()?, "MO|TU|WE".parse()?);
/// let holidays = Holidays::none(DateRange::year(2026)?);
/// let week = "2026-10-19/2026-10-24".parse()?;
/// assert_eq!(working_days(&schedule, week, DayPart::Whole, &holidays)?.len(), 3);
///
/// // Beyond the holidays that are known there is no answer.
/// let next_year = "2026-12-28/2027-01-02".parse()?;
/// assert!(working_days(&schedule, next_year, DayPart::Whole, &holidays).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn working_days(
    schedule: &WorkSchedule,
    range: DateRange,
    part: DayPart,
    holidays: &dyn HolidayCalendar,
) -> Result<Vec<LeaveDay>, OutsideCalendar> {
    let mut days = Vec::new();
    for on in range.dates(usize::try_from(LONGEST).unwrap_or(usize::MAX)) {
        let working = schedule.working_part(on, holidays)?;
        days.extend(working.and_then(|working| shared_part(working, part)).map(|part| LeaveDay { on, part }));
    }
    Ok(days)
}

/// The days of a range that leave is charged for, or these parts of them: those that would be worked and, as the plan
/// says, others too.
///
/// # Example
/// ```
/// use office_core::{DateRange, DayPart, Holidays};
/// use office_hr::{NonWorkingDays, WorkSchedule, leave_days};
///
/// let schedule = WorkSchedule::new("2026-01-01/..".parse()?, "MO|TU|WE|TH|FR".parse()?);
/// let holidays = Holidays::none(DateRange::year(2026)?);
/// // From Friday to the Tuesday after the weekend.
/// let count = |rule| {
///     let range = "2026-10-16/2026-10-21".parse().unwrap();
///     leave_days(&schedule, range, DayPart::Whole, &holidays, rule).map(|days| days.len())
/// };
/// assert_eq!(count(NonWorkingDays::Free), Ok(3));
/// assert_eq!(count(NonWorkingDays::CountedBetween), Ok(5));
///
/// // Beyond the holidays that are known there is no answer.
/// let next_year = "2026-12-28/2027-01-02".parse()?;
/// assert!(leave_days(&schedule, next_year, DayPart::Whole, &holidays, NonWorkingDays::Counted).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn leave_days(
    schedule: &WorkSchedule,
    range: DateRange,
    part: DayPart,
    holidays: &dyn HolidayCalendar,
    non_working: NonWorkingDays,
) -> Result<Vec<LeaveDay>, OutsideCalendar> {
    let worked = working_days(schedule, range, part, holidays)?;
    let counted = match (non_working, worked.first(), worked.last()) {
        (NonWorkingDays::Counted, ..) => Some(range),
        (NonWorkingDays::CountedBetween, Some(first), Some(last)) => DateRange::inclusive(first.on, last.on).ok(),
        (NonWorkingDays::Free | NonWorkingDays::CountedBetween, ..) => None,
    };
    let Some(counted) = counted else { return Ok(worked) };
    let mut worked = worked.into_iter().peekable();
    let all = counted.dates(usize::try_from(LONGEST).unwrap_or(usize::MAX));
    Ok(all.map(|on| worked.next_if(|day| day.on == on).unwrap_or(LeaveDay { on, part })).collect())
}

impl LeaveRequest {
    /// Asks for leave, given all that it is decided on: the person's employment, account and requests.
    ///
    /// The id is that of the new request. Where a request of that id is among the others already and asks for the same,
    /// there is nothing to record.
    pub fn request(
        id: Id<Self>,
        command: &RequestLeave,
        employment: &Employment,
        account: &LeaveAccount,
        others: &[(Id<Self>, Self)],
        rules: &LeaveRules,
    ) -> Result<Decision<LeaveFact>, RequestLeaveError> {
        let RequestLeave { person, range, .. } = *command;
        let same = |asked: &AskedLeave| (asked.range, asked.on, &asked.kind) == (range, command.on, &command.kind);
        if others.iter().any(|(other, request)| *other == id && same(request.asked())) {
            return Ok(Decision::AlreadyRecorded);
        }
        if command.by.accountable() != person {
            return Err(RequestLeaveError::NotOwn { by: command.by.person, person });
        }
        if range.days().is_none_or(|days| days > LONGEST) {
            return Err(RequestLeaveError::TooLong { range });
        }
        let term = employment.term();
        let Some(assignment) = employment.on(range.start()).filter(|_| term.encloses(&range)) else {
            return Err(RequestLeaveError::NotEmployed { range, term });
        };
        let plan = find_plan(account, rules)?;
        let no_calendar = || RequestLeaveError::NoSuchCalendar { calendar: plan.calendar().to_owned() };
        let holidays = rules.calendars.get(plan.calendar()).ok_or_else(no_calendar)?;
        let terms = plan.governing(plan_year(plan, range)).map(|(_, terms)| terms);
        let longest = terms.and_then(|terms| terms.most_in_a_row);
        if let Some(most) = longest.filter(|most| range.days().is_none_or(|days| days > *most)) {
            return Err(RequestLeaveError::TooManyInARow { most });
        }
        let non_working = terms.map_or(NonWorkingDays::Free, |terms| terms.non_working);
        let days = leave_days(&employment.schedule(), range, command.part, holidays, non_working)?;
        if days.is_empty() {
            return Err(RequestLeaveError::NoWorkingDay { range });
        }
        let active = || others.iter().filter(|(other, request)| *other != id && request.is_active());
        for (other, request) in active() {
            if let Some(on) = overlap(&days, request.days()) {
                return Err(RequestLeaveError::Overlap { with: other.retag(), on });
            }
        }
        let lowest = lowest_with(id, &days, plan, employment, account, active())?;
        let asked = cost(&days);
        let overdraft = terms.map_or(Ratio::ZERO, |terms| terms.overdraft);
        let spare = lowest.checked_add(overdraft).map_err(AccrueError::from)?;
        if spare.is_negative() {
            let left = asked.checked_add(spare).map_err(AccrueError::from)?;
            return Err(RequestLeaveError::BalanceTooSmall { asked, left });
        }
        // Days of leave are whole days and halves: one place holds them exactly.
        let days_asked = asked.to_decimal(1, Rounding::Up).unwrap_or(Decimal::MAX);
        let facts = Facts::new()
            .with("kind", command.kind.as_str())
            .with("role", command.by.role.name())
            .with("days", days_asked)
            .with("within_budget", !lowest.is_negative())
            .with("scope", assignment.scope.clone());
        let ruling = rules.approval.decide(&facts, command.on)?;
        if let Outcome::Refuse(reasons) = ruling.outcome {
            return Err(RequestLeaveError::RefusedByPolicy { reason: reasons.to_string() });
        }
        let case = ApprovalCase {
            case: id.retag(),
            requester: command.by.person,
            beneficiaries: BTreeSet::from([person]),
            scope: assignment.scope.clone(),
            amount: None,
            taken: Vec::new(),
        };
        let approval = ApprovalRun::start(&ruling.outcome, case, command.at);
        let kind = command.kind.clone();
        let asked = AskedLeave { person, kind, range, days, on: command.on, ruling: ruling.explanation };
        Ok(Decision::Record(LeaveFact::Requested { asked: Box::new(asked), approval: Box::new(approval) }))
    }
}

fn find_plan<'a>(account: &LeaveAccount, rules: &'a LeaveRules) -> Result<&'a LeavePlan, RequestLeaveError> {
    let plan = &account.opened().plan;
    rules.plans.get(plan).ok_or_else(|| RequestLeaveError::NoSuchPlan { plan: plan.clone() })
}

/// The leave year of the first day.
fn plan_year(plan: &LeavePlan, range: DateRange) -> DateRange {
    plan.year_with(range.start()).unwrap_or(range)
}

/// The lowest balance from the first of the new days on, to the end of the leave year of the last leave there is.
fn lowest_with<'a>(
    id: Id<LeaveRequest>,
    days: &[LeaveDay],
    plan: &LeavePlan,
    employment: &Employment,
    account: &LeaveAccount,
    others: impl Iterator<Item = &'a (Id<LeaveRequest>, LeaveRequest)>,
) -> Result<Ratio, AccrueError> {
    let cause = LeaveCause::Request(id.retag());
    let taken = account.taken(others);
    let more: Vec<_> = days.iter().map(|day| LeaveTaken { on: day.on, days: day.value(), cause }).collect();
    let tenure = employment.tenure();
    let history = LeaveHistory::new(plan, &tenure, account.opened().opening, &taken);
    LeaveHistory { grants: account.grants(), ..history }.lowest_with(&more)
}

/// Asks for leave: refused where it overlaps other leave of the person or exceeds what is left, else recorded, with
/// the approvals that the policy asks for.
///
/// Reads all of the person's requests as one group, so that of two that overlap and are made at once only one is
/// recorded. What has expired of them by the instant of the request is recorded before it, and its days are free again.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::RequestLeaveError;
///
/// assert_eq!(ask("LR-2", "2026-11-02/2026-11-07")?, LeaveStatus::Submitted { stage: 1 });
/// // No day twice, and no more than is left: 30 days.
/// assert!(matches!(ask("LR-3", "2026-10-30/2026-11-03"), Err(RequestLeaveError::Overlap { .. })));
/// assert!(ask("LR-4", "2026-11-09/2026-12-31").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn request_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &RequestLeave,
    rules: &LeaveRules,
) -> Result<crate::LeaveStatus, RequestLeaveError> {
    // Read.
    let account = tx.load(LeaveAccount::id_of(command.person, &command.kind)).await?;
    let employment = tx.load(account.opened().employment).await?;
    let mut others = tx.list(LeaveRequest::OF_PERSON, &command.person).await?;

    // Decide.
    let mut fell_due = Vec::new();
    for (other, request) in &mut others {
        // Where it cannot be told, its days stay set apart.
        if let Ok((now, due @ Decision::Record(_))) = request.clone().brought_to(command.at, rules) {
            *request = now;
            fell_due.push((*other, due));
        }
    }
    let decision = LeaveRequest::request(id, command, &employment, &account, &others, rules)?;

    // Record.
    if let Decision::Record(fact) = decision {
        for (other, due) in fell_due {
            tx.decide(other, due).await?;
        }
        tx.create(id, fact).await?;
    }
    Ok(tx.load(id).await?.status())
}
