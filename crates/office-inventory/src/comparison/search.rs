//! Which vendors are best for all lines, alone or a few together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::pricing::Pricing;
use super::{Comparison, ComparisonError, LineOffer, PlanSearch, SourcingPlan};
use crate::VendorId;

/// What was found.
pub(super) struct Plans {
    pub(super) whole: Option<SourcingPlan>,
    pub(super) best: SourcingPlan,
}

/// What a vendor asks for a line: the lesser, the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bid {
    other: bool,
    cost: i128,
    arrives: NaiveDate,
    // Of the vendor, in the order in which they were asked.
    place: usize,
}

/// What a group of vendors comes to: the lesser, the better.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    left: usize,
    other: usize,
    total: i128,
    vendors: usize,
    group: Vec<usize>,
}

/// The vendors that offer something, in the order in which they were asked, and what they offer.
struct Table {
    vendors: Vec<VendorId>,
    delivery: Vec<i128>,
    // By line, then by vendor.
    bids: Vec<Vec<Option<Bid>>>,
}

pub(super) fn plans(pricing: &Pricing<'_>, offers: &[LineOffer]) -> Result<(Plans, PlanSearch), ComparisonError> {
    let table = Table::of(pricing, offers);
    let most = usize::try_from(pricing.rules().most_vendors.get()).unwrap_or(usize::MAX);
    let whole = table.singles().filter(|rank| rank.left == 0).min();
    let whole = whole.map(|rank| table.plan(pricing, offers, &rank.group)).transpose()?;
    let (group, search) = table.search(most);
    let best = table.plan(pricing, offers, &group)?;
    Ok((Plans { whole, best }, search))
}

impl Table {
    fn of(pricing: &Pricing<'_>, offers: &[LineOffer]) -> Self {
        let vendors: BTreeSet<_> = offers.iter().map(|offer| (pricing.place(offer.vendor), offer.vendor)).collect();
        let vendors: Vec<_> = vendors.into_iter().map(|(_, vendor)| vendor).collect();
        let delivery = vendors.iter().map(|vendor| pricing.delivery(*vendor).minor()).collect();
        let preferred = pricing.rules().preferred;
        let of: BTreeMap<_, _> = offers.iter().map(|offer| ((offer.line, offer.vendor), offer)).collect();
        let bid = |line: u32, place: usize, vendor: VendorId| {
            let offer = of.get(&(line, vendor))?;
            let other = preferred != Some(vendor);
            Some(Bid { other, cost: offer.cost.minor(), arrives: offer.arrives, place })
        };
        let row = |line| vendors.iter().enumerate().map(|(place, vendor)| bid(line, place, *vendor)).collect();
        let bids = pricing.lines().map(row).collect();
        Self { vendors, delivery, bids }
    }

    /// Each vendor alone.
    fn singles(&self) -> impl Iterator<Item = Rank> {
        (0..self.vendors.len()).map(|place| self.rank(&[place]))
    }

    /// The best bid of a group for each line: as all deliveries of the group are paid, no other choice costs less.
    fn best_bids(&self, group: &[usize]) -> impl Iterator<Item = Option<Bid>> {
        self.bids.iter().map(|row| group.iter().filter_map(|place| *row.get(*place)?).min())
    }

    fn rank(&self, group: &[usize]) -> Rank {
        let (mut left, mut other, mut total) = (0_usize, 0_usize, 0_i128);
        let mut used = BTreeSet::new();
        for bid in self.best_bids(group) {
            let Some(bid) = bid else {
                left = left.saturating_add(1);
                continue;
            };
            other = other.saturating_add(usize::from(bid.other));
            total = total.saturating_add(bid.cost);
            used.insert(bid.place);
        }
        let delivery = used.iter().filter_map(|place| self.delivery.get(*place));
        let total = delivery.fold(total, |total, delivery| total.saturating_add(*delivery));
        Rank { left, other, total, vendors: used.len(), group: used.into_iter().collect() }
    }

    /// The best group of at most so many vendors: whoever is not used by it is not in it.
    fn search(&self, most: usize) -> (Vec<usize>, PlanSearch) {
        let all = self.vendors.len();
        let lines = u64::try_from(self.bids.len()).unwrap_or(u64::MAX);
        let mut best = self.singles().min();
        let (mut groups, mut steps) = (u64::try_from(all).unwrap_or(u64::MAX), 0_u64);
        for size in 2..=most.min(all) {
            let mut group: Vec<_> = (0..size).collect();
            let each = lines.saturating_mul(u64::try_from(size).unwrap_or(u64::MAX));
            loop {
                steps = steps.saturating_add(each);
                if steps > Comparison::MOST_STEPS {
                    return (self.widened(best, most), PlanSearch::Limited { groups });
                }
                groups = groups.saturating_add(1);
                best = best.into_iter().chain([self.rank(&group)]).min();
                if !advance(&mut group, all) {
                    break;
                }
            }
        }
        (best.map(|best| best.group).unwrap_or_default(), PlanSearch::All { groups })
    }

    /// A group to which whoever makes it best is added, as long as somebody makes it better.
    fn widened(&self, best: Option<Rank>, most: usize) -> Vec<usize> {
        let Some(mut best) = best else { return Vec::new() };
        while best.group.len() < most {
            let with = |place| {
                let group: Vec<_> = best.group.iter().copied().chain([place]).collect();
                self.rank(&group)
            };
            match (0..self.vendors.len()).map(with).min().filter(|wider| *wider < best) {
                Some(wider) => best = wider,
                None => break,
            }
        }
        best.group
    }

    /// What a group would deliver.
    fn plan(
        &self,
        pricing: &Pricing<'_>,
        offers: &[LineOffer],
        group: &[usize],
    ) -> Result<SourcingPlan, ComparisonError> {
        let of: BTreeMap<_, _> = offers.iter().map(|offer| ((offer.line, offer.vendor), offer)).collect();
        let (mut lines, mut left) = (Vec::new(), BTreeSet::new());
        for (line, bid) in pricing.lines().zip(self.best_bids(group)) {
            let vendor = bid.and_then(|bid| self.vendors.get(bid.place));
            match vendor.and_then(|vendor| of.get(&(line, *vendor))) {
                Some(offer) => lines.push(**offer),
                None => drop(left.insert(line)),
            }
        }
        let total = pricing.share_delivery(&mut lines)?;
        Ok(SourcingPlan { lines: lines.into_iter().map(|offer| (offer.line, offer)).collect(), left, total })
    }
}

/// The next group of as many, of places below `all` that rise; none after the last.
fn advance(group: &mut [usize], all: usize) -> bool {
    // Each place may rise up to where those after it still fit in.
    let ends = (0..all).rev();
    let Some(behind) = group.iter().rev().zip(ends).position(|(place, end)| *place < end) else { return false };
    let at = group.len().saturating_sub(behind).saturating_sub(1);
    let Some(next) = group.get(at).map(|place| place.saturating_add(1)) else { return false };
    for (place, to) in group.iter_mut().skip(at).zip(next..) {
        *place = to;
    }
    true
}
