//! What the acts of a run come to.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::approval::{ApprovalAct, ApprovalCase, ApprovalDeed, ApprovalStatus};
use crate::rules::{Outcome, Step};
use crate::subject::PersonId;
use crate::{Actor, Money, Role};

/// Where a run stands, and what counts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// The case as it was submitted last.
    pub(super) case: ApprovalCase,
    /// What the policy asks for, as the case was submitted last.
    pub(super) outcome: Outcome,
    pub(super) status: ApprovalStatus,
    /// When the open stage began.
    pub(super) since: DateTime<Utc>,
    /// The latest act that has brought the run on.
    latest: DateTime<Utc>,
    /// The approvals that count: which step, by whom.
    pub(super) given: Vec<(usize, Actor)>,
    /// The roles that may approve a step as well.
    pub(super) escalated: BTreeSet<(usize, Role)>,
    pub(super) handed: Vec<HandedOver>,
}

/// A step that one has handed to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HandedOver {
    pub(super) step: usize,
    pub(super) by: Actor,
    pub(super) to: PersonId,
    pub(super) on: NaiveDate,
}

impl Progress {
    pub(super) fn begin(outcome: Outcome, case: ApprovalCase, at: DateTime<Utc>) -> Self {
        let mut progress = Self {
            case,
            outcome,
            status: ApprovalStatus::Approved,
            since: at,
            latest: at,
            given: Vec::new(),
            escalated: BTreeSet::new(),
            handed: Vec::new(),
        };
        progress.open();
        progress
    }

    /// All steps in order, each with its stage.
    pub(super) fn steps(&self) -> impl Iterator<Item = (usize, &Step)> {
        let approvals = match &self.outcome {
            Outcome::Approvals(approvals) => Some(approvals.steps()),
            Outcome::Allow | Outcome::Refuse(_) => None,
        };
        approvals.into_iter().flatten()
    }

    /// The step of this number, counted from 1.
    pub(super) fn step(&self, number: usize) -> Option<&Step> {
        self.steps().nth(number.checked_sub(1)?).map(|(_, step)| step)
    }

    /// The steps of the open stage that need more approvals: number, step, how many are missing.
    pub(super) fn wanted(&self) -> impl Iterator<Item = (usize, &Step, usize)> {
        let open = if let ApprovalStatus::Open { stage, .. } = self.status { Some(stage) } else { None };
        let numbered = (1..).zip(self.steps()).filter(move |(_, (stage, _))| Some(*stage) == open);
        numbered.filter_map(|(number, (_, step))| match self.missing(number, step) {
            0 => None,
            missing => Some((number, step, missing)),
        })
    }

    fn missing(&self, number: usize, step: &Step) -> usize {
        let given = self.given.iter().filter(|(approved, _)| *approved == number).count();
        usize::from(step.count().get()).saturating_sub(given)
    }

    pub(super) fn is_wanted(&self, number: usize) -> bool {
        self.wanted().any(|(wanted, ..)| wanted == number)
    }

    /// Which of the persons has been counted before, in person or through another, and for which step.
    pub(super) fn counted(&self, persons: &[PersonId]) -> Option<(PersonId, usize)> {
        self.given.iter().find_map(|(step, who)| {
            let mut persons = persons.iter().filter(|person| [who.person, who.accountable()].contains(person));
            persons.next().map(|person| (*person, *step))
        })
    }

    /// Takes in an act, and says whether it counts for anything.
    pub(super) fn apply(&mut self, act: &ApprovalAct) -> bool {
        match (&self.status, &act.deed) {
            (ApprovalStatus::Open { .. }, deed) => self.apply_open(act, deed),
            (ApprovalStatus::Returned { .. }, ApprovalDeed::Resubmitted { amount, outcome }) => {
                self.resubmit(*amount, outcome, act.at);
                true
            }
            (ApprovalStatus::Returned { .. }, ApprovalDeed::Withdrawn {}) => {
                self.status = ApprovalStatus::Withdrawn { on: act.on };
                true
            }
            _ => false,
        }
    }

    fn apply_open(&mut self, act: &ApprovalAct, deed: &ApprovalDeed) -> bool {
        match deed.clone() {
            ApprovalDeed::Approved { by, step, .. } => {
                let counts = self.is_wanted(step) && self.counted(&[by.person, by.accountable()]).is_none();
                if counts {
                    self.given.push((step, by));
                    self.latest = self.latest.max(act.at);
                    self.advance();
                }
                counts
            }
            ApprovalDeed::Refused { by, step, reason, .. } => {
                self.turn(step, ApprovalStatus::Refused { by, on: act.on, reason })
            }
            ApprovalDeed::Returned { by, step, reason, .. } => {
                self.turn(step, ApprovalStatus::Returned { by, on: act.on, reason })
            }
            ApprovalDeed::Expired { step } => {
                let expires = self.step(step).is_some_and(|step| step.expiry().is_some());
                expires && self.turn(step, ApprovalStatus::Expired { step, at: act.at })
            }
            ApprovalDeed::HandedOver { by, step, to, .. } => {
                let counts = self.is_wanted(step) && !self.has_handed(step, &by, to);
                if counts {
                    self.handed.push(HandedOver { step, by, to, on: act.on });
                }
                counts
            }
            ApprovalDeed::Escalated { step, role } => {
                let named = self.step(step).is_some_and(|step| step.escalations().contains_key(&role));
                named && self.is_wanted(step) && self.escalated.insert((step, role))
            }
            ApprovalDeed::Withdrawn {} => {
                self.status = ApprovalStatus::Withdrawn { on: act.on };
                true
            }
            ApprovalDeed::Resubmitted { .. } => false,
        }
    }

    pub(super) fn has_handed(&self, step: usize, by: &Actor, to: PersonId) -> bool {
        self.handed.iter().any(|handed| (handed.step, &handed.by, handed.to) == (step, by, to))
    }

    /// Brings the run to a status by an act at a step, if the step is open.
    fn turn(&mut self, step: usize, status: ApprovalStatus) -> bool {
        let counts = self.is_wanted(step);
        if counts {
            self.status = status;
        }
        counts
    }

    /// Begins anew. Approvals stay only of the very case, for the very steps, and where the policy lets them.
    fn resubmit(&mut self, amount: Option<Money>, outcome: &Outcome, at: DateTime<Utc>) {
        let same = amount == self.case.amount && *outcome == self.outcome;
        let given = std::mem::take(&mut self.given);
        let stays = |step: usize| same && self.step(step).is_some_and(Step::is_kept_when_returned);
        self.given = given.into_iter().filter(|(step, _)| stays(*step)).collect();
        self.case.amount = amount;
        self.outcome = outcome.clone();
        self.escalated.clear();
        self.handed.clear();
        self.latest = self.latest.max(at);
        self.open();
    }

    /// The status at the beginning.
    fn open(&mut self) {
        match &self.outcome {
            Outcome::Allow => self.status = ApprovalStatus::Approved,
            Outcome::Refuse(reasons) => self.status = ApprovalStatus::RefusedByPolicy { reasons: reasons.clone() },
            Outcome::Approvals(_) => {
                self.status = ApprovalStatus::Open { stage: 0, missing: 0 };
                self.advance();
            }
        }
    }

    /// Goes on to the first stage in which something is missing.
    fn advance(&mut self) {
        let ApprovalStatus::Open { stage: before, .. } = self.status else { return };
        let missing = (1..).zip(self.steps()).map(|(number, (stage, step))| (stage, self.missing(number, step)));
        let open = missing.filter(|(_, missing)| *missing > 0).fold(None, |open, (stage, missing)| match open {
            None => Some((stage, missing)),
            Some((first, sum)) if first == stage => Some((stage, missing.saturating_add(sum))),
            open => open,
        });
        self.status = open.map_or(ApprovalStatus::Approved, |(stage, missing)| ApprovalStatus::Open { stage, missing });
        if open.is_some_and(|(stage, _)| stage != before) {
            self.since = self.latest;
        }
    }
}
