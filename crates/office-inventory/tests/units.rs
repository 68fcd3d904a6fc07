//! The laws of an item's units, of written quantities, and of serial numbers.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use office_core::{Currency, Decimal, Quantity, Ratio, Rounding, UnitCode, UnitPrice, UnitTable};
    use office_inventory::{
        ExpandSerialsError, ItemUnits, ItemUnitsError, ReadQuantityError, UnitWords, expand_serials, round_to_step,
    };
    use proptest::prelude::*;

    const CODES: [&str; 9] = ["each", "dozen", "g", "kg", "ml", "l", "m2", "sheet", "box"];
    const ROUNDINGS: [Rounding; 7] = [
        Rounding::HalfUp,
        Rounding::HalfEven,
        Rounding::HalfDown,
        Rounding::Up,
        Rounding::Down,
        Rounding::Ceiling,
        Rounding::Floor,
    ];

    fn code(text: &str) -> UnitCode {
        text.parse().unwrap()
    }

    /// Paper: a sheet weighs 5 g, a box holds 500 sheets, 16 sheets are a square metre, a kilogram fills 1.25 l.
    fn paper() -> ItemUnits {
        let links = [
            ("1 sheet", "5 g"),
            ("1 box", "500 sheet"),
            ("16 sheet", "1 m2"),
            ("1 kg", "1.25 l"),
            ("1 each", "1 sheet"),
        ];
        links.into_iter().fold(ItemUnits::new(UnitTable::standard()), |units, (one, other)| {
            units.with(one.parse().unwrap(), other.parse().unwrap()).unwrap()
        })
    }

    fn quantity() -> impl Strategy<Value = Quantity> {
        (-9_999_999_i64..9_999_999, 0..4_u32, 0..9_usize).prop_map(|(mantissa, places, unit)| {
            Quantity::new(Decimal::new(mantissa, places), code(CODES[unit])).unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Law 1.
        #[test]
        fn there_and_back_is_the_same_and_so_is_a_detour(quantity in quantity(), to in 0..9_usize, by in 0..9_usize) {
            let (units, to, by) = (paper(), code(CODES[to]), code(CODES[by]));
            let there = units.exactly(quantity, to).unwrap();
            let back = there.checked_mul(units.ratio(to, quantity.unit()).unwrap()).unwrap();
            prop_assert_eq!(back, Ratio::from_decimal(quantity.amount()));
            let detour = units.exactly(quantity, by).unwrap().checked_mul(units.ratio(by, to).unwrap()).unwrap();
            prop_assert_eq!(detour, there);
        }

        /// Law 2.
        #[test]
        fn rounding_errs_by_less_than_a_step_and_in_its_direction(
            quantity in quantity(), to in 0..9_usize, step in 1..5_000_i64, places in 0..3_u32, rounding in 0..7_usize
        ) {
            let (units, to, rounding) = (paper(), code(CODES[to]), ROUNDINGS[rounding]);
            let step = Quantity::new(Decimal::new(step, places), to).unwrap();
            let exact = units.exactly(quantity, to).unwrap();
            let rounded = units.convert(quantity, to, step, rounding).unwrap();
            let off = Ratio::from_decimal(rounded.amount()).checked_sub(exact).unwrap();
            let whole = Ratio::from_decimal(step.amount());
            prop_assert!(off.abs() < whole);
            let half = whole.checked_div(Ratio::from_integer(2)).unwrap();
            let outward = if exact.is_negative() { off.negated() } else { off };
            match rounding {
                Rounding::HalfUp | Rounding::HalfEven | Rounding::HalfDown => prop_assert!(off.abs() <= half),
                Rounding::Up => prop_assert!(!outward.is_negative()),
                Rounding::Down => prop_assert!(!outward.is_positive()),
                Rounding::Ceiling => prop_assert!(!off.is_negative()),
                Rounding::Floor => prop_assert!(!off.is_positive()),
            }
            prop_assert!(Ratio::from_decimal(rounded.amount()).checked_div(whole).unwrap().is_whole());
            prop_assert_eq!(round_to_step(rounded, step, rounding).unwrap(), rounded);
        }

        /// Law 3. By factors that a price can be divided by to ten digits.
        #[test]
        fn goods_cost_the_same_in_any_unit(cents in 1..99_999_i64, boxes in 1..9_999_i32) {
            let units = paper();
            let by_sheet = UnitPrice::per_unit(Decimal::new(cents, 2), Currency::EUR, code("sheet")).unwrap();
            let goods = Quantity::whole(boxes, code("box"));
            let sheets = units.convert(goods, code("sheet"), "1 sheet".parse().unwrap(), Rounding::HalfEven).unwrap();
            let plainly = by_sheet.extend(&sheets, Rounding::HalfUp).unwrap();
            for unit in ["box", "kg", "m2"] {
                let unit = code(unit);
                let told = units.convert(goods, unit, Quantity::new(Decimal::new(1, 9), unit).unwrap(), Rounding::HalfEven).unwrap();
                let price = units.price(by_sheet, unit, Rounding::HalfEven).unwrap();
                prop_assert_eq!(price.extend(&told, Rounding::HalfUp).unwrap(), plainly);
            }
        }

        /// What is written in any of the ways is read as it was meant.
        #[test]
        fn what_is_written_is_read(whole in 0..999_i64, top in 1..50_i64, bottom in 1..50_i64, boxes in any::<bool>()) {
            let words = UnitWords::new(paper(), code("sheet"));
            let word = if boxes { "Boxes" } else { "sheets" };
            let written = words.parse(&format!("{whole} {top}/{bottom} dozen {word}")).unwrap();
            let amount = Ratio::new(i128::from(whole * bottom + top) * 12, i128::from(bottom)).unwrap();
            prop_assert_eq!((written.amount, written.unit.as_str()), (amount, if boxes { "box" } else { "sheet" }));
        }

        /// No text makes a reader panic, or run on.
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9 /.a-zA-Zé~+,-]{0,80}") {
            let words = UnitWords::new(paper(), code("sheet"));
            let _ = words.parse(&text);
            let _ = words.read(&text, code("kg"), "0.001 kg".parse().unwrap(), Rounding::HalfUp);
            if let Ok(serials) = expand_serials(&text, 7, 12) {
                prop_assert_eq!(serials.len(), 12);
            }
        }
    }

    #[test]
    fn what_says_nothing_or_two_things_is_refused() {
        let units = paper();
        let quantity = |text: &str| text.parse::<Quantity>().unwrap();
        let zero = quantity("0 box");
        assert_eq!(units.clone().with(zero, quantity("1 kg")), Err(ItemUnitsError::NotPositive { quantity: zero }));
        let twice = units.clone().with(quantity("1 box"), quantity("2 kg"));
        assert_eq!(twice, Err(ItemUnitsError::Connected { left: code("box"), right: code("kg") }));
        let hours = units.exactly(quantity("1 h"), code("box"));
        assert_eq!(hours, Err(ItemUnitsError::NotConnected { from: code("h"), to: code("box") }));
        let words = UnitWords::new(units, code("sheet"));
        for (text, error) in [
            ("", ReadQuantityError::Length),
            ("3 crates", ReadQuantityError::UnknownWord { word: "crates".to_owned() }),
            ("3 kg boxes", ReadQuantityError::NotCounting { word: "kg".to_owned() }),
            ("1/0 box", ReadQuantityError::Number { text: "1/0".to_owned(), source: None }),
        ] {
            assert_eq!(words.parse(text), Err(error), "{text}");
        }
        assert_eq!(words.parse("a half dozen boxes").unwrap().amount, Ratio::from_integer(6));
    }

    #[test]
    fn serial_numbers_are_bounded_and_told_apart() {
        let count = |found| Err(ExpandSerialsError::Count { found, wanted: 3 });
        assert_eq!(expand_serials("1-99999999999", 1, 3), count(4));
        assert_eq!(expand_serials("1+18446744073709551614", 1, 3), count(4));
        assert_eq!(expand_serials("1-2", 1, 3), count(2));
        assert_eq!(expand_serials("5-1", 1, 3), Err(ExpandSerialsError::Range { text: "5-1".to_owned() }));
        assert_eq!(expand_serials("1,,2", 1, 3), Err(ExpandSerialsError::Empty { part: 1 }));
        assert_eq!(expand_serials("~,~,X", 8, 3).unwrap(), ["8", "9", "X"]);
    }
}
