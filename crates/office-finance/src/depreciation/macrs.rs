//! Percentages of the Modified Accelerated Cost Recovery System of the United States.
//!
//! From IRS Publication 946, How To Depreciate Property, Appendix A: tables A-1 (half-year convention) and A-2 to A-5
//! (mid-quarter convention, by the quarter in which property was placed in service).

use office_core::{Decimal, Percent};
use serde::{Deserialize, Serialize};

/// The recovery period of property: 5 years for computers, 7 for desks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MacrsClass {
    /// 3-year property.
    Three,
    /// 5-year property.
    Five,
    /// 7-year property.
    Seven,
    /// 10-year property.
    Ten,
    /// 15-year property.
    Fifteen,
    /// 20-year property.
    Twenty,
}

/// When in its first year property counts as placed in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MacrsConvention {
    /// In the middle of the year: table A-1.
    HalfYear,
    /// In the middle of the first quarter: table A-2.
    FirstQuarter,
    /// In the middle of the second quarter: table A-3.
    SecondQuarter,
    /// In the middle of the third quarter: table A-4.
    ThirdQuarter,
    /// In the middle of the fourth quarter: table A-5.
    FourthQuarter,
}

/// The percentages of cost that are depreciated year by year, as the tables print them. They add up to 100.
///
/// # Example
/// ```
/// use office_core::Percent;
/// use office_finance::{MacrsClass, MacrsConvention, macrs_percents};
///
/// let percents = macrs_percents(MacrsClass::Five, MacrsConvention::HalfYear);
/// assert_eq!((percents.len(), percents[1]), (6, Percent::whole(32)));
/// ```
#[must_use]
pub fn macrs_percents(class: MacrsClass, convention: MacrsConvention) -> Vec<Percent> {
    let percent = |thousandths: &i64| Percent::new(Decimal::new(*thousandths, 3)).unwrap_or(Percent::ZERO);
    thousandths(class, convention).iter().map(percent).collect()
}

/// In thousandths of a percent.
#[rustfmt::skip]
const fn thousandths(class: MacrsClass, convention: MacrsConvention) -> &'static [i64] {
    match (convention, class) {
        (MacrsConvention::HalfYear, MacrsClass::Three) => &[33_330, 44_450, 14_810, 7_410],
        (MacrsConvention::HalfYear, MacrsClass::Five) => &[20_000, 32_000, 19_200, 11_520, 11_520, 5_760],
        (MacrsConvention::HalfYear, MacrsClass::Seven) => &[14_290, 24_490, 17_490, 12_490, 8_930, 8_920, 8_930, 4_460],
        (MacrsConvention::HalfYear, MacrsClass::Ten) => &[10_000, 18_000, 14_400, 11_520, 9_220, 7_370, 6_550, 6_550, 6_560, 6_550, 3_280],
        (MacrsConvention::HalfYear, MacrsClass::Fifteen) => &[5_000, 9_500, 8_550, 7_700, 6_930, 6_230, 5_900, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 2_950],
        (MacrsConvention::HalfYear, MacrsClass::Twenty) => &[3_750, 7_219, 6_677, 6_177, 5_713, 5_285, 4_888, 4_522, 4_462, 4_461, 4_462, 4_461, 4_462, 4_461, 4_462, 4_461, 4_462, 4_461, 4_462, 4_461, 2_231],
        (MacrsConvention::FirstQuarter, MacrsClass::Three) => &[58_330, 27_780, 12_350, 1_540],
        (MacrsConvention::FirstQuarter, MacrsClass::Five) => &[35_000, 26_000, 15_600, 11_010, 11_010, 1_380],
        (MacrsConvention::FirstQuarter, MacrsClass::Seven) => &[25_000, 21_430, 15_310, 10_930, 8_750, 8_740, 8_750, 1_090],
        (MacrsConvention::FirstQuarter, MacrsClass::Ten) => &[17_500, 16_500, 13_200, 10_560, 8_450, 6_760, 6_550, 6_550, 6_560, 6_550, 820],
        (MacrsConvention::FirstQuarter, MacrsClass::Fifteen) => &[8_750, 9_130, 8_210, 7_390, 6_650, 5_990, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 5_900, 740],
        (MacrsConvention::FirstQuarter, MacrsClass::Twenty) => &[6_563, 7_000, 6_482, 5_996, 5_546, 5_130, 4_746, 4_459, 4_459, 4_459, 4_459, 4_460, 4_459, 4_460, 4_459, 4_460, 4_459, 4_460, 4_459, 4_460, 565],
        (MacrsConvention::SecondQuarter, MacrsClass::Three) => &[41_670, 38_890, 14_140, 5_300],
        (MacrsConvention::SecondQuarter, MacrsClass::Five) => &[25_000, 30_000, 18_000, 11_370, 11_370, 4_260],
        (MacrsConvention::SecondQuarter, MacrsClass::Seven) => &[17_850, 23_470, 16_760, 11_970, 8_870, 8_870, 8_870, 3_340],
        (MacrsConvention::SecondQuarter, MacrsClass::Ten) => &[12_500, 17_500, 14_000, 11_200, 8_960, 7_170, 6_550, 6_550, 6_560, 6_550, 2_460],
        (MacrsConvention::SecondQuarter, MacrsClass::Fifteen) => &[6_250, 9_380, 8_440, 7_590, 6_830, 6_150, 5_910, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 2_210],
        (MacrsConvention::SecondQuarter, MacrsClass::Twenty) => &[4_688, 7_148, 6_612, 6_116, 5_658, 5_233, 4_841, 4_478, 4_463, 4_463, 4_463, 4_463, 4_463, 4_463, 4_462, 4_463, 4_462, 4_463, 4_462, 4_463, 1_673],
        (MacrsConvention::ThirdQuarter, MacrsClass::Three) => &[25_000, 50_000, 16_670, 8_330],
        (MacrsConvention::ThirdQuarter, MacrsClass::Five) => &[15_000, 34_000, 20_400, 12_240, 11_300, 7_060],
        (MacrsConvention::ThirdQuarter, MacrsClass::Seven) => &[10_710, 25_510, 18_220, 13_020, 9_300, 8_850, 8_860, 5_530],
        (MacrsConvention::ThirdQuarter, MacrsClass::Ten) => &[7_500, 18_500, 14_800, 11_840, 9_470, 7_580, 6_550, 6_550, 6_560, 6_550, 4_100],
        (MacrsConvention::ThirdQuarter, MacrsClass::Fifteen) => &[3_750, 9_630, 8_660, 7_800, 7_020, 6_310, 5_900, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 3_690],
        (MacrsConvention::ThirdQuarter, MacrsClass::Twenty) => &[2_813, 7_289, 6_742, 6_237, 5_769, 5_336, 4_936, 4_566, 4_460, 4_460, 4_460, 4_460, 4_461, 4_460, 4_461, 4_460, 4_461, 4_460, 4_461, 4_460, 2_788],
        (MacrsConvention::FourthQuarter, MacrsClass::Three) => &[8_330, 61_110, 20_370, 10_190],
        (MacrsConvention::FourthQuarter, MacrsClass::Five) => &[5_000, 38_000, 22_800, 13_680, 10_940, 9_580],
        (MacrsConvention::FourthQuarter, MacrsClass::Seven) => &[3_570, 27_550, 19_680, 14_060, 10_040, 8_730, 8_730, 7_640],
        (MacrsConvention::FourthQuarter, MacrsClass::Ten) => &[2_500, 19_500, 15_600, 12_480, 9_980, 7_990, 6_550, 6_550, 6_560, 6_550, 5_740],
        (MacrsConvention::FourthQuarter, MacrsClass::Fifteen) => &[1_250, 9_880, 8_890, 8_000, 7_200, 6_480, 5_900, 5_900, 5_900, 5_910, 5_900, 5_910, 5_900, 5_910, 5_900, 5_170],
        (MacrsConvention::FourthQuarter, MacrsClass::Twenty) => &[938, 7_430, 6_872, 6_357, 5_880, 5_439, 5_031, 4_654, 4_458, 4_458, 4_458, 4_458, 4_458, 4_458, 4_458, 4_458, 4_458, 4_459, 4_458, 4_459, 3_901],
    }
}
