//! Counting kept goods: what is stored of it, and that what was counted was there.

use std::sync::Barrier;

use chrono::{Days, NaiveDate};
use insta::assert_json_snapshot;
#[cfg(feature = "csv")]
use office_core::sheet::Separator;
use office_core::subject::ItemId;
use office_core::{Currency, Decision, Id, MemoryStore, Money, Office, Percent, Quantity, UnitCode, fold, wait};
use office_inventory::{
    AskRecountError, BookedCount, CloseCountError, ConfirmCountError, CostMethod, CountLineError, CountProgramme,
    CountSession, CountSessionFact, CountSessionId, CountStatus, CountTolerance, CountedGoods, DropCountError,
    EnterCountError, Found, Item, ItemKind, LedgerTerms, Location, LotId, NewCount, NewItem, NewStock, OpenCountError,
    Stock, StockFact, StockIssue, StockReceipt, Tracking, ask_recount, confirm_count, due_counts, enter_count,
    handle_goods, items_at, ledger_since, open_count,
};
#[cfg(feature = "csv")]
use office_inventory::{
    Lot, NewLot,
    sheet::{CodeBook, Codes, CountFile, ImportError, Imported, hand_out_count, import_count},
};
use proptest::prelude::*;

use crate::room::{command, embedded, item, offices, person, pieces, room};

const ID: &str = "C-1";

fn id() -> CountSessionId {
    Id::natural("count", ID)
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
}

fn keep(office: &Office, name: &str, terms: &LedgerTerms) {
    let listed = NewItem {
        sku: name.parse().unwrap(),
        name: name.to_owned(),
        category: "office".to_owned(),
        kind: ItemKind::Stocked,
        unit: UnitCode::EACH,
        packs: [("box".parse().unwrap(), office_core::Ratio::from_integer(5))].into(),
        vendor: None,
        reorder: None,
        cost_method: CostMethod::Fifo,
    };
    let listed = Item::list(listed).unwrap().fact().unwrap();
    let new = NewStock { item: item(name), unit: UnitCode::EACH, currency: Currency::EUR, opening: None };
    let opened = Stock::begin_on(new, terms.clone()).unwrap().fact().unwrap();
    wait(office.transact(&command(&format!("keep-{name}")), |tx| {
        let (listed, opened) = (listed.clone(), opened.clone());
        async move {
            tx.create(Item::key(item(name)), listed).await?;
            tx.create(Stock::key(item(name)), opened).await
        }
    }))
    .unwrap();
}

fn handle<E: std::error::Error + Send + 'static>(
    office: &Office,
    name: &str,
    paper: &str,
    on: NaiveDate,
    decide: impl Fn(&Stock) -> Result<Decision<StockFact>, E> + Sync,
) -> bool {
    let (decide, reference) = (&decide, &paper.parse().unwrap());
    let done = wait(office.transact(&command(&format!("{name}-{paper}")), |tx| async move {
        handle_goods(&tx, item(name), Some(reference), on, decide).await.map(|fact| fact.is_some())
    }));
    done.unwrap_or(false)
}

fn receive(office: &Office, name: &str, paper: &str, quantity: i32, lot: Option<LotId>, on: u64) -> bool {
    handle(office, name, paper, day(on), |stock| {
        let receipt = StockReceipt {
            quantity: pieces(quantity),
            value: Money::from_minor(i64::from(quantity) * 100, Currency::EUR),
            from: Id::natural("party", "V-01"),
            to: room(),
            on: day(on),
            reference: paper.parse().unwrap(),
        };
        match lot {
            Some(lot) => stock.receive_of(lot, receipt),
            None => stock.receive(receipt),
        }
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

fn new_count(tolerance: CountTolerance) -> NewCount {
    NewCount { number: ID.parse().unwrap(), place: room(), on: day(10), tolerance }
}

fn open(office: &Office, key: &str, count: &NewCount, items: &[&str]) -> Result<(), OpenCountError> {
    let items: &Vec<ItemId> = &items.iter().map(|name| item(name)).collect();
    wait(office.transact(&command(key), |tx| {
        let count = count.clone();
        async move { open_count(&tx, id(), count, items).await }
    }))
}

fn enter(office: &Office, key: &str, goods: CountedGoods, quantity: Quantity) -> Result<(), EnterCountError> {
    let found = Found { quantity, by: person("E-005"), surplus_value: None };
    wait(office.transact(&command(key), |tx| async move { enter_count(&tx, id(), goods, found).await }))
}

fn confirm(office: &Office, key: &str) -> Result<Vec<BookedCount>, CloseCountError> {
    let by = person("E-004");
    wait(office.transact(&command(key), |tx| async move { confirm_count(&tx, id(), by).await }))
}

fn recount(office: &Office, key: &str) -> Result<Vec<CountedGoods>, AskRecountError> {
    wait(office.transact(&command(key), |tx| async move { ask_recount(&tx, id()).await }))
}

fn session(office: &Office) -> CountSession {
    wait(office.view(|view| async move { view.load(id()).await })).unwrap()
}

fn stock(office: &Office, name: &str) -> Stock {
    wait(office.view(|view| async move { view.load(Stock::key(item(name))).await })).unwrap()
}

fn goods(name: &str) -> CountedGoods {
    CountedGoods { item: item(name), lot: None }
}

#[test]
fn a_room_is_counted_blind_and_again_where_it_is_too_far_off() {
    for office in &offices().1 {
        for name in ["A", "B", "C"] {
            keep(office, name, &LedgerTerms::default());
            assert!(receive(office, name, "DN-1", 100, None, 1));
        }
        keep(office, "D", &LedgerTerms::default());
        let here = wait(office.view(|view| async move { items_at(&view, room()).await })).unwrap();
        assert_eq!(here.len(), 3, "nothing of D is there");
        let tolerance = CountTolerance { ratio: Some(Percent::whole(5)), value: None };
        open(office, "open", &new_count(tolerance), &["A", "B", "C"]).unwrap();
        open(office, "open-again", &new_count(tolerance), &["A", "B", "C"]).unwrap();
        let other = open(office, "other", &new_count(CountTolerance::default()), &["A"]);
        assert!(matches!(other, Err(OpenCountError::Reused { .. })));
        let sheet = serde_json::to_string(&session(office)).unwrap();
        assert!(!sheet.contains("100"), "the sheet does not say what is expected: {sheet}");

        // Twenty boxes of five, two fewer, twenty fewer.
        enter(office, "a", goods("A"), "20 box".parse().unwrap()).unwrap();
        enter(office, "b", goods("B"), pieces(98)).unwrap();
        let missing = confirm(office, "early");
        assert!(matches!(missing, Err(CloseCountError::Compare(ConfirmCountError::NotCounted { .. }))));
        enter(office, "c", goods("C"), pieces(80)).unwrap();
        let refused = confirm(office, "too-far-off");
        let Err(CloseCountError::OverTolerance { lines }) = refused else { panic!("{refused:?}") };
        assert_eq!(lines.iter().map(|(goods, _)| *goods).collect::<Vec<_>>(), [goods("C")]);
        assert_eq!(recount(office, "recount").unwrap(), [goods("C")]);
        assert!(matches!(confirm(office, "not-yet"), Err(CloseCountError::Compare(_))));
        enter(office, "c-again", goods("C"), pieces(81)).unwrap();
        assert_eq!(recount(office, "enough").unwrap(), []);

        let booked = confirm(office, "confirm").unwrap();
        let worth = |name: &str| {
            let line = booked.iter().find(|line| line.goods == goods(name)).unwrap();
            line.entered.as_ref().map(|entered| entered.value.to_string())
        };
        assert_eq!(["A", "B", "C"].map(worth), [None, Some("2.00 EUR".to_owned()), Some("19.00 EUR".to_owned())]);
        assert_eq!(["A", "B", "C"].map(|name| stock(office, name).on_hand()), [100, 98, 81].map(pieces));
        assert_eq!(confirm(office, "confirm-again").unwrap(), []);
        assert!(matches!(
            enter(office, "late", goods("A"), pieces(1)),
            Err(EnterCountError::Line(CountLineError::Closed))
        ));
        assert!(matches!(recount(office, "late-recount"), Err(AskRecountError::Closed)));
        assert_eq!(session(office).drop_count(), Err(DropCountError::Confirmed));

        // What was counted is not due again for a while.
        let programme = CountProgramme::new([('A', 30)]).unwrap();
        let classes = ["A", "D"].map(|name| (item(name), 'A')).into();
        let due = |on| {
            wait(office.view(|view| {
                let (programme, classes) = (&programme, &classes);
                async move { due_counts(&view, programme, classes, day(on), 10).await }
            }))
            .unwrap()
            .into_iter()
            .map(|due| due.item)
            .collect::<Vec<_>>()
        };
        assert_eq!(due(39), [item("D")]);
        assert_eq!(due(40), [item("D"), item("A")]);
    }
}

#[test]
fn lots_are_counted_apart_and_what_was_not_expected_has_a_line_of_its_own() {
    let office = Office::on(MemoryStore::new());
    let terms = LedgerTerms { tracking: Tracking::Lot, ..LedgerTerms::default() };
    keep(&office, "A", &terms);
    let lot = |name: &str| Id::natural("lot", name);
    let of = |name: &str| CountedGoods { item: item("A"), lot: Some(lot(name)) };
    assert!(receive(&office, "A", "DN-1", 5, Some(lot("L-1")), 1));
    open(&office, "open", &new_count(CountTolerance::default()), &["A"]).unwrap();
    assert_eq!(session(&office).lines().iter().map(|line| line.goods).collect::<Vec<_>>(), [of("L-1")]);
    enter(&office, "one", of("L-1"), pieces(4)).unwrap();
    enter(&office, "two", of("L-2"), pieces(2)).unwrap();
    confirm(&office, "confirm").unwrap();
    let kept = stock(&office, "A");
    let held = |name: &str| kept.ledger().on_hand_of(Location::Storage(room()), Some(lot(name)));
    assert_eq!((held("L-1"), held("L-2")), (pieces(4), pieces(2)));
}

/// Fills in what was found of each item in a file that was handed out.
#[cfg(feature = "csv")]
fn filled(blind: &str, found: &[(&str, &str)]) -> String {
    let fill = |line: &str| match found.iter().find(|(name, _)| line.contains(&format!(",{name},"))) {
        Some((_, counted)) => format!("{line}{counted}\n"),
        None => format!("{line}\n"),
    };
    blind.lines().map(fill).collect()
}

/// Of the file of a count: what is handed out tells nothing, what is brought in is entered whole or not at all.
#[test]
#[cfg(feature = "csv")]
fn a_file_is_counted_blind_and_entered_whole_or_not_at_all() {
    let lot = |name: &str| -> LotId { Id::natural("lot", name) };
    let codes = &CodeBook {
        items: Codes::natural("item", ["A", "B", "D", "E", "T"]).unwrap(),
        places: Codes::natural("place", ["R-S1", "R-K1"]).unwrap(),
        lots: Codes::natural("lot", ["L-1", "L-2", "L-B"]).unwrap(),
        ..CodeBook::default()
    };
    for office in &offices().1 {
        for name in ["A", "B", "D"] {
            keep(office, name, &LedgerTerms::default());
        }
        keep(office, "T", &LedgerTerms { tracking: Tracking::Lot, ..LedgerTerms::default() });
        assert!(receive(office, "A", "DN-1", 77, None, 1) && receive(office, "B", "DN-1", 77, None, 1));
        assert!(receive(office, "T", "DN-1", 77, Some(lot("L-1")), 1));
        let other = NewLot { item: item("B"), number: "L-B".parse().unwrap(), expires: None };
        let other = Lot::register(None, other).unwrap().fact().unwrap();
        wait(office.transact(&command("lot"), |tx| {
            let other = other.clone();
            async move { tx.create(lot("L-B"), other).await }
        }))
        .unwrap();
        let tolerance = CountTolerance { ratio: Some(Percent::whole(5)), value: None };
        open(office, "open", &new_count(tolerance), &["A", "B", "T"]).unwrap();
        let hand_out = || {
            let told = office.view(|view| async move { hand_out_count(&view, id(), codes, Separator::Comma).await });
            wait(told).unwrap()
        };
        let read = |text: &str| CountFile::read("count.csv", text.as_bytes(), Separator::Comma, codes);
        let bring = |key: &str, text: &str| {
            let (sheet, by) = (&read(text)?, person("E-005"));
            wait(office.transact(&command(key), |tx| async move { import_count(&tx, id(), by, sheet).await }))
        };

        // Three lines, and not a word of what is expected.
        let blind = hand_out();
        let mut lines: Vec<_> = blind.lines().skip(1).map(|line| line.split_once(',').unwrap()).collect();
        lines.sort_unstable_by_key(|(_, rest)| *rest);
        assert_eq!(
            lines.iter().map(|(_, rest)| *rest).collect::<Vec<_>>(),
            ["A,R-S1,,each,", "B,R-S1,,each,", "T,R-S1,L-1,each,"]
        );
        let lines = lines.into_iter().map(|(line, _)| line);
        let [a, b, _] = lines.collect::<Vec<_>>().try_into().unwrap();

        // Whatever one row has wrong, the others are not entered either.
        let before = session(office);
        let good = filled(&blind, &[("B", "76"), ("T", "77")]).replace(&format!("{a},A,R-S1,,each,\n"), "");
        let broken = [
            (format!("{a},A,R-K1,,each,5"), "place", "R-K1"),
            (format!("{a},A,R-X1,,each,5"), "place", "R-X1"),
            (format!("{b},A,R-S1,,each,5"), "line", b),
            (",A,R-S1,,each,1O".to_owned(), "counted", "1O"),
            (",A,R-S1,,each,-1".to_owned(), "counted", "-1"),
            (",A,R-S1,,kg,5".to_owned(), "unit", "kg"),
            (",X,R-S1,,each,5".to_owned(), "sku", "X"),
            (",E,R-S1,,each,5".to_owned(), "sku", "E"),
            (",D,R-S1,L-2,each,5".to_owned(), "lot", "L-2"),
            (",T,R-S1,,each,5".to_owned(), "lot", ""),
            (",T,R-S1,L-B,each,5".to_owned(), "lot", "L-B"),
            (",B,R-S1,,each,5".to_owned(), "sku", "B"),
            ("9,D,R-S1,,each,5".to_owned(), "line", "9"),
            ("0,D,R-S1,,each,5".to_owned(), "line", "0"),
        ];
        for (number, (row, column, value)) in broken.iter().enumerate() {
            let Err(ImportError::Refused(refused)) = bring(&format!("broken-{number}"), &format!("{good}{row}\n"))
            else {
                panic!("{row} is accepted")
            };
            let told: Vec<_> =
                refused.errors().iter().map(|error| (error.line(), error.field(), error.value())).collect();
            assert_eq!(told, [(4, *column, *value)], "{row}");
            assert_eq!(session(office), before);
        }

        // Sixty are too few by far, and of the other nobody expected any.
        let first = filled(&blind, &[("A", "60"), ("B", "76"), ("T", "77")]) + ",D,R-S1,,box,2\n";
        assert_eq!(bring("first", &first).unwrap(), Imported { rows: 4, recorded: 4 });
        assert_eq!(bring("first-again", &first).unwrap(), Imported { rows: 4, recorded: 0 });
        assert!(hand_out().contains("D,R-S1,,each,10\n"), "{}", hand_out());
        let mut again = recount(office, "recount").unwrap();
        again.sort_unstable_by_key(|goods| *goods != self::goods("A"));
        assert_eq!(again, [goods("A"), goods("D")], "a ratio of nothing is without bound");
        let blind = hand_out();
        assert!(!blind.contains("60") && !blind.contains("10\n"), "{blind}");
        let second = filled(&blind, &[("A", "75"), ("D", "10")]);
        assert_eq!(bring("second", &second).unwrap(), Imported { rows: 4, recorded: 2 });
        // A file does not say what goods are worth of which none were there.
        let unvalued = confirm(office, "unvalued");
        assert!(matches!(unvalued, Err(CloseCountError::Stock { goods, .. }) if goods == self::goods("D")));
        let found =
            Found { quantity: pieces(10), by: person("E-004"), surplus_value: Some("9.00 EUR".parse().unwrap()) };
        wait(office.transact(&command("value"), |tx| async move { enter_count(&tx, id(), goods("D"), found).await }))
            .unwrap();
        confirm(office, "confirm").unwrap();
        assert_eq!(["A", "B", "T", "D"].map(|name| stock(office, name).on_hand()), [75, 76, 77, 10].map(pieces));
        let Err(ImportError::Refused(late)) = bring("late", &first) else { panic!("the count is closed") };
        assert_eq!((late.errors()[0].field(), late.errors()[0].value()), ("file", "C-1"));
    }
}

#[test]
fn what_is_stored_of_a_count() {
    let office = Office::on(MemoryStore::new());
    keep(&office, "A", &LedgerTerms::default());
    assert!(receive(&office, "A", "DN-1", 10, None, 1));
    let tolerance = CountTolerance { ratio: Some(Percent::whole(5)), value: Some("5.00 EUR".parse().unwrap()) };
    open(&office, "open", &new_count(tolerance), &["A"]).unwrap();
    enter(&office, "first", goods("A"), pieces(8)).unwrap();
    recount(&office, "recount").unwrap();
    enter(&office, "second", goods("A"), pieces(9)).unwrap();
    confirm(&office, "confirm").unwrap();
    let history = wait(office.view(|view| async move { view.history(id(), 0, 100).await })).unwrap();
    let facts: Vec<_> = history.iter().map(|fact| fact.fact::<CountSession>().unwrap().unwrap()).collect();
    let state = session(&office);
    assert_eq!(serde_json::from_str::<CountSession>(&serde_json::to_string(&state).unwrap()).unwrap(), state);
    assert_eq!(fold::<CountSession>(&facts), Some(state));
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Vec<CountSessionFact>>(&text).unwrap(), facts);
    assert_json_snapshot!(facts, @r#"
    [
      {
        "opened": {
          "count": {
            "number": "C-1",
            "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
            "on": "2026-10-11",
            "tolerance": {
              "ratio": "5 %",
              "value": "5.00 EUR"
            }
          },
          "goods": [
            {
              "item": "40226f4f-5af8-5270-994b-8ae9230d3547"
            }
          ]
        }
      },
      {
        "counted": {
          "goods": {
            "item": "40226f4f-5af8-5270-994b-8ae9230d3547"
          },
          "found": {
            "quantity": "8 each",
            "by": "f4e0aa0f-5ca5-5809-ace6-239804517ea2"
          }
        }
      },
      {
        "recount_asked": {
          "goods": [
            {
              "item": "40226f4f-5af8-5270-994b-8ae9230d3547"
            }
          ]
        }
      },
      {
        "counted": {
          "goods": {
            "item": "40226f4f-5af8-5270-994b-8ae9230d3547"
          },
          "found": {
            "quantity": "9 each",
            "by": "f4e0aa0f-5ca5-5809-ace6-239804517ea2"
          }
        }
      },
      {
        "confirmed": {
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "lines": [
            {
              "goods": {
                "item": "40226f4f-5af8-5270-994b-8ae9230d3547"
              },
              "expected": "10 each",
              "counted": "9 each"
            }
          ]
        }
      }
    ]
    "#);
}

#[test]
fn two_who_confirm_at_once_book_once() {
    for _ in 0..20 {
        for office in &offices().1 {
            keep(office, "A", &LedgerTerms::default());
            assert!(receive(office, "A", "DN-1", 10, None, 1));
            open(office, "open", &new_count(CountTolerance::default()), &["A"]).unwrap();
            enter(office, "count", goods("A"), pieces(7)).unwrap();
            let start = Barrier::new(2);
            let booked = std::thread::scope(|scope| {
                let confirmed = ["one", "other"].map(|key| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        confirm(office, key).unwrap().len()
                    })
                });
                confirmed.map(|thread| thread.join().unwrap())
            });
            assert_eq!(booked.iter().sum::<usize>(), 1, "{booked:?}");
            assert_eq!(stock(office, "A").on_hand(), pieces(7));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Law 15.
    #[test]
    fn what_was_counted_was_there_whatever_moved_meanwhile(
        before in prop::collection::vec((-8..15_i32, 0..10_u64), 1..8),
        meanwhile in prop::collection::vec((-8..10_i32, 5..20_u64), 0..8),
        counted in 0..40_i32,
        file in prop::bool::weighted(0.2),
    ) {
        let (_places, [memory, sqlite]) = embedded();
        let office = if file { &sqlite } else { &memory };
        keep(office, "A", &LedgerTerms::default());
        let move_goods = |paper: String, (quantity, on): (i32, u64)| {
            let moved = if quantity > 0 {
                receive(office, "A", &paper, quantity, None, on)
            } else {
                quantity < 0 && issue(office, "A", &paper, -quantity, on)
            };
            if moved { quantity } else { 0 }
        };
        receive(office, "A", "first", 1, None, 0);
        for (at, moved) in before.into_iter().enumerate() {
            move_goods(format!("before-{at}"), moved);
        }
        open(office, "open", &new_count(CountTolerance::default()), &["A"]).unwrap();
        enter(office, "count", goods("A"), pieces(counted)).unwrap();
        let mut later = 0;
        for (at, moved) in meanwhile.into_iter().enumerate() {
            let on = moved.1;
            let quantity = move_goods(format!("meanwhile-{at}"), moved);
            later += if on > 10 { quantity } else { 0 };
        }
        let kept = stock(office, "A");
        match confirm(office, "confirm") {
            Ok(booked) => {
                prop_assert_eq!(booked.len(), 1);
                let ledger = wait(office.view(|view| async move { ledger_since(&view, item("A"), day(10)).await }));
                let there = ledger.unwrap().on_hand_at(Location::Storage(room()), day(10));
                prop_assert_eq!(there, Some(pieces(counted)));
                prop_assert_eq!(stock(office, "A").on_hand(), pieces(counted + later));
                let confirmed = stock(office, "A");
                prop_assert_eq!(confirm(office, "again").unwrap(), []);
                prop_assert_eq!(stock(office, "A"), confirmed);
            }
            Err(CloseCountError::Stock { .. }) => {
                // What went out later cannot have gone out of what was counted, or nothing says what is too much.
                prop_assert_eq!(stock(office, "A"), kept);
                prop_assert_eq!(session(office).status().clone(), CountStatus::Open);
            }
            Err(error) => prop_assert!(false, "{:?}", error),
        }
    }
}
