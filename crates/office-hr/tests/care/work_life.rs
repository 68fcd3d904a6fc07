//! Law 68: what is a sign, and what is told of a unit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, TimeDelta};
use insta::assert_json_snapshot;
use office_core::subject::PersonId;
use office_core::{
    DateRange, Holidays, Interval, Percent, Ratio, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, WorkingTimeError,
    Zone,
};
use office_hr::{
    AfterHours, Dated, LapsingLeave, Lot, LotKind, OvertimeTrend, TimeEntry, WorkLifeFigures, WorkLifeKind,
    WorkLifeReport, WorkLifeSign, WorkLifeTerms, WorkTime, after_hours, overtime_trend,
};
use proptest::prelude::*;

use crate::desk::{day, person};

fn whole(number: i64) -> Ratio {
    Ratio::from_integer(number)
}

fn terms(least_group: u32) -> WorkLifeTerms {
    WorkLifeTerms {
        overtime: Some(whole(5)),
        lapsing_leave: Some(whole(3)),
        lapse_days: 30,
        short_rests: Some(1),
        after_hours: Some(Percent::whole(25)),
        absence: Some(whole(100)),
        least_group,
    }
}

/// Figures of which those in the set are above their thresholds by a little, and the others at them.
fn figures(above: &BTreeSet<usize>) -> WorkLifeFigures {
    let more = |which: usize| u32::from(above.contains(&which));
    let over = |which: usize, threshold: i64| whole(threshold + i64::from(more(which)));
    let minutes = |minutes: u32| WorkTime::minutes(i32::try_from(minutes).unwrap());
    WorkLifeFigures {
        overtime: OvertimeTrend { late: over(0, 5), before: whole(0) },
        leave: vec![
            LapsingLeave { from: day(130), days: over(1, 3) },
            // Too far, and over.
            LapsingLeave { from: day(131), days: whole(50) },
            LapsingLeave { from: day(100), days: whole(50) },
        ],
        short_rests: 1 + more(2),
        after_hours: AfterHours { worked: minutes(400), outside: minutes(100 + more(3)) },
        bradford: over(4, 100),
    }
}

const KINDS: [WorkLifeKind; 5] = [
    WorkLifeKind::Overtime,
    WorkLifeKind::LapsingLeave,
    WorkLifeKind::ShortRest,
    WorkLifeKind::AfterHours,
    WorkLifeKind::Absence,
];

/// Nine to five on weekdays, in a zone whose clocks change.
fn calendar() -> WorkingCalendar {
    let (valid, exceptions) = (DateRange::year(2026).unwrap(), BTreeMap::new());
    let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse().unwrap()), Holidays::none(valid));
    let zone = "Europe/Berlin".parse().unwrap();
    WorkingCalendar::new(WorkingPlan { zone, valid, week, exceptions, holidays }).unwrap()
}

proptest! {
    /// Law 68: a figure at its threshold is no sign, and one above it is.
    #[test]
    fn what_is_above_its_threshold_is_a_sign_and_nothing_else(above in prop::collection::btree_set(0_usize..5, 0..6)) {
        let signs = terms(3).signs(&figures(&above), day(100));
        let kinds: Vec<WorkLifeKind> = signs.iter().map(WorkLifeSign::kind).collect();
        let expected: Vec<WorkLifeKind> = above.iter().map(|which| KINDS[*which]).collect();
        prop_assert_eq!(kinds, expected);
        prop_assert!(signs.iter().all(|sign| sign.to_string().contains("wanted")));
        let none = WorkLifeTerms {
            overtime: None, lapsing_leave: None, short_rests: None, after_hours: None, absence: None, ..terms(3)
        };
        prop_assert!(none.signs(&figures(&above), day(100)).is_empty());
    }

    /// Law 68: of a unit nothing is told where few enough could be meant.
    #[test]
    fn what_is_told_of_a_unit_is_told_of_nobody(
        people in prop::collection::vec((any::<bool>(), prop::collection::btree_set(0_usize..5, 0..6)), 0..14),
        least_group in 0_u32..6,
    ) {
        let mut report = WorkLifeReport::new(day(100), terms(least_group));
        let least = least_group.max(2);
        let place = |inside: bool| if inside { "company/it/desk" } else { "company/it-annex" };
        for (number, (inside, above)) in people.iter().enumerate() {
            let scope: Scope = place(*inside).parse().unwrap();
            report.add(person(&format!("P-{number}")), scope, &figures(above));
        }
        let unit: Scope = "company/it".parse().unwrap();
        let members: Vec<&BTreeSet<usize>> = people.iter().filter(|(inside, _)| *inside).map(|(_, above)| above).collect();
        let all = u32::try_from(members.len()).unwrap();
        match report.unit(&unit) {
            None => prop_assert!(all < least),
            Some(told) => {
                prop_assert_eq!(told.people, all);
                prop_assert!(all >= least);
                for (which, kind) in KINDS.iter().enumerate() {
                    let with = u32::try_from(members.iter().filter(|above| above.contains(&which)).count()).unwrap();
                    let tellable = with >= least && all - with >= least;
                    prop_assert_eq!(told.with.get(kind).copied(), tellable.then_some(with));
                }
            }
        }
        for (number, (_, above)) in people.iter().enumerate() {
            let who: PersonId = person(&format!("P-{number}"));
            prop_assert_eq!(report.person(who).unwrap().len(), above.len());
        }
        prop_assert_eq!(report.person(person("nobody")), None);
    }

    /// Law 68: overtime by a walk over the weeks.
    #[test]
    fn overtime_is_a_mean_of_weeks(hours in prop::collection::vec(-5_i32..20, 0..20), until in 0_u32..140, weeks in 0_u8..6) {
        let by_week: BTreeMap<_, _> = (0_u32..).step_by(7).zip(&hours).map(|(on, hours)| (day(on), WorkTime::hours(*hours))).collect();
        let trend = overtime_trend(&by_week, day(until), weeks).unwrap();
        let span = i64::from(weeks) * 7;
        let sum = |from: i64, to: i64| -> i64 {
            (0_i64..).step_by(7).zip(&hours).filter(|(on, _)| (from..to).contains(on)).map(|(_, hours)| i64::from(*hours)).sum()
        };
        let end = i64::from(until) + 1;
        let mean = |sum: i64| if weeks == 0 { Ratio::ZERO } else { Ratio::new(sum.into(), weeks.into()).unwrap() };
        prop_assert_eq!(trend.late, mean(sum(end - span, end)));
        prop_assert_eq!(trend.before, mean(sum(end - 2 * span, end - span)));
    }

    /// Law 68: work after hours by a walk over quarters of an hour, clocks changed on 29 March and 25 October.
    #[test]
    fn work_after_hours_is_a_walk_over_the_clock(
        starts in prop::collection::vec((prop_oneof![80_i64..95, 290_i64..305], 0_i64..96, 1_i64..60), 0..6),
    ) {
        let zone: Zone = calendar().plan().zone;
        let midnight = day(0).and_hms_opt(0, 0, 0).unwrap().and_utc();
        let mut quarters = BTreeSet::new();
        let mut entries = Vec::new();
        for (on, quarter, length) in starts {
            let first = on * 96 + quarter;
            quarters.extend(first..first + length);
            let at = |quarter: i64| midnight + TimeDelta::minutes(15 * quarter);
            entries.push(TimeEntry::new(Interval::new(at(first), at(first + length)).unwrap()).unwrap());
        }
        let within = DateRange::new(day(82), day(303)).unwrap();
        let (mut worked, mut outside) = (0, 0);
        for quarter in quarters {
            let local = zone.local(midnight + TimeDelta::minutes(15 * quarter));
            if within.contains(local.date()) {
                worked += 15;
                let office = (9..17).contains(&chrono::Timelike::hour(&local)) && local.weekday().number_from_monday() < 6;
                outside += if office { 0 } else { 15 };
            }
        }
        let load = after_hours(&entries, within, &calendar()).unwrap();
        prop_assert_eq!((load.worked, load.outside), (WorkTime::minutes(worked), WorkTime::minutes(outside)));
    }
}

#[test]
fn thresholds_are_those_of_the_day_and_explained() {
    let mut versions = Dated::since(day(0), terms(3));
    versions.publish(day(100), WorkLifeTerms { overtime: Some(whole(8)), ..terms(3) });
    let figures =
        WorkLifeFigures { overtime: OvertimeTrend { late: whole(6), before: whole(2) }, ..WorkLifeFigures::default() };
    let signs = |on: u32| versions.on(day(on)).unwrap().signs(&figures, day(on));
    assert_eq!(signs(99)[0].to_string(), "overtime is 6 hours a week, after 2 before, and at most 5 are wanted");
    assert!(signs(100).is_empty());
    let all = terms(3).signs(&self::figures(&(0..5).collect()), day(100));
    let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts[1..],
        [
            "4 days of leave lapse from 2026-05-11 on, and at most 3 are wanted",
            "rest was too short 2 times, and at most 1 is wanted",
            "1:41 of 6:40 hours were worked after hours, and at most 25 % is wanted",
            "the Bradford factor of absence is 101, and at most 100 is wanted",
        ]
    );
}

#[test]
fn what_is_not_known_is_refused_and_what_is_nothing_is_none() {
    let open = DateRange::from(day(10));
    assert!(matches!(after_hours(&[], open, &calendar()), Err(WorkingTimeError::DaysOutside { .. })));
    let beyond = DateRange::new(day(360), day(370)).unwrap();
    assert!(matches!(after_hours(&[], beyond, &calendar()), Err(WorkingTimeError::DaysOutside { .. })));
    assert_eq!(AfterHours::default().part(), Ratio::ZERO);
    let lot = |end: Option<u32>| Lot { valid: DateRange::new(day(0), end.map(day)).unwrap(), kind: LotKind::Granted };
    let lots = [(lot(Some(90)), whole(2)), (lot(None), whole(9)), (lot(Some(80)), whole(0))];
    assert_eq!(LapsingLeave::of(&lots), [LapsingLeave { from: day(90), days: whole(2) }]);
}

#[test]
fn stored_forms() {
    assert_json_snapshot!(terms(3), @r#"
    {
      "overtime": "5",
      "lapsing_leave": "3",
      "lapse_days": 30,
      "short_rests": 1,
      "after_hours": "25 %",
      "absence": "100",
      "least_group": 3
    }
    "#);
    let signs = terms(3).signs(&figures(&(0..5).collect()), day(100));
    assert_json_snapshot!(signs, @r#"
    [
      {
        "overtime": {
          "trend": {
            "late": "6",
            "before": "0"
          },
          "most": "5"
        }
      },
      {
        "lapsing_leave": {
          "days": "4",
          "from": "2026-05-11",
          "most": "3"
        }
      },
      {
        "short_rest": {
          "times": 2,
          "most": 1
        }
      },
      {
        "after_hours": {
          "load": {
            "worked": "6:40",
            "outside": "1:41"
          },
          "most": "25 %"
        }
      },
      {
        "absence": {
          "factor": "101",
          "most": "100"
        }
      }
    ]
    "#);
}
