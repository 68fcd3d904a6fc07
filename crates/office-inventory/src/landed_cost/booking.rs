//! Sharing a charge among receipts that are kept, and taking it back.
//!
//! Law 11 of the crate; `tests/stock/landed_cost.rs` holds it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Decision, Entity, Money, MoneyError, Ratio, Rounding, StoreError, Tx, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::receipt::{Received, is_open, receipts};
use super::record::{ChargeShare, LandedCost, LandedCostBill, LandedCostFact, LandedCostId, ShareBooking};
use super::{ChargeBasis, ChargedLine, ShareChargeError, share_charge};
use crate::filing::{open_shelf, put_away};
use crate::{
    ChargeError, ParseReferenceError, PostingCause, Reference, RevalueStockError, Revalued, ReverseStockError, Stock,
    StockAccount, StockFact, StockPosting, StockRevaluation,
};

/// What a share means for the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedShare {
    /// The item.
    pub item: ItemId,
    /// The movement by which it was received.
    pub receipt: u64,
    /// The share; below zero where it was taken back.
    pub amount: Money,
    /// The postings that are proposed.
    pub postings: Vec<StockPosting>,
}

/// A charge cannot be shared.
#[derive(Debug, Error)]
pub enum ShareLandedCostError {
    /// The store has failed, or knows no such stock.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// Another charge was shared by the paper, or under the id.
    #[error("another charge was shared by `{paper}`")]
    Reused {
        /// The paper.
        paper: Reference,
    },
    /// A receipt is named twice.
    #[error("`{receipt}` is named twice")]
    Twice {
        /// The receipt.
        receipt: Reference,
    },
    /// Nothing was received by the paper on the day.
    #[error("nothing was received by `{receipt}` on {received}")]
    NotReceived {
        /// The paper.
        receipt: Reference,
        /// The day.
        received: NaiveDate,
    },
    /// What is shared by quantity is kept in different units.
    #[error("`{given}` cannot be added to `{unit}`: goods that share by quantity are kept in one unit")]
    Units {
        /// The unit of the first line.
        unit: UnitCode,
        /// Another.
        given: UnitCode,
    },
    /// The charge cannot be shared among the goods.
    #[error("the charge cannot be shared")]
    Share(#[from] ShareChargeError),
    /// A share cannot be booked.
    #[error("a share cannot be booked")]
    Book(#[from] BookShareError),
}

/// A charge cannot be taken back.
#[derive(Debug, Error)]
pub enum CancelLandedCostError {
    /// The store has failed, or knows no such charge.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// A share cannot be taken back.
    #[error("a share cannot be taken back")]
    Book(#[from] BookShareError),
}

/// A share cannot be booked, or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BookShareError {
    /// The receipt cannot be charged.
    #[error("the receipt cannot be charged")]
    Charge(#[from] ChargeError),
    /// What is left of the receipt cannot be valued otherwise.
    #[error("what is left of the receipt cannot be valued otherwise")]
    Revalue(#[from] RevalueStockError),
    /// A correction cannot be taken back.
    #[error("the correction cannot be taken back")]
    Reverse(#[from] ReverseStockError),
    /// The paper cannot be referred to line by line.
    #[error("the paper is too long to tell its lines apart")]
    Reference(#[from] ParseReferenceError),
    /// A share cannot be held.
    #[error("a share cannot be held")]
    Money(#[from] MoneyError),
}

/// Shares a charge among goods that were received, and adds its share to what each receipt cost. Where the period of a
/// receipt is closed, its part of what is left goes onto that, and the rest is a price difference.
///
/// Answers with the postings, line by line; with nothing where the same was shared before.
///
/// # Errors
/// [`ShareLandedCostError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("paper.txt")]
#[doc = include_str!("freight.txt")]
///
/// let share = |key: &str, id, bill: &LandedCostBill| {
///     wait(office.transact(&command(key), |tx| {
///         let bill = bill.clone();
///         async move { share_landed_cost(&tx, id, bill).await }
///     }))
/// };
/// // Ten reams came for 41.00, and the freight was 5.00.
/// assert_eq!(share("share", id, &bill)?[0].amount.to_string(), "5.00 EUR");
/// assert_eq!(worth()?.to_string(), "46.00 EUR");
/// // One bill is shared once.
/// let other = share("other", Id::natural("landed_cost", "FR-78"), &bill);
/// assert!(matches!(other, Err(ShareLandedCostError::Reused { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn share_landed_cost(
    tx: &Tx,
    id: LandedCostId,
    bill: LandedCostBill,
) -> Result<Vec<BookedShare>, ShareLandedCostError> {
    // Read.
    let known = tx.find_by(LandedCost::BY_PAPER, &bill.paper.as_str().to_owned()).await?;
    let known = match known {
        Some((known, cost)) => Some((known == id, cost)),
        None => tx.find(id).await?.map(|cost| (true, cost)),
    };
    match known {
        Some((true, cost)) if *cost.bill() == bill => return Ok(Vec::new()),
        Some(_) => return Err(ShareLandedCostError::Reused { paper: bill.paper }),
        None => {}
    }
    let mut shelves = shelves(tx, bill.lines.iter().map(|goods| (goods.item, goods.received.min(bill.on)))).await?;
    let receipts = receipts(tx, &bill.lines, &shelves).await?;

    // Decide.
    let amounts = share_charge(bill.charge, &lines(&bill, &receipts)?, bill.by)?;
    let (mut facts, mut shares, mut booked) = (Vec::new(), Vec::new(), Vec::new());
    let numbered = (1_u32..).zip(bill.lines.iter().zip(&receipts)).zip(amounts);
    for ((number, (goods, received)), amount) in numbered {
        let Some(stock) = shelves.get_mut(&goods.item) else { continue };
        let Received { sequence: receipt, quantity, .. } = *received;
        let share = ChargeShare { item: goods.item, receipt, quantity, amount, booked: ShareBooking::Charged };
        let (share, done) = if is_open(stock, goods.received) {
            (share, charge(stock, receipt, &bill.paper, amount)?)
        } else {
            let paper = format!("{} / {number}", bill.paper).parse().map_err(BookShareError::from)?;
            correct(stock, share, amount, bill.on, paper)?
        };
        facts.extend(done.fact.into_iter().map(|fact| (goods.item, fact)));
        booked.push(BookedShare { item: goods.item, receipt, amount, postings: done.postings });
        shares.push(share);
    }

    // Record.
    tx.create(id, LandedCostFact::Shared { bill, shares }).await?;
    record(tx, facts).await?;
    Ok(booked)
}

/// Takes a shared charge back, as if it had never been. Where a period was closed since, what is left of the goods is
/// corrected on a day, and the rest is a price difference.
///
/// Answers with the postings, line by line; with nothing where it was taken back before. For an example, see
/// [`share_landed_cost`].
///
/// # Errors
/// [`CancelLandedCostError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("paper.txt")]
#[doc = include_str!("freight.txt")]
///
/// share("share", id, &bill)?;
/// assert_eq!(worth()?.to_string(), "46.00 EUR");
/// let cancel = |key: &str, id| {
///     wait(office.transact(&command(key), |tx| async move { cancel_landed_cost(&tx, id, on).await }))
/// };
/// assert_eq!(cancel("cancel", id)?[0].amount.to_string(), "-5.00 EUR");
/// assert_eq!(worth()?.to_string(), "41.00 EUR");
/// // Taken back again, nothing changes; what was never shared is not taken back.
/// assert!(cancel("again", id)?.is_empty());
/// let other = cancel("other", Id::natural("landed_cost", "FR-99"));
/// assert!(matches!(other, Err(CancelLandedCostError::Store(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn cancel_landed_cost(
    tx: &Tx,
    id: LandedCostId,
    on: NaiveDate,
) -> Result<Vec<BookedShare>, CancelLandedCostError> {
    // Read.
    let cost = tx.load(id).await?;
    if cost.cancelled().is_some() {
        return Ok(Vec::new());
    }
    let bill = cost.bill();
    let days = bill.lines.iter().map(|goods| (goods.item, goods.received.min(bill.on).min(on)));
    let mut shelves = shelves(tx, days).await?;

    // Decide.
    let (mut facts, mut booked) = (Vec::new(), Vec::new());
    for ((number, goods), share) in (1_u32..).zip(&bill.lines).zip(cost.shares()) {
        let Some(stock) = shelves.get_mut(&goods.item) else { continue };
        let back = Money::zero(share.amount.currency()).checked_sub(share.amount).map_err(BookShareError::from)?;
        let done = match share.booked {
            _ if share.amount.is_zero() => Done::default(),
            ShareBooking::Charged if is_open(stock, goods.received) => {
                let fact = stock.discharge(share.receipt, &bill.paper).map_err(BookShareError::from)?.fact();
                Done::of(stock, fact, None)
            }
            ShareBooking::Corrected { sequence, .. } if is_open(stock, bill.on) => {
                let fact = match sequence {
                    Some(sequence) => stock.reverse(sequence).map_err(BookShareError::from)?.fact(),
                    None => None,
                };
                Done::of(stock, fact, onto_difference(share.receipt, bill.on, back))
            }
            ShareBooking::Charged | ShareBooking::Corrected { .. } => {
                let paper = format!("{} / {number} / back", bill.paper).parse().map_err(BookShareError::from)?;
                correct(stock, *share, back, on, paper)?.1
            }
        };
        facts.extend(done.fact.into_iter().map(|fact| (goods.item, fact)));
        let ChargeShare { item, receipt, .. } = *share;
        booked.push(BookedShare { item, receipt, amount: back, postings: done.postings });
    }

    // Record.
    tx.record(id, LandedCostFact::Cancelled { on }).await?;
    record(tx, facts).await?;
    Ok(booked)
}

/// The stock of each item, with what happened since its earliest day.
async fn shelves(
    tx: &Tx,
    days: impl Iterator<Item = (ItemId, NaiveDate)>,
) -> Result<BTreeMap<ItemId, Stock>, StoreError> {
    let mut first = BTreeMap::new();
    for (item, day) in days {
        first.entry(item).and_modify(|known: &mut NaiveDate| *known = day.min(*known)).or_insert(day);
    }
    let mut shelves = BTreeMap::new();
    for (item, day) in first {
        // What is closed is not fetched again; what is open is, all of it that matters.
        let stock = tx.load(Stock::key(item)).await?;
        let open = stock.ledger().closed_through().and_then(|closed| closed.succ_opt()).unwrap_or(day);
        shelves.insert(item, open_shelf(tx, item, None, day.max(open)).await?);
    }
    Ok(shelves)
}

/// What each line is worth and how many it is, for sharing.
fn lines(bill: &LandedCostBill, receipts: &[Received]) -> Result<Vec<ChargedLine>, ShareLandedCostError> {
    let unit = receipts.first().map(|first| first.quantity.unit());
    let other = receipts.iter().map(|received| received.quantity.unit()).find(|given| Some(*given) != unit);
    if let (ChargeBasis::Quantity, Some(unit), Some(given)) = (bill.by, unit, other) {
        return Err(ShareLandedCostError::Units { unit, given });
    }
    let lines = bill.lines.iter().zip(receipts).map(|(goods, received)| {
        let (value, quantity, weight) = (received.value, received.quantity.amount(), goods.weight);
        ChargedLine { value, quantity, weight }
    });
    Ok(lines.collect())
}

/// What was decided on one line.
#[derive(Default)]
struct Done {
    fact: Option<StockFact>,
    postings: Vec<StockPosting>,
}

impl Done {
    /// The stock is as it will be, for the lines after this.
    fn of(stock: &mut Stock, fact: Option<StockFact>, more: Option<StockPosting>) -> Self {
        let mut postings: Vec<_> = more.into_iter().collect();
        if let Some(fact) = &fact {
            stock.apply(fact);
            postings.extend(fact.entered().into_iter().flat_map(|entered| entered.postings));
        }
        Self { fact, postings }
    }
}

fn charge(stock: &mut Stock, receipt: u64, paper: &Reference, amount: Money) -> Result<Done, BookShareError> {
    let fact = if amount.is_zero() { None } else { stock.charge(receipt, paper, amount)?.fact() };
    Ok(Done::of(stock, fact, None))
}

/// An amount that came too late for its receipt: as much of it as of the receipt is left goes onto what is left, and all
/// of it comes out of the price differences.
fn correct(
    stock: &mut Stock,
    share: ChargeShare,
    amount: Money,
    on: NaiveDate,
    reference: Reference,
) -> Result<(ChargeShare, Done), BookShareError> {
    let ChargeShare { receipt, quantity, .. } = share;
    let part = Ratio::from_decimal(stock.left_of(receipt, quantity).amount());
    let part = part.checked_div(Ratio::from_decimal(quantity.amount())).unwrap_or(Ratio::ZERO);
    let left = amount.times_ratio(part, Rounding::HalfUp)?;
    let sequence = (!left.is_zero()).then(|| stock.ledger().next_sequence());
    let fact = if left.is_zero() {
        None
    } else {
        let what = Revalued::Charge { receipt, amount: left };
        match stock.revalue(StockRevaluation { what, on, reference })? {
            Decision::Record(fact) => Some(fact),
            Decision::AlreadyRecorded => None,
        }
    };
    let done = Done::of(stock, fact, onto_difference(receipt, on, amount));
    Ok((ChargeShare { booked: ShareBooking::Corrected { left, sequence }, ..share }, done))
}

/// The posting by which a charge that came too late is a price difference; back if it is negative.
fn onto_difference(receipt: u64, on: NaiveDate, amount: Money) -> Option<StockPosting> {
    let (debit, credit) = if amount.is_negative() {
        (StockAccount::LandedCost, StockAccount::PriceDifference)
    } else {
        (StockAccount::PriceDifference, StockAccount::LandedCost)
    };
    let posting = StockPosting {
        sequence: receipt,
        effective: on,
        cause: PostingCause::Charged,
        debit,
        credit,
        amount: amount.abs(),
    };
    (!amount.is_zero()).then_some(posting)
}

async fn record(tx: &Tx, facts: Vec<(ItemId, StockFact)>) -> Result<(), StoreError> {
    let items: BTreeSet<_> = facts.iter().map(|(item, _)| *item).collect();
    for (item, fact) in facts {
        tx.record(Stock::key(item), fact).await?;
    }
    for item in items {
        put_away(tx, item).await?;
    }
    Ok(())
}
