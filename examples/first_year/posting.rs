//! What accrues is posted, so that payroll has it; what becomes known late is posted as a difference.

use std::fmt::Write;

use chrono::NaiveDate;
use office_hr::{LedgerLine, LotKind, PostedLedger, Reassign, leave_ledger, reassign};

use crate::desk::{Desk, Failure, account, actor, assignment, day, employment, in_names};

/// Posts Dana's leave up to a day, and tells what is new. What was posted then is the answer of the command, so that it
/// is the same again.
fn post(
    desk: &Desk,
    posted: &PostedLedger,
    on: NaiveDate,
    until: NaiveDate,
    told: &mut String,
) -> Result<PostedLedger, Failure> {
    let (before, rules) = (posted.postings().len(), &desk.leave);
    let posted = desk.act(&format!("post:{until}:{on}"), &actor("Miriam"), on, |tx| {
        let mut posted = posted.clone();
        async move {
            let ledger = leave_ledger(&tx, account(), rules, until).await?;
            posted.post(&ledger, on);
            Ok(posted)
        }
    })?;
    for posting in posted.postings().iter().skip(before) {
        let LedgerLine { on, days, reason, .. } = &posting.line;
        let why = if posting.reverses.is_some() { "taken back".to_owned() } else { in_names(&reason.to_string()) };
        writeln!(told, "  {on} {days:>4}  {why}")?;
    }
    Ok(posted)
}

/// The first months.
pub(crate) fn tell_summer(desk: &Desk, told: &mut String) -> Result<PostedLedger, Failure> {
    writeln!(told, "Posted at the end of June:")?;
    let until = day("2026-06-30")?;
    let posted = post(desk, &PostedLedger::default(), until, until, told)?;
    let year = desk.ledger(day("2026-12-31")?)?;
    writeln!(told, "Forecast of then for the end of July: {}.\n", year.balance(day("2026-07-31")?)?)?;
    Ok(posted)
}

/// In November it turns out that Dana has worked four days a week since September.
pub(crate) fn tell_change(desk: &Desk, posted: &PostedLedger, told: &mut String) -> Result<PostedLedger, Failure> {
    let until = day("2026-10-31")?;
    writeln!(told, "Posted at the end of October:")?;
    let posted = post(desk, posted, until, until, told)?;

    let on = day("2026-11-09")?;
    let change = &Reassign { from: day("2026-09-01")?, assignment: assignment("MO|TU|WE|TH")? };
    desk.act("four-days", &actor("Clara"), on, |tx| async move { Ok(reassign(&tx, employment(), change).await?) })?;
    writeln!(told, "On {on} it is put on record that Dana has worked four days a week since {}. Posted:", change.from)?;
    let posted = post(desk, &posted, on, until, told)?;
    told.push('\n');
    Ok(posted)
}

/// A lot by its kind and year.
pub(crate) fn lot(line: &LedgerLine) -> String {
    let kind = match line.lot.kind {
        LotKind::Carried => "carried",
        LotKind::Granted => "granted",
        LotKind::Extra => "extra",
    };
    format!("{kind} {}", line.lot.valid.start().format("%Y"))
}
