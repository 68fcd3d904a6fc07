//! Which of the rows that match decide.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::text::as_text;

/// Which of the rows of a table that match decide, and how: the hit policies of DMN.
///
/// In text by name (`rule order`, `collect sum`) or by the letter that modellers draw (`R`, `C+`); written by name.
///
/// # Example
/// ```
/// use office_core::rules::{HitPolicy, ParseHitPolicyError};
///
/// let hit: HitPolicy = "C+".parse()?;
/// assert_eq!((hit, hit.to_string(), hit.letter()), (HitPolicy::CollectSum, "collect sum".into(), "C+"));
/// assert!(!hit.depends_on_order());
///
/// // What is no hit policy is refused.
/// assert!("best".parse::<HitPolicy>().is_err());
/// # Ok::<(), ParseHitPolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitPolicy {
    /// At most one row matches; where two do, nothing is decided.
    Unique,
    /// All rows that match say the same; where they do not, nothing is decided.
    Any,
    /// The first that matches, from the top.
    #[default]
    First,
    /// The one whose outputs come first in their lists of allowed values; of outcomes without a list the strictest.
    Priority,
    /// All that match, from the top.
    RuleOrder,
    /// All that match, by the lists of allowed values.
    OutputOrder,
    /// All that match.
    Collect,
    /// The sum of all that match.
    CollectSum,
    /// The least of all that match.
    CollectMin,
    /// The greatest of all that match.
    CollectMax,
    /// How many match.
    CollectCount,
}

/// Each by its name and its letter.
const NAMES: [(HitPolicy, &str, &str); 11] = [
    (HitPolicy::Unique, "unique", "U"),
    (HitPolicy::Any, "any", "A"),
    (HitPolicy::First, "first", "F"),
    (HitPolicy::Priority, "priority", "P"),
    (HitPolicy::RuleOrder, "rule order", "R"),
    (HitPolicy::OutputOrder, "output order", "O"),
    (HitPolicy::Collect, "collect", "C"),
    (HitPolicy::CollectSum, "collect sum", "C+"),
    (HitPolicy::CollectMin, "collect min", "C<"),
    (HitPolicy::CollectMax, "collect max", "C>"),
    (HitPolicy::CollectCount, "collect count", "C#"),
];

impl HitPolicy {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.into_iter().map(|(hit, ..)| hit)
    }

    /// The letter by which modellers draw it: `U`, `C+`.
    #[must_use]
    pub fn letter(self) -> &'static str {
        NAMES.iter().find(|(hit, ..)| *hit == self).map_or("", |(.., letter)| letter)
    }

    /// Whether one row decides, or several that agree; where none matches, that is a hole.
    #[must_use]
    pub const fn wants_one(self) -> bool {
        matches!(self, Self::Unique | Self::Any | Self::First | Self::Priority)
    }

    /// Whether several rows may decide together, so that a value is a list of values.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::RuleOrder | Self::OutputOrder | Self::Collect)
    }

    /// Whether what is decided is one value made of those of all rows that match.
    #[must_use]
    pub const fn is_aggregate(self) -> bool {
        matches!(self, Self::CollectSum | Self::CollectMin | Self::CollectMax | Self::CollectCount)
    }

    /// Whether the outputs are ranked by their lists of allowed values.
    #[must_use]
    pub const fn is_ranked(self) -> bool {
        matches!(self, Self::Priority | Self::OutputOrder)
    }

    /// Whether another order of the rows may decide otherwise. A list that is collected has the same values in
    /// another order.
    #[must_use]
    pub const fn depends_on_order(self) -> bool {
        matches!(self, Self::First | Self::RuleOrder)
    }
}

impl fmt::Display for HitPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES.iter().find(|(hit, ..)| hit == self).map_or("", |(_, name, _)| name))
    }
}

impl FromStr for HitPolicy {
    type Err = ParseHitPolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = NAMES.iter().find(|(_, name, letter)| *name == text.trim() || *letter == text.trim());
        named.map(|(hit, ..)| *hit).ok_or_else(|| ParseHitPolicyError { text: text.chars().take(64).collect() })
    }
}

as_text!(HitPolicy, "a hit policy such as \"unique\"");

/// A text is not a hit policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{text}` is not a hit policy: `unique`, `any`, `first`, `priority`, `rule order`, `output order`, `collect` or `collect sum`, `min`, `max` or `count` is wanted"
)]
pub struct ParseHitPolicyError {
    /// The text, shortened.
    pub text: String,
}
