//! Depreciation, deferral and recurrence through the public API.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod laws {
    use std::path::Path;

    use chrono::{Datelike, Days, NaiveDate};
    use office_core::{Currency, DateRange, Decimal, Money, Percent, Ratio, Rounding};
    use office_finance::{
        DeferralSchedule, DepreciationBook, DepreciationError, DepreciationMethod, DepreciationStart,
        DepreciationTerms, MacrsClass, MacrsConvention, RecurringEntry, RoundingRest, SpreadBy, UnitsUsed, by_year,
        macrs_percents,
    };
    use proptest::prelude::*;
    use serde_json::Value;

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, 1).unwrap().checked_add_days(Days::new(after)).unwrap()
    }

    fn rounding() -> impl Strategy<Value = Rounding> {
        prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up])
    }

    fn method() -> impl Strategy<Value = DepreciationMethod> {
        let declining = (0..120_i32, any::<bool>())
            .prop_map(|(rate, switches)| DepreciationMethod::DecliningBalance { rate: Percent::whole(rate), switches });
        let table = (0..6_usize, 0..5_usize).prop_map(|(class, convention)| DepreciationMethod::Table {
            percents: macrs_percents(CLASSES[class], CONVENTIONS[convention]),
        });
        prop_oneof![Just(DepreciationMethod::StraightLine), declining, Just(DepreciationMethod::SumOfYears), table]
    }

    const CLASSES: [MacrsClass; 6] = [
        MacrsClass::Three,
        MacrsClass::Five,
        MacrsClass::Seven,
        MacrsClass::Ten,
        MacrsClass::Fifteen,
        MacrsClass::Twenty,
    ];
    const CONVENTIONS: [MacrsConvention; 5] = [
        MacrsConvention::HalfYear,
        MacrsConvention::FirstQuarter,
        MacrsConvention::SecondQuarter,
        MacrsConvention::ThirdQuarter,
        MacrsConvention::FourthQuarter,
    ];

    const RESTS: [RoundingRest; 2] = [RoundingRest::EachLine, RoundingRest::LastLine];

    fn rest() -> impl Strategy<Value = RoundingRest> {
        prop::sample::select(RESTS.to_vec())
    }

    fn terms() -> impl Strategy<Value = DepreciationTerms> {
        let start = prop::sample::select(vec![
            DepreciationStart::FullMonth,
            DepreciationStart::NextMonth,
            DepreciationStart::Day,
        ]);
        let amounts = (0..1_000_000_i64, 0..=100_i64);
        (amounts, 0..1_500_u64, 1..12_u32, method(), start, rounding(), rest()).prop_map(
            |((cost, percent), after, years, method, start, rounding, rest)| DepreciationTerms {
                cost: euro(cost),
                residual: euro(cost * percent / 100),
                in_service: day(after),
                life_months: years * 12,
                method,
                start,
                rounding,
                rest,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Law 32: the lines add up to cost less residual, follow one another, and the value never rises nor falls below
        /// the residual.
        #[test]
        fn lines_add_up_and_the_value_never_rises(terms in terms()) {
            let lines = terms.lines().unwrap();
            let base = terms.cost.checked_sub(terms.residual).unwrap();
            prop_assert_eq!(Money::sum(lines.iter().map(|line| line.amount), Currency::EUR).unwrap(), base);
            prop_assert!(lines.iter().all(|line| !line.amount.is_negative()));
            prop_assert!(lines.windows(2).all(|pair| pair[0].days.end() == Some(pair[1].days.start())));
            let years = by_year(&lines).unwrap();
            prop_assert_eq!(Money::sum(years.into_values(), Currency::EUR).unwrap(), base);
        }

        /// Law 32: where the last line takes what rounding leaves over, the lines before it are alike, until nothing is left;
        /// where each line does, none is a cent or more off its share.
        #[test]
        fn what_rounding_leaves_goes_where_it_is_told(cost in 0..1_000_000_i64, months in 1..200_u32, rounding in rounding()) {
            let of = |rest| DepreciationTerms {
                cost: euro(cost),
                residual: euro(0),
                in_service: day(0),
                life_months: months,
                method: DepreciationMethod::StraightLine,
                start: DepreciationStart::FullMonth,
                rounding,
                rest,
            };
            let [each, last] = RESTS.map(|rest| of(rest).lines().unwrap());
            for line in &each {
                let off = line.amount.minor() * i128::from(months) - i128::from(cost);
                prop_assert!(off.abs() < i128::from(months), "{} of {}", line.amount, cost);
            }
            let alike = euro(cost).times_ratio(Ratio::new(1, i128::from(months)).unwrap(), rounding).unwrap();
            let mut left = euro(cost);
            for line in &last[..last.len() - 1] {
                prop_assert_eq!(line.amount, if alike.minor() > left.minor() { left } else { alike });
                left = left.checked_sub(line.amount).unwrap();
            }
            prop_assert_eq!(last[last.len() - 1].amount, left);
            let json = serde_json::to_value(of(RoundingRest::LastLine)).unwrap();
            prop_assert_eq!(&json["rest"], "last_line");
            let usual = serde_json::to_value(of(RoundingRest::EachLine)).unwrap();
            prop_assert_eq!(usual.get("rest"), None);
            prop_assert_eq!(serde_json::from_value::<DepreciationTerms>(json).unwrap(), of(RoundingRest::LastLine));
        }

        /// Law 32: a new estimate leaves what is over as it was, and the whole adds up again; a sale makes a gain or loss
        /// of what it brings against what the thing is worth.
        #[test]
        fn a_new_estimate_changes_nothing_that_is_over(
            first in terms(), second in terms(), after in 0..3_000_u64, proceeds in 0..1_000_000_i64,
        ) {
            let book = DepreciationBook::begun(&first).unwrap();
            let from = first.in_service.checked_add_days(Days::new(after)).unwrap();
            let left = book.value(from.pred_opt().unwrap()).unwrap();
            let residual = if second.residual.minor() > left.minor() { left } else { second.residual };
            let second = DepreciationTerms { in_service: from, residual, start: DepreciationStart::Day, ..second };
            let again = book.estimated_anew(&second).unwrap();
            for line in book.lines().iter().filter(|line| line.days.end().unwrap() <= from) {
                prop_assert!(again.lines().contains(line));
            }
            let sum = Money::sum(again.lines().iter().map(|line| line.amount), Currency::EUR).unwrap();
            prop_assert_eq!(sum.checked_add(residual).unwrap(), first.cost);
            let (sold, sale) = again.disposed(from, euro(proceeds)).unwrap();
            prop_assert_eq!(sale.accumulated.checked_add(sale.value).unwrap(), first.cost);
            prop_assert_eq!(sale.value.checked_add(sale.gain).unwrap(), euro(proceeds));
            prop_assert!(sold.value(from).unwrap().is_zero());
            let json = serde_json::to_string(&sold).unwrap();
            prop_assert_eq!(serde_json::from_str::<DepreciationBook>(&json).unwrap(), sold);
        }

        /// Law 32: by units, what is depreciated is the share of what was used, and no more than all.
        #[test]
        fn units_are_depreciated_as_they_are_used(
            cost in 0..1_000_000_i64, total in 1..10_000_i64, used in prop::collection::vec(0..2_000_i64, 0..12),
            rest in rest(),
        ) {
            let month = |at: usize| DateRange::month(2026, u32::try_from(at).unwrap() + 1).unwrap();
            let units = |(at, units): (usize, &i64)| UnitsUsed { days: month(at), units: Decimal::from(*units) };
            let stretches = used.iter().enumerate().map(units).collect();
            let terms = DepreciationTerms {
                cost: euro(cost),
                residual: euro(0),
                in_service: day(0),
                life_months: 12,
                method: DepreciationMethod::UnitsOfProduction { total: Decimal::from(total), used: stretches },
                start: DepreciationStart::FullMonth,
                rounding: Rounding::HalfUp,
                rest,
            };
            let lines = terms.lines().unwrap();
            let sum = Money::sum(lines.iter().map(|line| line.amount), Currency::EUR).unwrap();
            let so_far = used.iter().sum::<i64>().min(total);
            let share = Ratio::new(i128::from(so_far), i128::from(total)).unwrap();
            let exact = euro(cost).times_ratio(share, Rounding::HalfUp).unwrap();
            // Rounded line by line they may be off by a cent a line, until all units are used.
            let off = if rest == RoundingRest::EachLine || so_far == total { 0 } else { used.len() };
            prop_assert!((sum.minor() - exact.minor()).unsigned_abs() <= u128::try_from(off).unwrap(), "{} {}", sum, exact);
            prop_assert!(lines.iter().all(|line| !line.amount.is_negative()));
        }

        /// Law 33: what is recognised and what remains make the total, on every day, and each month is within one minor
        /// unit of its share.
        #[test]
        fn deferrals_add_up_on_every_day(
            total in -1_000_000..1_000_000_i64, from in 0..1_500_u64, length in 1..1_500_u64, on in 0..3_500_u64,
            by_days in any::<bool>(), rounding in rounding(),
        ) {
            let days = DateRange::new(day(from), Some(day(from + length))).unwrap();
            let by = if by_days { SpreadBy::Days } else { SpreadBy::Months };
            let schedule = DeferralSchedule::spread(euro(total), days, by, rounding).unwrap();
            let (done, left) = (schedule.recognised(day(on)).unwrap(), schedule.remaining(day(on)).unwrap());
            prop_assert_eq!(done.checked_add(left).unwrap(), euro(total));
            prop_assert_eq!(schedule.recognised(day(from + length)).unwrap(), euro(total));
            let months = i128::try_from(schedule.lines().len()).unwrap();
            for line in schedule.lines() {
                if !by_days {
                    let share = line.amount.minor() * months - i128::from(total);
                    prop_assert!(share.abs() <= months, "{} of {}", line.amount, total);
                }
                prop_assert_eq!(line.days.start().month(), line.days.last().unwrap().month());
            }
        }

        /// Law 33: what recurs on a day that a month does not have comes on its last, and on the day again after.
        #[test]
        fn month_ends_clamp_and_return(first in 0..1_500_u64, every in 1..15_u32, from in 0..3_000_u64, length in 1..1_500_u64) {
            let monthly = RecurringEntry {
                first: day(first), every_months: every, description: String::new(), postings: vec![],
            };
            let within = DateRange::new(day(from), Some(day(from + length))).unwrap();
            let days: Vec<NaiveDate> = monthly.days(within).collect();
            let one_by_one: Vec<NaiveDate> = (0..500_u32)
                .filter_map(|count| day(first).checked_add_months(chrono::Months::new(every * count)))
                .filter(|day| within.contains(*day))
                .collect();
            prop_assert_eq!(&days, &one_by_one);
            for found in days {
                let last = DateRange::month(found.year(), found.month()).unwrap().last().unwrap();
                prop_assert!(found.day() == day(first).day() || (found == last && found.day() < day(first).day()));
            }
        }
    }

    /// Law 32: the tables add up, and are the declining balances that they print: within what two digits can show (and
    /// the one figure each of tables that is printed a step off).
    #[test]
    fn the_tables_are_the_method_they_print() {
        let firsts = [(1, 2), (7, 8), (5, 8), (3, 8), (1, 8)];
        for (convention, (share, of)) in CONVENTIONS.into_iter().zip(firsts) {
            for (class, years) in CLASSES.into_iter().zip([3_i128, 5, 7, 10, 15, 20]) {
                let percents = macrs_percents(class, convention);
                let sum: Decimal = percents.iter().map(|percent| percent.value()).sum();
                assert_eq!(sum, Decimal::ONE_HUNDRED, "{class:?} {convention:?}");
                let factor = if years <= 10 { Ratio::new(2, years) } else { Ratio::new(3, 2 * years) }.unwrap();
                // In fixed digits, as an exact fraction would not fit over twenty years.
                let fixed = |ratio: Ratio| Ratio::from_decimal(ratio.to_decimal(12, Rounding::HalfEven).unwrap());
                let mut left = Ratio::from_integer(100);
                let mut life = Ratio::new(years, 1).unwrap();
                let mut length = Ratio::new(share, of).unwrap();
                for percent in &percents {
                    length = length.min(life);
                    let part = factor.checked_mul(length).unwrap();
                    let declining = fixed(left.checked_mul(part).unwrap());
                    let straight = fixed(left.checked_mul(length).unwrap().checked_div(life).unwrap());
                    let computed = declining.max(straight).min(left);
                    let off = computed.checked_sub(Ratio::from_decimal(percent.value())).unwrap().abs();
                    assert!(off < Ratio::new(14, 1_000).unwrap(), "{class:?} {convention:?} {percent}");
                    left = left.checked_sub(computed).unwrap();
                    life = life.checked_sub(length).unwrap();
                    length = Ratio::ONE;
                }
                assert!(left < Ratio::new(1, 1_000_000).unwrap());
            }
        }
    }

    /// Worked by hand: 10 000 over five years, 1 000 left, from January.
    #[test]
    fn the_methods_give_what_textbooks_give() {
        let years = |method, life_months, residual| {
            let terms = DepreciationTerms {
                cost: euro(1_000_000),
                residual: euro(residual),
                in_service: day(0),
                life_months,
                method,
                start: DepreciationStart::FullMonth,
                rounding: Rounding::HalfUp,
                rest: RoundingRest::EachLine,
            };
            let years = by_year(&terms.lines()?)?;
            Ok::<_, DepreciationError>(years.into_values().map(Money::minor).collect::<Vec<_>>())
        };
        let declining = |rate, switches| DepreciationMethod::DecliningBalance { rate: Percent::whole(rate), switches };
        assert_eq!(years(DepreciationMethod::StraightLine, 60, 100_000).unwrap(), [180_000; 5]);
        assert_eq!(
            years(DepreciationMethod::SumOfYears, 60, 100_000).unwrap(),
            [300_000, 240_000, 180_000, 120_000, 60_000]
        );
        assert_eq!(years(declining(40, false), 60, 0).unwrap(), [400_000, 240_000, 144_000, 86_400, 129_600]);
        // The switch comes in the fourth year, once.
        assert_eq!(years(declining(40, true), 60, 0).unwrap(), [400_000, 240_000, 144_000, 108_000, 108_000]);
        // Never below what is left in the end.
        assert_eq!(years(declining(40, false), 60, 200_000).unwrap(), [400_000, 240_000, 144_000, 16_000, 0]);
        let percents = macrs_percents(MacrsClass::Five, MacrsConvention::HalfYear);
        let table = years(DepreciationMethod::Table { percents }, 60, 0).unwrap();
        assert_eq!(table, [200_000, 320_000, 192_000, 115_200, 115_200, 57_600]);
        let refused = years(DepreciationMethod::SumOfYears, 61, 0);
        assert_eq!(refused, Err(DepreciationError::WholeYears { months: 61 }));
        assert_eq!(years(DepreciationMethod::StraightLine, 0, 0), Err(DepreciationError::Life { months: 0 }));
    }

    /// Published cases of `depreciation`, where they lie beside the project: cost, residual and months, and what each month
    /// takes.
    #[test]
    fn published_cases_come_out() {
        let mut beside =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/inventory"));
        let Some(folder) = beside.find(|folder| folder.is_dir()) else {
            println!("depreciation: all left out, as there are no cases beside this checkout");
            return;
        };
        let text = std::fs::read_to_string(folder.join("depreciation.json")).unwrap();
        let cases: Value = serde_json::from_str(&text).unwrap();
        let money = |value: &Value| Money::parse(&value.to_string(), Currency::EUR).unwrap();
        let mut passed = 0;
        for case in cases["cases"].as_array().unwrap() {
            let (given, wanted, id) = (&case["inputs"], &case["expected"], &case["id"]);
            let terms = DepreciationTerms {
                cost: money(&given["value"]),
                residual: money(&given["residual"]),
                in_service: day(0),
                life_months: u32::try_from(given["months"].as_u64().unwrap()).unwrap(),
                method: DepreciationMethod::StraightLine,
                start: DepreciationStart::FullMonth,
                rounding: Rounding::HalfUp,
                rest: RoundingRest::LastLine,
            };
            let book = DepreciationBook::begun(&terms).unwrap();
            if given["revalue"].is_null() {
                assert_eq!(book.lines().len(), usize::try_from(wanted["lines"].as_u64().unwrap()).unwrap());
                assert!(book.lines().iter().all(|line| line.amount == money(&wanted["line_amount"])), "{id}");
                for (line, after) in wanted["after_line"].as_object().unwrap() {
                    let over = book.lines()[line.parse::<usize>().unwrap() - 1].days.last().unwrap();
                    let told = (book.value(over).unwrap(), book.accumulated(over).unwrap());
                    assert_eq!(told, (money(&after["book"]), money(&after["accumulated"])), "{id}");
                }
            } else {
                // What it is worth now, less what was depreciated, over the months that are left.
                let over = u32::try_from(given["revalue"]["after_months"].as_u64().unwrap()).unwrap();
                let first: Vec<Money> = book.lines().iter().take(3).map(|line| line.amount).collect();
                assert_eq!((over, first), (3, vec![money(&wanted["first_three"]); 3]), "{id}");
                let from = day(0).checked_add_months(chrono::Months::new(over)).unwrap();
                let so_far = book.accumulated(from.pred_opt().unwrap()).unwrap();
                let cost = money(&given["revalue"]["to"]).checked_sub(so_far).unwrap();
                let life_months = terms.life_months - over;
                let left = DepreciationTerms { cost, in_service: from, life_months, ..terms }.lines().unwrap();
                let mut theirs = vec![money(&wanted["next_twenty"]); 20];
                theirs.push(money(&wanted["last"]));
                assert_eq!(left.iter().map(|line| line.amount).collect::<Vec<_>>(), theirs, "{id}");
            }
            passed += 1;
        }
        println!("depreciation: {passed} passed, 0 failed, 0 left out");
        assert!(passed > 0);
    }
}
