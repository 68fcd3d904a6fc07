//! What the books in memory cost, beside what one would write by hand for the same figures.
//!
//! Both sides start from the same raw transactions: two to four lines each, 300 accounts, 36 months. The plain side makes
//! a struct of each (id, day, text, a list of lines in decimals), checks that it adds up, and keeps a balance and a month
//! table in maps; the books check the chart, the period, the id, the number and the worth as well, and keep sums by day.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a bench may overflow, panic and print"
)]

use std::collections::BTreeMap;
use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use office_core::{Currency, DateRange, Decimal, Money};
use office_finance::{Account, AccountCode, AccountKind, Books, Chart, Entry, EntryId, Posting};
use uuid::Uuid;

const ACCOUNTS: u64 = 300;
const DAYS: u64 = 1_096;

/// A transaction as a file or a form would give it.
struct Raw {
    id: Uuid,
    on: NaiveDate,
    text: String,
    lines: Vec<(usize, i64)>,
}

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default()
}

fn last() -> NaiveDate {
    first() + Days::new(DAYS - 1)
}

fn codes() -> Vec<String> {
    (0..ACCOUNTS).map(|at| format!("{:04}", 1000 + at * 7)).collect()
}

fn raw(count: u64) -> Vec<Raw> {
    let mut seed = 20_260_101_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut transactions = Vec::new();
    for at in 0..count {
        let mut lines = Vec::new();
        let mut rest = 0_i64;
        for _ in 0..=next(3) {
            let minor = i64::try_from(1 + next(999_999)).unwrap_or(1);
            lines.push((usize::try_from(next(ACCOUNTS)).unwrap_or(0), minor));
            rest -= minor;
        }
        lines.push((usize::try_from(next(ACCOUNTS)).unwrap_or(0), rest));
        // Ids in the order of time, as version 7 makes them.
        let id = Uuid::from_u128((u128::from(at) << 64) | u128::from(next(u64::from(u32::MAX))));
        transactions.push(Raw { id, on: first() + Days::new(next(DAYS)), text: format!("transaction {at}"), lines });
    }
    transactions
}

fn chart() -> Chart {
    let kinds = [AccountKind::Asset, AccountKind::Liability, AccountKind::Income, AccountKind::Expense];
    let account = |(code, kind): (String, &AccountKind)| {
        Some(Account::new(AccountCode::new(code.clone()).ok()?, format!("Account {code}"), *kind))
    };
    let accounts = codes().into_iter().zip(kinds.iter().cycle());
    Chart::new(accounts.filter_map(account)).unwrap()
}

fn empty() -> Books {
    let days = DateRange::new(first(), None).unwrap();
    Books::new(chart(), Currency::EUR, days).unwrap()
}

fn entry(raw: &Raw, codes: &[AccountCode]) -> Entry {
    let posting = |(account, minor): &(usize, i64)| {
        Posting::debit(codes[*account].clone(), Money::from_minor(*minor, Currency::EUR))
    };
    let postings = raw.lines.iter().map(posting).collect();
    Entry::balanced(raw.on, raw.text.clone(), postings).unwrap()
}

fn post_all(transactions: &[Raw], codes: &[AccountCode]) -> Books {
    let mut books = empty();
    for raw in transactions {
        let posted = books.post(EntryId::from_uuid(raw.id), &entry(raw, codes));
        assert!(posted.is_ok(), "{posted:?}");
    }
    books
}

#[expect(clippy::disallowed_types, reason = "what one would write by hand")]
mod plain {
    use std::collections::HashMap;

    use super::{Decimal, NaiveDate, Raw, Uuid};
    use chrono::Datelike;

    pub(super) struct Line {
        pub(super) account: Uuid,
        pub(super) amount: Decimal,
    }

    #[expect(dead_code, reason = "kept, as whoever posts keeps what is posted")]
    pub(super) struct Transaction {
        pub(super) id: Uuid,
        pub(super) on: NaiveDate,
        pub(super) text: String,
        pub(super) lines: Vec<Line>,
    }

    #[derive(Default)]
    pub(super) struct Ledger {
        pub(super) transactions: Vec<Transaction>,
        pub(super) balances: HashMap<Uuid, Decimal>,
        pub(super) months: HashMap<(Uuid, i32, u32), Decimal>,
    }

    /// The same transactions, posted.
    pub(super) fn post_all(transactions: &[Raw], accounts: &[Uuid]) -> Ledger {
        let mut ledger = Ledger::default();
        for raw in transactions {
            let line =
                |(account, minor): &(usize, i64)| Line { account: accounts[*account], amount: Decimal::new(*minor, 2) };
            let lines: Vec<Line> = raw.lines.iter().map(line).collect();
            assert!(lines.iter().map(|line| line.amount).sum::<Decimal>().is_zero());
            for line in &lines {
                *ledger.balances.entry(line.account).or_default() += line.amount;
                *ledger.months.entry((line.account, raw.on.year(), raw.on.month())).or_default() += line.amount;
            }
            ledger.transactions.push(Transaction { id: raw.id, on: raw.on, text: raw.text.clone(), lines });
        }
        ledger
    }
}

/// The trial balance from scratch, by hand: one pass over the lines.
fn recomputed(transactions: &[Raw], on: NaiveDate) -> Vec<i128> {
    let mut sums = vec![0_i128; codes().len()];
    for raw in transactions.iter().filter(|raw| raw.on <= on) {
        for (account, minor) in &raw.lines {
            sums[*account] += i128::from(*minor);
        }
    }
    sums
}

/// What was moved by month, from scratch, by hand.
fn recomputed_months(transactions: &[Raw]) -> BTreeMap<(usize, i32), i128> {
    use chrono::Datelike;
    let mut sums = BTreeMap::new();
    for raw in transactions {
        for (account, minor) in &raw.lines {
            *sums.entry((*account, raw.on.year() * 12 + i32::try_from(raw.on.month()).unwrap())).or_default() +=
                i128::from(*minor);
        }
    }
    sums
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS unknown").to_owned()
}

fn books(criterion: &mut Criterion) {
    let codes: Vec<AccountCode> = codes().into_iter().filter_map(|code| AccountCode::new(code).ok()).collect();
    let accounts: Vec<Uuid> = (0..ACCOUNTS).map(|at| Uuid::from_u128((u128::from(at) << 64) | 7)).collect();
    for count in [100_000_u64, 1_000_000] {
        let transactions = raw(count);
        let mut group = criterion.benchmark_group(format!("books/{count}"));
        group.sample_size(10);
        group.bench_function(BenchmarkId::from_parameter("post, by hand"), |bencher| {
            bencher.iter_batched(|| (), |()| plain::post_all(&transactions, &accounts), BatchSize::PerIteration);
        });
        group.bench_function(BenchmarkId::from_parameter("post, with every check"), |bencher| {
            bencher.iter_batched(|| (), |()| post_all(&transactions, &codes), BatchSize::PerIteration);
        });
        let before = resident();
        let books = post_all(&transactions, &codes);
        eprintln!("{count}: {before} before, {} with the books", resident());
        let middle = first() + Days::new(DAYS / 2);
        group.bench_function(BenchmarkId::from_parameter("trial balance, by hand from scratch"), |bencher| {
            bencher.iter(|| recomputed(black_box(&transactions), middle));
        });
        group.bench_function(BenchmarkId::from_parameter("trial balance, from kept sums"), |bencher| {
            bencher.iter(|| black_box(&books).trial_balance(middle));
        });
        group.bench_function(BenchmarkId::from_parameter("months, by hand from scratch"), |bencher| {
            bencher.iter(|| recomputed_months(black_box(&transactions)));
        });
        group.bench_function(BenchmarkId::from_parameter("months, from kept sums"), |bencher| {
            bencher.iter(|| black_box(&books).monthly(first(), last()));
        });
        group.finish();
    }
}

criterion_group!(benches, books);
criterion_main!(benches);
