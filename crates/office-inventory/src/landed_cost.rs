//! Sharing a charge, such as freight or duty, among the goods it was for.
//!
//! Law 11 of the crate; `tests/keeping.rs` holds it.

mod booking;
mod receipt;
mod record;

use office_core::{AllocateError, Decimal, Money, MoneyError, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::booking::{
    BookShareError, BookedShare, CancelLandedCostError, ShareLandedCostError, cancel_landed_cost, share_landed_cost,
};
pub use self::record::{
    ChargeShare, LandedCost, LandedCostBill, LandedCostFact, LandedCostId, LandedGoods, ShareBooking,
};

/// Goods that a charge was for: one line of a delivery, or of a return if it is below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargedLine {
    /// What they cost.
    pub value: Money,
    /// How many they are, all lines in one unit.
    pub quantity: Decimal,
    /// What they weigh, all lines in one unit.
    pub weight: Decimal,
}

/// By what a charge is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeBasis {
    /// What the goods cost.
    Value,
    /// How many they are.
    Quantity,
    /// What they weigh.
    Weight,
}

/// A charge cannot be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ShareChargeError {
    /// The lines add up to nothing, or less.
    #[error("the lines add up to nothing to share by")]
    NoTotal,
    /// A share that was written by hand is negative.
    #[error("the share of line {line} is negative")]
    NegativeShare {
        /// The line, from 0.
        line: usize,
    },
    /// Shares that were written by hand do not add up to the charge.
    #[error("the shares add up to {sum}: {charge} is wanted")]
    NotAll {
        /// What they add up to.
        sum: Money,
        /// The charge.
        charge: Money,
    },
    /// The charge cannot be divided so finely.
    #[error("the charge cannot be divided so finely")]
    Allocate(#[from] AllocateError),
    /// A share cannot be held.
    #[error("a share cannot be held")]
    Money(#[from] MoneyError),
}

/// Shares a charge among lines, so that the shares add up to it, to the cent.
///
/// Lines of a return take their share back. No line gets less than nothing if none is below zero.
///
/// # Errors
/// [`ShareChargeError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{Currency, Decimal, Money};
/// use office_inventory::{ChargeBasis, ChargedLine, ShareChargeError, share_charge};
///
/// let line = |cents: i64, quantity: i64| ChargedLine {
///     value: Money::from_minor(cents, Currency::EUR),
///     quantity: Decimal::from(quantity),
///     weight: Decimal::ZERO,
/// };
/// let freight = Money::from_minor(80_00, Currency::EUR);
/// let lines = [line(120_00, 2), line(200_00, 2), line(0, 2)];
/// let shares = share_charge(freight, &lines, ChargeBasis::Value)?;
/// assert_eq!(shares.iter().map(ToString::to_string).collect::<Vec<_>>(), ["30.00 EUR", "50.00 EUR", "0.00 EUR"]);
///
/// let refused = share_charge(freight, &lines, ChargeBasis::Weight);
/// assert_eq!(refused, Err(ShareChargeError::NoTotal));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn share_charge(charge: Money, lines: &[ChargedLine], by: ChargeBasis) -> Result<Vec<Money>, ShareChargeError> {
    let weights: Vec<Decimal> = lines
        .iter()
        .map(|line| match by {
            ChargeBasis::Value => line.value.amount(),
            ChargeBasis::Quantity => line.quantity,
            ChargeBasis::Weight => line.weight,
        })
        .collect();
    let sum = |mut weights: std::slice::Iter<'_, Decimal>, sign: bool| {
        weights.try_fold(Decimal::ZERO, |sum, weight| {
            if weight.is_sign_negative() == sign { sum.checked_add(weight.abs()) } else { Some(sum) }
        })
    };
    let (forth, back) = (sum(weights.iter(), false), sum(weights.iter(), true));
    let (Some(forth), Some(back)) = (forth, back) else { return Err(AllocateError::TooFine.into()) };
    if forth <= back {
        return Err(ShareChargeError::NoTotal);
    }
    // Goods that came bear more than the charge where others went back, which take the rest of it with them.
    let all = if back.is_zero() {
        charge
    } else {
        let net = forth.checked_sub(back).ok_or(AllocateError::TooFine)?;
        let more = Ratio::from_decimal(forth).checked_div(Ratio::from_decimal(net));
        charge.times_ratio(more.map_err(|_| AllocateError::TooFine)?, Rounding::HalfUp)?
    };
    let side = |sign: bool| -> Vec<Decimal> {
        let weight = |weight: &Decimal| if weight.is_sign_negative() == sign { weight.abs() } else { Decimal::ZERO };
        weights.iter().map(weight).collect()
    };
    let mut shares = all.allocate(&side(false))?;
    if !back.is_zero() {
        let taken = charge.checked_sub(all)?.allocate(&side(true))?;
        for (share, taken) in shares.iter_mut().zip(taken) {
            *share = share.checked_add(taken)?;
        }
    }
    Ok(shares)
}

/// Takes shares as somebody wrote them, if they are none below zero and add up to the charge.
///
/// # Errors
/// [`ShareChargeError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{Currency, Money};
/// use office_inventory::{ShareChargeError, check_shares};
///
/// let eur = |euros: i64| Money::from_minor(euros * 100, Currency::EUR);
/// check_shares(eur(100), &[eur(70), eur(30)])?;
/// assert_eq!(check_shares(eur(100), &[eur(300), eur(-200)]), Err(ShareChargeError::NegativeShare { line: 1 }));
/// # Ok::<(), ShareChargeError>(())
/// ```
pub fn check_shares(charge: Money, shares: &[Money]) -> Result<(), ShareChargeError> {
    if let Some(line) = shares.iter().position(|share| share.is_negative()) {
        return Err(ShareChargeError::NegativeShare { line });
    }
    let sum = Money::sum(shares.iter().copied(), charge.currency())?;
    if sum == charge { Ok(()) } else { Err(ShareChargeError::NotAll { sum, charge }) }
}
