//! Petty cash, kept as an imprest.
//!
//! ```text
//! opened ──spend──► vouchers in the box ──count──► over or short ──top_up──► float again
//! ```
//!
//! The float never changes by use: cash in the box, vouchers not yet reimbursed, and what a count found missing always
//! make the float (law 1, held by `tests/petty_cash.rs`). A top-up brings the cash back to the float exactly (law 2).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, PersonId};
use office_core::{Decision, Entity, Id, Kind, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::AccountCode;

/// The id of a petty cash fund.
pub type PettyCashId = Id<PettyCashFund>;

/// A box of cash of a fixed float.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Entity, Id, Money};
/// use office_finance::{PettyCashFund, SpendCashError, Voucher};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let keeper = Id::natural("person", "E-003");
/// let mut fund = PettyCashFund::open(&PettyCashFund::set_up(euro(200_00), keeper)?).ok_or("a first fact")?;
/// let voucher = |number: &str, amount| Voucher {
///     number: number.to_owned(),
///     on: NaiveDate::default(),
///     person: keeper,
///     amount,
///     tax: euro(0),
///     account: None,
///     cost_centre: None,
///     description: "stamps".to_owned(),
/// };
/// fund.apply(&fund.spend(voucher("PC-02", euro(25_50)))?.fact().ok_or("a fact")?);
/// assert_eq!((fund.cash()?, fund.top_up_due()?), (euro(174_50), euro(25_50)));
///
/// // The box does not hold more than it holds.
/// let refused = fund.spend(voucher("PC-03", euro(189_00)));
/// assert_eq!(refused, Err(SpendCashError::NotEnough { wanted: euro(189_00), cash: euro(174_50) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PettyCashFund {
    float: Money,
    keeper: PersonId,
    // Paid out and not yet reimbursed.
    vouchers: BTreeMap<String, Voucher>,
    // Shortages above zero, overages below, found by counts and not yet reimbursed.
    missing: Money,
    status: FundStatus,
    #[serde(default)]
    counts: u32,
    // Every number ever used, with the amount, so that a voucher is not paid twice.
    paid: BTreeMap<String, Money>,
    top_ups: BTreeMap<String, Money>,
}

/// What was last done with a fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundStatus {
    /// Cash may have been paid out since the last count.
    InUse,
    /// The cash was counted, and nothing has been paid since.
    Counted {
        /// When.
        on: NaiveDate,
        /// How much there was.
        cash: Money,
    },
}

/// A slip for cash paid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// Its number.
    pub number: String,
    /// When the cash was paid out.
    pub on: NaiveDate,
    /// To whom.
    pub person: PersonId,
    /// How much, with tax.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
    /// The account it is charged to, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountCode>,
    /// Who bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<CostCentreId>,
    /// For what.
    pub description: String,
}

/// What happens to a fund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PettyCashFact {
    /// It was set up, with its float in it.
    SetUp {
        /// How much it holds.
        float: Money,
        /// Who keeps it.
        keeper: PersonId,
    },
    /// Cash was paid out.
    Spent {
        /// The slip for it.
        voucher: Voucher,
    },
    /// The cash was counted.
    Counted {
        /// When.
        on: NaiveDate,
        /// How much there was.
        cash: Money,
        /// How much more there was than there should have been; below zero where less.
        over: Money,
    },
    /// The cash was brought back to the float.
    ToppedUp {
        /// The reference of the withdrawal.
        reference: String,
        /// When.
        on: NaiveDate,
        /// By how much.
        amount: Money,
    },
}

impl PettyCashFund {
    /// Sets a fund up, with its float in it.
    ///
    /// # Errors
    /// [`SetUpError`] where the float is not above zero.
    pub fn set_up(float: Money, keeper: PersonId) -> Result<PettyCashFact, SetUpError> {
        if float.is_positive() { Ok(PettyCashFact::SetUp { float, keeper }) } else { Err(SetUpError { float }) }
    }

    /// How much it holds when nothing has been paid out.
    #[must_use]
    pub const fn float(&self) -> Money {
        self.float
    }

    /// Who keeps it.
    #[must_use]
    pub const fn keeper(&self) -> PersonId {
        self.keeper
    }

    /// What was last done with it.
    #[must_use]
    pub const fn status(&self) -> FundStatus {
        self.status
    }

    /// How often its cash was counted.
    #[must_use]
    pub const fn counts(&self) -> u32 {
        self.counts
    }

    /// The slips for cash that has not been put back, by number.
    pub fn vouchers(&self) -> impl Iterator<Item = &Voucher> {
        self.vouchers.values()
    }

    /// What counts found missing and has not been put back; below zero where there was more.
    #[must_use]
    pub const fn missing(&self) -> Money {
        self.missing
    }

    /// What is in the box, by the books.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn cash(&self) -> Result<Money, MoneyError> {
        self.float.checked_sub(self.top_up_due()?)
    }

    /// What brings the cash back to the float: the vouchers and what is missing.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn top_up_due(&self) -> Result<Money, MoneyError> {
        let paid = self.vouchers.values().map(|voucher| voucher.amount);
        Money::sum(paid.chain([self.missing]), self.float.currency())
    }

    /// Pays cash out against a voucher.
    ///
    /// # Errors
    /// [`SpendCashError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("petty_cash/fund.txt")]
    ///
    /// fund.apply_decision(&fund.spend(stamps("PC-02", "25.50 EUR"))?);
    /// assert_eq!(fund.cash()?, "174.50 EUR".parse()?);
    /// // The box does not pay out what it does not hold.
    /// let (wanted, cash) = ("189.00 EUR".parse()?, "174.50 EUR".parse()?);
    /// assert_eq!(fund.spend(stamps("PC-03", "189.00 EUR")), Err(SpendCashError::NotEnough { wanted, cash }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn spend(&self, voucher: Voucher) -> Result<Decision<PettyCashFact>, SpendCashError> {
        match (self.vouchers.get(&voucher.number), self.paid.get(&voucher.number)) {
            (Some(earlier), _) if *earlier == voucher => return Ok(Decision::AlreadyRecorded),
            (_, Some(earlier)) => {
                return Err(SpendCashError::NumberUsed { number: voucher.number, amount: *earlier });
            }
            (Some(_) | None, None) => {}
        }
        let cash = self.cash()?;
        let rest = cash.checked_sub(voucher.amount)?;
        let net = voucher.amount.checked_sub(voucher.tax)?;
        if !voucher.amount.is_positive() || voucher.tax.is_negative() || net.is_negative() {
            return Err(SpendCashError::Amount { amount: voucher.amount, tax: voucher.tax });
        }
        if rest.is_negative() {
            return Err(SpendCashError::NotEnough { wanted: voucher.amount, cash });
        }
        Ok(Decision::Record(PettyCashFact::Spent { voucher }))
    }

    /// Notes a count. What is over or short is found by comparing with the books, and stays noted until the next
    /// top-up.
    ///
    /// # Errors
    /// [`CountError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("petty_cash/fund.txt")]
    ///
    /// // Half a euro is missing.
    /// fund.apply_decision(&fund.count(on, "199.50 EUR".parse()?)?);
    /// assert_eq!(fund.top_up_due()?, "0.50 EUR".parse()?);
    /// // Less than nothing does not lie in a box.
    /// let cash = "-1.00 EUR".parse()?;
    /// assert_eq!(fund.count(on, cash), Err(CountError::Negative { cash }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn count(&self, on: NaiveDate, cash: Money) -> Result<Decision<PettyCashFact>, CountError> {
        if self.status == (FundStatus::Counted { on, cash }) {
            return Ok(Decision::AlreadyRecorded);
        }
        let over = cash.checked_sub(self.cash()?)?;
        if cash.is_negative() {
            return Err(CountError::Negative { cash });
        }
        Ok(Decision::Record(PettyCashFact::Counted { on, cash, over }))
    }

    /// Brings the cash back to the float. The amount has to be just what is missing from it.
    ///
    /// # Errors
    /// [`TopUpError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("petty_cash/fund.txt")]
    ///
    /// fund.apply_decision(&fund.spend(stamps("PC-02", "25.50 EUR"))?);
    /// // Just what was spent is put in.
    /// let (amount, due) = ("30.00 EUR".parse()?, "25.50 EUR".parse()?);
    /// assert_eq!(fund.top_up("PT-01", on, amount), Err(TopUpError::Amount { amount, due }));
    /// fund.apply_decision(&fund.top_up("PT-01", on, due)?);
    /// assert_eq!(fund.cash()?, "200.00 EUR".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn top_up(
        &self,
        reference: impl Into<String>,
        on: NaiveDate,
        amount: Money,
    ) -> Result<Decision<PettyCashFact>, TopUpError> {
        let reference = reference.into();
        match self.top_ups.get(&reference) {
            Some(earlier) if *earlier == amount => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(TopUpError::ReferenceUsed { reference, amount: *earlier }),
            None => {}
        }
        let due = self.top_up_due()?;
        if amount != due || !due.is_positive() {
            return Err(TopUpError::Amount { amount, due });
        }
        Ok(Decision::Record(PettyCashFact::ToppedUp { reference, on, amount }))
    }
}

/// A fund cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a float of {float} is no fund: an amount above zero is wanted")]
pub struct SetUpError {
    /// The float that was asked for.
    pub float: Money,
}

/// Cash cannot be paid out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpendCashError {
    /// The number of the voucher was used before.
    #[error("voucher {number} was paid before, {amount}: a voucher takes a number of its own")]
    NumberUsed {
        /// The number.
        number: String,
        /// What was paid on it.
        amount: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
    /// The amount is not above zero, or the tax in it is more than all of it.
    #[error("{amount} with {tax} tax in it cannot be paid out: an amount above zero is wanted, and tax within it")]
    Amount {
        /// The amount.
        amount: Money,
        /// The tax in it.
        tax: Money,
    },
    /// The box does not hold as much.
    #[error("{wanted} cannot be paid out: the box holds {cash}")]
    NotEnough {
        /// What was wanted.
        wanted: Money,
        /// What the box holds.
        cash: Money,
    },
}

/// A count cannot be noted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CountError {
    /// The amounts are in different currencies, or too large.
    #[error("the count cannot be compared with the books")]
    Money(#[from] MoneyError),
    /// Less than nothing was counted.
    #[error("{cash} cannot be counted: zero or more is wanted")]
    Negative {
        /// What was said to be there.
        cash: Money,
    },
}

/// A fund cannot be topped up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TopUpError {
    /// The reference was used for another top-up.
    #[error("{amount} was put in as {reference} before")]
    ReferenceUsed {
        /// The reference.
        reference: String,
        /// How much was put in.
        amount: Money,
    },
    /// The amounts are too large.
    #[error("what is missing from the float cannot be added up")]
    Money(#[from] MoneyError),
    /// The amount does not bring the cash back to the float.
    #[error("{amount} does not bring the cash back to the float: {due} does")]
    Amount {
        /// What was to be put in.
        amount: Money,
        /// What is missing from the float.
        due: Money,
    },
}

impl Entity for PettyCashFund {
    const KIND: Kind = Kind::literal("petty_cash_fund");
    type Fact = PettyCashFact;

    fn open(fact: &PettyCashFact) -> Option<Self> {
        let PettyCashFact::SetUp { float, keeper } = fact else { return None };
        Some(Self {
            float: *float,
            keeper: *keeper,
            vouchers: BTreeMap::new(),
            missing: Money::zero(float.currency()),
            status: FundStatus::InUse,
            counts: 0,
            paid: BTreeMap::new(),
            top_ups: BTreeMap::new(),
        })
    }

    fn apply(&mut self, fact: &PettyCashFact) {
        match fact {
            PettyCashFact::SetUp { .. } => {}
            PettyCashFact::Spent { voucher } => {
                self.paid.insert(voucher.number.clone(), voucher.amount);
                self.vouchers.insert(voucher.number.clone(), voucher.clone());
                self.status = FundStatus::InUse;
            }
            PettyCashFact::Counted { on, cash, over } => {
                self.missing = self.missing.checked_sub(*over).unwrap_or(self.missing);
                self.status = FundStatus::Counted { on: *on, cash: *cash };
                self.counts = self.counts.saturating_add(1);
            }
            PettyCashFact::ToppedUp { reference, amount, .. } => {
                self.top_ups.insert(reference.clone(), *amount);
                self.vouchers.clear();
                self.missing = Money::zero(self.float.currency());
                self.status = FundStatus::InUse;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use office_core::Currency;

    use super::*;

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
    }

    fn voucher(number: &str, minor: i64) -> Voucher {
        Voucher {
            number: number.to_owned(),
            on: day(20),
            person: Id::natural("person", "E-006"),
            amount: euro(minor),
            tax: euro(0),
            account: Some("6643".parse().unwrap()),
            cost_centre: Some(Id::natural("cost_centre", "CC-100")),
            description: "milk".to_owned(),
        }
    }

    #[test]
    fn refuses_in_order() {
        let keeper = Id::natural("person", "E-003");
        assert_eq!(PettyCashFund::set_up(euro(0), keeper), Err(SetUpError { float: euro(0) }));
        let mut fund = PettyCashFund::open(&PettyCashFund::set_up(euro(20_000), keeper).unwrap()).unwrap();
        fund.apply(&fund.spend(voucher("PC-08", 9_679)).unwrap().fact().unwrap());
        assert_eq!(fund.spend(voucher("PC-08", 9_679)), Ok(Decision::AlreadyRecorded));
        let used = SpendCashError::NumberUsed { number: "PC-08".to_owned(), amount: euro(9_679) };
        assert_eq!(fund.spend(voucher("PC-08", 1)), Err(used));
        let foreign = Voucher { amount: Money::from_minor(1, Currency::USD), ..voucher("PC-09", 1) };
        assert!(matches!(fund.spend(foreign), Err(SpendCashError::Money(_))));
        let taxed = Voucher { tax: euro(2), ..voucher("PC-09", 1) };
        assert_eq!(fund.spend(taxed), Err(SpendCashError::Amount { amount: euro(1), tax: euro(2) }));
        let wanted = euro(10_322);
        let over = fund.spend(voucher("PC-09", 10_322));
        assert_eq!(over, Err(SpendCashError::NotEnough { wanted, cash: euro(10_321) }));

        assert_eq!(fund.count(day(30), euro(-1)), Err(CountError::Negative { cash: euro(-1) }));
        let counted = fund.count(day(30), euro(10_271)).unwrap();
        let fact = PettyCashFact::Counted { on: day(30), cash: euro(10_271), over: euro(-50) };
        assert_eq!(counted, Decision::Record(fact.clone()));
        fund.apply(&fact);
        assert_eq!((fund.cash(), fund.missing()), (Ok(euro(10_271)), euro(50)));
        assert_eq!(fund.count(day(30), euro(10_271)), Ok(Decision::AlreadyRecorded));

        let wrong = fund.top_up("PT-02", day(30), euro(9_679));
        assert_eq!(wrong, Err(TopUpError::Amount { amount: euro(9_679), due: euro(9_729) }));
        fund.apply(&fund.top_up("PT-02", day(30), euro(9_729)).unwrap().fact().unwrap());
        assert_eq!((fund.cash(), fund.vouchers().count()), (Ok(euro(20_000)), 0));
        assert_eq!(fund.top_up("PT-02", day(30), euro(9_729)), Ok(Decision::AlreadyRecorded));
        let used = TopUpError::ReferenceUsed { reference: "PT-02".to_owned(), amount: euro(9_729) };
        assert_eq!(fund.top_up("PT-02", day(31), euro(1)), Err(used));
        // A number that was reimbursed is used for good.
        assert!(matches!(fund.spend(voucher("PC-08", 9_679)), Err(SpendCashError::NumberUsed { .. })));
    }

    #[test]
    fn stored_forms() {
        let facts = [
            PettyCashFact::SetUp { float: euro(20_000), keeper: Id::natural("person", "E-003") },
            PettyCashFact::Spent { voucher: voucher("PC-08", 9_679) },
            PettyCashFact::Counted { on: day(30), cash: euro(10_271), over: euro(-50) },
            PettyCashFact::ToppedUp { reference: "PT-02".to_owned(), on: day(30), amount: euro(9_729) },
        ];
        let counted: PettyCashFund = office_core::fold(&facts[..3]).unwrap();
        let state: PettyCashFund = office_core::fold(&facts).unwrap();
        insta::assert_json_snapshot!((&facts, counted, state));
    }
}
