//! Leave: asked for, approved, cancelled; and authority passed on.

use chrono::NaiveDate;
use office_core::{ApproveStep, Id};
use office_hr::{CancelLeave, LeaveRequest, LeaveStatus, RequestLeave, approve_leave, cancel_leave, request_leave};

use super::approving::asked;
use super::{Failure, World, is_accepted};
use crate::diary::{Step, Told, instant_of, take};

/// What is asked for and cancelled of leave on a day.
pub(crate) async fn leave_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let (rules, book) = (&world.settings.leave, &world.files.authority);
    for row in &world.files.leave_requests {
        let (number, id) = (row.code.as_str(), Id::<LeaveRequest>::natural("leave", row.code.as_str()));
        let step = world.step(day, "leave", number, &row.employee);
        if row.submitted == day {
            let asked = RequestLeave {
                person: row.employee.id(),
                kind: "annual".to_owned(),
                range: row.days,
                part: row.part,
                time: None,
                by: step.actor.clone(),
                on: day,
                at: instant_of(day),
            };
            let asked = &asked;
            let page = take(world.office, &step, |tx| async move {
                let status = request_leave(&tx, id, asked, rules, book).await?;
                let cost = tx.load(id).await?.cost();
                let days = cost.to_decimal(1, world.files.company.rounding).unwrap_or_default();
                Ok::<_, office_hr::RequestLeaveError>(Told::accepted(format!("{days} days, {status}")))
            })
            .await?;
            if is_accepted(&page) {
                approve(world, day, number, id).await?;
            }
        }
        if row.cancelled == Some(day) {
            let by = step.actor.clone();
            let step = Step { kind: "leave cancellation", ..step };
            let cancel = &CancelLeave { by, on: day };
            take(world.office, &step, |tx| async move {
                let status = cancel_leave(&tx, id, cancel, rules, book).await?;
                Ok::<_, office_hr::CancelLeaveError>(Told::accepted(status.to_string()))
            })
            .await?;
        }
    }
    Ok(())
}

/// Asks one after the other until the request is approved.
async fn approve(world: World<'_>, day: NaiveDate, number: &str, id: Id<LeaveRequest>) -> Result<(), Failure> {
    let (book, rules) = (&world.files.authority, &world.settings.leave);
    let found = world.office.view(|view| async move { view.load(id).await }).await?;
    for (at, wanted) in (1..).zip(found.approval().steps()) {
        for asked in wanted.roles().iter().flat_map(|role| asked(world, role, wanted.action(), day)) {
            let reference = format!("{number} by {}", asked.code.as_str());
            let by = asked.code.as_str();
            let approve = &ApproveStep { by: asked.actor.clone(), step: at, on: day, at: instant_of(day) };
            let step = Step { day, kind: "leave approval", reference: &reference, actor: asked.actor, by };
            let page = take(world.office, &step, |tx| async move {
                let status = approve_leave(&tx, id, approve, book, rules).await?;
                Ok::<_, office_hr::DecideLeaveError<_>>(match status {
                    LeaveStatus::Approved | LeaveStatus::Submitted { .. } | LeaveStatus::Returned { .. } => {
                        Told::accepted(status.to_string())
                    }
                    LeaveStatus::Refused { .. }
                    | LeaveStatus::Withdrawn { .. }
                    | LeaveStatus::Expired { .. }
                    | LeaveStatus::Cancelled(_) => Told::refused(status.to_string()),
                })
            })
            .await?;
            if is_accepted(&page) {
                break;
            }
        }
    }
    Ok(())
}
