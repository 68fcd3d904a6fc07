//! What was planned against what came of it.

use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};

use crate::{BudgetId, BudgetLine, EntryId, PlanChange, Spending};

/// Plan against actual, month by month and for the year so far.
///
/// # Example
/// ```
/// use office_core::{Currency, Money};
/// use office_finance::BudgetVariance;
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let report = BudgetVariance::of(&[euro(100_00); 12], &[euro(80_00), euro(130_00)])?;
/// assert_eq!(report.months[1].left, euro(-30_00));
/// assert_eq!((report.to_date.plan, report.to_date.left), (euro(200_00), euro(-10_00)));
///
/// let dollars = Money::from_minor(1, Currency::USD);
/// assert!(BudgetVariance::of(&[euro(100_00); 12], &[dollars]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetVariance {
    /// The months that are over, from January.
    pub months: Vec<PlanActual>,
    /// All of them together.
    pub to_date: PlanActual,
}

/// Plan and actual of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanActual {
    /// What was planned.
    pub plan: Money,
    /// What came of it.
    pub actual: Money,
    /// Plan less actual: above zero where less was spent than planned.
    pub left: Money,
}

impl PlanActual {
    fn new(plan: Money, actual: Money) -> Result<Self, MoneyError> {
        Ok(Self { plan, actual, left: plan.checked_sub(actual)? })
    }
}

impl BudgetVariance {
    /// Compares the plan of a year with the months that are over; `actual` holds those, from January. More than twelve
    /// are not looked at.
    ///
    /// # Errors
    /// [`MoneyError`] where currencies are mixed or a sum cannot be held.
    pub fn of(plan: &[Money; 12], actual: &[Money]) -> Result<Self, MoneyError> {
        let [first, ..] = plan;
        let pairs = || plan.iter().zip(actual);
        let months = pairs().map(|(plan, actual)| PlanActual::new(*plan, *actual));
        let planned = Money::sum(pairs().map(|(plan, _)| *plan), first.currency())?;
        let spent = Money::sum(pairs().map(|(_, actual)| *actual), first.currency())?;
        Ok(Self { months: months.collect::<Result<_, _>>()?, to_date: PlanActual::new(planned, spent)? })
    }
}

/// Why a line of a budget is above or below its plan for the year so far: what was planned at first, how that was
/// changed, and what was spent, entry by entry. The parts make what is left exactly.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Id, Money};
/// use office_finance::{BudgetLine, BudgetPlan, EntryId, Spending};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-300"), "6845".parse()?, 2026, euro(1200_00))?;
/// let mut line = BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a line")?;
/// for (name, minor, on) in [("E-1", 40_00, "2026-01-09"), ("E-2", 310_00, "2026-02-17"), ("E-3", 20_00, "2026-02-20")] {
///     let spending = Spending { amount: euro(minor), on: on.parse()? };
///     line.apply(&line.spend(EntryId::natural("entry", name), spending, None)?.fact().ok_or("a fact")?);
/// }
/// let why = line.explain_variance(2, 1)?;
/// assert_eq!(why.variance.to_date.left, euro(-170_00));
/// assert_eq!(why.largest[0].1.amount, euro(310_00));
/// assert_eq!((why.others, why.other_entries), (euro(60_00), 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VarianceExplanation {
    /// The line.
    pub line: BudgetId,
    /// Plan against actual.
    pub variance: BudgetVariance,
    /// What was planned at first for the months that are over.
    pub planned_first: Money,
    /// How the plan was changed since, in order, all months.
    pub changes: Vec<PlanChange>,
    /// The largest amounts spent in the months that are over, largest first, of equal ones the earliest.
    pub largest: Vec<(EntryId, Spending)>,
    /// What the other entries of those months come to.
    pub others: Money,
    /// How many they are.
    pub other_entries: usize,
    /// What is reserved and on order, and will be spent besides.
    pub to_come: Money,
}

impl BudgetLine {
    /// Explains the year so far: so many months from January, and so many of the largest amounts one by one.
    ///
    /// # Errors
    /// [`MoneyError`] where a sum cannot be held.
    pub fn explain_variance(&self, months_over: usize, largest: usize) -> Result<VarianceExplanation, MoneyError> {
        let actual = self.actual_by_month()?;
        let over = actual.get(..months_over).unwrap_or(&actual);
        let variance = BudgetVariance::of(&self.planned().months, over)?;
        let currency = variance.to_date.plan.currency();
        let first = self.plan_at(1).map_or(self.planned().months, |plan| plan.months);
        let spent = self.spending().filter(|(_, spending)| in_months(spending, months_over));
        let mut entries: Vec<_> = spent.map(|(entry, spending)| (entry, *spending)).collect();
        entries.sort_by_key(|(entry, spending)| (std::cmp::Reverse(spending.amount.minor()), spending.on, *entry));
        let rest = entries.split_off(largest.min(entries.len()));
        Ok(VarianceExplanation {
            line: self.planned().id(),
            variance,
            planned_first: Money::sum(first.iter().take(months_over).copied(), currency)?,
            changes: self.changes().to_vec(),
            largest: entries,
            others: Money::sum(rest.iter().map(|(_, spending)| spending.amount), currency)?,
            other_entries: rest.len(),
            to_come: self.reserved()?.checked_add(self.committed()?)?,
        })
    }
}

fn in_months(spending: &Spending, months: usize) -> bool {
    usize::try_from(chrono::Datelike::month0(&spending.on)).is_ok_and(|month| month < months)
}
