//! The desk at which people are looked after: the office's own rules as data, and how things are done and looked at.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::{LeaveId, PersonId};
use office_core::{
    Actor, Appointment, AuthorityBook, Command, DateRange, DayPart, Delegation, Grant, Holiday, Holidays, Id, Office,
    Ratio, Role, Scope, Tx, WeeklyHours, WorkingCalendar, WorkingPlan, wait,
};
use office_hr::{
    AnnualDay, Assignment, Basis, Crediting, Employment, LeaveAccount, LeavePlan, LeaveRounding, LeaveRules,
    LeaveTerms, Ledger, leave_ledger,
};

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Everybody of this story: a name, a code, a role.
const PEOPLE: [(&str, &str, &str); 5] = [
    ("Clara", "E-001", "executive"),
    ("Miriam", "E-002", "office_manager"),
    ("Jonas", "E-003", "assistant"),
    ("Ivo", "E-004", "it"),
    ("Dana", "E-030", "employee"),
];

/// What Dana asks for.
pub(crate) const REQUESTS: [&str; 3] = ["LR-1", "LR-2", "LR-3"];

/// Where everything is kept, and what it is decided by.
pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) leave: LeaveRules,
    pub(crate) book: AuthorityBook,
    pub(crate) hours: WorkingCalendar,
}

impl Desk {
    /// The desk of an office in Berlin.
    pub(crate) fn open(office: Office) -> Result<Self, Failure> {
        let hours = hours()?;
        let leave = LeaveRules {
            plans: BTreeMap::from([("berlin".to_owned(), plan()?)]),
            calendars: BTreeMap::from([("DE-BE".to_owned(), holidays()?)]),
            hours: hours.clone(),
            ask: "leave.ask".parse()?,
            approval: policy()?,
            teams: BTreeMap::new(),
        };
        Ok(Self { office, leave, book: authority()?, hours })
    }

    /// Does something in somebody's name, once: the same key again is answered as it was the first time.
    pub(crate) fn act<T, F, Fut>(&self, key: &str, by: &Actor, on: NaiveDate, run: F) -> Result<T, Failure>
    where
        T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
        F: FnMut(Tx) -> Fut + Send,
        Fut: Future<Output = Result<T, Failure>> + Send,
    {
        let command = Command::new(key, "people", by.clone(), morning(on))?;
        wait(self.office.transact(&command, run))
    }

    /// Dana's leave, up to and on a day.
    pub(crate) fn ledger(&self, as_of: NaiveDate) -> Result<Ledger, Failure> {
        let (account, rules) = (account(), &self.leave);
        Ok(wait(self.office.view(|view| async move { leave_ledger(&view, account, rules, as_of).await }))?)
    }
}

/// Nine in the morning, when everything here is done.
pub(crate) fn morning(on: NaiveDate) -> DateTime<Utc> {
    on.and_hms_opt(8, 0, 0).unwrap_or_default().and_utc()
}

pub(crate) fn day(text: &str) -> Result<NaiveDate, Failure> {
    Ok(text.parse()?)
}

/// Somebody by name.
pub(crate) fn person(name: &str) -> PersonId {
    let code = PEOPLE.iter().find(|(known, ..)| *known == name).map_or(name, |(_, code, _)| code);
    Id::natural("person", code)
}

/// Somebody in their own name.
pub(crate) fn actor(name: &str) -> Actor {
    let role = PEOPLE.iter().find(|(known, ..)| *known == name).map_or("guest", |(.., role)| role);
    Actor::new(person(name), Role::new(role))
}

pub(crate) fn employment() -> Id<Employment> {
    Id::natural("employment", "E-030")
}

pub(crate) fn account() -> Id<LeaveAccount> {
    LeaveAccount::id_of(person("Dana"), "annual")
}

pub(crate) fn leave(request: &str) -> LeaveId {
    Id::natural("leave", request)
}

/// A text with the names by which people and requests are known, instead of their ids.
pub(crate) fn in_names(text: &str) -> String {
    let people = PEOPLE.map(|(name, ..)| (person(name).to_string(), name));
    let requests = REQUESTS.map(|request| (leave(request).to_string(), request));
    people.into_iter().chain(requests).fold(text.to_owned(), |text, (id, name)| text.replace(&id, name))
}

/// Dana's place: so many days a week, eight hours each.
pub(crate) fn assignment(week: &str) -> Result<Assignment, Failure> {
    let week: office_hr::WorkWeek = week.parse()?;
    Ok(Assignment {
        role: Role::new("employee"),
        manager: Some(person("Miriam")),
        cost_centre: Id::natural("cost_centre", "CC-100"),
        scope: "company/CC-100".parse()?,
        weekly_hours: week.days_per_week().checked_mul(Ratio::from_integer(8))?,
        week,
        zone: "Europe/Berlin".parse()?,
    })
}

/// Thirty days of a five-day week, a twelfth at the end of each full month; five go over until the end of March.
fn plan() -> Result<LeavePlan, Failure> {
    let days = Ratio::from_integer;
    let terms = LeaveTerms::new(days(30), days(5))
        .with_part_years(Basis::twelfths(), LeaveRounding::HalfOrMoreUp)
        .with_carry_over(Some(days(5)), Some("03-31".parse()?));
    let mut plan = LeavePlan::new("berlin", AnnualDay::NEW_YEAR, "DE-BE");
    plan.publish(day("2026-01-01")?, LeaveTerms { crediting: Crediting::EachMonth, ..terms })?;
    Ok(plan)
}

/// Those days off that fall into leave here.
fn holidays() -> Result<Holidays, Failure> {
    let mut days = Vec::new();
    for (on, name, portion) in [
        ("2026-12-24", "Christmas Eve", DayPart::Afternoon),
        ("2026-12-25", "Christmas Day", DayPart::Whole),
        ("2026-12-31", "New Year's Eve", DayPart::Afternoon),
        ("2027-01-01", "New Year", DayPart::Whole),
    ] {
        days.push((day(on)?, Holiday { name: name.to_owned(), portion }));
    }
    Ok(Holidays::new(years()?, days)?)
}

fn years() -> Result<DateRange, Failure> {
    Ok("2026-01-01/2028-01-01".parse()?)
}

fn hours() -> Result<WorkingCalendar, Failure> {
    let (week, zone) = (WeeklyHours::weekdays("09:00-17:00".parse()?), "Europe/Berlin".parse()?);
    let (valid, exceptions, holidays) = (years()?, BTreeMap::new(), holidays()?);
    Ok(WorkingCalendar::new(WorkingPlan { zone, valid, week, exceptions, holidays })?)
}

/// Leave is approved by the office manager.
fn policy() -> Result<PolicyBook, Failure> {
    let row = vec!["approvals: 1 office_manager leave.approve".to_owned()];
    let mut policy = PolicyBook::new("leave");
    policy.publish(day("2026-01-01")?, DecisionTable::from_rows(&["outcome"], [row])?)?;
    Ok(policy)
}

/// Everybody in their roles. While Miriam is away in July, Jonas decides for her, and so could Dana.
fn authority() -> Result<AuthorityBook, Failure> {
    let (valid, scope): (DateRange, Scope) = ("2026-01-01/..".parse()?, "company".parse()?);
    let appoint = |(name, _, role): (&str, &str, &'static str)| Appointment {
        person: person(name),
        role: Role::new(role),
        scope: scope.clone(),
        valid,
    };
    let appointments = PEOPLE.map(appoint).to_vec();
    let action: office_core::Action = "leave.approve".parse()?;
    let away = DateRange::inclusive(day("2026-07-13")?, day("2026-07-24")?)?;
    let delegate = |to| Delegation {
        from: person("Miriam"),
        to: person(to),
        actions: [action.clone()].into(),
        scope: Scope::anywhere(),
        limit: None,
        valid: away,
        may_redelegate: false,
    };
    let delegations = ["Jonas", "Dana"].map(delegate).to_vec();
    let grants = vec![Grant {
        role: Role::new("office_manager"),
        action: action.clone(),
        scope: scope.clone(),
        limit: None,
        valid,
    }];
    Ok(AuthorityBook { grants, appointments, delegations, ..AuthorityBook::default() })
}
