//! How the benches on a server take their figures.

use std::time::{Duration, Instant};

use chrono::DateTime;
use office_core::{Actor, Command, Id, Office, Role, StoreError, System, Tx, wait};
use office_postgres::{Options, PostgresStore};

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// An office on this server, with a connection for each of sixteen writers.
pub(crate) fn open(url: &str, options: Options) -> Result<Office, Failure> {
    let store = wait(PostgresStore::connect_with(url, options.with_connections(16)))?;
    Ok(Office::on(store).within(System::sleeping()))
}

/// Carries out a command, again where it met others as often as an office tries.
pub(crate) fn carry_out<F, Fut>(office: &Office, key: String, mut run: F) -> Result<(), Failure>
where
    F: FnMut(Tx) -> Fut + Send,
    Fut: Future<Output = Result<(), StoreError>> + Send,
{
    let clerk = Actor::new(Id::natural("person", "E-017"), Role::new("assistant"));
    let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
    let command = Command::new(key, "bench", clerk, at)?;
    loop {
        match wait(office.transact(&command, &mut run)) {
            Err(error) if error.is_conflict() => {}
            answer => return Ok(answer?),
        }
    }
}

/// How long all writers take who each do `work` as often as this.
pub(crate) fn crowd(
    writers: u64,
    each: u64,
    work: impl Fn(u64, u64) -> Result<(), Failure> + Sync,
) -> Result<Duration, Failure> {
    #[expect(clippy::disallowed_methods, reason = "time is what is measured")]
    let start = Instant::now();
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            (0..writers).map(|writer| scope.spawn(move || (0..each).try_for_each(|turn| work(writer, turn)))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a writer panicked")?)
    })?;
    Ok(start.elapsed())
}

/// Takes `N` numbers of each row, row after row and that as often as there are rounds, so that the moods of the machine hit
/// all alike: their medians.
pub(crate) fn by_turns<R, const N: usize>(
    rounds: u64,
    rows: &[R],
    measure: impl Fn(&R, u64) -> Result<[u64; N], Failure>,
) -> Result<Vec<[u64; N]>, Failure> {
    let mut taken = vec![Vec::new(); rows.len()];
    for round in 0..rounds {
        for (row, taken) in rows.iter().zip(&mut taken) {
            taken.push(measure(row, round)?);
        }
    }
    let median = |of: &Vec<[u64; N]>, column: usize| {
        let mut numbers: Vec<u64> = of.iter().filter_map(|row| row.get(column).copied()).collect();
        numbers.sort_unstable();
        numbers.get(numbers.len() / 2).copied().unwrap_or(0)
    };
    Ok(taken.iter().map(|row| std::array::from_fn(|column| median(row, column))).collect())
}

pub(crate) fn per_second(count: u64, time: Duration) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    count.saturating_mul(1_000_000).checked_div(micros).unwrap_or(0)
}

/// How often one goes into the other, in hundredths.
pub(crate) fn hundredths(one: u64, other: u64) -> u64 {
    one.saturating_mul(100).checked_div(other).unwrap_or(0)
}

/// Hundredths as they are read.
pub(crate) fn shown(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// How busy the machine was within the last minute.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
