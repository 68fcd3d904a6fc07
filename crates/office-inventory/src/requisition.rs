//! A request that something be bought.
//!
//! ```text
//!   submit ──► the rules allow ────────────► Approved ──► place, follow ─► PartlyOrdered, Ordered
//!         │                                    ▲    └───► abandon ───────► Abandoned
//!         ├──► the rules ask for approvals ─► Open ──► approve … ──┘
//!         │                                    ├─────► refuse ────► Refused
//!         │                                    ├─────► withdraw ──► Withdrawn ◄── withdraw ──┐
//!         │                                    ├─────► fall_due ──► Expired                  │
//!         │                                    └─────► give_back ─► Returned ────────────────┤
//!         │                                    ▲                                             │
//!         │                                    └───────────────────────────── resubmit ──────┘
//!         └──► the rules refuse ────────────► RefusedByPolicy
//! ```
//!
//! It is approved as a whole, and ordered line by line, from as many vendors as it takes: of each line something is open,
//! something is on orders, and something was given up. What an order is cut by is open again.
//!
//! What was returned is submitted again as it was, and so the rules say the same of it. Who wants something else
//! withdraws it and asks anew: a number stands for one request, in the budget too.
//!
//! Laws 20 and 37 of the crate; `tests/operation.rs` and `tests/requisition.rs` hold them.

mod abandon;
mod approval;
mod line;
mod place;
mod stored;
mod submit;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{Facts, Ruling};
use office_core::subject::{CostCentreId, ItemId, OrderId, PersonId, RequisitionId};
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, Entity, Entries, Id, Kind, Money, Ordered, Partition,
    Quantity, Scope, Unique,
};
use serde::{Deserialize, Serialize};

pub use self::abandon::AbandonRequisitionError;
pub use self::approval::{ResubmitRequisition, ResubmitRequisitionError};
use self::line::LineProgress;
pub use self::line::{RequisitionLine, RequisitionLineRef, RequisitionLineState};
pub use self::place::{Freed, PlaceRequisitionError, TakeLinesError};
pub use self::stored::RestoreRequisitionError;
use self::stored::Stored;
pub use self::submit::SubmitRequisitionError;
use crate::Reference;

/// A request that something be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Requisition {
    request: NewRequisition,
    #[serde(skip_serializing)]
    estimate: Money,
    run: ApprovalRun,
    // Invariant: of lines of the request, and no more of one than was asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    progress: BTreeMap<u32, LineProgress>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRequisition {
    /// Its id.
    pub id: RequisitionId,
    /// Its number, which no other requisition has.
    pub number: Reference,
    /// Who asks.
    pub requester: PersonId,
    /// The day on which it is asked for.
    pub on: NaiveDate,
    /// What is to be bought. The lines are numbered from 1.
    pub lines: Vec<NewRequisitionLine>,
    /// Whether the budget has that much left.
    pub within_budget: bool,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is, for asking who may approve: `company/CC-200`.
    pub scope: Scope,
    /// Why.
    pub reason: String,
}

/// What is asked for on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRequisitionLine {
    /// What is to be bought.
    pub item: ItemId,
    /// How many, in the unit in which it is to be bought.
    pub quantity: Quantity,
    /// What that is going to cost.
    pub estimate: Money,
}

impl NewRequisition {
    /// What all of it is going to cost; nothing where there are no lines, or they cannot be added up.
    #[must_use]
    pub fn estimate(&self) -> Option<Money> {
        let currency = self.lines.first()?.estimate.currency();
        Money::sum(self.lines.iter().map(|line| line.estimate), currency).ok()
    }

    /// What the rules are told of it: `amount` (of all lines), `within_budget`, `scope`.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let facts = Facts::new().with("within_budget", self.within_budget).with("scope", self.scope.clone());
        match self.estimate() {
            Some(amount) => facts.with("amount", amount),
            None => facts,
        }
    }
}

/// What happens to a requisition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequisitionFact {
    /// It was asked for, and the rules have said what is to be done about it.
    Submitted {
        /// What is asked for.
        request: Box<NewRequisition>,
        /// What the rules say, and why.
        ruling: Ruling,
        /// At which instant.
        at: DateTime<Utc>,
    },
    /// Somebody has approved, refused, returned, resubmitted, withdrawn it or handed it over.
    Acted(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
    /// It was ordered, or the order was changed: these lines are on it with so much from now on.
    Ordered {
        /// The order.
        order: OrderId,
        /// When.
        on: NaiveDate,
        /// How much of each line that changed; nothing where the order has nothing of it any more.
        lines: BTreeMap<u32, Quantity>,
    },
    /// Some of what was open is not wanted any more.
    Abandoned {
        /// When.
        on: NaiveDate,
        /// Why.
        why: String,
        /// How much of each line.
        lines: BTreeMap<u32, Quantity>,
    },
}

/// Where a requisition stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequisitionStatus {
    /// It is being approved, or was, or was not; nothing of it is on order.
    Approval(ApprovalStatus),
    /// Some of it is on order, and some is open.
    PartlyOrdered,
    /// What is wanted of it is on order.
    Ordered,
    /// Nothing of it is on order or wanted any more.
    Abandoned,
}

impl Requisition {
    /// The requisition of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The requisitions of which some of an item is open, and that are not turned down, in the order of their numbers.
    pub const PENDING: Partition<Self, ItemId, String> = Partition::new("pending");
    /// The requisitions on which approvals are missing, in the order of their numbers: those that the clock may change.
    pub const OPEN: Ordered<Self, String> = Ordered::new("open");
    /// The most lines of one requisition.
    pub const MOST_LINES: usize = 1000;

    /// The id under which the requisition that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: RequisitionId) -> Id<Self> {
        id.retag()
    }

    /// What is asked for.
    #[must_use]
    pub const fn request(&self) -> &NewRequisition {
        &self.request
    }

    /// What all that was asked for was going to cost.
    #[must_use]
    pub const fn estimate(&self) -> Money {
        self.estimate
    }

    /// How far its approval has come.
    #[must_use]
    pub const fn run(&self) -> &ApprovalRun {
        &self.run
    }

    /// Its lines and how far they have come, in their order.
    pub fn lines(&self) -> impl Iterator<Item = RequisitionLine<'_>> {
        let numbered = (1..).zip(&self.request.lines);
        numbered.map(|(number, asked)| RequisitionLine::new(number, asked, self.progress.get(&number)))
    }

    /// The line of a number.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<RequisitionLine<'_>> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        Some(RequisitionLine::new(number, self.request.lines.get(at)?, self.progress.get(&number)))
    }

    /// How much of each line an order has or had: nothing where it was cut again.
    #[must_use]
    pub fn ordered_by(&self, order: OrderId) -> BTreeMap<u32, Quantity> {
        let of_line = |(&line, progress): (&u32, &LineProgress)| Some((line, *progress.ordered.get(&order)?));
        self.progress.iter().filter_map(of_line).collect()
    }

    /// The orders that have or had some of it.
    #[must_use]
    pub fn orders(&self) -> BTreeSet<OrderId> {
        self.progress.values().flat_map(|progress| progress.ordered.keys()).copied().collect()
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> RequisitionStatus {
        let any = |is: fn(&RequisitionLine<'_>) -> bool| self.lines().any(|line| is(&line));
        match (any(|line| line.ordered().is_positive()), any(|line| line.open().is_positive())) {
            (true, true) => RequisitionStatus::PartlyOrdered,
            (true, false) => RequisitionStatus::Ordered,
            (false, true) => RequisitionStatus::Approval(self.run.status().clone()),
            (false, false) => RequisitionStatus::Abandoned,
        }
    }

    /// Whether something of it is open, and it is not turned down.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.is_alive() && self.lines().any(|line| line.open().is_positive())
    }

    /// Who gave the last approval; nobody where the rules asked for nobody.
    #[must_use]
    pub fn approved_by(&self) -> Option<PersonId> {
        self.run.approvals().last().map(|(_, by)| by.person)
    }

    /// Whether it is not turned down.
    fn is_alive(&self) -> bool {
        self.run.is_approved() || !self.run.status().is_final()
    }
}

impl Entity for Requisition {
    const KIND: Kind = Kind::literal("requisition");
    type Fact = RequisitionFact;

    fn open(fact: &RequisitionFact) -> Option<Self> {
        let RequisitionFact::Submitted { request, ruling, at } = fact else { return None };
        let estimate = request.estimate()?;
        let case = ApprovalCase::new(request.id.retag(), request.requester, request.scope.clone(), Some(estimate));
        let run = ApprovalRun::start(&ruling.outcome, case, *at);
        Some(Self { request: NewRequisition::clone(request), estimate, run, progress: BTreeMap::new() })
    }

    fn apply(&mut self, fact: &RequisitionFact) {
        match fact {
            RequisitionFact::Submitted { .. } => {}
            RequisitionFact::Acted(act) => self.run.apply(act),
            RequisitionFact::FellDue(acts) => acts.iter().for_each(|act| self.run.apply(act)),
            RequisitionFact::Ordered { order, lines, .. } => {
                for (line, quantity) in lines {
                    self.progress.entry(*line).or_default().ordered.insert(*order, *quantity);
                }
            }
            RequisitionFact::Abandoned { lines, .. } => {
                for (line, quantity) in lines {
                    self.progress.entry(*line).or_default().abandon(*quantity);
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let number = self.request.number.as_str().to_owned();
        entries.unique(Self::BY_NUMBER, &number);
        if self.is_alive() {
            for line in self.lines().filter(|line| line.open().is_positive()) {
                entries.partition(Self::PENDING, &line.item(), &number);
            }
        }
        if matches!(self.run.status(), ApprovalStatus::Open { .. }) {
            entries.ordered(Self::OPEN, &number);
        }
    }
}
