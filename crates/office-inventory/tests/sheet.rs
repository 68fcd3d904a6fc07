//! Files in and out: what is written reads back, what is wrong is told whole, and nothing is recorded by halves.
#![cfg(feature = "csv")]

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod files {
    use std::collections::BTreeMap;
    use std::io::Read;

    use chrono::{DateTime, Days, NaiveDate};
    use office_core::sheet::{Layout, Separator, Sheet};
    use office_core::{
        Actor, Command, Currency, DateRange, Id, MemoryStore, Money, Office, Quantity, Ratio, Role, StoreError,
        UnitCode, UnitPrice, wait,
    };
    use office_inventory::sheet::{
        CodeBook, Codes, ImportError, Imported, ItemSheet, OpeningSheet, card_file, import_items, import_opening,
        read_count, read_prices, valuation_file, write_count, write_prices,
    };
    use office_inventory::{
        CostMethod, CountLine, CountSheet, CountTolerance, InventoryValuation, ItemKind, Ledger, Location, Movement,
        NewItem, PlaceTree, PriceList, PriceRow, ReorderRule, Stock, StockCard, Transfer, inventory_valuation,
    };
    use proptest::prelude::*;

    const SKUS: [&str; 4] = ["PAP-A4", "=TON", "'+1", "MLK;1L"];
    const PLACES: [&str; 3] = ["R-S1", "@desk, left", "-1 \"cellar\""];

    fn codes() -> CodeBook {
        CodeBook {
            items: Codes::natural("item", SKUS).unwrap(),
            places: Codes::natural("place", PLACES).unwrap(),
            parties: Codes::natural("party", ["V-01", "=V"]).unwrap(),
            cost_centres: Codes::natural("cost_centre", ["CC-100"]).unwrap(),
            lots: Codes::natural("lot", ["L-1", "-L"]).unwrap(),
        }
    }

    fn command(key: &str) -> Command {
        let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        Command::new(key, "import", keeper, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn office() -> (MemoryStore, Office) {
        let store = MemoryStore::new();
        (store.clone(), Office::on(store))
    }

    /// Everything that is stored, as text.
    fn all(store: &MemoryStore) -> String {
        format!("{store:?}")
    }

    fn bring_items(office: &Office, key: &str, sheet: &ItemSheet) -> Result<Imported, ImportError> {
        wait(office.transact(&command(key), |tx| {
            let sheet = sheet.clone();
            async move { import_items(&tx, &sheet).await }
        }))
    }

    fn bring_opening(office: &Office, key: &str, sheet: &OpeningSheet) -> Result<Imported, ImportError> {
        wait(office.transact(&command(key), |tx| {
            let sheet = sheet.clone();
            async move { import_opening(&tx, &sheet).await }
        }))
    }

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
    }

    fn separator() -> impl Strategy<Value = Separator> {
        prop::sample::select(vec![Separator::Comma, Separator::Semicolon])
    }

    /// Text as people and spreadsheets write it, and as those do who wish to do harm.
    fn prose() -> impl Strategy<Value = String> {
        "[a-zß=+@',;\"\\- \t＝]{0,8}(\n|\r\n)?[=a-z\"']{1,4}".prop_filter("a name", |text| !text.is_empty())
    }

    fn quantity(unit: &str) -> impl Strategy<Value = Quantity> + use<> {
        let unit: UnitCode = unit.parse().unwrap();
        (0..1_000_000_i64, 0..4_u32)
            .prop_map(move |(amount, places)| Quantity::new(office_core::Decimal::new(amount, places), unit).unwrap())
    }

    fn item() -> impl Strategy<Value = NewItem> {
        let kinds =
            prop::sample::select(vec![ItemKind::Stocked, ItemKind::Consumable, ItemKind::Service, ItemKind::Kit]);
        let methods = prop::sample::select(vec![CostMethod::Fifo, CostMethod::Average, CostMethod::Lifo]);
        let packs = prop::collection::btree_map("[a-z]{2,5}", (1..500_i128, 1..9_i128), 0..3);
        let rule = prop::option::of((quantity("ream"), quantity("ream"), 1..50_i32));
        let vendor = prop::option::of(prop::sample::select(vec!["V-01", "=V"]));
        (prose(), prose(), kinds, methods, packs, rule, vendor).prop_map(
            |(name, category, kind, cost_method, packs, rule, vendor)| {
                let packs: BTreeMap<UnitCode, Ratio> = packs
                    .into_iter()
                    .filter(|(unit, _)| unit != "ream")
                    .map(|(unit, (upper, lower))| (unit.parse().unwrap(), Ratio::new(upper, lower).unwrap()))
                    .collect();
                let unit: UnitCode = "ream".parse().unwrap();
                let reorder = rule.filter(|_| kind != ItemKind::Service).map(|(one, other, multiple)| {
                    let (min, max) = if one.amount() <= other.amount() { (one, other) } else { (other, one) };
                    ReorderRule { min, max, multiple: Quantity::whole(multiple, unit) }
                });
                let vendor = vendor.map(|code| Id::natural("party", code));
                let sku = "PAP-A4".parse().unwrap();
                NewItem { sku, name, category, kind, unit, packs, vendor, reorder, cost_method }
            },
        )
    }

    fn price() -> impl Strategy<Value = PriceRow> {
        let vendor_sku = prop::option::of("[=+A-Z;]{1,6}");
        (
            0..4_usize,
            0..2_usize,
            vendor_sku,
            0..100_000_i64,
            1..9_i32,
            quantity("box"),
            0..60_u32,
            prop::option::of(0..400_u64),
        )
            .prop_map(|(item, vendor, vendor_sku, cents, per, min_quantity, lead_days, last)| {
                let per = Quantity::whole(per, "box".parse().unwrap());
                let amount = office_core::Decimal::new(cents, 3);
                PriceRow {
                    vendor: Id::natural("party", ["V-01", "=V"][vendor]),
                    item: Id::natural("item", SKUS[item]),
                    vendor_sku: vendor_sku.map(|sku| sku.parse().unwrap()),
                    price: UnitPrice::new(amount, Currency::EUR, per).unwrap(),
                    min_quantity,
                    lead_days,
                    valid: last
                        .map_or(DateRange::from(day(0)), |last| DateRange::inclusive(day(0), day(last)).unwrap()),
                }
            })
    }

    fn line() -> impl Strategy<Value = CountLine> {
        let lot = prop::option::of(prop::sample::select(vec!["L-1", "-L"]));
        (0..4_usize, 0..3_usize, lot, quantity("each"), prop::option::of(quantity("each"))).prop_map(
            |(item, place, lot, expected, counted)| CountLine {
                item: Id::natural("item", SKUS[item]),
                place: Id::natural("place", PLACES[place]),
                lot: lot.map(|lot| Id::natural("lot", lot)),
                expected,
                counted,
                unit_cost: "90 EUR / 1 each".parse().unwrap(),
            },
        )
    }

    /// What a spreadsheet makes of a file when it saves it.
    fn saved(text: &str) -> Vec<u8> {
        let mut bytes = b"\xEF\xBB\xBF".to_vec();
        let mut quoted = false;
        for byte in text.bytes() {
            quoted ^= byte == b'"';
            if byte == b'\n' && !quoted {
                bytes.push(b'\r');
            }
            bytes.push(byte);
        }
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn items_read_back_as_they_were_written(items in prop::collection::vec(item(), 0..6), separator in separator()) {
            let named = items.into_iter().enumerate().map(|(number, item)| {
                let sku = format!("{}{number}", SKUS[number % 4]).parse().unwrap();
                NewItem { sku, ..item }
            });
            let items: Vec<NewItem> = named.collect();
            let parties = codes().parties;
            let text = ItemSheet::write(&items, &parties, separator).unwrap();
            for bytes in [text.clone().into_bytes(), saved(&text)] {
                let sheet = ItemSheet::read("items.csv", &bytes[..], separator, &parties).unwrap();
                prop_assert_eq!(sheet.items().cloned().collect::<Vec<_>>(), items.clone());
            }
            // No cell begins as a formula does.
            let columns = &ItemSheet::COLUMNS;
            let layout = Layout { columns, prose: &["name", "category"], rows: 10, separator };
            let (sheet, _) = Sheet::take("items.csv", text.as_bytes(), &layout).unwrap();
            for (row, column) in sheet.rows().flat_map(|row| columns.map(|column| (row, column))) {
                let cell = row.optional(column).unwrap().unwrap_or("");
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\n', '\r', '＝']), "{}", cell);
            }
        }

        #[test]
        fn prices_read_back_as_they_were_written(rows in prop::collection::vec(price(), 0..8), separator in separator()) {
            let prices = PriceList::new(Currency::EUR, rows).unwrap();
            let text = write_prices(&prices, &codes(), separator).unwrap();
            let read = read_prices("prices.csv", &saved(&text)[..], separator, Currency::EUR, &codes()).unwrap();
            prop_assert_eq!(read, prices);
        }

        #[test]
        fn counts_read_back_and_are_blind(lines in prop::collection::vec(line(), 0..8), separator in separator()) {
            let sheet = CountSheet { lines, tolerance: CountTolerance::default() };
            let text = write_count(&sheet, &codes(), separator).unwrap();
            let mut blank = sheet.clone();
            for line in &mut blank.lines {
                line.counted = None;
            }
            let read = read_count("count.csv", &saved(&text)[..], separator, &blank, &codes()).unwrap();
            prop_assert_eq!(&read, &sheet);
            // Whatever is expected, the same is handed out.
            for line in &mut blank.lines {
                line.expected = Quantity::whole(77_777, UnitCode::EACH);
            }
            let handed_out = write_count(&blank, &codes(), separator).unwrap();
            prop_assert!(!handed_out.contains("77777"));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[a-z,;\"\n\r0-9=']{0,120}") {
            let codes = codes();
            for bytes in [bytes, text.into_bytes()] {
                let _ = ItemSheet::read("any", &bytes[..], Separator::Comma, &codes.parties);
                for columns in [ItemSheet::COLUMNS.join(","), OpeningSheet::COLUMNS.join(",")] {
                    let file = [columns.as_bytes(), b"\n", &bytes[..]].concat();
                    let _ = ItemSheet::read("any", &file[..], Separator::Comma, &codes.parties);
                    let _ = OpeningSheet::read("any", &file[..], Separator::Comma, &codes.places);
                }
            }
        }

        #[test]
        fn what_is_valued_here_is_valued_the_same_where_it_is_taken_over(
            goods in prop::collection::btree_map((0..3_usize, 0..3_usize), (1..500_i64, 0..90_000_i64), 0..8),
        ) {
            let mut ledgers = BTreeMap::<usize, Ledger>::new();
            for ((item, place), (quantity, cents)) in &goods {
                let ledger = ledgers.entry(*item).or_insert_with(|| Ledger::new(UnitCode::EACH, Currency::EUR));
                let value = Money::from_minor(*cents, Currency::EUR);
                let quantity = Quantity::new((*quantity).into(), UnitCode::EACH).unwrap();
                let place = Id::natural("place", PLACES[*place]);
                let transfer = Transfer::inward(quantity, value, Location::Opening, place).unwrap();
                let sequence = ledger.next_sequence();
                let reference = format!("paper {sequence}").parse().unwrap();
                ledger.enter(Movement { sequence, effective: day(0), reference, transfer }).unwrap();
            }
            let named = ledgers.iter().map(|(item, ledger)| (Id::natural("item", SKUS[*item]), ledger));
            let valuation = InventoryValuation::of(day(1), Currency::EUR, named).unwrap();
            let document = "carried over".parse().unwrap();
            let text = OpeningSheet::write(&valuation, day(1), &document, &codes(), Separator::Comma).unwrap();
            let (store, office) = office();
            list(&office);
            let sheet = OpeningSheet::read("opening.csv", text.as_bytes(), Separator::Comma, &codes().places).unwrap();
            let first = bring_opening(&office, "first", &sheet).unwrap();
            prop_assert_eq!(first, Imported { rows: goods.len(), recorded: goods.len() });
            let valued = office.view(|view| async move { inventory_valuation(&view, day(1), Currency::EUR).await });
            let valued = wait(valued).unwrap();
            prop_assert_eq!(&valued, &valuation);
            // Again changes nothing, by the same command or by another.
            let before = all(&store);
            prop_assert_eq!(bring_opening(&office, "first", &sheet).unwrap(), first);
            prop_assert_eq!(bring_opening(&office, "second", &sheet).unwrap().recorded, 0);
            prop_assert_eq!(all(&store), before);
        }
    }

    /// The first items of the list, kept by the piece.
    fn list(office: &Office) {
        let items = SKUS.map(|sku| NewItem {
            sku: sku.parse().unwrap(),
            name: sku.to_owned(),
            category: "office".to_owned(),
            kind: ItemKind::Consumable,
            unit: UnitCode::EACH,
            packs: [("box".parse().unwrap(), Ratio::from_integer(5))].into(),
            vendor: None,
            reorder: None,
            cost_method: CostMethod::Fifo,
        });
        let text = ItemSheet::write(&items, &Codes::default(), Separator::Comma).unwrap();
        let sheet = ItemSheet::read("items.csv", text.as_bytes(), Separator::Comma, &Codes::default()).unwrap();
        assert_eq!(bring_items(office, "items", &sheet).unwrap(), Imported { rows: 4, recorded: 4 });
    }

    fn opening(rows: &[&str]) -> String {
        format!("{}\n{}\n", OpeningSheet::COLUMNS.join(","), rows.join("\n"))
    }

    fn read_opening(text: &str) -> Result<OpeningSheet, office_core::sheet::SheetRefusal> {
        OpeningSheet::read("opening.csv", text.as_bytes(), Separator::Comma, &codes().places)
    }

    fn told(refusal: &office_core::sheet::SheetRefusal) -> Vec<(u64, &str, &str)> {
        refusal.errors().iter().map(|error| (error.line(), error.field(), error.value())).collect()
    }

    #[test]
    fn everything_wrong_with_a_file_is_told_at_once() {
        let text = opening(&[
            "PAP-A4,R-S1,46,each,193.20,EUR,2026-10-01,list",
            "PAP-A4,R-S9,0,each,193.20,EUR,2026-10-01,list",
            "PAP-A4,R-S1,-2,each,-1,EUR,2026-10-01,list",
            "PAP-A4,R-S1,2,each,1.005,EUR,01.10.2026,list",
            "PAP-A4,R-S1,2,each",
            " PAP-A4,R-S1,1O,e/a,5,XYZ,2026-10-01,list",
            "PAP-A4,R-S1,1,each,193.20,EUR,2026-10-01,list",
        ]);
        let refused = read_opening(&text).unwrap_err();
        let expected = [
            (3, "place", "R-S9"),
            (3, "quantity", "0"),
            (4, "quantity", "-2"),
            (4, "value", "-1"),
            (5, "value", "1.005"),
            (5, "on", "01.10.2026"),
            (6, "value", ""),
            (7, "sku", " PAP-A4"),
            (7, "unit", "e/a"),
            (7, "quantity", "1O"),
            (7, "currency", "XYZ"),
            (8, "place", "R-S1"),
        ];
        assert_eq!(told(&refused), expected);
        assert_eq!(
            refused.to_string(),
            "`opening.csv`, line 3, field `place`: `R-S9` is not accepted: expected the code of a place (and 11 more)"
        );
    }

    #[test]
    fn one_broken_row_keeps_all_others_out() {
        let (store, office) = office();
        list(&office);
        let before = all(&store);
        let mut rows: Vec<String> =
            (1..40).map(|number| format!("PAP-A4,R-S1,{number},each,1.00,EUR,2026-10-01,list {number}")).collect();
        // What the file itself shows, and what only the store knows.
        let broken = [
            ("PAP-A4,R-S1,sixteen,each,1.00,EUR,2026-10-01,list", "quantity", "sixteen"),
            ("PAP-A9,R-S1,16,each,1.00,EUR,2026-10-01,list", "sku", "PAP-A9"),
            ("PAP-A4,R-S1,16,kg,1.00,EUR,2026-10-01,list", "unit", "kg"),
            ("PAP-A4,R-S1,16,each,1.00,USD,2026-10-01,list", "currency", "USD"),
            ("\"PAP-A4,R-S1,16,each,1.00,EUR,2026-10-01,list", "sku", ""),
        ];
        for (row, column, value) in broken {
            row.clone_into(&mut rows[15]);
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let refused = match read_opening(&opening(&rows)) {
                Err(refused) => refused,
                Ok(sheet) => match bring_opening(&office, "opening", &sheet) {
                    Err(ImportError::Refused(refused)) => refused,
                    other => panic!("{other:?}"),
                },
            };
            let first = &refused.errors()[0];
            assert_eq!((first.line(), first.field()), (17, column), "{row}");
            assert!(value.is_empty() || first.value() == value, "{first}");
            assert_eq!(all(&store), before);
        }
    }

    #[test]
    fn more_refusals_than_a_hundred_are_counted() {
        let rows = vec!["PAP-A4,R-S9,1,each,1.00,EUR,2026-10-01,list"; 130];
        let refused = read_opening(&opening(&rows)).unwrap_err();
        assert_eq!((refused.errors().len(), refused.more()), (100, 30));
        let rows = vec!["PAP-A4,R-S9,1,each,1.00,EUR,2026-10-01,list"; OpeningSheet::MOST_ROWS + 5];
        let refused = read_opening(&opening(&rows)).unwrap_err();
        assert_eq!(refused.more() + 100, OpeningSheet::MOST_ROWS + 1);
        let many: Vec<String> = (0..=OpeningSheet::MOST_ROWS)
            .map(|number| format!("PAP-A4,R-S1,1,each,1.00,EUR,2026-10-01,list {number}"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let refused = read_opening(&opening(&many)).unwrap_err();
        assert_eq!(refused.errors()[0].expected(), "at most 2000 rows");
        assert!(read_opening(&opening(&many[1..])).is_ok());
    }

    /// So many bytes, and how many of them were asked for.
    struct Endless {
        left: u64,
        given: u64,
    }

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let given = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
            buffer[..given].fill(b'x');
            self.left -= u64::try_from(given).unwrap();
            self.given += u64::try_from(given).unwrap();
            Ok(given)
        }
    }

    #[test]
    fn a_file_of_a_gigabyte_is_refused_without_reading_it() {
        let mut file = Endless { left: 1 << 30, given: 0 };
        let refused = ItemSheet::read("items.csv", &mut file, Separator::Comma, &Codes::default()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`items.csv`, line 1, field `file`: `more than 16777216 bytes` is not accepted: expected at most 16777216 bytes"
        );
        assert!(file.given <= (16 << 20) + 1, "{}", file.given);
    }

    #[test]
    fn headers_and_separators_are_as_agreed() {
        let semicolons = opening(&["PAP-A4,R-S1,46,each,193.20,EUR,2026-10-01,list"]).replace(',', ";");
        let refused = read_opening(&semicolons).unwrap_err();
        assert_eq!(refused.errors()[0].line(), 1);
        let read = OpeningSheet::read("opening.csv", semicolons.as_bytes(), Separator::Semicolon, &codes().places);
        assert_eq!(read.map(|sheet| sheet.len()), Ok(1));
        for file in ["", "sku\n", "place,sku,quantity,unit,value,currency,on,document\n"] {
            assert_eq!(read_opening(file).unwrap_err().errors()[0].line(), 1, "{file:?}");
        }
        let old = opening(&[]).replace('\n', "\r");
        assert_eq!(read_opening(&old).unwrap_err().errors()[0].expected(), "lines that end with LF or CR LF");
        let latin = [opening(&[]).as_bytes(), b"PAP-A4,B\xFCro,1,each,1.00,EUR,2026-10-01,list\n"].concat();
        let refused = OpeningSheet::read("opening.csv", &latin[..], Separator::Comma, &codes().places).unwrap_err();
        assert_eq!(told(&refused), [(3, "place", "\\xfc")]);
    }

    #[test]
    fn an_item_is_not_listed_otherwise_but_for_its_rule() {
        let (store, office) = office();
        let bring = |key: &str, row: &str| {
            let file = format!("{}\n{row}\n", ItemSheet::COLUMNS.join(","));
            let sheet = ItemSheet::read("items.csv", file.as_bytes(), Separator::Comma, &codes().parties).unwrap();
            bring_items(&office, key, &sheet)
        };
        assert_eq!(bring("1", "PAP-A4,Paper,office,consumable,ream,box=5,V-01,40,100,5,fifo").unwrap().recorded, 1);
        let before = all(&store);
        let others = [
            ("PAP-A4,Paper A4,office,consumable,ream,box=5,V-01,40,100,5,fifo", "name"),
            ("PAP-A4,Paper,kitchen,consumable,ream,box=5,V-01,40,100,5,fifo", "category"),
            ("PAP-A4,Paper,office,stocked,ream,box=5,V-01,40,100,5,fifo", "kind"),
            ("PAP-A4,Paper,office,consumable,sheet,box=5,V-01,40,100,5,fifo", "unit"),
            ("PAP-A4,Paper,office,consumable,ream,box=6,V-01,40,100,5,fifo", "packs"),
            ("PAP-A4,Paper,office,consumable,ream,box=5,,40,100,5,fifo", "vendor"),
            ("PAP-A4,Paper,office,consumable,ream,box=5,V-01,40,100,5,lifo", "cost_method"),
        ];
        for (row, column) in others {
            let Err(ImportError::Refused(refused)) = bring(column, row) else { panic!("{row} is accepted") };
            assert_eq!((refused.errors()[0].line(), refused.errors()[0].field()), (2, column));
            assert_eq!(all(&store), before);
        }
        assert_eq!(bring("2", "PAP-A4,Paper,office,consumable,ream,box=5,V-01,50,100,5,fifo").unwrap().recorded, 1);
        assert_eq!(bring("3", "PAP-A4,Paper,office,consumable,ream,box=5,V-01,50,100,5,fifo").unwrap().recorded, 0);
    }

    #[test]
    fn the_codes_of_what_is_stored_are_those_of_files() {
        let (_, office) = office();
        list(&office);
        let stored = wait(office.view(|view| async move { CodeBook::stored(&view).await })).unwrap();
        assert_eq!(stored.items, codes().items);
        assert!(stored.parties == Codes::default() && stored.lots == Codes::default());
    }

    #[test]
    fn reports_are_files_too() {
        let (_, office) = office();
        list(&office);
        let rows =
            ["PAP-A4,R-S1,46,each,193.20,EUR,2026-10-01,list", "'=TON,\"'@desk, left\",1,box,9,EUR,2026-10-01,list"];
        bring_opening(&office, "opening", &read_opening(&opening(&rows)).unwrap()).unwrap();
        let paper = Id::natural("item", "PAP-A4");
        let (valuation, stock) = wait(office.view(|view| async move {
            let valued = inventory_valuation(&view, day(0), Currency::EUR).await;
            let stock = view.load(Stock::key(paper)).await?;
            Ok::<_, StoreError>((valued, stock))
        }))
        .unwrap();
        let text = valuation_file(&valuation.unwrap(), &codes(), Separator::Semicolon);
        let mut lines: Vec<&str> = text.lines().skip(1).collect();
        lines.sort_unstable();
        let expected = [
            "2026-10-01;'=TON;stock;\"'@desk, left\";5;each;9.00;EUR;1.8",
            "2026-10-01;PAP-A4;stock;R-S1;46;each;193.20;EUR;4.2",
        ];
        assert_eq!(lines, expected);
        let card = StockCard::of(paper, stock.ledger(), &PlaceTree::default(), None, DateRange::from(day(0))).unwrap();
        let text = card_file(&card, &codes(), Separator::Comma);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let expected = [
            "2026-10-01,,opening,,,,,0,each,,,0.00,EUR",
            "2026-10-01,list R-S1,taken over,opening,,46,0,46,each,193.20,0.00,193.20,EUR",
            ",,closing,,,,,46,each,,,193.20,EUR",
        ];
        assert_eq!(lines, expected);
    }
}
