//! The published cases of accrual plans.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use office_core::{Ratio, parse_decimal};
use office_hr::{
    AccrualLevel, AccrualPeriod, AccrualPlan, AccrualRate, AccrualYear, AnnualDay, CreditAt, CreditRounding, EarnedBy,
    LeaveCause, LeaveHistory, LeavePlan, LeaveRounding, LeaveTaken, LeaveTerms, Ledger, LineReason, LotKind, Opening,
    ServiceLength, Tenure, WorkRecord, WorkTime, WorkedDay,
};
use serde_json::Value;

/// Figures found, by the case's names for them and the row they are of.
pub(crate) type Figures = BTreeMap<String, Ratio>;

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn date(value: &Value) -> NaiveDate {
    text(value).parse().unwrap()
}

pub(crate) fn number(value: &Value) -> Ratio {
    Ratio::from_decimal(parse_decimal(text(value)).unwrap())
}

fn optional(value: &Value) -> Option<Ratio> {
    (!value.is_null()).then(|| number(value))
}

/// A day of the year; beyond the end of its month, the last day of it.
fn annual(text: &str) -> AnnualDay {
    let day = |text: &str| text.parse::<AnnualDay>().ok();
    day(text).or_else(|| day(&text.replace("-31", "-30"))).unwrap()
}

fn length(value: &Value) -> ServiceLength {
    let count = u32::try_from(value["count"].as_u64().unwrap()).unwrap();
    match text(&value["unit"]) {
        "day" => ServiceLength::Days(count),
        "month" => ServiceLength::Months(count),
        "year" => ServiceLength::Months(12 * count),
        unit => panic!("{unit}"),
    }
}

fn period(every: &Value) -> AccrualPeriod {
    match text(&every["every"]) {
        "day" | "scheduled-hour" => AccrualPeriod::Day,
        "week" => {
            let weekday: Weekday = text(&every["weekday"]).parse().unwrap();
            let monday: NaiveDate = "2024-01-01".parse().unwrap();
            let from = monday + Days::new(u64::from(weekday.num_days_from_monday()));
            AccrualPeriod::Weeks { weeks: 1, from }
        }
        "month" => AccrualPeriod::Month(u32::try_from(every["day"].as_u64().unwrap()).unwrap()),
        "half-year" => {
            AccrualPeriod::Year(every["dates"].as_array().unwrap().iter().map(|day| annual(text(day))).collect())
        }
        "year" => AccrualPeriod::Year(vec![annual(text(&every["date"]))]),
        every => panic!("{every}"),
    }
}

fn level(value: &Value) -> AccrualLevel {
    let rate = number(&value["rate"]);
    let rate = match text(&value["frequency"]["every"]) {
        "scheduled-hour" => AccrualRate::HourWorked(rate),
        _ => AccrualRate::Period(rate),
    };
    let carried = &value["carry_over"];
    let most_carried = match carried.as_str() {
        Some("all") => None,
        Some("none") => Some(Ratio::ZERO),
        _ => Some(number(&carried["max"])),
    };
    AccrualLevel {
        after: length(&value["starts_after"]),
        rate,
        period: period(&value["frequency"]),
        most_balance: optional(&value["cap_balance"]),
        most_a_year: None,
        most_carried,
        carried_for: (!value["carried_valid_for"].is_null()).then(|| length(&value["carried_valid_for"])),
    }
}

fn plan(policy: &Value) -> LeavePlan {
    let carry_over = text(&policy["carry_over_on"]);
    let anniversary = carry_over == "anniversary";
    let accrual = AccrualPlan {
        credit: if text(&policy["credit_at"]) == "period_start" { CreditAt::Start } else { CreditAt::End },
        earned_by: if text(&policy["accrue_on"]) == "worked" { EarnedBy::Worked } else { EarnedBy::Calendar },
        year: if anniversary { AccrualYear::Anniversary } else { AccrualYear::Plan },
        ..AccrualPlan::of_levels(policy["levels"].as_array().unwrap().iter().map(level))
    };
    let mut plan = LeavePlan::new("case", if anniversary { AnnualDay::NEW_YEAR } else { annual(carry_over) }, "none");
    plan.publish("2000-01-01".parse().unwrap(), LeaveTerms::accruing(accrual)).unwrap();
    plan
}

/// Two years of work as the case says, Monday to Friday where it says nothing.
fn work(policy: &Value, given: &Value, start: NaiveDate) -> WorkRecord {
    let hours: WorkTime = policy["hours_per_day"].as_i64().unwrap_or(8).to_string().parse().unwrap();
    let half: WorkTime = Ratio::from_integer(policy["hours_per_day"].as_i64().unwrap_or(8))
        .checked_div(Ratio::from_integer(2))
        .unwrap()
        .to_string()
        .parse()
        .unwrap();
    let days = given["work_week"].as_array();
    let works = |on: NaiveDate| match days {
        Some(days) => days.iter().any(|day| text(day).parse::<Weekday>().unwrap() == on.weekday()),
        None => on.weekday().number_from_monday() < 6,
    };
    let absent = given["unearning_absence"].as_array().into_iter().flatten().map(|one| date(&one["from"]));
    let absent: Vec<_> = absent.collect();
    let mut record = WorkRecord::default();
    for on in start.iter_days().take(730).filter(|on| works(*on)) {
        let worked = if absent.contains(&on) { half } else { hours };
        record.set(on, WorkedDay { planned: hours, worked });
    }
    record
}

fn ledger(case: &Value, until: NaiveDate) -> (Ledger, Vec<LeaveTaken>) {
    let (policy, given) = (&case["policy"], &case["given"]);
    let (start, plan) = (date(&given["start"]), plan(policy));
    let tenure = Tenure::new(office_core::DateRange::from(start), Ratio::from_integer(5)).unwrap();
    // An opening balance that holds the first credit is that of the day after it.
    let skipped = given["no_credit_for_first_part_period"].as_bool() == Some(true);
    let on = if skipped { start + Days::new(1) } else { start };
    let opening = Opening { on, carried_in: number(&given["opening_balance"]) };
    let leave = given["leave"].as_array().into_iter().flatten();
    let taken: Vec<_> = leave
        .map(|leave| LeaveTaken { on: date(&leave["to"]), days: number(&leave["amount"]), cause: LeaveCause::Earlier })
        .collect();
    let work = work(policy, given, start);
    let history = LeaveHistory { work: Some(&work), ..LeaveHistory::new(&plan, &tenure, opening, &taken) };
    (Ledger::of(&history, until).unwrap(), taken)
}

fn accrual_plan(case: &Value) -> Figures {
    let mut figures = Figures::new();
    for row in case["expect"].as_array().unwrap() {
        let on = date(&row["on"]);
        let (ledger, taken) = ledger(case, on);
        let balance = ledger.balance(on).unwrap();
        let so_far = taken.iter().filter(|leave| leave.on <= on);
        let with_taken = so_far.fold(balance, |sum, leave| sum.checked_add(leave.days).unwrap());
        let lots = ledger.lots(on).unwrap();
        let carried = lots.iter().filter(|(lot, _)| lot.kind == LotKind::Carried);
        let carried = carried.fold(Ratio::ZERO, |sum, (_, left)| sum.checked_add(*left).unwrap());
        figures.insert(format!("{on} balance"), balance);
        figures.insert(format!("{on} balance_plus_taken"), with_taken);
        figures.insert(format!("{on} expiring_carried"), carried);
    }
    figures
}

fn carried_expiry(case: &Value) -> Figures {
    let mut figures = Figures::new();
    for row in case["expect"].as_array().unwrap() {
        let on = date(&row["carry_over_on"]);
        let (ledger, _) = ledger(case, on);
        let into = |line: &&office_hr::LedgerLine| {
            line.on == on && line.days.is_positive() && matches!(line.reason, LineReason::CarriedOver { .. })
        };
        let lot = ledger.lines().iter().find(into).unwrap().lot;
        // Days since 1 January of the year one stand for a date.
        let days = lot.valid.end().unwrap().num_days_from_ce();
        figures.insert(format!("{on} carried_expires_on"), Ratio::from_integer(i64::from(days)));
    }
    figures
}

/// So many days a year, in twelve parts that are rounded as they add up.
fn earned_leave(case: &Value) -> Figures {
    let (policy, given) = (&case["policy"], &case["given"]);
    let annual_days = number(&policy["annual_days"]);
    let last = text(&policy["credit_on"]) == "last day";
    let each = annual_days.checked_div(Ratio::from_integer(12)).unwrap();
    let level = AccrualLevel {
        most_balance: optional(&policy["max_balance"]),
        most_a_year: Some(annual_days),
        ..AccrualLevel::new(ServiceLength::Days(0), each, AccrualPeriod::Month(if last { 31 } else { 1 }))
    };
    let nearest =
        if text(&policy["rounding_to"]) == "1" { LeaveRounding::NearestWhole } else { LeaveRounding::NearestHalf };
    let accrual = AccrualPlan {
        credit: if last { CreditAt::End } else { CreditAt::Start },
        rounding: CreditRounding::Sum(nearest),
        ..AccrualPlan::of_levels([level])
    };
    let start =
        if given["employment_start"].is_null() { &given["leave_year_start"] } else { &given["employment_start"] };
    let start = date(start);
    let runs = given["credits_run"].as_u64().unwrap_or(1);
    let as_of = if given["as_of"].is_null() {
        start + Months::new(u32::try_from(runs).unwrap() - 1)
    } else {
        date(&given["as_of"])
    };
    let mut plan = LeavePlan::new("case", AnnualDay::of(start), "none");
    plan.publish(start, LeaveTerms::accruing(accrual)).unwrap();
    // The days are those of one leave year.
    let year = office_core::DateRange::new(start, start + Months::new(12)).unwrap();
    let tenure = Tenure::new(year, Ratio::from_integer(5)).unwrap();
    let opening = Opening { on: start, carried_in: Ratio::ZERO };
    let ledger = Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, &[]), as_of).unwrap();
    [("granted_days".to_owned(), ledger.balance(as_of).unwrap())].into()
}

/// What a case expects, by the same names.
fn expected(case: &Value) -> Figures {
    let value = |value: &Value| match value.as_str().and_then(|text| text.parse::<NaiveDate>().ok()) {
        Some(date) => Ratio::from_integer(i64::from(date.num_days_from_ce())),
        None => number(value),
    };
    let mut figures = Figures::new();
    let rows = case["expect"].as_array().cloned().unwrap_or_else(|| vec![case["expect"].clone()]);
    for row in rows {
        let on = ["on", "carry_over_on"].into_iter().find_map(|name| row[name].as_str());
        for (name, figure) in row.as_object().unwrap() {
            if !["on", "carry_over_on"].contains(&name.as_str()) {
                let name = on.map_or(name.clone(), |on| format!("{on} {name}"));
                figures.insert(name, value(figure));
            }
        }
    }
    figures
}

/// The cases of a file, where there are any.
pub(crate) fn cases(file: &str) -> Vec<Value> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let Some(file) = folders.map(|folder| folder.join("shared/cases/hr").join(file)).find(|file| file.is_file()) else {
        println!("{file}: left out, no cases here");
        return Vec::new();
    };
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    cases["cases"].as_array().unwrap().clone()
}

/// Whether a case agrees with what it expects; what differs may be a convention of one program.
pub(crate) fn agrees(case: &Value, found: &Figures, expected: &Figures) -> bool {
    let tolerance = optional(&case["tolerance"]).unwrap_or(Ratio::ZERO);
    let mut wrong = Vec::new();
    for (name, figure) in expected {
        let found = found.get(name).unwrap_or_else(|| panic!("{}: {name} is not found", case["id"]));
        if found.checked_sub(*figure).unwrap().abs() > tolerance {
            wrong.push(format!("{}: {name} is {found}, not {figure}", case["id"]));
        }
    }
    assert!(!expected.is_empty(), "{} expects nothing", case["id"]);
    assert!(wrong.is_empty() || case["peer_specific"] == true, "{}", wrong.join("; "));
    if !wrong.is_empty() {
        println!("by convention: {}", wrong.join("; "));
    }
    wrong.is_empty()
}

#[test]
fn accrual_plans() {
    let cases = cases("accrual_plans.json");
    let mut agree = 0;
    for case in &cases {
        let found = match text(&case["kind"]) {
            "accrual_plan" => accrual_plan(case),
            "carried_expiry_date" => carried_expiry(case),
            "earned_leave" => earned_leave(case),
            kind => panic!("no such kind: {kind}"),
        };
        agree += usize::from(agrees(case, &found, &expected(case)));
    }
    let differ = cases.len() - agree;
    println!("accrual_plans: {agree} passed, 0 failed, {differ} differ by convention, 0 left out");
}
