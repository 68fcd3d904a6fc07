//! What was planned against what came of it.

use office_core::{Money, MoneyError};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetVariance {
    /// The months that are over, from January.
    pub months: Vec<PlanActual>,
    /// All of them together.
    pub to_date: PlanActual,
}

/// Plan and actual of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
