//! The `office-scheduling` crate.

mod recurrence;
mod stamp;

pub use recurrence::{
    FirstInstance, Frequency, MAX_COUNT, MAX_EXCLUDED, MAX_RULE_TEXT, Part, RecurrenceSet, Rule, RuleDay, RuleEnd,
    RuleError, RuleParts, Until,
};
