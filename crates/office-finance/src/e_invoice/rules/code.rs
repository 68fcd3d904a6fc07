//! The codes of an e-invoice, and the lists they are to be of.

use office_core::Currency;

use super::super::EInvoice;
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

fn is_one_of(list: &str, code: &str) -> bool {
    !code.is_empty() && list.split_ascii_whitespace().any(|known| known == code)
}

pub(super) fn is_country(code: &str) -> bool {
    is_one_of(COUNTRIES, code)
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
    let currency = |code: &str| Currency::from_code(code).is_ok();
    add("type", &invoice.type_code, &|code| is_one_of(types, code));
    add("currency", &invoice.currency, &currency);
    add("tax currency", &invoice.tax_currency, &currency);
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
    let adjusted = invoice.adjustments.iter().chain(invoice.lines.iter().flat_map(|line| &line.adjustments));
    for item in adjusted.filter(|item| !item.is_charge) {
        add("allowance", &item.reason_code, &|code| is_one_of(ALLOWANCES, code));
    }
    for attachment in invoice.documents.iter().filter_map(|document| document.attachment.as_ref()) {
        add("mime", &attachment.mime, &|code| is_one_of(MIMES, code));
    }
    codes
}

fn addresses(invoice: &EInvoice) -> impl Iterator<Item = &InvoiceAddress> {
    let parties = [Some(&invoice.seller), Some(&invoice.buyer), invoice.representative.as_ref()];
    let delivery = invoice.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
    parties.into_iter().flatten().filter_map(|party| party.address.as_ref()).chain(delivery)
}
