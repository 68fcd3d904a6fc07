//! Formats of tables: what is written reads again, and whatever is handed in is read or named.

use office_core::rules::{HitPolicy, InputText, Kind, NotCarried, OutputKind, OutputText, Part, RowText, TableText};
use proptest::prelude::*;

/// Texts with all that means something in some format.
fn odd_text() -> BoxedStrategy<String> {
    let pieces = vec![
        "-", "<", ">=", "5 EUR", "|", "\\", "\"", "'", ",", ";", "\t", "\n", "\r\n", "<br>", "`", "*", "é", "横", "a",
        "in", " ", "  ", "=>", ":", "else", "#", "]]>", "&amp;", "\u{feff}", "[1..2)", "sep=;", "---", "\u{a0}",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..6).prop_map(|pieces| pieces.concat()).boxed()
}

/// Texts that a person would write in a cell.
fn plain_text() -> BoxedStrategy<String> {
    let cells = [
        "-",
        "< 5000 EUR",
        ">= 18",
        "[1..5)",
        "\"a|b\"",
        "IT, catering",
        "not(\"x\\y\")",
        "yes",
        "a * b",
        "`x`",
        "<b>",
    ];
    prop::sample::select(cells.to_vec()).prop_map(ToOwned::to_owned).boxed()
}

fn kind() -> impl Strategy<Value = Kind> {
    let kinds = ["text", "money EUR", "integer", "list of text", "record (a: number, b: text)", "quantity kg"];
    prop::sample::select(kinds.to_vec()).prop_map(|kind| kind.parse().unwrap_or(Kind::Any))
}

fn input(text: BoxedStrategy<String>) -> impl Strategy<Value = InputText> {
    let kind = prop::option::of((kind(), prop::option::of(text.clone()), any::<bool>()));
    (prop_oneof![text, Just("amount".to_owned())], kind).prop_map(|(expression, kind)| {
        let (kind, allowed, optional) = kind.map_or((None, None, false), |(kind, a, o)| (Some(kind), a, o));
        InputText { expression, kind, allowed, optional }
    })
}

fn output(text: BoxedStrategy<String>) -> impl Strategy<Value = OutputText> {
    let own = prop::sample::select(vec![OutputKind::Outcome, OutputKind::Obligations, OutputKind::Reason]);
    let own = own.prop_map(|kind| OutputText { name: kind.to_string(), kind, allowed: Vec::new(), default: None });
    let allowed = prop::collection::vec(text.clone(), 0..3);
    let value = (text.clone(), kind(), allowed, prop::option::of(text));
    let value = value.prop_map(|(name, kind, allowed, default)| OutputText {
        name,
        kind: OutputKind::Value(kind),
        allowed,
        default,
    });
    prop_oneof![own, value]
}

/// A table of these texts in its cells and its heads.
fn table(cell: BoxedStrategy<String>, head: BoxedStrategy<String>) -> impl Strategy<Value = TableText> {
    let hits: Vec<HitPolicy> = HitPolicy::all().collect();
    let inputs = prop::collection::vec(input(head.clone()), 0..3);
    let outputs = prop::collection::vec(output(head.clone()), 1..3);
    (head, prop::sample::select(hits), inputs, outputs).prop_flat_map(move |(name, hit, inputs, outputs)| {
        let cells = prop::collection::vec(cell.clone(), inputs.len());
        let decided = prop::collection::vec(cell.clone(), outputs.len());
        let row = (cells, decided, prop::option::of(cell.clone()));
        let row = row.prop_map(|(cells, outputs, note)| RowText { cells, outputs, note });
        prop::collection::vec(row, 0..3).prop_map(move |rows| TableText {
            name: name.clone(),
            hit,
            inputs: inputs.clone(),
            outputs: outputs.clone(),
            rows,
        })
    })
}

/// Texts of this pattern, which is read once for all of them.
fn matching(pattern: &str) -> BoxedStrategy<String> {
    proptest::string::string_regex(pattern).unwrap().boxed()
}

fn odd_table() -> impl Strategy<Value = TableText> {
    table(odd_text(), prop_oneof![odd_text(), matching("[a-z]{1,8}")].boxed())
}

fn plain_table() -> impl Strategy<Value = TableText> {
    table(plain_text(), matching("x[a-z]{0,5}( [a-z]{2,6}1)?"))
}

/// What no format needs to keep: space around texts, and empty notes.
fn tidy(table: &TableText) -> TableText {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    let mut table = table.clone();
    trim(&mut table.name);
    for input in &mut table.inputs {
        trim(&mut input.expression);
        input.allowed.as_mut().map(trim);
    }
    for output in &mut table.outputs {
        trim(&mut output.name);
        output.allowed.iter_mut().for_each(trim);
        output.default.as_mut().map(trim);
    }
    for row in &mut table.rows {
        row.cells.iter_mut().chain(&mut row.outputs).chain(&mut row.note).for_each(trim);
        row.note = row.note.take().filter(|note| !note.is_empty());
    }
    table
}

type Read = fn(&str, &[u8]) -> Result<TableText, office_core::InputError>;
type Write = fn(&TableText) -> Result<String, NotCarried>;

/// All formats by name, reader and writer.
fn formats() -> Vec<(&'static str, Read, Write)> {
    let json: (_, Read, Write) = ("json", TableText::read_json, |table| Ok(table.to_json()));
    vec![
        json,
        #[cfg(feature = "toml")]
        ("toml", TableText::read_toml, TableText::to_toml),
        #[cfg(feature = "csv")]
        ("csv", TableText::read_csv, TableText::to_csv),
        ("markdown", TableText::read_markdown, TableText::to_markdown),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Law 16: what is written is the table when it is read, and writing it again changes nothing. What a format
        /// cannot carry is refused, and by JSON and TOML nothing is.
        #[test]
        fn what_is_written_reads_again(table in odd_table()) {
            for (format, read, write) in formats() {
                match write(&table) {
                    Ok(text) => {
                        let again = read("t", text.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
                        let wanted = if matches!(format, "json" | "toml") { table.clone() } else { tidy(&table) };
                        prop_assert_eq!(&again, &wanted, "{}", text);
                        prop_assert_eq!(write(&again), Ok(text));
                    }
                    Err(refused) => prop_assert!(!matches!(format, "json" | "toml"), "{}", refused),
                }
            }
        }

        /// Law 16: a table as people write it goes from each format to the next and comes back the same.
        #[test]
        fn a_plain_table_goes_round(table in plain_table()) {
            let mut travelled = table.clone();
            for (format, read, write) in formats() {
                let text = write(&travelled).map_err(|error| TestCaseError::fail(format!("{format}: {error}")))?;
                travelled = read("t", text.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
            }
            prop_assert_eq!(travelled, tidy(&table));
        }

        /// Law 2: whatever is handed in is read, or the refusal tells its line.
        #[test]
        fn any_text_is_read_or_named(pieces in prop::collection::vec(odd_text(), 0..12)) {
            for (_, read, _) in formats() {
                if let Err(error) = read("t", pieces.join("\n").as_bytes()) {
                    prop_assert!(error.line() >= 1 && !error.field().is_empty() && !error.expected().is_empty());
                }
            }
        }

        /// Law 2: however a good file is damaged, it is read, or the refusal tells its line.
        #[test]
        fn any_damage_is_read_or_named(table in plain_table(), at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..4), cut in 0..3_usize) {
            for (format, read, write) in formats() {
                let text = write(&table).map_err(|error| TestCaseError::fail(format!("{format}: {error}")))?;
                let mut bytes = text.into_bytes();
                let at = at.index(bytes.len());
                let end = bytes.len().min(at.saturating_add(cut));
                bytes.splice(at..end, with.iter().copied());
                if let Err(error) = read("t", &bytes) {
                    prop_assert!(error.line() >= 1 && !error.field().is_empty() && !error.expected().is_empty());
                }
            }
        }
    }

    /// A table far too large is refused before any of it is parsed.
    #[test]
    fn a_file_of_100_megabytes_is_refused_at_once() {
        let bytes = vec![b'['; 100 << 20];
        for (format, read, _) in formats() {
            let refused = read("big", &bytes).unwrap_err();
            assert_eq!((refused.line(), refused.expected()), (1, "at most 16777216 bytes"), "{format}");
        }
        // Deep nesting within the limit neither overflows the stack nor loads anything.
        let deep = vec![b'['; 1 << 20];
        for (format, read, _) in formats() {
            assert!(read("deep", &deep).is_err(), "{format}");
        }
    }

    #[test]
    fn unknown_fields_are_refused_by_name() {
        let refused = TableText::read_json("a.json", b"{\"outputs\": [], \"rows\": [],\n \"colour\": 1}").unwrap_err();
        assert_eq!((refused.line(), refused.field()), (2, "character 9"));
        assert!(refused.expected().contains("unknown field `colour`"), "{refused}");
        #[cfg(feature = "toml")]
        {
            let refused = TableText::read_toml("a.toml", b"outputs = []\nrows = []\ncolour = 1\n").unwrap_err();
            assert_eq!((refused.line(), refused.field(), refused.value()), (3, "character 1", "colour = 1"));
        }
    }

    #[test]
    fn what_a_page_cannot_carry_is_named_by_row_and_column() {
        let mut table =
            TableText::read_markdown("t", b"| t: any | a | => b: text |\n|---|---|---|\n| 1 | 5 | x |\n").unwrap();
        table.inputs[0].expression = "a: b".to_owned();
        let refused = table.to_markdown().unwrap_err();
        assert_eq!((refused.place, refused.found.as_str()), (Part::Head(1), "a: b"));
        table.inputs[0].expression = "a".to_owned();
        table.rows[0].outputs.push("y".to_owned());
        let refused = table.to_markdown().unwrap_err();
        assert_eq!(refused.place, Part::Cell { row: 1, column: 3 });
        assert_eq!(
            refused.to_string(),
            "row 1, column 3 of `t` cannot be written as Markdown: one cell a column is wanted, not `y`"
        );
    }

    #[test]
    #[cfg(feature = "csv")]
    fn a_table_is_read_however_a_spreadsheet_saves_it() {
        let commas =
            "grade: unique,\"x: record (a: number, b: text)\",=> grade: text,note\n1,-,\"high, very\",\n,-,low,why\n";
        let wanted = TableText::read_csv("t", commas.as_bytes()).unwrap();
        let heads = "grade: unique;\"x: record (a: number, b: text)\";=> grade: text;note;;";
        let semicolons = format!("\u{feff}{heads}\r\n;;;;;\r\n1;-;high, very;;;\r\n2;-;low;why;;\r\n");
        let tabs = semicolons.replace('\u{feff}', "").replace(';', "\t");
        let named = format!("sep=;\r\n{}", semicolons.trim_start_matches('\u{feff}'));
        assert_eq!(wanted.rows[0].outputs, ["high, very"]);
        assert_eq!(wanted.rows[1].note.as_deref(), Some("why"));
        for saved in [semicolons, tabs, named] {
            assert_eq!(TableText::read_csv("t", saved.as_bytes()), Ok(wanted.clone()), "{saved}");
        }
        // Without a corner the rows have no numbers, the table no name, and the first row that matches decides.
        let bare = TableText::read_csv("t", b"x: number,outcome\r5,allow\r").unwrap();
        assert_eq!((bare.name.as_str(), bare.hit, bare.rows.len()), ("", HitPolicy::First, 1));
    }

    #[test]
    #[cfg(feature = "csv")]
    fn what_is_wrong_in_a_spreadsheet_is_named_by_line_and_column() {
        let told = |text: &str| {
            let error = TableText::read_csv("t.csv", text.as_bytes()).unwrap_err();
            format!("{} {} `{}`: {}", error.line(), error.field(), error.value(), error.expected())
        };
        assert_eq!(told(""), "1 table ``: a row of heads");
        assert_eq!(told("amount,kind\n"), "1 column 3 ``: an output such as `=> grade: text` or `outcome`");
        assert!(told("amount: monye,outcome\n").starts_with("1 column 1 `amount: monye`: a kind such as `text`"));
        assert_eq!(told("amount,outcome\n\n5\n"), "3 column 2 ``: 2 fields instead of 1");
        assert_eq!(told("amount,outcome\n5,allow,x\n"), "2 column 3 `x`: 2 fields instead of 3");
        assert_eq!(told("t: any,amount,outcome\none,5,allow\n"), "2 column 1 `one`: the number of the row");
        assert_eq!(
            told("amount,outcome,note\n5,allow,\"why\n6,allow,\n"),
            "2 column 3 `why\\n6,allow,\\n`: text with its quotes closed"
        );
        let error = TableText::read_csv("t.csv", b"amount,outcome\n5,caf\xe9\n").unwrap_err();
        assert_eq!((error.line(), error.value(), error.expected()), (2, "\\xe9", "text in UTF-8"));
    }
}
