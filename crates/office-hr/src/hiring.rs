//! From an approved vacancy to an employment, step by step.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::rules::{DecisionTable, PolicyBook};
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Holidays, Id, MemoryStore, Office, Ratio, Role, Scope,
//!     WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
//! };
//! use office_hr::{
//!     Assignment, HiringError, HiringRules, OfferAnswer, OfferTerms, OfferedPay, RequestVacancy, answer_offer, hire_applicant,
//!     make_offer, receive_application, request_vacancy,
//! };
//!
//! // One seat needs nobody's approval.
//! let mut approval = PolicyBook::new("vacancies");
//! let row = |seats: &str, outcome: &str| vec![seats.to_owned(), outcome.to_owned()];
//! let rows = [row("1", "allow"), row("-", "approvals: 1 executive vacancy.approve")];
//! approval.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["seats: number", "outcome"], rows)?)?;
//! let valid = DateRange::year(2026)?;
//! let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse()?), Holidays::none(valid));
//! let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
//! let rules = &HiringRules {
//!     approval, recruit: "hiring.recruit".parse()?, offer: "hiring.offer".parse()?, files: "application".parse()?,
//!     pay: "pay".parse()?, hours: WorkingCalendar::new(plan)?,
//! };
//! let (role, recruiter) = (Role::new("recruiter"), Id::natural("person", "E-009"));
//! let mut book = AuthorityBook::default();
//! for (action, limit) in [("hiring.recruit", None), ("hiring.offer", Some("60000.00 EUR".parse()?))] {
//!     let (role, action, scope) = (role.clone(), action.parse()?, Scope::anywhere());
//!     book.grants.push(Grant { role, action, scope, limit, valid });
//! }
//! book.appointments.push(Appointment { person: recruiter, role: role.clone(), scope: Scope::anywhere(), valid });
//!
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str| {
//!     let at = "2026-10-05T08:00:00Z".parse().unwrap_or_default();
//!     Command::new(key, "hiring", Actor::new(recruiter, role.clone()), at)
//! };
//! let (vacancy, on) = (Id::natural("vacancy", "V-1"), "2026-10-05".parse()?);
//! let wanted = &RequestVacancy {
//!     title: "reception".into(), role: Role::new("receptionist"), scope: Scope::anywhere(), seats: 1, yearly: None,
//!     stages: vec!["letter".into(), "talk".into()], criteria: BTreeMap::new(), on,
//! };
//! wait(office.transact(&command("ask")?, |tx| async move { request_vacancy(&tx, vacancy, wanted, rules).await }))?;
//! let (applicant, book) = (Id::natural("person", "A-1"), &book);
//! let apply = |tx| async move { receive_application(&tx, vacancy, applicant, "website", on).await };
//! let application = wait(office.transact(&command("apply")?, apply))?;
//!
//! let assignment = Assignment {
//!     role: Role::new("receptionist"), manager: None, cost_centre: Id::natural("cost_centre", "CC-100"), scope: Scope::anywhere(),
//!     weekly_hours: Ratio::from_integer(40), week: "MO|TU|WE|TH|FR".parse()?, zone: "Europe/Berlin".parse()?,
//! };
//! let terms = &OfferTerms { term: "2026-11-01/..".parse()?, assignment, open_until: "2026-10-16".parse()? };
//! let offer = |key: &str, yearly: &str| {
//!     let (command, pay) = (command(key)?, OfferedPay { yearly: yearly.parse()?, besides: String::new() });
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let pay = pay.clone();
//!         async move { make_offer(&tx, application, terms, &pay, on, rules, book).await }
//!     })))
//! };
//! // More than the recruiter may promise.
//! assert!(matches!(offer("much", "60000.01 EUR")?, Err(HiringError::NotAllowed { .. })));
//! let offer = offer("offer", "38000.00 EUR")??;
//! let accept = |tx| async move { answer_offer(&tx, offer, &OfferAnswer::Accept, on, rules, book).await };
//! wait(office.transact(&command("accept")?, accept))?;
//! let employment = Id::natural("employment", "E-025");
//! let hire = |tx| async move { hire_applicant(&tx, application, employment, on, rules, book).await };
//! wait(office.transact(&command("hire")?, hire))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod application;
mod offer;
mod vacancy;

pub use application::{
    advance_application, hire_applicant, plan_interview, receive_application, reject_application, score_interview,
    withdraw_application,
};
use chrono::NaiveDate;
pub use offer::{OfferAnswer, answer_offer, fall_due_offer, make_offer};
use office_core::rules::PolicyBook;
use office_core::{Action, AuthorityBook, Money, RecordClass, Request, StoreError, Tx, WorkingCalendar};
use serde::{Deserialize, Serialize};
use thiserror::Error;
pub use vacancy::{
    DecideVacancyError, approve_vacancy, close_vacancy, fall_due_vacancy, post_vacancy, refuse_vacancy, request_vacancy,
};

use crate::{ApplicationError, HireError, OfferError, Vacancy, VacancyClosed};

/// With this event the time begins for which what an applicant sent is kept.
pub const APPLICATION_DECIDED: &str = "decided";

/// An office's rules of hiring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiringRules {
    /// Who approves a vacancy.
    pub approval: PolicyBook,
    /// What somebody has to be granted to recruit, such as `hiring.recruit`.
    pub recruit: Action,
    /// What somebody has to be granted to make and end offers, such as `hiring.offer`, up to which pay a year.
    pub offer: Action,
    /// The class of the records that applicants send, such as `application`.
    pub files: RecordClass,
    /// The class of what an offer pays, such as `pay`.
    pub pay: RecordClass,
    /// In these hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
}

/// Nothing was done in hiring: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HiringError {
    /// Nobody is looked for.
    #[error(transparent)]
    Vacancy(#[from] VacancyClosed),
    /// The application does not allow it.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The offer does not allow it.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// Nobody can apply on that day.
    #[error("on {on} the vacancy is posted nowhere: a day of a posting is wanted, or who recommends them")]
    NotPosted {
        /// The day.
        on: NaiveDate,
    },
    /// A text is missing or too long.
    #[error("a {field} of 1 to 500 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// The terms cannot be those of an employment, or were to be accepted before they are offered.
    #[error("the terms end before they are offered on {on}: a later day is wanted")]
    TermsOver {
        /// On which day.
        on: NaiveDate,
    },
    /// An offer is open or accepted.
    #[error("offer {number} is open or accepted: it is to be withdrawn or declined first")]
    OfferOut {
        /// Its number.
        number: u32,
    },
    /// No offer is accepted.
    #[error("no offer was accepted: one that is accepted is wanted")]
    NotAccepted,
    /// They cannot be employed.
    #[error(transparent)]
    Hire(#[from] HireError),
    /// Whoever wants to may not.
    #[error("it is not theirs to do: {why}")]
    NotAllowed {
        /// Why not.
        why: String,
    },
    /// The store failed, or knows no such vacancy, application or offer.
    #[error("hiring cannot be stored")]
    Store(#[from] StoreError),
}

/// Refuses whoever is not granted an action in the vacancy's part of the office.
fn allowed(
    tx: &Tx,
    vacancy: &Vacancy,
    (action, amount): (&Action, Option<Money>),
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    let scope = vacancy.asked().request.scope.clone();
    let mut request = Request::new(tx.command().actor().clone(), action.clone(), on).within(scope);
    if let Some(amount) = amount {
        request = request.of(amount);
    }
    book.decide(&request).allowed_or(|why| HiringError::NotAllowed { why })
}
