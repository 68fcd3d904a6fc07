//! The transactions: two to four lines each, 300 accounts, 36 months, the same at every run.

use std::fmt::{self, Write};

use chrono::{Days, NaiveDate};
use uuid::Uuid;

/// How many accounts there are.
pub const ACCOUNTS: u64 = 300;
/// How many days: those of 36 months.
pub const DAYS: u64 = 1_096;

/// A transaction as a form or a file would give it.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Its id.
    pub id: Uuid,
    /// Its day.
    pub on: NaiveDate,
    /// What it says.
    pub text: String,
    /// Accounts by number, and cents: debits above zero.
    pub lines: Vec<(usize, i64)>,
}

/// The first day.
#[must_use]
pub fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default()
}

/// The last day.
#[must_use]
pub fn last() -> NaiveDate {
    first() + Days::new(DAYS - 1)
}

/// The code of an account.
#[must_use]
pub fn code(number: usize) -> String {
    format!("{:04}", 1_000 + number * 7)
}

/// The name of an account in a journal.
#[must_use]
pub fn name(number: usize) -> String {
    let root = ["Assets", "Liabilities", "Income", "Expenses"][number % 4];
    format!("{root}:A{}", code(number))
}

/// So many transactions, in the order of time.
#[must_use]
pub fn transactions(count: u64) -> Vec<Raw> {
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
        let on = first() + Days::new(at * DAYS / count);
        transactions.push(Raw { id, on, text: format!("transaction {at}"), lines });
    }
    transactions
}

/// The same as a journal that hledger and ledger read as well.
///
/// # Errors
/// What writing reports.
pub fn journal(transactions: &[Raw]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for raw in transactions {
        writeln!(text, "{} {}", raw.on, raw.text)?;
        for (account, minor) in &raw.lines {
            let (sign, cents) = (if *minor < 0 { "-" } else { "" }, minor.unsigned_abs());
            writeln!(text, "  {}  {sign}{}.{:02} EUR", name(*account), cents / 100, cents % 100)?;
        }
        text.push('\n');
    }
    Ok(text)
}
