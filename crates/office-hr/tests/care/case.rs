//! The published cases.

use std::path::Path;

use office_core::{Ratio, Rounding, parse_decimal};
use office_hr::{InjuryClass, InjuryDays, InjuryNote, InjuryTerms, WorkStatus};
use serde_json::Value;

use crate::desk::day;
use crate::injury::{assessed, injury, status};

fn number(value: &Value) -> u32 {
    value.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

fn check(case: &Value) {
    let (id, policy, given, expect) = (&case["id"], &case["policy"], &case["given"], &case["expect"]);
    match case["kind"].as_str().unwrap() {
        "incidence_rate" => {
            let rate_hours = policy["base_hours"].as_str().unwrap().parse().unwrap();
            let terms = InjuryTerms { rate_hours, ..InjuryTerms::osha() };
            let hours = Ratio::from_decimal(parse_decimal(given["hours_worked"].as_str().unwrap()).unwrap());
            let rate = terms.incidence_rate(number(&given["cases"]), hours).unwrap();
            let rate = rate.to_decimal(number(&policy["digits"]), Rounding::HalfUp).unwrap();
            assert_eq!(rate, parse_decimal(expect["rate"].as_str().unwrap()).unwrap(), "{id}");
        }
        "osha_day_count" => {
            let terms = InjuryTerms { most_days: number(&policy["cap"]), ..InjuryTerms::osha() };
            let (away, restricted) = (number(&given["away_days"]), number(&given["restricted_days"]));
            let back = 1_u32.saturating_add(away);
            let end = back.saturating_add(restricted);
            let mut notes: Vec<InjuryNote> = vec![assessed(&[], &[])];
            notes.push(status(1, WorkStatus::Away));
            notes.push(status(back, WorkStatus::Restricted));
            notes.push(status(end, WorkStatus::Full));
            let injury = injury(0, &notes);
            let until = day(end.saturating_add(30));
            let expected = InjuryDays {
                away: number(&expect["recorded_away"]),
                restricted: number(&expect["recorded_restricted"]),
            };
            assert_eq!(injury.days(&terms, until), expected, "{id}");
            if let Some(class) = expect["classified_as"].as_str() {
                assert_eq!(class, "days away", "{id}");
                assert_eq!(injury.class_in_log(&terms, until), Some(InjuryClass::DaysAway), "{id}");
            }
        }
        other => panic!("{id}: {other} is not known"),
    }
}

#[test]
fn published_cases_of_injuries() {
    let kept: Vec<Value> = serde_json::from_str(include_str!("../cases/injuries.json")).unwrap();
    kept.iter().for_each(check);
    assert_eq!(kept.len(), 4);
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/hr"));
    let Some(folder) = folders.find(|folder| folder.is_dir()) else { return };
    let text = std::fs::read_to_string(folder.join("injuries.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    cases.iter().for_each(check);
    println!("hr/injuries.json: {} passed, 0 failed, 0 left out", cases.len());
}
