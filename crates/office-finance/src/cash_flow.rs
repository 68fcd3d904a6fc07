//! The cash flow statement.

mod direct;

use office_core::{DateRange, Money, MoneyError};

pub(crate) use self::direct::CashFlows;
pub use self::direct::{CashFlowRow, DirectCashFlow};
use crate::balance::{ReportError, ReportRow};
use crate::{Account, Balances, CashFlowPart, Chart};

/// The cash flow statement: where the cash of some days came from and where it went, by the indirect method.
///
/// It begins with the result and adds what the result does not tell: what clients and vendors owe more or less, what was
/// bought to be kept, what owners and lenders gave. Each account stands where the chart puts it
/// ([`Account::cash_flow_part`]). Since every entry balances, opening cash and all flows make closing cash;
/// [`proves`](Self::proves) checks it against the balances.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, DateRange, Money};
/// use office_finance::{Account, AccountKind, Books, CashFlowPart, Chart, Entry, EntryId, Posting};
///
/// let chart = Chart::new([
///     Account::new("1800".parse()?, "Bank", AccountKind::Asset).flowing(CashFlowPart::Cash),
///     Account::new("1200".parse()?, "Receivables", AccountKind::Asset),
///     Account::new("4400".parse()?, "Fees", AccountKind::Income),
/// ])?;
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let mut books = Books::new(chart, Currency::EUR, DateRange::new(on, None)?)?;
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let mut post = |name: &str, debit: &str, credit: &str, minor| {
///     let postings = vec![Posting::debit(debit.parse()?, euro(minor)), Posting::credit(credit.parse()?, euro(minor))];
///     books.post(EntryId::natural("entry", name), &Entry::balanced(on, name, postings)?)?;
///     Ok::<_, Box<dyn std::error::Error>>(())
/// };
/// post("invoice", "1200", "4400", 100_00)?;
/// post("paid in part", "1800", "1200", 60_00)?;
/// let report = books.cash_flow(DateRange::month(2026, 10)?)?;
/// assert_eq!((report.result, report.operating[0].amount), (euro(100_00), euro(-40_00)));
/// assert_eq!((report.opening, report.closing), (euro(0), euro(60_00)));
/// assert!(report.proves()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashFlowStatement {
    /// The days.
    pub days: DateRange,
    /// Cash before the first day.
    pub opening: Money,
    /// The result of the business itself: a profit above zero.
    pub result: Money,
    /// What turns the result into cash, account by account: cash in above zero.
    pub operating: Vec<ReportRow>,
    /// What was bought to be kept, or sold.
    pub investing: Vec<ReportRow>,
    /// What owners and lenders gave and took.
    pub financing: Vec<ReportRow>,
    /// What rates of exchange did to cash.
    pub exchange_rates: Vec<ReportRow>,
    /// Cash after the last day.
    pub closing: Money,
}

impl CashFlowStatement {
    /// The statement from what stood on each account before the days, what was moved in them but for the carrying of
    /// results to equity, and what stands after them.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn of(
        chart: &Chart,
        days: DateRange,
        before: &Balances,
        moved: &Balances,
        after: &Balances,
    ) -> Result<Self, ReportError> {
        let currency = moved.currency();
        let cash = |balances: &Balances| {
            let own = balances.with_accounts(chart)?;
            let own = own.into_iter().filter(|(account, _)| account.cash_flow_part() == CashFlowPart::Cash);
            Ok::<_, ReportError>(Money::sum(own.map(|(_, balance)| balance), currency)?)
        };
        let moved = moved.with_accounts(chart)?;
        let is_result =
            |account: &Account| account.kind.is_result() && account.cash_flow_part() == CashFlowPart::Operating;
        let result = moved.iter().filter(|(account, _)| is_result(account));
        let result = Money::sum(result.map(|(_, balance)| balance.negated()), currency)?;
        let rows = |part| {
            let own = moved.iter().filter(|(account, _)| account.cash_flow_part() == part && !is_result(account));
            let own = own.filter(|(_, balance)| !balance.is_zero());
            own.map(|(account, balance)| ReportRow::new(account, balance.negated())).collect::<Vec<_>>()
        };
        Ok(Self {
            days,
            opening: cash(before)?,
            result,
            operating: rows(CashFlowPart::Operating),
            investing: rows(CashFlowPart::Investing),
            financing: rows(CashFlowPart::Financing),
            exchange_rates: rows(CashFlowPart::ExchangeRates),
            closing: cash(after)?,
        })
    }

    /// What came in less what went out: the result and all that is told beside it.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn flow(&self) -> Result<Money, MoneyError> {
        let parts = [&self.operating, &self.investing, &self.financing, &self.exchange_rates];
        let amounts = parts.into_iter().flatten().map(|row| row.amount);
        Money::sum(amounts.chain([self.result]), self.result.currency())
    }

    /// Whether opening cash and the flow make closing cash.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn proves(&self) -> Result<bool, MoneyError> {
        Ok(self.opening.checked_add(self.flow()?)? == self.closing)
    }
}
