//! What working time costs over 1, 30 and 365 days: the figures should not grow with the span.
//!
//! Run with `cargo bench -p office-core --bench working_time`.

use std::error::Error;
use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::Criterion;
use office_core::{DateRange, DayPart, Holiday, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan};

/// Ten years in Berlin: hours with a break, and ten holidays a year.
fn calendar() -> Result<WorkingCalendar, Box<dyn Error>> {
    let valid: DateRange = "2020-01-01/2030-01-01".parse()?;
    let mut days = Vec::new();
    for year in 2020..2030 {
        for day in ["01-01", "01-06", "04-10", "05-01", "05-14", "06-04", "08-15", "10-03", "12-25", "12-26"] {
            let holiday = Holiday { name: "holiday".to_owned(), portion: DayPart::Whole };
            days.push((format!("{year}-{day}").parse()?, holiday));
        }
    }
    Ok(WorkingCalendar::new(WorkingPlan {
        zone: "Europe/Berlin".parse()?,
        valid,
        week: WeeklyHours::weekdays("09:00-12:30, 13:00-17:30".parse()?),
        exceptions: std::iter::once(("2026-12-24".parse()?, "09:00-12:00".parse()?)).collect(),
        holidays: Holidays::new(valid, days)?,
    })?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let calendar = calendar()?;
    let plan = calendar.plan().clone();
    let from: DateTime<Utc> = "2026-01-07T09:13:00Z".parse()?;
    let mut criterion = Criterion::default().configure_from_args();
    for days in [1, 30, 365] {
        let to = from.checked_add_signed(TimeDelta::days(days)).ok_or("within the calendar")?;
        let working = calendar.working_between(from, to)?;
        criterion.bench_function(&format!("working_between/{days}_days"), |bench| {
            bench.iter(|| calendar.working_between(black_box(from), black_box(to)));
        });
        criterion.bench_function(&format!("add/{days}_days"), |bench| {
            bench.iter(|| calendar.add(black_box(from), black_box(working)));
        });
    }
    criterion.bench_function("new/10_years", |bench| bench.iter(|| WorkingCalendar::new(black_box(plan.clone()))));
    criterion.final_summary();
    Ok(())
}
