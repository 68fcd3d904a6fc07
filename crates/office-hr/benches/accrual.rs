//! What it costs to draw up the leave of an office: the ledgers of 100 000 people over five years with all their reasons,
//! beside a hand-written loop that writes the same lines in scaled integers, and one balance by a checkpoint beside going
//! through all of it.
//!
//! Run with `cargo bench -p office-hr --bench accrual`. Ratios are what to look at: in the tables at the end the two sides
//! take turns, in time of the processor, on one thread. Before that they are held against each other line by line.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers of a run are small")]
#![expect(clippy::float_arithmetic, reason = "times are compared")]
#![expect(clippy::print_stdout, reason = "the result of the run")]

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use cpu_time::ThreadTime;
use criterion::{Criterion, Throughput};
use office_core::{DateRange, Ratio};
use office_hr::{
    AccrualLevel, AccrualPeriod, AccrualPlan, AnnualDay, Basis, Checkpoint, Crediting, EarnedPart, LeaveCause,
    LeaveHistory, LeavePlan, LeaveRounding, LeaveTaken, LeaveTerms, Ledger, LedgerLine, LineReason, LotKind, Opening,
    ServiceLength, Tenure,
};

use crate::by_hand::{Books, Lot, SCALE, Why};

#[path = "accrual/by_hand.rs"]
mod by_hand;

type Failure = Box<dyn Error>;

const PEOPLE: usize = 100_000;
/// So many different histories there are; people share them in turn, so that memory is not what is measured.
const KINDS: u64 = 1_000;
const BALANCES: usize = 20_000;
const TURNS: usize = 5;

/// Somebody's employment and leave: fifty days in five years.
pub(crate) struct Person {
    tenure: Tenure,
    joined: NaiveDate,
    taken: Vec<LeaveTaken>,
}

fn people(opened: NaiveDate) -> Result<Vec<Person>, Failure> {
    let person = |kind: u64| {
        let joined = opened.checked_add_days(Days::new(kind % 90)).ok_or("no such day")?;
        let on = |leave: u64| joined.checked_add_days(Days::new(kind % 7 + leave * 34));
        let leave = |on| LeaveTaken { on, days: Ratio::ONE, cause: LeaveCause::Earlier };
        let taken = (0..50).filter_map(on).map(leave).collect();
        Ok(Person { tenure: Tenure::new(DateRange::from(joined), Ratio::from_integer(5))?, joined, taken })
    };
    (0..KINDS).map(person).collect()
}

/// Thirty days a year, month by month, by days of the year; five go over and lapse after March.
fn annual() -> Result<LeavePlan, Failure> {
    let days = Ratio::from_integer;
    let mut plan = LeavePlan::new("annual", AnnualDay::NEW_YEAR, "DE-BE");
    let mut terms = LeaveTerms::new(days(30), days(5))
        .with_part_years(Basis::Days, LeaveRounding::Exact)
        .with_carry_over(Some(days(5)), Some("03-31".parse()?));
    terms.crediting = Crediting::EachMonth;
    plan.publish("2020-01-01".parse()?, terms)?;
    Ok(plan)
}

/// Two levels, credited as each month ends, with a ceiling; five days go over.
fn levels() -> Result<LeavePlan, Failure> {
    let level = |after, rate| {
        Ok::<_, Failure>(AccrualLevel {
            most_balance: Some(Ratio::from_integer(30)),
            most_carried: Some(Ratio::from_integer(5)),
            ..AccrualLevel::new(ServiceLength::Months(after), Ratio::new(rate, 12)?, AccrualPeriod::Month(1))
        })
    };
    let mut plan = LeavePlan::new("levels", AnnualDay::NEW_YEAR, "US");
    let accrual = AccrualPlan::of_levels([level(0, 20)?, level(24, 26)?]);
    plan.publish("2020-01-01".parse()?, LeaveTerms::accruing(accrual))?;
    Ok(plan)
}

/// A plan, by the library and by hand.
struct Side {
    name: &'static str,
    plan: LeavePlan,
    by_hand: fn(&mut Books, &Person, NaiveDate) -> Option<()>,
}

/// What is drawn up.
struct Bench {
    people: Vec<Person>,
    opening: Opening,
    as_of: NaiveDate,
}

impl Bench {
    fn history<'a>(&self, side: &'a Side, person: &'a Person) -> LeaveHistory<'a> {
        LeaveHistory::new(&side.plan, &person.tenure, self.opening, &person.taken)
    }

    /// The lines of so many people, by the library.
    fn by_ledger(&self, side: &Side, count: usize) -> usize {
        let histories = self.people.iter().cycle().take(count).map(|person| self.history(side, person));
        let mut lines = 0;
        Ledger::for_each(histories, self.as_of, |_, ledger| {
            lines += ledger.map_or(0, |ledger| black_box(ledger).lines().len());
        });
        lines
    }

    /// The lines of so many people, by hand.
    fn by_loop(&self, side: &Side, count: usize) -> usize {
        let (mut books, mut lines) = (Books::default(), 0);
        for person in self.people.iter().cycle().take(count) {
            books.clear();
            black_box((side.by_hand)(&mut books, person, self.as_of));
            lines += black_box(&books).lines.len();
        }
        lines
    }

    /// Whether both come to the same lines for everybody: date, amount, lot and reason.
    fn agree(&self, side: &Side) -> Result<(), Failure> {
        for person in &self.people {
            let ledger = Ledger::of(&self.history(side, person), self.as_of)?;
            let mut books = Books::default();
            (side.by_hand)(&mut books, person, self.as_of).ok_or("no such day")?;
            let same = |line: &LedgerLine, by_hand: &by_hand::Line| {
                let Lot { carried, from, until } = by_hand.lot;
                let carries = line.lot.kind == LotKind::Carried;
                let lot = carries == carried && line.lot.valid.start() == from && line.lot.valid.end() == Some(until);
                let in_days = |amount: i64| Ratio::new(amount.into(), SCALE.into());
                let reason = match (&line.reason, by_hand.why) {
                    (LineReason::Earned { exact, parts, .. }, Why::Earned { from, until, rate, by_then, .. }) => {
                        let period =
                            |part: &EarnedPart| part.period.start() == from && part.period.end() == Some(until);
                        parts.iter().all(|part| period(part) && in_days(rate) == Ok(part.rate))
                            && in_days(by_then) == Ok(*exact)
                    }
                    (LineReason::Accrued(accrued), Why::Earned { from, until, days, of, cut, .. }) => {
                        let period = accrued.period.start() == from && accrued.period.end() == Some(until);
                        let fraction = Ratio::new(days.into(), of.into()) == Ok(accrued.fraction);
                        period && fraction && in_days(cut) == Ok(accrued.cut)
                    }
                    (LineReason::CarriedOver { most: Some(one) }, Why::CarriedOver { most })
                    | (LineReason::Lost { most: one }, Why::Lost { most }) => in_days(most) == Ok(*one),
                    (one, two) => matches!(
                        (one, two),
                        (LineReason::Taken { .. }, Why::Taken) | (LineReason::Lapsed {}, Why::Lapsed)
                    ),
                };
                line.on == by_hand.on && in_days(by_hand.amount) == Ok(line.days) && lot && reason
            };
            let apart = ledger.lines().iter().zip(&books.lines).find(|(line, by_hand)| !same(line, by_hand));
            let balance = Ratio::new(books.balance().into(), SCALE.into())?;
            let count = ledger.lines().len() == books.lines.len();
            if !count || apart.is_some() || ledger.balance(self.as_of)? != balance {
                return Err(format!("{}, joined on {}: {apart:?} differ", side.name, person.joined).into());
            }
        }
        Ok(())
    }

    /// The ledgers of everybody and the loop in turns.
    fn ledgers(&self, side: &Side, count: usize, turns: usize) {
        for _ in 0..turns {
            let (ours, lines) = measured(|| self.by_ledger(side, count));
            let (theirs, same) = measured(|| self.by_loop(side, count));
            println!(
                "{:<12}{count:>8} people {lines:>10} lines with reasons {:>7.3} s{same:>10} by hand {:>7.3} s{:>7.2} times",
                side.name,
                ours.as_secs_f64(),
                theirs.as_secs_f64(),
                ours.as_secs_f64() / theirs.as_secs_f64(),
            );
        }
    }

    /// The balance of a day within a month: by the checkpoint of its first day, beside a full replay.
    fn balances(&self, side: &Side, count: usize) -> Result<(), Failure> {
        let (kept, on) = ("2025-12-01".parse()?, "2025-12-10".parse()?);
        let mut known = Vec::new();
        for person in &self.people {
            let history = self.history(side, person);
            let later = person.taken.iter().position(|leave| leave.on > kept).unwrap_or(person.taken.len());
            let later = LeaveHistory { taken: person.taken.get(later..).unwrap_or_default(), ..history };
            let checkpoint = Checkpoint::of(&history, kept)?;
            if checkpoint.balance(&later, on)? != Ledger::of(&history, on)?.balance(on)? {
                return Err(format!("{}: the checkpoint comes to another balance", side.name).into());
            }
            known.push((history, checkpoint, later));
        }
        let all = || known.iter().cycle().take(count);
        let (full, _) = measured(|| {
            let replay = |history| {
                Ledger::of(history, on).map_or(0, |ledger| usize::from(black_box(ledger.balance(on)).is_ok()))
            };
            all().map(|(history, ..)| replay(history)).sum()
        });
        let (short, _) = measured(|| {
            all().map(|(_, checkpoint, later)| usize::from(black_box(checkpoint.balance(later, on)).is_ok())).sum()
        });
        let each = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(u32::try_from(count).unwrap_or(1));
        println!(
            "{:<12}one balance by full replay {:>7.0} ns, by checkpoint {:>5.0} ns: 1/{:.0}",
            side.name,
            each(full),
            each(short),
            full.as_secs_f64() / short.as_secs_f64(),
        );
        Ok(())
    }
}

/// How long something took, and what it came to.
fn measured(work: impl FnOnce() -> usize) -> (Duration, usize) {
    let start = ThreadTime::now();
    let lines = black_box(work());
    (start.elapsed(), lines)
}

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    let opened = "2021-01-01".parse()?;
    let opening = Opening { on: opened, carried_in: Ratio::ZERO };
    let bench = Bench { people: people(opened)?, opening, as_of: "2025-12-31".parse()? };
    let sides = [
        Side { name: "each month", plan: annual()?, by_hand: by_hand::annual },
        Side { name: "levels", plan: levels()?, by_hand: by_hand::levels },
    ];
    for side in &sides {
        bench.agree(side)?;
        let mut group = criterion.benchmark_group(format!("five_years_of_1000_people/{}", side.name));
        group.throughput(Throughput::Elements(KINDS)).sample_size(10);
        group.bench_function("ledger", |run| run.iter(|| bench.by_ledger(side, bench.people.len())));
        group.bench_function("by hand", |run| run.iter(|| bench.by_loop(side, bench.people.len())));
        group.finish();
    }
    criterion.final_summary();
    let quick = std::env::args().any(|argument| argument == "--test");
    let (count, balances, turns) = if quick { (100, 10, 1) } else { (PEOPLE, BALANCES, TURNS) };
    for side in &sides {
        bench.ledgers(side, count, turns);
        for _ in 0..turns {
            bench.balances(side, balances)?;
        }
    }
    Ok(())
}
