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
