//! The books through the public API: the laws as properties, and posting on a store.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "tests may overflow and panic")]
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta};
use office_core::{Actor, Command, Currency, DateRange, Id, MemoryStore, Money, Office, Role, StoreError, wait};
use office_finance::{
    Account, AccountCode, AccountKind, AccountLedger, AdmitError, BalanceSheet, Balances, Chart, CloseBooksError,
    Entry, EntryId, EntryNumber, IncomeStatement, JournalEntry, Period, PeriodException, PeriodSnapshot, PostError,
    Posting, ReverseError, TrialBalance, UndoError, close_period, entries_of, post, reopen_period, snapshot_of, undo,
};
use proptest::prelude::*;

const CODES: [(&str, AccountKind); 5] = [
    ("1800", AccountKind::Asset),
    ("3500", AccountKind::Liability),
    ("2000", AccountKind::Equity),
    ("4400", AccountKind::Income),
    ("6310", AccountKind::Expense),
];

type Failure = Box<dyn std::error::Error>;

fn code(at: usize) -> Result<AccountCode, Failure> {
    Ok(CODES[at % CODES.len()].0.parse()?)
}

fn chart() -> Result<Chart, Failure> {
    let accounts = (0..CODES.len()).map(|at| Ok(Account::new(code(at)?, CODES[at].0, CODES[at].1)));
    Ok(Chart::new(accounts.collect::<Result<Vec<_>, Failure>>()?)?)
}

fn october(day: u32) -> Result<NaiveDate, Failure> {
    Ok(NaiveDate::from_ymd_opt(2026, 10, day).ok_or("a day")?)
}

/// An entry of these amounts, made to balance on the last account.
fn entry(day: u32, legs: &[(usize, i32)]) -> Result<Entry, Failure> {
    let mut postings = Vec::new();
    let mut rest = 0_i64;
    for (account, minor) in legs {
        let minor = i64::from(*minor);
        postings.push(Posting::debit(code(*account)?, Money::from_minor(minor, Currency::EUR)));
        rest -= minor;
    }
    if rest != 0 {
        postings.push(Posting::debit(code(0)?, Money::from_minor(rest, Currency::EUR)));
    }
    Ok(Entry::balanced(october(day)?, "entry", postings)?)
}

fn journal(drafts: &[(u32, Vec<(usize, i32)>)]) -> Result<Vec<JournalEntry>, Failure> {
    let number = |place| EntryNumber { year: 2026, place };
    let numbered = drafts.iter().zip(1..);
    numbered.map(|((day, legs), place)| Ok(JournalEntry::new(number(place), entry(*day, legs)?))).collect()
}

fn drafts() -> impl Strategy<Value = Vec<(u32, Vec<(usize, i32)>)>> {
    let leg = (0..CODES.len(), prop_oneof![-100_000..-1_i32, 1..100_000_i32]);
    prop::collection::vec((1..=31_u32, prop::collection::vec(leg, 2..5)), 0..12)
}

proptest! {
    /// Laws 2 and 10: the trial balance is zero on every day, and so is the balance sheet.
    #[test]
    fn the_books_balance_on_every_day(drafts in drafts(), day in 1..=31_u32) {
        let (chart, entries) = (chart().unwrap(), journal(&drafts).unwrap());
        let on = october(day).unwrap();
        let trial = TrialBalance::as_of(&chart, &entries, on, Currency::EUR).unwrap();
        prop_assert!(trial.balances());
        let sheet = BalanceSheet::as_of(&chart, &entries, on, Currency::EUR).unwrap();
        prop_assert_eq!(sheet.total_assets, sheet.total_claims().unwrap());
        let year_so_far = DateRange::inclusive(october(1).unwrap(), on).unwrap();
        let income = IncomeStatement::over(&chart, &entries, year_so_far, Currency::EUR).unwrap();
        prop_assert_eq!(income.result, sheet.result);
    }

    /// Law 3: a balance is the sum of its postings, however it is asked for.
    #[test]
    fn balances_are_the_fold_of_the_entries(drafts in drafts(), day in 1..=31_u32) {
        let entries = journal(&drafts).unwrap();
        let on = october(day).unwrap();
        let mut sums: BTreeMap<AccountCode, i128> = BTreeMap::new();
        for posting in entries.iter().filter(|entry| entry.on() <= on).flat_map(|entry| entry.entry().postings()) {
            *sums.entry(posting.account.clone()).or_default() += posting.amount.minor();
        }
        let balances = Balances::as_of(&entries, on, Currency::EUR).unwrap();
        let days = DateRange::month(2026, 10).unwrap();
        for at in 0..CODES.len() {
            let account = code(at).unwrap();
            let expected = sums.get(&account).copied().unwrap_or_default();
            prop_assert_eq!(balances.of(&account).minor(), expected);
            let until = DateRange::inclusive(october(1).unwrap(), on).unwrap();
            let page = AccountLedger::of(&entries, &account, until, Currency::EUR).unwrap();
            prop_assert_eq!(page.closing.minor(), expected);
            // Opening and movements make the closing, from any day on.
            let rest = DateRange::new(on, days.end()).unwrap();
            let page = AccountLedger::of(&entries, &account, rest, Currency::EUR).unwrap();
            let moved: i128 = page.lines.iter().map(|line| line.amount.minor()).sum();
            prop_assert_eq!(page.opening.minor() + moved, page.closing.minor());
        }
    }

    /// Law 4: the order in which the entries come does not matter.
    #[test]
    fn the_order_of_posting_does_not_matter(drafts in drafts(), day in 1..=31_u32) {
        let (chart, entries) = (chart().unwrap(), journal(&drafts).unwrap());
        let mut turned = drafts.clone();
        turned.reverse();
        let turned = journal(&turned).unwrap();
        let on = october(day).unwrap();
        prop_assert_eq!(
            TrialBalance::as_of(&chart, &entries, on, Currency::EUR),
            TrialBalance::as_of(&chart, &turned, on, Currency::EUR)
        );
    }

    /// Law 6: what is undone leaves every balance as it was, from the day of the undoing on.
    #[test]
    fn undoing_restores(drafts in drafts(), legs in prop::collection::vec((0..CODES.len(), 1..1000_i32), 2..4)) {
        let mut entries = journal(&drafts).unwrap();
        let last = october(31).unwrap();
        let before = Balances::as_of(&entries, last, Currency::EUR).unwrap();
        let number = |place| EntryNumber { year: 2026, place };
        let wrong = JournalEntry::new(number(100), entry(7, &legs).unwrap());
        let (a, b) = (EntryId::natural("entry", "a"), EntryId::natural("entry", "b"));
        let (undoing, _) = wrong.reverse(a, b, october(9).unwrap()).unwrap();
        entries.extend([wrong, JournalEntry::new(number(101), undoing)]);
        let after = Balances::as_of(&entries, last, Currency::EUR).unwrap();
        for at in 0..CODES.len() {
            let account = code(at).unwrap();
            prop_assert_eq!(before.of(&account), after.of(&account));
        }
    }
}

fn command(key: &str) -> Result<Command, Failure> {
    let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
    Ok(Command::new(key, "post", clerk, DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?)?)
}

fn office() -> Result<Office, Failure> {
    let office = Office::on(MemoryStore::new());
    wait(office.transact(&command("open")?, |tx| async move {
        let october = Period::begin(2026, 10).map_err(|error| StoreError::rejected(error.to_string()))?;
        tx.create(Id::<Period>::natural("period", "2026-10"), october).await
    }))?;
    Ok(office)
}

fn post_on(office: &Office, key: &str, id: EntryId, entry: &Entry) -> Result<EntryNumber, PostError> {
    let chart = chart().map_err(|error| StoreError::rejected(error.to_string()))?;
    let command = command(key).map_err(|error| StoreError::rejected(error.to_string()))?;
    wait(office.transact(&command, |tx| {
        let (chart, entry) = (&chart, entry.clone());
        async move { post(&tx, chart, id, entry).await }
    }))
}

fn all(office: &Office) -> Result<Vec<JournalEntry>, Failure> {
    let days = DateRange::month(2026, 10)?;
    Ok(wait(office.view(|view| async move { entries_of(&view, days).await }))?)
}

#[test]
fn posts_are_numbered_without_gaps_and_recognised() {
    let office = office().unwrap();
    let id = |name| EntryId::natural("entry", name);
    let first = entry(20, &[(1, 500), (4, 700)]).unwrap();
    let second = entry(3, &[(2, 100), (3, 50)]).unwrap();
    assert_eq!(post_on(&office, "1", id("a"), &first).unwrap().place, 1);
    // A refusal draws no number.
    let unknown = Posting::debit("9999".parse().unwrap(), Money::from_minor(1, Currency::EUR));
    let other = Posting::credit("1800".parse().unwrap(), Money::from_minor(1, Currency::EUR));
    let stray = Entry::balanced(october(4).unwrap(), "x", vec![unknown, other]).unwrap();
    assert!(matches!(post_on(&office, "2", id("b"), &stray), Err(PostError::Account(_))));
    assert_eq!(post_on(&office, "3", id("b"), &second).unwrap().place, 2);
    // Another command with the same entry, and with another one.
    assert_eq!(post_on(&office, "4", id("a"), &first).unwrap().place, 1);
    assert!(matches!(post_on(&office, "5", id("a"), &second), Err(PostError::IdReused { .. })));
    // By day, not by number.
    let places: Vec<u64> = all(&office).unwrap().iter().map(|entry| entry.number().place).collect();
    assert_eq!(places, [2, 1]);
    let late = Entry::balanced(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap(), "x", first.postings().to_vec()).unwrap();
    assert!(matches!(post_on(&office, "6", id("c"), &late), Err(PostError::NoPeriod { .. })));
}

/// Laws 6 and 8: nothing is posted into a closed period, the undoing of an entry included.
#[test]
fn a_closed_period_refuses() {
    let office = office().unwrap();
    let id = |name| EntryId::natural("entry", name);
    let rent = entry(1, &[(4, 740_000)]).unwrap();
    post_on(&office, "rent", id("rent"), &rent).unwrap();
    let period = Id::<Period>::natural("period", "2026-10");
    let snapshot = || {
        let days = DateRange::month(2026, 10).unwrap();
        wait(office.view(|view| async move { snapshot_of(&view, days).await })).unwrap()
    };
    let close = |key: &str, snapshot: PeriodSnapshot| {
        wait(office.transact(&command(key).unwrap(), |tx| {
            let snapshot = snapshot.clone();
            async move { close_period(&tx, period, snapshot).await }
        }))
    };
    // Closing comes after soft-closing, and with a snapshot of what stands.
    assert!(matches!(close("early", snapshot()), Err(CloseBooksError::Close(_))));
    let before = snapshot();
    let soft: Result<(), StoreError> = wait(office.transact(&command("soft-close").unwrap(), |tx| async move {
        let (by, at) = (tx.command().actor().person, tx.command().at());
        let until = at.checked_add_signed(TimeDelta::days(1)).unwrap();
        let exception = PeriodException { person: by, until, reason: "accruals".into() };
        let soft = tx.load(period).await?.soft_close([exception], by, at).unwrap();
        tx.decide(period, soft).await
    }));
    soft.unwrap();
    post_on(&office, "accrual", id("accrual"), &entry(31, &[(4, 120)]).unwrap()).unwrap();
    assert!(matches!(close("stale", before), Err(CloseBooksError::Stale { drawn: 2 })));
    let taken = snapshot();
    close("close", taken.clone()).unwrap();
    let refused = post_on(&office, "late", id("late"), &rent);
    assert!(matches!(refused, Err(PostError::Period(AdmitError::Closed { .. }))));
    let chart = chart().unwrap();
    let undone = wait(office.transact(&command("undo").unwrap(), |tx| {
        let chart = &chart;
        async move { undo(&tx, chart, id("rent"), id("undo"), NaiveDate::from_ymd_opt(2026, 10, 2).unwrap()).await }
    }));
    assert!(matches!(undone, Err(UndoError::Post(PostError::Period(AdmitError::Closed { .. })))));
    // What was posted before is recognised all the same.
    assert_eq!(post_on(&office, "again", id("rent"), &rent).unwrap().place, 1);
    // Reopened and closed again, it has the same snapshot.
    wait(office.transact(&command("reopen").unwrap(), |tx| async move {
        reopen_period(&tx, period, Vec::new(), "the auditor asks").await
    }))
    .unwrap();
    assert_eq!(snapshot(), taken);
    close("close-again", snapshot()).unwrap();
}

#[test]
fn an_entry_is_undone_once() {
    let office = office().unwrap();
    let id = |name| EntryId::natural("entry", name);
    post_on(&office, "rent", id("rent"), &entry(1, &[(4, 740_000)]).unwrap()).unwrap();
    let chart = chart().unwrap();
    let undo_as = |key: &str, by| {
        wait(office.transact(&command(key).unwrap(), |tx| {
            let chart = &chart;
            async move { undo(&tx, chart, id("rent"), by, NaiveDate::from_ymd_opt(2026, 10, 2).unwrap()).await }
        }))
    };
    assert_eq!(undo_as("undo", id("undo")).unwrap().place, 2);
    assert_eq!(undo_as("undo-again", id("undo")).unwrap().place, 2);
    let twice = undo_as("undo-twice", id("other"));
    assert!(matches!(twice, Err(UndoError::Reverse(ReverseError::AlreadyReversed { .. }))));
    let balances = Balances::as_of(&all(&office).unwrap(), october(31).unwrap(), Currency::EUR).unwrap();
    assert!(balances.iter().all(|(_, balance)| balance.is_zero()));
}

#[test]
fn what_is_posted_meanwhile_is_told_whole_or_not_at_all() {
    let office = office().unwrap();
    let made = |day, minor| entry(day, &[(0, minor), (1, minor)]).unwrap();
    post_on(&office, "a", EntryId::natural("entry", "a"), &made(1, 100)).unwrap();
    let mut runs = 0;
    let days = DateRange::month(2026, 10).unwrap();
    let seen = wait(office.view(|view| {
        runs += 1;
        let (is_first, office) = (runs == 1, office.clone());
        let meanwhile = [made(1, 200), made(2, 300)];
        async move {
            let before = entries_of(&view, days).await?.len();
            if is_first {
                for (key, entry) in ["b", "c"].into_iter().zip(&meanwhile) {
                    post_on(&office, key, EntryId::natural("entry", key), entry).unwrap();
                }
            }
            Ok::<_, StoreError>((before, entries_of(&view, days).await?.len()))
        }
    }));
    assert_eq!((seen.unwrap(), runs), ((3, 3), 2));
}
