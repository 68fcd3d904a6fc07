//! What is stored of an item's stock: that it stays small and loses nothing, what happens below zero, and what many may
//! do at once.

use std::collections::BTreeMap;
use std::sync::Barrier;

use chrono::{Days, NaiveDate};
use office_core::subject::ItemId;
use office_core::{Currency, Entity, Id, MemoryStore, Money, Office, Quantity, StoreError, UnitCode, fold, wait};
use office_inventory::{
    CloseError, CostMethod, HandleGoodsError, IssueStockError, Ledger, LedgerTerms, Location, LotId, Movement,
    NegativeStock, NewStock, PlaceTree, ReceiveStockError, ReservationRequest, ReserveError, Stock, StockAccount,
    StockFact, StockIssue, StockPage, StockReceipt, Tracking, Transfer, handle_goods, ledger_since,
};
use proptest::prelude::*;

use crate::room::{command, embedded, offices, pieces, room};

fn item() -> ItemId {
    Id::natural("item", "PAP-A4")
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number)
}

fn open(office: &Office, terms: &LedgerTerms) {
    let new = NewStock { item: item(), unit: UnitCode::EACH, currency: Currency::EUR, opening: None };
    let opened = Stock::begin_on(new, terms.clone()).unwrap().fact().unwrap();
    wait(office.transact(&command("open"), |tx| {
        let opened = opened.clone();
        async move { tx.create(Stock::key(item()), opened).await }
    }))
    .unwrap();
}

fn stock(office: &Office) -> Stock {
    wait(office.view(|view| async move { view.load(Stock::key(item())).await })).unwrap()
}

fn receipt(number: u64, quantity: i32, on: u64) -> StockReceipt {
    StockReceipt {
        quantity: pieces(quantity),
        value: Money::from_minor(i64::try_from(number).unwrap() * 37 % 1_000 + 1, Currency::EUR),
        from: Id::natural("party", "V-01"),
        to: room(),
        on: day(on),
        reference: format!("paper-{number}").parse().unwrap(),
    }
}

fn slip(number: u64, quantity: i32, on: u64) -> StockIssue {
    StockIssue {
        quantity: pieces(quantity),
        from: room(),
        cost_centre: Id::natural("cost_centre", "CC-200"),
        issued_to: None,
        on: day(on),
        reference: format!("paper-{number}").parse().unwrap(),
    }
}

fn receive(
    office: &Office,
    key: &str,
    lot: Option<LotId>,
    goods: &StockReceipt,
) -> Result<bool, HandleGoodsError<ReceiveStockError>> {
    wait(office.transact(&command(key), |tx| {
        let goods = goods.clone();
        async move {
            let (paper, on) = (goods.reference.clone(), goods.on);
            let decide = |stock: &Stock| match lot {
                Some(lot) => stock.receive_of(lot, goods),
                None => stock.receive(goods),
            };
            handle_goods(&tx, item(), Some(&paper), on, decide).await.map(|fact| fact.is_some())
        }
    }))
}

fn issue(
    office: &Office,
    key: &str,
    lot: Option<LotId>,
    goods: &StockIssue,
) -> Result<bool, HandleGoodsError<IssueStockError>> {
    wait(office.transact(&command(key), |tx| {
        let goods = goods.clone();
        async move {
            let (paper, on) = (goods.reference.clone(), goods.on);
            let decide = |stock: &Stock| match lot {
                Some(lot) => stock.issue_of(lot, goods),
                None => stock.issue(goods),
            };
            handle_goods(&tx, item(), Some(&paper), on, decide).await.map(|fact| fact.is_some())
        }
    }))
}

fn facts(office: &Office) -> Vec<StockFact> {
    let recorded = wait(office.view(|view| async move { view.history(Stock::key(item()), 0, 10_000).await })).unwrap();
    recorded.into_iter().filter_map(|recorded| recorded.fact::<Stock>().unwrap()).collect()
}

/// What each paper does: mostly on the latest day, now and then some days or very long before.
fn papers(count: u64) -> Vec<(u64, u64, bool, i32)> {
    (1..=count)
        .map(|number| {
            let mixed = number.wrapping_mul(2_654_435_761) >> 7;
            let back = match mixed % 50 {
                0 => number,
                1..=4 => mixed % 40,
                _ => 0,
            };
            let on = (number - back.min(number)) / 4;
            (number, on, number <= 8 || mixed.is_multiple_of(2), i32::try_from(mixed % 5).unwrap() + 1)
        })
        .collect()
}

/// Law 24, also where goods are owed now and then.
#[test]
fn what_is_filed_away_makes_no_difference() {
    for (negative, counts) in
        [(NegativeStock::Forbid, [300, 160]), (NegativeStock::LastCost, [160, 90]), (NegativeStock::Settle, [160, 90])]
    {
        file_away(&LedgerTerms { negative, ..LedgerTerms::default() }, counts);
    }
}

/// Books so many papers in memory and in a file, and beside them into a stock that is kept whole.
fn file_away(terms: &LedgerTerms, counts: [u64; 2]) {
    let (_places, offices) = offices();
    for (office, count) in offices.iter().zip(counts) {
        open(office, terms);
        let mut whole = stock(office);
        let mut first = None;
        for (number, on, incoming, quantity) in papers(count) {
            let key = format!("key-{number}");
            let (plainly, stored) = if incoming {
                let goods = receipt(number, quantity * 2, on);
                (whole.receive(goods.clone()).ok(), receive(office, &key, None, &goods).ok())
            } else {
                let goods = slip(number, quantity, on);
                (whole.issue(goods.clone()).ok(), issue(office, &key, None, &goods).ok())
            };
            assert_eq!(stored, plainly.as_ref().map(|_| true), "paper {number}");
            if let Some(fact) = plainly.and_then(office_core::Decision::fact) {
                whole.apply(&fact);
                first = first.or(Some((number, on, incoming, quantity)));
            }
        }
        let kept = stock(office);
        assert_eq!((kept.on_hand(), kept.value()), (whole.on_hand(), whole.value()));
        let size = kept.ledger().movements().count();
        assert!(size <= 32 + 8, "{size} movements are kept");
        let found = wait(office.view(|view| async move { ledger_since(&view, item(), day(0)).await })).unwrap();
        assert_eq!(&found, whole.ledger(), "everything is found again");
        let early = wait(office.view(|view| async move { view.find(StockPage::key(item(), 1)).await })).unwrap();
        assert!(early.is_some(), "something was filed");
        // A paper of the first page is known, and recorded no more than once.
        let (number, on, incoming, quantity) = first.unwrap();
        assert!(incoming);
        let before = facts(office);
        assert!(!receive(office, "again", None, &receipt(number, quantity * 2, on)).unwrap());
        let other = receive(office, "other", None, &receipt(number, quantity * 2 + 1, on));
        assert!(
            matches!(other, Err(HandleGoodsError::Refused(ReceiveStockError::ReferenceReused { .. }))),
            "{other:?}"
        );
        let after = facts(office);
        assert!(before.len() == after.len() || on_page(&before, &after), "a retry books nothing");
        assert_eq!(fold::<Stock>(&after), Some(stock(office)), "the state is the fold of its facts");
    }
}

/// Whether all that was recorded since is that pages were put back or filed.
fn on_page(before: &[StockFact], after: &[StockFact]) -> bool {
    after[before.len()..].iter().all(|fact| matches!(fact, StockFact::Filed(_) | StockFact::Unfiled { .. }))
}

/// Eight people at once.
fn at_once<T: Send>(office: &Office, act: impl Fn(&Office, usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|who| {
                let (office, start, act) = (office.clone(), &start, &act);
                scope.spawn(move || {
                    start.wait();
                    act(&office, who)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn reserve(office: &Office, who: usize) -> Result<bool, HandleGoodsError<ReserveError>> {
    wait(office.transact(&command(&format!("reserve-{who}")), |tx| async move {
        let (tree, expires) = (PlaceTree::default(), BTreeMap::new());
        let request = ReservationRequest {
            reference: format!("event-{who}").parse().unwrap(),
            quantity: pieces(3),
            within: room(),
            on: day(2),
            until: None,
            tree: &tree,
            expires: &expires,
        };
        handle_goods(&tx, item(), None, day(2), |stock| stock.reserve(&request)).await.map(|fact| fact.is_some())
    }))
}

/// Law 13, with many at once.
#[test]
fn no_more_is_set_aside_than_is_there() {
    let (_places, offices) = offices();
    for office in &offices {
        open(office, &LedgerTerms::default());
        receive(office, "goods", None, &receipt(1, 10, 1)).unwrap();
        let answers = at_once(office, reserve);
        let held = answers.iter().filter(|answer| matches!(answer, Ok(true))).count();
        assert_eq!(held, 3, "{answers:?}");
        let short = |answer: &Result<_, _>| matches!(answer, Err(HandleGoodsError::Refused(ReserveError::Pick(_))));
        assert_eq!(answers.iter().filter(|answer| short(answer)).count(), 5, "{answers:?}");
        let kept = stock(office);
        assert_eq!(kept.reservations().reserved(kept.ledger(), room(), None), pieces(9));
        // Others take what is left, and no more.
        let more = issue(office, "more", None, &slip(2, 2, 3));
        assert!(matches!(more, Err(HandleGoodsError::Refused(IssueStockError::SetAside(_)))), "{more:?}");
        assert!(issue(office, "left", None, &slip(3, 1, 3)).unwrap());
        // For whom it was set aside, it is taken, once.
        let event = kept.reservations().iter().next().unwrap().0.clone();
        let take = |number: u64| {
            let event = event.clone();
            wait(office.transact(&command(&format!("take-{number}")), |tx| {
                let (event, goods) = (event.clone(), slip(number, 3, 4));
                async move {
                    let decide = |stock: &Stock| stock.issue_reserved(event, None, goods);
                    handle_goods(&tx, item(), None, day(4), decide).await.map(|fact| fact.is_some())
                }
            }))
        };
        assert!(take(4).unwrap());
        assert!(matches!(take(5), Err(HandleGoodsError::Refused(IssueStockError::NotReserved { .. }))));
        assert_eq!(stock(office).on_hand(), pieces(6));
        let text = serde_json::to_string(&stock(office)).unwrap();
        assert_eq!(serde_json::from_str::<Stock>(&text).unwrap(), stock(office));
        assert_eq!(fold::<Stock>(&facts(office)), Some(stock(office)));
    }
}

/// Law 14, with many at once.
#[test]
fn one_piece_is_given_to_one_person() {
    let (_places, offices) = offices();
    let terms = LedgerTerms { method: CostMethod::Specific, tracking: Tracking::Serial, ..LedgerTerms::default() };
    let piece = Id::natural("lot", "SN-1");
    for office in &offices {
        open(office, &terms);
        let received = at_once(office, |office, who| {
            let number = u64::try_from(who).unwrap() + 1;
            receive(office, &format!("in-{who}"), Some(piece), &receipt(number, 1, 1)).is_ok()
        });
        assert_eq!(received.iter().filter(|came| **came).count(), 1, "it comes once");
        let given = at_once(office, |office, who| {
            let number = u64::try_from(who).unwrap() + 11;
            issue(office, &format!("out-{who}"), Some(piece), &slip(number, 1, 2)).is_ok()
        });
        assert_eq!(given.iter().filter(|gone| **gone).count(), 1, "and goes once");
        let kept = stock(office);
        assert_eq!((kept.ledger().place_of(piece), kept.value().is_zero()), (None, true));
    }
}

fn priced(number: u64, (quantity, cents): (i32, i64), on: u64) -> StockReceipt {
    StockReceipt { value: Money::from_minor(cents, Currency::EUR), ..receipt(number, quantity, on) }
}

/// What is on hand and worth what, what was used up, and what prices differed by.
fn told(office: &Office) -> (Quantity, [i128; 3]) {
    let mut sums = BTreeMap::<StockAccount, i128>::new();
    for posting in facts(office).iter().filter_map(StockFact::entered).flat_map(|entered| entered.postings) {
        *sums.entry(posting.debit).or_default() += posting.amount.minor();
        *sums.entry(posting.credit).or_default() -= posting.amount.minor();
    }
    let kept = stock(office);
    assert_eq!(sums.get(&StockAccount::Stock).copied().unwrap_or(0), kept.value().minor(), "the books follow");
    let used = StockAccount::Consumption(Id::natural("cost_centre", "CC-200"));
    let of = |account| sums.get(&account).copied().unwrap_or(0);
    (kept.on_hand(), [kept.value().minor(), of(used), of(StockAccount::PriceDifference)])
}

/// Law 3, and what is allowed in its place.
#[test]
fn what_is_not_there_stays_goes_at_the_last_cost_or_is_settled() {
    for negative in [NegativeStock::Forbid, NegativeStock::LastCost, NegativeStock::Settle] {
        let (_places, offices) = offices();
        for office in &offices {
            open(office, &LedgerTerms { negative, ..LedgerTerms::default() });
            receive(office, "first", None, &priced(1, (10, 10_00), 1)).unwrap();
            let taken = issue(office, "taken", None, &slip(2, 15, 3));
            if negative == NegativeStock::Forbid {
                let Err(HandleGoodsError::Refused(refused)) = taken else { panic!("{taken:?}") };
                let (on, on_hand, wanted) = (day(3), pieces(10), pieces(15));
                assert_eq!(refused, IssueStockError::Insufficient { on, on_hand, wanted });
                assert_eq!((told(office), facts(office).len()), ((pieces(10), [10_00, 0, 0]), 2));
            } else {
                assert!(taken.unwrap());
                assert_eq!(told(office), (pieces(-5), [-5_00, 15_00, 0]), "at the cost last known");
                // What arrives costs three times as much.
                receive(office, "dear", None, &priced(3, (10, 30_00), 5)).unwrap();
                let more = if negative == NegativeStock::Settle { [15_00, 25_00, 0] } else { [15_00, 15_00, 10_00] };
                assert_eq!(told(office), (pieces(5), more));
            }
            // Had what came in time been entered in time, nothing would have been owed.
            receive(office, "late", None, &priced(4, (5, 10_00), 2)).unwrap();
            if negative == NegativeStock::Forbid {
                assert!(issue(office, "taken-now", None, &slip(2, 15, 3)).unwrap());
                assert_eq!(told(office), (pieces(0), [0, 20_00, 0]));
            } else {
                assert_eq!(told(office), (pieces(10), [30_00, 20_00, 0]));
            }
            assert_eq!(fold::<Stock>(&facts(office)), Some(stock(office)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Laws 3, 6 and 7 of what is stored, on each policy, in whatever order papers come.
    #[test]
    fn what_is_stored_is_what_the_ledger_makes_of_it(
        negative in prop::sample::select(vec![NegativeStock::Forbid, NegativeStock::LastCost, NegativeStock::Settle]),
        papers in prop::collection::vec((0..9_u64, 1..8_i32, prop::option::of(0..900_i64)), 1..14),
        file in prop::bool::weighted(0.15),
    ) {
        let terms = LedgerTerms { negative, ..LedgerTerms::default() };
        let (_places, [memory, sqlite]) = embedded();
        let office = if file { &sqlite } else { &memory };
        open(office, &terms);
        let mut ledger = Ledger::on_terms(UnitCode::EACH, Currency::EUR, terms).unwrap();
        for (number, (on, quantity, cents)) in (1..).zip(papers) {
            let key = format!("key-{number}");
            let (came, goods) = if let Some(cents) = cents {
                let goods = priced(number, (quantity, cents), on);
                let vendor = Location::Supplier(goods.from);
                (receive(office, &key, None, &goods).is_ok(), Transfer::inward(goods.quantity, goods.value, vendor, room()))
            } else {
                let goods = slip(number, quantity, on);
                let centre = Location::Consumption(goods.cost_centre);
                (issue(office, &key, None, &goods).is_ok(), Transfer::outward(goods.quantity, room(), centre))
            };
            let reference = format!("paper-{number}").parse().unwrap();
            let sequence = ledger.next_sequence();
            let entered = ledger.enter(Movement { sequence, effective: day(on), reference, transfer: goods.unwrap() });
            prop_assert_eq!(came, entered.is_ok());
            prop_assert!(came || (cents.is_none() && negative == NegativeStock::Forbid));
        }
        let kept = stock(office);
        prop_assert_eq!(kept.ledger(), &ledger);
        prop_assert_eq!(told(office).0, ledger.total_on_hand());
    }
}

#[test]
fn a_period_in_which_goods_are_owed_is_not_closed() {
    let terms = LedgerTerms { negative: NegativeStock::Settle, ..LedgerTerms::default() };
    let office = Office::on(MemoryStore::new());
    open(&office, &terms);
    assert!(issue(&office, "early", None, &slip(1, 2, 1)).unwrap());
    assert_eq!(stock(&office).close(day(1)), Err(CloseError::Unsettled { through: day(1) }));
    receive(&office, "late", None, &receipt(2, 5, 2)).unwrap();
    assert!(stock(&office).close(day(2)).is_ok());
}

#[test]
fn an_unknown_stock_is_not_handled() {
    let office = Office::on(MemoryStore::new());
    let refused = receive(&office, "x", None, &receipt(1, 1, 1));
    let store = |error: &StoreError| error.is_not_found();
    assert!(matches!(&refused, Err(HandleGoodsError::Store(error)) if store(error)), "{refused:?}");
}
