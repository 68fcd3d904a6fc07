//! The laws of working time, against a model that looks at the clock on the wall every minute.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
    use office_core::{
        DateRange, DayHours, DayPart, DaySpan, Holiday, HolidayCalendar, Holidays, HoursError, Interval, WeeklyHours,
        WorkingCalendar, WorkingCalendarError, WorkingPlan, WorkingTimeError, Zone,
    };
    use proptest::prelude::*;

    /// Zones, and days around which their clocks are changed.
    const CHANGES: &[(&str, &str)] = &[
        ("UTC", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Sao_Paulo", "2018-02-18"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("America/St_Johns", "2007-03-11"),
        ("America/St_Johns", "2007-11-04"),
        ("Pacific/Apia", "2011-12-30"),
        ("Europe/Moscow", "2014-10-26"),
        ("Africa/Casablanca", "2026-03-22"),
        ("Asia/Kathmandu", "2026-06-01"),
    ];
    const STEP: TimeDelta = TimeDelta::minutes(1);
    const WEEKDAYS: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

    /// A calendar of seventeen days around a change of clocks, and the instant at the middle of it.
    #[derive(Debug)]
    struct Around {
        calendar: WorkingCalendar,
        middle: DateTime<Utc>,
    }

    impl Around {
        /// An instant within four days of the middle.
        fn at(&self, steps: i64) -> DateTime<Utc> {
            self.middle + TimeDelta::minutes(5 * steps)
        }
    }

    fn span(from: u32, until: u32) -> DaySpan {
        format!("{:02}:{:02}-{:02}:{:02}", from / 12, from % 12 * 5, until / 12, until % 12 * 5).parse().unwrap()
    }

    fn day_hours() -> impl Strategy<Value = DayHours> {
        proptest::collection::btree_set(0_u32..=288, 0..7).prop_map(|cuts: BTreeSet<u32>| {
            let cuts: Vec<u32> = cuts.into_iter().collect();
            DayHours::new(cuts.chunks_exact(2).map(|pair| span(pair[0], pair[1]))).unwrap()
        })
    }

    fn calendars() -> impl Strategy<Value = Around> {
        let portion = proptest::sample::select(vec![DayPart::Whole, DayPart::Morning, DayPart::Afternoon]);
        (
            proptest::sample::select(CHANGES),
            proptest::collection::vec(day_hours(), 7),
            proptest::collection::btree_map(0_u64..17, day_hours(), 0..3),
            proptest::collection::btree_map(0_u64..17, portion, 0..3),
        )
            .prop_map(|((zone, date), week, exceptions, holidays)| {
                let zone: Zone = zone.parse().unwrap();
                let date: NaiveDate = date.parse().unwrap();
                let first = date - Days::new(8);
                let valid = DateRange::new(first, first + Days::new(17)).unwrap();
                let named = |portion| Holiday { name: "off".into(), portion };
                let rows = holidays.into_iter().map(|(day, portion)| (first + Days::new(day), named(portion)));
                let holidays = Holidays::new(valid, rows).unwrap();
                let exceptions = exceptions.into_iter().map(|(day, hours)| (first + Days::new(day), hours)).collect();
                let week =
                    WEEKDAYS.into_iter().zip(week).fold(WeeklyHours::closed(), |all, (day, hours)| all.on(day, hours));
                let calendar = WorkingCalendar::new(WorkingPlan { zone, valid, week, exceptions, holidays }).unwrap();
                let middle = zone.day(date - Days::new(1)).unwrap().end();
                Around { calendar, middle }
            })
    }

    /// Whether the clock on the wall shows a time of work.
    fn model(plan: &WorkingPlan, instant: DateTime<Utc>) -> bool {
        let reading = plan.zone.local(instant);
        let date = reading.date();
        let Ok(holiday) = plan.holidays.holiday(date) else { return false };
        let off = holiday.is_some_and(|holiday| match holiday.portion {
            DayPart::Whole => true,
            DayPart::Morning => reading.hour() < 12,
            DayPart::Afternoon => reading.hour() >= 12,
        });
        let hours = plan.exceptions.get(&date).unwrap_or_else(|| plan.week.hours(date.weekday()));
        let second = reading.num_seconds_from_midnight();
        !off && hours.spans().iter().any(|span| span.start() <= second && second < span.end())
    }

    fn counted(plan: &WorkingPlan, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let mut sum = TimeDelta::zero();
        let mut at = from;
        while at < to {
            sum += if model(plan, at) { STEP } else { TimeDelta::zero() };
            at += STEP;
        }
        sum
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn working_time_is_what_the_clock_on_the_wall_shows(around in calendars(), a in -1100_i64..1100, b in -1100_i64..1100) {
            let (from, to) = (around.at(a.min(b)), around.at(a.max(b)));
            let expected = counted(around.calendar.plan(), from, to);
            prop_assert_eq!(around.calendar.working_between(from, to), Ok(expected));
            prop_assert_eq!(around.calendar.working_between(to, from), Ok(-expected));
            prop_assert_eq!(around.calendar.is_working(from), Ok(model(around.calendar.plan(), from)));
        }

        #[test]
        fn working_time_is_additive(around in calendars(), nanos in proptest::array::uniform3(-330_000_000_000_000_i64..330_000_000_000_000)) {
            let [a, b, c] = nanos.map(|nanos| around.middle + TimeDelta::nanoseconds(nanos));
            let between = |from, to| around.calendar.working_between(from, to).unwrap();
            prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
            prop_assert!(b < a || (TimeDelta::zero() <= between(a, b) && between(a, b) <= b - a));
        }

        #[test]
        fn adding_is_undone_by_measuring_and_subtracting(
            around in calendars(), start in -330_000_000_000_000_i64..330_000_000_000_000, nanos in 0_i64..60_000_000_000_000,
        ) {
            let calendar = &around.calendar;
            let (start, length) = (around.middle + TimeDelta::nanoseconds(start), TimeDelta::nanoseconds(nanos));
            let tick = TimeDelta::nanoseconds(1);
            match calendar.add(start, length) {
                Ok(due) => {
                    prop_assert_eq!(calendar.working_between(start, due), Ok(length));
                    prop_assert!(due >= start);
                    let lands = calendar.is_working(due).unwrap() || calendar.is_working(due - tick).unwrap();
                    prop_assert!(lands);
                    // The first such instant: a tick before, less had passed.
                    let before = calendar.working_between(start, due - tick).unwrap();
                    prop_assert!(nanos == 0 || before < length);
                    let back = calendar.subtract(due, length).unwrap();
                    prop_assert_eq!(calendar.working_between(back, start), Ok(TimeDelta::zero()));
                    prop_assert_eq!(calendar.subtract(start, -length), Ok(due));
                }
                Err(error) => {
                    prop_assert_eq!(error, WorkingTimeError::Exhausted { valid: calendar.plan().valid });
                    let end = calendar.plan().zone.day(calendar.plan().valid.last().unwrap()).unwrap().end();
                    let left = calendar.working_between(start, end).unwrap();
                    prop_assert!(left < length || left == TimeDelta::zero());
                }
            }
        }

        #[test]
        fn subtracting_leads_to_working_time(
            around in calendars(), start in -330_000_000_000_000_i64..330_000_000_000_000, nanos in 1_i64..60_000_000_000_000,
        ) {
            let calendar = &around.calendar;
            let (start, length) = (around.middle + TimeDelta::nanoseconds(start), TimeDelta::nanoseconds(nanos));
            if let Ok(from) = calendar.subtract(start, length) {
                prop_assert_eq!(calendar.working_between(from, start), Ok(length));
                prop_assert_eq!(calendar.is_working(from), Ok(true));
                prop_assert_eq!(calendar.add(start, -length), Ok(from));
            }
        }

        #[test]
        fn adding_in_two_steps_is_adding_at_once(around in calendars(), start in -1100_i64..1100, a in 0_i64..200, b in 0_i64..200) {
            let (calendar, start) = (&around.calendar, around.at(start));
            let (a, b) = (TimeDelta::minutes(a), TimeDelta::minutes(b));
            if let Ok(due) = calendar.add(start, a + b) {
                let first = calendar.add(start, a).unwrap();
                prop_assert_eq!(calendar.add(first, b), Ok(due));
            }
        }

        #[test]
        fn spans_are_the_working_time_and_nothing_else(around in calendars(), first in 2_u64..8, days in 1_u64..8, at in 0_i64..2304) {
            let (calendar, plan) = (&around.calendar, around.calendar.plan());
            let start = plan.valid.start() + Days::new(first);
            let range = DateRange::new(start, start + Days::new(days)).unwrap();
            let spans = calendar.spans(range).unwrap();
            prop_assert!(spans.windows(2).all(|pair| pair[0].end() < pair[1].start()));
            let bounds: Vec<Interval> = range.dates(20).filter_map(|day| plan.zone.day(day).ok()).collect();
            if let (Some(one), Some(last)) = (bounds.first(), bounds.last()) {
                let sum: TimeDelta = spans.iter().map(Interval::duration).sum();
                prop_assert_eq!(calendar.working_between(one.start(), last.end()), Ok(sum));
                let instant = one.start() + TimeDelta::minutes(5 * at);
                if instant < last.end() {
                    prop_assert_eq!(spans.iter().any(|span| span.contains(instant)), model(plan, instant));
                }
            }
        }

        #[test]
        fn the_next_working_instant_is_the_first(around in calendars(), start in -1100_i64..1100) {
            let (calendar, start) = (&around.calendar, around.at(start));
            if let Ok(next) = calendar.next_working(start) {
                prop_assert_eq!(calendar.is_working(next), Ok(true));
                prop_assert_eq!(calendar.working_between(start, next), Ok(TimeDelta::zero()));
            }
        }

        #[test]
        fn no_instant_panics(around in calendars(), seconds in any::<i64>(), nanos in 0_u32..2_000_000_000, length in any::<i64>()) {
            let calendar = &around.calendar;
            let any = DateTime::from_timestamp(seconds % 9_000_000_000_000, nanos);
            let extremes = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, around.middle];
            for at in any.into_iter().chain(extremes) {
                for length in [TimeDelta::MIN, TimeDelta::MAX, TimeDelta::nanoseconds(length)] {
                    let answers = [calendar.add(at, length), calendar.subtract(at, length), calendar.next_working(at)];
                    prop_assert!(at == around.middle || answers.iter().all(Result::is_err));
                }
                let _ = (calendar.is_working(at), calendar.working_between(at, around.middle));
            }
        }

        #[test]
        fn hours_read_back_as_written(hours in day_hours(), text in "[0-9:, -]{0,20}") {
            prop_assert_eq!(hours.to_string().parse(), Ok(hours.clone()));
            if let Ok(span) = text.parse::<DaySpan>() {
                prop_assert_eq!(span.to_string().parse(), Ok(span));
            }
        }

        #[test]
        fn a_calendar_reads_back_as_written(around in calendars()) {
            let json = serde_json::to_string(&around.calendar).unwrap();
            prop_assert_eq!(serde_json::from_str::<WorkingCalendar>(&json).unwrap(), around.calendar);
        }
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn plan(zone: &str, valid: DateRange, hours: &str) -> WorkingPlan {
        WorkingPlan {
            zone: zone.parse().unwrap(),
            valid,
            week: WeeklyHours::daily(hours.parse().unwrap()),
            exceptions: BTreeMap::new(),
            holidays: Holidays::none(valid),
        }
    }

    #[test]
    fn a_shift_during_a_change_of_clocks_is_as_long_as_it_lasts() {
        // zone, date, hours, minutes of work
        let rows = [
            ("Europe/Berlin", "2026-03-29", "01:00-04:00", 120),
            ("Europe/Berlin", "2026-03-29", "02:00-03:00", 0),
            ("Europe/Berlin", "2026-03-29", "02:30-03:30", 30),
            ("Europe/Berlin", "2026-10-25", "01:00-04:00", 240),
            ("Europe/Berlin", "2026-10-25", "02:15-02:30", 30), // the clock shows it twice
            ("Australia/Lord_Howe", "2026-10-04", "00:00-24:00", 23 * 60 + 30),
            ("Australia/Lord_Howe", "2026-04-05", "01:00-03:00", 150),
            ("Pacific/Apia", "2011-12-30", "00:00-24:00", 0), // the day was skipped
        ];
        for (zone, date, hours, minutes) in rows {
            let date: NaiveDate = date.parse().unwrap();
            let calendar = WorkingCalendar::new(plan(zone, DateRange::year(date.year()).unwrap(), hours)).unwrap();
            let spans = calendar.spans(DateRange::day(date)).unwrap();
            let sum: TimeDelta = spans.iter().map(Interval::duration).sum();
            assert_eq!(sum.num_minutes(), minutes, "{zone} {date} {hours}");
        }
    }

    #[test]
    fn clocks_put_back_across_midnight_count_each_minute_once() {
        // At one past midnight the clocks of St John's went back to one past eleven of the day before.
        let calendar =
            WorkingCalendar::new(plan("America/St_Johns", DateRange::year(2007).unwrap(), "00:00-24:00")).unwrap();
        let start = utc("2007-11-04T00:00:00Z");
        for minutes in 0..360 {
            let (end, length) = (start + TimeDelta::minutes(minutes), TimeDelta::minutes(minutes));
            assert_eq!(calendar.working_between(start, end), Ok(length));
            assert_eq!(calendar.add(start, length), Ok(end));
        }
    }

    #[test]
    fn the_edges_of_working_time_are_told_apart() {
        let year = DateRange::year(2026).unwrap();
        let calendar = WorkingCalendar::new(plan("UTC", year, "09:00-17:00")).unwrap();
        let (opens, closes) = (utc("2026-06-01T09:00:00Z"), utc("2026-06-01T17:00:00Z"));
        let (eight, none) = (TimeDelta::hours(8), TimeDelta::zero());
        assert_eq!(calendar.add(opens, eight), Ok(closes));
        assert_eq!(calendar.subtract(closes, eight), Ok(opens));
        assert_eq!(calendar.add(closes, none), Ok(closes));
        assert_eq!(calendar.subtract(opens, none), Ok(opens));
        assert_eq!(calendar.add(utc("2026-06-01T20:00:00Z"), none), Ok(utc("2026-06-02T09:00:00Z")));
        assert_eq!(calendar.subtract(utc("2026-06-01T20:00:00Z"), none), Ok(closes));
        assert_eq!(calendar.next_working(closes), Ok(utc("2026-06-02T09:00:00Z")));
        assert_eq!(calendar.is_working(closes), Ok(false));
        assert_eq!(calendar.opening(opens.date_naive()), Ok(Some(opens)));
        assert_eq!(calendar.closing(opens.date_naive()), Ok(Some(closes)));
    }

    #[test]
    fn a_night_shift_is_one_interval() {
        let year = DateRange::year(2026).unwrap();
        let calendar = WorkingCalendar::new(plan("UTC", year, "00:00-06:00, 22:00-24:00")).unwrap();
        let spans = calendar.spans("2026-06-01/2026-06-03".parse().unwrap()).unwrap();
        assert_eq!(spans[1].to_string(), "2026-06-01T22:00:00Z/2026-06-02T06:00:00Z");
        assert_eq!(spans.len(), 3);
    }

    #[test]
    fn a_hundred_years_are_counted_like_a_day() {
        let century = DateRange::new("1970-01-01".parse().unwrap(), NaiveDate::from_ymd_opt(2070, 1, 1)).unwrap();
        let calendar = WorkingCalendar::new(plan("Europe/Berlin", century, "00:00-24:00")).unwrap();
        let (from, to) = (utc("1970-01-01T00:00:00Z"), utc("2069-12-31T00:00:00Z"));
        assert_eq!(calendar.working_between(from, to), Ok(to - from));
        assert_eq!(calendar.add(from, to - from), Ok(to));
    }

    #[test]
    fn plans_that_make_no_calendar_are_refused() {
        let year = DateRange::year(2026).unwrap();
        let good = || plan("UTC", year, "09:00-17:00");
        let outside: NaiveDate = "2027-01-01".parse().unwrap();

        let valid = DateRange::from(year.start());
        let refused = WorkingCalendar::new(WorkingPlan { valid, ..good() }).unwrap_err();
        assert_eq!(refused, WorkingCalendarError::TooLong { valid });
        let valid = DateRange::new(year.start(), NaiveDate::from_ymd_opt(2126, 1, 3)).unwrap();
        let refused = WorkingCalendar::new(WorkingPlan { valid, ..good() }).unwrap_err();
        assert_eq!(refused, WorkingCalendarError::TooLong { valid });
        let valid = DateRange::year(0).unwrap();
        let refused = WorkingCalendar::new(WorkingPlan { valid, ..good() }).unwrap_err();
        assert_eq!(refused, WorkingCalendarError::TooFar { valid });
        let exceptions = [(outside, DayHours::closed())].into();
        let refused = WorkingCalendar::new(WorkingPlan { exceptions, ..good() }).unwrap_err();
        assert_eq!(refused, WorkingCalendarError::ExceptionOutside { date: outside, valid: year });
        let known = DateRange::month(2026, 1).unwrap();
        let refused = WorkingCalendar::new(WorkingPlan { holidays: Holidays::none(known), ..good() }).unwrap_err();
        assert_eq!(refused, WorkingCalendarError::HolidaysUnknown { known, valid: year });

        let mut json = serde_json::to_value(good()).unwrap();
        json["exceptions"] = serde_json::json!({ "2027-01-01": [] });
        assert!(serde_json::from_value::<WorkingCalendar>(json).is_err());
    }

    #[test]
    fn hours_that_cannot_be_are_refused() {
        for text in
            ["", "9:00-17:00", "09:00", "09:00-25:00", "24:01-24:00", "09:60-10:00", "09:00-17:00:00:00", "+9:00-17:00"]
        {
            assert_eq!(text.parse::<DaySpan>(), Err(HoursError::Text { text: text.into() }), "{text}");
        }
        assert_eq!("17:00-09:00".parse::<DaySpan>(), Err(HoursError::Empty { start: 61_200, end: 32_400 }));
        let reading = chrono::NaiveTime::from_hms_milli_opt(9, 0, 0, 1).unwrap();
        assert_eq!(DaySpan::to_midnight(reading), Err(HoursError::Fraction { reading }));
        let many = (0..49).map(|minute| span(minute, minute + 1));
        assert_eq!(DayHours::new(many), Err(HoursError::TooMany { most: 48 }));
        assert!(serde_json::from_str::<DayHours>(r#"["09:00-12:00","11:00-13:00"]"#).is_err());
    }
}
