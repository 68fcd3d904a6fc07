//! The laws of numbers without gaps.

#[cfg(test)]
mod laws {
    use std::collections::BTreeMap;

    use office_core::{DocumentNumber, NumberError, NumberLine, Restart, Series, SeriesError};
    use proptest::prelude::*;

    fn series() -> impl Strategy<Value = Series> {
        let pattern = proptest::sample::select(vec![
            "INV-{year}-{number:5}",
            "{number:3}/{year}",
            "{year}{number}",
            "0{number:1}0{year}é",
            "IN {year}: no. {number:18}",
        ]);
        let restart = proptest::sample::select(vec![Restart::EachYear, Restart::Never]);
        (pattern, restart).prop_map(|(pattern, restart)| Series::new("letters", pattern, restart).unwrap())
    }

    proptest! {
        #[test]
        fn the_nth_number_of_a_year_is_n(series in series(), years in proptest::collection::vec(2024_i32..2028, 0..40)) {
            let mut line = NumberLine::new(series.clone());
            let mut given: BTreeMap<i32, u64> = BTreeMap::new();
            let mut seen: Vec<DocumentNumber> = Vec::new();
            for year in years {
                let (number, next) = line.next(year).unwrap();
                let key = if series.restart() == Restart::EachYear { year } else { 0 };
                let count = given.entry(key).or_default();
                *count = count.checked_add(1).unwrap();
                prop_assert_eq!(series.read(&number), Some((Some(year), *count)));
                prop_assert_eq!(next.last(year), *count);
                prop_assert!(!seen.contains(&number));
                prop_assert_eq!(number.to_string().parse(), Ok(number.clone()));
                seen.push(number);
                let json = serde_json::to_string(&next).unwrap();
                prop_assert_eq!(&serde_json::from_str::<NumberLine>(&json).unwrap(), &next);
                line = next;
            }
        }

        #[test]
        fn numbers_of_a_year_are_ordered_as_they_were_given(one in 1_u64..200_000, two in 1_u64..200_000) {
            let number = |number: u64| format!("INV-2026-{number:03}").parse::<DocumentNumber>().unwrap();
            prop_assert_eq!(number(one).cmp(&number(two)), one.cmp(&two));
        }

        #[test]
        fn any_text_can_be_ordered_and_read(a in ".{0,12}", b in "[0-9a-]{1,8}", c in "[0-9a-]{1,8}", pattern in "[{}a-z:0-9]{0,20}") {
            let _ = Series::new("any", &pattern, Restart::Never);
            let parsed: Vec<DocumentNumber> = [&a, &b, &c].into_iter().filter_map(|text| text.parse().ok()).collect();
            let series = Series::new("any", "{number:2}-{year}", Restart::Never).unwrap();
            for one in &parsed {
                let _ = series.read(one);
                for two in &parsed {
                    prop_assert_eq!(one.cmp(two), two.cmp(one).reverse());
                    prop_assert_eq!(one == two, one.cmp(two).is_eq());
                    for three in &parsed {
                        prop_assert!(!(one <= two && two <= three) || one <= three);
                    }
                }
            }
        }
    }

    #[test]
    fn series_that_would_repeat_or_cannot_be_read_are_refused() {
        for pattern in [
            "",
            "INV",
            "{number}{number}",
            "{year}{year}{number}",
            "{number:0}",
            "{number:19}",
            "{nr}",
            "{number",
            "}{number}",
        ] {
            let refused = Series::new("invoices", pattern, Restart::Never);
            assert_eq!(refused, Err(SeriesError::Pattern { pattern: pattern.into() }), "{pattern}");
        }
        assert_eq!(Series::new("", "{number}", Restart::Never), Err(SeriesError::Name { name: String::new() }));
        let refused = Series::new("invoices", "{number}", Restart::EachYear);
        assert_eq!(refused, Err(SeriesError::YearMissing { pattern: "{number}".into() }));
        assert!(serde_json::from_str::<Series>(r#"{"name":"a","pattern":"b","restart":"never"}"#).is_err());
    }

    #[test]
    fn numbers_end_and_so_do_years() {
        let line = |last: &str| {
            let text = format!(r#"{{"series":{{"name":"a","pattern":"{{number}}","restart":"never"}},"last":{last}}}"#);
            serde_json::from_str::<NumberLine>(&text)
        };
        let full = line(r#"{"0":999999999999999999}"#).unwrap();
        assert_eq!(full.next(2026), Err(NumberError::Exhausted { greatest: 999_999_999_999_999_999 }));
        assert_eq!(full.next(0), Err(NumberError::Year { year: 0 }));
        assert!(line(r#"{"2026":1}"#).is_err());
        assert!(line(r#"{"0":0}"#).is_err());
        let series = Series::new("a", "A-{number:3}", Restart::Never).unwrap();
        for other in ["A-1", "A-0001", "B-001", "A-+01", "A-", "A-001x"] {
            assert_eq!(series.read(&other.parse().unwrap()), None, "{other}");
        }
    }
}

#[cfg(test)]
mod stored {
    use chrono::DateTime;
    use office_core::{
        Actor, Command, DrawNumberError, Entity, Id, MemoryStore, NumberFact, NumberLine, Office, Restart, Role,
        Series, draw_number, wait,
    };

    fn letters(pattern: &str) -> Series {
        Series::new("letters", pattern, Restart::EachYear).unwrap()
    }

    /// The number, drawn by a command of its own, and refused after the drawing where `fails`.
    fn draw(office: &Office, key: &str, series: &Series, fails: bool) -> Result<u64, DrawNumberError> {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
        let command = Command::new(key, "draw", clerk, DateTime::UNIX_EPOCH).unwrap();
        wait(office.transact(&command, |tx| async move {
            let drawn = draw_number(&tx, series, 2026).await?;
            if fails { Err(DrawNumberError::OtherSeries { name: "failed".into() }) } else { Ok(drawn.place) }
        }))
    }

    #[test]
    fn what_fails_leaves_no_gap_and_a_series_keeps_its_pattern() {
        let office = Office::on(MemoryStore::new());
        let series = letters("L-{year}-{number}");
        assert!(draw(&office, "a", &series, true).is_err());
        assert_eq!(draw(&office, "b", &series, false).unwrap(), 1);
        assert!(draw(&office, "c", &series, true).is_err());
        assert_eq!(draw(&office, "d", &series, false).unwrap(), 2);
        let other = letters("LETTER-{year}-{number}");
        assert!(matches!(draw(&office, "e", &other, false), Err(DrawNumberError::OtherSeries { .. })));
    }

    #[test]
    fn stored_forms() {
        let begun = NumberFact::Begun { series: letters("L-{year}-{number}") };
        let given = NumberFact::Given { year: 2026, place: 7 };
        let mut line = NumberLine::open(&begun).unwrap();
        line.apply(&given);
        insta::assert_json_snapshot!((begun, given, line), @r#"
        [
          {
            "begun": {
              "series": {
                "name": "letters",
                "pattern": "L-{year}-{number}",
                "restart": "each_year"
              }
            }
          },
          {
            "given": {
              "year": 2026,
              "place": 7
            }
          },
          {
            "series": {
              "name": "letters",
              "pattern": "L-{year}-{number}",
              "restart": "each_year"
            },
            "last": {
              "2026": 7
            }
          }
        ]
        "#);
    }
}
