//! What a table costs beside the same rules written in Rust: twelve rules on purchases, then ten, a hundred and a
//! thousand rules of one shape, on 10,000 requests.
//!
//! Both have to agree on every decision and every deciding rule before either is timed. Run with
//! `cargo bench -p office-core --bench rules`, and read the ratios: the times are those of the machine. They are what the
//! thread has had of the processor, so that other work on it does not count.

mod band;
mod request;
mod twelve;

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkGroup, Criterion, Throughput};
use office_core::rules::{Binding, BoundRuling, DecideError, DecisionTable, Explanation, Facts, Outcome, Policy};

use crate::request::Request;

/// What is decided, and the numbers of the rules that it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Verdict {
    allowed: bool,
    rules: u64,
    last: usize,
}

impl Verdict {
    /// Of a thousand rules the numbers are mixed into one.
    fn add(&mut self, rule: usize) {
        self.rules = self.rules.rotate_left(10) ^ u64::try_from(rule).unwrap_or(0);
        self.last = rule;
    }
}

/// The rules as a table, and where their facts are.
struct Ours {
    table: DecisionTable,
    binding: Binding<Request>,
}

impl Ours {
    #[inline]
    fn decide(&self, request: &Request) -> Result<Verdict, DecideError> {
        Ok(Self::verdict(&self.table.decide_bound(&self.binding, request)?))
    }

    #[inline]
    fn verdict(ruling: &BoundRuling<'_, Request>) -> Verdict {
        // Rows of which one refuses and another allows do not decide together here.
        let allowed = matches!(ruling.votes().next(), Some(Outcome::Allow));
        let mut verdict = Verdict { allowed, ..Verdict::default() };
        ruling.rows().for_each(|row| verdict.add(row));
        verdict
    }

    /// The decision and all of why: the reasons of the outcome, which rules match, and of the others every cell that
    /// fails, 64 rules at a time.
    #[inline]
    fn explain(&self, request: &Request) -> Result<(Verdict, u64), DecideError> {
        let ruling = self.table.decide_bound(&self.binding, request)?;
        let verdict = Self::verdict(&ruling);
        let why = ruling.why()?;
        let reasons =
            ruling.votes().map(|vote| if let Outcome::Refuse(reasons) = vote { reasons.iter().count() } else { 0 });
        let told = reasons.chain(why.matching()).fold(0, |told: u64, one| told ^ u64::try_from(one).unwrap_or(0));
        let shift = |column: usize| u32::try_from(column).unwrap_or(0);
        Ok((verdict, why.failing().fold(told, |told, failing| told ^ failing.bits.rotate_left(shift(failing.column)))))
    }

    /// The same, and every cell that fails by its row and column, one by one.
    fn enumerate(&self, request: &Request) -> Result<(Verdict, usize), DecideError> {
        let ruling = self.table.decide_bound(&self.binding, request)?;
        let why = ruling.why()?;
        let told =
            why.failures().fold(why.matching().count(), |told, failure| told ^ (failure.row << 8) ^ failure.column);
        Ok((Self::verdict(&ruling), told))
    }

    /// The same, written out in words that can be stored.
    fn write_out(&self, request: &Request) -> Result<Explanation, DecideError> {
        Ok(self.table.decide_bound(&self.binding, request)?.why()?.explanation())
    }
}

/// Measures what a thread has had of the processor.
struct ProcessorTime;

impl Measurement for ProcessorTime {
    type Intermediate = ThreadTime;
    type Value = Duration;

    fn start(&self) -> ThreadTime {
        ThreadTime::now()
    }

    fn end(&self, start: ThreadTime) -> Duration {
        start.elapsed()
    }

    fn add(&self, one: &Duration, two: &Duration) -> Duration {
        one.saturating_add(*two)
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

type Group<'c> = BenchmarkGroup<'c, ProcessorTime>;

/// Times a way to decide all requests.
fn time<T>(group: &mut Group<'_>, name: &str, requests: &[Request], decide: impl Fn(&Request) -> T) {
    group.bench_function(name, |bench| {
        bench.iter(|| {
            for request in requests {
                black_box(decide(black_box(request)));
            }
        });
    });
}

/// Times a table beside the same rules by hand, once both have agreed.
fn compare(
    group: &mut Group<'_>,
    requests: &[Request],
    ours: &Ours,
    by_hand: impl Fn(&Request) -> Verdict,
) -> Result<(), Box<dyn Error>> {
    let mut allowed = 0_usize;
    let policy = Policy::of(ours.table.clone());
    for request in requests.iter().take(1_000) {
        if ours.write_out(request)? != policy.decide(&request.facts())?.explanation {
            return Err(format!("explained otherwise by facts: {request:?}").into());
        }
    }
    for request in requests {
        let (decided, expected) = (ours.decide(request)?, by_hand(request));
        if decided != expected {
            return Err(format!("{decided:?}, and by hand {expected:?}: {request:?}").into());
        }
        if ours.table.decide(&request.facts())?.rows.last().copied().unwrap_or(0) != decided.last {
            return Err(format!("another row by facts: {request:?}").into());
        }
        allowed = allowed.saturating_add(usize::from(decided.allowed));
    }
    if allowed.saturating_mul(10) < requests.len() || allowed.saturating_mul(10) > requests.len().saturating_mul(9) {
        return Err(format!("{allowed} of {} are allowed, which says little", requests.len()).into());
    }
    group.throughput(Throughput::Elements(u64::try_from(requests.len())?));
    time(group, "by hand", requests, by_hand);
    time(group, "table", requests, |request| ours.decide(request));
    time(group, "table, explained", requests, |request| ours.explain(request));
    time(group, "table, explained cell by cell", requests, |request| ours.enumerate(request));
    time(group, "table, explained in words", requests, |request| ours.write_out(request));
    let facts: Vec<Facts> = requests.iter().take(1_000).map(Request::facts).collect();
    group.throughput(Throughput::Elements(u64::try_from(facts.len())?));
    group.bench_function("table, by facts", |bench| {
        bench.iter(|| {
            for facts in &facts {
                let _ruling = black_box(ours.table.decide(black_box(facts)));
            }
        });
    });
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().with_measurement(ProcessorTime).configure_from_args().sample_size(20);
    criterion = criterion.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));

    let requests = request::requests(10_000);
    let mut group = criterion.benchmark_group("12 rules");
    compare(&mut group, &requests, &twelve::ours()?, twelve::by_hand)?;
    group.finish();

    for count in [10, 100, 1_000] {
        let bands = band::bands(count);
        let requests = band::requests(&bands, 10_000);
        let mut group = criterion.benchmark_group(format!("{count} rules"));
        let rows = band::rows(&bands);
        compare(&mut group, &requests, &band::ours(&rows)?, |request| band::by_hand(&bands, request))?;
        group.throughput(Throughput::Elements(1));
        group.bench_function("loading", |bench| bench.iter(|| band::ours(black_box(&rows))));
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}
