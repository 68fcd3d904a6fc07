//! It is said who delivers.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{DateRange, Decision, Money, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Invitation, QuotationRequest, QuotationRequestFact, QuotationRequestStatus, TooFewQuotations};
use crate::comparison::Pricing;
use crate::quotation::asked_for;
use crate::{
    Comparison, ComparisonError, ComparisonRules, LineOffer, PriceRow, QuotationAnswer, QuotationLine, VendorId,
    WhyLost,
};

/// To say who delivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardQuotations {
    /// How many of each line each vendor delivers: together as many as were asked for. A line that is not named is not
    /// bought.
    pub lines: BTreeMap<u32, BTreeMap<VendorId, Quantity>>,
    /// Why these, where they are not the best or too few have answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Who delivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotationAward {
    /// Who has said so.
    pub by: PersonId,
    /// The day of the order: answers were valid on it.
    pub on: NaiveDate,
    /// At which instant it was said.
    pub at: DateTime<Utc>,
    /// Why these, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What each vendor delivers, by line and vendor.
    pub shares: Vec<AwardedShare>,
    /// What all of it costs, in the currency of the request.
    pub total: Money,
}

/// What a vendor delivers on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardedShare {
    /// How many of what was asked for. More may have to be ordered: as many as the vendor sells.
    pub wanted: Quantity,
    /// What is to be ordered, at which price.
    pub offer: LineOffer,
}

/// What a reason is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AwardReason {
    /// Too few vendors have answered with prices.
    #[error("{quoted} of at least {least} vendors have answered with prices")]
    TooFew {
        /// How many have.
        quoted: u32,
        /// How many should have.
        least: u32,
    },
    /// It is not the best that was found.
    #[error("there are better offers")]
    NotBest,
}

/// It cannot be said who delivers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AwardQuotationsError {
    /// It was awarded otherwise.
    #[error("it was awarded otherwise at {at}")]
    AlreadyAwarded {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was cancelled.
    #[error("it was cancelled at {at}")]
    Cancelled {
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody may still answer.
    #[error("answers are taken until {deadline}: close it first, or wait")]
    StillOpen {
        /// The deadline.
        deadline: DateTime<Utc>,
    },
    /// Nothing is awarded.
    #[error("nothing is awarded: whoever wants nothing cancels")]
    Nothing,
    /// A line was not asked for.
    #[error("line {line} was not asked for")]
    UnknownLine {
        /// The line.
        line: u32,
    },
    /// A share makes no sense.
    #[error("{quantity} of line {line} cannot be awarded: more than nothing is wanted, in the unit that was asked for")]
    Quantity {
        /// The line.
        line: u32,
        /// The share.
        quantity: Quantity,
    },
    /// The shares of a line are not what was asked for.
    #[error("the shares of line {line} do not add up to {wanted}")]
    Sum {
        /// The line.
        line: u32,
        /// How many were asked for.
        wanted: Quantity,
    },
    /// A vendor does not offer it, or nothing may be ordered from it.
    #[error("line {line} cannot be awarded to {vendor}: {why}")]
    Lost {
        /// The line.
        line: u32,
        /// The vendor.
        vendor: VendorId,
        /// Why.
        why: WhyLost,
    },
    /// Too few vendors have answered with prices.
    #[error("{quoted} vendors have answered with prices: {least} are wanted")]
    TooFew {
        /// How many have.
        quoted: u32,
        /// How many should have.
        least: u32,
    },
    /// Nobody says why.
    #[error("a reason is wanted: {ground}")]
    Reason {
        /// What for.
        ground: AwardReason,
    },
    /// The answers cannot be compared.
    #[error(transparent)]
    Comparison(#[from] ComparisonError),
}

/// There are no prices to be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TakeOverPricesError {
    /// Nothing is awarded to the vendor.
    #[error("nothing is awarded to {vendor}")]
    NotAwarded {
        /// The vendor.
        vendor: VendorId,
    },
}

impl QuotationRequest {
    /// Says who delivers, by the rules of the day on which it is ordered, once no more answers are taken: by somebody, at an
    /// instant.
    ///
    /// Each vendor delivers what it offers for its share: its minimum and its multiple count anew for each, and what it asks
    /// for its delivery is paid once. What is not the best that [`Comparison::best`] has found wants a reason, and so does
    /// leaving out a line that somebody offers.
    ///
    /// # Errors
    /// [`AwardQuotationsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// request.apply_decision(&request.answer(paper_house, offer("A-7", "11 EUR / 1 box"), monday)?);
    /// request.apply_decision(&request.answer(stationer, offer("44", "8 EUR / 1 box"), monday)?);
    /// let to = |vendor| {
    ///     let lines = [(1, [(vendor, "13 box".parse().unwrap())].into())].into();
    ///     AwardQuotations { lines, reason: None }
    /// };
    /// let by = Id::natural("person", "E-004");
    /// // Whoever takes the dearer paper says why.
    /// let refused = request.award(&to(paper_house), &rules, by, friday);
    /// assert_eq!(refused, Err(AwardQuotationsError::Reason { ground: AwardReason::NotBest }));
    /// request.apply_decision(&request.award(&to(stationer), &rules, by, friday)?);
    /// assert_eq!(request.awarded().map(|award| award.total), Some("104.00 EUR".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn award(
        &self,
        command: &AwardQuotations,
        rules: &ComparisonRules,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<QuotationRequestFact>, AwardQuotationsError> {
        match &self.status {
            QuotationRequestStatus::Awarded(award) if award.says(command, rules.on) => {
                return Ok(Decision::AlreadyRecorded);
            }
            QuotationRequestStatus::Awarded(award) => {
                return Err(AwardQuotationsError::AlreadyAwarded { at: award.at });
            }
            QuotationRequestStatus::Cancelled { at, .. } => {
                return Err(AwardQuotationsError::Cancelled { at: *at });
            }
            QuotationRequestStatus::Open if at < self.asked.deadline => {
                return Err(AwardQuotationsError::StillOpen { deadline: self.asked.deadline });
            }
            QuotationRequestStatus::Open | QuotationRequestStatus::Closed { .. } => {}
        }
        command.check(&self.asked.lines)?;
        let pricing = self.pricing(rules)?;
        let (mut shares, mut offers) = (Vec::new(), Vec::new());
        for (line, vendor, wanted) in command.shares() {
            let offer = pricing.offer(line, vendor, wanted);
            offers.push(offer.map_err(|why| AwardQuotationsError::Lost { line, vendor, why })?);
            shares.push(wanted);
        }
        self.check_reason(command, &pricing, &offers)?;
        let total = pricing.share_delivery(&mut offers)?;
        let shares = shares.into_iter().zip(offers).map(|(wanted, offer)| AwardedShare { wanted, offer }).collect();
        let award = QuotationAward { by, on: rules.on, at, reason: command.reason.clone(), shares, total };
        Ok(Decision::Record(QuotationRequestFact::Awarded(Box::new(award))))
    }

    /// Whether enough vendors have answered and the best is taken, or it is said why not.
    fn check_reason(
        &self,
        command: &AwardQuotations,
        pricing: &Pricing<'_>,
        offers: &[LineOffer],
    ) -> Result<(), AwardQuotationsError> {
        let quoted = self.invitations.iter().filter(|invitation| invitation.has_quoted()).count();
        let (quoted, least) = (u32::try_from(quoted).unwrap_or(u32::MAX), self.asked.policy.least);
        let few = quoted < least;
        if few && self.asked.policy.fewer == TooFewQuotations::Refuse {
            return Err(AwardQuotationsError::TooFew { quoted, least });
        }
        if command.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty()) {
            return Ok(());
        }
        if few {
            return Err(AwardQuotationsError::Reason { ground: AwardReason::TooFew { quoted, least } });
        }
        if Comparison::drawn(pricing)?.is_best(offers) {
            return Ok(());
        }
        Err(AwardQuotationsError::Reason { ground: AwardReason::NotBest })
    }

    /// What a vendor asks for its delivery to whom something is awarded, in its own currency.
    #[must_use]
    pub fn awarded_delivery(&self, vendor: VendorId) -> Option<Money> {
        self.awarded()?.shares.iter().find(|share| share.offer.vendor == vendor)?;
        match self.invitation(vendor)?.answer() {
            QuotationAnswer::Quoted(quotation) => Some(quotation.delivery),
            QuotationAnswer::Silent | QuotationAnswer::Declined | QuotationAnswer::Withdrawn => None,
        }
    }

    /// The prices of an answer that was awarded, as rows of a price list: of the lines that the vendor delivers, from the
    /// day of the award as long as the answer is valid. Rows have no multiples: what is sold in multiples only is to be
    /// known as a pack of the item.
    ///
    /// # Errors
    /// [`TakeOverPricesError`].
    pub fn price_rows(&self, vendor: VendorId) -> Result<Vec<PriceRow>, TakeOverPricesError> {
        let nothing = TakeOverPricesError::NotAwarded { vendor };
        let award = self.awarded().ok_or(nothing)?;
        let Some(QuotationAnswer::Quoted(quotation)) = self.invitation(vendor).map(Invitation::answer) else {
            return Err(nothing);
        };
        // Invariant: the answer was valid on the day.
        let valid = DateRange::inclusive(award.on, quotation.valid_until).map_err(|_| nothing)?;
        let mut rows = Vec::new();
        for share in award.shares.iter().filter(|share| share.offer.vendor == vendor) {
            let line = share.offer.line;
            let Some((asked, quoted)) = asked_for(&self.asked.lines, line).zip(quotation.lines.get(&line)) else {
                continue;
            };
            rows.extend(quoted.prices.iter().map(|one| PriceRow {
                vendor,
                item: asked.item,
                vendor_sku: None,
                price: one.price,
                min_quantity: one.from,
                lead_days: quoted.lead_days,
                valid,
            }));
        }
        if rows.is_empty() { Err(nothing) } else { Ok(rows) }
    }
}

impl AwardQuotations {
    /// How many of which line go to whom.
    fn shares(&self) -> impl Iterator<Item = (u32, VendorId, Quantity)> {
        self.lines.iter().flat_map(|(line, of)| of.iter().map(|(vendor, wanted)| (*line, *vendor, *wanted)))
    }

    fn check(&self, asked: &[QuotationLine]) -> Result<(), AwardQuotationsError> {
        if self.lines.is_empty() {
            return Err(AwardQuotationsError::Nothing);
        }
        for (line, of) in &self.lines {
            let line = *line;
            let wanted = asked_for(asked, line).ok_or(AwardQuotationsError::UnknownLine { line })?.quantity;
            let wrong = |share: &Quantity| !share.is_positive() || share.unit() != wanted.unit();
            if let Some(quantity) = of.values().copied().find(wrong) {
                return Err(AwardQuotationsError::Quantity { line, quantity });
            }
            if Quantity::sum(of.values().copied(), wanted.unit()) != Ok(wanted) {
                return Err(AwardQuotationsError::Sum { line, wanted });
            }
        }
        Ok(())
    }
}

impl QuotationAward {
    /// Whether that was said.
    fn says(&self, command: &AwardQuotations, on: NaiveDate) -> bool {
        let given = self.shares.iter().map(|share| (share.offer.line, share.offer.vendor, share.wanted));
        self.on == on && self.reason == command.reason && given.eq(command.shares())
    }
}
