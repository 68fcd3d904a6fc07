//! The answers of vendors side by side.
//!
//! Per line, the answers from the best to the worst, and why whoever is not the best is not; the vendor that is best for
//! the whole; and how the lines are best shared among a few. Costs are in the currency of whoever compares; an answer in
//! another one takes part if a rate is given for it, and is passed over and told so if none is.
//!
//! What a vendor asks for its delivery is shared among the lines that it would deliver, in proportion to what they cost
//! (equally where they cost nothing), so that the shares add up to it.
//!
//! Law 35 of the crate; `tests/quotation/law.rs` holds it.

mod pricing;
mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroU32;

use chrono::NaiveDate;
use office_core::{AllocateError, Currency, ExchangeRateError, Money, MoneyError, Quantity, Rate, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use self::pricing::Pricing;
use crate::{OrderTerms, Quotation, QuotationError, QuotationLine, QuotationRequest, VendorId, VendorStanding};

/// What a vendor that was asked has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotationAnswer<'a> {
    /// Nothing.
    Silent,
    /// That it does not want to deliver.
    Declined,
    /// It is not asked any more, whatever it has said.
    Withdrawn,
    /// These prices.
    Quoted(&'a Quotation),
}

/// By what answers are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonRules {
    /// The day on which it would be ordered: answers are valid on it, deliveries are so many days later.
    pub on: NaiveDate,
    /// What one unit of another currency is worth in the currency of the comparison.
    #[serde(default)]
    pub rates: BTreeMap<Currency, Rate>,
    /// How vendors stand: nothing is ordered from those that are blocked. Of whom nothing is said, nothing is held against.
    #[serde(default)]
    pub standings: BTreeMap<VendorId, VendorStanding>,
    /// The vendor that is taken wherever it can deliver, also where another is cheaper.
    #[serde(default)]
    pub preferred: Option<VendorId>,
    /// What becomes of an offer that would come too late.
    pub late: LateOffers,
    /// Among how many vendors the lines are shared at most.
    pub most_vendors: NonZeroU32,
}

/// What becomes of an offer that would come after the day by which it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateOffers {
    /// It takes part, and is marked.
    Admit,
    /// It is passed over.
    PassOver,
}

/// The answers of vendors side by side.
///
/// # Example
/// ```
/// use std::num::NonZeroU32;
///
/// use office_core::{Currency, Id, Rounding};
/// use office_inventory::{
///     Comparison, ComparisonError, ComparisonRules, LateOffers, OrderTerms, PriceBreak, Quotation, QuotationAnswer,
///     QuotationLine, QuotedLine, WhyLost,
/// };
///
/// type Failure = Box<dyn std::error::Error>;
/// let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
/// let line = |name: &str| -> Result<_, Failure> {
///     Ok(QuotationLine::new(Id::natural("item", name), "10 box".parse()?))
/// };
/// let asked = [line("PAP-A4")?, line("PEN")?];
/// let quoted = |delivery: &str, prices: &[(u32, &str)]| -> Result<_, Failure> {
///     let of = |price: &str| -> Result<_, Failure> {
///         let price = PriceBreak { from: "1 box".parse()?, price: price.parse()? };
///         Ok(QuotedLine { prices: vec![price], multiple: None, lead_days: 2 })
///     };
///     let lines = prices.iter().map(|(number, price)| Ok((*number, of(price)?))).collect::<Result<_, Failure>>()?;
///     let (paper, valid_until) = ("Q-1".parse()?, "2026-10-31".parse()?);
///     Ok(Quotation { paper, valid_until, delivery: delivery.parse()?, lines })
/// };
/// let (papers, pens) = (Id::natural("party", "V-01"), Id::natural("party", "V-02"));
/// let both = quoted("8.00 EUR", &[(1, "20 EUR / 1 box"), (2, "6 EUR / 1 box")])?;
/// let few = quoted("5.00 EUR", &[(2, "5.8 EUR / 1 box")])?;
/// let answers = [(papers, QuotationAnswer::Quoted(&both)), (pens, QuotationAnswer::Quoted(&few))];
/// let rules = ComparisonRules {
///     on: "2026-10-05".parse()?,
///     rates: [].into(),
///     standings: [].into(),
///     preferred: None,
///     late: LateOffers::Admit,
///     most_vendors: NonZeroU32::MIN.saturating_add(1),
/// };
///
/// // Pens alone cost less elsewhere, but not by what a second delivery costs.
/// let comparison = Comparison::of(&asked, terms, &answers, &rules)?;
/// assert_eq!(comparison.lines[&2].best(), Some(papers));
/// let dearer = WhyLost::Dearer { by: "1.15 EUR".parse()? };
/// assert_eq!(dearer.to_string(), "another costs 1.15 EUR less");
/// assert_eq!(comparison.lines[&2].lost, [(pens, dearer)].into());
/// assert_eq!(comparison.lines[&1].lost, [(pens, WhyLost::NotQuoted)].into());
/// assert_eq!(comparison.whole.as_ref().map(|plan| plan.total), Some("268.00 EUR".parse()?));
/// assert_eq!(comparison.best.vendors(), [papers].into());
///
/// // Whoever is preferred wins over a cheaper one.
/// let rules = ComparisonRules { preferred: Some(pens), ..rules };
/// let comparison = Comparison::of(&asked, terms, &answers, &rules)?;
/// assert_eq!(comparison.lines[&2].lost, [(papers, WhyLost::NotPreferred)].into());
/// assert_eq!(comparison.best.total, "271.00 EUR".parse()?);
///
/// // Nothing is worth something else in its own currency.
/// let rules = ComparisonRules { rates: [(Currency::EUR, "1.1".parse()?)].into(), ..rules };
/// assert!(matches!(Comparison::of(&asked, terms, &answers, &rules), Err(ComparisonError::Rate { .. })));
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The day on which it would be ordered.
    pub on: NaiveDate,
    /// The offers for each line, by its number.
    pub lines: BTreeMap<u32, LineComparison>,
    /// The vendor that is best for all lines together; nothing where none offers all of them.
    pub whole: Option<SourcingPlan>,
    /// The best that was found for so many vendors as are admitted: the lines that nobody offers are left.
    ///
    /// Of two, the better leaves fewer lines, then has more of them from the preferred vendor, then costs less, then
    /// needs fewer vendors, then has those that were asked earlier.
    pub best: SourcingPlan,
    /// Whether there may be a better one.
    pub search: PlanSearch,
}

/// The offers for a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineComparison {
    /// From the best to the worst: first that of the preferred vendor, then by what it costs with its share in the
    /// delivery of all that the vendor offers, then by when it comes, then by who was asked earlier.
    pub offers: Vec<LineOffer>,
    /// Why each vendor that was asked, but for the best, is not the best.
    pub lost: BTreeMap<VendorId, WhyLost>,
}

/// What a vendor offers for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineOffer {
    /// The line.
    pub line: u32,
    /// Who offers.
    pub vendor: VendorId,
    /// How many would be ordered: as many as are wanted, or what the vendor sells at least.
    pub quantity: Quantity,
    /// The price for that many.
    pub price: UnitPrice,
    /// What the vendor would bill for them, rounded as orders are.
    pub billed: Money,
    /// The same in the currency of the comparison, rounded alike.
    pub cost: Money,
    /// Its share in what the delivery costs.
    pub delivery: Money,
    /// What it costs with that share.
    pub total: Money,
    /// The day on which it would be there.
    pub arrives: NaiveDate,
    /// Whether that is by the day by which it is wanted, or there is no such day.
    pub on_time: bool,
}

/// Why a vendor's answer is not the best for a line. In the order in which it is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyLost {
    /// It is not asked any more.
    Withdrawn,
    /// It has not answered.
    Silent,
    /// It does not want to deliver.
    Declined,
    /// It offers other lines only.
    NotQuoted,
    /// Its answer is not valid any more.
    Expired {
        /// The last day on which it was.
        valid_until: NaiveDate,
    },
    /// Nothing is ordered from it.
    Blocked(Box<VendorStanding>),
    /// It is in another currency, of which no rate is given: it cannot be compared.
    NoRate {
        /// The currency.
        currency: Currency,
    },
    /// What it comes to cannot be counted.
    OutOfRange,
    /// It would come too late.
    Late {
        /// When it would come.
        arrives: NaiveDate,
    },
    /// Another vendor is preferred.
    NotPreferred,
    /// Another costs less.
    Dearer {
        /// By how much.
        by: Money,
    },
    /// Another costs as much and comes sooner.
    Slower {
        /// When it would come.
        arrives: NaiveDate,
    },
    /// Another costs as much, comes on the same day and was asked earlier.
    AskedLater,
}

impl fmt::Display for WhyLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Withdrawn => f.write_str("it is not asked any more"),
            Self::Silent => f.write_str("it has not answered"),
            Self::Declined => f.write_str("it has declined"),
            Self::NotQuoted => f.write_str("it offers other lines only"),
            Self::Expired { valid_until } => write!(f, "its answer was valid until {valid_until}"),
            Self::Blocked(standing) => write!(f, "it is {standing}"),
            Self::NoRate { currency } => write!(f, "no rate of {currency} is given"),
            Self::OutOfRange => f.write_str("what it comes to cannot be counted"),
            Self::Late { arrives } => write!(f, "it would come on {arrives}, too late"),
            Self::NotPreferred => f.write_str("another vendor is preferred"),
            Self::Dearer { by } => write!(f, "another costs {by} less"),
            Self::Slower { arrives } => write!(f, "another costs as much and comes before {arrives}"),
            Self::AskedLater => f.write_str("another offers as much and was asked earlier"),
        }
    }
}

/// Which vendor would deliver which line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcingPlan {
    /// The offer for each line, with its share in what the vendor asks for delivering its lines of the plan.
    pub lines: BTreeMap<u32, LineOffer>,
    /// The lines that none of its vendors offers.
    pub left: BTreeSet<u32>,
    /// What it costs.
    pub total: Money,
}

/// How far the best plan was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanSearch {
    /// At all there are: there is no better one.
    All {
        /// How many groups of vendors there are.
        groups: u64,
    },
    /// At so many, the small groups first; then vendors were added to the best one by one. There may be a better one.
    Limited {
        /// How many groups of vendors were looked at.
        groups: u64,
    },
}

/// Answers cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ComparisonError {
    /// There are too many lines.
    #[error("{lines} lines are too many: at most {} are accepted", QuotationRequest::MOST_LINES)]
    Lines {
        /// How many there are.
        lines: usize,
    },
    /// There are too many vendors.
    #[error("{vendors} vendors are too many: at most {} are accepted", QuotationRequest::MOST_VENDORS)]
    Vendors {
        /// How many there are.
        vendors: usize,
    },
    /// A vendor answers twice.
    #[error("{vendor} answers twice")]
    Twice {
        /// The vendor.
        vendor: VendorId,
    },
    /// A vendor's answer makes no sense.
    #[error("the answer of {vendor} makes no sense")]
    Quotation {
        /// The vendor.
        vendor: VendorId,
        /// Why.
        source: QuotationError,
    },
    /// A rate makes no sense.
    #[error("the rate of {currency} makes no sense")]
    Rate {
        /// The currency.
        currency: Currency,
        /// Why.
        source: ExchangeRateError,
    },
    /// What is offered comes to more than can be held.
    #[error("what is offered comes to more than can be held")]
    Total(#[from] MoneyError),
    /// What a delivery costs cannot be shared.
    #[error("what a delivery costs cannot be shared")]
    Share(#[from] AllocateError),
}

impl Comparison {
    /// How often it is looked up what a vendor asks for a line before no more plans are looked at, but for those of one
    /// vendor.
    ///
    /// All are looked at where there are ten vendors and a hundred lines, or fifty vendors, of which two are taken, and
    /// two hundred lines.
    pub const MOST_STEPS: u64 = 1_000_000;

    /// Compares what vendors have answered, told in the order in which they were asked.
    ///
    /// # Errors
    /// [`ComparisonError`], in the order of its variants. An answer that cannot be taken is no error: it is told of each
    /// line why it lost.
    pub fn of(
        asked: &[QuotationLine],
        terms: OrderTerms,
        answers: &[(VendorId, QuotationAnswer<'_>)],
        rules: &ComparisonRules,
    ) -> Result<Self, ComparisonError> {
        Self::drawn(&Pricing::new(asked, terms, answers, rules)?)
    }

    pub(crate) fn drawn(pricing: &Pricing<'_>) -> Result<Self, ComparisonError> {
        let (offers, mut lines) = pricing.all()?;
        let (plans, search) = search::plans(pricing, &offers)?;
        for offer in offers {
            if let Some(line) = lines.get_mut(&offer.line) {
                line.offers.push(offer);
            }
        }
        for line in lines.values_mut() {
            pricing.rank(line)?;
        }
        Ok(Self { on: pricing.rules().on, lines, whole: plans.whole, best: plans.best, search })
    }
}

impl LineComparison {
    /// Whose offer is the best; nobody's where there is none.
    #[must_use]
    pub fn best(&self) -> Option<VendorId> {
        self.offers.first().map(|offer| offer.vendor)
    }
}

impl SourcingPlan {
    /// The vendors that would deliver.
    #[must_use]
    pub fn vendors(&self) -> BTreeSet<VendorId> {
        self.lines.values().map(|offer| offer.vendor).collect()
    }
}
