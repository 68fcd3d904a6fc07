//! Where an e-invoice does not add up.

use std::fmt;

use office_core::{Currency, Rounding};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{EInvoice, EInvoiceLine, StatedTaxTotal};

/// A figure of an e-invoice that is not what the figures it is made of come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EInvoiceGap {
    /// Which figure.
    pub place: GapPlace,
    /// What the document says; nothing said is zero.
    #[serde(with = "office_core::decimal_text")]
    pub stated: Decimal,
    /// What it comes to.
    #[serde(with = "office_core::decimal_text")]
    pub computed: Decimal,
}

/// A figure of an e-invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapPlace {
    /// The amount of a line (BT-131) is not quantity times price, less allowances and plus charges.
    Line {
        /// Its place, from 0.
        line: usize,
    },
    /// The sum of lines (BT-106).
    LineTotal,
    /// The sum of allowances (BT-107).
    Allowances,
    /// The sum of charges (BT-108).
    Charges,
    /// The amount without tax (BT-109).
    Net,
    /// The base of a tax (BT-116).
    TaxBase {
        /// Its place in the breakdown, from 0.
        row: usize,
    },
    /// A tax (BT-117).
    Tax {
        /// Its place in the breakdown, from 0.
        row: usize,
    },
    /// The sum of taxes (BT-110).
    TaxTotal,
    /// The amount with tax (BT-112).
    Gross,
    /// What is to be paid (BT-115).
    Due,
}

impl EInvoiceGap {
    /// By how much too much is stated.
    #[must_use]
    pub fn difference(&self) -> Decimal {
        // Invariant: both are amounts that were added up without overflow.
        self.stated.checked_sub(self.computed).unwrap_or_default()
    }
}

impl fmt::Display for EInvoiceGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            GapPlace::Line { line } => format!("line {}", line.saturating_add(1)),
            GapPlace::LineTotal => "the sum of lines".to_owned(),
            GapPlace::Allowances => "the sum of allowances".to_owned(),
            GapPlace::Charges => "the sum of charges".to_owned(),
            GapPlace::Net => "the amount without tax".to_owned(),
            GapPlace::TaxBase { row } => format!("the base of tax {}", row.saturating_add(1)),
            GapPlace::Tax { row } => format!("tax {}", row.saturating_add(1)),
            GapPlace::TaxTotal => "the sum of taxes".to_owned(),
            GapPlace::Gross => "the amount with tax".to_owned(),
            GapPlace::Due => "the amount to be paid".to_owned(),
        };
        write!(f, "{place} says {}, {} more than it comes to", self.stated, self.difference())
    }
}

/// A sum that is nothing once it cannot be held.
type Sum = Option<Decimal>;

fn sum(amounts: impl IntoIterator<Item = Sum>) -> Sum {
    amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount.unwrap_or_default()))
}

impl EInvoice {
    /// The most gaps that are told of one document.
    pub const MAX_GAPS: usize = 1_000;

    /// Where it does not add up: each figure against the figures it is made of, rounded half up to the digits of the
    /// currency, or to two where no currency is named.
    ///
    /// A figure that is not stated counts as zero; a line without quantity or price is taken as it is. Nothing is
    /// tolerated: what others let pass is told to the cent.
    #[must_use]
    pub fn gaps(&self) -> Vec<EInvoiceGap> {
        let digits = Currency::from_code(&self.currency).map_or(2, Currency::digits);
        let mut gaps = Vec::new();
        let mut check = |place, stated: Sum, computed: Sum| {
            let stated = stated.unwrap_or_default();
            let computed = computed.filter(|computed| *computed != stated);
            if let Some(computed) = computed.filter(|_| gaps.len() < Self::MAX_GAPS) {
                gaps.push(EInvoiceGap { place, stated, computed });
            }
        };
        for (at, line) in self.lines.iter().enumerate() {
            if let Some(computed) = line.computed(digits) {
                check(GapPlace::Line { line: at }, line.net, Some(computed));
            }
        }
        let adjusted = |charges| {
            let of_kind = self.adjustments.iter().filter(move |item| item.is_charge == charges);
            sum(of_kind.map(|item| item.amount))
        };
        let totals = &self.totals;
        check(GapPlace::LineTotal, totals.lines, sum(self.lines.iter().map(|line| line.net)));
        check(GapPlace::Allowances, totals.allowances, adjusted(false));
        check(GapPlace::Charges, totals.charges, adjusted(true));
        check(GapPlace::Net, totals.net, sum([totals.lines, negated(totals.allowances), totals.charges]));
        for (row, tax) in self.taxes.iter().enumerate() {
            check(GapPlace::TaxBase { row }, tax.base, self.base_of(tax));
            check(GapPlace::Tax { row }, tax.tax, tax.computed(digits));
        }
        check(GapPlace::TaxTotal, self.tax, sum(self.taxes.iter().map(|tax| tax.tax)));
        check(GapPlace::Gross, totals.gross, sum([totals.net, self.tax]));
        check(GapPlace::Due, totals.due, sum([totals.gross, negated(totals.prepaid), totals.rounding]));
        gaps
    }

    /// What is taxed as a row of the breakdown says: lines less allowances plus charges, of its category, and of its
    /// rate where a category has several.
    pub(super) fn base_of(&self, tax: &StatedTaxTotal) -> Sum {
        let by_rate = matches!(tax.class.category.as_str(), "S" | "L" | "M");
        let alike = |category: &str, rate: Option<Decimal>| {
            category == tax.class.category && (!by_rate || rate == tax.class.rate)
        };
        let lines = self.lines.iter().filter(|line| alike(&line.tax.category, line.tax.rate)).map(|line| line.net);
        let adjusted = self.adjustments.iter().filter(|item| alike(&item.tax.category, item.tax.rate));
        sum(lines.chain(adjusted.map(|item| if item.is_charge { item.amount } else { negated(item.amount) })))
    }
}

fn negated(amount: Sum) -> Sum {
    amount.map(|mut amount| {
        amount.set_sign_negative(amount.is_sign_positive());
        amount
    })
}

impl EInvoiceLine {
    /// What it comes to; nothing where quantity or price is not stated, or the product cannot be held.
    fn computed(&self, digits: u32) -> Sum {
        let base = self.price.base_quantity.filter(|base| !base.is_zero()).unwrap_or(Decimal::ONE);
        let amount = self.quantity?.checked_mul(self.price.net?)?.checked_div(base)?;
        let adjusted = self.adjustments.iter();
        let adjusted = sum(adjusted.map(|item| if item.is_charge { item.amount } else { negated(item.amount) }))?;
        Some(Rounding::HalfUp.round(amount.checked_add(adjusted)?, digits))
    }
}

impl StatedTaxTotal {
    /// The tax on its base at its rate; no rate is one of zero.
    fn computed(&self, digits: u32) -> Sum {
        let tax = self.base.unwrap_or_default().checked_mul(self.class.rate.unwrap_or_default())?;
        Some(Rounding::HalfUp.round(tax.checked_div(Decimal::ONE_HUNDRED)?, digits))
    }
}
