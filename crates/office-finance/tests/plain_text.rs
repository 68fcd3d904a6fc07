//! Journals in plain text, through the public API, and through `hledger` and Beancount where they are installed.
#![cfg(feature = "plain-text")]

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod laws {
    use std::collections::BTreeMap;
    use std::process::Command;

    use chrono::{Datelike, Days, NaiveDate};
    use office_core::{Currency, Money};
    use office_finance::{
        Account, AccountCode, AccountKind, Balances, Chart, Entry, EntryNumber, JournalEntry, Posting,
        ReadJournalErrorKind, TextBalance, TextTransaction, read_balances, read_journal, write_beancount,
        write_hledger,
    };
    use proptest::prelude::*;

    const CODES: [(&str, AccountKind); 5] = [
        ("1800", AccountKind::Asset),
        ("2000", AccountKind::Equity),
        ("3500.1", AccountKind::Liability),
        ("4400", AccountKind::Income),
        ("6310-A", AccountKind::Expense),
    ];

    fn code(at: usize) -> AccountCode {
        CODES[at % CODES.len()].0.parse().unwrap()
    }

    fn chart() -> Chart {
        Chart::new((0..CODES.len()).map(|at| Account::new(code(at), "A name; of | it", CODES[at].1))).unwrap()
    }

    type Draft = (u64, String, Vec<(usize, i64, u8)>);

    fn drafts(least: usize) -> impl Strategy<Value = Vec<Draft>> {
        let minor = prop_oneof![-100_000..-1_i64, 1..100_000_i64];
        let leg = (0..CODES.len(), minor, 0..4_u8);
        prop::collection::vec((0..300_u64, "[a-zA-Z\"\\\\;|äß ]{0,12}", prop::collection::vec(leg, 1..4)), least..12)
    }

    /// Legs in euros, in dollars with their worth, with a worth of the other sign, and of a worth alone.
    fn journal(drafts: &[Draft]) -> Vec<JournalEntry> {
        let mut entries = Vec::new();
        for ((after, text, legs), place) in drafts.iter().zip(1..) {
            let on = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().checked_add_days(Days::new(*after)).unwrap();
            let mut postings = Vec::new();
            for (account, minor, kind) in legs {
                let (debit, credit) = (code(*account), code(account + 1));
                let (euro, dollars) =
                    (Money::from_minor(*minor, Currency::EUR), Money::from_minor(2 * minor, Currency::USD));
                postings.extend(match kind {
                    0 => [Posting::debit(debit, euro), Posting::credit(credit, euro)],
                    1 => [
                        Posting::debit(debit, dollars).worth(euro),
                        Posting::credit(credit, dollars).worth(euro.negated()),
                    ],
                    2 => [
                        Posting::debit(debit, dollars).worth(euro.negated()),
                        Posting::credit(credit, dollars).worth(euro),
                    ],
                    _ => [
                        Posting::revaluing(debit, Currency::USD, euro),
                        Posting::revaluing(credit, Currency::USD, euro.negated()),
                    ],
                });
            }
            let entry = Entry::balanced(on, text.clone(), postings).unwrap();
            entries.push(JournalEntry::new(EntryNumber { year: 2026, place }, entry));
        }
        entries
    }

    /// The worth of each account by its code, but for those of nothing.
    fn worth(entries: &[JournalEntry]) -> BTreeMap<String, i128> {
        let end = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        let balances = Balances::as_of(entries, end, Currency::EUR).unwrap();
        let told = balances.iter().filter(|(_, balance)| !balance.is_zero());
        told.map(|(code, balance)| (code.to_string(), balance.minor())).collect()
    }

    /// What stands on each account, from the transactions.
    fn folded<'a>(read: &[TextTransaction<'a>]) -> Vec<TextBalance<'a>> {
        let mut sums: BTreeMap<(&str, Currency), BTreeMap<NaiveDate, i128>> = BTreeMap::new();
        for transaction in read {
            for posting in &transaction.postings {
                let months = sums.entry((posting.account, posting.amount.currency())).or_default();
                *months.entry(transaction.on.with_day(1).unwrap()).or_default() += posting.amount.minor();
            }
        }
        let money = |minor, currency| Money::try_from_minor(minor, currency).unwrap();
        let balance = |((account, currency), months): ((&'a str, Currency), BTreeMap<NaiveDate, i128>)| TextBalance {
            account,
            balance: money(months.values().sum(), currency),
            months: months.into_iter().map(|(month, minor)| (month, money(minor, currency))).collect(),
        };
        sums.into_iter().map(balance).collect()
    }

    proptest! {
        /// Law 34: what is written reads back with the same days, numbers and balances.
        #[test]
        fn what_is_written_reads_back(drafts in drafts(0)) {
            let entries = journal(&drafts);
            let mut text = String::new();
            write_hledger(&mut text, &chart(), &entries).unwrap();
            let read = read_journal(&text).unwrap();
            prop_assert_eq!(read.len(), entries.len());
            let mut sums: BTreeMap<String, i128> = BTreeMap::new();
            for (transaction, posted) in read.iter().zip(&entries) {
                let number = posted.number().to_string();
                prop_assert_eq!((transaction.on, transaction.code), (posted.on(), Some(number.as_str())));
                for posting in &transaction.postings {
                    let told = posting.worth.unwrap_or(posting.amount);
                    let (_, code) = posting.account.split_once(':').unwrap();
                    *sums.entry(code.to_owned()).or_default() += told.minor();
                }
            }
            sums.retain(|_, sum| *sum != 0);
            prop_assert_eq!(sums, worth(&entries));
            prop_assert_eq!(read_balances(&text).unwrap(), folded(&read));
            let mut beancount = String::new();
            write_beancount(&mut beancount, &chart(), &entries, Currency::EUR).unwrap();
        }

        /// No text makes the readers panic, and both refuse the same.
        #[test]
        fn any_text_is_read_or_refused(text in "([0-9]{4}-[0-9]{2}-[0-9]{2}|[ \t]{0,3}|[a-z:@=;()$€.*!-]{0,6}|[0-9.-]{1,9}| EUR|\n){0,40}") {
            match (read_journal(&text), read_balances(&text)) {
                (Ok(read), Ok(balances)) => prop_assert_eq!(balances, folded(&read)),
                (read, balances) => prop_assert_eq!(read.err(), balances.err()),
            }
        }

        /// A code is found in a chart exactly if it is there, and is ordered as its text is.
        #[test]
        fn a_chart_finds_its_codes(codes in prop::collection::btree_set("[0-9.A-]{1,3}|[0-9]{20,24}", 0..80), other in "[0-9.A-]{1,3}") {
            let account = |code: &String| Account::new(code.parse().unwrap(), code.clone(), AccountKind::Asset);
            let chart = Chart::new(codes.iter().rev().map(account)).unwrap();
            prop_assert!(chart.accounts().map(|account| &account.name).eq(&codes));
            for code in codes.iter().chain([&other]) {
                let parsed: AccountCode = code.parse().unwrap();
                prop_assert_eq!(parsed.as_str(), code);
                prop_assert_eq!(chart.get(&parsed).map(|account| &account.name), codes.get(code));
            }
        }
    }

    #[test]
    fn reads_what_people_write() {
        let text = "; a comment\naccount assets:cash\ncomment\n2026-13-99 not read\nend comment\n\n\
            2026/10/01=2026/10/02 * (B-1) milk ; for the kitchen\n    expenses:food and drink\t$8.32  ; cold\n    assets:cash\n\n\
            2026.1.5 ! exchange\n  a  100 USD @ 0.92 EUR\n  ; a note\n  b  EUR -92\n\n2026-10-03 open Assets:Bank\n";
        let read = read_journal(text).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].line, read[0].code, read[0].description), (7, Some("B-1"), "milk"));
        assert_eq!(read[0].postings[0].account, "expenses:food and drink");
        assert_eq!(read[0].postings[1].amount, Money::from_minor(-832, Currency::USD));
        assert_eq!(read[1].postings[0].worth, Some(Money::from_minor(9_200, Currency::EUR)));
    }

    #[test]
    fn refuses_with_the_line() {
        let refused = |text: &str| read_journal(text).map_err(|error| (error.line, error.kind)).unwrap_err();
        assert_eq!(refused("2026-02-30 x\n"), (1, ReadJournalErrorKind::Date));
        assert_eq!(refused("\n  a  1 EUR\n"), (2, ReadJournalErrorKind::StrayPosting));
        assert_eq!(refused("2026-01-01 x\n  a  1,000.00 EUR\n"), (2, ReadJournalErrorKind::Currency));
        assert_eq!(
            refused("2026-01-01 x\n  a  1.001 EUR\n"),
            (2, ReadJournalErrorKind::Digits { currency: Currency::EUR })
        );
        assert_eq!(refused("2026-01-01 x\n  a  1 EUR = 5 EUR\n"), (2, ReadJournalErrorKind::Unsupported));
        assert_eq!(refused("2026-01-01 x\n  (a)  1 EUR\n"), (2, ReadJournalErrorKind::Unsupported));
        assert_eq!(refused("include other\n"), (1, ReadJournalErrorKind::Unsupported));
        assert_eq!(refused("2026-01-01 x\n  a\n  b\n"), (3, ReadJournalErrorKind::TwoOpen));
        assert_eq!(refused(&format!("; {}", "x".repeat(10_000))), (1, ReadJournalErrorKind::LongLine));
        let excess = Money::from_minor(1, Currency::EUR);
        let unbalanced = refused("2026-01-01 x\n  a  1.00 EUR\n  b  -0.99 EUR\n");
        assert_eq!(unbalanced, (1, ReadJournalErrorKind::Unbalanced { excess }));
    }

    /// What a program says of a file; nothing where it is not installed.
    fn told(program: &str, arguments: &[&str], text: &str, ending: &str) -> Option<String> {
        let path = std::env::temp_dir().join(format!("office-finance-{}.{ending}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let output = Command::new(program).args(arguments).arg(&path).output();
        std::fs::remove_file(&path).unwrap();
        let output = output.ok()?;
        let refused = String::from_utf8_lossy(&output.stderr);
        // A launcher without the program behind it.
        if !output.status.success() && refused.contains("not found") {
            return None;
        }
        assert!(output.status.success(), "{program}: {refused}\n{text}");
        Some(String::from_utf8(output.stdout).unwrap())
    }

    #[test]
    fn hledger_reads_the_same_balances() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let drafts = proptest::strategy::ValueTree::current(&drafts(11).new_tree(&mut runner).unwrap());
        let entries = journal(&drafts);
        let mut text = String::new();
        write_hledger(&mut text, &chart(), &entries).unwrap();
        let Some(answer) = told("hledger", &["balance", "--cost", "--flat", "-O", "csv", "-f"], &text, "journal")
        else {
            return;
        };
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for line in answer.lines().skip(1) {
            let (account, amount) = line.trim_matches('"').split_once("\",\"").unwrap();
            if let Some((_, code)) = account.split_once(':') {
                sums.insert(code.to_owned(), amount.parse::<Money>().unwrap().minor());
            }
        }
        assert_eq!(sums, worth(&entries));
    }

    #[test]
    fn beancount_accepts_what_is_written() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let drafts = proptest::strategy::ValueTree::current(&drafts(11).new_tree(&mut runner).unwrap());
        let entries = journal(&drafts);
        let mut text = String::new();
        write_beancount(&mut text, &chart(), &entries, Currency::EUR).unwrap();
        told("bean-check", &[], &text, "beancount");
    }
}
