//! Worked cases that others have published; see `tests/cases/README.md`.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod cases {
    use std::collections::BTreeMap;

    use chrono::{Datelike, NaiveDate};
    use office_core::{DateRange, DayPart, Holiday, Holidays, Ratio, parse_decimal};
    use office_hr::{
        AnnualDay, Basis, Begun, LeaveDay, LeaveHistory, LeavePlan, LeaveRounding, LeaveTerms, Ledger, LotKind,
        Opening, PartYear, Tenure, WorkSchedule, WorkWeek, overlap, shared_part, working_days as days_of_leave,
    };
    use serde_json::Value;

    /// What came of a case: figures found by name, or why it cannot be expressed.
    type Answer = Result<Figures, &'static str>;
    type Figures = BTreeMap<&'static str, Ratio>;

    fn date(value: &Value) -> Option<NaiveDate> {
        value.as_str().map(|text| text.parse().unwrap())
    }

    fn number(value: &Value) -> Option<Ratio> {
        value.as_str().map(|text| Ratio::from_decimal(parse_decimal(text).unwrap()))
    }

    fn tenure(start: Option<NaiveDate>, end: Option<NaiveDate>, before: NaiveDate, days_per_week: Ratio) -> Tenure {
        let term = match end {
            Some(end) => DateRange::inclusive(start.unwrap_or(before), end).unwrap(),
            None => DateRange::from(start.unwrap_or(before)),
        };
        Tenure::new(term, days_per_week).unwrap()
    }

    fn plan(year: NaiveDate, terms: LeaveTerms) -> LeavePlan {
        let mut plan = LeavePlan::new("case", AnnualDay::of(year), "none");
        plan.publish(NaiveDate::MIN, terms).unwrap();
        plan
    }

    /// 5.6 weeks, at most 28 days: twelfths begun for joiners, days of the year for leavers.
    fn uk_days(given: &Value) -> Figures {
        let days = Ratio::from_integer;
        let terms = LeaveTerms {
            most_days: Some(days(28)),
            joining: PartYear { basis: Basis::Twelfths(Begun::Counted), rounding: LeaveRounding::UpToHalf },
            leaving: PartYear { basis: Basis::Days, rounding: LeaveRounding::UpToTenth },
            ..LeaveTerms::new(days(28), days(5))
        };
        let (start, end) = (date(&given["employment_start"]), date(&given["employment_end"]));
        let year = date(&given["leave_year_start"]).or(start).unwrap_or_else(|| "2026-01-01".parse().unwrap());
        let tenure = tenure(start, end, year, number(&given["days_per_week"]).unwrap());
        let entitlement = plan(year, terms).entitlement(&tenure, start.unwrap_or(year)).unwrap().unwrap();
        let fraction = entitlement.parts.iter().fold(Ratio::ZERO, |sum, part| sum.checked_add(part.fraction).unwrap());
        [("entitlement_days", entitlement.days), ("unrounded_days", entitlement.exact), ("fraction_of_year", fraction)]
            .into()
    }

    fn joiner(policy: &Value, given: &Value) -> Figures {
        let basis = Basis::Twelfths(Begun::Counted);
        let terms = LeaveTerms::new(number(&policy["annual_days"]).unwrap(), Ratio::from_integer(5))
            .with_part_years(basis, LeaveRounding::HalfOrMoreUp);
        let start = date(&given["employment_start"]).unwrap();
        let tenure = tenure(Some(start), None, start, Ratio::from_integer(5));
        let plan = plan("2022-01-01".parse().unwrap(), terms);
        [("entitlement_days", plan.entitlement(&tenure, start).unwrap().unwrap().days)].into()
    }

    fn full_months(policy: &Value, given: &Value) -> Figures {
        let terms = LeaveTerms::new(number(&policy["annual_days"]).unwrap(), Ratio::from_integer(5))
            .with_part_years(Basis::twelfths(), LeaveRounding::HalfOrMoreUp);
        let months = u32::try_from(given["full_months"].as_u64().unwrap()).unwrap();
        let year: NaiveDate = "2026-01-01".parse().unwrap();
        let end = NaiveDate::from_ymd_opt(2026, months + 1, 1).unwrap().pred_opt();
        let tenure = tenure(Some(year), end, year, Ratio::from_integer(5));
        let entitlement = plan(year, terms).entitlement(&tenure, year).unwrap().unwrap();
        [("entitlement_days", entitlement.days), ("unrounded_days", entitlement.exact)].into()
    }

    fn carried_left(policy: &Value) -> Figures {
        let year: NaiveDate = "2026-01-01".parse().unwrap();
        let terms = LeaveTerms::new(number(&policy["annual_days"]).unwrap(), Ratio::from_integer(5));
        let opening = Opening { on: year, carried_in: number(&policy["carried_in"]).unwrap() };
        let (plan, tenure) = (plan(year, terms), tenure(None, None, year, Ratio::from_integer(5)));
        let ledger = Ledger::of(&LeaveHistory { plan: &plan, tenure: &tenure, opening, taken: &[] }, year).unwrap();
        let lots = ledger.lots(year).unwrap();
        let left = lots.iter().find(|(lot, _)| lot.kind == LotKind::Carried).map_or(Ratio::ZERO, |(_, left)| *left);
        [("carried_left", left)].into()
    }

    fn part_time(policy: &Value, given: &Value) -> Figures {
        let year: NaiveDate = "2026-01-01".parse().unwrap();
        let days_per_week = number(&given["days_per_week"]).unwrap();
        let (full, week) = match number(&policy["weeks_per_year"]) {
            Some(weeks) => (weeks.checked_mul(Ratio::from_integer(5)).unwrap(), Ratio::from_integer(5)),
            None => (number(&policy["full_time_days"]).unwrap(), number(&policy["full_time_days_per_week"]).unwrap()),
        };
        let terms = LeaveTerms::new(full, week).with_part_years(Basis::Days, LeaveRounding::Exact);
        let end = given["days_in_year_employed"].as_u64().map(|days| year + chrono::Days::new(days - 1));
        let tenure = tenure(None, end, year, days_per_week);
        let entitlement = plan(year, terms).entitlement(&tenure, year).unwrap().unwrap();
        [("entitlement_days", entitlement.days)].into()
    }

    /// The fixed days of Baden-Württemberg; none of the cases is near a movable one.
    fn holidays(years: std::ops::RangeInclusive<i32>) -> Holidays {
        let fixed = [(1, 1), (1, 6), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26)];
        let whole = fixed.map(|(month, day)| (month, day, DayPart::Whole));
        let half = [(12, 24, DayPart::Afternoon), (12, 31, DayPart::Afternoon)];
        let range = DateRange::new(
            DateRange::year(*years.start()).unwrap().start(),
            DateRange::year(*years.end()).unwrap().end(),
        );
        let rows = years.flat_map(|year| {
            whole.into_iter().chain(half).map(move |(month, day, portion)| {
                let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
                (date, Holiday { name: "holiday".into(), portion })
            })
        });
        Holidays::new(range.unwrap(), rows).unwrap()
    }

    fn week(days: &Value) -> WorkWeek {
        let names: Vec<_> = days.as_array().unwrap().iter().map(|day| day.as_str().unwrap().to_uppercase()).collect();
        names.iter().map(|name| name.get(..2).unwrap()).collect::<Vec<_>>().join("|").parse().unwrap()
    }

    fn working_days(given: &Value) -> Figures {
        let (first, last) = (date(&given["from"]).unwrap(), date(&given["to"]).unwrap());
        let range = DateRange::inclusive(first, last).unwrap();
        let schedule = match given["schedules"].as_array() {
            None => WorkSchedule::new(DateRange::from(first), week(&given["work_week"])),
            Some(parts) => {
                parts.iter().fold(WorkSchedule::new(DateRange::from(first), WorkWeek::default()), |schedule, part| {
                    let gap = date(&part["to"]).unwrap().succ_opt().unwrap();
                    schedule
                        .changed(date(&part["from"]).unwrap(), week(&part["work_week"]))
                        .changed(gap, WorkWeek::default())
                })
            }
        };
        let asked = part(&given["part_of_day"]);
        let holidays = holidays(first.year()..=last.year());
        let days = days_of_leave(&schedule, range, asked, &holidays).unwrap();
        let days = days.iter().fold(Ratio::ZERO, |sum, day| sum.checked_add(day.value()).unwrap());
        [("days", days)].into()
    }

    fn part(value: &Value) -> DayPart {
        match value.as_str() {
            None | Some("full") => DayPart::Whole,
            Some("morning") => DayPart::Morning,
            Some("afternoon") => DayPart::Afternoon,
            other => panic!("{other:?}"),
        }
    }

    /// The days of a request; the parts given are those of the first and of the last.
    fn days(request: &Value) -> Vec<LeaveDay> {
        let (first, last) = (date(&request["from"]).unwrap(), date(&request["to"]).unwrap());
        let all = part(&request["part_of_day"]);
        let of = |on| match on {
            on if on == first => part(&request["from_part"]),
            on if on == last => part(&request["to_part"]),
            _ => DayPart::Whole,
        };
        let range = DateRange::inclusive(first, last).unwrap();
        range.dates(100).map(|on| LeaveDay { on, part: shared_part(all, of(on)).unwrap() }).collect()
    }

    /// Whether there is an overlap: nothing, or something. In part or in full makes no difference to a refusal.
    fn overlapping(given: &Value) -> Figures {
        let asked = days(&given["request"]);
        let existing = given["existing"].as_array().unwrap().iter();
        let active = existing.filter(|other| !["cancelled", "rejected"].contains(&other["status"].as_str().unwrap()));
        let met = active.filter(|other| overlap(&asked, &days(other)).is_some()).count();
        [("overlap", Ratio::from_integer(i64::try_from(met.min(1)).unwrap()))].into()
    }

    fn fitting(given: &Value) -> Figures {
        let meets = overlap(&days(&given["request"]), &days(&given["existing"])).is_some();
        [("fits", if meets { Ratio::ZERO } else { Ratio::ONE })].into()
    }

    fn verdict(figure: &Value) -> Option<Ratio> {
        match (figure.as_bool(), figure.as_str()) {
            (Some(true), _) | (_, Some("partial" | "full")) => Some(Ratio::ONE),
            (Some(false), _) | (_, Some("none")) => Some(Ratio::ZERO),
            _ => None,
        }
    }

    fn answer(case: &Value) -> Answer {
        let (policy, given) = (&case["policy"], &case["given"]);
        match case["kind"].as_str().unwrap() {
            "uk_days_entitlement" => Ok(uk_days(given)),
            "twelfths_for_joiner" => Ok(joiner(policy, given)),
            "twelfths_full_months" => Ok(full_months(policy, given)),
            "fraction_rounding" => {
                let days = number(&given["days"]).unwrap();
                Ok([("rounded_days", LeaveRounding::HalfOrMoreUp.round(days).unwrap())].into())
            }
            "carried_over_left_on_date" => Ok(carried_left(policy)),
            "part_time_prorata" | "part_year_prorata" => Ok(part_time(policy, given)),
            "working_days_in_range" => Ok(working_days(given)),
            "request_overlap" => Ok(overlapping(given)),
            "request_fits" => Ok(fitting(given)),
            "carried_over_consumption" => Err("carried days of which only some lapse"),
            "uk_hours_entitlement" => Err("entitlement in hours"),
            "uk_shift_entitlement" => Err("entitlement in shifts"),
            "uk_weeks_entitlement" => Err("entitlement in weeks, rounded up to a hundredth"),
            "uk_irregular_hours_accrual" => Err("accrual by hours worked"),
            "straight_line_accrual" | "employment_range_adjustment" => Err("earned so far, to the nearest half day"),
            "available_allowance" => Err("allowance that does not depend on employment"),
            kind => panic!("no such kind: {kind}"),
        }
    }

    /// Checks all cases of a file; says how many agree, how many differ by a convention, and what cannot be expressed.
    fn check(text: &str) -> (usize, usize, BTreeMap<&'static str, usize>) {
        let cases: Vec<Value> = serde_json::from_str(text).unwrap();
        let (mut agree, mut differ, mut missing) = (0, 0, BTreeMap::new());
        for case in &cases {
            let found = match answer(case) {
                Ok(found) => found,
                Err(reason) => {
                    *missing.entry(reason).or_default() += 1;
                    continue;
                }
            };
            let tolerance = number(&case["tolerance"]).unwrap_or(Ratio::new(1, 1_000_000_000).unwrap());
            let expected = case["expect"].as_object().unwrap();
            let mut compared = 0;
            let mut wrong = Vec::new();
            for (name, figure) in expected {
                let Some(found) = found.get(name.as_str()) else { continue };
                compared += 1;
                let figure = verdict(figure).or_else(|| number(figure)).unwrap();
                if found.checked_sub(figure).unwrap().abs() > tolerance {
                    wrong.push(format!("{}: {name} is {found}, not {figure}", case["id"]));
                }
            }
            assert!(compared > 0, "{} compares nothing", case["id"]);
            if wrong.is_empty() {
                agree += 1;
            } else {
                assert_eq!(case["peer_specific"], true, "{}", wrong.join("; "));
                differ += 1;
            }
        }
        (agree, differ, missing)
    }

    #[test]
    fn uk_statutory_holiday() {
        let missing = [
            ("entitlement in hours", 28),
            ("entitlement in shifts", 22),
            ("entitlement in weeks, rounded up to a hundredth", 20),
            ("accrual by hours worked", 2),
        ];
        assert_eq!(check(include_str!("cases/uk_statutory_holiday.json")), (21, 0, missing.into()));
    }

    #[test]
    fn de_vacation() {
        let missing = [("carried days of which only some lapse", 5)];
        assert_eq!(check(include_str!("cases/de_vacation.json")), (15, 0, missing.into()));
    }

    #[test]
    fn working_days_of_a_stretch() {
        assert_eq!(check(include_str!("cases/working_days.json")), (10, 0, BTreeMap::new()));
    }

    #[test]
    fn overlapping_requests() {
        assert_eq!(check(include_str!("cases/overlap.json")), (13, 0, BTreeMap::new()));
    }

    #[test]
    fn proration() {
        let missing =
            [("earned so far, to the nearest half day", 8), ("allowance that does not depend on employment", 1)];
        assert_eq!(check(include_str!("cases/proration.json")), (2, 0, missing.into()));
    }
}
