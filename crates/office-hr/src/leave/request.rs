//! Asking for leave.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{DecideError, Facts, Outcome, PolicyBook};
use office_core::subject::{LeaveId, PersonId};
use office_core::{
    Action, Actor, ApprovalCase, ApprovalRun, AuthorityBook, DateRange, DayPart, Decimal, Decision, Holidays, Id,
    OutsideCalendar, Ratio, Rounding, StoreError, Tx, WorkingCalendar,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::leave::days::{LONGEST, asked_days};
use crate::leave::{hours, sum};
use crate::permission::own_or_granted;
use crate::{
    AccrueError, AskedLeave, Employment, LeaveAccount, LeaveCause, LeaveDay, LeaveFact, LeavePlan, LeaveRequest,
    LeaveTaken, LeaveTeam, LeaveUnit, NotPermitted, WorkTime, shared_part, uncovered,
};

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
    /// What somebody has to be granted to ask for, shorten and cancel the leave of others, such as `leave.ask`; their own
    /// everybody does.
    pub ask: Action,
    /// Who approves leave. The policy is asked with the facts `kind` (text), `role` (of whoever asks, text), `days` (a
    /// number, halves as they are and other fractions rounded up to hundredths), `within_budget` (whether the balance
    /// stays at zero or above) and `scope`.
    pub approval: PolicyBook,
    /// Who stands in for whom, by name: leave that would leave too few of a team is refused.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<String, LeaveTeam>,
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
    /// How long within that part, in whole minutes, on each day that would be worked; all of it where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<WorkTime>,
    /// Who asks: the person, whom the person has handed it to, or somebody who is granted to ask for others, who are ill
    /// perhaps.
    pub by: Actor,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// Leave was not asked for: nothing is recorded.
#[derive(Debug, Error)]
pub enum RequestLeaveError {
    /// It is somebody else's leave, who has not handed it to them, and they are not granted to ask for it.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The range has no end or is too long.
    #[error("the range {range} is too long: at most 366 days are wanted")]
    TooLong {
        /// The range.
        range: DateRange,
    },
    /// The time of a day is none, or not in whole minutes.
    #[error("leave cannot be {time} of a day: whole minutes above zero are wanted")]
    Time {
        /// How long.
        time: WorkTime,
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
    /// Less work is planned on a day, or is left of it by other leave.
    #[error("{asked} of {on} are asked for: at most {left} are wanted")]
    TimeNotPlanned {
        /// The day.
        on: NaiveDate,
        /// How long leave is asked for.
        asked: WorkTime,
        /// How long it can be.
        left: WorkTime,
    },
    /// The person has asked for leave on one of the days before.
    #[error("the leave overlaps {with} on {on}")]
    Overlap {
        /// The other request.
        with: LeaveId,
        /// The first day of both.
        on: NaiveDate,
    },
    /// Too few of a team would be left.
    #[error("{away} of `{team}` are away on {on} already: at most {most} may be")]
    Uncovered {
        /// Which team.
        team: String,
        /// The first such day.
        on: NaiveDate,
        /// How many are away without this leave.
        away: usize,
        /// How many may be.
        most: usize,
    },
    /// The account does not add up.
    #[error("the account cannot be drawn up")]
    Accrue(#[from] AccrueError),
    /// There is not as much left.
    #[error("{asked} {unit} are asked for, {left} are left")]
    BalanceTooSmall {
        /// How much the leave costs.
        asked: Ratio,
        /// How much could be had on these days, leave already asked for and overdraft considered.
        left: Ratio,
        /// In what the account is kept.
        unit: LeaveUnit,
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

impl LeaveRequest {
    /// Asks for leave, given all that it is decided on: the person's employment, account and requests, and the requests of
    /// their colleagues, as far as they share a team.
    ///
    /// The id is that of the new request. Where a request of that id is among the others already and asks for the same,
    /// there is nothing to record.
    pub fn request(
        id: Id<Self>,
        command: &RequestLeave,
        employment: &Employment,
        account: &LeaveAccount,
        others: &[(Id<Self>, Self)],
        colleagues: &[Self],
        rules: &LeaveRules,
    ) -> Result<Decision<LeaveFact>, RequestLeaveError> {
        let RequestLeave { person, range, .. } = *command;
        let same = |asked: &AskedLeave| (asked.range, asked.on, &asked.kind) == (range, command.on, &command.kind);
        if others.iter().any(|(other, request)| *other == id && same(request.asked())) {
            return Ok(Decision::AlreadyRecorded);
        }
        if range.days().is_none_or(|days| days > LONGEST) {
            return Err(RequestLeaveError::TooLong { range });
        }
        if let Some(time) = command.time.filter(|time| !hours::is_possible(*time)) {
            return Err(RequestLeaveError::Time { time });
        }
        let term = employment.term();
        let Some(assignment) = employment.on(range.start()).filter(|_| term.encloses(&range)) else {
            return Err(RequestLeaveError::NotEmployed { range, term });
        };
        let plan = find_plan(account, rules)?;
        let terms = plan.governing(plan_year(plan, range)).map(|(_, terms)| terms);
        let days = asked_days(command, employment, plan, terms, rules)?;
        let active = || others.iter().filter(|(other, request)| *other != id && request.is_active());
        all_free(&days, &active())?;
        covered(person, &days, colleagues, rules)?;
        let lowest = lowest_with(id, &days, plan, employment, account, active())?;
        let asked = sum(&days, LeaveDay::cost);
        let overdraft = terms.map_or(Ratio::ZERO, |terms| terms.overdraft);
        let spare = lowest.checked_add(overdraft).map_err(AccrueError::from)?;
        if spare.is_negative() {
            let left = asked.checked_add(spare).map_err(AccrueError::from)?;
            return Err(RequestLeaveError::BalanceTooSmall { asked, left, unit: plan.unit() });
        }
        let facts = Facts::new()
            .with("kind", command.kind.as_str())
            .with("role", command.by.role.name())
            .with("days", as_decimal(sum(&days, LeaveDay::value)))
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

/// Refuses what exceeds a day, or a half of one, together with the leave there is.
fn all_free<'a>(
    days: &[LeaveDay],
    active: &(impl Iterator<Item = &'a (Id<LeaveRequest>, LeaveRequest)> + Clone),
) -> Result<(), RequestLeaveError> {
    let of_date = |on| {
        let days = active.clone().flat_map(|(id, request)| request.days().iter().map(move |day| (*id, day)));
        days.filter(move |(_, day)| day.on == on)
    };
    let Some((day, left)) = hours::first_beyond(days, |on| of_date(on).map(|(_, day)| day)) else { return Ok(()) };
    let LeaveDay { on, part, time, .. } = day;
    if let Some(time) = time.filter(|_| left.is_positive()) {
        let left = hours::longest(part, time, left);
        return Err(RequestLeaveError::TimeNotPlanned { on, asked: time.asked, left });
    }
    let met = of_date(on).find(|(_, other)| shared_part(part, other.part).is_some());
    met.map_or(Ok(()), |(with, _)| Err(RequestLeaveError::Overlap { with: with.retag(), on }))
}

/// Refuses what would leave too few of a team of the person's.
fn covered(
    person: PersonId,
    days: &[LeaveDay],
    colleagues: &[LeaveRequest],
    rules: &LeaveRules,
) -> Result<(), RequestLeaveError> {
    for (team, LeaveTeam { people, most_away }) in &rules.teams {
        if !people.contains(&person) {
            continue;
        }
        if let Some((on, away)) = uncovered(days, people, colleagues, *most_away).into_iter().next() {
            let (team, most) = (team.clone(), *most_away);
            return Err(RequestLeaveError::Uncovered { team, on, away: away.len(), most });
        }
    }
    Ok(())
}

/// Whole days and halves with one digit, which holds them exactly; other fractions with two, rounded up.
fn as_decimal(days: Ratio) -> Decimal {
    let halves = days.checked_mul(Ratio::from_integer(2)).is_ok_and(Ratio::is_whole);
    days.to_decimal(if halves { 1 } else { 2 }, Rounding::Up).unwrap_or(Decimal::MAX)
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
    let more: Vec<_> = days.iter().map(|day| LeaveTaken { on: day.on, days: day.cost(), cause }).collect();
    let tenure = employment.tenure();
    account.history(plan, &tenure, &taken).lowest_with(&more)
}

/// Asks for leave: refused where it overlaps other leave of the person or exceeds what is left, else recorded, with
/// the approvals that the policy asks for.
///
/// Reads all of the person's requests as one group, and those of each colleague of a team, so that of two that overlap, or
/// leave too few, and are made at once only one is recorded. What has expired of them by the instant of the request is
/// recorded before it, and its days are free again.
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
    book: &AuthorityBook,
) -> Result<crate::LeaveStatus, RequestLeaveError> {
    // Read.
    let account = tx.load(LeaveAccount::id_of(command.person, &command.kind)).await?;
    let employment = tx.load(account.opened().employment).await?;
    let mut others = tx.list(LeaveRequest::OF_PERSON, &command.person).await?;
    let teams = rules.teams.values().filter(|team| team.people.contains(&command.person));
    let colleagues: BTreeSet<_> =
        teams.flat_map(|team| &team.people).filter(|other| **other != command.person).collect();
    let mut away = Vec::new();
    for colleague in colleagues {
        let requests = tx.list(LeaveRequest::OF_PERSON, colleague).await?;
        away.extend(requests.into_iter().map(|(_, request)| request));
    }

    // Decide.
    let whose = (command.person, &employment.scope());
    own_or_granted(&command.by, &rules.ask, whose, command.on, book)?;
    let mut fell_due = Vec::new();
    for (other, request) in &mut others {
        // Where it cannot be told, its days stay set apart.
        if let Ok((now, due @ Decision::Record(_))) = request.clone().brought_to(command.at, rules) {
            *request = now;
            fell_due.push((*other, due));
        }
    }
    let now = |request: LeaveRequest| request.clone().brought_to(command.at, rules).map_or(request, |(now, _)| now);
    let away: Vec<_> = away.into_iter().map(now).collect();
    let decision = LeaveRequest::request(id, command, &employment, &account, &others, &away, rules)?;

    // Record.
    if let Decision::Record(fact) = decision {
        for (other, due) in fell_due {
            tx.decide(other, due).await?;
        }
        tx.create(id, fact).await?;
    }
    Ok(tx.load(id).await?.status())
}
