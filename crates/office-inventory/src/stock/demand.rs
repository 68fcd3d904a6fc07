//! What is asked for of an item, week by week.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use office_core::{Quantity, QuantityError};

use super::Stock;
use crate::{DemandHistory, DemandHistoryError, Location, Movement};

/// How many weeks are kept of in which anything was issued: two years.
const WEEKS: usize = 106;

const DAYS_OF_WEEK: u32 = 7;

impl Stock {
    /// What was issued in the periods of so many weeks before the week of a day, the oldest first: from the first issue on,
    /// in at most so many periods. It outlasts closed periods; weeks begin on Monday, and of those in which something was
    /// issued the last 106 are known.
    ///
    /// An item of which nothing was issued yet has one period without demand.
    ///
    /// # Errors
    /// [`DemandHistoryError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use chrono::NaiveDate;
    /// # use office_core::{Currency, Entity, Id, Money};
    /// # use office_inventory::{NewStock, OpeningStock, Stock, StockIssue};
    /// # let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
    /// # let (at, on) = (Id::natural("place", "R-S1"), "2026-09-01".parse()?);
    /// # let (quantity, value) = ("50 ream".parse()?, Money::from_minor(205_00, currency));
    /// # let opening = Some(OpeningStock { quantity, value, at, on, reference: "list".parse()? });
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening })?.fact().ok_or("a fact")?;
    /// use office_inventory::DemandHistoryError;
    ///
    /// let mut stock = Stock::open(&opened).ok_or("50 reams")?;
    /// for (on, quantity) in [("2026-09-14", "3 ream"), ("2026-09-20", "4 ream"), ("2026-09-30", "2 ream")] {
    ///     let (cost_centre, reference) = (Id::natural("cost_centre", "CC-200"), format!("slip of {on}").parse()?);
    ///     let (on, quantity) = (on.parse()?, quantity.parse()?);
    ///     let slip = StockIssue { quantity, from: at, cost_centre, issued_to: None, on, reference };
    ///     stock.apply(&stock.issue(slip)?.fact().ok_or("a fact")?);
    /// }
    /// // Three weeks before that of 7 October; the week in which it lies is not over.
    /// let history = stock.demand("2026-10-07".parse()?, 1, 52)?;
    /// assert_eq!(history.demand(), ["7 ream".parse()?, "0 ream".parse()?, "2 ream".parse()?]);
    ///
    /// let no_weeks = stock.demand("2026-10-07".parse()?, 0, 52);
    /// assert_eq!(no_weeks, Err(DemandHistoryError::Period { days: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn demand(&self, on: NaiveDate, weeks: u32, periods: usize) -> Result<DemandHistory, DemandHistoryError> {
        let unit = self.ledger.unit();
        let period_days = weeks.saturating_mul(DAYS_OF_WEEK);
        let this_week = monday(on);
        let known = self.issued.keys().next().filter(|first| **first < this_week);
        let whole = known.and_then(|first| {
            let days = usize::try_from(this_week.signed_duration_since(*first).num_days()).ok()?;
            Some(days.div_ceil(usize::try_from(period_days).ok().filter(|days| *days > 0)?))
        });
        let periods = periods.min(whole.unwrap_or(1).max(1));
        let days = u64::from(period_days).saturating_mul(u64::try_from(periods).unwrap_or(u64::MAX));
        let first = this_week.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN);
        let issues = self.issued.iter().map(|(week, quantity)| (*week, *quantity));
        DemandHistory::of_issues(unit, first, period_days, periods, issues)
    }

    /// Counts what was issued; only the last weeks stay.
    pub(super) fn count_issue(&mut self, movement: &Movement) {
        self.change_issued(movement, Quantity::checked_add);
        while self.issued.len() > WEEKS {
            self.issued.pop_first();
        }
    }

    /// Takes back what was counted, if the movement was an issue.
    pub(super) fn uncount_issue(&mut self, sequence: u64) {
        let known = self.ledger.movements().map(|(movement, _)| movement).find(|known| known.sequence == sequence);
        let issue = known.filter(|movement| matches!(movement.transfer.to(), Location::Consumption(_)));
        if let Some(movement) = issue.cloned() {
            self.change_issued(&movement, Quantity::checked_sub);
        }
    }

    fn change_issued(
        &mut self,
        movement: &Movement,
        change: impl FnOnce(Quantity, Quantity) -> Result<Quantity, QuantityError>,
    ) {
        let week = monday(movement.effective);
        let before = self.issued.get(&week).copied().unwrap_or(Quantity::zero(self.ledger.unit()));
        // What cannot be held is not counted: a forecast is no account.
        match change(before, movement.transfer.quantity()) {
            Ok(sum) if sum.is_positive() => drop(self.issued.insert(week, sum)),
            Ok(_) => drop(self.issued.remove(&week)),
            Err(_) => {}
        }
    }
}

/// The weeks in which something was issued, each by its Monday.
pub(super) type Issued = BTreeMap<NaiveDate, Quantity>;

fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(NaiveDate::MIN)
}
