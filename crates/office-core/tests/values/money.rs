use office_core::{Currency, Decimal, Money, MoneyError, ParseCurrencyError, Percent, Ratio, Rounding};
use proptest::prelude::*;

use crate::any::{currency, is_decimal, limit, money, money_in, monies, rounding, scribble};

#[test]
fn digits_are_those_of_the_standard() {
    for (code, digits) in
        [("EUR", 2), ("HUF", 2), ("MGA", 2), ("MRU", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("CLF", 4)]
    {
        let currency = Currency::from_code(code).unwrap();
        assert_eq!((currency.code(), currency.digits()), (code, digits));
    }
}

#[test]
fn currencies_are_ordered_by_code_and_stored_by_it() {
    let mut some = [Currency::USD, Currency::JPY, Currency::EUR, Currency::GBP, Currency::CHF];
    some.sort();
    assert_eq!(some.map(Currency::code), ["CHF", "EUR", "GBP", "JPY", "USD"]);
    assert_eq!(serde_json::to_string(&some[0]).unwrap(), "\"CHF\"");
    assert_eq!(serde_json::from_str::<Currency>("\"CHF\"").unwrap(), Currency::CHF);
}

#[test]
fn what_cannot_be_paid_is_not_a_currency() {
    for code in ["XAU", "XAG", "XDR", "XXX", "XTS"] {
        assert_eq!(Currency::from_code(code), Err(ParseCurrencyError::NoMinorUnit { code: code.to_owned() }));
    }
    for code in ["", "E", "eur", "EURO", "ZZZ", " EUR"] {
        assert!(matches!(Currency::from_code(code), Err(ParseCurrencyError::Unknown { .. })), "{code}");
    }
}

#[test]
fn json_takes_the_one_text_and_nothing_else() {
    for refused in ["12.5", "12", r#"{"amount":"12.50","currency":"EUR"}"#, r#""12.505 EUR""#, r#""1_0 EUR""#, "null"] {
        assert!(serde_json::from_str::<Money>(refused).is_err(), "{refused}");
    }
    let error = serde_json::from_str::<Money>(r#""12.505 EUR""#).unwrap_err().to_string();
    assert!(error.starts_with("the amount cannot be held: 12.505 has more than the 2 digits"), "{error}");
}

#[test]
fn a_sum_at_the_bound_is_refused_and_not_rounded() {
    let most = Money::parse("999999999999999999999999.99", Currency::EUR).unwrap();
    let cent = Money::from_minor(1, Currency::EUR);
    assert_eq!(most.checked_add(cent), Err(MoneyError::OutOfRange { currency: Currency::EUR }));
    assert_eq!(most.checked_sub(cent).unwrap().to_string(), "999999999999999999999999.98 EUR");
    assert_eq!(Money::sum([most, cent, cent.negated()], Currency::EUR), Ok(most));
}

#[test]
fn amounts_in_different_currencies_do_not_compare() {
    let (euro, dollar) = (Money::zero(Currency::EUR), Money::zero(Currency::USD));
    assert_ne!(euro, dollar);
    assert_eq!(euro.partial_cmp(&dollar), None);
    assert_eq!(euro.compare(&dollar), Err(MoneyError::CurrencyMismatch { left: Currency::EUR, right: Currency::USD }));
    assert_eq!(Money::sum([euro, dollar], Currency::EUR), euro.checked_sub(dollar));
}

proptest! {
    #[test]
    fn law_1_adding_is_the_addition_of_minor_units((currency, three) in currency().prop_flat_map(|currency| {
        (Just(currency), [money_in(currency), money_in(currency), money_in(currency)])
    })) {
        let [a, b, c] = three;
        let exact = a.minor() + b.minor();
        let expected = if exact.abs() < limit(currency) { Some(exact) } else { None };
        prop_assert_eq!(a.checked_add(b).ok().map(Money::minor), expected);
        prop_assert_eq!(a.checked_add(b), b.checked_add(a));
        if let (Ok(left), Ok(right)) = (a.checked_add(b), b.checked_add(c)) {
            prop_assert_eq!(left.checked_add(c), a.checked_add(right));
        }
    }

    #[test]
    fn law_2_what_is_written_reads_back(amount in money(), zeros in 0..4_usize) {
        let text = amount.to_string();
        prop_assert_eq!(text.parse::<Money>().unwrap(), amount);
        prop_assert_eq!(amount.amount().scale(), amount.currency().digits());
        let json = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(&json, &format!("\"{text}\""));
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), amount);
        // The same amount with other zeros is the same money, in the same text.
        let longer = amount.amount().normalize();
        let point = if longer.scale() == 0 && zeros > 0 { "." } else { "" };
        if longer.mantissa().abs() < 10_i128.pow(24) {
            let again = Money::parse(&format!("{longer}{point}{}", "0".repeat(zeros)), amount.currency()).unwrap();
            prop_assert_eq!((again, again.to_string()), (amount, text));
        }
    }

    #[test]
    fn law_3_no_text_makes_the_reader_panic(text in scribble(), currency in currency()) {
        if let Ok(read) = Money::parse(&text, currency) {
            prop_assert!(is_decimal(&text));
            prop_assert_eq!(read.to_string().parse::<Money>().unwrap(), read);
            prop_assert!(!read.is_zero() || !read.to_string().starts_with('-'));
        }
        for text in [text.clone(), format!("{text} {currency}")] {
            if let Ok(read) = text.parse::<Money>() {
                prop_assert_eq!(read.to_string().parse::<Money>().unwrap(), read);
            }
        }
    }

    #[test]
    fn law_4_subtracting_undoes_adding((a, b) in currency().prop_flat_map(|c| (money_in(c), money_in(c)))) {
        if let Ok(sum) = a.checked_add(b) {
            prop_assert_eq!(sum.checked_sub(b).unwrap(), a);
        }
        prop_assert_eq!(a.negated().negated(), a);
        prop_assert_eq!(a.checked_add(a.negated()).unwrap(), Money::zero(a.currency()));
        prop_assert_eq!(a.abs().minor(), a.minor().abs());
        prop_assert_eq!(a.partial_cmp(&b), Some(a.minor().cmp(&b.minor())));
        prop_assert_eq!([a.is_negative(), a.is_zero(), a.is_positive()], [a.minor() < 0, a.minor() == 0, a.minor() > 0]);
    }

    #[test]
    fn law_5_a_product_is_rounded_once(
        minor: i64, factor in -100_000..100_000_i64, scale in 0..6_u32, rounding in rounding(), currency in currency(),
    ) {
        let amount = Money::from_minor(minor, currency);
        let unit = 10_i128.pow(scale);
        let product = amount.times(Decimal::new(factor, scale), rounding).unwrap();
        let off = (product.minor() * unit - i128::from(minor) * i128::from(factor)).abs();
        prop_assert!(off < unit);
        if matches!(rounding, Rounding::HalfUp | Rounding::HalfEven | Rounding::HalfDown) {
            prop_assert!(2 * off <= unit);
        }
        let ratio = Ratio::from_decimal(Decimal::new(factor, scale));
        prop_assert_eq!(amount.times_ratio(ratio, rounding).unwrap(), product);
        let percent = Percent::new(Decimal::new(factor, scale)).unwrap();
        let hundredth = amount.times(Decimal::new(factor, scale + 2), rounding).unwrap();
        prop_assert_eq!(amount.share(percent, rounding).unwrap(), hundredth);
    }

    #[test]
    fn law_6_a_sum_looks_at_its_total_only((currency, amounts) in monies()) {
        let total: i128 = amounts.iter().map(|amount| amount.minor()).sum();
        let expected = Money::try_from_minor(total, currency);
        prop_assert_eq!(expected.is_ok(), total.abs() < limit(currency));
        prop_assert_eq!(Money::sum(amounts.iter().copied(), currency), expected);
        prop_assert_eq!(Money::sum(amounts.into_iter().rev(), currency), expected);
    }

    #[test]
    fn any_decimal_becomes_money_exactly_or_is_refused(amount in crate::any::decimal(), currency in currency()) {
        match Money::new(amount, currency) {
            Ok(held) => prop_assert_eq!(held.amount(), amount),
            Err(MoneyError::TooManyDigits { .. }) => prop_assert!(amount.normalize().scale() > currency.digits()),
            Err(MoneyError::OutOfRange { .. }) => prop_assert!(amount.abs() >= Decimal::from(10_i128.pow(24))),
            Err(MoneyError::CurrencyMismatch { .. }) => prop_assert!(false),
        }
    }
}
