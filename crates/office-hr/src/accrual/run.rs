//! One pass over all that is dated, from a day on.

use std::borrow::Cow;

use chrono::NaiveDate;
use office_core::{DateRange, RatioError};

use crate::accrual::amount::Amount;
use crate::accrual::annual::{self, AnnualCredits};
use crate::accrual::fold::Account;
use crate::accrual::levels::LevelCredits;
use crate::accrual::{AccrueError, Checkpoint, CreditMark, LeaveGrant, LeaveHistory};
use crate::{DayOrder, DrawOrder, LeaveTaken, LineReason, Lot, LotKind};

/// What can come next, in the order of one date. As wide as a date, so that both together are one number to a processor.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    CarriedIn,
    Lapse,
    NewYear,
    Grant,
    /// Leave, where it comes before the credit of its day.
    TakenFirst,
    Advance,
    Accrual,
    Taken,
    Earned,
}

#[derive(Clone, Debug)]
enum Credits<'a> {
    Annual(AnnualCredits<'a>),
    Levels(LevelCredits<'a>),
}

/// A pass over a history: where it stands, and what comes next.
#[derive(Debug)]
pub(super) struct Run<'a> {
    history: &'a LeaveHistory<'a>,
    opened: NaiveDate,
    /// Whether what was carried in is booked.
    begun: bool,
    year: DateRange,
    order: DrawOrder,
    taken: Cow<'a, [LeaveTaken]>,
    next_taken: usize,
    taken_rank: Rank,
    grants: Vec<&'a LeaveGrant>,
    next_grant: usize,
    credits: Credits<'a>,
    /// What comes next apart from leave and credits. Neither brings anything forward: at most they leave nothing to lapse.
    other: Option<(NaiveDate, Rank)>,
    pub(super) account: Account,
}

impl<'a> Run<'a> {
    /// A pass from the beginning; `None` at the ends of the calendar. The account is emptied and used again.
    #[inline]
    pub(super) fn new(history: &'a LeaveHistory<'a>, mut account: Account) -> Option<Self> {
        account.lots.clear();
        account.lines.clear();
        let opened = history.opening.on.max(history.tenure.term().start());
        Self::from(history, opened, account, None)
    }

    /// A pass from the end of a checkpoint's day on.
    #[inline]
    pub(super) fn resume(history: &'a LeaveHistory<'a>, checkpoint: &Checkpoint) -> Option<Self> {
        let lots = checkpoint.lots.iter().map(|(lot, left)| (*lot, Amount::from(*left))).collect();
        let account = Account { lots, lines: Vec::new() };
        let opened = history.opening.on.max(history.tenure.term().start());
        Self::from(history, opened, account, Some(checkpoint))
    }

    #[inline]
    fn from(
        history: &'a LeaveHistory<'a>,
        opened: NaiveDate,
        account: Account,
        after: Option<&Checkpoint>,
    ) -> Option<Self> {
        let after = after.filter(|checkpoint| checkpoint.on >= opened);
        let year = year_of(history, after.map_or(opened, |checkpoint| checkpoint.on))?;
        let taken = if history.taken.is_sorted() {
            Cow::Borrowed(history.taken)
        } else {
            let mut taken = history.taken.to_vec();
            taken.sort_unstable();
            Cow::Owned(taken)
        };
        let past = |on: NaiveDate| after.is_some_and(|checkpoint| on.max(opened) <= checkpoint.on);
        let next_taken = taken.partition_point(|leave| past(leave.on));
        let over = |grant: &LeaveGrant| grant.valid.end().is_some_and(|end| end <= opened);
        let mut grants: Vec<_> =
            history.grants.iter().filter(|grant| !over(grant) && !past(grant.valid.start())).collect();
        grants.sort_unstable();
        let mark = after.map_or_else(CreditMark::default, |checkpoint| checkpoint.mark);
        let accrual = history.accrual();
        let credits = match accrual {
            Some(_) => Credits::Levels(LevelCredits::new(history, opened, mark)),
            None => Credits::Annual(AnnualCredits::new(history, opened, year, mark)),
        };
        let leave_first = accrual.is_some_and(|accrual| accrual.order == DayOrder::LeaveFirst);
        let taken_rank = if leave_first { Rank::TakenFirst } else { Rank::Taken };
        let (begun, order) = (after.is_some(), order_of(history, year));
        let mut run = Self {
            history,
            opened,
            begun,
            year,
            order,
            taken,
            next_taken,
            taken_rank,
            grants,
            next_grant: 0,
            credits,
            other: None,
            account,
        };
        run.other = run.apart_from_leave_and_credits();
        Some(run)
    }

    /// Books all up to and on a day.
    pub(super) fn advance(&mut self, to: NaiveDate) -> Result<(), AccrueError> {
        loop {
            let next = self.apart_from_leave().filter(|(on, _)| *on <= to);
            while let Some(LeaveTaken { on, days, cause }) = self.leave_before(next, to) {
                let granted = Lot { kind: LotKind::Granted, valid: self.year };
                self.account.take(on, days, cause, self.order, granted)?;
                self.next_taken = self.next_taken.saturating_add(1);
            }
            let Some((on, rank)) = next else { return Ok(()) };
            self.step(on, rank)?;
        }
    }

    /// The next leave, if it comes before another step. Leave changes nothing about when that is.
    #[inline]
    fn leave_before(&self, other: Option<(NaiveDate, Rank)>, to: NaiveDate) -> Option<LeaveTaken> {
        let leave = *self.taken.get(self.next_taken)?;
        let on = leave.on.max(self.opened);
        let comes = on <= to && other.is_none_or(|other| (on, self.taken_rank) < other);
        comes.then_some(LeaveTaken { on, ..leave })
    }

    /// Where it stands at the end of a day.
    pub(super) fn checkpoint(&self, on: NaiveDate) -> Checkpoint {
        let mark = match &self.credits {
            Credits::Annual(credits) => credits.mark,
            Credits::Levels(credits) => credits.mark(),
        };
        let lots = self.account.lots.iter().map(|(lot, left)| (*lot, left.ratio())).collect();
        Checkpoint { on, lots, mark }
    }

    #[inline]
    fn apart_from_leave(&self) -> Option<(NaiveDate, Rank)> {
        let credit = match &self.credits {
            Credits::Annual(credits) => credits.next(),
            Credits::Levels(credits) => credits.next(),
        };
        earliest(credit, self.other)
    }

    fn apart_from_leave_and_credits(&self) -> Option<(NaiveDate, Rank)> {
        if !self.begun {
            return Some((self.opened, Rank::CarriedIn));
        }
        let lapse = self.account.next_lapse(self.year).map(|on| (on.max(self.opened), Rank::Lapse));
        let year = self.year.end().map(|on| (on, Rank::NewYear));
        let grant = self.grants.get(self.next_grant);
        let grant = grant.map(|grant| (grant.valid.start().max(self.opened), Rank::Grant));
        earliest(earliest(lapse, year), grant)
    }

    #[inline]
    fn step(&mut self, on: NaiveDate, rank: Rank) -> Result<(), AccrueError> {
        let granted = Lot { kind: LotKind::Granted, valid: self.year };
        match rank {
            Rank::CarriedIn => {
                self.begun = true;
                // Leave that accrues begins with a balance, of which nothing says what was carried over.
                let accrues = self.history.accrual().is_some();
                let lot = if accrues { granted } else { annual::lots(self.history.plan, self.year).0 };
                self.account.book(on, self.history.opening.carried_in, lot, || LineReason::CarriedIn {})?;
            }
            Rank::Lapse => self.account.lapse(on, self.year),
            Rank::NewYear => self.new_year(on)?,
            Rank::Grant => {
                if let Some(grant) = self.grants.get(self.next_grant) {
                    self.account.grant(on, grant)?;
                }
                self.next_grant = self.next_grant.saturating_add(1);
            }
            // Leave is not a step of its own: it is taken on the way to the next.
            Rank::TakenFirst | Rank::Taken => {}
            Rank::Advance | Rank::Earned | Rank::Accrual => {
                match &mut self.credits {
                    Credits::Annual(credits) => credits.credit(&mut self.account)?,
                    Credits::Levels(credits) => credits.credit(&mut self.account, granted, self.order)?,
                }
                return Ok(());
            }
        }
        self.other = self.apart_from_leave_and_credits();
        Ok(())
    }

    /// Goes on to the year that begins; what is left of the one before is carried over while somebody is employed.
    fn new_year(&mut self, on: NaiveDate) -> Result<(), RatioError> {
        let Some(year) = year_of(self.history, on) else {
            // The calendar ends here, and so does what can be credited.
            self.year = DateRange::from(on);
            return Ok(());
        };
        let employed = self.history.tenure.term().contains(on);
        let rule = match &mut self.credits {
            Credits::Annual(credits) => {
                credits.begin_year(year);
                if employed { annual::year_end(self.history, self.year, year)? } else { None }
            }
            Credits::Levels(credits) => {
                credits.begin_year();
                if employed { credits.year_end(year) } else { None }
            }
        };
        if let Some(rule) = rule {
            self.account.year_end(on, &rule)?;
        }
        self.year = year;
        self.order = order_of(self.history, year);
        Ok(())
    }
}

/// The earlier of two steps that may come.
#[inline]
fn earliest(one: Option<(NaiveDate, Rank)>, two: Option<(NaiveDate, Rank)>) -> Option<(NaiveDate, Rank)> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    }
}

/// The leave year of somebody that holds the date.
fn year_of(history: &LeaveHistory<'_>, date: NaiveDate) -> Option<DateRange> {
    use crate::{AccrualYear, AnnualDay};

    match history.accrual().map(|accrual| accrual.year) {
        Some(AccrualYear::Anniversary) => AnnualDay::of(history.tenure.term().start()).year_with(date),
        Some(AccrualYear::Plan) | None => history.plan.year_with(date),
    }
}

fn order_of(history: &LeaveHistory<'_>, year: DateRange) -> DrawOrder {
    annual::governing(history.plan, year).map_or(DrawOrder::CarriedFirst, |terms| terms.order)
}
