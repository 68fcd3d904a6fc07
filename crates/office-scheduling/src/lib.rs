//! The `office-scheduling` crate.

mod conflict;
mod recurrence;
mod stamp;

pub use conflict::{Buffers, ConflictIndex, Occupancy};
pub use recurrence::{
    Expansion, FirstInstance, Frequency, Instance, Length, LengthError, MAX_COUNT, MAX_EXCLUDED, MAX_RULE_TEXT,
    Override, Part, RecurrenceSet, ReplaceError, Rule, RuleDay, RuleEnd, RuleError, RuleParts, Series, SplitError,
    Until,
};
