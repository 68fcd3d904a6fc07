//! Published cases of working time, those that may be kept here and those that are elsewhere.

#[cfg(test)]
mod cases {
    use std::collections::BTreeMap;
    use std::path::Path;

    use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
    use office_core::{
        DateRange, DayHours, DayPart, DaySpan, FoldRule, GapRule, Holiday, Holidays, Interval, WeeklyHours,
        WorkingCalendar, WorkingPlan, Zone,
    };
    use serde_json::Value;

    fn day_hours(spans: &Value) -> DayHours {
        DayHours::new(spans.as_array().unwrap().iter().map(|pair| {
            let text = format!("{}-{}", pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            text.parse::<DaySpan>().unwrap()
        }))
        .unwrap()
    }

    fn dated(rows: &Value) -> BTreeMap<NaiveDate, DayHours> {
        let rows = rows.as_object().into_iter().flatten();
        rows.map(|(date, spans)| (date.parse().unwrap(), day_hours(spans))).collect()
    }

    /// Breaks of a date are taken out of its hours, which makes hours of its own.
    fn calendar(given: &Value) -> WorkingCalendar {
        let zone: Zone = given["time_zone"].as_str().unwrap_or("UTC").parse().unwrap();
        let week = given["hours"].as_object().unwrap().iter().fold(WeeklyHours::closed(), |week, (day, spans)| {
            week.on(day.parse::<Weekday>().unwrap(), day_hours(spans))
        });
        let mut exceptions = dated(&given["shifts"]);
        for (date, breaks) in dated(&given["breaks"]) {
            let hours = exceptions.remove(&date).unwrap_or_else(|| week.hours(date.weekday()).clone());
            exceptions.insert(date, breaks.spans().iter().fold(hours, |hours, pause| hours.except(*pause)));
        }
        let valid: DateRange = "2005-01-01/2020-01-01".parse().unwrap();
        let days = given["holidays"].as_array().into_iter().flatten().map(|date| {
            (date.as_str().unwrap().parse().unwrap(), Holiday { name: "holiday".into(), portion: DayPart::Whole })
        });
        let holidays = Holidays::new(valid, days).unwrap();
        WorkingCalendar::new(WorkingPlan { zone, valid, week, exceptions, holidays }).unwrap()
    }

    fn instant(calendar: &WorkingCalendar, reading: &Value) -> DateTime<Utc> {
        let reading: NaiveDateTime = reading.as_str().unwrap().parse().unwrap();
        calendar.plan().zone.at(reading).instant(GapRule::Refuse, FoldRule::Refuse).unwrap()
    }

    /// So many working days on, at the same reading of the clock or at the end of work.
    fn days_on(calendar: &WorkingCalendar, from: DateTime<Utc>, count: i32, end_of_day: bool) -> DateTime<Utc> {
        let zone = calendar.plan().zone;
        let date = calendar.working_day(zone.date_of(from), count).unwrap();
        if end_of_day {
            return calendar.closing(date).unwrap().unwrap();
        }
        let reading = zone.at(date.and_time(zone.local(from).time()));
        calendar.next_working(reading.instant(GapRule::Forward, FoldRule::First).unwrap()).unwrap()
    }

    fn common(given: &Value, expected: &Value) {
        let (one, two) = (calendar(&given["a"]), calendar(&given["b"]));
        let after = instant(&one, &given["after"]);
        let days: DateRange = "2006-01-01/2006-02-01".parse().unwrap();
        let (one, two) = (one.spans(days).unwrap(), two.spans(days).unwrap());
        let both = one.iter().flat_map(|span| two.iter().filter_map(|other| span.intersection(other)));
        let take = usize::try_from(given["take"].as_u64().unwrap()).unwrap();
        let found: Vec<Interval> = both.filter(|span| span.start() >= after).take(take).collect();
        let wanted = expected["periods"].as_array().unwrap().iter().map(|pair| {
            format!("{}Z/{}Z", pair[0].as_str().unwrap(), pair[1].as_str().unwrap()).parse::<Interval>().unwrap()
        });
        assert_eq!(found, wanted.collect::<Vec<_>>());
    }

    fn run(case: &Value) {
        let (id, given, expected) = (case["id"].as_str().unwrap(), &case["inputs"], &case["expected"]);
        if given.get("a").is_some() {
            return common(given, expected);
        }
        let calendar = calendar(&given["calendar"]);
        if let Some(active) = expected.get("active") {
            let at = instant(&calendar, &given["at"]);
            return assert_eq!(calendar.is_working(at).unwrap(), active.as_bool().unwrap(), "{id}");
        }
        let from = instant(&calendar, &given["from"]);
        if let Some(seconds) = expected.get("seconds") {
            let to = instant(&calendar, &given["to"]);
            let found = calendar.working_between(from, to).unwrap();
            // The source answers nothing where the instants are reversed; here the answer is negative.
            return assert_eq!(found.num_seconds().max(0), seconds.as_i64().unwrap(), "{id}");
        }
        let found = if let Some(seconds) = given.get("add_seconds") {
            calendar.add(from, TimeDelta::seconds(seconds.as_i64().unwrap())).unwrap()
        } else if let Some(seconds) = given.get("subtract_seconds") {
            calendar.subtract(from, TimeDelta::seconds(seconds.as_i64().unwrap())).unwrap()
        } else {
            let count = i32::try_from(given["add_business_days"].as_i64().unwrap()).unwrap();
            days_on(&calendar, from, count, given["end_of_working_day"].as_bool().unwrap_or(false))
        };
        assert_eq!(found, instant(&calendar, &expected["at"]), "{id}");
    }

    #[test]
    fn the_published_cases_kept_here_hold() {
        let file: Value = serde_json::from_str(include_str!("cases/business_time.json")).unwrap();
        let cases = file["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 17);
        for case in cases {
            assert_eq!(case["source"]["licence"], "Apache-2.0");
            run(case);
        }
    }

    #[test]
    fn the_published_cases_kept_elsewhere_hold() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/inventory/business_time.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("left out: no cases beside this checkout");
            return;
        };
        let file: Value = serde_json::from_str(&text).unwrap();
        for case in file["cases"].as_array().unwrap() {
            run(case);
        }
    }
}
