use office_core::{
    Currency, Decimal, Dimension, Money, PackError, PriceError, Quantity, QuantityError, Ratio, Rounding, Unit,
    UnitCode, UnitPrice, UnitTable, UnitTableError,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::any::{decimal, rounding, scribble};

fn code(text: &str) -> UnitCode {
    text.parse().unwrap()
}

/// The built-in units with sheets, reams and boxes of paper.
fn paper() -> UnitTable {
    let sheet = Unit::new(code("sheet"), Dimension::Count, Ratio::ONE, 0).unwrap();
    let table = UnitTable::standard().with_unit(sheet).unwrap();
    let table = table.with_pack(code("ream"), Quantity::whole(500, code("sheet"))).unwrap();
    table.with_pack(code("box"), Quantity::whole(5, code("ream"))).unwrap()
}

/// Three units that measure the same.
fn three_units() -> impl Strategy<Value = [UnitCode; 3]> {
    let units: Vec<_> = paper().units().copied().collect();
    select(units).prop_flat_map(|unit| {
        let like: Vec<_> =
            paper().units().filter(|other| other.dimension() == unit.dimension()).map(Unit::code).collect();
        [Just(unit.code()).boxed(), select(like.clone()).boxed(), select(like).boxed()]
    })
}

fn amount() -> impl Strategy<Value = Decimal> {
    const MOST: i64 = 999_999_999_999_999_999;
    (prop_oneof![-1000..=1000_i64, -MOST..=MOST], 0..=9_u32).prop_map(|(digits, places)| Decimal::new(digits, places))
}

fn quantity(unit: &'static str) -> impl Strategy<Value = Quantity> {
    amount().prop_map(move |amount| Quantity::new(amount, code(unit)).unwrap())
}

#[test]
fn the_built_in_units_are_all_there() {
    assert_eq!(UnitTable::standard().units().count(), 23);
    let table = UnitTable::standard();
    let all = |from, to| table.ratio(code(from), code(to)).unwrap().to_string();
    assert_eq!([all("gross", "dozen"), all("kg", "g"), all("d", "h"), all("m3", "l")], ["12", "1000", "24", "1000"]);
    assert_eq!([all("min", "h"), all("ml", "l"), all("each", "pair")], ["1/60", "1/1000", "1/2"]);
    assert_eq!((UnitCode::EACH, UnitCode::HOUR), (code("each"), code("h")));
}

#[test]
fn a_code_means_one_unit_and_a_pack_holds_something() {
    let other = Unit::new(code("kg"), Dimension::Mass, Ratio::ONE, 0).unwrap();
    assert_eq!(paper().with_unit(other), Err(UnitTableError::CodeTaken { code: code("kg") }));
    assert_eq!(paper().with_pack(code("ream"), Quantity::whole(500, code("sheet"))), Ok(paper()));
    for content in ["0 sheet", "-5 sheet"] {
        assert!(matches!(paper().with_pack(code("bag"), content.parse().unwrap()), Err(PackError::Unit(_))));
    }
    let twice = r#"[{"code":"a","dimension":"count","factor":"1","places":0},{"code":"a","dimension":"count","factor":"2","places":0}]"#;
    assert!(serde_json::from_str::<UnitTable>(twice).is_err());
    assert!(serde_json::from_str::<Unit>(r#"{"code":"a","dimension":"count","factor":"0","places":0}"#).is_err());
    assert!(
        serde_json::from_str::<Unit>(r#"{"code":"a","dimension":{"other":"seat"},"factor":"2","places":0}"#).is_ok()
    );
}

#[test]
fn law_3_of_units_a_table_reads_back() {
    let json = serde_json::to_string(&paper()).unwrap();
    assert_eq!(serde_json::from_str::<UnitTable>(&json).unwrap(), paper());
}

#[test]
fn json_takes_the_one_text_and_nothing_else() {
    let boxes: Quantity = serde_json::from_str(r#""3.0 box""#).unwrap();
    assert_eq!(serde_json::to_string(&boxes).unwrap(), r#""3 box""#);
    for refused in ["3", r#""3""#, r#""3  box""#, r#""box 3""#, r#"{"amount":"3","unit":"box"}"#] {
        assert!(serde_json::from_str::<Quantity>(refused).is_err(), "{refused}");
    }
}

#[test]
fn codes_sort_as_their_texts_do() {
    let mut codes = ["zb", "z", "Ölkanne", "a-1", "m²", "kg", "Kg"].map(code);
    codes.sort();
    let mut texts = ["zb", "z", "Ölkanne", "a-1", "m²", "kg", "Kg"];
    texts.sort_unstable();
    assert_eq!(codes.map(|code| code.to_string()), texts);
    assert!("sixteen-bytes-ok".parse::<UnitCode>().is_ok());
    for refused in ["", "seventeen-bytes-x", "a b", "a\0b", "a/b", "ÖÖÖÖÖÖÖÖÖ"] {
        assert!(refused.parse::<UnitCode>().is_err(), "{refused}");
    }
}

proptest! {
    #[test]
    fn law_1_adding_is_exact(a in quantity("kg"), b in quantity("kg"), c in quantity("kg")) {
        let scaled = |quantity: Quantity| quantity.amount().mantissa() * 10_i128.pow(9 - quantity.amount().scale());
        let exact = scaled(a) + scaled(b);
        let fits = exact.abs() < 10_i128.pow(27);
        prop_assert_eq!(a.checked_add(b).ok().map(scaled), fits.then_some(exact));
        prop_assert_eq!(a.checked_add(b), b.checked_add(a));
        if let (Ok(left), Ok(right)) = (a.checked_add(b), b.checked_add(c)) {
            prop_assert_eq!(left.checked_add(c), a.checked_add(right));
            prop_assert_eq!(left.checked_sub(b), Ok(a));
        }
        prop_assert_eq!(a.compare(&b).unwrap(), scaled(a).cmp(&scaled(b)));
        let other = Quantity::zero(code("g"));
        prop_assert_eq!(a.checked_add(other), Err(QuantityError::UnitMismatch { left: code("kg"), right: code("g") }));
        prop_assert_eq!(a.partial_cmp(&other), None);
    }

    #[test]
    fn law_2_what_is_written_reads_back(quantity in quantity("box")) {
        let text = quantity.to_string();
        prop_assert_eq!(Quantity::parse(&text), Ok(quantity));
        prop_assert!(!text.starts_with("-0 "));
        let json = serde_json::to_string(&quantity).unwrap();
        prop_assert_eq!(serde_json::from_str::<Quantity>(&json).unwrap(), quantity);
        let mut longer = quantity.amount();
        longer.rescale(9);
        prop_assert_eq!(Quantity::new(longer, quantity.unit()).unwrap().to_string(), text);
    }

    #[test]
    fn law_3_no_text_makes_the_reader_panic(text in scribble(), unit in scribble()) {
        for text in [text.clone(), format!("{text} kg"), format!("{text} {unit}")] {
            if let Ok(read) = text.parse::<Quantity>() {
                prop_assert_eq!(read.to_string().parse::<Quantity>(), Ok(read));
            }
            if let Ok(read) = format!("{text} EUR / {text}").parse::<UnitPrice>() {
                prop_assert_eq!(read.to_string().parse::<UnitPrice>(), Ok(read));
            }
        }
    }

    #[test]
    fn any_decimal_becomes_a_quantity_exactly_or_is_refused(amount in decimal()) {
        match Quantity::new(amount, UnitCode::EACH) {
            Ok(held) => prop_assert_eq!(held.amount(), amount),
            Err(QuantityError::TooManyDigits { .. }) => prop_assert!(amount.normalize().scale() > 9),
            Err(QuantityError::OutOfRange { .. }) => prop_assert!(amount.abs() >= Decimal::from(10_i128.pow(18))),
            Err(QuantityError::UnitMismatch { .. }) => prop_assert!(false),
        }
    }

    #[test]
    fn law_4_conversion_is_exact_there_and_back_and_by_a_third([from, via, to] in three_units(), amount in amount()) {
        let table = paper();
        let ratio = |from, to| table.ratio(from, to).unwrap();
        prop_assert_eq!(ratio(from, from), Ratio::ONE);
        prop_assert_eq!(ratio(from, to).checked_mul(ratio(to, from)), Ok(Ratio::ONE));
        prop_assert_eq!(ratio(from, via).checked_mul(ratio(via, to)), Ok(ratio(from, to)));
        let quantity = Quantity::new(amount, from).unwrap();
        let exact = quantity.exactly_in(to, &table).unwrap();
        prop_assert_eq!(exact.checked_mul(ratio(to, from)), Ok(amount.into()));
        // Where nothing has to be rounded, the quantities themselves come back.
        if let Ok(there) = quantity.convert(to, &table, 9, Rounding::Down)
            && Ratio::from(there.amount()) == exact
        {
            prop_assert_eq!(there.convert(from, &table, 9, Rounding::Up), Ok(quantity));
        }
    }

    #[test]
    fn prices_laws_1_and_2(
        digits in -1_000_000_000..1_000_000_000_i64, places in 0..=10_u32, per in 1..1000_i32, count in 1..1000_i32,
        rounding in rounding(),
    ) {
        let table = paper();
        let amount = Decimal::new(digits, places);
        let per = Quantity::whole(per, code("ream"));
        let price = UnitPrice::new(amount, Currency::EUR, per).unwrap();
        prop_assert_eq!(price.extend(&per, rounding).ok(), Money::rounded(amount, Currency::EUR, rounding).ok());
        let reams = Quantity::whole(count, code("ream"));
        let sheets = reams.convert(code("sheet"), &table, 0, Rounding::Down).unwrap();
        prop_assert_eq!(price.extend_with(&sheets, &table, rounding), price.extend(&reams, rounding));
        prop_assert!(matches!(price.extend(&sheets, rounding), Err(PriceError::UnitMismatch { .. })), "no table, no price");
    }

    #[test]
    fn prices_law_3_what_is_written_reads_back(digits in -1_000_000_000..1_000_000_000_i64, places in 0..=10_u32, per in 1..500) {
        let price = UnitPrice::new(Decimal::new(digits, places), Currency::JPY, Quantity::whole(per, UnitCode::EACH)).unwrap();
        prop_assert_eq!(price.to_string().parse::<UnitPrice>(), Ok(price));
        let json = serde_json::to_string(&price).unwrap();
        prop_assert_eq!(serde_json::from_str::<UnitPrice>(&json).unwrap(), price);
    }
}
