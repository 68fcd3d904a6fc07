//! Laws 61 and 62: what days count, and what the log has.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, TimeDelta};
use insta::assert_json_snapshot;
use office_core::{Entity, Id, Office, Zone, wait};
use office_hr::{
    Dated, Injury, InjuryAssessment, InjuryClass, InjuryDays, InjuryError, InjuryFact, InjuryKind, InjuryLog,
    InjuryNote, InjuryRules, InjuryTerms, RecordContent, ReportInjury, SevereOutcome, WorkStatus, injury_log,
    note_injury, report_injury,
};
use office_scratch::offices;
use proptest::prelude::*;

use crate::desk::{book, command, date, day, employee, nine, officer, person};

const SECRET: &str = "a torn ligament";

pub(crate) fn rules() -> InjuryRules {
    InjuryRules::new("injury.log", "medical".parse().unwrap(), Dated::since(day(0), InjuryTerms::osha())).unwrap()
}

/// Reported on the day it happened.
pub(crate) fn report(on: u32) -> ReportInjury {
    ReportInjury {
        person: employee().person,
        job: "clerk".into(),
        happened: nine(on),
        learned: nine(on) + TimeDelta::hours(1),
        zone: Zone::UTC,
        place: "archive".into(),
        kind: InjuryKind::Injury,
        class: "medical".parse().unwrap(),
    }
}

pub(crate) fn content() -> RecordContent {
    RecordContent { title: "Ladder".into(), text: SECRET.into(), document: None }
}

pub(crate) fn injury(on: u32, notes: &[InjuryNote]) -> Injury {
    let reported = Injury::report(&report(on), &content()).unwrap().fact().unwrap();
    let mut injury = Injury::open(&reported).unwrap();
    for note in notes {
        injury.apply_decision(&injury.note(note).unwrap());
    }
    injury
}

pub(crate) fn assessed(treatments: &[&str], conditions: &[&str]) -> InjuryNote {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let (treatments, conditions) = (words(treatments), words(conditions));
    InjuryNote::Assessed(InjuryAssessment { work_related: true, new_case: true, treatments, conditions })
}

pub(crate) fn status(from: u32, status: WorkStatus) -> InjuryNote {
    InjuryNote::Status { from: day(from), status }
}

fn severe(outcome: SevereOutcome, at: u32) -> InjuryNote {
    InjuryNote::Severe { outcome, at: nine(at), learned: nine(at) + TimeDelta::hours(2) }
}

const STATUSES: [WorkStatus; 4] = [WorkStatus::Full, WorkStatus::Away, WorkStatus::Restricted, WorkStatus::Transferred];

/// Day by day: what is the status, is the person alive, are there days left to count?
fn walk(statuses: &BTreeMap<u32, WorkStatus>, died: Option<u32>, most: u32, until: u32) -> InjuryDays {
    let mut days = InjuryDays::default();
    for number in 1..=until {
        if died.is_some_and(|died| number >= died) || days.away + days.restricted == most {
            break;
        }
        match statuses.range(..=number).next_back().map(|(_, status)| status) {
            Some(WorkStatus::Away) => days.away += 1,
            Some(WorkStatus::Restricted | WorkStatus::Transferred) => days.restricted += 1,
            Some(WorkStatus::Full) | None => {}
        }
    }
    days
}

proptest! {
    /// Law 61.
    #[test]
    fn days_are_those_of_a_walk_from_the_day_after(
        changes in prop::collection::vec((0_u32..400, 0_usize..4), 0..12),
        died in prop::option::of(0_u32..400),
        most in prop_oneof![Just(180_u32), 0_u32..400],
        until in 0_u32..420,
    ) {
        let mut notes: Vec<InjuryNote> = changes.iter().map(|(from, which)| status(*from, STATUSES[*which])).collect();
        notes.extend(died.map(|at| severe(SevereOutcome::Death, at)));
        let statuses = changes.iter().map(|(from, which)| (*from, STATUSES[*which])).collect();
        let terms = InjuryTerms { most_days: most, ..InjuryTerms::osha() };
        let days = injury(0, &notes).days(&terms, day(until));
        prop_assert_eq!(days, walk(&statuses, died, most, until));
        prop_assert!(days.all() <= most);
    }

    /// Law 62.
    #[test]
    fn the_log_has_what_is_to_be_recorded_and_adds_up(cases in prop::collection::vec(
        (0_u32..360, prop::bool::weighted(0.8), prop::bool::weighted(0.8), 0_usize..3, 0_usize..4, 0_usize..4), 0..12,
    )) {
        let (rules, until) = (rules(), day(364));
        let treatments = [&[][..], &["bandage"], &["bandage", "stitches"]];
        let conditions = [&[][..], &["bruise"], &["fracture"], &["tuberculosis"]];
        let mut expected = BTreeMap::new();
        let mut injuries = Vec::new();
        for (number, (on, work_related, new_case, treatment, condition, change)) in cases.into_iter().enumerate() {
            let mut note = assessed(treatments[treatment], conditions[condition]);
            if let InjuryNote::Assessed(assessment) = &mut note {
                (assessment.work_related, assessment.new_case) = (work_related, new_case);
            }
            let id = Id::<Injury>::natural("injury", &number.to_string());
            injuries.push((id, injury(on, &[note, status(on + 1, STATUSES[change]), status(on + 3, WorkStatus::Full)])));
            let class = match STATUSES[change] {
                WorkStatus::Away => Some(InjuryClass::DaysAway),
                WorkStatus::Restricted | WorkStatus::Transferred => Some(InjuryClass::Restricted),
                WorkStatus::Full => (treatment == 2 || condition >= 2).then_some(InjuryClass::Other),
            };
            if let Some(class) = class.filter(|_| work_related && new_case) {
                expected.insert(id, (class, condition == 3));
            }
        }
        let log = InjuryLog::of(2026, injuries.iter().map(|(id, injury)| (*id, injury)), &rules, until).unwrap();
        let found: BTreeMap<_, _> = log.lines().iter().map(|line| (line.id, (line.class, line.person.is_none()))).collect();
        prop_assert_eq!(&found, &expected);
        let summary = log.summary();
        prop_assert_eq!(usize::try_from(summary.all_cases()).unwrap(), expected.len());
        prop_assert_eq!(summary.kinds.values().sum::<u32>(), summary.all_cases());
        prop_assert_eq!(summary.days.all(), 2 * summary.cases_with_days());
        prop_assert!(InjuryLog::of(2025, injuries.iter().map(|(id, injury)| (*id, injury)), &rules, until).unwrap().lines().is_empty());
    }
}

#[test]
fn what_is_severe_is_told_in_time() {
    let terms = InjuryTerms::osha();
    let told = InjuryNote::Told { outcome: SevereOutcome::Death, at: nine(20) + TimeDelta::hours(11) };
    let injury = injury(0, &[severe(SevereOutcome::Death, 20), told, severe(SevereOutcome::Hospital, 1)]);
    let due = injury.reports_due(&terms);
    assert_eq!(due.len(), 2);
    // Learned at eleven, told at eight in the evening: an hour too late.
    assert_eq!(due[0].due, nine(20) + TimeDelta::hours(10));
    assert!(due[0].is_late(nine(20)));
    assert_eq!(due[1].due, nine(2) + TimeDelta::hours(2));
    assert!(!due[1].is_late(due[1].due) && due[1].is_late(nine(3)));
    assert_eq!(injury.record_by(&terms), day(7));
    // A stay in hospital on the second day after, and a death after thirty, need not be told.
    let late = self::injury(0, &[severe(SevereOutcome::Hospital, 2), severe(SevereOutcome::Death, 31)]);
    assert!(late.reports_due(&terms).is_empty());
}

fn note(office: &Office, key: &str, note: &InjuryNote, by: office_core::Actor) -> Result<(), InjuryError> {
    let (rules, book, id) = (&rules(), &book(&["injury.log"], &[]), Id::natural("injury", "a"));
    wait(office.transact(&command(key, by), |tx| async move { note_injury(&tx, id, note, day(30), rules, book).await }))
}

fn file(office: &Office, key: &str, report: &ReportInjury, by: office_core::Actor) -> Result<(), InjuryError> {
    let (rules, book, content) = (&rules(), &book(&["injury.log"], &[]), &content());
    let id = Id::natural("injury", "a");
    wait(office.transact(&command(key, by), |tx| async move {
        report_injury(&tx, id, report, content, day(30), rules, book).await
    }))
}

#[test]
fn an_injury_is_kept_and_read_by_clearance() {
    let (_places, offices) = offices();
    for office in &offices {
        let other = ReportInjury { person: person("E-018"), ..report(10) };
        assert!(matches!(file(office, "a", &other, employee()), Err(InjuryError::NotPermitted(_))));
        file(office, "b", &report(10), employee()).unwrap();
        file(office, "c", &report(10), officer()).unwrap();
        assert!(matches!(file(office, "d", &report(11), officer()), Err(InjuryError::IdReused)));
        let away = status(11, WorkStatus::Away);
        assert!(matches!(note(office, "e", &away, employee()), Err(InjuryError::NotPermitted(_))));
        let early = note(office, "f", &status(9, WorkStatus::Away), officer()).unwrap_err().to_string();
        assert_eq!(early, "the injury happened on 2026-01-11, after 2026-01-10: that day or a later one is wanted");
        let told = InjuryNote::Told { outcome: SevereOutcome::EyeLoss, at: nine(12) };
        assert!(matches!(note(office, "g", &told, officer()), Err(InjuryError::NotSevere)));
        for (key, each) in [away.clone(), away, severe(SevereOutcome::EyeLoss, 10)].iter().enumerate() {
            note(office, &format!("h-{key}"), each, officer()).unwrap();
        }
        let untold =
            || wait(office.view(|view| async move { view.page(Injury::UNTOLD, None, None, 10).await })).unwrap();
        assert_eq!(untold().len(), 1);
        note(office, "i", &told, officer()).unwrap();
        assert!(untold().is_empty());
        assert!(matches!(
            note(office, "j", &severe(SevereOutcome::EyeLoss, 11), officer()),
            Err(InjuryError::Known { .. })
        ));
        note(office, "k", &assessed(&[], &["tuberculosis"]), officer()).unwrap();

        let rules = &rules();
        let log = wait(office.view(|view| async move { injury_log(&view, 2026, rules, day(20)).await })).unwrap();
        let [line] = log.lines() else { panic!("one line") };
        assert_eq!((line.person, line.days), (None, InjuryDays { away: 10, restricted: 0 }));
        // What happened is read for a purpose, with a trace.
        let (id, cleared) = (Id::<Injury>::natural("injury", "a"), &book(&[], &["medical"]));
        let read = |key: &str, purpose: &str| {
            let (command, purpose) = (command(key, officer()), purpose.parse().unwrap());
            wait(office.disclose(&command, id, &purpose, day(30), cleared))
        };
        assert!(read("l", "curiosity").is_err());
        let granted = read("m", "administration").unwrap().granted;
        assert_eq!(wait(office.open_content(id, &granted)).unwrap(), Some(content()));
        assert_eq!(wait(office.readings(id)).unwrap().len(), 2);
        let history = wait(office.view(|view| async move { view.history(id, 0, 100).await })).unwrap();
        assert_eq!(history.len(), 5);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let late = ReportInjury { learned: nine(1), ..report(2) };
    assert!(matches!(Injury::report(&late, &content()), Err(InjuryError::TooEarly { .. })));
    let nameless = ReportInjury { job: " ".into(), ..report(2) };
    assert!(matches!(Injury::report(&nameless, &content()), Err(InjuryError::Text { field: "job" })));
    let many: BTreeSet<String> = (0..101).map(|number| number.to_string()).collect();
    let note = InjuryNote::Assessed(InjuryAssessment {
        work_related: true,
        new_case: true,
        treatments: many,
        conditions: BTreeSet::new(),
    });
    assert!(matches!(injury(2, &[]).note(&note), Err(InjuryError::Text { field: "treatment" })));
    let rules = InjuryRules { terms: Dated::since(date("2026-06-01"), InjuryTerms::osha()), ..rules() };
    let old = injury(2, &[]);
    let unruled = InjuryLog::of(2026, [(Id::natural("injury", "a"), &old)], &rules, day(9)).unwrap_err();
    assert_eq!(
        unruled.to_string(),
        "no version of the rules is in force on 2026-01-03: a day after the first was published is wanted"
    );
}

#[test]
fn a_day_beyond_the_calendar_ends_nothing() {
    let away = InjuryNote::Status { from: NaiveDate::MAX - Days::new(3), status: WorkStatus::Away };
    let days = injury(0, &[away]).days(&InjuryTerms::osha(), NaiveDate::MAX);
    assert!(days.away <= 4);
}

#[test]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
fn stored_forms() {
    let facts = [
        InjuryFact::Reported(Box::new(report(0))),
        InjuryFact::Noted(assessed(&["bandage"], &["fracture"])),
        InjuryFact::Noted(status(1, WorkStatus::Transferred)),
        InjuryFact::Noted(severe(SevereOutcome::EyeLoss, 1)),
        InjuryFact::Noted(InjuryNote::Told { outcome: SevereOutcome::EyeLoss, at: nine(2) }),
    ];
    assert_json_snapshot!(facts, @r#"
    [
      {
        "reported": {
          "person": "0456a273-f91e-51ba-9216-055165099824",
          "job": "clerk",
          "happened": "2026-01-01T09:00:00Z",
          "learned": "2026-01-01T10:00:00Z",
          "zone": "UTC",
          "place": "archive",
          "kind": "injury",
          "class": "medical"
        }
      },
      {
        "noted": {
          "assessed": {
            "work_related": true,
            "new_case": true,
            "treatments": [
              "bandage"
            ],
            "conditions": [
              "fracture"
            ]
          }
        }
      },
      {
        "noted": {
          "status": {
            "from": "2026-01-02",
            "status": "transferred"
          }
        }
      },
      {
        "noted": {
          "severe": {
            "outcome": "eye_loss",
            "at": "2026-01-02T09:00:00Z",
            "learned": "2026-01-02T11:00:00Z"
          }
        }
      },
      {
        "noted": {
          "told": {
            "outcome": "eye_loss",
            "at": "2026-01-03T09:00:00Z"
          }
        }
      }
    ]
    "#);
    assert_json_snapshot!(office_core::fold::<Injury>(&facts).unwrap(), @r#"
    {
      "reported": {
        "person": "0456a273-f91e-51ba-9216-055165099824",
        "job": "clerk",
        "happened": "2026-01-01T09:00:00Z",
        "learned": "2026-01-01T10:00:00Z",
        "zone": "UTC",
        "place": "archive",
        "kind": "injury",
        "class": "medical"
      },
      "assessment": {
        "work_related": true,
        "new_case": true,
        "treatments": [
          "bandage"
        ],
        "conditions": [
          "fracture"
        ]
      },
      "statuses": {
        "2026-01-02": "transferred"
      },
      "severe": {
        "eye_loss": {
          "at": "2026-01-02T09:00:00Z",
          "learned": "2026-01-02T11:00:00Z",
          "told": "2026-01-03T09:00:00Z"
        }
      }
    }
    "#);
    let json = serde_json::to_string(&rules()).unwrap();
    assert_eq!(serde_json::from_str::<InjuryRules>(&json).unwrap(), rules());
}
