//! The laws of days, intervals and wall-clock time, through the public API.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod laws {
    use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
    use chrono_tz::{TZ_VARIANTS, Tz};
    use office_core::{
        CivilTimeError, DateRange, DateRangeError, FoldRule, GapRule, Holiday, HolidayCalendar, Holidays,
        HolidaysError, Interval, IntervalError, Zone,
    };
    use proptest::prelude::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
    }

    fn minute(offset: i64) -> DateTime<Utc> {
        utc("2026-01-01T00:00:00Z") + TimeDelta::minutes(offset)
    }

    fn ranges() -> impl Strategy<Value = DateRange> {
        (0_u64..40, proptest::option::of(1_u64..20))
            .prop_map(|(start, length)| DateRange::new(day(start), length.map(|length| day(start + length))).unwrap())
    }

    fn intervals() -> impl Strategy<Value = Interval> {
        (0_i64..60, 1_i64..20).prop_map(|(start, length)| Interval::new(minute(start), minute(start + length)).unwrap())
    }

    fn zones() -> impl Strategy<Value = Zone> {
        proptest::sample::select(vec![
            zone("Europe/Berlin"),
            zone("America/New_York"),
            zone("Australia/Lord_Howe"),
            zone("Pacific/Apia"),
            zone("America/St_Johns"),
            zone("America/Sao_Paulo"),
            zone("Europe/Moscow"),
            zone("Africa/Casablanca"),
            zone("Asia/Kathmandu"),
            Zone::UTC,
        ])
    }

    fn instants() -> impl Strategy<Value = DateTime<Utc>> {
        (0_i64..4_102_444_800).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
    }

    /// Zone, first reading skipped, minutes skipped.
    const GAPS: &[(&str, &str, i64)] = &[
        ("Europe/Berlin", "2026-03-29T02:00:00", 60),
        ("America/New_York", "2026-03-08T02:00:00", 60),
        ("Australia/Lord_Howe", "2026-10-04T02:00:00", 30),
        ("America/Sao_Paulo", "2018-11-04T00:00:00", 60),
        ("America/St_Johns", "2007-03-11T00:01:00", 60),
        ("Pacific/Apia", "2011-12-30T00:00:00", 24 * 60),
        ("Europe/Moscow", "2011-03-27T02:00:00", 60),
    ];

    fn skips_a_day(error: &CivilTimeError) -> bool {
        matches!(error, CivilTimeError::NoSuchDay { .. })
    }

    proptest! {
        #[test]
        fn a_day_is_in_the_intersection_of_two_ranges_if_it_is_in_both(a in ranges(), b in ranges(), d in 0_u64..70) {
            let both = a.contains(day(d)) && b.contains(day(d));
            prop_assert_eq!(a.intersection(&b).is_some_and(|range| range.contains(day(d))), both);
            prop_assert_eq!(a.overlaps(&b), a.intersection(&b).is_some());
            prop_assert!(!both || a.overlaps(&b));
            prop_assert_eq!(a.encloses(&b), a.intersection(&b) == Some(b));
        }

        #[test]
        fn a_range_holds_as_many_days_as_it_lists(a in ranges()) {
            let listed: Vec<_> = a.dates(100).collect();
            prop_assert!(listed.iter().all(|day| a.contains(*day)));
            prop_assert_eq!(listed.len(), a.days().map_or(100, |days| usize::try_from(days).unwrap()));
            prop_assert_eq!(listed.last().copied().filter(|_| a.end().is_some()), a.last());
        }

        #[test]
        fn ranges_and_intervals_read_back_as_written(a in ranges(), b in intervals()) {
            prop_assert_eq!(a.to_string().parse(), Ok(a));
            prop_assert_eq!(b.to_string().parse(), Ok(b));
            let json = serde_json::to_string(&(a, b)).unwrap();
            prop_assert_eq!(serde_json::from_str::<(DateRange, Interval)>(&json).unwrap(), (a, b));
        }

        #[test]
        fn no_text_makes_parsing_panic(text in "[-0-9T:Z/.+ a-zA-Z_]{0,40}") {
            if let Ok(range) = text.parse::<DateRange>() {
                prop_assert_eq!(range.to_string(), text.clone());
            }
            if let Ok(found) = text.parse::<Zone>() {
                prop_assert_eq!(found.name(), text.as_str());
            }
            if let Ok(interval) = text.parse::<Interval>() {
                prop_assert!(interval.duration() > TimeDelta::zero());
            }
        }

        #[test]
        fn an_instant_is_in_the_intersection_of_two_intervals_if_it_is_in_both(
            a in intervals(), b in intervals(), m in 0_i64..80,
        ) {
            let both = a.contains(minute(m)) && b.contains(minute(m));
            prop_assert_eq!(a.intersection(&b).is_some_and(|common| common.contains(minute(m))), both);
            prop_assert_eq!(a.overlaps(&b), a.intersection(&b).is_some());
        }

        #[test]
        fn union_and_gaps_divide_the_bounds_between_them(
            within in intervals(), busy in proptest::collection::vec(intervals(), 0..6), m in 0_i64..80,
        ) {
            let union = Interval::union(busy.clone());
            prop_assert!(union.windows(2).all(|pair| pair[0].end() < pair[1].start()));
            let taken = busy.iter().any(|one| one.contains(minute(m)));
            prop_assert_eq!(union.iter().any(|one| one.contains(minute(m))), taken);

            let free = Interval::gaps(within, busy);
            prop_assert!(free.windows(2).all(|pair| pair[0].end() < pair[1].start()));
            let is_free = free.iter().any(|one| one.contains(minute(m)));
            prop_assert_eq!(is_free, within.contains(minute(m)) && !taken);
        }

        #[test]
        fn a_reading_shown_once_or_twice_is_found_again(zone in zones(), at in instants()) {
            let civil = zone.at(zone.local(at));
            let first = civil.instant(GapRule::Refuse, FoldRule::First).unwrap();
            let second = civil.instant(GapRule::Refuse, FoldRule::Second).unwrap();
            prop_assert!(first == at || second == at);
            prop_assert!(first <= second);
            let refused = civil.instant(GapRule::Refuse, FoldRule::Refuse);
            prop_assert_eq!(refused.is_ok(), first == second);
        }

        #[test]
        fn the_rules_for_gaps_surround_the_gap(
            (name, begin, length, into) in proptest::sample::select(GAPS).prop_flat_map(|(name, begin, length)| {
                (Just(name), Just(begin), Just(length), 0..length * 60)
            }),
        ) {
            let (zone, gap) = (zone(name), TimeDelta::minutes(length));
            let reading = local(begin) + TimeDelta::seconds(into);
            let civil = zone.at(reading);
            let refused = Err(CivilTimeError::Gap { local: reading, zone });
            prop_assert_eq!(civil.instant(GapRule::Refuse, FoldRule::First), refused);
            let before = civil.instant(GapRule::PreviousValid, FoldRule::First).unwrap();
            let after = civil.instant(GapRule::NextValid, FoldRule::First).unwrap();
            let forward = civil.instant(GapRule::Forward, FoldRule::First).unwrap();
            prop_assert_eq!(after - before, TimeDelta::nanoseconds(1));
            prop_assert_eq!(zone.local(before), local(begin) - TimeDelta::nanoseconds(1));
            prop_assert_eq!(zone.local(after), local(begin) + gap);
            prop_assert_eq!(zone.local(forward), reading + gap);
        }

        #[test]
        fn settings_tell_what_the_clocks_show(
            name in proptest::sample::select(TZ_VARIANTS.map(Tz::name).to_vec()),
            nth in any::<proptest::sample::Index>(),
            off in -200_000_i64..200_000,
        ) {
            let zone = zone(name);
            let settings = zone.settings();
            prop_assert!(settings.windows(2).all(|pair| pair[0].until == pair[1].from && pair[0].ahead != pair[1].ahead));
            prop_assert!(settings.windows(2).all(|pair| pair[0].shown_until() < pair[1].shown_until()));
            let change = settings.get(nth.index(settings.len())).filter(|one| one.from != i64::MIN);
            let near = change.map_or(off * 20_000, |one| one.from) + off;
            // At an instant near a change, and on each side of it.
            for second in [near, near - off, near - off - 1] {
                let setting = settings.iter().find(|one| (one.from..one.until).contains(&second)).unwrap();
                let shown = DateTime::from_timestamp(second + setting.ahead, 0).unwrap().naive_utc();
                prop_assert_eq!(zone.local(DateTime::from_timestamp(second, 0).unwrap()), shown);
            }
            // At a reading: shown by the first that it comes before the end of, else skipped by the change to that one.
            let reading = near + settings[0].ahead;
            let first = settings.partition_point(|one| one.shown_until() <= reading);
            let skipped = reading < settings[first].shown_from();
            let meant = reading - settings[if skipped { first - 1 } else { first }].ahead;
            let civil = zone.at(DateTime::from_timestamp(reading, 0).unwrap().naive_utc());
            prop_assert_eq!(civil.instant(GapRule::Forward, FoldRule::First).unwrap().timestamp(), meant);
            prop_assert_eq!(civil.instant(GapRule::Refuse, FoldRule::First).is_err(), skipped);
        }

        #[test]
        fn days_follow_one_another(zone in zones(), at in instants()) {
            let date = zone.date_of(at);
            let today = zone.day(date).unwrap();
            let tomorrow = zone.day(date.succ_opt().unwrap());
            match tomorrow {
                Ok(tomorrow) => prop_assert_eq!(today.end(), tomorrow.start()),
                Err(error) => prop_assert!(skips_a_day(&error)),
            }
        }

        #[test]
        fn no_reading_and_no_instant_panics(zone in zones(), seconds in any::<i64>(), nanos in 0_u32..2_000_000_000) {
            let extremes = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::UNIX_EPOCH];
            for at in DateTime::from_timestamp(seconds % 9_000_000_000_000, nanos).into_iter().chain(extremes) {
                let reading = zone.local(at);
                prop_assert_eq!(zone.date_of(at), reading.date());
                for gap in [GapRule::Forward, GapRule::NextValid, GapRule::PreviousValid, GapRule::Refuse] {
                    for fold in [FoldRule::First, FoldRule::Second, FoldRule::Refuse] {
                        let _ = zone.at(reading).instant(gap, fold).map_err(|error| error.to_string());
                    }
                }
                let _ = zone.day(reading.date()).map_err(|error| error.to_string());
            }
            for reading in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                let _ = zone.at(reading).instant(GapRule::Forward, FoldRule::First);
                let _ = zone.day(reading.date());
            }
        }
    }

    #[test]
    fn a_gap_is_as_long_as_the_zone_says() {
        // zone, reading, forward, next valid
        let rows = [
            ("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z"),
            ("America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:30:00Z", "2026-03-08T07:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00Z", "2026-10-03T15:30:00Z"),
            ("Pacific/Apia", "2011-12-30T09:00:00", "2011-12-30T19:00:00Z", "2011-12-30T10:00:00Z"),
            ("Europe/Moscow", "2011-03-27T02:30:00", "2011-03-26T23:30:00Z", "2011-03-26T23:00:00Z"),
        ];
        for (name, reading, forward, next) in rows {
            let civil = zone(name).at(local(reading));
            assert_eq!(civil.instant(GapRule::Forward, FoldRule::First), Ok(utc(forward)), "{civil}");
            assert_eq!(civil.instant(GapRule::NextValid, FoldRule::First), Ok(utc(next)), "{civil}");
            let refused = Err(CivilTimeError::Gap { local: local(reading), zone: zone(name) });
            assert_eq!(civil.instant(GapRule::Refuse, FoldRule::First), refused, "{civil}");
        }
    }

    #[test]
    fn a_fold_has_two_instants() {
        let rows = [
            ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"),
            ("Europe/Moscow", "2014-10-26T01:30:00", "2014-10-25T21:30:00Z", "2014-10-25T22:30:00Z"),
        ];
        for (name, reading, first, second) in rows {
            let civil = zone(name).at(local(reading));
            assert_eq!(civil.instant(GapRule::Refuse, FoldRule::First), Ok(utc(first)), "{civil}");
            assert_eq!(civil.instant(GapRule::Refuse, FoldRule::Second), Ok(utc(second)), "{civil}");
            let refused = Err(CivilTimeError::Fold { local: local(reading), zone: zone(name) });
            assert_eq!(civil.instant(GapRule::Refuse, FoldRule::Refuse), refused, "{civil}");
        }
    }

    #[test]
    fn a_civil_day_is_as_long_as_the_clocks_make_it() {
        let rows = [
            ("Europe/Berlin", "2026-03-29", 23 * 60),
            ("Europe/Berlin", "2026-10-25", 25 * 60),
            ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30),
            ("Australia/Lord_Howe", "2026-04-05", 24 * 60 + 30),
            ("America/Sao_Paulo", "2018-11-04", 23 * 60), // midnight itself is skipped
            ("Pacific/Apia", "2011-12-29", 24 * 60),
            ("Asia/Kathmandu", "2026-10-25", 24 * 60),
        ];
        for (name, date, minutes) in rows {
            let day = zone(name).day(date.parse().unwrap()).unwrap();
            assert_eq!(day.duration().num_minutes(), minutes, "{name} {date}");
        }
        let skipped = "2011-12-30".parse().unwrap();
        let apia = zone("Pacific/Apia");
        assert_eq!(apia.day(skipped), Err(CivilTimeError::NoSuchDay { date: skipped, zone: apia }));
    }

    #[test]
    fn values_are_refused_that_hold_nothing() {
        let (d, t) = (day(0), minute(0));
        assert_eq!(DateRange::new(d, d), Err(DateRangeError::Empty { start: d, end: d }));
        assert_eq!(DateRange::inclusive(day(1), d), Err(DateRangeError::Empty { start: day(1), end: d }));
        assert_eq!(DateRange::inclusive(d, d), Ok(DateRange::day(d)));
        assert_eq!(DateRange::month(2026, 13), Err(DateRangeError::NoSuchMonth { year: 2026, month: 13 }));
        assert_eq!(DateRange::year(i32::MAX), Err(DateRangeError::NoSuchMonth { year: i32::MAX, month: 1 }));
        assert_eq!(DateRange::year(2024).map(|year| year.days()), Ok(Some(366)));
        assert_eq!(DateRange::month(2026, 12).map(|month| month.end()), Ok(NaiveDate::from_ymd_opt(2027, 1, 1)));
        assert_eq!(Interval::new(t, t), Err(IntervalError::Empty { start: t, end: t }));
        let length = TimeDelta::MAX;
        assert_eq!(Interval::starting(t, length), Err(IntervalError::TooLong { start: t, length }));
        assert!(serde_json::from_str::<DateRange>(r#"{"start":"2026-02-01","end":"2026-01-01"}"#).is_err());
        assert!(
            serde_json::from_str::<Interval>(r#"{"start":"2026-02-01T00:00:00Z","end":"2026-02-01T00:00:00Z"}"#)
                .is_err()
        );
        assert!(serde_json::from_str::<Zone>(r#""Europe/Atlantis""#).is_err());
        for text in ["", "2026-01-01", "2026-1-1/..", "2026-01-01/", "../2026-01-01"] {
            assert_eq!(text.parse::<DateRange>(), Err(DateRangeError::Text { text: text.into() }));
        }
    }

    #[test]
    fn the_last_day_of_the_calendar_is_a_range() {
        let last = DateRange::day(NaiveDate::MAX);
        assert_eq!(last.dates(5).collect::<Vec<_>>(), [NaiveDate::MAX]);
        assert_eq!(
            DateRange::year(NaiveDate::MAX.format("%Y").to_string().parse().unwrap()).map(|y| y.end()),
            Ok(None)
        );
        assert_eq!(
            Zone::UTC.local(DateTime::<Utc>::MAX_UTC).time(),
            NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap()
        );
    }

    #[test]
    fn a_table_of_holidays_speaks_of_its_own_days_only() {
        let year = DateRange::year(2026).unwrap();
        let holiday = || Holiday { name: "New Year".into(), portion: office_core::DayPart::Whole };
        let table = Holidays::new(year, [(day(0), holiday())]).unwrap();
        assert_eq!(table.holiday(day(0)), Ok(Some(holiday())));
        assert_eq!(table.holiday(day(1)), Ok(None));
        assert!(table.holiday(day(365)).is_err());
        assert!(matches!(Holidays::new(year, [(day(365), holiday())]), Err(HolidaysError::Outside(_))));
        let twice = Holidays::new(year, [(day(0), holiday()), (day(0), holiday())]);
        assert_eq!(twice, Err(HolidaysError::Twice { date: day(0) }));

        assert_eq!(Holidays::from_calendar(&table, year), Ok(table.clone()));
        let longer = Holidays::from_calendar(&table, DateRange::new(day(0), day(366)).unwrap());
        assert!(matches!(longer, Err(HolidaysError::Outside(outside)) if outside.date == day(365)));
        let for_ever = DateRange::from(day(0));
        assert_eq!(Holidays::from_calendar(&table, for_ever), Err(HolidaysError::TooLong { range: for_ever }));

        let json = serde_json::to_string(&table).unwrap();
        assert_eq!(serde_json::from_str::<Holidays>(&json).unwrap(), table);
        assert_eq!(Holidays::none(year).holiday(day(3)), Ok(None));
    }
}
