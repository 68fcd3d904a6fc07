//! In what leave is counted.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::LeavePlan;

/// In what the accounts of a plan are kept: what is granted, accrued, carried over and taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveUnit {
    /// In days of work.
    #[default]
    Days,
    /// In hours of work: leave costs as many as are planned in what is asked for, when it is asked for.
    Hours,
}

impl LeaveUnit {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    pub(super) const fn is_days(&self) -> bool {
        matches!(self, Self::Days)
    }

    /// The most that the longest year has.
    pub(super) const fn most_of_year(self) -> i64 {
        match self {
            Self::Days => 366,
            Self::Hours => 366 * 24,
        }
    }
}

impl fmt::Display for LeaveUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Days => "days",
            Self::Hours => "hours",
        })
    }
}

impl LeavePlan {
    /// The same plan with accounts that are kept in hours: all numbers of its terms are hours.
    ///
    /// # Example
    /// ```
    /// use office_core::Ratio;
    /// use office_hr::{AnnualDay, LeavePlan, LeaveTerms, LeaveUnit};
    ///
    /// let mut plan = LeavePlan::new("PTO", AnnualDay::NEW_YEAR, "US").in_hours();
    /// plan.publish("2026-01-01".parse()?, LeaveTerms::new(Ratio::from_integer(120), Ratio::from_integer(5)))?;
    /// assert_eq!(plan.unit(), LeaveUnit::Hours);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn in_hours(mut self) -> Self {
        self.unit = LeaveUnit::Hours;
        self
    }

    /// In what its accounts are kept.
    #[must_use]
    pub const fn unit(&self) -> LeaveUnit {
        self.unit
    }
}
