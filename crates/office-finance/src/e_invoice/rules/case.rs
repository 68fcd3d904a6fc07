//! What rules are asked of: facts drawn from an e-invoice.

use std::collections::BTreeMap;

use office_core::rules::{Facts, Kind, Schema, SchemaError, Value};
use office_core::{Currency, Decimal};

use super::super::{EInvoice, EInvoiceLine, StatedAdjustment, StatedTax};
use super::{Strictness, code, inputs};
use crate::{InvoiceKind, InvoiceParty, TaxCategory};

/// Something that a rule is asked of, with what is known of it.
pub(crate) struct Case {
    /// What it is: `line`.
    pub(super) of: &'static str,
    /// Where it is: `line 3`.
    pub(super) place: String,
    pub(super) facts: Facts,
}

/// The kinds of facts that there are.
const TEXT: Kind = Kind::Text;
const YES: Kind = Kind::Boolean;
const NUMBER: Kind = Kind::Number;
const DAY: Kind = Kind::Date;

type Names = [(&'static str, Kind)];

#[rustfmt::skip]
const DOCUMENT: &Names = &[
    ("specification", TEXT), ("number", TEXT), ("issued", DAY), ("type", TEXT), ("credit", YES), ("currency", TEXT),
    ("tax_currency", TEXT), ("seller_name", TEXT), ("seller_address", YES), ("seller_country", TEXT),
    ("seller_known", YES), ("seller_endpoint", TEXT), ("seller_endpoint_scheme", TEXT), ("buyer_name", TEXT),
    ("buyer_address", YES), ("buyer_country", TEXT), ("buyer_endpoint", TEXT), ("buyer_endpoint_scheme", TEXT),
    ("payee", YES), ("payee_name", TEXT), ("representative", YES), ("representative_name", TEXT),
    ("representative_address", YES), ("representative_country", TEXT), ("representative_tax", YES),
    ("tax_prefixes", YES), ("lines", NUMBER), ("taxes", NUMBER), ("line_sum", NUMBER), ("allowance_sum", NUMBER),
    ("charge_sum", NUMBER), ("tax_sum", NUMBER), ("has_allowances", YES), ("has_charges", YES),
    ("line_total", NUMBER), ("allowances", NUMBER), ("charges", NUMBER), ("net", NUMBER), ("tax", NUMBER),
    ("gross", NUMBER), ("prepaid", NUMBER), ("rounding", NUMBER), ("due", NUMBER), ("accounting_tax", NUMBER),
    ("due_date", DAY), ("terms", TEXT), ("period", YES), ("start", DAY), ("end", DAY), ("tax_point", DAY),
    ("tax_point_code", TEXT), ("delivery_address", YES), ("delivery_country", TEXT),
];
#[rustfmt::skip]
const CATEGORY: &Names = &[
    ("code", TEXT), ("used", YES), ("in_lines", YES), ("in_allowances", YES), ("in_charges", YES), ("rows", NUMBER),
    ("other_rows", NUMBER), ("other_lines", YES), ("other_allowances", YES), ("other_charges", YES),
    ("seller_tax", YES), ("seller_registration", YES), ("representative_tax", YES), ("buyer_tax", YES),
    ("buyer_legal", YES), ("delivered", YES), ("period", YES), ("delivery_country", TEXT),
];
#[rustfmt::skip]
const LINE: &Names = &[
    ("id", TEXT), ("quantity", NUMBER), ("unit", TEXT), ("net", NUMBER), ("name", TEXT), ("price", NUMBER),
    ("gross_price", NUMBER), ("category", TEXT), ("rate", NUMBER), ("period", YES), ("start", DAY), ("end", DAY),
    ("standard_item", TEXT), ("standard_scheme", TEXT), ("classified", YES),
];
#[rustfmt::skip]
const ADJUSTMENT: &Names = &[
    ("charge", YES), ("amount", NUMBER), ("base", NUMBER), ("percent", NUMBER), ("reason", YES), ("category", TEXT),
    ("rate", NUMBER),
];
#[rustfmt::skip]
const TAX: &Names = &[
    ("category", TEXT), ("rate", NUMBER), ("base", NUMBER), ("tax", NUMBER), ("reason", YES), ("parts", NUMBER),
    ("tolerance", NUMBER), ("digits", NUMBER),
];
#[rustfmt::skip]
const PAYMENT: &Names = &[
    ("code", TEXT), ("transfer", YES), ("account", TEXT), ("card", TEXT),
];
#[rustfmt::skip]
const CODE: &Names = &[
    ("list", TEXT), ("code", TEXT), ("known", YES),
];
const PRECEDING: &Names = &[("number", TEXT)];
const SUPPORTING: &Names = &[("id", TEXT)];
const PROPERTY: &Names = &[("name", TEXT), ("value", TEXT)];

/// All that rules may be asked of, with the facts that they may ask for.
const ALL: [(&str, &Names); 11] = [
    ("document", DOCUMENT),
    ("category", CATEGORY),
    ("line", LINE),
    ("adjustment", ADJUSTMENT),
    ("line adjustment", ADJUSTMENT),
    ("tax", TAX),
    ("payment", PAYMENT),
    ("code", CODE),
    ("preceding", PRECEDING),
    ("supporting", SUPPORTING),
    ("property", PROPERTY),
];

impl Case {
    pub(super) fn schemas() -> Result<BTreeMap<&'static str, Schema>, SchemaError> {
        ALL.into_iter().map(|(name, facts)| Ok((name, inputs(facts)?))).collect()
    }

    pub(super) fn names() -> String {
        ALL.map(|(name, _)| format!("`{name}`")).join(", ")
    }

    /// All that rules are asked of in a document.
    pub(super) fn all_of(invoice: &EInvoice, strictness: Strictness) -> Vec<Self> {
        let mut cases = vec![Self::new("document", "document".to_owned(), document(invoice))];
        for category in TaxCategory::ALL {
            let facts = of_category(invoice, category.code());
            cases.push(Self::new("category", format!("category {category}"), facts));
        }
        for (at, line) in (1_usize..).zip(&invoice.lines) {
            cases.push(Self::new("line", format!("line {at}"), of_line(line)));
            for item in &line.adjustments {
                cases.push(Self::new("line adjustment", format!("line {at}"), of_adjustment(item)));
            }
            for (name, value) in &line.properties {
                let facts = Facts::new().with("name", text(name)).with("value", text(value));
                cases.push(Self::new("property", format!("line {at}"), facts));
            }
        }
        for (at, item) in (1_usize..).zip(&invoice.adjustments) {
            cases.push(Self::new("adjustment", format!("allowance or charge {at}"), of_adjustment(item)));
        }
        let digits = Currency::from_code(&invoice.currency).map_or(2, Currency::digits);
        for (at, row) in (1_usize..).zip(&invoice.taxes) {
            let facts = of_tax(&row.class)
                .with("base", number(row.base))
                .with("tax", number(row.tax))
                .with("parts", number(invoice.base_of(row)))
                .with("tolerance", number(Some(strictness.tax)))
                .with("digits", number(Some(Decimal::from(digits))));
            cases.push(Self::new("tax", format!("tax {at}"), facts));
        }
        for (at, means) in (1_usize..).zip(&invoice.payments) {
            let account = means.account.as_ref().map(|account| account.number.as_str());
            let facts = Facts::new()
                .with("code", text(&means.code))
                .with("transfer", means.account.is_some())
                .with("account", text(account.unwrap_or_default()))
                .with("card", text(means.card.as_ref().map_or("", |card| &card.number)));
            cases.push(Self::new("payment", format!("payment {at}"), facts));
        }
        for (at, earlier) in (1_usize..).zip(&invoice.preceding) {
            let facts = Facts::new().with("number", text(&earlier.number));
            cases.push(Self::new("preceding", format!("earlier invoice {at}"), facts));
        }
        for (at, document) in (1_usize..).zip(&invoice.documents) {
            let facts = Facts::new().with("id", text(&document.id.value));
            cases.push(Self::new("supporting", format!("document {at}"), facts));
        }
        for (list, code, known) in code::codes(invoice) {
            let facts = Facts::new().with("list", list).with("code", code.as_str()).with("known", known);
            cases.push(Self::new("code", format!("{list} {code}"), facts));
        }
        cases
    }

    const fn new(of: &'static str, place: String, facts: Facts) -> Self {
        Self { of, place, facts }
    }
}

fn document(invoice: &EInvoice) -> Facts {
    let totals = &invoice.totals;
    let adjusted = |charges| invoice.adjustments.iter().filter(move |item| item.is_charge == charges);
    let facts = Facts::new()
        .with("specification", text(&invoice.specification))
        .with("number", text(&invoice.number))
        .with("issued", day(invoice.issued))
        .with("type", text(&invoice.type_code))
        .with("credit", invoice.kind == InvoiceKind::CreditNote)
        .with("currency", text(&invoice.currency))
        .with("tax_currency", text(&invoice.tax_currency))
        .with("tax_prefixes", tax_prefixes(invoice))
        .with("lines", count(invoice.lines.len()))
        .with("taxes", count(invoice.taxes.len()))
        .with("line_sum", sum(invoice.lines.iter().map(|line| line.net)))
        .with("allowance_sum", sum(adjusted(false).map(|item| item.amount)))
        .with("charge_sum", sum(adjusted(true).map(|item| item.amount)))
        .with("tax_sum", sum(invoice.taxes.iter().map(|tax| tax.tax)))
        .with("has_allowances", adjusted(false).next().is_some())
        .with("has_charges", adjusted(true).next().is_some())
        .with("line_total", number(totals.lines))
        .with("allowances", number(totals.allowances))
        .with("charges", number(totals.charges))
        .with("net", number(totals.net))
        .with("tax", number(invoice.tax))
        .with("gross", number(totals.gross))
        .with("prepaid", number(totals.prepaid))
        .with("rounding", number(totals.rounding))
        .with("due", number(totals.due))
        .with("accounting_tax", number(invoice.accounting_tax))
        .with("due_date", day(invoice.due))
        .with("terms", text(&invoice.terms))
        .with("tax_point", day(invoice.tax_point));
    when_and_where(invoice, parties(invoice, facts))
}

fn sum(mut amounts: impl Iterator<Item = Option<Decimal>>) -> Value {
    number(amounts.try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount.unwrap_or_default())))
}

fn parties(invoice: &EInvoice, facts: Facts) -> Facts {
    let (seller, buyer) = (&invoice.seller, &invoice.buyer);
    let known = !seller.identifiers.is_empty() || seller.legal_id.is_some() || !seller.tax_id.is_empty();
    let (payee, representative) = (invoice.payee.as_ref(), invoice.representative.as_ref());
    let place = representative.and_then(|party| party.address.as_ref());
    endpoint("buyer", buyer, endpoint("seller", seller, facts))
        .with("seller_known", known)
        .with("payee", payee.is_some())
        .with("payee_name", text(payee.map_or("", |party| &party.name)))
        .with("representative", representative.is_some())
        .with("representative_name", text(representative.map_or("", |party| &party.name)))
        .with("representative_address", place.is_some())
        .with("representative_country", text(place.map_or("", |address| &address.country)))
        .with("representative_tax", representative.is_some_and(|party| !party.tax_id.is_empty()))
}

fn endpoint(who: &str, party: &InvoiceParty, facts: Facts) -> Facts {
    let endpoint = party.electronic_address.as_ref();
    facts
        .with(format!("{who}_name"), text(&party.name))
        .with(format!("{who}_address"), party.address.is_some())
        .with(format!("{who}_country"), text(party.address.as_ref().map_or("", |address| &address.country)))
        .with(format!("{who}_endpoint"), text(endpoint.map_or("", |id| &id.value)))
        .with(format!("{who}_endpoint_scheme"), text(endpoint.map_or("", |id| &id.scheme)))
}

fn when_and_where(invoice: &EInvoice, facts: Facts) -> Facts {
    let period = invoice.period.as_ref();
    let address = invoice.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
    facts
        .with("period", period.is_some())
        .with("start", day(period.and_then(|period| period.start)))
        .with("end", day(period.and_then(|period| period.end)))
        .with("tax_point_code", text(period.map_or("", |period| &period.tax_point)))
        .with("delivery_address", address.is_some())
        .with("delivery_country", text(address.map_or("", |address| &address.country)))
}

/// What is known of a tax category in a document.
fn of_category(invoice: &EInvoice, code: &str) -> Facts {
    let lines = || invoice.lines.iter().map(|line| line.tax.category.as_str());
    let adjusted = |charges| {
        let of_kind = invoice.adjustments.iter().filter(move |item| item.is_charge == charges);
        of_kind.map(|item| item.tax.category.as_str())
    };
    let rows = || invoice.taxes.iter().map(|row| row.class.category.as_str());
    let is = |found: &str| found == code;
    let other = |found: &str| !found.is_empty() && found != code;
    let representative = invoice.representative.as_ref();
    let period = invoice.period.as_ref();
    let delivery = invoice.delivery.as_ref();
    let country = delivery.and_then(|delivery| delivery.address.as_ref()).map_or("", |address| &address.country);
    Facts::new()
        .with("code", code)
        .with("used", lines().chain(adjusted(false)).chain(adjusted(true)).any(is))
        .with("in_lines", lines().any(is))
        .with("in_allowances", adjusted(false).any(is))
        .with("in_charges", adjusted(true).any(is))
        .with("rows", count(rows().filter(|found| is(found)).count()))
        .with("other_rows", count(rows().filter(|found| other(found)).count()))
        .with("other_lines", lines().any(other))
        .with("other_allowances", adjusted(false).any(other))
        .with("other_charges", adjusted(true).any(other))
        .with("seller_tax", !invoice.seller.tax_id.is_empty())
        .with("seller_registration", !invoice.seller.tax_registration.is_empty())
        .with("representative_tax", representative.is_some_and(|party| !party.tax_id.is_empty()))
        .with("buyer_tax", !invoice.buyer.tax_id.is_empty())
        .with("buyer_legal", invoice.buyer.legal_id.is_some())
        .with("delivered", delivery.is_some_and(|delivery| delivery.on.is_some()))
        .with("period", period.is_some_and(|period| period.start.is_some() || period.end.is_some()))
        .with("delivery_country", text(country))
}

fn of_line(line: &EInvoiceLine) -> Facts {
    let period = line.period.as_ref();
    let standard = line.standard_item.as_ref();
    Facts::new()
        .with("id", text(&line.id))
        .with("quantity", number(line.quantity))
        .with("unit", text(&line.unit))
        .with("net", number(line.net))
        .with("name", text(&line.name))
        .with("price", number(line.price.net))
        .with("gross_price", number(line.price.gross))
        .with("category", text(&line.tax.category))
        .with("rate", number(line.tax.rate))
        .with("period", period.is_some())
        .with("start", day(period.and_then(|period| period.start)))
        .with("end", day(period.and_then(|period| period.end)))
        .with("standard_item", text(standard.map_or("", |id| &id.value)))
        .with("standard_scheme", text(standard.map_or("", |id| &id.scheme)))
        .with("classified", line.classifications.iter().all(|code| !code.scheme.is_empty()))
}

fn of_adjustment(item: &StatedAdjustment) -> Facts {
    Facts::new()
        .with("charge", item.is_charge)
        .with("amount", number(item.amount))
        .with("base", number(item.base))
        .with("percent", number(item.percent))
        .with("reason", !item.reason.is_empty() || !item.reason_code.is_empty())
        .with("category", text(&item.tax.category))
        .with("rate", number(item.tax.rate))
}

fn of_tax(class: &StatedTax) -> Facts {
    Facts::new()
        .with("category", text(&class.category))
        .with("rate", number(class.rate))
        .with("reason", !class.reason.is_empty() || !class.reason_code.is_empty())
}

/// Whether tax numbers begin with a country; Greece may write `EL`.
fn tax_prefixes(invoice: &EInvoice) -> bool {
    let parties = [Some(&invoice.seller), Some(&invoice.buyer), invoice.representative.as_ref()];
    let numbers = parties.into_iter().flatten().map(|party| party.tax_id.as_str());
    let known = |number: &str| number.get(..2).is_some_and(|prefix| prefix == "EL" || code::is_country(prefix));
    numbers.filter(|number| !number.is_empty()).all(known)
}

fn text(value: &str) -> Value {
    if value.is_empty() { Value::Null } else { Value::from(value) }
}

fn number(value: Option<Decimal>) -> Value {
    value.map_or(Value::Null, Value::Number)
}

fn count(number: usize) -> Value {
    Value::Number(Decimal::from(number))
}

fn day(value: Option<chrono::NaiveDate>) -> Value {
    value.map_or(Value::Null, Value::Date)
}
