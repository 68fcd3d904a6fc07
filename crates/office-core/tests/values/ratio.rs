use std::cmp::Ordering;

use office_core::{Ratio, RatioError, Rounding};
use proptest::prelude::*;

use crate::any::{decimal, rounding, scribble};

/// Fractions of any size.
fn ratio() -> impl Strategy<Value = Ratio> {
    let term = || prop_oneof![-20..=20_i128, any::<i64>().prop_map(i128::from), any::<i128>()];
    (term(), term()).prop_filter_map("a denominator that fits", |(top, bottom)| Ratio::new(top, bottom).ok())
}

/// Terms about the greatest and the least of 64 bits, and everyday ones.
fn limit() -> impl Strategy<Value = i128> {
    let near = |limit: i64| (-2..=2_i128).prop_map(move |off| i128::from(limit) + off);
    prop_oneof![near(i64::MAX), near(i64::MIN), near(0), -20..=20_i128, any::<i64>().prop_map(i128::from)]
}

fn divisor(left: u128, right: u128) -> u128 {
    if right == 0 { left } else { divisor(right, left % right) }
}

/// The order, told by whole parts and then by the rests turned over.
fn order(left: (i128, i128), right: (i128, i128)) -> Ordering {
    let whole = |(top, bottom): (i128, i128)| (top.div_euclid(bottom), top.rem_euclid(bottom));
    let ((left_whole, left_rest), (right_whole, right_rest)) = (whole(left), whole(right));
    left_whole.cmp(&right_whole).then_with(|| match (left_rest, right_rest) {
        (0, _) | (_, 0) => left_rest.cmp(&right_rest),
        _ => order((right.1, right_rest), (left.1, left_rest)),
    })
}

#[test]
fn each_refusal_has_its_cause() {
    for text in ["", "/", "1/", "/2", "+1", "1/-2", "1 / 2", "1.5", "1/2/3", "--1", "١"] {
        assert_eq!(text.parse::<Ratio>(), Err(RatioError::Unreadable), "{text}");
    }
    assert_eq!("1/0".parse::<Ratio>(), Err(RatioError::ZeroDenominator));
    assert_eq!("170141183460469231731687303715884105728".parse::<Ratio>(), Err(RatioError::Overflow));
    assert_eq!(Ratio::new(i128::MIN, 1), Err(RatioError::Overflow));
    assert_eq!(Ratio::new(i128::MIN, 2).map(Ratio::numerator), Ok(i128::MIN / 2));
    assert!(serde_json::from_str::<Ratio>("0.5").is_err());
}

proptest! {
    #[test]
    fn law_1_lowest_terms(top: i128, bottom: i128, times in 1..1000_i128) {
        if let Ok(ratio) = Ratio::new(top, bottom) {
            prop_assert!(ratio.denominator() > 0);
            prop_assert_eq!(divisor(ratio.numerator().unsigned_abs(), ratio.denominator().unsigned_abs()), 1);
        }
        let (top, bottom) = (top >> 16, (bottom >> 16).max(1));
        prop_assert_eq!(Ratio::new(top * times, bottom * times), Ratio::new(top, bottom));
        prop_assert_eq!(Ratio::new(-top, -bottom), Ratio::new(top, bottom));
    }

    #[test]
    fn law_2_arithmetic_is_that_of_fractions(a: i32, b in 1..i32::MAX, c: i32, d in 1..i32::MAX) {
        let [a, b, c, d] = [a, b, c, d].map(i128::from);
        let (left, right) = (Ratio::new(a, b).unwrap(), Ratio::new(c, d).unwrap());
        prop_assert_eq!(left.checked_add(right), Ratio::new(a * d + c * b, b * d));
        prop_assert_eq!(left.checked_sub(right), Ratio::new(a * d - c * b, b * d));
        prop_assert_eq!(left.checked_mul(right), Ratio::new(a * c, b * d));
        prop_assert_eq!(left.checked_div(right), Ratio::new(a * d, b * c));
        prop_assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
    }

    /// Terms that fit 64 bits have a way of their own: it comes to what 128 bits come to.
    #[test]
    fn law_2_terms_at_the_limit_of_small_ones(a in limit(), b in limit(), c in limit(), d in limit()) {
        let lowest = |top: Option<i128>, bottom: i128| {
            let top = top?;
            let shared = i128::try_from(divisor(top.unsigned_abs(), bottom.unsigned_abs())).ok()? * bottom.signum();
            Some((top / shared, bottom / shared))
        };
        let terms = |ratio: Result<Ratio, RatioError>| ratio.ok().map(|ratio| (ratio.numerator(), ratio.denominator()));
        prop_assume!(b != 0 && d != 0);
        let (left, right) = (Ratio::new(a, b).unwrap(), Ratio::new(c, d).unwrap());
        prop_assert_eq!(terms(Ok(left)), lowest(Some(a), b));
        prop_assert_eq!(terms(left.checked_mul(right)), lowest(Some(a * c), b * d));
        let sum = (a * d).checked_add(c * b);
        prop_assert!(sum.is_none() || terms(left.checked_add(right)) == lowest(sum, b * d));
    }

    #[test]
    fn law_2_terms_of_any_size_are_exact_or_refused(left in ratio(), right in ratio()) {
        prop_assert_eq!(left.checked_add(right), right.checked_add(left));
        prop_assert_eq!(left.checked_mul(right), right.checked_mul(left));
        if let Ok(back) = left.checked_add(right).and_then(|sum| sum.checked_sub(right)) {
            prop_assert_eq!(back, left);
        }
        if let Ok(product) = left.checked_mul(right)
            && !right.is_zero()
        {
            prop_assert_eq!(product.checked_div(right), Ok(left));
        }
    }

    #[test]
    fn law_3_the_order_is_that_of_the_numbers(left in ratio(), right in ratio()) {
        let terms = |ratio: Ratio| (ratio.numerator(), ratio.denominator());
        prop_assert_eq!(left.cmp(&right), order(terms(left), terms(right)));
        prop_assert_eq!(right.cmp(&left), left.cmp(&right).reverse());
        let (floor, ceiling) = (left.floor(), left.ceiling());
        prop_assert!(Ratio::new(floor, 1).is_ok_and(|floor| floor <= left));
        prop_assert_eq!(ceiling - floor, i128::from(!left.is_whole()));
    }

    #[test]
    fn law_4_what_is_written_reads_back(ratio in ratio(), amount in decimal()) {
        prop_assert_eq!(ratio.to_string().parse::<Ratio>(), Ok(ratio));
        let json = serde_json::to_string(&ratio).unwrap();
        prop_assert_eq!(serde_json::from_str::<Ratio>(&json).unwrap(), ratio);
        for rounding in [Rounding::HalfUp, Rounding::Floor] {
            prop_assert_eq!(Ratio::from_decimal(amount).to_decimal(amount.scale(), rounding), Some(amount));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(left in scribble(), right in scribble()) {
        for text in [left.clone(), format!("{left}/{right}")] {
            if let Ok(read) = text.parse::<Ratio>() {
                prop_assert_eq!(read.to_string().parse::<Ratio>(), Ok(read));
            }
        }
    }

    #[test]
    fn a_decimal_of_it_is_less_than_a_unit_away(top: i64, bottom in 1..i64::MAX, digits in 0..9_u32, rounding in rounding()) {
        let exact = Ratio::new(top.into(), bottom.into()).unwrap();
        let rounded = Ratio::from_decimal(exact.to_decimal(digits, rounding).unwrap());
        prop_assert!(rounded.checked_sub(exact).unwrap().abs() < Ratio::new(1, 10_i128.pow(digits)).unwrap());
    }
}
