//! Who sits at the reception in November.

use std::fmt::Write;

use chrono::{Datelike, Weekday};
use office_core::DateRange;
use office_scheduling::{CoverDemand, Roster, RosterContract, RosterPlan, RosterPlanParts, RosterSearch, ShiftType};

use crate::people::{Failure, id};

/// Makes the roster, and tells of each shift that stays open what stands against everybody.
pub(crate) fn tell(told: &mut String) -> Result<(), Failure> {
    let plan = plan()?;
    let found = plan.generate(&Roster::new(), RosterSearch { seed: 7, steps: 400 }, |_| false)?;
    writeln!(told, "\nThe reception in November: {} shifts are filled.", found.roster.len())?;
    for gap in plan.gaps(&found.roster) {
        writeln!(told, "  {} {}: {} missing", gap.demand.date, gap.demand.shift, gap.missing)?;
        for candidate in &gap.candidates {
            let against: Vec<String> = candidate.against.iter().map(ToString::to_string).collect();
            writeln!(told, "    {}: {}", candidate.name, against.join("; "))?;
        }
    }
    if plan.check(&found.roster).is_empty() {
        writeln!(told, "  nobody works what a rule forbids")?;
    }
    Ok(())
}

/// An early and a late shift on each weekday, for three people, two of whom are away on the eleventh.
fn plan() -> Result<RosterPlan, Failure> {
    let days: DateRange = "2026-11-02/2026-12-01".parse()?;
    let mut shifts = vec![ShiftType::new("early".parse()?, 360), ShiftType::new("late".parse()?, 360)];
    for (shift, starts) in shifts.iter_mut().zip(["07:00:00", "13:00:00"]) {
        shift.starts = Some(starts.parse()?);
    }
    ShiftType::forbid_short_rest(&mut shifts, 13 * 60);
    let weekend = |day: Weekday| matches!(day, Weekday::Sat | Weekday::Sun);
    let mut demand = Vec::new();
    for date in days.dates(31).filter(|date| !weekend(date.weekday())) {
        for shift in &shifts {
            let shift = shift.name.clone();
            demand.push(CoverDemand { date, shift, skill: None, wanted: 1, under_weight: 100, over_weight: 1 });
        }
    }
    let away = "2026-11-11".parse()?;
    let people = ["Nora", "Omar", "Pia"].map(|name| RosterContract {
        days_off: if name == "Nora" { [].into() } else { [away].into() },
        most_consecutive_shifts: 5,
        ..RosterContract::unlimited(id(name), name)
    });
    Ok(RosterPlan::new(RosterPlanParts { days, shifts, people: people.to_vec(), demand, fairness: None })?)
}
