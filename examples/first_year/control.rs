//! The ledger as it stands in the end, and the totals that have to come out.

use std::fmt::Write;

use office_core::{DateRange, Ratio};
use office_hr::PostedLedger;

use crate::desk::{Desk, Failure, day, in_names};
use crate::posting::lot;

/// What the days of each year, and of both, have to come to.
const WANTED: [(&str, i64); 8] = [
    ("credited in 2026", 23),
    ("taken in 2026", -17),
    ("left of 2026", 6),
    ("credited in 2027", 8),
    ("taken in 2027", -4),
    ("lost in 2027", -2),
    ("paid out", -8),
    ("left in the end", 0),
];

/// Tells every line with its reason, and whether the totals agree.
pub(crate) fn tell(desk: &Desk, posted: &PostedLedger, told: &mut String) -> Result<bool, Failure> {
    let end = day("2027-12-31")?;
    let ledger = desk.ledger(end)?;
    writeln!(told, "Dana's leave, line by line:")?;
    for line in ledger.lines() {
        let (on, days) = (line.on, line.days.to_string());
        writeln!(told, "  {on} {days:>4}  {:<13} {}", lot(line), in_names(&line.reason.to_string()))?;
    }
    writeln!(told, "Balance on the last day: {}.", ledger.balance(day("2027-04-30")?)?)?;

    let (first, second) = (ledger.statement(DateRange::year(2026)?)?, ledger.statement(DateRange::year(2027)?)?);
    let found = [
        first.credited,
        first.taken,
        first.closing,
        second.credited,
        second.taken,
        second.lost,
        second.paid_out,
        second.closing,
    ];
    let mut agree = 0_usize;
    for ((total, wanted), found) in WANTED.into_iter().zip(found) {
        if found == Ratio::from_integer(wanted) {
            agree = agree.saturating_add(1);
        } else {
            writeln!(told, "  {total}: {found}, and {wanted} is wanted")?;
        }
    }
    // What was posted, with all that was taken back, comes to what is so.
    let days = posted.postings().iter().map(|posting| posting.line.days);
    let sum = days.clone().try_fold(Ratio::ZERO, Ratio::checked_add)?;
    let same = sum == ledger.balance(day("2026-10-31")?)?;
    let postings = days.count();
    writeln!(told, "{postings} postings come to {sum} days{}.", if same { "" } else { ", which is wrong" })?;
    writeln!(told, "Control totals: {agree} of {} agree.", WANTED.len())?;
    Ok(same && agree == WANTED.len())
}
