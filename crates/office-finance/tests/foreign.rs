//! Entries in foreign currencies, through the public API.

#[cfg(test)]
mod laws {
    use chrono::NaiveDate;
    use office_core::{Currency, Decimal, ExchangeRate, Money, Rate, Rounding};
    use office_finance::{
        AccountCode, Balances, Conversion, Entry, EntryError, EntryId, EntryNumber, JournalEntry, Posting,
    };
    use proptest::prelude::*;

    const FOREIGN: [Currency; 3] = [Currency::USD, Currency::JPY, Currency::GBP];

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap()
    }

    fn code(text: &str) -> AccountCode {
        text.parse().unwrap()
    }

    fn conversion(rates: [i64; 3], rounding: Rounding) -> Conversion {
        let rate = |(currency, rate): (Currency, i64)| {
            let rate = Rate::new(Decimal::new(rate, 4)).unwrap();
            ExchangeRate::new(currency, Currency::EUR, rate, day()).unwrap()
        };
        let rates = FOREIGN.into_iter().zip(rates).map(rate);
        Conversion::new(Currency::EUR, rates, rounding, code("6969")).unwrap()
    }

    /// Lines that balance in each of their currencies.
    fn lines() -> impl Strategy<Value = Vec<(usize, Vec<i64>)>> {
        let amounts = prop::collection::vec(prop_oneof![-99_999..-1_i64, 1..99_999_i64], 1..6);
        prop::collection::vec((0..FOREIGN.len(), amounts), 1..4)
    }

    fn postings(lines: &[(usize, Vec<i64>)]) -> Vec<Posting> {
        let mut postings = Vec::new();
        for (currency, amounts) in lines {
            let money = |minor| Money::from_minor(minor, FOREIGN[*currency]);
            let rest = amounts.iter().sum::<i64>();
            postings.extend(amounts.iter().map(|minor| Posting::debit(code("6300"), money(*minor))));
            postings.push(Posting::credit(code("1810"), money(rest)));
        }
        postings.retain(|posting| !posting.amount.is_zero());
        postings
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Law 1: what is converted balances in each currency and in worth, and what rounding leaves over is booked.
        #[test]
        fn converted_entries_balance_in_worth(
            lines in lines(),
            rates in prop::array::uniform3(1_i64..2_000_000),
            rounding in prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up]),
        ) {
            let postings = postings(&lines);
            let conversion = conversion(rates, rounding);
            let entry = Entry::balanced(day(), "x", conversion.convert(postings.clone()).unwrap()).unwrap();
            let differences = entry.postings().iter().skip(postings.len());
            for difference in differences {
                prop_assert!(difference.amount.is_zero());
                let cents = difference.told_in(Currency::EUR).unwrap().minor().unsigned_abs();
                prop_assert!(cents >= 1 && cents <= u128::try_from(postings.len()).unwrap());
            }
            // In no currency does anything stand in the end.
            let number = EntryNumber { year: 2026, place: 1 };
            let posted = JournalEntry::new(number, entry);
            for currency in FOREIGN.into_iter().chain([Currency::EUR]) {
                let balances = Balances::as_of([&posted], day(), currency).unwrap();
                let sum = Money::sum(balances.iter().map(|(_, balance)| balance), currency).unwrap();
                prop_assert!(sum.is_zero());
            }
            // Undone, nothing stands on any account.
            let ids = |name| EntryId::natural("entry", name);
            let (undoing, _) = posted.reverse(ids("a"), ids("b"), day()).unwrap();
            let both = [posted, JournalEntry::new(EntryNumber { year: 2026, place: 2 }, undoing)];
            let balances = Balances::as_of(&both, day(), Currency::EUR).unwrap();
            prop_assert!(balances.iter().all(|(_, balance)| balance.is_zero()));
        }

        /// Law 1: a worth that is off by anything is refused.
        #[test]
        fn a_worth_that_is_off_is_refused(lines in lines(), at in any::<prop::sample::Index>(), off in 1_i64..100) {
            let mut postings = conversion([9_200, 61, 11_500], Rounding::HalfUp).convert(postings(&lines)).unwrap();
            prop_assume!(!postings.is_empty());
            let at = at.index(postings.len());
            let euro = Money::from_minor(off, Currency::EUR);
            let worth = postings[at].told_in(Currency::EUR).unwrap().checked_add(euro).unwrap();
            postings[at] = postings[at].clone().worth(worth);
            match Entry::balanced(day(), "x", postings) {
                Err(EntryError::UnbalancedWorth { excess }) => prop_assert_eq!(excess, euro),
                // The difference of a rounding became nothing.
                Err(EntryError::Nothing { at: nothing }) => prop_assert_eq!(nothing, at),
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
