//! The published cases.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};
use office_core::{Currency, Money, Ratio, Rounding, Zone, parse_decimal};
use office_hr::{
    AverageLimit, OvertimeRules, PremiumCut, RegularRate, TimeEntry, TimeLock, TimeRounding, TimeStep, TimeStepMode,
    WorkTime, WorkedWeek, weekly_of_monthly, work_by_day,
};
use serde_json::Value;

type Figures = BTreeMap<String, String>;

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn hours(value: &Value) -> WorkTime {
    text(value).parse().unwrap()
}

fn dollars(value: &Value) -> Money {
    Money::new(parse_decimal(text(value)).unwrap(), Currency::USD).unwrap()
}

fn plain(amount: Money) -> String {
    amount.to_string().replace(" USD", "")
}

fn sunday() -> NaiveDate {
    "2026-10-04".parse().unwrap()
}

/// A week of so many hours in all, none of its days too long.
fn week_of(all: WorkTime) -> WorkedWeek {
    let mut left = all;
    let mut days = BTreeMap::new();
    for day in 0..7 {
        let today = left.min(WorkTime::hours(10));
        days.insert(sunday() + Days::new(day), today);
        left = left.minus(today);
    }
    OvertimeRules::flsa().week(sunday(), &days).unwrap()
}

fn california(given: &Value) -> Figures {
    let days = given["hours_by_day"].as_array().unwrap();
    let days = (0..).zip(days).map(|(day, worked)| (sunday() + Days::new(day), hours(worked)));
    let week = OvertimeRules::california().week(sunday(), &days.collect()).unwrap();
    let mut figures: Figures = [("regular", "1"), ("overtime", "1.5"), ("double", "2")]
        .map(|(name, times)| (name.to_owned(), week.at(times.parse().unwrap()).in_hours().to_string()))
        .into();
    if let Some(rate) = given.get("hourly_rate") {
        let earned = dollars(rate).times_ratio(week.worked().in_hours(), Rounding::HalfUp).unwrap();
        figures.insert("total_pay".into(), plain(week.pay(earned, PremiumCut::Week, Rounding::HalfUp).unwrap().total));
    }
    figures
}

fn federal(earned: Money, worked: WorkTime, cut: PremiumCut) -> Figures {
    let week = week_of(worked);
    let rate = RegularRate::new(earned, worked).unwrap().an_hour("1".parse().unwrap(), Rounding::HalfUp).unwrap();
    let total = week.pay(earned, cut, Rounding::HalfUp).unwrap().total;
    [
        ("regular_rate".into(), plain(rate)),
        ("total_pay".into(), plain(total)),
        ("straight_time_total".into(), plain(earned)),
    ]
    .into()
}

fn instant(local: &str) -> DateTime<Utc> {
    let form = if local.len() == 16 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    NaiveDateTime::parse_from_str(local, form).unwrap().and_utc()
}

fn by_day(shifts: &[&Value]) -> BTreeMap<NaiveDate, WorkTime> {
    let entry = |shift: &&Value| {
        let (from, to) = (instant(text(&shift["check_in"])), instant(text(&shift["check_out"])));
        TimeEntry::new(office_core::Interval::new(from, to).unwrap()).unwrap()
    };
    work_by_day(&shifts.iter().map(entry).collect::<Vec<_>>(), Zone::UTC).unwrap()
}

fn rounded(policy: &Value, given: &Value) -> Figures {
    let step = |rule: &Value| {
        let mode = match text(&rule["mode"]) {
            "floor" => TimeStepMode::Down,
            "ceil" => TimeStepMode::Up,
            _ => TimeStepMode::Nearest,
        };
        TimeStep::new(u16::try_from(rule["minutes"].as_u64().unwrap()).unwrap(), mode).ok()
    };
    let (begin, end) = (step(&policy["round_begin"]), step(&policy["round_end"]));
    let rounding = TimeRounding { begin, end, length: step(&policy["round_duration"]) };
    let at = |name: &str| instant(&format!("2026-10-05T{}", text(&given[name])));
    let rounded = rounding.round(at("begin"), at("end"), WorkTime::ZERO, Zone::UTC).unwrap();
    let clock = |at: DateTime<Utc>| at.format("%H:%M:%S").to_string();
    [
        ("begin".into(), clock(rounded.begin)),
        ("end".into(), clock(rounded.end)),
        ("duration_seconds".into(), rounded.length.seconds().to_string()),
    ]
    .into()
}

/// The figures of a case.
fn answer(case: &Value) -> Figures {
    let (policy, given) = (&case["policy"], &case["given"]);
    match text(&case["kind"]) {
        "california_week" => california(given),
        "flsa_week" => {
            let worked = hours(&given["hours"]);
            let pay = dollars(&given["hourly_rate"]).times_ratio(worked.in_hours(), Rounding::HalfUp).unwrap();
            let bonus = given.get("bonus").map_or(Money::zero(Currency::USD), dollars);
            federal(pay.checked_add(bonus).unwrap(), worked, PremiumCut::Week)
        }
        "flsa_week_piece" => {
            let waiting = dollars(&given["waiting_rate"]);
            let waiting = waiting.times_ratio(hours(&given["waiting_hours"]).in_hours(), Rounding::HalfUp).unwrap();
            federal(
                dollars(&given["piece_earnings"]).checked_add(waiting).unwrap(),
                hours(&given["hours"]),
                PremiumCut::Week,
            )
        }
        "fluctuating_workweek" => {
            federal(dollars(&given["weekly_salary"]), hours(&given["hours"]), PremiumCut::EachHour)
        }
        "salary_regular_rate" => {
            let rate = RegularRate::new(dollars(&given["weekly_salary"]), hours(&given["hours_covered"])).unwrap();
            let at = |times: &str| plain(rate.an_hour(times.parse().unwrap(), Rounding::HalfUp).unwrap());
            [("regular_rate".into(), at("1")), ("overtime_rate".into(), at(text(&policy["multiplier"])))].into()
        }
        "salary_weekly_equivalent" => {
            let week = weekly_of_monthly(dollars(&given["monthly_salary"]), Rounding::HalfUp).unwrap();
            [("weekly_equivalent".into(), plain(week))].into()
        }
        "average_weekly_hours" => {
            let weeks = given["hours_by_week"].as_array().unwrap();
            let limit = AverageLimit { week: hours(&policy["limit"]), weeks: u8::try_from(weeks.len()).unwrap() };
            let days = (0..).zip(weeks).map(|(week, worked)| (sunday() + Days::new(week * 7), hours(worked)));
            let average = limit.average(sunday(), &days.collect(), 0);
            let within = average <= limit.week.in_hours();
            [("average".into(), average.to_string()), ("within_limit".into(), within.to_string())].into()
        }
        "reference_period_budget" => {
            let weeks = u8::try_from(policy["weeks"].as_u64().unwrap()).unwrap();
            let limit = AverageLimit { week: hours(&policy["limit"]), weeks };
            [("max_hours".into(), limit.budget().in_hours().to_string())].into()
        }
        "daily_overtime_across_entries" => {
            let days = by_day(&given["entries"].as_array().unwrap().iter().collect::<Vec<_>>());
            let threshold = hours(&policy["daily_threshold"]);
            days.into_iter()
                .map(|(day, worked)| {
                    let over = worked.minus(threshold).max(WorkTime::ZERO);
                    (format!("overtime_by_day.{day}"), over.in_hours().to_string())
                })
                .collect()
        }
        "shift_split" => {
            let days = by_day(&[given]).into_iter();
            days.map(|(day, worked)| (format!("hours_by_day.{day}"), worked.in_hours().to_string())).collect()
        }
        "duration_parse" => [("seconds".into(), hours(&given["text"]).seconds().to_string())].into(),
        "time_rounding" => rounded(policy, given),
        "period_lock" => {
            let day = |value: &Value| text(value).parse::<NaiveDate>().unwrap();
            let open = day(&policy["grace_until"]) - day(&policy["locked_period"]["to"]);
            let lock = TimeLock { open_days: u16::try_from(open.num_days()).unwrap() };
            let locked = lock.is_locked(day(&given["entry_date"]), day(&given["now"]));
            [("editable".into(), (!locked).to_string())].into()
        }
        kind => panic!("no such kind: {kind}"),
    }
}

/// What a case expects, one figure a name.
fn expected(value: &Value) -> Figures {
    let mut figures = Figures::new();
    for (name, value) in value.as_object().unwrap() {
        match value {
            Value::Object(days) => {
                figures.extend(days.iter().map(|(day, value)| (format!("{name}.{day}"), text(value).to_owned())));
            }
            Value::String(text) => {
                figures.insert(name.clone(), text.clone());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                figures.insert(name.clone(), value.to_string());
            }
        }
    }
    figures
}

fn same(one: &str, two: &str) -> bool {
    let number = |text: &str| parse_decimal(text).ok().map(Ratio::from_decimal).or_else(|| text.parse().ok());
    one == two || number(one).is_some_and(|one| Some(one) == number(two))
}

#[test]
fn published_cases() {
    let folders = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/hr"));
    let Some(folder) = folders().find(|folder| folder.is_dir()) else {
        println!("working time: left out, no cases here");
        return;
    };
    for (file, all) in [("overtime", 13), ("time_entries", 31)] {
        let text = std::fs::read_to_string(folder.join(file).with_extension("json")).unwrap();
        let cases: Value = serde_json::from_str(&text).unwrap();
        let cases = cases["cases"].as_array().unwrap();
        for case in cases {
            let found = answer(case);
            for (name, figure) in expected(&case["expect"]) {
                let found = found.get(&name).unwrap_or_else(|| panic!("{}: {name}", case["id"]));
                assert!(same(found, &figure), "{}: {name} is {found}, not {figure}", case["id"]);
            }
        }
        println!("{file}: {} passed, 0 failed, 0 left out", cases.len());
        assert_eq!(cases.len(), all);
    }
}
