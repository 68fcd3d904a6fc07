//! What the tests ask for, and by whom.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{Currency, Decision, Entity, Id, Money, Quantity, Rounding, UnitCode};
use office_inventory::{
    AwardQuotations, AwardQuotationsError, ComparisonRules, LateOffers, NewQuotationRequest, OrderTerms, PriceBreak,
    Quotation, QuotationLine, QuotationPolicy, QuotationRequest, QuotationRequestFact, QuotedLine, Sealing,
    TooFewQuotations, VendorId,
};

pub(crate) const EUR: Currency = Currency::EUR;

pub(crate) fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, number).unwrap()
}

pub(crate) fn noon(number: u32) -> DateTime<Utc> {
    day(number).and_hms_opt(12, 0, 0).unwrap().and_utc()
}

pub(crate) fn vendor(number: usize) -> VendorId {
    Id::natural("party", &format!("V-{number:02}"))
}

pub(crate) fn boxes(number: i32) -> Quantity {
    Quantity::whole(number, "box".parse::<UnitCode>().unwrap())
}

pub(crate) fn asked(name: &str, number: i32) -> QuotationLine {
    QuotationLine::new(Id::natural("item", name), boxes(number))
}

/// A request to two vendors until noon of the tenth: 10 boxes of paper and 4 of pens.
pub(crate) fn new(sealing: Sealing) -> NewQuotationRequest {
    NewQuotationRequest {
        number: "RFQ-1".parse().unwrap(),
        terms: OrderTerms { currency: EUR, rounding: Rounding::HalfUp },
        lines: vec![asked("PAP-A4", 10), asked("PEN", 4)],
        vendors: vec![vendor(1), vendor(2)],
        deadline: noon(10),
        sealing,
        policy: QuotationPolicy { least: 2, fewer: TooFewQuotations::WithReason },
    }
}

pub(crate) fn ask(new: NewQuotationRequest) -> QuotationRequest {
    let asked = QuotationRequest::ask(new, noon(1)).unwrap().fact().unwrap();
    QuotationRequest::open(&asked).unwrap()
}

/// A line at one price, in cents.
pub(crate) fn line(cents: i64) -> QuotedLine {
    let price = format!("{} EUR / 1 box", Money::from_minor(cents, EUR).amount()).parse().unwrap();
    QuotedLine { prices: vec![PriceBreak { from: boxes(1), price }], multiple: None, lead_days: 2 }
}

pub(crate) fn quotation(paper: &str, delivery: i64, lines: impl IntoIterator<Item = (u32, QuotedLine)>) -> Quotation {
    Quotation {
        paper: paper.parse().unwrap(),
        valid_until: day(31),
        delivery: Money::from_minor(delivery, EUR),
        lines: lines.into_iter().collect(),
    }
}

pub(crate) fn answered(mut request: QuotationRequest, number: usize, answer: Quotation) -> QuotationRequest {
    request.apply(&request.answer(vendor(number), answer, noon(5)).unwrap().fact().unwrap());
    request
}

/// Paper at 20 and 19 euro, pens at 5 and 6: the first would bring both best.
pub(crate) fn two_answers(sealing: Sealing) -> QuotationRequest {
    let first = quotation("A-1", 5_00, [(1, line(20_00)), (2, line(5_00))]);
    let second = quotation("B-1", 20_00, [(1, line(19_00)), (2, line(6_00))]);
    answered(answered(ask(new(sealing)), 1, first), 2, second)
}

pub(crate) fn rules() -> ComparisonRules {
    ComparisonRules {
        on: day(12),
        rates: BTreeMap::new(),
        standings: BTreeMap::new(),
        preferred: None,
        late: LateOffers::Admit,
        most_vendors: NonZeroU32::MIN.saturating_add(1),
    }
}

/// So many boxes of which line to whom.
pub(crate) fn award(shares: &[(u32, usize, i32)], reason: Option<&str>) -> AwardQuotations {
    let mut lines: BTreeMap<u32, BTreeMap<VendorId, Quantity>> = BTreeMap::new();
    for (line, number, quantity) in shares {
        lines.entry(*line).or_default().insert(vendor(*number), boxes(*quantity));
    }
    AwardQuotations { lines, reason: reason.map(str::to_owned) }
}

pub(crate) fn clerk() -> PersonId {
    Id::natural("person", "E-004")
}

/// Awards at noon of the twelfth.
pub(crate) fn decide(
    request: &QuotationRequest,
    award: &AwardQuotations,
    rules: &ComparisonRules,
) -> Result<Decision<QuotationRequestFact>, AwardQuotationsError> {
    request.award(award, rules, clerk(), noon(12))
}
