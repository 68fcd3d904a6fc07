//! What a vendor's bill says, and whether it adds up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, OrderId, PartyId};
use office_core::{Currency, Money, MoneyError, Percent, PriceError, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::BilledLine;

/// A vendor's bill, as it came.
///
/// It need not add up: [`Bill::check`] says where it does not. What is demanded here is that it can be looked at: a
/// number, lines, one currency.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Id, Money, Percent, Rounding};
/// use office_finance::{Bill, BillError, BillFinding, BillLine, BilledLine, BillTax};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 8).ok_or("a day")?;
/// let line = BillLine {
///     description: "red fineliners".to_owned(),
///     item: None,
///     order: None,
///     billed: BilledLine {
///         quantity: "2 box".parse()?,
///         price: "5.80 EUR / 1 box".parse()?,
///         net: "11.60 EUR".parse()?,
///     },
///     tax_rate: Percent::whole(19),
/// };
/// let mut bill = Bill {
///     vendor: Id::natural("party", "V-03"),
///     number: "BS-90871".to_owned(),
///     on,
///     due: on,
///     lines: vec![line],
///     taxes: vec![BillTax { rate: Percent::whole(19), tax: "2.20 EUR".parse()? }],
///     gross: "13.80 EUR".parse()?,
/// };
/// assert_eq!(bill.validate(), Ok(()));
/// assert_eq!(bill.check(Rounding::HalfUp)?, []);
///
/// bill.gross = "13.90 EUR".parse()?;
/// let difference: Money = "0.10 EUR".parse()?;
/// assert!(matches!(bill.check(Rounding::HalfUp)?[..], [BillFinding::Gross { difference: d, .. }] if d == difference));
/// bill.lines.clear();
/// assert_eq!(bill.validate(), Err(BillError::Lines { found: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Who sends it.
    pub vendor: PartyId,
    /// Its number, as the vendor writes it.
    pub number: String,
    /// Its day.
    pub on: NaiveDate,
    /// When it is to be paid.
    pub due: NaiveDate,
    /// What is charged.
    pub lines: Vec<BillLine>,
    /// The tax it states, by rate.
    pub taxes: Vec<BillTax>,
    /// What it asks to be paid.
    pub gross: Money,
}

/// A line of a bill, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// What it says.
    pub description: String,
    /// What is charged for, where the office knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// The order line that it bills, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderLineRef>,
    /// Quantity, price and amount.
    #[serde(flatten)]
    pub billed: BilledLine,
    /// The tax rate that goes with it.
    pub tax_rate: Percent,
}

/// A line of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrderLineRef {
    /// The order.
    pub order: OrderId,
    /// The place of the line, as the order numbers it.
    pub line: u32,
}

/// The tax that a bill states for one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillTax {
    /// The rate.
    pub rate: Percent,
    /// The tax.
    pub tax: Money,
}

/// Something in a bill that does not add up. The difference is what the bill says less what it comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillFinding {
    /// A line is not quantity times price.
    Line {
        /// Its place, from 0.
        line: usize,
        /// What the bill says.
        stated: Money,
        /// By how much that is too much.
        difference: Money,
    },
    /// The tax of a rate is not the rate times the lines that it goes with.
    Tax {
        /// The rate.
        rate: Percent,
        /// What the bill says.
        stated: Money,
        /// By how much that is too much.
        difference: Money,
    },
    /// The amount to be paid is not the sum of lines and taxes.
    Gross {
        /// What the bill says.
        stated: Money,
        /// By how much that is too much.
        difference: Money,
    },
}

impl std::fmt::Display for BillFinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line { line, stated, difference } => {
                write!(f, "line {} says {stated}, {difference} more than it comes to", line.saturating_add(1))
            }
            Self::Tax { rate, stated, difference } => {
                write!(f, "the tax at {rate} is given as {stated}, {difference} more than it comes to")
            }
            Self::Gross { stated, difference } => {
                write!(f, "the total is given as {stated}, {difference} more than it comes to")
            }
        }
    }
}

impl Bill {
    /// The most lines.
    pub const MAX_LINES: usize = 1_000;

    /// The currency, which is that of the amount to be paid.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.gross.currency()
    }

    /// The number without what people write differently: capitals, digits and nothing else.
    ///
    /// ```
    /// use office_finance::Bill;
    ///
    /// assert_eq!(Bill::normalised("et 2026/311"), Bill::normalised("ET-2026-311"));
    /// ```
    #[must_use]
    pub fn normalised(number: &str) -> String {
        number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    }

    /// What the lines come to, without tax.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn net(&self) -> Result<Money, MoneyError> {
        Money::sum(self.lines.iter().map(|line| line.billed.net), self.currency())
    }

    /// The credit note that takes all of it back: every figure is the opposite, under a number of its own.
    ///
    /// ```
    /// # use office_core::{Id, Percent, Rounding};
    /// # use office_finance::{Bill, BillLine, BillTax, BilledLine};
    /// # let on = "2026-10-08".parse()?;
    /// # let billed = BilledLine {
    /// #     quantity: "2 box".parse()?, price: "5.80 EUR / 1 box".parse()?, net: "11.60 EUR".parse()?,
    /// # };
    /// # let line = BillLine {
    /// #     description: "red fineliners".to_owned(), item: None, order: None, billed, tax_rate: Percent::whole(19),
    /// # };
    /// # let bill = Bill {
    /// #     vendor: Id::natural("party", "V-03"), number: "BS-90871".to_owned(), on, due: on, lines: vec![line],
    /// #     taxes: vec![BillTax { rate: Percent::whole(19), tax: "2.20 EUR".parse()? }], gross: "13.80 EUR".parse()?,
    /// # };
    /// let note = bill.credited("GS-17", "2026-10-20".parse()?);
    /// assert_eq!(note.gross, "-13.80 EUR".parse()?);
    /// assert_eq!(note.check(Rounding::HalfUp)?, []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn credited(&self, number: impl Into<String>, on: NaiveDate) -> Self {
        let mut note = Self { number: number.into(), on, due: on, gross: self.gross.negated(), ..self.clone() };
        for BillLine { billed, .. } in &mut note.lines {
            (billed.quantity, billed.net) = (billed.quantity.negated(), billed.net.negated());
        }
        for tax in &mut note.taxes {
            tax.tax = tax.tax.negated();
        }
        note
    }

    /// Whether it can be looked at.
    ///
    /// # Errors
    /// [`BillError`], in the order of its variants.
    pub fn validate(&self) -> Result<(), BillError> {
        let length = Self::normalised(&self.number).len();
        if !(1..=64).contains(&length) {
            return Err(BillError::Number { number: self.number.chars().take(80).collect() });
        }
        if self.lines.is_empty() || self.lines.len() > Self::MAX_LINES {
            return Err(BillError::Lines { found: self.lines.len() });
        }
        if let Some(line) =
            self.lines.iter().position(|line| line.billed.quantity.is_zero() && line.billed.net.is_zero())
        {
            return Err(BillError::Nothing { line });
        }
        if self.due < self.on {
            return Err(BillError::Due { on: self.on, due: self.due });
        }
        let nets = self.lines.iter().map(|line| line.billed.net);
        let prices = self.lines.iter().map(|line| line.billed.price.currency());
        let other = nets
            .chain(self.taxes.iter().map(|tax| tax.tax))
            .map(Money::currency)
            .chain(prices)
            .find(|currency| *currency != self.currency());
        if let Some(other) = other {
            return Err(MoneyError::CurrencyMismatch { left: self.currency(), right: other }.into());
        }
        Ok(())
    }

    /// Where it does not add up: lines, tax by rate, total.
    ///
    /// Tax is checked on the sum of the lines of a rate, rounded once by `rounding`, as documents state it (EN 16931,
    /// BR-CO-17).
    ///
    /// # Errors
    /// [`PriceError`] where a line's price is for another unit than its quantity, or an amount cannot be held.
    pub fn check(&self, rounding: Rounding) -> Result<Vec<BillFinding>, PriceError> {
        let currency = self.currency();
        let mut findings = Vec::new();
        let mut nets: BTreeMap<Percent, Vec<Money>> = BTreeMap::new();
        let mut taxes: BTreeMap<Percent, Vec<Money>> = BTreeMap::new();
        for (at, line) in self.lines.iter().enumerate() {
            let stated = line.billed.net;
            let difference = stated.checked_sub(line.billed.price.extend(&line.billed.quantity, rounding)?)?;
            if !difference.is_zero() {
                findings.push(BillFinding::Line { line: at, stated, difference });
            }
            nets.entry(line.tax_rate).or_default().push(stated);
            taxes.entry(line.tax_rate).or_default();
        }
        for tax in &self.taxes {
            taxes.entry(tax.rate).or_default().push(tax.tax);
        }
        for (rate, stated) in taxes {
            let stated = Money::sum(stated, currency)?;
            let net = Money::sum(nets.remove(&rate).unwrap_or_default(), currency)?;
            let difference = stated.checked_sub(net.share(rate, rounding)?)?;
            if !difference.is_zero() {
                findings.push(BillFinding::Tax { rate, stated, difference });
            }
        }
        let taxes = self.taxes.iter().map(|tax| tax.tax);
        let computed = Money::sum(taxes.chain([self.net()?]), currency)?;
        let difference = self.gross.checked_sub(computed)?;
        if !difference.is_zero() {
            findings.push(BillFinding::Gross { stated: self.gross, difference });
        }
        Ok(findings)
    }
}

/// A bill cannot be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BillError {
    /// It has no number, or one too long.
    #[error("`{number}` is not the number of a bill: 1 to 64 letters and digits are wanted")]
    Number {
        /// The number, shortened.
        number: String,
    },
    /// It has no lines, or too many.
    #[error("the bill has {found} lines: 1 to {} are wanted", Bill::MAX_LINES)]
    Lines {
        /// How many.
        found: usize,
    },
    /// A line bills nothing.
    #[error("line {line} bills nothing: a quantity or an amount other than zero is wanted")]
    Nothing {
        /// Its place, from 0.
        line: usize,
    },
    /// It is due before its own day.
    #[error("the bill of {on} is due on {due}: a day not before its own is wanted")]
    Due {
        /// Its day.
        on: NaiveDate,
        /// When it is due.
        due: NaiveDate,
    },
    /// Its amounts are in different currencies.
    #[error("the bill is not in one currency")]
    Money(#[from] MoneyError),
}
