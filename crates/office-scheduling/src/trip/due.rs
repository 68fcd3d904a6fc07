//! What the clock does with a trip: approvals escalate and expire, deadlines come up, travellers leave.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::subject::CaseId;
use office_core::{Decision, Entity, StoreError, Tx, WorkingTimeError};
use serde::{Deserialize, Serialize};

use super::{Trip, TripDue, TripFact, TripId, TripRules};

/// The most trips that one command looks at.
const MOST: usize = 500;

impl Trip {
    /// What has fallen due by an instant: who else may approve it, or that it has expired; which bookings are called off
    /// soon or cost their whole price; that the traveller has left. Nothing once it has ended.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`](office_core::ApprovalRun::fall_due).
    pub fn fall_due(&self, now: DateTime<Utc>, rules: &TripRules) -> Result<Decision<TripFact>, WorkingTimeError> {
        if self.end.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        let acts = self.approval().fall_due(now, &rules.hours)?;
        let mut due: Vec<TripDue> = acts.into_iter().map(TripDue::Approval).collect();
        let notice = TimeDelta::hours(i64::from(rules.notice_hours));
        for deadline in self.cancel_deadlines() {
            let soon = deadline.until.signed_duration_since(now) <= notice;
            if soon && !self.told.contains(&deadline.key()) {
                due.push(TripDue::CancelBy(deadline));
            }
        }
        if let (Some(booked), None) = (&self.booked, self.departed)
            && booked.itinerary.away().start() <= now
        {
            due.push(TripDue::Departed { at: booked.itinerary.away().start() });
        }
        Ok(Decision::all_of(due).map(TripFact::FellDue))
    }
}

/// A trip as it stands now that time has passed, and what of that is not recorded yet.
pub(super) fn brought_to(
    mut trip: Trip,
    now: DateTime<Utc>,
    rules: &TripRules,
) -> Result<(Trip, Decision<TripFact>), WorkingTimeError> {
    let due = trip.fall_due(now, rules)?;
    trip.apply_decision(&due);
    Ok((trip, due))
}

/// A stored trip as it stands at the instant of the command, and what of that is not recorded yet.
pub(super) async fn load(
    tx: &Tx,
    id: TripId,
    rules: &TripRules,
) -> Result<Result<(Trip, Decision<TripFact>), WorkingTimeError>, StoreError> {
    Ok(brought_to(tx.load(id).await?, tx.command().at(), rules))
}

/// What has fallen due among the trips that one command has looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TripsFallenDue {
    /// What is due now, by trip.
    pub due: BTreeMap<CaseId, Vec<TripDue>>,
    /// Those that were left as they are, and why.
    pub left: BTreeMap<CaseId, String>,
    /// From which case to go on; none where all were looked at.
    pub next: Option<CaseId>,
}

/// Records what has fallen due by the instant of the command in the trips that the clock may change, in the order of their
/// cases from `from` on: at most so many, and at most 500. To look at all of them, go on from [`TripsFallenDue::next`], by a
/// command of its own each time.
///
/// It does not matter how often it is done, or by how many at once. Where one cannot be told (the calendar does not
/// reach so far) it is left as it is, and the others are not held up by it.
///
/// # Errors
/// [`StoreError`]; nothing is recorded then.
pub async fn fall_due_trips(
    tx: &Tx,
    rules: &TripRules,
    from: Option<CaseId>,
    most: usize,
) -> Result<TripsFallenDue, StoreError> {
    // Read.
    let most = most.clamp(1, MOST);
    let open = tx.page(Trip::OPEN, from.as_ref(), None, most.saturating_add(1)).await?;

    // Decide.
    let mut fallen = TripsFallenDue { due: BTreeMap::new(), left: BTreeMap::new(), next: None };
    fallen.next = open.get(most).map(|(id, _)| id.retag());
    let mut facts = Vec::new();
    for (id, trip) in open.into_iter().take(most) {
        match trip.fall_due(tx.command().at(), rules) {
            Ok(Decision::Record(fact)) => {
                if let TripFact::FellDue(due) = &fact {
                    fallen.due.insert(id.retag(), due.clone());
                }
                facts.push((id, fact));
            }
            Ok(Decision::AlreadyRecorded) => {}
            Err(why) => drop(fallen.left.insert(id.retag(), why.to_string())),
        }
    }

    // Record.
    for (id, fact) in facts {
        tx.record(id, fact).await?;
    }
    Ok(fallen)
}
