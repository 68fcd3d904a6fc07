//! Posts and reports by hand and by the books, in turns, and shows what each costs.
//!
//! Prints the table of the README. The answers have to agree before a time is shown.

use std::hint::black_box;
use std::time::Duration;

use chrono::Days;
use cpu_time::ThreadTime;
use office_finance::{read_balances, read_journal};
use office_peers_books::raw::{self, Raw};
use office_peers_books::{Failure, hand, ours};
use uuid::Uuid;

/// What one side takes for a task, once.
type Side<'a> = (&'a str, Box<dyn FnMut() -> Result<Duration, Failure> + 'a>);

/// The processor's time of some work; what it makes is dropped outside it.
fn time<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<Duration, Failure> {
    let begun = ThreadTime::now();
    let made = black_box(work()?);
    let taken = begun.elapsed();
    drop(made);
    Ok(taken)
}

/// The median of each side, over rounds in which they take turns.
fn medians(rounds: usize, sides: &mut [Side<'_>]) -> Result<Vec<Duration>, Failure> {
    let mut times = vec![Vec::new(); sides.len()];
    for round in 0..rounds {
        for turn in 0..sides.len() {
            let at = (round + turn) % sides.len();
            times[at].push(sides[at].1()?);
        }
    }
    for times in &mut times {
        times.sort_unstable();
    }
    Ok(times.iter().map(|times| times[times.len() / 2]).collect())
}

/// Shows the medians of a task: each against the first, which is by hand.
#[expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "the result of the run")]
fn show(task: &str, each: u64, rounds: usize, mut sides: Vec<Side<'_>>) -> Result<(), Failure> {
    let medians = medians(rounds, &mut sides)?;
    let hand = medians[0].as_secs_f64();
    for ((name, _), median) in sides.iter().zip(&medians) {
        let (taken, ratio) = (median.as_secs_f64(), median.as_secs_f64() / hand);
        let shown = if each == 1 {
            format!("{:.1} µs", taken * 1e6)
        } else {
            format!("{:.0} ns each, {:.2} million a second", taken * 1e9 / each as f64, each as f64 / taken / 1e6)
        };
        println!("| {task} | {name} | {shown} | {ratio:.3} | {:.1} |", 1.0 / ratio);
    }
    Ok(())
}

/// Whether both sides answer the same.
fn agree(transactions: &[Raw], text: &str) -> Result<(), Failure> {
    let codes = ours::codes()?;
    let books = ours::post_all(transactions, &codes)?;
    let balances = books.balances(raw::last())?;
    let (sums, read) = (hand::dense_balances(transactions, raw::last()), hand::read(text)?);
    let own = read_balances(text)?;
    for (number, sum) in sums.iter().enumerate() {
        let name = raw::name(number);
        let read = read.accounts.get(name.as_str()).map_or(0, |at| read.balances[*at]);
        let ours = balances.of(&codes[number]).minor();
        let text = own.iter().find(|row| row.account == name).map_or(0, |row| row.balance.minor());
        if ours != i128::from(*sum) || read != *sum || text != ours {
            return Err(format!("account {number}: {sum} by hand, {ours} by the books, {read} and {text} read").into());
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn main() -> Result<(), Failure> {
    println!("| task | side | median | × by hand | by hand × |\n|---|---|---:|---:|---:|");
    let only = std::env::args().nth(1);
    let sizes = [(100_000_u64, 21), (1_000_000, 7)];
    for (count, rounds) in
        sizes.into_iter().filter(|(count, _)| only.as_ref().is_none_or(|only| *only == count.to_string()))
    {
        let transactions = raw::transactions(count);
        let text = raw::journal(&transactions)?;
        agree(&transactions, &text)?;
        let accounts: Vec<Uuid> = (0..usize::try_from(raw::ACCOUNTS)?).map(hand::account).collect();
        let codes = ours::codes()?;
        let sides: Vec<Side<'_>> = vec![
            ("by hand", Box::new(|| time(|| hand::post_all(&transactions, &accounts)))),
            ("Books", Box::new(|| time(|| ours::post_all(&transactions, &codes)))),
        ];
        show(&format!("post {count}"), count, rounds, sides)?;
        let sides: Vec<Side<'_>> = vec![
            ("by hand", Box::new(|| time(|| hand::read(&text)))),
            ("read_balances", Box::new(|| time(|| Ok(read_balances(&text)?)))),
            ("read_journal", Box::new(|| time(|| Ok(read_journal(&text)?)))),
        ];
        show(&format!("read {count}"), count, rounds, sides)?;
        let (ledger, books) = (hand::post_all(&transactions, &accounts)?, ours::post_all(&transactions, &codes)?);
        let middle = raw::first() + Days::new(raw::DAYS / 2);
        let sides: Vec<Side<'_>> = vec![
            ("from the entries", Box::new(|| time(|| Ok(hand::balances(&ledger, middle))))),
            ("from the entries, leanest", Box::new(|| time(|| Ok(hand::dense_balances(&transactions, middle))))),
            ("Books", Box::new(|| time(|| Ok(books.trial_balance(middle)?)))),
        ];
        show(&format!("trial balance of {count}"), 1, rounds, sides)?;
        let sides: Vec<Side<'_>> = vec![
            ("from the entries", Box::new(|| time(|| Ok(hand::months(&ledger))))),
            ("from the entries, leanest", Box::new(|| time(|| Ok(hand::dense_months(&transactions))))),
            ("Books", Box::new(|| time(|| Ok(books.monthly(raw::first(), raw::last())?)))),
        ];
        show(&format!("months of {count}"), 1, rounds, sides)?;
    }
    Ok(())
}
