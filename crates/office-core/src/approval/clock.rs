//! What falls due in a run as time passes.

use chrono::{DateTime, Utc};

use crate::approval::{ApprovalAct, ApprovalDeed, ApprovalRun};
use crate::rules::Step;
use crate::{Role, WorkingCalendar, WorkingTimeError};

/// What happens to a run by itself, unless it is approved before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// When.
    pub at: DateTime<Utc>,
    /// What: [`ApprovalDeed::Escalated`] or [`ApprovalDeed::Expired`].
    pub deed: ApprovalDeed,
}

impl ApprovalRun {
    /// What falls due in the open stage, in order; of one instant escalations first. Delays are counted in the
    /// calendar's working time from when the stage began. What would fall due beyond the calendar is left out.
    ///
    /// # Errors
    /// [`WorkingTimeError::Outside`] where the stage began outside the calendar.
    pub fn deadlines(&self, calendar: &WorkingCalendar) -> Result<Vec<Deadline>, WorkingTimeError> {
        let mut deadlines = Vec::new();
        for (number, step, _) in self.progress.wanted() {
            let escalated = |role: &Role| self.progress.escalated.contains(&(number, role.clone()));
            let open = step.escalations().iter().filter(|(role, _)| !escalated(role));
            let escalations =
                open.map(|(role, delay)| (0, *delay, ApprovalDeed::Escalated { step: number, role: role.clone() }));
            let expiry = step.expiry().map(|delay| (1, delay, ApprovalDeed::Expired { step: number }));
            for (rank, delay, deed) in escalations.chain(expiry) {
                match calendar.add(self.progress.since, delay.working()) {
                    Ok(at) => deadlines.push((at, rank, deed)),
                    Err(WorkingTimeError::Exhausted { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        deadlines.sort_by_key(|(at, rank, _)| (*at, *rank));
        Ok(deadlines.into_iter().map(|(at, _, deed)| Deadline { at, deed }).collect())
    }

    /// The escalations and the expiry that have fallen due by an instant and are not recorded yet, in order, for the
    /// caller to record. Each act is of the instant at which it fell due, so it does not matter how often one asks.
    ///
    /// An approval that is recorded before the expiry is counts: whoever lets people act records first what is due.
    ///
    /// The calendar is asked only where a step that is open has a delay.
    ///
    /// # Errors
    /// [`WorkingTimeError::Outside`] where the instant, or the beginning of the stage, is outside the calendar.
    ///
    /// # Example
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use office_core::{
    ///     ApprovalCase, ApprovalDeed, ApprovalRun, ApprovalStatus, DateRange, Holidays, Id, Role, Scope, WeeklyHours,
    ///     WorkingCalendar, WorkingPlan, Zone,
    /// };
    ///
    /// let valid = DateRange::year(2026)?;
    /// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    /// let holidays = Holidays::none(valid);
    /// let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays };
    /// let calendar = WorkingCalendar::new(plan)?;
    ///
    /// let case = ApprovalCase {
    ///     case: Id::natural("case", "PR-1"),
    ///     requester: Id::natural("person", "E-017"),
    ///     beneficiaries: [].into(),
    ///     scope: Scope::anywhere(),
    ///     amount: None,
    ///     taken: Vec::new(),
    /// };
    /// let outcome = "approvals: 1 manager purchase.approve escalate to executive after 8h expire after 16h".parse()?;
    /// let friday: DateTime<Utc> = "2026-10-02T15:00:00Z".parse()?;
    /// let mut run = ApprovalRun::start(&outcome, case, friday);
    ///
    /// // Two hours on Friday and six on Monday: then an executive may approve as well.
    /// assert_eq!(run.fall_due("2026-10-05T14:59:59Z".parse()?, &calendar)?, []);
    /// let acts = run.fall_due("2026-10-05T18:00:00Z".parse()?, &calendar)?;
    /// assert_eq!(acts[0].at, "2026-10-05T15:00:00Z".parse::<DateTime<Utc>>()?);
    /// assert_eq!(acts[0].deed, ApprovalDeed::Escalated { step: 1, role: Role::new("executive") });
    /// acts.iter().for_each(|act| run.apply(act));
    /// assert_eq!(run.fall_due("2026-10-05T18:00:00Z".parse()?, &calendar)?, []);
    ///
    /// // Beyond the calendar nothing is known.
    /// assert!(run.fall_due("2027-03-01T12:00:00Z".parse()?, &calendar).is_err());
    ///
    /// // Nobody has approved by Tuesday: the case has expired.
    /// let acts = run.fall_due("2026-10-06T16:00:00Z".parse()?, &calendar)?;
    /// acts.iter().for_each(|act| run.apply(act));
    /// assert!(matches!(run.status(), ApprovalStatus::Expired { step: 1, .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        calendar: &WorkingCalendar,
    ) -> Result<Vec<ApprovalAct>, WorkingTimeError> {
        let waits = |step: &Step| step.expiry().is_some() || !step.escalations().is_empty();
        if !self.progress.wanted().any(|(_, step, _)| waits(step)) {
            return Ok(Vec::new());
        }
        calendar.is_working(now)?;
        let mut acts = Vec::new();
        for Deadline { at, deed } in self.deadlines(calendar)?.into_iter().filter(|deadline| deadline.at <= now) {
            let expired = matches!(deed, ApprovalDeed::Expired { .. });
            acts.push(ApprovalAct { on: calendar.plan().zone.date_of(at), at, deed });
            if expired {
                break;
            }
        }
        Ok(acts)
    }
}
