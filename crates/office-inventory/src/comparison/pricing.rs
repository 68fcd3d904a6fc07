//! What is offered, in one currency.

use std::collections::BTreeMap;

use chrono::Days;
use office_core::{Currency, Decimal, ExchangeRate, Money, Quantity};

use super::{
    Comparison, ComparisonError, ComparisonRules, LateOffers, LineComparison, LineOffer, QuotationAnswer, WhyLost,
};
use crate::quotation::asked_for;
use crate::{OrderEffect, OrderTerms, Quotation, QuotationLine, QuotationRequest, VendorId};

/// What vendors were asked for and have answered, and what that is worth.
pub(crate) struct Pricing<'a> {
    asked: &'a [QuotationLine],
    terms: OrderTerms,
    // With the place at which it was asked.
    answers: BTreeMap<VendorId, (usize, QuotationAnswer<'a>)>,
    rates: BTreeMap<Currency, ExchangeRate>,
    rules: &'a ComparisonRules,
}

impl<'a> Pricing<'a> {
    pub(crate) fn new(
        asked: &'a [QuotationLine],
        terms: OrderTerms,
        answers: &[(VendorId, QuotationAnswer<'a>)],
        rules: &'a ComparisonRules,
    ) -> Result<Self, ComparisonError> {
        let (lines, vendors) = (asked.len(), answers.len());
        if lines > QuotationRequest::MOST_LINES {
            return Err(ComparisonError::Lines { lines });
        }
        if vendors > QuotationRequest::MOST_VENDORS {
            return Err(ComparisonError::Vendors { vendors });
        }
        let mut known = BTreeMap::new();
        for (place, (vendor, answer)) in answers.iter().enumerate() {
            if known.insert(*vendor, (place, *answer)).is_some() {
                return Err(ComparisonError::Twice { vendor: *vendor });
            }
        }
        for (vendor, answer) in answers {
            if let QuotationAnswer::Quoted(quotation) = answer {
                quotation.check(asked).map_err(|source| ComparisonError::Quotation { vendor: *vendor, source })?;
            }
        }
        let mut rates = BTreeMap::new();
        for (&currency, &rate) in &rules.rates {
            let rate = ExchangeRate::new(currency, terms.currency, rate, rules.on);
            rates.insert(currency, rate.map_err(|source| ComparisonError::Rate { currency, source })?);
        }
        Ok(Self { asked, terms, answers: known, rates, rules })
    }

    pub(super) const fn rules(&self) -> &ComparisonRules {
        self.rules
    }

    /// The numbers of the lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = u32> {
        (1..).zip(self.asked).map(|(number, _)| number)
    }

    /// The place at which a vendor was asked.
    pub(super) fn place(&self, vendor: VendorId) -> usize {
        self.answers.get(&vendor).map_or(usize::MAX, |(place, _)| *place)
    }

    /// All offers for what is wanted, each with its share in the delivery of all that its vendor offers; and of each
    /// line who offers nothing.
    pub(super) fn all(&self) -> Result<(Vec<LineOffer>, BTreeMap<u32, LineComparison>), ComparisonError> {
        let (mut offers, mut lines) = (Vec::new(), BTreeMap::new());
        for (number, line) in (1..).zip(self.asked) {
            let mut lost = BTreeMap::new();
            for vendor in self.answers.keys() {
                match self.offer(number, *vendor, line.quantity) {
                    Ok(offer) => offers.push(offer),
                    Err(why) => drop(lost.insert(*vendor, why)),
                }
            }
            lines.insert(number, LineComparison { offers: Vec::new(), lost });
        }
        self.share_delivery(&mut offers)?;
        Ok((offers, lines))
    }

    /// What a vendor offers for so many on a line, without a share in its delivery.
    pub(crate) fn offer(&self, line: u32, vendor: VendorId, wanted: Quantity) -> Result<LineOffer, WhyLost> {
        let rules = self.rules;
        let quotation = self.quotation(vendor)?;
        let asked = asked_for(self.asked, line).ok_or(WhyLost::NotQuoted)?;
        let quoted = quotation.lines.get(&line).ok_or(WhyLost::NotQuoted)?;
        if quotation.valid_until < rules.on {
            return Err(WhyLost::Expired { valid_until: quotation.valid_until });
        }
        if let Some(standing) = rules.standings.get(&vendor).filter(|one| one.effect == OrderEffect::Block) {
            return Err(WhyLost::Blocked(Box::new(standing.clone())));
        }
        let (quantity, price) = quoted.sold(wanted).ok_or(WhyLost::OutOfRange)?;
        let billed = price.extend(&quantity, self.terms.rounding).map_err(|_| WhyLost::OutOfRange)?;
        let cost = self.convert(billed)?;
        self.convert(quotation.delivery)?;
        let arrives = rules.on.checked_add_days(Days::new(quoted.lead_days.into())).ok_or(WhyLost::OutOfRange)?;
        let on_time = asked.wanted_by.is_none_or(|day| arrives <= day);
        if !on_time && rules.late == LateOffers::PassOver {
            return Err(WhyLost::Late { arrives });
        }
        let delivery = Money::zero(self.terms.currency);
        Ok(LineOffer { line, vendor, quantity, price, billed, cost, delivery, total: cost, arrives, on_time })
    }

    fn quotation(&self, vendor: VendorId) -> Result<&'a Quotation, WhyLost> {
        match self.answers.get(&vendor) {
            Some((_, QuotationAnswer::Quoted(quotation))) => Ok(quotation),
            Some((_, QuotationAnswer::Withdrawn)) => Err(WhyLost::Withdrawn),
            Some((_, QuotationAnswer::Declined)) => Err(WhyLost::Declined),
            Some((_, QuotationAnswer::Silent)) | None => Err(WhyLost::Silent),
        }
    }

    /// An amount in the currency of the comparison.
    fn convert(&self, amount: Money) -> Result<Money, WhyLost> {
        let currency = amount.currency();
        if currency == self.terms.currency {
            return Ok(amount);
        }
        let rate = self.rates.get(&currency).ok_or(WhyLost::NoRate { currency })?;
        rate.convert(amount, self.terms.rounding).map_err(|_| WhyLost::OutOfRange)
    }

    /// What a vendor asks for its delivery, in the currency of the comparison.
    pub(super) fn delivery(&self, vendor: VendorId) -> Money {
        let asked = self.quotation(vendor).and_then(|quotation| self.convert(quotation.delivery));
        // Invariant: asked of vendors only that have an offer, and so a delivery that can be converted.
        asked.unwrap_or(Money::zero(self.terms.currency))
    }

    /// Shares what each vendor asks for its delivery among its offers, and adds up what they cost. Gives the sum.
    pub(crate) fn share_delivery(&self, offers: &mut [LineOffer]) -> Result<Money, ComparisonError> {
        let mut of_vendor: BTreeMap<VendorId, Vec<&mut LineOffer>> = BTreeMap::new();
        for offer in offers.iter_mut() {
            of_vendor.entry(offer.vendor).or_default().push(offer);
        }
        for (vendor, offers) in of_vendor {
            let free = offers.iter().all(|offer| offer.cost.is_zero());
            let weight = |offer: &LineOffer| if free { Decimal::ONE } else { offer.cost.amount() };
            let weights: Vec<_> = offers.iter().map(|offer| weight(offer)).collect();
            let shares = self.delivery(vendor).allocate(&weights)?;
            for (offer, share) in offers.into_iter().zip(shares) {
                offer.delivery = share;
                offer.total = offer.cost.checked_add(share)?;
            }
        }
        Ok(Money::sum(offers.iter().map(|offer| offer.total), self.terms.currency)?)
    }

    /// Puts the offers for a line into order, and says why those that are not the best are not.
    pub(super) fn rank(&self, line: &mut LineComparison) -> Result<(), ComparisonError> {
        let other = |offer: &LineOffer| self.rules.preferred != Some(offer.vendor);
        line.offers.sort_by_key(|offer| (other(offer), offer.total.minor(), offer.arrives, self.place(offer.vendor)));
        let Some((best, rest)) = line.offers.split_first() else { return Ok(()) };
        for offer in rest {
            let by = offer.total.checked_sub(best.total)?;
            let why = if !other(best) {
                WhyLost::NotPreferred
            } else if by.is_positive() {
                WhyLost::Dearer { by }
            } else if offer.arrives > best.arrives {
                WhyLost::Slower { arrives: offer.arrives }
            } else {
                WhyLost::AskedLater
            };
            line.lost.insert(offer.vendor, why);
        }
        Ok(())
    }
}

impl Comparison {
    /// Whether each line goes where the best plan has it.
    pub(crate) fn is_best(&self, shares: &[LineOffer]) -> bool {
        let wanted = self.best.lines.values().map(|offer| (offer.line, offer.vendor, offer.quantity));
        let mut given: Vec<_> = shares.iter().map(|offer| (offer.line, offer.vendor, offer.quantity)).collect();
        given.sort_unstable_by_key(|(line, vendor, _)| (*line, *vendor));
        given.into_iter().eq(wanted)
    }
}
