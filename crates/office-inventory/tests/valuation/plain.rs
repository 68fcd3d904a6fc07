//! Valuing with nothing but vectors.

use std::collections::BTreeMap;

use office_core::subject::PlaceId;
use office_core::{Decimal, Quantity};
use office_inventory::{CostMethod, CostScope, LedgerTerms, Location, LotId, Movement};

/// Goods in quarters and cents, valued step by step with nothing but vectors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heap {
    layers: Vec<(i64, i64)>,
}

pub(crate) fn share(value: i64, part: i64, whole: i64) -> i64 {
    (2 * value * part + whole) / (2 * whole)
}

impl Heap {
    fn held(&self) -> i64 {
        self.layers.iter().map(|(held, _)| held).sum()
    }

    fn worth(&self) -> i64 {
        self.layers.iter().map(|(_, worth)| worth).sum()
    }

    fn put(&mut self, method: CostMethod, standard: i64, quantity: i64, value: i64) {
        let all = (self.held() + quantity, self.worth() + value);
        match method {
            CostMethod::Average => self.layers = vec![all],
            CostMethod::Standard => self.layers = vec![(all.0, share(standard, all.0, 4))],
            CostMethod::Fifo | CostMethod::Lifo | CostMethod::Specific => self.layers.push((quantity, value)),
        }
    }

    fn take(&mut self, method: CostMethod, standard: i64, mut wanted: i64) -> Vec<(i64, i64)> {
        if method == CostMethod::Standard {
            let left = self.held() - wanted;
            let cost = self.worth() - share(standard, left, 4);
            self.layers = vec![(left, share(standard, left, 4))];
            return vec![(wanted, cost)];
        }
        let mut taken = Vec::new();
        while wanted > 0 {
            let at = if method == CostMethod::Lifo { self.layers.len() - 1 } else { 0 };
            let (held, value) = self.layers.remove(at);
            let used = wanted.min(held);
            let cost = if used == held { value } else { share(value, used, held) };
            taken.push((used, cost));
            wanted -= used;
            if used < held {
                self.layers.insert(at, (held - used, value - cost));
            }
        }
        taken
    }
}

pub(crate) type HeapKey = (bool, Option<PlaceId>, Option<LotId>);

pub(crate) fn heap_key(terms: &LedgerTerms, location: Location, lot: Option<LotId>) -> Option<HeapKey> {
    let apart = terms.method == CostMethod::Specific || terms.scope == CostScope::Lots;
    let lot = lot.filter(|_| apart);
    match location {
        Location::Storage(place) => {
            Some((false, Some(place).filter(|_| matches!(terms.scope, CostScope::Sites(_))), lot))
        }
        Location::Transit(place) => Some((true, Some(place), lot)),
        Location::Supplier(_)
        | Location::Customer(_)
        | Location::Consumption(_)
        | Location::Loss
        | Location::Opening
        | Location::Assembly => None,
    }
}

pub(crate) fn whole(amount: Decimal) -> i64 {
    // What is whole has no digits after the point once it is cut there.
    amount.trunc().mantissa().try_into().unwrap()
}

pub(crate) fn quarters(quantity: Quantity) -> i64 {
    whole(quantity.amount() * Decimal::from(4))
}

/// The value of each movement in the order in which they happened, and of what is left.
pub(crate) fn plainly(terms: &LedgerTerms, movements: &[&Movement]) -> (Vec<i64>, i64) {
    let standard = terms.unit_cost.map_or(0, |cost| whole(cost.amount() * Decimal::from(100)));
    let mut heaps = BTreeMap::<HeapKey, Heap>::new();
    let mut values = Vec::new();
    for movement in movements {
        let transfer = &movement.transfer;
        let quantity = quarters(transfer.quantity());
        let [from, to] = [transfer.from(), transfer.to()].map(|at| heap_key(terms, at, transfer.lot()));
        if from == to {
            values.push(0);
            continue;
        }
        let taken = match from {
            Some(from) => heaps.get_mut(&from).unwrap().take(terms.method, standard, quantity),
            None => vec![(quantity, i64::try_from(transfer.value().unwrap().minor()).unwrap())],
        };
        values.push(taken.iter().map(|(_, cost)| cost).sum());
        if let Some(to) = to {
            for (quantity, value) in taken {
                heaps.entry(to).or_default().put(terms.method, standard, quantity, value);
            }
        }
    }
    (values, heaps.values().map(Heap::worth).sum())
}
