//! Where the year is heading.
//!
//! Laws, held by `tests/budget.rs`:
//!
//! 1. The months of a forecast add up to its total, and those that are over are what they were.
//! 2. A history that never changes goes on as it is.
//! 3. A year that is over is its own forecast.
//! 4. The total is between the low and the high one; where a history is multiplied, so is its forecast, but for rounding.

use office_core::{AllocateError, Currency, Decimal, Money, MoneyError, Ratio, RatioError, Rounding};
use thiserror::Error;

/// How the months to come are told from those that are over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForecastMethod {
    /// Each month to come is the average of those that are over.
    RunRate,
    /// The months to come relate to those that are over as they do in a profile: last year's months, or the plan's.
    Seasonal {
        /// January to December, none of them below zero.
        profile: Box<[Money; 12]>,
    },
    /// As [`ForecastMethod::RunRate`], but at least what is on order: that is going to be spent whatever the average.
    OnOrder {
        /// What is reserved and committed and not yet spent; not below zero.
        open: Money,
    },
}

/// A forecast to the end of the year.
///
/// What is to come is worked out exactly, rounded once as a whole, and then spread over the months, so that they add up
/// to it.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Rounding};
/// use office_finance::{Forecast, ForecastError, ForecastMethod};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let so_far = [euro(100_00), euro(100_00), euro(100_01)];
/// let forecast = Forecast::of(&so_far, ForecastMethod::RunRate, Rounding::HalfUp)?;
/// // Nine months at a third of 300.01 EUR, exactly, and not at 100.00 EUR.
/// assert_eq!(forecast.to_come.to_string(), "900.03 EUR");
/// assert_eq!(forecast.total.to_string(), "1200.04 EUR");
///
/// assert_eq!(Forecast::of(&[], ForecastMethod::RunRate, Rounding::HalfUp), Err(ForecastError::Months { given: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// How it was made.
    pub method: ForecastMethod,
    /// How many months are over.
    pub months_over: usize,
    /// January to December: those that are over as they were, the others as forecast.
    pub months: [Money; 12],
    /// The sum of the months to come.
    pub to_come: Money,
    /// By how much what is over was multiplied to give what is to come; rounding came after it.
    pub factor: Ratio,
    /// The year.
    pub total: Money,
    /// The year if the months to come are as cheap as the cheapest of those that are over, compared with its profile.
    pub low: Money,
    /// The year if they are as dear as the dearest.
    pub high: Money,
}

impl Forecast {
    /// A forecast from the months that are over, from January: one at least, twelve at the most.
    ///
    /// # Errors
    /// [`ForecastError`], in the order of its variants.
    pub fn of(over: &[Money], method: ForecastMethod, rounding: Rounding) -> Result<Self, ForecastError> {
        let wrong = ForecastError::Months { given: over.len() };
        let (Some(first), Some(left)) = (over.first(), 12_usize.checked_sub(over.len())) else {
            return Err(wrong);
        };
        let currency = first.currency();
        let so_far = Money::sum(over.iter().copied(), currency)?;
        let (factor, weights) = match &method {
            ForecastMethod::RunRate | ForecastMethod::OnOrder { .. } => {
                let (left, over) = (i128::try_from(left).ok(), i128::try_from(over.len()).ok());
                let (Some(left), Some(over)) = (left, over) else { return Err(wrong) };
                (Ratio::new(left, over)?, vec![Decimal::ONE; usize::try_from(left).unwrap_or_default()])
            }
            ForecastMethod::Seasonal { profile } => seasonal(over.len(), profile, currency)?,
        };
        let [least, most] = extremes(over, &method, left, rounding)?;
        let to_come = at_least(so_far.times_ratio(factor, rounding)?, &method, left)?;
        let mut months = over.to_vec();
        if left > 0 {
            let none = to_come.is_zero() && weights.iter().all(Decimal::is_zero);
            let parts = if none { vec![to_come; left] } else { to_come.allocate(&weights)? };
            months.extend(parts);
        }
        let total = so_far.checked_add(to_come)?;
        let months_over = over.len();
        let months = months.try_into().map_err(|_| wrong)?;
        let low = so_far.checked_add(to_come.lesser(at_least(least, &method, left)?)?)?;
        let high = so_far.checked_add(to_come.greater(at_least(most, &method, left)?)?)?;
        Ok(Self { method, months_over, months, to_come, factor, total, low, high })
    }
}

/// What is to come if every month is as cheap as the cheapest that is over, and as dear as the dearest.
fn extremes(
    over: &[Money],
    method: &ForecastMethod,
    left: usize,
    rounding: Rounding,
) -> Result<[Money; 2], ForecastError> {
    let mut found: Option<[Money; 2]> = None;
    let weight = |at: usize| match method {
        ForecastMethod::RunRate | ForecastMethod::OnOrder { .. } => Some((1, i128::try_from(left).ok()?)),
        ForecastMethod::Seasonal { profile } => {
            let month = profile.get(at).filter(|month| month.is_positive())?;
            let rest = Money::sum(profile.iter().skip(over.len()).copied(), month.currency()).ok()?;
            Some((month.minor(), rest.minor()))
        }
    };
    for (at, month) in over.iter().enumerate() {
        let Some((of, rest)) = weight(at) else { continue };
        let to_come = month.times_ratio(Ratio::new(rest, of)?, rounding)?;
        found = Some(match found {
            Some([least, most]) => [least.lesser(to_come)?, most.greater(to_come)?],
            None => [to_come, to_come],
        });
    }
    found.ok_or(ForecastError::EmptyProfile { over: over.len() })
}

/// No less than what is on order, where the method counts that; nothing is left to come after twelve months.
fn at_least(to_come: Money, method: &ForecastMethod, left: usize) -> Result<Money, MoneyError> {
    match method {
        ForecastMethod::OnOrder { open } if left > 0 => to_come.greater(*open),
        ForecastMethod::RunRate | ForecastMethod::Seasonal { .. } | ForecastMethod::OnOrder { .. } => Ok(to_come),
    }
}

/// By how much the profile's rest exceeds its months that are over, and the weights of the rest.
fn seasonal(over: usize, profile: &[Money; 12], currency: Currency) -> Result<(Ratio, Vec<Decimal>), ForecastError> {
    if let Some(month) = profile.iter().position(|month| month.is_negative()) {
        return Err(ForecastError::NegativeProfile { month });
    }
    let so_far = Money::sum(profile.iter().take(over).copied(), currency)?;
    let rest = Money::sum(profile.iter().skip(over).copied(), currency)?;
    if so_far.is_zero() {
        return Err(ForecastError::EmptyProfile { over });
    }
    let weights = profile.iter().skip(over).map(|month| month.amount()).collect();
    Ok((Ratio::new(rest.minor(), so_far.minor())?, weights))
}

/// A forecast cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// No month is over, or there are more than a year has.
    #[error("{given} months are over: 1 to 12 are wanted")]
    Months {
        /// How many were given.
        given: usize,
    },
    /// Amounts are in different currencies, or too large.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// A month of the profile is below zero.
    #[error("month {month} of the profile is below zero: a season is told by amounts of zero and more")]
    NegativeProfile {
        /// Its place, from 0.
        month: usize,
    },
    /// The profile has nothing in the months that are over.
    #[error("the profile has nothing in its first {over} months to compare with")]
    EmptyProfile {
        /// How many months are over.
        over: usize,
    },
    /// The proportion cannot be held.
    #[error("the proportion cannot be held exactly")]
    Ratio(#[from] RatioError),
    /// What is to come cannot be spread over the months.
    #[error("what is to come cannot be spread over the months")]
    Spread(#[from] AllocateError),
}
