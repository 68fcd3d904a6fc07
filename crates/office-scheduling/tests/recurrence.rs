//! The recurrence engine on the public test suites of other programs.
//!
//! Each case keeps its source and licence. Those of this crate's `tests/cases` are under permissive licences; a larger
//! collection beside the workspace is used as well where there is one. Cases on which independent programs agree
//! must all pass. The others (invalid by the RFC, read in two ways, of other calendars) are counted and printed.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a test counts its cases and prints the counts"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use office_core::{FoldRule, GapRule, Zone};
use office_scheduling::{FirstInstance, RecurrenceSet, RuleError};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    license: String,
    source: String,
    dtstart: String,
    tz: Option<Zone>,
    rrule: Vec<String>,
    exrule: Vec<String>,
    rdate: Vec<String>,
    exdate: Vec<String>,
    expect: Vec<String>,
    tags: Vec<String>,
    window: Option<Window>,
    complete: bool,
    agreed: bool,
}

#[derive(Debug, Deserialize)]
struct Window {
    after: Option<String>,
    before: Option<String>,
    inclusive: bool,
}

/// What came of a case.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Right,
    Wrong(Vec<NaiveDateTime>),
    Refused(RuleError),
}

fn reading(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S")
        .or_else(|_| NaiveDate::parse_from_str(text, "%Y%m%d").map(Into::into))
        .unwrap_or_default()
}

impl Case {
    fn set(&self) -> Result<RecurrenceSet, RuleError> {
        let mut set = RecurrenceSet::new(reading(&self.dtstart), self.tz);
        // A source that expects no instance at all leaves the start out as well.
        let nothing = self.expect.is_empty() && self.complete;
        if nothing || self.tags.iter().any(|tag| tag == "dtstart-unsynced-excluded") {
            set = set.with_first(FirstInstance::WhenMatching);
        }
        for rule in &self.rrule {
            set = set.with_rule(rule.parse()?);
        }
        for rule in &self.exrule {
            set = set.with_excluding_rule(rule.parse()?);
        }
        set = self.rdate.iter().fold(set, |set, date| set.with_date(reading(date)));
        Ok(self.exdate.iter().fold(set, |set, date| set.with_exception(reading(date))))
    }

    /// What the clocks show at an instance: later by the gap where they skip it.
    fn shown(&self, at: NaiveDateTime) -> NaiveDateTime {
        let Some(zone) = self.tz else { return at };
        zone.at(at).instant(GapRule::Forward, FoldRule::First).map_or(at, |instant| zone.local(instant))
    }

    fn in_window(&self, at: NaiveDateTime) -> bool {
        let Some(window) = &self.window else { return true };
        let after = window.after.as_deref().map(reading);
        let before = window.before.as_deref().map(reading);
        after.is_none_or(|after| after < at || window.inclusive && after == at)
            && before.is_none_or(|before| at < before || window.inclusive && at == before)
    }

    fn outcome(&self) -> Outcome {
        let set = match self.set() {
            Ok(set) => set,
            // A source that refuses the rule, too, names no instances.
            Err(_) if self.expect.is_empty() && !self.complete => return Outcome::Right,
            Err(error) => return Outcome::Refused(error),
        };
        let expected: Vec<NaiveDateTime> = self.expect.iter().map(|at| reading(at)).collect();
        let more = expected.len() + usize::from(self.complete);
        let last = self.window.as_ref().and_then(|window| window.before.as_deref()).map_or(NaiveDateTime::MAX, reading);
        let got: Vec<NaiveDateTime> = set
            .occurrences()
            .take_while(|at| *at <= last)
            .map(|at| self.shown(at))
            .filter(|at| self.in_window(*at))
            .take(more)
            .collect();
        if got == expected { Outcome::Right } else { Outcome::Wrong(got) }
    }
}

/// Runs every case of a file: how many agreed ones are right, and the others of them as text.
fn run(path: &Path) -> Option<(usize, Vec<String>)> {
    let file: File = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    let (mut agreed, mut disputed, mut refused, mut failures) = (0, 0, 0, Vec::new());
    let others = file.cases.iter().filter(|case| !case.agreed).count();
    let mut sources: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for case in &file.cases {
        let outcome = case.outcome();
        if case.agreed {
            let (right, of) = sources.entry(&case.source).or_default();
            *of += 1;
            *right += usize::from(outcome == Outcome::Right);
        }
        match (case.agreed, &outcome) {
            (true, Outcome::Right) => agreed += 1,
            (true, Outcome::Wrong(_) | Outcome::Refused(_)) => failures.push(format!("{case:?}: {outcome:?}")),
            (false, Outcome::Right) => disputed += 1,
            (false, Outcome::Refused(_)) => refused += 1,
            (false, Outcome::Wrong(_)) => println!("read otherwise: {} {:?}", case.id, case.rrule),
        }
    }
    println!("{}: {agreed} agreed cases right, {} not", path.display(), failures.len());
    for (source, (right, of)) in &sources {
        println!("  {source}: {right} of {of} agreed cases right");
    }
    println!("of {others} disputed cases {disputed} are as their source has it, {refused} refused");
    Some((agreed, failures))
}

#[test]
fn every_agreed_case_of_the_permissive_suites_passes() {
    let (agreed, failures) = run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/recurrence.json")).unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(agreed, 366);
}

#[test]
fn every_agreed_case_of_a_larger_collection_passes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/scheduling/recurrence.json");
    let Some((_, failures)) = run(&path) else {
        println!("there is no larger collection at {}", path.display());
        return;
    };
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_case_kept_here_is_under_a_permissive_licence() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/recurrence.json");
    let file: File = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let permissive = ["MIT", "BSD-3-Clause", "Apache-2.0 OR BSD-3-Clause"];
    assert!(file.cases.iter().all(|case| permissive.contains(&case.license.as_str())));
}
