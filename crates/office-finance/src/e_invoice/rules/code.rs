//! The codes of an e-invoice, and the lists they are to be of.

use office_core::Currency;

use super::super::{EInvoice, OBJECT_TYPE};
use crate::{InvoiceAddress, InvoiceKind};

const INVOICE_TYPES: &str = "71 80 82 84 102 218 219 326 331 380 382 383 384 385 386 387 388 389 390 393 394 395 456 \
    457 471 472 473 500 501 502 503 527 553 575 623 633 751 780 817 870 875 876 877 935";
const CREDIT_TYPES: &str = "81 83 261 262 296 308 381 396 420 458 502 503 532";
const TAX_POINTS: &str = "3 35 432";
const CATEGORIES: &str = "AE L M E S Z G O K B";
const ALLOWANCES: &str = "41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105";
const MIMES: &str = "application/pdf image/png image/jpeg text/csv \
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/vnd.oasis.opendocument.spreadsheet";
/// ISO 3166-1, and what EN 16931 adds for Kosovo and Northern Ireland.
const COUNTRIES: &str = "1A XI \
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA \
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA \
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS \
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS \
    RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW \
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Codes of ISO 4217 that are no money an office could keep books in: metals, units of markets, tests, none.
const NO_MONEY: &str = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX";
/// Lists that are too long to stand here, with where they come from in their first lines.
const OBJECTS: &str = include_str!("lists/uncl1153.txt");
const GOODS: &str = include_str!("lists/uncl7143.txt");
const CHARGES: &str = include_str!("lists/uncl7161.txt");
const UNITS: &str = include_str!("lists/rec20.txt");
/// What sets the number of a seller or payee apart that is known to the Single Euro Payments Area.
const BANK_SCHEME: &str = "SEPA";

fn is_one_of(list: &str, code: &str) -> bool {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    !code.is_empty() && lines.flat_map(str::split_ascii_whitespace).any(|known| known == code)
}

/// ISO 6523, by the numbers that its register had given by June 2026, as listed by ZUGFeRD-csharp (Apache-2.0, 113de42).
fn is_register(code: &str) -> bool {
    let number = code.parse::<u16>().ok().filter(|number| format!("{number:04}") == code);
    number.is_some_and(|number| matches!(number, 2..=91 | 93..=102 | 104..=180 | 183..=240))
}

pub(super) fn is_country(code: &str) -> bool {
    is_one_of(COUNTRIES, code)
}

/// ISO 4217.
pub(in crate::e_invoice) fn is_currency(code: &str) -> bool {
    Currency::from_code(code).is_ok() || is_one_of(NO_MONEY, code)
}

/// UNCL 4461.
fn is_payment(code: &str) -> bool {
    let number = code.parse::<u8>().ok().filter(|number| number.to_string() == code);
    code == "ZZZ" || number.is_some_and(|number| matches!(number, 1..=70 | 74..=78 | 91..=97))
}

/// Each code of a document that is asked of a list: the list, the code, and whether it is there.
pub(super) fn codes(invoice: &EInvoice) -> Vec<(&'static str, String, bool)> {
    let mut codes = Vec::new();
    let mut add = |list, code: &str, known: &dyn Fn(&str) -> bool| {
        if !code.is_empty() {
            codes.push((list, code.to_owned(), known(code)));
        }
    };
    let types = if invoice.kind == InvoiceKind::Invoice { INVOICE_TYPES } else { CREDIT_TYPES };
    add("type", &invoice.type_code, &|code| is_one_of(types, code));
    add("currency", &invoice.currency, &is_currency);
    add("tax currency", &invoice.tax_currency, &is_currency);
    if let Some(period) = &invoice.period {
        add("tax point", &period.tax_point, &|code| is_one_of(TAX_POINTS, code));
    }
    for address in addresses(invoice) {
        add("country", &address.country, &is_country);
    }
    for means in &invoice.payments {
        add("payment", &means.code, &is_payment);
    }
    for row in &invoice.taxes {
        add("category", &row.class.category, &|code| is_one_of(CATEGORIES, code));
    }
    for item in &invoice.adjustments {
        add("category", &item.tax.category, &|code| is_one_of(CATEGORIES, code));
    }
    for line in &invoice.lines {
        add("line category", &line.tax.category, &|code| is_one_of(CATEGORIES, code));
        add("origin", &line.origin, &is_country);
    }
    let adjusted = || invoice.adjustments.iter().chain(invoice.lines.iter().flat_map(|line| &line.adjustments));
    for item in adjusted().filter(|item| !item.is_charge) {
        add("allowance", &item.reason_code, &|code| is_one_of(ALLOWANCES, code));
    }
    for item in adjusted().filter(|item| item.is_charge) {
        add("charge", &item.reason_code, &|code| is_one_of(CHARGES, code));
    }
    for attachment in invoice.documents.iter().filter_map(|document| document.attachment.as_ref()) {
        add("mime", &attachment.mime, &|code| is_one_of(MIMES, code));
    }
    schemes(invoice, &mut add);
    codes
}

/// What numbers are told by, and units.
fn schemes(invoice: &EInvoice, add: &mut impl FnMut(&'static str, &str, &dyn Fn(&str) -> bool)) {
    let objects = invoice.documents.iter().filter(|document| document.type_code == OBJECT_TYPE);
    let objects =
        objects.map(|document| &document.id).chain(invoice.lines.iter().filter_map(|line| line.object.as_ref()));
    for id in objects {
        add("object", &id.scheme, &|code| is_one_of(OBJECTS, code));
    }
    let (buyer, representative) = (Some(&invoice.buyer), invoice.representative.as_ref());
    let paid = [Some(&invoice.seller), invoice.payee.as_ref()];
    for (party, is_paid) in paid.map(|party| (party, true)).into_iter().chain([(buyer, false), (representative, false)])
    {
        let Some(party) = party else { continue };
        for id in &party.identifiers {
            add("party", &id.scheme, &|code| is_register(code) || (is_paid && code == BANK_SCHEME));
        }
        if let Some(id) = &party.legal_id {
            add("registration", &id.scheme, &is_register);
        }
    }
    if let Some(place) = invoice.delivery.as_ref().and_then(|delivery| delivery.place.as_ref()) {
        add("place", &place.scheme, &is_register);
    }
    for line in &invoice.lines {
        for class in &line.classifications {
            add("goods", &class.scheme, &|code| is_one_of(GOODS, code));
        }
        if let Some(id) = &line.standard_item {
            add("item", &id.scheme, &is_register);
        }
        for unit in [&line.unit, &line.price.base_unit] {
            add("unit", unit, &|code| is_one_of(UNITS, code));
        }
    }
}

fn addresses(invoice: &EInvoice) -> impl Iterator<Item = &InvoiceAddress> {
    let parties = [Some(&invoice.seller), Some(&invoice.buyer), invoice.representative.as_ref()];
    let delivery = invoice.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
    parties.into_iter().flatten().filter_map(|party| party.address.as_ref()).chain(delivery)
}
