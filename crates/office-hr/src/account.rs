//! Accounts of leave.
//!
//! An account holds what it was opened with and which plan it follows, and never a number of days that is left. The
//! balance follows from the account, the plan, the employment and the requests, each time it is asked for; so nothing
//! has to be kept in step, no job has to run, and two reports cannot disagree. Requests that await a decision count as
//! taken: days are set apart when they are asked for, and given back when the request is refused or cancelled.
//!
//! ```text
//!   open ──► Opened
//! ```

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Id, Kind, Ratio, StoreError, Tx, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AccrueError, Employment, LeaveCause, LeaveHistory, LeavePlan, LeaveRequest, LeaveRules, LeaveTaken, Ledger, Opening,
};

/// Leave that was taken before the account was kept here: a day, and how many days up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierLeave {
    /// The day as of which it counts.
    pub on: NaiveDate,
    /// How many days.
    pub days: Ratio,
}

/// An account of one person's leave of one kind.
///
/// # Example
/// ```
/// use office_core::{Decision, Entity, Id, Ratio};
/// use office_hr::{LeaveAccount, LeavePlan, LeaveTerms, AnnualDay, OpenAccount, OpenAccountError, Opening, Tenure};
///
/// let days = Ratio::from_integer;
/// let command = OpenAccount {
///     person: Id::natural("person", "E-009"),
///     kind: "annual".into(),
///     employment: Id::natural("employment", "E-009"),
///     plan: "LP-DE".into(),
///     opening: Opening { on: "2026-01-01".parse()?, carried_in: days(0) },
///     earlier: Vec::new(),
/// };
/// let Decision::Record(fact) = LeaveAccount::open_with(&command)? else { return Ok(()) };
/// let account = LeaveAccount::open(&fact).ok_or("a first fact")?;
///
/// let mut plan = LeavePlan::new("LP-DE", AnnualDay::NEW_YEAR, "DE-BE");
/// plan.publish("2026-01-01".parse()?, LeaveTerms::new(days(30), days(5)))?;
/// let tenure = Tenure::new("2019-11-01/..".parse()?, days(5))?;
/// let ledger = account.ledger(&plan, &tenure, [], "2026-12-31".parse()?)?;
/// assert_eq!(ledger.balance("2026-10-01".parse()?)?, days(30));
///
/// // An account cannot be opened with less than nothing.
/// let opening = Opening { carried_in: days(-1), ..command.opening };
/// let refused = LeaveAccount::open_with(&OpenAccount { opening, ..command });
/// assert!(matches!(refused, Err(OpenAccountError::Negative { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveAccount {
    opened: OpenAccount,
}

/// To open an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    /// Whose leave.
    pub person: PersonId,
    /// Which kind of leave, such as `annual`.
    pub kind: String,
    /// By which employment it accrues.
    pub employment: Id<Employment>,
    /// By which plan, by its name in the rules.
    pub plan: String,
    /// What it begins with.
    pub opening: Opening,
    /// What was taken since, before requests were kept here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierLeave>,
}

/// What can happen to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LeaveAccountFact {
    /// It was opened.
    Opened(OpenAccount),
}

/// An account was not opened.
#[derive(Debug, Error)]
pub enum OpenAccountError {
    /// Days carried in or taken are below zero.
    #[error("{days} days on {on} are below zero: zero or more are wanted")]
    Negative {
        /// As of which day.
        on: NaiveDate,
        /// How many.
        days: Ratio,
    },
    /// Leave was taken before the account begins.
    #[error("leave as of {on} is before the account begins on {opened}: that day or a later one is wanted")]
    BeforeOpening {
        /// As of which day.
        on: NaiveDate,
        /// When the account begins.
        opened: NaiveDate,
    },
    /// The store failed.
    #[error("the account cannot be stored")]
    Store(#[from] StoreError),
}

/// A ledger could not be drawn up.
#[derive(Debug, Error)]
pub enum LeaveLedgerError {
    /// The rules have no plan of that name.
    #[error("the rules have no leave plan `{plan}`")]
    NoSuchPlan {
        /// The plan.
        plan: String,
    },
    /// The account does not add up.
    #[error("the account cannot be drawn up")]
    Accrue(#[from] AccrueError),
    /// The store failed.
    #[error("the account cannot be read")]
    Store(#[from] StoreError),
}

impl LeaveAccount {
    /// The id of the one account that a person has for a kind of leave.
    #[must_use]
    pub fn id_of(person: PersonId, kind: &str) -> Id<Self> {
        Id::natural("leave_account", &format!("{person}/{kind}"))
    }

    /// What it was opened with.
    #[must_use]
    pub const fn opened(&self) -> &OpenAccount {
        &self.opened
    }

    /// Opens an account.
    pub fn open_with(command: &OpenAccount) -> Result<Decision<LeaveAccountFact>, OpenAccountError> {
        let Opening { on: opened, carried_in } = command.opening;
        if carried_in.is_negative() {
            return Err(OpenAccountError::Negative { on: opened, days: carried_in });
        }
        for EarlierLeave { on, days } in &command.earlier {
            if days.is_negative() {
                return Err(OpenAccountError::Negative { on: *on, days: *days });
            }
            if *on < opened {
                return Err(OpenAccountError::BeforeOpening { on: *on, opened });
            }
        }
        Ok(Decision::Record(LeaveAccountFact::Opened(command.clone())))
    }

    /// What has been taken or set apart: what was before, and the days of these requests that are of its person and
    /// kind and neither refused nor cancelled.
    #[must_use]
    pub fn taken<'a>(
        &self,
        requests: impl IntoIterator<Item = &'a (Id<LeaveRequest>, LeaveRequest)>,
    ) -> Vec<LeaveTaken> {
        let earlier = self.opened.earlier.iter();
        let earlier =
            earlier.map(|EarlierLeave { on, days }| LeaveTaken { on: *on, days: *days, cause: LeaveCause::Earlier });
        let own = |(_, request): &&(Id<LeaveRequest>, LeaveRequest)| {
            request.is_active() && request.person() == self.opened.person && request.kind() == self.opened.kind
        };
        let asked = requests.into_iter().filter(own).flat_map(|(id, request)| {
            let cause = LeaveCause::Request(id.retag());
            request.days().iter().map(move |day| LeaveTaken { on: day.on, days: day.value(), cause })
        });
        earlier.chain(asked).collect()
    }

    /// The account's ledger, up to and on a day.
    pub fn ledger<'a>(
        &self,
        plan: &LeavePlan,
        tenure: &crate::Tenure,
        requests: impl IntoIterator<Item = &'a (Id<LeaveRequest>, LeaveRequest)>,
        as_of: NaiveDate,
    ) -> Result<Ledger, AccrueError> {
        let taken = self.taken(requests);
        Ledger::of(&LeaveHistory { plan, tenure, opening: self.opened.opening, taken: &taken }, as_of)
    }
}

impl Entity for LeaveAccount {
    const KIND: Kind = Kind::literal("leave_account");
    type Fact = LeaveAccountFact;

    fn open(fact: &LeaveAccountFact) -> Option<Self> {
        let LeaveAccountFact::Opened(opened) = fact;
        Some(Self { opened: opened.clone() })
    }

    fn apply(&mut self, fact: &LeaveAccountFact) {
        let LeaveAccountFact::Opened(_) = fact;
    }
}

/// Opens the account of a person for a kind of leave.
pub async fn open_account(tx: &Tx, command: &OpenAccount) -> Result<Id<LeaveAccount>, OpenAccountError> {
    // Decide.
    let Decision::Record(fact) = LeaveAccount::open_with(command)? else {
        return Ok(LeaveAccount::id_of(command.person, &command.kind));
    };

    // Record.
    let id = LeaveAccount::id_of(command.person, &command.kind);
    tx.create(id, fact).await?;
    Ok(id)
}

/// The ledger of an account, up to and on a day, from all that is stored. Of a day to come it is the forecast.
///
/// Reads within a transaction as within [`Office::view`](office_core::Office::view).
pub async fn leave_ledger(
    view: &View,
    account: Id<LeaveAccount>,
    rules: &LeaveRules,
    as_of: NaiveDate,
) -> Result<Ledger, LeaveLedgerError> {
    let account = view.load(account).await?;
    let opened = account.opened();
    let employment = view.load(opened.employment).await?;
    let requests = view.list(LeaveRequest::OF_PERSON, &opened.person).await?;
    let no_plan = || LeaveLedgerError::NoSuchPlan { plan: opened.plan.clone() };
    let plan = rules.plans.get(&opened.plan).ok_or_else(no_plan)?;
    Ok(account.ledger(plan, &employment.tenure(), &requests, as_of)?)
}
