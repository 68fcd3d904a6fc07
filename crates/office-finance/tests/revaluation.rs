//! Rates that change, through the public API.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod laws {
    use chrono::NaiveDate;
    use office_core::{Currency, DateRange, Decimal, ExchangeRate, Money, Rate, Rounding};
    use office_finance::{
        Account, AccountCode, AccountKind, Books, Chart, Conversion, Entry, EntryId, ForeignItem, Posting,
        revalue_balances,
    };
    use proptest::prelude::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
    }

    fn code(text: &str) -> AccountCode {
        text.parse().unwrap()
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn dollars(minor: i64) -> Money {
        Money::from_minor(minor, Currency::USD)
    }

    fn conversion(rate: i64) -> Conversion {
        let rate = Rate::new(Decimal::new(rate, 4)).unwrap();
        let rate = ExchangeRate::new(Currency::USD, Currency::EUR, rate, day(1)).unwrap();
        Conversion::new(Currency::EUR, [rate], Rounding::HalfUp, code("6969")).unwrap()
    }

    fn chart() -> Chart {
        let account = |(code, kind): (&str, AccountKind)| Account::new(code.parse().unwrap(), code, kind);
        let income = [("4400", AccountKind::Income), ("4840", AccountKind::Income), ("6880", AccountKind::Expense)];
        let all = income.into_iter().chain([("1210", AccountKind::Asset), ("1810", AccountKind::Asset)]);
        Chart::new(all.map(account)).unwrap()
    }

    /// Books with these claims, each booked at its own rate.
    fn books(claims: &[(i64, i64)]) -> Books {
        let days = DateRange::new(day(1), None).unwrap();
        let mut books = Books::new(chart(), Currency::EUR, days).unwrap();
        for ((minor, rate), place) in claims.iter().zip(0..) {
            let account = if place % 2 == 0 { "1210" } else { "1810" };
            let postings =
                vec![Posting::debit(code(account), dollars(*minor)), Posting::credit(code("4400"), dollars(*minor))];
            let entry = Entry::balanced(day(1), "fee", conversion(*rate).convert(postings).unwrap()).unwrap();
            books.post(id(place), &entry).unwrap();
        }
        books
    }

    fn id(place: u128) -> EntryId {
        EntryId::from_uuid(uuid::Uuid::from_u128(place))
    }

    fn revalued(books: &Books, on: NaiveDate, rate: i64) -> Option<Entry> {
        let mut balances = books.foreign_balances(on).unwrap();
        balances.retain(|balance| books.chart().get(&balance.account).is_some_and(|of| of.kind == AccountKind::Asset));
        revalue_balances(on, &balances, &conversion(rate), &code("4840"), &code("6880")).unwrap()
    }

    fn claims() -> impl Strategy<Value = Vec<(i64, i64)>> {
        let minor = prop_oneof![-500_000..-1_i64, 1..500_000_i64];
        prop::collection::vec((minor, 5_000..20_000_i64), 1..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Law 31: at one rate there is one revaluation; after it each balance is worth what the rate says, and nothing
        /// where there is nothing.
        #[test]
        fn revaluing_twice_at_one_rate_posts_once(claims in claims(), rate in 5_000..20_000_i64) {
            let mut books = books(&claims);
            let before = books.balances(day(9)).unwrap();
            if let Some(entry) = revalued(&books, day(9), rate) {
                books.post(id(100), &entry).unwrap();
            }
            prop_assert_eq!(revalued(&books, day(9), rate), None);
            for balance in books.foreign_balances(day(9)).unwrap() {
                if balance.account != code("4400") && !["4840", "6880"].contains(&balance.account.as_str()) {
                    prop_assert_eq!(balance.worth, conversion(rate).worth(balance.amount).unwrap());
                    prop_assert!(!balance.amount.is_zero() || balance.worth.is_zero());
                }
            }
            prop_assert!(books.trial_balance(day(9)).unwrap().balances());
            prop_assert_eq!(books.balances(day(8)).unwrap(), before);
        }

        /// Law 31: revalued and settled at the same rate nothing is realised; over the life of an item what is unrealised
        /// and what is realised make what it was settled for, less what it was booked at.
        #[test]
        fn gains_add_up_over_the_life_of_an_item(
            amount in prop_oneof![-500_000..-1_i64, 1..500_000_i64],
            booked in 5_000..20_000_i64,
            steps in prop::collection::vec((5_000..20_000_i64, any::<bool>(), 0..100_i64), 0..8),
            last in 5_000..20_000_i64,
        ) {
            let worth = |amount, rate| conversion(rate).worth(amount).unwrap();
            let cost = worth(dollars(amount), booked);
            let mut item = ForeignItem::booked(dollars(amount), cost);
            let (mut gains, mut settled_for) = (euro(0), euro(0));
            for (rate, is_payment, percent) in steps {
                let outstanding = i64::try_from(item.outstanding().minor()).unwrap();
                let part = dollars(outstanding * percent / 100);
                if is_payment && !part.is_zero() {
                    let paid = worth(part, rate);
                    let (after, realised) = item.settled(part, paid, Rounding::HalfEven).unwrap();
                    gains = gains.checked_add(realised).unwrap();
                    settled_for = settled_for.checked_add(paid).unwrap();
                    item = after;
                } else {
                    let (after, unrealised) = item.revalued(worth(item.outstanding(), rate)).unwrap();
                    gains = gains.checked_add(unrealised).unwrap();
                    item = after;
                }
            }
            let paid = worth(item.outstanding(), last);
            let (after, unrealised) = item.revalued(paid).unwrap();
            prop_assert_eq!(after.revalued(paid).unwrap().1, euro(0));
            let (done, realised) = after.settled(after.outstanding(), paid, Rounding::HalfUp).unwrap();
            prop_assert_eq!(realised, euro(0));
            prop_assert!(done.outstanding().is_zero() && done.worth().is_zero());
            gains = gains.checked_add(unrealised).unwrap();
            settled_for = settled_for.checked_add(paid).unwrap();
            prop_assert_eq!(gains, settled_for.checked_sub(cost).unwrap());
        }
    }

    #[test]
    fn stored_forms() {
        let item = ForeignItem::booked(dollars(10_000), euro(9_200));
        let json = r#"{"outstanding":"100.00 USD","worth":"92.00 EUR"}"#;
        assert_eq!(serde_json::to_string(&item).unwrap(), json);
        assert_eq!(serde_json::from_str::<ForeignItem>(json).unwrap(), item);
    }
}
