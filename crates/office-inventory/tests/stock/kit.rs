//! Kits: what is stored of them, and their laws.

use std::collections::BTreeMap;
use std::sync::Barrier;

use chrono::NaiveDate;
use insta::assert_json_snapshot;
use office_core::{
    Currency, Decimal, Decision, Entity, Id, MemoryStore, Money, Office, Quantity, Ratio, UnitCode, fold, wait,
};
use office_inventory::{
    AssembleKitError, AssembleStockError, Assembly, BookedComponent, CostMethod, ExpandKitError, IssueKitError,
    IssueStockError, Item, ItemKind, Kit, KitBill, KitBillError, KitFact, LedgerTerms, Lot, LotId, NewItem, NewLot,
    NewStock, OpeningStock, PlaceTree, Reference, ReservationRequest, ReverseStockError, SettleKitError, Stock,
    StockAccount, StockFact, StockIssue, StockReceipt, Tracking, assemble_kit, disassemble_kit, handle_goods,
    issue_kit, kit_availability, read_kits, settle_kit,
};
use proptest::prelude::*;

use crate::room::{command, embedded, item, offices, pieces, room};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// So many of an item, worth so many cents; boxes hold a quarter more than two.
fn keep(office: &Office, name: &str, kind: ItemKind, there: (i32, i64)) {
    keep_on(office, name, kind, there, LedgerTerms::default());
}

fn keep_on(office: &Office, name: &str, kind: ItemKind, (quantity, cents): (i32, i64), terms: LedgerTerms) {
    let listed = NewItem {
        sku: name.parse().unwrap(),
        name: name.to_owned(),
        category: "office".to_owned(),
        kind,
        unit: UnitCode::EACH,
        packs: [("box".parse().unwrap(), Ratio::new(9, 4).unwrap())].into(),
        vendor: None,
        reorder: None,
        cost_method: CostMethod::Fifo,
    };
    let opening = OpeningStock {
        quantity: pieces(quantity),
        value: Money::from_minor(cents, Currency::EUR),
        at: room(),
        on: day("2026-01-01"),
        reference: "list".parse().unwrap(),
    };
    let new = NewStock {
        item: item(name),
        unit: UnitCode::EACH,
        currency: Currency::EUR,
        opening: (quantity > 0).then_some(opening),
    };
    let listed = Item::list(listed).unwrap().fact().unwrap();
    let opened = Stock::begin_on(new, terms).unwrap().fact().unwrap();
    wait(office.transact(&command(&format!("keep-{name}")), |tx| {
        let (listed, opened) = (listed.clone(), opened.clone());
        async move {
            tx.create(Item::key(item(name)), listed).await?;
            tx.create(Stock::key(item(name)), opened).await
        }
    }))
    .unwrap();
}

fn settle(office: &Office, kit: &str, from: &str, parts: &[(&str, &str)]) -> Result<(), SettleKitError> {
    let parts = parts.iter().map(|(name, quantity)| (item(name), quantity.parse().unwrap()));
    let bill = &KitBill::new(parts).unwrap();
    let key = format!("settle-{kit}-{from}-{}", serde_json::to_string(bill).unwrap().len());
    wait(office.transact(&command(&key), |tx| async move { settle_kit(&tx, item(kit), day(from), bill.clone()).await }))
}

/// One kit.
fn slip(paper: &str) -> StockIssue {
    StockIssue {
        quantity: pieces(1),
        from: room(),
        cost_centre: Id::natural("cost_centre", "CC-200"),
        issued_to: None,
        on: day("2026-10-08"),
        reference: paper.parse().unwrap(),
    }
}

fn issue(office: &Office, kit: &str, paper: &str, kits: i32) -> Result<Vec<BookedComponent>, IssueKitError> {
    let key = &command(&format!("{kit}-{paper}"));
    let slip = &StockIssue { quantity: pieces(kits), ..slip(paper) };
    wait(office.transact(key, |tx| async move { issue_kit(&tx, item(kit), slip.clone()).await }))
}

fn assembly(paper: &str, kits: i32) -> Assembly {
    Assembly { quantity: pieces(kits), at: room(), on: day("2026-10-08"), reference: paper.parse().unwrap() }
}

fn assemble(office: &Office, key: &str, goods: &Assembly) -> Result<Vec<BookedComponent>, AssembleKitError> {
    wait(office.transact(&command(key), |tx| async move { assemble_kit(&tx, item("KIT"), goods.clone()).await }))
}

fn take_apart(office: &Office, key: &str, goods: &Assembly) -> Result<Vec<BookedComponent>, AssembleKitError> {
    wait(office.transact(&command(key), |tx| async move { disassemble_kit(&tx, item("KIT"), goods.clone()).await }))
}

fn stock(office: &Office, name: &str) -> Stock {
    wait(office.view(|view| async move { view.load(Stock::key(item(name))).await })).unwrap()
}

fn on_hand(office: &Office, names: [&str; 3]) -> [Quantity; 3] {
    names.map(|name| stock(office, name).on_hand())
}

fn available(office: &Office) -> Quantity {
    wait(office.view(|view| async move { kit_availability(&view, item("KIT"), room(), day("2026-10-08")).await }))
        .unwrap()
}

/// A welcome kit of a mug and a set of two pens and a pad.
fn welcome(office: &Office, [mugs, pens, pads]: [(i32, i64); 3]) {
    for (name, kind, there) in [
        ("MUG", ItemKind::Stocked, mugs),
        ("PEN", ItemKind::Consumable, pens),
        ("PAD", ItemKind::Consumable, pads),
        ("SET", ItemKind::Kit, (0, 0)),
        ("KIT", ItemKind::Kit, (0, 0)),
    ] {
        keep(office, name, kind, there);
    }
    settle(office, "SET", "2026-01-01", &[("PEN", "2 each"), ("PAD", "1 each")]).unwrap();
    settle(office, "KIT", "2026-01-01", &[("MUG", "1 each"), ("SET", "1 each")]).unwrap();
}

#[test]
fn what_is_stored_of_a_kit() {
    let office = Office::on(MemoryStore::new());
    welcome(&office, [(2, 10_00), (4, 2_00), (2, 3_00)]);
    assemble(&office, "assemble", &assembly("AS-1", 1)).unwrap();
    let kit = Kit::key(item("KIT"));
    let history = wait(office.view(|view| async move { view.history(kit, 0, 9).await })).unwrap();
    let facts: Vec<_> = history.iter().map(|fact| fact.fact::<Kit>().unwrap().unwrap()).collect();
    let state = wait(office.view(|view| async move { view.load(kit).await })).unwrap();
    assert_eq!(serde_json::from_str::<Kit>(&serde_json::to_string(&state).unwrap()).unwrap(), state);
    assert_eq!(fold::<Kit>(&facts), Some(state));
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Vec<KitFact>>(&text).unwrap(), facts);
    assert_json_snapshot!(facts, @r#"
    [
      {
        "settled": {
          "item": "5c70ac2f-d76a-52a1-a978-fb8aae37fe96",
          "from": "2026-01-01",
          "bill": {
            "2bbf5659-8582-59f9-a743-bf6e06702aff": "1 each",
            "e8d565a4-8dc9-5bfd-97cd-d5e49ee8e780": "1 each"
          }
        }
      }
    ]
    "#);
    let history = wait(office.view(|view| async move { view.history(Stock::key(item("KIT")), 1, 9).await }));
    let assembled = history.unwrap()[0].fact::<Stock>().unwrap().unwrap();
    assert_json_snapshot!(assembled, @r#"
    {
      "assembled": {
        "movement": {
          "sequence": 1,
          "effective": "2026-10-08",
          "reference": "AS-1",
          "transfer": {
            "quantity": "1 each",
            "value": "7.50 EUR",
            "from": "assembly",
            "to": {
              "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
            }
          }
        },
        "value": "7.50 EUR",
        "postings": [
          {
            "sequence": 1,
            "effective": "2026-10-08",
            "cause": "moved",
            "debit": "stock",
            "credit": "assembly",
            "amount": "7.50 EUR"
          }
        ]
      }
    }
    "#);
    let refused = stock(&office, "KIT").reverse(1);
    assert_eq!(refused, Err(ReverseStockError::Assembled { sequence: 1 }));
}

#[test]
fn kits_within_kits_are_taken_apart_by_the_bill_of_the_day() {
    let office = Office::on(MemoryStore::new());
    welcome(&office, [(9, 9_00), (9, 9_00), (9, 9_00)]);
    settle(&office, "SET", "2027-01-01", &[("PEN", "4 box")]).unwrap();
    settle(&office, "SET", "2028-01-01", &[]).unwrap();
    let book = wait(office.view(|view| async move { read_kits(&view, item("KIT")).await })).unwrap();
    let expand = |on: &str| {
        book.expand(item("KIT"), pieces(2), day(on))
            .map(|parts| ["MUG", "PEN", "PAD", "SET"].map(|name| parts.get(&item(name)).map(ToString::to_string)))
    };
    let each = |number: i32| Some(format!("{number} each"));
    assert_eq!(expand("2026-12-31").unwrap(), [each(2), each(4), each(2), None]);
    assert_eq!(expand("2027-01-01").unwrap(), [each(2), each(18), None, None]);
    assert_eq!(expand("2028-01-01").unwrap(), [each(2), None, None, each(2)]);
    let early = expand("2025-12-31");
    assert_eq!(early, Err(ExpandKitError::NoBill { item: item("KIT"), on: day("2025-12-31") }));
    let third = Quantity::new(Decimal::new(333_333_333, 9), UnitCode::EACH).unwrap();
    let odd = book.expand(item("KIT"), third, day("2027-01-01"));
    assert_eq!(odd.unwrap()[&item("PEN")].amount(), Decimal::new(333_333_333 * 9, 9));
    let ninth = Quantity::new(Decimal::new(1, 9), "box".parse().unwrap()).unwrap();
    assert!(matches!(book.expand(item("KIT"), ninth, day("2027-01-01")), Err(ExpandKitError::Unit(_))));
}

/// Law 1.
#[test]
fn no_kit_is_part_of_itself_on_any_day() {
    let office = Office::on(MemoryStore::new());
    welcome(&office, [(1, 1), (1, 1), (1, 1)]);
    let cycle = |from: &str, parts: &[(&str, &str)]| match settle(&office, "SET", from, parts) {
        Err(SettleKitError::Cycle { on, .. }) => Some(on.to_string()),
        Ok(()) => None,
        Err(error) => panic!("{error:?}"),
    };
    assert_eq!(cycle("2026-06-01", &[("SET", "1 each")]).as_deref(), Some("2026-06-01"));
    assert_eq!(cycle("2026-06-01", &[("KIT", "1 each")]).as_deref(), Some("2026-06-01"));
    // Before the kit has its bill, there would be none; from then on, there would.
    assert_eq!(cycle("2025-06-01", &[("KIT", "1 each"), ("PEN", "1 each")]), None);
    settle(&office, "KIT", "2027-01-01", &[("MUG", "1 each")]).unwrap();
    assert_eq!(cycle("2027-01-01", &[("KIT", "2 each")]), None, "the kit holds no set any more");
    let back = settle(&office, "KIT", "2028-01-01", &[("SET", "1 each")]);
    assert!(matches!(back, Err(SettleKitError::Cycle { .. })), "{back:?}");
}

/// Law 1, with two at once.
#[test]
fn two_at_once_do_not_put_kits_into_each_other() {
    for _ in 0..20 {
        for office in &offices().1 {
            for name in ["ONE", "TWO"] {
                keep(office, name, ItemKind::Kit, (0, 0));
            }
            let start = Barrier::new(2);
            let settled = std::thread::scope(|scope| {
                let both = [("ONE", "TWO"), ("TWO", "ONE")].map(|(kit, part)| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        settle(office, kit, "2026-01-01", &[(part, "1 each")]).is_ok()
                    })
                });
                both.map(|thread| thread.join().unwrap())
            });
            assert_eq!(settled.iter().filter(|settled| **settled).count(), 1);
        }
    }
}

#[test]
fn a_bill_that_makes_no_sense_is_refused() {
    let office = Office::on(MemoryStore::new());
    for (name, kind) in [("KIT", ItemKind::Kit), ("PEN", ItemKind::Consumable), ("FIX", ItemKind::Service)] {
        keep(&office, name, kind, (0, 0));
    }
    assert!(matches!(settle(&office, "PEN", "2026-01-01", &[]), Err(SettleKitError::NotKit { .. })));
    let service = settle(&office, "KIT", "2026-01-01", &[("FIX", "1 each")]);
    assert!(matches!(service, Err(SettleKitError::Service { .. })));
    let unit = settle(&office, "KIT", "2026-01-01", &[("PEN", "1 kg")]);
    assert!(matches!(unit, Err(SettleKitError::Expand(ExpandKitError::Unit(_)))));
    let exact = settle(&office, "KIT", "2026-01-01", &[("PEN", "0.000000001 box")]);
    assert!(matches!(exact, Err(SettleKitError::Expand(ExpandKitError::Unit(_)))));
    let unknown = settle(&office, "KIT", "2026-01-01", &[("INK", "1 each")]);
    assert!(matches!(unknown, Err(SettleKitError::Store(_))));
    assert_eq!(KitBill::new([(item("PEN"), pieces(0))]), Err(KitBillError::NotPositive { quantity: pieces(0) }));

    let mut last = "PEN".to_owned();
    let mut refused = 0;
    for depth in 0..12 {
        let name = format!("KIT-{depth}");
        keep(&office, &name, ItemKind::Kit, (0, 0));
        match settle(&office, &name, "2026-01-01", &[(&last, "1 each")]) {
            Ok(()) => last = name,
            Err(SettleKitError::TooDeep) => refused += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(refused, 4, "eight deep, and no deeper");
}

/// Laws 2 and 3.
#[test]
fn components_go_out_all_or_none() {
    for office in &offices().1 {
        welcome(office, [(5, 5_00), (7, 7_00), (9, 9_00)]);
        assert_eq!(available(office), pieces(3));
        let names = ["MUG", "PEN", "PAD"];
        let Err(IssueKitError::Component { item: short, source }) = issue(office, "KIT", "slip-1", 4) else {
            panic!("8 pens are wanted")
        };
        assert_eq!(short, item("PEN"));
        assert!(matches!(source, IssueStockError::Insufficient { .. }));
        assert_eq!(on_hand(office, names), [5, 7, 9].map(pieces));
        assert_eq!(issue(office, "KIT", "slip-2", 3).unwrap().len(), 3);
        assert_eq!(on_hand(office, names), [2, 1, 6].map(pieces));
        assert_eq!(available(office), pieces(0));
    }
}

/// Laws 2 and 4, with another kit that holds as many pens.
#[test]
fn a_component_is_not_shared_by_two_kits_of_one_paper() {
    let reused = |done: Result<Vec<BookedComponent>, AssembleKitError>| match done {
        Err(AssembleKitError::Stock { item, source: AssembleStockError::ReferenceReused { .. } }) => item,
        done => panic!("{done:?}"),
    };
    for office in &offices().1 {
        welcome(office, [(9, 9_00), (9, 9_00), (9, 9_00)]);
        keep(office, "BAG", ItemKind::Stocked, (9, 9_00));
        keep(office, "DUO", ItemKind::Kit, (1, 3_00));
        settle(office, "DUO", "2026-01-01", &[("PEN", "2 each"), ("BAG", "1 each")]).unwrap();
        let there = || ["MUG", "PEN", "PAD", "BAG", "KIT", "DUO"].map(|name| stock(office, name).on_hand());

        issue(office, "KIT", "slip", 1).unwrap();
        let shared = issue(office, "DUO", "slip", 1);
        let Err(IssueKitError::Component { item: pen, source: IssueStockError::ReferenceReused { .. } }) = shared
        else {
            panic!("{shared:?}")
        };
        assert_eq!(pen, item("PEN"));
        assert_eq!(there(), [8, 7, 8, 9, 0, 1].map(pieces));

        assemble(office, "together", &assembly("AS-1", 1)).unwrap();
        let (key, goods) = (&command("duo-together"), &assembly("AS-1", 1));
        let done = office.transact(key, |tx| async move { assemble_kit(&tx, item("DUO"), goods.clone()).await });
        assert_eq!(reused(wait(done)), item("PEN"));
        assert_eq!(there(), [7, 5, 7, 9, 1, 1].map(pieces));

        take_apart(office, "apart", &assembly("AS-2", 1)).unwrap();
        let (key, goods) = (&command("duo-apart"), &assembly("AS-2", 1));
        let done = office.transact(key, |tx| async move { disassemble_kit(&tx, item("DUO"), goods.clone()).await });
        assert_eq!(reused(wait(done)), item("PEN"));
        assert_eq!(there(), [8, 7, 8, 9, 0, 1].map(pieces));
    }
}

/// Does something with the stock of an item that is told apart.
fn handle<E: std::error::Error + Send + 'static>(
    office: &Office,
    (name, key): (&str, &str),
    decide: impl Fn(&Stock) -> Result<Decision<StockFact>, E> + Sync,
) -> bool {
    let decide = &decide;
    let done = wait(office.transact(&command(&format!("{name}-{key}")), |tx| async move {
        handle_goods(&tx, item(name), None, day("2026-10-01"), decide).await.map(|fact| fact.is_some())
    }));
    done.unwrap_or(false)
}

/// A lot of an item arrives, so many of them, fit for use until a day.
fn arrive(office: &Office, name: &str, number: usize, (quantity, expires): (i32, Option<NaiveDate>)) -> LotId {
    let number: Reference = format!("{name}-{number}").parse().unwrap();
    let lot = Lot::key(item(name), &number);
    let new = NewLot { item: item(name), number: number.clone(), expires };
    let registered = Lot::register(None, new).unwrap().fact().unwrap();
    wait(office.transact(&command(&format!("lot-{number}")), |tx| {
        let registered = registered.clone();
        async move { tx.create(lot, registered).await }
    }))
    .unwrap();
    let receipt = StockReceipt {
        quantity: pieces(quantity),
        value: Money::from_minor(100, Currency::EUR),
        from: Id::natural("party", "V-01"),
        to: room(),
        on: day("2026-10-01"),
        reference: number.clone(),
    };
    assert!(handle(office, (name, number.as_str()), |stock| stock.receive_of(lot, receipt.clone())));
    lot
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Laws 2 and 3: of lots and pieces, those go that would be set aside.
    #[test]
    fn what_expires_first_goes_out_first_with_a_kit(
        (mugs, served, aside, kits) in (1..7_i32, 0..6_usize, 0..4_i32, 1..5_i32),
        lots in prop::collection::vec((1..6_i32, prop::option::of(1..32_u32)), 0..5),
        file in prop::bool::weighted(0.15),
    ) {
        let (_places, [memory, sqlite]) = embedded();
        let office = if file { &sqlite } else { &memory };
        keep(office, "MUG", ItemKind::Stocked, (mugs, 5_00));
        for (name, tracking) in [("INK", Tracking::Expiry), ("PC", Tracking::Serial)] {
            keep_on(office, name, ItemKind::Stocked, (0, 0), LedgerTerms { tracking, ..LedgerTerms::default() });
        }
        keep(office, "DESK", ItemKind::Kit, (0, 0));
        settle(office, "DESK", "2026-01-01", &[("MUG", "1 each"), ("INK", "2 each"), ("PC", "1 each")]).unwrap();
        let mut expires = BTreeMap::new();
        for (number, (quantity, last)) in lots.iter().enumerate() {
            let last = last.and_then(|last| NaiveDate::from_ymd_opt(2026, 10, last));
            let lot = arrive(office, "INK", number, (*quantity, last));
            expires.extend(last.map(|last| (lot, last)));
        }
        for number in 0..served {
            arrive(office, "PC", number, (1, None));
        }
        let tree = PlaceTree::default();
        let on = day("2026-10-08");
        let ask = |reference: &str, quantity: i32| ReservationRequest {
            reference: reference.parse().unwrap(),
            quantity: pieces(quantity),
            within: room(),
            on,
            until: None,
            tree: &tree,
            expires: &expires,
        };
        let held = if handle(office, ("INK", "aside"), |stock| stock.reserve(&ask("event", aside))) { aside } else { 0 };
        let before = ["MUG", "INK", "PC"].map(|name| stock(office, name));
        let fit = |last: Option<u32>| last.is_none_or(|last| last >= 8);
        let ink: i32 = lots.iter().filter(|(_, last)| fit(*last)).map(|(quantity, _)| *quantity).sum();
        let most = mugs.min((ink - held) / 2).min(i32::try_from(served).unwrap());
        let there = wait(office.view(|view| async move { kit_availability(&view, item("DESK"), room(), on).await }));
        prop_assert_eq!(there.unwrap(), pieces(most));

        let alone = [("INK", 2), ("PC", 1)].map(|(name, each)| {
            let set_aside = stock(office, name).reserve(&ask("alone", kits * each)).ok().and_then(Decision::fact);
            let Some(StockFact::Reserved { reservation, .. }) = set_aside else { return Vec::new() };
            reservation.picks.iter().map(|pick| (pick.lot, pick.quantity)).collect()
        });
        let Ok(booked) = issue(office, "DESK", "slip", kits) else {
            prop_assert!(kits > most);
            prop_assert_eq!(["MUG", "INK", "PC"].map(|name| stock(office, name)), before);
            return Ok(());
        };
        prop_assert!(kits <= most);
        let went = ["INK", "PC"].map(|name| {
            let of = booked.iter().filter(|booked| booked.item == item(name));
            of.map(|booked| (booked.lot, booked.quantity)).collect::<Vec<_>>()
        });
        prop_assert_eq!(went, alone);
        let after = ["MUG", "INK", "PC"].map(|name| stock(office, name));
        let gone = [kits, 2 * kits, kits].map(pieces);
        for ((before, after), gone) in before.iter().zip(&after).zip(gone) {
            prop_assert_eq!(before.on_hand().checked_sub(after.on_hand()).unwrap(), gone);
        }

        // The same slip again is known, also where other lots would go now; it says nothing else.
        let again = wait(office.transact(&command("again"), |tx| async move {
            let quantity = pieces(kits);
            issue_kit(&tx, item("DESK"), StockIssue { quantity, ..slip("slip") }).await
        }));
        prop_assert_eq!(again.unwrap(), []);
        let other = wait(office.transact(&command("other"), |tx| async move {
            issue_kit(&tx, item("DESK"), StockIssue { quantity: pieces(kits + 1), ..slip("slip") }).await
        }));
        let Err(IssueKitError::Component { source: IssueStockError::ReferenceReused { .. }, .. }) = other else {
            panic!("{other:?}")
        };
        prop_assert_eq!(["MUG", "INK", "PC"].map(|name| stock(office, name)), after);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Laws 2, 3 and 4.
    #[test]
    fn kits_move_the_value_of_their_components(
        there in prop::array::uniform3((0..30_i32, 0..5_000_i64)),
        (together, apart) in (1..8_i32, 1..8_i32),
        file in prop::bool::weighted(0.2),
    ) {
        let (_places, [memory, sqlite]) = embedded();
        let office = if file { &sqlite } else { &memory };
        welcome(office, there);
        let names = ["MUG", "PEN", "PAD", "KIT"];
        let value = || names.map(|name| stock(office, name).value().minor()).iter().sum::<i128>();
        let (before, worth) = (on_hand(office, ["MUG", "PEN", "PAD"]), value());
        let most = available(office);
        prop_assert_eq!(most, pieces(there[0].0.min(there[1].0 / 2).min(there[2].0)));
        prop_assert!(issue(office, "KIT", "too-many", i32::try_from(most.amount()).unwrap() + 1).is_err());

        let first = assembly("AS-1", together);
        let done = assemble(office, "together", &first).is_ok();
        prop_assert_eq!(done, pieces(together) <= most);
        prop_assert_eq!(value(), worth);
        let kits = if done { together } else { 0 };
        prop_assert_eq!(stock(office, "KIT").on_hand(), pieces(kits));
        let again = assemble(office, "together-again", &first);
        prop_assert!(!done || again.unwrap().is_empty());

        let second = assembly("AS-2", apart);
        let undone = take_apart(office, "apart", &second).is_ok();
        prop_assert_eq!(undone, apart <= kits);
        prop_assert_eq!(value(), worth);
        let left = kits - if undone { apart } else { 0 };
        let used = [left, 2 * left, left];
        let now = on_hand(office, ["MUG", "PEN", "PAD"]);
        for ((now, before), used) in now.into_iter().zip(before).zip(used) {
            prop_assert_eq!(now, before.checked_sub(pieces(used)).unwrap());
        }
        prop_assert!(!undone || take_apart(office, "apart-again", &second).unwrap().is_empty());

        // In the books, nothing is left of it but in the stock.
        let mut sums = BTreeMap::new();
        for name in names {
            let id = Stock::key(item(name));
            let history = wait(office.view(|view| async move { view.history(id, 0, 100).await })).unwrap();
            let facts = history.iter().map(|fact| fact.fact::<Stock>().unwrap().unwrap());
            for posting in facts.filter_map(|fact: StockFact| fact.entered()).flat_map(|entered| entered.postings) {
                *sums.entry(posting.debit).or_insert(0) += posting.amount.minor();
                *sums.entry(posting.credit).or_insert(0) -= posting.amount.minor();
            }
        }
        prop_assert_eq!(sums.get(&StockAccount::Assembly).copied().unwrap_or(0), 0);
        prop_assert_eq!(sums.get(&StockAccount::Stock).copied().unwrap_or(0), worth);
    }
}

#[test]
fn what_went_into_a_kit_is_not_taken_back_alone() {
    let office = Office::on(MemoryStore::new());
    welcome(&office, [(2, 10_00), (4, 2_00), (2, 3_00)]);
    assemble(&office, "assemble", &assembly("AS-1", 1)).unwrap();
    let refused = wait(office.transact(&command("reverse"), |tx| async move {
        handle_goods(&tx, item("MUG"), None, day("2026-10-08"), |stock| stock.reverse(2)).await
    }));
    assert!(refused.is_err());
    assert!(
        Kit::open(&KitFact::Settled { item: item("KIT"), from: day("2026-01-01"), bill: KitBill::default() })
            .is_some_and(|kit| kit.bill(day("2026-01-01")).is_none())
    );
}
