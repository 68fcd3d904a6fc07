//! Who may act in a run.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::approval::ApprovalRun;
use crate::delegation::{Delegation, LONGEST_CHAIN};
use crate::rules::Step;
use crate::subject::PersonId;
use crate::{
    Actor, Appointment, AuthorityBook, CaseAct, DateRange, Ground, Refusal, Request, Role, WorkingCalendar,
    WorkingTimeError,
};

/// Somebody who may act now at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MayAct {
    /// The step, counted from 1.
    pub step: usize,
    /// Who, in which role, on whose behalf.
    pub by: Actor,
    /// By what authority.
    pub ground: Ground,
}

impl ApprovalRun {
    /// Who may approve, refuse, return or hand over at an instant, and by what authority, by step and person. The day
    /// on which authority is asked for is that of the calendar's zone, and what has fallen due by the instant is
    /// taken as recorded.
    ///
    /// A person with several roles is told once for each person whose authority they may use. Nobody is told where
    /// the run is not open.
    ///
    /// # Errors
    /// [`WorkingTimeError::Outside`] where the instant, or the beginning of the stage, is outside the calendar.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{
    ///     ApprovalCase, ApprovalRun, Appointment, AuthorityBook, DateRange, Grant, Holidays, Id, Role, Scope,
    ///     WeeklyHours, WorkingCalendar, WorkingPlan, Zone,
    /// };
    ///
    /// let valid = DateRange::year(2026)?;
    /// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    /// let holidays = Holidays::none(valid);
    /// let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays };
    /// let calendar = WorkingCalendar::new(plan)?;
    ///
    /// let (manager, executive, clerk) =
    ///     (Id::natural("person", "E-002"), Id::natural("person", "E-001"), Id::natural("person", "E-017"));
    /// let mut book = AuthorityBook::default();
    /// for (person, role) in [(manager, "manager"), (clerk, "manager"), (executive, "executive")] {
    ///     let (role, scope) = (Role::new(role), Scope::anywhere());
    ///     book.appointments.push(Appointment { person, role: role.clone(), scope: scope.clone(), valid });
    ///     book.grants.push(Grant { role, action: "purchase.approve".parse()?, scope, limit: None, valid });
    /// }
    /// let case = ApprovalCase {
    ///     case: Id::natural("case", "PR-1"),
    ///     requester: clerk,
    ///     beneficiaries: [].into(),
    ///     scope: Scope::anywhere(),
    ///     amount: None,
    ///     taken: Vec::new(),
    /// };
    /// let outcome = "approvals: 1 manager purchase.approve escalate to executive after 8h".parse()?;
    /// let run = ApprovalRun::start(&outcome, case, "2026-10-02T09:00:00Z".parse()?);
    /// let who = |at: &str| {
    ///     let may = run.who_may_act(&book, at.parse()?, &calendar)?;
    ///     Ok::<_, Box<dyn std::error::Error>>(may.iter().map(|may| may.by.person).collect::<Vec<_>>())
    /// };
    ///
    /// // Not the clerk, who asks for it; and the executive not before a day of work has passed.
    /// assert_eq!(who("2026-10-02T12:00:00Z")?, [manager]);
    /// assert_eq!(who("2026-10-02T17:00:00Z")?.len(), 2);
    /// assert!(who("2027-01-02T17:00:00Z").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn who_may_act(
        &self,
        book: &AuthorityBook,
        now: DateTime<Utc>,
        calendar: &WorkingCalendar,
    ) -> Result<Vec<MayAct>, WorkingTimeError> {
        let on = calendar.plan().zone.date_of(now);
        let mut run = self.clone();
        self.fall_due(now, calendar)?.iter().for_each(|act| run.apply(act));
        Ok(run.progress.wanted().flat_map(|(number, step, _)| run.eligible(number, step, book, on)).collect())
    }

    /// At which of the open steps the actor may act: the first one; none where there is none.
    #[must_use]
    pub fn step_for(&self, by: &Actor, on: NaiveDate, book: &AuthorityBook) -> Option<usize> {
        let counted = self.progress.counted(&[by.person, by.accountable()]).is_some();
        let mut wanted = self.progress.wanted().filter(|_| !counted);
        wanted.find(|(number, step, _)| self.ground(by, *number, step, on, book).is_ok()).map(|(number, ..)| number)
    }

    /// By what authority the actor may act at the step, by any of its roles; where by none, why not by the nearest.
    pub(super) fn ground(
        &self,
        by: &Actor,
        number: usize,
        step: &Step,
        on: NaiveDate,
        book: &AuthorityBook,
    ) -> Result<Ground, Vec<Refusal>> {
        self.ground_with(&self.delegations(number, step), by, number, step, on, book)
    }

    /// The same, with these delegations for the case.
    pub(super) fn ground_with(
        &self,
        delegations: &[Delegation],
        by: &Actor,
        number: usize,
        step: &Step,
        on: NaiveDate,
        book: &AuthorityBook,
    ) -> Result<Ground, Vec<Refusal>> {
        if !step.is_delegable() && by.accountable() != by.person {
            return Err(vec![Refusal::OnBehalf { person: by.person, of: by.accountable() }]);
        }
        let mut nearest: Option<(u32, Vec<Refusal>)> = None;
        let mut request = self.request(by, step, on);
        for role in self.roles(number, step) {
            request.role = Some(role.clone());
            match book.decide_with(delegations, &request).into_result() {
                Ok(ground) => return Ok(ground),
                Err(refusals) => {
                    let distance = refusals.iter().fold(0, |sum: u32, one| sum.saturating_add(one.distance()));
                    if nearest.as_ref().is_none_or(|(best, _)| distance < *best) {
                        nearest = Some((distance, refusals));
                    }
                }
            }
        }
        Err(nearest.map_or(Vec::new(), |(_, refusals)| refusals))
    }

    /// The question of authority that a step puts to an actor.
    fn request(&self, by: &Actor, step: &Step, on: NaiveDate) -> Request {
        let case = self.case();
        let approved = self.progress.given.iter().filter_map(|(number, by)| {
            let action = self.progress.step(*number)?.action().clone();
            Some(CaseAct { action, by: by.clone() })
        });
        Request {
            actor: by.clone(),
            action: step.action().clone(),
            scope: step.scope().unwrap_or(&case.scope).clone(),
            amount: case.amount,
            role: None,
            requester: Some(case.requester),
            beneficiaries: case.beneficiaries.clone(),
            on,
            taken: case.taken.iter().cloned().chain(approved).collect(),
        }
    }

    /// The roles by whose authority the step may be approved: its own, then those to which it has escalated.
    fn roles<'a>(&'a self, number: usize, step: &'a Step) -> impl Iterator<Item = &'a Role> {
        let escalated = self.progress.escalated.iter().filter(move |(at, _)| *at == number).map(|(_, role)| role);
        step.roles().iter().chain(escalated)
    }

    /// What was handed over at a step, as delegations: for its action, where it reaches, up to the case's amount.
    fn delegations(&self, number: usize, step: &Step) -> Vec<Delegation> {
        let handed = self.progress.handed.iter().filter(|handed| handed.step == number);
        handed.map(|handed| self.delegation(step, handed.by.person, handed.to, handed.on)).collect()
    }

    pub(super) fn delegation(&self, step: &Step, from: PersonId, to: PersonId, on: NaiveDate) -> Delegation {
        Delegation {
            from,
            to,
            actions: [step.action().clone()].into(),
            scope: step.scope().unwrap_or(&self.case().scope).clone(),
            limit: self.case().amount,
            valid: DateRange::from(on),
            may_redelegate: false,
        }
    }

    /// All who may act at a step, sorted.
    fn eligible(&self, number: usize, step: &Step, book: &AuthorityBook, on: NaiveDate) -> Vec<MayAct> {
        let delegations = self.delegations(number, step);
        let roles: BTreeSet<&Role> = self.roles(number, step).collect();
        let held = || book.appointments.iter().filter(|held| held.valid.contains(on));
        let holders: BTreeMap<PersonId, BTreeSet<&Role>> =
            held().filter(|held| roles.contains(&held.role)).fold(BTreeMap::new(), |mut holders, held| {
                holders.entry(held.person).or_insert_with(BTreeSet::new).insert(&held.role);
                holders
            });
        let mut actors: Vec<Vec<Actor>> = Vec::new();
        for (person, roles) in &holders {
            actors.push(roles.iter().map(|role| Actor::new(*person, (*role).clone())).collect());
            for delegate in reached(*person, &[&book.delegations, &delegations]) {
                let role = first_role(held(), delegate);
                actors.push(
                    role.map(|role| Actor::new(delegate, role.clone()).on_behalf_of(*person)).into_iter().collect(),
                );
            }
        }
        let uncounted = |by: &Actor| self.progress.counted(&[by.person, by.accountable()]).is_none();
        let may = actors.into_iter().filter_map(|actors| {
            actors.into_iter().filter(uncounted).find_map(|by| {
                let ground = self.ground_with(&delegations, &by, number, step, on, book).ok()?;
                Some(MayAct { step: number, by, ground })
            })
        });
        let mut may: Vec<MayAct> = may.collect();
        may.sort_by(|one, two| one.by.cmp(&two.by));
        may
    }
}

/// A role that the person holds, whichever.
pub(super) fn first_role<'a>(held: impl Iterator<Item = &'a Appointment>, person: PersonId) -> Option<&'a Role> {
    held.filter(|held| held.person == person).map(|held| &held.role).min()
}

/// Those to whom delegations lead from a person through at most so many hands, without the person.
fn reached(from: PersonId, delegations: &[&[Delegation]]) -> BTreeSet<PersonId> {
    let mut reached = BTreeSet::from([from]);
    for _ in 0..LONGEST_CHAIN {
        let edges = delegations.iter().copied().flatten();
        let next: Vec<PersonId> = edges.filter(|edge| reached.contains(&edge.from)).map(|edge| edge.to).collect();
        let known = reached.len();
        reached.extend(next);
        if reached.len() == known {
            break;
        }
    }
    reached.remove(&from);
    reached
}
