//! The calendar of the team is taken over from a file.

use std::fmt::Write;

use office_core::{Office, wait};
use office_scheduling::{Calendar, import_calendar};

use crate::people::{Failure, addresses, command, secretary};

const TEAM: &[u8] = include_bytes!("team.ics");

/// Reads the calendar and keeps its events; read again, it brings nothing new.
pub(crate) fn tell(office: &Office, told: &mut String) -> Result<Calendar, Failure> {
    let calendar = Calendar::read("team.ics", TEAM)?;
    let people = addresses()?;
    let (calendar, people) = (&calendar, &people);
    for (key, when) in [("import", "The calendar is read"), ("import-again", "Read again")] {
        let report =
            wait(office.transact(&command(key)?, |tx| async move {
                import_calendar(&tx, secretary(), people, calendar).await
            }))
            .map_err(|error: office_core::StoreError| error)?;
        let new = report.events.iter().filter(|entry| entry.outcome == office_scheduling::ImportOutcome::Planned);
        writeln!(told, "{when}: {} of {} events are new.", new.count(), report.events.len())?;
    }
    Ok(calendar.clone())
}
