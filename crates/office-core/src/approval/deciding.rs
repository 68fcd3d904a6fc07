//! What people do in a run.

use chrono::{DateTime, NaiveDate, Utc};

use crate::approval::eligible::first_role;
use crate::approval::{
    ApprovalAct, ApprovalDeed, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError, HandOverStep,
    HandOverStepError, RefuseStep, RefuseStepError, ResubmitCase, ResubmitCaseError, ReturnCase, ReturnCaseError,
    WithdrawCase, WithdrawCaseError,
};
use crate::rules::Step;
use crate::{Actor, AuthorityBook, Decision, Ground, Refusal};

/// Why nobody can act at a step.
enum Shut {
    NotOpen(ApprovalStatus),
    OtherStep { asked: usize, open: Vec<usize> },
}

/// Says the same in the words of an operation.
macro_rules! shut {
    ($($error:ident),*) => {
        $(impl From<Shut> for $error {
            fn from(shut: Shut) -> Self {
                match shut {
                    Shut::NotOpen(status) => Self::NotOpen(status),
                    Shut::OtherStep { asked, open } => Self::OtherStep { asked, open },
                }
            }
        })*
    };
}

shut!(ApproveStepError, RefuseStepError, ReturnCaseError, HandOverStepError);

impl ApprovalRun {
    /// Approves an open step by one of the people it needs.
    ///
    /// # Errors
    /// [`ApproveStepError`], checked in the order of its variants.
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<ApprovalAct>, ApproveStepError> {
        let ApproveStep { by, step, on, at } = command;
        let counts = self.progress.given.iter().any(|(approved, who)| approved == step && who == by);
        let did = |deed: &ApprovalDeed| matches!(deed, ApprovalDeed::Approved { by: who, step: approved, .. } if who == by && approved == step);
        if counts || self.recorded(*on, *at, did) {
            return Ok(Decision::AlreadyRecorded);
        }
        let wanted = self.open_step(*step)?;
        if let Some((person, step)) = self.progress.counted(&[by.person, by.accountable()]) {
            return Err(ApproveStepError::AlreadyCounted { person, step });
        }
        let ground = self.ground(by, *step, wanted, *on, book).map_err(ApproveStepError::NotAuthorised)?;
        let deed = ApprovalDeed::Approved { by: by.clone(), step: *step, ground: Box::new(ground) };
        Ok(Decision::Record(ApprovalAct { on: *on, at: *at, deed }))
    }

    /// Refuses the case, by somebody who could approve the open step.
    ///
    /// # Errors
    /// [`RefuseStepError`], checked in the order of its variants.
    pub fn refuse(&self, command: &RefuseStep, book: &AuthorityBook) -> Result<Decision<ApprovalAct>, RefuseStepError> {
        let RefuseStep { by, step, on, at, reason } = command;
        let did = |deed: &ApprovalDeed| {
            matches!(deed, ApprovalDeed::Refused { by: who, step: at, reason: why, .. }
                if (who, at, why) == (by, step, reason))
        };
        if self.acts().iter().any(|act| did(&act.deed)) {
            return Ok(Decision::AlreadyRecorded);
        }
        if reason.trim().is_empty() {
            return Err(RefuseStepError::NoReason);
        }
        let wanted = self.open_step(*step)?;
        let ground = self.ground(by, *step, wanted, *on, book).map_err(RefuseStepError::NotAuthorised)?;
        let (by, reason, ground) = (by.clone(), reason.clone(), Box::new(ground));
        Ok(Decision::Record(ApprovalAct {
            on: *on,
            at: *at,
            deed: ApprovalDeed::Refused { by, step: *step, reason, ground },
        }))
    }

    /// Returns the case to the requester for changes, by somebody who could approve the open step. Approvals given
    /// before are void when it comes back, but for those that the policy lets stay where amount and outcome are the same.
    ///
    /// # Errors
    /// [`ReturnCaseError`], checked in the order of its variants.
    pub fn give_back(
        &self,
        command: &ReturnCase,
        book: &AuthorityBook,
    ) -> Result<Decision<ApprovalAct>, ReturnCaseError> {
        let ReturnCase { by, step, on, at, reason } = command;
        let did = |deed: &ApprovalDeed| matches!(deed, ApprovalDeed::Returned { by: who, step: at, reason: why, .. } if (who, at, why) == (by, step, reason));
        let lies_there = matches!(self.status(), ApprovalStatus::Returned { .. })
            && self.acts().last().is_some_and(|act| did(&act.deed));
        if lies_there || self.recorded(*on, *at, did) {
            return Ok(Decision::AlreadyRecorded);
        }
        if reason.trim().is_empty() {
            return Err(ReturnCaseError::NoReason);
        }
        let wanted = self.open_step(*step)?;
        let ground = self.ground(by, *step, wanted, *on, book).map_err(ReturnCaseError::NotAuthorised)?;
        let (by, reason, ground) = (by.clone(), reason.clone(), Box::new(ground));
        Ok(Decision::Record(ApprovalAct {
            on: *on,
            at: *at,
            deed: ApprovalDeed::Returned { by, step: *step, reason, ground },
        }))
    }

    /// Submits a case again that was returned, by the requester in person, with what the policy asks for now.
    ///
    /// # Errors
    /// [`ResubmitCaseError`], checked in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::{DateTime, NaiveDate, Utc};
    /// use office_core::{
    ///     Actor, Appointment, ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStep, AuthorityBook, DateRange,
    ///     Grant, Id, ResubmitCase, ResubmitCaseError, ReturnCase, Role, Scope,
    /// };
    ///
    /// let (on, at): (NaiveDate, DateTime<Utc>) = ("2026-10-02".parse()?, "2026-10-02T09:00:00Z".parse()?);
    /// let (manager, clerk) = (Id::natural("person", "E-002"), Id::natural("person", "E-017"));
    /// let (role, scope, valid) = (Role::new("manager"), Scope::anywhere(), DateRange::from(on));
    /// let mut book = AuthorityBook::default();
    /// book.appointments.push(Appointment { person: manager, role: role.clone(), scope: scope.clone(), valid });
    /// let (action, limit) = ("purchase.approve".parse()?, Some("500.00 EUR".parse()?));
    /// book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit, valid });
    ///
    /// let case = ApprovalCase {
    ///     case: Id::natural("case", "PR-1"),
    ///     requester: clerk,
    ///     beneficiaries: [].into(),
    ///     scope,
    ///     amount: Some("480.00 EUR".parse()?),
    ///     taken: Vec::new(),
    /// };
    /// let outcome = "approvals: 1 manager purchase.approve".parse()?;
    /// let mut run = ApprovalRun::start(&outcome, case, at);
    /// let by = Actor::new(manager, role);
    /// let returned = ReturnCase { by: by.clone(), step: 1, on, at, reason: "without the second box".into() };
    /// if let Some(act) = run.give_back(&returned, &book)?.fact() {
    ///     run.apply(&act);
    /// }
    /// let again = ResubmitCase { by: clerk, amount: Some("240.00 EUR".parse()?), outcome, on, at };
    /// assert!(matches!(
    ///     run.resubmit(&ResubmitCase { by: manager, ..again.clone() }),
    ///     Err(ResubmitCaseError::NotRequester { .. }),
    /// ));
    /// if let Some(act) = run.resubmit(&again)?.fact() {
    ///     run.apply(&act);
    /// }
    /// assert_eq!(*run.status(), ApprovalStatus::Open { stage: 1, missing: 1 });
    /// if let Some(act) = run.approve(&ApproveStep { by, step: 1, on, at }, &book)?.fact() {
    ///     run.apply(&act);
    /// }
    /// assert!(run.is_approved() && run.case().amount == again.amount);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resubmit(&self, command: &ResubmitCase) -> Result<Decision<ApprovalAct>, ResubmitCaseError> {
        let ResubmitCase { by, amount, outcome, on, at } = command;
        let requester = self.case().requester;
        let did = |deed: &ApprovalDeed| matches!(deed, ApprovalDeed::Resubmitted { amount: of, outcome: asks } if of == amount && **asks == *outcome);
        if *by == requester && self.recorded(*on, *at, did) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status(), ApprovalStatus::Returned { .. }) {
            return Err(ResubmitCaseError::NotReturned(self.status().clone()));
        }
        if *by != requester {
            return Err(ResubmitCaseError::NotRequester { by: *by, requester });
        }
        let deed = ApprovalDeed::Resubmitted { amount: *amount, outcome: Box::new(outcome.clone()) };
        Ok(Decision::Record(ApprovalAct { on: *on, at: *at, deed }))
    }

    /// Withdraws the case, by the requester in person.
    ///
    /// # Errors
    /// [`WithdrawCaseError`], checked in the order of its variants.
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<ApprovalAct>, WithdrawCaseError> {
        let WithdrawCase { by, on, at } = *command;
        let requester = self.case().requester;
        if matches!(self.status(), ApprovalStatus::Withdrawn { .. }) && by == requester {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.status().is_final() {
            return Err(WithdrawCaseError::Closed(self.status().clone()));
        }
        if by != requester {
            return Err(WithdrawCaseError::NotRequester { by, requester });
        }
        Ok(Decision::Record(ApprovalAct { on, at, deed: ApprovalDeed::Withdrawn {} }))
    }

    /// Hands an open step to another person, by somebody who could approve it. The other may then approve it on
    /// behalf of the one whose authority that is, for this case and as far as the authority book lets them: in a role
    /// of their own, within the limits of whoever hands it over, and not on a case of their own.
    ///
    /// # Errors
    /// [`HandOverStepError`], checked in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::{DateTime, NaiveDate, Utc};
    /// use office_core::{
    ///     Actor, Appointment, ApprovalCase, ApprovalRun, ApproveStep, AuthorityBook, DateRange, Grant, HandOverStep,
    ///     HandOverStepError, Id, Role, Scope,
    /// };
    ///
    /// let (on, at): (NaiveDate, DateTime<Utc>) = ("2026-10-02".parse()?, "2026-10-02T09:00:00Z".parse()?);
    /// let (manager, assistant, clerk) =
    ///     (Id::natural("person", "E-002"), Id::natural("person", "E-004"), Id::natural("person", "E-017"));
    /// let (scope, valid) = (Scope::anywhere(), DateRange::from(on));
    /// let mut book = AuthorityBook::default();
    /// for (person, role) in [(manager, "manager"), (assistant, "assistant"), (clerk, "assistant")] {
    ///     book.appointments.push(Appointment { person, role: Role::new(role), scope: scope.clone(), valid });
    /// }
    /// let role = Role::new("manager");
    /// let action = "purchase.approve".parse()?;
    /// book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
    ///
    /// let case = ApprovalCase {
    ///     case: Id::natural("case", "PR-1"),
    ///     requester: clerk,
    ///     beneficiaries: [].into(),
    ///     scope,
    ///     amount: None,
    ///     taken: Vec::new(),
    /// };
    /// let mut run = ApprovalRun::start(&"approvals: 1 manager purchase.approve".parse()?, case, at);
    ///
    /// // Not to the one who asks for it.
    /// let by = Actor::new(manager, role);
    /// let hand = |to| HandOverStep { by: by.clone(), step: 1, to, on, at };
    /// assert!(matches!(
    ///     run.hand_over(&hand(clerk), &book),
    ///     Err(HandOverStepError::ReceiverNotAuthorised { .. }),
    /// ));
    /// if let Some(act) = run.hand_over(&hand(assistant), &book)?.fact() {
    ///     run.apply(&act);
    /// }
    /// let by = Actor::new(assistant, Role::new("assistant")).on_behalf_of(manager);
    /// if let Some(act) = run.approve(&ApproveStep { by, step: 1, on, at }, &book)?.fact() {
    ///     run.apply(&act);
    /// }
    /// assert!(run.is_approved());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hand_over(
        &self,
        command: &HandOverStep,
        book: &AuthorityBook,
    ) -> Result<Decision<ApprovalAct>, HandOverStepError> {
        let HandOverStep { by, step, to, on, at } = command;
        let did = |deed: &ApprovalDeed| matches!(deed, ApprovalDeed::HandedOver { by: who, step: of, to: whom, .. } if (who, of, whom) == (by, step, to));
        if self.progress.has_handed(*step, by, *to) || self.recorded(*on, *at, did) {
            return Ok(Decision::AlreadyRecorded);
        }
        let wanted = self.open_step(*step)?;
        if !wanted.is_delegable() {
            return Err(HandOverStepError::NotDelegable { step: *step });
        }
        if [by.person, by.accountable()].contains(to) {
            return Err(HandOverStepError::SamePerson { person: *to });
        }
        if let Some((person, step)) = self.progress.counted(&[by.person, by.accountable(), *to]) {
            return Err(HandOverStepError::AlreadyCounted { person, step });
        }
        let ground = self.ground(by, *step, wanted, *on, book).map_err(HandOverStepError::NotAuthorised)?;
        self.received(command, wanted, book)
            .map_err(|refusals| HandOverStepError::ReceiverNotAuthorised { to: *to, refusals })?;
        // What was handed over for this case alone is not handed on, whomever the book lets act besides.
        if let Some(edge) = ground.delegations.iter().find(|edge| !book.delegations.contains(edge)) {
            let refusal = Refusal::NotRedelegable { from: edge.from, to: edge.to };
            return Err(HandOverStepError::NotAuthorised(vec![refusal]));
        }
        let deed = ApprovalDeed::HandedOver { by: by.clone(), step: *step, to: *to, ground: Box::new(ground) };
        Ok(Decision::Record(ApprovalAct { on: *on, at: *at, deed }))
    }

    /// By what authority the other could approve, had the step been handed over.
    fn received(&self, command: &HandOverStep, step: &Step, book: &AuthorityBook) -> Result<Ground, Vec<Refusal>> {
        let HandOverStep { by, step: number, to, on, .. } = command;
        let held = book.appointments.iter().filter(|held| held.valid.contains(*on));
        let role = first_role(held, *to).unwrap_or(&by.role).clone();
        let receiver = Actor::new(*to, role).on_behalf_of(by.accountable());
        let handed = [self.delegation(step, by.person, *to, *on)];
        self.ground_with(&handed, &receiver, *number, step, *on, book)
    }

    /// The step of this number, if something is missing in it now.
    fn open_step(&self, asked: usize) -> Result<&Step, Shut> {
        let open: Vec<(usize, &Step)> = self.progress.wanted().map(|(number, step, _)| (number, step)).collect();
        if open.is_empty() {
            return Err(Shut::NotOpen(self.status().clone()));
        }
        let found = open.iter().find(|(number, _)| *number == asked).map(|(_, step)| *step);
        found.ok_or_else(|| Shut::OtherStep { asked, open: open.iter().map(|(number, _)| *number).collect() })
    }

    /// Whether such a deed of this very instant is recorded.
    fn recorded(&self, on: NaiveDate, at: DateTime<Utc>, did: impl Fn(&ApprovalDeed) -> bool) -> bool {
        self.acts().iter().any(|act| (act.on, act.at) == (on, at) && did(&act.deed))
    }
}
