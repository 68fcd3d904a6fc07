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
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    #[doc = include_str!("approved.txt")]
    #[doc = include_str!("booked.txt")]
    /// use office_core::Decision;
    ///
    /// // Two days before the tenth one is told that the train costs its whole price soon.
    /// assert_eq!(trip.fall_due("2026-10-08T11:59:00Z".parse()?, rules)?, Decision::AlreadyRecorded);
    /// let told = trip.fall_due("2026-10-08T12:00:00Z".parse()?, rules)?;
    /// trip.apply_decision(&told);
    /// assert!(matches!(told.fact(), Some(TripFact::FellDue(due)) if matches!(due[..], [TripDue::CancelBy(_)])));
    /// // On the twelfth Anna leaves.
    /// trip.apply_decision(&trip.fall_due("2026-10-12T06:00:00Z".parse()?, rules)?);
    /// assert_eq!(trip.status(), TripStatus::UnderWay);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
#[doc = include_str!("approved.txt")]
#[doc = include_str!("booked.txt")]
/// use office_scheduling::fall_due_trips;
///
/// let fall_due = |key: &str| {
///     wait(office.transact(&given(key, "2026-10-12T06:00:00Z"), |tx| async move {
///         fall_due_trips(&tx, rules, None, 100).await
///     }))
/// };
/// // Anna leaves, and it is late to call the train off.
/// let fallen = fall_due("monday")?;
/// assert!(matches!(fallen.due[&id.retag()][..], [TripDue::CancelBy(_), TripDue::Departed { .. }]));
/// // What was told once is not told again.
/// assert!(fall_due("again")?.due.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
