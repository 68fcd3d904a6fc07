//! What is known of a case when rules decide it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::Value;

/// What is known of a case, by name.
///
/// What is not named is unknown, which is something else than [`Value::Null`]: known to be nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// Nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The same, and this besides; what was known under the name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, fact: impl Into<Value>) -> Self {
        self.0.insert(name.into(), fact.into());
        self
    }

    pub(crate) fn insert(&mut self, name: impl Into<String>, fact: Value) {
        self.0.insert(name.into(), fact);
    }

    /// What is known under the name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All that is known, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, fact)| (name.as_str(), fact))
    }
}
