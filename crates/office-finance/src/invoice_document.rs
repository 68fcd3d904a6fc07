//! Invoices and credit notes as they are sent: numbered, dated, and never changed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{DocumentNumber, Money, MoneyError, Quantity, QuantityError, Ratio};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Adjustment, AdjustmentAmount, DocumentAdjustment, InvoiceDraft, InvoiceKind, InvoiceLine, InvoiceTotals,
    InvoiceTotalsError, PrecedingInvoice, TaxCategory,
};

/// An invoice or credit note as it is sent: what was drafted, with its number, its days and its figures.
///
/// It is made whole or not at all, and nothing of it can be changed: it names seller and buyer, says why no tax is
/// charged where that has to be said, and its figures are those of its draft.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Percent};
/// use office_finance::{
///     InvoiceDocument, InvoiceDocumentError, InvoiceDraft, InvoiceLine, InvoiceParty, TaxClass,
/// };
///
/// let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
/// let tax = TaxClass::standard(Percent::whole(19))?;
/// let line = InvoiceLine::new("Meeting room", "3 h".parse()?, "45 EUR / 1 h".parse()?, tax);
/// let draft = InvoiceDraft::new(Currency::EUR, party("Office am Fluss"), party("Museum am Ufer"), vec![line]);
/// let on = NaiveDate::from_ymd_opt(2026, 10, 8).ok_or("a day")?;
/// let due = NaiveDate::from_ymd_opt(2026, 10, 22).ok_or("a day")?;
///
/// let sent = InvoiceDocument::new("INV-2026-00017".parse()?, on, due, draft.clone())?;
/// assert_eq!(sent.totals().due.to_string(), "160.65 EUR");
///
/// // All of it taken back: the same figures, owed the other way round.
/// let back = InvoiceDocument::new("CN-2026-00001".parse()?, due, due, sent.credit())?;
/// assert_eq!(back.owed(), sent.owed().negated());
///
/// let early = InvoiceDocument::new("INV-2026-00018".parse()?, due, on, draft).unwrap_err();
/// assert_eq!(early.to_string(), "the document of 2026-10-22 is due on 2026-10-08: a day not before its own is wanted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DocumentFields", into = "DocumentFields")]
pub struct InvoiceDocument {
    number: DocumentNumber,
    on: NaiveDate,
    due: NaiveDate,
    draft: InvoiceDraft,
    // Invariant: those of the draft.
    totals: InvoiceTotals,
}

/// The stored form. The figures are stored beside what they are drawn from, so that others can read them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentFields {
    number: DocumentNumber,
    on: NaiveDate,
    due: NaiveDate,
    draft: InvoiceDraft,
    totals: InvoiceTotals,
}

impl InvoiceDocument {
    /// A document of this number, of the day `on`, to be paid by the day `due`.
    ///
    /// # Errors
    /// [`InvoiceDocumentError`], in the order of its variants.
    pub fn new(
        number: DocumentNumber,
        on: NaiveDate,
        due: NaiveDate,
        draft: InvoiceDraft,
    ) -> Result<Self, InvoiceDocumentError> {
        if due < on {
            return Err(InvoiceDocumentError::Due { on, due });
        }
        let totals = draft.check()?;
        Ok(Self { number, on, due, draft, totals })
    }

    /// Its number (BT-1).
    #[must_use]
    pub const fn number(&self) -> &DocumentNumber {
        &self.number
    }

    /// Its day (BT-2).
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// When it is to be paid (BT-9).
    #[must_use]
    pub const fn due(&self) -> NaiveDate {
        self.due
    }

    /// What it charges or takes back.
    #[must_use]
    pub const fn draft(&self) -> &InvoiceDraft {
        &self.draft
    }

    /// Its figures.
    #[must_use]
    pub const fn totals(&self) -> &InvoiceTotals {
        &self.totals
    }

    /// What the client owes by it: below zero for a credit note.
    #[must_use]
    pub fn owed(&self) -> Money {
        self.draft.kind.owed(self.totals.due)
    }

    /// The draft of a document that takes all of this one back: every figure is the same.
    ///
    /// Of a credit note, it is an invoice.
    #[must_use]
    pub fn credit(&self) -> InvoiceDraft {
        InvoiceDraft {
            kind: match self.draft.kind {
                InvoiceKind::Invoice => InvoiceKind::CreditNote,
                InvoiceKind::CreditNote => InvoiceKind::Invoice,
            },
            rounding: Some(self.totals.rounding),
            preceding: Some(PrecedingInvoice { number: self.number.clone(), on: self.on }),
            ..self.draft.clone()
        }
    }

    /// The draft of a document that takes back these quantities of lines, by their places from 0. Nothing of what was
    /// prepaid, or rounded for the sake of coins, is taken back with them.
    ///
    /// What was taken off or added in a line is taken back in proportion to the quantity, what was taken off or added
    /// for the document in proportion to the amounts of the lines; of amounts, each part is rounded by the policy.
    ///
    /// # Errors
    /// [`CreditError`], in the order of its variants.
    pub fn credit_of(&self, quantities: &BTreeMap<usize, Quantity>) -> Result<InvoiceDraft, CreditError> {
        let (mut lines, mut credited) = (Vec::new(), Vec::new());
        for (at, quantity) in quantities {
            let charged = self.draft.lines.get(*at).ok_or(CreditError::NoSuchLine { line: *at })?;
            let part = part_of(*at, *quantity, charged.quantity)?;
            lines.push(InvoiceLine {
                quantity: *quantity,
                adjustments: self.parts(part, &charged.adjustments)?,
                ..charged.clone()
            });
            let net = self.totals.lines.get(*at).copied().unwrap_or(Money::zero(self.draft.currency));
            credited.push(net.times_ratio(part, self.draft.policy.rounding)?);
        }
        let credited = Money::sum(credited, self.draft.currency)?;
        let part = Ratio::new(credited.minor(), self.totals.line_total.minor()).unwrap_or(Ratio::ZERO);
        let mut adjustments = Vec::new();
        for item in &self.draft.adjustments {
            let shared = self.parts(part, std::slice::from_ref(&item.adjustment))?;
            adjustments.extend(shared.into_iter().map(|adjustment| DocumentAdjustment { adjustment, tax: item.tax }));
        }
        let nothing = Money::zero(self.draft.currency);
        Ok(InvoiceDraft { lines, adjustments, prepaid: None, rounding: Some(nothing), ..self.credit() })
    }

    /// The part of adjustments that goes with a part of what they adjust; shares stay as they are.
    fn parts(&self, part: Ratio, adjustments: &[Adjustment]) -> Result<Vec<Adjustment>, MoneyError> {
        let parted = |adjustment: &Adjustment| {
            let amount = match adjustment.amount {
                AdjustmentAmount::Fixed(amount) => {
                    AdjustmentAmount::Fixed(amount.times_ratio(part.abs(), self.draft.policy.rounding)?)
                }
                share @ AdjustmentAmount::Share(_) => share,
            };
            Ok(Adjustment { amount, ..adjustment.clone() })
        };
        adjustments.iter().map(parted).collect()
    }
}

/// What part of a line's quantity is taken back.
fn part_of(line: usize, quantity: Quantity, charged: Quantity) -> Result<Ratio, CreditError> {
    let rest = charged.checked_sub(quantity)?;
    let turned = !rest.is_zero() && rest.is_negative() != charged.is_negative();
    if quantity.is_zero() || quantity.is_negative() != charged.is_negative() || turned {
        return Err(CreditError::Quantity { line, quantity, charged });
    }
    let part = Ratio::from_decimal(quantity.amount()).checked_div(Ratio::from_decimal(charged.amount()));
    part.map_err(|_| CreditError::Quantity { line, quantity, charged })
}

impl InvoiceDraft {
    /// Its figures, where a document can be made of it.
    ///
    /// # Errors
    /// [`InvoiceDocumentError`], in the order of its variants.
    pub fn check(&self) -> Result<InvoiceTotals, InvoiceDocumentError> {
        if self.seller.name.trim().is_empty() {
            return Err(InvoiceDocumentError::NoSeller);
        }
        if self.buyer.name.trim().is_empty() {
            return Err(InvoiceDocumentError::NoBuyer);
        }
        if let Some(line) = self.lines.iter().position(|line| line.name.trim().is_empty()) {
            return Err(InvoiceDocumentError::NoName { line });
        }
        let totals = InvoiceTotals::of(self)?;
        let categories = totals.taxes.iter().map(|tax| tax.class.category());
        for category in categories.filter(|category| category.wants_reason()) {
            if self.exemptions.get(&category).is_none_or(|reason| reason.trim().is_empty()) {
                return Err(InvoiceDocumentError::NoExemption { category });
            }
        }
        Ok(totals)
    }
}

impl TryFrom<DocumentFields> for InvoiceDocument {
    type Error = InvoiceDocumentError;

    fn try_from(fields: DocumentFields) -> Result<Self, Self::Error> {
        let document = Self::new(fields.number, fields.on, fields.due, fields.draft)?;
        if document.totals == fields.totals { Ok(document) } else { Err(InvoiceDocumentError::OtherTotals) }
    }
}

impl From<InvoiceDocument> for DocumentFields {
    fn from(document: InvoiceDocument) -> Self {
        let InvoiceDocument { number, on, due, draft, totals } = document;
        Self { number, on, due, draft, totals }
    }
}

/// No document can be made of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvoiceDocumentError {
    /// It is due before its own day.
    #[error("the document of {on} is due on {due}: a day not before its own is wanted")]
    Due {
        /// Its day.
        on: NaiveDate,
        /// When it is due.
        due: NaiveDate,
    },
    /// Nobody charges.
    #[error("the seller has no name: one is wanted")]
    NoSeller,
    /// Nobody is charged.
    #[error("the buyer has no name: one is wanted")]
    NoBuyer,
    /// A line does not say what is charged for.
    #[error("line {line} does not say what is charged for: a name is wanted")]
    NoName {
        /// Its place, from 0.
        line: usize,
    },
    /// It has no figures.
    #[error(transparent)]
    Totals(#[from] InvoiceTotalsError),
    /// It does not say why no tax is charged.
    #[error("it is not said why no tax of category {category} is charged: a reason is wanted")]
    NoExemption {
        /// The category.
        category: TaxCategory,
    },
    /// Its figures are not those of its lines.
    #[error("the figures are not those of the lines: the ones that its policy computes are wanted")]
    OtherTotals,
}

/// A part of a document cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CreditError {
    /// It has no such line.
    #[error("there is no line {line}: the place of a line, from 0, is wanted")]
    NoSuchLine {
        /// The place.
        line: usize,
    },
    /// The quantities are in different units, or too large.
    #[error("the quantities cannot be compared")]
    Units(#[from] QuantityError),
    /// It is more than was charged, or nothing.
    #[error("{quantity} of line {line} cannot be taken back: up to {charged} is wanted")]
    Quantity {
        /// Its place, from 0.
        line: usize,
        /// What was to be taken back.
        quantity: Quantity,
        /// What was charged.
        charged: Quantity,
    },
    /// A part of an amount cannot be held.
    #[error("the parts cannot be held")]
    Money(#[from] MoneyError),
}
