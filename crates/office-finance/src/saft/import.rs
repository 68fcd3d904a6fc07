//! Taking the books of an audit file over.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PartyId;
use office_core::{Money, MoneyError};
use thiserror::Error;

use super::{SaftAccount, SaftFile, SaftLine, SaftRole, SaftTransaction};
use crate::{
    Account, AccountCode, AccountKind, Chart, ChartError, Dimension, DimensionValueId, Entry, EntryError, EntryId,
    ParseAccountCodeError, Posting,
};

/// What the office calls what an audit file names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaftImport {
    /// The account of the office by the number of the file. Accounts that are not in it keep their numbers.
    pub accounts: BTreeMap<String, AccountCode>,
    /// The customers and suppliers that lines are told with.
    pub parties: BTreeMap<(SaftRole, String), PartyId>,
    /// The dimension and value by the kind and number that a line is analysed by. Others are left out.
    pub dimensions: BTreeMap<(String, String), (Dimension, DimensionValueId)>,
    /// Where goes what opening balances and transactions lack to zero. Without it they are refused.
    pub suspense: Option<AccountCode>,
}

impl SaftFile {
    /// The accounts of the file as a chart, each of the kind that `kind` says.
    ///
    /// # Errors
    /// In this order: [`ImportSaftError::Code`], [`ImportSaftError::Kind`], [`ImportSaftError::Chart`].
    pub fn chart(&self, kind: impl Fn(&SaftAccount) -> Option<AccountKind>) -> Result<Chart, ImportSaftError> {
        let mut accounts = Vec::new();
        for told in &self.accounts {
            let kind = kind(told).ok_or_else(|| ImportSaftError::Kind { account: told.id.clone() })?;
            let account = Account::new(code_of(&told.id)?, told.name.clone(), kind);
            accounts.push(if told.is_heading { account.heading() } else { account });
        }
        Ok(Chart::new(accounts)?)
    }

    /// The opening balances as an entry of the first day, and each transaction as an entry, with the ids to post them
    /// under: the same file gives the same ids, so that posting it twice posts it once.
    ///
    /// An entry is of the day of the transaction, or where the file is not of that day, of the nearest that it is of.
    /// Lines of nothing are left out, and so are transactions of such lines alone. Amounts are in the currency of the
    /// file, and in the foreign currency where those of a transaction balance in it.
    ///
    /// # Errors
    /// In this order: [`ImportSaftError::Repeated`], [`ImportSaftError::Code`], [`ImportSaftError::Money`],
    /// [`ImportSaftError::Entry`]: the first of the file.
    pub fn entries(&self, import: &SaftImport) -> Result<Vec<(EntryId, Entry)>, ImportSaftError> {
        let (currency, first) = (self.header.currency, self.header.days.start());
        let mut entries = Vec::new();
        let mut opening = Vec::new();
        for account in self.accounts.iter().filter(|account| !account.is_heading && !account.opening.is_zero()) {
            opening.push(Posting::debit(import.code(&account.id)?, account.opening));
        }
        let name = "opening balances";
        if let Some(entry) = import.entry(first, name, opening, Money::zero(currency), name)? {
            entries.push((self.entry_id(None), entry.opening()));
        }
        let mut numbers = BTreeSet::new();
        for transaction in &self.transactions {
            if !numbers.insert((&transaction.journal, &transaction.id)) {
                return Err(ImportSaftError::Repeated { transaction: transaction.id.clone() });
            }
            if let Some(entry) = self.entry_of(transaction, import)? {
                entries.push((self.entry_id(Some(transaction)), entry));
            }
        }
        Ok(entries)
    }

    fn entry_of(&self, told: &SaftTransaction, import: &SaftImport) -> Result<Option<Entry>, ImportSaftError> {
        let days = self.header.days;
        let on = told.on.clamp(days.start(), days.last().unwrap_or(NaiveDate::MAX).max(days.start()));
        let (mut own, mut foreign) = (Vec::new(), Vec::new());
        let nothing = Money::zero(self.header.currency);
        for line in &told.lines {
            let amount = line.amount()?;
            let posting = import.posting(line, amount)?;
            if let Some(other) = line.foreign.filter(|other| !other.is_zero() || !amount.is_zero()) {
                foreign.push(Posting { amount: other, ..posting.clone().worth(amount) });
            } else if !amount.is_zero() {
                foreign.push(posting.clone());
            }
            if !amount.is_zero() {
                own.push(posting);
            }
        }
        let document = told.lines.iter().map(|line| &line.document).find(|document| !document.is_empty());
        let in_foreign = Entry::balanced(on, told.description.as_str(), foreign).ok();
        let entry = match in_foreign {
            Some(entry) => Some(entry),
            None => import.entry(on, &told.description, own, nothing, &told.id)?,
        };
        let wrong = |error| ImportSaftError::Entry { transaction: told.id.clone(), error };
        match (entry, document) {
            (Some(entry), Some(document)) => Ok(Some(entry.resting_on(document.as_str()).map_err(wrong)?)),
            (entry, _) => Ok(entry),
        }
    }

    /// Told apart by company, first day, journal and number; the opening balances have neither journal nor number.
    fn entry_id(&self, transaction: Option<&SaftTransaction>) -> EntryId {
        let number = transaction.map(|told| (&told.journal, &told.id));
        // In quotes, so that no two are alike.
        EntryId::natural("saf-t", &format!("{:?}", (&self.header.registration, self.header.days.start(), number)))
    }
}

impl SaftImport {
    fn code(&self, account: &str) -> Result<AccountCode, ImportSaftError> {
        self.accounts.get(account).cloned().map_or_else(|| code_of(account), Ok)
    }

    fn posting(&self, line: &SaftLine, amount: Money) -> Result<Posting, ImportSaftError> {
        let mut posting = Posting::debit(self.code(&line.account)?, amount);
        if let Some(party) = line.party.as_ref().and_then(|party| self.parties.get(party)) {
            posting = posting.with_party(*party);
        }
        for (dimension, value) in line.analyses.iter().filter_map(|analysis| self.dimensions.get(analysis)) {
            posting = posting.with(dimension.clone(), *value);
        }
        Ok(posting)
    }

    /// An entry of these postings, and of what they lack to zero; none of none.
    fn entry(
        &self,
        on: NaiveDate,
        description: &str,
        mut postings: Vec<Posting>,
        nothing: Money,
        transaction: &str,
    ) -> Result<Option<Entry>, ImportSaftError> {
        if postings.is_empty() {
            return Ok(None);
        }
        let excess = postings.iter().try_fold(nothing, |sum, posting| sum.checked_add(posting.amount))?;
        if let Some(suspense) = self.suspense.as_ref().filter(|_| !excess.is_zero()) {
            postings.push(Posting::credit(suspense.clone(), excess));
        }
        let entry = Entry::balanced(on, description, postings);
        entry.map(Some).map_err(|error| ImportSaftError::Entry { transaction: transaction.to_owned(), error })
    }
}

fn code_of(account: &str) -> Result<AccountCode, ImportSaftError> {
    AccountCode::new(account).map_err(|error| ImportSaftError::Code { account: account.to_owned(), error })
}

/// The books of an audit file cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ImportSaftError {
    /// The number of an account is none that the office can have, and it is not told what it is called here.
    #[error("account `{account}` cannot keep its number: an account of the office is wanted for it")]
    Code {
        /// The account, as the file has it.
        account: String,
        /// Why it is none.
        #[source]
        error: ParseAccountCodeError,
    },
    /// It is not known what an account is for.
    #[error("it is not known what account `{account}` is for: a kind is wanted")]
    Kind {
        /// The account, as the file has it.
        account: String,
    },
    /// The accounts do not make a chart.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// A journal has two transactions of one number.
    #[error("transaction {transaction} is there twice in its journal: a number of its own is wanted for each")]
    Repeated {
        /// The transaction.
        transaction: String,
    },
    /// A transaction, or the opening balances, cannot be made an entry.
    #[error("transaction {transaction} cannot be made an entry")]
    Entry {
        /// The transaction.
        transaction: String,
        /// Why not.
        #[source]
        error: EntryError,
    },
    /// The amounts of a transaction cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
}
