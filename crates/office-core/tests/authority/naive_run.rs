//! A run of approvals told naively: all is worked out anew from the list of acts, with nothing kept in between.

use std::collections::BTreeSet;

use office_core::rules::{Outcome, Step};
use office_core::subject::PersonId;
use office_core::{Actor, ApprovalAct, ApprovalDeed, ApprovalStatus, Money, Role};

/// What there is to be told of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: ApprovalStatus,
    pub(crate) approvals: Vec<(usize, Actor)>,
    /// The acts that count.
    pub(crate) counted: Vec<ApprovalAct>,
    pub(crate) amount: Option<Money>,
}

fn steps(outcome: &Outcome) -> Vec<(usize, Step)> {
    match outcome {
        Outcome::Approvals(approvals) => approvals.steps().map(|(stage, step)| (stage, step.clone())).collect(),
        _ => Vec::new(),
    }
}

/// What a case comes to that has these approvals and has met with nothing else.
fn standing(outcome: &Outcome, approvals: &[(usize, Actor)]) -> ApprovalStatus {
    if let Outcome::Refuse(reasons) = outcome {
        return ApprovalStatus::RefusedByPolicy { reasons: reasons.clone() };
    }
    let lacking = |(index, (stage, step)): (usize, &(usize, Step))| {
        let given = approvals.iter().filter(|(number, _)| *number == index + 1).count();
        (*stage, usize::from(step.count().get()).saturating_sub(given))
    };
    let lacking: Vec<(usize, usize)> = steps(outcome).iter().enumerate().map(lacking).collect();
    match lacking.iter().find(|(_, missing)| *missing > 0) {
        None => ApprovalStatus::Approved,
        Some((open, _)) => ApprovalStatus::Open {
            stage: *open,
            missing: lacking.iter().filter(|(stage, _)| stage == open).map(|(_, missing)| missing).sum(),
        },
    }
}

/// Whether the step is of the stage that is open, and lacks an approval.
fn is_open(outcome: &Outcome, approvals: &[(usize, Actor)], number: usize) -> bool {
    let ApprovalStatus::Open { stage, .. } = standing(outcome, approvals) else { return false };
    let steps = steps(outcome);
    let given = approvals.iter().filter(|(at, _)| *at == number).count();
    number >= 1
        && steps.get(number - 1).is_some_and(|(of, step)| *of == stage && usize::from(step.count().get()) > given)
}

pub(crate) fn replay(outcome: &Outcome, amount: Option<Money>, acts: &[ApprovalAct]) -> Told {
    let mut told = Told { status: standing(outcome, &[]), approvals: Vec::new(), counted: Vec::new(), amount };
    let mut outcome = outcome.clone();
    let mut handed: BTreeSet<(usize, Actor, PersonId)> = BTreeSet::new();
    let mut escalated: BTreeSet<(usize, Role)> = BTreeSet::new();
    for act in acts {
        let open = matches!(told.status, ApprovalStatus::Open { .. });
        let returned = matches!(told.status, ApprovalStatus::Returned { .. });
        let at_open = |step: usize| open && is_open(&outcome, &told.approvals, step);
        let step_of = |number: usize| steps(&outcome).into_iter().nth(number - 1).unwrap().1;
        let on = act.on;
        let next = match act.deed.clone() {
            ApprovalDeed::Approved { by, step, .. } => {
                let hands = |by: &Actor| BTreeSet::from([by.person, by.accountable()]);
                let fresh = told.approvals.iter().all(|(_, earlier)| hands(earlier).is_disjoint(&hands(&by)));
                if !at_open(step) || !fresh {
                    continue;
                }
                told.approvals.push((step, by));
                standing(&outcome, &told.approvals)
            }
            ApprovalDeed::Refused { by, step, reason, .. } if at_open(step) => {
                ApprovalStatus::Refused { by, on, reason }
            }
            ApprovalDeed::Returned { by, step, reason, .. } if at_open(step) => {
                ApprovalStatus::Returned { by, on, reason }
            }
            ApprovalDeed::Expired { step } if at_open(step) && step_of(step).expiry().is_some() => {
                ApprovalStatus::Expired { step, at: act.at }
            }
            ApprovalDeed::Withdrawn {} if open || returned => ApprovalStatus::Withdrawn { on },
            ApprovalDeed::HandedOver { by, step, to, .. } if at_open(step) && handed.insert((step, by.clone(), to)) => {
                told.status.clone()
            }
            ApprovalDeed::Escalated { step, role }
                if at_open(step)
                    && step_of(step).escalations().contains_key(&role)
                    && escalated.insert((step, role.clone())) =>
            {
                told.status.clone()
            }
            ApprovalDeed::Resubmitted { amount, outcome: asks } if returned => {
                let same = amount == told.amount && *asks == outcome;
                told.approvals.retain(|(step, _)| same && step_of(*step).is_kept_when_returned());
                (told.amount, outcome) = (amount, *asks);
                handed.clear();
                escalated.clear();
                standing(&outcome, &told.approvals)
            }
            _ => continue,
        };
        told.status = next;
        told.counted.push(act.clone());
    }
    told
}
