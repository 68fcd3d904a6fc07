//! E-invoices in UBL 2.1.

mod form;
mod party;
mod syntax;

use office_core::InputError;
use office_core::xml::Element;
use rust_decimal::Decimal;

use self::form::Form;
use self::party::{party, payee, representative};
pub use self::syntax::check_ubl;
use super::{
    EInvoice, EInvoiceLine, EInvoicePeriod, OBJECT_TYPE, PaymentMeans, StatedAdjustment, StatedTax, StatedTaxTotal,
    StatedTotals, SupportingDocument,
};
use crate::{Identifier, InvoiceAddress, InvoiceKind};

const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
const CREDIT_NOTE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";

type Done = Result<(), InputError>;

/// Reads an invoice or a credit note in UBL 2.1, as EN 16931 uses it.
///
/// What EN 16931 has no term for is passed over. A document that does not add up, or lacks something, is read all the
/// same: see [`EInvoice::gaps`].
///
/// # Errors
/// [`InputError`] names the line and the element: what is not UTF-8 or not well-formed, another document, a number, day
/// or flag that cannot be read. Files have 32 MiB, a million elements and 64 levels at most, and no document type, so
/// that nothing in them can grow.
///
/// # Example
/// ```
/// use office_finance::read_ubl;
///
/// let file = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
///   xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
///   xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
/// <cbc:ID>17</cbc:ID><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
/// <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">23.80</cbc:PayableAmount></cac:LegalMonetaryTotal>
/// </Invoice>"#;
/// let invoice = read_ubl("17.xml", file.as_bytes())?;
/// assert_eq!((invoice.number.as_str(), invoice.totals.due), ("17", Some("23.80".parse()?)));
///
/// let error = read_ubl("17.xml", file.replace("23.80", "23,80").as_bytes()).unwrap_err();
/// assert_eq!((error.line(), error.field(), error.value()), (5, "LegalMonetaryTotal/PayableAmount", "23,80"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_ubl(file: &str, bytes: &[u8]) -> Result<EInvoice, InputError> {
    let (kind, root) = root(file, bytes)?;
    let mut invoice = EInvoice { kind, ..EInvoice::default() };
    document(&mut invoice, &mut Form::read(file, &root))?;
    Ok(invoice)
}

fn root(file: &str, bytes: &[u8]) -> Result<(InvoiceKind, Element), InputError> {
    let root = Element::read(file, bytes)?;
    match (root.name(), root.namespace()) {
        ("Invoice", INVOICE) => Ok((InvoiceKind::Invoice, root)),
        ("CreditNote", CREDIT_NOTE) => Ok((InvoiceKind::CreditNote, root)),
        (name, namespace) => {
            let found = if namespace.is_empty() { name } else { namespace };
            Err(InputError::new(file, root.line(), name, found, "an `Invoice` or `CreditNote` of UBL 2"))
        }
    }
}

/// Writes an e-invoice in UBL 2.1; [`read_ubl`] reads the same again. Characters that XML cannot hold, and white space at
/// either end of a text, are left out.
///
/// # Example
/// ```
/// use office_finance::{EInvoice, read_ubl, write_ubl};
///
/// let invoice = EInvoice { number: "17 & 18".into(), ..EInvoice::default() };
/// let file = write_ubl(&invoice);
/// assert!(file.contains("<cbc:ID>17 &amp; 18</cbc:ID>"));
/// assert_eq!(read_ubl("17.xml", file.as_bytes())?, invoice);
/// # Ok::<(), office_core::InputError>(())
/// ```
#[must_use]
pub fn write_ubl(invoice: &EInvoice) -> String {
    let (name, namespace) = match invoice.kind {
        InvoiceKind::Invoice => ("Invoice", INVOICE),
        InvoiceKind::CreditNote => ("CreditNote", CREDIT_NOTE),
    };
    // Going through a document wants it to be changeable, as reading changes it; writing changes nothing.
    let mut invoice = invoice.clone();
    let currency = invoice.currency.clone();
    // Invariant: writing refuses nothing.
    Form::write(name, namespace, &currency, |form| document(&mut invoice, form)).unwrap_or_default()
}

/// Goes through a document in the order of its schema.
fn document(invoice: &mut EInvoice, form: &mut Form<'_>) -> Done {
    let credit = invoice.kind == InvoiceKind::CreditNote;
    form.text("CustomizationID", &mut invoice.specification)?;
    form.text("ProfileID", &mut invoice.process)?;
    form.text("ID", &mut invoice.number)?;
    form.date("IssueDate", &mut invoice.issued)?;
    if !credit {
        form.date("DueDate", &mut invoice.due)?;
    }
    form.text(if credit { "CreditNoteTypeCode" } else { "InvoiceTypeCode" }, &mut invoice.type_code)?;
    form.texts("Note", &mut invoice.notes)?;
    form.date("TaxPointDate", &mut invoice.tax_point)?;
    form.text("DocumentCurrencyCode", &mut invoice.currency)?;
    form.text("TaxCurrencyCode", &mut invoice.tax_currency)?;
    form.text("AccountingCost", &mut invoice.accounting_reference)?;
    form.text("BuyerReference", &mut invoice.buyer_reference)?;
    form.option("InvoicePeriod", &mut invoice.period, period)?;
    form.group("OrderReference", |form| {
        form.text("ID", &mut invoice.order)?;
        form.text("SalesOrderID", &mut invoice.sales_order)
    })?;
    form.several("BillingReference", &mut invoice.preceding, |reference, form| {
        form.group("InvoiceDocumentReference", |form| {
            form.text("ID", &mut reference.number)?;
            form.date("IssueDate", &mut reference.on)
        })
    })?;
    form.group("DespatchDocumentReference", |form| form.text("ID", &mut invoice.despatch))?;
    form.group("ReceiptDocumentReference", |form| form.text("ID", &mut invoice.receipt))?;
    form.group("OriginatorDocumentReference", |form| form.text("ID", &mut invoice.tender))?;
    form.group("ContractDocumentReference", |form| form.text("ID", &mut invoice.contract))?;
    form.several("AdditionalDocumentReference", &mut invoice.documents, supporting)?;
    form.group("ProjectReference", |form| form.text("ID", &mut invoice.project))?;
    form.group("AccountingSupplierParty", |form| form.group("Party", |form| party(&mut invoice.seller, form)))?;
    form.group("AccountingCustomerParty", |form| form.group("Party", |form| party(&mut invoice.buyer, form)))?;
    form.option("PayeeParty", &mut invoice.payee, payee)?;
    form.option("TaxRepresentativeParty", &mut invoice.representative, representative)?;
    form.option("Delivery", &mut invoice.delivery, |delivery, form| {
        form.date("ActualDeliveryDate", &mut delivery.on)?;
        form.group("DeliveryLocation", |form| {
            identifier("ID", &mut delivery.place, form)?;
            form.option("Address", &mut delivery.address, address)
        })?;
        form.group("DeliveryParty", |form| form.group("PartyName", |form| form.text("Name", &mut delivery.name)))
    })?;
    payments(invoice, credit, form)?;
    form.group("PaymentTerms", |form| form.text("Note", &mut invoice.terms))?;
    form.several("AllowanceCharge", &mut invoice.adjustments, |item, form| {
        adjustment(item, form)?;
        form.group("TaxCategory", |form| tax_class(&mut item.tax, form))
    })?;
    taxes(invoice, form)?;
    form.group("LegalMonetaryTotal", |form| totals(&mut invoice.totals, form))?;
    let lines = if credit { "CreditNoteLine" } else { "InvoiceLine" };
    form.several(lines, &mut invoice.lines, |item, form| line(item, credit, form))
}

fn period(period: &mut EInvoicePeriod, form: &mut Form<'_>) -> Done {
    form.date("StartDate", &mut period.start)?;
    form.date("EndDate", &mut period.end)?;
    form.text("DescriptionCode", &mut period.tax_point)
}

fn supporting(document: &mut SupportingDocument, form: &mut Form<'_>) -> Done {
    form.told("ID", Some("schemeID"), &mut document.id.value, &mut document.id.scheme)?;
    form.text("DocumentTypeCode", &mut document.type_code)?;
    form.text("DocumentDescription", &mut document.description)?;
    form.group("Attachment", |form| {
        form.binary("EmbeddedDocumentBinaryObject", &mut document.attachment)?;
        form.group("ExternalReference", |form| form.text("URI", &mut document.location))
    })
}

fn payments(invoice: &mut EInvoice, credit: bool, form: &mut Form<'_>) -> Done {
    let mut due = invoice.due;
    if credit && invoice.payments.is_empty() && due.is_some() && matches!(form, Form::Write(_)) {
        // A credit note has no other place for the day than with the means of payment.
        return form.group("PaymentMeans", |form| {
            form.fixed("PaymentMeansCode", "1")?;
            form.date("PaymentDueDate", &mut due)
        });
    }
    let days = std::cell::Cell::new(due);
    form.several("PaymentMeans", &mut invoice.payments, |means, form| {
        form.text("PaymentMeansCode", &mut means.code)?;
        if credit {
            let mut day = days.get();
            form.date("PaymentDueDate", &mut day)?;
            days.set(day);
        }
        payment(means, form)
    })?;
    invoice.due = days.get();
    Ok(())
}

fn payment(means: &mut PaymentMeans, form: &mut Form<'_>) -> Done {
    form.text("PaymentID", &mut means.reference)?;
    form.option("CardAccount", &mut means.card, |card, form| {
        form.text("PrimaryAccountNumberID", &mut card.number)?;
        form.text("NetworkID", &mut card.network)?;
        form.text("HolderName", &mut card.holder)
    })?;
    form.option("PayeeFinancialAccount", &mut means.account, |account, form| {
        form.text("ID", &mut account.number)?;
        form.text("Name", &mut account.name)?;
        form.group("FinancialInstitutionBranch", |form| form.text("ID", &mut account.bank))
    })?;
    form.option("PaymentMandate", &mut means.mandate, |mandate, form| {
        form.text("ID", &mut mandate.id)?;
        form.group("PayerFinancialAccount", |form| form.text("ID", &mut mandate.account))
    })
}

fn adjustment(item: &mut StatedAdjustment, form: &mut Form<'_>) -> Done {
    form.flag("ChargeIndicator", &mut item.is_charge)?;
    form.text("AllowanceChargeReasonCode", &mut item.reason_code)?;
    form.text("AllowanceChargeReason", &mut item.reason)?;
    form.number("MultiplierFactorNumeric", &mut item.percent)?;
    form.amount("Amount", &mut item.amount)?;
    form.amount("BaseAmount", &mut item.base)
}

/// A category of value added tax; one of another tax says nothing.
fn tax_class(class: &mut StatedTax, form: &mut Form<'_>) -> Done {
    let mut scheme = "VAT".to_owned();
    let mut read = class.clone();
    if read == StatedTax::default() && matches!(form, Form::Write(_)) {
        return Ok(());
    }
    form.text("ID", &mut read.category)?;
    form.number("Percent", &mut read.rate)?;
    form.text("TaxExemptionReasonCode", &mut read.reason_code)?;
    form.text("TaxExemptionReason", &mut read.reason)?;
    form.group("TaxScheme", |form| form.text("ID", &mut scheme))?;
    if scheme == "VAT" {
        *class = read;
    }
    Ok(())
}

/// A sum of taxes in a currency.
#[derive(Default)]
struct TaxSum {
    amount: Option<Decimal>,
    currency: String,
    rows: Vec<StatedTaxTotal>,
}

/// The sum of taxes, and that in the currency of accounts, which is told apart by its currency.
fn taxes(invoice: &mut EInvoice, form: &mut Form<'_>) -> Done {
    let mut sums = Vec::new();
    if invoice.tax.is_some() || !invoice.taxes.is_empty() {
        let (currency, rows) = (invoice.currency.clone(), std::mem::take(&mut invoice.taxes));
        sums.push(TaxSum { amount: invoice.tax, currency, rows });
    }
    if invoice.accounting_tax.is_some() {
        let currency = invoice.tax_currency.clone();
        sums.push(TaxSum { amount: invoice.accounting_tax, currency, rows: Vec::new() });
    }
    form.several("TaxTotal", &mut sums, |sum, form| {
        if sum.amount.is_some() || matches!(form, Form::Read(_)) {
            form.measured("TaxAmount", Some("currencyID"), &mut sum.amount, &mut sum.currency)?;
        }
        form.several("TaxSubtotal", &mut sum.rows, |row, form| {
            form.amount("TaxableAmount", &mut row.base)?;
            form.amount("TaxAmount", &mut row.tax)?;
            form.group("TaxCategory", |form| tax_class(&mut row.class, form))
        })
    })?;
    for sum in sums {
        let accounting = !sum.currency.is_empty()
            && sum.currency == invoice.tax_currency
            && invoice.tax_currency != invoice.currency;
        if accounting {
            invoice.accounting_tax = sum.amount;
        } else {
            invoice.tax = invoice.tax.or(sum.amount);
        }
        invoice.taxes.extend(sum.rows);
    }
    Ok(())
}

fn totals(totals: &mut StatedTotals, form: &mut Form<'_>) -> Done {
    form.amount("LineExtensionAmount", &mut totals.lines)?;
    form.amount("TaxExclusiveAmount", &mut totals.net)?;
    form.amount("TaxInclusiveAmount", &mut totals.gross)?;
    form.amount("AllowanceTotalAmount", &mut totals.allowances)?;
    form.amount("ChargeTotalAmount", &mut totals.charges)?;
    form.amount("PrepaidAmount", &mut totals.prepaid)?;
    form.amount("PayableRoundingAmount", &mut totals.rounding)?;
    form.amount("PayableAmount", &mut totals.due)
}

fn line(line: &mut EInvoiceLine, credit: bool, form: &mut Form<'_>) -> Done {
    form.text("ID", &mut line.id)?;
    form.text("Note", &mut line.note)?;
    let quantity = if credit { "CreditedQuantity" } else { "InvoicedQuantity" };
    form.measured(quantity, Some("unitCode"), &mut line.quantity, &mut line.unit)?;
    form.amount("LineExtensionAmount", &mut line.net)?;
    form.text("AccountingCost", &mut line.accounting_reference)?;
    form.option("InvoicePeriod", &mut line.period, period)?;
    form.group("OrderLineReference", |form| form.text("LineID", &mut line.order_line))?;
    form.group("DocumentReference", |form| {
        let mut type_code = if line.object.is_some() { OBJECT_TYPE.to_owned() } else { String::new() };
        identifier("ID", &mut line.object, form)?;
        form.text("DocumentTypeCode", &mut type_code)?;
        // What is referred to as anything else is no term of the standard.
        line.object = line.object.take().filter(|_| type_code == OBJECT_TYPE);
        Ok(())
    })?;
    form.several("AllowanceCharge", &mut line.adjustments, adjustment)?;
    form.group("Item", |form| {
        form.text("Description", &mut line.description)?;
        form.text("Name", &mut line.name)?;
        form.group("BuyersItemIdentification", |form| form.text("ID", &mut line.buyer_item))?;
        form.group("SellersItemIdentification", |form| form.text("ID", &mut line.seller_item))?;
        form.group("StandardItemIdentification", |form| identifier("ID", &mut line.standard_item, form))?;
        form.group("OriginCountry", |form| form.text("IdentificationCode", &mut line.origin))?;
        form.several("CommodityClassification", &mut line.classifications, |code, form| {
            form.told("ItemClassificationCode", Some("listID"), &mut code.value, &mut code.scheme)
        })?;
        form.group("ClassifiedTaxCategory", |form| tax_class(&mut line.tax, form))?;
        form.several("AdditionalItemProperty", &mut line.properties, |(name, value), form| {
            form.text("Name", name)?;
            form.text("Value", value)
        })
    })?;
    form.group("Price", |form| {
        let price = &mut line.price;
        form.amount("PriceAmount", &mut price.net)?;
        form.measured("BaseQuantity", Some("unitCode"), &mut price.base_quantity, &mut price.base_unit)?;
        if price.discount.is_none() && price.gross.is_none() && matches!(form, Form::Write(_)) {
            return Ok(());
        }
        form.group("AllowanceCharge", |form| {
            form.fixed("ChargeIndicator", "false")?;
            form.amount("Amount", &mut price.discount)?;
            form.amount("BaseAmount", &mut price.gross)
        })
    })
}

/// A number or name with its scheme.
fn identifier(name: &str, value: &mut Option<Identifier>, form: &mut Form<'_>) -> Done {
    let mut found = value.clone().unwrap_or_default();
    form.told(name, Some("schemeID"), &mut found.value, &mut found.scheme)?;
    *value = Some(found).filter(|found| *found != Identifier::default());
    Ok(())
}

fn address(address: &mut InvoiceAddress, form: &mut Form<'_>) -> Done {
    form.text("StreetName", &mut address.street)?;
    form.text("AdditionalStreetName", &mut address.street_more)?;
    form.text("CityName", &mut address.city)?;
    form.text("PostalZone", &mut address.post_code)?;
    form.text("CountrySubentity", &mut address.subdivision)?;
    form.group("AddressLine", |form| form.text("Line", &mut address.line))?;
    form.group("Country", |form| form.text("IdentificationCode", &mut address.country))
}
