//! The cash flow statement by the direct method.

use std::collections::BTreeMap;

use office_core::{Currency, DateRange, Money, MoneyError};

use crate::balance::ReportError;
use crate::{Account, AccountCode, CashFlowPart, Chart};

/// The cash flow statement by the direct method: what cash was received for and paid for, account by account.
///
/// Of an entry that moves cash, each posting that is not to cash is a flow: what is credited is received, what is debited
/// is paid. They add up to the cash that the entry moves, because it balances. Cash that goes from one cash account to
/// another is no flow. What turns cash in a foreign currency into more or less is a flow of the account that takes it.
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
/// post("paid", "1800", "1200", 60_00)?;
/// post("paid back", "1200", "1800", 10_00)?;
/// let report = books.direct_cash_flow(DateRange::month(2026, 10)?)?;
/// assert_eq!((report.operating.len(), report.operating[0].account.as_str()), (1, "1200"));
/// assert_eq!((report.operating[0].received, report.operating[0].paid), (euro(60_00), euro(10_00)));
/// assert_eq!(report.closing, euro(50_00));
/// assert!(report.proves()?);
/// // Days in which nothing was paid have no rows.
/// assert!(books.direct_cash_flow(DateRange::month(2026, 11)?)?.operating.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectCashFlow {
    /// The days.
    pub days: DateRange,
    /// Cash before the first day.
    pub opening: Money,
    /// For the business itself.
    pub operating: Vec<CashFlowRow>,
    /// For what is kept.
    pub investing: Vec<CashFlowRow>,
    /// From and to owners and lenders.
    pub financing: Vec<CashFlowRow>,
    /// By rates of exchange.
    pub exchange_rates: Vec<CashFlowRow>,
    /// Cash after the last day.
    pub closing: Money,
}

/// What cash was received and paid for one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashFlowRow {
    /// The code of the account.
    pub account: AccountCode,
    /// What people call it.
    pub name: String,
    /// What came in.
    pub received: Money,
    /// What went out, above zero.
    pub paid: Money,
}

impl DirectCashFlow {
    /// What was received less what was paid.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn flow(&self) -> Result<Money, MoneyError> {
        let parts = [&self.operating, &self.investing, &self.financing, &self.exchange_rates];
        let amounts = parts.into_iter().flatten().flat_map(|row| [row.received, row.paid.negated()]);
        Money::sum(amounts, self.opening.currency())
    }

    /// Whether opening cash and the flow make closing cash.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn proves(&self) -> Result<bool, MoneyError> {
        Ok(self.opening.checked_add(self.flow()?)? == self.closing)
    }
}

/// Flows that are being gathered, in minor units, by the number of the account.
pub(crate) struct CashFlows<'a> {
    accounts: Vec<&'a Account>,
    cash: i128,
    flows: BTreeMap<u32, (i128, i128)>,
}

impl<'a> CashFlows<'a> {
    pub(crate) fn new(chart: &'a Chart) -> Self {
        Self { accounts: chart.accounts().collect(), cash: 0, flows: BTreeMap::new() }
    }

    fn part(&self, number: u32) -> Option<CashFlowPart> {
        self.accounts.get(usize::try_from(number).ok()?).map(|account| account.cash_flow_part())
    }

    fn is_cash(&self, number: u32) -> bool {
        self.part(number) == Some(CashFlowPart::Cash)
    }

    /// The cash that an entry moves.
    pub(crate) fn cash(&self, postings: impl Iterator<Item = (u32, i128)>) -> i128 {
        let cash = postings.filter(|(account, _)| self.is_cash(*account));
        cash.fold(0, |sum, (_, worth)| sum.saturating_add(worth))
    }

    /// Adds the flows of an entry, if it moves cash.
    pub(crate) fn add(&mut self, postings: impl Iterator<Item = (u32, i128)> + Clone) {
        if !postings.clone().any(|(account, _)| self.is_cash(account)) {
            return;
        }
        self.cash = self.cash.saturating_add(self.cash(postings.clone()));
        for (account, worth) in postings.filter(|(_, worth)| *worth != 0) {
            if !self.is_cash(account) {
                let (received, paid) = self.flows.entry(account).or_default();
                let side = if worth < 0 { received } else { paid };
                *side = side.saturating_add(worth.saturating_abs());
            }
        }
    }

    pub(crate) fn statement(
        self,
        days: DateRange,
        opening: i128,
        currency: Currency,
    ) -> Result<DirectCashFlow, ReportError> {
        let held = |minor| Money::try_from_minor(minor, currency);
        let rows = |part| {
            let own = self.flows.iter().filter(|(number, _)| self.part(**number) == Some(part));
            let rows =
                own.filter_map(|(number, flow)| Some((self.accounts.get(usize::try_from(*number).ok()?)?, flow)));
            let row = |(account, (received, paid)): (&&Account, &(i128, i128))| {
                let (received, paid) = (held(*received)?, held(*paid)?);
                Ok(CashFlowRow { account: account.code.clone(), name: account.name.clone(), received, paid })
            };
            rows.map(row).collect::<Result<Vec<_>, MoneyError>>()
        };
        Ok(DirectCashFlow {
            days,
            opening: held(opening)?,
            operating: rows(CashFlowPart::Operating)?,
            investing: rows(CashFlowPart::Investing)?,
            financing: rows(CashFlowPart::Financing)?,
            exchange_rates: rows(CashFlowPart::ExchangeRates)?,
            closing: held(opening.saturating_add(self.cash))?,
        })
    }
}
