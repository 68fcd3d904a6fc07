//! What people spend for the office: claimed, approved, booked, set off against advances and paid.
//!
//! ```text
//! pay_advance ──────────────────────────────────────┐
//! submit_claim ──► approve_claim, refuse_claim, … ──┴─► settle_claim ──► pay_claim
//!                                                              └───────► Recharge: what clients are charged
//! ```

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    ApprovalStatus, Decision, Entity, Money, MoneyError, Percent, RefuseStep, RefuseStepError, StoreError, Tx,
    WithdrawCase, WithdrawCaseError, WorkingTimeError,
};
use office_finance::{
    AccountCode, ApproveClaim, ApproveClaimError, Chart, ClaimPayment, ClaimPaymentError, ClaimRules, Entry,
    EntryError, EntryId, ExpenseClaim, ExpenseClaimFact, ExpenseClaimId, NewExpenseClaim, PaidBy, PayAdvanceError,
    Posting, Recharge, SettleClaimError, SubmitClaimError, TravelAdvanceId, UseAdvanceError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::accounts::NoAccountError;
use crate::approval::{approval, step_for};
use crate::journal::{PostAndSpendError, post_and_spend};

/// What expenses are decided and booked by: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpenseRules {
    /// What is granted, and who has to approve.
    pub claims: ClaimRules,
    /// The accounts.
    pub chart: Chart,
    /// Which of them is for what.
    pub accounts: ExpenseAccounts,
}

/// Which account is for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpenseAccounts {
    /// The expense, by the category of a line.
    pub expense: BTreeMap<String, AccountCode>,
    /// Tax that is got back, by its rate.
    pub input_tax: BTreeMap<Percent, AccountCode>,
    /// What the office owes its people.
    pub employees: AccountCode,
    /// Advances that are outstanding.
    pub advances: AccountCode,
    /// What cards of the company have paid and their statements are to show.
    pub cards: AccountCode,
    /// The bank account.
    pub bank: AccountCode,
}

/// Submits a claim. What the rules allow is approved at once; what they refuse is recorded as refused.
///
/// The same claim again is answered as it stands.
///
/// # Errors
/// [`SubmitExpensesError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::{ApprovalStatus, wait};
/// # use setup::{Failure, claim, command, office, rules};
/// use office::expenses::{SubmitExpensesError, submit_claim};
///
/// let (office, rules, train) = (&office()?, &rules()?, &claim("EC-1", 49_00));
/// let submit = |key: &str| {
///     let command = command(key, "anna")?;
///     let submitted = office.transact(&command, |tx| async move { submit_claim(&tx, rules, train.clone()).await });
///     Ok::<_, Failure>(wait(submitted)?)
/// };
/// assert_eq!(submit("submit")?, ApprovalStatus::Approved);
/// // The same claim is answered as it stands; its receipt is claimed once.
/// assert_eq!(submit("again")?, ApprovalStatus::Approved);
/// let mut other = claim("EC-2", 49_00);
/// other.lines = train.lines.clone();
/// let other = &other;
/// let refused = wait(office.transact(&command("twice", "anna")?, |tx| async move {
///     submit_claim(&tx, rules, other.clone()).await
/// }));
/// assert!(matches!(refused, Err(SubmitExpensesError::Receipt { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn submit_claim(
    tx: &Tx,
    rules: &ExpenseRules,
    claim: NewExpenseClaim,
) -> Result<ApprovalStatus, SubmitExpensesError> {
    // Read.
    let id = claim.id;
    if let Some(earlier) = tx.find(id).await? {
        let same = *earlier.claim() == claim;
        return if same { Ok(earlier.status().clone()) } else { Err(SubmitExpensesError::Reused) };
    }
    for line in &claim.lines {
        if let office_finance::ExpenseBasis::Receipt { receipt: Some(receipt), .. } = &line.basis
            && let Some((other, _)) = tx.find_by(ExpenseClaim::BY_RECEIPT, receipt).await?
        {
            return Err(SubmitExpensesError::Receipt { receipt: receipt.clone(), claim: other });
        }
    }

    // Decide.
    let submitted = ExpenseClaim::submit(claim, &rules.claims, tx.command().at())?;
    let Decision::Record(fact) = submitted else { return Err(SubmitExpensesError::Reused) };
    let opened = ExpenseClaim::open(&fact).ok_or(SubmitExpensesError::Reused)?;

    // Record.
    tx.create(id, fact).await?;
    Ok(opened.status().clone())
}

/// Approves the open step of a claim, by whoever gives the command, and cuts lines.
///
/// # Errors
/// [`DecideClaimError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::{ApprovalStatus, wait};
/// # use setup::{Failure, claim, command, day, office, rules};
/// use std::collections::BTreeMap;
///
/// use office::expenses::{DecideClaimError, approve_claim, submit_claim};
///
/// let (office, rules, train) = (&office()?, &rules()?, &claim("EC-1", 80_00));
/// wait(office.transact(&command("submit", "anna")?, |tx| async move { submit_claim(&tx, rules, train.clone()).await }))?;
///
/// let approve = |tx| async move { approve_claim(&tx, rules, train.id, BTreeMap::new(), day(14)).await };
/// // Not by the claimant.
/// let refused = wait(office.transact(&command("own", "anna")?, approve));
/// assert!(matches!(refused, Err(DecideClaimError::Refused(_))));
/// assert_eq!(wait(office.transact(&command("approve", "boss")?, approve))?, ApprovalStatus::Approved);
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_claim(
    tx: &Tx,
    rules: &ExpenseRules,
    id: ExpenseClaimId,
    cuts: BTreeMap<u32, office_finance::LineCut>,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideClaimError<ApproveClaimError>> {
    // Read.
    let (claim, due) = read(tx, rules, id).await?;

    // Decide.
    let step = approval(tx, claim.run(), &rules.claims.book, on);
    let approved = claim.approve(&ApproveClaim { step, cuts }, &rules.claims).map_err(DecideClaimError::Refused)?;

    // Record.
    Ok(tx.decide_each(id, [due, approved]).await?.status().clone())
}

/// Refuses a claim at its open step, by whoever gives the command. Its receipts may be claimed again.
///
/// # Errors
/// [`DecideClaimError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::{ApprovalStatus, wait};
/// # use setup::{Failure, claim, command, day, office, rules};
/// use office::expenses::{DecideClaimError, refuse_claim, submit_claim};
///
/// let (office, rules, train) = (&office()?, &rules()?, &claim("EC-1", 80_00));
/// wait(office.transact(&command("submit", "anna")?, |tx| async move { submit_claim(&tx, rules, train.clone()).await }))?;
///
/// let refuse = |tx| async move { refuse_claim(&tx, rules, train.id, "not a business trip", day(14)).await };
/// // Not by somebody without authority.
/// let refused = wait(office.transact(&command("other", "ben")?, refuse));
/// assert!(matches!(refused, Err(DecideClaimError::Refused(_))));
/// let status = wait(office.transact(&command("refuse", "boss")?, refuse))?;
/// assert!(matches!(status, ApprovalStatus::Refused { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn refuse_claim(
    tx: &Tx,
    rules: &ExpenseRules,
    id: ExpenseClaimId,
    reason: &str,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideClaimError<RefuseStepError>> {
    // Read.
    let (claim, due) = read(tx, rules, id).await?;

    // Decide.
    let (by, at, reason) = (tx.command().actor().clone(), tx.command().at(), reason.to_owned());
    let refusal = RefuseStep { step: step_for(claim.run(), &by, on, &rules.claims.book), by, on, at, reason };
    let refused = claim.refuse(&refusal, &rules.claims).map_err(DecideClaimError::Refused)?;

    // Record.
    Ok(tx.decide_each(id, [due, refused]).await?.status().clone())
}

/// Withdraws a claim that is not decided, by its claimant. Its receipts may be claimed again.
///
/// # Errors
/// [`DecideClaimError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::{ApprovalStatus, wait};
/// # use setup::{Failure, claim, command, day, office, rules};
/// use office::expenses::{DecideClaimError, submit_claim, withdraw_claim};
///
/// let (office, rules, train) = (&office()?, &rules()?, &claim("EC-1", 80_00));
/// wait(office.transact(&command("submit", "anna")?, |tx| async move { submit_claim(&tx, rules, train.clone()).await }))?;
///
/// let withdraw = |tx| async move { withdraw_claim(&tx, rules, train.id, day(14)).await };
/// // Not by anybody but the claimant.
/// let refused = wait(office.transact(&command("other", "boss")?, withdraw));
/// assert!(matches!(refused, Err(DecideClaimError::Refused(_))));
/// let status = wait(office.transact(&command("withdraw", "anna")?, withdraw))?;
/// assert!(matches!(status, ApprovalStatus::Withdrawn { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn withdraw_claim(
    tx: &Tx,
    rules: &ExpenseRules,
    id: ExpenseClaimId,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideClaimError<WithdrawCaseError>> {
    // Read.
    let (claim, due) = read(tx, rules, id).await?;

    // Decide.
    let withdrawal = WithdrawCase { by: tx.command().actor().person, on, at: tx.command().at() };
    let withdrawn = claim.withdraw(&withdrawal).map_err(DecideClaimError::Refused)?;

    // Record.
    Ok(tx.decide_each(id, [due, withdrawn]).await?.status().clone())
}

/// Pays an advance: it is outstanding from now on.
///
/// # Errors
/// [`AdvanceError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, advance, command, day, euro, office, rules};
/// use office::expenses::{AdvanceError, pay_advance};
///
/// let (office, rules) = (&office()?, &rules()?);
/// // Not in a month whose books are not open.
/// let december = "2026-12-01".parse()?;
/// let refused = wait(office.transact(&command("early", "boss")?, |tx| async move {
///     pay_advance(&tx, rules, advance(), december).await
/// }));
/// assert!(matches!(refused, Err(AdvanceError::Post(_))));
///
/// let left = wait(office.transact(&command("pay", "boss")?, |tx| async move {
///     pay_advance(&tx, rules, advance(), day(2)).await?;
///     Ok::<_, AdvanceError>(tx.load(advance()).await?.outstanding()?)
/// }))?;
/// assert_eq!(left, euro(100_00));
/// # Ok::<(), Failure>(())
/// ```
pub async fn pay_advance(
    tx: &Tx,
    rules: &ExpenseRules,
    id: TravelAdvanceId,
    on: NaiveDate,
) -> Result<EntryId, AdvanceError> {
    // Read.
    let advance = tx.load(id).await?;

    // Decide.
    let entry_id = EntryId::natural("travel_advance", &id.to_string());
    let Decision::Record(paid) = advance.pay(entry_id, on)? else { return Ok(entry_id) };
    let (accounts, given) = (&rules.accounts, advance.granted());
    let entry = Entry::balanced(
        on,
        format!("advance: {}", short(&given.purpose)),
        vec![
            of_person(Posting::debit(accounts.advances.clone(), given.amount), given.person),
            Posting::credit(accounts.bank.clone(), given.amount),
        ],
    )?;

    // Record.
    tx.record(id, paid).await?;
    post_and_spend(tx, &rules.chart, entry_id, entry).await?;
    Ok(entry_id)
}

/// Takes back what is left of an advance, or a part of it.
///
/// # Errors
/// [`AdvanceError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, advance, command, day, euro, office, rules};
/// use office::core::Id;
/// use office::expenses::{AdvanceError, pay_advance, take_back_advance};
/// use office::finance::UseAdvanceError;
///
/// let (office, rules) = (&office()?, &rules()?);
/// wait(office.transact(&command("pay", "boss")?, |tx| async move { pay_advance(&tx, rules, advance(), day(2)).await }))?;
///
/// let entry = Id::natural("entry", "back");
/// let back = |minor| move |tx| async move {
///     take_back_advance(&tx, rules, advance(), entry, euro(minor), day(20)).await
/// };
/// // No more than is outstanding.
/// let refused = wait(office.transact(&command("over", "boss")?, back(100_01)));
/// assert!(matches!(refused, Err(AdvanceError::Use(UseAdvanceError::Over { .. }))));
/// assert_eq!(wait(office.transact(&command("back", "boss")?, back(30_00)))?, euro(70_00));
/// # Ok::<(), Failure>(())
/// ```
pub async fn take_back_advance(
    tx: &Tx,
    rules: &ExpenseRules,
    id: TravelAdvanceId,
    entry_id: EntryId,
    amount: Money,
    on: NaiveDate,
) -> Result<Money, AdvanceError> {
    // Read.
    let mut advance = tx.load(id).await?;

    // Decide.
    let Decision::Record(back) = advance.give_back(entry_id, amount, on)? else { return Ok(advance.outstanding()?) };
    let entry = Entry::balanced(
        on,
        "advance given back",
        vec![
            Posting::debit(rules.accounts.bank.clone(), amount),
            of_person(Posting::credit(rules.accounts.advances.clone(), amount), advance.granted().person),
        ],
    )?;
    advance.apply(&back);

    // Record.
    tx.record(id, back).await?;
    post_and_spend(tx, &rules.chart, entry_id, entry).await?;
    Ok(advance.outstanding()?)
}

/// Books an approved claim: the expense of each line at the expense of its cost centre and project, the tax in it, and what the
/// office owes for it, from which the advances are taken in their order as far as they go.
///
/// The journal gets one entry, and the budgets count it as spent. Once more changes nothing.
///
/// # Errors
/// [`SettleError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, advance, claim, command, day, euro, office, rules};
/// use office::expenses::{pay_advance, settle_claim, submit_claim};
///
/// let (office, rules, train) = (&office()?, &rules()?, &claim("EC-1", 49_00));
/// wait(office.transact(&command("submit", "anna")?, |tx| async move { submit_claim(&tx, rules, train.clone()).await }))?;
/// wait(office.transact(&command("pay", "boss")?, |tx| async move { pay_advance(&tx, rules, advance(), day(2)).await }))?;
///
/// // All of it is set off against the advance.
/// let settled = wait(office.transact(&command("settle", "boss")?, |tx| async move {
///     settle_claim(&tx, rules, train.id, &[advance()], day(15)).await
/// }))?;
/// assert_eq!(settled.payable, euro(0));
///
/// // What nobody has approved is not booked.
/// let flight = &claim("EC-2", 80_00);
/// let refused = wait(office.transact(&command("early", "boss")?, |tx| async move {
///     submit_claim(&tx, rules, flight.clone()).await.map_err(Failure::from)?;
///     settle_claim(&tx, rules, flight.id, &[], day(15)).await.map_err(Failure::from)
/// }));
/// assert!(refused.is_err_and(|error| error.to_string().contains("only what is approved is booked")));
/// # Ok::<(), Failure>(())
/// ```
pub async fn settle_claim(
    tx: &Tx,
    rules: &ExpenseRules,
    id: ExpenseClaimId,
    advances: &[TravelAdvanceId],
    on: NaiveDate,
) -> Result<Settled, SettleError> {
    // Read.
    let mut claim = tx.load(id).await?;
    let mut read = Vec::new();
    for advance in advances {
        read.push((*advance, tx.load(*advance).await?));
    }

    // Decide.
    let entry_id = EntryId::natural("expense_claim", &id.to_string());
    if claim.settlement().is_some_and(|settled| settled.entry == entry_id) {
        return Ok(Settled { payable: claim.payable()?, recharges: claim.recharges()? });
    }
    let mut left = claim.payable()?;
    let mut set_off = BTreeMap::new();
    let mut applied = Vec::new();
    for (advance_id, advance) in read {
        if advance.granted().person != claim.claim().claimant {
            return Err(SettleError::OtherPerson { advance: advance_id, person: advance.granted().person });
        }
        let outstanding = advance.outstanding()?;
        let amount = left.lesser(outstanding)?;
        if amount.is_positive() && !set_off.contains_key(&advance_id) {
            applied.push((advance_id, advance.apply_to(id, amount)?));
            set_off.insert(advance_id, amount);
            left = left.checked_sub(amount)?;
        }
    }
    let postings = postings(rules, &claim, &set_off, left)?;
    let settled = claim.settle(entry_id, on, set_off)?;
    claim.apply_decision(&settled);
    let purpose = format!("expenses: {}", short(&claim.claim().purpose));
    let entry = if postings.is_empty() { None } else { Some(Entry::balanced(on, purpose, postings)?) };

    // Record.
    tx.decide(id, settled).await?;
    for (advance, decision) in applied {
        tx.decide(advance, decision).await?;
    }
    if let Some(entry) = entry {
        post_and_spend(tx, &rules.chart, entry_id, entry).await?;
    }
    Ok(Settled { payable: claim.payable()?, recharges: claim.recharges()? })
}

/// What came of booking a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// What the office owes the claimant after the advances.
    pub payable: Money,
    /// What clients are charged.
    pub recharges: Vec<Recharge>,
}

/// Pays what is owed for a claim, or a part of it.
///
/// # Errors
/// [`PayClaimError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, claim, command, day, euro, office, rules};
/// use office::core::Id;
/// use office::expenses::{PayClaimError, pay_claim, settle_claim, submit_claim};
/// use office::finance::{ClaimPayment, ClaimPaymentError};
///
/// let (office, rules, train) = (&office()?, &rules()?, &claim("EC-1", 49_00));
/// wait(office.transact(&command("submit", "anna")?, |tx| async move { submit_claim(&tx, rules, train.clone()).await }))?;
///
/// let entry = Id::natural("entry", "paid");
/// let pay = |minor| move |tx| async move {
///     pay_claim(&tx, rules, train.id, entry, ClaimPayment { amount: euro(minor), on: day(20) }).await
/// };
/// // It is booked first, and no more is paid than is owed.
/// let refused = wait(office.transact(&command("early", "boss")?, pay(49_00)));
/// assert!(matches!(refused, Err(PayClaimError::Claim(ClaimPaymentError::NotSettled))));
/// wait(office.transact(&command("settle", "boss")?, |tx| async move {
///     settle_claim(&tx, rules, train.id, &[], day(15)).await
/// }))?;
/// assert_eq!(wait(office.transact(&command("pay", "boss")?, pay(49_00)))?, euro(0));
/// # Ok::<(), Failure>(())
/// ```
pub async fn pay_claim(
    tx: &Tx,
    rules: &ExpenseRules,
    id: ExpenseClaimId,
    entry_id: EntryId,
    payment: ClaimPayment,
) -> Result<Money, PayClaimError> {
    // Read.
    let mut claim = tx.load(id).await?;

    // Decide.
    let Decision::Record(paid) = claim.pay(entry_id, payment)? else { return Ok(claim.payable()?) };
    let (accounts, ClaimPayment { amount, on }) = (&rules.accounts, payment);
    let entry = Entry::balanced(
        on,
        format!("paid: {}", short(&claim.claim().purpose)),
        vec![
            of_person(Posting::debit(accounts.employees.clone(), amount), claim.claim().claimant),
            Posting::credit(accounts.bank.clone(), amount),
        ],
    )?;
    claim.apply(&paid);

    // Record.
    tx.record(id, paid).await?;
    post_and_spend(tx, &rules.chart, entry_id, entry).await?;
    Ok(claim.payable()?)
}

/// The lines of the entry: expenses and taxes to the debit, advances, cards and people to the credit.
fn postings(
    rules: &ExpenseRules,
    claim: &ExpenseClaim,
    set_off: &BTreeMap<TravelAdvanceId, Money>,
    owed: Money,
) -> Result<Vec<Posting>, SettleError> {
    let (accounts, asked) = (&rules.accounts, claim.claim());
    let mut postings = Vec::new();
    let mut by_card = Money::zero(asked.currency);
    for ((line, granted), tax) in asked.lines.iter().zip(claim.lines()).zip(claim.taxes()?) {
        let amount = granted.granted;
        if amount.is_zero() {
            continue;
        }
        let category = || NoAccountError::Category { category: line.category.clone() };
        let account = accounts.expense.get(&line.category).ok_or_else(category)?;
        let expense = Posting::debit(account.clone(), amount.checked_sub(tax)?).borne_by(asked.cost_centre);
        postings.push(match line.project {
            Some(project) => expense.for_project(project),
            None => expense,
        });
        if let Some(told) = line.tax
            && !tax.is_zero()
        {
            let rate = told.rate;
            let account = accounts.input_tax.get(&rate).ok_or(NoAccountError::TaxRate { rate })?;
            postings.push(Posting::debit(account.clone(), tax));
        }
        if line.paid_by == PaidBy::CompanyCard {
            by_card = by_card.checked_add(amount)?;
        }
    }
    let advances = Money::sum(set_off.values().copied(), asked.currency)?;
    for (account, amount, person) in
        [(&accounts.advances, advances, true), (&accounts.cards, by_card, false), (&accounts.employees, owed, true)]
    {
        if amount.is_positive() {
            let posting = Posting::credit(account.clone(), amount);
            postings.push(if person { of_person(posting, asked.claimant) } else { posting });
        }
    }
    Ok(postings)
}

fn of_person(posting: Posting, person: PersonId) -> Posting {
    posting.with_party(person.retag())
}

fn short(text: &str) -> String {
    text.chars().take(150).collect()
}

/// The claim as it stands now that time has passed, and what of that is not recorded yet.
async fn read<E>(
    tx: &Tx,
    rules: &ExpenseRules,
    id: ExpenseClaimId,
) -> Result<(ExpenseClaim, Decision<ExpenseClaimFact>), DecideClaimError<E>> {
    Ok(tx.load(id).await?.brought_to(tx.command().at(), &rules.claims.hours)?)
}

/// A claim cannot be submitted.
#[derive(Debug, Error)]
pub enum SubmitExpensesError {
    /// The store has failed.
    #[error("the claim could not be stored")]
    Store(#[from] StoreError),
    /// Something else was claimed under the id.
    #[error("something else was claimed under this id")]
    Reused,
    /// A receipt was claimed before.
    #[error("the receipt `{receipt}` was claimed before, by claim {claim}")]
    Receipt {
        /// The receipt.
        receipt: String,
        /// By which claim.
        claim: ExpenseClaimId,
    },
    /// It makes no sense.
    #[error(transparent)]
    Submit(#[from] SubmitClaimError),
}

/// Nothing was decided on a claim: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideClaimError<E> {
    /// The store has failed, or knows no such claim.
    #[error("the decision could not be stored")]
    Store(#[from] StoreError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// Whoever gives the command may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
}

/// An advance is not paid, or does not come back.
#[derive(Debug, Error)]
pub enum AdvanceError {
    /// The store has failed, or knows no such advance.
    #[error("the advance could not be stored")]
    Store(#[from] StoreError),
    /// It was paid by another entry.
    #[error(transparent)]
    Paid(#[from] PayAdvanceError),
    /// It has not so much left.
    #[error(transparent)]
    Use(#[from] UseAdvanceError),
    /// The amounts cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}

/// A claim cannot be booked.
#[derive(Debug, Error)]
pub enum SettleError {
    /// The store has failed, or knows no such claim or advance.
    #[error("the claim could not be stored")]
    Store(#[from] StoreError),
    /// An advance was given to somebody else.
    #[error("advance {advance} was given to {person}, not to the claimant")]
    OtherPerson {
        /// The advance.
        advance: TravelAdvanceId,
        /// To whom it was given.
        person: PersonId,
    },
    /// An advance cannot be used up.
    #[error(transparent)]
    Advance(#[from] UseAdvanceError),
    /// There is no account for it.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// It is not approved, or was booked otherwise.
    #[error(transparent)]
    Claim(#[from] SettleClaimError),
    /// The amounts cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal or a budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}

/// A claim is not paid.
#[derive(Debug, Error)]
pub enum PayClaimError {
    /// The store has failed, or knows no such claim.
    #[error("the payment could not be stored")]
    Store(#[from] StoreError),
    /// So much is not owed.
    #[error(transparent)]
    Claim(#[from] ClaimPaymentError),
    /// The amounts cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}
