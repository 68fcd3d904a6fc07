//! Amounts that are not rounded yet, as exact fractions of minor units.

use std::cmp::Reverse;

use office_core::{Currency, Money, MoneyError, Ratio, RatioError, UnitPrice};

use super::InvoiceTotalsError;
use crate::{RoundedAt, RoundingPolicy};

/// Computes with fractions of minor units of one currency, and rounds them where the policy says.
#[derive(Clone, Copy)]
pub(super) struct Exact {
    pub(super) currency: Currency,
    pub(super) policy: RoundingPolicy,
}

impl Exact {
    pub(super) const fn out_of_range(self) -> InvoiceTotalsError {
        InvoiceTotalsError::out_of_range(self.currency)
    }

    fn held(self, ratio: Result<Ratio, RatioError>) -> Result<Ratio, InvoiceTotalsError> {
        ratio.map_err(|_| self.out_of_range())
    }

    pub(super) fn add(self, left: Ratio, right: Ratio) -> Result<Ratio, InvoiceTotalsError> {
        self.held(left.checked_add(right))
    }

    pub(super) fn times(self, left: Ratio, right: Ratio) -> Result<Ratio, InvoiceTotalsError> {
        self.held(left.checked_mul(right))
    }

    pub(super) fn divided(self, left: Ratio, right: Ratio) -> Result<Ratio, InvoiceTotalsError> {
        self.held(left.checked_div(right))
    }

    /// An amount in minor units.
    pub(super) fn minor(self, amount: Money) -> Result<Ratio, InvoiceTotalsError> {
        if amount.currency() != self.currency {
            return Err(MoneyError::CurrencyMismatch { left: self.currency, right: amount.currency() }.into());
        }
        self.held(Ratio::new(amount.minor(), 1))
    }

    /// What one unit costs, in minor units.
    pub(super) fn of_price(self, price: UnitPrice) -> Result<Ratio, InvoiceTotalsError> {
        if price.currency() != self.currency {
            return Err(MoneyError::CurrencyMismatch { left: self.currency, right: price.currency() }.into());
        }
        let unit = 10_i64.checked_pow(self.currency.digits()).ok_or_else(|| self.out_of_range())?;
        let amount = self.times(Ratio::from_decimal(price.amount()), Ratio::from_integer(unit))?;
        self.divided(amount, Ratio::from_decimal(price.per().amount()))
    }

    /// An amount of a line, rounded unless the document is rounded as a whole.
    pub(super) fn settled(self, amount: Ratio) -> Result<Ratio, InvoiceTotalsError> {
        match self.policy.at {
            RoundedAt::Line | RoundedAt::Category => self.minor(self.round(amount)?),
            RoundedAt::Document => Ok(amount),
        }
    }

    pub(super) fn round(self, amount: Ratio) -> Result<Money, InvoiceTotalsError> {
        let minor = amount.to_decimal(0, self.policy.rounding).ok_or_else(|| self.out_of_range())?;
        Ok(Money::try_from_minor(minor.mantissa(), self.currency)?)
    }
}

/// Parts of `whole` that add up to it exactly: each amount rounded toward less, and the minor units that are left over
/// given, one each, to those that lost most, among equals to the earlier.
///
/// `whole` is the rounded sum of the amounts, or one minor unit from it.
pub(super) fn spread(whole: Money, amounts: &[Ratio]) -> Result<Vec<Money>, InvoiceTotalsError> {
    let currency = whole.currency();
    let out_of_range = || InvoiceTotalsError::out_of_range(currency);
    let mut parts: Vec<i128> = amounts.iter().map(|amount| amount.floor()).collect();
    let given = parts.iter().try_fold(0_i128, |sum, part| sum.checked_add(*part)).ok_or_else(out_of_range)?;
    let over = whole.minor().checked_sub(given).ok_or_else(out_of_range)?;
    let count = i128::try_from(parts.len()).map_err(|_| out_of_range())?;
    let (each, rest) = over.checked_div_euclid(count).zip(over.checked_rem_euclid(count)).ok_or_else(out_of_range)?;
    let mut lost = Vec::new();
    for (place, amount) in amounts.iter().enumerate() {
        let floor = Ratio::new(amount.floor(), 1).map_err(|_| out_of_range())?;
        lost.push((Reverse(amount.checked_sub(floor).map_err(|_| out_of_range())?), place));
    }
    lost.sort();
    let rest = usize::try_from(rest).map_err(|_| out_of_range())?;
    for (order, (_, place)) in lost.into_iter().enumerate() {
        if let Some(part) = parts.get_mut(place) {
            let more = each.checked_add(i128::from(order < rest)).ok_or_else(out_of_range)?;
            *part = part.checked_add(more).ok_or_else(out_of_range)?;
        }
    }
    parts.into_iter().map(|part| Ok(Money::try_from_minor(part, currency)?)).collect()
}
