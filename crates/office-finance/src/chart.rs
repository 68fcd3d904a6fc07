//! The chart that lists the accounts.
//!
//! A chart is data: the office keeps its own and hands it to whatever posts or reports.

use office_core::Currency;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::shortcut::Shortcuts;
use crate::{Account, AccountCode, AccountKind, Dimension, Entry, EntryKind, Posting};

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
    // Invariant: by code, each once, fewer than 2³². An account is numbered by its place.
    accounts: Vec<Account>,
    shortcuts: Shortcuts,
}

impl Chart {
    /// The most accounts one above the other.
    pub const MAX_DEPTH: usize = 16;

    /// A chart of these accounts.
    ///
    /// # Errors
    /// [`ChartError`], in the order of its variants.
    pub fn new(accounts: impl IntoIterator<Item = Account>) -> Result<Self, ChartError> {
        let mut accounts: Vec<Account> = accounts.into_iter().collect();
        accounts.sort_by(|one, other| one.code.cmp(&other.code));
        let repeated = accounts.windows(2).find_map(|pair| match pair {
            [one, next] if one.code == next.code => Some(one.code.clone()),
            _ => None,
        });
        if let Some(code) = repeated {
            return Err(ChartError::Repeated { code });
        }
        let mut chart = Self { shortcuts: Shortcuts::for_names(accounts.len()), accounts };
        for (account, number) in chart.accounts.iter().zip(0_u32..) {
            chart.check_place(account)?;
            chart.shortcuts.remember(&account.code.bytes, number);
        }
        Ok(chart)
    }

    /// The number of an account: its place in the order of codes, from 0.
    pub(crate) fn number(&self, code: &AccountCode) -> Option<u32> {
        let is_it = |number: &u32| self.at(*number).is_some_and(|account| account.code == *code);
        self.shortcuts.guess(&code.bytes).filter(is_it).or_else(|| {
            let place = self.accounts.binary_search_by(|account| account.code.cmp(code)).ok()?;
            u32::try_from(place).ok()
        })
    }

    /// The account of a number.
    fn at(&self, number: u32) -> Option<&Account> {
        self.accounts.get(usize::try_from(number).ok()?)
    }

    /// Whether what is above an account is there, of its kind, and comes to an end.
    fn check_place(&self, account: &Account) -> Result<(), ChartError> {
        let Some(parent) = &account.parent else { return Ok(()) };
        let code = || account.code.clone();
        match self.get(parent) {
            None => Err(ChartError::UnknownParent { code: code(), parent: parent.clone() }),
            Some(above) if above.kind != account.kind => {
                Err(ChartError::ParentKind { code: code(), kind: account.kind, wanted: above.kind })
            }
            Some(_) if self.above(account).count() > Self::MAX_DEPTH => Err(ChartError::TooDeep { code: code() }),
            Some(_) => Ok(()),
        }
    }

    /// The accounts above an account, from the nearest on; no more than one over the limit.
    fn above<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Account> {
        let up = |account: &&'a Account| account.parent.as_ref().and_then(|parent| self.get(parent));
        std::iter::successors(up(&account), up).take(Self::MAX_DEPTH.saturating_add(1))
    }

    /// The accounts above that of this code, from the nearest on.
    pub fn path(&self, code: &AccountCode) -> impl Iterator<Item = &Account> {
        self.get(code).into_iter().flat_map(|account| self.above(account))
    }

    /// The account of this code, if there is one.
    #[must_use]
    pub fn get(&self, code: &AccountCode) -> Option<&Account> {
        self.at(self.number(code)?)
    }

    /// The account of this code, for an entry to use.
    ///
    /// # Errors
    /// [`PostableError`]: there is none, or it takes no entries.
    pub fn postable(&self, code: &AccountCode) -> Result<&Account, PostableError> {
        match self.get(code) {
            None => Err(PostableError::Unknown { code: code.clone() }),
            Some(account) if !account.postable => Err(PostableError::Heading { code: code.clone() }),
            Some(account) => Ok(account),
        }
    }

    /// The account that a posting goes to, if it takes it.
    ///
    /// # Errors
    /// [`PostableError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Id, Money};
    /// use office_finance::{Account, AccountKind, Chart, Dimension, DimensionRule, PostableError, Posting};
    ///
    /// let rent = Account::new("6310".parse()?, "Rent", AccountKind::Expense);
    /// let chart = Chart::new([rent.ruling(Dimension::COST_CENTRE, DimensionRule::Required)])?;
    /// let posting = Posting::debit("6310".parse()?, Money::from_minor(7400_00, Currency::EUR));
    /// let refused = chart.admit(&posting).err();
    /// let wanted = PostableError::DimensionWanted { code: "6310".parse()?, dimension: Dimension::COST_CENTRE };
    /// assert_eq!(refused, Some(wanted));
    /// assert!(chart.admit(&posting.borne_by(Id::natural("cost_centre", "CC-100"))).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn admit(&self, posting: &Posting) -> Result<&Account, PostableError> {
        let account = self.postable(&posting.account)?;
        account.admit(posting)?;
        Ok(account)
    }

    /// Whether the accounts of an entry take its postings. Closing entries move income, expense and equity alone; what an
    /// account asks of other postings it does not ask of them.
    ///
    /// # Errors
    /// [`PostableError`], in the order of its variants.
    pub fn admit_entry(&self, entry: &Entry) -> Result<(), PostableError> {
        let is_closing = entry.kind() == EntryKind::Closing;
        for posting in entry.postings() {
            let unknown = || PostableError::Unknown { code: posting.account.clone() };
            self.admit_at(self.number(&posting.account).ok_or_else(unknown)?, posting, is_closing)?;
        }
        Ok(())
    }

    /// The same of one posting, whose account has this number.
    pub(crate) fn admit_at(&self, number: u32, posting: &Posting, is_closing: bool) -> Result<(), PostableError> {
        let code = || posting.account.clone();
        let account = self.at(number).ok_or_else(|| PostableError::Unknown { code: code() })?;
        match account.kind {
            _ if !is_closing => account.admit(posting),
            kind @ (AccountKind::Asset | AccountKind::Liability) => {
                Err(PostableError::NotClosing { code: code(), kind })
            }
            AccountKind::Equity | AccountKind::Income | AccountKind::Expense => Ok(()),
        }
    }

    /// All accounts, in the order of their codes.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
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
        chart.accounts
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
    /// The account above one is not in the chart.
    #[error("account {code} is below account {parent}, which is not in the chart")]
    UnknownParent {
        /// The code.
        code: AccountCode,
        /// The account above it.
        parent: AccountCode,
    },
    /// An account is of another kind than the one above it.
    #[error("account {code} is of the kind {kind} below one of {wanted}: accounts stand below their own kind")]
    ParentKind {
        /// The code.
        code: AccountCode,
        /// Its kind.
        kind: AccountKind,
        /// The kind of the account above it.
        wanted: AccountKind,
    },
    /// There are too many accounts above one, or it is above itself.
    #[error("account {code} is below itself, or below more than {} accounts", Chart::MAX_DEPTH)]
    TooDeep {
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
    /// The account takes another currency.
    #[error("account {code} takes {wanted} alone, not {found}")]
    Currency {
        /// The code.
        code: AccountCode,
        /// The currency of the posting.
        found: Currency,
        /// The currency of the account.
        wanted: Currency,
    },
    /// A dimension is missing.
    #[error("account {code} wants a {dimension} in each posting")]
    DimensionWanted {
        /// The code.
        code: AccountCode,
        /// The dimension.
        dimension: Dimension,
    },
    /// A dimension is there that must not be.
    #[error("account {code} takes no postings with a {dimension}")]
    DimensionForbidden {
        /// The code.
        code: AccountCode,
        /// The dimension.
        dimension: Dimension,
    },
    /// The entry carries a result to equity, and the account is of neither.
    #[error("account {code} is of the kind {kind}: a result is carried from income and expense to equity")]
    NotClosing {
        /// The code.
        code: AccountCode,
        /// What it is for.
        kind: AccountKind,
    },
}

#[cfg(test)]
mod tests {
    use office_core::{Id, Money};

    use super::*;
    use crate::DimensionRule;

    #[test]
    fn headings_take_no_entries() {
        let code: AccountCode = "6".parse().unwrap();
        let chart = Chart::new([Account::new(code.clone(), "Expenses", AccountKind::Expense).heading()]).unwrap();
        assert_eq!(chart.postable(&code), Err(PostableError::Heading { code }));
    }

    #[test]
    fn a_tree_has_roots_and_one_kind_below_each() {
        let account = |code: &str, kind| Account::new(code.parse().unwrap(), code, kind);
        let below = |code: &str, parent: &str| account(code, AccountKind::Asset).below(parent.parse().unwrap());
        let code = |code: &str| code.parse::<AccountCode>().unwrap();
        let chart = Chart::new([account("1", AccountKind::Asset).heading(), below("18", "1"), below("1800", "18")]);
        let chart = chart.unwrap();
        let path: Vec<&str> = chart.path(&code("1800")).map(|account| account.code.as_str()).collect();
        assert_eq!(path, ["18", "1"]);
        let refused = Chart::new([below("18", "1")]).unwrap_err();
        assert_eq!(refused, ChartError::UnknownParent { code: code("18"), parent: code("1") });
        let (kind, wanted) = (AccountKind::Asset, AccountKind::Equity);
        let refused = Chart::new([account("1", wanted), below("18", "1")]).unwrap_err();
        assert_eq!(refused, ChartError::ParentKind { code: code("18"), kind, wanted });
        assert_eq!(Chart::new([below("1", "2"), below("2", "1")]), Err(ChartError::TooDeep { code: code("1") }));
    }

    #[test]
    fn an_account_says_what_it_takes() {
        let code: AccountCode = "1810".parse().unwrap();
        let account = Account::new(code.clone(), "Bank USD", AccountKind::Asset).in_currency(Currency::USD);
        let chart = Chart::new([account.ruling(Dimension::PROJECT, DimensionRule::Forbidden)]).unwrap();
        let (found, wanted) = (Currency::EUR, Currency::USD);
        let posting = |currency| Posting::debit(code.clone(), Money::from_minor(1, currency));
        let refused = chart.admit(&posting(found)).map(|_| ());
        assert_eq!(refused, Err(PostableError::Currency { code: code.clone(), found, wanted }));
        let with = posting(wanted).for_project(Id::natural("project", "P-1"));
        let refused = PostableError::DimensionForbidden { code: code.clone(), dimension: Dimension::PROJECT };
        assert_eq!(chart.admit(&with).map(|_| ()), Err(refused));
        assert!(chart.admit(&posting(wanted)).is_ok());
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
