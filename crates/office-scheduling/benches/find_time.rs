//! A time for twenty people within thirty days, among ten thousand events.
//!
//! Run with `cargo bench -p office-scheduling --bench find_time`.
#![expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes")]

use std::collections::BTreeMap;
use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use office_core::subject::PersonId;
use office_core::{DateRange, Holidays, Interval, WeeklyHours, WorkingCalendar, WorkingPlan};
use office_scheduling::{Engagement, Invitee, TimeQuery, TimeSearch};

/// A question with so many events of each of twenty people, in steps of a quarter of an hour.
fn query(events: i64) -> Option<TimeQuery> {
    let begin: DateTime<Utc> = "2026-03-02T00:00:00Z".parse().ok()?;
    let window = Interval::starting(begin, TimeDelta::days(30)).ok()?;
    let valid = DateRange::inclusive("2026-03-01".parse().ok()?, "2026-04-05".parse().ok()?).ok()?;
    let mut query = TimeQuery::new(window, 3_600, 900);
    for (n, zone) in
        (0_i64..20).zip(["Europe/Berlin", "America/New_York", "Europe/London", "Asia/Dubai"].into_iter().cycle())
    {
        let plan = WorkingPlan {
            zone: zone.parse().ok()?,
            valid,
            week: WeeklyHours::weekdays("08:00-18:00".parse().ok()?),
            exceptions: BTreeMap::default(),
            holidays: Holidays::none(valid),
        };
        let working = WorkingCalendar::new(plan).ok()?.spans(valid).ok()?;
        // Half of them are required; of a short event each hour or so, some overlap.
        let person = PersonId::natural("person", &n.to_string());
        let mut one = if n % 2 == 0 { Invitee::required(person, working) } else { Invitee::optional(person, working) };
        for event in 0..events {
            let minute = (event * 86 + n * 131 + event * event % 37).rem_euclid(43_000);
            let time = Interval::starting(begin + TimeDelta::minutes(minute), TimeDelta::minutes(15)).ok()?;
            one.busy.push(Engagement { time, place: None });
        }
        query.people.push(one);
    }
    Some(query)
}

fn find_time(criterion: &mut Criterion) {
    let Some(query) = query(500) else { return };
    criterion.bench_function("find a time: 20 people, 30 days, 10,000 events", |bencher| {
        bencher
            .iter(|| TimeSearch::new(black_box(query.clone())).map(|search| (search.slots(10), search.next_best(3))));
    });
    criterion.bench_function("find a time: all that is rejected, with why", |bencher| {
        bencher.iter(|| TimeSearch::new(black_box(query.clone())).map(|search| search.rejected().len()));
    });
}

criterion_group!(benches, find_time);
criterion_main!(benches);
