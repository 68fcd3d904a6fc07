//! The lots as they stand, and the lines that led there.

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

    /// Writes a line, unless it is about nothing.
    pub(super) fn book(&mut self, on: NaiveDate, days: Ratio, lot: Lot, reason: LineReason) -> Result<(), RatioError> {
        if days.is_zero() {
            return Ok(());
        }
        match self.lots.iter_mut().find(|(each, _)| *each == lot) {
            Some((_, left)) => left.add(days)?,
            None => self.lots.push((lot, days.into())),
        }
        self.lines.push(LedgerLine { on, days, lot, reason });
        Ok(())
    }

    pub(super) fn grant(&mut self, on: NaiveDate, grant: &LeaveGrant) -> Result<(), RatioError> {
        let lot = Lot { valid: grant.valid, kind: grant.kind };
        self.book(on, grant.days, lot, LineReason::Extra { note: grant.note.clone() })
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
                self.lines.push(LedgerLine { on, days, lot: *lot, reason: LineReason::Lapsed {} });
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
            let days = if left.covers(rest) { rest.negated() } else { left.ratio().negated() };
            left.add(days)?;
            self.lines.push(LedgerLine { on, days, lot, reason: LineReason::Taken { cause } });
            rest = rest.checked_add(days)?;
        }
        self.book(on, rest.negated(), granted, LineReason::Taken { cause })
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
            self.lines.push(LedgerLine { on, days, lot, reason: LineReason::Lost { most } });
            over = over.checked_add(days)?;
        }
        Ok(())
    }

    /// The lot that leave draws on first, and what it holds.
    fn first(&mut self, order: DrawOrder, usable: impl Fn(&Lot) -> bool) -> Option<(Lot, &mut Amount)> {
        let key = |lot: &Lot| {
            let (start, end) = (lot.valid.start(), lot.valid.end().unwrap_or(NaiveDate::MAX));
            match order {
                DrawOrder::CarriedFirst => (lot.kind != LotKind::Carried, end, start, lot.kind),
                DrawOrder::GrantedFirst => (lot.kind == LotKind::Carried, end, start, lot.kind),
                DrawOrder::EndingFirst => (false, end, start, lot.kind),
                DrawOrder::OldestFirst => (false, start, end, lot.kind),
            }
        };
        let lots = self.lots.iter_mut().filter(|(lot, left)| left.is_positive() && usable(lot));
        lots.min_by_key(|(lot, _)| key(lot)).map(|(lot, left)| (*lot, left))
    }

    /// Closes the lots whose time ends with the year: what is left goes over as far as the rule allows, what lacks in
    /// full.
    pub(super) fn year_end(&mut self, on: NaiveDate, rule: &YearEnd) -> Result<(), RatioError> {
        if !rule.again {
            for (lot, left) in &mut self.lots {
                if lot.kind == LotKind::Carried && left.is_positive() && lot.valid.end() == Some(on) {
                    let days = left.ratio().negated();
                    self.lines.push(LedgerLine { on, days, lot: *lot, reason: LineReason::Lapsed {} });
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
            let mut write = |days: Ratio, reason| {
                if !days.is_zero() {
                    self.lines.push(LedgerLine { on, days, lot: *lot, reason });
                }
            };
            if let Some(most) = rule.most {
                write(gone.negated(), LineReason::Lost { most });
            }
            let rest = left.checked_sub(gone)?;
            write(rest.negated(), LineReason::CarriedOver { most: rule.most });
        }
        self.lots.retain(|(lot, _)| !ends(lot));
        let into = if over.is_negative() { rule.granted } else { rule.carried };
        self.book(on, over, into, LineReason::CarriedOver { most: rule.most })
    }
}

fn sum<'a>(mut lots: impl Iterator<Item = &'a (Lot, Amount)>) -> Result<Amount, RatioError> {
    lots.try_fold(Amount::ZERO, |mut sum, (_, left)| {
        sum.plus(*left)?;
        Ok(sum)
    })
}

fn lapses_in(lot: &Lot, year: DateRange) -> bool {
    lot.valid.end().is_some_and(|end| year.start() < end && year.end().is_none_or(|next| end < next))
}
