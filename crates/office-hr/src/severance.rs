//! What is paid to whom the office has to let go, by age and years of service.

use office_core::{Money, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many weeks' pay a year of service is worth from an age on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeveranceBand {
    /// From which age on, in complete years, up to the next band's.
    pub from_age: u32,
    /// How many weeks.
    pub weeks: Ratio,
}

/// The rules by which severance is reckoned: for each complete year of service, counted back from the age on the last day,
/// the weeks of the band of that age.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Rounding};
/// use office_hr::{SeveranceError, SeveranceRules};
///
/// let pounds = |pence| Money::from_minor(pence, Currency::GBP);
/// // Statutory redundancy pay, a week capped at 430 pounds.
/// let rules = SeveranceRules::british(pounds(430_00));
/// let paid = rules.severance((45, 12), pounds(350_00), Rounding::HalfUp)?;
/// assert_eq!((paid.weeks.to_string().as_str(), paid.amount), ("14", pounds(4_900_00)));
///
/// // Nothing is due for less than two years.
/// let none = rules.severance((45, 1), pounds(350_00), Rounding::HalfUp);
/// assert_eq!(none, Err(SeveranceError::TooShort { years: 1, least: 2 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeveranceRules {
    /// What years are worth by age, in any order; nothing below the lowest age.
    pub bands: Vec<SeveranceBand>,
    /// For how many complete years it is due at all.
    pub least_years: u32,
    /// How many years count at most: 100 at the most.
    pub most_years: u32,
    /// The most that counts as a week's pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_a_week: Option<Money>,
}

/// What is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Severance {
    /// How many years counted.
    pub years: u32,
    /// How many weeks' pay they are worth.
    pub weeks: Ratio,
    /// What counted as a week's pay.
    pub a_week: Money,
    /// The amount, rounded once.
    pub amount: Money,
}

/// Severance cannot be reckoned.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SeveranceError {
    /// The service is too short for any.
    #[error("{years} years of service are too short for severance: {least} are wanted")]
    TooShort {
        /// How many.
        years: u32,
        /// How many are wanted.
        least: u32,
    },
    /// More years of service than of life.
    #[error("{years} years of service are not possible at the age of {age}")]
    Age {
        /// How many years of service.
        years: u32,
        /// The age.
        age: u32,
    },
    /// The weekly pay is less than nothing, in another currency than the cap, or more than an amount can be.
    #[error(
        "a week's pay of {a_week} cannot be reckoned with: an amount of nothing or more in the currency of the rules is wanted"
    )]
    Pay {
        /// The weekly pay.
        a_week: Money,
    },
}

impl SeveranceRules {
    /// Section 162 of the Employment Rights Act 1996 (United Kingdom): half a week for years below the age of 22, one week
    /// from 22 and one and a half from 41 on complete; after two years; twenty years at most.
    ///
    /// A year counts by the age at its end: that in which somebody became 42 was wholly at 41.
    #[must_use]
    pub fn british(most_a_week: Money) -> Self {
        let half = Ratio::new(1, 2).unwrap_or(Ratio::ZERO);
        let three_halves = Ratio::new(3, 2).unwrap_or(Ratio::ZERO);
        let band = |from_age, weeks| SeveranceBand { from_age, weeks };
        let bands = vec![band(0, half), band(23, Ratio::from_integer(1)), band(42, three_halves)];
        Self { bands, least_years: 2, most_years: 20, most_a_week: Some(most_a_week) }
    }

    /// What is paid to somebody of an age, after so many complete years of service, who earns so much a week.
    ///
    /// # Errors
    /// [`SeveranceError`], in the order of its variants.
    pub fn severance(
        &self,
        (age, years): (u32, u32),
        a_week: Money,
        rounding: Rounding,
    ) -> Result<Severance, SeveranceError> {
        if years < self.least_years {
            return Err(SeveranceError::TooShort { years, least: self.least_years });
        }
        if years > age {
            return Err(SeveranceError::Age { years, age });
        }
        let refused = |_: office_core::MoneyError| SeveranceError::Pay { a_week };
        if a_week.is_negative() {
            return Err(SeveranceError::Pay { a_week });
        }
        let capped = match self.most_a_week {
            Some(most) => a_week.lesser(most).map_err(refused)?,
            None => a_week,
        };
        let counted = years.min(self.most_years).min(100);
        let mut weeks = Ratio::ZERO;
        for back in 0..counted {
            let at = age.saturating_sub(back);
            let bands = self.bands.iter().filter(|band| band.from_age <= at);
            let worth = bands.max_by_key(|band| band.from_age).map_or(Ratio::ZERO, |band| band.weeks);
            weeks = weeks.checked_add(worth).map_err(|_| SeveranceError::Pay { a_week })?;
        }
        let amount = capped.times_ratio(weeks, rounding).map_err(refused)?;
        Ok(Severance { years: counted, weeks, a_week: capped, amount })
    }
}
