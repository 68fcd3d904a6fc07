//! Products of two 128-bit numbers, held in full.

/// A 256-bit number as its high and low half; compares as a number.
pub(crate) type Wide = (u128, u128);

const HALF: u32 = 64;
const LOW: u128 = 0xffff_ffff_ffff_ffff;

/// `left * right`, exactly.
pub(crate) const fn multiply(left: u128, right: u128) -> Wide {
    let (left_high, left_low) = (left >> HALF, left & LOW);
    let (right_high, right_low) = (right >> HALF, right & LOW);
    // Invariant: a product of two halves is at most (2^64 - 1)^2, so none of these wraps.
    let low = left_low.wrapping_mul(right_low);
    let first = left_high.wrapping_mul(right_low);
    let second = left_low.wrapping_mul(right_high);
    let high = left_high.wrapping_mul(right_high);
    let middle = (low >> HALF).wrapping_add(first & LOW).wrapping_add(second & LOW);
    let high = high.wrapping_add(first >> HALF).wrapping_add(second >> HALF).wrapping_add(middle >> HALF);
    (high, (middle << HALF) | (low & LOW))
}

/// `left * right / divisor` as quotient and rest; nothing if the quotient does not fit, `divisor` is zero, or it is
/// above 2^127 (which no magnitude of an `i128` is).
pub(crate) fn multiply_divide(left: u128, right: u128, divisor: u128) -> Option<(u128, u128)> {
    if let Some(product) = left.checked_mul(right) {
        return Some((product.checked_div(divisor)?, product.checked_rem(divisor)?));
    }
    if divisor > 1 << 127 {
        return None;
    }
    let (high, low) = multiply(left, right);
    if high >= divisor {
        return None;
    }
    // Long division, one binary digit at a time. Invariant: rest < divisor <= 2^127, so doubling it does not overflow.
    let (mut quotient, mut rest) = (0_u128, high);
    for place in (0..u128::BITS).rev() {
        rest = (rest << 1) | (low.wrapping_shr(place) & 1);
        quotient <<= 1;
        if rest >= divisor {
            rest = rest.wrapping_sub(divisor);
            quotient |= 1;
        }
    }
    Some((quotient, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_product_is_held() {
        assert_eq!(multiply(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(multiply(1 << 127, 2), (1, 0));
    }

    #[test]
    fn a_zero_divisor_and_a_quotient_too_large_give_nothing() {
        assert_eq!(multiply_divide(1, 1, 0), None);
        assert_eq!(multiply_divide(u128::MAX, u128::MAX, 0), None);
        assert_eq!(multiply_divide(u128::MAX, u128::MAX, 3), None);
    }

    proptest! {
        #[test]
        fn dividing_a_product_by_a_factor_gives_the_other(left: u128, right in 1..=(1_u128 << 127)) {
            prop_assert_eq!(multiply_divide(left, right, right), Some((left, 0)));
        }

        #[test]
        fn quotient_times_divisor_and_rest_is_the_product(left: u128, right: u128, divisor in 1..=(1_u128 << 127)) {
            if let Some((quotient, rest)) = multiply_divide(left, right, divisor) {
                prop_assert!(rest < divisor);
                let (high, low) = multiply(quotient, divisor);
                let (low, carry) = low.overflowing_add(rest);
                prop_assert_eq!((high.wrapping_add(u128::from(carry)), low), multiply(left, right));
            } else {
                prop_assert!(multiply(left, right).0 >= divisor);
            }
        }
    }
}
