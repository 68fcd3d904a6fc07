//! Accounts, and the chart that lists them.
//!
//! A chart is data: the office keeps its own and hands it to whatever posts or reports. Entries name accounts by code,
//! so a name can be bettered without touching what is posted.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The code of an account: `6815`, `1200-EUR`, `4.10.2`.
///
/// 1 to 24 ASCII letters, digits, `-` and `.`. Ordered as text, so that `12` stands before `120`.
///
/// # Example
/// ```
/// use office_finance::AccountCode;
///
/// let code: AccountCode = "6815".parse()?;
/// assert_eq!(code.as_str(), "6815");
/// assert!("68 15".parse::<AccountCode>().is_err());
/// # Ok::<(), office_finance::ParseAccountCodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountCode(String);

impl AccountCode {
    /// The longest code, in characters.
    pub const MAX_LEN: usize = 24;

    /// The code of this text.
    pub fn new(text: impl Into<String>) -> Result<Self, ParseAccountCodeError> {
        let text = text.into();
        let fits = (1..=Self::MAX_LEN).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        if fits { Ok(Self(text)) } else { Err(ParseAccountCodeError { text: text.chars().take(40).collect() }) }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for AccountCode {
    type Err = ParseAccountCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for AccountCode {
    type Error = ParseAccountCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<AccountCode> for String {
    fn from(code: AccountCode) -> Self {
        code.0
    }
}

/// A text was not the code of an account.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not the code of an account: 1 to 24 letters, digits, `-` and `.` are wanted")]
pub struct ParseAccountCodeError {
    text: String,
}

/// What an account is for. It decides in which statement the account stands, and on which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// What the office has: cash, the bank, what clients owe.
    Asset,
    /// What the office owes: to vendors, to the tax office.
    Liability,
    /// What its owners have put in and left in.
    Equity,
    /// What it earns.
    Income,
    /// What it uses up.
    Expense,
}

impl AccountKind {
    /// Whether a debit makes it more: so with assets and expenses.
    #[must_use]
    pub const fn is_debit(self) -> bool {
        matches!(self, Self::Asset | Self::Expense)
    }

    /// Whether it tells of a stretch of time (income, expense) rather than of a day.
    #[must_use]
    pub const fn is_result(self) -> bool {
        matches!(self, Self::Income | Self::Expense)
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Asset => "asset",
            Self::Liability => "liability",
            Self::Equity => "equity",
            Self::Income => "income",
            Self::Expense => "expense",
        })
    }
}

impl FromStr for AccountKind {
    type Err = ParseAccountKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "asset" => Ok(Self::Asset),
            "liability" => Ok(Self::Liability),
            "equity" => Ok(Self::Equity),
            "income" => Ok(Self::Income),
            "expense" => Ok(Self::Expense),
            _ => Err(ParseAccountKindError { text: text.chars().take(40).collect() }),
        }
    }
}

/// A text was not a kind of account.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a kind of account: asset, liability, equity, income or expense is wanted")]
pub struct ParseAccountKindError {
    text: String,
}

/// An account of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The code that entries name it by.
    pub code: AccountCode,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: AccountKind,
    /// Whether entries may use it. A heading, or an account given up, is kept for the reports.
    pub postable: bool,
}

impl Account {
    /// An account that entries may use.
    #[must_use]
    pub fn new(code: AccountCode, name: impl Into<String>, kind: AccountKind) -> Self {
        Self { code, name: name.into(), kind, postable: true }
    }

    /// The same account as a heading: reports show it, entries may not use it.
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.postable = false;
        self
    }
}

/// The chart of accounts: which accounts there are.
///
/// # Example
/// ```
/// use office_finance::{Account, AccountCode, AccountKind, Chart, ChartError, PostableError};
///
/// let cash = Account::new("1600".parse()?, "Petty cash", AccountKind::Asset);
/// let rent = Account::new("6310".parse()?, "Rent", AccountKind::Expense);
/// let chart = Chart::new([cash.clone(), rent])?;
/// assert_eq!(chart.postable(&"6310".parse()?)?.name, "Rent");
///
/// // A code stands for one account, and entries use what the chart lists.
/// assert_eq!(Chart::new([cash.clone(), cash]), Err(ChartError::Repeated { code: "1600".parse()? }));
/// let missing: AccountCode = "9999".parse()?;
/// assert_eq!(chart.postable(&missing), Err(PostableError::Unknown { code: missing.clone() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Account>", into = "Vec<Account>")]
pub struct Chart {
    accounts: BTreeMap<AccountCode, Account>,
}

impl Chart {
    /// A chart of these accounts.
    ///
    /// # Errors
    /// [`ChartError::Repeated`] where two of them have one code.
    pub fn new(accounts: impl IntoIterator<Item = Account>) -> Result<Self, ChartError> {
        let mut chart = BTreeMap::new();
        for account in accounts {
            if let Some(earlier) = chart.insert(account.code.clone(), account) {
                return Err(ChartError::Repeated { code: earlier.code });
            }
        }
        Ok(Self { accounts: chart })
    }

    /// The account of this code, if there is one.
    #[must_use]
    pub fn get(&self, code: &AccountCode) -> Option<&Account> {
        self.accounts.get(code)
    }

    /// The account of this code, for an entry to use.
    ///
    /// # Errors
    /// [`PostableError`]: there is none, or it takes no entries.
    pub fn postable(&self, code: &AccountCode) -> Result<&Account, PostableError> {
        match self.accounts.get(code) {
            None => Err(PostableError::Unknown { code: code.clone() }),
            Some(account) if !account.postable => Err(PostableError::Heading { code: code.clone() }),
            Some(account) => Ok(account),
        }
    }

    /// All accounts, in the order of their codes.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }
}

impl TryFrom<Vec<Account>> for Chart {
    type Error = ChartError;

    fn try_from(accounts: Vec<Account>) -> Result<Self, Self::Error> {
        Self::new(accounts)
    }
}

impl From<Chart> for Vec<Account> {
    fn from(chart: Chart) -> Self {
        chart.accounts.into_values().collect()
    }
}

/// Accounts do not make a chart.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChartError {
    /// Two accounts have one code.
    #[error("two accounts have the code {code}: one code stands for one account")]
    Repeated {
        /// The code.
        code: AccountCode,
    },
}

/// An account cannot be used by an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PostableError {
    /// The chart has no such account.
    #[error("there is no account {code} in the chart")]
    Unknown {
        /// The code.
        code: AccountCode,
    },
    /// The account is a heading.
    #[error("account {code} takes no entries: it is kept for reports only")]
    Heading {
        /// The code.
        code: AccountCode,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_take_no_entries() {
        let code: AccountCode = "6".parse().unwrap();
        let chart = Chart::new([Account::new(code.clone(), "Expenses", AccountKind::Expense).heading()]).unwrap();
        assert_eq!(chart.postable(&code), Err(PostableError::Heading { code }));
    }

    #[test]
    fn a_chart_is_stored_as_its_accounts() {
        let chart = Chart::new([Account::new("1800".parse().unwrap(), "Bank", AccountKind::Asset)]).unwrap();
        let json = r#"[{"code":"1800","name":"Bank","kind":"asset","postable":true}]"#;
        assert_eq!(serde_json::to_string(&chart).unwrap(), json);
        assert_eq!(serde_json::from_str::<Chart>(json).unwrap(), chart);
        let twice = format!("[{0},{0}]", json.trim_matches(['[', ']']));
        assert!(serde_json::from_str::<Chart>(&twice).is_err());
    }
}
