//! Worked cases that others have published; see `tests/cases/README.md`.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod cases {
    use std::collections::BTreeMap;

    use chrono::{Datelike, NaiveDate};
    use office_core::{DateRange, DayPart, Holiday, Holidays, Ratio, parse_decimal};
    use office_hr::{
        AccrualLevel, AccrualPeriod, AccrualPlan, AccrualRate, AnnualDay, Basis, Begun, CreditRounding, Entitlement,
        LeaveCause, LeaveDay, LeaveGrant, LeaveHistory, LeavePlan, LeaveRounding, LeaveTaken, LeaveTerms, Ledger,
        LineReason, LotKind, NonWorkingDays, Opening, PartYear, RollingLimit, ServiceLength, Tenure, WorkRecord,
        WorkSchedule, WorkTime, WorkWeek, WorkedDay, bradford, leave_days, overlap, shared_part,
    };
    use serde_json::Value;

    /// What came of a case: figures found by name.
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

    /// What a year is worth in the United Kingdom: twelfths begun for joiners, days of the year for leavers.
    fn uk(given: &Value, of_year: LeaveTerms, units_a_week: Ratio) -> Entitlement {
        let (start, end) = (date(&given["employment_start"]), date(&given["employment_end"]));
        let year = date(&given["leave_year_start"]).or(start).unwrap_or_else(|| "2026-01-01".parse().unwrap());
        let tenure = tenure(start, end, year, units_a_week);
        plan(year, of_year).entitlement(&tenure, start.unwrap_or(year)).unwrap().unwrap()
    }

    /// 5.6 weeks, at most 28 days, with these rules of rounding for joiners and leavers.
    fn uk_terms(whole_year: LeaveRounding, joining: LeaveRounding, leaving: LeaveRounding) -> LeaveTerms {
        let days = Ratio::from_integer;
        LeaveTerms {
            most_days: Some(days(28)),
            whole_year,
            joining: PartYear { basis: Basis::Twelfths(Begun::Counted), rounding: joining },
            leaving: PartYear { basis: Basis::Days, rounding: leaving },
            ..LeaveTerms::new(days(28), days(5))
        }
    }

    fn fraction(entitlement: &Entitlement) -> Ratio {
        entitlement.parts.iter().fold(Ratio::ZERO, |sum, part| sum.checked_add(part.fraction).unwrap())
    }

    fn uk_days(given: &Value) -> Figures {
        let terms = uk_terms(LeaveRounding::Exact, LeaveRounding::UpToHalf, LeaveRounding::UpToTenth);
        let found = uk(given, terms, number(&given["days_per_week"]).unwrap());
        [("entitlement_days", found.days), ("unrounded_days", found.exact), ("fraction_of_year", fraction(&found))]
            .into()
    }

    fn uk_hours(given: &Value) -> Figures {
        let days = number(&given["days_per_week"]).unwrap();
        let of_a_day = number(&given["hours_per_week"]).unwrap().checked_div(days).unwrap();
        let terms = uk_terms(LeaveRounding::Exact, LeaveRounding::UpToHalf, LeaveRounding::Exact);
        let found = uk(given, terms, days);
        [
            ("entitlement_hours", found.at(of_a_day, LeaveRounding::UpToTenth).unwrap()),
            ("unrounded_days", found.exact),
            ("rounded_days", found.days),
            ("full_year_hours", found.parts[0].rate.checked_mul(of_a_day).unwrap()),
            ("unrounded_prorated_hours", found.exact.checked_mul(of_a_day).unwrap()),
        ]
        .into()
    }

    fn uk_shifts(given: &Value) -> Figures {
        let (shifts, days) =
            (number(&given["shifts_per_pattern"]).unwrap(), number(&given["days_per_pattern"]).unwrap());
        let a_week = shifts.checked_div(days).unwrap().checked_mul(Ratio::from_integer(7)).unwrap();
        let terms = uk_terms(LeaveRounding::UpToTenth, LeaveRounding::UpToHalf, LeaveRounding::UpToHundredth);
        [("entitlement_shifts", uk(given, terms, a_week).days)].into()
    }

    fn uk_weeks(given: &Value) -> Figures {
        let (rounding, week) = (LeaveRounding::UpToHundredth, Ratio::ONE);
        let weeks = LeaveTerms::new(Ratio::new(56, 10).unwrap(), week);
        let found = uk(given, LeaveTerms { most_days: None, ..merge(weeks, rounding) }, week);
        [("entitlement_weeks", found.days), ("unrounded_weeks", found.exact), ("fraction_of_year", fraction(&found))]
            .into()
    }

    fn merge(terms: LeaveTerms, rounding: LeaveRounding) -> LeaveTerms {
        let LeaveTerms { joining, leaving, .. } = uk_terms(rounding, rounding, rounding);
        LeaveTerms { whole_year: rounding, joining, leaving, ..terms }
    }

    /// 12.07 % of the hours of a month, each month to the nearest hour.
    fn uk_irregular(policy: &Value, given: &Value) -> Figures {
        let percent = number(&policy["accrual_percent_of_hours"]).unwrap();
        let level = AccrualLevel {
            rate: AccrualRate::HourWorked(percent.checked_div(Ratio::from_integer(100)).unwrap()),
            ..AccrualLevel::new(ServiceLength::Days(0), Ratio::ZERO, AccrualPeriod::Month(1))
        };
        let rounding = CreditRounding::Each(LeaveRounding::NearestWhole);
        let accrual = AccrualPlan { rounding, ..AccrualPlan::of_levels([level]) };
        let start: NaiveDate = "2026-01-01".parse().unwrap();
        let (plan, tenure) = (plan(start, LeaveTerms::accruing(accrual)), tenure(None, None, start, Ratio::ONE));
        let (mut work, worked) = (WorkRecord::default(), given["hours_in_pay_period"].as_str().unwrap());
        work.set(start, WorkedDay { planned: WorkTime::ZERO, worked: worked.parse().unwrap() });
        let opening = Opening { on: start, carried_in: Ratio::ZERO };
        let history = LeaveHistory { work: Some(&work), ..LeaveHistory::new(&plan, &tenure, opening, &[]) };
        let ledger = Ledger::of(&history, "2026-02-01".parse().unwrap()).unwrap();
        [("accrued_hours", ledger.balance("2026-02-01".parse().unwrap()).unwrap())].into()
    }

    /// A year of so many days, by days of employment, to the nearest day.
    fn by_days(policy: &Value, given: &Value) -> (Ratio, Option<Entitlement>, NaiveDate) {
        let annual = number(&policy["annual_days"]).unwrap();
        let terms =
            LeaveTerms::new(annual, Ratio::from_integer(5)).with_part_years(Basis::Days, LeaveRounding::NearestWhole);
        let as_of = date(&given["as_of"]).unwrap();
        let tenure =
            tenure(date(&given["employment_start"]), date(&given["employment_end"]), as_of, Ratio::from_integer(5));
        let year: NaiveDate = "2016-01-01".parse().unwrap();
        (annual, plan(year, terms).entitlement(&tenure, as_of).unwrap(), as_of)
    }

    fn straight_line(policy: &Value, given: &Value) -> Figures {
        let (_, found, as_of) = by_days(policy, given);
        let found = found.unwrap();
        let open = found.earned_by(as_of).unwrap().checked_sub(found.days).unwrap();
        [("total_allowance", found.days), ("not_yet_earned", LeaveRounding::NearestHalf.round(open).unwrap())].into()
    }

    fn range_adjustment(policy: &Value, given: &Value) -> Figures {
        let (annual, found, _) = by_days(policy, given);
        // Who is not employed in the year has nothing to be adjusted.
        let days = found.map_or(annual, |found| found.days);
        [("adjustment_days", days.checked_sub(annual).unwrap())].into()
    }

    fn available(policy: &Value, given: &Value) -> Figures {
        let (_, found, _) = by_days(policy, given);
        [("available_days", found.unwrap().days)].into()
    }

    /// Carried days of which some lapse at the end of March; those that do not are granted for the whole year.
    fn carried_consumption(policy: &Value, given: &Value) -> Figures {
        let year: NaiveDate = "2026-01-01".parse().unwrap();
        let terms = LeaveTerms::new(number(&policy["annual_days"]).unwrap(), Ratio::from_integer(5))
            .with_carry_over(None, "03-31".parse().ok());
        let lasting = number(&policy["carried_in_not_expiring"]).unwrap();
        let carried_in = number(&policy["carried_in"]).unwrap().checked_sub(lasting).unwrap();
        let grant = |days| LeaveGrant {
            valid: DateRange::year(2026).unwrap(),
            days,
            kind: LotKind::Carried,
            note: "cannot be taken for illness".into(),
        };
        let leave = |on: &str, days: &Value| LeaveTaken {
            on: on.parse().unwrap(),
            days: number(days).unwrap(),
            cause: LeaveCause::Earlier,
        };
        let taken =
            [leave("2026-02-02", &given["used_before_expiry"]), leave("2026-07-01", &given["used_after_expiry"])];
        let (plan, tenure) = (plan(year, terms), tenure(None, None, year, Ratio::from_integer(5)));
        let (grants, opening) = ([grant(lasting)], Opening { on: year, carried_in });
        let history = LeaveHistory { grants: &grants, ..LeaveHistory::new(&plan, &tenure, opening, &taken) };
        let end: NaiveDate = "2026-12-31".parse().unwrap();
        let ledger = Ledger::of(&history, end).unwrap();
        let left = |kind| {
            let lots = ledger.lots(end).unwrap();
            lots.iter().find(|(lot, _)| lot.kind == kind).map_or(Ratio::ZERO, |(_, left)| *left)
        };
        let lapsed = ledger.lines().iter().filter(|line| matches!(line.reason, LineReason::Lapsed {}));
        let lapsed = lapsed.fold(Ratio::ZERO, |sum, line| sum.checked_sub(line.days).unwrap());
        [
            ("annual_left", left(LotKind::Granted)),
            ("carried_left_not_expiring", left(LotKind::Carried)),
            ("carried_left_counting_expiring", left(LotKind::Carried).checked_add(lapsed).unwrap()),
        ]
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
        let ledger = Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, &[]), year).unwrap();
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

    fn working_days(policy: &Value, given: &Value) -> Figures {
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
        let none = Holidays::none(holidays.range());
        let named = given["holidays"].as_array().map(|named| {
            let whole = Holiday { name: "holiday".into(), portion: DayPart::Whole };
            Holidays::new(none.range(), named.iter().map(|on| (date(on).unwrap(), whole.clone()))).unwrap()
        });
        let rule =
            if policy["sandwich_rule"].is_string() { NonWorkingDays::CountedBetween } else { NonWorkingDays::Free };
        let days = leave_days(&schedule, range, asked, named.as_ref().unwrap_or(&holidays), rule).unwrap();
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
        range.dates(100).map(|on| LeaveDay::new(on, shared_part(all, of(on)).unwrap())).collect()
    }

    /// Whether there is an overlap: nothing, or something. In part or in full makes no difference to a refusal.
    fn overlapping(given: &Value) -> Figures {
        let asked = days(&given["request"]);
        let existing = given["existing"].as_array().unwrap().iter();
        let active = existing.filter(|other| !["cancelled", "rejected"].contains(&other["status"].as_str().unwrap()));
        let met = active.filter(|other| overlap(&asked, &days(other)).is_some()).count();
        [("overlap", Ratio::from_integer(i64::try_from(met.min(1)).unwrap()))].into()
    }

    /// Half days that are not said to be morning or afternoon: those there are in the morning, the new one after noon.
    fn amount(given: &Value) -> Figures {
        let days = |request: &Value, half: DayPart| {
            let range = DateRange::inclusive(date(&request["from"]).unwrap(), date(&request["to"]).unwrap()).unwrap();
            let half_on = date(&request["half_day_on"]);
            let part = |on| if half_on == Some(on) { half } else { DayPart::Whole };
            range.dates(100).map(|on| LeaveDay::new(on, part(on))).collect::<Vec<_>>()
        };
        let asked = days(&given["request"], DayPart::Afternoon);
        let mut existing = given["existing"].as_array().unwrap().iter();
        let meets = existing.any(|other| overlap(&asked, &days(other, DayPart::Morning)).is_some());
        [("accepted", if meets { Ratio::ZERO } else { Ratio::ONE })].into()
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

    fn weeks(policy: &Value) -> RollingLimit {
        RollingLimit::new(policy["weeks"].as_str().unwrap().parse().unwrap()).unwrap()
    }

    fn rolling(policy: &Value, given: &Value) -> Figures {
        let stretch = |from: NaiveDate, weeks: &Value| {
            let days = 7 * weeks.as_str().unwrap().parse::<u64>().unwrap();
            DateRange::new(from, from + chrono::Days::new(days)).unwrap()
        };
        let in_weeks = |days: u32| Ratio::new(i128::from(days), 7).unwrap();
        let Some(taken) = given["taken"].as_array() else {
            let taken = [stretch("2026-01-05".parse().unwrap(), &given["taken_weeks_in_window"])];
            return [("available_weeks", in_weeks(weeks(policy).left_on("2026-06-30".parse().unwrap(), &taken)))]
                .into();
        };
        let taken: Vec<_> = taken.iter().map(|one| stretch(date(&one["from"]).unwrap(), &one["weeks"])).collect();
        let first = date(&given["leave_starting"]).unwrap();
        [("longest_continuous_leave_weeks", in_weeks(weeks(policy).longest_from(first, &taken)))].into()
    }

    fn answer(case: &Value) -> Figures {
        let (policy, given) = (&case["policy"], &case["given"]);
        match case["kind"].as_str().unwrap() {
            "uk_days_entitlement" => uk_days(given),
            "twelfths_for_joiner" => joiner(policy, given),
            "twelfths_full_months" => full_months(policy, given),
            "fraction_rounding" => {
                let days = number(&given["days"]).unwrap();
                [("rounded_days", LeaveRounding::HalfOrMoreUp.round(days).unwrap())].into()
            }
            "carried_over_left_on_date" => carried_left(policy),
            "part_time_prorata" | "part_year_prorata" => part_time(policy, given),
            "working_days_in_range" => working_days(policy, given),
            "request_overlap" => overlapping(given),
            "request_overlap_amount" => amount(given),
            "request_fits" => fitting(given),
            "carried_over_consumption" => carried_consumption(policy, given),
            "uk_hours_entitlement" => uk_hours(given),
            "uk_shift_entitlement" => uk_shifts(given),
            "uk_weeks_entitlement" => uk_weeks(given),
            "uk_irregular_hours_accrual" => uk_irregular(policy, given),
            "straight_line_accrual" => straight_line(policy, given),
            "employment_range_adjustment" => range_adjustment(policy, given),
            "available_allowance" => available(policy, given),
            "bradford_factor" => {
                let spells = u32::try_from(given["spells"].as_u64().unwrap()).unwrap();
                [("score", bradford(spells, number(&given["days"]).unwrap()).unwrap())].into()
            }
            "entitlement_in_hours" => {
                let days = Ratio::from_integer(given["days_per_week"].as_i64().unwrap());
                let hours = number(&given["hours_per_day"]).unwrap();
                [("hours", weeks(policy).in_hours(days, hours).unwrap())].into()
            }
            "fraction_of_week" => {
                let hours = |name: &str| number(&given[name].as_str().unwrap().replace(" hours", "").into()).unwrap();
                [("weeks_used", hours("leave_in_week").checked_div(hours("normal_week")).unwrap())].into()
            }
            "rolling_entitlement_from" | "rolling_entitlement_total" => rolling(policy, given),
            kind => panic!("no such kind: {kind}"),
        }
    }

    /// Checks all cases of a text; says how many agree and how many differ by a convention.
    fn check(cases: &[Value]) -> (usize, usize) {
        let (mut agree, mut differ) = (0, 0);
        for case in cases {
            let found = answer(case);
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
                println!("by convention: {}", wrong.join("; "));
                differ += 1;
            }
        }
        (agree, differ)
    }

    /// Checks the cases that are kept here, and where there are more of them, all of them.
    fn check_all(file: &str, kept: &str) -> (usize, usize) {
        let found = check(&serde_json::from_str::<Vec<Value>>(kept).unwrap());
        let folders = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let more = folders.map(|folder| folder.join("shared/cases/hr").join(file)).find(|file| file.is_file());
        if let Some(more) = more {
            let cases: Value = serde_json::from_str(&std::fs::read_to_string(more).unwrap()).unwrap();
            let (agree, differ) = check(cases["cases"].as_array().unwrap());
            println!("{file}: {agree} passed, 0 failed, {differ} differ by convention, 0 left out");
        }
        found
    }

    #[test]
    fn uk_statutory_holiday() {
        assert_eq!(check_all("uk_statutory_holiday.json", include_str!("cases/uk_statutory_holiday.json")), (92, 1));
    }

    #[test]
    fn de_vacation() {
        assert_eq!(check_all("de_vacation.json", include_str!("cases/de_vacation.json")), (20, 0));
    }

    #[test]
    fn working_days_of_a_stretch() {
        assert_eq!(check_all("working_days.json", include_str!("cases/working_days.json")), (12, 0));
    }

    #[test]
    fn overlapping_requests() {
        assert_eq!(check_all("overlap.json", include_str!("cases/overlap.json")), (13, 0));
    }

    #[test]
    fn proration() {
        assert_eq!(check_all("proration.json", include_str!("cases/proration.json")), (11, 0));
    }

    #[test]
    fn absence_in_figures() {
        assert_eq!(check_all("absence_metrics.json", include_str!("cases/absence_metrics.json")), (10, 0));
    }
}
