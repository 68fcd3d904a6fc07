//! The laws, against walks through the minutes and the hours.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc, Weekday};
use office_core::{Currency, DateRange, Interval, Money, Rate, Ratio, Rounding, Zone};
use office_hr::{
    LimitFinding, OvertimeRules, OvertimeTier, PremiumCut, TimeEntry, TimeRounding, TimeStep, TimeStepMode,
    WeeklyCount, WorkTime, WorkingTimeLimits, work_by_day,
};
use proptest::prelude::*;

/// Zones, each with a time shortly before its clocks are changed: by an hour at night, by half an hour, and at midnight,
/// which then is skipped or comes twice.
const CHANGES: [(&str, &str); 6] = [
    ("UTC", "2026-10-04T00:00:00Z"),
    ("Europe/Berlin", "2026-10-24T10:00:00Z"),
    ("America/Los_Angeles", "2026-03-07T20:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T00:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03T12:00:00Z"),
    ("America/Sao_Paulo", "2018-02-17T12:00:00Z"),
];

fn sunday() -> NaiveDate {
    "2026-10-04".parse().unwrap()
}

fn instant(minutes: i64) -> DateTime<Utc> {
    sunday().and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::minutes(minutes)
}

fn stretch(from: i64, minutes: i64) -> Interval {
    Interval::new(instant(from), instant(from + minutes)).unwrap()
}

/// Entries of two days in steps of five minutes, from a time on, overlapping now and then.
fn entries(start: DateTime<Utc>) -> impl Strategy<Value = Vec<TimeEntry>> {
    let at = move |steps: i64| start + TimeDelta::minutes(steps * 5);
    let entry = (0..576_i64, 1..300_i64, prop::option::of((1..12_i64, 1..12_i64)));
    let entry = entry.prop_map(move |(from, steps, rest)| {
        let entry = TimeEntry::new(Interval::new(at(from), at(from + steps)).unwrap()).unwrap();
        match rest {
            Some((after, length)) if after + length < steps => {
                let rest = Interval::new(at(from + after), at(from + after + length)).unwrap();
                entry.with_breaks([rest]).unwrap()
            }
            _ => entry,
        }
    });
    prop::collection::vec(entry, 0..8)
}

/// Step by step: on which day of the zone each five minutes worked lie.
fn naive_days(entries: &[TimeEntry], start: DateTime<Utc>, zone: Zone) -> BTreeMap<NaiveDate, WorkTime> {
    let mut days: BTreeMap<NaiveDate, WorkTime> = BTreeMap::new();
    let mut date = NaiveDate::MIN;
    for step in 0..900 {
        let now = start + TimeDelta::minutes(step * 5);
        // Clocks put back across midnight do not bring the day before back.
        date = date.max(zone.date_of(now));
        let worked = entries
            .iter()
            .any(|entry| entry.work().contains(now) && !entry.breaks().iter().any(|rest| rest.contains(now)));
        if worked {
            let day = days.entry(date).or_default();
            *day = day.plus(WorkTime::minutes(5));
        }
    }
    days
}

fn tiers(after: Vec<i32>, first: i64) -> Vec<OvertimeTier> {
    let mut sorted = after;
    sorted.sort_unstable();
    sorted.dedup();
    let rate = |tenths: i64| Rate::new(office_core::Decimal::new(tenths, 1)).unwrap();
    let tier = |(number, hours)| OvertimeTier { after: WorkTime::hours(hours), times: rate(first + number) };
    (0..).zip(sorted).map(tier).collect()
}

fn rules() -> impl Strategy<Value = OvertimeRules> {
    let hours = |most: i32| prop::collection::vec(0..most, 0..3);
    (hours(14), hours(10), prop::collection::vec(20..60, 0..3), prop::bool::ANY).prop_map(
        |(daily, seventh, weekly, straight)| {
            let counts = if straight { WeeklyCount::StraightTime } else { WeeklyCount::AllTime };
            let new = OvertimeRules::new(Weekday::Sun, tiers(weekly, 11), counts).unwrap();
            new.with_days(tiers(daily, 12), tiers(seventh, 15)).unwrap()
        },
    )
}

fn week() -> impl Strategy<Value = BTreeMap<NaiveDate, WorkTime>> {
    let quarters = prop_oneof![1 => Just(0), 4 => 0..64_i32];
    prop::collection::vec(quarters, 7).prop_map(|days| {
        let day = |(number, quarters)| (sunday() + Days::new(number), WorkTime::minutes(quarters * 15));
        (0..).zip(days).map(day).collect()
    })
}

/// Quarter of an hour by quarter of an hour, as the law books say it.
fn naive_paid(rules: &OvertimeRules, worked: &BTreeMap<NaiveDate, WorkTime>) -> BTreeMap<(NaiveDate, Rate), WorkTime> {
    let quarter = WorkTime::minutes(15);
    let best = |tiers: &[OvertimeTier], so_far: WorkTime| {
        tiers.iter().filter(|tier| tier.after <= so_far).map(|tier| tier.times).max().unwrap_or(Rate::ONE)
    };
    let all_seven = worked.len() == 7 && worked.values().all(|time| !time.is_zero());
    let (mut counted, mut paid) = (WorkTime::ZERO, BTreeMap::new());
    for (number, (on, time)) in (1..).zip(worked) {
        let mut so_far = WorkTime::ZERO;
        while so_far < *time {
            let mut times = best(rules.daily(), so_far);
            if number == 7 && all_seven {
                times = times.max(best(rules.seventh_day(), so_far));
            }
            if rules.weekly_counts() == WeeklyCount::AllTime || times == Rate::ONE {
                times = times.max(best(rules.weekly(), counted));
                counted = counted.plus(quarter);
            }
            let sum: &mut WorkTime = paid.entry((*on, times)).or_default();
            *sum = sum.plus(quarter);
            so_far = so_far.plus(quarter);
        }
    }
    paid
}

fn weight(rules: &OvertimeRules, worked: &BTreeMap<NaiveDate, WorkTime>) -> Ratio {
    let week = rules.week(sunday(), worked).unwrap();
    week.lines.iter().fold(Ratio::ZERO, |sum, line| {
        sum.checked_add(line.length.in_hours().checked_mul(line.times.ratio()).unwrap()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Law 25.
    #[test]
    fn each_minute_belongs_to_one_day(
        (start, zone, entries) in prop::sample::select(CHANGES.to_vec()).prop_flat_map(|(zone, start)| {
            let start: DateTime<Utc> = start.parse().unwrap();
            (Just(start), Just(zone.parse::<Zone>().unwrap()), entries(start))
        }),
        cut in 0..4_500_i64,
    ) {
        let days = work_by_day(&entries, zone).unwrap();
        prop_assert_eq!(&days, &naive_days(&entries, start, zone));

        // Cut in two anywhere, and known in another order.
        let cut = start + TimeDelta::minutes(cut);
        let mut parts: Vec<TimeEntry> = Vec::new();
        for stretch in entries.iter().flat_map(TimeEntry::stretches) {
            let before = Interval::new(stretch.start(), cut.min(stretch.end()));
            let after = Interval::new(cut.max(stretch.start()), stretch.end());
            parts.extend([before, after].into_iter().flatten().map(|half| TimeEntry::new(half).unwrap()));
        }
        parts.reverse();
        prop_assert_eq!(days, work_by_day(&parts, zone).unwrap());
    }

    /// Law 26.
    #[test]
    fn a_rounded_time_is_the_multiple_that_its_rule_names(
        seconds in 0..200_000_i32, minutes in 1..240_u16,
        mode in prop::sample::select(vec![TimeStepMode::Down, TimeStepMode::Up, TimeStepMode::Nearest]),
    ) {
        let time: WorkTime = format!("{seconds}s").parse().unwrap();
        let step = TimeStep::new(minutes, mode).unwrap();
        let rounded = step.round(time);
        let length = i64::from(minutes) * 60;
        prop_assert_eq!(rounded.seconds() % length, 0);
        prop_assert_eq!(step.round(rounded), rounded);
        let moved = rounded.minus(time).seconds();
        let named = match mode {
            TimeStepMode::Down => -length < moved && moved <= 0,
            TimeStepMode::Up => 0 <= moved && moved < length,
            TimeStepMode::Nearest => -length < moved * 2 && moved * 2 <= length,
        };
        prop_assert!(named, "moved by {}", moved);
        prop_assert_eq!(time.to_string().parse::<WorkTime>().unwrap(), time);
    }

    /// Laws 27 and 28.
    #[test]
    fn every_hour_is_paid_once_and_longer_work_never_less(
        rules in rules(), worked in week(), longer in 0..7_u64, by in 1..20_i32,
    ) {
        let week = rules.week(sunday(), &worked).unwrap();
        let mut paid: BTreeMap<_, WorkTime> = BTreeMap::new();
        for line in &week.lines {
            let sum = paid.entry((line.on, line.times)).or_default();
            *sum = sum.plus(line.length);
        }
        prop_assert_eq!(paid, naive_paid(&rules, &worked));
        prop_assert_eq!(week.worked(), WorkTime::sum(worked.values().copied()));

        let mut more = worked.clone();
        let day = more.entry(sunday() + Days::new(longer)).or_default();
        *day = day.plus(WorkTime::minutes(by * 15));
        prop_assert!(weight(&rules, &worked) <= weight(&rules, &more));
    }

    /// Law 29: against a walk in steps of an hour.
    #[test]
    fn too_little_rest_is_found_where_it_is(starts in prop::collection::btree_set(0..140_i64, 1..20)) {
        // Stretches of two hours in a week.
        let entries: Vec<TimeEntry> =
            starts.iter().map(|start| TimeEntry::new(stretch(start * 60, 120)).unwrap()).collect();
        let limits = WorkingTimeLimits { daily_rest: Some(WorkTime::hours(11)), ..WorkingTimeLimits::default() };
        let findings = limits.check(&entries, DateRange::month(2026, 10).unwrap(), Zone::UTC).unwrap();

        let works = |hour: i64| starts.iter().any(|start| (*start..start + 2).contains(&hour));
        let (mut hour, mut expected) = (0_i64, Vec::new());
        while hour < 160 {
            if !works(hour) {
                hour += 1;
                continue;
            }
            let (mut free, mut longest, mut ends) = (0, 0, None);
            for next in hour..hour + 24 {
                free = if works(next) { 0 } else { free + 1 };
                longest = longest.max(free);
                if free >= 11 && ends.is_none() {
                    ends = Some(next);
                }
            }
            if longest < 11 {
                expected.push((instant(hour * 60), WorkTime::hours(longest)));
            }
            hour = ends.unwrap_or(hour + 23) + 1;
        }
    let wanted = WorkTime::hours(11);
    let expected: Vec<_> =
        expected.into_iter().map(|(began, rested)| LimitFinding::DailyRest { began, rested, wanted }).collect();
        prop_assert_eq!(findings, expected);
    }
}

#[test]
fn a_night_across_a_change_of_clocks_is_elapsed_time() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    for (night, hours) in
        [("2026-03-28T21:00:00Z/2026-03-29T04:00:00Z", 7), ("2026-10-24T20:00:00Z/2026-10-25T05:00:00Z", 9)]
    {
        let entry = TimeEntry::new(night.parse().unwrap()).unwrap();
        assert_eq!(entry.worked(), WorkTime::hours(hours));
        assert_eq!(WorkTime::sum(work_by_day([&entry], berlin).unwrap().into_values()), WorkTime::hours(hours));
    }
}

#[test]
fn the_day_that_samoa_left_out_has_no_work() {
    let apia: Zone = "Pacific/Apia".parse().unwrap();
    let entry = TimeEntry::new("2011-12-30T08:00:00Z/2011-12-30T12:00:00Z".parse().unwrap()).unwrap();
    let days = work_by_day([&entry], apia).unwrap();
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(days, [(day("2011-12-29"), WorkTime::hours(2)), (day("2011-12-31"), WorkTime::hours(2))].into());
}

#[test]
fn long_weeks_long_days_and_short_weekends_are_found() {
    let mut limits = WorkingTimeLimits::european();
    limits.day = Some(WorkTime::hours(10));
    limits.average = Some(office_hr::AverageLimit { week: WorkTime::hours(48), weeks: 2 });
    // Eleven hours on each day of a fortnight, with half an hour of rest in the middle.
    let entries: Vec<TimeEntry> = (0..14)
        .map(|day| {
            let morning = day * 1_440 + 6 * 60;
            let entry = TimeEntry::new(stretch(morning, 690)).unwrap();
            entry.with_breaks([stretch(morning + 330, 30)]).unwrap()
        })
        .collect();
    let range = DateRange::new(sunday(), sunday() + Days::new(14)).unwrap();
    let findings = limits.check(&entries, range, Zone::UTC).unwrap();
    let count = |kind: fn(&LimitFinding) -> bool| findings.iter().filter(|finding| kind(finding)).count();
    assert_eq!(count(|finding| matches!(finding, LimitFinding::Day { .. })), 14);
    assert_eq!(count(|finding| matches!(finding, LimitFinding::Unbroken { .. })), 0);
    assert_eq!(count(|finding| matches!(finding, LimitFinding::DailyRest { .. })), 0);
    assert_eq!(count(|finding| matches!(finding, LimitFinding::WeeklyRest { .. })), 2);
    let average = findings.last().unwrap();
    assert!(matches!(average, LimitFinding::Average { hours, .. } if *hours == Ratio::from_integer(77)));
    // A break of a quarter of an hour is none where half an hour makes one.
    limits.shortest_break = WorkTime::minutes(31);
    let findings = limits.check(&entries, range, Zone::UTC).unwrap();
    assert!(
        matches!(&findings[14], LimitFinding::Unbroken { stretch, .. } if stretch.duration() == TimeDelta::minutes(690))
    );
}

#[test]
fn rounding_may_leave_nothing_but_never_less() {
    let step = |mode| Some(TimeStep::new(15, mode).unwrap());
    let rounding = TimeRounding { begin: step(TimeStepMode::Up), end: step(TimeStepMode::Down), length: None };
    let rounded = rounding.round(instant(1), instant(14), WorkTime::ZERO, Zone::UTC).unwrap();
    assert_eq!((rounded.length, rounded.begin, rounded.end), (WorkTime::ZERO, instant(15), instant(0)));
}

#[test]
fn what_is_stored_of_it() {
    let entry = TimeEntry::new(stretch(0, 480)).unwrap().with_breaks([stretch(200, 30)]).unwrap();
    insta::assert_json_snapshot!(entry, @r#"
    {
      "work": {
        "start": "2026-10-04T00:00:00Z",
        "end": "2026-10-04T08:00:00Z"
      },
      "breaks": [
        {
          "start": "2026-10-04T03:20:00Z",
          "end": "2026-10-04T03:50:00Z"
        }
      ]
    }
    "#);
    insta::assert_json_snapshot!(OvertimeRules::california(), @r#"
    {
      "week_starts": "Sun",
      "daily": [
        {
          "after": "8:00",
          "times": "1.5"
        },
        {
          "after": "12:00",
          "times": "2"
        }
      ],
      "seventh_day": [
        {
          "after": "0:00",
          "times": "1.5"
        },
        {
          "after": "8:00",
          "times": "2"
        }
      ],
      "weekly": [
        {
          "after": "40:00",
          "times": "1.5"
        }
      ],
      "weekly_counts": "straight_time"
    }
    "#);
    let text = serde_json::to_string(&OvertimeRules::california()).unwrap();
    assert_eq!(serde_json::from_str::<OvertimeRules>(&text).unwrap(), OvertimeRules::california());
    assert!(
        serde_json::from_str::<TimeEntry>(
            r#"{"work":{"start":"2026-10-04T00:00:00.5Z","end":"2026-10-04T01:00:00Z"}}"#
        )
        .is_err()
    );
}

#[test]
fn a_week_tells_why_each_hour_is_paid_as_it_is() {
    let week = OvertimeRules::flsa()
        .week(sunday(), &[(sunday(), WorkTime::hours(23)), (sunday() + Days::new(1), WorkTime::hours(23))].into())
        .unwrap();
    let pay = week.pay(Money::from_minor(27_600, Currency::USD), PremiumCut::Week, Rounding::HalfUp).unwrap();
    insta::assert_json_snapshot!((week, pay), @r#"
    [
      {
        "starts": "2026-10-04",
        "lines": [
          {
            "on": "2026-10-04",
            "length": "23:00",
            "times": "1",
            "reason": "straight"
          },
          {
            "on": "2026-10-05",
            "length": "17:00",
            "times": "1",
            "reason": "straight"
          },
          {
            "on": "2026-10-05",
            "length": "6:00",
            "times": "1.5",
            "reason": {
              "week": {
                "after": "40:00"
              }
            }
          }
        ]
      },
      {
        "straight": "276.00 USD",
        "premium": "18.00 USD",
        "total": "294.00 USD"
      }
    ]
    "#);
}
