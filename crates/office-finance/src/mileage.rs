//! What is paid for driving one's own vehicle: so much for each kilometre or mile, by kind of vehicle, date, and how far one
//! has driven in the year.
//!
//! Law 25 of the crate; `tests/allowance.rs` holds it.

use chrono::NaiveDate;
use office_core::{
    DateRange, Money, MoneyError, Quantity, QuantityError, Ratio, RatioError, Rounding, UnitCode, UnitPrice,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is paid for a distance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MileageRate {
    /// The kind of vehicle: `car`, `bicycle`.
    pub vehicle: String,
    /// From which day on, and until which: the day of driving counts.
    pub valid: DateRange,
    /// For what is driven above so much in the year; from the first if it is zero.
    pub above: Quantity,
    /// How much.
    pub rate: UnitPrice,
}

/// Rates for driving one's own vehicle.
///
/// # Example
/// ```
/// use office_core::{DateRange, Quantity, Rounding};
/// use office_finance::{MileageError, MileageRate, MileageTable};
///
/// // United Kingdom: 45p for the first 10,000 miles of a year, 25p after.
/// let rate = |above: &str, rate: &str| Ok::<_, Box<dyn std::error::Error>>(MileageRate {
///     vehicle: "car".into(), valid: DateRange::from("2011-04-06".parse()?), above: above.parse()?, rate: rate.parse()?,
/// });
/// let table = MileageTable::new([rate("0 mile", "0.45 GBP / 1 mile")?, rate("10000 mile", "0.25 GBP / 1 mile")?])?;
/// let (on, before): (_, Quantity) = ("2026-10-14".parse()?, "9900 mile".parse()?);
/// let drive = table.allowance("car", on, "250 mile".parse()?, before, Rounding::HalfUp)?;
/// assert_eq!(drive.parts.len(), 2);
/// assert_eq!(drive.total.to_string(), "82.50 GBP");
///
/// let boat = table.allowance("boat", on, "1 mile".parse()?, "0 mile".parse()?, Rounding::HalfUp);
/// assert!(matches!(boat, Err(MileageError::NoRate { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MileageTable {
    // Invariant: by vehicle and first day, then by `above`.
    rates: Vec<MileageRate>,
}

/// What is paid for a drive, and how it was worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MileageAllowance {
    /// The kind of vehicle.
    pub vehicle: String,
    /// The day.
    pub on: NaiveDate,
    /// How far.
    pub distance: Quantity,
    /// What of it is paid at which rate, in the order of driving.
    pub parts: Vec<MileagePart>,
    /// What it comes to, rounded once.
    pub total: Money,
}

/// A part of a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MileagePart {
    /// How far.
    pub distance: Quantity,
    /// At which rate.
    pub rate: UnitPrice,
}

/// Rates do not make a table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MileageTableError {
    /// A rate is below zero, or for another unit than that above which it is paid.
    #[error("a rate of {rate} above {above} makes no sense")]
    Rate {
        /// The rate.
        rate: UnitPrice,
        /// Above what it is paid.
        above: Quantity,
    },
    /// Two are for the same drive.
    #[error("`{vehicle}` has two rates above {above} for some days")]
    Overlap {
        /// The kind of vehicle.
        vehicle: String,
        /// Above what both are paid.
        above: Quantity,
    },
    /// There are too many.
    #[error("more than {} rates are too many", MileageTable::MOST)]
    TooMany,
}

/// What is paid for a drive cannot be worked out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MileageError {
    /// Nothing or less was driven, or before.
    #[error("a drive of {distance} after {before} makes no sense")]
    Distance {
        /// How far.
        distance: Quantity,
        /// How far before in the year.
        before: Quantity,
    },
    /// A kind of vehicle has no rate on a day.
    #[error("`{vehicle}` has no rate on {on} for the first {unit} and all after")]
    NoRate {
        /// The kind of vehicle.
        vehicle: String,
        /// The day.
        on: NaiveDate,
        /// In which unit was asked.
        unit: UnitCode,
    },
    /// A distance cannot be held.
    #[error("the distances cannot be added")]
    Quantity(#[from] QuantityError),
    /// What it comes to cannot be held.
    #[error("what the drive comes to cannot be held")]
    Ratio(#[from] RatioError),
    /// What it comes to cannot be held, or the rates are in different currencies.
    #[error("what the drive comes to cannot be held")]
    Money(#[from] MoneyError),
}

impl MileageTable {
    /// The most rates of a table.
    pub const MOST: usize = 1000;

    /// A table of these rates.
    ///
    /// # Errors
    /// [`MileageTableError`] for the first rate that does not fit.
    pub fn new(rates: impl IntoIterator<Item = MileageRate>) -> Result<Self, MileageTableError> {
        let mut table: Vec<MileageRate> = Vec::new();
        for new in rates {
            let MileageRate { vehicle, valid, above, rate } = &new;
            if rate.amount().is_sign_negative() || rate.per().unit() != above.unit() || above.is_negative() {
                return Err(MileageTableError::Rate { rate: *rate, above: *above });
            }
            if table.len() >= Self::MOST {
                return Err(MileageTableError::TooMany);
            }
            let same =
                |held: &&MileageRate| held.vehicle == *vehicle && held.above == *above && held.valid.overlaps(valid);
            if table.iter().any(|held| same(&held)) {
                return Err(MileageTableError::Overlap { vehicle: vehicle.clone(), above: *above });
            }
            table.push(new);
        }
        table.sort_by(|one, other| {
            let key = |rate: &MileageRate| (rate.valid.start(), rate.above.amount());
            (&one.vehicle, key(one)).cmp(&(&other.vehicle, key(other)))
        });
        Ok(Self { rates: table })
    }

    /// What is paid for a drive on a day by somebody who has driven so far in the year before: the rates of the day, each for
    /// its part of the way, added up exactly and rounded once.
    ///
    /// # Errors
    /// [`MileageError`], in the order of its variants.
    pub fn allowance(
        &self,
        vehicle: &str,
        on: NaiveDate,
        distance: Quantity,
        before: Quantity,
        rounding: Rounding,
    ) -> Result<MileageAllowance, MileageError> {
        let unit = distance.unit();
        if !distance.is_positive() || before.is_negative() || before.unit() != unit {
            return Err(MileageError::Distance { distance, before });
        }
        let after = before.checked_add(distance)?;
        let fits =
            |rate: &&MileageRate| rate.vehicle == vehicle && rate.valid.contains(on) && rate.above.unit() == unit;
        let mut rates: Vec<_> = self.rates.iter().filter(fits).collect();
        rates.sort_by_key(|rate| rate.above.amount());
        let no_rate = || MileageError::NoRate { vehicle: vehicle.to_owned(), on, unit };
        let first = rates.first().filter(|rate| rate.above.amount() <= before.amount()).ok_or_else(no_rate)?;
        let currency = first.rate.currency();
        let mut parts = Vec::new();
        let mut worth = Ratio::from_integer(0);
        for (place, MileageRate { above, rate, .. }) in (1..).zip(&rates).map(|(next, rate)| (next, *rate)) {
            let to = rates.get(place).map_or(after, |next| lesser(next.above, after));
            let from = if above.amount() < before.amount() { before } else { *above };
            if from.amount() < to.amount() {
                let distance = to.checked_sub(from)?;
                let per = Ratio::from_decimal(rate.amount()).checked_div(Ratio::from_decimal(rate.per().amount()))?;
                worth = worth.checked_add(Ratio::from_decimal(distance.amount()).checked_mul(per)?)?;
                Money::zero(currency).checked_add(Money::zero(rate.currency()))?;
                parts.push(MileagePart { distance, rate: *rate });
            }
        }
        let total = Money::rounded(1.into(), currency, rounding)?.times_ratio(worth, rounding)?;
        Ok(MileageAllowance { vehicle: vehicle.to_owned(), on, distance, parts, total })
    }
}

fn lesser(one: Quantity, other: Quantity) -> Quantity {
    if one.amount() < other.amount() { one } else { other }
}
