//! A roster that is kept: drafted, published, changed with a trace.
//!
//! ```text
//! draft ──redraft──► draft
//!   └────publish───► published (version 1) ──amend──► published (version 2) ──► ...
//! ```

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Kind, Ordered};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Roster, RosterContract, RosterPlan, RosterPlanError, RosterPlanParts, RosterViolation, ShiftName};
use crate::resource::is_word;

/// The id of a roster that is kept.
pub type RosterSheetId = Id<RosterSheet>;

/// The most amendments of a published roster.
pub const MAX_ROSTER_AMENDMENTS: usize = 500;
/// The most changes and contracts of one amendment.
const MOST_CHANGES: usize = 2_000;

/// A roster that is kept: what is wanted, who works when, and once it is published every change of it.
///
/// A draft may break rules; what is published does not, and no change makes it break one. A store keeps at most 1 MiB of
/// it, plan and changes included: some hundred people for a month.
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_scheduling::{
///     AmendRosterError, Roster, RosterAmendment, RosterContract, RosterPlan, RosterPlanParts, RosterSheet, ShiftChange,
///     ShiftType,
/// };
///
/// let (ada, manager) = (Id::natural("person", "E-001"), Id::natural("person", "E-004"));
/// let plan = RosterPlan::new(RosterPlanParts {
///     days: "2026-11-02/2026-11-09".parse()?,
///     shifts: vec![ShiftType::new("desk".parse()?, 480)],
///     people: vec![RosterContract { least_minutes: 480, ..RosterContract::unlimited(ada, "Ada") }],
///     demand: vec![],
///     fairness: None,
/// })?;
/// let (monday, friday) = ("2026-11-02".parse()?, "2026-11-06".parse()?);
/// let roster = Roster::new().with(ada, monday, Some("desk".parse()?));
/// let mut sheet = RosterSheet::open(&RosterSheet::draft(plan, roster)).ok_or("a first fact")?;
/// let at = "2026-10-20T09:00:00Z".parse()?;
/// sheet.apply(&sheet.publish(manager, at)?.fact().ok_or("a fact")?);
///
/// // Ada owes eight hours: Monday off is refused, Friday instead of it is not.
/// let change = |date, before: bool| ShiftChange {
///     person: ada,
///     date,
///     before: before.then(|| "desk".parse().unwrap()),
///     after: (!before).then(|| "desk".parse().unwrap()),
/// };
/// let amendment = |changes| RosterAmendment { changes, contracts: vec![], why: "a visit".to_owned(), by: manager, at };
/// let refused = sheet.amend(amendment(vec![change(monday, true)])).unwrap_err();
/// assert_eq!(refused.to_string(), "the change breaks a rule: Ada: works 0 minutes: at least 480 are owed");
/// sheet.apply(&sheet.amend(amendment(vec![change(monday, true), change(friday, false)]))?.fact().ok_or("a fact")?);
/// assert_eq!((sheet.version(), sheet.amendments().len()), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterSheet {
    plan: RosterPlan,
    roster: Roster,
    published: Option<Publication>,
    amendments: Vec<RosterAmendment>,
}

/// Who published a roster, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// One shift of a roster, changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftChange {
    /// Whose day it is.
    pub person: PersonId,
    /// The day.
    pub date: NaiveDate,
    /// The shift that was there; none for a day off.
    pub before: Option<ShiftName>,
    /// The shift from now on; none for a day off.
    pub after: Option<ShiftName>,
}

/// A change of a published roster, and why it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterAmendment {
    /// The shifts that change.
    pub changes: Vec<ShiftChange>,
    /// The contracts that change with them: an ill person's days off and the minutes that count as worked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<RosterContract>,
    /// Why: 1 to 500 characters.
    pub why: String,
    /// Who changes it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What happens to a roster that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterSheetFact {
    /// It was drafted.
    Drafted {
        /// What is wanted.
        plan: RosterPlan,
        /// Who works when.
        roster: Roster,
    },
    /// The draft was replaced by another.
    Redrafted {
        /// What is wanted.
        plan: RosterPlan,
        /// Who works when.
        roster: Roster,
    },
    /// It was published.
    Published(Publication),
    /// It was changed after it was published.
    Amended(RosterAmendment),
}

impl RosterSheet {
    /// Rosters by their first day, for reports.
    pub const BY_START: Ordered<Self, NaiveDate> = Ordered::new("start");

    /// A new draft.
    #[must_use]
    pub const fn draft(plan: RosterPlan, roster: Roster) -> RosterSheetFact {
        RosterSheetFact::Drafted { plan, roster }
    }

    /// What is wanted, as it is by now.
    #[must_use]
    pub const fn plan(&self) -> &RosterPlan {
        &self.plan
    }

    /// Who works when, as it is by now.
    #[must_use]
    pub const fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Who published it, and when; none for a draft.
    #[must_use]
    pub const fn published(&self) -> Option<Publication> {
        self.published
    }

    /// 0 for a draft, 1 as it was published, and one more for each change since.
    #[must_use]
    pub fn version(&self) -> usize {
        if self.published.is_some() { self.amendments.len().saturating_add(1) } else { 0 }
    }

    /// What was changed since it was published, in order.
    #[must_use]
    pub fn amendments(&self) -> &[RosterAmendment] {
        &self.amendments
    }

    /// Replaces the draft.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    ///
    /// sheet.apply_decision(&sheet.redraft(plan.clone(), on(friday))?);
    /// assert_eq!(sheet.roster().shift(ada, monday), None);
    /// // What is published is amended, not drafted anew.
    /// sheet.apply_decision(&sheet.publish(manager, at)?);
    /// assert_eq!(sheet.redraft(plan, on(monday)), Err(RedraftRosterError::Published { at }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn redraft(&self, plan: RosterPlan, roster: Roster) -> Result<Decision<RosterSheetFact>, RedraftRosterError> {
        if self.plan == plan && self.roster == roster {
            return Ok(Decision::AlreadyRecorded);
        }
        match self.published {
            Some(Publication { at, .. }) => Err(RedraftRosterError::Published { at }),
            None => Ok(Decision::Record(RosterSheetFact::Redrafted { plan, roster })),
        }
    }

    /// Publishes the roster: from now on each change of it leaves a trace.
    ///
    /// # Errors
    /// [`PublishRosterError`] where it breaks a rule.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    ///
    /// // A draft may leave Ada without work; what is published may not.
    /// let idle = RosterSheet::open(&RosterSheet::draft(plan, Roster::new())).ok_or("a first fact")?;
    /// let refused = idle.publish(manager, at).unwrap_err();
    /// assert_eq!((refused.first().person, refused.more()), (ada, 0));
    ///
    /// sheet.apply_decision(&sheet.publish(manager, at)?);
    /// assert_eq!(sheet.version(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn publish(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<RosterSheetFact>, PublishRosterError> {
        if self.published.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        let mut violations = self.plan.check(&self.roster).into_iter();
        match violations.next() {
            Some(first) => Err(PublishRosterError { more: violations.len(), first: Box::new(first) }),
            None => Ok(Decision::Record(RosterSheetFact::Published(Publication { by, at }))),
        }
    }

    /// Changes the roster after it was published.
    ///
    /// # Errors
    /// [`AmendRosterError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    ///
    /// sheet.apply_decision(&sheet.publish(manager, at)?);
    /// let off = ShiftChange { person: ada, date: monday, before: desk.clone(), after: None };
    /// let instead = ShiftChange { person: ada, date: friday, before: None, after: desk };
    /// let why = "a visit".to_owned();
    /// let changed = |changes| RosterAmendment { changes, contracts: vec![], why: why.clone(), by: manager, at };
    /// // Ada owes eight hours: Monday off is refused, Friday instead of it is not.
    /// let refused = sheet.amend(changed(vec![off.clone()]));
    /// assert!(matches!(refused, Err(AmendRosterError::Breaks(_))));
    /// sheet.apply_decision(&sheet.amend(changed(vec![off, instead]))?);
    /// assert_eq!(sheet.version(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn amend(&self, amendment: RosterAmendment) -> Result<Decision<RosterSheetFact>, AmendRosterError> {
        if self.amendments.contains(&amendment) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.published.is_none() {
            return Err(AmendRosterError::NotPublished);
        }
        let count = amendment.changes.len().saturating_add(amendment.contracts.len());
        if !(1..=MOST_CHANGES).contains(&count) {
            return Err(AmendRosterError::Changes { count });
        }
        if !is_word(&amendment.why, 500) {
            return Err(AmendRosterError::Why);
        }
        if self.amendments.len() >= MAX_ROSTER_AMENDMENTS {
            return Err(AmendRosterError::TooMany);
        }
        for change in &amendment.changes {
            let now = self.roster.shift(change.person, change.date);
            if now != change.before.as_ref() {
                return Err(AmendRosterError::Otherwise { date: change.date, now: now.cloned() });
            }
        }
        let (plan, roster) = amended(&self.plan, &self.roster, &amendment)?;
        match plan.check(&roster).into_iter().next() {
            Some(violation) => Err(AmendRosterError::Breaks(Box::new(violation))),
            None => Ok(Decision::Record(RosterSheetFact::Amended(amendment))),
        }
    }
}

/// A plan and a roster after an amendment.
fn amended(
    plan: &RosterPlan,
    roster: &Roster,
    amendment: &RosterAmendment,
) -> Result<(RosterPlan, Roster), RosterPlanError> {
    let mut parts: RosterPlanParts = plan.parts().clone();
    for contract in &amendment.contracts {
        match parts.people.iter_mut().find(|old| old.person == contract.person) {
            Some(old) => *old = contract.clone(),
            None => parts.people.push(contract.clone()),
        }
    }
    let roster = amendment
        .changes
        .iter()
        .fold(roster.clone(), |roster, change| roster.with(change.person, change.date, change.after.clone()));
    Ok((RosterPlan::new(parts)?, roster))
}

impl Entity for RosterSheet {
    const KIND: Kind = Kind::literal("roster");

    type Fact = RosterSheetFact;

    fn open(fact: &RosterSheetFact) -> Option<Self> {
        match fact {
            RosterSheetFact::Drafted { plan, roster } => {
                let (plan, roster) = (plan.clone(), roster.clone());
                Some(Self { plan, roster, published: None, amendments: Vec::new() })
            }
            RosterSheetFact::Redrafted { .. } | RosterSheetFact::Published(_) | RosterSheetFact::Amended(_) => None,
        }
    }

    fn apply(&mut self, fact: &RosterSheetFact) {
        match fact {
            RosterSheetFact::Drafted { plan, roster } | RosterSheetFact::Redrafted { plan, roster } => {
                self.plan = plan.clone();
                self.roster = roster.clone();
            }
            RosterSheetFact::Published(publication) => self.published = Some(*publication),
            RosterSheetFact::Amended(amendment) => {
                // What is no plan was refused when it was decided.
                if let Ok((plan, roster)) = amended(&self.plan, &self.roster, amendment) {
                    self.plan = plan;
                    self.roster = roster;
                }
                self.amendments.push(amendment.clone());
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_START, &self.plan.parts().days.start());
    }
}

/// A draft cannot be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RedraftRosterError {
    /// It is no draft any more.
    #[error("the roster was published at {at}: a draft is wanted")]
    Published {
        /// When.
        at: DateTime<Utc>,
    },
}

/// A roster cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the roster breaks a rule: {first} (and {more} more): one that keeps all of them is wanted")]
pub struct PublishRosterError {
    first: Box<RosterViolation>,
    more: usize,
}

impl PublishRosterError {
    /// The first rule that is broken; [`RosterPlan::check`] tells all of them.
    #[must_use]
    pub const fn first(&self) -> &RosterViolation {
        &self.first
    }

    /// How many more are.
    #[must_use]
    pub const fn more(&self) -> usize {
        self.more
    }
}

/// A published roster cannot be changed like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AmendRosterError {
    /// It is a draft, which is replaced rather than changed.
    #[error("the roster is a draft: one that is published is wanted")]
    NotPublished,
    /// Nothing is changed, or too much.
    #[error("the amendment has {count} changes: 1 to {MOST_CHANGES} are wanted")]
    Changes {
        /// How many.
        count: usize,
    },
    /// There is no reason.
    #[error("the reason is not one: 1 to 500 characters are wanted")]
    Why,
    /// It was changed too often.
    #[error("the roster was changed {MAX_ROSTER_AMENDMENTS} times: a new roster is wanted")]
    TooMany,
    /// The roster is not as the change takes it to be.
    #[error("on {date} the roster has {}: a change of that is wanted", shown(.now.as_ref()))]
    Otherwise {
        /// The day.
        date: NaiveDate,
        /// The shift that is there; none for a day off.
        now: Option<ShiftName>,
    },
    /// A contract does not fit the roster.
    #[error(transparent)]
    Plan(#[from] RosterPlanError),
    /// Changed like this the roster would break a rule.
    #[error("the change breaks a rule: {0}")]
    Breaks(Box<RosterViolation>),
}

fn shown(shift: Option<&ShiftName>) -> String {
    shift.map_or_else(|| "a day off".to_owned(), |shift| format!("`{shift}`"))
}
