//! What was paid for the same thing: how prices went, and where somebody was cheaper.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::{ItemId, PartyId};
use office_core::{Currency, Money, PriceError, Quantity, Ratio, Rounding, UnitCode, UnitPrice};
use serde::{Deserialize, Serialize};

/// A price that was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricePaid {
    /// To whom.
    pub vendor: PartyId,
    /// For what.
    pub item: ItemId,
    /// When.
    pub on: NaiveDate,
    /// How many, in the unit of the price.
    pub quantity: Quantity,
    /// At which price.
    pub price: UnitPrice,
}

/// How the price of an item at a vendor went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceDrift {
    /// The vendor.
    pub vendor: PartyId,
    /// The item.
    pub item: ItemId,
    /// When it was bought first, and for how much.
    pub first: (NaiveDate, UnitPrice),
    /// When it was bought last, and for how much.
    pub last: (NaiveDate, UnitPrice),
    /// By how much the last price is above the first, as a part of it: a tenth is 10 %. Nothing where the first was free or
    /// the two are in different units or currencies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Ratio>,
    /// How often it was bought.
    pub purchases: usize,
}

/// A purchase that another vendor would have made for less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saving {
    /// The purchase.
    pub paid: PricePaid,
    /// The cheaper one: the price that somebody else took, and when.
    pub cheaper: PricePaid,
    /// What the quantity would have cost less.
    pub amount: Money,
}

/// The key of an item at a vendor, in one unit and currency.
fn same(one: &UnitPrice, other: &UnitPrice) -> bool {
    one.currency() == other.currency() && one.per().unit() == other.per().unit()
}

/// The price of one unit, exactly.
fn of_one(price: &UnitPrice) -> Option<Ratio> {
    Ratio::from_decimal(price.amount()).checked_div(Ratio::from_decimal(price.per().amount())).ok()
}

/// What purchases that can be compared have in common.
type Likeness = (ItemId, UnitCode, Currency);

/// The prices near a day, cheapest first, by vendor.
#[derive(Default)]
struct Window {
    by_vendor: BTreeMap<PartyId, BTreeSet<(Ratio, usize)>>,
    // The cheapest of each vendor.
    best: BTreeSet<(Ratio, usize, PartyId)>,
}

impl Window {
    fn add(&mut self, at: usize, price: Ratio, paid: &PricePaid) {
        self.change(paid.vendor, |prices| {
            prices.insert((price, at));
        });
    }

    fn remove(&mut self, at: usize, price: Ratio, paid: &PricePaid) {
        self.change(paid.vendor, |prices| {
            prices.remove(&(price, at));
        });
    }

    fn change(&mut self, vendor: PartyId, change: impl FnOnce(&mut BTreeSet<(Ratio, usize)>)) {
        let prices = self.by_vendor.entry(vendor).or_default();
        if let Some((price, at)) = prices.first() {
            self.best.remove(&(*price, *at, vendor));
        }
        change(prices);
        if let Some((price, at)) = prices.first() {
            self.best.insert((*price, *at, vendor));
        }
    }

    /// The lowest price that anybody but a vendor took, the earliest of equal ones.
    fn cheapest_of_others(&self, vendor: PartyId) -> Option<(Ratio, usize)> {
        self.best.iter().find(|(_, _, other)| *other != vendor).map(|(price, at, _)| (*price, *at))
    }
}

/// How the prices of each item at each vendor went, the greatest rise first; of equal ones in the order of vendor and item.
/// Of several purchases on one day the dearest counts.
///
/// # Example
/// ```
/// use office_core::{Id, Ratio};
/// use office_finance::{PricePaid, price_drift};
///
/// let paid = |on: &str, price: &str| Ok::<_, Box<dyn std::error::Error>>(PricePaid {
///     vendor: Id::natural("party", "V-1"), item: Id::natural("item", "PAPER"), on: on.parse()?, quantity: "10 box".parse()?,
///     price: price.parse()?,
/// });
/// let drift = price_drift(&[paid("2026-01-09", "20 EUR / 1 box")?, paid("2026-09-02", "45 EUR / 2 box")?]);
/// assert_eq!(drift[0].drift, Some(Ratio::new(1, 8)?));
/// // Boxes and sheets are not compared.
/// let drift = price_drift(&[paid("2026-01-09", "20 EUR / 1 box")?, paid("2026-09-02", "1 EUR / 1 sheet")?]);
/// assert_eq!(drift[0].drift, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn price_drift(paid: &[PricePaid]) -> Vec<PriceDrift> {
    let mut sorted: Vec<&PricePaid> = paid.iter().collect();
    sorted.sort_by_key(|paid| (paid.vendor, paid.item, paid.on, of_one(&paid.price), paid.price.to_string()));
    let mut drifts: BTreeMap<(PartyId, ItemId), PriceDrift> = BTreeMap::new();
    for PricePaid { vendor, item, on, price, .. } in sorted {
        let at = (*on, *price);
        let new = PriceDrift { vendor: *vendor, item: *item, first: at, last: at, drift: None, purchases: 0 };
        let drift = drifts.entry((*vendor, *item)).or_insert(new);
        if drift.first.0 == *on {
            drift.first = at;
        }
        drift.last = at;
        drift.purchases = drift.purchases.saturating_add(1);
    }
    let mut drifts: Vec<_> = drifts.into_values().collect();
    for drift in &mut drifts {
        let (first, last) = (&drift.first.1, &drift.last.1);
        let prices = if same(first, last) { of_one(first).zip(of_one(last)) } else { None };
        drift.drift = prices.and_then(|(first, last)| last.checked_sub(first).ok()?.checked_div(first).ok());
    }
    drifts.sort_by_key(|drift| std::cmp::Reverse(drift.drift));
    drifts
}

/// Which purchases another vendor would have made for less: at the lowest price that anybody else took for the item in the
/// same unit within so many days before or after. The largest saving first; of equal ones the earliest.
///
/// # Errors
/// [`PriceError`] where an amount cannot be held.
///
/// # Example
/// ```
/// use office_core::{Id, Rounding};
/// use office_finance::{PricePaid, savings};
///
/// let paid = |vendor: &str, on: &str, price: &str| Ok::<_, Box<dyn std::error::Error>>(PricePaid {
///     vendor: Id::natural("party", vendor), item: Id::natural("item", "PAPER"), on: on.parse()?, quantity: "10 box".parse()?,
///     price: price.parse()?,
/// });
/// let both = [paid("V-1", "2026-10-01", "20 EUR / 1 box")?, paid("V-2", "2026-10-20", "17.5 EUR / 1 box")?];
/// let found = savings(&both, 30, Rounding::HalfUp)?;
/// assert_eq!((found.len(), found[0].amount.to_string()), (1, "25.00 EUR".to_owned()));
/// // Eighteen days apart is not within ten.
/// assert!(savings(&both, 10, Rounding::HalfUp)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn savings(paid: &[PricePaid], days: u32, rounding: Rounding) -> Result<Vec<Saving>, PriceError> {
    let mut alike: BTreeMap<Likeness, Vec<(Ratio, &PricePaid)>> = BTreeMap::new();
    for purchase in paid {
        let price = &purchase.price;
        if let Some(one) = of_one(price) {
            let key = (purchase.item, price.per().unit(), price.currency());
            alike.entry(key).or_default().push((one, purchase));
        }
    }
    let mut found = Vec::new();
    for purchases in alike.values_mut() {
        purchases.sort_by_key(|(one, paid)| (paid.on, *one, paid.vendor, paid.quantity.amount()));
        let mut window = Window::default();
        let (mut from, mut to) = (0, 0);
        for (one, bought) in purchases.iter() {
            let apart = |other: &PricePaid| other.on.signed_duration_since(bought.on).num_days();
            while let Some((price, other)) = purchases.get(to).filter(|(_, other)| apart(other) <= i64::from(days)) {
                window.add(to, *price, other);
                to = to.saturating_add(1);
            }
            while let Some((price, other)) =
                purchases.get(from).filter(|(_, other)| apart(other).saturating_add(days.into()) < 0)
            {
                window.remove(from, *price, other);
                from = from.saturating_add(1);
            }
            let cheapest = window.cheapest_of_others(bought.vendor).filter(|(price, _)| price < one);
            let Some((_, cheaper)) = cheapest.and_then(|(_, at)| purchases.get(at)) else { continue };
            let was = bought.price.extend(&bought.quantity, rounding)?;
            let amount = was.checked_sub(cheaper.price.extend(&bought.quantity, rounding)?)?;
            if amount.is_positive() {
                found.push(Saving { paid: **bought, cheaper: **cheaper, amount });
            }
        }
    }
    found.sort_by_key(|saving| {
        (std::cmp::Reverse(saving.amount.minor()), saving.paid.on, saving.paid.vendor, saving.paid.item)
    });
    Ok(found)
}
