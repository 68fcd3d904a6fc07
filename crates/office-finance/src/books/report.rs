//! Reports from the sums that are kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Currency, DateRange, Money, MoneyError};

use super::Books;
use super::column::{Heading, Measure};
use crate::balance::ReportError;
use crate::cash_flow::CashFlows;
use crate::{
    Account, AccountCode, AccountKind, AccountLedger, BalanceSheet, Balances, CashFlowStatement, Dimension,
    DimensionValueId, Dimensions, DirectCashFlow, IncomeStatement, LedgerLine, TrialBalance,
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

impl MonthlyRow {
    fn of(account: &Account, moved: Vec<Money>) -> Self {
        Self { account: account.code.clone(), name: account.name.clone(), kind: account.kind, moved }
    }
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

/// What stands on accounts in some currencies, and its worth, in minor units.
pub(crate) type ResultSums = BTreeMap<(AccountCode, Currency), (i128, i128)>;

impl Books {
    /// What stands on each account at the end of a day, in the currency of the books.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn balances(&self, on: NaiveDate) -> Result<Balances, MoneyError> {
        Balances::of_sums(self.coded(self.worth_until(on, true).into_iter()), self.currency)
    }

    /// What was moved on each account in these days, in the currency of the books, but for the carrying of results to
    /// equity.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn moved(&self, days: DateRange) -> Result<Balances, MoneyError> {
        let before = days.start().pred_opt().map(|day| self.worth_until(day, false));
        let until = self.worth_until(days.last().unwrap_or(NaiveDate::MAX), false);
        let before = before.unwrap_or_default().into_iter().chain(std::iter::repeat(0));
        let moved = until.into_iter().zip(before).map(|(until, before)| until.saturating_sub(before));
        Balances::of_sums(self.coded(moved), self.currency)
    }

    /// What stands on each account in each foreign currency at the end of a day, with what it is worth by the books.
    /// Accounts that have nothing of a currency, and no worth either, are left out.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn foreign_balances(&self, on: NaiveDate) -> Result<Vec<ForeignBalance>, MoneyError> {
        let Some(day) = self.sums.day_until(on) else { return Ok(Vec::new()) };
        let sums = self.sums.until(day);
        let mut balances = Vec::new();
        for (account, columns) in self.chart.accounts().zip(self.sums.others()) {
            let mut foreign: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
            for (heading, column) in columns {
                let sum = sums.get(*column).copied().unwrap_or(0);
                match heading.measure {
                    Measure::Worth => {}
                    Measure::Foreign(currency) => {
                        let (amount, _) = foreign.entry(currency).or_default();
                        *amount = amount.saturating_add(sum);
                    }
                    Measure::ForeignWorth(currency) => {
                        let (_, worth) = foreign.entry(currency).or_default();
                        *worth = worth.saturating_add(sum);
                    }
                }
            }
            for (currency, (amount, worth)) in foreign.into_iter().filter(|(_, sums)| *sums != (0, 0)) {
                let amount = Money::try_from_minor(amount, currency)?;
                let worth = Money::try_from_minor(worth, self.currency)?;
                balances.push(ForeignBalance { account: account.code.clone(), amount, worth });
            }
        }
        Ok(balances)
    }

    /// The currencies in which anything has been posted, that of the books among them.
    #[must_use]
    pub fn currencies(&self) -> BTreeSet<Currency> {
        let foreign = self.sums.others().iter().flatten().filter_map(|(heading, _)| match heading.measure {
            Measure::Foreign(currency) => Some(currency),
            Measure::Worth | Measure::ForeignWorth(_) => None,
        });
        foreign.chain([self.currency]).collect()
    }

    /// What stands on each account at the end of a day in one currency: in that of the books what all postings are worth,
    /// in a foreign one what was posted in it.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn balances_in(&self, currency: Currency, on: NaiveDate) -> Result<Balances, MoneyError> {
        if currency == self.currency {
            return self.balances(on);
        }
        let balances = self.foreign_balances(on)?.into_iter();
        let own = balances.filter(|balance| balance.amount.currency() == currency && !balance.amount.is_zero());
        Balances::of_sums(own.map(|balance| (balance.account, balance.amount.minor())), currency)
    }

    /// The trial balance of one currency at the end of a day. Entries balance in each of their currencies, and so does this.
    ///
    /// # Errors
    /// [`ReportError::Money`].
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, DateRange};
    /// use office_finance::{Account, AccountKind, Books, BooksError, Chart, Entry, EntryId, Posting};
    ///
    /// let chart = Chart::new([
    ///     Account::new("3300".parse()?, "Payables", AccountKind::Liability),
    ///     Account::new("6837".parse()?, "Licences", AccountKind::Expense),
    /// ])?;
    /// let on: NaiveDate = "2026-10-01".parse()?;
    /// let mut books = Books::new(chart, Currency::EUR, DateRange::from(on))?;
    /// let (dollars, euros) = ("100.00 USD".parse()?, "92.00 EUR".parse()?);
    /// let (debit, credit) = (Posting::debit("6837".parse()?, dollars), Posting::credit("3300".parse()?, dollars));
    /// // Without a worth in the currency of the books it is not taken.
    /// let bare = Entry::balanced(on, "licence", vec![debit.clone(), credit.clone()])?;
    /// assert!(matches!(books.post(EntryId::natural("entry", "1"), &bare), Err(BooksError::NoWorth { .. })));
    ///
    /// let licence = Entry::balanced(on, "licence", vec![debit.worth(euros), credit.worth(euros.negated())])?;
    /// books.post(EntryId::natural("entry", "1"), &licence)?;
    /// let in_dollars = books.trial_balance_in(Currency::USD, on)?;
    /// assert_eq!((in_dollars.debits(), in_dollars.credits()), (dollars, dollars));
    /// assert_eq!(books.trial_balance_in(Currency::EUR, on)?.debits(), euros);
    /// assert_eq!(books.currencies(), [Currency::EUR, Currency::USD].into());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn trial_balance_in(&self, currency: Currency, on: NaiveDate) -> Result<TrialBalance, ReportError> {
        TrialBalance::of(&self.chart, on, &self.balances_in(currency, on)?)
    }

    /// The trial balance at the end of a day.
    ///
    /// # Errors
    /// [`ReportError::Money`].
    pub fn trial_balance(&self, on: NaiveDate) -> Result<TrialBalance, ReportError> {
        let balances = self.held(self.worth_until(on, true).into_iter())?;
        TrialBalance::of_accounts(on, self.currency, self.chart.accounts().zip(balances))
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

    /// The cash flow statement of these days by the direct method: what was received and paid, by the account it was for.
    /// Goes through all entries, unlike other reports.
    ///
    /// # Errors
    /// [`ReportError::Money`].
    pub fn direct_cash_flow(&self, days: DateRange) -> Result<DirectCashFlow, ReportError> {
        let (mut flows, mut opening) = (CashFlows::new(&self.chart), 0_i128);
        for (on, _, rows) in self.log.all().filter(|(on, ..)| days.end().is_none_or(|end| *on < end)) {
            let cash = flows.cash(rows.iter().map(|row| (row.account, row.worth)));
            if on < days.start() {
                opening = opening.saturating_add(cash);
            } else {
                flows.add(rows.iter().map(|row| (row.account, row.worth)));
            }
        }
        flows.statement(days, opening, self.currency)
    }

    /// What stands on each account of income and expense in each currency at the end of a day, with its worth, for each
    /// set of dimensions.
    pub(crate) fn results(&self, on: NaiveDate) -> BTreeMap<Dimensions, ResultSums> {
        let accounts: Vec<_> = self.chart.accounts().collect();
        let mut sums: BTreeMap<Dimensions, ResultSums> = BTreeMap::new();
        for row in self.log.all().filter(|(day, ..)| *day <= on).flat_map(|(_, _, rows)| rows) {
            let account = usize::try_from(row.account).ok().and_then(|place| accounts.get(place));
            if let Some(account) = account.filter(|account| account.kind.is_result()) {
                let dimensions = self.log.dimensions_of(row).cloned().unwrap_or_default();
                let own = sums.entry(dimensions).or_default();
                let (amount, worth) = own.entry((account.code.clone(), row.currency)).or_default();
                (*amount, *worth) = (amount.saturating_add(row.amount), worth.saturating_add(row.worth));
            }
        }
        sums
    }

    /// What was moved on each account in the months from that of `first` to that of `last`, but for the carrying of
    /// results to equity.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn monthly(&self, first: NaiveDate, last: NaiveDate) -> Result<MonthlyReport, MoneyError> {
        let (from, months) = self.months(first, last);
        let sums: Vec<_> = (from..).take(months.len()).map(|place| self.sums.moved(place)).collect();
        // First along the months, as the sums lie in memory; the column of an account has its number.
        let mut moved = vec![false; self.sums.others().len()];
        sums.iter().flatten().for_each(|sums| sums.mark(&mut moved));
        let nothing = Money::zero(self.currency);
        let mut rows = Vec::with_capacity(moved.iter().filter(|moved| **moved).count());
        for (number, (account, _)) in self.chart.accounts().zip(moved).enumerate().filter(|(_, (_, moved))| *moved) {
            let mut own = Vec::with_capacity(months.len());
            for sums in &sums {
                own.push(nothing.with_minor(sums.map_or(0, |sums| sums.get(number)))?);
            }
            rows.push(MonthlyRow::of(account, own));
        }
        Ok(MonthlyReport { months, rows })
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
        let (from, months) = self.months(first, last);
        let accounts: Vec<_> = self.chart.accounts().collect();
        let nothing = Money::zero(self.currency);
        let report = |(value, sums): (DimensionValueId, &BTreeMap<u32, Vec<i128>>)| {
            let mut rows = Vec::new();
            for (number, sums) in sums {
                let account = usize::try_from(*number).ok().and_then(|number| accounts.get(number));
                let sums = sums.iter().copied().chain(std::iter::repeat(0)).skip(from).take(months.len());
                if let Some(account) = account.filter(|_| sums.clone().any(|sum| sum != 0)) {
                    let moved = sums.map(|sum| nothing.with_minor(sum));
                    rows.push(MonthlyRow::of(account, moved.collect::<Result<_, _>>()?));
                }
            }
            Ok((value, MonthlyReport { months: months.clone(), rows }))
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
        let number = self.chart.number(account);
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

    /// What all postings to each account are worth at the end of a day, by number; without `closing` but for the carrying
    /// of results to equity.
    fn worth_until(&self, on: NaiveDate, closing: bool) -> Vec<i128> {
        let others = self.sums.others();
        let Some(day) = self.sums.day_until(on) else { return vec![0; others.len()] };
        let mut sums = self.sums.until(day);
        let extra = sums.split_off(others.len());
        let carried = Heading { measure: Measure::Worth, closing: true };
        for (sum, columns) in sums.iter_mut().zip(others).filter(|_| closing) {
            let column = columns.iter().find(|(heading, _)| *heading == carried).map(|(_, column)| *column);
            let place = column.and_then(|column| column.checked_sub(others.len()));
            *sum = sum.saturating_add(place.and_then(|place| extra.get(place)).copied().unwrap_or(0));
        }
        sums
    }

    /// Sums as money, in memory that is asked for once.
    fn held(&self, sums: impl ExactSizeIterator<Item = i128>) -> Result<Vec<Money>, MoneyError> {
        let nothing = Money::zero(self.currency);
        let mut held = Vec::with_capacity(sums.len());
        for sum in sums {
            held.push(nothing.with_minor(sum)?);
        }
        Ok(held)
    }

    /// Numbered sums by code, but for those of nothing.
    fn coded(&self, sums: impl Iterator<Item = i128>) -> impl Iterator<Item = (AccountCode, i128)> {
        let coded = self.chart.accounts().zip(sums).filter(|(_, sum)| *sum != 0);
        coded.map(|(account, sum)| (account.code.clone(), sum))
    }

    /// The months of the books from that of `first` to that of `last`, and the place of the first.
    fn months(&self, first: NaiveDate, last: NaiveDate) -> (usize, Vec<NaiveDate>) {
        use chrono::{Datelike, Months};
        let start = first.max(self.days.start()).with_day(1);
        let next = |month: &NaiveDate| month.checked_add_months(Months::new(1));
        let own = |month: &NaiveDate| *month <= last && self.sums.month(*month).is_some();
        let months: Vec<_> = std::iter::successors(start, next).take_while(own).collect();
        (months.first().and_then(|month| self.sums.month(*month)).unwrap_or(0), months)
    }
}
