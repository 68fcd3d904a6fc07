//! What an office's own invoice says as an e-invoice.

use office_core::{Money, UnitCode};
use rust_decimal::Decimal;

use super::{
    EInvoice, EInvoiceLine, EInvoicePrice, EInvoiceReference, PaymentAccount, PaymentMeans, StatedAdjustment,
    StatedTax, StatedTaxTotal, StatedTotals,
};
use crate::{
    Adjustment, AdjustmentAmount, AdjustmentKind, CreditTransfer, InvoiceDocument, InvoiceDraft, InvoiceLine,
    InvoicePrices, InvoiceTotals, RoundedAt, TaxCategory, TaxClass,
};

/// What EN 16931 is told by.
const SPECIFICATION: &str = "urn:cen.eu:en16931:2017";
/// Credit transfer, in UNCL 4461.
const CREDIT_TRANSFER: &str = "30";

/// Units of the office in UN/ECE Recommendation 20.
const UNITS: [(&str, &str); 14] = [
    ("each", "C62"),
    ("h", "HUR"),
    ("min", "MIN"),
    ("day", "DAY"),
    ("month", "MON"),
    ("kg", "KGM"),
    ("g", "GRM"),
    ("m", "MTR"),
    ("km", "KMT"),
    ("m²", "MTK"),
    ("l", "LTR"),
    ("dozen", "DZN"),
    ("pair", "PR"),
    ("set", "SET"),
];

impl EInvoice {
    /// What a document says as an e-invoice that follows EN 16931.
    ///
    /// Units are told by their codes in UN/ECE Recommendation 20, where the office uses one that has one; others as
    /// they are. EN 16931 knows prices without tax alone, and amounts that are rounded in each line: where a document
    /// has tax in its prices, or is rounded as a whole, the price of a line is stated as its amount for all of its
    /// quantity, without allowances and charges.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Percent};
    /// use office_finance::{EInvoice, InvoiceDocument, InvoiceDraft, InvoiceLine, InvoiceParty, TaxClass};
    ///
    /// let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
    /// let tax = TaxClass::standard(Percent::whole(19))?;
    /// let line = InvoiceLine::new("Meeting room", "3 h".parse()?, "45 EUR / 1 h".parse()?, tax);
    /// let draft = InvoiceDraft::new(Currency::EUR, party("Office am Fluss"), party("Museum am Ufer"), vec![line]);
    /// let on = NaiveDate::from_ymd_opt(2026, 10, 8).ok_or("a day")?;
    /// // What cannot be made a document is none as an e-invoice either.
    /// assert!(InvoiceDocument::new("17".parse()?, on, on.pred_opt().ok_or("a day")?, draft.clone()).is_err());
    ///
    /// let told = EInvoice::of(&InvoiceDocument::new("17".parse()?, on, on, draft)?);
    /// assert_eq!((told.lines[0].unit.as_str(), told.totals.due), ("HUR", Some("160.65".parse()?)));
    /// assert_eq!(told.gaps(), []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(document: &InvoiceDocument) -> Self {
        let (draft, totals) = (document.draft(), document.totals());
        let preceding = draft.preceding.iter();
        let lines = draft.lines.iter().zip(&totals.lines).enumerate();
        Self {
            kind: draft.kind,
            specification: SPECIFICATION.to_owned(),
            number: document.number().to_string(),
            issued: Some(document.on()),
            due: Some(document.due()),
            type_code: draft.kind.code().to_owned(),
            notes: Some(draft.note.clone()).filter(|note| !note.is_empty()).into_iter().collect(),
            currency: draft.currency.code().to_owned(),
            buyer_reference: draft.buyer_reference.clone(),
            order: draft.order.clone(),
            preceding: preceding
                .map(|earlier| EInvoiceReference { number: earlier.number.to_string(), on: Some(earlier.on) })
                .collect(),
            seller: draft.seller.clone(),
            buyer: draft.buyer.clone(),
            payments: draft.payment.iter().map(payment).collect(),
            terms: draft.terms.clone(),
            adjustments: adjustments(draft, totals),
            taxes: taxes(draft, totals),
            tax: Some(totals.tax.amount()),
            totals: sums(draft, totals),
            lines: lines.map(|(at, (item, net))| line(at, item, net.amount(), draft)).collect(),
            ..Self::default()
        }
    }
}

fn payment(transfer: &CreditTransfer) -> PaymentMeans {
    let CreditTransfer { account, name, bank, reference } = transfer.clone();
    PaymentMeans {
        code: CREDIT_TRANSFER.to_owned(),
        reference,
        account: Some(PaymentAccount { number: account, name, bank }),
        ..PaymentMeans::default()
    }
}

fn adjustments(draft: &InvoiceDraft, totals: &InvoiceTotals) -> Vec<StatedAdjustment> {
    let items = draft.adjustments.iter().zip(&totals.adjustments);
    let told = items.map(|(item, amount)| StatedAdjustment {
        tax: stated(item.tax, None),
        ..adjusted(&item.adjustment, Some(amount.amount()))
    });
    told.collect()
}

fn taxes(draft: &InvoiceDraft, totals: &InvoiceTotals) -> Vec<StatedTaxTotal> {
    let told = totals.taxes.iter().map(|tax| StatedTaxTotal {
        base: Some(tax.base.amount()),
        tax: Some(tax.tax.amount()),
        class: stated(tax.class, draft.exemptions.get(&tax.class.category())),
    });
    told.collect()
}

fn sums(draft: &InvoiceDraft, totals: &InvoiceTotals) -> StatedTotals {
    let of_kind = |kind| draft.adjustments.iter().any(|item| item.adjustment.kind == kind);
    StatedTotals {
        lines: Some(totals.line_total.amount()),
        net: Some(totals.net.amount()),
        gross: Some(totals.gross.amount()),
        allowances: Some(totals.allowances.amount()).filter(|_| of_kind(AdjustmentKind::Allowance)),
        charges: Some(totals.charges.amount()).filter(|_| of_kind(AdjustmentKind::Charge)),
        prepaid: draft.prepaid.map(Money::amount),
        rounding: Some(totals.rounding.amount()).filter(|rounding| !rounding.is_zero()),
        due: Some(totals.due.amount()),
    }
}

fn line(at: usize, line: &InvoiceLine, net: Decimal, draft: &InvoiceDraft) -> EInvoiceLine {
    let policy = draft.policy;
    let plain = policy.prices == InvoicePrices::WithoutTax && policy.at != RoundedAt::Document;
    let quantity = line.quantity.amount();
    let unit = unit(line.quantity.unit());
    // A price is for so many above zero.
    let (price, per) = match plain {
        true => (line.price.amount(), line.price.per().amount()),
        false if quantity.is_sign_negative() => (Decimal::ZERO.checked_sub(net).unwrap_or(net), quantity.abs()),
        false => (net, quantity),
    };
    let extended = line.price.extend(&line.quantity, policy.rounding).ok();
    let parts = line.adjustments.iter().filter(|_| plain).map(|item| match item.amount {
        AdjustmentAmount::Fixed(amount) => adjusted(item, Some(amount.amount())),
        AdjustmentAmount::Share(share) => {
            let amount = extended.and_then(|base| base.share(share, policy.rounding).ok());
            StatedAdjustment { base: extended.map(Money::amount), ..adjusted(item, amount.map(Money::amount)) }
        }
    });
    EInvoiceLine {
        id: at.saturating_add(1).to_string(),
        quantity: Some(quantity),
        net: Some(net),
        adjustments: parts.collect(),
        description: line.description.clone(),
        name: line.name.clone(),
        tax: stated(line.tax, None),
        price: EInvoicePrice {
            net: Some(price),
            base_quantity: Some(per).filter(|per| !per.is_zero()),
            base_unit: unit.clone(),
            ..EInvoicePrice::default()
        },
        unit,
        ..EInvoiceLine::default()
    }
}

fn adjusted(item: &Adjustment, amount: Option<Decimal>) -> StatedAdjustment {
    StatedAdjustment {
        is_charge: item.kind == AdjustmentKind::Charge,
        reason: item.reason.clone(),
        percent: match item.amount {
            AdjustmentAmount::Fixed(_) => None,
            AdjustmentAmount::Share(share) => Some(share.value()),
        },
        amount,
        ..StatedAdjustment::default()
    }
}

fn stated(class: TaxClass, reason: Option<&String>) -> StatedTax {
    StatedTax {
        category: class.category().code().to_owned(),
        // What is no matter of the tax has no rate (BR-O-05).
        rate: Some(class.rate().value()).filter(|_| class.category() != TaxCategory::OutOfScope),
        reason: reason.cloned().unwrap_or_default(),
        ..StatedTax::default()
    }
}

fn unit(code: UnitCode) -> String {
    let known = UNITS.into_iter().find(|(known, _)| *known == code.as_str());
    known.map_or(code.as_str(), |(_, told)| told).to_owned()
}
