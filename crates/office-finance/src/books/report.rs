//! Reports from the sums that are kept.

use chrono::NaiveDate;
use office_core::{Currency, DateRange, Money, MoneyError};

use super::Books;
use super::column::{Column, Heading, Measure};
use crate::balance::ReportError;
use crate::{
    AccountCode, AccountKind, AccountLedger, BalanceSheet, Balances, CashFlowStatement, Dimension, DimensionValueId,
    IncomeStatement, LedgerLine, TrialBalance,
};

/// What was moved on each account, month by month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthlyReport {
    /// The first day of each month, in order.
    pub months: Vec<NaiveDate>,
    /// The accounts on which anything was moved, in the order of their codes.
    pub rows: Vec<MonthlyRow>,
}

/// One account of a report by month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthlyRow {
    /// The code of the account.
    pub account: AccountCode,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: AccountKind,
    /// What was moved in each month: debits above zero, credits below.
    pub moved: Vec<Money>,
}

/// What stands on an account in a foreign currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignBalance {
    /// The account.
    pub account: AccountCode,
    /// What stands on it, in the foreign currency.
    pub amount: Money,
    /// What it is worth by the books, in their currency.
    pub worth: Money,
}

impl Books {
    /// What stands on each account at the end of a day, in the currency of the books.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn balances(&self, on: NaiveDate) -> Result<Balances, MoneyError> {
        let sums = self.sums_until(Measure::Worth, on, true);
        Balances::of_sums(self.coded(sums.into_iter().enumerate()), self.currency)
    }

    /// What was moved on each account in these days, in the currency of the books, but for the carrying of results to
    /// equity.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn moved(&self, days: DateRange) -> Result<Balances, MoneyError> {
        let before = days.start().pred_opt().map(|day| self.sums_until(Measure::Worth, day, false));
        let until = self.sums_until(Measure::Worth, days.last().unwrap_or(NaiveDate::MAX), false);
        let before = before.unwrap_or_default().into_iter().chain(std::iter::repeat(0));
        let moved = until.into_iter().zip(before).map(|(until, before)| until.saturating_sub(before));
        Balances::of_sums(self.coded(moved.enumerate()), self.currency)
    }

    /// What stands on each account in each foreign currency at the end of a day, with what it is worth by the books.
    /// Accounts that have nothing of a currency, and no worth either, are left out.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn foreign_balances(&self, on: NaiveDate) -> Result<Vec<ForeignBalance>, MoneyError> {
        let Some(day) = self.sums.day_until(on) else { return Ok(Vec::new()) };
        let mut balances = Vec::new();
        for (code, columns) in self.numbers.keys().zip(self.sums.accounts()) {
            let mut currencies: Vec<Currency> = Vec::new();
            for (heading, _) in columns {
                if let Measure::Foreign(currency) = heading.measure {
                    currencies.push(currency);
                }
            }
            currencies.sort_unstable();
            currencies.dedup();
            for currency in currencies {
                let sum = |measure| {
                    let own = columns.iter().filter(|(heading, _)| heading.measure == measure);
                    own.map(|(_, column)| column.until(day)).fold(0_i128, i128::saturating_add)
                };
                let amount = Money::try_from_minor(sum(Measure::Foreign(currency)), currency)?;
                let worth = Money::try_from_minor(sum(Measure::ForeignWorth(currency)), self.currency)?;
                if !amount.is_zero() || !worth.is_zero() {
                    balances.push(ForeignBalance { account: code.clone(), amount, worth });
                }
            }
        }
        Ok(balances)
    }

    /// The trial balance at the end of a day.
    ///
    /// # Errors
    /// [`ReportError::Money`].
    pub fn trial_balance(&self, on: NaiveDate) -> Result<TrialBalance, ReportError> {
        TrialBalance::of(&self.chart, on, &self.balances(on)?)
    }

    /// The balance sheet at the end of a day.
    ///
    /// # Errors
    /// [`ReportError::Money`].
    pub fn balance_sheet(&self, on: NaiveDate) -> Result<BalanceSheet, ReportError> {
        BalanceSheet::of(&self.chart, on, &self.balances(on)?)
    }

    /// The income statement of these days.
    ///
    /// # Errors
    /// [`ReportError::Money`].
    pub fn income_statement(&self, days: DateRange) -> Result<IncomeStatement, ReportError> {
        IncomeStatement::of(&self.chart, days, &self.moved(days)?)
    }

    /// The cash flow statement of these days.
    ///
    /// # Errors
    /// [`ReportError::Money`].
    pub fn cash_flow(&self, days: DateRange) -> Result<CashFlowStatement, ReportError> {
        let before = match days.start().pred_opt() {
            Some(day) => self.balances(day)?,
            None => Balances::of_sums([], self.currency)?,
        };
        let after = self.balances(days.last().unwrap_or(NaiveDate::MAX))?;
        CashFlowStatement::of(&self.chart, days, &before, &self.moved(days)?, &after)
    }

    /// What was moved on each account in the months from that of `first` to that of `last`, but for the carrying of
    /// results to equity.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn monthly(&self, first: NaiveDate, last: NaiveDate) -> Result<MonthlyReport, MoneyError> {
        let columns = self.sums.accounts().map(|columns| {
            let heading = Heading { measure: Measure::Worth, closing: false };
            columns.iter().find(|(known, _)| *known == heading).map(|(_, column)| column)
        });
        let sum = |column: Option<&Column>, place| column.map_or(0, |column| column.month(place));
        self.by_month(first, last, columns.enumerate(), sum)
    }

    /// For each value of a dimension, what was moved on each account in the months from that of `first` to that of
    /// `last`, the carrying of results to equity included.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn monthly_by(
        &self,
        dimension: &Dimension,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<(DimensionValueId, MonthlyReport)>, MoneyError> {
        let report = |(value, accounts): (DimensionValueId, &std::collections::BTreeMap<u32, Vec<i128>>)| {
            let numbered =
                accounts.iter().map(|(account, months)| (usize::try_from(*account).unwrap_or(usize::MAX), months));
            let sum = |months: &Vec<i128>, place| months.get(place).copied().unwrap_or(0);
            Ok((value, self.by_month(first, last, numbered, sum)?))
        };
        self.sums.values(dimension).map(report).collect()
    }

    /// The page of an account in the general ledger for these days, in the currency of the books. An account that the
    /// chart does not have has an empty page.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn ledger(&self, account: &AccountCode, days: DateRange) -> Result<AccountLedger, MoneyError> {
        let before = days.start().pred_opt().map(|day| self.balances(day)).transpose()?;
        let opening = before.map_or(Money::zero(self.currency), |before| before.of(account));
        let number = self.numbers.get(account).copied();
        let mut own: Vec<_> = number.into_iter().flat_map(|number| self.log.lines(number)).collect();
        own.retain(|line| days.contains(line.on));
        own.sort_by_key(|line| (line.on, line.number));
        let mut balance = opening;
        let mut lines = Vec::with_capacity(own.len());
        for line in own {
            let amount = Money::try_from_minor(line.row.worth, self.currency)?;
            balance = balance.checked_add(amount)?;
            let foreign = Money::try_from_minor(line.row.amount, line.row.currency)?;
            lines.push(LedgerLine {
                number: line.number,
                on: line.on,
                description: line.description.to_owned(),
                document: line.document.map(str::to_owned),
                dimensions: line.dimensions.cloned().unwrap_or_default(),
                amount,
                foreign: Some(foreign).filter(|foreign| foreign.currency() != self.currency),
                balance,
            });
        }
        Ok(AccountLedger { account: account.clone(), opening, lines, closing: balance })
    }

    /// The sum on each account at the end of a day, by number.
    fn sums_until(&self, measure: Measure, on: NaiveDate, closing: bool) -> Vec<i128> {
        let day = self.sums.day_until(on);
        let sum = |columns: &[(Heading, Column)]| {
            let own = columns.iter().filter(|(heading, _)| heading.measure == measure && (closing || !heading.closing));
            let sums = own.map(|(_, column)| day.map_or(0, |day| column.until(day)));
            sums.fold(0_i128, i128::saturating_add)
        };
        self.sums.accounts().map(sum).collect()
    }

    /// Numbered sums by code, but for those of nothing.
    fn coded(&self, sums: impl Iterator<Item = (usize, i128)>) -> impl Iterator<Item = (AccountCode, i128)> {
        // The codes are numbered in their order, so this walks along them.
        let mut codes = self.numbers.keys().enumerate();
        sums.filter(|(_, sum)| *sum != 0).filter_map(move |(number, sum)| {
            codes.find(|(place, _)| *place == number).map(|(_, code)| (code.clone(), sum))
        })
    }

    fn by_month<C: Copy>(
        &self,
        first: NaiveDate,
        last: NaiveDate,
        columns: impl Iterator<Item = (usize, C)>,
        sum: impl Fn(C, usize) -> i128,
    ) -> Result<MonthlyReport, MoneyError> {
        let months: Vec<NaiveDate> = self.months(first, last);
        let from = months.first().and_then(|month| self.sums.month(*month)).unwrap_or(0);
        let mut accounts = self.chart.accounts().enumerate();
        let mut rows = Vec::new();
        for (number, column) in columns {
            let Some((_, account)) = accounts.find(|(place, _)| *place == number) else { continue };
            let places = (from..).take(months.len());
            let moved: Result<Vec<Money>, MoneyError> =
                places.map(|place| Money::try_from_minor(sum(column, place), self.currency)).collect();
            let moved = moved?;
            if moved.iter().any(|moved| !moved.is_zero()) {
                let (code, name) = (account.code.clone(), account.name.clone());
                rows.push(MonthlyRow { account: code, name, kind: account.kind, moved });
            }
        }
        Ok(MonthlyReport { months, rows })
    }

    /// The months of the books from that of `first` to that of `last`.
    fn months(&self, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
        use chrono::{Datelike, Months};
        let start = first.max(self.days.start()).with_day(1);
        let next = |month: &NaiveDate| month.checked_add_months(Months::new(1));
        let own = |month: &NaiveDate| *month <= last && self.sums.month(*month).is_some();
        std::iter::successors(start, next).take_while(own).collect()
    }
}
