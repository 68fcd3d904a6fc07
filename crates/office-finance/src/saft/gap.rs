//! What does not add up in an audit file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Money, MoneyError};
use thiserror::Error;

use super::{SaftFile, SaftParty, SaftRole};

/// Something in an audit file that does not agree with the rest of it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SaftGap {
    /// There are other transactions than is stated.
    #[error("{counted} transactions, and {stated} are stated")]
    Entries {
        /// What is stated.
        stated: u64,
        /// What there is.
        counted: u64,
    },
    /// The debits come to another sum than is stated.
    #[error("debits of {counted}, and {stated} are stated")]
    Debit {
        /// What is stated.
        stated: Money,
        /// What the lines come to.
        counted: Money,
    },
    /// The credits come to another sum than is stated.
    #[error("credits of {counted}, and {stated} are stated")]
    Credit {
        /// What is stated.
        stated: Money,
        /// What the lines come to.
        counted: Money,
    },
    /// The debits of a transaction are not its credits.
    #[error("transaction {transaction}: the debits exceed the credits by {excess}")]
    Transaction {
        /// The transaction.
        transaction: String,
        /// Debits less credits.
        excess: Money,
    },
    /// A journal has two transactions of one number.
    #[error("transaction {transaction}: journal {journal} has it twice")]
    RepeatedTransaction {
        /// The journal.
        journal: String,
        /// The transaction.
        transaction: String,
    },
    /// A transaction is of a day that the file is not of.
    #[error("transaction {transaction}: {on} is none of the days of the file")]
    Day {
        /// The transaction.
        transaction: String,
        /// Its day.
        on: NaiveDate,
    },
    /// A line is of an account that the file does not list, or that is the sum of others.
    #[error("transaction {transaction}, line {line}: account {account} is not listed")]
    LineAccount {
        /// The transaction.
        transaction: String,
        /// The line.
        line: String,
        /// The account.
        account: String,
    },
    /// What stands open with a party is on an account that the file does not list.
    #[error("party {party}: account {account} is not listed")]
    PartyAccount {
        /// The party.
        party: String,
        /// The account.
        account: String,
    },
    /// An account is listed twice.
    #[error("account {account} is listed twice")]
    RepeatedAccount {
        /// The account.
        account: String,
    },
    /// The opening balances do not make zero.
    #[error("the opening balances come to {excess}")]
    Opening {
        /// Debits less credits.
        excess: Money,
    },
    /// The closing balances do not make zero.
    #[error("the closing balances come to {excess}")]
    Closing {
        /// Debits less credits.
        excess: Money,
    },
    /// The opening balance of an account and its lines do not make its closing balance.
    #[error("account {account}: a closing balance of {counted}, and {stated} is stated")]
    Account {
        /// The account.
        account: String,
        /// The closing balance that is stated.
        stated: Money,
        /// The opening balance and the lines.
        counted: Money,
    },
    /// What stood open with a party and its lines do not make what is open in the end.
    #[error("party {party}, account {account}: {counted} stands open, and {stated} is stated")]
    Party {
        /// The party.
        party: String,
        /// The account.
        account: String,
        /// What is stated.
        stated: Money,
        /// What stood open and the lines.
        counted: Money,
    },
}

impl SaftFile {
    /// All that does not agree: the stated totals with the transactions, debits with credits, opening balances and lines
    /// with closing balances, accounts that are named with those that are listed.
    ///
    /// # Errors
    /// [`MoneyError`] where a sum cannot be held, or amounts are not in the currency of the file.
    pub fn gaps(&self) -> Result<Vec<SaftGap>, MoneyError> {
        let mut gaps = Vec::new();
        self.compare_totals(&mut gaps)?;
        self.check_transactions(&mut gaps)?;
        self.check_accounts(&mut gaps)?;
        self.check_parties(&mut gaps)?;
        Ok(gaps)
    }

    fn compare_totals(&self, gaps: &mut Vec<SaftGap>) -> Result<(), MoneyError> {
        let counted = self.counted()?;
        let stated = self.stated.unwrap_or(counted);
        if stated.entries != counted.entries {
            gaps.push(SaftGap::Entries { stated: stated.entries, counted: counted.entries });
        }
        if stated.debit != counted.debit {
            gaps.push(SaftGap::Debit { stated: stated.debit, counted: counted.debit });
        }
        if stated.credit != counted.credit {
            gaps.push(SaftGap::Credit { stated: stated.credit, counted: counted.credit });
        }
        Ok(())
    }

    fn check_transactions(&self, gaps: &mut Vec<SaftGap>) -> Result<(), MoneyError> {
        let known = self.postable();
        let mut numbers = BTreeSet::new();
        for transaction in &self.transactions {
            let id = || transaction.id.clone();
            let mut excess = Money::zero(self.header.currency);
            for line in &transaction.lines {
                excess = excess.checked_add(line.amount()?)?;
            }
            if !excess.is_zero() {
                gaps.push(SaftGap::Transaction { transaction: id(), excess });
            }
            if !numbers.insert((&transaction.journal, &transaction.id)) {
                let journal = transaction.journal.clone();
                gaps.push(SaftGap::RepeatedTransaction { journal, transaction: id() });
            }
            if !self.header.days.contains(transaction.on) {
                gaps.push(SaftGap::Day { transaction: id(), on: transaction.on });
            }
            for line in transaction.lines.iter().filter(|line| !known.contains(line.account.as_str())) {
                let (line, account) = (line.id.clone(), line.account.clone());
                gaps.push(SaftGap::LineAccount { transaction: id(), line, account });
            }
        }
        Ok(())
    }

    fn check_accounts(&self, gaps: &mut Vec<SaftGap>) -> Result<(), MoneyError> {
        let mut moved: BTreeMap<&str, Money> = BTreeMap::new();
        let nothing = Money::zero(self.header.currency);
        for line in self.transactions.iter().flat_map(|transaction| &transaction.lines) {
            let sum = moved.entry(&line.account).or_insert(nothing);
            *sum = sum.checked_add(line.amount()?)?;
        }
        let own = || self.accounts.iter().filter(|account| !account.is_heading);
        let opening = Money::sum(own().map(|account| account.opening), self.header.currency)?;
        if !opening.is_zero() {
            gaps.push(SaftGap::Opening { excess: opening });
        }
        let closing = Money::sum(own().map(|account| account.closing), self.header.currency)?;
        if !closing.is_zero() {
            gaps.push(SaftGap::Closing { excess: closing });
        }
        let mut listed = BTreeSet::new();
        for account in &self.accounts {
            let id = || account.id.clone();
            if !listed.insert(&account.id) {
                gaps.push(SaftGap::RepeatedAccount { account: id() });
            }
            let sum = moved.get(account.id.as_str()).copied().unwrap_or(nothing);
            let counted = account.opening.checked_add(sum)?;
            if !account.is_heading && counted != account.closing {
                gaps.push(SaftGap::Account { account: id(), stated: account.closing, counted });
            }
        }
        Ok(())
    }

    fn check_parties(&self, gaps: &mut Vec<SaftGap>) -> Result<(), MoneyError> {
        let known = self.postable();
        let mut moved: BTreeMap<(SaftRole, &str, &str), Money> = BTreeMap::new();
        let nothing = Money::zero(self.header.currency);
        for line in self.transactions.iter().flat_map(|transaction| &transaction.lines) {
            if let Some((role, party)) = &line.party {
                let sum = moved.entry((*role, party, &line.account)).or_insert(nothing);
                *sum = sum.checked_add(line.amount()?)?;
            }
        }
        for SaftParty { role, id, balances, .. } in &self.parties {
            // Without an account it is not known which of the lines are meant.
            for balance in balances.iter().filter(|balance| !balance.account.is_empty()) {
                let (party, account) = (|| id.clone(), || balance.account.clone());
                if !known.contains(balance.account.as_str()) {
                    gaps.push(SaftGap::PartyAccount { party: party(), account: account() });
                }
                if let (Some(opening), Some(stated)) = (balance.opening, balance.closing) {
                    let sum = moved.get(&(*role, id.as_str(), balance.account.as_str())).copied().unwrap_or(nothing);
                    let counted = opening.checked_add(sum)?;
                    if counted != stated {
                        gaps.push(SaftGap::Party { party: party(), account: account(), stated, counted });
                    }
                }
            }
        }
        Ok(())
    }

    /// The accounts that lines may be of.
    fn postable(&self) -> BTreeSet<&str> {
        self.accounts.iter().filter(|account| !account.is_heading).map(|account| account.id.as_str()).collect()
    }
}
