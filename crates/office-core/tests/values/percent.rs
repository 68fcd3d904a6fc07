use chrono::NaiveDate;
use office_core::{
    Currency, Decimal, ExchangeRate, ExchangeRateError, Money, Percent, PercentError, Rate, Ratio, Rounding,
};
use proptest::prelude::*;

use crate::any::{decimal, rounding, scribble};

#[test]
fn an_exchange_rate_is_stored_by_its_fields_and_read_through_its_rules() {
    let on = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let rate = ExchangeRate::new(Currency::EUR, Currency::USD, "1.0825".parse().unwrap(), on).unwrap();
    let json = r#"{"from":"EUR","to":"USD","rate":"1.0825","on":"2026-03-02"}"#;
    assert_eq!(serde_json::to_string(&rate).unwrap(), json);
    assert_eq!(serde_json::from_str::<ExchangeRate>(json).unwrap(), rate);
    for (changed, by) in [("\"1.0825\"", "\"0\""), ("\"1.0825\"", "\"-1\""), ("\"1.0825\"", "1.0825"), ("USD", "EUR")] {
        assert!(serde_json::from_str::<ExchangeRate>(&json.replace(changed, by)).is_err(), "{by}");
    }
    let same = ExchangeRate::new(Currency::EUR, Currency::EUR, Rate::ONE, on);
    assert_eq!(same, Err(ExchangeRateError::SameCurrency { currency: Currency::EUR }));
}

#[test]
fn a_percentage_is_read_with_its_sign_only() {
    for text in ["19 %", "19%", "19.0 %", "+19 %"] {
        assert_eq!(text.parse::<Percent>().unwrap(), Percent::whole(19), "{text}");
    }
    for text in ["19", "%", " %", "19  %", "0.19 % ", "19 pct"] {
        assert!(text.parse::<Percent>().is_err(), "{text}");
    }
    assert!(serde_json::from_str::<Percent>("19").is_err());
}

proptest! {
    #[test]
    fn a_percentage_is_exact_or_refused(left in decimal(), right in -1_000_000_i64..1_000_000, places in 0..=10_u32) {
        match Percent::new(left) {
            Ok(percent) => prop_assert_eq!(percent.value(), left),
            Err(PercentError::TooManyDigits { .. }) => prop_assert!(left.normalize().scale() > 10),
            Err(PercentError::OutOfRange) => prop_assert!(left.abs() >= Decimal::from(10_i64.pow(12))),
        }
        let left = Rounding::Down.round(left, 10) % Decimal::from(1000);
        let right = Decimal::new(right, places);
        let (one, other) = (Percent::new(left).unwrap(), Percent::new(right).unwrap());
        let sum = one.checked_add(other).unwrap();
        prop_assert_eq!(sum.value(), left + right);
        prop_assert_eq!(sum.checked_sub(other), Ok(one));
        prop_assert_eq!(one.fraction().checked_mul(Ratio::from_integer(100)), Ok(left.into()));
        prop_assert_eq!(one.to_string().parse::<Percent>(), Ok(one));
        let json = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(serde_json::from_str::<Percent>(&json).unwrap(), one);
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in scribble()) {
        if let Ok(read) = format!("{text} %").parse::<Percent>() {
            prop_assert_eq!(read.to_string().parse::<Percent>(), Ok(read));
        }
        if let Ok(read) = text.parse::<Rate>() {
            prop_assert_eq!(read.to_string().parse::<Rate>(), Ok(read));
        }
    }

    #[test]
    fn converting_is_within_a_minor_unit(minor: i32, rate in 1..1_000_000_i64, rounding in rounding()) {
        let on = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let to_yen = ExchangeRate::new(Currency::EUR, Currency::JPY, Rate::new(Decimal::new(rate, 4)).unwrap(), on).unwrap();
        let yen = to_yen.convert(Money::from_minor(minor.into(), Currency::EUR), rounding).unwrap();
        // Cents to yen: divided by a hundred, and by the rate's ten thousandths.
        let off = yen.minor() * 1_000_000 - i128::from(minor) * i128::from(rate);
        prop_assert!(off.abs() < 1_000_000);
        let back = to_yen.convert_back(Money::from_minor(minor.into(), Currency::JPY), rounding).unwrap();
        let off = back.minor() * i128::from(rate) - i128::from(minor) * 1_000_000;
        prop_assert!(off.abs() < i128::from(rate));
    }
}
