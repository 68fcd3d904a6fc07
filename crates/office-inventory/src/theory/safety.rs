//! How much is kept for the unforeseen.

use office_core::{Decimal, Percent, decimal_text};
use serde::{Deserialize, Serialize};

use super::number::{decimal, not_negative, positive, real};
use super::{TheoryError, normal};

/// How sure it is to be that there is enough. Above 0 % and below 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceTarget {
    /// The chance that nothing is missing before the next delivery has come: cycle service.
    Cycle(Percent),
    /// The share of what is asked for that is on the shelf: fill rate.
    Fill(Percent),
}

/// What will be asked for until a delivery has come: a mean and a standard deviation. A statistic: computed in floats,
/// rounded once to nine digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadTimeDemand {
    /// The mean.
    #[serde(with = "decimal_text")]
    pub mean: Decimal,
    /// The standard deviation.
    #[serde(with = "decimal_text")]
    pub deviation: Decimal,
}

/// What is kept for the unforeseen. A statistic: computed in floats, rounded once to nine digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyStock {
    /// How many standard deviations it is.
    #[serde(with = "decimal_text")]
    pub factor: Decimal,
    /// How much it is.
    #[serde(with = "decimal_text")]
    pub stock: Decimal,
}

impl LeadTimeDemand {
    /// Over a lead time in periods, of a demand per period, each with its standard deviation: the variances of the
    /// demand in as many periods and of the periods at that demand add up.
    ///
    /// # Errors
    /// [`TheoryError::Negative`].
    ///
    /// # Example
    /// ```
    /// use office_core::Decimal;
    /// use office_inventory::theory::LeadTimeDemand;
    ///
    /// let [rate, rate_off, weeks, weeks_off] = [50, 12, 4, 1].map(Decimal::from);
    /// let until_delivery = LeadTimeDemand::over(rate, rate_off, weeks, weeks_off)?;
    /// assert_eq!(until_delivery.mean.to_string(), "200");
    /// assert_eq!(until_delivery.deviation.to_string(), "55.461698495"); // √(4 · 12² + 50² · 1²)
    ///
    /// assert!(LeadTimeDemand::over(rate, rate_off, -weeks, weeks_off).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn over(
        rate: Decimal,
        rate_deviation: Decimal,
        lead_time: Decimal,
        lead_time_deviation: Decimal,
    ) -> Result<Self, TheoryError> {
        let rate = not_negative("demand", rate)?;
        let rate_deviation = not_negative("deviation of the demand", rate_deviation)?;
        let lead_time = not_negative("lead time", lead_time)?;
        let lead_time_deviation = not_negative("deviation of the lead time", lead_time_deviation)?;
        let of_demand = lead_time * rate_deviation * rate_deviation;
        let of_lead_time = rate * rate * lead_time_deviation * lead_time_deviation;
        Ok(Self { mean: decimal(rate * lead_time)?, deviation: decimal(libm::sqrt(of_demand + of_lead_time))? })
    }

    /// So many standard deviations.
    ///
    /// # Errors
    /// [`TheoryError::Negative`].
    pub fn times(&self, factor: Decimal) -> Result<SafetyStock, TheoryError> {
        let stock = not_negative("factor", factor)? * not_negative("deviation", self.deviation)?;
        Ok(SafetyStock { factor, stock: decimal(stock)? })
    }

    /// What has to be kept beyond the mean for a target, if `order` is ordered at a time. Never below nothing.
    ///
    /// Demand is taken to be normal. A fill rate β is met where the loss function of the factor is (1 - β) · order /
    /// deviation.
    ///
    /// # Errors
    /// [`TheoryError`], for a target, an order or a deviation that makes no sense.
    ///
    /// # Example
    /// ```
    /// use office_core::{Decimal, Percent};
    /// use office_inventory::theory::{LeadTimeDemand, ServiceTarget};
    ///
    /// let until_delivery = LeadTimeDemand { mean: Decimal::from(200), deviation: Decimal::from(50) };
    /// let order = Decimal::from(400);
    /// let kept = until_delivery.safety_stock(ServiceTarget::Cycle(Percent::whole(95)), order)?;
    /// assert_eq!(kept.stock.to_string(), "82.242681348");
    /// let kept = until_delivery.safety_stock(ServiceTarget::Fill(Percent::whole(99)), order)?;
    /// assert_eq!(kept.stock.to_string(), "51.061943877");
    ///
    /// // Nobody is always sure.
    /// assert!(until_delivery.safety_stock(ServiceTarget::Cycle(Percent::HUNDRED), order).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn safety_stock(&self, target: ServiceTarget, order: Decimal) -> Result<SafetyStock, TheoryError> {
        let deviation = not_negative("deviation", self.deviation)?;
        let order = positive("order", order)?;
        let (ServiceTarget::Cycle(level) | ServiceTarget::Fill(level)) = target;
        if level <= Percent::ZERO || level >= Percent::HUNDRED {
            let (above, below) = (Decimal::ZERO, Decimal::ONE_HUNDRED);
            return Err(TheoryError::NotBetween { name: "service level", given: level.value(), above, below });
        }
        let level = real(level.value()) / 100.0;
        let factor = match target {
            ServiceTarget::Cycle(_) => f64::max(normal::quantile(level), 0.0),
            ServiceTarget::Fill(_) if deviation > 0.0 => normal::loss_quantile((1.0 - level) * order / deviation),
            ServiceTarget::Fill(_) => 0.0,
        };
        Ok(SafetyStock { factor: decimal(factor)?, stock: decimal(factor * deviation)? })
    }
}
