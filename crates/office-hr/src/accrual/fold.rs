//! The fold: events in order, lines out.

use chrono::NaiveDate;
use office_core::{Ratio, RatioError};

use crate::accrual::timeline::{Event, What};
use crate::{CarryOver, DrawOrder, LeaveCause, LedgerLine, LineReason, Lot, LotKind};

/// The lots as they stand, and the lines so far.
struct Account {
    lots: Vec<(Lot, Ratio)>,
    lines: Vec<LedgerLine>,
}

pub(super) fn fold(events: Vec<Event>) -> Result<Vec<LedgerLine>, RatioError> {
    let mut account = Account { lots: Vec::new(), lines: Vec::new() };
    for Event { on, what } in events {
        match what {
            What::CarriedIn { days, into } => account.book(on, days, into, LineReason::CarriedIn {})?,
            What::Lapse { of } => {
                let left = account.left(of);
                if left.is_positive() {
                    account.book(on, left.negated(), of, LineReason::Lapsed {})?;
                }
            }
            What::YearEnd { rule, carried, granted } => account.year_end(on, rule, carried, granted)?,
            What::Granted { days, into, reason } | What::Earned { days, into, reason } => {
                account.book(on, days, into, reason)?;
            }
            What::Taken { days, cause, order, granted } => account.take(on, days, cause, order, granted)?,
        }
    }
    Ok(account.lines)
}

impl Account {
    fn left(&self, lot: Lot) -> Ratio {
        self.lots.iter().find(|(each, _)| *each == lot).map_or(Ratio::ZERO, |(_, left)| *left)
    }

    /// Writes a line, unless it is about nothing.
    fn book(&mut self, on: NaiveDate, days: Ratio, lot: Lot, reason: LineReason) -> Result<(), RatioError> {
        if days.is_zero() {
            return Ok(());
        }
        match self.lots.iter_mut().find(|(each, _)| *each == lot) {
            Some((_, left)) => *left = left.checked_add(days)?,
            None => self.lots.push((lot, days)),
        }
        self.lines.push(LedgerLine { on, days, lot, reason });
        Ok(())
    }

    /// Draws leave from the lots that can be used on the day, in order; the year's grant is overdrawn for the rest.
    fn take(
        &mut self,
        on: NaiveDate,
        days: Ratio,
        cause: LeaveCause,
        order: DrawOrder,
        granted: Lot,
    ) -> Result<(), RatioError> {
        let usable = |(lot, left): &&(Lot, Ratio)| left.is_positive() && lot.valid.contains(on);
        let mut usable: Vec<_> = self.lots.iter().filter(usable).copied().collect();
        usable.sort_by_key(|(lot, _)| {
            let later = match order {
                DrawOrder::CarriedFirst => lot.kind == LotKind::Granted,
                DrawOrder::GrantedFirst => lot.kind == LotKind::Carried,
            };
            (later, *lot)
        });
        let mut rest = days;
        for (lot, left) in usable {
            if rest.is_zero() {
                break;
            }
            let drawn = left.min(rest);
            rest = if drawn == rest { Ratio::ZERO } else { rest.checked_sub(drawn)? };
            self.book(on, drawn.negated(), lot, LineReason::Taken { cause })?;
        }
        self.book(on, rest.negated(), granted, LineReason::Taken { cause })
    }

    /// Closes the lots of the year that ends: what is left goes over as far as the rule allows, what lacks in full.
    fn year_end(&mut self, on: NaiveDate, rule: CarryOver, carried: Lot, granted: Lot) -> Result<(), RatioError> {
        let ending: Vec<_> = self.lots.drain(..).collect();
        let left = ending.iter().try_fold(Ratio::ZERO, |sum, (_, left)| sum.checked_add(*left))?;
        let over = rule.most.map_or(left, |most| left.min(most));
        let mut lost = left.checked_sub(over)?;
        // Lost days are taken from what is left in each lot; the lots are then emptied into the new one.
        for (lot, left) in ending {
            let gone = lost.min(left).max(Ratio::ZERO);
            lost = lost.checked_sub(gone)?;
            if let Some(most) = rule.most {
                self.write(on, gone.negated(), lot, LineReason::Lost { most });
            }
            let rest = left.checked_sub(gone)?;
            self.write(on, rest.negated(), lot, LineReason::CarriedOver { most: rule.most });
        }
        let into = if over.is_negative() { granted } else { carried };
        self.book(on, over, into, LineReason::CarriedOver { most: rule.most })
    }

    /// Writes a line of a lot that is no longer kept.
    fn write(&mut self, on: NaiveDate, days: Ratio, lot: Lot, reason: LineReason) {
        if !days.is_zero() {
            self.lines.push(LedgerLine { on, days, lot, reason });
        }
    }
}
