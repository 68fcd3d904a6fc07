//! When something recurs: the recurrence rules of RFC 5545, expanded lazily, period by period.

mod error;
mod gregorian;
mod occurrence;
mod pattern;
mod rule;
mod series;
mod set;
mod split;
mod text;
mod walk;
mod wall;

pub use error::{Part, RuleError};
pub use rule::{Frequency, MAX_COUNT, Rule, RuleDay, RuleEnd, RuleParts, Skip, Until};
pub use series::{Expansion, Instance, Length, LengthError, Override, ReplaceError, Series};
pub use set::{FirstInstance, MAX_EXCLUDED, RecurrenceSet};
pub use split::SplitError;
pub use text::MAX_RULE_TEXT;
pub(crate) use wall::instant;
