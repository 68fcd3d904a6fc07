//! The books in memory against the fold of the entries, through the public API.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use office_core::{Currency, DateRange, Id, Money};
    use office_finance::{
        Account, AccountCode, AccountKind, AccountLedger, BalanceSheet, Balances, Books, BooksError, CashFlowPart,
        Chart, Dimension, Entry, EntryId, EntryNumber, IncomeStatement, JournalEntry, PeriodSnapshot, PostableError,
        Posting, TrialBalance,
    };
    use proptest::prelude::*;

    const CODES: [(&str, AccountKind); 5] = [
        ("1800", AccountKind::Asset),
        ("2000", AccountKind::Equity),
        ("3500", AccountKind::Liability),
        ("4400", AccountKind::Income),
        ("6310", AccountKind::Expense),
    ];
    const CENTRES: [&str; 3] = ["CC-100", "CC-200", "CC-300"];

    /// An entry: the day from 1 January, its kind, and legs of account, minor units, currency and cost centre.
    type Draft = (u64, u8, Vec<(usize, i64, bool, usize)>);

    fn code(at: usize) -> AccountCode {
        CODES[at % CODES.len()].0.parse().unwrap()
    }

    fn chart() -> Chart {
        let account = |at: usize| Account::new(code(at), CODES[at].0, CODES[at].1);
        let cash = account(0).flowing(CashFlowPart::Cash);
        Chart::new((1..CODES.len()).map(account).chain([cash])).unwrap()
    }

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().checked_add_days(Days::new(after)).unwrap()
    }

    fn entry((after, kind, legs): &Draft) -> Entry {
        let mut postings = Vec::new();
        for (account, minor, is_foreign, centre) in legs {
            let money = |minor| Money::from_minor(minor, if *is_foreign { Currency::USD } else { Currency::EUR });
            // A rate of a half, and a worth that is off now and then, booked the same way on both sides.
            let worth = minor / 2 + 1;
            let told = |posting: Posting, worth| {
                if *is_foreign { posting.worth(Money::from_minor(worth, Currency::EUR)) } else { posting }
            };
            // A result is carried between income, expense and equity.
            let on = |at: usize| code(if *kind == 0 { [1, 3, 4][at % 3] } else { at });
            let debit = told(Posting::debit(on(*account), money(*minor)), worth);
            postings.push(match CENTRES.get(*centre) {
                Some(name) => debit.borne_by(Id::natural("cost_centre", name)),
                None => debit,
            });
            postings.push(told(Posting::credit(on(account + 1), money(*minor)), -worth));
        }
        let entry = Entry::balanced(day(*after), format!("entry of {after}"), postings).unwrap();
        match kind {
            0 => entry.closing(),
            1 => entry.revaluation(),
            2 => entry.resting_on("B-1").unwrap(),
            _ => entry,
        }
    }

    fn drafts() -> impl Strategy<Value = Vec<Draft>> {
        let minor = prop_oneof![-100_000..-1_i64, 1..100_000_i64];
        let leg = (0..CODES.len(), minor, any::<bool>(), 0..5_usize);
        prop::collection::vec((0..90_u64, 0..8_u8, prop::collection::vec(leg, 1..3)), 0..14)
    }

    /// The books, and the entries as a store would give them back.
    fn posted(drafts: &[Draft]) -> (Books, Vec<JournalEntry>) {
        let days = DateRange::new(day(0), None).unwrap();
        let mut books = Books::new(chart(), Currency::EUR, days).unwrap();
        let mut entries = Vec::new();
        for (draft, place) in drafts.iter().zip(0..) {
            let entry = entry(draft);
            let number = books.post(id(place), &entry).unwrap();
            entries.push(JournalEntry::new(number, entry));
        }
        (books, entries)
    }

    fn id(place: u128) -> EntryId {
        EntryId::from_uuid(uuid::Uuid::from_u128(place))
    }

    proptest! {
        /// Laws 2, 3 and 10: what is kept is what is recomputed, on every day, and it balances.
        #[test]
        fn kept_sums_are_the_fold_of_the_entries(drafts in drafts(), after in 0..100_u64) {
            let (books, entries) = posted(&drafts);
            let on = day(after);
            let (kept, fold) = (books.balances(on).unwrap(), Balances::as_of(&entries, on, Currency::EUR).unwrap());
            for at in 0..CODES.len() {
                prop_assert_eq!(kept.of(&code(at)), fold.of(&code(at)));
            }
            let trial = books.trial_balance(on).unwrap();
            prop_assert!(trial.balances());
            prop_assert_eq!(&trial, &TrialBalance::as_of(books.chart(), &entries, on, Currency::EUR).unwrap());
            let sheet = books.balance_sheet(on).unwrap();
            prop_assert_eq!(sheet.total_assets, sheet.total_claims().unwrap());
            let recomputed = BalanceSheet::as_of(books.chart(), &entries, on, Currency::EUR).unwrap();
            prop_assert_eq!((sheet.result, sheet.total_equity), (recomputed.result, recomputed.total_equity));
            let days = DateRange::new(day(after / 2), Some(day(after + 1))).unwrap();
            let income = books.income_statement(days).unwrap();
            let recomputed = IncomeStatement::over(books.chart(), &entries, days, Currency::EUR).unwrap();
            prop_assert_eq!((income.total_income, income.result), (recomputed.total_income, recomputed.result));
        }

        /// Law 3: the months add up to what was moved, in all and for each cost centre.
        #[test]
        fn months_and_dimensions_are_the_fold_of_the_entries(drafts in drafts()) {
            let (books, entries) = posted(&drafts);
            let report = books.monthly(day(0), day(89)).unwrap();
            prop_assert_eq!(report.months.len(), 3);
            let year = books.moved(DateRange::new(day(0), None).unwrap()).unwrap();
            for row in &report.rows {
                let sum = Money::sum(row.moved.iter().copied(), Currency::EUR).unwrap();
                prop_assert_eq!(sum, year.of(&row.account));
            }
            let mut borne: BTreeMap<_, i128> = BTreeMap::new();
            for entry in &entries {
                for posting in entry.entry().postings() {
                    if let Some(centre) = posting.dimensions.cost_centre() {
                        let key = (centre.retag(), posting.account.clone(), entry.on().format("%m").to_string());
                        *borne.entry(key).or_default() += posting.told_in(Currency::EUR).unwrap().minor();
                    }
                }
            }
            borne.retain(|_, sum| *sum != 0);
            let mut kept: BTreeMap<_, i128> = BTreeMap::new();
            for (value, report) in books.monthly_by(&Dimension::COST_CENTRE, day(0), day(89)).unwrap() {
                for row in report.rows {
                    for (month, moved) in report.months.iter().zip(&row.moved).filter(|(_, moved)| !moved.is_zero()) {
                        kept.insert((value, row.account.clone(), month.format("%m").to_string()), moved.minor());
                    }
                }
            }
            prop_assert_eq!(kept, borne);
        }

        /// Law 3: a page of the general ledger is the same from the books as from the entries.
        #[test]
        fn pages_are_the_fold_of_the_entries(drafts in drafts(), from in 0..90_u64, length in 1..60_u64) {
            let (books, entries) = posted(&drafts);
            let days = DateRange::new(day(from), Some(day(from + length))).unwrap();
            for at in 0..CODES.len() {
                let page = AccountLedger::of(&entries, &code(at), days, Currency::EUR).unwrap();
                prop_assert_eq!(books.ledger(&code(at), days).unwrap(), page);
            }
        }

        /// What stands in a foreign currency, and its worth, are the fold of the entries.
        #[test]
        fn foreign_balances_are_the_fold_of_the_entries(drafts in drafts(), after in 0..100_u64) {
            let (books, entries) = posted(&drafts);
            let mut fold: BTreeMap<AccountCode, (i128, i128)> = BTreeMap::new();
            for entry in entries.iter().filter(|entry| entry.on() <= day(after)) {
                for posting in entry.entry().postings().iter().filter(|posting| posting.worth.is_some()) {
                    let sums = fold.entry(posting.account.clone()).or_default();
                    sums.0 += posting.amount.minor();
                    sums.1 += posting.told_in(Currency::EUR).unwrap().minor();
                }
            }
            fold.retain(|_, sums| *sums != (0, 0));
            let kept = books.foreign_balances(day(after)).unwrap();
            let kept: BTreeMap<_, _> =
                kept.into_iter().map(|of| (of.account, (of.amount.minor(), of.worth.minor()))).collect();
            prop_assert_eq!(kept, fold);
        }

        /// Law 4: the order of posting changes no report; and the numbers have no gaps.
        #[test]
        fn the_order_of_posting_does_not_matter(drafts in drafts(), after in 0..100_u64) {
            let (books, entries) = posted(&drafts);
            let turned: Vec<Draft> = drafts.iter().rev().cloned().collect();
            let (other, _) = posted(&turned);
            prop_assert_eq!(books.trial_balance(day(after)), other.trial_balance(day(after)));
            prop_assert_eq!(books.monthly(day(0), day(89)), other.monthly(day(0), day(89)));
            let places: Vec<u64> = entries.iter().map(|entry| entry.number().place).collect();
            prop_assert!(places.into_iter().eq(1..=u64::try_from(entries.len()).unwrap()));
        }

        /// Law 7: the same entry under the same id has no effect; another one is refused.
        #[test]
        fn the_same_id_means_the_same_entry(drafts in drafts(), at in any::<prop::sample::Index>(), other in drafts()) {
            let (mut books, entries) = posted(&drafts);
            prop_assume!(!entries.is_empty());
            let at = at.index(entries.len());
            let place = u128::try_from(at).unwrap();
            let before = (books.len(), books.trial_balance(day(100)));
            prop_assert_eq!(books.post(id(place), entries[at].entry()), Ok(entries[at].number()));
            for draft in &other {
                let changed = entry(draft);
                let answer = books.post(id(place), &changed);
                if changed == *entries[at].entry() {
                    prop_assert_eq!(answer, Ok(entries[at].number()));
                } else {
                    prop_assert_eq!(answer, Err(BooksError::IdReused { id: id(place) }));
                }
            }
            prop_assert_eq!((books.len(), books.trial_balance(day(100))), before);
        }

        /// Law 7: ids are recognised in whatever order they come.
        #[test]
        fn ids_are_recognised_in_any_order(places in prop::collection::vec(0..40_u128, 0..60)) {
            let mut books = Books::new(chart(), Currency::EUR, DateRange::new(day(0), None).unwrap()).unwrap();
            let mut known = BTreeMap::new();
            for place in places {
                let entry = entry(&(1, 3, vec![(0, i64::try_from(place).unwrap() + 1, false, 9)]));
                let number = books.post(id(place), &entry).unwrap();
                prop_assert_eq!(*known.entry(place).or_insert(number), number);
                prop_assert_eq!(books.len(), known.len());
            }
        }

        /// Law 8: what is closed takes nothing, and nothing that is refused leaves a trace.
        #[test]
        fn what_is_refused_leaves_no_trace(drafts in drafts(), closed in 0..90_u64, extra in drafts()) {
            let (mut books, _) = posted(&drafts);
            books.close_through(day(closed));
            books.close_through(day(closed / 2));
            let before = (books.balances(day(closed)), books.monthly(day(0), day(closed)));
            for (draft, place) in extra.iter().zip(1_000..) {
                let answer = books.post(id(place), &entry(draft));
                prop_assert_eq!(answer.is_err(), draft.0 <= closed);
            }
            prop_assert_eq!(books.balances(day(closed)), before.0);
            if closed == 30 || closed == 58 {
                prop_assert_eq!(books.monthly(day(0), day(closed)), before.1);
            }
        }

        /// Laws 5 and 8: a snapshot does not depend on the order in which entries come, and any change is seen in it.
        #[test]
        fn a_snapshot_changes_with_any_entry(drafts in drafts(), at in any::<prop::sample::Index>()) {
            let (_, entries) = posted(&drafts);
            let days = DateRange::new(day(0), None).unwrap();
            let whole = PeriodSnapshot::of(days, &entries, 0);
            prop_assert_eq!(&PeriodSnapshot::of(days, entries.iter().rev(), 0), &whole);
            prop_assume!(!entries.is_empty());
            let mut changed = drafts.clone();
            changed[at.index(drafts.len())].2[0].1 += 2;
            prop_assume!(changed[at.index(drafts.len())].2[0].1 != 0);
            let (_, altered) = posted(&changed);
            prop_assert_ne!(PeriodSnapshot::of(days, &altered, 0).fingerprint(), whole.fingerprint());
            let fewer = entries.iter().enumerate().filter(|(place, _)| *place != at.index(drafts.len()));
            let fewer = PeriodSnapshot::of(days, fewer.map(|(_, entry)| entry), 0);
            prop_assert_ne!(fewer.fingerprint(), whole.fingerprint());
        }
    }

    proptest! {
        /// Law 9: closing a year brings every account of income and expense to zero, in each currency, leaves the totals
        /// of the balance sheet and the reports of the year as they were, and is done once.
        #[test]
        fn a_year_closes_once(drafts in drafts()) {
            let drafts: Vec<Draft> = drafts.into_iter().map(|(day, kind, legs)| (day, kind.max(1), legs)).collect();
            let (mut books, entries) = posted(&drafts);
            let (end, whole) = (day(89), DateRange::new(day(0), Some(day(90))).unwrap());
            let before = (books.balance_sheet(end).unwrap(), books.income_statement(whole), books.cash_flow(whole));
            let closing = books.close_year(end, &code(1)).unwrap();
            for (closing, place) in closing.iter().zip(1_000..) {
                books.post(id(place), closing).unwrap();
            }
            let sheet = books.balance_sheet(end).unwrap();
            prop_assert!(sheet.result.is_zero());
            prop_assert_eq!(sheet.total_assets, before.0.total_assets);
            prop_assert_eq!(sheet.total_claims(), before.0.total_claims());
            prop_assert_eq!((books.income_statement(whole), books.cash_flow(whole)), (before.1, before.2));
            let balances = books.balances(end).unwrap();
            let foreign = books.foreign_balances(end).unwrap();
            for at in [3, 4] {
                prop_assert!(balances.of(&code(at)).is_zero());
                prop_assert!(foreign.iter().all(|balance| balance.account != code(at)));
            }
            prop_assert_eq!(books.close_year(end, &code(1)).unwrap(), Vec::new());
            // The result of each cost centre is carried as its own.
            for (_, report) in books.monthly_by(&Dimension::COST_CENTRE, day(0), end).unwrap() {
                for row in report.rows.iter().filter(|row| row.kind.is_result()) {
                    prop_assert_eq!(Money::sum(row.moved.iter().copied(), Currency::EUR).unwrap().minor(), 0);
                }
            }
            // From the entries as from the books.
            let mut entries = entries;
            let number = |place| EntryNumber { year: 2026, place };
            entries.extend(closing.into_iter().zip(1_000..).map(|(closing, place)| JournalEntry::new(number(place), closing)));
            let income = IncomeStatement::over(books.chart(), &entries, whole, Currency::EUR).unwrap();
            prop_assert_eq!(Ok(income), books.income_statement(whole));
        }

        /// Opening cash and all flows make closing cash, over any days.
        #[test]
        fn cash_flows_make_closing_cash(drafts in drafts(), from in 0..90_u64, length in 1..60_u64) {
            let (books, _) = posted(&drafts);
            let days = DateRange::new(day(from), Some(day(from + length))).unwrap();
            let report = books.cash_flow(days).unwrap();
            prop_assert!(report.proves().unwrap());
            prop_assert_eq!(report.closing, books.balances(days.last().unwrap()).unwrap().of(&code(0)));
            let before = DateRange::new(day(0), Some(day(from))).ok();
            let before = before.map(|days| books.cash_flow(days).unwrap().closing);
            prop_assert_eq!(before.unwrap_or(Money::zero(Currency::EUR)), report.opening);
            // By the direct method as by the indirect.
            let direct = books.direct_cash_flow(days).unwrap();
            prop_assert!(direct.proves().unwrap());
            prop_assert_eq!((direct.opening, direct.closing), (report.opening, report.closing));
            let rows = direct.operating.iter().chain(&direct.financing);
            prop_assert!(rows.clone().all(|row| row.account != code(0)));
            prop_assert!(rows.clone().all(|row| !row.received.is_negative() && !row.paid.is_negative()));
        }

        /// Law 5: entries replayed from the journal give the same books, whatever the order.
        #[test]
        fn replaying_gives_the_same_books(drafts in drafts()) {
            let (books, entries) = posted(&drafts);
            let mut again = Books::new(chart(), Currency::EUR, DateRange::new(day(0), None).unwrap()).unwrap();
            for entry in entries.iter().rev() {
                again.replay(entry).unwrap();
            }
            prop_assert_eq!(again.trial_balance(day(89)), books.trial_balance(day(89)));
            let days = DateRange::new(day(0), None).unwrap();
            for at in 0..CODES.len() {
                prop_assert_eq!(again.ledger(&code(at), days), books.ledger(&code(at), days));
            }
            let next = entry(&(1, 3, vec![(0, 1, false, 9)]));
            prop_assert_eq!(again.clone().post(id(1_000), &next), books.clone().post(id(1_000), &next));
        }
    }

    #[test]
    fn refuses_in_order() {
        let first = DateRange::new(day(0), Some(day(90))).unwrap();
        let long = DateRange::new(day(0), Some(day(50_000))).unwrap();
        assert!(matches!(Books::new(chart(), Currency::EUR, long), Err(BooksError::TooLong { .. })));
        let mut books = Books::new(chart(), Currency::EUR, first).unwrap();
        let early = entry(&(90, 3, vec![(0, 1, false, 9)]));
        assert_eq!(books.post(id(1), &early), Err(BooksError::OtherDays { on: day(90), days: first }));
        let dollars = |minor| Money::from_minor(minor, Currency::USD);
        let postings = vec![Posting::debit(code(0), dollars(1)), Posting::credit(code(1), dollars(1))];
        let foreign = Entry::balanced(day(3), "x", postings).unwrap();
        let refused = BooksError::NoWorth { code: code(0), wanted: Currency::EUR };
        assert_eq!(books.post(id(1), &foreign), Err(refused));
        let euro = |minor| Money::from_minor(minor, Currency::EUR);
        let stray = vec![Posting::debit(code(0), euro(1)), Posting::credit("9999".parse().unwrap(), euro(1))];
        let stray = Entry::balanced(day(3), "x", stray).unwrap();
        assert!(matches!(books.post(id(1), &stray), Err(BooksError::Account(_))));
        let closing = entry(&(3, 3, vec![(0, 1, false, 9)])).closing();
        assert!(matches!(books.post(id(1), &closing), Err(BooksError::Account(PostableError::NotClosing { .. }))));
        assert!(books.is_empty());
    }
}
