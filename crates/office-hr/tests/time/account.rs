//! The laws of accounts of time, by the numbers that their documentation gives them.

use chrono::{Days, NaiveDate};
use office_core::DateRange;
use office_hr::{
    AccrualPeriod, LightBounds, TimeAccount, TimeAccountHistory, TimeAccountRules, TimeLight, TimeReason,
    TimeWithdrawn, WithdrawTimeError, WithdrawnAs, WorkRecord, WorkTime, WorkedDay,
};
use proptest::prelude::*;
use proptest::sample::select;

const SPAN: u64 = 120;

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 10).unwrap() + Days::new(offset)
}

#[derive(Clone, Debug)]
struct Case {
    rules: TimeAccountRules,
    opening: WorkTime,
    work: WorkRecord,
    withdrawn: Vec<TimeWithdrawn>,
}

impl Case {
    fn history(&self) -> TimeAccountHistory<'_> {
        let Self { rules, opening, work, withdrawn } = self;
        TimeAccountHistory { rules, opened: day(0), opening: *opening, work, withdrawn }
    }
}

fn withdrawn() -> impl Strategy<Value = TimeWithdrawn> {
    (0..SPAN, 1..600, select(vec![WithdrawnAs::TimeOff, WithdrawnAs::Pay]))
        .prop_map(|(on, minutes, kind)| TimeWithdrawn { on: day(on), time: WorkTime::minutes(minutes), kind })
}

fn case() -> impl Strategy<Value = Case> {
    let period = select(vec![
        AccrualPeriod::Month(1),
        AccrualPeriod::Weeks { weeks: 2, from: day(3) },
        AccrualPeriod::Year(vec!["01-01".parse().unwrap(), "03-15".parse().unwrap()]),
    ]);
    let most = || prop::option::of((0..40).prop_map(WorkTime::hours));
    let rules = (period, most(), most(), 0..20).prop_map(|(period, most_carried, most_owed, overdraft)| {
        let lights = LightBounds { amber: WorkTime::hours(10), red: WorkTime::hours(30) };
        TimeAccountRules { period, most_carried, most_owed, overdraft: WorkTime::hours(overdraft), lights }
    });
    let work = prop::collection::vec((0..SPAN, 0..600, 0..700), 0..80);
    (rules, -3000..3000, work, prop::collection::vec(withdrawn(), 0..6)).prop_map(
        |(rules, opening, days, withdrawn)| {
            let mut work = WorkRecord::default();
            for (on, planned, worked) in days {
                let (planned, worked) = (WorkTime::minutes(planned), WorkTime::minutes(worked));
                work.set(day(on), WorkedDay { planned, worked });
            }
            Case { rules, opening: WorkTime::minutes(opening), work, withdrawn }
        },
    )
}

proptest! {
    #[test]
    fn law_1_the_balance_is_what_was_worked_less_what_was_planned_paid_and_cut(case in case(), on in 0..SPAN) {
        let account = TimeAccount::of(&case.history(), day(SPAN)).unwrap();
        let work = case.work.sum(DateRange::inclusive(day(0), day(on)).unwrap());
        let until = account.lines().iter().filter(|line| line.on <= day(on));
        let cut = until.filter(|line| matches!(line.reason, TimeReason::Cut { .. })).map(|line| line.time);
        let paid = case.withdrawn.iter().filter(|one| one.kind == WithdrawnAs::Pay && one.on <= day(on));
        // Time off counts as worked, and is withdrawn: both together are nothing.
        let expected = WorkTime::sum([case.opening, work.worked.minus(work.planned)])
            .plus(WorkTime::sum(cut))
            .minus(WorkTime::sum(paid.map(|one| one.time)));
        prop_assert_eq!(account.balance(day(on)), expected);
        // Of a later day it is the same, up to there.
        prop_assert_eq!(TimeAccount::of(&case.history(), day(on)).unwrap().balance(day(on)), expected);
    }

    #[test]
    fn law_2_a_period_begins_within_its_limits(case in case()) {
        let account = TimeAccount::of(&case.history(), day(SPAN)).unwrap();
        let begins = |on: &NaiveDate| case.rules.period.with(*on).unwrap().start() == *on;
        for on in (1..SPAN).map(day).filter(begins) {
            let of_day = |reason: &TimeReason| !matches!(reason, TimeReason::Cut { .. });
            let later = account.lines().iter().filter(|line| line.on == on && of_day(&line.reason));
            let settled = account.balance(on).minus(WorkTime::sum(later.map(|line| line.time)));
            prop_assert!(case.rules.most_carried.is_none_or(|most| settled <= most), "{on}: {settled:?}");
            let owed = WorkTime::ZERO.minus(settled);
            prop_assert!(case.rules.most_owed.is_none_or(|most| owed <= most), "{on}: {settled:?}");
        }
    }

    #[test]
    fn law_3_time_is_withdrawn_down_to_the_limit_alone(case in case(), asked in withdrawn()) {
        let with = Case { withdrawn: [case.withdrawn.clone(), vec![asked]].concat(), ..case.clone() };
        let balance = |on| TimeAccount::of(&with.history(), day(SPAN)).unwrap().balance(on);
        let floor = WorkTime::ZERO.minus(case.rules.overdraft);
        match case.history().withdraw(asked) {
            Ok(granted) => {
                prop_assert_eq!(granted, asked);
                prop_assert!(balance(asked.on) >= floor);
            }
            Err(WithdrawTimeError::TooMuch { lowest, least, .. }) => prop_assert!(lowest < least && least == floor),
            Err(WithdrawTimeError::NotPlanned { asked: wanted, open }) => prop_assert!(wanted > open),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn lights_are_the_same_on_both_sides_of_zero() {
    let lights = LightBounds { amber: WorkTime::hours(10), red: WorkTime::hours(30) };
    let period = AccrualPeriod::Month(1);
    let rules = TimeAccountRules { period, most_carried: None, most_owed: None, overdraft: WorkTime::ZERO, lights };
    let at = |minutes| rules.light(WorkTime::minutes(minutes));
    for sign in [1, -1] {
        let found = [0, 599, 600, 1799, 1800].map(|minutes| at(sign * minutes));
        assert_eq!(found, [TimeLight::Green, TimeLight::Green, TimeLight::Amber, TimeLight::Amber, TimeLight::Red]);
    }
}
