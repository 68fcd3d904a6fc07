//! What spending is added up to, against naive sums.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod analysis {
    use chrono::{Datelike, Days, NaiveDate};
    use office_core::{Currency, Id, Money, Quantity, Rounding};
    use office_finance::{
        AnomalyRule, Dimension, Dimensions, PricePaid, SpendBy, SpendLine, SpendSpan, SpendTable, anomalies,
        price_drift, savings,
    };
    use proptest::prelude::*;

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 11, 20).unwrap() + Days::new(after)
    }

    fn party(name: u8) -> Id<Dimension> {
        Id::natural("party", &name.to_string())
    }

    fn lines() -> impl Strategy<Value = Vec<SpendLine>> {
        let line = (0..900_u64, 0..4_u8, prop::option::of(0..4_u8), -5_000..50_000_i64);
        let line = line.prop_map(|(after, account, with, amount)| SpendLine {
            on: day(after),
            account: format!("68{account}0").parse().unwrap(),
            dimensions: with.map_or(Dimensions::new(), |with| Dimensions::new().with(Dimension::PARTY, party(with))),
            amount: euro(amount),
        });
        prop::collection::vec(line, 0..60)
    }

    fn name(span: SpendSpan, on: NaiveDate) -> String {
        match span {
            SpendSpan::Month => on.format("%Y-%m").to_string(),
            SpendSpan::Quarter => format!("{}-Q{}", on.year(), on.month().div_ceil(3)),
            SpendSpan::Year => on.year().to_string(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// Every cell is the naive sum of its lines, the parts make the total, there is no gap, and the order changes nothing.
        #[test]
        fn a_table_adds_up(mut lines in lines(), which in 0..3_usize, party in any::<bool>()) {
            let span = [SpendSpan::Month, SpendSpan::Quarter, SpendSpan::Year][which];
            let by = if party { SpendBy::Dimension(Dimension::PARTY) } else { SpendBy::Account };
            let table = SpendTable::of(&lines, by.clone(), span, Currency::EUR).unwrap();
            let total: i128 = lines.iter().map(|line| line.amount.minor()).sum();
            prop_assert_eq!(table.total.minor(), total);
            for row in &table.rows {
                for (name_of, amount) in table.spans.iter().zip(&row.amounts) {
                    let of = |line: &&SpendLine| by.key(line) == row.key && name(span, line.on) == *name_of;
                    let naive: i128 = lines.iter().filter(of).map(|line| line.amount.minor()).sum();
                    prop_assert_eq!(amount.minor(), naive);
                }
                prop_assert_eq!(row.total.minor(), row.amounts.iter().map(|amount| amount.minor()).sum::<i128>());
            }
            let dates: Vec<_> = lines.iter().map(|line| line.on).collect();
            if let (Some(first), Some(last)) = (dates.iter().min(), dates.iter().max()) {
                let mut names: Vec<String> = first.iter_days().take_while(|day| day <= last).map(|day| name(span, day)).collect();
                names.dedup();
                prop_assert_eq!(&table.spans, &names);
            }
            let trend = table.trend().unwrap();
            let mut so_far = trend.first().map_or(euro(0), |first| first.amount);
            for step in &trend {
                so_far = so_far.checked_add(step.change).unwrap();
                prop_assert_eq!(so_far, step.amount);
            }
            let top = table.top(3).unwrap();
            prop_assert!(top.is_sorted_by(|one, other| one.total >= other.total));
            prop_assert!(table.rows.iter().filter(|row| top.last().is_some_and(|last| row.total > last.total)).count() < 3);
            let rows = table.to_rows();
            prop_assert!(rows.iter().all(|row| row.len() == table.spans.len() + 2));
            prop_assert_eq!(rows.len(), table.rows.len() + 2);
            lines.reverse();
            prop_assert_eq!(&SpendTable::of(&lines, by, span, Currency::EUR).unwrap(), &table);
            let text = serde_json::to_string(&table).unwrap();
            prop_assert_eq!(serde_json::from_str::<SpendTable>(&text).unwrap(), table);
        }

        /// What is odd is as far from the ordinary as the rule says, and one that spends the same always is never odd.
        #[test]
        fn what_is_odd_is_far_away(lines in lines(), times in 1..6_u32, at_least in 0..20_000_i64) {
            let table = SpendTable::of(&lines, SpendBy::Account, SpendSpan::Month, Currency::EUR).unwrap();
            let rule = AnomalyRule { times, at_least: euro(at_least), least_spans: 6 };
            let odd = anomalies(&table, rule).unwrap();
            let mut naive = Vec::new();
            for row in table.rows.iter().filter(|_| table.spans.len() >= 6) {
                let middle = |mut amounts: Vec<i128>| { amounts.sort_unstable(); amounts[(amounts.len() - 1) / 2] };
                let amounts: Vec<i128> = row.amounts.iter().map(|amount| amount.minor()).collect();
                let median = middle(amounts.clone());
                let distance = middle(amounts.iter().map(|amount| (amount - median).abs()).collect());
                for (span, amount) in table.spans.iter().zip(&amounts) {
                    let away = (amount - median).abs();
                    if away > distance * i128::from(times) && away >= i128::from(at_least) {
                        naive.push((row.key.clone(), span.clone()));
                    }
                }
            }
            prop_assert_eq!(odd.iter().map(|odd| (odd.key.clone(), odd.span.clone())).collect::<Vec<_>>(), naive);
        }

        /// Savings and drift against looking at every pair of purchases.
        #[test]
        fn prices_are_compared_pair_by_pair(
            mut paid in prop::collection::vec((0..4_u8, 0..3_u8, 0..60_u64, 1..20_i32, 1..200_i64, 0..5_u8), 0..30), days in 0..40_u32,
        ) {
            let of = |paid: &[(u8, u8, u64, i32, i64, u8)]| -> Vec<PricePaid> {
                paid.iter().map(|(vendor, item, after, many, price, odd)| {
                    let (unit, currency) = (if *odd == 1 { "kg" } else { "box" }, if *odd == 2 { "USD" } else { "EUR" });
                    PricePaid {
                        vendor: Id::natural("party", &vendor.to_string()), item: Id::natural("item", &item.to_string()),
                        on: day(*after), quantity: Quantity::whole(*many, unit.parse().unwrap()),
                        price: format!("{price} {currency} / 3 {unit}").parse().unwrap(),
                    }
                }).collect()
            };
            let all = of(&paid);
            let found = savings(&all, days, Rounding::HalfUp).unwrap();
            let mut expected = Vec::new();
            for bought in &all {
                let other = |other: &&PricePaid| {
                    other.item == bought.item && other.vendor != bought.vendor
                        && other.price.currency() == bought.price.currency() && other.price.per() == bought.price.per()
                        && other.price.amount() < bought.price.amount()
                        && (other.on - bought.on).num_days().unsigned_abs() <= u64::from(days)
                };
                if let Some(cheapest) = all.iter().filter(other).map(|other| other.price).min_by_key(|price| price.amount()) {
                    let cost = |price: office_core::UnitPrice| price.extend(&bought.quantity, Rounding::HalfUp).unwrap();
                    let amount = cost(bought.price).checked_sub(cost(cheapest)).unwrap();
                    if amount.is_positive() {
                        expected.push((amount.minor(), bought.on, bought.vendor, bought.item));
                    }
                }
            }
            let mut told: Vec<_> = found.iter().map(|found| (found.amount.minor(), found.paid.on, found.paid.vendor, found.paid.item)).collect();
            prop_assert!(told.is_sorted_by(|one, other| one.0 >= other.0));
            told.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(told, expected);
            let drift = price_drift(&all);
            prop_assert_eq!(drift.iter().map(|drift| drift.purchases).sum::<usize>(), all.len());
            for drift in &drift {
                let same = || all.iter().filter(|paid| paid.vendor == drift.vendor && paid.item == drift.item);
                prop_assert_eq!(Some(drift.first.0), same().map(|paid| paid.on).min());
                prop_assert_eq!(Some(drift.last.0), same().map(|paid| paid.on).max());
                let alike = drift.first.1.currency() == drift.last.1.currency() && drift.first.1.per() == drift.last.1.per();
                prop_assert_eq!(drift.drift.is_some(), alike);
            }
            paid.reverse();
            prop_assert_eq!(price_drift(&of(&paid)), drift);
        }
    }

    #[test]
    fn a_wrong_year_does_not_fill_the_memory() {
        let line = |year: i32| SpendLine {
            on: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
            account: "6800".parse().unwrap(),
            dimensions: Dimensions::new(),
            amount: euro(1),
        };
        let table =
            SpendTable::of(&[line(-200_000), line(2026)], SpendBy::Account, SpendSpan::Month, Currency::EUR).unwrap();
        assert_eq!((table.spans.len(), table.total), (SpendTable::MOST_SPANS, euro(1)));
        assert_eq!(table.spans.last().map(String::as_str), Some("2026-01"));
    }
}
