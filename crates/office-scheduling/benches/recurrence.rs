//! Ten years of a weekly rule and of the last working day of each month, beside the `rrule` crate on the same work.
//!
//! Run with `cargo bench -p office-scheduling`. Compare the ratios, not the times: machines differ.

use std::hint::black_box;

use chrono::NaiveDateTime;
use criterion::Criterion;
use office_core::Zone;
use office_scheduling::{Length, RecurrenceSet, Series};

/// Name, rule, and how many instances it has in the ten years from 2026-01-05.
const RULES: [(&str, &str, usize); 3] = [
    ("weekly on three days", "FREQ=WEEKLY;BYDAY=MO,WE,FR", 1_566),
    ("last working day of the month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 121),
    ("first of three parts of some days", "FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=13,14;BYHOUR=9,12;BYSETPOS=1,-1", 21),
];

fn ten_years(set: &RecurrenceSet, end: NaiveDateTime) -> usize {
    set.occurrences().take_while(|at| *at < end).count()
}

fn compare(criterion: &mut Criterion) -> Option<()> {
    let start: NaiveDateTime = "2026-01-05T09:00:00".parse().ok()?;
    let end: NaiveDateTime = "2036-01-05T09:00:00".parse().ok()?;
    for (name, rule, count) in RULES {
        let set = RecurrenceSet::new(start, Some(Zone::UTC)).with_rule(rule.parse().ok()?);
        let peer: rrule::RRuleSet =
            format!("DTSTART:20260105T090000Z\nRRULE:{rule};UNTIL=20360105T085959Z").parse().ok()?;
        // Both do the same work, or the comparison means nothing.
        assert_eq!(ten_years(&set, end), count, "{rule}");
        assert_eq!(peer.clone().all(10_000).dates.len(), count.saturating_sub(unsynced(&set)), "{rule}");
        let mut group = criterion.benchmark_group(name);
        group.bench_function("office-scheduling", |bench| bench.iter(|| ten_years(black_box(&set), end)));
        group.bench_function("rrule", |bench| bench.iter(|| black_box(&peer).into_iter().count()));
        group.finish();
    }
    let daily = RecurrenceSet::new(start, Some("Europe/Berlin".parse().ok()?)).with_rule("FREQ=DAILY".parse().ok()?);
    let series = Series::new(daily, Length::of(0, 1_800).ok()?, Zone::UTC);
    let week = "2035-06-04T00:00:00Z/2035-06-11T00:00:00Z".parse().ok()?;
    criterion.bench_function("a week of a daily series, nine years on", |bench| {
        bench.iter(|| black_box(&series).within(week, 100).instances.len());
    });
    Some(())
}

/// One where the start is an instance that the rule does not yield: the peer leaves it out.
fn unsynced(set: &RecurrenceSet) -> usize {
    let matching = set.clone().with_first(office_scheduling::FirstInstance::WhenMatching);
    usize::from(matching.occurrences().next() != Some(set.start()))
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    assert_eq!(compare(&mut criterion), Some(()), "a rule or time of the bench is not one");
    criterion.final_summary();
}
