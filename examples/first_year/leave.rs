//! Dana asks for leave, and it is approved by who may.

use std::fmt::Write;

use office_core::{Actor, ApproveStep, DateRange, DayPart};
use office_hr::{LeaveRequest, LeaveStatus, RequestLeave, approve_leave, request_leave};

use crate::desk::{Desk, Failure, actor, day, in_names, leave, morning, person};

/// Asks for leave from a day to another, and says what it costs.
fn ask(desk: &Desk, request: &str, days: (&str, &str), on: &str, told: &mut String) -> Result<(), Failure> {
    let (by, on) = (actor("Dana"), day(on)?);
    let asked = &RequestLeave {
        person: person("Dana"),
        kind: "annual".to_owned(),
        range: DateRange::inclusive(day(days.0)?, day(days.1)?)?,
        part: DayPart::Whole,
        time: None,
        by: by.clone(),
        on,
        at: morning(on),
    };
    let id = leave(request).retag::<LeaveRequest>();
    let cost = desk.act(&format!("ask:{request}"), &by, on, |tx| async move {
        request_leave(&tx, id, asked, &desk.leave, &desk.book).await?;
        Ok(tx.load(id).await?.cost())
    })?;
    writeln!(told, "{request}: on {on} Dana asks for leave from {} to {}, {cost} days.", days.0, days.1)?;
    Ok(())
}

/// Approves leave, by somebody in their own name or for another.
fn approve(desk: &Desk, request: &str, key: &str, by: &Actor, on: &str) -> Result<LeaveStatus, Failure> {
    let on = day(on)?;
    let (id, step) = (leave(request).retag(), &ApproveStep { by: by.clone(), step: 1, on, at: morning(on) });
    desk.act(&format!("approve:{request}:{key}"), by, on, |tx| async move {
        Ok(approve_leave(&tx, id, step, &desk.book, &desk.leave).await?)
    })
}

/// Two weeks in August. Miriam, who approves leave, is away when they are asked for.
pub(crate) fn tell_summer(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    ask(desk, "LR-1", ("2026-08-10", "2026-08-21"), "2026-07-20", told)?;
    let miriam = person("Miriam");
    for (who, key, by) in [
        ("Jonas in his own name", "own", actor("Jonas")),
        ("Dana for Miriam", "herself", actor("Dana").on_behalf_of(miriam)),
        ("Jonas for Miriam", "delegate", actor("Jonas").on_behalf_of(miriam)),
    ] {
        let said = match approve(desk, "LR-1", key, &by, "2026-07-20") {
            Ok(status) => status.to_string(),
            Err(refused) => in_names(&refused.to_string()),
        };
        writeln!(told, "  {who}: {said}")?;
    }
    told.push('\n');
    Ok(())
}

/// A week at Christmas and one in February, which Miriam approves herself.
pub(crate) fn tell_winter(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    for (request, days, on) in
        [("LR-2", ("2026-12-21", "2026-12-31"), "2026-12-01"), ("LR-3", ("2027-02-08", "2027-02-12"), "2027-01-18")]
    {
        ask(desk, request, days, on, told)?;
        let status = approve(desk, request, "manager", &actor("Miriam"), on)?;
        writeln!(told, "  Miriam: {status}")?;
    }
    told.push('\n');
    Ok(())
}
