//! Allowances for days of travel: so much a day by place, season and date, less for the days of leaving and coming back and
//! for meals that somebody else has paid.
//!
//! Rates and rules are the office's data, taken from whatever authority it follows, such as the United States General
//! Services Administration (rates by fiscal year, 75 % of a day of leaving or coming back) or the German *Einkommensteuergesetz*
//! § 9 (4a) (28 EUR a day, 14 EUR for a day of leaving, coming back or of more than eight hours, less 20 % for a breakfast
//! and 40 % for a lunch or dinner provided).
//!
//! Law 25 of the crate; `tests/allowance.rs` holds it.

mod table;
mod trip;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, Money, MoneyError, Percent, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::table::{
    ParsePlaceError, ParseSeasonError, PerDiemPlace, PerDiemRate, PerDiemTable, PerDiemTableError, Season,
};
pub use self::trip::{Meal, Stay, Trip, TripDay, TripError};

/// What part of a day's rate is earned, and what is taken off for meals.
///
/// # Example
/// ```
/// use office_core::{Currency, DateRange, Money, Percent, Rounding};
/// use office_finance::{
///     DayShare, Meal, MealRule, PerDiemError, PerDiemRate, PerDiemRules, PerDiemTable, Stay, Trip, TripDay,
/// };
///
/// // Germany, from 2020 on.
/// let rules = PerDiemRules {
///     shares: vec![
///         DayShare { day: TripDay::Between, more_than: 0, share: Percent::whole(100) },
///         DayShare { day: TripDay::First, more_than: 0, share: Percent::whole(50) },
///         DayShare { day: TripDay::Last, more_than: 0, share: Percent::whole(50) },
///         DayShare { day: TripDay::Only, more_than: 8 * 60, share: Percent::whole(50) },
///     ],
///     meals: MealRule::Shares {
///         breakfast: Percent::whole(20), lunch: Percent::whole(40), dinner: Percent::whole(40), least: Percent::whole(0),
///     },
///     rounding: Rounding::HalfUp,
/// };
/// let table = PerDiemTable::new([PerDiemRate {
///     place: "DE".parse()?, valid: DateRange::from("2020-01-01".parse()?), season: None,
///     day: Money::from_minor(28_00, Currency::EUR), lodging: None,
/// }])?;
///
/// // Monday evening to Wednesday noon, with breakfast at the hotel.
/// let breakfast = [Meal::Breakfast].into();
/// let trip = Trip {
///     left: "2026-10-12T18:30:00".parse()?,
///     back: "2026-10-14T12:00:00".parse()?,
///     stays: vec![Stay { from: "2026-10-12T18:30:00".parse()?, place: "DE/Hamburg".parse()? }],
///     meals: [("2026-10-13".parse()?, breakfast)].into(),
/// };
/// let allowance = rules.allowance(&table, &trip)?;
/// let days: Vec<_> = allowance.days.iter().map(|day| day.amount.to_string()).collect();
/// assert_eq!(days, ["14.00 EUR", "22.40 EUR", "14.00 EUR"]);
/// assert_eq!(allowance.total.to_string(), "50.40 EUR");
///
/// // Nothing is known of places without a rate.
/// let stays = vec![Stay { from: trip.left, place: "FR/Lyon".parse()? }];
/// let refused = rules.allowance(&table, &Trip { stays, ..trip });
/// assert!(matches!(refused, Err(PerDiemError::NoRate { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerDiemRules {
    /// What part of the rate is earned; of those that fit a day the one with the most minutes counts, and none earns
    /// nothing.
    pub shares: Vec<DayShare>,
    /// What is taken off for meals.
    pub meals: MealRule,
    /// How each share and each deduction is rounded.
    pub rounding: Rounding,
}

/// What part of a day's rate is earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayShare {
    /// On which days.
    pub day: TripDay,
    /// By who has been away for more than so many minutes of the day.
    pub more_than: u32,
    /// What part.
    pub share: Percent,
}

/// What is taken off a day for meals that were provided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MealRule {
    /// Parts of the rate of a whole day.
    Shares {
        /// For a breakfast.
        breakfast: Percent,
        /// For a lunch.
        lunch: Percent,
        /// For a dinner.
        dinner: Percent,
        /// What is left at the least, for incidental expenses, as far as it was earned.
        least: Percent,
    },
    /// Amounts by the rate of a whole day.
    Amounts(Vec<MealAmounts>),
}

/// What the rate of a day is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MealAmounts {
    /// The rate.
    pub day: Money,
    /// Of it for breakfast.
    pub breakfast: Money,
    /// For lunch.
    pub lunch: Money,
    /// For dinner.
    pub dinner: Money,
    /// For incidental expenses: so much is left at the least, as far as it was earned.
    pub least: Money,
}

/// An allowance for a trip, day by day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerDiemAllowance {
    /// The days.
    pub days: Vec<PerDiemDay>,
    /// What they come to.
    pub total: Money,
}

/// The allowance of one day, and how it was worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerDiemDay {
    /// The day.
    pub on: NaiveDate,
    /// Which day of the trip it is.
    pub day: TripDay,
    /// For how many minutes of it somebody was away.
    pub away: u32,
    /// Where they were at its end, or last.
    pub place: PerDiemPlace,
    /// The place whose rate it is: that one, or the next larger one that has a rate.
    pub rated: PerDiemPlace,
    /// The rate of a whole day.
    pub rate: Money,
    /// What part of it was earned.
    pub share: Percent,
    /// What that comes to.
    pub earned: Money,
    /// What was taken off for meals.
    pub meals: BTreeMap<Meal, Money>,
    /// What is left: what was earned less the meals, but no less than is kept for incidental expenses.
    pub amount: Money,
}

/// An allowance cannot be worked out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PerDiemError {
    /// The trip makes no sense.
    #[error(transparent)]
    Trip(#[from] TripError),
    /// A place has no rate.
    #[error("{place} has no rate for {on}, nor has any larger place")]
    NoRate {
        /// The place.
        place: PerDiemPlace,
        /// The day.
        on: NaiveDate,
    },
    /// Nothing says what the meals of a day of this rate cost.
    #[error("the meals of a day of {rate} have no amounts")]
    NoMealAmounts {
        /// The rate.
        rate: Money,
    },
    /// The rates are in different currencies, or too large.
    #[error("the allowances cannot be added up")]
    Money(#[from] MoneyError),
}

impl PerDiemRules {
    /// The allowance for a trip, day by day: by the rate of the day for where somebody was at its end.
    ///
    /// # Errors
    /// [`PerDiemError`], in the order of its variants.
    pub fn allowance(&self, table: &PerDiemTable, trip: &Trip) -> Result<PerDiemAllowance, PerDiemError> {
        let mut days = Vec::new();
        for (on, day, away, place) in trip.days()? {
            let no_rate = || PerDiemError::NoRate { place: place.clone(), on };
            let rate = table.rate(&place, on).ok_or_else(no_rate)?;
            let share = self.share(day, away);
            let earned = rate.day.share(share, self.rounding)?;
            let (mut left, mut meals) = (earned, BTreeMap::new());
            for meal in trip.meals.get(&on).into_iter().flatten() {
                let off = self.meal(*meal, rate.day)?;
                left = left.checked_sub(off)?;
                meals.insert(*meal, off);
            }
            let least = self.least(rate.day, earned, meals.is_empty())?;
            let amount = left.greater(least)?;
            let (rated, rate) = (rate.place.clone(), rate.day);
            days.push(PerDiemDay { on, day, away, place, rated, rate, share, earned, meals, amount });
        }
        let currency = days.first().map_or(Currency::EUR, |day| day.amount.currency());
        let total = Money::sum(days.iter().map(|day| day.amount), currency)?;
        Ok(PerDiemAllowance { days, total })
    }

    fn share(&self, day: TripDay, away: u32) -> Percent {
        let fitting = self.shares.iter().filter(|share| share.day == day && away > share.more_than);
        fitting.max_by_key(|share| share.more_than).map_or(Percent::whole(0), |share| share.share)
    }

    fn meal(&self, meal: Meal, rate: Money) -> Result<Money, PerDiemError> {
        match &self.meals {
            MealRule::Shares { breakfast, lunch, dinner, .. } => {
                let share = match meal {
                    Meal::Breakfast => *breakfast,
                    Meal::Lunch => *lunch,
                    Meal::Dinner => *dinner,
                };
                Ok(rate.share(share, self.rounding)?)
            }
            MealRule::Amounts(amounts) => {
                let amounts = amounts_of(amounts, rate)?;
                Ok(match meal {
                    Meal::Breakfast => amounts.breakfast,
                    Meal::Lunch => amounts.lunch,
                    Meal::Dinner => amounts.dinner,
                })
            }
        }
    }

    /// What is left of a day at the least; all that was earned where no meal was provided.
    fn least(&self, rate: Money, earned: Money, no_meal: bool) -> Result<Money, PerDiemError> {
        if no_meal {
            return Ok(earned);
        }
        let least = match &self.meals {
            MealRule::Shares { least, .. } => rate.share(*least, self.rounding)?,
            MealRule::Amounts(amounts) => amounts_of(amounts, rate)?.least,
        };
        Ok(least.lesser(earned)?)
    }
}

fn amounts_of(amounts: &[MealAmounts], rate: Money) -> Result<&MealAmounts, PerDiemError> {
    amounts.iter().find(|amounts| amounts.day == rate).ok_or(PerDiemError::NoMealAmounts { rate })
}
