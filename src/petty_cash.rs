//! Petty cash with the books: vouchers, counts and top-ups, each with its journal entry.
//!
//! ```text
//!  spend:   expense, input tax / petty cash      counts as spent in the budget
//!  count:   cash over and short / petty cash     where the count differs
//!  top_up:  petty cash / bank
//! ```

use chrono::NaiveDate;
use office_core::rules::{DecideError, Facts, PolicyBook};
use office_core::subject::CaseId;
use office_core::{
    ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStepError, AuthorityBook, Decision, Money, MoneyError, Percent,
    Scope, StoreError, Tx,
};
use office_finance::{
    Chart, CountError, Entry, EntryError, EntryId, PettyCashFact, PettyCashId, PostError, Posting, SpendCashError,
    TopUpError, Voucher, post,
};
use thiserror::Error;

use crate::accounts::{AccountRules, NoAccountError};
use crate::approval::approve_now;
use crate::journal::{PostAndSpendError, post_and_spend};

/// What petty cash is decided by: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PettyCashRules {
    /// Who has to approve a voucher. Asked with `kind` (`voucher`) and `amount`.
    pub policy: PolicyBook,
    /// Who may do what.
    pub book: AuthorityBook,
    /// The accounts.
    pub chart: Chart,
    /// Which of them is for what.
    pub accounts: AccountRules,
    /// The part of the office that the box is for: who approves a voucher must have authority there.
    pub scope: Scope,
}

/// Pays a voucher out of the box, if the rules allow it: whoever gives the command is the one who approves.
///
/// `tax_rate` is that of the tax in the amount; with tax of nothing it is not looked at. The same voucher again changes
/// nothing.
///
/// # Errors
/// [`SpendVoucherError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("petty_cash/box.txt")]
///
/// let pay = |key: &str, voucher: Voucher| {
///     wait(office.transact(&command(key), |tx| {
///         let voucher = voucher.clone();
///         async move { spend(&tx, rules, cash_box, voucher, Percent::whole(7)).await }
///     }))
/// };
/// pay("PC-01", milk("PC-01", "8.90 EUR", "0.58 EUR"))?;
/// let fund = wait(office.view(|view| async move { view.load(cash_box).await }))?;
/// assert_eq!(fund.cash()?, "191.10 EUR".parse()?);
/// // As much as that is not paid in cash.
/// let refused = pay("PC-02", milk("PC-02", "189.00 EUR", "0.00 EUR"));
/// assert!(matches!(refused, Err(SpendVoucherError::NotApproved { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn spend(
    tx: &Tx,
    rules: &PettyCashRules,
    fund: PettyCashId,
    voucher: Voucher,
    tax_rate: Percent,
) -> Result<(), SpendVoucherError> {
    // Read.
    let cash = tx.load(fund).await?;

    // Decide.
    let paid = cash.spend(voucher.clone());
    if paid == Ok(Decision::AlreadyRecorded) {
        return Ok(());
    }
    let why = approved(tx, rules, &voucher)?;
    let paid = paid?;
    let net = voucher.amount.checked_sub(voucher.tax)?;
    let account = voucher.account.clone().ok_or(SpendVoucherError::NoExpense)?;
    let expense = Posting::debit(account, net);
    let mut postings = vec![match voucher.cost_centre {
        Some(centre) => expense.borne_by(centre),
        None => expense,
    }];
    if !voucher.tax.is_zero() {
        postings.push(Posting::debit(rules.accounts.input_tax_at(tax_rate)?.clone(), voucher.tax));
    }
    postings.push(Posting::credit(rules.accounts.petty_cash.clone(), voucher.amount));
    postings.retain(|posting| !posting.amount.is_zero());
    let entry =
        Entry::balanced(voucher.on, voucher.description.clone(), postings)?.resting_on(voucher.number.clone())?;
    let entry_id = EntryId::natural("petty_cash", &format!("{fund}/{}", voucher.number));

    // Record.
    tx.because(why)?;
    tx.decide(fund, paid).await?;
    post_and_spend(tx, &rules.chart, entry_id, entry).await?;
    Ok(())
}

/// Why the voucher may be paid out, if whoever gives the command may approve it.
fn approved(tx: &Tx, rules: &PettyCashRules, voucher: &Voucher) -> Result<String, SpendVoucherError> {
    let facts = Facts::new().with("kind", "voucher").with("amount", voucher.amount);
    let ruling = rules.policy.decide(&facts, voucher.on)?;
    let case = ApprovalCase::new(
        CaseId::natural("voucher", &voucher.number),
        voucher.person,
        rules.scope.clone(),
        Some(voucher.amount),
    );
    let run = approve_now(tx, ApprovalRun::start(&ruling.outcome, case, tx.command().at()), &rules.book, voucher.on)?;
    if run.is_approved() {
        Ok(ruling.explanation.to_string())
    } else {
        Err(SpendVoucherError::NotApproved { status: run.status().clone() })
    }
}

/// Counts the box, and books what is missing or too much. Answers the difference: above zero where there is too much.
///
/// # Errors
/// [`CountCashError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("petty_cash/box.txt")]
///
/// let count = |key: &str, counted: &str| {
///     let counted = counted.parse().unwrap();
///     wait(office.transact(&command(key), |tx| async move { count(&tx, rules, cash_box, on, counted).await }))
/// };
/// // Of 200 EUR half a euro is missing.
/// assert_eq!(count("count", "199.50 EUR")?, "-0.50 EUR".parse()?);
/// // Less than nothing does not lie in a box.
/// assert!(matches!(count("nonsense", "-1.00 EUR"), Err(CountCashError::Fund(CountError::Negative { .. }))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn count(
    tx: &Tx,
    rules: &PettyCashRules,
    fund: PettyCashId,
    on: NaiveDate,
    counted: Money,
) -> Result<Money, CountCashError> {
    // Read.
    let cash = tx.load(fund).await?;

    // Decide.
    let nothing = Money::zero(counted.currency());
    let Decision::Record(fact) = cash.count(on, counted)? else { return Ok(nothing) };
    let PettyCashFact::Counted { over, .. } = fact else { return Ok(nothing) };

    // Record.
    tx.record(fund, fact).await?;
    if !over.is_zero() {
        let accounts = &rules.accounts;
        let (box_, difference) = (accounts.petty_cash.clone(), accounts.cash_difference.clone());
        let postings = vec![Posting::debit(box_, over), Posting::credit(difference, over)];
        let entry = Entry::balanced(on, "petty cash counted", postings)?;
        post(tx, &rules.chart, EntryId::natural("cash_count", &format!("{fund}/{}", cash.counts())), entry).await?;
    }
    Ok(over)
}

/// Brings the cash back to the float from the bank.
///
/// # Errors
/// [`TopUpCashError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("petty_cash/box.txt")]
///
/// let top_up = |key: &str, reference: &'static str, amount: &str| {
///     let amount = amount.parse().unwrap();
///     wait(office.transact(&command(key), |tx| async move {
///         top_up(&tx, rules, cash_box, reference, on, amount).await
///     }))
/// };
/// pay("PC-01", "8.90 EUR")?;
/// top_up("top-up", "PT-01", "8.90 EUR")?;
/// let fund = wait(office.view(|view| async move { view.load(cash_box).await }))?;
/// assert_eq!(fund.cash()?, "200.00 EUR".parse()?);
/// // The box holds no more than its float.
/// assert!(matches!(top_up("more", "PT-02", "1.00 EUR"), Err(TopUpCashError::Fund(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn top_up(
    tx: &Tx,
    rules: &PettyCashRules,
    fund: PettyCashId,
    reference: &str,
    on: NaiveDate,
    amount: Money,
) -> Result<(), TopUpCashError> {
    // Read.
    let cash = tx.load(fund).await?;

    // Decide.
    let Decision::Record(topped_up) = cash.top_up(reference, on, amount)? else { return Ok(()) };
    let accounts = &rules.accounts;
    let postings =
        vec![Posting::debit(accounts.petty_cash.clone(), amount), Posting::credit(accounts.bank.clone(), amount)];
    let entry = Entry::balanced(on, "petty cash topped up", postings)?.resting_on(reference)?;

    // Record.
    tx.record(fund, topped_up).await?;
    post(tx, &rules.chart, EntryId::natural("cash_top_up", &format!("{fund}/{reference}")), entry).await?;
    Ok(())
}

/// A voucher cannot be paid out.
#[derive(Debug, Error)]
pub enum SpendVoucherError {
    /// The store has failed, or knows no such fund.
    #[error("the voucher could not be stored")]
    Store(#[from] StoreError),
    /// The rules cannot be asked.
    #[error(transparent)]
    Rules(#[from] DecideError),
    /// Whoever gives the command may not approve it.
    #[error(transparent)]
    Refused(#[from] ApproveStepError),
    /// The rules refuse it, or ask for more than one approval.
    #[error("the voucher is {status}")]
    NotApproved {
        /// Where its approval stands.
        status: ApprovalStatus,
    },
    /// The fund does not take it.
    #[error(transparent)]
    Fund(#[from] SpendCashError),
    /// Its amounts cannot be added up.
    #[error("the amounts of the voucher cannot be added up")]
    Money(#[from] MoneyError),
    /// It names no account.
    #[error("the voucher names no expense account")]
    NoExpense,
    /// There is no account for its tax.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal or the budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}

/// A count cannot be booked.
#[derive(Debug, Error)]
pub enum CountCashError {
    /// The store has failed, or knows no such fund.
    #[error("the count could not be stored")]
    Store(#[from] StoreError),
    /// The fund does not take it.
    #[error(transparent)]
    Fund(#[from] CountError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
}

/// The box cannot be topped up.
#[derive(Debug, Error)]
pub enum TopUpCashError {
    /// The store has failed, or knows no such fund.
    #[error("the top-up could not be stored")]
    Store(#[from] StoreError),
    /// The fund does not take it.
    #[error(transparent)]
    Fund(#[from] TopUpError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
}
