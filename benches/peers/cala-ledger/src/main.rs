//! Transfers between accounts on one PostgreSQL server that waits for the disk: the office beside cala-ledger.
//!
//! Each side keeps the balances of both accounts, two entries, and the transaction that they belong to; all take turns,
//! because disks have moods. The balances must agree before a time is shown.

use std::collections::BTreeMap;

use office_core::{Currency, Money, Office, StoreError, wait};
use office_finance::{
    Account as ChartAccount, AccountCode, AccountKind, Chart, Entry, EntryId, Period, PostError, Posting, post,
};
use office_postgres::Options;

use accounts::{Account, Moved, account};
use ledger::Cala;
use measure::{Failure, by_turns, carry_out, crowd, hundredths, load, open, per_second, shown};

#[path = "../../../../crates/office-postgres/benches/accounts.rs"]
#[expect(dead_code, reason = "the benches of the store count what is here moved")]
mod accounts;
mod ledger;
#[path = "../../../../crates/office-postgres/benches/measure.rs"]
mod measure;

/// As many as an office of some size has with its customers.
const ACCOUNTS: u64 = 1_000;

/// One transfer of a cent: from, to.
type Transfer = (u64, u64);

/// The transfers of one writer, the same at every run: between any two accounts, or all out of one.
fn transfer(seed: u64, writer: u64, turn: u64, one: bool) -> Transfer {
    let place = |side: u64| {
        let number = (seed << 40 | writer << 32 | turn << 1 | side).wrapping_add(1);
        (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number >> 7)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
    };
    let from = if one { 0 } else { place(0) % ACCOUNTS };
    let to = place(1) % ACCOUNTS;
    (from, if to == from { (to + 1) % ACCOUNTS } else { to })
}

/// The office as it is: a balance for each account, and a fact for each change of it.
fn keep(office: &Office, key: String, (from, to): Transfer) -> Result<(), Failure> {
    carry_out(office, key, |tx| async move {
        tx.fetch_both(account(&from), account(&to)).await?;
        tx.record(account(&from), Moved(-1)).await?;
        tx.record(account(&to), Moved(1)).await
    })
}

/// All balances that the office keeps, but for those of nothing.
fn kept(office: &Office) -> Result<BTreeMap<u64, i64>, Failure> {
    let mut all = BTreeMap::new();
    for number in 0..ACCOUNTS {
        let found = wait(office.view(|view| async move { view.find(account(&number)).await }));
        let found: Result<Option<Account>, StoreError> = found;
        all.extend(found?.filter(|held| held.0 != 0).map(|held| (number, held.0)));
    }
    Ok(all)
}

/// A journal of the books: entries with gapless numbers, in a period that is open, by a chart of accounts.
struct Journal {
    office: Office,
    chart: Chart,
}

impl Journal {
    fn open(office: Office) -> Result<Self, Failure> {
        let customer = |number| Ok(ChartAccount::new(code(number)?, "customer", AccountKind::Asset));
        let chart = Chart::new((0..ACCOUNTS).map(customer).collect::<Result<Vec<_>, Failure>>()?)?;
        let opening = Period::begin(2026, 10)?;
        carry_out(&office, "open".to_owned(), |tx| {
            let opening = opening.clone();
            async move { tx.create(Period::id_of(day()), opening).await }
        })?;
        Ok(Self { office, chart })
    }

    fn post(&self, key: String, (from, to): Transfer) -> Result<(), Failure> {
        let cent = Money::from_minor(1, Currency::EUR);
        let postings = vec![Posting::debit(code(to)?, cent), Posting::credit(code(from)?, cent)];
        let (id, entry) = (EntryId::natural("entry", &key), Entry::balanced(day(), "transfer", postings)?);
        carry_out(&self.office, key, |tx| {
            let entry = entry.clone();
            async move {
                match post(&tx, &self.chart, id, entry).await {
                    Err(PostError::Store(error)) => Err(error),
                    Err(refused) => Err(StoreError::rejected(refused.to_string())),
                    Ok(_) => Ok(()),
                }
            }
        })
    }
}

fn day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 10, 1).unwrap_or_default()
}

fn code(account: u64) -> Result<AccountCode, Failure> {
    Ok(format!("{}", 10_000 + account).parse()?)
}

/// How many write at once, and whether all take from one account.
type Row = (u64, bool);

fn main() -> Result<(), Failure> {
    let trial = std::env::args().any(|argument| argument == "--test");
    let (rounds, count) = if trial { (1, 32) } else { (7, 320) };
    let url = std::env::var("OFFICE_POSTGRES_URL").map_err(|_| "OFFICE_POSTGRES_URL: an empty database is wanted")?;
    let open = |schema: &str| open(&url, Options::default().with_schema(schema));
    let (held, journal, cala) = (open("held")?, Journal::open(open("journal")?)?, Cala::start(&url, ACCOUNTS)?);

    let rows: [Row; 4] = [(1, false), (4, false), (16, false), (16, true)];
    let rates = by_turns(rounds, &rows, |&(writers, one), round| {
        let each = count / writers;
        let of = |writer, turn| transfer(round + 100 * writers + if one { 5_000 } else { 0 }, writer, turn, one);
        let key = |writer, turn| format!("{one}.{writers}.{round}.{writer}.{turn}");
        let ours = crowd(writers, each, |writer, turn| keep(&held, key(writer, turn), of(writer, turn)))?;
        let theirs = crowd(writers, each, |writer, turn| cala.transfer(of(writer, turn)))?;
        let posted = crowd(writers, each, |writer, turn| journal.post(key(writer, turn), of(writer, turn)))?;
        Ok([ours, theirs, posted].map(|time| per_second(each * writers, time)))
    })?;
    let (ours, theirs) = (kept(&held)?, cala.balances()?);
    if ours.is_empty() || ours != theirs {
        return Err(format!("the balances do not agree: {ours:?} and {theirs:?}").into());
    }

    println!("transfers per second           cala-ledger   office  ratio   numbered journal  ratio");
    for ((writers, one), [ours, theirs, posted]) in rows.into_iter().zip(rates) {
        let shape = if one { "out of one account" } else { "among all" };
        let (beside, numbered) = (shown(hundredths(ours, theirs)), shown(hundredths(posted, theirs)));
        println!("{writers:>2} writers, {shape:<18} {theirs:>9} {ours:>8} {beside:>6} {posted:>18} {numbered:>6}");
    }
    println!("all balances agree; load at the end: {}", load());
    Ok(())
}
