//! The credits of plans that accrue in periods, by levels of service.

use chrono::NaiveDate;
use office_core::{DateRange, Ratio, RatioError};

use crate::accrual::amount::Amount;
use crate::accrual::fold::{Account, YearEnd};
use crate::accrual::run::Rank;
use crate::accrual::{CreditMark, LeaveHistory};
use crate::{
    AccrualLevel, AccrualPlan, Accrued, CreditAt, CreditRounding, DrawOrder, LeavePlan, LeaveRounding, LineReason, Lot,
    LotKind,
};

/// A stretch of employment at one level.
#[derive(Clone, Copy, Debug)]
struct Stretch<'a> {
    days: DateRange,
    since: NaiveDate,
    plan: &'a AccrualPlan,
    number: u32,
    level: &'a AccrualLevel,
}

impl Stretch<'_> {
    /// Whether there is nothing new about what follows.
    fn goes_on_as(&self, next: &Self) -> bool {
        self.number == next.number && self.days.end() == Some(next.days.start()) && self.plan == next.plan
    }
}

/// The stretches of employment, in order; nothing before the plan's first terms or the first level.
fn stretches<'a>(plan: &'a LeavePlan, term: DateRange) -> Vec<Stretch<'a>> {
    let mut all: Vec<Stretch<'a>> = Vec::new();
    let mut versions = plan.versions().peekable();
    while let Some((since, terms)) = versions.next() {
        let until = versions.peek().map(|(next, _)| *next);
        let in_force = DateRange::new(since, until).ok().and_then(|range| range.intersection(&term));
        let (Some(in_force), Some(accrual)) = (in_force, &terms.accrual) else { continue };
        let mut levels = (0_u32..).zip(&accrual.levels).peekable();
        let mut reached = levels.peek().and_then(|(_, first)| first.after.after(term.start()));
        while let Some((number, level)) = levels.next() {
            let end = levels.peek().and_then(|(_, next)| next.after.after(term.start()));
            let start = std::mem::replace(&mut reached, end);
            let at_level = start.and_then(|start| DateRange::new(start, end).ok());
            let Some(days) = at_level.and_then(|days| days.intersection(&in_force)) else { continue };
            let next = Stretch { days, since, plan: accrual, number, level };
            match all.last_mut().filter(|last| last.goes_on_as(&next)) {
                Some(last) => last.days = DateRange::new(last.days.start(), days.end()).unwrap_or(last.days),
                None => all.push(next),
            }
        }
    }
    all
}

/// A part of a period that is to be credited.
#[derive(Clone, Copy, Debug)]
struct Due {
    on: NaiveDate,
    period: DateRange,
    part: DateRange,
}

/// The credits of somebody, in order.
#[derive(Clone, Debug)]
pub(super) struct LevelCredits<'a> {
    history: &'a LeaveHistory<'a>,
    opened: NaiveDate,
    stretches: Vec<Stretch<'a>>,
    at: usize,
    /// The first day that is not credited yet.
    from: Option<NaiveDate>,
    /// What was earned in all, exactly.
    exact: Amount,
    /// What was credited in the leave year.
    credited: Amount,
    next: Option<Due>,
}

impl<'a> LevelCredits<'a> {
    /// The credits from a mark on. What was credited before the account was opened is in what it began with.
    pub(super) fn new(history: &'a LeaveHistory<'a>, opened: NaiveDate, mark: CreditMark) -> Self {
        let stretches = stretches(history.plan, history.tenure.term());
        let CreditMark { from, exact, credited, .. } = mark;
        let (exact, credited) = (exact.into(), credited.into());
        let mut credits = Self { history, opened, stretches, at: 0, from, exact, credited, next: None };
        credits.find();
        credits
    }

    #[inline]
    pub(super) fn next(&self) -> Option<(NaiveDate, Rank)> {
        self.next.map(|due| (due.on, Rank::Accrual))
    }

    /// How far they have come.
    pub(super) fn mark(&self) -> CreditMark {
        CreditMark { month: 0, from: self.from, exact: self.exact.ratio(), credited: self.credited.ratio() }
    }

    /// Begins to count anew what is credited in a leave year.
    pub(super) fn begin_year(&mut self) {
        self.credited = Amount::ZERO;
    }

    /// Finds the next part of a period from the mark on.
    fn find(&mut self) {
        self.next = None;
        while let Some(stretch) = self.stretches.get(self.at) {
            let from = self.from.map_or(stretch.days.start(), |from| from.max(stretch.days.start()));
            if !stretch.days.contains(from) {
                self.at = self.at.saturating_add(1);
                continue;
            }
            let Some(period) = stretch.level.period.with(from) else { return };
            let part = DateRange::new(from, period.end()).ok().and_then(|part| part.intersection(&stretch.days));
            let Some(part) = part else { return };
            let on = match (stretch.plan.credit, part.end()) {
                (CreditAt::Start, _) => part.start(),
                (CreditAt::End, None) => return,
                (CreditAt::End, Some(end)) if self.history.tenure.term().contains(end) => end,
                (CreditAt::End, Some(_)) => part.last().unwrap_or(from),
            };
            if on >= self.opened {
                self.next = Some(Due { on, period, part });
                return;
            }
            // Straight on to the period before the opening: employment may have begun ages before.
            let before = self.opened.pred_opt().and_then(|day| stretch.level.period.with(day));
            let Some(end) = part.end() else { return };
            self.from = Some(before.map_or(end, |before| before.start().max(end)));
        }
    }

    /// Books the next credit.
    pub(super) fn credit(&mut self, account: &mut Account, granted: Lot, order: DrawOrder) -> Result<(), RatioError> {
        let (Some(Due { on, period, part }), Some(stretch)) = (self.next, self.stretches.get(self.at)) else {
            return Ok(());
        };
        let Stretch { since, plan, number, level, .. } = *stretch;
        let (fraction, exact) = plan.earned(level, period, part, self.history.work)?;
        let due = match plan.rounding {
            CreditRounding::Sum(LeaveRounding::Exact) => exact,
            CreditRounding::Sum(rounding) => {
                let before = self.exact.ratio();
                rounding.round(before.checked_add(exact)?)?.checked_sub(rounding.round(before)?)?
            }
            CreditRounding::Each(rounding) => rounding.round(exact)?,
        };
        let mut days = due;
        if let Some(most) = level.most_a_year {
            days = days.min(most.checked_sub(self.credited.ratio())?.max(Ratio::ZERO));
        }
        if let Some(most) = level.most_balance {
            let mut room = Amount::from(most);
            account.take_balance_off(&mut room)?;
            if room.is_negative() {
                account.cut(on, room.ratio().negated(), most, order)?;
            }
            if !room.covers(days) {
                days = room.ratio().max(Ratio::ZERO);
            }
        }
        let cut = if days == due { Ratio::ZERO } else { due.checked_sub(days)? };
        self.exact.add(exact)?;
        self.credited.add(days)?;
        self.from = part.end().or(Some(NaiveDate::MAX));
        self.find();
        account.book(on, days, granted, || {
            LineReason::Accrued(Accrued { terms_since: since, level: number, period: part, fraction, exact, cut })
        })
    }

    /// What becomes of what is left when a year begins: as the level of that day says.
    pub(super) fn year_end(&self, year: DateRange) -> Option<YearEnd> {
        let stretch = self.stretches.iter().find(|stretch| stretch.days.contains(year.start()))?;
        let until = stretch.level.carried_for.and_then(|length| length.after(year.start()));
        let valid = until.and_then(|until| DateRange::new(year.start(), until).ok()).unwrap_or(year);
        Some(YearEnd {
            most: stretch.level.most_carried,
            again: stretch.level.carried_for.is_none(),
            carried: Lot { kind: LotKind::Carried, valid },
            granted: Lot { kind: LotKind::Granted, valid: year },
        })
    }
}
