//! Claims for compensation of an injury at work: filed, decided, paid, closed and taken up again.
//!
//! ```text
//!              ┌─────────────── reopen ────────────────┐
//!              ▼                                       │
//!   file ──► Filed ──┬── accept ──► Accepted ── close ──► Closed
//!                    ├── deny ────► Denied ─── reopen ──► Filed
//!                    └── withdraw ► Withdrawn: stays so
//! ```
//!
//! A claim is a thing of its own: the injury is in the log whether or not somebody claims, and a claim may be denied for an
//! injury that is. What somebody earns is content ([`ClaimedWage`]), read by clearance alone.
//!
//! Law 63 of the crate; `tests/care/claim.rs` holds it.
//!
//! # Example
//! ```
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Ratio, Role, Scope, Zone, wait,
//! };
//! use office_hr::{
//!     ClaimError, ClaimRules, ClaimStep, ClaimTerms, ClaimedWage, CompensationClaim, Dated, FileClaim, InjuryKind, InjuryRules,
//!     InjuryTerms, RecordContent, ReportInjury, file_claim, report_injury, take_claim_step,
//! };
//!
//! let valid = DateRange::year(2026)?;
//! let injuries = &InjuryRules::new("injury.log", "medical".parse()?, Dated::since(valid.start(), InjuryTerms::osha()))?;
//! let terms = ClaimTerms {
//!     waiting_days: 3, retroactive_after: Some(14), rate: Ratio::new(2, 3)?, least: "200.00 USD".parse()?, most: "900.00 USD".parse()?,
//! };
//! let rules = &ClaimRules { decide: "claim.decide".parse()?, pay: "pay".parse()?, terms: Dated::since(valid.start(), terms) };
//! let (role, officer, employee) = (Role::new("claims_officer"), Id::natural("person", "E-009"), Id::natural("person", "E-017"));
//! let mut book = AuthorityBook::default();
//! let (action, scope) = ("claim.decide".parse()?, Scope::anywhere());
//! book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
//! book.appointments.push(Appointment { person: officer, role: role.clone(), scope, valid });
//!
//! let (office, book) = (Office::on(MemoryStore::new()), &book);
//! let (injury, claim) = (Id::natural("injury", "2026-1"), Id::natural("compensation_claim", "2026-1"));
//! let command = |key: &str, who| {
//!     let at = "2026-10-20T08:00:00Z".parse().unwrap_or_default();
//!     Command::new(key, "claim", Actor::new(who, role.clone()), at)
//! };
//! let (at, on) = ("2026-10-05T09:30:00Z".parse()?, "2026-10-20".parse()?);
//! let report = &ReportInjury {
//!     person: employee, job: "clerk".into(), happened: at, learned: at, zone: Zone::UTC, place: "archive".into(),
//!     kind: InjuryKind::Injury, class: injuries.class.clone(),
//! };
//! let content = &RecordContent { title: "Left arm, ladder".into(), text: String::new(), document: None };
//! wait(office.transact(&command("report", employee)?, |tx| async move {
//!     report_injury(&tx, injury, report, content, on, injuries, book).await
//! }))?;
//! let (filing, wage) = (&FileClaim { injury, number: "WC-77".into(), on }, &ClaimedWage { weekly: "750.00 USD".parse()? });
//! wait(office.transact(&command("file", employee)?, |tx| async move {
//!     file_claim(&tx, claim, filing, wage, rules, book).await
//! }))?;
//!
//! let step = |key: &str, who, step| {
//!     let (command, step) = (command(key, who)?, &step);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         take_claim_step(&tx, claim, step, rules, book).await
//!     })))
//! };
//! // Nobody decides on their own claim.
//! assert!(matches!(step("own", employee, ClaimStep::Accept { on })?, Err(ClaimError::NotPermitted(_))));
//! step("accept", officer, ClaimStep::Accept { on })??;
//! step("unable", officer, ClaimStep::Unable { range: "2026-10-06/2026-10-20".parse()?, on })??;
//!
//! // Fourteen days, three of them waited: eleven sevenths of 500 dollars.
//! let claim: CompensationClaim = wait(office.view(|view| async move { view.load(claim).await }))?;
//! let indemnity = rules.terms.on(on)?.indemnity(wage.weekly, claim.days_unable(on))?;
//! assert_eq!((indemnity.days_paid, indemnity.amount), (11, "785.71 USD".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    Classified, Currency, DateRange, Entity, Entries, Id, Kind, Money, MoneyError, Partition, RecordClass, StoreError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Injury, NotInForce, NotPermitted};

mod flow;
mod step;
mod terms;

pub use flow::{file_claim, take_claim_step};
pub use step::ClaimStep;
pub use terms::{ClaimRules, ClaimTerms, Indemnity, IndemnityError};

/// The longest text, in characters, and the most stretches and costs of a claim.
const MOST_TEXT: usize = 500;
const MOST: usize = 1_000;

/// A claim for compensation of an injury at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompensationClaim {
    filed: FiledClaim,
    status: ClaimStatus,
    // Days on which they could not work: first to last, apart from one another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unable: BTreeMap<NaiveDate, DateRange>,
    // By the number of the bill.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    costs: BTreeMap<String, MedicalCost>,
}

/// To file a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileClaim {
    /// For which injury.
    pub injury: Id<Injury>,
    /// Under which number, as whoever pays knows it: 1 to 500 characters.
    pub number: String,
    /// On which day.
    pub on: NaiveDate,
}

/// A claim that was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiledClaim {
    /// For which injury, under which number, when.
    pub claim: FileClaim,
    /// Who was hurt.
    pub person: PersonId,
    /// On which day: the rules of that day count.
    pub injured: NaiveDate,
    /// The class of what they earn.
    pub pay_class: RecordClass,
}

/// What somebody earns a week on average. Its debug text tells nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedWage {
    /// A week.
    pub weekly: Money,
}

impl fmt::Debug for ClaimedWage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimedWage").finish_non_exhaustive()
    }
}

/// How far a claim has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClaimStatus {
    /// It is to be decided.
    Filed {
        /// Since when.
        on: NaiveDate,
        /// Why it is to be decided anew, where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reopened: Option<String>,
    },
    /// It is paid.
    Accepted {
        /// Since when.
        on: NaiveDate,
    },
    /// It is not paid.
    Denied {
        /// Since when.
        on: NaiveDate,
        /// Why.
        why: String,
    },
    /// Nothing more is to be paid.
    Closed {
        /// Since when.
        on: NaiveDate,
    },
    /// It was taken back, for ever.
    Withdrawn {
        /// Since when.
        on: NaiveDate,
    },
}

impl ClaimStatus {
    /// In a word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Filed { .. } => "filed",
            Self::Accepted { .. } => "accepted",
            Self::Denied { .. } => "denied",
            Self::Closed { .. } => "closed",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// A bill for treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicalCost {
    /// On which day.
    pub on: NaiveDate,
    /// How much: more than nothing.
    pub amount: Money,
}

/// What can happen to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClaimFact {
    /// It was filed.
    Filed(Box<FiledClaim>),
    /// A step was taken.
    Stepped(ClaimStep),
}

/// Nothing was done with a claim: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// A text is missing or too long.
    #[error("a {field} of 1 to 500 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// An amount is nothing or less, or in another currency than the rules'.
    #[error("{amount} cannot be claimed: more than nothing is wanted, in the currency of the rules")]
    Amount {
        /// The amount.
        amount: Money,
    },
    /// The id stands for another claim.
    #[error("the claim is another one: an id of its own is wanted")]
    IdReused,
    /// There is a claim for the injury.
    #[error("the injury is claimed under `{number}` already: that is to be withdrawn, or reopened")]
    Claimed {
        /// Under which number.
        number: String,
    },
    /// The claim does not allow it as it is.
    #[error("the claim is {}: {wanted} is wanted", .status.name())]
    Status {
        /// How far it is.
        status: ClaimStatus,
        /// What would be accepted.
        wanted: &'static str,
    },
    /// The days are open, not after the injury, or some of them are told already.
    #[error("{range} cannot be told: closed days after the injury are wanted, none of them told before")]
    Days {
        /// The days.
        range: DateRange,
    },
    /// The bill is told already, with another amount or day.
    #[error("the bill `{number}` is told already: one with a number of its own is wanted")]
    Billed {
        /// Its number.
        number: String,
    },
    /// There are too many.
    #[error("a claim has at most 1000 stretches and 1000 bills")]
    TooMany,
    /// No rules are for the day of the injury.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed, or knows no such claim or injury.
    #[error("the claim cannot be stored")]
    Store(#[from] StoreError),
}

impl CompensationClaim {
    /// The claims for an injury, by the day of filing. May be decided upon.
    pub const OF_INJURY: Partition<Self, Id<Injury>, NaiveDate> = Partition::new("injury");

    /// For what it was filed.
    #[must_use]
    pub const fn filed(&self) -> &FiledClaim {
        &self.filed
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> &ClaimStatus {
        &self.status
    }

    /// On how many days up to and with one they could not work.
    #[must_use]
    pub fn days_unable(&self, until: NaiveDate) -> u32 {
        let through = DateRange::inclusive(NaiveDate::MIN, until);
        let days = |range: &DateRange| range.intersection(through.as_ref().ok()?)?.days();
        self.unable.values().filter_map(days).fold(0, u32::saturating_add)
    }

    /// What treatment has cost, all bills together.
    ///
    /// # Errors
    /// [`MoneyError`] where a bill is in another currency, or the sum does not fit.
    pub fn medical_cost(&self, currency: Currency) -> Result<Money, MoneyError> {
        Money::sum(self.costs.values().map(|cost| cost.amount), currency)
    }
}

impl Entity for CompensationClaim {
    const KIND: Kind = Kind::literal("compensation_claim");
    type Fact = ClaimFact;

    fn open(fact: &ClaimFact) -> Option<Self> {
        let ClaimFact::Filed(filed) = fact else { return None };
        Some(Self {
            filed: (**filed).clone(),
            status: ClaimStatus::Filed { on: filed.claim.on, reopened: None },
            unable: BTreeMap::new(),
            costs: BTreeMap::new(),
        })
    }

    fn apply(&mut self, fact: &ClaimFact) {
        let ClaimFact::Stepped(step) = fact else { return };
        if let Some(status) = step::next(step) {
            self.status = status;
        }
        if let ClaimStep::Unable { range, .. } = step {
            self.unable.insert(range.start(), *range);
        }
        if let ClaimStep::Cost { number, cost } = step {
            self.costs.insert(number.clone(), *cost);
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_INJURY, &self.filed.claim.injury, &self.filed.claim.on);
    }
}

impl Classified for CompensationClaim {
    fn class(&self) -> RecordClass {
        self.filed.pay_class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.filed.person)
    }
}
