//! Which vendor's answer an order takes.

use std::num::NonZeroU32;

use chrono::NaiveDate;
use office_core::{Currency, Decimal, Id, Money, Quantity, Rounding, UnitCode, UnitPrice};
use office_inventory::{
    Comparison, ComparisonRules, LateOffers, OrderTerms, PriceBreak, Quotation, QuotationAnswer, QuotationLine,
    QuotedLine, VendorId,
};
use serde_json::Value;

use crate::shelf::{Told, Verdict, decimal, holds, list, same};

fn vendor(number: &Value) -> VendorId {
    Id::natural("party", &number.to_string())
}

fn quotation(price: Decimal) -> Result<Quotation, String> {
    let price = UnitPrice::per_unit(price, Currency::EUR, UnitCode::EACH).told()?;
    let price = PriceBreak { from: Quantity::whole(1, UnitCode::EACH), price };
    let line = QuotedLine { prices: vec![price], multiple: None, lead_days: 0 };
    let delivery = Money::zero(Currency::EUR);
    Ok(Quotation { paper: "Q".parse().told()?, valid_until: NaiveDate::MAX, delivery, lines: [(1, line)].into() })
}

/// Several vendors have quoted one item: one of them is taken, at its price.
pub(crate) fn quotations(case: &Value) -> Verdict {
    let inputs = &case["inputs"];
    let asked = QuotationLine::new(Id::natural("item", "goods"), Quantity::whole(1, UnitCode::EACH));
    let quoted = list(&inputs["quotations"]).iter();
    let quoted = quoted.map(|one| Ok((vendor(&one["supplier"]), quotation(decimal(&one["unit_price"]))?)));
    let quoted = quoted.collect::<Result<Vec<_>, String>>()?;
    let answers: Vec<_> = quoted.iter().map(|(vendor, one)| (*vendor, QuotationAnswer::Quoted(one))).collect();
    let rules = ComparisonRules {
        on: NaiveDate::MIN,
        rates: [].into(),
        standings: [].into(),
        preferred: inputs["preferred"].is_number().then(|| vendor(&inputs["preferred"])),
        late: LateOffers::Admit,
        most_vendors: NonZeroU32::MIN,
    };
    let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
    let comparison = Comparison::of(&[asked], terms, &answers, &rules).told()?;
    let best = comparison.best.lines.get(&1).ok_or("nobody is taken")?;
    holds("the vendor is taken", best.vendor == vendor(&case["expected"]["supplier"]))?;
    same("the price", best.price.amount(), &case["expected"]["unit_price"])
}
