//! Two people who take each other's days.
//!
//! ```text
//! asked ──accept──► accepted ──approve_swap──► approved: the roster is changed
//!   ├──decline──► declined ◄──┤
//!   └──withdraw─► withdrawn ◄─┘   accepted ──refuse──► refused
//! ```

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Kind, Partition, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::sheet::{AmendRosterError, RosterAmendment, RosterSheetId, ShiftChange};
use super::{Roster, RosterPlan, RosterSheet};

/// The id of a swap asked for.
pub type SwapRequestId = Id<SwapRequest>;

/// The most days that one swap may be about.
const MOST_DATES: usize = 31;

/// A swap asked for: two people take each other's shifts, or days off, of some days.
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_scheduling::{SwapRequest, SwapStepError, SwapTerms};
///
/// let (ada, ben, manager) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"), Id::natural("person", "E-4"));
/// let terms = SwapTerms {
///     roster: Id::natural("roster", "2026-11"),
///     asker: ada,
///     other: ben,
///     dates: ["2026-11-06".parse()?].into(),
/// };
/// let mut swap = SwapRequest::open(&SwapRequest::ask(terms.clone())?).ok_or("a first fact")?;
/// let at = "2026-10-21T08:00:00Z".parse()?;
/// // Only Ben can accept it.
/// assert_eq!(swap.accept(manager, at), Err(SwapStepError::NotYours));
/// swap.apply(&swap.accept(ben, at)?.fact().ok_or("a fact")?);
/// assert_eq!(swap.status().to_string(), "accepted");
///
/// // With oneself nothing is swapped.
/// assert!(SwapRequest::ask(SwapTerms { other: ada, ..terms }).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapRequest {
    terms: SwapTerms,
    status: SwapStatus,
}

/// Who swaps which days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwapTerms {
    /// The roster.
    pub roster: RosterSheetId,
    /// Who asks.
    pub asker: PersonId,
    /// With whom.
    pub other: PersonId,
    /// The days: 1 to 31.
    pub dates: BTreeSet<NaiveDate>,
}

/// How far a swap has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwapStatus {
    /// It waits for the other's answer.
    Asked,
    /// The other accepts; it waits for approval.
    Accepted,
    /// The other does not want it.
    Declined,
    /// Who asked does not want it any more.
    Withdrawn,
    /// It was approved, and the roster changed.
    Approved {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was not approved.
    Refused {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl fmt::Display for SwapStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asked => "asked",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Approved { .. } => "approved",
            Self::Refused { .. } => "refused",
        })
    }
}

/// What happens to a swap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwapFact {
    /// It was asked for.
    Asked {
        /// Who swaps which days.
        terms: SwapTerms,
    },
    /// It has come this far.
    Became {
        /// How far.
        status: SwapStatus,
        /// Through whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl SwapRequest {
    /// Swaps that are asked for or accepted, by roster; may be decided upon.
    pub const OPEN: Partition<Self, RosterSheetId, NaiveDate> = Partition::new("roster");

    /// Asks for a swap. Whether the rules allow it is found out when it is approved, and can be known before from
    /// [`RosterPlan::swap`].
    pub fn ask(terms: SwapTerms) -> Result<SwapFact, AskSwapError> {
        if terms.asker == terms.other {
            return Err(AskSwapError::WithOneself);
        }
        if !(1..=MOST_DATES).contains(&terms.dates.len()) {
            return Err(AskSwapError::Dates { count: terms.dates.len() });
        }
        Ok(SwapFact::Asked { terms })
    }

    /// Who swaps which days.
    #[must_use]
    pub const fn terms(&self) -> &SwapTerms {
        &self.terms
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> SwapStatus {
        self.status
    }

    /// The other accepts.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// // Ada asks Ben, not the manager.
    /// assert_eq!(swap.accept(manager, at), Err(SwapStepError::NotYours));
    /// swap.apply_decision(&swap.accept(ben, at)?);
    /// assert_eq!(swap.status(), SwapStatus::Accepted);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<SwapFact>, SwapStepError> {
        self.step(by == self.terms.other, &[SwapStatus::Asked], SwapStatus::Accepted, (by, at))
    }

    /// The other does not want it, also where they had accepted.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// swap.apply_decision(&swap.accept(ben, at)?);
    /// // Something has come up: Ben keeps his Friday after all. Ada would withdraw rather than decline.
    /// assert_eq!(swap.decline(ada, at), Err(SwapStepError::NotYours));
    /// swap.apply_decision(&swap.decline(ben, at)?);
    /// assert_eq!(swap.status(), SwapStatus::Declined);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decline(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<SwapFact>, SwapStepError> {
        let open = [SwapStatus::Asked, SwapStatus::Accepted];
        self.step(by == self.terms.other, &open, SwapStatus::Declined, (by, at))
    }

    /// Who asked does not want it any more.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// // Ben can decline; to withdraw it is for who has asked.
    /// assert_eq!(swap.withdraw(ben, at), Err(SwapStepError::NotYours));
    /// swap.apply_decision(&swap.withdraw(ada, at)?);
    /// assert_eq!(swap.status(), SwapStatus::Withdrawn);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn withdraw(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<SwapFact>, SwapStepError> {
        let open = [SwapStatus::Asked, SwapStatus::Accepted];
        self.step(by == self.terms.asker, &open, SwapStatus::Withdrawn, (by, at))
    }

    /// It is not approved, by somebody who does not take part in it.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// // As long as Ben has not accepted, there is nothing to refuse.
    /// assert_eq!(swap.refuse(manager, at), Err(SwapStepError::Status { status: SwapStatus::Asked }));
    /// swap.apply_decision(&swap.accept(ben, at)?);
    /// // Whoever takes part in it does not decide on it.
    /// assert_eq!(swap.refuse(ada, at), Err(SwapStepError::NotYours));
    /// swap.apply_decision(&swap.refuse(manager, at)?);
    /// assert_eq!(swap.status(), SwapStatus::Refused { by: manager, at });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn refuse(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<SwapFact>, SwapStepError> {
        self.step(!self.takes_part(by), &[SwapStatus::Accepted], SwapStatus::Refused { by, at }, (by, at))
    }

    fn takes_part(&self, person: PersonId) -> bool {
        [self.terms.asker, self.terms.other].contains(&person)
    }

    fn step(
        &self,
        may: bool,
        from: &[SwapStatus],
        status: SwapStatus,
        (by, at): (PersonId, DateTime<Utc>),
    ) -> Result<Decision<SwapFact>, SwapStepError> {
        if self.status == status {
            return Ok(Decision::AlreadyRecorded);
        }
        if !may {
            return Err(SwapStepError::NotYours);
        }
        if !from.contains(&self.status) {
            return Err(SwapStepError::Status { status: self.status });
        }
        Ok(Decision::Record(SwapFact::Became { status, by, at }))
    }
}

impl Entity for SwapRequest {
    const KIND: Kind = Kind::literal("roster_swap");

    type Fact = SwapFact;

    fn open(fact: &SwapFact) -> Option<Self> {
        match fact {
            SwapFact::Asked { terms } => Some(Self { terms: terms.clone(), status: SwapStatus::Asked }),
            SwapFact::Became { .. } => None,
        }
    }

    fn apply(&mut self, fact: &SwapFact) {
        match fact {
            SwapFact::Asked { terms } => self.terms = terms.clone(),
            SwapFact::Became { status, .. } => self.status = *status,
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if let (SwapStatus::Asked | SwapStatus::Accepted, Some(first)) = (self.status, self.terms.dates.first()) {
            entries.partition(Self::OPEN, &self.terms.roster, first);
        }
    }
}

impl RosterPlan {
    /// The changes by which two people take each other's shifts, or days off, of some days.
    ///
    /// # Errors
    /// [`SwapError`] where there is nothing to swap, or a rule stands against it that is kept now.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_scheduling::{Roster, RosterContract, RosterPlan, RosterPlanParts, ShiftType, SwapError};
    ///
    /// let (ada, ben) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"));
    /// let friday = "2026-11-06".parse()?;
    /// let plan = RosterPlan::new(RosterPlanParts {
    ///     days: "2026-11-02/2026-11-09".parse()?,
    ///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
    ///     people: vec![
    ///         RosterContract::unlimited(ada, "Ada"),
    ///         RosterContract { days_off: ["2026-11-07".parse()?].into(), ..RosterContract::unlimited(ben, "Ben") },
    ///     ],
    ///     demand: vec![],
    ///     fairness: None,
    /// })?;
    /// let roster = Roster::new().with(ada, friday, Some("desk".parse()?));
    /// assert_eq!(plan.swap(&roster, ada, ben, &[friday].into())?.len(), 2);
    /// // On Saturday both are off; and Ben could not take it.
    /// let saturday = "2026-11-07".parse()?;
    /// assert_eq!(plan.swap(&roster, ada, ben, &[saturday].into()), Err(SwapError::Nothing));
    /// let roster = roster.with(ada, saturday, Some("desk".parse()?));
    /// assert!(matches!(plan.swap(&roster, ada, ben, &[saturday].into()), Err(SwapError::Breaks(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn swap(
        &self,
        roster: &Roster,
        one: PersonId,
        other: PersonId,
        dates: &BTreeSet<NaiveDate>,
    ) -> Result<Vec<ShiftChange>, SwapError> {
        let mut changes = Vec::new();
        let mut swapped = roster.clone();
        for date in dates {
            let (first, second) = (roster.shift(one, *date).cloned(), roster.shift(other, *date).cloned());
            if first == second {
                continue;
            }
            for (person, before, after) in [(one, &first, &second), (other, &second, &first)] {
                swapped = swapped.with(person, *date, after.clone());
                changes.push(ShiftChange { person, date: *date, before: before.clone(), after: after.clone() });
            }
        }
        if changes.is_empty() {
            return Err(SwapError::Nothing);
        }
        let before = self.check(roster);
        match self.check(&swapped).into_iter().find(|violation| !before.contains(violation)) {
            Some(violation) => Err(SwapError::Breaks(Box::new(violation))),
            None => Ok(changes),
        }
    }
}

/// Approves a swap that the other has accepted, and changes the roster, in one transaction.
///
/// # Errors
/// [`ApproveSwapError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_scheduling::{
///     Roster, RosterContract, RosterPlan, RosterPlanParts, RosterSheet, RosterSheetId, ShiftType, SwapRequest,
///     SwapRequestId, SwapTerms, approve_swap,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let (ada, ben, manager) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"), Id::natural("person", "E-4"));
/// let (november, swap) = (RosterSheetId::natural("roster", "2026-11"), SwapRequestId::natural("swap", "S-1"));
/// let friday = "2026-11-06".parse()?;
/// let plan = RosterPlan::new(RosterPlanParts {
///     days: "2026-11-02/2026-11-09".parse()?,
///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
///     people: vec![RosterContract::unlimited(ada, "Ada"), RosterContract::unlimited(ben, "Ben")],
///     demand: vec![],
///     fairness: None,
/// })?;
/// let roster = Roster::new().with(ada, friday, Some("desk".parse()?));
/// let at = "2026-10-21T08:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "roster", Actor::new(manager, Role::new("office_manager")), at);
/// wait(office.transact(&command("ask")?, |tx| {
///     let (plan, roster) = (plan.clone(), roster.clone());
///     async move {
///         tx.create(november, RosterSheet::draft(plan, roster)).await?;
///         let sheet: RosterSheet = tx.load(november).await?;
///         tx.decide(november, sheet.publish(manager, at).unwrap()).await?;
///         let terms = SwapTerms { roster: november, asker: ada, other: ben, dates: [friday].into() };
///         tx.create(swap, SwapRequest::ask(terms).unwrap()).await
///     }
/// }))
/// .map_err(|error: office_core::StoreError| error)?;
///
/// // Ben has not answered yet.
/// let approve = |key: &str| {
///     wait(office.transact(&command(key).unwrap(), |tx| async move { approve_swap(&tx, swap, manager).await }))
/// };
/// assert!(approve("early").unwrap_err().to_string().starts_with("the swap is asked"));
///
/// wait(office.transact(&command("accept")?, |tx| async move {
///     let asked: SwapRequest = tx.load(swap).await?;
///     tx.decide(swap, asked.accept(ben, at).unwrap()).await
/// }))
/// .map_err(|error: office_core::StoreError| error)?;
/// approve("approve")?;
/// let sheet = wait(office.view(|view| async move { view.load(november).await }))?;
/// assert_eq!(sheet.roster().shift(ben, friday), Some(&"desk".parse()?));
/// assert_eq!(sheet.version(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn approve_swap(tx: &Tx, swap_id: SwapRequestId, by: PersonId) -> Result<(), ApproveSwapError> {
    // Read.
    let swap = tx.find(swap_id).await?.ok_or(ApproveSwapError::NoSuchSwap { swap: swap_id })?;
    let sheet: Option<RosterSheet> = tx.find(swap.terms.roster).await?;

    // Decide.
    if matches!(swap.status, SwapStatus::Approved { .. }) {
        return Ok(());
    }
    let at = tx.command().at();
    let approved = SwapStatus::Approved { by, at };
    let decision = swap.step(!swap.takes_part(by), &[SwapStatus::Accepted], approved, (by, at))?;
    let SwapTerms { roster, asker, other, ref dates } = swap.terms;
    let sheet = sheet.ok_or(ApproveSwapError::NoSuchRoster { roster })?;
    let changes = sheet.plan().swap(sheet.roster(), asker, other, dates)?;
    let why = format!("swap {swap_id}");
    let amended = sheet.amend(RosterAmendment { changes, contracts: Vec::new(), why, by, at })?;

    // Record.
    tx.decide::<SwapRequest>(swap_id, decision).await?;
    Ok(tx.decide::<RosterSheet>(roster, amended).await?)
}

/// A swap cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AskSwapError {
    /// It is with oneself.
    #[error("the swap is with oneself: somebody else is wanted")]
    WithOneself,
    /// It is about no day, or too many.
    #[error("the swap is about {count} days: 1 to {MOST_DATES} are wanted")]
    Dates {
        /// How many.
        count: usize,
    },
}

/// A swap does not go on like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SwapStepError {
    /// Somebody else decides that.
    #[error(
        "this step of the swap is somebody else's: the other accepts and declines, who asked withdraws, and who takes \
         no part in it approves and refuses"
    )]
    NotYours,
    /// It has not come so far, or is over.
    #[error("the swap is {status}: one that waits for this step is wanted")]
    Status {
        /// How far it has come.
        status: SwapStatus,
    },
}

/// A swap cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SwapError {
    /// Both have the same on those days.
    #[error("both have the same shifts on those days: days that differ are wanted")]
    Nothing,
    /// A rule stands against it.
    #[error("the swap breaks a rule: {0}")]
    Breaks(Box<super::RosterViolation>),
}

/// A swap cannot be approved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ApproveSwapError {
    /// There is no such swap.
    #[error("there is no swap {swap}")]
    NoSuchSwap {
        /// The id.
        swap: SwapRequestId,
    },
    /// It does not wait for approval, or not for this person's.
    #[error(transparent)]
    Step(#[from] SwapStepError),
    /// There is no such roster.
    #[error("there is no roster {roster}")]
    NoSuchRoster {
        /// The id.
        roster: RosterSheetId,
    },
    /// The roster as it is by now does not allow it.
    #[error(transparent)]
    Swap(#[from] SwapError),
    /// The roster cannot be changed.
    #[error(transparent)]
    Amend(#[from] AmendRosterError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
