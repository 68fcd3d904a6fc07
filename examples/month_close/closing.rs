//! What belongs to October is booked in it, and the month is closed for good.

use std::fmt::Write;

use office::journal::post_and_spend;
use office_core::{DateRange, Money};
use office_finance::{
    Entry, EntryId, Period, Posting, PostingRun, close_period, run_deferrals, run_depreciation, snapshot_of,
};

use super::desk::{BOOKKEEPER, Desk, Failure, HEAD, in_names, person, studio};

pub(crate) fn tell(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    let run = PostingRun::through("2026-10-31".parse()?);
    let (deferred, written_off) = desk.act("run of October", BOOKKEEPER, "2026-11-02", |tx| async move {
        let deferred = run_deferrals(&tx, desk.chart(), run).await?;
        let written_off = run_depreciation(&tx, desk.chart(), run).await?;
        Ok((deferred.entries.len(), written_off.entries.len()))
    })?;
    writeln!(told, "What belongs to October: {deferred} part of what is paid ahead, {written_off} of depreciation,")?;

    // The cleaners were there and have not sent their bill.
    accrue(desk, "cleaning of October", "2026-10-31", "480.00 EUR".parse()?)?;
    writeln!(told, "and 480.00 EUR for the cleaners, who have not sent their bill.")?;

    close(desk, 10, "2026-11-03", told)?;
    let late = accrue(desk, "a late thought", "2026-10-30", "1.00 EUR".parse()?);
    let late = late.err().ok_or("an entry went into a closed month")?;
    writeln!(told, "From now on an entry into October is refused:\n  {}.", in_names(&late.to_string()))?;

    // What was accrued is taken back on the first of November, so that the bill can be booked as it comes.
    accrue(desk, "cleaning of October taken back", "2026-11-01", "-480.00 EUR".parse()?)?;
    writeln!(told, "November takes the cleaners' 480.00 EUR back, so that their bill can be booked as it comes.\n")?;
    Ok(())
}

/// Books cleaning that was used and not billed; below zero takes it back.
fn accrue(desk: &Desk, what: &str, on: &str, amount: Money) -> Result<(), Failure> {
    let postings =
        vec![Posting::debit("6330".parse()?, amount).borne_by(studio()), Posting::credit("3500".parse()?, amount)];
    let entry = &Entry::balanced(on.parse()?, what, postings)?;
    desk.act(what, BOOKKEEPER, "2026-11-02", |tx| async move {
        post_and_spend(&tx, desk.chart(), EntryId::natural("accrual", what), entry.clone()).await?;
        Ok(())
    })
}

/// Closes a month: first for everybody, then for good, with a fingerprint of all that is posted in it.
pub(crate) fn close(desk: &Desk, month: u32, on: &str, told: &mut String) -> Result<(), Failure> {
    let days = DateRange::month(2026, month)?;
    let period = Period::id_of(days.start());
    desk.act(&format!("lock month {month}"), HEAD, on, |tx| async move {
        let locked = tx.load(period).await?.soft_close([], person(HEAD), tx.command().at())?;
        tx.decide(period, locked).await?;
        Ok(())
    })?;
    let snapshot = &desk.see(|view| async move { snapshot_of(&view, days).await })?;
    desk.act(&format!("close month {month}"), HEAD, on, |tx| async move {
        close_period(&tx, period, snapshot.clone()).await?;
        Ok(())
    })?;
    let (name, entries) = (days.start().format("%B"), snapshot.entries());
    let fingerprint: String = snapshot.fingerprint().to_string().chars().take(16).collect();
    writeln!(told, "{name} is closed with entries: {entries}, fingerprint {fingerprint}….")?;
    Ok(())
}
