//! What a policy has decided of a case.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::rules::{Explanation, Obligations, Outcome, Remark, Value};

/// What a policy has decided of a case, and why.
///
/// It is stored with what it is about, and carries all that is needed to decide it again: see
/// [`PolicyBook::replay`](crate::rules::PolicyBook::replay).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// What is decided.
    pub outcome: Outcome,
    /// What is to be done besides.
    #[serde(default, skip_serializing_if = "Obligations::is_empty")]
    pub obligations: Obligations,
    /// The reasons to show.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reasons: BTreeSet<Remark>,
    /// Why.
    pub explanation: Explanation,
}

impl Ruling {
    /// The value of a decision by its name, or the fact of the name where it was asked for.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.explanation.seen(name)
    }
}
