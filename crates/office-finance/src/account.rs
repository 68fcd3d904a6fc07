//! Accounts: what postings go to.
//!
//! Entries name accounts by code, so a name can be bettered without touching what is posted.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use office_core::Currency;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Dimension, DimensionRule, PostableError, Posting};

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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountCode {
    // Filled up with zeros, which sort before all that a code is made of. Kept in place, since every posting has one.
    pub(crate) bytes: [u8; Self::MAX_LEN],
}

impl AccountCode {
    /// The longest code, in characters.
    pub const MAX_LEN: usize = 24;

    /// The code of this text.
    pub fn new(text: impl AsRef<str>) -> Result<Self, ParseAccountCodeError> {
        let text = text.as_ref();
        let mut bytes = [0; Self::MAX_LEN];
        let fits =
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        match bytes.get_mut(..text.len()).filter(|_| fits) {
            Some(place) => {
                place.copy_from_slice(text.as_bytes());
                Ok(Self { bytes })
            }
            None => Err(ParseAccountCodeError { text: text.chars().take(40).collect() }),
        }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(Self::MAX_LEN);
        let text = self.bytes.get(..end).unwrap_or_default();
        // Invariant: ASCII.
        str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Debug for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AccountCode").field(&self.as_str()).finish()
    }
}

impl fmt::Display for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
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
        code.as_str().to_owned()
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
    /// The account above it, of the same kind, in whose total it is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<AccountCode>,
    /// The one currency that it takes; any, where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Which dimensions its postings must have, and which they must not.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<Dimension, DimensionRule>,
    /// Where it stands in the cash flow statement, where that does not follow from its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash_flow: Option<CashFlowPart>,
}

/// Where an account stands in the cash flow statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashFlowPart {
    /// It is cash, or as good as cash.
    Cash,
    /// The business itself: what clients owe, what is owed to vendors, stock. So are all but cash and equity, unless the
    /// chart says otherwise.
    Operating,
    /// What is bought to be kept: equipment, holdings.
    Investing,
    /// Owners and lenders. So is equity, unless the chart says otherwise.
    Financing,
    /// What rates of exchange do to cash.
    ExchangeRates,
}

impl Account {
    /// An account that entries may use.
    #[must_use]
    pub fn new(code: AccountCode, name: impl Into<String>, kind: AccountKind) -> Self {
        Self {
            code,
            name: name.into(),
            kind,
            postable: true,
            parent: None,
            currency: None,
            dimensions: BTreeMap::new(),
            cash_flow: None,
        }
    }

    /// The same account below another, in whose total it is counted.
    #[must_use]
    pub fn below(mut self, parent: AccountCode) -> Self {
        self.parent = Some(parent);
        self
    }

    /// The same account taking one currency only.
    #[must_use]
    pub const fn in_currency(mut self, currency: Currency) -> Self {
        self.currency = Some(currency);
        self
    }

    /// The same account with this rule for a dimension.
    #[must_use]
    pub fn ruling(mut self, dimension: Dimension, rule: DimensionRule) -> Self {
        self.dimensions.insert(dimension, rule);
        self
    }

    /// The same account at this place of the cash flow statement.
    #[must_use]
    pub const fn flowing(mut self, part: CashFlowPart) -> Self {
        self.cash_flow = Some(part);
        self
    }

    /// Where it stands in the cash flow statement.
    #[must_use]
    pub fn cash_flow_part(&self) -> CashFlowPart {
        self.cash_flow.unwrap_or(match self.kind {
            AccountKind::Equity => CashFlowPart::Financing,
            AccountKind::Asset | AccountKind::Liability | AccountKind::Income | AccountKind::Expense => {
                CashFlowPart::Operating
            }
        })
    }

    /// Whether it takes this posting.
    ///
    /// # Errors
    /// [`PostableError`], in the order of its variants.
    pub(crate) fn admit(&self, posting: &Posting) -> Result<(), PostableError> {
        let code = || self.code.clone();
        if !self.postable {
            return Err(PostableError::Heading { code: code() });
        }
        let found = posting.amount.currency();
        if let Some(wanted) = self.currency.filter(|wanted| *wanted != found) {
            return Err(PostableError::Currency { code: code(), found, wanted });
        }
        for (dimension, rule) in &self.dimensions {
            match (rule, posting.dimensions.get(dimension)) {
                (DimensionRule::Required, None) => {
                    return Err(PostableError::DimensionWanted { code: code(), dimension: dimension.clone() });
                }
                (DimensionRule::Forbidden, Some(_)) => {
                    return Err(PostableError::DimensionForbidden { code: code(), dimension: dimension.clone() });
                }
                (DimensionRule::Required, Some(_)) | (DimensionRule::Forbidden, None) => {}
            }
        }
        Ok(())
    }

    /// The same account as a heading: reports show it, entries may not use it.
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.postable = false;
        self
    }
}
