//! Spending that is out of the ordinary.

use office_core::{Money, MoneyError, Ratio, RatioError};
use serde::{Deserialize, Serialize};

use super::SpendTable;

/// When spending counts as out of the ordinary: further from the median of its row than so many times the median of all such
/// distances (MAD; Hampel, 1974), and by at least an amount.
///
/// Medians are not moved by the oddity itself, as an average and its standard deviation are. Of an even number of amounts the
/// lower one of the two in the middle is taken, so that nothing is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnomalyRule {
    /// How many times the median distance.
    pub times: u32,
    /// At least so far from the median: small change is never odd.
    pub at_least: Money,
    /// With fewer stretches of time nothing is ordinary, and nothing odd.
    pub least_spans: usize,
}

/// Spending that is out of the ordinary, and why it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anomaly {
    /// The row of the table.
    pub key: String,
    /// The stretch of time.
    pub span: String,
    /// How much was spent.
    pub amount: Money,
    /// What is ordinary: the median of the row.
    pub median: Money,
    /// How far amounts of the row are from it: the median distance.
    pub distance: Money,
    /// How many times that it is away; nothing where the others do not differ at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Ratio>,
}

/// What of a table is out of the ordinary, row by row and in the order of time.
///
/// # Errors
/// [`MoneyError`] where an amount of the rule is in another currency.
///
/// # Example
/// ```
/// use office_core::{Currency, Money};
/// use office_finance::{AnomalyRule, Dimensions, SpendBy, SpendLine, SpendSpan, SpendTable, anomalies};
///
/// let lines: Result<Vec<_>, Box<dyn std::error::Error>> = [90, 100, 110, 95, 105, 400].iter().zip(1..).map(|(amount, month)| Ok(SpendLine {
///     on: chrono::NaiveDate::from_ymd_opt(2026, month, 15).ok_or("a day")?, account: "6805".parse()?,
///     dimensions: Dimensions::new(), amount: Money::from_minor(amount * 100, Currency::EUR),
/// })).collect();
/// let table = SpendTable::of(&lines?, SpendBy::Account, SpendSpan::Month, Currency::EUR)?;
/// let rule = AnomalyRule { times: 5, at_least: Money::from_minor(50_00, Currency::EUR), least_spans: 6 };
/// let odd = anomalies(&table, rule)?;
/// assert_eq!(odd.len(), 1);
/// assert_eq!((odd[0].span.as_str(), odd[0].median.to_string()), ("2026-06", "100.00 EUR".to_owned()));
///
/// // Of less than what the rule wants nothing is odd.
/// assert!(anomalies(&table, AnomalyRule { least_spans: 7, ..rule })?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn anomalies(table: &SpendTable, rule: AnomalyRule) -> Result<Vec<Anomaly>, MoneyError> {
    let mut odd = Vec::new();
    if table.spans.len() < rule.least_spans {
        return Ok(odd);
    }
    for row in &table.rows {
        let Some(median) = median(row.amounts.clone()) else { continue };
        let distances = row.amounts.iter().map(|amount| Ok(amount.checked_sub(median)?.abs()));
        let distances = distances.collect::<Result<Vec<_>, MoneyError>>()?;
        let Some(distance) = self::median(distances.clone()) else { continue };
        for ((span, amount), away) in table.spans.iter().zip(&row.amounts).zip(distances) {
            let far = distance.minor().saturating_mul(rule.times.into()) < away.minor();
            if far && away.compare(&rule.at_least)?.is_ge() {
                let times = times(away, distance).ok();
                odd.push(Anomaly {
                    key: row.key.clone(),
                    span: span.clone(),
                    amount: *amount,
                    median,
                    distance,
                    times,
                });
            }
        }
    }
    Ok(odd)
}

fn times(away: Money, distance: Money) -> Result<Ratio, RatioError> {
    Ratio::new(away.minor(), distance.minor())
}

fn median(mut amounts: Vec<Money>) -> Option<Money> {
    amounts.sort_by_key(|amount| amount.minor());
    let middle = amounts.len().checked_sub(1)? / 2;
    amounts.get(middle).copied()
}
