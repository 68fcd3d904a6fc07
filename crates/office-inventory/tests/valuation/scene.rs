//! What happens to stock in the tests of valuing, made up at random, and the sums that always hold.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::subject::PlaceId;
use office_core::{Currency, Decimal, Id, Money, Quantity, UnitCode};
use office_inventory::{
    CostMethod, CostScope, Ledger, LedgerTerms, Location, LotId, Movement, NegativeStock, Revaluation, Revalued,
    StockAccount, StockPosting, Tracking, Transfer,
};
use proptest::prelude::*;

pub(crate) const METHODS: [CostMethod; 5] =
    [CostMethod::Fifo, CostMethod::Lifo, CostMethod::Average, CostMethod::Standard, CostMethod::Specific];

pub(crate) fn unit() -> UnitCode {
    "ream".parse().unwrap()
}

pub(crate) fn eur(cents: i64) -> Money {
    Money::from_minor(cents, Currency::EUR)
}

pub(crate) fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
}

pub(crate) fn place(number: u8) -> PlaceId {
    Id::natural("place", &number.to_string())
}

pub(crate) fn lot(number: u8) -> LotId {
    Id::natural("lot", &number.to_string())
}

pub(crate) fn vendor() -> Location {
    Location::Supplier(Id::natural("party", "V-01"))
}

pub(crate) fn centre() -> Location {
    Location::Consumption(Id::natural("cost_centre", "CC-200"))
}

/// What happens, with numbers that are made to fit what is there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    In {
        cents: i64,
    },
    Out,
    Lost,
    Within,
    Away,
    Arrive,
    /// Some of an earlier step's goods come back.
    Back {
        of: usize,
    },
    Cost {
        method: usize,
        cents: Option<i64>,
    },
    Charge {
        of: usize,
        cents: i64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) day: u64,
    pub(crate) quarters: i64,
    pub(crate) place: u8,
    pub(crate) lot: u8,
    pub(crate) way: Way,
}

pub(crate) fn way() -> impl Strategy<Value = Way> {
    prop_oneof![
        6 => (0..9_999_i64).prop_map(|cents| Way::In { cents }),
        5 => Just(Way::Out),
        1 => Just(Way::Lost),
        2 => Just(Way::Within),
        1 => Just(Way::Away),
        1 => Just(Way::Arrive),
        2 => (0..24_usize).prop_map(|of| Way::Back { of }),
        1 => (0..4_usize, prop::option::of(0..400_i64)).prop_map(|(method, cents)| Way::Cost { method, cents }),
        2 => (0..24_usize, 0..500_i64).prop_map(|(of, cents)| Way::Charge { of, cents }),
    ]
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (1..9_u64, 1..60_i64, 0..2_u8, 0..2_u8, way()).prop_map(|(day, quarters, place, lot, way)| Step {
        day,
        quarters,
        place,
        lot,
        way,
    });
    prop::collection::vec(step, 1..24)
}

pub(crate) fn terms(negative: NegativeStock) -> impl Strategy<Value = LedgerTerms> {
    (0..5_usize, 0..3_usize, prop::option::of(1..400_i64)).prop_map(move |(method, scope, cents)| {
        let method = METHODS[method];
        let scope = [CostScope::Company, CostScope::Sites(BTreeMap::new()), CostScope::Lots][scope].clone();
        let apart = method == CostMethod::Specific || scope == CostScope::Lots;
        let cents = if method == CostMethod::Standard { cents.or(Some(100)) } else { cents };
        LedgerTerms {
            method,
            scope,
            negative,
            tracking: if apart { Tracking::Lot } else { Tracking::None },
            unit_cost: cents.map(cost),
        }
    })
}

pub(crate) fn any_terms() -> impl Strategy<Value = LedgerTerms> {
    prop_oneof![terms(NegativeStock::Forbid), terms(NegativeStock::LastCost), terms(NegativeStock::Settle)]
}

pub(crate) fn cost(cents: i64) -> office_core::UnitPrice {
    office_core::UnitPrice::per_unit(Decimal::new(cents, 2), Currency::EUR, unit()).unwrap()
}

pub(crate) fn ledger(terms: &LedgerTerms) -> Ledger {
    Ledger::on_terms(unit(), Currency::EUR, terms.clone()).unwrap()
}

#[derive(Clone, Debug)]
pub(crate) enum Event {
    Moved(Movement),
    Revalued(Revaluation),
    Charged { receipt: u64, paper: String, amount: Money },
}

impl Event {
    /// The number of a movement or a revaluation; none of a charge.
    pub(crate) fn sequence(&self) -> u64 {
        match self {
            Self::Moved(movement) => movement.sequence,
            Self::Revalued(revaluation) => revaluation.sequence,
            Self::Charged { .. } => 0,
        }
    }

    /// The day on which it happens; of a charge, no later than anything.
    pub(crate) fn effective(&self) -> NaiveDate {
        match self {
            Self::Moved(movement) => movement.effective,
            Self::Revalued(revaluation) => revaluation.effective,
            Self::Charged { .. } => NaiveDate::MIN,
        }
    }

    /// The same, recorded so many numbers later.
    pub(crate) fn shifted(mut self, by: u64) -> Self {
        match &mut self {
            Self::Moved(movement) => movement.sequence += by,
            Self::Revalued(revaluation) => revaluation.sequence += by,
            Self::Charged { .. } => {}
        }
        self
    }
}

/// The steps as what is entered, each with the sequence of its place in the list, from 1.
pub(crate) fn events(steps: &[Step], terms: &LedgerTerms) -> Vec<Event> {
    let made = |(sequence, step): (u64, &Step)| {
        let quantity = Quantity::new(Decimal::new(step.quarters * 25, 2), unit()).unwrap();
        let (here, there) = (place(step.place), place(1 - step.place));
        let reference = format!("paper-{sequence}").parse().unwrap();
        let transfer = match step.way {
            Way::In { cents } => Transfer::inward(quantity, eur(cents), vendor(), here),
            Way::Out => Transfer::outward(quantity, here, centre()),
            Way::Lost => Transfer::outward(quantity, here, Location::Loss),
            Way::Within => Transfer::within(quantity, here, there),
            Way::Away => Transfer::outward(quantity, here, Location::Transit(there)),
            Way::Arrive => Transfer::between(quantity, Location::Transit(here), Location::Storage(here)),
            Way::Back { of } => Transfer::back(quantity, u64::try_from(of).unwrap() + 1, centre(), here),
            Way::Cost { method, cents } => {
                let what = Revalued::Cost { method: METHODS[method], unit_cost: cents.map(cost) };
                return Event::Revalued(Revaluation { sequence, effective: day(step.day), reference, what });
            }
            Way::Charge { of, cents } => {
                let receipt = u64::try_from(of).unwrap() + 1;
                return Event::Charged { receipt, paper: format!("charge-{sequence}"), amount: eur(cents) };
            }
        };
        let transfer = transfer.unwrap();
        let transfer = if terms.tracking == Tracking::None { transfer } else { transfer.of_lot(lot(step.lot)) };
        Event::Moved(Movement { sequence, effective: day(step.day), reference, transfer })
    };
    (1..).zip(steps).map(made).collect()
}

pub(crate) fn apply(ledger: &mut Ledger, event: &Event) -> Result<Vec<StockPosting>, String> {
    match event.clone() {
        Event::Moved(movement) => ledger.enter(movement).map(|entered| entered.postings).map_err(|e| e.to_string()),
        Event::Revalued(revaluation) => ledger.revalue(revaluation).map_err(|e| e.to_string()),
        Event::Charged { receipt, paper, amount } => {
            ledger.charge(receipt, paper.parse().unwrap(), amount).map_err(|e| e.to_string())
        }
    }
}

/// What is accepted, in the order given, with the postings that came of it.
pub(crate) fn entered(terms: &LedgerTerms, steps: &[Step]) -> (Ledger, Vec<Event>, Vec<StockPosting>) {
    let mut ledger = ledger(terms);
    let (mut accepted, mut postings) = (Vec::new(), Vec::new());
    for event in events(steps, terms) {
        let before = ledger.clone();
        match apply(&mut ledger, &event) {
            Ok(more) => {
                accepted.push(event);
                postings.extend(more);
            }
            Err(_) => assert_eq!(ledger, before, "a refusal changes nothing"),
        }
        check_sums(&ledger, &postings);
    }
    (ledger, accepted, postings)
}

pub(crate) fn by_account(postings: &[StockPosting]) -> BTreeMap<StockAccount, Decimal> {
    let mut totals = BTreeMap::<_, Decimal>::new();
    for posting in postings {
        assert!(posting.amount.is_positive());
        *totals.entry(posting.debit).or_default() += posting.amount.amount();
        *totals.entry(posting.credit).or_default() -= posting.amount.amount();
    }
    totals.retain(|_, total| !total.is_zero());
    totals
}

pub(crate) fn in_stock(postings: &[StockPosting]) -> Decimal {
    let mut accounts = by_account(postings);
    [StockAccount::Stock, StockAccount::InTransit].iter().filter_map(|account| accounts.remove(account)).sum()
}

/// Laws 1, 4, 5 and 6, at any moment.
pub(crate) fn check_sums(ledger: &Ledger, postings: &[StockPosting]) {
    let sum: Decimal = ledger.balances().map(|(_, held)| held.amount()).sum();
    assert_eq!(sum, Decimal::ZERO);
    let ours: Decimal = ledger.balances().filter(|(at, _)| at.is_ours()).map(|(_, held)| held.amount()).sum();
    let layers: Decimal = ledger.layers().map(|layer| layer.quantity.amount()).sum();
    let worth: Decimal = ledger.layers().map(|layer| layer.value.amount()).sum();
    assert_eq!((ours, ledger.value().amount()), (layers, worth));
    assert_eq!(in_stock(postings), ledger.value().amount());
    for number in 0..10 {
        let until: Vec<_> = postings.iter().filter(|posting| posting.effective <= day(number)).copied().collect();
        assert_eq!(in_stock(&until), ledger.value_at(day(number)).unwrap().amount(), "at the end of day {number}");
    }
}

pub(crate) type Economy = (Vec<(Location, Quantity)>, Vec<(NaiveDate, Quantity, Money)>, Money);

pub(crate) fn economy(ledger: &Ledger) -> Economy {
    let layers = ledger.layers().map(|layer| (layer.effective, layer.quantity, layer.value));
    (ledger.balances().collect(), layers.collect(), ledger.value())
}

pub(crate) fn in_order(events: &[Event]) -> Vec<&Movement> {
    let mut movements: Vec<_> = events
        .iter()
        .filter_map(|event| if let Event::Moved(movement) = event { Some(movement) } else { None })
        .collect();
    movements.sort_by_key(|movement| (movement.effective, movement.sequence));
    movements
}

/// Whether nothing is ever below zero, of any lot at any place.
pub(crate) fn holds(movements: &[&Movement]) -> bool {
    let mut held = BTreeMap::<(Location, Option<LotId>), Decimal>::new();
    movements.iter().all(|movement| {
        let (transfer, quantity) = (&movement.transfer, movement.transfer.quantity().amount());
        *held.entry((transfer.to(), transfer.lot())).or_default() += quantity;
        let left = held.entry((transfer.from(), transfer.lot())).or_default();
        *left -= quantity;
        !transfer.from().is_ours() || *left >= Decimal::ZERO
    })
}

pub(crate) fn plain_steps() -> impl Strategy<Value = Vec<Step>> {
    let moved = |step: &Step| !matches!(step.way, Way::Back { .. } | Way::Cost { .. } | Way::Charge { .. });
    steps().prop_map(move |steps| steps.into_iter().filter(moved).collect())
}
