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

/// What can come next, in the order of one date.
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

#[expect(clippy::large_enum_variant, reason = "there is one in each pass, and people are many")]
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
    /// What comes next apart from leave. Leave brings nothing forward: at most it leaves nothing to lapse.
    other: Option<(NaiveDate, Rank)>,
    pub(super) account: Account,
}

impl<'a> Run<'a> {
    /// A pass from the beginning; `None` at the ends of the calendar. The account is emptied and used again.
    pub(super) fn new(history: &'a LeaveHistory<'a>, mut account: Account) -> Option<Self> {
        account.lots.clear();
        account.lines.clear();
        let opened = history.opening.on.max(history.tenure.term().start());
        Self::from(history, opened, account, None)
    }

    /// A pass from the end of a checkpoint's day on.
    pub(super) fn resume(history: &'a LeaveHistory<'a>, checkpoint: &Checkpoint) -> Option<Self> {
        let account = Account { lots: checkpoint.lots.clone(), lines: Vec::new() };
        let opened = history.opening.on.max(history.tenure.term().start());
        Self::from(history, opened, account, Some(checkpoint))
    }

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
        run.other = run.apart_from_leave();
        Some(run)
    }

    /// Books all up to and on a day.
    pub(super) fn advance(&mut self, to: NaiveDate) -> Result<(), AccrueError> {
        while let Some((on, rank)) = self.next().filter(|(on, _)| *on <= to) {
            self.step(on, rank)?;
        }
        Ok(())
    }

    /// Where it stands at the end of a day.
    pub(super) fn checkpoint(&self, on: NaiveDate) -> Checkpoint {
        let mark = match &self.credits {
            Credits::Annual(credits) => credits.mark,
            Credits::Levels(credits) => credits.mark,
        };
        Checkpoint { on, lots: self.account.lots.clone(), mark }
    }

    fn next(&self) -> Option<(NaiveDate, Rank)> {
        let taken = self.taken.get(self.next_taken).map(|leave| (leave.on.max(self.opened), self.taken_rank));
        match (taken, self.other) {
            (Some(taken), Some(other)) => Some(taken.min(other)),
            (taken, other) => taken.or(other),
        }
    }

    fn apart_from_leave(&self) -> Option<(NaiveDate, Rank)> {
        if !self.begun {
            return Some((self.opened, Rank::CarriedIn));
        }
        let lapse = self.account.next_lapse(self.year).map(|on| (on.max(self.opened), Rank::Lapse));
        let year = self.year.end().map(|on| (on, Rank::NewYear));
        let grant = self.grants.get(self.next_grant);
        let grant = grant.map(|grant| (grant.valid.start().max(self.opened), Rank::Grant));
        let credit = match &self.credits {
            Credits::Annual(credits) => credits.next(),
            Credits::Levels(credits) => credits.next(),
        };
        [lapse, year, grant, credit].into_iter().flatten().min()
    }

    fn step(&mut self, on: NaiveDate, rank: Rank) -> Result<(), AccrueError> {
        let granted = Lot { kind: LotKind::Granted, valid: self.year };
        match rank {
            Rank::CarriedIn => {
                self.begun = true;
                // Leave that accrues begins with a balance, of which nothing says what was carried over.
                let accrues = self.history.accrual().is_some();
                let lot = if accrues { granted } else { annual::lots(self.history.plan, self.year).0 };
                self.account.book(on, self.history.opening.carried_in, lot, LineReason::CarriedIn {})?;
            }
            Rank::Lapse => self.account.lapse(on, self.year),
            Rank::NewYear => self.new_year(on)?,
            Rank::Grant => {
                if let Some(grant) = self.grants.get(self.next_grant) {
                    self.account.grant(on, grant)?;
                }
                self.next_grant = self.next_grant.saturating_add(1);
            }
            Rank::TakenFirst | Rank::Taken => {
                if let Some(LeaveTaken { days, cause, .. }) = self.taken.get(self.next_taken).copied() {
                    self.account.take(on, days, cause, self.order, granted)?;
                }
                self.next_taken = self.next_taken.saturating_add(1);
                return Ok(());
            }
            Rank::Advance | Rank::Earned | Rank::Accrual => match &mut self.credits {
                Credits::Annual(credits) => credits.credit(&mut self.account)?,
                Credits::Levels(credits) => credits.credit(&mut self.account, granted, self.order)?,
            },
        }
        self.other = self.apart_from_leave();
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
        let from = self.opened.max(self.year.start());
        let before = DateRange::new(from, on).ok().and_then(|before| year_of(self.history, before.last()?));
        let rule = match (&mut self.credits, before) {
            (Credits::Annual(credits), Some(before)) => {
                *credits = credits.in_year(year);
                if employed { annual::year_end(self.history, before, year)? } else { None }
            }
            (Credits::Levels(credits), _) => {
                credits.mark.credited = Amount::ZERO;
                if employed { credits.year_end(year) } else { None }
            }
            (Credits::Annual(_), None) => None,
        };
        if let Some(rule) = rule {
            self.account.year_end(on, &rule)?;
        }
        self.year = year;
        self.order = order_of(self.history, year);
        Ok(())
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
