//! Whether what was billed is what was agreed.

use std::cmp::Ordering;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Money, MoneyError, Percent, PriceError, Quantity, Ratio, Rounding, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Contract, EscalateError, Escalation, IndexBook};
use crate::{NoPriceError, PassedOver, PriceList, Reference, VendorId};

/// The price that a line of an order or an invoice claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceClaim {
    /// Whose line it is.
    pub vendor: VendorId,
    /// What it is for.
    pub item: ItemId,
    /// The day on which it was ordered, by whose prices it is judged.
    pub on: NaiveDate,
    /// How many, in the unit of the price.
    pub quantity: Quantity,
    /// The price that is claimed.
    pub price: UnitPrice,
}

/// By how much a line may differ from what was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTolerance {
    /// By how much it may be dearer.
    pub over: Allowance,
    /// By how much it may be cheaper.
    pub under: Allowance,
    /// How the totals of the line are rounded.
    pub rounding: Rounding,
}

/// How much of a difference is tolerated. A difference is within it that is within both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// Of the agreed total.
    pub percent: Percent,
    /// In money, on the whole line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// What a look at a price has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceCheck {
    /// The agreed price.
    pub agreed: UnitPrice,
    /// Where it was agreed.
    pub source: PriceSource,
    /// What the line is worth at the agreed price.
    pub agreed_total: Money,
    /// What it comes to at the price that is claimed.
    pub claimed_total: Money,
    /// How much more is claimed than agreed; below nothing if it is less.
    pub difference: Money,
    /// What that means.
    pub verdict: PriceVerdict,
}

/// Where a price was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceSource {
    /// In a contract.
    Contract {
        /// Its number.
        number: Reference,
        /// Since when the terms hold.
        since: NaiveDate,
        /// How often the price had changed by itself.
        changes: Vec<Escalation>,
    },
    /// In the price list, as no contract in force has a price.
    List {
        /// The row, from 0.
        at: usize,
        /// The other rows of the vendor for the item, and why they were passed over.
        passed_over: Vec<(usize, PassedOver)>,
    },
}

/// What a difference in price means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceVerdict {
    /// There is none.
    Agrees,
    /// It is tolerated.
    Tolerated,
    /// Too much is claimed.
    TooDear,
    /// Too little is claimed.
    TooCheap,
}

/// A price cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckPriceError {
    /// An allowance is below nothing.
    #[error("an allowance of {percent} makes no sense: nothing or more is wanted")]
    Allowance {
        /// The allowance.
        percent: Percent,
    },
    /// The price of a contract cannot be told.
    #[error("the price by `{contract}` cannot be told")]
    Escalate {
        /// The number of the contract.
        contract: Reference,
        /// Why.
        source: EscalateError,
    },
    /// No contract in force and no price list has a price.
    #[error("nothing was agreed")]
    NoPrice(#[from] NoPriceError),
    /// The line cannot be valued, or is in another currency than what was agreed.
    #[error("the line cannot be valued")]
    Value(#[from] PriceError),
}

impl From<MoneyError> for CheckPriceError {
    fn from(error: MoneyError) -> Self {
        Self::Value(error.into())
    }
}

/// Checks the price of a line against the contracts of the vendor in force on the day, and else against the price list.
///
/// Of several prices in the unit of the line whose minimum is met, the lowest was agreed: the first of them in the
/// order of the contracts and of their prices.
///
/// # Errors
/// [`CheckPriceError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Id, Percent, Rounding};
/// use office_inventory::{
///     Allowance, CheckPriceError, Contract, ContractPrice, ContractTerm, ContractTerms, IndexBook, NewContract,
///     PriceClaim, PriceList, PriceTolerance, PriceVerdict, Renewal, check_price,
/// };
///
/// let (vendor, item) = (Id::natural("party", "V-01"), Id::natural("item", "PAP-A4"));
/// let initial = "2026-01-01/2027-01-01".parse()?;
/// let signed = Contract::sign(NewContract {
///     number: "C-7".parse()?,
///     title: "paper".to_owned(),
///     vendor,
///     others: vec![],
///     signed: "2025-12-10".parse()?,
///     terms: ContractTerms {
///         term: ContractTerm { initial, renewal: Renewal::None, notice: None },
///         prices: vec![ContractPrice { item, price: "20 EUR / 1 box".parse()?, min_quantity: "1 box".parse()? }],
///         escalator: None,
///         commitment: None,
///         obligations: Default::default(),
///         certificates: Default::default(),
///     },
/// })?;
/// let contract = Contract::open(&signed.fact().ok_or("a fact")?).ok_or("a contract")?;
///
/// let allowance = Allowance { percent: Percent::whole(2), amount: Some("5.00 EUR".parse()?) };
/// let tolerance = PriceTolerance { over: allowance, under: allowance, rounding: Rounding::HalfUp };
/// let (list, index) = (PriceList::new(Currency::EUR, [])?, IndexBook::new());
/// let (quantity, price) = ("10 box".parse()?, "21.5 EUR / 1 box".parse()?);
/// let claim = PriceClaim { vendor, item, on: "2026-10-05".parse()?, quantity, price };
///
/// let check = check_price(&claim, &[&contract], &list, &index, &tolerance)?;
/// assert_eq!(check.verdict, PriceVerdict::TooDear);
/// assert_eq!(check.to_string(), "too dear by 15.00 EUR: 200.00 EUR were agreed at 20 EUR / 1 box by contract C-7");
///
/// let after = PriceClaim { on: "2027-01-01".parse()?, ..claim };
/// let refused = check_price(&after, &[&contract], &list, &index, &tolerance);
/// assert!(matches!(refused, Err(CheckPriceError::NoPrice(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_price(
    claim: &PriceClaim,
    contracts: &[&Contract],
    prices: &PriceList,
    index: &IndexBook,
    tolerance: &PriceTolerance,
) -> Result<PriceCheck, CheckPriceError> {
    let percents = [tolerance.over.percent, tolerance.under.percent];
    if let Some(percent) = percents.into_iter().find(|percent| percent.is_negative()) {
        return Err(CheckPriceError::Allowance { percent });
    }
    let (agreed, source) = if let Some(agreed) = contract_price(claim, contracts, index)? {
        agreed
    } else {
        let quote = prices.quote(claim.vendor, claim.item, claim.quantity, claim.on)?;
        (quote.row.price, PriceSource::List { at: quote.at, passed_over: quote.passed_over })
    };
    let agreed_total = agreed.extend(&claim.quantity, tolerance.rounding)?;
    let claimed_total = claim.price.extend(&claim.quantity, tolerance.rounding)?;
    let difference = claimed_total.checked_sub(agreed_total)?;
    let verdict = if difference.is_zero() {
        PriceVerdict::Agrees
    } else {
        let dearer = difference.is_positive();
        let (allowance, verdict) =
            if dearer { (&tolerance.over, PriceVerdict::TooDear) } else { (&tolerance.under, PriceVerdict::TooCheap) };
        if allowance.admits(difference, agreed_total)? { PriceVerdict::Tolerated } else { verdict }
    };
    Ok(PriceCheck { agreed, source, agreed_total, claimed_total, difference, verdict })
}

/// The lowest price of the contracts in force.
fn contract_price(
    claim: &PriceClaim,
    contracts: &[&Contract],
    index: &IndexBook,
) -> Result<Option<(UnitPrice, PriceSource)>, CheckPriceError> {
    let mut best: Option<(Ratio, UnitPrice, PriceSource)> = None;
    let unit = claim.quantity.unit();
    for contract in contracts.iter().filter(|contract| contract.vendor == claim.vendor && contract.in_force(claim.on)) {
        let Some((since, terms)) = contract.terms(claim.on) else { continue };
        let fits = terms.prices.iter().filter(|row| {
            row.item == claim.item
                && row.price.per().unit() == unit
                && row.min_quantity.amount() <= claim.quantity.amount()
        });
        for row in fits {
            let escalated = terms.escalator.as_ref().map(|escalator| escalator.price(row.price, claim.on, index));
            let escalated = escalated.transpose();
            let number = || contract.number.clone();
            let escalated = escalated.map_err(|source| CheckPriceError::Escalate { contract: number(), source })?;
            let (price, changes) =
                escalated.map_or_else(|| (row.price, Vec::new()), |escalated| (escalated.price, escalated.changes));
            // Invariant: a price is of a quantity above nothing, and both terms are far inside a ratio's bounds.
            let Ok(each) = Ratio::from_decimal(price.amount()).checked_div(Ratio::from_decimal(price.per().amount()))
            else {
                continue;
            };
            if best.as_ref().is_none_or(|(lowest, ..)| each < *lowest) {
                best = Some((each, price, PriceSource::Contract { number: number(), since, changes }));
            }
        }
    }
    Ok(best.map(|(_, price, source)| (price, source)))
}

impl Allowance {
    fn admits(&self, difference: Money, agreed: Money) -> Result<bool, CheckPriceError> {
        let off = difference.abs();
        let in_amount = match self.amount {
            Some(amount) => off.compare(&amount)? != Ordering::Greater,
            None => true,
        };
        let most = self.percent.fraction().checked_mul(Ratio::from_decimal(agreed.abs().amount()));
        Ok(in_amount && most.is_ok_and(|most| Ratio::from_decimal(off.amount()) <= most))
    }
}

/// Such as `too dear by 15.00 EUR: 200.00 EUR were agreed at 20 EUR / 1 box by contract C-7`.
impl fmt::Display for PriceCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let off = self.difference.abs();
        match self.verdict {
            PriceVerdict::Agrees => f.write_str("as agreed")?,
            PriceVerdict::Tolerated => write!(f, "off by {}, which is tolerated", self.difference)?,
            PriceVerdict::TooDear => write!(f, "too dear by {off}")?,
            PriceVerdict::TooCheap => write!(f, "too cheap by {off}")?,
        }
        write!(f, ": {} were agreed at {} by ", self.agreed_total, self.agreed)?;
        match &self.source {
            PriceSource::List { at, .. } => write!(f, "row {at} of the price list"),
            PriceSource::Contract { number, changes, .. } => {
                write!(f, "contract {number}")?;
                match changes.last() {
                    Some(change) => write!(f, ", last changed on {}", change.on),
                    None => Ok(()),
                }
            }
        }
    }
}
