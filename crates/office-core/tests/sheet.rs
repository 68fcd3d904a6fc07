//! Tables that are read, and the refusals of those that are not.
#![cfg(feature = "csv")]

#[cfg(test)]
mod tables {
    use std::fmt::Write as _;

    use office_core::InputError;
    use office_core::sheet::{Cell, Layout, Separator, Sheet, SheetDraft};
    use proptest::prelude::*;

    const COLUMNS: &[&str] = &["item", "quantity", "note"];

    fn read(text: &str) -> Result<Sheet, InputError> {
        Sheet::read("stock.csv", text.as_bytes(), COLUMNS)
    }

    proptest! {
        #[test]
        fn any_damaged_byte_is_told_by_line_and_field(
            rows in proptest::collection::vec(("[a-zäß ]{1,5}", 0_u32..99, "[a-z, \"€]{0,6}"), 0..6),
            bom in any::<bool>(), line_end in proptest::sample::select(vec!["\n", "\r\n"]),
            bad in proptest::sample::select(vec![0xFF_u8, 0x00]), at in any::<proptest::sample::Index>(),
        ) {
            let mut text = if bom { "\u{feff}".to_owned() } else { String::new() };
            text.push_str("item,quantity,note");
            text.push_str(line_end);
            for (item, quantity, note) in &rows {
                write!(text, "{item},{quantity},\"{}\"{line_end}", note.replace('"', "\"\"")).unwrap();
            }
            let sheet = read(&text).unwrap();
            let found: Vec<_> = sheet.rows().map(|row| {
                (row.text("item").unwrap().to_owned(), row.parse("quantity", "a number").unwrap(), row.optional("note").unwrap().unwrap_or("").to_owned())
            }).collect();
            prop_assert_eq!(found, rows);

            let mut bytes = text.into_bytes();
            let offset = at.index(bytes.len());
            bytes[offset] = bad;
            let line = bytes[..offset].split(|byte| *byte == b'\n').count();
            let error = Sheet::read("stock.csv", &bytes, COLUMNS).unwrap_err();
            prop_assert_eq!(usize::try_from(error.line()).unwrap(), line);
            prop_assert!(COLUMNS.contains(&error.field()), "{}", error);
            prop_assert!(!error.value().is_empty() && error.file() == "stock.csv");
        }

        #[test]
        fn what_is_handed_out_is_taken_in_but_for_the_rows_that_were_damaged(
            rows in proptest::collection::vec(("[a-z=+@',;\"＝-]{1,6}", -99_i32..99, "[=a-z,;\"\t '-]{0,5}(\n|\r\n)?[a-z=]{1,3}"), 1..8),
            separator in proptest::sample::select(vec![Separator::Comma, Separator::Semicolon]),
            damaged in proptest::collection::btree_set(0_usize..8, 0..4),
        ) {
            let mut draft = SheetDraft::new(["item", "quantity", "note"], separator);
            for (number, (item, quantity, note)) in rows.iter().enumerate() {
                let quantity = if damaged.contains(&number) { Cell::value("1O") } else { Cell::value(quantity) };
                draft.row([Cell::text(item), quantity, Cell::text(note)]);
            }
            let layout = Layout { columns: COLUMNS, prose: &["note"], rows: 10, separator };
            let (sheet, mut complaints) = Sheet::take("stock.csv", draft.to_string().as_bytes(), &layout).unwrap();
            let mut found = Vec::new();
            for row in sheet.rows() {
                let quantity = complaints.keep(row.parse::<i32>("quantity", "a number"));
                found.push((row.plain("item").unwrap(), quantity, row.plain("note").unwrap()));
            }
            let expected: Vec<_> = rows.iter().enumerate().map(|(number, (item, quantity, note))| {
                (item.as_str(), Some(*quantity).filter(|_| !damaged.contains(&number)), note.as_str())
            }).collect();
            prop_assert_eq!(found, expected);
            let wrong = damaged.iter().filter(|number| **number < rows.len()).count();
            let told = complaints.settle(()).map_or_else(|refused| refused.errors().len(), |()| 0);
            prop_assert_eq!(told, wrong);
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[a-z,\"\\n\\r]{0,60}") {
            let _ = Sheet::read("any", &bytes, COLUMNS).map_err(|error| error.to_string());
            let _ = Sheet::read("any", text.as_bytes(), &[]).map_err(|error| error.to_string());
            let layout = Layout { columns: COLUMNS, prose: &["note"], rows: 3, separator: Separator::Semicolon };
            let _ = Sheet::take("any", &bytes[..], &layout).map_err(|error| error.to_string());
            let _ = Sheet::take("any", format!("item;quantity;note\n{text}").as_bytes(), &layout);
            let _ = Sheet::read("any", format!("item,quantity,note\n{text}").as_bytes(), COLUMNS).map(|sheet| {
                sheet.rows().map(|row| row.parse::<u8>("quantity", "a number")).collect::<Vec<_>>()
            });
        }
    }

    #[test]
    fn each_refusal_tells_where_and_what_is_expected() {
        let header = "item,quantity,note\n";
        let long = format!("{header}a,{},c\n", "1".repeat(4097));
        // text, line, field, value, expected
        let rows = [
            ("", 1, "item", "", "the header `item,quantity,note`"),
            ("item,amount,note\n", 1, "quantity", "amount", "the header `item,quantity,note`"),
            ("item,quantity\n", 1, "note", "", "the header `item,quantity,note`"),
            ("item,quantity,note,more\n", 1, "column 4", "more", "the header `item,quantity,note`"),
            ("item,quantity,note\na,1\n", 2, "note", "", "3 fields instead of 2"),
            ("item,quantity,note\r\na,1\r\n", 2, "note", "", "3 fields instead of 2"),
            ("item,quantity,note\r\na,1,\r\n\r\n\r\na,1\r\n", 5, "note", "", "3 fields instead of 2"),
            ("\n\u{feff}", 2, "item", "\u{feff}", "the header `item,quantity,note`"),
            ("item,quantity,note\n\na,1,b,c\n", 3, "column 4", "c", "3 fields instead of 4"),
            ("item,quantity,note\na,1,\"b\nc\"\n", 2, "note", "b\\nc", "text on one line, with its quotes closed"),
            ("item,quantity,note\na,1,\"b\n", 2, "note", "b\\n", "text on one line, with its quotes closed"),
            ("item,quantity,note\n\"a,b\",\u{7},c\n", 2, "quantity", "\\u{7}", "text without control characters"),
            (&long, 2, "quantity", "1111111111111111111111111111111111111111…", "at most 4096 bytes"),
        ];
        for (text, line, field, value, expected) in rows {
            let error = read(text).unwrap_err();
            assert_eq!(
                (error.line(), error.field(), error.value(), error.expected()),
                (line, field, value, expected),
                "{text}"
            );
        }
        let error = Sheet::read("stock.csv", b"item,quantity,note\na,1,caf\xe9\n", COLUMNS).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`stock.csv`, line 2, field `note`: `\\xe9` is not accepted: expected text in UTF-8"
        );
    }

    #[test]
    fn large_files_are_refused() {
        let many = format!("item,quantity,note\n{}", "a,1,\n".repeat(100_001));
        let error = read(&many).unwrap_err();
        assert_eq!((error.line(), error.field(), error.expected()), (100_002, "item", "at most 100000 rows"));
        let error = Sheet::read("stock.csv", &vec![b'a'; (16 << 20) + 1], COLUMNS).unwrap_err();
        assert_eq!((error.line(), error.field(), error.value()), (1, "file", "16777217 bytes"));
    }

    #[test]
    fn values_are_read_by_column() {
        let sheet = read("item,quantity,note\nPAPER,10,in\n,1O,sideways\n").unwrap();
        let rows: Vec<_> = sheet.rows().collect();
        let directions = [("in", 1), ("out", -1)];
        assert_eq!(rows[0].one_of("note", &directions), Ok(1));
        assert_eq!(rows[0].parse_optional::<u8>("quantity", "a number"), Ok(Some(10)));
        assert_eq!(rows[1].optional("item"), Ok(None));
        assert_eq!(rows[1].parse_optional::<u8>("item", "a number"), Ok(None));
        let refused = [
            (rows[1].text("item").unwrap_err(), "item", "", "a value"),
            (rows[1].parse::<u8>("quantity", "a number").unwrap_err(), "quantity", "1O", "a number"),
            (rows[1].one_of("note", &directions).unwrap_err(), "note", "sideways", "one of `in`, `out`"),
            (rows[1].text("price").unwrap_err(), "price", "", "one of the columns item, quantity, note"),
        ];
        for (error, field, value, expected) in refused {
            assert_eq!((error.line(), error.field(), error.value(), error.expected()), (3, field, value, expected));
        }
    }
}
