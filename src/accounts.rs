//! Which account each kind of business is booked on.

use std::collections::BTreeMap;

use office_core::Percent;
use office_finance::{AccountCode, Posting};
use office_inventory::{StockAccount, StockPosting};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The office's own choice of accounts for what the flows book: data, not code.
///
/// Other crates speak of stock, consumption and goods received; this is where those words become numbers of the chart.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use setup::{Failure, rules};
/// use office::accounts::NoAccountError;
/// use office::core::Percent;
///
/// let accounts = rules()?.accounts;
/// assert_eq!(accounts.expense_of("office")?.as_str(), "6310");
/// assert_eq!(accounts.input_tax_at(Percent::whole(19))?.as_str(), "1406");
/// // What nobody has said is not booked.
/// let category = "travel".to_owned();
/// assert_eq!(accounts.expense_of("travel"), Err(NoAccountError::Category { category }));
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRules {
    /// The value of what is on hand, and on the way between two places of the office's own.
    pub stock: AccountCode,
    /// What vendors and carriers have delivered and not yet billed.
    pub goods_received: AccountCode,
    /// What counting found missing, or too much, and what goods cost more or less than they are valued at. What goes into
    /// kits passes over it and comes to nothing, but for what components cost more or less than was known then.
    pub stock_difference: AccountCode,
    /// What stock was worth when its accounts were opened.
    pub opening: AccountCode,
    /// What vendors have billed above or below the agreed price, within tolerance.
    pub price_difference: AccountCode,
    /// Debts to vendors.
    pub payables: AccountCode,
    /// The bank account.
    pub bank: AccountCode,
    /// Cash in the box.
    pub petty_cash: AccountCode,
    /// Cash that a count found missing, or too much.
    pub cash_difference: AccountCode,
    /// Tax that is got back, by its rate.
    pub input_tax: BTreeMap<Percent, AccountCode>,
    /// The expense of what is used, by the category of the item.
    pub expense: BTreeMap<String, AccountCode>,
}

/// There is no account for what is to be booked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoAccountError {
    /// The category of an item has no expense account.
    #[error("there is no expense account for the category `{category}`")]
    Category {
        /// The category.
        category: String,
    },
    /// A rate of tax has no account.
    #[error("there is no account for input tax at {rate}")]
    TaxRate {
        /// The rate.
        rate: Percent,
    },
}

impl AccountRules {
    /// The expense account for what is used of a category.
    ///
    /// # Errors
    /// [`NoAccountError::Category`].
    pub fn expense_of(&self, category: &str) -> Result<&AccountCode, NoAccountError> {
        self.expense.get(category).ok_or_else(|| NoAccountError::Category { category: category.to_owned() })
    }

    /// The account for input tax at a rate.
    ///
    /// # Errors
    /// [`NoAccountError::TaxRate`].
    pub fn input_tax_at(&self, rate: Percent) -> Result<&AccountCode, NoAccountError> {
        self.input_tax.get(&rate).ok_or(NoAccountError::TaxRate { rate })
    }

    /// A posting that the store proposes, as two lines of a journal entry. `category` is that of the item.
    ///
    /// # Errors
    /// [`NoAccountError::Category`].
    pub fn stock_postings(&self, posting: &StockPosting, category: &str) -> Result<[Posting; 2], NoAccountError> {
        let line = |account: StockAccount, debit: bool| {
            let (code, cost_centre) = match account {
                StockAccount::Stock | StockAccount::InTransit => (&self.stock, None),
                StockAccount::GoodsReceived(_) | StockAccount::LandedCost => (&self.goods_received, None),
                StockAccount::Delivered(_) => (self.expense_of(category)?, None),
                StockAccount::Consumption(cost_centre) => (self.expense_of(category)?, Some(cost_centre)),
                StockAccount::Difference | StockAccount::PriceDifference | StockAccount::Assembly => {
                    (&self.stock_difference, None)
                }
                StockAccount::Opening => (&self.opening, None),
            };
            let amount = if debit { posting.amount } else { posting.amount.negated() };
            let posting = Posting::debit(code.clone(), amount);
            Ok::<_, NoAccountError>(match cost_centre {
                Some(cost_centre) => posting.borne_by(cost_centre),
                None => posting,
            })
        };
        Ok([line(posting.debit, true)?, line(posting.credit, false)?])
    }
}
