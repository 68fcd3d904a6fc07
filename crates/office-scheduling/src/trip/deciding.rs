//! What people do with a trip that waits for approval, or with a change of one.
//!
//! Whatever somebody does, what has fallen due before is recorded first: who comes after the expiry comes too late.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{Outcome, Ruling};
use office_core::subject::PersonId;
use office_core::{
    ApprovalAct, ApprovalDeed, ApproveStep, ApproveStepError, AuthorityBook, Decision, HandOverStep, HandOverStepError,
    Money, RefuseStep, RefuseStepError, ResubmitCase, ReturnCase, ReturnCaseError, Tx, WithdrawCase, WithdrawCaseError,
};

use super::due::load;
use super::{DecideTripError, ResubmitTripError, Trip, TripFact, TripId, TripRules, TripStatus};

/// To submit a trip again that was given back, or a booking of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResubmitTrip {
    /// Who submits it: whoever asked for it, in person.
    pub by: PersonId,
    /// What it is reckoned to cost now; of a booking, what that costs.
    pub estimate: Money,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

impl Trip {
    /// Approves a step of it, or of the change that waits.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::approve`](office_core::ApprovalRun::approve).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    /// use office_core::ApproveStepError;
    /// use office_scheduling::DecideTripError;
    ///
    /// // Nobody approves their own trip.
    /// let own = ApproveStep { by: Actor::new(anna, Role::new("manager")), step: 1, on, at };
    /// let refused = trip.approve(&own, &rules.book);
    /// assert!(matches!(refused, Err(DecideTripError::Refused(ApproveStepError::NotAuthorised(_)))));
    ///
    /// trip.apply_decision(&trip.approve(&ApproveStep { by, step: 1, on, at }, &rules.book)?);
    /// assert_eq!(trip.status(), TripStatus::Approved);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<TripFact>, DecideTripError<ApproveStepError>> {
        self.decided(self.approval().approve(command, book))
    }

    /// Refuses it, or the change that waits, by somebody who could approve the step.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::refuse`](office_core::ApprovalRun::refuse).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    /// use office_core::RefuseStepError;
    /// use office_scheduling::DecideTripError;
    ///
    /// let mut no = RefuseStep { by, step: 1, on, at, reason: String::new() };
    /// let refused = trip.refuse(&no, &rules.book);
    /// assert!(matches!(refused, Err(DecideTripError::Refused(RefuseStepError::NoReason))));
    ///
    /// no.reason = "no money".to_owned();
    /// trip.apply_decision(&trip.refuse(&no, &rules.book)?);
    /// assert_eq!(trip.status(), TripStatus::Refused { reason: no.reason });
    /// // Its time is free again.
    /// assert!(!trip.holds());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn refuse(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
    ) -> Result<Decision<TripFact>, DecideTripError<RefuseStepError>> {
        self.decided(self.approval().refuse(command, book))
    }

    /// Gives it, or the change that waits, back to whoever asked for it, by somebody who could approve the step. Its time
    /// stays taken.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::give_back`](office_core::ApprovalRun::give_back).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    /// // For 400 EUR the manager is asked, who wants it cheaper.
    /// let mut back = ReturnCase { by, step: 1, on, at, reason: String::new() };
    /// assert!(trip.give_back(&back, &rules.book).is_err(), "a reason is wanted");
    /// back.reason = "take the train".to_owned();
    /// trip.apply(&trip.give_back(&back, &rules.book)?.fact().ok_or("a fact")?);
    /// assert_eq!(trip.status(), TripStatus::Returned { reason: back.reason });
    /// assert!(trip.holds());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn give_back(
        &self,
        command: &ReturnCase,
        book: &AuthorityBook,
    ) -> Result<Decision<TripFact>, DecideTripError<ReturnCaseError>> {
        self.decided(self.approval().give_back(command, book))
    }

    /// Hands a step of it, or of the change that waits, to another person, by somebody who could approve it.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::hand_over`](office_core::ApprovalRun::hand_over).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    /// use office_core::HandOverStepError;
    /// use office_scheduling::DecideTripError;
    ///
    /// // Not to the one who asks for it.
    /// let hand = |to| HandOverStep { by: by.clone(), step: 1, to, on, at };
    /// let refused = trip.hand_over(&hand(anna), &rules.book);
    /// assert!(matches!(refused, Err(DecideTripError::Refused(HandOverStepError::ReceiverNotAuthorised { .. }))));
    ///
    /// trip.apply(&trip.hand_over(&hand(deputy), &rules.book)?.fact().ok_or("a fact")?);
    /// let by = Actor::new(deputy, Role::new("deputy")).on_behalf_of(boss);
    /// trip.apply(&trip.approve(&ApproveStep { by, step: 1, on, at }, &rules.book)?.fact().ok_or("a fact")?);
    /// assert_eq!(trip.status(), TripStatus::Approved);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hand_over(
        &self,
        command: &HandOverStep,
        book: &AuthorityBook,
    ) -> Result<Decision<TripFact>, DecideTripError<HandOverStepError>> {
        self.decided(self.approval().hand_over(command, book))
    }

    /// Submits it again after it was given back, for what it is reckoned to cost now: the policy is asked anew. So is a
    /// booking that was given back, for what it costs; who wants another books it otherwise.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else [`ResubmitTripError`] in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    /// use office_core::ResubmitCaseError;
    /// use office_scheduling::{DecideTripError, ResubmitTripError};
    ///
    /// // For less than 300 EUR nobody has to be asked; but nothing was given back yet.
    /// let cheaper = ResubmitTrip { by: anna, estimate: "250.00 EUR".parse()?, on, at };
    /// let refused = trip.resubmit(&cheaper, rules);
    /// assert!(matches!(
    ///     refused,
    ///     Err(DecideTripError::Refused(ResubmitTripError::Case(ResubmitCaseError::NotReturned(_)))),
    /// ));
    ///
    /// let back = ReturnCase { by, step: 1, on, at, reason: "take the train".to_owned() };
    /// trip.apply(&trip.give_back(&back, &rules.book)?.fact().ok_or("a fact")?);
    /// trip.apply(&trip.resubmit(&cheaper, rules)?.fact().ok_or("a fact")?);
    /// assert_eq!((trip.status(), trip.approved()), (TripStatus::Approved, cheaper.estimate));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resubmit(
        &self,
        command: &ResubmitTrip,
        rules: &TripRules,
    ) -> Result<Decision<TripFact>, DecideTripError<ResubmitTripError>> {
        let ResubmitTrip { by, estimate, on, at } = *command;
        let run = self.approval();
        let did = |deed: &ApprovalDeed| matches!(deed, ApprovalDeed::Resubmitted { amount: Some(amount), .. } if *amount == estimate);
        let done = run.acts().iter().any(|act| (act.on, act.at) == (on, at) && did(&act.deed));
        if done && by == run.case().requester {
            return Ok(Decision::AlreadyRecorded);
        }
        let ruling = self.ruling_again(estimate, rules, at).map_err(DecideTripError::Refused)?;
        let case = ResubmitCase { by, amount: Some(estimate), outcome: ruling.outcome.clone(), on, at };
        Ok(match self.decided(run.resubmit(&case).map_err(ResubmitTripError::Case))? {
            Decision::Record(TripFact::Decided(act)) => {
                Decision::Record(TripFact::Resubmitted { act, ruling: Box::new(ruling) })
            }
            other @ (Decision::Record(_) | Decision::AlreadyRecorded) => other,
        })
    }

    /// What the policy says of it, or of the change that waits, now.
    fn ruling_again(&self, estimate: Money, rules: &TripRules, at: DateTime<Utc>) -> Result<Ruling, ResubmitTripError> {
        let (away, change) = match self.open_change() {
            Some(change) if change.booking.cost != estimate => {
                return Err(ResubmitTripError::Cost { cost: change.booking.cost });
            }
            Some(change) => (change.booking.itinerary.away(), true),
            None => (self.request.away, false),
        };
        if estimate.is_negative() {
            return Err(ResubmitTripError::Estimate { estimate });
        }
        let ruling = rules.ruling(&self.request, (estimate, away, change), at)?;
        match &ruling.outcome {
            Outcome::Refuse(reasons) => Err(ResubmitTripError::RefusedByPolicy { reason: reasons.to_string() }),
            Outcome::Allow | Outcome::Approvals(_) => Ok(ruling),
        }
    }

    /// Withdraws it, or the change that waits, before it is decided, by whoever asked for it.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::withdraw`](office_core::ApprovalRun::withdraw).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    /// use office_core::WithdrawCaseError;
    /// use office_scheduling::DecideTripError;
    ///
    /// // Whoever did not ask for it cannot take it back.
    /// let refused = trip.withdraw(&WithdrawCase { by: boss, on, at });
    /// assert!(matches!(refused, Err(DecideTripError::Refused(WithdrawCaseError::NotRequester { .. }))));
    ///
    /// trip.apply_decision(&trip.withdraw(&WithdrawCase { by: anna, on, at })?);
    /// assert_eq!(trip.status(), TripStatus::Withdrawn { on });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<TripFact>, DecideTripError<WithdrawCaseError>> {
        self.decided(self.approval().withdraw(command))
    }

    fn decided<E>(&self, decision: Result<Decision<ApprovalAct>, E>) -> Result<Decision<TripFact>, DecideTripError<E>> {
        match decision {
            Ok(Decision::AlreadyRecorded) => Ok(Decision::AlreadyRecorded),
            _ if self.end.is_some() => Err(DecideTripError::Ended(self.status())),
            Ok(Decision::Record(act)) => Ok(Decision::Record(TripFact::Decided(act))),
            Err(error) => Err(DecideTripError::Refused(error)),
        }
    }
}

/// Approves a step of a trip, or of the change of it that waits.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
/// use office_scheduling::approve_trip;
///
/// let approve = |key: &str, by: &Actor| {
///     let step = &ApproveStep { by: by.clone(), step: 1, on, at };
///     wait(office.transact(&command(key), |tx| async move { approve_trip(&tx, id, step, rules).await }))
/// };
/// // Nobody approves their own trip.
/// assert!(approve("own", &Actor::new(anna, Role::new("manager"))).is_err());
/// assert_eq!(approve("boss", &by)?, TripStatus::Approved);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn approve_trip(
    tx: &Tx,
    id: TripId,
    command: &ApproveStep,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<ApproveStepError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.approve(command, &rules.book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Refuses a trip, or the change of it that waits.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
/// use office_scheduling::refuse_trip;
///
/// let refuse = |key: &str, reason: &str| {
///     let step = &RefuseStep { by: by.clone(), step: 1, on, at, reason: reason.to_owned() };
///     wait(office.transact(&command(key), |tx| async move { refuse_trip(&tx, id, step, rules).await }))
/// };
/// assert!(refuse("silent", "").is_err(), "a reason is wanted");
/// assert_eq!(refuse("told", "no money")?, TripStatus::Refused { reason: "no money".to_owned() });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn refuse_trip(
    tx: &Tx,
    id: TripId,
    command: &RefuseStep,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<RefuseStepError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.refuse(command, &rules.book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Gives a trip, or the change of it that waits, back to whoever asked for it.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
/// use office_scheduling::{give_back_trip, resubmit_trip};
///
/// let back = &ReturnCase { by, step: 1, on, at, reason: "take the train".to_owned() };
/// let give_back = |key: &str| {
///     wait(office.transact(&command(key), |tx| async move { give_back_trip(&tx, id, back, rules).await }))
/// };
/// assert_eq!(give_back("back")?, TripStatus::Returned { reason: "take the train".to_owned() });
///
/// let cheaper = &ResubmitTrip { by: anna, estimate: "250.00 EUR".parse()?, on, at };
/// let again = wait(office.transact(&command("again"), |tx| async move { resubmit_trip(&tx, id, cheaper, rules).await }))?;
/// assert_eq!(again, TripStatus::Approved);
/// // What is approved is not given back.
/// let late = &ReturnCase { reason: "walk".to_owned(), ..back.clone() };
/// assert!(wait(office.transact(&command("late"), |tx| async move { give_back_trip(&tx, id, late, rules).await })).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn give_back_trip(
    tx: &Tx,
    id: TripId,
    command: &ReturnCase,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<ReturnCaseError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.give_back(command, &rules.book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Submits a trip again, or the booking of it, that was given back.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
/// use office_scheduling::{give_back_trip, resubmit_trip};
///
/// let back = &ReturnCase { by, step: 1, on, at, reason: "take the train".to_owned() };
/// wait(office.transact(&command("back"), |tx| async move { give_back_trip(&tx, id, back, rules).await }))?;
/// let again = |key: &str, by, estimate: &str| {
///     let case = &ResubmitTrip { by, estimate: estimate.parse().unwrap(), on, at };
///     wait(office.transact(&command(key), |tx| async move { resubmit_trip(&tx, id, case, rules).await }))
/// };
/// // Nobody else does it for the traveller; what is dear is approved as before.
/// assert!(again("deputy", deputy, "250.00 EUR").is_err());
/// assert_eq!(again("own", anna, "350.00 EUR")?, TripStatus::Submitted { stage: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn resubmit_trip(
    tx: &Tx,
    id: TripId,
    command: &ResubmitTrip,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<ResubmitTripError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.resubmit(command, rules)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Hands a step of a trip, or of the change of it that waits, to another person.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
/// use office_scheduling::hand_over_trip;
///
/// let hand_over = |key: &str, to| {
///     let step = &HandOverStep { by: by.clone(), step: 1, to, on, at };
///     wait(office.transact(&command(key), |tx| async move { hand_over_trip(&tx, id, step, rules).await }))
/// };
/// // Not to the one who asks for it.
/// assert!(hand_over("traveller", anna).is_err());
/// assert_eq!(hand_over("deputy", deputy)?, TripStatus::Submitted { stage: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn hand_over_trip(
    tx: &Tx,
    id: TripId,
    command: &HandOverStep,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<HandOverStepError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.hand_over(command, &rules.book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Withdraws a trip, or the change of it that waits.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
/// use office_scheduling::withdraw_trip;
///
/// let withdraw = |key: &str, by| {
///     let case = &WithdrawCase { by, on, at };
///     wait(office.transact(&command(key), |tx| async move { withdraw_trip(&tx, id, case, rules).await }))
/// };
/// // Whoever did not ask for it cannot take it back.
/// assert!(withdraw("boss", boss).is_err());
/// assert_eq!(withdraw("own", anna)?, TripStatus::Withdrawn { on });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn withdraw_trip(
    tx: &Tx,
    id: TripId,
    command: &WithdrawCase,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<WithdrawCaseError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.withdraw(command)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}
