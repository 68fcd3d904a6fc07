//! A thousand assorted rules over ten years, as instants of their zones, beside the crate `rrule`.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use office_core::{Interval, Zone};
use office_peers_scheduling::{Chance, Failure, Task, medians};
use office_scheduling::{FirstInstance, Length, RecurrenceSet, Series};
use rrule::RRuleSet;

const FREQUENCIES: [(&str, u64); 7] = [
    ("YEARLY", 200),
    ("MONTHLY", 260),
    ("WEEKLY", 260),
    ("DAILY", 200),
    ("HOURLY", 50),
    ("MINUTELY", 20),
    ("SECONDLY", 10),
];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"];

/// A rule as both sides get it.
struct Case {
    frequency: &'static str,
    text: String,
    start: NaiveDateTime,
    zone: &'static str,
    exceptions: Vec<NaiveDateTime>,
}

/// Up to so many different values of a list, with commas.
fn some(chance: &mut Chance, list: &[String], most: u64) -> String {
    let mut taken: Vec<&str> = Vec::new();
    for _ in 0..=chance.below(most) {
        let one = chance.of(list);
        if !taken.contains(&one.as_str()) {
            taken.push(one);
        }
    }
    taken.join(",")
}

fn numbers(range: impl Iterator<Item = i64>) -> Vec<String> {
    range.filter(|n| *n != 0).map(|n| n.to_string()).collect()
}

/// Which days: the parts that go with a frequency, each at times.
fn day_parts(chance: &mut Chance, frequency: &str) -> String {
    let plain: Vec<String> = DAYS.map(str::to_owned).to_vec();
    let nth: Vec<String> = ["1", "2", "3", "-1"].iter().flat_map(|n| DAYS.map(|day| format!("{n}{day}"))).collect();
    let mut text = String::new();
    let month_days = numbers(-5..=31);
    match (frequency, chance.below(6)) {
        ("WEEKLY" | "DAILY" | "HOURLY", 0..=2) => text += &format!(";BYDAY={}", some(chance, &plain, 5)),
        ("MONTHLY", 0 | 1) => text += &format!(";BYMONTHDAY={}", some(chance, &month_days, 3)),
        ("MONTHLY", 2 | 3) => text += &format!(";BYDAY={}", some(chance, &nth, 3)),
        ("MONTHLY", 4) => {
            text += &format!(";BYDAY={};BYSETPOS={}", some(chance, &plain, 5), chance.of(&["1", "2", "-1"]));
        }
        ("YEARLY", 0) => text += &format!(";BYYEARDAY={}", some(chance, &numbers(-366..=366), 5)),
        ("YEARLY", 1) => text += &format!(";BYWEEKNO={};BYDAY=MO", some(chance, &numbers(1..=52), 4)),
        ("YEARLY", 2) => {
            text += &format!(";BYMONTH={};BYDAY={}", 1 + chance.below(12), some(chance, &nth, 3));
        }
        ("YEARLY", 3) => {
            let months = some(chance, &numbers(1..=12), 3);
            text += &format!(";BYMONTH={months};BYMONTHDAY={}", some(chance, &month_days, 3));
        }
        ("DAILY", 3) => text += &format!(";BYMONTH={}", some(chance, &numbers(1..=12), 4)),
        ("DAILY", 4) => text += &format!(";BYMONTHDAY={}", some(chance, &month_days, 6)),
        _ => {}
    }
    text
}

fn case(chance: &mut Chance, frequency: &'static str) -> Result<Case, Failure> {
    let first: NaiveDateTime = "2026-01-01T09:00:00".parse()?;
    let start = first + TimeDelta::days(chance.below(365).cast_signed());
    let zone = *chance.of(&ZONES);
    let mut text = format!("FREQ={frequency}");
    let interval = match frequency {
        "SECONDLY" => 1 + chance.below(90),
        "MINUTELY" => 1 + chance.below(600),
        "HOURLY" => 1 + chance.below(48),
        _ => 1 + chance.below(8).saturating_sub(4),
    };
    if interval > 1 {
        text += &format!(";INTERVAL={interval}");
    }
    text += &day_parts(chance, frequency);
    if !matches!(frequency, "HOURLY" | "MINUTELY" | "SECONDLY") && chance.below(6) == 0 {
        text += &format!(";BYHOUR={}", some(chance, &numbers(6..=20), 3));
    }
    if frequency == "HOURLY" && chance.below(2) == 0 {
        text += &format!(";BYMINUTE={}", some(chance, &numbers(1..=59), 2));
    }
    if frequency == "WEEKLY" && chance.below(4) == 0 {
        text += ";WKST=SU";
    }
    // Minutes and seconds of ten years are more than anybody plans: those are counted.
    let counted = matches!(frequency, "MINUTELY" | "SECONDLY") || chance.below(4) == 0;
    if counted {
        text += &format!(";COUNT={}", 1 + chance.below(1_000));
    } else {
        let until = first + TimeDelta::days(3_652 - chance.below(3).cast_signed() * 900);
        text += &format!(";UNTIL={}", until.format("%Y%m%dT%H%M%SZ"));
    }
    let mut case = Case { frequency, text, start, zone, exceptions: Vec::new() };
    if chance.below(4) == 0 {
        let set = ours(&case)?;
        case.exceptions = set.occurrences().step_by(7).take(20).collect();
    }
    Ok(case)
}

fn ours(case: &Case) -> Result<RecurrenceSet, Failure> {
    let zone: Zone = case.zone.parse()?;
    let set = RecurrenceSet::new(case.start, Some(zone)).with_first(FirstInstance::WhenMatching);
    let set = set.with_rule(case.text.parse()?);
    Ok(case.exceptions.iter().fold(set, |set, at| set.with_exception(*at)))
}

fn peer(case: &Case) -> Result<RRuleSet, Failure> {
    let at = |time: &NaiveDateTime| time.format("%Y%m%dT%H%M%S").to_string();
    let mut text = format!("DTSTART;TZID={}:{}\nRRULE:{}", case.zone, at(&case.start), case.text);
    for exception in &case.exceptions {
        text += &format!("\nEXDATE;TZID={}:{}", case.zone, at(exception));
    }
    Ok(text.parse()?)
}

/// The beginning and number of what both list: instants in the ten years.
struct Pair {
    case: Case,
    series: Series,
    peer: RRuleSet,
    found: usize,
}

const MOST: usize = 1_000_000;

fn instants(series: &Series, window: Interval) -> Vec<DateTime<Utc>> {
    series.within(window, MOST).instances.iter().map(|one| one.interval.start()).collect()
}

fn our_instants(series: &Series, window: Interval) -> impl Iterator<Item = DateTime<Utc>> + '_ {
    let all = series.set().instants_from(series.set().start(), series.zone());
    all.take_while(move |at| *at < window.end())
}

fn peers_instants(peer: &RRuleSet, window: Interval) -> impl Iterator<Item = DateTime<Utc>> + '_ {
    peer.into_iter().map(|at| at.with_timezone(&Utc)).take_while(move |at| *at < window.end())
}

fn main() -> Result<(), Failure> {
    let window: Interval = "2025-12-01T00:00:00Z/2036-01-01T00:00:00Z".parse()?;
    let mut chance = Chance(2026);
    let (mut pairs, mut refused, mut differing) = (Vec::new(), 0, Vec::new());
    for (frequency, count) in FREQUENCIES {
        for _ in 0..count {
            let case = case(&mut chance, frequency)?;
            let set = ours(&case)?;
            let Ok(peer) = peer(&case) else {
                refused += 1;
                continue;
            };
            let series = Series::new(set, Length::of(0, 60)?, Zone::UTC);
            let found = instants(&series, window);
            let theirs: Vec<_> = peers_instants(&peer, window).collect();
            if found == theirs && our_instants(&series, window).eq(theirs.iter().copied()) {
                pairs.push(Pair { case, series, peer, found: found.len() });
            } else {
                differing.push(format!(
                    "{} {} {}: {} and {}",
                    case.start,
                    case.zone,
                    case.text,
                    found.len(),
                    theirs.len()
                ));
            }
        }
    }
    println!("1000 rules: {} alike, {refused} refused by rrule, {} not alike", pairs.len(), differing.len());
    if std::env::args().any(|argument| argument == "--differing") {
        differing.iter().for_each(|line| println!("{line}"));
    }
    println!("| frequency | rules | instances | ours, ns each | with end and reading | rrule, ns each | × | × |");
    let mut sums = (0, 0, [0.0; 3]);
    for (frequency, _) in FREQUENCIES {
        let chosen: Vec<&Pair> = pairs.iter().filter(|pair| pair.case.frequency == frequency).collect();
        let found: usize = chosen.iter().map(|pair| pair.found).sum();
        let ours = || chosen.iter().map(|pair| our_instants(&pair.series, window).count() as u64).sum();
        let expand = || chosen.iter().map(|pair| pair.series.within(window, MOST).instances.len() as u64).sum();
        let peers = || chosen.iter().map(|pair| peers_instants(&pair.peer, window).count() as u64).sum();
        let mut tasks: [Task<'_>; 3] =
            [("ours", Box::new(ours)), ("within", Box::new(expand)), ("rrule", Box::new(peers))];
        let times = medians(7, &mut tasks);
        let times = [times[0], times[1], times[2]];
        line(frequency, chosen.len(), found, times);
        for (sum, time) in sums.2.iter_mut().zip(times) {
            *sum += time;
        }
        sums = (sums.0 + chosen.len(), sums.1 + found, sums.2);
    }
    line("all", sums.0, sums.1, sums.2);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a number of instances")]
fn line(name: &str, rules: usize, found: usize, [ours, within, peers]: [f64; 3]) {
    let each = |time: f64| time * 1e9 / found.max(1) as f64;
    let (faster, within_faster) = (peers / ours, peers / within);
    let (ours, within, peers) = (each(ours), each(within), each(peers));
    println!(
        "| {name} | {rules} | {found} | {ours:.0} | {within:.0} | {peers:.0} | {faster:.1} | {within_faster:.1} |"
    );
}
