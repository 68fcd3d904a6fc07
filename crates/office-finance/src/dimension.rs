//! Dimensions: how postings are told apart beyond their account.
//!
//! Whose cost it is, for which project, with whom: a dimension is a name, and a posting carries at most one value of each.
//! The chart says of each account which dimensions its postings must have and which they must not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use office_core::Id;
use office_core::subject::{CostCentreId, PartyId, ProjectId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The name of a dimension: `cost_centre`, `project`, `party`, or one of the office's own such as `region`.
///
/// 1 to 32 lower-case ASCII letters, digits and `_`, beginning with a letter.
///
/// # Example
/// ```
/// use office_finance::Dimension;
///
/// let region: Dimension = "region".parse()?;
/// assert_eq!(region.as_str(), "region");
/// assert_eq!("project".parse(), Ok(Dimension::PROJECT));
/// assert!("Sales region".parse::<Dimension>().is_err());
/// # Ok::<(), office_finance::ParseDimensionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Dimension(Cow<'static, str>);

/// The id of one value of a dimension: a cost centre, a project.
pub type DimensionValueId = Id<Dimension>;

impl Dimension {
    /// Who bears it.
    pub const COST_CENTRE: Self = Self(Cow::Borrowed("cost_centre"));
    /// The project it is for.
    pub const PROJECT: Self = Self(Cow::Borrowed("project"));
    /// With whom: a vendor, a client, an employee.
    pub const PARTY: Self = Self(Cow::Borrowed("party"));
    /// The longest name, in characters.
    pub const MAX_LEN: usize = 32;

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Dimension {
    type Err = ParseDimensionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() <= Self::MAX_LEN
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !fits {
            return Err(ParseDimensionError { text: text.chars().take(40).collect() });
        }
        let known = [Self::COST_CENTRE, Self::PROJECT, Self::PARTY].into_iter().find(|known| known.0 == text);
        Ok(known.unwrap_or_else(|| Self(Cow::Owned(text.to_owned()))))
    }
}

impl TryFrom<String> for Dimension {
    type Error = ParseDimensionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Dimension> for String {
    fn from(dimension: Dimension) -> Self {
        dimension.0.into_owned()
    }
}

/// A text was not the name of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not the name of a dimension: 1 to 32 lower-case letters, digits and `_` are wanted")]
pub struct ParseDimensionError {
    text: String,
}

/// The values that a posting has in some dimensions, at most one in each.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_core::subject::CostCentreId;
/// use office_finance::{Dimension, Dimensions};
///
/// let studio: CostCentreId = Id::natural("cost_centre", "CC-200");
/// let borne = Dimensions::new().with(Dimension::COST_CENTRE, studio);
/// assert_eq!(borne.cost_centre(), Some(studio));
/// assert_eq!(borne.project(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "BTreeMap<Dimension, DimensionValueId>", into = "BTreeMap<Dimension, DimensionValueId>")]
pub struct Dimensions {
    // Invariant: by name, each once. A list, because most postings have none or one.
    values: Vec<(Dimension, DimensionValueId)>,
}

impl Dimensions {
    /// No dimensions.
    #[must_use]
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// The same with this value, in place of any it had in the dimension.
    #[must_use]
    pub fn with<T>(mut self, dimension: Dimension, value: Id<T>) -> Self {
        match self.values.binary_search_by(|(name, _)| name.cmp(&dimension)) {
            Ok(at) => {
                if let Some((_, held)) = self.values.get_mut(at) {
                    *held = value.retag();
                }
            }
            Err(at) => {
                self.values.reserve_exact(1);
                self.values.insert(at, (dimension, value.retag()));
            }
        }
        self
    }

    /// The value in a dimension.
    #[must_use]
    pub fn get(&self, dimension: &Dimension) -> Option<DimensionValueId> {
        self.iter().find(|(name, _)| *name == dimension).map(|(_, value)| value)
    }

    /// Who bears it.
    #[must_use]
    pub fn cost_centre(&self) -> Option<CostCentreId> {
        self.get(&Dimension::COST_CENTRE).map(Id::retag)
    }

    /// The project it is for.
    #[must_use]
    pub fn project(&self) -> Option<ProjectId> {
        self.get(&Dimension::PROJECT).map(Id::retag)
    }

    /// With whom.
    #[must_use]
    pub fn party(&self) -> Option<PartyId> {
        self.get(&Dimension::PARTY).map(Id::retag)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Dimension, DimensionValueId)> {
        self.values.iter().map(|(name, value)| (name, *value))
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl From<BTreeMap<Dimension, DimensionValueId>> for Dimensions {
    fn from(values: BTreeMap<Dimension, DimensionValueId>) -> Self {
        Self { values: values.into_iter().collect() }
    }
}

impl From<Dimensions> for BTreeMap<Dimension, DimensionValueId> {
    fn from(dimensions: Dimensions) -> Self {
        dimensions.values.into_iter().collect()
    }
}

/// What an account wants of a dimension. Of one it says nothing about, its postings may have a value or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DimensionRule {
    /// Each posting has a value.
    Required,
    /// No posting has one.
    Forbidden,
}
