//! The terms of a plan.

use office_core::Ratio;
use serde::{Deserialize, Serialize};

use crate::plan::{LeaveUnit, PublishTermsError};
use crate::{AccrualPlan, AnnualDay, LeaveRounding};

/// What a month that is worked only in part counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begun {
    /// Nothing.
    Dropped,
    /// A whole month.
    Counted,
}

/// By what the entitlement of a part of the year is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// By months of employment in the year, a twelfth for each. A month begins on the day of the month on which the
    /// year or, later, employment does.
    Twelfths(Begun),
    /// By days of employment in the year, over the 365 or 366 days of that leave year.
    Days,
}

impl Basis {
    /// A twelfth for each full month.
    #[must_use]
    pub const fn twelfths() -> Self {
        Self::Twelfths(Begun::Dropped)
    }
}

/// How a year that is worked only in part is measured and rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartYear {
    /// By what.
    pub basis: Basis,
    /// How the result is rounded.
    pub rounding: LeaveRounding,
}

/// When the days of a year can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crediting {
    /// All of them from the first day of the leave year or, later, of employment.
    InAdvance,
    /// Month by month: each month's on its last day. Lines are rounded by cumulative difference, so that they add up
    /// to the rounded entitlement of the year.
    EachMonth,
}

/// What becomes of unused days when a leave year ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryOver {
    /// How many days go on into the next year at the most; all of them where there is no limit. The rest is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Ratio>,
    /// How many days there are at the most together with those of the year they are carried into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_with_year: Option<Ratio>,
    /// The last day on which carried days can be used; the whole year where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<AnnualDay>,
}

/// Which days leave uses first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawOrder {
    /// Those carried over, then those of the year.
    CarriedFirst,
    /// Those of the year, then those carried over.
    GrantedFirst,
    /// Those that lapse first.
    EndingFirst,
    /// Those that could be used first.
    OldestFirst,
}

/// What leave costs on days that would not have been worked: weekends, holidays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NonWorkingDays {
    /// Nothing.
    #[default]
    Free,
    /// A day each where they lie between days of the same leave that would have been worked; nothing before the first
    /// of these and after the last.
    CountedBetween,
    /// A day each.
    Counted,
}

impl NonWorkingDays {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_free(&self) -> bool {
        *self == Self::Free
    }
}

/// The terms of a leave plan.
///
/// Plain data; what makes no sense is refused when a [`LeavePlan`](crate::LeavePlan) publishes them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveTerms {
    /// The days of a year for somebody who works a full week.
    pub days_per_year: Ratio,
    /// How many days a full week has. Whoever works other weeks gets as much in proportion.
    pub full_week_days: Ratio,
    /// How many days of a year nobody gets more than, however long their week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_days: Option<Ratio>,
    /// How the entitlement of a whole year is rounded.
    pub whole_year: LeaveRounding,
    /// A year that somebody joins in.
    pub joining: PartYear,
    /// A year that somebody leaves in, whether they joined in it or not.
    pub leaving: PartYear,
    /// When the days can be used.
    pub crediting: Crediting,
    /// What becomes of unused days.
    pub carry_over: CarryOver,
    /// Which days are used first.
    pub order: DrawOrder,
    /// By how many days the balance may fall below zero.
    pub overdraft: Ratio,
    /// What leave costs on days that would not have been worked.
    #[serde(default, skip_serializing_if = "NonWorkingDays::is_free")]
    pub non_working: NonWorkingDays,
    /// How many days in a row, worked or not, may be asked for at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_in_a_row: Option<u32>,
    /// How many days may be granted by hand for one leave year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_granted: Option<Ratio>,
    /// By what leave accrues in periods and levels of service. Where this is given, the days of a year, its ceiling,
    /// part years, crediting and carry-over above are not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accrual: Option<AccrualPlan>,
}

impl LeaveTerms {
    /// So many days a year for a full week of so many days. A twelfth for each full month of a part year, nothing
    /// rounded, all days in advance, nothing carried over, carried days first, no overdraft.
    #[must_use]
    pub const fn new(days_per_year: Ratio, full_week_days: Ratio) -> Self {
        let part_year = PartYear { basis: Basis::twelfths(), rounding: LeaveRounding::Exact };
        Self {
            days_per_year,
            full_week_days,
            most_days: None,
            whole_year: LeaveRounding::Exact,
            joining: part_year,
            leaving: part_year,
            crediting: Crediting::InAdvance,
            carry_over: CarryOver { most: Some(Ratio::ZERO), most_with_year: None, last_day: None },
            order: DrawOrder::CarriedFirst,
            overdraft: Ratio::ZERO,
            non_working: NonWorkingDays::Free,
            most_in_a_row: None,
            most_granted: None,
            accrual: None,
        }
    }

    /// Leave that accrues in periods and levels of service.
    #[must_use]
    pub fn accruing(plan: AccrualPlan) -> Self {
        Self { accrual: Some(plan), ..Self::new(Ratio::ZERO, Ratio::ONE) }
    }

    /// The same, with one basis for all part years and one rounding for all years.
    #[must_use]
    pub fn with_part_years(mut self, basis: Basis, rounding: LeaveRounding) -> Self {
        let part_year = PartYear { basis, rounding };
        (self.whole_year, self.joining, self.leaving) = (rounding, part_year, part_year);
        self
    }

    /// The same, with unused days carried over.
    #[must_use]
    pub fn with_carry_over(mut self, most: Option<Ratio>, last_day: Option<AnnualDay>) -> Self {
        self.carry_over = CarryOver { most, most_with_year: None, last_day };
        self
    }

    /// The same, with a balance that may fall below zero by so many days.
    #[must_use]
    pub fn with_overdraft(mut self, days: Ratio) -> Self {
        self.overdraft = days;
        self
    }

    pub(super) fn check(&self, unit: LeaveUnit) -> Result<(), PublishTermsError> {
        if !self.full_week_days.is_positive() || self.full_week_days > Ratio::from_integer(7) {
            return Err(PublishTermsError::EmptyWeek);
        }
        let numbers = [
            ("days_per_year", Some(self.days_per_year)),
            ("most_days", self.most_days),
            ("carry_over.most", self.carry_over.most),
            ("carry_over.most_with_year", self.carry_over.most_with_year),
            ("overdraft", Some(self.overdraft)),
            ("most_granted", self.most_granted),
        ];
        let most = unit.most_of_year();
        for (field, number) in numbers {
            if let Some(number) = number.filter(|number| number.is_negative() || *number > Ratio::from_integer(most)) {
                return Err(PublishTermsError::Number { field, number, most });
            }
        }
        if let Some(accrual) = &self.accrual {
            accrual.check()?;
        }
        Ok(())
    }
}
