//! The laws of recurrence, numbered as in the crate's documentation.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::maybe_infinite_iter,
    reason = "the numbers that a test draws are small"
)]

#[cfg(test)]
mod law {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Weekday};
    use office_core::{Interval, Zone};
    use office_scheduling::{
        FirstInstance, Frequency, Length, Override, RecurrenceSet, Rule, RuleDay, RuleEnd, RuleParts, Series, Skip,
        SplitError, Until,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    const FREQUENCIES: [Frequency; 7] = [
        Frequency::Secondly,
        Frequency::Minutely,
        Frequency::Hourly,
        Frequency::Daily,
        Frequency::Weekly,
        Frequency::Monthly,
        Frequency::Yearly,
    ];
    const WEEK: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

    fn start() -> impl Strategy<Value = NaiveDateTime> {
        (0_i64..40 * 366, 0_i64..24).prop_map(|(day, hour)| {
            let first = NaiveDate::from_ymd_opt(1995, 1, 1).unwrap();
            first.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::days(day) + TimeDelta::hours(hour)
        })
    }

    fn signed(most: i16) -> impl Strategy<Value = i16> {
        (1..=most, any::<bool>()).prop_map(|(n, back)| if back { -n } else { n })
    }

    /// A list that is empty most of the time.
    fn some<T: std::fmt::Debug + Clone>(of: impl Strategy<Value = T>, most: usize) -> impl Strategy<Value = Vec<T>> {
        (0..10_u8, vec(of, 1..=most)).prop_map(|(dice, list)| if dice < 7 { Vec::new() } else { list })
    }

    /// A valid rule; the parts that its frequency does not allow are left out.
    fn parts() -> impl Strategy<Value = RuleParts> {
        let day = (select(&WEEK[..]), proptest::option::weighted(0.3, signed(5)))
            .prop_map(|(day, nth)| nth.map_or(RuleDay::every(day), |nth| RuleDay::nth(nth, day)));
        let days = (some(1_u8..=12, 3), some(signed(53), 3), some(signed(366), 4), some(signed(31), 4), some(day, 3));
        let times = (some(0_u8..24, 3), some(0_u8..60, 2), some(0_u8..=60, 2), some(signed(6), 2));
        (select(&FREQUENCIES[..]), 1_u32..5, select(&WEEK[..]), days, times).prop_map(
            |(frequency, interval, week_start, (months, weeks, year_days, month_days, days), times)| {
                let mut parts = RuleParts { interval, week_start, ..RuleParts::every(frequency) };
                parts.by_month = months;
                parts.by_day = days;
                (parts.by_hour, parts.by_minute, parts.by_second, parts.by_position) = times;
                if frequency == Frequency::Yearly {
                    parts.by_week = weeks;
                }
                if frequency != Frequency::Weekly {
                    parts.by_month_day = month_days;
                }
                if !matches!(frequency, Frequency::Daily | Frequency::Weekly | Frequency::Monthly) {
                    parts.by_year_day = year_days;
                }
                if !matches!(frequency, Frequency::Monthly | Frequency::Yearly) || !parts.by_week.is_empty() {
                    parts.by_day = parts.by_day.iter().map(|day| RuleDay::every(day.weekday())).collect();
                }
                if Rule::try_from(parts.clone()).is_err() {
                    parts.by_position.clear();
                }
                parts
            },
        )
    }

    fn rule() -> impl Strategy<Value = Rule> {
        let skip = select(&[Skip::Omit, Skip::Omit, Skip::Omit, Skip::Backward, Skip::Forward][..]);
        (parts(), skip).prop_map(|(parts, skip)| Rule::try_from(RuleParts { skip, ..parts }).unwrap())
    }

    /// The days of one period that a rule by days of the month or year names, moved where they are lacking.
    fn named_days(parts: &RuleParts, first: NaiveDate, next: NaiveDate, list: &[i16]) -> BTreeSet<NaiveDate> {
        let length = i16::try_from((next - first).num_days()).unwrap();
        list.iter()
            .filter_map(|n| {
                let n = if *n > 0 { *n } else { length + 1 + *n };
                match (n < 1, n > length, parts.skip) {
                    (false, false, _) => Some(first + TimeDelta::days(i64::from(n) - 1)),
                    (_, _, Skip::Omit) => None,
                    (true, _, Skip::Backward) => Some(first - TimeDelta::days(1)),
                    (true, _, Skip::Forward) => Some(first),
                    (_, _, Skip::Backward) => Some(next - TimeDelta::days(1)),
                    (_, _, Skip::Forward) => Some(next),
                }
            })
            .collect()
    }

    fn end(start: NaiveDateTime, count: Option<u32>, seconds: i64) -> RuleEnd {
        let until = start + TimeDelta::seconds(seconds);
        count.map_or(RuleEnd::Until(Until::Local(until)), RuleEnd::Count)
    }

    fn set(start: NaiveDateTime, rule: Rule) -> RecurrenceSet {
        RecurrenceSet::new(start, None).with_rule(rule)
    }

    fn nth_matches(day: RuleDay, date: NaiveDate, of_year: bool) -> bool {
        if date.weekday() != day.weekday() {
            return false;
        }
        let same = |other: &NaiveDate| other.year() == date.year() && (of_year || other.month() == date.month());
        let before = (0..).map(|n| date - TimeDelta::weeks(n)).take_while(same).count();
        let after = (0..).map(|n| date + TimeDelta::weeks(n)).take_while(same).count();
        day.nth.is_none_or(|nth| i64::from(nth) == before as i64 || i64::from(nth) == -(after as i64))
    }

    /// Whether a rule without positions has an instance then, told from the reading alone.
    fn satisfies(rule: &Rule, start: NaiveDateTime, at: NaiveDateTime) -> bool {
        let p = rule.parts();
        let date = at.date();
        let signed = |list: &[i16], n: u32, of: u32| {
            list.is_empty() || list.contains(&(n as i16)) || list.contains(&(n as i16 - of as i16 - 1))
        };
        let one_of = |list: &[u8], n: u32, own: u32, kept: bool| {
            if list.is_empty() { !kept || n == own } else { list.iter().any(|one| u32::from(*one) == n) }
        };
        let length = |from: NaiveDate, to: NaiveDate| (to - from).num_days() as u32;
        let year = |y| NaiveDate::from_ymd_opt(y, 1, 1).unwrap();
        let in_month = date.with_day(1).unwrap();
        let month_length = length(in_month, in_month + chrono::Months::new(1));
        let year_length = length(year(date.year()), year(date.year() + 1));
        let week_length = NaiveDate::from_ymd_opt(date.iso_week().year(), 12, 28).unwrap().iso_week().week();
        let of_year = p.frequency == Frequency::Yearly && p.by_month.is_empty();
        let days = (p.by_month.is_empty() || p.by_month.iter().any(|m| u32::from(*m) == date.month()))
            && signed(&p.by_week, date.iso_week().week(), week_length)
            && signed(&p.by_year_day, date.ordinal(), year_length)
            && signed(&p.by_month_day, date.day(), month_length)
            && (p.by_day.is_empty() || p.by_day.iter().any(|day| nth_matches(*day, date, of_year)));
        let unsaid = p.by_year_day.is_empty() && p.by_month_day.is_empty() && p.by_day.is_empty();
        let week_of = |date: NaiveDate| date.week(p.week_start).first_day();
        let (same, periods) = match p.frequency {
            Frequency::Yearly => {
                let weekly = !p.by_week.is_empty() && date.weekday() == start.weekday();
                let daily = p.by_week.is_empty() && date.day() == start.day();
                let monthly = !p.by_week.is_empty() || !p.by_month.is_empty() || date.month() == start.month();
                (!unsaid || (weekly || daily) && monthly, i64::from(date.year() - start.year()))
            }
            Frequency::Monthly => {
                let months = |at: NaiveDate| i64::from(at.year()) * 12 + i64::from(at.month());
                (!unsaid || date.day() == start.day(), months(date) - months(start.date()))
            }
            Frequency::Weekly => {
                (!unsaid || date.weekday() == start.weekday(), (week_of(date) - week_of(start.date())).num_weeks())
            }
            Frequency::Daily => (true, (date - start.date()).num_days()),
            Frequency::Hourly => (true, at.and_utc().timestamp() / 3_600 - start.and_utc().timestamp() / 3_600),
            Frequency::Minutely => (true, at.and_utc().timestamp() / 60 - start.and_utc().timestamp() / 60),
            Frequency::Secondly => (true, (at - start).num_seconds()),
        };
        days && same
            && at >= start
            && periods % i64::from(p.interval) == 0
            && one_of(&p.by_hour, at.hour(), start.hour(), p.frequency > Frequency::Hourly)
            && one_of(&p.by_minute, at.minute(), start.minute(), p.frequency > Frequency::Minutely)
            && one_of(&p.by_second, at.second(), start.second(), p.frequency > Frequency::Secondly)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Law 1, by a walk over every hour of a year, minute of three days or second of an hour.
        #[test]
        fn an_expansion_equals_a_walk_over_all_readings(start in start(), mut parts in parts()) {
            parts.by_position.clear();
            if !parts.by_week.is_empty() {
                parts.week_start = Weekday::Mon;
            }
            let (step, count) = match parts.frequency {
                Frequency::Secondly => (1, 7_200),
                Frequency::Minutely => { parts.by_second.clear(); (60, 4_320) }
                Frequency::Hourly | Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly => { parts.by_second.clear(); parts.by_minute.clear(); (3_600, 24 * 400) }
            };
            let rule = Rule::try_from(parts).unwrap();
            let walked: Vec<NaiveDateTime> = (0..count)
                .map(|n| start + TimeDelta::seconds(n * step))
                .filter(|at| satisfies(&rule, start, *at))
                .collect();
            let last = start + TimeDelta::seconds((count - 1) * step);
            let expanded: Vec<NaiveDateTime> = RecurrenceSet::new(start, None)
                .with_first(FirstInstance::WhenMatching)
                .with_rule(rule.clone())
                .occurrences()
                .take_while(|at| *at <= last)
                .collect();
            prop_assert_eq!(expanded, walked, "{}", rule);
        }

        /// Law 1 for days that are moved: what a month or year lacks is told by a list of all its days.
        #[test]
        fn days_that_a_month_lacks_are_moved(
            start in start(),
            yearly: bool,
            by_year_day: bool,
            list in vec(signed(31), 1..4),
            reach in select(&[0_i16, 335][..]),
            weekdays in some(select(&WEEK[..]), 4),
            months in some(1_u8..=12, 3),
            interval in 1_u32..4,
            skip in select(&[Skip::Backward, Skip::Forward][..]),
        ) {
            let by_year_day = yearly && by_year_day;
            let frequency = if yearly { Frequency::Yearly } else { Frequency::Monthly };
            let mut parts = RuleParts { interval, skip, ..RuleParts::every(frequency) };
            let list: Vec<i16> = list.iter().map(|n| if by_year_day { n + n.signum() * reach } else { *n }).collect();
            if by_year_day { parts.by_year_day = list.clone() } else { parts.by_month_day = list.clone(); parts.by_month = months }
            parts.by_day = weekdays.iter().map(|day| RuleDay::every(*day)).collect();
            let rule = Rule::try_from(parts.clone()).unwrap();

            let first = |year: i32, month: u32| NaiveDate::from_ymd_opt(year, month, 1).unwrap();
            let mut days = BTreeSet::new();
            for offset in 0..i32::try_from(interval).unwrap() * 12 * if yearly { 6 } else { 1 } {
                let month = i32::try_from(start.month0()).unwrap() * i32::from(!yearly) + offset;
                let (year, month) = (start.year() + month / 12, u32::try_from(month % 12).unwrap() + 1);
                let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                let counted = if yearly { year - start.year() } else { offset };
                if counted % i32::try_from(interval).unwrap() != 0 { continue }
                if by_year_day {
                    days.extend(named_days(&parts, first(year, 1), first(year + 1, 1), &list));
                } else if parts.by_month.is_empty() || parts.by_month.contains(&u8::try_from(month).unwrap()) {
                    days.extend(named_days(&parts, first(year, month), first(next_year, next_month), &list));
                }
            }
            let expected: Vec<NaiveDateTime> = days
                .into_iter()
                .filter(|day| weekdays.is_empty() || weekdays.contains(&day.weekday()))
                .map(|day| day.and_time(start.time()))
                .filter(|at| *at >= start)
                .collect();
            let expanded: Vec<NaiveDateTime> = RecurrenceSet::new(start, None)
                .with_first(FirstInstance::WhenMatching)
                .with_rule(rule.clone())
                .occurrences()
                .take(expected.len())
                .collect();
            prop_assert_eq!(expanded, expected, "{}", rule);
        }

        /// Law 2: ascending, each once, and resuming continues the same sequence.
        #[test]
        fn resuming_from_any_point_continues_the_sequence(
            start in start(),
            rule in rule(),
            count in proptest::option::of(1_u32..40),
            skipped in 0_usize..25,
            shift in -1_i64..=1,
        ) {
            let rule = count.map_or(rule.clone(), |count| rule.ending(RuleEnd::Count(count)).unwrap());
            let set = set(start, rule);
            let eager: Vec<NaiveDateTime> = set.occurrences().take(30).collect();
            prop_assert!(eager.windows(2).all(|pair| pair[0] < pair[1]));
            let Some(at) = eager.get(skipped) else { return Ok(()) };
            let from = *at + TimeDelta::seconds(shift);
            let resumed: Vec<NaiveDateTime> = set.occurrences_from(from).take(5).collect();
            let rest: Vec<NaiveDateTime> = eager.iter().copied().filter(|at| *at >= from).take(5).collect();
            prop_assert!(resumed.starts_with(&rest), "{:?} {:?}", resumed, rest);
            prop_assert!(set.contains(*at));
        }

        /// Law 3: `COUNT` takes so many, `UNTIL` those up to a moment; the start counts.
        #[test]
        fn ends_hold(start in start(), rule in rule(), count in proptest::option::of(1_u32..20), until in 0_i64..1_000_000) {
            let endless = set(start, rule.clone());
            let end = end(start, count, until);
            let ended: Vec<NaiveDateTime> = set(start, rule.ending(end).unwrap()).occurrences().take(200).collect();
            let last = start + TimeDelta::seconds(until);
            let taken = count.map_or(200, |count| count as usize);
            let expected: Vec<NaiveDateTime> =
                endless.occurrences().take_while(|at| count.is_some() || *at <= last).take(taken).collect();
            prop_assert_eq!(ended.first(), Some(&start));
            prop_assert_eq!(ended, expected);
        }

        /// Law 3 for instants: where the series has a zone, `UNTIL` is one.
        #[test]
        fn an_end_in_universal_time_is_an_instant(start in start(), rule in rule(), until in 0_i64..100_000_000) {
            let zone: Zone = "America/New_York".parse().unwrap();
            let last = zone.at(start).instant(office_core::GapRule::Forward, office_core::FoldRule::First).unwrap()
                + TimeDelta::seconds(until);
            let instant = |at: &NaiveDateTime| {
                zone.at(*at).instant(office_core::GapRule::Forward, office_core::FoldRule::First).unwrap()
            };
            let endless = RecurrenceSet::new(start, Some(zone)).with_rule(rule.clone());
            let ended = rule.ending(RuleEnd::Until(Until::Utc(last))).unwrap();
            let ended = RecurrenceSet::new(start, Some(zone)).with_rule(ended);
            let limit = zone.local(last) + TimeDelta::days(3);
            let expected: Vec<NaiveDateTime> =
                endless.occurrences().take_while(|at| *at <= limit).filter(|at| instant(at) <= last).take(100).collect();
            prop_assert_eq!(ended.occurrences().take(100).collect::<Vec<_>>(), expected);
        }

        /// Law 4: an exception removes exactly its instance; a date adds exactly itself.
        #[test]
        fn exceptions_and_dates_change_one_instance(start in start(), rule in rule(), index in 0_usize..20, extra in 0_i64..1_000_000) {
            let set = set(start, rule);
            let all: Vec<NaiveDateTime> = set.occurrences().take(40).collect();
            let Some(removed) = all.get(index).copied() else { return Ok(()) };
            let left: Vec<NaiveDateTime> = set.clone().with_exception(removed).occurrences().take(39).collect();
            let expected: Vec<NaiveDateTime> = all.iter().copied().filter(|at| *at != removed).take(39).collect();
            prop_assert!(left.starts_with(&expected));
            let added = start + TimeDelta::seconds(extra);
            let more: Vec<NaiveDateTime> = set.clone().with_date(added).occurrences().take(all.len()).collect();
            let mut expected = all.clone();
            expected.push(added);
            expected.sort_unstable();
            expected.dedup();
            expected.truncate(all.len());
            prop_assert_eq!(more, expected);
        }

        /// Law 4: an excluding rule removes exactly what it yields.
        #[test]
        fn an_excluding_rule_removes_what_it_yields(start in start(), rule in rule(), other in rule(), count in proptest::option::of(1_u32..50)) {
            let other = count.map_or(other.clone(), |count| other.ending(RuleEnd::Count(count)).unwrap());
            let both = set(start, rule.clone()).with_excluding_rule(other.clone());
            let horizon = start + TimeDelta::days(2_000);
            let taken = |rule: &Rule| -> BTreeSet<NaiveDateTime> {
                let set = RecurrenceSet::new(start, None).with_first(FirstInstance::WhenMatching).with_rule(rule.clone());
                set.occurrences().take_while(|at| *at < horizon).take(2_000).collect()
            };
            let (yielded, excluded) = (taken(&rule), taken(&other));
            let sure = |list: &BTreeSet<NaiveDateTime>| {
                if list.len() < 2_000 { horizon } else { *list.last().unwrap() }
            };
            let last = sure(&yielded).min(sure(&excluded));
            let mut expected: Vec<NaiveDateTime> = yielded.difference(&excluded).copied().filter(|at| *at < last).collect();
            if !yielded.contains(&start) && !excluded.contains(&start) {
                expected.insert(0, start);
            }
            let found: Vec<NaiveDateTime> = both.occurrences().take_while(|at| *at < last).collect();
            prop_assert_eq!(found, expected);
        }

        /// Law 5: a series cut in two is together what it was.
        #[test]
        fn a_split_loses_nothing(
            start in start(),
            rule in rule(),
            end_after in proptest::option::of((proptest::option::of(1_u32..40), 0_i64..10_000_000)),
            index in 1_usize..20,
            exception in 0_usize..20,
        ) {
            let rule = end_after.map_or(rule.clone(), |(count, seconds)| rule.ending(end(start, count, seconds)).unwrap());
            let plain = set(start, rule);
            let listed: Vec<NaiveDateTime> = plain.occurrences().take(20).collect();
            let set = listed.get(exception).map_or(plain.clone(), |at| plain.clone().with_exception(*at));
            let all: Vec<NaiveDateTime> = set.occurrences().take(40).collect();
            let Some(at) = all.get(index).copied() else { return Ok(()) };
            let (before, after) = match set.split_at(at) {
                // What was moved from another period cannot be counted from where it lies.
                Err(SplitError::OffRule { .. }) if set.rules()[0].parts().skip != Skip::Omit => return Ok(()),
                parts => parts.unwrap(),
            };
            let early: Vec<NaiveDateTime> = before.occurrences().take(100).collect();
            prop_assert_eq!(&early[..], &all[..index]);
            let late: Vec<NaiveDateTime> = after.occurrences().take(all.len() - index).collect();
            prop_assert_eq!(&late[..], &all[index..]);
            let ends = all.len() < 40;
            prop_assert!(!ends || after.occurrences().take(100).count() == late.len());
        }

        /// Law 6: a rule written and read again is the same rule.
        #[test]
        fn text_and_json_give_the_rule_back(start in start(), rule in rule(), count in proptest::option::of(1_u32..40)) {
            let rule = rule.ending(end(start, count, 77)).unwrap();
            prop_assert_eq!(&rule.to_string().parse::<Rule>().unwrap(), &rule);
            let set = set(start, rule).with_exception(start);
            let json = serde_json::to_string(&set).unwrap();
            prop_assert_eq!(serde_json::from_str::<RecurrenceSet>(&json).unwrap(), set);
        }

        /// Law 6: any text is read or refused, and what is read can be expanded.
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}", like in "(FREQ|COUNT|BYDAY|BYWEEKNO|UNTIL|INTERVAL)=[-+0-9A-Z,]{0,12}(;FREQ=(DAILY|YEARLY|SECONDLY))?(;BY(DAY|HOUR|SETPOS|MONTHDAY|YEARDAY|SECOND)=[-0-9]{1,3}(,-?[0-9]{1,2})?){0,2}", start in start()) {
            for text in [text, like] {
                if let Ok(rule) = text.parse::<Rule>() {
                    prop_assert!(set(start, rule).occurrences().take(3).count() >= 1);
                }
            }
        }

        /// Law 7: a window shows what a wider one shows there, and the first instances of it where it is limited.
        #[test]
        fn a_window_equals_the_filter_of_a_wider_one(
            start in start(),
            rule in rule(),
            zone in select(&["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"][..]),
            length in (0_u32..3, 1_u32..10_000),
            from in 0_i64..86_400 * 30,
            hours in 1_i64..200,
            limit in 0_usize..60,
            moved in proptest::option::of((0_usize..10, -100_000_i64..100_000)),
        ) {
            let zone: Zone = zone.parse().unwrap();
            let set = RecurrenceSet::new(start, Some(zone)).with_rule(rule);
            let mut series = Series::new(set.clone(), Length::of(length.0, length.1).unwrap(), Zone::UTC);
            if let Some((index, shift)) = moved
                && let Some(at) = set.occurrences().nth(index)
            {
                let change = Override { start: at + TimeDelta::seconds(shift), length: Length::of(0, 60).unwrap() };
                series = series.replace(at, change).unwrap();
            }
            let begin = DateTime::from_timestamp(start.and_utc().timestamp() + from, 0).unwrap();
            let window = Interval::starting(begin, TimeDelta::hours(hours)).unwrap();
            let wider = Interval::new(begin - TimeDelta::days(3), window.end() + TimeDelta::days(3)).unwrap();
            let wide = series.within(wider, 40_000);
            prop_assume!(!wide.limited);
            let expected: Vec<_> = wide.instances.into_iter().filter(|one| one.interval.overlaps(&window)).collect();
            let found = series.within(window, limit);
            prop_assert!(found.limited || found.instances.len() == expected.len());
            prop_assert!(!found.limited || expected.len() >= limit || found.instances == expected);
            prop_assert!(expected.starts_with(&found.instances));
        }

        /// Law 18: an instance begins at its reading of the wall clock, or later by the gap where the clocks skip it.
        #[test]
        fn instances_keep_their_reading_across_clock_changes(
            start in start(),
            rule in rule(),
            zone in select(&["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"][..]),
            from in 0_i64..400,
        ) {
            let zone: Zone = zone.parse().unwrap();
            let series = Series::new(RecurrenceSet::new(start, Some(zone)).with_rule(rule), Length::of(0, 60).unwrap(), zone);
            let window = Interval::starting(start.and_utc() + TimeDelta::days(from), TimeDelta::days(120)).unwrap();
            for one in series.within(window, 200).instances {
                let shown = zone.local(one.interval.start());
                if shown == one.occurrence {
                    let same = |at: DateTime<chrono::Utc>| zone.local(at) == shown && at < one.interval.start();
                    // Of two instants with this reading it is the first: clocks go back by at most a day.
                    prop_assert!((1..=48).all(|half| !same(one.interval.start() - TimeDelta::minutes(half * 30))));
                } else {
                    let gap = shown - one.occurrence;
                    prop_assert!(gap > TimeDelta::zero() && zone.local(one.interval.start() - gap) < one.occurrence);
                }
            }
        }

        /// Law 8: an override replaces exactly one instance, and keeps its own length.
        #[test]
        fn an_override_replaces_one_instance(start in start(), index in 0_usize..30, shift in -400_000_i64..400_000, length in 1_u32..9_000) {
            let zone: Zone = "Europe/Berlin".parse().unwrap();
            let set = RecurrenceSet::new(start, Some(zone)).with_rule("FREQ=DAILY;COUNT=30".parse().unwrap());
            let series = Series::new(set.clone(), Length::of(0, 3_600).unwrap(), Zone::UTC);
            let at = set.occurrences().nth(index).unwrap();
            let change = Override { start: at + TimeDelta::seconds(shift), length: Length::of(0, length).unwrap() };
            let changed = series.replace(at, change).unwrap();
            let window = Interval::starting(start.and_utc() - TimeDelta::days(10), TimeDelta::days(60)).unwrap();
            let plain: Vec<_> = series.within(window, 100).instances.into_iter().filter(|one| one.occurrence != at).collect();
            let (moved, others): (Vec<_>, Vec<_>) = changed.within(window, 100).instances.into_iter().partition(|one| one.moved);
            prop_assert_eq!(others, plain);
            prop_assert_eq!(moved.len(), 1);
            prop_assert_eq!(moved[0].interval.duration(), TimeDelta::seconds(i64::from(length)));
            prop_assert_eq!(changed.cancel(at).unwrap().within(window, 100).instances.len(), 29);
            let json = serde_json::to_string(&changed).unwrap();
            prop_assert_eq!(serde_json::from_str::<Series>(&json).unwrap(), changed);
        }
    }

    #[test]
    fn many_instances_are_moved_in_one_pass_over_a_rule_that_counts() {
        let start = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let series = Series::new(
            set(start, "FREQ=MINUTELY;COUNT=100000".parse().unwrap()),
            Length::of(0, 60).unwrap(),
            Zone::UTC,
        );
        let moved = |step: i64| {
            (0..2_000)
                .map(|n| start + TimeDelta::minutes(n * 49) + TimeDelta::seconds(n / 1_999 * step))
                .map(|at| (at, Override { start: at, length: Length::of(0, 30).unwrap() }))
                .collect()
        };
        assert_eq!(series.replace_all(&moved(0)).unwrap().overrides().count(), 2_000);
        let last = start + TimeDelta::minutes(1_999 * 49) + TimeDelta::seconds(1);
        let refused = series.replace_all(&moved(1)).unwrap_err();
        assert_eq!(refused, office_scheduling::ReplaceError::NotAnInstance { at: last });
    }

    #[test]
    fn rules_that_never_come_end() {
        let start = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap().and_hms_opt(9, 0, 0).unwrap();
        for text in [
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=7",
            "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
            "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=-366",
            "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
            "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
            "FREQ=HOURLY;INTERVAL=2;BYHOUR=2,4,6",
            "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=-30",
            "FREQ=MINUTELY;INTERVAL=12;BYMINUTE=10,11,25,39,50",
            "FREQ=MINUTELY;INTERVAL=7;BYHOUR=9;BYMINUTE=1;BYDAY=MO",
            "FREQ=MINUTELY;BYSECOND=60",
            "FREQ=SECONDLY;INTERVAL=43200;BYSECOND=2,10,18,23",
            "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1",
            "FREQ=SECONDLY;BYHOUR=1;BYSETPOS=2",
            "FREQ=SECONDLY;BYYEARDAY=366;BYMONTH=1",
            "FREQ=SECONDLY;INTERVAL=4294967295;BYYEARDAY=366;BYHOUR=1;BYMINUTE=1;BYSECOND=1",
        ] {
            let set = set(start, text.parse().unwrap()).with_first(FirstInstance::WhenMatching);
            assert_eq!(set.occurrences().count(), 0, "{text}");
        }
    }

    #[test]
    fn what_excludes_everything_ends_too() {
        let start = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let every: Rule = "FREQ=SECONDLY".parse().unwrap();
        let set = set(start, every.clone()).with_excluding_rule(every);
        assert_eq!(set.occurrences().next(), None);
    }

    #[test]
    fn far_windows_and_far_starts_are_reached_at_once() {
        let start = NaiveDate::from_ymd_opt(1, 1, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let set = set(start, "FREQ=SECONDLY;INTERVAL=7".parse().unwrap());
        let late = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap().and_hms_opt(23, 59, 50).unwrap();
        assert_eq!(set.occurrences_from(late).count(), 1);
        let far = RecurrenceSet::new(NaiveDateTime::MAX, None).with_rule("FREQ=DAILY".parse().unwrap());
        assert_eq!(far.occurrences().count(), 1);
        let early = RecurrenceSet::new(NaiveDateTime::MIN, None).with_rule("FREQ=DAILY".parse().unwrap());
        assert_eq!(early.occurrences_from(late).count(), 0);
    }

    #[test]
    fn refusals_name_part_and_value() {
        for (text, expected) in [
            ("FREQ=DAILY;BYWEEKNO=3", "BYWEEKNO does not go with FREQ=DAILY"),
            ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY does not go with FREQ=WEEKLY"),
            ("FREQ=YEARLY;BYWEEKNO=2;BYDAY=1MO", "BYDAY does not go with BYWEEKNO: one of them is wanted"),
            ("FREQ=DAILY;COUNT=3;UNTIL=20260101", "COUNT does not go with UNTIL: one of them is wanted"),
            ("FREQ=DAILY;COUNT=0", "COUNT is `0`: 1 to 1000000 is wanted"),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL is `0`: 1 to 4294967295 is wanted"),
            ("FREQ=DAILY;BYHOUR=9,24", "BYHOUR is `24`: 0 to 23 is wanted"),
            ("FREQ=DAILY;BYHOUR=", "BYHOUR is ``: 0 to 23 is wanted"),
            ("RSCALE=HEBREW;FREQ=YEARLY", "RSCALE is `HEBREW`: GREGORIAN is wanted"),
            ("FREQ=MONTHLY;SKIP=OMIT", "SKIP stands alone: RSCALE=GREGORIAN is wanted beside it"),
            ("FREQ=DAILY;FREQ=DAILY", "FREQ is there twice: once is wanted"),
            (
                "FREQ=MONTHLY;BYSETPOS=1",
                "BYSETPOS stands alone: another BY part is wanted, of whose instances it takes some",
            ),
            ("BYHOUR=3", "FREQ is missing"),
        ] {
            assert_eq!(text.parse::<Rule>().unwrap_err().to_string(), expected);
        }
    }
}
