//! By hand: what one would write in plain Rust for the same figures.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::Failure;
use crate::raw::{self, Raw};

/// A line of a transaction.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The account.
    pub account: Uuid,
    /// How much: a debit above zero.
    pub amount: Decimal,
}

/// A transaction that was posted.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// Its id.
    pub id: Uuid,
    /// Its day.
    pub on: NaiveDate,
    /// What it says.
    pub text: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What was posted, with balances, and what was moved in each month.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The transactions.
    pub transactions: Vec<Transaction>,
    /// What stands on each account.
    pub balances: HashMap<Uuid, Decimal>,
    /// What was moved on each account in each month.
    pub months: HashMap<(Uuid, i32, u32), Decimal>,
}

/// The id of an account.
#[must_use]
pub fn account(number: usize) -> Uuid {
    Uuid::from_u128((number as u128) << 64 | 7)
}

/// Posts the transactions: whether each adds up to zero, and sums by account and month.
///
/// # Errors
/// Where one does not add up.
pub fn post_all(transactions: &[Raw], accounts: &[Uuid]) -> Result<Ledger, Failure> {
    let mut ledger = Ledger::default();
    for raw in transactions {
        let line =
            |(account, minor): &(usize, i64)| Line { account: accounts[*account], amount: Decimal::new(*minor, 2) };
        let lines: Vec<Line> = raw.lines.iter().map(line).collect();
        if !lines.iter().map(|line| line.amount).sum::<Decimal>().is_zero() {
            return Err("a transaction does not balance".into());
        }
        for line in &lines {
            *ledger.balances.entry(line.account).or_default() += line.amount;
            *ledger.months.entry((line.account, raw.on.year(), raw.on.month())).or_default() += line.amount;
        }
        ledger.transactions.push(Transaction { id: raw.id, on: raw.on, text: raw.text.clone(), lines });
    }
    Ok(ledger)
}

/// What stands on each account at the end of a day, from the transactions.
#[must_use]
pub fn balances(ledger: &Ledger, on: NaiveDate) -> HashMap<Uuid, Decimal> {
    let mut sums: HashMap<Uuid, Decimal> = HashMap::new();
    for line in ledger.transactions.iter().filter(|posted| posted.on <= on).flat_map(|posted| &posted.lines) {
        *sums.entry(line.account).or_default() += line.amount;
    }
    sums
}

/// What was moved on each account in each month, from the transactions.
#[must_use]
pub fn months(ledger: &Ledger) -> HashMap<(Uuid, i32, u32), Decimal> {
    let mut sums: HashMap<(Uuid, i32, u32), Decimal> = HashMap::new();
    for posted in &ledger.transactions {
        for line in &posted.lines {
            *sums.entry((line.account, posted.on.year(), posted.on.month())).or_default() += line.amount;
        }
    }
    sums
}

/// What stands on each account at the end of a day, by the leanest loop there is: accounts are numbers, amounts cents.
#[must_use]
pub fn dense_balances(transactions: &[Raw], on: NaiveDate) -> Vec<i64> {
    let mut sums = vec![0; usize::try_from(raw::ACCOUNTS).unwrap_or(0)];
    for (account, minor) in transactions.iter().filter(|raw| raw.on <= on).flat_map(|raw| &raw.lines) {
        sums[*account] += minor;
    }
    sums
}

/// What was moved in each month, by the leanest loop there is.
#[must_use]
pub fn dense_months(transactions: &[Raw]) -> Vec<[i64; 36]> {
    let mut sums = vec![[0; 36]; usize::try_from(raw::ACCOUNTS).unwrap_or(0)];
    for raw in transactions {
        let month = usize::try_from((raw.on.year() - 2_024) * 12).unwrap_or(0) + raw.on.month0() as usize;
        for (account, minor) in &raw.lines {
            sums[*account][month] += minor;
        }
    }
    sums
}

/// A journal read: what stands on each account, and what was moved in each month, counted from year 0.
#[derive(Clone, Debug, Default)]
pub struct Read<'a> {
    /// How many transactions there were.
    pub transactions: usize,
    /// The accounts in the order in which they come.
    pub accounts: HashMap<&'a str, usize>,
    /// What stands on each, in cents.
    pub balances: Vec<i64>,
    /// What was moved in each month.
    pub months: Vec<BTreeMap<i32, i64>>,
}

/// Reads a journal such as [`raw::journal`] writes, and nothing else: one pass, cents in 64 bits, accounts in a map.
///
/// # Errors
/// Where it is not such a journal, or a transaction does not balance.
pub fn read(text: &str) -> Result<Read<'_>, Failure> {
    let mut read = Read::default();
    let (mut sum, mut month) = (0_i64, 0);
    for line in text.lines() {
        if let Some(posting) = line.strip_prefix("  ") {
            let (name, amount) = posting.split_once("  ").ok_or("an amount is wanted")?;
            let amount = cents(amount.strip_suffix(" EUR").ok_or("euros are wanted")?).ok_or("a number is wanted")?;
            let known = read.accounts.len();
            let account = *read.accounts.entry(name).or_insert(known);
            if account == known {
                read.balances.push(0);
                read.months.push(BTreeMap::new());
            }
            read.balances[account] += amount;
            *read.months[account].entry(month).or_default() += amount;
            sum += amount;
        } else if line.is_empty() {
            if sum != 0 {
                return Err("a transaction does not balance".into());
            }
        } else {
            let (day, _) = line.split_once(' ').ok_or("a text is wanted")?;
            let on: NaiveDate = date(day).ok_or("a day is wanted")?;
            month = on.year() * 12 + on.month0().cast_signed();
            read.transactions += 1;
        }
    }
    if sum == 0 { Ok(read) } else { Err("a transaction does not balance".into()) }
}

fn date(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn cents(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, part) = digits.split_once('.').filter(|(_, part)| part.len() == 2)?;
    let mut number = 0_i64;
    for digit in whole.bytes().chain(part.bytes()) {
        number = number * 10 + i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    Some(if negative { -number } else { number })
}
