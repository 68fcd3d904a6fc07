//! Rule engines on the same purchases: first they must agree on every answer, then they are timed in turns.
//!
//! Times are the processor's, for this thread alone, so that other work on the machine counts less. Every round gives
//! each engine a turn from facts and a turn from the struct, all in another order, at the same stretch of requests; the
//! table shows medians over the rounds.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use cpu_time::ThreadTime;
use office_peers::purchase::engine::hand::Hand;
use office_peers::purchase::engine::{Engine, Failure};
use office_peers::purchase::generator::Dice;
use office_peers::purchase::workload::{Visitor, Workload};
use office_peers::purchase::{Decision, Request, Verdict};
use rust_decimal::Decimal;

const REQUESTS: usize = 10_000;

/// How long a turn takes, about.
const TURN: Duration = Duration::from_millis(4);

/// What an engine starts from.
#[derive(Clone, Copy, Debug)]
enum Start {
    Facts,
    Struct,
}

/// What a decision costs from facts, and from the struct: nanoseconds, or allocations.
type Cost = [Decimal; 2];

/// An engine with its facts at hand.
struct Seat<'r> {
    name: &'static str,
    values: &'static str,
    /// Decides upon a stretch of the requests that begins there; the time of each decision.
    turn: Box<dyn FnMut(Start, usize) -> Result<Decimal, Failure> + 'r>,
    from_facts: Vec<Decimal>,
    from_struct: Vec<Decimal>,
}

/// Gives every engine a seat, unless it answers wrongly.
struct Seating<'r> {
    requests: &'r [Request],
    answers: &'r [Verdict],
    seats: Vec<Seat<'r>>,
}

impl<'r> Visitor<'r> for Seating<'r> {
    fn visit<E: Engine + 'r>(&mut self, mut engine: E) -> Result<(), Failure> {
        let requests = self.requests;
        let facts: Result<Vec<E::Facts<'r>>, Failure> = requests.iter().map(|request| engine.facts(request)).collect();
        let facts = facts?;
        let start = ThreadTime::now();
        for ((request, facts), answer) in requests.iter().zip(&facts).zip(self.answers) {
            let expected = if E::ALL_REASONS { *answer } else { answer.first_reason() };
            agree::<E>(request, expected, engine.judge(facts)?)?;
            agree::<E>(request, expected, engine.decide(request)?)?;
        }
        let each = start.elapsed().as_nanos().checked_div(requests.len().try_into()?).unwrap_or(1).max(1);
        let decisions = usize::try_from(TURN.as_nanos().checked_div(each).unwrap_or(0))?.clamp(20, requests.len());
        let turn = move |start: Start, from: usize| {
            let from = from.min(requests.len().saturating_sub(decisions));
            let clock = ThreadTime::now();
            match start {
                Start::Facts => {
                    for facts in facts.iter().skip(from).take(decisions) {
                        black_box(engine.judge(black_box(facts))?);
                    }
                }
                Start::Struct => {
                    for request in requests.iter().skip(from).take(decisions) {
                        black_box(engine.decide(black_box(request))?);
                    }
                }
            }
            let nanoseconds = Decimal::from(clock.elapsed().as_nanos());
            Ok(nanoseconds.checked_div(decisions.into()).ok_or("no decision was timed")?)
        };
        let (from_facts, from_struct) = (Vec::new(), Vec::new());
        let turn = Box::new(turn);
        self.seats.push(Seat { name: E::NAME, values: E::VALUES, turn, from_facts, from_struct });
        Ok(())
    }
}

fn agree<E: Engine>(request: &Request, expected: Verdict, answered: Verdict) -> Result<(), Failure> {
    if answered == expected {
        return Ok(());
    }
    Err(format!("{} answers {answered} instead of {expected} to {request:?}", E::NAME).into())
}

/// That the requests are worth deciding: every rule must fire in some answer.
#[expect(clippy::print_stdout, reason = "the result of the run")]
fn describe(workload: &Workload, answers: &[Verdict]) -> Result<(), Failure> {
    let fired: BTreeSet<u16> = answers.iter().flat_map(|answer| answer.rules.numbers()).collect();
    if fired.len() != workload.rules() {
        return Err(format!("only {} of {} rules fire", fired.len(), workload.rules()).into());
    }
    let count = |decision| answers.iter().filter(|answer| answer.decision == decision).count();
    let [allowed, forbidden, rest] = [Decision::Allowed, Decision::Forbidden, Decision::NotPermitted].map(count);
    println!("\n{}: {allowed} allowed, {forbidden} forbidden, {rest} not permitted\n", workload.name());
    Ok(())
}

/// Rounds of turns, each in another order and at another stretch of the requests.
fn compete(seats: &mut [Seat<'_>], rounds: u64) -> Result<(), Failure> {
    let mut dice = Dice::new(4);
    let mut turns: Vec<_> = (0..seats.len()).flat_map(|seat| [(seat, Start::Facts), (seat, Start::Struct)]).collect();
    for _ in 0..rounds {
        dice.shuffle(&mut turns);
        let from = usize::try_from(dice.below(REQUESTS.try_into()?))?;
        for (seat, start) in &turns {
            let seat = seats.get_mut(*seat).ok_or("nobody sits there")?;
            let time = (seat.turn)(*start, from)?;
            match start {
                Start::Facts => seat.from_facts.push(time),
                Start::Struct => seat.from_struct.push(time),
            }
        }
    }
    Ok(())
}

fn median(times: &[Decimal]) -> Result<Decimal, Failure> {
    let mut times = times.to_vec();
    times.sort_unstable();
    Ok(*times.get(times.len() / 2).ok_or("no turn was timed")?)
}

/// Allocations by workload and engine.
type Allocations = BTreeMap<(String, String), Cost>;

fn allocations() -> Result<Allocations, Failure> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).output()?;
    if !output.status.success() {
        return Err(String::from_utf8(output.stderr)?.into());
    }
    let mut counts = Allocations::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let [workload, engine, judged, decided] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("not a count: {line}").into());
        };
        counts.insert((workload.to_owned(), engine.to_owned()), [judged.parse()?, decided.parse()?]);
    }
    Ok(counts)
}

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn table(workload: &Workload, seats: &mut [Seat<'_>], allocations: &Allocations) -> Result<(), Failure> {
    let cost =
        |seat: &Seat<'_>| -> Result<Cost, Failure> { Ok([median(&seat.from_facts)?, median(&seat.from_struct)?]) };
    let hand = seats.iter().find(|seat| seat.name == Hand::NAME).ok_or("nothing to compare with")?;
    let [anchor, _] = cost(hand)?;
    let mut rows: Vec<_> = seats.iter().map(|seat| Ok((cost(seat)?, seat))).collect::<Result<_, Failure>>()?;
    rows.sort_by_key(|(cost, _)| *cost);
    println!("| engine | evaluation, ns | x hand | from the struct, ns | x hand | allocations | amounts and days as |");
    println!("|---|---:|---:|---:|---:|---:|---|");
    for ([judged, decided], seat) in rows {
        let [alone, all] = allocations.get(&(workload.name(), seat.name.to_owned())).map_or_else(
            || ["?", "?"].map(str::to_owned),
            |counts| counts.map(|count| count.round_dp(1).normalize().to_string()),
        );
        let times = |time: Decimal| time.checked_div(anchor).unwrap_or_default().round_dp(1);
        println!(
            "| {} | {} | {} | {} | {} | {alone} / {all} | {} |",
            seat.name,
            judged.round(),
            times(judged),
            decided.round(),
            times(decided),
            seat.values,
        );
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let rounds = if std::env::args().any(|argument| argument == "--test") { 3 } else { 101 };
    let allocations = allocations()?;
    for workload in Workload::all() {
        let requests = workload.requests(REQUESTS);
        let answers = workload.answers(&requests)?;
        describe(&workload, &answers)?;
        let mut seating = Seating { requests: &requests, answers: &answers, seats: Vec::new() };
        workload.visit(&mut seating)?;
        compete(&mut seating.seats, rounds)?;
        table(&workload, &mut seating.seats, &allocations)?;
    }
    Ok(())
}
