//! What is to be invoiced, before it has a number.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Currency, DocumentNumber, Money, Percent, Quantity, UnitPrice};
use serde::{Deserialize, Serialize};

use crate::{InvoiceParty, RoundingPolicy, TaxCategory, TaxClass};

/// What is to be invoiced or credited, before it has a number: what [`InvoiceTotals`](crate::InvoiceTotals) are drawn
/// from.
///
/// The amounts of a credit note are above zero, as those of an invoice are (EN 16931): its kind says that they are
/// taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceDraft {
    /// Invoice or credit note.
    pub kind: InvoiceKind,
    /// The currency of every amount (BT-5).
    pub currency: Currency,
    /// Who charges (BG-4).
    pub seller: InvoiceParty,
    /// Who is charged (BG-7).
    pub buyer: InvoiceParty,
    /// What is charged, line by line (BG-25).
    pub lines: Vec<InvoiceLine>,
    /// What is taken off or added for the whole document (BG-20, BG-21).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<DocumentAdjustment>,
    /// Why no tax is charged, where a category wants that said (BT-120).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exemptions: BTreeMap<TaxCategory, String>,
    /// What was paid before (BT-113).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepaid: Option<Money>,
    /// How its figures are rounded.
    pub policy: RoundingPolicy,
    /// What is added to what is to be paid (BT-114), where that is agreed; else what the policy's smallest coin asks
    /// for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Money>,
    /// What was agreed on payment, in words (BT-20).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub terms: String,
    /// How it is to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<CreditTransfer>,
    /// The reference the buyer wants to read (BT-10).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub buyer_reference: String,
    /// The buyer's order (BT-13).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub order: String,
    /// What else is to be said (BT-22).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The invoice that is credited, or goes on from an earlier one (BG-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preceding: Option<PrecedingInvoice>,
}

/// An invoice that another document refers to (BG-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrecedingInvoice {
    /// Its number (BT-25).
    pub number: DocumentNumber,
    /// Its day (BT-26).
    pub on: NaiveDate,
}

impl InvoiceDraft {
    /// An invoice of these lines, rounded as EN 16931 asks for, with nothing else said.
    #[must_use]
    pub fn new(currency: Currency, seller: InvoiceParty, buyer: InvoiceParty, lines: Vec<InvoiceLine>) -> Self {
        Self {
            kind: InvoiceKind::Invoice,
            currency,
            seller,
            buyer,
            lines,
            adjustments: Vec::new(),
            exemptions: BTreeMap::new(),
            prepaid: None,
            policy: RoundingPolicy::EN_16931,
            rounding: None,
            terms: String::new(),
            payment: None,
            buyer_reference: String::new(),
            order: String::new(),
            note: String::new(),
            preceding: None,
        }
    }
}

/// Whether a document charges, or takes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    /// It charges: type 380 of UNCL 1001.
    #[default]
    Invoice,
    /// It takes back what an invoice charged: type 381.
    CreditNote,
}

impl InvoiceKind {
    /// What a client owes by what is due: below zero for a credit note.
    pub(crate) fn owed(self, due: Money) -> Money {
        match self {
            Self::Invoice => due,
            Self::CreditNote => due.negated(),
        }
    }

    /// Its type in UNCL 1001 (BT-3).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invoice => "380",
            Self::CreditNote => "381",
        }
    }
}

/// A line of an invoice (BG-25).
///
/// # Example
/// ```
/// use office_core::Percent;
/// use office_finance::{InvoiceLine, TaxClass};
///
/// let tax = TaxClass::standard(Percent::whole(19))?;
/// let line = InvoiceLine::new("Meeting room", "3 h".parse()?, "45.00 EUR / 1 h".parse()?, tax);
/// assert!(line.adjustments.is_empty());
/// // A rate that is none of the category's is refused.
/// assert!(TaxClass::standard(Percent::ZERO).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceLine {
    /// What is charged for (BT-153).
    pub name: String,
    /// More about it (BT-154).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What the office knows it as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// How much of it (BT-129, BT-130).
    pub quantity: Quantity,
    /// What a quantity of it costs (BT-146, BT-149), in the unit of the quantity.
    pub price: UnitPrice,
    /// What is taken off or added in this line (BG-27, BG-28).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// How it is taxed (BG-30).
    pub tax: TaxClass,
}

impl InvoiceLine {
    /// A line with nothing taken off or added.
    pub fn new(name: impl Into<String>, quantity: Quantity, price: UnitPrice, tax: TaxClass) -> Self {
        let name = name.into();
        Self { name, description: String::new(), item: None, quantity, price, adjustments: Vec::new(), tax }
    }

    /// The same with this taken off or added.
    #[must_use]
    pub fn with(mut self, adjustment: Adjustment) -> Self {
        self.adjustments.push(adjustment);
        self
    }
}

/// What is taken off an amount, or added to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Whether it is taken off or added.
    pub kind: AdjustmentKind,
    /// How much.
    pub amount: AdjustmentAmount,
    /// Why (BT-97, BT-104, BT-139, BT-144).
    pub reason: String,
}

/// Whether an adjustment is taken off or added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// It is taken off.
    Allowance,
    /// It is added.
    Charge,
}

/// How much is taken off or added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentAmount {
    /// An amount.
    Fixed(Money),
    /// A share: of quantity times price in a line, of the lines that are taxed like it in a document.
    Share(Percent),
}

impl Adjustment {
    /// So much taken off.
    pub fn allowance(amount: AdjustmentAmount, reason: impl Into<String>) -> Self {
        Self { kind: AdjustmentKind::Allowance, amount, reason: reason.into() }
    }

    /// So much added.
    pub fn charge(amount: AdjustmentAmount, reason: impl Into<String>) -> Self {
        Self { kind: AdjustmentKind::Charge, amount, reason: reason.into() }
    }
}

/// What is taken off or added for a whole document, with how it is taxed (BG-20, BG-21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentAdjustment {
    /// What is taken off or added.
    pub adjustment: Adjustment,
    /// How that is taxed (BT-95, BT-96, BT-102, BT-103).
    pub tax: TaxClass,
}

/// An account that money is to be sent to (BG-17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditTransfer {
    /// The number of the account (BT-84).
    pub account: String,
    /// Whose it is (BT-85).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The bank (BT-86).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bank: String,
    /// What the payer is to write (BT-83).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
}
