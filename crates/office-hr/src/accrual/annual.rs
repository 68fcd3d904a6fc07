//! The credits of plans that grant a number of days for each leave year.

use chrono::NaiveDate;
use office_core::{DateRange, Ratio, RatioError};

use crate::accrual::fold::{Account, YearEnd};
use crate::accrual::run::Rank;
use crate::accrual::{CreditMark, LeaveHistory};
use crate::plan::{LAST_MONTH, LeaveTerms, YearEarning};
use crate::{Crediting, LeavePlan, LeaveRounding, LineReason, Lot, LotKind};

/// The terms that govern a leave year.
pub(super) fn governing(plan: &LeavePlan, year: DateRange) -> Option<&LeaveTerms> {
    plan.governing(year).map(|(_, terms)| terms)
}

/// The lots of a leave year.
pub(super) fn lots(plan: &LeavePlan, year: DateRange) -> (Lot, Lot) {
    let last = governing(plan, year).and_then(|terms| terms.carry_over.last_day);
    let until = last.and_then(|day| day.not_before(year.start())?.succ_opt());
    let valid = until.and_then(|end| DateRange::new(year.start(), end).ok()?.intersection(&year)).unwrap_or(year);
    (Lot { kind: LotKind::Carried, valid }, Lot { kind: LotKind::Granted, valid: year })
}

/// What becomes of what is left when a year begins; `None` where the terms of the year before say nothing.
pub(super) fn year_end(
    history: &LeaveHistory<'_>,
    before: DateRange,
    year: DateRange,
) -> Result<Option<YearEnd>, RatioError> {
    let Some(rule) = governing(history.plan, before).map(|terms| terms.carry_over) else { return Ok(None) };
    let (carried, granted) = lots(history.plan, year);
    let mut most = rule.most;
    if let Some(with_year) = rule.most_with_year {
        let entitled = YearEarning::new(history.plan, history.tenure, year).map(|mut year| year.entitlement());
        let days = entitled.transpose()?.map_or(Ratio::ZERO, |entitled| entitled.days);
        let room = with_year.checked_sub(days)?.max(Ratio::ZERO);
        most = Some(most.map_or(room, |most| most.min(room)));
    }
    Ok(Some(YearEnd { most, again: true, carried, granted }))
}

/// The credits of one leave year, in order.
#[derive(Clone, Debug)]
pub(super) struct AnnualCredits<'a> {
    history: &'a LeaveHistory<'a>,
    opened: NaiveDate,
    granted: Lot,
    earning: Option<YearEarning<'a>>,
    /// The next month, what the year has earned before it, and what of that was credited.
    pub(super) mark: CreditMark,
    /// When the next credit falls, and for which days.
    next: Option<(NaiveDate, DateRange)>,
}

impl<'a> AnnualCredits<'a> {
    /// The credits of a year from a mark on.
    pub(super) fn new(history: &'a LeaveHistory<'a>, opened: NaiveDate, year: DateRange, mark: CreditMark) -> Self {
        let earning = YearEarning::new(history.plan, history.tenure, year);
        let granted = Lot { kind: LotKind::Granted, valid: year };
        let mut credits = Self { history, opened, granted, earning, mark, next: None };
        credits.find();
        credits
    }

    /// When the next credit falls.
    #[inline]
    pub(super) fn next(&self) -> Option<(NaiveDate, Rank)> {
        let crediting = self.earning.as_ref().map(|earning| earning.terms().crediting)?;
        let rank = if crediting == Crediting::InAdvance { Rank::Advance } else { Rank::Earned };
        self.next.map(|(on, _)| (on, rank))
    }

    /// Finds the next month that earns something.
    fn find(&mut self) {
        self.next = None;
        let Some(earning) = &mut self.earning else { return };
        while self.mark.month <= LAST_MONTH {
            let Some(period) = earning.period(self.mark.month) else { return };
            if let Some((first, last)) = earning.earns(self.mark.month, period) {
                let advance = earning.terms().crediting == Crediting::InAdvance;
                let on = if advance { first } else { last };
                self.next = Some((on.max(self.opened), period));
                return;
            }
            self.mark.month = self.mark.month.saturating_add(1);
        }
    }

    /// Books the next credit.
    pub(super) fn credit(&mut self, account: &mut Account) -> Result<(), RatioError> {
        let (Some((on, period)), Some(earning)) = (self.next, &mut self.earning) else { return Ok(()) };
        if earning.terms().crediting == Crediting::InAdvance {
            let entitlement = Box::new(earning.entitlement()?);
            let days = entitlement.days;
            self.mark.month = LAST_MONTH.saturating_add(1);
            self.next = None;
            return account.book(on, days, self.granted, || LineReason::Granted { entitlement });
        }
        let rounding = earning.rounding();
        let earned = earning.month(self.mark.month, period)?;
        let CreditMark { exact: before, credited, .. } = self.mark;
        let exact = before.checked_add(earned.days())?;
        let (mut due, mut days) = (exact, earned.days());
        if rounding != LeaveRounding::Exact {
            due = rounding.round(exact)?;
            days = due.checked_sub(credited)?;
        }
        account.book(on, days, self.granted, || LineReason::Earned {
            exact,
            rounding,
            credited,
            parts: earned.parts(period),
        })?;
        let month = self.mark.month.saturating_add(1);
        self.mark = CreditMark { month, exact, credited: due, ..self.mark };
        self.find();
        Ok(())
    }

    /// Goes on to the year that begins.
    pub(super) fn begin_year(&mut self, year: DateRange) {
        let earning = YearEarning::new(self.history.plan, self.history.tenure, year);
        self.earning = earning.map(|earning| earning.after(self.earning.take()));
        (self.granted.valid, self.mark) = (year, CreditMark::default());
        self.find();
    }
}
