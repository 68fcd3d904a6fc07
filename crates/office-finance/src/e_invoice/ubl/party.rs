//! Sellers, buyers, payees and representatives in UBL.

use super::form::Form;
use super::{Done, address, identifier};
use crate::{Identifier, InvoiceParty};

/// A number with the tax office, with the tax it is for.
#[derive(Default)]
struct TaxNumber {
    number: String,
    scheme: String,
}

pub(super) fn party(party: &mut InvoiceParty, form: &mut Form<'_>) -> Done {
    identifier("EndpointID", &mut party.electronic_address, form)?;
    identifiers(party, form)?;
    form.group("PartyName", |form| form.text("Name", &mut party.trading_name))?;
    form.option("PostalAddress", &mut party.address, address)?;
    tax_numbers(party, form)?;
    form.group("PartyLegalEntity", |form| {
        form.text("RegistrationName", &mut party.name)?;
        identifier("CompanyID", &mut party.legal_id, form)?;
        form.text("CompanyLegalForm", &mut party.legal_form)
    })?;
    form.group("Contact", |form| {
        form.text("Name", &mut party.contact)?;
        form.text("Telephone", &mut party.telephone)?;
        form.text("ElectronicMail", &mut party.mail)
    })
}

/// A payee (BG-10): its name stands where that of others is the one they trade under.
pub(super) fn payee(party: &mut InvoiceParty, form: &mut Form<'_>) -> Done {
    identifiers(party, form)?;
    form.group("PartyName", |form| form.text("Name", &mut party.name))?;
    form.group("PartyLegalEntity", |form| identifier("CompanyID", &mut party.legal_id, form))
}

/// A tax representative (BG-11).
pub(super) fn representative(party: &mut InvoiceParty, form: &mut Form<'_>) -> Done {
    form.group("PartyName", |form| form.text("Name", &mut party.name))?;
    form.option("PostalAddress", &mut party.address, address)?;
    tax_numbers(party, form)
}

fn identifiers(party: &mut InvoiceParty, form: &mut Form<'_>) -> Done {
    form.several("PartyIdentification", &mut party.identifiers, |id: &mut Identifier, form| {
        form.told("ID", Some("schemeID"), &mut id.value, &mut id.scheme)
    })
}

/// The number for value added tax, and the one with the local office, which are told apart by the tax.
fn tax_numbers(party: &mut InvoiceParty, form: &mut Form<'_>) -> Done {
    let mut numbers = Vec::new();
    for (number, scheme) in [(&party.tax_id, "VAT"), (&party.tax_registration, "TAX")] {
        if !number.is_empty() {
            numbers.push(TaxNumber { number: number.clone(), scheme: scheme.to_owned() });
        }
    }
    form.several("PartyTaxScheme", &mut numbers, |number, form| {
        form.text("CompanyID", &mut number.number)?;
        form.group("TaxScheme", |form| form.text("ID", &mut number.scheme))
    })?;
    for TaxNumber { number, scheme } in numbers {
        let place = if scheme == "VAT" { &mut party.tax_id } else { &mut party.tax_registration };
        if place.is_empty() {
            *place = number;
        }
    }
    Ok(())
}
