//! What people and the clock do with a transfer.
//!
//! Whatever somebody does, what has fallen due before is recorded first: who comes after the expiry comes too late.

use office_core::rules::PolicyBook;
use office_core::{
    ApprovalStatus, ApproveStep, ApproveStepError, Decision, Entity, RefuseStep, RefuseStepError, StoreError, Tx,
    WithdrawCase, WithdrawCaseError, WorkingTimeError,
};
use thiserror::Error;

use super::{
    BudgetTransfer, BudgetTransferFact, BudgetTransferId, MoveBudgetError, NewBudgetTransfer, RequestTransferError,
    TransferRules,
};
use crate::{BudgetFact, BudgetLine};

/// Asks for money to be moved from one line of a budget to another. What the rules allow is moved at once; what they
/// refuse is recorded as refused.
///
/// The same request again is answered as it stands.
///
/// # Errors
/// [`RequestTransferError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use office_core::rules::{DecisionTable, PolicyBook};
/// use office_core::{
///     Actor, ApprovalStatus, AuthorityBook, Command, Currency, DateRange, Holidays, Id, MemoryStore, Money, Office, Role,
///     Scope, StoreError, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
/// };
/// use office_finance::{
///     BudgetLine, BudgetPlan, MoveBudgetError, NewBudgetTransfer, RequestTransferError, TransferRules,
///     request_budget_transfer,
/// };
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let on: NaiveDate = "2026-07-01".parse()?;
/// let valid = DateRange::year(2026)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
/// let mut policy = PolicyBook::new("transfer");
/// let rows = [vec!["< 500.00 EUR".into(), "allow".into()], vec!["-".into(), "refuse: the board decides".into()]];
/// policy.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["amount", "outcome"], rows)?)?;
/// let rules = TransferRules { policy, book: AuthorityBook::default(), hours: WorkingCalendar::new(plan)? };
///
/// let office = Office::on(MemoryStore::new());
/// let clerk = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// let command = |key: &str| Command::new(key, "transfer", clerk.clone(), DateTime::default());
/// let plan = |code: &str| BudgetPlan::even(Id::natural("cost_centre", "CC-200"), code.parse()?, 2026, euro(1200_00))
///     .map_err(Box::<dyn std::error::Error>::from);
/// let lines = [plan("6815")?, plan("6845")?];
/// let [from, to] = [lines[0].id(), lines[1].id()];
/// wait(office.transact(&command("plan")?, |tx| {
///     let lines = lines.clone();
///     async move {
///         for plan in lines {
///             tx.create(plan.id(), BudgetLine::plan(plan).map_err(|error| StoreError::rejected(error.to_string()))?).await?;
///         }
///         Ok::<_, StoreError>(())
///     }
/// }))?;
///
/// let ask = |key: &str, monthly: i64| {
///     let request = NewBudgetTransfer {
///         id: Id::natural("budget_transfer", key), from, to, months: [euro(monthly); 12], requester: clerk.person,
///         scope: Scope::anywhere(), reason: "less paper, more chairs".into(), on,
///     };
///     let command = command(key).map_err(|error| RequestTransferError::Store(StoreError::rejected(error.to_string())))?;
///     wait(office.transact(&command, |tx| {
///         let (rules, request) = (&rules, request.clone());
///         async move { request_budget_transfer(&tx, rules, request).await }
///     }))
/// };
/// assert_eq!(ask("T-1", 40_00)?, ApprovalStatus::Approved);
/// assert!(matches!(ask("T-2", 50_00)?, ApprovalStatus::RefusedByPolicy { .. }));
/// // Sixty a month are left, not ninety.
/// assert!(matches!(ask("T-3", 90_00), Err(RequestTransferError::Move(MoveBudgetError::Month { month: 1, .. }))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn request_budget_transfer(
    tx: &Tx,
    rules: &TransferRules,
    request: NewBudgetTransfer,
) -> Result<ApprovalStatus, RequestTransferError> {
    // Read.
    let id = request.id;
    if let Some(earlier) = tx.find(id).await? {
        let same = *earlier.request() == request;
        return if same { Ok(earlier.status().clone()) } else { Err(RequestTransferError::Reused) };
    }
    let (from, to) = (tx.load(request.from).await?, tx.load(request.to).await?);

    // Decide.
    let amount = request.check(&from, &to)?;
    let ruling = PolicyBook::decide(&rules.policy, &request.facts(amount, &from, &to), request.on)?;
    let fact = BudgetTransferFact::Requested {
        request: Box::new(request),
        amount,
        ruling: Box::new(ruling),
        at: tx.command().at(),
    };
    let Some(asked) = BudgetTransfer::open(&fact) else { return Err(RequestTransferError::Reused) };
    let moved = asked.moved(&from, &to)?;

    // Record.
    tx.create(id, fact).await?;
    record(tx, &asked.request, moved).await?;
    Ok(asked.status().clone())
}

/// Approves a step of a transfer; with the last one it is made.
///
/// # Errors
/// [`DecideTransferError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../budget_transfer/office.txt")]
/// use office_finance::approve_budget_transfer;
///
/// let approve = |key: &str, person| {
///     let step = &ApproveStep { by: by(person), step: 1, on, at: asked };
///     wait(office.transact(&command(key, asked), |tx| async move { approve_budget_transfer(&tx, rules, id, step).await }))
/// };
/// // Nobody approves what they asked for.
/// assert!(approve("own", secretary).is_err());
/// assert_eq!(left()?, euro(1200_00));
/// assert_eq!(approve("approve", manager)?, ApprovalStatus::Approved);
/// assert_eq!(left()?, euro(720_00));
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_budget_transfer(
    tx: &Tx,
    rules: &TransferRules,
    id: BudgetTransferId,
    command: &ApproveStep,
) -> Result<ApprovalStatus, DecideTransferError<ApproveStepError>> {
    // Read.
    let (mut case, due) = read(tx, rules, id).await?;
    let (from, to) = (tx.load(case.request.from).await?, tx.load(case.request.to).await?);

    // Decide.
    let approved =
        case.run.approve(command, &rules.book).map_err(DecideTransferError::Refused)?.map(BudgetTransferFact::Acted);
    let mut moved = None;
    if let Decision::Record(fact) = &approved {
        case.apply(fact);
        if case.run.is_approved() {
            case.request.check(&from, &to)?;
            moved = case.moved(&from, &to)?;
        }
    }

    // Record.
    tx.decide(id, due).await?;
    tx.decide(id, approved).await?;
    record(tx, &case.request, moved).await?;
    Ok(case.status().clone())
}

/// Refuses a transfer at a step.
///
/// # Errors
/// [`DecideTransferError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../budget_transfer/office.txt")]
/// use office_finance::refuse_budget_transfer;
///
/// let refuse = |key: &str, person| {
///     let step = &RefuseStep { by: by(person), step: 1, on, at: asked, reason: "the chairs can wait".into() };
///     wait(office.transact(&command(key, asked), |tx| async move { refuse_budget_transfer(&tx, rules, id, step).await }))
/// };
/// // Only who could approve it may refuse it.
/// assert!(refuse("stranger", Id::natural("person", "E-099")).is_err());
/// assert!(matches!(refuse("refuse", manager)?, ApprovalStatus::Refused { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn refuse_budget_transfer(
    tx: &Tx,
    rules: &TransferRules,
    id: BudgetTransferId,
    command: &RefuseStep,
) -> Result<ApprovalStatus, DecideTransferError<RefuseStepError>> {
    // Read.
    let (case, due) = read(tx, rules, id).await?;

    // Decide.
    let refused =
        case.run.refuse(command, &rules.book).map_err(DecideTransferError::Refused)?.map(BudgetTransferFact::Acted);

    // Record.
    Ok(tx.decide_each(id, [due, refused]).await?.status().clone())
}

/// Withdraws a transfer that is not decided, by whoever asked for it.
///
/// # Errors
/// [`DecideTransferError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../budget_transfer/office.txt")]
/// use office_finance::withdraw_budget_transfer;
///
/// let withdraw = |key: &str, person| {
///     let case = &WithdrawCase { by: person, on, at: asked };
///     wait(office.transact(&command(key, asked), |tx| async move { withdraw_budget_transfer(&tx, rules, id, case).await }))
/// };
/// // It is withdrawn by whoever asked for it.
/// assert!(withdraw("manager", manager).is_err());
/// withdraw("own", secretary)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn withdraw_budget_transfer(
    tx: &Tx,
    rules: &TransferRules,
    id: BudgetTransferId,
    command: &WithdrawCase,
) -> Result<ApprovalStatus, DecideTransferError<WithdrawCaseError>> {
    // Read.
    let (case, due) = read(tx, rules, id).await?;

    // Decide.
    let withdrawn = case.run.withdraw(command).map_err(DecideTransferError::Refused)?.map(BudgetTransferFact::Acted);

    // Record.
    Ok(tx.decide_each(id, [due, withdrawn]).await?.status().clone())
}

/// Records what has fallen due on a transfer by the instant of the command. Once more changes nothing.
///
/// # Errors
/// [`DecideTransferError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../budget_transfer/office.txt")]
/// use office_finance::{approve_budget_transfer, fall_due_budget_transfer};
///
/// // Nobody has decided within 16 working hours: it has expired.
/// let late: DateTime<Utc> = "2026-07-06T09:00:00Z".parse()?;
/// let fall_due = |tx| async move { fall_due_budget_transfer(&tx, rules, id).await };
/// assert!(matches!(wait(office.transact(&command("due", late), fall_due))?, ApprovalStatus::Expired { .. }));
/// let step = &ApproveStep { by: by(manager), step: 1, on: late.date_naive(), at: late };
/// let approve = |tx| async move { approve_budget_transfer(&tx, rules, id, step).await };
/// assert!(wait(office.transact(&command("late", late), approve)).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn fall_due_budget_transfer(
    tx: &Tx,
    rules: &TransferRules,
    id: BudgetTransferId,
) -> Result<ApprovalStatus, DecideTransferError<std::convert::Infallible>> {
    // Read.
    let (case, due) = read(tx, rules, id).await?;

    // Record.
    tx.decide(id, due).await?;
    Ok(case.status().clone())
}

/// Nothing was decided on a transfer: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideTransferError<E> {
    /// The store has failed, or knows no such transfer.
    #[error("the decision could not be stored")]
    Store(#[from] StoreError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// It cannot be made any more: the line has less left than when it was asked for.
    #[error(transparent)]
    Move(#[from] MoveBudgetError),
    /// Whoever gives the command may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
}

impl BudgetTransfer {
    /// How the two lines change, once it is approved.
    fn moved(&self, from: &BudgetLine, to: &BudgetLine) -> Result<Option<[Decision<BudgetFact>; 2]>, MoveBudgetError> {
        if !self.run.is_approved() {
            return Ok(None);
        }
        let NewBudgetTransfer { id, months, on, .. } = self.request;
        let out = from.transferred(id, self.request.to, months.map(office_core::Money::negated), on)?;
        Ok(Some([out, to.transferred(id, self.request.from, months, on)?]))
    }
}

/// The transfer as it stands now that time has passed, and what of that is not recorded yet.
async fn read<E>(
    tx: &Tx,
    rules: &TransferRules,
    id: BudgetTransferId,
) -> Result<(BudgetTransfer, Decision<BudgetTransferFact>), DecideTransferError<E>> {
    let mut case = tx.load(id).await?;
    let acts = case.run.fall_due(tx.command().at(), &rules.hours)?;
    let due = Decision::all_of(acts).map(BudgetTransferFact::FellDue);
    case.apply_decision(&due);
    Ok((case, due))
}

async fn record(
    tx: &Tx,
    request: &NewBudgetTransfer,
    moved: Option<[Decision<BudgetFact>; 2]>,
) -> Result<(), StoreError> {
    if let Some([out, into]) = moved {
        tx.decide(request.from, out).await?;
        tx.decide(request.to, into).await?;
    }
    Ok(())
}
