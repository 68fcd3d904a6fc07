//! Many rules of one shape: this role may approve this category on this cost centre, within a band of amounts.

use std::error::Error;

use office_core::rules::{Binding, DecisionTable, Dialect, HitPolicy, TableText};
use office_core::{Currency, Money};

use crate::request::{COST_CENTRES, Category, Dice, Request, Role, request};
use crate::{Ours, Verdict};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Band {
    role: Role,
    category: Category,
    cost_centre: &'static str,
    /// The least amount in the band, and the least above it.
    from: Money,
    until: Money,
}

/// Where the bands of one combination begin and end, in cents. The second and third share some amounts.
const BANDS: [(i64, i64); 3] = [(0, 50_000), (50_000, 250_001), (200_000, 1_000_000)];

/// So many of the 1,080 rules, in no particular order.
pub(crate) fn bands(count: usize) -> Vec<Band> {
    let mut all = Vec::new();
    for &role in Role::ALL {
        for &category in Category::ALL {
            for cost_centre in COST_CENTRES {
                let euros = |cents| Money::from_minor(cents, Currency::EUR);
                let band = |(from, until)| Band { role, category, cost_centre, from: euros(from), until: euros(until) };
                all.extend(BANDS.map(band));
            }
        }
    }
    let mut dice = Dice::new(1);
    for last in (1..all.len()).rev() {
        let other = usize::try_from(dice.below(u64::try_from(last).unwrap_or(0).saturating_add(1)));
        all.swap(last, other.unwrap_or(0));
    }
    all.truncate(count);
    all
}

/// Requests, half of which are made for one of the rules: at the edges of its band, a cent off, and within.
pub(crate) fn requests(bands: &[Band], count: usize) -> Vec<Request> {
    let mut dice = Dice::new(3);
    let mut requests: Vec<Request> = (0..count).map(|_| request(&mut dice)).collect();
    for (request, band) in requests.iter_mut().zip(bands.iter().cycle()).filter(|_| dice.below(2) == 0) {
        request.role = band.role;
        request.category = band.category;
        request.cost_centre = band.cost_centre;
        let (from, until) = (band.from.minor(), band.until.minor());
        let near = [from, until.saturating_sub(1), from.saturating_add(10_001), from.saturating_sub(1).max(0), until];
        let minor = near.get(usize::try_from(from.saturating_add(until).rem_euclid(5)).unwrap_or(0)).copied();
        request.amount = Money::try_from_minor(minor.unwrap_or(0), Currency::EUR).unwrap_or(request.amount);
    }
    requests
}

pub(crate) fn rows(bands: &[Band]) -> Vec<Vec<String>> {
    let row = |band: &Band| {
        let amounts = format!("[{}..{})", band.from, band.until);
        [band.role.as_str(), band.category.as_str(), band.cost_centre, &amounts, "allow"].map(ToOwned::to_owned).into()
    };
    bands.iter().map(row).collect()
}

pub(crate) fn ours(rows: &[Vec<String>]) -> Result<Ours, Box<dyn Error>> {
    let header = ["role", "category", "cost_centre", "amount: money EUR", "outcome"];
    let text = TableText { hit: HitPolicy::Collect, ..TableText::from_rows(&header, rows.iter().cloned())? };
    let schema = text.schema(Dialect::Office)?;
    let table = DecisionTable::new(text, &schema, Dialect::Office)?;
    let binding = Binding::<Request>::new(table.schema())
        .text("role", |request| request.role.as_str())
        .text("category", |request| request.category.as_str())
        .text("cost_centre", |request| request.cost_centre)
        .money("amount", |request| request.amount)
        .build()?;
    Ok(Ours { table, binding })
}

pub(crate) fn by_hand(bands: &[Band], request: &Request) -> Verdict {
    let mut verdict = Verdict::default();
    let amount = request.amount.amount();
    for (number, band) in (1..).zip(bands) {
        if band.role == request.role
            && band.category == request.category
            && band.cost_centre == request.cost_centre
            && band.from.amount() <= amount
            && amount < band.until.amount()
        {
            verdict.add(number);
        }
    }
    verdict.allowed = verdict.last > 0;
    verdict
}
