//! What a document in UBL says in a way that EN 16931 does not allow, and that an e-invoice does not show.

use std::collections::BTreeSet;

use office_core::InputError;
use office_core::xml::Element;

use super::super::rules::is_currency;
use super::form::{GROUPS, VALUES};
use super::root;
use crate::BrokenRule;

/// The most digits behind the point of an amount; prices may have more.
const MOST_DIGITS: usize = 2;

/// The rules of EN 16931 about how a document is written, which a document in UBL does not keep, in the order of its
/// lines.
///
/// An e-invoice that was read shows neither what is there twice nor how numbers are written. Of those rules these are
/// asked: amounts of two digits (UBL-DT-01), documents with type and name (UBL-DT-06, UBL-DT-07), one tax number of seller
/// and buyer and no third (UBL-SR-12, UBL-SR-18, UBL-SR-42), one reference and one means of payment (UBL-SR-44,
/// UBL-SR-47), currencies of ISO 4217 (BR-CL-03), and one sum of tax in a currency (BR-CO-15).
///
/// # Errors
/// [`InputError`] where it is not well-formed, or another document.
///
/// # Example
/// ```
/// use office_finance::check_ubl;
///
/// let file = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
///   xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
///   xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
/// <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">23.80</cbc:PayableAmount></cac:LegalMonetaryTotal>
/// </Invoice>"#;
/// assert_eq!(check_ubl("17.xml", file.as_bytes())?, []);
/// let broken = check_ubl("17.xml", file.replace("23.80", "23.800").as_bytes())?;
/// assert_eq!(broken[0].to_string(), "UBL-DT-01 (PayableAmount, line 4 of the file): an amount of two digits at most is wanted");
/// assert!(check_ubl("17.xml", b"<Invoice/>").is_err());
/// # Ok::<(), office_core::InputError>(())
/// ```
pub fn check_ubl(file: &str, bytes: &[u8]) -> Result<Vec<BrokenRule>, InputError> {
    let (_, root) = root(file, bytes)?;
    let mut broken = Broken(Vec::new());
    let mut open = vec![(&root, false)];
    while let Some((group, in_price)) = open.pop() {
        group.within(VALUES).for_each(|value| check_value(value, in_price, &mut broken));
        open.extend(group.within(GROUPS).map(|inner| (inner, in_price || inner.name() == "Price")));
    }
    check_tax_numbers(&root, &mut broken);
    let payments = "PaymentMeans";
    let references = values(&root, &[payments], "PaymentID");
    broken.unlike("UBL-SR-44", references, "one reference of payments");
    broken.unlike("UBL-SR-47", values(&root, &[payments], "PaymentMeansCode"), "one means of payment");
    let currency = values(&root, &[], "DocumentCurrencyCode").first().map_or("", |code| code.text().trim());
    let mut sums = values(&root, &["TaxTotal"], "TaxAmount");
    sums.retain(|sum| sum.attribute("currencyID") == Some(currency));
    broken.unlike("BR-CO-15", sums, "one sum of tax in the currency of the document");
    Ok(broken.told())
}

fn check_value<'a>(value: &'a Element, in_price: bool, broken: &mut Broken<'a>) {
    if let Some(code) = value.attribute("currencyID")
        && !is_currency(code)
    {
        broken.add("BR-CL-03", value, "a currency of ISO 4217");
    }
    let digits = value.text().trim().split_once('.').map_or(0, |(_, digits)| digits.len());
    if value.name().ends_with("Amount") && !in_price && digits > MOST_DIGITS {
        broken.add("UBL-DT-01", value, "an amount of two digits at most");
    }
    if value.name().ends_with("BinaryObject") {
        if value.attribute("mimeCode").is_none() {
            broken.add("UBL-DT-06", value, "the type of the file");
        }
        if value.attribute("filename").is_none() {
            broken.add("UBL-DT-07", value, "the name of the file");
        }
    }
}

fn check_tax_numbers<'a>(root: &'a Element, broken: &mut Broken<'a>) {
    for (party, rule) in [("AccountingSupplierParty", "UBL-SR-12"), ("AccountingCustomerParty", "UBL-SR-18")] {
        let numbers = groups(root, &[party, "Party", "PartyTaxScheme"]);
        let of_tax = |number: &&&Element| {
            let tax = values(number, &["TaxScheme"], "ID");
            tax.iter().any(|tax| tax.text().trim() == "VAT")
        };
        if let Some(second) = numbers.iter().filter(of_tax).nth(1) {
            broken.add(rule, second, "one number for value added tax");
        }
        if let (Some(third), "UBL-SR-12") = (numbers.get(2), rule) {
            broken.add("UBL-SR-42", third, "two tax numbers at most");
        }
    }
}

/// The groups at the end of a way.
fn groups<'a>(from: &'a Element, way: &[&str]) -> Vec<&'a Element> {
    way.iter().fold(vec![from], |found, name| {
        found.into_iter().flat_map(|group| group.within(GROUPS).filter(|inner| inner.name() == *name)).collect()
    })
}

/// The values of this name in the groups at the end of a way.
fn values<'a>(from: &'a Element, way: &[&str], name: &str) -> Vec<&'a Element> {
    let found = groups(from, way).into_iter().flat_map(|group| group.within(VALUES));
    found.filter(|value| value.name() == name).collect()
}

/// Rules that are not kept, where, and what is wanted there.
struct Broken<'a>(Vec<(&'static str, &'a Element, &'static str)>);

impl<'a> Broken<'a> {
    fn add(&mut self, rule: &'static str, at: &'a Element, wanted: &'static str) {
        self.0.push((rule, at, wanted));
    }

    /// Not kept where not all of these say the same.
    fn unlike(&mut self, rule: &'static str, found: Vec<&'a Element>, wanted: &'static str) {
        let mut known = BTreeSet::new();
        let other = found.into_iter().filter(|element| known.insert(element.text().trim())).nth(1);
        if let Some(other) = other {
            self.add(rule, other, wanted);
        }
    }

    fn told(mut self) -> Vec<BrokenRule> {
        self.0.sort_by_key(|(rule, at, _)| (at.line(), *rule));
        let told = self.0.into_iter().map(|(rule, at, wanted)| BrokenRule {
            rule: rule.to_owned(),
            place: format!("{}, line {} of the file", at.name(), at.line()),
            wanted: wanted.to_owned(),
        });
        told.collect()
    }
}
