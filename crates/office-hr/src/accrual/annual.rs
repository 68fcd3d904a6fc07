//! The credits of plans that grant a number of days for each leave year.

use chrono::NaiveDate;
use office_core::{DateRange, Ratio, RatioError};

use crate::accrual::fold::{Account, YearEnd};
use crate::accrual::run::Rank;
use crate::accrual::{CreditMark, LeaveHistory};
use crate::plan::{LAST_MONTH, LeaveTerms, YearEarning, merged};
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
            return account.book(on, days, self.granted, LineReason::Granted { entitlement });
        }
        // Most months have one part.
        let mut parts = Vec::with_capacity(1);
        let earned = earning.parts(self.mark.month, period, &mut parts)?;
        let exact = self.mark.exact.ratio().checked_add(earned)?;
        let (rounding, credited) = (earning.rounding(), self.mark.credited.ratio());
        let due = rounding.round(exact)?;
        let days = if rounding == LeaveRounding::Exact { earned } else { due.checked_sub(credited)? };
        let reason = LineReason::Earned { exact, rounding, credited, parts: merged(parts)? };
        let month = self.mark.month.saturating_add(1);
        self.mark = CreditMark { month, exact: exact.into(), credited: due.into(), ..self.mark };
        self.find();
        account.book(on, days, self.granted, reason)
    }

    /// The same for the next year.
    pub(super) fn in_year(&self, year: DateRange) -> Self {
        Self::new(self.history, self.opened, year, CreditMark::default())
    }
}
