//! Spending as a table: what by what and when.

use std::collections::{BTreeMap, BTreeSet};

use office_core::{Currency, Money, MoneyError, Percent, Ratio, Rounding};
use serde::{Deserialize, Serialize};

use super::spend::Stretch;
use super::{SpendBy, SpendLine, SpendSpan};

/// What was spent, by account or dimension and by stretch of time, without gaps between the first and the last.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money};
/// use office_finance::{Dimension, Dimensions, SpendBy, SpendLine, SpendSpan, SpendTable};
///
/// let line = |on: &str, party: &str, minor| Ok::<_, Box<dyn std::error::Error>>(SpendLine {
///     on: on.parse()?, account: "6815".parse()?, amount: Money::from_minor(minor, Currency::EUR),
///     dimensions: Dimensions::new().with(Dimension::PARTY, Id::<Dimension>::natural("party", party)),
/// });
/// let lines = [line("2026-08-03", "A", 100_00)?, line("2026-10-09", "A", 50_00)?, line("2026-10-20", "B", 250_00)?];
/// let table = SpendTable::of(&lines, SpendBy::Dimension(Dimension::PARTY), SpendSpan::Month, Currency::EUR)?;
/// assert_eq!(table.spans, ["2026-08", "2026-09", "2026-10"]);
/// assert_eq!(table.total.to_string(), "400.00 EUR");
///
/// let top = table.top(1)?;
/// assert_eq!((top[0].total.to_string(), top[0].share.to_string()), ("250.00 EUR".into(), "62.5 %".into()));
/// let trend = table.trend()?;
/// assert_eq!(trend[2].change.to_string(), "300.00 EUR");
///
/// // Other currencies are not added up.
/// assert!(SpendTable::of(&lines, SpendBy::Account, SpendSpan::Year, Currency::USD).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendTable {
    /// By what.
    pub by: SpendBy,
    /// Over which stretches of time.
    pub span: SpendSpan,
    /// Their names, in the order of time: at most [`MOST_SPANS`](Self::MOST_SPANS), the last ones.
    pub spans: Vec<String>,
    /// A row for each account or value, in their order.
    pub rows: Vec<SpendRow>,
    /// What each stretch of time comes to.
    pub by_span: Vec<Money>,
    /// What was spent in them in all.
    pub total: Money,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendRow {
    /// The account or value; the empty text for what has none.
    pub key: String,
    /// What was spent in each stretch of time.
    pub amounts: Vec<Money>,
    /// What they come to.
    pub total: Money,
}

/// One of the rows on which most was spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopRow {
    /// The account or value.
    pub key: String,
    /// How much.
    pub total: Money,
    /// Which part of everything, rounded to a hundredth of a percent, half up; nothing where everything is nothing.
    pub share: Percent,
}

/// How spending went from one stretch of time to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrendStep {
    /// The stretch of time.
    pub span: String,
    /// How much was spent in it.
    pub amount: Money,
    /// How much more than in the one before; nothing for the first.
    pub change: Money,
    /// How much more than in the same one of the year before, where that is in the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_of_year: Option<Money>,
}

impl SpendTable {
    /// The most stretches of time in one table.
    pub const MOST_SPANS: usize = 1200;

    /// Adds lines up, all of them in one currency, in any order.
    ///
    /// # Errors
    /// [`MoneyError`] where one is in another currency, or a sum cannot be held.
    pub fn of<'a>(
        lines: impl IntoIterator<Item = &'a SpendLine>,
        by: SpendBy,
        span: SpendSpan,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let nothing = Money::zero(currency);
        let mut cells: BTreeMap<String, BTreeMap<Stretch, Money>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for line in lines {
            let stretch = span.of(line.on);
            seen.insert(stretch);
            let cell = cells.entry(by.key(line)).or_default().entry(stretch).or_insert(nothing);
            *cell = cell.checked_add(line.amount)?;
        }
        // The last ones, so that one line with a wrong year does not push the others out of the table.
        let (first, last) = (seen.first().copied(), seen.last().copied());
        let all =
            first.zip(last).map(|(first, last)| last.back(Self::MOST_SPANS).max(first).through(last, Self::MOST_SPANS));
        let stretches: Vec<Stretch> = all.into_iter().flatten().collect();
        let mut rows = Vec::new();
        let mut by_span = vec![nothing; stretches.len()];
        for (key, of_key) in cells {
            let amounts: Vec<_> = stretches.iter().map(|at| of_key.get(at).copied().unwrap_or(nothing)).collect();
            for (sum, amount) in by_span.iter_mut().zip(&amounts) {
                *sum = sum.checked_add(*amount)?;
            }
            let total = Money::sum(amounts.iter().copied(), currency)?;
            rows.push(SpendRow { key, amounts, total });
        }
        let total = Money::sum(by_span.iter().copied(), currency)?;
        let spans = stretches.iter().map(ToString::to_string).collect();
        Ok(Self { by, span, spans, rows, by_span, total })
    }

    /// The rows on which most was spent, largest first, of equal ones in the order of their keys.
    ///
    /// # Errors
    /// [`MoneyError`] where a share cannot be told.
    pub fn top(&self, most: usize) -> Result<Vec<TopRow>, MoneyError> {
        let mut rows: Vec<_> = self.rows.iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.total.minor()));
        rows.truncate(most);
        Ok(rows
            .into_iter()
            .map(|row| TopRow { key: row.key.clone(), total: row.total, share: self.share(row) })
            .collect())
    }

    fn share(&self, row: &SpendRow) -> Percent {
        let ratio = Ratio::new(row.total.minor().saturating_mul(100), self.total.minor()).ok();
        let value = ratio.and_then(|ratio| ratio.to_decimal(2, Rounding::HalfUp));
        value.and_then(|value| Percent::new(value).ok()).unwrap_or(Percent::whole(0))
    }

    /// How spending went, stretch by stretch.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn trend(&self) -> Result<Vec<TrendStep>, MoneyError> {
        let year = match self.span {
            SpendSpan::Month => 12,
            SpendSpan::Quarter => 4,
            SpendSpan::Year => 1,
        };
        let step = |(at, (span, amount)): (usize, (&String, &Money))| {
            let earlier = |by: usize| at.checked_sub(by).and_then(|at| self.by_span.get(at));
            let change = earlier(1).map_or(Ok(Money::zero(amount.currency())), |before| amount.checked_sub(*before))?;
            let change_of_year = earlier(year).map(|before| amount.checked_sub(*before)).transpose()?;
            Ok(TrendStep { span: span.clone(), amount: *amount, change, change_of_year })
        };
        self.spans.iter().zip(&self.by_span).enumerate().map(step).collect()
    }

    /// The table as rows of texts, header first, for a spreadsheet: amounts as plain decimals, the currency in the header.
    #[must_use]
    pub fn to_rows(&self) -> Vec<Vec<String>> {
        let name = match &self.by {
            SpendBy::Account => "account".to_owned(),
            SpendBy::Dimension(dimension) => dimension.to_string(),
        };
        let total = format!("total {}", self.total.currency());
        let header = std::iter::once(name).chain(self.spans.iter().cloned()).chain([total]);
        let plain = |amount: &Money| amount.amount().to_string();
        let row = |key: &str, amounts: &[Money], total: &Money| {
            std::iter::once(key.to_owned()).chain(amounts.iter().map(plain)).chain([plain(total)]).collect()
        };
        let mut rows = vec![header.collect()];
        rows.extend(self.rows.iter().map(|of| row(&of.key, &of.amounts, &of.total)));
        rows.push(row("total", &self.by_span, &self.total));
        rows
    }
}
