//! Who or what bears a budget.

use std::fmt;

use office_core::subject::{CostCentreId, ProjectId};
use serde::{Deserialize, Serialize};

use crate::{Dimension, DimensionValueId};

/// Who or what bears a budget: one value of one dimension, such as a cost centre or a project.
///
/// What is spent for a project by a cost centre counts in the budgets of both, where both have one.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_core::subject::CostCentreId;
/// use office_finance::{BudgetBearer, Dimension};
///
/// let studio: CostCentreId = Id::natural("cost_centre", "CC-200");
/// let bearer = BudgetBearer::from(studio);
/// assert_eq!(bearer.dimension, Dimension::COST_CENTRE);
/// assert_eq!(bearer.cost_centre(), Some(studio));
///
/// // A region is not a cost centre.
/// let north = BudgetBearer { dimension: "region".parse()?, value: Id::natural("region", "north") };
/// assert_eq!(north.cost_centre(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetBearer {
    /// The dimension.
    pub dimension: Dimension,
    /// Its value.
    pub value: DimensionValueId,
}

impl BudgetBearer {
    /// The cost centre that bears it, if one does.
    #[must_use]
    pub fn cost_centre(&self) -> Option<CostCentreId> {
        (self.dimension == Dimension::COST_CENTRE).then(|| self.value.retag())
    }

    /// The project that bears it, if one does.
    #[must_use]
    pub fn project(&self) -> Option<ProjectId> {
        (self.dimension == Dimension::PROJECT).then(|| self.value.retag())
    }
}

impl From<CostCentreId> for BudgetBearer {
    fn from(cost_centre: CostCentreId) -> Self {
        Self { dimension: Dimension::COST_CENTRE, value: cost_centre.retag() }
    }
}

impl From<ProjectId> for BudgetBearer {
    fn from(project: ProjectId) -> Self {
        Self { dimension: Dimension::PROJECT, value: project.retag() }
    }
}

impl From<(Dimension, DimensionValueId)> for BudgetBearer {
    fn from((dimension, value): (Dimension, DimensionValueId)) -> Self {
        Self { dimension, value }
    }
}

impl fmt::Display for BudgetBearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.dimension, self.value)
    }
}
