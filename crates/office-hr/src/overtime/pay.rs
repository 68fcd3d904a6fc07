//! What overtime costs: the regular rate, and what is paid above it.

use std::collections::BTreeMap;

use office_core::{Money, MoneyError, Rate, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{WorkTime, WorkedWeek};

/// What somebody earns an hour at straight time: all that is paid for a week of work, over the hours that it is for.
///
/// Hourly pay, piece work, bonus and salary alike (29 CFR 778.109 to 778.113). It is kept exact, and rounded when it is
/// written down.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Rounding};
/// use office_hr::{RegularRate, WorkTime};
///
/// // A salary of 182.70 for 35 hours (29 CFR 778.113).
/// let rate = RegularRate::new(Money::from_minor(18_270, Currency::USD), WorkTime::hours(35))?;
/// assert_eq!(rate.an_hour("1".parse()?, Rounding::HalfUp)?.to_string(), "5.22 USD");
/// assert_eq!(rate.an_hour("1.5".parse()?, Rounding::HalfUp)?.to_string(), "7.83 USD");
///
/// // No hours have no rate.
/// assert!(RegularRate::new(Money::from_minor(18_270, Currency::USD), WorkTime::ZERO).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegularRate {
    earned: Money,
    // Invariant: more than nothing.
    hours: WorkTime,
}

impl RegularRate {
    /// The rate of one who earns so much in so many hours.
    ///
    /// # Errors
    /// [`OvertimePayError::NoHours`].
    pub fn new(earned: Money, hours: WorkTime) -> Result<Self, OvertimePayError> {
        if hours > WorkTime::ZERO { Ok(Self { earned, hours }) } else { Err(OvertimePayError::NoHours { hours }) }
    }

    /// What an hour is worth at a multiple of the rate, rounded once.
    ///
    /// # Errors
    /// [`OvertimePayError::Money`] where it is more than an amount can be.
    pub fn an_hour(self, times: Rate, rounding: Rounding) -> Result<Money, OvertimePayError> {
        self.hour(times.ratio(), rounding)
    }

    fn hour(self, times: Ratio, rounding: Rounding) -> Result<Money, OvertimePayError> {
        let currency = self.earned.currency();
        let factor = times.checked_div(self.hours.in_hours()).map_err(|_| MoneyError::OutOfRange { currency })?;
        Ok(self.earned.times_ratio(factor, rounding)?)
    }
}

/// A month's salary as a week's: twelve months over 52 weeks (29 CFR 778.113(b)), rounded once.
///
/// # Errors
/// [`MoneyError`].
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Rounding};
///
/// let month = Money::from_minor(1_040_00, Currency::USD);
/// assert_eq!(office_hr::weekly_of_monthly(month, Rounding::HalfUp)?.to_string(), "240.00 USD");
/// # Ok::<(), office_core::MoneyError>(())
/// ```
pub fn weekly_of_monthly(month: Money, rounding: Rounding) -> Result<Money, MoneyError> {
    month.times_ratio(Ratio::new(12, 52).unwrap_or(Ratio::ZERO), rounding)
}

/// Where the premium of overtime is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PremiumCut {
    /// The premium of an hour, before it is multiplied, as payrolls that print the rate do.
    EachHour,
    /// The premium of the week, once.
    Week,
}

/// What a week is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekPay {
    /// What is earned at straight time for all hours.
    pub straight: Money,
    /// What is paid on top for overtime.
    pub premium: Money,
    /// Both.
    pub total: Money,
}

impl WorkedWeek {
    /// What the week is paid, given all that is earned in it at straight time: hourly pay for all hours, a bonus, a salary.
    ///
    /// The straight time of overtime hours is in what is earned already; on top comes the part above one of each multiple
    /// at the regular rate, which is what is earned over the hours worked (29 CFR 778.110, 778.114).
    ///
    /// # Errors
    /// [`OvertimePayError`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money, Rounding};
    /// use office_hr::{OvertimeRules, PremiumCut, WorkTime};
    ///
    /// // 46 hours at 12.00, and a bonus of 46.00 (29 CFR 778.110(b)).
    /// let worked = [("2026-10-05".parse()?, WorkTime::hours(23)), ("2026-10-07".parse()?, WorkTime::hours(23))].into();
    /// let week = OvertimeRules::flsa().week("2026-10-04".parse()?, &worked)?;
    /// let earned = Money::from_minor(46 * 12_00 + 46_00, Currency::USD);
    /// assert_eq!(week.pay(earned, PremiumCut::Week, Rounding::HalfUp)?.total.to_string(), "637.00 USD");
    ///
    /// // A week without work has no rate.
    /// let idle = OvertimeRules::flsa().week("2026-10-04".parse()?, &[].into())?;
    /// assert!(idle.pay(earned, PremiumCut::Week, Rounding::HalfUp).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pay(&self, earned: Money, cut: PremiumCut, rounding: Rounding) -> Result<WeekPay, OvertimePayError> {
        let rate = RegularRate::new(earned, self.worked())?;
        let mut lengths: BTreeMap<Rate, WorkTime> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.times > Rate::ONE) {
            let length = lengths.entry(line.times).or_default();
            *length = length.plus(line.length);
        }
        let out_of_range = MoneyError::OutOfRange { currency: earned.currency() };
        let mut premium = Money::zero(earned.currency());
        let mut hours_more = Ratio::ZERO;
        for (times, length) in lengths {
            let above_one = times.ratio().checked_sub(Ratio::ONE).map_err(|_| out_of_range)?;
            match cut {
                PremiumCut::EachHour => {
                    let an_hour = rate.hour(above_one, rounding)?;
                    premium = premium.checked_add(an_hour.times_ratio(length.in_hours(), rounding)?)?;
                }
                PremiumCut::Week => {
                    let more = length.in_hours().checked_mul(above_one);
                    hours_more = more.and_then(|more| hours_more.checked_add(more)).map_err(|_| out_of_range)?;
                }
            }
        }
        if cut == PremiumCut::Week {
            let of_the_hours = hours_more.checked_div(self.worked().in_hours()).map_err(|_| out_of_range)?;
            premium = earned.times_ratio(of_the_hours, rounding)?;
        }
        Ok(WeekPay { straight: earned, premium, total: earned.checked_add(premium)? })
    }
}

/// Overtime cannot be priced.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OvertimePayError {
    /// There are no hours to earn in.
    #[error("{hours} of work have no hourly rate: more than nothing is wanted")]
    NoHours {
        /// The hours.
        hours: WorkTime,
    },
    /// An amount is beyond what money can be.
    #[error(transparent)]
    Money(#[from] MoneyError),
}
