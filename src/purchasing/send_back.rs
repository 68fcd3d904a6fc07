//! Goods go back to the vendor, or a delivery is taken back that never came: off the shelf, out of the journal.

use chrono::NaiveDate;
use office_core::subject::OrderId;
use office_core::{Money, MoneyError, StoreError, Tx};
use office_finance::{Entry, EntryError, EntryId, Posting};
use office_inventory::{
    GoodsReturn, PurchaseOrder, Reference, ReturnDeliveryError, SentBack, UndoDeliveryError, return_delivery,
    undo_delivery,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PurchasingRules;
use super::on_order::{Bought, BoughtError, OnOrderError, bought};
use crate::accounts::NoAccountError;
use crate::journal::{PostAndSpendError, post_and_spend};

/// What goods that went back mean for the books: what a debit note says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodsWentBack {
    /// What went back, line by line.
    pub lines: Vec<SentBack>,
    /// What they are worth at the price of the order.
    pub worth: Money,
    /// What the vendor is to credit of the order, of this return and of those before: goods that were billed.
    pub credit_expected: Money,
}

/// Sends goods of a delivery back, to be replaced or to be credited.
///
/// They leave the shelf at what they cost; what was received and not billed is less by what they are worth at the price of
/// the order, and the difference is one of price at the expense of whom they were for. What the vendor is to replace is on
/// order again. Of what was billed a credit note is expected, which [`bill`](super::bill()) takes as a bill with
/// quantities below nothing. The same slip again changes nothing.
///
/// # Errors
/// [`GoBackError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::inventory::{GoodsBack, GoodsReturn, Remedy, ReturnDeliveryError};
/// use office::purchasing::{GoBackError, send_back};
///
/// // Two of three boxes have come, at 5.80, and one of them has dried out.
/// let dry = |slip: &str, boxes: &str| {
///     let goods = GoodsBack { quantity: boxes.parse()?, from: Id::natural("place", "store"), lot: None };
///     let (slip, note, why) = (slip.parse()?, "DN-02".parse()?, "dried out".to_owned());
///     Ok::<_, Failure>(GoodsReturn { slip, note, on, remedy: Remedy::Replacement, why, lines: [(1, goods)].into() })
/// };
/// let give = |goods: &GoodsReturn| {
///     let command = command(goods.slip.as_str())?;
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move {
///         send_back(&tx, rules, placed, goods.clone()).await
///     })))
/// };
/// let gone = give(&dry("RS-1", "1 box")?)??;
/// assert_eq!(gone.worth, Money::from_minor(5_80, eur));
///
/// // Only one is left of those that came.
/// let refused = give(&dry("RS-2", "2 box")?)?;
/// assert!(matches!(refused, Err(GoBackError::Refused(ReturnDeliveryError::Order(_)))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn send_back(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    goods: GoodsReturn,
) -> Result<GoodsWentBack, GoBackError<ReturnDeliveryError>> {
    // Read.
    let before = bought(tx, rules, order, goods.on).await?;

    // Decide and record what inventory makes of it.
    let (slip, on) = (goods.slip.clone(), goods.on);
    let sent = return_delivery(tx, order, goods).await.map_err(GoBackError::Refused)?;

    // Translate and record what it means for books and budget.
    let after = gone(tx, rules, order, &before, &sent, &format!("return {slip}"), &slip, on).await?;
    let none = Money::zero(after.order.terms().currency);
    let worth = Money::sum(sent.iter().map(|line| line.worth), none.currency())?;
    let due = after.order.lines().iter().map(|line| line.worth(line.credit_due(), after.order.terms().rounding));
    let due = due.collect::<Result<Vec<_>, _>>().map_err(OnOrderError::from)?;
    Ok(GoodsWentBack { lines: sent, worth, credit_expected: Money::sum(due, none.currency())? })
}

/// Takes a delivery back that was received by mistake: shelf, journal and budget are as if it had never been, and what was
/// expected is expected again. Once more changes nothing.
///
/// # Errors
/// [`GoBackError`]; nothing is recorded then. What is billed is sent back instead.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::inventory::{Reference, UndoDeliveryError};
/// use office::purchasing::{GoBackError, undo_receipt};
///
/// // The two boxes of DN-02, at 5.80, were for somebody else.
/// let take_back = |note: &str| {
///     let (command, note) = (command(&format!("undo-{note}"))?, &note.parse::<Reference>()?);
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move {
///         undo_receipt(&tx, rules, placed, note.clone(), on).await
///     })))
/// };
/// let undone = take_back("DN-02")??;
/// assert_eq!(undone[0].worth, Money::from_minor(11_60, eur));
///
/// let refused = take_back("DN-09")?;
/// assert!(matches!(refused, Err(GoBackError::Refused(UndoDeliveryError::Order(_)))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn undo_receipt(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    note: Reference,
    on: NaiveDate,
) -> Result<Vec<SentBack>, GoBackError<UndoDeliveryError>> {
    // Read.
    let before = bought(tx, rules, order, on).await?;

    // Decide and record what inventory makes of it.
    let undone = undo_delivery(tx, order, note.clone(), on).await.map_err(GoBackError::Refused)?;

    // Translate and record what it means for books and budget.
    gone(tx, rules, order, &before, &undone, &format!("delivery {note} taken back"), &note, on).await?;
    Ok(undone)
}

/// Books goods that are not there any more, and tells the budget what is on order now.
#[expect(clippy::too_many_arguments, reason = "what two steps have in common, in their own words")]
async fn gone<E>(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    before: &Bought,
    sent: &[SentBack],
    what: &str,
    paper: &Reference,
    on: NaiveDate,
) -> Result<Bought, GoBackError<E>> {
    let after = Bought { order: tx.load(PurchaseOrder::key(order)).await?, ..before.clone() };
    if sent.is_empty() {
        return Ok(after);
    }
    let mut postings = Vec::new();
    for gone in sent {
        let line = after.order.line(gone.line).zip(after.items.get(&gone.item));
        let Some((line, item)) = line else { continue };
        let accounts = &rules.accounts;
        // What the shelf has not given account of: all of it for a service, the difference from its cost for goods.
        let (counter, booked) = match &gone.entered {
            Some(entered) => {
                for posting in &entered.postings {
                    postings.extend(accounts.stock_postings(posting, item.category())?);
                }
                (accounts.price_difference.clone(), entered.value)
            }
            None => (accounts.expense_of(item.category())?.clone(), Money::zero(gone.worth.currency())),
        };
        let rest = gone.worth.checked_sub(booked)?;
        postings.push(Posting::debit(accounts.goods_received.clone(), rest));
        postings.push(Posting::credit(counter, rest).borne_by(line.cost_centre()));
    }
    postings.retain(|posting| !posting.amount.is_zero());
    if !postings.is_empty() {
        let entry = Entry::balanced(on, format!("{what}, order {}", after.order.number()), postings)?;
        let id = EntryId::natural("goods gone", &format!("{order}/{what}"));
        post_and_spend(tx, &rules.chart, id, entry.resting_on(paper.as_str())?).await?;
    }
    after.tell_budget(tx, order).await?;
    Ok(after)
}

/// Goods cannot go back.
#[derive(Debug, Error)]
pub enum GoBackError<E> {
    /// The store has failed, or knows no such order.
    #[error("the return could not be stored")]
    Store(#[from] StoreError),
    /// The order cannot be read with what belongs to it.
    #[error(transparent)]
    Order(#[from] BoughtError),
    /// Order or shelf do not give them.
    #[error(transparent)]
    Refused(E),
    /// What an item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// The values cannot be added up.
    #[error("what goes back cannot be added up")]
    Money(#[from] MoneyError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal or the budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
    /// The budget cannot be told what is on order.
    #[error(transparent)]
    OnOrder(#[from] OnOrderError),
}
