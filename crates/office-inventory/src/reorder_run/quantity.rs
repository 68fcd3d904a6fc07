//! How much is ordered, at which price.

use office_core::subject::ItemId;
use office_core::{Decimal, Quantity, Rounding};

use super::source::{Chosen, Offer};
use super::{QuantityGround, ReorderProposal, ReorderReasons, ReorderRunError};
use crate::reorder::whole_packs;
use crate::theory::{SupplyOption, TheoryError};

/// A quantity that could be ordered, and at which price.
struct Candidate<'a> {
    priced: &'a Offer<'a>,
    quantity: Quantity,
    in_stock_unit: Quantity,
    ground: QuantityGround,
}

/// What the policy asks for, or more at a lower price, whichever costs less in a year.
pub(super) fn order(
    item: ItemId,
    mut chosen: Chosen<'_>,
    reasons: ReorderReasons,
) -> Result<ReorderProposal, ReorderRunError> {
    let missing = reasons.level.checked_sub(reasons.total)?;
    let wanted = if missing < reasons.lot { reasons.lot } else { missing };
    // Of quantities that cost the same, the least that will do comes first.
    chosen.offers.sort_by_key(|offer| offer.min);
    let mut best: Option<(Decimal, Candidate<'_>)> = None;
    for offer in &chosen.offers {
        let candidate = candidate(&chosen, offer, wanted, &reasons)?;
        let (unit_cost, quantity) = (candidate.priced.unit_cost, candidate.in_stock_unit.amount());
        let cost = SupplyOption { unit_cost, quantity, ..chosen.supply }.cost()?;
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, candidate));
        }
    }
    // A vendor is chosen by one of its offers, so there is one.
    let (_, Candidate { priced, quantity, in_stock_unit, ground }) = best.ok_or(TheoryError::OutOfRange)?;
    let value = priced.row.price.extend(&quantity, Rounding::HalfUp)?;
    let price = priced.row.clone();
    Ok(ReorderProposal { item, quantity, in_stock_unit, value, price, wanted, quantity_ground: ground, reasons })
}

/// As much as is wanted and as the offer asks for, in its packs, at the lowest price for so much.
fn candidate<'a>(
    chosen: &'a Chosen<'_>,
    offer: &'a Offer<'a>,
    wanted: Quantity,
    reasons: &ReorderReasons,
) -> Result<Candidate<'a>, ReorderRunError> {
    let terms = &reasons.terms;
    let base = if wanted < terms.least { terms.least } else { wanted };
    let lowest = chosen.offers.first().map_or(offer.min, |first| first.min);
    let ground = if offer.min > base.amount() {
        if offer.min == lowest { QuantityGround::VendorMinimum } else { QuantityGround::PriceBreak }
    } else if wanted < terms.least {
        QuantityGround::Least
    } else {
        QuantityGround::Wanted
    };
    let target = Quantity::new(offer.min.max(base.amount()), base.unit())?;
    let unit = offer.row.price.per().unit();
    let (quantity, in_stock_unit) =
        whole_packs(target, terms.multiple, unit, offer.content).map_err(|_| TheoryError::OutOfRange)?;
    let fits = |other: &&Offer<'_>| {
        let min = other.row.min_quantity;
        min.unit() == unit && min.amount() <= quantity.amount()
    };
    let priced = chosen.offers.iter().filter(fits).min_by_key(|other| other.unit_cost).unwrap_or(offer);
    Ok(Candidate { priced, quantity, in_stock_unit, ground })
}
