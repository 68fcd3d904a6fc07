//! Reports as files for spreadsheets and programs: tables of comma-separated values.
//!
//! All of them are written one way, [`CsvReport::to_csv`], and read back by their columns with
//! [`Sheet::take`](office_core::sheet::Sheet::take).
//!
//! | report | a row for each |
//! |---|---|
//! | [`TrialBalance`](crate::TrialBalance), [`IncomeStatement`](crate::IncomeStatement), [`BalanceSheet`](crate::BalanceSheet), [`MonthlyReport`](crate::MonthlyReport) | account, of a month where it is by month |
//! | [`CashFlowStatement`](crate::CashFlowStatement), [`DirectCashFlow`](crate::DirectCashFlow) | flow, and one each for opening and closing cash |
//! | [`AccountLedger`](crate::AccountLedger)s, one or several | posting, and one each for what stood and stands on the account |
//! | [`Ageing`](crate::Ageing) | bucket, what is not due among them |
//! | [`ClientStatement`](crate::ClientStatement) | movement, and one each for opening and closing balance |
//! | [`BudgetVariance`](crate::BudgetVariance), [`Forecast`](crate::Forecast) | month, and of a forecast one each for the lowest and highest year |
//! | [`VarianceExplanation`](crate::VarianceExplanation) | part of what is left, and one for what is to come |
//! | [`FundsCheck`](crate::FundsCheck)s | check |
//! | [`SpendLine`](crate::SpendLine)s, [`SpendTable`](crate::SpendTable), its trend and its top rows | line; account or value and stretch of time; stretch of time; row |
//! | [`Anomaly`](crate::Anomaly), [`PriceDrift`](crate::PriceDrift), [`Saving`](crate::Saving) | finding |
//!
//! A file is UTF-8; lines end with LF; commas part the fields, or semicolons where that is said. Amounts have a point, all
//! the digits of their currency and no grouping, and the currency in a column of its own; dates are `2026-10-31`; parts are
//! percent. What is not told is empty. There are no rows of totals: the columns add up to them.
//!
//! Text that somebody wrote and a spreadsheet could take for a formula has a `'` before it, which
//! [`Row::plain`](office_core::sheet::Row::plain) takes away again. Numbers below zero are numbers and have none.
//!
//! What is written reads back the same: `tests/sheet.rs` holds it.

mod analysis;
mod budget;
mod statement;
mod subledger;

use office_core::Money;
use office_core::sheet::{Cell, Separator, SheetDraft};

/// A report that can be handed out as a file with so many columns.
///
/// # Example
/// ```
/// use office_core::sheet::{Layout, Separator, Sheet};
/// use office_core::{Currency, Money};
/// use office_finance::sheet::CsvReport;
/// use office_finance::{Account, AccountKind, Chart, Entry, EntryNumber, JournalEntry, Posting, TrialBalance};
///
/// // Somebody has named an account after a formula.
/// let rent = Account::new("6310".parse()?, "=SUM(A1:A9)", AccountKind::Expense);
/// let bank = Account::new("1800".parse()?, "Bank, savings", AccountKind::Asset);
/// let amount = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, amount), Posting::credit("1800".parse()?, amount)];
/// let entry = Entry::balanced("2026-10-01".parse()?, "rent", postings)?;
/// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, entry);
/// let report = TrialBalance::as_of(&Chart::new([bank, rent])?, [&posted], "2026-10-31".parse()?, Currency::EUR)?;
///
/// let file = report.to_csv(Separator::Comma);
/// assert_eq!(file, "\
/// on,account,name,kind,debit,credit,currency
/// 2026-10-31,1800,\"Bank, savings\",asset,0.00,7400.00,EUR
/// 2026-10-31,6310,'=SUM(A1:A9),expense,7400.00,0.00,EUR
/// ");
///
/// // It is read back by its columns, and refused by any others.
/// let layout = Layout { columns: &TrialBalance::COLUMNS, prose: &[], rows: 1_000, separator: Separator::Comma };
/// let (sheet, _) = Sheet::take("trial.csv", file.as_bytes(), &layout)?;
/// assert_eq!(sheet.rows().nth(1).ok_or("a row")?.plain("name")?, "=SUM(A1:A9)");
/// assert!(Sheet::take("trial.csv", file.as_bytes(), &Layout { columns: &["account"], ..layout }).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait CsvReport<const N: usize> {
    /// What the columns are called, in their order.
    const COLUMNS: [&'static str; N];

    /// The rows, cell by cell.
    fn cells(&self) -> Vec<[Cell<'_>; N]>;

    /// The whole as a file, its header first.
    fn to_csv(&self, separator: Separator) -> String {
        let mut draft = SheetDraft::new(Self::COLUMNS, separator);
        for row in self.cells() {
            draft.row(row);
        }
        draft.to_string()
    }
}

/// An amount without its currency, which stands in a column of its own.
fn amount(money: Money) -> Cell<'static> {
    Cell::value(money.amount())
}
