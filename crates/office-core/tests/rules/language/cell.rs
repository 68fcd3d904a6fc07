//! What cells ask of their input.

#[cfg(test)]
mod constants {
    use office_core::rules::{Cell, Dialect, Kind, Misread, Schema, Value};
    use office_core::{Money, Scope};

    fn read(text: &str, kind: &str, dialect: Dialect) -> Result<Cell, Misread> {
        Cell::parse(text, &kind.parse::<Kind>().unwrap(), &Schema::default(), dialect)
    }

    fn holds(text: &str, kind: &str, input: impl Into<Value>) -> Option<bool> {
        let cell = read(text, kind, Dialect::Office).unwrap();
        cell.holds(input.into().as_ref(), &|_| None).unwrap()
    }

    fn amount(text: &str) -> Value {
        Value::from(text.parse::<Money>().unwrap())
    }

    #[test]
    fn an_amount_passes_exactly_where_the_cell_says() {
        for (text, below, at, above) in [
            ("< 500 EUR", true, false, false),
            ("<= 500 EUR", true, true, false),
            ("> 500 EUR", false, false, true),
            (">= 500 EUR", false, true, true),
            ("500 EUR", false, true, false),
            ("= 500 EUR", false, true, false),
            ("!= 500 EUR", true, false, true),
            ("[500 EUR..600 EUR]", false, true, true),
            ("(500 EUR..600 EUR]", false, false, true),
            ("[400 EUR .. 500 EUR)", true, false, false),
            ("]400 EUR..500 EUR[", true, false, false),
            ("not([400 EUR..500 EUR))", false, true, true),
            ("< 1 EUR, 499.99 EUR, 500.01 EUR", true, false, true),
            ("-", true, true, true),
        ] {
            let answers = ["499.99 EUR", "500.00 EUR", "500.01 EUR"].map(|at| holds(text, "money EUR", amount(at)));
            assert_eq!(answers, [Some(below), Some(at), Some(above)], "{text}");
        }
    }

    #[test]
    fn bare_words_are_words_and_parts_of_the_office_hold_what_is_below() {
        assert_eq!(holds("R&D (old), office supplies", "text", "office supplies"), Some(true));
        assert_eq!(holds("not(R&D (old), travel)", "text", "R&D (old)"), Some(false));
        assert_eq!(holds(r#""a, ""b""""#, "text", r#"a, "b""#), Some(true));
        let part = |text: &str| Value::from(text.parse::<Scope>().unwrap());
        assert_eq!(holds("company/hq", "scope", part("company/hq/it")), Some(true));
        assert_eq!(holds("company/hq", "scope", part("company/hq-annex")), Some(false));
        assert_eq!(holds("= company/hq", "scope", part("company/hq/it")), Some(false));
        assert_eq!(holds("= company/hq", "scope", part("company/hq")), Some(true));
    }

    #[test]
    fn nothing_is_below_nothing_and_passes_only_where_it_is_asked_for() {
        assert_eq!(holds("< 5", "number", Value::Null), None);
        assert_eq!(holds("not(< 5)", "number", Value::Null), None);
        assert_eq!(holds("< 5, null", "number", Value::Null), Some(true));
        assert_eq!(holds("5", "number", Value::Null), Some(false));
        assert_eq!(holds("!= 5", "number", Value::Null), Some(true));
        assert_eq!(holds("-", "number", Value::Null), Some(true));
    }

    #[test]
    fn what_does_not_fit_the_column_is_refused_with_its_place() {
        for (text, kind, position) in [
            ("", "number", 1),
            ("five", "number", 1),
            ("< five", "number", 3),
            ("5, five", "number", 4),
            ("4.5", "integer", 1),
            ("5,000", "number", 2),
            ("5 EUR", "number", 1),
            ("5", "money EUR", 1),
            ("5.001 EUR", "money EUR", 1),
            ("< 5 USD", "money EUR", 3),
            ("[5 EUR..4 EUR]", "money EUR", 9),
            ("[5 EUR..5 EUR)", "money EUR", 9),
            ("[5 EUR..6 USD)", "money", 9),
            ("[5 EUR 6 EUR)", "money EUR", 8),
            ("2026-02-30", "date", 1),
            ("maybe", "boolean", 1),
            ("< yes, ", "boolean", 8),
            ("company//hq", "scope", 1),
            ("> company/hq", "scope", 3),
            ("not(5", "number", 6),
            ("5 kg", "quantity g", 1),
        ] {
            assert_eq!(read(text, kind, Dialect::Office).map_err(|misread| misread.position), Err(position), "{text}");
        }
    }

    #[test]
    fn a_cell_reads_back_from_its_one_form() {
        for (text, kind, form) in [
            ("IT, HR", "text", r#""IT", "HR""#),
            ("yes", "boolean", "yes"),
            (" >=  5000 EUR", "money EUR", ">= 5000.00 EUR"),
            ("not( [10% .. 12.50 %[ ,-1)", "number", "not([0.1..0.125), -1)"),
            ("!= P1Y6M", "months", "not(P1Y6M)"),
            ("[2026-10-01T09:30..2026-10-02T00:00:00.5]", "date-time", "[2026-10-01T09:30:00..2026-10-02T00:00:00.5]"),
            ("company/hq, company", "scope", "company/hq, scope(\"company\")"),
            ("= company/hq", "scope", "= company/hq"),
            ("!= *", "scope", "not(= *)"),
            ("5 kg", "quantity", "5 kg"),
        ] {
            let cell = read(text, kind, Dialect::Office).unwrap();
            assert_eq!(cell.to_string(), form);
            assert_eq!(cell.text(), text);
        }
        let cell = read("2026-10-01", "date", Dialect::Office).unwrap();
        assert_eq!(cell.written(Dialect::Dmn).unwrap(), r#"date("2026-10-01")"#);
    }
}
