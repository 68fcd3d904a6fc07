//! Audit files: books as tax offices ask for them, in the Standard Audit File of the OECD (SAF-T).

mod gap;
mod import;
mod of_books;
mod read;
mod write;

use chrono::NaiveDate;
use office_core::{Currency, DateRange, Money, MoneyError};

use crate::AccountKind;

pub use self::gap::SaftGap;
pub use self::import::{ImportSaftError, SaftImport};
pub use self::read::read_saft;
pub use self::write::write_saft;

/// The books of some days as an audit file tells them: accounts with their balances, parties, and transactions.
///
/// What it says is kept as it stands; whether it adds up is told by [`SaftFile::gaps`].
///
/// # Example
/// ```
/// use office_core::Money;
/// use office_finance::{AccountKind, Books, SaftImport, read_saft};
///
/// let text = r#"<AuditFile xmlns="urn:OECD:StandardAuditFile-Taxation/2.00"><Header>
/// <AuditFileVersion>2.00</AuditFileVersion><AuditFileCountry>LU</AuditFileCountry><AuditFileDateCreated>2027-01-10</AuditFileDateCreated>
/// <Company><RegistrationNumber>B 4711</RegistrationNumber><Name>Office am Fluss</Name></Company>
/// <DefaultCurrencyCode>EUR</DefaultCurrencyCode><SelectionCriteria>
/// <SelectionStartDate>2026-01-01</SelectionStartDate><SelectionEndDate>2026-12-31</SelectionEndDate></SelectionCriteria></Header>
/// <MasterFiles><GeneralLedgerAccounts>
/// <Account><AccountID>1800</AccountID><AccountDescription>Bank</AccountDescription><AccountType>Asset</AccountType>
/// <OpeningDebitBalance>0</OpeningDebitBalance><ClosingCreditBalance>7400.00</ClosingCreditBalance></Account>
/// <Account><AccountID>6310</AccountID><AccountDescription>Rent</AccountDescription><AccountType>Expense</AccountType>
/// <OpeningDebitBalance>0</OpeningDebitBalance><ClosingDebitBalance>7400.00</ClosingDebitBalance></Account>
/// </GeneralLedgerAccounts></MasterFiles><GeneralLedgerEntries>
/// <NumberOfEntries>1</NumberOfEntries><TotalDebit>7400.00</TotalDebit><TotalCredit>7400.00</TotalCredit>
/// <Journal><JournalID>B</JournalID><Transaction><TransactionID>17</TransactionID><TransactionDate>2026-10-01</TransactionDate><Description>rent</Description>
/// <Line><RecordID>1</RecordID><AccountID>6310</AccountID><DebitAmount><Amount>7400.00</Amount></DebitAmount></Line>
/// <Line><RecordID>2</RecordID><AccountID>1800</AccountID><CreditAmount><Amount>7400.00</Amount></CreditAmount></Line>
/// </Transaction></Journal></GeneralLedgerEntries></AuditFile>"#;
/// let file = read_saft("2026.xml", text.as_bytes())?;
/// assert_eq!(file.gaps()?, []);
///
/// let chart = file.chart(|account| account.kind())?;
/// let mut books = Books::new(chart, file.header.currency, file.header.days)?;
/// for (id, entry) in file.entries(&SaftImport::default())? {
///     books.post(id, &entry)?;
/// }
/// let report = books.trial_balance("2026-12-31".parse()?)?;
/// assert_eq!(report.rows()[1].debit, file.accounts[1].closing);
///
/// // A cent too much is told where it is, and not taken in.
/// let wrong = read_saft("2026.xml", text.replacen("<Amount>7400.00", "<Amount>7400.01", 1).as_bytes())?;
/// let gaps: Vec<String> = wrong.gaps()?.iter().map(|gap| gap.to_string()).collect();
/// assert_eq!(gaps[0], "debits of 7400.01 EUR, and 7400.00 EUR are stated");
/// assert!(wrong.entries(&SaftImport::default()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftFile {
    /// Whose books they are, and of what days.
    pub header: SaftHeader,
    /// The accounts, in the order of the file.
    pub accounts: Vec<SaftAccount>,
    /// Customers, then suppliers, in the order of the file.
    pub parties: Vec<SaftParty>,
    /// What the file says that its transactions come to; `None` where it does not.
    pub stated: Option<SaftTotals>,
    /// The transactions of all journals, in the order of the file.
    pub transactions: Vec<SaftTransaction>,
}

/// Whose books an audit file tells, and of what days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftHeader {
    /// The version of the form.
    pub version: String,
    /// The country whose form it is: `NO`.
    pub country: String,
    /// The day on which it was made.
    pub created: NaiveDate,
    /// The program that made it.
    pub software: String,
    /// The number under which the company is registered.
    pub registration: String,
    /// The company.
    pub company: String,
    /// The currency of the books.
    pub currency: Currency,
    /// The days whose transactions are told. Where a file tells periods alone, they are taken for months of the
    /// calendar.
    pub days: DateRange,
}

/// An account of an audit file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftAccount {
    /// Its number, as the file has it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The account of a country's standard chart that it stands for; empty where that is not told.
    pub standard: String,
    /// What it is for, as the file has it: `Asset`, `GL`.
    pub account_type: String,
    /// Whether it is the sum of others, and nothing is posted to it.
    pub is_heading: bool,
    /// What stood on it before the first day: a debit above zero, a credit below.
    pub opening: Money,
    /// What stands on it at the end of the last day.
    pub closing: Money,
}

impl SaftAccount {
    /// What it is for, where the file says so in words of the OECD: asset, liability, equity, income, sale, expense.
    #[must_use]
    pub fn kind(&self) -> Option<AccountKind> {
        match self.account_type.to_ascii_lowercase().as_str() {
            "sale" => Some(AccountKind::Income),
            other => other.parse().ok(),
        }
    }
}

/// A customer or a supplier of an audit file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftParty {
    /// Which of both it is.
    pub role: SaftRole,
    /// Its number, as the file has it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The number under which it is registered; empty where that is not told.
    pub registration: String,
    /// What stood and stands open with it, by account.
    pub balances: Vec<SaftPartyBalance>,
}

/// Whether a party buys or sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaftRole {
    /// It buys from the company.
    Customer,
    /// It sells to the company.
    Supplier,
}

/// What stands open with a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftPartyBalance {
    /// The account; empty where that is not told.
    pub account: String,
    /// What stood open before the first day, where that is told: a debit above zero, a credit below.
    pub opening: Option<Money>,
    /// What stands open at the end of the last day, where that is told.
    pub closing: Option<Money>,
}

/// What the transactions of an audit file come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaftTotals {
    /// How many there are.
    pub entries: u64,
    /// The sum of all debits.
    pub debit: Money,
    /// The sum of all credits.
    pub credit: Money,
}

/// A transaction of an audit file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftTransaction {
    /// The journal that it is in.
    pub journal: String,
    /// Its number, as the file has it.
    pub id: String,
    /// Its day.
    pub on: NaiveDate,
    /// The day on which it was taken into the ledger.
    pub posted: NaiveDate,
    /// What it is for.
    pub description: String,
    /// Its lines.
    pub lines: Vec<SaftLine>,
}

/// A line of a transaction of an audit file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaftLine {
    /// Its number, as the file has it.
    pub id: String,
    /// The account, as the file has it.
    pub account: String,
    /// Its debit, in the currency of the books.
    pub debit: Money,
    /// Its credit, in the currency of the books.
    pub credit: Money,
    /// The same in the foreign currency that it was posted in: a debit above zero, a credit below.
    pub foreign: Option<Money>,
    /// What it is for.
    pub description: String,
    /// The document it rests on; empty where there is none.
    pub document: String,
    /// The customer or supplier, by number.
    pub party: Option<(SaftRole, String)>,
    /// What it is analysed by: a kind and a number, such as a department and its number.
    pub analyses: Vec<(String, String)>,
}

impl SaftLine {
    /// Debit less credit.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where that cannot be held.
    pub fn amount(&self) -> Result<Money, MoneyError> {
        self.debit.checked_sub(self.credit)
    }
}

impl SaftFile {
    /// What the transactions come to.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn counted(&self) -> Result<SaftTotals, MoneyError> {
        let lines = || self.transactions.iter().flat_map(|transaction| &transaction.lines);
        Ok(SaftTotals {
            entries: u64::try_from(self.transactions.len()).unwrap_or(u64::MAX),
            debit: Money::sum(lines().map(|line| line.debit), self.header.currency)?,
            credit: Money::sum(lines().map(|line| line.credit), self.header.currency)?,
        })
    }
}
