//! The lines of an entry.

use office_core::subject::{CostCentreId, PartyId, ProjectId};
use office_core::{Currency, ExchangeRate, Id, Money};
use serde::{Deserialize, Serialize};

use crate::{AccountCode, Dimension, Dimensions};

/// One line of an entry: what goes to an account.
///
/// An amount in a foreign currency says beside it what it is worth in the currency the books are kept in, so that the
/// books balance in both.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money};
/// use office_finance::Posting;
///
/// let (dollars, euros) = (Money::from_minor(100_00, Currency::USD), Money::from_minor(92_00, Currency::EUR));
/// let fee = Posting::debit("6855".parse()?, dollars).worth(euros).borne_by(Id::natural("cost_centre", "CC-100"));
/// assert_eq!((fee.told_in(Currency::EUR), fee.told_in(Currency::USD)), (Some(euros), Some(dollars)));
/// assert_eq!(fee.told_in(Currency::GBP), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// The account.
    pub account: AccountCode,
    /// How much, in the currency of the transaction: a debit above zero, a credit below.
    pub amount: Money,
    /// What it is worth in the currency of the books, where the amount is in another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
    /// Who bears it, what it is for, with whom.
    #[serde(default, skip_serializing_if = "Dimensions::is_empty")]
    pub dimensions: Dimensions,
}

/// What a foreign amount is worth in the currency of the books, and by which rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// The amount in the currency of the books.
    pub amount: Money,
    /// The rate it was converted at; none where it was agreed, or is a difference of rates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<ExchangeRate>,
}

impl Posting {
    /// So much to the debit of an account. A negative amount is a credit.
    #[must_use]
    pub const fn debit(account: AccountCode, amount: Money) -> Self {
        Self { account, amount, worth: None, dimensions: Dimensions::new() }
    }

    /// So much to the credit of an account. A negative amount is a debit.
    #[must_use]
    pub fn credit(account: AccountCode, amount: Money) -> Self {
        Self::debit(account, amount.negated())
    }

    /// A change of worth alone: the account has as much of the foreign currency as before, and it is worth so much
    /// more. This is how rates that have changed are booked.
    #[must_use]
    pub fn revaluing(account: AccountCode, foreign: Currency, change: Money) -> Self {
        Self::debit(account, Money::zero(foreign)).worth(change)
    }

    /// The same, worth so much in the currency of the books.
    #[must_use]
    pub const fn worth(mut self, amount: Money) -> Self {
        self.worth = Some(Worth { amount, rate: None });
        self
    }

    /// The same with this value in a dimension.
    #[must_use]
    pub fn with<T>(mut self, dimension: Dimension, value: Id<T>) -> Self {
        self.dimensions = self.dimensions.with(dimension, value);
        self
    }

    /// The same, borne by this cost centre.
    #[must_use]
    pub fn borne_by(self, cost_centre: CostCentreId) -> Self {
        self.with(Dimension::COST_CENTRE, cost_centre)
    }

    /// The same, for this project.
    #[must_use]
    pub fn for_project(self, project: ProjectId) -> Self {
        self.with(Dimension::PROJECT, project)
    }

    /// The same, with this party.
    #[must_use]
    pub fn with_party(self, party: PartyId) -> Self {
        self.with(Dimension::PARTY, party)
    }

    /// What is posted as it is told in `currency`: the worth, if it is in that currency, else the amount, if it is;
    /// otherwise nothing.
    #[must_use]
    pub fn told_in(&self, currency: Currency) -> Option<Money> {
        let worth = self.worth.map(|worth| worth.amount).filter(|worth| worth.currency() == currency);
        worth.or_else(|| Some(self.amount).filter(|amount| amount.currency() == currency))
    }

    /// Whether it is of nothing: neither an amount nor a change of worth.
    pub(crate) fn is_nothing(&self) -> bool {
        self.amount.is_zero() && self.worth.is_none_or(|worth| worth.amount.is_zero())
    }

    /// The same the other way round.
    pub(crate) fn negated(&self) -> Self {
        let turn = |worth: Worth| Worth { amount: worth.amount.negated(), ..worth };
        Self { amount: self.amount.negated(), worth: self.worth.map(turn), ..self.clone() }
    }
}
