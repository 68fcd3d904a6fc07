//! How an invoice to a client comes into the books.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::Money;
use thiserror::Error;

use super::ClientInvoice;
use crate::{
    AccountCode, AdjustmentKind, Dimensions, Entry, EntryError, InvoiceDocument, InvoiceKind, Posting, TaxClass,
};

/// The accounts that an invoice to a client goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCoding {
    /// What clients owe.
    pub receivables: AccountCode,
    /// The revenue of each line, with what it is told apart by.
    pub revenue: Vec<(AccountCode, Dimensions)>,
    /// What is taken off or added for the whole document.
    pub adjustments: AccountCode,
    /// The tax that is owed, by how something is taxed.
    pub output_tax: BTreeMap<TaxClass, AccountCode>,
    /// What clients paid before.
    pub prepayments: AccountCode,
    /// What coins make of it.
    pub rounding: AccountCode,
}

impl ClientInvoice {
    /// The entry that brings an issued invoice into the books on its day: what the client owes, the revenue of each
    /// line, and the tax. That of a credit note is the other way round.
    ///
    /// # Errors
    /// [`ClientEntryError`], in the order of its variants.
    pub fn entry_of(&self, coding: &ClientCoding) -> Result<Entry, ClientEntryError> {
        let document = self.document().ok_or(ClientEntryError::NotIssued)?;
        let lines = document.totals().lines.len();
        if coding.revenue.len() != lines {
            return Err(ClientEntryError::Lines { given: coding.revenue.len(), wanted: lines });
        }
        let mut postings = self.postings(document, coding)?;
        postings.retain(|posting| !posting.amount.is_zero());
        if document.draft().kind == InvoiceKind::CreditNote {
            for posting in &mut postings {
                posting.amount = posting.amount.negated();
            }
        }
        let (name, on): (_, NaiveDate) = (document.number().to_string(), document.on());
        let description = match document.draft().kind {
            InvoiceKind::Invoice => format!("invoice {name}"),
            InvoiceKind::CreditNote => format!("credit note {name}"),
        };
        Ok(Entry::balanced(on, description, postings)?.resting_on(name)?)
    }

    fn postings(&self, document: &InvoiceDocument, coding: &ClientCoding) -> Result<Vec<Posting>, ClientEntryError> {
        let totals = document.totals();
        let debit = |account: &AccountCode, amount: Money| Posting::debit(account.clone(), amount);
        let mut postings = vec![debit(&coding.receivables, totals.due).with_party(self.client())];
        postings.push(debit(&coding.prepayments, totals.prepaid));
        for ((account, dimensions), net) in coding.revenue.iter().zip(&totals.lines) {
            let posting = Posting::credit(account.clone(), *net);
            postings.push(Posting { dimensions: dimensions.clone(), ..posting });
        }
        for (item, amount) in document.draft().adjustments.iter().zip(&totals.adjustments) {
            postings.push(match item.adjustment.kind {
                AdjustmentKind::Allowance => debit(&coding.adjustments, *amount),
                AdjustmentKind::Charge => Posting::credit(coding.adjustments.clone(), *amount),
            });
        }
        for tax in totals.taxes.iter().filter(|tax| !tax.tax.is_zero()) {
            let account = coding.output_tax.get(&tax.class).ok_or(ClientEntryError::TaxAccount { class: tax.class })?;
            postings.push(Posting::credit(account.clone(), tax.tax));
        }
        postings.push(Posting::credit(coding.rounding.clone(), totals.rounding));
        Ok(postings)
    }
}

/// An invoice cannot be made an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClientEntryError {
    /// It was not issued.
    #[error("the invoice was not issued: one that was is wanted")]
    NotIssued,
    /// There is not one account for each line.
    #[error("{given} lines have accounts: the invoice has {wanted}")]
    Lines {
        /// How many accounts there are.
        given: usize,
        /// How many lines.
        wanted: usize,
    },
    /// There is no account for a tax.
    #[error("there is no account for tax of {class}")]
    TaxAccount {
        /// How it is taxed.
        class: TaxClass,
    },
    /// The postings make no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
}
