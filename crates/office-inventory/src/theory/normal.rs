//! The normal distribution.

use office_core::Decimal;

use super::TheoryError;
use super::number::{decimal, real};

/// The level below which a standard normal demand stays with a chance: the safety factor of a service level.
///
/// The chance is above 0 and below 1. By algorithm AS 241 (M. J. Wichura, "The percentage points of the normal
/// distribution", Applied Statistics 37, 1988), which is right to 16 digits; rounded to nine after the point.
///
/// # Errors
/// [`TheoryError::NotBetween`].
///
/// # Example
/// ```
/// use office_inventory::theory::normal_quantile;
///
/// assert_eq!(normal_quantile("0.95".parse()?)?.to_string(), "1.644853627");
/// assert!(normal_quantile("1".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn normal_quantile(chance: Decimal) -> Result<Decimal, TheoryError> {
    let (above, below) = (Decimal::ZERO, Decimal::ONE);
    if chance <= above || chance >= below {
        return Err(TheoryError::NotBetween { name: "chance", given: chance, above, below });
    }
    decimal(quantile(real(chance)))
}

/// How dense the standard normal distribution is at `z`.
pub(super) fn density(z: f64) -> f64 {
    const ROOT_OF_TWO_PI: f64 = 2.506_628_274_631_000_7;
    libm::exp(-0.5 * z * z) / ROOT_OF_TWO_PI
}

/// The chance to stay at or below `z`.
pub(super) fn at_most(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The chance to exceed `z`.
pub(super) fn above(z: f64) -> f64 {
    at_most(-z)
}

/// By how much `z` is exceeded in the mean, counting nothing where it is not.
pub(super) fn loss(z: f64) -> f64 {
    density(z) - z * above(z)
}

/// Half the mean square by which `z` is exceeded: what [`loss`] adds up to beyond `z`.
pub(super) fn loss_beyond(z: f64) -> f64 {
    0.5 * ((z * z + 1.0) * above(z) - z * density(z))
}

/// The `z` whose loss is `wanted`, and 0 where that would be below it.
pub(super) fn loss_quantile(wanted: f64) -> f64 {
    // The loss falls ever more slowly, so steps of Newton from the left come nearer from the left.
    let mut z = 0.0;
    for _ in 0..100 {
        let step = (loss(z) - wanted) / above(z);
        if !(step > 1e-12 && z < 10.0) {
            break;
        }
        z += step;
    }
    z
}

/// The `z` that is not exceeded with a chance between 0 and 1.
pub(super) fn quantile(chance: f64) -> f64 {
    let off_centre = chance - 0.5;
    if off_centre.abs() <= 0.425 {
        let r = 0.180_625 - off_centre * off_centre;
        return off_centre * polynomial(NEAR_TOP, r) / polynomial(NEAR_BOTTOM, r);
    }
    let r = libm::sqrt(-libm::log(chance.min(1.0 - chance)));
    let size = if r <= 5.0 {
        polynomial(TAIL_TOP, r - 1.6) / polynomial(TAIL_BOTTOM, r - 1.6)
    } else {
        polynomial(FAR_TOP, r - 5.0) / polynomial(FAR_BOTTOM, r - 5.0)
    };
    size.copysign(off_centre)
}

/// The value at `x`, coefficients of low powers first.
fn polynomial(coefficients: [f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, coefficient| value * x + coefficient)
}

const NEAR_TOP: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const NEAR_BOTTOM: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const TAIL_TOP: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
const TAIL_BOTTOM: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-9,
];
const FAR_TOP: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_BOTTOM: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];
