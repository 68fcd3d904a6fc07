//! The dated streams, merged into one.

use chrono::NaiveDate;
use office_core::{DateRange, Ratio, RatioError};

use crate::accrual::LeaveHistory;
use crate::plan::{EarnedPart, Earning, LeaveTerms, Slice, earning, merged, total};
use crate::{AccrueError, CarryOver, Crediting, DrawOrder, Entitlement, LeaveCause, LineReason, Lot, LotKind};

/// Something that happens to an account, in the order of one date.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) on: NaiveDate,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    CarriedIn { days: Ratio, into: Lot },
    Lapse { of: Lot },
    YearEnd { rule: CarryOver, carried: Lot, granted: Lot },
    Granted { days: Ratio, into: Lot, reason: LineReason },
    Taken { days: Ratio, cause: LeaveCause, order: DrawOrder, granted: Lot },
    Earned { days: Ratio, into: Lot, reason: LineReason },
}

impl What {
    const fn rank(&self) -> u8 {
        match self {
            Self::CarriedIn { .. } => 0,
            Self::Lapse { .. } => 1,
            Self::YearEnd { .. } => 2,
            Self::Granted { .. } => 3,
            Self::Taken { .. } => 4,
            Self::Earned { .. } => 5,
        }
    }
}

/// All that happens up to and on a day, in order.
pub(super) fn events(history: &LeaveHistory<'_>, as_of: NaiveDate) -> Result<Vec<Event>, AccrueError> {
    let (plan, term) = (history.plan, history.tenure.term());
    let opened = history.opening.on.max(term.start());
    let mut events = Vec::new();
    let mut taken: Vec<_> = history.taken.to_vec();
    taken.sort_unstable();
    let mut taken = taken.into_iter().peekable();
    // Leave before employment counts in the first year.
    let mut next = plan.year_with(opened);
    while let Some(year) = next.filter(|year| year.start() <= as_of) {
        let (carried, granted) = lots(plan, year);
        if year.contains(opened) {
            let days = history.opening.carried_in;
            events.push(Event { on: opened, what: What::CarriedIn { days, into: carried } });
        } else if term.contains(year.start()) {
            let before = DateRange::new(opened, year.start()).ok();
            let ending = before.and_then(|before| plan.year_with(before.last()?));
            if let Some(rule) = ending.and_then(|year| governing(plan, year)).map(|terms| terms.carry_over) {
                events.push(Event { on: year.start(), what: What::YearEnd { rule, carried, granted } });
            }
        }
        if let Some(end) = carried.valid.end().filter(|end| Some(*end) != year.end()) {
            events.push(Event { on: end.max(opened), what: What::Lapse { of: carried } });
        }
        credits(history, year, opened, granted, &mut events)?;
        let order = governing(plan, year).map_or(DrawOrder::CarriedFirst, |terms| terms.order);
        while let Some(leave) = taken.next_if(|leave| year.end().is_none_or(|end| leave.on < end)) {
            let what = What::Taken { days: leave.days, cause: leave.cause, order, granted };
            events.push(Event { on: leave.on.max(opened), what });
        }
        next = year.end().and_then(|end| plan.year_with(end));
    }
    events.retain(|event| event.on <= as_of);
    events.sort_by_key(|event| (event.on, event.what.rank()));
    Ok(events)
}

fn governing(plan: &crate::LeavePlan, year: DateRange) -> Option<&LeaveTerms> {
    plan.governing(year).map(|(_, terms)| terms)
}

/// The lots of a leave year.
fn lots(plan: &crate::LeavePlan, year: DateRange) -> (Lot, Lot) {
    let last = governing(plan, year).and_then(|terms| terms.carry_over.last_day);
    let until = last.and_then(|day| day.not_before(year.start())?.succ_opt());
    let valid = until.and_then(|end| DateRange::new(year.start(), end).ok()?.intersection(&year)).unwrap_or(year);
    (Lot { kind: LotKind::Carried, valid }, Lot { kind: LotKind::Granted, valid: year })
}

/// What a leave year is credited with, dated not before the account was opened.
fn credits(
    history: &LeaveHistory<'_>,
    year: DateRange,
    opened: NaiveDate,
    into: Lot,
    events: &mut Vec<Event>,
) -> Result<(), RatioError> {
    let plan = history.plan;
    let Some(Earning { slices, rounding, employed }) = earning(plan, history.tenure, year)? else { return Ok(()) };
    let Some(terms) = plan.governing(employed).map(|(_, terms)| terms) else { return Ok(()) };
    let Some(first) = slices.first().map(|slice| slice.part.period.start()) else { return Ok(()) };
    match terms.crediting {
        Crediting::InAdvance => {
            let exact = total(&slices)?;
            let days = rounding.round(exact)?;
            let entitlement = Box::new(Entitlement { year, parts: merged(&slices)?, exact, rounding, days });
            let what = What::Granted { days, into, reason: LineReason::Granted { entitlement } };
            events.push(Event { on: first.max(opened), what });
        }
        Crediting::EachMonth => {
            let (mut exact, mut credited) = (Ratio::ZERO, Ratio::ZERO);
            for month in slices.chunk_by(|one, two| one.month == two.month) {
                let parts: Vec<EarnedPart> = merged(month)?;
                exact = exact.checked_add(total(month)?)?;
                let days = rounding.round(exact)?.checked_sub(credited)?;
                let last = |slice: &Slice| slice.part.period.last();
                let Some(on) = month.last().and_then(last) else { continue };
                let reason = LineReason::Earned { exact, rounding, credited, parts };
                credited = credited.checked_add(days)?;
                events.push(Event { on: on.max(opened), what: What::Earned { days, into, reason } });
            }
        }
    }
    Ok(())
}
