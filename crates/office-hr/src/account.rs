//! Accounts of leave.
//!
//! An account holds what it was opened with and which plan it follows, and never a number of days that is left. The
//! balance follows from the account, the plan, the employment and the requests, each time it is asked for; so nothing
//! has to be kept in step, no job has to run, and two reports cannot disagree. Requests that await a decision count as
//! taken: days are set apart when they are asked for, and given back when the request is refused or cancelled.
//!
//! ```text
//!   open ──► Opened ──► grant, pay out, note work, as often as wanted
//! ```

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Id, Kind, Ratio, RatioError, StoreError, Tx, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AccrueError, Employment, LeaveCause, LeaveGrant, LeaveHistory, LeavePlan, LeaveRequest, LeaveRules, LeaveTaken,
    Ledger, Opening, Tenure, WorkRecord,
};

mod work;

pub use work::{NoteTimesheetError, NoteWorkError, note_timesheet, note_work};

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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grants: Vec<LeaveGrant>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    paid_out: Vec<EarlierLeave>,
    #[serde(default, skip_serializing_if = "WorkRecord::is_empty")]
    work: WorkRecord,
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
    /// Leave was granted by hand.
    Granted(LeaveGrant),
    /// Leave was paid out instead of taken.
    PaidOut(EarlierLeave),
    /// What was planned and worked on some days.
    Worked(WorkRecord),
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

/// Leave was not granted by hand.
#[derive(Debug, Error)]
pub enum GrantLeaveError {
    /// The rules have no plan of that name.
    #[error("the rules have no leave plan `{plan}`")]
    NoSuchPlan {
        /// The plan.
        plan: String,
    },
    /// The days are not above zero.
    #[error("{days} days are not above zero")]
    Negative {
        /// How many.
        days: Ratio,
    },
    /// More would be granted for a leave year than the plan allows.
    #[error("{granted} days would be granted by hand for the leave year: at most {most} are wanted")]
    TooMany {
        /// How many there would be.
        granted: Ratio,
        /// How many there may be.
        most: Ratio,
    },
    /// The figures do not fit.
    #[error("the exact figures do not fit")]
    Figures(#[from] RatioError),
    /// The store failed.
    #[error("the grant cannot be stored")]
    Store(#[from] StoreError),
}

/// Leave was not paid out.
#[derive(Debug, Error)]
pub enum PayOutLeaveError {
    /// The days are not above zero.
    #[error("{days} days are not above zero")]
    Negative {
        /// How many.
        days: Ratio,
    },
    /// There is not as much left.
    #[error("{asked} days are to be paid out, {left} are left")]
    BalanceTooSmall {
        /// How many are asked for.
        asked: Ratio,
        /// How many are left on that day or on a later one, leave asked for considered.
        left: Ratio,
    },
    /// The account cannot be drawn up.
    #[error("the account cannot be drawn up")]
    Ledger(#[from] LeaveLedgerError),
    /// The store failed.
    #[error("the payment cannot be stored")]
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

    /// What was granted by hand.
    #[must_use]
    pub fn grants(&self) -> &[LeaveGrant] {
        &self.grants
    }

    /// Grants leave by hand, within what the plan allows for the leave year in which it can be used first.
    pub fn grant(&self, grant: &LeaveGrant, plan: &LeavePlan) -> Result<Decision<LeaveAccountFact>, GrantLeaveError> {
        if !grant.days.is_positive() {
            return Err(GrantLeaveError::Negative { days: grant.days });
        }
        if let Some(year) = plan.year_with(grant.valid.start())
            && let Some(most) = plan.governing(year).and_then(|(_, terms)| terms.most_granted)
        {
            let mut same_year = self.grants.iter().filter(|other| year.contains(other.valid.start()));
            let granted = same_year.try_fold(grant.days, |sum, other| sum.checked_add(other.days))?;
            if granted > most {
                return Err(GrantLeaveError::TooMany { granted, most });
            }
        }
        Ok(Decision::Record(LeaveAccountFact::Granted(grant.clone())))
    }

    /// Pays leave out instead of having it taken, given the ledger to the end of the last leave year that has leave.
    pub fn pay_out(
        &self,
        leave: EarlierLeave,
        ledger: &Ledger,
    ) -> Result<Decision<LeaveAccountFact>, PayOutLeaveError> {
        if !leave.days.is_positive() {
            return Err(PayOutLeaveError::Negative { days: leave.days });
        }
        let left = ledger.lowest_from(leave.on).map_err(|error| LeaveLedgerError::Accrue(error.into()))?;
        if left < leave.days {
            return Err(PayOutLeaveError::BalanceTooSmall { asked: leave.days, left });
        }
        Ok(Decision::Record(LeaveAccountFact::PaidOut(leave)))
    }

    /// What has been taken or set apart: what was before, what was paid out, and the days of these requests that are of its person and
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
            request.days().iter().map(move |day| LeaveTaken { on: day.on, days: day.cost(), cause })
        });
        let paid_out = self.paid_out.iter();
        let paid_out =
            paid_out.map(|EarlierLeave { on, days }| LeaveTaken { on: *on, days: *days, cause: LeaveCause::PaidOut });
        earlier.chain(paid_out).chain(asked).collect()
    }

    /// The account's ledger, up to and on a day.
    pub fn ledger<'a>(
        &self,
        plan: &LeavePlan,
        tenure: &Tenure,
        requests: impl IntoIterator<Item = &'a (Id<LeaveRequest>, LeaveRequest)>,
        as_of: NaiveDate,
    ) -> Result<Ledger, AccrueError> {
        Ledger::of(&self.history(plan, tenure, &self.taken(requests)), as_of)
    }

    /// All that it follows from.
    pub(crate) fn history<'a>(
        &'a self,
        plan: &'a LeavePlan,
        tenure: &'a Tenure,
        taken: &'a [LeaveTaken],
    ) -> LeaveHistory<'a> {
        let history = LeaveHistory::new(plan, tenure, self.opened.opening, taken);
        LeaveHistory { grants: &self.grants, work: Some(&self.work), ..history }
    }
}

impl Entity for LeaveAccount {
    const KIND: Kind = Kind::literal("leave_account");
    type Fact = LeaveAccountFact;

    fn open(fact: &LeaveAccountFact) -> Option<Self> {
        match fact {
            LeaveAccountFact::Opened(opened) => {
                let (opened, work) = (opened.clone(), WorkRecord::default());
                Some(Self { opened, grants: Vec::new(), paid_out: Vec::new(), work })
            }
            LeaveAccountFact::Granted(_) | LeaveAccountFact::PaidOut(_) | LeaveAccountFact::Worked(_) => None,
        }
    }

    fn apply(&mut self, fact: &LeaveAccountFact) {
        match fact {
            LeaveAccountFact::Opened(_) => {}
            LeaveAccountFact::Granted(grant) => self.grants.push(grant.clone()),
            LeaveAccountFact::PaidOut(leave) => self.paid_out.push(*leave),
            LeaveAccountFact::Worked(work) => self.take_over(work),
        }
    }
}

/// Opens the account of a person for a kind of leave.
///
/// # Example
/// ```
#[doc = include_str!("leave/office.txt")]
/// use office_hr::{LeaveAccount, OpenAccountError};
///
/// let open = |key: &str, carried_in| {
///     let account = &OpenAccount {
///         kind: "parental".into(), opening: Opening { on: day, carried_in: days(carried_in) }, ..opening.clone()
///     };
///     wait(office.transact(&command(key, bea), |tx| async move { open_account(&tx, account).await }))
/// };
/// // Nobody begins with less than nothing.
/// assert!(matches!(open("minus", -1), Err(OpenAccountError::Negative { .. })));
/// assert_eq!(open("plus", 3)?, LeaveAccount::id_of(anna, "parental"));
/// # Ok::<(), Failure>(())
/// ```
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

/// Grants leave by hand.
///
/// # Errors
/// [`GrantLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("leave/office.txt")]
/// use office_hr::{GrantLeaveError, LeaveAccount, LeaveGrant, LotKind, grant_leave, leave_ledger};
///
/// let account = LeaveAccount::id_of(anna, "annual");
/// let grant = |key: &str, days| {
///     let (valid, note) = ("2026-10-12/2027-01-01".parse().unwrap(), "worked through the fair".to_owned());
///     let granted = &LeaveGrant { valid, days, kind: LotKind::Extra, note };
///     wait(office.transact(&command(key, bea), |tx| async move { grant_leave(&tx, account, granted, rules).await }))
/// };
/// grant("fair", days(2))?;
/// // Of thirty days and these two, five are asked for.
/// let ledger = wait(office.view(|view| async move {
///     leave_ledger(&view, account, rules, "2026-12-01".parse().unwrap()).await
/// }))?;
/// assert_eq!(ledger.balance("2026-12-01".parse()?)?, days(27));
/// // Nothing is no grant.
/// assert!(matches!(grant("nothing", days(0)), Err(GrantLeaveError::Negative { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn grant_leave(
    tx: &Tx,
    id: Id<LeaveAccount>,
    grant: &LeaveGrant,
    rules: &LeaveRules,
) -> Result<(), GrantLeaveError> {
    // Read.
    let account = tx.load(id).await?;
    let no_plan = || GrantLeaveError::NoSuchPlan { plan: account.opened.plan.clone() };
    let plan = rules.plans.get(&account.opened.plan).ok_or_else(no_plan)?;

    // Decide.
    let decision = account.grant(grant, plan)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Pays leave out instead of having it taken. The person's requests are read as one group, so that no leave asked for
/// at the same time draws on the same days.
///
/// # Errors
/// [`PayOutLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("leave/office.txt")]
/// use office_hr::{EarlierLeave, LeaveAccount, PayOutLeaveError, pay_out_leave};
///
/// let account = LeaveAccount::id_of(anna, "annual");
/// let pay_out = |key: &str, count| {
///     let leave = EarlierLeave { on, days: days(count) };
///     wait(office.transact(&command(key, bea), |tx| async move { pay_out_leave(&tx, account, leave, rules).await }))
/// };
/// // Of thirty days five are asked for: ten may be paid, and then twenty are too many.
/// pay_out("ten", 10)?;
/// let refused = pay_out("twenty", 20);
/// assert!(matches!(refused, Err(PayOutLeaveError::BalanceTooSmall { left, .. }) if left == days(15)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn pay_out_leave(
    tx: &Tx,
    id: Id<LeaveAccount>,
    leave: EarlierLeave,
    rules: &LeaveRules,
) -> Result<(), PayOutLeaveError> {
    // Read.
    let account = tx.load(id).await?;
    let employment = tx.load(account.opened.employment).await?;
    let requests = tx.list(LeaveRequest::OF_PERSON, &account.opened.person).await?;
    let no_plan = || LeaveLedgerError::NoSuchPlan { plan: account.opened.plan.clone() };
    let plan = rules.plans.get(&account.opened.plan).ok_or_else(no_plan)?;

    // Decide.
    let last = account.taken(&requests).iter().map(|taken| taken.on).fold(leave.on, NaiveDate::max);
    let as_of = plan.year_with(last).and_then(|year| year.last()).unwrap_or(last);
    let ledger = account.ledger(plan, &employment.tenure(), &requests, as_of).map_err(LeaveLedgerError::from)?;
    let decision = account.pay_out(leave, &ledger)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// The ledger of an account, up to and on a day, from all that is stored. Of a day to come it is the forecast.
///
/// Reads within a transaction as within [`Office::view`](office_core::Office::view).
///
/// # Example
/// ```
#[doc = include_str!("leave/office.txt")]
/// use office_hr::{LeaveAccount, LeaveLedgerError, leave_ledger};
///
/// let (account, december) = (LeaveAccount::id_of(anna, "annual"), "2026-12-01".parse()?);
/// let ledger = |rules| wait(office.view(|view| async move { leave_ledger(&view, account, rules, december).await }));
/// // Of thirty days five are asked for in October.
/// assert_eq!(ledger(rules)?.balance(december)?, days(25));
/// // Without its plan the account cannot be drawn up.
/// let none = &LeaveRules { plans: BTreeMap::new(), ..rules.clone() };
/// assert!(matches!(ledger(none), Err(LeaveLedgerError::NoSuchPlan { .. })));
/// # Ok::<(), Failure>(())
/// ```
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
