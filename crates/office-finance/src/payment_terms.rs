//! When a document is to be paid, in which parts, and what may be taken off for paying early.
//!
//! Terms are data. Days are civil days, counted from the day of the document; the end of a month is its last day, and a
//! day that a month has not is its last. Laws, held by `tests/open_item.rs`:
//!
//! 1. The instalments make what is to be paid, and that is the total and the rounding to cash, exactly.
//! 2. A day by rule is not before the day that it is counted from, and a later day gives no earlier one.
//! 3. What is taken off, by net and by tax, is the discount, exactly.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use office_core::{AllocateError, Decimal, Money, MoneyError, Percent, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How to get from the day of a document to the day that is meant. The order of the steps matters: `30 days, end of
/// month` is another day than `end of month, 30 days`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DueRule(pub Vec<DueStep>);

/// One step to the day that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueStep {
    /// So many days on.
    Days(u16),
    /// So many months on; the 31st of a shorter month is its last day.
    Months(u16),
    /// To the last day of the month.
    EndOfMonth,
    /// On to the next such day of a month, which may be the same day; the 31st of a shorter month is its last day.
    DayOfMonth(u8),
}

impl DueRule {
    /// The most steps.
    pub const MAX_STEPS: usize = 8;

    /// At once.
    #[must_use]
    pub const fn at_once() -> Self {
        Self(Vec::new())
    }

    /// So many days after the day of the document.
    #[must_use]
    pub fn net(days: u16) -> Self {
        Self(vec![DueStep::Days(days)])
    }

    /// The day that is meant, counted from `on`.
    ///
    /// # Errors
    /// [`TermsError`]: too many steps, no such day of a month, or beyond the calendar.
    ///
    /// # Example
    /// ```
    /// use office_finance::{DueRule, DueStep, TermsError};
    ///
    /// let on = "2026-01-31".parse()?;
    /// let first = DueRule(vec![DueStep::Days(30), DueStep::EndOfMonth]);
    /// let then = DueRule(vec![DueStep::EndOfMonth, DueStep::Days(30)]);
    /// assert_eq!(first.day(on)?.to_string(), "2026-03-31");
    /// assert_eq!(then.day(on)?.to_string(), "2026-03-02");
    /// assert_eq!(DueRule(vec![DueStep::Months(1)]).day(on)?.to_string(), "2026-02-28");
    /// assert_eq!(DueRule(vec![DueStep::DayOfMonth(32)]).day(on), Err(TermsError::DayOfMonth { day: 32 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn day(&self, on: NaiveDate) -> Result<NaiveDate, TermsError> {
        if self.0.len() > Self::MAX_STEPS {
            return Err(TermsError::Steps { found: self.0.len() });
        }
        self.0.iter().try_fold(on, |day, step| step.from(day))
    }
}

impl DueStep {
    fn from(self, day: NaiveDate) -> Result<NaiveDate, TermsError> {
        let next = match self {
            Self::Days(days) => day.checked_add_days(Days::new(days.into())),
            Self::Months(months) => day.checked_add_months(Months::new(months.into())),
            Self::EndOfMonth => last_of(day),
            Self::DayOfMonth(number) => {
                if !(1..=31).contains(&number) {
                    return Err(TermsError::DayOfMonth { day: number });
                }
                let this = in_month(day, number).filter(|found| *found >= day);
                let next = || in_month(day.with_day(1)?.checked_add_months(Months::new(1))?, number);
                this.or_else(next)
            }
        };
        next.ok_or(TermsError::Calendar { from: day })
    }
}

fn last_of(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// Such a day of the month in which `day` is, or the last one.
fn in_month(day: NaiveDate, number: u8) -> Option<NaiveDate> {
    day.with_day(number.into()).or_else(|| last_of(day))
}

/// When a document is to be paid, in which parts, and what may be taken off for paying early.
///
/// # Example
/// ```
/// use office_core::{Money, Percent, Rounding};
/// use office_finance::{CashRounding, DiscountTerm, DueRule, Instalment, PaymentTerms, TermsError};
///
/// // Thirty days net, or two per cent off within ten.
/// let discount = DiscountTerm { percent: Percent::whole(2), within: DueRule::net(10) };
/// let terms = PaymentTerms::net(30)?.with_discounts(vec![discount])?;
/// let (total, on) = ("1190.00 EUR".parse()?, "2026-10-05".parse()?);
/// let plan = terms.plan(total, on, Rounding::HalfUp, None)?;
/// assert_eq!(plan.instalments[0].due.to_string(), "2026-11-04");
/// assert_eq!(plan.instalments[0].discounts[0].amount, "23.80 EUR".parse()?);
/// assert_eq!(plan.instalments[0].discounts[0].until.to_string(), "2026-10-15");
///
/// // Parts that do not make the whole are no terms.
/// let half = Instalment { share: Percent::whole(50), due: DueRule::net(30) };
/// assert_eq!(PaymentTerms::new(vec![half]), Err(TermsError::Shares { sum: Percent::whole(50) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredTerms", into = "StoredTerms")]
pub struct PaymentTerms {
    instalments: Vec<Instalment>,
    discounts: Vec<DiscountTerm>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "PaymentTerms", deny_unknown_fields)]
struct StoredTerms {
    instalments: Vec<Instalment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    discounts: Vec<DiscountTerm>,
}

impl From<PaymentTerms> for StoredTerms {
    fn from(terms: PaymentTerms) -> Self {
        Self { instalments: terms.instalments, discounts: terms.discounts }
    }
}

impl TryFrom<StoredTerms> for PaymentTerms {
    type Error = TermsError;

    fn try_from(stored: StoredTerms) -> Result<Self, TermsError> {
        Self::new(stored.instalments)?.with_discounts(stored.discounts)
    }
}

/// A part of a document that is to be paid on a day of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    /// How much of the total.
    pub share: Percent,
    /// When.
    pub due: DueRule,
}

/// What may be taken off by whoever pays early enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountTerm {
    /// How much of the instalment.
    pub percent: Percent,
    /// Until when.
    pub within: DueRule,
}

/// What may be taken off a certain amount up to a certain day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountOffer {
    /// The last day.
    pub until: NaiveDate,
    /// How much, with the sign of what is to be paid.
    pub amount: Money,
}

/// How amounts that are paid in cash are rounded to the smallest coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CashRounding {
    /// The smallest coin.
    pub step: Money,
    /// What is rounded.
    pub of: CashRounded,
    /// By which rule.
    pub rounding: Rounding,
}

/// Whether the total is rounded to cash, or each part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashRounded {
    /// The total, which is then divided.
    Document,
    /// Each part, and what is to be paid is what they come to.
    Instalment,
}

/// What is to be paid when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentPlan {
    /// The parts, as the terms name them.
    pub instalments: Vec<PlannedInstalment>,
    /// What they come to beyond the total, because of cash.
    pub rounding: Money,
}

/// A part of what is to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedInstalment {
    /// When.
    pub due: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What may be taken off for paying early.
    pub discounts: Vec<DiscountOffer>,
}

impl PaymentTerms {
    /// The most instalments.
    pub const MAX_INSTALMENTS: usize = 120;

    /// To be paid in these parts, which make a hundred per cent.
    ///
    /// # Errors
    /// [`TermsError`], in the order of its variants.
    pub fn new(instalments: Vec<Instalment>) -> Result<Self, TermsError> {
        if instalments.is_empty() || instalments.len() > Self::MAX_INSTALMENTS {
            return Err(TermsError::Instalments { found: instalments.len() });
        }
        if let Some(below) = instalments.iter().find(|part| part.share.is_negative()) {
            return Err(TermsError::Shares { sum: below.share });
        }
        for part in &instalments {
            part.due.day(NaiveDate::default())?;
        }
        let sum = instalments.iter().try_fold(Percent::ZERO, |sum, part| sum.checked_add(part.share));
        let sum = sum.map_err(|_| TermsError::Instalments { found: instalments.len() })?;
        if sum != Percent::HUNDRED {
            return Err(TermsError::Shares { sum });
        }
        Ok(Self { instalments, discounts: Vec::new() })
    }

    /// All of it so many days after the day of the document.
    ///
    /// # Errors
    /// None: the result is that of [`PaymentTerms::new`].
    pub fn net(days: u16) -> Result<Self, TermsError> {
        Self::new(vec![Instalment { share: Percent::HUNDRED, due: DueRule::net(days) }])
    }

    /// The same with what may be taken off for paying early.
    ///
    /// # Errors
    /// [`TermsError`]: a discount is below nothing or more than the whole, or its day cannot be told.
    pub fn with_discounts(mut self, discounts: Vec<DiscountTerm>) -> Result<Self, TermsError> {
        for DiscountTerm { percent, within } in &discounts {
            if percent.is_negative() || *percent > Percent::HUNDRED {
                return Err(TermsError::Discount { percent: *percent });
            }
            within.day(NaiveDate::default())?;
        }
        self.discounts = discounts;
        Ok(self)
    }

    /// When how much of a total is to be paid for a document of the day `on`.
    ///
    /// The total is divided by the shares so that no minor unit is lost; where it is paid in cash, either it or each part
    /// is rounded to the coin first. What is taken off a part is rounded by `rounding`.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn plan(
        &self,
        total: Money,
        on: NaiveDate,
        rounding: Rounding,
        cash: Option<CashRounding>,
    ) -> Result<PaymentPlan, TermsError> {
        let payable = match cash {
            Some(cash) if cash.of == CashRounded::Document => cash.round(total)?,
            Some(_) | None => total,
        };
        let weights: Vec<Decimal> = self.instalments.iter().map(|part| part.share.value()).collect();
        let mut instalments = Vec::with_capacity(weights.len());
        for (part, amount) in self.instalments.iter().zip(payable.allocate(&weights)?) {
            let amount = match cash {
                Some(cash) if cash.of == CashRounded::Instalment => cash.round(amount)?,
                Some(_) | None => amount,
            };
            let mut discounts = Vec::with_capacity(self.discounts.len());
            for offer in &self.discounts {
                let until = offer.within.day(on)?;
                discounts.push(DiscountOffer { until, amount: amount.share(offer.percent, rounding)? });
            }
            instalments.push(PlannedInstalment { due: part.due.day(on)?, amount, discounts });
        }
        let sum = Money::sum(instalments.iter().map(|part| part.amount), total.currency())?;
        Ok(PaymentPlan { instalments, rounding: sum.checked_sub(total)? })
    }
}

impl CashRounding {
    fn round(self, amount: Money) -> Result<Money, TermsError> {
        if !self.step.is_positive() {
            return Err(TermsError::Coin { step: self.step });
        }
        amount.compare(&self.step)?;
        // Counted in minor units: how many coins, then what they are worth.
        let ratio = |over: i128, under: i128| {
            Ratio::new(over, under).map_err(|_| MoneyError::OutOfRange { currency: amount.currency() })
        };
        let coins = Money::from_minor(1, amount.currency());
        let coins = coins.times_ratio(ratio(amount.minor(), self.step.minor())?, self.rounding)?;
        Ok(self.step.times_ratio(ratio(coins.minor(), 1)?, self.rounding)?)
    }
}

/// What paying early does to the tax of a document. Which of them holds is a matter of the country's law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountTaxRule {
    /// The discount is taken off net and tax alike, and the tax is put right when it is taken (Germany: section 17 of the law on turnover tax).
    TaxFollows,
    /// The discount is taken off the net alone; the tax stays as it was billed.
    TaxStays,
}

/// A discount by what it is taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountParts {
    /// What is taken off the net.
    pub net: Money,
    /// What is taken off the tax, by rate.
    pub taxes: BTreeMap<Percent, Money>,
}

impl DiscountTaxRule {
    /// Divides a discount on a document over its net and its taxes, so that the parts make the discount.
    ///
    /// # Errors
    /// [`AllocateError`]: the document comes to nothing, or some of its parts are below nothing and others not.
    ///
    /// # Example
    /// ```
    /// use office_core::{Money, Percent};
    /// use office_finance::DiscountTaxRule;
    ///
    /// let (net, taxes) = ("1000.00 EUR".parse()?, [(Percent::whole(19), "190.00 EUR".parse()?)].into());
    /// let parts = DiscountTaxRule::TaxFollows.divide("23.80 EUR".parse()?, net, &taxes)?;
    /// assert_eq!((parts.net, parts.taxes[&Percent::whole(19)]), ("20.00 EUR".parse()?, "3.80 EUR".parse()?));
    /// let kept = DiscountTaxRule::TaxStays.divide("23.80 EUR".parse()?, net, &taxes)?;
    /// assert_eq!(kept.net, "23.80 EUR".parse()?);
    ///
    /// let nothing: Money = "0.00 EUR".parse()?;
    /// assert!(DiscountTaxRule::TaxFollows.divide("1.00 EUR".parse()?, nothing, &[].into()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn divide(
        self,
        discount: Money,
        net: Money,
        taxes: &BTreeMap<Percent, Money>,
    ) -> Result<DiscountParts, AllocateError> {
        let nothing = Money::zero(discount.currency());
        if self == Self::TaxStays {
            let taxes = taxes.keys().map(|rate| (*rate, nothing)).collect();
            return Ok(DiscountParts { net: discount, taxes });
        }
        // A credit note, below nothing throughout, is divided as its opposite.
        let negative = net.is_negative();
        let weigh = |amount: Money| if negative { amount.negated().amount() } else { amount.amount() };
        let weights: Vec<Decimal> = std::iter::once(&net).chain(taxes.values()).map(|part| weigh(*part)).collect();
        let mut parts = discount.allocate(&weights)?.into_iter();
        let net = parts.next().unwrap_or(nothing);
        Ok(DiscountParts { net, taxes: taxes.keys().copied().zip(parts).collect() })
    }
}

/// Terms of payment that make no sense, or lead beyond the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TermsError {
    /// There are no instalments, or too many.
    #[error("the terms have {found} instalments: 1 to {} are wanted", PaymentTerms::MAX_INSTALMENTS)]
    Instalments {
        /// How many.
        found: usize,
    },
    /// The instalments do not make the whole, or one is below nothing.
    #[error("the shares of the instalments make {sum}: shares from nothing up that make 100 % are wanted")]
    Shares {
        /// What they make, or the one below nothing.
        sum: Percent,
    },
    /// A discount is below nothing, or more than the whole.
    #[error("{percent} is no discount: nothing to 100 % is wanted")]
    Discount {
        /// The discount.
        percent: Percent,
    },
    /// A day is told in too many steps.
    #[error("a day is told in {found} steps: up to {} are wanted", DueRule::MAX_STEPS)]
    Steps {
        /// How many.
        found: usize,
    },
    /// No month has such a day.
    #[error("{day} is no day of a month: 1 to 31 are wanted")]
    DayOfMonth {
        /// The day.
        day: u8,
    },
    /// The day is beyond the calendar.
    #[error("the day, counted from {from}, is beyond the calendar")]
    Calendar {
        /// From where it is counted.
        from: NaiveDate,
    },
    /// The smallest coin is nothing or less.
    #[error("{step} is no coin: more than nothing is wanted")]
    Coin {
        /// The coin.
        step: Money,
    },
    /// The total cannot be divided.
    #[error("the total cannot be divided")]
    Divide(#[from] AllocateError),
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be held")]
    Money(#[from] MoneyError),
}
