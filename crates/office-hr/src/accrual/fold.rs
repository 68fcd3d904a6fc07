//! The lots as they stand, and the lines that led there.

use std::cmp::Ordering;
use std::iter;

use chrono::NaiveDate;
use office_core::{DateRange, Ratio, RatioError};

use crate::accrual::LeaveGrant;
use crate::accrual::amount::Amount;
use crate::{DrawOrder, LeaveCause, LedgerLine, LineReason, Lot, LotKind};

/// What a year end does with what is left.
pub(super) struct YearEnd {
    /// How much goes over at the most.
    pub(super) most: Option<Ratio>,
    /// Whether what was carried before goes over again.
    pub(super) again: bool,
    /// Into which lot.
    pub(super) carried: Lot,
    /// Into which lot what lacks goes.
    pub(super) granted: Lot,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub(super) lots: Vec<(Lot, Amount)>,
    pub(super) lines: Vec<LedgerLine>,
}

impl Account {
    pub(super) fn balance(&self) -> Result<Amount, RatioError> {
        sum(self.lots.iter())
    }

    /// Leaves of so much what the balance lacks of it; below zero where the balance is more.
    pub(super) fn take_balance_off(&self, most: &mut Amount) -> Result<(), RatioError> {
        self.lots.iter().try_for_each(|(_, left)| most.minus(left))
    }

    /// Adds days to a lot and writes a line about it, unless there are none.
    pub(super) fn book(
        &mut self,
        on: NaiveDate,
        days: Ratio,
        lot: Lot,
        reason: impl FnOnce() -> LineReason,
    ) -> Result<(), RatioError> {
        if days.is_zero() {
            return Ok(());
        }
        match self.lots.iter_mut().find(|(each, _)| *each == lot) {
            Some((_, left)) => left.add(days)?,
            None => self.lots.push((lot, days.into())),
        }
        write(&mut self.lines, on, days, lot, reason);
        Ok(())
    }

    pub(super) fn grant(&mut self, on: NaiveDate, grant: &LeaveGrant) -> Result<(), RatioError> {
        let lot = Lot { valid: grant.valid, kind: grant.kind };
        self.book(on, grant.days, lot, || LineReason::Extra { note: grant.note.clone() })
    }

    /// The next day within a leave year on which what is left of a lot lapses. What can be used to the end of the year
    /// is a matter of its carry-over.
    pub(super) fn next_lapse(&self, year: DateRange) -> Option<NaiveDate> {
        let within = |(lot, _): &&(Lot, Amount)| lapses_in(lot, year);
        let left = self.lots.iter().filter(|(_, left)| left.is_positive()).filter(within);
        left.filter_map(|(lot, _)| lot.valid.end()).min()
    }

    /// Empties the lots whose time has ended by a day of a leave year.
    pub(super) fn lapse(&mut self, on: NaiveDate, year: DateRange) {
        for (lot, left) in &mut self.lots {
            if left.is_positive() && lapses_in(lot, year) && lot.valid.end().is_some_and(|end| end <= on) {
                let days = left.ratio().negated();
                write(&mut self.lines, on, days, *lot, || LineReason::Lapsed {});
                *left = Amount::ZERO;
            }
        }
    }

    /// Draws leave from the lots that can be used on the day, in order; the year's grant is overdrawn for the rest.
    pub(super) fn take(
        &mut self,
        on: NaiveDate,
        days: Ratio,
        cause: LeaveCause,
        order: DrawOrder,
        granted: Lot,
    ) -> Result<(), RatioError> {
        let mut rest = days;
        while !rest.is_zero() {
            let Some((lot, left)) = self.first(order, |lot| lot.valid.contains(on)) else { break };
            let enough = left.covers(rest);
            let days = if enough { rest } else { left.ratio() }.negated();
            left.add(days)?;
            write(&mut self.lines, on, days, lot, || LineReason::Taken { cause });
            if enough {
                return Ok(());
            }
            rest = rest.checked_add(days)?;
        }
        self.book(on, rest.negated(), granted, || LineReason::Taken { cause })
    }

    /// Takes away what is over a ceiling, in the order in which leave would.
    pub(super) fn cut(
        &mut self,
        on: NaiveDate,
        mut over: Ratio,
        most: Ratio,
        order: DrawOrder,
    ) -> Result<(), RatioError> {
        while over.is_positive() {
            let Some((lot, left)) = self.first(order, |_| true) else { break };
            let days = left.ratio().min(over).negated();
            left.add(days)?;
            write(&mut self.lines, on, days, lot, || LineReason::Lost { most });
            over = over.checked_add(days)?;
        }
        Ok(())
    }

    /// The lot that leave draws on first, and what it holds.
    #[inline]
    fn first(&mut self, order: DrawOrder, usable: impl Fn(&Lot) -> bool) -> Option<(Lot, &mut Amount)> {
        let lots = self.lots.iter_mut().filter(|(lot, left)| left.is_positive() && usable(lot));
        lots.min_by(|(one, _), (two, _)| drawn_before(order, one, two)).map(|(lot, left)| (*lot, left))
    }

    /// Closes the lots whose time ends with the year: what is left goes over as far as the rule allows, what lacks in
    /// full.
    pub(super) fn year_end(&mut self, on: NaiveDate, rule: &YearEnd) -> Result<(), RatioError> {
        if !rule.again {
            for (lot, left) in &mut self.lots {
                if lot.kind == LotKind::Carried && left.is_positive() && lot.valid.end() == Some(on) {
                    let days = left.ratio().negated();
                    write(&mut self.lines, on, days, *lot, || LineReason::Lapsed {});
                    *left = Amount::ZERO;
                }
            }
        }
        let ends = |lot: &Lot| lot.valid.end().is_some_and(|end| end <= on);
        let ending = self.lots.iter().filter(|(lot, _)| ends(lot));
        let left = sum(ending.clone())?.ratio();
        let over = rule.most.map_or(left, |most| left.min(most));
        let mut lost = left.checked_sub(over)?;
        // Lost days are taken from what is left in each lot; the lots are then emptied into the new one.
        for (lot, left) in ending {
            let left = left.ratio();
            let gone = lost.min(left).max(Ratio::ZERO);
            lost = lost.checked_sub(gone)?;
            if let Some(most) = rule.most
                && !gone.is_zero()
            {
                write(&mut self.lines, on, gone.negated(), *lot, || LineReason::Lost { most });
            }
            let rest = left.checked_sub(gone)?;
            if !rest.is_zero() {
                write(&mut self.lines, on, rest.negated(), *lot, || LineReason::CarriedOver { most: rule.most });
            }
        }
        self.lots.retain(|(lot, _)| !ends(lot));
        let into = if over.is_negative() { rule.granted } else { rule.carried };
        self.book(on, over, into, || LineReason::CarriedOver { most: rule.most })
    }
}

/// Writes a line where it is to stand: there are many lines, and to move each of them there would cost more than all the
/// rest.
#[inline]
fn write(lines: &mut Vec<LedgerLine>, on: NaiveDate, days: Ratio, lot: Lot, reason: impl FnOnce() -> LineReason) {
    lines.extend(iter::once_with(|| LedgerLine { on, days, lot, reason: reason() }));
}

#[inline]
fn sum<'a>(lots: impl Iterator<Item = &'a (Lot, Amount)>) -> Result<Amount, RatioError> {
    let mut sum = Amount::ZERO;
    for (_, left) in lots {
        sum.plus(left)?;
    }
    Ok(sum)
}

/// Which of two lots leave draws on first.
fn drawn_before(order: DrawOrder, one: &Lot, two: &Lot) -> Ordering {
    let carried = |lot: &Lot| lot.kind == LotKind::Carried;
    let start = |lot: &Lot| lot.valid.start();
    let end = |lot: &Lot| lot.valid.end().unwrap_or(NaiveDate::MAX);
    let (by_start, by_end) = (start(one).cmp(&start(two)), end(one).cmp(&end(two)));
    let by_time = match order {
        DrawOrder::CarriedFirst => carried(two).cmp(&carried(one)).then(by_end).then(by_start),
        DrawOrder::GrantedFirst => carried(one).cmp(&carried(two)).then(by_end).then(by_start),
        DrawOrder::EndingFirst => by_end.then(by_start),
        DrawOrder::OldestFirst => by_start.then(by_end),
    };
    by_time.then(one.kind.cmp(&two.kind))
}

fn lapses_in(lot: &Lot, year: DateRange) -> bool {
    lot.valid.end().is_some_and(|end| year.start() < end && year.end().is_none_or(|next| end < next))
}
