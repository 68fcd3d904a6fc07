//! What goods cost on top of their price, and what they are valued at anew, with a store: what is stored of it, that the
//! books follow the stock, and that taking back restores.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use insta::assert_json_snapshot;
use office_core::{Currency, Decimal, Decision, Id, MemoryStore, Office, UnitCode, fold, wait};
use office_inventory::{
    BookedShare, ChargeBasis, CostMethod, LandedCost, LandedCostBill, LandedCostFact, LandedCostId, LandedGoods,
    LedgerTerms, NewStock, Revalued, ShareBooking, ShareLandedCostError, Stock, StockAccount, StockCount, StockFact,
    StockIssue, StockPosting, StockReceipt, StockRevaluation, cancel_landed_cost, handle_goods, ledger_since,
    share_landed_cost,
};
use proptest::prelude::*;

use crate::room::{command, embedded, euro, item, offices, pieces, room};

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
}

fn open(office: &Office, name: &str, terms: &LedgerTerms) {
    let new = NewStock { item: item(name), unit: UnitCode::EACH, currency: Currency::EUR, opening: None };
    let opened = Stock::begin_on(new, terms.clone()).unwrap().fact().unwrap();
    wait(office.transact(&command(&format!("open-{name}")), |tx| {
        let opened = opened.clone();
        async move { tx.create(Stock::key(item(name)), opened).await }
    }))
    .unwrap();
}

/// Does something with a stock, by a paper that is used once.
fn handle<E: std::error::Error + Send + 'static>(
    office: &Office,
    name: &str,
    paper: &str,
    on: NaiveDate,
    decide: impl Fn(&Stock) -> Result<Decision<StockFact>, E> + Sync,
) -> bool {
    let (decide, reference) = (&decide, &paper.parse().unwrap());
    let key = format!("{name}-{paper}").replace(' ', "-");
    let done = wait(office.transact(&command(&key), |tx| async move {
        handle_goods(&tx, item(name), Some(reference), on, decide).await.map(|fact| fact.is_some())
    }));
    done.unwrap_or(false)
}

fn receive(office: &Office, name: &str, paper: &str, (quantity, cents): (i32, i64), on: u64) -> bool {
    handle(office, name, paper, day(on), |stock| {
        stock.receive(StockReceipt {
            quantity: pieces(quantity),
            value: euro(cents),
            from: Id::natural("party", "V-01"),
            to: room(),
            on: day(on),
            reference: paper.parse().unwrap(),
        })
    })
}

fn issue(office: &Office, name: &str, paper: &str, quantity: i32, on: u64) -> bool {
    handle(office, name, paper, day(on), |stock| {
        stock.issue(StockIssue {
            quantity: pieces(quantity),
            from: room(),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            issued_to: None,
            on: day(on),
            reference: paper.parse().unwrap(),
        })
    })
}

/// Each closing has a command of its own: the same command again would tell what the first one did.
fn close(office: &Office, name: &str, paper: &str, through: u64) -> bool {
    handle(office, name, paper, day(through), |stock| stock.close(day(through)))
}

fn standard(office: &Office, name: &str, paper: &str, cents: i64, on: u64) -> bool {
    handle(office, name, paper, day(on), |stock| {
        let unit_cost = Some(format!("{} EUR / 1 {}", Decimal::new(cents, 2), UnitCode::EACH).parse().unwrap());
        let what = Revalued::Cost { method: stock.ledger().method(), unit_cost };
        stock.revalue(StockRevaluation { what, on: day(on), reference: paper.parse().unwrap() })
    })
}

fn stock(office: &Office, name: &str) -> Stock {
    wait(office.view(|view| async move { view.load(Stock::key(item(name))).await })).unwrap()
}

fn goods(name: &str, receipt: &str, received: u64, weight: i64) -> LandedGoods {
    let (item, receipt, received) = (item(name), receipt.parse().unwrap(), day(received));
    LandedGoods { item, receipt, received, weight: Decimal::from(weight) }
}

fn bill(paper: &str, cents: i64, by: ChargeBasis, on: u64, lines: Vec<LandedGoods>) -> LandedCostBill {
    LandedCostBill { paper: paper.parse().unwrap(), charge: euro(cents), by, on: day(on), lines }
}

fn id(paper: &str) -> LandedCostId {
    Id::natural("landed_cost", paper)
}

fn share(office: &Office, key: &str, bill: &LandedCostBill) -> Result<Vec<BookedShare>, ShareLandedCostError> {
    wait(office.transact(&command(key), |tx| {
        let bill = bill.clone();
        async move { share_landed_cost(&tx, id(bill.paper.clone().as_str()), bill).await }
    }))
}

fn cancel(office: &Office, key: &str, paper: &str, on: u64) -> Vec<BookedShare> {
    let id = id(paper);
    wait(office.transact(&command(key), |tx| async move { cancel_landed_cost(&tx, id, day(on)).await })).unwrap()
}

fn facts(office: &Office, name: &str) -> Vec<StockFact> {
    let recorded = wait(office.view(|view| async move { view.history(Stock::key(item(name)), 0, 10_000).await }));
    recorded.unwrap().iter().map(|fact| fact.fact::<Stock>().unwrap().unwrap()).collect()
}

/// By how much postings change what the stock is worth in the books.
fn booked<'a>(postings: impl IntoIterator<Item = &'a StockPosting>) -> i128 {
    let ours = |account| matches!(account, StockAccount::Stock | StockAccount::InTransit);
    let change = |posting: &StockPosting| {
        let amount = posting.amount.minor();
        i128::from(ours(posting.debit)) * amount - i128::from(ours(posting.credit)) * amount
    };
    postings.into_iter().map(change).sum()
}

fn values(shares: &[BookedShare]) -> Vec<String> {
    shares.iter().map(|share| share.amount.to_string()).collect()
}

#[test]
fn a_charge_is_shared_by_value_quantity_or_weight_and_taken_back() {
    for office in &offices().1 {
        for (name, goods) in [("A", (10, 100_00)), ("B", (30, 300_00)), ("C", (10, 0))] {
            open(office, name, &LedgerTerms::default());
            assert!(receive(office, name, "DN-1", goods, 1));
        }
        // Some of it is gone before the bill comes.
        assert!(issue(office, "A", "slip-1", 4, 2));
        let before = ["A", "B", "C"].map(|name| stock(office, name));
        let lines = || vec![goods("A", "DN-1", 1, 1), goods("B", "DN-1", 1, 1), goods("C", "DN-1", 1, 6)];
        for (paper, by, shares) in [
            ("FR-1", ChargeBasis::Value, ["20.00 EUR", "60.00 EUR", "0.00 EUR"]),
            ("FR-2", ChargeBasis::Quantity, ["16.00 EUR", "48.00 EUR", "16.00 EUR"]),
            ("FR-3", ChargeBasis::Weight, ["10.00 EUR", "10.00 EUR", "60.00 EUR"]),
        ] {
            let bill = bill(paper, 80_00, by, 5, lines());
            let booked = share(office, paper, &bill).unwrap();
            assert_eq!(values(&booked), shares);
            let all: i128 = ["A", "B", "C"].map(|name| stock(office, name).value().minor()).iter().sum();
            let gone: i128 = 40_00 + booked[0].amount.minor() * 4 / 10;
            assert_eq!(all, 400_00 + 80_00 - gone, "what is gone costs its part");
            // The same bill again is the same; another under its paper is refused.
            assert_eq!(share(office, &format!("{paper}-again"), &bill).unwrap(), []);
            let other = LandedCostBill { charge: euro(81_00), ..bill };
            let other = share(office, &format!("{paper}-other"), &other);
            assert!(matches!(other, Err(ShareLandedCostError::Reused { .. })));

            let back = cancel(office, &format!("{paper}-back"), paper, 6);
            assert_eq!(back.len(), 3);
            let after = ["A", "B", "C"].map(|name| stock(office, name));
            assert_eq!(after, before, "as if it had never been");
            assert_eq!(cancel(office, &format!("{paper}-back-again"), paper, 6), []);
        }
    }
}

#[test]
fn a_charge_for_a_closed_period_is_a_layer_of_its_own() {
    for office in &offices().1 {
        open(office, "A", &LedgerTerms::default());
        assert!(receive(office, "A", "DN-1", (10, 100_00), 1));
        assert!(issue(office, "A", "slip-1", 4, 2));
        assert!(close(office, "A", "closing-1", 5));
        let bill = bill("FR-1", 10_00, ChargeBasis::Value, 9, vec![goods("A", "DN-1", 1, 0)]);
        let shares = share(office, "FR-1", &bill).unwrap();
        // Six of ten are left: six of ten euros go onto them, four are a price difference.
        assert_eq!(stock(office, "A").value(), euro(66_00));
        assert_eq!(booked(&shares[0].postings), 6_00);
        let now = wait(office.view(|view| async move { view.load(id("FR-1")).await })).unwrap();
        let sequence = Some(3);
        assert_eq!(now.shares()[0].booked, ShareBooking::Corrected { left: euro(6_00), sequence });
        let day_before = wait(office.view(|view| async move { ledger_since(&view, item("A"), day(8)).await }));
        assert_eq!(day_before.unwrap().value_at(day(8)), Some(euro(60_00)));

        // Taken back while its day is open, it has not happened.
        cancel(office, "back", "FR-1", 10);
        assert_eq!(stock(office, "A").value(), euro(60_00));

        // Taken back once its day is closed, what is left of it goes.
        let second = LandedCostBill { paper: "FR-2".parse().unwrap(), ..bill };
        share(office, "FR-2", &second).unwrap();
        assert!(issue(office, "A", "slip-2", 3, 10));
        assert_eq!(stock(office, "A").value(), euro(33_00));
        assert!(close(office, "A", "closing-2", 12));
        let back = cancel(office, "back-2", "FR-2", 14);
        assert_eq!((stock(office, "A").value(), booked(&back[0].postings)), (euro(30_00), -3_00));
    }
}

#[test]
fn a_bill_that_makes_no_sense_is_refused() {
    let office = Office::on(MemoryStore::new());
    open(&office, "A", &LedgerTerms::default());
    assert!(receive(&office, "A", "DN-1", (10, 100_00), 1));
    let line = || goods("A", "DN-1", 1, 0);
    let refused = |key: &str, lines| share(&office, key, &bill("FR-1", 10_00, ChargeBasis::Value, 9, lines));
    assert!(matches!(refused("a", vec![line(), line()]), Err(ShareLandedCostError::Twice { .. })));
    let unknown = vec![goods("A", "DN-2", 1, 0)];
    assert!(matches!(refused("b", unknown), Err(ShareLandedCostError::NotReceived { .. })));
    let other_day = vec![goods("A", "DN-1", 2, 0)];
    assert!(matches!(refused("c", other_day), Err(ShareLandedCostError::NotReceived { .. })));
    assert!(matches!(refused("d", vec![goods("Z", "DN-1", 1, 0)]), Err(ShareLandedCostError::Store(_))));
    assert!(matches!(refused("e", Vec::new()), Err(ShareLandedCostError::Share(_))));
    let weightless = bill("FR-1", 10_00, ChargeBasis::Weight, 9, vec![line()]);
    assert!(matches!(share(&office, "f", &weightless), Err(ShareLandedCostError::Share(_))));
    assert_eq!(stock(&office, "A").value(), euro(100_00));
}

#[test]
fn what_is_stored_of_it() {
    let office = Office::on(MemoryStore::new());
    let standard_cost = Some(format!("10 EUR / 1 {}", UnitCode::EACH).parse().unwrap());
    let terms = LedgerTerms { method: CostMethod::Standard, unit_cost: standard_cost, ..LedgerTerms::default() };
    open(&office, "A", &LedgerTerms::default());
    open(&office, "S", &terms);
    assert!(receive(&office, "A", "DN-1", (10, 100_00), 1) && receive(&office, "S", "DN-1", (2, 20_00), 1));
    assert!(standard(&office, "S", "list 2027", 12_00, 3));
    share(&office, "FR-1", &bill("FR-1", 5_00, ChargeBasis::Value, 9, vec![goods("A", "DN-1", 1, 0)])).unwrap();
    cancel(&office, "back", "FR-1", 9);
    let stock_facts: Vec<_> =
        facts(&office, "S").into_iter().skip(2).chain(facts(&office, "A").into_iter().skip(2)).collect();
    assert_json_snapshot!(stock_facts, @r#"
    [
      {
        "revalued": {
          "revaluation": {
            "sequence": 2,
            "effective": "2026-10-04",
            "reference": "list 2027",
            "what": {
              "cost": {
                "method": "standard",
                "unit_cost": "12 EUR / 1 each"
              }
            }
          },
          "gain": "4.00 EUR",
          "postings": [
            {
              "sequence": 2,
              "effective": "2026-10-04",
              "cause": "revalued",
              "debit": "stock",
              "credit": "price_difference",
              "amount": "4.00 EUR"
            }
          ]
        }
      },
      {
        "charged": {
          "receipt": 1,
          "paper": "FR-1",
          "amount": "5.00 EUR",
          "postings": [
            {
              "sequence": 1,
              "effective": "2026-10-02",
              "cause": "charged",
              "debit": "stock",
              "credit": "landed_cost",
              "amount": "5.00 EUR"
            }
          ]
        }
      },
      {
        "discharged": {
          "receipt": 1,
          "paper": "FR-1",
          "amount": "5.00 EUR",
          "postings": [
            {
              "sequence": 1,
              "effective": "2026-10-02",
              "cause": "charged",
              "debit": "landed_cost",
              "credit": "stock",
              "amount": "5.00 EUR"
            }
          ]
        }
      }
    ]
    "#);
    let history = wait(office.view(|view| async move { view.history(id("FR-1"), 0, 10).await })).unwrap();
    let facts: Vec<_> = history.iter().map(|fact| fact.fact::<LandedCost>().unwrap().unwrap()).collect();
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Vec<LandedCostFact>>(&text).unwrap(), facts);
    let state = wait(office.view(|view| async move { view.load(id("FR-1")).await })).unwrap();
    assert_eq!(serde_json::from_str::<LandedCost>(&serde_json::to_string(&state).unwrap()).unwrap(), state);
    assert_eq!(fold::<LandedCost>(&facts), Some(state));
    assert_json_snapshot!(facts, @r#"
    [
      {
        "shared": {
          "bill": {
            "paper": "FR-1",
            "charge": "5.00 EUR",
            "by": "value",
            "on": "2026-10-10",
            "lines": [
              {
                "item": "40226f4f-5af8-5270-994b-8ae9230d3547",
                "receipt": "DN-1",
                "received": "2026-10-02",
                "weight": "0"
              }
            ]
          },
          "shares": [
            {
              "item": "40226f4f-5af8-5270-994b-8ae9230d3547",
              "receipt": 1,
              "quantity": "10 each",
              "amount": "5.00 EUR",
              "booked": "charged"
            }
          ]
        }
      },
      {
        "cancelled": {
          "on": "2026-10-10"
        }
      }
    ]
    "#);
}

#[derive(Clone, Debug)]
enum Act {
    Receive(i32, i64),
    Issue(i32),
    Count(i32),
    Charge(usize, i64),
    Cancel(usize),
    Standard(i64),
    Close,
}

fn acts() -> impl Strategy<Value = Vec<(Act, u64)>> {
    let act = prop_oneof![
        4 => (1..20_i32, 0..5_000_i64).prop_map(|(quantity, cents)| Act::Receive(quantity, cents)),
        3 => (1..15_i32).prop_map(Act::Issue),
        1 => (0..20_i32).prop_map(Act::Count),
        3 => (0..20_usize, 0..900_i64).prop_map(|(receipt, cents)| Act::Charge(receipt, cents)),
        2 => (0..20_usize).prop_map(Act::Cancel),
        1 => (1..900_i64).prop_map(Act::Standard),
        1 => Just(Act::Close),
    ];
    // Days back from the day on which it is entered.
    prop::collection::vec((act, 0..4_u64), 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Law 6, with a store.
    #[test]
    fn the_books_follow_the_stock_on_every_day(
        acts in acts(),
        method in prop::sample::select(vec![CostMethod::Fifo, CostMethod::Lifo, CostMethod::Average, CostMethod::Standard]),
        file in prop::bool::weighted(0.2),
    ) {
        let (_places, [memory, sqlite]) = embedded();
        // One in five runs on a file.
        let office = if file { &sqlite } else { &memory };
        let unit_cost = Some(format!("2 EUR / 1 {}", UnitCode::EACH).parse().unwrap());
        open(office, "A", &LedgerTerms { method, unit_cost, ..LedgerTerms::default() });
        let (mut receipts, mut shared) = (Vec::new(), Vec::<String>::new());
        let mut closed_worth = BTreeMap::new();
        for (number, (act, back)) in (0_u64..).zip(acts) {
            let (today, paper) = (10 + number, format!("paper-{number}"));
            let on = today - back;
            match act {
                Act::Receive(quantity, cents) => {
                    if receive(office, "A", &paper, (quantity, cents), on) {
                        receipts.push((paper, on));
                    }
                }
                Act::Issue(quantity) => drop(issue(office, "A", &paper, quantity, on)),
                Act::Count(counted) => {
                    handle(office, "A", &paper, day(on), |stock| {
                        let (counted, reference) = (pieces(counted), paper.parse().unwrap());
                        stock.count(StockCount { counted, at: room(), on: day(on), reference, surplus_value: None })
                    });
                }
                Act::Charge(receipt, cents) => {
                    let Some((receipt, received)) = receipts.get(receipt % receipts.len().max(1)) else { continue };
                    let goods = goods("A", receipt, *received, 1);
                    if share(office, &paper, &bill(&paper, cents, ChargeBasis::Weight, today, vec![goods])).is_ok() {
                        shared.push(paper);
                    }
                }
                Act::Cancel(which) => {
                    let Some(known) = shared.get(which % shared.len().max(1)) else { continue };
                    let known = id(known);
                    let _ = wait(office.transact(&command(&paper), |tx| async move {
                        cancel_landed_cost(&tx, known, day(today)).await
                    }));
                }
                Act::Standard(cents) => drop(standard(office, "A", &paper, cents, on)),
                Act::Close => {
                    if close(office, "A", &paper, on) {
                        closed_worth.insert(on, stock(office, "A").ledger().value_at(day(on)).unwrap());
                    }
                }
            }
            let facts = facts(office, "A");
            let postings: Vec<_> =
                facts.iter().filter_map(StockFact::entered).flat_map(|entered| entered.postings).collect();
            let kept = stock(office, "A");
            prop_assert_eq!(&fold::<Stock>(&facts), &Some(kept.clone()));
            let text = serde_json::to_string(&kept).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Stock>(&text).unwrap(), &kept);
            prop_assert_eq!(booked(&postings), kept.value().minor());
            for known in 0..=today {
                let Some(value) = kept.ledger().value_at(day(known)) else { continue };
                let until = postings.iter().filter(|posting| posting.effective <= day(known));
                prop_assert_eq!(booked(until), value.minor(), "on day {}", known);
            }
            // What was closed stays as it was.
            for (through, worth) in &closed_worth {
                let until = postings.iter().filter(|posting| posting.effective <= day(*through));
                prop_assert_eq!(booked(until), worth.minor());
            }
        }
    }
}
