//! What a vendor's e-invoice says as a bill: every figure of it, or a refusal.

use std::collections::BTreeMap;
use std::fmt;

use office_core::subject::OrderId;
use office_core::{Currency, Money, Percent, Quantity, UnitCode, UnitPrice};
use rust_decimal::Decimal;
use thiserror::Error;

use super::vendor::{FindVendorError, VendorDirectory, VendorKey};
use super::{EInvoice, EInvoiceLine, StatedAdjustment, StatedTax};
use crate::{Bill, BillError, BillLine, BillTax, BilledLine, InvoiceKind, OrderLineRef, TaxCategory};

/// The bill that an e-invoice is, and what else it says that somebody should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EInvoiceBill {
    /// The bill.
    pub bill: Bill,
    /// What to look at.
    pub notes: Vec<EInvoiceNote>,
}

/// Something in an e-invoice that a bill does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EInvoiceNote {
    /// It asks to be paid to an account that the vendor is not known to have (BT-84).
    OtherAccount(VendorKey),
    /// It names an order that is not known (BT-13).
    UnknownOrder(String),
    /// A line names no line of the order, or none by its number (BT-132).
    UnknownOrderLine {
        /// The place of the line, from 0.
        line: usize,
        /// What it names; nothing, or no number.
        named: String,
    },
    /// The buyer owes the tax on something, in place of the vendor (category `AE` or `K`).
    BuyerOwesTax {
        /// The category.
        category: String,
    },
    /// All tax in the currency it is accounted in (BT-111).
    AccountingTax {
        /// The amount.
        tax: Decimal,
        /// The currency (BT-6).
        currency: String,
    },
}

impl fmt::Display for EInvoiceNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherAccount(account) => write!(f, "the vendor is not known to have the {account}"),
            Self::UnknownOrder(order) => write!(f, "the order {order} (BT-13) is not known"),
            Self::UnknownOrderLine { line, named } => {
                write!(f, "line {}: `{named}` (BT-132) is not the number of a line", line.saturating_add(1))
            }
            Self::BuyerOwesTax { category } => write!(f, "the buyer owes the tax of category {category}"),
            Self::AccountingTax { tax, currency } => write!(f, "all tax is {tax} {currency} (BT-111)"),
        }
    }
}

impl EInvoice {
    /// The bill that it is, of one of these vendors, on these orders by number (BT-13).
    ///
    /// Every figure is in it. A line is a line; its allowances and charges, and those of the document, are lines of their
    /// own, but for a line on a known order, whose price has them in it. What was paid before (BT-113) and what is added
    /// for coins (BT-114) are lines without tax. So lines and taxes come to what is asked for (BT-115), as far as the
    /// document adds up, and what it does not is told by [`Bill::check`]. A credit note is a bill of quantities below
    /// zero. One that does not say when it is due is due on its day.
    ///
    /// # Errors
    /// [`EInvoiceBillError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use office_core::{Id, Rounding};
    /// use office_finance::{EInvoiceBillError, VendorDirectory, VendorIdentity, read_ubl};
    ///
    /// let file = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    ///   xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    ///   xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
    /// <cbc:ID>17</cbc:ID><cbc:IssueDate>2026-10-08</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
    /// <cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>DE123456789</cbc:CompanyID>
    ///   <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>
    /// <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">3.80</cbc:TaxAmount><cac:TaxSubtotal>
    ///   <cbc:TaxAmount currencyID="EUR">3.80</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent>
    ///   <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
    /// <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">23.80</cbc:PayableAmount></cac:LegalMonetaryTotal>
    /// <cac:InvoiceLine><cbc:InvoicedQuantity unitCode="HUR">2</cbc:InvoicedQuantity>
    ///   <cbc:LineExtensionAmount currencyID="EUR">20.00</cbc:LineExtensionAmount>
    ///   <cac:Item><cbc:Name>Cleaning</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent>
    ///   <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
    ///   <cac:Price><cbc:PriceAmount currencyID="EUR">10</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
    /// </Invoice>"#;
    /// let vendors = VendorDirectory::new([VendorIdentity {
    ///     vendor: Id::natural("party", "V-31"), tax_ids: vec!["DE123456789".into()], electronic_addresses: vec![], accounts: vec![],
    /// }]);
    /// let mut invoice = read_ubl("17.xml", file.as_bytes())?;
    /// let told = invoice.to_bill(&vendors, &BTreeMap::new())?;
    /// assert_eq!((told.bill.number.as_str(), told.bill.gross), ("17", "23.80 EUR".parse()?));
    /// assert_eq!(told.bill.check(Rounding::HalfUp)?, []);
    ///
    /// invoice.issued = None;
    /// let refused = invoice.to_bill(&vendors, &BTreeMap::new());
    /// assert!(matches!(refused, Err(EInvoiceBillError::Field { term: "BT-2", line: None, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_bill(
        &self,
        vendors: &VendorDirectory,
        orders: &BTreeMap<String, OrderId>,
    ) -> Result<EInvoiceBill, EInvoiceBillError> {
        let vendor = vendors.vendor_of(self)?;
        if let Some(payee) = &self.payee {
            return Err(field("BG-10", None, &payee.name, "a bill is paid to its vendor: no other payee"));
        }
        let currency = Currency::from_code(&self.currency);
        let currency = currency.map_err(|_| field("BT-5", None, &self.currency, "the code of a currency"))?;
        let on = self.issued.ok_or_else(|| field("BT-2", None, "nothing", "the day of the invoice"))?;
        let writer = Writer { currency, credit: self.kind == InvoiceKind::CreditNote };
        let mut notes: Vec<EInvoiceNote> =
            vendors.other_accounts(vendor, self).into_iter().map(EInvoiceNote::OtherAccount).collect();
        let order = orders.get(self.order.trim()).copied();
        if order.is_none() && !self.order.trim().is_empty() {
            notes.push(EInvoiceNote::UnknownOrder(self.order.clone()));
        }
        let mut lines = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let of = order.and_then(|order| order_line(order, at, line, &mut notes));
            writer.line(&mut lines, at, line, of)?;
        }
        for item in &self.adjustments {
            let (amount, rate) = (writer.required("BT-92, BT-99", None, item.amount)?, rate(None, &item.tax)?);
            let amount = if item.is_charge { amount } else { amount.negated() };
            writer.single(&mut lines, reason(item), amount, rate)?;
        }
        let prepaid = writer.amount("BT-113", None, self.totals.prepaid)?.negated();
        writer.single(&mut lines, "paid before (BT-113)", prepaid, Percent::ZERO)?;
        let rounding = writer.amount("BT-114", None, self.totals.rounding)?;
        writer.single(&mut lines, "rounding (BT-114)", rounding, Percent::ZERO)?;
        let gross = writer.sign(writer.required("BT-115", None, self.totals.due)?);
        let taxes = self.bill_taxes(&writer, &mut notes)?;
        let due = self.due.unwrap_or(on);
        let bill = Bill { vendor, number: self.number.trim().to_owned(), on, due, lines, taxes, gross };
        bill.validate()?;
        Ok(EInvoiceBill { bill, notes })
    }

    fn bill_taxes(&self, writer: &Writer, notes: &mut Vec<EInvoiceNote>) -> Result<Vec<BillTax>, EInvoiceBillError> {
        let mut taxes = Vec::new();
        for row in &self.taxes {
            let tax = writer.required("BT-117", None, row.tax)?;
            taxes.push(BillTax { rate: rate(None, &row.class)?, tax: writer.sign(tax) });
            let category = row.class.category.trim();
            if [TaxCategory::ReverseCharge, TaxCategory::IntraCommunity].iter().any(|of| of.code() == category) {
                notes.push(EInvoiceNote::BuyerOwesTax { category: category.to_owned() });
            }
        }
        if taxes.is_empty() && self.tax.is_some_and(|tax| !tax.is_zero()) {
            return Err(field("BG-23", None, "nothing", "the tax by category and rate, as there is tax (BT-110)"));
        }
        if let Some(tax) = self.accounting_tax {
            notes.push(EInvoiceNote::AccountingTax { tax, currency: self.tax_currency.clone() });
        }
        Ok(taxes)
    }
}

/// The line of a known order that a line is of, where it names one.
fn order_line(order: OrderId, at: usize, line: &EInvoiceLine, notes: &mut Vec<EInvoiceNote>) -> Option<OrderLineRef> {
    let named = line.order_line.trim();
    let number = named.parse().ok();
    if number.is_none() {
        notes.push(EInvoiceNote::UnknownOrderLine { line: at, named: named.to_owned() });
    }
    number.map(|line| OrderLineRef { order, line })
}

/// Writes figures into a bill: in its currency, and the other way round for a credit note.
struct Writer {
    currency: Currency,
    credit: bool,
}

impl Writer {
    fn sign(&self, amount: Money) -> Money {
        if self.credit { amount.negated() } else { amount }
    }

    /// An amount; nothing said is zero.
    fn amount(
        &self,
        term: &'static str,
        line: Option<usize>,
        said: Option<Decimal>,
    ) -> Result<Money, EInvoiceBillError> {
        let said = said.unwrap_or_default();
        let wanted = "an amount with the digits of the currency";
        Money::new(said, self.currency).map_err(|_| field(term, line, said, wanted))
    }

    fn required(
        &self,
        term: &'static str,
        line: Option<usize>,
        said: Option<Decimal>,
    ) -> Result<Money, EInvoiceBillError> {
        if said.is_none() {
            return Err(field(term, line, "nothing", "an amount"));
        }
        self.amount(term, line, said)
    }

    /// A line, with what is taken off it or added.
    fn line(
        &self,
        lines: &mut Vec<BillLine>,
        at: usize,
        line: &EInvoiceLine,
        order: Option<OrderLineRef>,
    ) -> Result<(), EInvoiceBillError> {
        let place = Some(at);
        let net = self.required("BT-131", place, line.net)?;
        let rate = rate(place, &line.tax)?;
        let said = line.quantity.ok_or_else(|| field("BT-129", place, "nothing", "a quantity"))?;
        let unit: UnitCode = line.unit.trim().parse().map_err(|_| field("BT-130", place, &line.unit, "a unit"))?;
        let quantity = Quantity::new(said, unit);
        let quantity = quantity.map_err(|_| field("BT-129", place, said, "a quantity of up to so many digits"))?;
        let mut adjusted = Vec::new();
        let mut before = net;
        for item in &line.adjustments {
            let amount = self.required("BT-136, BT-141", place, item.amount)?;
            let amount = if item.is_charge { amount } else { amount.negated() };
            before = before.checked_sub(amount).map_err(BillError::from)?;
            adjusted.push((reason(item), amount));
        }
        let folded = order.is_some() && !adjusted.is_empty() && !quantity.is_zero();
        let (net, price) = if folded {
            let amount = if quantity.is_negative() { net.negated() } else { net };
            (net, self.price(place, amount.amount(), quantity.abs())?)
        } else {
            (before, self.stated_price(place, line, unit)?)
        };
        let quantity = if self.credit { quantity.negated() } else { quantity };
        // What is neither an amount nor a quantity charges nothing.
        if !(quantity.is_zero() && net.is_zero()) {
            let name = [&line.name, &line.description].into_iter().find(|text| !text.trim().is_empty());
            let billed = BilledLine { quantity, price, net: self.sign(net) };
            let description = name.cloned().unwrap_or_default();
            lines.push(BillLine { description, item: None, order, billed, tax_rate: rate });
        }
        for (why, amount) in adjusted.into_iter().filter(|_| !folded) {
            self.single(lines, &format!("{}: {why}", line.name), amount, rate)?;
        }
        Ok(())
    }

    fn stated_price(
        &self,
        line: Option<usize>,
        of: &EInvoiceLine,
        unit: UnitCode,
    ) -> Result<UnitPrice, EInvoiceBillError> {
        let net = of.price.net.ok_or_else(|| field("BT-146", line, "nothing", "a price"))?;
        let base = of.price.base_quantity.unwrap_or(Decimal::ONE);
        let named = of.price.base_unit.trim();
        if !named.is_empty() && named != unit.as_str() {
            return Err(field("BT-150", line, named, "the unit of the quantity (BT-130)"));
        }
        let base = Quantity::new(base, unit).map_err(|_| field("BT-149", line, base, "a quantity above zero"))?;
        self.price(line, net, base)
    }

    fn price(&self, line: Option<usize>, amount: Decimal, per: Quantity) -> Result<UnitPrice, EInvoiceBillError> {
        let wanted = "a price of up to so many digits, for a quantity above zero (BT-149)";
        UnitPrice::new(amount, self.currency, per).map_err(|_| field("BT-146", line, amount, wanted))
    }

    /// A line of its own for an amount, unless it is nothing.
    fn single(
        &self,
        lines: &mut Vec<BillLine>,
        description: &str,
        amount: Money,
        tax_rate: Percent,
    ) -> Result<(), EInvoiceBillError> {
        let net = self.sign(amount);
        if net.is_zero() {
            return Ok(());
        }
        let one = Quantity::whole(1, UnitCode::EACH);
        let quantity = if net.is_negative() { one.negated() } else { one };
        let price = self.price(None, net.abs().amount(), one)?;
        let billed = BilledLine { quantity, price, net };
        lines.push(BillLine { description: description.to_owned(), item: None, order: None, billed, tax_rate });
        Ok(())
    }
}

fn reason(item: &StatedAdjustment) -> &str {
    match (item.reason.trim(), item.is_charge) {
        ("", true) => "charge",
        ("", false) => "allowance",
        (reason, _) => reason,
    }
}

/// The rate of a tax; what says none is not taxed.
fn rate(line: Option<usize>, tax: &StatedTax) -> Result<Percent, EInvoiceBillError> {
    let said = tax.rate.unwrap_or_default();
    let term = if line.is_some() { "BT-152" } else { "BT-96, BT-103, BT-119" };
    let rate = Percent::new(said).ok().filter(|rate| !rate.is_negative());
    rate.ok_or_else(|| field(term, line, said, "a rate in the hundred, of zero or more"))
}

fn field(term: &'static str, line: Option<usize>, found: impl fmt::Display, wanted: &'static str) -> EInvoiceBillError {
    EInvoiceBillError::Field { term, line, found: found.to_string().chars().take(80).collect(), wanted }
}

/// An e-invoice cannot be made a bill.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EInvoiceBillError {
    /// It cannot be told whose it is.
    #[error(transparent)]
    Vendor(#[from] FindVendorError),
    /// It says something that a bill does not, or does not say what one does.
    #[error("{}{term} says `{found}`: {wanted} is wanted", place(.line.as_ref()))]
    Field {
        /// The business term or group.
        term: &'static str,
        /// The place of the line, from 0.
        line: Option<usize>,
        /// What it says, shortened.
        found: String,
        /// What a bill needs there.
        wanted: &'static str,
    },
    /// What it says is no bill.
    #[error(transparent)]
    Bill(#[from] BillError),
}

fn place(line: Option<&usize>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}
